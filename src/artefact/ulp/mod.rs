//! ULP and combolist files: one login a line, `url:login:password` in all its forms.
//!
//! Everything is line-local, so that a file can be cut at any line end and its parts be read by
//! several workers. What little lines know of earlier ones (a `[host]` header, the header of a
//! table) is the [`Context`], which is found without parsing.

mod delimiter;
mod labelled;
mod login_first;
mod resolve;
#[cfg(test)]
mod tests;
mod trailer;
mod user_info;

use std::borrow::Cow;

pub(super) use self::delimiter::Ballot;
pub use self::delimiter::{Delimiter, vote};
pub use self::resolve::Split;
pub(super) use self::resolve::clean;
use super::passwords::style::Watermark;
use super::table::{self, Columns, Row};
use super::{noise, shape, values};
use crate::fact::{CredentialFact, LineCounts, Value};
use crate::provenance::Span;
use crate::record::{Confidence, Origin};
use crate::text::Lines;

/// What one line is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LineKind<'t> {
    /// A login.
    Credential(Split<'t>),
    /// `[host]`: the lines below it are logins there.
    Group(&'t [u8]),
    /// Rules, advertisements, cookies, payment cards, headers.
    Noise,
    /// None of these.
    Reject,
}

/// What was found in a stretch of lines.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Ulp<'t> {
    /// The logins, of origin [`Origin::Ulp`], or [`Origin::Combolist`] where they have no URL.
    pub credentials: Vec<CredentialFact<'t>>,
    /// The other readings of lines that can be read in two ways.
    pub alternatives: Vec<CredentialFact<'t>>,
    /// How the lines were understood.
    pub lines: LineCounts,
}

impl Ulp<'_> {
    /// The same, unless hardly any line is a login: in text of another kind, and in noise, a sign
    /// that divides a line stands there by chance. Then it takes an address or an e-mail address.
    #[must_use]
    pub(in crate::artefact) fn without_chance(mut self) -> Self {
        const FEW_LINES: u64 = 10;
        let LineCounts { records, unexplained, .. } = self.lines;
        if unexplained < FEW_LINES || unexplained / 3 < records {
            return self;
        }
        let stands = |fact: &CredentialFact<'_>| {
            fact.confidence == Confidence::High
                || shape::is_email(&fact.username)
                || resolve::is_plain_address(&fact.url)
        };
        let before = self.credentials.len();
        self.credentials.retain(stands);
        self.alternatives.retain(stands);
        let dropped = (before - self.credentials.len()) as u64;
        self.lines.records -= dropped;
        self.lines.unexplained += dropped;
        self
    }
}

/// What the lines before a stretch mean for it; the default is the start of a file.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Context {
    group: Option<Vec<u8>>,
    columns: Option<Columns>,
}

impl Context {
    /// The context behind `text`, without parsing it.
    ///
    /// ```
    /// use logsieve::artefact::ulp::{self, Context, Delimiter};
    /// let behind = Context::default().after(b"[login.example.com]\n");
    /// let found = ulp::parse(b"user1:Example#1\n", 2, Delimiter::COLON, &behind);
    /// assert_eq!(&*found.credentials[0].url, b"login.example.com");
    /// ```
    #[must_use]
    pub fn after(&self, text: &[u8]) -> Self {
        let mut context = self.clone();
        for line in Lines::new(text) {
            match Header::of(line.bytes) {
                Some(Header::Group(host)) => context.group = Some(host.to_vec()),
                Some(Header::Columns(columns)) => context.columns = Some(columns),
                None => {}
            }
        }
        context
    }

    /// The same where no table begins in `text`, which is much cheaper.
    #[must_use]
    pub(in crate::artefact) fn after_groups(&self, text: &[u8]) -> Self {
        let starts = memchr::memrchr_iter(b'[', text).filter(|&at| begins_line(text, at));
        let mut lines = starts.filter_map(|at| Lines::new(text.get(at..)?).next());
        let group = lines.find_map(|line| group_host(line.bytes)).map(<[u8]>::to_vec);
        Self { group: group.or_else(|| self.group.clone()), columns: self.columns.clone() }
    }

    /// The same below this `[host]`.
    pub(in crate::artefact) fn below(self, group: Option<&[u8]>) -> Self {
        Self { group: group.map(<[u8]>::to_vec), ..self }
    }

    /// The columns of the table that the lines belong to.
    pub(in crate::artefact) fn columns(&self) -> Option<&Columns> {
        self.columns.as_ref()
    }

    /// What stands in the `[host]` above the lines.
    pub(in crate::artefact) fn group(&self) -> Option<&[u8]> {
        self.group.as_deref()
    }
}

/// A line that says something about the lines below it.
enum Header<'t> {
    Group(&'t [u8]),
    Columns(Columns),
}

impl<'t> Header<'t> {
    fn of(line: &'t [u8]) -> Option<Self> {
        let line = line.trim_ascii();
        // Nearly all lines of most files.
        if line.starts_with(b"http") || line.first()?.is_ascii_digit() {
            return None;
        }
        match clean(line).first()? {
            b'[' => group_host(clean(line)).map(Header::Group),
            _ => Columns::from_header(line).map(Header::Columns),
        }
    }
}

/// Most bytes of blanks and a watermark before a `[`.
const LONGEST_MARK: usize = 64;

/// Whether a line begins with what stands at `at`, blanks and a watermark apart.
fn begins_line(text: &[u8], at: usize) -> bool {
    let from = at.saturating_sub(LONGEST_MARK);
    let before = text.get(from..at).unwrap_or_default();
    // In passwords nearly always something else stands before it.
    let may_be_mark = |byte: &u8| byte.is_ascii_whitespace() || byte.is_ascii_lowercase();
    if !before.last().is_none_or(may_be_mark) {
        return false;
    }
    let line = match memchr::memrchr2(b'\n', b'\r', before) {
        Some(end) => before.get(end + 1..).unwrap_or_default(),
        None if from == 0 => before,
        None => return false,
    };
    Watermark::of_line(line).strip(line).trim_ascii().is_empty()
}

/// Longest host or URL of a group, in bytes.
const LONGEST_GROUP: usize = 1024;

/// The host of a `[host]` line.
fn group_host(line: &[u8]) -> Option<&[u8]> {
    let inner = line.trim_ascii().strip_prefix(b"[")?.strip_suffix(b"]")?;
    let short = inner.len() <= LONGEST_GROUP;
    (short && resolve::is_address(inner) && !noise::has_link(line)).then_some(inner)
}

/// Tells what one line is; `line` has no line end and belongs to a file with the given delimiter.
///
/// Lines of any length are read in linear time, without allocating unless an address has to be
/// rewritten (percent-encoded, or with user and password in it).
///
/// ```
/// use logsieve::artefact::ulp::{Delimiter, LineKind, parse_line};
/// let line = b"https://vpn.example.com:8443/login:user1:Exa:mple#1";
/// let LineKind::Credential(split) = parse_line(line, Delimiter::COLON) else { panic!() };
/// assert_eq!(&*split.url, b"https://vpn.example.com:8443/login");
/// assert_eq!(&*split.username, b"user1");
/// assert_eq!(&*split.password, b"Exa:mple#1");
/// ```
pub fn parse_line(line: &[u8], delimiter: Delimiter) -> LineKind<'_> {
    let is_noise = || noise::is_noise(resolve::clean(line));
    tell_line(line, delimiter).unwrap_or_else(|| match is_noise() {
        true => LineKind::Noise,
        false => LineKind::Reject,
    })
}

/// What a line is, if it is a login or anything that is told by its shape: much cheaper where nobody
/// asks what else it says.
pub(in crate::artefact) fn tell_line(line: &[u8], delimiter: Delimiter) -> Option<LineKind<'_>> {
    let line = resolve::clean(line);
    if line.is_empty() {
        return Some(LineKind::Noise);
    }
    if shape::scheme_length(line).is_none() {
        if noise::is_cookie(line) || noise::is_card(line) || noise::is_channel_link(line) {
            return Some(LineKind::Noise);
        }
        if let Some(special) = special_line(line, delimiter) {
            return Some(special);
        }
    } else if noise::is_channel_link(line) {
        return Some(LineKind::Noise);
    }
    resolve::resolve(line, delimiter).map(LineKind::Credential)
}

/// The other reading of a line that [`parse_line`] was not sure of, if there is one.
///
/// A line is of low confidence where another delimiter, a port, an e-mail address or a host at its
/// end may divide it otherwise. Five things are decided without a doubt, since the other reading
/// is rare: the first delimiter of the file ends the URL; in a URL with a query an e-mail address is
/// the login; a URL or host behind login and password is theirs; a trailer (a browser's name, a
/// date, a channel) is no part of the password; a login without a URL is an e-mail address, unless
/// the line has two fields.
///
/// ```
/// use logsieve::artefact::ulp::{Delimiter, LineKind, alternative, parse_line};
/// let line = b"https://shop.test/x:user1:me@example.com:zz";
/// let LineKind::Credential(split) = parse_line(line, Delimiter::COLON) else { panic!() };
/// assert_eq!(&*split.username, b"user1");
/// let other = alternative(line, Delimiter::COLON, &split).unwrap();
/// assert_eq!(&*other.username, b"me@example.com");
/// ```
pub fn alternative<'t>(
    line: &'t [u8],
    delimiter: Delimiter,
    chosen: &Split<'_>,
) -> Option<Split<'t>> {
    if chosen.confidence > Confidence::Low {
        return None;
    }
    let line = resolve::clean(line);
    resolve::alternative(behind_id(line).unwrap_or(line), delimiter, chosen)
}

/// Lines that are told by how they begin.
fn special_line(line: &[u8], delimiter: Delimiter) -> Option<LineKind<'_>> {
    if let Some(rest) = behind_id(line) {
        let split = quoted(rest).or_else(|| resolve::resolve(rest, delimiter));
        return split.map(LineKind::Credential);
    }
    let first = *line.first()?;
    if first == b'[' {
        return group_host(line).map(LineKind::Group);
    }
    if first == b'"' {
        return quoted(line).map(LineKind::Credential);
    }
    if table::is_header(line) {
        return Some(LineKind::Noise);
    }
    labelled::one_line(line).map(LineKind::Credential)
}

/// Whether a line has two fields that nothing anchors.
pub(super) fn is_pair(line: &[u8], delimiter: Delimiter) -> bool {
    login_first::pair(clean(line), delimiter).is_some()
}

/// Whether a line has all labels of a login: `URL: x Login: y Password: z`.
pub(super) fn is_labelled_line(line: &[u8]) -> bool {
    labelled::one_line(clean(line)).is_some()
}

/// `"url","login","password"` without a header.
fn quoted(line: &[u8]) -> Option<Split<'_>> {
    let [url, username, password] = table::quoted_row(line)?;
    let address = shape::scheme_length(&url).is_some() || shape::is_host(&url);
    let confidence = Confidence::Medium;
    address.then_some(Split { url, username, password, software: None, confidence })
}

/// What follows the id of a line: a UUID, a number or a date in front of an address.
fn behind_id(line: &[u8]) -> Option<&[u8]> {
    behind_uuid(line).or_else(|| behind_number(line))
}

/// What follows the UUID, and the sign behind it, that the exports of search portals start with.
fn behind_uuid(line: &[u8]) -> Option<&[u8]> {
    let (uuid, rest) = line.split_at_checked(36)?;
    let is_uuid = uuid.iter().enumerate().all(|(place, byte)| match place {
        8 | 13 | 18 | 23 => *byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    });
    let (sign, rest) = rest.split_first()?;
    (is_uuid && b",;:|\t ".contains(sign)).then(|| rest.trim_ascii_start())
}

/// The address and what follows it, behind a number or a date: `12) `, `[2024-05-12 10:11:12] `.
fn behind_number(line: &[u8]) -> Option<&[u8]> {
    const LONGEST: usize = 32;
    let is_part = |byte: &&u8| byte.is_ascii_digit() || b" .:-/()[]TZ#".contains(byte);
    let (number, rest) = line.split_at(line.iter().take(LONGEST).take_while(is_part).count());
    let is_number = number.iter().any(u8::is_ascii_digit) && number.ends_with(b" ");
    (is_number && shape::scheme_length(rest).is_some()).then_some(rest)
}

/// For how many logins room is made at once: one in so many bytes, up to a limit.
const USUAL_LINE: usize = 64;
const MOST_RESERVED: usize = 8 << 10;

/// Reads a stretch of whole lines, the first of which has the number `first_line`.
///
/// `context` is what the lines before it left: [`Context::after`] of them, or the default.
///
/// ```
/// use logsieve::artefact::ulp::{self, Context, Delimiter};
/// let text = b"https://login.example.com/:user1:Example#1\n=====\n";
/// let found = ulp::parse(text, 1, Delimiter::COLON, &Context::default());
/// assert_eq!((found.credentials.len(), found.lines.noise), (1, 1));
/// ```
pub fn parse<'t>(
    text: &'t [u8],
    first_line: u64,
    delimiter: Delimiter,
    context: &Context,
) -> Ulp<'t> {
    let group = context.group.clone().map(Cow::Owned);
    let credentials = Vec::with_capacity((text.len() / USUAL_LINE).min(MOST_RESERVED));
    let found = Ulp { credentials, ..Ulp::default() };
    let mut reader = Reader { found, delimiter, group, columns: context.columns.clone() };
    for line in Lines::starting_at(text, first_line) {
        reader.line(line.bytes, line.number);
    }
    reader.found
}

struct Reader<'t> {
    found: Ulp<'t>,
    delimiter: Delimiter,
    group: Option<Value<'t>>,
    columns: Option<Columns>,
}

impl<'t> Reader<'t> {
    fn line(&mut self, line: &'t [u8], number: u64) {
        if line.trim_ascii().is_empty() {
            // Blank lines do not count.
        } else if let Some(header) = Header::of(line) {
            self.found.lines.noise += 1;
            match header {
                Header::Group(host) => self.group = Some(Cow::Borrowed(host)),
                Header::Columns(columns) => self.columns = Some(columns),
            }
        } else if let Some(row) = self.row(line) {
            self.keep(from_row(row), number);
        } else {
            match parse_line(line, self.delimiter) {
                LineKind::Credential(split) => {
                    if let Some(other) = alternative(line, self.delimiter, &split) {
                        let fact = fact(other, number);
                        // What is too long is told of the first reading.
                        values::keep(fact, &mut self.found.alternatives);
                    }
                    self.grouped(line, split, number);
                }
                LineKind::Reject => self.rejected(line, number),
                // A password may look like the name of a channel.
                LineKind::Noise if self.group.is_some() && noise::is_one_handle(line) => {
                    self.rejected(line, number);
                }
                LineKind::Noise | LineKind::Group(_) => self.found.lines.noise += 1,
            }
        }
    }

    /// A row of the table that began above; it may be over, and a line no row though it fits.
    fn row(&self, line: &'t [u8]) -> Option<Row<'t>> {
        let row = self.columns.as_ref()?.row(line)?;
        let [url, ..] = &row.cells;
        let inside = url.as_deref().and_then(|url| resolve::with_delimiter(url, Delimiter::COLON));
        inside.is_none_or(|split| split.confidence == Confidence::Low).then_some(row)
    }

    /// A login, with the URL of its group where it has none itself.
    fn grouped(&mut self, line: &'t [u8], split: Split<'t>, number: u64) {
        // A host at the end of a line is rather the end of a password there.
        let bare = shape::scheme_length(&split.url).is_none();
        let has_url = !bare || resolve::clean(line).starts_with(&split.url);
        match &self.group {
            Some(host) if split.url.is_empty() || !has_url => {
                let confidence = Confidence::Medium;
                let url = host.clone();
                // The header vouches for two fields, so that any colon behind is the password's.
                let fields = login_first::grouped(resolve::clean(line), self.delimiter);
                let split = match fields {
                    Some((username, password)) => Split::new(url, username, password, confidence),
                    None => Split { url, ..split },
                };
                self.keep(split, number);
            }
            _ => self.keep(split, number),
        }
    }

    /// A line that is a login only because it stands below a `[host]`.
    fn rejected(&mut self, line: &'t [u8], number: u64) {
        let fields = login_first::grouped(resolve::clean(line), self.delimiter);
        if let (Some(host), Some((username, password))) = (&self.group, fields) {
            self.keep(Split::new(host.clone(), username, password, Confidence::Low), number);
        } else {
            self.found.lines.unexplained += 1;
        }
    }

    fn keep(&mut self, split: Split<'t>, number: u64) {
        self.found.lines.records += 1;
        values::keep(fact(split, number), &mut self.found.credentials);
    }
}

/// The login that stands on the line `number`.
fn fact(split: Split<'_>, number: u64) -> CredentialFact<'_> {
    CredentialFact {
        origin: if split.url.is_empty() { Origin::Combolist } else { Origin::Ulp },
        url: split.url,
        username: split.username,
        password: values::password(split.password),
        software: split.software.map(Cow::Borrowed),
        profile: None,
        confidence: split.confidence,
        span: Span::line(number),
    }
}

/// The login of a table's row.
fn from_row(row: Row<'_>) -> Split<'_> {
    let [url, username, password, ..] = row.cells;
    Split {
        url: url.unwrap_or_default(),
        username: username.unwrap_or_default(),
        password: password.unwrap_or_default(),
        software: None,
        confidence: row.confidence,
    }
}
