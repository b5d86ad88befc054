//! What a file is, by its bytes.

use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use super::is_called_archive;
use crate::record::Format;
use crate::store::Store;
use crate::text::{Content, SNIFF_BYTES};

/// First bytes of formats; tar has its magic further behind.
const MAGIC: &[(&[u8], Format)] = &[
    (b"PK\x03\x04", Format::Zip),
    (b"PK\x05\x06", Format::Zip),
    (b"PK\x07\x08PK", Format::Zip),
    (b"7z\xbc\xaf\x27\x1c", Format::SevenZ),
    (b"Rar!\x1a\x07\x00", Format::Rar),
    (b"Rar!\x1a\x07\x01\x00", Format::Rar),
    (b"\x1f\x8b\x08", Format::Gzip),
    (b"\x28\xb5\x2f\xfd", Format::Zstd),
    (b"\xfd7zXZ\x00", Format::Xz),
];

/// Where the magic of a tar stands.
const TAR_MAGIC_OFFSET: usize = 257;

/// How much of the end of a file is searched for the end record of a ZIP.
pub(super) const ZIP_TAIL_BYTES: u64 = 66 << 10;

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
    Ok(zip_disk(&tail(file, ZIP_TAIL_BYTES)?).is_some())
}

/// The last `bytes` of a file.
pub(super) fn tail(file: &mut (impl Read + Seek), bytes: u64) -> io::Result<Vec<u8>> {
    let length = file.seek(SeekFrom::End(0))?;
    file.seek(SeekFrom::Start(length.saturating_sub(bytes)))?;
    let mut tail = Vec::with_capacity(usize::try_from(bytes.min(length)).unwrap_or(0));
    file.take(bytes).read_to_end(&mut tail)?;
    Ok(tail)
}

/// Whether a ZIP stands behind the text that begins with `head`. Texts are many, so that less is
/// looked at than in [`ends_like_zip`]; of a short one all is known already.
fn has_zip_behind(head: &[u8], file: &mut (impl Read + Seek)) -> io::Result<bool> {
    const TAIL_BYTES: u64 = 1 << 10;
    if head.len() < SNIFF_BYTES {
        return Ok(zip_disk(head).is_some());
    }
    Ok(zip_disk(&tail(file, TAIL_BYTES)?).is_some())
}

/// The number of the last part of a ZIP, counted from 0, as the end record in its `tail` says; 0 if
/// it was not split.
pub(super) fn zip_disk(tail: &[u8]) -> Option<u16> {
    let disk_of = |at: usize| {
        let end = tail.get(at..)?;
        let number =
            |at: usize| end.get(at..)?.first_chunk().map(|bytes| u16::from_le_bytes(*bytes));
        let (disk, count, comment) = (number(4)?, number(10)?, number(20)?);
        (count != 0 && end.len() >= 22 + usize::from(comment)).then_some(disk)
    };
    memchr::memmem::rfind_iter(tail, b"PK\x05\x06").find_map(disk_of)
}

/// What a file is found to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Archive(Format),
    Text,
    /// Text with a ZIP behind it: a script that unpacks itself.
    TextBeforeZip,
    Binary,
    Empty,
}

/// What one look at a file tells.
pub(super) struct Look {
    /// What it is.
    pub(super) kind: Kind,
    /// How many bytes it has.
    pub(super) length: u64,
    /// BLAKE3 of all of them, if the look saw them.
    pub(super) digest: Option<blake3::Hash>,
}

/// What a file is, whether the user named it or it was found in a folder.
pub(super) fn kind_of(store: &Store, path: &Path) -> io::Result<Kind> {
    look(store, path, &mut [0; SNIFF_BYTES]).map(|look| look.kind)
}

/// Looks at a file. If it finds room in `buffer`, which has [`SNIFF_BYTES`] at least, it is read
/// whole, so that nobody has to open it again for its digest; but not an archive, which has to be
/// opened again anyway.
pub(super) fn look(store: &Store, path: &Path, buffer: &mut [u8]) -> io::Result<Look> {
    let mut file = store.open(path)?;
    let length = file.length()?;
    let is_wanted = length > 0 && !is_called_archive(path.as_os_str().as_encoded_bytes());
    let is_small = is_wanted && length <= buffer.len() as u64;
    let wanted = if is_small { length as usize } else { SNIFF_BYTES };
    let count = fill(&mut file, buffer.get_mut(..wanted).unwrap_or_default())?;
    let bytes = buffer.get(..count).unwrap_or_default();
    if count as u64 != length {
        return Ok(Look { kind: kind_by(bytes, &mut file)?, length, digest: None });
    }
    let kind = kind_by(bytes, &mut io::Cursor::new(bytes))?;
    let is_loose = !matches!(kind, Kind::Archive(_));
    Ok(Look { kind, length, digest: is_loose.then(|| blake3::hash(bytes)) })
}

/// What a file is that begins with `start`.
fn kind_by(start: &[u8], file: &mut (impl Read + Seek)) -> io::Result<Kind> {
    let head = start.get(..SNIFF_BYTES).unwrap_or(start);
    if let Some(format) = sniff(head) {
        return Ok(Kind::Archive(format));
    }
    Ok(match Content::sniff(head) {
        _ if head.is_empty() => Kind::Empty,
        Content::Text(_) if has_zip_behind(head, file)? => Kind::TextBeforeZip,
        Content::Text(_) => Kind::Text,
        Content::Binary if ends_like_zip(file)? => Kind::Archive(Format::Zip),
        Content::Binary => Kind::Binary,
    })
}

pub(super) fn fill(source: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
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
