//! A check whose results go into a case: the case is opened, everything new is read into it, and
//! what it says then is handed on by whoever opened it.

use std::io::Write as _;
use std::path::Path;

use super::{Check, KnownSources};
use crate::case::{Case, Ended, Reading};
use crate::error::{Error, Result};
use crate::pipeline::{self, Delivery, Event, Progress, RunReport, Settings};
use crate::record::Record;
use crate::sink::folder::{FolderKind, OutputFolder};

/// A run into a case, with everything open that it needs besides its inputs.
#[derive(Debug)]
pub(crate) struct Recording {
    folder: OutputFolder,
    case: Case,
    reading: Reading,
    settings: Settings,
}

impl Recording {
    /// Opens the case in `folder`, or begins one.
    ///
    /// # Errors
    /// The folder is not ours, another run has it, it cannot be written, or its key is another one.
    pub(crate) fn open(check: &Check, folder: &Path) -> Result<Self> {
        let folder = OutputFolder::open(folder, FolderKind::Case)?;
        let key = check.key.clone().map_or_else(|| folder.case_key(), Ok)?;
        let mut settings = check.settings_with(key);
        settings.delivery = Delivery::BySource;
        let case = Case::open(folder.path())?;
        refuse_other_key(&case, &settings)?;
        let reading = reading(&settings, &check.listed);
        if check.known == KnownSources::Passed {
            settings.known = case.known(&reading)?;
        }
        Ok(Self { folder, case, reading, settings })
    }

    /// Reads the inputs into the case; `look` sees each record as it is found.
    ///
    /// # Errors
    /// The case cannot be written, or a defect of logsieve.
    pub(crate) fn read(
        &mut self,
        progress: &Progress,
        look: &mut dyn FnMut(&Record),
    ) -> Result<RunReport> {
        let ended = || match progress.is_interrupted() {
            true => Ended::Interrupted,
            false => Ended::Finished,
        };
        let mut recorder = self.case.begin(self.reading.clone())?;
        let report = pipeline::follow(&self.settings, progress, &mut |event| match event {
            Event::Begin(source) => recorder.begin(source),
            Event::Known(_) => Ok(()),
            Event::Record(record) => {
                look(&record);
                recorder.record(&record)
            }
            Event::End(totals) => recorder.end(totals, ended()),
        })?;
        recorder.finish(if report.interrupted { Ended::Interrupted } else { Ended::Finished })?;
        Ok(report)
    }

    /// The folder of the case.
    pub(crate) fn folder(&self) -> &OutputFolder {
        &self.folder
    }

    /// The case. It has to be closed once all of it is told: a run that dies before that is taken up.
    pub(crate) fn case(&self) -> &Case {
        &self.case
    }
}

/// What a run with `settings` and the watchlist of this digest reads with.
fn reading(settings: &Settings, watchlist: &[u8; 32]) -> Reading {
    let watchlist = settings.key.id("watchlist", &[watchlist]);
    let mut rest = blake3::Hasher::new();
    let _ = write!(rest, "{} {:?}", env!("CARGO_PKG_VERSION"), settings.read.limits);
    for candidate in &settings.read.passwords {
        let word = candidate.word();
        rest.update(&word.len().to_le_bytes()).update(word);
    }
    Reading {
        key_id: settings.key.key_id(),
        watchlist,
        everything: settings.key.id("reading", &[&watchlist.0, rest.finalize().as_bytes()]),
        limits: settings.read.limits.clone(),
        as_of: crate::normalise::time::rfc3339(settings.read.as_of),
    }
}

/// Refuses a case whose ids are made with another key.
///
/// # Errors
/// It is such a case, or it cannot be read.
pub(crate) fn refuse_other_key(case: &Case, settings: &Settings) -> Result<()> {
    match case.key_id()? {
        Some(known) if known != settings.key.key_id() => Err(Error::config(
            "the ids and fingerprints of this case are made with another key: give that one \
             (--key-file), or another folder (-o)",
        )),
        _ => Ok(()),
    }
}
