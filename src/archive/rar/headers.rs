//! The little that must be known of a RAR's headers before they are parsed: how expensive its key
//! is, and where the last complete block ends when the file was cut.

use std::io::{self, Read};

use crate::archive::data::Data;

const RAR4: &[u8] = b"Rar!\x1a\x07\x00";
const RAR5: &[u8] = b"Rar!\x1a\x07\x01\x00";

/// Longest fixed part of a block that is looked at.
const HEAD_BYTES: usize = 64;

/// The binary logarithm of the rounds of the key that the headers are encrypted with.
pub(super) fn header_key_power(data: &Data) -> io::Result<Option<u32>> {
    const ENCRYPTION: u64 = 4;
    let Some(rest) = head_at(data, 0)?.strip_prefix(RAR5).map(<[u8]>::to_vec) else {
        return Ok(None);
    };
    let mut fields = Fields(rest.get(4..).unwrap_or_default());
    let [_size, kind, _flags, _version, _encryption_flags] = std::array::from_fn(|_| fields.next());
    let power = fields.0.first().map(|&byte| u32::from(byte));
    Ok(power.filter(|_| kind == Some(ENCRYPTION)))
}

/// Where the last block ends that is there completely, if the walk gets on at all.
pub(super) fn end_of_complete_blocks(data: &Data) -> io::Result<Option<u64>> {
    let start = head_at(data, 0)?;
    let is_rar5 = start.starts_with(RAR5);
    if !is_rar5 && !start.starts_with(RAR4) {
        return Ok(None);
    }
    let length_of = if is_rar5 { length_of_rar5_block } else { length_of_rar4_block };
    let first = if is_rar5 { RAR5.len() } else { RAR4.len() } as u64;
    let mut position = first;
    while let Some(length) = length_of(&head_at(data, position)?) {
        match position.checked_add(length).filter(|&next| length > 0 && next <= data.length()) {
            Some(next) => position = next,
            None => break,
        }
    }
    Ok((position > first).then_some(position))
}

fn head_at(data: &Data, position: u64) -> io::Result<Vec<u8>> {
    let mut reader = data.reader();
    io::Seek::seek(&mut reader, io::SeekFrom::Start(position))?;
    let mut head = Vec::with_capacity(HEAD_BYTES);
    reader.take(HEAD_BYTES as u64).read_to_end(&mut head)?;
    Ok(head)
}

fn length_of_rar5_block(head: &[u8]) -> Option<u64> {
    const HAS_EXTRA: u64 = 1;
    const HAS_DATA: u64 = 2;
    let mut fields = Fields(head.get(4..)?);
    let size = fields.next()?;
    let framing = head.len() - fields.0.len();
    let (_kind, flags) = (fields.next()?, fields.next()?);
    if flags & HAS_EXTRA != 0 {
        fields.next()?;
    }
    let data = if flags & HAS_DATA != 0 { fields.next()? } else { 0 };
    (framing as u64).checked_add(size)?.checked_add(data)
}

fn length_of_rar4_block(head: &[u8]) -> Option<u64> {
    const FILE: u8 = 0x74;
    const SERVICE: u8 = 0x7a;
    const HAS_DATA: u16 = 0x8000;
    const HAS_HIGH_SIZES: u16 = 0x100;
    let [_, _, kind, flags_low, flags_high, size_low, size_high, ..] = *head else {
        return None;
    };
    let flags = u16::from_le_bytes([flags_low, flags_high]);
    let size = u64::from(u16::from_le_bytes([size_low, size_high]));
    let number_at = |at: usize| {
        head.get(at..)?.first_chunk().map(|bytes| u64::from(u32::from_le_bytes(*bytes)))
    };
    let is_member = kind == FILE || kind == SERVICE;
    let low = if flags & HAS_DATA != 0 || is_member { number_at(7)? } else { 0 };
    let high = if is_member && flags & HAS_HIGH_SIZES != 0 { number_at(32)? } else { 0 };
    size.checked_add(high << 32 | low)
}

/// Numbers of variable length.
struct Fields<'h>(&'h [u8]);

impl Iterator for Fields<'_> {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let (&byte, rest) = self.0.split_first()?;
            self.0 = rest;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_variable_length_end() {
        assert_eq!(Fields(&[0x81, 0x01, 5]).collect::<Vec<_>>(), [129, 5]);
        assert_eq!(Fields(&[0x80; 40]).next(), None);
    }

    #[test]
    fn an_expensive_key_is_seen_before_it_is_derived() {
        let mut bytes = RAR5.to_vec();
        bytes.extend([0, 0, 0, 0, 33, 4, 0, 0, 1, 24]);
        assert_eq!(header_key_power(&Data::from_bytes(bytes)).unwrap(), Some(24));
        assert_eq!(header_key_power(&Data::from_bytes(RAR4.to_vec())).unwrap(), None);
    }
}
