//! Any number of things in order, each once, in a bounded amount of memory.
//!
//! Things are held until there are too many, sorted, and put aside as a run; at the end all runs are
//! read side by side.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;
use std::io::{self, BufRead, BufReader, Read};

use crate::spill::{SpillWriter, Spilled};

/// How many runs of one level are merged into one of the next: few files are open at a time.
const FAN_IN: usize = if cfg!(test) { 4 } else { 128 };

/// How much of a run is read or written at once.
const PIECE_BYTES: usize = 64 << 10;

/// What can be put aside.
pub(super) trait Item: Ord + Sized {
    /// The memory that it takes, in bytes.
    fn weight(&self) -> usize;
    /// Appends it to `out`.
    fn write(&self, out: &mut Vec<u8>) -> io::Result<()>;
    /// Reads what was written.
    fn read(from: &mut impl BufRead) -> io::Result<Self>;
}

/// Takes things in any order.
pub(super) struct Sorter<T> {
    held: Vec<T>,
    weight: usize,
    /// How many bytes are held at most.
    most: usize,
    /// The largest first.
    runs: Vec<Run>,
}

impl<T: Item> Sorter<T> {
    /// A sorter that holds some `most` bytes in memory.
    pub(super) fn new(most: usize) -> Self {
        Self { held: Vec::new(), weight: 0, most, runs: Vec::new() }
    }

    /// Takes a thing.
    ///
    /// # Errors
    /// The temporary folder has no room.
    pub(super) fn push(&mut self, item: T) -> io::Result<()> {
        self.weight += item.weight();
        self.held.push(item);
        if self.weight < self.most {
            return Ok(());
        }
        self.sort();
        // Where most came more than once, there is room again.
        if self.weight > self.most / 2 { self.put_aside() } else { Ok(()) }
    }

    fn sort(&mut self) {
        self.held.sort_unstable();
        self.held.dedup();
        self.weight = self.held.iter().map(T::weight).sum();
    }

    fn put_aside(&mut self) -> io::Result<()> {
        self.weight = 0;
        self.runs.push(Run::write(0, self.held.drain(..).map(Ok))?);
        while let Some((first, level)) = self.full_level() {
            let full = self.runs.split_off(first);
            self.runs.push(Run::write(level + 1, Sorted::<T>::new(Vec::new(), full)?)?);
        }
        Ok(())
    }

    /// The last level, if it has all the runs that it may have, and where it begins.
    fn full_level(&self) -> Option<(usize, u32)> {
        let first = self.runs.len().checked_sub(FAN_IN)?;
        let level = self.runs.get(first)?.level;
        (self.runs.last()?.level == level).then_some((first, level))
    }

    /// All that came, in order, each once.
    ///
    /// # Errors
    /// What was put aside cannot be read.
    pub(super) fn into_sorted(mut self) -> io::Result<Sorted<T>> {
        self.sort();
        Sorted::new(self.held, self.runs)
    }
}

/// Things in order that were put aside.
struct Run {
    level: u32,
    count: u64,
    file: Spilled,
}

impl Run {
    fn write<T: Item>(level: u32, items: impl Iterator<Item = io::Result<T>>) -> io::Result<Self> {
        let (mut writer, mut buffer) = (SpillWriter::new()?, Vec::with_capacity(PIECE_BYTES));
        let (mut count, mut length) = (0, 0);
        for item in items {
            item?.write(&mut buffer)?;
            count += 1;
            if buffer.len() >= PIECE_BYTES {
                writer.append(&buffer)?;
                length += buffer.len() as u64;
                buffer.clear();
            }
        }
        writer.append(&buffer)?;
        Ok(Self { level, count, file: writer.finish(length + buffer.len() as u64) })
    }
}

/// Things in order, each once.
pub(super) struct Sorted<T> {
    sources: Vec<Source<T>>,
    /// The next of each source, and which source it is.
    next: BinaryHeap<Reverse<(T, usize)>>,
}

/// Where things come from, in order.
enum Source<T> {
    Held(std::vec::IntoIter<T>),
    Run { left: u64, reader: BufReader<Box<dyn Read + Send>> },
}

impl<T: Item> Source<T> {
    fn next(&mut self) -> io::Result<Option<T>> {
        match self {
            Self::Held(items) => Ok(items.next()),
            Self::Run { left: 0, .. } => Ok(None),
            Self::Run { left, reader } => {
                *left -= 1;
                T::read(reader).map(Some)
            }
        }
    }
}

impl<T: Item> Sorted<T> {
    fn new(held: Vec<T>, runs: Vec<Run>) -> io::Result<Self> {
        let runs = runs.into_iter().map(|run| Source::Run {
            left: run.count,
            reader: BufReader::with_capacity(PIECE_BYTES, Box::new(run.file.into_reader())),
        });
        let mut sources: Vec<_> = runs.chain([Source::Held(held.into_iter())]).collect();
        let mut next = BinaryHeap::with_capacity(sources.len());
        for (at, source) in sources.iter_mut().enumerate() {
            next.extend(source.next()?.map(|item| Reverse((item, at))));
        }
        Ok(Self { sources, next })
    }

    /// The least that is left, which may be the same as the last one.
    fn pop(&mut self) -> io::Result<Option<T>> {
        let Some(mut least) = self.next.peek_mut() else { return Ok(None) };
        let Reverse((item, at)) = &mut *least;
        let after = self.sources.get_mut(*at).map(Source::next).transpose()?.flatten();
        Ok(Some(match after {
            Some(after) => std::mem::replace(item, after),
            None => PeekMut::pop(least).0.0,
        }))
    }
}

impl<T: Item> Iterator for Sorted<T> {
    type Item = io::Result<T>;

    fn next(&mut self) -> Option<io::Result<T>> {
        let item = match self.pop().transpose()? {
            Ok(item) => item,
            error => return Some(error),
        };
        while self.next.peek().is_some_and(|Reverse((same, _))| *same == item) {
            if let Err(error) = self.pop() {
                return Some(Err(error));
            }
        }
        Some(Ok(item))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    impl Item for u16 {
        fn weight(&self) -> usize {
            size_of::<Self>()
        }

        fn write(&self, out: &mut Vec<u8>) -> io::Result<()> {
            out.extend_from_slice(&self.to_be_bytes());
            Ok(())
        }

        fn read(from: &mut impl BufRead) -> io::Result<Self> {
            let mut bytes = [0; 2];
            from.read_exact(&mut bytes)?;
            Ok(Self::from_be_bytes(bytes))
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn everything_comes_once_and_in_order(
            items in prop::collection::vec(0..400_u16, 0..500), most in 1..100_usize,
        ) {
            let mut sorter = Sorter::new(most);
            items.iter().for_each(|&item| sorter.push(item).unwrap());
            let sorted: Vec<u16> = sorter.into_sorted().unwrap().map(Result::unwrap).collect();
            let expected: BTreeSet<u16> = items.into_iter().collect();
            prop_assert_eq!(sorted, expected.into_iter().collect::<Vec<_>>());
        }
    }

    #[test]
    fn few_runs_are_kept_and_little_is_held() {
        let mut sorter = Sorter::new(20);
        for item in 0..10_000_u16 {
            sorter.push(item.wrapping_mul(40_503)).unwrap();
            assert!(sorter.held.len() <= 10);
        }
        let levels: Vec<u32> = sorter.runs.iter().map(|run| run.level).collect();
        assert!(levels.is_sorted_by(|one, next| one >= next));
        assert!(levels.len() < FAN_IN * 6, "{levels:?}");
    }

    #[test]
    fn what_comes_again_is_not_put_aside() {
        let mut sorter = Sorter::new(200);
        (0..10_000).for_each(|at| sorter.push(at % 40).unwrap());
        assert!(sorter.runs.is_empty());
        assert_eq!(sorter.into_sorted().unwrap().count(), 40);
    }
}
