//! The records: facts as they leave the program, field by field as `docs/OUTPUT_SCHEMA.md` says.
//!
//! Field order is output order. An absent value is a key left out. The facts that parsers find,
//! before normalisation, are in [`fact`](crate::fact).

pub mod dataset;
mod source;
mod summary;

use std::borrow::Cow;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::exposure::Exposure;
use crate::issue::{Code, Stage};
use crate::secret::{Fingerprint, Id};

pub use source::{Disposition, EntryCounts, Format, PasswordOrigin, Source, SourcePart, Status};
pub use summary::{Count, RecordCounts, SCHEMA_VERSION, Summary};

/// One line of output.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Record {
    /// One input.
    Source(Source),
    /// One infected computer.
    Machine(Machine),
    /// One login.
    Credential(Credential),
    /// One cookie.
    Cookie(Cookie),
    /// One e-mail address from a browser's form history.
    Autofill(Autofill),
    /// A watched domain in text that no parser turned into a record.
    Mention(Mention),
    /// What concerns a watched organisation.
    Exposure(Box<Exposure>),
    /// What could not be read.
    Issue(IssueRecord),
    /// Totals of a run.
    Summary(Box<Summary>),
}

/// What the id of a machine is made from, strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum IdOrigin {
    /// The hardware id.
    Hwid,
    /// Computer and user name with other system facts.
    System,
    /// The set of its credentials.
    Credentials,
    /// The name of its folder only.
    Folder,
}

/// How sure a statement is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// A guess among alternatives.
    Low,
    /// Probable.
    Medium,
    /// As good as certain.
    High,
}

/// How sure the time of infection is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeConfidence {
    /// Date order and zone are known.
    Exact,
    /// The zone is not known; UTC was assumed.
    ZoneAssumed,
    /// Day and month could be the other way round.
    OrderAssumed,
    /// Read from the folder name only.
    FolderName,
}

/// How many artefacts of each kind a log holds; only their number is kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct ArtefactCounts {
    /// Distinct logins.
    pub credentials: u64,
    /// Cookies.
    pub cookies: u64,
    /// Form entries.
    pub autofill: u64,
    /// Payment cards.
    pub cards: u64,
    /// Crypto wallets.
    pub wallets: u64,
    /// Application and account tokens.
    pub tokens: u64,
    /// Files of the log.
    pub files: u64,
}

/// One infected computer.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct Machine {
    /// Keyed id; see `id_origin`.
    pub machine_id: Id,
    /// What the id is made from.
    pub id_origin: IdOrigin,
    /// Where its log was read.
    pub source_id: Id,
    /// Path of the log's folder inside the source.
    pub log: String,
    /// The stealer, where its marks are clear.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub family: Option<Cow<'static, str>>,
    /// How clear they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub family_confidence: Option<Confidence>,
    /// The marks.
    pub family_evidence: Vec<Cow<'static, str>>,
    /// The operator's build or campaign name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub build_id: Option<String>,
    /// When the log was taken, RFC 3339 UTC; never the operating system's install date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub infected_at: Option<String>,
    /// How sure that is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub infected_at_confidence: Option<TimeConfidence>,
    /// When the operating system was installed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub os_installed_at: Option<String>,
    /// The computer's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub computer_name: Option<String>,
    /// The user that was logged in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_name: Option<String>,
    /// The Windows domain that it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ad_domain: Option<String>,
    /// The operating system.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub os: Option<String>,
    /// The hardware id as the stealer writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hwid: Option<String>,
    /// Public addresses.
    pub ip_addresses: Vec<String>,
    /// Two-letter country code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// The zone as the stealer writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timezone: Option<String>,
    /// Languages and keyboards.
    pub languages: Vec<String>,
    /// Installed protection.
    pub antivirus: Vec<String>,
    /// Where the malware ran from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub malware_path: Option<String>,
    /// What the log holds.
    pub counts: ArtefactCounts,
}

/// Whether there is a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SecretState {
    /// A value.
    Present,
    /// Nothing.
    Empty,
    /// A text of the stealer's in its place (`[NOT_SAVED]`).
    Placeholder,
}

/// How many characters a secret has, roughly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
pub enum SecretLength {
    /// 1 to 7.
    #[serde(rename = "1-7")]
    UpTo7,
    /// 8 to 11.
    #[serde(rename = "8-11")]
    UpTo11,
    /// 12 to 15.
    #[serde(rename = "12-15")]
    UpTo15,
    /// 16 and more.
    #[serde(rename = "16+")]
    Longer,
}

/// What kinds of characters a secret has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CharClass {
    /// a-z and other lower-case letters.
    Lower,
    /// A-Z and other upper-case letters.
    Upper,
    /// Digits.
    Digit,
    /// Anything else.
    Symbol,
}

/// What may be said about a secret.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct SecretFacts {
    /// Whether there is one.
    pub state: SecretState,
    /// How long it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub length: Option<SecretLength>,
    /// What it is made of.
    pub classes: Cow<'static, [CharClass]>,
    /// What stands for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<Fingerprint>,
}

/// What kind of file a login was read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// The log of a machine.
    Log,
    /// A `url:login:password` line, or another list of logins that belongs to no machine.
    Ulp,
    /// A line without URL.
    Combolist,
    /// A file of the machine's user that the stealer took along.
    GrabbedFile,
}

/// One login.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct Credential {
    /// Keyed id over host, user name and secret.
    pub credential_id: Id,
    /// The machine that it was saved on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub machine_id: Option<Id>,
    /// Where it was read.
    pub source_id: Id,
    /// The address as written, without user-info.
    pub url: String,
    /// Its scheme.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scheme: Option<Cow<'static, str>>,
    /// Its host, lower case, IDN as punycode.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// Its port where written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    /// The part of the host that one registers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registrable_domain: Option<String>,
    /// The app of an `android://` address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app_id: Option<String>,
    /// The login; left out where strangers' names are not kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// Stands for the login where strangers' names are not kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username_fingerprint: Option<Fingerprint>,
    /// The domain of the login where it is an e-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email_domain: Option<String>,
    /// The browser or program that had saved it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub browser: Option<String>,
    /// The browser's profile.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// What may be said about the password.
    pub secret: SecretFacts,
    /// What kind of file it was read from.
    pub origin: Origin,
    /// How sure the split into fields is.
    pub confidence: Confidence,
    /// How often it stands in its log or file.
    pub sightings: u64,
    /// The first place: entry.
    pub entry: Arc<str>,
    /// The first place: line.
    pub line: u64,
}

/// One cookie; its value is never kept.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct Cookie {
    /// Keyed id over domain, path, name and value.
    pub cookie_id: Id,
    /// The machine that it was taken from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub machine_id: Option<Id>,
    /// Where it was read.
    pub source_id: Id,
    /// The host that it is sent to, without a leading dot.
    pub domain: String,
    /// The path that it is sent to.
    pub path: String,
    /// Its name.
    pub name: String,
    /// Sent over TLS only.
    pub secure: bool,
    /// Hidden from scripts, where the file tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http_only: Option<bool>,
    /// When it ends; left out for cookies that end with the browser.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<String>,
    /// Whether it looks like a login session.
    pub session: bool,
    /// Whether it had not expired at `--as-of`.
    pub live: bool,
    /// Stands for its value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<Fingerprint>,
    /// The browser.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub browser: Option<String>,
    /// The browser's profile.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// The entry.
    pub entry: Arc<str>,
    /// The line.
    pub line: u64,
}

/// One e-mail address from a browser's form history.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct Autofill {
    /// Keyed id over the address.
    pub autofill_id: Id,
    /// The machine that it was taken from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub machine_id: Option<Id>,
    /// Where it was read.
    pub source_id: Id,
    /// The address; left out where strangers' names are not kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Stands for the address where strangers' names are not kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email_fingerprint: Option<Fingerprint>,
    /// The domain of the address.
    pub email_domain: String,
    /// The browser.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub browser: Option<String>,
    /// The browser's profile.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// How often it stands in its log.
    pub sightings: u64,
    /// The first place: entry.
    pub entry: Arc<str>,
    /// The first place: line.
    pub line: u64,
}

/// A watched name in text that no reported record covers.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct Mention {
    /// The entry.
    pub entry: Arc<str>,
    /// The line.
    pub line: u64,
    /// The name as it stands there, lower case.
    pub name: String,
    /// The encoding that the text was read in.
    pub encoding: Cow<'static, str>,
}

/// One thing that could not be read or is suspicious.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct IssueRecord {
    /// The source that it concerns.
    pub source_id: Id,
    /// The entry that it concerns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry: Option<String>,
    /// The line that it concerns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// Where it went wrong.
    pub stage: Stage,
    /// What is wrong.
    pub code: Code,
    /// One sentence for people; never file content.
    pub detail: String,
    /// How many bytes are concerned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
}
