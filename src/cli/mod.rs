//! The command line: arguments in, exit code out.

mod alert;
pub mod args;
mod case;
mod check;
mod configure;
pub mod exit_code;
mod explain;
mod extract;
mod families;
mod inspect;
mod item;
mod plan;
mod report;
mod reveal;
mod sandbox;
mod show;
mod summary;
mod triage;
mod verify;
mod watchlist;
mod worst;

use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};

use clap::CommandFactory;

use crate::error::{Error, Result};
use args::{Cli, Command};
use exit_code::ExitCode;

/// Does what the command line says, and tells how it ended.
pub fn run(cli: &Cli) -> ExitCode {
    let outcome = catch_unwind(AssertUnwindSafe(|| perform(&cli.command)))
        .unwrap_or_else(|_| Err(Error::internal("the run broke off")));
    match outcome {
        Ok(code) => code,
        Err(error) => {
            let code = ExitCode::from_error(&error);
            if code != ExitCode::ClosedPipe {
                show::error(&error, cli.command.color());
            }
            code
        }
    }
}

fn perform(command: &Command) -> Result<ExitCode> {
    match command {
        Command::Check(args) => check::check(args),
        Command::Extract(args) => extract::extract(args),
        Command::Inspect(args) => inspect::inspect(args),
        Command::Plan(args) => plan::plan(args),
        Command::Report(args) => report::report(args),
        Command::Triage(args) => triage::triage(args),
        Command::Reveal(args) => reveal::reveal(args),
        Command::Verify(args) => verify::verify(args),
        Command::Families => families::families(),
        Command::Watchlist(args) => watchlist::watchlist(args),
        Command::Completions(args) => completions(args.shell),
        Command::Man(args) => manual(args.command.as_deref()),
    }
}

fn completions(shell: clap_complete::Shell) -> Result<ExitCode> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "logsieve", &mut script);
    print(&script)
}

/// The manual page of logsieve, or of one of its commands.
fn manual(command: Option<&str>) -> Result<ExitCode> {
    let mut root = Cli::command().disable_help_subcommand(true);
    root.build();
    let subject = match command {
        None => &root,
        Some(name) => root.find_subcommand(name).ok_or_else(|| {
            Error::config(format!("logsieve has no command “{name}”; `logsieve -h` lists them"))
        })?,
    };
    let mut page = Vec::new();
    clap_mangen::Man::new(subject.clone())
        .render(&mut page)
        .map_err(|error| Error::output("standard output", error))?;
    print(&page)
}

/// Writes `bytes` to standard output.
fn print(bytes: &[u8]) -> Result<ExitCode> {
    let mut out = std::io::stdout().lock();
    out.write_all(bytes)
        .and_then(|()| out.flush())
        .map_err(|error| Error::output("standard output", error))?;
    Ok(ExitCode::Complete)
}
