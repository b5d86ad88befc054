//! A folder of loose files, read like an archive.

use std::io::{self, Read};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use crate::archive::bounded::{self, Claims, Pump};
use crate::archive::{Access, Archive, Declared, Entries, EntryHeader, EntryKind, Visitor};
use crate::issue::{Code, Issue, Stage};
use crate::provenance::EntryName;
use crate::record::Format;
use crate::store::{Opened, Store, is_url};

/// A regular file of a folder.
pub struct Listed {
    /// Its path below the folder.
    pub path: PathBuf,
    /// How many bytes it had when it was listed.
    pub size: Declared,
    /// These bytes, if they were kept.
    pub kept: Option<Box<[u8]>>,
}

/// The files below `root` as an archive that is read entry by entry.
///
/// Files that were not kept are opened when they are read. One that grew, shrank or went away since
/// the listing ends with an issue.
pub fn open(store: &Store, root: &Path, files: Vec<Listed>) -> Box<dyn Archive> {
    let header = |file: &Listed| EntryHeader {
        name: EntryName::new(file.path.as_os_str().as_encoded_bytes()),
        kind: EntryKind::File,
        size: file.size,
        packed: Declared::UNKNOWN,
        encrypted: false,
    };
    let entries = files.iter().map(header).collect();
    Box::new(Folder { store: store.clone(), root: root.to_owned(), files, entries })
}

/// A listed folder.
struct Folder {
    store: Store,
    root: PathBuf,
    files: Vec<Listed>,
    entries: Entries,
}

impl Folder {
    fn deliver(
        &self,
        index: usize,
        pump: &mut Pump,
        visitor: &mut dyn Visitor,
    ) -> ControlFlow<(), Result<(), Issue>> {
        let Some(listed) = self.files.get(index) else {
            let text = "the folder has no such entry";
            let issue = Issue::loss(Stage::Open, Code::InternalError, text);
            return ControlFlow::Continue(Err(issue));
        };
        if let Some(kept) = &listed.kept {
            return pump.deliver(&mut &**kept, Claims::default(), visitor);
        }
        let mut file = match self.open_file(listed) {
            Ok(file) => file,
            Err(issue) => return ControlFlow::Continue(Err(issue)),
        };
        let outcome = pump.deliver(&mut file, Claims::default(), visitor)?;
        ControlFlow::Continue(outcome.and_then(|()| file.check_unchanged()))
    }

    fn open_file(&self, listed: &Listed) -> Result<Steady, Issue> {
        let path = self.root.join(&listed.path);
        let is_file = || path.symlink_metadata().map(|metadata| metadata.is_file());
        if !is_url(&path) && !is_file().map_err(|error| opening(&error))? {
            let text = "the file was replaced by something that is not a regular file";
            return Err(Issue::loss(Stage::Open, Code::ChangedDuringRead, text));
        }
        let file = self.store.open(&path).map_err(|error| opening(&error))?;
        let length = file.length().map_err(|error| opening(&error))?;
        let expected = listed.size.known().unwrap_or(length);
        Ok(Steady { file, expected, read: 0 })
    }
}

fn opening(error: &io::Error) -> Issue {
    let code = match error.kind() {
        io::ErrorKind::PermissionDenied => Code::PermissionDenied,
        io::ErrorKind::NotFound => Code::ChangedDuringRead,
        _ => Code::IoError,
    };
    Issue::loss(Stage::Open, code, format!("the file cannot be opened: {error}"))
}

/// A file that should not change its length while it is read.
struct Steady {
    file: Opened,
    expected: u64,
    read: u64,
}

impl Steady {
    /// Whether the file has the length that it had at first; after a skip only what the system
    /// says is compared.
    fn check_unchanged(&self) -> Result<(), Issue> {
        let now = self.file.length().unwrap_or(self.read);
        if now == self.expected && self.read <= self.expected {
            return Ok(());
        }
        let text = format!("the file had {} bytes and now has {now}", self.expected);
        Err(Issue::loss(Stage::Decode, Code::ChangedDuringRead, text).over_bytes(self.read))
    }
}

impl Read for Steady {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // That nothing follows, its length tells.
        if self.read > 0 && self.read == self.expected {
            return Ok(0);
        }
        let count = self.file.read(buffer)?;
        self.read += count as u64;
        Ok(count)
    }
}

impl Archive for Folder {
    fn format(&self) -> Format {
        Format::Folder
    }

    fn entries(&self) -> &Entries {
        &self.entries
    }

    fn issues(&self) -> &[Issue] {
        &[]
    }

    fn access(&self) -> Access {
        Access::Random
    }

    fn window(&self, _wanted: &[usize]) -> u64 {
        0
    }

    fn stream(&self, wanted: &[usize], visitor: &mut dyn Visitor) {
        let mut pump = Pump::new();
        for &index in wanted {
            let going =
                bounded::bring(visitor, index, |visitor| self.deliver(index, &mut pump, visitor));
            if going.is_break() {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::Flow;
    use crate::archive::tests::Collector;

    fn listed(path: &str, size: Option<u64>) -> Listed {
        Listed { path: path.into(), size: size.into(), kept: None }
    }

    #[test]
    fn loose_files_are_entries() {
        let root = tempfile::tempdir().unwrap();
        std::fs::create_dir(root.path().join("log")).unwrap();
        std::fs::write(root.path().join("log/a.txt"), "one").unwrap();
        std::fs::write(root.path().join("b.txt"), "").unwrap();
        let files = ["b.txt", "gone.txt", "log/a.txt"].map(|path| listed(path, None));
        let archive = open(&Store::default(), root.path(), files.into());
        assert_eq!(archive.entries().get(2).unwrap().name().as_bytes(), b"log/a.txt");
        let seen = Collector::read(&*archive);
        assert_eq!((seen.bytes(0), seen.code(0)), (&b""[..], None));
        assert_eq!(seen.code(1), Some(Code::ChangedDuringRead));
        assert_eq!((seen.bytes(2), seen.code(2)), (&b"one"[..], None));
    }

    #[test]
    fn a_file_that_grows_while_it_is_read_is_told() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("a.txt");
        std::fs::write(&path, "one").unwrap();
        let archive = open(&Store::default(), root.path(), vec![listed("a.txt", None)]);
        let mut collector = Collector::answering(move |_| {
            std::fs::write(&path, "one and more").unwrap();
            Flow::More
        });
        archive.stream(&[0], &mut collector);
        assert_eq!(collector.code(0), Some(Code::ChangedDuringRead));
    }

    #[test]
    fn a_file_that_changed_since_the_listing_is_told() {
        let root = tempfile::tempdir().unwrap();
        for (text, size, code) in [
            ("one", 3, None),
            ("one", 4, Some(Code::ChangedDuringRead)),
            ("one", 2, Some(Code::ChangedDuringRead)),
            ("one", 0, Some(Code::ChangedDuringRead)),
            ("", 3, Some(Code::ChangedDuringRead)),
            ("", 0, None),
        ] {
            std::fs::write(root.path().join("a.txt"), text).unwrap();
            let archive = open(&Store::default(), root.path(), vec![listed("a.txt", Some(size))]);
            assert_eq!(Collector::read(&*archive).code(0), code, "{text} {size}");
        }
    }

    #[test]
    fn what_was_kept_is_not_opened_again() {
        let root = tempfile::tempdir().unwrap();
        let kept = |bytes: &[u8]| Listed { kept: Some(bytes.into()), ..listed("a.txt", None) };
        let archive = open(&Store::default(), root.path(), vec![kept(b""), kept(b"one")]);
        let seen = Collector::read(&*archive);
        assert_eq!((seen.bytes(0), seen.code(0)), (&b""[..], None));
        assert_eq!((seen.bytes(1), seen.code(1)), (&b"one"[..], None));
    }
}
