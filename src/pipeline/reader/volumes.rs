//! Volume sets inside an archive: their parts come one after the other in any order, and are kept
//! until all that there are came. What turns out to be no part of a set is read by itself.

use std::io::{self, Read, Seek};
use std::sync::Arc;

use super::{Current, Phase, ShardReader, Slot, Verdict};
use crate::archive::data::Data;
use crate::archive::spool::Spool;
use crate::input::{self, Part, Piece, Set, Volumes, Whole};
use crate::issue::{Code, Issue, Stage};
use crate::layout::Role;
use crate::limits::NESTED_COST;
use crate::pipeline::plan::joined;
use crate::record::{Disposition, Format};
use crate::text::SNIFF_BYTES;

/// How many sets wait for their parts at once: each may need a file. The parts of further ones are
/// read by themselves.
const MOST_SETS: usize = 256;

/// What came of the files that may be one set.
pub(super) struct Waiting<'r> {
    /// The bytes of all, one behind the other.
    spool: Spool<'r>,
    parts: Vec<Kept>,
}

/// An entry that may be a part of a set.
struct Kept {
    index: usize,
    entry: usize,
    role: Role,
    /// Where its bytes begin among those of all.
    start: u64,
    length: u64,
    outcome: Result<(), Issue>,
}

/// The bytes of such an entry.
#[derive(Clone)]
struct Volume {
    /// Which it is of those that were kept.
    number: usize,
    data: Data,
}

impl Piece for Volume {
    fn open(&self) -> io::Result<impl Read + Seek> {
        Ok(self.data.reader())
    }
}

impl<'r> ShardReader<'r> {
    /// Begins an entry that may be a part of a set.
    pub(super) fn begin_volume(&mut self, number: usize) -> Phase<'r> {
        let may_wait = self.deeper().is_ok() && self.sets < MOST_SETS;
        match self.slots.get_mut(&number) {
            Some(Slot { waiting: Some(_), .. }) => Phase::Volume,
            Some(slot) if may_wait => {
                let spool = Spool::new(self.run.room);
                slot.waiting = Some(Box::new(Waiting { spool, parts: Vec::new() }));
                self.sets += 1;
                Phase::Volume
            }
            _ => Phase::Sniffing(Vec::new()),
        }
    }

    /// Collects bytes of a part.
    pub(super) fn collect_volume(&mut self, number: usize, bytes: &[u8]) -> Result<(), Issue> {
        let Some(slot) = self.slots.get_mut(&number) else { return Ok(()) };
        let Some(mut waiting) = slot.waiting.take() else { return Ok(()) };
        // What came before of this set counts among all that waits, and not a second time.
        self.waiting_bytes -= waiting.spool.length();
        let collected = self.collect(&mut waiting.spool, bytes);
        self.waiting_bytes += waiting.spool.length();
        if let Some(slot) = self.slots.get_mut(&number) {
            slot.waiting = Some(waiting);
        }
        collected
    }

    /// Keeps a part that came as far as it did.
    pub(super) fn keep_volume(
        &mut self,
        current: &Current<'_>,
        outcome: Result<(), Issue>,
    ) -> Verdict {
        let slot = self.slots.get_mut(&current.unit);
        if let Some(Waiting { spool, parts }) = slot.and_then(|slot| slot.waiting.as_deref_mut()) {
            let &Current { index, entry, role, .. } = current;
            let start = parts.last().map_or(0, |last| last.start + last.length);
            let length = spool.length() - start;
            parts.push(Kept { index, entry, role, start, length, outcome });
        }
        Verdict::Open
    }

    /// Reads what came of the files in a slot that may be a set.
    pub(super) fn read_volumes(&mut self, number: usize) {
        let waiting = self.slots.get_mut(&number).and_then(|slot| slot.waiting.take());
        let Some(mut waiting) = waiting else { return };
        self.sets -= 1;
        self.waiting_bytes -= waiting.spool.length();
        let all = Arc::new(waiting.spool.data());
        let volume = |(number, kept): (usize, &Kept)| {
            let (whole, start, length) = (Arc::clone(&all), kept.start, kept.length);
            Volume { number, data: Data::Stretch { whole, start, length } }
        };
        let volumes: Vec<Volume> = waiting.parts.iter().enumerate().map(volume).collect();
        let names = waiting.parts.iter().map(|kept| self.opened.name(kept.index));
        let names: Vec<_> = names.collect();
        let files = names.iter().map(|name| name.as_bytes()).zip(volumes.iter().cloned());
        let mut alone: Vec<Option<Kept>> = waiting.parts.into_iter().map(Some).collect();
        for set in input::sets_among(files) {
            self.read_set(number, set, &mut alone);
        }
        for (kept, volume) in alone.into_iter().zip(volumes) {
            if let Some(kept) = kept {
                self.read_alone(number, kept, volume.data);
            }
        }
    }

    /// Reads a set, and takes its parts from those that were `kept`.
    fn read_set(&mut self, unit: usize, set: Set<Volume>, kept: &mut [Option<Kept>]) {
        let mut take = |volume: &Volume| kept.get_mut(volume.number).and_then(Option::take);
        let (volumes, format) = match set.whole {
            Whole::Archive(volumes, format) => (volumes, format),
            // Its pieces are texts themselves.
            Whole::Text(_) => return,
            Whole::Refused(issue) => {
                for kept in set.members.iter().filter_map(take) {
                    let issue = kept.outcome.err().unwrap_or_else(|| issue.clone());
                    self.settle(unit, kept.entry, Verdict::failed(issue));
                }
                return;
            }
        };
        let parts: Vec<Kept> = volumes.files().filter_map(&mut take).collect();
        let Some(first) = parts.first() else { return };
        let read = self.follow_set(first.index, format, &volumes);
        if read.is_err()
            && let Some(slot) = self.slots.get_mut(&unit)
        {
            volumes.issues.into_iter().for_each(|issue| slot.unit.note(first.entry, issue));
        }
        for Kept { entry, outcome, .. } in parts {
            let verdict = match outcome.and(read.clone()) {
                Ok(()) => Verdict::Settled(Disposition::Parsed, None),
                Err(issue) => Verdict::failed(issue),
            };
            self.settle(unit, entry, verdict);
        }
        for kept in set.members.iter().filter_map(take) {
            let detail = "it is not the part of a volume set that it is called like";
            let issue = Issue::loss(Stage::Open, Code::MissingVolume, detail);
            self.settle(unit, kept.entry, Verdict::failed(kept.outcome.err().unwrap_or(issue)));
        }
    }

    /// Reads the archive that a set is, under the name of the entry `index`.
    fn follow_set(
        &mut self,
        index: usize,
        format: Format,
        volumes: &Volumes<Volume>,
    ) -> Result<(), Issue> {
        // The names of two parts may speak of any number between them.
        let count = volumes.parts.iter().map(|part| match part {
            Part::File(_) => 1,
            Part::Missing { volumes, .. } => u64::from(*volumes),
        });
        self.growth.take(NESTED_COST.saturating_mul(count.sum()))?;
        let data = joined(volumes, |volume| Ok(volume.data.clone()))?;
        self.follow(index, format, data, &volumes.issues)
    }

    /// Reads a file that is only called like a part of a set.
    fn read_alone(&mut self, unit: usize, kept: Kept, data: Data) {
        let Kept { index, entry, role, length, outcome, .. } = kept;
        let mut head = vec![0; SNIFF_BYTES];
        let count = data.read_at(&mut head, 0).unwrap_or(0);
        let format = input::sniff(head.get(..count).unwrap_or_default());
        let phase = Phase::Volume;
        let mut current = Current { index, unit, entry, role, bytes: length, phase, flaw: None };
        let verdict = self.end_archive(&mut current, format, data, outcome);
        self.settle(unit, entry, verdict);
    }
}
