//! Volume sets: the files that one archive or one text was cut into.
//!
//! Names tell which files may belong together, their bytes tell whether they do: logs are full of
//! files that are merely called like parts. A part that is not there leaves a gap, and everything
//! beside the gap can still be read.

mod name;
mod probe;
mod set;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};

use self::name::{Scheme, VolumeName};
pub(super) use self::set::Set;
use self::set::{Member, Origin, sets};
use crate::issue::Issue;

/// The files of one archive or text, in order; most have only one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Volumes {
    /// The files, and the gaps between them.
    pub parts: Vec<Part>,
    /// What is missing or wrong.
    pub issues: Vec<Issue>,
}

/// A part of a volume set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// A file.
    File(PathBuf),
    /// Volumes that are not there.
    Missing {
        /// How many.
        volumes: u32,
        /// How many bytes each of them has, as far as that can be told.
        length: u64,
    },
}

impl Volumes {
    /// A file that is no part of a set.
    pub fn one(path: PathBuf) -> Self {
        Self { parts: vec![Part::File(path)], issues: Vec::new() }
    }

    /// The files that are there, in order.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        self.parts.iter().filter_map(|part| match part {
            Part::File(path) => Some(path.as_path()),
            Part::Missing { .. } => None,
        })
    }
}

/// The name of a file without the suffix of its format and without the number of a volume.
///
/// ```
/// use logsieve::input::stem;
/// assert_eq!(stem("cloud.zip"), "cloud");
/// assert_eq!(stem("cloud.7z.001"), "cloud");
/// assert_eq!(stem("cloud.part1.rar"), "cloud");
/// ```
pub fn stem(name: &str) -> &str {
    let volume = VolumeName::parse(name.as_bytes());
    let of_set = volume.as_ref().and_then(|volume| name.get(..volume.stem.len())).unwrap_or(name);
    if volume.is_some_and(|volume| volume.scheme != Scheme::Raw) {
        return of_set;
    }
    of_set.rsplit_once('.').map_or(of_set, |(stem, _)| if stem.is_empty() { of_set } else { stem })
}

/// What the name of the file says of a volume set.
fn volume_name(path: &Path) -> Option<VolumeName> {
    VolumeName::parse(path.file_name()?.as_encoded_bytes())
}

/// The sets among `files`, which were found in folders below `root`.
pub(super) fn sets_below(root: &Path, files: &[PathBuf]) -> Vec<Set> {
    let mut groups: HashMap<(&Path, Scheme, String), Vec<Member>> = HashMap::new();
    for file in files {
        if let Some(name) = volume_name(file) {
            let (scheme, stem) = name.key();
            let key = (file.parent().unwrap_or(Path::new("")), scheme, stem);
            groups.entry(key).or_default().push(Member { path: root.join(file), name });
        }
    }
    groups.into_values().flat_map(|group| sets(group, Origin::Found)).collect()
}

/// The sets that the files belong to which the user names: the other parts lie in the same folder,
/// which is read once.
#[derive(Default)]
pub(super) struct Siblings {
    folders: HashMap<PathBuf, Folder>,
}

#[derive(Default)]
struct Folder {
    /// Files that nobody has asked for yet.
    groups: HashMap<(Scheme, String), Vec<Member>>,
    /// Sets of those that were asked for, by the names of their files.
    homes: HashMap<OsString, usize>,
    sets: Vec<Option<Set>>,
}

/// What a file that the user names belongs to.
pub(super) enum Home {
    /// No set.
    None,
    /// A set that is asked for the first time.
    New(Set),
    /// A set that was handed out before.
    Known,
}

impl Siblings {
    /// Knows the volumes among `paths`, the files that the user names, and those beside them.
    pub(super) fn new(paths: &[PathBuf]) -> Self {
        let mut siblings = Self::default();
        let named = paths.iter().filter(|path| volume_name(path).is_some() && path.is_file());
        for path in named {
            let parent = path.parent().unwrap_or(Path::new(""));
            let folders = &mut siblings.folders;
            let folder = match folders.get_mut(parent) {
                Some(folder) => folder,
                None => folders.entry(parent.to_owned()).or_insert_with(|| Folder::read(parent)),
            };
            folder.add(path);
        }
        siblings
    }

    /// The set that a file belongs to.
    pub(super) fn home(&mut self, path: &Path) -> Home {
        let folder = self.folders.get_mut(path.parent().unwrap_or(Path::new("")));
        folder.map_or(Home::None, |folder| folder.home(path))
    }
}

impl Folder {
    fn read(path: &Path) -> Self {
        let mut folder = Self::default();
        let listed = if path.as_os_str().is_empty() { Path::new(".") } else { path };
        // A folder that cannot be listed has no more parts than the user names.
        for entry in fs::read_dir(listed).into_iter().flatten().flatten() {
            let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
            if is_file {
                folder.add(&path.join(entry.file_name()));
            }
        }
        folder
    }

    /// Adds a file that is called like a part of a set.
    fn add(&mut self, path: &Path) {
        if let Some(name) = volume_name(path) {
            let group = self.groups.entry(name.key()).or_default();
            group.push(Member { path: path.to_owned(), name });
        }
    }

    fn home(&mut self, path: &Path) -> Home {
        let Some(name) = volume_name(path) else { return Home::None };
        if let Some(mut group) = self.groups.remove(&name.key()) {
            group.sort_by(|a, b| a.path.cmp(&b.path));
            group.dedup_by(|a, b| a.path == b.path);
            for set in sets(group, Origin::Given) {
                let files = set.members.iter().filter_map(|path| path.file_name());
                self.homes.extend(files.map(|file| (file.to_owned(), self.sets.len())));
                self.sets.push(Some(set));
            }
        }
        let number = self.homes.get(path.file_name().unwrap_or(OsStr::new("")));
        let Some(set) = number.and_then(|&number| self.sets.get_mut(number)) else {
            return Home::None;
        };
        set.take().map_or(Home::Known, Home::New)
    }
}
