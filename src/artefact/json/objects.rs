//! The objects of a JSON text, each with the members that somebody wants.

use std::borrow::Cow;

use super::lines::Ledger;
use crate::artefact::part::End;
use crate::fact::Value;
use crate::issue::{Code, Issue, Stage};
use crate::provenance::Span;
use crate::text::json::{Container, Event, Reader};

/// Most values of one column of a dictionary of lists.
const MAX_COLUMN: usize = 1 << 20;

/// Longest value with escapes that is copied for every row, in bytes.
const MAX_COPY: usize = 256;

/// A JSON text, or a part of one.
#[derive(Clone, Copy)]
pub(in crate::artefact) struct Stretch<'t, 'p> {
    pub(in crate::artefact) text: &'t [u8],
    /// The number of its first line.
    pub(in crate::artefact) first_line: u64,
    /// What the parts before it leave open.
    pub(in crate::artefact) open: &'p [Container],
    /// Whether more follows, that may close what is open.
    pub(in crate::artefact) end: End,
    /// How deep it is read.
    pub(in crate::artefact) deepest: u64,
}

/// What is open behind `text`, if `open` is in front of it.
pub(in crate::artefact) fn open_behind(text: &[u8], open: &[Container]) -> Vec<Container> {
    let mut reader = Reader::within(text, 1, open);
    while reader.next().is_some() {}
    reader.open()
}

/// The wanted members of one object.
#[derive(Debug)]
pub(super) struct Object<'t, const N: usize> {
    /// Strings, numbers and words, by what the caller calls them; `null` is an empty one.
    pub(super) members: [Option<Value<'t>>; N],
    /// The key under which the object, or the list that it is in, stands.
    pub(super) label: Option<Value<'t>>,
    /// Its lines; of a row of a dictionary of lists, the one where it begins.
    pub(super) span: Span,
}

/// An object or list that is still open.
enum Frame<'t, const N: usize> {
    Object(Draft<'t, N>),
    /// A list, and which member its values are, if it is a column of an object.
    List(Option<usize>),
}

/// The values of one key of a dictionary of lists, with their lines.
type Column<'t> = Vec<(Value<'t>, u64)>;

struct Draft<'t, const N: usize> {
    members: [Option<Value<'t>>; N],
    /// None, or one a member.
    columns: Vec<Column<'t>>,
    label: Option<Value<'t>>,
    first_line: u64,
}

/// Calls `visit` with every object that begins here, at any depth; a dictionary of lists counts as
/// one object a row. Of what the end of the text cuts off, there are the members that are complete.
///
/// `wanted` says which member a key is. What is returned is what was wrong, its line noted.
pub(super) fn objects<'t, const N: usize>(
    stretch: Stretch<'t, '_>,
    ledger: &mut Ledger,
    wanted: impl Fn(&[u8]) -> Option<usize>,
    mut visit: impl FnMut(Object<'t, N>, &mut Ledger),
) -> Vec<Issue> {
    let Stretch { text, first_line, open, end, deepest } = stretch;
    let mut reader = Reader::within(text, first_line, open).at_most(deepest);
    // What began before is not known well enough to be read: it counts as a list.
    let mut frames: Vec<Frame<'t, N>> = open.iter().map(|_| Frame::List(None)).collect();
    while let Some(event) = reader.next() {
        match event {
            Event::Open(Container::Object) => {
                let label = reader.key().cloned();
                frames.push(Frame::Object(Draft::new(label, reader.line())));
            }
            Event::Open(Container::List) => {
                let is_column = matches!(frames.last(), Some(Frame::Object(_)));
                let key = reader.key().filter(|_| is_column);
                frames.push(Frame::List(key.and_then(|key| wanted(key))));
            }
            Event::Close(_) => {
                let Some(Frame::Object(mut draft)) = frames.pop() else { continue };
                let value = match &frames[..] {
                    [.., Frame::Object(_), Frame::List(Some(column))] => draft.only_value(*column),
                    _ => None,
                };
                match value {
                    Some(value) => put(&mut reader, &mut frames, open, value, &wanted),
                    None => draft.finish(reader.line(), |object| visit(object, ledger)),
                }
            }
            Event::Text(value) => put(&mut reader, &mut frames, open, value, &wanted),
            Event::Word(word) => {
                let value = if matches!(word, b"null" | b"None") { &[] } else { word };
                put(&mut reader, &mut frames, open, Cow::Borrowed(value), &wanted);
            }
        }
    }
    let last_line = reader.line();
    for frame in frames.into_iter().rev() {
        if let Frame::Object(draft) = frame {
            draft.finish(last_line, |object| visit(object, ledger));
        }
    }
    let problem = reader.problem();
    problem.iter().for_each(|&(_, line)| ledger.unexplained(Span::line(line)));
    let goes_on = |code| end == End::OfPart && code == Code::Truncated;
    let problem = problem.filter(|&(code, _)| !goes_on(code));
    problem.map(|(code, line)| issue(code, line)).into_iter().collect()
}

/// The issue of what was wrong with a JSON text.
pub(super) fn issue(code: Code, line: u64) -> Issue {
    let (stage, detail) = match code {
        Code::JsonTooDeep => (Stage::Limit, "a part of the JSON is nested too deep to be read"),
        Code::LimitMemory => (Stage::Limit, "a list of the JSON is too long to be kept whole"),
        Code::Truncated => (Stage::Parse, "the JSON ends too early; what is complete was read"),
        _ => (Stage::Parse, "the JSON is damaged; what could be made out was read"),
    };
    Issue::loss(stage, code, detail).at_line(line)
}

/// Puts a value where the innermost object or list wants it.
fn put<'t, const N: usize>(
    reader: &mut Reader<'t>,
    frames: &mut [Frame<'t, N>],
    open: &[Container],
    value: Value<'t>,
    wanted: impl Fn(&[u8]) -> Option<usize>,
) {
    match frames {
        [.., Frame::Object(draft)] => {
            let index = reader.key().and_then(|key| wanted(key));
            let slot = index.and_then(|index| draft.members.get_mut(index));
            if let Some(slot) = slot
                && slot.as_ref().is_none_or(|known| known.is_empty())
            {
                *slot = Some(value);
            }
        }
        [.., Frame::Object(draft), Frame::List(Some(column))] => {
            draft.columns.resize_with(N, Vec::new);
            match draft.columns.get_mut(*column) {
                Some(column) if column.len() < MAX_COLUMN => column.push((value, reader.line())),
                _ => reader.complain(Code::LimitMemory),
            }
        }
        // A column that began in an earlier part.
        [outer @ .., Frame::List(_)] if open.get(outer.len()) == Some(&Container::List) => {
            reader.complain(Code::LimitMemory);
        }
        _ => {}
    }
}

impl<'t, const N: usize> Draft<'t, N> {
    fn new(label: Option<Value<'t>>, first_line: u64) -> Self {
        Self { members: [const { None }; N], columns: Vec::new(), label, first_line }
    }

    /// The value of an object in a column, if nothing else in it is wanted: `[{"uri": "x"}]`.
    fn only_value(&mut self, column: usize) -> Option<Value<'t>> {
        let mut members = self.members.iter().enumerate();
        let has_others = members.any(|(index, member)| index != column && member.is_some());
        if has_others || !self.columns.is_empty() {
            return None;
        }
        self.members.get_mut(column)?.take()
    }

    fn finish(self, last_line: u64, mut visit: impl FnMut(Object<'t, N>)) {
        let Self { mut members, mut columns, label, first_line } = self;
        let rows = columns.iter().map(Vec::len).max().unwrap_or(0);
        if rows == 0 {
            return visit(Object { members, label, span: Span::new(first_line, last_line) });
        }
        for row in 0..rows {
            // What the object says once holds for all its rows.
            let mut cells = members.clone();
            members.iter_mut().for_each(|member| _ = member.take_if(|value| is_long(value)));
            let mut line = None;
            for (cell, column) in cells.iter_mut().zip(&mut columns) {
                if let Some((value, at)) = column.get_mut(row) {
                    *cell = Some(std::mem::take(value));
                    line = Some(line.map_or(*at, |line: u64| line.min(*at)));
                } else if !column.is_empty() {
                    *cell = None;
                }
            }
            let span = Span::line(line.unwrap_or(first_line));
            visit(Object { members: cells, label: label.clone(), span });
        }
    }
}

/// Whether a value takes too much memory to be copied for every row: the first one has it then.
fn is_long(value: &Value<'_>) -> bool {
    matches!(value, Cow::Owned(text) if text.len() > MAX_COPY)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The members `a` and `b`, and the first line, of all objects; the codes of the issues.
    fn read(text: &str) -> (Vec<String>, Vec<&'static str>) {
        let mut found = Vec::new();
        let wanted = |key: &[u8]| [&b"a"[..], b"b"].iter().position(|name| *name == key);
        let (text, end) = (text.as_bytes(), End::OfText);
        let stretch = Stretch { text, first_line: 1, open: &[], end, deepest: 128 };
        let mut ledger = Ledger::default();
        let issues = objects::<2>(stretch, &mut ledger, wanted, |object, _| {
            let show = |value: &Option<Value<'_>>| {
                value.as_ref().map_or("-".into(), |v| String::from_utf8_lossy(v).into_owned())
            };
            let [a, b] = &object.members;
            found.push(format!("{} {} @{}", show(a), show(b), object.span.first));
        });
        (found, issues.iter().map(|issue| issue.code.as_str()).collect())
    }

    #[test]
    fn a_column_that_goes_on_in_another_part_is_told() {
        for (text, codes) in [
            ("\"x\"], \"b\": [1]}", &["limit_memory"][..]),
            ("], \"b\": 1}", &[]),
            ("{\"a\": 1}]}", &[]),
        ] {
            let open = [Container::Object, Container::List];
            let stretch = Stretch {
                text: text.as_bytes(),
                first_line: 1,
                open: &open,
                end: End::OfText,
                deepest: 128,
            };
            let issues = objects::<2>(stretch, &mut Ledger::default(), |_| None, |_, _| {});
            let found: Vec<_> = issues.iter().map(|issue| issue.code.as_str()).collect();
            assert_eq!(found, codes, "{text}");
        }
    }

    #[test]
    fn memory_follows_the_text() {
        let text = format!(r#"{{"a":"{}\\n","b":["x","y"]}}"#, "a".repeat(MAX_COPY));
        let (found, _) = read(&text);
        assert_eq!(found.iter().map(|row| row.len() > MAX_COPY).collect::<Vec<_>>(), [true, false]);
    }

    #[test]
    fn shapes() {
        for (text, expected, codes) in [
            (r#"[{"a":1,"b":"x"},{"b":true,"a":null}]"#, &["1 x @1", " true @1"][..], &[][..]),
            ("[\n{\"a\":1},\r\n{\"a\":2}\n]", &["1 - @2", "2 - @3"], &[]),
            (r#"{"x":{"y":[{"a":"1"}]}}"#, &["1 - @1", "- - @1", "- - @1"], &[]),
            (r#"{"a":null,"a":2,"a":3}"#, &["2 - @1"], &[]),
            ("{\"a\":1}\n{\"a\":2}\n", &["1 - @1", "2 - @2"], &[]),
            (r#"[{"a":1,"b":2,},]"#, &["1 2 @1"], &[]),
            // dictionaries of lists
            (r#"{"a":["1","2",null],"b":["x","y"]}"#, &["1 x @1", "2 y @1", " - @1"], &[]),
            ("{\"a\":[\n\"1\",\n\"2\"],\n\"b\":[\"x\",\n\"y\"]}", &["1 x @2", "2 y @3"], &[]),
            (r#"{"a":["1","2"],"b":"all"}"#, &["1 all @1", "2 all @1"], &[]),
            (r#"{"a":[["1"]],"c":["2"]}"#, &["- - @1"], &[]),
            // objects with one value each are such lists too
            (r#"{"a":[{"a":"1","c":0},{"a":"2"}],"b":"x"}"#, &["1 x @1", "2 x @1"], &[]),
            (r#"{"a":[{"a":"1","b":"y"}],"b":"x"}"#, &["1 y @1", "- x @1"], &[]),
            // damaged
            (r#"[{"a":1},{"a":2,"b":"cut"#, &["1 - @1", "2 - @1"], &["truncated"]),
            (r#"{"a":["1","2"],"b":["x"#, &["1 - @1", "2 - @1"], &["truncated"]),
            (r#"[{"a":1],{"a":2}]"#, &["1 - @1", "2 - @1"], &["bad_syntax"]),
            (r#"[{"a":oops},{"a":2}]"#, &["oops - @1", "2 - @1"], &["bad_syntax"]),
        ] {
            let (found, issues) = read(text);
            assert_eq!(found, expected, "{text}");
            assert_eq!(issues, codes, "{text}");
        }
    }
}
