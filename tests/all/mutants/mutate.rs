//! Damage: bits and bytes flipped, numbers made absurd, parts cut out, repeated and taken from
//! elsewhere.

use std::ops::Range;

use crate::support::rng::Rng;

/// Numbers at which something usually overflows.
const NUMBERS: &[u64] =
    &[0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fff_ffff, 0xffff_ffff, 1 << 62, u64::MAX];

/// Longest part that is repeated, cut out or taken from elsewhere.
const MAX_PART: usize = 96;

/// Damages `bytes` in one to four places, half of them in `headers`; `donor` is where foreign parts
/// come from.
pub(super) fn damage(bytes: &mut Vec<u8>, headers: &[Range<usize>], donor: &[u8], rng: &mut Rng) {
    for _ in 0..rng.within(1, 4) {
        let at = place(bytes.len(), headers, rng);
        damage_at(bytes, at, donor, rng);
    }
    if rng.per_mille(50) {
        bytes.truncate(rng.below(bytes.len() + 1));
    }
}

fn place(length: usize, headers: &[Range<usize>], rng: &mut Rng) -> usize {
    if headers.is_empty() || rng.per_mille(500) {
        return rng.below(length + 1);
    }
    let header = rng.pick(headers);
    (header.start + rng.below(header.len().max(1))).min(length)
}

fn damage_at(bytes: &mut Vec<u8>, at: usize, donor: &[u8], rng: &mut Rng) {
    let end = (at + rng.within(1, MAX_PART)).min(bytes.len());
    match rng.below(12) {
        0..4 => change(bytes, at, |byte| byte ^ 1 << rng.below(8)),
        4..6 => {
            let value = rng.next() as u8;
            change(bytes, at, |_| value);
        }
        6..8 => {
            let number = rng.pick(NUMBERS).to_le_bytes();
            let width = *rng.pick(&[1, 2, 4, 8]);
            overwrite(bytes, at, &number[..width]);
        }
        8 => drop(bytes.drain(at..end)),
        9 => {
            let part = bytes[at..end].repeat(rng.within(1, 3));
            drop(bytes.splice(at..at, part));
        }
        kind => {
            let from = rng.below(donor.len().max(1));
            let part = donor.get(from..(from + end - at).min(donor.len())).unwrap_or_default();
            if kind == 10 {
                overwrite(bytes, at, part);
            } else {
                drop(bytes.splice(at..at, part.iter().copied()));
            }
        }
    }
}

fn change(bytes: &mut [u8], at: usize, how: impl FnOnce(u8) -> u8) {
    if let Some(byte) = bytes.get_mut(at) {
        *byte = how(*byte);
    }
}

fn overwrite(bytes: &mut [u8], at: usize, with: &[u8]) {
    let length = with.len().min(bytes.len() - at);
    bytes[at..at + length].copy_from_slice(&with[..length]);
}
