//! Tables and the summary as files in a folder.
//!
//! All files are complete and on the disk before the first of them gets its name. The old summary
//! goes before that and the new one comes last: where `summary.json` stands, the files that its run
//! wrote are whole and belong together.

use std::fs;
use std::io::{self, Write};

use crate::error::{Error, Result};
use crate::record::Record;
use crate::record::dataset::SUMMARY;
use crate::sink::csv::CsvTable;
use crate::sink::export::Export;
use crate::sink::folder::{OutputFolder, PartialFile};
use crate::sink::jsonl::JsonLines;
#[cfg(feature = "parquet")]
use crate::sink::parquet::ParquetTable;
use crate::sink::{Sink, Table};

/// How a table is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TableFormat {
    /// JSON Lines.
    JsonLines,
    /// CSV.
    Csv,
    /// Parquet.
    #[cfg(feature = "parquet")]
    Parquet,
}

impl TableFormat {
    /// Every format.
    pub const ALL: &[Self] = &[
        Self::JsonLines,
        Self::Csv,
        #[cfg(feature = "parquet")]
        Self::Parquet,
    ];

    /// The suffix of its files.
    pub fn suffix(self) -> &'static str {
        match self {
            Self::JsonLines => "jsonl",
            Self::Csv => "csv",
            #[cfg(feature = "parquet")]
            Self::Parquet => "parquet",
        }
    }
}

/// Writes each record into the files of its table; nothing is seen of them before `finish`.
pub struct TableFiles {
    folder: OutputFolder,
    files: Vec<PartialFile>,
    sinks: Vec<(Wanted, Box<dyn Sink + Send>)>,
    tables: Vec<Table>,
    summary: Option<PartialFile>,
}

/// What a file takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    /// The records of one table.
    Table(Table),
    /// Every record.
    All,
}

impl TableFiles {
    /// Begins one file for each of `tables` in each of `formats`.
    ///
    /// # Errors
    /// A file cannot be made.
    pub fn create(
        folder: &OutputFolder,
        tables: &[Table],
        formats: &[TableFormat],
    ) -> Result<Self> {
        let mut new = Self {
            folder: folder.clone(),
            files: Vec::new(),
            sinks: Vec::new(),
            tables: tables.to_vec(),
            summary: None,
        };
        for &table in tables {
            for &format in formats {
                new.add(table, format)?;
            }
        }
        Ok(new)
    }

    fn add(&mut self, table: Table, format: TableFormat) -> Result<()> {
        let file = self.folder.create_file(&format!("{}.{}", table.name(), format.suffix()))?;
        let (out, target) = (file.writer()?, file.target());
        let sink: Box<dyn Sink + Send> = match format {
            TableFormat::JsonLines => Box::new(JsonLines::new(out, target)),
            TableFormat::Csv => Box::new(CsvTable::new(out, target, table)?),
            #[cfg(feature = "parquet")]
            TableFormat::Parquet => Box::new(ParquetTable::new(out, target, table)?),
        };
        self.sinks.push((Wanted::Table(table), sink));
        self.files.push(file);
        Ok(())
    }

    /// Begins a file that all records go into.
    ///
    /// # Errors
    /// The file cannot be made.
    pub fn add_export(&mut self, export: &Export) -> Result<()> {
        let file = self.folder.create_file(export.file_name())?;
        self.sinks.push((Wanted::All, export.sink(file.writer()?, file.target())?));
        self.files.push(file);
        Ok(())
    }

    fn write_summary(&mut self, record: &Record) -> Result<()> {
        let mut text = serde_json::to_vec_pretty(record)
            .map_err(|error| Error::internal(format!("the summary is not JSON: {error}")))?;
        text.push(b'\n');
        // The file of an earlier summary has to go first: both have one name.
        self.summary = None;
        let file = self.folder.create_file(SUMMARY)?;
        let written = file.writer()?.write_all(&text);
        written.map_err(|error| Error::output(file.target(), error))?;
        self.summary = Some(file);
        Ok(())
    }

    /// Removes the summary of an earlier run, for good: after a loss of power it must not stand
    /// beside files that are not its own.
    fn remove_old_summary(&self) -> Result<()> {
        let path = self.folder.path().join(SUMMARY);
        match fs::remove_file(&path) {
            Ok(()) => self.folder.sync(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(Error::output(&path, error)),
        }
    }
}

impl Sink for TableFiles {
    /// Writes one record; one without a table here is refused, so that none is lost in silence and
    /// none lands where it must not be.
    fn write(&mut self, record: &Record) -> Result<()> {
        let table = Table::of(record);
        if matches!(record, Record::Summary(_)) {
            self.write_summary(record)?;
        } else if table.is_none_or(|table| !self.tables.contains(&table)) {
            let kind = table.map_or("mentions", Table::name);
            return Err(Error::internal(format!("no file for {kind} in this output")));
        }
        let takes = |wanted: &Wanted| match wanted {
            Wanted::Table(own) => Some(*own) == table,
            Wanted::All => true,
        };
        let mut sinks = self.sinks.iter_mut().filter(|(wanted, _)| takes(wanted));
        sinks.try_for_each(|(_, sink)| sink.write(record))
    }

    fn finish(self: Box<Self>) -> Result<()> {
        let mut this = *self;
        for (_, sink) in this.sinks.drain(..) {
            sink.finish()?;
        }
        let (files, summary) = (std::mem::take(&mut this.files), this.summary.take());
        files.iter().chain(&summary).try_for_each(PartialFile::sync)?;
        this.remove_old_summary()?;
        files.into_iter().try_for_each(PartialFile::rename)?;
        this.folder.sync()?;
        summary.map_or(Ok(()), PartialFile::rename)?;
        this.folder.sync()
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::sink::folder::FolderKind;
    use crate::sink::samples;

    const CHECK: [Table; 4] = [Table::Exposures, Table::Machines, Table::Sources, Table::Issues];

    fn open(path: &Path) -> OutputFolder {
        OutputFolder::open(path, FolderKind::Case).unwrap()
    }

    fn run(path: &Path, formats: &[TableFormat], records: &[Record]) {
        let mut sink = Box::new(TableFiles::create(&open(path), &CHECK, formats).unwrap());
        for record in records {
            sink.write(record).unwrap();
        }
        sink.finish().unwrap();
    }

    /// The files in `path` that can be seen by users, with their contents.
    fn seen(path: &Path) -> Vec<(String, Vec<u8>)> {
        let mut seen: Vec<_> = fs::read_dir(path)
            .unwrap()
            .map(|entry| entry.unwrap())
            .map(|entry| (entry.file_name().into_string().unwrap(), entry.path()))
            .filter(|(name, _)| name != ".logsieve")
            .map(|(name, path)| (name, fs::read(path).unwrap()))
            .collect();
        seen.sort();
        seen
    }

    fn records() -> Vec<Record> {
        let wanted = |record: &Record| {
            Table::of(record).map_or(matches!(record, Record::Summary(_)), |t| CHECK.contains(&t))
        };
        samples::maximal().into_iter().filter(wanted).collect()
    }

    #[test]
    fn every_table_gets_a_file_in_every_format_also_when_empty() {
        let folder = tempfile::tempdir().unwrap();
        run(folder.path(), TableFormat::ALL, &[]);
        let names: Vec<_> = seen(folder.path()).into_iter().map(|(name, _)| name).collect();
        let mut expected: Vec<_> = ["exposures", "issues", "machines", "sources"]
            .iter()
            .flat_map(|table| {
                TableFormat::ALL.iter().map(move |it| format!("{table}.{}", it.suffix()))
            })
            .collect();
        expected.sort();
        assert_eq!(names, expected);
        assert!(names.starts_with(&["exposures.csv".to_owned(), "exposures.jsonl".to_owned()]));
    }

    #[test]
    fn records_land_in_their_table() {
        let folder = tempfile::tempdir().unwrap();
        run(folder.path(), &[TableFormat::JsonLines], &records());
        for (name, text) in seen(folder.path()) {
            let text = String::from_utf8(text).unwrap();
            if name == SUMMARY {
                assert!(text.starts_with("{\n  \"type\": \"summary\",\n") && text.ends_with("}\n"));
                continue;
            }
            let start = format!("{{\"type\":\"{}\",", name.strip_suffix("s.jsonl").unwrap());
            assert!(!text.is_empty() && text.lines().all(|line| line.starts_with(&start)));
        }
    }

    #[test]
    fn the_same_records_give_the_same_files_again() {
        let folder = tempfile::tempdir().unwrap();
        run(folder.path(), TableFormat::ALL, &records());
        let first = seen(folder.path());
        run(folder.path(), TableFormat::ALL, &records());
        assert_eq!(seen(folder.path()), first);
        assert_eq!(first.len(), 4 * TableFormat::ALL.len() + 1);
    }

    #[test]
    fn a_run_that_does_not_finish_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        run(folder.path(), TableFormat::ALL, &records());
        let before = seen(folder.path());
        let mut sink = TableFiles::create(&open(folder.path()), &CHECK, TableFormat::ALL).unwrap();
        sink.write(&samples::issue_about("half a run")).unwrap();
        sink.write(&samples::summary_maximal()).unwrap();
        drop(sink);
        assert_eq!(seen(folder.path()), before);
    }

    #[test]
    fn a_run_without_summary_takes_the_old_one_away() {
        let folder = tempfile::tempdir().unwrap();
        run(folder.path(), TableFormat::ALL, &records());
        run(folder.path(), TableFormat::ALL, &[]);
        assert!(!folder.path().join(SUMMARY).exists());
    }

    #[test]
    fn a_second_summary_replaces_the_first() {
        let folder = tempfile::tempdir().unwrap();
        let summary = samples::summary_maximal();
        run(folder.path(), &[TableFormat::JsonLines], &[summary.clone(), summary]);
        let text = fs::read_to_string(folder.path().join(SUMMARY)).unwrap();
        assert_eq!(text.matches("\"type\"").count(), 1);
    }

    #[test]
    fn a_record_without_a_table_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let mut sink = TableFiles::create(&open(folder.path()), &CHECK, TableFormat::ALL).unwrap();
        for record in [samples::credential_maximal(), samples::mention()] {
            let error = sink.write(&record).unwrap_err();
            assert!(error.to_string().contains("no file for "), "{error}");
        }
    }

    #[test]
    #[cfg(unix)]
    fn a_link_in_place_of_a_file_is_replaced_not_followed() {
        let parent = tempfile::tempdir().unwrap();
        let outside = parent.path().join("outside");
        fs::write(&outside, "mine").unwrap();
        let path = parent.path().join("case");
        run(&path, &[TableFormat::JsonLines], &[]);
        for name in ["issues.jsonl", SUMMARY] {
            let _ = fs::remove_file(path.join(name));
            std::os::unix::fs::symlink(&outside, path.join(name)).unwrap();
        }
        run(&path, &[TableFormat::JsonLines], &records());
        assert_eq!(fs::read_to_string(&outside).unwrap(), "mine");
        assert!(fs::symlink_metadata(path.join("issues.jsonl")).unwrap().is_file());
    }
}
