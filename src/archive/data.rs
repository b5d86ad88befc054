//! The bytes of an archive: a file read at positions, or a buffer.
//!
//! Positioned reads let several workers share one open file; no memory map, because a file that
//! shrinks while it is mapped is a crash.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;

use crate::archive::bounded::refusal;
use crate::issue::{Code, Issue, Stage};
use crate::spill::{Spilled, read_file_at};
use crate::store::{Object, Store};

/// Bytes that can be read at any position by several workers at once; cloning is cheap.
#[derive(Debug, Clone)]
pub enum Data {
    /// An open regular file.
    File {
        /// The file.
        file: Arc<File>,
        /// Its length when it was opened.
        length: u64,
    },
    /// An object of a store.
    Object(Object),
    /// A nested archive in memory.
    Memory(Arc<Vec<u8>>),
    /// A nested archive that was put aside.
    Spilled(Arc<Spilled>),
    /// The volumes of a set, one behind the other.
    Joined(Arc<Joined>),
    /// A stretch of other bytes.
    Stretch {
        /// All of them.
        whole: Arc<Data>,
        /// Where it begins.
        start: u64,
        /// How many they are.
        length: u64,
    },
    /// A volume of a set that is not there: to read from it is the issue `missing_volume`.
    Missing {
        /// How many bytes it has, as far as that can be told.
        length: u64,
    },
}

/// Several [`Data`] in order, read as one.
#[derive(Debug)]
pub struct Joined {
    parts: Vec<Data>,
    /// Where each part ends in the whole.
    ends: Vec<u64>,
}

impl Joined {
    fn length(&self) -> u64 {
        self.ends.last().copied().unwrap_or(0)
    }

    /// Reads from the one part that holds `offset`.
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let index = self.ends.partition_point(|&end| end <= offset);
        let Some(part) = self.parts.get(index) else { return Ok(0) };
        let begin = index.checked_sub(1).and_then(|before| self.ends.get(before)).copied();
        part.read_at(buffer, offset - begin.unwrap_or(0))
    }
}

impl Data {
    /// The bytes of a file or an object.
    ///
    /// # Errors
    /// It cannot be opened.
    pub fn open(store: &Store, path: &Path) -> io::Result<Self> {
        match store.object(path) {
            Some(object) => Ok(Self::Object(object)),
            None => File::open(path).and_then(Self::from_file),
        }
    }

    /// The bytes of an open file.
    ///
    /// # Errors
    /// The length cannot be told.
    pub fn from_file(file: File) -> io::Result<Self> {
        let length = file.metadata()?.len();
        Ok(Self::File { file: Arc::new(file), length })
    }

    /// The same, in memory if it is a file or an object of at most `most` bytes: to read it once costs less than to
    /// read it in pieces.
    ///
    /// # Errors
    /// What the system says.
    pub fn kept(self, most: usize) -> io::Result<Self> {
        if !matches!(self, Self::File { .. } | Self::Object(_)) {
            return Ok(self);
        }
        let Some(length) = usize::try_from(self.length()).ok().filter(|&length| length <= most)
        else {
            return Ok(self);
        };
        let mut bytes = vec![0; length];
        match self.reader().read_exact(&mut bytes) {
            Ok(()) => Ok(Self::from_bytes(bytes)),
            // What was cut off since it was opened is told where it is missed.
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(self),
            Err(error) => Err(error),
        }
    }

    /// All bytes, if they are in memory.
    pub fn bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Memory(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// The bytes of a buffer.
    pub fn from_bytes(bytes: impl Into<Vec<u8>>) -> Self {
        Self::Memory(Arc::new(bytes.into()))
    }

    /// The volumes of a set as one.
    pub fn join(volumes: Vec<Self>) -> Self {
        let mut end = 0_u64;
        let ends = volumes.iter().map(|volume| {
            end = end.saturating_add(volume.length());
            end
        });
        let ends = ends.collect();
        Self::Joined(Arc::new(Joined { parts: volumes, ends }))
    }

    /// The volumes of a set in order; what is no set is its only volume.
    pub fn volumes(&self) -> &[Self] {
        match self {
            Self::Joined(joined) => &joined.parts,
            _ => std::slice::from_ref(self),
        }
    }

    /// The volumes that are there.
    pub fn present(&self) -> impl Iterator<Item = &Self> {
        self.volumes().iter().filter(|volume| !matches!(volume, Self::Missing { .. }))
    }

    /// The issue for a file that has another length than when it was opened.
    pub fn change(&self) -> Option<Issue> {
        self.volumes().iter().find_map(|volume| {
            let Self::File { file, length } = volume else { return None };
            let now = file.metadata().ok()?.len();
            let text = format!("the file had {length} bytes and now has {now}");
            (now != *length).then(|| Issue::loss(Stage::Decode, Code::ChangedDuringRead, text))
        })
    }

    /// The stretches without a volume that is missing, in order.
    pub fn stretches(&self) -> Vec<(u64, u64)> {
        let mut stretches: Vec<(u64, u64)> = Vec::new();
        let mut from = 0_u64;
        for volume in self.volumes() {
            let to = from.saturating_add(volume.length());
            match stretches.last_mut() {
                _ if matches!(volume, Self::Missing { .. }) => {}
                Some((_, end)) if *end == from => *end = to,
                _ => stretches.push((from, to)),
            }
            from = to;
        }
        stretches
    }

    /// How many bytes there are, those of missing volumes included.
    pub fn length(&self) -> u64 {
        match self {
            Self::File { length, .. } => *length,
            Self::Object(object) => object.length(),
            Self::Memory(bytes) => bytes.len() as u64,
            Self::Spilled(spilled) => spilled.length(),
            Self::Joined(joined) => joined.length(),
            Self::Stretch { length, .. } => *length,
            Self::Missing { length } => *length,
        }
    }

    /// Reads into `buffer` from `offset`, maybe less than it has room for; 0 at the end.
    ///
    /// # Errors
    /// What the system says.
    pub fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        match self {
            Self::File { file, length } => {
                // What was appended since it was opened does not belong to it.
                let left = length.saturating_sub(offset).min(buffer.len() as u64) as usize;
                // The system takes some positions behind the end for a mistake.
                if left == 0 {
                    return Ok(0);
                }
                read_file_at(file, buffer.get_mut(..left).unwrap_or_default(), offset)
            }
            Self::Object(object) => object.read_at(buffer, offset).map_err(not_had),
            Self::Memory(bytes) => {
                let start = usize::try_from(offset).unwrap_or(usize::MAX).min(bytes.len());
                let mut rest = bytes.get(start..).unwrap_or_default();
                rest.read(buffer)
            }
            Self::Spilled(spilled) => spilled.read_at(buffer, offset),
            Self::Joined(joined) => joined.read_at(buffer, offset),
            Self::Stretch { whole, start, length } => {
                let left = length.saturating_sub(offset).min(buffer.len() as u64) as usize;
                let buffer = buffer.get_mut(..left).unwrap_or_default();
                whole.read_at(buffer, start.saturating_add(offset))
            }
            Self::Missing { length } if offset >= *length => Ok(0),
            Self::Missing { .. } => {
                let text = "the bytes stand in a part of the volume set that is not there";
                Err(refusal(Issue::loss(Stage::Open, Code::MissingVolume, text)))
            }
        }
    }

    /// A reader with a position of its own.
    pub fn reader(&self) -> DataReader {
        DataReader { data: self.clone(), position: 0 }
    }
}

/// What a store does not give is no damage, whatever is made of the bytes.
fn not_had(error: io::Error) -> io::Error {
    let code = match error.kind() {
        io::ErrorKind::PermissionDenied => Code::PermissionDenied,
        _ => Code::IoError,
    };
    refusal(Issue::loss(Stage::Open, code, error.to_string()))
}

/// [`Data`] as `Read + Seek`.
#[derive(Debug, Clone)]
pub struct DataReader {
    data: Data,
    position: u64,
}

impl Read for DataReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.data.read_at(buffer, self.position)?;
        self.position += count as u64;
        Ok(count)
    }
}

impl Seek for DataReader {
    fn seek(&mut self, target: SeekFrom) -> io::Result<u64> {
        let position = match target {
            SeekFrom::Start(position) => Some(position),
            SeekFrom::End(offset) => self.data.length().checked_add_signed(offset),
            SeekFrom::Current(offset) => self.position.checked_add_signed(offset),
        };
        self.position = position.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.position)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::bounded;

    #[test]
    fn volumes_read_as_one() {
        let parts = [&b"012"[..], b"", b"3456", b"789"].map(Data::from_bytes);
        let data = Data::join(parts.to_vec());
        assert_eq!((data.length(), data.volumes().len()), (10, 4));
        for from in 0..=11 {
            let mut reader = data.reader();
            reader.seek(SeekFrom::Start(from)).unwrap();
            let mut text = String::new();
            reader.read_to_string(&mut text).unwrap();
            assert_eq!(text, "0123456789".get(from as usize..).unwrap_or_default());
        }
    }

    #[test]
    fn a_stretch_ends_where_it_ends() {
        let whole = Arc::new(Data::from_bytes(&b"0123456789"[..]));
        for (start, length, expected) in [(0, 3, "012"), (3, 4, "3456"), (7, 3, "789"), (4, 0, "")]
        {
            let data = Data::Stretch { whole: Arc::clone(&whole), start, length };
            let mut text = String::new();
            data.reader().read_to_string(&mut text).unwrap();
            assert_eq!((text.as_str(), data.length()), (expected, length));
            assert_eq!(data.read_at(&mut [0], length).unwrap(), 0);
        }
    }

    #[test]
    fn what_is_missing_is_told_where_it_is_read() {
        let missing = Data::Missing { length: 3 };
        let data =
            Data::join(vec![Data::from_bytes(&b"012"[..]), missing, Data::from_bytes(&b"678"[..])]);
        assert_eq!((data.length(), data.volumes().len(), data.present().count()), (9, 3, 2));
        assert_eq!(data.stretches(), [(0, 3), (6, 9)]);
        let mut reader = data.reader();
        let mut text = Vec::new();
        let error = reader.read_to_end(&mut text).unwrap_err();
        assert_eq!((&text[..], bounded::issue_of(&error).code), (&b"012"[..], Code::MissingVolume));
        reader.seek(SeekFrom::Start(6)).unwrap();
        assert_eq!(reader.read_to_end(&mut text).unwrap(), 3);
    }

    #[test]
    fn nothing_is_behind_the_end_of_a_file() {
        let mut file = tempfile::tempfile().unwrap();
        std::io::Write::write_all(&mut file, b"0123456789").unwrap();
        let data = Data::from_file(file).unwrap();
        let mut buffer = [0; 4];
        for (offset, count) in [(8, 2), (10, 0), (1 << 63, 0), (u64::MAX, 0)] {
            assert_eq!(data.read_at(&mut buffer, offset).unwrap(), count, "{offset}");
        }
    }

    #[test]
    fn memory_reads_like_a_file() {
        let mut reader = Data::from_bytes(b"0123456789".to_vec()).reader();
        reader.seek(SeekFrom::End(-3)).unwrap();
        let mut text = String::new();
        reader.read_to_string(&mut text).unwrap();
        assert_eq!(text, "789");
        assert!(reader.seek(SeekFrom::Current(-99)).is_err());
    }
}
