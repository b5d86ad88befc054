//! Reading: a case as the records that its files show, in an order that is always the same.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::case::Case;
use crate::case::record::{fold, from_json, from_word, id};
use crate::error::{Error, Result};
use crate::exposure::{Change, Exposure, MOST_PLACES, Matched, TriageStatus};
use crate::limits::Limits;
use crate::record::{Count, IssueRecord, Machine, Record, Source, Status, Summary};
use crate::secret::Id;

/// What goes wrong on the way: in the file, or with those who take the records.
enum Stop {
    File(rusqlite::Error),
    Taker(Error),
}

impl From<rusqlite::Error> for Stop {
    fn from(error: rusqlite::Error) -> Self {
        Self::File(error)
    }
}

type Take<'t> = &'t mut dyn FnMut(Record) -> Result<()>;

impl Case {
    /// Hands on everything in the case: sources, machines, issues, exposures, and the summary.
    ///
    /// # Errors
    /// What `take` says, or the file cannot be read.
    pub fn replay(&self, take: Take<'_>) -> Result<()> {
        replay(&self.db, take).map_err(|stop| match stop {
            Stop::File(error) => self.failed(error),
            Stop::Taker(error) => error,
        })
    }
}

fn replay(db: &Connection, take: Take<'_>) -> std::result::Result<(), Stop> {
    let mut totals = Totals::default();
    let sources = "SELECT s.record FROM sources s JOIN sources t
        ON t.top_id = s.top_id AND t.source_id = s.top_id
        WHERE s.replaced_by IS NULL ORDER BY t.rowid, s.rowid";
    records(db, sources, take, |row| Ok(Record::Source(from_json::<Source>(row, 0)?)))?;
    let machines = "SELECT record FROM (
          SELECT m.record, t.rowid AS source, m.rowid AS place, ROW_NUMBER()
            OVER (PARTITION BY m.machine_id ORDER BY t.rowid, m.rowid) AS number
          FROM machines m JOIN sources t ON t.top_id = m.top_id AND t.source_id = m.top_id
          WHERE t.replaced_by IS NULL)
        WHERE number = 1 ORDER BY source, place";
    records(db, machines, take, |row| {
        totals.machines += 1;
        Ok(Record::Machine(from_json::<Machine>(row, 0)?))
    })?;
    let issues = "SELECT i.record FROM issues i JOIN sources t
        ON t.top_id = i.top_id AND t.source_id = i.top_id ORDER BY t.rowid, i.rowid";
    records(db, issues, take, |row| Ok(Record::Issue(from_json::<IssueRecord>(row, 0)?)))?;
    exposures(db, &mut totals, take)?;
    if let Some(summary) = totals.summary(db)? {
        take(Record::Summary(Box::new(summary))).map_err(Stop::Taker)?;
    }
    Ok(())
}

fn records(
    db: &Connection,
    query: &str,
    take: Take<'_>,
    mut record: impl FnMut(&Row<'_>) -> rusqlite::Result<Record>,
) -> std::result::Result<(), Stop> {
    let mut statement = db.prepare(query)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        take(record(row)?).map_err(Stop::Taker)?;
    }
    Ok(())
}

/// What all exposures are asked for, and what is known of each.
const EXPOSURES: &str = "
SELECT exposure_id, organisation, kind, matched_entry, matched_on, identity_class, class_reason,
  app_class, severity, severity_reasons, actions, first_seen, last_seen, record,
  machine_id, top_id, source_id, record_id,
  CASE WHEN gone_run IS NOT NULL THEN 'gone' WHEN returned_run IS NOT NULL THEN 'returned'
    WHEN first_run = (SELECT MAX(run) FROM runs) THEN 'new' ELSE 'known' END,
  (SELECT COALESCE(SUM(count), 0) FROM sightings s WHERE s.exposure_id = e.exposure_id),
  (SELECT COUNT(*) FROM sightings s WHERE s.exposure_id = e.exposure_id),
  (SELECT MAX(id) FROM triage t WHERE t.exposure_id = e.exposure_id),
  (SELECT hosts FROM temp.reused r WHERE kind = 'credential'
    AND r.organisation = e.organisation AND r.fingerprint = e.fingerprint),
  record_id IN (SELECT record_id FROM temp.twins)
FROM exposures e ORDER BY
  (SELECT t.rowid FROM sources t WHERE t.top_id = e.top_id AND t.source_id = e.top_id), position";

/// What is asked of several exposures together.
const TOGETHER: &str = "
DROP TABLE IF EXISTS temp.reused;
CREATE TEMP TABLE reused AS
  SELECT organisation, fingerprint, COUNT(DISTINCT host) AS hosts FROM exposures
  WHERE kind = 'credential' AND fingerprint IS NOT NULL GROUP BY organisation, fingerprint
  HAVING hosts > 1;
CREATE INDEX temp.reused_by ON reused (fingerprint, organisation);
DROP TABLE IF EXISTS temp.twins;
CREATE TEMP TABLE twins AS
  SELECT record_id FROM exposures WHERE record_id IS NOT NULL
  GROUP BY organisation, record_id HAVING COUNT(*) > 1;
CREATE INDEX temp.twins_by ON twins (record_id);";

fn exposures(
    db: &Connection,
    totals: &mut Totals,
    take: Take<'_>,
) -> std::result::Result<(), Stop> {
    db.execute_batch(TOGETHER)?;
    let mut around = Around { db, machine: None, source: None };
    let mut statement = db.prepare(EXPOSURES)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let exposure = around.exposure(row)?;
        totals.add(&exposure);
        take(Record::Exposure(Box::new(exposure))).map_err(Stop::Taker)?;
    }
    Ok(())
}

/// What stands around exposures; neighbours mostly have it in common.
struct Around<'d> {
    db: &'d Connection,
    machine: Option<(Place, Option<Arc<Machine>>)>,
    source: Option<(Place, Arc<Source>)>,
}

/// The id of a machine or source, and of the source as given that it was last read in.
type Place = (String, String);

impl Around<'_> {
    fn exposure(&mut self, row: &Row<'_>) -> rusqlite::Result<Exposure> {
        let (top, source): (Rc<str>, String) = (row.get(15)?, row.get(16)?);
        let machine: Option<String> = row.get(14)?;
        let (status, note) = self.decision(row.get(21)?)?;
        let exposure_id: Id = id(row, 0)?;
        let places: usize = row.get(20)?;
        let also_in = match places {
            0 | 1 => Vec::new(),
            _ => self.other_places(&row.get::<_, String>(0)?, &top, &source)?,
        };
        let has_twins: Option<bool> = row.get(23)?;
        let related = match has_twins {
            Some(true) => self.related(row)?,
            _ => Vec::new(),
        };
        let mut severity_reasons: Vec<String> = from_json(row, 9)?;
        let reused: Option<u64> = row.get(22)?;
        severity_reasons.extend(reused.map(|hosts| format!("the same password at {hosts} hosts")));
        Ok(Exposure {
            exposure_id,
            organisation: row.get(1)?,
            kind: from_word(row, 2)?,
            matched: Matched { entry: row.get(3)?, on: from_word(row, 4)? },
            identity_class: from_word(row, 5)?,
            class_reason: row.get(6)?,
            app_class: from_word(row, 7)?,
            severity: from_word(row, 8)?,
            severity_reasons,
            actions: from_json(row, 10)?,
            first_seen: row.get(11)?,
            last_seen: row.get(12)?,
            sightings: row.get(19)?,
            status,
            note,
            change: Some(from_word(row, 18)?),
            also_in,
            related,
            record: from_json(row, 13)?,
            machine: machine.map(|id| self.machine(id, &top)).transpose()?.flatten(),
            source: self.source(source, &top)?,
        })
    }

    /// What was decided last.
    fn decision(&self, decision: Option<i64>) -> rusqlite::Result<(TriageStatus, Option<String>)> {
        let Some(decision) = decision else { return Ok((TriageStatus::Open, None)) };
        self.db
            .prepare_cached("SELECT status, note FROM triage WHERE id = ?1")?
            .query_row([decision], |row| Ok((from_word(row, 0)?, row.get(1)?)))
    }

    fn other_places(&self, id: &str, top: &str, source: &str) -> rusqlite::Result<Vec<String>> {
        let mut statement = self.db.prepare_cached(
            "SELECT t.name, s.entry, s.line FROM sightings s
             JOIN sources t ON t.top_id = s.top_id AND t.source_id = s.top_id
             WHERE s.exposure_id = ?1 AND NOT (s.top_id = ?2 AND s.source_id = ?3)
             ORDER BY t.rowid, s.source_id LIMIT ?4",
        )?;
        let places = statement.query_map(params![id, top, source, MOST_PLACES], |row| {
            let (name, entry): (String, String) = (row.get(0)?, row.get(1)?);
            let line: Option<u64> = row.get(2)?;
            let line = line.map(|line| format!(":{line}")).unwrap_or_default();
            Ok(format!("{name}!{entry}{line}"))
        })?;
        places.collect()
    }

    fn related(&self, row: &Row<'_>) -> rusqlite::Result<Vec<Id>> {
        let (this, organisation): (String, String) = (row.get(0)?, row.get(1)?);
        let record: String = row.get(17)?;
        let mut statement = self.db.prepare_cached(
            "SELECT exposure_id FROM exposures WHERE record_id = ?1 AND organisation = ?2
             AND exposure_id <> ?3 ORDER BY exposure_id LIMIT ?4",
        )?;
        let ids = params![record, organisation, this, MOST_PLACES];
        statement.query_map(ids, |row| id(row, 0))?.collect()
    }

    /// The machine as that source tells it, or else as any does.
    fn machine(&mut self, machine: String, top: &str) -> rusqlite::Result<Option<Arc<Machine>>> {
        let key = (machine, top.to_owned());
        if let Some((_, machine)) = self.machine.as_ref().filter(|(known, _)| *known == key) {
            return Ok(machine.clone());
        }
        let mut statement = self.db.prepare_cached(
            "SELECT record FROM machines WHERE machine_id = ?1 ORDER BY top_id <> ?2, rowid LIMIT 1",
        )?;
        let found = statement.query_row([&key.0, &key.1], |row| from_json::<Machine>(row, 0));
        let machine = found.optional()?.map(Arc::new);
        self.machine = Some((key, machine.clone()));
        Ok(machine)
    }

    /// The source as known where the exposure was read, which is found by its key, or else as known
    /// anywhere, for which all are looked at.
    fn source(&mut self, source: String, top: &str) -> rusqlite::Result<Arc<Source>> {
        let key = (source, top.to_owned());
        if let Some((_, source)) = self.source.as_ref().filter(|(known, _)| *known == key) {
            return Ok(Arc::clone(source));
        }
        let mut statement = self.db.prepare_cached(
            "SELECT COALESCE(
               (SELECT record FROM sources WHERE top_id = ?2 AND source_id = ?1),
               (SELECT record FROM sources WHERE source_id IN (?1, ?2)
                ORDER BY source_id <> ?1, top_id <> ?2, rowid LIMIT 1))",
        )?;
        let found = statement.query_row([&key.0, &key.1], |row| from_json::<Source>(row, 0));
        let source = Arc::new(found?);
        self.source = Some((key, Arc::clone(&source)));
        Ok(source)
    }
}

/// What the exposures of a case add up to.
#[derive(Default)]
struct Totals {
    machines: u64,
    exposures: u64,
    organisations: BTreeMap<String, u64>,
    kinds: BTreeMap<String, u64>,
    classes: BTreeMap<String, u64>,
    severities: BTreeMap<String, u64>,
    changes: BTreeMap<String, u64>,
}

impl Totals {
    fn add(&mut self, exposure: &Exposure) {
        let change = exposure.change.unwrap_or(Change::Known);
        *self.changes.entry(text(&change)).or_default() += 1;
        if change == Change::Gone {
            return;
        }
        self.exposures += 1;
        *self.organisations.entry(exposure.organisation.clone()).or_default() += 1;
        *self.kinds.entry(text(&exposure.kind)).or_default() += 1;
        *self.classes.entry(text(&exposure.identity_class)).or_default() += 1;
        *self.severities.entry(text(&exposure.severity)).or_default() += 1;
    }

    /// The summary of the case: of what was read, what its sources came to together.
    fn summary(self, db: &Connection) -> rusqlite::Result<Option<Summary>> {
        let query =
            "SELECT state, as_of, version, key_id, limits FROM runs ORDER BY run DESC LIMIT 1";
        let last = db.query_row(query, [], |row| {
            let state: String = row.get(0)?;
            let (as_of, version): (String, String) = (row.get(1)?, row.get(2)?);
            let limits: Limits = from_json(row, 4)?;
            Ok((state, as_of, version, id(row, 3)?, limits))
        });
        let Some((state, as_of, version, key_id, limits)) = last.optional()? else {
            return Ok(None);
        };
        let mut statement = db.prepare(
            "SELECT totals FROM sources
             WHERE totals IS NOT NULL AND replaced_by IS NULL",
        )?;
        let mut rows = statement.query([])?;
        let mut sum: Option<Summary> = None;
        while let Some(row) = rows.next()? {
            let one: Summary = from_json(row, 0)?;
            match &mut sum {
                Some(sum) => add(sum, &one),
                None => sum = Some(one),
            }
        }
        let mut summary =
            Summary { version: Cow::Owned(version), ..Summary::of_nothing(key_id, as_of, limits) };
        if let Some(sum) = sum {
            summary = Summary {
                status: sum.status,
                records: sum.records,
                entries: sum.entries,
                bytes_in: sum.bytes_in,
                bytes_out: sum.bytes_out,
                families: sum.families,
                issues: sum.issues,
                ..summary
            };
        }
        if state == "interrupted" {
            summary.status = fold(summary.status, Status::Partial);
        }
        summary.records.machines = self.machines;
        summary.records.exposures = self.exposures;
        summary.organisations = list(self.organisations);
        summary.kinds = list(self.kinds);
        summary.classes = list(self.classes);
        summary.severities = list(self.severities);
        summary.changes = list(self.changes);
        Ok(Some(summary))
    }
}

/// Adds the totals of another source.
fn add(sum: &mut Summary, one: &Summary) {
    sum.status = fold(sum.status, one.status);
    sum.entries.merge(&one.entries);
    sum.bytes_in += one.bytes_in;
    sum.bytes_out += one.bytes_out;
    sum.records.sources += one.records.sources;
    sum.records.logs += one.records.logs;
    sum.records.credentials += one.records.credentials;
    sum.records.cookies += one.records.cookies;
    sum.records.autofill += one.records.autofill;
    sum.records.issues += one.records.issues;
    for (counts, more) in [(&mut sum.families, &one.families), (&mut sum.issues, &one.issues)] {
        let mut all: BTreeMap<String, u64> =
            counts.drain(..).map(|count| (count.name, count.count)).collect();
        for count in more {
            *all.entry(count.name.clone()).or_default() += count.count;
        }
        *counts = list(all);
    }
}

fn list(counts: BTreeMap<String, u64>) -> Vec<Count> {
    counts.into_iter().map(|(name, count)| Count { name, count }).collect()
}

fn text(value: &impl serde::Serialize) -> String {
    crate::case::record::word(value).unwrap_or_default()
}
