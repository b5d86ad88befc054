//! RAR5 written block by block and sealed with the right check sums, whatever it says.

use rars::crypto::rar50::{Rar50Cipher, Rar50Keys};

use super::pack::crc32;

pub(crate) const SIGNATURE: &[u8] = b"Rar!\x1a\x07\x01\x00";

/// A number of variable length.
pub(crate) fn vint(mut number: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
    bytes
}

/// A header, from its kind on, with its size and check sum in front.
pub(crate) fn sealed(header: &[u8]) -> Vec<u8> {
    let sized = [&vint(header.len() as u64), header].concat();
    [&crc32(&sized).to_le_bytes()[..], &sized].concat()
}

/// A file whose claims can be lies.
#[derive(Clone)]
pub(crate) struct File {
    pub(crate) name: String,
    pub(crate) data: Vec<u8>,
    pub(crate) declared_packed: u64,
    pub(crate) size: u64,
    pub(crate) crc: u32,
    pub(crate) info: u64,
    pub(crate) flags: u64,
    pub(crate) extra: Vec<u8>,
}

impl File {
    pub(crate) fn stored(name: &str, bytes: &[u8]) -> Self {
        Self {
            name: name.into(),
            data: bytes.to_vec(),
            declared_packed: bytes.len() as u64,
            size: bytes.len() as u64,
            crc: crc32(bytes),
            info: 0,
            flags: 0,
            extra: Vec::new(),
        }
    }

    /// The same, encrypted; without a check value of the password if `has_check` is 0.
    pub(crate) fn locked(self, password: &[u8], salt: [u8; 16], power: u8, has_check: u8) -> Self {
        let keys = Rar50Keys::derive(password, salt, power.min(10)).unwrap();
        let mut data = self.data;
        data.resize(data.len().next_multiple_of(16), b'?');
        let vector = [7; 16];
        Rar50Cipher::new(keys.key, vector).encrypt_in_place(&mut data).unwrap();
        let mut record = vec![1, 0, has_check | 2, power];
        record.extend(salt);
        record.extend(vector);
        if has_check != 0 {
            record.extend(keys.password_check_record());
        }
        let extra = [&vint(record.len() as u64), &record[..]].concat();
        let (crc, declared_packed) = (keys.mac_crc32(self.crc), data.len() as u64);
        Self { data, crc, declared_packed, extra, ..self }
    }

    /// Its header, sealed, without data.
    pub(crate) fn header(&self) -> Vec<u8> {
        const FILE: u64 = 2;
        const HAS_CRC: u64 = 4;
        const HAS_DATA: u64 = 2;
        let has_extra = u64::from(!self.extra.is_empty());
        let mut header = [vint(FILE), vint(self.flags | HAS_DATA | has_extra)].concat();
        if has_extra != 0 {
            header.extend(vint(self.extra.len() as u64));
        }
        header.extend(vint(self.declared_packed));
        for number in [HAS_CRC, self.size, 0] {
            header.extend(vint(number));
        }
        header.extend(self.crc.to_le_bytes());
        for number in [self.info, 0, self.name.len() as u64] {
            header.extend(vint(number));
        }
        header.extend(self.name.as_bytes());
        header.extend(&self.extra);
        sealed(&header)
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        [&self.header()[..], &self.data].concat()
    }
}

/// The main header with its flags; of a volume with its number.
pub(crate) fn main(flags: u64, number: u64) -> Vec<u8> {
    const HAS_NUMBER: u64 = 2;
    let mut header = [vint(1), vint(0), vint(flags)].concat();
    if flags & HAS_NUMBER != 0 {
        header.extend(vint(number));
    }
    sealed(&header)
}

/// The end mark; `flags` 1 says that another volume follows.
pub(crate) fn end(flags: u8) -> Vec<u8> {
    sealed(&[5, 0, flags])
}

/// An archive with these blocks between its ends.
pub(crate) fn archive(blocks: &[Vec<u8>]) -> Vec<u8> {
    [SIGNATURE, &main(0, 0), &blocks.concat(), &end(0)].concat()
}
