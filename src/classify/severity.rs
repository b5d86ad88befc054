//! How bad an exposure is, why, and what to do about it.

use super::application::{Application, is_remote};
use super::tables::{self, MadeOf, Rule};
use super::{CookieState, HostRelation, Importance, Item, MachineRelation, Situation};
use crate::exposure::{Action, AppClass, IdentityClass, Severity};
use crate::record::{Machine, SecretFacts, SecretState};

/// The rule that an exposure falls under.
pub(super) fn rule(
    situation: &Situation<'_>,
    application: &Application,
    class: IdentityClass,
) -> &'static Rule {
    match situation.item {
        Item::Mention => &tables::MENTION,
        Item::Autofill => &tables::OUR_ADDRESS_IN_FORM,
        Item::Machine(_) if class == IdentityClass::Employee => &tables::OUR_MACHINE,
        Item::Machine(_) => &tables::MACHINE_IN_OUR_NETWORK,
        Item::Credential(secret) => match secret.state {
            SecretState::Empty => &tables::EMPTY_SECRET,
            SecretState::Placeholder => &tables::NO_SECRET,
            SecretState::Present => rule_of_login(application, class),
        },
        Item::Cookie(CookieState::ExpiredSession, _) => &tables::EXPIRED_SESSION,
        Item::Cookie(CookieState::NoSession, _) => &tables::NO_SESSION,
        Item::Cookie(CookieState::LiveSession, _) => rule_of_session(situation, application, class),
    }
}

fn rule_of_login(application: &Application, class: IdentityClass) -> &'static Rule {
    match class {
        IdentityClass::Employee if is_remote(application.class) => &tables::EMPLOYEE_REMOTE_ACCESS,
        IdentityClass::Employee => &tables::EMPLOYEE_CREDENTIAL,
        IdentityClass::Customer => &tables::CUSTOMER_CREDENTIAL,
        IdentityClass::ThirdParty if application.work_service.is_some() => &tables::WORK_ACCOUNT,
        IdentityClass::ThirdParty => &tables::OUR_ADDRESS_ELSEWHERE,
        IdentityClass::Unknown => &tables::UNPLACED,
    }
}

fn rule_of_session(
    situation: &Situation<'_>,
    application: &Application,
    class: IdentityClass,
) -> &'static Rule {
    let is_staff_or_sso = match situation.host_relation {
        HostRelation::ListedStaff => true,
        HostRelation::Ours => {
            application.staff_sign.is_some() || application.class == AppClass::Sso
        }
        HostRelation::Foreign | HostRelation::ListedCustomer => false,
    };
    match class {
        _ if is_staff_or_sso => &tables::LIVE_STAFF_SESSION,
        IdentityClass::Employee => &tables::EMPLOYEE_SESSION,
        IdentityClass::Customer => &tables::LIVE_CUSTOMER_SESSION,
        IdentityClass::ThirdParty => &tables::OUR_ADDRESS_ELSEWHERE,
        IdentityClass::Unknown => &tables::UNPLACED,
    }
}

/// The severity of `rule`, a step up for a VIP and a step down for an old infection, and all
/// reasons: the rule, what moved it, and what else is worth knowing.
///
/// What is only good to know stays that, whomever it concerns.
pub(super) fn severity(situation: &Situation<'_>, rule: &Rule) -> (Severity, Vec<String>) {
    let mut reasons = vec![rule.reason.to_owned()];
    let moves = rule.severity > Severity::Info;
    let is_vip = moves && situation.importance == Importance::Vip;
    let days = situation.infected_days_ago;
    let is_old = moves && days.is_some_and(|days| days > tables::OLD_AFTER_DAYS);
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
    reasons.extend(notes(situation).into_iter().map(|note| format!("noted: {note}")));
    (severity, reasons)
}

/// What moves no severity, but tells where to look.
fn notes(situation: &Situation<'_>) -> Vec<String> {
    let mut notes = Vec::new();
    match situation.item {
        Item::Credential(secret) => notes.extend(weakness(secret).map(str::to_owned)),
        Item::Machine(machine) => {
            let path = machine.malware_path.as_ref();
            notes.extend(path.map(|_| "it is known where the malware ran from".to_owned()));
            notes.extend(valuables(machine));
        }
        Item::Cookie(..) | Item::Autofill | Item::Mention => {}
    }
    if is_from_our_computer(situation) && !matches!(situation.item, Item::Machine(_)) {
        notes.push("taken from a computer of the organisation".to_owned());
    }
    notes
}

fn weakness(secret: &SecretFacts) -> Option<&'static str> {
    let length = secret.length.filter(|_| secret.state == SecretState::Present)?;
    let fits = |weakness: &&tables::Weakness| {
        let is_of_it = match (&weakness.of, &*secret.classes) {
            (MadeOf::Anything, _) | (MadeOf::OneClass, [_]) => true,
            (MadeOf::Only(wanted), [class]) => class == wanted,
            _ => false,
        };
        is_of_it && weakness.lengths.contains(&length)
    };
    tables::WEAKNESSES.iter().find(fits).map(|weakness| weakness.note)
}

/// What else than logins was taken along.
fn valuables(machine: &Machine) -> Option<String> {
    let counts = machine.counts;
    let kinds = [
        (counts.tokens, "tokens of programs"),
        (counts.cards, "payment cards"),
        (counts.wallets, "wallets"),
    ];
    let told = kinds.iter().filter(|(count, _)| *count > 0);
    let told: Vec<_> = told.map(|(count, kind)| format!("{kind}: {count}")).collect();
    (!told.is_empty()).then(|| format!("taken along as well: {}", told.join(", ")))
}

fn is_from_our_computer(situation: &Situation<'_>) -> bool {
    situation.machine == MachineRelation::Ours && !matches!(situation.item, Item::Mention)
}

/// What to do, in the order in which to do it.
pub(super) fn actions(
    situation: &Situation<'_>,
    rule: &Rule,
    class: IdentityClass,
    app: AppClass,
) -> Vec<Action> {
    let mut actions = rule.actions.to_vec();
    if is_from_our_computer(situation) {
        actions.push(Action::IsolateHost);
    }
    let opens = match situation.item {
        Item::Credential(_) | Item::Cookie(..) if rule.severity > Severity::Info => Some(app),
        _ => None,
    };
    let is_ours = matches!(class, IdentityClass::Employee | IdentityClass::ThirdParty);
    actions.extend(match opens {
        Some(AppClass::Dev | AppClass::Cloud) if is_ours => Some(Action::RotateKey),
        Some(AppClass::Sso) => Some(Action::RevokeSessions),
        Some(AppClass::Admin) if class == IdentityClass::Customer => Some(Action::Review),
        _ => None,
    });
    if let Item::Machine(machine) = situation.item
        && is_from_our_computer(situation)
        && machine.counts.tokens > 0
    {
        actions.push(Action::RotateKey);
    }
    actions.sort_unstable();
    actions.dedup();
    actions
}
