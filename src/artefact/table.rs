//! Tables of logins: CSV exports of browsers and password managers, and lists with a header line.

use std::borrow::Cow;

use super::fields::{self, Field};
use super::passwords::style::Watermark;
use super::{sample, values};
use crate::fact::{CredentialFact, LineCounts, Value};
use crate::provenance::Span;
use crate::record::{Confidence, Origin};
use crate::text::{Lines, count_lines};

/// Longest line that can be a header.
const MAX_HEADER: usize = 1024;

/// Which column of a table holds what, as its header line says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Columns {
    separator: u8,
    count: usize,
    /// Where each [`Field`] is.
    places: [Option<usize>; Field::COUNT],
    padding: Padding,
    /// What stands in front of every row.
    watermark: Watermark,
}

/// Whether spaces round a cell belong to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Padding {
    OfCell,
    /// `URL | Login | Password`, `| URL | Login | Password |`.
    OfTable,
}

impl Padding {
    /// The padding of the rows below `header`.
    fn of_header(header: &[u8], separator: u8) -> Self {
        let mut bars = memchr::memmem::find_iter(header, b" | ");
        let is_padded = separator == b'|' && bars.next().is_some();
        if is_padded { Self::OfTable } else { Self::OfCell }
    }

    fn strip(self, cell: Value<'_>) -> Value<'_> {
        match (self, cell) {
            (Self::OfTable, Cow::Borrowed(cell)) => Cow::Borrowed(cell.trim_ascii()),
            (_, cell) => cell,
        }
    }
}

/// The wanted cells of one row, by [`Field`].
pub(super) struct Row<'t> {
    pub(super) cells: [Option<Value<'t>>; Field::COUNT],
    pub(super) confidence: Confidence,
}

/// Whether a line names the fields of the lines below it, and does nothing else.
pub(super) fn is_header(line: &[u8]) -> bool {
    Columns::from_header(line).is_some() || is_colon_header(line)
}

/// Whether a line is a part of the frame of a table: `+-----+-----+`, `|:----|:----|`.
pub(super) fn is_drawn(line: &[u8]) -> bool {
    line.iter().all(|byte| b"|+-=: ".contains(byte)) && memchr::memmem::find(line, b"--").is_some()
}

/// `URL:LOGIN:PASS`; such lines are no table, since URLs have colons too.
fn is_colon_header(line: &[u8]) -> bool {
    // Lines of data, which have more than letters, are told without looking up any name.
    let letters = |byte: &u8| byte.is_ascii_alphabetic() || b":_ ".contains(byte);
    line.len() <= 64
        && line.contains(&b':')
        && line.iter().all(letters)
        && line.split(|&byte| byte == b':').all(|name| fields::of_column(name).is_some())
}

impl Columns {
    /// The columns that a header line names: a password at least, and a URL or a login.
    pub(super) fn from_header(line: &[u8]) -> Option<Self> {
        let possible = line.len() <= MAX_HEADER
            && !line.starts_with(b"http")
            && memchr::memchr2(b'@', b'/', line).is_none();
        if !possible {
            return None;
        }
        let columns =
            |line| b",;\t|".iter().find_map(|&separator| Self::with_separator(line, separator));
        // Letters that are no mark are a column's name.
        let watermark = Watermark::of_line(line);
        let marked = Some(watermark).filter(|watermark| *watermark != Watermark::Absent);
        let marked = marked.and_then(|watermark| columns(watermark.strip(line)));
        let begins = |columns: &Self| columns.places.contains(&Some(0));
        match marked.filter(begins) {
            Some(marked) => Some(Self { watermark, ..marked }),
            None => columns(line),
        }
    }

    fn with_separator(line: &[u8], separator: u8) -> Option<Self> {
        memchr::memchr(separator, line)?;
        let (places, watermark) = ([None; Field::COUNT], Watermark::Absent);
        let padding = Padding::of_header(line, separator);
        let mut columns = Self { separator, count: 0, places, padding, watermark };
        let mut ranks = [fields::Rank::Absent; Field::COUNT];
        for cell in Cells::new(line, separator) {
            if let Some((field, rank)) = fields::of_column(cell.value.trim_ascii())
                && let (Some(place), Some(best)) =
                    (columns.places.get_mut(field.index()), ranks.get_mut(field.index()))
                && rank > *best
            {
                (*place, *best) = (Some(columns.count), rank);
            }
            columns.count += 1;
        }
        let [url, username, password, ..] = columns.places;
        (password.is_some() && (url.is_some() || username.is_some())).then_some(columns)
    }

    /// The cells of a row; none if it has too few, or if URL and login are empty.
    pub(super) fn row<'t>(&self, line: &'t [u8]) -> Option<Row<'t>> {
        if is_drawn(line) {
            return None;
        }
        let mut wanted: [Option<Value<'t>>; Field::COUNT] = Default::default();
        let mut cells = Cells::new(self.watermark.strip(line), self.separator);
        let mut count = 0;
        let [_, _, password, ..] = self.places;
        loop {
            // An unquoted password in the last column may hold the separator.
            let all = count + 1 == self.count && password == Some(count) && !cells.at_quote();
            let cell = if all { cells.rest() } else { cells.next().map(|cell| cell.value) };
            let Some(cell) = cell else { break };
            let field = self.places.iter().position(|&place| place == Some(count));
            if let Some(slot) = field.and_then(|field| wanted.get_mut(field)) {
                *slot = Some(self.padding.strip(cell));
            }
            count += 1;
        }
        let [url, username, password, ..] = &wanted;
        let filled = |value: &Option<Value<'_>>| value.as_ref().is_some_and(|v| !v.is_empty());
        let whole = self.places.iter().take(3).flatten().all(|&place| place < count);
        let complete = whole && password.is_some() && (filled(url) || filled(username));
        let confidence = if count == self.count { Confidence::High } else { Confidence::Low };
        complete.then_some(Row { cells: wanted, confidence })
    }

    /// Whether at least half of the lines of a sample of `text` are rows.
    pub(super) fn fit(&self, text: &[u8]) -> bool {
        let (mut lines, mut rows) = (0_u32, 0_u32);
        for line in sample::lines(text) {
            lines += 1;
            rows += u32::from(self.row(line).is_some());
        }
        rows * 2 >= lines
    }

    /// Whether a row goes on in the next line, inside a quoted cell.
    fn is_open(&self, row: &[u8]) -> bool {
        Cells::new(row, self.separator).any(|cell| cell.end == CellEnd::Open)
    }

    /// The length of the row that `text` starts with, line ends in quoted cells included; none if
    /// it is too long, or a quote is not closed.
    fn row_end(&self, text: &[u8]) -> Option<usize> {
        let text = text.get(..MAX_ROW).unwrap_or(text);
        let mut at = 0;
        loop {
            if text.get(at) == Some(&b'"') {
                at = self.closing_quote(text, at + 1)? + 1;
            } else {
                let rest = text.get(at..)?;
                at += memchr::memchr3(self.separator, b'\n', b'\r', rest).unwrap_or(rest.len());
            }
            match text.get(at) {
                Some(&byte) if byte == self.separator => at += 1,
                // A text that was cut to the limit has no end that is known.
                None if text.len() == MAX_ROW => return None,
                _ => return Some(at),
            }
        }
    }

    /// Where the quote is that closes a cell: before a separator or line end, and not doubled.
    fn closing_quote(&self, text: &[u8], from: usize) -> Option<usize> {
        let mut at = from;
        loop {
            at += memchr::memchr(b'"', text.get(at..)?)?;
            match text.get(at + 1) {
                Some(b'"') => at += 2,
                Some(&byte) if byte != self.separator && byte != b'\n' && byte != b'\r' => at += 1,
                _ => return Some(at),
            }
        }
    }
}

/// The cells of one row.
struct Cells<'t> {
    rest: Option<&'t [u8]>,
    separator: u8,
    quotes: Quotes,
}

/// Whether quotes still open cells. After one that is never closed they do not, which also keeps
/// the time for a row of nothing but such quotes linear.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Quotes {
    Open,
    Literal,
}

struct Cell<'t> {
    value: Value<'t>,
    end: CellEnd,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum CellEnd {
    Closed,
    /// A quote opened the cell and none closed it.
    Open,
}

impl<'t> Cells<'t> {
    fn new(row: &'t [u8], separator: u8) -> Self {
        Self { rest: Some(row), separator, quotes: Quotes::Open }
    }

    /// Whether the next cell is quoted.
    fn at_quote(&self) -> bool {
        self.rest.is_some_and(|rest| rest.starts_with(b"\""))
    }

    /// Everything that is left, as one value.
    fn rest(&mut self) -> Option<Value<'t>> {
        self.rest.take().map(Cow::Borrowed)
    }

    /// The value of the quoted cell that `rest` starts with, and what is behind it.
    fn quoted(&self, rest: &'t [u8]) -> Option<(Value<'t>, Option<&'t [u8]>)> {
        let inner = rest.strip_prefix(b"\"")?;
        let mut from = 0;
        loop {
            let quote = from + memchr::memchr(b'"', inner.get(from..)?)?;
            match inner.get(quote + 1) {
                Some(b'"') => from = quote + 2,
                None => return Some((unquoted(inner.get(..quote)?), None)),
                Some(&byte) if byte == self.separator => {
                    return Some((unquoted(inner.get(..quote)?), inner.get(quote + 2..)));
                }
                Some(_) => from = quote + 1,
            }
        }
    }
}

impl<'t> Iterator for Cells<'t> {
    type Item = Cell<'t>;

    fn next(&mut self) -> Option<Cell<'t>> {
        let rest = self.rest?;
        let mut end = CellEnd::Closed;
        if self.quotes == Quotes::Open && rest.starts_with(b"\"") {
            if let Some((value, behind)) = self.quoted(rest) {
                self.rest = behind;
                return Some(Cell { value, end });
            }
            (self.quotes, end) = (Quotes::Literal, CellEnd::Open);
        }
        let at = memchr::memchr(self.separator, rest);
        self.rest = at.and_then(|at| rest.get(at + 1..));
        let value = at.map_or(Some(rest), |at| rest.get(..at))?;
        Some(Cell { value: Cow::Borrowed(value), end })
    }
}

/// The text of a quoted cell with doubled quotes made single.
fn unquoted(inner: &[u8]) -> Value<'_> {
    if memchr::memchr(b'"', inner).is_none() {
        return Cow::Borrowed(inner);
    }
    let mut value = Vec::with_capacity(inner.len());
    let mut rest = inner;
    while let Some((&byte, tail)) = rest.split_first() {
        value.push(byte);
        rest = if byte == b'"' { tail.strip_prefix(b"\"").unwrap_or(tail) } else { tail };
    }
    Cow::Owned(value)
}

/// The cells of a row of quoted cells that no header explains.
pub(super) fn quoted_row(line: &[u8]) -> Option<[Value<'_>; 3]> {
    let mut quotes = memchr::memchr_iter(b'"', line).skip(1);
    let separator = quotes.find_map(|quote| match line.get(quote + 1..)? {
        [sign @ (b',' | b';' | b'\t' | b':' | b'|'), b'"', ..] => Some(*sign),
        _ => None,
    })?;
    let mut cells = Cells::new(line, separator);
    let mut next = || cells.next().filter(|cell| cell.end == CellEnd::Closed);
    Some([next()?.value, next()?.value, next()?.value])
}

/// What a whole table gave.
#[derive(Debug, Default)]
pub(super) struct Table<'t> {
    pub(super) credentials: Vec<CredentialFact<'t>>,
    pub(super) lines: LineCounts,
}

/// The header of a text that is a table: its first line that is not empty (nor Excel's `sep=,`, nor
/// the upper edge of a frame).
pub(super) fn header(text: &[u8]) -> Option<Columns> {
    let mut lines = Lines::new(text).map(|line| line.bytes.trim_ascii());
    let first =
        lines.find(|line| !line.is_empty() && !line.starts_with(b"sep=") && !is_drawn(line))?;
    Columns::from_header(first)
}

/// Longest row that goes over several lines, and how many of them may turn out to be none.
const MAX_ROW: usize = 64 << 10;
const MAX_FAILURES: u32 = 16;

/// Reads the rows of a table; cells in quotes may go over several lines.
pub(super) fn parse<'t>(text: &'t [u8], first_line: u64, header: &Columns) -> Table<'t> {
    let mut table = Table::default();
    let mut failures = 0;
    // The lines from `base` on; behind a row of several lines they are taken up again.
    let (mut base, mut lines) = (0, Lines::starting_at(text, first_line));
    while let Some(line) = lines.next() {
        if line.bytes.trim_ascii().is_empty() {
            continue;
        }
        let (mut row, mut span) = (line.bytes, Span::line(line.number));
        if failures < MAX_FAILURES && header.is_open(row) {
            let rest = text.get(base + line.start..).unwrap_or_default();
            if let Some(longer) = header.row_end(rest).and_then(|end| rest.get(..end)) {
                row = longer;
                span.last += count_lines(row);
                base += line.start + row.len();
                lines = Lines::starting_at(text.get(base..).unwrap_or_default(), span.last);
            } else {
                failures += 1;
            }
        }
        table.add(row, span, header);
    }
    table
}

impl<'t> Table<'t> {
    fn add(&mut self, row: &'t [u8], span: Span, header: &Columns) {
        let height = span.last - span.first + 1;
        if Columns::from_header(row).is_some() || is_drawn(row) {
            self.lines.noise += height;
        } else if let Some(Row { cells, confidence }) = header.row(row) {
            self.lines.records += height;
            let [url, username, password, software, profile] = cells;
            let fact = CredentialFact {
                url: url.unwrap_or_default(),
                username: username.unwrap_or_default(),
                password: values::password(password.unwrap_or_default()),
                software: software.filter(|value| !value.is_empty()),
                profile: profile.filter(|value| !value.is_empty()),
                origin: Origin::Log,
                confidence,
                span,
            };
            values::keep(fact, &mut self.credentials);
        } else {
            self.lines.unexplained += height;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fact::Password;

    fn rows(text: &str) -> Vec<(String, String, String, u64, u64)> {
        let text = text.as_bytes().to_vec().leak();
        let columns = header(text).expect("a header");
        let parsed = parse(text, 1, &columns);
        let show = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
        let facts = parsed.credentials.iter().map(|fact| {
            let password = match &fact.password {
                Password::Present(secret) => show(secret.expose()),
                Password::Empty => String::new(),
                Password::Placeholder | Password::Unreadable => "-".to_owned(),
            };
            (show(&fact.url), show(&fact.username), password, fact.span.first, fact.span.last)
        });
        facts.collect()
    }

    #[test]
    fn exports_of_browsers_and_managers() {
        let expected = ("https://login.example.com/", "user1", "Ex\"a,mple#1");
        for text in [
            "name,url,username,password\r\nExample,https://login.example.com/,user1,\"Ex\"\"a,mple#1\"\r\n",
            "name,url,username,password,note\nExample,https://login.example.com/,user1,\"Ex\"\"a,mple#1\",\n",
            "\"url\",\"username\",\"password\",\"httpRealm\",\"guid\"\n\"https://login.example.com/\",\"user1\",\"Ex\"\"a,mple#1\",,\"x\"\n",
            "folder,favorite,type,name,notes,fields,reprompt,login_uri,login_username,login_password,login_totp\n,,login,Example,,,0,https://login.example.com/,user1,\"Ex\"\"a,mple#1\",\n",
            "\"Account\",\"Login Name\",\"Password\",\"Web Site\",\"Comments\"\n\"Example\",\"user1\",\"Ex\"\"a,mple#1\",\"https://login.example.com/\",\"\"\n",
            "sep=;\nUser;Password;Hostname\nuser1;\"Ex\"\"a,mple#1\";https://login.example.com/\n",
            "url\tlogin\tpassword\nhttps://login.example.com/\tuser1\tEx\"a,mple#1\n",
            "url,login,password\nhttps://login.example.com/,user1,Ex\"a,mple#1\n",
        ] {
            let rows = rows(text);
            let [(url, username, password, ..)] = &rows[..] else { panic!("{text}: {rows:?}") };
            assert_eq!((url.as_str(), username.as_str(), password.as_str()), expected, "{text}");
        }
    }

    #[test]
    fn frames_and_padding_belong_to_the_table() {
        for text in [
            "URL | User | Password\nhttps://login.example.com/ | user1 | Example#1\n",
            "| URL | User | Password |\n|:---|---|---|\n| https://login.example.com/ | user1 | Example#1 |\n",
            "+------+------+----------+\n| URL  | User | Password |\n+------+------+----------+\n\
             | https://login.example.com/ | user1 | Example#1 |\n+------+------+----------+\n",
        ] {
            let rows = rows(text);
            let [(url, username, password, ..)] = &rows[..] else { panic!("{text}: {rows:?}") };
            let found = (url.as_str(), username.as_str(), password.as_str());
            assert_eq!(found, ("https://login.example.com/", "user1", "Example#1"), "{text}");
        }
        let kept = rows("url|login|password\nhttps://login.example.com/|user1| Example#1 \n");
        assert_eq!(kept[0].2, " Example#1 ");
    }

    #[test]
    fn a_quoted_cell_goes_over_lines() {
        let rows = rows("url,username,password,note\na.example,u,p,\"one\ntwo\"\nb.example,u,q,\n");
        assert_eq!(rows[0], ("a.example".into(), "u".into(), "p".into(), 2, 3));
        assert_eq!(rows[1], ("b.example".into(), "u".into(), "q".into(), 4, 4));
    }

    #[test]
    fn a_stray_quote_costs_one_row_at_most() {
        let rows = rows("url,username,password\na.example,u,\"p\nb.example,u,q\nc.example,u,r\n");
        assert_eq!(rows.len(), 3, "{rows:?}");
    }

    #[test]
    fn quotes_without_end_take_no_time() {
        for (piece, count) in
            [("\"\n", 200_000), ("\"a,", 100_000), (",\"\"\"\n", 100_000), ("\"\"", 300_000)]
        {
            rows(&format!("url,username,password\n{}", piece.repeat(count)));
        }
    }

    #[test]
    fn what_is_no_header() {
        for line in ["", "password", "https://example.com/,user,password", "a,b,c", "name,note"] {
            assert!(Columns::from_header(line.as_bytes()).is_none(), "{line}");
        }
    }
}
