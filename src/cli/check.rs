//! `logsieve check`: exposures of the organisations on a watchlist.

use std::sync::Arc;

use crate::cli::args::{CheckArgs, FailOn};
use crate::cli::configure::{self, Choice};
use crate::cli::exit_code::ExitCode;
use crate::cli::sandbox::Sandbox;
use crate::cli::show::{DataTo, Show};
use crate::cli::summary::{self, Asked};
use crate::cli::worst::Worst;
use crate::error::{Error, Result};
use crate::exposure::Severity;
use crate::pipeline::{self, Delivery, RunReport, Scope, Settings, Usernames};
use crate::record::{Record, Status};
use crate::secret::Key;
use crate::sink::files::TableFiles;
use crate::sink::folder::{FolderKind, OutputFolder};
use crate::sink::jsonl::JsonLines;
use crate::sink::{Sink, Table};

/// The files of a case.
const TABLES: &[Table] = &[Table::Exposures, Table::Machines, Table::Sources, Table::Issues];

pub(super) fn check(args: &CheckArgs) -> Result<ExitCode> {
    let watchlist = configure::watchlist(&args.targets)?.ok_or_else(|| {
        Error::config(
            "nobody to look for: give a watchlist (-w orgs.toml) or a domain (-d example.com)",
        )
    })?;
    let scope = Scope::Exposures(Arc::new(watchlist.compile()));
    let given = configure::key_file(&args.naming)?;
    let report = if configure::is_stdout(&args.out) {
        let key = given.map_or_else(Key::random, Ok)?;
        let choice =
            Choice { scope, usernames: Usernames::Keep, delivery: Delivery::Streamed, key };
        let settings = configure::settings(&args.reading, args.naming.as_of.as_deref(), choice)?;
        to_stdout(args, &settings, &Sandbox::enter(&args.reading, None)?)?
    } else {
        let folder = OutputFolder::open(&args.out, FolderKind::Case)?;
        let key = given.map_or_else(|| folder.case_key(), Ok)?;
        let choice = Choice { scope, usernames: Usernames::Keep, delivery: Delivery::AtEnd, key };
        let settings = configure::settings(&args.reading, args.naming.as_of.as_deref(), choice)?;
        let sandbox = Sandbox::enter(&args.reading, Some(&args.out))?;
        to_folder(args, &folder, &settings, &sandbox)?
    };
    Ok(exit_code(&report, args.fail_on))
}

fn to_stdout(args: &CheckArgs, settings: &Settings, sandbox: &Sandbox) -> Result<RunReport> {
    let mut sink = JsonLines::new(std::io::stdout().lock(), "standard output");
    let show = Show::start(&args.showing, DataTo::Stdout, sandbox);
    let report = pipeline::run(settings, show.progress(), &mut |record| {
        show.record(&record);
        match record {
            Record::Exposure(_) => sink.write(&record),
            _ => Ok(()),
        }
    })?;
    Box::new(sink).finish()?;
    show.end(&summary::render(&report, Asked::Exposures));
    Ok(report)
}

fn to_folder(
    args: &CheckArgs,
    folder: &OutputFolder,
    settings: &Settings,
    sandbox: &Sandbox,
) -> Result<RunReport> {
    let formats = configure::formats(&args.format);
    let mut sink = TableFiles::create(folder, TABLES, &formats)?;
    let show = Show::start(&args.showing, DataTo::Files, sandbox);
    let mut worst = Worst::default();
    let report = pipeline::run(settings, show.progress(), &mut |record| {
        show.record(&record);
        worst.add(&record);
        sink.write(&record)
    })?;
    Box::new(sink).finish()?;
    if let Some(table) = worst.render() {
        show.end(&table);
    }
    show.end(&summary::render(&report, Asked::Exposures));
    show.end(&summary::files(folder.path(), TABLES, &formats));
    Ok(report)
}

/// The exit code of a run that came to its end.
pub(super) fn exit_code(report: &RunReport, fail_on: Option<FailOn>) -> ExitCode {
    let met = fail_on.map(threshold).is_some_and(|least| report.worst >= Some(least));
    match report.summary.status {
        _ if report.interrupted => ExitCode::Interrupted,
        Status::Unreadable => ExitCode::Unreadable,
        Status::Partial => ExitCode::Partial,
        Status::Complete if met => ExitCode::Found,
        Status::Complete => ExitCode::Complete,
    }
}

fn threshold(fail_on: FailOn) -> Severity {
    match fail_on {
        FailOn::Info => Severity::Info,
        FailOn::Low => Severity::Low,
        FailOn::Medium => Severity::Medium,
        FailOn::High => Severity::High,
        FailOn::Critical => Severity::Critical,
    }
}
