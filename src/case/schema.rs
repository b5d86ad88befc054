//! The tables of `case.db`, and how older ones become what they are now.
//!
//! `docs/CASE.md` explains them to those who ask the file themselves; a test compares the two.

use rusqlite::Connection;

/// What each version of the schema adds; `user_version` tells how many of them a file has.
pub(super) const MIGRATIONS: &[&str] = &[include_str!("schema/1.sql")];

/// Brings the tables up to date. A file of a later version is left alone.
///
/// # Errors
/// The file is no database, is of a later version, or cannot be written.
pub(super) fn migrate(db: &mut Connection) -> rusqlite::Result<Outcome> {
    let found: usize = db.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let Some(missing) = MIGRATIONS.get(found..) else { return Ok(Outcome::Later(found)) };
    if missing.is_empty() {
        return Ok(Outcome::Current);
    }
    let change = db.transaction()?;
    for migration in missing {
        change.execute_batch(migration)?;
    }
    change.pragma_update(None, "user_version", MIGRATIONS.len())?;
    change.commit()?;
    Ok(Outcome::Current)
}

/// What a file turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It has the tables of this version.
    Current,
    /// It was made by a later version of logsieve, with this number.
    Later(usize),
}
