//! Files for what finds no room in memory.
//!
//! Such a file lies in the temporary folder and has no name, so that nothing is left behind however
//! the run ends. It holds nothing but cipher text: each has a random key of its own, which is never
//! written.

use std::fs::File;
use std::io::{self, Read, Write};

use aes::Aes256;
use ctr::CtrCore;
use ctr::cipher::{InnerIvInit, KeyInit, StreamCipher, StreamCipherCoreWrapper, StreamCipherSeek};
use ctr::flavors::Ctr128BE;

/// How much is encrypted at once.
const PIECE_BYTES: usize = 64 << 10;

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
///
/// ```
/// use logsieve::spill::SpillWriter;
///
/// let mut writer = SpillWriter::new()?;
/// writer.append(b"some bytes")?;
/// let mut text = String::new();
/// std::io::Read::read_to_string(&mut writer.finish(10).into_reader(), &mut text)?;
/// assert_eq!(text, "some bytes");
/// # std::io::Result::Ok(())
/// ```
pub struct SpillWriter {
    file: File,
    key: FileKey,
    stream: Stream,
    buffer: Vec<u8>,
}

impl SpillWriter {
    /// An empty file.
    ///
    /// # Errors
    /// The temporary folder cannot be written.
    pub fn new() -> io::Result<Self> {
        let key = FileKey::random()?;
        let stream = key.stream();
        Ok(Self { file: tempfile::tempfile()?, key, stream, buffer: Vec::new() })
    }

    /// Writes the next bytes.
    ///
    /// # Errors
    /// There is no room for all of them; a part may have been written.
    pub fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        for piece in bytes.chunks(PIECE_BYTES) {
            self.buffer.clear();
            self.buffer.extend_from_slice(piece);
            self.stream.apply_keystream(&mut self.buffer);
            self.file.write_all(&self.buffer)?;
        }
        Ok(())
    }

    /// The first `length` bytes: behind them stands what did not fit any more.
    pub fn finish(self, length: u64) -> Spilled {
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
    /// How many bytes there are.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// Reads into `buffer` from `offset`, maybe less than it has room for; 0 at the end.
    ///
    /// # Errors
    /// What the system says.
    pub fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let left = self.length.saturating_sub(offset);
        let most = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
        let buffer = buffer.get_mut(..most).unwrap_or_default();
        let count = read_file_at(&self.file, buffer, offset)?;
        let mut stream = self.key.stream();
        stream.try_seek(offset).map_err(|_| io::Error::from(io::ErrorKind::InvalidInput))?;
        stream.apply_keystream(buffer.get_mut(..count).unwrap_or_default());
        Ok(count)
    }

    /// The bytes from the first to the last.
    pub fn into_reader(self) -> impl Read + Send {
        SpillReader { spilled: self, position: 0 }
    }
}

impl std::fmt::Debug for Spilled {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Spilled").field("length", &self.length).finish_non_exhaustive()
    }
}

struct SpillReader {
    spilled: Spilled,
    position: u64,
}

impl Read for SpillReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.spilled.read_at(buffer, self.position)?;
        self.position += count as u64;
        Ok(count)
    }
}

/// Reads into `buffer` from `offset`, maybe less than it has room for.
#[cfg(unix)]
pub(crate) fn read_file_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, offset)
}

#[cfg(windows)]
pub(crate) fn read_file_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buffer, offset)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_holds_nothing_that_can_be_read() {
        let clear = b"URL: https://example.com\n".repeat(400);
        let mut writer = SpillWriter::new().unwrap();
        clear.chunks(999).for_each(|part| writer.append(part).unwrap());
        let spilled = writer.finish(clear.len() as u64);
        let mut stored = vec![0; clear.len() + 1];
        assert_eq!(read_file_at(&spilled.file, &mut stored, 0).unwrap(), clear.len());
        let words = stored.windows(7).filter(|window| *window == b"example");
        assert_eq!(words.count(), 0);
        assert_ne!(stored[..1000], stored[1000..2000]);
        let mut read = Vec::new();
        spilled.into_reader().read_to_end(&mut read).unwrap();
        assert_eq!(read, clear);
    }
}
