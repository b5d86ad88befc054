//! What a run of bytes looks like: a host, an e-mail address, a URL scheme, a number.
//!
//! Grammar only: whether a name exists, or under which public suffix, is for others to say. All
//! tests are one pass over their bytes and allocate nothing.

/// A set of bytes that is asked once a byte.
pub(super) struct ByteSet([bool; 256]);

impl ByteSet {
    /// ASCII letters and digits, all bytes that are not ASCII, and `others`.
    #[expect(clippy::indexing_slicing, reason = "a byte is an index of 256; and it is constant")]
    pub(super) const fn word_and(others: &[u8]) -> Self {
        let mut set = Self::only(others);
        let mut byte = 0;
        while byte < 256 {
            if byte >= 0x80 || (byte as u8).is_ascii_alphanumeric() {
                set.0[byte] = true;
            }
            byte += 1;
        }
        set
    }

    /// These bytes and no others.
    #[expect(clippy::indexing_slicing, reason = "a byte is an index of 256; and it is constant")]
    pub(super) const fn only(bytes: &[u8]) -> Self {
        let mut set = Self([false; 256]);
        let mut rest = bytes;
        while let [byte, tail @ ..] = rest {
            set.0[*byte as usize] = true;
            rest = tail;
        }
        set
    }

    /// Whether `byte` is one of them.
    pub(super) fn has(&self, byte: u8) -> bool {
        self.0.get(usize::from(byte)).copied().unwrap_or(false)
    }
}

/// Longest host name of the DNS; a little is added for trailing dots.
const MAX_HOST: usize = 254;

/// Longest scheme that is looked for (`chrome-extension` has 16 bytes).
const MAX_SCHEME: usize = 24;

/// Whether `text` has the form of a host: an IPv4 address, `[IPv6]`, or at least two labels of
/// which the last is alphabetic or punycode.
pub(super) fn is_host(text: &[u8]) -> bool {
    let text = text.strip_suffix(b".").unwrap_or(text);
    if text.len() > MAX_HOST {
        return false;
    }
    if text.first() == Some(&b'[') {
        return is_bracketed_ipv6(text);
    }
    is_domain(text) || is_ipv4(text)
}

/// Whether `text` is at least two labels of which the last can be a top-level domain.
pub(super) fn is_domain(text: &[u8]) -> bool {
    let mut labels = 0;
    let mut length = 0;
    let mut alphabetic = true;
    let mut start = 0;
    for (position, &byte) in text.iter().enumerate() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | 0x80.. => length += 1,
            b'0'..=b'9' | b'-' | b'_' => {
                length += 1;
                alphabetic = false;
            }
            b'.' if length > 0 => {
                labels += 1;
                length = 0;
                alphabetic = true;
                start = position + 1;
            }
            _ => return false,
        }
        if length > 63 {
            return false;
        }
    }
    let top = text.get(start..).unwrap_or_default();
    labels > 0 && ((alphabetic && length >= 2) || starts_with_ignore_case(top, b"xn--"))
}

/// Whether `text` is four numbers up to 255.
pub(super) fn is_ipv4(text: &[u8]) -> bool {
    let mut parts = 0;
    for part in text.split(|&byte| byte == b'.') {
        parts += 1;
        if part.len() > 3 || parts > 4 || number(part).is_none_or(|value| value > 255) {
            return false;
        }
    }
    parts == 4
}

fn is_bracketed_ipv6(text: &[u8]) -> bool {
    let inner = text.strip_prefix(b"[").and_then(|rest| rest.strip_suffix(b"]"));
    inner.is_some_and(|inner| {
        inner.len() >= 2
            && inner.contains(&b':')
            && inner.iter().all(|byte| byte.is_ascii_hexdigit() || b":.%".contains(byte))
    })
}

/// Whether `text` is one e-mail address and nothing else.
pub(super) fn is_email(text: &[u8]) -> bool {
    let Some(at) = memchr::memrchr(b'@', text) else { return false };
    let (Some(local), Some(domain)) = (text.get(..at), text.get(at + 1..)) else { return false };
    !local.is_empty()
        && local.len() <= 128
        && local.iter().all(|&byte| LOCAL.has(byte))
        && is_domain(domain)
}

/// Bytes that can stand before the `@` of an address outside quotes.
pub(super) static LOCAL: ByteSet = ByteSet::word_and(b".!#$%&'*+-/=?^_`{}~");

/// The length of `scheme://` at the start of `text`.
pub(super) fn scheme_length(text: &[u8]) -> Option<usize> {
    // Almost every line asks, and almost every answer is this one.
    if text.starts_with(b"https://") {
        return Some(8);
    }
    let window = text.get(..MAX_SCHEME + 3).unwrap_or(text);
    let colon = window.iter().position(|byte| !is_scheme_byte(byte))?;
    let letter_first = text.first().is_some_and(u8::is_ascii_alphabetic);
    (letter_first && text.get(colon..)?.starts_with(b"://")).then_some(colon + 3)
}

/// Where the last `scheme://` of `text` begins.
pub(super) fn last_scheme(text: &[u8]) -> Option<usize> {
    let colon = memchr::memmem::rfind(text, b"://")?;
    let before = text.get(..colon)?;
    let length = before.iter().rev().take(MAX_SCHEME).take_while(|b| is_scheme_byte(b)).count();
    let start = colon - length;
    text.get(start).is_some_and(u8::is_ascii_alphabetic).then_some(start)
}

fn is_scheme_byte(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || b"+.-".contains(byte)
}

/// The number that `text` is, if it is digits only and not too large.
pub(super) fn number(text: &[u8]) -> Option<u64> {
    if text.is_empty() || text.len() > 18 {
        return None;
    }
    text.iter().try_fold(0, |value, byte| {
        byte.is_ascii_digit().then(|| value * 10 + u64::from(byte - b'0'))
    })
}

/// Whether `text` can be a port.
pub(super) fn is_port(text: &[u8]) -> bool {
    text.len() <= 5 && number(text).is_some_and(|value| value <= 65_535)
}

/// Whether `text` begins with `prefix`, in any case of letters.
pub(super) fn starts_with_ignore_case(text: &[u8], prefix: &[u8]) -> bool {
    // Nearly all texts differ in their first byte.
    let (Some(first), Some(wanted)) = (text.first(), prefix.first()) else {
        return prefix.is_empty();
    };
    first.eq_ignore_ascii_case(wanted)
        && text.get(..prefix.len()).is_some_and(|head| head.eq_ignore_ascii_case(prefix))
}

/// Whether `text` holds `needle` (given in lower case), in any case of letters.
pub(super) fn contains_ignore_case(text: &[u8], needle: &[u8]) -> bool {
    let Some((&first, _)) = needle.split_first() else { return true };
    memchr::memchr2_iter(first, first.to_ascii_uppercase(), text)
        .any(|at| text.get(at..).is_some_and(|rest| starts_with_ignore_case(rest, needle)))
}

/// `text` without the blanks at both ends, no-break spaces included.
pub(super) fn trim(text: &[u8]) -> &[u8] {
    const NO_BREAK: &[u8] = b"\xc2\xa0";
    let mut text = text.trim_ascii();
    while let Some(rest) = text.strip_prefix(NO_BREAK).or_else(|| text.strip_suffix(NO_BREAK)) {
        text = rest.trim_ascii();
    }
    text
}

/// `text` with `%XX` undone; escapes that are none stay as they are.
pub(super) fn percent_decoded(text: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&byte, tail)) = rest.split_first() {
        let escape = match (byte, tail) {
            (b'%', [high, low, after @ ..]) => hex_pair(*high, *low).map(|value| (value, after)),
            _ => None,
        };
        let (value, after) = escape.unwrap_or((byte, tail));
        decoded.push(value);
        rest = after;
    }
    decoded
}

/// The byte that two hexadecimal digits stand for.
pub(super) fn hex_pair(high: u8, low: u8) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    u8::try_from(digit(high)? * 16 + digit(low)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts() {
        for yes in [
            "example.com",
            "A-b.Example.CO",
            "203.0.113.10",
            "[2001:db8::1]",
            "example.com.",
            "bücher.example",
            "example.xn--p1ai",
            "_dmarc.example.org",
        ] {
            assert!(is_host(yes.as_bytes()), "{yes}");
        }
        for no in [
            "",
            "localhost",
            "example",
            ".example.com",
            "example..com",
            "example.c",
            "1.2.3",
            "203.0.113.256",
            "user1@example.com",
            "a b.example.com",
            "12.5",
            "[::x]",
            "v1.2.3",
        ] {
            assert!(!is_host(no.as_bytes()), "{no}");
        }
    }

    #[test]
    fn addresses() {
        for yes in ["user1@example.com", "a+b@mail.example.co", "ü@bücher.example"] {
            assert!(is_email(yes.as_bytes()), "{yes}");
        }
        for no in ["@example.com", "user1@", "user1@example", "a b@example.com", "a:b@example.com"]
        {
            assert!(!is_email(no.as_bytes()), "{no}");
        }
    }

    #[test]
    fn schemes() {
        assert_eq!(scheme_length(b"HTTP://x"), Some(7));
        assert_eq!(scheme_length(b"chrome-extension://x"), Some(19));
        assert_eq!(scheme_length(b"1http://x"), None);
        assert_eq!(scheme_length(b"example.com:http://x"), None);
        assert_eq!(last_scheme(b"a:b:https://c:ftp://d"), Some(14));
        assert_eq!(last_scheme(b"a:b"), None);
    }

    #[test]
    fn percent_escapes() {
        assert_eq!(percent_decoded(b"https%3A%2f%2Fa%zz%4"), b"https://a%zz%4");
    }
}
