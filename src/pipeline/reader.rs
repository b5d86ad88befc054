//! Reads the entries of one shard: tells what each is, hands texts to their units, follows nested
//! archives, and gives every entry exactly one disposition.

mod nested;
mod volumes;

use std::collections::{HashMap, HashSet, VecDeque};

use crate::archive::spill::Spool;
use crate::archive::{EntryKind, Flow, Visitor, Wanted};
use crate::input;
use crate::issue::{Code, Issue, Stage};
use crate::layout::Role;
use crate::limits::{Growth, Room};
use crate::pipeline::assemble::{self, Extent, Home};
use crate::pipeline::explain::{Answers, Fit, Question};
use crate::pipeline::group;
use crate::pipeline::ordered::{Demand, Yield};
use crate::pipeline::outcome::{Outcome, Outlet};
use crate::pipeline::progress::Progress;
use crate::pipeline::reveal::Search;
use crate::pipeline::run::guarded;
use crate::pipeline::settings::Settings;
use crate::pipeline::source::{Opened, Planned, Shard, UnitPlan};
use crate::pipeline::unit::{Unit, UnitKind, hint};
use crate::pipeline::window::{Window, Windows};
use crate::record::{Disposition, Format};
use crate::text::{self, Content, SNIFF_BYTES};
use volumes::Waiting;

/// What a run lends to everything that reads.
#[derive(Clone, Copy)]
pub(super) struct Run<'r> {
    /// What was asked for.
    pub settings: &'r Settings,
    /// How far it is.
    pub progress: &'r Progress,
    /// Memory for nested archives.
    pub room: &'r Room,
}

impl Run<'_> {
    /// Whether nothing more is to be read: the user wants it so, or what was searched is found.
    pub(super) fn is_over(&self) -> bool {
        let is_found = |search: &Search| search.found().is_some();
        self.progress.is_interrupted() || self.settings.scope.search().is_some_and(is_found)
    }
}

/// Reads one shard of a source. After a panic what is left of its entries has failed.
pub(super) fn read_shard(
    run: Run<'_>,
    opened: &Opened,
    shard: &Shard,
    growth: &Growth,
    put: Yield<'_, Outcome>,
) {
    let mut reader = ShardReader::new(run, opened, shard, growth, Outlet::new(put));
    let wanted = reader.wanted();
    if let Err(issue) = guarded(|| opened.archive.stream(&wanted, &mut reader)) {
        reader.fail_rest(&issue);
    }
    reader.outlet.finish();
}

/// Where an entry goes: the slot of its unit, and its plan.
struct Destination<'r> {
    slot: usize,
    planned: &'r Planned,
}

/// A unit that is being read, and how many of its entries are still to come.
struct Slot<'r> {
    plan: &'r UnitPlan,
    unit: Option<Box<Unit<'r>>>,
    left: usize,
    /// How many of its entries are counted.
    counted: usize,
    weight: usize,
    /// What came of a volume set.
    waiting: Option<Box<Waiting<'r>>>,
}

/// How much memory the units that are begun and not complete may come to. Archives that are sorted by
/// kind begin all logs before they end one.
const OPEN_BYTES: usize = 128 << 20;

/// How much room is made for them at once, since that may go through all of them.
const RELIEF_BYTES: usize = OPEN_BYTES / 4;

/// The entry that is being read.
struct Current<'r> {
    index: usize,
    slot: usize,
    entry: usize,
    role: Role,
    bytes: u64,
    phase: Phase<'r>,
    /// Why the rest of it is not read.
    flaw: Option<Issue>,
}

/// What is known of the current entry.
enum Phase<'r> {
    /// Too few bytes were seen yet.
    Sniffing(Vec<u8>),
    /// It is text.
    Text(Box<Windows>),
    /// It is an archive by its first bytes or at least by its name, collected until it is complete.
    Nested(Option<Format>, Box<Spool<'r>>),
    /// It may be a part of a volume set, and is kept until the others came.
    Volume,
    /// It is binary, or nobody asks for it.
    Binary,
    /// It is no text and nothing known: binary, or a text that is damaged, which only its check sum
    /// behind the last byte tells.
    Doubtful,
    /// It is not read, for a reason.
    Refused(Issue),
}

struct ShardReader<'r> {
    run: Run<'r>,
    opened: &'r Opened,
    /// Of all entries, in their order.
    destinations: Vec<Destination<'r>>,
    slots: Vec<Slot<'r>>,
    /// The slots of units that are begun, the oldest first; some may be complete.
    open: VecDeque<usize>,
    weight: usize,
    /// How many volume sets are begun, and how many bytes came of them.
    sets: usize,
    waiting_bytes: u64,
    /// How much they may come to until they are relieved again.
    next_relief: usize,
    current: Option<Current<'r>>,
    growth: &'r Growth,
    outlet: Outlet<'r>,
    asked: Asked,
}

/// Which entries are asked for, if any in particular are.
enum Asked {
    /// None: all are read.
    Nothing,
    /// These, by index; only the units in these slots are read.
    Entries(HashMap<usize, Fit>, HashSet<usize>),
}

impl<'r> ShardReader<'r> {
    fn new(
        run: Run<'r>,
        opened: &'r Opened,
        shard: &Shard,
        growth: &'r Growth,
        mut outlet: Outlet<'r>,
    ) -> Self {
        let units = opened.units(shard);
        let mut destinations = Vec::new();
        let mut slots = Vec::with_capacity(units.len());
        for (slot, plan) in units.iter().enumerate() {
            let before = destinations.len();
            let entries = opened.planned(plan);
            destinations.extend(entries.map(|planned| Destination { slot, planned }));
            let left = destinations.len() - before;
            slots.push(Slot { plan, unit: None, left, counted: 0, weight: 0, waiting: None });
        }
        destinations.sort_unstable_by_key(|place| place.planned.index);
        if let Some(search) = run.settings.scope.search() {
            keep_searched(search, opened, units, &mut destinations);
        }
        let mut asked = Asked::Nothing;
        if let Some(question) = run.settings.scope.question() {
            let answers = &mut outlet.outcome.answers;
            asked = asked_for(question, opened, &destinations, answers);
        }
        Self {
            run,
            opened,
            destinations,
            slots,
            open: VecDeque::new(),
            weight: 0,
            next_relief: OPEN_BYTES,
            sets: 0,
            waiting_bytes: 0,
            current: None,
            growth,
            outlet,
            asked,
        }
    }

    /// The indices of all entries, ascending.
    fn wanted(&self) -> Vec<usize> {
        self.destinations.iter().map(|place| place.planned.index).collect()
    }

    /// Gives up the entries that are not counted yet.
    fn fail_rest(&mut self, issue: &Issue) {
        for slot in &self.slots {
            let rest = self.opened.planned(slot.plan).skip(slot.counted);
            let rest: Vec<usize> = rest.map(|planned| planned.index).collect();
            assemble::fail(self.opened, &rest, issue, &mut self.outlet.outcome);
        }
    }

    /// Decides what an entry is, by its first bytes and its name.
    fn decide(&self, head: &[u8], index: usize, slot: usize, role: Role) -> Phase<'r> {
        let format = input::sniff(head);
        let name = self.opened.archive.entries().get(index).map(|entry| entry.name.as_bytes());
        // An archive that is damaged where it begins may be whole behind that.
        let is_claimed = !head.is_empty() && name.is_some_and(input::is_called_archive);
        if format.is_none() && !is_claimed {
            return self.decide_content(head, slot, role);
        }
        if let Err(issue) = self.deeper() {
            return match self.decide_content(head, slot, role) {
                content @ (Phase::Text(_) | Phase::Binary) if format.is_none() => content,
                _ => Phase::Refused(issue),
            };
        }
        let mut spool = Spool::new(self.run.room);
        let collected = self.collect(&mut spool, head);
        collected.map_or_else(Phase::Refused, |()| Phase::Nested(format, Box::new(spool)))
    }

    /// Decides what an entry is that is no archive.
    fn decide_content(&self, head: &[u8], slot: usize, role: Role) -> Phase<'r> {
        if head.len() >= SNIFF_BYTES && head.iter().all(|&byte| byte == 0) {
            let detail = "nothing but NUL bytes where it should begin";
            return Phase::Refused(Issue::loss(Stage::Decode, Code::NotText, detail));
        }
        match Content::sniff(head) {
            Content::Binary if text::is_known_binary(head) => Phase::Binary,
            Content::Binary => Phase::Doubtful,
            Content::Text(_) if !self.is_wanted(slot) => Phase::Binary,
            Content::Text(encoding) => {
                let mut windows = Windows::new(encoding, hint(role));
                windows.push(head);
                Phase::Text(Box::new(windows))
            }
        }
    }

    /// Whether the texts of a unit matter.
    fn is_wanted(&self, slot: usize) -> bool {
        match &self.asked {
            Asked::Nothing => true,
            Asked::Entries(_, slots) => slots.contains(&slot),
        }
    }

    /// Explains a window of the entry that is asked for.
    fn answer(&mut self, current: &Current<'_>, window: &Window) {
        let Asked::Entries(asked, _) = &self.asked else { return };
        let question = self.run.settings.scope.question();
        if let (Some(question), Some(&fit)) = (question, asked.get(&current.index)) {
            let path = self.opened.context.path.entry(&self.opened.name(current.index));
            let answer = question.explain(&path, fit, window, hint(current.role));
            self.outlet.outcome.answers.add(answer);
        }
    }

    /// Hands finished windows of the current text to its unit.
    fn drain(&mut self, current: &mut Current<'_>) {
        while let Phase::Text(windows) = &mut current.phase
            && let Some(window) = windows.next()
        {
            self.answer(current, &window);
            let Some(slot) = self.slots.get_mut(current.slot) else { return };
            let Some(unit) = &mut slot.unit else { return };
            let (home, settings) = (Home::new(self.opened, slot.plan), self.run.settings);
            unit.text(current.entry, window);
            if unit.kind() == UnitKind::Loose {
                unit.complete(&home.telling_name);
            }
            assemble::read(unit, &home, settings, &mut self.outlet);
            if unit.kind() == UnitKind::Loose {
                assemble::deliver(unit, &home, settings, Extent::Rest, &mut self.outlet);
            }
        }
    }

    /// Ends the current entry.
    fn close(&mut self, mut current: Current<'r>, outcome: Result<(), Issue>) {
        if let Phase::Sniffing(head) = &current.phase {
            current.phase = self.decide(head, current.index, current.slot, current.role);
        }
        self.outlet.outcome.tally.bytes_out += current.bytes;
        let outcome = current.flaw.take().map_or(outcome, Err);
        let verdict = match std::mem::replace(&mut current.phase, Phase::Binary) {
            Phase::Nested(format, mut spool) => {
                self.end_archive(&mut current, format, spool.data(), outcome)
            }
            Phase::Volume => self.keep_volume(&current, outcome),
            phase => self.end_content(Current { phase, ..current }, outcome),
        };
        self.settle(current.slot, current.entry, verdict);
        let Some(slot) = self.slots.get_mut(current.slot) else { return };
        slot.left = slot.left.saturating_sub(1);
        if slot.left == 0 {
            self.conclude(current.slot);
        } else {
            let weight = slot.unit.as_ref().map_or(0, |unit| unit.weight());
            self.weight -= std::mem::replace(&mut slot.weight, weight);
            self.weight += weight;
            self.relieve(current.slot);
        }
    }

    /// Tells the unit in a slot what became of an entry.
    fn settle(&mut self, slot: usize, entry: usize, verdict: Verdict) {
        let Some(slot) = self.slots.get_mut(slot) else { return };
        if let Some(unit) = &mut slot.unit {
            match verdict {
                Verdict::Text(None) | Verdict::Open => {}
                Verdict::Text(Some(issue)) => unit.note(entry, issue),
                Verdict::Settled(disposition, issue) => unit.settle(entry, disposition, issue),
            }
        }
    }

    /// Delivers the unit in a slot.
    fn conclude(&mut self, number: usize) {
        self.read_volumes(number);
        let Some(slot) = self.slots.get_mut(number) else { return };
        let Some(unit) = slot.unit.take() else { return };
        self.weight -= std::mem::take(&mut slot.weight);
        let home = Home::new(self.opened, slot.plan);
        if unit.kind() == UnitKind::Group {
            group::conclude(*unit, &home, self.run.settings, &mut self.outlet);
        } else {
            assemble::conclude(*unit, &home, self.run.settings, &mut self.outlet);
        }
        slot.counted = self.opened.planned(slot.plan).count() - slot.left;
        let is_complete = |slot: &usize| self.slots.get(*slot).is_none_or(|s| s.unit.is_none());
        while self.open.front().is_some_and(is_complete) {
            self.open.pop_front();
        }
    }

    /// Delivers what is held of the oldest units while too many are open. What comes later of a
    /// group is then another one. Where that does not help enough, more may be open until the next
    /// time.
    fn relieve(&mut self, current: usize) {
        if self.weight <= self.next_relief {
            return;
        }
        self.lighten(current);
        self.next_relief = self.weight.saturating_add(RELIEF_BYTES).max(OPEN_BYTES);
    }

    fn lighten(&mut self, current: usize) {
        for _ in 0..self.open.len() {
            if self.weight <= OPEN_BYTES - RELIEF_BYTES {
                return;
            }
            let oldest = usize::from(self.open.front() == Some(&current));
            let Some(number) = self.open.remove(oldest) else { return };
            let Some(slot) = self.slots.get_mut(number) else { return };
            let Some(unit) = slot.unit.as_mut().filter(|unit| unit.kind() != UnitKind::Group)
            else {
                self.conclude(number);
                continue;
            };
            let (home, settings) = (Home::new(self.opened, slot.plan), self.run.settings);
            unit.release(&home.telling_name);
            assemble::read(unit, &home, settings, &mut self.outlet);
            assemble::deliver(unit, &home, settings, Extent::Part, &mut self.outlet);
            self.weight -= std::mem::replace(&mut slot.weight, unit.weight());
            self.weight += slot.weight;
            self.open.push_back(number);
        }
    }

    /// What becomes of an entry that is no archive, once all of it came.
    fn end_content(&mut self, mut current: Current<'r>, outcome: Result<(), Issue>) -> Verdict {
        if let Phase::Text(windows) = &mut current.phase {
            windows.finish();
        }
        self.drain(&mut current);
        let is_text = matches!(current.phase, Phase::Text(_)) && current.bytes > 0;
        let verdict = match (current.phase, outcome) {
            (Phase::Refused(issue), _) => Verdict::Settled(Disposition::Skipped, Some(issue)),
            (Phase::Text(_), Ok(())) => Verdict::Text(None),
            (Phase::Text(_), Err(issue)) if came_whole(issue.code) => Verdict::Text(Some(issue)),
            (_, Ok(())) => Verdict::Settled(Disposition::Ignored, None),
            (_, Err(issue)) => Verdict::failed(issue),
        };
        let breaks_off = is_text && matches!(verdict, Verdict::Settled(..));
        self.outlet.outcome.tally.partly_read += u64::from(breaks_off);
        verdict
    }

    /// Takes the next bytes of the current entry.
    fn take(&mut self, current: &mut Current<'r>, bytes: &[u8]) -> Result<(), Issue> {
        // Entries of the source itself are bound by their own ratio.
        if self.opened.context.depth > 0 {
            self.growth.take(bytes.len() as u64)?;
        }
        match &mut current.phase {
            Phase::Sniffing(head) => {
                head.extend_from_slice(bytes);
                if head.len() >= SNIFF_BYTES {
                    current.phase = self.decide(head, current.index, current.slot, current.role);
                }
            }
            Phase::Text(windows) => windows.push(bytes),
            Phase::Nested(_, spool) => self.collect(spool, bytes)?,
            Phase::Volume => self.collect_volume(current.slot, bytes)?,
            Phase::Binary | Phase::Doubtful | Phase::Refused(_) => {}
        }
        Ok(())
    }
}

/// The entries of a shard that are asked for; those that nearly are, are noted.
fn asked_for(
    question: &Question,
    opened: &Opened,
    destinations: &[Destination<'_>],
    answers: &mut Answers,
) -> Asked {
    let (mut entries, mut slots) = (HashMap::new(), HashSet::new());
    for &Destination { slot, planned: &Planned { index, .. } } in destinations {
        let path = opened.context.path.entry(&opened.name(index));
        match question.fit(&path) {
            Some(fit) => {
                entries.insert(index, fit);
                slots.insert(slot);
            }
            None => answers.pass(question, &path),
        }
    }
    Asked::Entries(entries, slots)
}

/// Keeps the entries that have to be read for a search: those of the unit that the entry belongs to,
/// and the archives that stand around it. A file that has but one entry may be called anything.
fn keep_searched(
    search: &Search,
    opened: &Opened,
    units: &[UnitPlan],
    destinations: &mut Vec<Destination<'_>>,
) {
    let is_only = destinations.len() == 1;
    let path =
        |place: &Destination<'_>| opened.context.path.entry(&opened.name(place.planned.index));
    let is_volume = |slot| matches!(units.get(slot), Some(UnitPlan::Volumes(_)));
    let searched = |place: &&Destination<'_>| search.is_at(opened.context.id, &path(place));
    let slots: HashSet<usize> = destinations.iter().filter(searched).map(|it| it.slot).collect();
    destinations.retain(|place| {
        let is_wanted = is_only || slots.contains(&place.slot) || is_volume(place.slot);
        is_wanted || search.is_inside(&path(place))
    });
}

/// What becomes of an entry.
enum Verdict {
    /// It is not known yet.
    Open,
    /// Text: its unit tells whether it was parsed or only searched.
    Text(Option<Issue>),
    /// Anything else.
    Settled(Disposition, Option<Issue>),
}

impl Verdict {
    fn failed(issue: Issue) -> Self {
        Self::Settled(disposition_of(issue.code), Some(issue))
    }
}

/// Whether all bytes of an entry with this issue were delivered, so that its records stand.
fn came_whole(code: Code) -> bool {
    matches!(
        code,
        Code::CrcMismatch
            | Code::AuthFailed
            | Code::ZipAmbiguous
            | Code::BadExtra
            | Code::UnknownFormat
    )
}

/// Whether an entry with this issue was left out or could not be read.
pub(super) fn disposition_of(code: Code) -> Disposition {
    match code {
        Code::Truncated
        | Code::Corrupt
        | Code::DecodeError
        | Code::UnknownFormat
        | Code::CrcMismatch
        | Code::SizeMismatch
        | Code::BadExtra
        | Code::BadGraph
        | Code::BadOffset
        | Code::AuthFailed
        | Code::IoError
        | Code::PermissionDenied
        | Code::ChangedDuringRead
        | Code::InternalError => Disposition::Failed,
        _ => Disposition::Skipped,
    }
}

impl Visitor for ShardReader<'_> {
    fn begin(&mut self, index: usize) -> Wanted {
        let at = self.destinations.binary_search_by_key(&index, |place| place.planned.index);
        let place = at.ok().and_then(|at| self.destinations.get(at));
        let Some(&Destination { slot, planned }) = place else { return Wanted::Nothing };
        let header = self.opened.archive.entries().get(index);
        self.outlet.outcome.tally.encrypted |= header.is_some_and(|header| header.encrypted);
        let regular = header.is_some_and(|header| header.kind == EntryKind::File);
        let path = self.opened.context.path.entry(&self.opened.name(index));
        let Some(place) = self.slots.get_mut(slot) else { return Wanted::Nothing };
        let kind = match place.plan {
            UnitPlan::Log(_) => UnitKind::Log,
            UnitPlan::Loose(_) | UnitPlan::Volumes(_) => UnitKind::Loose,
            UnitPlan::Group(_) => UnitKind::Group,
        };
        if place.unit.is_none() {
            self.open.push_back(slot);
        }
        let unit = place.unit.get_or_insert_with(|| Box::new(Unit::new(self.run.settings, kind)));
        let entry = unit.begin(path, self.opened.inside(planned), planned.role);
        let phase = if regular && matches!(place.plan, UnitPlan::Volumes(_)) {
            self.begin_volume(slot)
        } else if regular {
            Phase::Sniffing(Vec::new())
        } else {
            let detail = "a link or device; links are never followed";
            Phase::Refused(Issue::loss(Stage::Open, Code::NotRegular, detail))
        };
        let role = planned.role;
        self.current = Some(Current { index, slot, entry, role, bytes: 0, phase, flaw: None });
        if regular { Wanted::Bytes } else { Wanted::Nothing }
    }

    fn chunk(&mut self, bytes: &[u8]) -> Flow {
        let Some(mut current) = self.current.take() else { return Flow::Skip };
        current.bytes += bytes.len() as u64;
        current.flaw = self.take(&mut current, bytes).err();
        self.drain(&mut current);
        let flow = match current.phase {
            _ if self.run.is_over() || self.outlet.demand() == Demand::Nothing => Flow::Stop,
            _ if current.flaw.is_some() => Flow::Skip,
            Phase::Binary | Phase::Refused(_) => Flow::Skip,
            _ => Flow::More,
        };
        self.current = Some(current);
        flow
    }

    fn end(&mut self, outcome: Result<(), Issue>) {
        if let Some(current) = self.current.take() {
            self.close(current, outcome);
        }
    }
}
