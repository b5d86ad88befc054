//! `logsieve extract`: every record as a dataset.

use std::path::Path;
use std::sync::Arc;

use crate::cli::args::ExtractArgs;
use crate::cli::check::exit_code;
use crate::cli::configure;
use crate::cli::exit_code::ExitCode;
use crate::cli::sandbox::Sandbox;
use crate::cli::show::{DataTo, Show};
use crate::cli::summary::{self, Asked};
use crate::error::{Error, Result};
use crate::pipeline::{self, RunReport, Scope, Settings, Usernames};
use crate::secret::Key;
use crate::sink::files::TableFiles;
use crate::sink::folder::{FolderKind, OutputFolder};
use crate::sink::jsonl::JsonLines;
use crate::sink::{Sink, Table};

/// The files of a dataset.
pub(super) const TABLES: &[Table] = &[
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
    if has_folder && is_input(args) {
        return Err(Error::config(
            "the output would take the place of an input; choose another -o",
        ));
    }
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

/// Whether the output folder is read: a dataset can be.
fn is_input(args: &ExtractArgs) -> bool {
    let mut inputs = args.reading.inputs.iter().filter_map(|input| input.canonicalize().ok());
    args.out.canonicalize().is_ok_and(|out| inputs.any(|input| input == out))
}

fn to_stdout(args: &ExtractArgs, settings: &Settings, sandbox: &Sandbox) -> Result<RunReport> {
    const NAME: &str = "standard output";
    let (_, exports) = configure::dataset_forms(&args.format, args.counting.at_least);
    let out = std::io::stdout();
    let sink: Box<dyn Sink> = match (args.format.as_slice(), exports.as_slice()) {
        (_, []) => Box::new(JsonLines::new(out.lock(), NAME)),
        ([_], [export]) => export.sink(out, Path::new(NAME))?,
        _ => return Err(Error::config("give one --format for standard output")),
    };
    let show = Show::start(&args.showing, DataTo::Stdout, sandbox);
    write(&show, settings, sink)
}

fn to_folder(
    args: &ExtractArgs,
    settings: &Settings,
    folder: &OutputFolder,
    sandbox: &Sandbox,
) -> Result<RunReport> {
    let (formats, exports) = configure::dataset_forms(&args.format, args.counting.at_least);
    let mut sink = TableFiles::create(folder, TABLES, &formats)?;
    exports.iter().try_for_each(|export| sink.add_export(export))?;
    let show = Show::start(&args.showing, DataTo::Files, sandbox);
    let report = write(&show, settings, Box::new(sink))?;
    show.end(&summary::files(folder.path(), TABLES, &formats, &exports));
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
