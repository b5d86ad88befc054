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

/// Bytes of a block; only the last of a file may have less.
pub(super) const BLOCK_BYTES: usize = 256 << 10;

/// A block of a file that is not empty.
pub(super) struct Block {
    /// How many stand before it.
    pub number: u64,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl Block {
    /// What the block is in the digest of a file that has others.
    pub(super) fn value(&self) -> ChainingValue {
        let mut hasher = Hasher::new();
        hasher.set_input_offset(self.number * BLOCK_BYTES as u64);
        hasher.update(&self.bytes).finalize_non_root()
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

    /// The digest, 64 hexadecimal digits; none of less than two blocks.
    pub(super) fn finish(mut self) -> Option<String> {
        let mut right = self.subtrees.pop()?;
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
        let text: Vec<u8> = (0..9 * BLOCK_BYTES).map(|at| (at % 251) as u8).collect();
        let lengths =
            (1..=9).flat_map(|blocks| [0, 1, 1000].map(|less| blocks * BLOCK_BYTES - less));
        for length in lengths.chain([BLOCK_BYTES + 1]) {
            let whole = text.get(..length).unwrap();
            let blocks = (0..).zip(whole.chunks(BLOCK_BYTES));
            let mut blocks: Vec<Block> =
                blocks.map(|(number, bytes)| Block { number, bytes: bytes.to_vec() }).collect();
            let middle = blocks.len() / 2;
            blocks.rotate_left(middle);
            let mut tree = BlockTree::default();
            blocks.iter().for_each(|block| tree.add(block.number, block.value()));
            let expected = (blocks.len() > 1).then(|| blake3::hash(whole).to_hex().to_string());
            assert_eq!(tree.finish(), expected, "{length}");
        }
    }
}
