//! One exposure with a secret: what it is, and where its value can be read again.

use std::path::PathBuf;

use rusqlite::{Row, params};

use crate::case::record::{from_json, from_word};
use crate::case::{Case, Triaged};
use crate::error::{Error, Result};
use crate::exposure::{Kind, MOST_PLACES};
use crate::limits::Limits;
use crate::secret::{Fingerprint, Id};

/// A login or cookie of an organisation.
#[derive(Debug, Clone)]
pub struct Exposed {
    /// The id of the exposure.
    pub exposure_id: Id,
    /// Whose it is.
    pub organisation: String,
    /// The login or cookie.
    pub record_id: Id,
    /// What stands for its value.
    pub fingerprint: Fingerprint,
    /// What it is, in a few words: kind, login, host.
    pub what: String,
    /// Where it was read, the place of its record first; at most [`MOST_PLACES`] others.
    pub places: Vec<Place>,
    /// The limits of the last run: what it could read can be read again.
    pub limits: Limits,
}

/// A place where an exposure was read.
#[derive(Debug, Clone)]
pub struct Place {
    /// The source as given.
    pub top_id: Id,
    /// What that is called.
    pub name: String,
    /// Where it lay; none if it came from standard input.
    pub path: Option<PathBuf>,
    /// The source that the entry is in: the same one, or one nested in it.
    pub source_id: Id,
    /// The path of the entry.
    pub entry: String,
    /// The line on which the record begins.
    pub line: u64,
}

/// The places of an exposure: that of its record, which stays when it is gone, and the others.
const PLACES: &str = "
    SELECT e.top_id, t.name, t.path, e.source_id, e.record ->> 'entry', e.record ->> 'line', 0, t.rowid
    FROM exposures e JOIN sources t ON t.top_id = e.top_id AND t.source_id = e.top_id
    WHERE e.exposure_id = ?1
    UNION ALL
    SELECT s.top_id, t.name, t.path, s.source_id, s.entry, s.line, 1, t.rowid
    FROM sightings s JOIN sources t ON t.top_id = s.top_id AND t.source_id = s.top_id
    JOIN exposures e ON e.exposure_id = s.exposure_id
    WHERE s.exposure_id = ?1 AND s.count > 0
      AND NOT (s.top_id = e.top_id AND s.source_id = e.source_id)
    ORDER BY 7, 8, 4 LIMIT ?2";

impl Case {
    /// The exposure whose id begins with `digits`, if it has a value that can be told.
    ///
    /// # Errors
    /// The id fits no exposure or several, it is neither a login nor a cookie, there is no value, or
    /// the file cannot be read.
    pub fn exposed(&self, digits: &str) -> Result<Exposed> {
        let Triaged { exposure_id, what } = self.find(digits)?;
        let query = "SELECT exposure_id, organisation, kind, record_id, fingerprint,
               (SELECT limits FROM runs ORDER BY run DESC LIMIT 1)
             FROM exposures WHERE exposure_id = ?1";
        let read = self.db.query_row(query, [&exposure_id], |row| {
            let kind: Kind = from_word(row, 2)?;
            if !matches!(kind, Kind::Credential | Kind::Session)
                || row.get_ref(4)?.as_str().is_err()
            {
                return Ok(None);
            }
            Ok(Some(Exposed {
                exposure_id: from_word(row, 0)?,
                organisation: row.get(1)?,
                record_id: from_word(row, 3)?,
                fingerprint: from_word(row, 4)?,
                what: what.clone(),
                places: self.places(&exposure_id)?,
                limits: from_json(row, 5)?,
            }))
        });
        read.map_err(|error| self.failed(error))?.ok_or_else(|| {
            Error::config(format!(
                "{exposure_id} ({what}) has no value: only logins and cookies do, and not where it \
                 is empty or a placeholder"
            ))
        })
    }

    fn places(&self, exposure_id: &str) -> rusqlite::Result<Vec<Place>> {
        let mut statement = self.db.prepare(PLACES)?;
        let places = statement.query_map(params![exposure_id, MOST_PLACES + 1], place)?;
        places.collect()
    }
}

fn place(row: &Row<'_>) -> rusqlite::Result<Place> {
    Ok(Place {
        top_id: from_word(row, 0)?,
        name: row.get(1)?,
        path: row.get::<_, Option<String>>(2)?.map(PathBuf::from),
        source_id: from_word(row, 3)?,
        entry: row.get(4)?,
        line: row.get(5)?,
    })
}
