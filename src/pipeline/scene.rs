//! What exposures have in common that come of one log, and what each of them is made of.
//!
//! Records come from the logs themselves or from a dataset; who is exposed and how bad it is does
//! not depend on that.

use std::sync::Arc;

use crate::classify::{
    self, Address, CookieState, HostRelation, Importance, Item as Subject, LoginRelation,
    MachineRelation, Situation, is_session_cookie,
};
use crate::exposure::{Exposure, MatchedOn, TriageStatus};
use crate::normalise::{email, host, time};
use crate::pipeline::concern::{Concern, machine_concerns};
use crate::pipeline::draft::{AutofillDraft, CookieDraft, CredentialDraft};
use crate::pipeline::settings::Settings;
use crate::record::{Machine, Record, Source};
use crate::secret::Id;
use crate::watchlist::{Matcher, OrgIndex, Vip};

/// The machine and the source of some records, under one watchlist.
pub(super) struct Scene<'a> {
    matcher: &'a Matcher,
    settings: &'a Settings,
    machine_id: Option<Id>,
    machine: Option<Arc<Machine>>,
    source: Arc<Source>,
    /// Organisations that the machine belongs to, and by what.
    owners: Vec<Concern>,
}

impl<'a> Scene<'a> {
    /// The scene of records that were found in `source`, on `machine` if they are of a log.
    pub(super) fn new(
        matcher: &'a Matcher,
        settings: &'a Settings,
        machine: Option<Arc<Machine>>,
        source: Arc<Source>,
    ) -> Self {
        let owners = machine.as_deref().map(|machine| machine_concerns(matcher, machine));
        let machine_id = machine.as_ref().map(|machine| machine.machine_id);
        let owners = owners.unwrap_or_default();
        Self { matcher, settings, machine_id, machine, source, owners }
    }

    /// The same scene on a machine of which maybe only the id is known.
    pub(super) fn on_machine(self, machine_id: Option<Id>) -> Self {
        Self { machine_id, ..self }
    }

    /// The machine, as far as it is known.
    pub(super) fn machine(&self) -> Option<&Machine> {
        self.machine.as_deref()
    }

    /// The organisations that the machine belongs to.
    pub(super) fn owners(&self) -> &[Concern] {
        &self.owners
    }

    /// What of the machine itself is exposed.
    pub(super) fn expose_machine(&self) -> Vec<Exposure> {
        let Some(machine) = self.machine() else { return Vec::new() };
        let record = Record::Machine(machine.clone());
        let about = self.about(Subject::Machine(machine));
        self.expose(&about, machine.machine_id, &self.owners, None, &record)
    }

    /// What a login exposes of those whom it concerns.
    pub(super) fn expose_credential(
        &self,
        draft: &CredentialDraft,
        concerns: &[Concern],
        record: Record,
    ) -> Vec<Exposure> {
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
        self.expose(&about, draft.id, concerns, login.as_deref(), &record)
    }

    /// What a cookie exposes of those whom it concerns.
    pub(super) fn expose_cookie(
        &self,
        draft: &CookieDraft,
        concerns: &[Concern],
        record: Record,
    ) -> Vec<Exposure> {
        let about = Situation {
            address: Address {
                host: Some(&draft.domain),
                registrable_domain: host::registrable_domain(&draft.domain),
                path: &draft.path,
                ..Address::default()
            },
            ..self.about(Subject::Cookie(cookie_state(draft, self.settings), &draft.name))
        };
        self.expose(&about, draft.id, concerns, None, &record)
    }

    /// What an address from a form history exposes of those whom it concerns.
    pub(super) fn expose_autofill(
        &self,
        draft: &AutofillDraft,
        concerns: &[Concern],
        record: Record,
    ) -> Vec<Exposure> {
        let about = self.about(Subject::Autofill);
        self.expose(&about, draft.id, concerns, Some(&draft.email), &record)
    }

    /// What all exposures of the scene have in common.
    pub(super) fn about<'b>(&self, item: Subject<'b>) -> Situation<'b> {
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
        let infected: jiff::Timestamp = self.machine()?.infected_at.as_deref()?.parse().ok()?;
        Some(self.settings.read.as_of.duration_since(infected).as_hours() / 24)
    }

    /// One exposure for each organisation that the record concerns.
    fn expose(
        &self,
        about: &Situation<'_>,
        record_id: Id,
        concerns: &[Concern],
        login: Option<&str>,
        record: &Record,
    ) -> Vec<Exposure> {
        let mut exposures = Vec::with_capacity(concerns.len());
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
            exposures.push(self.exposure(id, concern, &situation, record.clone()));
        }
        exposures
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
    pub(super) fn exposure_id(&self, organisation: OrgIndex, record: &Id) -> Id {
        let organisation = self.matcher.organisation(organisation);
        let machine = self.machine_id.map(|id| id.0.to_vec()).unwrap_or_default();
        self.settings.key.id("exposure", &[organisation.as_bytes(), &record.0, &machine])
    }

    /// The exposure of `record` to one of those whom it concerns.
    pub(super) fn exposure(
        &self,
        id: Id,
        concern: &Concern,
        about: &Situation<'_>,
        record: Record,
    ) -> Exposure {
        let verdict = classify::judge(about);
        let seen = time::rfc3339(self.settings.read.as_of);
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
            machine: self.machine.clone(),
            source: Arc::clone(&self.source),
        }
    }
}

/// Whether a cookie looks like a login session.
pub(super) fn is_session(draft: &CookieDraft) -> bool {
    is_session_cookie(&draft.name, &draft.domain)
}

/// Whether a cookie had not expired; one that ends with the browser counts as live.
pub(super) fn is_live(draft: &CookieDraft, settings: &Settings) -> bool {
    draft.expires.is_none_or(|expires| expires > settings.read.as_of.as_second())
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
