//! The filter for short lists: which dots have bytes around them that a watched name may have.
//!
//! With a few names, nearly all dots can be turned away without taking a key of any. The four bytes
//! around a dot are looked up by their halves, 64 dots at a time, in tables of 16 bytes, which
//! processors do in one instruction (it is how *Teddy* in Hyperscan and in `rg` begins). Each bit of
//! an answer stands for a group of names.

use fearless_simd::{Level, Simd, prelude::*, u8x64};

use super::filter::{PIECE, REACH, Vicinity};

/// Anchors up to which most dots are turned away.
const FEW: usize = 64;

/// The groups that allow a byte at some place: by its low half, and by its high half.
type Halves<T> = [T; 2];

/// What is there for each of the two bytes before a dot, and for those behind it.
type Places<T> = [[T; 2]; 2];

/// What is around the anchors of a few names.
#[derive(Debug)]
pub(super) struct FewNames {
    places: Places<Halves<[u8; 16]>>,
    anchors: usize,
}

impl FewNames {
    /// An empty filter for so many names, if it is worth its while with them on such a processor.
    pub(super) fn with_room(names: usize, level: Level) -> Option<Self> {
        let is_worth = names <= FEW && !level.is_fallback();
        is_worth.then_some(Self { places: [[[[0; _]; _]; _]; _], anchors: 0 })
    }

    /// Adds an anchor with these bytes around it, in any case; none may be any.
    pub(super) fn insert(&mut self, around: [Option<u8>; 4]) {
        let group = 1 << (self.anchors % 8);
        self.anchors += 1;
        for ([low, high], byte) in self.places.as_flattened_mut().iter_mut().zip(around) {
            let cases = byte.map(|byte| [byte.to_ascii_lowercase(), byte.to_ascii_uppercase()]);
            let allows = |half: usize, of: fn(u8) -> u8| {
                cases.is_none_or(|cases| cases.iter().any(|&byte| usize::from(of(byte)) == half))
            };
            for (half, (low, high)) in low.iter_mut().zip(high).enumerate() {
                *low |= if allows(half, |byte| byte & 15) { group } else { 0 };
                *high |= if allows(half, |byte| byte >> 4) { group } else { 0 };
            }
        }
    }

    /// Ready for use.
    #[inline(always)]
    pub(super) fn ready<S: Simd>(&self, simd: S) -> ReadyFew<S> {
        let wide = |table: [u8; 16]| {
            let table: [u8; PIECE] = std::array::from_fn(|at| *table.get(at % 16).unwrap_or(&0));
            u8x64::simd_from(simd, table)
        };
        ReadyFew { simd, places: self.places.map(|side| side.map(|halves| halves.map(wide))) }
    }
}

/// The tables of [`FewNames`] in the registers of a processor.
pub(super) struct ReadyFew<S: Simd> {
    simd: S,
    places: Places<Halves<u8x64<S>>>,
}

impl<S: Simd> ReadyFew<S> {
    /// One bit for every byte in the middle of `vicinity` whose neighbours are those of an anchor.
    #[inline(always)]
    pub(super) fn mask(&self, vicinity: &Vicinity) -> u64 {
        let [[far, near], [next, behind]] = &self.places;
        let before = self.groups(far, vicinity, REACH - 2) & self.groups(near, vicinity, REACH - 1);
        let after =
            self.groups(next, vicinity, REACH + 1) & self.groups(behind, vicinity, REACH + 2);
        !(before & after).simd_eq(0).to_bitmask()
    }

    /// The groups that allow each of the bytes from `start` on.
    #[inline(always)]
    fn groups(&self, [low, high]: &[u8x64<S>; 2], vicinity: &Vicinity, start: usize) -> u8x64<S> {
        let bytes = vicinity.get(start..).and_then(|bytes| bytes.first_chunk::<PIECE>());
        let bytes = u8x64::simd_from(self.simd, bytes.copied().unwrap_or([0; _]));
        low.swizzle_dyn_within_blocks(bytes & 15) & high.swizzle_dyn_within_blocks(bytes >> 4)
    }
}
