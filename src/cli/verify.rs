//! `logsieve verify`: fixture folders against their expected records.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::cli::args::VerifyArgs;
use crate::cli::exit_code::ExitCode;
use crate::error::{Error, Result};
use crate::pipeline::{self, Delivery, Progress, ReadOptions, Scope, Settings, Usernames};
use crate::record::Record;
use crate::secret::Key;
use crate::watchlist::Watchlist;

/// What a fixture folder holds.
const INPUT: &str = "input";
const EXPECTED: &str = "expected.jsonl";
const WATCHLIST: &str = "watchlist.toml";

/// The key and the day that fixtures are read with, so that expected files are the same everywhere.
const KEY: &[u8] = b"logsieve fixtures, never for real data";
const DAY: i64 = 1_735_689_600; // 2025-01-01T00:00:00Z

/// How deep fixture folders are looked for.
const MAX_DEPTH: usize = 16;

/// Most differing lines that are shown of one fixture.
const SHOWN_LINES: usize = 20;

pub(super) fn verify(args: &VerifyArgs) -> Result<ExitCode> {
    let fixtures = find(&args.fixtures)?;
    if fixtures.is_empty() {
        return Err(Error::config(format!(
            "no fixture below {}: a fixture is a folder with a folder `{INPUT}` in it, which holds \
             what is to be read; `logsieve verify --help` says more",
            args.fixtures.display()
        )));
    }
    let mut report = String::new();
    let mut failed = 0_usize;
    for fixture in &fixtures {
        let actual = read(fixture, &args.fixtures)?;
        let verdict = if args.bless { bless(fixture, &actual)? } else { compare(fixture, &actual) };
        failed += usize::from(verdict.difference.is_some());
        let name = crate::text::visible(&fixture.display().to_string()).into_owned();
        let _ = writeln!(report, "{:<7} {name}", verdict.word);
        report.extend(verdict.difference);
    }
    if args.bless {
        report.push_str("Read what changed before you commit it: it is what is promised now.\n");
    } else {
        let _ = writeln!(report, "{} passed, {failed} failed", fixtures.len() - failed);
    }
    super::print(report.as_bytes())?;
    Ok(if failed == 0 { ExitCode::Complete } else { ExitCode::Found })
}

/// What is said about one fixture.
struct Verdict {
    word: &'static str,
    /// The lines that differ, if it failed.
    difference: Option<String>,
}

/// The fixture folders at any depth below `root`, in order.
fn find(root: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut open = vec![(root.to_owned(), 0)];
    while let Some((folder, depth)) = open.pop() {
        if folder.join(INPUT).is_dir() {
            found.push(folder);
            continue;
        }
        let listing = std::fs::read_dir(&folder)
            .map_err(|error| Error::config(format!("cannot list {}: {error}", folder.display())))?;
        let children =
            listing.flatten().filter(|child| child.file_type().is_ok_and(|kind| kind.is_dir()));
        if depth < MAX_DEPTH {
            open.extend(children.map(|child| (child.path(), depth + 1)));
        }
    }
    found.sort();
    Ok(found)
}

/// The records that come out of a fixture: of `extract`, and of `check` where it has a watchlist.
fn read(fixture: &Path, root: &Path) -> Result<String> {
    let mut lines = run(fixture, Scope::Everything)?;
    let folders = fixture.ancestors().take_while(|folder| folder.starts_with(root));
    if let Some(watchlist) =
        folders.map(|folder| folder.join(WATCHLIST)).find(|path| path.is_file())
    {
        let matcher = Watchlist::from_file(&watchlist)?.compile();
        let exposures = run(fixture, Scope::Exposures(Arc::new(matcher)))?;
        let is_exposure = |line: &&str| line.starts_with("{\"type\":\"exposure\"");
        for line in exposures.lines().filter(is_exposure) {
            lines.push_str(line);
            lines.push('\n');
        }
    }
    Ok(lines)
}

fn run(fixture: &Path, scope: Scope) -> Result<String> {
    let read = ReadOptions {
        as_of: jiff::Timestamp::from_second(DAY).unwrap_or_default(),
        threads: 1,
        inputs: vec![fixture.join(INPUT)],
        ..ReadOptions::default()
    };
    let settings = Settings {
        usernames: Usernames::Keep,
        delivery: Delivery::AtEnd,
        ..Settings::new(scope, Key::from_bytes(KEY.to_vec())?, read)
    };
    let mut lines = String::new();
    pipeline::run(&settings, &Progress::default(), &mut |mut record| {
        forget_place(&mut record);
        if !matches!(record, Record::Summary(_)) {
            let line = serde_json::to_string(&record)
                .map_err(|error| Error::internal(format!("a record cannot be written: {error}")))?;
            lines.push_str(&line);
            lines.push('\n');
        }
        Ok(())
    })?;
    Ok(lines)
}

/// Sources are named as the user names them: not a property of the fixture.
fn forget_place(record: &mut Record) {
    let name = || INPUT.to_owned();
    match record {
        Record::Source(source) if source.parent_id.is_none() => source.name = name(),
        Record::Exposure(exposure) if exposure.source.parent_id.is_none() => {
            Arc::make_mut(&mut exposure.source).name = name()
        }
        _ => {}
    }
}

/// Accepts what came out, and says whether that is news.
fn bless(fixture: &Path, actual: &str) -> Result<Verdict> {
    let path = fixture.join(EXPECTED);
    if std::fs::read_to_string(&path).is_ok_and(|expected| expected == actual) {
        return Ok(Verdict { word: "same", difference: None });
    }
    std::fs::write(&path, actual).map_err(|error| Error::output(path, error))?;
    Ok(Verdict { word: "blessed", difference: None })
}

/// Compares what came out with what is expected.
fn compare(fixture: &Path, actual: &str) -> Verdict {
    let difference = match std::fs::read_to_string(fixture.join(EXPECTED)) {
        Ok(expected) if expected == actual => return Verdict { word: "ok", difference: None },
        Ok(expected) => difference(&expected, actual),
        Err(error) => format!("  cannot read its {EXPECTED}: {error}; --bless writes it\n"),
    };
    Verdict { word: "FAILED", difference: Some(difference) }
}

/// What differs, line by line.
fn difference(expected: &str, actual: &str) -> String {
    let missing = missing_lines(expected, actual);
    let surplus = missing_lines(actual, expected);
    if missing.is_empty() && surplus.is_empty() {
        return "  the same lines in another order\n".to_owned();
    }
    let mut text = String::new();
    for (sign, lines) in [('-', missing), ('+', surplus)] {
        for line in lines.iter().take(SHOWN_LINES) {
            let _ = writeln!(text, "  {sign} {}", crate::text::visible(line));
        }
        if let Some(more) = lines.len().checked_sub(SHOWN_LINES).filter(|&more| more > 0) {
            let _ = writeln!(text, "  {sign} … and {more} more");
        }
    }
    text
}

/// The lines of `all` that `other` lacks, as often as it lacks them.
fn missing_lines<'a>(all: &'a str, other: &str) -> Vec<&'a str> {
    let mut present = std::collections::HashMap::<&str, usize>::new();
    for line in other.lines() {
        *present.entry(line).or_default() += 1;
    }
    let mut is_missing = |line: &&str| match present.get_mut(*line) {
        Some(count) if *count > 0 => {
            *count -= 1;
            false
        }
        _ => true,
    };
    all.lines().filter(|line| is_missing(line)).collect()
}
