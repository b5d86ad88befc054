//! The headers of RAR 5 to 7.

use crate::archive::EntryKind;
use crate::archive::rar::block::Block;
use crate::archive::rar::fields::Fields;
use crate::archive::rar::keys::Salt;
use crate::archive::rar::member::{Listed, Lock, Member, Packing, kind_of_mode};

/// Flags of the main header.
pub(super) mod main {
    pub(in super::super) const VOLUME: u64 = 1;
    pub(in super::super) const SOLID: u64 = 4;
}

/// The cipher that is known: AES-256.
const AES: u64 = 0;

/// Flags and volume number of the main header.
pub(super) fn main(block: &Block) -> Option<(u64, u64)> {
    const HAS_NUMBER: u64 = 2;
    let mut fields = Fields(&block.fields);
    let flags = fields.vint()?;
    let number = if flags & HAS_NUMBER != 0 { fields.vint()? } else { 0 };
    Some((flags, number))
}

/// Salt and check value of the encryption of all headers; `None` if it is not known.
pub(super) fn encryption(block: &Block) -> Option<(Salt, Option<[u8; 12]>)> {
    let mut fields = Fields(&block.fields);
    (fields.vint()? == AES).then_some(())?;
    let flags = fields.vint()?;
    let (power, salt) = (fields.byte()?, fields.array()?);
    Some((Salt::Rar5(salt, power), check_value(flags, &mut fields)))
}

fn check_value(flags: u64, fields: &mut Fields<'_>) -> Option<[u8; 12]> {
    const HAS_CHECK: u64 = 1;
    (flags & HAS_CHECK != 0).then(|| fields.array())?
}

/// The header of a file.
pub(super) fn listed(block: &Block) -> Option<Listed> {
    const CONTINUED: u64 = 8;
    const GOES_ON: u64 = 0x10;
    const FOLDER: u64 = 1;
    const HAS_TIME: u64 = 2;
    const HAS_CRC: u64 = 4;
    const UNKNOWN_SIZE: u64 = 8;
    const UNIX: u64 = 1;
    const SOLID: u64 = 0x40;
    let mut fields = Fields(&block.fields);
    let (flags, size, attributes) = (fields.vint()?, fields.vint()?, fields.vint()?);
    if flags & HAS_TIME != 0 {
        fields.u32()?;
    }
    let crc = if flags & HAS_CRC != 0 { Some(fields.u32()?) } else { None };
    let (info, system) = (fields.vint()?, fields.vint()?);
    let name = fields.counted()?.to_vec();
    let extra = Extra::of(block);
    let kind = match system {
        _ if flags & FOLDER != 0 => EntryKind::Folder,
        _ if extra.is_link => EntryKind::Link,
        UNIX => kind_of_mode(attributes, size == 0),
        _ => EntryKind::File,
    };
    let member = Member {
        size: if flags & UNKNOWN_SIZE != 0 { u64::MAX } else { size },
        parts: vec![block.data.clone()],
        packing: Packing::Rar5 { info, hash: extra.hash },
        lock: extra.lock.map(Box::new),
        crc,
        is_solid: info & SOLID != 0,
        fault: None,
    };
    Some(Listed {
        name,
        kind,
        is_continued: block.flags & CONTINUED != 0,
        goes_on: block.flags & GOES_ON != 0,
        member,
    })
}

/// What the extra records of a file say.
#[derive(Default)]
struct Extra {
    lock: Option<Lock>,
    hash: Option<Box<[u8; 32]>>,
    is_link: bool,
}

impl Extra {
    fn of(block: &Block) -> Self {
        const ENCRYPTION: u64 = 1;
        const HASH: u64 = 2;
        const REDIRECTION: u64 = 5;
        const BLAKE2SP: u64 = 0;
        let mut found = Self::default();
        let mut records = Fields(block.extra());
        while let Some(record) = records.counted() {
            let mut fields = Fields(record);
            match fields.vint() {
                Some(ENCRYPTION) => found.lock = Some(lock(fields).unwrap_or(Lock::Unknown)),
                Some(HASH) if fields.vint() == Some(BLAKE2SP) => {
                    found.hash = fields.array().map(Box::new);
                }
                Some(REDIRECTION) => found.is_link = true,
                _ => {}
            }
        }
        found
    }
}

fn lock(mut fields: Fields<'_>) -> Option<Lock> {
    const KEYED_SUMS: u64 = 2;
    (fields.vint()? == AES).then_some(())?;
    let flags = fields.vint()?;
    let (power, salt, vector) = (fields.byte()?, fields.array()?, fields.array()?);
    Some(Lock::Rar5 {
        salt: Salt::Rar5(salt, power),
        vector,
        check: check_value(flags, &mut fields),
        has_keyed_sums: flags & KEYED_SUMS != 0,
    })
}
