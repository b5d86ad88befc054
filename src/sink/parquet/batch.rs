//! Rows that wait to be written, column by column as Parquet wants them.

use std::sync::Arc;

use arrow_array::builder::{
    ArrayBuilder, BooleanBuilder, Int64Builder, ListBuilder, StringBuilder,
    StringDictionaryBuilder, TimestampMicrosecondBuilder,
};
use arrow_array::types::Int32Type;
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{ArrowError, Field, Schema, SchemaRef};
use serde::ser::Error as _;

use super::types::{self, Type};
use crate::sink::flatten::{Cells, Scalar};

/// The values of one column; each row adds one to each column.
enum Column {
    Text(StringBuilder),
    Word(StringDictionaryBuilder<Int32Type>),
    Bool(BooleanBuilder),
    Number(Int64Builder),
    Time(TimestampMicrosecondBuilder),
    List(ListBuilder<StringBuilder>),
}

impl Column {
    fn new(of: Type) -> Self {
        match of {
            Type::Text => Self::Text(StringBuilder::new()),
            Type::Word => Self::Word(StringDictionaryBuilder::new()),
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
            Self::Word(values) => values,
            Self::Bool(values) => values,
            Self::Number(values) => values,
            Self::Time(values) => values,
            Self::List(values) => values,
        }
    }

    fn push(&mut self, value: Scalar<'_>) -> serde_json::Result<()> {
        match (self, value) {
            (Self::Text(values), Scalar::Text(text)) => values.append_value(text),
            (Self::Word(values), Scalar::Text(text)) => {
                values.append(text).map_err(serde_json::Error::custom)?;
            }
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

    fn push_null(&mut self) {
        match self {
            Self::Text(values) => values.append_null(),
            Self::Word(values) => values.append_null(),
            Self::Bool(values) => values.append_null(),
            Self::Number(values) => values.append_null(),
            Self::Time(values) => values.append_null(),
            Self::List(values) => values.append_null(),
        }
    }
}

/// Some rows of a table.
pub(super) struct Batch {
    schema: SchemaRef,
    columns: Vec<Column>,
    /// Whether each of them has a value in the last row.
    filled: Vec<bool>,
    rows: usize,
    /// Bytes of text in them.
    bytes: usize,
}

impl Batch {
    /// No rows yet, of a table with columns of these names.
    pub(super) fn new(names: &[String]) -> Self {
        let field = |name: &String| Field::new(name, types::of(name).arrow(), true);
        Self {
            schema: Arc::new(Schema::new(names.iter().map(field).collect::<Vec<_>>())),
            columns: names.iter().map(|name| Column::new(types::of(name))).collect(),
            filled: vec![false; names.len()],
            rows: 0,
            bytes: 0,
        }
    }

    /// The names and types of the columns.
    pub(super) fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// How many rows there are.
    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// How many bytes of text they hold.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Ends a row: a column that it gave no value has none there.
    pub(super) fn end_row(&mut self) {
        for (column, filled) in self.columns.iter_mut().zip(&mut self.filled) {
            if !std::mem::take(filled) {
                column.push_null();
            }
        }
        self.rows += 1;
    }

    /// Takes the rows out.
    ///
    /// # Errors
    /// The columns do not fit together.
    pub(super) fn take(&mut self) -> Result<RecordBatch, ArrowError> {
        (self.rows, self.bytes) = (0, 0);
        let arrays: Vec<ArrayRef> =
            self.columns.iter_mut().map(|column| column.builder().finish()).collect();
        RecordBatch::try_new(Arc::clone(&self.schema), arrays)
    }

    fn column(&mut self, number: usize, value: Scalar<'_>) -> serde_json::Result<&mut Column> {
        if let Scalar::Text(text) = value {
            self.bytes += text.len();
        }
        self.columns.get_mut(number).ok_or_else(|| serde_json::Error::custom("no such column"))
    }

    fn fill(&mut self, number: usize) {
        self.filled.get_mut(number).into_iter().for_each(|filled| *filled = true);
    }
}

impl Cells for Batch {
    fn put(&mut self, column: usize, value: Scalar<'_>) -> serde_json::Result<()> {
        self.fill(column);
        self.column(column, value)?.push(value)
    }

    fn put_item(&mut self, column: usize, _: usize, value: Scalar<'_>) -> serde_json::Result<()> {
        match (self.column(column, value)?, value) {
            (Column::List(values), Scalar::Text(text)) => values.values().append_value(text),
            _ => return Err(serde_json::Error::custom("a list of another type")),
        }
        Ok(())
    }

    fn end_list(&mut self, column: usize) -> serde_json::Result<()> {
        self.fill(column);
        match self.columns.get_mut(column) {
            Some(Column::List(values)) => values.append(true),
            _ => return Err(serde_json::Error::custom("a list where none is expected")),
        }
        Ok(())
    }
}
