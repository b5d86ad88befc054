//! Who is exposed and how bad it is.
//!
//! A pure function from what is known of an exposure to a verdict with its reasons. What is a
//! decision stands in tables: `signs`, `sessions` and `tables`. `docs/SEVERITY.md` shows and
//! explains them to those who read the reports.

mod application;
mod cookie;
mod identity;
mod sessions;
mod severity;
mod signs;
mod tables;

use crate::exposure::{Action, AppClass, IdentityClass, Kind, MatchedOn, Severity};
use crate::record::{Machine, SecretFacts};

use application::Application;

pub use cookie::is_session_cookie;

/// What is exposed, as far as it matters here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Item<'a> {
    /// A login, with what may be said about its password.
    Credential(&'a SecretFacts),
    /// A cookie, and its name.
    Cookie(CookieState, &'a str),
    /// A computer.
    Machine(&'a Machine),
    /// An e-mail address from a form history.
    Autofill,
    /// A name in other text.
    Mention,
}

impl Item<'_> {
    /// The kind of exposure that it makes.
    pub fn kind(self) -> Kind {
        match self {
            Self::Credential(_) => Kind::Credential,
            Self::Cookie(..) => Kind::Session,
            Self::Machine(_) => Kind::Machine,
            Self::Autofill => Kind::Autofill,
            Self::Mention => Kind::Mention,
        }
    }
}

/// What a cookie is worth to a thief.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CookieState {
    /// A login session that had not expired.
    LiveSession,
    /// A login session that had.
    ExpiredSession,
    /// No login session ([`is_session_cookie`]).
    NoSession,
}

/// Whose host, or app, a login or cookie is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HostRelation {
    /// Somebody else's, or none.
    Foreign,
    /// The organisation's: its domains, app ids or address ranges.
    Ours,
    /// Listed in `staff_hosts`.
    ListedStaff,
    /// Listed in `customer_hosts`: never taken for a staff host, whatever it is called.
    ListedCustomer,
}

/// Whose login it is, by its form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoginRelation {
    /// It is or holds an e-mail address of the organisation.
    OurEmail,
    /// `DOMAIN\user` with a Windows domain of the organisation.
    OurWindowsDomain,
    /// It is somebody else's e-mail address.
    OtherEmail,
    /// It is no e-mail address, or not known (cookies).
    NoEmail,
}

/// Whose computer it was taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MachineRelation {
    /// Somebody's.
    Foreign,
    /// It carries a Windows domain or a computer name of the organisation.
    Ours,
}

/// How much it matters who is exposed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Importance {
    /// Listed in `vip`.
    Vip,
    /// Anybody else.
    Ordinary,
}

/// Where a login or cookie is for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Address<'a> {
    /// The scheme, in lower case.
    pub scheme: Option<&'a str>,
    /// The normalised host, or the domain of the cookie.
    pub host: Option<&'a str>,
    /// The part of the host that one registers.
    pub registrable_domain: Option<&'a str>,
    /// The port where it is written.
    pub port: Option<u16>,
    /// What follows the host; of a cookie, its path.
    pub path: &'a str,
}

/// Everything that class and severity depend on.
#[derive(Debug, Clone)]
pub struct Situation<'a> {
    /// What is exposed.
    pub item: Item<'a>,
    /// In what the watched name was found.
    pub matched_on: MatchedOn,
    /// The entry of the watchlist.
    pub entry: &'a str,
    /// What the login or cookie is for.
    pub address: Address<'a>,
    /// Whose host it is.
    pub host_relation: HostRelation,
    /// Whose login it is.
    pub login: LoginRelation,
    /// Whose computer it is.
    pub machine: MachineRelation,
    /// Whether it is a VIP's.
    pub importance: Importance,
    /// Days from the infection to `--as-of`, where the infection has a date.
    pub infected_days_ago: Option<i64>,
}

/// Who is exposed, how bad that is, why, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Who is exposed.
    pub identity_class: IdentityClass,
    /// Why that class.
    pub class_reason: String,
    /// What the login opens.
    pub app_class: AppClass,
    /// How bad it is.
    pub severity: Severity,
    /// Why: the rule, what raised or lowered it, and what else is worth knowing.
    pub severity_reasons: Vec<String>,
    /// What to do about it, in the order of [`Action`].
    pub actions: Vec<Action>,
}

/// Judges an exposure.
///
/// ```
/// use logsieve::classify::*;
/// use logsieve::exposure::{IdentityClass, MatchedOn, Severity};
/// use logsieve::record::{CharClass, SecretFacts, SecretLength, SecretState};
///
/// let secret = SecretFacts {
///     state: SecretState::Present,
///     length: Some(SecretLength::UpTo7),
///     classes: vec![CharClass::Lower].into(),
///     fingerprint: None,
/// };
/// let verdict = judge(&Situation {
///     item: Item::Credential(&secret),
///     matched_on: MatchedOn::WebsiteDomain,
///     entry: "example.com",
///     address: Address {
///         scheme: Some("https"),
///         host: Some("vpn.example.com"),
///         registrable_domain: Some("example.com"),
///         port: None,
///         path: "/",
///     },
///     host_relation: HostRelation::Ours,
///     login: LoginRelation::NoEmail,
///     machine: MachineRelation::Foreign,
///     importance: Importance::Ordinary,
///     infected_days_ago: Some(3),
/// });
/// assert_eq!(verdict.identity_class, IdentityClass::Employee);
/// assert_eq!(verdict.severity, Severity::Critical);
/// assert_eq!(
///     verdict.severity_reasons,
///     ["employee credential on remote access", "noted: the password has fewer than 8 characters"]
/// );
/// ```
pub fn judge(situation: &Situation<'_>) -> Verdict {
    let cookie = match situation.item {
        Item::Cookie(_, name) => Some(name),
        _ => None,
    };
    let application = Application::of(&situation.address, cookie, situation.entry);
    let (identity_class, class_reason) = identity::identity(situation, &application);
    let rule = severity::rule(situation, &application, identity_class);
    let (severity, severity_reasons) = severity::severity(situation, rule);
    Verdict {
        identity_class,
        class_reason,
        app_class: application.class,
        severity,
        severity_reasons,
        actions: severity::actions(situation, rule, identity_class, application.class),
    }
}

/// Whether `host` is `domain` or a name below it, without regard to case.
fn is_below(host: &str, domain: &str) -> bool {
    let start = host.len().checked_sub(domain.len());
    let split = start.and_then(|start| host.split_at_checked(start));
    split.is_some_and(|(above, tail)| {
        tail.eq_ignore_ascii_case(domain) && (above.is_empty() || above.ends_with('.'))
    })
}

#[cfg(test)]
mod document;
#[cfg(test)]
mod tests;
