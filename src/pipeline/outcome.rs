//! What comes out of a part of a source, in order.

use crate::exposure::Exposure;
use crate::fact::LineCounts;
use crate::pipeline::explain::Answers;
use crate::pipeline::tally::Tally;
use crate::pipeline::unit::UnitKind;
use crate::record::{Disposition, Record, Source};

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

/// One thing that came out.
#[derive(Debug)]
pub(super) enum Item {
    /// A record that is delivered as it is.
    Record(Box<Record>),
    /// An exposure; of a mention the id still lacks its number among equal ones.
    Exposure(Box<Exposure>, UnitKind),
    /// A log is complete.
    LogEnd,
    /// A nested source is complete.
    Source(Box<Source>),
}

impl Outcome {
    /// Adds the outcome of a nested source, which has ended.
    pub(super) fn append_nested(&mut self, nested: Self) {
        self.items.extend(nested.items);
        self.nested.merge(&nested.tally);
        self.nested.merge(&nested.nested);
        self.answers.merge(nested.answers);
    }
}
