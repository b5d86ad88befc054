//! `logsieve inspect`: what is in there, and can it be read.

use comfy_table::{Cell, CellAlignment, Table, presets};

use crate::cli::args::InspectArgs;
use crate::cli::check::exit_code;
use crate::cli::configure;
use crate::cli::exit_code::ExitCode;
use crate::cli::explain;
use crate::cli::sandbox::Sandbox;
use crate::cli::show::{DataTo, Show};
use crate::cli::summary::{self, Asked};
use crate::error::Result;
use crate::fact::LineCounts;
use crate::pipeline::{self, Coverage, FileCoverage, RunReport, Scope, Settings};
use crate::record::{Format, Record, Source};
use crate::secret::Key;
use crate::text::visible;

pub(super) fn inspect(args: &InspectArgs) -> Result<ExitCode> {
    if let Some(entry) = &args.explain {
        return explain::explain(args, entry);
    }
    let read = configure::reading(&args.reading, None)?;
    let settings = Settings::new(Scope::Counted, Key::random()?, read);
    let sandbox = Sandbox::enter(&args.reading, None, None)?;
    let show = Show::start(&args.showing, DataTo::Stdout, &sandbox);
    let mut sources = Vec::new();
    let report = pipeline::run(&settings, show.progress(), &mut |record| {
        show.record(&record);
        if let Record::Source(source) = record {
            sources.push(source);
        }
        Ok(())
    })?;
    show.clear();
    super::print(render(&sources, &report).as_bytes())?;
    show.end(&summary::render(&report, Asked::Contents));
    Ok(exit_code(&report, None, None))
}

fn render(sources: &[Source], report: &RunReport) -> String {
    let records = &report.summary.records;
    let mut text = format!("{}\n\n", source_table(sources));
    text.push_str(&listing("Families", &report.tally.families));
    text.push_str(&listing("Artefacts", &report.tally.artefacts));
    text.push_str(&format!(
        "Records: {} credentials, {} cookies, {} e-mail addresses in form histories\n",
        records.credentials, records.cookies, records.autofill
    ));
    text.push_str(&coverage(&report.tally.coverage, sources));
    text
}

fn source_table(sources: &[Source]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::UTF8_HORIZONTAL_ONLY);
    table.set_header([
        "source", "format", "read", "bytes", "logs", "entries", "parsed", "scanned", "ignored",
        "skipped", "failed",
    ]);
    for source in sources {
        let entries = &source.entries;
        let numbers = [
            source.size,
            source.logs,
            entries.seen,
            entries.parsed,
            entries.scanned,
            entries.ignored,
            entries.skipped,
            entries.failed,
        ];
        let name = Cell::new(visible(&source.name));
        let format =
            Cell::new(source.format.map(|format| summary::word(&format)).unwrap_or_default());
        let status = Cell::new(summary::word(&source.status));
        let numbers = numbers.map(|value| Cell::new(value).set_alignment(CellAlignment::Right));
        table.add_row([name, format, status].into_iter().chain(numbers));
    }
    table
}

fn listing(
    title: &str,
    counts: &std::collections::BTreeMap<impl std::fmt::Display, u64>,
) -> String {
    if counts.is_empty() {
        return String::new();
    }
    let items: Vec<String> = counts.iter().map(|(name, count)| format!("{name} {count}")).collect();
    format!("{title}: {}\n", items.join(", "))
}

/// How much of the credential files was understood, and of which the least.
fn coverage(coverage: &Coverage, sources: &[Source]) -> String {
    let LineCounts { records, noise, unexplained } = coverage.lines;
    if coverage.files == 0 {
        return String::new();
    }
    let share = |part: u64| percent(part, coverage.lines);
    let mut text = format!(
        "Lines of credential files: {} in records, {} known noise, {} unexplained ({} files)\n",
        share(records),
        share(noise),
        share(unexplained),
        coverage.files
    );
    if !coverage.worst.is_empty() {
        text.push_str(&format!("\n{}\n", worst(&coverage.worst, sources)));
        text.push_str("`logsieve inspect --explain ENTRY` shows what is made of each line.\n");
    }
    text
}

fn percent(part: u64, lines: LineCounts) -> String {
    format!("{:.1} %", part as f64 * 100.0 / lines.all().max(1) as f64)
}

/// The files with the most unexplained lines.
fn worst(files: &[FileCoverage], sources: &[Source]) -> Table {
    let inputs = sources.iter().filter(|source| source.parent_id.is_none()).count();
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(["least understood", "lines", "in records", "known noise", "unexplained", ""]);
    for FileCoverage { source, entry, lines } in files {
        let is_folder = |known: &&Source| known.format == Some(Format::Folder);
        let folder = sources.iter().filter(is_folder).find(|known| known.name == *source);
        let name = match folder {
            _ if inputs == 1 || source.ends_with(entry) => entry.clone(),
            Some(_) => format!("{source}/{entry}"),
            None => format!("{source}!{entry}"),
        };
        let counts = [lines.all(), lines.records, lines.noise, lines.unexplained];
        let cells = counts.map(|count| count.to_string()).into_iter();
        let cells = cells.chain([percent(lines.unexplained, *lines)]);
        let cells = cells.map(|text| Cell::new(text).set_alignment(CellAlignment::Right));
        table.add_row(std::iter::once(Cell::new(visible(&name))).chain(cells));
    }
    table
}
