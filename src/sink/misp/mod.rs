//! MISP: one event with the objects of the public templates, for sharing within a community.
//!
//! MISP has no template for stealer logs. A login is a `credential`, a cookie a `cookie`, a form
//! entry a `user-account`, a mention an `annotation`; the computer is a `device`, the stealer
//! `malware`, the organisation a `victim`, and references tie them together. `docs/EXPORTS.md` has
//! the mapping. No attribute holds a password or the value of a cookie, and none is `to_ids`.

mod objects;

use std::collections::HashSet;
use std::io::Write;
use std::path::PathBuf;

use serde_json::json;
use uuid::Uuid;

use self::objects::Object;
use crate::error::Result;
use crate::exposure::{Exposure, Severity};
use crate::record::{Record, Summary};
use crate::sink::Sink;
use crate::sink::tlp::Tlp;
use crate::sink::uuids::uuid;
use crate::sink::view::{View, millis};
use crate::sink::writer::JsonWriter;

/// The tags of the event besides that of the Traffic Light Protocol, from public taxonomies.
const TAGS: [&str; 2] = [
    "rsit:information-content-security=\"leak-of-confidential-information\"",
    "rsit:malicious-code=\"infected-system\"",
];

/// Writes the exposures of a case as one MISP event.
///
/// ```
/// use logsieve::sink::{Sink, misp::MispEvent};
///
/// let mut bytes = Vec::new();
/// Box::new(MispEvent::new(&mut bytes, "case.misp.json")).finish()?;
/// let event: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
/// assert_eq!(event["Event"]["Tag"][0]["name"], "tlp:amber");
/// # Ok::<(), logsieve::error::Error>(())
/// ```
pub struct MispEvent<W> {
    out: JsonWriter<W>,
    /// The objects that stand in the event.
    written: HashSet<Uuid>,
    exposures: u64,
    worst: Severity,
    /// The last sighting of any exposure, in milliseconds since 1970.
    last_seen: i64,
    tlp: Tlp,
    /// The key of the case: an event of the same case has the same id.
    key_id: String,
}

impl<W: Write> MispEvent<W> {
    /// An event written to `out`, which error messages call `name`.
    pub fn new(out: W, name: impl Into<PathBuf>) -> Self {
        let mut out = JsonWriter::new(out, name);
        out.text("{\"Event\":{\"Object\":[");
        Self {
            out,
            written: HashSet::new(),
            exposures: 0,
            worst: Severity::Info,
            last_seen: 0,
            key_id: String::new(),
            tlp: Tlp::default(),
        }
    }

    /// The same, marked with `tlp` instead of TLP:AMBER.
    #[must_use]
    pub fn marked(self, tlp: Tlp) -> Self {
        Self { tlp, ..self }
    }

    /// Writes an object, unless one with its id stands there already.
    fn add(&mut self, object: Object) -> Result<()> {
        if self.written.insert(object.id()) {
            self.out.text(if self.written.len() == 1 { "\n" } else { ",\n" });
            self.out.value(&object.into_json())?;
        }
        Ok(())
    }

    fn add_exposure(&mut self, exposure: &Exposure) -> Result<()> {
        let view = View::of(exposure);
        let victim = objects::victim(&exposure.organisation);
        let mut exposed = objects::exposed(&view);
        exposed.refer(victim.id(), "belongs-to");
        self.add(victim)?;
        if let Some(machine) = view.machine {
            let mut device = objects::device(machine);
            exposed.refer(device.id(), "found-on");
            if let Some(family) = machine.family.as_deref() {
                let malware = objects::malware(family);
                device.refer(malware.id(), "affected-by");
                self.add(malware)?;
            }
            self.add(device)?;
        }
        self.exposures += 1;
        self.worst = self.worst.max(exposure.severity);
        self.last_seen = self.last_seen.max(millis(&exposure.last_seen).unwrap_or_default());
        self.add(exposed)
    }

    fn note_summary(&mut self, summary: &Summary) {
        self.key_id = summary.key_id.to_string();
    }

    /// What stands behind the objects: the facts about the event itself.
    fn about(&self) -> serde_json::Value {
        let level = match self.worst {
            Severity::Critical | Severity::High => "1",
            Severity::Medium => "2",
            Severity::Low => "3",
            Severity::Info => "4",
        };
        let tags = [self.tlp.tag()].into_iter().chain(TAGS.map(str::to_owned));
        let date = jiff::Timestamp::from_millisecond(self.last_seen).unwrap_or_default();
        json!({
            "uuid": uuid("event", &[&self.key_id]).to_string(),
            "info": format!("Exposures in infostealer logs: {}", self.exposures),
            "date": date.strftime("%Y-%m-%d").to_string(),
            "threat_level_id": level,
            "analysis": "2",
            "distribution": "0",
            "published": false,
            "Tag": tags.map(|name| json!({ "name": name })).collect::<Vec<_>>(),
        })
    }
}

impl<W: Write> Sink for MispEvent<W> {
    /// Writes an exposure; it brings its machine and source with it, so of the other records only
    /// the summary says something.
    fn write(&mut self, record: &Record) -> Result<()> {
        match record {
            Record::Exposure(exposure) => self.add_exposure(exposure),
            Record::Summary(summary) => {
                self.note_summary(summary);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn finish(mut self: Box<Self>) -> Result<()> {
        let about = self.about().to_string();
        self.out.text("\n],");
        // The members of an object, which goes on after the ones that stand there already.
        self.out.text(about.strip_prefix('{').unwrap_or_default());
        self.out.text("}\n");
        self.out.finish()
    }
}
