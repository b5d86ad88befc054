//! Bytes as text: what is text at all, encodings, lines, and cleaning of single values.
//!
//! Text stays bytes as long as possible. Files in UTF-8, ASCII or a legacy code page are read as
//! they are, so that ASCII names match whatever surrounds them; only UTF-16 is converted whole.

pub mod json;
mod visible;
mod wide;

use std::borrow::Cow;
use std::cmp::Ordering;

use encoding_rs::{IBM866, UTF_16BE, UTF_16LE, WINDOWS_1251, WINDOWS_1252};

pub use visible::visible;
pub use wide::{count_lines, has_blank_start};

/// How the bytes of a text stand for characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, ASCII, or a legacy code page that shares ASCII with it.
    AsciiBased,
    /// UTF-16, low byte first.
    Utf16Le,
    /// UTF-16, high byte first.
    Utf16Be,
}

/// What the first bytes of an entry say about all of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// Text to be searched.
    Text(Encoding),
    /// Binary data: ignored and counted.
    Binary,
}

/// How many first bytes [`Content::sniff`] wants to see.
pub const SNIFF_BYTES: usize = 4096;

/// First bytes of binary formats whose beginning could pass for text.
const BINARY_MAGIC: &[&[u8]] = &[
    b"\x89PNG\r\n\x1a\n",
    b"\xff\xd8\xff",
    b"GIF87a",
    b"GIF89a",
    b"%PDF-",
    b"SQLite format 3\0",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    b"\x7fELF",
    b"OggS",
    b"ID3\x03",
    b"ID3\x04",
];

impl Content {
    /// Tells text from binary data by the first bytes (up to [`SNIFF_BYTES`]) of an entry.
    ///
    /// ```
    /// use logsieve::text::{Content, Encoding};
    /// assert_eq!(Content::sniff(b"URL: https://example.com/"), Content::Text(Encoding::AsciiBased));
    /// assert_eq!(Content::sniff(b"U\0R\0L\0:\0 \0"), Content::Text(Encoding::Utf16Le));
    /// assert_eq!(Content::sniff(b"\x89PNG\r\n\x1a\n\0\0"), Content::Binary);
    /// ```
    pub fn sniff(head: &[u8]) -> Self {
        let head = head.get(..SNIFF_BYTES).unwrap_or(head);
        if head.starts_with(b"\xff\xfe") {
            return Self::Text(Encoding::Utf16Le);
        }
        if head.starts_with(b"\xfe\xff") {
            return Self::Text(Encoding::Utf16Be);
        }
        if is_known_binary(head) {
            return Self::Binary;
        }
        if let Some(encoding) = sniff_utf16(head) {
            return Self::Text(encoding);
        }
        if is_still_text(head) { Self::Text(Encoding::AsciiBased) } else { Self::Binary }
    }
}

/// Whether the first bytes are those of a binary format that is known. What is binary otherwise may
/// as well be a text that was damaged.
pub fn is_known_binary(head: &[u8]) -> bool {
    BINARY_MAGIC.iter().any(|magic| head.starts_with(magic))
}

/// Whether a stretch of a text in an ASCII-based encoding looks like one.
pub fn is_still_text(stretch: &[u8]) -> bool {
    let controls = wide::count_binary_controls(stretch);
    // Stray NULs and control bytes occur in real logs; compressed data has one in nine bytes.
    controls * 16 <= stretch.len()
}

/// Whether no byte stands in a stretch of a text in an ASCII-based encoding that texts do not have.
pub fn is_clean(stretch: &[u8]) -> bool {
    !stretch.iter().any(|&byte| is_binary_control(byte))
}

/// Without branches: it is asked of many bytes at once.
fn is_binary_control(byte: u8) -> bool {
    let is_of_text = (9..=13).contains(&byte) | (byte == 27);
    (byte < 32) & !is_of_text | (byte == 127)
}

fn is_ascii_text(byte: u8) -> bool {
    byte.is_ascii() && !is_binary_control(byte)
}

/// UTF-16 without a byte order mark: at least 30 % are ASCII characters with a NUL on one side, and
/// few are nothing but NULs, as in tables of numbers.
///
/// NULs on the other side say nothing: the lines that rules are drawn with (U+2500) have them.
fn sniff_utf16(head: &[u8]) -> Option<Encoding> {
    memchr::memchr(0, head)?;
    let (mut little, mut big, mut nothing) = (0_usize, 0_usize, 0_usize);
    for pair in head.chunks_exact(2) {
        match pair {
            [0, 0] => nothing += 1,
            [byte, 0] if is_ascii_text(*byte) => little += 1,
            [0, byte] if is_ascii_text(*byte) => big += 1,
            _ => {}
        }
    }
    let pairs = head.len() / 2;
    if pairs < 2 || nothing * 20 >= pairs || little.max(big) * 10 < pairs * 3 {
        return None;
    }
    match little.cmp(&big) {
        Ordering::Greater => Some(Encoding::Utf16Le),
        Ordering::Less => Some(Encoding::Utf16Be),
        Ordering::Equal => None,
    }
}

/// The bytes of a text in an ASCII-based encoding, without a leading byte order mark.
pub fn ascii_based(bytes: &[u8], encoding: Encoding) -> Cow<'_, [u8]> {
    let utf16 = match encoding {
        Encoding::AsciiBased => {
            return Cow::Borrowed(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes));
        }
        Encoding::Utf16Le => UTF_16LE,
        Encoding::Utf16Be => UTF_16BE,
    };
    let (text, _) = utf16.decode_with_bom_removal(bytes);
    Cow::Owned(text.into_owned().into_bytes())
}

/// One line of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line<'t> {
    /// Counted from 1.
    pub number: u64,
    /// Offset of its first byte in the text.
    pub start: usize,
    /// Its bytes without the line end, without a byte order mark at its start, and without
    /// characters of no width (U+200B to U+200D) at its end.
    pub bytes: &'t [u8],
}

/// The lines of a text. `\n`, `\r\n`, `\r\r\n` and a lone `\r` each end one line.
///
/// ```
/// use logsieve::text::Lines;
/// let lines: Vec<_> = Lines::new(b"a\r\nb\rc\r\r\nd").map(|l| (l.number, l.bytes)).collect();
/// assert_eq!(lines, [(1, &b"a"[..]), (2, b"b"), (3, b"c"), (4, b"d")]);
/// ```
#[derive(Debug, Clone)]
pub struct Lines<'t> {
    text: &'t [u8],
    next_start: usize,
    next_number: u64,
}

impl<'t> Lines<'t> {
    /// The lines of `text`, counted from 1.
    pub fn new(text: &'t [u8]) -> Self {
        Self::starting_at(text, 1)
    }

    /// The lines of a part of a text whose first line has the number `first`.
    pub fn starting_at(text: &'t [u8], first: u64) -> Self {
        Self { text, next_start: 0, next_number: first }
    }
}

impl<'t> Iterator for Lines<'t> {
    type Item = Line<'t>;

    fn next(&mut self) -> Option<Line<'t>> {
        let start = self.next_start;
        let rest = self.text.get(start..).filter(|rest| !rest.is_empty())?;
        let length = memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
        let bytes = rest.get(..length)?;
        self.next_start = start + length + line_end_length(rest.get(length..)?);
        let number = self.next_number;
        self.next_number += 1;
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        Some(Line { number, start, bytes: without_widthless_end(bytes) })
    }
}

/// `line` without characters of no width (U+200B to U+200D) at its end.
pub fn without_widthless_end(mut line: &[u8]) -> &[u8] {
    while let [rest @ .., 0xE2, 0x80, 0x8B..=0x8D] = line {
        line = rest;
    }
    line
}

/// Length of the line end that `rest` begins with: `\n`, `\r\n`, `\r\r\n`, or one `\r`; zero if it
/// begins with none.
pub fn line_end_length(rest: &[u8]) -> usize {
    match rest {
        [b'\r', b'\r', b'\n', ..] => 3,
        [b'\r', b'\n', ..] => 2,
        [b'\r' | b'\n', ..] => 1,
        _ => 0,
    }
}

/// A code page that shares ASCII with UTF-8, guessed for one line or value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodePage {
    /// UTF-8 (ASCII included).
    Utf8,
    /// Cyrillic Windows.
    Windows1251,
    /// Cyrillic consoles: what programs such as `systeminfo` print.
    Ibm866,
    /// Western Windows; every byte string can be read in it.
    Windows1252,
}

impl CodePage {
    /// Guesses how the bytes of one line or value stand for characters.
    pub fn guess(bytes: &[u8]) -> Self {
        if std::str::from_utf8(bytes).is_ok() {
            return Self::Utf8;
        }
        let high = written(bytes).filter(|&&byte| byte >= 0x80).count();
        let is_cyrillic = |byte: &u8| matches!(byte, 0xC0..=0xFF | 0xA8 | 0xB8);
        let cyrillic = written(bytes).filter(|byte| is_cyrillic(byte)).count();
        let runs = pairs(bytes, |byte| matches!(byte, 0xC0..=0xFF));
        if is_of_russian_console(bytes, high) {
            return Self::Ibm866;
        }
        // Western text has single accented letters between ASCII ones, Russian text has words.
        if high > 0 && cyrillic * 10 >= high * 9 && runs * 2 >= high {
            Self::Windows1251
        } else {
            Self::Windows1252
        }
    }

    /// The characters that `bytes` stand for; what is no UTF-8 becomes U+FFFD.
    pub fn decode(self, bytes: &[u8]) -> Cow<'_, str> {
        match self {
            Self::Utf8 => String::from_utf8_lossy(bytes),
            Self::Ibm866 => IBM866.decode_without_bom_handling(bytes).0,
            Self::Windows1251 => WINDOWS_1251.decode_without_bom_handling(bytes).0,
            Self::Windows1252 => WINDOWS_1252.decode_without_bom_handling(bytes).0,
        }
    }

    /// The name that records show.
    pub fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Windows1251 => "windows-1251",
            Self::Ibm866 => "ibm866",
            Self::Windows1252 => "windows-1252",
        }
    }
}

/// The bytes of a text but those that rules are drawn with: three and more of a kind.
fn written(bytes: &[u8]) -> impl Iterator<Item = &u8> {
    bytes.chunk_by(|one, next| one == next).filter(|run| run.len() < 3).flatten()
}

/// How many pairs of neighbours there are among them that both are of a kind.
fn pairs(bytes: &[u8], is_of_kind: impl Fn(&u8) -> bool) -> usize {
    let neighbours = written(bytes).zip(written(bytes).skip(1));
    neighbours.filter(|(one, next)| is_of_kind(one) && is_of_kind(next)).count()
}

/// Whether the `high` bytes of a line are Russian words as consoles write them: at least half of
/// the letters are none in the code pages of Windows.
fn is_of_russian_console(bytes: &[u8], high: usize) -> bool {
    let is_letter = |byte: &u8| matches!(byte, 0x80..=0xAF | 0xE0..=0xF1);
    let letters = || written(bytes).filter(|byte| is_letter(byte));
    let own = written(bytes).filter(|byte| matches!(byte, 0x80..=0xAF)).count();
    let runs = pairs(bytes, is_letter);
    let is_drawn = letters().min() == letters().max();
    high >= 4
        && !is_drawn
        && letters().count() * 10 >= high * 9
        && own * 2 >= high
        && runs * 2 >= high
}

/// A value as text: decoded from the likeliest encoding, NULs and control characters taken out.
///
/// ```
/// use logsieve::text::to_utf8;
/// assert_eq!(to_utf8(b"user1\0"), "user1");
/// assert_eq!(to_utf8(b"\xcf\xe0\xf0\xee\xeb\xfc"), "Пароль");
/// assert_eq!(to_utf8(b"caf\xe9"), "café");
/// ```
pub fn to_utf8(value: &[u8]) -> Cow<'_, str> {
    let text = match std::str::from_utf8(value) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => CodePage::guess(value).decode(value),
    };
    let is_stray = |byte: u8| byte != b'\t' && byte.is_ascii_control();
    // Looking at all bytes takes less than stopping at the first.
    if text.bytes().fold(false, |found, byte| found | is_stray(byte)) {
        let is_kept = |c: &char| u8::try_from(*c).map_or(true, |byte| !is_stray(byte));
        return Cow::Owned(text.chars().filter(is_kept).collect());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_control_bytes_are_no_part_of_texts() {
        for byte in 0..=u8::MAX {
            let is_odd = matches!(byte, 0..=8 | 14..=26 | 28..=31 | 127);
            assert_eq!(is_clean(&[byte]), !is_odd, "{byte}");
            // In a stretch of any length one in sixteen is too many.
            for length in [16, 255, 256, 4000] {
                let most = length / 16;
                let stretch = |count| [vec![byte; count], vec![b'x'; length - count]].concat();
                assert!(is_still_text(&stretch(most)), "{byte} {length}");
                assert_eq!(is_still_text(&stretch(most + 1)), !is_odd, "{byte} {length}");
                assert_eq!(is_still_text(&stretch(length)), !is_odd, "{byte} {length}");
            }
        }
    }

    #[test]
    fn line_ends_of_all_kinds_count_once() {
        for text in [&b"a\nb\n"[..], b"a\r\nb\r\n", b"a\rb\r", b"a\r\r\nb\r\r\n", b"\r\r\r\n"] {
            assert_eq!(Lines::new(text).count(), 2, "{text:?}");
            assert_eq!(count_lines(text), 2, "{text:?}");
        }
        assert_eq!(Lines::new(b"").count(), 0);
        assert_eq!(Lines::new(b"\n\n").count(), 2);
    }

    #[test]
    fn a_text_of_returns_only_takes_no_time() {
        let text = vec![b'\r'; 4 << 20];
        assert_eq!(Lines::new(&text).count(), 4 << 20);
        assert_eq!(count_lines(&text), 4 << 20);
    }

    #[test]
    fn a_mark_in_the_middle_of_a_file_is_taken_off() {
        let lines: Vec<_> = Lines::new(b"a\n\xef\xbb\xbfURL: x").map(|line| line.bytes).collect();
        assert_eq!(lines, [&b"a"[..], b"URL: x"]);
    }

    #[test]
    fn characters_of_no_width_end_no_line() {
        let lines: Vec<_> = Lines::new("a\u{200b}\u{200d}\r\nb\u{200c}c\u{2010}".as_bytes())
            .map(|line| String::from_utf8_lossy(line.bytes))
            .collect();
        assert_eq!(lines, ["a", "b\u{200c}c\u{2010}"]);
    }

    #[test]
    fn russian_is_told_by_its_words() {
        let console = IBM866.encode("Имя узла: ПК-1").0;
        assert_eq!(CodePage::guess(&console), CodePage::Ibm866);
        assert_eq!(to_utf8(&console), "Имя узла: ПК-1");
        let windows = WINDOWS_1251.encode("Имя узла: ПК-1").0;
        assert_eq!(CodePage::guess(&windows), CodePage::Windows1251);
        let ruled = [&[0x97; 40][..], b"\n", &windows, b"\n", &[0x97; 40]].concat();
        assert_eq!(CodePage::guess(&ruled), CodePage::Windows1251);
        let ruled = [&[0xCD; 40][..], b"\n", &console].concat();
        assert_eq!(CodePage::guess(&ruled), CodePage::Ibm866);
        for western in [&b"\x84Kaffee\x93, \x84Tee\x93"[..], b"\x97\x97\x97\x97\x97\x97 x"] {
            assert_eq!(CodePage::guess(western), CodePage::Windows1252);
        }
    }

    #[test]
    fn utf16_is_told_without_a_mark() {
        let be: Vec<u8> = "Passwort: geheim".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(Content::sniff(&be), Content::Text(Encoding::Utf16Be));
        assert_eq!(&*ascii_based(&be, Encoding::Utf16Be), b"Passwort: geheim");
        let ruled = format!("URL: x\nPassword: y\n{}\n", "─".repeat(12));
        let le: Vec<u8> = ruled.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(Content::sniff(&le), Content::Text(Encoding::Utf16Le));
        let spread: Vec<u8> = bytes_by_chance().flat_map(|byte| [byte, 0, !byte]).collect();
        assert_eq!(Content::sniff(&spread), Content::Binary);
        let numbers: Vec<u8> = (32..90_u32).flat_map(u32::to_le_bytes).collect();
        assert_eq!(Content::sniff(&numbers), Content::Binary);
    }

    fn bytes_by_chance() -> impl Iterator<Item = u8> {
        (0..4096_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8)
    }

    #[test]
    fn random_bytes_are_binary_and_empty_files_are_text() {
        let bytes: Vec<u8> = bytes_by_chance().collect();
        assert_eq!(Content::sniff(&bytes), Content::Binary);
        assert_eq!(Content::sniff(&[0; 4096]), Content::Binary);
        assert_eq!(Content::sniff(b""), Content::Text(Encoding::AsciiBased));
    }
}
