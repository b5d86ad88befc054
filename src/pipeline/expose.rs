//! Which records of a unit concern which organisation, and what that means.
//!
//! Every draft is matched; what matches is classified and leaves as an exposure. Every hit of the
//! text search that no exposed record of the same organisation covers leaves as a mention, so that
//! no place is left out.

use std::collections::HashSet;
use std::net::IpAddr;

use crate::classify::{
    self, CookieFacts, EmailRelation, HostRelation, Importance, MachineRelation, Situation, Subject,
};
use crate::exposure::{Exposure, Kind, Matched, MatchedOn, TriageStatus};
use crate::normalise::{email, time};
use crate::pipeline::assemble::Writer;
use crate::pipeline::draft::{AutofillDraft, CookieDraft, CredentialDraft, Place};
use crate::pipeline::outcome::{Item, Outcome};
use crate::pipeline::settings::{Settings, Usernames};
use crate::pipeline::source::SourceContext;
use crate::pipeline::tally::Tally;
use crate::pipeline::unit::{PlacedHit, Unit};
use crate::record::{Machine, Mention, Record, Source};
use crate::secret::Id;
use crate::watchlist::{HostMatch, Match, Matcher, OrgIndex, Relation, Vip};

/// One organisation that a record concerns.
#[derive(Debug, Clone)]
struct Concern {
    organisation: OrgIndex,
    matched: Matched,
    host: HostRelation,
    email: EmailRelation,
}

/// The organisations that one record concerns, each once, in the order of the watchlist.
#[derive(Default)]
struct Concerns(Vec<Concern>);

impl Concerns {
    /// Adds a match; the first that is told of an organisation is what the exposure shows.
    fn add(&mut self, organisation: OrgIndex, entry: &str, on: MatchedOn) -> Option<&mut Concern> {
        let known = self.0.iter().position(|concern| concern.organisation == organisation);
        let at = known.unwrap_or_else(|| {
            let matched = Matched { entry: entry.to_owned(), on };
            let (host, email) = (HostRelation::Foreign, EmailRelation::Foreign);
            self.0.push(Concern { organisation, matched, host, email });
            self.0.len() - 1
        });
        self.0.get_mut(at)
    }

    fn add_hosts(&mut self, matches: &[HostMatch<'_>]) {
        for found in matches {
            if let Some(concern) = self.add(found.organisation, found.entry, MatchedOn::WebsiteDomain) {
                concern.host = match found.relation {
                    Relation::Domain => HostRelation::Ours,
                    Relation::StaffHost => HostRelation::ListedStaff,
                    Relation::CustomerHost => HostRelation::ListedCustomer,
                };
            }
        }
    }

    fn add_addresses(&mut self, matches: &[Match<'_>]) {
        for found in matches {
            if let Some(concern) = self.add(found.organisation, found.entry, MatchedOn::IpRange) {
                concern.host = HostRelation::Ours;
            }
        }
    }

    fn add_emails(&mut self, matches: &[Match<'_>]) {
        for found in matches {
            if let Some(concern) = self.add(found.organisation, found.entry, MatchedOn::EmailDomain) {
                concern.email = EmailRelation::Ours;
            }
        }
    }

    fn add_others(&mut self, matches: &[Match<'_>], on: MatchedOn) {
        for found in matches {
            self.add(found.organisation, found.entry, on);
        }
    }

    fn sorted(mut self) -> Vec<Concern> {
        self.0.sort_by_key(|concern| concern.organisation);
        self.0
    }
}

/// The places that exposed records cover: organisation, entry, line.
type Covered = HashSet<(OrgIndex, usize, u64)>;

/// Matches and classifies what is known of a unit.
pub(super) struct Exposer<'a> {
    matcher: &'a Matcher,
    settings: &'a Settings,
    unit: &'a Unit<'a>,
    machine: Option<&'a Machine>,
    source: Source,
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
        let source = context.record(&Tally::default());
        Self { matcher, settings, unit, machine, source, owners }
    }

    /// Whether a login concerns anybody on the watchlist.
    pub(super) fn is_ours_credential(&self, draft: &CredentialDraft) -> bool {
        !self.credential_concerns(draft).is_empty()
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

    /// Writes all exposures of the unit, and its machine if there is one.
    pub(super) fn write(&self, writer: &Writer<'_>, outcome: &mut Outcome) {
        let mut exposures = Vec::new();
        let mut covered = Covered::new();
        self.expose_machine(&mut exposures);
        for draft in self.unit.credentials.rows() {
            let concerns = self.credential_concerns(draft);
            if !concerns.is_empty() {
                let record = Record::Credential(writer.credential(draft, Usernames::Keep));
                let subject = Subject::Credential { secret: draft.secret.state };
                let about = self.about(draft.address.host.as_deref(), &draft.address.path, subject);
                let login = email::address(&draft.username);
                self.expose(&about, draft.id, &concerns, login.as_deref(), &record, &mut exposures);
                cover(&mut covered, &concerns, &draft.places);
            }
        }
        for draft in self.unit.cookies.rows() {
            let concerns = self.cookie_concerns(draft);
            if !concerns.is_empty() {
                let record = Record::Cookie(writer.cookie(draft));
                let subject = Subject::Cookie(self.cookie_facts(draft));
                let about = self.about(Some(&draft.domain), &draft.path, subject);
                self.expose(&about, draft.id, &concerns, None, &record, &mut exposures);
                cover(&mut covered, &concerns, &draft.places);
            }
        }
        for draft in self.unit.autofill.rows() {
            let concerns = self.autofill_concerns(draft);
            if !concerns.is_empty() {
                let record = Record::Autofill(writer.autofill(draft, Usernames::Keep));
                let about = self.about(None, "", Subject::Autofill);
                self.expose(&about, draft.id, &concerns, Some(&draft.email), &record, &mut exposures);
                cover(&mut covered, &concerns, &draft.places);
            }
        }
        self.mention(&covered, &mut exposures);
        if !exposures.is_empty() {
            let machine = self.machine.map(|machine| Record::Machine(machine.clone()));
            outcome.items.extend(machine.map(|machine| Item::Record(Box::new(machine))));
        }
        let kind = self.unit.kind();
        outcome.items.extend(exposures.into_iter().map(|exposure| Item::Exposure(Box::new(exposure), kind)));
    }

    fn credential_concerns(&self, draft: &CredentialDraft) -> Vec<Concern> {
        let mut concerns = Concerns::default();
        if let Some(host) = &draft.address.host {
            concerns.add_hosts(&self.matcher.match_host(host));
            if let Ok(address) = host.parse::<IpAddr>() {
                concerns.add_addresses(&self.matcher.match_ip(address));
            }
        }
        if let Some(app) = &draft.address.app_id {
            concerns.add_others(&self.matcher.match_app_id(app), MatchedOn::AppId);
        }
        if let Some(domain) = &draft.email_domain {
            concerns.add_emails(&self.matcher.match_email_domain(domain));
        }
        if let Some((domain, _)) = email::windows_domain(&draft.username) {
            concerns.add_others(&self.matcher.match_ad_domain(domain), MatchedOn::AdDomain);
        }
        concerns.sorted()
    }

    fn cookie_concerns(&self, draft: &CookieDraft) -> Vec<Concern> {
        let mut concerns = Concerns::default();
        concerns.add_hosts(&self.matcher.match_host(&draft.domain));
        if let Ok(address) = draft.domain.parse::<IpAddr>() {
            concerns.add_addresses(&self.matcher.match_ip(address));
        }
        concerns.sorted()
    }

    fn autofill_concerns(&self, draft: &AutofillDraft) -> Vec<Concern> {
        let mut concerns = Concerns::default();
        concerns.add_emails(&self.matcher.match_email_domain(&draft.email_domain));
        concerns.sorted()
    }

    fn cookie_facts(&self, draft: &CookieDraft) -> CookieFacts {
        classify::cookie_facts(&draft.name, &draft.domain, draft.expires, self.settings.as_of.as_second())
    }

    fn about<'s>(&self, host: Option<&'s str>, path: &'s str, subject: Subject) -> Situation<'s> {
        Situation {
            subject,
            host,
            path,
            host_relation: HostRelation::Foreign,
            email_relation: EmailRelation::Foreign,
            machine_relation: MachineRelation::Foreign,
            matched_on: MatchedOn::Text,
            importance: Importance::Usual,
            infected_days_ago: self.infected_days_ago(),
        }
    }

    fn infected_days_ago(&self) -> Option<i64> {
        time::days_before(self.machine?.infected_at.as_deref()?, self.settings.as_of)
    }

    fn expose_machine(&self, exposures: &mut Vec<Exposure>) {
        let Some(machine) = self.machine else { return };
        let record = Record::Machine(machine.clone());
        let about = self.about(None, "", Subject::Machine);
        self.expose(&about, machine.machine_id, &self.owners, None, &record, exposures);
    }

    /// One exposure for each organisation that the record concerns.
    fn expose(
        &self,
        about: &Situation<'_>,
        record_id: Id,
        concerns: &[Concern],
        login: Option<&str>,
        record: &Record,
        exposures: &mut Vec<Exposure>,
    ) {
        for concern in concerns {
            let owned = self.owners.iter().any(|owner| owner.organisation == concern.organisation);
            let vip = login.map(|login| self.matcher.is_vip(concern.organisation, login));
            let situation = Situation {
                host_relation: concern.host,
                email_relation: concern.email,
                machine_relation: if owned { MachineRelation::Ours } else { MachineRelation::Foreign },
                matched_on: concern.matched.on,
                importance: if vip == Some(Vip::Yes) { Importance::Vip } else { Importance::Usual },
                ..about.clone()
            };
            let id = self.exposure_id(concern.organisation, &record_id);
            exposures.push(self.exposure(id, concern, &situation, record.clone()));
        }
    }

    /// The machine belongs to it: one login saved on two machines is two things to see to.
    fn exposure_id(&self, organisation: OrgIndex, record: &Id) -> Id {
        let organisation = self.matcher.organisation(organisation);
        let machine = self.machine.map(|machine| machine.machine_id.0.to_vec()).unwrap_or_default();
        self.settings.key.id("exposure", &[organisation.as_bytes(), &record.0, &machine])
    }

    fn exposure(&self, id: Id, concern: &Concern, about: &Situation<'_>, record: Record) -> Exposure {
        let verdict = classify::classify(about);
        let seen = time::rfc3339(self.settings.as_of);
        Exposure {
            exposure_id: id,
            organisation: self.matcher.organisation(concern.organisation).to_owned(),
            kind: kind(about.subject),
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
            record,
            machine: self.machine.cloned(),
            source: self.source.clone(),
        }
    }

    /// A mention for every hit that no exposed record covers: one an organisation, name and line.
    fn mention(&self, covered: &Covered, exposures: &mut Vec<Exposure>) {
        let mut told = HashSet::new();
        for hit in &self.unit.hits {
            let Some(name) = self.matcher.name(hit.name) else { continue };
            let place = (name.organisation, hit.entry, hit.line);
            if covered.contains(&place) || !told.insert((hit.name, hit.entry, hit.line)) {
                continue;
            }
            let matched = Matched { entry: name.entry.to_owned(), on: MatchedOn::Text };
            let (host, email) = (HostRelation::Foreign, EmailRelation::Foreign);
            let concern = Concern { organisation: name.organisation, matched, host, email };
            let id = self.exposure_id(name.organisation, &self.mention_id(hit, name.text));
            let about = self.about(None, "", Subject::Mention);
            exposures.push(self.exposure(id, &concern, &about, Record::Mention(self.mention_record(hit))));
        }
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
            encoding: hit.encoding,
        }
    }
}

/// The organisations that a machine belongs to: its domain, its name, its addresses.
fn machine_concerns(matcher: &Matcher, machine: &Machine) -> Vec<Concern> {
    let mut concerns = Concerns::default();
    if let Some(domain) = &machine.ad_domain {
        concerns.add_others(&matcher.match_ad_domain(domain), MatchedOn::AdDomain);
    }
    if let Some(name) = &machine.computer_name {
        concerns.add_others(&matcher.match_computer_name(name), MatchedOn::ComputerName);
    }
    for address in machine.ip_addresses.iter().filter_map(|text| text.parse().ok()) {
        concerns.add_addresses(&matcher.match_ip(address));
    }
    concerns.sorted()
}

fn cover(covered: &mut Covered, concerns: &[Concern], places: &[Place]) {
    for concern in concerns {
        for place in places {
            let lines = place.span.first..=place.span.last;
            covered.extend(lines.map(|line| (concern.organisation, place.entry, line)));
        }
    }
}

fn kind(subject: Subject) -> Kind {
    match subject {
        Subject::Credential { .. } => Kind::Credential,
        Subject::Cookie(_) => Kind::Session,
        Subject::Machine => Kind::Machine,
        Subject::Autofill => Kind::Autofill,
        Subject::Mention => Kind::Mention,
    }
}

fn sightings(record: &Record) -> u64 {
    match record {
        Record::Credential(credential) => credential.sightings,
        Record::Autofill(autofill) => autofill.sightings,
        _ => 1,
    }
}
