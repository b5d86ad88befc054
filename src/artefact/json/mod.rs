//! Logins, cookies and form histories in JSON: lists of objects, dictionaries of lists or an object
//! a line, under any name of their members.

mod forms;
mod lines;
mod objects;
#[cfg(test)]
mod tests;

pub(super) use forms::form_history;
pub(super) use objects::{Stretch, open_behind};

use self::lines::Ledger;
use self::objects::{Object, objects};
use super::cookies;
use super::fields::{self, Field};
use super::{shape, values};
use crate::fact::{CookieFact, CredentialFact, LineCounts, Value};
use crate::issue::Issue;
use crate::provenance::Span;
use crate::record::{Confidence, Origin};
use crate::secret::Secret;

/// What a JSON text gave.
#[derive(Debug, Default)]
pub(super) struct Found<'t> {
    pub(super) credentials: Vec<CredentialFact<'t>>,
    pub(super) cookies: Vec<CookieFact<'t>>,
    pub(super) issues: Vec<Issue>,
    pub(super) lines: LineCounts,
}

/// What a member means, for a login or for a cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Member {
    Url,
    /// The host of a login or the domain of a cookie.
    Host,
    Username,
    Password,
    Software,
    Profile,
    Path,
    Secure,
    HttpOnly,
    Expires,
    Name,
    Value,
}

/// How many there are.
const MEMBERS: usize = 12;

/// Names of members that cookies have, and logins have not, or in the same sense.
const COOKIE_KEYS: &[(Member, &[&[u8]])] = &[
    (Member::Name, &[b"name", b"key", b"cookie_name"]),
    (Member::Value, &[b"value", b"cookie_value"]),
    (Member::Host, &[b"domain", b"host", b"host_key", b"hostkey", b"cookie_domain"]),
    (Member::Path, &[b"path"]),
    (Member::Secure, &[b"secure", b"issecure", b"is_secure"]),
    (Member::HttpOnly, &[b"httponly", b"ishttponly", b"is_httponly", b"http_only"]),
    (
        Member::Expires,
        &[
            b"expirationdate",
            b"expires",
            b"expiry",
            b"expiration",
            b"expires_utc",
            b"expiresutc",
            b"expires_at",
        ],
    ),
];

/// Names of lists of addresses, all for one login, as password managers export them.
const URL_LISTS: &[&[u8]] = &[b"uris", b"urls"];

fn member(key: &[u8]) -> Option<Member> {
    let is_key = |names: &&[&[u8]]| names.iter().any(|name| key.eq_ignore_ascii_case(name));
    if is_key(&URL_LISTS) {
        return Some(Member::Url);
    }
    if let Some((member, _)) = COOKIE_KEYS.iter().find(|(_, names)| is_key(names)) {
        return Some(*member);
    }
    Some(match fields::of_column(key)?.0 {
        Field::Url => Member::Url,
        Field::Username => Member::Username,
        Field::Password => Member::Password,
        Field::Software => Member::Software,
        Field::Profile => Member::Profile,
    })
}

/// Reads the logins and cookies among the objects of a JSON text.
pub(super) fn parse<'t>(stretch: Stretch<'t, '_>) -> Found<'t> {
    let mut ledger = Ledger::default();
    let mut found = Found::default();
    let wanted = |key: &[u8]| member(key).map(|member| member as usize);
    let problems = objects(stretch, &mut ledger, wanted, |object, ledger| {
        let span = object.span;
        match record(object) {
            Record::Login(fact) => {
                ledger.record(span);
                values::keep(fact, &mut found.credentials);
            }
            Record::Cookie(fact) => {
                ledger.record(span);
                found.cookies.push(fact);
            }
            Record::Half => ledger.unexplained(span),
            Record::Nothing => {}
        }
    });
    found.issues.extend(problems);
    found.lines = ledger.count(stretch.text, stretch.first_line);
    found
}

/// What an object is.
enum Record<'t> {
    Login(CredentialFact<'t>),
    Cookie(CookieFact<'t>),
    /// It has a secret, and nothing that it is for.
    Half,
    /// Something else.
    Nothing,
}

fn record(object: Object<'_, MEMBERS>) -> Record<'_> {
    let Object { members, label, span } = object;
    let [url, host, username, password, software, profile, cookie @ ..] = members;
    let says = |value: &Value<'_>| !value.is_empty();
    let [.., cookie_value] = &cookie;
    let is_half = password.as_ref().is_some_and(says)
        || (host.as_ref().is_some_and(says) && cookie_value.as_ref().is_some_and(says));
    if let Some(password) = password {
        let label =
            label.filter(|label| shape::is_host(label) || shape::scheme_length(label).is_some());
        let url = [url, host, label].into_iter().flatten().find(says);
        let username = username.filter(says);
        if url.is_some() || username.is_some() {
            return Record::Login(CredentialFact {
                url: url.unwrap_or_default(),
                username: username.unwrap_or_default(),
                password: values::password(password),
                software: software.filter(says),
                profile: profile.filter(says),
                origin: Origin::Log,
                confidence: Confidence::High,
                span,
            });
        }
    } else if let Some(fact) = cookie_of(host.filter(says).or_else(|| domain(label?)), cookie, span)
    {
        return Record::Cookie(fact);
    }
    if is_half { Record::Half } else { Record::Nothing }
}

/// A key that is a domain: any word might be that of one label.
fn domain(label: Value<'_>) -> Option<Value<'_>> {
    let bare = label.strip_prefix(b".").unwrap_or(&label);
    shape::is_host(bare).then_some(label)
}

fn cookie_of<'t>(
    domain: Option<Value<'t>>,
    members: [Option<Value<'t>>; 6],
    span: Span,
) -> Option<CookieFact<'t>> {
    let [path, secure, http_only, expires, name, value] = members;
    let flag = |value: Option<Value<'_>>| cookies::flag(&value?);
    Some(CookieFact {
        domain: domain.filter(|domain| cookies::is_domain(domain))?,
        path: path.filter(|path| !path.is_empty()).unwrap_or((&b"/"[..]).into()),
        name: name?,
        value: Secret::new(value?),
        secure: flag(secure).unwrap_or(false),
        http_only: flag(http_only),
        expires: expires.and_then(|expires| cookies::expiry(&expires)?.0),
        span,
    })
}
