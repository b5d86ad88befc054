//! Tar, plain and compressed.
//!
//! A tar has no directory, so it is listed by one pass and streamed by another. Entries behind the
//! end mark are listed too (nothing is hidden by appending), and the compression is always read to
//! its end, because only there its check sum stands.

use std::cell::Cell;
use std::io::{self, Read};
use std::ops::ControlFlow;
use std::rc::Rc;
use std::sync::Arc;

use crate::archive::bounded::{self, Bounded, Claims, Pump};
use crate::archive::data::Data;
use crate::archive::{
    Access, Archive, Declared, Entries, EntryHeader, EntryKind, OpenOptions, Visitor, codec,
};
use crate::issue::{Code, Issue, Stage};
use crate::limits::Budget;
use crate::provenance::EntryName;
use crate::record::Format;

/// Size of a tar header and unit of everything in a tar.
pub(super) const BLOCK_BYTES: usize = 512;

/// Most bytes between two entries: long names, extended headers and padding.
const MAX_BETWEEN: u64 = 1 << 20;

type Entry<'a, 'b> = tar::Entry<'a, Gate<Bounded<'b, Box<dyn Read>>>>;

/// Whether a block is the header of a tar entry, old tars without a magic included.
pub(super) fn is_header(block: &[u8]) -> bool {
    let Some(block) = block.first_chunk::<BLOCK_BYTES>() else {
        return false;
    };
    let mut header = tar::Header::new_old();
    header.as_mut_bytes().copy_from_slice(block);
    let spaces = 8 * u32::from(b' ');
    let outside = block.iter().take(148).chain(block.iter().skip(156));
    let sum = outside.map(|&byte| u32::from(byte)).sum::<u32>() + spaces;
    sum > spaces && header.cksum().is_ok_and(|claimed| claimed == sum)
}

/// Lists a tar inside the compression `wrapping` ([`Format::Tar`] for none).
pub(super) fn open(data: &Data, wrapping: Format, options: OpenOptions<'_>) -> Box<dyn Archive> {
    let budget = Arc::clone(options.budget);
    let mut tar = Tar {
        data: data.clone(),
        wrapping,
        budget,
        entries: Entries::default(),
        issues: Vec::new(),
    };
    let mut entries = Entries::default();
    let mut issues = Vec::new();
    let walked = tar.walk(|entry| match entries.push(&header_of(entry), &tar.budget) {
        Ok(()) => ControlFlow::Continue(()),
        Err(issue) => {
            issues.push(issue);
            ControlFlow::Break(())
        }
    });
    issues.extend(walked.err());
    tar.entries = entries;
    tar.issues = issues;
    Box::new(tar)
}

fn header_of(entry: &Entry<'_, '_>) -> EntryHeader {
    let name = entry.path_bytes();
    let kind = entry.header().entry_type();
    // What has bytes of its own is no folder, whatever it is called.
    let kind = if entry.size() == 0 && (kind.is_dir() || name.ends_with(b"/")) {
        EntryKind::Folder
    } else if kind.is_symlink() || kind.is_hard_link() {
        EntryKind::Link
    } else if kind.is_character_special() || kind.is_block_special() || kind.is_fifo() {
        EntryKind::Special
    } else {
        EntryKind::File
    };
    EntryHeader {
        name: EntryName::new(&name),
        kind,
        size: Declared::bytes(entry.size()),
        packed: Declared::UNKNOWN,
        encrypted: false,
    }
}

/// A listed tar.
struct Tar {
    data: Data,
    wrapping: Format,
    budget: Arc<Budget>,
    entries: Entries,
    issues: Vec<Issue>,
}

impl Tar {
    /// Calls `on_entry` for every entry that counts, until it breaks.
    fn walk(
        &self,
        mut on_entry: impl FnMut(&mut Entry<'_, '_>) -> ControlFlow<()>,
    ) -> Result<(), Issue> {
        let source = codec::open(&self.data, self.wrapping, &self.budget);
        let allowance = Rc::new(Cell::new(MAX_BETWEEN));
        let gate = Gate { inner: source, allowance: Rc::clone(&allowance), position: 0 };
        let mut archive = tar::Archive::new(gate);
        archive.set_ignore_zeros(true);
        let mut end = 0;
        for entry in archive.entries().map_err(|error| in_tar(&error))? {
            let mut entry = entry.map_err(|error| in_tar(&error))?;
            let stored = stored_bytes(&entry);
            end = entry.raw_file_position().saturating_add(stored);
            allowance.set(u64::MAX);
            if !entry.header().entry_type().is_pax_global_extensions()
                && on_entry(&mut entry).is_break()
            {
                return Ok(());
            }
            allowance.set(stored.saturating_add(MAX_BETWEEN));
        }
        let mut gate = archive.into_inner();
        allowance.set(u64::MAX);
        Pump::new().drain(&mut gate, Claims::default())?;
        if gate.position < end_mark(end) {
            let text = "the tar ends without an end mark";
            return Err(Issue::loss(Stage::Open, Code::Truncated, text));
        }
        Ok(())
    }
}

/// Bytes of an entry in the tar, which for a sparse file are fewer than its size.
fn stored_bytes(entry: &Entry<'_, '_>) -> u64 {
    let header = entry.header();
    let stored = header.entry_size().unwrap_or(0);
    if header.entry_type().is_gnu_sparse() { stored } else { stored.max(entry.size()) }
}

/// Where the end mark behind an entry ends at the earliest.
fn end_mark(end_of_entry: u64) -> u64 {
    let block = BLOCK_BYTES as u64;
    (end_of_entry.div_ceil(block).saturating_add(1)).saturating_mul(block)
}

/// The issue for an error that came from between entries.
fn in_tar(error: &io::Error) -> Issue {
    let issue = bounded::issue_of(error);
    let code = match issue.code {
        _ if issue.detail.contains("archive header") => Code::Corrupt,
        Code::DecodeError if issue.detail.contains("EOF") => Code::Truncated,
        Code::DecodeError => Code::Corrupt,
        code => code,
    };
    Issue { code, stage: Stage::Open, ..issue }
}

impl Archive for Tar {
    fn format(&self) -> Format {
        Format::Tar
    }

    fn entries(&self) -> &Entries {
        &self.entries
    }

    fn issues(&self) -> &[Issue] {
        &self.issues
    }

    fn access(&self) -> Access {
        Access::Sequential
    }

    fn window(&self, _wanted: &[usize]) -> u64 {
        codec::window(self.wrapping, &self.data, self.budget.limits())
    }

    fn stream(&self, wanted: &[usize], visitor: &mut dyn Visitor) {
        let mut wanted = wanted.iter().copied().peekable();
        let mut pump = Pump::new();
        let mut index = 0;
        let walked = self.walk(|entry| {
            let current = index;
            index += 1;
            if wanted.next_if_eq(&current).is_some() {
                let claims = Claims { size: Some(entry.size()), crc: None };
                let stored = stored_bytes(entry);
                let mut bytes = Bounded::new(entry, stored, &self.budget);
                bounded::bring(visitor, current, |visitor| {
                    pump.deliver(&mut bytes, claims, visitor)
                })?;
            }
            if wanted.peek().is_some() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        if let Err(issue) = walked {
            bounded::fail_all(visitor, wanted, &issue);
        }
    }
}

/// Lets a limited number of bytes through, so that a header cannot be a bomb.
struct Gate<R> {
    inner: R,
    allowance: Rc<Cell<u64>>,
    position: u64,
}

impl<R: Read> Read for Gate<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.position += count as u64;
        let Some(left) = self.allowance.get().checked_sub(count as u64) else {
            let text = "too many bytes between two entries";
            return Err(bounded::refusal(Issue::loss(Stage::Open, Code::Corrupt, text)));
        };
        self.allowance.set(left);
        Ok(count)
    }
}
