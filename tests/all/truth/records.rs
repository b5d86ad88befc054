//! `extract` against the truth: machines, logins, cookies and addresses of form histories.

use serde_json::Value;

use super::case::{Case, fingerprint};
use super::expected::{Cookie, Credential, Log, Login, Machine};
use super::score::Score;

pub(super) fn compare(case: &Case, score: &mut Score) {
    let records = case.extract();
    let of_type = |kind: &str| -> Vec<&Value> {
        records.iter().filter(|record| record["type"] == kind).collect()
    };
    let mut machines = of_type("machine");
    let (mut credentials, mut autofill) = (of_type("credential"), of_type("autofill"));
    let mut cookies = of_type("cookie");
    for log in &case.logs {
        let machine =
            take(&mut machines, |machine| !log.log.is_empty() && machine["log"] == log.folder());
        let at = format!("{} {}", case.name, log.log);
        match machine {
            Some(machine) => compare_machine(&at, log, machine, score),
            None if log.log.is_empty() => {}
            None => score.missed("machine", &at),
        }
        compare_logins(&case.name, log, &mut credentials, score);
        compare_cookies(&at, log, machine, &mut cookies, score);
        compare_autofill(&case.name, log, &mut autofill, score);
    }
    for machine in machines {
        score.surplus("machine", format!("{} {}", case.name, machine["log"]));
    }
    for credential in credentials {
        score.surplus("credential", format!("{} {}", case.name, shown(credential)));
    }
    for cookie in cookies {
        score.surplus("cookie", format!("{} {}", case.name, shown(cookie)));
    }
    for address in autofill {
        score.surplus("autofill", format!("{} {}", case.name, shown(address)));
    }
}

/// Takes the first record out of `records` that fits.
fn take<'r>(records: &mut Vec<&'r Value>, fits: impl Fn(&Value) -> bool) -> Option<&'r Value> {
    let at = records.iter().position(|record| fits(record))?;
    Some(records.remove(at))
}

/// The place of a record and what tells it from others.
pub(super) fn shown(record: &Value) -> String {
    let fields = ["entry", "line", "url", "username", "domain", "path", "name", "email"];
    let values = fields.iter().filter_map(|field| record.get(field).map(Value::to_string));
    values.collect::<Vec<_>>().join(" ")
}

pub(super) fn text<'r>(record: &'r Value, field: &str) -> &'r str {
    record[field].as_str().unwrap_or_default()
}

pub(super) fn place(record: &Value) -> (&str, u64) {
    (text(record, "entry"), record["line"].as_u64().unwrap_or_default())
}

fn compare_machine(at: &str, log: &Log, machine: &Value, score: &mut Score) {
    score.found("machine");
    let truth = &log.machine;
    let family = log.family.clone();
    score.value("machine.family", at, &family, &stated(machine, "family"));
    let mut field = |name, key: &str, expected: &Option<String>| {
        score.value(name, at, expected, &stated(machine, key));
    };
    field("machine.computer_name", "computer_name", &truth.computer_name);
    field("machine.user_name", "user_name", &truth.user_name);
    field("machine.ad_domain", "ad_domain", &truth.ad_domain);
    field("machine.hwid", "hwid", &or(&truth.hwid, &truth.hwid_from_folder));
    field("machine.country", "country", &or(&truth.country, &truth.country_from_folder));
    // What only some truths tell.
    let told = [
        ("machine.build_id", "build_id", &truth.build_id),
        ("machine.malware_path", "malware_path", &truth.malware_path),
        ("machine.timezone", "timezone", &truth.timezone),
    ];
    for (name, key, expected) in told.iter().filter(|(.., expected)| expected.is_some()) {
        field(name, key, expected);
    }
    compare_composed(at, truth, machine, score);
    compare_infection(at, truth, machine, score);
}

fn stated(record: &Value, field: &str) -> Option<String> {
    record[field].as_str().map(str::to_owned)
}

fn or(first: &Option<String>, second: &Option<String>) -> Option<String> {
    first.clone().or_else(|| second.clone())
}

/// Fields that are more than one text.
fn compare_composed(at: &str, truth: &Machine, machine: &Value, score: &mut Score) {
    let os = stated(machine, "os");
    match (&truth.os, &os) {
        (Some(part), Some(whole)) if whole.contains(part.as_str()) => score.found("machine.os"),
        (expected, actual) => score.value("machine.os", at, expected, actual),
    }
    let list = |field: &str| -> Option<Vec<String>> {
        let values = machine[field].as_array().unwrap().iter();
        let values: Vec<_> = values.map(|value| value.as_str().unwrap().to_owned()).collect();
        (!values.is_empty()).then_some(values)
    };
    let ip = or(&truth.ip, &truth.ip_from_folder).map(|ip| vec![ip]);
    score.value("machine.ip", at, &ip, &list("ip_addresses"));
    if truth.antivirus.is_some() {
        score.value("machine.antivirus", at, &truth.antivirus, &list("antivirus"));
    }
    if let Some(day) = &truth.os_installed_at {
        let installed = stated(machine, "os_installed_at").unwrap_or_default();
        score.holds(
            "machine.os_installed_at",
            installed.starts_with(day),
            format!("{at}: {installed} is not on {day}"),
        );
    }
}

fn compare_infection(at: &str, truth: &Machine, machine: &Value, score: &mut Score) {
    let expected =
        truth.infected_at.clone().or_else(|| truth.infected_at_ambiguous.first().cloned());
    score.value("machine.infected_at", at, &expected, &stated(machine, "infected_at"));
    let sure = stated(machine, "infected_at_confidence");
    let owed = &truth.infected_at_confidence;
    if owed.is_some() || expected.is_none() {
        score.value("machine.infected_at_confidence", at, owed, &sure);
    }
}

fn compare_logins(case: &str, log: &Log, records: &mut Vec<&Value>, score: &mut Score) {
    let mut open = Vec::new();
    for login in Login::all_of(log) {
        match take(records, |record| is_exactly(record, &login)) {
            Some(record) => compare_login(case, &login, record, score),
            None => open.push(login),
        }
    }
    for login in open {
        let here = |record: &Value| {
            let (entry, line) = place(record);
            login.stands_at(entry, line) || login.is_ambiguous() && login.holds(entry, line)
        };
        match take(records, here) {
            Some(record) => compare_login(case, &login, record, score),
            None if login.is_ambiguous() => {}
            None => score.missed("credential", described(case, login.first())),
        }
    }
    // What is left inside an ambiguous place may be seen there.
    records.retain(|record| {
        let (entry, line) = place(record);
        !log.credentials.iter().any(|place| place.ambiguous && place.holds(entry, line))
    });
}

pub(super) fn described(case: &str, truth: &Credential) -> String {
    let Credential { entry, line, url, username, password, .. } = truth;
    format!("{case} {entry}:{line} {url} {username} {password:?}")
}

fn is_exactly(record: &Value, login: &Login<'_>) -> bool {
    let (entry, line) = place(record);
    let truth = login.first();
    let print = truth.password.as_deref().map(fingerprint);
    login.stands_at(entry, line)
        && record["url"] == truth.url.as_str()
        && record["username"] == truth.username.as_str()
        && stated(&record["secret"], "fingerprint") == print
}

fn compare_login(case: &str, login: &Login<'_>, record: &Value, score: &mut Score) {
    score.found("credential");
    if login.is_ambiguous() {
        return;
    }
    let (entry, line) = place(record);
    let at_first = |place: &&&Credential| place.entry == entry && place.line == line;
    let truth = login.0.iter().find(at_first).copied().unwrap_or(login.first());
    let at = described(case, truth);
    let known = |value: &str| Some(value.to_owned());
    if truth.ambiguous_url.is_none() {
        score.value("credential.url", &at, &known(&truth.url), &stated(record, "url"));
    }
    score.value("credential.username", &at, &known(&truth.username), &stated(record, "username"));
    let secret = &record["secret"];
    score.value("credential.state", &at, &known(&truth.state), &stated(secret, "state"));
    if !truth.ambiguous_password {
        let print = truth.password.as_deref().map(fingerprint);
        score.value("credential.password", &at, &print, &stated(secret, "fingerprint"));
    }
    let origin = truth.origin.as_deref().unwrap_or("log");
    score.value("credential.origin", &at, &known(origin), &stated(record, "origin"));
    if truth.confidence.is_some() {
        score.value("credential.confidence", &at, &truth.confidence, &stated(record, "confidence"));
    }
    compare_browser(&at, truth, record, score);
    compare_places(&at, login, record, score);
}

fn compare_browser(at: &str, truth: &Credential, record: &Value, score: &mut Score) {
    let plain = |name: &str| name.replace('_', " ").to_lowercase();
    if let Some(browser) = &truth.browser {
        let actual = text(record, "browser");
        let holds = plain(actual).contains(&plain(browser));
        score.holds("credential.browser", holds, format!("{at}: {browser} is {actual:?}"));
    }
    if let Some(profile) = &truth.profile {
        let actual = text(record, "profile");
        let holds = plain(actual) == plain(profile);
        score.holds("credential.profile", holds, format!("{at}: {profile} is {actual:?}"));
    }
}

/// The record stands at the first place of its entry, and every place was seen.
fn compare_places(at: &str, login: &Login<'_>, record: &Value, score: &mut Score) {
    let (entry, line) = place(record);
    let lines = login.0.iter().filter(|place| place.entry == entry).map(|place| place.line);
    score.value("credential.line", at, &lines.min(), &Some(line));
    let most = login.0.len() as u64;
    let least = login.0.iter().filter(|place| !place.ambiguous).count() as u64;
    let sightings = record["sightings"].as_u64().unwrap_or_default();
    let holds = (least..=most).contains(&sightings);
    score.holds("credential.sightings", holds, format!("{at}: {most} are {sightings}"));
}

fn compare_cookies(
    at: &str,
    log: &Log,
    machine: Option<&Value>,
    records: &mut Vec<&Value>,
    score: &mut Score,
) {
    let id = machine.map(|machine| &machine["machine_id"]);
    let (here, elsewhere): (Vec<_>, Vec<_>) =
        records.iter().partition(|record| record.get("machine_id") == id);
    *records = elsewhere;
    score.value(
        "cookies",
        at,
        &Some(log.distinct_cookies.unwrap_or(log.cookies)),
        &Some(here.len()),
    );
    for truth in &log.watched_cookies {
        let found = here.iter().any(|record| truth.is_or_has_copy(record, log));
        let Cookie { entry, line, domain, name } = truth;
        score.holds("watched cookie", found, format!("{at} {entry}:{line} {domain} {name}"));
    }
}

fn compare_autofill(case: &str, log: &Log, records: &mut Vec<&Value>, score: &mut Score) {
    let mut told: Vec<String> = Vec::new();
    for truth in &log.autofill {
        let email = truth.email.to_lowercase();
        if told.contains(&email) {
            continue;
        }
        let places: Vec<_> =
            log.autofill.iter().filter(|other| other.email.to_lowercase() == email).collect();
        let here = |record: &Value| {
            let (entry, line) = place(record);
            let holds = |place: &&super::expected::Autofill| {
                place.entry == entry && (place.first_line..=place.line).contains(&line)
            };
            text(record, "email").to_lowercase() == email && places.iter().any(holds)
        };
        let at = format!("{case} {}:{} {email}", truth.entry, truth.line);
        match take(records, here) {
            Some(record) => {
                score.found("autofill");
                let (most, least) =
                    (places.len(), places.iter().filter(|at| !at.ambiguous).count());
                let sightings = record["sightings"].as_u64().unwrap_or_default() as usize;
                let holds = (least..=most).contains(&sightings);
                score.holds("autofill.sightings", holds, format!("{at}: {most} are {sightings}"));
            }
            None if places.iter().all(|place| place.ambiguous) => {}
            None => score.missed("autofill", &at),
        }
        told.push(email);
    }
}
