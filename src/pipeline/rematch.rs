//! The records of a dataset: matched with the watchlist of this run, or passed on without one.

use std::rc::Rc;
use std::sync::Arc;

use serde::de::DeserializeOwned;

use crate::issue::{Code, Issue, Stage};
use crate::layout::BrowserLabel;
use crate::normalise::url;
use crate::pipeline::concern::{
    autofill_concerns, cookie_concerns, credential_concerns, machine_concerns,
};
use crate::pipeline::dataset::{Dataset, Piece};
use crate::pipeline::draft::{AutofillDraft, CookieDraft, CredentialDraft, Places};
use crate::pipeline::ordered::Yield;
use crate::pipeline::outcome::{Item, Outcome, Outlet};
use crate::pipeline::rows::Chunk;
use crate::pipeline::scene::{Scene, is_live, is_session};
use crate::pipeline::settings::{Scope, Settings, Usernames};
use crate::pipeline::tally::Tally;
use crate::pipeline::unit::UnitKind;
use crate::record::{Autofill, Cookie, Credential, Machine, Record, Source};
use crate::secret::Id;
use crate::sink::Table;
use crate::text::Lines;
use crate::watchlist::Matcher;

/// Reads a piece of a dataset.
pub(super) fn read_piece(
    settings: &Settings,
    dataset: &Dataset,
    piece: Piece,
    put: Yield<'_, Outcome>,
) {
    match piece {
        Piece::Others => _ = put(dataset.others()),
        Piece::TableEnd(table, issue) => _ = put(dataset.table_end(table, issue)),
        Piece::Rows(table, chunk) => {
            let matcher = settings.scope.matcher();
            let outlet = Outlet::new(put);
            Rematch { settings, matcher, dataset, outlet, scene: None }.read(table, &chunk);
        }
    }
}

/// Some records of a dataset on their way.
struct Rematch<'r, 'y> {
    settings: &'r Settings,
    /// Without one every record is wanted.
    matcher: Option<&'r Matcher>,
    dataset: &'r Dataset,
    outlet: Outlet<'y>,
    /// The last one: the records of a log stand together.
    scene: Option<(SceneIds, Rc<Scene<'r>>)>,
}

/// The machine and the source that a record names.
type SceneIds = (Option<Id>, Id);

/// What may be wrong with a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// It is none of its table.
    NoRecord,
    /// Its machine or its source is not in the dataset.
    Alone,
}

/// Lines with one fault.
#[derive(Default)]
struct Faults {
    first: Option<u64>,
    count: u64,
}

impl Faults {
    fn add(&mut self, line: u64) {
        self.first.get_or_insert(line);
        self.count += 1;
    }

    /// One issue for all of them.
    fn issue(&self, stage: Stage, code: Code, what: &str) -> Option<Issue> {
        let first = self.first?;
        let detail = match self.count {
            1 => format!("this line {what}"),
            count => format!("this line and {} after it {what}", count - 1),
        };
        Some(Issue::loss(stage, code, detail).at_line(first))
    }
}

impl<'r> Rematch<'r, '_> {
    fn read(mut self, table: Table, chunk: &Chunk) {
        let (mut broken, mut alone, mut long) =
            (Faults::default(), Faults::default(), Faults::default());
        for line in Lines::starting_at(&chunk.text, chunk.first) {
            if line.bytes.trim_ascii().is_empty() {
                continue;
            }
            match self.record(table, line.bytes) {
                Ok(()) => {}
                Err(Fault::NoRecord) => broken.add(line.number),
                Err(Fault::Alone) => alone.add(line.number),
            }
            self.outlet.pass();
        }
        chunk.too_long.iter().for_each(|&line| long.add(line));
        self.outlet.outcome.tally.bytes_out += chunk.bytes;
        let issues = [
            broken.issue(Stage::Parse, Code::BadSyntax, "is no record of this table"),
            alone.issue(
                Stage::Parse,
                Code::DatasetGap,
                "names a machine or a source that is not in the dataset; it is told without",
            ),
            long.issue(Stage::Limit, Code::LineTooLong, "is longer than is allowed"),
        ];
        for issue in issues.into_iter().flatten() {
            self.dataset.note(table, issue, &mut self.outlet.outcome);
        }
        self.outlet.finish();
    }

    fn record(&mut self, table: Table, line: &[u8]) -> Result<(), Fault> {
        match table {
            Table::Sources => self.source(parse(line)?),
            Table::Machines => return self.machine(&parse(line)?),
            Table::Credentials => return self.credential(parse(line)?),
            Table::Cookies => return self.cookie(parse(line)?),
            Table::Autofill => return self.autofill(parse(line)?),
            Table::Exposures | Table::Issues => {}
        }
        Ok(())
    }

    fn tally(&mut self) -> &mut Tally {
        &mut self.outlet.outcome.tally
    }

    /// The sources that the dataset was made from are told all, as if they were read now.
    fn source(&mut self, source: Source) {
        self.outlet.outcome.items.push(Item::Source(Box::new(source)));
    }

    fn machine(&mut self, machine: &Machine) -> Result<(), Fault> {
        let family = machine.family.clone().unwrap_or("unknown".into());
        *self.tally().families.entry(family).or_default() += 1;
        let Some(matcher) = self.matcher else {
            return self.pass_on(Record::Machine(machine.clone()));
        };
        if machine_concerns(matcher, machine).is_empty() {
            return Ok(());
        }
        let told = self.scene(matcher, (Some(machine.machine_id), machine.source_id));
        self.expose(told, Scene::expose_machine)
    }

    fn credential(&mut self, login: Credential) -> Result<(), Fault> {
        self.tally().records.credentials += 1;
        let Some(matcher) = self.matcher else {
            let login = self.without_name(login);
            return self.pass_on(Record::Credential(login));
        };
        let draft = credential_draft(&login);
        let concerns = credential_concerns(matcher, &draft);
        if concerns.is_empty() {
            return Ok(());
        }
        let told = self.scene(matcher, (login.machine_id, login.source_id));
        let record = Record::Credential(login);
        self.expose(told, |scene| scene.expose_credential(&draft, &concerns, record))
    }

    fn cookie(&mut self, mut cookie: Cookie) -> Result<(), Fault> {
        self.tally().records.cookies += 1;
        let draft = cookie_draft(&cookie);
        (cookie.session, cookie.live) = (is_session(&draft), is_live(&draft, self.settings));
        let Some(matcher) = self.matcher else { return self.pass_on(Record::Cookie(cookie)) };
        let concerns = cookie_concerns(matcher, &draft);
        if concerns.is_empty() {
            return Ok(());
        }
        let told = self.scene(matcher, (cookie.machine_id, cookie.source_id));
        let record = Record::Cookie(cookie);
        self.expose(told, |scene| scene.expose_cookie(&draft, &concerns, record))
    }

    fn autofill(&mut self, address: Autofill) -> Result<(), Fault> {
        self.tally().records.autofill += 1;
        let Some(matcher) = self.matcher else {
            let address = self.without_address(address);
            return self.pass_on(Record::Autofill(address));
        };
        let draft = autofill_draft(&address);
        let concerns = autofill_concerns(matcher, &draft);
        if concerns.is_empty() {
            return Ok(());
        }
        let told = self.scene(matcher, (address.machine_id, address.source_id));
        let record = Record::Autofill(address);
        self.expose(told, |scene| scene.expose_autofill(&draft, &concerns, record))
    }

    fn pass_on(&mut self, record: Record) -> Result<(), Fault> {
        self.outlet.outcome.items.push(Item::Record(Box::new(record)));
        Ok(())
    }

    /// A login with a fingerprint in place of its name, unless names are kept.
    fn without_name(&self, mut login: Credential) -> Credential {
        if self.settings.usernames == Usernames::Fingerprint
            && let Some(name) = login.username.take()
        {
            login.username_fingerprint = Some(self.settings.key.fingerprint(name.as_bytes()));
        }
        login
    }

    /// The same for an address.
    fn without_address(&self, mut address: Autofill) -> Autofill {
        if self.settings.usernames == Usernames::Fingerprint
            && let Some(email) = address.email.take()
        {
            address.email_fingerprint = Some(self.settings.key.fingerprint(email.as_bytes()));
        }
        address
    }

    /// Tells the exposures of a scene, or the record in them, if only that is wanted; the scene may
    /// not be complete.
    fn expose(
        &mut self,
        (scene, fault): (Rc<Scene<'r>>, Result<(), Fault>),
        exposures: impl FnOnce(&Scene<'r>) -> Vec<crate::exposure::Exposure>,
    ) -> Result<(), Fault> {
        let mut exposures = exposures(&scene).into_iter();
        if let Scope::Narrowed(_) = self.settings.scope {
            exposures.next().map_or(Ok(()), |exposure| self.pass_on(exposure.record))?;
        } else {
            let items = exposures.map(|found| Item::Exposure(Box::new(found), UnitKind::Loose));
            self.outlet.outcome.items.extend(items);
        }
        fault
    }

    /// The machine and the source of a record; the machine is told before what was found on it.
    fn scene(&mut self, matcher: &'r Matcher, ids: SceneIds) -> (Rc<Scene<'r>>, Result<(), Fault>) {
        if let Some((_, scene)) = self.scene.as_ref().filter(|(known, _)| *known == ids) {
            return (Rc::clone(scene), Ok(()));
        }
        let Dataset { machines, sources, context, .. } = self.dataset;
        let (machine_id, source_id) = ids;
        let machine =
            machine_id.and_then(|id| machines.as_ref()?.find::<Machine>(id).map(Arc::new));
        let source = sources.as_ref().and_then(|sources| sources.find::<Source>(source_id));
        let is_whole = source.is_some() && machine.is_some() == machine_id.is_some();
        if let Some(machine) = &machine {
            let record = Record::Machine((**machine).clone());
            self.outlet.outcome.items.push(Item::Record(Box::new(record)));
        }
        let nothing = Tally::default();
        let source = source.unwrap_or_else(|| context.record(&nothing, &nothing, None));
        let scene = Scene::new(matcher, self.settings, machine, Arc::new(source));
        let scene = Rc::new(scene.on_machine(machine_id));
        if is_whole {
            self.scene = Some((ids, Rc::clone(&scene)));
        }
        (scene, if is_whole { Ok(()) } else { Err(Fault::Alone) })
    }
}

fn parse<T: DeserializeOwned>(line: &[u8]) -> Result<T, Fault> {
    serde_json::from_slice(line).map_err(|_| Fault::NoRecord)
}

/// A login as it was before it became this record, as far as that decides whom it concerns.
fn credential_draft(login: &Credential) -> CredentialDraft {
    CredentialDraft {
        id: login.credential_id,
        address: url::Address {
            url: login.url.clone(),
            scheme: login.scheme.clone(),
            host: login.host.clone(),
            port: login.port,
            path: url::parse(&login.url).path,
            registrable_domain: login.registrable_domain.clone(),
            app_id: login.app_id.clone(),
        },
        username: login.username.clone().unwrap_or_default(),
        email_domain: login.email_domain.clone(),
        secret: login.secret.clone(),
        label: BrowserLabel::default(),
        origin: login.origin,
        confidence: login.confidence,
        places: Places::default(),
    }
}

/// The same for a cookie.
fn cookie_draft(cookie: &Cookie) -> CookieDraft {
    let expires = cookie.expires_at.as_deref().and_then(|at| at.parse::<jiff::Timestamp>().ok());
    CookieDraft {
        id: cookie.cookie_id,
        domain: cookie.domain.clone(),
        path: cookie.path.clone(),
        name: cookie.name.clone(),
        secure: cookie.secure,
        http_only: cookie.http_only,
        expires: expires.map(jiff::Timestamp::as_second),
        fingerprint: cookie.fingerprint,
        label: BrowserLabel::default(),
        places: Places::default(),
    }
}

/// The same for an address from a form history.
fn autofill_draft(address: &Autofill) -> AutofillDraft {
    AutofillDraft {
        id: address.autofill_id,
        email: address.email.clone().unwrap_or_default(),
        email_domain: address.email_domain.clone(),
        label: BrowserLabel::default(),
        places: Places::default(),
    }
}
