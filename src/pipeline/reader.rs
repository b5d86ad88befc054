//! Reads the entries of one shard: tells what each is, hands texts to their units, follows nested
//! archives, and gives every entry exactly one disposition.

mod nested;
mod volumes;

use std::collections::{HashMap, HashSet, VecDeque};
use std::ops::Range;

use crate::archive::spool::Spool;
use crate::archive::{EntryKind, Flow, Visitor, Wanted};
use crate::artefact::End;
use crate::input;
use crate::issue::{Code, Issue, Stage};
use crate::layout::{self, Role};
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
use crate::pipeline::source::{Opened, Shard};
use crate::pipeline::turn::Turn;
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
    /// The place of the task that it is read for.
    pub turn: Turn<'r>,
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
    let _window = run.turn.hold(opened.archive.window(&wanted));
    if let Err(issue) = guarded(|| opened.archive.stream(&wanted, &mut reader)) {
        reader.fail_rest(&issue);
    }
    reader.outlet.finish();
}

/// A unit that is begun and not complete.
struct Slot<'r> {
    unit: Box<Unit<'r>>,
    weight: usize,
    /// How many of its entries were counted before.
    counted: u32,
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
    /// The number of its unit in the plan.
    unit: usize,
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
    /// The units that are read.
    units: Range<usize>,
    /// Where the plan has their entries, in the order of the source.
    order: Vec<u32>,
    /// How many entries of each unit are still to come.
    left: Vec<u32>,
    slots: HashMap<usize, Slot<'r>>,
    /// The units in these slots, the oldest first; some may be complete.
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
    /// These, by index; only these units are read.
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
        let (plan, units) = (&opened.plan, shard.0.clone());
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let left = units.clone().map(|unit| number(plan.entries(unit).len())).collect();
        let mut order: Vec<u32> = plan.places(&units).map(number).collect();
        order.sort_unstable_by_key(|&place| plan.at(place as usize).map(|entry| entry.index));
        if let Some(search) = run.settings.scope.search() {
            keep_searched(search, opened, &mut order);
        }
        let mut asked = Asked::Nothing;
        if let Some(question) = run.settings.scope.question() {
            asked = asked_for(question, opened, &order, &mut outlet.outcome.answers);
        }
        Self {
            run,
            opened,
            units,
            order,
            left,
            slots: HashMap::new(),
            open: VecDeque::new(),
            weight: 0,
            sets: 0,
            waiting_bytes: 0,
            next_relief: OPEN_BYTES,
            current: None,
            growth,
            outlet,
            asked,
        }
    }

    /// The indices of all entries, ascending.
    fn wanted(&self) -> Vec<usize> {
        let entries = self.order.iter().filter_map(|&place| self.opened.plan.at(place as usize));
        entries.map(|entry| entry.index as usize).collect()
    }

    /// The unit of an entry, and what is planned for it.
    fn destination(&self, index: usize) -> Option<(usize, &'r layout::Planned)> {
        let plan = &self.opened.plan;
        let index_at = |place: &u32| plan.at(*place as usize).map(|entry| entry.index as usize);
        let at = self.order.binary_search_by_key(&Some(index), index_at).ok()?;
        let place = *self.order.get(at)? as usize;
        Some((plan.unit_at(place), plan.at(place)?))
    }

    /// How many entries of a unit are done with.
    fn done(&self, unit: usize) -> u32 {
        let left = unit.checked_sub(self.units.start).and_then(|at| self.left.get(at));
        let all = u32::try_from(self.opened.plan.entries(unit).len()).unwrap_or(u32::MAX);
        all.saturating_sub(left.copied().unwrap_or(0))
    }

    /// Gives up the entries that are not counted yet.
    fn fail_rest(&mut self, issue: &Issue) {
        for unit in self.units.clone() {
            let slot = self.slots.get(&unit);
            let counted = slot.map_or_else(|| self.done(unit), |slot| slot.counted);
            let rest = self.opened.plan.entries(unit).iter().skip(counted as usize);
            let rest: Vec<usize> = rest.map(|planned| planned.index as usize).collect();
            if !rest.is_empty() {
                assemble::fail(self.opened, &rest, issue, &mut self.outlet.outcome);
            }
        }
    }

    /// Decides what an entry is, by its first bytes and its name.
    fn decide(&self, head: &[u8], index: usize, unit: usize, role: Role) -> Phase<'r> {
        let format = input::sniff(head);
        let name = self.opened.archive.entries().get(index).map(|entry| entry.file);
        // An archive that is damaged where it begins may be whole behind that.
        let is_claimed = !head.is_empty() && name.is_some_and(input::is_called_archive);
        if format.is_none() && !is_claimed {
            return self.decide_content(head, unit, role);
        }
        if let Err(issue) = self.deeper() {
            return match self.decide_content(head, unit, role) {
                content @ (Phase::Text(_) | Phase::Binary) if format.is_none() => content,
                _ => Phase::Refused(issue),
            };
        }
        let mut spool = Spool::new(self.run.room);
        let collected = self.collect(&mut spool, head);
        collected.map_or_else(Phase::Refused, |()| Phase::Nested(format, Box::new(spool)))
    }

    /// Decides what an entry is that is no archive.
    fn decide_content(&self, head: &[u8], unit: usize, role: Role) -> Phase<'r> {
        if head.len() >= SNIFF_BYTES && is_blank(head) {
            let detail = "nothing but NUL bytes where it should begin";
            return Phase::Refused(Issue::loss(Stage::Decode, Code::NotText, detail));
        }
        match Content::sniff(head) {
            Content::Binary if text::is_known_binary(head) => Phase::Binary,
            Content::Binary => Phase::Doubtful,
            Content::Text(_) if !self.is_wanted(unit) => Phase::Binary,
            Content::Text(encoding) => {
                let mut windows = Windows::new(encoding, hint(role));
                windows.push(head);
                Phase::Text(Box::new(windows))
            }
        }
    }

    /// Whether the texts of a unit matter.
    fn is_wanted(&self, unit: usize) -> bool {
        match &self.asked {
            Asked::Nothing => true,
            Asked::Entries(_, units) => units.contains(&unit),
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
            let Some(Slot { unit, .. }) = self.slots.get_mut(&current.unit) else { return };
            let (home, settings) = (Home::new(self.opened, current.unit), self.run.settings);
            unit.text(current.entry, window);
            if unit.kind() == UnitKind::Loose {
                unit.complete(home.telling_name());
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
            current.phase = self.decide(head, current.index, current.unit, current.role);
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
        self.settle(current.unit, current.entry, verdict);
        let at = current.unit.checked_sub(self.units.start);
        let Some(left) = at.and_then(|at| self.left.get_mut(at)) else { return };
        *left = left.saturating_sub(1);
        if *left == 0 {
            self.conclude(current.unit);
        } else if let Some(slot) = self.slots.get_mut(&current.unit) {
            let weight = slot.unit.weight();
            self.weight -= std::mem::replace(&mut slot.weight, weight);
            self.weight += weight;
        } else {
            self.relieve(current.unit);
        }
    }

    fn begin_unit(&mut self, number: usize) {
        let kind = match self.opened.plan.kind(number) {
            Some(layout::UnitKind::Log) => UnitKind::Log,
            Some(layout::UnitKind::Group) => UnitKind::Group,
            Some(layout::UnitKind::Loose | layout::UnitKind::Volumes) | None => UnitKind::Loose,
        };
        let unit = Box::new(Unit::new(self.run.settings, kind));
        let slot = Slot { unit, weight: 0, counted: self.done(number), waiting: None };
        self.slots.insert(number, slot);
        self.open.push_back(number);
    }

    /// Tells a unit what became of an entry.
    fn settle(&mut self, unit: usize, entry: usize, verdict: Verdict) {
        let Some(Slot { unit, .. }) = self.slots.get_mut(&unit) else { return };
        match verdict {
            Verdict::Text(None) | Verdict::Open => {}
            Verdict::Text(Some(issue)) => unit.note(entry, issue),
            Verdict::Settled(disposition, issue) => unit.settle(entry, disposition, issue),
        }
    }

    /// Delivers a unit.
    fn conclude(&mut self, number: usize) {
        self.read_volumes(number);
        let Some(Slot { unit, weight, .. }) = self.slots.remove(&number) else { return };
        self.weight -= weight;
        let home = Home::new(self.opened, number);
        if unit.kind() == UnitKind::Group {
            group::conclude(*unit, &home, self.run.settings, &mut self.outlet);
        } else {
            assemble::conclude(*unit, &home, self.run.settings, &mut self.outlet);
        }
        while self.open.front().is_some_and(|unit| !self.slots.contains_key(unit)) {
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
            let Some(slot) = self.slots.get_mut(&number) else { continue };
            if slot.unit.kind() == UnitKind::Group {
                self.conclude(number);
                continue;
            }
            let unit = &mut slot.unit;
            let (home, settings) = (Home::new(self.opened, number), self.run.settings);
            unit.release(home.telling_name());
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
            windows.finish(End::OfText);
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
            Phase::Sniffing(head) if head.is_empty() && is_telling(bytes) => {
                current.phase = self.decide(bytes, current.index, current.unit, current.role);
            }
            Phase::Sniffing(head) => {
                head.extend_from_slice(bytes);
                if is_telling(head) {
                    current.phase = self.decide(head, current.index, current.unit, current.role);
                }
            }
            Phase::Text(windows) => windows.push(bytes),
            Phase::Nested(_, spool) => self.collect(spool, bytes)?,
            Phase::Volume => self.collect_volume(current.unit, bytes)?,
            Phase::Binary | Phase::Doubtful | Phase::Refused(_) => {}
        }
        Ok(())
    }
}

/// So many NUL bytes at the beginning of an entry say that nothing else is to be expected.
const BLANK_BYTES: usize = 128 << 10;

/// Whether the first bytes of an entry are enough to tell what it is.
fn is_telling(head: &[u8]) -> bool {
    head.len() >= BLANK_BYTES || (head.len() >= SNIFF_BYTES && !is_blank(head))
}

fn is_blank(head: &[u8]) -> bool {
    head.iter().all(|&byte| byte == 0)
}

/// The entries of a shard that are asked for; those that nearly are, are noted.
fn asked_for(question: &Question, opened: &Opened, order: &[u32], answers: &mut Answers) -> Asked {
    let (mut entries, mut units) = (HashMap::new(), HashSet::new());
    for place in order.iter().map(|&place| place as usize) {
        let Some(index) = opened.plan.at(place).map(|entry| entry.index as usize) else { continue };
        let path = opened.context.path.entry(&opened.name(index));
        match question.fit(&path) {
            Some(fit) => {
                entries.insert(index, fit);
                units.insert(opened.plan.unit_at(place));
            }
            None => answers.pass(question, &path),
        }
    }
    Asked::Entries(entries, units)
}

/// Keeps the entries that have to be read for a search: those of the unit that the entry belongs to,
/// and the archives that stand around it. A file that has but one entry may be called anything.
fn keep_searched(search: &Search, opened: &Opened, order: &mut Vec<u32>) {
    let is_only = order.len() == 1;
    let plan = &opened.plan;
    let path = |place: u32| {
        let index = plan.at(place as usize).map(|entry| entry.index as usize);
        index.map(|index| opened.context.path.entry(&opened.name(index))).unwrap_or_default()
    };
    let unit = |place: u32| plan.unit_at(place as usize);
    let searched = order.iter().filter(|&&place| search.is_at(opened.context.id, &path(place)));
    let units: HashSet<usize> = searched.map(|&place| unit(place)).collect();
    order.retain(|&place| {
        let is_volume = plan.kind(unit(place)) == Some(layout::UnitKind::Volumes);
        is_only || is_volume || units.contains(&unit(place)) || search.is_inside(&path(place))
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
        let Some((number, planned)) = self.destination(index) else { return Wanted::Nothing };
        let header = self.opened.archive.entries().get(index);
        self.outlet.outcome.tally.encrypted |= header.is_some_and(|header| header.encrypted);
        let regular = header.is_some_and(|header| header.kind == EntryKind::File);
        let name = self.opened.name(index);
        let path = self.opened.context.path.entry(&name);
        let inside = name.as_bytes().get(planned.inside as usize..).unwrap_or_default().to_vec();
        if !self.slots.contains_key(&number) {
            self.begin_unit(number);
        }
        let Some(Slot { unit, .. }) = self.slots.get_mut(&number) else { return Wanted::Nothing };
        let entry = unit.begin(path, inside, planned.role);
        let is_of_set = self.opened.plan.kind(number) == Some(layout::UnitKind::Volumes);
        let phase = if regular && is_of_set {
            self.begin_volume(number)
        } else if regular {
            Phase::Sniffing(Vec::new())
        } else {
            let detail = "a link or device; links are never followed";
            Phase::Refused(Issue::loss(Stage::Open, Code::NotRegular, detail))
        };
        let role = planned.role;
        self.current =
            Some(Current { index, unit: number, entry, role, bytes: 0, phase, flaw: None });
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
