//! Paths and standard input as typed inputs, by their first bytes.
//!
//! A suffix never decides what a file is: a RAR called `.zip` is a RAR. Folders are walked without
//! following links, so that a walk always ends; what is not a regular file is never opened. Only a
//! link that the user names is followed.

use std::collections::HashSet;
use std::fs::{self, File, Metadata};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use crate::issue::{Code, Issue, Stage};
use crate::provenance::lossless_utf8;
use crate::record::Format;
use crate::text::{Content, SNIFF_BYTES};

/// One thing to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// What it is called in records and messages: the path as given, or found from it.
    pub name: String,
    /// Where its bytes are.
    pub place: Place,
}

/// Where the bytes of an input are, and what they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// An archive or a compressed file.
    Archive {
        /// The file.
        path: PathBuf,
        /// What it is, by its bytes.
        format: Format,
    },
    /// A text file given by its path.
    Text {
        /// The file.
        path: PathBuf,
    },
    /// All loose files of a folder together.
    Folder {
        /// The folder.
        root: PathBuf,
        /// The paths of the files below it, in byte order.
        files: Vec<PathBuf>,
    },
    /// Standard input: text.
    Stdin,
    /// Nothing that can or need be read.
    Refused(Issue),
}

/// First bytes of formats; tar has its magic further behind.
const MAGIC: &[(&[u8], Format)] = &[
    (b"PK\x03\x04", Format::Zip),
    (b"PK\x05\x06", Format::Zip),
    (b"PK\x07\x08PK", Format::Zip),
    (b"7z\xbc\xaf\x27\x1c", Format::SevenZ),
    (b"Rar!\x1a\x07\x00", Format::Rar),
    (b"Rar!\x1a\x07\x01\x00", Format::Rar),
    (b"\x1f\x8b", Format::Gzip),
    (b"\x28\xb5\x2f\xfd", Format::Zstd),
    (b"\xfd7zXZ\x00", Format::Xz),
];

/// Where the magic of a tar stands.
const TAR_MAGIC_OFFSET: usize = 257;

/// How much of the end of a file is searched for the end record of a ZIP.
const ZIP_TAIL_BYTES: u64 = 66 << 10;

/// The archive or compression format that `head`, the first bytes of a file (512 are enough),
/// begins with.
///
/// ```
/// use logsieve::input::sniff;
/// use logsieve::record::Format;
/// assert_eq!(sniff(b"Rar!\x1a\x07\x01\x00..."), Some(Format::Rar));
/// assert_eq!(sniff(b"https://example.com:user:word"), None);
/// ```
pub fn sniff(head: &[u8]) -> Option<Format> {
    let by_start = MAGIC.iter().find(|(magic, _)| head.starts_with(magic));
    let is_tar = || head.get(TAR_MAGIC_OFFSET..).is_some_and(|rest| rest.starts_with(b"ustar"));
    by_start
        .map(|&(_, format)| format)
        .or_else(|| is_bzip2(head).then_some(Format::Bzip2))
        .or_else(|| is_tar().then_some(Format::Tar))
}

/// The magic of bzip2 is three letters, so the block size and the first block are looked at too.
fn is_bzip2(head: &[u8]) -> bool {
    let Some([level, rest @ ..]) = head.strip_prefix(b"BZh") else {
        return false;
    };
    let is_block = rest.starts_with(b"\x31\x41\x59\x26\x53\x59");
    let is_end = rest.starts_with(b"\x17\x72\x45\x38\x50\x90");
    matches!(level, b'1'..=b'9') && (is_block || is_end)
}

/// Whether a file ends like a ZIP, whatever stands in front of it: a program that unpacks itself, a
/// picture, a document.
///
/// # Errors
/// What the system says.
pub fn ends_like_zip(file: &mut (impl Read + Seek)) -> io::Result<bool> {
    let length = file.seek(SeekFrom::End(0))?;
    file.seek(SeekFrom::Start(length.saturating_sub(ZIP_TAIL_BYTES)))?;
    let mut tail = Vec::new();
    file.take(ZIP_TAIL_BYTES).read_to_end(&mut tail)?;
    let is_end = |at: usize| {
        let end = tail.get(at..).unwrap_or_default();
        let [count_low, count_high, ..] = *end.get(10..).unwrap_or_default() else { return false };
        let comment = end.get(20..).and_then(|rest| rest.first_chunk::<2>());
        let comment = comment.map(|length| usize::from(u16::from_le_bytes(*length)));
        (count_low, count_high) != (0, 0) && comment.is_some_and(|length| end.len() >= 22 + length)
    };
    Ok(memchr::memmem::rfind_iter(&tail, b"PK\x05\x06").any(is_end))
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
    let mut expansion = Expansion::default();
    for path in paths {
        expansion.add(path);
    }
    expansion.inputs
}

/// The inputs found so far.
#[derive(Default)]
struct Expansion {
    inputs: Vec<Input>,
    /// Real paths of the files that are read already.
    seen: HashSet<PathBuf>,
}

/// What a file is found to be.
enum Kind {
    Archive(Format),
    Text,
    Binary,
    Empty,
}

impl Expansion {
    fn add(&mut self, path: &Path) {
        let name = lossless_utf8(path.as_os_str().as_encoded_bytes());
        if name == "-" {
            let place =
                if self.seen.insert(path.to_owned()) { Place::Stdin } else { refused_again(1) };
            self.push(name, place);
            return;
        }
        match path.metadata() {
            Err(error) => self.push(name, unreadable(&error)),
            Ok(metadata) if metadata.is_dir() => self.add_folder(path, name),
            Ok(metadata) if metadata.is_file() => self.add_file(path, name),
            Ok(metadata) => self.push(name, not_regular(&metadata)),
        }
    }

    fn push(&mut self, name: String, place: Place) {
        self.inputs.push(Input { name, place });
    }

    /// Whether the file was not seen before.
    fn is_new(&mut self, path: &Path) -> bool {
        let real = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        self.seen.insert(real)
    }

    fn add_file(&mut self, path: &Path, name: String) {
        let path = path.to_owned();
        let place = if !self.is_new(&path) {
            refused_again(1)
        } else {
            match kind_of_given(&path) {
                Err(error) => unreadable(&error),
                Ok(Kind::Archive(format)) => Place::Archive { path, format },
                Ok(Kind::Text) => Place::Text { path },
                Ok(Kind::Empty) => refused(Code::EmptyInput, "the file is empty"),
                Ok(Kind::Binary) if is_part_name(&path) => refused(
                    Code::MissingVolume,
                    "this is a later part of a split archive; the first part is needed",
                ),
                Ok(Kind::Binary) => refused(
                    Code::UnknownFormat,
                    "the file is neither an archive that logsieve knows nor text",
                ),
            }
        };
        self.push(name, place);
    }

    fn add_folder(&mut self, root: &Path, name: String) {
        let walk = Walk::new(root);
        let is_empty = walk.files.is_empty() && walk.refused.is_empty();
        let real_root = fs::canonicalize(root).unwrap_or_else(|_| root.to_owned());
        let mut loose = Vec::new();
        let mut others = Vec::new();
        let mut again = 0;
        for file in walk.files {
            let path = root.join(&file);
            if !self.seen.insert(real_root.join(&file)) {
                again += 1;
                continue;
            }
            match kind_of_found(&path) {
                Err(error) => others.push((path, unreadable(&error))),
                Ok(Kind::Archive(format)) => {
                    others.push((path.clone(), Place::Archive { path, format }));
                }
                Ok(_) => loose.push(file),
            }
        }
        if is_empty {
            self.push(name.clone(), refused(Code::EmptyInput, "the folder is empty"));
        }
        if !loose.is_empty() {
            let place = Place::Folder { root: root.to_owned(), files: loose };
            self.push(name.clone(), place);
        }
        for (path, place) in others.into_iter().chain(walk.refused) {
            self.push(lossless_utf8(path.as_os_str().as_encoded_bytes()), place);
        }
        if again > 0 {
            self.push(name, refused_again(again));
        }
    }
}

/// All that is below a folder.
struct Walk {
    /// Regular files below the folder, in byte order.
    files: Vec<PathBuf>,
    /// What is neither a regular file nor a folder, or cannot be looked at, in byte order.
    refused: Vec<(PathBuf, Place)>,
}

impl Walk {
    fn new(root: &Path) -> Self {
        let mut walk = Self { files: Vec::new(), refused: Vec::new() };
        let mut folders = vec![PathBuf::new()];
        while let Some(folder) = folders.pop() {
            let path = root.join(&folder);
            match fs::read_dir(&path) {
                Err(error) => walk.refused.push((path, unreadable(&error))),
                Ok(entries) => {
                    for entry in entries {
                        walk.add(root, &folder, entry, &mut folders);
                    }
                }
            }
        }
        walk.files.sort_by(|a, b| bytes_of(a).cmp(bytes_of(b)));
        walk.refused.sort_by(|(a, _), (b, _)| bytes_of(a).cmp(bytes_of(b)));
        walk
    }

    fn add(
        &mut self,
        root: &Path,
        folder: &Path,
        entry: io::Result<fs::DirEntry>,
        folders: &mut Vec<PathBuf>,
    ) {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => return self.refused.push((root.join(folder), unreadable(&error))),
        };
        let file = folder.join(entry.file_name());
        match entry.metadata() {
            Err(error) => self.refused.push((root.join(file), unreadable(&error))),
            Ok(metadata) if metadata.is_dir() => folders.push(file),
            Ok(metadata) if metadata.is_file() => self.files.push(file),
            Ok(metadata) => self.refused.push((root.join(file), not_regular(&metadata))),
        }
    }
}

fn bytes_of(path: &Path) -> &[u8] {
    path.as_os_str().as_encoded_bytes()
}

/// What a file in a folder is; every file that is no archive is loose.
fn kind_of_found(path: &Path) -> io::Result<Kind> {
    let mut head = [0; 512];
    let count = fill(&mut File::open(path)?, &mut head)?;
    let format = sniff(head.get(..count).unwrap_or_default());
    Ok(format.map_or(Kind::Text, Kind::Archive))
}

/// What a file that the user named is.
fn kind_of_given(path: &Path) -> io::Result<Kind> {
    let mut file = File::open(path)?;
    let mut head = [0; SNIFF_BYTES];
    let count = fill(&mut file, &mut head)?;
    let head = head.get(..count).unwrap_or_default();
    Ok(match (sniff(head), Content::sniff(head)) {
        (Some(format), _) => Kind::Archive(format),
        _ if head.is_empty() => Kind::Empty,
        (None, Content::Text(_)) => Kind::Text,
        (None, Content::Binary) if ends_like_zip(&mut file)? => Kind::Archive(Format::Zip),
        (None, Content::Binary) => Kind::Binary,
    })
}

fn fill(source: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match source.read(rest) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

/// Whether the file is called like a part of a split archive: `.z01`, `.002`, `.r00`, `.part2.rar`.
/// Parts have no magic of their own, so there is nothing but the name to tell them by.
fn is_part_name(path: &Path) -> bool {
    let suffix = path.extension().map(|suffix| suffix.as_encoded_bytes().to_ascii_lowercase());
    let is_number = |text: &[u8]| !text.is_empty() && text.iter().all(u8::is_ascii_digit);
    match suffix.as_deref() {
        Some([b'z' | b'r', digits @ ..]) => digits.len() >= 2 && is_number(digits),
        Some(digits) => digits.len() == 3 && is_number(digits),
        None => false,
    }
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
    let code = match error.kind() {
        io::ErrorKind::PermissionDenied => Code::PermissionDenied,
        _ => Code::IoError,
    };
    refused(code, &error.to_string())
}

fn not_regular(metadata: &Metadata) -> Place {
    let what = if metadata.is_symlink() { "a symbolic link" } else { "a device, FIFO or socket" };
    refused(Code::NotRegular, &format!("{what} is not followed or opened; give the file itself"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(input: &Input) -> Option<Code> {
        match &input.place {
            Place::Refused(issue) => Some(issue.code),
            _ => None,
        }
    }

    #[test]
    fn formats_are_told_by_their_first_bytes() {
        let mut tar = vec![0; 512];
        tar[257..262].copy_from_slice(b"ustar");
        for (head, format) in [
            (&b"PK\x03\x04rest"[..], Some(Format::Zip)),
            (b"PK\x05\x06", Some(Format::Zip)),
            (b"PK\x07\x08PK\x03\x04", Some(Format::Zip)),
            (b"PK\x07\x08 is a text", None),
            (b"7z\xbc\xaf\x27\x1c\0\x04", Some(Format::SevenZ)),
            (b"Rar!\x1a\x07\x00", Some(Format::Rar)),
            (b"Rar!\x1a\x07\x01\x00", Some(Format::Rar)),
            (b"Rar! is an animal", None),
            (b"\x1f\x8b\x08", Some(Format::Gzip)),
            (b"\x28\xb5\x2f\xfd", Some(Format::Zstd)),
            (b"\xfd7zXZ\0", Some(Format::Xz)),
            (b"BZh91AY&SY", Some(Format::Bzip2)),
            (b"BZh9 is how a line of a text may begin", None),
            (&tar, Some(Format::Tar)),
            (b"", None),
        ] {
            assert_eq!(sniff(head), format, "{head:?}");
        }
    }

    #[test]
    fn parts_are_told_by_their_names() {
        for (name, is_part) in [
            ("a.z01", true),
            ("a.7z.002", true),
            ("a.r00", true),
            ("a.R117", true),
            ("a.rar", false),
            ("a.z", false),
            ("a.12", false),
            ("001", false),
        ] {
            assert_eq!(is_part_name(Path::new(name)), is_part, "{name}");
        }
    }

    #[test]
    fn folders_are_walked_in_byte_order() {
        let root = tempfile::tempdir().unwrap();
        for (name, content) in [
            ("b/Passwords.txt", &b"x"[..]),
            ("b.txt", b"x"),
            ("a/deep/down.zip", b"PK\x03\x04"),
            ("a/empty.txt", b""),
            ("c.rar", b"Rar!\x1a\x07\x00"),
        ] {
            let path = root.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
        let inputs = expand(&[root.path().to_owned()]);
        let files = ["a/empty.txt", "b.txt", "b/Passwords.txt"].map(PathBuf::from).to_vec();
        assert_eq!(inputs[0].place, Place::Folder { root: root.path().to_owned(), files });
        let path = root.path().join("a/deep/down.zip");
        assert_eq!(inputs[1].name, path.to_str().unwrap());
        assert_eq!(inputs[1].place, Place::Archive { path, format: Format::Zip });
        assert!(matches!(inputs[2].place, Place::Archive { format: Format::Rar, .. }));
        assert_eq!(inputs.len(), 3);
    }

    #[test]
    fn given_files_are_typed_by_content() {
        let root = tempfile::tempdir().unwrap();
        let mut program = vec![0; 4096];
        program.extend(b"PK\x05\x06\0\0\0\0\x01\0\x01\0\0\0\0\0\0\0\0\0\0\0");
        let inputs: Vec<_> = [
            ("a.zip", &b"Rar!\x1a\x07\x01\0"[..]),
            ("b.rar", b"https://example.com/:user:word\n"),
            ("c.txt", b""),
            ("d.exe", &program),
            ("e.bin", &[0; 4096]),
            ("f.7z.002", &[0; 4096]),
        ]
        .into_iter()
        .map(|(name, content)| {
            let path = root.path().join(name);
            fs::write(&path, content).unwrap();
            expand(&[path]).remove(0)
        })
        .collect();
        assert!(matches!(inputs[0].place, Place::Archive { format: Format::Rar, .. }));
        assert!(matches!(inputs[1].place, Place::Text { .. }));
        assert_eq!(code(&inputs[2]), Some(Code::EmptyInput));
        assert!(matches!(inputs[3].place, Place::Archive { format: Format::Zip, .. }));
        assert_eq!(code(&inputs[4]), Some(Code::UnknownFormat));
        assert_eq!(code(&inputs[5]), Some(Code::MissingVolume));
    }

    #[test]
    fn what_is_given_twice_is_read_once() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("a.txt");
        fs::write(&path, "x").unwrap();
        fs::write(root.path().join("b.txt"), "x").unwrap();
        let dotted = root.path().join("./a.txt");
        let inputs = expand(&[path, dotted, root.path().to_owned(), "-".into(), "-".into()]);
        assert!(matches!(inputs[0].place, Place::Text { .. }));
        assert_eq!(code(&inputs[1]), Some(Code::DuplicateInput));
        assert!(matches!(&inputs[2].place, Place::Folder { files, .. } if files.len() == 1));
        assert_eq!(code(&inputs[3]), Some(Code::DuplicateInput));
        assert_eq!(inputs[4].place, Place::Stdin);
        assert_eq!(code(&inputs[5]), Some(Code::DuplicateInput));
        assert_eq!(inputs.len(), 6);
    }

    #[test]
    #[cfg(unix)]
    fn links_and_sockets_are_told_and_not_opened() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join("log")).unwrap();
        fs::write(root.path().join("log/a.txt"), "x").unwrap();
        std::os::unix::fs::symlink(root.path(), root.path().join("log/loop")).unwrap();
        let _socket =
            std::os::unix::net::UnixListener::bind(root.path().join("log/socket")).unwrap();
        let inputs = expand(&[root.path().to_owned(), root.path().join("log/socket")]);
        assert!(matches!(&inputs[0].place, Place::Folder { files, .. } if files.len() == 1));
        assert_eq!(code(&inputs[1]), Some(Code::NotRegular));
        assert!(inputs[1].name.ends_with("log/loop"));
        assert_eq!(code(&inputs[2]), Some(Code::NotRegular));
        assert_eq!(code(&inputs[3]), Some(Code::NotRegular));
        assert_eq!(inputs.len(), 4);
    }

    #[test]
    #[cfg(unix)]
    fn a_link_that_the_user_names_is_followed() {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("dump.txt"), "x").unwrap();
        let link = root.path().join("latest");
        std::os::unix::fs::symlink(root.path().join("dump.txt"), &link).unwrap();
        assert!(matches!(expand(&[link])[0].place, Place::Text { .. }));
    }

    #[test]
    fn an_empty_folder_and_a_missing_file_are_told() {
        let root = tempfile::tempdir().unwrap();
        let inputs = expand(&[root.path().to_owned(), root.path().join("gone")]);
        assert_eq!(code(&inputs[0]), Some(Code::EmptyInput));
        assert_eq!(code(&inputs[1]), Some(Code::IoError));
    }
}
