//! The BLAKE3 of a file that several workers read.
//!
//! BLAKE3 is a tree: what stands in an aligned block of a power of two of bytes has a value of its
//! own, and the values of all blocks together give the digest.

use std::collections::BTreeMap;

use blake3::Hasher;
use blake3::hazmat::{
    ChainingValue, HasherExt, Mode, merge_subtrees_non_root, merge_subtrees_root,
};

use crate::secret::hex;

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
}
