//! The exit codes: a contract with schedulers and scripts.

use crate::error::{Error, ErrorKind};

/// How the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExitCode {
    /// Complete.
    Complete,
    /// Complete, and `--fail-on` was met; of `verify`: something differs.
    Found,
    /// Usage or configuration.
    Usage,
    /// Something was skipped or failed; all else was delivered.
    Partial,
    /// Nothing could be read.
    Unreadable,
    /// The output could not be written.
    OutputFailed,
    /// A defect in logsieve.
    Internal,
    /// The user interrupted.
    Interrupted,
    /// The reader of our output went away: what a shell reports of SIGPIPE.
    ClosedPipe,
}

impl ExitCode {
    /// The number that the shell sees.
    pub fn number(self) -> u8 {
        match self {
            Self::Complete => 0,
            Self::Found => 1,
            Self::Usage => 2,
            Self::Partial => 3,
            Self::Unreadable => 4,
            Self::OutputFailed => 5,
            Self::Internal => 6,
            Self::Interrupted => 130,
            Self::ClosedPipe => 141,
        }
    }

    /// The exit code for an error that ends the run.
    pub fn from_error(error: &Error) -> Self {
        if error.is_closed_pipe() {
            return Self::ClosedPipe;
        }
        match error.kind() {
            ErrorKind::Input { .. } => Self::Unreadable,
            ErrorKind::Config(_) => Self::Usage,
            ErrorKind::Output { .. } => Self::OutputFailed,
            ErrorKind::Internal(_) | ErrorKind::Stopped(_) => Self::Internal,
        }
    }
}

impl From<ExitCode> for std::process::ExitCode {
    fn from(code: ExitCode) -> Self {
        Self::from(code.number())
    }
}
