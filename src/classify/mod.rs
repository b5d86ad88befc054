//! Who is exposed and how bad it is.
//!
//! A pure function from what is known of an exposure to a verdict with its reasons. What is a
//! decision stands in `tables`; `docs/SEVERITY.md` explains it to those who read the reports.

mod application;
mod cookie;
mod tables;

use crate::exposure::{Action, AppClass, IdentityClass, Kind, MatchedOn, Severity};
use crate::record::SecretState;

use application::Application;
use tables::Rule;

pub use cookie::is_session_cookie;

/// What is exposed, as far as it matters here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Item {
    /// A login.
    Credential(SecretState),
    /// A cookie.
    Cookie(CookieState),
    /// A computer.
    Machine,
    /// An e-mail address from a form history.
    Autofill,
    /// A name in other text.
    Mention,
}

impl Item {
    /// The kind of exposure that it makes.
    pub fn kind(self) -> Kind {
        match self {
            Self::Credential(_) => Kind::Credential,
            Self::Cookie(_) => Kind::Session,
            Self::Machine => Kind::Machine,
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

/// Everything that class and severity depend on.
#[derive(Debug, Clone)]
pub struct Situation<'a> {
    /// What is exposed.
    pub item: Item,
    /// In what the watched name was found.
    pub matched_on: MatchedOn,
    /// The scheme of the address, in lower case.
    pub scheme: Option<&'a str>,
    /// The normalised host of the address, or the domain of the cookie.
    pub host: Option<&'a str>,
    /// What follows the host; of a cookie, its path.
    pub path: &'a str,
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
    /// Why: the rule, then what raised or lowered it.
    pub severity_reasons: Vec<String>,
    /// What to do about it, in the order of [`Action`].
    pub actions: Vec<Action>,
}

/// Judges an exposure.
///
/// ```
/// use logsieve::classify::*;
/// use logsieve::exposure::{IdentityClass, MatchedOn, Severity};
/// use logsieve::record::SecretState;
///
/// let verdict = judge(&Situation {
///     item: Item::Credential(SecretState::Present),
///     matched_on: MatchedOn::WebsiteDomain,
///     scheme: Some("https"),
///     host: Some("vpn.example.com"),
///     path: "/",
///     host_relation: HostRelation::Ours,
///     login: LoginRelation::NoEmail,
///     machine: MachineRelation::Foreign,
///     importance: Importance::Ordinary,
///     infected_days_ago: Some(3),
/// });
/// assert_eq!(verdict.identity_class, IdentityClass::Employee);
/// assert_eq!(verdict.severity, Severity::Critical);
/// ```
pub fn judge(situation: &Situation<'_>) -> Verdict {
    let application = Application::of(situation.scheme, situation.host, situation.path);
    let (identity_class, class_reason) = identity(situation, &application);
    let rule = rule(situation, &application, identity_class);
    let (severity, severity_reasons) = severity(situation, rule);
    Verdict {
        identity_class,
        class_reason,
        app_class: application.class,
        severity,
        severity_reasons,
        actions: actions(situation, rule, identity_class, application.class),
    }
}

fn identity(situation: &Situation<'_>, application: &Application) -> (IdentityClass, String) {
    let (class, reason) = match situation.item {
        Item::Mention => (IdentityClass::Unknown, "a watched name in other text"),
        Item::Machine => identity_of_machine(situation),
        Item::Autofill if situation.machine == MachineRelation::Ours => OUR_COMPUTER,
        Item::Autofill => (IdentityClass::Unknown, "an e-mail address of ours, but no login"),
        Item::Credential(_) | Item::Cookie(_) => match staff_sign(situation, application) {
            Some(sign) => {
                let reason = format!("login on a host that “{sign}” marks as a staff host");
                return (IdentityClass::Employee, reason);
            }
            None => identity_of_login(situation),
        },
    };
    (class, reason.to_owned())
}

const OUR_COMPUTER: (IdentityClass, &str) =
    (IdentityClass::Employee, "taken from a computer of the organisation");

/// The sign by which an own host, not listed as anything, is recognised as a staff host.
fn staff_sign(situation: &Situation<'_>, application: &Application) -> Option<&'static str> {
    application.staff_sign.filter(|_| situation.host_relation == HostRelation::Ours)
}

fn identity_of_machine(situation: &Situation<'_>) -> (IdentityClass, &'static str) {
    match situation.matched_on {
        MatchedOn::AdDomain => (IdentityClass::Employee, "the computer carries our Windows domain"),
        MatchedOn::ComputerName => (IdentityClass::Employee, "the computer is named like ours"),
        _ if situation.machine == MachineRelation::Ours => OUR_COMPUTER,
        _ => (IdentityClass::Unknown, "the computer has an address of ours"),
    }
}

/// The class of a login or session that is not at a recognised staff host.
fn identity_of_login(situation: &Situation<'_>) -> (IdentityClass, &'static str) {
    use HostRelation::{Foreign, ListedCustomer, ListedStaff, Ours};
    use IdentityClass::{Customer, Employee, ThirdParty, Unknown};
    match (situation.host_relation, situation.login) {
        (_, LoginRelation::OurWindowsDomain) => (Employee, "login with our Windows domain"),
        (ListedStaff, _) => (Employee, "login on a listed staff host"),
        (Ours | ListedCustomer, LoginRelation::OurEmail) => {
            (Employee, "our e-mail address on our host")
        }
        (Foreign, LoginRelation::OurEmail) => {
            (ThirdParty, "our e-mail address at somebody else's service")
        }
        _ if situation.machine == MachineRelation::Ours => OUR_COMPUTER,
        (Ours | ListedCustomer, LoginRelation::OtherEmail) => {
            (Customer, "somebody else's e-mail address on our host")
        }
        (Ours | ListedCustomer, LoginRelation::NoEmail) => {
            (Customer, "login without our e-mail address on our host")
        }
        (Foreign, LoginRelation::OtherEmail | LoginRelation::NoEmail) => {
            (Unknown, "neither host nor login is ours")
        }
    }
}

fn rule(
    situation: &Situation<'_>,
    application: &Application,
    class: IdentityClass,
) -> &'static Rule {
    match (situation.item, class) {
        (Item::Mention, _) => &tables::MENTION,
        (Item::Autofill, _) => &tables::OUR_ADDRESS_IN_FORM,
        (Item::Machine, IdentityClass::Employee) => &tables::OUR_MACHINE,
        (Item::Machine, _) => &tables::MACHINE_IN_OUR_NETWORK,
        (Item::Credential(SecretState::Empty | SecretState::Placeholder), _) => &tables::NO_SECRET,
        (Item::Cookie(CookieState::ExpiredSession), _) => &tables::EXPIRED_SESSION,
        (Item::Cookie(CookieState::NoSession), _) => &tables::NO_SESSION,
        (Item::Cookie(CookieState::LiveSession), _) if is_staff_or_sso(situation, application) => {
            &tables::LIVE_STAFF_SESSION
        }
        (Item::Cookie(CookieState::LiveSession), IdentityClass::Employee) => {
            &tables::EMPLOYEE_SESSION
        }
        (Item::Cookie(CookieState::LiveSession), IdentityClass::Customer) => {
            &tables::LIVE_CUSTOMER_SESSION
        }
        (Item::Credential(_), IdentityClass::Employee) => {
            if application::is_remote(application.class) {
                &tables::EMPLOYEE_REMOTE_ACCESS
            } else {
                &tables::EMPLOYEE_CREDENTIAL
            }
        }
        (Item::Credential(_), IdentityClass::Customer) => &tables::CUSTOMER_CREDENTIAL,
        (_, IdentityClass::ThirdParty) => &tables::OUR_ADDRESS_ELSEWHERE,
        (_, IdentityClass::Unknown) => &tables::UNPLACED,
    }
}

fn is_staff_or_sso(situation: &Situation<'_>, application: &Application) -> bool {
    match situation.host_relation {
        HostRelation::ListedStaff => true,
        HostRelation::Ours => {
            application.staff_sign.is_some() || application.class == AppClass::Sso
        }
        HostRelation::Foreign | HostRelation::ListedCustomer => false,
    }
}

/// The severity of `rule`, a step up for a VIP and a step down for an old infection.
///
/// What is only good to know stays that, whomever it concerns.
fn severity(situation: &Situation<'_>, rule: &Rule) -> (Severity, Vec<String>) {
    let mut reasons = vec![rule.reason.to_owned()];
    if rule.severity == Severity::Info {
        return (rule.severity, reasons);
    }
    let is_vip = situation.importance == Importance::Vip;
    let is_old = situation.infected_days_ago.is_some_and(|days| days > tables::OLD_AFTER_DAYS);
    if is_vip {
        reasons.push("raised: a VIP of the organisation".to_owned());
    }
    if is_old {
        let days = tables::OLD_AFTER_DAYS;
        reasons.push(format!("lowered: infected more than {days} days ago"));
    }
    let severity = match (is_vip, is_old) {
        (true, false) => rule.severity.raised(),
        (false, true) => rule.severity.lowered(),
        _ => rule.severity,
    };
    (severity, reasons)
}

fn actions(
    situation: &Situation<'_>,
    rule: &Rule,
    class: IdentityClass,
    app: AppClass,
) -> Vec<Action> {
    let mut actions = rule.actions.to_vec();
    if situation.machine == MachineRelation::Ours && situation.item != Item::Mention {
        actions.push(Action::IsolateHost);
    }
    let is_ours = matches!(class, IdentityClass::Employee | IdentityClass::ThirdParty);
    let opens_keys = matches!(app, AppClass::Dev | AppClass::Cloud);
    if is_ours && opens_keys && rule.severity > Severity::Info {
        actions.push(Action::RotateKey);
    }
    actions.sort_unstable();
    actions.dedup();
    actions
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
