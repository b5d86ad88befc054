//! What a file is, by its bytes; only parts of split archives have nothing but their names.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use crate::record::Format;
use crate::text::{Content, SNIFF_BYTES};

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
    Ok(holds_zip_end(&tail(file, ZIP_TAIL_BYTES)?))
}

/// The last `bytes` of a file.
fn tail(file: &mut (impl Read + Seek), bytes: u64) -> io::Result<Vec<u8>> {
    let length = file.seek(SeekFrom::End(0))?;
    file.seek(SeekFrom::Start(length.saturating_sub(bytes)))?;
    let mut tail = Vec::new();
    file.take(bytes).read_to_end(&mut tail)?;
    Ok(tail)
}

/// Whether the end record of a ZIP that is not empty stands in the last bytes of a file.
fn holds_zip_end(tail: &[u8]) -> bool {
    let is_end = |at: usize| {
        let end = tail.get(at..).unwrap_or_default();
        let [count_low, count_high, ..] = *end.get(10..).unwrap_or_default() else { return false };
        let comment = end.get(20..).and_then(|rest| rest.first_chunk::<2>());
        let comment = comment.map(|length| usize::from(u16::from_le_bytes(*length)));
        (count_low, count_high) != (0, 0) && comment.is_some_and(|length| end.len() >= 22 + length)
    };
    memchr::memmem::rfind_iter(tail, b"PK\x05\x06").any(is_end)
}

/// Whether a ZIP stands behind the text that begins with `head`. Texts are many, so that less is
/// looked at than in [`ends_like_zip`]; of a short one all is known already.
fn has_zip_behind(head: &[u8], file: &mut (impl Read + Seek)) -> io::Result<bool> {
    const TAIL_BYTES: u64 = 1 << 10;
    if head.len() < SNIFF_BYTES {
        return Ok(holds_zip_end(head));
    }
    Ok(holds_zip_end(&tail(file, TAIL_BYTES)?))
}

/// What a file is found to be.
pub(super) enum Kind {
    Archive(Format),
    Text,
    /// Text with a ZIP behind it: a script that unpacks itself.
    TextBeforeZip,
    Binary,
    Empty,
}

/// What a file is, whether the user named it or it was found in a folder.
pub(super) fn kind_of(path: &Path) -> io::Result<Kind> {
    let mut file = File::open(path)?;
    let mut head = [0; SNIFF_BYTES];
    let count = fill(&mut file, &mut head)?;
    let head = head.get(..count).unwrap_or_default();
    Ok(match (sniff(head), Content::sniff(head)) {
        (Some(format), _) => Kind::Archive(format),
        _ if head.is_empty() => Kind::Empty,
        (None, Content::Text(_)) if has_zip_behind(head, &mut file)? => Kind::TextBeforeZip,
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
pub(super) fn is_part_name(path: &Path) -> bool {
    let suffix = path.extension().map(|suffix| suffix.as_encoded_bytes().to_ascii_lowercase());
    let is_number = |text: &[u8]| !text.is_empty() && text.iter().all(u8::is_ascii_digit);
    match suffix.as_deref() {
        Some([b'z' | b'r', digits @ ..]) => digits.len() >= 2 && is_number(digits),
        Some(digits) => digits.len() == 3 && is_number(digits),
        None => false,
    }
}
