//! What the fuzz targets call. It is the file that `cargo test` replays crashers with, so that a
//! crasher means the same in both.

#[path = "../../tests/all/crashers/targets.rs"]
mod targets;

pub use targets::*;
