//! What comes out of a part of a source, in order.

use crate::exposure::{Exposure, Kind};
use crate::fact::{DateOrder, LineCounts};
use crate::normalise::time::{Clock, OrderVotes};
use crate::pipeline::explain::Answers;
use crate::pipeline::ordered::{Demand, Yield};
use crate::pipeline::tally::Tally;
use crate::pipeline::unit::UnitKind;
use crate::record::{Disposition, Record, Source};
use crate::secret::Id;

/// Records and counts of a part of a source.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    /// What came out, in order.
    pub items: Vec<Item>,
    /// What it adds up to; nested sources have counts of their own, except for records.
    pub tally: Tally,
    /// The counts of nested sources.
    pub nested: Tally,
    /// What became of a window of a text that is a source of its own; none if only searched.
    pub text: Option<Disposition>,
    /// How the lines of such a window were understood.
    pub lines: LineCounts,
    /// What there is to say about the entry that was asked for.
    pub answers: Answers,
}

/// Passes on what comes out of a part of a source, piece by piece.
pub(super) struct Outlet<'y> {
    /// What was not passed on yet.
    pub outcome: Outcome,
    put: Yield<'y, Outcome>,
    demand: Demand,
}

/// How many items are passed on at once.
const PIECE: usize = 1024;

impl<'y> Outlet<'y> {
    /// An outlet into `put`.
    pub(super) fn new(put: Yield<'y, Outcome>) -> Self {
        Self { outcome: Outcome::default(), put, demand: Demand::More }
    }

    /// Takes one more thing.
    pub(super) fn push(&mut self, item: Item) {
        self.outcome.items.push(item);
        self.pass();
    }

    /// Passes on what there is, if it is enough for a piece.
    pub(super) fn pass(&mut self) {
        if self.outcome.items.len() >= PIECE {
            self.pass_all();
        }
    }

    fn pass_all(&mut self) {
        let outcome = std::mem::take(&mut self.outcome);
        if self.demand == Demand::More {
            self.demand = (self.put)(outcome);
        }
    }

    /// Whether anybody wants more.
    pub(super) fn demand(&self) -> Demand {
        self.demand
    }

    /// Passes on the rest.
    pub(super) fn finish(mut self) {
        self.pass_all();
    }
}

/// One thing that came out.
#[derive(Debug)]
pub(super) enum Item {
    /// A record that is delivered as it is.
    Record(Box<Record>),
    /// An exposure; of a mention the id still lacks its number among equal ones.
    Exposure(Box<Exposure>, UnitKind),
    /// What came of a log whose dates can be read in two ways.
    Open(Box<OpenLog>),
    /// A log is complete.
    LogEnd,
    /// A nested source is complete.
    Source(Box<Source>),
}

impl Item {
    /// Whether it is about a machine as a whole.
    pub(super) fn is_machine(&self) -> bool {
        match self {
            Self::Record(record) => matches!(**record, Record::Machine(_)),
            Self::Exposure(exposure, _) => exposure.kind == Kind::Machine,
            _ => false,
        }
    }
}

/// What came of a log under every reading of its dates; the other logs of its archive decide.
#[derive(Debug)]
pub(super) struct OpenLog {
    /// The clock of the date in question.
    pub clock: Clock,
    /// Where the day comes first.
    pub day_first: Vec<Item>,
    /// Where the month does.
    pub month_first: Vec<Item>,
    /// Where nobody knows.
    pub assumed: Vec<Item>,
    /// What is the same in all of them.
    pub dateless: Vec<Item>,
}

impl OpenLog {
    /// How many items that depend on the decision wait for it.
    pub(super) const MOST_DATED: usize = 2048;

    /// A log of which nothing came yet.
    pub(super) fn new(clock: Clock) -> Self {
        let [day_first, month_first, assumed, dateless] = [const { Vec::new() }; 4];
        Self { clock, day_first, month_first, assumed, dateless }
    }

    /// How many items wait.
    pub(super) fn weight(&self) -> usize {
        let dated = self.day_first.len() + self.month_first.len() + self.assumed.len();
        dated + self.dateless.len()
    }

    /// The source that its exposures are of, if there are any.
    pub(super) fn exposed_source(&self) -> Option<Id> {
        let items = [&self.day_first, &self.month_first, &self.assumed, &self.dateless];
        items.into_iter().flatten().find_map(|item| match item {
            Item::Exposure(exposure, _) => Some(exposure.source.source_id),
            _ => None,
        })
    }

    /// What came of the log where nobody knows.
    pub(super) fn into_assumed(self) -> impl Iterator<Item = Item> {
        self.assumed.into_iter().chain(self.dateless)
    }

    /// What came of the log, as `votes` have it.
    pub(super) fn decided(self, votes: &OrderVotes) -> impl Iterator<Item = Item> {
        let dated = match votes.order(self.clock) {
            Some(DateOrder::DayFirst) => self.day_first,
            Some(DateOrder::MonthFirst) => self.month_first,
            Some(DateOrder::Unknown) | None => self.assumed,
        };
        dated.into_iter().chain(self.dateless)
    }
}

impl Outcome {
    /// How many items there are, those that wait in others included.
    pub(super) fn weight(&self) -> usize {
        let weight = |item: &Item| match item {
            Item::Open(log) => log.weight(),
            _ => 1,
        };
        1 + self.items.iter().map(weight).sum::<usize>()
    }

    /// Adds a part of a nested source.
    pub(super) fn append_nested(&mut self, nested: Self) {
        self.items.extend(nested.items);
        self.nested.merge(&nested.tally);
        self.nested.merge(&nested.nested);
        self.answers.merge(nested.answers);
    }
}
