//! What stops one input, or the whole run.
//!
//! Anything wrong *inside* an input is an [`Issue`](crate::issue::Issue) and reading goes on; an
//! [`Error`] is for what cannot go on: an archive that cannot be opened at all, a configuration
//! that makes no sense, an output that cannot be written.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::issue::{Code, Stage};

/// The result of library functions that can stop.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What the caller of a library function stops it with: an error of any type.
pub type Stop = Box<dyn std::error::Error + Send + Sync>;

/// Something that stops an input or the run, with what it concerns.
#[derive(Debug)]
pub struct Error(Box<ErrorKind>);

/// The ways in which an input or a run stops.
#[derive(Debug)]
#[non_exhaustive]
pub enum ErrorKind {
    /// An input cannot be read at all; `code` says how, for the `issue` record.
    Input {
        /// What it is called in messages: a path, or `a.zip!b.rar` for a nested one.
        name: String,
        /// Where it went wrong.
        stage: Stage,
        /// What kind of wrong.
        code: Code,
        /// One sentence for people, without file content.
        detail: String,
    },
    /// The command line, a watchlist, a key file or a limit is wrong; the text says what to do.
    Config(String),
    /// An output could not be written.
    Output {
        /// The file or stream.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Whoever took the records wanted no more of them, for this reason.
    Stopped(Stop),
    /// A defect in logsieve itself.
    Internal(String),
}

impl Error {
    /// An input that cannot be read at all.
    pub fn input(
        name: impl Into<String>,
        stage: Stage,
        code: Code,
        detail: impl Into<String>,
    ) -> Self {
        Self(Box::new(ErrorKind::Input { name: name.into(), stage, code, detail: detail.into() }))
    }

    /// A configuration that makes no sense; `text` says what to do about it.
    pub fn config(text: impl Into<String>) -> Self {
        Self(Box::new(ErrorKind::Config(text.into())))
    }

    /// An output that could not be written.
    pub fn output(path: impl AsRef<Path>, source: std::io::Error) -> Self {
        Self(Box::new(ErrorKind::Output { path: path.as_ref().to_owned(), source }))
    }

    /// A defect in logsieve itself.
    pub fn internal(text: impl Into<String>) -> Self {
        Self(Box::new(ErrorKind::Internal(text.into())))
    }

    /// What kind of error this is.
    pub fn kind(&self) -> &ErrorKind {
        &self.0
    }

    /// Whether the other end of our output went away (`| head`): an end, not a failure.
    pub fn is_closed_pipe(&self) -> bool {
        matches!(&*self.0, ErrorKind::Output { source, .. } if source.kind() == std::io::ErrorKind::BrokenPipe)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            ErrorKind::Input { name, code, detail, .. } => write!(f, "{name}: {detail} [{code}]"),
            ErrorKind::Config(text) => f.write_str(text),
            ErrorKind::Output { path, source } => {
                write!(f, "cannot write {}: {source}", path.display())
            }
            ErrorKind::Stopped(reason) => reason.fmt(f),
            ErrorKind::Internal(text) => write!(f, "internal error: {text}; please report it"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &*self.0 {
            ErrorKind::Output { source, .. } => Some(source),
            ErrorKind::Stopped(reason) => reason.source(),
            _ => None,
        }
    }
}

/// An error of our own stays what it was; any other is [`ErrorKind::Stopped`].
impl From<Stop> for Error {
    fn from(reason: Stop) -> Self {
        match reason.downcast::<Self>() {
            Ok(own) => *own,
            Err(reason) => Self(Box::new(ErrorKind::Stopped(reason))),
        }
    }
}
