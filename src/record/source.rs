//! What was read: an input or an archive in one, and what became of its entries.

use serde::{Deserialize, Serialize};

use crate::secret::Id;

/// What an input is, told by its first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// ZIP.
    Zip,
    /// 7z.
    #[serde(rename = "7z")]
    SevenZ,
    /// RAR 1.5 to 7.
    Rar,
    /// Tar, also inside gzip, zstd, xz or bzip2.
    Tar,
    /// One file in gzip.
    Gzip,
    /// One file in zstd.
    Zstd,
    /// One file in xz.
    Xz,
    /// One file in bzip2.
    Bzip2,
    /// A folder of loose files.
    Folder,
    /// A text file or standard input.
    Text,
    /// A dataset of `extract`.
    Dataset,
}

/// How much of a source was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Everything.
    Complete,
    /// Something was skipped or failed; the rest was read.
    Partial,
    /// Nothing.
    Unreadable,
}

/// Where the password of an encrypted source came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PasswordOrigin {
    /// `--password-file`.
    Given,
    /// The caption of the message that carried the file.
    Caption,
    /// The file name.
    FileName,
    /// A text file beside it.
    SiblingText,
    /// The channel's handle.
    Handle,
    /// The archive around it.
    Parent,
}

impl PasswordOrigin {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::Given,
        Self::Caption,
        Self::FileName,
        Self::SiblingText,
        Self::Handle,
        Self::Parent,
    ];

    /// The word that records show.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::Caption => "caption",
            Self::FileName => "file_name",
            Self::SiblingText => "sibling_text",
            Self::Handle => "handle",
            Self::Parent => "parent",
        }
    }
}

/// What became of the entries of a source: `seen` is the sum of the others.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct EntryCounts {
    /// All entries that are files.
    pub seen: u64,
    /// Read by a parser.
    pub parsed: u64,
    /// Text, searched for names only.
    pub scanned: u64,
    /// Binary by its first bytes.
    pub ignored: u64,
    /// Not read, for a reason that an issue tells.
    pub skipped: u64,
    /// Could not be read, for a reason that an issue tells.
    pub failed: u64,
}

/// What became of one entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disposition {
    /// Read by a parser.
    Parsed,
    /// Text, searched for names only.
    Scanned,
    /// Binary by its first bytes.
    Ignored,
    /// Not read, for a reason that an issue tells.
    Skipped,
    /// Could not be read, for a reason that an issue tells.
    Failed,
}

impl EntryCounts {
    /// Counts one entry.
    pub fn add(&mut self, disposition: Disposition) {
        self.seen += 1;
        match disposition {
            Disposition::Parsed => self.parsed += 1,
            Disposition::Scanned => self.scanned += 1,
            Disposition::Ignored => self.ignored += 1,
            Disposition::Skipped => self.skipped += 1,
            Disposition::Failed => self.failed += 1,
        }
    }

    /// Adds the counts of another part of the same source.
    pub fn merge(&mut self, other: &Self) {
        self.seen += other.seen;
        self.parsed += other.parsed;
        self.scanned += other.scanned;
        self.ignored += other.ignored;
        self.skipped += other.skipped;
        self.failed += other.failed;
    }

    /// Whether every entry has exactly one disposition.
    pub fn is_balanced(&self) -> bool {
        self.seen == self.parsed + self.scanned + self.ignored + self.skipped + self.failed
    }
}

/// One input as given: an archive, a folder of loose logs, a text file; or an archive nested in one.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct Source {
    /// Keyed id over the digest.
    pub source_id: Id,
    /// The source that this one is nested in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent_id: Option<Id>,
    /// File or folder name as given; of a nested archive the path of its entry.
    pub name: String,
    /// BLAKE3 of the content, 64 hexadecimal digits; left out for what could not be looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// Bytes of the input.
    pub size: u64,
    /// What it is; left out for what could not be looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<Format>,
    /// Files that it is made of.
    pub volumes: u32,
    /// Whether any of it is encrypted.
    pub encrypted: bool,
    /// Where the password came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password_origin: Option<PasswordOrigin>,
    /// The channel that it was posted in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// When it was posted, RFC 3339 UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub posted_at: Option<String>,
    /// How much of it was read.
    pub status: Status,
    /// What became of its entries.
    pub entries: EntryCounts,
    /// Logs in it.
    pub logs: u64,
    /// Bytes read from the input.
    pub bytes_in: u64,
    /// Bytes after decompression.
    pub bytes_out: u64,
    /// Which part of it this tells of; left out if it is the whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub part: Option<SourcePart>,
}

/// A part of a source that was cut into several items of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
pub struct SourcePart {
    /// Which it is, counted from 1.
    pub number: u32,
    /// How many there are.
    pub of: u32,
}
