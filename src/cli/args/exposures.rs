//! The command line of what is done with single exposures of a case: `triage` and `reveal`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{Confinement, READING, Showing};

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
