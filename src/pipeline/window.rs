//! Text of any size in windows that end at line ends.
//!
//! Nearly every entry fits into one window. Longer ones, and text files of any size, are cut so
//! that memory stays flat, and where [`artefact::cut`] says, so that records stay whole. Each window
//! brings along what those before it mean for it. A line that is longer than a window comes in
//! overlapping pieces, which are searched for names but not parsed. UTF-16 is converted on the way,
//! so that parsers see ASCII-based bytes.

use encoding_rs::{CoderResult, Decoder, UTF_16BE, UTF_16LE};

use crate::artefact::{self, Before, End, Hint, Part};
use crate::issue::{Code, Issue, Stage};
use crate::limits::Limits;
use crate::text::{Encoding, SNIFF_BYTES, count_lines, is_still_text, line_end_length};

/// Most bytes of a window.
pub(super) const WINDOW_BYTES: usize = 5 << 18;

/// How many windows of the usual size there are in the largest, which only a long line fills: what
/// the lines of a window come to in records is held at once, by each thread.
const USUAL_SHARE: usize = 5;

/// How much of a piece of a long line is repeated at the start of the next: both pieces then see
/// any name, and [`MARGIN`] bytes on each side of it, completely.
const OVERLAP: usize = 2 * MARGIN;

/// More than the longest name, even with all of its characters escaped.
const MARGIN: usize = 2048;

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
    /// How the text was stored.
    pub encoding: Encoding,
    /// What the windows before it mean for it.
    pub before: Before,
    /// Whether it is the last one.
    pub end: End,
    /// What turned out to be wrong with the text here.
    pub issues: Vec<Issue>,
}

impl Window {
    /// What the parsers have to know of the text.
    pub(super) fn part<'p>(&'p self, hint: Hint, limits: &'p Limits) -> Part<'p> {
        Part { first_line: self.first_line, hint, before: &self.before, end: self.end, limits }
    }
}

/// Cuts a text into windows.
pub(super) struct Windows {
    encoding: Encoding,
    hint: Hint,
    decoder: Option<Decoder>,
    /// What was not delivered yet; in front of it, what the next piece of a long line repeats.
    buffer: Vec<u8>,
    /// How many bytes of the buffer are such a repetition.
    repeated: usize,
    next_line: u64,
    before: Before,
    size: usize,
    at_start: bool,
    /// What the last byte that was pushed is the end of, once that is known.
    ended: Option<End>,
    is_garbled: bool,
}

impl Windows {
    /// For a text in `encoding`, with windows of at most [`WINDOW_BYTES`]; `hint` is what its name
    /// promises.
    pub(super) fn new(encoding: Encoding, hint: Hint) -> Self {
        Self::with_size(encoding, hint, WINDOW_BYTES)
    }

    /// For the rest of an ASCII-based text, behind what means `before`.
    pub(super) fn behind(before: Before, hint: Hint) -> Self {
        Self { before, at_start: false, ..Self::new(Encoding::AsciiBased, hint) }
    }

    fn with_size(encoding: Encoding, hint: Hint, size: usize) -> Self {
        let decoder = match encoding {
            Encoding::AsciiBased => None,
            Encoding::Utf16Le => Some(UTF_16LE.new_decoder_with_bom_removal()),
            Encoding::Utf16Be => Some(UTF_16BE.new_decoder_with_bom_removal()),
        };
        Self {
            encoding,
            hint,
            decoder,
            buffer: Vec::new(),
            repeated: 0,
            next_line: 1,
            before: Before::default(),
            size,
            at_start: true,
            ended: None,
            is_garbled: false,
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

    /// Room for `count` more bytes of an ASCII-based text, which [`Self::keep`] takes; `spare` is memory
    /// that nobody needs.
    pub(super) fn room(&mut self, mut spare: Vec<u8>, count: usize) -> &mut [u8] {
        let rest = self.buffer.len();
        spare.resize(rest + count, 0);
        if let Some(front) = spare.get_mut(..rest) {
            front.copy_from_slice(&self.buffer);
        }
        self.buffer = spare;
        self.buffer.get_mut(rest..).unwrap_or_default()
    }

    /// Takes of the room that `of` bytes had the first `count`, and returns them.
    pub(super) fn keep(&mut self, count: usize, of: usize) -> &[u8] {
        let rest = self.buffer.len().saturating_sub(of);
        self.buffer.truncate(rest + count);
        self.buffer.get(rest..).unwrap_or_default()
    }

    /// All lines that are complete, if they are not too many for a window.
    pub(super) fn complete_lines(&mut self) -> Option<Window> {
        if self.repeated > 0 || self.buffer.len() > self.size {
            return None;
        }
        let end = self.cut_point(self.buffer.len().checked_sub(1)?)?;
        Some(self.take_lines(end))
    }

    /// Says that the last byte was pushed, and of what.
    pub(super) fn finish(&mut self, end: End) {
        if let Some(decoder) = &mut self.decoder {
            decode_into(decoder, &[], &mut self.buffer, Last::Yes);
        }
        self.ended = Some(end);
    }

    /// How many lines there were so far, those of the end of the text excepted.
    pub(super) fn lines(&self) -> u64 {
        self.next_line - 1
    }

    /// What the windows so far mean for the next one.
    pub(super) fn before(&self) -> &Before {
        &self.before
    }

    /// Whether it turned out that they are no text.
    pub(super) fn is_garbled(&self) -> bool {
        self.is_garbled
    }

    /// Whole lines up to `end`.
    fn take_lines(&mut self, end: usize) -> Window {
        let mut text = self.take(end);
        if std::mem::replace(&mut self.at_start, false) && text.starts_with(b"\xef\xbb\xbf") {
            text.drain(..3);
        }
        let first_line = self.next_line;
        let mut window = self.window(text, first_line, Shape::Lines);
        if window.end == End::OfPart {
            self.next_line += count_lines(&window.text);
            let behind = self.before.after(&window.text, self.hint);
            window.before = std::mem::replace(&mut self.before, behind);
        }
        window
    }

    /// A piece of a line that goes on behind it.
    fn take_piece(&mut self) -> Window {
        self.at_start = false;
        let mut end = self.size.min(self.buffer.len());
        // A `\r` that may be the first half of a line end is for the next piece.
        while end > 0 && self.buffer.get(end - 1) == Some(&b'\r') {
            end -= 1;
        }
        let repeat = end.saturating_sub(OVERLAP);
        let repeated = self.buffer.get(repeat..end).unwrap_or_default().to_vec();
        let text = self.take(end);
        self.buffer.splice(..0, repeated.iter().copied());
        let after = std::mem::replace(&mut self.repeated, repeated.len()).saturating_sub(MARGIN);
        let shape = Shape::LongLine { after, until: text.len().saturating_sub(MARGIN) };
        let first_line = self.next_line;
        self.window(text, first_line, shape)
    }

    /// The next piece of a long line, once enough of it came.
    fn next_piece(&mut self) -> Option<Window> {
        let is_last = self.buffer.len() <= self.size;
        if is_last && self.ended.is_none() {
            return None;
        }
        let end = self.long_line_end().filter(|&end| is_last || end <= self.size);
        Some(match end {
            Some(end) => self.take_last_piece(end),
            None => self.take_piece(),
        })
    }

    /// The last piece of a long line, which ends at `end`.
    fn take_last_piece(&mut self, end: usize) -> Window {
        let text = self.take(end);
        let after = std::mem::take(&mut self.repeated).saturating_sub(MARGIN);
        let shape = Shape::LongLine { after, until: text.len() };
        let first_line = self.next_line;
        self.next_line += 1;
        self.window(text, first_line, shape)
    }

    fn take(&mut self, end: usize) -> Vec<u8> {
        let rest = self.buffer.split_off(end.min(self.buffer.len()));
        std::mem::replace(&mut self.buffer, rest)
    }

    fn window(&mut self, text: Vec<u8>, first_line: u64, shape: Shape) -> Window {
        let rest = self.buffer.len() - self.repeated.min(self.buffer.len());
        let end = self.ended.filter(|_| rest == 0).unwrap_or(End::OfPart);
        let issues = self.issues(&text, first_line, shape);
        let (encoding, before) = (self.encoding, self.before.clone());
        Window { text, first_line, shape, encoding, before, end, issues }
    }

    fn issues(&mut self, text: &[u8], line: u64, shape: Shape) -> Vec<Issue> {
        let mut issues = Vec::new();
        if matches!(shape, Shape::LongLine { after: 0, .. }) {
            let detail = "a line longer than a window was searched for names, but not parsed";
            issues.push(Issue::loss(Stage::Limit, Code::LineTooLong, detail).at_line(line));
        }
        let tail = text.len().checked_sub(SNIFF_BYTES).and_then(|start| text.get(start..));
        if !self.is_garbled && tail.is_some_and(|tail| !is_still_text(tail)) {
            self.is_garbled = true;
            let detail =
                "it begins as text, but goes on as something else; it was searched as text";
            issues.push(Issue::loss(Stage::Decode, Code::NotText, detail).at_line(line));
        }
        issues
    }

    /// Where a window of whole lines ends, if a line end stands in its first `bytes` and more follow.
    fn cut_point(&self, bytes: usize) -> Option<usize> {
        let end = last_line_end(&self.buffer, bytes, self.ended)?;
        Some(artefact::cut(self.buffer.get(..end)?))
    }

    /// Where the long line ends whose pieces are delivered; none if that is too far away.
    fn long_line_end(&self) -> Option<usize> {
        let rest = self.buffer.get(self.repeated..)?;
        let Some(found) = memchr::memchr2(b'\n', b'\r', rest) else {
            return self.ended.map(|_| self.buffer.len());
        };
        let end = self.repeated + found + line_end_length(rest.get(found..)?);
        is_line_end(&self.buffer, end, self.ended).then_some(end)
    }
}

/// Where a text that does not begin with `head` may be cut, by this alone: behind lines, and between
/// records if that can be told.
pub(super) fn part_start(head: &[u8]) -> Option<usize> {
    let end = last_line_end(head, head.len().checked_sub(1)?, None)?;
    // What it begins with is the rest of a line.
    let first = memchr::memchr2(b'\n', b'\r', head)?;
    let start = first + line_end_length(head.get(first..)?);
    Some(start + artefact::cut(head.get(start..end)?))
}

/// The last line end in the first `bytes` of `text`, if more follow.
fn last_line_end(text: &[u8], bytes: usize, ended: Option<End>) -> Option<usize> {
    let body = text.get(..bytes).filter(|body| body.len() < text.len())?;
    let ends = memchr::memrchr2_iter(b'\n', b'\r', body).map(|at| at + 1);
    ends.into_iter().find(|&end| is_line_end(text, end, ended))
}

/// Whether the line end at `end` is complete, whatever follows.
fn is_line_end(text: &[u8], end: usize, ended: Option<End>) -> bool {
    let last = end.checked_sub(1).and_then(|at| text.get(at));
    match (last, text.get(end..).unwrap_or_default()) {
        (Some(b'\n'), _) => true,
        (_, [b'\n', ..] | [b'\r', b'\n', ..]) => false,
        (_, [] | [b'\r']) => ended.is_some(),
        _ => true,
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
        if self.buffer.len() <= self.repeated {
            return None;
        }
        if self.repeated > 0 {
            return self.next_piece();
        }
        let usual = self.size / USUAL_SHARE;
        // A line that is long may belong to the lines in front of it.
        if let Some(end) = self.cut_point(usual).filter(|&end| end >= usual / 4 * 3) {
            return Some(self.take_lines(end));
        }
        // Before the end of the text a window needs bytes behind it: it is not the last then.
        if self.buffer.len() <= self.size {
            return self.ended.map(|_| self.take_lines(self.buffer.len()));
        }
        match self.cut_point(self.size) {
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
    use crate::text::Lines;
    use proptest::prelude::*;

    /// Larger than two overlaps, as small as tests like it.
    const SIZE: usize = 3 * OVERLAP;

    fn windows(text: &[u8], encoding: Encoding, size: usize, step: usize) -> Vec<Window> {
        let mut cutter = Windows::with_size(encoding, Hint::Other, size);
        let mut all = Vec::new();
        for chunk in text.chunks(step) {
            cutter.push(chunk);
            all.extend(cutter.by_ref());
        }
        cutter.finish(End::OfText);
        all.extend(cutter);
        all
    }

    /// The texts of the windows without what pieces repeat.
    fn joined(windows: &[Window]) -> Vec<u8> {
        let mut text = Vec::new();
        for window in windows {
            let own = match window.shape {
                Shape::LongLine { after, until } => after..until,
                Shape::Lines => 0..window.text.len(),
            };
            text.extend_from_slice(&window.text[own]);
        }
        text
    }

    #[test]
    fn small_texts_are_one_window() {
        let all = windows(b"a\nb\n", Encoding::AsciiBased, SIZE, 3);
        let [window] = &all[..] else { panic!("{all:?}") };
        assert_eq!((window.text.as_slice(), window.first_line), (&b"a\nb\n"[..], 1));
        assert_eq!((window.end, &window.before), (End::OfText, &Before::default()));
        assert!(windows(b"", Encoding::AsciiBased, SIZE, 1).is_empty());
        assert_eq!(windows(b"\xef\xbb\xbf", Encoding::AsciiBased, SIZE, 1)[0].text, b"");
    }

    #[test]
    fn utf16_is_converted_across_chunks() {
        let bytes: Vec<u8> = "\u{feff}größe\nя".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let all = windows(&bytes, Encoding::Utf16Le, SIZE, 1);
        assert_eq!(String::from_utf8(all[0].text.clone()).unwrap(), "größe\nя");
    }

    #[test]
    fn a_long_line_comes_in_pieces_and_is_told_once() {
        for end in [&b"\n"[..], b"\r\n", b"\r\r\n", b"\r"] {
            for length in SIZE - 3..SIZE + 4 {
                let mut text = vec![b'x'; 2 * SIZE + length];
                text.extend_from_slice(end);
                text.extend_from_slice(b"second\nthird\n");
                for step in [1000, SIZE, text.len()] {
                    let all = windows(&text, Encoding::AsciiBased, SIZE, step);
                    assert_eq!(joined(&all), text);
                    let last = all.last().unwrap();
                    let lines: Vec<_> = Lines::starting_at(&last.text, last.first_line)
                        .last()
                        .into_iter()
                        .collect();
                    assert_eq!((lines[0].number, lines[0].bytes), (3, &b"third"[..]), "{end:?}");
                    let issues: Vec<_> = all.iter().flat_map(|window| &window.issues).collect();
                    assert_eq!((issues.len(), issues[0].line), (1, Some(1)));
                }
            }
        }
    }

    #[test]
    fn a_line_of_exactly_a_window_is_delivered_to_its_last_byte() {
        for length in SIZE - 2..SIZE + 3 {
            let text = vec![b'x'; length];
            let all = windows(&text, Encoding::AsciiBased, SIZE, length);
            assert_eq!(joined(&all), text);
            assert_eq!(all.last().unwrap().end, End::OfText);
            if let Shape::LongLine { until, .. } = all.last().unwrap().shape {
                assert_eq!(until, all.last().unwrap().text.len());
            }
        }
    }

    #[test]
    fn a_text_that_goes_on_as_something_else_is_told_once() {
        let mut text = b"a line of text\n".repeat(300);
        text.extend(vec![0; 4 * SIZE]);
        let all = windows(&text, Encoding::AsciiBased, SIZE, 777);
        let codes: Vec<Code> =
            all.iter().flat_map(|window| &window.issues).map(|issue| issue.code).collect();
        assert_eq!(codes.iter().filter(|code| **code == Code::NotText).count(), 1, "{codes:?}");
    }

    #[test]
    fn glued_blocks_stay_whole() {
        let text: String = (0..2000)
            .map(|n| format!("SOFT: Chrome\nURL: https://a{n}.example.com/\nUSER: u\nPASS: p{n}\n"))
            .collect();
        let all = windows(text.as_bytes(), Encoding::AsciiBased, SIZE, 1000);
        assert!(all.len() > 5);
        for window in &all {
            assert!(window.text.starts_with(b"SOFT: "), "{:?}", window.text.get(..30));
        }
    }

    proptest! {
        #[test]
        fn windows_put_together_are_the_text(
            lines in proptest::collection::vec(
                ("[a-z{},]{0,30}", prop_oneof!["\n", "\r\n", "\r\r\n", "\r"], 0_usize..40),
                0..200,
            ),
            long in 0_usize..3 * SIZE,
            step in 1_usize..3 * SIZE,
        ) {
            let mut text = Vec::new();
            for (index, (line, end, repeat)) in lines.iter().enumerate() {
                text.extend_from_slice(line.repeat(*repeat).as_bytes());
                if index == lines.len() / 2 {
                    text.extend(vec![b'x'; long]);
                }
                text.extend_from_slice(end.as_bytes());
            }
            let all = windows(&text, Encoding::AsciiBased, SIZE, step);
            prop_assert_eq!(joined(&all), text.clone());
            let numbers: Vec<_> = Lines::new(&text).map(|line| (line.start, line.number)).collect();
            let mut start = 0;
            for window in &all {
                match window.shape {
                    Shape::Lines => {
                        prop_assert!(numbers.contains(&(start, window.first_line)));
                        start += window.text.len();
                    }
                    Shape::LongLine { after, until } => start += until - after,
                }
                let is_last = std::ptr::eq(window, all.last().unwrap());
                prop_assert_eq!(window.end == End::OfText, is_last);
            }
        }
    }
}
