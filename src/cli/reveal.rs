//! `logsieve reveal`: the clear text of one exposure of a case, after the audit knows of it.
//!
//! The only command that shows a secret. What it needs to know of the case is read first, then the
//! run shuts itself in and reads the source again; nothing is shown before the line of the audit is
//! on the disk.

use std::borrow::Cow;
use std::fs;
use std::io::IsTerminal;
use std::path::PathBuf;
use std::sync::Arc;

use zeroize::Zeroizing;

use crate::case::{AUDIT_FILE, Audit, Case, Exposed, Place, Reveal};
use crate::check::refuse_other_key;
use crate::cli::args::{Reading, RevealArgs};
use crate::cli::case;
use crate::cli::configure;
use crate::cli::exit_code::ExitCode;
use crate::cli::sandbox::Sandbox;
use crate::cli::show::{DataTo, Show};
use crate::error::{Error, Result};
use crate::limits::Limits;
use crate::pipeline::{self, ClearText, Event, ReadOptions, Scope, Search, Settings};
use crate::record::{IssueRecord, Record, Status};
use crate::secret::Key;
use crate::sink::folder::{FolderKind, OutputFolder};
use crate::text::visible;

pub(super) fn reveal(args: &RevealArgs) -> Result<ExitCode> {
    let form = form(Stdout::now(), args.to_terminal.then_some(Form::Neutralised))?;
    if args.reason.trim().is_empty() {
        return Err(Error::config("--reason: say why; the audit keeps it"));
    }
    let known = Case::open_existing(&args.case)?;
    let folder = OutputFolder::open(&args.case, FolderKind::Case)?;
    let exposed = known.exposed(&args.id)?;
    let attempts = attempts(&exposed, &args.input)?;
    let mut audit = Audit::open(folder.path())?;
    let reading = Reading {
        inputs: attempts.iter().flat_map(|attempt| attempt.inputs.clone()).collect(),
        password_file: args.password_file.clone(),
        threads: Some(1),
        limits: None,
        sandbox: args.sandbox,
    };
    let mut settings = settings(args, &folder, &reading, &exposed.limits)?;
    refuse_other_key(&known, &settings)?;
    drop(known);
    // What the walls keep out has to be known before they stand.
    let (uid, host) = (uid(), host());
    let sandbox = Sandbox::enter(&reading, None, Some(&args.case))?;
    let show = Show::start(&args.showing, DataTo::Stdout, &sandbox);
    let found = find(&mut settings, &exposed, attempts, &show)?;
    show.clear();
    let Some((place, search)) = found else { return Ok(ExitCode::Interrupted) };
    let line = audit.record(&Reveal {
        at: crate::normalise::time::rfc3339(jiff::Timestamp::now()),
        user: case::user(),
        uid,
        host,
        exposure_id: exposed.exposure_id,
        organisation: exposed.organisation.clone(),
        record_id: exposed.record_id,
        source_id: place.source_id,
        reason: args.reason.clone(),
    })?;
    let told = format!(
        "{}: {}\nRecorded in {}; the BLAKE3 of the line is {line}.",
        exposed.exposure_id,
        visible(&exposed.what),
        visible(&args.case.join(AUDIT_FILE).display().to_string())
    );
    search.found().map_or(Ok(()), |value| tell(value, form))?;
    show.end(&told);
    Ok(ExitCode::Complete)
}

/// Writes the value to standard output.
fn tell(value: &ClearText, form: Form) -> Result<()> {
    let text = match form {
        Form::AsItIs => Cow::Borrowed(value.expose()),
        Form::Neutralised => visible(value.expose()),
    };
    let text = Zeroizing::new(text.into_owned());
    super::print(text.as_bytes())?;
    super::print(b"\n").map(drop)
}

/// What standard output is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stdout {
    Terminal,
    Elsewhere,
}

impl Stdout {
    fn now() -> Self {
        if std::io::stdout().is_terminal() { Self::Terminal } else { Self::Elsewhere }
    }
}

/// In which form a value is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// Its bytes.
    AsItIs,
    /// What acts in it can be seen, and does nothing.
    Neutralised,
}

/// In which form a value goes to standard output; a terminal only gets the one that was `asked` for.
fn form(stdout: Stdout, asked: Option<Form>) -> Result<Form> {
    match stdout {
        Stdout::Elsewhere => Ok(Form::AsItIs),
        Stdout::Terminal => asked.ok_or_else(|| {
            Error::config(
                "standard output is a terminal, where others may see the value and where it stays; \
                 send it to the program that needs it, or say --to-terminal",
            )
        }),
    }
}

/// A place where the value may be read, and what has to be looked through for its source.
struct Attempt<'e> {
    place: &'e Place,
    inputs: Vec<PathBuf>,
}

/// The places of an exposure, as far as there is something to read: what was given, or else what
/// lies where they were.
fn attempts<'e>(exposed: &'e Exposed, given: &[PathBuf]) -> Result<Vec<Attempt<'e>>> {
    let attempt = |place: &'e Place| {
        let lies_there = || place.path.clone().filter(|path| path.exists()).map(|path| vec![path]);
        let inputs = if given.is_empty() { lies_there()? } else { given.to_vec() };
        Some(Attempt { place, inputs })
    };
    let attempts: Vec<_> = exposed.places.iter().filter_map(attempt).collect();
    match exposed.places.first() {
        _ if !attempts.is_empty() => Ok(attempts),
        Some(Place { path: None, .. }) => {
            Err(Error::config("it was read from standard input; give that again with --input"))
        }
        Some(Place { name, .. }) => Err(Error::config(format!(
            "{name} is not there any more; say with --input where it is now"
        ))),
        None => Err(Error::internal("an exposure without a place")),
    }
}

fn settings(
    args: &RevealArgs,
    folder: &OutputFolder,
    reading: &Reading,
    limits: &Limits,
) -> Result<Settings> {
    let given = args.key_file.as_deref().map(Key::from_file).transpose()?;
    let key = given.map_or_else(|| folder.case_key(), Ok)?;
    let read = ReadOptions { limits: limits.clone(), ..configure::reading(reading, None)? };
    Ok(Settings::new(Scope::Everything, key, read))
}

/// Makes one attempt after the other until the value is found; what went wrong with the first is
/// told if none of them finds it. None if the user stops it.
fn find<'e>(
    settings: &mut Settings,
    exposed: &Exposed,
    attempts: Vec<Attempt<'e>>,
    show: &Show,
) -> Result<Option<(&'e Place, Arc<Search>)>> {
    let mut failed = None;
    for Attempt { place, inputs } in attempts {
        let search = Arc::new(Search::new(
            (exposed.record_id, exposed.fingerprint),
            (place.top_id, place.source_id),
            place.entry.clone(),
            place.line,
        ));
        settings.scope = Scope::Revealed(Arc::clone(&search));
        settings.read.inputs = inputs;
        let seen = read(settings, place, show)?;
        if search.found().is_some() {
            return Ok(Some((place, search)));
        }
        if show.progress().is_interrupted() {
            return Ok(None);
        }
        failed.get_or_insert_with(|| seen.failure(place));
    }
    Err(failed.unwrap_or_else(|| Error::internal("no attempt was made")))
}

/// What came of the source that was searched.
#[derive(Default)]
struct Seen {
    /// How much of it was read; none if it was not among the inputs.
    status: Option<Status>,
    /// What was wrong with it first.
    issue: Option<IssueRecord>,
}

impl Seen {
    /// Why the value was not found.
    fn failure(self, place: &Place) -> Error {
        let Place { name, entry, line, .. } = place;
        match (self.status, self.issue) {
            (None, _) => Error::config(format!(
                "{name} is not what was read then: it was changed; give it as it was with --input"
            )),
            (Some(Status::Complete), _) | (_, None) => Error::config(format!(
                "the value does not stand in {name}, {entry}:{line}, as it is read now; \
                 `logsieve check --full` finds out where it stands"
            )),
            (_, Some(issue)) => {
                let name = issue.entry.map_or(name.clone(), |entry| format!("{name}: {entry}"));
                Error::input(name, issue.stage, issue.code, issue.detail)
            }
        }
    }
}

/// Reads the source of a place, wherever it is among the inputs.
fn read(settings: &Settings, place: &Place, show: &Show) -> Result<Seen> {
    let mut seen = Seen::default();
    let mut is_there = false;
    pipeline::follow(settings, show.progress(), &mut |event| {
        match event {
            Event::Begin(source) => is_there = source.source_id == place.top_id,
            Event::Known(_) => is_there = false,
            Event::Record(Record::Source(source)) if source.source_id == place.top_id => {
                seen.status = Some(source.status);
            }
            Event::Record(Record::Issue(issue)) if is_there => {
                _ = seen.issue.get_or_insert(issue);
            }
            _ => {}
        }
        Ok(())
    })?;
    Ok(seen)
}

/// Who works on the case, as the system tells.
fn uid() -> Option<u32> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("Uid:"))?;
    line.split_whitespace().next()?.parse().ok()
}

/// What the computer is called, as far as it is easily told.
fn host() -> Option<String> {
    let name = fs::read_to_string("/proc/sys/kernel/hostname").ok();
    let name = name.or_else(|| std::env::var("COMPUTERNAME").ok())?;
    Some(name.trim().to_owned()).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_gets_nothing_without_being_asked_for_and_nothing_that_acts() {
        let asked = Some(Form::Neutralised);
        assert_eq!(form(Stdout::Terminal, asked).unwrap(), Form::Neutralised);
        assert_eq!(form(Stdout::Elsewhere, asked).unwrap(), Form::AsItIs);
        assert_eq!(form(Stdout::Elsewhere, None).unwrap(), Form::AsItIs);
        let refused = form(Stdout::Terminal, None).unwrap_err();
        assert!(refused.to_string().contains("--to-terminal"), "{refused}");
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn the_system_tells_who_and_where() {
        assert!(uid().is_some());
        assert!(host().is_some_and(|host| !host.contains('\n')));
    }
}
