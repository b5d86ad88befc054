//! A sample of the lines of a text, so that telling what it is costs the same for any length.

use crate::text::Lines;

/// How many stretches of a long text are looked at, and how many bytes each has.
const STRETCHES: usize = 16;
const STRETCH_BYTES: usize = 8 << 10;

/// The lines that are not empty: of a short text all, of a long one those of stretches that are
/// spread over it, without the lines that a stretch cuts in front.
pub(super) fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    lines_of(text, STRETCH_BYTES)
}

/// The same of stretches that are much shorter: enough to see that a text goes on as it began.
pub(super) fn few_lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    lines_of(text, STRETCH_BYTES / 8)
}

fn lines_of(text: &[u8], stretch_bytes: usize) -> impl Iterator<Item = &[u8]> {
    let short = text.len() <= STRETCHES * stretch_bytes;
    let (count, length) = if short { (1, text.len()) } else { (STRETCHES, stretch_bytes) };
    let step = text.len() / count;
    let stretches = (0..count).filter_map(move |index| {
        let stretch = text.get(index * step..)?;
        let stretch = stretch.get(..length).unwrap_or(stretch);
        let skipped = if index == 0 { 0 } else { memchr::memchr2(b'\n', b'\r', stretch)? + 1 };
        stretch.get(skipped..)
    });
    stretches
        .flat_map(|stretch| Lines::new(stretch).map(|line| line.bytes))
        .filter(|line| !line.trim_ascii().is_empty())
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_long_text_is_sampled_over_its_length() {
        let mut text = b"first\n".repeat(100_000);
        text.extend(b"second\n".repeat(100_000));
        let sampled: Vec<_> = super::lines(&text).collect();
        assert!(sampled.len() < 30_000);
        assert!(sampled.contains(&&b"first"[..]) && sampled.contains(&&b"second"[..]));
        assert_eq!(super::lines(b"a\n\n b\r\n").collect::<Vec<_>>(), [&b"a"[..], b" b"]);
    }
}
