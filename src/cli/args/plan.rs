//! The arguments of `plan`, with its help.

use clap::Args;

use super::{Reading, Showing};

const PLAN_HELP: &str = "\
Examples:
  logsieve plan downloads/ > items.jsonl
  head -1 items.jsonl | logsieve extract --item - --key-file key > records.jsonl
  parallel --pipe -N1 'logsieve check --item - -w orgs.toml --key-file key --as-of 2025-06-30' \\
    < items.jsonl > exposures.jsonl

Each line is a JSON object, the largest item first:
  item     its id, 32 hexadecimal digits: the same whenever the same bytes are planned
  source   what it is called
  bytes    packed bytes of work in it
Whatever else is in it is meant for `--item`: pass lines on as they are.

An item is some 256 MB of a large zip, a folder of logs, or a 7z with several blocks, or else one
input, or several small ones. A log is never torn apart. The records of all items together are those
of one run; rows of a source that was cut have one source_id, and their counts add up. Records that
stand in several items have one id. Give all items one key and one day (--as-of).

All bytes are read once, for their digests, and nothing is unpacked. Paths in items are absolute, so
the inputs have to be at the same place on every machine. A logsieve built with the feature
object-store takes s3://, gs://, az:// and http(s):// as well, of an object or (with / at the end)
of all that is below; keys come from the environment, as docs/SCALE.md says. Items hold what names
and captions say about passwords, but not those of --password-file: it is used here to list archives
whose names are encrypted, and has to be given with --item again.

Exit codes: 0 complete, also if an input cannot be read: it is an item that says so; 2 usage or
configuration; 4 an object store did not give what is in it, which is worth another try; 5 the
output could not be written; 6 internal error; 130 interrupted.";

/// `logsieve plan`
#[derive(Debug, Args)]
#[command(after_long_help = PLAN_HELP)]
pub struct PlanArgs {
    /// How to read.
    #[command(flatten)]
    pub reading: Reading,
    /// What to show meanwhile.
    #[command(flatten)]
    pub showing: Showing,
}
