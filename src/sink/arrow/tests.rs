//! What is written is read back, row by row, as what the JSON Lines say.

use std::cell::RefCell;
use std::io::Cursor;
use std::rc::Rc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Int64Type, TimestampMicrosecondType};
use arrow_array::{Array, RecordBatch};
use arrow_ipc::reader::StreamReader;
use arrow_schema::DataType;
use serde_json::Value;

use super::*;
use crate::sink::samples;

fn stream_of(records: &[Record]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut sink = Box::new(ArrowStream::new(&mut bytes, "test", &Table::ALL).unwrap());
    for record in records {
        sink.write(record).unwrap();
    }
    sink.finish().unwrap();
    bytes
}

fn batches_of(stream: &[u8]) -> Vec<RecordBatch> {
    let reader = StreamReader::try_new(Cursor::new(stream), None).unwrap();
    reader.map(Result::unwrap).collect()
}

/// A cell as JSON.
fn value_of(array: &dyn Array, row: usize) -> Value {
    match array.data_type() {
        DataType::Utf8 => array.as_string::<i32>().value(row).into(),
        DataType::Boolean => array.as_boolean().value(row).into(),
        DataType::Int64 => array.as_primitive::<Int64Type>().value(row).into(),
        DataType::Timestamp(..) => {
            let micros = array.as_primitive::<TimestampMicrosecondType>().value(row);
            jiff::Timestamp::from_microsecond(micros).unwrap().to_string().into()
        }
        DataType::List(_) => {
            let items = array.as_list::<i32>().value(row);
            (0..items.len()).map(|at| value_of(&*items, at)).collect::<Vec<_>>().into()
        }
        other => panic!("{other} is not a type of ours"),
    }
}

/// A row as pairs of column and value; what is absent is left out.
fn row_of(batch: &RecordBatch, row: usize) -> Vec<(String, Value)> {
    let schema = batch.schema();
    let columns = schema.fields().iter().zip(batch.columns());
    let mut pairs: Vec<_> = columns
        .filter(|(_, array)| array.is_valid(row))
        .map(|(field, array)| (field.name().clone(), value_of(array, row)))
        .collect();
    pairs.sort_by(|one, other| one.0.cmp(&other.0));
    pairs
}

/// The same pairs of what the JSON Lines say.
fn expected_row(record: &Record) -> Vec<(String, Value)> {
    fn add(pairs: &mut Vec<(String, Value)>, outer: &str, value: Value) {
        match value {
            Value::Object(members) => {
                let dot = if outer.is_empty() { "" } else { "." };
                members
                    .into_iter()
                    .for_each(|(key, value)| add(pairs, &format!("{outer}{dot}{key}"), value));
            }
            value if outer == "type" => pairs.push((RECORD_TYPE.to_owned(), value)),
            value => pairs.push((outer.to_owned(), value)),
        }
    }
    let mut pairs = Vec::new();
    add(&mut pairs, "", serde_json::to_value(record).unwrap());
    pairs.sort_by(|one, other| one.0.cmp(&other.0));
    pairs
}

fn rows_of_tables() -> Vec<Record> {
    let all = samples::maximal().into_iter().chain(samples::minimal());
    all.filter(|record| Table::of(record).is_some()).collect()
}

#[test]
fn rows_say_what_the_lines_say() {
    let records = rows_of_tables();
    let batches = batches_of(&stream_of(&records));
    let rows = batches.iter().flat_map(|batch| (0..batch.num_rows()).map(|row| row_of(batch, row)));
    let expected: Vec<_> = records.iter().map(expected_row).collect();
    assert_eq!(rows.collect::<Vec<_>>(), expected);
    for table in Table::ALL {
        assert!(records.iter().any(|record| Table::of(record) == Some(table)), "{table:?}");
    }
}

#[test]
fn the_columns_are_the_same_whatever_comes() {
    let empty = stream_of(&[]);
    let schema = StreamReader::try_new(Cursor::new(&empty), None).unwrap().schema();
    assert!(batches_of(&empty).is_empty());
    assert_eq!(schema.metadata()["logsieve.schema_version"], SCHEMA_VERSION.to_string());
    assert_eq!(schema.field(0).name(), "record_type");
    let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    for column in Table::ALL.into_iter().flat_map(columns::of).filter(|name| name != "type") {
        let count = names.iter().filter(|name| **name == column).count();
        assert_eq!(count, 1, "{column}");
    }
    for field in schema.fields() {
        assert!(field.is_nullable(), "{field}");
        assert!(!matches!(field.data_type(), DataType::Dictionary(..)), "{field}");
    }
    let full = batches_of(&stream_of(&rows_of_tables())).remove(0);
    assert_eq!(full.schema().fields(), schema.fields());
}

#[test]
fn columns_of_other_tables_are_left_out() {
    let mut sink = Box::new(ArrowStream::new(Vec::new(), "test", &[Table::Issues]).unwrap());
    let names: Vec<_> =
        sink.row.cells().schema().fields().iter().map(|field| field.name().clone()).collect();
    let expected =
        ["record_type", "source_id", "entry", "line", "stage", "code", "detail", "bytes"];
    assert_eq!(names, expected);
    sink.write(&samples::issue_maximal()).unwrap();
    assert!(sink.write(&samples::machine_maximal()).is_err());
}

/// What a reader has got so far.
#[derive(Clone, Default)]
struct Pipe(Rc<RefCell<Vec<u8>>>);

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_reader_has_the_columns_at_once_and_rows_while_more_come() {
    let pipe = Pipe::default();
    let mut sink = ArrowStream::new(pipe.clone(), "test", &Table::ALL).unwrap();
    let read = || {
        let so_far = pipe.0.borrow().clone();
        let reader = StreamReader::try_new(Cursor::new(so_far), None).unwrap();
        reader.map_while(Result::ok).map(|batch| batch.num_rows()).sum::<usize>()
    };
    assert_eq!(read(), 0);
    for _ in 0..5_000 {
        sink.write(&samples::issue_about("short")).unwrap();
    }
    assert_eq!(read(), 4_096);
    for _ in 0..10 {
        sink.write(&samples::issue_about(&"long ".repeat(100_000))).unwrap();
    }
    assert!(read() > 5_000);
    Box::new(sink).finish().unwrap();
    assert_eq!(read(), 5_010);
}

#[test]
fn hostile_text_is_kept_whole() {
    for text in ["", "a\0\n\r\u{1b}[31m\u{202e}\u{10ffff}", &"x".repeat(3 << 20)] {
        let batch = batches_of(&stream_of(&[samples::issue_about(text)])).remove(0);
        assert_eq!(batch.column_by_name("detail").unwrap().as_string::<i32>().value(0), text);
    }
}

#[test]
fn the_summary_is_no_row_and_a_mention_alone_is_refused() {
    assert!(batches_of(&stream_of(&[samples::summary_maximal()])).is_empty());
    let mut sink = ArrowStream::new(Vec::new(), "test", &Table::ALL).unwrap();
    assert!(sink.write(&samples::mention()).is_err());
}

#[test]
fn a_closed_pipe_is_told_from_other_failures() {
    let (_, closed) = std::io::pipe().unwrap();
    let failed = ArrowStream::new(closed, "standard output", &Table::ALL).map(|_| ()).unwrap_err();
    assert!(failed.is_closed_pipe());
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_an_output_error() {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let failed = ArrowStream::new(full, "/dev/full", &Table::ALL).map(|_| ()).unwrap_err();
    assert!(failed.to_string().starts_with("cannot write /dev/full: "), "{failed}");
}
