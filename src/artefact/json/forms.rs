//! Form histories in JSON: e-mail addresses in any value, and how many entries there are.

use std::borrow::Cow;

use super::lines::Ledger;
use super::objects::issue;
use crate::artefact::autofill::{Autofill, emails};
use crate::fact::{AutofillFact, Value};
use crate::provenance::Span;
use crate::text::json::{Event, Reader};

/// Reads a form history in JSON, the first line of which has the number `first_line`, no deeper than
/// `deepest` levels.
pub(in crate::artefact) fn form_history(
    text: &[u8],
    first_line: u64,
    deepest: u64,
) -> Autofill<'_> {
    let mut found = Autofill::default();
    let mut ledger = Ledger::default();
    let mut reader = Reader::new(text, first_line).at_most(deepest);
    let (mut values, mut others) = (0, 0);
    while let Some(event) = reader.next() {
        let value = match event {
            Event::Text(value) => value,
            Event::Word(word) => Cow::Borrowed(word),
            Event::Open(_) | Event::Close(_) => continue,
        };
        let is_value = reader.key().is_some_and(|key| key.eq_ignore_ascii_case(b"value"));
        values += u64::from(is_value);
        others += u64::from(!is_value);
        let span = Span::line(reader.line());
        ledger.record(span);
        found
            .emails
            .extend(addresses(&value).into_iter().map(|email| AutofillFact { email, span }));
    }
    // Without any `value`, `"city": "y"` is an entry.
    found.entries = if values > 0 { values } else { others };
    if let Some((code, line)) = reader.problem() {
        ledger.unexplained(Span::line(line));
        found.issues.push(issue(code, line));
    }
    found.lines = ledger.count(text, first_line);
    found
}

/// The e-mail addresses in a value.
fn addresses<'t>(value: &Value<'t>) -> Vec<Value<'t>> {
    match value {
        Cow::Borrowed(text) => emails(text).map(Cow::Borrowed).collect(),
        Cow::Owned(text) => emails(text).map(|email| Cow::Owned(email.to_vec())).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fact::LineCounts;

    #[test]
    fn entries_of_any_shape() {
        for (text, entries) in [
            (
                r#"[{"name":"mail","value":"user1@example.com","count":3},{"name":"a","value":"b"}]"#,
                2,
            ),
            (r#"{"name":["mail","a"],"value":["user1\u0040example.com","b"]}"#, 2),
            (r#"{"email":"user1@example.com","city":"Exampleville"}"#, 2),
            (r#"{"Chrome":{"Default":[{"Name":"m","Value":"to user1@example.com"}]}}"#, 1),
        ] {
            let found = form_history(text.as_bytes(), 1, 128);
            let emails: Vec<_> = found.emails.iter().map(|fact| &*fact.email).collect();
            assert_eq!(emails, [b"user1@example.com"], "{text}");
            assert_eq!((found.entries, found.issues.len()), (entries, 0), "{text}");
        }
    }

    #[test]
    fn lines_are_told_and_counted() {
        let text =
            b"[\n{\n\"name\": \"mail\",\n\"value\": \"user1@example.com\"\n},\n{\"value\": \"x";
        let found = form_history(text, 5, 128);
        assert_eq!(found.emails[0].span.first, 8);
        assert_eq!(found.lines, LineCounts { records: 2, noise: 3, unexplained: 1 });
        assert_eq!(found.issues[0].code.as_str(), "truncated");
    }
}
