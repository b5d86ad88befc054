//! OCSF: one Detection Finding (class 2004) a line, for Amazon Security Lake and other lakes that
//! speak the Open Cybersecurity Schema Framework.
//!
//! `docs/EXPORTS.md` has the mapping; what OCSF has no attribute for stands under `unmapped`.

use std::io::Write;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::error::Result;
use crate::exposure::{Exposure, Kind, TriageStatus};
use crate::record::Record;
use crate::sink::Sink;
use crate::sink::tlp::Tlp;
use crate::sink::view::{View, compact, millis, severity_level, word};
use crate::sink::writer::JsonWriter;

/// The version of OCSF whose attributes are used.
const VERSION: &str = "1.5.0";

/// Detection Finding.
const CLASS: u32 = 2004;

/// Findings.
const CATEGORY: u32 = 2;

/// Writes the exposures of a case as OCSF detection findings, one JSON object a line.
///
/// ```
/// use logsieve::sink::{Sink, ocsf::OcsfLines};
///
/// let mut bytes = Vec::new();
/// Box::new(OcsfLines::new(&mut bytes, "case.ocsf.ndjson")).finish()?;
/// assert!(bytes.is_empty());
/// # Ok::<(), logsieve::error::Error>(())
/// ```
pub struct OcsfLines<W> {
    out: JsonWriter<W>,
    tlp: Tlp,
}

impl<W: Write> OcsfLines<W> {
    /// A writer to `out`, which error messages call `name`.
    pub fn new(out: W, name: impl Into<PathBuf>) -> Self {
        Self { out: JsonWriter::new(out, name), tlp: Tlp::default() }
    }

    /// The same, marked with `tlp` instead of TLP:AMBER.
    #[must_use]
    pub fn marked(self, tlp: Tlp) -> Self {
        Self { tlp, ..self }
    }
}

impl<W: Write> Sink for OcsfLines<W> {
    /// Writes an exposure; it brings its machine and source with it, so other records add nothing.
    fn write(&mut self, record: &Record) -> Result<()> {
        if let Record::Exposure(exposure) = record {
            self.out.value(&finding(&View::of(exposure), self.tlp))?;
            self.out.text("\n");
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<()> {
        self.out.finish()
    }
}

/// What happened to the finding: its number and name, and the status it has after that.
fn activity(exposure: &Exposure) -> (u32, &'static str, u32, &'static str) {
    match exposure.status {
        TriageStatus::Open if exposure.sightings > 1 => (2, "Update", 1, "New"),
        TriageStatus::Open => (1, "Create", 1, "New"),
        TriageStatus::Remediated => (3, "Close", 4, "Resolved"),
        TriageStatus::Ignored => (3, "Close", 3, "Suppressed"),
    }
}

fn finding(view: &View<'_>, tlp: Tlp) -> Value {
    let exposure = view.exposure;
    let (activity_id, activity_name, status_id, status) = activity(exposure);
    let severities = ["Informational", "Low", "Medium", "High", "Critical"];
    let level = severity_level(exposure.severity);
    let actions: Vec<_> = exposure.actions.iter().map(word).collect();
    compact(json!({
        "class_uid": CLASS,
        "class_name": "Detection Finding",
        "category_uid": CATEGORY,
        "category_name": "Findings",
        "type_uid": CLASS * 100 + activity_id,
        "type_name": format!("Detection Finding: {activity_name}"),
        "activity_id": activity_id,
        "activity_name": activity_name,
        "status_id": status_id,
        "status": status,
        "severity_id": level + 1,
        "severity": severities.get(level),
        "time": millis(&exposure.last_seen).unwrap_or_default(),
        "start_time": millis(&exposure.first_seen),
        "end_time": millis(&exposure.last_seen),
        "count": exposure.sightings,
        "message": view.title(),
        "metadata": metadata(tlp),
        "finding_info": finding_info(view),
        "evidences": evidences(view),
        "resources": resources(view),
        "malware": malware(view),
        "observables": observables(view),
        "remediation": (!actions.is_empty()).then(|| json!({ "desc": actions.join(", ") })),
        "unmapped": { "logsieve": {
            "matched": exposure.matched,
            "app_class": exposure.app_class,
            "identity_class": exposure.identity_class,
            "change": exposure.change,
            "related": exposure.related,
        } },
    }))
}

fn metadata(tlp: Tlp) -> Value {
    json!({
        "version": VERSION,
        "product": {
            "name": "logsieve",
            "vendor_name": "logsieve",
            "version": env!("CARGO_PKG_VERSION"),
        },
        "labels": [tlp.tag()],
    })
}

fn finding_info(view: &View<'_>) -> Value {
    let exposure = view.exposure;
    let technique = match exposure.kind {
        Kind::Credential => Some(("T1555", "Credentials from Password Stores")),
        Kind::Session => Some(("T1539", "Steal Web Session Cookie")),
        Kind::Machine | Kind::Autofill | Kind::Mention => None,
    };
    let attacks = technique.map(|(uid, name)| {
        json!([{
            "version": "15.1",
            "tactic": { "uid": "TA0006", "name": "Credential Access" },
            "technique": { "uid": uid, "name": name },
        }])
    });
    json!({
        "uid": exposure.exposure_id,
        "title": view.title(),
        "desc": view.description(),
        "types": [word(exposure.kind)],
        "first_seen_time": millis(&exposure.first_seen),
        "last_seen_time": millis(&exposure.last_seen),
        "attacks": attacks,
    })
}

/// What the finding rests on: the account and its site.
fn evidences(view: &View<'_>) -> Value {
    let login = view.login.or(view.email).map(str::to_owned);
    let name = login.or_else(|| view.login_fingerprint.map(|it| it.to_string()));
    let user = name.map(|name| json!({ "name": name, "email_addr": view.email }));
    let url = view.url.as_deref().map(|url| {
        json!({
            "url_string": url,
            "hostname": view.site,
            "scheme": url.split_once("://").map(|(scheme, _)| scheme),
        })
    });
    let evidence = compact(json!({
        "user": user,
        "url": url,
        "dst_endpoint": { "hostname": view.host_name(), "ip": view.host_address() },
        "data": view.found(),
    }));
    let has_any = evidence.as_object().is_some_and(|members| !members.is_empty());
    if has_any { json!([evidence]) } else { Value::Null }
}

/// The organisation, and the computer that leaked.
fn resources(view: &View<'_>) -> Value {
    let organisation = json!({ "name": view.exposure.organisation, "type": "organisation" });
    let machine = view.machine.map(|machine| {
        json!({
            "uid": machine.machine_id,
            "name": machine.computer_name,
            "type": "infected computer",
            "data": machine,
        })
    });
    std::iter::once(organisation).chain(machine).map(compact).collect()
}

fn malware(view: &View<'_>) -> Value {
    let Some(machine) = view.machine else { return Value::Null };
    let Some(family) = machine.family.as_deref() else { return Value::Null };
    json!([compact(json!({
        "name": family,
        "classification_ids": [17],
        "classifications": ["Spyware"],
        "path": machine.malware_path,
    }))])
}

/// The values to pivot on: number and name of their types, name of the attribute, value.
fn observables(view: &View<'_>) -> Value {
    let computer = view.machine.and_then(|machine| machine.computer_name.as_deref());
    let site = view.host_address().map(|address| ("evidences[].dst_endpoint.ip", address));
    let addresses = view.machine_addresses().into_iter();
    let addresses = addresses.map(|address| ("resources[].data.ip_addresses", address)).chain(site);
    let addresses = addresses.map(
        |(name, value)| json!({ "type_id": 2, "type": "IP Address", "name": name, "value": value }),
    );
    [
        (1, "Hostname", "evidences[].dst_endpoint.hostname", view.host_name()),
        (4, "User Name", "evidences[].user.name", view.login),
        (5, "Email Address", "evidences[].user.email_addr", view.email),
        (6, "URL String", "evidences[].url.url_string", view.url.as_deref()),
        (1, "Hostname", "resources[].name", computer),
    ]
    .into_iter()
    .filter_map(|(id, kind, name, value)| {
        Some(json!({ "type_id": id, "type": kind, "name": name, "value": value? }))
    })
    .chain(addresses)
    .collect()
}
