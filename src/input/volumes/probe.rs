//! What the bytes of a file say of a volume set.

use std::io::{self, Read, Seek, SeekFrom};

use super::Piece;
use super::name::VolumeName;
use crate::input::magic::{self, ZIP_TAIL_BYTES};
use crate::record::Format;
use crate::text::{Content, SNIFF_BYTES};

/// What the first bytes of a file and its length tell.
pub(super) struct Probe {
    pub(super) length: u64,
    pub(super) format: Option<Format>,
    pub(super) is_text: bool,
    /// Whether it is a volume of a RAR, as far as that can be told.
    pub(super) is_rar_volume: bool,
    /// How many bytes a 7z has in all.
    pub(super) length_of_7z: Option<u64>,
    /// Whether it begins as the first part of a split ZIP does.
    pub(super) begins_split_zip: bool,
    /// What the end record of a ZIP says that ends with it, of a file that is called like one.
    pub(super) zip_disk: Option<u16>,
}

impl Probe {
    /// A look at a file of this name.
    pub(super) fn of(piece: &impl Piece, name: &VolumeName) -> io::Result<Self> {
        let mut file = piece.open()?;
        let length = file.seek(SeekFrom::End(0))?;
        file.rewind()?;
        let mut head = vec![0; SNIFF_BYTES];
        let count = magic::fill(&mut file, &mut head)?;
        let head = head.get(..count).unwrap_or_default();
        let format = magic::sniff(head);
        let looks_like_text = || matches!(Content::sniff(head), Content::Text(_));
        let is_called_zip = name.number == VolumeName::LAST;
        Ok(Self {
            length,
            format,
            is_text: format.is_none() && count > 0 && looks_like_text(),
            is_rar_volume: is_rar_volume(head),
            length_of_7z: length_of_7z(head).filter(|_| format == Some(Format::SevenZ)),
            begins_split_zip: head.starts_with(b"PK\x07\x08"),
            zip_disk: is_called_zip.then(|| disk_at_end(&mut file)).flatten(),
        })
    }

    /// Whether it can be read by itself.
    pub(super) fn stands_alone(&self) -> bool {
        self.format.is_some() || self.is_text
    }
}

/// Whether the head is that of a volume of a RAR. Where headers are encrypted, it may be.
fn is_rar_volume(head: &[u8]) -> bool {
    if let Some(rest) = head.strip_prefix(b"Rar!\x1a\x07\x00") {
        const VOLUME: u8 = 1;
        // A check sum, the type of the header, and flags.
        return matches!(rest, [_, _, 0x73, flags, ..] if flags & VOLUME != 0);
    }
    let Some(rest) = head.strip_prefix(b"Rar!\x1a\x07\x01\x00") else { return false };
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
fn length_of_7z(head: &[u8]) -> Option<u64> {
    const START_BYTES: u64 = 32;
    let number = |at: usize| {
        let bytes = head.get(at..)?.first_chunk();
        bytes.map(|bytes| u64::from_le_bytes(*bytes))
    };
    number(12)?.checked_add(number(20)?)?.checked_add(START_BYTES)
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

/// What the end record of a ZIP says that ends with this file. Mostly it is the last that stands
/// there.
fn disk_at_end(file: &mut (impl Read + Seek)) -> Option<u16> {
    const USUAL_BYTES: u64 = 1 << 10;
    let disk_in = |bytes| magic::zip_disk(&magic::tail(file, bytes).ok()?);
    [USUAL_BYTES, ZIP_TAIL_BYTES].into_iter().find_map(disk_in)
}

/// What the end record of a ZIP says that ends with the last of these files: [`magic::zip_disk`].
pub(super) fn zip_disk<F: Piece>(pieces: &[&F]) -> Option<u16> {
    let mut tail = Vec::new();
    for piece in pieces.iter().rev() {
        let room = ZIP_TAIL_BYTES.saturating_sub(tail.len() as u64);
        if room == 0 {
            break;
        }
        let mut bytes = magic::tail(&mut piece.open().ok()?, room).ok()?;
        bytes.append(&mut tail);
        tail = bytes;
    }
    magic::zip_disk(&tail)
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
            assert_eq!(is_rar_volume(head), is_volume, "{head:?}");
        }
    }
}
