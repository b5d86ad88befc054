//! JSON as a stream of events: what exports, and some system files, are written in.
//!
//! Such texts are often cut off or slightly wrong, so that this is no document but a walk: it goes
//! on behind an error and says the line of everything it finds. Depth costs a little memory a level,
//! up to a limit, and no recursion.

use std::borrow::Cow;

use super::count_lines;
use crate::issue::Code;

/// Deepest nesting that is read; what lies deeper is stepped over.
const MAX_DEPTH: usize = 128;

/// Longest key whose escapes are undone, in bytes: it is kept for every object below it.
const MAX_KEY: usize = 256;

/// How far behind a line end is looked to tell whether a string goes on there, in bytes.
const LOOK_AHEAD: usize = 64;

/// Words that are values, in JSON and in the Python that passes for it.
const WORDS: &[&[u8]] = &[b"true", b"false", b"null", b"True", b"False", b"None", b"NaN"];

/// Whether a text is JSON that can hold records: brackets, a brace, and a quote or the end.
///
/// ```
/// use logsieve::text::json::looks_like_json;
/// assert!(looks_like_json(b"[{\"url\": \"https://example.com/\"}]"));
/// assert!(!looks_like_json(b"[login.example.com]"));
/// ```
pub fn looks_like_json(text: &[u8]) -> bool {
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

/// What holds other values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Container {
    /// `{…}`.
    Object,
    /// `[…]`.
    List,
}

/// One step through a JSON text.
#[derive(Debug, PartialEq, Eq)]
pub enum Event<'t> {
    /// An object or a list begins.
    Open(Container),
    /// It ends.
    Close(Container),
    /// A string, its escapes undone.
    Text(Cow<'t, [u8]>),
    /// A number, `true`, `null`.
    Word(&'t [u8]),
}

/// An object or list that is open.
#[derive(Debug)]
struct Level<'t> {
    container: Container,
    /// The key that it stands under; for what is in a list, the key of the list.
    key: Option<Cow<'t, [u8]>>,
}

/// Walks through a JSON text.
///
/// ```
/// use logsieve::text::json::{Event, Reader};
/// let mut reader = Reader::new(b"{\"a\":\n[\"x\", 12", 1);
/// let mut found = Vec::new();
/// while let Some(event) = reader.next() {
///     if let Event::Text(value) = event {
///         found.push((reader.key().unwrap().to_vec(), value, reader.line()));
///     }
/// }
/// assert_eq!(found, [(b"a".to_vec(), (&b"x"[..]).into(), 2)]);
/// assert_eq!(reader.problem().unwrap().0.as_str(), "truncated");
/// ```
#[derive(Debug)]
pub struct Reader<'t> {
    text: &'t [u8],
    position: usize,
    /// Where the last event begins.
    start: usize,
    levels: Vec<Level<'t>>,
    /// How many levels there may be.
    deepest: usize,
    /// How many brackets are open beyond the deepest level.
    too_deep: u64,
    /// The key of the member that was read last.
    member: Option<Cow<'t, [u8]>>,
    place: Place,
    problem: Option<(Code, u64)>,
}

/// Counts lines up to a position that only moves on.
#[derive(Debug)]
struct Place {
    line: u64,
    counted: usize,
}

impl Place {
    fn line_at(&mut self, text: &[u8], position: usize) -> u64 {
        self.line += text.get(self.counted..position).map_or(0, count_lines);
        self.counted = self.counted.max(position);
        self.line
    }
}

impl<'t> Reader<'t> {
    /// A reader of `text`, whose first line has the number `first_line`.
    pub fn new(text: &'t [u8], first_line: u64) -> Self {
        Self::within(text, first_line, &[])
    }

    /// A reader of a part of a text, before which these are still open; keys of theirs are not known.
    pub fn within(text: &'t [u8], first_line: u64, open: &[Container]) -> Self {
        let level = |&container| Level { container, key: None };
        Self {
            text,
            position: 0,
            start: 0,
            levels: open.iter().map(level).collect(),
            deepest: MAX_DEPTH,
            too_deep: 0,
            member: None,
            place: Place { line: first_line, counted: 0 },
            problem: None,
        }
    }

    /// The same reader, which goes no deeper than `deepest` levels.
    #[must_use]
    pub fn at_most(mut self, deepest: u64) -> Self {
        self.deepest = usize::try_from(deepest).unwrap_or(usize::MAX);
        self
    }

    /// The key that the last event stands under: its own, or that of the list that it is in.
    pub fn key(&self) -> Option<&Cow<'t, [u8]>> {
        let inherited = || self.levels.last().and_then(|level| level.key.as_ref());
        self.member.as_ref().or_else(inherited)
    }

    /// The line on which the last event begins.
    pub fn line(&mut self) -> u64 {
        self.place.line_at(self.text, self.start)
    }

    /// Where in the text the next step begins.
    pub fn position(&self) -> usize {
        self.position
    }

    /// What is open here, outermost first.
    pub fn open(&self) -> Vec<Container> {
        self.levels.iter().map(|level| level.container).collect()
    }

    /// The first thing that was wrong, and its line.
    pub fn problem(&self) -> Option<(Code, u64)> {
        self.problem
    }

    /// Notes something wrong with the last event.
    pub fn complain(&mut self, code: Code) {
        if self.problem.is_none() {
            self.problem = Some((code, self.line()));
        }
    }

    /// The next event; none at the end of the text.
    #[expect(clippy::should_implement_trait, reason = "between two steps the reader is asked")]
    pub fn next(&mut self) -> Option<Event<'t>> {
        self.member = None;
        loop {
            self.skip_blanks();
            let Some(&byte) = self.rest().first() else {
                if !self.levels.is_empty() || self.too_deep > 0 {
                    self.complain(Code::Truncated);
                }
                return None;
            };
            self.start = self.position;
            let event = match byte {
                b',' => {
                    self.member = None;
                    self.position += 1;
                    None
                }
                b'{' => self.open_one(Container::Object),
                b'[' => self.open_one(Container::List),
                b'}' => self.close_one(Container::Object),
                b']' => self.close_one(Container::List),
                b':' => {
                    self.complain(Code::BadSyntax);
                    self.position += 1;
                    None
                }
                b'"' | b'\'' => self.string(byte),
                _ => self.word(),
            };
            if event.is_some() && self.too_deep == 0 {
                return event;
            }
        }
    }

    fn rest(&self) -> &'t [u8] {
        self.text.get(self.position..).unwrap_or_default()
    }

    fn skip_blanks(&mut self) {
        let blanks = self.rest().iter().take_while(|byte| byte.is_ascii_whitespace());
        self.position += blanks.count();
        if self.rest().starts_with(b"\xef\xbb\xbf") {
            self.position += 3;
        }
    }

    fn open_one(&mut self, container: Container) -> Option<Event<'t>> {
        self.position += 1;
        if self.levels.len() >= self.deepest {
            self.too_deep += 1;
            self.problem = Some((Code::JsonTooDeep, self.line()));
            return None;
        }
        let inherited = || self.levels.last().and_then(|level| level.key.clone());
        let key = self.member.take().or_else(inherited);
        self.levels.push(Level { container, key });
        Some(Event::Open(container))
    }

    /// Closes the innermost level; where that is of the other kind, the bracket stays for the next
    /// step.
    fn close_one(&mut self, container: Container) -> Option<Event<'t>> {
        if self.too_deep > 0 {
            self.too_deep -= 1;
            self.position += 1;
            return None;
        }
        let innermost = self.levels.pop().map(|level| level.container);
        if innermost != Some(container) {
            self.complain(Code::BadSyntax);
        }
        if innermost.is_none_or(|innermost| innermost == container) {
            self.position += 1;
        }
        self.member = None;
        innermost.map(Event::Close)
    }

    /// Reads a string: a key, if a colon follows, else a value.
    fn string(&mut self, quote: u8) -> Option<Event<'t>> {
        let raw = self.quoted(quote)?;
        if self.colon_follows() {
            let key = if raw.len() > MAX_KEY { Cow::Borrowed(raw) } else { unescaped(raw) };
            self.member = Some(key);
            return None;
        }
        self.is_placed().then(|| Event::Text(unescaped(raw)))
    }

    /// The inside of the string that begins here.
    fn quoted(&mut self, quote: u8) -> Option<&'t [u8]> {
        let start = self.position + 1;
        let mut end = start;
        loop {
            let Some(found) =
                self.text.get(end..).and_then(|r| memchr::memchr3(quote, b'\\', b'\n', r))
            else {
                self.complain(Code::Truncated);
                self.position = self.text.len();
                return None;
            };
            end += found;
            match self.text.get(end) {
                Some(b'\\') => end += 2,
                Some(b'\n') if !self.has_lost_quote(end) => end += 1,
                Some(b'\n') => {
                    self.complain(Code::BadSyntax);
                    self.member = None;
                    self.position = end;
                    return None;
                }
                _ => break,
            }
        }
        self.position = end + 1;
        self.text.get(start..end)
    }

    /// Whether the line behind the one that ends at `end` begins like JSON and not like text, so
    /// that a string must have ended before.
    fn has_lost_quote(&self, end: usize) -> bool {
        let behind = self.text.get(end..).unwrap_or_default();
        let next = behind.iter().take(LOOK_AHEAD).find(|byte| !byte.is_ascii_whitespace());
        matches!(next, Some(b'"' | b'{' | b'}' | b'[' | b']'))
    }

    fn word(&mut self) -> Option<Event<'t>> {
        let rest = self.rest();
        let ends = |byte: &u8| byte.is_ascii_whitespace() || b",:{}[]\"'".contains(byte);
        let length = rest.iter().position(ends).unwrap_or(rest.len());
        let word = rest.get(..length).unwrap_or_default();
        let number = word.first().is_some_and(|byte| byte.is_ascii_digit() || *byte == b'-');
        if !number && !WORDS.contains(&word) {
            self.complain(Code::BadSyntax);
        }
        self.position += length;
        if self.colon_follows() {
            self.member = Some(Cow::Borrowed(word));
            return None;
        }
        self.is_placed().then_some(Event::Word(word))
    }

    /// Whether a value stands in a list or under a key of an object: nobody could say what another
    /// one means.
    fn is_placed(&mut self) -> bool {
        let container = self.levels.last().map(|level| level.container);
        let placed = container == Some(Container::List) || self.member.is_some();
        if !placed && self.too_deep == 0 {
            self.complain(Code::BadSyntax);
        }
        placed
    }

    /// Steps over a colon, if that is what comes next.
    fn colon_follows(&mut self) -> bool {
        self.skip_blanks();
        let colon = self.rest().first() == Some(&b':');
        self.position += usize::from(colon);
        colon
    }
}

/// The text of a string with its escapes undone.
fn unescaped(raw: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memchr(b'\\', raw).is_none() {
        return Cow::Borrowed(raw);
    }
    let mut value = Vec::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = memchr::memchr(b'\\', rest) {
        let (before, escape) = rest.split_at_checked(at).unwrap_or((rest, &[]));
        value.extend_from_slice(before);
        rest = undo(escape, &mut value);
    }
    value.extend_from_slice(rest);
    Cow::Owned(value)
}

/// Writes what the escape at the start of `escape` stands for and returns what is behind it.
fn undo<'t>(escape: &'t [u8], value: &mut Vec<u8>) -> &'t [u8] {
    let (byte, behind) = match escape {
        [_, b'u', digits @ ..] => return unicode(digits, value),
        [_, b'n', behind @ ..] => (b'\n', behind),
        [_, b't', behind @ ..] => (b'\t', behind),
        [_, b'r', behind @ ..] => (b'\r', behind),
        [_, b'b', behind @ ..] => (8, behind),
        [_, b'f', behind @ ..] => (12, behind),
        [_, other, behind @ ..] => (*other, behind),
        _ => (b'\\', &[][..]),
    };
    value.push(byte);
    behind
}

/// Writes the character of `XXXX` (or of two halves `XXXX\uXXXX`) and returns what is behind it.
fn unicode<'t>(digits: &'t [u8], value: &mut Vec<u8>) -> &'t [u8] {
    let Some((first, behind)) = code_unit(digits) else {
        value.extend_from_slice(b"\\u");
        return digits;
    };
    let low = behind.strip_prefix(b"\\u").and_then(code_unit);
    let (units, behind) = match low {
        Some((low, behind)) if is_high(first) && (0xDC00..0xE000).contains(&low) => {
            ([Some(first), Some(low)], behind)
        }
        _ => ([Some(first), None], behind),
    };
    let text = char::decode_utf16(units.into_iter().flatten());
    let text: String = text.map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
    value.extend_from_slice(text.as_bytes());
    behind
}

fn is_high(unit: u16) -> bool {
    (0xD800..0xDC00).contains(&unit)
}

/// The code unit of four hexadecimal digits, and what is behind them.
fn code_unit(text: &[u8]) -> Option<(u16, &[u8])> {
    let (digits, behind) = text.split_at_checked(4)?;
    let unit = digits.iter().try_fold(0, |unit, &byte| {
        Some(unit << 4 | u16::try_from(char::from(byte).to_digit(16)?).ok()?)
    })?;
    Some((unit, behind))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What is read: `{`, `[`, `}`, `]`, and `key=value@line` for values; then the problem.
    fn read(text: &str) -> (String, Option<(&'static str, u64)>) {
        let mut reader = Reader::new(text.as_bytes(), 1);
        let mut found = String::new();
        while let Some(event) = reader.next() {
            let key = reader.key().map_or("-".into(), |key| String::from_utf8_lossy(key));
            let shown = match event {
                Event::Open(Container::Object) => format!("{key}{{"),
                Event::Open(Container::List) => format!("{key}["),
                Event::Close(Container::Object) => "}".into(),
                Event::Close(Container::List) => "]".into(),
                Event::Text(text) => format!("{key}={}", String::from_utf8_lossy(&text)),
                Event::Word(word) => format!("{key}:{}", String::from_utf8_lossy(word)),
            };
            found += &format!("{shown}@{} ", reader.line());
        }
        (found.trim_end().to_owned(), reader.problem().map(|(code, line)| (code.as_str(), line)))
    }

    #[test]
    fn every_value_has_its_key_and_its_line() {
        for (text, expected) in [
            (r#"[{"a":1,"b":"x"}]"#, "-[@1 -{@1 a:1@1 b=x@1 }@1 ]@1"),
            ("{\"a\":\n\"x\"\n,\"b\"\n:true}", "-{@1 a=x@2 b:true@4 }@4"),
            (
                r#"{"a":{"b":[{"c":1},[2]]}}"#,
                "-{@1 a{@1 b[@1 b{@1 c:1@1 }@1 b[@1 b:2@1 ]@1 ]@1 }@1 }@1",
            ),
            ("{\"a\":1}\r\n{\"a\":2}\r\n", "-{@1 a:1@1 }@1 -{@2 a:2@2 }@2"),
            ("[{'a': None}]", "-[@1 -{@1 a:None@1 }@1 ]@1"),
            ("\u{feff}[\n\u{feff}{\"a\":-1.5e3,},]", "-[@1 -{@2 a:-1.5e3@2 }@2 ]@2"),
            (r#"{"\u0061\/":"x"}"#, "-{@1 a/=x@1 }@1"),
            ("{\"a\":\"two\nlines\"}", "-{@1 a=two\nlines@1 }@2"),
        ] {
            assert_eq!(read(text), (expected.to_owned(), None), "{text}");
        }
    }

    #[test]
    fn damage_costs_what_it_hits() {
        for (text, expected, code, line) in [
            (r#"[{"a":1},{"b":"cut"#, "-[@1 -{@1 a:1@1 }@1 -{@1", "truncated", 1),
            ("[{\"a\":1", "-[@1 -{@1 a:1@1", "truncated", 1),
            (r#"[{"a":1],{"a":2}]"#, "-[@1 -{@1 a:1@1 }@1 ]@1 -{@1 a:2@1 }@1", "bad_syntax", 1),
            (r#"{"a":1}} {"a":2}"#, "-{@1 a:1@1 }@1 -{@1 a:2@1 }@1", "bad_syntax", 1),
            ("{\"a\":oops}\n{\"a\":2}", "-{@1 a:oops@1 }@1 -{@2 a:2@2 }@2", "bad_syntax", 1),
            (
                "[\n{\"a\":\"x},\n{\"a\":\"y\"}]",
                "-[@1 -{@2 -{@3 a=y@3 }@3 }@3 ]@3",
                "bad_syntax",
                2,
            ),
            (r#"{"a" "b":1}"#, "-{@1 b:1@1 }@1", "bad_syntax", 1),
        ] {
            assert_eq!(read(text), (expected.to_owned(), Some((code, line))), "{text}");
        }
    }

    #[test]
    fn escapes() {
        for (raw, expected) in [
            (r#"\"\\\/\b\f\n\r\t"#, "\"\\/\u{8}\u{c}\n\r\t"),
            (r"\u00e9\u0416\ud83d\ude00!", "éЖ😀!"),
            (r"\ud83d-\ude00\ud83dx", "\u{fffd}-\u{fffd}\u{fffd}x"),
            (r"\ud83d\u0041", "\u{fffd}A"),
            (r"\u12\", "\\u12\\"),
            (r"\q", "q"),
            ("", ""),
        ] {
            assert_eq!(String::from_utf8_lossy(&unescaped(raw.as_bytes())), expected, "{raw}");
        }
    }

    #[test]
    fn what_is_too_deep_is_stepped_over() {
        let text = "[".repeat(2_000_000);
        assert!(looks_like_json(text.as_bytes()));
        assert_eq!(read(&text).1, Some(("json_too_deep", 1)));
        let deep = MAX_DEPTH + 7;
        let text = format!("{{\"a\":{}1{},\n\"b\":2}}", "[".repeat(deep), "]".repeat(deep));
        let (found, problem) = read(&text);
        assert!(found.ends_with("b:2@2 }@2"), "{found}");
        assert_eq!(problem, Some(("json_too_deep", 1)));
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

    #[test]
    fn a_part_knows_what_is_open() {
        let mut reader = Reader::new(b"{\"a\":[1,", 1);
        while reader.next().is_some() {}
        assert_eq!(reader.open(), [Container::Object, Container::List]);
        let mut rest = Reader::within(b"2]}", 1, &reader.open());
        while rest.next().is_some() {}
        assert_eq!((rest.open(), rest.problem()), (vec![], None));
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "[\\[\\]{}:,\"'\\\\u0-9a\n\r x]{0,60}") {
            read(&text);
        }
    }
}
