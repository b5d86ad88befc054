//! Triage: what the organisation decided about exposures.

use rusqlite::{OptionalExtension, params};

use crate::case::Case;
use crate::case::record::word;
use crate::error::{Error, Result};
use crate::exposure::TriageStatus;

/// Fewest digits by which an exposure can be named.
const FEWEST_DIGITS: usize = 6;

/// A decision about some exposures.
#[derive(Debug, Clone)]
pub struct Decision {
    /// What was done about them.
    pub status: TriageStatus,
    /// Why, or how.
    pub note: Option<String>,
    /// Who says so.
    pub user: String,
    /// When, RFC 3339 UTC.
    pub at: String,
}

/// An exposure that was decided about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Triaged {
    /// Its id.
    pub exposure_id: String,
    /// What it is, in a few words: kind, login, host.
    pub what: String,
}

impl Case {
    /// Records a decision about the exposures `ids`, which may be cut short as long as they are
    /// clear. Either all are found, or nothing is recorded.
    ///
    /// # Errors
    /// An id fits no exposure or several, or the file cannot be written.
    pub fn triage(&mut self, ids: &[String], decision: &Decision) -> Result<Vec<Triaged>> {
        let found = ids.iter().map(|id| self.find(id)).collect::<Result<Vec<_>>>()?;
        let write = || {
            let change = self.db.unchecked_transaction()?;
            for Triaged { exposure_id, .. } in &found {
                let run = "INSERT INTO triage (exposure_id, run, at, user, status, note) VALUES
                    (?1, (SELECT COALESCE(MAX(run), 0) FROM runs), ?2, ?3, ?4, ?5)";
                let status = word(&decision.status)?;
                let Decision { at, user, note, .. } = decision;
                change.execute(run, params![exposure_id, at, user, status, note])?;
                let back = "UPDATE exposures SET returned_run = NULL WHERE exposure_id = ?1";
                change.execute(back, [exposure_id])?;
            }
            change.commit()
        };
        write().map_err(|error| self.failed(error))?;
        Ok(found)
    }

    /// The exposure whose id begins with `digits`.
    pub(super) fn find(&self, digits: &str) -> Result<Triaged> {
        let is_id = (FEWEST_DIGITS..=32).contains(&digits.len())
            && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        if !is_id {
            return Err(Error::config(format!(
                "“{digits}” is no exposure id: give its 32 hexadecimal digits, or the first \
                 {FEWEST_DIGITS} or more of them"
            )));
        }
        let query = "SELECT exposure_id, kind, COALESCE(username, ''), COALESCE(host, ''),
               (SELECT COUNT(*) FROM exposures o WHERE o.exposure_id GLOB ?1)
             FROM exposures e WHERE exposure_id GLOB ?1 LIMIT 1";
        let pattern = format!("{}*", digits.to_ascii_lowercase());
        let found = self.db.query_row(query, [pattern], |row| {
            let words: [String; 3] = [row.get(1)?, row.get(2)?, row.get(3)?];
            let what: Vec<String> = words.into_iter().filter(|word| !word.is_empty()).collect();
            Ok((Triaged { exposure_id: row.get(0)?, what: what.join(" ") }, row.get::<_, u64>(4)?))
        });
        match found.optional().map_err(|error| self.failed(error))? {
            Some((triaged, 1)) => Ok(triaged),
            Some((_, many)) => Err(Error::config(format!(
                "“{digits}” begins the ids of {many} exposures; give more digits"
            ))),
            None => Err(Error::config(format!(
                "no exposure of this case has the id “{digits}”; exposures.jsonl lists them"
            ))),
        }
    }
}
