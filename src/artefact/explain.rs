//! A text line by line with what the parsers made of it, for people who meet a new format.
//!
//! This is no second parser: it asks where the facts of [`parse_part`] stand,
//! and the rules for noise about the lines between them. What may be somebody's secret is never
//! shown: of a record only labels and hosts stand as they are, of everything else the shape.

use std::borrow::Cow;
use std::ops::RangeInclusive;

use super::passwords::line::{Field, Kind as PasswordLine, classify};
use super::passwords::style::Watermark;
use super::segment::{self, Run, Segment};
use super::ulp::{self, Ballot, Delimiter, LineKind};
use super::{Kind, Part, kind_of_part, noise, parse_part, passwords, shape, system_info};
use crate::fact::{CookieFact, CredentialFact, Facts, LineCounts, Password};
use crate::family::labels::{CredentialLabel, Labelled, SystemLabel};
use crate::provenance::Span;
use crate::text::{Line, Lines, to_utf8};

/// A text, or a part of one, explained.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// What it was read as.
    pub kind: Kind,
    /// What stands between the fields of its lines, where it was read as ULP.
    pub delimiter: Option<Delimiter>,
    /// How all of its lines were counted.
    pub counts: LineCounts,
    /// The lines that were asked for, without those that are empty.
    pub lines: Vec<LineStory>,
}

/// One line and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineStory {
    /// Counted from 1.
    pub number: u64,
    /// What the parsers took it for.
    pub meaning: Meaning,
    /// What may be shown of it.
    pub shown: String,
}

/// What the parsers took a line for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// A field of the login whose record has this line number; none where the line holds all of it.
    Login(u64, Option<CredentialLabel>),
    /// Something between the lines of that login.
    Stray(u64),
    /// A cookie.
    Cookie,
    /// A line of a form history with an e-mail address.
    Email,
    /// A fact on the computer.
    System(SystemLabel),
    /// A frame, a rule, lettering.
    Rule,
    /// Somebody sells something.
    Promotion,
    /// Known not to matter in another way: headers, blocks without content.
    Noise,
    /// Nothing is known about it.
    Unexplained,
    /// Files of this kind are not read line by line; or it is a line of a list of programs.
    Unread,
}

/// Explains those of the `asked` lines that stand in a part of a text.
///
/// ```
/// use logsieve::artefact::explain::{Meaning, explain};
/// use logsieve::artefact::{Before, End, Hint, Part};
/// use logsieve::limits::Limits;
/// let text = b"URL: https://example.com/\nUSER: user1\nPASS: Example#1\n*****\n";
/// let before = &Before::default();
/// let part = Part { first_line: 1, hint: Hint::Passwords, before, end: End::OfText, limits: &Limits::default() };
/// let lines = explain(text, part, &(1..=4)).lines;
/// assert_eq!(lines[1].shown, "USER: aaaa9");
/// assert_eq!(lines[2].shown, "PASS: ***");
/// assert_eq!(lines[3].meaning, Meaning::Rule);
/// ```
pub fn explain(text: &[u8], part: Part<'_>, asked: &RangeInclusive<u64>) -> Explanation {
    let kind = kind_of_part(text, part);
    let facts = parse_part(text, part);
    let has_segments = matches!(kind, Kind::Passwords | Kind::Ulp | Kind::Cookies);
    let ballot = Ballot::new(text, part.before.delimiter);
    let segments = match has_segments {
        true => segment::segments(text, part.first_line, &ballot),
        false => Vec::new(),
    };
    let reader = Reader {
        kind,
        owners: owners(&facts),
        strays: &facts.strays,
        system: match &facts.system {
            Some(_) => system_info::accepted_lines(text, part.first_line),
            None => Vec::new(),
        },
        is_system: facts.system.is_some(),
        watermark: Watermark::learn(text),
        segments,
        delimiter: ballot.winner(),
    };
    let lines = Lines::starting_at(text, part.first_line);
    let lines = lines
        .skip_while(|line| line.number < *asked.start())
        .take_while(|line| line.number <= *asked.end())
        .filter(|line| !line.bytes.trim_ascii().is_empty())
        .map(|line| reader.story(line));
    let lines = lines.collect();
    let delimiter = (kind == Kind::Ulp).then(|| ballot.winner());
    Explanation { kind, delimiter, counts: facts.lines, lines }
}

/// The fact that a line belongs to.
#[derive(Clone, Copy)]
enum Owner<'f, 't> {
    Login(&'f CredentialFact<'t>),
    Cookie(&'f CookieFact<'t>),
    Email,
}

/// All facts by where they stand.
fn owners<'f, 't>(facts: &'f Facts<'t>) -> Vec<(Span, Owner<'f, 't>)> {
    let logins = facts.credentials.iter().map(|fact| (fact.span, Owner::Login(fact)));
    let cookies = facts.cookies.iter().map(|fact| (fact.span, Owner::Cookie(fact)));
    let emails = facts.autofill.iter().map(|fact| (fact.span, Owner::Email));
    let mut owners: Vec<_> = logins.chain(cookies).chain(emails).collect();
    owners.sort_by_key(|(span, _)| *span);
    owners
}

struct Reader<'f, 't> {
    kind: Kind,
    owners: Vec<(Span, Owner<'f, 't>)>,
    strays: &'f [u64],
    system: Vec<(u64, SystemLabel)>,
    is_system: bool,
    watermark: Watermark,
    segments: Vec<Segment<'t>>,
    delimiter: Delimiter,
}

impl<'f, 't> Reader<'f, 't> {
    fn story(&self, line: Line<'_>) -> LineStory {
        let number = line.number;
        let bytes = self.watermark.strip(line.bytes);
        let (meaning, shown) = match self.owner(number) {
            Some(Owner::Login(fact)) if self.strays.binary_search(&number).is_ok() => {
                // It may be the second half of a password.
                (Meaning::Stray(fact.span.first), HIDDEN.to_owned())
            }
            Some(Owner::Login(fact)) => login(fact, bytes),
            Some(Owner::Cookie(fact)) => (Meaning::Cookie, cookie(fact)),
            Some(Owner::Email) => (Meaning::Email, outline(bytes)),
            None => self.fact_of_system(number, bytes).unwrap_or_else(|| {
                let meaning = self.without_fact(number, bytes);
                (meaning, outline(bytes))
            }),
        };
        LineStory { number, meaning, shown }
    }

    fn owner(&self, line: u64) -> Option<Owner<'f, 't>> {
        let behind = self.owners.partition_point(|(span, _)| span.first <= line);
        let before = self.owners.get(..behind).unwrap_or_default();
        before.iter().rev().take(4).find(|(span, _)| span.contains(line)).map(|(_, owner)| *owner)
    }

    fn fact_of_system(&self, number: u64, bytes: &[u8]) -> Option<(Meaning, String)> {
        let at = self.system.binary_search_by_key(&number, |(line, _)| *line).ok()?;
        let (_, label) = *self.system.get(at)?;
        let shown = Labelled::split(bytes)
            .map(|split| format!("{}: {}", to_utf8(split.key).trim(), outline(split.value)));
        Some((Meaning::System(label), shown.unwrap_or_else(|| outline(bytes))))
    }

    fn without_fact(&self, number: u64, bytes: &[u8]) -> Meaning {
        let text = bytes.trim_ascii();
        let is_noise = match self.kind {
            Kind::Passwords | Kind::Ulp | Kind::Cookies => self.is_noise(number, bytes),
            Kind::Table => super::table::is_header(text) || super::table::is_drawn(text),
            _ if noise::is_rule(text) => true,
            _ => return Meaning::Unread,
        };
        match is_noise {
            false if self.is_system => Meaning::Unread,
            false => Meaning::Unexplained,
            true if noise::is_rule(text) => Meaning::Rule,
            true if noise::is_promotion(text) => Meaning::Promotion,
            true => Meaning::Noise,
        }
    }

    /// Whether the parser of the segment that a line stands in knows it as noise.
    fn is_noise(&self, number: u64, bytes: &[u8]) -> bool {
        let behind = self.segments.partition_point(|segment| segment.first_line <= number);
        let segment = behind.checked_sub(1).and_then(|at| self.segments.get(at));
        match segment.map_or(Run::Labelled, |segment| segment.run) {
            Run::Cookies => noise::is_noise(bytes.trim_ascii()),
            Run::Ulp => {
                matches!(
                    ulp::parse_line(bytes, self.delimiter),
                    LineKind::Noise | LineKind::Group(_)
                )
            }
            Run::Labelled if passwords::is_table_head(bytes) => true,
            Run::Labelled => match classify(bytes) {
                PasswordLine::Blank
                | PasswordLine::Rule
                | PasswordLine::Frame
                | PasswordLine::Tag(_) => true,
                PasswordLine::Field(field) => {
                    field.label.is_some()
                        || field.key.system().is_some()
                        || field.is_of_seller()
                        || field.is_head()
                        || passwords::line::is_noise(bytes)
                }
                PasswordLine::Text => passwords::line::is_noise(bytes),
            },
        }
    }
}

/// What stands for a secret.
const HIDDEN: &str = "***";

/// A line of a login: its own field, or all of the login where it has no other line.
fn login(fact: &CredentialFact<'_>, line: &[u8]) -> (Meaning, String) {
    let first = fact.span.first;
    let field = Field::read(line).filter(|field| field.label.is_some());
    match field {
        _ if fact.span.first == fact.span.last => (Meaning::Login(first, None), whole(fact)),
        Some(field) => {
            let shown = labelled(line).unwrap_or_else(|| outline(line));
            (Meaning::Login(first, field.label), shown)
        }
        None => (Meaning::Login(first, None), HIDDEN.to_owned()),
    }
}

/// A login on one line.
fn whole(fact: &CredentialFact<'_>) -> String {
    let password = match fact.password {
        Password::Present(_) => HIDDEN,
        Password::Empty => "(empty)",
        Password::Placeholder => "(placeholder)",
        Password::Unreadable => "(unreadable)",
    };
    format!("{} | {} | {password}", address(&fact.url), outline(&fact.username))
}

fn cookie(fact: &CookieFact<'_>) -> String {
    let [domain, path, name] = [&fact.domain, &fact.path, &fact.name].map(|value| to_utf8(value));
    format!("{} {} {} {HIDDEN}", cut(&domain), cut(&path), cut(&name))
}

/// A line with a known key: the key as it is, of the value what may be seen.
fn labelled(line: &[u8]) -> Option<String> {
    let field = Field::read(line)?;
    let key = line.get(..line.len().checked_sub(field.value.len())?)?;
    let value = match field.label? {
        CredentialLabel::Url => address(field.value),
        CredentialLabel::Password => HIDDEN.to_owned(),
        _ => outline(field.value),
    };
    Some(format!("{} {value}", to_utf8(key).trim()))
}

/// An address of which the host can be read.
fn address(url: &[u8]) -> String {
    let scheme = shape::scheme_length(url).unwrap_or(0);
    let rest = url.get(scheme..).unwrap_or_default();
    let end = rest.iter().position(|byte| b":/?# \t|".contains(byte)).unwrap_or(rest.len());
    match rest.split_at_checked(end) {
        // With an `@` further on, what looks like a host is somebody's login.
        Some((host, path)) if shape::is_host(host) && !path.contains(&b'@') => {
            let host = url.get(..scheme + end).unwrap_or_default();
            format!("{}{}", to_utf8(host), outline(path))
        }
        _ => outline(url),
    }
}

/// Most characters of a line or value that are shown.
const SHOWN: usize = 160;

/// How many signs of a word without any letter are shown.
const SIGNS: usize = 3;

/// The shape of a text: `A` and `a` for letters, `9` for digits, other signs as they are, but no
/// more than a few of them where a word has nothing else.
pub(super) fn outline(text: &[u8]) -> String {
    let is_inside = |end: &usize| matches!(text.get(*end), Some(0x80..=0xBF));
    let end = (0..=4 * SHOWN).rev().find(|end| !is_inside(end)).unwrap_or(0);
    let text = to_utf8(text.get(..end).unwrap_or(text));
    let mut shown = String::new();
    for word in cut(text.trim_end()).split_inclusive(char::is_whitespace) {
        if word.chars().any(char::is_alphanumeric) {
            shown.extend(word.chars().map(outlined));
        } else if word.trim_end().chars().count() > SIGNS {
            shown.extend(word.chars().take(SIGNS));
            shown.push_str("… ");
        } else {
            shown.push_str(word);
        }
    }
    shown.truncate(shown.trim_end().len());
    shown
}

fn outlined(c: char) -> char {
    match c {
        _ if c.is_uppercase() => 'A',
        _ if c.is_alphabetic() => 'a',
        _ if c.is_numeric() => '9',
        _ => c,
    }
}

/// The start of a long text.
fn cut(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => Cow::Owned(format!("{}…", text.get(..end).unwrap_or_default())),
        None => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::artefact::{Before, End, Hint};
    use crate::limits::Limits;

    fn explained(text: &str, hint: Hint) -> Explanation {
        let before = &Before::default();
        let part =
            Part { first_line: 1, hint, before, end: End::OfText, limits: &Limits::default() };
        explain(text.as_bytes(), part, &(1..=u64::MAX))
    }

    #[test]
    fn every_line_has_a_story() {
        let text = "\
Soft: Chrome\nURL: https://login.example.com/reset?t=abc\nLogin: user1@example.com\n\
Password: Example#1\n\nhttps://a.example/x:user2:Example#2\nt.me/example_cloud join us\n\
.example.com\tTRUE\t/\tTRUE\t1893456000\tsid\tabc123\n\nwhat is this\n";
        let found = explained(text, Hint::Passwords);
        let lines: Vec<_> = found.lines.iter().map(|line| (line.number, line.meaning)).collect();
        let label = |label| Meaning::Login(1, Some(label));
        assert_eq!(
            lines,
            [
                (1, label(CredentialLabel::Software)),
                (2, label(CredentialLabel::Url)),
                (3, label(CredentialLabel::Username)),
                (4, label(CredentialLabel::Password)),
                (6, Meaning::Login(6, None)),
                (7, Meaning::Promotion),
                (8, Meaning::Cookie),
                (10, Meaning::Unexplained),
            ]
        );
        let shown: Vec<_> = found.lines.iter().map(|line| line.shown.as_str()).collect();
        assert_eq!(
            shown,
            [
                "Soft: Aaaaaa",
                "URL: https://login.example.com/aaaaa?a=aaa",
                "Login: aaaa9@aaaaaaa.aaa",
                "Password: ***",
                "https://a.example/a | aaaa9 | ***",
                "a.aa/aaaaaaa_aaaaa aaaa aa",
                ".example.com / sid ***",
                "aaaa aa aaaa",
            ]
        );
    }

    #[test]
    fn facts_of_the_computer_are_named() {
        let found =
            explained("HWID: 01AB\nMachineName: DESKTOP-1\nIP: 203.0.113.10\n", Hint::System);
        let shown: Vec<_> = found.lines.iter().map(|line| line.shown.as_str()).collect();
        assert_eq!(shown, ["HWID: 99AA", "MachineName: AAAAAAA-9", "IP: 999.9.999.99"]);
        assert_eq!(found.lines[0].meaning, Meaning::System(SystemLabel::Hwid));
    }

    #[test]
    fn what_an_outline_hides() {
        for (text, shown) in [
            ("Pa55 wörd Ключ", "Aa99 aaaa Aaaa"),
            ("!$%&!$%&", "!$%…"),
            ("a: --- =====", "a: --- ===…"),
            ("", ""),
        ] {
            assert_eq!(outline(text.as_bytes()), shown, "{text}");
        }
        assert_eq!(outline(&b"x".repeat(100_000)).chars().count(), SHOWN + 1);
        assert_eq!(outline("x🔑".repeat(1000).as_bytes()), format!("{}…", "a🔑".repeat(SHOWN / 2)));
        assert_eq!(
            address(b"https://user1:Example#1@example.com/"),
            "aaaaa://aaaa9:Aaaaaaa#9@aaaaaaa.aaa/"
        );
        assert_eq!(address(b"ftp.example.com:21"), "ftp.example.com:99");
    }
}
