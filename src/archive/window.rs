//! A movable, buffered view of some bytes of an archive.
//!
//! Unlike the buffered reader of the standard library it keeps what it has read when it is moved a
//! little, which formats that jump about need.

use std::io::{self, BufRead, Read, Seek, SeekFrom};

use crate::archive::bounded;
use crate::archive::data::Data;

/// Most bytes that are buffered: every local header of a ZIP, whose parts are at most 64 KiB each, or
/// all of a small archive.
const BUFFER_BYTES: usize = 256 << 10;

/// Reads a range of the archive through a buffer that is reused for the next range; what is in memory
/// is its own buffer.
pub(super) struct Window {
    data: Data,
    /// Made when something is read.
    buffer: Vec<u8>,
    /// How many bytes it has room for then.
    room: usize,
    /// Offset of the first buffered byte in the archive.
    base: u64,
    /// How many bytes are buffered.
    filled: usize,
    /// How many of them have been consumed.
    consumed: usize,
    /// Where reading ends.
    limit: u64,
    pace: Pace,
}

/// How the view has moved.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Pace {
    /// To another place.
    Jump,
    /// On to what comes next, so that more will be wanted from behind the limit.
    Step,
}

impl Window {
    /// A view of all of `data`.
    pub(super) fn new(data: Data) -> Self {
        let limit = data.length();
        let filled = data.bytes().map_or(0, <[u8]>::len);
        Self {
            data,
            buffer: Vec::new(),
            room: limit.min(BUFFER_BYTES as u64) as usize,
            base: 0,
            filled,
            consumed: 0,
            limit,
            pace: Pace::Jump,
        }
    }

    /// Moves the view to `from..to`; bytes that are buffered already are not read again.
    pub(super) fn aim(&mut self, from: u64, to: u64) {
        if let Some(bytes) = self.data.bytes() {
            (self.base, self.filled) = (0, bytes.len());
        }
        let buffered = from.checked_sub(self.base).and_then(|skip| usize::try_from(skip).ok());
        match buffered.filter(|&skip| skip <= self.filled) {
            Some(skip) => (self.consumed, self.pace) = (skip, Pace::Step),
            None => {
                (self.base, self.filled, self.consumed) = (from, 0, 0);
                self.pace = Pace::Jump;
            }
        }
        self.limit = to.min(self.data.length());
    }

    /// Offset of the next byte in the archive.
    pub(super) fn position(&self) -> u64 {
        self.base + self.consumed as u64
    }

    /// All bytes that are buffered, at least `count` of them unless the archive, or what is there of
    /// its volumes, ends before; the limit is not heeded. When it has to read, it reads `ahead` bytes,
    /// or as many as it has room for where the entries are read one after the other.
    ///
    /// # Errors
    /// What the system says.
    pub(super) fn peek(&mut self, count: usize, ahead: usize) -> io::Result<&[u8]> {
        if self.filled - self.consumed < count && self.data.bytes().is_none() {
            let ahead = if self.pace == Pace::Step { self.room } else { ahead };
            self.fill(ahead.max(count).min(self.room))?;
        }
        Ok(self.held().get(self.consumed..self.filled).unwrap_or_default())
    }

    /// The bytes from `base` on, `filled` of them.
    fn held(&self) -> &[u8] {
        self.data.bytes().unwrap_or(&self.buffer)
    }

    fn fill(&mut self, wanted: usize) -> io::Result<()> {
        (self.base, self.filled, self.consumed) = (self.position(), 0, 0);
        self.buffer.resize(self.room, 0);
        while self.filled < wanted {
            let offset = self.base + self.filled as u64;
            let rest = self.buffer.get_mut(self.filled..wanted).unwrap_or_default();
            match self.data.read_at(rest, offset) {
                Ok(0) => break,
                Ok(read) => self.filled += read,
                Err(error) if self.filled > 0 && bounded::is_of_missing_volume(&error) => break,
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn buffered(&self) -> &[u8] {
        let room = usize::try_from(self.limit.saturating_sub(self.base)).unwrap_or(usize::MAX);
        self.held().get(self.consumed..self.filled.min(room)).unwrap_or_default()
    }
}

impl BufRead for Window {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        let is_behind = self.buffered().is_empty() && self.position() < self.limit;
        if is_behind && self.data.bytes().is_none() {
            self.base = self.position();
            self.consumed = 0;
            self.filled = 0;
            let wanted = usize::try_from(self.limit - self.base).unwrap_or(usize::MAX);
            let wanted = if self.pace == Pace::Step { self.room } else { wanted.min(self.room) };
            self.buffer.resize(self.room, 0);
            let target = self.buffer.get_mut(..wanted).unwrap_or_default();
            self.filled = self.data.read_at(target, self.base)?;
        }
        Ok(self.buffered())
    }

    fn consume(&mut self, count: usize) {
        self.consumed = (self.consumed + count).min(self.filled);
    }
}

impl Read for Window {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(buffer)?;
        self.consume(count);
        Ok(count)
    }
}

impl Seek for Window {
    fn seek(&mut self, target: SeekFrom) -> io::Result<u64> {
        let position = match target {
            SeekFrom::Start(position) => Some(position),
            SeekFrom::End(offset) => self.data.length().checked_add_signed(offset),
            SeekFrom::Current(offset) => self.position().checked_add_signed(offset),
        };
        self.aim(position.ok_or(io::ErrorKind::InvalidInput)?, u64::MAX);
        Ok(self.position())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_shows_its_range_and_nothing_else() {
        let bytes: Vec<u8> = (0..=255).cycle().take(3 * BUFFER_BYTES + 7).collect();
        let memory = Data::from_bytes(bytes.clone());
        let in_memory = Window::new(memory.clone());
        let read = Window::new(Data::join(vec![memory]));
        for mut window in [in_memory, read] {
            shows_its_range(&mut window, &bytes);
        }
    }

    fn shows_its_range(window: &mut Window, bytes: &[u8]) {
        let length = bytes.len() as u64;
        for (from, to) in [
            (0, 10),
            (5, 9),
            (9, 300_000),
            (2, length + 5),
            (700_000, 800_000),
            (length + 9, length + 10),
            (length, length + 10),
            (7, 8),
        ] {
            window.aim(from, to);
            let start = window.peek(4, 100).unwrap();
            let start = start[..start.len().min(4)].to_vec();
            let mut seen = Vec::new();
            window.read_to_end(&mut seen).unwrap();
            let end = bytes.len().min(to as usize);
            let shown = bytes.get(from as usize..end).unwrap_or_default();
            assert!(seen == shown, "{from}..{to}");
            let head = bytes.get(from as usize..bytes.len().min(from as usize + 4));
            assert_eq!(start, head.unwrap_or_default());
        }
    }
}
