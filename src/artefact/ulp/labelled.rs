//! Logins whose labels stand on one line: `URL: https://… Login: user1 Password: Example#1`.

use super::resolve::Split;
use crate::artefact::fields::{self, Field};
use crate::record::Confidence;

/// Longest word of a label in bytes.
const LONGEST_WORD: usize = 16;

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
    let (url, username) = (url.unwrap_or_default(), username.unwrap_or_default());
    let split = Split::new(url.trim_ascii(), username.trim_ascii(), password, Confidence::Medium);
    let software = value(Field::Software).or(split.software);
    Some(Split { software, ..split })
}

/// A quick look: one word or two up to a colon or equals sign.
fn starts_with_word(line: &[u8]) -> bool {
    let behind_word = |line: &[u8]| {
        let letters = line.iter().take(LONGEST_WORD + 1).take_while(|b| b.is_ascii_alphabetic());
        Some(letters.count()).filter(|&letters| letters > 0)
    };
    let is_sign = |text: &[u8]| matches!(text.trim_ascii_start().first(), Some(b':' | b'='));
    let Some(first) = behind_word(line) else { return false };
    let rest = line.get(first..).unwrap_or_default();
    let second = match rest.split_first() {
        Some((b' ' | b'_' | b'-', rest)) => behind_word(rest).and_then(|word| rest.get(word..)),
        _ => None,
    };
    is_sign(rest) || second.is_some_and(is_sign)
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

/// The label of one word, or of two, that ends at the sign at `sign`.
fn mark_before(line: &[u8], sign: usize) -> Option<Mark> {
    let before = line.get(..sign)?.trim_ascii_end();
    let one = word_start(before)?;
    let two = before.get(..one).and_then(|front| match front.split_last() {
        Some((b' ' | b'_' | b'-', front)) => word_start(front),
        _ => None,
    });
    two.into_iter().chain([one]).find_map(|start| {
        let bounded =
            start == 0 || before.get(start - 1).is_some_and(|byte| b" |,;\t".contains(byte));
        let label = before.get(start..).filter(|_| bounded)?;
        Some(Mark { field: fields::of_label(label)?, start, value: sign + 1 })
    })
}

/// Where the word at the end of `text` begins.
fn word_start(text: &[u8]) -> Option<usize> {
    let letters = text.iter().rev().take_while(|byte| byte.is_ascii_alphabetic());
    let length = letters.take(LONGEST_WORD + 1).count();
    (1..=LONGEST_WORD).contains(&length).then(|| text.len() - length)
}

/// A value without what separates it from the next label: blanks and at most one sign.
fn without_separator(value: &[u8]) -> &[u8] {
    let value = value.trim_ascii_end();
    match value.split_last() {
        Some((b'|' | b',' | b';', rest)) => rest.trim_ascii_end(),
        _ => value,
    }
}
