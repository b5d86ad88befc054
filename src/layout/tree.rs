//! The folders of one source as a tree, and what the names in each of them promise.
//!
//! A log may spread over many folders (`Chrome/Default/Passwords.txt`), so what a file promises is
//! written down at its *home*: the first folder above it whose name is not that of a part of a log.
//! All steps are linear in the bytes of the names. What lies deeper than [`DEEPEST`], or in one folder
//! more than [`MOST_FOLDERS`], counts as lying in the last folder on its way that is known.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

use super::Item;
use super::browser;
use super::folder_name::{self, NameStrength};
use super::repack;
use super::role::{self, FolderKind, Place, Role, SystemName};

/// A folder of a [`Tree`]. Parents have smaller numbers than what is in them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct FolderId(u32);

/// The folder that has all others in it: the source itself.
pub(super) const TOP: FolderId = FolderId(0);

impl FolderId {
    /// The folder with this number.
    pub(super) fn of(number: usize) -> Self {
        Self(u32::try_from(number).unwrap_or(u32::MAX))
    }

    /// Its number, to look it up.
    pub(super) fn at(self) -> usize {
        self.0 as usize
    }
}

/// How many folders are told apart, as part of what a plan may take, each with some 90 bytes; those
/// of more are taken for what they lie in.
const MOST_FOLDERS: usize = 3 << 19;

/// How many different names of folders are remembered, and how many of files.
const KINDS_KEPT: usize = 4096;

/// How many folders a path is followed into. Names of entries may be made of nothing but `a/`.
const DEEPEST: usize = 64;

/// One folder.
pub(super) struct Folder<'a> {
    pub(super) parent: FolderId,
    pub(super) name: &'a [u8],
    /// How many folders are above it, the top excepted.
    pub(super) depth: u32,
    pub(super) kind: FolderKind,
    /// Where what lies in it is written down.
    pub(super) home: FolderId,
    /// Whether a part of a log other than a profile is between it and its home.
    is_in_part: bool,
    /// What the folders between it and its home say.
    pub(super) place: Place,
    /// How many files here, and in its parts, are called after a machine; from 255 on, many.
    pub(super) victims: u8,
    pub(super) promise: Promise,
    /// The next folder in the same bucket of [`Tree::buckets`].
    next: Option<Linked>,
}

/// A folder that is not the top, in the space of a number.
type Linked = std::num::NonZeroU32;

/// What the name of a file says about the log that it is at home in.
#[derive(Debug, Clone, Copy)]
enum Note {
    /// It is called after a machine.
    Victim,
    /// It has this role, and promises so much.
    Promise(Role, u16),
}

impl Note {
    fn of(file: &[u8], place: Place, kind: FolderKind) -> Self {
        if repack::victim_of_file(file).is_some() {
            return Self::Victim;
        }
        let role = role::file_role(file, place);
        Self::Promise(role, Promise::of_file(role, kind, file))
    }
}

/// All folders of a source.
pub(super) struct Tree<'a> {
    pub(super) folders: Vec<Folder<'a>>,
    /// Lists of the folders with the same hash of name and parent; a table of these would take
    /// several times the room.
    buckets: Vec<Option<Linked>>,
    hash: RandomState,
    /// Whether there were more folders than are told apart.
    pub(super) is_full: bool,
    /// Most names of folders stand in every log: what the first of them mean.
    kinds: HashMap<&'a [u8], (FolderKind, NameStrength)>,
    /// The same for names of files, in folders of some kind.
    notes: HashMap<(&'a [u8], Place, FolderKind), Note>,
    /// Neighbours mostly lie in one folder: the last one, below those that it is in.
    last: Vec<(&'a [u8], FolderId)>,
}

impl<'a> Tree<'a> {
    pub(super) fn new() -> Self {
        let top = Folder {
            parent: TOP,
            name: b"",
            depth: 0,
            kind: FolderKind::Plain,
            home: TOP,
            is_in_part: false,
            place: Place::Log,
            victims: 0,
            promise: Promise::default(),
            next: None,
        };
        Self {
            folders: vec![top],
            buckets: vec![None; 64],
            hash: RandomState::new(),
            is_full: false,
            kinds: HashMap::new(),
            notes: HashMap::new(),
            last: Vec::new(),
        }
    }

    /// All folders, and whether there were more than are told apart.
    pub(super) fn into_folders(self) -> (Vec<Folder<'a>>, bool) {
        (self.folders, self.is_full)
    }

    /// The folder that an entry lies in, after noting what the entry promises.
    pub(super) fn add(&mut self, item: &Item<'a>) -> FolderId {
        let folder = self.folder(item.folder);
        self.note(folder, item.file);
        folder
    }

    fn folder(&mut self, path: &'a [u8]) -> FolderId {
        let names = path.split(|&byte| byte == b'/').filter(|name| is_component(name));
        let mut depth = 0;
        let mut folder = TOP;
        for name in names.take(DEEPEST) {
            folder = match self.last.get(depth) {
                Some(&(last_name, last)) if last_name == name => last,
                _ => {
                    self.last.truncate(depth);
                    let Some(child) = self.child(folder, name) else { break };
                    self.last.push((name, child));
                    child
                }
            };
            depth += 1;
        }
        self.last.truncate(depth);
        folder
    }

    /// A folder in a folder; none if it is new and there are too many.
    fn child(&mut self, parent: FolderId, name: &'a [u8]) -> Option<FolderId> {
        let bucket = self.bucket(parent, name);
        let mut linked = self.buckets.get(bucket).copied().flatten();
        while let Some(number) = linked {
            let id = FolderId(number.get());
            let known = self.folders.get(id.at())?;
            if known.parent == parent && known.name == name {
                return Some(id);
            }
            linked = known.next;
        }
        if self.folders.len() >= MOST_FOLDERS {
            self.is_full = true;
            return None;
        }
        let id = FolderId::of(self.folders.len());
        let named = self.named(name);
        let above = self.folders.get(parent.at())?;
        let folder = Folder::new(id, name, parent, above, named);
        self.folders.push(folder);
        self.link(id, bucket);
        if self.folders.len() > self.buckets.len() {
            self.buckets = vec![None; self.buckets.len() * 2];
            for id in (1..self.folders.len()).map(FolderId::of) {
                let folder = self.folders.get(id.at());
                let bucket = folder.map_or(0, |folder| self.bucket(folder.parent, folder.name));
                self.link(id, bucket);
            }
        }
        Some(id)
    }

    fn bucket(&self, parent: FolderId, name: &[u8]) -> usize {
        // There are always 2^n.
        self.hash.hash_one((parent, name)) as usize & (self.buckets.len() - 1)
    }

    fn link(&mut self, id: FolderId, bucket: usize) {
        let (folder, first) = (self.folders.get_mut(id.at()), self.buckets.get_mut(bucket));
        if let (Some(folder), Some(first)) = (folder, first) {
            folder.next = std::mem::replace(first, Linked::new(id.0));
        }
    }

    fn named(&mut self, name: &'a [u8]) -> (FolderKind, NameStrength) {
        if let Some(&known) = self.kinds.get(name) {
            return known;
        }
        let kind = role::folder_kind(name);
        let strength = match kind {
            FolderKind::Plain => folder_name::strength(name),
            _ => NameStrength::None,
        };
        if self.kinds.len() < KINDS_KEPT {
            self.kinds.insert(name, (kind, strength));
        }
        (kind, strength)
    }

    /// Writes down at its home what the file promises.
    fn note(&mut self, folder: FolderId, file: &'a [u8]) {
        let Some(lies_in) = self.folders.get(folder.at()) else { return };
        let (home, place, kind) = (lies_in.home, lies_in.place, lies_in.kind);
        let is_in_part = lies_in.is_in_part;
        let note = self.noted(file, place, kind);
        let Some(home) = self.folders.get_mut(home.at()) else { return };
        match note {
            Note::Victim => home.victims = home.victims.saturating_add(1),
            Note::Promise(role, bits) => {
                let is_below = is_in_part && role != Role::Other;
                home.promise.add(bits | if is_below { Promise::BELOW } else { 0 });
            }
        }
    }

    fn noted(&mut self, file: &'a [u8], place: Place, kind: FolderKind) -> Note {
        if let Some(&known) = self.notes.get(&(file, place, kind)) {
            return known;
        }
        let note = Note::of(file, place, kind);
        if self.notes.len() < KINDS_KEPT {
            self.notes.insert((file, place, kind), note);
        }
        note
    }
}

impl<'a> Folder<'a> {
    fn new(
        id: FolderId,
        name: &'a [u8],
        parent: FolderId,
        above: &Folder<'_>,
        named: (FolderKind, NameStrength),
    ) -> Self {
        let (kind, strength) = match above.kind {
            FolderKind::Junk => (FolderKind::Junk, NameStrength::None),
            _ => named,
        };
        let (home, is_in_part) = match kind {
            FolderKind::Part(_) | FolderKind::Browser => (above.home, true),
            FolderKind::Profile => (above.home, above.is_in_part),
            FolderKind::Grabbed | FolderKind::Junk | FolderKind::Plain => (id, false),
        };
        let place = if home == id { Place::Log } else { above.place.inside(kind) };
        let promise = Promise { bits: 0, name: strength };
        let depth = above.depth + 1;
        Self { parent, name, depth, kind, home, is_in_part, place, victims: 0, promise, next: None }
    }
}

/// The folders and the last part of a path.
pub(super) fn split(name: &[u8]) -> (&[u8], &[u8]) {
    match memchr::memrchr(b'/', name) {
        Some(end) => (name.get(..end).unwrap_or_default(), name.get(end + 1..).unwrap_or_default()),
        None => (b"", name),
    }
}

/// Whether a part of a path names a folder.
pub(super) fn is_component(name: &[u8]) -> bool {
    !name.is_empty() && name != b"."
}

/// The path of a folder without its first `depth` folders.
pub(super) fn below(folder: &[u8], depth: u32) -> &[u8] {
    let mut rest = folder;
    let mut left = depth;
    while left > 0
        && let Some(end) = memchr::memchr(b'/', rest)
    {
        left -= u32::from(rest.get(..end).is_some_and(is_component));
        rest = rest.get(end + 1..).unwrap_or_default();
    }
    while let Some(inside) = rest.strip_prefix(b"/").or_else(|| rest.strip_prefix(b"./")) {
        rest = inside;
    }
    rest
}

/// What the names at home in one folder promise.
#[derive(Debug, Clone, Copy)]
pub(super) struct Promise {
    bits: u16,
    name: NameStrength,
}

impl Default for Promise {
    fn default() -> Self {
        Self { bits: 0, name: NameStrength::None }
    }
}

/// How surely a folder is the folder of a log, by what is at home in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) enum Level {
    /// Nothing says so.
    #[default]
    None,
    /// It may be one, or only a part of one.
    Trace,
    /// It is one, if nothing better is near.
    Likely,
    /// It has all that makes a log.
    Complete,
}

impl Promise {
    const SYSTEM: u16 = 1;
    const STRONG_SYSTEM: u16 = 1 << 1;
    const PASSWORDS: u16 = 1 << 2;
    /// A file with the passwords or cookies of one browser.
    const OF_BROWSER: u16 = 1 << 3;
    const COOKIES: u16 = 1 << 4;
    const FORMS: u16 = 1 << 5;
    const PROGRAMS: u16 = 1 << 6;
    /// Wallets, tokens, messengers, cards.
    const LOOT: u16 = 1 << 7;
    const PICTURE: u16 = 1 << 8;
    /// Something lies in a part of a log below, and not in the folder itself.
    const BELOW: u16 = 1 << 9;
    /// Kinds that together make a log.
    const KINDS: u16 =
        Self::SYSTEM | Self::PASSWORDS | Self::COOKIES | Self::FORMS | Self::PROGRAMS | Self::LOOT;

    fn add(&mut self, bits: u16) {
        self.bits |= bits;
    }

    fn has(self, any: u16) -> bool {
        self.bits & any != 0
    }

    /// What a file of some role promises, in a folder of some kind.
    fn of_file(role: Role, kind: FolderKind, file: &[u8]) -> u16 {
        match role {
            Role::System if role::system_strength(file) == SystemName::Strong => {
                Self::SYSTEM | Self::STRONG_SYSTEM
            }
            Role::System => Self::SYSTEM,
            Role::Passwords if is_of_browser(kind, file) => Self::PASSWORDS | Self::OF_BROWSER,
            // `Passwords/⟨Browser⟩.txt` is of one machine, `Passwords/⟨anything⟩.txt` need not be.
            Role::Passwords if role::names_passwords(file) => Self::PASSWORDS,
            Role::PasswordList => Self::PASSWORDS,
            Role::Cookies if is_of_browser(kind, file) => Self::COOKIES | Self::OF_BROWSER,
            Role::Cookies | Role::DomainList => Self::COOKIES,
            Role::Autofill | Role::History => Self::FORMS,
            Role::Software | Role::Processes => Self::PROGRAMS,
            Role::Cards | Role::Wallet | Role::Token | Role::Messenger => Self::LOOT,
            Role::Picture => Self::PICTURE,
            Role::Passwords | Role::Grabbed | Role::Promo | Role::Other => 0,
        }
    }

    /// Only what a seller may have laid beside the logs as well.
    pub(super) fn is_bare(self) -> bool {
        self.name != NameStrength::Strong && !self.has(Self::KINDS & !Self::SYSTEM)
    }

    /// Whether the name of the folder alone says that it is one machine.
    pub(super) fn is_named(self) -> bool {
        self.name == NameStrength::Strong
    }

    /// Whether what is at home here may be told from a file of many people's passwords.
    pub(super) fn is_of_machine(self) -> bool {
        self.level() > Level::None || self.has(Self::KINDS & !Self::PASSWORDS)
    }

    /// Whether the name or a system file says that this is one machine.
    pub(super) fn has_identity(self) -> bool {
        self.is_named() || self.has(Self::SYSTEM)
    }

    /// Whether anything that stealers write is at home here.
    pub(super) fn has_artefacts(self) -> bool {
        self.has(Self::KINDS)
    }

    /// Whether a picture is at home here.
    pub(super) fn has_picture(self) -> bool {
        self.has(Self::PICTURE)
    }

    pub(super) fn level(self) -> Level {
        let kinds = (self.bits & Self::KINDS).count_ones();
        let is_system = self.has(Self::SYSTEM);
        let is_named = self.name == NameStrength::Weak && kinds > 0;
        let has_company = self.has(Self::BELOW | Self::PICTURE | Self::PROGRAMS);
        if self.is_named() || (is_system && kinds >= 3) {
            Level::Complete
        } else if is_named
            || self.has(Self::STRONG_SYSTEM)
            || (is_system && kinds >= 2)
            || (self.has(Self::PASSWORDS) && has_company && kinds >= 2)
            || (self.has(Self::PASSWORDS) && self.has(Self::PICTURE))
        {
            Level::Likely
        } else if is_system
            || self.has(Self::OF_BROWSER)
            || (self.has(Self::PASSWORDS) && kinds >= 2)
            || (self.has(Self::BELOW) && kinds >= 2)
        {
            Level::Trace
        } else {
            Level::None
        }
    }
}

fn is_of_browser(kind: FolderKind, file: &[u8]) -> bool {
    matches!(kind, FolderKind::Browser | FolderKind::Profile)
        || browser::is_browser(role::split_extension(file).0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::Item;

    /// An archive of a few kilobytes can list gigabytes of `a/`.
    #[test]
    fn folders_are_followed_to_a_depth_that_a_log_may_have() {
        let names: Vec<String> = (0..100)
            .map(|number| {
                format!("cloud/{number}/{}DE_{number}/Passwords.txt", "a/".repeat(20_000))
            })
            .chain([
                "cloud/x/y/DE_1/Passwords.txt".to_owned(),
                "cloud/x/y/DE_1/System.txt".to_owned(),
            ])
            .collect();
        let mut tree = Tree::new();
        let item = |number: u32| {
            names.get(number as usize).map(|name| Item::new(number, name.as_bytes(), None))
        };
        (0..102).filter_map(item).for_each(|item| _ = tree.add(&item));
        assert!(tree.folders.len() < 100 * 64, "{} folders", tree.folders.len());
        let plan = crate::layout::plan(102, item);
        assert_eq!(plan.places(&(0..plan.len())).len(), names.len());
        let roots = (0..plan.len()).filter_map(|unit| plan.root(unit));
        let mut roots = roots.filter_map(|root| {
            names.get(root.entry as usize).and_then(|name| name.get(..root.length as usize))
        });
        assert!(roots.any(|root| root == "cloud/x/y/DE_1"));
    }
}
