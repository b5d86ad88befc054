//! Stealer families: data, one file each.

pub mod labels;
