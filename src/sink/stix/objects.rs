//! STIX domain objects, relationships and the frame of a bundle. Ids are made from our own
//! namespace and from what tells the things apart: an exposure by its id, a family by its name.

use std::sync::LazyLock;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::exposure::Exposure;
use crate::record::Machine;
use crate::sink::tlp::Tlp;
use crate::sink::uuids::uuid;
use crate::sink::view::{View, compact, millis, word};

/// When things began that have no time of their own.
const BEGINNING: &str = "2026-01-01T00:00:00.000Z";

/// Most sightings that the standard lets one object tell.
const MOST_OBSERVED: u64 = 999_999_999;

/// When an object came to be and was last changed, in the milliseconds that STIX wants.
pub(super) struct Times {
    created: String,
    modified: String,
}

impl Times {
    /// The first and last sighting of an exposure.
    pub(super) fn of(view: &View<'_>) -> Self {
        let (first, last) = (millis(&view.exposure.first_seen), millis(&view.exposure.last_seen));
        Self { created: timestamp(first), modified: timestamp(first.max(last)) }
    }

    /// One point in time, in milliseconds since 1970.
    pub(super) fn at(millis: Option<i64>) -> Self {
        Self { created: timestamp(millis), modified: timestamp(millis) }
    }

    /// For what is the same in every case.
    fn constant() -> Self {
        Self::at(None)
    }
}

fn timestamp(millis: Option<i64>) -> String {
    millis
        .and_then(|millis| jiff::Timestamp::from_millisecond(millis).ok())
        .map_or_else(|| BEGINNING.to_owned(), |time| format!("{time:.3}"))
}

/// An object of `kind` with what every one has, and `members`.
fn object(kind: &str, number: Uuid, times: &Times, members: Value) -> Value {
    let mut object = json!({
        "type": kind,
        "spec_version": "2.1",
        "id": format!("{kind}--{number}"),
        "created_by_ref": *LOGSIEVE,
        "created": times.created,
        "modified": times.modified,
    });
    if let (Some(object), Value::Object(members)) = (object.as_object_mut(), compact(members)) {
        object.extend(members);
    }
    object
}

/// The id of the creator, which every object names.
static LOGSIEVE: LazyLock<String> =
    LazyLock::new(|| format!("identity--{}", uuid("identity", &["system", "logsieve"])));

/// The creator of everything in a bundle.
pub(super) fn logsieve() -> Value {
    let members = json!({
        "name": "logsieve",
        "identity_class": "system",
        "description": "Reads archives of infostealer logs for a list of watched organisations.",
    });
    object("identity", uuid("identity", &["system", "logsieve"]), &Times::constant(), members)
}

/// How a bundle may be shared; OASIS says every letter of it. STIX 2.1 itself has four marks, under
/// the names of TLP 1.0; the fifth came with TLP 2.0 as an extension.
pub(super) fn marking(tlp: Tlp) -> Value {
    let (number, name, level) = match tlp {
        Tlp::Clear => ("613f2e26-407d-48c7-9eca-b8e91df99dc9", "TLP:WHITE", "white"),
        Tlp::Green => ("34098fce-860f-48ae-8e50-ebd3cc5e41da", "TLP:GREEN", "green"),
        Tlp::Amber => ("f88d31f6-486f-44da-b317-01333bde0b82", "TLP:AMBER", "amber"),
        Tlp::Red => ("5e57c739-391a-4eb3-b6be-7d15ca92d5ed", "TLP:RED", "red"),
        Tlp::AmberStrict => {
            return json!({
                "type": "marking-definition",
                "spec_version": "2.1",
                "id": "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",
                "created": "2022-10-01T00:00:00.000Z",
                "name": "TLP:AMBER+STRICT",
                "extensions": {
                    "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d": {
                        "extension_type": "property-extension",
                        "tlp_2_0": "amber+strict",
                    },
                },
            });
        }
    };
    json!({
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": format!("marking-definition--{number}"),
        "created": "2017-01-20T00:00:00.000Z",
        "definition_type": "tlp",
        "name": name,
        "definition": { "tlp": level },
    })
}

fn extension_id() -> String {
    format!("extension-definition--{}", uuid("extension-definition", &["incident"]))
}

/// What our incidents say beyond the standard, whose incident is a stub: properties that OpenCTI
/// knows. It knows `severity` as well, but the standard reserves that name: there is a label.
pub(super) fn extension() -> Value {
    let members = json!({
        "name": "logsieve incident",
        "description": "What an incident says about its kind, source and time.",
        "schema": "incident_type: string; source: string; first_seen and last_seen: timestamp. As in \
                   OpenCTI.",
        "version": "1.0.0",
        "extension_types": ["toplevel-property-extension"],
        "extension_properties": ["incident_type", "source", "first_seen", "last_seen"],
    });
    let number = uuid("extension-definition", &["incident"]);
    object("extension-definition", number, &Times::constant(), members)
}

/// A watched organisation.
pub(super) fn organisation(name: &str) -> Value {
    let members = json!({ "name": name, "identity_class": "organization" });
    object("identity", uuid("identity", &["organization", name]), &Times::constant(), members)
}

/// A family of stealers.
pub(super) fn malware(family: &str) -> Value {
    let members = json!({
        "name": family,
        "is_family": true,
        "malware_types": ["spyware"],
        "description": "An infostealer: copies saved logins, session cookies and system facts.",
    });
    object("malware", uuid("malware", &[family]), &Times::constant(), members)
}

/// The number in the id of an exposure's incident.
pub(super) fn incident_number(exposure: &Exposure) -> Uuid {
    uuid("incident", &[&exposure.exposure_id.to_string()])
}

/// An exposure.
pub(super) fn incident(view: &View<'_>, times: &Times) -> Value {
    let exposure = view.exposure;
    let labels = [
        format!("kind:{}", word(exposure.kind)),
        format!("class:{}", word(exposure.identity_class)),
        format!("application:{}", word(exposure.app_class)),
        format!("severity:{}", word(exposure.severity)),
        format!("status:{}", word(exposure.status)),
    ];
    let actions = exposure.actions.iter().map(|action| format!("action:{}", word(action)));
    let members = json!({
        "name": view.title(),
        "description": view.description(),
        "labels": labels.into_iter().chain(actions).collect::<Vec<_>>(),
        "external_references": [
            { "source_name": "logsieve", "external_id": exposure.exposure_id },
        ],
        "extensions": {
            extension_id(): { "extension_type": "toplevel-property-extension" },
        },
        "incident_type": "data-leak",
        "source": "logsieve",
        "first_seen": times.created,
        "last_seen": times.modified,
    });
    object("incident", incident_number(exposure), times, members)
}

/// How often the observables of an exposure were seen, and when.
pub(super) fn observed_data(view: &View<'_>, times: &Times, observed: &[String]) -> Value {
    let members = json!({
        "first_observed": times.created,
        "last_observed": times.modified,
        "number_observed": view.exposure.sightings.clamp(1, MOST_OBSERVED),
        "object_refs": observed,
    });
    let number = uuid("observed-data", &[&view.exposure.exposure_id.to_string()]);
    object("observed-data", number, times, members)
}

/// The name of a computer, or what stands for it.
fn computer_name(machine: &Machine) -> String {
    match machine.computer_name.as_deref() {
        Some(name) if !name.is_empty() => name.to_owned(),
        _ => format!("computer {}", machine.machine_id),
    }
}

/// An infected computer.
pub(super) fn computer(machine: &Machine, infected: &Times) -> Value {
    let facts = [
        ("System", &machine.os),
        ("User", &machine.user_name),
        ("Windows domain", &machine.ad_domain),
        ("Country", &machine.country),
        ("Malware ran from", &machine.malware_path),
    ];
    let facts = facts.iter().filter_map(|(what, fact)| Some((what, fact.as_deref()?)));
    let facts: Vec<_> = facts.map(|(what, fact)| format!("{what}: {fact}")).collect();
    let members = json!({
        "name": computer_name(machine),
        "description": if facts.is_empty() { None } else { Some(facts.join(". ")) },
        "infrastructure_types": ["workstation"],
        "first_seen": machine.infected_at.as_ref().map(|_| &infected.created),
        "external_references": [
            { "source_name": "logsieve machine", "external_id": machine.machine_id },
        ],
    });
    let number = uuid("infrastructure", &[&machine.machine_id.to_string()]);
    object("infrastructure", number, infected, members)
}

/// A stealer was seen on a computer with exposures of an organisation.
pub(super) fn sighting(
    malware: &str,
    organisation: &str,
    machine: &Machine,
    infected: &Times,
) -> Value {
    let members = json!({
        "sighting_of_ref": malware,
        "where_sighted_refs": [organisation],
        "count": 1,
        "first_seen": infected.created,
        "last_seen": infected.modified,
        "description": format!("On {}", computer_name(machine)),
    });
    let number = uuid("sighting", &[malware, organisation, &machine.machine_id.to_string()]);
    object("sighting", number, infected, members)
}

/// That `from` has to do with `to`.
pub(super) fn relationship(how: &str, from: &str, to: &str, times: &Times) -> Value {
    let members = json!({ "relationship_type": how, "source_ref": from, "target_ref": to });
    object("relationship", uuid("relationship", &[how, from, to]), times, members)
}
