//! What the bytes of a file say of a volume set.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use crate::input::magic::{self, ZIP_TAIL_BYTES};
use crate::record::Format;
use crate::text::{Content, SNIFF_BYTES};

/// The first bytes of a file, and its length.
pub(super) struct Probe {
    head: Vec<u8>,
    pub(super) length: u64,
}

impl Probe {
    pub(super) fn of(path: &Path) -> io::Result<Self> {
        let mut file = File::open(path)?;
        let length = file.metadata()?.len();
        let mut head = vec![0; SNIFF_BYTES];
        let count = magic::fill(&mut file, &mut head)?;
        head.truncate(count);
        Ok(Self { head, length })
    }

    pub(super) fn format(&self) -> Option<Format> {
        magic::sniff(&self.head)
    }

    pub(super) fn is_text(&self) -> bool {
        let is_text = matches!(Content::sniff(&self.head), Content::Text(_));
        !self.head.is_empty() && self.format().is_none() && is_text
    }

    /// Whether it is a volume of a RAR, as far as that can be told: where headers are encrypted, it
    /// may be.
    pub(super) fn is_rar_volume(&self) -> bool {
        if let Some(rest) = self.head.strip_prefix(b"Rar!\x1a\x07\x00") {
            const VOLUME: u8 = 1;
            // A check sum, the type of the header, and flags.
            return matches!(rest, [_, _, 0x73, flags, ..] if flags & VOLUME != 0);
        }
        let Some(rest) = self.head.strip_prefix(b"Rar!\x1a\x07\x01\x00") else { return false };
        let mut header = rest.get(4..).unwrap_or_default();
        let (_size, kind, flags) =
            (variable(&mut header), variable(&mut header), variable(&mut header));
        match (kind, flags) {
            (Some(1), Some(flags)) => {
                const HAS_EXTRA: u64 = 1;
                const VOLUME: u64 = 1;
                if flags & HAS_EXTRA != 0 {
                    variable(&mut header);
                }
                variable(&mut header).is_some_and(|flags| flags & VOLUME != 0)
            }
            (Some(4), Some(_)) => true,
            _ => false,
        }
    }

    /// How many bytes a 7z has in all, as its start says.
    pub(super) fn length_of_7z(&self) -> Option<u64> {
        const START_BYTES: u64 = 32;
        let number = |at: usize| {
            let bytes = self.head.get(at..)?.first_chunk();
            bytes.map(|bytes| u64::from_le_bytes(*bytes))
        };
        let is_7z = self.format() == Some(Format::SevenZ);
        is_7z.then_some(())?;
        number(12)?.checked_add(number(20)?)?.checked_add(START_BYTES)
    }

    /// Whether it begins as the first part of a split ZIP does.
    pub(super) fn begins_split_zip(&self) -> bool {
        self.head.starts_with(b"PK\x07\x08")
    }
}

/// A number of RAR 5: seven bits a byte, the lowest first.
fn variable(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..63).step_by(7) {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

/// What the end record of a ZIP says that ends with the last of these files: [`magic::zip_disk`].
pub(super) fn zip_disk(paths: &[&Path]) -> Option<u16> {
    let mut tail = Vec::new();
    for path in paths.iter().rev() {
        let room = ZIP_TAIL_BYTES.saturating_sub(tail.len() as u64);
        if room == 0 {
            break;
        }
        let mut bytes = read_tail(path, room).ok()?;
        bytes.append(&mut tail);
        tail = bytes;
    }
    magic::zip_disk(&tail)
}

fn read_tail(path: &Path, room: u64) -> io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    let length = file.seek(SeekFrom::End(0))?;
    file.seek(SeekFrom::Start(length.saturating_sub(room)))?;
    let mut tail = Vec::new();
    file.take(room).read_to_end(&mut tail)?;
    Ok(tail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn volumes_of_a_rar_say_so() {
        for (head, is_volume) in [
            (&b"Rar!\x1a\x07\x00\x90\xcf\x73\x01\x01\x0d\x00"[..], true),
            (b"Rar!\x1a\x07\x00\x90\xcf\x73\x00\x00\x0d\x00", false),
            (b"Rar!\x1a\x07\x01\x00crc!\x0b\x01\x05\x07\x01rest", true),
            (b"Rar!\x1a\x07\x01\x00crc!\x0b\x01\x05\x07\x00rest", false),
            (b"Rar!\x1a\x07\x01\x00crc!\x03\x01\x00\x01", true),
            (b"Rar!\x1a\x07\x01\x00crc!\x8b\x00\x01\x00\x03\x02", true),
            (b"Rar!\x1a\x07\x01\x00crc!\x1f\x04\x00\x00", true),
            (b"Rar!\x1a\x07\x01\x00crc!\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", false),
            (b"Rar!\x1a\x07\x01\x00", false),
            (b"PK\x03\x04", false),
        ] {
            let probe = Probe { head: head.to_vec(), length: head.len() as u64 };
            assert_eq!(probe.is_rar_volume(), is_volume, "{head:?}");
        }
    }
}
