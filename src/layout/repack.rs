//! Re-packs that tell machines apart by the names of files, or keep one kind of file of all machines
//! in one folder: `Passwords/⟨machine⟩.txt` beside `Cookies/⟨machine⟩/…`.
//!
//! Only names that are made for one machine count, such as `US_203.0.113.10`: under those, the
//! files of one machine find together. Of `1.txt` and `1.txt` nobody can say that.

use std::collections::{HashMap, HashSet};

use super::folder_name::{self, NameStrength};
use super::role::{self, Extension, FolderKind, Place, Role, Squashed};
use super::tree::{self, FolderId, Tree};
use super::{Item, LogPlan, Planned, above};

/// What makes entries one log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Owner<'a> {
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

/// Where an entry stands in a log.
pub(super) struct Position<'a> {
    /// The path of the log.
    pub(super) root: &'a [u8],
    /// The name of the log.
    pub(super) name: &'a [u8],
    /// The path of the entry in the log.
    pub(super) path: &'a [u8],
    /// What the folders above it say.
    pub(super) place: Place,
}

/// The owners of all entries.
pub(super) struct Owners<'a> {
    /// The folders that each machine has something in.
    parts: HashMap<Owner<'a>, HashSet<FolderId>>,
}

impl<'a> Owners<'a> {
    /// Of entries in these folders; `roots` has the folder of the log for each folder.
    pub(super) fn new(
        tree: &Tree<'a>,
        placed: impl Iterator<Item = (Item<'a>, FolderId)>,
        roots: &[Option<FolderId>],
    ) -> Self {
        let mut owners = Self { parts: HashMap::new() };
        for (item, folder) in placed {
            let root = roots.get(folder).copied().flatten();
            let found = owner(tree, (item.name, folder), root);
            if let Some((owner @ Owner::Machine(..), part)) = found {
                owners.parts.entry(owner).or_default().insert(part);
            }
        }
        owners
    }

    /// The position of the entry `name`, which lies in `folder`, in the log of its owner.
    pub(super) fn position(
        &self,
        tree: &Tree<'a>,
        owner: Owner<'a>,
        (name, folder): (&'a [u8], FolderId),
        (root, place): (Option<FolderId>, Place),
    ) -> Option<Position<'a>> {
        let folders = &tree.folders;
        let is_spread = self.parts.get(&owner).is_some_and(|parts| parts.len() > 1);
        match (owner, root) {
            (Owner::Machine(home, victim), None) => {
                let file = tree::split(name).1.len();
                let root = name.get(..name.len() - file + victim.len())?;
                let path = tree::below(name, folders.get(home)?.depth);
                Some(Position { root, name: victim, path, place: folders.get(folder)?.place })
            }
            (Owner::Machine(home, _), Some(root)) if is_spread => {
                let root = folders.get(root)?;
                let path = tree::below(name, folders.get(home)?.depth);
                let part = folders.get(root.parent)?.place;
                let place = if place == Place::Log { part } else { place };
                let root_path = above(name, tree::below(name, root.depth));
                Some(Position { root: root_path, name: root.name, path, place })
            }
            (_, root) => {
                let root = folders.get(root?)?;
                let path = tree::below(name, root.depth);
                Some(Position { root: above(name, path), name: root.name, path, place })
            }
        }
    }
}

/// Takes a log apart in which files repeat: two machines whose folders bear one name in one archive.
///
/// The second file of a name is of the second machine, and a file that does not repeat is of the
/// machine of the file before it.
pub(super) fn divided(log: LogPlan<'_>) -> Vec<LogPlan<'_>> {
    let is_telling = |entry: &&Planned<'_>| matches!(entry.role, Role::System | Role::Passwords);
    let mut seen = HashSet::new();
    if log.entries.iter().filter(is_telling).all(|entry| seen.insert(entry.path)) {
        return vec![log];
    }
    let mut totals: HashMap<&[u8], usize> = HashMap::new();
    for entry in &log.entries {
        *totals.entry(entry.path).or_default() += 1;
    }
    let mut counts: HashMap<&[u8], usize> = HashMap::new();
    let mut logs: Vec<LogPlan<'_>> = Vec::new();
    let mut machine = 0;
    for entry in &log.entries {
        if totals.get(entry.path).is_some_and(|&total| total > 1) {
            let count = counts.entry(entry.path).or_default();
            machine = *count;
            *count += 1;
        }
        while logs.len() <= machine {
            logs.push(LogPlan { root: log.root, name: log.name, entries: Vec::new() });
        }
        logs.get_mut(machine).into_iter().for_each(|log| log.entries.push(*entry));
    }
    logs.retain(|log| !log.entries.is_empty());
    logs
}

/// The owner of the entry `name`, which lies in `folder`, and the folder that it is a part of.
pub(super) fn owner<'a>(
    tree: &Tree<'a>,
    (name, folder): (&'a [u8], FolderId),
    root: Option<FolderId>,
) -> Option<(Owner<'a>, FolderId)> {
    match root {
        Some(root) => owner_by_folder(tree, root),
        None => owner_by_file(tree, folder, tree::split(name).1),
    }
}

/// The owner of what lies in the log `root`, and the folder that the log lies in.
fn owner_by_folder<'a>(tree: &Tree<'a>, root: FolderId) -> Option<(Owner<'a>, FolderId)> {
    let folder = tree.folders.get(root)?;
    let parent = tree.folders.get(folder.parent)?;
    let is_part = matches!(parent.kind, FolderKind::Part(_)) && folder.promise.is_named();
    let owner =
        if is_part { Owner::Machine(parent.home, folder.name) } else { Owner::Folder(root) };
    Some((owner, folder.parent))
}

/// The owner of a file that lies in no log, and its folder.
fn owner_by_file<'a>(
    tree: &Tree<'a>,
    folder: FolderId,
    file: &'a [u8],
) -> Option<(Owner<'a>, FolderId)> {
    let lies_in = tree.folders.get(folder)?;
    if lies_in.kind == FolderKind::Junk {
        return None;
    }
    Some((Owner::Machine(lies_in.home, victim_of_file(file)?), folder))
}
