//! What the report keeps of the records while they pass: counts, and the rows that it will show.
//!
//! The memory that this takes does not grow with the number of records: rows are those of the
//! worst exposures, names are those that occur most.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use super::count::{Distinct, Foremost, Tally};
use super::row::{Rank, Row, day, is_open, rank, service};
use super::text::Text;
use super::timeline::Timeline;
use super::words::word;
use crate::exposure::{
    Action, AppClass, Change, Exposure, IdentityClass, Kind, Severity, TriageStatus,
};
use crate::issue::Code;
use crate::record::{EntryCounts, IssueRecord, Machine, Record, Source, Status, Summary};
use crate::secret::Id;

/// How many exposures the table shows.
pub(super) const MOST_ROWS: usize = 10_000;

/// How many sources are listed.
const MOST_SOURCES: usize = 500;

/// How many issues of one code are shown.
const MOST_EXAMPLES: usize = 5;

/// How many names of sources are known when issues come.
const MOST_SOURCE_NAMES: usize = 65_536;

/// How often each value occurs.
pub(super) type Counts<K> = BTreeMap<K, u64>;

/// What has been seen so far.
pub(super) struct Collected {
    pub(super) rows: Foremost<Rank, Row>,
    /// Exposures that somebody has to do something about.
    pub(super) open: Counts<Severity>,
    pub(super) actions: Counts<(Action, Severity)>,
    pub(super) classes: Counts<(IdentityClass, Severity)>,
    pub(super) apps: Counts<AppClass>,
    pub(super) kinds: Counts<Kind>,
    pub(super) changes: Counts<Change>,
    pub(super) statuses: Counts<TriageStatus>,
    pub(super) organisations: Tally<Text>,
    pub(super) hosts: Tally<Text>,
    pub(super) people: Distinct,
    pub(super) employees: Distinct,
    pub(super) machines: Distinct,
    pub(super) families: Tally<Text>,
    pub(super) timeline: Timeline,
    /// Exposures that were not taken from a machine that is known.
    pub(super) loose: u64,
    pub(super) sources: Foremost<(Reverse<u8>, u64), SourceRow>,
    pub(super) source_names: HashMap<Id, Text>,
    pub(super) issues: BTreeMap<Code, Issues>,
    pub(super) issues_by_source: Tally<Id>,
    pub(super) summary: Option<Summary>,
}

/// The issues of one code.
#[derive(Default)]
pub(super) struct Issues {
    pub(super) count: u64,
    /// Where and what, of the first few.
    pub(super) examples: Vec<(Text, Text)>,
}

/// One source as the report shows it.
pub(super) struct SourceRow {
    pub(super) id: Id,
    pub(super) name: Text,
    pub(super) is_nested: bool,
    pub(super) channel: Text,
    pub(super) posted: Text,
    pub(super) format: String,
    pub(super) password: String,
    pub(super) status: Status,
    pub(super) entries: EntryCounts,
    pub(super) logs: u64,
    pub(super) size: u64,
}

impl Collected {
    /// Nothing yet.
    pub(super) fn new() -> Self {
        Self {
            rows: Foremost::new(MOST_ROWS),
            open: Counts::new(),
            actions: Counts::new(),
            classes: Counts::new(),
            apps: Counts::new(),
            kinds: Counts::new(),
            changes: Counts::new(),
            statuses: Counts::new(),
            organisations: Tally::default(),
            hosts: Tally::default(),
            people: Distinct::default(),
            employees: Distinct::default(),
            machines: Distinct::default(),
            families: Tally::default(),
            timeline: Timeline::default(),
            loose: 0,
            sources: Foremost::new(MOST_SOURCES),
            source_names: HashMap::new(),
            issues: BTreeMap::new(),
            issues_by_source: Tally::default(),
            summary: None,
        }
    }

    /// Takes in a record. Machines are those of exposures; logins and cookies stand in exposures.
    pub(super) fn add(&mut self, record: &Record) {
        match record {
            Record::Exposure(exposure) => self.exposure(exposure),
            Record::Source(source) => self.source(source),
            Record::Issue(issue) => self.issue(issue),
            Record::Summary(summary) => self.summary = Some((**summary).clone()),
            Record::Machine(_)
            | Record::Credential(_)
            | Record::Cookie(_)
            | Record::Autofill(_)
            | Record::Mention(_) => {}
        }
    }

    fn exposure(&mut self, exposure: &Exposure) {
        let severity = exposure.severity;
        if is_open(exposure) {
            *self.open.entry(severity).or_default() += 1;
            for &action in &exposure.actions {
                *self.actions.entry((action, severity)).or_default() += 1;
            }
        }
        *self.classes.entry((exposure.identity_class, severity)).or_default() += 1;
        *self.apps.entry(exposure.app_class).or_default() += 1;
        *self.kinds.entry(exposure.kind).or_default() += 1;
        *self.statuses.entry(exposure.status).or_default() += 1;
        if let Some(change) = exposure.change {
            *self.changes.entry(change).or_default() += 1;
        }
        self.organisations.add(Text::new(&exposure.organisation));
        if let Some(host) = host(&exposure.record) {
            self.hosts.add(Text::new(host));
        }
        self.person(exposure);
        match &exposure.machine {
            Some(machine) => self.machine(machine),
            None => self.loose += 1,
        }
        let order = self.rows.seen();
        self.rows.offer(rank(exposure, order), || Row::of(exposure));
    }

    /// Counts whom an exposure concerns, by the login.
    fn person(&mut self, exposure: &Exposure) {
        let (name, stand_in) = match &exposure.record {
            Record::Credential(login) => (&login.username, login.username_fingerprint),
            Record::Autofill(autofill) => (&autofill.email, autofill.email_fingerprint),
            _ => return,
        };
        let stand_in = stand_in.map(|fingerprint| fingerprint.to_string());
        let Some(name) = name.as_deref().map(str::to_lowercase).or(stand_in) else { return };
        if name.is_empty() {
            return;
        }
        self.people.is_new(&name);
        if exposure.identity_class == IdentityClass::Employee {
            self.employees.is_new(&name);
        }
    }

    fn machine(&mut self, machine: &Machine) {
        if self.machines.is_new(&machine.machine_id) {
            self.timeline.add(machine.infected_at.as_deref());
            self.families.add(Text::new(machine.family.as_deref().unwrap_or("not told")));
        }
    }

    fn source(&mut self, source: &Source) {
        let badness = match source.status {
            Status::Complete => 0,
            Status::Partial => 1,
            Status::Unreadable => 2,
        };
        if self.source_names.len() < MOST_SOURCE_NAMES {
            self.source_names.insert(source.source_id, Text::new(&source.name));
        }
        self.sources.offer((Reverse(badness), self.sources.seen()), || SourceRow::of(source));
    }

    fn issue(&mut self, issue: &IssueRecord) {
        self.issues_by_source.add(issue.source_id);
        let source = self.source_name(issue.source_id);
        let group = self.issues.entry(issue.code).or_default();
        group.count += 1;
        if group.examples.len() < MOST_EXAMPLES {
            let place = match (&issue.entry, issue.line) {
                (Some(entry), Some(line)) => Text::new(&format!("{source}!{entry}:{line}")),
                (Some(entry), None) => Text::new(&format!("{source}!{entry}")),
                (None, _) => source,
            };
            group.examples.push((place, Text::new(&issue.detail)));
        }
    }

    /// What a source is called; its id where that is not known.
    pub(super) fn source_name(&self, id: Id) -> Text {
        self.source_names.get(&id).cloned().unwrap_or_else(|| Text::new(&id.to_string()))
    }

    /// How many exposures there are.
    pub(super) fn exposures(&self) -> u64 {
        self.rows.seen()
    }

    /// How many exposures have a severity.
    pub(super) fn of_severity(&self, severity: Severity) -> u64 {
        let fitting = self.classes.iter().filter(|((_, other), _)| *other == severity);
        fitting.map(|(_, count)| count).sum()
    }
}

/// The host or app that a record is about.
fn host(record: &Record) -> Option<&str> {
    match record {
        Record::Credential(login) => Some(service(login)).filter(|host| !host.is_empty()),
        Record::Cookie(cookie) => Some(&cookie.domain),
        Record::Mention(mention) => Some(&mention.name),
        _ => None,
    }
}

impl SourceRow {
    fn of(source: &Source) -> Self {
        Self {
            id: source.source_id,
            name: Text::new(&source.name),
            is_nested: source.parent_id.is_some(),
            channel: Text::from(&source.channel),
            posted: source.posted_at.as_deref().map(day).unwrap_or_default(),
            format: source.format.as_ref().map(word).unwrap_or_default(),
            password: match (source.encrypted, source.password_origin) {
                (false, _) => String::new(),
                (true, Some(origin)) => format!("opened by: {}", word(&origin)),
                (true, None) => "encrypted".to_owned(),
            },
            status: source.status,
            entries: source.entries,
            logs: source.logs,
            size: source.size,
        }
    }

    /// Whether all of it was read, as a word.
    pub(super) fn status(&self) -> String {
        word(&self.status)
    }
}
