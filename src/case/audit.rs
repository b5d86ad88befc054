//! The audit: who was shown the clear text of which exposure, when, and why.
//!
//! One file beside `case.db`, one JSON line for each time. A line holds the BLAKE3 of the line before
//! it, so that none can be changed or taken out from between others without a trace. It is on the
//! disk before anything is shown.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::secret::Id;

/// The name of the file in the folder of the case.
pub const AUDIT_FILE: &str = "reveal.audit.jsonl";

/// What the first line holds for the line before it.
const BEGINNING: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// That somebody is shown a value.
#[derive(Debug, Clone, Serialize)]
pub struct Reveal {
    /// When, RFC 3339 UTC.
    pub at: String,
    /// Who, as the environment tells.
    pub user: String,
    /// Who, as the system tells: the number of the user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uid: Option<u32>,
    /// On which computer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// The exposure.
    pub exposure_id: Id,
    /// Whose it is.
    pub organisation: String,
    /// The login or cookie.
    pub record_id: Id,
    /// The source that its entry is in.
    pub source_id: Id,
    /// Why.
    pub reason: String,
}

/// A line as it is written.
#[derive(Serialize)]
struct Line<'r> {
    #[serde(flatten)]
    reveal: &'r Reveal,
    previous: &'r str,
}

/// What ties a line to the one before it.
#[derive(Deserialize)]
struct Link {
    previous: String,
}

/// The audit of a case, open for one more line. The folder of the case has to be held against other
/// runs as long as it is.
///
/// ```
/// let folder = tempfile::tempdir().unwrap();
/// let audit = logsieve::case::Audit::open(folder.path())?;
/// assert_eq!(audit.lines(), 0);
/// # Ok::<(), logsieve::error::Error>(())
/// ```
#[derive(Debug)]
pub struct Audit {
    file: File,
    path: PathBuf,
    length: u64,
    lines: u64,
    /// BLAKE3 of the last line, in hexadecimal digits.
    last: String,
}

impl Audit {
    /// Opens the audit in `folder`, or begins one, and reads its lines.
    ///
    /// # Errors
    /// The file cannot be made, written or read, or a line does not follow on the one before it.
    pub fn open(folder: &Path) -> Result<Self> {
        let path = folder.join(AUDIT_FILE);
        let failed = |error: io::Error| Error::output(&path, error);
        let file = open_private(&path).map_err(failed)?;
        if !file.metadata().map_err(failed)?.is_file() {
            return Err(failed(io::Error::other("it is no regular file")));
        }
        sync_folder(folder).map_err(failed)?;
        let mut audit =
            Self { file, path: path.clone(), length: 0, lines: 0, last: BEGINNING.into() };
        audit.follow().map_err(failed)?.map_or(Ok(audit), |broken| Err(broken_chain(&path, broken)))
    }

    /// How many lines it has.
    pub fn lines(&self) -> u64 {
        self.lines
    }

    /// Records that a value is about to be shown, and returns the BLAKE3 of the new line. When this
    /// returns, the line is on the disk.
    ///
    /// # Errors
    /// It is not: nothing may be shown then.
    pub fn record(&mut self, reveal: &Reveal) -> Result<&str> {
        let line = Line { reveal, previous: &self.last };
        let mut line = serde_json::to_vec(&line)
            .map_err(|error| Error::internal(format!("an audit line of no form: {error}")))?;
        let hash = hash(&line);
        line.push(b'\n');
        let written = self.file.write_all(&line).and_then(|()| self.file.sync_all());
        if let Err(error) = written {
            // A part of a line would be a broken chain. Where this fails too, it is told as one.
            let _ = self.file.set_len(self.length);
            return Err(Error::output(&self.path, error));
        }
        self.length += line.len() as u64;
        self.lines += 1;
        self.last = hash;
        Ok(&self.last)
    }

    /// Reads all lines; the number of the first that does not follow on the one before it.
    fn follow(&mut self) -> io::Result<Option<u64>> {
        let mut reader = BufReader::new(&self.file);
        let mut line = Vec::new();
        loop {
            line.clear();
            if reader.read_until(b'\n', &mut line)? == 0 {
                return Ok(None);
            }
            let number = self.lines + 1;
            let Some(text) = line.strip_suffix(b"\n") else { return Ok(Some(number)) };
            match serde_json::from_slice::<Link>(text) {
                Ok(link) if link.previous == self.last => {}
                _ => return Ok(Some(number)),
            }
            self.last = hash(text);
            self.lines = number;
            self.length += line.len() as u64;
        }
    }
}

fn hash(line: &[u8]) -> String {
    blake3::hash(line).to_hex().to_string()
}

fn broken_chain(path: &Path, line: u64) -> Error {
    let path = path.display();
    Error::config(format!(
        "{path} was changed: line {line} does not follow on what stands before it. Nothing is shown \
         until somebody has looked at it; then move the file away, and a new one begins"
    ))
}

/// Opens a file to read it and to add to it, which only its owner can read if it is new.
fn open_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Makes a new file last.
fn sync_folder(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    File::open(folder)?.sync_all()?;
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    fn reveal(reason: &str) -> Reveal {
        Reveal {
            at: "2026-01-01T00:00:00Z".to_owned(),
            user: "ada".to_owned(),
            uid: Some(1000),
            host: None,
            exposure_id: Id([1; 16]),
            organisation: "Example Corp".to_owned(),
            record_id: Id([2; 16]),
            source_id: Id([3; 16]),
            reason: reason.to_owned(),
        }
    }

    /// A folder with an audit of three lines, and its text.
    fn three() -> (tempfile::TempDir, String) {
        let folder = tempfile::tempdir().unwrap();
        for reason in ["INC-1", "two\nlines \u{202e}", "INC-3"] {
            Audit::open(folder.path()).unwrap().record(&reveal(reason)).unwrap();
        }
        let text = std::fs::read_to_string(folder.path().join(AUDIT_FILE)).unwrap();
        (folder, text)
    }

    #[test]
    fn each_line_holds_the_hash_of_the_one_before() {
        let (folder, text) = three();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 3);
        let mut previous = BEGINNING.to_owned();
        for line in lines {
            let link: Link = serde_json::from_str(line).unwrap();
            assert_eq!(link.previous, previous);
            previous = blake3::hash(line.as_bytes()).to_string();
        }
        let mut audit = Audit::open(folder.path()).unwrap();
        assert_eq!(audit.lines(), 3);
        assert_ne!(audit.record(&reveal("INC-4")).unwrap(), previous);
        assert_eq!(audit.lines(), 4);
    }

    #[test]
    #[cfg(unix)]
    fn only_its_owner_can_read_it() {
        use std::os::unix::fs::PermissionsExt;
        let (folder, _) = three();
        let mode = std::fs::metadata(folder.path().join(AUDIT_FILE)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn a_change_anywhere_is_found() {
        let (folder, text) = three();
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        let torn = &text[..text.len() - 1];
        for (changed, line) in [
            (text.replace("INC-1", "INC-7"), 2),
            (lines[1..].concat(), 1),
            ([lines[0], lines[2]].concat(), 2),
            ([lines[1], lines[0], lines[2]].concat(), 1),
            (format!("{text}{}", lines[2]), 4),
            (format!("{text}\n"), 4),
            (torn.to_owned(), 3),
        ] {
            std::fs::write(folder.path().join(AUDIT_FILE), &changed).unwrap();
            let error = Audit::open(folder.path()).unwrap_err();
            assert!(matches!(error.kind(), ErrorKind::Config(_)), "{error}");
            assert!(error.to_string().contains(&format!("line {line} ")), "{error}: {changed}");
        }
    }

    #[test]
    #[cfg(unix)]
    fn what_is_no_file_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink("/dev/null", folder.path().join(AUDIT_FILE)).unwrap();
        let error = Audit::open(folder.path()).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Output { .. }), "{error}");
    }
}
