//! `--item`: a run of `check` or `extract` over one item of work, which nobody sees but through its
//! data.

use std::path::Path;

use crate::cli::args::Naming;
use crate::cli::exit_code::ExitCode;
use crate::error::{Error, Result};
use crate::pipeline::{Delivery, RunReport, WorkItem};
use crate::sink::export::Export;
use crate::sink::files::TableFormat;
use crate::sink::{Sink, Table};
#[cfg(feature = "parquet")]
use crate::sink::{folder::PartFolder, parts::PartFiles};

/// The item in a file, or on standard input.
pub(super) fn read(file: Option<&Path>, naming: &Naming) -> Result<Option<WorkItem>> {
    let Some(file) = file else { return Ok(None) };
    if naming.key_file.is_none() {
        let text = "--item needs --key-file: the ids of all items are made with one key";
        return Err(Error::config(text));
    }
    let bytes = match file.as_os_str() == "-" {
        true => std::io::read_to_string(std::io::stdin()).map(String::into_bytes),
        false => std::fs::read(file),
    };
    let bytes = bytes.map_err(|error| {
        Error::config(format!("cannot read the item {}: {error}", file.display()))
    })?;
    let mut lines = bytes.split(|&byte| byte == b'\n').filter(|line| !line.trim_ascii().is_empty());
    match (lines.next(), lines.next()) {
        (Some(line), None) => WorkItem::from_line(line).map(Some),
        (None, _) => Err(Error::config("--item: there is no item")),
        (Some(_), Some(_)) => {
            Err(Error::config("--item: one item at a time, and here are several"))
        }
    }
}

/// When records leave a run over an item, or over inputs: what an item gives must not depend on which
/// small inputs are in it together.
pub(super) fn delivery(item: Option<&WorkItem>) -> Delivery {
    item.map_or(Delivery::Streamed, |_| Delivery::BySource)
}

/// The exit code of a run over an item: what could not be read of it stands in the data.
pub(super) fn exit_code(report: &RunReport) -> ExitCode {
    if report.interrupted { ExitCode::Interrupted } else { ExitCode::Complete }
}

/// Where the records of an item go if not to standard output: into the folder `out`, which the runs
/// over other items write into as well.
///
/// # Errors
/// Another form than Parquet is asked for, or the folder is none of ours.
#[cfg_attr(not(feature = "parquet"), expect(unused_variables, reason = "no form can be written"))]
pub(super) fn parts(
    item: &WorkItem,
    out: &Path,
    forms: &(Vec<TableFormat>, Vec<Export>),
    tables: &[Table],
) -> Result<Box<dyn Sink>> {
    match (forms.0.as_slice(), forms.1.as_slice()) {
        #[cfg(feature = "parquet")]
        ([TableFormat::Parquet], []) => {
            Ok(Box::new(PartFiles::new(&PartFolder::open(out, tables)?, item.id())))
        }
        _ => Err(Error::config(
            "the records of an item go to standard output, or with --format parquet into a \
             folder; leave -o out, or give that format alone",
        )),
    }
}
