//! Several fields on one line: `URL: https://… Login: user1 Password: x`, and whole files on one
//! line with `\n` written out.

use memchr::memmem;

use super::line::{Field, Kind, classify};
use crate::artefact::values::within_quotes;
use crate::family::labels::{CredentialLabel, NormalKey};
use crate::text::without_widthless_end;

/// Longest key within a line, in bytes.
const LONGEST_KEY: usize = 24;

/// The fields that stand on the line of `first`, which is the first of them; nothing if it is the
/// only one.
pub(super) fn fields<'t>(first: &Field<'t>) -> Vec<Field<'t>> {
    let mut fields = Vec::new();
    let mut current = *first;
    let mut taken = vec![current.label];
    while let Some((value, next)) = cut(&current, &taken) {
        taken.push(next.label);
        fields.push(Field { value, behind: value, ..current });
        current = next;
    }
    if !fields.is_empty() {
        fields.push(current);
    }
    undo_quotes(&mut fields);
    fields
}

/// Takes the quotes off the values of `URL="x" USER="y"`, where all have them.
fn undo_quotes(fields: &mut [Field<'_>]) {
    if fields.iter().all(|field| within_quotes(field.value).is_some()) {
        for field in fields {
            let value = within_quotes(field.value).unwrap_or(field.value);
            *field = Field { value, behind: value, ..*field };
        }
    }
}

/// Cuts the value of `field` in front of the next key that is not yet `taken`.
fn cut<'t>(field: &Field<'t>, taken: &[Option<CredentialLabel>]) -> Option<(&'t [u8], Field<'t>)> {
    for position in memchr::memchr2_iter(b':', b'=', field.value) {
        let (before, rest) = field.value.split_at_checked(position)?;
        let Some((value, key)) = key_at_end(before) else { continue };
        let Some(label) = key.credential().filter(|label| !taken.contains(&Some(*label))) else {
            continue;
        };
        // Behind a password only what cannot be part of it by the shape of the other lines.
        let is_login = matches!(label, CredentialLabel::Url | CredentialLabel::Username);
        if field.label == Some(CredentialLabel::Password) && is_login {
            continue;
        }
        let rest = rest.get(1..).unwrap_or_default();
        let rest = rest.strip_prefix(b" ").unwrap_or(rest);
        let next = Field { key, label: Some(label), value: rest, behind: rest, column: None };
        return Some((value, next));
    }
    None
}

/// Splits `text` in front of a known key of one or two words at its end.
fn key_at_end(text: &[u8]) -> Option<(&[u8], NormalKey)> {
    let start = text.trim_ascii_end().len().saturating_sub(LONGEST_KEY);
    let window = text.get(start..)?.trim_ascii_end();
    let is_edge = |&&byte: &&u8| matches!(byte, b' ' | b'\t' | b'|' | b';' | b',');
    let words = window.iter().rev().take_while(|byte| !is_edge(byte)).count();
    let one = window.len().checked_sub(words).filter(|&cut| cut > 0)?;
    let two = window
        .get(..one)
        .and_then(|front| front.strip_suffix(b" "))
        .and_then(|front| {
            let word = front.iter().rev().take_while(|byte| !is_edge(byte)).count();
            front.len().checked_sub(word)
        })
        .filter(|&cut| cut > 0);
    two.into_iter().chain([one]).find_map(|cut| {
        let (front, key) = text.split_at_checked(start + cut)?;
        let key = key
            .first()
            .filter(|byte| byte.is_ascii_alphabetic() || **byte >= 0x80)
            .and(NormalKey::new(key))?;
        key.credential()?;
        Some((without_delimiter(front), key))
    })
}

/// `value` without the delimiter behind it: ` `, ` | `, `;` and the like.
fn without_delimiter(value: &[u8]) -> &[u8] {
    let value = value.strip_suffix(b" ").unwrap_or(value);
    match value.split_last() {
        Some((b'|' | b';' | b',', rest)) => rest.strip_suffix(b" ").unwrap_or(rest),
        Some((b'/', rest)) => rest.strip_suffix(b" ").unwrap_or(value),
        _ => value,
    }
}

/// The lines of a text that stands on one line with `\n` (or `\r\n`) written out; nothing if
/// `line` is not such a text. One that begins with a login or password is a line of a block: its
/// value is opaque.
pub(in crate::artefact) fn written_lines(line: &[u8]) -> Vec<&[u8]> {
    let mut lines = Vec::new();
    if memchr::memchr(b'\\', line).is_none() {
        return lines;
    }
    let mut known = match Field::read(line).and_then(|field| field.label) {
        Some(CredentialLabel::Username | CredentialLabel::Password) => return lines,
        None | Some(CredentialLabel::Extra) => 0,
        Some(_) => 1,
    };
    let mut start = 0;
    for position in memmem::find_iter(line, b"\\n") {
        let next = position + 2;
        let rest = line.get(next..).unwrap_or_default();
        let ends_here = rest.is_empty() || rest.starts_with(b"\\n") || rest.starts_with(b"\\r\\n");
        let labelled = !ends_here
            && Field::read(rest.get(..512).unwrap_or(rest)).is_some_and(|f| f.label.is_some());
        let is_rule = || matches!(classify(until_written_end(rest)), Kind::Rule);
        if position < start || !(ends_here || labelled || is_rule()) {
            continue;
        }
        known += u32::from(labelled);
        let piece = line.get(start..position).unwrap_or_default();
        let piece = piece.strip_suffix(b"\\r").unwrap_or(piece);
        lines.push(without_widthless_end(piece));
        start = next;
    }
    if known < 2 {
        return Vec::new();
    }
    lines.push(line.get(start..).unwrap_or_default());
    lines
}

fn until_written_end(text: &[u8]) -> &[u8] {
    let text = text.get(..256).unwrap_or(text);
    memmem::find(text, b"\\").and_then(|end| text.get(..end)).unwrap_or(text)
}
