//! Logins in JSON: any object that has an address and a password under known keys.

use super::Passwords;
use super::block::fact_from_values;
use super::json::{Event, Events};
use crate::fact::Value;
use crate::family::labels::{CredentialLabel, credential_label};
use crate::issue::{Code, Issue, Stage};
use crate::provenance::Span;

/// Deepest nesting of objects that is followed.
const DEEPEST: usize = 128;

/// Longest value that is kept, in bytes.
const LONGEST_VALUE: usize = 64 << 10;

/// Most known members of one object that are kept.
const MOST_FIELDS: usize = 16;

/// An object that has begun.
#[derive(Debug)]
struct Object<'t> {
    first_line: u64,
    fields: Vec<(CredentialLabel, Value<'t>)>,
}

/// Reads the logins out of the JSON `text`, cut off or not.
pub(super) fn parse(text: &[u8], first_line: u64) -> Passwords<'_> {
    let mut found = Passwords::default();
    let mut open: Vec<Object<'_>> = Vec::new();
    let mut too_deep = 0_u64;
    let mut last_line = first_line;
    for (line, event) in Events::new(text, first_line) {
        last_line = line;
        match event {
            Event::Open(_) if open.len() == DEEPEST => {
                if too_deep == 0 {
                    found.issues.push(deep_issue(line));
                }
                too_deep += 1;
            }
            Event::Open(_) => open.push(Object { first_line: line, fields: Vec::new() }),
            Event::Close if too_deep > 0 => too_deep -= 1,
            Event::Close => {
                if let Some(object) = open.pop() {
                    close(object, line, &mut found);
                }
            }
            Event::Member(key, value) => {
                if let Some(object) = open.last_mut().filter(|_| too_deep == 0) {
                    add(object, key, value, line, &mut found.issues);
                }
            }
        }
    }
    while let Some(object) = open.pop() {
        close(object, last_line, &mut found);
    }
    found
}

fn add<'t>(
    object: &mut Object<'t>,
    key: &[u8],
    mut value: Value<'t>,
    line: u64,
    issues: &mut Vec<Issue>,
) {
    let Some(label) = credential_label(key).filter(|_| object.fields.len() < MOST_FIELDS) else {
        return;
    };
    if value.len() > LONGEST_VALUE {
        let detail = format!("a value was cut after {LONGEST_VALUE} bytes");
        let issue = Issue::loss(Stage::Limit, Code::ValueTooLong, detail).at_line(line);
        issues.push(issue.over_bytes((value.len() - LONGEST_VALUE) as u64));
        value.to_mut().truncate(LONGEST_VALUE);
    }
    object.fields.push((label, value));
}

fn close<'t>(object: Object<'t>, last_line: u64, found: &mut Passwords<'t>) {
    let is_login = object.fields.iter().any(|(label, _)| *label == CredentialLabel::Password);
    if !is_login {
        return;
    }
    let span = Span::new(object.first_line, last_line);
    if let Some(fact) = fact_from_values(object.fields, span) {
        found.lines.records += span.last - span.first + 1;
        found.credentials.push(fact);
    }
}

fn deep_issue(line: u64) -> Issue {
    let detail = format!("objects nested deeper than {DEEPEST} were not read");
    Issue::loss(Stage::Limit, Code::JsonTooDeep, detail).at_line(line)
}
