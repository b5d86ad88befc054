//! The command line as clap reads it; all help text is here.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

const OVERVIEW: &str = "\
Reads archives of infostealer logs as they are passed round (zip, 7z, rar, tar, folders, plain
url:login:password text) and tells which records expose your organisation: logins, live sessions,
computers, addresses, and every other place where one of your names stands.

It works offline, tests no login, and writes no password: a keyed fingerprint stands for each.";

const EXAMPLES: &str = "\
Examples:
  logsieve check -d example.com cloud.zip more.rar      look for one domain
  logsieve check -w orgs.toml -o case/ downloads/       a watchlist, results into a folder
  zcat dump.txt.gz | logsieve check -d example.com -o - -
  logsieve inspect cloud.7z                             what is in there, and can all of it be read
  logsieve verify fixtures/                             your own fixtures as a regression test

Exit codes:
  0  complete                     4  nothing could be read
  1  complete, --fail-on was met  5  the output could not be written
     (or: verify found changes)   6  internal error
  2  usage or configuration     130  interrupted
  3  partial: something was skipped or failed, everything else was delivered";

/// Find your organisation in infostealer logs.
#[derive(Debug, Parser)]
#[command(name = "logsieve", version, about, long_about = OVERVIEW, after_long_help = EXAMPLES)]
#[command(propagate_version = true, arg_required_else_help = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Tell which records expose the organisations of a watchlist (the main job)
    Check(CheckArgs),
    /// Write every record as a dataset, with fingerprints in place of secrets
    Extract(ExtractArgs),
    /// Show what is in there: logs, families, artefacts, coverage; writes nothing
    Inspect(InspectArgs),
    /// Run every fixture folder and compare with its expected records (for CI)
    Verify(VerifyArgs),
    /// List the stealer families and run their built-in examples
    Families,
    /// Check a watchlist for mistakes: public suffixes, duplicates, overlaps, unknown keys
    Watchlist(WatchlistArgs),
    /// Print a completion script for a shell
    Completions(CompletionsArgs),
    /// Print the manual page (roff)
    Man,
}

/// Which organisations to look for.
#[derive(Debug, Args)]
#[command(next_help_heading = "Whom to look for")]
pub struct Targets {
    /// A watchlist: one domain a line, CSV `organisation,domain`, or TOML
    ///
    /// The TOML form has one [[organisation]] table each, with `name`, `domains` and, where wanted,
    /// `exclude`, `email_domains`, `staff_hosts`, `customer_hosts`, `app_ids`, `ip_ranges`,
    /// `computer_names`, `ad_domains`, `vip`. `logsieve watchlist FILE` checks one.
    #[arg(short, long, value_name = "FILE")]
    pub watchlist: Option<PathBuf>,
    /// A domain, with everything below it; can be given several times
    #[arg(short, long, value_name = "DOMAIN")]
    pub domain: Vec<String>,
}

/// How to read.
#[derive(Debug, Args)]
#[command(next_help_heading = "How to read")]
pub struct Reading {
    /// Archives, folders, text files; `-` is text from standard input
    ///
    /// What a file is, is told by its content, never by its name. Folders are walked; archives in
    /// them count as inputs of their own, archives in archives are followed.
    #[arg(required = true, value_name = "INPUT")]
    pub inputs: Vec<PathBuf>,
    /// Candidates for archive passwords, one a line
    #[arg(long, value_name = "FILE")]
    pub password_file: Option<PathBuf>,
    /// How many threads work [default: one a core]
    #[arg(long, value_name = "N")]
    pub threads: Option<std::num::NonZeroUsize>,
    /// Limits for hostile input, as `key=value,…`; the summary shows all keys
    #[arg(long, value_name = "K=V,…")]
    pub limits: Option<String>,
}

/// What names things, and when.
#[derive(Debug, Args)]
#[command(next_help_heading = "Ids and dates")]
pub struct Naming {
    /// The key for ids and fingerprints: a file that only you can read (chmod 600)
    ///
    /// Fingerprints are the first 16 bytes of HMAC-SHA-256 under the bytes of this file. Without
    /// it, an output folder keeps a key of its own; output to a pipe draws one for the run.
    #[arg(long, value_name = "FILE")]
    pub key_file: Option<PathBuf>,
    /// The day for cookie expiry and ages, as YYYY-MM-DD [default: today]
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<String>,
}

/// What to show meanwhile.
#[derive(Debug, Args)]
#[command(next_help_heading = "What to show meanwhile")]
pub struct Showing {
    /// Nothing on standard error but errors
    #[arg(short, long)]
    pub quiet: bool,
    /// Every issue on standard error, not only their number
    #[arg(short, long, conflicts_with = "quiet")]
    pub verbose: bool,
    /// Colours: NO_COLOR is honoured
    #[arg(long, value_enum, default_value_t = When::Auto, value_name = "WHEN")]
    pub color: When,
    /// The progress bar; it is only ever shown on a terminal
    #[arg(long, value_enum, default_value_t = ProgressBar::Auto, value_name = "WHEN")]
    pub progress: ProgressBar,
}

/// Whether something is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum When {
    /// On a terminal.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Whether the progress bar is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ProgressBar {
    /// On a terminal.
    Auto,
    /// Never.
    Never,
}

/// How bad an exposure has to be for exit code 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// Any exposure.
    Info,
    /// Low and worse.
    Low,
    /// Medium and worse.
    Medium,
    /// High and critical.
    High,
    /// Critical only.
    Critical,
}

/// A form of output files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum OutputFormat {
    /// One JSON object a line.
    Jsonl,
    /// Tables for spreadsheets.
    Csv,
}

/// `logsieve check`
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// Whom to look for.
    #[command(flatten)]
    pub targets: Targets,
    /// How to read.
    #[command(flatten)]
    pub reading: Reading,
    /// The case folder for the results, or `-` for exposures on standard output
    #[arg(short, long, value_name = "DIR", default_value = "logsieve-case")]
    pub out: PathBuf,
    /// The files to write into the case folder
    #[arg(long, value_enum, value_delimiter = ',', default_value = "jsonl", value_name = "FORMAT")]
    pub format: Vec<OutputFormat>,
    /// Exit with code 1 if there is an exposure of this severity or worse
    #[arg(long, value_enum, value_name = "SEVERITY")]
    pub fail_on: Option<FailOn>,
    /// Ids and dates.
    #[command(flatten)]
    pub naming: Naming,
    /// What to show meanwhile.
    #[command(flatten)]
    pub showing: Showing,
}

/// `logsieve extract`
#[derive(Debug, Args)]
pub struct ExtractArgs {
    /// How to read.
    #[command(flatten)]
    pub reading: Reading,
    /// The folder for the dataset, or `-` for all records on standard output
    #[arg(short, long, value_name = "DIR")]
    pub out: PathBuf,
    /// The files to write
    #[arg(long, value_enum, value_delimiter = ',', default_value = "jsonl", value_name = "FORMAT")]
    pub format: Vec<OutputFormat>,
    /// Keep the login names of strangers; without it a fingerprint stands for each
    #[arg(long)]
    pub keep_usernames: bool,
    /// Whom to narrow it to.
    #[command(flatten)]
    pub targets: Targets,
    /// Ids and dates.
    #[command(flatten)]
    pub naming: Naming,
    /// What to show meanwhile.
    #[command(flatten)]
    pub showing: Showing,
}

/// `logsieve inspect`
#[derive(Debug, Args)]
pub struct InspectArgs {
    /// How to read.
    #[command(flatten)]
    pub reading: Reading,
    /// What to show meanwhile.
    #[command(flatten)]
    pub showing: Showing,
}

const VERIFY_HELP: &str = "\
A fixture is a folder that holds:
  input/           what is read, as it would be given to `extract` or `check`
  expected.jsonl   the records and issues that must come out, one a line (made by --bless)
  watchlist.toml   optional, here or in a folder above (up to FIXTURES): then the exposures for it
                   are expected too

Fixtures are found at any depth below FIXTURES. They are read with a fixed key and the fixed day
2025-01-01, so expected files are the same everywhere. Read a blessed file before you commit it:
it is what the fixture promises from then on. Use invented data only.";

/// `logsieve verify`
#[derive(Debug, Args)]
#[command(after_long_help = VERIFY_HELP)]
pub struct VerifyArgs {
    /// A folder with fixture folders, at any depth
    #[arg(value_name = "FIXTURES")]
    pub fixtures: PathBuf,
    /// Accept what comes out now as expected
    #[arg(long)]
    pub bless: bool,
}

/// `logsieve watchlist`
#[derive(Debug, Args)]
pub struct WatchlistArgs {
    /// The watchlist
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
}

/// `logsieve completions`
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}
