//! STIX cyber observables: what can be seen on a network or in a log, under the ids that the
//! standard gives them, so that every tool makes the same id of the same value.

use std::net::IpAddr;

use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::exposure::Kind;
use crate::record::Machine;
use crate::sink::view::{Host, View};

/// The namespace that STIX 2.1 gives to observables (section 2.9 of the standard).
const NAMESPACE: Uuid = Uuid::from_u128(0x00ab_edb4_aa42_466c_9c01_fed2_3315_a9b7);

/// The observables of an exposure, each once.
pub(super) fn of(view: &View<'_>) -> Vec<Value> {
    let mut found = Vec::new();
    found.extend(account(view));
    found.extend(view.email.map(|email| single("email-addr", email)));
    found.extend(view.host.map(|host| match host {
        Host::Name(name) => single("domain-name", &name.to_ascii_lowercase()),
        Host::V4(address) => address_of(address.into()),
        Host::V6(address) => address_of(address.into()),
    }));
    found.extend(view.url.as_deref().map(|url| single("url", url)));
    found
}

/// The network addresses of a computer.
pub(super) fn addresses(machine: &Machine) -> Vec<Value> {
    crate::sink::view::addresses(Some(machine)).into_iter().map(address_of).collect()
}

/// The account that is exposed. Its `user_id` holds the site as well: the same login elsewhere is
/// another account.
fn account(view: &View<'_>) -> Option<Value> {
    let (login, shown) = match (view.login, view.login_fingerprint) {
        (Some(login), _) => (login.to_owned(), Some(login)),
        (None, Some(fingerprint)) => (fingerprint.to_string(), None),
        (None, None) => return None,
    };
    let user_id = match view.exposure.kind {
        Kind::Credential => match view.site {
            Some(site) => format!("{site}/{login}"),
            None => login,
        },
        Kind::Machine => match view.machine.and_then(|machine| machine.computer_name.as_deref()) {
            Some(computer) => format!("{computer}\\{login}"),
            None => login,
        },
        Kind::Session | Kind::Autofill | Kind::Mention => return None,
    };
    let mut members = Map::new();
    members.insert("user_id".to_owned(), user_id.into());
    if let Some(login) = shown {
        members.insert("account_login".to_owned(), login.into());
    }
    Some(observable("user-account", members))
}

fn address_of(address: IpAddr) -> Value {
    let kind = if address.is_ipv4() { "ipv4-addr" } else { "ipv6-addr" };
    single(kind, &address.to_string())
}

/// An observable that is its value.
fn single(kind: &str, value: &str) -> Value {
    let mut members = Map::new();
    members.insert("value".to_owned(), value.into());
    observable(kind, members)
}

/// An observable whose `members` are just those that its id is made from.
fn observable(kind: &str, members: Map<String, Value>) -> Value {
    let id = Uuid::new_v5(&NAMESPACE, canonical(&members).as_bytes());
    let mut object = json!({
        "type": kind,
        "spec_version": "2.1",
        "id": format!("{kind}--{id}"),
    });
    if let Some(object) = object.as_object_mut() {
        object.extend(members);
    }
    object
}

/// `members` as the JSON of RFC 8785: sorted by key, without spaces.
fn canonical(members: &Map<String, Value>) -> String {
    let sorted: std::collections::BTreeMap<_, _> = members.iter().collect();
    serde_json::to_string(&sorted).unwrap_or_default()
}
