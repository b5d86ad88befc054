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
use std::hash::{BuildHasher, RandomState};
use std::io::{self, Read, Seek};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use self::name::{Scheme, VolumeName};
use self::set::{Member, Origin, Probed, sets};
pub(crate) use self::set::{Set, Whole};
use crate::issue::Issue;
use crate::record::Format;
use crate::store::{Kind, Store};

/// The files of one archive or text, in order; most have only one.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct Volumes<F = PathBuf> {
    /// The files, and the gaps between them.
    pub parts: Vec<Part<F>>,
    /// What is missing or wrong.
    pub issues: Vec<Issue>,
}

/// A part of a volume set.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Part<F = PathBuf> {
    /// A file.
    File(F),
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
}

impl<F> Volumes<F> {
    /// The same volumes with other files, each that `place` gives for one.
    pub(crate) fn map<G>(&self, mut place: impl FnMut(&F) -> G) -> Volumes<G> {
        let parts = self.parts.iter().map(|part| match part {
            Part::File(file) => Part::File(place(file)),
            &Part::Missing { volumes, length } => Part::Missing { volumes, length },
        });
        Volumes { parts: parts.collect(), issues: self.issues.clone() }
    }

    /// The files that are there, in order.
    pub fn files(&self) -> impl Iterator<Item = &F> {
        self.parts.iter().filter_map(|part| match part {
            Part::File(file) => Some(file),
            Part::Missing { .. } => None,
        })
    }
}

/// A file that may be a part of a set, wherever its bytes are.
pub(crate) trait Piece: Clone {
    /// Its bytes.
    fn open(&self) -> io::Result<impl Read + Seek>;
}

/// A file of a store.
#[derive(Clone)]
struct Found {
    store: Store,
    path: PathBuf,
}

impl Piece for Found {
    fn open(&self) -> io::Result<impl Read + Seek> {
        self.store.open(&self.path)
    }
}

impl From<Set<Found>> for Set<PathBuf> {
    fn from(set: Set<Found>) -> Self {
        let paths = |volumes: &Volumes<Found>| volumes.map(|file| file.path.clone());
        Self {
            name: set.name.path,
            members: set.members.into_iter().map(|member| member.path).collect(),
            whole: match set.whole {
                Whole::Archive(volumes, format) => Whole::Archive(paths(&volumes), format),
                Whole::Text(volumes) => Whole::Text(paths(&volumes)),
                Whole::Refused(issue) => Whole::Refused(issue),
            },
        }
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

/// The files, each with a number, its folder and its name, that may be parts of one set by their
/// names: the number of the first file of the set, and that of the file, in order.
pub(crate) fn called_like_parts<'n>(
    files: impl Iterator<Item = (u32, &'n [u8], &'n [u8])>,
) -> Vec<(u32, u32)> {
    // All of five million may be called so. Two names have one hash once in a million archives.
    struct Named {
        key: u64,
        number: u32,
        is_part: bool,
    }
    let hash = RandomState::new();
    let named = files.filter_map(|(number, folder, file)| {
        let name = VolumeName::parse(file)?;
        let key = hash.hash_one((folder, name.key()));
        Some(Named { key, number, is_part: name.is_part_of_archive() })
    });
    let mut named: Vec<Named> = named.collect();
    named.sort_unstable_by_key(|file| (file.key, file.number));
    let alike = named.chunk_by(|one, next| one.key == next.key);
    let mut parts = Vec::new();
    for set in alike.filter(|set| set.iter().any(|file| file.is_part)) {
        let first = set.first().map_or(0, |file| file.number);
        parts.extend(set.iter().map(|file| (first, file.number)));
    }
    drop(named);
    parts.sort_unstable();
    parts
}

/// The sets among files that are [`called_like_parts`] of one, each with its path. Those that are
/// in none stand alone.
pub(crate) fn sets_among<'n, F: Piece>(files: impl Iterator<Item = (&'n [u8], F)>) -> Vec<Set<F>> {
    let member = |(path, file)| {
        let name = VolumeName::parse(split(path).1)?;
        Some(Member { file, name }.probed())
    };
    sets(files.filter_map(member).collect(), Origin::Found)
}

/// Whether a file is called like an archive or a part of one.
pub(crate) fn is_called_archive(path: &[u8]) -> bool {
    let file = split(path).1;
    let suffix = memchr::memrchr(b'.', file).and_then(|dot| file.get(dot + 1..));
    suffix.is_some_and(name::is_suffix_of_archive)
        || VolumeName::parse(file).is_some_and(|name| name.is_part_of_archive())
}

/// The folders and the name of a file.
fn split(path: &[u8]) -> (&[u8], &[u8]) {
    let name = memchr::memrchr(b'/', path).map_or(0, |slash| slash + 1);
    path.split_at(name)
}

/// What files in folders are by their names and their bytes.
pub(super) struct Below {
    /// The sets among them.
    pub(super) sets: Vec<Set<PathBuf>>,
    /// Files that were looked at for that and begin as archives do.
    pub(super) archives: HashMap<PathBuf, Format>,
}

/// The sets among `files`, which were found in folders below `root`.
pub(super) fn sets_below(store: &Store, root: &Path, files: &[PathBuf]) -> Below {
    let mut groups: HashMap<(&Path, Scheme, String), Vec<Probed<Found>>> = HashMap::new();
    let mut archives = HashMap::new();
    for file in files {
        if let Some(name) = volume_name(file) {
            let (scheme, stem) = name.key();
            let key = (file.parent().unwrap_or(Path::new("")), scheme, stem);
            let found = Found { store: store.clone(), path: root.join(file) };
            let member = Member { file: found, name }.probed();
            archives.extend(member.format().map(|format| (member.file.path.clone(), format)));
            groups.entry(key).or_default().push(member);
        }
    }
    let sets = groups.into_values().flat_map(|group| sets(group, Origin::Found));
    let sets = sets.map(Set::from).collect();
    Below { sets, archives }
}

/// The sets that the files belong to which the user names: the other parts lie in the same folder,
/// which is read once.
#[derive(Default)]
pub(super) struct Siblings {
    store: Store,
    folders: HashMap<PathBuf, Folder>,
}

#[derive(Default)]
struct Folder {
    /// Files that nobody has asked for yet.
    groups: HashMap<(Scheme, String), Vec<Member<PathBuf>>>,
    /// Sets of those that were asked for, by the names of their files.
    homes: HashMap<OsString, usize>,
    sets: Vec<Option<Set<PathBuf>>>,
}

/// What a file that the user names belongs to.
pub(super) enum Home {
    /// No set.
    None,
    /// A set that is asked for the first time.
    New(Set<PathBuf>),
    /// A set that was handed out before.
    Known,
}

impl Siblings {
    /// Knows the volumes among `paths`, the files that the user names, and those beside them.
    pub(super) fn new(store: &Store, paths: &[PathBuf]) -> Self {
        let mut siblings = Self { store: store.clone(), ..Self::default() };
        let is_file = |path: &Path| store.kind(path).is_ok_and(|kind| kind == Kind::File);
        let named = paths.iter().filter(|path| volume_name(path).is_some() && is_file(path));
        for path in named {
            let parent = path.parent().unwrap_or(Path::new(""));
            let folders = &mut siblings.folders;
            let folder = match folders.get_mut(parent) {
                Some(folder) => folder,
                None => {
                    folders.entry(parent.to_owned()).or_insert_with(|| Folder::read(store, parent))
                }
            };
            folder.add(path);
        }
        siblings
    }

    /// The set that a file belongs to.
    pub(super) fn home(&mut self, path: &Path) -> Home {
        let folder = self.folders.get_mut(path.parent().unwrap_or(Path::new("")));
        folder.map_or(Home::None, |folder| folder.home(&self.store, path))
    }
}

impl Folder {
    fn read(store: &Store, path: &Path) -> Self {
        let mut folder = Self::default();
        let listed = if path.as_os_str().is_empty() { Path::new(".") } else { path };
        // A folder that cannot be listed has no more parts than the user names.
        for name in store.names_in(listed) {
            folder.add(&path.join(name));
        }
        folder
    }

    /// Adds a file that is called like a part of a set.
    fn add(&mut self, path: &Path) {
        if let Some(name) = volume_name(path) {
            let group = self.groups.entry(name.key()).or_default();
            group.push(Member { file: path.to_owned(), name });
        }
    }

    fn home(&mut self, store: &Store, path: &Path) -> Home {
        let Some(name) = volume_name(path) else { return Home::None };
        if let Some(mut group) = self.groups.remove(&name.key()) {
            group.sort_by(|a, b| a.file.cmp(&b.file));
            group.dedup_by(|a, b| a.file == b.file);
            let probed = |Member { file: path, name }| {
                Member { file: Found { store: store.clone(), path }, name }.probed()
            };
            let group = group.into_iter().map(probed).collect();
            for set in sets(group, Origin::Given).into_iter().map(Set::from) {
                let set: Set<PathBuf> = set;
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
