//! `logsieve extract`: every record as a dataset.

use std::sync::Arc;

use crate::cli::args::ExtractArgs;
use crate::cli::check::exit_code;
use crate::cli::configure;
use crate::cli::exit_code::ExitCode;
use crate::cli::sandbox::Sandbox;
use crate::cli::show::{DataTo, Show};
use crate::cli::summary::{self, Asked};
use crate::error::Result;
use crate::pipeline::{self, RunReport, Scope, Settings, Usernames};
use crate::secret::Key;
use crate::sink::files::TableFiles;
use crate::sink::folder::{FolderKind, OutputFolder};
use crate::sink::jsonl::JsonLines;
use crate::sink::{Sink, Table};

/// The files of a dataset.
const TABLES: &[Table] = &[
    Table::Sources,
    Table::Machines,
    Table::Credentials,
    Table::Cookies,
    Table::Autofill,
    Table::Issues,
];

pub(super) fn extract(args: &ExtractArgs) -> Result<ExitCode> {
    let scope = match configure::watchlist(&args.targets)? {
        Some(watchlist) => Scope::Narrowed(Arc::new(watchlist.compile())),
        None => Scope::Everything,
    };
    let usernames = if args.keep_usernames { Usernames::Keep } else { Usernames::Fingerprint };
    let given = configure::key_file(&args.naming)?;
    let has_folder = !configure::is_stdout(&args.out);
    let folder =
        has_folder.then(|| OutputFolder::open(&args.out, FolderKind::Dataset)).transpose()?;
    let key = match (given, &folder) {
        (Some(key), _) => key,
        (None, Some(folder)) => folder.case_key()?,
        (None, None) => Key::random()?,
    };
    let read = configure::reading(&args.reading, Some(&args.naming))?;
    let settings = Settings { usernames, ..Settings::new(scope, key, read) };
    let sandbox = Sandbox::enter(&args.reading, folder.as_ref().map(OutputFolder::path))?;
    let report = match &folder {
        Some(folder) => to_folder(args, &settings, folder, &sandbox)?,
        None => to_stdout(args, &settings, &sandbox)?,
    };
    Ok(exit_code(&report, None, None))
}

fn to_stdout(args: &ExtractArgs, settings: &Settings, sandbox: &Sandbox) -> Result<RunReport> {
    let show = Show::start(&args.showing, DataTo::Stdout, sandbox);
    let sink = JsonLines::new(std::io::stdout().lock(), "standard output");
    write(&show, settings, Box::new(sink))
}

fn to_folder(
    args: &ExtractArgs,
    settings: &Settings,
    folder: &OutputFolder,
    sandbox: &Sandbox,
) -> Result<RunReport> {
    let formats = configure::formats(&args.format);
    let sink = TableFiles::create(folder, TABLES, &formats)?;
    let show = Show::start(&args.showing, DataTo::Files, sandbox);
    let report = write(&show, settings, Box::new(sink))?;
    show.end(&summary::files(folder.path(), TABLES, &formats, &[]));
    Ok(report)
}

fn write(show: &Show, settings: &Settings, mut sink: Box<dyn Sink + '_>) -> Result<RunReport> {
    let report = pipeline::run(settings, show.progress(), &mut |record| {
        show.record(&record);
        sink.write(&record)
    })?;
    sink.finish()?;
    show.end(&summary::render(&report, Asked::Records));
    Ok(report)
}
