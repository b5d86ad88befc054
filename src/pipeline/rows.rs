//! The tables of a dataset as lines: in chunks that any worker can read, or one by its id.
//!
//! A dataset is an input like others, so nothing about its lines is taken for granted.

use std::io::{self, BufRead, BufReader, Read};

use serde::de::DeserializeOwned;

use crate::archive::data::{Data, DataReader};
use crate::secret::Id;

/// How many bytes of a table make a chunk.
const CHUNK_BYTES: u64 = 1 << 20;

/// How many bytes are read at a time.
const READ_BYTES: usize = 256 << 10;

/// The lines of a table, front to back.
pub(super) struct Rows {
    reader: BufReader<DataReader>,
    longest: u64,
    next: Row,
}

/// Where a line is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    /// Its number, from 1.
    pub number: u64,
    /// Where it begins.
    pub offset: u64,
    /// Whether it can be read.
    pub fit: Fit,
}

/// Whether a line is short enough to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fit {
    /// It is.
    Whole,
    /// It is not; its bytes are passed.
    TooLong,
}

/// Some lines of a table that follow each other.
#[derive(Debug, Default)]
pub(super) struct Chunk {
    /// The number of the first.
    pub first: u64,
    /// All of them; those that are too long are empty.
    pub text: Vec<u8>,
    /// The numbers of those that are too long.
    pub too_long: Vec<u64>,
    /// How many bytes of the file they are.
    pub bytes: u64,
}

impl Rows {
    /// The lines of `data`, of which none is longer than `longest`.
    pub(super) fn new(data: &Data, longest: u64) -> Self {
        let next = Row { number: 1, offset: 0, fit: Fit::Whole };
        Self { reader: BufReader::with_capacity(READ_BYTES, data.reader()), longest, next }
    }

    /// Adds the next line to `text`, with its end; none is left at the end of the file.
    pub(super) fn read(&mut self, text: &mut Vec<u8>) -> io::Result<Option<Row>> {
        let before = text.len();
        let most = self.longest.saturating_add(1);
        let mut read = (&mut self.reader).take(most).read_until(b'\n', text)? as u64;
        if read == 0 {
            return Ok(None);
        }
        let mut row = self.next;
        if read == most && text.last() != Some(&b'\n') {
            row.fit = Fit::TooLong;
            text.truncate(before);
            text.push(b'\n');
            read += self.pass_line()?;
        }
        self.next.number += 1;
        self.next.offset += read;
        Ok(Some(row))
    }

    /// Passes the rest of a line; returns how long it is.
    fn pass_line(&mut self) -> io::Result<u64> {
        let mut passed = 0;
        loop {
            let bytes = self.reader.fill_buf()?;
            let end = memchr::memchr(b'\n', bytes);
            let count = end.map_or(bytes.len(), |end| end + 1);
            self.reader.consume(count);
            passed += count as u64;
            if end.is_some() || count == 0 {
                return Ok(passed);
            }
        }
    }

    /// The next lines; none at the end of the file.
    pub(super) fn read_chunk(&mut self) -> io::Result<Option<Chunk>> {
        let from = self.next;
        let mut chunk = Chunk { first: from.number, ..Chunk::default() };
        while chunk.bytes < CHUNK_BYTES
            && let Some(row) = self.read(&mut chunk.text)?
        {
            chunk.bytes = self.next.offset - from.offset;
            chunk.too_long.extend((row.fit == Fit::TooLong).then_some(row.number));
        }
        Ok((chunk.bytes > 0).then_some(chunk))
    }
}

/// Where the records of a table are, by id.
pub(super) struct Index {
    data: Data,
    longest: u64,
    /// Sorted; of one id the first place comes first.
    places: Vec<(Id, u64)>,
    /// Whether all of the table is in it.
    pub reach: Reach,
}

/// How much of a table an index holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// All of it.
    Whole,
    /// As much as memory should hold.
    Cut,
}

impl Index {
    /// How many places it holds at most: 96 MiB of them.
    const MOST: usize = 1 << 22;

    /// Finds the places of all lines of which `id` gives the id.
    pub(super) fn new(
        data: Data,
        longest: u64,
        id: impl Fn(&[u8]) -> Option<Id>,
    ) -> io::Result<Self> {
        let (mut places, mut reach) = (Vec::new(), Reach::Whole);
        let mut rows = Rows::new(&data, longest);
        let mut line = Vec::new();
        while let Some(row) = rows.read(&mut line)? {
            if let Some(id) = id(&line) {
                if places.len() == Self::MOST {
                    reach = Reach::Cut;
                    break;
                }
                places.push((id, row.offset));
            }
            line.clear();
        }
        places.sort_unstable();
        Ok(Self { data, longest, places, reach })
    }

    /// How many records it holds.
    pub(super) fn len(&self) -> u64 {
        self.places.len() as u64
    }

    /// The first record of this id.
    pub(super) fn find<T: DeserializeOwned>(&self, id: Id) -> Option<T> {
        let at = self.places.partition_point(|(known, _)| *known < id);
        let &(_, offset) = self.places.get(at).filter(|(known, _)| *known == id)?;
        serde_json::from_slice(&self.line_at(offset).ok()?).ok()
    }

    fn line_at(&self, mut offset: u64) -> io::Result<Vec<u8>> {
        const STEP: usize = 4 << 10;
        let (mut line, mut step) = (Vec::new(), vec![0; STEP]);
        while (line.len() as u64) <= self.longest {
            let count = self.data.read_at(&mut step, offset)?;
            let read = step.get(..count).unwrap_or_default();
            let end = memchr::memchr(b'\n', read);
            line.extend_from_slice(read.get(..end.unwrap_or(count)).unwrap_or_default());
            if end.is_some() || count == 0 {
                break;
            }
            offset += count as u64;
        }
        Ok(line)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// All lines of a text, by their numbers; none where a line is too long.
    fn lines(text: &[u8], longest: u64) -> Vec<(u64, Option<Vec<u8>>)> {
        let mut rows = Rows::new(&Data::from_bytes(text), longest);
        let mut found = Vec::new();
        while let Some(chunk) = rows.read_chunk().unwrap() {
            let lines = chunk.text.split_inclusive(|&byte| byte == b'\n');
            found.extend((chunk.first..).zip(lines).map(|(number, line)| {
                let is_read = !chunk.too_long.contains(&number);
                (number, is_read.then(|| line.strip_suffix(b"\n").unwrap_or(line).to_vec()))
            }));
        }
        found
    }

    #[test]
    fn what_is_too_long_costs_its_line_only() {
        let text = b"ab\n\nabcdef\nabcde\nabcd";
        let whole = |line: &[u8]| Some(line.to_vec());
        let expected = [whole(b"ab"), whole(b""), None, whole(b"abcde"), whole(b"abcd")];
        assert_eq!(lines(text, 5), (1..).zip(expected).collect::<Vec<_>>());
        assert_eq!(lines(&vec![b'['; 3 << 20], 1 << 10), [(1, None)]);
        assert!(lines(b"", 5).is_empty());
    }

    proptest! {
        #[test]
        fn every_line_comes_once(
            lengths in prop::collection::vec(0..12_usize, 0..60), longest in 1..12_u64,
        ) {
            let written: Vec<Vec<u8>> = lengths.iter().map(|&length| vec![b'x'; length]).collect();
            let text: Vec<u8> = written.iter().flat_map(|line| [line, &b"\n"[..]].concat()).collect();
            let expected = written.into_iter().map(|line| {
                (line.len() as u64 <= longest).then_some(line)
            });
            prop_assert_eq!(lines(&text, longest), (1..).zip(expected).collect::<Vec<_>>());
        }
    }

    #[test]
    fn an_index_finds_the_first_of_an_id() {
        let text = b"[0,\"x\"]\nno record\n[1,\"y\"]\n[0,\"z\"]\n";
        let id = |number: u8| Id([number; 16]);
        let index = Index::new(Data::from_bytes(&text[..]), 100, |line| {
            serde_json::from_slice::<(u8, String)>(line).ok().map(|(number, _)| id(number))
        });
        let index = index.unwrap();
        assert_eq!(index.find::<(u8, String)>(id(0)), Some((0, "x".to_owned())));
        assert_eq!(index.find::<(u8, String)>(id(1)), Some((1, "y".to_owned())));
        assert_eq!(index.find::<(u8, String)>(id(2)), None);
        assert!(index.reach == Reach::Whole);
    }
}
