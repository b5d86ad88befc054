//! What one line of a password file is, seen by itself.

use std::sync::LazyLock;

use memchr::memmem;
use regex::bytes::Regex;

use crate::family::labels::{CredentialLabel, Labelled, NormalKey};

/// One line by itself.
#[derive(Debug, Clone, Copy)]
pub(in crate::artefact) enum Kind<'t> {
    /// Nothing to see.
    Blank,
    /// A line between blocks: `=====`, `=====Example=====`, `[+] Record`.
    Rule,
    /// A side of a box, `|…|`: keys in it are advertisements.
    Frame,
    /// `["Browser" = "Profile"]`.
    Tag(Tag<'t>),
    /// A key and a value; the key may be unknown.
    Field(Field<'t>),
    /// Text without a key.
    Text,
}

/// A browser and a profile on a line of their own.
#[derive(Debug, Clone, Copy)]
pub(in crate::artefact) struct Tag<'t> {
    pub(in crate::artefact) software: &'t [u8],
    pub(in crate::artefact) profile: &'t [u8],
}

/// A key and its value.
#[derive(Debug, Clone, Copy)]
pub(in crate::artefact) struct Field<'t> {
    pub(in crate::artefact) key: NormalKey,
    pub(in crate::artefact) label: Option<CredentialLabel>,
    pub(in crate::artefact) value: &'t [u8],
    /// The value with the space in front of it, or the colon behind a TAB, that is taken for a
    /// part of the separator.
    pub(in crate::artefact) behind: &'t [u8],
    /// Offset of the value from the first byte of the key, for a field on a line of its own:
    /// aligned columns have padding.
    pub(in crate::artefact) column: Option<usize>,
}

impl<'t> Field<'t> {
    /// The key and value of `line`, if it has a key.
    pub(in crate::artefact) fn read(line: &'t [u8]) -> Option<Self> {
        let line = line.trim_ascii_start();
        let strict = Labelled::split(line).and_then(|split| Self::of(split, line));
        match strict {
            Some(field) if field.label.is_some() => strict,
            _ => Self::read_loosely(line).or(strict),
        }
    }

    fn of(split: Labelled<'t>, line: &'t [u8]) -> Option<Self> {
        let Labelled { key, value } = split;
        let normal = NormalKey::new(key)?;
        let label = normal.credential_in(key);
        let column = line.len() - value.len();
        let behind = match line.split_at_checked(column) {
            Some(([.., b' '] | [.., b'\t', b':'], _)) => line.get(column - 1..),
            _ => None,
        };
        let behind = behind.unwrap_or(value);
        Some(Self { key: normal, label, value, behind, column: Some(column) })
    }

    /// The field of a line with an unusual separator, `URL | x` or `[URL] x`, behind a key that is
    /// known.
    fn read_loosely(line: &'t [u8]) -> Option<Self> {
        const LONGEST_KEY: usize = 32;
        let head = line.get(..LONGEST_KEY).unwrap_or(line);
        memchr::memchr(b' ', head)?;
        [&b" | "[..], b" - ", b"] "].into_iter().find_map(|separator| {
            let (key, rest) = line.split_at_checked(memmem::find(head, separator)?)?;
            let value = rest.get(separator.len()..)?;
            Self::of(Labelled { key, value }, line).filter(|field| field.label.is_some())
        })
    }

    /// Whether the field is `PASSWORDS FROM: ⟨path⟩`, the head of a section.
    pub(in crate::artefact) fn is_head(&self) -> bool {
        self.key.as_bytes() == b"passwordsfrom"
    }

    /// Whether the field begins what somebody who sells logs says of himself.
    pub(in crate::artefact) fn is_of_seller(&self) -> bool {
        matches!(self.key.as_bytes(), b"seller" | b"logtools" | b"freelogs")
    }
}

/// Tells what `line` is.
pub(in crate::artefact) fn classify(line: &[u8]) -> Kind<'_> {
    let text = trim(line);
    let Some(&first) = text.first() else { return Kind::Blank };
    if !first.is_ascii_alphanumeric()
        && let Some(kind) = decoration(text, first)
    {
        return kind;
    }
    Field::read(line).map_or(Kind::Text, Kind::Field)
}

fn decoration(text: &[u8], first: u8) -> Option<Kind<'_>> {
    match first {
        b'[' if text.starts_with(b"[+]") && !is_labelled(text) => Some(Kind::Rule),
        b'[' => tag(text).map(Kind::Tag),
        b'|' => Some(Kind::Frame),
        _ if text.starts_with("║".as_bytes()) || text.starts_with("│".as_bytes()) => {
            Some(Kind::Frame)
        }
        _ => is_rule(text).then_some(Kind::Rule),
    }
}

/// Whether a line has a key that is known.
fn is_labelled(line: &[u8]) -> bool {
    Field::read(line).is_some_and(|field| field.label.is_some())
}

fn tag(text: &[u8]) -> Option<Tag<'_>> {
    let inner = text.strip_prefix(b"[\"")?.strip_suffix(b"\"]")?;
    let middle = memmem::find(inner, b"\" = \"")?;
    let (software, rest) = inner.split_at_checked(middle)?;
    Some(Tag { software, profile: rest.strip_prefix(b"\" = \"")? })
}

/// `text` without white space at its ends: ASCII, no-break and of no width.
pub(in crate::artefact) fn trim(text: &[u8]) -> &[u8] {
    const INVISIBLE: &[&[u8]] =
        &[b"\xc2\xa0", b"\xe2\x80\x8b", b"\xe2\x80\x8c", b"\xe2\x80\x8d", b"\xef\xbb\xbf"];
    let mut text = text.trim_ascii();
    // Only at the ends: nearly all lines are done with here.
    let is_plain = |end: Option<&u8>| end.is_none_or(u8::is_ascii);
    if is_plain(text.first()) && is_plain(text.last()) {
        return text;
    }
    loop {
        let shorter = INVISIBLE
            .iter()
            .find_map(|space| text.strip_prefix(*space).or_else(|| text.strip_suffix(*space)));
        match shorter {
            Some(shorter) => text = shorter.trim_ascii(),
            None => return text,
        }
    }
}

fn is_rule_symbol(c: char) -> bool {
    matches!(
        c,
        '=' | '-' | '*' | '_' | '~' | '#' | '+' | '.' | '━' | '─' | '—' | '–' | '═' | '▬' | '•'
    )
}

/// Whether `text` is a line drawn of symbols, perhaps with a name in the middle.
pub(in crate::artefact) fn is_rule(text: &[u8]) -> bool {
    let may_begin = |&byte: &u8| !byte.is_ascii() || byte == b'<' || is_rule_symbol(byte.into());
    if !text.first().is_some_and(may_begin) {
        return false;
    }
    if text.len() >= 3 && text.iter().all(|&byte| byte.is_ascii() && is_rule_symbol(byte.into())) {
        return true;
    }
    let Ok(text) = std::str::from_utf8(text) else { return is_legacy_rule(text) };
    if !text.starts_with(|c| is_rule_symbol(c) || c == '<') {
        return false;
    }
    let text = text.trim_matches(['<', '>']);
    let left = text.trim_start_matches(is_rule_symbol);
    if left.is_empty() {
        return text.chars().count() >= 3;
    }
    if text.chars().all(|c| is_rule_symbol(c) || c == ' ') {
        return text.chars().filter(|&c| is_rule_symbol(c)).count() >= 3;
    }
    let inner = left.trim_end_matches(is_rule_symbol);
    let symbols = |side: Option<&str>| side.map_or(0, |side| side.chars().count());
    symbols(text.get(..text.len() - left.len())) >= 5
        && symbols(left.get(inner.len()..)) >= 5
        && Field::read(inner.as_bytes()).is_none_or(|field| field.label.is_none())
}

/// A rule of one box-drawing byte of an old code page.
fn is_legacy_rule(text: &[u8]) -> bool {
    text.len() >= 3 && text.first().is_some_and(|first| text.iter().all(|byte| byte == first))
}

/// What sellers write between the lines that matter.
#[expect(clippy::expect_used, reason = "a constant pattern; a test compiles it")]
static PROMOTION: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i-u)t\.me/|telegram|(?:^|[^a-z0-9._%+-])@[a-z0-9_]{4,}|\b(?:join|channel|cloud|logs|shop|support|subscribe|seller|stealer|jabber|price|buy|forum)\b|[$]\s?[0-9]",
    )
    .expect("a valid pattern")
});

/// What stealers write where they found nothing, in small letters.
const STUBS: &[&[u8]] =
    &[b"passwords not found", b"no passwords found", b"no passwords", b"no data", b"not found"];

/// Whether a line without a known key is one of the things that stand round records: an
/// advertisement, a picture made of characters, `No passwords found.`.
pub(in crate::artefact) fn is_noise(line: &[u8]) -> bool {
    let text = trim(line);
    let stub = text.strip_suffix(b".").unwrap_or(text);
    STUBS.iter().any(|known| stub.eq_ignore_ascii_case(known))
        || is_picture(text)
        || PROMOTION.is_match(text.get(..2048).unwrap_or(text))
}

/// Fewer than one in five characters are letters or digits.
fn is_picture(text: &[u8]) -> bool {
    let text = text.get(..512).unwrap_or(text);
    let (mut all, mut alphanumeric) = (0_usize, 0_usize);
    for chunk in text.utf8_chunks() {
        all += chunk.valid().chars().count() + chunk.invalid().len();
        alphanumeric += chunk.valid().chars().filter(|c| c.is_alphanumeric()).count();
        alphanumeric += chunk.invalid().iter().filter(|&&byte| byte >= 0xC0).count();
    }
    alphanumeric * 5 < all
}

/// Whether `text` begins like an address with a scheme, and has no white space in that address.
pub(in crate::artefact) fn is_address(text: &[u8]) -> bool {
    let scheme = text
        .iter()
        .take(24)
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'.' | b'-'))
        .count();
    scheme >= 2
        && text.first().is_some_and(u8::is_ascii_alphabetic)
        && text.get(scheme..).is_some_and(|rest| rest.starts_with(b"://") && rest.len() > 3)
        && !text.iter().any(u8::is_ascii_whitespace)
}
