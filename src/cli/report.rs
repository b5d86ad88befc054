//! `logsieve report`: a case as files again, in any of the forms.

use crate::case::Case;
use crate::cli::args::ReportArgs;
use crate::cli::case;
use crate::cli::check::TABLES;
use crate::cli::configure;
use crate::cli::exit_code::ExitCode;
use crate::cli::show;
use crate::cli::summary;
use crate::error::{Error, Result};
use crate::sink::Sink;
use crate::sink::files::TableFiles;
use crate::sink::folder::{FolderKind, OutputFolder};

pub(super) fn report(args: &ReportArgs) -> Result<ExitCode> {
    let case = Case::open_existing(&args.case)?;
    let folder = OutputFolder::open(&args.case, FolderKind::Case)?;
    let formats = configure::formats(&args.format);
    let mut sinks: Vec<Box<dyn Sink>> =
        vec![Box::new(TableFiles::create(&folder, TABLES, &formats)?)];
    let told = case::write(&case, &mut sinks, &mut |_| Ok(()))?;
    sinks.into_iter().try_for_each(Sink::finish)?;
    if told.summary.is_none() {
        return Err(Error::config(
            "the case is empty: no run of `check` has read anything into it",
        ));
    }
    show::line(&summary::files(folder.path(), TABLES, &formats));
    Ok(ExitCode::Complete)
}
