//! The run: inputs in order, each opened, cut into tasks, read, and delivered in order.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::archive::data::Data;
use crate::error::{Error, ErrorKind, Result};
use crate::input;
use crate::issue::{Code, Issue, Stage};
use crate::pipeline::collect::{Collector, RunReport};
use crate::pipeline::ordered::in_order;
use crate::pipeline::outcome::{Item, Outcome};
use crate::pipeline::plan::{Planner, Task};
use crate::pipeline::progress::Progress;
use crate::pipeline::reader::{Run, read_shard};
use crate::pipeline::settings::Settings;
use crate::pipeline::source::{self, Nesting, Opened, SourceContext, is_loss};
use crate::pipeline::text_source::read_window;
use crate::record::{Format, Record};

/// What a worker has to say to the collector.
pub(super) enum Step {
    /// A source begins.
    Begin(SourceContext),
    /// A part of it was read.
    Part(Box<Outcome>),
    /// Something is wrong with it as a whole.
    Issue(Issue),
    /// A text that is a source of its own was read to its end.
    TextEnd,
    /// It is complete.
    End,
}

/// Reads all inputs of `settings` and hands every record to `deliver`, in an order that does not
/// depend on the number of threads; the last record is the summary.
///
/// # Errors
/// What `deliver` says, an interrupt, or a defect of logsieve. Inputs that cannot be read are
/// issues, not errors.
pub fn run(
    settings: &Settings,
    progress: &Progress,
    deliver: &mut dyn FnMut(Record) -> Result<()>,
) -> Result<RunReport> {
    let inputs = input::expand(&settings.inputs);
    let run = Run { settings, progress };
    let mut collector = Collector::new(settings, progress, deliver);
    let planner = Planner::new(run, inputs);
    in_order(
        settings.threads,
        planner,
        |task| work(run, task),
        |steps: Vec<Step>| steps.into_iter().try_for_each(|step| apply(&mut collector, step)),
    )?;
    let report = collector.finish()?;
    if progress.is_interrupted() { Err(Error::interrupted()) } else { Ok(report) }
}

fn apply(collector: &mut Collector<'_>, step: Step) -> Result<()> {
    match step {
        Step::Begin(context) => {
            collector.begin(context);
            Ok(())
        }
        Step::Part(outcome) => collector.part(*outcome),
        Step::Issue(issue) => collector.issue(issue),
        Step::TextEnd => {
            collector.text_end();
            Ok(())
        }
        Step::End => collector.end(),
    }
}

/// Works on one task; a panic in a decoder or parser costs its part of the source, not the run.
fn work(run: Run<'_>, task: Task) -> Vec<Step> {
    let bytes = task.bytes();
    let steps = catch_unwind(AssertUnwindSafe(|| perform(run, task)));
    run.progress.add_done_bytes(bytes);
    steps.unwrap_or_else(|_| {
        let detail = "logsieve failed on a part of this input; please report it";
        vec![Step::Issue(Issue::loss(Stage::Parse, Code::InternalError, detail))]
    })
}

fn perform(run: Run<'_>, task: Task) -> Vec<Step> {
    match task {
        Task::Whole { context, data } => read_whole(run, context, data),
        Task::Begin(context, issues) => {
            let issues = issues.into_iter().map(Step::Issue);
            std::iter::once(Step::Begin(context)).chain(issues).collect()
        }
        Task::Shard(opened, shard) => vec![Step::Part(Box::new(read_shard(run, &opened, &shard)))],
        Task::Window(text, window) => {
            vec![Step::Part(Box::new(read_window(run.settings, &text, window)))]
        }
        Task::TextEnd(issue) => {
            let issue = issue.into_iter().map(Step::Issue);
            issue.chain([Step::TextEnd, Step::End]).collect()
        }
        Task::End => vec![Step::End],
        Task::Refused(context, issue) => vec![Step::Begin(context), Step::Issue(issue), Step::End],
    }
}

/// Reads a small archive in one go.
fn read_whole(run: Run<'_>, context: SourceContext, data: Data) -> Vec<Step> {
    let nesting = Nesting::none(run.settings);
    match source::open(run.settings, context.clone(), data, &nesting) {
        Err(error) => vec![Step::Begin(context), Step::Issue(issue_of(&error)), Step::End],
        Ok(opened) => {
            let mut steps = vec![Step::Begin(opened.context.clone())];
            steps.extend(opened.issues().cloned().map(Step::Issue));
            let parts = opened.shards().into_iter().map(|shard| read_shard(run, &opened, &shard));
            steps.extend(parts.map(|part| Step::Part(Box::new(part))));
            steps.push(Step::End);
            steps
        }
    }
}

/// Reads an archive that stands in another one, to its end.
///
/// # Errors
/// Why it was not read.
pub(super) fn read_nested(
    run: Run<'_>,
    name: String,
    data: Data,
    format: Format,
    nesting: &Nesting,
) -> std::result::Result<Outcome, Issue> {
    if nesting.depth > run.settings.limits.depth {
        let detail = format!("nested more than {} archives deep", run.settings.limits.depth);
        return Err(Issue::loss(Stage::Limit, Code::LimitDepth, detail));
    }
    let context = source::context(run.settings, name, &data, format, nesting)
        .map_err(|error| Issue::loss(Stage::Open, Code::IoError, error.to_string()))?;
    let opened =
        source::open(run.settings, context, data, nesting).map_err(|error| issue_of(&error))?;
    let mut whole = Outcome::default();
    note_issues(&opened, &mut whole);
    for shard in opened.shards() {
        let part = read_shard(run, &opened, &shard);
        whole.items.extend(part.items);
        whole.tally.merge(&part.tally);
        whole.nested.merge(&part.nested);
    }
    let record = opened.context.record(&whole.tally);
    whole.items.push(Item::Source(Box::new(record)));
    Ok(whole)
}

fn note_issues(opened: &Opened, outcome: &mut Outcome) {
    for issue in opened.issues() {
        outcome.tally.losses += u64::from(is_loss(issue));
        let record = super::assemble::issue_record(opened.context.id, None, issue.clone());
        outcome.items.push(Item::Record(Box::new(Record::Issue(record))));
    }
}

/// An error that stops an input, as the issue that it is for the run.
pub(super) fn issue_of(error: &Error) -> Issue {
    match error.kind() {
        ErrorKind::Input { stage, code, detail, .. } => Issue::loss(*stage, *code, detail.clone()),
        _ => Issue::loss(Stage::Open, Code::InternalError, error.to_string()),
    }
}
