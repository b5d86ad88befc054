//! Lists the members of an archive over all its volumes, as far as they can be read.
//!
//! Each volume is walked by itself and then joined to the ones before: a member that goes on in the
//! next volume gets its bytes from both. A volume that lacks, or is damaged, costs the members that
//! stand in it and, in a solid archive, those behind.

use std::ops::Range;

use crate::archive::data::Data;
use crate::archive::rar::block::{
    Block, Blocks, Encryption, Generation, cut, damaged, kind4, kind5,
};
use crate::archive::rar::keys::{Keys, unknown, wrong};
use crate::archive::rar::member::{Listed, Member};
use crate::archive::rar::{rar4, rar5};
use crate::archive::{Entries, EntryHeader};
use crate::issue::{Code, Gravity, Issue, Stage};
use crate::limits::Budget;
use crate::provenance::EntryName;

/// Most bytes of headers that are kept.
const MAX_HEADER_BYTES: usize = 256 << 20;

/// All members of an archive.
#[derive(Debug, Default)]
pub(super) struct Listing {
    pub(super) entries: Entries,
    /// What is needed to decode each entry.
    pub(super) members: Vec<Member>,
    pub(super) issues: Vec<Issue>,
    pub(super) is_solid: bool,
}

/// What one volume says.
#[derive(Debug, Default)]
struct Volume {
    /// Counted from 0; RAR4 may not tell.
    number: Option<u64>,
    is_volume: bool,
    is_solid: bool,
    files: Vec<Listed>,
    end: End,
    issues: Vec<Issue>,
}

/// How a volume ends.
#[derive(Debug, Default, PartialEq, Eq)]
enum End {
    /// Without an end mark.
    #[default]
    Open,
    /// With the end mark of an archive or the last volume.
    Last,
    /// With the end mark of a volume behind which comes another one.
    NotLast,
}

/// Lists the archive in `data`, which may be a set of volumes.
///
/// # Errors
/// Nothing of it can be listed.
pub(super) fn list(data: &Data, keys: &mut Keys<'_>, budget: &Budget) -> Result<Listing, Issue> {
    let whole = std::slice::from_ref(data);
    let volumes = data.volumes();
    // A file that was cut into pieces is no set of volumes: only its first piece has a signature.
    let is_set = data.present().all(|volume| Generation::of(volume).is_some());
    let volumes = if is_set { volumes } else { whole };
    let mut joiner = Joiner {
        listing: Listing::default(),
        expected: 0,
        is_set: false,
        is_open: false,
        gap: None,
        last_end: End::Open,
    };
    let mut start = 0;
    for (index, volume) in volumes.iter().enumerate() {
        if matches!(volume, Data::Missing { .. }) {
            joiner.skip();
            start += volume.length();
            continue;
        }
        match Volume::read(volume, keys, budget) {
            Ok(found) => joiner.add(found, start),
            Err(issue) if index == 0 && (volumes.len() == 1 || issue.stage != Stage::Open) => {
                return Err(issue);
            }
            Err(issue) => joiner.lose(issue),
        }
        start += volume.length();
    }
    joiner.finish()
}

impl Volume {
    fn read(data: &Data, keys: &mut Keys<'_>, budget: &Budget) -> Result<Self, Issue> {
        let no_rar = || damaged("the volume does not begin like a RAR");
        let generation = Generation::of(data).ok_or_else(no_rar)?;
        let mut blocks = Blocks::new(data, generation);
        let mut volume = Self::default();
        volume.read_main(&mut blocks, generation, keys)?;
        if let Err(issue) = volume.read_blocks(&mut blocks, generation, keys, budget) {
            // Without a single member there is nothing to go on with.
            if volume.files.is_empty() {
                return Err(issue);
            }
            volume.issues.push(issue);
        } else if volume.end == End::Open {
            volume.issues.push(missing_end(generation));
        }
        Ok(volume)
    }

    fn read_main(
        &mut self,
        blocks: &mut Blocks<'_>,
        generation: Generation,
        keys: &mut Keys<'_>,
    ) -> Result<(), Issue> {
        let odd = || damaged("the main header of the archive is damaged");
        let mut next = |blocks: &mut Blocks<'_>| {
            let block = blocks.next(keys)?.ok_or_else(cut)?;
            if block.is_sound { Ok(block) } else { Err(odd()) }
        };
        let mut block = next(blocks)?;
        match generation {
            Generation::Rar4 if block.kind == kind4::MAIN => {
                let has = |flag| block.flags & flag != 0;
                self.is_volume = has(rar4::main::VOLUME);
                self.is_solid = has(rar4::main::SOLID);
                self.number = has(rar4::main::FIRST_VOLUME).then_some(0);
                if has(rar4::main::ENCRYPTED) {
                    blocks.decrypt(Encryption::Salted);
                }
                Ok(())
            }
            Generation::Rar5 => {
                if block.kind == kind5::ENCRYPTION {
                    block = open_headers(blocks, &block, keys)?;
                }
                let (flags, number) = Some(&block)
                    .filter(|block| block.kind == kind5::MAIN)
                    .and_then(rar5::main)
                    .ok_or_else(odd)?;
                self.is_volume = flags & rar5::main::VOLUME != 0;
                self.is_solid = flags & rar5::main::SOLID != 0;
                self.number = Some(number);
                Ok(())
            }
            Generation::Rar4 => Err(odd()),
        }
    }

    fn read_blocks(
        &mut self,
        blocks: &mut Blocks<'_>,
        generation: Generation,
        keys: &mut Keys<'_>,
        budget: &Budget,
    ) -> Result<(), Issue> {
        let mut header_bytes = 0;
        while let Some(block) = blocks.next(keys)? {
            if !block.is_sound && !blocks.is_at_sound_block(keys) {
                return Err(damaged("the check sum of a header is wrong, and nothing follows it"));
            }
            let file = match (generation, block.kind) {
                (Generation::Rar4, kind4::FILE) => rar4::listed(&block, self.is_solid),
                (Generation::Rar5, kind5::FILE) => rar5::listed(&block),
                (Generation::Rar4, kind4::END) | (Generation::Rar5, kind5::END) => {
                    self.read_end(&block, generation);
                    if !blocks.is_at_sound_block(keys) {
                        return Ok(());
                    }
                    if self.issues.is_empty() {
                        let text = "entries stand behind the end of the archive, where other \
                                    programs do not look";
                        self.issues.push(damaged(text));
                    }
                    continue;
                }
                _ if block.is_whole => {
                    // What a damaged header says of its kind may be wrong as well.
                    if !block.is_sound && self.issues.is_empty() {
                        let text = "a damaged header was passed over: an entry may be missing";
                        self.issues.push(damaged(text));
                    }
                    continue;
                }
                _ => return Err(cut()),
            };
            header_bytes += block.fields.len();
            if header_bytes > MAX_HEADER_BYTES {
                let text = "the headers of the archive are too large";
                return Err(Issue::loss(Stage::Limit, Code::LimitMemory, text));
            }
            if !budget.take_entries(1) {
                let text = "the archive has more entries than are allowed";
                return Err(Issue::loss(Stage::Limit, Code::LimitEntries, text));
            }
            let mut file = file.ok_or_else(|| damaged("the header of a file makes no sense"))?;
            file.member.fault = fault_of(&block).map(Box::new);
            self.files.push(file);
        }
        Ok(())
    }

    fn read_end(&mut self, end: &Block, generation: Generation) {
        const NOT_LAST: u64 = 1;
        let flags = match generation {
            Generation::Rar4 => {
                self.number = rar4::number_at_end(end).or(self.number);
                end.flags
            }
            Generation::Rar5 => u64::from(end.fields.first().copied().unwrap_or(0)),
        };
        self.end = if flags & NOT_LAST != 0 { End::NotLast } else { End::Last };
    }
}

/// Finds the key of encrypted headers; the main header comes behind.
fn open_headers(
    blocks: &mut Blocks<'_>,
    encryption: &Block,
    keys: &mut Keys<'_>,
) -> Result<Block, Issue> {
    let (salt, check) = rar5::encryption(encryption).ok_or_else(unknown)?;
    let key = keys.open(&salt, |key| match key.fits(check.as_ref()) {
        Some(true) => Ok((key.clone(), true)),
        Some(false) => Err(wrong()),
        None => Ok((key.clone(), blocks.opens_with(key))),
    })?;
    blocks.decrypt(Encryption::Keyed(key));
    blocks.next(keys)?.ok_or_else(cut)
}

/// What is wrong with a member whose header says so.
fn fault_of(block: &Block) -> Option<Issue> {
    if !block.is_whole {
        return Some(Issue { stage: Stage::Decode, ..cut() });
    }
    let text = "the check sum of the entry's header is wrong";
    (!block.is_sound).then(|| Issue::loss(Stage::Decode, Code::Corrupt, text))
}

/// The issue for a volume without an end mark. RAR5 demands one; older programs wrote none.
fn missing_end(generation: Generation) -> Issue {
    let text = "the archive has no end mark: something may be missing";
    match generation {
        Generation::Rar4 => Issue::note(Stage::Open, Code::Truncated, text),
        Generation::Rar5 => Issue::loss(Stage::Open, Code::Truncated, text),
    }
}

/// Puts volumes together.
struct Joiner {
    listing: Listing,
    /// The number that the next volume should have.
    expected: u64,
    is_set: bool,
    /// Whether the last member goes on in the next volume.
    is_open: bool,
    /// Why the volume before the next one cannot be used.
    gap: Option<Issue>,
    last_end: End,
}

impl Joiner {
    /// Adds the volume that begins at `start` of the data.
    fn add(&mut self, volume: Volume, start: u64) {
        // Old volumes that begin in the middle of a member do not tell where they stand.
        let begins_inside = volume.files.first().is_some_and(|file| file.is_continued);
        let skipped = u64::from(begins_inside && !self.is_open);
        let number = volume.number.unwrap_or(self.expected.saturating_add(skipped));
        if number > self.expected {
            self.report_gap(missing(self.expected..number));
        }
        self.expected = number.saturating_add(1);
        if begins_inside && self.is_open {
            // What goes on shows that the volume before is complete without an end mark.
            self.listing.issues.retain(|issue| issue.gravity == Gravity::Loss);
        }
        self.is_set |= volume.is_volume;
        self.listing.is_solid |= volume.is_solid;
        self.listing.issues.extend(volume.issues);
        self.last_end = volume.end;
        for mut file in volume.files {
            for part in &mut file.member.parts {
                *part = part.start.saturating_add(start)..part.end.saturating_add(start);
            }
            self.add_file(file);
        }
        self.gap = None;
    }

    fn add_file(&mut self, mut file: Listed) {
        let goes_on = std::mem::replace(&mut self.is_open, file.goes_on);
        if file.is_continued && goes_on && self.continue_last(&file) {
            return;
        }
        let torn = || {
            let text = "the volumes do not agree about the parts of the entry";
            Issue::loss(Stage::Decode, Code::Corrupt, text)
        };
        let gap = self.gap.clone();
        if goes_on {
            self.fail_last(gap.clone().unwrap_or_else(torn));
        }
        if file.is_continued {
            file.member.parts.clear();
            file.member.fault = Some(Box::new(gap.unwrap_or_else(torn)));
        } else if file.member.is_solid
            && let Some(gap) = self.gap.take()
        {
            file.member.parts.clear();
            file.member.fault = Some(Box::new(gap));
        }
        let member = file.member;
        self.listing.is_solid |= member.is_solid;
        self.listing.entries.add(&EntryHeader {
            name: EntryName::new(&file.name),
            kind: file.kind,
            size: Some(member.size).filter(|&size| size != u64::MAX).into(),
            packed: Some(member.packed()).filter(|_| !self.listing.is_solid).into(),
            encrypted: member.lock.is_some(),
        });
        self.listing.members.push(member);
    }

    /// Adds another part to the last member; whether it is one.
    fn continue_last(&mut self, part: &Listed) -> bool {
        let listing = &mut self.listing;
        let (Some(entry), Some(member)) = (listing.entries.last(), listing.members.last_mut())
        else {
            return false;
        };
        if self.gap.is_some() || entry.name() != EntryName::new(&part.name) {
            return false;
        }
        member.parts.extend(part.member.parts.iter().cloned());
        // The last part has the check sums of the whole.
        member.crc = part.member.crc;
        member.packing = part.member.packing.clone();
        member.fault = member.fault.take().or_else(|| part.member.fault.clone());
        let packed = entry.packed.known().map(|_| member.packed());
        listing.entries.repack_last(packed.into());
        true
    }

    /// Says that the last member does not end.
    fn fail_last(&mut self, issue: Issue) {
        if let Some(member) = self.listing.members.last_mut() {
            member.fault.get_or_insert_with(|| Box::new(issue));
        }
    }

    /// Goes on without a volume of which the user has been told that it is missing.
    fn skip(&mut self) {
        let number = self.expected;
        self.expected = number.saturating_add(1);
        self.gap = Some(missing(number..self.expected));
        self.last_end = End::Last;
    }

    /// Goes on without a volume that cannot be read.
    fn lose(&mut self, issue: Issue) {
        self.report_gap(issue);
        self.expected = self.expected.saturating_add(1);
        self.last_end = End::Last;
    }

    fn report_gap(&mut self, issue: Issue) {
        self.listing.issues.push(Issue { stage: Stage::Open, ..issue.clone() });
        self.gap = Some(issue);
    }

    fn finish(mut self) -> Result<Listing, Issue> {
        let has_more =
            self.last_end == End::NotLast || (self.is_open && self.last_end != End::Last);
        if self.is_set && has_more {
            self.report_gap(missing(self.expected..self.expected + 1));
        }
        if self.is_open {
            let gap = self.gap.take();
            self.fail_last(gap.unwrap_or_else(|| missing(self.expected..self.expected + 1)));
        }
        let listing = self.listing;
        let mut faults = listing.members.iter().map(|member| member.fault.as_deref());
        let refusal = match &listing.members[..] {
            [] => listing.issues.iter().find(|issue| issue.gravity == Gravity::Loss),
            _ if faults.clone().any(|fault| fault.is_none()) => None,
            _ => faults.find_map(|fault| fault.filter(|f| f.code == Code::MissingVolume)),
        };
        match refusal {
            Some(issue) => Err(Issue { stage: Stage::Open, ..issue.clone() }),
            None => Ok(listing),
        }
    }
}

/// The issue for volumes, counted from 0, that are not there.
fn missing(numbers: Range<u64>) -> Issue {
    let (first, last) = (numbers.start.saturating_add(1), numbers.end);
    let text = if first >= last {
        format!("volume {first} of the set is missing")
    } else {
        format!("volumes {first} to {last} of the set are missing")
    };
    Issue::loss(Stage::Decode, Code::MissingVolume, text)
}
