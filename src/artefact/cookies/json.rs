//! Cookies in JSON, as browser extensions and some stealers write them.

use super::{Cookies, expiry, flag, is_domain};
use crate::artefact::json::{self, Object, Stretch};
use crate::fact::CookieFact;
use crate::secret::Secret;

/// Names of the members, in the order of [`members`](fact).
const KEYS: [&[&str]; 7] = [
    &["domain", "host", "host_key", "hostkey", "cookie_domain"],
    &["path"],
    &["secure", "isSecure", "is_secure"],
    &["httpOnly", "isHttpOnly", "is_httponly", "http_only"],
    &["expirationDate", "expires", "expiry", "expiration", "expires_utc", "expiresUtc"],
    &["name", "key", "cookie_name"],
    &["value", "cookie_value"],
];

fn wanted(key: &[u8]) -> Option<usize> {
    KEYS.iter().position(|names| names.iter().any(|name| key.eq_ignore_ascii_case(name.as_bytes())))
}

/// Reads the cookies among the objects of a JSON text.
pub(in crate::artefact) fn parse<'t>(text: Stretch<'t, '_>) -> Cookies<'t> {
    let mut found = Cookies::default();
    let issues = json::objects(text, wanted, |object| {
        if let Some(fact) = fact(object) {
            found.keep(fact);
        }
    });
    found.issues.extend(issues);
    found
}

/// How much of a text is read to tell whether it has cookies.
const SAMPLE: usize = 64 << 10;

/// Whether there is a cookie among the first objects.
pub(super) fn looks_like_cookies(text: &[u8]) -> bool {
    let mut cookies = false;
    json::objects(Stretch::whole(text.get(..SAMPLE).unwrap_or(text), 1), wanted, |object| {
        cookies = cookies || fact(object).is_some();
    });
    cookies
}

fn fact(object: Object<'_, 7>) -> Option<CookieFact<'_>> {
    let [domain, path, secure, http_only, expires, name, value] = object.members;
    let domain = domain.or(object.label.map(Into::into)).filter(|domain| is_domain(domain))?;
    Some(CookieFact {
        domain,
        path: path.filter(|path| !path.is_empty()).unwrap_or((&b"/"[..]).into()),
        name: name?,
        value: Secret::new(value?),
        secure: secure.and_then(|secure| flag(&secure)).unwrap_or(false),
        http_only: http_only.and_then(|http_only| flag(&http_only)),
        expires: expires.and_then(|expires| expiry(&expires)).and_then(|expiry| expiry.0),
        span: object.span,
    })
}
