//! What people see on standard error while a run goes on and when it ends.

use std::io::IsTerminal;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use indicatif::{HumanBytes, ProgressBar as Bar, ProgressState, ProgressStyle};

use crate::cli::args::{ProgressBar, Showing, When};
use crate::cli::summary;
use crate::cli::terminal::safe;
use crate::error::Error;
use crate::pipeline::{Progress, RunReport};
use crate::record::Record;

/// How often the progress bar is drawn anew.
const TICK: Duration = Duration::from_millis(120);

/// Width of the progress bar in characters.
const BAR_WIDTH: u64 = 28;

const ERROR: Style = AnsiColor::Red.on_default().bold();
const FAINT: Style = Style::new().dimmed();

/// How much is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Loudness {
    Quiet,
    Normal,
    Verbose,
}

/// The display of one run.
pub(super) struct Show {
    progress: Arc<Progress>,
    bar: Option<Bar>,
    loudness: Loudness,
    color: ColorChoice,
}

impl Show {
    /// Begins to show a run, and makes Ctrl-C interrupt it.
    pub(super) fn start(showing: &Showing) -> Self {
        let progress = Arc::new(Progress::default());
        interrupt_on_signal(&progress);
        let loudness = match (showing.quiet, showing.verbose) {
            (true, _) => Loudness::Quiet,
            (_, true) => Loudness::Verbose,
            _ => Loudness::Normal,
        };
        let on_terminal = std::io::stderr().is_terminal();
        let wanted = showing.progress == ProgressBar::Auto && loudness != Loudness::Quiet;
        let bar = (on_terminal && wanted).then(|| bar(&progress));
        Self { progress, bar, loudness, color: color_choice(showing.color) }
    }

    /// The counters of the run.
    pub(super) fn progress(&self) -> &Progress {
        &self.progress
    }

    /// Shows an issue when asked to show them all.
    pub(super) fn record(&self, record: &Record) {
        let Record::Issue(issue) = record else { return };
        if self.loudness != Loudness::Verbose {
            return;
        }
        let entry = issue.entry.as_deref().unwrap_or("(the whole input)");
        let line = issue.line.map(|line| format!(":{line}")).unwrap_or_default();
        let text = format!("{}{line}: {} [{}]", safe(entry), safe(&issue.detail), issue.code);
        self.say(&format!("{FAINT}{text}{FAINT:#}"));
    }

    /// Ends the display with the totals; `folder` is where the files are.
    pub(super) fn end(&self, report: &RunReport, folder: Option<&Path>) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
        if self.loudness == Loudness::Quiet {
            return;
        }
        self.say(&summary::render(report));
        if let Some(folder) = folder {
            self.say(&format!("Written to {}", safe(&folder.display().to_string())));
        }
    }

    fn say(&self, text: &str) {
        match &self.bar {
            Some(bar) if !bar.is_finished() => bar.println(text),
            _ => write_line(self.color, text),
        }
    }
}

fn color_choice(when: When) -> ColorChoice {
    match when {
        When::Auto => AutoStream::choice(&std::io::stderr()),
        When::Always => ColorChoice::Always,
        When::Never => ColorChoice::Never,
    }
}

/// Writes a line to standard error; that nobody reads it is no reason to stop.
fn write_line(color: ColorChoice, text: &str) {
    let mut out = AutoStream::new(std::io::stderr().lock(), color);
    let _ = std::io::Write::write_fmt(&mut out, format_args!("{text}\n"));
}

/// Tells what ended the run.
pub(super) fn error(error: &Error) {
    let text = error.to_string();
    write_line(color_choice(When::Auto), &format!("{ERROR}logsieve:{ERROR:#} {}", safe(&text)));
}

fn bar(progress: &Arc<Progress>) -> Bar {
    let tracker = |text: fn(&Progress, &ProgressState) -> String| {
        let progress = Arc::clone(progress);
        move |state: &ProgressState, out: &mut dyn std::fmt::Write| {
            let _ = out.write_str(&text(&progress, state));
        }
    };
    let style = ProgressStyle::with_template("{spinner} {gauge} {read} · {found}")
        .unwrap_or_else(|_| ProgressStyle::default_spinner())
        .with_key("gauge", tracker(gauge))
        .with_key("read", tracker(read))
        .with_key("found", tracker(|progress, _| format!("{} exposures", progress.exposures())));
    let bar = Bar::new_spinner().with_style(style);
    bar.enable_steady_tick(TICK);
    bar
}

fn gauge(progress: &Progress, _: &ProgressState) -> String {
    let total = progress.total_bytes().max(1);
    let filled = (progress.done_bytes().min(total) * BAR_WIDTH / total) as usize;
    format!("[{}{}]", "█".repeat(filled), "·".repeat(BAR_WIDTH as usize - filled))
}

fn read(progress: &Progress, state: &ProgressState) -> String {
    let (done, total) = (progress.done_bytes(), progress.total_bytes());
    let seconds = state.elapsed().as_secs_f64().max(0.001);
    let rate = done as f64 / seconds;
    let left = if rate > 0.0 { total.saturating_sub(done) as f64 / rate } else { 0.0 };
    let rate = HumanBytes(rate as u64);
    format!("{} of {} · {rate}/s · {left:.0} s left", HumanBytes(done), HumanBytes(total))
}

/// The first signal ends the run after the entries that are being read, the second at once.
fn interrupt_on_signal(progress: &Arc<Progress>) {
    let progress = Arc::clone(progress);
    // A second run in one process keeps the first handler; only tests do that.
    let _ = ctrlc::set_handler(move || {
        if progress.is_interrupted() {
            #[expect(clippy::exit, reason = "the user asked twice")]
            std::process::exit(130);
        }
        progress.interrupt();
    });
}
