//! Writing: a run records its sources one after the other.

use std::time::{Duration, Instant};

use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::case::{Case, Reading};
use crate::error::{Error, Result};
use crate::exposure::Exposure;
use crate::issue::Code;
use crate::record::{Format, IssueRecord, Machine, Record, Source, Status, Summary};
use crate::secret::Id;

/// How long what was recorded may wait for the disk: many small sources share a transaction.
const PATIENCE: Duration = Duration::from_secs(1);

/// What may be mended from one run to the next without any change of settings: a source with such
/// an issue is always read again.
const PASSING: &[Code] = &[
    Code::IoError,
    Code::PermissionDenied,
    Code::ChangedDuringRead,
    Code::MissingVolume,
    Code::NotExported,
    Code::PasswordRequired,
    Code::PasswordWrong,
    Code::InternalError,
];

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// All inputs were read.
    Finished,
    /// Somebody stopped it; the next run takes it up.
    Interrupted,
}

/// A run that is being recorded.
#[derive(Debug)]
pub struct Recorder<'c> {
    case: &'c mut Case,
    reading: Reading,
    run: i64,
    /// The source that is being recorded.
    top: Option<Top>,
    committed: Instant,
}

/// A source as given.
#[derive(Debug)]
struct Top {
    id: String,
    /// What is known of it by now. It is written once, when it ends or something nested comes.
    source: Source,
    /// Where it lies, if it does.
    path: Option<String>,
    /// Whether it is in the list of sources by now.
    is_listed: bool,
    /// Whether an earlier run has read something of it.
    was_recorded: bool,
    /// Whether another run may read more of it.
    can_change: bool,
    /// How many exposures came of it.
    exposures: u64,
}

impl Case {
    /// Begins a run, or takes up the last one if that did not come to its end.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn begin(&mut self, reading: Reading) -> Result<Recorder<'_>> {
        let run = begin_run(&self.db, &reading).map_err(|error| self.failed(error))?;
        Ok(Recorder { case: self, reading, run, top: None, committed: Instant::now() })
    }
}

fn begin_run(db: &Connection, reading: &Reading) -> rusqlite::Result<i64> {
    let query = "SELECT run FROM runs WHERE state <> 'finished' ORDER BY run DESC LIMIT 1";
    let unfinished: Option<i64> = db.query_row(query, [], |row| row.get(0)).optional()?;
    db.execute(
        "INSERT OR REPLACE INTO runs (run, state, as_of, version, key_id, watchlist, reading, limits)
         VALUES (COALESCE(?1, (SELECT COALESCE(MAX(run), 0) + 1 FROM runs)),
                 'open', ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            unfinished,
            reading.as_of,
            env!("CARGO_PKG_VERSION"),
            reading.key_id.to_string(),
            reading.watchlist.to_string(),
            reading.everything.to_string(),
            json(&reading.limits)?,
        ],
    )?;
    let run = unfinished.unwrap_or_else(|| db.last_insert_rowid());
    db.execute_batch("BEGIN IMMEDIATE")?;
    Ok(run)
}

impl Recorder<'_> {
    /// A source as given begins. What was recorded of it before is replaced by what comes now.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn begin(&mut self, source: &Source) -> Result<()> {
        let (id, path) = (source.source_id.to_string(), place_of(source));
        let was_recorded = self.write(|db, _| {
            let was_recorded = is_recorded(db, &id)?;
            if was_recorded {
                clear(db, &id)?;
            }
            path.iter().try_for_each(|path| supersede(db, source, path))?;
            Ok(was_recorded)
        })?;
        let source = source.clone();
        let (is_listed, can_change, exposures) = (false, false, 0);
        self.top = Some(Top { id, source, path, is_listed, was_recorded, can_change, exposures });
        Ok(())
    }

    /// A record of the source that has begun.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn record(&mut self, record: &Record) -> Result<()> {
        match record {
            Record::Source(source) => self.source(source),
            Record::Machine(machine) => self.machine(machine),
            Record::Issue(issue) => self.issue(issue),
            Record::Exposure(exposure) => self.exposure(exposure),
            // What belongs to nobody on the watchlist is not kept.
            _ => Ok(()),
        }
    }

    /// The source ends, as the run goes on or because it was `ended`, and comes to these totals.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn end(&mut self, totals: &Summary, ended: Ended) -> Result<()> {
        let Some(top) = self.top.take() else { return Ok(()) };
        let is_done = !top.can_change && ended == Ended::Finished;
        self.write(|db, recorder| {
            if top.was_recorded {
                db.prepare_cached("DELETE FROM sightings WHERE top_id = ?1 AND count = 0")?
                    .execute([&top.id])?;
            }
            recorder.list(db, &top, &top.source, Some((json(totals)?, is_done)))
        })?;
        if self.committed.elapsed() < PATIENCE {
            return Ok(());
        }
        self.write(|db, _| db.execute_batch("COMMIT; BEGIN IMMEDIATE"))?;
        self.committed = Instant::now();
        Ok(())
    }

    /// All sources are recorded: tells what is gone and what came back. The run stays open until
    /// [`Case::close`], so that one that dies before its files are written is taken up; an
    /// interrupted one always is.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn finish(mut self, ended: Ended) -> Result<()> {
        if let Some(top) = self.top.take() {
            return Err(Error::internal(format!("the source {} has no end", top.id)));
        }
        self.write(|db, recorder| {
            for statement in [
                "UPDATE exposures SET returned_run = ?1
                 WHERE returned_run IS NULL AND EXISTS (
                   SELECT 1 FROM sightings s WHERE s.exposure_id = exposures.exposure_id
                   AND (exposures.gone_run < ?1 OR s.first_run > (
                     SELECT t.run FROM triage t WHERE t.exposure_id = exposures.exposure_id
                     AND t.status = 'remediated'
                     AND t.id = (SELECT MAX(id) FROM triage l WHERE l.exposure_id = t.exposure_id)
                   )))",
                "UPDATE exposures SET gone_run = NULL
                 WHERE gone_run IS NOT NULL AND ?1 AND EXISTS (
                   SELECT 1 FROM sightings s WHERE s.exposure_id = exposures.exposure_id)",
                "UPDATE exposures SET gone_run = ?1, returned_run = NULL
                 WHERE gone_run IS NULL AND NOT EXISTS (
                   SELECT 1 FROM sightings s WHERE s.exposure_id = exposures.exposure_id)",
            ] {
                db.execute(statement, [recorder.run])?;
            }
            if ended == Ended::Interrupted {
                let interrupted = "UPDATE runs SET state = 'interrupted' WHERE run = ?1";
                db.execute(interrupted, [recorder.run])?;
            }
            db.execute_batch("COMMIT")
        })
    }

    fn source(&mut self, source: &Source) -> Result<()> {
        let Some(mut top) = self.top.take() else { return Ok(()) };
        let outcome = if source.source_id == top.source.source_id {
            top.source = source.clone();
            Ok(())
        } else {
            self.write(|db, recorder| {
                if !top.is_listed {
                    recorder.list(db, &top, &top.source, None)?;
                }
                top.is_listed = true;
                recorder.list(db, &top, source, None)
            })
        };
        self.top = Some(top);
        outcome
    }

    /// Puts a source into the list; with its totals and whether it is done, if it has ended.
    fn list(
        &self,
        db: &Connection,
        top: &Top,
        source: &Source,
        ended: Option<(String, bool)>,
    ) -> rusqlite::Result<()> {
        let is_top = source.source_id == top.source.source_id;
        let (totals, is_done) = ended.unzip();
        db.prepare_cached(
            "INSERT INTO sources (top_id, source_id, name, status, first_run, last_run,
               watchlist, reading, is_done, record, path, totals)
             VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
             ON CONFLICT (top_id, source_id) DO UPDATE SET name = ?3, status = ?4, last_run = ?5,
               watchlist = ?6, reading = ?7, is_done = ?8, record = ?9, path = ?10,
               replaced_by = NULL, totals = COALESCE(?11, totals)",
        )?
        .execute(params![
            top.id,
            source.source_id.to_string(),
            source.name,
            word(&source.status)?,
            self.run,
            is_top.then(|| self.reading.watchlist.to_string()),
            is_top.then(|| self.reading.everything.to_string()),
            is_done.unwrap_or(false),
            json(source)?,
            top.path.as_ref().filter(|_| is_top),
            totals,
        ])?;
        Ok(())
    }

    fn machine(&mut self, machine: &Machine) -> Result<()> {
        self.write(|db, recorder| {
            let Some(top) = &recorder.top else { return Ok(()) };
            db.prepare_cached(
                "INSERT OR REPLACE INTO machines
                   (machine_id, top_id, source_id, log, family, infected_at, record)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?
            .execute(params![
                machine.machine_id.to_string(),
                top.id,
                machine.source_id.to_string(),
                machine.log,
                machine.family,
                machine.infected_at,
                json(machine)?,
            ])?;
            Ok(())
        })
    }

    fn issue(&mut self, issue: &IssueRecord) -> Result<()> {
        if let Some(top) = &mut self.top {
            top.can_change |= PASSING.contains(&issue.code);
        }
        self.write(|db, recorder| {
            let Some(top) = &recorder.top else { return Ok(()) };
            db.prepare_cached("INSERT INTO issues VALUES (?1, ?2, ?3, ?4)")?.execute(params![
                top.id,
                issue.source_id.to_string(),
                issue.code.as_str(),
                json(issue)?,
            ])?;
            Ok(())
        })
    }

    fn exposure(&mut self, exposure: &Exposure) -> Result<()> {
        if let Some(top) = &mut self.top {
            top.exposures += 1;
        }
        self.write(|db, recorder| {
            let Some(top) = &recorder.top else { return Ok(()) };
            let id = exposure.exposure_id.to_string();
            let source = exposure.source.source_id.to_string();
            keep_exposure(db, recorder, top, exposure)?;
            let place = Place::of(&exposure.record);
            db.prepare_cached(
                "INSERT INTO sightings VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
                 ON CONFLICT DO UPDATE SET entry = CASE count WHEN 0 THEN ?4 ELSE entry END,
                   line = CASE count WHEN 0 THEN ?5 ELSE line END, count = count + ?6",
            )?
            .execute(params![
                id,
                top.id,
                source,
                place.entry,
                place.line,
                exposure.sightings,
                recorder.run
            ])?;
            Ok(())
        })
    }

    fn write<T>(
        &self,
        statements: impl FnOnce(&Connection, &Self) -> rusqlite::Result<T>,
    ) -> Result<T> {
        statements(&self.case.db, self).map_err(|error| self.case.failed(error))
    }
}

impl Case {
    /// What the run had to say is written: the next one is another. An interrupted one stays open.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn close(&self) -> Result<()> {
        let close = "UPDATE runs SET state = 'finished' WHERE state = 'open'";
        self.db.execute(close, []).map_err(|error| self.failed(error))?;
        Ok(())
    }
}

/// Whether a run has read something of a source as given.
fn is_recorded(db: &Connection, id: &str) -> rusqlite::Result<bool> {
    db.prepare_cached("SELECT 1 FROM sources WHERE top_id = ?1 AND source_id = ?1")?.exists([id])
}

/// Makes room for what is read of a source as given now.
fn clear(db: &Connection, id: &str) -> rusqlite::Result<()> {
    for statement in [
        "DELETE FROM issues WHERE top_id = ?1",
        "DELETE FROM machines WHERE top_id = ?1",
        "DELETE FROM sources WHERE top_id = ?1 AND source_id <> ?1",
        "UPDATE sightings SET count = 0 WHERE top_id = ?1",
    ] {
        db.prepare_cached(statement)?.execute([id])?;
    }
    Ok(())
}

/// Where a source lies, if it does.
fn place_of(source: &Source) -> Option<String> {
    let path = std::path::absolute(&source.name).ok().filter(|_| source.name != "-")?;
    path.into_os_string().into_string().ok()
}

/// Takes out what a source replaces: the folder at its place as it was before, and a file at its
/// place of which nothing could be read.
fn supersede(db: &Connection, source: &Source, path: &str) -> rusqlite::Result<()> {
    let is_folder = matches!(source.format, Some(Format::Folder | Format::Dataset));
    let mut older = db.prepare_cached(
        "SELECT source_id FROM sources WHERE path = ?1 AND source_id <> ?2 AND replaced_by IS NULL
         AND (status = 'unreadable' OR (?3 AND record ->> 'format' = ?4))",
    )?;
    let id = source.source_id.to_string();
    let format = source.format.as_ref().map(word).transpose()?;
    let older: rusqlite::Result<Vec<String>> =
        older.query_map(params![path, id, is_folder, format], |row| row.get(0))?.collect();
    for old in older? {
        for table in ["issues", "sightings"] {
            db.execute(&format!("DELETE FROM {table} WHERE top_id = ?1"), [&old])?;
        }
        // The row stays, for what is gone was read there.
        db.execute("UPDATE sources SET replaced_by = ?2 WHERE top_id = ?1", [&old, &id])?;
    }
    Ok(())
}

/// Writes an exposure. What is known of it stays as it was first read, unless that place is read
/// again or is gone.
fn keep_exposure(
    db: &Connection,
    recorder: &Recorder<'_>,
    top: &Top,
    exposure: &Exposure,
) -> rusqlite::Result<()> {
    let Top { id: top, exposures: position, .. } = top;
    let about = About::of(&exposure.record);
    let machine = exposure.machine.as_ref().map(|machine| machine.machine_id.to_string());
    let id = exposure.exposure_id.to_string();
    let seen_again = db
        .prepare_cached(
            "UPDATE exposures SET last_seen = ?2 WHERE exposure_id = ?1 AND EXISTS (
               SELECT 1 FROM sightings s WHERE s.exposure_id = ?1
               AND s.top_id = exposures.top_id AND s.count > 0)",
        )?
        .execute([&id, &exposure.last_seen])?;
    if seen_again > 0 {
        return Ok(());
    }
    db.prepare_cached(include_str!("schema/keep_exposure.sql"))?.execute(params![
        id,
        exposure.organisation,
        word(&exposure.kind)?,
        exposure.matched.entry,
        word(&exposure.matched.on)?,
        word(&exposure.identity_class)?,
        exposure.class_reason,
        word(&exposure.app_class)?,
        word(&exposure.severity)?,
        json(&exposure.severity_reasons)?,
        json(&exposure.actions)?,
        about.id,
        about.host,
        about.username,
        about.fingerprint,
        machine,
        top,
        exposure.source.source_id.to_string(),
        exposure.first_seen,
        exposure.last_seen,
        recorder.run,
        json(&exposure.record)?,
        position,
    ])?;
    Ok(())
}

/// Where a record was read.
struct Place<'r> {
    entry: &'r str,
    line: Option<u64>,
}

impl<'r> Place<'r> {
    fn of(record: &'r Record) -> Self {
        let (entry, line) = match record {
            Record::Credential(login) => (&*login.entry, Some(login.line)),
            Record::Cookie(cookie) => (&*cookie.entry, Some(cookie.line)),
            Record::Autofill(address) => (&*address.entry, Some(address.line)),
            Record::Mention(mention) => (&*mention.entry, Some(mention.line)),
            Record::Machine(machine) => (&*machine.log, None),
            _ => return Self { entry: "", line: None },
        };
        Self { entry, line }
    }
}

/// What of a record is worth a column of its own.
#[derive(Default)]
struct About<'r> {
    id: Option<String>,
    host: Option<&'r str>,
    username: Option<&'r str>,
    fingerprint: Option<String>,
}

impl<'r> About<'r> {
    fn of(record: &'r Record) -> Self {
        match record {
            Record::Credential(login) => Self {
                id: Some(login.credential_id.to_string()),
                host: login.host.as_deref(),
                username: login.username.as_deref(),
                fingerprint: login.secret.fingerprint.map(|print| print.to_string()),
            },
            Record::Cookie(cookie) => Self {
                id: Some(cookie.cookie_id.to_string()),
                host: Some(&cookie.domain),
                fingerprint: cookie.fingerprint.map(|print| print.to_string()),
                ..Self::default()
            },
            Record::Autofill(address) => Self {
                id: Some(address.autofill_id.to_string()),
                username: address.email.as_deref(),
                ..Self::default()
            },
            Record::Machine(machine) => {
                Self { id: Some(machine.machine_id.to_string()), ..Self::default() }
            }
            _ => Self::default(),
        }
    }
}

/// A value as the word that records show.
pub(super) fn word(value: &impl Serialize) -> rusqlite::Result<String> {
    match serde_json::to_value(value).map_err(unfit)? {
        serde_json::Value::String(text) => Ok(text),
        other => Ok(other.to_string()),
    }
}

/// A value as JSON.
pub(super) fn json(value: &impl Serialize) -> rusqlite::Result<String> {
    serde_json::to_string(value).map_err(unfit)
}

fn unfit(error: serde_json::Error) -> rusqlite::Error {
    rusqlite::Error::ToSqlConversionFailure(error.into())
}

/// The value of the word in a column.
pub(super) fn from_word<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    let text: String = row.get(column)?;
    serde_json::from_value(serde_json::Value::String(text)).map_err(|error| misfit(column, error))
}

/// The value of the JSON in a column.
pub(super) fn from_json<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    serde_json::from_str(row.get_ref(column)?.as_str()?).map_err(|error| misfit(column, error))
}

fn misfit(column: usize, error: serde_json::Error) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Text, error.into())
}

/// Whether all, a part or nothing was read of several sources.
pub(super) fn fold(all: Status, one: Status) -> Status {
    match (all, one) {
        (Status::Complete, Status::Complete) => Status::Complete,
        (Status::Unreadable, Status::Unreadable) => Status::Unreadable,
        _ => Status::Partial,
    }
}

/// The id in a column.
pub(super) fn id(row: &Row<'_>, column: usize) -> rusqlite::Result<Id> {
    from_word(row, column)
}
