//! All integration tests in one binary: one link, one start.

mod floors;
mod mentions;
#[path = "../support/mod.rs"]
mod support;
