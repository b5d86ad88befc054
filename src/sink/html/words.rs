//! The words of the report: how the values of records are called, and what they mean.

use serde::Serialize;

use crate::exposure::{Action, Change, IdentityClass, Kind, Severity, TriageStatus};
use crate::record::{Status, TimeConfidence};

/// The severities, worst first, each with what it asks for.
pub(super) const SEVERITIES: [(Severity, &str); 5] = [
    (Severity::Critical, "act now: whoever has the log can walk in"),
    (Severity::High, "act today"),
    (Severity::Medium, "look at it this week"),
    (Severity::Low, "look at it some time"),
    (Severity::Info, "good to know; no secret and no live session was taken"),
];

/// The identity classes, each with its meaning.
pub(super) const CLASSES: [(IdentityClass, &str); 4] = [
    (IdentityClass::Employee, "one of our people, or a computer of ours"),
    (IdentityClass::Customer, "somebody with a login at our sites"),
    (IdentityClass::ThirdParty, "our e-mail address at somebody else’s service"),
    (IdentityClass::Unknown, "cannot be told"),
];

/// The kinds of exposures, each with its meaning.
pub(super) const KINDS: [(Kind, &str); 5] = [
    (Kind::Credential, "a saved login"),
    (Kind::Session, "a cookie"),
    (Kind::Machine, "an infected computer of ours"),
    (Kind::Autofill, "one of our addresses in a form history"),
    (Kind::Mention, "a watched name in other text"),
];

/// What a case has to say, each with its meaning.
pub(super) const CHANGES: [(Change, &str); 4] = [
    (Change::New, "not known before"),
    (Change::Returned, "dealt with, and seen again since"),
    (Change::Known, "known before"),
    (Change::Gone, "no longer where it was seen"),
];

/// What was done about an exposure.
pub(super) const STATUSES: [TriageStatus; 3] =
    [TriageStatus::Open, TriageStatus::Remediated, TriageStatus::Ignored];

/// What a defender does, in the order in which it helps, each with the reason.
pub(super) const ACTIONS: [(Action, &str, &str); 6] = [
    (
        Action::IsolateHost,
        "Isolate the infected computers",
        "Take them off the network and rebuild them, before any password is changed: malware that \
         still runs takes the new ones as well.",
    ),
    (
        Action::ResetPassword,
        "Reset passwords",
        "From a clean computer, and wherever the same password was used.",
    ),
    (
        Action::RevokeSessions,
        "Revoke sessions",
        "A stolen session cookie opens the account without a password and past the second factor; \
         a new password alone does not end it.",
    ),
    (
        Action::RotateKey,
        "Rotate keys and tokens",
        "Whoever can log in to development or cloud services could also read the keys kept there.",
    ),
    (
        Action::NotifyCustomer,
        "Notify customers",
        "Their computer is infected; they cannot know it from us alone resetting their password.",
    ),
    (Action::Review, "Review by hand", "These need the eye of a person before anything is done."),
];

/// The word that records use for a value, as people write it.
pub(super) fn word(value: &impl Serialize) -> String {
    let json = serde_json::to_value(value).ok();
    json.as_ref().and_then(|value| value.as_str()).unwrap_or_default().replace('_', " ")
}

/// How sure the time of an infection is.
pub(super) fn certainty(confidence: TimeConfidence) -> &'static str {
    match confidence {
        TimeConfidence::Exact => "exact",
        TimeConfidence::ZoneAssumed => "time zone not told, UTC assumed",
        TimeConfidence::OrderAssumed => "day and month could be the other way round",
        TimeConfidence::FolderName => "read from the name of the folder only",
    }
}

/// Whether all was read, as the beginning of a verdict.
pub(super) fn completeness(status: Status) -> (&'static str, &'static str) {
    match status {
        Status::Complete => ("Complete", "Everything that was given was read."),
        Status::Partial => (
            "Partial",
            "Something that was given was not read, or not understood: there may be more exposures \
             than this report knows of.",
        ),
        Status::Unreadable => {
            ("Unreadable", "Nothing that was given could be read: this report says nothing.")
        }
    }
}
