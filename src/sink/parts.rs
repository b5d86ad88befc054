//! The records of one work item, as files in a dataset that many processes write into at the same
//! time: `DIR/type=<record type>/part-<item>.parquet`.
//!
//! The folders say what `type` the rows in them have, as engines expect it, so the files do not. An
//! item that is written again replaces its own files and no others. All of its files are complete
//! and on the disk before the first of them gets its name; that of the sources goes before that and
//! comes last: where it stands, all others of its item are whole. Of several attempts at one item,
//! the first that ends wins, and removes what the others have written so far.
//!
//! ```no_run
//! use logsieve::secret::Id;
//! use logsieve::sink::folder::PartFolder;
//! use logsieve::sink::{Sink, Table, parts::PartFiles};
//!
//! let item: Id = "00112233445566778899aabbccddeeff".parse().unwrap();
//! let tables = [Table::Sources, Table::Credentials, Table::Issues];
//! let folder = PartFolder::open("dataset".as_ref(), &tables)?; // before a sandbox is entered
//! let sink = Box::new(PartFiles::new(&folder, item));
//! sink.finish()?;
//! # Ok::<(), logsieve::error::Error>(())
//! ```

use std::fs::File;

use crate::error::{Error, Result};
use crate::record::Record;
use crate::secret::Id;
use crate::sink::folder::{PartFolder, PartialFile};
use crate::sink::parquet::ParquetTable;
use crate::sink::{Sink, Table};

/// Writes each record into the part of its type; nothing is seen of them before `finish`.
pub struct PartFiles {
    folder: PartFolder,
    name: String,
    parts: Vec<Part>,
}

/// The records of one table; without any there is no file.
struct Part {
    table: Table,
    open: Option<(PartialFile, Box<ParquetTable<File>>)>,
}

impl PartFiles {
    /// The parts of `item` in `folder`.
    pub fn new(folder: &PartFolder, item: Id) -> Self {
        let parts = folder.tables().iter().map(|&table| Part { table, open: None }).collect();
        Self { folder: folder.clone(), name: format!("part-{item}.parquet"), parts }
    }
}

impl Part {
    /// Where its rows go, from the first one on.
    fn sink(&mut self, folder: &PartFolder, name: &str) -> Result<&mut ParquetTable<File>> {
        let open = match self.open.take() {
            Some(open) => open,
            None => {
                let file = folder.create_file(self.table, name)?;
                let sink = ParquetTable::part(file.writer()?, file.target(), self.table)?;
                (file, Box::new(sink))
            }
        };
        Ok(&mut self.open.insert(open).1)
    }

    /// Its file, whole and on the disk.
    fn complete(self) -> Result<(Table, Option<PartialFile>)> {
        let Some((file, sink)) = self.open else { return Ok((self.table, None)) };
        sink.finish()?;
        file.sync()?;
        Ok((self.table, Some(file)))
    }
}

impl Sink for PartFiles {
    /// Writes one record. The summary is about a run, and a run over one item is none; a record
    /// without a table here is refused.
    fn write(&mut self, record: &Record) -> Result<()> {
        if matches!(record, Record::Summary(_)) {
            return Ok(());
        }
        let table = Table::of(record);
        let part = self.parts.iter_mut().find(|part| Some(part.table) == table);
        let kind = || table.map_or("mention", Table::record_type);
        let none = || Error::internal(format!("no part for {} in this output", kind()));
        part.ok_or_else(none)?.sink(&self.folder, &self.name)?.write(record)
    }

    fn finish(self: Box<Self>) -> Result<()> {
        let Self { folder, name, parts } = *self;
        let files = parts.into_iter().map(Part::complete).collect::<Result<Vec<_>>>()?;
        let (last, first): (Vec<_>, Vec<_>) =
            files.into_iter().partition(|(table, _)| *table == Table::Sources);
        for (table, _) in &last {
            folder.remove_file(*table, &name)?;
        }
        for (table, file) in first.into_iter().chain(last) {
            match file {
                Some(file) => file.commit()?,
                None => folder.remove_file(table, &name)?,
            }
            folder.remove_leftovers(table, &name)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use ::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

    use super::*;
    use crate::sink::samples;

    const ITEM: &str = "00112233445566778899aabbccddeeff";
    const OTHER: &str = "ffeeddccbbaa99887766554433221100";

    fn sink(path: &Path, item: &str) -> Box<PartFiles> {
        let folder = PartFolder::open(path, &Table::ALL).unwrap();
        Box::new(PartFiles::new(&folder, item.parse().unwrap()))
    }

    fn run(path: &Path, item: &str, records: &[Record]) {
        let mut sink = sink(path, item);
        records.iter().for_each(|record| sink.write(record).unwrap());
        sink.finish().unwrap();
    }

    /// Every file below the folder, and how many rows it has.
    fn files(path: &Path) -> Vec<(String, usize)> {
        let mut found = Vec::new();
        let folders = fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path());
        for folder in folders.filter(|path| path.is_dir()) {
            for file in fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()) {
                let name = file.strip_prefix(path).unwrap().to_str().unwrap().to_owned();
                let rows = || {
                    let reader =
                        ParquetRecordBatchReaderBuilder::try_new(File::open(&file).unwrap());
                    reader.unwrap().metadata().file_metadata().num_rows() as usize
                };
                let rows = if name.ends_with(".parquet") { rows() } else { 0 };
                found.push((name, rows));
            }
        }
        found.sort();
        found
    }

    fn all() -> Vec<Record> {
        let all = samples::maximal().into_iter();
        all.filter(|record| !matches!(record, Record::Mention(_))).collect()
    }

    #[test]
    fn each_type_has_a_folder_and_each_item_a_part() {
        let folder = tempfile::tempdir().unwrap();
        run(folder.path(), ITEM, &all());
        run(folder.path(), OTHER, &[samples::issue_maximal()]);
        let mut expected: Vec<_> = Table::ALL
            .iter()
            .map(|table| {
                (format!("type={}/part-{ITEM}.parquet", table.record_type()), {
                    all().iter().filter(|record| Table::of(record) == Some(*table)).count()
                })
            })
            .collect();
        expected.push((format!("type=issue/part-{OTHER}.parquet"), 1));
        expected.sort();
        assert_eq!(files(folder.path()), expected);
    }

    #[test]
    fn a_part_does_not_repeat_its_type() {
        let folder = tempfile::tempdir().unwrap();
        run(folder.path(), ITEM, &[samples::issue_maximal()]);
        let part = folder.path().join(format!("type=issue/part-{ITEM}.parquet"));
        let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(part).unwrap()).unwrap();
        let batch = reader.build().unwrap().next().unwrap().unwrap();
        let names: Vec<_> = batch.schema().fields().iter().map(|it| it.name().clone()).collect();
        assert_eq!(names, ["source_id", "entry", "line", "stage", "code", "detail", "bytes"]);
        assert!(batch.columns().iter().all(|column| column.is_valid(0)));
    }

    #[test]
    fn an_item_again_replaces_its_own_parts_and_no_others() {
        let folder = tempfile::tempdir().unwrap();
        run(folder.path(), ITEM, &all());
        run(folder.path(), OTHER, &all());
        let before = files(folder.path());
        run(folder.path(), ITEM, &all());
        assert_eq!(files(folder.path()), before);
        run(folder.path(), ITEM, &[samples::issue_maximal()]);
        let of_item: Vec<_> =
            files(folder.path()).into_iter().filter(|(name, _)| name.contains(ITEM)).collect();
        assert_eq!(of_item, [(format!("type=issue/part-{ITEM}.parquet"), 1)]);
        assert_eq!(files(folder.path()).len(), before.len() / 2 + 1);
    }

    #[test]
    fn attempts_at_one_item_do_not_meet_and_the_first_that_ends_sweeps() {
        let folder = tempfile::tempdir().unwrap();
        let (mut dead, mut slow) = (sink(folder.path(), ITEM), sink(folder.path(), ITEM));
        let mut other = sink(folder.path(), OTHER);
        for sink in [&mut dead, &mut slow, &mut other] {
            sink.write(&samples::issue_maximal()).unwrap();
        }
        std::mem::forget(dead);
        assert!(files(folder.path()).iter().all(|(name, _)| name.contains("/.part-")));
        run(folder.path(), ITEM, &[samples::issue_maximal()]);
        assert!(slow.finish().is_err());
        other.finish().unwrap();
        let expected = [ITEM, OTHER].map(|item| (format!("type=issue/part-{item}.parquet"), 1));
        assert_eq!(files(folder.path()), expected);
    }

    #[test]
    fn a_run_that_does_not_finish_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let mut sink = sink(folder.path(), ITEM);
        all().iter().for_each(|record| sink.write(record).unwrap());
        drop(sink);
        assert!(files(folder.path()).is_empty());
    }

    #[test]
    fn a_record_without_a_part_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let parts = PartFolder::open(folder.path(), &[Table::Issues]).unwrap();
        let mut sink = PartFiles::new(&parts, ITEM.parse().unwrap());
        for record in [samples::credential_maximal(), samples::mention()] {
            assert!(sink.write(&record).unwrap_err().to_string().contains("no part for "));
        }
    }
}
