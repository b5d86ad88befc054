//! The watchlist: whose names count as ours, and where they stand in text.
//!
//! [`Watchlist`] is the list as it was written, checked entry by entry; [`Watchlist::compile`]
//! turns it into a [`Matcher`], which answers for single values (a host, an address, an app) and
//! finds watched names in any text ([`Matcher::scan`]). The scanner carries the promise that every
//! place where a watched domain stands in readable text is reported, so it knows nothing about
//! formats: only what a host name looks like and where it begins and ends.

mod address;
mod boundary;
mod build;
mod escape;
mod few;
mod filter;
mod lint;
mod load;
mod matcher;
mod names;
mod normal;
mod scan;
mod table;
#[cfg(test)]
mod tests;
mod toml_form;

pub use lint::{LintKind, LintNote};
pub use matcher::{HostMatch, Match, Matcher, Relation, Vip};
pub use names::{Name, NameIndex, OrgIndex};
pub use scan::{BlindSpots, Hit};

use names::{Names, StoredName};
use table::{Span, Table};

/// What an entry of the watchlist is: the keys of an organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EntryKind {
    /// `domains`: the name and everything below it.
    Domain,
    /// `exclude`: a name that is taken out, with everything below it.
    Exclude,
    /// `email_domains`: only in addresses.
    EmailDomain,
    /// `staff_hosts`: what only employees use.
    StaffHost,
    /// `customer_hosts`: what customers use.
    CustomerHost,
    /// `app_ids`: Android apps.
    AppId,
    /// `ad_domains`: Windows domains.
    AdDomain,
    /// `ip_ranges`: addresses.
    IpRange,
    /// `computer_names`: patterns of computer names.
    ComputerName,
    /// `vip`: e-mail addresses that weigh more.
    Vip,
}

/// A list of organisations and what is theirs, as written and checked.
///
/// ```
/// use logsieve::watchlist::Watchlist;
/// let watchlist = Watchlist::from_domains(["example.com"])?;
/// let matcher = watchlist.compile();
/// let mut hits = Vec::new();
/// matcher.scan(b"https://vpn.example.com/:user1:Example#1", &mut hits);
/// assert_eq!((hits[0].start, hits[0].end), (8, 23));
/// # Ok::<(), logsieve::error::Error>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Watchlist {
    names: Names,
    /// Entries that stand in the list twice, each time but the first.
    duplicates: Vec<StoredName>,
    organisations: Vec<Span>,
    /// Organisations that are called otherwise than their only domain.
    organisation_table: Table,
    files: Vec<String>,
}

/// How much of a list goes into its digest at once.
const DIGEST_BYTES: usize = 32 << 10;

impl Watchlist {
    /// The names of the organisations, in the order of the list.
    pub fn organisations(&self) -> impl ExactSizeIterator<Item = &str> {
        self.organisations.iter().map(|&span| self.names.arena.get(span))
    }

    /// Number of entries of all kinds, each counted once.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether there are no entries; a watchlist that was loaded has some.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Stands for what is listed: the same for two lists with the same entries in the same order,
    /// whatever they are called, and whatever else is written in them.
    pub fn digest(&self) -> [u8; 32] {
        let mut listed = blake3::Hasher::new();
        // Of single fields the digest takes ten times as long.
        let mut fields = Vec::new();
        for name in self.names.iter() {
            let owner = self.organisation_name(name.organisation);
            for field in [owner, self.names.written(name)] {
                fields.extend_from_slice(&(field.len() as u64).to_le_bytes());
                fields.extend_from_slice(field.as_bytes());
            }
            fields.push(name.kind as u8);
            if fields.len() >= DIGEST_BYTES {
                listed.update(&fields);
                fields.clear();
            }
        }
        *listed.update(&fields).finalize().as_bytes()
    }

    fn organisation_name(&self, index: OrgIndex) -> &str {
        self.organisations.get(index.index()).map_or("", |&span| self.names.arena.get(span))
    }
}
