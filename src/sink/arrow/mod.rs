//! Arrow: every record of a run as one table, in batches that a program takes while the run goes on.
//!
//! The stream form of Arrow IPC: the columns first, then batch after batch, then an end mark, so that
//! a reader knows whether all of it came. The columns are what kind of record a row is, and those of
//! all tables that the command writes, whatever it finds; a row has values in those of its table. A
//! column takes room in every row, so those of other commands are left out. Parquet is made of the
//! same batches.

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
/// use logsieve::sink::{Sink, Table, arrow::ArrowStream};
///
/// let mut bytes = Vec::new();
/// Box::new(ArrowStream::new(&mut bytes, "standard output", &Table::ALL)?).finish()?;
/// assert!(bytes.ends_with(&[0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]));
/// # Ok::<(), logsieve::error::Error>(())
/// ```
pub struct ArrowStream<W: Write> {
    out: StreamWriter<BufWriter<W>>,
    name: PathBuf,
    tables: Vec<Table>,
    row: Row<Batch>,
}

impl<W: Write> ArrowStream<W> {
    /// A stream to `out`, which error messages call `name`, of records of `tables`; the columns are
    /// written at once.
    ///
    /// # Errors
    /// They cannot be written.
    pub fn new(out: W, name: impl Into<PathBuf>, tables: &[Table]) -> Result<Self> {
        let (columns, name) = (columns::of_all(tables), name.into());
        let shown = columns.iter().map(|name| if name == "type" { RECORD_TYPE } else { name });
        let batch = Batch::new(shown);
        let (key, value) = version();
        let about = HashMap::from([(key.to_owned(), value)]);
        let schema = Schema::clone(batch.schema()).with_metadata(about);
        let out = BufWriter::with_capacity(BUFFER_BYTES, out);
        let mut out = StreamWriter::try_new(out, &schema).map_err(|error| failed(&name, error))?;
        out.flush().map_err(|error| failed(&name, error))?;
        Ok(Self { out, name, tables: tables.to_vec(), row: Row::new(columns, batch) })
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
        let table = Table::of(record);
        if table.is_none_or(|table| !self.tables.contains(&table)) {
            let kind = table.map_or("mentions", Table::name);
            return Err(Error::internal(format!("no columns for {kind} in this stream")));
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
