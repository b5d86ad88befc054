//! ZIP.
//!
//! The directory at the end is read once and entries are read at random. Names may repeat, both
//! headers of an entry are compared, and what no directory lists is found by its local header:
//! nothing is hidden in a ZIP.

mod aes;
mod body;
mod directory;
mod layout;
mod local;
mod spanned;

use std::io;
use std::sync::Arc;

use self::body::{Fit, Workbench};
use self::directory::{Listing, NoListing};
use self::local::{ENCRYPTED, FIXED_BYTES, Found, Scanner};
use crate::archive::bounded;
use crate::archive::data::Data;
use crate::archive::window::Window;
use crate::archive::{Access, Archive, Declared, EntryHeader, EntryKind, OpenOptions, Visitor};
use crate::error::{Error, Result};
use crate::issue::{Code, Issue, Stage};
use crate::limits::Budget;
use crate::password::{self, Candidate};
use crate::provenance::EntryName;
use crate::record::Format;

/// On how many entries all passwords are tried.
const MAX_PROBES: usize = 16;

/// How an entry is read.
struct Record {
    /// Where its local header begins.
    offset: u64,
    /// Bytes in the archive, as declared.
    packed: u64,
    /// Bytes after decompression, where they are declared.
    size: Option<u64>,
    /// CRC-32, where it is declared.
    crc: Option<u32>,
    /// Compression method.
    method: u16,
    /// General purpose flags.
    flags: u16,
    /// What is wrong with it, as far as its listing tells.
    flaw: Option<Code>,
}

impl Record {
    /// Where the entry ends at the earliest: its name and extra fields are not counted, because
    /// their lengths stand in the local header only.
    fn least_end(&self) -> u64 {
        self.offset.saturating_add(FIXED_BYTES as u64).saturating_add(self.packed)
    }

    fn header(&self, name: EntryName, kind: EntryKind) -> EntryHeader {
        EntryHeader {
            name,
            kind,
            size: self.size.into(),
            packed: Declared::bytes(self.packed),
            encrypted: self.flags & ENCRYPTED != 0,
        }
    }

    fn of_found(found: &Found, flaw: Option<Code>) -> Self {
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

/// What of a [`Record`] does not stand in the header that users see. A ZIP may have millions.
struct Hidden {
    offset: u64,
    crc: Option<u32>,
    method: u16,
    flags: u16,
    flaw: Option<Code>,
}

impl Hidden {
    fn of(record: Record) -> Self {
        let Record { offset, crc, method, flags, flaw, .. } = record;
        Self { offset, crc, method, flags, flaw }
    }
}

/// Lists a ZIP.
///
/// # Errors
/// It is one part of a split ZIP, its directory contradicts itself, or neither a directory nor
/// entries are found.
pub(super) fn open(data: &Data, name: &str, options: OpenOptions<'_>) -> Result<Box<dyn Archive>> {
    let mut window = Window::new(data.clone());
    let listing = match directory::read(data, options.budget) {
        Ok(listing) => complete(listing, data, &mut window, options.budget),
        Err(NoListing::Missing(issue)) => salvage(issue, data, &mut window, options.budget),
        Err(NoListing::Refused(code, text)) => {
            return Err(Error::input(name, Stage::Open, code, text));
        }
    };
    let listing = listing.map_err(|error| {
        Error::input(name, Stage::Open, bounded::issue_of(&error).code, error.to_string())
    })?;
    let is_nothing = listing.entries.is_empty();
    if let Some(issue) = listing.issues.first().filter(|_| is_nothing) {
        return Err(Error::input(name, issue.stage, issue.code, issue.detail.clone()));
    }
    let mut hidden: Vec<Hidden> = listing.records.into_iter().map(Hidden::of).collect();
    hidden.shrink_to_fit();
    let mut zip = Zip {
        data: data.clone(),
        entries: listing.entries,
        hidden,
        issues: listing.issues,
        budget: Arc::clone(options.budget),
        passwords: options.passwords.to_vec(),
        proven: Vec::new(),
        locked: None,
    };
    zip.find_passwords(window);
    Ok(Box::new(zip))
}

/// Adds what the directory does not list.
fn complete(
    mut listing: Listing,
    data: &Data,
    window: &mut Window,
    budget: &Budget,
) -> io::Result<Listing> {
    if listing.issues.iter().any(|issue| issue.code == Code::LimitEntries) {
        return Ok(listing);
    }
    let stretches = data.stretches();
    layout::mark_missing(&mut listing.records, &stretches);
    let kept = layout::mark_overlaps(&mut listing.records, data.length());
    let until = listing.start.min(data.length());
    let mut gaps = layout::gaps(&listing.records, &kept, until, window)?;
    gaps.extend(layout::behind(&listing.records, &kept, (listing.end, data.length()), window)?);
    let mut listed: Vec<u64> = listing.records.iter().map(|record| record.offset).collect();
    listed.sort_unstable();
    for (from, to) in layout::intersection(&gaps, &stretches) {
        let mut scanner = Scanner::new(window, from, to);
        find(&mut listing, &mut scanner, &listed, Some(Code::ZipAmbiguous), budget)?;
    }
    Ok(listing)
}

/// Lists the entries of a ZIP without a directory.
fn salvage(issue: Issue, data: &Data, window: &mut Window, budget: &Budget) -> io::Result<Listing> {
    let mut listing = Listing { issues: vec![issue], ..Listing::default() };
    for (from, to) in data.stretches() {
        find(&mut listing, &mut Scanner::new(window, from, to), &[], None, budget)?;
    }
    Ok(listing)
}

/// Adds what the scanner finds, except for what is listed already.
fn find(
    listing: &mut Listing,
    scanner: &mut Scanner<'_>,
    listed: &[u64],
    flaw: Option<Code>,
    budget: &Budget,
) -> io::Result<()> {
    while let Some(found) = scanner.next()? {
        if listed.binary_search(&found.offset).is_ok() {
            scanner.aim(found.offset + 1);
            continue;
        }
        if !budget.take_entries(1) {
            listing.issues.push(directory::too_many_entries());
            break;
        }
        let record = Record::of_found(&found, flaw);
        let is_folder = found.packed == 0 && directory::is_folder_name(found.name.as_bytes());
        let kind = if is_folder { EntryKind::Folder } else { EntryKind::File };
        listing.entries.push(record.header(found.name, kind));
        listing.records.push(record);
    }
    Ok(())
}

/// A listed ZIP.
struct Zip {
    data: Data,
    entries: Vec<EntryHeader>,
    /// Of each entry, what else it takes to read it.
    hidden: Vec<Hidden>,
    issues: Vec<Issue>,
    budget: Arc<Budget>,
    passwords: Vec<Candidate>,
    /// The indices of those that opened one of the entries that were tried at first.
    proven: Vec<usize>,
    /// Why no encrypted entry is read, if none is.
    locked: Option<Issue>,
}

impl Zip {
    fn record(&self, index: usize) -> Option<Record> {
        let (header, hidden) = (self.entries.get(index)?, self.hidden.get(index)?);
        let &Hidden { offset, crc, method, flags, flaw } = hidden;
        let (packed, size) = (header.packed.known()?, header.size.known());
        Some(Record { offset, packed, size, crc, method, flags, flaw })
    }

    /// Tries the passwords on some of the encrypted entries, the same in every run. When none fits
    /// any of these, no more are tried: with many entries that would take hours.
    fn find_passwords(&mut self, window: Window) {
        let is_encrypted = |index: &usize| self.entries.get(*index).is_some_and(|e| e.encrypted);
        let indices = (0..self.entries.len()).filter(is_encrypted);
        let encrypted = indices.clone().count();
        if encrypted == 0 || self.passwords.is_empty() {
            self.locked = Some(password::locked(&self.passwords));
            return;
        }
        let probes: Vec<usize> = indices.step_by(encrypted.div_ceil(MAX_PROBES)).collect();
        let mut bench = Workbench::new(window);
        let mut locked = password::locked(&self.passwords);
        if encrypted > MAX_PROBES {
            let text = format!("; tried on {MAX_PROBES} of {encrypted} encrypted entries");
            locked.detail.push_str(&text);
        }
        let mut likely = None;
        for index in probes {
            match self.probe(index, &mut bench) {
                Ok(Some((password, Fit::Proven))) if !self.proven.contains(&password) => {
                    self.proven.push(password);
                }
                Ok(Some((_, Fit::Proven))) => {}
                Ok(Some((password, _))) => likely = likely.or(Some(password)),
                Err(issue) if issue.stage == Stage::Limit => {
                    self.locked = Some(issue);
                    break;
                }
                Ok(None) | Err(_) => self.locked = Some(locked.clone()),
            }
        }
        if self.proven.is_empty() {
            self.proven.extend(likely);
        }
        if !self.proven.is_empty() {
            self.locked = None;
        }
    }
}

impl Archive for Zip {
    fn format(&self) -> Format {
        Format::Zip
    }

    fn entries(&self) -> &[EntryHeader] {
        &self.entries
    }

    fn issues(&self) -> &[Issue] {
        &self.issues
    }

    fn access(&self) -> Access {
        Access::Random
    }

    fn opened_with(&self) -> Option<&Candidate> {
        self.passwords.get(*self.proven.first()?)
    }

    fn stream(&self, wanted: &[usize], visitor: &mut dyn Visitor) {
        let mut bench = Workbench::new(Window::new(self.data.clone()));
        for &index in wanted {
            let going =
                bounded::bring(visitor, index, |visitor| self.deliver(index, &mut bench, visitor));
            if going.is_break() {
                return;
            }
        }
    }
}
