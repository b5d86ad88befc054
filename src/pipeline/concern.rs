//! Whom a record concerns: the organisations of the watchlist, and by what.

use std::collections::HashMap;
use std::net::IpAddr;

use crate::classify::{HostRelation, LoginRelation};
use crate::exposure::{Matched, MatchedOn};
use crate::normalise::email;
use crate::pipeline::draft::{AutofillDraft, CookieDraft, CredentialDraft};
use crate::record::Machine;
use crate::watchlist::{HostMatch, Match, Matcher, OrgIndex, Relation};

/// One organisation that a record concerns.
#[derive(Debug, Clone)]
pub(super) struct Concern {
    /// Whose it is.
    pub organisation: OrgIndex,
    /// What hit.
    pub matched: Matched,
    /// Whose host it is about.
    pub host: HostRelation,
    /// Whose login it is, if that hit.
    pub login: Option<LoginRelation>,
}

/// The organisations that one record concerns, each once, in the order of the watchlist.
#[derive(Default)]
struct Concerns {
    found: Vec<Concern>,
    /// Where each organisation stands among them: one domain may have any number of owners.
    places: HashMap<OrgIndex, usize>,
}

impl Concerns {
    /// Adds a match; the first that is told of an organisation is what the exposure shows.
    fn add(&mut self, organisation: OrgIndex, entry: &str, on: MatchedOn) -> Option<&mut Concern> {
        let next = self.found.len();
        let at = *self.places.entry(organisation).or_insert(next);
        if at == next {
            let matched = Matched { entry: entry.to_owned(), on };
            let host = HostRelation::Foreign;
            self.found.push(Concern { organisation, matched, host, login: None });
        }
        self.found.get_mut(at)
    }

    fn add_hosts(&mut self, matches: &[HostMatch<'_>]) {
        for found in matches {
            if let Some(concern) =
                self.add(found.organisation, found.entry, MatchedOn::WebsiteDomain)
            {
                concern.host = match found.relation {
                    Relation::Domain => HostRelation::Ours,
                    Relation::StaffHost => HostRelation::ListedStaff,
                    Relation::CustomerHost => HostRelation::ListedCustomer,
                };
            }
        }
    }

    /// Addresses and apps stand for hosts.
    fn add_places(&mut self, matches: &[Match<'_>], on: MatchedOn) {
        for found in matches {
            if let Some(concern) = self.add(found.organisation, found.entry, on) {
                concern.host = HostRelation::Ours;
            }
        }
    }

    fn add_logins(&mut self, matches: &[Match<'_>], on: MatchedOn, login: LoginRelation) {
        for found in matches {
            if let Some(concern) = self.add(found.organisation, found.entry, on) {
                concern.login.get_or_insert(login);
            }
        }
    }

    fn add_machine(&mut self, matches: &[Match<'_>], on: MatchedOn) {
        for found in matches {
            self.add(found.organisation, found.entry, on);
        }
    }

    fn sorted(mut self) -> Vec<Concern> {
        self.found.sort_unstable_by_key(|concern| concern.organisation);
        self.found
    }
}

/// The organisations that a login concerns.
pub(super) fn credential_concerns(matcher: &Matcher, draft: &CredentialDraft) -> Vec<Concern> {
    let mut concerns = Concerns::default();
    if let Some(host) = &draft.address.host {
        concerns.add_hosts(&matcher.match_host(host));
        if let Ok(address) = host.parse::<IpAddr>() {
            concerns.add_places(&matcher.match_ip(address), MatchedOn::IpRange);
        }
    }
    // Without its hash, the app of `android://…@com.example.app` looks like a host.
    let bare = draft.address.host.as_ref().filter(|_| draft.address.scheme.is_none());
    if let Some(app) = draft.address.app_id.as_ref().or(bare) {
        concerns.add_places(&matcher.match_app_id(app), MatchedOn::AppId);
    }
    if let Some(domain) = &draft.email_domain {
        let matches = matcher.match_email_domain(domain);
        concerns.add_logins(&matches, MatchedOn::EmailDomain, LoginRelation::OurEmail);
    }
    if let Some((domain, _)) = email::windows_domain(&draft.username) {
        let matches = matcher.match_ad_domain(domain);
        concerns.add_logins(&matches, MatchedOn::AdDomain, LoginRelation::OurWindowsDomain);
    }
    concerns.sorted()
}

/// The organisations that a cookie concerns.
pub(super) fn cookie_concerns(matcher: &Matcher, draft: &CookieDraft) -> Vec<Concern> {
    let mut concerns = Concerns::default();
    concerns.add_hosts(&matcher.match_host(&draft.domain));
    if let Ok(address) = draft.domain.parse::<IpAddr>() {
        concerns.add_places(&matcher.match_ip(address), MatchedOn::IpRange);
    }
    concerns.sorted()
}

/// Whether a cookie of this domain concerns anybody.
pub(super) fn is_watched_cookie(matcher: &Matcher, domain: &str) -> bool {
    let is_watched = |address| !matcher.match_ip(address).is_empty();
    !matcher.match_host(domain).is_empty() || domain.parse::<IpAddr>().is_ok_and(is_watched)
}

/// The organisations that an address from a form history concerns.
pub(super) fn autofill_concerns(matcher: &Matcher, draft: &AutofillDraft) -> Vec<Concern> {
    let mut concerns = Concerns::default();
    let matches = matcher.match_email_domain(&draft.email_domain);
    concerns.add_logins(&matches, MatchedOn::EmailDomain, LoginRelation::OurEmail);
    concerns.sorted()
}

/// The organisations that a machine belongs to: its domain, its name, its addresses.
pub(super) fn machine_concerns(matcher: &Matcher, machine: &Machine) -> Vec<Concern> {
    let mut concerns = Concerns::default();
    if let Some(domain) = &machine.ad_domain {
        concerns.add_machine(&matcher.match_ad_domain(domain), MatchedOn::AdDomain);
    }
    if let Some(name) = &machine.computer_name {
        concerns.add_machine(&matcher.match_computer_name(name), MatchedOn::ComputerName);
    }
    for address in machine.ip_addresses.iter().filter_map(|text| text.parse().ok()) {
        concerns.add_machine(&matcher.match_ip(address), MatchedOn::IpRange);
    }
    concerns.sorted()
}
