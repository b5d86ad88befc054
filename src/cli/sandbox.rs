//! `--sandbox`: once the output is open, a run can read its inputs and write its output; it reaches
//! no other file, no network and no other program.
//!
//! All that is read comes from criminals. Parsers and decoders are memory-safe, so this is the
//! second wall: whatever a defect in one of them leads to, it ends at the edge of the process. The
//! walls hold for the thread that builds them and for all that it starts, so they stand before any
//! other thread does: [`Show`](super::show::Show) wants to see the sandbox before it begins. Only the
//! thread that asks object stores is older, where inputs are in one; it reads no archive.
//!
//! What is too large for memory may go to a file without a name, made by `tempfile::tempfile()` at
//! any time and on any thread: it is led to the folder of the output, which can be written anyway,
//! and in a run without one to an empty folder of its own. Nothing else below the folder for
//! temporary files can be reached.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::cli::args::{Confinement, Reading};
use crate::error::{Error, Result};
use crate::pipeline::WorkItem;
use crate::store::is_url;

cfg_select! {
    all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")) => {
        mod linux;
        use linux::confine;
    }
    _ => {
        /// What of the confinement is missing here: all of it.
        fn confine(_: &Reach<'_>) -> Vec<String> {
            vec!["there is none for this system, only for Linux on x86-64 and ARM".to_owned()]
        }
    }
}

/// What a run may touch.
struct Reach<'a> {
    /// What it reads.
    inputs: &'a [PathBuf],
    /// Those of which what lies beside them is read too.
    with_neighbours: &'a [PathBuf],
    /// The folder that it writes into.
    output: Option<&'a Path>,
    /// The folder for files without a name, if it is not that of the output.
    temporary: Option<&'a Path>,
}

/// The walls round a run; they stay for the rest of the process.
pub(super) struct Sandbox {
    told: String,
    /// Is removed when the run ends.
    _temporary: Option<TempDir>,
}

impl Sandbox {
    /// Shuts this thread in, and every thread that it starts from now on. `output` is the folder
    /// that the run writes into, if it does; an `item` that it reads in place of inputs names all
    /// that it reads.
    ///
    /// # Errors
    /// The sandbox is required, and not all of it can be had.
    pub(super) fn enter(
        reading: &Reading,
        item: Option<&WorkItem>,
        output: Option<&Path>,
    ) -> Result<Self> {
        if reading.sandbox == Confinement::Off {
            return Ok(Self { told: "Sandbox: off".to_owned(), _temporary: None });
        }
        let temporary = if output.is_none() { private_folder() } else { None };
        if let Some(folder) = output.or(temporary.as_ref().map(TempDir::path)) {
            // It is only ever set once a process; in a second run it stays as it is.
            let _ = tempfile::env::override_temp_dir(folder);
        }
        let named = item.map(WorkItem::paths);
        let reach = Reach {
            inputs: named.as_ref().unwrap_or(&reading.inputs),
            with_neighbours: &reading.inputs,
            output,
            temporary: temporary.as_ref().map(TempDir::path),
        };
        let network = match reach.inputs.iter().any(|input| is_url(input)) {
            true => "no network but for the objects",
            false => "no network",
        };
        let missing = confine(&reach).join("; ");
        let told = match reading.sandbox {
            _ if missing.is_empty() => {
                format!("Sandbox: no files but inputs and output, {network}, no other programs")
            }
            Confinement::Require => {
                return Err(Error::config(format!("--sandbox require: {missing}")));
            }
            _ => format!("Sandbox: incomplete; {missing}"),
        };
        Ok(Self { told, _temporary: temporary })
    }

    /// How the run is shut in, in a line.
    pub(super) fn told(&self) -> &str {
        &self.told
    }
}

/// An empty folder of our own; a run that is killed leaves it behind, as empty as it was. Without
/// one, what is too large for memory is not read, which is an issue then.
fn private_folder() -> Option<TempDir> {
    let mut builder = tempfile::Builder::new();
    builder.prefix("logsieve-");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
    builder.tempdir().ok()
}
