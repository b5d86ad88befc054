//! The run: inputs in order, each opened, cut into tasks, read, and delivered in order.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use crate::archive::data::Data;
use crate::error::{Error, ErrorKind, Result};
use crate::input;
use crate::issue::{Code, Issue, Stage};
use crate::limits::{Growth, NESTED_COST, Room};
use crate::pipeline::assemble;
use crate::pipeline::chapter::Finding;
use crate::pipeline::collect::{Collector, Event, RunReport};
use crate::pipeline::dataset;
use crate::pipeline::look::Threads;
use crate::pipeline::ordered::{Demand, Yield, in_order};
use crate::pipeline::outcome::{Item, Outcome};
use crate::pipeline::plan::{Placed, Planner, Task, unplaced};
use crate::pipeline::progress::Progress;
use crate::pipeline::reader::{Run, read_shard};
use crate::pipeline::rematch::read_piece;
use crate::pipeline::settings::{ReadOptions, Settings};
use crate::pipeline::source::{self, Nesting, Opened, Shard, SourceContext, is_loss};
use crate::pipeline::tally::Tally;
use crate::pipeline::text_source::{TextEnd, TextSource, deliver_finding, read_window};
use crate::pipeline::turn::Turn;
use crate::pipeline::work;
use crate::record::{Format, Record, Status};
use crate::secret::Id;

/// What a worker has to say to the collector.
pub(super) enum Step {
    /// A source begins.
    Begin(SourceContext),
    /// A source is not read again; so much of it was read in an earlier run.
    Known(SourceContext, Status),
    /// A part of it was read.
    Part(Box<Outcome>),
    /// A part of it is complete, and another one follows; what it is called, if it is a text.
    Seam(Option<String>),
    /// Something is wrong with it as a whole, or with a list of messages in it.
    Issue(Option<String>, Issue),
    /// A text that is a source of its own was read to its end.
    TextEnd {
        /// What records call it.
        entry: String,
        /// How many bytes it has.
        bytes: u64,
    },
    /// It is complete; the archive tells by now what opened it.
    End(Option<Arc<Opened>>),
    /// The run cannot go on.
    Fault(Error),
}

impl Step {
    /// How many records wait with it.
    fn weight(&self) -> usize {
        match self {
            Self::Part(outcome) => outcome.weight(),
            _ => 1,
        }
    }
}

/// Reads all inputs of `settings` and hands every record to `deliver`, in an order that does not
/// depend on the number of threads; the last record is the summary. After an interrupt that is what
/// was read until then.
///
/// # Errors
/// What `deliver` says, or a defect of logsieve. Inputs that cannot be read are issues, not errors;
/// but those of a [`WorkItem`](crate::pipeline::WorkItem) have to be what they were.
pub fn run(
    settings: &Settings,
    progress: &Progress,
    deliver: &mut dyn FnMut(Record) -> Result<()>,
) -> Result<RunReport> {
    follow(settings, progress, &mut |event| match event {
        Event::Record(record) => deliver(record),
        Event::Begin(_) | Event::Known(_) | Event::End(_) => Ok(()),
    })
}

/// As [`run`], and tells where sources begin and, with [`Delivery::BySource`], what each comes to.
///
/// [`Delivery::BySource`]: crate::pipeline::Delivery::BySource
///
/// # Errors
/// Those of [`run`].
pub fn follow(
    settings: &Settings,
    progress: &Progress,
    deliver: &mut dyn FnMut(Event<'_>) -> Result<()>,
) -> Result<RunReport> {
    let room = Room::new(NESTED_IN_MEMORY.min(settings.read.limits.nested / NESTED_SHARE));
    let run = Run { settings, progress, room: &room, turn: Turn::ALONE };
    let mut faults = 0;
    let mut deliver = |event: Event<'_>| {
        if let Event::Record(Record::Issue(issue)) = &event {
            faults += usize::from(work::is_fault(issue));
        }
        deliver(event)
    };
    let mut collector = Collector::new(settings, progress, &mut deliver);
    let planner = match &settings.read.item {
        Some(item) => {
            item.verify(&settings.read.store)?;
            Planner::of_item(run, item)
        }
        None => {
            let ReadOptions { store, inputs, threads, .. } = &settings.read;
            let mut inputs = input::expand_in(store, inputs, &Threads(*threads))?;
            dataset::admit(&mut inputs, settings)?;
            Planner::new(run, inputs)
        }
    };
    in_order(
        settings.read.threads,
        planner,
        |task, turn, put| work(Run { turn, ..run }, task, put),
        Step::weight,
        |step| apply(&mut collector, step),
    )?;
    let report = collector.finish()?;
    if let Some(item) = &settings.read.item {
        item.confirm(&settings.read.store, faults)?;
    }
    Ok(report)
}

/// How much of all nested archives that are being read is held in memory.
const NESTED_IN_MEMORY: u64 = 128 << 20;

/// The same, as a share of the largest nested archive.
const NESTED_SHARE: u64 = 64;

fn apply(collector: &mut Collector<'_>, step: Step) -> Result<()> {
    match step {
        Step::Begin(context) => collector.begin(context),
        Step::Known(context, status) => collector.known(&context, status),
        Step::Part(outcome) => collector.part(*outcome),
        Step::Seam(text) => collector.seam(text.as_deref()),
        Step::Issue(entry, issue) => collector.issue(entry.as_deref(), issue),
        Step::TextEnd { entry, bytes } => collector.text_end(&entry, bytes),
        Step::Fault(error) => Err(error),
        Step::End(opened) => collector.end(opened.as_ref().and_then(|opened| opened.opened_with())),
    }
}

/// Works on one task; a panic on the way costs the part that it happened in, not the run.
fn work(run: Run<'_>, task: Task<'_>, put: Yield<'_, Step>) {
    let bytes = task.bytes();
    match task {
        Task::Whole { context, data, nesting, issues } => {
            read_whole(run, context, data, &nesting, issues, put);
        }
        Task::Begin(context, issues) => begin(context, issues, put),
        Task::Known(context, status) => _ = put(Step::Known(context, status)),
        Task::Shard(opened, shard) => read_part(run, &opened, &shard, put),
        Task::Seam(text) => _ = put(Step::Seam(text.map(|text| text.entry().to_owned()))),
        Task::Window(text, window) => {
            let read = guarded(|| read_window(run.settings, &text, window, &mut parts(put)));
            if let Err(issue) = read {
                put(part(text.failed(issue)));
            }
        }
        Task::Look(look) => look.take(),
        Task::Chapter(text, chapter) => {
            chapter.search(&mut |finding| say(run.settings, &text, finding, put));
        }
        Task::Finding(text, finding) => say(run.settings, &text, finding, put),
        Task::Dataset(dataset, piece) => {
            let table = piece.table();
            let read = guarded(|| read_piece(run.settings, &dataset, piece, &mut parts(put)));
            if let Err(issue) = read {
                let mut outcome = Outcome::default();
                dataset.note(table, issue, &mut outcome);
                put(part(outcome));
            }
        }
        Task::TextEnd(text, end) => end_text(&text, end, put),
        Task::ChaptersEnd(text, chapters) => end_text(&text, chapters.end(), put),
        Task::End(opened) => {
            if let Some(issue) = opened.as_ref().and_then(|opened| opened.change()) {
                put(Step::Issue(None, issue));
            }
            put(Step::End(opened));
        }
        Task::Refused(context, issues) => refuse(context, issues, put),
        Task::Fault(error) => _ = put(Step::Fault(error)),
    }
    run.progress.add_done_bytes(bytes);
}

/// Says what was found in a part of a text.
fn say(settings: &Settings, text: &TextSource, finding: Finding<'_>, put: Yield<'_, Step>) {
    let said = guarded(|| deliver_finding(settings, text, finding, &mut parts(put)));
    if let Err(issue) = said {
        put(part(text.failed(issue)));
    }
}

/// Says how a text ended.
fn end_text(text: &TextSource, end: TextEnd, put: Yield<'_, Step>) {
    if let Some(issue) = end.issue.or_else(|| text.change()) {
        let mut outcome = text.failed(issue);
        outcome.tally.partly_read = u64::from(end.bytes > 0);
        put(part(outcome));
    }
    put(Step::TextEnd { entry: text.entry().to_owned(), bytes: end.bytes });
    put(Step::End(None));
}

fn part(outcome: Outcome) -> Step {
    Step::Part(Box::new(outcome))
}

/// Takes parts of a source as steps.
fn parts(put: Yield<'_, Step>) -> impl FnMut(Outcome) -> Demand {
    |outcome| put(part(outcome))
}

fn begin(context: SourceContext, issues: Vec<Placed>, put: Yield<'_, Step>) {
    put(Step::Begin(context));
    issues.into_iter().for_each(|(entry, issue)| _ = put(Step::Issue(entry, issue)));
}

fn refuse(context: SourceContext, issues: Vec<Placed>, put: Yield<'_, Step>) {
    begin(context, issues, put);
    put(Step::End(None));
}

/// What `read` makes, or the issue for its panic.
pub(super) fn guarded<T>(read: impl FnOnce() -> T) -> std::result::Result<T, Issue> {
    catch_unwind(AssertUnwindSafe(read)).map_err(|_| {
        let detail = "logsieve failed on this; please report it";
        Issue::loss(Stage::Parse, Code::InternalError, detail)
    })
}

/// Reads a part of a source as the user gave it.
fn read_part(run: Run<'_>, opened: &Opened, shard: &Shard, put: Yield<'_, Step>) {
    let packed = opened.packed_bytes(shard).min(opened.context.size);
    let growth = Growth::new(&run.settings.read.limits, packed);
    read_shard(run, opened, shard, &growth, &mut parts(put));
}

/// Reads a small archive in one go; `issues` are known of it already.
fn read_whole(
    run: Run<'_>,
    context: SourceContext,
    data: Data,
    nesting: &Nesting,
    mut issues: Vec<Placed>,
    put: Yield<'_, Step>,
) {
    let opened = guarded(|| source::open(context.clone(), data.clone(), nesting));
    match opened.and_then(|opened| opened.map_err(|error| issue_of(&error))) {
        Err(issue) => {
            issues.push((None, data.change().unwrap_or(issue)));
            refuse(context, issues, put);
        }
        Ok(opened) => {
            issues.extend(unplaced(opened.issues().cloned()));
            begin(opened.context.clone(), issues, put);
            for part in opened.parts(run.settings.read.item_bytes) {
                if part.share.number > 0 {
                    put(Step::Seam(None));
                }
                part.shards.iter().for_each(|shard| read_part(run, &opened, shard, put));
            }
            if let Some(issue) = opened.change() {
                put(Step::Issue(None, issue));
            }
            put(Step::End(Some(Arc::new(opened))));
        }
    }
}

/// Reads an archive that stands in another one, to its end.
///
/// # Errors
/// Why it was not read.
pub(super) fn read_nested(
    run: Run<'_>,
    nested: Nested<'_>,
    growth: &Growth,
    put: Yield<'_, Outcome>,
) -> std::result::Result<(), Issue> {
    growth.take(NESTED_COST)?;
    let Nested { name, data, format, nesting, issues } = nested;
    let context = source::context(run.settings, name, &data, format, nesting)
        .map_err(|error| Issue::loss(Stage::Open, Code::IoError, error.to_string()))?;
    let opened = guarded(|| source::open(context, data, nesting))?;
    let opened = opened.map_err(|error| issue_of(&error))?;
    let (mut own, mut inside) = (Tally::default(), Tally::default());
    let mut pass = |part: Outcome| {
        own.merge(&part.tally);
        inside.merge(&part.nested);
        put(part)
    };
    pass(structure_issues(opened.context.id, issues.iter().chain(opened.issues())));
    for shard in opened.shards(u64::MAX) {
        read_shard(run, &opened, &shard, growth, &mut pass);
    }
    let record = opened.context.record(&own, &inside, opened.opened_with());
    put(Outcome { items: vec![Item::Source(Box::new(record))], ..Outcome::default() });
    Ok(())
}

/// An archive that stands in another one.
pub(super) struct Nested<'n> {
    /// The name that people see.
    pub name: String,
    /// Its bytes.
    pub data: Data,
    /// What they are.
    pub format: Format,
    /// What the one around it hands down.
    pub nesting: &'n Nesting,
    /// What is wrong with its volumes.
    pub issues: &'n [Issue],
}

/// What is wrong with an archive as a whole.
fn structure_issues<'i>(source: Id, issues: impl Iterator<Item = &'i Issue>) -> Outcome {
    let mut outcome = Outcome::default();
    for issue in issues {
        outcome.tally.losses += u64::from(is_loss(issue));
        let record = assemble::issue_record(source, None, issue.clone());
        outcome.items.push(Item::Record(Box::new(Record::Issue(record))));
    }
    outcome
}

/// An error that stops an input, as the issue that it is for the run.
pub(super) fn issue_of(error: &Error) -> Issue {
    match error.kind() {
        ErrorKind::Input { stage, code, detail, .. } => Issue::loss(*stage, *code, detail.clone()),
        _ => Issue::loss(Stage::Open, Code::InternalError, error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::archive::Declared;
    use crate::archive::folder::{self, Listed};
    use crate::pipeline::settings::{ReadOptions, Scope};
    use crate::pipeline::text_source::TextSource;
    use crate::secret::Key;

    fn settings(inputs: Vec<PathBuf>) -> Settings {
        let key = Key::from_bytes(b"a key for tests only".to_vec()).unwrap();
        let as_of = jiff::Timestamp::UNIX_EPOCH;
        let read = ReadOptions { inputs, as_of, threads: 1, ..ReadOptions::default() };
        Settings::new(Scope::Everything, key, read)
    }

    /// What a collector delivers of some steps.
    fn delivered(settings: &Settings, steps: Vec<Step>) -> (Vec<Record>, RunReport) {
        let (mut records, progress) = (Vec::new(), Progress::default());
        let mut deliver = |event: Event<'_>| {
            if let Event::Record(record) = event {
                records.push(record);
            }
            Ok(())
        };
        let mut collector = Collector::new(settings, &progress, &mut deliver);
        steps.into_iter().try_for_each(|step| apply(&mut collector, step)).unwrap();
        let report = collector.finish().unwrap();
        (records, report)
    }

    fn entries_with_issues(records: &[Record]) -> Vec<&str> {
        let issues = records.iter().filter_map(|record| match record {
            Record::Issue(issue) => issue.entry.as_deref(),
            _ => None,
        });
        issues.collect()
    }

    #[test]
    fn a_panic_is_an_issue_that_does_not_quote_it() {
        let secret = "Inv3nted!";
        let issue = guarded::<()>(|| panic!("no boundary in {secret}")).unwrap_err();
        assert_eq!(issue.code, Code::InternalError);
        assert!(!issue.detail.contains(secret));
    }

    #[test]
    fn after_a_panic_every_entry_of_the_shard_has_failed() {
        let folder = tempfile::tempdir().unwrap();
        let files = ["a.txt", "b.txt"].map(|name| {
            std::fs::write(folder.path().join(name), "text").unwrap();
            Listed { path: name.into(), size: Declared::UNKNOWN, kept: None }
        });
        let settings = settings(Vec::new());
        let data = Data::from_bytes(&b"stands for the folder"[..]);
        let nesting = Nesting::none(&settings);
        let context =
            source::context(&settings, "folder".to_owned(), &data, Format::Folder, &nesting)
                .unwrap();
        let archive = folder::open(&crate::store::Store::default(), folder.path(), files.into());
        let opened = source::plan(context.clone(), archive.into(), nesting.budget);
        let issue = guarded::<()>(|| panic!("broken")).unwrap_err();
        let mut steps = vec![Step::Begin(context)];
        for shard in opened.shards(u64::MAX) {
            let mut failed = Outcome::default();
            let entries = shard.0.flat_map(|unit| opened.plan.entries(unit));
            let wanted: Vec<usize> = entries.map(|entry| entry.index as usize).collect();
            assemble::fail(&opened, &wanted, &issue, &mut failed);
            steps.push(part(failed));
        }
        steps.push(Step::End(None));
        let (records, report) = delivered(&settings, steps);
        assert_eq!(entries_with_issues(&records), ["a.txt", "b.txt"]);
        assert_eq!((report.summary.entries.seen, report.summary.entries.failed), (2, 2));
        assert_eq!(report.summary.status, Status::Unreadable);
    }

    #[test]
    fn a_text_that_breaks_off_has_failed() {
        let settings = settings(Vec::new());
        let data = Data::from_bytes(&b"text"[..]);
        let nesting = Nesting::none(&settings);
        let context =
            source::context(&settings, "x/dump.txt".to_owned(), &data, Format::Text, &nesting)
                .unwrap();
        let text = TextSource::new(context.clone());
        let issue = Issue::loss(Stage::Open, Code::IoError, "the disk is gone");
        let ended = Step::TextEnd { entry: text.entry().to_owned(), bytes: 4 };
        let steps = vec![Step::Begin(context), part(text.failed(issue)), ended, Step::End(None)];
        let (records, report) = delivered(&settings, steps);
        assert_eq!(entries_with_issues(&records), ["dump.txt"]);
        assert_eq!((report.summary.entries.seen, report.summary.entries.failed), (1, 1));
    }

    /// When each machine was infected, by its user, in the order of delivery.
    fn infections(files: &[(&str, &str)], threads: usize) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        for (log, date) in files {
            let log = folder.path().join("cloud").join(log);
            std::fs::create_dir_all(&log).unwrap();
            let name = log.file_name().unwrap().to_str().unwrap();
            let text =
                format!("Computer Name: PC\nUser Name: {name}\nOS: Windows 10\nDate: {date}\n");
            std::fs::write(log.join("information.txt"), text).unwrap();
        }
        let mut settings = settings(vec![folder.path().join("cloud")]);
        settings.read.threads = threads;
        let mut found = Vec::new();
        let mut deliver = |record| {
            if let Record::Machine(machine) = record {
                let confidence = serde_json::to_value(machine.infected_at_confidence).unwrap();
                let (user, at) = (machine.user_name.unwrap(), machine.infected_at.unwrap());
                found.push(format!("{user} {at} {}", confidence.as_str().unwrap()));
            }
            Ok(())
        };
        run(&settings, &Progress::default(), &mut deliver).unwrap();
        found
    }

    #[test]
    fn the_other_logs_of_a_source_decide_what_one_leaves_open() {
        let proven = [("b", "30/06/2024 10:20:30"), ("c", "29/06/2024 10:20:30")];
        let open = [("a", "07/06/2024 10:20:30")];
        for threads in [1, 2, 8] {
            let found = infections(&[&open[..], &proven].concat(), threads);
            assert_eq!(
                found,
                [
                    "b 2024-06-30T10:20:30Z zone_assumed",
                    "c 2024-06-29T10:20:30Z zone_assumed",
                    "a 2024-06-07T10:20:30Z zone_assumed",
                ],
                "{threads} threads"
            );
        }
        let months = [("b", "06/30/2024 10:20:30")];
        let found = infections(&[&open[..], &months].concat(), 1);
        assert_eq!(found[1], "a 2024-07-06T10:20:30Z zone_assumed");
        let found = infections(&[&open[..], &months, &proven[1..]].concat(), 1);
        assert!(found.contains(&"a 2024-06-07T10:20:30Z order_assumed".to_owned()), "{found:?}");
    }

    #[test]
    fn logs_wait_for_the_end_of_their_source_only_while_there_is_room() {
        let names: Vec<String> = (0..3000).map(|n| format!("{n:04}")).collect();
        let mut files: Vec<(&str, &str)> =
            names.iter().map(|name| (name.as_str(), "07/06/2024 10:20:30")).collect();
        files.push(("9999", "06/30/2024 10:20:30"));
        let found = infections(&files, 2);
        assert_eq!(found.len(), 3001);
        let decided = found.iter().position(|machine| machine.starts_with("9999"));
        assert!(decided.is_some_and(|before| before > 200), "{decided:?} logs did not wait");
    }
}
