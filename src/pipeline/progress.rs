//! What a progress display may read while the work goes on.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

/// How far a run is; shared between the workers and whoever shows it.
#[derive(Debug, Default)]
pub struct Progress {
    total: AtomicU64,
    done: AtomicU64,
    exposures: AtomicU64,
    source: Mutex<String>,
    interrupted: AtomicBool,
}

impl Progress {
    /// Bytes of all inputs, as far as known.
    pub fn total_bytes(&self) -> u64 {
        self.total.load(Ordering::Relaxed)
    }

    /// Bytes of the inputs that are done with.
    pub fn done_bytes(&self) -> u64 {
        self.done.load(Ordering::Relaxed)
    }

    /// Exposures found so far.
    pub fn exposures(&self) -> u64 {
        self.exposures.load(Ordering::Relaxed)
    }

    /// The name of the input that records are delivered of.
    pub fn source(&self) -> String {
        self.source.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Asks the run to stop after the entries that are being read.
    pub fn interrupt(&self) {
        self.interrupted.store(true, Ordering::Relaxed);
    }

    /// Whether the run was asked to stop.
    pub fn is_interrupted(&self) -> bool {
        self.interrupted.load(Ordering::Relaxed)
    }

    pub(crate) fn begin_source(&self, name: &str) {
        name.clone_into(&mut self.source.lock().unwrap_or_else(PoisonError::into_inner));
    }

    pub(crate) fn set_total_bytes(&self, bytes: u64) {
        self.total.store(bytes, Ordering::Relaxed);
    }

    pub(crate) fn add_done_bytes(&self, bytes: u64) {
        self.done.fetch_add(bytes, Ordering::Relaxed);
    }

    pub(crate) fn add_exposures(&self, count: u64) {
        self.exposures.fetch_add(count, Ordering::Relaxed);
    }
}
