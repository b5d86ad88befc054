//! The directory at the end of a ZIP: where it is, and what it lists.
//!
//! `rawzip` reads the records; which end record counts is decided here, because two readings of
//! one file are how things are hidden in a ZIP.

use std::io::{self, Read};

use memchr::memmem;
use rawzip::{MAX_CENTRAL_DIRECTORY_RECORD_SIZE, ReaderAt, ZipFileHeaderRecord, ZipLocator};

use super::listing::{Listing, Record};
use super::local::{Extra, entry_name, u16_at, u32_at, u64_at};
use super::spanned::{Directory, Disks, Ending};
use crate::archive::EntryKind;
use crate::archive::bounded;
use crate::archive::data::Data;
use crate::archive::window::Window;
use crate::issue::{Code, Issue, Stage};
use crate::limits::Budget;

const END_BYTES: u64 = 22;
pub(super) const LOCATOR_BYTES: u64 = 20;
const END64_BYTES: u64 = 56;
const CENTRAL_BYTES: u64 = 46;

/// How much of the end of a file is searched for end records: the longest comment and some.
const TAIL_BYTES: u64 = 66 << 10;

/// With how much room the directory is looked for, once its end record is known.
const LOCATING_BYTES: usize = 4 << 10;

/// Why there is no listing.
pub(super) enum NoListing {
    /// The archive is to be refused.
    Refused(Code, String),
    /// There is no directory, but entries may be found without.
    Missing(Issue),
}

impl From<io::Error> for NoListing {
    fn from(error: io::Error) -> Self {
        let issue = bounded::issue_of(&error);
        Self::Refused(issue.code, issue.detail)
    }
}

/// Finds and reads the directory.
pub(super) fn read(data: &Data, budget: &Budget) -> Result<Listing, NoListing> {
    let ends = End::all(data)?;
    let Some(end) = choose(&ends, data)? else {
        let is_part = data.volumes().len() > 1 || has_signature(data, 0, b"PK\x07\x08")?;
        let code = if is_part { Code::MissingVolume } else { Code::Truncated };
        let text = "the end of the ZIP with its directory is missing";
        return Err(NoListing::Missing(Issue::loss(Stage::Open, code, text)));
    };
    let mut listing = if end.is_split() {
        list_split(end, data, budget)?
    } else {
        if !end.is_wide() {
            must_be_there(data, end.position.saturating_sub(u64::from(end.size)), end.position)?;
        }
        let view = View { data: data.clone(), shift: shift_of(end, data)?, ending: None };
        list(&view, None, end.position - view.shift, budget)?
    };
    if is_ambiguous(&ends, end, data)? {
        let text = "the ZIP has two end records, and programs differ in which one they use";
        listing.issues.push(Issue::loss(Stage::Open, Code::ZipAmbiguous, text));
    }
    Ok(listing)
}

/// Refuses a directory of which a part is in a volume that is missing.
fn must_be_there(data: &Data, from: u64, to: u64) -> Result<(), NoListing> {
    let stretches = data.stretches();
    let before = stretches.partition_point(|&(start, _)| start <= from);
    let stretch = before.checked_sub(1).and_then(|at| stretches.get(at));
    if stretches.len() == 1 || stretch.is_some_and(|&(_, end)| to <= end) {
        return Ok(());
    }
    let text = "a part of the directory of the ZIP is not there";
    Err(NoListing::Missing(Issue::loss(Stage::Open, Code::MissingVolume, text)))
}

/// Lists a ZIP in several parts.
fn list_split(end: &End, data: &Data, budget: &Budget) -> Result<Listing, NoListing> {
    let disks = Disks::of(data);
    if disks.count() == 1 {
        let text = "this is one part of a split ZIP; the other parts are needed";
        return Err(NoListing::Refused(Code::MissingVolume, text.into()));
    }
    let said = (
        u32::from(end.directory_disk),
        u64::from(end.offset),
        u64::from(end.size),
        u64::from(end.count),
    );
    let directory = Directory::find(&disks, data, end.position, said)?;
    must_be_there(data, directory.from, directory.from.saturating_add(directory.size))?;
    let ending = directory.end();
    let position = ending.position;
    let view = View { data: data.clone(), shift: 0, ending: Some(ending) };
    list(&view, Some(&disks), position, budget)
}

/// An end record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct End {
    position: u64,
    disk: u16,
    directory_disk: u16,
    count: u16,
    size: u32,
    offset: u32,
    comment: u16,
}

impl End {
    /// All end records in the tail of a file that are complete.
    fn all(data: &Data) -> io::Result<Vec<Self>> {
        // The end of a ZIP is not looked for before a volume that is missing.
        let last = data.stretches().into_iter().next_back();
        let Some((start, _)) = last.filter(|&(_, end)| end == data.length()) else {
            return Ok(Vec::new());
        };
        let from = data.length().saturating_sub(TAIL_BYTES).max(start);
        let mut tail = Window::new(data.clone());
        tail.aim(from, data.length());
        let tail = tail.peek(TAIL_BYTES as usize, 0)?;
        let found = memmem::find_iter(tail, b"PK\x05\x06");
        let parsed = found.filter_map(|at| Self::parse(tail.get(at..)?, from + at as u64));
        Ok(parsed.filter(|end| end.reach() <= data.length()).collect())
    }

    fn parse(bytes: &[u8], position: u64) -> Option<Self> {
        Some(Self {
            position,
            disk: u16_at(bytes, 4)?,
            directory_disk: u16_at(bytes, 6)?,
            count: u16_at(bytes, 10)?,
            size: u32_at(bytes, 12)?,
            offset: u32_at(bytes, 16)?,
            comment: u16_at(bytes, 20)?,
        })
    }

    /// Where its comment ends.
    fn reach(&self) -> u64 {
        self.position + END_BYTES + u64::from(self.comment)
    }

    /// Whether the directory is said to be behind the end of the file.
    fn is_past(&self, length: u64) -> bool {
        !self.is_wide() && u64::from(self.offset) > length
    }

    /// Whether real values stand in a 64-bit end record.
    fn is_wide(&self) -> bool {
        self.offset == u32::MAX || self.size == u32::MAX || self.count == u16::MAX
    }

    fn is_split(&self) -> bool {
        let is_number = |disk: u16| disk != 0 && disk != u16::MAX;
        is_number(self.disk) || is_number(self.directory_disk)
    }

    /// Whether there is a directory where one can be.
    fn is_plausible(&self, data: &Data) -> io::Result<bool> {
        let is_empty = self.count == 0 && self.size == 0;
        let before = self.position.checked_sub(u64::from(self.size));
        Ok(is_empty
            || has_signature(data, u64::from(self.offset), b"PK\x01\x02")?
            || before.map_or(Ok(false), |at| has_signature(data, at, b"PK\x01\x02"))?
            || self.locator(data)?.is_some())
    }

    /// Where the locator before this record says that the 64-bit end record is.
    fn locator(&self, data: &Data) -> io::Result<Option<u64>> {
        let Some(at) = self.position.checked_sub(LOCATOR_BYTES) else {
            return Ok(None);
        };
        let mut bytes = [0; LOCATOR_BYTES as usize];
        read_fully(data, &mut bytes, at)?;
        Ok(if bytes.starts_with(b"PK\x06\x07") { u64_at(&bytes, 8) } else { None })
    }
}

/// The end record to go by: the outermost one that reaches to the end of the file, else the last.
fn choose<'e>(ends: &'e [End], data: &Data) -> io::Result<Option<&'e End>> {
    for end in ends.iter().filter(|end| end.reach() == data.length()) {
        if end.is_plausible(data)? {
            return Ok(Some(end));
        }
    }
    for end in ends.iter().rev() {
        if end.is_plausible(data)? {
            return Ok(Some(end));
        }
    }
    let is_misled = |end: &&End| end.reach() == data.length() && end.is_past(data.length());
    Ok(ends.iter().find(is_misled))
}

/// Whether another program might go by another end record.
fn is_ambiguous(ends: &[End], chosen: &End, data: &Data) -> io::Result<bool> {
    for end in ends.iter().filter(|&end| end != chosen) {
        let overlaps = end.position > chosen.position || end.reach() > chosen.position;
        if overlaps && end.is_plausible(data)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// How far a 64-bit ZIP was moved by something put in front. (`rawzip` finds that out by itself
/// for the others.)
fn shift_of(end: &End, data: &Data) -> Result<u64, NoListing> {
    let refused = |text: &str| Err(NoListing::Refused(Code::BadOffset, text.into()));
    let Some(declared) = end.locator(data)? else {
        let is_past = u64::from(end.offset) > data.length();
        return if is_past { refused("the directory is behind the end of the ZIP") } else { Ok(0) };
    };
    if has_signature(data, declared, b"PK\x06\x06")? {
        return Ok(0);
    }
    let actual = end.position.saturating_sub(LOCATOR_BYTES + END64_BYTES);
    match actual.checked_sub(declared) {
        Some(shift) if has_signature(data, actual, b"PK\x06\x06")? => Ok(shift),
        _ if end.is_wide() => refused("the 64-bit end record is not where it is said to be"),
        _ => Ok(0),
    }
}

/// Reads all records of the directory that the end record at `position` points to.
fn list(
    view: &View,
    disks: Option<&Disks>,
    position: u64,
    budget: &Budget,
) -> Result<Listing, NoListing> {
    let mut buffer = vec![0; LOCATING_BYTES];
    let archive = ZipLocator::new()
        .locate_in_reader(view, &mut buffer, position + 4)
        .map_err(|(_, error)| NoListing::Refused(Code::BadOffset, error.to_string()))?;
    let declared = archive.entries_hint();
    if declared.saturating_mul(CENTRAL_BYTES) > view.data.length() && declared > 1 << 16 {
        let text = format!("{declared} entries are declared, more than the ZIP has room for");
        return Err(NoListing::Refused(Code::ZipCountMismatch, text));
    }
    let start = archive.directory_offset().saturating_add(view.shift);
    // No record is longer than what is left of the archive.
    let left = usize::try_from(view.data.length().saturating_sub(start)).unwrap_or(usize::MAX);
    buffer.resize(left.clamp(LOCATING_BYTES, MAX_CENTRAL_DIRECTORY_RECORD_SIZE), 0);
    let mut listing = Listing::default();
    (listing.start, listing.end) = (start, start);
    let mut records = archive.entries(&mut buffer);
    loop {
        match records.next_entry() {
            Ok(None) => break,
            Ok(Some(record)) => {
                if let Err(issue) = listing.list(&record, view, disks, budget) {
                    listing.issues.push(issue);
                    break;
                }
            }
            Err(error) => {
                let text = format!("the directory is damaged: {error}");
                listing.issues.push(Issue::loss(Stage::Open, Code::Corrupt, text));
                break;
            }
        }
    }
    listing.compare_count(archive.entries_hint());
    Ok(listing)
}

impl Listing {
    /// Adds what a record of the directory says.
    fn list(
        &mut self,
        central: &ZipFileHeaderRecord<'_>,
        view: &View,
        disks: Option<&Disks>,
        budget: &Budget,
    ) -> Result<(), Issue> {
        let extra = central.extra_fields().remaining_bytes();
        let offset = central.local_header_offset().saturating_add(view.shift);
        let at = central.central_directory_offset();
        let (offset, flaw) =
            disks.map_or((offset, None), |disks| disks.entry(&view.data, at, extra, offset));
        let record = Record {
            offset,
            packed: central.compressed_size_hint(),
            size: Some(central.uncompressed_size_hint()),
            crc: Some(central.crc32()),
            method: central.compression_method().as_u16(),
            flags: central.flags().bits(),
            flaw: flaw.or((!Extra(extra).is_sound()).then_some(Code::BadExtra)),
        };
        let stored = central.file_path();
        let variable = stored.as_bytes().len() + extra.len() + central.comment().as_bytes().len();
        let name = entry_name(stored.as_bytes(), extra);
        self.push(name, kind_of(central), &record, budget)?;
        self.end = self.end.saturating_add(CENTRAL_BYTES + variable as u64);
        Ok(())
    }

    /// Old programs write the count modulo 2^16.
    fn compare_count(&mut self, declared: u64) {
        let listed = self.len() as u64;
        let is_same = declared == listed || (declared < 1 << 16 && declared == listed % (1 << 16));
        if !is_same && self.issues.is_empty() {
            let text = format!("{declared} entries are declared, {listed} are listed");
            self.issues.push(Issue::loss(Stage::Open, Code::ZipCountMismatch, text));
        }
    }
}

/// What an entry is, by the attributes of the system that made it. What has bytes of its own is
/// no folder or device, whatever it is called: `zip` takes what comes through a pipe for a pipe.
fn kind_of(central: &ZipFileHeaderRecord<'_>) -> EntryKind {
    const UNIX: u8 = 3;
    const MACOS: u8 = 19;
    let attributes = central.external_attributes();
    let system = central.version_made_by().creator_system().as_u8();
    let mode = if matches!(system, UNIX | MACOS) { attributes >> 16 & 0o170_000 } else { 0 };
    let is_empty = central.uncompressed_size_hint() == 0;
    let name = central.file_path();
    match mode {
        0o120_000 => EntryKind::Link,
        0o010_000 | 0o020_000 | 0o060_000 | 0o140_000 if is_empty => EntryKind::Special,
        0o040_000 if is_empty => EntryKind::Folder,
        _ if is_empty && is_folder_name(name.as_bytes()) => EntryKind::Folder,
        _ => EntryKind::File,
    }
}

/// Whether the name is one of a folder.
pub(super) fn is_folder_name(name: &[u8]) -> bool {
    name.ends_with(b"/") || name.ends_with(b"\\")
}

/// The archive without what was put in front of it, and with other end records if it is split.
struct View {
    data: Data,
    shift: u64,
    ending: Option<Ending>,
}

impl ReaderAt for &View {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let offset = offset.saturating_add(self.shift);
        let mut room = buffer.len();
        if let Some(ending) = &self.ending {
            if let Some(skip) = offset.checked_sub(ending.from) {
                let skip = usize::try_from(skip).unwrap_or(usize::MAX);
                return ending.bytes.get(skip..).unwrap_or_default().read(buffer);
            }
            room = room.min(usize::try_from(ending.from - offset).unwrap_or(usize::MAX));
        }
        if offset >= self.data.length() {
            return Ok(0);
        }
        self.data.read_at(buffer.get_mut(..room).unwrap_or_default(), offset)
    }
}

/// Reads from a position on.
struct At<'d> {
    data: &'d Data,
    position: u64,
}

impl Read for At<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.data.read_at(buffer, self.position)?;
        self.position += count as u64;
        Ok(count)
    }
}

/// Fills the buffer, unless it would reach behind the end or into a volume that is missing.
pub(super) fn read_fully(data: &Data, buffer: &mut [u8], offset: u64) -> io::Result<()> {
    let end = offset.saturating_add(buffer.len() as u64);
    if end > data.length() {
        return Ok(());
    }
    match (At { data, position: offset }).read_exact(buffer) {
        Err(error) if bounded::is_of_missing_volume(&error) => Ok(()),
        result => result,
    }
}

fn has_signature(data: &Data, offset: u64, signature: &[u8; 4]) -> io::Result<bool> {
    let mut bytes = [0; 4];
    read_fully(data, &mut bytes, offset)?;
    Ok(&bytes == signature)
}
