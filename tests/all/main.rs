//! All integration tests in one binary: one link, one start.

#[path = "../support/mod.rs"]
mod support;

mod floors;
mod truth;
