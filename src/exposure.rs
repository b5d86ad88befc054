//! The exposure: a record, or a mention, that concerns a watched organisation.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::record::{Machine, Record, Source};
use crate::secret::Id;

/// What is exposed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A login.
    Credential,
    /// A cookie.
    Session,
    /// A computer of ours.
    Machine,
    /// One of our addresses in a form history.
    Autofill,
    /// A name of ours in other text.
    Mention,
}

/// In what a watched name was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MatchedOn {
    /// The domain of an e-mail address.
    EmailDomain,
    /// The host of a site or cookie.
    WebsiteDomain,
    /// The app of an `android://` address.
    AppId,
    /// An address.
    IpRange,
    /// The name of the computer.
    ComputerName,
    /// The Windows domain of the computer or of the login.
    AdDomain,
    /// Text that is no record.
    Text,
}

/// The watchlist entry that hit, and in what.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct Matched {
    /// The entry as it stands in the watchlist.
    pub entry: String,
    /// In what it was found.
    pub on: MatchedOn,
}

/// Who is exposed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum IdentityClass {
    /// One of our people.
    Employee,
    /// Somebody with a login at our sites.
    Customer,
    /// Our address at somebody else's service.
    ThirdParty,
    /// Cannot be told.
    Unknown,
}

/// What the login opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AppClass {
    /// A VPN gateway.
    Vpn,
    /// Single sign-on.
    Sso,
    /// Mail.
    Mail,
    /// Remote desktops and the like.
    RemoteAccess,
    /// Administration.
    Admin,
    /// Source code and builds.
    Dev,
    /// Cloud consoles.
    Cloud,
    /// Personnel.
    Hr,
    /// Money.
    Finance,
    /// Anything else.
    Other,
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Good to know.
    Info,
    /// Look at it some time.
    Low,
    /// Look at it.
    Medium,
    /// Act today.
    High,
    /// Act now.
    Critical,
}

impl Severity {
    /// The next step up, or this one at the top.
    #[must_use]
    pub fn raised(self) -> Self {
        match self {
            Self::Info => Self::Low,
            Self::Low => Self::Medium,
            Self::Medium => Self::High,
            Self::High | Self::Critical => Self::Critical,
        }
    }

    /// The next step down, or this one at the bottom.
    #[must_use]
    pub fn lowered(self) -> Self {
        match self {
            Self::Info | Self::Low => Self::Info,
            Self::Medium => Self::Low,
            Self::High => Self::Medium,
            Self::Critical => Self::High,
        }
    }
}

/// What a defender does about it, in the order in which to do it: where malware still runs, a new
/// password is stolen like the old one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Take the computer off the network and rebuild it.
    IsolateHost,
    /// Set a new password.
    ResetPassword,
    /// End all sessions.
    RevokeSessions,
    /// Replace keys and tokens.
    RotateKey,
    /// Tell the customer.
    NotifyCustomer,
    /// Look at the place by hand.
    Review,
}

/// What the organisation has done about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TriageStatus {
    /// Nothing yet.
    Open,
    /// Dealt with.
    Remediated,
    /// Not to be dealt with.
    Ignored,
}

/// What the last run of a case has to say about an exposure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// It was not known before.
    New,
    /// It was dealt with, and stands in a source that came after that.
    Returned,
    /// It was known before.
    Known,
    /// It stands no longer in the sources where it was seen, as they were read last.
    Gone,
}

/// How many other places of an exposure its record names; `case.db` has all of them.
pub const MOST_PLACES: usize = 20;

/// A record, or a mention, that concerns a watched organisation, with all that a ticket needs.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
pub struct Exposure {
    /// Keyed id over organisation and record.
    pub exposure_id: Id,
    /// Whose it is.
    pub organisation: String,
    /// What is exposed.
    pub kind: Kind,
    /// What hit.
    pub matched: Matched,
    /// Who is exposed.
    pub identity_class: IdentityClass,
    /// Why that class.
    pub class_reason: String,
    /// What it opens.
    pub app_class: AppClass,
    /// How bad it is.
    pub severity: Severity,
    /// Why: the rule, what raised or lowered it, what else is noted.
    pub severity_reasons: Vec<String>,
    /// What to do, in that order.
    pub actions: Vec<Action>,
    /// First seen, RFC 3339 UTC.
    pub first_seen: String,
    /// Last seen, RFC 3339 UTC.
    pub last_seen: String,
    /// How often it was seen.
    pub sightings: u64,
    /// What was done about it.
    pub status: TriageStatus,
    /// What was noted when that was done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// What is new about it; only a case knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change: Option<Change>,
    /// Other places where it stands, as `SOURCE!ENTRY:LINE`; at most [`MOST_PLACES`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also_in: Vec<String>,
    /// Exposures of the same login, cookie or address from other machines; at most [`MOST_PLACES`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub related: Vec<Id>,
    /// The record itself.
    pub record: Record,
    /// The machine that it was taken from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub machine: Option<Arc<Machine>>,
    /// Where it was read.
    pub source: Arc<Source>,
}
