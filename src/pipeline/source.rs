//! One source on its way: opened, listed, planned, cut into shards.

use std::cmp::Ordering;
use std::ops::Range;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::archive::data::Data;
use crate::archive::{Access, Archive, Entry, EntryKind};
use crate::error::Result;
use crate::input::{Post, called_like_parts};
use crate::issue::{Code, Gravity, Issue, Stage};
use crate::layout::{self, Item, Plan, Planned, Root};
use crate::limits::Budget;
use crate::normalise::time::from_epoch;
use crate::password::Candidate;
use crate::pipeline::digest;
use crate::pipeline::passwords::{self, Candidates, Keyring, Passwords};
use crate::pipeline::settings::Settings;
use crate::pipeline::tally::Tally;
use crate::provenance::{EntryName, EntryPath};
use crate::record::{Format, Source, SourcePart, Status};
use crate::secret::Id;

/// What every entry of a source has in common.
#[derive(Debug, Clone)]
pub(super) struct SourceContext {
    /// The keyed id.
    pub id: Id,
    /// The source around it.
    pub parent: Option<Id>,
    /// The name that people see.
    pub name: String,
    /// BLAKE3 of the bytes; empty if they could not be had.
    pub digest: String,
    /// Bytes.
    pub size: u64,
    /// Files that it is made of.
    pub volumes: u32,
    /// What it is, if its bytes could be had.
    pub format: Format,
    /// What its entries' paths begin with.
    pub path: EntryPath,
    /// How many archives stand around it.
    pub depth: u64,
    /// What the message says that carried it, or the source around it.
    pub post: Option<Arc<Post>>,
    /// How many bytes it and the nested archives around it have; 0 if it is not nested.
    pub spooled: u64,
    /// Which part of it is read; none if all of it is.
    pub share: Option<Share>,
}

/// Which part of a source is read: counted among all, and how many of its bytes that is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
pub(super) struct Share {
    /// How many parts stand before it.
    pub number: u32,
    /// How many there are.
    pub of: u32,
    /// Bytes of the source that it stands for; those of all parts add up to the source.
    pub bytes: u64,
}

impl Share {
    /// The same for others; none if it is all of the source.
    fn part(self) -> Option<SourcePart> {
        let Self { number, of, .. } = self;
        (of > 1).then(|| SourcePart { number: number.saturating_add(1), of })
    }
}

impl SourceContext {
    /// How many bytes of the source are read.
    pub(super) fn bytes_in(&self) -> u64 {
        self.share.map_or(self.size, |share| share.bytes)
    }

    /// The record, with what is known by now of the source (`tally`), of what is `nested` in it, and
    /// of the password that `opened` it.
    pub(super) fn record(
        &self,
        tally: &Tally,
        nested: &Tally,
        opened: Option<&Candidate>,
    ) -> Source {
        let post = self.post.as_deref();
        let was_seen = !self.digest.is_empty();
        Source {
            source_id: self.id,
            parent_id: self.parent,
            name: self.name.clone(),
            digest: was_seen.then(|| self.digest.clone()),
            size: self.size,
            format: was_seen.then_some(self.format),
            volumes: self.volumes,
            encrypted: tally.encrypted,
            password_origin: opened.map(|candidate| candidate.origin),
            channel: post.and_then(|post| post.channel.clone()),
            posted_at: post.and_then(|post| from_epoch(post.posted_at?)),
            status: status(tally, nested),
            entries: tally.entries,
            logs: tally.logs,
            bytes_in: self.bytes_in(),
            bytes_out: tally.bytes_out,
            part: self.share.and_then(Share::part),
        }
    }

    /// The name without folders, without the suffix of its format, and without the number of its
    /// first volume: what its only log is called.
    pub(super) fn stem(&self) -> &str {
        let base = self.name.rsplit(['/', '\\', '!']).next().unwrap_or(&self.name);
        crate::input::stem(base)
    }
}

fn status(tally: &Tally, nested: &Tally) -> Status {
    let whole = tally.entries.parsed + tally.entries.scanned + tally.entries.ignored;
    match (tally.losses, nested.losses) {
        (0, 0) => Status::Complete,
        (0, _) => Status::Partial,
        _ if whole + tally.partly_read == 0 => Status::Unreadable,
        _ => Status::Partial,
    }
}

/// A source that is listed and planned.
pub(super) struct Opened {
    /// What its entries have in common.
    pub context: SourceContext,
    /// The archive.
    pub archive: Arc<dyn Archive>,
    /// Which entries are read as one.
    pub plan: Plan,
    /// How many logs the source has, also those of parts that are not read.
    pub logs: usize,
    /// What the plan could not tell apart.
    coarse: Option<Issue>,
    /// What it may still use, with everything nested in it.
    pub budget: Arc<Budget>,
    /// What it knows for what is nested in it.
    pub keyring: Arc<Keyring>,
    /// The bytes that it was opened from; a folder has none of its own.
    data: Option<Data>,
}

/// Some units of a source, to be read by one worker: a range of them.
#[derive(Debug)]
pub(super) struct Shard(pub Range<usize>);

/// A part of a source that another machine may read: a run of shards. What the logs of a source tell
/// of each other stays within a part, wherever the others are read.
#[derive(Debug)]
pub(super) struct Part {
    /// Which it is.
    pub share: Share,
    /// Its shards, at least one.
    pub shards: Vec<Shard>,
}

impl Part {
    /// The units of its shards.
    pub(super) fn units(&self) -> Range<usize> {
        let start = self.shards.first().map_or(0, |shard| shard.0.start);
        start..self.shards.last().map_or(start, |shard| shard.0.end)
    }
}

/// What nesting hands down.
#[derive(Clone)]
pub(super) struct Nesting {
    /// The source around it, if it is nested.
    pub parent: Option<Id>,
    /// What its entries' paths begin with.
    pub path: EntryPath,
    /// How many archives stand around it.
    pub depth: u64,
    /// The budget, shared by everything that one input holds.
    pub budget: Arc<Budget>,
    /// The candidates for its password.
    pub passwords: Passwords,
    /// What the message says that carried the input.
    pub post: Option<Arc<Post>>,
    /// How many bytes it and the nested archives around it have.
    pub spooled: u64,
    /// What its directory says nothing of, if that was looked at before.
    pub gaps: Option<Vec<(u64, u64)>>,
}

impl Nesting {
    /// For an input as the user gave it.
    pub(super) fn none(settings: &Settings) -> Self {
        let budget = Arc::new(Budget::new(settings.read.limits.clone()));
        let (path, passwords) = (EntryPath::root(), Passwords::Known(Candidates::default()));
        let (parent, post, gaps) = (None, None, None);
        Self { parent, path, depth: 0, budget, passwords, post, spooled: 0, gaps }
    }
}

/// The context of a source whose bytes are at hand.
pub(super) fn context(
    settings: &Settings,
    name: String,
    data: &Data,
    format: Format,
    nesting: &Nesting,
) -> std::io::Result<SourceContext> {
    let digest = digest::of(data, 1)?;
    Ok(context_of_digest(settings, name, data, digest, format, nesting))
}

/// The context of a source whose digest is known.
pub(super) fn context_of_digest(
    settings: &Settings,
    name: String,
    data: &Data,
    digest: String,
    format: Format,
    nesting: &Nesting,
) -> SourceContext {
    SourceContext {
        id: source_id(settings, &digest),
        parent: nesting.parent,
        name,
        digest,
        size: data.present().map(Data::length).sum(),
        volumes: u32::try_from(data.present().count()).unwrap_or(u32::MAX),
        format,
        path: nesting.path.clone(),
        depth: nesting.depth,
        post: nesting.post.clone(),
        spooled: nesting.spooled,
        share: None,
    }
}

/// The id of a source: keyed over its digest.
pub(super) fn source_id(settings: &Settings, digest: &str) -> Id {
    settings.key.id("source", &[digest.as_bytes()])
}

/// Opens and plans an archive.
///
/// # Errors
/// It cannot be listed.
pub(super) fn open(mut context: SourceContext, data: Data, nesting: &Nesting) -> Result<Opened> {
    let (archive, keyring) = passwords::open(data.clone(), &context, nesting)?;
    context.format = archive.format();
    let opened = plan(context, archive, nesting.budget.clone());
    Ok(Opened { keyring, data: Some(data), ..opened })
}

/// Plans a listed archive.
pub(super) fn plan(
    context: SourceContext,
    archive: Arc<dyn Archive>,
    budget: Arc<Budget>,
) -> Opened {
    let entries = archive.entries();
    let parts = parts_of_sets(&*archive);
    let mut is_part = vec![false; entries.len()];
    for &(_, index) in &parts {
        is_part.get_mut(index as usize).into_iter().for_each(|is_part| *is_part = true);
    }
    let item = |index: u32| {
        let entry = entries.get(index as usize)?;
        let is_part = is_part.get(index as usize).copied().unwrap_or(false);
        let Entry { folder, file, size, .. } = entry;
        let item = Item { index, folder, file, size: size.known() };
        (entry.kind != EntryKind::Folder && !is_part).then_some(item)
    };
    let mut plan = layout::plan(u32::try_from(entries.len()).unwrap_or(u32::MAX), item);
    plan.add_sets(&parts);
    let blocks = || (0..entries.len()).filter_map(|index| archive.block(index));
    if blocks().min() < blocks().max() {
        plan.order_by_end();
    }
    let coarse = plan.is_coarse.then(|| {
        let text = "there are more folders than are told apart: the logs in the rest are read as \
                    one, or as loose files";
        Issue::note(Stage::Limit, Code::LimitMemory, text)
    });
    Opened { coarse, ..planned(context, archive, plan, budget) }
}

/// A listed archive with its plan.
pub(super) fn planned(
    context: SourceContext,
    archive: Arc<dyn Archive>,
    plan: Plan,
    budget: Arc<Budget>,
) -> Opened {
    let (logs, keyring) = (plan.logs(), Keyring::empty(&archive));
    Opened { context, archive, plan, logs, coarse: None, budget, keyring, data: None }
}

/// The entries that may be the parts of volume sets, each with the number of its set; those of a
/// folder were put together before.
fn parts_of_sets(archive: &dyn Archive) -> Vec<(u32, u32)> {
    if archive.format() == Format::Folder {
        return Vec::new();
    }
    let files = (0..).zip(archive.entries().iter());
    let files = files.filter(|(_, entry)| entry.kind == EntryKind::File);
    called_like_parts(files.map(|(index, entry)| (index, entry.folder, entry.file)))
}

/// Where the work on an archive with blocks may be cut, seen unit by unit.
struct Seams {
    /// The first block that a unit behind each begins in.
    later: Vec<u32>,
    /// The last block that one of the units so far begins in.
    begun: u32,
    /// The last block that they have something in, and how many bytes.
    reached: (u32, u64),
}

impl Seams {
    fn new(opened: &Opened) -> Self {
        let mut least = u32::MAX;
        let mut later = Vec::with_capacity(opened.plan.len());
        for unit in (0..opened.plan.len()).rev() {
            later.push(least);
            let first = opened.blocks(unit).map(|(block, _)| block).min();
            least = least.min(first.unwrap_or(u32::MAX));
        }
        later.reverse();
        Self { later, begun: 0, reached: (0, 0) }
    }

    /// Whether the next unit, `unit`, has a seam behind it: later ones begin in a block in which none
    /// has begun. A log mostly goes on where such a block begins, which is then unpacked twice; that
    /// must be little beside the `bytes` of the shard.
    fn is_behind(&mut self, opened: &Opened, unit: usize, bytes: u64) -> bool {
        for (block, size) in opened.blocks(unit) {
            let (last, sum) = self.reached;
            match block.cmp(&last) {
                Ordering::Greater => self.reached = (block, size),
                Ordering::Equal => self.reached.1 = sum.saturating_add(size),
                Ordering::Less => {}
            }
        }
        let begins_in = opened.blocks(unit).map(|(block, _)| block).min();
        self.begun = self.begun.max(begins_in.unwrap_or(0));
        let Some(&block) = self.later.get(unit) else { return false };
        let (last, twice) = self.reached;
        let is_cheap = last < block || (last == block && twice <= bytes / TWICE_SHARE);
        self.begun < block && is_cheap
    }
}

/// As what part of a shard so much may be unpacked a second time.
const TWICE_SHARE: u64 = 16;

/// About how many compressed bytes make a shard.
const SHARD_BYTES: u64 = 4 << 20;

/// How many entries make one, however small they are.
const SHARD_ENTRIES: usize = 16 << 10;

/// How many entries make a part, however small they are: an item of work names files one by one.
const PART_ENTRIES: usize = 256 << 10;

impl Opened {
    /// Cuts the work into parts of some `most` bytes of the source: runs of whole shards.
    pub(super) fn parts(&self, most: u64) -> Vec<Part> {
        let shards = self.shards(most);
        let packed: Vec<u64> = shards.iter().map(|shard| self.packed_bytes(shard)).collect();
        let total = packed.iter().fold(0, |sum, bytes| sum + u128::from(*bytes));
        // What entries declare may be anything, and headers count as well.
        let size = self.context.size;
        let scaled = |sum: u128| match sum < total {
            true => u64::try_from(u128::from(size) * sum / total).unwrap_or(size),
            false => size,
        };
        let mut parts: Vec<Part> = Vec::new();
        let (mut sum, mut from, mut entries) = (0, 0, 0);
        let mut run = Vec::new();
        let count = shards.len();
        for (number, (shard, bytes)) in (1..).zip(shards.into_iter().zip(packed)) {
            sum += u128::from(bytes);
            entries += self.plan.places(&shard.0).len();
            run.push(shard);
            let bytes = scaled(sum).saturating_sub(from);
            if bytes >= most || entries >= PART_ENTRIES || number == count {
                let number = u32::try_from(parts.len()).unwrap_or(u32::MAX);
                let shards = std::mem::take(&mut run);
                parts.push(Part { share: Share { number, of: 0, bytes }, shards });
                (from, entries) = (scaled(sum), 0);
            }
        }
        let of = u32::try_from(parts.len()).unwrap_or(u32::MAX);
        parts.iter_mut().for_each(|part| part.share.of = of);
        parts
    }

    /// Cuts the work into shards for parts of `most` bytes: where entries can only be had in order, at
    /// the beginning of blocks.
    pub(super) fn shards(&self, most: u64) -> Vec<Shard> {
        let most = most.min(SHARD_BYTES);
        let mut seams = (self.archive.access() == Access::Sequential).then(|| Seams::new(self));
        let mut shards = Vec::new();
        let (mut from, mut bytes, mut entries) = (0, 0_u64, 0);
        for unit in 0..self.plan.len() {
            for entry in self.plan.entries(unit) {
                bytes = bytes.saturating_add(self.packed(entry));
                entries += 1;
            }
            let is_seam = seams.as_mut().is_none_or(|seams| seams.is_behind(self, unit, bytes));
            let is_enough = bytes >= most || entries >= SHARD_ENTRIES;
            if is_enough && is_seam {
                shards.push(Shard(from..unit + 1));
                (from, bytes, entries) = (unit + 1, 0, 0);
            }
        }
        if from < self.plan.len() {
            shards.push(Shard(from..self.plan.len()));
        }
        shards
    }

    /// The blocks that the entries of a unit stand in, counted from 1, each with the entry's bytes.
    fn blocks(&self, unit: usize) -> impl Iterator<Item = (u32, u64)> {
        self.plan.entries(unit).iter().filter_map(|entry| {
            let block = self.archive.block(entry.index as usize)?;
            Some((block.saturating_add(1), self.packed(entry)))
        })
    }

    /// Bytes of an entry in the archive, as declared; its size stands in where they are unknown.
    fn packed(&self, planned: &Planned) -> u64 {
        let entry = self.archive.entries().get(planned.index as usize);
        entry.and_then(|entry| entry.packed.known().or(entry.size.known())).unwrap_or(0)
    }

    /// The name of an entry.
    pub(super) fn name(&self, index: usize) -> EntryName {
        self.archive.entries().get(index).map(|entry| entry.name()).unwrap_or_default()
    }

    /// The path of the folder of a log.
    pub(super) fn root(&self, unit: usize) -> Option<Vec<u8>> {
        let Root { entry, length } = self.plan.root(unit)?;
        let name = self.name(entry as usize);
        Some(name.as_bytes().get(..length as usize).unwrap_or_default().to_vec())
    }

    /// How many bytes of the archive a shard reads, as declared.
    pub(super) fn packed_bytes(&self, shard: &Shard) -> u64 {
        let places = self.plan.places(&shard.0);
        let entries = places.filter_map(|place| self.plan.at(place));
        entries.fold(0, |sum, entry| sum.saturating_add(self.packed(entry)))
    }

    /// The candidate that opened what is encrypted in it, as far as that is known by now.
    pub(super) fn opened_with(&self) -> Option<&Candidate> {
        self.archive.opened_with()
    }

    /// The issue for a file that is not what it was when it was opened.
    pub(super) fn change(&self) -> Option<Issue> {
        self.data.as_ref().and_then(Data::change)
    }

    /// What was wrong with the archive as a whole, with what that means for the answer.
    pub(super) fn issues(&self) -> impl Iterator<Item = &Issue> {
        self.archive.issues().iter().chain(&self.coarse)
    }
}

/// Whether an issue makes the answer partial.
pub(super) fn is_loss(issue: &Issue) -> bool {
    issue.gravity == Gravity::Loss
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::{Declared, Entries, EntryHeader, Visitor};
    use crate::pipeline::settings::{ReadOptions, Scope};
    use crate::secret::Key;

    /// An archive of entries of 4 MiB, each in a block, or none.
    struct Blocks(Entries, Vec<Option<u32>>);

    impl Archive for Blocks {
        fn format(&self) -> Format {
            Format::SevenZ
        }

        fn entries(&self) -> &Entries {
            &self.0
        }

        fn issues(&self) -> &[Issue] {
            &[]
        }

        fn access(&self) -> Access {
            Access::Sequential
        }

        fn block(&self, index: usize) -> Option<u32> {
            self.1[index]
        }

        fn window(&self, _wanted: &[usize]) -> u64 {
            0
        }

        fn stream(&self, _wanted: &[usize], _visitor: &mut dyn Visitor) {}
    }

    /// How many logs there are in each shard.
    fn shards(entries: &[(&str, Option<u32>)]) -> Vec<usize> {
        opened(entries).shards(SHARD_BYTES).into_iter().map(|shard| shard.0.len()).collect()
    }

    /// An archive of these entries.
    fn opened(entries: &[(&str, Option<u32>)]) -> Opened {
        let key = Key::from_bytes(b"a key for tests only".to_vec()).unwrap();
        let settings = Settings::new(Scope::Everything, key, ReadOptions::default());
        let header = |(name, _): &(&str, Option<u32>)| EntryHeader {
            name: EntryName::new(name.as_bytes()),
            kind: EntryKind::File,
            size: Declared::bytes(SHARD_BYTES),
            packed: Declared::UNKNOWN,
            encrypted: false,
        };
        let blocks = entries.iter().map(|(_, block)| *block).collect();
        let archive = Arc::new(Blocks(entries.iter().map(header).collect(), blocks));
        let (data, nesting) = (Data::from_bytes(&b"x"[..]), Nesting::none(&settings));
        let context =
            context(&settings, "x.7z".to_owned(), &data, Format::SevenZ, &nesting).unwrap();
        plan(context, archive, nesting.budget)
    }

    #[test]
    fn parts_are_runs_of_shards_and_add_up() {
        let names: Vec<String> = (0..10).map(|log| format!("DE_{log}/Passwords.txt")).collect();
        let blocks: Vec<_> = names.iter().map(String::as_str).zip((0..).map(Some)).collect();
        let sized = |size| {
            let opened = opened(&blocks);
            let context = SourceContext { size, ..opened.context.clone() };
            Opened { context, ..opened }
        };
        for (size, most, count) in
            [(1000, 1, 10), (1000, 250, 4), (1000, 999, 1), (1000, 5000, 1), (0, 10, 1)]
        {
            let opened = sized(size);
            let parts = opened.parts(most);
            assert_eq!(parts.len(), count, "{size} {most}");
            assert_eq!(parts.iter().map(|part| part.share.bytes).sum::<u64>(), size, "{most}");
            assert!(parts.iter().zip(0..).all(|(part, number)| part.share.number == number));
            assert!(parts.iter().all(|part| part.share.of as usize == count));
            let units: Vec<usize> = parts.iter().flat_map(Part::units).collect();
            assert_eq!(units, (0..10).collect::<Vec<_>>());
            let whole: Vec<_> = opened.shards(most).into_iter().map(|shard| shard.0).collect();
            let run: Vec<_> = parts.into_iter().flat_map(|part| part.shards).collect();
            assert_eq!(run.into_iter().map(|shard| shard.0).collect::<Vec<_>>(), whole);
        }
    }

    #[test]
    fn work_is_cut_between_blocks_and_never_inside() {
        let [a, b, c] = [("DE_1/Passwords.txt", 0), ("DE_1/System.txt", 1), ("DE_1/x.txt", 2)];
        let [d, e] = [("DE_2/Passwords.txt", 3), ("DE_2/System.txt", 4)];
        let own = |(name, block): (&'static str, u32)| (name, Some(block));
        let [a, b, c, d, e] = [a, b, c, d, e].map(own);
        assert_eq!(shards(&[a, b, c, d, e]), [1, 1]);
        // one block for all, or one that two logs share evenly
        assert_eq!(shards(&[a, b, d, e].map(|(name, _)| (name, Some(0)))), [2]);
        assert_eq!(shards(&[a, b, c, (d.0, Some(2)), e]), [2]);
        // logs that lie in each other's way
        assert_eq!(shards(&[a, (d.0, Some(1)), (b.0, Some(2)), (e.0, Some(3))]), [2]);
        // a log that goes on where a block begins: little may be unpacked twice
        let many = |block: u32| std::iter::repeat_n(("DE_1/x.txt", Some(block)), 20);
        let shared =
            |block: u32| [a, b].into_iter().chain(many(block)).chain([c, (d.0, Some(2)), e]);
        assert_eq!(shards(&shared(1).collect::<Vec<_>>()), [1, 1]);
        assert_eq!(shards(&shared(2).collect::<Vec<_>>()), [2]);
        // what has no bytes stands in no block
        assert_eq!(shards(&[(c.0, None), ("DE_2/x.txt", None), a, b, d, e]), [1, 1]);
        assert_eq!(shards(&[("DE_2/x.txt", None), a, b, c, d, e]), [1, 1]);
    }
}
