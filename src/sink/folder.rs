//! The folder that a run writes into: whose it is, its key, and files that appear whole or not at
//! all.
//!
//! A folder is ours when it is new, empty, or carries our marker file; anything else is left alone.
//! Every file is written aside as `.NAME.partial-PID`, synced, and renamed when it is complete. The
//! marker is locked for the length of the run, so partial files found later are those of a run that
//! died, and can go.
//!
//! A folder of parts is written by many processes at once, maybe from many machines. Nobody locks it;
//! each attempt at a part has a number of its own in place of the process.

use std::ffi::OsStr;
use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::error::{Error, Result};
use crate::record::dataset::{KEY, MARK, MARKER};
use crate::secret::Key;
use crate::sink::SCHEMA_VERSION;
#[cfg(feature = "parquet")]
use crate::sink::Table;

/// Between the name of a file and the process that writes it.
const PARTIAL: &str = ".partial-";

/// What a folder of ours holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FolderKind {
    /// Results and history of `check`.
    Case,
    /// Records of `extract`.
    Dataset,
    /// Records of many runs over one work item each.
    Parts,
}

impl FolderKind {
    fn marker(self) -> String {
        let mark = match self {
            Self::Case => "logsieve case,",
            Self::Dataset => MARK,
            Self::Parts => "logsieve parts,",
        };
        format!("{mark} schema version {SCHEMA_VERSION}\n")
    }
}

/// A folder that is ours to write into, held against other runs as long as it (or a clone) lives.
///
/// ```
/// use logsieve::sink::folder::{FolderKind, OutputFolder};
///
/// let parent = tempfile::tempdir().unwrap();
/// let folder = OutputFolder::open(&parent.path().join("case"), FolderKind::Case)?;
/// let first_run = folder.case_key()?;
/// let next_run = folder.case_key()?;
/// assert_eq!(first_run.key_id(), next_run.key_id());
/// # Ok::<(), logsieve::error::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct OutputFolder {
    path: PathBuf,
    _locked_marker: Arc<File>,
}

impl OutputFolder {
    /// Makes the folder `path`, or takes it over when it is empty or ours, and makes sure that
    /// files can be made in it.
    ///
    /// # Errors
    /// A configuration error when the folder is not ours, is of another kind or is used by another
    /// run; an output error when it cannot be made or written.
    pub fn open(path: &Path, kind: FolderKind) -> Result<Self> {
        let failed = |error: io::Error| Error::output(path, error);
        take_over(path)?;
        let marker = lock_marker(path, kind)?;
        remove_leftovers(path, |_| true).map_err(failed)?;
        let folder = Self { path: path.to_owned(), _locked_marker: Arc::new(marker) };
        drop(folder.create_file("writable")?);
        Ok(folder)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The folder's own key: made by the first call ever, read by all others.
    ///
    /// # Errors
    /// The key cannot be written, or the key file is damaged or can be read by others.
    pub fn case_key(&self) -> Result<Key> {
        let path = self.path.join(KEY);
        if path.exists() {
            return Key::from_file(&path);
        }
        let key = Key::random()?;
        let file = self.create_file(KEY)?;
        let mut out = file.writer()?;
        out.write_all(key.expose())
            .and_then(|()| out.write_all(b"\n"))
            .map_err(|error| Error::output(&path, error))?;
        file.commit()?;
        Ok(key)
    }

    /// Begins the file `name`; it appears under that name when it is committed.
    ///
    /// # Errors
    /// The file cannot be made.
    pub fn create_file(&self, name: &str) -> Result<PartialFile> {
        PartialFile::create(&self.path, name, std::process::id().into())
    }

    /// Makes renamed and removed files last.
    pub(super) fn sync(&self) -> Result<()> {
        sync_folder(&self.path).map_err(|error| Error::output(&self.path, error))
    }
}

/// A folder with a folder for each record type, which other processes write into as well.
#[cfg(feature = "parquet")]
#[derive(Debug, Clone)]
pub struct PartFolder {
    path: PathBuf,
    tables: Vec<Table>,
    /// Tells this attempt from all others.
    attempt: u64,
}

#[cfg(feature = "parquet")]
impl PartFolder {
    /// Makes the folder `path`, or takes part in it when it is empty or of parts, with a folder for
    /// the records of each of `tables`.
    ///
    /// # Errors
    /// A configuration error when the folder is not ours or of another kind; an output error when
    /// it cannot be made or written.
    pub fn open(path: &Path, tables: &[Table]) -> Result<Self> {
        let failed = |error: io::Error| Error::output(path, error);
        take_over(path)?;
        mark(path, &mut open_marker(path)?, FolderKind::Parts)?;
        let mut attempt = [0; 8];
        getrandom::fill(&mut attempt).map_err(|error| failed(io::Error::other(error)))?;
        let attempt = u64::from_le_bytes(attempt);
        let new = Self { path: path.to_owned(), tables: tables.to_vec(), attempt };
        tables
            .iter()
            .try_for_each(|table| create_private_folder(&new.of(*table)))
            .map_err(failed)?;
        Ok(new)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The tables whose records have a folder.
    pub fn tables(&self) -> &[Table] {
        &self.tables
    }

    /// Where the records of `table` are.
    fn of(&self, table: Table) -> PathBuf {
        self.path.join(format!("type={}", table.record_type()))
    }

    /// Begins the file `name` of records of `table`.
    pub(super) fn create_file(&self, table: Table, name: &str) -> Result<PartialFile> {
        PartialFile::create(&self.of(table), name, self.attempt)
    }

    /// Removes the file `name` of records of `table`, if there is one, for good.
    pub(super) fn remove_file(&self, table: Table, name: &str) -> Result<()> {
        let folder = self.of(table);
        let path = folder.join(name);
        match fs::remove_file(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            removed => removed.and_then(|()| sync_folder(&folder)),
        }
        .map_err(|error| Error::output(&path, error))
    }

    /// Removes what any attempt at the file `name` has not finished.
    pub(super) fn remove_leftovers(&self, table: Table, name: &str) -> Result<()> {
        let folder = self.of(table);
        let removed = remove_leftovers(&folder, |file| file == name);
        removed.map_err(|error| Error::output(&folder, error))
    }
}

/// A file that is being written; it disappears unless it is committed.
#[derive(Debug)]
pub struct PartialFile {
    file: File,
    partial: PathBuf,
    target: PathBuf,
}

impl PartialFile {
    /// `writer` tells it from what others write under that name.
    fn create(folder: &Path, name: &str, writer: u64) -> Result<Self> {
        let partial = folder.join(format!(".{name}{PARTIAL}{writer}"));
        let target = folder.join(name);
        let file = private_file()
            .create_new(true)
            .open(&partial)
            .map_err(|error| Error::output(&target, error))?;
        Ok(Self { file, partial, target })
    }

    /// The name that it will have, for messages.
    pub fn target(&self) -> &Path {
        &self.target
    }

    /// A handle to write through; what goes through all handles must be flushed before the commit.
    ///
    /// # Errors
    /// The system has no handle left.
    pub fn writer(&self) -> Result<File> {
        self.file.try_clone().map_err(|error| self.failed(error))
    }

    /// Makes the file last and gives it its name, in place of an older one.
    ///
    /// # Errors
    /// The disk is full, or the file cannot be renamed.
    pub fn commit(self) -> Result<()> {
        self.sync()?;
        let folder = self.target.parent().unwrap_or(Path::new(".")).to_owned();
        self.rename()?;
        sync_folder(&folder).map_err(|error| Error::output(&folder, error))
    }

    /// Waits until the bytes are on the disk.
    pub(super) fn sync(&self) -> Result<()> {
        self.file.sync_all().map_err(|error| self.failed(error))
    }

    /// Gives the file its name.
    pub(super) fn rename(mut self) -> Result<()> {
        fs::rename(&self.partial, &self.target).map_err(|error| self.failed(error))?;
        self.partial.clear();
        Ok(())
    }

    fn failed(&self, error: io::Error) -> Error {
        Error::output(&self.target, error)
    }
}

impl Drop for PartialFile {
    fn drop(&mut self) {
        if !self.partial.as_os_str().is_empty() {
            // Nothing more can be done here; the next run cleans up.
            let _ = fs::remove_file(&self.partial);
        }
    }
}

/// Makes a folder, or sees whether it may be written into.
fn take_over(path: &Path) -> Result<()> {
    match fs::metadata(path) {
        Ok(metadata) if !metadata.is_dir() => {
            Err(Error::config(format!("{} is not a folder", path.display())))
        }
        Ok(_) => refuse_foreign(path),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            create_private_folder(path).map_err(|error| Error::output(path, error))
        }
        Err(error) => Err(Error::output(path, error)),
    }
}

/// Refuses a folder that holds files but not our marker.
fn refuse_foreign(path: &Path) -> Result<()> {
    let failed = |error: io::Error| Error::output(path, error);
    let marker = fs::symlink_metadata(path.join(MARKER));
    let claimed = marker.is_ok_and(|marker| marker.is_file() && marker.len() > 0);
    if claimed {
        return Ok(());
    }
    // A run that died while it made the folder leaves an empty marker, and nothing else.
    for entry in fs::read_dir(path).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let empty_marker =
            entry.file_name() == MARKER && entry.file_type().map_err(failed)?.is_file();
        if !empty_marker {
            return Err(Error::config(format!(
                "{} is not empty and was not made by logsieve; choose another folder or an empty one",
                path.display()
            )));
        }
    }
    Ok(())
}

/// Locks the marker file and reads it, or writes it in a new folder.
fn lock_marker(folder: &Path, kind: FolderKind) -> Result<File> {
    let mut marker = open_marker(folder)?;
    if let Err(TryLockError::WouldBlock) = marker.try_lock() {
        return Err(Error::config(format!(
            "{} is being written by another run of logsieve; wait for it or choose another folder",
            folder.display()
        )));
    }
    mark(folder, &mut marker, kind)?;
    Ok(marker)
}

fn open_marker(folder: &Path) -> Result<File> {
    let path = folder.join(MARKER);
    let opened = private_file().read(true).create(true).open(&path);
    opened.map_err(|error| Error::output(&path, error))
}

/// Reads the marker, or writes it where it is new. It may be that another process is about to write
/// the same.
fn mark(folder: &Path, marker: &mut File, kind: FolderKind) -> Result<()> {
    let failed = |error: io::Error| Error::output(folder.join(MARKER), error);
    let expected = kind.marker();
    let mut found = Vec::new();
    marker.take(256).read_to_end(&mut found).map_err(failed)?;
    if found == expected.as_bytes() {
        return Ok(());
    }
    if expected.as_bytes().starts_with(&found) {
        marker.rewind().and_then(|()| marker.write_all(expected.as_bytes())).map_err(failed)?;
        return marker.sync_all().map_err(failed);
    }
    Err(Error::config(format!(
        "{} holds a {:?} and a {:?} is to be written; choose another folder or an empty one",
        folder.display(),
        String::from_utf8_lossy(&found).trim_end(),
        expected.trim_end(),
    )))
}

/// Removes what a run that died had not finished, of files with such names.
fn remove_leftovers(folder: &Path, is_of: impl Fn(&str) -> bool) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        if unfinished(&name).is_some_and(&is_of) && entry.file_type()?.is_file() {
            match fs::remove_file(entry.path()) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                removed => removed?,
            }
        }
    }
    Ok(())
}

/// What a file would be called if it had been finished; none for files that are not partial.
fn unfinished(name: &OsStr) -> Option<&str> {
    let (name, writer) = name.to_str()?.strip_prefix('.')?.rsplit_once(PARTIAL)?;
    let is_number = !writer.is_empty() && writer.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then_some(name)
}

fn create_private_folder(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

fn private_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

#[cfg(unix)]
fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_path: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    fn is_config(error: &Error) -> bool {
        matches!(error.kind(), ErrorKind::Config(_))
    }

    fn is_output(error: &Error) -> bool {
        matches!(error.kind(), ErrorKind::Output { .. })
    }

    #[test]
    fn new_empty_and_own_folders_are_taken() {
        let parent = tempfile::tempdir().unwrap();
        let new = parent.path().join("some/new/folder");
        for path in [parent.path(), &new, &new] {
            let empty = path == parent.path();
            drop(OutputFolder::open(path, FolderKind::Case).unwrap());
            assert_eq!(names(path), [MARKER]);
            if empty {
                fs::remove_file(path.join(MARKER)).unwrap();
            }
        }
        let marker = fs::read_to_string(new.join(MARKER)).unwrap();
        assert_eq!(marker, "logsieve case, schema version 1\n");
    }

    #[test]
    fn a_folder_of_somebody_else_is_refused_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        for foreign in ["notes.txt", ".hidden", ".exposures.jsonl.partial-7"] {
            let foreign = folder.path().join(foreign);
            fs::write(&foreign, "mine").unwrap();
            let error = OutputFolder::open(folder.path(), FolderKind::Case).unwrap_err();
            assert!(is_config(&error));
            assert!(error.to_string().contains("is not empty and was not made by logsieve"));
            assert_eq!(fs::read_to_string(&foreign).unwrap(), "mine");
            fs::remove_file(foreign).unwrap();
            assert!(names(folder.path()).is_empty());
        }
    }

    #[test]
    fn an_empty_marker_claims_an_empty_folder_only() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(MARKER), "").unwrap();
        drop(OutputFolder::open(folder.path(), FolderKind::Case).unwrap());
        fs::write(folder.path().join(MARKER), "").unwrap();
        fs::write(folder.path().join("notes.txt"), "mine").unwrap();
        assert!(is_config(&OutputFolder::open(folder.path(), FolderKind::Case).unwrap_err()));
    }

    #[test]
    fn another_kind_or_version_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        drop(OutputFolder::open(folder.path(), FolderKind::Case).unwrap());
        let error = OutputFolder::open(folder.path(), FolderKind::Dataset).unwrap_err();
        assert!(is_config(&error));
        assert!(error.to_string().contains("\"logsieve case, schema version 1\""), "{error}");
        fs::write(folder.path().join(MARKER), "logsieve case, schema version 2\u{1b}[2J").unwrap();
        let error = OutputFolder::open(folder.path(), FolderKind::Case).unwrap_err();
        assert!(is_config(&error) && !error.to_string().contains('\u{1b}'), "{error}");
    }

    #[test]
    fn one_run_at_a_time() {
        let parent = tempfile::tempdir().unwrap();
        let first = OutputFolder::open(parent.path(), FolderKind::Case).unwrap();
        let error = OutputFolder::open(parent.path(), FolderKind::Case).unwrap_err();
        assert!(is_config(&error) && error.to_string().contains("another run"), "{error}");
        drop(first);
        assert!(OutputFolder::open(parent.path(), FolderKind::Case).is_ok());
    }

    #[test]
    fn a_file_in_the_way_is_told() {
        let file = tempfile::NamedTempFile::new().unwrap();
        assert!(is_config(&OutputFolder::open(file.path(), FolderKind::Case).unwrap_err()));
        let below = file.path().join("case");
        assert!(is_output(&OutputFolder::open(&below, FolderKind::Case).unwrap_err()));
    }

    #[test]
    #[cfg(unix)]
    fn a_folder_that_cannot_be_written_is_told_early() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        drop(OutputFolder::open(folder.path(), FolderKind::Case).unwrap());
        // In the way of the trial file: works for root as well, who may write into any folder.
        let trial = format!(".writable{PARTIAL}{}", std::process::id());
        fs::create_dir(folder.path().join(&trial)).unwrap();
        assert!(is_output(&OutputFolder::open(folder.path(), FolderKind::Case).unwrap_err()));
        fs::remove_dir(folder.path().join(&trial)).unwrap();

        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o500)).unwrap();
        let may_write_anywhere = File::create(folder.path().join("probe")).is_ok();
        let opened = OutputFolder::open(folder.path(), FolderKind::Case);
        assert_eq!(opened.is_ok(), may_write_anywhere);
        assert!(opened.as_ref().err().is_none_or(is_output));
    }

    #[test]
    fn leftovers_of_a_dead_run_go_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        drop(OutputFolder::open(folder.path(), FolderKind::Case).unwrap());
        let kept = [".x.partial-", ".x.partial-1a", "x.partial-1", "exposures.jsonl", "notes.txt"];
        for name in kept.iter().chain(&[".exposures.jsonl.partial-4711", ".key.partial-1"]) {
            fs::write(folder.path().join(name), "x").unwrap();
        }
        drop(OutputFolder::open(folder.path(), FolderKind::Case).unwrap());
        let mut expected = kept.map(str::to_owned).to_vec();
        expected.push(MARKER.to_owned());
        expected.sort();
        assert_eq!(names(folder.path()), expected);
    }

    #[test]
    fn a_file_appears_with_its_commit_and_not_before() {
        let parent = tempfile::tempdir().unwrap();
        let folder = OutputFolder::open(parent.path(), FolderKind::Case).unwrap();
        let target = parent.path().join("report.html");
        fs::write(&target, "old").unwrap();

        let file = folder.create_file("report.html").unwrap();
        file.writer().unwrap().write_all(b"half").unwrap();
        assert_eq!(fs::read_to_string(&target).unwrap(), "old");
        drop(file);
        assert_eq!(names(parent.path()), [MARKER, "report.html"]);

        let file = folder.create_file("report.html").unwrap();
        file.writer().unwrap().write_all(b"new").unwrap();
        file.commit().unwrap();
        assert_eq!(fs::read_to_string(&target).unwrap(), "new");
        assert_eq!(names(parent.path()), [MARKER, "report.html"]);
    }

    #[test]
    fn the_key_is_made_once() {
        let parent = tempfile::tempdir().unwrap();
        let folder = OutputFolder::open(parent.path(), FolderKind::Dataset).unwrap();
        let key = folder.case_key().unwrap();
        assert_eq!(folder.case_key().unwrap().expose(), key.expose());
        let text = fs::read_to_string(parent.path().join(KEY)).unwrap();
        let digits = text.strip_suffix('\n').unwrap();
        assert_eq!(digits.as_bytes(), key.expose());
        assert!(digits.len() == 64 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
    }

    #[test]
    #[cfg(unix)]
    fn nobody_else_can_read_what_we_make() {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().join("a/b");
        let folder = OutputFolder::open(&path, FolderKind::Case).unwrap();
        folder.case_key().unwrap();
        folder.create_file("x").unwrap().commit().unwrap();
        assert_eq!(mode(&path), 0o700);
        assert_eq!(mode(&parent.path().join("a")), 0o700);
        for name in names(&path) {
            assert_eq!(mode(&path.join(&name)), 0o600, "{name}");
        }
    }
}
