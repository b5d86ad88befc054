//! The resolver: which bytes of one line are URL, login and password.
//!
//! Deterministic and line-local. Lines that start with a URL are read here, with or without its
//! scheme; those that start with a login are in [`login_first`](super::login_first).

use std::borrow::Cow;

use super::delimiter::Delimiter;
use super::{login_first, trailer};
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
const INVISIBLE: [&[u8]; 5] =
    [b"\xe2\x80\x8b", b"\xe2\x80\x8c", b"\xe2\x80\x8d", b"\xc2\xa0", b"\xef\xbb\xbf"];

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
pub(super) fn resolve(line: &[u8], delimiter: Delimiter) -> Option<Split<'_>> {
    user_info(line)
        .or_else(|| with_delimiter(line, delimiter))
        .or_else(|| {
            let others = Delimiter::FALLBACKS.into_iter().filter(|&other| other != delimiter);
            others.filter_map(|other| with_delimiter(line, other)).next()
        })
        .or_else(|| login_first::pair(line, delimiter))
}

/// The fields of a clean line, for one delimiter and nothing else.
pub(super) fn with_delimiter(line: &[u8], delimiter: Delimiter) -> Option<Split<'_>> {
    let split = if let Some(scheme) = shape::scheme_length(line) {
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

/// `scheme://user:password@host/` with nothing behind it.
fn user_info(line: &[u8]) -> Option<Split<'_>> {
    let at = memchr::memrchr(b'@', line)?;
    let target = line.get(at + 1..)?;
    // Behind most last `@`s is the rest of an e-mail login, and its password.
    if let Some(colon) = memchr::memchr(b':', target)
        && !target.get(colon + 1)?.is_ascii_digit()
    {
        return None;
    }
    let scheme = shape::scheme_length(line)?;
    let before = line.get(scheme..at)?;
    let colon = before.iter().position(|&byte| AUTHORITY_STOPS.has(byte))?;
    let (user, password) = (before.get(..colon)?, before.get(colon..)?.strip_prefix(b":")?);
    let scheme_name = line.get(..scheme)?;
    let login_scheme = LOGIN_SCHEMES.iter().any(|name| scheme_name.eq_ignore_ascii_case(name));
    let host_like = is_host(user) || user.eq_ignore_ascii_case(b"localhost");
    let port_like = password.split(|&byte| byte == b':').next().is_some_and(shape::is_port);
    if user.is_empty()
        || password.is_empty()
        || (!login_scheme && (host_like || (port_like && password.contains(&b':'))))
        || !is_target(target)
    {
        return None;
    }
    // A port at the end of the line may be a password.
    let port_last = target.contains(&b':') && !target.contains(&b'/');
    let confidence = if port_last { Confidence::Low } else { Confidence::Medium };
    let url = [scheme_name, target].concat();
    Some(Split::new(url, user, password, confidence))
}

/// Schemes under which a user may well look like a host.
const LOGIN_SCHEMES: [&[u8]; 8] =
    [b"ftp://", b"ftps://", b"sftp://", b"ssh://", b"imap://", b"imaps://", b"pop3://", b"smtp://"];

/// Whether `text` is host, port and path of a URL and nothing else.
fn is_target(text: &[u8]) -> bool {
    let end = text.iter().position(|&byte| AUTHORITY_STOPS.has(byte)).unwrap_or(text.len());
    let (host, rest) = text.split_at_checked(end).unwrap_or_default();
    let port = rest.strip_prefix(b":").map_or(0, |digits| {
        1 + digits.iter().take(6).take_while(|byte| byte.is_ascii_digit()).count()
    });
    let path = rest.get(port..).unwrap_or_default();
    let port_is_one = port == 0 || rest.get(1..port).is_some_and(shape::is_port);
    port_is_one
        && (is_host(host) || (is_label(host) && !rest.is_empty()))
        && (path.is_empty() || b"/?#".contains(path.first().unwrap_or(&0)))
        && !path.iter().any(|byte| b":|;, \t".contains(byte))
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
fn is_label(text: &[u8]) -> bool {
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
    let head = if delimiter == Delimiter::COLON {
        colon_head(line, scheme)?
    } else {
        other_head(line, scheme, delimiter)?
    };
    let (username, password) = head.fields()?;
    let mut split = Split::new(head.url, shape::trim(username), password, Confidence::Medium);
    if is_email(&split.username) {
        if head.has_path(scheme) {
            split.confidence = Confidence::High;
        }
    } else if delimiter == Delimiter::COLON && split.password.contains(&b'@') {
        split = email_anchor(line, &head, scheme).unwrap_or(split);
    }
    Some(head.doubted(split))
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

    fn has_path(&self, scheme: usize) -> bool {
        scheme > 0
            && self.url.get(scheme..).is_some_and(|rest| memchr::memchr(b'/', rest).is_some())
    }

    fn doubted(&self, split: Split<'t>) -> Split<'t> {
        match self.doubt {
            Doubt::None => split,
            Doubt::Some => Split { confidence: Confidence::Low, ..split },
        }
    }
}

/// The URL of a line whose fields are separated by something else than single colons.
fn other_head(line: &[u8], scheme: usize, delimiter: Delimiter) -> Option<Head<'_>> {
    let (url, rest) = delimiter.split(line)?;
    let url = url.trim_ascii_end();
    let authority = url.get(scheme..)?;
    let end = authority_end(authority);
    let port = authority.get(end..)?.strip_prefix(b":").unwrap_or_default();
    let port = port.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let behind = authority.get(end + port + usize::from(port > 0)..)?;
    let doubt = if memchr::memchr(b':', behind).is_some() { Doubt::Some } else { Doubt::None };
    Some(Head { url, rest, delimiter, ended_by: EndedBy::Delimiter, doubt })
}

/// The URL of a line whose fields are separated by colons.
fn colon_head(line: &[u8], scheme: usize) -> Option<Head<'_>> {
    let after = line.get(scheme..)?;
    if scheme > 0 && shape::starts_with_ignore_case(line, b"android://") {
        return head_at(line, scheme + memchr::memchr(b':', after)?, Doubt::None);
    }
    let end = authority_end(after);
    let stop = *after.get(end)?;
    if stop != b':' {
        return match stop {
            b'/' | b'?' | b'#' | b' ' => path_head(line, scheme + end),
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

/// Bytes that end a part of an authority.
static AUTHORITY_STOPS: ByteSet = ByteSet::only(b":/?#");

/// The URL that ends at the first delimiter at or after `from` that leaves login and password.
fn path_head(line: &[u8], from: usize) -> Option<Head<'_>> {
    let path = line.get(from..)?;
    let mut stops = memchr::memchr2_iter(b':', b' ', path);
    let stop = from + stops.find(|&stop| !is_nested_scheme(path, stop))?;
    if line.get(stop) == Some(&b' ') {
        return spaced_head(line, stop);
    }
    let url = line.get(..stop)?;
    let pipes = memchr::memchr_iter(b'|', url).take(2).count();
    if pipes == 2 || memchr::memchr(b'\t', url).is_some() {
        return None;
    }
    head_at(line, stop, if pipes == 1 { Doubt::Some } else { Doubt::None })
}

/// Whether the colon at `at` belongs to a `https://` inside a path or query.
fn is_nested_scheme(path: &[u8], at: usize) -> bool {
    path.get(at..).is_some_and(|rest| rest.starts_with(b"://"))
        && path.get(..at).is_some_and(|head| head.ends_with(b"http") || head.ends_with(b"https"))
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
    let mut start = line.len() - head.rest.len();
    let mut addresses = head.rest.split(|&byte| byte == b':').filter_map(|field| {
        let place = (start, field);
        start += field.len() + 1;
        (start <= line.len() && is_email(field)).then_some(place)
    });
    let (at, email) = addresses.next()?;
    let alone = addresses.next().is_none();
    let extendable =
        head.ended_by == EndedBy::Space || head.url.iter().any(|byte| b"?#;=".contains(byte));
    if alone && extendable {
        let url = line.get(..at.checked_sub(1)?)?;
        let password = line.get(at + email.len() + 1..)?;
        let confidence = if scheme > 0 { Confidence::High } else { Confidence::Medium };
        return Some(Split::new(url, email, password, confidence));
    }
    let (username, password) = head.fields()?;
    Some(Split::new(head.url, shape::trim(username), password, Confidence::Low))
}

/// Whether a line starts with `scheme%3A%2F%2F`.
fn is_percent_encoded(line: &[u8]) -> bool {
    let letters = line.iter().take(24).take_while(|byte| byte.is_ascii_alphanumeric()).count();
    letters > 0
        && line
            .get(letters..)
            .is_some_and(|rest| shape::starts_with_ignore_case(rest, b"%3a%2f%2f"))
}

/// A line whose URL has its delimiters percent-encoded.
fn percent_encoded(line: &[u8], delimiter: Delimiter) -> Option<Split<'_>> {
    let (url, rest) = delimiter.split(line)?;
    let mixed = || Delimiter::COLON.split(rest);
    let (username, password) = delimiter.split(rest).or_else(mixed)?;
    let url = shape::percent_decoded(url.trim_ascii_end());
    let has_path = url.iter().filter(|&&byte| byte == b'/').count() > 2;
    let sure = has_path && is_email(username);
    let confidence = if sure { Confidence::High } else { Confidence::Medium };
    Some(Split::new(url, username, password, confidence))
}
