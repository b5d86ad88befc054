//! Logins whose labels stand on one line: `URL: https://… Login: user1 Password: Example#1`.

use super::resolve::Split;
use crate::artefact::fields::{self, Field};
use crate::artefact::values;
use crate::record::Confidence;

/// Longest label in bytes, which letters of other scripts have two of.
const LONGEST_LABEL: usize = 32;

/// A label that was found, and where its value begins.
#[derive(Clone, Copy)]
struct Mark {
    field: Field,
    start: usize,
    value: usize,
}

/// The fields of a line that starts with a label and has one for the password.
pub(super) fn one_line(line: &[u8]) -> Option<Split<'_>> {
    if !starts_with_word(line) {
        return None;
    }
    let (marks, count) = marks(line)?;
    let marks = marks.get(..count)?;
    let value = |field: Field| {
        let index = marks.iter().position(|mark| mark.field == field)?;
        let from = marks.get(index)?.value;
        let end = marks.get(index + 1).map_or(line.len(), |next| next.start);
        let text = line.get(from..end)?;
        let text = text.strip_prefix(b" ").unwrap_or(text);
        Some(if end == line.len() { text } else { without_separator(text) })
    };
    let (url, username) = (value(Field::Url), value(Field::Username));
    let password = value(Field::Password)?;
    url.or(username)?;
    // `URL="x" USER="y" PASS="z"`: quotes round all values are no part of them.
    let is_quoted = [url, username, Some(password)]
        .into_iter()
        .flatten()
        .all(|value| values::within_quotes(value).is_some());
    let plain =
        |value| if is_quoted { values::within_quotes(value).unwrap_or(value) } else { value };
    let [url, username] =
        [url, username].map(|value| plain(value.unwrap_or_default()).trim_ascii());
    let split = Split::new(url, username, plain(password), Confidence::Medium);
    let software = value(Field::Software).map(plain).or(split.software);
    Some(Split { software, ..split })
}

/// A quick look: one word or two up to a colon or equals sign.
fn starts_with_word(line: &[u8]) -> bool {
    let behind_word = |line: &[u8]| -> Option<usize> {
        let letters = line.iter().take(LONGEST_LABEL + 1).take_while(|b| is_letter(b)).count();
        Some(letters).filter(|&letters| letters > 0)
    };
    let has_sign = |text: &[u8]| matches!(text.trim_ascii_start().first(), Some(b':' | b'='));
    let Some(rest) = behind_word(line).and_then(|word| line.get(word..)) else { return false };
    let second = rest.strip_prefix(b" ").and_then(|rest| rest.get(behind_word(rest)?..));
    has_sign(rest) || second.is_some_and(has_sign)
}

/// Whether a byte can be in a word of a label, in whatever language.
fn is_letter(byte: &u8) -> bool {
    byte.is_ascii_alphabetic() || !byte.is_ascii() || b"-_".contains(byte)
}

/// The first label of each field, in their order on the line; the first starts the line.
fn marks(line: &[u8]) -> Option<([Mark; Field::COUNT], usize)> {
    let mut marks = [Mark { field: Field::Url, start: 0, value: 0 }; Field::COUNT];
    let mut count = 0;
    for sign in memchr::memchr2_iter(b':', b'=', line) {
        let Some(mark) = mark_before(line, sign) else { continue };
        let known = marks.get(..count)?;
        let has = |field: Field| known.iter().any(|mark| mark.field == field);
        // Passwords are opaque: behind one, only a missing URL is looked for.
        let opaque = has(Field::Password) && mark.field != Field::Url;
        if count == 0 && mark.start > 0 {
            return None;
        }
        if has(mark.field) || opaque {
            continue;
        }
        *marks.get_mut(count)? = mark;
        count += 1;
    }
    (count > 1).then_some((marks, count))
}

/// The label of one or two words that ends at the sign at `sign`.
fn mark_before(line: &[u8], sign: usize) -> Option<Mark> {
    let before = line.get(..sign)?.trim_ascii_end();
    let last = word_start(before)?;
    let first = before.get(..last).and_then(|rest| word_start(rest.strip_suffix(b" ")?));
    [first, Some(last)].into_iter().flatten().find_map(|start| {
        let bounded =
            start == 0 || before.get(start - 1).is_some_and(|byte| b" |,;\t".contains(byte));
        let label = before.get(start..).filter(|label| bounded && label.len() <= LONGEST_LABEL)?;
        Some(Mark { field: fields::of_label(label)?, start, value: sign + 1 })
    })
}

/// Where the word begins that `text` ends with.
fn word_start(text: &[u8]) -> Option<usize> {
    let letters = text.iter().rev().take(LONGEST_LABEL + 1).take_while(|b| is_letter(b)).count();
    (letters > 0).then_some(text.len() - letters)
}

/// A value without what separates it from the next label: blanks and at most one sign.
fn without_separator(value: &[u8]) -> &[u8] {
    let value = value.trim_ascii_end();
    match value.split_last() {
        Some((b'|' | b',' | b';', rest)) => rest.trim_ascii_end(),
        _ => value,
    }
}
