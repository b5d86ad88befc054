//! What a run, or one source of it, adds up to.

use std::collections::BTreeMap;

use crate::exposure::{Exposure, Severity};
use crate::pipeline::progress::Progress;
use crate::pipeline::settings::Settings;
use crate::pipeline::tally::Tally;
use crate::record::{Count, IssueRecord, Source, Status, Summary};

/// Counts of what was delivered, and of all that was read for it.
#[derive(Default)]
pub(super) struct Totals {
    /// What was read.
    pub tally: Tally,
    /// Bytes of the sources as given.
    pub bytes_in: u64,
    /// The worst exposure.
    pub worst: Option<Severity>,
    readable: u64,
    organisations: BTreeMap<String, u64>,
    kinds: BTreeMap<String, u64>,
    classes: BTreeMap<String, u64>,
    severities: BTreeMap<String, u64>,
    issues: BTreeMap<String, u64>,
}

impl Totals {
    /// Counts an exposure.
    pub(super) fn add_exposure(&mut self, exposure: &Exposure) {
        self.tally.records.exposures += 1;
        *self.organisations.entry(exposure.organisation.clone()).or_default() += 1;
        *self.kinds.entry(word(&exposure.kind)).or_default() += 1;
        *self.classes.entry(word(&exposure.identity_class)).or_default() += 1;
        *self.severities.entry(word(&exposure.severity)).or_default() += 1;
        self.worst = self.worst.max(Some(exposure.severity));
    }

    /// Counts an issue.
    pub(super) fn add_issue(&mut self, issue: &IssueRecord) {
        self.tally.records.issues += 1;
        *self.issues.entry(issue.code.as_str().to_owned()).or_default() += 1;
    }

    /// Counts a source, nested or not.
    pub(super) fn add_source(&mut self, source: &Source) {
        self.tally.records.sources += 1;
        if source.status != Status::Unreadable && source.digest.is_some() {
            self.readable += 1;
        }
    }

    /// Counts a source that was read in an earlier run.
    pub(super) fn add_known(&mut self, status: Status) {
        self.tally.losses += u64::from(status != Status::Complete);
        self.readable += u64::from(status != Status::Unreadable);
    }

    /// Adds the totals of what came later.
    pub(super) fn merge(&mut self, later: &Self) {
        self.tally.merge(&later.tally);
        self.bytes_in += later.bytes_in;
        self.readable += later.readable;
        self.worst = self.worst.max(later.worst);
        add(&mut self.organisations, &later.organisations);
        add(&mut self.kinds, &later.kinds);
        add(&mut self.classes, &later.classes);
        add(&mut self.severities, &later.severities);
        add(&mut self.issues, &later.issues);
    }

    /// The record of them.
    pub(super) fn summary(&self, settings: &Settings, progress: &Progress) -> Summary {
        let status = match (self.tally.losses, self.readable) {
            (0, _) if !progress.is_interrupted() => Status::Complete,
            (1.., 0) => Status::Unreadable,
            _ => Status::Partial,
        };
        let as_of = crate::normalise::time::rfc3339(settings.read.as_of);
        Summary {
            status,
            records: self.tally.records,
            entries: self.tally.entries,
            bytes_in: self.bytes_in,
            bytes_out: self.tally.bytes_out,
            organisations: list(&self.organisations),
            kinds: list(&self.kinds),
            classes: list(&self.classes),
            severities: list(&self.severities),
            families: list(&self.tally.families),
            issues: list(&self.issues),
            ..Summary::of_nothing(settings.key.key_id(), as_of, settings.read.limits.clone())
        }
    }
}

fn add(counts: &mut BTreeMap<String, u64>, more: &BTreeMap<String, u64>) {
    for (name, count) in more {
        *counts.entry(name.clone()).or_default() += count;
    }
}

/// The word that an enum is written as.
fn word(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(text)) => text,
        _ => String::new(),
    }
}

fn list<K: AsRef<str>>(counts: &BTreeMap<K, u64>) -> Vec<Count> {
    counts.iter().map(|(name, &count)| Count { name: name.as_ref().to_owned(), count }).collect()
}
