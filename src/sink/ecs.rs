//! Elastic Common Schema: one alert a line, for Elasticsearch, OpenSearch and Kibana.
//!
//! What ECS has no field for stands under `logsieve.`. `docs/EXPORTS.md` has the mapping.

use std::io::Write;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::error::Result;
use crate::exposure::Kind;
use crate::record::Record;
use crate::sink::Sink;
use crate::sink::tlp::Tlp;
use crate::sink::view::{View, compact, severity_level};
use crate::sink::writer::JsonWriter;

/// The version of ECS whose fields are used.
const VERSION: &str = "8.17.0";

/// `event.severity` from info to critical, as the alerts of Elastic Security count it.
const SEVERITY: [u8; 5] = [1, 21, 47, 73, 99];

/// Writes the exposures of a case as ECS alerts, one JSON object a line.
///
/// ```
/// use logsieve::sink::{Sink, ecs::EcsLines};
///
/// let mut bytes = Vec::new();
/// Box::new(EcsLines::new(&mut bytes, "case.ecs.ndjson")).finish()?;
/// assert!(bytes.is_empty());
/// # Ok::<(), logsieve::error::Error>(())
/// ```
pub struct EcsLines<W> {
    out: JsonWriter<W>,
    tlp: Tlp,
}

impl<W: Write> EcsLines<W> {
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

impl<W: Write> Sink for EcsLines<W> {
    /// Writes an exposure; it brings its machine and source with it, so other records add nothing.
    fn write(&mut self, record: &Record) -> Result<()> {
        if let Record::Exposure(exposure) = record {
            self.out.value(&alert(&View::of(exposure), self.tlp))?;
            self.out.text("\n");
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<()> {
        self.out.finish()
    }
}

fn alert(view: &View<'_>, tlp: Tlp) -> Value {
    let exposure = view.exposure;
    compact(json!({
        "@timestamp": exposure.last_seen,
        "ecs": { "version": VERSION },
        "message": view.title(),
        "tags": ["logsieve".to_owned(), tlp.tag()],
        "event": event(view),
        "organization": { "name": exposure.organisation },
        "rule": { "name": exposure.matched.entry, "ruleset": "watchlist" },
        "user": user(view),
        "destination": destination(view),
        "url": url(view),
        "host": host(view),
        "related": related(view),
        "threat": threat(view),
        "logsieve": own(view),
    }))
}

fn event(view: &View<'_>) -> Value {
    let exposure = view.exposure;
    let (category, action) = match exposure.kind {
        Kind::Credential => ("iam", "credential-exposed"),
        Kind::Session => ("session", "session-exposed"),
        Kind::Machine => ("host", "machine-infected"),
        Kind::Autofill => ("iam", "address-exposed"),
        Kind::Mention => ("file", "name-mentioned"),
    };
    json!({
        "kind": "alert",
        "category": ["malware", category],
        "type": ["info"],
        "action": action,
        "id": exposure.exposure_id,
        "module": "logsieve",
        "dataset": "logsieve.exposure",
        "severity": SEVERITY.get(severity_level(exposure.severity)),
        "reason": view.description(),
        "start": exposure.first_seen,
        "end": exposure.last_seen,
    })
}

fn user(view: &View<'_>) -> Value {
    json!({
        "name": view.login.or(view.email),
        "email": view.email,
        "domain": view.email.and_then(|email| email.rsplit('@').next()),
        "hash": view.login_fingerprint,
    })
}

fn destination(view: &View<'_>) -> Value {
    json!({
        "address": view.site,
        "domain": view.host_name(),
        "ip": view.host_address(),
        "port": match &view.exposure.record {
            Record::Credential(credential) => credential.port,
            _ => None,
        },
        "registered_domain": match &view.exposure.record {
            Record::Credential(credential) => credential.registrable_domain.as_deref(),
            _ => None,
        },
    })
}

fn url(view: &View<'_>) -> Value {
    let Some(full) = &view.url else { return Value::Null };
    json!({
        "full": full,
        "scheme": full.split_once("://").map(|(scheme, _)| scheme),
        "domain": view.site,
    })
}

fn host(view: &View<'_>) -> Value {
    let Some(machine) = view.machine else { return Value::Null };
    json!({
        "id": machine.machine_id,
        "name": machine.computer_name,
        "hostname": machine.computer_name,
        "domain": machine.ad_domain,
        "ip": view.machine_addresses(),
        "os": { "full": machine.os },
        "geo": { "country_iso_code": machine.country },
    })
}

fn related(view: &View<'_>) -> Value {
    let computer = view.machine.and_then(|machine| machine.computer_name.as_deref());
    let its_user = view.machine.and_then(|machine| machine.user_name.as_deref());
    json!({
        "user": distinct([view.login, view.email, its_user]),
        "hosts": distinct([view.site, computer]),
        "ip": view.machine_addresses().into_iter().chain(view.host_address()).collect::<Vec<_>>(),
    })
}

/// The texts that are there, each once.
fn distinct<const N: usize>(texts: [Option<&str>; N]) -> Vec<&str> {
    let mut found = Vec::new();
    for text in texts.into_iter().flatten() {
        if !found.contains(&text) {
            found.push(text);
        }
    }
    found
}

/// The stealer, and what MITRE ATT&CK calls its doing.
fn threat(view: &View<'_>) -> Value {
    let technique = match view.exposure.kind {
        Kind::Credential => json!({
            "id": ["T1555"],
            "name": ["Credentials from Password Stores"],
            "subtechnique": {
                "id": ["T1555.003"],
                "name": ["Credentials from Web Browsers"],
            },
        }),
        Kind::Session => json!({ "id": ["T1539"], "name": ["Steal Web Session Cookie"] }),
        Kind::Machine | Kind::Autofill | Kind::Mention => Value::Null,
    };
    let is_named = !technique.is_null();
    let family = view.machine.and_then(|machine| machine.family.as_deref());
    json!({
        "framework": is_named.then_some("MITRE ATT&CK"),
        "tactic": if is_named {
            json!({ "id": ["TA0006"], "name": ["Credential Access"] })
        } else {
            Value::Null
        },
        "technique": technique,
        "software": { "name": family, "type": family.map(|_| "Malware") },
    })
}

/// What ECS has no field for.
fn own(view: &View<'_>) -> Value {
    let (exposure, source) = (view.exposure, &view.exposure.source);
    let machine = view.machine.map(|machine| {
        json!({
            "infected_at": machine.infected_at,
            "infected_at_confidence": machine.infected_at_confidence,
            "family_confidence": machine.family_confidence,
            "build_id": machine.build_id,
            "hwid": machine.hwid,
            "malware_path": machine.malware_path,
            "antivirus": machine.antivirus,
        })
    });
    json!({
        "kind": exposure.kind,
        "matched": exposure.matched,
        "identity_class": exposure.identity_class,
        "app_class": exposure.app_class,
        "severity": exposure.severity,
        "severity_reasons": exposure.severity_reasons,
        "actions": exposure.actions,
        "sightings": exposure.sightings,
        "status": exposure.status,
        "change": exposure.change,
        "related": exposure.related,
        "found": view.found(),
        "machine": machine,
        "source": {
            "id": source.source_id,
            "name": source.name,
            "channel": source.channel,
            "posted_at": source.posted_at,
        },
        "entry": view.place.map(|(entry, _)| entry),
        "line": view.place.map(|(_, line)| line),
    })
}
