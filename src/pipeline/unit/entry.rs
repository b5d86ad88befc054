//! What is known of the entries of a unit, and of the watched names that stand in them.

use std::sync::Arc;

use crate::fact::LineCounts;
use crate::layout::Role;
use crate::record::Disposition;
use crate::secret::Id;
use crate::watchlist::NameIndex;

/// An entry of a unit.
#[derive(Debug)]
pub(in crate::pipeline) struct UnitEntry {
    /// Its path as records show it.
    pub path: Arc<str>,
    /// Its path inside the log.
    pub inside: Vec<u8>,
    /// What its name promises.
    pub role: Role,
    /// What became of it; none while that is open.
    pub disposition: Option<Disposition>,
    /// Whether the bytes can be trusted.
    pub integrity: Integrity,
    /// How its lines were understood, as far as it was read.
    pub lines: LineCounts,
}

impl UnitEntry {
    /// How the lines of a credential file of the stealer's were understood; notes of the machine's
    /// user are none.
    pub(in crate::pipeline) fn credential_lines(&self) -> Option<LineCounts> {
        (self.role != Role::Grabbed && self.lines.all() > 0).then_some(self.lines)
    }
}

/// Whether the bytes of an entry passed their check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::pipeline) enum Integrity {
    /// They did, or there is no check.
    Sound,
    /// They did not: what is read from them is of low confidence.
    Doubtful,
}

/// A watched name where it stands.
#[derive(Debug, Clone)]
pub(in crate::pipeline) struct PlacedHit {
    /// Index into the unit's entries.
    pub entry: usize,
    /// The line.
    pub line: u64,
    /// The name.
    pub name: NameIndex,
    /// The name as it stands there.
    pub text: String,
    /// The encoding of its line.
    pub encoding: &'static str,
    /// Stands for the text of the line, so that the same line is known elsewhere.
    pub line_id: Id,
    /// Whether a record that spans the line covers it.
    pub standing: Standing,
}

/// What a line is to a record that spans it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::pipeline) enum Standing {
    /// A part of it.
    Inside,
    /// Something else between its lines.
    Stray,
}
