//! ZIPs that were split into parts (`.z01`, `.z02`, `.zip`), which the format calls disks: places
//! are a number of a disk and an offset in it, and become offsets in the joined parts here.

use std::io;

use super::directory::{LOCATOR_BYTES, NoListing, read_fully};
use super::local::{Extra, u16_at, u32_at, u64_at};
use crate::archive::data::Data;
use crate::issue::{Code, Issue, Stage};

const END64_BYTES: u64 = 56;
const CENTRAL_BYTES: usize = 46;

/// The parts of a split ZIP: where each begins, and whether it is there.
pub(super) struct Disks {
    starts: Vec<(u64, bool)>,
    length: u64,
}

impl Disks {
    /// The volumes of `data`.
    pub(super) fn of(data: &Data) -> Self {
        let mut length = 0_u64;
        let starts = data.volumes().iter().map(|volume| {
            let start = length;
            length = length.saturating_add(volume.length());
            (start, !matches!(volume, Data::Missing { .. }))
        });
        Self { starts: starts.collect(), length }
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.starts.len()
    }

    /// The place in the joined parts, and whether the part is there.
    fn find(&self, disk: u32, offset: u64) -> Option<(u64, bool)> {
        let &(start, is_there) = self.starts.get(disk as usize)?;
        let place = start.saturating_add(offset);
        (place < self.length || !is_there).then_some((place, is_there))
    }

    /// Where the local header of an entry is, whose record of the directory is at `record`, and
    /// what is wrong with that. `offset` is what the record says.
    pub(super) fn entry(
        &self,
        data: &Data,
        record: u64,
        extra: &[u8],
        offset: u64,
    ) -> (u64, Option<Code>) {
        let mut header = [0; CENTRAL_BYTES];
        let disk = match read_fully(data, &mut header, record) {
            Ok(()) => disk_of(&header, extra),
            Err(_) => None,
        };
        match disk.and_then(|disk| self.find(disk, offset)) {
            Some((place, true)) => (place, None),
            Some((place, false)) => (place, Some(Code::MissingVolume)),
            None => (u64::MAX, Some(Code::BadOffset)),
        }
    }
}

/// On which disk an entry begins, by its record of the directory. Where the number does not fit in,
/// it stands in an extra field behind the other numbers that do not.
fn disk_of(header: &[u8; CENTRAL_BYTES], extra: &[u8]) -> Option<u32> {
    let disk = u16_at(header, 34)?;
    if disk != u16::MAX {
        return Some(u32::from(disk));
    }
    let Some((_, wide)) = Extra(extra).find(|&(id, _)| id == 1) else {
        return Some(u32::from(disk));
    };
    let is_wide = |&at: &usize| u32_at(header, at) == Some(u32::MAX);
    u32_at(wide, 8 * [20, 24, 42].iter().filter(|at| is_wide(at)).count())
}

/// Where the directory of a split ZIP is in the joined parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Directory {
    pub(super) from: u64,
    pub(super) size: u64,
    count: u64,
}

impl Directory {
    /// Finds the directory, of which the end record at `position` says that it is at `offset` on
    /// `disk`; a 64-bit end record says it better.
    ///
    /// # Errors
    /// It is on a part that is not there, or nowhere.
    pub(super) fn find(
        disks: &Disks,
        data: &Data,
        position: u64,
        said: (u32, u64, u64, u64),
    ) -> Result<Self, NoListing> {
        let wide = Self::said_in_64_bits(disks, data, position)?;
        let (disk, offset, size, count) = wide.unwrap_or(said);
        match disks.find(disk, offset) {
            Some((from, true)) => Ok(Self { from, size, count }),
            Some((_, false)) => {
                let text = "the directory of the ZIP begins in a part that is not there";
                Err(NoListing::Missing(Issue::loss(Stage::Open, Code::MissingVolume, text)))
            }
            None => {
                let text = "the directory is behind the end of the ZIP";
                Err(NoListing::Refused(Code::BadOffset, text.into()))
            }
        }
    }

    fn said_in_64_bits(
        disks: &Disks,
        data: &Data,
        position: u64,
    ) -> io::Result<Option<(u32, u64, u64, u64)>> {
        let Some(at) = position.checked_sub(LOCATOR_BYTES) else { return Ok(None) };
        let mut locator = [0; LOCATOR_BYTES as usize];
        read_fully(data, &mut locator, at)?;
        let place = locator.strip_prefix(b"PK\x06\x07").and_then(|fields| {
            let (disk, offset) = (u32_at(fields, 0)?, u64_at(fields, 4)?);
            disks.find(disk, offset).filter(|(_, is_there)| *is_there)
        });
        let Some((at, _)) = place else { return Ok(None) };
        let mut end = [0; END64_BYTES as usize];
        read_fully(data, &mut end, at)?;
        Ok(end.strip_prefix(b"PK\x06\x06").and_then(|fields| {
            Some((
                u32_at(fields, 16)?,
                u64_at(fields, 44)?,
                u64_at(fields, 36)?,
                u64_at(fields, 28)?,
            ))
        }))
    }

    /// End records of a ZIP in one part that has the same directory.
    pub(super) fn end(&self) -> Ending {
        let from = self.from.saturating_add(self.size);
        let mut bytes = Vec::with_capacity(98);
        bytes.extend(b"PK\x06\x06");
        bytes.extend((END64_BYTES - 12).to_le_bytes());
        bytes.extend([45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        for number in [self.count, self.count, self.size, self.from] {
            bytes.extend(number.to_le_bytes());
        }
        bytes.extend(b"PK\x06\x07\0\0\0\0");
        bytes.extend(from.to_le_bytes());
        bytes.extend(1_u32.to_le_bytes());
        let position = from.saturating_add(bytes.len() as u64);
        bytes.extend(b"PK\x05\x06\0\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\0\0");
        Ending { from, bytes, position }
    }
}

/// End records that stand for those of a split ZIP.
pub(super) struct Ending {
    /// Where they begin, which is where the directory ends.
    pub(super) from: u64,
    pub(super) bytes: Vec<u8>,
    /// Where the last of them begins.
    pub(super) position: u64,
}
