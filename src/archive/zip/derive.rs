//! PBKDF2 with HMAC-SHA-1, by which a password gives the keys of an entry.
//!
//! A thousand rounds for each part of the keys are nearly all that a small entry costs. What HMAC makes
//! of the password is the same in all of them, so it is kept, and a round is two blocks of SHA-1. Each
//! waits for the one before it, but the parts do not wait for each other: they go on by turns, so that
//! the processor has more than one of them in work.

use hmac::{Hmac, KeyInit, Mac};
use sha1::block_api::compress;
use sha1::{Digest, Sha1};
use zeroize::Zeroizing;

/// How often the password is hashed.
pub(super) const ROUNDS: u64 = 1000;

/// Bytes of a part, which are those that SHA-1 gives.
pub(super) const PART_BYTES: usize = 20;

/// Bytes that SHA-1 takes in at once.
const BLOCK_BYTES: usize = 64;

/// How many parts go on by turns.
const TURNS: usize = 4;

/// A part of the keys that a password gives.
pub(super) type Part = [u8; PART_BYTES];

type Block = [u8; BLOCK_BYTES];

/// SHA-1 between two blocks.
type State = [u32; PART_BYTES / 4];

/// SHA-1 in front of the first block.
const START: State = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0];

/// The block that ends what HMAC hashes when it is as long as a part, which stands in its first bytes.
const LAST_BLOCK: Block = {
    let mut block = [0; BLOCK_BYTES];
    block[PART_BYTES] = 0x80;
    let bits = 8 * (BLOCK_BYTES + PART_BYTES);
    [block[BLOCK_BYTES - 2], block[BLOCK_BYTES - 1]] = (bits as u16).to_be_bytes();
    block
};

/// A password that is ready for deriving.
pub(super) struct Deriver {
    mac: Hmac<Sha1>,
    /// The inner and the outer hash of HMAC, behind the block that each begins with.
    passes: Zeroizing<[State; 2]>,
}

impl Deriver {
    pub(super) fn new(password: &[u8]) -> Option<Self> {
        let mut key = Zeroizing::new([0; BLOCK_BYTES]);
        match key.get_mut(..password.len()) {
            Some(key) => key.copy_from_slice(password),
            None => copy(&*Zeroizing::new(Part::from(Sha1::digest(password))), &mut *key),
        }
        let mut passes = Zeroizing::new([START; 2]);
        for (state, pad) in passes.iter_mut().zip([0x36, 0x5c]) {
            let block = Zeroizing::new(key.map(|byte| byte ^ pad));
            compress(state, std::slice::from_ref(&*block));
        }
        Some(Self { mac: Hmac::new_from_slice(password).ok()?, passes })
    }

    /// Writes the parts that the password gives with `salt`, from number `first` on (the first of all is
    /// number one).
    pub(super) fn derive(&self, salt: &[u8], first: u32, parts: &mut [Part]) {
        let mut numbers = first..;
        for parts in parts.chunks_mut(TURNS) {
            let mut blocks = Zeroizing::new([LAST_BLOCK; TURNS]);
            let blocks = blocks.get_mut(..parts.len()).unwrap_or_default();
            for ((part, block), number) in parts.iter_mut().zip(&mut *blocks).zip(&mut numbers) {
                let mac = self.mac.clone().chain_update(salt).chain_update(number.to_be_bytes());
                *part = mac.finalize().into_bytes().into();
                copy(part, block);
            }
            for _ in 1..ROUNDS {
                self.round(blocks);
                for (part, block) in parts.iter_mut().zip(&*blocks) {
                    part.iter_mut().zip(block).for_each(|(sum, byte)| *sum ^= byte);
                }
            }
        }
    }

    /// Puts into each block the HMAC of the part in it.
    fn round(&self, blocks: &mut [Block]) {
        let mut state = Zeroizing::new(START);
        for pass in &*self.passes {
            for block in &mut *blocks {
                *state = *pass;
                compress(&mut state, std::slice::from_ref(block));
                copy(state.map(u32::to_be_bytes).as_flattened(), block);
            }
        }
    }
}

fn copy(from: &[u8], to: &mut [u8]) {
    to.iter_mut().zip(from).for_each(|(to, &from)| *to = from);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_those_of_pbkdf2() {
        let bytes: Vec<u8> = (0..300_u32).map(|n| (n * 7 + 3) as u8).collect();
        for length in [0, 1, 8, 19, 20, 21, 55, 56, 63, 64, 65, 127, 128, 129, 300] {
            let (password, salt) = (&bytes[..length], &bytes[..length % 17]);
            let mut expected = [[0; PART_BYTES]; 2 * TURNS + 1];
            let expected_bytes = expected.as_flattened_mut();
            pbkdf2::pbkdf2_hmac::<Sha1>(password, salt, ROUNDS as u32, expected_bytes);
            let deriver = Deriver::new(password).unwrap();
            let mut parts = [[0; PART_BYTES]; 2 * TURNS + 1];
            let (left, right) = parts.split_at_mut(length % (2 * TURNS));
            deriver.derive(salt, 1, left);
            deriver.derive(salt, left.len() as u32 + 1, right);
            assert_eq!(parts, expected, "a password of {length} bytes");
        }
    }
}
