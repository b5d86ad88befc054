//! Tar, plain and compressed.
