//! The members of JSON objects, read tolerantly: cut off, concatenated or line-wise JSON gives all
//! that it has. Nothing is built and nothing recurses, whatever the nesting.

use std::borrow::Cow;

use crate::fact::Value;

/// Something in a JSON text.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::artefact) enum Event<'t> {
    /// An object begins, as the value of a key or in a list.
    Open(Option<&'t [u8]>),
    /// An object ends.
    Close,
    /// A text, number or word under a key; each item of a list by itself.
    Member(&'t [u8], Value<'t>),
}

/// Whether `text` is JSON with objects.
pub(in crate::artefact) fn looks_like_json(text: &[u8]) -> bool {
    let text = text.trim_ascii_start();
    match text.split_first() {
        Some((b'{', rest)) => matches!(rest.trim_ascii_start().first(), Some(b'"' | b'}')),
        Some((b'[', rest)) => {
            let inner = rest.trim_ascii_start().split_first();
            matches!(inner, Some((b'{', rest)) if rest.trim_ascii_start().first() == Some(&b'"'))
        }
        _ => false,
    }
}

/// The events of a JSON text, each with its line.
#[derive(Debug)]
pub(in crate::artefact) struct Events<'t> {
    text: &'t [u8],
    position: usize,
    line: u64,
    counted_to: usize,
    key: Option<&'t [u8]>,
}

impl<'t> Events<'t> {
    /// The events of `text`, whose first line has the number `first_line`.
    pub(in crate::artefact) fn new(text: &'t [u8], first_line: u64) -> Self {
        Self { text, position: 0, line: first_line, counted_to: 0, key: None }
    }

    fn rest(&self) -> &'t [u8] {
        self.text.get(self.position..).unwrap_or_default()
    }

    fn skip_white_space(&mut self) {
        let rest = self.rest();
        self.position += rest.len() - rest.trim_ascii_start().len();
    }

    /// The inside of the string whose opening quote has been read.
    fn string(&mut self) -> &'t [u8] {
        let rest = self.rest();
        let mut length = 0;
        loop {
            let tail = rest.get(length..).unwrap_or_default();
            let Some(found) = memchr::memchr2(b'"', b'\\', tail) else {
                self.position = self.text.len();
                return rest;
            };
            length += found;
            if rest.get(length) == Some(&b'"') {
                self.position += length + 1;
                return rest.get(..length).unwrap_or_default();
            }
            length = (length + 2).min(rest.len());
        }
    }

    /// A number or a word, if one is next.
    fn word(&mut self) -> Option<&'t [u8]> {
        let rest = self.rest();
        let is_part =
            |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'+');
        let length = rest.iter().take_while(is_part).count();
        self.position += length;
        rest.get(..length).filter(|word| !word.is_empty())
    }

    /// The event that the structural byte `byte` makes, if it makes one.
    fn event(&mut self, byte: u8) -> Option<Event<'t>> {
        match byte {
            b'{' => Some(Event::Open(self.key.take())),
            b'}' => {
                self.key = None;
                Some(Event::Close)
            }
            b']' => {
                self.key = None;
                None
            }
            b'"' => {
                let text = self.string();
                self.skip_white_space();
                if self.rest().first() != Some(&b':') {
                    return self.key.map(|key| Event::Member(key, unescape(text)));
                }
                self.position += 1;
                self.key = Some(text);
                self.skip_white_space();
                self.word().map(|word| Event::Member(text, Cow::Borrowed(word)))
            }
            _ => None,
        }
    }
}

impl<'t> Iterator for Events<'t> {
    type Item = (u64, Event<'t>);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let rest = self.rest();
            let found =
                rest.iter().position(|byte| matches!(byte, b'"' | b'{' | b'}' | b'[' | b']'))?;
            let byte = *rest.get(found)?;
            self.position += found + 1;
            let passed = self.text.get(self.counted_to..self.position).unwrap_or_default();
            self.line += memchr::memchr_iter(b'\n', passed).count() as u64;
            self.counted_to = self.position;
            let line = self.line;
            if let Some(event) = self.event(byte) {
                return Some((line, event));
            }
        }
    }
}

/// The inside of a JSON string with its escapes undone.
fn unescape(text: &[u8]) -> Value<'_> {
    if memchr::memchr(b'\\', text).is_none() {
        return Cow::Borrowed(text);
    }
    let mut plain = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(escape) = memchr::memchr(b'\\', rest) {
        let (before, escaped) = rest.split_at_checked(escape).unwrap_or((rest, &[]));
        plain.extend_from_slice(before);
        rest = undo_escape(escaped.get(1..).unwrap_or_default(), &mut plain);
    }
    plain.extend_from_slice(rest);
    Cow::Owned(plain)
}

/// Writes what the escape at the start of `escape` stands for; returns what follows it.
fn undo_escape<'t>(escape: &'t [u8], plain: &mut Vec<u8>) -> &'t [u8] {
    let Some((&kind, rest)) = escape.split_first() else { return &[] };
    let byte = match kind {
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'b' => 8,
        b'f' => 12,
        b'u' => return undo_unicode(rest, plain),
        other => other,
    };
    plain.push(byte);
    rest
}

fn undo_unicode<'t>(rest: &'t [u8], plain: &mut Vec<u8>) -> &'t [u8] {
    let Some((first, mut rest)) = hex4(rest) else {
        plain.extend_from_slice(b"\\u");
        return rest;
    };
    let mut units = vec![first];
    if (0xD800..0xDC00).contains(&first)
        && let Some((second, behind)) = rest.strip_prefix(b"\\u").and_then(hex4)
    {
        units.push(second);
        rest = behind;
    }
    plain.extend_from_slice(String::from_utf16_lossy(&units).as_bytes());
    rest
}

fn hex4(text: &[u8]) -> Option<(u16, &[u8])> {
    let (digits, rest) = text.split_at_checked(4)?;
    let digits = std::str::from_utf8(digits).ok()?;
    Some((u16::from_str_radix(digits, 16).ok()?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_read_whatever_the_nesting() {
        let text = br#"{"a":[{"url":"x\/y\"\u00e9\ud83d\ude00","n": 12,"list":["p","q"]}, "#;
        let members: Vec<_> = Events::new(text, 1)
            .filter_map(|(_, event)| match event {
                Event::Member(key, value) => {
                    Some((String::from_utf8_lossy(key).into_owned(), value.into_owned()))
                }
                _ => None,
            })
            .collect();
        let expected: [(&str, &str); 4] =
            [("url", "x/y\"é😀"), ("n", "12"), ("list", "p"), ("list", "q")];
        assert_eq!(members, expected.map(|(key, value)| (key.into(), value.as_bytes().to_vec())));
    }

    #[test]
    fn two_million_brackets_and_a_lone_quote_end() {
        let text = "[{\"".repeat(700_000);
        assert!(Events::new(text.as_bytes(), 1).count() > 0);
        assert_eq!(Events::new(b"\"\\", 1).count(), 0);
        assert_eq!(&*unescape(b"\\u12\\"), b"\\u12");
    }
}
