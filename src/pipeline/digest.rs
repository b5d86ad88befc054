//! The BLAKE3 of sources, which several workers read if they are large.
//!
//! BLAKE3 is a tree: what stands in an aligned block of a power of two of bytes has a value of its
//! own, and the values of all blocks together give the digest.

use std::collections::BTreeMap;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};

use blake3::Hasher;
use blake3::hazmat::{
    ChainingValue, HasherExt, Mode, merge_subtrees_non_root, merge_subtrees_root,
};

use crate::archive::data::Data;
use crate::pipeline::ordered::in_order;
use crate::pipeline::text_source::fill;
use crate::secret::hex;

/// Most bytes that are read at once.
const BUFFER_BYTES: usize = 256 << 10;

/// What has fewer of them is read by one thread.
const FEWEST_BLOCKS: u64 = 4;

/// BLAKE3 of all bytes that are there, 64 hexadecimal digits; up to `threads` threads read.
///
/// # Errors
/// They cannot be read.
pub(super) fn of(data: &Data, threads: usize) -> io::Result<String> {
    let by_blocks = match threads > 1 && is_for_many(data) {
        true => by_blocks(data, threads)?,
        false => None,
    };
    by_blocks.map_or_else(|| in_one_piece(data), Ok)
}

/// Whether several threads read it sooner than one.
pub(super) fn is_for_many(data: &Data) -> bool {
    data.bytes().is_none() && data.length().div_ceil(BLOCK_BYTES) >= FEWEST_BLOCKS
}

/// The digest by blocks; none if the data changed meanwhile.
fn by_blocks(data: &Data, threads: usize) -> io::Result<Option<String>> {
    let data = Data::join(data.present().cloned().collect());
    let blocks = data.length().div_ceil(BLOCK_BYTES);
    let mut tree = BlockTree::default();
    let add =
        |number, value: Option<_>| value.into_iter().for_each(|value| tree.add(number, value));
    each_block(threads, 0..blocks, |number| value_of(&data, number), add)?;
    Ok(tree.finish(blocks))
}

/// Has up to `threads` threads `read` these blocks, and takes what they read in order, up to the first
/// that cannot be read.
///
/// # Errors
/// One cannot be read.
pub(super) fn each_block<R: Send>(
    threads: usize,
    blocks: Range<u64>,
    read: impl Fn(u64) -> io::Result<R> + Sync,
    mut take: impl FnMut(u64, R),
) -> io::Result<()> {
    let is_broken = AtomicBool::new(false);
    let blocks = blocks.take_while(|_| !is_broken.load(Ordering::Relaxed));
    let mut outcome = Ok(());
    let ended = in_order(
        threads,
        blocks,
        |number, _, put| {
            let read = read(number);
            is_broken.fetch_or(read.is_err(), Ordering::Relaxed);
            put((number, read));
        },
        |_| 1,
        |(number, read)| {
            match read {
                _ if outcome.is_err() => {}
                Ok(read) => take(number, read),
                Err(error) => outcome = Err(error),
            }
            Ok(())
        },
    );
    outcome.and(ended.map_err(io::Error::other))
}

/// The value of a block; none where the data has become shorter.
pub(super) fn value_of(data: &Data, number: u64) -> io::Result<Option<ChainingValue>> {
    let mut reader = data.reader();
    reader.seek(SeekFrom::Start(number * BLOCK_BYTES))?;
    let (mut block, mut reader) = (Block::new(number), reader.take(BLOCK_BYTES));
    let mut piece = vec![0; BUFFER_BYTES];
    loop {
        let (count, error) = fill(&mut reader, &mut piece);
        error.map_or(Ok(()), Err)?;
        block.update(piece.get(..count).unwrap_or_default());
        if count < piece.len() {
            return Ok(block.value());
        }
    }
}

/// The digest by one thread, in one buffer that is as large as what it reads asks for.
fn in_one_piece(data: &Data) -> io::Result<String> {
    let (mut hasher, mut buffer) = (Hasher::new(), Vec::new());
    for volume in data.present() {
        if let Some(bytes) = volume.bytes() {
            hasher.update(bytes);
            continue;
        }
        let length = usize::try_from(volume.length()).unwrap_or(usize::MAX);
        let room = length.min(BUFFER_BYTES).max(buffer.len());
        buffer.resize(room, 0);
        let mut offset = 0;
        while offset < volume.length() {
            let count = volume.read_at(&mut buffer, offset)?;
            hasher.update(buffer.get(..count).unwrap_or_default());
            offset += count as u64;
            if count == 0 {
                break;
            }
        }
    }
    Ok(hex(hasher.finalize().as_bytes()))
}

/// Bytes of a block; only the last of a file may have less. In tests few, so that texts have many.
pub(super) const BLOCK_BYTES: u64 = if cfg!(test) { 64 << 10 } else { 4 << 20 };

/// A block of a file on its way to its value.
pub(super) struct Block {
    hasher: Hasher,
}

impl Block {
    /// The block that `number` others stand before.
    pub(super) fn new(number: u64) -> Self {
        let mut hasher = Hasher::new();
        hasher.set_input_offset(number * BLOCK_BYTES);
        Self { hasher }
    }

    /// Takes the next bytes of it.
    pub(super) fn update(&mut self, bytes: &[u8]) {
        self.hasher.update(bytes);
    }

    /// What it is in the digest of a file that has others; none if it is empty.
    pub(super) fn value(&self) -> Option<ChainingValue> {
        (self.hasher.count() > 0).then(|| self.hasher.finalize_non_root())
    }
}

/// The values of blocks on their way to the digest.
#[derive(Default)]
pub(super) struct BlockTree {
    /// Of how many blocks, from the first on, the values are in `subtrees`.
    blocks: u64,
    /// The values of subtrees, from left to right; two are put together when it is known that more
    /// follows.
    subtrees: Vec<ChainingValue>,
    /// The values of blocks that came before those on their left.
    early: BTreeMap<u64, ChainingValue>,
}

impl BlockTree {
    /// Adds the value of a block; they may come in any order.
    pub(super) fn add(&mut self, number: u64, value: ChainingValue) {
        self.early.insert(number, value);
        while let Some(next) = self.early.remove(&self.blocks) {
            // As many complete subtrees stand on the left as the number of blocks has ones.
            while self.subtrees.len() > self.blocks.count_ones() as usize {
                let right = self.subtrees.pop().unwrap_or_default();
                let left = self.subtrees.pop().unwrap_or_default();
                self.subtrees.push(merge_subtrees_non_root(&left, &right, Mode::Hash));
            }
            self.subtrees.push(next);
            self.blocks += 1;
        }
    }

    /// The digest of a file of so many blocks, 64 hexadecimal digits; none if some are missing, or if
    /// there are less than two.
    pub(super) fn finish(mut self, blocks: u64) -> Option<String> {
        let mut right = self.subtrees.pop().filter(|_| self.blocks == blocks)?;
        let root = self.subtrees.first().copied()?;
        while self.subtrees.len() > 1 {
            let left = self.subtrees.pop().unwrap_or_default();
            right = merge_subtrees_non_root(&left, &right, Mode::Hash);
        }
        Some(hex(merge_subtrees_root(&root, &right, Mode::Hash).as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn blocks_in_any_order_give_the_digest_of_the_whole() {
        let size = BLOCK_BYTES as usize;
        let text: Vec<u8> = (0..5 * size).map(|at| (at % 251) as u8).collect();
        let lengths = (1..=5).flat_map(|blocks| [0, 1, 1000].map(|less| blocks * size - less));
        for length in lengths.chain([size + 1]) {
            let whole = text.get(..length).unwrap();
            let values = (0..).zip(whole.chunks(size)).map(|(number, bytes)| {
                let mut block = Block::new(number);
                bytes.chunks(100_000).for_each(|piece| block.update(piece));
                (number, block.value().unwrap())
            });
            let mut values: Vec<_> = values.collect();
            let (count, middle) = (values.len() as u64, values.len() / 2);
            values.rotate_left(middle);
            let tree = |values: &[(u64, ChainingValue)]| {
                let mut tree = BlockTree::default();
                values.iter().for_each(|&(number, value)| tree.add(number, value));
                tree
            };
            let expected = (count > 1).then(|| blake3::hash(whole).to_hex().to_string());
            assert_eq!(tree(&values).finish(count), expected, "{length}");
            assert_eq!(tree(values.get(1..).unwrap()).finish(count), None, "{length}");
        }
        assert!(Block::new(3).value().is_none());
    }

    #[test]
    fn any_number_of_threads_gives_the_same() {
        let block = BLOCK_BYTES as usize;
        for length in [0, 1, block, 3 * block, 3 * block + 1, 9 * block, 9 * block - 7] {
            let text: Vec<u8> = (0..length).map(|at| (at % 253) as u8).collect();
            let expected = blake3::hash(&text).to_hex().to_string();
            let mut file = tempfile::tempfile().unwrap();
            file.write_all(&text).unwrap();
            let file = Data::from_file(file).unwrap();
            let (left, right) = text.split_at(length / 3);
            let halves = [left, right].map(Data::from_bytes);
            let [first, last] = halves.clone();
            let set = Data::join(vec![first, Data::Missing { length: 9 * BLOCK_BYTES }, last]);
            for data in [file, Data::from_bytes(text), Data::join(halves.into()), set] {
                for threads in [1, 2, 5] {
                    assert_eq!(of(&data, threads).unwrap(), expected, "{length}, {threads}");
                }
            }
        }
    }

    #[test]
    fn what_cannot_be_read_ends_the_reading() {
        let mut taken = Vec::new();
        let read = |number| if number == 5 { Err(io::Error::other("gone")) } else { Ok(number) };
        let take = |number, read| taken.push((number, read));
        let error = each_block(3, 0..u64::MAX, read, take).unwrap_err();
        assert_eq!(error.to_string(), "gone");
        assert_eq!(taken, [(0, 0), (1, 1), (2, 2), (3, 3), (4, 4)]);
    }
}
