//! A record as one row of cells: nested keys joined by `.`, lists by `; `.
//!
//! The row is filled by serialising the record, so CSV can only ever say what JSON says. A key
//! without a column is an error, not a loss.

use std::fmt::{Display, Write};

use serde::ser::{Error as _, Impossible, Serialize, SerializeSeq, SerializeStruct, Serializer};

use crate::record::Record;

/// Errors of a row: a value that has no place in a table.
type Error = serde_json::Error;

/// Between the values of a list in one cell.
const LIST_SEPARATOR: &str = "; ";

/// The cells of one record, reused for the next.
pub(super) struct Row {
    columns: Vec<String>,
    cells: Vec<String>,
    /// The key that is being written, with those around it.
    path: String,
    /// Where the last value went: the next one mostly goes right behind it.
    at: usize,
}

impl Row {
    /// An empty row under `columns`.
    pub(super) fn new(columns: Vec<String>) -> Self {
        let cells = vec![String::new(); columns.len()];
        Self { columns, cells, path: String::new(), at: 0 }
    }

    /// The names of the columns.
    pub(super) fn columns(&self) -> &[String] {
        &self.columns
    }

    /// The cells of `record`; a key that is left out is an empty cell.
    ///
    /// # Errors
    /// A key has no column, or a value does not fit into a cell.
    pub(super) fn fill(&mut self, record: &Record) -> Result<&mut [String], Error> {
        self.cells.iter_mut().for_each(String::clear);
        self.path.clear();
        self.at = 0;
        record.serialize(&mut *self)?;
        Ok(&mut self.cells)
    }

    /// The cell under the current path.
    fn cell(&mut self) -> Result<&mut String, Error> {
        let from_here = self.columns.iter().enumerate().skip(self.at);
        let wrapped = self.columns.iter().enumerate().take(self.at);
        let found = from_here.chain(wrapped).find(|(_, column)| **column == self.path);
        let missing = || Error::custom(format_args!("“{}” has no column", self.path));
        self.at = found.ok_or_else(missing)?.0;
        self.cells.get_mut(self.at).ok_or_else(missing)
    }

    fn append(&mut self, value: impl Display) -> Result<(), Error> {
        write!(self.cell()?, "{value}").map_err(Error::custom)
    }

    fn refuse<T>(&self, what: &str) -> Result<T, Error> {
        Err(Error::custom(format_args!("{what} at “{}” does not fit into a cell", self.path)))
    }
}

macro_rules! scalars {
    ($($method:ident: $type:ty,)*) => {
        $(fn $method(self, value: $type) -> Result<(), Error> { self.append(value) })*
    };
}

impl<'r> Serializer for &'r mut Row {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = List<'r>;
    type SerializeStruct = Fields<'r>;
    type SerializeTuple = Impossible<(), Error>;
    type SerializeTupleStruct = Impossible<(), Error>;
    type SerializeTupleVariant = Impossible<(), Error>;
    type SerializeMap = Impossible<(), Error>;
    type SerializeStructVariant = Impossible<(), Error>;

    scalars! {
        serialize_bool: bool,
        serialize_i8: i8,
        serialize_i16: i16,
        serialize_i32: i32,
        serialize_i64: i64,
        serialize_u8: u8,
        serialize_u16: u16,
        serialize_u32: u32,
        serialize_u64: u64,
        serialize_f32: f32,
        serialize_f64: f64,
        serialize_char: char,
        serialize_str: &str,
    }

    fn serialize_none(self) -> Result<(), Error> {
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Error> {
        Ok(())
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<(), Error> {
        self.append(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<List<'r>, Error> {
        Ok(List { row: self, separator: "" })
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Fields<'r>, Error> {
        Ok(Fields { row: self })
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<(), Error> {
        self.refuse("bytes")
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Error> {
        self.refuse("a unit")
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<(), Error> {
        self.refuse("a variant")
    }

    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, Error> {
        self.refuse("a tuple")
    }

    fn serialize_tuple_struct(
        self,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleStruct, Error> {
        self.refuse("a tuple")
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Error> {
        self.refuse("a variant")
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap, Error> {
        self.refuse("a map")
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, Error> {
        self.refuse("a variant")
    }
}

/// The fields of a struct, each under the path of the struct.
pub(super) struct Fields<'r> {
    row: &'r mut Row,
}

impl SerializeStruct for Fields<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        key: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        let outer = self.row.path.len();
        if outer > 0 {
            self.row.path.push('.');
        }
        self.row.path.push_str(key);
        value.serialize(&mut *self.row)?;
        self.row.path.truncate(outer);
        Ok(())
    }

    fn end(self) -> Result<(), Error> {
        Ok(())
    }
}

/// The values of a list, all in one cell.
pub(super) struct List<'r> {
    row: &'r mut Row,
    separator: &'static str,
}

impl SerializeSeq for List<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.row.append(self.separator)?;
        self.separator = LIST_SEPARATOR;
        value.serialize(&mut *self.row)
    }

    fn end(self) -> Result<(), Error> {
        Ok(())
    }
}
