//! Secrets, and the keyed names that stand for them.
//!
//! A [`Secret`] cannot be printed. What leaves the program is a [`Fingerprint`], which any other
//! system that holds the key can compute too, and an [`Id`], which says that two things are the
//! same thing without saying what it is. There is no unkeyed hash: it could be reversed by trying.

use std::borrow::Cow;
use std::fmt;
use std::hash::Hasher;
use std::io::Read;
use std::path::Path;
use std::str::FromStr;

use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::error::{Error, Result};

/// A password or cookie value as it stands in a log; it does not print and does not serialise.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret<'t>(Cow<'t, [u8]>);

impl<'t> Secret<'t> {
    /// Wraps the bytes of a secret.
    pub fn new(bytes: impl Into<Cow<'t, [u8]>>) -> Self {
        Self(bytes.into())
    }

    /// The bytes, for fingerprinting and measuring only.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Secret<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// What stands before each field of an id: its length in eight bytes.
const FIELD_HEAD: usize = 8;

/// Fewest bytes of a usable key.
const MIN_KEY_BYTES: usize = 16;

/// The key of a case: everything that names a secret or a person is derived with it.
#[derive(Clone)]
pub struct Key {
    bytes: Zeroizing<Vec<u8>>,
    /// Has taken in the key, which is half of the work for short values.
    mac: Hmac<Sha256>,
    id_key: Zeroizing<[u8; 32]>,
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({})", self.key_id())
    }
}

impl Key {
    /// A key from its bytes.
    ///
    /// # Errors
    /// Fewer than 16 bytes.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self> {
        if bytes.len() < MIN_KEY_BYTES {
            return Err(Error::config(format!(
                "a key needs at least {MIN_KEY_BYTES} bytes; `head -c 32 /dev/urandom | base64` makes one"
            )));
        }
        let bytes = Zeroizing::new(bytes);
        let mac = Hmac::new_from_slice(&bytes)
            .map_err(|error| Error::internal(format!("a key of no use: {error}")))?;
        let id_key = Zeroizing::new(blake3::derive_key("logsieve 2026 record ids", &bytes));
        Ok(Self { bytes, mac, id_key })
    }

    /// A fresh random key: 64 hexadecimal digits.
    ///
    /// # Errors
    /// The system gives no random bytes.
    pub fn random() -> Result<Self> {
        let mut raw = Zeroizing::new([0_u8; 32]);
        getrandom::fill(raw.as_mut_slice())
            .map_err(|error| Error::internal(format!("no random bytes: {error}")))?;
        Self::from_bytes(hex(raw.as_slice()).into_bytes())
    }

    /// The key in `path`: the bytes of the file, without the final line end of a text file.
    ///
    /// # Errors
    /// The file cannot be read, is readable for others than its owner, or is too short.
    pub fn from_file(path: &Path) -> Result<Self> {
        let failed = |error: std::io::Error| {
            Error::config(format!("cannot read the key file {}: {error}", path.display()))
        };
        let file = std::fs::File::open(path).map_err(failed)?;
        refuse_shared(path, &file.metadata().map_err(failed)?)?;
        let mut bytes = Vec::new();
        file.take(1 << 16).read_to_end(&mut bytes).map_err(failed)?;
        if bytes.is_ascii() {
            let kept = bytes.trim_ascii_end().len();
            bytes.truncate(kept);
        }
        Self::from_bytes(bytes)
    }

    /// The bytes of the key, for writing a case's own key file.
    pub fn expose(&self) -> &[u8] {
        &self.bytes
    }

    /// A name for the key itself that does not give it away; `summary` shows it.
    pub fn key_id(&self) -> Id {
        self.id("key", &[])
    }

    /// What stands for the secret `value`: the first 16 bytes of HMAC-SHA-256 under this key.
    ///
    /// ```
    /// let key = logsieve::secret::Key::from_bytes(b"0123456789abcdef".to_vec()).unwrap();
    /// assert_eq!(key.fingerprint(b"Example#1"), key.fingerprint(b"Example#1"));
    /// assert_ne!(key.fingerprint(b"Example#1"), key.fingerprint(b"Example#2"));
    /// ```
    pub fn fingerprint(&self, value: &[u8]) -> Fingerprint {
        let mut mac = self.mac.clone();
        mac.update(value);
        Fingerprint(first_sixteen(&mac.finalize().into_bytes()))
    }

    /// The id of a thing of `kind` that is told from others by `fields`.
    pub fn id(&self, kind: &str, fields: &[&[u8]]) -> Id {
        self.id_in_pieces(kind, fields.iter().map(std::slice::from_ref))
    }

    /// The same where each field comes in pieces that need not be put together before.
    pub(crate) fn id_in_pieces<'f>(
        &self,
        kind: &str,
        fields: impl Iterator<Item = &'f [&'f [u8]]> + Clone,
    ) -> Id {
        let kind = &[kind.as_bytes()][..];
        let length = |field: &[&[u8]]| field.iter().map(|piece| piece.len()).sum::<usize>();
        // One call for all bytes is much cheaper than a hasher for many, and ids are short.
        let all = fields.clone().map(|field| FIELD_HEAD + length(field)).sum::<usize>();
        let mut joined = Vec::with_capacity(FIELD_HEAD + length(kind) + all);
        let mut join = |field: &[&[u8]]| {
            joined.extend_from_slice(&(length(field) as u64).to_le_bytes());
            field.iter().for_each(|piece| joined.extend_from_slice(piece));
        };
        join(kind);
        fields.for_each(join);
        Id(first_sixteen(blake3::keyed_hash(&self.id_key, &joined).as_bytes()))
    }
}

fn first_sixteen(bytes: &[u8]) -> [u8; 16] {
    bytes.first_chunk().copied().unwrap_or_default()
}

#[cfg(unix)]
fn refuse_shared(path: &Path, metadata: &std::fs::Metadata) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    if metadata.permissions().mode() & 0o077 != 0 {
        return Err(Error::config(format!(
            "the key file {0} can be read by others; run `chmod 600 {0}` first",
            path.display()
        )));
    }
    Ok(())
}

#[cfg(not(unix))]
fn refuse_shared(_path: &Path, _metadata: &std::fs::Metadata) -> Result<()> {
    Ok(())
}

/// Keyed stand-in for a secret: 32 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint(pub [u8; 16]);

/// Keyed name of a thing, the same in every source and every run of a case: 32 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(pub [u8; 16]);

/// Hashes an [`Id`] for tables: it is a keyed hash itself, so that eight of its bytes will do.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct IdHasher(u64);

impl Hasher for IdHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 ^= bytes.first_chunk().map_or(0, |first| u64::from_le_bytes(*first));
    }

    /// The length, which all ids have in common.
    fn write_usize(&mut self, _: usize) {}
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(digits(&self.0).as_str())
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(digits(&self.0).as_str())
    }
}

impl Serialize for Fingerprint {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(digits(&self.0).as_str())
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(digits(&self.0).as_str())
    }
}

impl FromStr for Id {
    type Err = NoId;

    fn from_str(text: &str) -> std::result::Result<Self, NoId> {
        unhex(text).map(Self).ok_or(NoId)
    }
}

impl FromStr for Fingerprint {
    type Err = NoId;

    fn from_str(text: &str) -> std::result::Result<Self, NoId> {
        unhex(text).map(Self).ok_or(NoId)
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl<'de> Deserialize<'de> for Fingerprint {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// Says that a text is neither an id nor a fingerprint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoId;

impl fmt::Display for NoId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an id has 32 hexadecimal digits")
    }
}

impl std::error::Error for NoId {}

/// The bytes of 32 hexadecimal digits.
fn unhex(text: &str) -> Option<[u8; 16]> {
    let is_hex = text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let number = u128::from_str_radix(text, 16).ok().filter(|_| is_hex)?;
    Some(number.to_be_bytes())
}

/// `bytes` as lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from(hex_digit(nibble));
    bytes.iter().flat_map(|&byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// The hexadecimal digits of an id or a fingerprint, which every record has several of.
struct Digits([u8; 32]);

impl Digits {
    fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

fn digits(bytes: &[u8; 16]) -> Digits {
    let mut digits = [[0; 8]; 4];
    for (eight, four) in digits.iter_mut().zip(bytes.as_chunks().0) {
        *eight = eight_digits(u32::from_be_bytes(*four));
    }
    Digits(digits.as_flattened().first_chunk().copied().unwrap_or_default())
}

/// The digits of four bytes, all at once: each half of a byte is moved to a byte of its own.
fn eight_digits(four: u32) -> [u8; 8] {
    const ONES: u64 = u64::MAX / 255;
    let mut halves = u64::from(four);
    halves = (halves | halves << 16) & 0x0000_ffff_0000_ffff;
    halves = (halves | halves << 8) & 0x00ff_00ff_00ff_00ff;
    halves = (halves | halves << 4) & 0x0f0f_0f0f_0f0f_0f0f;
    // One where the half is ten or more, and a letter stands for it.
    let letters = (halves + 6 * ONES) >> 4 & ONES;
    let from_nine_to_a = u64::from(b'a' - b'9' - 1);
    (halves + u64::from(b'0') * ONES + letters * from_nine_to_a).to_be_bytes()
}

/// The digit for a number below sixteen.
fn hex_digit(nibble: u8) -> u8 {
    nibble + if nibble < 10 { b'0' } else { b'a' - 10 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_does_not_print() {
        assert_eq!(format!("{:?}", Secret::new(b"Example#1".as_slice())), "Secret(…)");
    }

    #[test]
    fn fingerprints_are_hmac_sha_256() {
        // RFC 4231, test case 2: key "Jefe" is too short for us, so test case 1 is used.
        let key = Key::from_bytes(vec![0x0b; 20]).unwrap();
        assert_eq!(key.fingerprint(b"Hi There").to_string(), "b0344c61d8db38535ca8afceaf0bf12b");
    }

    #[test]
    fn ids_are_shown_in_hexadecimal_digits() {
        let bytes = |from: u8| std::array::from_fn(|at| from.wrapping_add(at as u8 * 17));
        for id in (0..=u8::MAX).map(bytes) {
            assert_eq!(Id(id).to_string(), hex(&id));
            assert_eq!(Id(id).to_string().parse(), Ok(Id(id)));
        }
    }

    #[test]
    fn ids_depend_on_where_a_field_ends() {
        let key = Key::from_bytes(vec![7; 32]).unwrap();
        assert_ne!(key.id("x", &[b"ab", b"c"]), key.id("x", &[b"a", b"bc"]));
    }

    #[test]
    #[cfg(unix)]
    fn a_key_file_that_others_can_read_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "0123456789abcdef\n").unwrap();
        std::fs::set_permissions(file.path(), std::fs::Permissions::from_mode(0o644)).unwrap();
        assert!(Key::from_file(file.path()).unwrap_err().to_string().contains("chmod 600"));
        std::fs::set_permissions(file.path(), std::fs::Permissions::from_mode(0o600)).unwrap();
        assert_eq!(Key::from_file(file.path()).unwrap().expose(), b"0123456789abcdef");
    }
}
