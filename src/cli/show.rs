//! What people see on standard error while a run goes on and when it ends.

use std::cell::Cell;
use std::io::IsTerminal;
use std::sync::Arc;
use std::time::Duration;

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use indicatif::{HumanBytes, HumanDuration, ProgressBar as Bar, ProgressState, ProgressStyle};

use crate::cli::args::{ProgressBar, Showing, When};
use crate::cli::sandbox::Sandbox;
use crate::error::Error;
use crate::pipeline::Progress;
use crate::record::{IssueRecord, Record};
use crate::text::visible;

/// How often the progress bar is drawn anew.
const TICK: Duration = Duration::from_millis(120);

/// Width of the progress bar in characters.
const BAR_WIDTH: u64 = 28;

const ERROR: Style = AnsiColor::Red.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default();

/// How many issues of whole inputs are shown without being asked for.
const MAX_WARNINGS: usize = 20;

/// How much is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Loudness {
    Quiet,
    Normal,
    Verbose,
}

/// Where the data of a run goes; the display keeps out of its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DataTo {
    /// Standard output.
    Stdout,
    /// Files.
    Files,
}

/// The display of one run.
pub(super) struct Show {
    progress: Arc<Progress>,
    bar: Option<Bar>,
    loudness: Loudness,
    color: ColorChoice,
    warnings: Cell<usize>,
}

impl Show {
    /// Begins to show a run, and makes Ctrl-C interrupt it. Both take threads, which have to be in
    /// the sandbox too.
    pub(super) fn start(showing: &Showing, data: DataTo, sandbox: &Sandbox) -> Self {
        let progress = Arc::new(Progress::default());
        let loudness = match (showing.quiet, showing.verbose) {
            (true, _) => Loudness::Quiet,
            (_, true) => Loudness::Verbose,
            _ => Loudness::Normal,
        };
        interrupt_on_signal(&progress, loudness);
        let data_is_shown = data == DataTo::Stdout && std::io::stdout().is_terminal();
        let on_terminal = std::io::stderr().is_terminal() && !data_is_shown;
        let wanted = showing.progress == ProgressBar::Auto && loudness != Loudness::Quiet;
        let bar = (on_terminal && wanted).then(|| bar(&progress));
        let color = color_choice(showing.color);
        let show = Self { progress, bar, loudness, color, warnings: Cell::new(0) };
        if loudness == Loudness::Verbose {
            show.say(sandbox.told());
        }
        show
    }

    /// The counters of the run.
    pub(super) fn progress(&self) -> &Progress {
        &self.progress
    }

    /// Shows an issue: one that concerns a whole input always, any other when asked for all.
    pub(super) fn record(&self, record: &Record) {
        let Record::Issue(issue) = record else { return };
        let number = self.warnings.get();
        match (self.loudness, &issue.entry) {
            (Loudness::Quiet, _) | (Loudness::Normal, Some(_)) => return,
            (Loudness::Normal, None) if number == MAX_WARNINGS => {
                self.say("… and more inputs with issues; -v shows them all");
            }
            (Loudness::Normal, None) if number > MAX_WARNINGS => {}
            _ => self.say(&line_about(issue, &self.progress.source())),
        }
        self.warnings.set(number + 1);
    }

    /// Takes the progress bar off the screen.
    pub(super) fn clear(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }

    /// Ends the display with `text`.
    pub(super) fn end(&self, text: &str) {
        self.clear();
        if self.loudness != Loudness::Quiet {
            self.say(text);
        }
    }

    fn say(&self, text: &str) {
        match &self.bar {
            Some(bar) if !bar.is_finished() => bar.suspend(|| write_line(self.color, text)),
            _ => write_line(self.color, text),
        }
    }
}

/// An issue of the input `source` as a line.
fn line_about(issue: &IssueRecord, source: &str) -> String {
    let line = issue.line.map(|line| format!(":{line}")).unwrap_or_default();
    // A text is an entry of itself.
    let entry = issue.entry.as_deref().filter(|entry| !source.ends_with(entry));
    let entry = entry.map(|entry| format!(": {}", visible(entry))).unwrap_or_default();
    let (source, detail) = (visible(source), visible(&issue.detail));
    format!("{WARNING}{source}{entry}{line}:{WARNING:#} {detail} [{}]", issue.code)
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

/// Says a line when no run is under way.
pub(super) fn line(text: &str) {
    write_line(color_choice(When::Auto), text);
}

/// Tells what ended the run.
pub(super) fn error(error: &Error, color: When) {
    let text = error.to_string();
    write_line(color_choice(color), &format!("{ERROR}logsieve:{ERROR:#} {}", visible(&text)));
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

/// How far it is, where the end is known.
fn gauge(progress: &Progress, _: &ProgressState) -> String {
    let (done, total) = (progress.done_bytes(), progress.total_bytes());
    if total == 0 {
        return String::new();
    }
    let filled = (done.min(total) * BAR_WIDTH / total) as usize;
    format!("[{}{}]", "█".repeat(filled), "·".repeat(BAR_WIDTH as usize - filled))
}

fn read(progress: &Progress, state: &ProgressState) -> String {
    let (done, total) = (progress.done_bytes(), progress.total_bytes());
    let rate = done as f64 / state.elapsed().as_secs_f64().max(0.001);
    let speed = format!("{}/s", HumanBytes(rate as u64));
    if total == 0 {
        return format!("{} · {speed}", HumanBytes(done));
    }
    let share = format!("{} of {} · {speed}", HumanBytes(done), HumanBytes(total));
    if rate < 1.0 {
        return share;
    }
    let left = Duration::from_secs_f64(total.saturating_sub(done) as f64 / rate);
    format!("{share} · {} left", HumanDuration(left))
}

/// The first signal ends the run after the entries that are being read, the second at once.
fn interrupt_on_signal(progress: &Arc<Progress>, loudness: Loudness) {
    let progress = Arc::clone(progress);
    // A second run in one process keeps the first handler; only tests do that.
    let _ = ctrlc::set_handler(move || {
        if progress.is_interrupted() {
            #[expect(clippy::exit, reason = "the user asked twice")]
            std::process::exit(130);
        }
        progress.interrupt();
        if loudness != Loudness::Quiet {
            let text = "Stopping after what is being read; again to stop at once.";
            write_line(color_choice(When::Auto), text);
        }
    });
}
