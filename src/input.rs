//! Paths and standard input as typed inputs, by their first bytes.
