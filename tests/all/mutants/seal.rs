//! Check sums that are made right again after the damage, so that they do not shield the parsers.
//!
//! One walk over an archive finds its [`Seam`]s: what a check sum covers, and where it stands. From
//! them follow both how to seal an archive and where its headers are. The walk believes everything
//! that the damaged archive says, and ends where that makes no sense any more.

use std::io::Read;
use std::iter::once;
use std::ops::Range;

use super::pack::crc32;

/// How the check sums of a seed are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Seal {
    /// There are none that could be made right; the header is as long as said.
    None(usize),
    Zip,
    SevenZ,
    Rar4,
    Rar5,
    Gzip,
    Xz,
    Tar,
}

/// A part of an archive and the check sum that covers it.
struct Seam {
    covers: Range<usize>,
    /// Where the sum stands.
    at: usize,
    sum: Sum,
}

enum Sum {
    Crc32,
    /// The lower half of a CRC-32.
    Crc16,
    /// The CRC-32 of what inflates from it.
    InflatedCrc,
    /// The length of what inflates from it.
    InflatedSize,
    /// The sum of all bytes, its own place counted as blanks, in octal digits.
    Tar,
    /// The bytes themselves: one header repeats what another one says.
    Copy,
}

impl Seal {
    /// Makes the check sums right.
    pub(super) fn apply(self, bytes: &mut [u8]) {
        for Seam { covers, at, sum } in self.seams(bytes) {
            let value = bytes.get(covers).map(|covered| sum.of(covered));
            let value = value.unwrap_or_default();
            if let Some(place) = bytes.get_mut(at..at.saturating_add(value.len())) {
                place.copy_from_slice(&value);
            }
        }
    }

    /// Where headers are.
    pub(super) fn headers(self, bytes: &[u8]) -> Vec<Range<usize>> {
        match self {
            Self::None(length) => once(0..length.min(bytes.len())).collect(),
            Self::Zip => zip_headers(bytes),
            Self::Gzip => vec![0..10, bytes.len().saturating_sub(8)..bytes.len()],
            _ => {
                let seams = self.seams(bytes).into_iter();
                seams.map(|seam| seam.covers.start.min(seam.at)..seam.covers.end).collect()
            }
        }
    }

    fn seams(self, bytes: &[u8]) -> Vec<Seam> {
        let mut seams = Vec::new();
        let found = match self {
            Self::None(_) => Some(()),
            Self::Zip => zip(bytes, &mut seams),
            Self::SevenZ => sevenz(bytes, &mut seams),
            Self::Rar4 => rar4(bytes, &mut seams),
            Self::Rar5 => rar5(bytes, &mut seams),
            Self::Gzip => gzip(bytes, &mut seams),
            Self::Xz => xz(bytes, &mut seams),
            Self::Tar => tar(bytes, &mut seams),
        };
        // Nothing more was found: that is how a walk ends.
        let _ = found;
        seams
    }
}

impl Sum {
    fn of(&self, covered: &[u8]) -> Vec<u8> {
        match self {
            Self::Crc32 => crc32(covered).to_le_bytes().to_vec(),
            Self::Crc16 => crc32(covered).to_le_bytes()[..2].to_vec(),
            Self::Copy => covered.to_vec(),
            Self::InflatedCrc => crc32(&inflated(covered)).to_le_bytes().to_vec(),
            Self::InflatedSize => (inflated(covered).len() as u32).to_le_bytes().to_vec(),
            Self::Tar => {
                let sum: u32 = covered.iter().map(|&byte| u32::from(byte)).sum();
                let own: u32 = covered[148..156].iter().map(|&byte| u32::from(byte)).sum();
                format!("{:07o}\0", sum - own + 8 * 32).into_bytes()
            }
        }
    }
}

/// What comes before the first error.
fn inflated(bytes: &[u8]) -> Vec<u8> {
    let mut inflated = Vec::new();
    let _ = flate2::read::DeflateDecoder::new(bytes).take(1 << 24).read_to_end(&mut inflated);
    inflated
}

fn u16_at(bytes: &[u8], at: usize) -> Option<usize> {
    let bytes = bytes.get(at..)?.first_chunk()?;
    Some(usize::from(u16::from_le_bytes(*bytes)))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<usize> {
    let bytes = bytes.get(at..)?.first_chunk()?;
    Some(u32::from_le_bytes(*bytes) as usize)
}

fn u64_at(bytes: &[u8], at: usize) -> Option<usize> {
    let bytes = bytes.get(at..)?.first_chunk()?;
    usize::try_from(u64::from_le_bytes(*bytes)).ok()
}

/// The local header, for each header in the directory.
fn zip_members(bytes: &[u8]) -> Vec<(usize, usize)> {
    let central = memchr::memmem::find_iter(bytes, b"PK\x01\x02");
    let local = |at: usize| {
        let local = u32_at(bytes, at + 42)?;
        bytes.get(local..)?.starts_with(b"PK\x03\x04").then_some((local, at))
    };
    central.filter_map(local).collect()
}

/// The directory repeats what the local headers say, and both have the CRC of the data; not so where
/// a descriptor stands behind the data.
fn zip(bytes: &[u8], seams: &mut Vec<Seam>) -> Option<()> {
    for (local, central) in zip_members(bytes) {
        let (method, packed) = (u16_at(bytes, local + 8)?, u32_at(bytes, local + 18)?);
        let data = local + 30 + u16_at(bytes, local + 26)? + u16_at(bytes, local + 28)?;
        let covers = data..data.saturating_add(packed);
        let flags = u16_at(bytes, local + 6)?;
        if flags & 8 != 0 {
            continue;
        }
        let is_open = flags & 1 == 0;
        match method {
            0 if is_open => seams.push(Seam { covers, at: local + 14, sum: Sum::Crc32 }),
            8 if is_open => {
                let sum = Sum::InflatedCrc;
                seams.push(Seam { covers: covers.clone(), at: local + 14, sum });
                seams.push(Seam { covers, at: local + 22, sum: Sum::InflatedSize });
            }
            _ => {}
        }
        seams.push(Seam { covers: local + 4..local + 26, at: central + 6, sum: Sum::Copy });
    }
    Some(())
}

fn zip_headers(bytes: &[u8]) -> Vec<Range<usize>> {
    let members = zip_members(bytes);
    let directory = members.first().map_or(0, |&(_, central)| central);
    let local = |&(local, _): &(usize, usize)| {
        let length =
            u16_at(bytes, local + 26).unwrap_or(0) + u16_at(bytes, local + 28).unwrap_or(0);
        local..local + 30 + length
    };
    members.iter().map(local).chain(once(directory..bytes.len())).collect()
}

fn sevenz(bytes: &[u8], seams: &mut Vec<Seam>) -> Option<()> {
    let from = u64_at(bytes, 12)?.checked_add(32)?;
    let to = from.checked_add(u64_at(bytes, 20)?)?;
    if to <= bytes.len() {
        seams.push(Seam { covers: from..to, at: 28, sum: Sum::Crc32 });
    }
    seams.push(Seam { covers: 12..32, at: 8, sum: Sum::Crc32 });
    Some(())
}

fn rar4(bytes: &[u8], seams: &mut Vec<Seam>) -> Option<()> {
    let mut at = 7;
    loop {
        let (kind, flags, size) =
            (*bytes.get(at + 2)?, u16_at(bytes, at + 3)?, u16_at(bytes, at + 5)?);
        let end = at + size.max(7);
        seams.push(Seam { covers: at + 2..end, at, sum: Sum::Crc16 });
        if kind == 0x73 && flags & 0x80 != 0 {
            return None;
        }
        let has_data = flags & 0x8000 != 0 || kind == 0x74 || kind == 0x7a;
        let data = if has_data { u32_at(bytes, at + 7)? } else { 0 };
        at = end.checked_add(data)?;
    }
}

fn rar5(bytes: &[u8], seams: &mut Vec<Seam>) -> Option<()> {
    let mut at = 8;
    loop {
        let mut fields = at + 4;
        let size = variable_length(bytes, &mut fields)?;
        let end = fields.checked_add(size)?;
        seams.push(Seam { covers: at + 4..end, at, sum: Sum::Crc32 });
        let kind = variable_length(bytes, &mut fields)?;
        let flags = variable_length(bytes, &mut fields)?;
        if kind == 4 {
            return None;
        }
        if flags & 1 != 0 {
            variable_length(bytes, &mut fields)?;
        }
        let data = if flags & 2 != 0 { variable_length(bytes, &mut fields)? } else { 0 };
        at = end.checked_add(data)?;
    }
}

fn variable_length(bytes: &[u8], at: &mut usize) -> Option<usize> {
    let mut value = 0;
    for shift in (0..63).step_by(7) {
        let byte = *bytes.get(*at)?;
        *at += 1;
        value |= usize::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

/// One member, whose header has no extra field.
fn gzip(bytes: &[u8], seams: &mut Vec<Seam>) -> Option<()> {
    let end = bytes.len().checked_sub(8)?;
    seams.push(Seam { covers: 10..end, at: end, sum: Sum::InflatedCrc });
    seams.push(Seam { covers: 10..end, at: end + 4, sum: Sum::InflatedSize });
    Some(())
}

/// One stream with one block: its head, the head of its block, its index, its foot.
fn xz(bytes: &[u8], seams: &mut Vec<Seam>) -> Option<()> {
    seams.push(Seam { covers: 6..8, at: 8, sum: Sum::Crc32 });
    let block = 12 + usize::from(*bytes.get(12)?) * 4;
    seams.push(Seam { covers: 12..block, at: block, sum: Sum::Crc32 });
    let foot = bytes.len().checked_sub(12)?;
    let index = foot.checked_sub(u32_at(bytes, foot + 4)?.checked_add(1)?.checked_mul(4)?)?;
    seams.push(Seam { covers: index..foot - 4, at: foot - 4, sum: Sum::Crc32 });
    seams.push(Seam { covers: foot + 4..foot + 10, at: foot, sum: Sum::Crc32 });
    Some(())
}

fn tar(bytes: &[u8], seams: &mut Vec<Seam>) -> Option<()> {
    let mut at = 0;
    loop {
        let header = bytes.get(at..at + 512)?;
        if header.iter().all(|&byte| byte == 0) {
            return Some(());
        }
        seams.push(Seam { covers: at..at + 512, at: at + 148, sum: Sum::Tar });
        let size = std::str::from_utf8(&header[124..135]).ok()?;
        let size = usize::from_str_radix(size.trim_matches(['\0', ' ']), 8).ok()?;
        at = at.checked_add(512 + size.checked_next_multiple_of(512)?)?;
    }
}
