//! AES in 7z: a key that is derived slowly, and bytes in cipher block chaining.
//!
//! Nothing but the bytes themselves tells a wrong key. Deriving one takes so long that it is done
//! once for each password and salt, and counted before it is done.

use std::collections::HashMap;
use std::io::{self, Read};

use aes::Aes256;
use cbc::Decryptor as Cbc;
use cbc::cipher::array::Array;
use cbc::cipher::{BlockModeDecrypt, KeyIvInit};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::source::corrupt;
use crate::issue::Issue;
use crate::limits::Budget;
use crate::password::Candidate;
use crate::text::to_utf8;

/// Bytes of a block of the cipher.
const BLOCK_BYTES: usize = 16;
/// How many bytes are decrypted at once.
const BUFFER_BYTES: usize = 16 << 10;
/// Most keys that are remembered.
const MAX_KEYS: usize = 10_000;

/// A key of the cipher.
pub(super) type Key = Zeroizing<[u8; 32]>;

/// What a coder says about its key.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Lock {
    /// The binary logarithm of the rounds in which the key is derived.
    power: u8,
    salt: Vec<u8>,
}

/// This power stands for a key that is not derived: salt and password as they are.
const NO_ROUNDS: u8 = 0x3f;

impl Lock {
    /// The lock and the first vector of the cipher.
    pub(super) fn of(properties: &[u8]) -> io::Result<(Self, [u8; BLOCK_BYTES])> {
        let mut vector = [0; BLOCK_BYTES];
        let (&first, rest) = properties.split_first().unwrap_or((&0, &[]));
        let (&lengths, rest) = rest.split_first().unwrap_or((&0, &[]));
        let salt_bytes = usize::from(first >> 7) + usize::from(lengths >> 4);
        let vector_bytes = usize::from(first >> 6 & 1) + usize::from(lengths & 0xf);
        let short = || corrupt("the properties of an encrypted block are damaged");
        let (salt, rest) = rest.split_at_checked(salt_bytes).ok_or_else(short)?;
        let stored = rest.get(..vector_bytes).ok_or_else(short)?;
        vector.get_mut(..vector_bytes).ok_or_else(short)?.copy_from_slice(stored);
        Ok((Self { power: first & 0x3f, salt: salt.to_vec() }, vector))
    }

    /// Derives the key.
    ///
    /// # Errors
    /// It would take too long.
    fn derive(&self, candidate: &Candidate, budget: &Budget) -> Result<Key, Issue> {
        let mut seed = Zeroizing::new(self.salt.clone());
        let password = Zeroizing::new(to_utf8(candidate.word()).into_owned());
        seed.extend(password.encode_utf16().flat_map(u16::to_le_bytes));
        let mut key = Zeroizing::new([0; 32]);
        if self.power == NO_ROUNDS {
            key.iter_mut().zip(seed.iter()).for_each(|(to, from)| *to = *from);
            return Ok(key);
        }
        let rounds = 1_u64 << self.power;
        let round_bytes = seed.len() + size_of::<u64>();
        let hashed = u128::from(rounds) * round_bytes as u128 / 64;
        budget.take_derivation(rounds, u64::try_from(hashed).unwrap_or(u64::MAX))?;
        // The hash is fed with many rounds at once.
        const AT_ONCE: u64 = 64;
        let mut hash = Sha256::new();
        let mut bytes = Zeroizing::new(Vec::new());
        for first in (0..rounds).step_by(AT_ONCE as usize) {
            bytes.clear();
            for round in first..rounds.min(first + AT_ONCE) {
                bytes.extend_from_slice(&seed);
                bytes.extend_from_slice(&round.to_le_bytes());
            }
            hash.update(&*bytes);
        }
        key.copy_from_slice(&hash.finalize());
        Ok(key)
    }
}

/// The keys that were derived, by the index of the candidate.
#[derive(Clone, Default)]
pub(super) struct Keyring(HashMap<(usize, Lock), Key>);

impl Keyring {
    /// The key that `candidate` gives for `lock`.
    ///
    /// # Errors
    /// Deriving it would take too long.
    pub(super) fn key(
        &mut self,
        lock: &Lock,
        (index, candidate): (usize, &Candidate),
        budget: &Budget,
    ) -> Result<Key, Issue> {
        if let Some(key) = self.0.get(&(index, lock.clone())) {
            return Ok(key.clone());
        }
        let key = lock.derive(candidate, budget)?;
        if self.0.len() >= MAX_KEYS {
            self.0.clear();
        }
        self.0.insert((index, lock.clone()), key.clone());
        Ok(key)
    }
}

/// The decrypted bytes of a stream, whole blocks of the cipher.
pub(super) struct Decryptor<R> {
    inner: R,
    cipher: Cbc<Aes256>,
    buffer: Vec<u8>,
    /// How many bytes of the buffer are decrypted, and how many of these are handed out.
    ready: usize,
    taken: usize,
}

impl<R: Read> Decryptor<R> {
    pub(super) fn new(inner: R, key: &Key, vector: &[u8; BLOCK_BYTES]) -> Self {
        let cipher = Cbc::new((&**key).into(), vector.into());
        Self { inner, cipher, buffer: vec![0; BUFFER_BYTES], ready: 0, taken: 0 }
    }

    fn refill(&mut self) -> io::Result<()> {
        let mut filled = 0;
        while let Some(room @ [_, ..]) = self.buffer.get_mut(filled..) {
            match self.inner.read(room) {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        let whole = filled - filled % BLOCK_BYTES;
        if whole == 0 && filled > 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let whole_blocks = self.buffer.get_mut(..whole).unwrap_or_default();
        let (blocks, _) = Array::slice_as_chunks_mut(whole_blocks);
        self.cipher.decrypt_blocks(blocks);
        (self.ready, self.taken) = (whole, 0);
        Ok(())
    }
}

impl<R: Read> Read for Decryptor<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.taken == self.ready {
            self.refill()?;
        }
        let mut ready = self.buffer.get(self.taken..self.ready).unwrap_or_default();
        let count = ready.read(buffer)?;
        self.taken += count;
        Ok(count)
    }
}
