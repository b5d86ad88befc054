//! Items of work: what one machine of many reads, so that all of them together give the answer of
//! one.
//!
//! [`items`] reads inputs for their digests, lists what is large, and cuts it where a run over all of
//! it has its seams. An item is a line of JSON that holds all that a run elsewhere has to know but
//! the key, the watchlist and the bytes: a run reads it in place of inputs
//! ([`ReadOptions::item`](crate::pipeline::ReadOptions::item)).

mod making;
mod place;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::input::{Post, Volumes};
use crate::issue::{Code, Issue, Stage};
use crate::layout::{Role, UnitKind};
use crate::password::words::Words;
use crate::pipeline::chapter::TextPart;
use crate::pipeline::plan::Placed;
use crate::pipeline::source::Share;
use crate::record::{Format, IssueRecord};
use crate::secret::Id;
use crate::store::{Known, Store, is_url};

pub use making::items;
pub(super) use place::{FilePath, Location, Stamp, Stamped};

/// One item of work.
///
/// ```
/// use std::sync::Arc;
/// use logsieve::Key;
/// use logsieve::pipeline::{self, Progress, ReadOptions, Scope, Settings, WorkItem};
///
/// # let folder = tempfile::tempdir()?;
/// # let dump = folder.path().join("dump.txt");
/// # std::fs::write(&dump, "https://shop.example.net/:bob@example.net:Inv3nted\n")?;
/// let read = ReadOptions { inputs: vec![dump], ..ReadOptions::default() };
/// let settings = Settings::new(Scope::Counted, Key::random()?, read);
/// let items = pipeline::items(&settings, &Progress::default())?;
/// let line = items[0].to_line()?;
///
/// // on another machine
/// let item = Some(Arc::new(WorkItem::from_line(&line)?));
/// let read = ReadOptions { item, ..ReadOptions::default() };
/// let settings = Settings::new(Scope::Everything, Key::random()?, read);
/// let report = pipeline::run(&settings, &Progress::default(), &mut |_| Ok(()))?;
/// assert_eq!(report.summary.records.credentials, 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct WorkItem {
    item: Id,
    source: String,
    bytes: u64,
    portions: Vec<Portion>,
}

/// An input, or a part of one.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub(super) struct Portion {
    /// What people see it called.
    pub name: String,
    /// What it is.
    pub subject: Subject,
    /// What the message says that carried it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub post: Option<Arc<Post>>,
    /// What is wrong with the input as a whole; of several parts the first has them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub issues: Vec<Placed>,
}

/// What is read of an input.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Subject {
    /// An archive, or some of its units.
    Archive(ArchivePortion),
    /// A folder of loose files, or some of its units.
    Folder(FolderPortion),
    /// A text, or some of its chapters.
    Text(TextPortion),
    /// Nothing that can or need be read.
    Refused(Issue),
}

/// What is read of an archive.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub(super) struct ArchivePortion {
    /// What it is, by its first bytes.
    pub format: Format,
    /// Its files.
    pub volumes: Volumes<Stamped>,
    /// BLAKE3 of all of them.
    pub digest: String,
    /// What the names of the archives beside it say about passwords.
    pub names: Arc<Words>,
    /// The notes beside it. They may hold anything, so that only the run that tries their words
    /// reads them.
    pub notes: Arc<[Location]>,
    /// The part; all of it, if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<ArchivePart>,
}

/// Some units of an archive: the run lists and plans it again, and finds the same.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub(super) struct ArchivePart {
    /// Which part it is.
    pub share: Share,
    /// The numbers of its units.
    pub units: Range<usize>,
    /// The stretches that the directory of a ZIP says nothing of. To find them takes a look at all of
    /// it, which is too much for each part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gaps: Option<Vec<(u64, u64)>>,
}

/// What is read of a folder. Its files are named one by one: to walk and plan it again would take as
/// long for a part as for all of it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub(super) struct FolderPortion {
    /// The folder.
    pub root: Location,
    /// BLAKE3 over the names and contents of all files.
    pub digest: String,
    /// Bytes of all files.
    pub size: u64,
    /// Logs in all of it.
    pub logs: usize,
    /// Which part it is.
    pub share: Share,
    /// Its units, in order.
    pub units: Vec<FolderUnit>,
}

/// What is read as one of a folder.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub(super) struct FolderUnit {
    /// What it is.
    pub kind: UnitKind,
    /// The folder of a log; of one that is the source itself it is empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub root: Option<FilePath>,
    /// What belongs to it, in order.
    pub files: Vec<FolderFile>,
}

/// A file of a folder.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub(super) struct FolderFile {
    /// Its path below the folder.
    pub path: FilePath,
    /// What it was like.
    #[serde(flatten)]
    pub stamp: Stamp,
    /// Where in its path the path inside the log begins.
    pub inside: u32,
    /// What its name promises.
    pub role: Role,
}

/// What is read of a text.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub(super) struct TextPortion {
    /// Its files.
    pub volumes: Volumes<Stamped>,
    /// BLAKE3 of all of them.
    pub digest: String,
    /// The part; all of it, if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<TextPart>,
}

impl WorkItem {
    /// An item from a line of `logsieve plan`.
    ///
    /// # Errors
    /// It is none, or another version of logsieve made it.
    pub fn from_line(line: &[u8]) -> Result<Self> {
        serde_json::from_slice(line)
            .map_err(|error| Error::config(format!("this is no item of `logsieve plan`: {error}")))
    }

    /// The item as a line, without its end.
    ///
    /// # Errors
    /// A defect of logsieve.
    pub fn to_line(&self) -> Result<Vec<u8>> {
        serde_json::to_vec(self).map_err(|error| Error::internal(error.to_string()))
    }

    /// Its id: the same whenever the same bytes are planned.
    pub fn id(&self) -> Id {
        self.item
    }

    /// The name that people see.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Packed bytes of work in it.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The inputs, and parts of them, in order.
    pub(super) fn portions(&self) -> &[Portion] {
        &self.portions
    }

    /// The files and folders that are read for it, and the URLs of objects, in no order that means
    /// anything.
    pub fn paths(&self) -> Vec<PathBuf> {
        let mut paths = BTreeSet::new();
        for portion in &self.portions {
            match &portion.subject {
                Subject::Archive(archive) => {
                    paths.extend(archive.volumes.files().map(|file| file.place.path()));
                    paths.extend(archive.notes.iter().map(Location::path));
                }
                Subject::Text(text) => {
                    paths.extend(text.volumes.files().map(|file| file.place.path()));
                }
                Subject::Folder(folder) => _ = paths.insert(folder.root.path()),
                Subject::Refused(_) => {}
            }
        }
        paths.into_iter().collect()
    }

    /// Whether all that is read is as it was when the item was made.
    ///
    /// # Errors
    /// Something is gone, or changed.
    pub(super) fn verify(&self, store: &Store) -> Result<()> {
        self.portions.iter().try_for_each(|portion| portion.verify(store))
    }

    /// The objects that are read for it, and what they were like; of notes that is not known.
    pub(super) fn objects(&self) -> BTreeMap<PathBuf, Option<Known>> {
        let mut objects = BTreeMap::new();
        for portion in &self.portions {
            if let Subject::Archive(archive) = &portion.subject {
                objects.extend(archive.notes.iter().map(|note| (note.path(), None)));
            }
        }
        for portion in &self.portions {
            objects.extend(portion.files().map(|(path, stamp)| (path, stamp.known())));
        }
        objects.retain(|path, _| is_url(path));
        objects
    }

    /// Whether a run over the item that met so many `faults` ([`is_fault`]) had all of its bytes: what
    /// the system does not give may be there the next time.
    ///
    /// # Errors
    /// Something is gone, changed, or could not be read.
    pub(super) fn confirm(&self, store: &Store, faults: usize) -> Result<()> {
        self.verify(store)?;
        confirm_store(store)?;
        let known = self.portions.iter().flat_map(Portion::issues);
        if faults <= known.filter(|issue| is_of_system(issue.code)).count() {
            return Ok(());
        }
        let detail = "not all of it could be read here; its issues say why";
        Err(Error::input(self.source.clone(), Stage::Open, Code::IoError, detail))
    }
}

/// Whether object stores gave all that they were asked for. A reader may take what they did not give
/// for damage.
///
/// # Errors
/// They did not.
fn confirm_store(store: &Store) -> Result<()> {
    let Some(fault) = store.fault() else { return Ok(()) };
    let (name, detail) = fault.split_once(": ").unwrap_or(("an object", fault));
    Err(Error::input(name, Stage::Open, Code::IoError, detail))
}

/// Whether an issue says nothing of a source but that the system did not give its bytes. That there
/// is no room for what grows out of it is its own fault.
pub(super) fn is_fault(issue: &IssueRecord) -> bool {
    is_of_system(issue.code) && issue.stage != Stage::Limit
}

fn is_of_system(code: Code) -> bool {
    matches!(code, Code::IoError | Code::PermissionDenied)
}

impl Portion {
    /// What was wrong with it when it was planned.
    fn issues(&self) -> impl Iterator<Item = &Issue> {
        let refusal = match &self.subject {
            Subject::Refused(issue) => Some(issue),
            _ => None,
        };
        self.issues.iter().map(|(_, issue)| issue).chain(refusal)
    }

    fn verify(&self, store: &Store) -> Result<()> {
        self.files().try_for_each(|(path, stamp)| stamp.verify(store, &path))
    }

    /// The files that were read for its digest, and what they were like.
    fn files(&self) -> impl Iterator<Item = (PathBuf, &Stamp)> {
        let (volumes, folder) = match &self.subject {
            Subject::Archive(ArchivePortion { volumes, .. })
            | Subject::Text(TextPortion { volumes, .. }) => (Some(volumes), None),
            Subject::Folder(folder) => (None, Some(folder)),
            Subject::Refused(_) => (None, None),
        };
        let volumes = volumes.into_iter().flat_map(Volumes::files);
        let volumes = volumes.map(|file| (file.place.path(), &file.stamp));
        let loose = folder.into_iter().flat_map(|FolderPortion { root, units, .. }| {
            let files = units.iter().flat_map(|unit| &unit.files);
            files.map(|file| (root.path().join(&file.path.0), &file.stamp))
        });
        volumes.chain(loose)
    }

    /// How many bytes of work there are in it.
    fn bytes(&self) -> u64 {
        let length = |volumes: &Volumes<Stamped>| {
            volumes.files().filter_map(|file| file.stamp.size).fold(0, u64::saturating_add)
        };
        match &self.subject {
            Subject::Archive(archive) => match &archive.part {
                Some(part) => part.share.bytes,
                None => length(&archive.volumes),
            },
            Subject::Folder(folder) => folder.share.bytes,
            Subject::Text(text) => match &text.part {
                Some(part) => part.share.bytes,
                None => length(&text.volumes),
            },
            Subject::Refused(_) => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_known_when_it_was_planned_is_no_fault() {
        let issue = Issue::loss(Stage::Open, Code::IoError, "the disk is gone");
        let subject = Subject::Refused(issue);
        let portion = Portion { name: "a".to_owned(), subject, post: None, issues: Vec::new() };
        let portions = vec![portion];
        let item = WorkItem { item: Id([0; 16]), source: "a".to_owned(), bytes: 0, portions };
        assert!(item.confirm(&Store::default(), 1).is_ok());
        assert!(
            item.confirm(&Store::default(), 2)
                .unwrap_err()
                .to_string()
                .starts_with("a: not all of it")
        );
        assert_eq!(WorkItem::from_line(&item.to_line().unwrap()).unwrap(), item);
    }
}
