//! What the headers say about a member: how it is packed, locked, and where its bytes stand.

use std::ops::Range;

use crate::archive::EntryKind;
use crate::archive::rar::keys::Salt;
use crate::issue::Issue;

/// A file, folder or link in one volume.
#[derive(Debug)]
pub(super) struct Listed {
    pub(super) name: Vec<u8>,
    pub(super) kind: EntryKind,
    /// Whether it began in the volume before.
    pub(super) is_continued: bool,
    /// Whether it goes on in the next volume.
    pub(super) goes_on: bool,
    pub(super) member: Member,
}

/// What is needed to decode a member.
#[derive(Debug)]
pub(super) struct Member {
    /// Size of the decoded bytes, as declared.
    pub(super) size: u64,
    /// Where its packed bytes stand in the archive: one range for each volume.
    pub(super) parts: Vec<Range<u64>>,
    pub(super) packing: Packing,
    pub(super) lock: Option<Box<Lock>>,
    /// CRC-32 of the decoded bytes.
    pub(super) crc: Option<u32>,
    /// Whether it can only be decoded after the members before it.
    pub(super) is_solid: bool,
    /// Why it cannot be read completely, where that is known beforehand.
    pub(super) fault: Option<Box<Issue>>,
}

/// How a member is packed, in the terms of the decoder.
#[derive(Debug, Clone)]
pub(super) enum Packing {
    /// RAR 1.5 to 4: the version needed, the method, and the bits for the size of the window.
    Rar4 { version: u8, method: u8, window: u16 },
    /// RAR 5 to 7: version, method and dictionary in one number, and the BLAKE2sp sum.
    Rar5 { info: u64, hash: Option<Box<[u8; 32]>> },
}

/// How a member is encrypted.
#[derive(Debug, Clone)]
pub(super) enum Lock {
    /// RAR 1.5 and 2.0, whose ciphers know no salt.
    Old,
    /// RAR 2.9 to 4.
    Rar4(Salt),
    /// RAR 5 to 7.
    Rar5 {
        salt: Salt,
        vector: [u8; 16],
        check: Option<[u8; 12]>,
        /// Whether the check sums are hashed with the key.
        has_keyed_sums: bool,
    },
    /// A way of encrypting that is not known.
    Unknown,
}

impl Member {
    /// How many packed bytes there are.
    pub(super) fn packed(&self) -> u64 {
        self.parts.iter().map(|part| part.end - part.start).fold(0, u64::saturating_add)
    }

    /// Whether the bytes stand there as they are.
    pub(super) fn is_stored(&self) -> bool {
        match self.packing {
            Packing::Rar4 { method, .. } => method == 0x30,
            Packing::Rar5 { info, .. } => info >> 7 & 7 == 0,
        }
    }

    /// The dictionary that RAR5 and RAR7 ask for, in bytes.
    pub(super) fn dictionary(&self) -> u64 {
        let Packing::Rar5 { info, .. } = self.packing else { return 0 };
        if self.is_stored() {
            return 0;
        }
        let is_rar7 = info & 0x3f != 0;
        let power = info >> 10 & if is_rar7 { 0x1f } else { 0xf };
        let base = 0x2_0000_u64 << power;
        if is_rar7 { base + base / 32 * (info >> 15 & 0x1f) } else { base }
    }

    /// How expensive its key is; nothing where it is not encrypted, or the key is cheap.
    pub(super) fn key_cost(&self) -> u8 {
        match self.lock.as_deref() {
            Some(Lock::Rar5 { salt: Salt::Rar5(_, power), .. }) => *power,
            _ => 0,
        }
    }
}

/// What kind of file a mode of Unix says it is.
pub(super) fn kind_of_mode(mode: u64, is_empty: bool) -> EntryKind {
    match mode & 0o170_000 {
        0o120_000 => EntryKind::Link,
        0o010_000 | 0o020_000 | 0o060_000 | 0o140_000 if is_empty => EntryKind::Special,
        _ => EntryKind::File,
    }
}
