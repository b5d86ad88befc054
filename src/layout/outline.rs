//! What a plan comes to: the units of a source, each with its entries, as numbers. A source may have
//! five million entries, and as many logs.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::Item;
use super::role::Role;
use super::tree;

/// One entry, and what it is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Planned {
    /// Its index in the source.
    pub index: u32,
    /// Where in its path the path inside the log begins; for a loose entry, 0.
    pub inside: u32,
    /// What its name promises.
    pub role: Role,
}

impl Planned {
    /// An entry of no log.
    fn loose(index: u32, role: Role) -> Self {
        Self { index, inside: 0, role }
    }
}

/// What is read as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum UnitKind {
    /// A log.
    Log,
    /// An entry that belongs to no log, such as a ULP file, advertising or a nested archive.
    Loose,
    /// Entries below one folder of which only the content can tell whether they are logs, for
    /// [`plan_by_content`](super::plan_by_content).
    Group,
    /// Entries that may be the parts of one volume set, by their names.
    Volumes,
}

/// The path of the folder of a log, or of its first file without the suffix where the name of a file
/// is that of the machine: the first bytes of the path of an entry. Nothing where the source itself
/// is the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Root {
    /// The index of the entry.
    pub entry: u32,
    /// How many bytes of its path.
    pub length: u32,
}

impl Root {
    /// The name of a log: the last part of the path of its folder.
    pub fn name(path: &[u8]) -> &[u8] {
        let parts = path.rsplit(|&byte| byte == b'/');
        parts.into_iter().find(|part| tree::is_component(part)).unwrap_or_default()
    }
}

/// The units of a source, in the order of their first entries.
#[derive(Debug, Default)]
pub struct Plan {
    /// Unit by unit, in the order of the source.
    entries: Vec<Planned>,
    units: Vec<Unit>,
    roots: Vec<Root>,
    /// Whether there were more folders than are told apart: the rest of them was taken for what
    /// they lie in.
    pub is_coarse: bool,
}

#[derive(Debug, Clone, Copy)]
struct Unit {
    /// Where its entries begin.
    start: u32,
    kind: Kind,
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    /// A number of a [`Root`].
    Log(u32),
    Loose,
    Group,
    Volumes,
}

/// A unit that was planned before.
#[derive(Debug)]
pub struct PlannedUnit {
    /// What it is.
    pub kind: UnitKind,
    /// Where the folder of a log is.
    pub root: Root,
    /// What belongs to it, in the order of the source.
    pub entries: Vec<Planned>,
}

impl Plan {
    /// A plan of units that were planned before, in the same order.
    pub fn of_units(units: impl IntoIterator<Item = PlannedUnit>) -> Self {
        let mut plan = Self::default();
        for PlannedUnit { kind, root, entries } in units {
            let kind = match kind {
                UnitKind::Log => {
                    plan.roots.push(root);
                    Kind::Log(u32::try_from(plan.roots.len() - 1).unwrap_or(NONE))
                }
                UnitKind::Loose => Kind::Loose,
                UnitKind::Group => Kind::Group,
                UnitKind::Volumes => Kind::Volumes,
            };
            plan.add(kind, entries.into_iter());
        }
        plan
    }

    /// How many units there are.
    pub fn len(&self) -> usize {
        self.units.len()
    }

    /// Whether there is nothing to read.
    pub fn is_empty(&self) -> bool {
        self.units.is_empty()
    }

    /// How many logs there are.
    pub fn logs(&self) -> usize {
        self.roots.len()
    }

    /// What each unit is.
    pub fn kinds(&self) -> impl Iterator<Item = UnitKind> {
        (0..self.len()).filter_map(|unit| self.kind(unit))
    }

    /// What a unit is.
    pub fn kind(&self, unit: usize) -> Option<UnitKind> {
        Some(match self.units.get(unit)?.kind {
            Kind::Log(_) => UnitKind::Log,
            Kind::Loose => UnitKind::Loose,
            Kind::Group => UnitKind::Group,
            Kind::Volumes => UnitKind::Volumes,
        })
    }

    /// Where the folder of a log is.
    pub fn root(&self, unit: usize) -> Option<Root> {
        match self.units.get(unit)?.kind {
            Kind::Log(log) => self.roots.get(log as usize).copied(),
            Kind::Loose | Kind::Group | Kind::Volumes => None,
        }
    }

    /// What belongs to a unit, in the order of the source.
    pub fn entries(&self, unit: usize) -> &[Planned] {
        self.entries.get(self.places(&(unit..unit + 1))).unwrap_or_default()
    }

    /// The places of what belongs to some units, among all entries unit by unit.
    pub fn places(&self, units: &Range<usize>) -> Range<usize> {
        let start = |unit: usize| self.units.get(unit).map(|unit: &Unit| unit.start as usize);
        let end = self.entries.len();
        start(units.start).unwrap_or(end)..start(units.end).unwrap_or(end)
    }

    /// The entry at a place.
    pub fn at(&self, place: usize) -> Option<&Planned> {
        self.entries.get(place)
    }

    /// The unit of the entry at a place.
    pub fn unit_at(&self, place: usize) -> usize {
        self.units.partition_point(|unit| unit.start as usize <= place).saturating_sub(1)
    }
}

/// An entry on its way into a plan.
#[derive(Debug, Clone, Copy)]
pub(super) struct Draft {
    /// The number of its log at first, that of its unit at last.
    number: u32,
    planned: Planned,
}

/// The number of a log that is none, and of a unit that is not known yet.
const NONE: u32 = u32::MAX;

impl Draft {
    /// An entry of a log.
    pub(super) fn of_log(log: u32, planned: Planned) -> Self {
        Self { number: log, planned }
    }

    /// An entry of no log.
    pub(super) fn of_none(index: u32, role: Role) -> Self {
        Self { number: NONE, planned: Planned::loose(index, role) }
    }

    /// Its role, if it belongs to no log.
    pub(super) fn loose(&self) -> Option<Role> {
        (self.number == NONE).then_some(self.planned.role)
    }
}

/// Numbers the units in the order of their first entries.
pub(super) struct Outline {
    kinds: Vec<Kind>,
    roots: Vec<Root>,
    unit_of_log: Vec<u32>,
    unit_of_group: Vec<u32>,
}

impl Outline {
    /// Of logs with these roots and at most so many groups.
    pub(super) fn new(roots: Vec<Root>, groups: usize) -> Self {
        let (unit_of_log, unit_of_group) = (vec![NONE; roots.len()], vec![NONE; groups]);
        Self { kinds: Vec::new(), roots, unit_of_log, unit_of_group }
    }

    /// Gives the next entry, which belongs to this `group` if it belongs to no log, its unit.
    pub(super) fn number(&mut self, draft: &mut Draft, group: Option<usize>) {
        let log = self.unit_of_log.get_mut(draft.number as usize);
        let (known, kind) = match (log, group) {
            (Some(known), _) => (Some(known), Kind::Log(draft.number)),
            (None, Some(group)) => (self.unit_of_group.get_mut(group), Kind::Group),
            (None, None) => (None, Kind::Loose),
        };
        let next = u32::try_from(self.kinds.len()).unwrap_or(NONE);
        draft.number = match known {
            Some(known) if *known != NONE => *known,
            Some(unknown) => {
                *unknown = next;
                next
            }
            None => next,
        };
        if draft.number == next {
            self.kinds.push(kind);
        }
    }

    /// The plan of all entries, each with its unit.
    pub(super) fn into_plan(self, mut drafts: Vec<Draft>) -> Plan {
        let Self { kinds, roots, .. } = self;
        drafts.sort_unstable_by_key(|draft| (draft.number, draft.planned.index));
        let mut units = Vec::with_capacity(kinds.len());
        for (place, draft) in (0..).zip(&drafts) {
            if let Some(&kind) = kinds.get(draft.number as usize)
                && units.len() == draft.number as usize
            {
                units.push(Unit { start: place, kind });
            }
        }
        drop(kinds);
        let entries = drafts.into_iter().map(|draft| draft.planned).collect();
        Plan { entries, units, roots, is_coarse: false }
    }
}

impl Plan {
    /// Takes logs apart in which files repeat: two machines whose folders bear one name in one
    /// archive.
    ///
    /// The second file of a name is of the second machine, and a file that does not repeat is of the
    /// machine of the file before it.
    pub(super) fn divide<'a>(&mut self, item: impl Fn(u32) -> Option<Item<'a>>) {
        let path = |planned: &Planned| {
            let item = item(planned.index)?;
            Some((item.folder.get(planned.inside as usize..)?, item.file))
        };
        let mut parts: Vec<(Kind, Vec<Planned>)> = Vec::new();
        let mut divided = Vec::new();
        for unit in 0..self.len() {
            let Some(Unit { kind: Kind::Log(log), .. }) = self.units.get(unit).copied() else {
                continue;
            };
            let entries = self.entries(unit);
            if !is_of_several(entries, path) {
                continue;
            }
            divided.push(unit);
            let machines = by_machine(entries, path);
            let root = self.roots.get(log as usize).copied();
            for (number, machine) in machines.into_iter().enumerate() {
                let mut kind = Kind::Log(log);
                if number > 0 {
                    kind = Kind::Log(u32::try_from(self.roots.len()).unwrap_or(NONE));
                    self.roots.extend(root);
                }
                parts.push((kind, machine));
            }
        }
        if !divided.is_empty() {
            parts.sort_by_key(|(_, entries)| entries.first().map(|entry| entry.index));
            let parts = parts.iter().map(|(kind, entries)| (*kind, entries.iter().copied()));
            self.rebuild(&divided, parts);
        }
    }

    /// Adds entries that were not planned: parts of volume sets, each with the number of its set,
    /// set by set, in the order of the first entries.
    pub fn add_sets(&mut self, parts: &[(u32, u32)]) {
        if !parts.is_empty() {
            let sets = parts.chunk_by(|(set, _), (next, _)| set == next);
            let planned = |&(_, index): &(u32, u32)| Planned::loose(index, Role::Other);
            self.rebuild(&[], sets.map(|set| (Kind::Volumes, set.iter().map(planned))));
        }
    }

    /// Puts `parts`, in the order of their first entries, among the units, from which those that
    /// are `divided` are taken.
    fn rebuild<P>(&mut self, divided: &[usize], parts: impl Iterator<Item = (Kind, P)>)
    where
        P: Iterator<Item = Planned> + Clone,
    {
        let mut parts = parts.peekable();
        let mut divided = divided.iter().peekable();
        let mut built = Self { roots: std::mem::take(&mut self.roots), ..Self::default() };
        built.entries.reserve(self.entries.len());
        built.units.reserve(self.units.len());
        for (unit, &Unit { kind, .. }) in self.units.iter().enumerate() {
            if divided.next_if_eq(&&unit).is_some() {
                continue;
            }
            let whole = self.entries(unit);
            let first = whole.first().map(|entry| entry.index);
            let is_before = |(_, part): &(Kind, P)| part.clone().next().map(|e| e.index) < first;
            while let Some((kind, part)) = parts.next_if(is_before) {
                built.add(kind, part);
            }
            built.add(kind, whole.iter().copied());
        }
        parts.for_each(|(kind, part)| built.add(kind, part));
        *self = Self { is_coarse: self.is_coarse, ..built };
    }

    /// Puts the units in the order in which they are complete: that of their last entries.
    pub fn order_by_end(&mut self) {
        let end = |unit: &usize| self.entries(*unit).last().map(|entry| entry.index);
        if (0..self.len()).is_sorted_by_key(|unit| end(&unit)) {
            return;
        }
        let mut order: Vec<usize> = (0..self.len()).collect();
        order.sort_by_key(end);
        let mut ordered = Self { is_coarse: self.is_coarse, ..Self::default() };
        ordered.entries.reserve(self.entries.len());
        ordered.units.reserve(self.units.len());
        for unit in order {
            if let Some(&Unit { kind, .. }) = self.units.get(unit) {
                ordered.add(kind, self.entries(unit).iter().copied());
            }
        }
        *self = Self { roots: std::mem::take(&mut self.roots), ..ordered };
    }

    fn add(&mut self, kind: Kind, entries: impl Iterator<Item = Planned>) {
        let start = u32::try_from(self.entries.len()).unwrap_or(NONE);
        self.units.push(Unit { start, kind });
        self.entries.extend(entries);
    }
}

/// Whether a file that tells of one machine repeats.
fn is_of_several<K: Ord>(entries: &[Planned], path: impl Fn(&Planned) -> Option<K>) -> bool {
    let is_telling = |entry: &&Planned| matches!(entry.role, Role::System | Role::Passwords);
    let mut telling: Vec<&Planned> = entries.iter().filter(is_telling).collect();
    telling.sort_unstable_by_key(|entry| path(entry));
    !telling.is_sorted_by(|one, next| path(one) < path(next))
}

/// The entries of each machine.
fn by_machine<K: Ord>(
    entries: &[Planned],
    path: impl Fn(&Planned) -> Option<K>,
) -> Vec<Vec<Planned>> {
    let mut order: Vec<usize> = (0..entries.len()).collect();
    order.sort_by_key(|&at| entries.get(at).and_then(&path));
    // Of each entry that repeats, which of these it is.
    let mut count = vec![None; entries.len()];
    let same = |one: &usize, next: &usize| {
        entries.get(*one).and_then(&path) == entries.get(*next).and_then(&path)
    };
    for run in order.chunk_by(same).filter(|run| run.len() > 1) {
        for (number, &at) in run.iter().enumerate() {
            count.get_mut(at).into_iter().for_each(|count| *count = Some(number));
        }
    }
    let mut machines: Vec<Vec<Planned>> = Vec::new();
    let mut machine = 0;
    for (entry, count) in entries.iter().zip(count) {
        machine = count.unwrap_or(machine);
        if machines.len() <= machine {
            machines.resize(machine + 1, Vec::new());
        }
        machines.get_mut(machine).into_iter().for_each(|entries| entries.push(*entry));
    }
    machines.retain(|entries| !entries.is_empty());
    machines
}

#[cfg(test)]
mod tests {
    use super::super::tree::Folder;
    use super::*;

    #[test]
    fn sets_stand_among_the_units_in_the_order_of_the_source() {
        let names = ["a.r00", "DE_1/Passwords.txt", "ad.txt", "b.z01", "a.r01", "x.txt", "b.zip"];
        let parts = [(0, 0), (0, 4), (3, 3), (3, 6)];
        let item = |index: u32| {
            let path = names.get(index as usize)?.as_bytes();
            let is_part = parts.iter().any(|&(_, part)| part == index);
            (!is_part).then(|| Item::new(index, path, None))
        };
        let mut plan = super::super::plan(7, item);
        plan.add_sets(&[]);
        assert!(plan.kinds().all(|kind| kind != UnitKind::Volumes));
        let logs = plan.logs();
        plan.add_sets(&parts);
        let indices = |unit: &[Planned]| unit.iter().map(|entry| entry.index).collect::<Vec<_>>();
        let units: Vec<_> = (0..plan.len()).map(|unit| indices(plan.entries(unit))).collect();
        let sets = units.iter().zip(plan.kinds()).filter(|(_, kind)| *kind == UnitKind::Volumes);
        assert_eq!(sets.map(|(unit, _)| unit.clone()).collect::<Vec<_>>(), [[0, 4], [3, 6]]);
        assert!(units.is_sorted_by_key(|unit| unit[0]) && plan.logs() == logs);
        assert_eq!(units.concat().len(), names.len());
    }

    /// What the promise about five million entries is made of.
    #[test]
    fn an_entry_takes_little_memory() {
        assert_eq!(size_of::<Planned>(), 12);
        assert_eq!(size_of::<Draft>(), 16);
        assert_eq!(size_of::<Unit>(), 12);
        assert!(size_of::<Folder<'_>>() <= 56, "{}", size_of::<Folder<'_>>());
    }
}
