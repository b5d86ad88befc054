//! Arguments as settings of a run; everything that can be wrong about them is told here.

use std::path::Path;
use std::sync::Arc;

use crate::check::Check;
use crate::cli::args::{
    CaseFormat, CheckArgs, Heading, Naming, OutputFormat, Reading, Targets, TlpMark,
};
#[cfg(feature = "parquet")]
use crate::cli::{check, extract};
use crate::error::{Error, Result};
use crate::limits::Limits;
use crate::password::Candidate;
use crate::pipeline::{ReadOptions, WorkItem};
use crate::record::PasswordOrigin;
use crate::secret::Key;
use crate::sink::export::Export;
use crate::sink::files::TableFormat;
use crate::sink::html::{ReportOptions, Tlp};
use crate::watchlist::Watchlist;

/// The watchlist of `--watchlist` and `--domain` together; none if neither is given.
pub(super) fn watchlist(targets: &Targets) -> Result<Option<Watchlist>> {
    let mut watchlist = targets.watchlist.as_deref().map(Watchlist::from_file).transpose()?;
    if !targets.domain.is_empty() {
        let domains = Watchlist::from_domains(&targets.domain)?;
        watchlist = Some(match watchlist {
            Some(listed) => listed.merge(&domains)?,
            None => domains,
        });
    }
    Ok(watchlist)
}

/// The check that is asked for.
pub(super) fn check(args: &CheckArgs, item: Option<Arc<WorkItem>>) -> Result<Check> {
    let watchlist = watchlist(&args.targets)?.ok_or_else(|| {
        Error::config(
            "nobody to look for: give a watchlist (-w orgs.toml) or a domain (-d example.com)",
        )
    })?;
    let read = with_item(reading(&args.reading, Some(&args.naming))?, item)?;
    let mut check = Check::new(watchlist).reading(read);
    if let Some(key) = key_file(&args.naming)? {
        check = check.key(key);
    }
    Ok(if args.full { check.full() } else { check })
}

/// What is read, and how; commands without dates have no naming.
pub(super) fn reading(reading: &Reading, naming: Option<&Naming>) -> Result<ReadOptions> {
    let default = ReadOptions::default();
    let as_of = naming.and_then(|naming| naming.as_of.as_deref());
    Ok(ReadOptions {
        inputs: reading.inputs.clone(),
        passwords: reading.password_file.as_deref().map(passwords).transpose()?.unwrap_or_default(),
        limits: limits(reading)?,
        threads: reading.threads.map_or(default.threads, usize::from),
        as_of: as_of.map_or(Ok(default.as_of), day)?,
        ..default
    })
}

/// The same with an item in place of inputs, if there is one; its bytes may be in object stores.
pub(super) fn with_item(read: ReadOptions, item: Option<Arc<WorkItem>>) -> Result<ReadOptions> {
    match item {
        Some(_) => ReadOptions { item, ..read }.connected(),
        None => Ok(read),
    }
}

/// The limits of a run.
fn limits(reading: &Reading) -> Result<Limits> {
    Limits::default().with(reading.limits.as_deref().unwrap_or_default())
}

/// The key of `--key-file`, if given.
pub(super) fn key_file(naming: &Naming) -> Result<Option<Key>> {
    naming.key_file.as_deref().map(Key::from_file).transpose()
}

/// Midnight UTC of a day.
fn day(text: &str) -> Result<jiff::Timestamp> {
    let date = text.parse::<jiff::civil::Date>();
    let midnight = date.and_then(|date| date.to_zoned(jiff::tz::TimeZone::UTC));
    midnight.map(|zoned| zoned.timestamp()).map_err(|_| {
        Error::config(format!(
            "--as-of: “{text}” is not a day that can be told; write YYYY-MM-DD, like 2025-06-30"
        ))
    })
}

/// Candidates for passwords, one a line.
fn passwords(path: &Path) -> Result<Vec<Candidate>> {
    let bytes = std::fs::read(path).map_err(|error| {
        Error::config(format!("cannot read the password file {}: {error}", path.display()))
    })?;
    let lines = crate::text::Lines::new(&bytes).filter(|line| !line.bytes.is_empty());
    Ok(lines.map(|line| Candidate::new(line.bytes, PasswordOrigin::Given)).collect())
}

/// Whether the output is standard output.
pub(super) fn is_stdout(out: &Path) -> bool {
    out.as_os_str() == "-"
}

/// The files of a case: tables in these formats, and other forms.
pub(super) fn case_forms(
    formats: &[CaseFormat],
    heading: &ReportOptions,
    at_least: u64,
) -> (Vec<TableFormat>, Vec<Export>) {
    let (mut tables, mut exports) = (Vec::new(), Vec::new());
    for format in formats {
        match format {
            CaseFormat::Jsonl => tables.push(TableFormat::JsonLines),
            CaseFormat::Csv => tables.push(TableFormat::Csv),
            #[cfg(feature = "parquet")]
            CaseFormat::Parquet => tables.push(TableFormat::Parquet),
            CaseFormat::Html => exports.push(Export::Html(heading.clone())),
            CaseFormat::Stix => exports.push(Export::Stix(heading.tlp)),
            CaseFormat::Misp => exports.push(Export::Misp(heading.tlp)),
            CaseFormat::Ecs => exports.push(Export::Ecs(heading.tlp)),
            CaseFormat::Ocsf => exports.push(Export::Ocsf(heading.tlp)),
            CaseFormat::Apex => exports.push(Export::Apex(at_least)),
            #[cfg(feature = "parquet")]
            CaseFormat::Arrow => exports.push(Export::Arrow(check::TABLES)),
        }
    }
    (once(tables), once(exports))
}

fn once<T: PartialEq>(list: Vec<T>) -> Vec<T> {
    list.into_iter().fold(Vec::new(), |mut kept, item| {
        if !kept.contains(&item) {
            kept.push(item);
        }
        kept
    })
}

/// What stands on a report.
pub(super) fn heading(heading: &Heading) -> ReportOptions {
    let tlp = match heading.tlp {
        TlpMark::Clear => Tlp::Clear,
        TlpMark::Green => Tlp::Green,
        TlpMark::Amber => Tlp::Amber,
        TlpMark::AmberStrict => Tlp::AmberStrict,
        TlpMark::Red => Tlp::Red,
    };
    ReportOptions { title: heading.title.clone(), tlp, expires: heading.expires.clone() }
}

/// The files of a dataset: tables in these formats, and other forms.
pub(super) fn dataset_forms(
    formats: &[OutputFormat],
    at_least: u64,
) -> (Vec<TableFormat>, Vec<Export>) {
    let (mut tables, mut exports) = (Vec::new(), Vec::new());
    for format in formats {
        match format {
            OutputFormat::Jsonl => tables.push(TableFormat::JsonLines),
            OutputFormat::Csv => tables.push(TableFormat::Csv),
            #[cfg(feature = "parquet")]
            OutputFormat::Parquet => tables.push(TableFormat::Parquet),
            OutputFormat::Apex => exports.push(Export::Apex(at_least)),
            #[cfg(feature = "parquet")]
            OutputFormat::Arrow => exports.push(Export::Arrow(extract::TABLES)),
        }
    }
    (once(tables), once(exports))
}
