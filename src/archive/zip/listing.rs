//! What is known of the entries of a ZIP, in little memory: there may be five million of them.

use super::local::{ENCRYPTED, FIXED_BYTES, Found};
use crate::archive::{Declared, Entries, EntryHeader, EntryKind};
use crate::issue::{Code, Issue};
use crate::limits::Budget;
use crate::provenance::EntryName;

/// How an entry is read.
pub(super) struct Record {
    /// Where its local header begins.
    pub(super) offset: u64,
    /// Bytes in the archive, as declared.
    pub(super) packed: u64,
    /// Bytes after decompression, where they are declared.
    pub(super) size: Option<u64>,
    /// CRC-32, where the size is declared.
    pub(super) crc: Option<u32>,
    /// Compression method.
    pub(super) method: u16,
    /// General purpose flags.
    pub(super) flags: u16,
    /// What is wrong with it, as far as its listing tells.
    pub(super) flaw: Option<Code>,
}

impl Record {
    /// Where the entry ends at the earliest: its name and extra fields are not counted, because
    /// their lengths stand in the local header only.
    pub(super) fn least_end(&self) -> u64 {
        self.offset.saturating_add(FIXED_BYTES as u64).saturating_add(self.packed)
    }

    /// What is known of an entry that was found by its local header.
    pub(super) fn of_found(found: &Found, flaw: Option<Code>) -> Self {
        Self {
            offset: found.offset,
            packed: found.packed,
            size: found.claims.map(|(size, _)| size),
            crc: found.claims.map(|(_, crc)| crc),
            method: found.local.method,
            flags: found.local.flags,
            flaw,
        }
    }
}

/// What of a [`Record`] does not stand in the list that users see.
struct Hidden {
    offset: u64,
    crc: u32,
    method: u16,
    flags: u16,
}

/// What a directory lists.
#[derive(Default)]
pub(super) struct Listing {
    /// The entries, as users see them.
    pub(super) entries: Entries,
    /// Of each entry, what else it takes to read it.
    hidden: Vec<Hidden>,
    /// Of each entry, what is wrong with it.
    flaws: Vec<Option<Code>>,
    /// What is wrong with the directory.
    pub(super) issues: Vec<Issue>,
    /// Where the directory begins: entries stand before.
    pub(super) start: u64,
    /// Where it ends, as far as it could be read.
    pub(super) end: u64,
}

impl Listing {
    /// Adds an entry.
    ///
    /// # Errors
    /// There are too many.
    pub(super) fn push(
        &mut self,
        name: EntryName,
        kind: EntryKind,
        record: &Record,
        budget: &Budget,
    ) -> Result<(), Issue> {
        let header = EntryHeader {
            name,
            kind,
            size: record.size.into(),
            packed: Declared::bytes(record.packed),
            encrypted: record.flags & ENCRYPTED != 0,
        };
        self.entries.push(&header, budget)?;
        let &Record { offset, crc, method, flags, flaw, .. } = record;
        self.hidden.push(Hidden { offset, crc: crc.unwrap_or(0), method, flags });
        self.flaws.push(flaw);
        Ok(())
    }

    /// How many entries there are.
    pub(super) fn len(&self) -> usize {
        self.hidden.len()
    }

    /// How the entry is read.
    pub(super) fn record(&self, index: usize) -> Option<Record> {
        let &Hidden { offset, crc, method, flags } = self.hidden.get(index)?;
        let (size, packed) = self.entries.sizes(index)?;
        let (size, packed) = (size.known(), packed.known()?);
        let flaw = self.flaws.get(index).copied().flatten();
        Some(Record { offset, packed, size, crc: size.map(|_| crc), method, flags, flaw })
    }

    /// Where the local headers of all entries begin.
    pub(super) fn offsets(&self) -> impl Iterator<Item = u64> {
        self.hidden.iter().map(|hidden| hidden.offset)
    }

    /// Says what is wrong with an entry.
    pub(super) fn blame(&mut self, index: usize, code: Code) {
        if let Some(flaw) = self.flaws.get_mut(index) {
            *flaw = Some(code);
        }
    }
}
