//! Where a host name begins and ends in text of any format, encoding and language.
//!
//! A name must not be part of a longer label: `notexample.com` and `éexample.com` are other names.
//! Scripts that are written without spaces, and Korean, whose particles stick to the word, put
//! names directly beside letters, so their letters end a name as punctuation does. Bytes that are
//! no UTF-8 come from legacy code pages and end a name as well.

use encoding_rs::{WINDOWS_1251, WINDOWS_1252};

/// How bytes that are not ASCII are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// As UTF-8.
    Utf8,
    /// As Cyrillic Windows text.
    Windows1251,
    /// As Western Windows text.
    Windows1252,
}

/// What a character does to a host name beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// Makes a label longer: letters and digits.
    Label,
    /// `-`, part of a label only between two of its characters.
    Hyphen,
    /// `.`
    Dot,
    /// Ends a name beside it, yet may be part of a watched name: `_`, letters of scripts without
    /// spaces, foreign signs.
    Loose,
    /// Ends a name: ASCII punctuation and controls, the ends of the text.
    Edge,
    /// Not readable as UTF-8; ends a name.
    Foreign,
}

/// One character of a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step {
    pub(super) class: Class,
    pub(super) character: char,
    /// Bytes that it takes; zero at the ends of the text.
    pub(super) size: usize,
}

impl Step {
    const END: Self = Self { class: Class::Edge, character: '\0', size: 0 };

    /// Whether it separates labels: `.`, or one of its East Asian spellings.
    pub(super) fn is_dot(self) -> bool {
        matches!(self.character, '.' | '。' | '．' | '｡')
    }

    fn ascii(byte: u8) -> Self {
        let class = match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => Class::Label,
            b'-' => Class::Hyphen,
            b'.' => Class::Dot,
            b'_' => Class::Loose,
            _ => Class::Edge,
        };
        Self { class, character: char::from(byte), size: 1 }
    }

    fn wide(character: char, size: usize) -> Self {
        let class = if joins_labels(character) { Class::Label } else { Class::Loose };
        Self { class, character, size }
    }
}

/// A text together with the way to read it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader<'t> {
    pub(super) text: &'t [u8],
    pub(super) reading: Reading,
}

impl Reader<'_> {
    /// The character that ends at `at`.
    pub(super) fn before(&self, at: usize) -> Step {
        let Some((&byte, _)) = self.text.get(..at).and_then(<[u8]>::split_last) else {
            return Step::END;
        };
        if byte.is_ascii() {
            return Step::ascii(byte);
        }
        self.foreign(byte, || bstr::decode_last_utf8(self.text.get(..at).unwrap_or_default()))
    }

    /// The character that begins at `at`.
    pub(super) fn after(&self, at: usize) -> Step {
        let Some(&byte) = self.text.get(at) else {
            return Step::END;
        };
        if byte.is_ascii() {
            return Step::ascii(byte);
        }
        self.foreign(byte, || bstr::decode_utf8(self.text.get(at..).unwrap_or_default()))
    }

    fn foreign(&self, byte: u8, utf8: impl Fn() -> (Option<char>, usize)) -> Step {
        let page = match self.reading {
            Reading::Utf8 => {
                return match utf8() {
                    (Some(character), size) => Step::wide(character, size),
                    (None, _) => Step { class: Class::Foreign, character: '\0', size: 1 },
                };
            }
            Reading::Windows1251 => WINDOWS_1251,
            Reading::Windows1252 => WINDOWS_1252,
        };
        let (text, _) = page.decode_without_bom_handling(std::slice::from_ref(&byte));
        Step::wide(text.chars().next().unwrap_or('\0'), 1)
    }

    /// Whether a name may begin at `at`.
    pub(super) fn may_begin(&self, at: usize) -> bool {
        match self.before(at).class {
            Class::Edge | Class::Foreign | Class::Loose | Class::Dot => true,
            Class::Label => false,
            Class::Hyphen => {
                let run = self.text.get(..at).unwrap_or_default();
                let hyphens = run.iter().rev().take_while(|&&byte| byte == b'-').count();
                self.before(at - hyphens).class != Class::Label
            }
        }
    }

    /// Whether a name may end at `at`.
    pub(super) fn may_end(&self, at: usize) -> bool {
        match self.after(at).class {
            Class::Edge | Class::Foreign | Class::Loose => true,
            Class::Label => false,
            Class::Dot => self.after(at + 1).class != Class::Label,
            Class::Hyphen => {
                let run = self.text.get(at..).unwrap_or_default();
                let hyphens = run.iter().take_while(|&&byte| byte == b'-').count();
                self.after(at + hyphens).class != Class::Label
            }
        }
    }

    /// The first byte of the host whose watched part begins at `name`: its sub-domain labels taken
    /// in.
    pub(super) fn host_start(&self, name: usize) -> usize {
        let mut start = name;
        while self.before(start).class == Class::Dot {
            let dot = start - 1;
            if self.before(dot).class != Class::Label {
                break;
            }
            start = self.label_start(dot);
        }
        start
    }

    fn label_start(&self, end: usize) -> usize {
        let (mut at, mut start) = (end, end);
        loop {
            let step = self.before(at);
            at -= step.size;
            match step.class {
                Class::Label => start = at,
                Class::Hyphen => {}
                _ => return start,
            }
        }
    }
}

/// Whether a character that is not ASCII makes a label longer.
fn joins_labels(character: char) -> bool {
    character.is_alphabetic()
        && !UNSPACED.iter().any(|&(first, last)| (first..=last).contains(&character))
}

/// Scripts without spaces between words, and Hangul.
const UNSPACED: &[(char, char)] = &[
    ('\u{0E00}', '\u{0FFF}'),   // Thai, Lao, Tibetan
    ('\u{1000}', '\u{109F}'),   // Myanmar
    ('\u{1100}', '\u{11FF}'),   // Hangul parts
    ('\u{1780}', '\u{17FF}'),   // Khmer
    ('\u{1950}', '\u{1AAF}'),   // Tai Le, New Tai Lue, Buginese, Tai Tham
    ('\u{1B00}', '\u{1B7F}'),   // Balinese
    ('\u{2E80}', '\u{A4CF}'),   // Han, Kana, Bopomofo, Yi
    ('\u{A960}', '\u{A9FF}'),   // Hangul parts, Javanese, Myanmar
    ('\u{AA60}', '\u{AADF}'),   // Myanmar, Tai Viet
    ('\u{AC00}', '\u{D7FF}'),   // Hangul
    ('\u{F900}', '\u{FAFF}'),   // Han
    ('\u{FF66}', '\u{FFDC}'),   // half-width Kana and Hangul
    ('\u{16FE0}', '\u{18DFF}'), // Tangut, Khitan
    ('\u{1AFF0}', '\u{1B2FF}'), // Kana, Nushu
    ('\u{20000}', '\u{3FFFF}'), // Han
];

#[cfg(test)]
mod tests {
    use super::*;

    fn reader(text: &[u8]) -> Reader<'_> {
        Reader { text, reading: Reading::Utf8 }
    }

    #[test]
    fn what_may_stand_before_a_name() {
        let may = [
            "",
            " ",
            "@",
            "_",
            "/",
            ".",
            "a.",
            "-",
            " --",
            "的",
            "ไทย",
            "한",
            "（",
            "é.",
            "\u{200b}",
        ];
        let may_not = ["a", "Z", "0", "a-", "a--", "é", "é-", "Ж", "ß", "ｅ"];
        for before in may {
            assert!(reader(before.as_bytes()).may_begin(before.len()), "{before}");
        }
        for before in may_not {
            assert!(!reader(before.as_bytes()).may_begin(before.len()), "{before}");
        }
        assert!(reader(b"\xe9").may_begin(1), "a legacy code page");
    }

    #[test]
    fn what_may_stand_behind_a_name() {
        for after in
            ["", " ", ":", "_", "-", "- ", "--", ".", ". ", "..a", ".-a", "的", "。", ".的"]
        {
            assert!(reader(after.as_bytes()).may_end(0), "{after}");
        }
        for after in ["a", "0", "-a", "--a", "-é", ".a", ".é", "é"] {
            assert!(!reader(after.as_bytes()).may_end(0), "{after}");
        }
    }

    #[test]
    fn a_host_takes_its_labels_in() {
        let table = [
            ("https://a.b-c.X", "a.b-c."),
            ("..X", ""),
            ("a..b.X", "b."),
            ("_a-b.X", "a-b."),
            ("a.-b.X", "b."),
            ("a-.b.X", "b."),
            ("mü.X", "mü."),
        ];
        for (text, host) in table {
            let name = text.len() - 1;
            assert_eq!(&text[reader(text.as_bytes()).host_start(name)..name], host, "{text}");
        }
    }
}
