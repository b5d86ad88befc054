//! AES in ZIPs, as WinZip made it: a key for each entry, and a seal behind its bytes.
//!
//! The bytes of an entry are a salt, two bytes that tell most wrong passwords, the encrypted bytes
//! (counter mode), and ten bytes of an HMAC over these. How the bytes were compressed stands in an
//! extra field. Source: WinZip, "AES Encryption Information: Encryption Specification AE-1 and AE-2".

use std::cell::Cell;
use std::io::{self, BufRead, Read};

use aes::{Aes128, Aes192, Aes256};
use ctr::Ctr128LE;
use ctr::cipher::{KeyIvInit, StreamCipher};
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use zeroize::Zeroizing;

use super::derive::{Deriver, PART_BYTES, Part};
use super::local::{Extra, u16_at};
use crate::archive::bounded;
use crate::archive::window::Window;
use crate::issue::{Code, Issue, Stage};

/// The number of the extra field.
const FIELD: u16 = 0x9901;
/// Bytes that tell most wrong passwords.
const CHECK_BYTES: usize = 2;
/// Parts that hold two keys of the longest kind and these bytes.
const MOST_PARTS: usize = (2 * 32 + CHECK_BYTES).div_ceil(PART_BYTES);
/// Bytes of the seal behind an entry.
const SEAL_BYTES: usize = 10;

/// How an entry is encrypted, and how it was compressed before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Aes {
    strength: Strength,
    /// The compression method.
    pub(super) method: u16,
    /// Whether the CRC of the bytes was kept.
    pub(super) crc: KeptCrc,
}

/// Whether the headers of an encrypted entry hold the CRC of its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum KeptCrc {
    /// They do (AE-1).
    Yes,
    /// They hold zero (AE-2), since the CRC would tell something of the bytes.
    No,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Strength {
    Bits128,
    Bits192,
    Bits256,
}

impl Strength {
    fn key_bytes(self) -> usize {
        match self {
            Self::Bits128 => 16,
            Self::Bits192 => 24,
            Self::Bits256 => 32,
        }
    }

    fn salt_bytes(self) -> usize {
        self.key_bytes() / 2
    }
}

/// An entry's keys, and the range of its encrypted bytes.
#[derive(Clone)]
pub(super) struct Opened {
    aes: Aes,
    /// The key of the cipher, that of the seal, and the bytes that tell wrong passwords.
    derived: Zeroizing<[Part; MOST_PARTS]>,
    from: u64,
    to: u64,
}

/// What became of the seal behind an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Seal {
    /// It has not been reached.
    Unseen,
    Whole,
    Broken,
}

/// Keeps what the [`Decryptor`] finds out about the seal, for when all bytes are read.
pub(super) struct SealCheck(Cell<Seal>);

impl SealCheck {
    pub(super) fn new() -> Self {
        Self(Cell::new(Seal::Unseen))
    }

    /// What the bytes are worth that were read.
    ///
    /// # Errors
    /// The seal is broken.
    pub(super) fn verdict(&self) -> Result<(), Issue> {
        match self.0.get() {
            Seal::Unseen | Seal::Whole => Ok(()),
            Seal::Broken => {
                let text = "the seal of the encrypted entry is broken: its bytes were changed";
                Err(Issue::loss(Stage::Decrypt, Code::AuthFailed, text))
            }
        }
    }
}

impl Aes {
    /// What the extra fields of an entry say; none where they do not.
    pub(super) fn of(extra: &[u8]) -> Option<Self> {
        let (_, field) = Extra(extra).find(|&(id, _)| id == FIELD)?;
        let (version, strength, method) = (u16_at(field, 0)?, *field.get(4)?, u16_at(field, 5)?);
        Some(Self {
            strength: match strength {
                1 => Strength::Bits128,
                2 => Strength::Bits192,
                3 => Strength::Bits256,
                _ => return None,
            },
            method,
            crc: if version == 1 { KeptCrc::Yes } else { KeptCrc::No },
        })
    }

    /// The keys that `password` gives for the entry at `from..to`; none if it is a wrong one, which
    /// one wrong password in 65,536 is not told to be.
    ///
    /// A wrong one costs the part with the bytes that tell it, one of four with the longest keys.
    ///
    /// # Errors
    /// The entry is too short, or cannot be read.
    pub(super) fn open(
        self,
        window: &mut Window,
        (from, to): (u64, u64),
        password: &[u8],
    ) -> Result<Option<Opened>, Issue> {
        let head_bytes = self.strength.salt_bytes() + CHECK_BYTES;
        let mut head = [0; 16 + CHECK_BYTES];
        window.aim(from, to);
        let head = head.get_mut(..head_bytes).unwrap_or_default();
        window.read_exact(head).map_err(|error| bounded::issue_of(&error))?;
        let Some((salt, check)) = head.split_last_chunk::<CHECK_BYTES>() else { return Ok(None) };
        let mut opened = Opened {
            aes: self,
            derived: Zeroizing::default(),
            from: from + head_bytes as u64,
            to: to.saturating_sub(SEAL_BYTES as u64),
        };
        let Some(deriver) = Deriver::new(password) else { return Ok(None) };
        let before = 2 * self.strength.key_bytes();
        let count = (before + CHECK_BYTES).div_ceil(PART_BYTES);
        let parts = opened.derived.get_mut(..count).unwrap_or_default();
        let Some((telling, others)) = parts.split_last_mut() else { return Ok(None) };
        deriver.derive(salt, count as u32, std::slice::from_mut(telling));
        if telling.get(before % PART_BYTES..).is_none_or(|bytes| !bytes.starts_with(check)) {
            return Ok(None);
        }
        deriver.derive(salt, 1, others);
        Ok(Some(opened))
    }
}

impl Opened {
    /// How the entry was encrypted.
    pub(super) fn aes(&self) -> Aes {
        self.aes
    }

    fn cipher(&self) -> Option<Box<dyn StreamCipher>> {
        let strength = self.aes.strength;
        strength.cipher(self.derived.as_flattened().get(..strength.key_bytes())?)
    }

    fn mac(&self) -> Option<Hmac<Sha1>> {
        let bytes = self.aes.strength.key_bytes();
        Hmac::new_from_slice(self.derived.as_flattened().get(bytes..2 * bytes)?).ok()
    }

    /// Whether the seal of the entry is that of its bytes, which proves its keys.
    pub(super) fn is_sealed(&self, window: &mut Window) -> bool {
        let seal = SealCheck::new();
        let read = Decryptor::new(window, self, &seal)
            .is_some_and(|mut bytes| io::copy(&mut bytes, &mut io::sink()).is_ok());
        read && seal.0.get() == Seal::Whole
    }
}

impl Strength {
    /// Counter mode, the counter beginning with one; none if the key is of another length.
    fn cipher(self, key: &[u8]) -> Option<Box<dyn StreamCipher>> {
        const START: [u8; 16] = 1_u128.to_le_bytes();
        fn boxed<C: KeyIvInit + StreamCipher + 'static>(
            key: &[u8],
        ) -> Option<Box<dyn StreamCipher>> {
            let cipher = C::new_from_slices(key, &START).ok()?;
            Some(Box::new(cipher))
        }
        match self {
            Self::Bits128 => boxed::<Ctr128LE<Aes128>>(key),
            Self::Bits192 => boxed::<Ctr128LE<Aes192>>(key),
            Self::Bits256 => boxed::<Ctr128LE<Aes256>>(key),
        }
    }
}

/// The decrypted bytes of an entry.
pub(super) struct Decryptor<'w> {
    window: &'w mut Window,
    cipher: Box<dyn StreamCipher>,
    mac: Hmac<Sha1>,
    /// Where the encrypted bytes end.
    to: u64,
    seal: &'w SealCheck,
}

impl<'w> Decryptor<'w> {
    /// Decrypts the entry that `window` can show and tells `seal` whether it is whole; none if its
    /// keys cannot be used.
    pub(super) fn new(
        window: &'w mut Window,
        opened: &Opened,
        seal: &'w SealCheck,
    ) -> Option<Self> {
        window.aim(opened.from, opened.to);
        Some(Self { window, cipher: opened.cipher()?, mac: opened.mac()?, to: opened.to, seal })
    }

    /// Compares the seal with the bytes, all of which have been read.
    fn look_at_seal(&mut self) -> io::Result<()> {
        let mut stored = [0; SEAL_BYTES];
        self.window.aim(self.to, self.to + SEAL_BYTES as u64);
        self.window.read_exact(&mut stored)?;
        let is_whole = self.mac.clone().verify_truncated_left(&stored).is_ok();
        self.seal.0.set(if is_whole { Seal::Whole } else { Seal::Broken });
        self.window.aim(self.to, self.to);
        Ok(())
    }
}

impl Read for Decryptor<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.window.fill_buf()?.read(buffer)?;
        self.window.consume(count);
        if let Some(bytes) = buffer.get_mut(..count) {
            self.mac.update(bytes);
            self.cipher.apply_keystream(bytes);
        }
        // The last bytes are looked at as they are read: a decompressor may ask for no more.
        if self.window.position() >= self.to && self.seal.0.get() == Seal::Unseen {
            self.look_at_seal()?;
        }
        Ok(count)
    }
}
