//! Nested archives on their way: bytes come one after the other, and are then read at positions.
//!
//! Small ones stay in memory. What finds no room there goes into a file of the temporary folder that
//! has no name, so that nothing is left behind however the run ends, and that holds nothing but
//! cipher text: each file has a random key of its own, which is never written.

use std::fs::File;
use std::io::{self, Write};
use std::sync::Arc;

use aes::Aes256;
use ctr::CtrCore;
use ctr::cipher::{InnerIvInit, KeyInit, StreamCipher, StreamCipherCoreWrapper, StreamCipherSeek};
use ctr::flavors::Ctr128BE;

use crate::archive::data::{Data, read_file_at};
use crate::limits::Room;

/// How much is encrypted at once.
const PIECE_BYTES: usize = 64 << 10;

/// Takes the bytes of a nested archive and gives them back as [`Data`]. It has to be kept until
/// nobody reads them any more: its memory counts for that long.
///
/// ```
/// use logsieve::archive::spill::Spool;
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
    writer: Option<Writer>,
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
                let mut writer = Writer::new()?;
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

/// What a file is encrypted with.
#[derive(Clone)]
struct FileKey {
    cipher: Aes256,
    nonce: [u8; 16],
}

type Stream = StreamCipherCoreWrapper<CtrCore<Aes256, Ctr128BE>>;

impl FileKey {
    fn random() -> io::Result<Self> {
        let (mut key, mut nonce) = ([0_u8; 32], [0_u8; 16]);
        getrandom::fill(&mut key).map_err(io::Error::other)?;
        getrandom::fill(&mut nonce).map_err(io::Error::other)?;
        Ok(Self { cipher: Aes256::new(&key.into()), nonce })
    }

    /// The key stream from its beginning.
    fn stream(&self) -> Stream {
        Stream::from_core(CtrCore::inner_iv_init(self.cipher.clone(), &self.nonce.into()))
    }
}

/// Writes a file that nobody else can read.
struct Writer {
    file: File,
    key: FileKey,
    stream: Stream,
    buffer: Vec<u8>,
}

impl Writer {
    fn new() -> io::Result<Self> {
        let key = FileKey::random()?;
        let stream = key.stream();
        Ok(Self { file: tempfile::tempfile()?, key, stream, buffer: Vec::new() })
    }

    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        for piece in bytes.chunks(PIECE_BYTES) {
            self.buffer.clear();
            self.buffer.extend_from_slice(piece);
            self.stream.apply_keystream(&mut self.buffer);
            self.file.write_all(&self.buffer)?;
        }
        Ok(())
    }

    /// The first `length` bytes: behind them stands what did not fit any more.
    fn finish(self, length: u64) -> Spilled {
        Spilled { file: self.file, key: self.key, length }
    }
}

/// Bytes in an encrypted file without a name.
pub struct Spilled {
    file: File,
    key: FileKey,
    length: u64,
}

impl Spilled {
    pub(super) fn length(&self) -> u64 {
        self.length
    }

    /// Reads into `buffer` from `offset`, maybe less than it has room for; 0 at the end.
    pub(super) fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let left = self.length.saturating_sub(offset);
        let most = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
        let buffer = buffer.get_mut(..most).unwrap_or_default();
        let count = read_file_at(&self.file, buffer, offset)?;
        let mut stream = self.key.stream();
        stream.try_seek(offset).map_err(|_| io::Error::from(io::ErrorKind::InvalidInput))?;
        stream.apply_keystream(buffer.get_mut(..count).unwrap_or_default());
        Ok(count)
    }
}

impl std::fmt::Debug for Spilled {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Spilled").field("length", &self.length).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

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
    fn a_file_holds_nothing_that_can_be_read() {
        let room = Room::new(0);
        let clear = b"URL: https://example.com\n".repeat(400);
        let mut spool = spooled(&room, &clear, 999);
        let Data::Spilled(spilled) = spool.data() else { panic!("not spilled") };
        let mut stored = Vec::new();
        Data::from_file(spilled.file.try_clone().unwrap())
            .unwrap()
            .reader()
            .read_to_end(&mut stored)
            .unwrap();
        assert_eq!(stored.len(), clear.len());
        let words = stored.windows(7).filter(|window| *window == b"example");
        assert_eq!(words.count(), 0);
        assert_ne!(stored[..1000], stored[1000..2000]);
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
