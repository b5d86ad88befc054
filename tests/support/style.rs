//! What re-packers make of a log: encodings, line ends, banners, watermarks, other keys and rules.
//!
//! Every deviation here is one that the catalogue of formats names.

use super::awkward::Alphabet;
use super::families::{Family, Field, LoginShape, RE_EXPORTS};
use super::rng::Rng;
use super::victim::Victim;

/// How one log is written.
#[derive(Debug, Clone)]
pub struct Style {
    pub ends: Ends,
    pub encoding: Encoding,
    pub login: LoginShape,
    /// Lines that end a login.
    pub end: &'static [&'static str],
    pub keys: Keys,
    /// Before each line of every text.
    pub watermark: Watermark,
    /// Lines at the head of every text.
    pub banner: &'static str,
    /// Between two logins, now and then.
    pub promotion: &'static str,
    /// After the last line of the system file.
    pub trailer: &'static str,
    pub final_end: FinalEnd,
    /// All of a password file on one line, with `\n` written out.
    pub written_ends: bool,
    /// Blocks without a value among the logins.
    pub empty_blocks: bool,
    pub optional: Optional,
    /// Lines after the logins of a password file.
    pub appendix: Appendix,
    /// Whether files were put together: byte order marks stand before some logins.
    pub marks_inside: bool,
    /// How browsers are told.
    pub soft: Soft,
    /// Whether keys without a value end with the separator.
    pub trims_empty: bool,
    /// What a seller's tools did to the system file.
    pub mangling: Mangling,
    /// How often in a thousand a line about the machine is cut out.
    pub cut: usize,
    /// Another name for the system file and the password file.
    pub system_name: Option<&'static str>,
    pub passwords_name: Option<&'static str>,
}

/// How lines end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ends {
    Lf,
    CrLf,
    CrCrLf,
    Cr,
    /// Now this, now that.
    Mixed,
}

/// How texts are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    Utf8,
    Utf8Mark,
    Utf16Le,
    Utf16LeBare,
    Utf16Be,
    Windows1251,
    Windows1252,
}

/// What is done to the keys of logins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keys {
    Plain,
    Upper,
    Lower,
    Leet,
    Homoglyphs,
    After(&'static str),
    /// The values stand in a column.
    Columns,
}

/// What is put before lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Watermark {
    None,
    Space,
    /// Other letters on every line, and so many spaces.
    Letters(usize),
    SameLetters,
}

/// Whether the log has the files that a reader may report or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Optional {
    Written,
    LeftOut,
}

/// What else a password file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Appendix {
    Nothing,
    /// `url:login:password` lines.
    Ulp,
    /// A cookie jar.
    Cookies,
    Country,
}

/// What a seller's tools did to a system file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mangling {
    Nothing,
    /// The head of the last list stands on the line before it.
    Glued,
    /// Names that the panel did not fill in, or filled in with something else.
    Unfilled,
    /// A blank or a tab before the separator.
    SpaceBefore,
    TabBefore,
    /// Values in a column.
    Columns,
}

/// How a login's browser is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Soft {
    Key,
    /// `["Browser" = "Profile"]`, for families that lead with it.
    Brackets,
    /// The last line of a block stands there twice.
    Twice,
}

/// Whether the last line has an end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FinalEnd {
    Written,
    Missing,
}

const BANNERS: &[&str] = &[
    "CLOUD LOGS - @ExampleCloud | SHOP - @Example_bot | SUPPORT - @Example\n",
    "***********************************************\n*      ___  __  __   _    ___  _    ___       *\n*     | __| \\ \\/ /  /_\\  | _ \\| |  | __|      *\n*        Telegram: https://t.me/example_test  *\n***********************************************\n\n",
    "----------------------------------------------------------------\nJoin our channel: https://t.me/example_test\nThe best free logs every day\n----------------------------------------------------------------\n\n",
    "|____________________|\n| E  Join: @example  |\n| X  Shop: @example2 |\n|____________________|\n\n",
    "Seller: @example_seller\nLog Tools: @example_tools\nFree Logs: https://t.me/example_test\n\n",
    "\n\n    \n",
    "░▒▓█ EXAMPLE CLOUD █▓▒░\nhttps://t.me/example_test\n\n",
];

const PROMOTION: &str = "@ExampleCloud - join https://t.me/example_test for more logs";
const TRAILER: &str = "\n------------------------------------\nBuy logs: https://t.me/example_test @ExampleCloud\n------------------------------------\n";

const BOUNDARIES: &[&[&str]] = &[
    &[""],
    &["", ""],
    &["==============="],
    &["----------"],
    &["*****************"],
    &["________________________________________________________________"],
    &["~~~"],
    &["━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━"],
    &["──────────────────────────────────────────────────"],
    &["————————————————————"],
    &["========Example========"],
    &["", "======================================================================", ""],
];

/// The same logins as a table or as JSON.
const TWINS: &[(LoginShape, Option<&str>)] = &[
    (LoginShape::Csv, Some("passwords.csv")),
    (LoginShape::Json, Some("passwords.json")),
    (LoginShape::JsonLists, Some("Passwords.json")),
];

const SYSTEM_NAMES: &[&str] = &[
    "UserInformation.txt",
    "information.txt",
    "System.txt",
    "system_info.txt",
    "System Info.txt",
    "PC_info.txt",
    "Info.txt",
    "machine.txt",
    "UserInfo.txt",
];
const PASSWORD_NAMES: &[&str] = &[
    "All Passwords.txt",
    "passwords.txt",
    "_AllPasswords_list.txt",
    "Logins.txt",
    "credentials.txt",
    "pwds.txt",
    "passwords - copy.txt",
    "unique_passwords.txt",
    "PasswordsList.txt",
];

impl Style {
    /// As the panel writes it, but for the encoding.
    pub fn plain(family: &Family, rng: &mut Rng) -> Self {
        let (ends, encoding) = match rng.below(12) {
            0..=4 => (Ends::Lf, Encoding::Utf8),
            5..=8 => (Ends::CrLf, Encoding::Utf8),
            9..=10 => (Ends::CrLf, Encoding::Utf8Mark),
            _ => (Ends::CrLf, Encoding::Utf16Le),
        };
        Self {
            ends,
            encoding,
            login: family.login,
            end: match family.login {
                LoginShape::Lines(lines) => lines.end,
                _ => &[],
            },
            keys: Keys::Plain,
            watermark: Watermark::None,
            banner: "",
            promotion: "",
            trailer: "",
            final_end: FinalEnd::Written,
            written_ends: false,
            empty_blocks: false,
            optional: Optional::LeftOut,
            appendix: Appendix::Nothing,
            marks_inside: false,
            soft: Soft::Key,
            trims_empty: false,
            mangling: Mangling::Nothing,
            cut: 0,
            system_name: None,
            passwords_name: None,
        }
    }

    /// As `family` and those who pass its logs on may have written the log of `victim`.
    pub fn drawn(family: &Family, victim: &Victim, rng: &mut Rng) -> Self {
        let mut style = Self::plain(family, rng);
        style.ends = *rng.pick(&[
            Ends::Lf,
            Ends::Lf,
            Ends::CrLf,
            Ends::CrLf,
            Ends::CrCrLf,
            Ends::Cr,
            Ends::Mixed,
        ]);
        style.optional = Optional::Written;
        style.encoding = encoding(victim.alphabet, rng);
        style.final_end = *rng.pick(&[FinalEnd::Written, FinalEnd::Written, FinalEnd::Missing]);
        if rng.per_mille(400) {
            style.banner = *rng.pick(BANNERS);
        }
        if rng.per_mille(150) {
            style.watermark = *rng.pick(&[
                Watermark::Space,
                Watermark::Letters(8),
                Watermark::Letters(4),
                Watermark::SameLetters,
            ]);
        }
        if rng.per_mille(150) {
            style.trailer = TRAILER;
        }
        if family.cuttable && rng.per_mille(300) {
            // Now and then nothing but the banner is left: then only a telling folder tells that
            // this is one machine.
            let most = if family.name == "generic" { 150 } else { 1000 };
            style.cut = *rng.pick(&[150, 150, 150, 150, most]);
        }
        if family.cuttable && rng.per_mille(250) {
            style.mangling = *rng.pick(&[
                Mangling::Glued,
                Mangling::Unfilled,
                Mangling::SpaceBefore,
                Mangling::TabBefore,
                Mangling::Columns,
            ]);
        }
        if !family.system.0.ends_with("json") && family.identity.is_empty() && rng.per_mille(150) {
            style.system_name = Some(*rng.pick(SYSTEM_NAMES));
        }
        style.choose_login(family, rng);
        style
    }

    fn choose_login(&mut self, family: &Family, rng: &mut Rng) {
        let LoginShape::Lines(native) = family.login else { return };
        if rng.per_mille(150) {
            self.passwords_name = Some(*rng.pick(PASSWORD_NAMES));
        } else if family.system.0 != "System.txt" && rng.per_mille(20) {
            self.passwords_name = Some("System.txt").filter(|_| self.system_name.is_none());
        }
        let alone = family.passwords_by_browser.or(family.passwords_again).is_none();
        if alone && rng.per_mille(60) {
            (self.login, self.passwords_name) = *rng.pick(TWINS);
        } else if family.name == "cryptbot" && rng.per_mille(300) {
            self.keys = Keys::Columns;
        } else {
            if rng.per_mille(200) {
                let lines = *rng.pick(RE_EXPORTS);
                (self.login, self.end) = (LoginShape::Lines(lines), lines.end);
            } else if !native.end.is_empty() && rng.per_mille(200) {
                self.end = *rng.pick(BOUNDARIES);
            }
            self.choose_keys(rng);
            self.choose_oddities(rng);
        }
    }

    fn choose_keys(&mut self, rng: &mut Rng) {
        if !rng.per_mille(200) {
            return;
        }
        self.keys = match rng.below(6) {
            0 => Keys::Upper,
            1 => Keys::Lower,
            2 => Keys::Leet,
            3 => Keys::Homoglyphs,
            4 => Keys::After(rng.text(&["- ", "• ", "* ", "> ", "\t"])),
            _ => Keys::After("            "),
        };
        if self.keys == Keys::Homoglyphs && self.encoding.is_legacy() {
            // A code page would turn them into letters of another alphabet.
            self.encoding = Encoding::Utf8;
        }
    }

    /// What stands in and between the blocks, and is no login.
    fn choose_oddities(&mut self, rng: &mut Rng) {
        let LoginShape::Lines(lines) = self.login else { return };
        self.trims_empty = rng.per_mille(300) && lines.separator.contains([':', '=']);
        let unmarked = !self.encoding.is_legacy() && self.watermark == Watermark::None;
        // A rule and a promotion would be values on one line.
        let ruled = self.end.iter().any(|line| !line.is_empty());
        self.written_ends = unmarked && !ruled && lines.separator == ": " && rng.per_mille(20);
        if self.written_ends {
            self.banner = "";
            return;
        }
        self.marks_inside = unmarked && rng.per_mille(40);
        if self.end.is_empty() {
            return;
        }
        self.soft = match lines.keys {
            [(_, Field::Software), ..] if rng.per_mille(60) => Soft::Brackets,
            _ if rng.per_mille(60) => Soft::Twice,
            _ => Soft::Key,
        };
        if rng.per_mille(120) {
            self.appendix = *rng.pick(&[Appendix::Ulp, Appendix::Cookies, Appendix::Country]);
        }
        self.empty_blocks = rng.per_mille(150);
        if rng.per_mille(150) {
            self.promotion = PROMOTION;
        }
    }
}

pub fn encoding(alphabet: Alphabet, rng: &mut Rng) -> Encoding {
    match rng.below(10) {
        0..=3 => Encoding::Utf8,
        4 | 5 => Encoding::Utf8Mark,
        6 => *rng.pick(&[Encoding::Utf16Le, Encoding::Utf16LeBare, Encoding::Utf16Be]),
        _ => match alphabet {
            Alphabet::Cyrillic => Encoding::Windows1251,
            Alphabet::Latin => Encoding::Windows1252,
            _ => Encoding::Utf8,
        },
    }
}

impl Keys {
    /// The key as it is written, and what stands between it and the value.
    pub fn write(self, key: &str, separator: &str) -> String {
        match self {
            Self::Columns => format!("{:12}", format!("{key}:")),
            _ => format!("{}{separator}", self.key(key)),
        }
    }

    fn key(self, key: &str) -> String {
        match self {
            Self::Upper if key.is_ascii() => key.to_uppercase(),
            Self::Lower if key.is_ascii() => key.to_lowercase(),
            Self::Leet => match key.to_lowercase().as_str() {
                "url" => "UR1".to_owned(),
                "username" => "U53RN4M3".to_owned(),
                "password" => "P455W0RD".to_owned(),
                _ => key.to_owned(),
            },
            Self::Homoglyphs => key.replace('o', "о").replace('a', "а").replace('C', "С"),
            Self::After(text) => format!("{text}{key}"),
            _ => key.to_owned(),
        }
    }
}

impl Watermark {
    fn prefix(self, rng: &mut Rng) -> String {
        match self {
            Self::None => String::new(),
            Self::Space => " ".to_owned(),
            Self::SameLetters => "qwzkfp        ".to_owned(),
            Self::Letters(spaces) => {
                let letters = (0..rng.within(4, 9))
                    .map(|_| char::from(b'a' + rng.below(26) as u8))
                    .collect::<String>();
                format!("{letters}{}", " ".repeat(spaces))
            }
        }
    }
}

impl Style {
    /// The name that a file of `family` has now.
    pub fn name_of(&self, path: &'static str, family: &Family) -> &'static str {
        let renamed = match path {
            path if path == family.system.0 => self.system_name,
            path if path == family.passwords => self.passwords_name,
            _ => None,
        };
        renamed.unwrap_or(path)
    }

    /// The bytes of a text.
    pub fn put_on(&self, content: &str, rng: &mut Rng) -> Vec<u8> {
        let mut text = String::new();
        let mut lines = content.split_inclusive('\n').peekable();
        while let Some(line) = lines.next() {
            let (body, ended) = line.strip_suffix('\n').map_or((line, false), |line| (line, true));
            if !body.trim().is_empty() {
                text.push_str(&self.watermark.prefix(rng));
            }
            text.push_str(body);
            let last = lines.peek().is_none();
            if ended && !(last && self.final_end == FinalEnd::Missing) {
                text.push_str(self.ends.draw(rng));
            }
        }
        self.encoding.encode(&text)
    }
}

impl Ends {
    fn draw(self, rng: &mut Rng) -> &'static str {
        match self {
            Self::Lf => "\n",
            Self::CrLf => "\r\n",
            Self::CrCrLf => "\r\r\n",
            Self::Cr => "\r",
            Self::Mixed => rng.text(&["\n", "\r\n", "\r\r\n"]),
        }
    }
}

impl Encoding {
    fn is_legacy(self) -> bool {
        matches!(self, Self::Windows1251 | Self::Windows1252)
    }

    fn encode(self, text: &str) -> Vec<u8> {
        let utf16 = |mark: &str, bytes: fn(u16) -> [u8; 2]| {
            format!("{mark}{text}").encode_utf16().flat_map(bytes).collect()
        };
        let legacy = |encoding: &'static encoding_rs::Encoding| {
            let (bytes, _, unmappable) = encoding.encode(text);
            if unmappable { text.as_bytes().to_vec() } else { bytes.into_owned() }
        };
        match self {
            Self::Utf8 => text.as_bytes().to_vec(),
            Self::Utf8Mark => format!("\u{feff}{text}").into_bytes(),
            Self::Utf16Le => utf16("\u{feff}", u16::to_le_bytes),
            Self::Utf16LeBare => utf16("", u16::to_le_bytes),
            Self::Utf16Be => utf16("\u{feff}", u16::to_be_bytes),
            Self::Windows1251 => legacy(encoding_rs::WINDOWS_1251),
            Self::Windows1252 => legacy(encoding_rs::WINDOWS_1252),
        }
    }
}

impl Mangling {
    /// A system file after it.
    pub fn of(self, text: &str) -> String {
        match self {
            Self::Glued => text.replacen("\n\n[Software]", "[Software]", 1),
            Self::Unfilled => text
                .replace("- IP: {ip}", "- IP: IP?")
                .replace("- Country: {country}\n\n", "- Country: ISO?\n\n")
                .replace("- Country: {country}\n", "- Country: {ip_by_mistake}\n"),
            Self::SpaceBefore => with_separators(text, |key| format!("{key} : ")),
            Self::TabBefore => with_separators(text, |key| format!("{key}\t: ")),
            Self::Columns => with_separators(text, |key| format!("{:22}", format!("{key}:"))),
            Self::Nothing => text.to_owned(),
        }
    }
}

/// The text with other separators between key and value, where lines tell a fact by itself.
fn with_separators(text: &str, write: impl Fn(&str) -> String) -> String {
    let change = |line: &str| match line.split_once(": ") {
        Some((key, value)) if value.trim_end().ends_with('}') && !key.contains(['{', '\t']) => {
            format!("{}{value}", write(key))
        }
        _ => line.to_owned(),
    };
    text.split_inclusive('\n').map(change).collect()
}
