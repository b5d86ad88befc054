//! All entries of a watchlist in one table, and the look-up of a name that ends where a token ends.
//!
//! One table serves the list while it is read (is this entry known?) and the matcher later (does
//! this token end in a name?), so a list of a million names is hashed once.

use super::EntryKind;
use super::table::{Arena, Hash, Span, Table};

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

/// Where an entry is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) file: u16,
    /// Counted from 1; zero where there are no lines.
    pub(super) line: u32,
}

impl Place {
    /// The line with the given number in the same file.
    pub(super) fn at_line(self, line: usize) -> Self {
        Self { line: u32::try_from(line).unwrap_or(u32::MAX), ..self }
    }
}

/// One name as stored; names with the same text form a chain.
#[derive(Debug, Clone, Copy)]
pub(super) struct StoredName {
    pub(super) organisation: OrgIndex,
    pub(super) kind: EntryKind,
    pub(super) place: Place,
    /// Normalised: lower case, punycode, without `*.`.
    pub(super) text: Span,
    /// As it stands in the watchlist.
    pub(super) written: Span,
    /// The next name with the same text, plus one.
    next: u32,
}

impl StoredName {
    pub(super) fn new(
        organisation: OrgIndex,
        kind: EntryKind,
        place: Place,
        text: Span,
        written: Span,
    ) -> Self {
        Self { organisation, kind, place, text, written, next: 0 }
    }
}

/// The hash of a text, and the first name that has it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spot {
    pub(super) hash: Hash,
    pub(super) first: Option<NameIndex>,
}

/// A name that was found, and where it begins in the value or text that was looked at.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found {
    pub(super) name: NameIndex,
    pub(super) start: usize,
}

/// All entries, and where their texts are.
#[derive(Debug, Clone, Default)]
pub(super) struct Names {
    pub(super) arena: Arena,
    names: Vec<StoredName>,
    table: Table,
    /// Length of the longest text in bytes.
    pub(super) longest: usize,
}

impl Names {
    /// Makes room for `count` more names.
    pub(super) fn reserve(&mut self, count: usize) {
        self.names.reserve(count);
        self.table.reserve(count);
    }

    pub(super) fn len(&self) -> usize {
        self.names.len()
    }

    /// The names in the order of the list.
    pub(super) fn iter(&self) -> impl ExactSizeIterator<Item = &StoredName> {
        self.names.iter()
    }

    /// Where the names with this text are, or would be.
    pub(super) fn spot(&self, text: &str) -> Spot {
        let hash = Hash::of(text.as_bytes());
        Spot { hash, first: self.find(hash, |known| known == text.as_bytes()) }
    }

    /// The same for a text in the arena, whose hash is known.
    pub(super) fn spot_of(&self, hash: Hash, text: Span) -> Spot {
        let text = self.arena.get(text).as_bytes();
        Spot { hash, first: self.find(hash, |known| known == text) }
    }

    /// Says that the spots of texts with these hashes are asked for next.
    pub(super) fn read_ahead(&self, hashes: impl Iterator<Item = Hash>) {
        self.table.read_ahead(hashes);
    }

    /// The text itself as stored at `spot`, stored now where it is new.
    pub(super) fn text_span(&mut self, spot: Spot, text: &str) -> Span {
        match spot.first.and_then(|first| self.stored(first)) {
            Some(name) => name.text,
            None => self.arena.push(text),
        }
    }

    /// Adds a name to those at `spot`.
    pub(super) fn insert(&mut self, spot: Spot, mut name: StoredName) {
        let index = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        self.longest = self.longest.max(name.text.len());
        // A chain keeps its first name, which the table knows; others are put behind it.
        match spot.first.and_then(|first| self.names.get_mut(first.0 as usize)) {
            Some(first) => name.next = std::mem::replace(&mut first.next, index + 1),
            None => self.table.insert(spot.hash, index),
        }
        self.names.push(name);
    }

    /// The names at `spot`.
    pub(super) fn chain(&self, spot: Spot) -> impl Iterator<Item = NameIndex> {
        self.chain_from(spot.first)
    }

    fn chain_from(&self, first: Option<NameIndex>) -> impl Iterator<Item = NameIndex> {
        std::iter::successors(first, |&index| {
            self.stored(index)?.next.checked_sub(1).map(NameIndex)
        })
    }

    pub(super) fn stored(&self, index: NameIndex) -> Option<&StoredName> {
        self.names.get(index.0 as usize)
    }

    pub(super) fn text(&self, name: &StoredName) -> &str {
        self.arena.get(name.text)
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
            entry: self.written(name),
            text: self.text(name),
        })
    }

    /// The first name with this hash whose text passes `is_it`.
    fn find(&self, hash: Hash, is_it: impl Fn(&[u8]) -> bool) -> Option<NameIndex> {
        let text = |index: u32| self.names.get(index as usize).map(|name| self.text(name));
        self.table
            .find(hash, |index| text(index).is_some_and(|text| is_it(text.as_bytes())))
            .map(NameIndex)
    }

    /// Adds to `found` every name whose text, read backwards, is `reversed`.
    pub(super) fn collect(
        &self,
        hash: Hash,
        reversed: &[u8],
        start: usize,
        found: &mut Vec<Found>,
    ) {
        let first = self.find(hash, |text| text.iter().rev().eq(reversed));
        found.extend(self.chain_from(first).map(|name| Found { name, start }));
    }

    /// Adds to `found` every name with two labels or more that `host` is or lies below.
    pub(super) fn suffixes(&self, host: &[u8], found: &mut Vec<Found>) {
        let host = host.strip_suffix(b".").unwrap_or(host);
        let mut hash = Hash::EMPTY;
        let mut has_dot = false;
        for (start, &byte) in host.iter().enumerate().rev().take(self.longest) {
            hash = hash.then(byte);
            has_dot |= byte == b'.';
            let is_label_start = start == 0 || host.get(start - 1) == Some(&b'.');
            if is_label_start && has_dot {
                let suffix = host.get(start..).unwrap_or_default();
                let first = self.find(hash, |text| text == suffix);
                found.extend(self.chain_from(first).map(|name| Found { name, start }));
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
        found.retain(|one| rank(one).is_some());
        if found.len() > 1 {
            found.sort_by_key(|one| rank(one).map(|(organisation, rank)| (organisation, !rank)));
            found.dedup_by_key(|one| rank(one).map(|(organisation, _)| organisation));
        }
        found.retain(|one| rank(one).is_some_and(|(_, rank)| rank != usize::MAX));
    }
}
