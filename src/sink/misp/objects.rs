//! The objects of a MISP event, each after a public template of misp-objects: its id and version
//! stand here, and attributes have the names and types that it gives them.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::exposure::{Exposure, Kind};
use crate::record::{Cookie, Machine, Record};
use crate::sink::uuids::uuid;
use crate::sink::view::{View, addresses, millis, word};

/// Longest value of an attribute; the database behind MISP holds 64 KiB.
const MOST_BYTES: usize = 16 << 10;

/// What stands where a template demands a value that is never told.
const WITHHELD: &str = "[withheld]";

/// A public template.
struct Template {
    name: &'static str,
    category: &'static str,
    id: &'static str,
    version: &'static str,
}

const CREDENTIAL: Template = Template {
    name: "credential",
    category: "misc",
    id: "a27e98c9-9b0e-414c-8076-d201e039ca09",
    version: "5",
};

const USER_ACCOUNT: Template = Template {
    name: "user-account",
    category: "misc",
    id: "49606b06-22f0-4ac8-8eee-2f12ad46f3d3",
    version: "6",
};

const COOKIE: Template = Template {
    name: "cookie",
    category: "network",
    id: "7755ad19-55c7-4da4-805e-197cf81bbcb8",
    version: "6",
};

const DEVICE: Template = Template {
    name: "device",
    category: "misc",
    id: "0c64b41a-e583-4f4d-ac92-d484163b9e52",
    version: "10",
};

const VICTIM: Template = Template {
    name: "victim",
    category: "misc",
    id: "a8806e40-39ad-435f-be02-ac2a13d6fc7d",
    version: "10",
};

const MALWARE: Template = Template {
    name: "malware",
    category: "misc",
    id: "e5ad1d64-4b4e-44f5-9e00-88a705a67f9d",
    version: "1",
};

const ANNOTATION: Template = Template {
    name: "annotation",
    category: "misc",
    id: "5d8dc046-15a1-4ca3-a09f-ed4ede7c4487",
    version: "3",
};

/// An object under construction.
pub(super) struct Object {
    template: &'static Template,
    id: Uuid,
    comment: String,
    /// First and last sighting, in milliseconds since 1970.
    seen: Option<(i64, i64)>,
    attributes: Vec<Value>,
    references: Vec<Value>,
}

impl Object {
    fn new(template: &'static Template, key: &str) -> Self {
        Self {
            template,
            id: uuid("misp object", &[template.name, key]),
            comment: String::new(),
            seen: None,
            attributes: Vec::new(),
            references: Vec::new(),
        }
    }

    /// The object of an exposure, with what a MISP user has to know to act.
    fn exposed(template: &'static Template, exposure: &Exposure) -> Self {
        let mut object = Self::new(template, &exposure.exposure_id.to_string());
        let actions: Vec<_> = exposure.actions.iter().map(word).collect();
        object.comment = format!(
            "severity: {}; class: {}; application: {}; status: {}; actions: {}",
            word(exposure.severity),
            word(exposure.identity_class),
            word(exposure.app_class),
            word(exposure.status),
            actions.join(", "),
        );
        let (first, last) = (millis(&exposure.first_seen), millis(&exposure.last_seen));
        object.seen = first.zip(last).map(|(first, last)| (first, first.max(last)));
        object
    }

    pub(super) fn id(&self) -> Uuid {
        self.id
    }

    /// Adds a text; MISP has no empty values.
    fn text(&mut self, relation: &str, value: &str) {
        self.typed(relation, "text", "Other", value);
    }

    fn typed(&mut self, relation: &str, kind: &str, category: &str, value: &str) {
        let value = shortened(value.trim());
        if value.is_empty() {
            return;
        }
        self.attributes.push(json!({
            "uuid": uuid("misp attribute", &[&self.id.to_string(), relation, &value]).to_string(),
            "object_relation": relation,
            "type": kind,
            "category": category,
            "value": value,
            "to_ids": false,
            "disable_correlation": !CORRELATED.contains(&(self.template.name, relation)),
            "distribution": "5",
        }));
    }

    /// Says what another object has to do with this one.
    pub(super) fn refer(&mut self, to: Uuid, how: &str) {
        self.references.push(json!({
            "uuid": uuid("misp reference", &[&self.id.to_string(), &to.to_string(), how]).to_string(),
            "object_uuid": self.id.to_string(),
            "referenced_uuid": to.to_string(),
            "relationship_type": how,
        }));
    }

    pub(super) fn into_json(self) -> Value {
        let shown = |millis| {
            let time = jiff::Timestamp::from_millisecond(millis).ok();
            time.map(|time| format!("{time:.6}"))
        };
        let mut object = json!({
            "uuid": self.id.to_string(),
            "name": self.template.name,
            "meta-category": self.template.category,
            "template_uuid": self.template.id,
            "template_version": self.template.version,
            "comment": self.comment,
            "distribution": "5",
            "Attribute": self.attributes,
            "ObjectReference": self.references,
        });
        if let (Some(object), Some((first, last))) = (object.as_object_mut(), self.seen) {
            object.insert("first_seen".to_owned(), shown(first).into());
            object.insert("last_seen".to_owned(), shown(last).into());
        }
        object
    }
}

/// Attributes by which MISP may find other events: those that name somebody or something.
const CORRELATED: &[(&str, &str)] = &[
    ("credential", "username"),
    ("user-account", "username"),
    ("user-account", "email"),
    ("device", "name"),
    ("device", "ip-address"),
    ("victim", "name"),
];

/// `value`, cut where it is too long.
fn shortened(value: &str) -> String {
    let end = value.floor_char_boundary(MOST_BYTES);
    match value.split_at_checked(end) {
        Some((kept, rest)) if !rest.is_empty() => format!("{kept}…"),
        _ => value.to_owned(),
    }
}

/// `value`, or what stands for an empty one where a template demands a value.
fn or_none(value: &str) -> &str {
    if value.trim().is_empty() { "[none]" } else { value }
}

/// A watched organisation.
pub(super) fn victim(organisation: &str) -> Object {
    let mut object = Object::new(&VICTIM, organisation);
    object.typed("name", "target-org", "Targeting data", or_none(organisation));
    object.text("classification", "organization");
    object
}

/// A family of stealers.
pub(super) fn malware(family: &str) -> Object {
    let mut object = Object::new(&MALWARE, family);
    object.typed("is_family", "boolean", "Other", "1");
    object.text("name", or_none(family));
    object.text("malware_type", "spyware");
    object
}

/// An infected computer.
pub(super) fn device(machine: &Machine) -> Object {
    let id = machine.machine_id.to_string();
    let mut object = Object::new(&DEVICE, &id);
    let infected = machine.infected_at.as_deref().and_then(millis);
    object.seen = infected.map(|time| (time, time));
    if let Some(name) = &machine.computer_name {
        object.text("name", name);
    }
    object.text("alias", &id);
    object.text("device-type", "PC");
    object.text("perspective", "Victim");
    object.text("status", "Infected");
    if let Some(os) = &machine.os {
        object.text("OS", os);
    }
    for address in addresses(Some(machine)) {
        object.typed("ip-address", "ip-src", "Network activity", &address.to_string());
    }
    let facts = [
        ("user", &machine.user_name),
        ("Windows domain", &machine.ad_domain),
        ("country", &machine.country),
        ("infected at", &machine.infected_at),
        ("malware ran from", &machine.malware_path),
    ];
    let facts = facts.iter().filter_map(|(what, fact)| Some((what, fact.as_deref()?)));
    let facts: Vec<_> = facts.map(|(what, fact)| format!("{what}: {fact}")).collect();
    object.text("description", &facts.join("; "));
    object
}

/// What is exposed.
pub(super) fn exposed(view: &View<'_>) -> Object {
    match (view.exposure.kind, &view.exposure.record) {
        (Kind::Credential, _) => credential(view),
        (Kind::Session, Record::Cookie(it)) => cookie(view, it),
        (Kind::Machine | Kind::Autofill, _) => account(view),
        (Kind::Session | Kind::Mention, _) => annotation(view),
    }
}

fn about(view: &View<'_>) -> String {
    format!("{}. {}", view.title(), view.description())
}

/// The name of the account, or what stands for it: the templates demand one.
fn name_of(view: &View<'_>) -> String {
    let name = view.login.or(view.email).filter(|name| !name.trim().is_empty());
    match (name, view.login_fingerprint) {
        (Some(name), _) => name.to_owned(),
        (None, Some(fingerprint)) => format!("{WITHHELD} fingerprint {fingerprint}"),
        (None, None) => or_none("").to_owned(),
    }
}

fn credential(view: &View<'_>) -> Object {
    let mut object = Object::exposed(&CREDENTIAL, view.exposure);
    object.text("username", &name_of(view));
    if let Some(url) = &view.url {
        object.typed("use-at", "link", "External analysis", url);
    }
    object.text("type", "password");
    object.text("origin", "leak");
    object.text("format", "unknown");
    object.text("text", &about(view));
    object
}

fn account(view: &View<'_>) -> Object {
    let mut object = Object::exposed(&USER_ACCOUNT, view.exposure);
    object.text("username", &name_of(view));
    if let Some(email) = view.email {
        object.typed("email", "email", "Social network", email);
    }
    object.text("description", &about(view));
    object
}

fn cookie(view: &View<'_>, cookie: &Cookie) -> Object {
    let mut object = Object::exposed(&COOKIE, view.exposure);
    let name = or_none(&cookie.name);
    let value = match cookie.fingerprint {
        Some(fingerprint) => format!("{WITHHELD} fingerprint {fingerprint}"),
        None => WITHHELD.to_owned(),
    };
    object.typed("cookie", "cookie", "Network activity", &format!("{name}={WITHHELD}"));
    object.text("cookie-name", name);
    object.text("cookie-value", &value);
    object.text("path", &cookie.path);
    object.typed("secure", "boolean", "Other", flag(cookie.secure));
    if let Some(http_only) = cookie.http_only {
        object.typed("http-only", "boolean", "Other", flag(http_only));
    }
    if let Some(expires) = cookie.expires_at.as_deref().filter(|time| millis(time).is_some()) {
        object.typed("expires", "datetime", "Other", expires);
    }
    if cookie.session {
        object.text("type", "Session management");
    }
    object.text("text", &about(view));
    object
}

fn flag(value: bool) -> &'static str {
    if value { "1" } else { "0" }
}

fn annotation(view: &View<'_>) -> Object {
    let mut object = Object::exposed(&ANNOTATION, view.exposure);
    object.text("text", &about(view));
    object.text("type", "Other");
    object
}
