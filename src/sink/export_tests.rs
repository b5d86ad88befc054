//! What the exports promise the systems that read them, whatever criminals wrote into the records:
//! whole documents, ids that are told once and references that lead somewhere, and no secret.

use std::collections::{HashMap, HashSet};

use serde_json::{Value, json};

use crate::exposure::Exposure;
use crate::record::Record;
use crate::sink::ecs::EcsLines;
use crate::sink::misp::MispEvent;
use crate::sink::ocsf::OcsfLines;
use crate::sink::stix::StixBundle;
use crate::sink::tlp::Tlp;
use crate::sink::{Sink, samples};

/// What must not leave: it stands where secrets of sites stand.
const TOKEN: &str = "invented-token-4711";

/// Texts that break what trusts them.
fn hostile() -> Vec<String> {
    let texts = [
        "",
        " ",
        "a\0b\r\n\t\u{1b}[31m\u{7f}\u{9b}\u{202e}\u{2028}\u{ffff}\u{10ffff}",
        "\"}],\"type\":\"bundle\"",
        "<script>alert(1)</script>",
        "=cmd|' /C calc'!A0",
        "http://[::1",
        "jane@a@example.com",
        "-.-",
        "%zz%",
        "münchen.例え.test",
        r"C:\Users\\u0000",
    ];
    texts.map(str::to_owned).into_iter().chain(["x".repeat(20_000)]).collect()
}

/// The pointers of all texts in `value`.
fn texts(value: &Value, at: &str) -> Vec<String> {
    match value {
        Value::String(_) => vec![at.to_owned()],
        Value::Array(items) => {
            let items = items.iter().enumerate();
            items.flat_map(|(number, item)| texts(item, &format!("{at}/{number}"))).collect()
        }
        Value::Object(members) => {
            members.iter().flat_map(|(key, member)| texts(member, &format!("{at}/{key}"))).collect()
        }
        _ => Vec::new(),
    }
}

/// `record` with `text` in every field that may hold any text; times are our own.
fn with_text_everywhere(record: &Record, text: &str, number: usize) -> Record {
    let mut value = serde_json::to_value(record).unwrap();
    for pointer in texts(&value, "") {
        if pointer.ends_with("_at") || pointer.ends_with("_seen") {
            continue;
        }
        let before = std::mem::replace(value.pointer_mut(&pointer).unwrap(), json!(text));
        if serde_json::from_value::<Record>(value.clone()).is_err() {
            *value.pointer_mut(&pointer).unwrap() = before;
        }
    }
    renumbered(value, number)
}

/// The exposure with an id of its own.
fn renumbered(mut value: Value, number: usize) -> Record {
    value["exposure_id"] = json!(format!("{number:032x}"));
    serde_json::from_value(value).unwrap()
}

/// Exposures of every kind, full, bare and hostile, one with a secret in its URL; then a summary.
fn records() -> Vec<Record> {
    let mut records: Vec<Record> =
        samples::maximal().into_iter().chain(samples::minimal()).collect();
    records.retain(|record| !matches!(record, Record::Summary(_)));
    let exposures: Vec<Record> =
        records.iter().filter(|record| matches!(record, Record::Exposure(_))).cloned().collect();
    let mut number = 0;
    for text in hostile() {
        for exposure in &exposures {
            number += 1;
            records.push(with_text_everywhere(exposure, &text, number));
        }
    }
    for url in ["?t=", "#t=", ";t=", "/a?t="] {
        number += 1;
        let mut value = serde_json::to_value(&samples::exposures_maximal()[0]).unwrap();
        value["record"]["url"] = json!(format!("https://vpn.example.com{url}{TOKEN}"));
        records.push(renumbered(value, number));
    }
    records.push(samples::summary_maximal());
    records
}

fn exposures(records: &[Record]) -> Vec<&Exposure> {
    let exposures = records.iter().filter_map(|record| match record {
        Record::Exposure(exposure) => Some(exposure.as_ref()),
        _ => None,
    });
    exposures.collect()
}

fn distinct_exposures(records: &[Record]) -> usize {
    exposures(records).iter().map(|exposure| exposure.exposure_id).collect::<HashSet<_>>().len()
}

/// What a sink makes of `records`; the same every time.
fn export<S>(records: &[Record], open: impl Fn(std::fs::File) -> S) -> String
where
    S: Sink + 'static,
{
    let once = || {
        let file = tempfile::NamedTempFile::new().unwrap();
        let mut sink = Box::new(open(file.reopen().unwrap()));
        for record in records {
            sink.write(record).unwrap();
        }
        sink.finish().unwrap();
        std::fs::read_to_string(file.path()).unwrap()
    };
    let text = once();
    assert_eq!(text, once());
    assert!(!text.contains(TOKEN), "a secret of a URL has left");
    assert!(text.bytes().all(|byte| byte >= b' ' || byte == b'\n'));
    text
}

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn is_uuid(text: &str) -> bool {
    uuid::Uuid::parse_str(text).is_ok_and(|id| id.get_version_num() == 5)
}

fn strings<'v>(value: &'v Value, key: &str) -> Vec<&'v str> {
    let items = value[key].as_array().into_iter().flatten();
    items.map(|item| item.as_str().unwrap()).collect()
}

// ---- STIX ----

fn stix(records: &[Record]) -> Vec<Value> {
    let text = export(records, |out| StixBundle::new(out, "test"));
    let bundle: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(bundle["type"], "bundle");
    assert!(is_uuid(bundle["id"].as_str().unwrap().strip_prefix("bundle--").unwrap()));
    bundle["objects"].as_array().unwrap().clone()
}

/// What STIX 2.1 requires of each type besides what all objects have.
fn required(kind: &str) -> &'static [&'static str] {
    match kind {
        "identity" | "incident" | "infrastructure" => &["name", "created", "modified"],
        "malware" => &["is_family", "created", "modified"],
        "observed-data" => &["first_observed", "last_observed", "number_observed", "object_refs"],
        "relationship" => &["relationship_type", "source_ref", "target_ref", "created_by_ref"],
        "sighting" => &["sighting_of_ref", "where_sighted_refs"],
        "user-account" => &["user_id"],
        "domain-name" | "url" | "email-addr" | "ipv4-addr" | "ipv6-addr" => &["value"],
        "marking-definition" => &["name", "created"],
        "extension-definition" => &["name", "schema", "version", "extension_types"],
        other => panic!("an object of type {other}"),
    }
}

#[test]
fn a_stix_bundle_is_whole_and_its_references_lead_somewhere() {
    let records = records();
    let objects = stix(&records);
    let mut ids = HashSet::new();
    for object in &objects {
        let (id, kind) = (object["id"].as_str().unwrap(), object["type"].as_str().unwrap());
        let (prefix, _) = id.split_once("--").unwrap();
        assert_eq!(prefix, kind);
        assert!(ids.insert(id), "{id} comes twice");
        assert_eq!(object["spec_version"], "2.1");
        for key in required(kind) {
            assert!(!object[*key].is_null(), "{key} is missing: {object}");
        }
    }
    for object in &objects {
        for (key, value) in object.as_object().unwrap() {
            if key.ends_with("_ref") {
                assert!(ids.contains(value.as_str().unwrap()), "{key} leads nowhere: {object}");
            } else if key.ends_with("_refs") {
                for id in strings(object, key) {
                    assert!(ids.contains(id), "{key} leads nowhere: {object}");
                }
            }
        }
        for key in ["created", "modified", "first_seen", "last_seen"] {
            let Some(time) = object[key].as_str() else { continue };
            assert!(time.len() == 24 && time.ends_with('Z'), "{time}");
        }
        assert!(
            object["created"].as_str() <= object["modified"].as_str()
                || object["modified"].is_null()
        );
    }
    let incidents = objects.iter().filter(|object| object["type"] == "incident").count();
    assert_eq!(incidents, distinct_exposures(&records));
}

#[test]
fn stix_accounts_have_no_credential() {
    let objects = stix(&records());
    let accounts: Vec<_> = objects.iter().filter(|it| it["type"] == "user-account").collect();
    assert!(accounts.len() > 5);
    assert!(accounts.iter().all(|account| account.get("credential").is_none()));
}

/// What another implementation (the Python package `stix2`) makes of the same values.
#[test]
fn stix_observables_have_the_ids_of_the_standard() {
    let objects = stix(&samples::exposures_maximal());
    let id = |kind: &str| &objects.iter().find(|object| object["type"] == kind).unwrap()["id"];
    assert_eq!(id("domain-name"), "domain-name--241a790c-01c0-5bb4-8250-d6477fea924b");
    assert_eq!(id("user-account"), "user-account--8dc4777b-7419-504d-9db9-a6f08658a7fe");
}

#[test]
fn a_stix_bundle_without_exposures_is_one_too() {
    let objects = stix(&[]);
    assert_eq!(objects.len(), 3);
}

#[test]
fn an_exposure_that_comes_twice_stands_once() {
    let once = samples::exposures_maximal();
    let twice: Vec<Record> = once.iter().chain(&once).cloned().collect();
    assert_eq!(stix(&twice), stix(&once));
}

#[test]
fn every_form_has_the_mark_that_was_asked_for() {
    for tlp in Tlp::ALL {
        let records = samples::exposures_maximal();
        let bundle = export(&records, |out| StixBundle::new(out, "test").marked(tlp));
        let bundle: Value = serde_json::from_str(&bundle).unwrap();
        let (marks, others): (Vec<_>, Vec<_>) = bundle["objects"]
            .as_array()
            .unwrap()
            .iter()
            .partition(|object| object["type"] == "marking-definition");
        let [mark] = marks[..] else { panic!("{marks:?}") };
        assert_eq!(mark["name"], tlp.mark().replace("CLEAR", "WHITE"));
        for object in others {
            assert_eq!(object["object_marking_refs"], json!([mark["id"]]));
        }
        for text in [
            export(&records, |out| MispEvent::new(out, "test").marked(tlp)),
            export(&records, |out| EcsLines::new(out, "test").marked(tlp)),
            export(&records, |out| OcsfLines::new(out, "test").marked(tlp)),
        ] {
            assert!(text.contains(&format!("\"{}\"", tlp.tag())), "{tlp:?}");
        }
    }
}

// ---- MISP ----

fn misp(records: &[Record]) -> Value {
    let text = export(records, |out| MispEvent::new(out, "test"));
    let event: Value = serde_json::from_str(&text).unwrap();
    event["Event"].clone()
}

#[test]
fn a_misp_event_is_whole_and_its_references_lead_somewhere() {
    let records = records();
    let event = misp(&records);
    assert!(is_uuid(event["uuid"].as_str().unwrap()));
    assert_eq!(event["date"], "2026-03-09");
    let objects = event["Object"].as_array().unwrap();
    let mut ids = HashSet::new();
    let mut kinds = HashMap::<&str, usize>::new();
    for object in objects {
        let id = object["uuid"].as_str().unwrap();
        assert!(is_uuid(id) && ids.insert(id), "{id} comes twice");
        *kinds.entry(object["name"].as_str().unwrap()).or_default() += 1;
        let attributes = object["Attribute"].as_array().unwrap();
        assert!(!attributes.is_empty(), "{object}");
        for attribute in attributes {
            assert!(ids.insert(attribute["uuid"].as_str().unwrap()), "{attribute}");
            assert_eq!(attribute["to_ids"], false);
            assert_ne!(attribute["object_relation"], "password");
            let value = attribute["value"].as_str().unwrap();
            assert!(!value.trim().is_empty() && value.len() < 60_000, "{attribute}");
        }
    }
    for reference in objects.iter().flat_map(|it| it["ObjectReference"].as_array().unwrap()) {
        assert!(ids.contains(reference["referenced_uuid"].as_str().unwrap()), "{reference}");
    }
    for kind in
        ["credential", "cookie", "user-account", "annotation", "device", "victim", "malware"]
    {
        assert!(kinds.contains_key(kind), "no {kind}");
    }
    let shared = kinds["device"] + kinds["victim"] + kinds["malware"];
    assert_eq!(objects.len() - shared, distinct_exposures(&records));
}

#[test]
fn a_misp_event_keeps_its_id_when_the_case_grows() {
    let [first, second, ..] = samples::exposures_maximal();
    let small = misp(&[first.clone(), samples::summary_maximal()]);
    let large = misp(&[first, second, samples::summary_maximal()]);
    assert_eq!(small["uuid"], large["uuid"]);
    assert_ne!(small["uuid"], misp(&[])["uuid"]);
}

#[test]
fn misp_is_told_no_time_of_change() {
    // Of a thing that is not newer than its copy it would not take a status that was decided since.
    let event = misp(&samples::exposures_maximal());
    assert!(!event.to_string().contains("\"timestamp\""));
}

#[test]
fn cookie_values_are_withheld_from_misp() {
    let event = misp(&samples::exposures_maximal());
    let objects = event["Object"].as_array().unwrap();
    let cookie = objects.iter().find(|object| object["name"] == "cookie").unwrap();
    let values = cookie["Attribute"].as_array().unwrap().iter();
    let values: HashMap<_, _> = values
        .map(|it| (it["object_relation"].as_str().unwrap(), it["value"].as_str().unwrap()))
        .collect();
    assert_eq!(values["cookie"], "EXAMPLESESSION=[withheld]");
    assert!(values["cookie-value"].starts_with("[withheld] fingerprint "));
}

// ---- ECS and OCSF ----

#[test]
fn ecs_has_one_alert_for_each_exposure() {
    let records = records();
    let alerts = lines(&export(&records, |out| EcsLines::new(out, "test")));
    assert_eq!(alerts.len(), exposures(&records).len());
    for alert in &alerts {
        assert_eq!(alert["event"]["kind"], "alert");
        assert!(alert["@timestamp"].as_str().unwrap().ends_with('Z'));
        assert!(alert["event"]["severity"].is_u64());
        let addresses =
            strings(&alert["host"], "ip").into_iter().chain(strings(&alert["related"], "ip"));
        for address in addresses {
            assert!(address.parse::<std::net::IpAddr>().is_ok(), "{address}");
        }
        assert!(!alert["url"]["full"].as_str().unwrap_or_default().contains(['?', '#', ';']));
    }
    let first = &lines(&export(&samples::exposures_maximal(), |out| EcsLines::new(out, "test")))[0];
    assert_eq!(first["user"]["email"], "jane.doe@example.com");
    assert_eq!(first["url"]["full"], "https://vpn.example.com:8443/login");
    assert_eq!(first["destination"]["domain"], "vpn.example.com");
    assert_eq!(first["host"]["name"], "EXC-0042");
    assert_eq!(first["threat"]["software"]["name"], "redline");
    assert_eq!(first["related"]["user"], json!(["jane.doe@example.com", "user1"]));
}

#[test]
fn ocsf_has_one_finding_for_each_exposure() {
    let records = records();
    let findings = lines(&export(&records, |out| OcsfLines::new(out, "test")));
    assert_eq!(findings.len(), exposures(&records).len());
    for finding in &findings {
        let activity = finding["activity_id"].as_u64().unwrap();
        assert_eq!(finding["class_uid"], 2004);
        assert_eq!(finding["type_uid"].as_u64().unwrap(), 200_400 + activity);
        assert!((1..=5).contains(&finding["severity_id"].as_u64().unwrap()));
        assert!(finding["time"].is_i64() && finding["finding_info"]["uid"].is_string());
        assert!(!finding["metadata"]["product"]["name"].is_null());
    }
}
