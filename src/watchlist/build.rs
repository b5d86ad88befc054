//! Putting entries into a watchlist, and compiling it.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use encoding_rs::{WINDOWS_1251, WINDOWS_1252};
use icu_normalizer::DecomposingNormalizerBorrowed;

use super::address::{Range, Ranges};
use super::filter::{DotFilter, LABEL_REACH};
use super::matcher::Matcher;
use super::names::{NameIndex, OrgIndex, Place, Spot, StoredName};
use super::table::{Hash, Span};
use super::{EntryKind, Watchlist, normal};
use crate::error::{Error, Result};

/// Longest entry or name of an organisation, in bytes.
const LONGEST_ENTRY: usize = 1024;

impl Watchlist {
    /// Opens a file, or what stands for one in messages.
    pub(super) fn add_file(&mut self, name: String) -> Place {
        self.files.push(name);
        Place { file: u16::try_from(self.files.len() - 1).unwrap_or(u16::MAX), line: 0 }
    }

    /// An error about the list, at a place.
    pub(super) fn error_at(&self, place: Place, text: impl fmt::Display) -> Error {
        let file = self.files.get(usize::from(place.file)).map_or("", String::as_str);
        match place.line {
            0 => Error::config(format!("{file}: {text}")),
            line => Error::config(format!("{file}:{line}: {text}")),
        }
    }

    /// The organisation called `name`, added where it is new.
    pub(super) fn organisation(&mut self, name: &str, place: Place) -> Result<OrgIndex> {
        self.check_length(name, place)?;
        if let Some(known) = self.organisation_called(name, self.names.spot(name)) {
            return Ok(known);
        }
        let span = self.names.arena.push(name);
        let added = self.push_organisation(span);
        self.organisation_table.insert(Hash::of(name.as_bytes()), added.0);
        Ok(added)
    }

    /// The organisation called `name`; `spot` is where the entries called so are.
    fn organisation_called(&self, name: &str, spot: Spot) -> Option<OrgIndex> {
        let is_it = |index: u32| self.organisation_name(OrgIndex(index)) == name;
        if let Some(listed) = self.organisation_table.find(spot.hash, is_it) {
            return Some(OrgIndex(listed));
        }
        // A lone domain is its own organisation and stands in the table of names only.
        let owner = |index: NameIndex| self.names.stored(index).map(|stored| stored.organisation);
        self.names.chain(spot).filter_map(owner).find(|owner| is_it(owner.0))
    }

    fn push_organisation(&mut self, name: Span) -> OrgIndex {
        self.organisations.push(name);
        OrgIndex(u32::try_from(self.organisations.len() - 1).unwrap_or(u32::MAX))
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
        let spot = self.names.spot(&text);
        let text_span = self.names.text_span(spot, &text);
        let written_span = self.written_span(written, &text, text_span);
        self.insert(spot, StoredName::new(organisation, kind, place, text_span, written_span));
        Ok(())
    }

    /// Adds a domain that is an organisation of its own.
    pub(super) fn add_lone_domain(&mut self, written: &str, place: Place) -> Result<()> {
        let text = self.checked(EntryKind::Domain, written, place)?;
        let spot = self.names.spot(&text);
        let text_span = self.names.text_span(spot, &text);
        let written_span = self.written_span(written, &text, text_span);
        self.insert_lone_domain(spot, place, text_span, written_span);
        Ok(())
    }

    /// Adds domains that need no normalising and stand in the arena, each an organisation of its own.
    pub(super) fn add_plain_domains(&mut self, domains: &mut Vec<(Hash, Span, Place)>) {
        self.names.read_ahead(domains.iter().map(|&(hash, ..)| hash));
        for (hash, text, place) in domains.drain(..) {
            let spot = self.names.spot_of(hash, text);
            self.insert_lone_domain(spot, place, text, text);
        }
    }

    fn insert_lone_domain(&mut self, spot: Spot, place: Place, text: Span, written: Span) {
        let known = self.organisation_called(self.names.arena.get(text), spot);
        let organisation = known.unwrap_or_else(|| self.push_organisation(text));
        self.insert(spot, StoredName::new(organisation, EntryKind::Domain, place, text, written));
    }

    fn written_span(&mut self, written: &str, text: &str, text_span: Span) -> Span {
        if written == text { text_span } else { self.names.arena.push(written) }
    }

    /// Stores an entry, or remembers that it stands twice. Of many organisations with one name
    /// only the first few are looked through.
    fn insert(&mut self, spot: Spot, name: StoredName) {
        let names = &self.names;
        let is_pattern = |name: &StoredName| names.written(name).starts_with('*');
        let is_same = |index: NameIndex| {
            names.stored(index).is_some_and(|known| {
                (known.organisation, known.kind) == (name.organisation, name.kind)
                    && is_pattern(known) == is_pattern(&name)
            })
        };
        if names.chain(spot).take(8).any(is_same) {
            self.duplicates.push(name);
        } else {
            self.names.insert(spot, name);
        }
    }

    fn checked<'t>(&self, kind: EntryKind, written: &'t str, place: Place) -> Result<Cow<'t, str>> {
        self.check_length(written, place)?;
        normal::entry(kind, written).map_err(|why| self.refusal(written, place, &why))
    }

    /// The error for an entry that makes no sense.
    pub(super) fn refusal(&self, written: &str, place: Place, why: &str) -> Error {
        self.error_at(place, format_args!("“{}” is refused: {why}", written.escape_debug()))
    }

    fn check_length(&self, text: &str, place: Place) -> Result<()> {
        if text.len() > LONGEST_ENTRY {
            return Err(self.error_at(place, format_args!("longer than {LONGEST_ENTRY} bytes")));
        }
        if self.names.arena.is_full() {
            return Err(self.too_large(place));
        }
        Ok(())
    }

    pub(super) fn too_large(&self, place: Place) -> Error {
        self.error_at(place, "the watchlist is larger than 2 GiB")
    }

    /// Both lists as one; organisations of the same name are the same.
    ///
    /// # Errors
    /// The lists together are too large.
    pub fn merge(mut self, other: &Self) -> Result<Self> {
        let first_file = u16::try_from(self.files.len()).unwrap_or(u16::MAX);
        self.files.extend(other.files.iter().cloned());
        for name in other.names.iter().chain(&other.duplicates) {
            let Place { file, line } = name.place;
            let place = Place { file: first_file.saturating_add(file), line };
            let organisation =
                self.organisation(other.organisation_name(name.organisation), place)?;
            self.add(organisation, name.kind, other.names.written(name), place)?;
        }
        Ok(self)
    }

    /// The watchlist made ready for matching.
    pub fn compile(self) -> Matcher {
        let Self { mut names, organisations, .. } = self;
        names.arena.shrink();
        let count = names.len();
        let mut matcher = Matcher {
            names,
            filter: DotFilter::with_room(count),
            ranges: Ranges::default(),
            computers: Vec::new(),
            vips: HashSet::new(),
            organisations,
            longest_tail: 0,
            is_international: false,
            has_loose_names: false,
            has_ad_names: false,
        };
        for index in (0..).map(NameIndex).take(count) {
            if let Some(&name) = matcher.names.stored(index) {
                matcher.prepare(index, name);
            }
        }
        matcher
    }
}

impl Matcher {
    fn prepare(&mut self, index: NameIndex, name: StoredName) {
        let text = self.names.text(&name);
        match name.kind {
            EntryKind::IpRange => {
                Range::parse(text).into_iter().for_each(|range| self.ranges.add(range, index));
            }
            EntryKind::ComputerName => self.computers.push((index, text.chars().collect())),
            EntryKind::Vip => {
                self.vips.insert((name.organisation, text.to_owned()));
            }
            _ => self.prepare_name(name),
        }
    }

    fn prepare_name(&mut self, name: StoredName) {
        let text = self.names.text(&name);
        // Most names have neither sign, which is told at once.
        let has_sign = memchr::memchr2(b'_', b'-', text.as_bytes()).is_some();
        self.has_loose_names |= has_sign && text.contains('_');
        let is_international = has_sign && text.contains("xn--");
        let unicode = is_international.then(|| idna::domain_to_unicode(text).0);
        self.has_ad_names |= memchr::memchr(b'.', text.as_bytes()).is_none();
        // An excluded name needs no anchor: it lies below a watched one, which has its own.
        if name.kind != EntryKind::Exclude {
            let tail = insert_anchor(&mut self.filter, text.as_bytes());
            self.longest_tail = self.longest_tail.max(tail);
        }
        if let Some(unicode) = unicode.filter(|text| !text.is_ascii()) {
            self.add_unicode(name, &unicode);
            let decomposed = DecomposingNormalizerBorrowed::new_nfd().normalize(&unicode);
            if *decomposed != *unicode {
                self.add_unicode(name, &decomposed);
            }
        }
    }

    /// Adds the Unicode spelling of a name, in all encodings that it may stand in.
    fn add_unicode(&mut self, name: StoredName, text: &str) {
        self.is_international = true;
        self.has_loose_names = true;
        let spot = self.names.spot(text);
        let span = self.names.text_span(spot, text);
        let StoredName { organisation, kind, place, written, .. } = name;
        self.names.insert(spot, StoredName::new(organisation, kind, place, span, written));
        let tail = insert_anchor(&mut self.filter, text.as_bytes());
        self.longest_tail = self.longest_tail.max(tail);
        for page in [WINDOWS_1251, WINDOWS_1252] {
            let (bytes, _, is_lossy) = page.encode(text);
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
        before
            .iter()
            .rev()
            .take(LABEL_REACH)
            .take_while(|byte| byte.is_ascii_alphanumeric())
            .count()
    };
    // The first of equals: `max_by_key` takes the last.
    let anchor = memchr::memrchr_iter(b'.', name).max_by_key(letters_before);
    anchor.map_or(0, |dot| {
        filter.insert(name, dot);
        name.len() - dot - 1
    })
}
