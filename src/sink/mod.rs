//! Where records go.

pub mod csv;
pub mod jsonl;
