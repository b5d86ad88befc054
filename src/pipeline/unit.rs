//! One log on its way through the program (or, without a log, one loose text).
//!
//! Texts are held back until the log is complete, because most logs concern nobody on the
//! watchlist: their texts are searched, and nothing of them is parsed. A log in which a watched
//! name stands is read in full. Past [`HOLD_BYTES`] of text a log is read at once, and past
//! [`MOST_FACTS`] it is delivered in parts, so memory does not grow with the input.

mod entry;
mod held;

use std::collections::{HashSet, VecDeque};
use std::hash::BuildHasherDefault;
use std::sync::Arc;

use crate::artefact::{self, Hint};
use crate::fact::{CookieFact, Facts, LineCounts};
use crate::issue::{Code, Issue, Stage};
use crate::layout::{BrowserLabel, Role, browser_of_path};
use crate::normalise::time::OrderVotes;
use crate::pipeline::concern::{credential_concerns, is_watched_cookie};
use crate::pipeline::coverage;
use crate::pipeline::draft::{
    AutofillDraft, CookieDraft, CredentialDraft, Drafts, Table, cookie_domain, foreign_cookie_id,
};
use crate::pipeline::line::{line_around, line_at};
use crate::pipeline::machine::SystemText;
use crate::pipeline::settings::{Scope, Settings};
pub(super) use crate::pipeline::unit::entry::{Integrity, PlacedHit, Standing, UnitEntry};
use crate::pipeline::unit::held::Held;
pub(super) use crate::pipeline::unit::held::{Member, Searched};
use crate::pipeline::window::{Shape, Window};
use crate::record::{ArtefactCounts, Disposition, IdOrigin};
use crate::secret::{Id, IdHasher};
use crate::text::{CodePage, Encoding, Line, count_lines};
use crate::watchlist::{Hit, Matcher};

/// How much text of one log is held back, with what is known about it.
const HOLD_BYTES: usize = 16 << 20;

/// How many facts and hits of one log are held until it is complete. A log with more of them is
/// delivered in parts: copies of a login in two parts are then two records of one id.
const MOST_FACTS: usize = 1 << 15;

/// What a fact or hit that is held takes, in bytes, about.
const FACT_BYTES: usize = 512;

/// What is known of a log, or of a loose text, so far.
pub(super) struct Unit<'r> {
    settings: &'r Settings,
    kind: UnitKind,
    pub(super) entries: Vec<UnitEntry>,
    pub(super) issues: Vec<(usize, Issue)>,
    pub(super) system: SystemText,
    pub(super) credentials: Table<CredentialDraft>,
    /// Other readings of the lines of logins: they count where the login says nothing.
    pub(super) alternatives: Table<CredentialDraft>,
    pub(super) cookies: Table<CookieDraft>,
    /// Those that concern nobody, as ids, where nothing but their number is asked for.
    foreign_cookies: HashSet<Id, BuildHasherDefault<IdHasher>>,
    pub(super) autofill: Table<AutofillDraft>,
    pub(super) hits: Vec<PlacedHit>,
    pub(super) counts: ArtefactCounts,
    /// How its system files put day and month, whether or not they are read.
    pub(super) orders: OrderVotes,
    /// What was delivered of it, if it comes in parts.
    pub(super) delivered: Option<Delivered>,
    held: VecDeque<Held>,
    held_bytes: usize,
    patience: Patience,
}

/// What was delivered of a log that is too large to be held until its end.
#[derive(Debug, Clone, Copy)]
pub(super) struct Delivered {
    /// Whose log it is, as far as the first part tells.
    pub machine: (Id, IdOrigin),
    /// Whether any record of it was.
    pub has_records: bool,
}

/// Whether a unit holds as much as it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Filled {
    /// It does: a part of it has to be delivered.
    Yes,
    /// It does not, and all that came is read.
    No,
}

/// Whether the texts belong to a machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum UnitKind {
    /// The log of a machine.
    Log,
    /// Text beside any log.
    Loose,
    /// Texts of which only their content tells whether they are logs.
    Group,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Patience {
    /// Texts are held back.
    Holding,
    /// Texts are read as they come.
    Reading,
}

impl Patience {
    /// With texts of some kind: what a group is, all of it has to tell.
    fn with(settings: &Settings, kind: UnitKind) -> Self {
        let is_searched = matches!(settings.scope, Scope::Exposures(_));
        if is_searched || kind == UnitKind::Group { Self::Holding } else { Self::Reading }
    }
}

impl<'r> Unit<'r> {
    pub(super) fn new(settings: &'r Settings, kind: UnitKind) -> Self {
        Self {
            settings,
            kind,
            entries: Vec::new(),
            issues: Vec::new(),
            system: SystemText::default(),
            credentials: Table::default(),
            alternatives: Table::default(),
            cookies: Table::default(),
            foreign_cookies: HashSet::default(),
            autofill: Table::default(),
            hits: Vec::new(),
            counts: ArtefactCounts::default(),
            orders: OrderVotes::default(),
            delivered: None,
            held: VecDeque::new(),
            held_bytes: 0,
            patience: Patience::with(settings, kind),
        }
    }

    pub(super) fn kind(&self) -> UnitKind {
        self.kind
    }

    /// How much memory it takes, in bytes, about: itself, the text that it holds back, its facts.
    pub(super) fn weight(&self) -> usize {
        size_of::<Self>() + self.held_bytes + self.rows() * FACT_BYTES
    }

    /// How many facts and hits it holds.
    pub(super) fn rows(&self) -> usize {
        let facts = self.credentials.count() + self.cookies_counted() + self.autofill.count();
        (facts + self.alternatives.count()) as usize + self.hits.len()
    }

    /// Adds an entry whose bytes are about to come, and returns its index.
    pub(super) fn begin(
        &mut self,
        path: impl Into<Arc<str>>,
        inside: Vec<u8>,
        role: Role,
    ) -> usize {
        self.counts.files += 1;
        self.counts.wallets += u64::from(role == Role::Wallet);
        let (path, integrity) = (path.into(), Integrity::Sound);
        let lines = LineCounts::default();
        self.entries.push(UnitEntry { path, inside, role, disposition: None, integrity, lines });
        self.entries.len() - 1
    }

    /// Says what became of an entry, for a reason that an issue may tell.
    pub(super) fn settle(&mut self, entry: usize, disposition: Disposition, issue: Option<Issue>) {
        if let Some(known) = self.entries.get_mut(entry) {
            known.disposition = Some(disposition);
        }
        self.issues.extend(issue.map(|issue| (entry, issue)));
    }

    /// Notes something about an entry that is read all the same.
    pub(super) fn note(&mut self, entry: usize, issue: Issue) {
        if let Some(known) = self.entries.get_mut(entry)
            && matches!(issue.code, Code::CrcMismatch | Code::AuthFailed)
        {
            known.integrity = Integrity::Doubtful;
        }
        self.issues.push((entry, issue));
    }

    /// Notes which files were not understood; they were read to their ends.
    pub(super) fn note_coverage(&mut self) {
        let issues = self.entries.iter().enumerate().filter_map(|(index, entry)| {
            Some((index, coverage::issue(entry.credential_lines()?)?))
        });
        self.issues.extend(issues);
    }

    /// Whether all that came of it is forgotten, because it concerns nobody on the watchlist.
    pub(super) fn is_of_nobody(&self) -> bool {
        let is_forgotten = self.patience == Patience::Holding && self.held.is_empty();
        let is_searched = matches!(self.settings.scope, Scope::Exposures(_));
        let has_nothing = self.rows() == 0 && self.system.is_empty() && self.delivered.is_none();
        is_searched && is_forgotten && has_nothing
    }

    /// Forgets what was delivered; the entries stay, to be counted when they are complete, and what
    /// tells of the machine of a log.
    pub(super) fn forget(&mut self) {
        self.take_drafts();
        if self.kind != UnitKind::Log {
            self.system = SystemText::default();
        }
        self.alternatives = Table::default();
        self.hits = Vec::new();
        // What waits is still to be read, to the end.
        if self.kind == UnitKind::Loose && self.held.is_empty() {
            self.patience = Patience::with(self.settings, self.kind);
        }
    }

    /// Takes out what becomes records, where all of it does and nobody looks at it again.
    pub(super) fn take_all(&mut self) -> Option<Drafts> {
        matches!(self.settings.scope, Scope::Everything | Scope::Counted)
            .then(|| self.take_drafts())
    }

    /// Takes out what becomes records; it is counted.
    fn take_drafts(&mut self) -> Drafts {
        self.counts.credentials += self.credentials.count();
        self.counts.cookies += self.cookies_counted();
        self.foreign_cookies = HashSet::default();
        Drafts {
            credentials: std::mem::take(&mut self.credentials).into_rows(),
            cookies: std::mem::take(&mut self.cookies).into_rows(),
            autofill: std::mem::take(&mut self.autofill).into_rows(),
        }
    }

    /// Copies of what becomes records.
    pub(super) fn drafts(&self) -> Drafts {
        Drafts {
            credentials: self.credentials.rows().to_vec(),
            cookies: self.cookies.rows().to_vec(),
            autofill: self.autofill.rows().to_vec(),
        }
    }

    /// Whether records of it were delivered before.
    pub(super) fn has_delivered(&self) -> bool {
        self.delivered.is_some_and(|delivered| delivered.has_records)
    }

    /// Notes that a part of the log of `machine` is delivered, in so many records.
    pub(super) fn note_part(&mut self, machine: (Id, IdOrigin), records: usize) {
        if self.delivered.is_none() {
            let detail = "the log is too large to be held until its end: it comes in parts, and \
                          what stands in several of them comes several times";
            let note = Issue::note(Stage::Limit, Code::LimitMemory, detail);
            self.issues.push((self.entries.len().saturating_sub(1), note));
        }
        let has_records = self.has_delivered() || records > 0;
        self.delivered = Some(Delivered { machine, has_records });
    }

    /// Takes a part of the text of an entry.
    pub(super) fn text(&mut self, entry: usize, window: Window) {
        self.searched(entry, Searched::of(self.settings, window));
    }

    /// The same where it was searched already.
    pub(super) fn searched(&mut self, entry: usize, mut searched: Searched) {
        self.issues.extend(searched.window.issues.drain(..).map(|issue| (entry, issue)));
        self.hold(Held { entry, searched });
    }

    /// Holds a text back; [`Self::read`] reads it when it is time.
    fn hold(&mut self, held: Held) {
        let Held { entry, searched: Searched { window, .. } } = &held;
        let is_system = self.entries.get(*entry).is_some_and(|entry| entry.role == Role::System);
        if is_system && window.first_line == 1 {
            self.orders.merge(&OrderVotes::of(&window.text));
        }
        self.held_bytes += held.size();
        self.held.push_back(held);
        if self.held_bytes <= HOLD_BYTES {
            return;
        }
        if self.kind == UnitKind::Group {
            // No log is as large.
            self.kind = UnitKind::Loose;
            self.patience = Patience::with(self.settings, self.kind);
        } else {
            self.patience = Patience::Reading;
        }
    }

    /// Reads texts that are not held back, until it holds as much as it may.
    pub(super) fn read(&mut self) -> Filled {
        while self.patience == Patience::Reading
            && let Some(held) = self.held.pop_front()
        {
            self.held_bytes -= held.size();
            self.read_one(held);
            if self.rows() > MOST_FACTS {
                return Filled::Yes;
            }
        }
        Filled::No
    }

    /// Takes a group apart.
    pub(super) fn into_members(self) -> Vec<Member> {
        let member = |entry| Member { entry, issues: Vec::new(), held: Vec::new() };
        let mut members: Vec<Member> = self.entries.into_iter().map(member).collect();
        for (entry, issue) in self.issues {
            if let Some(member) = members.get_mut(entry) {
                member.issues.push(issue);
            }
        }
        for held in self.held {
            if let Some(member) = members.get_mut(held.entry) {
                member.held.push(held);
            }
        }
        members
    }

    /// Takes over an entry of a group, which is at `inside` here.
    pub(super) fn adopt(&mut self, member: Member, role: Role, inside: &[u8]) {
        let Member { entry, issues, held } = member;
        let number = self.begin(entry.path, inside.to_vec(), role);
        if let Some(known) = self.entries.get_mut(number) {
            (known.disposition, known.integrity) = (entry.disposition, entry.integrity);
        }
        self.issues.extend(issues.into_iter().map(|issue| (number, issue)));
        for held in held {
            self.hold(Held { entry: number, ..held });
        }
    }

    /// Says that all texts came: what is held back is to be read if the log, called `name`, concerns
    /// anybody, else it is forgotten.
    pub(super) fn complete(&mut self, name: &str) {
        let Some(matcher) = self.settings.scope.matcher() else { return };
        if self.concerns_somebody(matcher, name) {
            self.patience = Patience::Reading;
        } else {
            self.held = VecDeque::new();
            self.held_bytes = 0;
        }
    }

    /// Says that there is no room for what is held back, though more may come: where it concerns
    /// nobody, only what tells of the machine is kept.
    pub(super) fn release(&mut self, name: &str) {
        let waiting = std::mem::take(&mut self.held);
        let is_system = |held: &Held| {
            self.entries.get(held.entry).is_some_and(|entry| entry.role == Role::System)
        };
        let (system, others): (VecDeque<_>, VecDeque<_>) = waiting.into_iter().partition(is_system);
        self.held = others;
        system.into_iter().for_each(|held| self.read_one(held));
        self.complete(name);
    }

    fn concerns_somebody(&self, matcher: &Matcher, name: &str) -> bool {
        self.patience == Patience::Reading
            || self.held.iter().any(|held| held.searched.concerns_somebody(matcher))
            || matcher.needs_full_parse().ipv6_ranges
            || (self.kind == UnitKind::Log && self.is_machine_watched(matcher, name))
    }

    /// Whether the computer itself belongs to anybody. Its files are only read where the search
    /// for names could not tell.
    fn is_machine_watched(&self, matcher: &Matcher, name: &str) -> bool {
        let mut system = self.system.clone();
        if !matcher.needs_full_parse().is_none() {
            for held in &self.held {
                let window = &held.searched.window;
                let part = window.part(self.hint(held.entry), &self.settings.read.limits);
                if let Some(found) = artefact::system_facts(&window.text, part) {
                    system.merge(&found, &window.text);
                }
            }
        }
        system.is_watched(matcher, name)
    }

    fn hint(&self, entry: usize) -> Hint {
        self.entries.get(entry).map_or(Hint::Other, |entry| hint(entry.role))
    }

    /// Reads one text: facts become drafts, hits get their lines.
    fn read_one(&mut self, held: Held) {
        let Held { entry, searched: Searched { window, hits } } = held;
        let placed = self.hits.len();
        let lines = self.place_hits(entry, &window, hits);
        if window.shape != Shape::Lines {
            return;
        }
        let text = &window.text;
        let part = window.part(self.hint(entry), &self.settings.read.limits);
        let facts = match self.need() {
            Need::Everything => artefact::parse_part(text, part),
            Need::Hits(_) => artefact::parse_lines(text, part, &lines),
        };
        if facts.is_empty() {
            return;
        }
        if let Some(known) = self.entries.get_mut(entry) {
            known.disposition.get_or_insert(Disposition::Parsed);
        }
        for hit in self.hits.iter_mut().skip(placed) {
            if facts.strays.binary_search(&hit.line).is_ok() {
                hit.standing = Standing::Stray;
            }
        }
        self.add_facts(entry, text, &facts);
        self.issues.extend(facts.issues.into_iter().map(|issue| (entry, issue)));
    }

    /// What has to be read of a text: in `check`, a loose one says nothing but by its hits.
    fn need(&self) -> Need<'r> {
        match &self.settings.scope {
            Scope::Exposures(matcher)
                if self.kind == UnitKind::Loose && !matcher.needs_full_parse().ipv6_ranges =>
            {
                Need::Hits(matcher)
            }
            _ => Need::Everything,
        }
    }

    fn add_facts(&mut self, entry: usize, text: &[u8], facts: &Facts<'_>) {
        let key = &self.settings.key;
        if let Some(search) = self.settings.scope.search() {
            return search.look(facts, key);
        }
        let label = self.label(entry);
        let need = self.need();
        if let Need::Everything = need {
            self.credentials.reserve(facts.credentials.len());
        }
        let login = |fact| {
            let draft = CredentialDraft::new(fact, entry, &label, key);
            need.is_for(&draft).then_some(draft)
        };
        facts.credentials.iter().filter_map(login).for_each(|draft| self.credentials.add(draft));
        facts.alternatives.iter().filter_map(login).for_each(|draft| self.alternatives.add(draft));
        self.add_cookies(entry, &label, &facts.cookies);
        for draft in
            facts.autofill.iter().filter_map(|fact| AutofillDraft::new(fact, entry, &label, key))
        {
            self.autofill.add(draft);
        }
        if let Some(system) = &facts.system {
            self.system.merge(system, text);
        }
        self.counts.autofill += facts.autofill_entries;
        self.counts.cards += facts.cards;
        self.counts.tokens += facts.tokens;
        if let Some(known) = self.entries.get_mut(entry) {
            known.lines += facts.lines;
        }
    }

    /// Adds cookies; of those that concern nobody only the number is asked for in `check`.
    fn add_cookies(&mut self, entry: usize, label: &BrowserLabel, cookies: &[CookieFact<'_>]) {
        let key = &self.settings.key;
        let Scope::Exposures(matcher) = &self.settings.scope else {
            let drafts = cookies.iter().map(|fact| CookieDraft::new(fact, entry, label, key));
            return drafts.for_each(|draft| self.cookies.add(draft));
        };
        // Those of one domain mostly stand together.
        for neighbours in cookies.chunk_by(|one, next| one.domain == next.domain) {
            let domain = neighbours.first().map(cookie_domain).unwrap_or_default();
            if is_watched_cookie(matcher, &domain) {
                let drafts = neighbours.iter();
                let drafts = drafts.map(|fact| CookieDraft::new(fact, entry, label, key));
                drafts.for_each(|draft| self.cookies.add(draft));
            } else {
                let ids = neighbours.iter().map(|fact| foreign_cookie_id(fact, &domain, key));
                self.foreign_cookies.extend(ids);
            }
        }
    }

    /// How many different cookies it has.
    pub(super) fn cookies_counted(&self) -> u64 {
        self.cookies.count() + self.foreign_cookies.len() as u64
    }

    fn label(&self, entry: usize) -> BrowserLabel {
        self.entries.get(entry).map(|entry| browser_of_path(&entry.inside)).unwrap_or_default()
    }

    /// Notes where the hits of a window stand, one for each name and line, and returns these lines.
    fn place_hits<'t>(
        &mut self,
        entry: usize,
        window: &'t Window,
        mut hits: Vec<Hit>,
    ) -> Vec<Line<'t>> {
        let mut lines: Vec<Line<'t>> = Vec::new();
        let mut names = HashSet::new();
        let (mut number, mut counted) = (window.first_line, 0);
        hits.sort_by_key(|hit| (hit.start, hit.name));
        for hit in &hits {
            if lines.last().is_none_or(|line| hit.start >= line.start + line.bytes.len()) {
                number += count_lines(window.text.get(counted..hit.start).unwrap_or_default());
                counted = hit.start;
                lines.push(line_at(&window.text, hit.start, number));
                names.clear();
            }
            if names.insert(hit.name) {
                self.place_hit(entry, window, hit, number);
            }
        }
        lines
    }

    fn place_hit(&mut self, entry: usize, window: &Window, hit: &Hit, line: u64) {
        let around = line_around(&window.text, hit.start);
        let page = CodePage::guess(around);
        let name = window.text.get(hit.start..hit.end).unwrap_or_default();
        self.hits.push(PlacedHit {
            entry,
            line,
            name: hit.name,
            text: page.decode(name).to_lowercase(),
            encoding: match window.encoding {
                Encoding::AsciiBased => page.name(),
                Encoding::Utf16Le => "utf-16le",
                Encoding::Utf16Be => "utf-16be",
            },
            line_id: self.settings.key.id("line", &[around]),
            standing: Standing::Inside,
        });
    }
}

/// How much of a text has to be read.
#[derive(Clone, Copy)]
enum Need<'r> {
    /// All of it.
    Everything,
    /// The lines with hits of this watchlist.
    Hits(&'r Matcher),
}

impl Need<'_> {
    /// Whether a login is needed: lines beside those with hits may have been read with them.
    fn is_for(self, login: &CredentialDraft) -> bool {
        match self {
            Self::Everything => true,
            Self::Hits(matcher) => !credential_concerns(matcher, login).is_empty(),
        }
    }
}

/// What the parsers are told about an entry.
pub(super) fn hint(role: Role) -> Hint {
    match role {
        Role::Passwords => Hint::Passwords,
        Role::PasswordList => Hint::PasswordList,
        Role::System => Hint::System,
        Role::Cookies => Hint::Cookies,
        Role::DomainList => Hint::DomainList,
        Role::Autofill => Hint::Autofill,
        Role::History => Hint::History,
        Role::Cards => Hint::Cards,
        Role::Token => Hint::Tokens,
        Role::Grabbed => Hint::Grabbed,
        _ => Hint::Other,
    }
}

#[cfg(test)]
mod tests;
