//! The records, the CSV columns, the JSON Schema and the documentation say the same.

use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Value, json};

use crate::exposure::{
    Action, AppClass, Change, IdentityClass, Kind, MatchedOn, Severity, TriageStatus,
};
use crate::issue::{Code, Stage};
use crate::record::{
    CharClass, Confidence, Format, IdOrigin, Origin, PasswordOrigin, Record, SecretLength,
    SecretState, Status, TimeConfidence,
};
use crate::secret::Key;
use crate::sink::{Table, columns, samples};

const SCHEMA: &str = include_str!("../../docs/schema/record.schema.json");
const DOCUMENT: &str = include_str!("../../docs/OUTPUT_SCHEMA.md");

/// The record types that the schema and the documentation describe.
const TYPES: [&str; 9] = [
    "source",
    "machine",
    "credential",
    "cookie",
    "autofill",
    "mention",
    "exposure",
    "issue",
    "summary",
];

// ---- JSON with the order of its keys, which serde_json forgets ----

enum Json {
    Object(Vec<(String, Json)>),
    Other,
}

impl Json {
    fn parse(text: &str) -> Self {
        serde_json::from_str(text).unwrap()
    }

    fn members(&self) -> &[(String, Json)] {
        match self {
            Self::Object(members) => members,
            Self::Other => &[],
        }
    }

    fn get(&self, key: &str) -> &Json {
        &self.members().iter().find(|(name, _)| name == key).unwrap().1
    }

    fn keys(&self) -> Vec<&str> {
        self.members().iter().map(|(key, _)| key.as_str()).collect()
    }

    /// The keys of all values that are no objects, with those around them, joined by `.`.
    fn paths(&self) -> Vec<String> {
        let mut paths = Vec::new();
        for (key, value) in self.members() {
            match value {
                Self::Object(_) => {
                    paths.extend(value.paths().iter().map(|path| format!("{key}.{path}")));
                }
                Self::Other => paths.push(key.clone()),
            }
        }
        paths
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(JsonVisitor)
    }
}

struct JsonVisitor;

impl<'de> Visitor<'de> for JsonVisitor {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Json::Object(members))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Json, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Json::Other)
    }

    fn visit_str<E>(self, _: &str) -> Result<Json, E> {
        Ok(Json::Other)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Json, E> {
        Ok(Json::Other)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Json, E> {
        Ok(Json::Other)
    }
}

fn line_of(record: &Record) -> String {
    serde_json::to_string(record).unwrap()
}

fn value_of(record: &Record) -> Value {
    serde_json::to_value(record).unwrap()
}

fn is_exposure(record: &Record) -> bool {
    matches!(record, Record::Exposure(_))
}

// ---- CSV ----

#[test]
fn every_key_has_its_column_in_the_same_order_and_no_column_is_idle() {
    for record in samples::maximal() {
        let Some(table) = Table::of(&record) else { continue };
        let mut paths = Json::parse(&line_of(&record)).paths();
        let mut columns = columns::of(table);
        if is_exposure(&record) {
            // The columns of its record are those of all kinds of records together.
            paths.retain(|path| !path.starts_with("record."));
            columns.retain(|column| !column.starts_with("record."));
        }
        assert_eq!(paths, columns, "{table:?}");
    }
}

#[test]
fn the_records_of_exposures_use_all_their_columns_and_no_others() {
    let of_record = |paths: Vec<String>| {
        let mut paths: Vec<_> =
            paths.into_iter().filter(|path| path.starts_with("record.")).collect();
        paths.sort();
        paths.dedup();
        paths
    };
    let lines = samples::exposures_maximal().map(|record| line_of(&record));
    let used = lines.iter().flat_map(|line| Json::parse(line).paths()).collect();
    let columns = columns::of(Table::Exposures);
    let unique: std::collections::HashSet<_> = columns.iter().collect();
    assert_eq!(unique.len(), columns.len());
    assert_eq!(of_record(used), of_record(columns));
}

// ---- JSON Schema ----

fn schema() -> Value {
    serde_json::from_str(SCHEMA).unwrap()
}

fn validator() -> jsonschema::Validator {
    jsonschema::draft202012::new(&schema()).unwrap()
}

fn defs<'s>(schema: &'s Value, name: &str) -> &'s Value {
    schema["$defs"].get(name).unwrap_or_else(|| panic!("no definition of {name}"))
}

/// The definition that a property is made after, or that its items are made after.
fn definition<'s>(schema: &'s Value, property: &Value) -> Option<(String, &'s Value)> {
    let reference = property.get("$ref").or_else(|| property["items"].get("$ref"))?;
    let name = reference.as_str()?.strip_prefix("#/$defs/")?;
    Some((name.to_owned(), defs(schema, name)))
}

/// The strings of a JSON array.
fn strings(array: &Value) -> Vec<String> {
    let items = array.as_array().unwrap();
    items.iter().map(|item| item.as_str().unwrap().to_owned()).collect()
}

#[test]
fn records_can_be_read_back() {
    for record in samples::maximal().into_iter().chain(samples::minimal()) {
        let line = serde_json::to_string(&record).unwrap();
        assert_eq!(serde_json::from_str::<Record>(&line).unwrap(), record);
    }
}

#[test]
fn the_schema_is_one() {
    assert!(jsonschema::draft202012::meta::is_valid(&schema()));
}

#[test]
fn every_sample_is_valid() {
    let validator = validator();
    for record in samples::maximal().iter().chain(&samples::minimal()) {
        let value = value_of(record);
        let errors: Vec<_> = validator.iter_errors(&value).map(|e| e.to_string()).collect();
        assert!(errors.is_empty(), "{value:#}\n{errors:#?}");
    }
}

#[test]
fn broken_records_are_not() {
    let validator = validator();
    let source = value_of(&samples::maximal()[0]);
    let credential = value_of(&samples::credential_maximal());
    let [exposure, ..] = samples::exposures_maximal().map(|record| value_of(&record));
    for (record, pointer, wrong) in [
        (&source, "/type", json!("sauce")),
        (&source, "/source_id", json!("0123456789ABCDEF0123456789ABCDEF")),
        (&source, "/source_id", json!("0123")),
        (&source, "/digest", json!("0123456789abcdef0123456789abcdef")),
        (&source, "/size", json!(-1)),
        (&source, "/volumes", json!("1")),
        (&source, "/posted_at", json!("2026-03-01T08:00:00+01:00")),
        (&source, "/posted_at", Value::Null),
        (&source, "/format", json!("7zip")),
        (&source, "/entries/seen", json!(1.5)),
        (&credential, "/line", json!(0)),
        (&credential, "/port", json!(65536)),
        (&credential, "/secret/length", json!("9")),
        (&credential, "/secret/classes", json!(["lower", "lower"])),
        (&exposure, "/severity", json!("urgent")),
        (&exposure, "/record/type", json!("source")),
        (&exposure, "/record/line", json!(0)),
        (&exposure, "/source/status", json!("done")),
        (&exposure, "/actions", json!("review")),
    ] {
        assert!(validator.is_valid(record));
        let mut broken = record.clone();
        *broken.pointer_mut(pointer).unwrap() = wrong;
        assert!(!validator.is_valid(&broken), "{pointer}: {broken:#}");
    }
    assert!(!validator.is_valid(&value_of(&samples::mention())), "a mention is no line of its own");
}

#[test]
fn a_missing_or_unknown_key_is_not_valid_anywhere() {
    let validator = validator();
    for record in samples::minimal() {
        let line = value_of(&record);
        for pointer in objects(&line) {
            let mut extended = line.clone();
            extended.pointer_mut(&pointer).unwrap()["surprise"] = json!("x");
            assert!(!validator.is_valid(&extended), "{pointer}: {extended:#}");
            let keys: Vec<_> =
                line.pointer(&pointer).unwrap().as_object().unwrap().keys().collect();
            for key in keys {
                let mut reduced = line.clone();
                reduced.pointer_mut(&pointer).unwrap().as_object_mut().unwrap().remove(key);
                assert!(!validator.is_valid(&reduced), "{pointer}/{key}: {reduced:#}");
            }
        }
    }
    let [mut exposure, ..] = samples::exposures_maximal().map(|record| value_of(&record));
    exposure["machine"]["type"] = json!("machine");
    assert!(!validator.is_valid(&exposure), "only `record` has a type inside an exposure");
}

/// Pointers to all objects in a value.
fn objects(value: &Value) -> Vec<String> {
    let mut pointers = vec![String::new()];
    for (key, member) in value.as_object().into_iter().flatten() {
        if member.is_object() {
            pointers.extend(objects(member).iter().map(|inner| format!("/{key}{inner}")));
        }
    }
    pointers
}

/// A field as the schema has it.
#[derive(Debug, PartialEq)]
struct Field {
    path: String,
    always: bool,
    /// What it may say, where that is a closed list.
    values: Vec<String>,
}

/// The fields of a record type in the order of the schema, nested objects opened.
fn fields(name: &str) -> Vec<Field> {
    let (schema, order) = (schema(), Json::parse(SCHEMA));
    let this = defs(&schema, name);
    let required = strings(&this["required"]);
    let mut found = Vec::new();
    for key in order.get("$defs").get(name).get("properties").keys() {
        let property = &this["properties"][key];
        let definition = definition(&schema, property);
        let is_list = property.get("items").is_some();
        let is_record = TYPES.contains(&key);
        let always = key == "type" || required.iter().any(|required| required == key);
        match definition {
            Some((inner, definition))
                if definition.get("properties").is_some() && !is_list && !is_record =>
            {
                found.extend(fields(&inner).into_iter().map(|field| Field {
                    path: format!("{key}.{}", field.path),
                    always: field.always && always,
                    ..field
                }));
            }
            Some((_, definition)) => {
                let values = definition.get("enum").map(strings).unwrap_or_default();
                found.push(Field { path: key.to_owned(), always, values });
            }
            None => found.push(Field { path: key.to_owned(), always, values: Vec::new() }),
        }
    }
    found
}

#[test]
fn the_schema_has_the_keys_in_output_order() {
    for record in samples::maximal().into_iter().chain([samples::mention()]) {
        let line = line_of(&record);
        let mut paths = Json::parse(&line).paths();
        let name = value_of(&record)["type"].as_str().unwrap().to_owned();
        if is_exposure(&record) {
            for nested in ["record", "machine", "source"] {
                let is_inside = |path: &String| path.starts_with(&format!("{nested}."));
                paths.retain(|path| !is_inside(path));
                paths.push(nested.to_owned());
            }
            assert!(Json::parse(&line).keys().ends_with(&["record", "machine", "source"]));
        }
        let listed: Vec<_> = fields(&name).into_iter().map(|field| field.path).collect();
        assert_eq!(listed, paths, "{name}");
    }
}

#[test]
fn the_schema_requires_what_is_always_there() {
    for record in samples::minimal().into_iter().chain([samples::mention()]) {
        let line = line_of(&record);
        let name = value_of(&record)["type"].as_str().unwrap().to_owned();
        let schema = schema();
        let required = strings(&defs(&schema, &name)["required"]);
        assert_eq!(Json::parse(&line).keys()[1..], required, "{name}");
    }
}

/// All values of an enum as JSON; a new variant that is not listed does not compile.
macro_rules! values {
    ($($definition:literal: $type:ident { $($variant:ident),* $(,)? })*) => {
        [$(($definition, {
            let listed = [$($type::$variant),*];
            let _ = |value: $type| match value { $($type::$variant => (),)* };
            serde_json::to_value(listed).unwrap()
        })),*]
    };
}

#[test]
fn the_schema_lists_every_value_of_every_enum() {
    let schema = schema();
    let lists = values! {
        "format": Format { Zip, SevenZ, Rar, Tar, Gzip, Zstd, Xz, Bzip2, Folder, Text, Dataset }
        "status": Status { Complete, Partial, Unreadable }
        "password_origin": PasswordOrigin { Given, Caption, FileName, SiblingText, Handle, Parent }
        "id_origin": IdOrigin { Hwid, System, Credentials, Folder }
        "confidence": Confidence { Low, Medium, High }
        "time_confidence": TimeConfidence { Exact, ZoneAssumed, OrderAssumed, FolderName }
        "secret_state": SecretState { Present, Empty, Placeholder }
        "secret_length": SecretLength { UpTo7, UpTo11, UpTo15, Longer }
        "char_class": CharClass { Lower, Upper, Digit, Symbol }
        "origin": Origin { Log, Ulp, Combolist, GrabbedFile }
        "kind": Kind { Credential, Session, Machine, Autofill, Mention }
        "matched_on": MatchedOn {
            EmailDomain, WebsiteDomain, AppId, IpRange, ComputerName, AdDomain, Text,
        }
        "identity_class": IdentityClass { Employee, Customer, ThirdParty, Unknown }
        "app_class": AppClass {
            Vpn, Sso, Mail, RemoteAccess, Admin, Dev, Cloud, Hr, Finance, Other,
        }
        "severity": Severity { Info, Low, Medium, High, Critical }
        "action": Action {
            IsolateHost, ResetPassword, RevokeSessions, RotateKey, NotifyCustomer, Review,
        }
        "triage_status": TriageStatus { Open, Remediated, Ignored }
        "change": Change { New, Returned, Known, Gone }
        "stage": Stage { Open, Decrypt, Decode, Classify, Parse, Limit }
    };
    for (definition, values) in &lists {
        assert_eq!(&defs(&schema, definition)["enum"], values, "{definition}");
    }
    let codes: Vec<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
    assert_eq!(strings(&defs(&schema, "code")["enum"]), codes);
    let enums = schema["$defs"].as_object().unwrap().values();
    assert_eq!(enums.filter(|it| it.get("enum").is_some()).count(), lists.len() + 1);
}

// ---- documentation ----

/// The part of the documentation under the heading `title`.
fn section(title: &str) -> &'static str {
    let (_, after) = DOCUMENT
        .split_once(&format!("\n## {title}\n"))
        .unwrap_or_else(|| panic!("the documentation has no section {title}"));
    after.split("\n## ").next().unwrap()
}

/// The cells of the rows that begin with a name in backticks.
fn rows(section: &str) -> Vec<Vec<&str>> {
    let lines = section.lines().filter(|line| line.starts_with("| `"));
    lines.map(|line| line.trim_matches('|').split('|').map(str::trim).collect()).collect()
}

/// The words of a cell that stand in backticks.
fn quoted(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

#[test]
fn the_documentation_has_every_field_in_order() {
    for name in TYPES {
        let documented: Vec<_> = rows(section(&format!("`{name}`")))
            .into_iter()
            .map(|cells| {
                let [field, kind, always, meaning] = cells[..] else { panic!("{cells:?}") };
                assert!(meaning.ends_with(['.', ')']), "{name}: {field}: {meaning}");
                let values = if kind.contains("[issue codes]") {
                    Code::ALL.iter().map(|code| code.as_str()).collect()
                } else {
                    quoted(kind)
                };
                Field {
                    path: quoted(field)[0].to_owned(),
                    always: match always {
                        "yes" => true,
                        "no" => false,
                        _ => panic!("{name}: {field}: {always}"),
                    },
                    values: values.into_iter().map(str::to_owned).collect(),
                }
            })
            .collect();
        assert_eq!(documented, fields(name), "{name}");
    }
}

#[test]
fn the_documentation_shows_the_samples() {
    for (at, record) in samples::maximal().iter().enumerate() {
        let name = value_of(record)["type"].as_str().unwrap().to_owned();
        let is_shown =
            samples::maximal()[..at].iter().all(|before| value_of(before)["type"] != name);
        if is_shown {
            let example = section(&format!("`{name}`")).split("```json\n").nth(1).unwrap();
            let example = example.split("\n```").next().unwrap();
            assert_eq!(example, line_of(record), "{name}");
        }
    }
}

#[test]
fn the_documentation_explains_every_issue_code() {
    let codes: Vec<_> = rows(section("Issue codes")).iter().map(|row| quoted(row[0])[0]).collect();
    assert_eq!(codes, Code::ALL.iter().map(|code| code.as_str()).collect::<Vec<_>>());
}

#[test]
fn the_documented_fingerprint_is_the_real_one() {
    let key = Key::from_bytes(samples::KEY.as_bytes().to_vec()).unwrap();
    let fingerprint = key.fingerprint(samples::PASSWORD.as_bytes()).to_string();
    let section = section("Fingerprints");
    for shown in [samples::KEY, samples::PASSWORD, &fingerprint] {
        assert!(section.contains(shown), "{shown}");
    }
}
