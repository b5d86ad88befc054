//! The totals of a run as a table for people.

use comfy_table::{Cell, CellAlignment, Table, presets};
use indicatif::HumanBytes;

use crate::cli::terminal::safe;
use crate::pipeline::RunReport;
use crate::record::{Count, Status, Summary};

/// The severities, worst first.
const SEVERITIES: &[&str] = &["critical", "high", "medium", "low", "info"];

/// The totals of a run.
pub(super) fn render(report: &RunReport) -> String {
    let summary = &report.summary;
    let mut parts = vec![accounting(summary)];
    if !summary.organisations.is_empty() {
        parts.push(exposures(summary));
    }
    if !summary.issues.is_empty() {
        parts.push(format!("Issues: {}", counts(&summary.issues)));
    }
    parts.push(verdict(summary));
    parts.join("\n")
}

fn plain_table() -> Table {
    let mut table = Table::new();
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

fn exposures(summary: &Summary) -> String {
    let mut table = plain_table();
    table.set_header(["organisation", "exposures"]);
    for Count { name, count } in &summary.organisations {
        table.add_row([Cell::new(safe(name)), number(*count)]);
    }
    let by_severity: Vec<String> = SEVERITIES
        .iter()
        .filter_map(|name| summary.severities.iter().find(|count| count.name == *name))
        .map(|Count { name, count }| format!("{count} {name}"))
        .collect();
    format!("{table}\nSeverity: {}\nWho: {}", by_severity.join(", "), counts(&summary.classes))
}

fn counts(list: &[Count]) -> String {
    let items: Vec<String> =
        list.iter().map(|Count { name, count }| format!("{count} {name}")).collect();
    items.join(", ")
}

fn verdict(summary: &Summary) -> String {
    let lost = summary.entries.skipped + summary.entries.failed;
    match summary.status {
        Status::Complete => "Complete: everything was read.".to_owned(),
        Status::Partial => {
            format!("PARTIAL: {lost} entries were not read; the issues say why (-v shows them).")
        }
        Status::Unreadable => {
            "Nothing could be read; the issues say why (-v shows them).".to_owned()
        }
    }
}

/// The word that an enum is written as in records.
pub(super) fn word(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value)
        .ok()
        .and_then(|value| Some(value.as_str()?.to_owned()))
        .unwrap_or_default()
}
