//! The bytes of a header, read once and in order.
//!
//! A header is never held as a whole: a few kilobytes of it may unpack to gigabytes. What is kept of
//! it is charged here before it is kept, so that memory follows what came and ends at an allowance.

use std::io::{self, BufReader, Read};

use crate::archive::bounded;
use crate::issue::{Code, Issue, Stage};

/// Memory for the listing of any archive; a few kilobytes of it may list so much.
const LISTING_BYTES: u64 = 96 << 20;
/// Memory for the listing of an archive beyond that, for each of its bytes. What is listed lies in
/// the archive, so a large one may list more.
const LISTING_BYTES_A_BYTE: u64 = 4;

/// Reads the numbers, bits and check sums of a header.
pub(super) struct Source<'r> {
    bytes: BufReader<&'r mut dyn Read>,
    position: u64,
    length: u64,
    allowance: u64,
}

/// Which of some things something holds for.
pub(super) enum Bits {
    All,
    /// The highest bit of a byte is the first.
    Some(Vec<u8>),
}

impl Bits {
    /// Bits that hold for nothing.
    pub(super) const NONE: Self = Self::Some(Vec::new());

    pub(super) fn has(&self, index: usize) -> bool {
        match self {
            Self::All => true,
            Self::Some(bytes) => {
                bytes.get(index / 8).is_some_and(|byte| byte & (0x80 >> (index % 8)) != 0)
            }
        }
    }

    /// How many of `total` things it holds for.
    pub(super) fn count(&self, total: u64) -> u64 {
        match self {
            Self::All => total,
            Self::Some(bytes) => bytes.iter().map(|byte| u64::from(byte.count_ones())).sum(),
        }
    }
}

/// An error for a header that cannot be what it should.
pub(super) fn corrupt(text: &'static str) -> io::Error {
    bounded::refusal(Issue::loss(Stage::Open, Code::Corrupt, text))
}

/// A number of one to nine bytes: the ones in front of the first byte count those that follow.
pub(super) fn number(bytes: &mut dyn Read) -> io::Result<u64> {
    let mut first = [0];
    bytes.read_exact(&mut first)?;
    let more = first[0].leading_ones() as usize;
    let mut low = [0; 8];
    bytes.read_exact(low.get_mut(..more).unwrap_or_default())?;
    let high = u64::from(first[0]) & (0x7f_u64 >> more);
    Ok(u64::from_le_bytes(low) | high.checked_shl(8 * more as u32).unwrap_or(0))
}

impl<'r> Source<'r> {
    /// A header of `length` bytes, as is said, of an archive of `archive_bytes`.
    pub(super) fn new(bytes: &'r mut dyn Read, length: u64, archive_bytes: u64) -> Self {
        let more = archive_bytes.saturating_mul(LISTING_BYTES_A_BYTE);
        let allowance = LISTING_BYTES.saturating_add(more);
        Self { bytes: BufReader::new(bytes), position: 0, length, allowance }
    }

    /// Offset of the next byte.
    pub(super) fn position(&self) -> u64 {
        self.position
    }

    /// Charges memory that is about to be kept.
    pub(super) fn keep(&mut self, bytes: u64) -> io::Result<()> {
        let left = self.allowance.checked_sub(bytes);
        self.allowance = left.ok_or_else(|| {
            let text = "listing the archive takes more memory than is allowed";
            bounded::refusal(Issue::loss(Stage::Limit, Code::LimitMemory, text))
        })?;
        Ok(())
    }

    pub(super) fn byte(&mut self) -> io::Result<u8> {
        let mut byte = [0];
        self.read_exact(&mut byte)?;
        Ok(byte[0])
    }

    pub(super) fn u16(&mut self) -> io::Result<u16> {
        let mut bytes = [0; 2];
        self.read_exact(&mut bytes)?;
        Ok(u16::from_le_bytes(bytes))
    }

    pub(super) fn u32(&mut self) -> io::Result<u32> {
        let mut bytes = [0; 4];
        self.read_exact(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    pub(super) fn number(&mut self) -> io::Result<u64> {
        number(self)
    }

    /// A number of things that have a byte at least each.
    pub(super) fn count(&mut self) -> io::Result<u64> {
        let count = self.number()?;
        if count > self.length.saturating_sub(self.position) {
            return Err(corrupt("the header counts more things than it has bytes"));
        }
        Ok(count)
    }

    pub(super) fn skip(&mut self, count: u64) -> io::Result<()> {
        let skipped = io::copy(&mut self.take(count), &mut io::sink())?;
        if skipped == count { Ok(()) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
    }

    /// A bit for each of `count` things.
    pub(super) fn bits(&mut self, count: u64) -> io::Result<Bits> {
        let length = count.div_ceil(8);
        self.keep(length)?;
        let mut bytes = Vec::new();
        self.take(length).read_to_end(&mut bytes)?;
        if bytes.len() as u64 != length {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        // What fills the last byte up is not to be counted.
        if let (Some(last), rest @ 1..) = (bytes.last_mut(), count % 8) {
            *last &= !(0xff_u8 >> rest);
        }
        Ok(Bits::Some(bytes))
    }

    /// The same, where one byte may stand for all of them.
    pub(super) fn all_or_bits(&mut self, count: u64) -> io::Result<Bits> {
        if self.byte()? != 0 { Ok(Bits::All) } else { self.bits(count) }
    }

    /// The things among `count` that have the CRC-32 which follow, in order.
    pub(super) fn checksums(&mut self, count: u64) -> io::Result<Checksums> {
        let defined = self.all_or_bits(count)?;
        let mut sums = Vec::new();
        for _ in 0..defined.count(count) {
            self.keep(size_of::<u32>() as u64)?;
            sums.push(self.u32()?);
        }
        Ok(Checksums { defined, sums: sums.into_iter(), next: 0 })
    }
}

impl Read for Source<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.bytes.read(buffer)?;
        self.position += count as u64;
        Ok(count)
    }

    fn read_exact(&mut self, buffer: &mut [u8]) -> io::Result<()> {
        self.bytes.read_exact(buffer)?;
        self.position += buffer.len() as u64;
        Ok(())
    }
}

/// CRC-32s of things of which some have none; as an iterator, one answer for each thing.
pub(super) struct Checksums {
    defined: Bits,
    sums: std::vec::IntoIter<u32>,
    next: usize,
}

impl Checksums {
    /// Check sums for nothing.
    pub(super) fn none() -> Self {
        Self { defined: Bits::NONE, sums: Vec::new().into_iter(), next: 0 }
    }

    /// The check sum of the next thing, if it has one.
    pub(super) fn next(&mut self) -> Option<u32> {
        let index = self.next;
        self.next += 1;
        if self.defined.has(index) { self.sums.next() } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_as_long_as_their_first_byte_says() {
        for (bytes, expected) in [
            (&b"\x7f"[..], 0x7f),
            (b"\x80\x80", 0x80),
            (b"\xbf\xff", 0x3fff),
            (b"\xc1\x34\x12", 0x1_1234),
            (b"\xf0\x78\x56\x34\x12", 0x1234_5678),
            (b"\xfe\x01\0\0\0\0\0\0", 1),
            (b"\xff\x01\0\0\0\0\0\0\x80", 0x8000_0000_0000_0001),
        ] {
            assert_eq!(number(&mut &bytes[..]).unwrap(), expected, "{bytes:x?}");
            assert!(number(&mut bytes.split_last().unwrap().1).is_err(), "{bytes:x?}");
        }
    }

    #[test]
    fn bits_begin_with_the_highest() {
        let mut bytes = &b"\xa0\x7f"[..];
        let bits = Source::new(&mut bytes, 2, 2).bits(9).unwrap();
        let set: Vec<usize> = (0..20).filter(|&index| bits.has(index)).collect();
        assert_eq!((set, bits.count(9)), (vec![0, 2], 2));
    }
}
