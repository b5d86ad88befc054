//! The `logsieve` command.

fn main() {}
