//! Finds the record of every login and machine, and compares field by field.

use std::collections::HashMap;

use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;

use super::KEY;
use super::table::{Outcome, Row, Table};
use crate::support::truth::{Ambiguity, CredentialTruth, Fact, HostTruth, LogTruth, host_truth};

/// A login, with every place where it stands.
struct Login<'t> {
    places: Vec<&'t CredentialTruth>,
    record: Option<&'t Value>,
}

/// The records of one file, by the order of their lines; those that are spoken for are taken out.
type ByEntry<'t> = HashMap<&'t str, Vec<&'t Value>>;

pub(super) fn compare(truth: &[LogTruth], records: &[Value], table: &mut Table) {
    let mut credentials = ByEntry::new();
    let of_type = |kind: &'static str| records.iter().filter(move |record| record["type"] == kind);
    for record in of_type("credential") {
        credentials.entry(text(record, "entry")).or_default().push(record);
    }
    for log in truth {
        let row = Row::of(log);
        compare_logins(log, &row, &mut credentials, table);
        if !log.log.is_empty() {
            let name = log_name(&log.log);
            let machine = of_type("machine").find(|machine| machine["log"] == name);
            compare_machine(log, &row, machine, table);
        }
    }
    report_strangers(truth, credentials, table);
}

/// The name that a record gives to a log: of its folder, or of the archive that it fills.
fn log_name(path: &str) -> &str {
    let last = |path: &str| path.rfind(['/', '!']).map_or(0, |at| at + 1);
    match path.strip_suffix(".zip!") {
        Some(archive) => &archive[last(archive)..],
        None => &path[last(path)..],
    }
}

fn compare_logins<'t>(log: &'t LogTruth, row: &Row, records: &mut ByEntry<'t>, table: &mut Table) {
    let mut logins: Vec<Login<'t>> = Vec::new();
    let mut known = HashMap::new();
    for place in &log.credentials {
        let identity = (&place.url, &place.username, &place.password, place.state);
        let at = *known.entry(identity).or_insert(logins.len());
        if at == logins.len() {
            logins.push(Login { places: Vec::new(), record: None });
        }
        logins[at].places.push(place);
    }
    // Exact ones first, so that a wrong one takes the record of nobody else.
    for login in &mut logins {
        login.record = take(records, login, |place, record| {
            login_facts(place, record).iter().all(Compared::is_right)
        });
    }
    for login in logins.iter_mut().filter(|login| login.record.is_none()) {
        login.record = take(records, login, |place, record| {
            let line = record["line"].as_u64().unwrap_or_default();
            (place.line..=place.last_line).contains(&line)
        });
    }
    for login in &logins {
        let place = login.places[0];
        let at = format!("{}:{}", place.entry, place.line);
        for fact in login_facts(place, login.record.unwrap_or(&Value::Null)) {
            table.count(row, &fact, &at);
        }
    }
}

/// Takes the first record that fits, of all files where the login stands.
fn take<'t>(
    records: &mut ByEntry<'t>,
    login: &Login<'t>,
    fits: impl Fn(&CredentialTruth, &Value) -> bool,
) -> Option<&'t Value> {
    login.places.iter().find_map(|place| {
        let here = records.get_mut(place.entry.as_str())?;
        let at = here.iter().position(|record| fits(place, record))?;
        Some(here.remove(at))
    })
}

/// One field: what it must be and what it is.
pub(super) struct Compared {
    pub fact: Fact,
    pub open: Option<Ambiguity>,
    pub expected: Option<String>,
    pub actual: Option<String>,
    /// What the expected value stands for, where it says little.
    pub meant: String,
}

impl Compared {
    fn new(fact: Fact, expected: Option<String>, actual: Option<String>) -> Self {
        Self { fact, open: None, expected, actual, meant: String::new() }
    }

    fn is_right(&self) -> bool {
        matches!(self.outcome(), Outcome::Found | Outcome::Open | Outcome::Nothing)
    }

    pub(super) fn outcome(&self) -> Outcome {
        match (&self.expected, &self.actual) {
            _ if self.open.is_some() => Outcome::Open,
            (None, None) => Outcome::Nothing,
            (Some(_), None) => Outcome::Missing,
            (None, Some(_)) => Outcome::Spurious,
            (Some(expected), Some(actual)) if expected == actual => Outcome::Found,
            _ => Outcome::Wrong,
        }
    }
}

fn login_facts(truth: &CredentialTruth, record: &Value) -> [Compared; 4] {
    let (host, host_open) = match host_truth(&truth.url) {
        HostTruth::None => (None, None),
        HostTruth::Is(host) => (Some(host), None),
        HostTruth::Open(why) => (None, Some(why)),
    };
    let bare = |host: String| host.trim_matches(['[', ']']).to_owned();
    let mut facts = [
        Compared::new(Fact::Url, some(&truth.url), stated(record, "url")),
        Compared::new(Fact::Host, host.map(bare), stated(record, "host").map(bare)),
        Compared::new(Fact::Username, some(&truth.username), stated(record, "username")),
        Compared::new(
            Fact::Secret,
            truth.password.as_deref().map(fingerprint),
            stated(&record["secret"], "fingerprint"),
        ),
    ];
    facts[1].open = host_open;
    facts[3].meant = truth.password.clone().unwrap_or_else(|| truth.state.to_owned());
    let open = |fact| truth.open.iter().find(|(open, _)| *open == fact).map(|(_, why)| *why);
    for fact in &mut facts {
        fact.open = fact.open.or(open(fact.fact)).filter(|_| !record.is_null());
    }
    // A state of its own for what is no secret.
    if record["secret"]["state"] == "present" && truth.state != "present" {
        facts[3].actual.get_or_insert_with(|| "present".to_owned());
    }
    facts
}

fn compare_machine(log: &LogTruth, row: &Row, machine: Option<&Value>, table: &mut Table) {
    let truth = &log.machine;
    let record = machine.unwrap_or(&Value::Null);
    let os = match (&truth.os, stated(record, "os")) {
        (Some(core), Some(whole)) if whole.contains(core) => Some(core.clone()),
        (_, other) => other,
    };
    let addresses: Vec<_> =
        record["ip_addresses"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let ip = (!addresses.is_empty()).then(|| addresses.join(" "));
    let mut facts = [
        Compared::new(
            Fact::ComputerName,
            truth.computer_name.clone(),
            stated(record, "computer_name"),
        ),
        Compared::new(Fact::UserName, truth.user_name.clone(), stated(record, "user_name")),
        Compared::new(Fact::Hwid, truth.hwid.clone(), stated(record, "hwid").map(without_braces)),
        Compared::new(Fact::Ip, truth.ip.clone(), ip),
        Compared::new(Fact::Country, truth.country.clone(), stated(record, "country")),
        Compared::new(Fact::Os, truth.os.clone(), os),
        Compared::new(Fact::InfectedAt, truth.infected_at.clone(), stated(record, "infected_at")),
    ];
    for fact in &mut facts {
        let open = truth.open.iter().find(|(open, _)| *open == fact.fact);
        fact.open = open.map(|(_, why)| *why).filter(|_| machine.is_some());
    }
    for fact in &facts {
        table.count(row, fact, &log.log);
    }
    let family = log.family.map(str::to_owned);
    table.count_family(row, family.as_deref(), record["family"].as_str());
}

/// What is in the records and in no log.
fn report_strangers(truth: &[LogTruth], records: ByEntry<'_>, table: &mut Table) {
    for record in records.into_values().flatten() {
        let entry = text(record, "entry");
        let holds = |log: &&LogTruth| {
            entry.strip_prefix(&log.log).is_some_and(|rest| {
                log.log.ends_with('!') || (!log.log.is_empty() && rest.starts_with('/'))
            }) || log.credentials.iter().any(|place| place.entry == entry)
        };
        let log = truth.iter().find(holds);
        let optional = log.and_then(|log| log.optional.iter().find(|(path, _)| path == entry));
        if let Some((_, why)) = optional {
            table.count_open(*why);
            continue;
        }
        // Notes of the victim's own.
        if record["origin"] == "grabbed_file" {
            continue;
        }
        let row = log.map_or_else(Row::unknown, Row::of);
        let at = format!("{entry}:{}", record["line"]);
        let fields = [
            (Fact::Url, stated(record, "url")),
            (Fact::Host, stated(record, "host")),
            (Fact::Username, stated(record, "username")),
            (Fact::Secret, stated(&record["secret"], "fingerprint")),
        ];
        for (fact, actual) in fields {
            table.count(&row, &Compared::new(fact, None, actual), &at);
        }
    }
}

/// A GUID is the same with and without braces.
fn without_braces(guid: String) -> String {
    guid.trim_matches(['{', '}']).to_owned()
}

fn text<'r>(record: &'r Value, field: &str) -> &'r str {
    record[field].as_str().unwrap_or_default()
}

fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn stated(record: &Value, field: &str) -> Option<String> {
    record[field].as_str().and_then(some)
}

/// HMAC-SHA-256 as `docs/OUTPUT_SCHEMA.md` tells other systems to compute it.
fn fingerprint(password: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(KEY).unwrap();
    mac.update(password.as_bytes());
    mac.finalize().into_bytes().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}
