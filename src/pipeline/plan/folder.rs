//! A folder of loose files as a source: its digest, and its files as an archive.

use std::path::{Path, PathBuf};

use crate::archive::data::Data;
use crate::archive::{Declared, folder};
use crate::input::LooseFile;
use crate::issue::{Code, Issue, Stage};
use crate::pipeline::digest;
use crate::pipeline::look::in_rows;
use crate::pipeline::run::issue_of;
use crate::pipeline::settings::{ReadOptions, Settings};
use crate::pipeline::source::{self, Nesting, Opened, SourceContext};
use crate::provenance::EntryPath;
use crate::record::Format;
use crate::secret::hex;

/// The context of a folder, and how many bytes each of its files has.
///
/// # Errors
/// Those of [`folder_digest`].
pub(in crate::pipeline) fn folder_context(
    settings: &Settings,
    name: &str,
    root: &Path,
    files: &[LooseFile],
) -> Result<(SourceContext, Vec<Declared>), Issue> {
    let known = |file: &LooseFile| Some((file.length, file.digest?));
    let files = files.iter().map(|file| (&*file.path, known(file)));
    let FolderDigest { digest, bytes, sizes } = folder_digest(&settings.read, root, files)?;
    Ok((context_of_folder(settings, name, digest, bytes), sizes))
}

/// The context of a folder whose digest is known, and that has so many bytes.
pub(in crate::pipeline) fn context_of_folder(
    settings: &Settings,
    name: &str,
    digest: String,
    bytes: u64,
) -> SourceContext {
    SourceContext {
        id: source::source_id(settings, &digest),
        parent: None,
        name: name.to_owned(),
        digest,
        size: bytes,
        volumes: 1,
        format: Format::Folder,
        path: EntryPath::root(),
        depth: 0,
        post: None,
        spooled: 0,
        share: None,
    }
}

/// Lists and plans a folder.
pub(in crate::pipeline) fn open_folder(
    settings: &Settings,
    context: SourceContext,
    root: &Path,
    files: Vec<LooseFile>,
    sizes: Vec<Declared>,
) -> Result<Opened, Issue> {
    let listed =
        |(file, size): (LooseFile, _)| folder::Listed { path: file.path, size, kept: file.kept };
    let files = files.into_iter().zip(sizes).map(listed).collect();
    let archive = folder::open(&settings.read.store, root, files);
    let budget = Nesting::none(settings).budget;
    if !budget.take_entries(archive.entries().len() as u64) {
        let detail = "the folder has more files than are allowed";
        return Err(Issue::loss(Stage::Limit, Code::LimitEntries, detail));
    }
    Ok(source::plan(context, archive.into(), budget))
}

/// What the files of a folder come to.
pub(in crate::pipeline) struct FolderDigest {
    /// BLAKE3 over their names and contents.
    pub digest: String,
    /// How many bytes they have, those that cannot be read excepted.
    pub bytes: u64,
    /// How many bytes each of them has.
    pub sizes: Vec<Declared>,
}

/// What is known of a file that was read before: its length and its BLAKE3.
type Known = (u64, [u8; 32]);

/// Reads the files of a folder for the digest of them all, those excepted that are known.
///
/// A file that cannot be read counts by its name; reading it again will tell the issue.
///
/// # Errors
/// A defect of logsieve.
pub(in crate::pipeline) fn folder_digest<'f>(
    read: &ReadOptions,
    root: &Path,
    files: impl Iterator<Item = (&'f Path, Option<Known>)>,
) -> Result<FolderDigest, Issue> {
    let files: Vec<_> = files.collect();
    let mut hasher = blake3::Hasher::new();
    let (mut bytes, mut sizes) = (0, Vec::with_capacity(files.len()));
    let take = |(file, told): (&Path, Told)| {
        hasher.update(file.as_os_str().as_encoded_bytes());
        hasher.update(b"\0");
        let (length, digest) = told.by_all(read);
        sizes.push(length.into());
        if let Some(digest) = digest {
            hasher.update(digest.as_bytes());
            bytes += length.unwrap_or(0);
        }
    };
    let tell = |row: Vec<(&'f Path, Option<Known>)>| {
        let tell = |(file, known)| (file, Told::of(read, root, file, known));
        row.into_iter().map(tell).collect()
    };
    in_rows(read.threads, files, tell, take).map_err(|error| issue_of(&error))?;
    Ok(FolderDigest { digest: hex(hasher.finalize().as_bytes()), bytes, sizes })
}

/// What is told of a file.
enum Told {
    /// Its length and its digest, as far as they can be had.
    All(Option<u64>, Option<String>),
    /// It is so large that all threads read it together. It is not held open until then: there may be
    /// more of them than the system lets be open.
    Large(PathBuf),
}

impl Told {
    fn of(read: &ReadOptions, root: &Path, file: &Path, known: Option<Known>) -> Self {
        if let Some((length, digest)) = known {
            return Self::All(Some(length), Some(hex(&digest)));
        }
        let path = root.join(file);
        match Data::open(&read.store, &path) {
            Ok(data) if digest::is_for_many(&data) => Self::Large(path),
            Ok(data) => Self::All(Some(data.length()), digest::of(&data, 1).ok()),
            Err(_) => Self::All(read.store.length(&path), None),
        }
    }

    /// The length and the digest.
    fn by_all(self, read: &ReadOptions) -> (Option<u64>, Option<String>) {
        let path = match self {
            Self::All(length, digest) => return (length, digest),
            Self::Large(path) => path,
        };
        match Data::open(&read.store, &path) {
            Ok(data) => (Some(data.length()), digest::of(&data, read.threads).ok()),
            Err(_) => (read.store.length(&path), None),
        }
    }
}
