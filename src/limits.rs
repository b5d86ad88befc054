//! How much an input may ask for, and the budget that counts it down.
//!
//! The defaults are the product's contract (`--limits k=v,…` changes them, `summary` prints them).
//! Hitting a limit is always an issue and exit code 3, never silence.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::issue::{Code, Issue, Stage};

/// The limits of a run; every field is a key of `--limits`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct Limits {
    /// Largest ratio of decompressed to compressed bytes of one entry, past [`RATIO_FREE_BYTES`].
    pub ratio: u64,
    /// Deepest nesting of archives.
    pub depth: u64,
    /// Most entries in one source, its nested archives included.
    pub entries: u64,
    /// Largest decoder window or dictionary, in bytes.
    pub window: u64,
    /// Most rounds of one key derivation.
    pub kdf_rounds: u64,
    /// Most seconds of key derivation for one source, [`HASH_BLOCKS_A_SECOND`] each.
    pub kdf_seconds: u64,
    /// Most bytes of a line that are parsed; all of it is searched.
    pub line: u64,
    /// Longest value that is kept, in bytes.
    pub value: u64,
    /// Deepest JSON nesting.
    pub json_depth: u64,
    /// Largest nested archive, together with those that it stands in, in bytes.
    pub nested: u64,
    /// Seconds without progress after which a source is given up.
    pub stall: u64,
}

/// How many blocks a hash takes in in one second of key derivation. Counted and not timed, so that
/// the answer does not depend on how busy the machine is; measured for SHA-1 and SHA-256 with the
/// instructions that processors have for them.
pub const HASH_BLOCKS_A_SECOND: u64 = 10_000_000;

/// The first bytes of an entry are never held against its compression ratio.
pub const RATIO_FREE_BYTES: u64 = 16 << 20;

impl Default for Limits {
    fn default() -> Self {
        Self {
            ratio: 200,
            depth: 8,
            entries: 5_000_000,
            window: 256 << 20,
            kdf_rounds: 1 << 20,
            kdf_seconds: 60,
            line: 1 << 20,
            value: 64 << 10,
            json_depth: 128,
            nested: 8 << 30,
            stall: 30,
        }
    }
}

impl Limits {
    /// The limits with `spec` (`ratio=500,line=2M`) applied; `K`, `M` and `G` are powers of 1024.
    ///
    /// # Errors
    /// An unknown key, or a value that is not a number.
    ///
    /// ```
    /// let limits = logsieve::limits::Limits::default().with("ratio=500,window=64M").unwrap();
    /// assert_eq!((limits.ratio, limits.window), (500, 64 << 20));
    /// assert!(limits.with("speed=1").is_err());
    /// ```
    pub fn with(mut self, spec: &str) -> Result<Self, Error> {
        for pair in spec.split(',').filter(|pair| !pair.trim().is_empty()) {
            let (key, value) = pair.split_once('=').ok_or_else(|| {
                Error::config(format!("--limits: “{pair}” is not of the form key=value"))
            })?;
            *self.slot(key.trim())? = parse_size(value.trim()).ok_or_else(|| {
                Error::config(format!(
                    "--limits: “{value}” is not a whole number (K, M, G allowed)"
                ))
            })?;
        }
        Ok(self)
    }

    fn slot(&mut self, key: &str) -> Result<&mut u64, Error> {
        Ok(match key {
            "ratio" => &mut self.ratio,
            "depth" => &mut self.depth,
            "entries" => &mut self.entries,
            "window" => &mut self.window,
            "kdf_rounds" => &mut self.kdf_rounds,
            "kdf_seconds" => &mut self.kdf_seconds,
            "line" => &mut self.line,
            "value" => &mut self.value,
            "json_depth" => &mut self.json_depth,
            "nested" => &mut self.nested,
            "stall" => &mut self.stall,
            _ => {
                return Err(Error::config(format!(
                    "--limits: no limit is called “{key}”; there are ratio, depth, entries, window, \
                     kdf_rounds, kdf_seconds, line, value, json_depth, nested, stall"
                )));
            }
        })
    }
}

fn parse_size(text: &str) -> Option<u64> {
    let (digits, shift) = match text.as_bytes().last()? {
        b'K' | b'k' => (text.get(..text.len() - 1)?, 10),
        b'M' | b'm' => (text.get(..text.len() - 1)?, 20),
        b'G' | b'g' => (text.get(..text.len() - 1)?, 30),
        _ => (text, 0),
    };
    digits.parse::<u64>().ok()?.checked_mul(1 << shift)
}

/// What one source, with all archives nested in it, may still use.
///
/// One atomic counter each, because entries of one source may be read by several workers.
#[derive(Debug)]
pub struct Budget {
    limits: Limits,
    /// What the decoders of archives that are nested in each other may hold together, in bytes.
    windows: u64,
    left: Arc<Left>,
}

#[derive(Debug)]
struct Left {
    entries: AtomicU64,
    hash_blocks: AtomicU64,
}

/// A part of the largest window that nested archives have beside it.
const WINDOWS_BESIDE: u64 = 4;

/// A part of the largest window that every nested archive may have, whatever stands around it.
const WINDOW_FREE_SHARE: u64 = 32;

impl Budget {
    /// A fresh budget for one source as given by the user.
    pub fn new(limits: Limits) -> Self {
        let hash_blocks = limits.kdf_seconds.saturating_mul(HASH_BLOCKS_A_SECOND);
        let left = Left { entries: limits.entries.into(), hash_blocks: hash_blocks.into() };
        let windows = limits.window.saturating_add(limits.window / WINDOWS_BESIDE);
        Self { limits, windows, left: Arc::new(left) }
    }

    /// The budget of an archive that is nested in one whose decoders hold `window` bytes: the same,
    /// but for what its own decoders may hold.
    ///
    /// ```
    /// # use logsieve::limits::{Budget, Limits};
    /// let outer = Budget::new(Limits::default());
    /// assert_eq!(outer.nested(32 << 20).limits().window, 256 << 20);
    /// assert_eq!(outer.nested(256 << 20).limits().window, 64 << 20);
    /// assert_eq!(outer.nested(256 << 20).nested(64 << 20).limits().window, 8 << 20);
    /// ```
    pub fn nested(&self, window: u64) -> Self {
        let windows = self.windows.saturating_sub(window);
        let free = self.limits.window.min(Limits::default().window / WINDOW_FREE_SHARE);
        let limits =
            Limits { window: self.limits.window.min(windows.max(free)), ..self.limits.clone() };
        Self { limits, windows, left: Arc::clone(&self.left) }
    }

    /// The limits that this budget was made from.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Takes `count` entries; returns whether they were still allowed.
    pub fn take_entries(&self, count: u64) -> bool {
        take(&self.left.entries, count)
    }

    /// Gives entries back of a listing that is thrown away.
    pub fn return_entries(&self, count: u64) {
        self.left.entries.fetch_add(count, Ordering::Relaxed);
    }

    /// Takes a key derivation of so many `rounds`, in which a hash takes in `hash_blocks`; to be
    /// called before the key is derived.
    ///
    /// # Errors
    /// It is more than one derivation may have, or than the source has left.
    pub fn take_derivation(&self, rounds: u64, hash_blocks: u64) -> Result<(), Issue> {
        let text = if rounds > self.limits.kdf_rounds {
            format!("a key is derived in {rounds} rounds, allowed are {}", self.limits.kdf_rounds)
        } else if !take(&self.left.hash_blocks, hash_blocks) {
            let seconds = self.limits.kdf_seconds;
            format!("deriving keys and trying passwords takes more than {seconds} s")
        } else {
            return Ok(());
        };
        Err(Issue::loss(Stage::Limit, Code::LimitCpu, text))
    }

    /// Whether an entry of `packed` compressed bytes may have grown to `unpacked` bytes.
    pub fn allows_ratio(&self, packed: u64, unpacked: u64) -> bool {
        unpacked <= RATIO_FREE_BYTES || unpacked <= packed.saturating_mul(self.limits.ratio)
    }
}

fn take(counter: &AtomicU64, amount: u64) -> bool {
    counter
        .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(amount))
        .is_ok()
}

/// What a part of a source may still grow to, with everything that is nested in it.
///
/// One worker reads a part from its beginning to its end, so that the answer does not depend on
/// what others have read by then.
#[derive(Debug)]
pub struct Growth {
    left: Cell<u64>,
}

/// By what `nested` is divided for what any part of a source may grow to, however small it is.
const GROWTH_FREE_SHARE: u64 = 8;

/// What opening a nested archive counts for: a million empty ones take their time as well.
pub const NESTED_COST: u64 = 64 << 10;

impl Growth {
    /// The growth of a part that has `packed` bytes in the source.
    pub fn new(limits: &Limits, packed: u64) -> Self {
        let free = limits.nested / GROWTH_FREE_SHARE;
        Self { left: Cell::new(free.saturating_add(packed.saturating_mul(limits.ratio))) }
    }

    /// Takes bytes that came out of a nested archive.
    ///
    /// # Errors
    /// They are too many; from then on all are.
    pub fn take(&self, bytes: u64) -> Result<(), Issue> {
        let left = self.left.get().checked_sub(bytes);
        self.left.set(left.unwrap_or(0));
        left.map(|_| ()).ok_or_else(|| {
            let text = "what is nested here grows to more than a source of its size may";
            Issue::loss(Stage::Limit, Code::LimitTotal, text)
        })
    }
}

/// Memory that the whole run sets aside for one purpose; who finds none left goes another way.
#[derive(Debug)]
pub struct Room {
    left: AtomicU64,
}

impl Room {
    /// Room for so many bytes.
    pub fn new(bytes: u64) -> Self {
        Self { left: AtomicU64::new(bytes) }
    }

    /// Takes room; returns whether there was any.
    pub fn take(&self, bytes: u64) -> bool {
        take(&self.left, bytes)
    }

    /// Gives room back.
    pub fn give_back(&self, bytes: u64) {
        self.left.fetch_add(bytes, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_take_binary_suffixes() {
        assert_eq!(parse_size("12"), Some(12));
        assert_eq!(parse_size("2k"), Some(2048));
        assert_eq!(parse_size("1G"), Some(1 << 30));
        assert_eq!(parse_size("G"), None);
        assert_eq!(parse_size("99999999999999G"), None);
    }

    #[test]
    fn a_budget_runs_out() {
        let budget = Budget::new(Limits::default().with("entries=3").unwrap());
        assert!(budget.take_entries(2));
        assert!(!budget.take_entries(2));
        assert!(budget.take_entries(1));
    }

    #[test]
    fn keys_are_derived_while_there_is_time() {
        let limits = Limits::default().with("kdf_seconds=1,kdf_rounds=1000").unwrap();
        let budget = Budget::new(limits);
        let code = |rounds, blocks| budget.take_derivation(rounds, blocks).err().map(|i| i.code);
        assert_eq!(code(1001, 1), Some(Code::LimitCpu));
        assert_eq!(code(1000, HASH_BLOCKS_A_SECOND - 1), None);
        assert_eq!(code(1, 2), Some(Code::LimitCpu));
        assert_eq!(code(1, 1), None);
    }

    #[test]
    fn small_entries_may_grow_as_they_like() {
        let budget = Budget::new(Limits::default());
        assert!(budget.allows_ratio(1, RATIO_FREE_BYTES));
        assert!(!budget.allows_ratio(1, RATIO_FREE_BYTES + 1));
        assert!(budget.allows_ratio(1 << 20, 200 << 20));
    }
    #[test]
    fn a_part_grows_with_what_it_was_packed_in() {
        let limits = Limits::default().with("nested=800,ratio=10").unwrap();
        let code = |growth: &Growth, bytes| growth.take(bytes).err().map(|issue| issue.code);
        let growth = Growth::new(&limits, 5);
        assert_eq!(code(&growth, 150), None);
        assert_eq!(code(&growth, 1), Some(Code::LimitTotal));
        assert_eq!(code(&Growth::new(&limits, 6), 160), None);
        assert_eq!(code(&Growth::new(&limits, u64::MAX), u64::MAX - 1), None);
    }
}
