//! The program as a user runs it: its arguments, its two streams, its exit code.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// What a run came to.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    /// The records on standard output.
    pub(crate) fn records(&self) -> Vec<Value> {
        records(&self.out)
    }

    /// The same run, if it ended with `code`.
    #[track_caller]
    pub(crate) fn with_code(self, code: i32) -> Self {
        assert_eq!(self.code, code, "standard error:\n{}", self.err);
        self
    }
}

/// The program, with nothing of the tester's surroundings.
pub(crate) fn logsieve() -> assert_cmd::Command {
    let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_logsieve"));
    isolate(&mut command);
    command
}

/// Takes the tester's surroundings away from a command that runs the program.
pub(crate) fn isolate(command: &mut assert_cmd::Command) {
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "TERM", "CI"] {
        command.env_remove(name);
    }
    command.env("COLUMNS", "100");
}

/// Runs `logsieve ARGS`.
pub(crate) fn run<A: AsRef<std::ffi::OsStr>>(args: impl IntoIterator<Item = A>) -> Ran {
    ran(logsieve().args(args))
}

/// Runs a prepared command.
pub(crate) fn ran(command: &mut assert_cmd::Command) -> Ran {
    let output = command.output().unwrap();
    Ran {
        code: output.status.code().expect("no signal ends the program"),
        out: String::from_utf8(output.stdout).expect("the output is UTF-8"),
        err: String::from_utf8(output.stderr).expect("messages are UTF-8"),
    }
}

/// The exit code of a prepared command, none after a signal, and what it said on standard error.
pub(crate) fn ran_command(command: &mut std::process::Command) -> (Option<i32>, String) {
    let output = command.output().unwrap();
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

/// The records of JSON Lines.
pub(crate) fn records(lines: &str) -> Vec<Value> {
    lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The records of one type.
pub(crate) fn of_type<'r>(records: &'r [Value], kind: &str) -> Vec<&'r Value> {
    records.iter().filter(|record| record["type"] == kind).collect()
}

/// A path in the repository.
pub(crate) fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Fails unless the file at `path` in the repository says what is `expected`. With `UPDATE_DOCS=1`
/// it is written anew, by the tests that `filter` selects.
#[track_caller]
pub(crate) fn keep_true(path: &str, expected: &str, filter: &str) {
    let file = repository(path);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&file, expected).unwrap();
    }
    let is_true = fs::read_to_string(&file).is_ok_and(|text| text == expected);
    assert!(is_true, "{path} is out of date: UPDATE_DOCS=1 cargo test --test all {filter}");
}

/// The watchlist of the fixtures.
pub(crate) fn watchlist() -> PathBuf {
    repository("fixtures/watchlist.toml")
}

/// The three archives of the example cloud.
pub(crate) fn example_cloud() -> Vec<PathBuf> {
    ["cloud.zip", "cloud.7z", "cloud.rar"]
        .map(|name| repository("fixtures/example-cloud").join(name))
        .to_vec()
}

/// The folders of all fixture cases, in order.
pub(crate) fn fixture_cases() -> Vec<PathBuf> {
    let folders = |parent: PathBuf| {
        let children = fs::read_dir(parent).unwrap().map(|child| child.unwrap().path());
        children.filter(|path| path.is_dir()).collect::<Vec<_>>()
    };
    let families = folders(repository("fixtures"));
    let mut cases: Vec<_> = families
        .into_iter()
        .flat_map(folders)
        .filter(|case| case.join("input").is_dir() && case.join("truth.json").is_file())
        .collect();
    cases.sort();
    assert!(cases.len() > 30, "only {} fixtures", cases.len());
    cases
}

/// What is read of all fixtures and the example cloud.
pub(crate) fn all_inputs() -> Vec<PathBuf> {
    let cases = fixture_cases().into_iter().map(|case| case.join("input"));
    cases.chain(example_cloud()).collect()
}

/// A folder for one test, with a key file in it.
pub(crate) struct Bench {
    folder: tempfile::TempDir,
}

impl Bench {
    pub(crate) fn new() -> Self {
        let bench = Self { folder: tempfile::tempdir().unwrap() };
        bench.private_file("key", b"a key for tests, never for real data\n");
        bench
    }

    /// A path in it.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A path in it as an argument.
    pub(crate) fn arg(&self, name: &str) -> String {
        self.path(name).into_os_string().into_string().unwrap()
    }

    /// A new file in it.
    pub(crate) fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        path
    }

    /// A new file in it that only its owner can read.
    pub(crate) fn private_file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.file(name, bytes);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        path
    }

    /// The names of what is in the folder `name`, sorted.
    pub(crate) fn names(&self, name: &str) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(self.path(name))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    /// The text of a file in it.
    pub(crate) fn text(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }
}
