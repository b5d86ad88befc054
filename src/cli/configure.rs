//! Arguments as settings of a run; everything that can be wrong about them is told here.

use std::path::Path;

use crate::cli::args::{CaseFormat, Heading, Naming, OutputFormat, Reading, Targets, TlpMark};
use crate::error::{Error, Result};
use crate::limits::Limits;
use crate::password::Candidate;
use crate::pipeline::{Delivery, Scope, Settings, Usernames};
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

/// What a command adds to the common arguments.
pub(super) struct Choice {
    /// Which records leave the run.
    pub scope: Scope,
    /// Login names of strangers.
    pub usernames: Usernames,
    /// When records leave.
    pub delivery: Delivery,
    /// Makes ids and fingerprints.
    pub key: Key,
}

/// The settings of a run.
pub(super) fn settings(reading: &Reading, as_of: Option<&str>, choice: Choice) -> Result<Settings> {
    let cores = || std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let Choice { scope, usernames, delivery, key } = choice;
    Ok(Settings {
        scope,
        usernames,
        delivery,
        key,
        as_of: day(as_of)?,
        threads: reading.threads.map_or_else(cores, usize::from),
        limits: limits(reading)?,
        passwords: reading.password_file.as_deref().map(passwords).transpose()?.unwrap_or_default(),
        inputs: reading.inputs.clone(),
        known: std::collections::HashMap::new(),
    })
}

/// The limits of a run.
pub(super) fn limits(reading: &Reading) -> Result<Limits> {
    Limits::default().with(reading.limits.as_deref().unwrap_or_default())
}

/// The key of `--key-file`, if given.
pub(super) fn key_file(naming: &Naming) -> Result<Option<Key>> {
    naming.key_file.as_deref().map(Key::from_file).transpose()
}

/// Midnight UTC of the day given, or of today: the same day gives the same output.
fn day(text: Option<&str>) -> Result<jiff::Timestamp> {
    let utc = jiff::tz::TimeZone::UTC;
    let date: Option<jiff::civil::Date> = match text {
        Some(text) => text.parse().ok(),
        None => Some(jiff::Timestamp::now().to_zoned(utc.clone()).date()),
    };
    let midnight = date.and_then(|date| date.to_zoned(utc).ok()).map(|zoned| zoned.timestamp());
    midnight.ok_or_else(|| {
        let text = text.unwrap_or_default();
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
        }
    }
    (once(tables), once(exports))
}
