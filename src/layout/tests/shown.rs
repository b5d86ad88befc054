//! Plans as tests look at them: with paths in the place of numbers.

use crate::layout::{self, Item, Plan, Planned, Role, Root, UnitKind};

/// A plan with paths in the place of numbers.
#[derive(Default)]
pub(in crate::layout) struct Shown {
    pub(in crate::layout) logs: Vec<ShownLog>,
    pub(in crate::layout) loose: Vec<ShownEntry>,
    pub(in crate::layout) groups: Vec<Vec<ShownEntry>>,
}

pub(in crate::layout) struct ShownLog {
    pub(in crate::layout) root: Vec<u8>,
    pub(in crate::layout) name: Vec<u8>,
    pub(in crate::layout) entries: Vec<ShownEntry>,
}

pub(in crate::layout) struct ShownEntry {
    pub(in crate::layout) index: u32,
    pub(in crate::layout) role: Role,
    pub(in crate::layout) path: Vec<u8>,
}

pub(in crate::layout) fn plan(items: &[Item<'_>]) -> Shown {
    show(items, &layout::plan(items.len() as u32, |index| Some(items[index as usize])))
}

pub(in crate::layout) fn show(items: &[Item<'_>], plan: &Plan) -> Shown {
    let path = |index: u32| [items[index as usize].folder, items[index as usize].file].concat();
    let entry = |&Planned { index, inside, role }: &Planned| ShownEntry {
        index,
        role,
        path: path(index)[inside as usize..].to_vec(),
    };
    let mut shown = Shown::default();
    for unit in 0..plan.len() {
        let mut entries: Vec<_> = plan.entries(unit).iter().map(entry).collect();
        match plan.kind(unit).unwrap() {
            UnitKind::Log => {
                let Root { entry, length } = plan.root(unit).unwrap();
                let root = path(entry)[..length as usize].to_vec();
                let name = Root::name(&root).to_vec();
                shown.logs.push(ShownLog { root, name, entries });
            }
            UnitKind::Loose => shown.loose.append(&mut entries),
            UnitKind::Group => shown.groups.push(entries),
            UnitKind::Volumes => panic!("no sets were added"),
        }
    }
    shown
}
