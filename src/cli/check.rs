//! `logsieve check`: exposures of the organisations on a watchlist.

use std::sync::Arc;

use crate::case::{Case, Ended, Reading};
use crate::cli::alert::Alert;
use crate::cli::args::{CheckArgs, FailOn};
use crate::cli::case;
use crate::cli::configure::{self, Choice};
use crate::cli::exit_code::ExitCode;
use crate::cli::sandbox::Sandbox;
use crate::cli::show::{DataTo, Show};
use crate::cli::summary::{self, Asked};
use crate::error::{Error, Result};
use crate::exposure::Severity;
use crate::pipeline::{self, Delivery, Event, RunReport, Scope, Settings, Usernames};
use crate::record::{Record, Status};
use crate::secret::Key;
use crate::sink::apex::AT_LEAST;
use crate::sink::files::TableFiles;
use crate::sink::folder::{FolderKind, OutputFolder};
use crate::sink::html::ReportOptions;
use crate::sink::jsonl::JsonLines;
use crate::sink::{Sink, Table};

/// The tables of a case.
pub(super) const TABLES: &[Table] =
    &[Table::Exposures, Table::Machines, Table::Sources, Table::Issues];

pub(super) fn check(args: &CheckArgs) -> Result<ExitCode> {
    let watchlist = configure::watchlist(&args.targets)?.ok_or_else(|| {
        Error::config(
            "nobody to look for: give a watchlist (-w orgs.toml) or a domain (-d example.com)",
        )
    })?;
    let listed = case::digest(&watchlist);
    let scope = Scope::Exposures(Arc::new(watchlist.compile()));
    let given = configure::key_file(&args.naming)?;
    if configure::is_stdout(&args.out) {
        let key = given.map_or_else(Key::random, Ok)?;
        let choice =
            Choice { scope, usernames: Usernames::Keep, delivery: Delivery::Streamed, key };
        let settings = configure::settings(&args.reading, args.naming.as_of.as_deref(), choice)?;
        let alert = Alert::prepare(args.notify_command.as_deref())?;
        let sandbox = Sandbox::enter(&args.reading, None)?;
        let report = to_stdout(args, &settings, &sandbox, alert)?;
        return Ok(exit_code(&report, report.worst, args.fail_on));
    }
    let folder = OutputFolder::open(&args.out, FolderKind::Case)?;
    let key = given.map_or_else(|| folder.case_key(), Ok)?;
    let choice = Choice { scope, usernames: Usernames::Keep, delivery: Delivery::BySource, key };
    let mut settings = configure::settings(&args.reading, args.naming.as_of.as_deref(), choice)?;
    let mut case = Case::open(folder.path())?;
    case::refuse_other_key(&case, &settings)?;
    let reading = case::reading(&settings, &listed);
    if !args.full {
        settings.known = case.known(&reading)?;
    }
    let alert = Alert::prepare(args.notify_command.as_deref())?;
    let sandbox = Sandbox::enter(&args.reading, Some(&args.out))?;
    let show = Show::start(&args.showing, DataTo::Files, &sandbox);
    let report = record(&mut case, reading, &settings, &show)?;
    let open = tell(args, &folder, &case, &report, &show, alert)?;
    Ok(exit_code(&report, open, args.fail_on))
}

/// Reads the inputs into the case.
fn record(
    case: &mut Case,
    reading: Reading,
    settings: &Settings,
    show: &Show,
) -> Result<RunReport> {
    let mut recorder = case.begin(reading)?;
    let report = pipeline::follow(settings, show.progress(), &mut |event| match event {
        Event::Begin(source) => recorder.begin(source),
        Event::Known(_) => Ok(()),
        Event::Record(record) => {
            show.record(&record);
            recorder.record(&record)
        }
        Event::End(totals) => recorder.end(totals, ended(show)),
    })?;
    recorder.finish(if report.interrupted { Ended::Interrupted } else { Ended::Finished })?;
    Ok(report)
}

/// Whether the run was stopped by now.
fn ended(show: &Show) -> Ended {
    if show.progress().is_interrupted() { Ended::Interrupted } else { Ended::Finished }
}

/// Writes what the case says by now, and ends the run: one that dies before that is taken up, and
/// says everything again.
fn tell(
    args: &CheckArgs,
    folder: &OutputFolder,
    case: &Case,
    report: &RunReport,
    show: &Show,
    mut alert: Alert,
) -> Result<Option<Severity>> {
    let (formats, exports) =
        configure::case_forms(&args.format, &ReportOptions::default(), AT_LEAST);
    let mut files = TableFiles::create(folder, TABLES, &formats)?;
    exports.iter().try_for_each(|export| files.add_export(export))?;
    // What an interrupted run found, the one that takes it up finds new as well.
    let told = case::write(case, &mut files, &mut |record| match report.interrupted {
        true => Ok(()),
        false => alert.send(record),
    })?;
    Box::new(files).finish()?;
    alert.finish()?;
    case.close()?;
    if let Some(table) = told.worst.render() {
        show.end(&table);
    }
    show.end(&summary::of_case(report, told.summary.as_ref()));
    show.end(&summary::files(folder.path(), TABLES, &formats, &exports));
    Ok(told.open)
}

fn to_stdout(
    args: &CheckArgs,
    settings: &Settings,
    sandbox: &Sandbox,
    mut alert: Alert,
) -> Result<RunReport> {
    let mut sink = JsonLines::new(std::io::stdout().lock(), "standard output");
    let show = Show::start(&args.showing, DataTo::Stdout, sandbox);
    let report = pipeline::run(settings, show.progress(), &mut |record| {
        show.record(&record);
        match record {
            Record::Exposure(_) => {
                alert.send(&record)?;
                sink.write(&record)
            }
            _ => Ok(()),
        }
    })?;
    Box::new(sink).finish()?;
    alert.finish()?;
    show.end(&summary::render(&report, Asked::Exposures));
    Ok(report)
}

/// The exit code of a run that came to its end, and whose worst open exposure is this one.
pub(super) fn exit_code(
    report: &RunReport,
    worst: Option<Severity>,
    fail_on: Option<FailOn>,
) -> ExitCode {
    let met = fail_on.map(threshold).is_some_and(|least| worst >= Some(least));
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
