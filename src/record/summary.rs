//! The totals of a run.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::{EntryCounts, Status};
use crate::limits::Limits;
use crate::secret::Id;

/// The version of the output schema: of record fields, columns, file names and the marker file.
pub const SCHEMA_VERSION: u32 = 1;

/// A name and how often it was counted; lists of them are sorted by name.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct Count {
    /// What is counted.
    pub name: String,
    /// How often.
    pub count: u64,
}

/// Totals of the records of a run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct RecordCounts {
    /// Sources, nested ones included.
    pub sources: u64,
    /// Logs.
    pub logs: u64,
    /// Machines.
    pub machines: u64,
    /// Credentials read; where exposures are asked for, of loose texts those that concern somebody.
    pub credentials: u64,
    /// Cookies read.
    pub cookies: u64,
    /// E-mail addresses read from form histories.
    pub autofill: u64,
    /// Exposures.
    pub exposures: u64,
    /// Issues.
    pub issues: u64,
}

/// Totals of a run.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct Summary {
    /// The version of logsieve.
    pub version: Cow<'static, str>,
    /// The version of the output schema.
    pub schema_version: u32,
    /// Names the key that made ids and fingerprints.
    pub key_id: Id,
    /// The day that ages and expiry are told for.
    pub as_of: String,
    /// The limits in force.
    pub limits: Limits,
    /// Whether everything was read.
    pub status: Status,
    /// Records.
    pub records: RecordCounts,
    /// What became of all entries.
    pub entries: EntryCounts,
    /// Bytes read.
    pub bytes_in: u64,
    /// Bytes after decompression.
    pub bytes_out: u64,
    /// Exposures by organisation.
    pub organisations: Vec<Count>,
    /// Exposures by kind.
    pub kinds: Vec<Count>,
    /// Exposures by identity class.
    pub classes: Vec<Count>,
    /// Exposures by severity.
    pub severities: Vec<Count>,
    /// Machines by family.
    pub families: Vec<Count>,
    /// Issues by code.
    pub issues: Vec<Count>,
    /// Exposures by what the last run has to say of them; only a case knows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Count>,
}

impl Summary {
    /// The totals of nothing, for the run of this version with this key, day and limits.
    pub fn of_nothing(key_id: Id, as_of: String, limits: Limits) -> Self {
        Self {
            version: env!("CARGO_PKG_VERSION").into(),
            schema_version: SCHEMA_VERSION,
            key_id,
            as_of,
            limits,
            status: Status::Complete,
            records: RecordCounts::default(),
            entries: EntryCounts::default(),
            bytes_in: 0,
            bytes_out: 0,
            organisations: Vec::new(),
            kinds: Vec::new(),
            classes: Vec::new(),
            severities: Vec::new(),
            families: Vec::new(),
            issues: Vec::new(),
            changes: Vec::new(),
        }
    }
}
