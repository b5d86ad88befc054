//! `check` against the truth: who is exposed as what, and every line with a watched name on it.

use std::collections::HashSet;

use serde_json::Value;

use super::case::Case;
use super::expected::{Cookie, Log, Login};
use super::records::{described, place, shown, text};
use super::score::Score;
use crate::support::truth::organisation_of;

/// Organisation, entry and line.
type Covered<'t> = HashSet<(&'t str, &'t str, u64)>;

pub(super) fn compare(case: &Case, score: &mut Score) {
    let records = case.check();
    let mut exposures: Vec<&Value> =
        records.iter().filter(|record| record["type"] == "exposure").collect();
    let mut covered = Covered::new();
    for log in &case.logs {
        expect_machine(case, log, &mut exposures, score);
        expect_logins(case, log, &mut exposures, &mut covered, score);
        expect_sessions(case, log, &mut exposures, &mut covered, score);
        expect_autofill(case, log, &mut exposures, &mut covered, score);
    }
    let (mentions, strangers): (Vec<&Value>, Vec<&Value>) =
        exposures.into_iter().partition(|exposure| exposure["kind"] == "mention");
    for stranger in strangers {
        score.surplus("exposure", format!("{} {}", case.name, told(stranger)));
    }
    compare_mentions(case, &mentions, &mut covered, score);
    for name in &case.names {
        let organisation = organisation_of(&name.name).unwrap();
        let holds = covered.contains(&(organisation, &name.entry, name.line));
        score.holds(
            "name",
            holds,
            format!("{} {}:{} {}", case.name, name.entry, name.line, name.name),
        );
    }
}

fn told(exposure: &Value) -> String {
    let [kind, class] = ["kind", "identity_class"].map(|field| text(exposure, field));
    format!("{kind} {class} {} {}", text(exposure, "organisation"), shown(&exposure["record"]))
}

/// Takes the exposures out of `exposures` that fit.
fn take<'r>(exposures: &mut Vec<&'r Value>, fits: impl Fn(&Value) -> bool) -> Vec<&'r Value> {
    let (taken, left) = exposures.iter().partition(|exposure| fits(exposure));
    *exposures = left;
    taken
}

fn expect_machine(case: &Case, log: &Log, exposures: &mut Vec<&Value>, score: &mut Score) {
    let owed = &log.machine.exposes;
    let organisations: HashSet<&str> =
        owed.iter().map(|exposes| exposes.organisation.as_str()).collect();
    for organisation in organisations {
        let found = take(exposures, |exposure| {
            exposure["kind"] == "machine"
                && exposure["organisation"] == organisation
                && exposure["record"]["log"] == log.folder()
        });
        let at = format!("{} {} {organisation}", case.name, log.log);
        let Some(exposure) = found.first() else {
            score.missed("exposed machine", &at);
            continue;
        };
        score.found("exposed machine");
        let on = text(&exposure["matched"], "on");
        let holds = owed.iter().any(|exposes| exposes.on.as_deref() == Some(on));
        score.holds("exposed machine.on", holds, format!("{at}: {on}"));
    }
}

fn expect_logins<'t>(
    case: &Case,
    log: &'t Log,
    exposures: &mut Vec<&Value>,
    covered: &mut Covered<'t>,
    score: &mut Score,
) {
    for login in Login::all_of(log) {
        for owed in &login.first().exposes {
            let organisation = owed.organisation.as_str();
            let found = take(exposures, |exposure| {
                let (entry, line) = place(&exposure["record"]);
                exposure["kind"] == "credential"
                    && exposure["organisation"] == organisation
                    && exposure["record"]["username"] == login.first().username.as_str()
                    && login.stands_at(entry, line)
            });
            let at = described(&case.name, login.first());
            let Some(exposure) = found.first() else {
                if !login.is_ambiguous() {
                    score.missed("exposed login", format!("{at} {organisation}"));
                }
                continue;
            };
            score.found("exposed login");
            if let Some(class) = &owed.class {
                let actual = text(exposure, "identity_class");
                score.holds(
                    "exposed login.class",
                    actual == class,
                    format!("{at}: {class} is {actual}"),
                );
            }
            cover(&login, organisation, covered);
        }
    }
    cover_ambiguous(log, exposures, covered);
}

fn cover<'t>(login: &Login<'t>, organisation: &'t str, covered: &mut Covered<'t>) {
    for place in &login.0 {
        let lines = place.line..=place.last_line;
        covered.extend(lines.map(|line| (organisation, place.entry.as_str(), line)));
    }
}

/// An ambiguous login may be exposed, and covers its lines if it is.
fn cover_ambiguous<'t>(log: &'t Log, exposures: &mut Vec<&Value>, covered: &mut Covered<'t>) {
    for truth in log.credentials.iter().filter(|truth| truth.ambiguous) {
        let found = take(exposures, |exposure| {
            let (entry, line) = place(&exposure["record"]);
            exposure["kind"] == "credential" && truth.holds(entry, line)
        });
        for exposure in found {
            let organisations = ["Example Corp", "Example Net"];
            let whose = organisations.into_iter().find(|name| exposure["organisation"] == *name);
            cover(&Login(vec![truth]), whose.unwrap_or_default(), covered);
        }
    }
}

fn expect_sessions<'t>(
    case: &Case,
    log: &'t Log,
    exposures: &mut Vec<&Value>,
    covered: &mut Covered<'t>,
    score: &mut Score,
) {
    let sessions = take(exposures, |exposure| {
        let is_of = |truth: &Cookie| truth.is_or_has_copy(&exposure["record"], log);
        exposure["kind"] == "session" && log.watched_cookies.iter().any(is_of)
    });
    for truth in &log.watched_cookies {
        let organisation = organisation_of(&truth.domain).unwrap();
        let found = sessions.iter().any(|exposure| {
            exposure["organisation"] == organisation
                && truth.is_or_has_copy(&exposure["record"], log)
        });
        let what = format!("{} {}:{} {}", case.name, truth.entry, truth.line, truth.domain);
        score.holds("exposed cookie", found, what);
        if found {
            covered.insert((organisation, &truth.entry, truth.line));
        }
    }
}

fn expect_autofill<'t>(
    case: &Case,
    log: &'t Log,
    exposures: &mut Vec<&Value>,
    covered: &mut Covered<'t>,
    score: &mut Score,
) {
    let mut exposed: Vec<String> = Vec::new();
    for truth in &log.autofill {
        let email = truth.email.to_lowercase();
        let domain = email.rsplit('@').next().unwrap_or_default();
        let Some(organisation) = organisation_of(domain) else { continue };
        let found = take(exposures, |exposure| {
            let (entry, line) = place(&exposure["record"]);
            exposure["kind"] == "autofill"
                && text(&exposure["record"], "email").to_lowercase() == email
                && entry == truth.entry
                && (truth.first_line..=truth.line).contains(&line)
        });
        if !found.is_empty() {
            exposed.push(email.clone());
        }
        if exposed.contains(&email) {
            score.found("exposed autofill");
            let lines = truth.first_line..=truth.line;
            covered.extend(lines.map(|line| (organisation, truth.entry.as_str(), line)));
        } else if !truth.ambiguous {
            score.missed(
                "exposed autofill",
                format!("{} {}:{}", case.name, truth.entry, truth.line),
            );
        }
    }
}

/// Mentions are of lines that hold a name and that no record covers.
fn compare_mentions<'t>(
    case: &'t Case,
    mentions: &[&Value],
    covered: &mut Covered<'t>,
    score: &mut Score,
) {
    let mut mentioned = Covered::new();
    for mention in mentions {
        let (entry, line) = place(&mention["record"]);
        let truth = case.names.iter().find(|name| {
            let organisation = organisation_of(&name.name).unwrap();
            name.entry == entry && name.line == line && mention["organisation"] == organisation
        });
        let Some(truth) = truth else {
            score.surplus("mention", format!("{} {}", case.name, told(mention)));
            continue;
        };
        let organisation = organisation_of(&truth.name).unwrap();
        let at = (organisation, truth.entry.as_str(), truth.line);
        if covered.contains(&at) {
            score.surplus("mention", format!("{} {} is covered", case.name, told(mention)));
        } else {
            score.found("mention");
            mentioned.insert(at);
        }
    }
    covered.extend(mentioned);
}
