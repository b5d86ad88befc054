//! Arrow: every record of a run as one table, in batches that a program takes while the run goes on.
//!
//! The stream form of Arrow IPC: the columns first, then batch after batch, then an end mark, so that
//! a reader knows whether all of it came. There is one set of columns whatever the run is about: what
//! kind of record a row is, and the columns of all tables; a row has values in those of its table.
//! Parquet is made of the same batches.

pub(super) mod batch;
#[cfg(test)]
mod tests;
pub(super) mod types;

use std::collections::HashMap;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use arrow_ipc::writer::StreamWriter;
use arrow_schema::{ArrowError, Schema};

use self::batch::Batch;
use self::types::Type;
use crate::error::{Error, Result};
use crate::record::Record;
use crate::sink::flatten::Row;
use crate::sink::{SCHEMA_VERSION, Sink, Table, columns};

/// The column that tells what a row is: `type` stands in the names of folders of datasets.
const RECORD_TYPE: &str = "record_type";

/// How much is written at once where columns are short.
const BUFFER_BYTES: usize = 64 << 10;

/// Writes records as an Arrow stream.
///
/// ```
/// use logsieve::sink::{Sink, arrow::ArrowStream};
///
/// let mut bytes = Vec::new();
/// Box::new(ArrowStream::new(&mut bytes, "standard output")?).finish()?;
/// assert!(bytes.ends_with(&[0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]));
/// # Ok::<(), logsieve::error::Error>(())
/// ```
pub struct ArrowStream<W: Write> {
    out: StreamWriter<BufWriter<W>>,
    name: PathBuf,
    row: Row<Batch>,
}

impl<W: Write> ArrowStream<W> {
    /// A stream to `out`, which error messages call `name`; the columns are written at once.
    ///
    /// # Errors
    /// They cannot be written.
    pub fn new(out: W, name: impl Into<PathBuf>) -> Result<Self> {
        let (columns, name) = (columns::of_all(), name.into());
        let typed: Vec<_> = columns.iter().map(|name| column(name)).collect();
        let batch = Batch::new(&typed);
        let (key, value) = version();
        let about = HashMap::from([(key.to_owned(), value)]);
        let schema = Schema::clone(batch.schema()).with_metadata(about);
        let out = BufWriter::with_capacity(BUFFER_BYTES, out);
        let mut out =
            StreamWriter::try_new(out, &schema).map_err(|error| failed(&name, error))?;
        out.flush().map_err(|error| failed(&name, error))?;
        Ok(Self { out, name, row: Row::new(columns, batch) })
    }

    fn write_batch(&mut self) -> Result<()> {
        let written = self.row.cells().take().and_then(|batch| self.out.write(&batch));
        written.and_then(|()| self.out.flush()).map_err(|error| failed(&self.name, error))
    }
}

impl<W: Write> Sink for ArrowStream<W> {
    /// Writes one record. The summary is about the run, and no row; a mention stands in its
    /// exposure.
    fn write(&mut self, record: &Record) -> Result<()> {
        if matches!(record, Record::Summary(_)) {
            return Ok(());
        }
        if Table::of(record).is_none() {
            return Err(Error::internal("a mention is no row of its own"));
        }
        self.row
            .fill(record)
            .map_err(|error| Error::internal(format!("a record is no Arrow row: {error}")))?;
        let batch = self.row.cells();
        batch.end_row();
        if batch.is_full() { self.write_batch() } else { Ok(()) }
    }

    fn finish(mut self: Box<Self>) -> Result<()> {
        if self.row.cells().rows() > 0 {
            self.write_batch()?;
        }
        self.out.finish().map_err(|error| failed(&self.name, error))
    }
}

/// What the column for the values under `key` is called, and its type. Dictionaries are texts here:
/// not every reader takes one that changes in the course of a stream.
fn column(key: &str) -> (&str, Type) {
    match (key, types::of(key)) {
        ("type", _) => (RECORD_TYPE, Type::Text),
        (_, Type::Word) => (key, Type::Text),
        (_, other) => (key, other),
    }
}

/// The version of the output schema, as the metadata of a schema tells it.
pub(super) fn version() -> (&'static str, String) {
    ("logsieve.schema_version", SCHEMA_VERSION.to_string())
}

/// What went wrong while writing: the reader or the disk, or the program.
fn failed(name: &Path, error: ArrowError) -> Error {
    match error {
        ArrowError::IoError(_, source) => Error::output(name, source),
        error => Error::internal(format!("Arrow cannot be written: {error}")),
    }
}
