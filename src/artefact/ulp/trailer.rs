//! What sellers and checkers write behind a password, told from the password itself.
//!
//! Passwords are opaque, so that only what cannot be meant otherwise is cut off.

use crate::artefact::shape::{self, trim};

/// Browsers that some exports name in a last field.
const BROWSERS: &[&[u8]] = &[
    b"Chrome",
    b"Google Chrome",
    b"Firefox",
    b"Mozilla Firefox",
    b"Edge",
    b"Microsoft Edge",
    b"Opera",
    b"Opera GX",
    b"Brave",
    b"Vivaldi",
    b"Yandex",
    b"Chromium",
];

/// The length of the longest of them.
const LONGEST_BROWSER: usize = 15;

/// The password without its trailer, and the browser that the trailer names.
pub(super) fn cut(password: &[u8]) -> (&[u8], Option<&[u8]>) {
    match password.last() {
        Some(b']') => (without_date(password), None),
        Some(last) if last.is_ascii_alphabetic() => {
            browser(password).unwrap_or_else(|| (without_fields(password), None))
        }
        _ => (without_fields(password), None),
    }
}

/// `password - [2024-05-12]`.
fn without_date(password: &[u8]) -> &[u8] {
    let cut = || {
        let start = memchr::memmem::rfind(password, b" - [")?;
        let date = password.get(start + 4..)?.strip_suffix(b"]")?;
        let is_date = (8..=25).contains(&date.len())
            && date.first().is_some_and(u8::is_ascii_digit)
            && date.iter().all(|byte| byte.is_ascii_digit() || b"-./: T".contains(byte));
        is_date.then(|| password.get(..start))?
    };
    cut().unwrap_or(password)
}

/// `password:Chrome`, `password;Chrome`.
fn browser(password: &[u8]) -> Option<(&[u8], Option<&[u8]>)> {
    let longest = password.len().saturating_sub(LONGEST_BROWSER + 1);
    let end = password.get(longest..)?;
    let start = longest + end.iter().rposition(|byte| b":|;,\t".contains(byte))?;
    let name = password.get(start + 1..)?;
    BROWSERS.contains(&name).then_some((password.get(..start)?, Some(name)))
}

/// `password | Country = US | @channel`.
fn without_fields(password: &[u8]) -> &[u8] {
    let mut places = memchr::memchr_iter(b'|', password);
    let cut = places.find(|&at| {
        let spaced = at > 0 && password.get(at - 1) == Some(&b' ');
        let fields = password.get(at + 1..).unwrap_or_default();
        spaced && fields.starts_with(b" ") && is_field(fields)
    });
    cut.and_then(|at| password.get(..at - 1)).unwrap_or(password)
}

/// Whether the text up to the next `|` is `@channel`, `Key = value`, or a link to a channel.
fn is_field(text: &[u8]) -> bool {
    let end = memchr::memchr(b'|', text).unwrap_or(text.len());
    let field = trim(text.get(..end).unwrap_or_default());
    if let Some(name) = field.strip_prefix(b"@") {
        return name.len() >= 4 && name.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'_');
    }
    let key = field.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let behind = field.get(key..).unwrap_or_default();
    let signs: [&[u8]; 3] = [b" = ", b": ", b" : "];
    let pair = (3..=16).contains(&key) && signs.iter().any(|sign| behind.starts_with(sign));
    pair || shape::starts_with_ignore_case(field, b"https://t.me/")
        || shape::starts_with_ignore_case(field, b"t.me/")
}
