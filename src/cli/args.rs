//! The command line as clap reads it; all help text is here.

mod case;
mod plan;

use std::ops::RangeInclusive;
use std::path::PathBuf;

use clap::builder::ArgPredicate;
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::sink::apex::AT_LEAST;

pub use case::{CaseFormat, Heading, ReportArgs, RevealArgs, TlpMark, TriageArgs, TriageTo};
pub use plan::PlanArgs;

const OVERVIEW: &str = "\
Reads archives of infostealer logs as they are passed round (zip, 7z, rar, tar, folders, plain
url:login:password text) and tells which records expose your organisation: logins, live sessions,
computers, addresses, and every other place where one of your names stands.

It works offline, tests no login, and writes no password: a keyed fingerprint stands for each. Only
`reveal` shows one, of an exposure of yours, and keeps an audit.";

const EXAMPLES: &str = "\
Examples:
  logsieve check -d example.com cloud.zip more.rar      look for one domain
  logsieve check -w orgs.toml -o case/ downloads/       a watchlist, results into a folder
  zcat dump.txt.gz | logsieve check -d example.com -o - -
  logsieve inspect cloud.7z                             what is in there, and can all of it be read
  logsieve extract downloads/ -o dataset/               every record, fingerprints for secrets
  logsieve plan downloads/ > items.jsonl                the work cut up, for many machines
  logsieve reveal case/ --id 22ffa177 --reason INC-42   the clear text of one exposure, audited
  logsieve watchlist orgs.toml                          is the watchlist as it was meant
  logsieve verify fixtures/                             your own fixtures as a regression test

`logsieve COMMAND --help` explains each command and option.

Exit codes:
  0  complete                     4  nothing could be read
  1  complete, --fail-on was met  5  the output could not be written
     (or: verify found changes)   6  internal error
  2  usage or configuration     130  interrupted
  3  partial: something was skipped or failed, everything else was delivered";

/// The limits; a test holds them to the defaults.
const LIMITS: &str = "\
Limits for hostile input that differ from the defaults, as `key=value,…`

  ratio=200         most bytes out of one compressed byte, after 16 MiB of an entry
  depth=8           deepest nesting of archives
  entries=5000000   most entries in one input
  window=256M       largest decoder window, in bytes
  kdf_rounds=1M     most rounds of one key derivation
  kdf_seconds=60    most seconds of key derivation for one input
  line=1M           most bytes of a line that are parsed; all of it is searched
  value=64K         longest value that is kept, in bytes
  json_depth=128    deepest JSON nesting
  nested=8G         largest nested archive, in bytes
  stall=30          seconds without progress after which an input is given up

K, M and G are powers of 1024. What is past a limit is told as an issue and makes the exit code 3.";

/// Options about what is written.
const OUTPUT: &str = "What comes out";

/// Options about how inputs are read.
const READING: &str = "How to read";

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
    /// Cut inputs into items of work that many machines can read at once
    Plan(PlanArgs),
    /// Write the files of a case again, in any form
    Report(ReportArgs),
    /// Note what was done about exposures of a case: remediated, ignored, open again
    Triage(TriageArgs),
    /// Show the clear text of one exposure, read again from its source; audited
    Reveal(RevealArgs),
    /// Run every fixture folder and compare with its expected records (for CI)
    Verify(VerifyArgs),
    /// List the stealer families and run their built-in examples
    Families,
    /// Check a watchlist for mistakes: public suffixes, duplicates, overlaps, unknown keys
    Watchlist(WatchlistArgs),
    /// Print a completion script for a shell
    Completions(CompletionsArgs),
    /// Print a manual page: of logsieve, or of one of its commands
    Man(ManArgs),
}

impl Command {
    /// What the command line says about colours.
    pub fn color(&self) -> When {
        match self {
            Self::Check(args) => args.showing.color,
            Self::Extract(args) => args.showing.color,
            Self::Inspect(args) => args.showing.color,
            Self::Plan(args) => args.showing.color,
            Self::Reveal(args) => args.showing.color,
            _ => When::Auto,
        }
    }
}

/// Which organisations to look for.
#[derive(Debug, Args)]
#[command(next_help_heading = "Whom to look for")]
pub struct Targets {
    /// A watchlist: one domain a line, CSV `organisation,domain`, or TOML
    ///
    /// The TOML form has one `[[organisation]]` table each, with `name`, `domains` and, where wanted,
    /// `exclude`, `email_domains`, `staff_hosts`, `customer_hosts`, `app_ids`, `ip_ranges`,
    /// `computer_names`, `ad_domains`, `vip`. `logsieve watchlist --help` shows one.
    #[arg(short, long, value_name = "FILE")]
    pub watchlist: Option<PathBuf>,
    /// A domain, with everything below it; can be given several times, also beside a watchlist
    #[arg(short, long, value_name = "DOMAIN")]
    pub domain: Vec<String>,
}

/// How to read.
#[derive(Debug, Args)]
#[command(next_help_heading = READING)]
pub struct Reading {
    /// Archives, folders, text files; `-` is text from standard input
    ///
    /// What a file is, is told by its content, never by its name. Folders are walked; archives in
    /// them count as inputs of their own, archives in archives are followed. What cannot be read
    /// is told and does not keep anything else from being read.
    ///
    /// A set of volumes (`a.part1.rar`, `a.rar` with `a.r00`, `a.7z.001`, `a.zip` with `a.z01`) is
    /// one input. Any of its files will do, in any order: the others are looked for in the same
    /// folder. A volume that is missing is named, and what stands beside it is read.
    ///
    /// In a folder that Telegram Desktop exported (result.json beside the files), or that tdl
    /// filled, each file gets the channel, the date and the caption of its message.
    #[arg(required = true, value_name = "INPUT", help_heading = None::<&str>)]
    pub inputs: Vec<PathBuf>,
    /// Candidates for archive passwords, one a line
    ///
    /// Every candidate is tried on every encrypted archive, besides what stands round it: captions
    /// of its chat, names, notes beside and inside it, its channel. There is no option for a
    /// password itself: command lines are seen by others.
    #[arg(long, value_name = "FILE")]
    pub password_file: Option<PathBuf>,
    /// How many threads work [default: one a core]
    ///
    /// The results are the same with any number.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
    /// Limits for hostile input that differ from the defaults, as `key=value,…`
    #[arg(long, value_name = "K=V,…", long_help = LIMITS)]
    pub limits: Option<String>,
    /// Whether the run shuts itself in: no other file, no network, no other program (Linux)
    ///
    /// Once the output is open, the system is told to refuse everything but reading the inputs and
    /// writing the output (Landlock, seccomp). The files that lie beside an input file can be read
    /// too, unless they are hidden: volumes and passwords lie there. `auto` takes what the system
    /// has, and -v tells what it lacks; `require` ends with exit code 2 where it lacks anything.
    #[arg(long, value_enum, default_value_t = Confinement::Auto, value_name = "WHEN")]
    pub sandbox: Confinement,
}

/// Whether a run shuts itself in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Confinement {
    /// As far as the system can.
    Auto,
    /// Wholly, or it does not run.
    Require,
    /// No.
    Off,
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
    ///
    /// The same inputs, key and day give the same output, byte for byte.
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
    /// Every issue on standard error, not only those that concern a whole input
    #[arg(short, long, conflicts_with = "quiet")]
    pub verbose: bool,
    /// Colours on standard error; NO_COLOR is honoured
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
    /// Typed tables for DuckDB, pandas and the like.
    #[cfg(feature = "parquet")]
    Parquet,
    /// Counts by domain without any personal value, for others: apex.csv.
    Apex,
    /// One stream of typed rows of every kind, for programs: records.arrows.
    #[cfg(feature = "parquet")]
    Arrow,
}

/// What is counted by domain.
#[derive(Debug, Args)]
pub struct Counting {
    /// With `apex`: how many people a domain needs for a row of its own
    ///
    /// Smaller ones share a row without name: the domain of one person is a personal value. People
    /// are machines and, where logins come without machine, login names. 1 shows all domains.
    #[arg(long, value_name = "N", default_value_t = AT_LEAST, help_heading = OUTPUT)]
    #[arg(value_parser = clap::value_parser!(u64).range(1..))]
    pub at_least: u64,
}

const CHECK_HELP: &str = "\
Examples:
  logsieve check -d example.com cloud.zip more.rar
  logsieve check -w orgs.toml --password-file passwords.txt -o case/ downloads/
  logsieve check -w orgs.toml --fail-on high --quiet downloads/ || echo 'look at logsieve-case/'
  zcat dump.txt.gz | logsieve check -d example.com -o - - | jq .severity
  logsieve check -d example.com --key-file dataset/key dataset/

The case folder then holds:
  case.db          everything below, and its history: SQLite, see docs/CASE.md
  exposures.jsonl  one line an exposure: the record, its machine and source, how bad it is and why,
                   and what to do; enough for a ticket
  machines.jsonl   the infected computers that exposures come from
  sources.jsonl    what was read, and what became of every entry
  issues.jsonl     what could not be read, and why
  report.html      the same for people: one page that needs nothing else
  summary.json     totals, and the limits and key id of the run

Exit codes: 0 complete; 1 complete, and --fail-on was met; 2 usage or configuration; 3 partial;
4 nothing could be read; 5 the output could not be written; 6 internal error; 130 interrupted.";

/// `logsieve check`
#[derive(Debug, Args)]
#[command(after_long_help = CHECK_HELP)]
#[command(override_usage = "logsieve check [OPTIONS] <INPUT>...\n       \
    logsieve check [OPTIONS] --item <FILE>")]
#[command(mut_arg("inputs", |inputs| inputs.required(false).required_unless_present("item")))]
pub struct CheckArgs {
    /// Whom to look for.
    #[command(flatten)]
    pub targets: Targets,
    /// How to read.
    #[command(flatten)]
    pub reading: Reading,
    /// Read one item of `logsieve plan` in place of inputs; `-` is a line from standard input
    ///
    /// What comes of it goes to standard output: exposures, the sources with the counts of the part
    /// that was read, issues, and no summary. With `--format parquet` and -o it goes into the dataset
    /// of all items there, as `type=exposure/part-ITEM.parquet` and so on; the same item again
    /// replaces its own files. --key-file has to be given. A bad archive is told in
    /// the data, with exit code 0. Exit code 4 says that the bytes are gone, changed since they were
    /// planned, or cannot be read here: try again, or plan them again.
    #[arg(long, value_name = "FILE", help_heading = READING)]
    #[arg(conflicts_with_all = ["inputs", "full", "notify_command", "fail_on"])]
    pub item: Option<PathBuf>,
    /// The case folder for the results, or `-` for exposures on standard output
    ///
    /// A new or empty folder, or one that an earlier `check` made: then only what is new is read,
    /// what came of it is put together with what is known, and what is new is marked so. A run
    /// that was stopped goes on where it was. Ids and fingerprints stay the same from run to run,
    /// because the folder keeps their key.
    ///
    /// With `--format arrow`, `-` is a stream of typed rows for a program, not only of exposures.
    #[arg(short, long, value_name = "DIR", default_value = "logsieve-case")]
    #[arg(default_value_if("item", ArgPredicate::IsPresent, "-"), help_heading = OUTPUT)]
    pub out: PathBuf,
    /// The files to write into the case folder; `logsieve report` writes others later
    #[arg(long, value_enum, value_delimiter = ',', default_value = "jsonl,html")]
    #[arg(value_name = "FORMAT", hide_possible_values = true, help_heading = OUTPUT)]
    pub format: Vec<CaseFormat>,
    /// Read everything again, also what the case knows already
    #[arg(long, help_heading = OUTPUT)]
    pub full: bool,
    /// Run this command once, with the exposures that are new as JSON Lines on its standard input
    ///
    /// It is run by `sh -c`, when the files are written, and not at all if nothing is new. If it
    /// fails, the exit code is 5, and the next run into the case says the same things again.
    #[arg(long, value_name = "COMMAND", help_heading = OUTPUT)]
    pub notify_command: Option<String>,
    /// Exit with code 1 if there is an open exposure of this severity or worse
    ///
    /// In a case that is one that is neither remediated nor ignored (`logsieve triage`), or that
    /// came back.
    #[arg(long, value_enum, value_name = "SEVERITY", help_heading = OUTPUT)]
    pub fail_on: Option<FailOn>,
    /// Ids and dates.
    #[command(flatten)]
    pub naming: Naming,
    /// What to show meanwhile.
    #[command(flatten)]
    pub showing: Showing,
}

const EXTRACT_HELP: &str = "\
Examples:
  logsieve extract downloads/ -o dataset/
  logsieve extract cloud.zip -o dataset/ --format jsonl,csv
  logsieve extract cloud.zip -o - | jq -c 'select(.type == \"machine\")'
  logsieve extract dataset/ --key-file dataset/key -o - --format apex > apex.csv

The folder then holds sources, machines, credentials, cookies, autofill and issues, each as .jsonl
or .csv, and summary.json. Passwords and cookie values are never in there: a keyed fingerprint
stands for each. With -w or -d only records that concern these organisations are written.

`--format apex` is one table, apex.csv: how many logins stand in there by e-mail domain and by the
domain of the site. It names nobody and can be handed to others; docs/EXPORTS.md defines all counts.

A dataset can be an INPUT too, with the key that it was made with.

With --item the exit codes are 0 also for archives that cannot be read: their `source` and `issue`
records say so.";

/// `logsieve extract`
#[derive(Debug, Args)]
#[command(after_long_help = EXTRACT_HELP)]
#[command(override_usage = "logsieve extract [OPTIONS] --out <DIR> <INPUT>...\n       \
    logsieve extract [OPTIONS] --item <FILE>")]
#[command(mut_arg("inputs", |inputs| inputs.required(false).required_unless_present("item")))]
pub struct ExtractArgs {
    /// How to read.
    #[command(flatten)]
    pub reading: Reading,
    /// Read one item of `logsieve plan` in place of inputs; `-` is a line from standard input
    ///
    /// Its records go to standard output: the sources with the counts of the part that was read, and
    /// no summary. With `--format parquet` and -o they go into the dataset of all items there, as
    /// `type=credential/part-ITEM.parquet` and so on; the same item again replaces its own files.
    /// --key-file has to be given. Exit code 4 says that the bytes are gone, changed since they were
    /// planned, or cannot be read here: try again, or plan them again.
    #[arg(long, value_name = "FILE", conflicts_with = "inputs", help_heading = READING)]
    pub item: Option<PathBuf>,
    /// The folder for the dataset, or `-` for all records on standard output
    ///
    /// With `--format apex`, `-` is that table alone; with `--format arrow`, one stream of typed rows
    /// for a program that reads while the run goes on.
    ///
    /// A new or empty folder, or one that an earlier `extract` made; its files are replaced. Ids
    /// and fingerprints stay the same from run to run, because the folder keeps their key.
    #[arg(short, long, value_name = "DIR", help_heading = OUTPUT)]
    #[arg(required = false, required_unless_present = "item")]
    #[arg(default_value_if("item", ArgPredicate::IsPresent, "-"))]
    pub out: PathBuf,
    /// The files to write
    #[arg(long, value_enum, value_delimiter = ',', default_value = "jsonl", value_name = "FORMAT")]
    #[arg(help_heading = OUTPUT)]
    pub format: Vec<OutputFormat>,
    /// What is counted by domain.
    #[command(flatten)]
    pub counting: Counting,
    /// Keep the login names of strangers; without it a fingerprint stands for each
    #[arg(long, help_heading = OUTPUT)]
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

const INSPECT_HELP: &str = "\
The columns of the table: every entry of a source is exactly one of
  parsed   read by a parser
  scanned  text without records, searched for names only
  ignored  binary by its first bytes: pictures, databases
  skipped  not read: encrypted, a link, or past a limit
  failed   could not be read: damaged

How much of the files with logins and cookies was understood is told for all of them, and for those
with the most lines that no parser could explain. A file with 10 such lines and more, if they are
one in ten of its lines or more, has an issue `unexplained_lines`. Where they are more than those in
records, its logins are missing, and the exit code is 3. All lines are searched for watched names in
any case.

The exit code is that of `check`: 0 if everything can be read, 3 if a part, 4 if nothing.";

/// `logsieve inspect`
#[derive(Debug, Args)]
#[command(after_long_help = INSPECT_HELP)]
pub struct InspectArgs {
    /// How to read.
    #[command(flatten)]
    pub reading: Reading,
    /// Show one entry line by line with what is made of it, secrets masked
    ///
    /// ENTRY is the path of an entry as records show it, `a.zip!DE_1/Passwords.txt`; the end of it
    /// will do if there is only one such entry. Nothing that may be somebody's secret is shown:
    /// labels and hosts can be read, `***` stands for secrets and the shape for all other text.
    #[arg(long, value_name = "ENTRY", help_heading = "One entry")]
    pub explain: Option<String>,
    /// The lines to explain [default: 1-1000]
    #[arg(long, value_name = "A-B", value_parser = lines, requires = "explain")]
    #[arg(help_heading = "One entry")]
    pub lines: Option<RangeInclusive<u64>>,
    /// What to show meanwhile.
    #[command(flatten)]
    pub showing: Showing,
}

/// Lines from one to another, or one line.
fn lines(text: &str) -> Result<RangeInclusive<u64>, String> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let number = |text: &str| text.trim().parse::<u64>().ok();
    match (number(first), number(last)) {
        (Some(first), Some(last)) if 0 < first && first <= last => Ok(first..=last),
        _ => Err("write the first and the last line, like 1-1000".to_owned()),
    }
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

const WATCHLIST_HELP: &str = "\
A watchlist is a text file with one domain a line, a CSV of `organisation,domain`, or TOML:

  [[organisation]]
  name = \"Example Corp\"
  domains = [\"example.com\", \"example.co.uk\"]    # the name itself and everything below it
  exclude = [\"status.example.com\"]
  email_domains = [\"example-mail.com\"]          # beyond `domains`
  staff_hosts = [\"vpn.example.com\", \"*.corp.example.com\"]
  customer_hosts = [\"shop.example.com\"]
  app_ids = [\"com.example.app\"]
  ip_ranges = [\"203.0.113.0/24\"]
  computer_names = [\"EXC-*\"]
  ad_domains = [\"EXAMPLE\", \"corp.example.com\"]
  vip = [\"ceo@example.com\"]";

/// `logsieve watchlist`
#[derive(Debug, Args)]
#[command(after_long_help = WATCHLIST_HELP)]
pub struct WatchlistArgs {
    /// The watchlist
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
}

const COMPLETIONS_HELP: &str = "\
Examples:
  logsieve completions bash > ~/.local/share/bash-completion/completions/logsieve
  logsieve completions zsh > ~/.zfunc/_logsieve      # with ~/.zfunc in $fpath
  logsieve completions fish > ~/.config/fish/completions/logsieve.fish";

/// `logsieve completions`
#[derive(Debug, Args)]
#[command(after_long_help = COMPLETIONS_HELP)]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}

const MAN_HELP: &str = "\
Examples:
  logsieve man | man -l -
  logsieve man check > ~/.local/share/man/man1/logsieve-check.1";

/// `logsieve man`
#[derive(Debug, Args)]
#[command(after_long_help = MAN_HELP)]
pub struct ManArgs {
    /// A command; without it the page is that of logsieve itself
    #[arg(value_name = "COMMAND")]
    pub command: Option<String>,
}
