//! `--notify-command`: a program of the user's that gets what is new as JSON Lines.
//!
//! The sandbox lets a run start no program, so the shell that will is started before: it waits for
//! a first line, and without one it ends and has done nothing.

use std::io::{self, BufWriter, Write};
use std::process::{Child, ChildStdin, Command, Stdio};

use crate::error::{Error, Result};
use crate::record::Record;

/// Waits for a line; with it and all that follow it runs the command in `$0`.
const GATE: &str = r#"IFS= read -r first || exit 0
{ printf '%s\n' "$first"; exec cat; } | exec sh -c "$0""#;

/// Takes exposures to the command, if there is one.
pub(super) struct Alert(Option<Waiting>);

struct Waiting {
    shell: Child,
    pipe: BufWriter<ChildStdin>,
}

impl Alert {
    /// Makes ready for `command`; has to come before the sandbox.
    ///
    /// # Errors
    /// There is no shell.
    pub(super) fn prepare(command: Option<&str>) -> Result<Self> {
        let Some(command) = command else { return Ok(Self(None)) };
        let mut shell = Command::new("sh")
            .args(["-c", GATE, command])
            .stdin(Stdio::piped())
            // Standard output is for the data of the run.
            .stdout(io::stderr())
            .spawn()
            .map_err(|error| {
                Error::config(format!("--notify-command: cannot start sh: {error}"))
            })?;
        let pipe = shell.stdin.take().map(BufWriter::new);
        Ok(Self(pipe.map(|pipe| Waiting { shell, pipe })))
    }

    /// Passes an exposure on.
    ///
    /// # Errors
    /// It cannot be written as JSON.
    pub(super) fn send(&mut self, record: &Record) -> Result<()> {
        let Some(waiting) = &mut self.0 else { return Ok(()) };
        let line = serde_json::to_vec(record)
            .map_err(|error| Error::internal(format!("an exposure is not JSON: {error}")))?;
        let sent = waiting.pipe.write_all(&line).and_then(|()| waiting.pipe.write_all(b"\n"));
        sent.or_else(still_well).map_err(failed)
    }

    /// Waits for the end of the command.
    ///
    /// # Errors
    /// It failed.
    pub(super) fn finish(self) -> Result<()> {
        let Some(Waiting { mut shell, mut pipe }) = self.0 else { return Ok(()) };
        pipe.flush().or_else(still_well).map_err(failed)?;
        drop(pipe);
        let ended = shell.wait().map_err(failed)?;
        if ended.success() {
            return Ok(());
        }
        Err(failed(io::Error::other(format!("the command ended with {ended}"))))
    }
}

/// A command may have read enough before all is said.
fn still_well(error: io::Error) -> io::Result<()> {
    if error.kind() == io::ErrorKind::BrokenPipe { Ok(()) } else { Err(error) }
}

fn failed(error: io::Error) -> Error {
    Error::output("to --notify-command", error)
}
