//! The compiled watchlist: answers for single values of records.

use std::collections::HashSet;
use std::net::IpAddr;

use super::EntryKind;
use super::address::Ranges;
use super::filter::DotFilter;
use super::names::{Found, Name, NameIndex, Names, OrgIndex, StoredName};
use super::table::Span;

/// What a value has to do with an organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Match<'m> {
    /// Whose it is.
    pub organisation: OrgIndex,
    /// The entry that hit, as it stands in the watchlist.
    pub entry: &'m str,
}

/// What a host is to its organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Relation {
    /// Its name lies in one of the domains.
    Domain,
    /// Listed as one that only employees use.
    StaffHost,
    /// Listed as one that customers use.
    CustomerHost,
}

/// What a host has to do with an organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HostMatch<'m> {
    /// Whose it is.
    pub organisation: OrgIndex,
    /// The entry that hit, as it stands in the watchlist.
    pub entry: &'m str,
    /// What it is to them.
    pub relation: Relation,
}

/// Whether an address is one that weighs more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Vip {
    /// Listed under `vip`.
    Yes,
    /// Not listed.
    No,
}

/// A compiled watchlist; can be used by many threads at once.
#[derive(Debug)]
pub struct Matcher {
    pub(super) names: Names,
    pub(super) filter: DotFilter,
    pub(super) ranges: Ranges,
    /// Patterns in lower case.
    pub(super) computers: Vec<(NameIndex, Vec<char>)>,
    pub(super) vips: HashSet<(OrgIndex, String)>,
    pub(super) organisations: Vec<Span>,
    /// Most bytes that a name has behind its anchor.
    pub(super) longest_tail: usize,
    /// Whether any name is spelled with letters that are not ASCII.
    pub(super) is_international: bool,
    /// Whether any name has characters that may also end a name.
    pub(super) has_loose_names: bool,
    /// Whether there are Windows domains of one label.
    pub(super) has_ad_names: bool,
}

impl Matcher {
    /// The names of the organisations, in the order of the list.
    pub fn organisations(&self) -> impl ExactSizeIterator<Item = &str> {
        self.organisations.iter().map(|&span| self.names.arena.get(span))
    }

    /// Whether there are entries that only the whole login name can tell, VIPs and Windows domains.
    pub fn asks_for_login_names(&self) -> bool {
        let is_domain = |name: &StoredName| name.kind == EntryKind::AdDomain;
        !self.vips.is_empty() || self.names.iter().any(is_domain)
    }

    /// The name of an organisation.
    pub fn organisation(&self, index: OrgIndex) -> &str {
        self.organisations.get(index.index()).map_or("", |&span| self.names.arena.get(span))
    }

    /// What is known about a name that [`scan`](Self::scan) found; none for indexes of another
    /// watchlist.
    pub fn name(&self, index: NameIndex) -> Option<Name<'_>> {
        self.names.get(index)
    }

    /// The organisations that `host` (lower case, punycode) belongs to.
    ///
    /// `staff_hosts` and `customer_hosts` count wherever they lie and come before `domains`; of
    /// several the most specific. `*.example.com` means everything below `example.com`, and an
    /// entry without `*.` means that host alone.
    pub fn match_host(&self, host: &str) -> Vec<HostMatch<'_>> {
        let mut found = Vec::new();
        self.names.suffixes(host.as_bytes(), &mut found);
        self.names.settle(&mut found, |name, start| self.host_rank(name, start));
        found.iter().filter_map(|found| self.host_match(found.name)).collect()
    }

    /// Listed hosts before domains, long before short, staff before customers.
    fn host_rank(&self, name: &StoredName, start: usize) -> Option<usize> {
        const LISTED: usize = 1 << 20;
        let listed = || {
            let is_pattern = self.names.written(name).starts_with("*.");
            (is_pattern != (start == 0)).then_some(LISTED + name.text.len() * 2)
        };
        match name.kind {
            EntryKind::Domain => Some(name.text.len()),
            EntryKind::StaffHost => listed().map(|rank| rank + 1),
            EntryKind::CustomerHost => listed(),
            _ => None,
        }
    }

    fn host_match(&self, index: NameIndex) -> Option<HostMatch<'_>> {
        let Name { organisation, kind, entry, .. } = self.name(index)?;
        let relation = match kind {
            EntryKind::StaffHost => Relation::StaffHost,
            EntryKind::CustomerHost => Relation::CustomerHost,
            _ => Relation::Domain,
        };
        Some(HostMatch { organisation, entry, relation })
    }

    /// The organisations whose `domains` or `email_domains` hold the domain of an e-mail address
    /// (lower case, punycode).
    pub fn match_email_domain(&self, domain: &str) -> Vec<Match<'_>> {
        let mut found = Vec::new();
        self.names.suffixes(domain.as_bytes(), &mut found);
        self.settled(found, &[EntryKind::Domain, EntryKind::EmailDomain])
    }

    /// The organisations of an Android app.
    pub fn match_app_id(&self, app: &str) -> Vec<Match<'_>> {
        let app = app.to_ascii_lowercase();
        let is_app = |found: &Found| self.kind(found) == Some(EntryKind::AppId);
        let found = self.whole(&app).filter(is_app).collect();
        self.settled(found, &[EntryKind::AppId])
    }

    /// The organisations of a Windows domain, NetBIOS or DNS, of a computer or of a login.
    pub fn match_ad_domain(&self, domain: &str) -> Vec<Match<'_>> {
        let domain = domain.trim_end_matches('.').to_lowercase();
        let mut found = self.whole(&domain).collect();
        self.names.suffixes(domain.as_bytes(), &mut found);
        found.retain(|found| self.kind(found) == Some(EntryKind::AdDomain));
        self.settled(found, &[EntryKind::AdDomain])
    }

    /// The organisations whose `ip_ranges` hold an address; of several ranges the narrowest.
    pub fn match_ip(&self, address: IpAddr) -> Vec<Match<'_>> {
        let mut matches: Vec<Match<'_>> = Vec::new();
        for hit in self.ranges.find(address).filter_map(|name| self.as_match(name)) {
            if matches.iter().all(|known| known.organisation != hit.organisation) {
                matches.push(hit);
            }
        }
        matches
    }

    /// The organisations that have a pattern for a computer's name.
    pub fn match_computer_name(&self, name: &str) -> Vec<Match<'_>> {
        let name: Vec<char> = name.to_lowercase().chars().collect();
        let mut matches: Vec<Match<'_>> = Vec::new();
        let hits = self.computers.iter().filter(|(_, pattern)| matches_pattern(pattern, &name));
        for hit in hits.filter_map(|(index, _)| self.as_match(*index)) {
            if matches.iter().all(|known| known.organisation != hit.organisation) {
                matches.push(hit);
            }
        }
        matches
    }

    /// Whether an e-mail address is listed under `vip` of an organisation.
    pub fn is_vip(&self, organisation: OrgIndex, email: &str) -> Vip {
        if !self.vips.is_empty() && self.vips.contains(&(organisation, email.to_lowercase())) {
            Vip::Yes
        } else {
            Vip::No
        }
    }

    /// The Windows domains of one label that are called `name`.
    pub(super) fn ad_names<'m>(&'m self, name: &[u8]) -> impl Iterator<Item = Found> + use<'m> {
        let name = std::str::from_utf8(name).unwrap_or("").to_ascii_lowercase();
        let has_one_label = !name.contains('.');
        let is_ad_name =
            move |found: &Found| has_one_label && self.kind(found) == Some(EntryKind::AdDomain);
        self.whole(&name).filter(is_ad_name)
    }

    /// The names that are `text` as a whole.
    fn whole<'m>(&'m self, text: &str) -> impl Iterator<Item = Found> + use<'m> {
        self.names.chain(self.names.spot(text)).map(|name| Found { name, start: 0 })
    }

    fn kind(&self, found: &Found) -> Option<EntryKind> {
        self.names.stored(found.name).map(|name| name.kind)
    }

    /// The longest name of one of the kinds for every organisation.
    fn settled(&self, mut found: Vec<Found>, kinds: &[EntryKind]) -> Vec<Match<'_>> {
        self.names
            .settle(&mut found, |name, _| kinds.contains(&name.kind).then_some(name.text.len()));
        found.iter().filter_map(|found| self.as_match(found.name)).collect()
    }

    fn as_match(&self, index: NameIndex) -> Option<Match<'_>> {
        let Name { organisation, entry, .. } = self.name(index)?;
        Some(Match { organisation, entry })
    }
}

/// Whether `name` fits a pattern of `*` (anything) and `?` (one character), both in lower case.
fn matches_pattern(pattern: &[char], name: &[char]) -> bool {
    let (mut at, mut place) = (0, 0);
    // Where to go on when a guess about the last `*` was wrong: behind it, one character further.
    let mut retry = None;
    while let Some(character) = name.get(at) {
        match pattern.get(place) {
            Some('*') => {
                retry = Some((place + 1, at));
                place += 1;
            }
            Some(expected) if *expected == '?' || expected == character => {
                at += 1;
                place += 1;
            }
            _ => match retry {
                Some((behind, from)) => {
                    retry = Some((behind, from + 1));
                    (place, at) = (behind, from + 1);
                }
                None => return false,
            },
        }
    }
    pattern.get(place..).is_some_and(|rest| rest.iter().all(|&c| c == '*'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_of_computer_names() {
        let table = [
            ("exc-*", "exc-001", true),
            ("exc-*", "exc-", true),
            ("exc-*", "xexc-1", false),
            ("exc-??", "exc-12", true),
            ("exc-??", "exc-1", false),
            ("*-exc-*", "a-exc-b-exc-c", true),
            ("*a*b", "aaab", true),
            ("*a*b", "aaabc", false),
            ("a", "", false),
            ("*a*", "", false),
        ];
        for (pattern, name, fits) in table {
            let chars = |text: &str| text.chars().collect::<Vec<_>>();
            assert_eq!(matches_pattern(&chars(pattern), &chars(name)), fits, "{pattern} {name}");
        }
    }
}
