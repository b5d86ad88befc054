//! The line that an offset of a text stands in.

use crate::text::Line;

/// The line of `text` that holds the offset `at`.
pub(super) fn line_at(text: &[u8], at: usize, number: u64) -> Line<'_> {
    let before = text.get(..at).unwrap_or_default();
    let start = memchr::memrchr2(b'\n', b'\r', before).map_or(0, |end| end + 1);
    let rest = text.get(start..).unwrap_or_default();
    let bytes = memchr::memchr2(b'\n', b'\r', rest).and_then(|end| rest.get(..end));
    Line { number, start, bytes: bytes.unwrap_or(rest) }
}

/// The line of `text` that holds the offset `at`, cut to a useful length between two characters.
pub(super) fn line_around(text: &[u8], at: usize) -> &[u8] {
    const REACH: usize = 4096;
    let low = at.saturating_sub(REACH);
    let before = text.get(low..at).unwrap_or_default();
    let start = match before.iter().rposition(|&byte| is_line_end(byte)) {
        Some(end) => low + end + 1,
        None => low + before.iter().take(3).take_while(|&&byte| is_continuation(byte)).count(),
    };
    let rest = text.get(start..).unwrap_or_default();
    let cut = rest.get(..2 * REACH).unwrap_or(rest);
    let end = cut.iter().position(|&byte| is_line_end(byte)).unwrap_or_else(|| {
        let inside = |end: &usize| rest.get(*end).is_some_and(|&byte| is_continuation(byte));
        let back = (0..4).find(|back| !inside(&cut.len().saturating_sub(*back)));
        cut.len().saturating_sub(back.unwrap_or(0))
    });
    rest.get(..end).unwrap_or_default()
}

fn is_line_end(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

/// Whether a byte of UTF-8 belongs to the character before it.
fn is_continuation(byte: u8) -> bool {
    matches!(byte, 0x80..=0xBF)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_round_a_hit_is_cut_between_characters() {
        let long = "яé".repeat(5000);
        for skipped in 0..8 {
            let text = format!("first\n{}{long} example.com {long}\nlast", "x".repeat(skipped));
            let at = text.find("example").unwrap();
            let around = line_around(text.as_bytes(), at);
            assert!(std::str::from_utf8(around).is_ok(), "{skipped}");
            assert!((8000..9000).contains(&around.len()), "{}", around.len());
        }
        let lines = b"one\r\ntwo example.com\rthree";
        assert_eq!(line_around(lines, 9), b"two example.com");
        let whole = line_at(lines, 9, 2);
        assert_eq!((whole.start, whole.bytes), (5, &b"two example.com"[..]));
    }
}
