//! All integration tests in one binary: one link, one start.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "helpers of tests fail loudly, like the tests themselves"
)]

#[path = "../support/mod.rs"]
mod support;

mod accounting;
mod accuracy;
mod apex;
mod bad_input;
mod case;
mod cli;
mod crashers;
mod determinism;
mod explain;
#[cfg(feature = "parquet")]
mod exports;
mod faults;
mod floors;
mod formats;
mod golden;
mod hostile;
mod items;
mod library;
mod limits;
mod mentions;
mod mutants;
mod passwords;
#[cfg(feature = "parquet")]
mod recipes;
mod report;
mod retro;
mod reveal;
#[cfg(target_os = "linux")]
mod sandbox;
mod schema;
mod secrets;
#[cfg(feature = "object-store")]
mod stores;
mod texts;
mod tool;
mod truth;
mod volumes;
