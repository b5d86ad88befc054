//! Lines that start with a login: reversed ones, and those without any URL.

use super::delimiter::Delimiter;
use super::resolve::Split;
use crate::artefact::noise;
use crate::artefact::shape::{self, is_email, is_host, trim};
use crate::record::Confidence;

/// The fields of a line that starts with neither URL nor host, if an address anchors them.
pub(super) fn resolve(line: &[u8], delimiter: Delimiter) -> Option<Split<'_>> {
    let (first, rest) = delimiter.split(line)?;
    if first.is_empty() {
        // An empty URL in front.
        let (login, password) = delimiter.split(rest)?;
        return email_first(login, password, delimiter);
    }
    let first = trim(first);
    scheme_last(line, delimiter)
        .or_else(|| host_last(first, rest, delimiter))
        .or_else(|| email_first(first, rest, delimiter))
}

/// What a line can mean as well when its login stands first, the likeliest reading first.
pub(super) fn others(line: &[u8], delimiter: Delimiter) -> impl Iterator<Item = Split<'_>> {
    let fields = || delimiter.split(line).map(|(first, rest)| (trim(first), rest));
    let email = fields().filter(|(first, _)| is_email(first));
    [
        scheme_last(line, delimiter),
        email.and_then(|(first, rest)| host_behind(first, rest, delimiter)),
        email.and_then(|(first, rest)| url_between(first, rest, delimiter)),
        email.and_then(|(first, rest)| email_first(first, rest, delimiter)),
    ]
    .into_iter()
    .flatten()
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
    let place = Place::of(last)?;
    // Between colons, a port makes a fourth field, which a password can have as well.
    let fourth = delimiter.find(last).is_some();
    let login = is_login(first) && !first.contains(&b':') && !password.is_empty();
    if (fourth && (place != Place::WithPort || !is_email(first))) || !login {
        return None;
    }
    // So does a password that ends like a host.
    let sure = !fourth && (is_email(first) || delimiter != Delimiter::COLON);
    let confidence = if sure { Confidence::Medium } else { Confidence::Low };
    Some(Split::new(last, first, password, confidence))
}

/// What a field that names a host says besides.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Nothing, or a path.
    Plain,
    /// A port and nothing else.
    WithPort,
}

impl Place {
    fn of(field: &[u8]) -> Option<Self> {
        let end = field.iter().position(|byte| b":/".contains(byte)).unwrap_or(field.len());
        let (host, behind) = field.split_at_checked(end)?;
        is_host(host).then(|| match behind.strip_prefix(b":") {
            Some(port) if shape::is_port(port) => Self::WithPort,
            _ => Self::Plain,
        })
    }
}

/// `user1@example.com:pass:word:host`, where a password with the delimiter in it is as likely.
fn host_behind<'t>(email: &'t [u8], rest: &'t [u8], delimiter: Delimiter) -> Option<Split<'t>> {
    let (password, host) = delimiter.split_last(rest)?;
    Place::of(host).map(|_| Split::new(host, email, password, Confidence::Low))
}

/// `user1@example.com:https://host/:password`.
fn url_between<'t>(email: &'t [u8], rest: &'t [u8], delimiter: Delimiter) -> Option<Split<'t>> {
    shape::scheme_length(rest)?;
    let (url, password) = delimiter.split_last(rest)?;
    (shape::scheme_length(url).is_some()).then(|| Split::new(url, email, password, Confidence::Low))
}

/// `user1@example.com:password`: all of the rest is the password.
fn email_first<'t>(first: &'t [u8], rest: &'t [u8], delimiter: Delimiter) -> Option<Split<'t>> {
    let prose = rest.starts_with(b" ") && trim(rest).contains(&b' ');
    if !is_email(first) || prose {
        return None;
    }
    let doubtful = rest.is_empty()
        || shape::scheme_length(rest).is_some()
        || delimiter.split_last(rest).is_some_and(|(_, last)| Place::of(last).is_some());
    let confidence = if doubtful { Confidence::Low } else { Confidence::Medium };
    Some(Split::new(&[][..], first, rest, confidence))
}

/// `login:password`, two fields that nothing anchors.
pub(super) fn pair(line: &[u8], delimiter: Delimiter) -> Option<Split<'_>> {
    let (first, rest) = delimiter.split(line)?;
    let two = !rest.is_empty() && delimiter.find(rest).is_none();
    // `Title: text` is a label, `example.com:8443` a bare address, `https:x` the start of one.
    let label = rest.starts_with(b" ")
        || rest.starts_with(b"//")
        || first.eq_ignore_ascii_case(b"http")
        || first.eq_ignore_ascii_case(b"https")
        || (is_host(first) && shape::is_port(rest));
    (two && !label && is_login(first) && !noise::is_promotion(line))
        .then(|| Split::new(&[][..], first, rest, Confidence::Low))
}

/// Both fields of a line below a `[host]` header, which vouches for them: whatever sign stands
/// between them.
pub(super) fn grouped(line: &[u8], delimiter: Delimiter) -> Option<(&[u8], &[u8])> {
    if noise::has_link(line) {
        return None;
    }
    let signs =
        [delimiter, Delimiter::COLON, Delimiter::TAB, Delimiter::PIPE, Delimiter::SEMICOLON];
    let mut fields = signs.into_iter().filter_map(|sign| sign.split(line));
    fields.find(|(first, _)| is_login(trim(first))).map(|(first, password)| (trim(first), password))
}

/// Whether `text` can be a login: no blanks, no other delimiters, not too long.
fn is_login(text: &[u8]) -> bool {
    !text.is_empty()
        && text.len() <= 256
        && !text.iter().any(|&byte| byte <= b' ' || b"|;\"<>".contains(&byte))
}
