//! Rows that wait to be written, column by column as Arrow and Parquet want them.

use std::sync::Arc;

use arrow_array::builder::{
    ArrayBuilder, BooleanBuilder, Int64Builder, ListBuilder, StringBuilder,
    TimestampMicrosecondBuilder,
};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{ArrowError, Field, Schema, SchemaRef};
use serde::ser::Error as _;

use super::types::{self, Type};
use crate::sink::flatten::{Cells, Scalar};

/// Rows of a batch at most.
const MOST_ROWS: usize = 4_096;

/// Bytes of text after which a batch ends.
const MOST_BYTES: usize = 1 << 20;

/// The values of one column, in the rows that have come so far.
enum Column {
    Text(StringBuilder),
    Bool(BooleanBuilder),
    Number(Int64Builder),
    Time(TimestampMicrosecondBuilder),
    List(ListBuilder<StringBuilder>),
}

impl Column {
    fn new(of: Type) -> Self {
        match of {
            Type::Text => Self::Text(StringBuilder::new()),
            Type::Bool => Self::Bool(BooleanBuilder::new()),
            Type::Number => Self::Number(Int64Builder::new()),
            Type::Time => Self::Time(TimestampMicrosecondBuilder::new().with_data_type(of.arrow())),
            Type::List => {
                let values = ListBuilder::new(StringBuilder::new());
                Self::List(values.with_field(types::list_item()))
            }
        }
    }

    fn builder(&mut self) -> &mut dyn ArrayBuilder {
        match self {
            Self::Text(values) => values,
            Self::Bool(values) => values,
            Self::Number(values) => values,
            Self::Time(values) => values,
            Self::List(values) => values,
        }
    }

    fn push(&mut self, value: Scalar<'_>) -> serde_json::Result<()> {
        match (self, value) {
            (Self::Text(values), Scalar::Text(text)) => values.append_value(text),
            (Self::Bool(values), Scalar::Bool(value)) => values.append_value(value),
            (Self::Number(values), Scalar::Number(value)) => {
                values.append_value(value.try_into().map_err(serde_json::Error::custom)?);
            }
            (Self::Time(values), Scalar::Text(text)) => {
                let time: jiff::Timestamp = text.parse().map_err(serde_json::Error::custom)?;
                values.append_value(time.as_microsecond());
            }
            _ => return Err(serde_json::Error::custom("a value of another type")),
        }
        Ok(())
    }

    /// Leaves rows without a value until there are `rows`.
    fn skip_to(&mut self, rows: usize) {
        let missing = rows.saturating_sub(self.builder().len());
        match self {
            _ if missing == 0 => {}
            Self::Text(values) => values.append_nulls(missing),
            Self::Bool(values) => values.append_nulls(missing),
            Self::Number(values) => values.append_nulls(missing),
            Self::Time(values) => values.append_nulls(missing),
            Self::List(values) => values.append_nulls(missing),
        }
    }
}

/// Some rows of a table.
///
/// Most rows of a wide table leave most columns out, so a column is told of these rows only when it
/// has a value again, or when the batch ends.
pub(in crate::sink) struct Batch {
    schema: SchemaRef,
    columns: Vec<Column>,
    rows: usize,
    /// Bytes of text in them.
    bytes: usize,
}

impl Batch {
    /// No rows yet, of a table with columns of these names.
    pub(in crate::sink) fn new<'n>(names: impl Iterator<Item = &'n str> + Clone) -> Self {
        let field = |name| Field::new(name, types::of(name).arrow(), true);
        Self {
            schema: Arc::new(Schema::new(names.clone().map(field).collect::<Vec<_>>())),
            columns: names.map(|name| Column::new(types::of(name))).collect(),
            rows: 0,
            bytes: 0,
        }
    }

    /// The names and types of the columns.
    pub(in crate::sink) fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// How many rows there are.
    pub(in crate::sink) fn rows(&self) -> usize {
        self.rows
    }

    /// How many bytes of text they hold.
    pub(in crate::sink) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Whether it is time to take the rows out.
    pub(in crate::sink) fn is_full(&self) -> bool {
        self.rows >= MOST_ROWS || self.bytes >= MOST_BYTES
    }

    /// Ends a row: a column that was given no value has none there.
    pub(in crate::sink) fn end_row(&mut self) {
        self.rows += 1;
    }

    /// Takes the rows out.
    ///
    /// # Errors
    /// The columns do not fit together.
    pub(in crate::sink) fn take(&mut self) -> Result<RecordBatch, ArrowError> {
        let rows = std::mem::take(&mut self.rows);
        self.bytes = 0;
        let finish = |column: &mut Column| {
            column.skip_to(rows);
            column.builder().finish()
        };
        let arrays: Vec<ArrayRef> = self.columns.iter_mut().map(finish).collect();
        RecordBatch::try_new(Arc::clone(&self.schema), arrays)
    }

    /// A column, ready for a value of the row that is being written.
    fn column(&mut self, number: usize) -> serde_json::Result<&mut Column> {
        let missing = || serde_json::Error::custom("no such column");
        let column = self.columns.get_mut(number).ok_or_else(missing)?;
        column.skip_to(self.rows);
        Ok(column)
    }

    fn count(&mut self, value: Scalar<'_>) {
        if let Scalar::Text(text) = value {
            self.bytes += text.len();
        }
    }
}

impl Cells for Batch {
    fn put(&mut self, column: usize, value: Scalar<'_>) -> serde_json::Result<()> {
        self.count(value);
        self.column(column)?.push(value)
    }

    fn put_item(&mut self, column: usize, _: usize, value: Scalar<'_>) -> serde_json::Result<()> {
        self.count(value);
        match (self.column(column)?, value) {
            (Column::List(values), Scalar::Text(text)) => values.values().append_value(text),
            _ => return Err(serde_json::Error::custom("a list of another type")),
        }
        Ok(())
    }

    fn end_list(&mut self, column: usize) -> serde_json::Result<()> {
        match self.column(column)? {
            Column::List(values) => values.append(true),
            _ => return Err(serde_json::Error::custom("a list where none is expected")),
        }
        Ok(())
    }
}
