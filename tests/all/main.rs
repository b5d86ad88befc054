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

mod floors;
mod mentions;
#[path = "../support/mod.rs"]
mod support;
