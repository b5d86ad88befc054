//! The headers of RAR 1.5 to 4.

use std::iter;

use crate::archive::EntryKind;
use crate::archive::rar::block::Block;
use crate::archive::rar::fields::Fields;
use crate::archive::rar::keys::Salt;
use crate::archive::rar::member::{Listed, Lock, Member, Packing, kind_of_mode};

/// Flags of the main header.
pub(super) mod main {
    pub(in super::super) const VOLUME: u64 = 0x1;
    pub(in super::super) const SOLID: u64 = 0x8;
    pub(in super::super) const ENCRYPTED: u64 = 0x80;
    pub(in super::super) const FIRST_VOLUME: u64 = 0x100;
}

/// Flags of the header of a file.
mod file {
    pub(super) const CONTINUED: u64 = 0x1;
    pub(super) const GOES_ON: u64 = 0x2;
    pub(super) const ENCRYPTED: u64 = 0x4;
    pub(super) const SOLID: u64 = 0x10;
    pub(super) const WINDOW: u64 = 0xe0;
    pub(super) const LARGE: u64 = 0x100;
    pub(super) const UNICODE: u64 = 0x200;
    pub(super) const SALT: u64 = 0x400;
}

/// The header of a file.
pub(super) fn listed(block: &Block, is_solid: bool) -> Option<Listed> {
    const UNIX: u8 = 3;
    const FOLDER_OF_DOS: u32 = 0x10;
    let has = |flag| block.flags & flag != 0;
    let mut fields = Fields(&block.fields);
    let (_packed, size, system) = (fields.u32()?, fields.u32()?, fields.byte()?);
    let (crc, _time, version, method) =
        (fields.u32()?, fields.u32()?, fields.byte()?, fields.byte()?);
    let (name_length, attributes) = (fields.u16()?, fields.u32()?);
    let high = if has(file::LARGE) { fields.u32().and_then(|_| fields.u32())? } else { 0 };
    let size = u64::from(high) << 32 | u64::from(size);
    let name = fields.take(name_length.into())?;
    let salt = if has(file::SALT) { Some(fields.array()?) } else { None };
    let is_folder = block.flags & file::WINDOW == file::WINDOW
        || (version < 20 && attributes & FOLDER_OF_DOS != 0);
    let kind = match system {
        _ if is_folder => EntryKind::Folder,
        UNIX => kind_of_mode(attributes.into(), size == 0),
        _ => EntryKind::File,
    };
    let lock = match version {
        _ if !has(file::ENCRYPTED) => None,
        0..29 => Some(Lock::Old),
        29.. => Some(Lock::Rar4(Salt::Rar4(salt))),
    };
    let window = (block.flags & file::WINDOW) as u16;
    let member = Member {
        size,
        parts: vec![block.data.clone()],
        packing: Packing::Rar4 { version, method, window },
        lock: lock.map(Box::new),
        crc: Some(crc),
        // Before RAR 2.0 the whole archive was solid or nothing.
        is_solid: is_solid && (version < 20 || has(file::SOLID)),
        fault: None,
    };
    Some(Listed {
        name: if has(file::UNICODE) { unicode_name(name) } else { name.to_vec() },
        kind,
        is_continued: has(file::CONTINUED),
        goes_on: has(file::GOES_ON),
        member,
    })
}

/// The number of the volume, as the end mark tells it.
pub(super) fn number_at_end(end: &Block) -> Option<u64> {
    const HAS_SUM: u64 = 2;
    const HAS_NUMBER: u64 = 8;
    let mut fields = Fields(&end.fields);
    if end.flags & HAS_SUM != 0 {
        fields.u32()?;
    }
    (end.flags & HAS_NUMBER != 0).then(|| fields.u16().map(u64::from))?
}

/// A name in an old code page, and behind a zero how to make UTF-16 of it; the plain name if that
/// makes no sense.
fn unicode_name(stored: &[u8]) -> Vec<u8> {
    let Some(end) = memchr::memchr(0, stored) else { return stored.to_vec() };
    let (plain, encoded) = stored.split_at(end);
    let units = decode_units(plain, encoded.get(1..).unwrap_or_default());
    match units.filter(|units| !units.is_empty()).map(|units| String::from_utf16(&units)) {
        Some(Ok(name)) => name.into_bytes(),
        _ => plain.to_vec(),
    }
}

fn decode_units(plain: &[u8], encoded: &[u8]) -> Option<Vec<u16>> {
    let mut fields = Fields(encoded);
    let page = fields.byte()?;
    let (mut modes, mut modes_left) = (0, 0);
    let mut units = Vec::new();
    while !fields.0.is_empty() {
        if modes_left == 0 {
            (modes, modes_left) = (fields.byte()?, 4);
            if fields.0.is_empty() {
                break;
            }
        }
        match modes >> 6 {
            0 => units.push(fields.byte()?.into()),
            1 => units.push(u16::from_le_bytes([fields.byte()?, page])),
            2 => units.push(fields.u16()?),
            _ => {
                let count = fields.byte()?;
                let (shift, page) = if count & 0x80 != 0 { (fields.byte()?, page) } else { (0, 0) };
                let from = units.len();
                let run = plain.get(from..from + usize::from(count & 0x7f) + 2)?;
                units.extend(
                    iter::zip(run, iter::repeat(page))
                        .map(|(&low, page)| u16::from_le_bytes([low.wrapping_add(shift), page])),
                );
            }
        }
        (modes, modes_left) = (modes << 2, modes_left - 1);
    }
    Some(units)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_made_of_plain_ones() {
        for (stored, name) in [
            (&b"plain"[..], "plain"),
            (b"cut\0", "cut"),
            (b"ab\0\x04\x00ab", "ab"),
            // One unit of page 4, one in full, then two copied ones.
            (b"??cd\0\x04\x6c\x16\x2f\x04\x00", "\u{416}\u{42f}cd"),
            // A run that is longer than the plain name.
            (b"ab\0\x04\xc0\x7f", "ab"),
        ] {
            assert_eq!(unicode_name(stored), name.as_bytes());
        }
    }
}
