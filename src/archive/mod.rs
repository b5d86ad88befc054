//! Archives as lists of entries that are streamed once.
//!
//! Solid 7z and RAR can only be read in order, so the contract is *list, plan, stream once*:
//! [`Archive::entries`] lists, the pipeline plans, [`Archive::stream`] pushes the bytes of the
//! wanted entries into a [`Visitor`]. Every decoder stands behind our own [`Budget`], and entry
//! names never become file-system paths.

pub mod bounded;
pub mod data;
pub mod folder;
pub mod rar;
pub mod sevenz;
pub mod single;
pub mod tar;
pub mod zip;

use crate::error::Result;
use crate::issue::Issue;
use crate::limits::Budget;
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
    pub size: Option<u64>,
    /// Bytes in the archive, as declared; none where entries share a stream.
    pub packed: Option<u64>,
    /// Whether it is encrypted.
    pub encrypted: bool,
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
    /// broken. After [`CrcMismatch`](crate::issue::Code::CrcMismatch) all its bytes were delivered.
    fn end(&mut self, outcome: std::result::Result<(), Issue>);
}

/// One opened archive, listed.
pub trait Archive: Send + Sync {
    /// What it is.
    fn format(&self) -> Format;

    /// Its entries, in archive order, folders and links included; names may repeat.
    fn entries(&self) -> &[EntryHeader];

    /// What was wrong with its structure, not with a single entry.
    fn issues(&self) -> &[Issue];

    /// In which order entries can be had.
    fn access(&self) -> Access;

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
    /// Candidates for its password.
    pub passwords: &'a [Vec<u8>],
}

/// Opens and lists an archive whose format is known by its first bytes.
///
/// # Errors
/// It cannot be listed at all.
pub fn open(
    data: data::Data,
    format: Format,
    name: &str,
    options: OpenOptions<'_>,
) -> Result<Box<dyn Archive>> {
    let _ = (data, format, options);
    Err(crate::error::Error::internal(format!("{name}: not built yet")))
}
