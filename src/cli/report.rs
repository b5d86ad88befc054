//! `logsieve report`: a case as files again, in any of the forms.

use std::io::{self, Stdout};
use std::path::Path;

use crate::case::Case;
use crate::cli::args::ReportArgs;
use crate::cli::case;
use crate::cli::check::TABLES;
use crate::cli::configure;
use crate::cli::exit_code::ExitCode;
use crate::cli::show;
use crate::cli::summary;
use crate::error::{Error, Result};
use crate::record::Record;
use crate::sink::csv::CsvTable;
use crate::sink::export::Export;
use crate::sink::files::{TableFiles, TableFormat};
use crate::sink::folder::{FolderKind, OutputFolder};
use crate::sink::jsonl::JsonLines;
use crate::sink::{Sink, Table};

pub(super) fn report(args: &ReportArgs) -> Result<ExitCode> {
    let case = Case::open_existing(&args.case)?;
    let folder = OutputFolder::open(&args.case, FolderKind::Case)?;
    if case.runs()? == 0 {
        return Err(Error::config(
            "the case is empty: no run of `check` has read anything into it",
        ));
    }
    let at_least = args.counting.at_least;
    let (formats, exports) =
        configure::case_forms(&args.format, &configure::heading(&args.heading), at_least);
    match &args.out {
        None => to_folder(&case, &folder, &formats, &exports)?,
        Some(out) if configure::is_stdout(out) => to_stdout(&case, &formats, &exports)?,
        Some(_) => {
            return Err(Error::config(
                "--out can only be `-`, standard output; without it the case folder is written to",
            ));
        }
    }
    Ok(ExitCode::Complete)
}

fn to_folder(
    case: &Case,
    folder: &OutputFolder,
    formats: &[TableFormat],
    exports: &[Export],
) -> Result<()> {
    let mut files = TableFiles::create(folder, TABLES, formats)?;
    exports.iter().try_for_each(|export| files.add_export(export))?;
    case::write(case, &mut files, &mut |_| Ok(()))?;
    Box::new(files).finish()?;
    show::line(&summary::files(folder.path(), TABLES, formats, exports));
    Ok(())
}

fn to_stdout(case: &Case, formats: &[TableFormat], exports: &[Export]) -> Result<()> {
    const NAME: &str = "standard output";
    let mut sink: Box<dyn Sink> = match (formats, exports) {
        ([], [export]) => export.sink(io::stdout(), Path::new(NAME))?,
        ([TableFormat::JsonLines], []) => Box::new(JsonLines::new(io::stdout(), NAME)),
        ([TableFormat::Csv], []) => Box::new(Only::exposures(NAME)?),
        _ => {
            return Err(Error::config(
                "give one --format for standard output: jsonl, csv, html, stix, misp, ecs, ocsf, apex or arrow",
            ));
        }
    };
    case::write(case, &mut *sink, &mut |_| Ok(()))?;
    sink.finish()
}

/// One table of several.
struct Only(Table, CsvTable<Stdout>);

impl Only {
    fn exposures(name: &str) -> Result<Self> {
        Ok(Self(Table::Exposures, CsvTable::new(io::stdout(), name, Table::Exposures)?))
    }
}

impl Sink for Only {
    fn write(&mut self, record: &Record) -> Result<()> {
        if Table::of(record) == Some(self.0) { self.1.write(record) } else { Ok(()) }
    }

    fn finish(self: Box<Self>) -> Result<()> {
        Box::new(self.1).finish()
    }
}
