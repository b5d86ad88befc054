//! ZIP.
//!
//! The directory at the end is read once and entries are read at random. Names may repeat, both
//! headers of an entry are compared, and what no directory lists is found by its local header:
//! nothing is hidden in a ZIP.

mod aes;
mod body;
mod derive;
mod directory;
mod layout;
mod listing;
mod local;
mod spanned;

use std::io;
use std::sync::Arc;

use self::body::{Fit, Workbench};
use self::directory::NoListing;
use self::listing::{Listing, Record};
use self::local::Scanner;
use crate::archive::bounded;
use crate::archive::codec::USUAL_WINDOW;
use crate::archive::data::Data;
use crate::archive::window::Window;
use crate::archive::{Access, Archive, Entries, EntryKind, OpenOptions, Visitor};
use crate::error::{Error, Result};
use crate::issue::{Code, Issue, Stage};
use crate::limits::Budget;
use crate::password::{self, Candidate};
use crate::record::Format;

/// On how many entries all passwords are tried.
const MAX_PROBES: usize = 16;

/// Lists a ZIP.
///
/// # Errors
/// It is one part of a split ZIP, its directory contradicts itself, or neither a directory nor
/// entries are found.
pub(super) fn open(data: &Data, name: &str, options: OpenOptions<'_>) -> Result<Box<dyn Archive>> {
    let mut window = Window::new(data.clone());
    let listed = match directory::read(data, options.budget) {
        Ok(listing) => complete(listing, data, &mut window, options),
        Err(NoListing::Missing(issue)) => {
            salvage(issue, data, &mut window, options.budget).map(|listing| (listing, None))
        }
        Err(NoListing::Refused(code, text)) => {
            return Err(Error::input(name, Stage::Open, code, text));
        }
    };
    let (listing, gaps) = listed.map_err(|error| {
        Error::input(name, Stage::Open, bounded::issue_of(&error).code, error.to_string())
    })?;
    let is_nothing = listing.entries.is_empty();
    if let Some(issue) = listing.issues.first().filter(|_| is_nothing) {
        return Err(Error::input(name, issue.stage, issue.code, issue.detail.clone()));
    }
    let mut zip = Zip {
        data: data.clone(),
        listing,
        gaps,
        budget: Arc::clone(options.budget),
        passwords: options.passwords.to_vec(),
        proven: Vec::new(),
        locked: None,
    };
    zip.find_passwords(window);
    Ok(Box::new(zip))
}

/// Stretches of an archive.
type Stretches = Vec<(u64, u64)>;

/// Adds what the directory does not list; with it come the stretches that it says nothing of, unless
/// they were not looked for.
fn complete(
    mut listing: Listing,
    data: &Data,
    window: &mut Window,
    options: OpenOptions<'_>,
) -> io::Result<(Listing, Option<Stretches>)> {
    if listing.issues.iter().any(|issue| issue.stage == Stage::Limit) {
        return Ok((listing, None));
    }
    let stretches = data.stretches();
    layout::mark_missing(&mut listing, &stretches);
    let kept = layout::mark_overlaps(&mut listing, data.length());
    let gaps = match options.gaps {
        Some(known) => known.to_vec(),
        None => gaps_of(&listing, &kept, data, window)?,
    };
    drop(kept);
    if gaps.is_empty() {
        return Ok((listing, Some(gaps)));
    }
    let mut listed: Vec<u64> = listing.offsets().collect();
    listed.sort_unstable();
    for &(from, to) in &gaps {
        let mut scanner = Scanner::new(window, from, to);
        find(&mut listing, &mut scanner, &listed, Some(Code::ZipAmbiguous), options.budget)?;
    }
    Ok((listing, Some(gaps)))
}

/// The stretches that a directory says nothing of, except for the entries that are `kept`.
fn gaps_of(
    listing: &Listing,
    kept: &[u32],
    data: &Data,
    window: &mut Window,
) -> io::Result<Stretches> {
    let until = listing.start.min(data.length());
    let mut gaps = layout::gaps(listing, kept, until, window)?;
    gaps.extend(layout::behind(listing, kept, (listing.end, data.length()), window)?);
    Ok(layout::intersection(&gaps, &data.stretches()))
}

/// Lists the entries of a ZIP without a directory.
fn salvage(issue: Issue, data: &Data, window: &mut Window, budget: &Budget) -> io::Result<Listing> {
    let mut listing = Listing::default();
    listing.issues.push(issue);
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
        let record = Record::of_found(&found, flaw);
        let is_folder = found.packed == 0 && directory::is_folder_name(found.name.as_bytes());
        let kind = if is_folder { EntryKind::Folder } else { EntryKind::File };
        if let Err(issue) = listing.push(found.name, kind, &record, budget) {
            listing.issues.push(issue);
            break;
        }
    }
    Ok(())
}

/// A listed ZIP.
struct Zip {
    data: Data,
    listing: Listing,
    gaps: Option<Stretches>,
    budget: Arc<Budget>,
    passwords: Vec<Candidate>,
    /// The indices of those that opened one of the entries that were tried at first.
    proven: Vec<usize>,
    /// Why no encrypted entry is read, if none is.
    locked: Option<Issue>,
}

impl Zip {
    /// Tries the passwords on some of the encrypted entries, the same in every run. When none fits
    /// any of these, no more are tried: with many entries that would take hours.
    fn find_passwords(&mut self, window: Window) {
        let is_encrypted =
            |index: &usize| self.listing.entries.get(*index).is_some_and(|e| e.encrypted);
        let indices = (0..self.listing.len()).filter(is_encrypted);
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

    fn entries(&self) -> &Entries {
        &self.listing.entries
    }

    fn issues(&self) -> &[Issue] {
        &self.listing.issues
    }

    fn access(&self) -> Access {
        Access::Random
    }

    fn opened_with(&self) -> Option<&Candidate> {
        self.passwords.get(*self.proven.first()?)
    }

    fn gaps(&self) -> Option<&[(u64, u64)]> {
        self.gaps.as_deref()
    }

    fn window(&self, wanted: &[usize]) -> u64 {
        let has_small_window = |record: Record| matches!(record.method, 0 | 8 | 9);
        let is_small = |&index: &usize| self.listing.record(index).is_none_or(has_small_window);
        if wanted.iter().all(is_small) { 0 } else { USUAL_WINDOW }
    }

    fn stream(&self, wanted: &[usize], visitor: &mut dyn Visitor) {
        let mut bench = Workbench::new(Window::new(self.data.clone()));
        for &index in wanted {
            let going =
                bounded::bring(visitor, index, |visitor| self.deliver(index, &mut bench, visitor));
            if going.is_break() {
                break;
            }
        }
        bench.put_back();
    }
}
