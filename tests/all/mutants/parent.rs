//! Starts the processes that read mutants, watches over them, and sums up.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use super::child::{MARK, RANGE, keep};
use super::mutant::Stock;

/// The most CPU time that a mutant may take.
const MAX_CPU: Duration = Duration::from_secs(2);

/// The most memory that reading a mutant may take, in KiB.
const MAX_MEMORY: u64 = 512 << 10;

/// How long a process may be silent before it counts as hanging; the machine may be busy.
const MAX_SILENCE: Duration = Duration::from_secs(60);

/// What came of many mutants.
#[derive(Default)]
pub(super) struct Totals {
    runs: usize,
    cpu: Duration,
    slowest: (Duration, String),
    largest: (u64, String),
    /// How many mutants had an issue with each code, `none` where they had none.
    codes: BTreeMap<String, usize>,
    pub(super) failures: Vec<String>,
}

/// Reads the first `count` mutants, on two processors.
pub(super) fn read_all(count: usize) -> Totals {
    let half = count / 2;
    let mut totals = thread::scope(|scope| {
        let second = scope.spawn(|| read_range(half, count));
        let mut totals = read_range(0, half);
        totals.merge(second.join().unwrap());
        totals
    });
    if !totals.failures.is_empty() {
        let stock = Stock::new();
        for failure in &mut totals.failures {
            let id = failure.split('\t').next().unwrap_or_default();
            let mutant = stock.named(id).expect("a failure begins with a mutant's name");
            *failure = format!("{failure}\t{}", keep(mutant).display());
        }
    }
    totals
}

/// Reads mutants in one process after the other: whenever one dies, the next goes on behind it.
fn read_range(from: usize, to: usize) -> Totals {
    let (mut totals, mut next) = (Totals::default(), from);
    while next < to {
        next = read_until_death(next, to, &mut totals);
    }
    totals
}

/// Reads mutants in one process; returns which one comes next.
fn read_until_death(from: usize, to: usize, totals: &mut Totals) -> usize {
    let mut child = start(from, to);
    let lines = lines_of(&mut child);
    let mut current: Option<(usize, String)> = None;
    let mut next = from;
    loop {
        let line = match lines.recv_timeout(MAX_SILENCE) {
            Ok(line) => line,
            Err(RecvTimeoutError::Disconnected) => break,
            Err(RecvTimeoutError::Timeout) => {
                child.kill().unwrap();
                let id = current.take().map_or_else(|| "?".to_owned(), |(_, id)| id);
                totals.failures.push(format!("{id}\thangs"));
                break;
            }
        };
        let fields: Vec<&str> = line.split('\t').collect();
        match fields[..] {
            ["begin", at, id] => {
                let at = at.parse().unwrap();
                current = Some((at, id.to_owned()));
                next = at + 1;
            }
            ["end", cpu, memory, codes, complaint] => {
                let (_, id) = current.take().expect("a mutant begins before it ends");
                let cpu = Duration::from_millis(cpu.parse().unwrap());
                totals.add(&id, cpu, memory.parse().unwrap(), codes, complaint);
            }
            _ => panic!("what does {line:?} mean?"),
        }
    }
    let status = child.wait().unwrap();
    if let Some((_, id)) = current {
        totals.failures.push(format!("{id}\tdies: {status}"));
    }
    assert!(next > from, "no mutant was read: {status}");
    next
}

fn start(from: usize, to: usize) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["mutants::child::reads_some_mutants", "--exact", "--ignored", "--nocapture"])
        .env(RANGE, format!("{from}..{to}"))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// The lines that are meant for us, as they come.
fn lines_of(child: &mut Child) -> Receiver<String> {
    let output = child.stdout.take().unwrap();
    let (sender, receiver) = channel();
    thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            if let Some((_, line)) = line.split_once(MARK)
                && sender.send(line.to_owned()).is_err()
            {
                return;
            }
        }
    });
    receiver
}

impl Totals {
    fn add(&mut self, id: &str, cpu: Duration, memory: u64, codes: &str, complaint: &str) {
        self.runs += 1;
        self.cpu += cpu;
        if cpu > self.slowest.0 {
            self.slowest = (cpu, id.to_owned());
        }
        if memory > self.largest.0 {
            self.largest = (memory, id.to_owned());
        }
        for code in codes.split(',') {
            let code = if code.is_empty() { "none" } else { code };
            *self.codes.entry(code.to_owned()).or_default() += 1;
        }
        if !complaint.is_empty() {
            self.failures.push(format!("{id}\t{complaint}"));
        }
        if cpu > MAX_CPU {
            self.failures.push(format!("{id}\ttakes {cpu:?}"));
        }
        if memory > MAX_MEMORY {
            self.failures.push(format!("{id}\ttakes {memory} KiB"));
        }
    }

    fn merge(&mut self, other: Self) {
        self.runs += other.runs;
        self.cpu += other.cpu;
        self.slowest = self.slowest.clone().max(other.slowest);
        self.largest = self.largest.clone().max(other.largest);
        for (code, count) in other.codes {
            *self.codes.entry(code).or_default() += count;
        }
        self.failures.extend(other.failures);
    }
}

impl fmt::Display for Totals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "mutants   {}", self.runs)?;
        writeln!(f, "CPU time  {:.1} s", self.cpu.as_secs_f64())?;
        writeln!(f, "slowest   {:?} ({})", self.slowest.0, self.slowest.1)?;
        writeln!(f, "largest   {} MiB ({})", self.largest.0 >> 10, self.largest.1)?;
        writeln!(f, "failures  {}", self.failures.len())?;
        for (code, count) in &self.codes {
            writeln!(f, "  {count:>7} {code}")?;
        }
        Ok(())
    }
}
