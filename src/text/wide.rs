//! Questions that are asked of many bytes of a text at once, by the widest instructions that the
//! processor has.

use fearless_simd::{Level, Simd, dispatch, prelude::*, u8x64};

/// Bytes that are looked at at once.
const PIECE: usize = 64;

/// Number of line ends in `text`, counted as [`Lines`](super::Lines) does.
pub fn count_lines(text: &[u8]) -> u64 {
    dispatch!(Level::new(), simd => {
        let mut count = 0;
        let mut add = |ends: Ends, next: Ends| {
            count += u64::from((ends.feeds | ends.lone_returns(next)).count_ones());
        };
        let (pieces, rest) = text.as_chunks();
        let mut last = Ends::default();
        for piece in pieces {
            let next = Ends::of(u8x64::simd_from(simd, *piece));
            add(last, next);
            last = next;
        }
        let next = Ends::of(u8x64::simd_from(simd, filled(rest, 0)));
        add(last, next);
        add(next, Ends::default());
        count
    })
}

/// Whether a line of `text` but the first one is empty, or begins with white space.
pub fn has_blank_start(text: &[u8]) -> bool {
    dispatch!(Level::new(), simd => {
        let is_blank_behind = |ends: Ends, next: Ends, blanks: u64, next_blanks: u64| {
            let line_ends = ends.feeds | ends.returns & !behind(ends.feeds, next.feeds, 1);
            line_ends & behind(blanks, next_blanks, 1) != 0
        };
        let (pieces, rest) = text.as_chunks();
        let (mut last, mut last_blanks) = (Ends::default(), 0);
        for piece in pieces {
            let piece = u8x64::simd_from(simd, *piece);
            let (next, next_blanks) = (Ends::of(piece), blanks(piece));
            if is_blank_behind(last, next, last_blanks, next_blanks) {
                return true;
            }
            (last, last_blanks) = (next, next_blanks);
        }
        let rest = u8x64::simd_from(simd, filled(rest, 0));
        let (next, next_blanks) = (Ends::of(rest), blanks(rest));
        is_blank_behind(last, next, last_blanks, next_blanks)
            || is_blank_behind(next, Ends::default(), next_blanks, 0)
    })
}

/// How many bytes of a stretch stand in no text.
pub(super) fn count_binary_controls(stretch: &[u8]) -> usize {
    dispatch!(Level::new(), simd => {
        let (pieces, rest) = stretch.as_chunks();
        let mut count = 0;
        for piece in pieces {
            count += binary_controls(u8x64::simd_from(simd, *piece)).count_ones();
        }
        count += binary_controls(u8x64::simd_from(simd, filled(rest, b' '))).count_ones();
        count as usize
    })
}

#[inline(always)]
fn binary_controls<S: Simd>(piece: u8x64<S>) -> u64 {
    let is_of_text = (piece - 9).simd_lt(5) | piece.simd_eq(27);
    (piece.simd_lt(32) & !is_of_text | piece.simd_eq(127)).to_bitmask()
}

/// The white space of a piece, a bit for each byte.
#[inline(always)]
fn blanks<S: Simd>(piece: u8x64<S>) -> u64 {
    let is_layout = (piece - 9).simd_lt(5) & !piece.simd_eq(b'\x0b');
    (is_layout | piece.simd_eq(b' ')).to_bitmask()
}

/// Where line ends stand in a piece, a bit for each byte.
#[derive(Clone, Copy, Default)]
struct Ends {
    feeds: u64,
    returns: u64,
}

impl Ends {
    #[inline(always)]
    fn of<S: Simd>(piece: u8x64<S>) -> Self {
        let (feeds, returns) = (piece.simd_eq(b'\n'), piece.simd_eq(b'\r'));
        Self { feeds: feeds.to_bitmask(), returns: returns.to_bitmask() }
    }

    /// The `\r` that are no part of `\r\n` or `\r\r\n`, where `next` is the next piece.
    #[inline(always)]
    fn lone_returns(self, next: Self) -> u64 {
        let feeds = behind(self.feeds, next.feeds, 1);
        let returns_and_feeds =
            behind(self.returns, next.returns, 1) & behind(self.feeds, next.feeds, 2);
        self.returns & !feeds & !returns_and_feeds
    }
}

/// The bits that stand so many places behind each bit, where `next` comes behind the last one.
#[inline(always)]
fn behind(bits: u64, next: u64, places: u32) -> u64 {
    bits >> places | next << (u64::BITS - places)
}

/// The last bytes of a text as a piece.
fn filled(rest: &[u8], filling: u8) -> [u8; PIECE] {
    let mut piece = [filling; PIECE];
    piece.iter_mut().zip(rest).for_each(|(place, &byte)| *place = byte);
    piece
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::text::{Lines, line_end_length};

    #[test]
    fn bytes_that_stand_in_no_text() {
        for byte in 0..=255_u8 {
            let is_control = byte < 32 && !(9..=13).contains(&byte) && byte != 27 || byte == 127;
            for length in [1, 63, 64, 65, 200] {
                let counted = count_binary_controls(&vec![byte; length]);
                assert_eq!(counted, if is_control { length } else { 0 }, "{byte} {length}");
            }
        }
    }

    proptest! {
        #[test]
        fn line_ends_are_counted_as_lines_are_told(
            words in proptest::collection::vec(
                prop_oneof!["\n", "\r\n", "\r\r\n", "\r", "[a-z ]{0,90}"], 0..60,
            ),
        ) {
            let text = words.concat().into_bytes();
            let lines: Vec<usize> = Lines::new(&text).map(|line| line.start).collect();
            let is_open = lines.last().is_some_and(|&start| {
                !text[start..].iter().any(|byte| line_end_length(&[*byte]) > 0)
            });
            prop_assert_eq!(count_lines(&text) as usize, lines.len() - usize::from(is_open));
            let begins_blank =
                |&start: &usize| start > 0 && text[start].is_ascii_whitespace();
            // In `\r\r\n` the second byte may be taken for a line.
            let is_doubtful = text.windows(3).any(|three| three == b"\r\r\n");
            prop_assert!(is_doubtful || has_blank_start(&text) == lines.iter().any(begins_blank));
            prop_assert!(has_blank_start(&text) || !lines.iter().any(begins_blank));
        }
    }
}
