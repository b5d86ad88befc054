//! Which records of a unit concern which organisation, and what that means.
//!
//! Every draft is matched; what matches is classified and leaves as an exposure. Every hit of the
//! text search that no exposed record of the same organisation covers leaves as a mention, so that
//! no place is left out.

use std::collections::HashSet;
use std::sync::Arc;

use crate::classify::{HostRelation, Item as Subject};
use crate::exposure::{Exposure, Matched, MatchedOn};
use crate::pipeline::assemble::Writer;
use crate::pipeline::concern::{Concern, autofill_concerns, cookie_concerns, credential_concerns};
use crate::pipeline::draft::{AutofillDraft, CookieDraft, CredentialDraft, Places};
use crate::pipeline::outcome::Item;
use crate::pipeline::scene::Scene;
use crate::pipeline::settings::{Settings, Usernames};
use crate::pipeline::source::SourceContext;
use crate::pipeline::tally::Tally;
use crate::pipeline::unit::{PlacedHit, Standing, Unit, UnitKind};
use crate::record::{Machine, Mention, Record};
use crate::secret::Id;
use crate::watchlist::{Matcher, OrgIndex};

/// How many lines a record covers at most: a JSON object may hold nearly a whole file.
const LONGEST_RECORD: u64 = 40;

/// The places that exposed records cover: organisation, entry, line.
#[derive(Default)]
struct Covered {
    lines: HashSet<(OrgIndex, usize, u64)>,
}

impl Covered {
    /// Whether the first line of each place is covered.
    fn covers(&self, organisation: OrgIndex, places: &Places) -> bool {
        let mut lines = places.iter().map(|place| (organisation, place.entry, place.span.first));
        lines.all(|line| self.lines.contains(&line))
    }

    fn add(&mut self, concerns: &[Concern], places: &Places) {
        for concern in concerns {
            for place in places.iter() {
                let last = place.span.last.min(place.span.first.saturating_add(LONGEST_RECORD - 1));
                let lines = place.span.first..=last;
                self.lines.extend(lines.map(|line| (concern.organisation, place.entry, line)));
            }
        }
    }
}

/// Where exposures go, one by one, and what they cover so far.
struct Told<'p> {
    put: &'p mut dyn FnMut(Item),
    kind: UnitKind,
    /// Goes out before the first exposure.
    machine: Option<&'p Machine>,
    covered: Covered,
}

impl Told<'_> {
    fn tell(&mut self, exposure: Exposure) {
        self.tell_machine();
        (self.put)(Item::Exposure(Box::new(exposure), self.kind));
    }

    fn tell_machine(&mut self) {
        if let Some(machine) = self.machine.take() {
            (self.put)(Item::Record(Box::new(Record::Machine(machine.clone()))));
        }
    }
}

/// Matches and classifies what is known of a unit.
pub(super) struct Exposer<'a> {
    matcher: &'a Matcher,
    settings: &'a Settings,
    unit: &'a Unit<'a>,
    scene: Scene<'a>,
}

impl<'a> Exposer<'a> {
    pub(super) fn new(
        matcher: &'a Matcher,
        settings: &'a Settings,
        unit: &'a Unit<'a>,
        machine: Option<&'a Machine>,
        context: &SourceContext,
    ) -> Self {
        // The collector puts the final record of the source in its place.
        let source = Arc::new(context.record(&Tally::default(), &Tally::default(), None));
        let machine = machine.cloned().map(Arc::new);
        Self { matcher, settings, unit, scene: Scene::new(matcher, settings, machine, source) }
    }

    /// The logins that concern anybody on the watchlist.
    pub(super) fn our_credentials(&self) -> Vec<&CredentialDraft> {
        let mut covered = Covered::default();
        let mut ours = Vec::new();
        for draft in self.unit.credentials.rows() {
            let concerns = credential_concerns(self.matcher, draft);
            covered.add(&concerns, &draft.places);
            ours.extend((!concerns.is_empty()).then_some(draft));
        }
        let others = self.unit.alternatives.rows().iter();
        ours.extend(others.filter(|draft| !self.other_concerns(draft, &covered).is_empty()));
        ours
    }

    /// Whether a cookie does.
    pub(super) fn is_ours_cookie(&self, draft: &CookieDraft) -> bool {
        !cookie_concerns(self.matcher, draft).is_empty()
    }

    /// Whether an address does.
    pub(super) fn is_ours_autofill(&self, draft: &AutofillDraft) -> bool {
        !autofill_concerns(self.matcher, draft).is_empty()
    }

    /// Whether the machine does.
    pub(super) fn is_ours_machine(&self) -> bool {
        !self.scene.owners().is_empty()
    }

    /// Puts out all exposures of the unit, behind its machine if there is one.
    pub(super) fn exposures(&self, writer: &Writer<'_>, put: &mut dyn FnMut(Item)) {
        let machine = self.scene.machine();
        let (kind, covered) = (self.unit.kind(), Covered::default());
        let mut told = Told { put, kind, machine, covered };
        self.scene.expose_machine().into_iter().for_each(|exposure| told.tell(exposure));
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
        if self.unit.has_delivered() {
            told.tell_machine();
        }
    }

    fn expose_credential(&self, draft: &CredentialDraft, writer: &Writer<'_>, told: &mut Told<'_>) {
        let concerns = credential_concerns(self.matcher, draft);
        self.expose_login(draft, concerns, writer, told);
    }

    /// A line that can be read in two ways, for those whom its first reading does not concern.
    fn expose_alternative(
        &self,
        draft: &CredentialDraft,
        writer: &Writer<'_>,
        told: &mut Told<'_>,
    ) {
        let concerns = self.other_concerns(draft, &told.covered);
        self.expose_login(draft, concerns, writer, told);
    }

    fn other_concerns(&self, draft: &CredentialDraft, covered: &Covered) -> Vec<Concern> {
        let mut concerns = credential_concerns(self.matcher, draft);
        concerns.retain(|concern| !covered.covers(concern.organisation, &draft.places));
        concerns
    }

    fn expose_login(
        &self,
        draft: &CredentialDraft,
        concerns: Vec<Concern>,
        writer: &Writer<'_>,
        told: &mut Told<'_>,
    ) {
        if concerns.is_empty() {
            return;
        }
        let record = Record::Credential(writer.credential(draft.clone(), Usernames::Keep));
        let exposures = self.scene.expose_credential(draft, &concerns, record);
        exposures.into_iter().for_each(|exposure| told.tell(exposure));
        told.covered.add(&concerns, &draft.places);
    }

    fn expose_cookie(&self, draft: &CookieDraft, writer: &Writer<'_>, told: &mut Told<'_>) {
        let concerns = cookie_concerns(self.matcher, draft);
        if concerns.is_empty() {
            return;
        }
        let record = Record::Cookie(writer.cookie(draft.clone()));
        let exposures = self.scene.expose_cookie(draft, &concerns, record);
        exposures.into_iter().for_each(|exposure| told.tell(exposure));
        told.covered.add(&concerns, &draft.places);
    }

    fn expose_autofill(&self, draft: &AutofillDraft, writer: &Writer<'_>, told: &mut Told<'_>) {
        let concerns = autofill_concerns(self.matcher, draft);
        if concerns.is_empty() {
            return;
        }
        let record = Record::Autofill(writer.autofill(draft.clone(), Usernames::Keep));
        let exposures = self.scene.expose_autofill(draft, &concerns, record);
        exposures.into_iter().for_each(|exposure| told.tell(exposure));
        told.covered.add(&concerns, &draft.places);
    }

    /// A mention for every hit that no exposed record covers: one an organisation, name and line.
    fn mention(&self, told: &mut Told<'_>) {
        let mut mentioned = HashSet::new();
        for hit in &self.unit.hits {
            let Some(name) = self.matcher.name(hit.name) else { continue };
            let place = (name.organisation, hit.entry, hit.line);
            let is_covered =
                hit.standing == Standing::Inside && told.covered.lines.contains(&place);
            if is_covered
                || self.is_address_of_ours(name.organisation, &hit.text)
                || !mentioned.insert((hit.name, hit.entry, hit.line))
            {
                continue;
            }
            let matched = Matched { entry: name.entry.to_owned(), on: MatchedOn::Text };
            let (organisation, host) = (name.organisation, HostRelation::Foreign);
            let concern = Concern { organisation, matched, host, login: None };
            let id = self.scene.exposure_id(name.organisation, &self.mention_id(hit, name.text));
            let record = Record::Mention(self.mention_record(hit));
            let about = self.scene.about(Subject::Mention);
            told.tell(self.scene.exposure(id, &concern, &about, record));
        }
    }

    /// Whether `text` is the address of a machine that is exposed itself.
    fn is_address_of_ours(&self, organisation: OrgIndex, text: &str) -> bool {
        self.scene.owners().iter().any(|owner| owner.organisation == organisation)
            && self
                .scene
                .machine()
                .is_some_and(|machine| machine.ip_addresses.iter().any(|ip| ip == text))
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
