//! Runs that are killed, interrupted, starved of disk or cut off from their output, and what is
//! left behind: nothing that is partial, nothing that anybody could misuse, and nothing that keeps
//! the same command from ending well when it is run again.

mod disk;
mod kill;
mod power;
mod stop;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use regex::bytes::Regex;

use crate::secrets::{detector, findings, secrets};
use crate::tool::{Bench, repository};

/// Finds the secrets of the archives.
static DETECTOR: LazyLock<Regex> = LazyLock::new(|| detector(&secrets()));

/// The database of a case; its journal is called so too.
const DATABASE: &str = "case.db";

/// The files of a folder and their bytes.
type Files = BTreeMap<String, Vec<u8>>;

/// One archive, what an undisturbed run makes of it, and a folder to disturb other runs in.
struct Scene {
    bench: Bench,
    archive: PathBuf,
    archive_bytes: Vec<u8>,
    /// What the case of an undisturbed run holds.
    whole: Files,
    /// What it holds after a second run, which finds nothing new.
    again: Files,
}

impl Scene {
    /// The scene for one of the archives of the example cloud.
    fn new(archive: &str) -> Self {
        let archive = repository("fixtures/example-cloud").join(archive);
        let archive_bytes = fs::read(&archive).unwrap();
        let bench = Bench::new();
        fs::create_dir(bench.path("temp")).unwrap();
        let (whole, again) = (Files::new(), Files::new());
        let mut scene = Self { bench, archive, archive_bytes, whole, again };
        assert_eq!(scene.command("whole").status().unwrap().code(), Some(0));
        scene.whole = scene.results("whole");
        assert_eq!(scene.command("whole").status().unwrap().code(), Some(0));
        scene.again = scene.results("whole");
        for bytes in scene.whole.values() {
            assert!(findings(&DETECTOR, bytes).is_empty());
        }
        assert!(scene.whole.len() >= 5 && scene.whole.contains_key("summary.json"));
        scene
    }

    /// The command that everything here is about, into the folder `case`.
    fn command(&self, case: &str) -> Command {
        self.through(Command::new(env!("CARGO_BIN_EXE_logsieve")), case)
    }

    /// The command with the program at the end of another one.
    fn behind(&self, mut outer: Command, case: &str) -> Command {
        outer.arg(env!("CARGO_BIN_EXE_logsieve"));
        self.through(outer, case)
    }

    fn through(&self, mut command: Command, case: &str) -> Command {
        command.args(["check", "-q", "--as-of", "2026-01-01", "-w"]);
        command.arg(repository("fixtures/watchlist.toml"));
        command.arg("--key-file").arg(self.bench.path("key"));
        command.arg("-o").arg(self.bench.path(case)).arg(&self.archive);
        command.env("TMPDIR", self.bench.path("temp"));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// The files that have their final names in a case; nothing if there is no case yet.
    fn results(&self, case: &str) -> Files {
        let mut files = self.all_files(&self.bench.path(case));
        files.retain(|name, _| !name.starts_with('.') && !name.starts_with(DATABASE));
        files
    }

    /// What the database of a case says, without the runs.
    fn recorded(&self, case: &str) -> Vec<String> {
        let db = rusqlite::Connection::open(self.bench.path(case).join(DATABASE)).unwrap();
        let check: String = db.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
        assert_eq!(check, "ok");
        let mut rows = Vec::new();
        for table in ["sources", "issues", "machines", "exposures", "sightings"] {
            let mut statement =
                db.prepare(&format!("SELECT * FROM {table} ORDER BY 1, 2")).unwrap();
            let columns =
                statement.column_names().iter().map(ToString::to_string).collect::<Vec<_>>();
            let mut found = statement.query([]).unwrap();
            while let Some(row) = found.next().unwrap() {
                // What could not be opened is remembered beside what lies there now.
                if table == "sources"
                    && row.get::<_, Option<String>>("replaced_by").unwrap().is_some()
                {
                    continue;
                }
                let kept = columns.iter().enumerate().filter(|(_, name)| !name.ends_with("_run"));
                let values = kept.map(|(at, _)| format!("{:?}", row.get_ref(at).unwrap()));
                rows.push(format!("{table} {}", values.collect::<Vec<_>>().join(" ")));
            }
        }
        rows
    }

    fn all_files(&self, folder: &Path) -> Files {
        let Ok(children) = fs::read_dir(folder) else { return Files::new() };
        let file = |child: fs::DirEntry| {
            (child.file_name().into_string().unwrap(), fs::read(child.path()).unwrap())
        };
        children.map(|child| file(child.unwrap())).collect()
    }

    /// What has to be true at any moment, whatever happened: files with final names are whole, no
    /// secret stands anywhere, nothing lies about, and the input is as it was.
    fn assert_sound(&self, case: &str, when: &str) {
        for (name, bytes) in self.results(case) {
            let is_whole = [&self.whole, &self.again].map(|run| run.get(&name) == Some(&bytes));
            assert!(is_whole.contains(&true), "{when}: {name} is not whole");
        }
        let mut others = self.all_files(&self.bench.path(case));
        others.retain(|name, _| !self.whole.contains_key(name));
        for (name, bytes) in others {
            let found = findings(&DETECTOR, &bytes);
            assert!(found.is_empty(), "{when}: {name} holds {found:?}");
        }
        assert!(self.bench.names("temp").is_empty(), "{when}: left in the temp folder");
        assert!(fs::read(&self.archive).unwrap() == self.archive_bytes, "{when}");
    }

    /// The same command again, undisturbed: the case is that of a run that was never disturbed.
    fn assert_ends_well(&self, case: &str, when: &str) {
        let output = self.command(case).output().unwrap();
        let message = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{when}: {message}");
        self.assert_sound(case, when);
        let results = self.results(case);
        assert!(results == self.whole || results == self.again, "{when}: not one run's files");
        assert!(self.recorded(case) == self.recorded("whole"), "{when}: recorded differently");
        let left: Vec<_> = self.bench.names(case);
        assert!(!left.iter().any(|name| name.contains(".partial-")), "{when}: {left:?}");
    }
}
