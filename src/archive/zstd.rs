//! Zstandard.
//!
//! The decoder is one whose packages forbid `unsafe`, but the only limit that it has for the window
//! is its own. So [`Frames`] reads the headers of frames and blocks along with it, and stops the
//! stream at a frame whose window is larger than allowed, before the decoder has seen its size.

use std::io::{self, Read};

use crate::archive::bounded;
use crate::issue::{Code, Issue, Stage};

/// The largest window that the decoder supports.
const DECODER_WINDOW: u64 = 128 << 20;

/// What a frame of compressed data begins with.
const FRAME: u64 = 0xFD2F_B528;

/// What a frame begins with that is to be skipped, but for its last four bits.
const SKIPPABLE: u64 = 0x184D_2A50;

/// All bytes of the frames in `input`. The checksums that they have are verified.
pub(super) fn decoder<R: Read>(input: R, window: u64) -> impl Read {
    zrip::FrameDecoder::new(Frames {
        inner: input,
        window: window.min(DECODER_WINDOW),
        ahead: Vec::new(),
        given: 0,
        untold: 0,
        next: Next::Frame,
    })
}

/// The window of the first frame of compressed data, in bytes.
pub(super) fn window_of(head: &[u8]) -> Option<u64> {
    let after = head.get(4..).filter(|_| head.get(..4).and_then(number) == Some(FRAME))?;
    let descriptor = Descriptor(*after.first()?);
    descriptor.window(after.get(1..)?)
}

/// What the first byte behind the magic number says of a frame: RFC 8878, 3.1.1.1.
#[derive(Clone, Copy)]
struct Descriptor(u8);

impl Descriptor {
    fn is_one_segment(self) -> bool {
        self.0 & 0x20 != 0
    }

    /// How many bytes the number of the dictionary has.
    fn dictionary(self) -> usize {
        match self.0 & 3 {
            3 => 4,
            length => length.into(),
        }
    }

    /// How many bytes the fields behind it have: window, dictionary, size of the content.
    fn fields(self) -> u64 {
        let size = match self.0 >> 6 {
            0 => u64::from(self.is_one_segment()),
            power => 1 << power,
        };
        u64::from(!self.is_one_segment()) + self.dictionary() as u64 + size
    }

    /// The window that these fields tell.
    fn window(self, fields: &[u8]) -> Option<u64> {
        if self.is_one_segment() {
            let size = fields.get(self.dictionary()..self.fields() as usize)?;
            // A size of two bytes counts from 256, which is far below every limit.
            return number(size);
        }
        fields.first().map(|&byte| {
            let base = 1 << (10 + (byte >> 3));
            base + (base >> 3) * u64::from(byte & 7)
        })
    }

    /// How many bytes of check sum end the frame.
    fn checksum(self) -> u64 {
        u64::from(self.0 & 4)
    }
}

/// Hands on compressed bytes as they are, up to a frame with too large a window.
struct Frames<R> {
    inner: R,
    /// Largest window that is let through.
    window: u64,
    /// The header that was read last.
    ahead: Vec<u8>,
    /// How many bytes of it have been handed on.
    given: usize,
    /// How many bytes come then that need no look.
    untold: u64,
    /// What comes after them.
    next: Next,
}

/// Which header comes next.
#[derive(Clone, Copy)]
enum Next {
    Frame,
    /// One of a block, in a frame that ends with `checksum` bytes.
    Block {
        checksum: u64,
    },
}

impl<R: Read> Frames<R> {
    /// Reads up to `count` more bytes of the header.
    fn more(&mut self, count: u64) -> io::Result<()> {
        self.inner.by_ref().take(count).read_to_end(&mut self.ahead).map(drop)
    }

    /// Reads the next header. What is no header, or is cut, is left to the decoder to complain of.
    fn header(&mut self) -> io::Result<()> {
        self.ahead.clear();
        self.given = 0;
        match self.next {
            Next::Frame => self.frame(),
            Next::Block { checksum } => self.block(checksum),
        }
    }

    fn frame(&mut self) -> io::Result<()> {
        self.more(4)?;
        match number(&self.ahead) {
            Some(magic) if magic == FRAME => self.compressed_frame(),
            Some(magic) if magic & !0xF == SKIPPABLE => {
                self.more(4)?;
                self.untold = self.ahead.get(4..).and_then(number).unwrap_or_default();
                Ok(())
            }
            _ => {
                self.untold = u64::MAX;
                Ok(())
            }
        }
    }

    fn compressed_frame(&mut self) -> io::Result<()> {
        self.more(1)?;
        let descriptor = Descriptor(self.ahead.last().copied().unwrap_or_default());
        self.more(descriptor.fields())?;
        let window = descriptor.window(self.ahead.get(5..).unwrap_or_default());
        self.next = Next::Block { checksum: descriptor.checksum() };
        match window {
            Some(window) if window > self.window => {
                let allowed = self.window;
                let text = format!("a window of {window} bytes; {allowed} are allowed");
                Err(bounded::refusal(Issue::loss(Stage::Limit, Code::LimitMemory, text)))
            }
            _ => Ok(()),
        }
    }

    /// Three bytes: whether it is the last one, its kind, its size.
    fn block(&mut self, checksum: u64) -> io::Result<()> {
        const RUN: u64 = 1;
        self.more(3)?;
        let header = number(&self.ahead).unwrap_or_default();
        self.untold = if (header >> 1) & 3 == RUN { 1 } else { header >> 3 };
        if header & 1 != 0 {
            self.untold += checksum;
            self.next = Next::Frame;
        }
        Ok(())
    }
}

/// A little-endian number of up to eight bytes.
fn number(bytes: &[u8]) -> Option<u64> {
    let digits = bytes.iter().rev();
    (!bytes.is_empty()).then(|| digits.fold(0, |sum, &byte| sum << 8 | u64::from(byte)))
}

impl<R: Read> Read for Frames<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.given == self.ahead.len() && self.untold == 0 {
            self.header()?;
        }
        let mut ahead = self.ahead.get(self.given..).unwrap_or_default();
        if !ahead.is_empty() {
            let count = ahead.read(buffer)?;
            self.given += count;
            return Ok(count);
        }
        let count = self.inner.by_ref().take(self.untold).read(buffer)?;
        self.untold -= count as u64;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use ::zstd::zstd_safe::CParameter::{self, ChecksumFlag, CompressionLevel, WindowLog};

    use super::*;
    use crate::archive::bounded::issue_of;

    /// A frame as the reference encoder makes it.
    fn frame(bytes: &[u8], parameters: &[CParameter]) -> Vec<u8> {
        let mut encoder = ::zstd::Encoder::new(Vec::new(), 3).unwrap();
        parameters.iter().for_each(|&parameter| encoder.set_parameter(parameter).unwrap());
        io::copy(&mut &bytes[..], &mut encoder).unwrap();
        encoder.finish().unwrap()
    }

    /// A frame that is to be skipped.
    fn skippable(length: u8) -> Vec<u8> {
        [&[0x5A, 0x2A, 0x4D, 0x18, length, 0, 0, 0], &vec![0xB5; length.into()][..]].concat()
    }

    /// What comes out, and why it ended.
    fn decoded(bytes: &[u8], window: u64) -> (Vec<u8>, Option<Code>) {
        let mut out = Vec::new();
        let end = decoder(bytes, window).read_to_end(&mut out);
        (out, end.err().map(|error| issue_of(&error).code))
    }

    fn lines() -> Vec<u8> {
        (0..40_000u32)
            .map(|i| format!("https://s{}.example/:u{i}:p\n", i % 977))
            .collect::<String>()
            .into()
    }

    #[test]
    fn frames_of_every_kind_are_read() {
        let text = lines();
        for parameters in [
            &[CompressionLevel(-5)][..],
            &[CompressionLevel(1), ChecksumFlag(true)],
            &[CompressionLevel(19), WindowLog(10)],
            &[WindowLog(27), ChecksumFlag(true)],
            &[CParameter::EnableLongDistanceMatching(true)],
        ] {
            let packed = frame(&text, parameters);
            assert!(decoded(&packed, u64::MAX) == (text.clone(), None), "{parameters:?}");
        }
        let one_segment = ::zstd::bulk::compress(&text, 3).unwrap();
        assert!(one_segment[4] & 0x20 != 0);
        assert!(decoded(&one_segment, u64::MAX) == (text, None));
    }

    #[test]
    fn frames_stand_one_after_the_other() {
        let one = frame(b"one ", &[ChecksumFlag(true)]);
        let two = frame(b"two", &[]);
        let all = [skippable(3), one, skippable(0), two, skippable(200)].concat();
        assert_eq!(decoded(&all, u64::MAX), (b"one two".to_vec(), None));
    }

    #[test]
    fn no_frame_has_more_than_the_window_allowed() {
        let small = frame(b"small ", &[WindowLog(20)]);
        let large = frame(&lines(), &[WindowLog(21)]);
        let run = vec![7; 3 << 20];
        let one_segment = ::zstd::bulk::compress(&run, 19).unwrap();
        assert!(one_segment[4] & 0x20 != 0);
        let limit = 1 << 20;
        for large in [large, one_segment] {
            let (text, code) = decoded(&[&skippable(9), &small[..], &large].concat(), limit);
            assert!(text == b"small " && code == Some(Code::LimitMemory), "{code:?}");
        }
        // 16 TiB, and as much as the decoder has.
        let huge = [0x28, 0xB5, 0x2F, 0xFD, 0, 0xFF, 1, 0, 0];
        assert_eq!(decoded(&huge, u64::MAX).1, Some(Code::LimitMemory));
        assert_eq!(decoded(&frame(b"x", &[WindowLog(27)]), u64::MAX).1, None);
    }

    #[test]
    fn damage_is_told() {
        let text = lines();
        let packed = frame(&text, &[ChecksumFlag(true)]);
        for cut in [1, 4, 5, 8, 11, packed.len() / 2, packed.len() - 1] {
            let (out, code) = decoded(&packed[..cut], u64::MAX);
            assert!(text.starts_with(&out) && code == Some(Code::Truncated), "{cut}: {code:?}");
        }
        let mut wrong = packed.clone();
        *wrong.last_mut().unwrap() ^= 1;
        assert!(decoded(&wrong, u64::MAX) == (text.clone(), Some(Code::CrcMismatch)));
        let with_dictionary = [0x28, 0xB5, 0x2F, 0xFD, 1, 0, 9, 1, 0, 0];
        assert_eq!(decoded(&with_dictionary, u64::MAX).1, Some(Code::DecodeError));
        for at in (0..packed.len()).step_by(packed.len() / 300) {
            wrong.clone_from(&packed);
            wrong[at] ^= 0x41;
            let (out, code) = decoded(&wrong, u64::MAX);
            assert!(code.is_some() || out == text, "{at}");
        }
    }

    #[test]
    fn empty_blocks_cost_no_more_than_their_bytes() {
        let mut bytes = vec![0x28, 0xB5, 0x2F, 0xFD, 0, 0];
        bytes.extend([0, 0, 0].repeat(1 << 20));
        bytes.extend([1, 0, 0]);
        assert_eq!(decoded(&bytes, u64::MAX), (Vec::new(), None));
    }
}
