//! Which log an entry belongs to, and what kind of artefact its name promises.
//!
//! A source may hold one log or thousands, at any depth, beside advertising and under names that
//! nobody listed. [`plan`] infers the folders of logs from entry names alone: every folder that
//! looks like one is weighed against those above and below it, so that a seller's `Info.txt` at
//! the top does not swallow the logs beside it, and a password file that the malware grabbed from
//! a desktop does not become a log. Names are hints; what an entry is, its content decides later.

mod browser;
mod content;
mod folder_name;
mod repack;
mod role;
mod tree;

#[cfg(test)]
mod tests;

pub use browser::{BrowserLabel, browser_label, browser_of_path};
pub use content::{Found, plan_by_content};
pub use folder_name::{FolderFacts, folder_facts};
pub use role::{Role, role};

use std::collections::HashMap;

use repack::{Owner, Owners, Position};
use role::{FolderKind, Place};
use tree::{Folder, FolderId, Level, TOP, Tree};

/// One entry of a source.
#[derive(Debug, Clone, Copy)]
pub struct Item<'a> {
    /// Its index in the source.
    pub index: usize,
    /// Its path, `/` between folders.
    pub name: &'a [u8],
    /// Its bytes, as declared; none where that is not known.
    pub size: Option<u64>,
}

/// The logs of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan<'a> {
    /// In the order of their first entries.
    pub logs: Vec<LogPlan<'a>>,
    /// Entries that belong to no log, such as ULP files, advertising and nested archives.
    pub loose: Vec<Planned<'a>>,
    /// Entries below one folder of which only the content can tell whether they are logs, for
    /// [`plan_by_content`]; their paths are those in the source.
    pub groups: Vec<Vec<Planned<'a>>>,
}

/// One log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogPlan<'a> {
    /// The path of its folder, or of its first file without the suffix where the name of a file is
    /// that of the machine; empty where the source itself is the log.
    pub root: &'a [u8],
    /// The last part of that path.
    pub name: &'a [u8],
    /// What is in it, in the order of the items.
    pub entries: Vec<Planned<'a>>,
}

/// One entry, and what it is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Planned<'a> {
    /// Its index in the source.
    pub index: usize,
    /// What its name promises.
    pub role: Role,
    /// Its path inside the log; for a loose entry, its path.
    pub path: &'a [u8],
}

/// Infers the logs of a source from the names of its entries; each item is planned exactly once.
///
/// ```
/// use logsieve::layout::{Item, Role, plan};
///
/// let names = ["cloud/join us.txt", "cloud/DE_1/System.txt", "cloud/DE_1/Chrome/Passwords.txt"];
/// let items: Vec<Item> = names
///     .iter()
///     .enumerate()
///     .map(|(index, name)| Item { index, name: name.as_bytes(), size: None })
///     .collect();
/// let plan = plan(items.into_iter());
///
/// assert_eq!(plan.logs.len(), 1);
/// assert_eq!(plan.logs[0].root, b"cloud/DE_1");
/// assert_eq!(plan.logs[0].entries[1].role, Role::Passwords);
/// assert_eq!(plan.loose[0].path, b"cloud/join us.txt");
/// ```
pub fn plan<'a>(items: impl Iterator<Item = Item<'a>> + Clone) -> Plan<'a> {
    let mut tree = Tree::new();
    let folders: Vec<FolderId> = items.clone().map(|item| tree.add(item.name)).collect();
    let placed = items.zip(folders.iter().copied());
    let roots = roots(&tree.folders);
    let roots = content::without_doubtful(&tree.folders, roots, placed.clone());
    let places = places(&tree.folders, &roots);
    let owners = Owners::new(&tree, placed.clone(), &roots);

    let mut plan = Plan { logs: Vec::new(), loose: Vec::new(), groups: Vec::new() };
    let mut log_of_owner: HashMap<Owner<'_>, usize> = HashMap::new();
    // The role of each loose entry.
    let mut loose = Vec::with_capacity(folders.len());
    for (item, folder) in placed.clone() {
        let place = places.get(folder).copied().unwrap_or(Place::Loose);
        let root = roots.get(folder).copied().flatten();
        let file = tree::split(item.name).1;
        let owner = repack::owner(&tree, (item.name, folder), root);
        let position = owner.and_then(|(owner, _)| {
            let position = owners.position(&tree, owner, (item.name, folder), (root, place))?;
            Some((owner, position))
        });
        let Some((owner, Position { root, name, path, place })) = position else {
            loose.push(Some(role::file_role(file, place)));
            continue;
        };
        loose.push(None);
        let log = *log_of_owner.entry(owner).or_insert_with(|| {
            plan.logs.push(LogPlan { root, name, entries: Vec::new() });
            plan.logs.len() - 1
        });
        if let Some(log) = plan.logs.get_mut(log) {
            let role = role::file_role(file, place);
            log.entries.push(Planned { index: item.index, role, path });
        }
    }
    plan.logs = plan.logs.into_iter().flat_map(repack::divided).collect();
    plan.logs.sort_by_key(|log| log.entries.first().map(|entry| entry.index));
    let loose = placed.zip(loose.iter().copied());
    let loose = loose.filter_map(|((item, folder), role)| Some((item, folder, role?)));
    (plan.groups, plan.loose) = content::groups(&tree.folders, &roots, loose);
    plan
}

/// The folders in `name` above the last part `path` of it.
fn above<'a>(name: &'a [u8], path: &[u8]) -> &'a [u8] {
    let folders = name.get(..name.len().saturating_sub(path.len())).unwrap_or_default();
    let end = folders.iter().rposition(|&byte| byte != b'/').map_or(0, |last| last + 1);
    folders.get(..end).unwrap_or_default()
}

/// For each folder, the folder of the log that it belongs to.
fn roots(folders: &[Folder<'_>]) -> Vec<Option<FolderId>> {
    let all_inside = candidates_inside(folders);
    let mut reigns: Vec<Reign> = Vec::with_capacity(folders.len());
    for (id, (folder, inside)) in folders.iter().zip(&all_inside).enumerate() {
        let neighbours = all_inside.get(folder.parent).copied().unwrap_or_default();
        let mut reign = reigns.get(folder.parent).copied().unwrap_or_default();
        reign.is_grabbed |= folder.kind == FolderKind::Grabbed;
        let is_free = reign.root.is_none() || (!reign.claims_all && !reign.is_grabbed);
        if is_free
            && let Some(claim) = claim(id, folder, inside)
                .or_else(|| stripped_log(folder, inside, &neighbours))
                .or_else(|| renamed_log(id, folder, inside))
        {
            let claims_all = claim == Claim::Everything;
            reign = Reign { root: Some(id), claims_all, is_grabbed: false };
        }
        reigns.push(reign);
    }
    reigns.into_iter().map(|reign| reign.root).collect()
}

/// For each folder, what the folders between it and that of its log say.
fn places(folders: &[Folder<'_>], roots: &[Option<FolderId>]) -> Vec<Place> {
    let mut places: Vec<Place> = Vec::with_capacity(folders.len());
    for (id, (folder, root)) in folders.iter().zip(roots).enumerate() {
        let above = places.get(folder.parent).copied().unwrap_or(Place::Loose);
        places.push(if *root == Some(id) { Place::Log } else { above.inside(folder.kind) });
    }
    places
}

/// The log that a folder belongs to.
#[derive(Debug, Clone, Copy, Default)]
struct Reign {
    root: Option<FolderId>,
    claims_all: bool,
    /// Whether files of the machine's user are between the two.
    is_grabbed: bool,
}

/// What a folder that is a log claims of what is below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Claim {
    /// All of it, folders that look like logs included.
    Everything,
    /// All but the logs below it.
    AllButLogs,
}

/// How many folders that look like logs are below a folder, by how much they do.
#[derive(Debug, Clone, Copy, Default)]
struct Candidates {
    trace: usize,
    likely: usize,
    complete: usize,
    /// Those among the files of some user, if they are complete.
    grabbed: usize,
    /// Those with a system file or a telling name.
    identified: usize,
    /// Folders directly in the folder that hold something of one machine.
    next: usize,
    /// Folders directly in the folder with files of some user.
    user_files: usize,
}

impl Candidates {
    /// Files that are called after machines are logs themselves; one or two may be anything.
    fn of_files(folder: &Folder<'_>) -> Self {
        let logs = if folder.victims < 3 { 0 } else { folder.victims };
        Self { complete: logs, identified: logs, ..Self::default() }
    }

    fn add(&mut self, level: Level) {
        match level {
            Level::None => {}
            Level::Trace => self.trace += 1,
            Level::Likely => self.likely += 1,
            Level::Complete => self.complete += 1,
        }
    }

    fn all(&self) -> usize {
        self.trace + self.likely + self.complete
    }

    fn best(&self) -> Level {
        match self {
            Self { complete: 1.., .. } => Level::Complete,
            Self { likely: 1.., .. } => Level::Likely,
            Self { trace: 1.., .. } => Level::Trace,
            _ => Level::None,
        }
    }
}

/// For each folder, the candidates below it.
fn candidates_inside(folders: &[Folder<'_>]) -> Vec<Candidates> {
    let mut inside: Vec<Candidates> = folders.iter().map(Candidates::of_files).collect();
    for (id, folder) in folders.iter().enumerate().skip(1).rev() {
        let level = folder.promise.level();
        let mut own = inside.get(id).copied().unwrap_or_default();
        own.add(level);
        own.identified += usize::from(folder.promise.has_identity());
        if folder.kind == FolderKind::Grabbed {
            own = Candidates { grabbed: own.grabbed + own.complete, ..Candidates::default() };
        }
        if let Some(parent) = inside.get_mut(folder.parent) {
            parent.trace += own.trace;
            parent.likely += own.likely;
            parent.complete += own.complete;
            parent.grabbed += own.grabbed;
            parent.identified += own.identified;
            parent.next += usize::from(folder.promise.is_of_machine());
            parent.user_files += usize::from(folder.kind == FolderKind::Grabbed);
        }
    }
    inside
}

/// Whether a folder that no other one claims is a log, weighed against what is below it.
fn claim(id: FolderId, folder: &Folder<'_>, inside: &Candidates) -> Option<Claim> {
    let promise = folder.promise;
    let level = promise.level();
    if promise.is_bare() {
        // A seller's `Info.txt`, or a log of which nothing else is left.
        let is_alone = match level {
            Level::None | Level::Trace => {
                inside.all() < 2 && inside.identified == 0 && inside.grabbed == 0 && id != TOP
            }
            _ => inside.best() <= level && inside.all() < 3 && inside.grabbed < 3,
        };
        return (level > Level::None && is_alone).then_some(Claim::Everything);
    }
    let keeps_all = match level {
        Level::None => return None,
        Level::Trace => inside.best() <= level && inside.all() < 3,
        Level::Likely => inside.best() <= level && inside.likely < 2 && inside.all() < 10,
        // One machine has a copy of its log somewhere, but not three.
        Level::Complete => inside.complete < 3,
    };
    match (keeps_all, level) {
        (true, _) => Some(Claim::Everything),
        (false, Level::Complete) => Some(Claim::AllButLogs),
        (false, _) => None,
    }
}

/// A folder among many logs that has something of a log is one too, from which much was stripped.
fn stripped_log(
    folder: &Folder<'_>,
    inside: &Candidates,
    neighbours: &Candidates,
) -> Option<Claim> {
    let is_one = neighbours.next >= 10 && inside.all() == 0 && folder.promise.has_artefacts();
    is_one.then_some(Claim::Everything)
}

/// A picture beside files of some user may be all that a log with names of its own is told by;
/// its content has to say the rest.
fn renamed_log(id: FolderId, folder: &Folder<'_>, inside: &Candidates) -> Option<Claim> {
    let may_be_one = id != TOP && folder.promise.has_picture() && inside.user_files > 0;
    (may_be_one && inside.all() == 0 && inside.grabbed == 0).then_some(Claim::Everything)
}
