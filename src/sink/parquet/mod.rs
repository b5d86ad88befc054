//! Parquet: the tables of the CSV with typed columns, for DuckDB, pandas, Spark and the like.
//!
//! Rows are collected in small batches, and a row group ends after so many bytes that memory stays
//! small whatever the table holds. The version of the output schema stands in the metadata of the
//! file. A file is the same, byte for byte, whenever the records are.

#[cfg(test)]
mod tests;

use std::io::Write;
use std::path::PathBuf;

use ::parquet::arrow::ArrowWriter;
use ::parquet::basic::{Compression, ZstdLevel};
use ::parquet::errors::ParquetError;
use ::parquet::file::metadata::KeyValue;
use ::parquet::file::properties::{EnabledStatistics, WriterProperties};
use ::parquet::schema::types::ColumnPath;

use crate::error::{Error, Result};
use crate::record::Record;
use crate::sink::arrow::batch::Batch;
use crate::sink::arrow::{self, types};
use crate::sink::flatten::Row;
use crate::sink::{Sink, Table, columns};

/// Bytes of text after which a row group ends. The writer holds it in memory, compressed.
const GROUP_BYTES: usize = 32 << 20;

/// Rows of a row group at most.
const GROUP_ROWS: usize = 256 << 10;

/// Bytes of one page and of one dictionary of a column; tables have up to a hundred columns.
const PAGE_BYTES: usize = 256 << 10;

/// Writes the records of one table as Parquet.
///
/// ```
/// use logsieve::sink::{Sink, Table, parquet::ParquetTable};
///
/// let mut bytes = Vec::new();
/// Box::new(ParquetTable::new(&mut bytes, "issues.parquet", Table::Issues)?).finish()?;
/// assert!(bytes.starts_with(b"PAR1"));
/// # Ok::<(), logsieve::error::Error>(())
/// ```
pub struct ParquetTable<W: Write + Send> {
    out: ArrowWriter<W>,
    name: PathBuf,
    row: Row<Batch>,
    /// Bytes of text in the row group that is being written.
    group_bytes: usize,
}

impl<W: Write + Send> ParquetTable<W> {
    /// The Parquet form of `table`, written to `out`, which error messages call `name`.
    ///
    /// # Errors
    /// The start of the file cannot be written.
    pub fn new(out: W, name: impl Into<PathBuf>, table: Table) -> Result<Self> {
        let (columns, name) = (columns::of(table), name.into());
        let typed: Vec<_> = columns.iter().map(|name| (name.as_str(), types::of(name))).collect();
        let batch = Batch::new(&typed);
        let schema = batch.schema().clone();
        let out = ArrowWriter::try_new(out, schema, Some(properties(table)?))
            .map_err(|error| failed(&name, error))?;
        Ok(Self { out, name, row: Row::new(columns, batch), group_bytes: 0 })
    }

    fn write_batch(&mut self) -> Result<()> {
        self.group_bytes += self.row.cells().bytes();
        let batch = self.row.cells().take().map_err(|error| failed(&self.name, error.into()))?;
        self.out.write(&batch).map_err(|error| failed(&self.name, error))?;
        if self.group_bytes < GROUP_BYTES {
            return Ok(());
        }
        self.group_bytes = 0;
        self.out.flush().map_err(|error| failed(&self.name, error))
    }
}

impl<W: Write + Send> Sink for ParquetTable<W> {
    fn write(&mut self, record: &Record) -> Result<()> {
        self.row
            .fill(record)
            .map_err(|error| Error::internal(format!("a record is no Parquet row: {error}")))?;
        let batch = self.row.cells();
        batch.end_row();
        if batch.is_full() { self.write_batch() } else { Ok(()) }
    }

    fn finish(mut self: Box<Self>) -> Result<()> {
        self.write_batch()?;
        self.out.finish().map_err(|error| failed(&self.name, error))?;
        self.out.inner_mut().flush().map_err(|error| Error::output(&self.name, error))
    }
}

/// How the file of `table` is laid out.
fn properties(table: Table) -> Result<WriterProperties> {
    let about = [("logsieve.table", table.name().to_owned()), arrow::version()];
    let about = about.map(|(key, value)| KeyValue::new(key.to_owned(), value));
    let mut properties = WriterProperties::builder()
        .set_created_by(concat!("logsieve ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_compression(zstd(3)?)
        .set_max_row_group_row_count(Some(GROUP_ROWS))
        .set_data_page_size_limit(PAGE_BYTES)
        .set_dictionary_page_size_limit(PAGE_BYTES)
        .set_key_value_metadata(Some(about.into()));
    for name in columns::of(table).into_iter().filter(|name| types::is_random(name)) {
        let path = ColumnPath::from(name);
        properties = properties
            .set_column_dictionary_enabled(path.clone(), false)
            .set_column_statistics_enabled(path.clone(), EnabledStatistics::None)
            .set_column_compression(path, zstd(1)?);
    }
    Ok(properties.build())
}

fn zstd(level: i32) -> Result<Compression> {
    let level = ZstdLevel::try_new(level)
        .map_err(|error| Error::internal(format!("a level that zstd does not know: {error}")))?;
    Ok(Compression::ZSTD(level))
}

/// What went wrong while writing: the disk, or the program.
fn failed(name: &std::path::Path, error: ParquetError) -> Error {
    match error {
        ParquetError::External(source) => match source.downcast::<std::io::Error>() {
            Ok(source) => Error::output(name, *source),
            Err(source) => Error::internal(format!("Parquet cannot be written: {source}")),
        },
        error => Error::internal(format!("Parquet cannot be written: {error}")),
    }
}
