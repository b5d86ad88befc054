//! The `logsieve` command.

use std::io::Write;
use std::panic::PanicHookInfo;
use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    refuse_core_dumps();
    keep_what_is_freed();
    keep_panics_to_themselves();
    logsieve::cli::run(&logsieve::cli::args::Cli::parse()).into()
}

/// A core dump would hold the secrets that are being read.
fn refuse_core_dumps() {
    // Where the system does not do it, it stays as it is: reading is still better than not.
    #[cfg(unix)]
    let _ = rlimit::setrlimit(rlimit::Resource::CORE, 0, 0);
    // The limit does not hold where a program is fed with the dump. This also keeps other processes
    // of the same user from attaching themselves.
    #[cfg(target_os = "linux")]
    let _ = nix::sys::prctl::set_dumpable(false);
}

/// Of freed memory the C library of most Linux systems keeps twice the largest block that was ever
/// freed, and gives the rest back to the system. Text after text takes some megabytes and frees them,
/// so that without this the same pages come and go all the time. Nothing is written to the block.
fn keep_what_is_freed() {
    const BLOCK_BYTES: usize = 2 << 20;
    drop(std::hint::black_box(Vec::<u8>::with_capacity(BLOCK_BYTES)));
}

/// The message of a panic may quote what was being read, so only its place is told.
fn keep_panics_to_themselves() {
    std::panic::set_hook(Box::new(|panic: &PanicHookInfo<'_>| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        // That nobody reads it is no reason to stop.
        let _ = writeln!(std::io::stderr(), "logsieve: defect at {place}; please report it");
    }));
}
