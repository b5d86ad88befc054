//! Logins in JSON: lists of objects or dictionaries of lists, under any name of their fields.

use super::fields::{self, Field};
use super::json::{self, Object, Stretch};
use super::{shape, values};
use crate::fact::CredentialFact;
use crate::issue::Issue;
use crate::record::{Confidence, Origin};

/// What a JSON text gave.
#[derive(Debug, Default)]
pub(super) struct JsonLogins<'t> {
    pub(super) credentials: Vec<CredentialFact<'t>>,
    pub(super) issues: Vec<Issue>,
}

/// Reads the logins among the objects of a JSON text.
pub(super) fn parse<'t>(text: Stretch<'t, '_>) -> JsonLogins<'t> {
    let mut credentials = Vec::new();
    let wanted = |key: &[u8]| fields::of_column(key).map(|(field, _)| field.index());
    let issues = json::objects(text, wanted, |object| {
        if let Some(fact) = fact(object) {
            values::keep(fact, &mut credentials);
        }
    });
    JsonLogins { credentials, issues }
}

/// The login that an object is, if it has a password and something that it is for.
fn fact(object: Object<'_, { Field::COUNT }>) -> Option<CredentialFact<'_>> {
    let [url, username, password, software, profile] = object.members;
    let site = |label: &&[u8]| shape::is_host(label) || shape::scheme_length(label).is_some();
    let url = url.or(object.label.filter(site).map(Into::into));
    if url.is_none() && username.is_none() {
        return None;
    }
    Some(CredentialFact {
        url: url.unwrap_or_default(),
        username: values::username(username.unwrap_or_default()),
        password: values::password(password?),
        software: software.filter(|value| !value.is_empty()),
        profile: profile.filter(|value| !value.is_empty()),
        origin: Origin::Log,
        confidence: Confidence::High,
        span: object.span,
    })
}
