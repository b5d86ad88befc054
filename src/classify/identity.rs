//! Who is exposed, and by what that is known.

use super::application::Application;
use super::{HostRelation, Item, LoginRelation, MachineRelation, Situation};
use crate::exposure::{IdentityClass, MatchedOn};

const OUR_COMPUTER: (IdentityClass, &str) =
    (IdentityClass::Employee, "taken from a computer of the organisation");

/// The class, and why that one.
pub(super) fn identity(
    situation: &Situation<'_>,
    application: &Application,
) -> (IdentityClass, String) {
    let (class, reason) = match situation.item {
        Item::Mention => (IdentityClass::Unknown, "a watched name in other text"),
        Item::Machine(_) => of_machine(situation),
        Item::Autofill if situation.machine == MachineRelation::Ours => OUR_COMPUTER,
        Item::Autofill => (IdentityClass::Unknown, "an e-mail address of ours, but no login"),
        Item::Credential(_) | Item::Cookie(..) => match staff_sign(situation, application) {
            Some(sign) => {
                let reason = format!("login on a host that “{sign}” marks as a staff host");
                return (IdentityClass::Employee, reason);
            }
            None => of_login(situation),
        },
    };
    (class, reason.to_owned())
}

/// The sign by which an own host, not listed as anything, is recognised as a staff host.
fn staff_sign(situation: &Situation<'_>, application: &Application) -> Option<&'static str> {
    application.staff_sign.filter(|_| situation.host_relation == HostRelation::Ours)
}

fn of_machine(situation: &Situation<'_>) -> (IdentityClass, &'static str) {
    match situation.matched_on {
        MatchedOn::AdDomain => (IdentityClass::Employee, "the computer carries our Windows domain"),
        MatchedOn::ComputerName => (IdentityClass::Employee, "the computer is named like ours"),
        _ if situation.machine == MachineRelation::Ours => OUR_COMPUTER,
        _ => (IdentityClass::Unknown, "the computer has an address of ours"),
    }
}

/// The class of a login or session that is not at a recognised staff host.
fn of_login(situation: &Situation<'_>) -> (IdentityClass, &'static str) {
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
