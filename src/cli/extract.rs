//! `logsieve extract`: every record as a dataset.

use std::sync::Arc;

use crate::cli::args::ExtractArgs;
use crate::cli::check::exit_code;
use crate::cli::configure::{self, Choice};
use crate::cli::exit_code::ExitCode;
use crate::cli::show::Show;
use crate::error::Result;
use crate::pipeline::{self, Delivery, RunReport, Scope, Settings, Usernames};
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
    let to_stdout = configure::is_stdout(&args.out);
    let folder =
        if to_stdout { None } else { Some(OutputFolder::open(&args.out, FolderKind::Dataset)?) };
    let key = match (given, &folder) {
        (Some(key), _) => key,
        (None, Some(folder)) => folder.case_key()?,
        (None, None) => Key::random()?,
    };
    let choice = Choice { scope, usernames, delivery: Delivery::Streamed, key };
    let settings = configure::settings(&args.reading, args.naming.as_of.as_deref(), choice)?;
    let sink: Box<dyn Sink> = match &folder {
        Some(folder) => {
            Box::new(TableFiles::create(folder, TABLES, &configure::formats(&args.format))?)
        }
        None => Box::new(JsonLines::new(std::io::stdout().lock(), "standard output")),
    };
    let report = write(args, &settings, sink, folder.as_ref())?;
    Ok(exit_code(&report, None))
}

fn write(
    args: &ExtractArgs,
    settings: &Settings,
    mut sink: Box<dyn Sink + '_>,
    folder: Option<&OutputFolder>,
) -> Result<RunReport> {
    let show = Show::start(&args.showing);
    let report = pipeline::run(settings, show.progress(), &mut |record| {
        show.record(&record);
        sink.write(&record)
    })?;
    sink.finish()?;
    show.end(&report, folder.map(OutputFolder::path));
    Ok(report)
}
