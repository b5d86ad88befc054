//! CSV: one table a record type, with the fields of the JSON as columns.
//!
//! Spreadsheets run cells that look like formulas, and the cells here were written by criminals:
//! such a cell gets a leading `'`, which spreadsheets take for “this is text”.

use std::fmt::Write as _;
use std::io::Write;
use std::path::PathBuf;

use serde::ser::Error as _;

use crate::error::{Error, Result};
use crate::record::Record;
use crate::sink::flatten::{Cells, Row, Scalar};
use crate::sink::{Sink, Table, columns};

/// How many bytes are collected before they are written.
const BUFFER_BYTES: usize = 64 << 10;

/// First characters by which a spreadsheet takes a cell for a formula, in both widths.
const FORMULA_MARKS: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];

/// Between the values of a list in one cell.
const LIST_SEPARATOR: &str = "; ";

/// Writes the records of one table as CSV, a row of column names first.
pub struct CsvTable<W: Write> {
    out: csv::Writer<W>,
    name: PathBuf,
    row: Row<TextCells>,
}

impl<W: Write> CsvTable<W> {
    /// The CSV form of `table`, written to `out`, which error messages call `name`.
    ///
    /// # Errors
    /// The row of column names cannot be written.
    pub fn new(out: W, name: impl Into<PathBuf>, table: Table) -> Result<Self> {
        let mut out = csv::WriterBuilder::new().buffer_capacity(BUFFER_BYTES).from_writer(out);
        let columns = columns::of(table);
        let name = name.into();
        let header = out.write_record(&columns);
        header.map_err(|error| Error::output(&name, error.into()))?;
        let cells = TextCells(vec![String::new(); columns.len()]);
        Ok(Self { out, name, row: Row::new(columns, cells) })
    }
}

impl<W: Write> Sink for CsvTable<W> {
    fn write(&mut self, record: &Record) -> Result<()> {
        self.row.cells().0.iter_mut().for_each(String::clear);
        self.row
            .fill(record)
            .map_err(|error| Error::internal(format!("a record is no CSV row: {error}")))?;
        let TextCells(cells) = self.row.cells();
        cells.iter_mut().for_each(disarm);
        self.out.write_record(&*cells).map_err(|error| Error::output(&self.name, error.into()))
    }

    fn finish(mut self: Box<Self>) -> Result<()> {
        self.out.flush().map_err(|error| Error::output(&self.name, error))
    }
}

/// The cells of one row as text, reused for the next.
struct TextCells(Vec<String>);

impl Cells for TextCells {
    fn put(&mut self, column: usize, value: Scalar<'_>) -> serde_json::Result<()> {
        let cell = self.0.get_mut(column).ok_or_else(|| serde_json::Error::custom("no cell"))?;
        match value {
            Scalar::Bool(value) => write!(cell, "{value}"),
            Scalar::Number(value) => write!(cell, "{value}"),
            Scalar::Text(value) => cell.write_str(value),
        }
        .map_err(serde_json::Error::custom)
    }

    fn put_item(&mut self, column: usize, at: usize, value: Scalar<'_>) -> serde_json::Result<()> {
        if at > 0 {
            self.put(column, Scalar::Text(LIST_SEPARATOR))?;
        }
        self.put(column, value)
    }

    fn end_list(&mut self, _: usize) -> serde_json::Result<()> {
        Ok(())
    }
}

/// Takes the power of a formula from a cell.
pub(super) fn disarm(cell: &mut String) {
    if cell.starts_with(FORMULA_MARKS) {
        cell.insert(0, '\'');
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sink::samples;

    fn csv_of(table: Table, records: &[Record]) -> String {
        let mut bytes = Vec::new();
        let mut sink = Box::new(CsvTable::new(&mut bytes, "test", table).unwrap());
        for record in records {
            sink.write(record).unwrap();
        }
        sink.finish().unwrap();
        String::from_utf8(bytes).unwrap()
    }

    /// The detail of an issue after a round through CSV.
    fn round_trip(detail: &str) -> String {
        let text = csv_of(Table::Issues, &[samples::issue_about(detail)]);
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let column = reader.headers().unwrap().iter().position(|name| name == "detail").unwrap();
        let rows: Vec<_> = reader.records().map(|row| row.unwrap()).collect();
        assert_eq!(rows.len(), 1, "{text:?}");
        rows[0][column].to_owned()
    }

    #[test]
    fn formulas_are_disarmed() {
        for mark in FORMULA_MARKS {
            let formula = format!("{mark}cmd|' /C calc'!A0");
            assert_eq!(round_trip(&formula), format!("'{formula}"));
        }
    }

    #[test]
    fn other_text_is_kept_as_it_is() {
        for text in ["", "a=b", " =1", "1-2", "x,y", "\"quoted\"", "a\nb\r\nc", "'=1", "日本語"]
        {
            assert_eq!(round_trip(text), text);
        }
    }

    #[test]
    fn an_empty_table_has_its_column_names() {
        assert_eq!(
            csv_of(Table::Issues, &[]),
            "type,source_id,entry,line,stage,code,detail,bytes\n"
        );
    }

    #[test]
    fn absent_values_are_empty_cells_and_do_not_linger() {
        let text = csv_of(
            Table::Issues,
            &[samples::issue_maximal(), samples::issue_about("x"), samples::issue_maximal()],
        );
        let rows: Vec<&str> = text.lines().skip(1).collect();
        assert_eq!(rows[0], rows[2]);
        assert!(rows[1].ends_with(",,,open,empty_input,x,"), "{}", rows[1]);
    }

    #[test]
    fn lists_share_a_cell() {
        let text = csv_of(Table::Machines, &[samples::machine_maximal()]);
        assert!(text.contains(",203.0.113.10; 2001:db8::10,"), "{text}");
    }

    #[test]
    fn a_record_of_another_table_is_refused() {
        let mut sink = CsvTable::new(Vec::new(), "test", Table::Issues).unwrap();
        assert!(sink.write(&samples::machine_maximal()).is_err());
    }
}
