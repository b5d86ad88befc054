//! The `logsieve` command.

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    refuse_core_dumps();
    logsieve::cli::run(&logsieve::cli::args::Cli::parse()).into()
}

/// A core dump would hold the secrets that are being read.
fn refuse_core_dumps() {
    #[cfg(unix)]
    // Where the limit cannot be lowered it stays as it is: reading is still better than not.
    let _ = rlimit::setrlimit(rlimit::Resource::CORE, 0, 0);
}
