//! Parquet: the tables of the CSV with typed columns, for DuckDB, pandas, Spark and the like.
//!
//! Whoever looks for a domain should not have to read the whole file: each row group holds a narrow
//! range of domains (`bins`), and filters tell which domains and ids are in it. Groups are small,
//! and so is the memory that is needed, whatever the table holds. The version of the output schema
//! stands in the metadata of the file. A file is the same, byte for byte, whenever the records are.

mod bins;
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

use self::bins::Bins;
use crate::error::{Error, Result};
use crate::record::Record;
use crate::sink::arrow::{self, types};
use crate::sink::flatten::Row;
use crate::sink::{Sink, Table, columns};

/// Rows of a row group at most.
const GROUP_ROWS: usize = 256 << 10;

/// Of how many groups that do not hold a value its filter says that they may.
const FALSE_POSITIVES: f64 = 0.02;

/// For how many values of a group a filter is made at first; it shrinks to those that came.
const GROUP_VALUES: u64 = 32 << 10;

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
    row: Row<Bins>,
    /// The columns of a row that are written.
    written: Vec<usize>,
}

impl<W: Write + Send> ParquetTable<W> {
    /// The Parquet form of `table`, written to `out`, which error messages call `name`.
    ///
    /// # Errors
    /// The start of the file cannot be written.
    pub fn new(out: W, name: impl Into<PathBuf>, table: Table) -> Result<Self> {
        Self::with(0, out, name.into(), table)
    }

    /// The same for one file of many in a folder whose name says what `type` the records have: the
    /// file has no such column.
    ///
    /// # Errors
    /// The start of the file cannot be written.
    pub fn part(out: W, name: impl Into<PathBuf>, table: Table) -> Result<Self> {
        Self::with(1, out, name.into(), table)
    }

    /// A file that has the columns from number `first` on.
    fn with(first: usize, out: W, name: PathBuf, table: Table) -> Result<Self> {
        let columns = columns::of(table);
        let bins = Bins::new(&columns);
        let written: Vec<usize> = (first..columns.len()).collect();
        let schema = bins.schema().project(&written).map_err(ParquetError::from);
        let out = schema
            .and_then(|schema| ArrowWriter::try_new(out, schema.into(), Some(properties(table)?)));
        let out = out.map_err(|error| failed(&name, error))?;
        Ok(Self { out, name, row: Row::new(columns, bins), written })
    }

    /// Makes row groups of what has to leave.
    fn write_some(&mut self) -> std::result::Result<(), ParquetError> {
        if self.row.cells().are_uneven() {
            self.write_all()?;
            self.row.cells().begin_anew();
            return Ok(());
        }
        let emptied = self.row.cells().empty_fullest()?;
        self.out.write(&emptied.rows.project(&self.written)?)?;
        self.out.flush()
    }

    /// Makes row groups of all rows, one of several bins where they are few.
    fn write_all(&mut self) -> std::result::Result<(), ParquetError> {
        let mut group = 0;
        while let Some(emptied) = self.row.cells().empty_first()? {
            self.out.write(&emptied.rows.project(&self.written)?)?;
            group += emptied.held;
            if group >= 2 * Bins::FAIR_SHARE {
                self.out.flush()?;
                group = 0;
            }
        }
        self.out.flush()
    }
}

impl<W: Write + Send> Sink for ParquetTable<W> {
    fn write(&mut self, record: &Record) -> Result<()> {
        self.row.cells().begin_row(key(record));
        self.row
            .fill(record)
            .map_err(|error| Error::internal(format!("a record is no Parquet row: {error}")))?;
        let bins = self.row.cells();
        bins.end_row();
        if !bins.are_full() {
            return Ok(());
        }
        self.write_some().map_err(|error| failed(&self.name, error))
    }

    fn finish(mut self: Box<Self>) -> Result<()> {
        let written = self.write_all().and_then(|()| self.out.finish());
        written.map_err(|error| failed(&self.name, error))?;
        self.out.inner_mut().flush().map_err(|error| Error::output(&self.name, error))
    }
}

/// What rows are told apart by: what is looked for most. The other tables are small.
fn key(record: &Record) -> &str {
    match record {
        Record::Credential(credential) => credential.registrable_domain.as_deref(),
        Record::Cookie(cookie) => Some(&*cookie.domain),
        Record::Autofill(autofill) => Some(&*autofill.email_domain),
        _ => None,
    }
    .unwrap_or_default()
}

/// How the file of `table` is laid out.
fn properties(table: Table) -> std::result::Result<WriterProperties, ParquetError> {
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
    for name in columns::of(table).into_iter().filter(|name| types::is_looked_up(name)) {
        let path = ColumnPath::from(name);
        properties = properties
            .set_column_bloom_filter_fpp(path.clone(), FALSE_POSITIVES)
            .set_column_bloom_filter_max_ndv(path, GROUP_VALUES);
    }
    Ok(properties.build())
}

fn zstd(level: i32) -> std::result::Result<Compression, ParquetError> {
    ZstdLevel::try_new(level).map(Compression::ZSTD)
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
