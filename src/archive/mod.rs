//! Archives as lists of entries that are streamed once.
//!
//! Solid 7z and RAR can only be read in order, so the contract is *list, plan, stream once*:
//! [`Archive::entries`] lists, the pipeline plans, [`Archive::stream`] pushes the bytes of the
//! wanted entries into a [`Visitor`]. Every decoder stands behind our own [`Budget`], and entry
//! names never become file-system paths.

mod bounded;
mod codec;
pub mod data;
mod entries;
pub mod folder;
mod guard;
mod rar;
mod sevenz;
mod single;
pub mod spool;
mod tar;
#[cfg(test)]
mod tests;
mod window;
mod zip;
mod zstd;

use std::io::Read;

pub use entries::{Entries, Entry};

use crate::error::{Error, ErrorKind, Result};
use crate::issue::{Code, Issue, Stage};
use crate::limits::Budget;
use crate::password::Candidate;
use crate::provenance::EntryName;
use crate::record::Format;

/// What an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind {
    /// A file with bytes.
    File,
    /// A folder.
    Folder,
    /// A symbolic or hard link: never followed.
    Link,
    /// A device, FIFO or socket: never opened.
    Special,
}

/// What the archive says about an entry before its bytes are read; sizes are claims, not facts.
#[derive(Debug, Clone)]
pub struct EntryHeader {
    /// The name.
    pub name: EntryName,
    /// What it is.
    pub kind: EntryKind,
    /// Bytes after decompression, as declared.
    pub size: Declared,
    /// Bytes in the archive, as declared; unknown where entries share a stream.
    pub packed: Declared,
    /// Whether it is encrypted.
    pub encrypted: bool,
}

/// A number of bytes that may be declared, in eight bytes: the largest number, which nobody can
/// mean, stands for none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Declared(u64);

impl Declared {
    /// Nothing is declared.
    pub const UNKNOWN: Self = Self(u64::MAX);

    /// So many are declared.
    pub fn bytes(count: u64) -> Self {
        Self(count.min(u64::MAX - 1))
    }

    /// How many, if that is declared.
    pub fn known(self) -> Option<u64> {
        Some(self.0).filter(|_| self != Self::UNKNOWN)
    }
}

impl From<Option<u64>> for Declared {
    fn from(count: Option<u64>) -> Self {
        count.map_or(Self::UNKNOWN, Self::bytes)
    }
}

/// In which order entries can be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Any entry at any time, by several workers at once.
    Random,
    /// Only all of them, in order, by one worker.
    Sequential,
}

/// Whether a visitor wants the bytes of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// Yes.
    Bytes,
    /// No; `end` is still called.
    Nothing,
}

/// How a visitor wants to go on after some bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    /// More of this entry.
    More,
    /// No more of this entry: the backend need not decompress the rest where the format allows.
    Skip,
    /// Nothing more at all.
    Stop,
}

/// Receives the entries of an archive.
pub trait Visitor {
    /// The entry with this index (into [`Archive::entries`]) begins.
    fn begin(&mut self, index: usize) -> Wanted;
    /// Bytes of the current entry, in order; never empty.
    fn chunk(&mut self, bytes: &[u8]) -> Flow;
    /// The current entry ends: read and checked completely (or skipped on the visitor's wish), or
    /// broken. After [`CrcMismatch`](crate::issue::Code::CrcMismatch) and
    /// [`AuthFailed`](crate::issue::Code::AuthFailed) all its bytes were delivered.
    ///
    /// The same holds after [`ZipAmbiguous`](crate::issue::Code::ZipAmbiguous) and
    /// [`BadExtra`](crate::issue::Code::BadExtra), which doubt an entry that can be read. After
    /// every other issue the visitor has had what came before the damage.
    fn end(&mut self, outcome: std::result::Result<(), Issue>);
}

/// One opened archive, listed.
pub trait Archive: Send + Sync {
    /// What it is.
    fn format(&self) -> Format;

    /// Its entries, in archive order, folders and links included; names may repeat.
    fn entries(&self) -> &Entries;

    /// What was wrong with its structure, not with a single entry.
    fn issues(&self) -> &[Issue];

    /// In which order entries can be had.
    fn access(&self) -> Access;

    /// The number of the block that an entry stands in, with others that can only be had in order and
    /// from its start; none for an entry that can be had by itself. Several workers may read
    /// different blocks at once.
    fn block(&self, _index: usize) -> Option<u32> {
        match self.access() {
            Access::Random => None,
            Access::Sequential => Some(0),
        }
    }

    /// The candidate that opened what is encrypted in it, as far as that is known by now.
    fn opened_with(&self) -> Option<&Candidate> {
        None
    }

    /// The stretches of a ZIP that its directory says nothing of, and that were searched for entries:
    /// to find them, what stands before each entry is looked at, which costs as much as all of a large
    /// archive. None if nobody looked.
    fn gaps(&self) -> Option<&[(u64, u64)]> {
        None
    }

    /// How much memory decoders hold while some entries are streamed, in bytes, as far as the
    /// archive says so.
    fn window(&self, wanted: &[usize]) -> u64;

    /// Streams the files among the entries `wanted` (ascending indices).
    ///
    /// `begin` and `end` are called exactly once for each of them, in ascending order, however
    /// damaged the archive is, unless the visitor answers [`Flow::Stop`]: an entry that cannot be
    /// read ends with an issue.
    fn stream(&self, wanted: &[usize], visitor: &mut dyn Visitor);
}

/// What an archive is opened with.
#[derive(Debug, Clone, Copy)]
pub struct OpenOptions<'a> {
    /// What it may use.
    pub budget: &'a std::sync::Arc<Budget>,
    /// Candidates for its password, the likeliest first.
    pub passwords: &'a [Candidate],
    /// What [`Archive::gaps`] said of the same bytes before.
    pub gaps: Option<&'a [(u64, u64)]>,
}

/// Opens and lists an archive whose format is known by its first bytes. `name` is what it is called
/// in errors; a compressed file is an archive with one entry, or a [`Format::Tar`] if there is one
/// inside.
///
/// Nothing that a decoder does gets out: a panic becomes an issue, and [`Archive::stream`] keeps
/// its promises whatever the archive holds.
///
/// # Errors
/// It cannot be listed at all.
///
/// ```
/// use std::sync::Arc;
/// use logsieve::archive::{self, OpenOptions, data::Data};
/// use logsieve::limits::{Budget, Limits};
/// use logsieve::record::Format;
///
/// let end_record = b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
/// let budget = Arc::new(Budget::new(Limits::default()));
/// let options = OpenOptions { budget: &budget, passwords: &[], gaps: None };
/// let archive =
///     archive::open(Data::from_bytes(&end_record[..]), Format::Zip, "a.zip", options).unwrap();
/// assert!(archive.entries().is_empty() && archive.issues().is_empty());
/// ```
pub fn open(
    data: data::Data,
    format: Format,
    name: &str,
    options: OpenOptions<'_>,
) -> Result<Box<dyn Archive>> {
    if data.length() == 0 {
        let text = "the file is empty";
        return Err(Error::input(name, Stage::Open, Code::EmptyInput, text));
    }
    let opened = guard::open(&data, name, || match format {
        Format::Zip => zip::open(&data, name, options),
        Format::SevenZ => sevenz::open(&data, name, options),
        Format::Rar => rar::open(&data, name, options),
        Format::Tar => Ok(tar::open(&data, format, options)),
        Format::Gzip | Format::Zstd | Format::Xz | Format::Bzip2 => {
            Ok(open_compressed(&data, format, name, options))
        }
        Format::Folder | Format::Text | Format::Dataset => {
            Err(Error::internal(format!("{name} is not an archive but {format:?}")))
        }
    });
    opened.map_err(|error| blame_missing_part(name, error))
}

/// The error, or that the rest of a split archive is missing: the first of its parts looks like an
/// archive that was cut, and only its name tells.
fn blame_missing_part(name: &str, error: Error) -> Error {
    match error.kind() {
        ErrorKind::Input { code: Code::Truncated, .. } if name.ends_with(".001") => {
            let text = "this is the first part of a split archive; the other parts are needed";
            Error::input(name, Stage::Open, Code::MissingVolume, text)
        }
        _ => error,
    }
}

fn open_compressed(
    data: &data::Data,
    format: Format,
    name: &str,
    options: OpenOptions<'_>,
) -> Box<dyn Archive> {
    let mut head = Vec::new();
    let bytes = codec::open(data, format, options.budget);
    let peeked = bytes.take(tar::BLOCK_BYTES as u64).read_to_end(&mut head);
    // What is wrong with the compression shows again when the file is read.
    let _ = peeked;
    if tar::is_header(&head) {
        tar::open(data, format, options)
    } else {
        single::open(data, format, name, options)
    }
}
