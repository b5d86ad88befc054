//! The ground truth, in the words of `fixtures/README.md`.

use serde::Deserialize;

use super::records::place;

/// One log.
#[derive(Debug, Deserialize)]
pub(super) struct Log {
    pub log: String,
    pub family: Option<String>,
    pub machine: Machine,
    pub credentials: Vec<Credential>,
    pub cookies: usize,
    /// Where some of them are copies.
    pub distinct_cookies: Option<usize>,
    pub watched_cookies: Vec<Cookie>,
    pub autofill: Vec<Autofill>,
    /// Beside the logs in hand-made cases, in them in generated ones.
    #[serde(default)]
    pub names: Vec<Name>,
    #[serde(default)]
    pub secrets: Vec<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Machine {
    pub computer_name: Option<String>,
    pub user_name: Option<String>,
    pub ad_domain: Option<String>,
    pub hwid: Option<String>,
    pub hwid_from_folder: Option<String>,
    pub ip: Option<String>,
    pub ip_from_folder: Option<String>,
    pub country: Option<String>,
    pub country_from_folder: Option<String>,
    pub os: Option<String>,
    pub os_installed_at: Option<String>,
    pub build_id: Option<String>,
    pub malware_path: Option<String>,
    pub timezone: Option<String>,
    pub antivirus: Option<Vec<String>>,
    pub infected_at: Option<String>,
    pub infected_at_confidence: Option<String>,
    #[serde(default)]
    pub infected_at_ambiguous: Vec<String>,
    #[serde(default)]
    pub exposes: Vec<Exposes>,
}

/// One place where a login stands.
#[derive(Debug, Deserialize)]
pub(super) struct Credential {
    pub url: String,
    pub username: String,
    pub state: String,
    pub password: Option<String>,
    pub browser: Option<String>,
    pub profile: Option<String>,
    pub entry: String,
    pub line: u64,
    pub last_line: u64,
    pub origin: Option<String>,
    pub confidence: Option<String>,
    #[serde(default)]
    pub exposes: Vec<Exposes>,
    #[serde(default)]
    pub ambiguous: bool,
    pub ambiguous_url: Option<serde_json::Value>,
    #[serde(default)]
    pub ambiguous_password: bool,
}

/// Whom something exposes, as what or by what.
#[derive(Debug, Deserialize)]
pub(super) struct Exposes {
    pub organisation: String,
    pub class: Option<String>,
    pub on: Option<String>,
}

#[derive(Debug, Deserialize, PartialEq, Eq)]
pub(super) struct Cookie {
    pub domain: String,
    pub name: String,
    pub entry: String,
    pub line: u64,
}

#[derive(Debug, Deserialize)]
pub(super) struct Autofill {
    pub email: String,
    pub entry: String,
    pub line: u64,
    pub first_line: u64,
    #[serde(default)]
    pub ambiguous: bool,
}

/// A watched name on a line.
#[derive(Debug, Deserialize)]
pub(super) struct Name {
    pub name: String,
    pub entry: String,
    pub line: u64,
}

impl Log {
    /// The name of its folder.
    pub(super) fn folder(&self) -> &str {
        self.log.rsplit('/').next().unwrap_or_default()
    }
}

impl Credential {
    /// Copies of one login agree in this; the spelling of the scheme and a closing slash do not
    /// make another one.
    pub(super) fn identity(&self) -> (String, &str, Option<&str>) {
        let bare = self.url.split_once("://").map_or(self.url.as_str(), |(_, rest)| rest);
        let site = bare.trim_end_matches('/').to_lowercase();
        (site, &self.username, self.password.as_deref())
    }

    pub(super) fn holds(&self, entry: &str, line: u64) -> bool {
        self.entry == entry && (self.line..=self.last_line).contains(&line)
    }
}

impl Cookie {
    fn is_at(&self, entry: &str, line: u64) -> bool {
        self.entry == entry && self.line == line
    }

    /// Whether `record` is this cookie of `log`, or a copy of it in another file.
    pub(super) fn is_or_has_copy(&self, record: &serde_json::Value, log: &Log) -> bool {
        let (entry, line) = place(record);
        record["domain"] == self.domain.trim_start_matches('.')
            && record["name"] == self.name.as_str()
            && (self.is_at(entry, line)
                || log.distinct_cookies.is_some()
                    && log.watched_cookies.iter().any(|other| other.is_at(entry, line)))
    }
}

/// The places of one login of one log.
#[derive(Debug)]
pub(super) struct Login<'t>(pub Vec<&'t Credential>);

impl<'t> Login<'t> {
    /// The logins of a log, each with all its places, in the order of their first ones.
    pub(super) fn all_of(log: &'t Log) -> Vec<Self> {
        let mut logins: Vec<Self> = Vec::new();
        for place in &log.credentials {
            match logins.iter_mut().find(|known| known.first().identity() == place.identity()) {
                Some(known) => known.0.push(place),
                None => logins.push(Self(vec![place])),
            }
        }
        logins
    }

    pub(super) fn first(&self) -> &'t Credential {
        self.0[0]
    }

    pub(super) fn stands_at(&self, entry: &str, line: u64) -> bool {
        self.0.iter().any(|place| place.entry == entry && place.line == line)
    }

    pub(super) fn holds(&self, entry: &str, line: u64) -> bool {
        self.0.iter().any(|place| place.holds(entry, line))
    }

    /// Whether a correct reader may see all of it otherwise.
    pub(super) fn is_ambiguous(&self) -> bool {
        self.0.iter().all(|place| place.ambiguous)
    }
}
