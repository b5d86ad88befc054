//! All integration tests in one binary: one link, one start.

#[path = "../support/mod.rs"]
mod support;

mod accounting;
mod bad_input;
mod cli;
mod determinism;
mod floors;
mod schema;
mod secrets;
mod tool;
