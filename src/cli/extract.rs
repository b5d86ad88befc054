//! `logsieve extract`: every record as a dataset.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::cli::args::ExtractArgs;
use crate::cli::check;
use crate::cli::configure;
use crate::cli::exit_code::ExitCode;
use crate::cli::item;
use crate::cli::sandbox::Sandbox;
use crate::cli::show::{DataTo, Show};
use crate::cli::summary::{self, Asked};
use crate::error::{Error, Result};
use crate::pipeline::{self, RunReport, Scope, Settings, Usernames, WorkItem};
use crate::record::Record;
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
    let item = item::read(args.item.as_deref(), &args.naming)?.map(Arc::new);
    let output = Output::open(args, item.as_deref())?;
    let key = match (given, &output) {
        (Some(key), _) => key,
        (None, Output::Folder(folder)) => folder.case_key()?,
        (None, _) => Key::random()?,
    };
    let read = configure::reading(&args.reading, Some(&args.naming))?;
    let read = configure::with_item(read, item.clone())?;
    let delivery = item::delivery(item.as_deref());
    let settings = Settings { usernames, delivery, ..Settings::new(scope, key, read) };
    let sandbox = Sandbox::enter(&args.reading, item.as_deref(), output.path())?;
    let report = output.write(args, &settings, &sandbox)?;
    Ok(match &item {
        Some(_) => item::exit_code(&report),
        None => check::exit_code(&report, None, None),
    })
}

/// Where the records go.
enum Output {
    Stdout,
    Folder(OutputFolder),
    /// Into a folder that others write into as well, as the parts of an item.
    Parts(PathBuf, Box<dyn Sink>),
}

impl Output {
    fn open(args: &ExtractArgs, item: Option<&WorkItem>) -> Result<Self> {
        if configure::is_stdout(&args.out) {
            return Ok(Self::Stdout);
        }
        if is_input(args) {
            return Err(Error::config(
                "the output would take the place of an input; choose another -o",
            ));
        }
        let Some(item) = item else {
            return OutputFolder::open(&args.out, FolderKind::Dataset).map(Self::Folder);
        };
        let forms = configure::dataset_forms(&args.format, args.counting.at_least);
        let sink = item::parts(item, &args.out, &forms, TABLES)?;
        Ok(Self::Parts(args.out.clone(), sink))
    }

    fn path(&self) -> Option<&Path> {
        match self {
            Self::Stdout => None,
            Self::Folder(folder) => Some(folder.path()),
            Self::Parts(path, _) => Some(path),
        }
    }

    fn write(
        self,
        args: &ExtractArgs,
        settings: &Settings,
        sandbox: &Sandbox,
    ) -> Result<RunReport> {
        match self {
            Self::Stdout => to_stdout(args, settings, sandbox),
            Self::Folder(folder) => to_folder(args, settings, &folder, sandbox),
            Self::Parts(_, sink) => {
                let show = Show::start(&args.showing, DataTo::Files, sandbox);
                write(&show, settings, sink)
            }
        }
    }
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
        match (&record, &settings.read.item) {
            // The rows of the sources say what an item comes to.
            (Record::Summary(_), Some(_)) => Ok(()),
            _ => sink.write(&record),
        }
    })?;
    sink.finish()?;
    show.end(&summary::render(&report, Asked::Records));
    Ok(report)
}
