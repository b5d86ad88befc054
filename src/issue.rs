//! What could not be read, or is suspicious, inside an input.
//!
//! An [`Issue`] never stops the run and never carries file content. Its [`Code`] is what scripts
//! look at; its detail is for people.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Where on its way through the program something went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Opening an input or listing its entries.
    Open,
    /// Undoing encryption.
    Decrypt,
    /// Decompressing and checking an entry.
    Decode,
    /// Telling what an entry is.
    Classify,
    /// Reading records out of an entry.
    Parse,
    /// A limit was hit.
    Limit,
}

macro_rules! codes {
    ($(#[doc = $meaning:literal] $variant:ident => $text:literal,)*) => {
        /// What kind of thing is wrong; the text form is stable and part of the output contract.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Code { $(#[doc = $meaning] $variant,)* }

        impl Code {
            /// Every code, for documentation and tests.
            pub const ALL: &'static [Code] = &[$(Code::$variant,)*];

            /// The stable text of the code.
            pub fn as_str(self) -> &'static str {
                match self { $(Code::$variant => $text,)* }
            }

            /// What it means, as one sentence for people.
            pub fn meaning(self) -> &'static str {
                match self { $(Code::$variant => $meaning.trim_ascii_start(),)* }
            }
        }
    };
}

codes! {
    /// The input has no bytes.
    EmptyInput => "empty_input",
    /// The input is neither an archive nor text that we know.
    UnknownFormat => "unknown_format",
    /// The file could not be opened or read.
    IoError => "io_error",
    /// Permission was denied.
    PermissionDenied => "permission_denied",
    /// A device, FIFO, socket or link where a regular file is needed.
    NotRegular => "not_regular",
    /// The file changed while it was read.
    ChangedDuringRead => "changed_during_read",
    /// The archive or entry ends before it should.
    Truncated => "truncated",
    /// The archive's structure is damaged.
    Corrupt => "corrupt",
    /// The archive's directory is where it cannot be.
    BadOffset => "bad_offset",
    /// An entry's extra fields are damaged.
    BadExtra => "bad_extra",
    /// A coder graph that cannot be followed.
    BadGraph => "bad_graph",
    /// The directory of a ZIP lists another number of entries than it has.
    ZipCountMismatch => "zip_count_mismatch",
    /// Two readings of one ZIP are possible, or its headers disagree.
    ZipAmbiguous => "zip_ambiguous",
    /// ZIP entries share compressed bytes.
    ZipOverlap => "zip_overlap",
    /// An entry has another size than declared.
    SizeMismatch => "size_mismatch",
    /// The check sum of an entry is wrong; its records are marked.
    CrcMismatch => "crc_mismatch",
    /// Compressed data that cannot be decoded.
    DecodeError => "decode_error",
    /// A compression method that we do not read.
    UnsupportedMethod => "unsupported_method",
    /// An encryption that we do not read.
    UnsupportedEncryption => "unsupported_encryption",
    /// A part of a volume set is not there.
    MissingVolume => "missing_volume",
    /// A file that a message of an export carried is not there.
    NotExported => "not_exported",
    /// Encrypted, and no password was given.
    PasswordRequired => "password_required",
    /// Encrypted, and none of the passwords fits.
    PasswordWrong => "password_wrong",
    /// The authentication tag of encrypted data is wrong.
    AuthFailed => "auth_failed",
    /// An entry grows too much when decompressed.
    LimitRatio => "limit_ratio",
    /// Archives nested too deep.
    LimitDepth => "limit_depth",
    /// Too many entries in one source.
    LimitEntries => "limit_entries",
    /// Too many bytes in one source or nested archive.
    LimitTotal => "limit_total",
    /// A decoder wants too much memory.
    LimitMemory => "limit_memory",
    /// A key derivation wants too much time.
    LimitCpu => "limit_cpu",
    /// A line is too long to be parsed whole; it is still searched for names.
    LineTooLong => "line_too_long",
    /// A value is too long to be kept.
    ValueTooLong => "value_too_long",
    /// JSON nested too deep.
    JsonTooDeep => "json_too_deep",
    /// The first bytes look like text, the rest is not.
    NotText => "not_text",
    /// JSON, XML or another structured file is damaged.
    BadSyntax => "bad_syntax",
    /// Much of a credential file was not understood.
    UnexplainedLines => "unexplained_lines",
    /// A dataset of another key than that of this run.
    DatasetKey => "dataset_key",
    /// A dataset lacks what the archives that it was made from may have.
    DatasetGap => "dataset_gap",
    /// The input was given twice.
    DuplicateInput => "duplicate_input",
    /// A defect of logsieve while reading this input.
    InternalError => "internal_error",
}

impl Code {
    /// What a user can do about it, where there is something.
    pub fn advice(self) -> Option<&'static str> {
        Some(match self {
            Self::NotExported => "export the chat again with these files, or fetch them by hand",
            Self::PasswordRequired => "give candidates for passwords with --password-file",
            Self::PasswordWrong => "add the right password to the password file",
            Self::MissingVolume => {
                "put all parts of a split archive beside the first, and give that one"
            }
            Self::Truncated => "fetch the cut archive again",
            Self::PermissionDenied => "make the file readable for the user that logsieve runs as",
            Self::LimitRatio => "if you trust the input, raise the limit (--limits ratio=…)",
            Self::LimitDepth => "if you trust the input, raise the limit (--limits depth=…)",
            Self::LimitEntries => "if you trust the input, raise the limit (--limits entries=…)",
            Self::LimitTotal => "unpack the large nested archive and give it as an input",
            Self::LimitMemory => "if you trust the input, raise the limit (--limits window=…)",
            Self::LimitCpu => "if you trust the input, raise the limit (--limits kdf_seconds=…)",
            Self::UnexplainedLines => {
                "see what is made of such a file: logsieve inspect … --explain ENTRY"
            }
            Self::DatasetKey => "give the key of the dataset: --key-file DATASET/key",
            Self::InternalError => "report this defect of logsieve",
            _ => return None,
        })
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Code {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        let known = Self::ALL.iter().find(|code| code.as_str() == text);
        known.copied().ok_or_else(|| serde::de::Error::custom(format!("no issue code: {text:?}")))
    }
}

/// What an issue means for the entry that it concerns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Gravity {
    /// Something was not read: the answer is partial (exit code 3).
    Loss,
    /// Everything was read, but a reader should know.
    Note,
}

/// One thing that could not be read, or that is suspicious, as the lower floors tell it.
///
/// The pipeline adds source and entry and turns it into the `issue` record.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct Issue {
    /// Where it went wrong.
    pub stage: Stage,
    /// What is wrong.
    pub code: Code,
    /// Whether something was lost.
    pub gravity: Gravity,
    /// One sentence for people; never file content.
    pub detail: String,
    /// The line, counted from 1, where one can be named.
    pub line: Option<u64>,
    /// How many bytes are concerned, where that is known.
    pub bytes: Option<u64>,
}

impl Issue {
    /// An issue by which something was not read.
    pub fn loss(stage: Stage, code: Code, detail: impl Into<String>) -> Self {
        Self { stage, code, gravity: Gravity::Loss, detail: detail.into(), line: None, bytes: None }
    }

    /// An issue that a reader should know of, though everything was read.
    pub fn note(stage: Stage, code: Code, detail: impl Into<String>) -> Self {
        Self { gravity: Gravity::Note, ..Self::loss(stage, code, detail) }
    }

    /// The same issue at a line.
    #[must_use]
    pub fn at_line(mut self, line: u64) -> Self {
        self.line = Some(line);
        self
    }

    /// The same issue over a number of bytes.
    #[must_use]
    pub fn over_bytes(mut self, bytes: u64) -> Self {
        self.bytes = Some(bytes);
        self
    }
}
