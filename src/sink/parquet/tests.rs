//! What is written is read back, and says what the JSON says.

use ::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use ::parquet::file::reader::{FileReader, SerializedFileReader};
use arrow_array::{Array, RecordBatch, StringArray};

use super::*;
use crate::sink::{SCHEMA_VERSION, samples};

/// The file as bytes on the heap, as its reader wants them.
fn file_of(table: Table, records: &[Record]) -> std::fs::File {
    let mut file = tempfile::tempfile().unwrap();
    let out = file.try_clone().unwrap();
    let mut sink = Box::new(ParquetTable::new(out, "test", table).unwrap());
    for record in records {
        sink.write(record).unwrap();
    }
    sink.finish().unwrap();
    std::io::Seek::rewind(&mut file).unwrap();
    file
}

fn batches_of(table: Table, records: &[Record]) -> Vec<RecordBatch> {
    let reader = ParquetRecordBatchReaderBuilder::try_new(file_of(table, records)).unwrap();
    reader.build().unwrap().map(|batch| batch.unwrap()).collect()
}

fn texts(batch: &RecordBatch, column: &str) -> StringArray {
    let array = batch.column_by_name(column).unwrap();
    array.as_any().downcast_ref::<StringArray>().unwrap().clone()
}

/// One row as JSON, by way of what Arrow shows of each value; what is absent is left out.
fn row_of(batch: &RecordBatch, row: usize) -> Vec<(String, String)> {
    let schema = batch.schema();
    let columns = schema.fields().iter().zip(batch.columns());
    columns
        .filter(|(_, array)| array.is_valid(row))
        .map(|(field, array)| (field.name().clone(), format!("{:?}", array.slice(row, 1))))
        .collect()
}

#[test]
fn every_table_can_be_read_back_with_every_column() {
    for table in Table::ALL {
        let records: Vec<_> = samples::maximal()
            .into_iter()
            .chain(samples::minimal())
            .filter(|record| Table::of(record) == Some(table))
            .collect();
        let batches = batches_of(table, &records);
        assert_eq!(batches.iter().map(RecordBatch::num_rows).sum::<usize>(), records.len());
        let names: Vec<_> =
            batches[0].schema().fields().iter().map(|field| field.name().clone()).collect();
        assert_eq!(names, columns::of(table));
    }
}

#[test]
fn what_is_absent_is_null_and_what_is_empty_is_not() {
    let records = [samples::minimal().remove(1), samples::machine_maximal()];
    let batch = batches_of(Table::Machines, &records).remove(0);
    let bare: Vec<_> = row_of(&batch, 0).into_iter().map(|(name, _)| name).collect();
    assert!(bare.contains(&"ip_addresses".to_owned()) && !bare.contains(&"family".to_owned()));
    assert_eq!(row_of(&batch, 1).len(), batch.num_columns());
}

#[test]
fn values_have_types() {
    let batch = batches_of(Table::Machines, &[samples::machine_maximal()]).remove(0);
    let row = row_of(&batch, 0);
    let shown = |name: &str| &row.iter().find(|(column, _)| column == name).unwrap().1;
    assert!(shown("infected_at").contains("2026-02-27T17:06:07"), "{}", shown("infected_at"));
    assert!(shown("counts.cookies").starts_with("PrimitiveArray<Int64>"));
    assert!(shown("ip_addresses").contains("203.0.113.10"));
    assert!(shown("id_origin").starts_with("StringArray"), "{}", shown("id_origin"));
}

#[test]
fn hostile_text_is_kept_whole() {
    for text in ["", "a\0\n\r\u{1b}[31m\u{202e}\u{10ffff}", &"x".repeat(3 << 20)] {
        let batch = batches_of(Table::Issues, &[samples::issue_about(text)]).remove(0);
        assert_eq!(texts(&batch, "detail").value(0), text);
    }
}

#[test]
fn many_rows_come_out_in_order_in_groups_of_bounded_size() {
    let pad = "0123456789abcdef".repeat(128);
    let details: Vec<_> = (0..40_000).map(|number| format!("{number} {pad}")).collect();
    let records: Vec<_> = details.iter().map(|detail| samples::issue_about(detail)).collect();
    let file = file_of(Table::Issues, &records);
    let reader = SerializedFileReader::new(file.try_clone().unwrap()).unwrap();
    let groups = reader.metadata().row_groups();
    assert!(groups.len() > 1);
    for group in groups {
        assert!(group.total_byte_size() < 8 << 20, "{}", group.total_byte_size());
        assert!(group.columns().iter().all(|column| column.statistics().is_some()));
    }
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).unwrap().build().unwrap();
    let read: Vec<String> = reader
        .flat_map(|batch| {
            let batch = batch.unwrap();
            texts(&batch, "detail").iter().map(|it| it.unwrap().to_owned()).collect::<Vec<_>>()
        })
        .collect();
    assert_eq!(read, details);
}

#[test]
fn the_file_tells_its_schema_version_and_is_the_same_every_time() {
    let bytes = || {
        let mut bytes = Vec::new();
        let file = file_of(Table::Exposures, &samples::exposures_maximal());
        std::io::Read::read_to_end(&mut { file }, &mut bytes).unwrap();
        bytes
    };
    assert_eq!(bytes(), bytes());
    let reader = SerializedFileReader::new(file_of(Table::Issues, &[])).unwrap();
    let about = reader.metadata().file_metadata().key_value_metadata().unwrap();
    let value = |key: &str| about.iter().find(|it| it.key == key).unwrap().value.clone().unwrap();
    assert_eq!(value("logsieve.schema_version"), SCHEMA_VERSION.to_string());
    assert_eq!(value("logsieve.table"), "issues");
}

#[test]
fn a_record_of_another_table_is_refused() {
    let mut sink = ParquetTable::new(Vec::new(), "test", Table::Issues).unwrap();
    assert!(sink.write(&samples::machine_maximal()).is_err());
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_an_output_error() {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let failed = ParquetTable::new(full, "/dev/full", Table::Issues)
        .and_then(|sink| Box::new(sink).finish())
        .unwrap_err();
    assert!(failed.to_string().starts_with("cannot write /dev/full: "), "{failed}");
}

#[test]
fn what_is_random_has_no_dictionary_and_no_bounds() {
    let records: Vec<_> = samples::maximal()
        .into_iter()
        .filter(|record| Table::of(record) == Some(Table::Exposures))
        .collect();
    let reader = SerializedFileReader::new(file_of(Table::Exposures, &records)).unwrap();
    let columns = reader.metadata().row_group(0).columns();
    let (mut random, mut bounded) = (Vec::new(), Vec::new());
    for column in columns {
        let name = column.column_path().parts()[0].as_str();
        let has_bounds = column.statistics().is_some();
        let has_dictionary = column.dictionary_page_offset().is_some();
        bounded.extend((has_bounds && has_dictionary).then_some(name));
        random.extend((!has_bounds && !has_dictionary).then_some(name));
    }
    for name in ["exposure_id", "record.credential_id", "record.secret.fingerprint"] {
        assert!(random.contains(&name), "{random:?}");
    }
    for name in ["record.host", "source.digest"] {
        assert!(bounded.contains(&name), "{bounded:?}");
    }
}
