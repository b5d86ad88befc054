//! Untrusted text on its way to a reader's eye.
//!
//! Names of files, hosts and users were chosen by criminals. What could turn text round, hide parts
//! of it, start a new line or act on what shows it is written as `\u{…}` instead; everything else
//! stays readable in every script.

use std::borrow::Cow;
use std::fmt::Write;

/// `text` with everything that acts instead of being seen written as `\u{…}`.
///
/// ```
/// use logsieve::text::visible;
/// assert_eq!(visible("Kündigung.pdf"), "Kündigung.pdf");
/// assert_eq!(visible("\x1b]0;owned\x07.zip"), r"\u{1b}]0;owned\u{7}.zip");
/// assert_eq!(visible("invoice\u{202e}fdp.exe"), r"invoice\u{202e}fdp.exe");
/// ```
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(acts) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if acts(c) {
            // Writing to a string cannot fail.
            let _ = write!(shown, "{}", c.escape_unicode());
        } else {
            shown.push(c);
        }
    }
    Cow::Owned(shown)
}

/// Whether a program or a reader's eye may be led astray by `c`.
fn acts(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}' // soft hyphen
                | '\u{61c}' // Arabic letter mark
                | '\u{180e}' // Mongolian vowel separator
                | '\u{200b}'..='\u{200f}' // zero width, direction marks
                | '\u{2028}'..='\u{202e}' // line and paragraph separators, embeddings, overrides
                | '\u{2060}'..='\u{206f}' // word joiner, invisible operators, isolates
                | '\u{feff}' // zero-width no-break space
                | '\u{fff9}'..='\u{fffb}' // annotations
                | '\u{e0000}'..='\u{e007f}' // tags: invisible ASCII
        )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_acts_is_shown() {
        for (text, shown) in [
            ("", ""),
            ("plain ASCII ~", "plain ASCII ~"),
            ("Пароль パスワード עברית é", "Пароль パスワード עברית é"),
            ("a\tb\r\nc", r"a\u{9}b\u{d}\u{a}c"),
            ("\u{0}\u{7f}", r"\u{0}\u{7f}"),
            ("\x1b[31mred\x1b[0m", r"\u{1b}[31mred\u{1b}[0m"),
            ("\u{9b}31m\u{9d}0;title\u{9c}", r"\u{9b}31m\u{9d}0;title\u{9c}"),
            ("\x1b]8;;https://evil.test/\x1b\\click", r"\u{1b}]8;;https://evil.test/\u{1b}\click"),
            ("a\u{200b}b\u{feff}c", r"a\u{200b}b\u{feff}c"),
            ("x\u{2028}y\u{2029}z\u{85}", r"x\u{2028}y\u{2029}z\u{85}"),
            ("\u{2066}\u{2069}\u{61c}\u{e0041}", r"\u{2066}\u{2069}\u{61c}\u{e0041}"),
        ] {
            assert_eq!(visible(text), shown, "{text:?}");
        }
    }

    #[test]
    fn harmless_text_is_not_copied() {
        assert!(matches!(visible("DE_203.0.113.10/Passwords.txt"), Cow::Borrowed(_)));
    }

    proptest! {
        #[test]
        fn nothing_that_acts_survives_and_nothing_else_is_lost(text: String) {
            let shown = visible(&text);
            prop_assert!(!shown.contains(acts));
            let kept: String = text.chars().filter(|&c| !acts(c)).collect();
            let mut rest = shown.chars();
            prop_assert!(kept.chars().all(|c| rest.any(|shown| shown == c)));
        }
    }
}
