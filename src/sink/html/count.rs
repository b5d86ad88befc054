//! Counting in bounded memory, for a report on any number of exposures.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

/// How many different names a [`Tally`] holds.
const MOST_NAMES: usize = 65_536;

/// How many different things a [`Distinct`] can tell apart.
const MOST_DISTINCT: usize = 1_000_000;

/// How often each name occurs. When there are too many names, the rarest are forgotten: what is
/// frequent stays, and its count is then a lower bound.
#[derive(Debug)]
pub(super) struct Tally<K> {
    counts: HashMap<K, u64>,
    total: u64,
    is_exact: bool,
}

impl<K> Default for Tally<K> {
    fn default() -> Self {
        Self { counts: HashMap::new(), total: 0, is_exact: true }
    }
}

impl<K: Hash + Ord> Tally<K> {
    /// Counts `name` once.
    pub(super) fn add(&mut self, name: K) {
        self.total += 1;
        *self.counts.entry(name).or_default() += 1;
        if self.counts.len() > MOST_NAMES {
            self.forget_the_rarest();
        }
    }

    fn forget_the_rarest(&mut self) {
        let mut all: Vec<(K, u64)> = self.counts.drain().collect();
        all.sort_unstable_by(|(a, times_a), (b, times_b)| (times_b, a).cmp(&(times_a, b)));
        all.truncate(MOST_NAMES / 2);
        self.counts.extend(all);
        self.is_exact = false;
    }

    /// How often anything was counted.
    pub(super) fn total(&self) -> u64 {
        self.total
    }

    /// How many names there are, as far as they are known.
    pub(super) fn names(&self) -> usize {
        self.counts.len()
    }

    /// Whether no name was forgotten.
    pub(super) fn is_exact(&self) -> bool {
        self.is_exact
    }

    /// How often `name` was counted.
    pub(super) fn count(&self, name: &K) -> u64 {
        self.counts.get(name).copied().unwrap_or_default()
    }

    /// The most frequent names.
    pub(super) fn top(&self, most: usize) -> Vec<(&K, u64)> {
        let mut all: Vec<(&K, u64)> =
            self.counts.iter().map(|(name, &times)| (name, times)).collect();
        all.sort_unstable_by_key(|&(name, times)| (Reverse(times), name));
        all.truncate(most);
        all
    }
}

/// How many different things there are.
#[derive(Debug, Default)]
pub(super) struct Distinct {
    seen: HashSet<u64>,
}

impl Distinct {
    /// Takes in `thing`; tells whether it is a new one. Past a million all are taken for known.
    pub(super) fn is_new(&mut self, thing: &(impl Hash + ?Sized)) -> bool {
        let mut hasher = DefaultHasher::new();
        thing.hash(&mut hasher);
        !self.is_full() && self.seen.insert(hasher.finish())
    }

    fn is_full(&self) -> bool {
        self.seen.len() >= MOST_DISTINCT
    }

    /// The number for people.
    pub(super) fn shown(&self) -> String {
        let number = grouped(self.seen.len() as u64);
        if self.is_full() { format!("over {number}") } else { number }
    }
}

/// Keeps the things of the lowest ranks and counts the others.
#[derive(Debug)]
pub(super) struct Foremost<R, T> {
    kept: BTreeMap<R, T>,
    most: usize,
    seen: u64,
}

impl<R: Ord, T> Foremost<R, T> {
    /// Will keep so many.
    pub(super) fn new(most: usize) -> Self {
        Self { kept: BTreeMap::new(), most, seen: 0 }
    }

    /// Keeps what `make` makes, if its rank is among the lowest. Every rank comes once.
    pub(super) fn offer(&mut self, rank: R, make: impl FnOnce() -> T) {
        self.seen += 1;
        let is_full = self.kept.len() >= self.most;
        if is_full && self.kept.last_key_value().is_none_or(|(last, _)| *last < rank) {
            return;
        }
        self.kept.insert(rank, make());
        if is_full {
            self.kept.pop_last();
        }
    }

    /// How many were offered.
    pub(super) fn seen(&self) -> u64 {
        self.seen
    }

    /// How many were not kept.
    pub(super) fn left_out(&self) -> u64 {
        self.seen - self.kept.len() as u64
    }

    /// What was kept, lowest rank first.
    pub(super) fn kept(&self) -> impl Iterator<Item = &T> {
        self.kept.values()
    }
}

/// A number with a comma after every three digits.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut shown = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

/// A number with its noun: `1 log`, `1,200 logs`.
pub(super) fn counted(number: u64, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", grouped(number))
}

/// A number of bytes in its largest unit.
pub(super) fn bytes(number: u64) -> String {
    const UNITS: [&str; 5] = ["KiB", "MiB", "GiB", "TiB", "PiB"];
    let mut size = number as f64;
    let mut shown = counted(number, "byte");
    for unit in UNITS {
        if size < 1024.0 {
            break;
        }
        size /= 1024.0;
        shown = format!("{size:.1} {unit}");
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_for_people() {
        for (number, shown) in
            [(0, "0"), (12, "12"), (999, "999"), (1_000, "1,000"), (1_600_000, "1,600,000")]
        {
            assert_eq!(grouped(number), shown);
        }
        for (number, shown) in [
            (0, "0 bytes"),
            (1, "1 byte"),
            (1_023, "1,023 bytes"),
            (1_536, "1.5 KiB"),
            (8 << 30, "8.0 GiB"),
            (u64::MAX, "16384.0 PiB"),
        ] {
            assert_eq!(bytes(number), shown);
        }
        assert_eq!(
            (counted(1, "log"), counted(2_000, "log")),
            ("1 log".into(), "2,000 logs".into())
        );
    }

    #[test]
    fn a_tally_counts_and_orders() {
        let mut tally = Tally::default();
        for name in ["b", "a", "c", "a"] {
            tally.add(name);
        }
        assert_eq!(tally.top(2), [(&"a", 2), (&"b", 1)]);
        assert_eq!((tally.total(), tally.names(), tally.count(&"c")), (4, 3, 1));
        assert!(tally.is_exact());
    }

    #[test]
    fn a_tally_of_too_many_names_keeps_the_frequent_ones() {
        let mut tally = Tally::default();
        for number in 0..3 * MOST_NAMES {
            tally.add(number);
            if number % 10 == 0 {
                tally.add(usize::MAX);
            }
        }
        let often = (3 * MOST_NAMES).div_ceil(10) as u64;
        assert_eq!(tally.top(1), [(&usize::MAX, often)]);
        assert!(tally.names() <= MOST_NAMES && !tally.is_exact());
        assert_eq!(tally.total(), 3 * MOST_NAMES as u64 + often);
    }

    #[test]
    fn different_things_are_counted_once() {
        let mut people = Distinct::default();
        assert!(people.is_new("jane") && people.is_new("john") && !people.is_new("jane"));
        assert_eq!(people.shown(), "2");
    }

    #[test]
    fn the_foremost_stay() {
        let mut foremost = Foremost::new(3);
        for rank in [5, 1, 4, 2, 3] {
            foremost.offer(rank, || rank);
        }
        assert_eq!(foremost.kept().copied().collect::<Vec<_>>(), [1, 2, 3]);
        assert_eq!((foremost.seen(), foremost.left_out()), (5, 2));
    }
}
