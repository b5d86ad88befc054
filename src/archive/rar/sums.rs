//! Check sums of decoded members.

use blake2s_simd::blake2sp;
use flate2::Crc;

use crate::archive::rar::keys::Key;
use crate::archive::rar::member::{Lock, Member, Packing};
use crate::issue::{Code, Issue, Stage};

/// The check sum that the archive claims for a member.
#[derive(Clone)]
pub(super) struct Claim {
    sum: Sum,
    /// The key that the sum is hashed with.
    key: Option<Key>,
}

#[derive(Clone)]
enum Sum {
    Crc(u32),
    Blake2sp(Box<[u8; 32]>),
}

impl Claim {
    /// What the headers claim; the decoder itself checks the sums of RAR4, whose headers demand one.
    pub(super) fn of(member: &Member, key: Option<&Key>) -> Option<Self> {
        let Packing::Rar5 { hash, .. } = &member.packing else { return None };
        let sum = hash.clone().map(Sum::Blake2sp).or(member.crc.map(Sum::Crc))?;
        let is_keyed =
            matches!(member.lock.as_deref(), Some(Lock::Rar5 { has_keyed_sums: true, .. }));
        Some(Self { sum, key: key.filter(|_| is_keyed).cloned() })
    }
}

/// Compares what a member claims with the bytes that come.
pub(super) struct Check {
    claim: Claim,
    state: State,
    bytes: u64,
}

enum State {
    Crc(Crc),
    Blake2sp(Box<blake2sp::State>),
}

impl Check {
    pub(super) fn new(claim: Claim) -> Self {
        let state = match claim.sum {
            Sum::Crc(_) => State::Crc(Crc::new()),
            Sum::Blake2sp(_) => State::Blake2sp(Box::new(blake2sp::State::new())),
        };
        Self { claim, state, bytes: 0 }
    }

    pub(super) fn update(&mut self, bytes: &[u8]) {
        self.bytes += bytes.len() as u64;
        match &mut self.state {
            State::Crc(crc) => crc.update(bytes),
            State::Blake2sp(state) => {
                state.update(bytes);
            }
        }
    }

    /// # Errors
    /// The sums differ.
    pub(super) fn finish(self) -> Result<(), Issue> {
        let key = self.claim.key.as_ref();
        let (name, is_right) = match (self.claim.sum, self.state) {
            (Sum::Crc(claimed), State::Crc(crc)) => {
                let sum = crc.sum();
                ("CRC-32", key.map_or(sum, |key| key.keyed_crc(sum)) == claimed)
            }
            (Sum::Blake2sp(claimed), State::Blake2sp(state)) => {
                let sum = *state.finalize().as_array();
                ("BLAKE2sp sum", key.map_or(sum, |key| key.keyed_hash(sum)) == *claimed)
            }
            _ => ("sum", false),
        };
        if is_right {
            return Ok(());
        }
        let text = format!("the {name} is wrong");
        Err(Issue::loss(Stage::Decode, Code::CrcMismatch, text).over_bytes(self.bytes))
    }
}
