//! One exposure as the report shows it, and the machine that it was taken from.
//!
//! Only what is shown is kept, and each text only as long as it is shown: ten thousand rows stay
//! small, whatever the records hold.

use std::cmp::Reverse;

use super::count::{counted, grouped};
use super::text::Text;
use super::words::{certainty, word};
use crate::exposure::{
    AppClass, Change, Exposure, IdentityClass, Kind, MOST_PLACES, Severity, TriageStatus,
};
use crate::record::{
    ArtefactCounts, Cookie, Credential, Machine, Record, SecretFacts, SecretLength, SecretState,
};
use crate::secret::Id;

/// How many characters of a time are the day.
const DAY: usize = "2026-02-27".len();

/// The order of exposures: worst first, then the newest infection, then as they came.
pub(super) type Rank = (Reverse<Severity>, Reverse<Text>, u64);

/// The rank of the exposure that came as number `order`.
pub(super) fn rank(exposure: &Exposure, order: u64) -> Rank {
    let infected = exposure.machine.as_ref().map(|machine| &machine.infected_at);
    (Reverse(exposure.severity), Reverse(infected.map(Text::from).unwrap_or_default()), order)
}

/// Whether somebody still has to do something about it.
pub(super) fn is_open(exposure: &Exposure) -> bool {
    exposure.status == TriageStatus::Open && exposure.change != Some(Change::Gone)
}

/// One exposure.
pub(super) struct Row {
    pub(super) id: Id,
    pub(super) is_open: bool,
    /// What the filters of the table look at.
    pub(super) marks: Marks,
    pub(super) organisation: Text,
    /// `what`, of whom or what, `at`, where.
    pub(super) what: &'static str,
    pub(super) subject: Text,
    pub(super) at: &'static str,
    pub(super) object: Text,
    /// What else the record says, most telling first.
    pub(super) facts: Text,
    pub(super) reasons: Text,
    pub(super) class_reason: Text,
    pub(super) actions: String,
    pub(super) note: Text,
    pub(super) first_seen: Text,
    pub(super) sightings: u64,
    /// Where it stands: source, entry and line.
    pub(super) place: Text,
    /// At how many other places it stands; empty where at none.
    pub(super) elsewhere: String,
    /// The same thing from other machines.
    pub(super) related: Vec<Id>,
    pub(super) machine: Option<MachineFacts>,
}

/// The values that an exposure is counted and filtered by.
#[derive(Clone, Copy)]
pub(super) struct Marks {
    pub(super) severity: Severity,
    pub(super) kind: Kind,
    pub(super) class: IdentityClass,
    pub(super) app: AppClass,
    pub(super) status: TriageStatus,
    pub(super) change: Option<Change>,
}

impl Marks {
    /// Those of an exposure.
    pub(super) fn of(exposure: &Exposure) -> Self {
        Self {
            severity: exposure.severity,
            kind: exposure.kind,
            class: exposure.identity_class,
            app: exposure.app_class,
            status: exposure.status,
            change: exposure.change,
        }
    }
}

impl Row {
    /// What is shown of `exposure`.
    pub(super) fn of(exposure: &Exposure) -> Self {
        let said = Said::about(&exposure.record);
        let place = match said.place {
            Some((entry, line)) => Text::new(&format!("{}!{entry}:{line}", exposure.source.name)),
            None => Text::new(&exposure.source.name),
        };
        let actions: Vec<String> = exposure.actions.iter().map(word).collect();
        Self {
            id: exposure.exposure_id,
            is_open: is_open(exposure),
            marks: Marks::of(exposure),
            organisation: Text::new(&exposure.organisation),
            what: said.what,
            subject: said.subject,
            at: said.at,
            object: said.object,
            facts: Text::list(&said.facts),
            reasons: Text::list(&exposure.severity_reasons),
            class_reason: Text::new(&exposure.class_reason),
            actions: actions.join(", "),
            note: Text::from(&exposure.note),
            first_seen: day(&exposure.first_seen),
            sightings: exposure.sightings,
            place,
            elsewhere: match exposure.also_in.len() as u64 {
                0 => String::new(),
                places => counted(places, "other place"),
            },
            related: exposure.related.iter().copied().take(MOST_PLACES).collect(),
            machine: exposure.machine.as_deref().map(MachineFacts::of),
        }
    }

    /// The severity, as a word.
    pub(super) fn severity(&self) -> String {
        word(&self.marks.severity)
    }

    /// The identity class, as words.
    pub(super) fn class(&self) -> String {
        word(&self.marks.class)
    }

    /// The application class, as words.
    pub(super) fn app(&self) -> String {
        word(&self.marks.app)
    }

    /// What was done, as a word.
    pub(super) fn status(&self) -> String {
        word(&self.marks.status)
    }

    /// What a case has to say, as a word.
    pub(super) fn change(&self) -> String {
        word(&self.marks.change)
    }

    /// The number of the severity: 0 is info, 4 is critical.
    pub(super) fn level(&self) -> u8 {
        self.marks.severity as u8
    }
}

/// What a record says.
struct Said<'r> {
    what: &'static str,
    subject: Text,
    at: &'static str,
    object: Text,
    facts: Vec<String>,
    place: Option<(&'r str, u64)>,
}

impl<'r> Said<'r> {
    fn about(record: &'r Record) -> Self {
        match record {
            Record::Credential(login) => Self {
                what: "login",
                subject: login_name(login),
                at: "at",
                object: Text::new(service(login)),
                facts: login_facts(login),
                place: Some((&login.entry, login.line)),
            },
            Record::Cookie(cookie) => Self {
                what: "cookie",
                subject: Text::new(&cookie.name),
                at: "of",
                object: Text::new(&cookie.domain),
                facts: cookie_facts(cookie),
                place: Some((&cookie.entry, cookie.line)),
            },
            Record::Autofill(autofill) => Self {
                what: "address",
                subject: autofill.email.as_deref().map_or_else(not_kept, Text::new),
                at: "in a form history",
                object: Text::default(),
                facts: browser(&autofill.browser, &autofill.profile),
                place: Some((&autofill.entry, autofill.line)),
            },
            Record::Mention(mention) => Self {
                what: "name",
                subject: Text::new(&mention.name),
                at: "in other text",
                object: Text::default(),
                facts: vec![format!("read as {}", mention.encoding)],
                place: Some((&mention.entry, mention.line)),
            },
            Record::Machine(machine) => Self {
                what: "computer",
                subject: machine_name(machine),
                at: "is infected",
                object: Text::default(),
                facts: Vec::new(),
                place: None,
            },
            Record::Source(_) | Record::Exposure(_) | Record::Issue(_) | Record::Summary(_) => {
                Self {
                    what: "record",
                    subject: Text::default(),
                    at: "",
                    object: Text::default(),
                    facts: Vec::new(),
                    place: None,
                }
            }
        }
    }
}

/// Stands for a name that is not kept.
fn not_kept() -> Text {
    Text::new("(name not kept)")
}

fn login_name(login: &Credential) -> Text {
    match login.username.as_deref() {
        Some("") => Text::new("(no name)"),
        Some(name) => Text::new(name),
        None => not_kept(),
    }
}

/// What a login opens: the host, or the app, or whatever stands in the place of its address.
pub(super) fn service(login: &Credential) -> &str {
    let known = login.host.as_deref().or(login.app_id.as_deref());
    known.unwrap_or_else(|| without_query(&login.url))
}

/// An address without what may hold a secret.
fn without_query(url: &str) -> &str {
    url.split(['?', '#']).next().unwrap_or_default()
}

fn login_facts(login: &Credential) -> Vec<String> {
    let mut facts = vec![secret(&login.secret)];
    if login.host.is_some() && !login.url.is_empty() {
        facts.push(without_query(&login.url).to_owned());
    }
    facts.extend(browser(&login.browser, &login.profile));
    facts
}

/// What may be said about a password.
fn secret(facts: &SecretFacts) -> String {
    match facts.state {
        SecretState::Empty => "no password".to_owned(),
        SecretState::Placeholder => "password not taken".to_owned(),
        SecretState::Present => {
            let length = match facts.length {
                Some(SecretLength::UpTo7) => " of 1–7 characters",
                Some(SecretLength::UpTo11) => " of 8–11 characters",
                Some(SecretLength::UpTo15) => " of 12–15 characters",
                Some(SecretLength::Longer) => " of 16 or more characters",
                None => "",
            };
            let classes: Vec<String> = facts.classes.iter().map(word).collect();
            format!("password{length} ({})", classes.join(" "))
        }
    }
}

fn cookie_facts(cookie: &Cookie) -> Vec<String> {
    let kind = match (cookie.session, cookie.live) {
        (true, true) => "live session",
        (true, false) => "expired session",
        (false, _) => "no login session",
    };
    let end = match &cookie.expires_at {
        Some(time) => format!("ends {}", day(time)),
        None => "ends with the browser".to_owned(),
    };
    let mut facts = vec![kind.to_owned(), end];
    facts.extend(browser(&cookie.browser, &cookie.profile));
    facts
}

fn browser(browser: &Option<String>, profile: &Option<String>) -> Vec<String> {
    browser.iter().chain(profile).cloned().collect()
}

/// The day of a time.
pub(super) fn day(time: &str) -> Text {
    Text::new(time.get(..DAY).unwrap_or(time))
}

/// What a machine is called: its name, or else that of its log.
fn machine_name(machine: &Machine) -> Text {
    Text::new(machine.computer_name.as_deref().unwrap_or(&machine.log))
}

/// A machine as its card shows it.
pub(super) struct MachineFacts {
    pub(super) id: Id,
    pub(super) name: Text,
    pub(super) infected: Text,
    /// Name and value, those that are known.
    pub(super) facts: Vec<(&'static str, Text)>,
}

impl MachineFacts {
    fn of(machine: &Machine) -> Self {
        let infected = machine.infected_at.as_deref();
        let all = [
            ("Infected", infected.map(|time| infection(machine, time)).unwrap_or_default()),
            ("Malware family", family(machine)),
            ("Build", Text::from(&machine.build_id)),
            ("Malware path", Text::from(&machine.malware_path)),
            ("User", Text::from(&machine.user_name)),
            ("Windows domain", Text::from(&machine.ad_domain)),
            ("System", Text::from(&machine.os)),
            ("System installed", machine.os_installed_at.as_deref().map(day).unwrap_or_default()),
            ("Addresses", Text::list(&machine.ip_addresses)),
            ("Country", Text::from(&machine.country)),
            ("Time zone", Text::from(&machine.timezone)),
            ("Protection", Text::list(&machine.antivirus)),
            ("Hardware id", Text::from(&machine.hwid)),
            ("Taken from it", Text::new(&loot(&machine.counts))),
            ("Log", Text::new(&machine.log)),
            ("Machine id", Text::new(&machine.machine_id.to_string())),
        ];
        Self {
            id: machine.machine_id,
            name: machine_name(machine),
            infected: infected.map(day).unwrap_or_default(),
            facts: all.into_iter().filter(|(_, value)| !value.is_empty()).collect(),
        }
    }
}

fn infection(machine: &Machine, time: &str) -> Text {
    let sure = machine.infected_at_confidence.map(certainty);
    Text::new(&sure.map_or_else(|| time.to_owned(), |sure| format!("{time} ({sure})")))
}

fn family(machine: &Machine) -> Text {
    let confidence = machine.family_confidence.as_ref().map(word);
    match (&machine.family, confidence) {
        (Some(family), Some(sure)) => Text::new(&format!("{family} ({sure} confidence)")),
        (Some(family), None) => Text::new(family),
        (None, _) => Text::default(),
    }
}

/// What the log holds, of everybody's.
fn loot(counts: &ArtefactCounts) -> String {
    let kinds = [
        (counts.credentials, "logins"),
        (counts.cookies, "cookies"),
        (counts.autofill, "form entries"),
        (counts.cards, "cards"),
        (counts.wallets, "wallets"),
        (counts.tokens, "tokens"),
        (counts.files, "files"),
    ];
    let there = kinds.iter().filter(|(number, _)| *number > 0);
    let named: Vec<String> =
        there.map(|(number, name)| format!("{} {name}", grouped(*number))).collect();
    named.join(", ")
}
