//! Random layouts of files in all formats and encodings, with watched names in random places.
//!
//! Every record and every line with a name bears a mark of its own (`zq17z`), so that nothing is
//! there twice and an exposure shows what it was made of.

use std::collections::BTreeSet;
use std::fmt::Write;

use encoding_rs::{WINDOWS_1251, WINDOWS_1252};

use super::search::Encoding;
use crate::support::rng::Rng;

/// The files of one case.
#[derive(Debug)]
pub(super) struct Layout {
    pub(super) files: Vec<File>,
}

/// One file.
#[derive(Debug)]
pub(super) struct File {
    pub(super) path: String,
    pub(super) bytes: Vec<u8>,
    /// None for binary data.
    pub(super) encoding: Option<Encoding>,
}

/// What is large about a layout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Size {
    Small,
    /// Lines beyond the limit, and beyond a window.
    LongLines,
    /// A file of several windows.
    LargeFile,
    /// More text in one log than is held back.
    LargeLog,
}

/// The marks in a text.
pub(super) fn marks(text: &str) -> BTreeSet<String> {
    let mut marks = BTreeSet::new();
    let text = text.to_ascii_lowercase();
    for (start, _) in text.match_indices("zq") {
        let rest = &text[start + 2..];
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        if digits > 0 && rest[digits..].starts_with('z') {
            marks.insert(rest[..digits].to_owned());
        }
    }
    marks
}

const FOLDERS: &[&str] = &[
    "DE_203.0.113.7_2026",
    "[US]Example[0A1B]",
    "Browsers",
    "Chrome_Default",
    "Cookies",
    "Autofill",
    "FileGrabber",
    "Desktop",
    "logs",
    "cloud",
    "Users",
    "example.com",
    "x y",
];

const NAMES: &[&str] = &[
    "Passwords.txt",
    "All Passwords.txt",
    "passwords.txt",
    "System.txt",
    "UserInformation.txt",
    "Cookies_Chrome.txt",
    "Google_[Chrome]_Default Network.txt",
    "cookies.json",
    "Autofills.txt",
    "History.txt",
    "Software.txt",
    "InstalledSoftware.txt",
    "ProcessList.txt",
    "Brute.txt",
    "DomainDetects.txt",
    "notes.txt",
    "export.csv",
    "config.ini",
    "data.xml",
    "app.log",
    "dump.txt",
    "ulp.txt",
    "unknown",
    "readme.md",
    "CC.txt",
    "Tokens.txt",
    "Clipboard.txt",
    "bookmarks.html",
];

/// A random layout.
pub(super) fn layout(rng: &mut Rng, size: Size) -> Layout {
    let mut writer = Writer { rng, alphabet: Alphabet::Ascii, marks: 0 };
    let count = if size == Size::LargeLog { 8 } else { writer.rng.within(1, 8) };
    let mut files: Vec<File> = Vec::new();
    for index in 0..count {
        let path = writer.path(size);
        let is_new = |file: &File| {
            !file.path.starts_with(&format!("{path}/"))
                && !path.starts_with(&format!("{}/", file.path))
                && file.path != path
        };
        if files.iter().all(is_new) {
            let size = if index == 0 || size == Size::LargeLog { size } else { Size::Small };
            files.push(writer.file(path, size));
        }
    }
    Layout { files }
}

/// Which characters can stand in a file beside ASCII.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Alphabet {
    Ascii,
    Unicode,
    Cyrillic,
    Western,
}

struct Writer<'r> {
    rng: &'r mut Rng,
    alphabet: Alphabet,
    marks: u32,
}

impl Writer<'_> {
    fn path(&mut self, size: Size) -> String {
        let mut path = String::new();
        if size == Size::LargeLog {
            path.push_str("DE_203.0.113.7_2026/");
        } else {
            for _ in 0..self.rng.below(4) {
                let _ = write!(path, "{}/", self.rng.pick(FOLDERS));
            }
        }
        path + *self.rng.pick(NAMES)
    }

    fn file(&mut self, path: String, size: Size) -> File {
        if size == Size::Small && self.rng.per_mille(60) {
            return File { path, bytes: self.binary(), encoding: None };
        }
        let (encoding, mark) = *self.rng.pick(&[
            (Encoding::Utf8, false),
            (Encoding::Utf8, false),
            (Encoding::Utf8, true),
            (Encoding::Utf16Le, true),
            (Encoding::Utf16Le, false),
            (Encoding::Utf16Be, true),
            (Encoding::Utf16Be, false),
            (Encoding::Windows1251, false),
            (Encoding::Windows1252, false),
        ]);
        self.alphabet = match encoding {
            Encoding::Windows1251 => Alphabet::Cyrillic,
            Encoding::Windows1252 => Alphabet::Western,
            _ => *self.rng.pick(&[Alphabet::Ascii, Alphabet::Unicode]),
        };
        let text = self.text(size);
        // Without a byte order mark, UTF-16 is told by the ASCII in it.
        let head = text.chars().take(2000);
        let ascii = head.clone().filter(char::is_ascii).count();
        let needs_mark = ascii * 10 < head.count() * 7 || text.len() < 40;
        let mark = mark || needs_mark;
        let bytes = match encoding {
            Encoding::Utf8 if mark && !needs_mark => [b"\xef\xbb\xbf", text.as_bytes()].concat(),
            Encoding::Utf8 => text.into_bytes(),
            Encoding::Utf16Le => utf16(&text, mark, u16::to_le_bytes),
            Encoding::Utf16Be => utf16(&text, mark, u16::to_be_bytes),
            Encoding::Windows1251 => WINDOWS_1251.encode(&text).0.into_owned(),
            Encoding::Windows1252 => WINDOWS_1252.encode(&text).0.into_owned(),
        };
        File { path, bytes, encoding: Some(encoding) }
    }

    fn binary(&mut self) -> Vec<u8> {
        let magic = *self.rng.pick(&[
            &b"\x89PNG\r\n\x1a\n"[..],
            b"SQLite format 3\0",
            b"MZ\x90\0\x03\0\0\0",
            b"\xff\xd8\xff\xe0",
        ]);
        let mut bytes = magic.to_vec();
        bytes.extend((0..self.rng.within(200, 6000)).map(|_| self.rng.below(256) as u8));
        bytes.extend_from_slice(b"https://www.example.com/ in data");
        bytes
    }

    fn text(&mut self, size: Size) -> String {
        if size == Size::Small && self.rng.per_mille(30) {
            return String::new();
        }
        let mut lines: Vec<String> = Vec::new();
        for _ in 0..self.rng.within(1, 4) {
            self.segment(&mut lines);
        }
        match size {
            Size::Small => {}
            Size::LongLines => {
                for length in [1_100_000, 5_000_000] {
                    let line = self.long_line(length);
                    lines.push(line);
                    self.segment(&mut lines);
                }
            }
            Size::LargeFile => self.large(&mut lines, 5_000_000),
            Size::LargeLog => self.large(&mut lines, 2_500_000),
        }
        self.join(&lines)
    }

    /// A line of `length` bytes with names at its ends and in between.
    fn long_line(&mut self, length: usize) -> String {
        let mut line = self.spiced();
        while line.len() < length {
            for _ in 0..self.rng.within(1, 4000) {
                // Not too regular, lest an archive grow too much.
                let _ = write!(line, "filler {} ", self.rng.next());
            }
            line.push_str(&self.spiced());
            line.push(' ');
        }
        line
    }

    /// Lines of other people, with some segments of interest between them.
    fn large(&mut self, lines: &mut Vec<String>, length: usize) {
        let style = self.rng.below(3);
        let mut written = 0;
        while written < length {
            for _ in 0..2000 {
                let n = self.rng.below(1_000_000);
                let new = match style {
                    0 => vec![format!("https://www.site{n}.test/login:user{n}:Pass{n}#1")],
                    1 => ["SOFT: Chrome", "URL: https://site.test/", "USER: user", "PASS: pass"]
                        .iter()
                        .map(|line| format!("{line}{n}"))
                        .collect(),
                    _ => vec![format!("{n}\thttps://www.site{n}.test/page\tTitle {n}")],
                };
                written += new.iter().map(|line| line.len() + 1).sum::<usize>();
                lines.extend(new);
            }
            self.segment(lines);
        }
    }

    fn join(&mut self, lines: &[String]) -> String {
        const ENDS: &[&str] = &["\n", "\r\n", "\r", "\r\r\n"];
        let style = self.rng.below(6);
        let mut text = String::new();
        for line in lines {
            text.push_str(line);
            text.push_str(match style {
                0 | 1 => "\n",
                2 => "\r\n",
                3 => "\r",
                4 => "\r\r\n",
                _ => self.choose(ENDS),
            });
        }
        if self.rng.per_mille(300) {
            text.truncate(text.trim_end_matches(['\r', '\n']).len());
        }
        text
    }

    fn segment(&mut self, lines: &mut Vec<String>) {
        if self.rng.per_mille(300) {
            lines.push(String::new());
        }
        let count = self.rng.within(1, 6);
        match self.rng.below(13) {
            0 | 1 => self.blocks(lines, count),
            2 => self.ulp(lines, count),
            3 => self.jar(lines, count),
            4 => self.json(lines, count),
            5 => self.history(lines, count),
            6 => self.forms(lines, count),
            7 => self.table(lines, count),
            8 => self.markup(lines, count),
            9 => self.settings(lines, count),
            10 => self.log_lines(lines, count),
            11 => self.system(lines),
            _ => self.prose(lines, count),
        }
    }

    fn blocks(&mut self, lines: &mut Vec<String>, count: usize) {
        const STYLES: &[[&str; 4]] = &[
            ["SOFT: ", "URL: ", "USER: ", "PASS: "],
            ["", "URL: ", "Username: ", "Password: "],
            ["Application: ", "Host: ", "Login: ", "Password: "],
            ["browser: ", "url = ", "login = ", "password = "],
            ["", "Сайт: ", "Логин: ", "Пароль: "],
        ];
        let styles = if self.alphabet == Alphabet::Cyrillic || self.alphabet == Alphabet::Unicode {
            STYLES.len()
        } else {
            STYLES.len() - 1
        };
        let [soft, url, user, pass] = STYLES[self.rng.below(styles)];
        let between: Option<&str> =
            *self.rng.pick(&[None, Some(""), Some("==============="), Some("-----")]);
        for _ in 0..count {
            let mark = self.mark();
            if !soft.is_empty() {
                lines.push(format!("{soft}Chrome {mark}"));
            }
            let (address, login, secret) = (self.url(&mark), self.login(&mark), self.secret(&mark));
            lines.push(format!("{url}{address}"));
            lines.push(format!("{user}{login}"));
            lines.push(format!("{pass}{secret}"));
            lines.extend(between.map(str::to_owned));
        }
    }

    fn ulp(&mut self, lines: &mut Vec<String>, count: usize) {
        let delimiter = *self.rng.pick(&[":", ":", "|", ";", "\t", " | "]);
        if self.rng.per_mille(150) {
            let mark = self.mark();
            lines.push(format!("[{}]", self.host(&mark)));
        }
        for _ in 0..count {
            let mark = self.mark();
            let (url, login, secret) = (self.url(&mark), self.login(&mark), self.secret(&mark));
            lines.push(match self.rng.below(5) {
                0 => format!("{login}{delimiter}{secret}"),
                1 => format!("{login}{delimiter}{secret}{delimiter}{url}"),
                _ => format!("{url}{delimiter}{login}{delimiter}{secret}"),
            });
        }
    }

    fn jar(&mut self, lines: &mut Vec<String>, count: usize) {
        for _ in 0..count {
            let mark = self.mark();
            let (host, value) = (self.host(&mark), self.secret(&mark));
            lines.push(format!(".{host}\tTRUE\t/{mark}\tTRUE\t1893456000\tsid{mark}\t{value}"));
        }
    }

    fn json(&mut self, lines: &mut Vec<String>, count: usize) {
        let pretty = self.rng.per_mille(500);
        lines.push("[".to_owned());
        for _ in 0..count {
            let mark = self.mark();
            let host = self.host(&mark);
            let value = self.secret(&mark).replace(['"', '\\'], "x");
            let members = match self.rng.below(3) {
                0 => vec![
                    format!("\"domain\": \".{host}\""),
                    format!("\"name\": \"sid{mark}\""),
                    "\"path\": \"/\"".to_owned(),
                    format!("\"value\": \"{value}\""),
                ],
                1 => vec![
                    format!("\"url\": \"https://{host}/{mark}\""),
                    format!("\"username\": \"{}\"", self.login(&mark).replace(['"', '\\'], "x")),
                    format!("\"password\": \"{value}\""),
                ],
                _ => vec![format!("\"{host}\": {{\"n\": [1, \"{value}\"]}}")],
            };
            if pretty {
                lines.push("  {".to_owned());
                lines.extend(members.iter().map(|member| format!("    {member},")));
                lines.push("  },".to_owned());
            } else {
                lines.push(format!("{{{}}},", members.join(", ")));
            }
        }
        lines.push("]".to_owned());
    }

    fn history(&mut self, lines: &mut Vec<String>, count: usize) {
        for _ in 0..count {
            let mark = self.mark();
            let url = self.url(&mark);
            if self.rng.per_mille(500) {
                lines.extend([format!("URL: {url}"), format!("Title: {mark}"), String::new()]);
            } else {
                lines.push(format!("{url} [Page {mark}] (1)"));
            }
        }
    }

    fn forms(&mut self, lines: &mut Vec<String>, count: usize) {
        for _ in 0..count {
            let mark = self.mark();
            let value = if self.rng.per_mille(600) { self.login(&mark) } else { self.spiced() };
            lines.extend([format!("Name: mail {mark}"), format!("Value: {value}")]);
            lines.push("===============".to_owned());
        }
    }

    fn table(&mut self, lines: &mut Vec<String>, count: usize) {
        let separator = *self.rng.pick(&[",", ";", "\t"]);
        lines.push(["name", "url", "username", "password"].join(separator));
        for _ in 0..count {
            let mark = self.mark();
            let cells = [mark.clone(), self.url(&mark), self.login(&mark), self.secret(&mark)];
            lines.push(cells.join(separator));
        }
    }

    fn markup(&mut self, lines: &mut Vec<String>, count: usize) {
        lines.push("<servers>".to_owned());
        for _ in 0..count {
            let mark = self.mark();
            let (host, login) = (self.host(&mark), self.login(&mark));
            lines.push(format!(
                "  <server id=\"{mark}\"><host>{host}</host><user>{login}</user></server>"
            ));
        }
        lines.push("</servers>".to_owned());
    }

    fn settings(&mut self, lines: &mut Vec<String>, count: usize) {
        for _ in 0..count {
            let mark = self.mark();
            let host = self.host(&mark);
            lines.push(match self.rng.below(3) {
                0 => format!("[Session {host}]"),
                1 => format!("{host}=1 {mark}"),
                _ => format!("HostName{mark}={host}"),
            });
        }
    }

    fn log_lines(&mut self, lines: &mut Vec<String>, count: usize) {
        for _ in 0..count {
            let spiced = self.spiced();
            lines.push(format!("2026-01-02T03:04:05Z INFO connect {spiced} ok=1"));
        }
    }

    fn system(&mut self, lines: &mut Vec<String>) {
        let mark = self.mark();
        let host = self.host(&mark);
        lines.extend(["Build ID: example", "OS: Windows 10 Pro"].map(str::to_owned));
        lines.push(format!("HWID: {}", self.rng.hex(16)));
        lines.push(format!("Computer Name: PC-{mark}.{host}"));
        lines.push(format!("IP: 203.0.113.{}", self.rng.below(250)));
    }

    fn prose(&mut self, lines: &mut Vec<String>, count: usize) {
        for _ in 0..count {
            let mut line = String::new();
            for _ in 0..self.rng.within(1, 4) {
                line.push_str(self.word());
                line.push_str(&self.spiced());
            }
            lines.push(line);
        }
    }

    fn word(&mut self) -> &'static str {
        match self.alphabet {
            Alphabet::Ascii => self.choose(&["see ", "the, ", "a: ", ""]),
            Alphabet::Unicode => self.choose(&["größe ", "слово ", "的", "日本語 ", "see ", "😀"]),
            Alphabet::Cyrillic => self.choose(&["слово ", "Пароль: ", "вот ", "x "]),
            Alphabet::Western => self.choose(&["größe ", "déjà vu ", "ñ ", "x "]),
        }
    }

    fn choose(&mut self, choices: &[&'static str]) -> &'static str {
        self.rng.pick::<&str>(choices)
    }

    fn mark(&mut self) -> String {
        self.marks += 1;
        format!("zq{}z", self.marks)
    }

    /// A host, often a watched one or one that resembles it.
    fn host(&mut self, mark: &str) -> String {
        let host = match self.rng.below(10) {
            0..=4 => self.watched(),
            5..=6 => self.resembling(),
            _ => "site.test".to_owned(),
        };
        let host = if self.rng.per_mille(600) { format!("{mark}.{host}") } else { host };
        if self.rng.per_mille(200) {
            let upper = |c: char| if c.is_ascii() { c.to_ascii_uppercase() } else { c };
            return host.chars().map(upper).collect();
        }
        host
    }

    fn watched(&mut self) -> String {
        let mut names = vec![
            "example.com",
            "alpha.test",
            "example.net",
            "vpn.example.com",
            "a.b.example.com",
            "xn--mnchen-3ya.example",
            "xn--e1afmkfd.test",
        ];
        match self.alphabet {
            Alphabet::Ascii => {}
            Alphabet::Unicode => {
                names.extend(["münchen.example", "пример.test", "МÜNCHEN.example"])
            }
            Alphabet::Cyrillic => names.extend(["пример.test", "почта.пример.test"]),
            Alphabet::Western => names.push("münchen.example"),
        }
        (*self.rng.pick(&names)).to_owned()
    }

    fn resembling(&mut self) -> String {
        let names = &[
            "notexample.com",
            "example.com.evil.test",
            "example.comx",
            "my-example.net",
            "example",
            "status.example.com",
            "a.status.example.com",
            "example.co",
            "xample.com",
            "alpha.tests",
        ];
        (*self.rng.pick(names)).to_owned()
    }

    fn url(&mut self, mark: &str) -> String {
        let host = self.host(mark);
        match self.rng.below(8) {
            0 => host,
            1 => format!("{host}:8443/{mark}"),
            2 => format!("http://{host}/{mark}?next=%2Fhome"),
            3 => format!("https://site.test/{mark}?r=https%3A%2F%2F{host}%2F"),
            4 => format!("android://abc{mark}==@com.{mark}.app/"),
            5 => format!("https://u{mark}@{host}/{mark}"),
            _ => format!("https://{host}/{mark}"),
        }
    }

    fn login(&mut self, mark: &str) -> String {
        let host = self.host(mark);
        match self.rng.below(6) {
            0 => format!("user{mark}"),
            1 => format!("{mark}%40{host}"),
            2 => format!("first.{mark}+tag@{host}"),
            _ => format!("{mark}@{host}"),
        }
    }

    fn secret(&mut self, mark: &str) -> String {
        match self.rng.below(6) {
            0 => format!("{mark}@{}", self.host(mark)),
            1 => format!("https://{}/{mark}", self.host(mark)),
            2 => format!("Ex:{mark};a|b"),
            _ => format!("Example#{mark}"),
        }
    }

    /// A host with a mark and random neighbours.
    fn spiced(&mut self) -> String {
        const BEFORE: &[&str] = &[
            "", " ", "@", "_", "/", ".", "-", "(", "\"", "'", "=", ":", ",", ";", "|", "<", ">",
            "%40", "%2F", "%3d", "\\n", "\\u0040", "\\x40", "x", "\t", "--", "a-", "%2540", "\\",
            "&",
        ];
        const AFTER: &[&str] = &[
            "",
            " ",
            ":",
            "/",
            ".",
            ". ",
            "-",
            "_",
            "x",
            ".evil.test",
            "-x",
            "%20",
            "%2Fa",
            "\"",
            "\\n",
            "?",
            "#",
            "&",
            ":443",
            "\t",
            "--",
            "..",
            ".-",
            "@",
        ];
        let mark = self.mark();
        let host = self.host(&mark);
        let mut before = *self.rng.pick(BEFORE);
        let mut after = *self.rng.pick(AFTER);
        if self.rng.per_mille(200) {
            before = self.neighbour();
        }
        if self.rng.per_mille(200) {
            after = self.neighbour();
        }
        let host = if self.rng.per_mille(50) { host.replace('.', "%2e") } else { host };
        format!("{mark} {before}{host}{after} ")
    }

    fn neighbour(&mut self) -> &'static str {
        match self.alphabet {
            Alphabet::Ascii => " ",
            Alphabet::Unicode => self.choose(&["é", "Ж", "的", "\u{200b}", "한", "。", "“", "😀"]),
            Alphabet::Cyrillic => self.choose(&["Ж", "я", "«", "—"]),
            Alphabet::Western => self.choose(&["é", "ß", "«", "—"]),
        }
    }
}

fn utf16(text: &str, mark: bool, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    let mark = mark.then_some('\u{feff}');
    let text: String = mark.into_iter().chain(text.chars()).collect();
    text.encode_utf16().flat_map(bytes).collect()
}
