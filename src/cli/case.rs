//! What the commands about a case have in common: the case as files, what is said of it, and who
//! works on it.

use std::collections::HashSet;
use std::io::Write as _;

use crate::case::{Case, Reading};
use crate::cli::worst::Worst;
use crate::error::{Error, Result};
use crate::exposure::{Change, Exposure, Severity, TriageStatus};
use crate::pipeline::Settings;
use crate::record::{Record, Summary};
use crate::secret::Id;
use crate::sink::Sink;
use crate::watchlist::Watchlist;

/// Stands for a watchlist: all that is in it, in its order, without comments.
pub(super) fn digest(watchlist: &Watchlist) -> [u8; 32] {
    let mut listed = blake3::Hasher::new();
    let _ = write!(listed, "{watchlist:?}");
    *listed.finalize().as_bytes()
}

/// What a run with `settings` and the watchlist of this digest reads with.
pub(super) fn reading(settings: &Settings, watchlist: &[u8; 32]) -> Reading {
    let watchlist = settings.key.id("watchlist", &[watchlist]);
    let mut rest = blake3::Hasher::new();
    let _ = write!(rest, "{} {:?}", env!("CARGO_PKG_VERSION"), settings.limits);
    for candidate in &settings.passwords {
        let word = candidate.word();
        rest.update(&word.len().to_le_bytes()).update(word);
    }
    Reading {
        key_id: settings.key.key_id(),
        watchlist,
        everything: settings.key.id("reading", &[&watchlist.0, rest.finalize().as_bytes()]),
        limits: settings.limits.clone(),
        as_of: crate::normalise::time::rfc3339(settings.as_of),
    }
}

/// Refuses a case whose ids are made with another key.
pub(super) fn refuse_other_key(case: &Case, settings: &Settings) -> Result<()> {
    match case.key_id()? {
        Some(known) if known != settings.key.key_id() => Err(Error::config(
            "the ids and fingerprints of this case are made with another key: give that one \
             (--key-file), or another folder (-o)",
        )),
        _ => Ok(()),
    }
}

/// What a case has to say, once it is written.
pub(super) struct Told {
    /// The totals; none while nothing was read.
    pub summary: Option<Summary>,
    /// The worst exposures, the new ones first.
    pub worst: Worst,
    /// The worst exposure that is still there and that nothing was done about.
    pub open: Option<Severity>,
}

/// Writes a case into `sink`; what is new goes to `alert` as well.
pub(super) fn write(
    case: &Case,
    sink: &mut dyn Sink,
    alert: &mut dyn FnMut(&Record) -> Result<()>,
) -> Result<Told> {
    let returned = case.returned()?;
    let mut told = Told { summary: None, worst: Worst::default(), open: None };
    case.replay(&mut |record| {
        match &record {
            Record::Exposure(exposure) => {
                if is_open(exposure) {
                    told.worst.add(exposure);
                    told.open = told.open.max(Some(exposure.severity));
                }
                if is_news(exposure, &returned) {
                    alert(&record)?;
                }
            }
            Record::Summary(summary) => told.summary = Some((**summary).clone()),
            _ => {}
        }
        sink.write(&record)
    })?;
    Ok(told)
}

/// Whether there is something to be done about it.
fn is_open(exposure: &Exposure) -> bool {
    match (exposure.change, exposure.status) {
        (Some(Change::Gone), _) | (_, TriageStatus::Ignored) => false,
        (Some(Change::Returned), _) | (_, TriageStatus::Open) => true,
        (_, TriageStatus::Remediated) => false,
    }
}

/// Whether the last run was the first to tell it.
fn is_news(exposure: &Exposure, returned: &HashSet<Id>) -> bool {
    match exposure.change {
        Some(Change::New) => true,
        Some(Change::Returned) => returned.contains(&exposure.exposure_id),
        _ => false,
    }
}

/// Who works on the case, as the environment tells.
pub(super) fn user() -> String {
    let named = ["SUDO_USER", "LOGNAME", "USER", "USERNAME"].iter();
    named
        .filter_map(|name| std::env::var(name).ok())
        .find(|name| !name.is_empty())
        .unwrap_or_default()
}
