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
