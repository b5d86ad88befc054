//! Nested archives on their way: bytes come one after the other, and are then read at positions.
//!
//! Small ones stay in memory; what finds no room there is spilled to a file.

use std::io;
use std::sync::Arc;

use crate::archive::data::Data;
use crate::limits::Room;
use crate::spill::SpillWriter;

/// Takes the bytes of a nested archive and gives them back as [`Data`]. It has to be kept until
/// nobody reads them any more: its memory counts for that long.
///
/// ```
/// use logsieve::archive::spool::Spool;
/// use logsieve::limits::Room;
///
/// let room = Room::new(1 << 20);
/// let mut spool = Spool::new(&room);
/// spool.push(b"some ")?;
/// spool.push(b"bytes")?;
/// let mut text = String::new();
/// std::io::Read::read_to_string(&mut spool.data().reader(), &mut text)?;
/// assert_eq!(text, "some bytes");
/// # std::io::Result::Ok(())
/// ```
pub struct Spool<'m> {
    room: &'m Room,
    /// How much of the room is taken.
    taken: u64,
    held: Vec<u8>,
    writer: Option<SpillWriter>,
    length: u64,
}

impl<'m> Spool<'m> {
    /// An empty spool that may use memory of `room`.
    pub fn new(room: &'m Room) -> Self {
        Self { room, taken: 0, held: Vec::new(), writer: None, length: 0 }
    }

    /// How many bytes came.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// Takes the next bytes.
    ///
    /// # Errors
    /// They found no room in memory and none in the temporary folder. What came before is kept.
    pub fn push(&mut self, bytes: &[u8]) -> io::Result<()> {
        let count = bytes.len() as u64;
        match &mut self.writer {
            Some(writer) => writer.append(bytes)?,
            None if self.room.take(count) => {
                self.taken += count;
                self.held.extend_from_slice(bytes);
            }
            None => {
                let mut writer = SpillWriter::new()?;
                writer.append(&self.held)?;
                writer.append(bytes)?;
                self.writer = Some(writer);
                self.held = Vec::new();
                self.room.give_back(std::mem::take(&mut self.taken));
            }
        }
        self.length += count;
        Ok(())
    }

    /// The bytes that came; none come after that.
    pub fn data(&mut self) -> Data {
        match self.writer.take() {
            Some(writer) => Data::Spilled(Arc::new(writer.finish(self.length))),
            None => Data::from_bytes(std::mem::take(&mut self.held)),
        }
    }
}

impl Drop for Spool<'_> {
    fn drop(&mut self) {
        self.room.give_back(self.taken);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(count: usize) -> Vec<u8> {
        (0..count).map(|at| (at / 7 % 251) as u8).collect()
    }

    fn spooled<'m>(room: &'m Room, bytes: &[u8], step: usize) -> Spool<'m> {
        let mut spool = Spool::new(room);
        bytes.chunks(step).for_each(|part| spool.push(part).unwrap());
        spool
    }

    #[test]
    fn what_came_is_read_wherever_it_lies() {
        let bytes = bytes(300_000);
        for (room, is_spilled) in [(1 << 20, false), (100_000, true), (0, true)] {
            let room = Room::new(room);
            let mut spool = spooled(&room, &bytes, 7001);
            let data = spool.data();
            assert_eq!(matches!(data, Data::Spilled(_)), is_spilled);
            assert_eq!(data.length(), bytes.len() as u64);
            for offset in [0, 1, 15, 16, 17, 7001, 65_537, 299_999, 300_000, 400_000] {
                let mut buffer = vec![0; 100];
                let count = data.read_at(&mut buffer, offset as u64).unwrap();
                let rest = bytes.get(offset..).unwrap_or_default();
                assert_eq!(buffer[..count], rest[..rest.len().min(100)], "{offset}");
            }
        }
    }

    #[test]
    fn memory_is_given_back() {
        let room = Room::new(1000);
        let first = spooled(&room, &bytes(600), 100);
        let mut second = spooled(&room, &bytes(600), 100);
        assert!(matches!(second.data(), Data::Spilled(_)));
        drop((first, second));
        assert!(matches!(spooled(&room, &bytes(1000), 100).data(), Data::Memory(_)));
        assert!(room.take(1000));
    }
}
