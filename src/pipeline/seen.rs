//! What was seen before, in a bounded amount of memory.
//!
//! A run may come by more ids than memory holds. What was not met for long is forgotten then: it may
//! come twice, but it is never lost.

use std::collections::{HashMap, HashSet};

use crate::secret::Id;

/// How many ids one generation remembers.
const GENERATION: usize = 1 << 18;

/// A set that remembers at least the last [`GENERATION`] ids.
#[derive(Debug, Default)]
pub(super) struct Seen {
    young: HashSet<Id>,
    old: HashSet<Id>,
}

impl Seen {
    /// Whether `id` is remembered.
    pub(super) fn contains(&self, id: &Id) -> bool {
        self.young.contains(id) || self.old.contains(id)
    }

    /// Remembers `id`; returns whether it is new.
    pub(super) fn insert(&mut self, id: Id) -> bool {
        let is_new = !self.contains(&id);
        if self.young.insert(id) && self.young.len() >= GENERATION {
            self.old = std::mem::take(&mut self.young);
        }
        is_new
    }
}

/// Numbers equal ids, so that each is told from those before it.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    counts: HashMap<Id, u64>,
    /// How often all counts were forgotten.
    epoch: u32,
}

impl Numbers {
    /// The number of `id` among its equals, from 0; in every epoch others.
    pub(super) fn next(&mut self, id: Id) -> u64 {
        if self.counts.len() >= GENERATION {
            self.counts = HashMap::new();
            self.epoch = self.epoch.wrapping_add(1);
        }
        let count = self.counts.entry(id).or_default();
        let number = *count | u64::from(self.epoch) << 40;
        *count += 1;
        number
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: usize) -> Id {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&number.to_le_bytes());
        Id(bytes)
    }

    #[test]
    fn the_latest_are_remembered() {
        let mut seen = Seen::default();
        assert!(seen.insert(id(0)));
        assert!(!seen.insert(id(0)));
        (1..=3 * GENERATION).for_each(|number| assert!(seen.insert(id(number))));
        assert!((2 * GENERATION..=3 * GENERATION).all(|number| seen.contains(&id(number))));
        assert!(!seen.contains(&id(0)));
        assert!(seen.young.len() + seen.old.len() <= 2 * GENERATION);
    }

    #[test]
    fn equals_have_numbers_of_their_own() {
        let mut numbers = Numbers::default();
        let mut met = HashSet::new();
        assert_eq!((numbers.next(id(1)), numbers.next(id(2)), numbers.next(id(1))), (0, 0, 1));
        for _ in 0..3 {
            assert!(met.insert(numbers.next(id(1))));
            (0..GENERATION).for_each(|number| _ = numbers.next(id(number + 5)));
        }
    }
}
