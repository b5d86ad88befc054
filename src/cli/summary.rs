//! The totals of a run as a table for people.

use std::path::Path;

use comfy_table::{Cell, CellAlignment, Table as Grid, presets};
use indicatif::HumanBytes;

use crate::issue::Code;
use crate::pipeline::RunReport;
use crate::record::{Count, Status, Summary};
use crate::sink::Table;
use crate::sink::export::Export;
use crate::sink::files::TableFormat;
use crate::text::visible;

/// The severities, worst first.
const SEVERITIES: &[&str] = &["critical", "high", "medium", "low", "info"];

/// What the user asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// Exposures of organisations.
    Exposures,
    /// All records.
    Records,
    /// What is in there; told elsewhere.
    Contents,
}

/// The totals of a run, and whether the answer is complete.
pub(super) fn render(report: &RunReport, asked: Asked) -> String {
    let summary = &report.summary;
    let mut parts = match asked {
        Asked::Exposures if summary.status == Status::Unreadable => vec![accounting(summary)],
        Asked::Exposures => vec![accounting(summary), exposures(summary)],
        Asked::Records => vec![accounting(summary), records(summary)],
        Asked::Contents => Vec::new(),
    };
    if !summary.issues.is_empty() {
        parts.push(format!("Issues: {}", counts(&summary.issues)));
        parts.extend(advice(summary));
    }
    parts.push(verdict(report));
    parts.join("\n")
}

/// What a run into a case read, and what the case says by now.
pub(super) fn of_case(report: &RunReport, case: Option<&Summary>) -> String {
    let mut parts = vec![accounting(&report.summary)];
    if report.known > 0 {
        parts.push(format!(
            "Known from earlier runs, not read again: {} sources (--full reads them).",
            report.known
        ));
    }
    if let Some(case) = case.filter(|case| case.status != Status::Unreadable) {
        parts.push(exposures(case));
        if case.changes.iter().any(|change| change.name != "new") {
            parts.push(format!("Since last time: {}", counts(&case.changes)));
        }
    }
    if !report.summary.issues.is_empty() {
        parts.push(format!("Issues: {}", counts(&report.summary.issues)));
        parts.extend(advice(&report.summary));
    }
    parts.push(verdict(report));
    parts.join("\n")
}

/// What was written into `folder`, and where to begin.
pub(super) fn files(
    folder: &Path,
    tables: &[Table],
    formats: &[TableFormat],
    exports: &[Export],
) -> String {
    let names = tables.iter().flat_map(|table| {
        formats.iter().map(|format| format!("{}.{}", table.name(), format.suffix()))
    });
    let exports = exports.iter().map(|export| export.file_name().to_owned());
    let names: Vec<String> = names.chain(exports).chain(["summary.json".to_owned()]).collect();
    format!("Written to {}: {}", visible(&folder.display().to_string()), names.join(", "))
}

fn plain_table() -> Grid {
    let mut table = Grid::new();
    table.load_style(presets::NOTHING);
    table
}

fn number(value: u64) -> Cell {
    Cell::new(value).set_alignment(CellAlignment::Right)
}

/// What was read: seen is the sum of the rest.
fn accounting(summary: &Summary) -> String {
    let mut table = plain_table();
    let (records, entries) = (&summary.records, &summary.entries);
    table.set_header([
        "sources", "logs", "entries", "parsed", "scanned", "ignored", "skipped", "failed",
    ]);
    let row = [records.sources, records.logs, entries.seen, entries.parsed, entries.scanned];
    let rest = [entries.ignored, entries.skipped, entries.failed];
    table.add_row(row.into_iter().chain(rest).map(number));
    let (read, unpacked) = (HumanBytes(summary.bytes_in), HumanBytes(summary.bytes_out));
    format!("{table}\nRead {read}, {unpacked} unpacked.")
}

fn records(summary: &Summary) -> String {
    let records = &summary.records;
    format!(
        "Records: {} machines, {} credentials, {} cookies, {} e-mail addresses in form histories",
        records.machines, records.credentials, records.cookies, records.autofill
    )
}

fn exposures(summary: &Summary) -> String {
    if summary.organisations.is_empty() {
        return "No exposures: no watched name stands in what was read.".to_owned();
    }
    let mut table = plain_table();
    table.set_header(["organisation", "exposures"]);
    for Count { name, count } in &summary.organisations {
        table.add_row([Cell::new(visible(name)), number(*count)]);
    }
    let by_severity: Vec<String> = SEVERITIES
        .iter()
        .filter_map(|name| summary.severities.iter().find(|count| count.name == *name))
        .map(|Count { name, count }| format!("{count} {name}"))
        .collect();
    format!("{table}\nSeverity: {}\nWho: {}", by_severity.join(", "), counts(&summary.classes))
}

fn advice(summary: &Summary) -> impl Iterator<Item = String> {
    let occurs = |code: &Code| summary.issues.iter().any(|issue| issue.name == code.as_str());
    let known = Code::ALL.iter().filter(move |code| occurs(code));
    known.filter_map(|code| Some(format!("  {code}: {}", code.advice()?)))
}

fn counts(list: &[Count]) -> String {
    let items: Vec<String> =
        list.iter().map(|Count { name, count }| format!("{count} {name}")).collect();
    items.join(", ")
}

fn verdict(report: &RunReport) -> String {
    let entries = &report.summary.entries;
    let why = "the issues say why (-v shows them all)";
    match (report.summary.status, entries.skipped + entries.failed) {
        _ if report.interrupted => {
            "INTERRUPTED: what was read until then is told; run again for the rest.".to_owned()
        }
        (Status::Complete, _) => "Complete: everything was read.".to_owned(),
        (Status::Partial, 0) => {
            format!("PARTIAL: a part of the input was not read, or not understood; {why}.")
        }
        (Status::Partial, lost) => {
            format!("PARTIAL: {lost} of {} entries were not read; {why}.", entries.seen)
        }
        (Status::Unreadable, _) => format!("NOTHING could be read; {why}."),
    }
}

/// The word that an enum is written as in records.
pub(super) fn word(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value)
        .ok()
        .and_then(|value| Some(value.as_str()?.to_owned()))
        .unwrap_or_default()
}
