//! A program of one's own that checks: `cargo run --example check -- DOMAIN INPUT…`.
//!
//! It asks for nothing but the public interface of the library, and prints what is worst: one line
//! for each exposure that is high or critical, one for each input of which something was not read.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program, not the library")]

use std::error::Error;

use logsieve::exposure::Severity;
use logsieve::record::Status;
use logsieve::text::visible;
use logsieve::{Check, Record, Watchlist};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let domain = arguments.next().ok_or("usage: check DOMAIN INPUT…")?;
    let check = Check::new(Watchlist::from_domains([domain])?).inputs(arguments);
    let summary = check.run_records(|record| {
        match record {
            Record::Exposure(exposure) if exposure.severity >= Severity::High => {
                let actions = serde_json::to_string(&exposure.actions)?;
                println!(
                    "{:?}  {}  {}  {actions}",
                    exposure.severity,
                    exposure.matched.entry,
                    visible(&exposure.source.name),
                );
            }
            // What is in an archive is named by criminals: `visible` lets nothing act in a terminal.
            Record::Source(source) if source.status != Status::Complete => {
                eprintln!("{}: not all of it was read", visible(&source.name));
            }
            _ => {}
        }
        Ok(())
    })?;
    println!("{} exposures, {:?}", summary.records.exposures, summary.status);
    Ok(())
}
