//! STIX 2.1: one bundle, for OpenCTI, MISP and other threat intelligence platforms.
//!
//! Each exposure is an `incident` with the observables that belong to it (`user-account`,
//! `domain-name`, `url`, `email-addr`, addresses), the organisation that it targets, the stealer
//! and the infected computer. `related-to` from the observables to the incident is the shape that
//! OpenCTI makes a graph of. `docs/EXPORTS.md` has the mapping. The property `credential` of an
//! account is never written.
//!
//! Objects that exposures share come once; for that their ids are kept, 16 bytes each.

mod objects;
mod observables;

use std::collections::HashSet;
use std::io::Write;
use std::path::PathBuf;

use serde_json::{Value, json};
use uuid::Uuid;

use self::objects::Times;
use crate::error::Result;
use crate::exposure::Exposure;
use crate::record::Record;
use crate::sink::Sink;
use crate::sink::tlp::Tlp;
use crate::sink::uuids::uuid;
use crate::sink::view::View;
use crate::sink::writer::JsonWriter;

/// Writes the exposures of a case as a STIX 2.1 bundle.
///
/// ```
/// use logsieve::sink::{Sink, stix::StixBundle};
///
/// let mut bytes = Vec::new();
/// Box::new(StixBundle::new(&mut bytes, "case.stix.json")).finish()?;
/// let bundle: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
/// assert_eq!(bundle["type"], "bundle");
/// # Ok::<(), logsieve::error::Error>(())
/// ```
pub struct StixBundle<W> {
    out: JsonWriter<W>,
    tlp: Tlp,
    /// The id of the marking, which every object names.
    marking: String,
    is_empty: bool,
    /// The ids of exposures, and of what they share, that stand in the bundle.
    written: HashSet<Uuid>,
    /// All ids together: the id of the bundle.
    content: blake3::Hasher,
}

impl<W: Write> StixBundle<W> {
    /// A bundle written to `out`, which error messages call `name`.
    pub fn new(out: W, name: impl Into<PathBuf>) -> Self {
        Self {
            out: JsonWriter::new(out, name),
            tlp: Tlp::default(),
            marking: id_of(&objects::marking(Tlp::default())).to_owned(),
            is_empty: true,
            written: HashSet::new(),
            content: blake3::Hasher::new(),
        }
    }

    /// The same, marked with `tlp` instead of TLP:AMBER.
    #[must_use]
    pub fn marked(self, tlp: Tlp) -> Self {
        Self { tlp, marking: id_of(&objects::marking(tlp)).to_owned(), ..self }
    }

    /// Writes an object that exposures share, unless it stands there already.
    fn add(&mut self, object: Value) -> Result<String> {
        let id = id_of(&object).to_owned();
        let number = id.rsplit_once("--").and_then(|(_, number)| number.parse().ok());
        if self.written.insert(number.unwrap_or_default()) {
            self.put(object)?;
        }
        Ok(id)
    }

    /// Writes an object that only one exposure has; its id need not be kept.
    fn put(&mut self, mut object: Value) -> Result<()> {
        self.content.update(id_of(&object).as_bytes());
        if id_of(&object) != self.marking
            && let Some(members) = object.as_object_mut()
        {
            members.insert("object_marking_refs".to_owned(), json!([self.marking]));
        }
        self.out.text(if self.is_empty { BEGIN } else { ",\n" });
        self.is_empty = false;
        self.out.value(&object)
    }

    /// What every bundle has: who made it, and how it may be shared.
    fn add_frame(&mut self) -> Result<()> {
        if self.is_empty {
            self.add(objects::logsieve())?;
            self.add(objects::marking(self.tlp))?;
            self.add(objects::extension())?;
        }
        Ok(())
    }

    fn add_exposure(&mut self, exposure: &Exposure) -> Result<()> {
        if self.written.contains(&objects::incident_number(exposure)) {
            return Ok(());
        }
        let view = View::of(exposure);
        let times = Times::of(&view);
        let incident = self.add(objects::incident(&view, &times))?;
        let organisation = self.add(objects::organisation(&exposure.organisation))?;
        self.relate("targets", &incident, &organisation, &times)?;

        let mut observed = Vec::new();
        for observable in observables::of(&view) {
            let id = self.add(observable)?;
            self.relate("related-to", &id, &incident, &times)?;
            observed.push(id);
        }
        if !observed.is_empty() {
            self.put(objects::observed_data(&view, &times, &observed))?;
        }
        self.add_machine(&view, &incident, &organisation, &times)
    }

    /// The infected computer and the stealer that ran there.
    fn add_machine(
        &mut self,
        view: &View<'_>,
        incident: &str,
        organisation: &str,
        times: &Times,
    ) -> Result<()> {
        let Some(machine) = view.machine else { return Ok(()) };
        let infected = Times::at(view.infected_or_first_seen());
        let computer = self.add(objects::computer(machine, &infected))?;
        self.relate("related-to", &computer, incident, times)?;
        for address in observables::addresses(machine) {
            let address = self.add(address)?;
            self.add(objects::relationship("consists-of", &computer, &address, &infected))?;
        }
        let Some(family) = machine.family.as_deref() else { return Ok(()) };
        let malware = self.add(objects::malware(family))?;
        self.relate("uses", incident, &malware, times)?;
        self.add(objects::relationship("targets", &malware, &computer, &infected))?;
        self.add(objects::sighting(&malware, organisation, machine, &infected))?;
        Ok(())
    }

    /// Ties something to an incident, which is written once.
    fn relate(&mut self, how: &str, from: &str, to: &str, times: &Times) -> Result<()> {
        self.put(objects::relationship(how, from, to, times))
    }
}

fn id_of(object: &Value) -> &str {
    object.get("id").and_then(Value::as_str).unwrap_or_default()
}

/// The start of a bundle; its id follows behind the objects, once they are known.
const BEGIN: &str = "{\"type\":\"bundle\",\"objects\":[\n";

impl<W: Write> Sink for StixBundle<W> {
    /// Writes an exposure; it brings its machine and source with it, so other records add nothing.
    fn write(&mut self, record: &Record) -> Result<()> {
        self.add_frame()?;
        match record {
            Record::Exposure(exposure) => self.add_exposure(exposure),
            _ => Ok(()),
        }
    }

    fn finish(mut self: Box<Self>) -> Result<()> {
        self.add_frame()?;
        let id = uuid("bundle", &[self.content.finalize().to_hex().as_str()]);
        self.out.text(&format!("\n],\"id\":\"bundle--{id}\"}}\n"));
        self.out.finish()
    }
}
