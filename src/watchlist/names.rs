//! All watched names in one table, and the look-up of a name that ends where a token ends.

use super::table::{Arena, Hash, Span, Table};
use super::{Entry, EntryKind};

/// An organisation of the watchlist.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrgIndex(pub(super) u32);

impl OrgIndex {
    /// Its position among the [organisations](super::Matcher::organisations).
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A watched name of one organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NameIndex(pub(super) u32);

/// What is known about a watched name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Name<'m> {
    /// Whose it is.
    pub organisation: OrgIndex,
    /// What kind of entry it is.
    pub kind: EntryKind,
    /// The entry as it stands in the watchlist.
    pub entry: &'m str,
    /// The name in lower case, without `*.`; punycode, or Unicode for the second spelling of an
    /// internationalised name.
    pub text: &'m str,
}

/// One name as stored; names with the same text form a chain.
#[derive(Debug, Clone, Copy)]
pub(super) struct StoredName {
    pub(super) organisation: OrgIndex,
    pub(super) kind: EntryKind,
    pub(super) text: Span,
    written: Span,
    /// The next name with the same text, plus one.
    next: u32,
}

/// A name that was found, and where it begins in the value or text that was looked at.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found {
    pub(super) name: NameIndex,
    pub(super) start: usize,
}

/// Every name that can be told by its end in a token, and those that are only numbered.
#[derive(Debug, Default)]
pub(super) struct Names {
    pub(super) arena: Arena,
    names: Vec<StoredName>,
    table: Table,
    /// Length of the longest name in bytes.
    pub(super) longest: usize,
}

impl Names {
    /// No names yet, but room for `count`.
    pub(super) fn with_room(arena: Arena, count: usize) -> Self {
        Self { arena, names: Vec::with_capacity(count), table: Table::with_room(count), longest: 0 }
    }

    /// Numbers an entry that is not looked up by its text.
    pub(super) fn add_unlisted(&mut self, entry: &Entry) -> NameIndex {
        self.push(entry, entry.text, 0)
    }

    /// Adds an entry under `text`.
    pub(super) fn add(&mut self, entry: &Entry, text: Span) -> NameIndex {
        let bytes = self.arena.get(text).as_bytes();
        self.longest = self.longest.max(bytes.len());
        let hash = Hash::of(bytes);
        let (text, first) = match self.find(hash, |known| known == bytes) {
            Some(first) => (self.stored(first).map_or(text, |name| name.text), Some(first)),
            None => (text, None),
        };
        if let Some(known) = first.and_then(|first| self.find_same(first, entry)) {
            return known;
        }
        // A chain keeps its first name, which the table knows; others are put behind it.
        let next = first.and_then(|first| self.stored(first)).map_or(0, |name| name.next);
        let added = self.push(entry, text, next);
        match first.and_then(|first| self.names.get_mut(first.0 as usize)) {
            Some(first) => first.next = added.0 + 1,
            None => self.table.insert(hash, added.0),
        }
        added
    }

    /// The same entry, added before; a long chain is not searched to its end.
    fn find_same(&self, first: NameIndex, entry: &Entry) -> Option<NameIndex> {
        let written = self.arena.get(entry.written);
        let is_same = |name: &StoredName| {
            (name.organisation, name.kind) == (entry.organisation, entry.kind)
                && self.written(name) == written
        };
        self.chain(first).take(8).find(|&index| self.stored(index).is_some_and(is_same))
    }

    fn push(&mut self, entry: &Entry, text: Span, next: u32) -> NameIndex {
        let index = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        let Entry { organisation, kind, written, .. } = *entry;
        self.names.push(StoredName { organisation, kind, text, written, next });
        NameIndex(index)
    }

    pub(super) fn stored(&self, index: NameIndex) -> Option<&StoredName> {
        self.names.get(index.0 as usize)
    }

    /// The entry as it stands in the watchlist.
    pub(super) fn written(&self, name: &StoredName) -> &str {
        self.arena.get(name.written)
    }

    /// What is known about a name.
    pub(super) fn get(&self, index: NameIndex) -> Option<Name<'_>> {
        self.stored(index).map(|name| Name {
            organisation: name.organisation,
            kind: name.kind,
            entry: self.arena.get(name.written),
            text: self.arena.get(name.text),
        })
    }

    /// The first name with this hash whose text passes `is_it`.
    pub(super) fn find(&self, hash: Hash, is_it: impl Fn(&[u8]) -> bool) -> Option<NameIndex> {
        let text =
            |index: u32| self.names.get(index as usize).map(|name| self.arena.get(name.text));
        self.table
            .find(hash, |index| text(index).is_some_and(|text| is_it(text.as_bytes())))
            .map(NameIndex)
    }

    /// The name `first` and all others with its text.
    pub(super) fn chain(&self, first: NameIndex) -> impl Iterator<Item = NameIndex> {
        std::iter::successors(Some(first), |&index| {
            self.stored(index)?.next.checked_sub(1).map(NameIndex)
        })
    }

    /// Adds to `found` every name with two labels or more that `host` is or lies below.
    pub(super) fn suffixes(&self, host: &[u8], found: &mut Vec<Found>) {
        let host = host.strip_suffix(b".").unwrap_or(host);
        let mut hash = Hash::EMPTY;
        let mut dots = 0_usize;
        for (start, &byte) in host.iter().enumerate().rev() {
            hash = hash.then(byte);
            let at_label = start == 0 || host.get(start - 1) == Some(&b'.');
            dots += usize::from(byte == b'.');
            if host.len() - start > self.longest {
                break;
            }
            if at_label && dots > 0 {
                let suffix = host.get(start..).unwrap_or_default();
                let first = self.find(hash, |text| text == suffix);
                found.extend(
                    first
                        .into_iter()
                        .flat_map(|first| self.chain(first))
                        .map(|name| Found { name, start }),
                );
            }
        }
    }

    /// Leaves in `found` the best name of every organisation; names without rank do not count, and
    /// an organisation that excludes the host loses it.
    pub(super) fn settle(
        &self,
        found: &mut Vec<Found>,
        rank: impl Fn(&StoredName, usize) -> Option<usize>,
    ) {
        let rank = |found: &Found| {
            let name = self.stored(found.name)?;
            match name.kind {
                EntryKind::Exclude => Some((name.organisation, usize::MAX)),
                _ => rank(name, found.start).map(|rank| (name.organisation, rank)),
            }
        };
        if let [only] = found.as_slice() {
            if rank(only).is_none_or(|(_, rank)| rank == usize::MAX) {
                found.clear();
            }
            return;
        }
        found.retain(|one| rank(one).is_some());
        found.sort_by_key(|one| rank(one).map(|(organisation, rank)| (organisation, !rank)));
        found.dedup_by_key(|one| rank(one).map(|(organisation, _)| organisation));
        found.retain(|one| rank(one).is_some_and(|(_, rank)| rank != usize::MAX));
    }
}
