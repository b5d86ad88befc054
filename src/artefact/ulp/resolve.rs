//! The resolver: which bytes of one line are URL, login and password.
//!
//! Deterministic and line-local. Lines that start with a URL are read here, with or without its
//! scheme; those that start with a login are in [`login_first`](super::login_first).

use std::borrow::Cow;

use super::delimiter::{Delimiter, signs_in};
use super::{login_first, trailer, user_info};
use crate::artefact::shape::{self, ByteSet, is_email, is_host};
use crate::fact::Value;
use crate::record::Confidence;

/// The fields of one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split<'t> {
    /// The address; empty on a combolist line.
    pub url: Value<'t>,
    /// The login as written, placeholders included.
    pub username: Value<'t>,
    /// The password as written, placeholders included.
    pub password: Value<'t>,
    /// The browser, where the line names one.
    pub software: Option<&'t [u8]>,
    /// How sure the split is.
    pub confidence: Confidence,
}

impl<'t> Split<'t> {
    /// Fields whose password may still have a trailer behind it.
    pub(super) fn new(
        url: impl Into<Value<'t>>,
        username: &'t [u8],
        password: &'t [u8],
        confidence: Confidence,
    ) -> Self {
        let (password, software) = trailer::cut(password);
        let (username, password) = (Cow::Borrowed(username), Cow::Borrowed(password));
        Self { url: url.into(), username, password, software, confidence }
    }
}

/// Whether another reading of a line is about as likely.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Doubt {
    None,
    Some,
}

/// A line without what is not part of it: marks, blanks before it, a watermark.
pub(in crate::artefact) fn clean(line: &[u8]) -> &[u8] {
    let mut line = line.trim_ascii_start();
    // The marks have no ASCII in them, and most lines nothing else.
    if line.first().is_some_and(|byte| !byte.is_ascii()) {
        while let Some(rest) = INVISIBLE.iter().find_map(|mark| line.strip_prefix(*mark)) {
            line = rest.trim_ascii_start();
        }
    }
    if line.last().is_some_and(|byte| !byte.is_ascii()) {
        while let Some(rest) = INVISIBLE.iter().find_map(|mark| line.strip_suffix(*mark)) {
            line = rest;
        }
    }
    without_watermark(line)
}

/// Zero-width characters, the no-break space and the byte order mark.
const INVISIBLE: [&[u8]; 6] = [
    b"\xe2\x80\x8b",
    b"\xe2\x80\x8c",
    b"\xe2\x80\x8d",
    b"\xe2\x81\xa0",
    b"\xc2\xa0",
    b"\xef\xbb\xbf",
];

/// Takes off four to nine small letters and at least four spaces.
fn without_watermark(line: &[u8]) -> &[u8] {
    let letters = line.iter().take(10).take_while(|byte| byte.is_ascii_lowercase()).count();
    match line.get(letters..) {
        Some(rest) if (4..=9).contains(&letters) && rest.starts_with(b"    ") => {
            rest.trim_ascii_start()
        }
        _ => line,
    }
}

/// The fields of a clean line from a file with the given delimiter.
///
/// The vote of the file beats the line: another delimiter is tried where that of the file gives
/// less than login and password, or where it leaves a doubt that an e-mail address as login ends.
pub(super) fn resolve(line: &[u8], delimiter: Delimiter) -> Option<Split<'_>> {
    match user_info::resolve(line).or_else(|| with_delimiter(line, delimiter)) {
        Some(split) if split.confidence > Confidence::Low => Some(split),
        Some(split) if is_email(&split.username) => Some(split),
        Some(split) => {
            let anchored =
                |other: &Split<'_>| other.confidence > Confidence::Low && is_email(&other.username);
            let other = with_others(line, delimiter).find(anchored);
            Some(other.map_or(split, |other| Split { confidence: Confidence::Low, ..other }))
        }
        None => {
            let sure = |other: &Split<'_>| other.confidence > Confidence::Low;
            with_others(line, delimiter)
                .find(sure)
                .or_else(|| with_others(line, delimiter).next())
                .or_else(|| login_first::pair(line, delimiter))
        }
    }
}

/// What the delimiters make of a clean line that are not the one of its file.
fn with_others(line: &[u8], delimiter: Delimiter) -> impl Iterator<Item = Split<'_>> {
    let signs = signs_in(line);
    Delimiter::FALLBACKS
        .into_iter()
        .filter(move |&other| other != delimiter && other.is_among(signs))
        .filter(|other| other.find(line).is_some())
        .filter_map(|other| with_delimiter(line, other))
}

/// The fields of a clean line, for one delimiter and nothing else.
pub(super) fn with_delimiter(line: &[u8], delimiter: Delimiter) -> Option<Split<'_>> {
    let split = if let Some(scheme) = scheme(line) {
        url_first(line, scheme, delimiter)
    } else if let Some(host) = bare_host(line) {
        let split = url_first(line, 0, delimiter);
        split
            .map(|split| doubt_bare_host(split, host))
            .or_else(|| login_first::resolve(line, delimiter))
    } else if is_percent_encoded(line) {
        percent_encoded(line, delimiter)
    } else {
        login_first::resolve(line, delimiter)
    }?;
    let believable = delimiter != Delimiter::COMMA
        || (!split.url.is_empty() && is_email(shape::trim(&split.username)));
    believable.then_some(split)
}

/// The length of the scheme that a line starts with, misspelt or written twice as it may be.
pub(super) fn scheme(line: &[u8]) -> Option<usize> {
    let Some(mut length) = shape::scheme_length(line) else { return misspelt_scheme(line) };
    while let Some(rest) = line.get(length..).filter(|rest| rest.starts_with(b"http"))
        && let Some(again) = shape::scheme_length(rest)
    {
        length += again;
    }
    Some(length)
}

/// The length of `http:/`, `http:\\\\`, `https//`, `://` or `//` in front of a host.
fn misspelt_scheme(line: &[u8]) -> Option<usize> {
    if !matches!(line.first()?, b'h' | b'H' | b':' | b'/') {
        return None;
    }
    let name = [&b"https"[..], b"http", b""]
        .into_iter()
        .find(|name| shape::starts_with_ignore_case(line, name))?;
    let rest = line.get(name.len()..)?;
    let signs =
        [&b"://"[..], b":/", b"//", b":\\\\"].into_iter().find(|signs| rest.starts_with(signs))?;
    let host = rest.get(signs.len()..)?;
    let host = host.get(..authority_end(host))?;
    // A single slash is the beginning of a path.
    (is_host(host) && (!name.is_empty() || signs.ends_with(b"//")))
        .then_some(name.len() + signs.len())
}

/// The host that a line without scheme starts with: a domain, an address, or one label and a port.
fn bare_host(line: &[u8]) -> Option<&[u8]> {
    let end = authority_end(line);
    let host = line.get(..end)?;
    if is_host(host) || host.eq_ignore_ascii_case(b"localhost") {
        return Some(host);
    }
    let rest = line.get(end..)?.strip_prefix(b":")?;
    let port = rest.get(..rest.iter().position(|byte| b":/".contains(byte))?)?;
    (is_label(host) && shape::is_port(port) && fields_from(rest) >= 3).then_some(host)
}

/// Whether `text` can be the name of a computer in its own network.
pub(super) fn is_label(text: &[u8]) -> bool {
    text.iter().any(u8::is_ascii_alphabetic)
        && text.iter().all(|&byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// How many fields a text has between colons, at most three.
fn fields_from(text: &[u8]) -> usize {
    memchr::memchr_iter(b':', text).take(2).count() + 1
}

/// Takes confidence from a line whose first field may be a login and not a host.
fn doubt_bare_host<'t>(split: Split<'t>, host: &[u8]) -> Split<'t> {
    let reversed = shape::last_scheme(&split.password).is_some();
    let single_label = !host.contains(&b'.') && host.first() != Some(&b'[');
    let doubtful = reversed || single_label;
    Split { confidence: if doubtful { Confidence::Low } else { split.confidence }, ..split }
}

/// A line that starts with a URL, whose scheme has the given length.
fn url_first(line: &[u8], scheme: usize, delimiter: Delimiter) -> Option<Split<'_>> {
    let head = head(line, scheme, delimiter)?;
    let split = head.split(scheme)?;
    let may_be_anchored = delimiter == Delimiter::COLON
        && split.confidence < Confidence::High
        && memchr::memchr(b'@', &split.password).is_some()
        && !is_email(&split.username)
        && !shape::starts_with_ignore_case(head.url, b"android://");
    let anchored = if may_be_anchored { email_anchor(line, &head, scheme) } else { None };
    Some(anchored.unwrap_or(split))
}

/// The URL that a line starts with, behind a scheme of the given length.
fn head(line: &[u8], scheme: usize, delimiter: Delimiter) -> Option<Head<'_>> {
    if delimiter == Delimiter::COLON {
        colon_head(line, scheme)
    } else {
        other_head(line, scheme, delimiter)
    }
}

/// The URL at the start of a line, and what comes after it.
struct Head<'t> {
    url: &'t [u8],
    /// What is behind the delimiter after the URL.
    rest: &'t [u8],
    delimiter: Delimiter,
    ended_by: EndedBy,
    doubt: Doubt,
}

/// What ended a URL.
#[derive(Clone, Copy, PartialEq, Eq)]
enum EndedBy {
    Delimiter,
    Space,
}

impl<'t> Head<'t> {
    /// Login and password.
    fn fields(&self) -> Option<(&'t [u8], &'t [u8])> {
        let mixed = || Delimiter::COLON.split(self.rest);
        let (username, password) =
            self.mail_link().or_else(|| self.delimiter.split(self.rest)).or_else(mixed)?;
        // Prose after a URL looks like this; logins have no spaces.
        let prose = self.ended_by == EndedBy::Space && shape::trim(username).contains(&b' ');
        (!prose).then_some((username, password))
    }

    /// Login and password where the login is a `mailto:`, whose colon ends nothing.
    fn mail_link(&self) -> Option<(&'t [u8], &'t [u8])> {
        const SCHEME: &[u8] = b"mailto:";
        if !shape::starts_with_ignore_case(self.rest, SCHEME) {
            return None;
        }
        let (address, password) = self.delimiter.split(self.rest.get(SCHEME.len()..)?)?;
        is_email(address).then_some((self.rest.get(..SCHEME.len() + address.len())?, password))
    }

    /// URL, login and password; an e-mail address as login leaves no doubt.
    fn split(&self, scheme: usize) -> Option<Split<'t>> {
        let (username, password) = self.fields()?;
        let username = shape::trim(username);
        // Either there is no login, or all delimiters are doubled.
        let is_doubled = || username.is_empty() && self.delimiter.is_doubled_in(password);
        let confidence = if is_email(username) {
            if self.has_path(scheme) { Confidence::High } else { Confidence::Medium }
        } else if self.doubt == Doubt::Some || is_doubled() {
            Confidence::Low
        } else {
            Confidence::Medium
        };
        Some(Split::new(shape::trim(self.url), username, password, confidence))
    }

    fn has_path(&self, scheme: usize) -> bool {
        scheme > 0
            && self.url.get(scheme..).is_some_and(|rest| memchr::memchr(b'/', rest).is_some())
    }
}

/// The URL of a line whose fields are separated by something else than single colons.
fn other_head(line: &[u8], scheme: usize, delimiter: Delimiter) -> Option<Head<'_>> {
    // An address of version 6 has doubled colons.
    let bracket = line.get(scheme..)?.starts_with(b"[").then(|| memchr::memchr(b']', line));
    let (mut url, mut rest) = delimiter.split_from(line, bracket.flatten().unwrap_or(0))?;
    // `;jsessionid=…` belongs to the path.
    if delimiter == Delimiter::SEMICOLON
        && is_parameter(rest)
        && let Some(longer) = delimiter.split_from(line, url.len() + 1)
        && delimiter.find(longer.1).is_some()
    {
        (url, rest) = longer;
    }
    let authority = url.trim_ascii_end().get(scheme..)?;
    let end = authority_end(authority);
    let port = authority.get(end..)?.strip_prefix(b":").unwrap_or_default();
    let port = port.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let behind = authority.get(end + port + usize::from(port > 0)..)?;
    let doubt = if memchr::memchr(b':', behind).is_some() { Doubt::Some } else { Doubt::None };
    Some(Head { url, rest, delimiter, ended_by: EndedBy::Delimiter, doubt })
}

/// Whether a field begins with `name=`, which logins do not.
fn is_parameter(field: &[u8]) -> bool {
    let letters = field.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    letters > 0 && field.get(letters) == Some(&b'=')
}

/// The URL of a line whose fields are separated by colons.
fn colon_head(line: &[u8], scheme: usize) -> Option<Head<'_>> {
    let after = line.get(scheme..)?;
    if scheme > 0 && shape::starts_with_ignore_case(line, b"android://") {
        let stop = scheme + memchr::memchr2(b':', b' ', after)?;
        return match line.get(stop) {
            Some(b' ') => spaced_head(line, stop),
            _ => head_at(line, stop, Doubt::None),
        };
    }
    let end = authority_end(after);
    let stop = *after.get(end)?;
    if stop != b':' {
        return match stop {
            b'/' | b'?' | b'#' | b' ' | b'\\' => path_head(line, scheme + end),
            _ => None,
        };
    }
    let tail = after.get(end + 1..)?;
    let digits = tail.iter().take(6).take_while(|byte| byte.is_ascii_digit()).count();
    if !tail.get(..digits).is_some_and(shape::is_port) {
        return head_at(line, scheme + end, Doubt::None);
    }
    let port_end = end + 1 + digits;
    match tail.get(digits) {
        Some(b'/' | b'?' | b'#' | b' ') => path_head(line, scheme + port_end),
        // The port counts only if login and password are left.
        Some(b':') if fields_from(tail.get(digits + 1..)?) >= 2 => {
            head_at(line, scheme + port_end, Doubt::None)
        }
        Some(b':') => head_at(line, scheme + end, Doubt::Some),
        Some(_) => head_at(line, scheme + end, Doubt::None),
        None => None,
    }
}

/// Whether `text` is a host, with or without scheme, port and path, or an app.
pub(super) fn is_address(text: &[u8]) -> bool {
    let scheme = shape::scheme_length(text).unwrap_or(0);
    let rest = text.get(scheme..).unwrap_or_default();
    let host = rest.get(..authority_end(rest)).unwrap_or_default();
    let is_app = shape::starts_with_ignore_case(text, b"android://") && !rest.is_empty();
    is_host(host) || is_app
}

/// Whether `text` is an address, and nothing follows the host that cannot follow one.
pub(super) fn is_plain_address(text: &[u8]) -> bool {
    let scheme = shape::scheme_length(text).unwrap_or(0);
    let rest = text.get(scheme..).unwrap_or_default();
    let next = rest.get(authority_end(rest));
    is_address(text) && next.is_none_or(|next| b":/?#".contains(next))
}

/// Where the authority ends that `text` starts with: at the first byte that cannot be in one.
fn authority_end(text: &[u8]) -> usize {
    let address = text.first() == Some(&b'[');
    let bracket = if address { memchr::memchr(b']', text).map_or(0, |at| at + 1) } else { 0 };
    let rest = text.get(bracket..).unwrap_or_default();
    let length = rest.iter().position(|&byte| !AUTHORITY.has(byte)).unwrap_or(rest.len());
    bracket + length
}

/// Bytes of host, user and password in a URL, the colon apart.
static AUTHORITY: ByteSet = ByteSet::word_and(b".-_@%+=~!$&*'()");

/// The URL that ends at the first delimiter at or after `from` that leaves login and password.
fn path_head(line: &[u8], from: usize) -> Option<Head<'_>> {
    let path = line.get(from..)?;
    let mut stops = memchr::memchr2_iter(b':', b' ', path);
    let stop = from + stops.find(|&stop| !is_nested_scheme(path, stop))?;
    if line.get(stop) == Some(&b' ') {
        return spaced_head(line, stop);
    }
    let url = line.get(..stop)?;
    let doubt = doubt_of_signs(url)?;
    head_at(line, stop, doubt)
}

/// Whether other delimiters in a URL leave a doubt; none if they can hardly belong to it.
fn doubt_of_signs(url: &[u8]) -> Option<Doubt> {
    let (mut pipes, mut semicolons) = (0, 0);
    for at in memchr::memchr3_iter(b'|', b';', b'\t', url) {
        match url.get(at) {
            Some(b'|') if memchr::memchr2(b'?', b'#', url.get(..at)?).is_some() => pipes += 1,
            Some(b';') => semicolons += 1,
            _ => return None,
        }
    }
    let some = pipes == 1 || semicolons >= 2;
    (pipes < 2).then_some(if some { Doubt::Some } else { Doubt::None })
}

/// Whether the colon at `at` belongs to a URL inside a path or query: to its scheme, or its port;
/// or to a drive.
fn is_nested_scheme(path: &[u8], at: usize) -> bool {
    let (Some(head), Some(rest)) = (path.get(..at), path.get(at..)) else { return false };
    if rest.starts_with(b"://") {
        return head.last().is_some_and(u8::is_ascii_alphanumeric);
    }
    if let ([.., b'/', drive], [_, b'/', ..]) = (head, rest) {
        return drive.is_ascii_alphabetic();
    }
    let digits = rest.iter().skip(1).take(6).take_while(|byte| byte.is_ascii_digit()).count();
    digits > 0
        && rest.get(1..=digits).is_some_and(shape::is_port)
        && rest.get(digits + 1).is_some_and(|byte| b"/?#&".contains(byte))
        && memchr::memmem::find(head, b"://").is_some()
}

/// The URL that ends at the delimiter at `end`.
fn head_at(line: &[u8], end: usize, doubt: Doubt) -> Option<Head<'_>> {
    let (url, rest) = (line.get(..end)?, line.get(end + 1..)?);
    Some(Head { url, rest, delimiter: Delimiter::COLON, ended_by: EndedBy::Delimiter, doubt })
}

/// The URL that ends at the space at `end`: `url login:password` or `url : login : password`.
fn spaced_head(line: &[u8], end: usize) -> Option<Head<'_>> {
    let url = line.get(..end)?;
    let rest = line.get(end..)?.trim_ascii_start();
    let (&first, behind) = rest.split_first()?;
    let (rest, delimiter) = match (Delimiter::spaced_from(first), behind.strip_prefix(b" ")) {
        (Some(delimiter), Some(behind)) => (behind, delimiter),
        (Some(_), None) if first == b':' => (behind, Delimiter::COLON),
        _ => (rest, Delimiter::COLON),
    };
    let many = delimiter == Delimiter::COLON && fields_from(rest) >= 3;
    let doubt = if many { Doubt::Some } else { Doubt::None };
    Some(Head { url, rest, delimiter, ended_by: EndedBy::Space, doubt })
}

/// Another reading of a line whose login is no e-mail address, if one stands further behind.
///
/// In a URL with a query it ends the URL. Elsewhere it can as well be a password: the first reading
/// stays, with less confidence.
fn email_anchor<'t>(line: &'t [u8], head: &Head<'t>, scheme: usize) -> Option<Split<'t>> {
    let (extended, addresses) = extended(line, head)?;
    let in_query = head.url.iter().any(|byte| b"?#;=".contains(byte));
    let confidence = match addresses {
        Addresses::One if in_query && scheme > 0 => Confidence::High,
        Addresses::One if in_query => Confidence::Medium,
        // A URL with a blank in it is as likely.
        Addresses::One if head.ended_by == EndedBy::Space => Confidence::Low,
        _ => return Some(Split { confidence: Confidence::Low, ..head.split(scheme)? }),
    };
    Some(Split { confidence, ..extended })
}

/// How many e-mail addresses stand between colons behind a URL.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Addresses {
    One,
    Several,
}

/// The fields of a line whose URL goes on up to the first e-mail address.
fn extended<'t>(line: &'t [u8], head: &Head<'t>) -> Option<(Split<'t>, Addresses)> {
    let mut start = line.len() - head.rest.len();
    let mut addresses = head.rest.split(|&byte| byte == b':').filter_map(|field| {
        let place = (start, field);
        start += field.len() + 1;
        (start <= line.len() && is_email(field)).then_some(place)
    });
    let (at, email) = addresses.next()?;
    let count = if addresses.next().is_none() { Addresses::One } else { Addresses::Several };
    let url = line.get(..at.checked_sub(1)?)?;
    let password = line.get(at + email.len() + 1..)?;
    Some((Split::new(url, email, password, Confidence::Low), count))
}

/// What a line can mean as well when its URL stands first: that ends at the first delimiter, or
/// before an e-mail address, or behind a port.
fn other_urls(line: &[u8]) -> Option<impl Iterator<Item = Split<'_>>> {
    let scheme = scheme(line).or_else(|| bare_host(line).map(|_| 0))?;
    let head = colon_head(line, scheme)?;
    let ported = || {
        let (port, password) = Delimiter::COLON.split(head.rest)?;
        let url = line.get(..head.url.len() + 1 + port.len())?;
        shape::is_port(port).then(|| Split::new(url, &[], password, Confidence::Low))
    };
    let anchored = extended(line, &head).map(|(split, _)| split);
    Some([head.split(scheme), anchored, ported()].into_iter().flatten())
}

/// The likeliest other reading of a clean line, where the chosen one is of low confidence.
pub(super) fn alternative<'t>(
    line: &'t [u8],
    delimiter: Delimiter,
    chosen: &Split<'_>,
) -> Option<Split<'t>> {
    let differs = |other: &Split<'_>| {
        (&other.url, &other.username, &other.password)
            != (&chosen.url, &chosen.username, &chosen.password)
    };
    let other = with_delimiter(line, delimiter)
        .into_iter()
        .chain(other_urls(line).into_iter().flatten())
        .chain(with_others(line, delimiter))
        .chain(login_first::others(line, delimiter))
        .find(differs)?;
    Some(Split { confidence: Confidence::Low, ..other })
}

/// Whether a line starts with `scheme%3A%2F%2F`, encoded once or several times.
fn is_percent_encoded(line: &[u8]) -> bool {
    let letters = line.iter().take(24).take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let mut rest = line.get(letters..).and_then(|rest| rest.strip_prefix(b"%"));
    while let Some(behind) = rest.and_then(|rest| rest.strip_prefix(b"25")) {
        rest = Some(behind);
    }
    let colon = rest.filter(|rest| shape::starts_with_ignore_case(rest, b"3a"));
    letters > 0
        && colon
            .and_then(|colon| colon.get(2..))
            .is_some_and(|slashes| slashes.starts_with(b"%") || slashes.starts_with(b"//"))
}

/// How often a URL is decoded at most.
const MOST_DECODED: usize = 3;

/// A line whose URL has its delimiters percent-encoded.
fn percent_encoded(line: &[u8], delimiter: Delimiter) -> Option<Split<'_>> {
    let (url, rest) = delimiter.split(line)?;
    let mixed = || Delimiter::COLON.split(rest);
    let (username, password) = delimiter.split(rest).or_else(mixed)?;
    let mut url = shape::percent_decoded(url.trim_ascii_end());
    for _ in 1..MOST_DECODED {
        if !is_percent_encoded(&url) {
            break;
        }
        url = shape::percent_decoded(&url);
    }
    let username = shape::trim(username);
    let has_path = url.iter().filter(|&&byte| byte == b'/').count() > 2;
    let sure = has_path && is_email(username);
    let confidence = if sure { Confidence::High } else { Confidence::Medium };
    Some(Split::new(url, username, password, confidence))
}
