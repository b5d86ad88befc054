//! Cookie jars: Netscape columns in all their varieties.

mod expiry;
#[cfg(test)]
mod tests;

pub(super) use expiry::expiry;

use super::noise;
use super::sample;
use super::shape;
use super::ulp::clean;
use crate::fact::{CookieFact, LineCounts};
use crate::provenance::Span;
use crate::secret::Secret;
use crate::text::Lines;

/// What a cookie jar gave.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Cookies<'t> {
    /// The cookies, in their order.
    pub cookies: Vec<CookieFact<'t>>,
    /// How the lines were understood.
    pub lines: LineCounts,
}

/// Reads a cookie jar, the first line of which has the number `first_line`.
///
/// ```
/// let jar = b".example.com\tTRUE\t/\tTRUE\t1893456000\tsid\tabc123\n";
/// let found = logsieve::artefact::cookies::parse(jar, 1);
/// assert_eq!(&*found.cookies[0].name, b"sid");
/// assert_eq!(found.cookies[0].expires, Some(1_893_456_000));
/// ```
pub fn parse<'t>(text: &'t [u8], first_line: u64) -> Cookies<'t> {
    let mut found = Cookies::default();
    for line in Lines::starting_at(text, first_line) {
        if let Some(fact) = parse_line(line.bytes, line.number) {
            found.lines.records += 1;
            found.cookies.push(fact);
        } else if !line.bytes.trim_ascii().is_empty() {
            match noise::is_noise(line.bytes.trim_ascii()) {
                true => found.lines.noise += 1,
                false => found.lines.unexplained += 1,
            }
        }
    }
    found
}

/// Whether a text is a cookie jar: at least half of the lines of a sample are cookies.
pub fn looks_like_cookies(text: &[u8]) -> bool {
    let (mut lines, mut cookies) = (0_u32, 0_u32);
    for line in sample::lines(text) {
        lines += 1;
        cookies += u32::from(is_cookie(line));
    }
    cookies > 0 && cookies * 2 >= lines
}

/// Whether a line is a cookie.
pub(super) fn is_cookie(line: &[u8]) -> bool {
    parse_line(line, 1).is_some()
}

/// What stands before the domain of a cookie that is hidden from scripts.
const HTTP_ONLY: &[u8] = b"#HttpOnly_";

/// Reads the columns of one line: domain, flag, path, secure, expiry, name, value; the flags may be
/// missing.
fn parse_line(line: &[u8], number: u64) -> Option<CookieFact<'_>> {
    let line = clean(line);
    let is_http_only = shape::starts_with_ignore_case(line, HTTP_ONLY);
    let bare = line.get(HTTP_ONLY.len()..).filter(|_| is_http_only);
    let http_only = bare.map(|_| true);
    let line = bare.unwrap_or(line);
    let by = |separator| cookie(Columns::new(line, separator)?, http_only, number);
    by(Separator::Tab).or_else(|| by(Separator::Blanks))
}

/// The cookie that the columns of a line are.
fn cookie(
    mut columns: Columns<'_>,
    http_only: Option<bool>,
    number: u64,
) -> Option<CookieFact<'_>> {
    let domain = columns.next()?;
    // Seven columns of nearly every line are worth a cheap test first.
    if !is_domain(domain) {
        return None;
    }
    let second = columns.next()?;
    let any_subdomain = flag(second);
    let path = if any_subdomain.is_some() { columns.next()? } else { second };
    let secure = columns.secure_after_path()?;
    let rooted = path.starts_with(b"/") || (path.is_empty() && columns.separator == Separator::Tab);
    let expires = expiry(columns.next()?).filter(|_| rooted)?;
    let name = columns.next()?;
    let value = columns.rest.unwrap_or_default();
    Some(CookieFact {
        domain: domain.into(),
        path: if path.is_empty() { (&b"/"[..]).into() } else { path.into() },
        name: name.into(),
        value: Secret::new(value),
        secure,
        http_only,
        expires: expires.0,
        span: Span::line(number),
    })
}

/// The columns of a line, from the left.
#[derive(Clone)]
struct Columns<'t> {
    rest: Option<&'t [u8]>,
    separator: Separator,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Separator {
    Tab,
    /// Runs of blanks, where an editor has lost the tabulators.
    Blanks,
}

impl<'t> Columns<'t> {
    /// The columns of a line that has enough of them.
    fn new(line: &'t [u8], separator: Separator) -> Option<Self> {
        let enough = match separator {
            Separator::Tab => memchr::memchr_iter(b'\t', line).take(4).count() == 4,
            Separator::Blanks => {
                let columns = line.split(|byte| byte.is_ascii_whitespace());
                columns.filter(|column| !column.is_empty()).take(5).count() == 5
            }
        };
        enough.then_some(Self { rest: Some(line), separator })
    }

    fn next(&mut self) -> Option<&'t [u8]> {
        let rest = self.rest?;
        let end = match self.separator {
            Separator::Tab => memchr::memchr(b'\t', rest),
            Separator::Blanks => rest.iter().position(u8::is_ascii_whitespace),
        };
        self.rest = end.and_then(|end| rest.get(end + 1..)).map(|behind| match self.separator {
            Separator::Tab => behind,
            Separator::Blanks => behind.trim_ascii_start(),
        });
        rest.get(..end.unwrap_or(rest.len()))
    }

    /// The flag after the path, where there is one; `0` and `1` may be the expiry instead.
    fn secure_after_path(&mut self) -> Option<bool> {
        let mut ahead = self.clone();
        let (first, second) = (ahead.next()?, ahead.next()?);
        let word = first.first().is_some_and(|byte| !byte.is_ascii_digit());
        match flag(first) {
            Some(secure) if word || expiry(second).is_some_and(|_| ahead.rest.is_some()) => {
                self.next();
                Some(secure)
            }
            _ => expiry(first).map(|_| false),
        }
    }
}

/// `TRUE`, `false`, `1`.
pub(super) fn flag(text: &[u8]) -> Option<bool> {
    if text == b"1" || text.eq_ignore_ascii_case(b"true") {
        Some(true)
    } else if text == b"0" || text.eq_ignore_ascii_case(b"false") {
        Some(false)
    } else {
        None
    }
}

/// Whether `text` can be the domain of a cookie: a host, one label, or the id of an extension.
pub(super) fn is_domain(text: &[u8]) -> bool {
    (1..=255).contains(&text.len())
        && text.iter().all(|byte| {
            matches!(byte, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' | b'_' | 0x80..)
                || b"[]:".contains(byte)
        })
        && text.iter().any(u8::is_ascii_alphanumeric)
}
