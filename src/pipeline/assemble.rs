//! Turns what is known of a complete log, or of a loose text, into records and exposures.

use std::sync::Arc;

use crate::family;
use crate::issue::Issue;
use crate::layout::{FolderFacts, Role, Root, folder_facts};
use crate::normalise::time;
use crate::pipeline::draft::{AutofillDraft, CookieDraft, CredentialDraft, Draft, Drafts, Places};
use crate::pipeline::expose::Exposer;
use crate::pipeline::machine::{self, Described, OpenOrder, Surroundings};
use crate::pipeline::outcome::{Item, OpenLog, Outcome, Outlet};
use crate::pipeline::scene::{is_live, is_session};
use crate::pipeline::settings::{Scope, Settings, Usernames};
use crate::pipeline::source::{Opened, SourceContext, is_loss};
use crate::pipeline::unit::{Filled, Integrity, Unit, UnitEntry, UnitKind};
use crate::provenance::{lossless_utf8, shortened};
use crate::record::{
    Autofill, Confidence, Cookie, Credential, Disposition, IssueRecord, Machine, Origin, Record,
};
use crate::secret::Id;
use crate::watchlist::Matcher;

/// Where a unit is at home.
pub(super) struct Home<'a> {
    /// The source.
    pub context: &'a SourceContext,
    /// Path of the log's folder; empty for loose texts and logs without one.
    root: Vec<u8>,
    /// Name of the log.
    pub name: String,
    /// Whether it is a log with a folder, and there is nothing else in the source.
    is_only_log: bool,
}

impl<'a> Home<'a> {
    /// The home of a planned unit.
    pub(super) fn new(opened: &'a Opened, unit: usize) -> Self {
        let root = opened.root(unit);
        let context = &opened.context;
        let name = root.as_deref().map(|root| shortened(lossless_utf8(Root::name(root))));
        let name = name.filter(|name| !name.is_empty());
        let name = name.unwrap_or_else(|| context.stem().to_owned());
        let is_only_log = opened.logs == 1 && root.is_some();
        Self { context, root: root.unwrap_or_default(), name, is_only_log }
    }

    /// The home of a log in the folder `root` of the same source.
    pub(super) fn of_log(&self, root: &[u8], name: &[u8]) -> Self {
        let name = match name {
            b"" => self.context.stem().to_owned(),
            _ => lossless_utf8(name),
        };
        Self { context: self.context, root: root.to_vec(), name, is_only_log: false }
    }

    /// The home of a text that is a source of its own.
    pub(super) fn of_text(context: &'a SourceContext) -> Self {
        let name = context.stem().to_owned();
        Self { context, root: Vec::new(), name, is_only_log: false }
    }

    /// The name that may tell of the machine: that of the log, or else of the archive, if there is
    /// nothing else in it.
    pub(super) fn telling_name(&self) -> &str {
        let is_archive_telling = self.is_only_log && is_nameless(&self.name);
        if is_archive_telling { self.context.stem() } else { &self.name }
    }
}

/// How much of a unit is delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// What does not find room any more; the rest comes later.
    Part,
    /// The rest.
    Rest,
}

/// Reads the texts of a unit that are not held back. What it may not hold any longer is delivered.
pub(super) fn read(
    unit: &mut Unit<'_>,
    home: &Home<'_>,
    settings: &Settings,
    outlet: &mut Outlet<'_>,
) {
    while unit.read() == Filled::Yes {
        deliver(unit, home, settings, Extent::Part, outlet);
    }
}

/// Delivers what is known of a unit by now, and forgets it; entries are not counted yet.
pub(super) fn deliver(
    unit: &mut Unit<'_>,
    home: &Home<'_>,
    settings: &Settings,
    extent: Extent,
    outlet: &mut Outlet<'_>,
) {
    if extent == Extent::Rest && unit.is_of_nobody() {
        count_nobodys(unit, home, &mut outlet.outcome);
        write_issues(unit, home.context, &mut outlet.outcome);
        return outlet.pass();
    }
    let described = is_log(unit, home).then(|| describe_machine(unit, home, settings));
    let (machine, open) =
        described.map_or((None, None), |Described { machine, open }| (Some(machine), open));
    count_records(unit, machine.as_ref(), extent, settings, &mut outlet.outcome);
    let drafts = if open.is_none() { unit.take_all() } else { None };
    let writer = Writer { unit, home, settings, machine: machine.as_ref() };
    match (extent, open) {
        (Extent::Rest, Some(open)) => writer.write_open(&open, outlet),
        (Extent::Rest, None) => writer.write(drafts, &mut |item| outlet.push(item)),
        (Extent::Part, _) => {
            let records = writer.write_part(drafts, outlet);
            if let Some(machine) = machine {
                unit.note_part((machine.machine_id, machine.id_origin), records);
            }
        }
    }
    write_issues(unit, home.context, &mut outlet.outcome);
    unit.forget();
    outlet.pass();
}

/// Counts what concerns nobody: of the machine of a log only the family is told.
fn count_nobodys(unit: &Unit<'_>, home: &Home<'_>, outcome: &mut Outcome) {
    if is_log(unit, home) {
        let names: Vec<&[u8]> = unit.entries.iter().map(|entry| entry.inside.as_slice()).collect();
        let log_name = home.name.as_bytes();
        let evidence = family::Evidence { system: &[], names: &names, log_name };
        let family = family::detect(&evidence).map_or("unknown", |found| found.family.id);
        *outcome.tally.families.entry(family.into()).or_default() += 1;
    }
}

fn count_records(
    unit: &Unit<'_>,
    machine: Option<&Machine>,
    extent: Extent,
    settings: &Settings,
    outcome: &mut Outcome,
) {
    let tally = &mut outcome.tally;
    tally.records.credentials += unit.credentials.count();
    tally.records.cookies += unit.cookies_counted();
    tally.records.autofill += unit.autofill.count();
    let family = machine.and_then(|machine| machine.family.clone());
    if machine.is_some() && extent == Extent::Rest {
        *tally.families.entry(family.clone().unwrap_or("unknown".into())).or_default() += 1;
    }
    if settings.scope.question().is_some() {
        let entries = unit.entries.iter();
        entries.for_each(|entry| outcome.answers.set_family(&entry.path, family.as_ref()));
    }
}

/// Delivers a unit that is complete, and counts its entries.
pub(super) fn conclude(
    mut unit: Unit<'_>,
    home: &Home<'_>,
    settings: &Settings,
    outlet: &mut Outlet<'_>,
) {
    unit.complete(home.telling_name());
    read(&mut unit, home, settings, outlet);
    let (is_log, orders) = (is_log(&unit, home), unit.orders);
    unit.note_coverage();
    deliver(&mut unit, home, settings, Extent::Rest, outlet);
    let outcome = &mut outlet.outcome;
    for entry in &unit.entries {
        outcome.tally.entries.add(entry.disposition.unwrap_or(Disposition::Scanned));
        *outcome.tally.artefacts.entry(role_name(entry.role)).or_default() += 1;
        if let Some(lines) = entry.credential_lines() {
            outcome.tally.coverage.add(&entry.path, lines);
        }
    }
    if is_log {
        outcome.tally.logs += 1;
        outcome.tally.orders.merge(&orders);
        outcome.tally.records.logs += 1;
        outcome.items.push(Item::LogEnd);
    }
}

/// Whether a folder that is named like a log is one by what was read there.
fn is_log(unit: &Unit<'_>, home: &Home<'_>) -> bool {
    if unit.kind() != UnitKind::Log {
        return false;
    }
    if unit.delivered.is_some() {
        return true;
    }
    let logins = unit.credentials.rows();
    let is_of_line = |login: &CredentialDraft| login.origin != Origin::Log;
    if !unit.system.is_empty()
        || unit.cookies_counted() + unit.autofill.count() > 0
        || !logins.iter().all(is_of_line)
    {
        return true;
    }
    let has = |roles: &[Role]| unit.entries.iter().any(|entry| roles.contains(&entry.role));
    // Many people's logins may lie in a folder under names that logs have too.
    let is_lists = !logins.is_empty() && !has(LOOT) && is_nameless(&home.name);
    has(ARTEFACTS) && !is_lists
}

fn is_nameless(name: &str) -> bool {
    folder_facts(name.as_bytes()) == FolderFacts::default()
}

/// What stealers write: one file of these makes a log of a folder.
pub(super) const ARTEFACTS: &[Role] = &[
    Role::Passwords,
    Role::PasswordList,
    Role::System,
    Role::Cookies,
    Role::DomainList,
    Role::Autofill,
    Role::History,
    Role::Software,
    Role::Processes,
    Role::Cards,
    Role::Wallet,
    Role::Token,
    Role::Messenger,
];

/// What only one machine has.
const LOOT: &[Role] = &[
    Role::Cookies,
    Role::Cards,
    Role::Wallet,
    Role::Token,
    Role::Messenger,
    Role::Picture,
    Role::Grabbed,
];

/// What `inspect` calls entries of a role.
fn role_name(role: Role) -> &'static str {
    match role {
        Role::Passwords => "passwords",
        Role::PasswordList => "password lists",
        Role::System => "system",
        Role::Cookies => "cookies",
        Role::DomainList => "domain lists",
        Role::Autofill => "autofill",
        Role::History => "history",
        Role::Software => "software",
        Role::Processes => "processes",
        Role::Cards => "cards",
        Role::Wallet => "wallets",
        Role::Token => "tokens",
        Role::Messenger => "messengers",
        Role::Picture => "pictures",
        Role::Grabbed => "grabbed files",
        Role::Promo => "advertising",
        Role::Other => "other",
    }
}

fn write_issues(unit: &mut Unit<'_>, context: &SourceContext, outcome: &mut Outcome) {
    for (entry, issue) in std::mem::take(&mut unit.issues) {
        let path = unit.entries.get(entry).map(|entry| entry.path.to_string());
        outcome.tally.losses += u64::from(is_loss(&issue));
        let record = issue_record(context.id, path, issue);
        outcome.items.push(Item::Record(Box::new(Record::Issue(record))));
    }
}

/// What is left to say of entries that could not be read.
pub(super) fn fail(opened: &Opened, entries: &[usize], issue: &Issue, outcome: &mut Outcome) {
    let context = &opened.context;
    for &index in entries {
        outcome.tally.entries.add(Disposition::Failed);
        outcome.tally.losses += 1;
        let path = context.path.entry(&opened.name(index));
        let record = issue_record(context.id, Some(path), issue.clone());
        outcome.items.push(Item::Record(Box::new(Record::Issue(record))));
    }
}

/// An issue as a record.
pub(super) fn issue_record(source_id: Id, entry: Option<String>, issue: Issue) -> IssueRecord {
    let Issue { stage, code, detail, line, bytes, .. } = issue;
    IssueRecord { source_id, entry, line, stage, code, detail, bytes }
}

fn describe_machine(unit: &Unit<'_>, home: &Home<'_>, settings: &Settings) -> Described {
    let names: Vec<&[u8]> = unit.entries.iter().map(|entry| entry.inside.as_slice()).collect();
    let mut counts = unit.counts;
    counts.credentials += unit.credentials.count();
    counts.cookies += unit.cookies_counted();
    let around = Surroundings {
        source_id: home.context.id,
        source_digest: &home.context.digest,
        root: &home.root,
        name: &home.name,
        telling_name: home.telling_name(),
        entries: &names,
        credentials: unit.credentials.rows().iter().map(Draft::id).collect(),
        known: unit.delivered.map(|delivered| delivered.machine),
        counts,
        votes: unit.orders,
        as_of: settings.read.as_of,
    };
    machine::describe(&unit.system, around, &settings.key)
}

/// Makes records of the drafts of a unit.
#[derive(Clone, Copy)]
pub(super) struct Writer<'a> {
    unit: &'a Unit<'a>,
    home: &'a Home<'a>,
    settings: &'a Settings,
    machine: Option<&'a Machine>,
}

impl Writer<'_> {
    /// Puts out all that leaves of the unit, as far as it was asked for: its `drafts`, where they
    /// were taken out of it because nobody else asks for them.
    fn write(&self, drafts: Option<Drafts>, put: &mut dyn FnMut(Item)) {
        match &self.settings.scope {
            Scope::Everything | Scope::Counted => {
                self.everything(drafts.unwrap_or_else(|| self.unit.drafts()), put);
            }
            Scope::Explained(_) | Scope::Revealed(_) => {}
            Scope::Narrowed(matcher) => self.matching(&self.exposer(matcher), put),
            Scope::Exposures(matcher) => self.exposer(matcher).exposures(self, put),
        }
    }

    /// Puts out a part of the unit, and returns how many records that is. The machine comes last,
    /// when all is known of it.
    fn write_part(&self, drafts: Option<Drafts>, outlet: &mut Outlet<'_>) -> usize {
        let mut records = 0;
        self.write(drafts, &mut |item| {
            if !item.is_machine() {
                records += 1;
                outlet.push(item);
            }
        });
        records
    }

    /// Puts out the rest of a log whose dates can be read in two ways, which waits for a decision
    /// unless too much of it depends on that.
    fn write_open(&self, open: &OpenOrder, outlet: &mut Outlet<'_>) {
        let mut waiting = Some(OpenLog::new(open.clock));
        self.write(None, &mut |item| {
            match &mut waiting {
                Some(log) if self.is_dated(&item) => log.assumed.push(item),
                Some(log) => log.dateless.push(item),
                None => outlet.push(item),
            }
            if let Some(log) = waiting.take_if(|log| log.assumed.len() > OpenLog::MOST_DATED) {
                log.into_assumed().for_each(|item| outlet.push(item));
            }
        });
        let Some(mut log) = waiting.filter(|log| log.weight() > 0) else { return };
        let read = |machine, items: &mut Vec<Item>| {
            let writer = Writer { machine: Some(machine), ..*self };
            writer.write(None, &mut |item| items.extend(self.is_dated(&item).then_some(item)));
        };
        read(&open.day_first, &mut log.day_first);
        read(&open.month_first, &mut log.month_first);
        outlet.push(Item::Open(Box::new(log)));
    }

    /// Whether dates of the machine say anything about an item: how bad an exposure is depends on
    /// its age.
    fn is_dated(&self, item: &Item) -> bool {
        matches!(self.settings.scope, Scope::Exposures(_)) || item.is_machine()
    }

    fn exposer<'m>(&'m self, matcher: &'m Matcher) -> Exposer<'m> {
        Exposer::new(matcher, self.settings, self.unit, self.machine, self.home.context)
    }

    fn everything(&self, drafts: Drafts, put: &mut dyn FnMut(Item)) {
        let mut put = |record| put(Item::Record(Box::new(record)));
        if let Some(machine) = self.machine {
            put(Record::Machine(machine.clone()));
        }
        for draft in drafts.credentials {
            put(Record::Credential(self.credential(draft, self.settings.usernames)));
        }
        for draft in drafts.cookies {
            put(Record::Cookie(self.cookie(draft)));
        }
        for draft in drafts.autofill {
            put(Record::Autofill(self.autofill(draft, self.settings.usernames)));
        }
    }

    /// Writes the records that concern an organisation; their names are ours, so they are kept.
    fn matching(&self, exposed: &Exposer<'_>, put: &mut dyn FnMut(Item)) {
        let unit = self.unit;
        let credentials = exposed.our_credentials();
        let cookies = unit.cookies.rows().iter().filter(|draft| exposed.is_ours_cookie(draft));
        let autofill = unit.autofill.rows().iter().filter(|draft| exposed.is_ours_autofill(draft));
        let credentials = credentials.into_iter();
        let records = credentials
            .map(|draft| Record::Credential(self.credential(draft.clone(), Usernames::Keep)))
            .chain(cookies.map(|draft| Record::Cookie(self.cookie(draft.clone()))))
            .chain(
                autofill
                    .map(|draft| Record::Autofill(self.autofill(draft.clone(), Usernames::Keep))),
            );
        let mut records = records.peekable();
        let is_told = records.peek().is_some() || unit.has_delivered();
        let machine = self.machine.filter(|_| is_told || exposed.is_ours_machine());
        let machine = machine.map(|machine| Record::Machine(machine.clone()));
        machine.into_iter().chain(records).for_each(|record| put(Item::Record(Box::new(record))));
    }

    fn machine_id(&self) -> Option<Id> {
        self.machine.map(|machine| machine.machine_id)
    }

    /// The first place of a draft: entry and line.
    fn first_place(&self, places: &Places) -> (Option<&UnitEntry>, Arc<str>, u64) {
        let place = places.first();
        let entry = place.and_then(|place| self.unit.entries.get(place.entry));
        let path = entry.map(|entry| entry.path.clone()).unwrap_or_default();
        (entry, path, place.map_or(0, |place| place.span.first))
    }

    /// The record of a login.
    pub(super) fn credential(&self, draft: CredentialDraft, usernames: Usernames) -> Credential {
        let (at, entry, line) = self.first_place(&draft.places);
        let doubtful = at.is_some_and(|entry| entry.integrity == Integrity::Doubtful);
        let kept = usernames == Usernames::Keep;
        let print = (!kept).then(|| self.settings.key.fingerprint(draft.username.as_bytes()));
        let origin = self.origin(&draft);
        let CredentialDraft { id, address, username, email_domain, secret, label, places, .. } =
            draft;
        Credential {
            credential_id: id,
            machine_id: self.machine_id(),
            source_id: self.home.context.id,
            url: address.url,
            scheme: address.scheme,
            host: address.host,
            port: address.port,
            registrable_domain: address.registrable_domain,
            app_id: address.app_id,
            username: kept.then_some(username),
            username_fingerprint: print,
            email_domain,
            browser: label.browser,
            profile: label.profile,
            secret,
            origin,
            confidence: if doubtful { Confidence::Low } else { draft.confidence },
            sightings: places.count(),
            entry,
            line,
        }
    }

    /// Without a machine there is no log: what looks like its logins are lines of a list.
    fn origin(&self, draft: &CredentialDraft) -> Origin {
        match (draft.origin, self.machine) {
            (Origin::Log, None) => Origin::Ulp,
            (origin, _) => origin,
        }
    }

    /// The record of a cookie.
    pub(super) fn cookie(&self, draft: CookieDraft) -> Cookie {
        let (_, entry, line) = self.first_place(&draft.places);
        let (session, live) = (is_session(&draft), is_live(&draft, self.settings));
        let CookieDraft { id, domain, path, name, secure, http_only, expires, .. } = draft;
        Cookie {
            cookie_id: id,
            machine_id: self.machine_id(),
            source_id: self.home.context.id,
            domain,
            path,
            name,
            secure,
            http_only,
            expires_at: expires.and_then(time::from_epoch),
            session,
            live,
            fingerprint: draft.fingerprint,
            browser: draft.label.browser,
            profile: draft.label.profile,
            entry,
            line,
        }
    }

    /// The record of an address from a form history.
    pub(super) fn autofill(&self, draft: AutofillDraft, usernames: Usernames) -> Autofill {
        let (_, entry, line) = self.first_place(&draft.places);
        let kept = usernames == Usernames::Keep;
        let print = (!kept).then(|| self.settings.key.fingerprint(draft.email.as_bytes()));
        Autofill {
            autofill_id: draft.id,
            machine_id: self.machine_id(),
            source_id: self.home.context.id,
            email: kept.then_some(draft.email),
            email_fingerprint: print,
            email_domain: draft.email_domain,
            browser: draft.label.browser,
            profile: draft.label.profile,
            sightings: draft.places.count(),
            entry,
            line,
        }
    }
}
