//! Placeholder until the parsers stand.

fn main() {}
