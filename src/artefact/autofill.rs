//! Form histories: the e-mail addresses in them, and how many entries there are.
//!
//! Any address on any line counts, whatever the grammar round it.

use super::shape::{ByteSet, LOCAL, is_domain};
use super::{fields, noise};
use crate::fact::{AutofillFact, LineCounts};
use crate::issue::Issue;
use crate::provenance::Span;
use crate::text::Lines;

/// What a form history gave.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Autofill<'t> {
    /// The addresses, in their order, repeated ones included.
    pub emails: Vec<AutofillFact<'t>>,
    /// Entries of any kind.
    pub entries: u64,
    /// What was wrong with them.
    pub issues: Vec<Issue>,
    /// How the lines were understood.
    pub lines: LineCounts,
}

/// Reads a form history, the first line of which has the number `first_line`.
///
/// ```
/// let text = b"Name: mail\nValue: user1@example.com\n===============\n";
/// let found = logsieve::artefact::autofill::parse(text, 1);
/// assert_eq!((&*found.emails[0].email, found.entries), (&b"user1@example.com"[..], 1));
/// ```
pub fn parse<'t>(text: &'t [u8], first_line: u64) -> Autofill<'t> {
    let mut found = Autofill::default();
    let mut tally = Tally::default();
    for line in Lines::starting_at(text, first_line) {
        let facts = emails(line.bytes)
            .map(|email| AutofillFact { email: email.into(), span: Span::line(line.number) });
        found.emails.extend(facts);
        let bytes = line.bytes.trim_ascii();
        if bytes.is_empty() {
            // Blank lines do not count.
        } else if noise::is_rule(bytes) {
            found.lines.noise += 1;
        } else {
            tally.add(bytes);
            found.lines.records += 1;
        }
    }
    found.entries = tally.entries();
    found
}

/// The e-mail addresses of a line.
pub(super) fn emails(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    memchr::memchr_iter(b'@', line).filter_map(|at| {
        let before = line.get(..at)?.iter().rev().take(MAX_LOCAL);
        let start = at - before.take_while(|byte| LOCAL.has(**byte)).count();
        let behind = line.get(at + 1..)?.iter().take(MAX_DOMAIN);
        let end = at + 1 + behind.take_while(|byte| DOMAIN.has(**byte)).count();
        let email = line.get(start..end)?.trim_ascii();
        let email = email.strip_suffix(b".").unwrap_or(email);
        let domain = email.get(at + 1 - start..)?;
        (start < at && is_domain(domain)).then_some(email)
    })
}

/// Longest parts of an address, in bytes.
const MAX_LOCAL: usize = 64;
const MAX_DOMAIN: usize = 253;

/// Bytes of a domain.
static DOMAIN: ByteSet = ByteSet::word_and(b".-");

/// Counts entries; which lines are one depends on the labels of the file.
#[derive(Default)]
struct Tally {
    values: u64,
    names: u64,
    others: u64,
}

impl Tally {
    fn add(&mut self, line: &[u8]) {
        match fields::form_label(line) {
            Some(fields::FormLabel::Value) => self.values += 1,
            Some(fields::FormLabel::Name) => self.names += 1,
            None => self.others += 1,
        }
    }

    fn entries(&self) -> u64 {
        // Without any `Value:`, a `Name: x` is an entry like `city: y` is one.
        if self.values > 0 { self.values } else { self.names + self.others }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_grammars_of_the_catalogue() {
        for (text, entries) in [
            (
                "Name: mail\nValue: user1@example.com\n===============\nName: a\nValue: b\n===============\n",
                2,
            ),
            ("FORM: mail\nVALUE: user1@example.com\n\nFORM: a\nVALUE:\n", 2),
            ("Form: mail\r\nValue: user1@example.com\r\n", 1),
            ("Field: mail | Value: user1@example.com\nField: a | Value: b\n", 2),
            ("mail user1@example.com\ncity Exampleville\n", 2),
            ("mail\tuser1@example.com\n", 1),
            ("mail\t\tuser1@example.com\t\t3\n", 1),
            ("user[email]: user1@example.com\nname: b\n", 2),
        ] {
            let found = parse(text.as_bytes(), 1);
            let emails: Vec<_> = found.emails.iter().map(|fact| &*fact.email).collect();
            assert_eq!(emails, [b"user1@example.com"], "{text}");
            assert_eq!(found.entries, entries, "{text}");
        }
    }

    #[test]
    fn addresses_in_the_middle_of_things() {
        for (line, expected) in [
            (
                "<user1@example.com>, \"b.c+d@mail.example.org\".",
                &["user1@example.com", "b.c+d@mail.example.org"][..],
            ),
            ("mailto:user1@example.com?x", &["user1@example.com"]),
            ("at user1@example.com.", &["user1@example.com"]),
            ("user1@bücher.example", &["user1@bücher.example"]),
            ("@example.com user1@ user1@example a@b@c", &[]),
        ] {
            let found: Vec<_> = emails(line.as_bytes()).map(String::from_utf8_lossy).collect();
            assert_eq!(found, expected, "{line}");
        }
    }

    #[test]
    fn a_million_at_signs_take_no_time() {
        let text = "a@".repeat(500_000);
        assert!(parse(text.as_bytes(), 1).emails.is_empty());
    }

    proptest! {
        #[test]
        fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            parse(&bytes, 1);
        }
    }
}
