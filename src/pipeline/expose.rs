//! Which records of a unit concern which organisation, and what that means.
//!
//! Every draft is matched; what matches is classified and leaves as an exposure. Every hit of the
//! text search that no exposed record of the same organisation covers leaves as a mention, so that
//! no place is left out.

use std::collections::{HashMap, HashSet};
use std::net::IpAddr;
use std::sync::Arc;

use crate::classify::{
    self, Address, CookieState, HostRelation, Importance, Item as Subject, LoginRelation,
    MachineRelation, Situation, is_session_cookie,
};
use crate::exposure::{Exposure, Matched, MatchedOn, TriageStatus};
use crate::normalise::{email, host, time};
use crate::pipeline::assemble::Writer;
use crate::pipeline::draft::{AutofillDraft, CookieDraft, CredentialDraft, Place};
use crate::pipeline::outcome::Item;
use crate::pipeline::settings::{Settings, Usernames};
use crate::pipeline::source::SourceContext;
use crate::pipeline::tally::Tally;
use crate::pipeline::unit::{PlacedHit, Standing, Unit};
use crate::record::{Machine, Mention, Record, Source};
use crate::secret::Id;
use crate::watchlist::{HostMatch, Match, Matcher, OrgIndex, Relation, Vip};

/// One organisation that a record concerns.
#[derive(Debug, Clone)]
struct Concern {
    organisation: OrgIndex,
    matched: Matched,
    host: HostRelation,
    login: Option<LoginRelation>,
}

/// The organisations that one record concerns, each once, in the order of the watchlist.
#[derive(Default)]
struct Concerns {
    found: Vec<Concern>,
    /// Where each organisation stands among them: one domain may have any number of owners.
    places: HashMap<OrgIndex, usize>,
}

impl Concerns {
    /// Adds a match; the first that is told of an organisation is what the exposure shows.
    fn add(&mut self, organisation: OrgIndex, entry: &str, on: MatchedOn) -> Option<&mut Concern> {
        let next = self.found.len();
        let at = *self.places.entry(organisation).or_insert(next);
        if at == next {
            let matched = Matched { entry: entry.to_owned(), on };
            let host = HostRelation::Foreign;
            self.found.push(Concern { organisation, matched, host, login: None });
        }
        self.found.get_mut(at)
    }

    fn add_hosts(&mut self, matches: &[HostMatch<'_>]) {
        for found in matches {
            if let Some(concern) =
                self.add(found.organisation, found.entry, MatchedOn::WebsiteDomain)
            {
                concern.host = match found.relation {
                    Relation::Domain => HostRelation::Ours,
                    Relation::StaffHost => HostRelation::ListedStaff,
                    Relation::CustomerHost => HostRelation::ListedCustomer,
                };
            }
        }
    }

    /// Addresses and apps stand for hosts.
    fn add_places(&mut self, matches: &[Match<'_>], on: MatchedOn) {
        for found in matches {
            if let Some(concern) = self.add(found.organisation, found.entry, on) {
                concern.host = HostRelation::Ours;
            }
        }
    }

    fn add_logins(&mut self, matches: &[Match<'_>], on: MatchedOn, login: LoginRelation) {
        for found in matches {
            if let Some(concern) = self.add(found.organisation, found.entry, on) {
                concern.login.get_or_insert(login);
            }
        }
    }

    fn add_machine(&mut self, matches: &[Match<'_>], on: MatchedOn) {
        for found in matches {
            self.add(found.organisation, found.entry, on);
        }
    }

    fn sorted(mut self) -> Vec<Concern> {
        self.found.sort_unstable_by_key(|concern| concern.organisation);
        self.found
    }
}

/// How many lines a record covers at most: a JSON object may hold nearly a whole file.
const LONGEST_RECORD: u64 = 40;

/// The exposures so far, and the places that they cover: organisation, entry, line.
#[derive(Default)]
struct Told {
    exposures: Vec<Exposure>,
    covered: HashSet<(OrgIndex, usize, u64)>,
}

impl Told {
    /// Whether the first line of each place is covered.
    fn covers(&self, organisation: OrgIndex, places: &[Place]) -> bool {
        let mut lines = places.iter().map(|place| (organisation, place.entry, place.span.first));
        lines.all(|line| self.covered.contains(&line))
    }

    fn cover(&mut self, concerns: &[Concern], places: &[Place]) {
        for concern in concerns {
            for place in places {
                let last = place.span.last.min(place.span.first.saturating_add(LONGEST_RECORD - 1));
                let lines = place.span.first..=last;
                self.covered.extend(lines.map(|line| (concern.organisation, place.entry, line)));
            }
        }
    }
}

/// Matches and classifies what is known of a unit.
pub(super) struct Exposer<'a> {
    matcher: &'a Matcher,
    settings: &'a Settings,
    unit: &'a Unit<'a>,
    machine: Option<&'a Machine>,
    /// The machine and the source as all exposures show them.
    shown: (Option<Arc<Machine>>, Arc<Source>),
    /// Organisations that the machine belongs to, and by what.
    owners: Vec<Concern>,
}

impl<'a> Exposer<'a> {
    pub(super) fn new(
        matcher: &'a Matcher,
        settings: &'a Settings,
        unit: &'a Unit<'a>,
        machine: Option<&'a Machine>,
        context: &SourceContext,
    ) -> Self {
        let owners = machine.map(|machine| machine_concerns(matcher, machine)).unwrap_or_default();
        // The collector puts the final record of the source in its place.
        let source = context.record(&Tally::default(), &Tally::default(), None);
        let shown = (machine.cloned().map(Arc::new), Arc::new(source));
        Self { matcher, settings, unit, machine, shown, owners }
    }

    /// The logins that concern anybody on the watchlist.
    pub(super) fn our_credentials(&self) -> Vec<&CredentialDraft> {
        let mut told = Told::default();
        let mut ours = Vec::new();
        for draft in self.unit.credentials.rows() {
            let concerns = self.credential_concerns(draft);
            told.cover(&concerns, &draft.places);
            ours.extend((!concerns.is_empty()).then_some(draft));
        }
        let others = self.unit.alternatives.rows().iter();
        ours.extend(others.filter(|draft| !self.other_concerns(draft, &told).is_empty()));
        ours
    }

    /// Whether a cookie does.
    pub(super) fn is_ours_cookie(&self, draft: &CookieDraft) -> bool {
        !self.cookie_concerns(draft).is_empty()
    }

    /// Whether an address does.
    pub(super) fn is_ours_autofill(&self, draft: &AutofillDraft) -> bool {
        !self.autofill_concerns(draft).is_empty()
    }

    /// Whether the machine does.
    pub(super) fn is_ours_machine(&self) -> bool {
        !self.owners.is_empty()
    }

    /// All exposures of the unit, behind its machine if there is one.
    pub(super) fn exposures(&self, writer: &Writer<'_>) -> Vec<Item> {
        let mut told = Told::default();
        self.expose_machine(&mut told);
        for draft in self.unit.credentials.rows() {
            self.expose_credential(draft, writer, &mut told);
        }
        for draft in self.unit.alternatives.rows() {
            self.expose_alternative(draft, writer, &mut told);
        }
        for draft in self.unit.cookies.rows() {
            self.expose_cookie(draft, writer, &mut told);
        }
        for draft in self.unit.autofill.rows() {
            self.expose_autofill(draft, writer, &mut told);
        }
        self.mention(&mut told);
        let is_told = !told.exposures.is_empty() || self.unit.has_delivered();
        let machine = self.machine.filter(|_| is_told);
        let machine =
            machine.map(|machine| Item::Record(Box::new(Record::Machine(machine.clone()))));
        let kind = self.unit.kind();
        let exposures = told.exposures.into_iter();
        let exposures = exposures.map(|exposure| Item::Exposure(Box::new(exposure), kind));
        machine.into_iter().chain(exposures).collect()
    }

    fn expose_credential(&self, draft: &CredentialDraft, writer: &Writer<'_>, told: &mut Told) {
        let concerns = self.credential_concerns(draft);
        self.expose_login(draft, concerns, writer, told);
    }

    /// A line that can be read in two ways, for those whom its first reading does not concern.
    fn expose_alternative(&self, draft: &CredentialDraft, writer: &Writer<'_>, told: &mut Told) {
        let concerns = self.other_concerns(draft, told);
        self.expose_login(draft, concerns, writer, told);
    }

    fn other_concerns(&self, draft: &CredentialDraft, told: &Told) -> Vec<Concern> {
        let mut concerns = self.credential_concerns(draft);
        concerns.retain(|concern| !told.covers(concern.organisation, &draft.places));
        concerns
    }

    fn expose_login(
        &self,
        draft: &CredentialDraft,
        concerns: Vec<Concern>,
        writer: &Writer<'_>,
        told: &mut Told,
    ) {
        if concerns.is_empty() {
            return;
        }
        let record = Record::Credential(writer.credential(draft, Usernames::Keep));
        let address = &draft.address;
        let about = Situation {
            address: Address {
                scheme: address.scheme.as_deref(),
                host: address.host.as_deref(),
                registrable_domain: address.registrable_domain.as_deref(),
                port: address.port,
                path: &address.path,
            },
            login: match draft.email_domain {
                Some(_) => LoginRelation::OtherEmail,
                None => LoginRelation::NoEmail,
            },
            ..self.about(Subject::Credential(&draft.secret))
        };
        let login = email::address(&draft.username);
        self.expose(&about, draft.id, &concerns, login.as_deref(), &record, told);
        told.cover(&concerns, &draft.places);
    }

    fn expose_cookie(&self, draft: &CookieDraft, writer: &Writer<'_>, told: &mut Told) {
        let concerns = self.cookie_concerns(draft);
        if concerns.is_empty() {
            return;
        }
        let record = Record::Cookie(writer.cookie(draft));
        let about = Situation {
            address: Address {
                host: Some(&draft.domain),
                registrable_domain: host::registrable_domain(&draft.domain),
                path: &draft.path,
                ..Address::default()
            },
            ..self.about(Subject::Cookie(cookie_state(draft, self.settings), &draft.name))
        };
        self.expose(&about, draft.id, &concerns, None, &record, told);
        told.cover(&concerns, &draft.places);
    }

    fn expose_autofill(&self, draft: &AutofillDraft, writer: &Writer<'_>, told: &mut Told) {
        let concerns = self.autofill_concerns(draft);
        if concerns.is_empty() {
            return;
        }
        let record = Record::Autofill(writer.autofill(draft, Usernames::Keep));
        let about = self.about(Subject::Autofill);
        self.expose(&about, draft.id, &concerns, Some(&draft.email), &record, told);
        told.cover(&concerns, &draft.places);
    }

    fn credential_concerns(&self, draft: &CredentialDraft) -> Vec<Concern> {
        let mut concerns = Concerns::default();
        if let Some(host) = &draft.address.host {
            concerns.add_hosts(&self.matcher.match_host(host));
            if let Ok(address) = host.parse::<IpAddr>() {
                concerns.add_places(&self.matcher.match_ip(address), MatchedOn::IpRange);
            }
        }
        // Without its hash, the app of `android://…@com.example.app` looks like a host.
        let bare = draft.address.host.as_ref().filter(|_| draft.address.scheme.is_none());
        if let Some(app) = draft.address.app_id.as_ref().or(bare) {
            concerns.add_places(&self.matcher.match_app_id(app), MatchedOn::AppId);
        }
        if let Some(domain) = &draft.email_domain {
            let matches = self.matcher.match_email_domain(domain);
            concerns.add_logins(&matches, MatchedOn::EmailDomain, LoginRelation::OurEmail);
        }
        if let Some((domain, _)) = email::windows_domain(&draft.username) {
            let matches = self.matcher.match_ad_domain(domain);
            concerns.add_logins(&matches, MatchedOn::AdDomain, LoginRelation::OurWindowsDomain);
        }
        concerns.sorted()
    }

    fn cookie_concerns(&self, draft: &CookieDraft) -> Vec<Concern> {
        let mut concerns = Concerns::default();
        concerns.add_hosts(&self.matcher.match_host(&draft.domain));
        if let Ok(address) = draft.domain.parse::<IpAddr>() {
            concerns.add_places(&self.matcher.match_ip(address), MatchedOn::IpRange);
        }
        concerns.sorted()
    }

    fn autofill_concerns(&self, draft: &AutofillDraft) -> Vec<Concern> {
        let mut concerns = Concerns::default();
        let matches = self.matcher.match_email_domain(&draft.email_domain);
        concerns.add_logins(&matches, MatchedOn::EmailDomain, LoginRelation::OurEmail);
        concerns.sorted()
    }

    /// What all exposures of the unit have in common.
    fn about<'b>(&self, item: Subject<'b>) -> Situation<'b> {
        Situation {
            item,
            matched_on: MatchedOn::Text,
            entry: "",
            address: Address::default(),
            host_relation: HostRelation::Foreign,
            login: LoginRelation::NoEmail,
            machine: MachineRelation::Foreign,
            importance: Importance::Ordinary,
            infected_days_ago: self.infected_days_ago(),
        }
    }

    fn infected_days_ago(&self) -> Option<i64> {
        let infected: jiff::Timestamp = self.machine?.infected_at.as_deref()?.parse().ok()?;
        Some(self.settings.as_of.duration_since(infected).as_hours() / 24)
    }

    fn expose_machine(&self, told: &mut Told) {
        let Some(machine) = self.machine else { return };
        let record = Record::Machine(machine.clone());
        let about = self.about(Subject::Machine(machine));
        self.expose(&about, machine.machine_id, &self.owners, None, &record, told);
    }

    /// One exposure for each organisation that the record concerns.
    fn expose(
        &self,
        about: &Situation<'_>,
        record_id: Id,
        concerns: &[Concern],
        login: Option<&str>,
        record: &Record,
        told: &mut Told,
    ) {
        for concern in concerns {
            let vip = login.map(|login| self.matcher.is_vip(concern.organisation, login));
            let situation = Situation {
                host_relation: concern.host,
                login: concern.login.unwrap_or(about.login),
                machine: self.machine_relation(concern.organisation),
                matched_on: concern.matched.on,
                entry: &concern.matched.entry,
                importance: match vip {
                    Some(Vip::Yes) => Importance::Vip,
                    _ => Importance::Ordinary,
                },
                ..about.clone()
            };
            let id = self.exposure_id(concern.organisation, &record_id);
            told.exposures.push(self.exposure(id, concern, &situation, record.clone()));
        }
    }

    /// An address says where a computer is, not whose it is.
    fn machine_relation(&self, organisation: OrgIndex) -> MachineRelation {
        let owner = self.owners.binary_search_by_key(&organisation, |owner| owner.organisation);
        match owner.ok().and_then(|at| self.owners.get(at)) {
            Some(owner) if owner.matched.on != MatchedOn::IpRange => MachineRelation::Ours,
            _ => MachineRelation::Foreign,
        }
    }

    /// The machine belongs to it: one login saved on two machines is two things to see to.
    fn exposure_id(&self, organisation: OrgIndex, record: &Id) -> Id {
        let organisation = self.matcher.organisation(organisation);
        let machine = self.machine.map(|machine| machine.machine_id.0.to_vec()).unwrap_or_default();
        self.settings.key.id("exposure", &[organisation.as_bytes(), &record.0, &machine])
    }

    fn exposure(
        &self,
        id: Id,
        concern: &Concern,
        about: &Situation<'_>,
        record: Record,
    ) -> Exposure {
        let verdict = classify::judge(about);
        let seen = time::rfc3339(self.settings.as_of);
        Exposure {
            exposure_id: id,
            organisation: self.matcher.organisation(concern.organisation).to_owned(),
            kind: about.item.kind(),
            matched: concern.matched.clone(),
            identity_class: verdict.identity_class,
            class_reason: verdict.class_reason,
            app_class: verdict.app_class,
            severity: verdict.severity,
            severity_reasons: verdict.severity_reasons,
            actions: verdict.actions,
            first_seen: seen.clone(),
            last_seen: seen,
            sightings: sightings(&record),
            status: TriageStatus::Open,
            note: None,
            change: None,
            also_in: Vec::new(),
            related: Vec::new(),
            record,
            machine: self.shown.0.clone(),
            source: Arc::clone(&self.shown.1),
        }
    }

    /// A mention for every hit that no exposed record covers: one an organisation, name and line.
    fn mention(&self, told: &mut Told) {
        let mut mentioned = HashSet::new();
        for hit in &self.unit.hits {
            let Some(name) = self.matcher.name(hit.name) else { continue };
            let place = (name.organisation, hit.entry, hit.line);
            let is_covered = hit.standing == Standing::Inside && told.covered.contains(&place);
            if is_covered
                || self.is_address_of_ours(name.organisation, &hit.text)
                || !mentioned.insert((hit.name, hit.entry, hit.line))
            {
                continue;
            }
            let matched = Matched { entry: name.entry.to_owned(), on: MatchedOn::Text };
            let (organisation, host) = (name.organisation, HostRelation::Foreign);
            let concern = Concern { organisation, matched, host, login: None };
            let id = self.exposure_id(name.organisation, &self.mention_id(hit, name.text));
            let record = Record::Mention(self.mention_record(hit));
            told.exposures.push(self.exposure(id, &concern, &self.about(Subject::Mention), record));
        }
    }

    /// Whether `text` is the address of a machine that is exposed itself.
    fn is_address_of_ours(&self, organisation: OrgIndex, text: &str) -> bool {
        self.owners.iter().any(|owner| owner.organisation == organisation)
            && self.machine.is_some_and(|machine| machine.ip_addresses.iter().any(|ip| ip == text))
    }

    /// The same line names the same thing in every copy of a log.
    fn mention_id(&self, hit: &PlacedHit, name: &str) -> Id {
        self.settings.key.id("mention", &[name.as_bytes(), &hit.line_id.0])
    }

    fn mention_record(&self, hit: &PlacedHit) -> Mention {
        let entry = self.unit.entries.get(hit.entry).map(|entry| entry.path.clone());
        Mention {
            entry: entry.unwrap_or_default(),
            line: hit.line,
            name: hit.text.clone(),
            encoding: hit.encoding.into(),
        }
    }
}

/// The organisations that a machine belongs to: its domain, its name, its addresses.
fn machine_concerns(matcher: &Matcher, machine: &Machine) -> Vec<Concern> {
    let mut concerns = Concerns::default();
    if let Some(domain) = &machine.ad_domain {
        concerns.add_machine(&matcher.match_ad_domain(domain), MatchedOn::AdDomain);
    }
    if let Some(name) = &machine.computer_name {
        concerns.add_machine(&matcher.match_computer_name(name), MatchedOn::ComputerName);
    }
    for address in machine.ip_addresses.iter().filter_map(|text| text.parse().ok()) {
        concerns.add_machine(&matcher.match_ip(address), MatchedOn::IpRange);
    }
    concerns.sorted()
}

/// Whether a cookie looks like a login session.
pub(super) fn is_session(draft: &CookieDraft) -> bool {
    is_session_cookie(&draft.name, &draft.domain)
}

/// Whether a cookie had not expired; one that ends with the browser counts as live.
pub(super) fn is_live(draft: &CookieDraft, settings: &Settings) -> bool {
    draft.expires.is_none_or(|expires| expires > settings.as_of.as_second())
}

fn cookie_state(draft: &CookieDraft, settings: &Settings) -> CookieState {
    match (is_session(draft), is_live(draft, settings)) {
        (false, _) => CookieState::NoSession,
        (true, true) => CookieState::LiveSession,
        (true, false) => CookieState::ExpiredSession,
    }
}

fn sightings(record: &Record) -> u64 {
    match record {
        Record::Credential(credential) => credential.sightings,
        Record::Autofill(autofill) => autofill.sightings,
        _ => 1,
    }
}
