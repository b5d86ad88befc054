//! What a correct reader must find: the ground truth beside every generated log, and the search for
//! watched names that it is complete by.
//!
//! The field names are those of `fixtures/README.md`; the hand-made cases use the same ones.

use serde::Serialize;

/// The two watched organisations and their domains.
pub const WATCHED: &[(&str, &str)] = &[
    ("example.com", "Example Corp"),
    ("example.net", "Example Net"),
    ("münchen.example", "Example Net"),
    ("xn--mnchen-3ya.example", "Example Net"),
];

/// A field that the accuracy is told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fact {
    Url,
    Host,
    Username,
    Secret,
    ComputerName,
    UserName,
    Hwid,
    Ip,
    Country,
    Os,
    InfectedAt,
}

/// Why a text leaves open what one of its facts is: a reader may say this or that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ambiguity {
    DayAndMonth,
    FolderClock,
    FolderName,
    PlaceName,
    Trailer,
    UnlistedKey,
    Environment,
    PlaceholderUser,
    SpaceAfterBareSeparator,
    ColumnPadding,
    NoNetworkHost,
    Realm,
    EncodedUrl,
    AndroidContinuation,
    NumericLogin,
    ReversedOrder,
    TrailingMetadata,
    NoWebsite,
    PasswordsLikeKeys,
}

impl Ambiguity {
    /// One sentence about it.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::DayAndMonth => {
                "Day and month are both below 13, and the marks of the family that would order them are cut out."
            }
            Self::FolderClock => {
                "The date stands in the folder name only, which does not tell whose clock it is of."
            }
            Self::FolderName => {
                "A name stands in a folder name only, in a form that is not certain."
            }
            Self::PlaceName => "The country is told as part of a place only.",
            Self::Trailer => "The country stands in a seller's line below the logins only.",
            Self::UnlistedKey => {
                "The fact stands in a sentence, or has a key that the catalogue does not list."
            }
            Self::Environment => {
                "The variable OS of an environment names the kind of system, where nothing tells more."
            }
            Self::PlaceholderUser => {
                "A login named UNKNOWN or EMAIL is the stealer's placeholder, or somebody's name."
            }
            Self::SpaceAfterBareSeparator => {
                "The separator has no space of its own, so a space after it may be part of the value."
            }
            Self::ColumnPadding => {
                "Spaces at the end of a value are its own, or the padding of its column."
            }
            Self::NoNetworkHost => {
                "The address names an app, a page of the browser or an account: whether that is a host is a matter of taste."
            }
            Self::Realm => "The realm after the address is part of it, or a remark on it.",
            Self::EncodedUrl => {
                "The address is percent-encoded as a whole: as written, or what it means."
            }
            Self::AndroidContinuation => {
                "The password goes on in lines without key: in Base64, or decoded."
            }
            Self::NumericLogin => "A number after a host is a port or a login.",
            Self::ReversedOrder => {
                "The address stands first, or last and the first field is a name."
            }
            Self::NoWebsite => {
                "A login of the computer, of a file server or of mail, and of no website: a reader may tell it or not."
            }
            Self::PasswordsLikeKeys => {
                "Most of the passwords in a list look like keys with values."
            }
            Self::TrailingMetadata => {
                "What follows the password is a seller's remark, or the end of the password."
            }
        }
    }
}

/// One log.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct LogTruth {
    /// Its folder.
    pub log: String,
    /// Whose shape it has; none for shapes of no known family.
    pub family: Option<&'static str>,
    pub machine: MachineTruth,
    /// Every place where a login stands, copies in per-browser files included.
    pub credentials: Vec<CredentialTruth>,
    /// All cookies of the log.
    pub cookies: u64,
    /// Those of watched domains.
    pub watched_cookies: Vec<CookieTruth>,
    /// Every place where an e-mail address stands in a form history.
    pub autofill: Vec<AutofillTruth>,
    /// Every line of every text with a watched name on it, covered by a record or not.
    pub names: Vec<NameTruth>,
    /// Cookie values and passwords: no output may ever hold one of these.
    pub secrets: Vec<String>,
    /// Which version of the family, or which form of line.
    #[serde(skip)]
    pub version: &'static str,
    /// Files whose logins a reader may report or not.
    #[serde(skip)]
    pub optional: Vec<(String, Ambiguity)>,
}

/// The system file; what it does not tell is left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct MachineTruth {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub computer_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ad_domain: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hwid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ip: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub os: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub infected_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub infected_at_confidence: Option<&'static str>,
    /// Why the machine itself exposes an organisation.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub exposes: Vec<MachineExposes>,
    /// What the text leaves open.
    #[serde(skip)]
    pub open: Vec<(Fact, Ambiguity)>,
}

/// Why a machine is one of an organisation's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MachineExposes {
    pub organisation: &'static str,
    /// `ad_domain`, `computer_name` or `ip_range`.
    pub on: &'static str,
}

/// One place where a login stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CredentialTruth {
    pub url: String,
    pub username: String,
    /// `present`, `empty` or `placeholder`.
    pub state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
    /// The browser or program as the file writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub software: Option<String>,
    /// The browser's short name: part of `software`, whatever the spelling.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub browser: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<&'static str>,
    pub entry: String,
    /// The first line of its block.
    pub line: u64,
    pub last_line: u64,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub exposes: Vec<Exposes>,
    /// What the text leaves open.
    #[serde(skip)]
    pub open: Vec<(Fact, Ambiguity)>,
}

/// Whom a login exposes, and as what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Exposes {
    pub organisation: &'static str,
    /// `employee`, `customer` or `third_party`.
    pub class: &'static str,
}

/// One cookie of a watched domain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CookieTruth {
    pub domain: String,
    pub name: String,
    pub entry: String,
    pub line: u64,
}

/// One e-mail address in a form history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AutofillTruth {
    pub email: String,
    pub entry: String,
    /// Where its block begins; `line` is where the address stands.
    pub first_line: u64,
    pub line: u64,
}

/// A watched name on a line.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct NameTruth {
    /// The name as in [`WATCHED`].
    pub name: &'static str,
    pub entry: String,
    pub line: u64,
}

/// The watched names of one line, by label boundaries; each once.
pub fn names_on(line: &str) -> Vec<&'static str> {
    let lower = line.to_lowercase();
    let mut found = Vec::new();
    for token in lower.split(|c: char| !(c.is_alphanumeric() || matches!(c, '.' | '-' | '_'))) {
        let host = token.trim_matches('.');
        for (name, _) in WATCHED {
            let rest = host.strip_suffix(name);
            if rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
                && !found.contains(name)
            {
                found.push(*name);
            }
        }
    }
    found
}

/// The organisation that a host name belongs to.
pub fn organisation_of(host: &str) -> Option<&'static str> {
    let name = *names_on(host).first()?;
    WATCHED.iter().find(|(watched, _)| *watched == name).map(|(_, organisation)| *organisation)
}

/// What the host of an address is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HostTruth {
    None,
    Is(String),
    Open(Ambiguity),
}

/// The host of an address as a reader must tell it: lower case, punycode, no port, no final dot.
pub fn host_truth(url: &str) -> HostTruth {
    let url = url.replace("%3A", ":").replace("%2F", "/");
    let authority = match url.split_once("://") {
        Some(("android", _)) => return HostTruth::None,
        Some((_, rest)) => rest,
        None if url.is_empty() => return HostTruth::None,
        None => url.strip_prefix("TERMSRV/").unwrap_or(&url),
    };
    let authority = authority.split(['/', '?', '#']).next().unwrap_or_default();
    let schemed = url.contains("://");
    let web = url.to_lowercase().starts_with("http");
    let bare = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let host = match bare.find(']') {
        Some(end) => &bare[..=end],
        None => bare.split(':').next().unwrap_or_default(),
    };
    let opaque = schemed && !web && !host.contains('.');
    let account = !schemed && (url.starts_with("mailto:") || url.starts_with("about:"));
    let app = !schemed && (host.starts_with("com.") || url.starts_with("MicrosoftAccount:"));
    if host.is_empty() || opaque || account || app {
        return HostTruth::Open(Ambiguity::NoNetworkHost);
    }
    let host = host.trim_end_matches('.').to_lowercase();
    HostTruth::Is(host.replace("münchen", "xn--mnchen-3ya"))
}

/// The address as a record shows it.
pub fn without_user_info(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    if scheme == "android" {
        return url.to_owned();
    }
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    match rest[..end].rfind('@') {
        Some(at) => format!("{scheme}://{}", &rest[at + 1..]),
        None => url.to_owned(),
    }
}
