//! HMAC-SHA-256 of millions of short values under one key.
//!
//! The key is taken in once. A value that leaves room in one block of SHA-256 takes two steps from
//! there; longer ones, which are rare, are left to the `hmac` crate.

use hmac::{Hmac, KeyInit, Mac};
use sha2::block_api::compress256;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::error::{Error, Result};

/// Bytes that SHA-256 takes in at a time.
const BLOCK: usize = 64;

/// Longest text that ends in the block that it begins in: behind it stand a mark and its length.
const LONGEST: usize = BLOCK - 1 - size_of::<u64>();

/// What SHA-256 begins with.
const START: [u32; 8] = [
    0x6a09_e667,
    0xbb67_ae85,
    0x3c6e_f372,
    0xa54f_f53a,
    0x510e_527f,
    0x9b05_688c,
    0x1f83_d9ab,
    0x5be0_cd19,
];

/// A key that has been taken in.
#[derive(Clone)]
pub(super) struct KeyedMac {
    /// Inside and outside, as RFC 2104 has them: what comes of a block made of the key.
    inside: Zeroizing<[u32; 8]>,
    outside: Zeroizing<[u32; 8]>,
    /// The same for values of any length.
    whole: Hmac<Sha256>,
}

impl KeyedMac {
    pub(super) fn new(key: &[u8]) -> Result<Self> {
        let whole = Hmac::new_from_slice(key)
            .map_err(|error| Error::internal(format!("a key of no use: {error}")))?;
        let hashed = Zeroizing::new(<[u8; 32]>::from(Sha256::digest(key)));
        let short = if key.len() > BLOCK { hashed.as_slice() } else { key };
        let behind = |pad: u8| {
            let mut block = Zeroizing::new([pad; BLOCK]);
            block.iter_mut().zip(short).for_each(|(byte, key)| *byte ^= key);
            let mut state = Zeroizing::new(START);
            compress256(&mut state, std::slice::from_ref(&*block));
            state
        };
        Ok(Self { inside: behind(0x36), outside: behind(0x5c), whole })
    }

    /// The code of `value`.
    pub(super) fn of(&self, value: &[u8]) -> [u8; 32] {
        if value.len() > LONGEST {
            let mut whole = self.whole.clone();
            whole.update(value);
            return whole.finalize().into_bytes().into();
        }
        finish(&self.outside, &finish(&self.inside, value))
    }
}

/// The digest of a text whose first block led to `state`, and of which `rest` is short.
fn finish(state: &[u32; 8], rest: &[u8]) -> [u8; 32] {
    let mut block = [0; BLOCK];
    if let Some((text, behind)) = block.split_at_mut_checked(rest.len()) {
        text.copy_from_slice(rest);
        behind.iter_mut().take(1).for_each(|mark| *mark = 0x80);
        let bits = (BLOCK + rest.len()) as u64 * 8;
        behind.last_chunk_mut().into_iter().for_each(|length| *length = bits.to_be_bytes());
    }
    let mut state = *state;
    compress256(&mut state, &[block]);
    let mut digest = [[0; 4]; 8];
    digest.iter_mut().zip(state).for_each(|(bytes, word)| *bytes = word.to_be_bytes());
    digest.as_flattened().first_chunk().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_is_hmac_sha_256(
            key in prop::collection::vec(any::<u8>(), 1..150),
            value in prop::collection::vec(any::<u8>(), 0..150),
        ) {
            let mut expected = Hmac::<Sha256>::new_from_slice(&key).unwrap();
            expected.update(&value);
            let expected: [u8; 32] = expected.finalize().into_bytes().into();
            prop_assert_eq!(KeyedMac::new(&key).unwrap().of(&value), expected);
        }
    }
}
