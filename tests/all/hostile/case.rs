//! One hostile input: how it is made, what has to come of it, and the run that compares both.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use serde_json::Value;

use super::{SECRET, login};
use crate::tool::{Bench, Ran, isolate, of_type, ran, records};

/// The address space that the program may use: the promised 512 MiB of memory, and 128 MiB for
/// what is mapped but never touched (its own code, stacks, room that the allocator sets aside).
const ADDRESS_SPACE_KIB: &str = "655360";

/// Tests run unoptimised and beside each other: bounds of time are for the program as released.
const PATIENCE: u32 = if cfg!(debug_assertions) { 10 } else { 2 };

/// A case in its list.
pub(crate) struct Listed {
    /// The name of its test: `zip_07_offset`.
    pub(crate) test: &'static str,
    /// What the input is, for people.
    pub(crate) what: &'static str,
    /// Why the program does not yet do what is expected.
    pub(crate) unmet: Option<&'static str>,
    /// The rest.
    pub(crate) case: Case,
}

/// A hostile input and what has to come of it.
#[derive(Clone, Copy)]
pub(crate) struct Case {
    input: Input,
    exit: i32,
    codes: &'static [&'static str],
    delivered: &'static [&'static str],
    options: &'static [&'static str],
    passwords: fn() -> String,
    seconds: u32,
    also: fn(&Seen, &Seen),
    meanwhile: Option<fn(&Path)>,
}

/// How the input is made.
#[derive(Clone, Copy)]
enum Input {
    /// A file of these bytes.
    File(&'static str, fn() -> Vec<u8>),
    /// Anything that can be given on the command line; it lies in the folder `in`.
    Made(fn(&Bench) -> Vec<PathBuf>),
}

/// What a run told.
#[derive(Debug)]
pub(crate) struct Seen {
    /// Exit code, standard output and standard error.
    pub(crate) ran: Ran,
    /// The exposures.
    pub(crate) exposures: Vec<Value>,
    /// The issues.
    pub(crate) issues: Vec<Value>,
    /// The sources.
    pub(crate) sources: Vec<Value>,
    /// The credentials, of `extract` only.
    pub(crate) credentials: Vec<Value>,
    /// The tables of `check` for spreadsheets, where they were asked for.
    pub(crate) csv: String,
}

impl Case {
    /// An input that is read completely.
    pub(crate) const fn read(bytes: fn() -> Vec<u8>) -> Self {
        Self::new(0, &[], bytes)
    }

    /// An input of which something is left out or doubted, for these reasons.
    pub(crate) const fn partial(codes: &'static [&'static str], bytes: fn() -> Vec<u8>) -> Self {
        Self::new(3, codes, bytes)
    }

    /// An input of which nothing can be read.
    pub(crate) const fn refused(codes: &'static [&'static str], bytes: fn() -> Vec<u8>) -> Self {
        Self::new(4, codes, bytes)
    }

    const fn new(exit: i32, codes: &'static [&'static str], bytes: fn() -> Vec<u8>) -> Self {
        Self {
            input: Input::File("trap.bin", bytes),
            exit,
            codes,
            delivered: &[],
            options: &[],
            passwords: String::new,
            seconds: 2,
            also: |_, _| {},
            meanwhile: None,
        }
    }

    /// What the file is called.
    pub(crate) const fn called(mut self, name: &'static str) -> Self {
        if let Input::File(_, bytes) = self.input {
            self.input = Input::File(name, bytes);
        }
        self
    }

    /// The input is made by `make` instead: below the folder `in` of the bench, which it returns
    /// paths of.
    pub(crate) const fn made(mut self, make: fn(&Bench) -> Vec<PathBuf>) -> Self {
        self.input = Input::Made(make);
        self
    }

    /// What is exposed nevertheless: the first labels of the hosts (see [`login`]), or the names
    /// that are mentioned, sorted.
    pub(crate) const fn delivers(mut self, delivered: &'static [&'static str]) -> Self {
        self.delivered = delivered;
        self
    }

    /// Options beyond the usual ones.
    pub(crate) const fn with(mut self, options: &'static [&'static str]) -> Self {
        self.options = options;
        self
    }

    /// Passwords that are given, one a line.
    pub(crate) const fn passwords(mut self, passwords: fn() -> String) -> Self {
        self.passwords = passwords;
        self
    }

    /// It takes no longer than this.
    pub(crate) const fn within(mut self, seconds: u32) -> Self {
        self.seconds = seconds;
        self
    }

    /// What else has to hold of `check` and of `extract`, which reads a good text besides.
    pub(crate) const fn also(mut self, check: fn(&Seen, &Seen)) -> Self {
        self.also = check;
        self
    }

    /// What is done to the first input, again and again, while it is read.
    pub(crate) const fn meanwhile(mut self, act: fn(&Path)) -> Self {
        self.meanwhile = Some(act);
        self
    }

    /// The exit code.
    pub(crate) fn exit(&self) -> i32 {
        self.exit
    }

    /// The codes of all issues, sorted.
    pub(crate) fn codes(&self) -> &'static [&'static str] {
        self.codes
    }

    /// What is exposed nevertheless.
    pub(crate) fn delivered(&self) -> &'static [&'static str] {
        self.delivered
    }

    /// Runs the program on the input, alone and beside a good one.
    #[track_caller]
    pub(crate) fn check(&self) {
        let bench = Bench::new();
        let inputs = match self.input {
            Input::File(name, bytes) => vec![bench.file(&format!("in/{name}"), bytes())],
            Input::Made(make) => make(&bench),
        };
        bench.private_file("passwords", (self.passwords)().as_bytes());
        fs::create_dir(bench.path("here")).unwrap();
        let before = tree(&bench.path("in"));

        let checked = self.run(&bench, "check", &inputs);
        let err = &checked.ran.err;
        let expected = (self.exit, BTreeSet::from_iter(self.codes.iter().copied()), self.delivered);
        let delivered = checked.delivered();
        let delivered: Vec<_> = delivered.iter().map(String::as_str).collect();
        assert_eq!((checked.ran.code, checked.codes(), &delivered[..]), expected, "{err}");

        let good = bench.file("good.txt", login("good"));
        let extracted = self.run(&bench, "extract", &[&inputs[..], &[good]].concat());
        let err = &extracted.ran.err;
        assert_eq!(extracted.ran.code, if self.exit == 0 { 0 } else { 3 }, "{err}");
        assert!(extracted.ran.out.contains("good.example.com"), "{err}");
        (self.also)(&checked, &extracted);

        if self.meanwhile.is_none() {
            assert_eq!(tree(&bench.path("in")), before, "inputs are not touched");
        }
        assert_eq!(bench.names("here"), [""; 0], "nothing is written");
    }

    /// Runs a command, and holds what it tells to what is promised of every run.
    #[track_caller]
    fn run(&self, bench: &Bench, command: &str, inputs: &[PathBuf]) -> Seen {
        let mut logsieve = assert_cmd::Command::new("sh");
        logsieve.args(["-c", r#"ulimit -v "$0" && exec "$@""#, ADDRESS_SPACE_KIB]);
        logsieve.arg(env!("CARGO_BIN_EXE_logsieve"));
        isolate(&mut logsieve);
        // One arena: each maps 64 MiB of addresses that nothing touches.
        logsieve.current_dir(bench.path("here")).env("TMPDIR", bench.path("here"));
        logsieve.env("MALLOC_ARENA_MAX", "1");
        logsieve.timeout(PATIENCE * Duration::from_secs(self.seconds.into()));
        logsieve.args([command, "-v", "--threads", "2", "--key-file"]).arg(bench.path("key"));
        logsieve.args(self.options);
        if !bench.text("passwords").is_empty() {
            logsieve.arg("--password-file").arg(bench.path("passwords"));
        }
        let mut out = PathBuf::from("-");
        if command == "check" {
            out = bench.path("case");
            logsieve.args(["-d", "example.com"]);
        }
        logsieve.arg("-o").arg(&out).args(inputs);
        let ran = match self.meanwhile {
            Some(act) => disturbed(&inputs[0], act, || ran(&mut logsieve)),
            None => ran(&mut logsieve),
        };
        let seen = Seen::new(ran, &out);
        seen.keeps_promises();
        seen
    }
}

impl Seen {
    fn new(ran: Ran, out: &Path) -> Self {
        let mut all = ran.records();
        if out.is_dir() {
            for table in ["exposures", "issues", "sources"] {
                let path = out.join(table).with_extension("jsonl");
                all.extend(records(&fs::read_to_string(path).unwrap_or_default()));
            }
        }
        let table = |kind| of_type(&all, kind).into_iter().cloned().collect();
        Self {
            exposures: table("exposure"),
            issues: table("issue"),
            sources: table("source"),
            credentials: table("credential"),
            csv: fs::read_to_string(out.join("exposures.csv")).unwrap_or_default(),
            ran,
        }
    }

    /// What is promised of every run, whatever it reads.
    #[track_caller]
    fn keeps_promises(&self) {
        let err = &self.ran.err;
        assert!(matches!(self.ran.code, 0 | 3 | 4), "exit code {}: {err}", self.ran.code);
        assert!(!err.contains("panicked"), "{err}");
        assert!(!self.codes().contains("internal_error"), "{err}");
        let acts = |c: char| {
            (c.is_control() && c != '\n') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2028}')
        };
        assert!(!err.contains(acts), "{err:?}");
        assert!(!self.ran.out.contains(|c: char| c < ' ' && c != '\n'), "{}", self.ran.out);
        assert!(!err.contains(SECRET) && !self.ran.out.contains(SECRET), "{err}{}", self.ran.out);
        for issue in &self.issues {
            let is_told = |field: &str| issue[field].as_str().is_some_and(|text| !text.is_empty());
            assert!(is_told("stage") && is_told("code") && is_told("detail"), "{issue:#}");
            assert!(!issue.to_string().contains(SECRET), "{issue:#}");
        }
        for source in &self.sources {
            let count = |field: &str| source["entries"][field].as_u64().unwrap();
            let ends = ["parsed", "scanned", "ignored", "skipped", "failed"];
            assert_eq!(count("seen"), ends.map(count).iter().sum::<u64>(), "{source:#}");
        }
    }

    /// The codes of all issues.
    pub(crate) fn codes(&self) -> BTreeSet<&str> {
        self.issues.iter().filter_map(|issue| issue["code"].as_str()).collect()
    }

    /// What is exposed, as [`Case::delivers`] has it.
    fn delivered(&self) -> Vec<String> {
        let name = |exposure: &Value| {
            let record = &exposure["record"];
            let name = ["host", "domain", "name"].into_iter().find_map(|key| record[key].as_str());
            name.unwrap_or_default().trim_end_matches(".example.com").to_owned()
        };
        let mut names: Vec<_> = self.exposures.iter().map(name).collect();
        names.sort();
        names
    }

    /// How many entries of all sources there are of a kind: `seen`, `failed`…
    pub(crate) fn entries(&self, kind: &str) -> u64 {
        self.sources.iter().map(|source| source["entries"][kind].as_u64().unwrap()).sum()
    }
}

/// Does `work` while `act` is done to a file every millisecond.
fn disturbed<T>(path: &Path, act: fn(&Path), work: impl FnOnce() -> T) -> T {
    let (done, is_done) = mpsc::channel::<()>();
    thread::scope(move |scope| {
        scope.spawn(move || {
            while is_done.recv_timeout(Duration::from_millis(1)) == Err(RecvTimeoutError::Timeout) {
                act(path);
            }
        });
        // Dropped when the work is done, also by a panic.
        let _done = done;
        work()
    })
}

/// Path, size and time of all that is below a folder.
fn tree(folder: &Path) -> Vec<(PathBuf, u64, std::time::SystemTime)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for child in fs::read_dir(&folder).into_iter().flatten() {
            let path = child.unwrap().path();
            let metadata = path.symlink_metadata().unwrap();
            found.push((path.clone(), metadata.len(), metadata.modified().unwrap()));
            if metadata.is_dir() {
                folders.push(path);
            }
        }
    }
    found.sort();
    found
}
