//! `logsieve watchlist`: what is wrong with a watchlist.

use crate::cli::args::WatchlistArgs;
use crate::cli::exit_code::ExitCode;
use crate::error::Result;
use crate::text::visible;
use crate::watchlist::Watchlist;

pub(super) fn watchlist(args: &WatchlistArgs) -> Result<ExitCode> {
    let watchlist = Watchlist::from_file(&args.file)?;
    let notes = watchlist.lint();
    let matcher = watchlist.compile();
    let names = matcher.organisations();
    let mut text = format!("{} is usable: {} organisation(s)", args.file.display(), names.len());
    match notes.len() {
        0 => text.push_str(", nothing to note.\n"),
        count => text.push_str(&format!(", {count} note(s):\n")),
    }
    for note in notes {
        text.push_str(&format!("  {}\n", visible(&note.to_string())));
    }
    super::print(text.as_bytes())
}
