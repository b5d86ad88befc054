//! Records as JSON, byte for byte as `serde_json` writes them, in a fifth of the time.
//!
//! A dataset is mostly short texts under known keys. Here keys are copied as they are, and texts are
//! looked through many bytes at a time; one in which something has to be escaped is left to
//! `serde_json`.

use serde::ser::{Error as _, Impossible, Serialize, SerializeSeq, SerializeStruct, Serializer};

/// Errors of a value that no record has.
type Error = serde_json::Error;

/// Adds a value of the kinds that records are made of to `out`.
///
/// # Errors
/// It has a map, a negative number or another thing that records do not have.
pub(super) fn write(out: &mut Vec<u8>, value: &impl Serialize) -> Result<(), Error> {
    value.serialize(Json { out })
}

struct Json<'o> {
    out: &'o mut Vec<u8>,
}

impl Json<'_> {
    fn number(self, mut number: u64) {
        const MOST_DIGITS: usize = 20;
        let mut digits = [0; MOST_DIGITS];
        let mut count = 0;
        for digit in digits.iter_mut().rev() {
            *digit = b'0' + (number % 10) as u8;
            count += 1;
            number /= 10;
            if number == 0 {
                break;
            }
        }
        self.out.extend_from_slice(digits.get(MOST_DIGITS - count..).unwrap_or_default());
    }

    /// A text in which nothing has to be escaped.
    fn plain(self, text: &str) {
        self.out.reserve(text.len() + 2);
        self.out.push(b'"');
        self.out.extend_from_slice(text.as_bytes());
        self.out.push(b'"');
    }
}

/// Whether JSON holds `text` as it is.
fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    // The last block may begin in the one before it.
    match (bytes.first_chunk::<8>(), bytes.last_chunk::<8>(), bytes.last_chunk::<16>()) {
        (_, _, Some(last)) => {
            bytes.as_chunks::<16>().0.iter().all(is_plain_block) && is_plain_block(last)
        }
        (Some(first), Some(last), None) => is_plain_block(first) && is_plain_block(last),
        _ => bytes.iter().all(|&byte| is_plain_block(&[byte])),
    }
}

/// The same for some bytes: all of them, whatever the first says, which is one look for the
/// processor.
fn is_plain_block<const LENGTH: usize>(block: &[u8; LENGTH]) -> bool {
    let is_plain = |byte: u8| byte >= b' ' && byte != b'"' && byte != b'\\';
    block.iter().fold(true, |all, &byte| all & is_plain(byte))
}

/// What records do not have.
fn refuse<T>(what: &str) -> Result<T, Error> {
    Err(Error::custom(format_args!("{what} in a record")))
}

macro_rules! counts {
    ($($method:ident: $type:ty,)*) => {
        $(fn $method(self, value: $type) -> Result<(), Error> {
            self.number(value.into());
            Ok(())
        })*
    };
}

macro_rules! refused {
    ($($method:ident: $type:ty,)*) => {
        $(fn $method(self, value: $type) -> Result<(), Error> {
            refuse(&format!("the number {value}"))
        })*
    };
}

impl<'o> Serializer for Json<'o> {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = List<'o>;
    type SerializeStruct = Fields<'o>;
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
        self.out.extend_from_slice(if value { b"true" } else { b"false" });
        Ok(())
    }

    fn serialize_char(self, value: char) -> Result<(), Error> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, text: &str) -> Result<(), Error> {
        if !is_plain(text) {
            return serde_json::to_writer(self.out, text);
        }
        self.plain(text);
        Ok(())
    }

    fn serialize_none(self) -> Result<(), Error> {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Error> {
        self.out.extend_from_slice(b"null");
        Ok(())
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<(), Error> {
        self.plain(variant);
        Ok(())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<List<'o>, Error> {
        Ok(List { out: self.out, before: b'[' })
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Fields<'o>, Error> {
        Ok(Fields { out: self.out, before: b'{' })
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<(), Error> {
        refuse("bytes")
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Error> {
        refuse("a unit")
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<(), Error> {
        refuse("a variant")
    }

    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, Error> {
        refuse("a tuple")
    }

    fn serialize_tuple_struct(
        self,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleStruct, Error> {
        refuse("a tuple")
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Error> {
        refuse("a variant")
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap, Error> {
        refuse("a map")
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, Error> {
        refuse("a variant")
    }
}

/// The fields of a struct; their names are ours, and plain.
struct Fields<'o> {
    out: &'o mut Vec<u8>,
    /// What stands before the next: it opens the object, or is a comma.
    before: u8,
}

impl SerializeStruct for Fields<'_> {
    type Ok = ();
    type Error = Error;

    /// In line, where the length of the key is known.
    #[inline(always)]
    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        key: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        self.out.extend_from_slice(&[self.before, b'"']);
        self.out.extend_from_slice(key.as_bytes());
        self.out.extend_from_slice(b"\":");
        self.before = b',';
        value.serialize(Json { out: self.out })
    }

    fn end(self) -> Result<(), Error> {
        let end: &[u8] = if self.before == b',' { b"}" } else { b"{}" };
        self.out.extend_from_slice(end);
        Ok(())
    }
}

/// The values of a list.
struct List<'o> {
    out: &'o mut Vec<u8>,
    /// What stands before the next: it opens the list, or is a comma.
    before: u8,
}

impl SerializeSeq for List<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.out.push(self.before);
        self.before = b',';
        value.serialize(Json { out: self.out })
    }

    fn end(self) -> Result<(), Error> {
        let end: &[u8] = if self.before == b',' { b"]" } else { b"[]" };
        self.out.extend_from_slice(end);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::sink::samples;

    fn written(value: &impl Serialize) -> String {
        let mut out = Vec::new();
        write(&mut out, value).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn records_are_written_as_serde_json_writes_them() {
        let exposures = samples::exposures_maximal();
        for record in samples::maximal().iter().chain(&samples::minimal()).chain(&exposures) {
            assert_eq!(written(record), serde_json::to_string(record).unwrap());
        }
    }

    #[test]
    fn what_no_record_has_is_refused() {
        let mut out = Vec::new();
        assert!(write(&mut out, &-1).is_err());
        assert!(write(&mut out, &1.5).is_err());
        assert!(write(&mut out, &std::collections::BTreeMap::from([("a", 1)])).is_err());
    }

    proptest! {
        #[test]
        fn values_are_written_as_serde_json_writes_them(
            texts in prop::collection::vec("\\PC{0,40}|[a-z0-9]{0,70}|[ -~\0-\x1f\x7f]{0,40}", 0..4),
            number in any::<u64>(),
            short in 0..=300_u64,
        ) {
            prop_assert_eq!(written(&texts), serde_json::to_string(&texts).unwrap());
            prop_assert_eq!(written(&texts.first()), serde_json::to_string(&texts.first()).unwrap());
            for number in [number, short] {
                prop_assert_eq!(written(&number), number.to_string());
            }
        }
    }
}
