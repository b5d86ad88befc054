//! `logsieve plan`: inputs cut into items of work, a line each.

use std::io::{self, BufWriter, Write};

use crate::cli::args::PlanArgs;
use crate::cli::configure;
use crate::cli::exit_code::ExitCode;
use crate::cli::sandbox::Sandbox;
use crate::cli::show::{DataTo, Show};
use crate::error::{Error, Result};
use crate::pipeline::{self, Scope, Settings, WorkItem};
use crate::secret::Key;

pub(super) fn plan(args: &PlanArgs) -> Result<ExitCode> {
    let read = configure::reading(&args.reading, None)?.connected()?;
    // Items are the same for every key.
    let settings = Settings::new(Scope::Counted, Key::random()?, read);
    let sandbox = Sandbox::enter(&args.reading, None, None)?;
    let show = Show::start(&args.showing, DataTo::Stdout, &sandbox);
    let items = pipeline::items(&settings, show.progress())?;
    show.clear();
    // Half a plan would pass for a whole one.
    if show.progress().is_interrupted() {
        return Ok(ExitCode::Interrupted);
    }
    let mut out = BufWriter::new(io::stdout().lock());
    for item in &items {
        out.write_all(&item.to_line()?).and_then(|()| out.write_all(b"\n")).map_err(unwritten)?;
    }
    out.flush().map_err(unwritten)?;
    let bytes = items.iter().map(WorkItem::bytes).fold(0, u64::saturating_add);
    show.end(&format!("{} items, {}", items.len(), indicatif::HumanBytes(bytes)));
    Ok(ExitCode::Complete)
}

fn unwritten(error: io::Error) -> Error {
    Error::output("standard output", error)
}
