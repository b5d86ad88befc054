//! Which mutant a number stands for, and its bytes.

use logsieve::input;
use logsieve::text::Content;

use super::mutate::damage;
use super::seeds::{self, Proof, Seed, Tree};
use crate::support::rng::Rng;

/// All seeds.
pub(super) struct Stock {
    pub(super) archives: Vec<Seed>,
    pub(super) texts: Vec<Seed>,
}

/// The `number`th mutant of a seed.
#[derive(Clone, Copy)]
pub(super) struct Mutant<'s> {
    pub(super) seed: &'s Seed,
    donor: &'s Seed,
    number: u64,
}

/// A mutant as it is read.
pub(super) struct Damaged {
    pub(super) files: Tree,
    /// Whether nothing but what the seed says may come out without an issue.
    pub(super) is_proven: bool,
}

/// Whether check sums were made right again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sealing {
    Sealed,
    Raw,
}

impl Stock {
    pub(super) fn new() -> Self {
        Self { archives: seeds::archives(), texts: seeds::texts() }
    }

    /// The mutant that comes `at`th: each archive in turn, and after every three of them a text.
    pub(super) fn mutant(&self, at: usize) -> Mutant<'_> {
        let (seeds, turn) = match at % 4 {
            3 => (&self.texts, at / 4),
            kind => (&self.archives, at / 4 * 3 + kind),
        };
        self.of(&seeds[turn % seeds.len()], seeds, (turn / seeds.len()) as u64)
    }

    /// The mutant with this name: `zip-deflate:17`.
    pub(super) fn named(&self, id: &str) -> Option<Mutant<'_>> {
        let (name, number) = id.rsplit_once(':')?;
        let find = |seeds: &'_ Vec<Seed>| seeds.iter().position(|seed| seed.name == name);
        let (seeds, at) = match (find(&self.archives), find(&self.texts)) {
            (Some(at), _) => (&self.archives, at),
            (_, at) => (&self.texts, at?),
        };
        Some(self.of(&seeds[at], seeds, number.parse().ok()?))
    }

    fn of<'s>(&'s self, seed: &'s Seed, donors: &'s [Seed], number: u64) -> Mutant<'s> {
        let donor = &donors[Rng::new(number ^ hash(&seed.name)).below(donors.len())];
        Mutant { seed, donor, number }
    }
}

/// FNV-1a: the same for ever.
fn hash(name: &str) -> u64 {
    let step = |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
    name.bytes().fold(0xcbf2_9ce4_8422_2325, step)
}

impl Mutant<'_> {
    pub(super) fn id(&self) -> String {
        format!("{}:{}", self.seed.name, self.number)
    }

    /// What is to be read.
    pub(super) fn damaged(&self) -> Damaged {
        let Seed { name, bytes: good, seal, wrap, proof } = self.seed;
        let mut rng = Rng::new(hash(name).wrapping_add(self.number.wrapping_mul(0x9E37_79B9)));
        let mut bytes = good.clone();
        let sealing = if rng.below(3) == 0 { Sealing::Raw } else { Sealing::Sealed };
        damage(&mut bytes, &seal.headers(good), &self.donor.bytes, &mut rng);
        if sealing == Sealing::Sealed {
            seal.apply(&mut bytes);
        }
        let looks_like_text =
            input::sniff(&bytes).is_none() && matches!(Content::sniff(&bytes), Content::Text(_));
        let files = wrap(bytes.clone());
        // Such a file is read as text, if its name does not say otherwise.
        let is_text = looks_like_text && matches!(&files[..], [(_, given)] if *given == bytes);
        let is_proven = *proof == Proof::CheckSums && sealing == Sealing::Raw && !is_text;
        Damaged { files, is_proven }
    }
}
