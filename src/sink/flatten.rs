//! A record as one row of cells, nested keys joined by `.`.
//!
//! The row is filled by serialising the record, so tables can only ever say what JSON says. A key
//! without a column is an error, not a loss. What a cell is, text or a typed value, is the business
//! of the table.

use serde::ser::{Error as _, Impossible, Serialize, SerializeSeq, SerializeStruct, Serializer};

use crate::record::Record;

/// Errors of a row: a value that has no place in a table.
type Error = serde_json::Error;

/// One value of a record that is neither a list nor a struct.
#[derive(Debug, Clone, Copy)]
pub(super) enum Scalar<'v> {
    /// Yes or no.
    Bool(bool),
    /// A count, a size, a port.
    Number(u64),
    /// Everything else.
    Text(&'v str),
}

/// What takes the values of a record, each under the number of its column.
pub(super) trait Cells {
    /// Takes the only value of a column.
    ///
    /// # Errors
    /// The value does not fit there.
    fn put(&mut self, column: usize, value: Scalar<'_>) -> Result<(), Error>;

    /// Takes the value number `at` of a list.
    ///
    /// # Errors
    /// The value does not fit there.
    fn put_item(&mut self, column: usize, at: usize, value: Scalar<'_>) -> Result<(), Error>;

    /// Is told that a list ends; it may have been empty.
    ///
    /// # Errors
    /// A list does not fit there.
    fn end_list(&mut self, column: usize) -> Result<(), Error>;
}

/// The columns of a table, and how far a record is written into them.
pub(super) struct Row<C> {
    columns: Vec<String>,
    cells: C,
    /// The key that is being written.
    key: &'static str,
    /// The keys around it, joined by `.`.
    outer: String,
    /// Where the last value went; at first, behind all columns.
    at: usize,
    /// Where the value behind that in each column went last: records are mostly like the last one.
    next: Vec<usize>,
    /// Which value of a list comes next, inside a list.
    item: Option<usize>,
}

impl<C: Cells> Row<C> {
    /// An empty row under `columns`.
    pub(super) fn new(columns: Vec<String>, cells: C) -> Self {
        let (at, next) = (columns.len(), (1..=columns.len()).chain([0]).collect());
        Self { columns, cells, key: "", outer: String::new(), at, next, item: None }
    }

    /// What the values go into.
    pub(super) fn cells(&mut self) -> &mut C {
        &mut self.cells
    }

    /// Writes `record` into the cells; a key that is left out is a cell left as it is.
    ///
    /// # Errors
    /// A key has no column, or a value does not fit into a cell.
    pub(super) fn fill(&mut self, record: &Record) -> Result<(), Error> {
        self.key = "";
        self.outer.clear();
        self.at = self.columns.len();
        self.item = None;
        record.serialize(self)
    }

    /// The number of the column under the current key. Names are compared in parts: what has just
    /// been written somewhere is slow to read again.
    fn column(&mut self) -> Result<usize, Error> {
        let is_it = |&column: &usize| {
            let outer = self.columns.get(column).and_then(|name| name.strip_suffix(self.key));
            match outer.and_then(|outer| outer.strip_suffix('.')) {
                Some(outer) => outer == self.outer,
                None => outer == Some("") && self.outer.is_empty(),
            }
        };
        let expected = self.next.get(self.at).copied().filter(is_it);
        let missing = || Error::custom(format_args!("“{}” has no column", self.path()));
        let mut all = 0..self.columns.len();
        let found = expected.or_else(|| all.find(is_it)).ok_or_else(missing)?;
        self.next.get_mut(self.at).into_iter().for_each(|next| *next = found);
        self.at = found;
        Ok(found)
    }

    fn put(&mut self, value: Scalar<'_>) -> Result<(), Error> {
        let Some(item) = &mut self.item else {
            let column = self.column()?;
            return self.cells.put(column, value);
        };
        let at = *item;
        *item += 1;
        self.cells.put_item(self.at, at, value)
    }

    fn refuse<T>(&self, what: &str) -> Result<T, Error> {
        Err(Error::custom(format_args!("{what} at “{}” does not fit into a cell", self.path())))
    }

    /// The current key with those around it.
    fn path(&self) -> String {
        let dot = if self.outer.is_empty() { "" } else { "." };
        format!("{}{dot}{}", self.outer, self.key)
    }
}

/// Numbers in records count something: none is negative or broken.
macro_rules! refused {
    ($($method:ident: $type:ty,)*) => {
        $(fn $method(self, value: $type) -> Result<(), Error> {
            self.refuse(&format!("the number {value}"))
        })*
    };
}

macro_rules! counts {
    ($($method:ident: $type:ty,)*) => {
        $(fn $method(self, value: $type) -> Result<(), Error> {
            self.put(Scalar::Number(value.into()))
        })*
    };
}

impl<'r, C: Cells> Serializer for &'r mut Row<C> {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = List<'r, C>;
    type SerializeStruct = Fields<'r, C>;
    type SerializeTuple = Impossible<(), Error>;
    type SerializeTupleStruct = Impossible<(), Error>;
    type SerializeTupleVariant = Impossible<(), Error>;
    type SerializeMap = Impossible<(), Error>;
    type SerializeStructVariant = Impossible<(), Error>;

    counts! {
        serialize_u8: u8,
        serialize_u16: u16,
        serialize_u32: u32,
        serialize_u64: u64,
    }

    refused! {
        serialize_i8: i8,
        serialize_i16: i16,
        serialize_i32: i32,
        serialize_i64: i64,
        serialize_f32: f32,
        serialize_f64: f64,
    }

    fn serialize_bool(self, value: bool) -> Result<(), Error> {
        self.put(Scalar::Bool(value))
    }

    fn serialize_char(self, value: char) -> Result<(), Error> {
        self.put(Scalar::Text(value.encode_utf8(&mut [0; 4])))
    }

    fn serialize_str(self, value: &str) -> Result<(), Error> {
        self.put(Scalar::Text(value))
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
        self.put(Scalar::Text(variant))
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<List<'r, C>, Error> {
        self.column()?;
        self.item = Some(0);
        Ok(List { row: self })
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Fields<'r, C>, Error> {
        let outer = self.outer.len();
        if outer > 0 {
            self.outer.push('.');
        }
        self.outer.push_str(self.key);
        Ok(Fields { row: self, outer })
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
pub(super) struct Fields<'r, C> {
    row: &'r mut Row<C>,
    /// How long the path is without the struct.
    outer: usize,
}

impl<C: Cells> SerializeStruct for Fields<'_, C> {
    type Ok = ();
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        key: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        self.row.key = key;
        value.serialize(&mut *self.row)
    }

    fn end(self) -> Result<(), Error> {
        self.row.outer.truncate(self.outer);
        Ok(())
    }
}

/// The values of a list, all in one cell.
pub(super) struct List<'r, C> {
    row: &'r mut Row<C>,
}

impl<C: Cells> SerializeSeq for List<'_, C> {
    type Ok = ();
    type Error = Error;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        value.serialize(&mut *self.row)
    }

    fn end(self) -> Result<(), Error> {
        self.row.item = None;
        self.row.cells.end_list(self.row.at)
    }
}
