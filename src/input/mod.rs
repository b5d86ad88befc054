//! Paths and standard input as typed inputs, by their first bytes.
//!
//! A suffix never decides what a file is: a RAR called `.zip` is a RAR. Folders are walked without
//! following links, so that a walk always ends; what is not a regular file is never opened. Only a
//! link that the user names is followed.

mod dataset;
mod magic;
mod telegram;
#[cfg(test)]
mod tests;
mod volumes;
mod walk;

use std::collections::{HashMap, HashSet};
use std::convert::Infallible;
use std::fmt;
use std::fs::{self, FileType};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use magic::{ends_like_zip, sniff};
pub use telegram::{Post, posts};
pub use volumes::{Part, Volumes, stem};
pub(crate) use volumes::{Piece, Set, Whole, called_like_parts, is_called_archive, sets_among};

use crate::issue::{Code, Issue, Stage};
use crate::provenance::lossless_utf8;
use crate::record::Format;
use crate::store::{self, Store, is_url};
use magic::{Kind, Look, kind_of};
use volumes::{Below, Home, Siblings};
use walk::Walk;

/// One thing to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// What it is called in records and messages: the path as given, or found from it.
    pub name: String,
    /// Where its bytes are.
    pub place: Place,
    /// What the message says that carried it.
    pub post: Option<Arc<Post>>,
    /// What is wrong with an export of messages in it, by the name of the export.
    pub issues: Vec<(String, Issue)>,
}

impl Input {
    /// An input of which nothing else is known.
    pub fn new(name: String, place: Place) -> Self {
        Self { name, place, post: None, issues: Vec::new() }
    }
}

/// Where the bytes of an input are, and what they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// An archive or a compressed file.
    Archive {
        /// Its files.
        volumes: Volumes,
        /// What it is, by its bytes.
        format: Format,
    },
    /// A text file given by its path.
    Text {
        /// Its files.
        volumes: Volumes,
    },
    /// All loose files of a folder together.
    Folder {
        /// The folder.
        root: PathBuf,
        /// The files, in byte order of their paths.
        files: Vec<LooseFile>,
    },
    /// A dataset that `extract` made.
    Dataset {
        /// Its folder.
        root: PathBuf,
        /// The names of its files, in byte order.
        files: Vec<PathBuf>,
    },
    /// Standard input: text.
    Stdin,
    /// Nothing that can or need be read.
    Refused(Issue),
}

/// A loose file, as it was when its folder was listed.
#[derive(Clone, PartialEq, Eq)]
pub struct LooseFile {
    /// Its path below the folder.
    pub path: PathBuf,
    /// How many bytes it had.
    pub length: u64,
    /// BLAKE3 of these, if the look that told its kind saw all of them.
    pub digest: Option<[u8; 32]>,
    /// The bytes themselves, if they are so few that they were kept.
    pub kept: Option<Box<[u8]>>,
}

impl fmt::Debug for LooseFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, length, .. } = self;
        write!(f, "LooseFile({}, {length} bytes)", path.display())
    }
}

impl From<Whole<PathBuf>> for Place {
    fn from(whole: Whole<PathBuf>) -> Self {
        match whole {
            Whole::Archive(volumes, format) => Self::Archive { volumes, format },
            Whole::Text(volumes) => Self::Text { volumes },
            Whole::Refused(issue) => Self::Refused(issue),
        }
    }
}

/// What is to be read of `paths`: any mix of files, folders and `-` for standard input.
///
/// Inputs come in the order of the paths, those of a folder in byte order of their names: first its
/// loose files together, then each archive in it, then what cannot be read. Nothing is left out:
/// what is given twice, empty, of no known format or no regular file comes as [`Place::Refused`].
///
/// ```
/// use logsieve::input::{Place, expand};
/// let inputs = expand(&["-".into(), "/does/not/exist".into()]);
/// assert_eq!(inputs[0].place, Place::Stdin);
/// assert!(matches!(inputs[1].place, Place::Refused(_)));
/// ```
pub fn expand(paths: &[PathBuf]) -> Vec<Input> {
    let Ok(inputs) = expand_in(&Store::default(), paths, &OneEye);
    inputs
}

/// The same, where some of the paths may be URLs of objects, and `eyes` look at what is in folders.
///
/// # Errors
/// Those of the eyes.
pub(crate) fn expand_in<E: Eyes>(
    store: &Store,
    paths: &[PathBuf],
    eyes: &E,
) -> Result<Vec<Input>, E::Error> {
    let siblings = Siblings::new(store, paths);
    let mut expansion = Expansion { siblings, store: store.clone(), ..Expansion::default() };
    for path in paths {
        expansion.add(path, eyes)?;
    }
    Ok(telegram::attach(store, expansion.inputs))
}

/// Who looks at the files of a folder.
pub(crate) trait Eyes {
    /// What may go wrong with themselves.
    type Error;

    /// Has `look` look at all files, some that follow each other at a time, and hands on what it says in
    /// the order of the files.
    fn look(
        &self,
        files: Vec<PathBuf>,
        look: impl Fn(&[PathBuf]) -> Vec<Looked> + Sync,
        take: impl FnMut(PathBuf, Looked),
    ) -> Result<(), Self::Error>;
}

/// How many files are looked at in a row, with one buffer: to wake a thread costs as much as to look at
/// two.
pub(crate) const FILES_IN_A_ROW: usize = 32;

/// One after the other.
struct OneEye;

impl Eyes for OneEye {
    type Error = Infallible;

    fn look(
        &self,
        files: Vec<PathBuf>,
        look: impl Fn(&[PathBuf]) -> Vec<Looked> + Sync,
        mut take: impl FnMut(PathBuf, Looked),
    ) -> Result<(), Infallible> {
        for row in files.chunks(FILES_IN_A_ROW) {
            row.iter().zip(look(row)).for_each(|(file, looked)| take(file.clone(), looked));
        }
        Ok(())
    }
}

/// What one look at a file in a folder tells, and its bytes, if they are few.
pub(crate) struct Looked {
    look: io::Result<Look>,
    kept: Option<Box<[u8]>>,
}

/// Looks at files below `root`.
fn look_at(store: &Store, root: &Path, files: &[PathBuf]) -> Vec<Looked> {
    let mut buffer = vec![0; LOOK_BYTES];
    let looked = files.iter().map(|file| {
        let look = magic::look(store, &root.join(file), &mut buffer);
        let is_whole = |look: &&Look| look.digest.is_some() && look.length <= KEPT_FILE_BYTES;
        let few = look.as_ref().ok().filter(is_whole).map(|look| look.length as usize);
        let kept = few.and_then(|length| buffer.get(..length)).map(Box::from);
        Looked { look, kept }
    });
    looked.collect()
}

/// Why a URL is not read that nobody looked up.
const NOT_LISTED: &str = "object stores are inputs of `logsieve plan`, and of what reads its items";

/// Files in folders are read whole up to this size when they are looked at.
const LOOK_BYTES: usize = 256 << 10;

/// Up to this size they are kept, so that they are opened once: half of the files of a log are as
/// small, and to open one costs more than to read it.
const KEPT_FILE_BYTES: u64 = 4 << 10;

/// How many bytes are kept of all.
const KEPT_BYTES: usize = 8 << 20;

/// The inputs found so far.
#[derive(Default)]
struct Expansion {
    inputs: Vec<Input>,
    /// Real paths of the files that are read already.
    seen: HashMap<PathBuf, Seen>,
    /// How many bytes of small files are kept.
    kept_bytes: usize,
    siblings: Siblings,
    store: Store,
}

/// Why a file is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Seen {
    /// It was given, or found in a folder.
    Itself,
    /// It is a part of a set of which another part was given.
    WithSet,
}

impl Expansion {
    fn add<E: Eyes>(&mut self, path: &Path, eyes: &E) -> Result<(), E::Error> {
        let name = lossless_utf8(path.as_os_str().as_encoded_bytes());
        if name == "-" {
            let place = if self.is_new(path) { Place::Stdin } else { refused_again(1) };
            self.push(name, place);
            return Ok(());
        }
        match self.store.kind(path) {
            Err(_) if is_url(path) => self.push(name, refused(Code::IoError, NOT_LISTED)),
            Err(error) => self.push(name, unreadable(&error)),
            Ok(store::Kind::Folder) => self.add_folder(path, name, eyes)?,
            Ok(store::Kind::File) => self.add_file(path, name),
            Ok(store::Kind::Other(kind)) => self.push(name, not_regular(kind)),
        }
        Ok(())
    }

    fn push(&mut self, name: String, place: Place) {
        self.inputs.push(Input::new(name, place));
    }

    /// Whether the file was not seen before.
    fn is_new(&mut self, path: &Path) -> bool {
        self.seen.insert(real(path), Seen::Itself).is_none()
    }

    fn add_file(&mut self, path: &Path, name: String) {
        let before = self.seen.insert(real(path), Seen::Itself);
        match (before, self.siblings.home(path)) {
            (Some(Seen::Itself), _) => self.push(name, refused_again(1)),
            (Some(Seen::WithSet), _) | (None, Home::Known) => {}
            (None, Home::New(set)) => self.add_set(set),
            (None, Home::None) => self.add_single(path.to_owned(), name),
        }
    }

    fn add_set(&mut self, set: Set<PathBuf>) {
        for member in &set.members {
            self.seen.entry(real(member)).or_insert(Seen::WithSet);
        }
        self.push(shown(&set.name), set.whole.into());
    }

    /// Adds a file that is no part of a set.
    fn add_single(&mut self, path: PathBuf, name: String) {
        let place = match kind_of(&self.store, &path) {
            Err(error) => unreadable(&error),
            Ok(Kind::TextBeforeZip) => {
                self.push(name.clone(), Place::Text { volumes: Volumes::one(path.clone()) });
                Place::Archive { volumes: Volumes::one(path), format: Format::Zip }
            }
            Ok(Kind::Archive(format)) => Place::Archive { volumes: Volumes::one(path), format },
            Ok(Kind::Text) => Place::Text { volumes: Volumes::one(path) },
            Ok(Kind::Empty) => refused(Code::EmptyInput, "the file is empty"),
            Ok(Kind::Binary) => refused(
                Code::UnknownFormat,
                "the file is neither an archive that logsieve knows nor text",
            ),
        };
        self.push(name, place);
    }

    fn add_folder<E: Eyes>(&mut self, root: &Path, name: String, eyes: &E) -> Result<(), E::Error> {
        let walk = Walk::new(&self.store, root);
        let is_empty = walk.files.is_empty() && walk.refused.is_empty();
        let (mut files, again) = self.keep_new(&real(root), walk.files);
        let datasets = dataset::take_datasets(&self.store, root, &mut files);
        let Below { sets, archives } = volumes::sets_below(&self.store, root, &files);
        let members = sets.iter().flat_map(|set| set.members.clone());
        let members: HashSet<PathBuf> = members.collect();
        let sets = sets.into_iter().map(|set| (set.name, set.whole.into()));
        let mut others: Vec<(PathBuf, Place)> = datasets.into_iter().chain(sets).collect();
        files.retain(|file| {
            let path = root.join(file);
            let known = archives.get(&path).filter(|_| !members.contains(&path));
            others.extend(known.map(|&format| archive(path.clone(), format)));
            known.is_none() && !members.contains(&path)
        });
        let mut loose = Vec::new();
        let store = self.store.clone();
        let look = |files: &[PathBuf]| look_at(&store, root, files);
        eyes.look(files, look, |file, Looked { look, kept }| {
            let path = root.join(&file);
            let Look { kind, length, digest } = match look {
                Ok(look) => look,
                Err(error) => return others.push((path, unreadable(&error))),
            };
            if let Kind::Archive(format) = kind {
                return others.push(archive(path, format));
            }
            if kind == Kind::TextBeforeZip {
                others.push(archive(path, Format::Zip));
            }
            let kept = kept.filter(|bytes| self.has_room_for(bytes));
            let digest = digest.map(|digest| *digest.as_bytes());
            loose.push(LooseFile { path: file, length, digest, kept });
        })?;
        if is_empty {
            self.push(name.clone(), refused(Code::EmptyInput, "the folder is empty"));
        }
        if !loose.is_empty() {
            let place = Place::Folder { root: root.to_owned(), files: loose };
            self.push(name.clone(), place);
        }
        others.sort_by(|(a, _), (b, _)| {
            a.as_os_str().as_encoded_bytes().cmp(b.as_os_str().as_encoded_bytes())
        });
        for (path, place) in others.into_iter().chain(walk.refused) {
            self.push(shown(&path), place);
        }
        if again > 0 {
            self.push(name, refused_again(again));
        }
        Ok(())
    }

    /// Whether a small file can be kept beside those that are; if so, it is one of them.
    fn has_room_for(&mut self, bytes: &[u8]) -> bool {
        let kept_bytes = self.kept_bytes + bytes.len();
        let has_room = kept_bytes <= KEPT_BYTES;
        if has_room {
            self.kept_bytes = kept_bytes;
        }
        has_room
    }

    /// Those of the files below `root` that were not seen before, and how many were given twice.
    fn keep_new(&mut self, root: &Path, mut files: Vec<PathBuf>) -> (Vec<PathBuf>, usize) {
        let mut again = 0;
        files.retain(|file| {
            let before = self.seen.insert(root.join(file), Seen::Itself);
            again += usize::from(before == Some(Seen::Itself));
            before.is_none()
        });
        (files, again)
    }
}

/// A file that is an archive by itself, by its path.
fn archive(path: PathBuf, format: Format) -> (PathBuf, Place) {
    let volumes = Volumes::one(path.clone());
    (path, Place::Archive { volumes, format })
}

fn real(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

fn shown(path: &Path) -> String {
    lossless_utf8(path.as_os_str().as_encoded_bytes())
}

fn refused(code: Code, detail: &str) -> Place {
    Place::Refused(Issue::loss(Stage::Open, code, detail))
}

/// The note for something that is read already.
fn refused_again(files: usize) -> Place {
    let text = if files == 1 {
        "given more than once; it is read once".to_owned()
    } else {
        format!("{files} files in it are given more than once; they are read once")
    };
    Place::Refused(Issue::note(Stage::Open, Code::DuplicateInput, text))
}

fn unreadable(error: &io::Error) -> Place {
    Place::Refused(io_issue(error))
}

/// Why a file cannot be read.
pub(crate) fn io_issue(error: &io::Error) -> Issue {
    let code = match error.kind() {
        io::ErrorKind::PermissionDenied => Code::PermissionDenied,
        _ => Code::IoError,
    };
    Issue::loss(Stage::Open, code, error.to_string())
}

fn not_regular(kind: FileType) -> Place {
    let what = if kind.is_symlink() { "a symbolic link" } else { "a device, FIFO or socket" };
    refused(Code::NotRegular, &format!("{what} is not followed or opened; give the file itself"))
}
