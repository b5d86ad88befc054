//! `logsieve check`: exposures of the organisations on a watchlist.

use std::sync::Arc;

use crate::check::{Check, Recording};
use crate::cli::alert::Alert;
use crate::cli::args::{CaseFormat, CheckArgs, FailOn};
use crate::cli::case;
use crate::cli::configure;
use crate::cli::exit_code::ExitCode;
use crate::cli::item;
use crate::cli::sandbox::Sandbox;
use crate::cli::show::{DataTo, Show};
use crate::cli::summary::{self, Asked};
use crate::error::Result;
use crate::exposure::Severity;
use crate::pipeline::{self, RunReport, Settings, WorkItem};
use crate::record::{Record, Status};
use crate::sink::apex::AT_LEAST;
use crate::sink::files::TableFiles;
use crate::sink::html::ReportOptions;
use crate::sink::jsonl::JsonLines;
use crate::sink::{Sink, Table};

/// The tables of a case.
pub(super) const TABLES: &[Table] =
    &[Table::Exposures, Table::Machines, Table::Sources, Table::Issues];

pub(super) fn check(args: &CheckArgs) -> Result<ExitCode> {
    let item = item::read(args.item.as_deref(), &args.naming)?.map(Arc::new);
    let check = configure::check(args, item.clone())?;
    if let Some(item) = item {
        return of_item(args, &check, &item);
    }
    let (report, worst) = match configure::is_stdout(&args.out) {
        true => to_stdout(args, &check)?,
        false => to_case(args, &check)?,
    };
    Ok(exit_code(&report, worst, args.fail_on))
}

/// Reads into the case and tells what it says then; with it comes the worst that is open there.
fn to_case(args: &CheckArgs, check: &Check) -> Result<(RunReport, Option<Severity>)> {
    let mut recording = Recording::open(check, &args.out)?;
    let alert = Alert::prepare(args.notify_command.as_deref())?;
    let sandbox = Sandbox::enter(&args.reading, None, Some(&args.out))?;
    let show = Show::start(&args.showing, DataTo::Files, &sandbox);
    let report = recording.read(show.progress(), &mut |record| show.record(record))?;
    let open = tell(args, &recording, &report, &show, alert)?;
    Ok((report, open))
}

/// Writes what the case says by now, and ends the run: one that dies before that is taken up, and
/// says everything again.
fn tell(
    args: &CheckArgs,
    recording: &Recording,
    report: &RunReport,
    show: &Show,
    mut alert: Alert,
) -> Result<Option<Severity>> {
    let (folder, case) = (recording.folder(), recording.case());
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

fn to_stdout(args: &CheckArgs, check: &Check) -> Result<(RunReport, Option<Severity>)> {
    let settings = check.settings()?;
    let mut alert = Alert::prepare(args.notify_command.as_deref())?;
    let sandbox = Sandbox::enter(&args.reading, None, None)?;
    let (mut sink, wanted) = stdout_sink(&args.format)?;
    let show = Show::start(&args.showing, DataTo::Stdout, &sandbox);
    let report = pipeline::run(&settings, show.progress(), &mut |record| {
        show.record(&record);
        let is_exposure = matches!(record, Record::Exposure(_));
        if is_exposure {
            alert.send(&record)?;
        }
        if is_exposure || wanted == Wanted::All { sink.write(&record) } else { Ok(()) }
    })?;
    sink.finish()?;
    alert.finish()?;
    show.end(&summary::render(&report, Asked::Exposures));
    let worst = report.worst;
    Ok((report, worst))
}

/// Checks one item of work: with the exposures leave the sources and the issues.
fn of_item(args: &CheckArgs, check: &Check, item: &WorkItem) -> Result<ExitCode> {
    let settings = Settings { delivery: item::delivery(Some(item)), ..check.settings()? };
    let (mut sink, data, output) = match configure::is_stdout(&args.out) {
        true => (stdout_sink(&args.format)?.0, DataTo::Stdout, None),
        false => {
            let forms = configure::case_forms(&args.format, &ReportOptions::default(), AT_LEAST);
            let parts = item::parts(item, &args.out, &forms, TABLES)?;
            (parts, DataTo::Files, Some(args.out.as_path()))
        }
    };
    let sandbox = Sandbox::enter(&args.reading, Some(item), output)?;
    let show = Show::start(&args.showing, data, &sandbox);
    let report = pipeline::run(&settings, show.progress(), &mut |record| {
        show.record(&record);
        match record {
            Record::Summary(_) => Ok(()),
            _ => sink.write(&record),
        }
    })?;
    sink.finish()?;
    show.end(&summary::render(&report, Asked::Exposures));
    Ok(item::exit_code(&report))
}

/// What goes to standard output.
#[derive(PartialEq, Eq)]
enum Wanted {
    Exposures,
    /// What exposures were found in, and what could not be read, as well.
    All,
}

/// Lines of exposures, unless it is an Arrow stream that is asked for.
fn stdout_sink(format: &[CaseFormat]) -> Result<(Box<dyn Sink>, Wanted)> {
    const NAME: &str = "standard output";
    let (_, exports) = configure::case_forms(format, &ReportOptions::default(), AT_LEAST);
    let out = std::io::stdout();
    match (format, exports.as_slice()) {
        #[cfg(feature = "parquet")]
        ([_], [arrow @ crate::sink::export::Export::Arrow(_)]) => {
            Ok((arrow.sink(out, NAME.as_ref())?, Wanted::All))
        }
        _ => Ok((Box::new(JsonLines::new(out.lock(), NAME)), Wanted::Exposures)),
    }
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
