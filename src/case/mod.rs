//! The case: what checks have found over time, in one SQLite file that its users can query.
//!
//! A run of `check` records each source with what it exposes, in transactions that end at the end
//! of a source: whatever happens to the run, the file holds whole sources. The next run passes what
//! is known, and everything that is shown of a case is made from the file, never from the run, so
//! that a run that was killed and taken up ends as one that was not.

mod audit;
mod exposed;
mod record;
mod replay;
mod schema;
mod triage;

use std::collections::{HashMap, HashSet};
use std::fs::OpenOptions;
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags, OptionalExtension, params};

use crate::error::{Error, Result};
use crate::limits::Limits;
use crate::record::Status;
use crate::secret::Id;

pub use audit::{AUDIT_FILE, Audit, Reveal};
pub use exposed::{Exposed, Place};
pub use record::{Ended, Recorder};
pub use triage::{Decision, Triaged};

/// The name of the file in the folder of the case.
pub const FILE: &str = "case.db";

/// What a run reads with; decides which of the known sources are read again.
#[derive(Debug, Clone)]
pub struct Reading {
    /// Names the key of the ids.
    pub key_id: Id,
    /// Stands for the watchlist.
    pub watchlist: Id,
    /// Stands for watchlist, passwords, limits and version.
    pub everything: Id,
    /// The limits.
    pub limits: Limits,
    /// The day of the run, RFC 3339 UTC.
    pub as_of: String,
}

/// An open case.
///
/// ```
/// let folder = tempfile::tempdir().unwrap();
/// let case = logsieve::case::Case::open(folder.path())?;
/// assert_eq!(case.runs()?, 0);
/// # Ok::<(), logsieve::error::Error>(())
/// ```
#[derive(Debug)]
pub struct Case {
    db: Connection,
    path: PathBuf,
}

impl Case {
    /// Opens the case in `folder`, or begins one.
    ///
    /// # Errors
    /// The file cannot be made or read, or a later version of logsieve made it.
    pub fn open(folder: &Path) -> Result<Self> {
        let path = folder.join(FILE);
        private_file(&path).map_err(|error| Error::output(&path, error))?;
        Self::open_file(path)
    }

    /// Opens the case that is in `folder`.
    ///
    /// # Errors
    /// There is none, it cannot be read, or a later version of logsieve made it.
    pub fn open_existing(folder: &Path) -> Result<Self> {
        let path = folder.join(FILE);
        if !path.is_file() {
            let folder = folder.display();
            return Err(Error::config(format!(
                "{folder} is no case: it has no {FILE}; `logsieve check -o {folder} …` makes one"
            )));
        }
        Self::open_file(path)
    }

    fn open_file(path: PathBuf) -> Result<Self> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let opened = Connection::open_with_flags(&path, flags).and_then(|mut db| {
            // One process holds the file as long as it is open, and the journal is a plain file.
            db.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
            db.pragma_update(None, "journal_mode", "DELETE")?;
            db.pragma_update(None, "synchronous", "FULL")?;
            db.pragma_update(None, "temp_store", "MEMORY")?;
            db.pragma_update(None, "cache_size", -CACHE_KIB)?;
            db.pragma_update(None, "trusted_schema", false)?;
            db.set_prepared_statement_cache_capacity(64);
            let outcome = schema::migrate(&mut db)?;
            Ok((db, outcome))
        });
        match opened {
            Ok((db, schema::Outcome::Current)) => Ok(Self { db, path }),
            Ok((_, schema::Outcome::Later(version))) => Err(Error::config(format!(
                "{} is of version {version}, which a later logsieve made; use that one",
                path.display()
            ))),
            Err(error) => Err(failed(&path, error)),
        }
    }

    /// How many runs were begun.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn runs(&self) -> Result<u64> {
        let run = "SELECT COALESCE(MAX(run), 0) FROM runs";
        self.db.query_row(run, [], |row| row.get(0)).map_err(|error| self.failed(error))
    }

    /// The sources that a run with `reading` need not read again, and how much of them was read.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn known(&self, reading: &Reading) -> Result<HashMap<Id, Status>> {
        let query = "SELECT source_id, status FROM sources WHERE top_id = source_id
            AND replaced_by IS NULL AND ((status = 'complete' AND watchlist = ?1) OR (is_done AND reading = ?2))";
        let read = || {
            let mut statement = self.db.prepare(query)?;
            let ids = params![reading.watchlist.to_string(), reading.everything.to_string()];
            let rows = statement.query_map(ids, |row| {
                Ok((record::from_word(row, 0)?, record::from_word(row, 1)?))
            })?;
            rows.collect::<rusqlite::Result<HashMap<Id, Status>>>()
        };
        read().map_err(|error| self.failed(error))
    }

    /// The key of the last run, if anything was read: ids of another key mean nothing here.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn key_id(&self) -> Result<Option<Id>> {
        let query = "SELECT key_id FROM runs WHERE EXISTS (SELECT 1 FROM sources)
            ORDER BY run DESC LIMIT 1";
        let read = self.db.query_row(query, [], |row| record::from_word(row, 0)).optional();
        read.map_err(|error| self.failed(error))
    }

    /// The exposures that came back in the last run.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn returned(&self) -> Result<HashSet<Id>> {
        let query = "SELECT exposure_id FROM exposures
            WHERE returned_run = (SELECT MAX(run) FROM runs)";
        let read = || {
            let mut statement = self.db.prepare(query)?;
            let ids = statement.query_map([], |row| record::from_word(row, 0))?;
            ids.collect::<rusqlite::Result<HashSet<Id>>>()
        };
        read().map_err(|error| self.failed(error))
    }

    fn failed(&self, error: rusqlite::Error) -> Error {
        failed(&self.path, error)
    }
}

/// Memory for pages of the file.
const CACHE_KIB: i64 = 16 << 10;

fn failed(path: &Path, error: rusqlite::Error) -> Error {
    use rusqlite::ErrorCode::{DatabaseBusy, DatabaseCorrupt, NotADatabase};
    match error.sqlite_error_code() {
        Some(DatabaseBusy) => Error::config(format!(
            "{} is in use by another program; wait for it to end",
            path.display()
        )),
        Some(DatabaseCorrupt | NotADatabase) => Error::config(format!(
            "{} is damaged ({error}); restore it, or move it away to begin anew",
            path.display()
        )),
        _ => Error::output(path, io::Error::other(error)),
    }
}

/// Makes sure that there is a file that only its owner can read.
fn private_file(path: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

#[cfg(test)]
mod tests;
