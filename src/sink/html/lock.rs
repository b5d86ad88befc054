//! What the browser may do with the report: nothing but show it.
//!
//! Style and script are named in the page's own policy by their hash; whatever else looks like style
//! or script, should it get in, is dead. Nothing is ever loaded.

use sha2::{Digest, Sha256};

/// The content security policy that allows these styles and this script.
pub(super) fn policy(styles: &[&str], script: &str) -> String {
    let styles: Vec<String> = styles.iter().map(|style| source(style)).collect();
    format!(
        "default-src 'none'; style-src {}; script-src {}; img-src 'none'; base-uri 'none'; \
         form-action 'none'",
        styles.join(" "),
        source(script)
    )
}

/// `text` as a source of a policy.
fn source(text: &str) -> String {
    format!("'sha256-{}'", base64(&Sha256::digest(text.as_bytes())))
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let bits = chunk.iter().fold(0, |bits, &byte| bits << 8 | u32::from(byte))
            << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let six = (bits >> (18 - 6 * place) & 63) as usize;
            let digit = DIGITS.get(six).filter(|_| place <= chunk.len());
            text.push(digit.map_or('=', |&digit| char::from(digit)));
        }
    }
    text
}

/// `text` as a string of a style sheet; what could end the string, or the sheet, is escaped.
pub(super) fn css_string(text: &str) -> String {
    let mut string = String::from("\"");
    for c in text.chars() {
        if c.is_ascii_alphanumeric() || " :+-.,/()".contains(c) {
            string.push(c);
        } else {
            string.push_str(&format!("\\{:x} ", u32::from(c)));
        }
    }
    string.push('"');
    string
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_that_of_rfc_4648() {
        for (text, encoded) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(text.as_bytes()), encoded);
        }
    }

    #[test]
    fn the_policy_allows_what_it_names_and_nothing_else() {
        let empty = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='";
        assert_eq!(
            policy(&["", ""], ""),
            format!(
                "default-src 'none'; style-src {empty} {empty}; script-src {empty}; img-src 'none'; \
                 base-uri 'none'; form-action 'none'"
            )
        );
    }

    #[test]
    fn no_text_ends_a_css_string() {
        for (text, string) in [
            ("TLP:AMBER+STRICT", "\"TLP:AMBER+STRICT\""),
            ("a\"}b", "\"a\\22 \\7d b\""),
            ("</style>\\\n", "\"\\3c /style\\3e \\5c \\a \""),
            ("ü", "\"\\fc \""),
        ] {
            assert_eq!(css_string(text), string);
        }
    }
}
