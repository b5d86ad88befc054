//! The process that reads mutants: it says what it is at, and what came of it.
//!
//! Lines of its output that are meant for the parent begin with [`MARK`].

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use logsieve::password::Candidate;
use logsieve::pipeline::{self, Progress, ReadOptions, Scope, Settings, Usernames};
use logsieve::record::{EntryCounts, PasswordOrigin, Record};
use logsieve::secret::Key;

use super::mutant::{Damaged, Mutant, Stock};
use super::pack::PASSWORD;
use super::seeds::Tree;

/// Begins every line for the parent.
pub(super) const MARK: &str = "\u{1}";

/// From which mutant to which one this process reads.
pub(super) const RANGE: &str = "LOGSIEVE_MUTANTS_RANGE";

/// Address space of the process. It is more than the memory that is used: stacks and the arenas of
/// the allocator are reserved as a whole.
const ADDRESS_SPACE: u64 = 1536 << 20;

/// What a run made of a mutant.
pub(super) struct Read {
    /// The codes of all its issues, each once.
    pub(super) codes: Vec<String>,
    /// Host, user and password's fingerprint of each login.
    pub(super) logins: BTreeSet<String>,
    entries: EntryCounts,
}

/// What a mutant cost.
struct Cost {
    cpu: Duration,
    /// The most memory in use, in KiB.
    memory: u64,
}

#[test]
#[ignore = "runs in processes that the test of mutants starts"]
fn reads_some_mutants() {
    let range = std::env::var(RANGE).expect("started by the test of mutants");
    let (from, to) = range.split_once("..").unwrap();
    rlimit::setrlimit(rlimit::Resource::AS, ADDRESS_SPACE, ADDRESS_SPACE).unwrap();
    let stock = Stock::new();
    let mut whole = HashMap::new();
    for at in from.parse().unwrap()..to.parse().unwrap() {
        let mutant = stock.mutant(at);
        println!("{MARK}begin\t{at}\t{}", mutant.id());
        let (read, cost, complaint) = judge(mutant, &mut whole);
        let (codes, complaint) = (read.codes.join(","), complaint.unwrap_or_default());
        println!("{MARK}end\t{}\t{}\t{codes}\t{complaint}", cost.cpu.as_millis(), cost.memory);
    }
}

/// Reads one mutant by its name, leaves it where it can be looked at, and says what came of it.
pub(super) fn read_one(id: &str) {
    let stock = Stock::new();
    let mutant = stock.named(id).expect("no seed has this name");
    let path = keep(mutant);
    let (read, cost, complaint) = judge(mutant, &mut HashMap::new());
    println!("{}: {:?}, {:?}, {} KiB", path.display(), read.codes, cost.cpu, cost.memory);
    assert_eq!(complaint, None);
}

/// Writes a mutant where the build puts its temporary files; returns its folder.
pub(super) fn keep(mutant: Mutant<'_>) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("mutants");
    let folder = folder.join(mutant.id().replace(['/', ':'], "_"));
    fs::create_dir_all(&folder).unwrap();
    write(&folder, &mutant.damaged().files);
    folder
}

/// Writes files; returns their paths.
fn write(folder: &Path, files: &Tree) -> Vec<PathBuf> {
    let write = |(name, bytes): &(String, Vec<u8>)| {
        let path = folder.join(name);
        fs::write(&path, bytes).unwrap();
        path
    };
    files.iter().map(write).collect()
}

/// Reads a mutant; the last thing is what is wrong with how it was read. `whole` keeps what the
/// seeds say.
fn judge<'s>(
    mutant: Mutant<'s>,
    whole: &mut HashMap<&'s str, BTreeSet<String>>,
) -> (Read, Cost, Option<&'static str>) {
    let Damaged { files, is_proven } = mutant.damaged();
    let expected = is_proven.then(|| {
        let seed = mutant.seed;
        let read_whole = || read(&(seed.wrap)(seed.bytes.clone())).logins;
        &*whole.entry(&seed.name).or_insert_with(read_whole)
    });
    forget_peak();
    let before = cpu_time();
    let read = read(&files);
    let cost = Cost { cpu: cpu_time() - before, memory: peak_memory() };
    let complaint = read.complaint(expected);
    (read, cost, complaint)
}

impl Read {
    /// What must not be; `expected` are the logins of a reading without issues.
    fn complaint(&self, expected: Option<&BTreeSet<String>>) -> Option<&'static str> {
        let EntryCounts { seen, parsed, scanned, ignored, skipped, failed } = self.entries;
        if self.codes.iter().any(|code| code == "internal_error") {
            Some("internal_error")
        } else if seen != parsed + scanned + ignored + skipped + failed {
            Some("the entries do not add up")
        } else if !self.codes.is_empty() {
            None
        } else if skipped + failed > 0 {
            Some("an entry is missing without a reason")
        } else {
            let is_other = expected.is_some_and(|logins| *logins != self.logins);
            is_other.then_some("read completely, with other logins")
        }
    }
}

/// Reads files as `logsieve extract` does.
pub(super) fn read(files: &Tree) -> Read {
    let folder = tempfile::tempdir().unwrap();
    let inputs = write(folder.path(), files);
    let read = ReadOptions {
        as_of: "2026-01-01T00:00:00Z".parse().unwrap(),
        threads: 1,
        passwords: vec![Candidate::new(PASSWORD, PasswordOrigin::Given)],
        inputs,
        ..ReadOptions::default()
    };
    let key = Key::from_bytes(b"a key for mutants".to_vec()).unwrap();
    let settings =
        Settings { usernames: Usernames::Keep, ..Settings::new(Scope::Everything, key, read) };
    let (mut codes, mut logins) = (BTreeSet::new(), BTreeSet::new());
    let report = pipeline::run(&settings, &Progress::default(), &mut |record| {
        match record {
            Record::Issue(issue) => drop(codes.insert(issue.code.to_string())),
            Record::Credential(login) => {
                let (host, user, secret) = (&login.host, &login.username, &login.secret);
                logins.insert(format!("{host:?} {user:?} {secret:?}"));
            }
            _ => {}
        }
        Ok(())
    })
    .unwrap();
    let entries = report.summary.entries;
    Read { codes: codes.into_iter().collect(), logins, entries }
}

/// Lets the kernel count the most memory in use from now on, where it can.
fn forget_peak() {
    let _ = fs::write("/proc/self/clear_refs", "5");
}

/// The most memory in use since then, in KiB.
fn peak_memory() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

/// The CPU time that all threads of this process have used, ended ones included.
fn cpu_time() -> Duration {
    const TICK: Duration = Duration::from_millis(10);
    let stat = fs::read_to_string("/proc/self/stat").unwrap();
    let fields = stat.rsplit_once(')').unwrap().1.split_whitespace().skip(11).take(2);
    TICK * fields.map(|ticks| ticks.parse::<u32>().unwrap()).sum()
}
