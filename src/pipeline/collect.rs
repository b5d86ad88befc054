//! The end of the pipeline: one place that sees everything in order.
//!
//! It counts, puts sightings of one exposure together, gives every exposure the final record of
//! its source, and hands records to the caller.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use crate::error::Result;
use crate::exposure::{Exposure, Kind, Severity};
use crate::fact::LineCounts;
use crate::issue::Issue;
use crate::normalise::time::OrderVotes;
use crate::password::Candidate;
use crate::pipeline::assemble::issue_record;
use crate::pipeline::coverage;
use crate::pipeline::explain::Answers;
use crate::pipeline::outcome::{Item, OpenLog, Outcome};
use crate::pipeline::progress::Progress;
use crate::pipeline::seen::{Numbers, Seen};
use crate::pipeline::settings::{Delivery, Settings};
use crate::pipeline::source::{SourceContext, is_loss};
use crate::pipeline::tally::Tally;
use crate::pipeline::totals::Totals;
use crate::pipeline::unit::UnitKind;
use crate::record::{Disposition, Record, Source, Status, Summary};
use crate::secret::Id;

/// A source that is being read.
struct Current {
    context: SourceContext,
    tally: Tally,
    nested: Tally,
    text: Option<Disposition>,
    /// The lines of a text, in the part that is being read, and in those before.
    lines: LineCounts,
    earlier_lines: LineCounts,
    open: OpenLogs,
    /// The number of the part of it that is being read.
    part: u32,
}

impl Current {
    /// Counts the text that it is as an entry. What its parts find says nothing of the others, and only
    /// a list is cut: so that is parsed, and its first part counts it.
    fn count_text(&mut self) {
        let is_cut = self.part > 0 || self.context.share.is_some();
        let disposition = match self.text {
            Some(Disposition::Failed) => Disposition::Failed,
            _ if is_cut => Disposition::Parsed,
            known => known.unwrap_or(Disposition::Scanned),
        };
        match self.context.share {
            Some(share) if share.number > 0 => self.tally.partly_read += 1,
            _ => self.tally.entries.add(disposition),
        }
    }
}

/// Logs whose dates the other logs of the part decide, when it ends.
#[derive(Default)]
struct OpenLogs {
    waiting: VecDeque<OpenLog>,
    weight: usize,
}

impl OpenLogs {
    /// How many items may wait; past that, what was read so far has to decide.
    const MAX_WEIGHT: usize = 8192;

    fn push(&mut self, log: OpenLog) {
        self.weight += log.weight();
        self.waiting.push_back(log);
    }

    /// The log that has waited longest.
    fn pop(&mut self) -> Option<OpenLog> {
        let log = self.waiting.pop_front()?;
        self.weight -= log.weight();
        Some(log)
    }

    fn pop_excess(&mut self) -> Option<OpenLog> {
        if self.weight > Self::MAX_WEIGHT { self.pop() } else { None }
    }
}

/// How many exposures wait for further sightings of them, and for the end of their source. What is
/// more leaves with what is known by then, and later sightings of it are not counted any more.
const MOST_PENDING: usize = 1 << 15;

/// Puts the results of all sources together.
pub(super) struct Collector<'a> {
    settings: &'a Settings,
    progress: &'a Progress,
    deliver: &'a mut dyn FnMut(Event<'_>) -> Result<()>,
    current: Option<Current>,
    totals: Totals,
    /// What came since a source ended.
    own: Totals,
    known: u64,
    /// The sources of pending exposures; none while they are being read.
    sources: HashMap<Id, Option<Arc<Source>>>,
    machines: Seen,
    pending: Vec<Exposure>,
    pending_by_id: HashMap<Id, usize>,
    delivered: Seen,
    log_mentions: Numbers,
    /// By source, because a nested one counts as if it stood alone.
    loose_mentions: HashMap<Id, Numbers>,
    answers: Answers,
}

/// What leaves a run, in order.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "one at a time, and most are records")]
pub enum Event<'e> {
    /// A source begins; this is what is known of it now. What comes until its end concerns it.
    Begin(&'e Source),
    /// A source is not read, because the case knows it from an earlier run.
    Known(&'e Source),
    /// A record.
    Record(Record),
    /// The source ends, and this is what it comes to.
    End(&'e Summary),
}

/// What a run came to.
#[derive(Debug)]
pub struct RunReport {
    /// The totals, also delivered as the last record.
    pub summary: Summary,
    /// The worst exposure.
    pub worst: Option<Severity>,
    /// The counts behind the totals.
    pub tally: Tally,
    /// How many sources were not read because an earlier run had read them.
    pub known: u64,
    /// Whether inputs were left because the user wanted it so.
    pub interrupted: bool,
    /// What there is to say about the entry that was asked for.
    pub answers: Answers,
}

impl<'a> Collector<'a> {
    pub(super) fn new(
        settings: &'a Settings,
        progress: &'a Progress,
        deliver: &'a mut dyn FnMut(Event<'_>) -> Result<()>,
    ) -> Self {
        Self {
            settings,
            progress,
            deliver,
            current: None,
            totals: Totals::default(),
            own: Totals::default(),
            known: 0,
            sources: HashMap::new(),
            machines: Seen::default(),
            pending: Vec::new(),
            pending_by_id: HashMap::new(),
            delivered: Seen::default(),
            log_mentions: Numbers::default(),
            loose_mentions: HashMap::new(),
            answers: Answers::default(),
        }
    }

    /// A source begins.
    pub(super) fn begin(&mut self, context: SourceContext) -> Result<()> {
        let (tally, nested) = (Tally::default(), Tally::default());
        self.progress.begin_source(&context.name);
        (self.deliver)(Event::Begin(&context.record(&tally, &nested, None)))?;
        let part = context.share.map_or(0, |share| share.number);
        self.current = Some(Current {
            context,
            tally,
            nested,
            text: None,
            lines: LineCounts::default(),
            earlier_lines: LineCounts::default(),
            open: OpenLogs::default(),
            part,
        });
        Ok(())
    }

    /// A source is not read again; so much of it was read in an earlier run.
    pub(super) fn known(&mut self, context: &SourceContext, status: Status) -> Result<()> {
        self.known += 1;
        self.totals.add_known(status);
        let nothing = Tally::default();
        (self.deliver)(Event::Known(&context.record(&nothing, &nothing, None)))
    }

    /// A part of the current source is read.
    pub(super) fn part(&mut self, mut outcome: Outcome) -> Result<()> {
        if let Some(current) = &mut self.current {
            if let Some(question) = self.settings.scope.question() {
                outcome.answers.set_source(question, &current.context.name);
                self.answers.merge(outcome.answers);
            }
            current.tally.merge(&outcome.tally);
            current.nested.merge(&outcome.nested);
            current.lines += outcome.lines;
            current.text = match (current.text, outcome.text) {
                (_, Some(Disposition::Failed)) => outcome.text,
                (known, new) => known.or(new),
            };
        }
        outcome.items.into_iter().try_for_each(|item| self.item(item))
    }

    fn item(&mut self, item: Item) -> Result<()> {
        match item {
            Item::Record(record) => self.record(*record),
            Item::Exposure(exposure, kind) => self.exposure(*exposure, kind),
            Item::Open(log) => self.hold(*log),
            Item::LogEnd => {
                self.log_mentions = Numbers::default();
                Ok(())
            }
            Item::Source(source) => self.source(*source),
        }
    }

    fn hold(&mut self, log: OpenLog) -> Result<()> {
        // A nested source is told before the log that waits is decided.
        if let Some(source) = log.exposed_source() {
            self.sources.entry(source).or_default();
        }
        if let Some(current) = &mut self.current {
            current.open.push(log);
        }
        self.settle(OpenLogs::pop_excess)
    }

    /// Decides the open logs that `next` gives, and delivers what came of them.
    fn settle(&mut self, next: fn(&mut OpenLogs) -> Option<OpenLog>) -> Result<()> {
        while let Some(current) = &mut self.current
            && let Some(log) = next(&mut current.open)
        {
            let mut votes = current.tally.orders;
            votes.merge(&current.nested.orders);
            // Mentions are numbered log by log, and another log may be under way.
            let numbers = std::mem::take(&mut self.log_mentions);
            log.decided(&votes).try_for_each(|item| self.item(item))?;
            self.log_mentions = numbers;
        }
        Ok(())
    }

    /// A part of the current source is complete, and another one follows. Each is read as if it stood
    /// alone: the others may be read elsewhere. Of a text it is told what it is called.
    pub(super) fn seam(&mut self, text: Option<&str>) -> Result<()> {
        self.settle(OpenLogs::pop)?;
        text.map_or(Ok(()), |entry| self.tell_coverage(entry))?;
        if let Some(current) = &mut self.current {
            current.part += 1;
            current.tally.orders = OrderVotes::default();
            current.nested.orders = OrderVotes::default();
            self.loose_mentions.remove(&current.context.id);
        }
        Ok(())
    }

    fn record(&mut self, record: Record) -> Result<()> {
        match &record {
            Record::Machine(machine) => {
                if !self.machines.insert(machine.machine_id) {
                    return Ok(());
                }
                self.own.tally.records.machines += 1;
            }
            Record::Issue(issue) => self.own.add_issue(issue),
            _ => {}
        }
        (self.deliver)(Event::Record(record))
    }

    /// Counts equal mentions of one log (or of all loose text of a part of a source): each is its own.
    fn number_mention(&mut self, exposure: &mut Exposure, kind: UnitKind) {
        let numbers = match kind {
            UnitKind::Log => &mut self.log_mentions,
            UnitKind::Loose | UnitKind::Group => {
                self.loose_mentions.entry(exposure.source.source_id).or_default()
            }
        };
        let number = numbers.next(exposure.exposure_id).to_le_bytes();
        let is_of = |current: &&Current| current.context.id == exposure.source.source_id;
        let part = self.current.as_ref().filter(is_of).map_or(0, |current| current.part);
        let id = exposure.exposure_id.0;
        exposure.exposure_id = match (kind, part) {
            (UnitKind::Log, _) | (_, 0) => self.settings.key.id("mention", &[&id, &number]),
            _ => self.settings.key.id("mention", &[&id, &number, &part.to_le_bytes()]),
        };
    }

    fn exposure(&mut self, mut exposure: Exposure, kind: UnitKind) -> Result<()> {
        if exposure.kind == Kind::Mention {
            self.number_mention(&mut exposure, kind);
        }
        let id = exposure.exposure_id;
        if let Some(known) = self.pending_by_id.get(&id).and_then(|&at| self.pending.get_mut(at)) {
            known.sightings += exposure.sightings;
            return Ok(());
        }
        if self.delivered.contains(&id) {
            return Ok(());
        }
        self.progress.add_exposures(1);
        self.sources.entry(exposure.source.source_id).or_default();
        self.pending_by_id.insert(id, self.pending.len());
        self.pending.push(exposure);
        if self.pending.len() >= MOST_PENDING { self.flush() } else { Ok(()) }
    }

    fn source(&mut self, source: Source) -> Result<()> {
        self.loose_mentions.remove(&source.source_id);
        self.own.add_source(&source);
        if let Some(known) = self.sources.get_mut(&source.source_id) {
            *known = Some(Arc::new(source.clone()));
        }
        (self.deliver)(Event::Record(Record::Source(source)))
    }

    /// The current source, which is one text of so many bytes, was read to its end.
    pub(super) fn text_end(&mut self, entry: &str, bytes: u64) -> Result<()> {
        self.tell_coverage(entry)?;
        let Some(current) = &mut self.current else { return Ok(()) };
        if current.context.share.is_none() {
            current.context.size = bytes;
        }
        current.count_text();
        current.tally.coverage.add(entry, current.earlier_lines);
        Ok(())
    }

    /// Tells whether too much of a part of a text was not understood.
    fn tell_coverage(&mut self, entry: &str) -> Result<()> {
        let Some(current) = &mut self.current else { return Ok(()) };
        let lines = std::mem::take(&mut current.lines);
        current.earlier_lines += lines;
        coverage::issue(lines).map_or(Ok(()), |issue| self.issue(Some(entry), issue))
    }

    /// Something is wrong with the current source as a whole, or with an entry of it.
    pub(super) fn issue(&mut self, entry: Option<&str>, issue: Issue) -> Result<()> {
        let Some(current) = &mut self.current else { return Ok(()) };
        current.tally.losses += u64::from(is_loss(&issue));
        let record = issue_record(current.context.id, entry.map(str::to_owned), issue);
        self.record(Record::Issue(record))
    }

    /// The current source is complete; this password opened it, if it needed one.
    pub(super) fn end(&mut self, opened: Option<&Candidate>) -> Result<()> {
        self.settle(OpenLogs::pop)?;
        let Some(mut current) = self.current.take() else { return Ok(()) };
        self.own.bytes_in += current.context.bytes_in();
        let mut source = current.context.record(&current.tally, &current.nested, opened);
        if source.status == Status::Complete && self.progress.is_interrupted() {
            source.status = Status::Partial;
        }
        current.tally.merge(&current.nested);
        current.tally.coverage.set_source(&current.context.name);
        self.own.tally.merge(&current.tally);
        self.source(source)?;
        if self.settings.delivery != Delivery::AtEnd {
            self.flush()?;
        }
        let own = std::mem::take(&mut self.own);
        if self.settings.delivery == Delivery::BySource {
            (self.machines, self.delivered) = (Seen::default(), Seen::default());
            (self.deliver)(Event::End(&own.summary(self.settings, self.progress)))?;
        }
        self.totals.merge(&own);
        if self.pending.is_empty() {
            self.sources.clear();
        }
        Ok(())
    }

    /// The source that is being read, as far as it is known.
    fn source_so_far(&self) -> Option<Arc<Source>> {
        let current = self.current.as_ref()?;
        Some(Arc::new(current.context.record(&current.tally, &current.nested, None)))
    }

    fn flush(&mut self) -> Result<()> {
        let current = self.source_so_far();
        self.pending_by_id = HashMap::new();
        for mut exposure in std::mem::take(&mut self.pending) {
            let id = exposure.source.source_id;
            let so_far = || current.as_ref().filter(|source| source.source_id == id);
            if let Some(source) = self.sources.get(&id).and_then(Option::as_ref).or_else(so_far) {
                exposure.source = Arc::clone(source);
            }
            self.delivered.insert(exposure.exposure_id);
            self.own.add_exposure(&exposure);
            (self.deliver)(Event::Record(Record::Exposure(Box::new(exposure))))?;
        }
        Ok(())
    }

    /// Delivers what is left, and the totals.
    pub(super) fn finish(mut self) -> Result<RunReport> {
        self.end(None)?;
        self.flush()?;
        self.totals.merge(&self.own);
        let summary = self.totals.summary(self.settings, self.progress);
        (self.deliver)(Event::Record(Record::Summary(Box::new(summary.clone()))))?;
        let Self { totals: Totals { tally, worst, .. }, known, answers, progress, .. } = self;
        Ok(RunReport {
            summary,
            worst,
            tally,
            known,
            interrupted: progress.is_interrupted(),
            answers,
        })
    }
}
