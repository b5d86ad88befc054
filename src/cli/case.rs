//! What the commands about a case have in common: the case as files, what is said of it, and who
//! works on it.

use std::collections::HashSet;

use crate::case::Case;
use crate::cli::worst::Worst;
use crate::error::Result;
use crate::exposure::{Change, Exposure, Severity, TriageStatus};
use crate::record::{Record, Summary};
use crate::secret::Id;
use crate::sink::Sink;

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
