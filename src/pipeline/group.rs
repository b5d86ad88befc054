//! Texts that lie together in no known log: once all are read, their content tells whether some of
//! them are the log of a machine after all.

use crate::artefact::{self, Before, End, Part};
use crate::layout::{Found, Item, Plan, Role, Root, look_as_needed, plan_by_content};
use crate::limits::Limits;
use crate::pipeline::assemble::{self, ARTEFACTS, Home};
use crate::pipeline::machine::SystemText;
use crate::pipeline::outcome::Outlet;
use crate::pipeline::settings::{Scope, Settings};
use crate::pipeline::unit::{Member, Unit, UnitKind, hint};
use crate::pipeline::window::{Shape, Window};
use crate::record::Origin;
use crate::secret::Key;
use crate::watchlist::Matcher;

/// How much of a text is looked at, in bytes.
const LOOKED_AT: usize = 16 << 10;

/// Delivers a group that is complete: its logs, each as one, and all else text by text.
pub(super) fn conclude(
    group: Unit<'_>,
    home: &Home<'_>,
    settings: &Settings,
    outlet: &mut Outlet<'_>,
) {
    let members = group.into_members();
    let paths: Vec<Vec<u8>> = members.iter().map(|member| member.entry.inside.clone()).collect();
    let item = |(index, path)| Item::new(index, Vec::as_slice(path), None);
    let items: Vec<Item<'_>> = (0..).zip(&paths).map(item).collect();
    let group = Group { members: &members, paths: &paths, items: &items, home, settings };
    let plan = group.plan();
    let homes: Vec<Home<'_>> = (0..plan.len()).map(|unit| group.home_of(&plan, unit)).collect();

    let mut members: Vec<Option<Member>> = members.into_iter().map(Some).collect();
    for (number, home) in homes.iter().enumerate() {
        let kind = if plan.root(number).is_some() { UnitKind::Log } else { UnitKind::Loose };
        let mut unit = Unit::new(settings, kind);
        for entry in plan.entries(number) {
            let at = entry.index as usize;
            if let Some(member) = members.get_mut(at).and_then(Option::take) {
                let inside = paths.get(at).and_then(|path| path.get(entry.inside as usize..));
                unit.adopt(member, entry.role, inside.unwrap_or_default());
            }
        }
        assemble::conclude(unit, home, settings, outlet);
    }
}

/// A group of which all entries came.
struct Group<'g, 'h> {
    members: &'g [Member],
    /// The paths of the members.
    paths: &'g [Vec<u8>],
    /// The same, for the plan.
    items: &'g [Item<'g>],
    home: &'g Home<'h>,
    settings: &'g Settings,
}

impl<'h> Group<'_, 'h> {
    fn plan(&self) -> Plan {
        self.plan_of_nobodys().unwrap_or_else(|| {
            self.plan_by(self.members.iter().map(|member| look(member, &self.settings.key)))
        })
    }

    fn plan_by(&self, found: impl IntoIterator<Item = Found>) -> Plan {
        plan_by_content(&self.items.iter().copied().zip(found).collect::<Vec<_>>())
    }

    /// The plan where nothing will be read, because the group concerns nobody: only how many logs
    /// there are counts then, and how they write dates. That takes a look at few of the texts; none
    /// where it takes all of them.
    fn plan_of_nobodys(&self) -> Option<Plan> {
        let Scope::Exposures(matcher) = &self.settings.scope else { return None };
        let is_blind = !matcher.needs_full_parse().is_none();
        if is_blind || self.members.iter().any(|member| member.concerns_somebody(matcher)) {
            return None;
        }
        let key = &self.settings.key;
        let known: Vec<_> = self.members.iter().map(|member| glance(member, key)).collect();
        let length = |member: &Member| member.first_window().map(|window| window.text.len());
        let mut shortest_first: Vec<usize> = (0..self.members.len()).collect();
        shortest_first.sort_by_key(|&index| self.members.get(index).map(length));
        let found = look_as_needed(self.items, &known, shortest_first, |index| {
            self.members.get(index).map_or(Found::Nothing, |member| look(member, key))
        });
        let plan = self.plan_by(found);
        let mut logs = (0..plan.len()).filter(|&unit| plan.root(unit).is_some());
        logs.all(|unit| self.is_log_of_nobody(&plan, unit, matcher)).then_some(plan)
    }

    /// Whether a log is one by what is known of its entries, and its name does not say that somebody
    /// watches the machine.
    fn is_log_of_nobody(&self, plan: &Plan, unit: usize, matcher: &Matcher) -> bool {
        let is_watched =
            || SystemText::default().is_watched(matcher, self.home_of(plan, unit).telling_name());
        plan.entries(unit).iter().any(|entry| ARTEFACTS.contains(&entry.role)) && !is_watched()
    }

    /// The home of a unit of its plan.
    fn home_of(&self, plan: &Plan, unit: usize) -> Home<'h> {
        let root = plan.root(unit).and_then(|Root { entry, length }| {
            self.paths.get(entry as usize)?.get(..length as usize)
        });
        let root = root.unwrap_or_default();
        self.home.of_log(root, Root::name(root))
    }
}

/// What an entry is, as far as that is told without parsing all of it: a text about a computer, or
/// no text. What is called a system file is looked at, because its dates count if it is one.
fn glance(member: &Member, key: &Key) -> Option<Found> {
    let Some(window) = member.first_window().filter(|window| window.shape == Shape::Lines) else {
        return Some(Found::Nothing);
    };
    let role = member.entry.role;
    let (before, limits) = (&Before::default(), &Limits::default());
    let (first_line, hint) = (window.first_line, hint(role));
    let part = Part { first_line, hint, before, end: End::OfText, limits };
    let is_system = || artefact::system_facts(head(window), part).is_some();
    (role == Role::System || is_system()).then(|| look(member, key))
}

/// What an entry turned out to be.
fn look(member: &Member, key: &Key) -> Found {
    let Some(window) = member.first_window().filter(|window| window.shape == Shape::Lines) else {
        return Found::Nothing;
    };
    let facts = artefact::parse(head(window), window.first_line, hint(member.entry.role));
    if let Some(system) = &facts.system {
        let name = system.computer_name.as_ref().map(|name| name.to_ascii_lowercase());
        let computer = name.map(|name| key.id("computer", &[&name]));
        match facts.credentials.is_empty() && facts.cookies.is_empty() {
            true => Found::System(computer),
            false => Found::WholeLog(computer),
        }
    } else if facts.credentials.iter().any(|login| login.origin == Origin::Log) {
        Found::Logins
    } else if !facts.credentials.is_empty() {
        Found::List
    } else if !facts.cookies.is_empty() {
        Found::Cookies
    } else if facts.autofill_entries + facts.cards + facts.tokens > 0 {
        Found::Other
    } else {
        Found::Nothing
    }
}

/// The first whole lines of a window.
fn head(window: &Window) -> &[u8] {
    let text = window.text.as_slice();
    let Some(head) = text.get(..LOOKED_AT) else { return text };
    let end = memchr::memrchr2(b'\n', b'\r', head).map_or(head.len(), |end| end + 1);
    head.get(..end).unwrap_or(head)
}
