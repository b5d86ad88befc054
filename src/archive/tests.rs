//! What all backends have in common, on archives that are made here.

mod aes;
mod formats;
mod methods;
mod pack;
mod rar;
mod rar5;
mod sevenz_and_rar;
mod streams;
mod volumes;
mod zips;

use std::sync::Arc;

use super::data::Data;
use super::*;
use crate::error::ErrorKind;
use crate::limits::Limits;
use crate::password::Candidate;
use crate::record::PasswordOrigin;

/// A visitor that keeps everything, and checks the order of calls.
#[derive(Default)]
pub(crate) struct Collector {
    entries: Vec<Seen>,
    answer: Option<Box<dyn FnMut(usize) -> Flow>>,
}

#[derive(Default)]
struct Seen {
    index: usize,
    bytes: Vec<u8>,
    outcome: Option<std::result::Result<(), Issue>>,
}

impl Collector {
    /// Streams all files of an archive.
    pub(crate) fn read(archive: &dyn Archive) -> Self {
        let mut collector = Self::default();
        archive.stream(&files(archive), &mut collector);
        assert_eq!(collector.indices(), files(archive));
        collector
    }

    /// A collector that answers chunks with `answer`, which gets the index of the entry.
    pub(crate) fn answering(answer: impl FnMut(usize) -> Flow + 'static) -> Self {
        Self { answer: Some(Box::new(answer)), ..Self::default() }
    }

    /// The entries that ended, in order.
    pub(crate) fn indices(&self) -> Vec<usize> {
        self.entries.iter().filter(|seen| seen.outcome.is_some()).map(|seen| seen.index).collect()
    }

    fn entry(&self, index: usize) -> &Seen {
        let at = self.entries.binary_search_by_key(&index, |seen| seen.index);
        &self.entries[at.expect("the entry was begun")]
    }

    pub(crate) fn bytes(&self, index: usize) -> &[u8] {
        &self.entry(index).bytes
    }

    pub(crate) fn code(&self, index: usize) -> Option<Code> {
        self.entry(index).outcome.as_ref().expect("the entry ended").as_ref().err().map(|i| i.code)
    }
}

impl Visitor for Collector {
    fn begin(&mut self, index: usize) -> Wanted {
        if let Some(last) = self.entries.last() {
            assert!(last.outcome.is_some() && last.index < index, "{} then {index}", last.index);
        }
        self.entries.push(Seen { index, ..Seen::default() });
        Wanted::Bytes
    }

    fn chunk(&mut self, bytes: &[u8]) -> Flow {
        assert!(!bytes.is_empty());
        let seen = self.entries.last_mut().unwrap();
        assert!(seen.outcome.is_none());
        seen.bytes.extend_from_slice(bytes);
        let index = seen.index;
        self.answer.as_mut().map_or(Flow::More, |answer| answer(index))
    }

    fn end(&mut self, outcome: std::result::Result<(), Issue>) {
        let seen = self.entries.last_mut().unwrap();
        assert!(seen.outcome.is_none());
        seen.outcome = Some(outcome);
    }
}

/// The indices of the files of an archive.
pub(crate) fn files(archive: &dyn Archive) -> Vec<usize> {
    let entries = archive.entries().iter().enumerate();
    entries.filter(|(_, entry)| entry.kind == EntryKind::File).map(|(index, _)| index).collect()
}

/// A word as `--password-file` gives it.
fn given(word: &str) -> Candidate {
    Candidate::new(word, PasswordOrigin::Given)
}

/// Opens bytes with default limits.
fn open_with(bytes: Vec<u8>, format: Format, passwords: &[&str]) -> Result<Box<dyn Archive>> {
    let budget = Arc::new(Budget::new(Limits::default()));
    let passwords: Vec<_> = passwords.iter().map(|text| given(text)).collect();
    let options = OpenOptions { budget: &budget, passwords: &passwords, gaps: None };
    open(Data::from_bytes(bytes), format, "test", options)
}

fn opened(bytes: Vec<u8>, format: Format) -> Box<dyn Archive> {
    open_with(bytes, format, &[]).unwrap()
}

/// The code of the error with which an archive is refused.
fn refused(bytes: Vec<u8>, format: Format) -> Code {
    match open_with(bytes, format, &[]) {
        Ok(archive) => panic!("accepted, {:?}", archive.issues()),
        Err(error) => match error.kind() {
            ErrorKind::Input { code, .. } => *code,
            other => panic!("{other:?}"),
        },
    }
}

/// The codes of the issues with the structure of an archive.
fn codes(archive: &dyn Archive) -> Vec<Code> {
    archive.issues().iter().map(|issue| issue.code).collect()
}

/// Name, content and issue of a file.
type Row = (String, Vec<u8>, Option<Code>);

/// All files of an archive.
fn contents(archive: &dyn Archive) -> Vec<Row> {
    let seen = Collector::read(archive);
    let row = |index: usize| {
        let name = archive.entries().get(index).unwrap().name().to_text();
        (name, seen.bytes(index).to_vec(), seen.code(index))
    };
    files(archive).into_iter().map(row).collect()
}
