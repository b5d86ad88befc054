//! Where inputs lie: in files of this machine, or in object stores.
//!
//! An object is known by its URL, which stands wherever a file has its path: the key follows bucket
//! or host as it is, nothing in it is escaped. Which objects there are was found out before; their
//! bytes come in blocks from whoever made the [`Store`], so that nothing here needs a network.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::fs::{self, File, FileType};
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Bound;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

/// Of how many bytes the blocks of an object are; the last may have less.
pub const BLOCK_BYTES: u64 = 1 << 20;

/// What URLs of object stores begin with, `://` aside.
pub const SCHEMES: &[&str] = &["s3", "gs", "az", "http", "https"];

/// Whether a path is the URL of an object, or of several.
///
/// ```
/// use logsieve::store::is_url;
/// assert!(is_url("s3://bucket/logs/".as_ref()));
/// assert!(!is_url("/archives/s3/logs".as_ref()));
/// ```
pub fn is_url(path: &Path) -> bool {
    let text = path.as_os_str().as_encoded_bytes();
    let rest = |scheme: &&str| text.strip_prefix(scheme.as_bytes());
    SCHEMES.iter().filter_map(rest).any(|rest| rest.starts_with(b"://"))
}

/// What is known of an object without reading it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    /// How many bytes it has.
    pub size: u64,
    /// When it was written, RFC 3339 UTC.
    pub modified: Option<String>,
    /// What the store calls these bytes.
    pub etag: Option<String>,
    /// Which of several versions it is, in a store that keeps them.
    pub version: Option<String>,
}

/// Gives a block of an object: both are counted from 0, the objects as they were listed.
pub type Fetch = dyn Fn(usize, u64) -> io::Result<Arc<Vec<u8>>> + Send + Sync;

/// Where inputs are looked for. The default knows the files of this machine and nothing else.
#[derive(Debug, Clone, Default)]
pub struct Store {
    objects: Option<Arc<Objects>>,
}

/// Objects that can be read.
struct Objects {
    /// Their numbers, and what is known of them.
    listed: BTreeMap<PathBuf, (usize, Known)>,
    fetch: Box<Fetch>,
    /// Why the first block that could not be had could not.
    fault: OnceLock<String>,
}

impl fmt::Debug for Objects {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Objects({} listed)", self.listed.len())
    }
}

/// What stands at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A regular file, or an object.
    File,
    /// A folder, or objects below a prefix.
    Folder,
    /// Neither.
    Other(FileType),
}

impl Store {
    /// Files, and these objects beside them.
    pub fn of_objects(objects: Vec<(PathBuf, Known)>, fetch: Box<Fetch>) -> Self {
        let numbered = objects.into_iter().enumerate();
        let listed = numbered.map(|(number, (path, known))| (path, (number, known))).collect();
        let objects = Objects { listed, fetch, fault: OnceLock::new() };
        Self { objects: Some(Arc::new(objects)) }
    }

    /// The objects, if it is one of them that `path` may name.
    fn objects(&self, path: &Path) -> Option<&Arc<Objects>> {
        self.objects.as_ref().filter(|_| is_url(path))
    }

    /// What is known of an object.
    pub fn known(&self, path: &Path) -> Option<&Known> {
        let (_, known) = self.objects(path)?.listed.get(path)?;
        Some(known)
    }

    /// What stands at a path that the user names.
    ///
    /// # Errors
    /// Nothing does, or the system does not say.
    pub fn kind(&self, path: &Path) -> io::Result<Kind> {
        if let Some(objects) = self.objects(path) {
            return match objects.below(path).next() {
                _ if objects.listed.contains_key(path) => Ok(Kind::File),
                Some(_) => Ok(Kind::Folder),
                None => Err(not_listed()),
            };
        }
        let metadata = path.metadata()?;
        Ok(match metadata.file_type() {
            kind if kind.is_file() => Kind::File,
            kind if kind.is_dir() => Kind::Folder,
            kind => Kind::Other(kind),
        })
    }

    /// How many bytes a file has, as far as that can be told.
    pub fn length(&self, path: &Path) -> Option<u64> {
        match self.objects(path) {
            Some(_) => self.known(path).map(|known| known.size),
            None => path.metadata().ok().map(|metadata| metadata.len()),
        }
    }

    /// The paths of all objects below a prefix, from there, in byte order; none if it is no prefix
    /// but a folder of this machine.
    pub fn below(&self, root: &Path) -> Option<Vec<PathBuf>> {
        let below = self.objects(root)?.below(root);
        let mut below: Vec<PathBuf> = below.map(|(path, _)| path.to_owned()).collect();
        below
            .sort_by(|a, b| a.as_os_str().as_encoded_bytes().cmp(b.as_os_str().as_encoded_bytes()));
        Some(below)
    }

    /// The names of the regular files right in a folder, in no order that means anything; none in
    /// one that cannot be listed.
    pub fn names_in(&self, folder: &Path) -> Vec<OsString> {
        if let Some(objects) = self.objects(folder) {
            let right_in = objects.below(folder).filter(|(path, _)| path.components().count() == 1);
            return right_in.map(|(path, _)| path.as_os_str().to_owned()).collect();
        }
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        let files = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file()));
        files.map(|entry| entry.file_name()).collect()
    }

    /// Opens a file or an object.
    ///
    /// # Errors
    /// What the system says.
    pub fn open(&self, path: &Path) -> io::Result<Opened> {
        match self.objects(path) {
            None => File::open(path).map(Opened::File),
            Some(_) => {
                self.object(path).map(Object::reader).map(Opened::Object).ok_or_else(not_listed)
            }
        }
    }

    /// An object.
    pub fn object(&self, path: &Path) -> Option<Object> {
        let objects = self.objects(path)?;
        let (number, known) = objects.listed.get(path)?;
        Some(Object { objects: Arc::clone(objects), number: *number, length: known.size })
    }

    /// Why a block of an object could not be had. Whatever was read then may lack what stands there,
    /// even if the reader took that for damage.
    pub fn fault(&self) -> Option<&str> {
        self.objects.as_ref()?.fault.get().map(String::as_str)
    }
}

impl Objects {
    /// The objects below a prefix, by their paths from there.
    fn below<'o>(&'o self, root: &'o Path) -> impl Iterator<Item = (&'o Path, &'o Known)> {
        let from = self
            .listed
            .range::<Path, _>((Bound::Included(root), Bound::Unbounded))
            .map_while(move |(path, (_, known))| Some((path.strip_prefix(root).ok()?, known)));
        from.filter(|(path, _)| !path.as_os_str().is_empty())
    }
}

fn not_listed() -> io::Error {
    io::Error::new(io::ErrorKind::NotFound, "there is no such object")
}

/// An object that can be read at any position; cloning is cheap.
#[derive(Debug, Clone)]
pub struct Object {
    objects: Arc<Objects>,
    number: usize,
    length: u64,
}

impl Object {
    /// How many bytes it has.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// Reads into `buffer` from `offset`, maybe less than it has room for; 0 at the end.
    ///
    /// # Errors
    /// The block cannot be had: the network, the rights, or the object is another one by now.
    pub fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        if offset >= self.length || buffer.is_empty() {
            return Ok(0);
        }
        let Self { objects, number, .. } = self;
        let block = (objects.fetch)(*number, offset / BLOCK_BYTES).inspect_err(|error| {
            objects.fault.get_or_init(|| error.to_string());
        })?;
        let rest = block.get((offset % BLOCK_BYTES) as usize..).unwrap_or_default();
        (&mut &*rest).read(buffer)
    }

    /// A reader with a position of its own.
    pub fn reader(self) -> ObjectReader {
        ObjectReader { object: self, position: 0 }
    }
}

/// An [`Object`] as `Read + Seek`.
#[derive(Debug)]
pub struct ObjectReader {
    object: Object,
    position: u64,
}

impl Read for ObjectReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.object.read_at(buffer, self.position)?;
        self.position += count as u64;
        Ok(count)
    }
}

impl Seek for ObjectReader {
    fn seek(&mut self, target: SeekFrom) -> io::Result<u64> {
        let position = match target {
            SeekFrom::Start(position) => Some(position),
            SeekFrom::End(offset) => self.object.length.checked_add_signed(offset),
            SeekFrom::Current(offset) => self.position.checked_add_signed(offset),
        };
        self.position = position.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.position)
    }
}

/// A file or an object that is being read.
#[derive(Debug)]
pub enum Opened {
    /// A file.
    File(File),
    /// An object.
    Object(ObjectReader),
}

impl Opened {
    /// How many bytes it has by now. An object that changes is told when it is read.
    ///
    /// # Errors
    /// The system does not say.
    pub fn length(&self) -> io::Result<u64> {
        match self {
            Self::File(file) => file.metadata().map(|metadata| metadata.len()),
            Self::Object(reader) => Ok(reader.object.length),
        }
    }
}

impl Read for Opened {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::File(file) => file.read(buffer),
            Self::Object(reader) => reader.read(buffer),
        }
    }
}

impl Seek for Opened {
    fn seek(&mut self, target: SeekFrom) -> io::Result<u64> {
        match self {
            Self::File(file) => file.seek(target),
            Self::Object(reader) => reader.seek(target),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Objects of these bytes; one called `broken` gives none.
    fn store(objects: &[(&str, &[u8])]) -> Store {
        let known = |size: usize| Known { size: size as u64, ..Known::default() };
        let listed = objects.iter().map(|(path, bytes)| (path.into(), known(bytes.len())));
        let kept: Vec<(String, Vec<u8>)> =
            objects.iter().map(|(path, bytes)| ((*path).to_owned(), bytes.to_vec())).collect();
        let fetch = move |number: usize, block: u64| {
            let (path, bytes) = &kept[number];
            if path.ends_with("broken") {
                return Err(io::Error::other("the line is dead"));
            }
            let mut blocks = bytes.chunks(BLOCK_BYTES as usize);
            Ok(Arc::new(blocks.nth(block as usize).unwrap_or_default().to_vec()))
        };
        Store::of_objects(listed.collect(), Box::new(fetch))
    }

    #[test]
    fn objects_lie_below_prefixes_like_files_in_folders() {
        let store = store(&[
            ("s3://b/x/a.zip", b"zip"),
            ("s3://b/x/log/Passwords.txt", b""),
            ("s3://b/x/log-2.txt", b"text"),
            ("s3://b/xx", b"no"),
        ]);
        let paths = |paths: &[&str]| Some(paths.iter().map(PathBuf::from).collect::<Vec<_>>());
        let below = paths(&["a.zip", "log-2.txt", "log/Passwords.txt"]);
        assert_eq!(store.below("s3://b/x/".as_ref()), below);
        assert_eq!(store.below("s3://b/x".as_ref()), below);
        assert_eq!(store.below("/b/x".as_ref()), None);
        let mut names = store.names_in("s3://b/x".as_ref());
        names.sort_unstable();
        assert_eq!(names, ["a.zip", "log-2.txt"]);
        assert_eq!(store.kind("s3://b/x/a.zip".as_ref()).unwrap(), Kind::File);
        assert_eq!(store.kind("s3://b/x/log".as_ref()).unwrap(), Kind::Folder);
        assert!(store.kind("s3://b/y".as_ref()).is_err());
        assert_eq!(store.length("s3://b/x/a.zip".as_ref()), Some(3));
    }

    #[test]
    fn an_object_is_read_across_its_blocks() {
        let bytes: Vec<u8> = (0..2 * BLOCK_BYTES + 7).map(|at| (at % 251) as u8).collect();
        let store = store(&[("http://host.test/a", &bytes)]);
        let mut opened = store.open("http://host.test/a".as_ref()).unwrap();
        let mut read = Vec::new();
        opened.read_to_end(&mut read).unwrap();
        assert!(read == bytes);
        opened.seek(SeekFrom::End(-9)).unwrap();
        read.clear();
        opened.read_to_end(&mut read).unwrap();
        assert_eq!(read, bytes[bytes.len() - 9..]);
        assert_eq!(store.fault(), None);
    }

    #[test]
    fn a_block_that_cannot_be_had_is_remembered() {
        let store = store(&[("gs://b/broken", b"text")]);
        let mut text = String::new();
        assert!(store.open("gs://b/broken".as_ref()).unwrap().read_to_string(&mut text).is_err());
        assert_eq!(store.fault(), Some("the line is dead"));
    }
}
