//! A check as a value: whom to look for, what to read, and what to do with each exposure.
//!
//! `logsieve check` is this with arguments. Nothing here keeps anything between runs, so any number
//! of checks can go on in one process.

mod recording;

use std::path::PathBuf;
use std::sync::Arc;

use crate::error::{Result, Stop};
use crate::exposure::Exposure;
use crate::limits::Limits;
use crate::password::Candidate;
use crate::pipeline::{self, Progress, ReadOptions, Scope, Settings};
use crate::record::{PasswordOrigin, Record, Summary};
use crate::secret::Key;
use crate::watchlist::{Matcher, Watchlist};

pub(crate) use recording::{Recording, refuse_other_key};

/// Reads inputs and tells which records expose the organisations of a watchlist.
///
/// Everything but the watchlist has the default that `logsieve check` has. A check can be run as
/// often as you like; a clone of it shares the watchlist, which may be large.
///
/// ```
/// use logsieve::{Check, Watchlist};
///
/// # let folder = tempfile::tempdir()?;
/// # let dump = folder.path().join("dump.txt");
/// # std::fs::write(&dump, "https://vpn.example.com/:ada@example.com:Inv3nted\n")?;
/// let watchlist = Watchlist::from_domains(["example.com"])?;
/// let mut found = Vec::new();
/// let summary = Check::new(watchlist).input(dump).run(|exposure| {
///     found.push((exposure.severity, exposure.matched.entry));
///     Ok(())
/// })?;
/// assert_eq!(found.len(), 1);
/// assert_eq!(summary.records.exposures, 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Check {
    matcher: Arc<Matcher>,
    /// Stands for the watchlist in a case.
    listed: [u8; 32],
    key: Option<Key>,
    read: ReadOptions,
    /// That of `read` would be the day on which the check was made, not the one on which it runs.
    as_of: Option<jiff::Timestamp>,
    progress: Option<Arc<Progress>>,
    case: Option<PathBuf>,
    known: KnownSources,
}

/// What becomes of sources that a case knows from earlier runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KnownSources {
    /// They are passed, unless there is something about them that a case has to learn.
    Passed,
    /// They are read again.
    ReadAgain,
}

impl Check {
    /// A check for the organisations of `watchlist`, which is made ready for matching here.
    pub fn new(watchlist: Watchlist) -> Self {
        let listed = watchlist.digest();
        Self {
            matcher: Arc::new(watchlist.compile()),
            listed,
            key: None,
            read: ReadOptions::default(),
            as_of: None,
            progress: None,
            case: None,
            known: KnownSources::Passed,
        }
    }

    /// Reads this as well: an archive, a folder, a text file; `-` is text from standard input.
    #[must_use]
    pub fn input(self, path: impl Into<PathBuf>) -> Self {
        self.inputs([path])
    }

    /// Reads all of these as well.
    #[must_use]
    pub fn inputs(mut self, paths: impl IntoIterator<Item = impl Into<PathBuf>>) -> Self {
        self.read.inputs.extend(paths.into_iter().map(Into::into));
        self
    }

    /// Tries this word on encrypted archives as well. What stands round an archive (captions, its
    /// name, notes) is tried without being asked for.
    #[must_use]
    pub fn password(self, word: impl Into<Vec<u8>>) -> Self {
        self.passwords([word])
    }

    /// Tries all of these as well, the first ones first.
    #[must_use]
    pub fn passwords(mut self, words: impl IntoIterator<Item = impl Into<Vec<u8>>>) -> Self {
        let given = |word| Candidate::new(word, PasswordOrigin::Given);
        self.read.passwords.extend(words.into_iter().map(given));
        self
    }

    /// How much an input may ask for.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.read.limits = limits;
        self
    }

    /// How many threads work [default: one a core]; what comes out is the same with any number. The
    /// thread that calls [`Check::run`] is the one that is told everything.
    #[must_use]
    pub fn threads(mut self, count: usize) -> Self {
        self.read.threads = count;
        self
    }

    /// Makes ids and fingerprints with `key`. Without one a case keeps a key of its own; where there
    /// is no case, each run draws one, and its ids mean nothing to any other run.
    #[must_use]
    pub fn key(mut self, key: Key) -> Self {
        self.key = Some(key);
        self
    }

    /// Tells ages and expiry for this time, which is also when exposures are seen [default: the
    /// beginning of the day of the run, UTC, so that all runs of a day say the same].
    ///
    /// `.as_of("2025-06-30T00:00:00Z".parse()?)` needs no other crate.
    #[must_use]
    pub fn as_of(mut self, time: jiff::Timestamp) -> Self {
        self.as_of = Some(time);
        self
    }

    /// Counts into `progress`, which any thread may read, and by which it may end the run: what is
    /// being read then is read to its end, the rest is left, and the totals are partial. Each run
    /// should have its own.
    ///
    /// ```
    /// use std::sync::Arc;
    ///
    /// use logsieve::record::Status;
    /// use logsieve::{Check, Progress, Watchlist};
    ///
    /// # let folder = tempfile::tempdir()?;
    /// # let dump = folder.path().join("dump.txt");
    /// # std::fs::write(&dump, "https://vpn.example.com/:ada@example.com:Inv3nted\n")?;
    /// let progress = Arc::new(Progress::default());
    /// let check = Check::new(Watchlist::from_domains(["example.com"])?)
    ///     .input(dump)
    ///     .progress(Arc::clone(&progress));
    /// let summary = check.run(|_| {
    ///     progress.interrupt(); // the first one is enough
    ///     Ok(())
    /// })?;
    /// assert_eq!((progress.exposures(), summary.status), (1, Status::Partial));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn progress(mut self, progress: Arc<Progress>) -> Self {
        self.progress = Some(progress);
        self
    }

    /// Keeps what is found in the case folder `folder`, which is made if need be.
    ///
    /// A run then reads only what the case does not know, and hands on what is in the case when
    /// that is done: what it knew and what came now, each exposure with its
    /// [`change`](Exposure::change). If the run is interrupted, whoever takes it stops it, or the
    /// process dies, the next run says the same things again. See `docs/CASE.md`.
    ///
    /// ```
    /// use logsieve::exposure::Change;
    /// use logsieve::{Check, Watchlist};
    ///
    /// # let folder = tempfile::tempdir()?;
    /// # let downloads = folder.path().join("downloads");
    /// # std::fs::create_dir(&downloads)?;
    /// # std::fs::write(downloads.join("1.txt"), "https://vpn.example.com/:ada@example.com:Inv3nted\n")?;
    /// let watchlist = Watchlist::from_domains(["example.com"])?;
    /// let check = Check::new(watchlist).case(folder.path().join("case")).input(&downloads);
    /// let news = |check: &Check| {
    ///     let mut news = 0;
    ///     check.run(|exposure| {
    ///         news += u32::from(exposure.change == Some(Change::New));
    ///         Ok(())
    ///     })?;
    ///     Ok::<_, logsieve::Error>(news)
    /// };
    /// assert_eq!(news(&check)?, 1);
    /// assert_eq!(news(&check)?, 0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn case(mut self, folder: impl Into<PathBuf>) -> Self {
        self.case = Some(folder.into());
        self
    }

    /// With a case: reads everything again, also what it knows.
    #[must_use]
    pub fn full(mut self) -> Self {
        self.known = KnownSources::ReadAgain;
        self
    }

    /// Takes over all that is said about reading.
    #[must_use]
    pub(crate) fn reading(mut self, read: ReadOptions) -> Self {
        self.as_of = Some(read.as_of);
        self.read = read;
        self
    }

    /// Reads all inputs and hands each exposure to `take`, in an order that does not depend on the
    /// number of threads. An exposure has the record, the machine and the source in it.
    ///
    /// The totals say whether the answer is complete ([`Summary::status`]). Inputs that are missing,
    /// locked or damaged are no errors: they are counted there, and [`Check::run_records`] has an
    /// issue for each thing that was not read.
    ///
    /// ```
    /// use logsieve::error::ErrorKind;
    /// use logsieve::{Check, Watchlist};
    ///
    /// # let folder = tempfile::tempdir()?;
    /// # let dump = folder.path().join("dump.txt");
    /// # std::fs::write(&dump, "https://vpn.example.com/:ada@example.com:Inv3nted\n")?;
    /// let check = Check::new(Watchlist::from_domains(["example.com"])?).input(dump);
    /// let stopped = check.run(|exposure| {
    ///     let number: u32 = exposure.matched.entry.parse()?; // errors of any type stop the run
    ///     unreachable!("{number}");
    /// });
    /// let error = stopped.unwrap_err();
    /// let ErrorKind::Stopped(reason) = error.kind() else { panic!("{error}") };
    /// assert!(reason.is::<std::num::ParseIntError>());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// - What `take` stops the run with: an [`Error`](crate::Error) of ours comes back as it is, any
    ///   other as [`ErrorKind::Stopped`](crate::error::ErrorKind::Stopped).
    /// - The case cannot be used: another run has it, it is no case, it was made with another key,
    ///   it cannot be written.
    /// - A defect of logsieve.
    ///
    /// # Panics
    /// If `take` does: its panic ends the run and goes on.
    pub fn run(&self, mut take: impl FnMut(Exposure) -> Result<(), Stop>) -> Result<Summary> {
        self.run_records(|record| match record {
            Record::Exposure(exposure) => take(*exposure),
            _ => Ok(()),
        })
    }

    /// As [`Check::run`], with all that is told besides exposures: sources, the machines that are
    /// concerned, issues, and the totals at the end.
    ///
    /// ```
    /// use logsieve::{Check, Record, Watchlist};
    ///
    /// let check = Check::new(Watchlist::from_domains(["example.com"])?).input("not/there.zip");
    /// let mut missing = Vec::new();
    /// check.run_records(|record| {
    ///     if let Record::Issue(issue) = record {
    ///         missing.push(format!("[{}] {}", issue.code, issue.detail));
    ///     }
    ///     Ok(())
    /// })?;
    /// assert!(missing[0].starts_with("[io_error]"));
    /// # Ok::<(), logsieve::Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of [`Check::run`].
    ///
    /// # Panics
    /// If `take` does.
    pub fn run_records(&self, mut take: impl FnMut(Record) -> Result<(), Stop>) -> Result<Summary> {
        let own = Progress::default();
        let progress = self.progress.as_deref().unwrap_or(&own);
        let mut take = |record| take(record).map_err(Into::into);
        match &self.case {
            None => Ok(pipeline::run(&self.settings()?, progress, &mut take)?.summary),
            Some(folder) => {
                let mut recording = Recording::open(self, folder)?;
                let read = recording.read(progress, &mut |_| {})?;
                let mut summary = read.summary;
                recording.case().replay(&mut |record| {
                    if let Record::Summary(of_case) = &record {
                        summary.clone_from(of_case);
                    }
                    take(record)
                })?;
                recording.case().close()?;
                Ok(summary)
            }
        }
    }

    /// The settings of a run that keeps no case.
    pub(crate) fn settings(&self) -> Result<Settings> {
        Ok(self.settings_with(self.key.clone().map_or_else(Key::random, Ok)?))
    }

    fn settings_with(&self, key: Key) -> Settings {
        let as_of = self.as_of.unwrap_or_else(pipeline::today);
        let read = ReadOptions { as_of, ..self.read.clone() };
        Settings::new(Scope::Exposures(Arc::clone(&self.matcher)), key, read)
    }
}
