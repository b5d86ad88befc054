//! Lines and values that are longer than the limits of the run allow.
//!
//! One rule for all parsers, kept here and not by them: it is an issue, and what is sure of the
//! record is delivered. Of a line that is too long the parsers see the beginning. A login or
//! password that is too long is left out, since a part of it would be taken for another one; of an
//! address the beginning is kept, which has the host.

use super::{Part, values};
use crate::fact::{CookieFact, CredentialFact, Facts, Password, Value};
use crate::issue::{Code, Issue, Stage};
use crate::limits::Limits;
use crate::secret::Secret;
use crate::text::{count_lines, line_end_length};

/// What reads the whole of a text, or a stretch of it.
type Reader = for<'t> fn(&'t [u8], Part<'_>, &mut Facts<'t>);

/// Reads a text in which lines mean nothing.
pub(super) fn whole<'t>(read: Reader, text: &'t [u8], part: Part<'_>, facts: &mut Facts<'t>) {
    read(text, part, facts);
    keep_to(part.limits, facts);
}

/// Reads a text of lines, of which those that are too long come without their ends.
pub(super) fn by_stretch<'t>(read: Reader, text: &'t [u8], part: Part<'_>, facts: &mut Facts<'t>) {
    let mut before = part.before.clone();
    for stretch in stretches(text, part.first_line, part.limits) {
        let mut found = Facts::default();
        let here = Part { first_line: stretch.first_line, before: &before, ..part };
        read(stretch.text, here, &mut found);
        if let Cut::InLine(line, bytes) = stretch.end {
            end_early(line, bytes, part.limits, &mut found);
            before = before.after(stretch.text, part.hint);
        }
        keep_to(part.limits, &mut found);
        append(facts, found);
    }
}

/// Adds what was found in another stretch of the same text.
fn append<'t>(facts: &mut Facts<'t>, more: Facts<'t>) {
    if facts.is_empty() {
        *facts = more;
        return;
    }
    facts.credentials.extend(more.credentials);
    facts.alternatives.extend(more.alternatives);
    facts.cookies.extend(more.cookies);
    facts.autofill.extend(more.autofill);
    facts.autofill_entries += more.autofill_entries;
    facts.strays.extend(more.strays);
    facts.issues.extend(more.issues);
    facts.lines += more.lines;
}

/// A part of a text that has no line that is too long, but perhaps the beginning of one at its end.
#[derive(Debug, PartialEq, Eq)]
struct Stretch<'t> {
    text: &'t [u8],
    first_line: u64,
    end: Cut,
}

/// How a stretch ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cut {
    /// Behind a line.
    BehindLine,
    /// In the line of this number, so many bytes before its end.
    InLine(u64, u64),
}

/// The stretches of a text; nearly always it is one.
fn stretches<'t>(text: &'t [u8], first_line: u64, limits: &Limits) -> Stretches<'t> {
    let longest = usize::try_from(limits.line).unwrap_or(usize::MAX - 1).max(1);
    Stretches { rest: Some(text), first_line, longest }
}

/// Iterator over the stretches of a text.
struct Stretches<'t> {
    rest: Option<&'t [u8]>,
    first_line: u64,
    longest: usize,
}

impl<'t> Iterator for Stretches<'t> {
    type Item = Stretch<'t>;

    fn next(&mut self) -> Option<Stretch<'t>> {
        let rest = self.rest.take()?;
        let first_line = self.first_line;
        let Some(end) = end_of_first_lines(rest, self.longest) else {
            return Some(Stretch { text: rest, first_line, end: Cut::BehindLine });
        };
        let (text, behind) = rest.split_at_checked(end)?;
        let line = first_line + count_lines(text);
        let cut = memchr::memchr2(b'\n', b'\r', behind).unwrap_or(behind.len());
        let next = behind.get(cut..).map(|end| end.get(line_end_length(end)..).unwrap_or_default());
        self.rest = next.filter(|next| !next.is_empty());
        self.first_line = line + 1;
        Some(Stretch { text, first_line, end: Cut::InLine(line, cut as u64) })
    }
}

/// Where the first line that is longer than `longest` has to be cut. Looks at few bytes: the last
/// line end of each `longest` bytes.
fn end_of_first_lines(text: &[u8], longest: usize) -> Option<usize> {
    let mut start = 0;
    loop {
        let window = text.get(start..)?.get(..longest.checked_add(1)?)?;
        match memchr::memrchr2(b'\n', b'\r', window) {
            Some(end) => start += end + 1,
            None => return Some(start + longest),
        }
    }
}

/// Says that the end of a line was not parsed. The last value of a login there is not whole.
fn end_early(line: u64, bytes: u64, limits: &Limits, facts: &mut Facts<'_>) {
    let detail = format!("only the first {} bytes of a line were parsed", limits.line);
    let issue = Issue::loss(Stage::Limit, Code::LineTooLong, detail);
    facts.issues.push(issue.at_line(line).over_bytes(bytes));
    let logins = facts.credentials.iter_mut().chain(&mut facts.alternatives);
    for fact in logins.filter(|fact| fact.span.last == line) {
        if fact.password != Password::Empty {
            fact.password = Password::Unreadable;
        }
    }
}

/// Holds what was found to the limit of values.
pub(super) fn keep_to(limits: &Limits, facts: &mut Facts<'_>) {
    let longest = usize::try_from(limits.value).unwrap_or(usize::MAX);
    let mut issues = Vec::new();
    let too_long = |line, bytes: usize| {
        Issue::loss(Stage::Limit, Code::ValueTooLong, "a value is too long to be kept")
            .at_line(line)
            .over_bytes(bytes as u64)
    };
    for fact in &mut facts.alternatives {
        shorten_login(fact, longest);
    }
    for fact in &mut facts.credentials {
        if let Some(bytes) = shorten_login(fact, longest) {
            issues.push(too_long(fact.span.first, bytes));
        }
    }
    for fact in &mut facts.cookies {
        if let Some(bytes) = shorten_cookie(fact, longest) {
            issues.push(too_long(fact.span.first, bytes));
        }
    }
    facts.issues.extend(issues);
}

/// Leaves out what of a login is too long; returns how many bytes its longest value had then.
fn shorten_login(fact: &mut CredentialFact<'_>, longest: usize) -> Option<usize> {
    let password = match &fact.password {
        Password::Present(secret) => secret.expose().len(),
        Password::Empty | Password::Placeholder | Password::Unreadable => 0,
    };
    let length = |value: &Option<Value<'_>>| value.as_ref().map_or(0, |value| value.len());
    let lengths =
        [fact.url.len(), fact.username.len(), length(&fact.software), length(&fact.profile)];
    let most = lengths.into_iter().chain([password]).max().filter(|&most| most > longest)?;
    values::truncate(&mut fact.url, longest);
    if fact.username.len() > longest {
        fact.username = Value::default();
    }
    fact.software.take_if(|value| value.len() > longest);
    fact.profile.take_if(|value| value.len() > longest);
    if password > longest {
        fact.password = Password::Unreadable;
    }
    Some(most)
}

/// The same for a cookie.
fn shorten_cookie(fact: &mut CookieFact<'_>, longest: usize) -> Option<usize> {
    let value = fact.value.expose().len();
    let lengths = [value, fact.domain.len(), fact.path.len(), fact.name.len()];
    let most = lengths.into_iter().max().filter(|&most| most > longest)?;
    for part in [&mut fact.domain, &mut fact.path, &mut fact.name] {
        values::truncate(part, longest);
    }
    if value > longest {
        fact.value = Secret::new(Vec::new());
    }
    Some(most)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::artefact::{Before, End, Hint, Part, parse_part};

    #[test]
    fn a_text_is_cut_at_long_lines_only() {
        let limits = Limits { line: 4, ..Limits::default() };
        for (text, expected) in [
            ("", &[("", 1, Cut::BehindLine)][..]),
            ("1234\n12\n\n1234", &[("1234\n12\n\n1234", 1, Cut::BehindLine)]),
            ("12345", &[("1234", 1, Cut::InLine(1, 1))]),
            ("12345\r\n", &[("1234", 1, Cut::InLine(1, 1))]),
            (
                "a\r\n123456\r\nb\n12345678",
                &[("a\r\n1234", 1, Cut::InLine(2, 2)), ("b\n1234", 3, Cut::InLine(4, 4))],
            ),
            ("12345\n\nb", &[("1234", 1, Cut::InLine(1, 1)), ("\nb", 2, Cut::BehindLine)]),
        ] {
            let found: Vec<_> = stretches(text.as_bytes(), 1, &limits)
                .map(|part| (std::str::from_utf8(part.text).unwrap(), part.first_line, part.end))
                .collect();
            assert_eq!(found, expected, "{text:?}");
        }
    }

    #[test]
    fn one_long_line_takes_no_time() {
        let text = vec![b'x'; 100 << 20];
        let limits = Limits::default();
        assert_eq!(stretches(&text, 1, &limits).count(), 1);
    }

    /// Each login as `url · user · password`, with the issues.
    fn read(text: &str, limits: &Limits) -> (Vec<String>, Vec<(&'static str, Option<u64>)>) {
        let before = &Before::default();
        let part = Part { first_line: 1, hint: Hint::Passwords, before, end: End::OfText, limits };
        let facts = parse_part(text.as_bytes(), part);
        let show = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
        let logins = facts.credentials.iter().map(|fact| {
            let password = match &fact.password {
                Password::Present(secret) => show(secret.expose()),
                other => format!("{other:?}"),
            };
            format!("{} · {} · {password}", show(&fact.url), show(&fact.username))
        });
        (logins.collect(), facts.issues.iter().map(|i| (i.code.as_str(), i.line)).collect())
    }

    /// `¤` stands for a value that is too long, `§` for one that makes its line too long.
    const LONG_TEXTS: &[(&str, &[&str], (&str, u64))] = &[
        (
            "URL: a.example\nLogin: u\nPassword: ¤\n\nURL: b.example\nLogin: v\nPassword: q\n",
            &["a.example · u · Unreadable", "b.example · v · q"],
            ("value_too_long", 1),
        ),
        (
            "URL: a.example\nLogin: u\nPassword: §\n\nURL: b.example\nLogin: v\nPassword: q\n",
            &["a.example · u · Unreadable", "b.example · v · q"],
            ("line_too_long", 3),
        ),
        ("URL: a.example\nLogin: ¤\nPassword: p\n", &["a.example ·  · p"], ("value_too_long", 1)),
        (
            "https://a.example/:u:¤\nhttps://b.example/:v:q\n",
            &["https://a.example/ · u · Unreadable", "https://b.example/ · v · q"],
            ("value_too_long", 1),
        ),
        (
            "https://b.example/:v:q\nhttps://a.example/:u:§\nhttps://c.example/:w:r\n",
            &[
                "https://b.example/ · v · q",
                "https://a.example/ · u · Unreadable",
                "https://c.example/ · w · r",
            ],
            ("line_too_long", 2),
        ),
        (
            "url,username,password\nhttps://a.example/,u,§\nhttps://b.example/,v,q\n",
            &["https://a.example/ · u · Unreadable", "https://b.example/ · v · q"],
            ("line_too_long", 2),
        ),
        (
            "[{\"url\":\"https://a.example/\",\"username\":\"u\",\"password\":\"§\"}]",
            &["https://a.example/ · u · Unreadable"],
            ("value_too_long", 1),
        ),
        (
            "https://a.example/¤:user1@example.com:p\n",
            &["https://a.example/xxxxxxxxxxxxxxxxxxxxxx · user1@example.com · p"],
            ("value_too_long", 1),
        ),
    ];

    #[test]
    fn what_is_sure_is_delivered_whatever_the_grammar() {
        let limits = Limits { line: 200, value: 40, ..Limits::default() };
        for &(text, expected, (code, line)) in LONG_TEXTS {
            let text = text.replace('¤', &"x".repeat(41)).replace('§', &"y".repeat(300));
            let (logins, issues) = read(&text, &limits);
            assert_eq!(logins, expected, "{text}");
            assert_eq!(issues, [(code, Some(line))], "{text}");
        }
    }

    #[test]
    fn a_cookie_stays_without_its_value() {
        let text = format!("a.example\tTRUE\t/\tTRUE\t0\tsid\t{}\n", "x".repeat(41));
        let limits = &Limits { value: 40, ..Limits::default() };
        let before = &Before::default();
        let part = Part { first_line: 1, hint: Hint::Cookies, before, end: End::OfText, limits };
        let facts = parse_part(text.as_bytes(), part);
        assert_eq!(
            (&*facts.cookies[0].name, facts.cookies[0].value.expose().len()),
            (&b"sid"[..], 0)
        );
        assert_eq!(facts.issues[0].code, Code::ValueTooLong);
    }
}
