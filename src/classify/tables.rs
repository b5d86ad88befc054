//! What an exposure is worth, and what to do about it: everything that is a decision and no logic.
//!
//! `docs/SEVERITY.md` shows these tables; a test compares the two.

use crate::exposure::Action::{
    self, IsolateHost, NotifyCustomer, ResetPassword, Review, RevokeSessions,
};
use crate::exposure::Severity::{self, Critical, High, Info, Low, Medium};
use crate::record::CharClass::{self, Digit};
use crate::record::SecretLength::{self, UpTo7, UpTo11, UpTo15};

/// What an exposure is worth before age and VIP, and what to do about it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Rule {
    /// What it is about; stands in `severity_reasons`.
    pub(super) reason: &'static str,
    /// How bad it is.
    pub(super) severity: Severity,
    /// What to do.
    pub(super) actions: &'static [Action],
}

const fn rule(reason: &'static str, severity: Severity, actions: &'static [Action]) -> Rule {
    Rule { reason, severity, actions }
}

pub(super) const LIVE_STAFF_SESSION: Rule =
    rule("live session cookie on a staff or SSO host", Critical, &[ResetPassword, RevokeSessions]);
pub(super) const EMPLOYEE_REMOTE_ACCESS: Rule =
    rule("employee credential on remote access", Critical, &[ResetPassword, RevokeSessions]);
pub(super) const EMPLOYEE_CREDENTIAL: Rule =
    rule("employee credential", High, &[ResetPassword, RevokeSessions]);
pub(super) const EMPLOYEE_SESSION: Rule =
    rule("live session cookie of an employee", High, &[RevokeSessions]);
pub(super) const OUR_MACHINE: Rule = rule(
    "a computer of the organisation is infected",
    High,
    &[IsolateHost, ResetPassword, RevokeSessions],
);
pub(super) const WORK_ACCOUNT: Rule = rule(
    "our e-mail address at a service for work accounts",
    Medium,
    &[ResetPassword, RevokeSessions],
);
pub(super) const MACHINE_IN_OUR_NETWORK: Rule =
    rule("an infected computer has an address of the organisation", Medium, &[Review]);
pub(super) const OUR_ADDRESS_ELSEWHERE: Rule =
    rule("our e-mail address at somebody else's service", Medium, &[ResetPassword]);
pub(super) const LIVE_CUSTOMER_SESSION: Rule =
    rule("live session cookie of a customer", Medium, &[RevokeSessions, NotifyCustomer]);
pub(super) const CUSTOMER_CREDENTIAL: Rule =
    rule("customer credential", Low, &[ResetPassword, NotifyCustomer]);
pub(super) const OUR_ADDRESS_IN_FORM: Rule =
    rule("our e-mail address in a form history", Low, &[Review]);
pub(super) const UNPLACED: Rule = rule("login that cannot be placed", Low, &[Review]);
pub(super) const EMPTY_SECRET: Rule = rule("the password is empty", Info, &[Review]);
pub(super) const NO_SECRET: Rule = rule("no password was taken along", Info, &[Review]);
pub(super) const EXPIRED_SESSION: Rule = rule("expired session cookie", Info, &[Review]);
pub(super) const NO_SESSION: Rule = rule("cookie that is no login session", Info, &[Review]);
pub(super) const MENTION: Rule = rule("a watched name in other text", Info, &[Review]);

/// All rules, worst first.
#[cfg(test)]
pub(super) const RULES: &[Rule] = &[
    LIVE_STAFF_SESSION,
    EMPLOYEE_REMOTE_ACCESS,
    EMPLOYEE_CREDENTIAL,
    EMPLOYEE_SESSION,
    OUR_MACHINE,
    WORK_ACCOUNT,
    MACHINE_IN_OUR_NETWORK,
    OUR_ADDRESS_ELSEWHERE,
    LIVE_CUSTOMER_SESSION,
    CUSTOMER_CREDENTIAL,
    OUR_ADDRESS_IN_FORM,
    UNPLACED,
    EMPTY_SECRET,
    NO_SECRET,
    EXPIRED_SESSION,
    NO_SESSION,
    MENTION,
];

/// An infection of more days than this lowers the severity by one step.
pub(super) const OLD_AFTER_DAYS: i64 = 365;

/// What makes a password weak, as far as may be told of it.
#[derive(Debug)]
pub(super) struct Weakness {
    /// What is said of it.
    pub(super) note: &'static str,
    /// Its length is one of these.
    pub(super) lengths: &'static [SecretLength],
    /// It is made of nothing but these, or of one class, whichever it is.
    pub(super) of: MadeOf,
}

/// What a password is made of.
#[derive(Debug)]
pub(super) enum MadeOf {
    /// Anything.
    Anything,
    /// Characters of this class only.
    Only(CharClass),
    /// Characters of one class, whichever.
    OneClass,
}

/// Weak passwords; the first that fits is told.
pub(super) const WEAKNESSES: &[Weakness] = &[
    Weakness {
        note: "the password has fewer than 8 characters",
        lengths: &[UpTo7],
        of: MadeOf::Anything,
    },
    Weakness {
        note: "the password has fewer than 16 characters, all of them digits",
        lengths: &[UpTo11, UpTo15],
        of: MadeOf::Only(Digit),
    },
    Weakness {
        note: "the password has fewer than 12 characters, all of one kind",
        lengths: &[UpTo11],
        of: MadeOf::OneClass,
    },
];
