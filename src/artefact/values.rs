//! Values that stand for no value, and the limits that every parser of this floor keeps.

use std::borrow::Cow;

use crate::fact::{CredentialFact, Password, Value};
use crate::issue::{Code, Issue, Stage};
use crate::secret::Secret;

/// Longest line that is parsed, in bytes.
pub(super) const MAX_LINE: usize = 1 << 20;

/// Longest value that is kept, in bytes.
pub(super) const MAX_VALUE: usize = 64 << 10;

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

/// The issue of a line that is longer than [`MAX_LINE`].
pub(super) fn line_too_long(line: u64, bytes: usize) -> Issue {
    Issue::loss(Stage::Limit, Code::LineTooLong, "a line is too long to be parsed")
        .at_line(line)
        .over_bytes(bytes as u64)
}

/// The issue of a value that is longer than [`MAX_VALUE`].
pub(super) fn value_too_long(line: u64, bytes: usize) -> Issue {
    Issue::loss(Stage::Limit, Code::ValueTooLong, "a value is too long to be kept")
        .at_line(line)
        .over_bytes(bytes as u64)
}

/// Keeps a login, or tells why not; one without login and password is nothing.
pub(super) fn keep<'t>(
    fact: CredentialFact<'t>,
    credentials: &mut Vec<CredentialFact<'t>>,
    issues: &mut Vec<Issue>,
) {
    let secret = match &fact.password {
        Password::Present(secret) => secret.expose().len(),
        Password::Empty | Password::Placeholder => 0,
    };
    if fact.username.is_empty() && fact.password == Password::Empty {
        return;
    }
    let longest = secret.max(fact.url.len()).max(fact.username.len());
    if longest > MAX_VALUE {
        issues.push(value_too_long(fact.span.first, longest));
    } else {
        credentials.push(fact);
    }
}
