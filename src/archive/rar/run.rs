//! What the decoder is given to do at one time: some members that may depend on each other.

use std::ops::Range;

use rars::{ArchiveReadOptions, ArchiveReader};

use crate::archive::EntryKind;
use crate::archive::rar::Rar;
use crate::archive::rar::clean::{Builder, Clean};
use crate::archive::rar::keys::Keys;
use crate::archive::rar::sums::Claim;
use crate::issue::Issue;

/// Members of one clean archive.
pub(super) struct Run {
    clean: Clean,
    pub(super) is_solid: bool,
    /// The members in it.
    pub(super) members: Vec<Included>,
    /// The entries that are not in it, in order, and why.
    pub(super) refused: Vec<(usize, Issue)>,
}

/// A member that the decoder gets.
pub(super) struct Included {
    pub(super) index: usize,
    /// How many packed bytes it has.
    pub(super) packed: u64,
    pub(super) claim: Option<Claim>,
    /// What is wrong with it however it is decoded.
    pub(super) fault: Option<Issue>,
}

impl Run {
    /// Prepares what of a group is wanted, or needed to decode that.
    pub(super) fn prepare(
        rar: &Rar,
        group: Range<usize>,
        wanted: &[usize],
        keys: &mut Keys<'_>,
    ) -> Self {
        let is_solid = rar.listing.is_solid;
        let last = wanted.last().map_or(0, |&last| last.saturating_add(1));
        let group = group.start..group.end.min(last);
        let members = rar.listing.members.get(group.clone()).unwrap_or_default();
        let generation = rar.generation(group.start);
        let mut builder = Builder::new(generation, is_solid);
        let kind = |index| rar.listing.entries.get(index).map(|entry| entry.kind);
        let is_folder = |index| kind(index) == Some(EntryKind::Folder);
        let (mut included, mut refused) = (Vec::new(), Vec::new());
        let mut broken: Option<Issue> = None;
        for (index, member) in group.zip(members) {
            if !member.is_solid {
                broken = None;
            }
            let is_needed = is_solid || wanted.binary_search(&index).is_ok();
            let is_empty = member.packed() == 0 && member.size == 0;
            if !is_needed || is_folder(index) || is_empty {
                continue;
            }
            let key = match broken.clone().or_else(|| rar.refusal(member)) {
                Some(issue) => Err(issue),
                None => keys.unlock(member.lock.as_deref()),
            };
            match key {
                Ok(key) => {
                    builder.add(member, key.as_ref());
                    let (packed, claim) = (member.packed(), Claim::of(member, key.as_ref()));
                    let fault = member.fault.as_deref().cloned();
                    broken = broken.or_else(|| fault.clone());
                    included.push(Included { index, packed, claim, fault });
                }
                Err(issue) => {
                    broken = broken.or_else(|| Some(issue.clone()));
                    refused.push((index, issue));
                }
            }
        }
        let clean = builder.finish(generation, &rar.data);
        Self { clean, is_solid, members: included, refused }
    }

    /// Lets the decoder read the clean headers.
    pub(super) fn parse(&self) -> rars::Result<rars::Archive> {
        ArchiveReader::read_reader_with_options(self.clean.clone(), ArchiveReadOptions::new())
    }
}
