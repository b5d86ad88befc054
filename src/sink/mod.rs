//! Where records go: JSON Lines to a stream, tables as files in a folder that is ours, a report for
//! people, and the forms that other systems read.
//!
//! A [`Sink`] takes finished records in output order and knows nothing of where they come from.
//! What the lines and columns mean is `docs/OUTPUT_SCHEMA.md`, which the tests here hold to the
//! code; the machine-readable form is `docs/schema/record.schema.json`.

pub mod apex;
#[cfg(feature = "parquet")]
pub mod arrow;
mod columns;
pub mod csv;
pub mod ecs;
pub mod export;
#[cfg(test)]
mod export_tests;
pub mod files;
mod flatten;
pub mod folder;
pub mod html;
mod json;
pub mod jsonl;
pub mod misp;
pub mod ocsf;
#[cfg(feature = "parquet")]
pub mod parquet;
#[cfg(feature = "parquet")]
pub mod parts;
#[cfg(test)]
mod samples;
pub mod stix;
#[cfg(test)]
mod tests;
pub mod tlp;
mod uuids;
mod view;
mod writer;

use crate::error::Result;
use crate::record::Record;

pub use crate::record::SCHEMA_VERSION;

/// Takes records in output order.
pub trait Sink {
    /// Writes one record.
    ///
    /// # Errors
    /// The output cannot be written; see [`Error::is_closed_pipe`](crate::error::Error::is_closed_pipe).
    fn write(&mut self, record: &Record) -> Result<()>;

    /// Writes what is still held back and makes the output final.
    ///
    /// # Errors
    /// The output cannot be written.
    fn finish(self: Box<Self>) -> Result<()>;
}

/// The record types that make a file of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Table {
    /// `source` records.
    Sources,
    /// `machine` records.
    Machines,
    /// `credential` records.
    Credentials,
    /// `cookie` records.
    Cookies,
    /// `autofill` records.
    Autofill,
    /// `exposure` records.
    Exposures,
    /// `issue` records.
    Issues,
}

impl Table {
    /// Every table.
    pub const ALL: [Self; 7] = [
        Self::Sources,
        Self::Machines,
        Self::Credentials,
        Self::Cookies,
        Self::Autofill,
        Self::Exposures,
        Self::Issues,
    ];

    /// The name of its file, without suffix.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sources => "sources",
            Self::Machines => "machines",
            Self::Credentials => "credentials",
            Self::Cookies => "cookies",
            Self::Autofill => "autofill",
            Self::Exposures => "exposures",
            Self::Issues => "issues",
        }
    }

    /// The `type` of its records.
    pub fn record_type(self) -> &'static str {
        match self {
            Self::Sources => "source",
            Self::Machines => "machine",
            Self::Credentials => "credential",
            Self::Cookies => "cookie",
            Self::Autofill => "autofill",
            Self::Exposures => "exposure",
            Self::Issues => "issue",
        }
    }

    /// The table that a record belongs to; none for mentions, which stand inside their exposure,
    /// and for the summary.
    pub fn of(record: &Record) -> Option<Self> {
        match record {
            Record::Source(_) => Some(Self::Sources),
            Record::Machine(_) => Some(Self::Machines),
            Record::Credential(_) => Some(Self::Credentials),
            Record::Cookie(_) => Some(Self::Cookies),
            Record::Autofill(_) => Some(Self::Autofill),
            Record::Exposure(_) => Some(Self::Exposures),
            Record::Issue(_) => Some(Self::Issues),
            Record::Mention(_) | Record::Summary(_) => None,
        }
    }
}
