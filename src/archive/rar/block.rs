//! Walks over the blocks of one volume: header, data, header, data…
//!
//! RAR 1.5–4 and RAR 5–7 frame their blocks differently, but both have a kind, flags, fields and
//! data behind them. Headers are checked and decrypted here; what their fields mean is told by
//! [`rar4`](super::rar4) and [`rar5`](super::rar5). The decoder's own parser is not used, because
//! it demands that everything is there and sound, and derives a key for every single header.

use std::ops::Range;

use crate::archive::bounded;
use crate::archive::data::Data;
use crate::archive::rar::fields::Fields;
use crate::archive::rar::keys::{Key, Keys, Salt};
use crate::issue::{Code, Issue, Stage};

/// Signature of RAR 1.5 to 4.
const RAR4: &[u8] = b"Rar!\x1a\x07\x00";

/// Signature of RAR 5 to 7.
const RAR5: &[u8] = b"Rar!\x1a\x07\x01\x00";

/// How much is read at once for a header; most are shorter.
const READ_BYTES: u64 = 512;

/// Longest header of RAR5, with the bytes in front that tell its length.
const MAX_HEADER: u64 = (2 << 20) + 7;

/// A block of the cipher: encrypted headers are padded to a multiple.
const CIPHER_BLOCK: u64 = 16;

/// Kinds of blocks of RAR4.
pub(super) mod kind4 {
    pub(in super::super) const MAIN: u64 = 0x73;
    pub(in super::super) const COMMENT: u64 = 0x75;
    pub(in super::super) const AUTHENTICITY: u64 = 0x76;
    pub(in super::super) const SIGNATURE: u64 = 0x79;
    pub(in super::super) const FILE: u64 = 0x74;
    pub(in super::super) const SERVICE: u64 = 0x7a;
    pub(in super::super) const END: u64 = 0x7b;
}

/// Kinds of blocks of RAR5.
pub(super) mod kind5 {
    pub(in super::super) const MAIN: u64 = 1;
    pub(in super::super) const FILE: u64 = 2;
    pub(in super::super) const ENCRYPTION: u64 = 4;
    pub(in super::super) const END: u64 = 5;
}

/// Which of the two ways to write blocks a volume uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Generation {
    /// RAR 1.5 to 4.
    Rar4,
    /// RAR 5 to 7.
    Rar5,
}

impl Generation {
    /// What the first bytes of a volume say.
    pub(super) fn of(volume: &Data) -> Option<Self> {
        let head = read(volume, 0, RAR5.len() as u64).ok()?;
        match &head[..] {
            head if head.starts_with(RAR5) => Some(Self::Rar5),
            head if head.starts_with(RAR4) => Some(Self::Rar4),
            _ => None,
        }
    }

    /// The first bytes of a volume.
    pub(super) fn signature(self) -> &'static [u8] {
        match self {
            Self::Rar4 => RAR4,
            Self::Rar5 => RAR5,
        }
    }
}

/// One block.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) kind: u64,
    pub(super) flags: u64,
    /// What stands in the header behind the flags; RAR4: without the size of the header.
    pub(super) fields: Vec<u8>,
    /// How many of them, at the end, are extra records of RAR5.
    pub(super) extra: usize,
    /// Where its data stand in the volume, as far as they are there.
    pub(super) data: Range<u64>,
    /// Whether all its data are there.
    pub(super) is_whole: bool,
    /// Whether the check sum of the header is right.
    pub(super) is_sound: bool,
}

impl Block {
    /// The extra records.
    pub(super) fn extra(&self) -> &[u8] {
        let start = self.fields.len().saturating_sub(self.extra);
        self.fields.get(start..).unwrap_or_default()
    }
}

/// The blocks of one volume, in order.
pub(super) struct Blocks<'v> {
    volume: &'v Data,
    generation: Generation,
    position: u64,
    encryption: Encryption,
}

/// How the headers of a volume are encrypted.
pub(super) enum Encryption {
    /// Not at all.
    None,
    /// As in RAR4: each with a salt of its own.
    Salted,
    /// As in RAR5: all with one key.
    Keyed(Key),
}

/// A header as it was found: its bytes from the check sum on, and where its data begin.
struct Header {
    bytes: Vec<u8>,
    end: u64,
}

impl<'v> Blocks<'v> {
    /// The blocks behind the signature.
    pub(super) fn new(volume: &'v Data, generation: Generation) -> Self {
        let position = generation.signature().len() as u64;
        Self { volume, generation, position, encryption: Encryption::None }
    }

    /// Says how all headers from here on are encrypted.
    pub(super) fn decrypt(&mut self, encryption: Encryption) {
        self.encryption = encryption;
    }

    /// Whether the key decrypts the next header of a RAR5.
    pub(super) fn opens_with(&self, key: &Key) -> bool {
        self.encrypted_header(key).is_ok_and(|(_, is_right)| is_right)
    }

    /// The next block; `None` where the volume ends between two blocks.
    ///
    /// # Errors
    /// The volume ends within a header, the header cannot be read, or it cannot be decrypted.
    pub(super) fn next(&mut self, keys: &mut Keys<'_>) -> Result<Option<Block>, Issue> {
        if self.position >= self.volume.length() {
            return Ok(None);
        }
        let header = match &self.encryption {
            Encryption::None => self.plain_header()?,
            Encryption::Salted => self.salted_header(keys)?,
            Encryption::Keyed(key) => self.encrypted_header(key)?.0,
        };
        let block = match self.generation {
            Generation::Rar4 => parse4(&header, self.volume.length()),
            Generation::Rar5 => parse5(&header, self.volume.length()),
        };
        let block = block.ok_or_else(|| damaged("a header of the archive makes no sense"))?;
        self.position = block.data.end;
        Ok(Some(block))
    }

    /// Whether a block with the right check sum begins here.
    pub(super) fn is_at_sound_block(&mut self, keys: &mut Keys<'_>) -> bool {
        let before = self.position;
        let next = self.next(keys);
        self.position = before;
        matches!(next, Ok(Some(block)) if block.is_sound)
    }

    fn plain_header(&self) -> Result<Header, Issue> {
        let mut bytes = read(self.volume, self.position, READ_BYTES)?;
        let length = header_length(self.generation, &bytes)?;
        if length > bytes.len() as u64 {
            bytes = read(self.volume, self.position, length)?;
        }
        self.header_of(bytes, length, self.position.saturating_add(length))
    }

    /// A header of RAR4 behind the salt of its key.
    fn salted_header(&self, keys: &mut Keys<'_>) -> Result<Header, Issue> {
        let start = self.position.saturating_add(8);
        let bytes = read(self.volume, self.position, 8)?;
        let salt = Fields(&bytes).array().ok_or_else(cut)?;
        keys.open(&Salt::Rar4(Some(salt)), |key| self.decrypted_header(key, None, start))
    }

    /// A header of RAR5 behind its initialisation vector, and whether the key is the right one.
    fn encrypted_header(&self, key: &Key) -> Result<(Header, bool), Issue> {
        let start = self.position.saturating_add(CIPHER_BLOCK);
        let bytes = read(self.volume, self.position, CIPHER_BLOCK)?;
        self.decrypted_header(key, Some(Fields(&bytes).array().ok_or_else(cut)?), start)
    }

    /// The header at `start`, and whether the key is the right one for all that can be told.
    fn decrypted_header(
        &self,
        key: &Key,
        vector: Option<[u8; 16]>,
        start: u64,
    ) -> Result<(Header, bool), Issue> {
        let mut bytes = read(self.volume, start, READ_BYTES)?;
        bytes.truncate(bytes.len() - bytes.len() % CIPHER_BLOCK as usize);
        key.decrypt(vector, &mut bytes);
        // With a wrong key the length makes no sense; that says nothing of the archive.
        let length = header_length(self.generation, &bytes)?;
        let padded = length.next_multiple_of(CIPHER_BLOCK);
        if padded > bytes.len() as u64 {
            bytes = read(self.volume, start, padded)?;
            if padded > bytes.len() as u64 {
                return Err(cut());
            }
            key.decrypt(vector, &mut bytes);
        }
        let header = self.header_of(bytes, length, start.saturating_add(padded))?;
        let parsed = match self.generation {
            Generation::Rar4 => parse4(&header, self.volume.length()),
            Generation::Rar5 => parse5(&header, self.volume.length()),
        };
        // Kinds whose check sum is not heeded prove nothing.
        let proves = |block: &Block| !matches!(block.kind, kind4::AUTHENTICITY | kind4::SIGNATURE);
        Ok((header, parsed.is_some_and(|block| block.is_sound && proves(&block))))
    }

    fn header_of(&self, mut bytes: Vec<u8>, length: u64, end: u64) -> Result<Header, Issue> {
        match usize::try_from(length) {
            Ok(length) if length <= bytes.len() => bytes.truncate(length),
            _ => return Err(cut()),
        }
        Ok(Header { bytes, end })
    }
}

/// Up to `count` bytes from `position`.
fn read(volume: &Data, position: u64, count: u64) -> Result<Vec<u8>, Issue> {
    let left = volume.length().saturating_sub(position).min(count);
    let mut bytes = vec![0; usize::try_from(left).unwrap_or(0)];
    let mut filled = 0;
    while let Some(rest) = bytes.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match volume.read_at(rest, position.saturating_add(filled as u64)) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(bounded::issue_of(&error)),
        }
    }
    bytes.truncate(filled);
    Ok(bytes)
}

/// How long the header is that begins with these bytes.
fn header_length(generation: Generation, bytes: &[u8]) -> Result<u64, Issue> {
    let mut fields = Fields(bytes);
    match generation {
        Generation::Rar4 => {
            let length = fields.take(5).and_then(|_| fields.u16()).ok_or_else(cut)?;
            Some(u64::from(length)).filter(|&length| length >= 7)
        }
        Generation::Rar5 => {
            fields.take(4).ok_or_else(cut)?;
            let size = fields.vint().filter(|&size| size > 0);
            let framing = (bytes.len() - fields.0.len()) as u64;
            size.and_then(|size| size.checked_add(framing)).filter(|&length| length <= MAX_HEADER)
        }
    }
    .ok_or_else(|| damaged("a header of the archive has an impossible length"))
}

fn parse4(header: &Header, volume_end: u64) -> Option<Block> {
    const HAS_DATA: u64 = 0x8000;
    const HAS_HIGH_SIZES: u64 = 0x100;
    const HAS_COMMENT: u64 = 2;
    const HAS_FILE_COMMENT: u64 = 8;
    const HAS_SALT: u64 = 0x400;
    let mut fields = Fields(&header.bytes);
    let crc = fields.u16()?;
    let (kind, flags, _size) = (u64::from(fields.byte()?), u64::from(fields.u16()?), fields.u16()?);
    let is_member = matches!(kind, kind4::FILE | kind4::SERVICE);
    let mut sizes = fields;
    let low = if is_member || flags & HAS_DATA != 0 { sizes.u32()? } else { 0 };
    let mut high = 0;
    if is_member && flags & HAS_HIGH_SIZES != 0 {
        sizes.take(21)?;
        high = sizes.u32()?;
    }
    // Old programs left comments within a header out of its check sum.
    let mut behind = fields;
    let name = behind.take(19).and_then(|_| behind.u16()).map_or(0, usize::from);
    let covered = match kind {
        kind4::MAIN if flags & HAS_COMMENT != 0 => 13,
        kind4::COMMENT => 13,
        kind4::FILE if flags & HAS_FILE_COMMENT != 0 => {
            32 + name
                + 8 * usize::from(flags & HAS_HIGH_SIZES != 0)
                + 8 * usize::from(flags & HAS_SALT != 0)
        }
        _ => header.bytes.len(),
    };
    let sum = crc32(header.bytes.get(2..covered.min(header.bytes.len()))?) as u16;
    let is_checked = !matches!(kind, kind4::AUTHENTICITY | kind4::SIGNATURE);
    let is_sound = (0x72..=0x7b).contains(&kind) && (!is_checked || sum == crc);
    let fields = fields.0.to_vec();
    let length = u64::from(high) << 32 | u64::from(low);
    Some(block(header, volume_end, length, Block { kind, flags, fields, is_sound, ..EMPTY }))
}

fn parse5(header: &Header, volume_end: u64) -> Option<Block> {
    const HAS_EXTRA: u64 = 1;
    const HAS_DATA: u64 = 2;
    let mut fields = Fields(&header.bytes);
    let crc = fields.u32()?;
    let is_sound = crc32(fields.0) == crc;
    let (_size, kind, flags) = (fields.vint()?, fields.vint()?, fields.vint()?);
    let extra = if flags & HAS_EXTRA != 0 { fields.vint()? } else { 0 };
    let length = if flags & HAS_DATA != 0 { fields.vint()? } else { 0 };
    let extra = usize::try_from(extra).ok().filter(|&extra| extra <= fields.0.len())?;
    let fields = fields.0.to_vec();
    Some(block(header, volume_end, length, Block { kind, flags, fields, extra, is_sound, ..EMPTY }))
}

const EMPTY: Block = Block {
    kind: 0,
    flags: 0,
    fields: Vec::new(),
    extra: 0,
    data: 0..0,
    is_whole: true,
    is_sound: true,
};

/// The block with its data, `length` bytes behind the header.
fn block(header: &Header, volume_end: u64, length: u64, block: Block) -> Block {
    let end = header.end.saturating_add(length);
    let data = header.end..end.min(volume_end).max(header.end);
    Block { is_whole: end <= volume_end, data, ..block }
}

/// The CRC-32 of some bytes.
pub(super) fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = flate2::Crc::new();
    crc.update(bytes);
    crc.sum()
}

/// The issue for an archive that ends within a block.
pub(super) fn cut() -> Issue {
    let text = "the archive ends in the middle of an entry";
    Issue::loss(Stage::Open, Code::Truncated, text)
}

/// The issue for an archive whose structure is damaged.
pub(super) fn damaged(text: &str) -> Issue {
    Issue::loss(Stage::Open, Code::Corrupt, text)
}
