//! Keys of encrypted headers and members: derived once, counted before, checked as cheaply as can be.
//!
//! Deriving a key is made expensive on purpose, and an archive may ask for another one for each
//! header and member. So every derivation is charged to the budget before it is made, the last ones
//! are remembered, and once a password has opened something no other is tried any more.

use std::collections::VecDeque;

use rars::crypto::rar30::Rar30Cipher;
use rars::crypto::rar50::{Rar50Cipher, Rar50Keys};
use sha2::{Digest, Sha256};

use crate::archive::rar::member::Lock;
use crate::issue::{Code, Issue, Stage};
use crate::limits::Budget;
use crate::password::{self, Candidate};

/// How many keys are remembered.
const REMEMBERED: usize = 16;

/// What a key is derived from besides the password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Salt {
    /// RAR 2.9 to 4.
    Rar4(Option<[u8; 8]>),
    /// RAR 5 to 7, with the binary logarithm of the rounds.
    Rar5([u8; 16], u8),
}

/// A derived key.
#[derive(Clone)]
pub(super) enum Key {
    /// RAR 2.9 to 4: AES-128 with the initialisation vector.
    Rar4(Box<Rar30Cipher>),
    /// RAR 5 to 7: AES-256, the key of keyed check sums, and the check value.
    Rar5(Box<Rar50Keys>),
}

impl Key {
    /// Decrypts whole cipher blocks. `before` is the encrypted block in front of them, or the
    /// initialisation vector, which RAR4 derives with the key.
    pub(super) fn decrypt(&self, before: Option<[u8; 16]>, blocks: &mut [u8]) {
        // The ciphers refuse nothing but odd lengths.
        let _ = match self {
            Self::Rar4(cipher) => {
                let mut cipher = Rar30Cipher::clone(cipher);
                if let Some(mut before) = before {
                    let _ = cipher.decrypt_in_place(&mut before);
                }
                cipher.decrypt_in_place(blocks).ok()
            }
            Self::Rar5(keys) => {
                let mut cipher = Rar50Cipher::new(keys.key, before.unwrap_or_default());
                cipher.decrypt_in_place(blocks).ok()
            }
        };
    }

    /// What the stored check value says of the key; nothing if there is none, or a damaged one.
    pub(super) fn fits(&self, check: Option<&[u8; 12]>) -> Option<bool> {
        let Self::Rar5(keys) = self else { return None };
        let (value, sum) = check?.split_first_chunk::<8>()?;
        let is_intact = Sha256::digest(value).starts_with(sum);
        // Old programs said that there is a value and wrote zeros.
        (is_intact && *value != [0; 8]).then(|| *value == keys.password_check)
    }

    /// A CRC-32 as an archive with keyed check sums stores it.
    pub(super) fn keyed_crc(&self, crc: u32) -> u32 {
        match self {
            Self::Rar4(_) => crc,
            Self::Rar5(keys) => keys.mac_crc32(crc),
        }
    }

    /// A BLAKE2sp sum as an archive with keyed check sums stores it.
    pub(super) fn keyed_hash(&self, hash: [u8; 32]) -> [u8; 32] {
        match self {
            Self::Rar4(_) => hash,
            Self::Rar5(keys) => keys.mac_hash32(hash),
        }
    }
}

/// The candidates and the keys that were derived from them.
#[derive(Clone)]
pub(super) struct Keys<'a> {
    candidates: &'a [Candidate],
    budget: &'a Budget,
    remembered: VecDeque<(usize, Salt, Key)>,
    /// The candidate that opened something.
    winner: Option<usize>,
}

impl<'a> Keys<'a> {
    pub(super) fn new(candidates: &'a [Candidate], budget: &'a Budget) -> Self {
        Self { candidates, budget, remembered: VecDeque::new(), winner: None }
    }

    /// The candidate that opened something.
    pub(super) fn winner(&self) -> Option<&'a Candidate> {
        self.winner.and_then(|index| self.candidates.get(index))
    }

    /// Why something encrypted stays closed.
    pub(super) fn locked(&self) -> Issue {
        password::locked(self.candidates)
    }

    /// The indices of the candidates that are still in question.
    pub(super) fn in_question(&self) -> std::ops::Range<usize> {
        match self.winner {
            Some(index) => index..index + 1,
            None => 0..self.candidates.len(),
        }
    }

    /// Says that this candidate is the right one.
    pub(super) fn settle(&mut self, candidate: usize) {
        self.winner = Some(candidate);
    }

    /// Opens something with the first candidate in question for whose key `read` says that it is the
    /// right one; once one is settled, its key is good enough.
    ///
    /// # Errors
    /// None fits, or they take too long.
    pub(super) fn open<T>(
        &mut self,
        salt: &Salt,
        mut read: impl FnMut(&Key) -> Result<(T, bool), Issue>,
    ) -> Result<T, Issue> {
        let is_settled = self.winner.is_some();
        for candidate in self.in_question() {
            let Some(key) = self.derive(candidate, salt)? else { continue };
            match read(&key) {
                Ok((opened, is_right)) if is_right || is_settled => {
                    self.winner = Some(candidate);
                    return Ok(opened);
                }
                Err(issue) if is_settled => return Err(issue),
                _ => {}
            }
        }
        Err(self.locked())
    }

    /// The key of a member, with the candidate that opened the archive; none if it needs none, or
    /// the decoder makes it itself.
    ///
    /// # Errors
    /// The password is another one, the way of encrypting is not known, or it takes too long.
    pub(super) fn unlock(&mut self, lock: Option<&Lock>) -> Result<Option<Key>, Issue> {
        let (salt, check) = match lock {
            None | Some(Lock::Old) => return Ok(None),
            Some(Lock::Rar4(salt)) => (salt, None),
            Some(Lock::Rar5 { salt, check, .. }) => (salt, check.as_ref()),
            Some(Lock::Unknown) => return Err(unknown()),
        };
        let key = match self.winner {
            Some(candidate) => self.derive(candidate, salt)?,
            None => return Err(self.locked()),
        };
        match key {
            Some(key) if key.fits(check) != Some(false) => Ok(Some(key)),
            _ => Err(wrong()),
        }
    }

    /// The key for a candidate; none if the word cannot be a password of such an archive.
    ///
    /// # Errors
    /// It takes too long.
    pub(super) fn derive(&mut self, candidate: usize, salt: &Salt) -> Result<Option<Key>, Issue> {
        let mut remembered = self.remembered.iter();
        if let Some((_, _, key)) = remembered.find(|known| known.0 == candidate && known.1 == *salt)
        {
            return Ok(Some(key.clone()));
        }
        let Some(word) = self.candidates.get(candidate).map(Candidate::word) else {
            return Ok(None);
        };
        let (rounds, hash_blocks) = cost(word, salt);
        self.budget.take_derivation(rounds, hash_blocks)?;
        let key = match *salt {
            Salt::Rar4(salt) => {
                Rar30Cipher::new(word, salt).ok().map(|cipher| Key::Rar4(Box::new(cipher)))
            }
            Salt::Rar5(salt, power) => {
                Rar50Keys::derive(word, salt, power).ok().map(|keys| Key::Rar5(Box::new(keys)))
            }
        };
        if let Some(key) = &key {
            self.remembered.truncate(REMEMBERED - 1);
            self.remembered.push_front((candidate, *salt, key.clone()));
        }
        Ok(key)
    }
}

/// Rounds of a derivation, and how many blocks it hashes.
fn cost(word: &[u8], salt: &Salt) -> (u64, u64) {
    const HASH_BLOCK: u64 = 64;
    match *salt {
        // Each round hashes the password in UTF-16, the salt and a counter.
        Salt::Rar4(_) => {
            let rounds = 1 << 18;
            (rounds, rounds * (2 * word.len() as u64 + 8 + 3) / HASH_BLOCK)
        }
        // Each round is a keyed hash: four blocks, as both its keys are hashed anew.
        Salt::Rar5(_, power) => {
            let rounds = 1_u64.checked_shl(power.into()).unwrap_or(u64::MAX);
            (rounds, rounds.saturating_add(32).saturating_mul(4))
        }
    }
}

/// The issue for encryption of a kind that is not known.
pub(super) fn unknown() -> Issue {
    let text = "encrypted in a way that is not known";
    Issue::loss(Stage::Decrypt, Code::UnsupportedEncryption, text)
}

/// The issue for a member that the password does not open.
pub(super) fn wrong() -> Issue {
    let text = "encrypted with another password than the rest of the archive";
    Issue::loss(Stage::Decrypt, Code::PasswordWrong, text)
}
