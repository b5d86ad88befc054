//! A reader of XML that never fails: elements and their text, from whatever there is.
//!
//! It validates nothing, follows nothing and defines nothing: the five entities of XML and numbers
//! are undone, any other stays as it is written. What has no end goes to the end of the text.

use memchr::memmem;

use super::shape;
use crate::fact::Value;

/// What comes next in a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Event<'t> {
    /// The start of an element: its name without a prefix, and its attributes as they stand.
    Open(&'t [u8], &'t [u8]),
    /// Text, with its entities undone.
    Text(Value<'t>),
    /// The end of an element, whatever name it gives.
    Close,
}

/// The events of a text, each with the offset behind it.
pub(super) struct Reader<'t> {
    text: &'t [u8],
    position: usize,
    /// An element without content was opened.
    closes: bool,
}

impl<'t> Reader<'t> {
    pub(super) fn new(text: &'t [u8]) -> Self {
        Self { text, position: 0, closes: false }
    }

    fn rest(&self) -> &'t [u8] {
        self.text.get(self.position..).unwrap_or_default()
    }

    /// What stands before `end`, which is passed; all that is left if there is no such end.
    fn take_until(&mut self, end: &[u8]) -> &'t [u8] {
        let rest = self.rest();
        let length = memmem::find(rest, end);
        self.position += length.map_or(rest.len(), |length| length + end.len());
        rest.get(..length.unwrap_or(rest.len())).unwrap_or_default()
    }

    /// The inside of a tag that has begun, up to the first `>` outside quotes.
    fn tag(&mut self) -> &'t [u8] {
        let rest = self.rest();
        let mut length = 0;
        while let Some(at) =
            find_from(rest, length, |tail| memchr::memchr3(b'>', b'"', b'\'', tail))
        {
            match rest.get(at) {
                Some(&quote @ (b'"' | b'\'')) => {
                    let closing = find_from(rest, at + 1, |tail| memchr::memchr(quote, tail));
                    // A quote without end is a part of the tag.
                    length = closing.unwrap_or(at) + 1;
                }
                _ => {
                    self.position += at + 1;
                    return rest.get(..at).unwrap_or_default();
                }
            }
        }
        self.position = self.text.len();
        rest
    }

    fn markup(&mut self) -> Option<Event<'t>> {
        let rest = self.rest();
        for (start, end) in [("<!--", "-->"), ("<?", "?>")] {
            if rest.starts_with(start.as_bytes()) {
                self.position += start.len();
                self.take_until(end.as_bytes());
                return None;
            }
        }
        if rest.starts_with(b"<![CDATA[") {
            self.position += b"<![CDATA[".len();
            return Some(Event::Text(self.take_until(b"]]>").into()));
        }
        self.position += 1;
        if rest.starts_with(b"<!") {
            let declaration = self.tag();
            if memchr::memchr(b'[', declaration).is_some() {
                self.take_until(b"]>");
            }
            return None;
        }
        let inside = self.tag();
        if inside.starts_with(b"/") {
            return Some(Event::Close);
        }
        let bare = inside.strip_suffix(b"/");
        self.closes = bare.is_some();
        let inside = bare.unwrap_or(inside);
        let end = inside.iter().position(u8::is_ascii_whitespace).unwrap_or(inside.len());
        let (name, attributes) = inside.split_at_checked(end)?;
        let name = name.rsplit(|&byte| byte == b':').next().unwrap_or(name);
        Some(Event::Open(name, attributes.trim_ascii()))
    }
}

fn find_from(text: &[u8], from: usize, find: impl Fn(&[u8]) -> Option<usize>) -> Option<usize> {
    find(text.get(from..)?).map(|at| from + at)
}

impl<'t> Iterator for Reader<'t> {
    type Item = (usize, Event<'t>);

    fn next(&mut self) -> Option<Self::Item> {
        if std::mem::take(&mut self.closes) {
            return Some((self.position, Event::Close));
        }
        loop {
            let rest = self.rest();
            if rest.is_empty() {
                return None;
            }
            if rest.starts_with(b"<") {
                if let Some(event) = self.markup() {
                    return Some((self.position, event));
                }
                continue;
            }
            let length = memchr::memchr(b'<', rest).unwrap_or(rest.len());
            self.position += length;
            let text = unescaped(rest.get(..length).unwrap_or_default());
            return Some((self.position, Event::Text(text)));
        }
    }
}

/// The value of the attribute `name`, which is in small letters.
pub(super) fn attribute<'t>(attributes: &'t [u8], name: &[u8]) -> Option<&'t [u8]> {
    let mut rest = attributes;
    loop {
        let (key, behind) = rest.split_at_checked(memchr::memchr(b'=', rest)?)?;
        let (quote, value) = behind.get(1..)?.trim_ascii_start().split_first()?;
        let (value, behind) = value.split_at_checked(memchr::memchr(*quote, value)?)?;
        if key.trim_ascii().eq_ignore_ascii_case(name) {
            return Some(value);
        }
        rest = behind.get(1..)?;
    }
}

/// Longest entity that is undone, in bytes: `&#x10FFFF;`.
const LONGEST_ENTITY: usize = 10;

fn unescaped(text: &[u8]) -> Value<'_> {
    if memchr::memchr(b'&', text).is_none() {
        return text.into();
    }
    let mut plain = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, escape)) =
        memchr::memchr(b'&', rest).and_then(|at| rest.split_at_checked(at))
    {
        plain.extend_from_slice(before);
        let head = escape.get(..LONGEST_ENTITY).unwrap_or(escape);
        let end = memchr::memchr(b';', head).unwrap_or(0);
        let character = escape.get(1..end).and_then(character);
        let (written, behind) = escape.split_at_checked(end + 1).unwrap_or((escape, &[]));
        match character {
            Some(c) => plain.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            None => plain.extend_from_slice(written),
        }
        rest = behind;
    }
    plain.extend_from_slice(rest);
    plain.into()
}

/// What the inside of an entity stands for.
fn character(entity: &[u8]) -> Option<char> {
    let number = |digits: &[u8], radix| {
        u32::from_str_radix(std::str::from_utf8(digits).ok()?, radix).ok().and_then(char::from_u32)
    };
    match entity {
        b"lt" => Some('<'),
        b"gt" => Some('>'),
        b"amp" => Some('&'),
        b"quot" => Some('"'),
        b"apos" => Some('\''),
        [b'#', b'x' | b'X', digits @ ..] => number(digits, 16),
        [b'#', digits @ ..] => number(digits, 10),
        _ => None,
    }
}

/// Whether `text` begins like an XML file, and not like a page of the web.
pub(super) fn looks_like_xml(text: &[u8]) -> bool {
    let text = shape::trim(text.get(..512).unwrap_or(text));
    let element = text.starts_with(b"<") && text.get(1).is_some_and(u8::is_ascii_alphabetic);
    let is_alone = || text.iter().rev().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'>');
    shape::starts_with_ignore_case(text, b"<?xml")
        || (element && !shape::starts_with_ignore_case(text, b"<html") && is_alone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(text: &str) -> String {
        let show = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let events = Reader::new(text.as_bytes()).map(|(_, event)| match event {
            Event::Open(name, []) => format!("<{}", show(name)),
            Event::Open(name, attributes) => format!("<{}[{}]", show(name), show(attributes)),
            Event::Text(text) => format!("'{}'", show(&text)),
            Event::Close => ">".to_owned(),
        });
        events.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn elements_text_and_what_is_neither() {
        for (text, expected) in [
            ("<a>x</a>", "<a 'x' >"),
            ("<?xml version=\"1.0\"?><!-- <b> --><a/>", "<a >"),
            ("<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>", "<a '&b;' >"),
            ("<a b=\"1>2\" c='\"'>x</a>", "<a[b=\"1>2\" c='\"'] 'x' >"),
            (
                "<n:a>&lt;&amp;&#65;&#x42;&quot;&apos;&#xD800;&&amp</n:a>",
                "<a '<&AB\"'&#xD800;&&amp' >",
            ),
            ("<a><![CDATA[<b>&amp;]]></a>", "<a '<b>&amp;' >"),
            ("<a><b>x", "<a <b 'x'"),
            ("<a", "<a"),
            ("<a>x<!-- ", "<a 'x'"),
            ("</a></a>", "> >"),
            ("", ""),
        ] {
            assert_eq!(show(text), expected, "{text}");
        }
        assert_eq!(attribute(b"a='1' Encoding = \"base64\"", b"encoding"), Some(&b"base64"[..]));
        assert_eq!(attribute(b"a b=c", b"b"), None);
    }

    #[test]
    fn bait_takes_no_time() {
        for bait in ["<", "<a>", "<a b=\"", "&", "<!--", "<![CDATA[", "<!a[", "&#", "'", "</"] {
            let text = bait.repeat(1 << 20);
            assert!(Reader::new(text.as_bytes()).count() <= text.len(), "{bait}");
        }
    }
}
