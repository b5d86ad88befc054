//! What the integration tests, the benches and `examples/make_fixtures.rs` share: invented logs
//! with their ground truth ([`generate`]) and archives made of them ([`pack`]).
//!
//! Nothing here uses the crate's own code: this is the truth that the parsers are measured against,
//! written from the catalogue of formats alone.
#![allow(
    dead_code,
    unreachable_pub,
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "shared by several test crates, each of which uses a part of it"
)]

pub mod awkward;
pub mod bulk;
pub mod dump;
pub mod families;
pub mod fill;
pub mod generate;
pub mod machine;
pub mod pack;
pub mod rng;
pub mod style;
pub mod truth;
pub mod ulp;
pub mod ulp_forms;
pub mod victim;
pub mod words;
pub mod writer;
