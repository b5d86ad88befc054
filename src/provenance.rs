//! Where a fact was read: the path of an entry inside its source, and lines.

use std::fmt;

/// The name of an entry as bytes: a label to show and to sort by, never a file-system path.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct EntryName(Box<[u8]>);

impl EntryName {
    /// The name as stored, with `\` taken for `/` (archives made on Windows).
    pub fn new(stored: &[u8]) -> Self {
        Self(stored.iter().map(|&byte| if byte == b'\\' { b'/' } else { byte }).collect())
    }

    /// The bytes of the name, with `/` between folders.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The name as text: UTF-8 where it is, else each foreign byte as `\xNN` (lossless).
    pub fn to_text(&self) -> String {
        lossless_utf8(&self.0)
    }
}

impl fmt::Debug for EntryName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.to_text())
    }
}

/// `bytes` as UTF-8 text in which every invalid byte stands as `\xNN`.
pub fn lossless_utf8(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            text.push_str(&format!("\\x{byte:02X}"));
        }
    }
    text
}

/// Most bytes of a path or name that records show whole. Every record of an entry repeats its path:
/// a name of 64 KiB would make gigabytes of a megabyte of logins.
const SHOWN_BYTES: usize = 1024;

/// `text`, or its beginning and end where it is too long to be shown. In between stands how long it
/// is, and a check sum, so that different texts stay different.
///
/// ```
/// use logsieve::provenance::shortened;
/// assert_eq!(shortened("DE_1/Passwords.txt".into()), "DE_1/Passwords.txt");
/// assert!(shortened("n".repeat(60_000) + ".txt").ends_with("n.txt"));
/// ```
pub fn shortened(text: String) -> String {
    if text.len() <= SHOWN_BYTES {
        return text;
    }
    let (head, rest) = text.split_at(text.floor_char_boundary(SHOWN_BYTES / 2));
    let tail = rest.get(rest.ceil_char_boundary(rest.len().saturating_sub(SHOWN_BYTES / 4))..);
    let sum = blake3::hash(text.as_bytes()).to_hex();
    let sum = sum.get(..16).unwrap_or_default();
    format!("{head}…[{} bytes, {sum}]…{}", text.len(), tail.unwrap_or_default())
}

/// The path of an entry from the source that the user gave: nested archives joined by `!`.
///
/// ```
/// use logsieve::provenance::{EntryName, EntryPath};
/// let outer = EntryPath::root();
/// let inner = outer.nested(&EntryName::new(b"cloud\\a.zip"));
/// assert_eq!(inner.entry(&EntryName::new(b"DE_1/Passwords.txt")), "cloud/a.zip!DE_1/Passwords.txt");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EntryPath {
    prefix: String,
}

impl EntryPath {
    /// The path of a source as the user gave it.
    pub fn root() -> Self {
        Self::default()
    }

    /// The path prefix inside the nested archive `name`.
    #[must_use]
    pub fn nested(&self, name: &EntryName) -> Self {
        Self { prefix: self.entry(name) + "!" }
    }

    /// The full path of the entry `name`, [`shortened`] if need be.
    pub fn entry(&self, name: &EntryName) -> String {
        shortened(format!("{}{}", self.prefix, name.to_text()))
    }
}

/// The lines of an entry that a fact was read from, counted from 1, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The first line: what records show as `line`.
    pub first: u64,
    /// The last line.
    pub last: u64,
}

impl Span {
    /// A fact on one line.
    pub fn line(line: u64) -> Self {
        Self { first: line, last: line }
    }

    /// A fact on the lines `first..=last`.
    pub fn new(first: u64, last: u64) -> Self {
        Self { first, last }
    }

    /// Whether `line` belongs to the fact.
    pub fn contains(self, line: u64) -> bool {
        (self.first..=self.last).contains(&line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_bytes_survive_in_names() {
        assert_eq!(EntryName::new(b"logs/\x8f\xa0.txt").to_text(), "logs/\\x8F\\xA0.txt");
    }

    #[test]
    fn long_paths_are_shortened_and_stay_different() {
        let name = |end: &str| EntryName::new(format!("{}{end}", "я/".repeat(30_000)).as_bytes());
        let mut path = EntryPath::root();
        for _ in 0..8 {
            path = path.nested(&name("a.zip"));
        }
        let (one, other) =
            (path.entry(&name("1.txt")), path.nested(&name("")).entry(&name("1.txt")));
        assert!(one.len() < 900 && one.ends_with("/1.txt") && one != other, "{one}");
        assert_eq!(shortened("x".repeat(1024)), "x".repeat(1024));
    }

    #[test]
    fn spans_hold_both_ends() {
        assert!(Span::new(3, 5).contains(3) && Span::new(3, 5).contains(5));
        assert!(!Span::new(3, 5).contains(6));
    }
}
