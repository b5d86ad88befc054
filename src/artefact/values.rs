//! Values that stand for no value, and the limits that every parser of this floor keeps.

use std::borrow::Cow;

use super::passwords::line::trim;
use super::shape::starts_with_ignore_case;
use crate::fact::{CredentialFact, Password, Value};
use crate::issue::{Code, Issue, Stage};
use crate::secret::Secret;

/// Longest line that is parsed, in bytes.
pub(super) const MAX_LINE: usize = 1 << 20;

/// Longest value that is kept, in bytes.
pub(super) const MAX_VALUE: usize = 64 << 10;

/// What stealers write where they have no value. `unknown` in small letters may be somebody's name.
const PLACEHOLDERS: &[&[u8]] = &[
    b"UNKNOWN",
    b"N/A",
    b"null",
    b"NULL",
    b"(null)",
    b"None",
    b"[NOT_SAVED]",
    b"[NOT SAVED]",
    b"NOT_SAVED",
];

/// How a password begins, in any case, that they could not decrypt.
const UNDECRYPTED: &[&[u8]] = &[
    b"unable to decrypt",
    b"failed to decrypt",
    b"cannot decrypt",
    b"could not decrypt",
    b"dbsc-protected",
    b"[v10]",
    b"[v11]",
    b"[v20]",
];

/// MD5 of nothing.
const EMPTY_MD5: &[u8] = b"d41d8cd98f00b204e9800998ecf8427e";

/// The password that `value` is.
pub(super) fn password(value: Value<'_>) -> Password<'_> {
    let text = trim(&value);
    let is_error = text
        .strip_prefix(b"ERROR")
        .is_some_and(|rest| rest.first().is_none_or(|byte| matches!(byte, b':' | b' ' | b'_')));
    if text.is_empty() {
        Password::Empty
    } else if PLACEHOLDERS.contains(&text)
        || text == EMPTY_MD5
        || is_error
        || UNDECRYPTED.iter().any(|prefix| starts_with_ignore_case(text, prefix))
    {
        Password::Placeholder
    } else {
        Password::Present(Secret::new(value))
    }
}

/// The value, or nothing for a text that stands for no value.
pub(super) fn without_placeholder(value: Value<'_>) -> Value<'_> {
    if PLACEHOLDERS.contains(&&*value) || &*value == b"EMAIL" { Cow::Borrowed(&[]) } else { value }
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
