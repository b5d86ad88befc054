//! Texts that lie together in no known log: once all are read, their content tells whether some of
//! them are the log of a machine after all.

use crate::artefact;
use crate::layout::{Found, Item, Planned, plan_by_content};
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
    let item = |(index, path)| Item { index, name: Vec::as_slice(path), size: None };
    let entries: Vec<(Item<'_>, Found)> = paths.iter().enumerate().map(item).zip(found).collect();
    let plan = plan_by_content(&entries);

    let logs = plan
        .logs
        .iter()
        .map(|log| (UnitKind::Log, log.entries.as_slice(), home.of_log(log.root, log.name)));
    let loose = plan
        .loose
        .iter()
        .map(|entry| (UnitKind::Loose, std::slice::from_ref(entry), home.of_log(b"", b"")));
    let mut units: Vec<_> = logs.chain(loose).collect();
    units.sort_by_key(|(_, entries, _)| entries.first().map(|entry| entry.index));
    for (kind, entries, home) in units {
        let mut unit = Unit::new(settings, kind);
        for &Planned { index, role, path } in entries {
            if let Some(member) = members.get_mut(index).and_then(Option::take) {
                unit.adopt(member, role, path);
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
