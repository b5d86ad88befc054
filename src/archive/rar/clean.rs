//! The archive that the decoder gets to see.
//!
//! It has the members that are to be decoded, in one volume and not encrypted, behind headers that
//! are written here. Whatever the real headers say, the decoder's own parser meets nothing but these.
//! The packed bytes are read, and decrypted, where they stand when the decoder asks for them.

use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::sync::Arc;

use crate::archive::data::Data;
use crate::archive::rar::block::{Generation, crc32};
use crate::archive::rar::keys::Key;
use crate::archive::rar::member::{Lock, Member, Packing};

/// Size of the blocks of the cipher.
const CIPHER_BLOCK: usize = 16;

/// Builds a clean archive.
pub(super) struct Builder {
    pieces: Vec<Piece>,
    end: u64,
    /// Whether a member stands in it already, whose dictionary the next one may use.
    standing: Standing,
}

/// How a member stands to those before it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Standing {
    First,
    Later,
}

struct Piece {
    /// Where it ends in the clean archive.
    end: u64,
    source: Source,
}

enum Source {
    /// A header that was written here.
    Written(Vec<u8>),
    /// Packed bytes of a member.
    Packed(Packed),
}

/// Packed bytes, maybe in several volumes, maybe encrypted.
struct Packed {
    parts: Vec<Range<u64>>,
    /// The key, and the initialisation vector of a RAR5.
    key: Option<(Key, Option<[u8; CIPHER_BLOCK]>)>,
}

impl Builder {
    pub(super) fn new(generation: Generation, is_solid: bool) -> Self {
        const NO_FLAGS: &[u8] = &[0];
        const SOLID_5: &[u8] = &[4];
        const SOLID_4: u16 = 8;
        let mut builder = Self { pieces: Vec::new(), end: 0, standing: Standing::First };
        let main = match generation {
            Generation::Rar4 => header4(0x73, if is_solid { SOLID_4 } else { 0 }, &[0; 6]),
            Generation::Rar5 => header5(1, None, if is_solid { SOLID_5 } else { NO_FLAGS }),
        };
        builder.write([generation.signature(), &main].concat());
        builder
    }

    fn write(&mut self, bytes: Vec<u8>) {
        self.end += bytes.len() as u64;
        self.pieces.push(Piece { end: self.end, source: Source::Written(bytes) });
    }

    /// Adds a member, whose key must be given unless the decoder knows how to unlock it.
    pub(super) fn add(&mut self, member: &Member, key: Option<&Key>) {
        let mut packed = member.packed();
        if member.is_stored() && key.is_some() {
            // What is encrypted is padded.
            packed = packed.min(member.size);
        }
        // Of a member that was cut the decoder is told what is there.
        let is_short = member.is_stored() && member.fault.is_some();
        let size = if is_short { packed.min(member.size) } else { member.size };
        self.write(match &member.packing {
            Packing::Rar4 { .. } => file4(member, self.standing, packed, size),
            Packing::Rar5 { info, .. } => file5(*info, self.standing, packed, size),
        });
        self.standing = Standing::Later;
        let vector = match member.lock.as_deref() {
            Some(Lock::Rar5 { vector, .. }) => Some(*vector),
            _ => None,
        };
        let key = key.map(|key| (key.clone(), vector));
        self.end = self.end.saturating_add(packed);
        let source = Source::Packed(Packed { parts: member.parts.clone(), key });
        self.pieces.push(Piece { end: self.end, source });
    }

    /// The archive, over the bytes of the real one.
    pub(super) fn finish(mut self, generation: Generation, data: &Data) -> Clean {
        self.write(match generation {
            Generation::Rar4 => header4(0x7b, 0, &[]),
            Generation::Rar5 => header5(5, None, &[0]),
        });
        Clean { pieces: Arc::new(self.pieces), data: data.clone(), position: 0 }
    }
}

/// A header of RAR4: check sum, kind, flags, size, fields.
fn header4(kind: u8, flags: u16, fields: &[u8]) -> Vec<u8> {
    let size = (7 + fields.len()) as u16;
    let mut header = vec![kind];
    header.extend(flags.to_le_bytes());
    header.extend(size.to_le_bytes());
    header.extend(fields);
    let sum = crc32(&header) as u16;
    [&sum.to_le_bytes()[..], &header].concat()
}

fn file4(member: &Member, standing: Standing, packed: u64, size: u64) -> Vec<u8> {
    const HAS_DATA: u16 = 0x8000;
    const LARGE: u16 = 0x100;
    const SOLID: u16 = 0x10;
    const ENCRYPTED: u16 = 4;
    let Packing::Rar4 { version, method, window } = member.packing else { return Vec::new() };
    let (low, high) = (|number: u64| number as u32, |number: u64| (number >> 32) as u32);
    let mut fields = Vec::new();
    for number in [low(packed), low(size)] {
        fields.extend(number.to_le_bytes());
    }
    fields.push(0);
    for number in [member.crc.unwrap_or(0), 0] {
        fields.extend(number.to_le_bytes());
    }
    fields.extend([version, method, 1, 0]);
    for number in [0, high(packed), high(size)] {
        fields.extend(number.to_le_bytes());
    }
    fields.push(b'm');
    let mut flags = HAS_DATA | LARGE | window;
    if member.is_solid && standing == Standing::Later {
        flags |= SOLID;
    }
    if matches!(member.lock.as_deref(), Some(Lock::Old)) {
        flags |= ENCRYPTED;
    }
    header4(0x74, flags, &fields)
}

/// A header of RAR5: check sum, size, kind, flags, size of the data, fields.
fn header5(kind: u64, data: Option<u64>, fields: &[u8]) -> Vec<u8> {
    const HAS_DATA: u64 = 2;
    let mut header = Vec::new();
    push_vint(&mut header, kind);
    push_vint(&mut header, if data.is_some() { HAS_DATA } else { 0 });
    if let Some(length) = data {
        push_vint(&mut header, length);
    }
    header.extend(fields);
    let mut sized = Vec::new();
    push_vint(&mut sized, header.len() as u64);
    sized.extend(header);
    [&crc32(&sized).to_le_bytes()[..], &sized].concat()
}

fn file5(info: u64, standing: Standing, packed: u64, size: u64) -> Vec<u8> {
    const UNKNOWN_SIZE: u64 = 8;
    const SOLID: u64 = 0x40;
    let info = if standing == Standing::First { info & !SOLID } else { info };
    let mut fields = Vec::new();
    push_vint(&mut fields, if size == u64::MAX { UNKNOWN_SIZE } else { 0 });
    for number in [size, 0, info, 0, 1] {
        push_vint(&mut fields, number);
    }
    fields.push(b'm');
    header5(2, Some(packed), &fields)
}

fn push_vint(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// A clean archive.
#[derive(Clone)]
pub(super) struct Clean {
    pieces: Arc<Vec<Piece>>,
    data: Data,
    position: u64,
}

impl Clean {
    fn length(&self) -> u64 {
        self.pieces.last().map_or(0, |piece| piece.end)
    }
}

impl Read for Clean {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let index = self.pieces.partition_point(|piece| piece.end <= self.position);
        let Some(piece) = self.pieces.get(index) else { return Ok(0) };
        let before = index.checked_sub(1).and_then(|before| self.pieces.get(before));
        let offset = self.position - before.map_or(0, |before| before.end);
        let left = usize::try_from(piece.end - self.position).unwrap_or(usize::MAX);
        let room = buffer.len().min(left);
        let buffer = buffer.get_mut(..room).unwrap_or_default();
        let count = match &piece.source {
            Source::Written(bytes) => {
                let start = usize::try_from(offset).unwrap_or(usize::MAX);
                bytes.get(start..).unwrap_or_default().read(buffer)?
            }
            Source::Packed(packed) => packed.read_at(&self.data, buffer, offset)?,
        };
        self.position += count as u64;
        Ok(count)
    }
}

impl Seek for Clean {
    fn seek(&mut self, target: SeekFrom) -> io::Result<u64> {
        let position = match target {
            SeekFrom::Start(position) => Some(position),
            SeekFrom::End(offset) => self.length().checked_add_signed(offset),
            SeekFrom::Current(offset) => self.position.checked_add_signed(offset),
        };
        self.position = position.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.position)
    }
}

impl Packed {
    fn read_at(&self, data: &Data, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let Some((key, vector)) = &self.key else { return self.read_raw(data, buffer, offset) };
        let skip = (offset % CIPHER_BLOCK as u64) as usize;
        let first = offset - skip as u64;
        let mut before = *vector;
        if let Some(previous) = first.checked_sub(CIPHER_BLOCK as u64) {
            let mut block = [0; CIPHER_BLOCK];
            self.fill(data, &mut block, previous)?;
            before = Some(block);
        }
        let whole = buffer.len() - buffer.len() % CIPHER_BLOCK;
        if skip == 0 && whole > 0 {
            let count = self.fill(data, buffer.get_mut(..whole).unwrap_or_default(), first)?;
            let count = count - count % CIPHER_BLOCK;
            key.decrypt(before, buffer.get_mut(..count).unwrap_or_default());
            return Ok(count);
        }
        let mut block = [0; CIPHER_BLOCK];
        if self.fill(data, &mut block, first)? < CIPHER_BLOCK {
            return Ok(0);
        }
        key.decrypt(before, &mut block);
        block.get(skip..).unwrap_or_default().read(buffer)
    }

    /// Fills the buffer with bytes as they stand in the archive, as far as there are any.
    fn fill(&self, data: &Data, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let mut filled = 0;
        while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            match self.read_raw(data, rest, offset + filled as u64) {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(filled)
    }

    fn read_raw(&self, data: &Data, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let mut skip = offset;
        for part in &self.parts {
            let length = part.end - part.start;
            if skip < length {
                let left = usize::try_from(length - skip).unwrap_or(usize::MAX);
                let room = buffer.len().min(left);
                return data.read_at(buffer.get_mut(..room).unwrap_or_default(), part.start + skip);
            }
            skip -= length;
        }
        Ok(0)
    }
}
