//! The entries of an archive, held in little memory: there may be five million of them.
//!
//! A name is kept in two parts. Neighbours mostly lie in one folder, and files are called the same in
//! every log, so that most parts are held once.

use std::collections::HashMap;

use crate::archive::{Declared, EntryHeader, EntryKind};
use crate::issue::{Code, Issue, Stage};
use crate::limits::Budget;
use crate::provenance::EntryName;

/// What all entries of an archive may take, in bytes, with what is planned for them.
const MOST_BYTES: usize = 400 << 20;

/// What an entry takes beside its name: 25 bytes here, the rest where it is planned.
const ENTRY_BYTES: usize = 64;

/// How many names of files are known again.
const FILES_KNOWN: usize = 4096;

/// One entry as it is listed.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    /// The folders of its name, up to and with the last `/`.
    pub folder: &'a [u8],
    /// The rest of its name.
    pub file: &'a [u8],
    /// What it is.
    pub kind: EntryKind,
    /// Bytes after decompression, as declared.
    pub size: Declared,
    /// Bytes in the archive, as declared; unknown where entries share a stream.
    pub packed: Declared,
    /// Whether it is encrypted.
    pub encrypted: bool,
}

impl Entry<'_> {
    /// The whole name.
    pub fn name(&self) -> EntryName {
        EntryName::new(&[self.folder, self.file].concat())
    }
}

/// The entries of one archive, in its order.
#[derive(Debug, Default)]
pub struct Entries {
    parts: Parts,
    /// The folder and the file of each entry.
    names: Vec<[Part; 2]>,
    /// The declared size of each entry, and how much of the archive it takes.
    sizes: Vec<[Declared; 2]>,
    kinds: Vec<(EntryKind, Locked)>,
    files: HashMap<Box<[u8]>, Part>,
    has_encrypted: bool,
}

/// Whether an entry is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Locked {
    No,
    Yes,
}

impl Entries {
    /// Adds an entry.
    ///
    /// # Errors
    /// The source has no more entries left, or the archive takes more memory than a listing may.
    pub fn push(&mut self, header: &EntryHeader, budget: &Budget) -> Result<(), Issue> {
        if !budget.take_entries(1) {
            let text = "the archive has more entries than are allowed";
            return Err(Issue::loss(Stage::Limit, Code::LimitEntries, text));
        }
        if self.parts.weight() + self.len() * ENTRY_BYTES > MOST_BYTES {
            budget.return_entries(1);
            let text = "the names of the entries take more memory than a listing may";
            return Err(Issue::loss(Stage::Limit, Code::LimitMemory, text));
        }
        self.add(header);
        Ok(())
    }

    /// Adds an entry that was allowed before.
    pub(super) fn add(&mut self, header: &EntryHeader) {
        let name = header.name.as_bytes();
        let split = memchr::memrchr(b'/', name).map_or(0, |end| end + 1);
        let (folder, file) = name.split_at_checked(split).unwrap_or((name, b""));
        let last = self.names.last().map(|&[folder, _]| folder);
        let folder = last
            .filter(|&last| self.parts.get(last) == folder)
            .unwrap_or_else(|| self.parts.add(folder));
        let file = self.file(file);
        self.names.push([folder, file]);
        self.sizes.push([header.size, header.packed]);
        self.kinds.push((header.kind, if header.encrypted { Locked::Yes } else { Locked::No }));
        self.has_encrypted |= header.encrypted;
    }

    fn file(&mut self, name: &[u8]) -> Part {
        if let Some(&known) = self.files.get(name) {
            return known;
        }
        let part = self.parts.add(name);
        if self.files.len() < FILES_KNOWN {
            self.files.insert(name.into(), part);
        }
        part
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// Whether any of them is encrypted.
    pub fn has_encrypted(&self) -> bool {
        self.has_encrypted
    }

    /// The entry with this index.
    pub fn get(&self, index: usize) -> Option<Entry<'_>> {
        let (&[folder, file], &[size, packed]) = (self.names.get(index)?, self.sizes.get(index)?);
        let &(kind, locked) = self.kinds.get(index)?;
        let (folder, file) = (self.parts.get(folder), self.parts.get(file));
        Some(Entry { folder, file, kind, size, packed, encrypted: locked == Locked::Yes })
    }

    /// The last one.
    pub(super) fn last(&self) -> Option<Entry<'_>> {
        self.get(self.len().checked_sub(1)?)
    }

    /// The declared size of an entry, and how much of the archive it takes.
    pub(super) fn sizes(&self, index: usize) -> Option<(Declared, Declared)> {
        self.sizes.get(index).map(|&[size, packed]| (size, packed))
    }

    /// Corrects how much of the archive the last entry takes.
    pub(super) fn repack_last(&mut self, packed: Declared) {
        if let Some([_, last]) = self.sizes.last_mut() {
            *last = packed;
        }
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = Entry<'_>> + Clone {
        (0..self.len()).filter_map(|index| self.get(index))
    }
}

impl FromIterator<EntryHeader> for Entries {
    fn from_iter<I: IntoIterator<Item = EntryHeader>>(headers: I) -> Self {
        let mut entries = Self::default();
        headers.into_iter().for_each(|header| entries.add(&header));
        entries
    }
}

/// A number of [`Parts`].
type Part = u32;

/// Parts of names, one behind the other.
#[derive(Debug, Default)]
struct Parts {
    bytes: Vec<u8>,
    /// Where each ends.
    ends: Vec<u32>,
}

impl Parts {
    fn add(&mut self, part: &[u8]) -> Part {
        self.bytes.extend_from_slice(part);
        self.ends.push(u32::try_from(self.bytes.len()).unwrap_or(u32::MAX));
        Part::try_from(self.ends.len() - 1).unwrap_or(Part::MAX)
    }

    fn get(&self, part: Part) -> &[u8] {
        let (part, end) = (part as usize, |part: usize| self.ends.get(part).copied());
        let from = part.checked_sub(1).and_then(end).unwrap_or(0);
        let to = end(part).unwrap_or(from);
        self.bytes.get(from as usize..to as usize).unwrap_or_default()
    }

    fn weight(&self) -> usize {
        self.bytes.len() + self.ends.len() * size_of::<u32>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;

    fn header(name: &[u8]) -> EntryHeader {
        EntryHeader {
            name: EntryName::new(name),
            kind: EntryKind::File,
            size: Declared::bytes(7),
            packed: Declared::UNKNOWN,
            encrypted: name.ends_with(b"x"),
        }
    }

    #[test]
    fn names_come_back_as_they_were() {
        let long = [b'n'; 70_000];
        let names: [&[u8]; 9] =
            [b"a/b/c", b"a/b/d", b"", b"/", b"e/", b"a/c", b"b/c", &long, b"a/b/x"];
        let entries: Entries = names.iter().map(|name| header(name)).collect();
        let back: Vec<_> = entries.iter().map(|entry| entry.name().as_bytes().to_vec()).collect();
        assert_eq!(back, names);
        assert_eq!(entries.iter().filter(|entry| entry.encrypted).count(), 1);
        assert!(entries.has_encrypted() && entries.get(9).is_none());
    }

    #[test]
    fn what_stands_in_every_log_is_held_once() {
        let names = (0..3000).map(|n| header(format!("log_{}/{}.txt", n / 3, n % 3).as_bytes()));
        let entries: Entries = names.collect();
        assert!(entries.parts.weight() < 1000 * (8 + 4) + 100, "{}", entries.parts.weight());
    }

    #[test]
    fn a_listing_takes_no_more_than_it_may() {
        let budget = Budget::new(Limits::default().with("entries=3").unwrap());
        let mut entries = Entries::default();
        let code = |pushed: Result<(), Issue>| pushed.err().map(|issue| issue.code);
        for expected in [None, None, None, Some(Code::LimitEntries)] {
            assert_eq!(code(entries.push(&header(b"a"), &budget)), expected);
        }
        let budget = Budget::new(Limits::default());
        let name = |n: usize| header(format!("{n}{}", "n".repeat(4 << 20)).as_bytes());
        let refused = (0..).find_map(|n| code(entries.push(&name(n), &budget))).unwrap();
        assert_eq!(refused, Code::LimitMemory);
        assert!(budget.take_entries(5_000_000 - (entries.len() as u64 - 3)));
    }
}
