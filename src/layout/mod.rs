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
mod outline;
mod repack;
mod role;
mod tree;

#[cfg(test)]
mod tests;

pub use browser::{BrowserLabel, browser_label, browser_of_path};
pub use content::{Found, look_as_needed, plan_by_content};
pub use folder_name::{FolderFacts, folder_facts};
pub use outline::{Plan, Planned, PlannedUnit, Root, UnitKind};
pub use role::{Role, role};

use outline::{Draft, Outline};
use repack::Owners;
use role::{FolderKind, Place};
use tree::{Folder, FolderId, Level, TOP, Tree};

/// One entry of a source.
#[derive(Debug, Clone, Copy)]
pub struct Item<'a> {
    /// Its index in the source.
    pub index: u32,
    /// The folders of its path, up to and with the last `/`.
    pub folder: &'a [u8],
    /// The rest of its path.
    pub file: &'a [u8],
    /// Its bytes, as declared; none where that is not known.
    pub size: Option<u64>,
}

impl<'a> Item<'a> {
    /// The entry with this path, `/` between folders.
    pub fn new(index: u32, path: &'a [u8], size: Option<u64>) -> Self {
        let split = memchr::memrchr(b'/', path).map_or(0, |end| end + 1);
        let (folder, file) = path.split_at_checked(split).unwrap_or((path, b""));
        Self { index, folder, file, size }
    }
}

/// Infers the logs of a source from the names of its entries: each item is planned exactly once.
/// `item` tells of the entries `0..count`, in order, those that are to be planned.
///
/// ```
/// use logsieve::layout::{Item, Role, UnitKind, plan};
///
/// let names = ["cloud/join us.txt", "cloud/DE_1/System.txt", "cloud/DE_1/Chrome/Passwords.txt"];
/// let item = |index: u32| Some(Item::new(index, names[index as usize].as_bytes(), None));
/// let plan = plan(3, item);
///
/// assert_eq!(plan.kinds().collect::<Vec<_>>(), [UnitKind::Loose, UnitKind::Log]);
/// assert_eq!(plan.entries(1)[1].role, Role::Passwords);
/// let root = plan.root(1).unwrap();
/// assert_eq!(&names[root.entry as usize][..root.length as usize], "cloud/DE_1");
/// ```
pub fn plan<'a>(count: u32, item: impl Fn(u32) -> Option<Item<'a>> + Copy) -> Plan {
    let items = || (0..count).filter_map(item);
    let mut tree = Tree::new();
    let home: Vec<FolderId> = items().map(|item| tree.add(&item)).collect();
    let (folders, is_full) = tree.into_folders();
    let placed = || items().zip(home.iter().copied());
    let roots = content::without_doubtful(&folders, roots(&folders), placed());
    let mut owners = Owners::new(&folders, &roots, placed());
    let mut drafts: Vec<Draft> = Vec::with_capacity(home.len());
    drafts.extend(placed().map(|(item, folder)| owners.draft(&item, folder)));
    let is_coarse = is_full || owners.is_full;
    let logs = owners.into_logs();

    let loose = placed().zip(&drafts);
    let loose = loose.filter_map(|((item, folder), draft)| Some((item, folder, draft.loose()?)));
    let heads = content::heads(&folders, &content::loads(&folders, &roots, loose));
    let mut outline = Outline::new(logs, folders.len());
    drop((folders, roots));
    for (draft, (item, folder)) in drafts.iter_mut().zip(placed()) {
        let head = heads.get(folder.at()).copied().flatten();
        let head =
            head.filter(|_| draft.loose().is_some_and(|role| content::may_be_part(&item, role)));
        outline.number(draft, head.map(FolderId::at));
    }
    drop((heads, home));
    let mut plan = outline.into_plan(drafts);
    plan.divide(item);
    plan.is_coarse = is_coarse;
    plan
}

/// The folders in `folder` above the last part `inside` of it.
fn above<'a>(folder: &'a [u8], inside: &[u8]) -> &'a [u8] {
    let folders = folder.get(..folder.len().saturating_sub(inside.len())).unwrap_or_default();
    let end = folders.iter().rposition(|&byte| byte != b'/').map_or(0, |last| last + 1);
    folders.get(..end).unwrap_or_default()
}

/// For each folder, the folder of the log that it belongs to.
fn roots(folders: &[Folder<'_>]) -> Vec<Option<FolderId>> {
    let all_inside = candidates_inside(folders);
    let mut reigns: Vec<Reign> = Vec::with_capacity(folders.len());
    for (id, (folder, inside)) in folders.iter().zip(&all_inside).enumerate() {
        let id = FolderId::of(id);
        let neighbours = all_inside.get(folder.parent.at()).copied().unwrap_or_default();
        let mut reign = reigns.get(folder.parent.at()).copied().unwrap_or_default();
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
        let above = places.get(folder.parent.at()).copied().unwrap_or(Place::Loose);
        places.push(if *root == Some(FolderId::of(id)) {
            Place::Log
        } else {
            above.inside(folder.kind)
        });
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

/// How many folders that look like logs are below a folder, by how much they do; from 255 on, many.
#[derive(Debug, Clone, Copy, Default)]
struct Candidates {
    trace: u8,
    likely: u8,
    complete: u8,
    /// Those among the files of some user, if they are complete.
    grabbed: u8,
    /// Those with a system file or a telling name.
    identified: u8,
    /// Folders directly in the folder that hold something of one machine.
    next: u8,
    /// Folders directly in the folder with files of some user.
    user_files: u8,
}

impl Candidates {
    /// Files that are called after machines are logs themselves; one or two may be anything.
    fn of_files(folder: &Folder<'_>) -> Self {
        let logs = if folder.victims < 3 { 0 } else { folder.victims };
        Self { complete: logs, identified: logs, ..Self::default() }
    }

    fn add(&mut self, level: Level) {
        let count = match level {
            Level::None => return,
            Level::Trace => &mut self.trace,
            Level::Likely => &mut self.likely,
            Level::Complete => &mut self.complete,
        };
        *count = count.saturating_add(1);
    }

    /// Adds those of a folder in it.
    fn add_below(&mut self, folder: &Folder<'_>, own: &Self) {
        for (sum, count) in [
            (&mut self.trace, own.trace),
            (&mut self.likely, own.likely),
            (&mut self.complete, own.complete),
            (&mut self.grabbed, own.grabbed),
            (&mut self.identified, own.identified),
            (&mut self.next, u8::from(folder.promise.is_of_machine())),
            (&mut self.user_files, u8::from(folder.kind == FolderKind::Grabbed)),
        ] {
            *sum = sum.saturating_add(count);
        }
    }

    fn all(&self) -> u8 {
        self.trace.saturating_add(self.likely).saturating_add(self.complete)
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
        let is_identified = u8::from(folder.promise.has_identity());
        own.identified = own.identified.saturating_add(is_identified);
        if folder.kind == FolderKind::Grabbed {
            own = Candidates {
                grabbed: own.grabbed.saturating_add(own.complete),
                ..Candidates::default()
            };
        }
        if let Some(parent) = inside.get_mut(folder.parent.at()) {
            parent.add_below(folder, &own);
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
