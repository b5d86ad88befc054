//! Values that stand for no value.

use std::borrow::Cow;

use super::passwords::line::trim;
use super::shape::starts_with_ignore_case;
use crate::fact::{CredentialFact, Password, Value};
use crate::provenance::Span;
use crate::record::{Confidence, Origin};
use crate::secret::Secret;

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

/// What stands between the quotes of `"value"`.
pub(super) fn within_quotes(value: &[u8]) -> Option<&[u8]> {
    value.strip_prefix(b"\"")?.strip_suffix(b"\"")
}

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

/// The login that a program other than a browser has saved, as its own file tells it.
pub(super) fn saved_login<'t>(
    url: Value<'t>,
    name: Value<'t>,
    password: Password<'t>,
    span: Span,
) -> CredentialFact<'t> {
    let (origin, confidence) = (Origin::Log, Confidence::High);
    let (software, profile) = (None, None);
    let username = without_placeholder(name);
    CredentialFact { url, username, password, software, profile, origin, confidence, span }
}

/// Keeps a login whose username is as it was written. One without username and password is
/// nothing, but one with a text that stands for no username is a login.
pub(super) fn keep<'t>(mut fact: CredentialFact<'t>, credentials: &mut Vec<CredentialFact<'t>>) {
    if !fact.username.is_empty() || fact.password != Password::Empty {
        fact.username = without_placeholder(fact.username);
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
