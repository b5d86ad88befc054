//! Counts by domain, without any personal value: what may be handed to others.
//!
//! The table counts logins by the domain of the e-mail address and by that of the site. Every count
//! is one of different things, however many records there are, so all ids are sorted outside of
//! memory (`sorter`). `docs/EXPORTS.md` defines the counts in SQL.

mod count;
mod fact;
mod row;
mod sorter;
#[cfg(test)]
mod tests;

use std::io::{self, Write};
use std::path::PathBuf;

use self::fact::Facts;
use self::row::COLUMNS;
use crate::error::{Error, Result};
use crate::record::Record;
use crate::sink::Sink;

/// The fewest people for a row of its own, if nobody says otherwise: the domain of one person or one
/// household is a personal value.
pub const AT_LEAST: u64 = 5;

/// How much of what is counted is held in memory, in bytes.
const MEMORY: usize = 32 << 20;

/// Writes the table of domains as CSV when all records came.
///
/// ```
/// use logsieve::sink::{Sink, apex::DomainTable};
///
/// let mut text = Vec::new();
/// Box::new(DomainTable::new(&mut text, "apex.csv", 5)).finish()?;
/// assert!(text.starts_with(b"kind,domain,domains,credentials,"));
/// # Ok::<(), logsieve::error::Error>(())
/// ```
pub struct DomainTable<W: Write> {
    out: csv::Writer<W>,
    name: PathBuf,
    at_least: u64,
    facts: Facts,
}

impl<W: Write> DomainTable<W> {
    /// A table to `out`, which error messages call `name`. Domains with fewer than `at_least` people
    /// share a row.
    pub fn new(out: W, name: impl Into<PathBuf>, at_least: u64) -> Self {
        Self::holding(MEMORY, out, name, at_least)
    }

    fn holding(bytes: usize, out: W, name: impl Into<PathBuf>, at_least: u64) -> Self {
        let (name, facts) = (name.into(), Facts::holding(bytes));
        Self { out: csv::Writer::from_writer(out), name, at_least, facts }
    }

    fn write_row<C: AsRef<[u8]>>(&mut self, cells: impl IntoIterator<Item = C>) -> Result<()> {
        let written = self.out.write_record(cells);
        written.map_err(|error| Error::output(&self.name, error.into()))
    }
}

impl<W: Write> Sink for DomainTable<W> {
    fn write(&mut self, record: &Record) -> Result<()> {
        self.facts.add(record).map_err(aside)
    }

    fn finish(self: Box<Self>) -> Result<()> {
        let mut this = *self;
        let facts = std::mem::replace(&mut this.facts, Facts::holding(0));
        this.write_row(COLUMNS)?;
        for row in count::rows(facts, this.at_least).map_err(aside)? {
            this.write_row(row.map_err(aside)?.into_cells())?;
        }
        this.out.flush().map_err(|error| Error::output(&this.name, error))
    }
}

/// What went wrong with what found no room in memory.
fn aside(error: io::Error) -> Error {
    Error::output("a temporary file", error)
}
