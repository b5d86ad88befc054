//! Cuts a text into runs of lines of one kind, since labelled blocks, ULP lines and cookies are
//! found mixed in one file.

use super::ulp::{Delimiter, LineKind};
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
pub(super) fn kind_of(line: &[u8], delimiter: Delimiter) -> Option<Run> {
    if cookies::is_cookie(line) {
        return Some(Run::Cookies);
    }
    if label(line).is_some() {
        // All labels of a login may stand on one line, and so may all lines.
        let is_login = ulp::is_labelled_line(line) && passwords::written_lines(line).is_empty();
        return Some(if is_login { Run::Ulp } else { Run::Labelled });
    }
    match ulp::parse_line(line, delimiter) {
        LineKind::Credential(split) if split.confidence > Confidence::Low => Some(Run::Ulp),
        LineKind::Group(_) => Some(Run::Ulp),
        _ => None,
    }
}

/// Whether a line is a login with an address, though its fields are not sure: no cookie at least.
fn is_doubtful(line: &[u8], delimiter: Delimiter) -> bool {
    memchr::memchr(b'\t', line).is_none()
        && matches!(ulp::parse_line(line, delimiter), LineKind::Credential(split) if !split.url.is_empty())
}

/// What the label of a line means, if it starts with one.
pub(super) fn label(line: &[u8]) -> Option<fields::Field> {
    fields::of_label(Labelled::split(ulp::clean(line))?.key)
}

/// Cuts a text into segments; lines of no kind belong to the segment before them, those at the
/// start to the first one. A text without any known line is no segment.
pub(super) fn segments(text: &[u8], first_line: u64, delimiter: Delimiter) -> Vec<Segment<'_>> {
    let mut cuts: Vec<(Run, usize, u64)> = Vec::new();
    let (mut in_table, mut begins_in_doubt) = (false, false);
    for line in Lines::starting_at(text, first_line) {
        in_table &= !line.bytes.trim_ascii().is_empty();
        in_table |= passwords::is_head_of_table(line.bytes);
        // The rows of a table may look like anything.
        let last = cuts.last().map(|&(last, ..)| last);
        let own = if in_table { Some(Run::Labelled) } else { kind_of(line.bytes, delimiter) };
        let behind_cookies = || last == Some(Run::Cookies) && is_doubtful(line.bytes, delimiter);
        let Some(run) = own.or_else(|| behind_cookies().then_some(Run::Ulp)) else {
            begins_in_doubt |= last.is_none() && is_doubtful(line.bytes, delimiter);
            continue;
        };
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
    fn a_mixed_file_is_cut_where_the_kind_changes() {
        let text = b"* banner *\nURL: https://a.example/\nUsername: user1\nPassword: https://x:y:z\n\nhttps://b.example/:user1:Ex\n=====\nSOFT: Chrome\nURL: c.example\nUSER: u\nPASS: p\n.d.example\tTRUE\t/\tTRUE\t0\tsid\tx\n";
        let found: Vec<_> = segments(text, 1, Delimiter::COLON)
            .into_iter()
            .map(|segment| (segment.run, segment.first_line, Lines::new(segment.text).count()))
            .collect();
        assert_eq!(
            found,
            [(Run::Labelled, 1, 5), (Run::Ulp, 6, 2), (Run::Labelled, 8, 4), (Run::Cookies, 12, 1)]
        );
        let opaque = b"URL: a.example\nUSER: u\nPASS: URL: https://b.example/\n";
        assert_eq!(segments(opaque, 1, Delimiter::COLON).len(), 1);
        let behind_cookie = b".d.example\tTRUE\t/\tTRUE\t0\tsid\tx\nsftp://u:a:b@c.example:22\n";
        assert_eq!(segments(behind_cookie, 1, Delimiter::COLON).len(), 2);
        assert!(segments(b"nothing\n\nhere\n", 1, Delimiter::COLON).is_empty());
    }
}
