//! Putting entries into a watchlist, and compiling it.

use std::collections::HashSet;

use encoding_rs::{WINDOWS_1251, WINDOWS_1252};

use super::address::{Range, Ranges};
use super::filter::DotFilter;
use super::matcher::Matcher;
use super::names::{Names, OrgIndex};
use super::table::{Hash, Span};
use super::{Entry, EntryKind, Watchlist, normal};
use crate::error::{Error, Result};

/// Longest entry or name of an organisation, in bytes.
const LONGEST_ENTRY: usize = 1024;

/// Where an entry is written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    file: u16,
    line: u32,
}

impl Place {
    /// The line with the given number, counted from 1.
    pub(super) fn at_line(self, line: usize) -> Self {
        Self { line: u32::try_from(line).unwrap_or(u32::MAX), ..self }
    }
}

impl Watchlist {
    /// Opens a file, or what stands for one in messages.
    pub(super) fn add_file(&mut self, name: String) -> Place {
        self.files.push(name);
        Place { file: u16::try_from(self.files.len() - 1).unwrap_or(u16::MAX), line: 0 }
    }

    /// An error about the list, at a place.
    pub(super) fn error_at(&self, place: Place, text: impl std::fmt::Display) -> Error {
        let file = self.files.get(usize::from(place.file)).map_or("", String::as_str);
        match place.line {
            0 => Error::config(format!("{file}: {text}")),
            line => Error::config(format!("{file}:{line}: {text}")),
        }
    }

    /// The organisation called `name`, added where it is new.
    pub(super) fn organisation(&mut self, name: &str, place: Place) -> Result<OrgIndex> {
        self.check_length(name, place)?;
        let hash = Hash::of(name.as_bytes());
        if let Some(known) = self.find_organisation(hash, name) {
            return Ok(known);
        }
        let span = self.arena.push(name);
        Ok(self.push_organisation(hash, span))
    }

    fn find_organisation(&self, hash: Hash, name: &str) -> Option<OrgIndex> {
        let name_of = |index: u32| self.organisations.get(index as usize);
        let is_it = |index| name_of(index).is_some_and(|&span| self.arena.get(span) == name);
        self.organisation_table.find(hash, is_it).map(OrgIndex)
    }

    fn push_organisation(&mut self, hash: Hash, name: Span) -> OrgIndex {
        let index = u32::try_from(self.organisations.len()).unwrap_or(u32::MAX);
        self.organisations.push(name);
        self.organisation_table.insert(hash, index);
        OrgIndex(index)
    }

    /// Adds an entry of an organisation.
    pub(super) fn add(
        &mut self,
        organisation: OrgIndex,
        kind: EntryKind,
        written: &str,
        place: Place,
    ) -> Result<()> {
        let written = written.trim();
        let text = self.checked(kind, written, place)?;
        let written_span = self.arena.push(written);
        let text = if text == written { written_span } else { self.arena.push(&text) };
        self.push_entry(organisation, kind, written_span, text, place);
        Ok(())
    }

    /// Adds a domain that is an organisation of its own.
    pub(super) fn add_lone_domain(&mut self, written: &str, place: Place) -> Result<()> {
        let text = self.checked(EntryKind::Domain, written, place)?;
        let hash = Hash::of(text.as_bytes());
        let known = self.find_organisation(hash, &text);
        // The organisation is called what the domain is called, so that one copy serves both.
        let text_span = match known.and_then(|known| self.organisations.get(known.index())) {
            Some(&span) => span,
            None => self.arena.push(&text),
        };
        let organisation = known.unwrap_or_else(|| self.push_organisation(hash, text_span));
        let written_span = if text == written { text_span } else { self.arena.push(written) };
        self.push_entry(organisation, EntryKind::Domain, written_span, text_span, place);
        Ok(())
    }

    fn checked<'t>(
        &self,
        kind: EntryKind,
        written: &'t str,
        place: Place,
    ) -> Result<std::borrow::Cow<'t, str>> {
        self.check_length(written, place)?;
        normal::entry(kind, written).map_err(|why| {
            self.error_at(place, format_args!("“{}” is refused: {why}", written.escape_debug()))
        })
    }

    fn check_length(&self, text: &str, place: Place) -> Result<()> {
        if text.len() > LONGEST_ENTRY {
            return Err(self.error_at(place, format_args!("longer than {LONGEST_ENTRY} bytes")));
        }
        if self.arena.is_full() {
            return Err(self.error_at(place, "the watchlist is larger than 2 GiB"));
        }
        Ok(())
    }

    fn push_entry(
        &mut self,
        organisation: OrgIndex,
        kind: EntryKind,
        written: Span,
        text: Span,
        place: Place,
    ) {
        let Place { file, line } = place;
        self.entries.push(Entry { kind, file, line, organisation, written, text });
    }

    /// Both lists as one; organisations of the same name are the same.
    ///
    /// # Errors
    /// The lists together are too large.
    pub fn merge(mut self, other: &Self) -> Result<Self> {
        let files: Vec<Place> =
            other.files.iter().map(|file| self.add_file(file.clone())).collect();
        let place = |entry: &Entry| {
            let file = files.get(usize::from(entry.file)).copied();
            file.unwrap_or(Place { file: 0, line: 0 }).at_line(entry.line as usize)
        };
        for entry in &other.entries {
            let place = place(entry);
            let owner = other.organisations.get(entry.organisation.index());
            let name = owner.map_or("", |&name| other.arena.get(name));
            let organisation = self.organisation(name, place)?;
            let written = self.arena.push(other.arena.get(entry.written));
            let text = if entry.text == entry.written {
                written
            } else {
                self.arena.push(other.arena.get(entry.text))
            };
            self.push_entry(organisation, entry.kind, written, text, place);
        }
        Ok(self)
    }

    /// The watchlist made ready for matching.
    pub fn compile(self) -> Matcher {
        let Self { mut arena, organisations, entries, .. } = self;
        arena.shrink();
        let mut matcher = Matcher {
            names: Names::with_room(arena, entries.len()),
            filter: DotFilter::with_room(entries.len()),
            ranges: Ranges::default(),
            computers: Vec::new(),
            vips: HashSet::new(),
            organisations,
            longest_tail: 0,
            is_international: false,
            has_loose_names: false,
            has_ad_names: false,
        };
        for entry in &entries {
            matcher.add(entry);
        }
        matcher
    }
}

impl Matcher {
    fn add(&mut self, entry: &Entry) {
        match entry.kind {
            EntryKind::IpRange => {
                let range = Range::parse(self.names.arena.get(entry.text));
                let name = self.names.add_unlisted(entry);
                range.into_iter().for_each(|range| self.ranges.add(range, name));
            }
            EntryKind::ComputerName => {
                let pattern = self.names.arena.get(entry.text).chars().collect();
                let name = self.names.add_unlisted(entry);
                self.computers.push((name, pattern));
            }
            EntryKind::Vip => {
                let address = self.names.arena.get(entry.text).to_owned();
                self.vips.insert((entry.organisation, address));
            }
            _ => self.add_name(entry),
        }
    }

    fn add_name(&mut self, entry: &Entry) {
        self.names.add(entry, entry.text);
        let name = self.names.arena.get(entry.text);
        self.has_ad_names |= !name.contains('.');
        self.has_loose_names |= name.contains('_');
        let unicode = name.contains("xn--").then(|| idna::domain_to_unicode(name).0);
        // An excluded name needs no anchor: it lies below a watched one, which has its own.
        if entry.kind != EntryKind::Exclude {
            let tail = insert_anchor(&mut self.filter, name.as_bytes());
            self.longest_tail = self.longest_tail.max(tail);
        }
        if let Some(unicode) = unicode.filter(|name| !name.is_ascii()) {
            self.add_unicode(entry, &unicode);
        }
    }

    /// Adds the Unicode spelling of a name, in all encodings that it may stand in.
    fn add_unicode(&mut self, entry: &Entry, name: &str) {
        self.is_international = true;
        self.has_loose_names = true;
        let span = self.names.arena.push(name);
        self.names.add(entry, span);
        let tail = insert_anchor(&mut self.filter, name.as_bytes());
        self.longest_tail = self.longest_tail.max(tail);
        for page in [WINDOWS_1251, WINDOWS_1252] {
            let (bytes, _, is_lossy) = page.encode(name);
            if !is_lossy {
                insert_anchor(&mut self.filter, &bytes);
            }
        }
    }
}

/// Makes the filter pass the most telling dot of a name; returns the length of what is behind it.
fn insert_anchor(filter: &mut DotFilter, name: &[u8]) -> usize {
    let letters_before = |&dot: &usize| {
        let before = name.get(..dot).unwrap_or_default();
        before.iter().rev().take(8).take_while(|byte| byte.is_ascii_alphanumeric()).count()
    };
    // The first of equals: `max_by_key` takes the last.
    let anchor = memchr::memrchr_iter(b'.', name).max_by_key(letters_before);
    anchor.map_or(0, |dot| {
        filter.insert(name, dot);
        name.len() - dot - 1
    })
}
