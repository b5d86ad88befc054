//! Values that stand for no value.

use std::borrow::Cow;

use crate::fact::{CredentialFact, Password, Value};
use crate::provenance::Span;
use crate::record::{Confidence, Origin};
use crate::secret::Secret;

/// What stealers write for a password that they could not get.
const NO_PASSWORD: &[&[u8]] = &[
    b"UNKNOWN",
    b"N/A",
    b"null",
    b"NULL",
    b"None",
    b"(null)",
    b"[NOT_SAVED]",
    b"NOT_SAVED",
    b"d41d8cd98f00b204e9800998ecf8427e",
];

/// How a password begins that is a message of the stealer.
const NO_PASSWORD_PREFIX: &[&[u8]] =
    &[b"Unable to decrypt", b"DBSC-Protected:", b"[v20]", b"ERROR:", b"ERROR "];

/// What stealers write for a login that they do not have.
const NO_USERNAME: &[&[u8]] =
    &[b"UNKNOWN", b"EMAIL", b"[NOT_SAVED]", b"NOT_SAVED", b"null", b"NULL", b"(null)", b"N/A"];

/// The password that `value` is.
pub(super) fn password(value: Value<'_>) -> Password<'_> {
    if value.is_empty() {
        Password::Empty
    } else if NO_PASSWORD.contains(&&*value)
        || value == "ERROR".as_bytes()
        || NO_PASSWORD_PREFIX.iter().any(|prefix| value.starts_with(prefix))
    {
        Password::Placeholder
    } else {
        Password::Present(Secret::new(value))
    }
}

/// The login that `value` is: empty where it is a placeholder.
pub(super) fn username(value: Value<'_>) -> Value<'_> {
    if NO_USERNAME.contains(&&*value) { Cow::Borrowed(&[]) } else { value }
}

/// The login that a program other than a browser has saved, as its own file tells it.
pub(super) fn saved_login<'t>(
    url: Value<'t>,
    name: Value<'t>,
    password: Password<'t>,
    span: Span,
) -> CredentialFact<'t> {
    let (origin, confidence) = (Origin::Log, Confidence::High);
    let (software, profile) = (None, None);
    let username = username(name);
    CredentialFact { url, username, password, software, profile, origin, confidence, span }
}

/// Keeps a login; one without login and password is nothing.
pub(super) fn keep<'t>(fact: CredentialFact<'t>, credentials: &mut Vec<CredentialFact<'t>>) {
    if !fact.username.is_empty() || fact.password != Password::Empty {
        credentials.push(fact);
    }
}

/// Cuts off what of a value is past its first `longest` bytes.
pub(super) fn truncate(value: &mut Value<'_>, longest: usize) {
    match value {
        Cow::Borrowed(bytes) => *bytes = bytes.get(..longest).unwrap_or(bytes),
        Cow::Owned(bytes) => bytes.truncate(longest),
    }
}
