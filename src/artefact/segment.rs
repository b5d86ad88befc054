//! Cuts a text into runs of lines of one kind, since labelled blocks, ULP lines and cookies are
//! found mixed in one file.

use super::ulp::{Ballot, Delimiter, LineKind};
use super::{cookies, fields, passwords, ulp};
use crate::family::labels::Labelled;
use crate::record::Confidence;
use crate::text::Lines;

/// What kind of record a line belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Run {
    /// `label: value`.
    Labelled,
    /// A login on one line.
    Ulp,
    /// A cookie.
    Cookies,
}

/// Lines of one kind, with those between them that belong to none.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Segment<'t> {
    pub(super) run: Run,
    pub(super) text: &'t [u8],
    pub(super) first_line: u64,
}

/// The kind of one line; none for blank lines, rules, and whatever else.
pub(super) fn kind_of(line: &[u8], ballot: &Ballot<'_>) -> Option<Run> {
    let is_blank = || line.trim_ascii().is_empty();
    kind_at_sight(line)
        .or_else(|| if is_blank() { None } else { login_kind(line, ballot.winner()) })
}

/// The kind of a line that is told whatever stands between the fields of logins.
fn kind_at_sight(line: &[u8]) -> Option<Run> {
    if is_bare_address(line) {
        return None;
    }
    if cookies::is_cookie(line) {
        return Some(Run::Cookies);
    }
    if label(line).is_some() {
        // All labels of a login may stand on one line, and so may all lines.
        let is_login = ulp::is_labelled_line(line) && passwords::written_lines(line).is_empty();
        return Some(if is_login { Run::Ulp } else { Run::Labelled });
    }
    table_head(line).map(|_| Run::Labelled)
}

fn login_kind(line: &[u8], delimiter: Delimiter) -> Option<Run> {
    match ulp::tell_line(line, delimiter)? {
        LineKind::Credential(split) if split.confidence > Confidence::Low => Some(Run::Ulp),
        LineKind::Group(_) => Some(Run::Ulp),
        _ => None,
    }
}

/// Whether a line begins with the address of a website and has no blanks, as most lines of a list:
/// then it has neither columns nor a label.
pub(super) fn is_bare_address(line: &[u8]) -> bool {
    (line.starts_with(b"https://") || line.starts_with(b"http://"))
        && memchr::memchr3(b' ', b'\t', b'\x0c', line).is_none()
}

/// Whether a line is a login, sure or not.
fn is_login(line: &[u8], delimiter: Delimiter) -> bool {
    matches!(ulp::tell_line(line, delimiter), Some(LineKind::Credential(_)))
}

/// Whether a line that is no cookie is a login with an address, though its fields are not sure.
fn is_doubtful(line: &[u8], ballot: &Ballot<'_>) -> bool {
    let has_address = || match ulp::tell_line(line, ballot.winner()) {
        Some(LineKind::Credential(split)) => !split.url.is_empty(),
        _ => false,
    };
    !line.trim_ascii().is_empty() && memchr::memchr(b'\t', line).is_none() && has_address()
}

/// What the label of a line means, if it starts with one.
pub(super) fn label(line: &[u8]) -> Option<fields::Field> {
    fields::of_label(Labelled::split(ulp::clean(line))?.key)
}

/// The table in columns that a line is the head of.
fn table_head(line: &[u8]) -> Option<passwords::Table> {
    passwords::Table::read_aligned_head(ulp::clean(line))
}

/// Cuts a text into segments; lines of no kind belong to the segment before them, those at the
/// start to the first one. A cookie is no reason to doubt the logins behind it more than those
/// before. A text without any known line is no segment.
pub(super) fn segments<'t>(
    text: &'t [u8],
    first_line: u64,
    ballot: &Ballot<'_>,
) -> Vec<Segment<'t>> {
    let mut cuts: Vec<(Run, usize, u64)> = Vec::new();
    let mut table: Option<passwords::Table> = None;
    let mut begins_in_doubt = false;
    for line in Lines::starting_at(text, first_line) {
        let last = cuts.last().map(|&(last, ..)| last);
        // Whether it is a login or not, it belongs to those before it.
        if last == Some(Run::Ulp) && is_bare_address(line.bytes) {
            continue;
        }
        let is_row = |table: &passwords::Table| table.has_row(ulp::clean(line.bytes));
        if last == Some(Run::Labelled) && table.as_ref().is_some_and(is_row) {
            continue;
        }
        let is_cookie = |cut: &(Run, usize, u64)| cut.0 == Run::Cookies;
        let goes_on = || match cuts.as_slice() {
            [.., (Run::Ulp, ..), last] => is_cookie(last) && is_login(line.bytes, ballot.winner()),
            _ => false,
        };
        let kind = kind_of(line.bytes, ballot).or_else(|| goes_on().then_some(Run::Ulp));
        let Some(run) = kind else {
            begins_in_doubt |= last.is_none() && is_doubtful(line.bytes, ballot);
            continue;
        };
        if run == Run::Labelled {
            table = table_head(line.bytes);
        }
        // In a block values are opaque, even those with labels in them.
        let is_field = || label(line.bytes).is_some();
        let run = if last == Some(Run::Labelled) && is_field() { Run::Labelled } else { run };
        match cuts.last() {
            None if run == Run::Cookies && begins_in_doubt => {
                cuts.push((Run::Ulp, 0, first_line));
                cuts.push((run, line.start, line.number));
            }
            None => cuts.push((run, 0, first_line)),
            Some((last, ..)) if *last == run => {}
            Some(_) => cuts.push((run, line.start, line.number)),
        }
    }
    let ends = cuts.iter().skip(1).map(|cut| cut.1).chain([text.len()]).collect::<Vec<_>>();
    let segments = cuts.into_iter().zip(ends).filter_map(|((run, start, first_line), end)| {
        Some(Segment { run, text: text.get(start..end)?, first_line })
    });
    segments.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_without_blanks_has_no_label_and_no_columns() {
        for line in [
            &b"https://a.example/:user1:Ex#1"[..],
            b"http://a.example/?password=x:user1:Ex",
            b"https://url:password",
            b"http://user->pass=x",
        ] {
            assert!(is_bare_address(line));
            assert!(!cookies::is_cookie(line) && label(line).is_none(), "{line:?}");
            assert!(table_head(line).is_none(), "{line:?}");
        }
    }

    #[test]
    fn a_mixed_file_is_cut_where_the_kind_changes() {
        let colon = Ballot::new(b"", Some(Delimiter::COLON));
        let text = b"* banner *\nURL: https://a.example/\nUsername: user1\nPassword: https://x:y:z\n\nhttps://b.example/:user1:Ex\n=====\nSOFT: Chrome\nURL: c.example\nUSER: u\nPASS: p\n.d.example\tTRUE\t/\tTRUE\t0\tsid\tx\n";
        let found: Vec<_> = segments(text, 1, &colon)
            .into_iter()
            .map(|segment| (segment.run, segment.first_line, Lines::new(segment.text).count()))
            .collect();
        assert_eq!(
            found,
            [(Run::Labelled, 1, 5), (Run::Ulp, 6, 2), (Run::Labelled, 8, 4), (Run::Cookies, 12, 1)]
        );
        let opaque = b"URL: a.example\nUSER: u\nPASS: URL: https://b.example/\n";
        assert_eq!(segments(opaque, 1, &colon).len(), 1);
        let before_cookie = b"sftp://u:a:b@c.example:22\n.d.example\tTRUE\t/\tTRUE\t0\tsid\tx\n";
        assert_eq!(segments(before_cookie, 1, &colon).len(), 2);
        assert!(segments(b"nothing\n\nhere\n", 1, &colon).is_empty());
    }
}
