//! A tolerant reader of JSON that keeps its place: exports of cookies and logins.
//!
//! Such files are often cut off or slightly wrong, so that this is a stream of tokens rather than a
//! document: it goes on behind an error and keeps every object that is closed. Depth costs a byte of
//! memory a level, and no recursion.

use std::borrow::Cow;

use super::part::End;
use super::shape::hex_pair;
use crate::fact::Value;
use crate::issue::{Code, Issue, Stage};
use crate::provenance::Span;
use crate::text;

/// Deepest nesting that is read.
const MAX_DEPTH: usize = 128;

/// Most values of one column of a dictionary of lists.
const MAX_COLUMN: usize = 1 << 20;

/// Whether a text is JSON that can hold records: brackets, a brace, and a quote or the end.
pub(super) fn looks_like_json(text: &[u8]) -> bool {
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let opening = |byte: &&u8| byte.is_ascii_whitespace() || **byte == b'[';
    let brackets = text.iter().take_while(opening).filter(|&&byte| byte == b'[').count();
    let skipped = text.iter().take_while(opening).count();
    match text.get(skipped..).unwrap_or_default() {
        [b'{', rest @ ..] => {
            matches!(rest.trim_ascii_start().first(), Some(b'"' | b'\'' | b'}') | None)
        }
        _ => brackets > MAX_DEPTH,
    }
}

/// One step through a JSON text.
#[derive(Debug, PartialEq, Eq)]
enum Token<'t> {
    Open,
    Close,
    OpenList,
    CloseList,
    /// A string (or word) with a colon behind it.
    Key(Value<'t>),
    Text(Value<'t>),
    /// A number, `true`, `null`.
    Word(&'t [u8]),
}

/// Reads tokens; ends at the end of the text or where it is nested too deep.
struct Tokens<'t> {
    text: &'t [u8],
    position: usize,
    /// The closing bracket that each open one needs.
    open: Vec<u8>,
    place: Place,
    /// The first thing that was wrong, and its line.
    problem: Option<(Code, u64)>,
}

/// Counts lines up to a position that only moves on.
struct Place {
    line: u64,
    counted: usize,
}

impl Place {
    fn line_at(&mut self, text: &[u8], position: usize) -> u64 {
        self.line += text.get(self.counted..position).map_or(0, text::count_lines);
        self.counted = self.counted.max(position);
        self.line
    }
}

impl<'t> Tokens<'t> {
    fn new(text: &'t [u8], first_line: u64) -> Self {
        let place = Place { line: first_line, counted: 0 };
        Self { text, position: 0, open: Vec::new(), place, problem: None }
    }

    /// The line of the current position.
    fn line(&mut self) -> u64 {
        self.place.line_at(self.text, self.position)
    }

    fn complain(&mut self, code: Code) {
        if self.problem.is_none() {
            self.problem = Some((code, self.line()));
        }
    }

    fn rest(&self) -> &'t [u8] {
        self.text.get(self.position..).unwrap_or_default()
    }

    fn skip_blanks(&mut self) {
        let blanks = self.rest().iter().take_while(|byte| byte.is_ascii_whitespace());
        self.position += blanks.count();
    }

    fn next(&mut self) -> Option<Token<'t>> {
        loop {
            self.skip_blanks();
            let Some(&byte) = self.rest().first() else {
                if !self.open.is_empty() {
                    self.complain(Code::Truncated);
                }
                return None;
            };
            match byte {
                b',' => self.position += 1,
                b'{' => return self.open(b'}', Token::Open),
                b'[' => return self.open(b']', Token::OpenList),
                b'}' | b']' => {
                    if let Some(token) = self.close(byte) {
                        return Some(token);
                    }
                }
                b':' => {
                    self.complain(Code::BadSyntax);
                    self.position += 1;
                }
                b'"' | b'\'' => return self.string(byte),
                _ => return Some(self.word()),
            }
        }
    }

    fn open(&mut self, closing: u8, token: Token<'t>) -> Option<Token<'t>> {
        if self.open.len() >= MAX_DEPTH {
            self.problem = Some((Code::JsonTooDeep, self.line()));
            return None;
        }
        self.open.push(closing);
        self.position += 1;
        Some(token)
    }

    /// Closes the innermost bracket; where it is another one, `byte` stays for the next step.
    fn close(&mut self, byte: u8) -> Option<Token<'t>> {
        let expected = self.open.pop();
        if expected != Some(byte) {
            self.complain(Code::BadSyntax);
        }
        if expected.is_none() || expected == Some(byte) {
            self.position += 1;
        }
        Some(if expected? == b'}' { Token::Close } else { Token::CloseList })
    }

    fn string(&mut self, quote: u8) -> Option<Token<'t>> {
        let start = self.position + 1;
        let mut end = start;
        loop {
            let Some(found) = self.text.get(end..).and_then(|r| memchr::memchr2(quote, b'\\', r))
            else {
                self.complain(Code::Truncated);
                self.position = self.text.len();
                return None;
            };
            end += found;
            if self.text.get(end) == Some(&quote) {
                break;
            }
            end += 2;
        }
        self.position = end + 1;
        let value = unescaped(self.text.get(start..end)?);
        Some(if self.colon_follows() { Token::Key(value) } else { Token::Text(value) })
    }

    fn word(&mut self) -> Token<'t> {
        let rest = self.rest();
        let ends = |byte: &u8| byte.is_ascii_whitespace() || b",:{}[]\"'".contains(byte);
        let length = rest.iter().position(ends).unwrap_or(rest.len());
        let word = rest.get(..length).unwrap_or_default();
        let number = word.first().is_some_and(|byte| byte.is_ascii_digit() || *byte == b'-');
        if !number && !WORDS.contains(&word) {
            self.complain(Code::BadSyntax);
        }
        self.position += length;
        if self.colon_follows() { Token::Key(Cow::Borrowed(word)) } else { Token::Word(word) }
    }

    /// Steps over a colon, if that is what comes next.
    fn colon_follows(&mut self) -> bool {
        self.skip_blanks();
        let colon = self.rest().first() == Some(&b':');
        self.position += usize::from(colon);
        colon
    }
}

/// The words of JSON, and of Python that passes for it.
const WORDS: &[&[u8]] = &[b"true", b"false", b"null", b"True", b"False", b"None", b"NaN"];

/// The text of a string with its escapes undone.
fn unescaped(raw: &[u8]) -> Value<'_> {
    if memchr::memchr(b'\\', raw).is_none() {
        return Cow::Borrowed(raw);
    }
    let mut value = Vec::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((&byte, tail)) = rest.split_first() {
        rest = match (byte, tail) {
            (b'\\', [b'u', digits @ ..]) => unicode(digits, &mut value),
            (b'\\', [escape, behind @ ..]) => {
                value.push(match escape {
                    b'n' => b'\n',
                    b't' => b'\t',
                    b'r' => b'\r',
                    b'b' => 8,
                    b'f' => 12,
                    other => *other,
                });
                behind
            }
            _ => {
                value.push(byte);
                tail
            }
        };
    }
    Cow::Owned(value)
}

/// Writes the character of `XXXX` (or of two halves `XXXX\uXXXX`) and returns what is behind it.
fn unicode<'t>(digits: &'t [u8], value: &mut Vec<u8>) -> &'t [u8] {
    let Some((first, behind)) = code_unit(digits) else {
        value.extend_from_slice(b"\\u");
        return digits;
    };
    let second = behind.strip_prefix(b"\\u").and_then(code_unit);
    let (character, behind) = match second {
        Some((low, behind))
            if (0xD800..0xDC00).contains(&first) && (0xDC00..0xE000).contains(&low) =>
        {
            (char::from_u32(0x1_0000 + ((first - 0xD800) << 10) + (low - 0xDC00)), behind)
        }
        _ => (char::from_u32(first), behind),
    };
    let mut buffer = [0; 4];
    let character = character.unwrap_or(char::REPLACEMENT_CHARACTER);
    value.extend_from_slice(character.encode_utf8(&mut buffer).as_bytes());
    behind
}

fn code_unit(digits: &[u8]) -> Option<(u32, &[u8])> {
    let [a, b, c, d, behind @ ..] = digits else { return None };
    let unit = u32::from(hex_pair(*a, *b)?) << 8 | u32::from(hex_pair(*c, *d)?);
    Some((unit, behind))
}

/// The wanted members of one object.
#[derive(Debug)]
pub(super) struct Object<'t, const N: usize> {
    /// Strings, numbers and words, by what the caller calls them; `null` counts as absent.
    pub(super) members: [Option<Value<'t>>; N],
    /// The key under which the object, or the list that it is in, stands; none if it has escapes.
    pub(super) label: Option<&'t [u8]>,
    /// Its lines.
    pub(super) span: Span,
}

/// An object or list that is still open.
enum Frame<'t, const N: usize> {
    Object(Draft<'t, N>),
    /// A list, and the key that it stands under.
    List(Option<&'t [u8]>, Option<usize>),
}

struct Draft<'t, const N: usize> {
    members: [Option<Value<'t>>; N],
    columns: [Vec<Value<'t>>; N],
    label: Option<&'t [u8]>,
    key: Option<Value<'t>>,
    first_line: u64,
}

/// A JSON text, or a part of one.
#[derive(Clone, Copy)]
pub(super) struct Stretch<'t, 'p> {
    pub(super) text: &'t [u8],
    /// The number of its first line.
    pub(super) first_line: u64,
    /// The closing brackets that the parts before it lack.
    pub(super) open: &'p [u8],
    /// Whether more follows, that may close what is open.
    pub(super) end: End,
}

impl<'t> Stretch<'t, 'static> {
    /// A whole text.
    pub(super) fn whole(text: &'t [u8], first_line: u64) -> Self {
        Self { text, first_line, open: &[], end: End::OfText }
    }
}

/// The closing brackets that are lacking behind `text`, if `open` are those in front of it.
pub(super) fn open_behind(text: &[u8], open: &[u8]) -> Vec<u8> {
    let mut tokens = Tokens { open: open.to_vec(), ..Tokens::new(text, 1) };
    while tokens.next().is_some() {}
    tokens.open
}

/// Calls `visit` with every object that begins and is closed here, at any depth; a dictionary of
/// lists counts as one object a row.
///
/// `wanted` says which member a key is. What is returned is what was wrong.
pub(super) fn objects<'t, const N: usize>(
    stretch: Stretch<'t, '_>,
    wanted: impl Fn(&[u8]) -> Option<usize>,
    mut visit: impl FnMut(Object<'t, N>),
) -> Vec<Issue> {
    let Stretch { text, first_line, open, end } = stretch;
    let mut tokens = Tokens { open: open.to_vec(), ..Tokens::new(text, first_line) };
    // What began before is not known well enough to be read: it counts as a list.
    let mut frames: Vec<Frame<'t, N>> = open.iter().map(|_| Frame::List(None, None)).collect();
    while let Some(token) = tokens.next() {
        match token {
            Token::Open => {
                let label = take_label(frames.last_mut());
                frames.push(Frame::Object(Draft::new(label, tokens.line())));
            }
            Token::OpenList => {
                let label = take_label(frames.last_mut());
                let column = label.and_then(&wanted);
                frames.push(Frame::List(label, column));
            }
            Token::Close => {
                if let Some(Frame::Object(draft)) = frames.pop() {
                    draft.finish(tokens.line(), &mut visit);
                }
            }
            Token::CloseList => {
                frames.pop();
            }
            Token::Key(key) => {
                if let Some(Frame::Object(draft)) = frames.last_mut() {
                    draft.key = Some(key);
                }
            }
            Token::Text(value) => put(&mut tokens, &mut frames, value, &wanted),
            // In a column the row stays, without a value.
            Token::Word(b"null" | b"None") => {
                put(&mut tokens, &mut frames, Cow::Borrowed(&[]), |_| None);
            }
            Token::Word(word) => put(&mut tokens, &mut frames, Cow::Borrowed(word), &wanted),
        }
    }
    let goes_on = |code| end == End::OfPart && code == Code::Truncated;
    let problem = tokens.problem.filter(|&(code, _)| !goes_on(code));
    problem.map(|(code, line)| issue(code, line)).into_iter().collect()
}

fn issue(code: Code, line: u64) -> Issue {
    let (stage, detail) = match code {
        Code::JsonTooDeep => (Stage::Limit, "the JSON is nested too deep to be read on"),
        Code::LimitMemory => (Stage::Limit, "a list of the JSON is too long to be kept whole"),
        Code::Truncated => (Stage::Parse, "the JSON ends too early; what is complete was read"),
        _ => (Stage::Parse, "the JSON is damaged; what could be made out was read"),
    };
    Issue::loss(stage, code, detail).at_line(line)
}

/// The key that a new object or list stands under.
fn take_label<'t, const N: usize>(parent: Option<&mut Frame<'t, N>>) -> Option<&'t [u8]> {
    match parent? {
        Frame::Object(draft) => match draft.key.take()? {
            Cow::Borrowed(key) => Some(key),
            Cow::Owned(_) => None,
        },
        Frame::List(label, _) => *label,
    }
}

/// Puts a value where the innermost object or list wants it.
fn put<'t, const N: usize>(
    tokens: &mut Tokens<'t>,
    frames: &mut [Frame<'t, N>],
    value: Value<'t>,
    wanted: impl Fn(&[u8]) -> Option<usize>,
) {
    match frames {
        [.., Frame::Object(draft)] => {
            let index = draft.key.take().and_then(|key| wanted(&key));
            let slot = index.and_then(|index| draft.members.get_mut(index));
            if let Some(slot @ None) = slot {
                *slot = Some(value);
            }
        }
        [.., Frame::Object(draft), Frame::List(_, Some(column))] => {
            match draft.columns.get_mut(*column) {
                Some(column) if column.len() < MAX_COLUMN => column.push(value),
                _ => tokens.complain(Code::LimitMemory),
            }
        }
        _ => {}
    }
}

impl<'t, const N: usize> Draft<'t, N> {
    fn new(label: Option<&'t [u8]>, first_line: u64) -> Self {
        Self {
            members: [const { None }; N],
            columns: [const { Vec::new() }; N],
            label,
            key: None,
            first_line,
        }
    }

    fn finish(self, last_line: u64, visit: &mut impl FnMut(Object<'t, N>)) {
        let Self { members, columns, label, first_line, .. } = self;
        let span = Span::new(first_line, last_line);
        let rows = columns.iter().map(Vec::len).max().unwrap_or(0);
        if rows == 0 {
            return visit(Object { members, label, span });
        }
        let mut columns = columns.map(Vec::into_iter);
        for _ in 0..rows {
            let members = columns.each_mut().map(Iterator::next);
            visit(Object { members, label, span });
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The members `a` and `b`, and the first line, of all objects; the codes of the issues.
    fn read(text: &str) -> (Vec<String>, Vec<&'static str>) {
        let mut found = Vec::new();
        let wanted = |key: &[u8]| [&b"a"[..], b"b"].iter().position(|name| *name == key);
        let issues = objects::<2>(Stretch::whole(text.as_bytes(), 1), wanted, |object| {
            let show = |value: &Option<Value<'_>>| {
                value.as_ref().map_or("-".into(), |v| String::from_utf8_lossy(v).into_owned())
            };
            let [a, b] = &object.members;
            found.push(format!("{} {} @{}", show(a), show(b), object.span.first));
        });
        (found, issues.iter().map(|issue| issue.code.as_str()).collect())
    }

    #[test]
    fn shapes() {
        for (text, expected, codes) in [
            (r#"[{"a":1,"b":"x"},{"b":true,"a":null}]"#, &["1 x @1", "- true @1"][..], &[][..]),
            ("[\n{\"a\":1},\r\n{\"a\":2}\n]", &["1 - @2", "2 - @3"], &[]),
            (r#"{"x":{"y":[{"a":"1"}]}}"#, &["1 - @1", "- - @1", "- - @1"], &[]),
            (r#"{"a":["1","2",null],"b":["x","y"]}"#, &["1 x @1", "2 y @1", " - @1"], &[]),
            (r#"[{"a":"\u00e9\ud83d\ude00\n\"\\"}]"#, &["é😀\n\"\\ - @1"], &[]),
            ("[{'a': 'it', 'b': None}]", &["it - @1"], &[]),
            ("{\"a\":1}\n{\"a\":2}\n", &["1 - @1", "2 - @2"], &[]),
            (r#"[{"a":1,"b":2,},]"#, &["1 2 @1"], &[]),
            // damaged
            (r#"[{"a":1},{"a":2,"b":"cut"#, &["1 - @1"], &["truncated"]),
            (r#"[{"a":1},{"a":2"#, &["1 - @1"], &["truncated"]),
            (r#"[{"a":1],{"a":2}]"#, &["1 - @1", "2 - @1"], &["bad_syntax"]),
            (r#"{"a":1}} {"a":2}"#, &["1 - @1", "2 - @1"], &["bad_syntax"]),
            (r#"[{"a":oops},{"a":2}]"#, &["oops - @1", "2 - @1"], &["bad_syntax"]),
        ] {
            let (found, issues) = read(text);
            assert_eq!(found, expected, "{text}");
            assert_eq!(issues, codes, "{text}");
        }
    }

    #[test]
    fn two_million_brackets_are_too_deep() {
        let text = "[".repeat(2_000_000);
        assert!(looks_like_json(text.as_bytes()));
        assert_eq!(read(&text).1, ["json_too_deep"]);
    }

    #[test]
    fn what_is_json() {
        for yes in ["[{\"a\":1}]", " \n{ \"a\":1}", "[[{}]]", "{'a':1}", "\u{feff}[\n{"] {
            assert!(looks_like_json(yes.as_bytes()), "{yes}");
        }
        for no in ["", "[]", "[login.example.com]", "[[ cloud ]]", "{x}", "[\"a\" = \"b\"]", "a"] {
            assert!(!looks_like_json(no.as_bytes()), "{no}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "[\\[\\]{}:,\"'\\\\u0-9a\n\r x]{0,60}") {
            read(&text);
        }
    }
}
