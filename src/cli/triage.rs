//! `logsieve triage`: what was done about exposures, kept for whatever comes of them later.

use crate::case::{Case, Decision};
use crate::cli::args::{TriageArgs, TriageTo};
use crate::cli::case;
use crate::cli::exit_code::ExitCode;
use crate::cli::show;
use crate::error::Result;
use crate::exposure::TriageStatus;
use crate::sink::folder::{FolderKind, OutputFolder};
use crate::text::visible;

pub(super) fn triage(args: &TriageArgs) -> Result<ExitCode> {
    let mut known = Case::open_existing(&args.case)?;
    let _held = OutputFolder::open(&args.case, FolderKind::Case)?;
    let (status, word) = match args.status {
        TriageTo::Open => (TriageStatus::Open, "open"),
        TriageTo::Remediated => (TriageStatus::Remediated, "remediated"),
        TriageTo::Ignored => (TriageStatus::Ignored, "ignored"),
    };
    let decision = Decision {
        status,
        note: args.note.clone(),
        user: case::user(),
        at: crate::normalise::time::rfc3339(jiff::Timestamp::now()),
    };
    for triaged in known.triage(&args.id, &decision)? {
        show::line(&format!("{} {word}: {}", triaged.exposure_id, visible(&triaged.what)));
    }
    show::line(&format!(
        "`logsieve report {}` writes the files of the case again.",
        visible(&args.case.display().to_string())
    ));
    Ok(ExitCode::Complete)
}
