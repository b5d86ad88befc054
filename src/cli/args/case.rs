//! The arguments of the commands that work on a case.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{Confinement, Counting, READING, Showing};

/// A form of the files of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CaseFormat {
    /// Tables, one JSON object a line.
    Jsonl,
    /// Tables for spreadsheets.
    Csv,
    /// Tables for databases.
    #[cfg(feature = "parquet")]
    Parquet,
    /// One page for people: report.html.
    Html,
    /// STIX 2.1, for threat intelligence platforms: exposures.stix.json.
    Stix,
    /// A MISP event: exposures.misp.json.
    Misp,
    /// Elastic Common Schema, one alert a line: exposures.ecs.ndjson.
    Ecs,
    /// OCSF detection findings, one a line: exposures.ocsf.ndjson.
    Ocsf,
    /// Counts by domain without any personal value, for others: apex.csv.
    Apex,
    /// One stream of typed rows of every kind, for programs: records.arrows.
    #[cfg(feature = "parquet")]
    Arrow,
}

/// To whom a report may be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TlpMark {
    /// Everybody.
    Clear,
    /// The community.
    Green,
    /// The organisation and its clients, on a need to know.
    Amber,
    /// The organisation only.
    #[value(name = "amber+strict")]
    AmberStrict,
    /// Those who were given it.
    Red,
}

/// What stands on a report.
#[derive(Debug, Args)]
#[command(next_help_heading = "Report")]
pub struct Heading {
    /// The title of report.html
    #[arg(long, value_name = "TEXT", default_value = "Exposure report")]
    pub title: String,
    /// To whom it may be shown (Traffic Light Protocol 2.0)
    #[arg(long, value_enum, value_name = "MARK", default_value_t = TlpMark::Amber)]
    pub tlp: TlpMark,
    /// The day after which it should be destroyed, as YYYY-MM-DD
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub expires: Option<String>,
}

/// A day, as it was written.
fn date(text: &str) -> Result<String, String> {
    let day: Result<jiff::civil::Date, _> = text.parse();
    day.map(|_| text.to_owned()).map_err(|_| "write YYYY-MM-DD, like 2025-06-30".to_owned())
}

const REPORT_HELP: &str = "\
Examples:
  logsieve report logsieve-case
  logsieve report logsieve-case --format html --title 'Example Corp' --tlp red --expires 2026-12-31
  logsieve report logsieve-case --format csv,stix,misp
  logsieve report logsieve-case --format ecs -o - | your-shipper

Nothing is read but the case: what was found stands there, with its history.";

/// `logsieve report`
#[derive(Debug, Args)]
#[command(after_long_help = REPORT_HELP)]
pub struct ReportArgs {
    /// The case folder
    #[arg(value_name = "CASE")]
    pub case: PathBuf,
    /// The files to write
    #[arg(long, value_enum, value_delimiter = ',', default_value = "jsonl,html")]
    #[arg(value_name = "FORMAT")]
    pub format: Vec<CaseFormat>,
    /// Where they go: into the case folder, or `-` for one of them on standard output
    ///
    /// On standard output, `jsonl` is all records, and `csv` the table of exposures.
    #[arg(short, long, value_name = "-")]
    pub out: Option<PathBuf>,
    /// What is counted by domain.
    #[command(flatten)]
    pub counting: Counting,
    /// What stands on it.
    #[command(flatten)]
    pub heading: Heading,
}

const TRIAGE_HELP: &str = "\
Examples:
  logsieve triage logsieve-case --id 22ffa177 --status remediated --note 'reset on Monday, INC-42'
  logsieve triage logsieve-case --id 22ffa177 --id 90c1d2e4 --status ignored

The decision stays with the exposure. If a remediated one stands in a source that comes later, it is
`returned`, and counts as open until the next decision.";

/// `logsieve triage`
#[derive(Debug, Args)]
#[command(after_long_help = TRIAGE_HELP)]
pub struct TriageArgs {
    /// The case folder
    #[arg(value_name = "CASE")]
    pub case: PathBuf,
    /// An exposure, by its id or the first digits of it; can be given several times
    #[arg(long, required = true, value_name = "ID")]
    pub id: Vec<String>,
    /// What was done about it
    #[arg(long, value_enum, value_name = "STATUS")]
    pub status: TriageTo,
    /// Why, or how
    #[arg(long, value_name = "TEXT")]
    pub note: Option<String>,
}

/// What was done about an exposure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TriageTo {
    /// Nothing yet.
    Open,
    /// It was dealt with.
    Remediated,
    /// It is not to be dealt with.
    Ignored,
}

const REVEAL_HELP: &str = "\
Examples:
  logsieve reveal logsieve-case --id 22ffa177 --reason 'still valid? INC-42' | ./compare
  logsieve reveal logsieve-case --id 22ffa177 --reason INC-42 --input /mnt/evidence/cloud.zip

A case holds no password: the value is read again, from the source and the entry that the case
names. The source has to be the same, byte for byte, and the value has to have the fingerprint of
the exposure; else nothing is shown. Only exposures of the case can be named, so only values of the
organisations on its watchlist can be shown.

Before that, CASE/reveal.audit.jsonl gets a line, and the line is on the disk: when, who, which
exposure, why. Each line holds the BLAKE3 of the line before it. If one does not, that is told and
nothing is shown (exit code 2); nor is anything if the line cannot be written (exit code 5).

Standard output gets the value in UTF-8 and a line end, and nothing else. It is meant for a program
that compares: a terminal keeps what scrolled by, and a file what was written to it.";

/// `logsieve reveal`
#[derive(Debug, Args)]
#[command(after_long_help = REVEAL_HELP)]
pub struct RevealArgs {
    /// The case folder
    #[arg(value_name = "CASE")]
    pub case: PathBuf,
    /// The exposure, a login or a session, by its id or the first digits of it
    #[arg(long, value_name = "ID")]
    pub id: String,
    /// Why it has to be seen; is kept in the audit
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    /// Show it even if standard output is a terminal; what would act there is written as \u{…}
    #[arg(long)]
    pub to_terminal: bool,
    /// Where the source is now; can be given several times [default: where it was]
    ///
    /// A file, a folder, or `-` for what came from standard input. Of all that is there only the
    /// source itself is read, whatever it is called now. If the password of an archive was found in
    /// the chat that it came from, give the folder of the export.
    #[arg(long, value_name = "PATH", help_heading = READING)]
    pub input: Vec<PathBuf>,
    /// Candidates for archive passwords, one a line, as for `check`
    #[arg(long, value_name = "FILE", help_heading = READING)]
    pub password_file: Option<PathBuf>,
    /// The key of the case, if `check` was given one
    #[arg(long, value_name = "FILE", help_heading = READING)]
    pub key_file: Option<PathBuf>,
    /// Whether the run shuts itself in, as in `check`
    #[arg(long, value_enum, default_value_t = Confinement::Auto, value_name = "WHEN")]
    #[arg(help_heading = READING)]
    pub sandbox: Confinement,
    /// What to show meanwhile.
    #[command(flatten)]
    pub showing: Showing,
}
