//! Re-packs that tell machines apart by the names of files, or keep one kind of file of all machines
//! in one folder: `Passwords/⟨machine⟩.txt` beside `Cookies/⟨machine⟩/…`.
//!
//! Only names that are made for one machine count, such as `US_203.0.113.10`: under those, the
//! files of one machine find together. Of `1.txt` and `1.txt` nobody can say that.

use std::collections::HashMap;

use super::folder_name::{self, NameStrength};
use super::outline::{Draft, Planned, Root};
use super::role::{self, Extension, FolderKind, Place, Roles, Squashed};
use super::tree::{self, Folder, FolderId};
use super::{Item, above};

/// What makes entries one log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Owner<'a> {
    /// They lie in one folder.
    Folder(FolderId),
    /// They lie below one folder, and their files or folders bear the name of one machine.
    Machine(FolderId, &'a [u8]),
}

/// The machine that a text is called after: `US_203.0.113.10` of `US_203.0.113.10 passwords.txt`.
pub(super) fn victim_of_file(file: &[u8]) -> Option<&[u8]> {
    let (stem, extension) = role::split_extension(file);
    // Most files end here.
    if extension != Extension::Text || !folder_name::may_name_a_machine(stem) {
        return None;
    }
    let last_word = stem.iter().rposition(|byte| b" _-".contains(byte));
    let (before, word) = stem.split_at_checked(last_word.unwrap_or(0))?;
    let is_kind = role::exact_role(Squashed::new(word).as_bytes()).is_some();
    let name = if is_kind { before.trim_ascii_end() } else { stem };
    (folder_name::strength(name) == NameStrength::Strong).then_some(name)
}

/// How many machines are known by the names of their files and folders, as part of what a plan may
/// take; the files of more are loose.
const MOST_MACHINES: usize = 7 << 17;

/// A machine that files or folders are called after.
struct Machine {
    /// The first folder that it has something in.
    part: FolderId,
    /// Whether it has something in others as well.
    is_spread: bool,
    log: Option<u32>,
}

/// The owners of all entries, and their logs.
pub(super) struct Owners<'t, 'a> {
    folders: &'t [Folder<'a>],
    /// For each folder, the folder of the log.
    roots: &'t [Option<FolderId>],
    places: Vec<Place>,
    roles: Roles<'a>,
    machines: HashMap<(FolderId, &'a [u8]), Machine>,
    log_of_folder: Vec<Option<u32>>,
    logs: Vec<Root>,
    /// Whether there were more machines than are known.
    pub(super) is_full: bool,
}

impl<'t, 'a> Owners<'t, 'a> {
    /// Of entries in these folders; `roots` has the folder of the log for each folder.
    pub(super) fn new(
        folders: &'t [Folder<'a>],
        roots: &'t [Option<FolderId>],
        placed: impl Iterator<Item = (Item<'a>, FolderId)>,
    ) -> Self {
        let mut machines: HashMap<(FolderId, &'a [u8]), Machine> = HashMap::new();
        let mut is_full = false;
        for (item, folder) in placed {
            let root = roots.get(folder.at()).copied().flatten();
            let found = owner(folders, &item, folder, root);
            let Some((Owner::Machine(home, name), part)) = found else { continue };
            if let Some(known) = machines.get_mut(&(home, name)) {
                known.is_spread |= known.part != part;
            } else if machines.len() < MOST_MACHINES {
                machines.insert((home, name), Machine { part, is_spread: false, log: None });
            } else {
                is_full = true;
            }
        }
        let (places, logs) = (super::places(folders, roots), Vec::new());
        let log_of_folder = vec![None; folders.len()];
        let roles = Roles::default();
        Self { folders, roots, places, roles, machines, log_of_folder, logs, is_full }
    }

    /// The log of an entry, which lies in `folder`, and its role there.
    pub(super) fn draft(&mut self, item: &Item<'a>, folder: FolderId) -> Draft {
        let place = self.places.get(folder.at()).copied().unwrap_or(Place::Loose);
        let draft = self.of_log(item, folder, place);
        draft.unwrap_or_else(|| Draft::of_none(item.index, self.roles.of(item.file, place)))
    }

    fn of_log(&mut self, item: &Item<'a>, folder: FolderId, place: Place) -> Option<Draft> {
        let root = self.roots.get(folder.at()).copied().flatten();
        let (owner, _) = owner(self.folders, item, folder, root)?;
        let machine = match owner {
            Owner::Machine(home, name) => Some((home, name)),
            Owner::Folder(_) => None,
        };
        let machine = machine.and_then(|key| Some((key, self.machines.get_mut(&key)?)));
        let depth = |id: FolderId| self.folders.get(id.at()).map(|folder| folder.depth);
        let (inside, length, place, log) = match (machine, root) {
            (Some(((home, name), machine)), None) => {
                let inside = tree::below(item.folder, depth(home)?);
                let place = self.folders.get(folder.at())?.place;
                (inside, item.folder.len() + name.len(), place, &mut machine.log)
            }
            (Some(((home, _), machine)), Some(root)) if machine.is_spread => {
                let inside = tree::below(item.folder, depth(home)?);
                let root = self.folders.get(root.at())?;
                let part = self.folders.get(root.parent.at())?.place;
                let place = if place == Place::Log { part } else { place };
                let length = above(item.folder, tree::below(item.folder, root.depth)).len();
                (inside, length, place, &mut machine.log)
            }
            (_, root) => {
                let root = root?;
                let inside = tree::below(item.folder, depth(root)?);
                let log = self.log_of_folder.get_mut(root.at())?;
                (inside, above(item.folder, inside).len(), place, log)
            }
        };
        let log = *log.get_or_insert_with(|| {
            let length = u32::try_from(length).unwrap_or(u32::MAX);
            self.logs.push(Root { entry: item.index, length });
            u32::try_from(self.logs.len() - 1).unwrap_or(u32::MAX)
        });
        let inside = u32::try_from(item.folder.len() - inside.len()).unwrap_or(u32::MAX);
        let role = self.roles.of(item.file, place);
        Some(Draft::of_log(log, Planned { index: item.index, inside, role }))
    }

    /// The roots of all logs.
    pub(super) fn into_logs(self) -> Vec<Root> {
        self.logs
    }
}

/// The owner of an entry, which lies in `folder`, and the folder that it is a part of.
fn owner<'a>(
    folders: &[Folder<'a>],
    item: &Item<'a>,
    folder: FolderId,
    root: Option<FolderId>,
) -> Option<(Owner<'a>, FolderId)> {
    match root {
        Some(root) => owner_by_folder(folders, root),
        None => owner_by_file(folders, folder, item.file),
    }
}

/// The owner of what lies in the log `root`, and the folder that the log lies in.
fn owner_by_folder<'a>(folders: &[Folder<'a>], root: FolderId) -> Option<(Owner<'a>, FolderId)> {
    let folder = folders.get(root.at())?;
    let parent = folders.get(folder.parent.at())?;
    let is_part = matches!(parent.kind, FolderKind::Part(_)) && folder.promise.is_named();
    let owner =
        if is_part { Owner::Machine(parent.home, folder.name) } else { Owner::Folder(root) };
    Some((owner, folder.parent))
}

/// The owner of a file that lies in no log, and its folder.
fn owner_by_file<'a>(
    folders: &[Folder<'a>],
    folder: FolderId,
    file: &'a [u8],
) -> Option<(Owner<'a>, FolderId)> {
    let lies_in = folders.get(folder.at())?;
    if lies_in.kind == FolderKind::Junk {
        return None;
    }
    Some((Owner::Machine(lies_in.home, victim_of_file(file)?), folder))
}
