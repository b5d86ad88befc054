//! The one table of labels: what the key of a `key: value` line means.
//!
//! Families and re-packers spell the same few keys in a hundred ways (`URL`, `- Host`, `Ссылка`,
//! `UR1`, `Uѕername` with a Cyrillic letter). A key is brought to one normal form and looked up
//! whole, never by a part of it: `ip` stands in `zipcode` and `os` in `hostname`.
//! A new spelling is one word in one of the two lists of `keys`; what is put together from known
//! words needs no listing (`words`).

mod keys;
#[cfg(test)]
mod tests;
mod words;

use std::sync::LazyLock;

pub use self::keys::{CREDENTIAL_KEYS, SYSTEM_KEYS};
use crate::text::CodePage;

/// What a key of a credential block names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CredentialLabel {
    /// The address of the service.
    Url,
    /// The login.
    Username,
    /// The password.
    Password,
    /// The browser or program that had saved it.
    Software,
    /// The profile of the browser.
    Profile,
    /// Something known that no record needs.
    Extra,
}

/// How good a key is as a source of its field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Rank {
    /// The field itself.
    Good,
    /// Something close, for want of better.
    Fallback,
}

/// What a key of a system file names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SystemLabel {
    /// The family's own identifier of the hardware.
    Hwid,
    /// The identifier of the Windows installation.
    MachineId,
    /// Another identifier of the machine.
    Guid,
    /// The identifier of the machine joined with its user by `|` or `_` (Raccoon).
    BotId,
    /// The user joined with the identifier of the hardware (PureLogs).
    UserHwid,
    /// The computer's name.
    Computer(Rank),
    /// The user's name.
    User(Rank),
    /// `user (HOST)`.
    UserAndComputer,
    /// `HOST(user)`.
    ComputerAndUser,
    /// The Windows domain or work group.
    Domain,
    /// The operating system.
    Os(Rank),
    /// The public address, perhaps after the country.
    Ip,
    /// An address of the local network.
    LocalIp,
    /// The country.
    Country(Rank),
    /// A place smaller than a country, or one that holds the country too.
    Place,
    /// The time zone.
    Timezone,
    /// A language.
    Language,
    /// The keyboards, often as a list.
    Keyboards,
    /// `Time`: UTC where a local date stands beside it (Lumma).
    Time,
    /// When the log was taken.
    LogDate,
    /// What the computer's clock said.
    LocalDate,
    /// When the operating system (or the malware) was installed.
    InstallDate,
    /// When the malware was built.
    BuildDate,
    /// Where the malware ran from.
    Path(Rank),
    /// The operator's build, campaign or worker.
    Build(Rank),
    /// A version: of the malware, the operating system or a browser.
    Version,
    /// Installed protection, often as a list.
    Antivirus,
    /// Something about the hardware.
    Hardware,
    /// The head of a list of programs or processes, which has no keys of ours in it.
    Stop,
}

/// What `key` names in a credential block; the raw bytes in front of the separator will do.
///
/// ```
/// use logsieve::family::labels::{CredentialLabel, credential_label};
/// assert_eq!(credential_label(b" - User Name"), Some(CredentialLabel::Username));
/// assert_eq!(credential_label(b"P455W0RD"), Some(CredentialLabel::Password));
/// assert_eq!(credential_label(b"Saved Password"), Some(CredentialLabel::Password));
/// assert_eq!(credential_label(b"Passwords"), None);
/// ```
pub fn credential_label(key: &[u8]) -> Option<CredentialLabel> {
    NormalKey::new(key)?.credential_in(key)
}

/// What `key` names in a system file; the raw bytes in front of the separator will do.
///
/// ```
/// use logsieve::family::labels::{Rank, SystemLabel, system_label};
/// assert_eq!(system_label(b"\t- Computer Name"), Some(SystemLabel::Computer(Rank::Good)));
/// assert_eq!(system_label(b"FileLocation"), Some(SystemLabel::Path(Rank::Good)));
/// assert_eq!(system_label(b"LANIP"), Some(SystemLabel::LocalIp));
/// ```
pub fn system_label(key: &[u8]) -> Option<SystemLabel> {
    NormalKey::new(key)?.system()
}

/// A `key: value` line, split at its first separator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Labelled<'t> {
    /// Everything before the separator.
    pub key: &'t [u8],
    /// Everything after the separator but one space (or its TABs).
    pub value: &'t [u8],
}

impl<'t> Labelled<'t> {
    /// Splits `line` at the first of `:`, `=`, TAB, ` =>`, `->`, `→` and the wide colon of East
    /// Asia; spaces and TABs may stand round it. None where no key can be in front of it.
    ///
    /// ```
    /// use logsieve::family::labels::Labelled;
    /// let line = Labelled::split(b"\tPass :  a:b ").unwrap();
    /// assert_eq!((line.key, line.value), (&b"Pass "[..], &b" a:b "[..]));
    /// ```
    pub fn split(line: &'t [u8]) -> Option<Self> {
        let line = line.trim_ascii_start();
        let mut previous = b' ';
        for (index, &byte) in line.iter().take(LONGEST_RAW_KEY).enumerate() {
            if matches!(byte, b':' | b'=' | b'\t' | b'-' | 0xE2 | 0xEF) {
                let (key, rest) = line.split_at_checked(index)?;
                if let Some(value) = after_separator(rest, previous) {
                    return (index > 0).then_some(Self { key, value: after_padding(value) });
                }
            }
            previous = byte;
        }
        None
    }
}

/// What follows the separator that `rest` begins with, if it begins with one.
fn after_separator(rest: &[u8], previous: u8) -> Option<&[u8]> {
    if rest.first() == Some(&b'\t') {
        let tabs = rest.iter().take_while(|&&byte| byte == b'\t').count();
        let padded = rest.get(tabs..)?;
        // A value may begin with `=`; one that begins with `:` is rarer than `Key\t:value`.
        let is_sign = padded.starts_with(b":") || padded.starts_with(b"= ");
        return if is_sign { padded.get(1..) } else { Some(rest) };
    }
    if previous == b' ' && rest.starts_with(b"=>") {
        return rest.get(2..);
    }
    [&b":"[..], b"=", b"->", "→".as_bytes(), "：".as_bytes()]
        .into_iter()
        .find_map(|separator| rest.strip_prefix(separator))
}

/// `value` without the one space, or the TABs, that belong to the separator.
fn after_padding(value: &[u8]) -> &[u8] {
    match value {
        [b' ', rest @ ..] | [0xC2, 0xA0, rest @ ..] => rest,
        [b'\t', ..] => {
            let tabs = value.iter().take_while(|&&byte| byte == b'\t').count();
            value.get(tabs..).unwrap_or_default()
        }
        _ => value,
    }
}

/// Whether a line is part of a seller's box, drawn of one symbol on both sides: no key stands there.
///
/// ```
/// use logsieve::family::labels::is_boxed;
/// assert!(is_boxed(b"  | Join: https://t.me/example_cloud   |"));
/// assert!(!is_boxed(b"*IP:* 203.0.113.10"));
/// ```
pub fn is_boxed(line: &[u8]) -> bool {
    let text = line.trim_ascii();
    // What lines are drawn with begins with 0xE2.
    if !matches!(text.first(), Some(b'|' | b'*' | b'#' | 0xE2)) {
        return false;
    }
    ["|", "*", "#", "║", "│", "┃"].iter().any(|side| {
        let inner = text.strip_prefix(side.as_bytes());
        let inner = inner.and_then(|inner| inner.strip_suffix(side.as_bytes()));
        matches!(inner, Some([b' ' | b'\t', .., b' ' | b'\t']))
    })
}

/// Longest text in front of a separator that can be a key, in bytes.
const LONGEST_RAW_KEY: usize = 80;

/// Longest key in normal form, in bytes.
const LONGEST_KEY: usize = 40;

/// A key in its normal form: small letters and digits only, without accents.
#[derive(Clone, Copy)]
pub struct NormalKey {
    bytes: [u8; LONGEST_KEY],
    length: usize,
}

impl NormalKey {
    /// The normal form of the raw bytes of a key: without bullets, emoji, a number in front,
    /// spaces and punctuation, in small letters. None where nothing is left or it is too long.
    pub fn new(raw: &[u8]) -> Option<Self> {
        if raw.len() > LONGEST_RAW_KEY {
            return None;
        }
        let mut key = Self::empty();
        let mut written = key.push_all(raw);
        if let Some(unnumbered) = without_number(raw) {
            key = Self::empty();
            written = key.push_all(unnumbered);
        }
        (written.is_some() && key.length > 0).then_some(key)
    }

    fn empty() -> Self {
        Self { bytes: [0; LONGEST_KEY], length: 0 }
    }

    /// The bytes of the normal form, valid UTF-8.
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }

    /// The normal form; letters that only look Latin are Latin where that makes it all ASCII.
    pub fn to_text(&self) -> String {
        let latin = self.map(latin_twin);
        let shown = latin.as_ref().filter(|key| key.as_bytes().is_ascii()).unwrap_or(self);
        String::from_utf8_lossy(shown.as_bytes()).into_owned()
    }

    /// What the key names in a credential block.
    pub fn credential(&self) -> Option<CredentialLabel> {
        self.find(&CREDENTIALS)
    }

    /// The same, where `raw`, which the key was made of, may also be put together from several
    /// known words.
    pub fn credential_in(&self, raw: &[u8]) -> Option<CredentialLabel> {
        let of_words = || words::label(raw).filter(|_| self.system().is_none());
        self.credential().or_else(of_words)
    }

    /// The key without the number at its end, and that number: `login2`.
    pub fn without_suffix(&self) -> Option<(Self, &[u8])> {
        let digits = self.as_bytes().iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
        let (stem, number) = self.as_bytes().split_at_checked(self.length - digits)?;
        (1..=4)
            .contains(&digits)
            .then_some(Self { length: stem.len(), ..*self })
            .map(|key| (key, number))
    }

    /// What the key names in a system file.
    pub fn system(&self) -> Option<SystemLabel> {
        self.find(&SYSTEM)
    }

    /// Looks the key up as it is, then without its disguise.
    fn find<L: Copy>(&self, table: &Table<L>) -> Option<L> {
        if let Some(label) = table.get(self.as_bytes()) {
            return Some(label);
        }
        if self.as_bytes().iter().all(u8::is_ascii_lowercase) {
            return None;
        }
        if self.as_bytes().is_ascii() {
            return self.find_leet(table);
        }
        let latin = self.map(latin_twin)?;
        table.get(latin.as_bytes()).or_else(|| latin.find_leet(table))
    }

    /// Looks the key up with digits taken for letters: `P455W0RD`, `UR1`. A key without any letter
    /// is a time or a number.
    fn find_leet<L: Copy>(&self, table: &Table<L>) -> Option<L> {
        let bytes = self.as_bytes();
        if bytes.len() < 3
            || !bytes.iter().any(u8::is_ascii_digit)
            || !bytes.iter().any(u8::is_ascii_alphabetic)
        {
            return None;
        }
        let with_i = self.map(|c| leet_letter(c, 'i'))?;
        let with_l = self.map(|c| leet_letter(c, 'l'))?;
        table.get(with_i.as_bytes()).or_else(|| table.get(with_l.as_bytes()))
    }

    fn map(&self, fold: impl Fn(char) -> char) -> Option<Self> {
        let mut key = Self::empty();
        for c in std::str::from_utf8(self.as_bytes()).ok()?.chars() {
            key.push(fold(c))?;
        }
        Some(key)
    }

    fn push_all(&mut self, raw: &[u8]) -> Option<()> {
        if raw.is_ascii() {
            return raw
                .iter()
                .filter(|byte| byte.is_ascii_alphanumeric())
                .try_for_each(|byte| self.push_byte(byte.to_ascii_lowercase()));
        }
        if let Ok(text) = std::str::from_utf8(raw) {
            return text.chars().try_for_each(|c| self.push_folded(c));
        }
        let page = CodePage::guess(raw);
        raw.iter().enumerate().try_for_each(|(at, &byte)| {
            let of_console = match page {
                CodePage::Windows1252 => western_console_letter(raw, at),
                _ => None,
            };
            self.push_folded(of_console.unwrap_or_else(|| legacy_letter(byte, page)))
        })
    }

    fn push_folded(&mut self, c: char) -> Option<()> {
        if c.is_ascii() {
            if c.is_ascii_alphanumeric() { self.push(c.to_ascii_lowercase()) } else { Some(()) }
        } else {
            let folded = without_accent(c.to_lowercase().next().unwrap_or(c));
            let is_part = folded.is_alphanumeric() && !is_filler(folded);
            if is_part { self.push(folded) } else { Some(()) }
        }
    }

    fn push(&mut self, c: char) -> Option<()> {
        let mut buffer = [0; 4];
        c.encode_utf8(&mut buffer).bytes().try_for_each(|byte| self.push_byte(byte))
    }

    fn push_byte(&mut self, byte: u8) -> Option<()> {
        *self.bytes.get_mut(self.length)? = byte;
        self.length += 1;
        Some(())
    }
}

impl PartialEq for NormalKey {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        // Lists of keys are searched; most differ in their lengths.
        self.length == other.length && self.as_bytes() == other.as_bytes()
    }
}

impl Eq for NormalKey {}

impl std::fmt::Debug for NormalKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", self.to_text())
    }
}

/// `raw` behind the number of a numbered list: `1) URL`, `[2] Login`, `#3. Pass`.
fn without_number(raw: &[u8]) -> Option<&[u8]> {
    let start = raw.iter().position(u8::is_ascii_alphanumeric)?;
    let digits = raw.iter().skip(start).take_while(|byte| byte.is_ascii_digit()).count();
    let (_, rest) = raw.split_at_checked(start + digits)?;
    let numbered = digits > 0 && matches!(rest, [b')' | b'.' | b']' | b' ' | b'-' | b'_', ..]);
    (numbered && rest.iter().any(u8::is_ascii_alphabetic)).then_some(rest)
}

/// The letter of a byte of a legacy code page, as far as keys need it.
fn legacy_letter(byte: u8, page: CodePage) -> char {
    match (page, byte) {
        (CodePage::Windows1251, 0xC0..) => {
            char::from_u32(0x410 + u32::from(byte - 0xC0)).unwrap_or(' ')
        }
        (CodePage::Windows1251, 0xA8 | 0xB8) => 'ё',
        (CodePage::Ibm866, 0x80..=0xAF) => {
            char::from_u32(0x410 + u32::from(byte - 0x80)).unwrap_or(' ')
        }
        (CodePage::Ibm866, 0xE0..=0xEF) => {
            char::from_u32(0x440 + u32::from(byte - 0xE0)).unwrap_or(' ')
        }
        _ => char::from(byte),
    }
}

/// Whether a letter looks like nothing at all: some builds put it between others.
fn is_filler(c: char) -> bool {
    matches!(c, '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}')
}

/// The letter that a byte inside a word is in the code page of Western consoles (850), if it is
/// hardly one in that of windows: what `systeminfo` prints.
fn western_console_letter(raw: &[u8], at: usize) -> Option<char> {
    let letter = match raw.get(at)? {
        0x81 => 'ü',
        0x82 => 'é',
        0x83 => 'â',
        0x84 => 'ä',
        0x86 => 'å',
        0x87 => 'ç',
        0x88 => 'ê',
        0x89 => 'ë',
        0x8A => 'è',
        0x8B => 'ï',
        0x8C => 'î',
        0x8D => 'ì',
        0x93 => 'ô',
        0x94 => 'ö',
        0xA1 => 'í',
        0xA2 => 'ó',
        0xA3 => 'ú',
        0xA4 => 'ñ',
        _ => return None,
    };
    // Quotes and bullets of Windows stand at the ends of words.
    let is_letter = |at: usize| raw.get(at).is_some_and(u8::is_ascii_alphabetic);
    (at.checked_sub(1).is_some_and(is_letter) && is_letter(at + 1)).then_some(letter)
}

/// A small letter without its accent, and wide letters as ASCII.
fn without_accent(c: char) -> char {
    match c {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ă' | 'ą' | 'ả' | 'ạ' | 'ấ' | 'ầ' | 'ẩ' | 'ẫ' | 'ậ'
        | 'ắ' | 'ằ' | 'ẳ' | 'ẵ' | 'ặ' => 'a',
        'ç' | 'ć' | 'č' => 'c',
        'đ' => 'd',
        'è' | 'é' | 'ê' | 'ë' | 'ę' | 'ě' | 'ẻ' | 'ẽ' | 'ẹ' | 'ế' | 'ề' | 'ể' | 'ễ' | 'ệ' => {
            'e'
        }
        'ğ' => 'g',
        'ì' | 'í' | 'î' | 'ï' | 'ı' | 'ỉ' | 'ĩ' | 'ị' => 'i',
        'ł' => 'l',
        'ñ' | 'ń' => 'n',
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'ő' | 'ơ' | 'ỏ' | 'ọ' | 'ố' | 'ồ' | 'ổ' | 'ỗ' | 'ộ'
        | 'ớ' | 'ờ' | 'ở' | 'ỡ' | 'ợ' => 'o',
        'ś' | 'š' | 'ş' | 'ș' => 's',
        'ţ' | 'ț' => 't',
        'ù' | 'ú' | 'û' | 'ü' | 'ű' | 'ů' | 'ư' | 'ủ' | 'ũ' | 'ụ' | 'ứ' | 'ừ' | 'ử' | 'ữ' | 'ự' => {
            'u'
        }
        'ý' | 'ÿ' | 'ỳ' | 'ỷ' | 'ỹ' | 'ỵ' => 'y',
        'ź' | 'ż' | 'ž' => 'z',
        'ё' => 'е',
        'ａ'..='ｚ' | '０'..='９' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        _ => c,
    }
}

/// The Latin letter that a small Cyrillic or Greek letter (or its capital) looks like.
fn latin_twin(c: char) -> char {
    match c {
        'а' | 'α' => 'a',
        'в' | 'β' => 'b',
        'с' | 'ϲ' => 'c',
        'ԁ' => 'd',
        'е' | 'ε' | 'є' => 'e',
        'н' | 'η' | 'һ' => 'h',
        'і' | 'ї' | 'ι' => 'i',
        'ј' => 'j',
        'к' | 'κ' => 'k',
        'ӏ' => 'l',
        'м' | 'μ' => 'm',
        'ν' | 'п' => 'n',
        'о' | 'ο' | 'օ' => 'o',
        'р' | 'ρ' => 'p',
        'ѕ' => 's',
        'т' | 'τ' => 't',
        'υ' | 'ս' => 'u',
        'ѡ' | 'ԝ' | 'ω' => 'w',
        'х' | 'χ' => 'x',
        'у' => 'y',
        _ => c,
    }
}

/// The letter that a digit stands for in leet; `1` is `i` or `l`.
fn leet_letter(c: char, one: char) -> char {
    match c {
        '0' => 'o',
        '1' => one,
        '3' => 'e',
        '4' => 'a',
        '5' => 's',
        '7' => 't',
        '8' => 'b',
        '9' => 'g',
        _ => c,
    }
}

/// One of the lists of `keys`, in buckets: nearly every word that is looked up is none of them, and
/// falls into an empty one.
struct Table<L> {
    rows: Vec<(&'static [u8], L)>,
    /// Where the rows of each bucket begin; behind them the end of the last one.
    starts: Vec<u16>,
}

/// How many buckets a table has: a few for each key.
const BUCKETS: usize = 2048;

impl<L: Copy> Table<L> {
    fn new(groups: &'static [(L, &'static str)]) -> Self {
        let mut rows: Vec<_> = groups
            .iter()
            .flat_map(|(label, keys)| keys.split(' ').map(|key| (key.as_bytes(), *label)))
            .collect();
        rows.sort_unstable_by_key(|&(key, _)| (bucket(key), key));
        let before = |end: usize| rows.partition_point(|&(key, _)| bucket(key) < end) as u16;
        let starts = (0..=BUCKETS).map(before).collect();
        Self { rows, starts }
    }

    fn get(&self, key: &[u8]) -> Option<L> {
        let bucket = bucket(key);
        let [start, end] = *self.starts.get(bucket..)?.first_chunk()?;
        let mut rows = self.rows.get(usize::from(start)..usize::from(end))?.iter();
        rows.find(|(row, _)| *row == key).map(|&(_, label)| label)
    }
}

/// The bucket of a key: by its length, its ends and its middle.
fn bucket(key: &[u8]) -> usize {
    let at = |index: usize| key.get(index).map_or(0, |&byte| usize::from(byte));
    let last = at(key.len().wrapping_sub(1));
    let middle = at(key.len() / 2);
    (key.len() * 7 + at(0) * 31 + at(1) * 131 + middle * 541 + last * 1009) % BUCKETS
}

static CREDENTIALS: LazyLock<Table<CredentialLabel>> =
    LazyLock::new(|| Table::new(CREDENTIAL_KEYS));

static SYSTEM: LazyLock<Table<SystemLabel>> = LazyLock::new(|| Table::new(SYSTEM_KEYS));
