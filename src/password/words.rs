//! The words of a text, or of a file name, that may be the password of an archive.
//!
//! Captions, notes and names are written by people in a hurry: `🔑 .pass: ` followed by a word in
//! backticks, `Пароль от архива - …`, `[password=…]`. What is found is only tried, so that a false
//! word costs time and nothing else; but it is few words, and the likeliest stand first.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::handles::Handles;
use super::labels::{is_decoration, is_false, is_separator, label_length, sign_length};
use crate::text::{Lines, to_utf8};

/// How much of a text is looked at, in bytes: notes are short.
const MAX_TEXT: usize = 64 << 10;

/// Most words of one text.
const MAX_WORDS: usize = 24;

/// A text with more labels than this is a list of logins and no note about an archive.
const MAX_LABELS: usize = 8;

/// A text with more lines of one word than this is a list of something.
const MAX_LONE_WORDS: usize = 12;

/// Fewest and most bytes of a password.
const LENGTHS: std::ops::RangeInclusive<usize> = 3..=100;

/// How much of a line is looked at, in bytes.
const MAX_LINE: usize = 4 << 10;

/// Longest name that is looked at, in bytes: file systems allow less.
const MAX_NAME: usize = 1 << 10;

/// Longest text between a label and the separator behind it, in bytes: `for this archive`.
const MAX_FILLER: usize = 40;

/// What a text says about passwords; it does not print.
#[derive(Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Words {
    /// Words that may be a password, the likeliest first.
    pub words: Vec<String>,
    /// The channels that are named.
    pub handles: Handles,
}

impl fmt::Debug for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Words({}, {:?})", self.words.len(), self.handles)
    }
}

/// Whether lines that are one word and nothing else may be passwords too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoneWords {
    /// In captions, and in notes whose name promises a password.
    Count,
    /// In other texts.
    AreText,
}

/// How likely a word is the password, the likeliest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    /// Behind a label and a separator.
    Labelled,
    /// Behind a key, or set apart as code.
    Marked,
    /// Behind a label alone.
    Loose,
    /// The only word of its line.
    Lone,
}

impl Words {
    /// The words of a caption or a note.
    ///
    /// ```
    /// use logsieve::password::words::{LoneWords, Words};
    /// let found = Words::of_text("500 logs\n🔑 .pass: `@ExampleCloud`".as_bytes(), LoneWords::Count);
    /// assert_eq!(found.words, ["@ExampleCloud"]);
    /// ```
    pub fn of_text(text: &[u8], lone_words: LoneWords) -> Self {
        let mut finder = Finder::default();
        let text = text.get(..MAX_TEXT).unwrap_or(text);
        for line in Lines::new(text) {
            let line = line.bytes.get(..MAX_LINE).unwrap_or(line.bytes);
            finder.line(&to_utf8(line), lone_words);
        }
        finder.finish()
    }

    /// The words of the name of an archive.
    ///
    /// ```
    /// use logsieve::password::words::Words;
    /// let found = Words::of_name("500 LOGS pass @ExampleCloud.part1.rar");
    /// assert_eq!(found.words, ["@ExampleCloud"]);
    /// ```
    pub fn of_name(name: &str) -> Self {
        let mut finder = Finder::default();
        let base = name.rsplit(['/', '\\']).next().unwrap_or(name);
        if base.len() <= MAX_NAME {
            finder.name(stem(base));
            finder.handles.find_in_name(base);
        }
        finder.finish()
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty() && self.handles.is_empty()
    }
}

/// Whether the name of a file says that a password is in it.
pub fn promises_password(name: &str) -> bool {
    labels(stem(name)).next().is_some()
}

/// Collects the words of one text.
#[derive(Default)]
struct Finder {
    found: Vec<(Rank, String)>,
    handles: Handles,
    labels: usize,
    lone_words: usize,
    /// Whether the line before ended with a label, so that this one is the password.
    expects: bool,
}

impl Finder {
    fn finish(mut self) -> Words {
        if self.labels > MAX_LABELS {
            self.found.clear();
        }
        if self.lone_words > MAX_LONE_WORDS {
            self.found.retain(|(rank, _)| *rank != Rank::Lone);
        }
        self.found.sort_by_key(|(rank, _)| *rank);
        let mut words = Vec::new();
        for (_, word) in self.found {
            if words.len() < MAX_WORDS && !words.contains(&word) {
                words.push(word);
            }
        }
        Words { words, handles: self.handles }
    }

    fn push(&mut self, rank: Rank, word: &str) {
        let word = word.trim_matches(|c: char| c.is_whitespace() || is_decoration(c));
        let is_known = || self.found.iter().any(|(known, other)| *known <= rank && other == word);
        let is_full = self.found.len() >= 4 * MAX_WORDS;
        if LENGTHS.contains(&word.len()) && !is_false(word) && !is_full && !is_known() {
            self.found.push((rank, word.to_owned()));
        }
    }

    fn line(&mut self, line: &str, lone_words: LoneWords) {
        let line = line.trim();
        if line.is_empty() {
            return;
        }
        self.handles.find_in_text(line);
        self.code(line);
        if std::mem::take(&mut self.expects) && labels(line).next().is_none() {
            self.value(line, Rank::Labelled);
            return;
        }
        let mut is_labelled = false;
        for behind in labels(line) {
            is_labelled = true;
            self.labels += 1;
            if self.labels > MAX_LABELS {
                return;
            }
            self.behind_label(behind);
        }
        if !is_labelled {
            is_labelled = self.behind_sign(line);
        }
        if !is_labelled && lone_words == LoneWords::Count && !line.contains(char::is_whitespace) {
            self.lone_words += 1;
            self.push(Rank::Lone, line.trim_matches('`'));
        }
    }

    /// What is set apart by backticks.
    fn code(&mut self, line: &str) {
        for code in line.split('`').skip(1).step_by(2) {
            if label_length(None, code).is_none() {
                self.push(Rank::Marked, code);
            }
        }
    }

    /// What a label says that ends where `rest` begins.
    fn behind_label(&mut self, rest: &str) {
        let (filler, separated) = match rest.char_indices().find(|&(_, c)| is_separator(c)) {
            Some((at, c)) => (rest.get(..at), rest.get(at + c.len_utf8()..)),
            None => (None, None),
        };
        let is_filler = |text: &str| {
            text.len() <= MAX_FILLER
                && text.chars().all(|c| {
                    c.is_alphanumeric()
                        || c.is_whitespace()
                        || is_decoration(c)
                        || "()*_`\"".contains(c)
                })
        };
        if let (Some(filler), Some(value)) = (filler, separated)
            && is_filler(filler)
        {
            if value.trim().is_empty() {
                self.expects = true;
            } else {
                self.value(value, Rank::Labelled);
            }
            if filler.trim().is_empty() {
                return;
            }
        }
        self.expects |= !rest.contains(char::is_alphanumeric);
        self.value(rest, Rank::Loose);
    }

    /// What stands behind a key on a line without a label.
    fn behind_sign(&mut self, line: &str) -> bool {
        let behind = line.char_indices().find_map(|(at, _)| {
            let rest = line.get(at..)?;
            rest.get(sign_length(rest)?..)
        });
        let Some(behind) = behind else { return false };
        let is_mark = |c: char| {
            c.is_whitespace()
                || is_decoration(c)
                || sign_length(c.encode_utf8(&mut [0; 4])).is_some()
        };
        let value = behind.trim_start_matches(is_mark);
        if value.is_empty() {
            self.expects = true;
        } else {
            self.value(value, Rank::Marked);
        }
        true
    }

    /// The words of a stretch of text that begins with the password.
    fn value(&mut self, value: &str, rank: Rank) {
        let value = value.trim_matches(|c: char| c.is_whitespace() || is_decoration(c));
        let bare = value.trim_start_matches(|c| is_separator(c) || c == '*' || c == ' ');
        let is_quoted = within_quotes(bare).is_some();
        for value in [value, bare] {
            if let Some(inside) = within_quotes(value) {
                self.push(rank, inside);
            }
            if value.starts_with('`') {
                continue;
            }
            let token = value.split(char::is_whitespace).next().unwrap_or_default();
            if token.chars().any(char::is_alphanumeric) {
                self.push(rank, without_quotes(token));
                self.push(rank, token.trim_matches(is_punctuation));
                self.push(rank, token);
            }
        }
        if !is_quoted {
            self.push(rank, bare.split(['|', '•', '·', '\t']).next().unwrap_or_default());
            self.push(rank, bare);
        }
        for token in bare.split(|c: char| c.is_whitespace() || c == '|').skip(1).take(4) {
            self.push(Rank::Loose.max(rank), without_quotes(token.trim_matches([',', ';'])));
        }
    }

    /// What the stem of a file name says.
    fn name(&mut self, stem: &str) {
        for behind in labels(stem) {
            let start = stem.len() - behind.len();
            let opened = stem.get(..start).and_then(last_opened);
            let closed = opened.and_then(|closer| behind.split_once(closer));
            let value = closed.map_or(behind, |(inside, _)| inside);
            let is_joint = |c: char| c.is_whitespace() || is_separator(c) || "_.+~".contains(c);
            let value = value.trim_start_matches(is_joint);
            if let Some(inside) = within_quotes(value) {
                self.push(Rank::Labelled, inside);
            }
            self.push(Rank::Labelled, value.split(char::is_whitespace).next().unwrap_or_default());
            self.push(Rank::Labelled, value);
            self.push(Rank::Loose, value.split(['_', ' ']).next().unwrap_or_default());
            self.push(Rank::Loose, value.trim_matches(is_punctuation));
        }
    }
}

/// The rests of a line behind each label in it.
fn labels(line: &str) -> impl Iterator<Item = &str> {
    let mut before = None;
    let mut skip_to = 0;
    line.char_indices().filter_map(move |(at, c)| {
        let found = (at >= skip_to).then(|| label_length(before, line.get(at..)?)).flatten();
        before = Some(c);
        skip_to = skip_to.max(at + found?);
        line.get(skip_to..)
    })
}

/// Pairs of signs that stand round a word.
const QUOTES: &[(char, char)] = &[
    ('"', '"'),
    ('\'', '\''),
    ('`', '`'),
    ('“', '”'),
    ('„', '“'),
    ('«', '»'),
    ('‘', '’'),
    ('‹', '›'),
    ('「', '」'),
    ('『', '』'),
    ('【', '】'),
    ('[', ']'),
    ('(', ')'),
    ('{', '}'),
    ('<', '>'),
];

/// The inside of the quotes or brackets that `text` begins with.
fn within_quotes(text: &str) -> Option<&str> {
    let first = text.chars().next()?;
    let (_, closer) = QUOTES.iter().find(|(opener, _)| *opener == first)?;
    let inside = text.get(first.len_utf8()..)?.trim_start_matches(first);
    inside.split_once(*closer).map(|(inside, _)| inside)
}

/// `text` without the quotes or brackets that stand round all of it.
fn without_quotes(text: &str) -> &str {
    let inside = |text: &'_ str| {
        let first = text.chars().next()?;
        let (_, closer) = QUOTES.iter().find(|(opener, _)| *opener == first)?;
        let inside = text.strip_prefix(first)?.strip_suffix(*closer)?;
        Some(text.len() - inside.len() - closer.len_utf8()..text.len() - closer.len_utf8())
    };
    let mut text = text;
    while let Some(range) = inside(text) {
        text = text.get(range).unwrap_or_default();
    }
    text
}

/// The closer of the bracket that the end of `text` stands right behind, with a label between.
fn last_opened(text: &str) -> Option<char> {
    let (at, opener) = text.char_indices().rev().find(|(_, c)| "([{【「".contains(*c))?;
    let (_, closer) = QUOTES.iter().find(|(known, _)| *known == opener)?;
    text.get(at..).is_some_and(|rest| !rest.contains(*closer)).then_some(*closer)
}

fn is_punctuation(c: char) -> bool {
    matches!(c, '.' | ',' | ';' | ':' | '!' | '?' | '"' | '\'' | '`' | '*' | ')' | '(' | ']' | '[')
        || matches!(c, '}' | '{' | '»' | '«' | '”' | '“' | '’' | '‘' | '|' | '_')
}

/// Suffixes of archives, of parts of them, and of notes.
const SUFFIXES: &[&str] = &[
    "rar", "zip", "7z", "tar", "gz", "tgz", "xz", "txz", "bz2", "zst", "tzst", "txt", "nfo", "md",
];

/// A file name without the suffixes that say what it is, and without the number of a copy.
fn stem(name: &str) -> &str {
    let mut stem = name;
    loop {
        let number =
            |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let is_suffix = |suffix: &str| {
            let lower = suffix.to_ascii_lowercase();
            SUFFIXES.contains(&lower.as_str())
                || lower.strip_prefix("part").is_some_and(number)
                || lower
                    .strip_prefix(['r', 'z'])
                    .is_some_and(|rest| rest.len() >= 2 && number(rest))
                || (lower.len() >= 3 && lower.starts_with('0') && number(&lower))
        };
        let is_copy = |text: &str| text.strip_suffix(')').is_some_and(number);
        let shorter = match (stem.rsplit_once('.'), stem.rsplit_once(" (")) {
            (_, Some((rest, copy))) if is_copy(copy) => rest,
            (Some((rest, suffix)), _) if !rest.is_empty() && is_suffix(suffix) => rest,
            _ => return stem,
        };
        stem = shorter;
    }
}
