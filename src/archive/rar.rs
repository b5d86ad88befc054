//! RAR 1.5 to 7, alone and in volumes, plain and encrypted, whole and damaged.
//!
//! Headers are read here ([`listing`]), so that a cut archive yields what stands before the cut, no
//! declared size is believed, and each key is derived once. The members are decoded by the crate
//! `rars`, which gets to see a [`clean`] archive. They are read in order, as solid archives demand.
//! Links are listed and never followed.

mod block;
mod clean;
mod decode;
mod fields;
mod keys;
mod listing;
mod member;
mod rar4;
mod rar5;
mod run;
mod sums;

use std::ops::Range;
use std::sync::Arc;

use rars::{ArchiveReadOptions, Error as RarsError, ErrorKind as RarsKind};

use crate::archive::bounded;
use crate::archive::data::Data;
use crate::archive::rar::block::Generation;
use crate::archive::rar::keys::Keys;
use crate::archive::rar::listing::Listing;
use crate::archive::rar::member::{Lock, Member, Packing};
use crate::archive::{Access, Archive, Entries, Flow, OpenOptions, Visitor, Wanted};
use crate::error::{Error, Result};
use crate::issue::{Code, Issue, Stage};
use crate::limits::Budget;
use crate::password::Candidate;
use crate::record::Format;

/// Larger members are decoded as a stream and not in one piece.
const MAX_IN_ONE_PIECE: u64 = 16 << 20;

/// How many members that do not depend on each other are given to the decoder at one time.
const GROUP: usize = 256;

/// How many members may depend on each other: the decoder holds their headers.
const MAX_CHAIN: usize = 1 << 19;

/// On how many members passwords without a check value are tried.
const PROBES: usize = 2;

/// Lists a RAR archive.
///
/// # Errors
/// Nothing of it can be listed, or its headers are encrypted and no password fits.
pub(super) fn open(data: &Data, name: &str, options: OpenOptions<'_>) -> Result<Box<dyn Archive>> {
    let failed = |issue: Issue| Error::input(name, issue.stage, issue.code, issue.detail);
    let mut keys = Keys::new(options.passwords, options.budget);
    let listing = listing::list(data, &mut keys, options.budget).map_err(failed)?;
    let budget = Arc::clone(options.budget);
    let mut rar = Rar { listing, data: data.clone(), password: None, locked: None, budget };
    rar.locked = rar.find_password(&mut keys).err();
    rar.password = keys.winner().cloned();
    Ok(Box::new(rar))
}

/// A listed RAR archive.
struct Rar {
    listing: Listing,
    data: Data,
    password: Option<Candidate>,
    /// Why encrypted members cannot be read.
    locked: Option<Issue>,
    budget: Arc<Budget>,
}

impl Rar {
    /// Finds the password of encrypted members by trying to read one: the first of a solid archive,
    /// else the one that is read fastest.
    fn find_password(&self, keys: &mut Keys<'_>) -> std::result::Result<(), Issue> {
        if keys.winner().is_some() || !self.listing.entries.has_encrypted() {
            return Ok(());
        }
        let mut probes: Vec<_> = self.listing.members.iter().enumerate().collect();
        probes.retain(|(_, member)| {
            let is_whole = member.fault.is_none() && member.size > 0;
            is_whole
                && matches!(
                    member.lock.as_deref(),
                    Some(Lock::Old | Lock::Rar4(_) | Lock::Rar5 { .. })
                )
        });
        if !self.listing.is_solid {
            probes.sort_by_key(|(_, member)| (member.key_cost(), member.packed()));
        }
        for (probe, member) in probes.into_iter().take(PROBES) {
            for candidate in keys.in_question() {
                if self.opens(probe, member, candidate, keys)? {
                    keys.settle(candidate);
                    return Ok(());
                }
            }
            if matches!(member.lock.as_deref(), Some(Lock::Rar5 { check: Some(_), .. })) {
                break;
            }
        }
        Err(keys.locked())
    }

    /// Whether a candidate opens a member: by its check value, or by decoding and checking all of it.
    fn opens(
        &self,
        probe: usize,
        member: &Member,
        candidate: usize,
        keys: &mut Keys<'_>,
    ) -> std::result::Result<bool, Issue> {
        /// Decoding and checking so many bytes takes about as long as hashing a block of them.
        const BYTES_A_HASH_BLOCK: u64 = 64;
        let (salt, check) = match member.lock.as_deref() {
            Some(Lock::Rar4(salt)) => (Some(salt), None),
            Some(Lock::Rar5 { salt, check, .. }) => (Some(salt), check.as_ref()),
            _ => (None, None),
        };
        if let Some(salt) = salt {
            let Some(key) = keys.derive(candidate, salt)? else { return Ok(false) };
            if let Some(fits) = key.fits(check) {
                return Ok(fits);
            }
        }
        self.budget.take_derivation(0, member.packed() / BYTES_A_HASH_BLOCK)?;
        let mut trial = keys.clone();
        trial.settle(candidate);
        let mut judge = Judge { is_good: false };
        decode::stream(self, trial, &[probe], &mut judge);
        Ok(judge.is_good)
    }

    /// The members from `start` on that the decoder is given at one time: none of them depends on
    /// one that comes behind.
    fn group(&self, start: usize) -> Range<usize> {
        let generation = self.generation(start);
        let members = self.listing.members.get(start..).unwrap_or_default();
        let belongs = |(index, member): &(usize, &Member)| {
            let fits = *index < GROUP || (member.is_solid && *index < MAX_CHAIN);
            fits && generation_of(member) == generation
        };
        start..start + members.iter().enumerate().take_while(belongs).count()
    }

    fn generation(&self, index: usize) -> Generation {
        self.listing.members.get(index).map_or(Generation::Rar5, generation_of)
    }

    /// What the decoder may use. How much members grow is watched where their bytes arrive, because
    /// the decoder's own limit on output would refuse members of unknown size.
    fn options<'p>(&self, password: Option<&'p [u8]>) -> ArchiveReadOptions<'p> {
        let window = self.budget.limits().window;
        ArchiveReadOptions::with_optional_password(password)
            .with_rar50_dictionary_size_limit(window)
            .with_rar50_buffered_decode_limit(MAX_IN_ONE_PIECE)
            .with_max_reader_workspace_bytes(window.saturating_add(window / 2))
    }

    /// Why a member is not to be decoded.
    fn refusal(&self, member: &Member) -> Option<Issue> {
        let dictionary = member.dictionary();
        if dictionary > self.budget.limits().window {
            let text = format!("the entry needs a dictionary of {dictionary} bytes");
            return Some(Issue::loss(Stage::Limit, Code::LimitMemory, text));
        }
        if member.parts.is_empty() {
            return member.fault.as_deref().cloned();
        }
        self.locked.clone().filter(|_| member.lock.is_some())
    }
}

fn generation_of(member: &Member) -> Generation {
    match member.packing {
        Packing::Rar4 { .. } => Generation::Rar4,
        Packing::Rar5 { .. } => Generation::Rar5,
    }
}

/// A visitor that only wants to know whether an entry is sound.
struct Judge {
    is_good: bool,
}

impl Visitor for Judge {
    fn begin(&mut self, _index: usize) -> Wanted {
        Wanted::Bytes
    }

    fn chunk(&mut self, _bytes: &[u8]) -> Flow {
        Flow::More
    }

    fn end(&mut self, outcome: std::result::Result<(), Issue>) {
        self.is_good = outcome.is_ok();
    }
}

fn issue_of(error: &RarsError) -> Issue {
    let cause = error.root_cause();
    let source = if let RarsError::Io(io) = cause { io.source().downcast_ref() } else { None };
    if let Some(source) = source {
        return bounded::issue_of(source);
    }
    let (stage, code) = match error.kind() {
        RarsKind::ChecksumMismatch => (Stage::Decode, Code::CrcMismatch),
        RarsKind::ResourceLimit => (Stage::Limit, Code::LimitMemory),
        // Only RAR 1.5 and 2.0 leave it to the decoder to decrypt.
        RarsKind::BadPassword => (Stage::Decode, Code::DecodeError),
        RarsKind::UnsupportedFeature => (Stage::Decode, Code::UnsupportedMethod),
        _ => (Stage::Decode, Code::DecodeError),
    };
    Issue::loss(stage, code, format!("the RAR decoder says: {cause}"))
}

impl Archive for Rar {
    fn format(&self) -> Format {
        Format::Rar
    }

    fn entries(&self) -> &Entries {
        &self.listing.entries
    }

    fn issues(&self) -> &[Issue] {
        &self.listing.issues
    }

    fn access(&self) -> Access {
        Access::Sequential
    }

    fn opened_with(&self) -> Option<&Candidate> {
        self.password.as_ref()
    }

    fn window(&self, wanted: &[usize]) -> u64 {
        let members = wanted.iter().filter_map(|&index| self.listing.members.get(index));
        members.map(Member::dictionary).max().unwrap_or(0)
    }

    fn stream(&self, wanted: &[usize], visitor: &mut dyn Visitor) {
        let mut keys = Keys::new(self.password.as_slice(), &self.budget);
        if self.password.is_some() {
            keys.settle(0);
        }
        decode::stream(self, keys, wanted, visitor);
    }
}
