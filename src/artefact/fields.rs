//! What the name of a column, of a JSON key or of a label means for a login.
//!
//! The one place where this floor asks the label table of the families.

use super::shape;
use crate::family::labels::{CredentialLabel, NormalKey, credential_label};

/// One field of a login.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    Url,
    Username,
    Password,
    Software,
    Profile,
}

impl Field {
    /// How many fields there are.
    pub(super) const COUNT: usize = 5;

    /// Its place in a row of fields.
    pub(super) fn index(self) -> usize {
        self as usize
    }
}

/// How well a name fits a field, where several columns claim it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    Absent,
    /// An alias that other files use.
    Alias,
    /// The field's own name.
    Name,
}

/// Names of columns and keys that mean a field beyond doubt, normalised.
const NAMES: &[(&[u8], Field)] = &[
    (b"url", Field::Url),
    (b"loginuri", Field::Url),
    (b"originurl", Field::Url),
    (b"hostname", Field::Url),
    (b"username", Field::Username),
    (b"login", Field::Username),
    (b"user", Field::Username),
    (b"loginusername", Field::Username),
    (b"loginname", Field::Username),
    (b"usernamevalue", Field::Username),
    (b"password", Field::Password),
    (b"pass", Field::Password),
    (b"loginpassword", Field::Password),
    (b"passwordvalue", Field::Password),
    (b"psw", Field::Password),
];

/// Names that the label table knows and that mean something else in tables.
const OTHERS: &[&[u8]] = &[b"title", b"name", b"usernamefield", b"passwordfield", b"note", b"pin"];

/// What a column or key means, and how surely.
pub(super) fn of_column(name: &[u8]) -> Option<(Field, Rank)> {
    let key = NormalKey::new(name)?;
    if let Some(&(_, field)) = NAMES.iter().find(|(known, _)| *known == key.as_bytes()) {
        return Some((field, Rank::Name));
    }
    if OTHERS.contains(&key.as_bytes()) {
        return None;
    }
    of_label(name).map(|field| (field, Rank::Alias))
}

/// What the label of a `label: value` line means; `name` may be written in any way.
pub(super) fn of_label(name: &[u8]) -> Option<Field> {
    match credential_label(name)? {
        CredentialLabel::Url => Some(Field::Url),
        CredentialLabel::Username => Some(Field::Username),
        CredentialLabel::Password => Some(Field::Password),
        CredentialLabel::Software => Some(Field::Software),
        CredentialLabel::Profile => Some(Field::Profile),
        CredentialLabel::Extra => None,
    }
}

/// What a line of a form history is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FormLabel {
    /// `Name:`, `Form:`, `Field:` alone.
    Name,
    /// `Value:`, with or without the name in front.
    Value,
}

/// The label of a line of a form history, if it has one.
pub(super) fn form_label(line: &[u8]) -> Option<FormLabel> {
    let starts = |label: &[u8]| shape::starts_with_ignore_case(line, label);
    if starts(b"value:") {
        Some(FormLabel::Value)
    } else if starts(b"name:") || starts(b"form:") || starts(b"field:") {
        let both = shape::contains_ignore_case(line, b" value:");
        Some(if both { FormLabel::Value } else { FormLabel::Name })
    } else {
        None
    }
}
