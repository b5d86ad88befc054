//! Lines that start with a login: reversed ones, and those without any URL.

use super::delimiter::Delimiter;
use super::resolve::Split;
use crate::artefact::noise;
use crate::artefact::shape::{self, is_email, is_host, trim};
use crate::record::Confidence;

/// The fields of a line that starts with neither URL nor host, if an address anchors them.
pub(super) fn resolve(line: &[u8], delimiter: Delimiter) -> Option<Split<'_>> {
    let (first, rest) = delimiter.split(line)?;
    let first = trim(first);
    if let Some(split) = scheme_last(line, delimiter) {
        return Some(split);
    }
    host_last(first, rest, delimiter).or_else(|| email_first(first, rest))
}

/// `login:password:https://host/`.
fn scheme_last(line: &[u8], delimiter: Delimiter) -> Option<Split<'_>> {
    let start = shape::last_scheme(line)?;
    let fields = delimiter.strip_end(line.get(..start)?)?;
    let (username, password) = delimiter.split(fields)?;
    let url = line.get(start..)?;
    let end = url.iter().position(u8::is_ascii_whitespace).unwrap_or(url.len());
    is_login(trim(username)).then(|| {
        Split::new(url.get(..end).unwrap_or(url), trim(username), password, Confidence::Medium)
    })
}

/// `login;password;host`, three fields and no more.
fn host_last<'t>(first: &'t [u8], rest: &'t [u8], delimiter: Delimiter) -> Option<Split<'t>> {
    let (password, last) = delimiter.split(rest)?;
    let last = trim(last);
    let host = last.split(|byte| b":/".contains(byte)).next()?;
    if delimiter.find(last).is_some() || !is_host(host) || !is_login(first) {
        return None;
    }
    // Between colons, a password that ends like a host is as likely.
    let sure = is_email(first) || delimiter != Delimiter::COLON;
    let confidence = if sure { Confidence::Medium } else { Confidence::Low };
    Some(Split::new(last, first, password, confidence))
}

/// `user1@example.com:password`: all of the rest is the password.
fn email_first<'t>(first: &'t [u8], rest: &'t [u8]) -> Option<Split<'t>> {
    let prose = rest.starts_with(b" ") && trim(rest).contains(&b' ');
    let confidence = if rest.is_empty() { Confidence::Low } else { Confidence::Medium };
    (is_email(first) && !prose).then(|| Split::new(&[][..], first, rest, confidence))
}

/// `login:password`, two fields that nothing anchors.
pub(super) fn pair(line: &[u8], delimiter: Delimiter) -> Option<Split<'_>> {
    let (first, rest) = delimiter.split(line)?;
    let two = !rest.is_empty() && delimiter.find(rest).is_none();
    // `Title: text` is a label, `example.com:8443` a bare address.
    let label = rest.starts_with(b" ")
        || rest.starts_with(b"//")
        || (is_host(first) && shape::is_port(rest));
    (two && !label && is_login(first) && !noise::is_promotion(line))
        .then(|| Split::new(&[][..], first, rest, Confidence::Low))
}

/// Both fields of a line below a `[host]` header, which vouches for them.
pub(super) fn grouped(line: &[u8], delimiter: Delimiter) -> Option<(&[u8], &[u8])> {
    let (first, rest) = delimiter.split(line).or_else(|| Delimiter::COLON.split(line))?;
    (is_login(trim(first)) && !noise::has_link(line)).then_some((trim(first), rest))
}

/// Whether `text` can be a login: no blanks, no other delimiters, not too long.
fn is_login(text: &[u8]) -> bool {
    !text.is_empty()
        && text.len() <= 256
        && !text.iter().any(|&byte| byte <= b' ' || b"|;\"<>".contains(&byte))
}
