//! Local headers: what stands before the bytes of each entry, and the search for those that no
//! directory lists.

use std::io;

use memchr::memmem;

use crate::archive::window::Window;
use crate::provenance::EntryName;

/// Length of a local header without its name and extra fields.
pub(super) const FIXED_BYTES: usize = 30;

const LOCAL: &[u8] = b"PK\x03\x04";
const CENTRAL: &[u8] = b"PK\x01\x02";
const DESCRIPTOR: &[u8] = b"PK\x07\x08";

/// The entry is encrypted.
pub(super) const ENCRYPTED: u16 = 1;
/// Sizes and check sum come behind the bytes.
pub(super) const DESCRIBED: u16 = 1 << 3;
/// An encryption that is not ZipCrypto or AES.
pub(super) const STRONG: u16 = 1 << 6;
/// Values in the local header are masked.
pub(super) const MASKED: u16 = 1 << 13;

/// The fixed part of a local header.
#[derive(Debug, Clone, Copy)]
pub(super) struct Local {
    /// General purpose flags.
    pub(super) flags: u16,
    /// Compression method.
    pub(super) method: u16,
    /// Time of the last change, in the format of DOS.
    pub(super) time: u16,
    /// CRC-32 of the bytes.
    pub(super) crc: u32,
    /// Bytes in the archive, as the 32-bit field says.
    pub(super) packed: u32,
    /// Bytes after decompression, as the 32-bit field says.
    pub(super) size: u32,
    /// Length of the name.
    pub(super) name_bytes: u16,
    /// Length of the extra fields.
    pub(super) extra_bytes: u16,
}

/// The unsigned number of two bytes at `at`.
pub(super) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().map(|chunk| u16::from_le_bytes(*chunk))
}

/// The unsigned number of four bytes at `at`.
pub(super) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|chunk| u32::from_le_bytes(*chunk))
}

/// The unsigned number of eight bytes at `at`.
pub(super) fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..)?.first_chunk().map(|chunk| u64::from_le_bytes(*chunk))
}

impl Local {
    /// The header that `bytes` begin with.
    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        let bytes = bytes.get(..FIXED_BYTES).filter(|bytes| bytes.starts_with(LOCAL))?;
        Some(Self {
            flags: u16_at(bytes, 6)?,
            method: u16_at(bytes, 8)?,
            time: u16_at(bytes, 10)?,
            crc: u32_at(bytes, 14)?,
            packed: u32_at(bytes, 18)?,
            size: u32_at(bytes, 22)?,
            name_bytes: u16_at(bytes, 26)?,
            extra_bytes: u16_at(bytes, 28)?,
        })
    }

    /// Length of the whole header.
    pub(super) fn length(&self) -> usize {
        FIXED_BYTES + usize::from(self.name_bytes) + usize::from(self.extra_bytes)
    }

    /// Whether this can be a header and not just any four bytes.
    fn is_plausible(&self, bytes: &[u8]) -> bool {
        let version = bytes.get(4).copied().unwrap_or(u8::MAX);
        let is_method = matches!(self.method, 0..=6 | 8..=10 | 12 | 14 | 18..=20 | 93..=99);
        version <= 63 && is_method && (1..=4096).contains(&self.name_bytes)
    }

    /// Whether the sizes come behind the bytes and are not known before.
    fn is_open_ended(&self) -> bool {
        self.flags & DESCRIBED != 0 && self.packed == 0
    }

    /// Sizes before and after decompression, the 64-bit ones where there are some.
    pub(super) fn sizes(&self, extra: &[u8]) -> (u64, u64) {
        let (packed, size) = (u64::from(self.packed), u64::from(self.size));
        if self.packed != u32::MAX && self.size != u32::MAX {
            return (packed, size);
        }
        let Some((_, wide)) = Extra(extra).find(|&(id, _)| id == 1) else {
            return (packed, size);
        };
        let (wide_size, rest) = match self.size {
            u32::MAX => (u64_at(wide, 0), wide.get(8..).unwrap_or_default()),
            _ => (Some(size), wide),
        };
        let wide_packed = if self.packed == u32::MAX { u64_at(rest, 0) } else { Some(packed) };
        (wide_packed.unwrap_or(packed), wide_size.unwrap_or(size))
    }
}

/// The extra fields of an entry: their numbers and contents.
#[derive(Debug, Clone, Copy)]
pub(super) struct Extra<'a>(pub(super) &'a [u8]);

impl<'a> Iterator for Extra<'a> {
    type Item = (u16, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let (id, length) = (u16_at(self.0, 0)?, usize::from(u16_at(self.0, 2)?));
        let content = self.0.get(4..4 + length)?;
        self.0 = self.0.get(4 + length..)?;
        Some((id, content))
    }
}

impl Extra<'_> {
    /// Whether the fields fill their place; padding with zeros is common.
    pub(super) fn is_sound(mut self) -> bool {
        while self.next().is_some() {}
        self.0.iter().all(|&byte| byte == 0)
    }
}

/// The name of an entry: the Unicode one of Info-ZIP where it belongs to the stored one.
pub(super) fn entry_name(stored: &[u8], extra: &[u8]) -> EntryName {
    const UNICODE_PATH: u16 = 0x7075;
    let unicode = Extra(extra).find(|&(id, _)| id == UNICODE_PATH).and_then(|(_, field)| {
        let (version, field) = field.split_first()?;
        let name = field.get(4..)?;
        let mut crc = flate2::Crc::new();
        crc.update(stored);
        (*version == 1 && u32_at(field, 0)? == crc.sum()).then_some(name)
    });
    EntryName::new(unicode.unwrap_or(stored))
}

/// An entry that was found by its local header.
pub(super) struct Found {
    /// Where the header begins.
    pub(super) offset: u64,
    /// The header.
    pub(super) local: Local,
    /// The name.
    pub(super) name: EntryName,
    /// How many bytes it has in the archive.
    pub(super) packed: u64,
    /// Size and CRC-32 after decompression, where they could be told.
    pub(super) claims: Option<(u64, u32)>,
}

/// Finds entries by their local headers in a part of the archive, in one pass.
pub(super) struct Scanner<'w> {
    window: &'w mut Window,
    end: u64,
}

/// How far back a signature is looked for in what was read before.
const OVERLAP: usize = 3;

/// How much is searched at once.
const STEP: usize = 64 << 10;

impl<'w> Scanner<'w> {
    /// A search of `from..to`.
    pub(super) fn new(window: &'w mut Window, from: u64, to: u64) -> Self {
        window.aim(from, to);
        Self { window, end: to }
    }

    /// The next entry.
    ///
    /// # Errors
    /// What the system says.
    pub(super) fn next(&mut self) -> io::Result<Option<Found>> {
        while self.seek_signature()? {
            let offset = self.window.position();
            let head = self.window.peek(FIXED_BYTES, STEP)?;
            let local = Local::parse(head).filter(|local| local.is_plausible(head));
            match local.filter(|local| offset + local.length() as u64 <= self.end) {
                Some(local) => return self.measure(offset, local).map(Some),
                None => self.aim(offset + 1),
            }
        }
        Ok(None)
    }

    /// Goes on from `offset`.
    pub(super) fn aim(&mut self, offset: u64) {
        self.window.aim(offset, self.end);
    }

    /// Moves to the next `PK`; false at the end.
    fn seek_signature(&mut self) -> io::Result<bool> {
        loop {
            let position = self.window.position();
            let left = usize::try_from(self.end.saturating_sub(position)).unwrap_or(usize::MAX);
            if left <= OVERLAP {
                return Ok(false);
            }
            let bytes = self.window.peek(OVERLAP + 1, STEP)?;
            let bytes = bytes.get(..left).unwrap_or(bytes);
            let length = bytes.len();
            if length <= OVERLAP {
                return Ok(false);
            }
            if let Some(found) = memmem::find(bytes, b"PK") {
                self.aim(position + found as u64);
                if length - found > OVERLAP || found == 0 {
                    return Ok(length - found > OVERLAP);
                }
            } else {
                self.aim(position + (length - OVERLAP) as u64);
            }
        }
    }

    /// Reads the rest of the header, and finds where the entry ends.
    fn measure(&mut self, offset: u64, local: Local) -> io::Result<Found> {
        let head = self.window.peek(local.length(), STEP)?;
        let name_end = FIXED_BYTES + usize::from(local.name_bytes);
        let extra = head.get(name_end..local.length()).unwrap_or_default();
        let name = entry_name(head.get(FIXED_BYTES..name_end).unwrap_or_default(), extra);
        let (packed, size) = local.sizes(extra);
        let body = offset + local.length() as u64;
        if local.is_open_ended() {
            let (packed, claims) = self.find_end(body)?;
            return Ok(Found { offset, local, name, packed, claims });
        }
        self.aim(body.saturating_add(packed).min(self.end));
        Ok(Found { offset, local, name, packed, claims: Some((size, local.crc)) })
    }

    /// Finds the end of bytes of unknown length: by the descriptor behind them, or by what comes
    /// next.
    fn find_end(&mut self, body: u64) -> io::Result<(u64, Option<(u64, u32)>)> {
        self.aim(body);
        while self.seek_signature()? {
            let position = self.window.position();
            let length = position - body;
            let bytes = self.window.peek(FIXED_BYTES, STEP)?;
            if bytes.starts_with(DESCRIPTOR) {
                let fields = bytes.get(4..).unwrap_or_default();
                if let Some(claims) = described(fields, length) {
                    self.aim(position + 4);
                    return Ok((length, Some(claims)));
                }
            } else if bytes.starts_with(CENTRAL)
                || Local::parse(bytes).is_some_and(|local| local.is_plausible(bytes))
            {
                return self.before(body, position);
            }
            self.aim(position + 1);
        }
        self.aim(self.end);
        Ok((self.end - body, None))
    }

    /// The end of bytes that are followed by another header at `next`: there may be a descriptor
    /// without a signature in between.
    fn before(&mut self, body: u64, next: u64) -> io::Result<(u64, Option<(u64, u32)>)> {
        for width in [12, 20] {
            let Some(start) = next.checked_sub(width).filter(|&start| start >= body) else {
                continue;
            };
            self.aim(start);
            let fields = self.window.peek(20, STEP)?.get(..width as usize).unwrap_or_default();
            if let Some(claims) = described(fields, start - body) {
                self.aim(next);
                return Ok((start - body, Some(claims)));
            }
        }
        self.aim(next);
        Ok((next - body, None))
    }
}

/// Size and CRC-32 out of a descriptor (without its signature) that is about `length` bytes.
fn described(fields: &[u8], length: u64) -> Option<(u64, u32)> {
    let crc = u32_at(fields, 0)?;
    if (crc, u64_at(fields, 4)) == (0, Some(length)) {
        // Of an empty file: numbers of 32 bits, whose size of 0 looks like the rest of a long number.
        return Some((0, 0));
    }
    if u64_at(fields, 4) == Some(length) && fields.len() != 12 {
        return Some((u64_at(fields, 12)?, crc));
    }
    if u32_at(fields, 4).map(u64::from) == Some(length) {
        return Some((u64::from(u32_at(fields, 8)?), crc));
    }
    None
}
