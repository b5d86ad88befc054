//! What a part of a run adds up to.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::normalise::time::OrderVotes;
use crate::pipeline::coverage::Coverage;
use crate::record::{EntryCounts, RecordCounts};

/// Counts of one source, or of a part of one; parts are merged in order.
#[derive(Debug, Default, Clone)]
pub struct Tally {
    /// What became of the entries.
    pub entries: EntryCounts,
    /// Logs.
    pub logs: u64,
    /// Bytes after decompression.
    pub bytes_out: u64,
    /// Texts of which a part was read before they broke off.
    pub partly_read: u64,
    /// Issues by which something was not read.
    pub losses: u64,
    /// Whether an entry is encrypted.
    pub encrypted: bool,
    /// Records read, whether or not they are delivered.
    pub records: RecordCounts,
    /// How much of the credential files was understood.
    pub coverage: Coverage,
    /// Logs by family.
    pub families: BTreeMap<Cow<'static, str>, u64>,
    /// Entries by artefact.
    pub artefacts: BTreeMap<&'static str, u64>,
    /// How the system files of the logs put day and month.
    pub orders: OrderVotes,
}

impl Tally {
    /// Adds another part.
    pub fn merge(&mut self, other: &Self) {
        self.entries.merge(&other.entries);
        self.logs += other.logs;
        self.bytes_out += other.bytes_out;
        self.partly_read += other.partly_read;
        self.losses += other.losses;
        self.encrypted |= other.encrypted;
        self.orders.merge(&other.orders);
        let (mine, theirs) = (&mut self.records, &other.records);
        mine.sources += theirs.sources;
        mine.logs += theirs.logs;
        mine.machines += theirs.machines;
        mine.credentials += theirs.credentials;
        mine.cookies += theirs.cookies;
        mine.autofill += theirs.autofill;
        mine.exposures += theirs.exposures;
        mine.issues += theirs.issues;
        self.coverage.merge(&other.coverage);
        for (name, count) in &other.families {
            *self.families.entry(name.clone()).or_default() += count;
        }
        for (name, count) in &other.artefacts {
            *self.artefacts.entry(name).or_default() += count;
        }
    }
}
