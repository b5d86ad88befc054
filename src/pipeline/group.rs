//! Texts that lie together in no known log: once all are read, their content tells whether some of
//! them are the log of a machine after all.

use crate::artefact;
use crate::layout::{Found, Item, Root, plan_by_content};
use crate::pipeline::assemble::{self, Home};
use crate::pipeline::outcome::Outlet;
use crate::pipeline::settings::Settings;
use crate::pipeline::unit::{Member, Unit, UnitKind, hint};
use crate::pipeline::window::{Shape, Window};
use crate::record::Origin;
use crate::secret::Key;

/// How much of a text is looked at, in bytes.
const LOOKED_AT: usize = 16 << 10;

/// Delivers a group that is complete: its logs, each as one, and all else text by text.
pub(super) fn conclude(
    group: Unit<'_>,
    home: &Home<'_>,
    settings: &Settings,
    outlet: &mut Outlet<'_>,
) {
    let mut members: Vec<Option<Member>> = group.into_members().into_iter().map(Some).collect();
    let paths: Vec<Vec<u8>> =
        members.iter().flatten().map(|one| one.entry.inside.clone()).collect();
    let found = members.iter().flatten().map(|member| look(member, &settings.key));
    let item = |(index, path)| Item::new(index, Vec::as_slice(path), None);
    let entries: Vec<(Item<'_>, Found)> = (0..).zip(&paths).map(item).zip(found).collect();
    let plan = plan_by_content(&entries);

    let path = |index: u32| paths.get(index as usize).map(Vec::as_slice).unwrap_or_default();
    for number in 0..plan.len() {
        let root = plan.root(number);
        let kind = if root.is_some() { UnitKind::Log } else { UnitKind::Loose };
        let root = root.and_then(|root| path(root.entry).get(..root.length as usize));
        let home = home.of_log(root.unwrap_or_default(), Root::name(root.unwrap_or_default()));
        let mut unit = Unit::new(settings, kind);
        for entry in plan.entries(number) {
            if let Some(member) = members.get_mut(entry.index as usize).and_then(Option::take) {
                let inside = path(entry.index).get(entry.inside as usize..).unwrap_or_default();
                unit.adopt(member, entry.role, inside);
            }
        }
        assemble::conclude(unit, &home, settings, outlet);
    }
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
