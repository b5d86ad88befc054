//! Text of any size in windows that end at line ends.
//!
//! Nearly every entry fits into one window. Longer ones, and text files of any size, are cut so
//! that memory stays flat: at a blank line where one is near, so that blocks stay whole, else at a
//! line end. A line that is longer than a window comes in overlapping pieces, which are searched
//! for names but not parsed. UTF-16 is converted on the way, so that parsers see ASCII-based bytes.

use encoding_rs::{CoderResult, Decoder, UTF_16BE, UTF_16LE};

use crate::text::{Encoding, count_lines};

/// Most bytes of a window; a long line may make it fail to end at a line end.
pub(super) const WINDOW_BYTES: usize = 4 << 20;

/// How far back from the end of a window a blank line is looked for.
const BLANK_LINE_REACH: usize = 64 << 10;

/// How much of a piece of a long line is repeated at the start of the next: both pieces then see
/// any name, and [`MARGIN`] bytes on each side of it, completely.
const OVERLAP: usize = 2 * MARGIN;

/// More than the longest name.
const MARGIN: usize = 512;

/// What a window holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// Whole lines (the last line of a text may lack its end).
    Lines,
    /// A piece of a line that is too long. Pieces overlap: what ends at an offset past `after` and
    /// up to `until` belongs to this piece, anything else to its neighbours.
    LongLine {
        /// Ends at or before this offset belong to the piece before.
        after: usize,
        /// Ends past this offset belong to the piece behind.
        until: usize,
    },
}

/// A part of a text, in an ASCII-based encoding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Window {
    /// The bytes.
    pub text: Vec<u8>,
    /// Number of its first line, counted from 1.
    pub first_line: u64,
    /// Whether it holds whole lines.
    pub shape: Shape,
}

/// Cuts a text into windows.
pub(super) struct Windows {
    decoder: Option<Decoder>,
    buffer: Vec<u8>,
    fresh: usize,
    next_line: u64,
    size: usize,
    at_start: bool,
    ended: bool,
}

impl Windows {
    /// For a text in `encoding`, with windows of about [`WINDOW_BYTES`].
    pub(super) fn new(encoding: Encoding) -> Self {
        Self::with_size(encoding, WINDOW_BYTES)
    }

    fn with_size(encoding: Encoding, size: usize) -> Self {
        let decoder = match encoding {
            Encoding::AsciiBased => None,
            Encoding::Utf16Le => Some(UTF_16LE.new_decoder_with_bom_removal()),
            Encoding::Utf16Be => Some(UTF_16BE.new_decoder_with_bom_removal()),
        };
        Self {
            decoder,
            buffer: Vec::new(),
            fresh: 0,
            next_line: 1,
            size,
            at_start: true,
            ended: false,
        }
    }

    /// Takes more bytes of the text.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        if let Some(decoder) = &mut self.decoder {
            decode_into(decoder, bytes, &mut self.buffer, Last::No);
        } else {
            self.buffer.extend_from_slice(bytes);
        }
    }

    /// Says that the last byte of the text was pushed.
    pub(super) fn finish(&mut self) {
        if let Some(decoder) = &mut self.decoder {
            decode_into(decoder, &[], &mut self.buffer, Last::Yes);
        }
        self.ended = true;
    }

    fn is_last(&self) -> bool {
        self.ended && self.buffer.len() <= self.size
    }

    /// Where the window ends: after the last blank line in reach, else after the last line end.
    ///
    /// A `\r` at the very end may be half of a line end, so it does not count.
    fn cut_point(&self) -> Option<usize> {
        let body = self.buffer.get(self.fresh..self.window_end())?;
        let last = memchr::memrchr(b'\n', body).or_else(|| {
            let inner = body.get(..body.len().saturating_sub(1))?;
            memchr::memrchr(b'\r', inner)
        })?;
        if self.fresh > 0 {
            // The end of a long line: cut right behind it.
            return memchr::memchr2(b'\n', b'\r', body).map(|first| self.fresh + first + 1);
        }
        let reach = last.saturating_sub(BLANK_LINE_REACH);
        let tail = body.get(reach..=last).unwrap_or_default();
        let blank = memchr::memmem::rfind(tail, b"\n\n")
            .map(|at| at + 2)
            .max(memchr::memmem::rfind(tail, b"\n\r\n").map(|at| at + 3));
        Some(blank.map_or(last + 1, |at| reach + at))
    }

    fn take_lines(&mut self, end: usize) -> Window {
        if self.fresh > 0 {
            return self.take_long_line_end(end);
        }
        let rest = self.buffer.split_off(end.min(self.buffer.len()));
        let mut text = std::mem::replace(&mut self.buffer, rest);
        if std::mem::replace(&mut self.at_start, false) && text.starts_with(b"\xef\xbb\xbf") {
            text.drain(..3);
        }
        let first_line = self.next_line;
        self.next_line += count_lines(&text);
        Window { text, first_line, shape: Shape::Lines }
    }

    fn take_long_line_end(&mut self, end: usize) -> Window {
        let rest = self.buffer.split_off(end.min(self.buffer.len()));
        let text = std::mem::replace(&mut self.buffer, rest);
        let after = std::mem::take(&mut self.fresh).saturating_sub(MARGIN);
        let until = text.len();
        let first_line = self.next_line;
        self.next_line += 1;
        // `\r` was cut off its `\n`: that `\n` belongs to the same line end.
        if text.ends_with(b"\r") && self.buffer.first() == Some(&b'\n') {
            self.buffer.remove(0);
        }
        Window { text, first_line, shape: Shape::LongLine { after, until } }
    }

    fn take_piece(&mut self) -> Window {
        self.at_start = false;
        let end = self.window_end();
        let keep = end.saturating_sub(OVERLAP);
        let after = std::mem::replace(&mut self.fresh, end - keep).saturating_sub(MARGIN);
        let until =
            if self.ended && end == self.buffer.len() { end } else { end.saturating_sub(MARGIN) };
        let rest = self.buffer.get(keep..).unwrap_or_default().to_vec();
        let mut text = std::mem::replace(&mut self.buffer, rest);
        text.truncate(end);
        Window { text, first_line: self.next_line, shape: Shape::LongLine { after, until } }
    }

    /// Where the next window ends at the latest; always past what the last one showed.
    fn window_end(&self) -> usize {
        self.buffer.len().min(self.size.max(self.fresh + 1))
    }
}

/// Whether a decoder has seen the end of the text.
#[derive(Clone, Copy)]
enum Last {
    Yes,
    No,
}

/// The windows that can be told so far; the rest of the text comes after [`Windows::finish`].
impl Iterator for Windows {
    type Item = Window;

    fn next(&mut self) -> Option<Window> {
        if self.buffer.len() <= self.fresh || (!self.ended && self.buffer.len() < self.size) {
            return None;
        }
        if self.is_last() && self.fresh == 0 {
            return Some(self.take_lines(self.buffer.len()));
        }
        match self.cut_point() {
            Some(end) => Some(self.take_lines(end)),
            None => Some(self.take_piece()),
        }
    }
}

fn decode_into(decoder: &mut Decoder, bytes: &[u8], buffer: &mut Vec<u8>, last: Last) {
    let mut rest = bytes;
    let mut piece = [0_u8; 8192];
    loop {
        let last = matches!(last, Last::Yes);
        let (result, read, written, _) = decoder.decode_to_utf8(rest, &mut piece, last);
        buffer.extend_from_slice(piece.get(..written).unwrap_or_default());
        rest = rest.get(read..).unwrap_or_default();
        if result == CoderResult::InputEmpty {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn windows(text: &[u8], encoding: Encoding, size: usize, step: usize) -> Vec<Window> {
        let mut cutter = Windows::with_size(encoding, size);
        let mut all = Vec::new();
        for chunk in text.chunks(step) {
            cutter.push(chunk);
            all.extend(cutter.by_ref());
        }
        cutter.finish();
        all.extend(cutter);
        all
    }

    #[test]
    fn small_texts_are_one_window() {
        let all = windows(b"a\nb\n", Encoding::AsciiBased, 100, 3);
        assert_eq!(all.len(), 1);
        assert_eq!((all[0].text.as_slice(), all[0].first_line), (&b"a\nb\n"[..], 1));
    }

    #[test]
    fn utf16_is_converted_across_chunks() {
        let bytes: Vec<u8> = "\u{feff}größe\nя".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let all = windows(&bytes, Encoding::Utf16Le, 100, 1);
        assert_eq!(String::from_utf8(all[0].text.clone()).unwrap(), "größe\nя");
    }

    #[test]
    fn a_long_line_comes_in_pieces_and_lines_are_still_counted() {
        let mut text = vec![b'x'; 10_000];
        text.extend_from_slice(b"\r\nsecond\nthird\n");
        let all = windows(&text, Encoding::AsciiBased, 2048, 2048);
        let last = all.last().unwrap();
        assert_eq!((last.text.as_slice(), last.first_line), (&b"second\nthird\n"[..], 2));
        let own = |window: &Window| match window.shape {
            Shape::LongLine { after, until } => until - after,
            Shape::Lines => 0,
        };
        let owned: usize = all.iter().map(own).sum();
        assert!((10_000..=10_002).contains(&owned), "{owned}");
    }

    proptest! {
        #[test]
        fn windows_put_together_are_the_text(
            lines in proptest::collection::vec("[a-z]{0,30}", 0..60),
            size in 40_usize..200,
            step in 1_usize..64,
        ) {
            let text = lines.join("\n").into_bytes();
            let all = windows(&text, Encoding::AsciiBased, size, step);
            let mut joined = Vec::new();
            for window in &all {
                prop_assert_eq!(window.first_line, count_lines(&joined) + 1);
                prop_assert_eq!(window.shape, Shape::Lines);
                joined.extend_from_slice(&window.text);
            }
            prop_assert_eq!(joined, text);
        }
    }
}
