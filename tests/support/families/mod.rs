//! The families as data: which files a log of theirs has, and what stands in them.
//!
//! Texts are templates. `{names}` in braces are filled in by the [writer](super::writer) from the
//! victim; a fact whose name a template does not hold is not in the log and not in the truth. Where a
//! family has several forms of one thing, the first is its usual one.

mod dotnet;
mod lumma;
mod mac;
mod others;
mod raccoon;
mod redline;
mod rest;
mod stealc;
mod unknown;
mod vidar;

/// How a family writes its log.
#[derive(Debug, Clone, Copy)]
pub struct Family {
    /// Its id; `generic` where there is no family.
    pub name: &'static str,
    /// Which of its versions this is.
    pub version: &'static str,
    /// Names of the log's folder.
    pub folders: &'static [&'static str],
    /// The system file: path and text.
    pub system: (&'static str, &'static str),
    /// Other files that tell of the machine.
    pub identity: &'static [(&'static str, &'static str)],
    /// Whether a seller may have cut lines out of the system file.
    pub cuttable: bool,
    pub dates: &'static [Date],
    pub hwid: Hwid,
    /// How the browser of a login is written.
    pub software: &'static str,
    /// Path of the file with all logins.
    pub passwords: &'static str,
    /// Path of the copies for each browser.
    pub passwords_by_browser: Option<&'static str>,
    /// A second copy of the whole file.
    pub passwords_again: Option<&'static str>,
    /// How a login is written.
    pub login: LoginShape,
    pub cookies: &'static str,
    pub cookie_shape: CookieShape,
    pub autofill: &'static str,
    /// How an entry of a form history is written.
    pub form: &'static str,
    /// Other texts: path and content.
    pub others: &'static [(&'static str, &'static str)],
    /// Files with logins of another kind, that a reader may report or not; those without a text are
    /// among the files above.
    pub optional: &'static [(&'static str, &'static str)],
    pub screenshot: &'static str,
    pub wallet: &'static str,
}

/// How a date is written.
#[derive(Debug, Clone, Copy)]
pub struct Date {
    /// For `strftime`.
    pub form: &'static str,
    pub clock: Clock,
    pub order: Order,
}

/// Whose clock a date is told by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// The victim's; the zone may be told elsewhere.
    Victim,
    /// So many hours ahead of UTC, and the date says so.
    Zone(i8),
}

/// What tells the day from the month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// The form itself.
    Form,
    /// Only the family, once it is known.
    Family,
}

/// The form of a hardware id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hwid {
    /// So many hexadecimal digits.
    Digits(usize),
    /// The usual form with hyphens, upper case.
    Guid,
    /// Digits, a hyphen and a GUID.
    DigitsAndGuid,
}

/// How a login is written.
#[derive(Debug, Clone, Copy)]
pub enum LoginShape {
    Lines(Lines),
    /// An array of objects, one a line.
    Json,
    /// An object of arrays.
    JsonLists,
    /// A table with columns of fixed width.
    Columns,
    /// A table with commas.
    Csv,
}

/// One line a field.
#[derive(Debug, Clone, Copy)]
pub struct Lines {
    pub keys: &'static [(&'static str, Field)],
    /// Between key and value.
    pub separator: &'static str,
    /// Lines that end the block.
    pub end: &'static [&'static str],
}

impl Lines {
    /// Whether a block tells the browser or program.
    pub fn names_software(&self) -> bool {
        self.keys.iter().any(|(_, field)| *field == Field::Software)
    }

    /// Whether the password is the last line of a block that something ends.
    pub fn ends_with_password(&self) -> bool {
        matches!(self.keys, [.., (_, Field::Password)]) && !self.end.is_empty()
    }

    /// Whether a value begins right after the separator, so that a space there may be its own.
    pub fn is_bare(&self) -> bool {
        matches!(self.separator, ":" | "=")
    }
}

/// How cookies are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CookieShape {
    Netscape,
    Json,
}

/// A field of a login.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    Url,
    Username,
    Password,
    Software,
    Profile,
    /// A line with this text for a value.
    Other(&'static str),
}

/// Those that everyday clouds are made of; their logs take turns.
pub const EVERYDAY: [Family; 10] = [
    redline::REDLINE,
    redline::META,
    lumma::LUMMA,
    vidar::VIDAR,
    stealc::STEALC,
    vidar::RISEPRO,
    raccoon::RACCOON,
    unknown::EQUALS,
    mac::ATOMIC,
    unknown::JSON,
];

/// All of them.
pub const FAMILIES: &[Family] = &[
    redline::REDLINE,
    redline::META,
    redline::META_ZONE,
    redline::ARECHCLIENT,
    raccoon::RACCOON_1,
    raccoon::RACCOON,
    vidar::VIDAR,
    vidar::VIDAR_OLD,
    vidar::ARKEI,
    vidar::OSKI,
    vidar::MARS,
    vidar::RISEPRO,
    stealc::STEALC,
    stealc::STEALC_2,
    lumma::LUMMA,
    lumma::LUMMA_OLD,
    lumma::LUMMA_BARE,
    lumma::REMUS,
    others::RHADAMANTHYS,
    others::RHADAMANTHYS_2,
    others::MEDUZA,
    others::AURORA,
    others::WHITESNAKE,
    others::CRYPTBOT,
    others::DCRAT,
    dotnet::PHEMEDRONE,
    dotnet::ARCANE,
    dotnet::STORMKITTY,
    dotnet::STEALERIUM,
    dotnet::BLANK_GRABBER,
    dotnet::EXELA,
    dotnet::SKULD,
    mac::ATOMIC,
    mac::CTHULHU,
    mac::BANSHEE,
    mac::ODYSSEY,
    mac::MACSYNC,
    mac::SHUB,
    rest::ACREED,
    rest::PURELOGS,
    rest::PXA,
    rest::AZORULT,
    unknown::JSON,
    unknown::JSON_LISTS,
    unknown::EQUALS,
    unknown::RUSSIAN,
    unknown::SPANISH,
    unknown::PORTUGUESE,
    unknown::GERMAN,
    unknown::TURKISH,
];

use Field::{Other, Password, Software, Url, Username};

/// Orders and rules that re-packers write logins in, whatever the family.
pub const RE_EXPORTS: &[Lines] = &[
    lines(
        &[("URL", Url), ("Username", Username), ("Password", Password), ("Application", Software)],
        ": ",
        &["━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━"],
    ),
    lines(
        &[
            ("URL", Url),
            ("Username", Username),
            ("Password", Password),
            ("Date Created", Other("5/12/2024, 10:11:12 AM")),
            ("Application", Software),
        ],
        ": ",
        &[""],
    ),
    lines(
        &[("URL", Url), ("Username", Username), ("Password", Password), ("Browser", Software)],
        ": ",
        &["=================================================="],
    ),
    lines(
        &[("URL", Url), ("User", Username), ("Pass", Password), ("From", Software)],
        ": ",
        &["", ""],
    ),
    lines(
        &[("Application", Software), ("URL", Url), ("Username", Username), ("Password", Password)],
        ": ",
        &["==============="],
    ),
    lines(
        &[("Host", Url), ("Username", Username), ("Password", Password)],
        ": ",
        &["----------------------------------------------------------------"],
    ),
    lines(
        &[("URL", Url), ("USER", Username), ("PASS", Password)],
        " = ",
        &["*********************************"],
    ),
    lines(&[("SOFT", Software), ("URL", Url), ("USER", Username), ("PASS", Password)], ":", &[""]),
    lines(
        &[("Url", Url), ("Login", Username), ("Password", Password)],
        " : ",
        &["____________________________________"],
    ),
    lines(
        &[("Website", Url), ("Email", Username), ("Passwd", Password)],
        "=",
        &["~~~~~~~~~~~~~~~"],
    ),
    lines(
        &[("Origin URL", Url), ("Login Name", Username), ("pwd", Password)],
        ":\t",
        &["─────────────────────────────────"],
    ),
    lines(
        &[("Site", Url), ("E-Mail", Username), ("passcode", Password)],
        "\t",
        &["========Example========"],
    ),
];

const fn lines(
    keys: &'static [(&'static str, Field)],
    separator: &'static str,
    end: &'static [&'static str],
) -> Lines {
    Lines { keys, separator, end }
}

const fn local(form: &'static str) -> Date {
    Date { form, clock: Clock::Victim, order: Order::Form }
}

const fn by_family(form: &'static str) -> Date {
    Date { form, clock: Clock::Victim, order: Order::Family }
}

const fn zoned(form: &'static str, hours: i8) -> Date {
    Date { form, clock: Clock::Zone(hours), order: Order::Form }
}

/// A card, a token and a wallet seed: things that look like logins and are none.
const CARDS: &str =
    "Holder: Jane Doe\nCardType: Visa\nCard: 4000000000000000\nExpire: 1/2029\n===============\n";
const PROCESSES: &str = "ID: 4, Name: System, CommandLine: \n===============\nID: 4242, Name: explorer.exe, CommandLine: C:\\Windows\\explorer.exe\n===============\n";
const SOFTWARE: &str = "1) Example Office [16.0.1]\n2) Example Player [3.2]\n";
const FTP: &str =
    "Server: ftp.example.org:21\nUsername: ftpuser\nPassword: Ftp-Inv3nted\n===============\n";

const URL_USERNAME_PASSWORD: LoginShape = LoginShape::Lines(lines(
    &[("URL", Url), ("Username", Username), ("Password", Password)],
    ": ",
    &[""],
));
