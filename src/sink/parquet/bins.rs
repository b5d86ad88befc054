//! Rows in bins by one of their columns, so that a row group holds a narrow range of its values and
//! whoever looks for one of them reads few groups.
//!
//! It is the first pass of a sort, and the only one: rows go into the bin of the range that the
//! first bytes of their key are in, and when much is held the fullest bin is emptied into a row
//! group. The ranges are those of the latest keys. They are chosen after the first few rows, which
//! share a bin, and anew when they prove wrong because other keys come than before.

use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::{ArrowError, SchemaRef};
use serde::ser::Error as _;

use crate::sink::arrow::batch::Batch;
use crate::sink::flatten::{Cells, Scalar};

/// Bins at most: with twice as many, groups are half as large, and what describes them is twice as
/// long.
const MOST_BINS: usize = 16;

/// Memory that all rows may take, in bytes.
const MOST_HELD: usize = if cfg!(test) { 1 << 20 } else { 48 << 20 };

/// What each bin would hold if all were equally full.
const FAIR_SHARE: usize = MOST_HELD / MOST_BINS;

/// What no bin holds unless the ranges are wrong.
const FAR_TOO_MUCH: usize = 4 * FAIR_SHARE;

/// Of how many rows one has its key noted.
const NOTED_OF: usize = 16;

/// How many keys are noted; then the oldest give way.
const MOST_NOTES: usize = 2_048;

/// What a row takes in each column, besides its text.
const CELL_BYTES: usize = 8;

/// The first bytes of a key, in the order of the keys.
type Start = u128;

/// The first bytes of `key`.
fn start_of(key: &str) -> Start {
    let mut start = [0; size_of::<Start>()];
    start.iter_mut().zip(key.bytes()).for_each(|(to, from)| *to = from);
    Start::from_be_bytes(start)
}

/// The rows that wait to be written.
pub(super) struct Bins {
    schema: SchemaRef,
    columns: Vec<String>,
    /// In the order of their keys; there is always one.
    bins: Vec<Bin>,
    /// Some of the latest keys.
    notes: Vec<Start>,
    /// How many rows have come.
    rows: usize,
    /// The bin of the row that is being written.
    current: usize,
    held: usize,
    /// How much may be held until a bin is emptied: little, before ranges are chosen.
    most: usize,
}

/// The rows whose keys are none before `from`, and before those of the next bin.
struct Bin {
    from: Start,
    batch: Batch,
    held: usize,
}

impl Bin {
    fn new(from: Start, columns: &[String]) -> Self {
        let batch = Batch::new(columns.iter().map(String::as_str));
        Self { from, batch, held: 0 }
    }
}

/// The rows of a bin, and how many bytes they took.
pub(super) struct Emptied {
    pub(super) rows: RecordBatch,
    pub(super) held: usize,
}

impl Bins {
    /// What each bin would hold if all were equally full.
    pub(super) const FAIR_SHARE: usize = FAIR_SHARE;

    /// No rows yet, of a table with these columns.
    pub(super) fn new(columns: &[String]) -> Self {
        let first = Bin::new(0, columns);
        Self {
            schema: Arc::clone(first.batch.schema()),
            columns: columns.to_vec(),
            bins: vec![first],
            notes: Vec::new(),
            rows: 0,
            current: 0,
            held: 0,
            most: FAIR_SHARE,
        }
    }

    /// The names and types of the columns.
    pub(super) fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    /// Begins a row.
    pub(super) fn begin_row(&mut self, key: &str) {
        let key = start_of(key);
        if self.rows.is_multiple_of(NOTED_OF) {
            self.note(key);
        }
        self.rows += 1;
        self.current = self.bins.partition_point(|bin| bin.from <= key).saturating_sub(1);
    }

    /// Ends a row.
    pub(super) fn end_row(&mut self) {
        let Some(bin) = self.bins.get_mut(self.current) else { return };
        bin.batch.end_row();
        let held = bin.batch.bytes() + bin.batch.rows() * self.columns.len() * CELL_BYTES;
        self.held += held - bin.held;
        bin.held = held;
    }

    /// Whether it is time to empty a bin.
    pub(super) fn are_full(&self) -> bool {
        self.held >= self.most
    }

    /// Whether some ranges get far more rows than others.
    pub(super) fn are_uneven(&self) -> bool {
        self.bins.len() == 1 || self.bins.iter().any(|bin| bin.held >= FAR_TOO_MUCH)
    }

    /// Empties the fullest bin.
    ///
    /// # Errors
    /// Its columns do not fit together.
    pub(super) fn empty_fullest(&mut self) -> Result<Emptied, ArrowError> {
        let held = |at: &usize| self.bins.get(*at).map(|bin| bin.held);
        self.empty((0..self.bins.len()).max_by_key(held).unwrap_or_default())
    }

    /// Empties the first bin that has rows; none when all are empty.
    ///
    /// # Errors
    /// Its columns do not fit together.
    pub(super) fn empty_first(&mut self) -> Result<Option<Emptied>, ArrowError> {
        let first = self.bins.iter().position(|bin| bin.held > 0);
        first.map(|at| self.empty(at)).transpose()
    }

    fn empty(&mut self, at: usize) -> Result<Emptied, ArrowError> {
        let missing = || ArrowError::InvalidArgumentError("no such bin".to_owned());
        let bin = self.bins.get_mut(at).ok_or_else(missing)?;
        let held = std::mem::take(&mut bin.held);
        self.held -= held;
        Ok(Emptied { rows: bin.batch.take()?, held })
    }

    fn note(&mut self, key: Start) {
        let at = self.rows / NOTED_OF % MOST_NOTES;
        match self.notes.get_mut(at) {
            Some(note) => *note = key,
            None => self.notes.push(key),
        }
    }

    /// Chooses the ranges anew, when all bins are empty.
    pub(super) fn begin_anew(&mut self) {
        self.most = MOST_HELD;
        let mut sorted = self.notes.clone();
        sorted.sort_unstable();
        let cut = |bin| sorted.get(bin * sorted.len() / MOST_BINS).copied().unwrap_or_default();
        let mut from: Vec<Start> = [0].into_iter().chain((1..MOST_BINS).map(cut)).collect();
        from.dedup();
        self.bins = from.into_iter().map(|from| Bin::new(from, &self.columns)).collect();
    }

    /// The rows that one is being added to.
    fn batch(&mut self) -> serde_json::Result<&mut Batch> {
        let missing = || serde_json::Error::custom("no bin for a row");
        self.bins.get_mut(self.current).map(|bin| &mut bin.batch).ok_or_else(missing)
    }
}

impl Cells for Bins {
    fn put(&mut self, column: usize, value: Scalar<'_>) -> serde_json::Result<()> {
        self.batch()?.put(column, value)
    }

    fn put_item(&mut self, column: usize, at: usize, value: Scalar<'_>) -> serde_json::Result<()> {
        self.batch()?.put_item(column, at, value)
    }

    fn end_list(&mut self, column: usize) -> serde_json::Result<()> {
        self.batch()?.end_list(column)
    }
}

#[cfg(test)]
mod tests {
    use arrow_array::cast::AsArray;

    use super::*;

    const PAD: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    fn keys_of(emptied: Emptied) -> Vec<String> {
        let keys = emptied.rows.column(0).as_string::<i32>();
        keys.iter().map(|key| key.unwrap().to_owned()).collect()
    }

    fn all(bins: &mut Bins) -> Vec<Vec<String>> {
        let mut groups = Vec::new();
        while let Some(emptied) = bins.empty_first().unwrap() {
            groups.push(keys_of(emptied));
        }
        assert_eq!(bins.held, 0);
        groups
    }

    /// The keys of each group that is made of rows with these keys, in the order in which they are
    /// written.
    fn groups(keys: impl Iterator<Item = String>) -> Vec<Vec<String>> {
        let columns = ["host", "url"].map(str::to_owned);
        let mut bins = Bins::new(&columns);
        let mut groups = Vec::new();
        for key in keys {
            bins.begin_row(&key);
            bins.put(0, Scalar::Text(&key)).unwrap();
            bins.put(1, Scalar::Text(PAD)).unwrap();
            bins.end_row();
            assert!(bins.held <= MOST_HELD + 1_000 && bins.bins.len() <= MOST_BINS);
            assert!(bins.bins.is_sorted_by(|one, next| one.from < next.from));
            match () {
                () if !bins.are_full() => {}
                () if bins.are_uneven() => {
                    groups.extend(all(&mut bins));
                    bins.begin_anew();
                }
                () => groups.push(keys_of(bins.empty_fullest().unwrap())),
            }
        }
        groups.extend(all(&mut bins));
        groups
    }

    /// Numbers that look drawn.
    fn drawn(count: u64) -> impl Iterator<Item = u64> {
        (1..=count).map(|at| at.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40)
    }

    fn domain(number: u64) -> String {
        format!("{number:08x}.example")
    }

    /// Of how many groups the bounds say that they may hold `key`.
    fn may_hold(groups: &[Vec<String>], key: &str) -> usize {
        let has = |group: &&Vec<String>| {
            let (least, most) = (group.iter().min().unwrap(), group.iter().max().unwrap());
            (least.as_str()..=most).contains(&key)
        };
        groups.iter().filter(has).count()
    }

    /// All rows come, each once; who looks for a domain reads few groups, on average.
    fn few_hold_a_key(keys: Vec<String>, most: usize) {
        let groups = groups(keys.iter().cloned());
        let (mut came, mut given) = (groups.concat(), keys);
        let asked: Vec<_> = given.iter().step_by(given.len() / 100).collect();
        let read: usize = asked.iter().map(|key| may_hold(&groups, key)).sum();
        assert!(read <= asked.len() * groups.len() / most, "{read} of {}", groups.len());
        came.sort_unstable();
        given.sort_unstable();
        assert!(came == given);
    }

    #[test]
    fn a_group_has_a_narrow_range() {
        few_hold_a_key(drawn(100_000).map(domain).collect(), 8);
    }

    #[test]
    fn so_it_has_when_other_domains_come_than_at_first() {
        let late = drawn(100_000).map(|number| format!("z{}", domain(number)));
        few_hold_a_key(drawn(20_000).map(domain).chain(late).collect(), 6);
    }

    #[test]
    fn so_it_has_when_the_domains_come_in_order() {
        few_hold_a_key((0..100_000).map(domain).collect(), 4);
    }

    #[test]
    fn one_domain_and_none_are_all_in_a_bin() {
        for key in ["", "mail.example"] {
            let groups = groups((0..100_000).map(|_| key.to_owned()));
            assert!(groups.len() < 12, "{}", groups.len());
            assert_eq!(groups.concat().len(), 100_000);
        }
    }

    #[test]
    fn a_domain_that_most_rows_have_does_not_spoil_the_others() {
        let keys = drawn(100_000).map(|number| match number % 10 {
            0..6 => "mail.example".to_owned(),
            _ => domain(number),
        });
        let groups = groups(keys);
        let read: usize = drawn(100).map(|number| may_hold(&groups, &domain(number))).sum();
        assert!(read * 5 <= 100 * groups.len(), "{read} of {}", groups.len());
    }
}
