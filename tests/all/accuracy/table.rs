//! Counts outcomes by family and field, and shows them.

use std::collections::BTreeMap;
use std::fmt;

use super::compare::Compared;
use crate::support::truth::{Ambiguity, Fact, LogTruth};

/// All fields, with the heads of their columns.
const FACTS: [(Fact, &str); 11] = [
    (Fact::Url, "url"),
    (Fact::Host, "host"),
    (Fact::Username, "username"),
    (Fact::Secret, "secret"),
    (Fact::ComputerName, "computer"),
    (Fact::UserName, "user"),
    (Fact::Hwid, "hwid"),
    (Fact::Ip, "ip"),
    (Fact::Country, "country"),
    (Fact::Os, "os"),
    (Fact::InfectedAt, "infected at"),
];

/// What became of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Found,
    Wrong,
    Missing,
    Spurious,
    /// The text leaves it open.
    Open,
    /// Not there and not told.
    Nothing,
}

/// A family in one of its versions, or a form of line.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Row(String);

impl Row {
    pub(super) fn of(log: &LogTruth) -> Self {
        let version = log.version.trim();
        Self(format!("{} {version}", log.family.unwrap_or("generic")).trim().to_owned())
    }

    pub(super) fn unknown() -> Self {
        Self("no log".to_owned())
    }
}

#[derive(Debug, Default, Clone, Copy)]
struct Tally {
    found: usize,
    wrong: usize,
    missing: usize,
    spurious: usize,
    open: usize,
}

/// Machines whose family was named rightly, wrongly and not.
#[derive(Debug, Default, Clone, Copy)]
struct Named {
    right: usize,
    wrong: usize,
    not: usize,
}

/// All counts, and examples of what went wrong.
pub(super) struct Table {
    seed: u64,
    examples_each: usize,
    tallies: BTreeMap<(Row, Fact), Tally>,
    named: BTreeMap<Row, Named>,
    open: BTreeMap<Ambiguity, usize>,
    misses: BTreeMap<(Row, Fact), Vec<String>>,
}

impl Table {
    pub(super) fn new(seed: u64, examples_each: usize) -> Self {
        Self {
            seed,
            examples_each,
            tallies: BTreeMap::new(),
            named: BTreeMap::new(),
            open: BTreeMap::new(),
            misses: BTreeMap::new(),
        }
    }

    /// Counts one field; `at` is where it stands.
    pub(super) fn count(&mut self, row: &Row, compared: &Compared, at: &str) {
        let key = (row.clone(), compared.fact);
        let tally = self.tallies.entry(key.clone()).or_default();
        match compared.outcome() {
            Outcome::Nothing => return,
            Outcome::Found => return tally.found += 1,
            Outcome::Open => {
                tally.open += 1;
                return self.count_open(compared.open.unwrap());
            }
            Outcome::Wrong => tally.wrong += 1,
            Outcome::Missing => tally.missing += 1,
            Outcome::Spurious => tally.spurious += 1,
        }
        let (expected, actual) = (show(&compared.expected), show(&compared.actual));
        let meant: String = compared.meant.chars().take(60).collect();
        self.misses.entry(key).or_default().push(format!("{at} {meant:?} {expected} is {actual}"));
    }

    /// Counts something that the text leaves open as a whole.
    pub(super) fn count_open(&mut self, why: Ambiguity) {
        *self.open.entry(why).or_default() += 1;
    }

    pub(super) fn count_family(&mut self, row: &Row, expected: Option<&str>, actual: Option<&str>) {
        let named = self.named.entry(row.clone()).or_default();
        match (expected, actual) {
            (expected, actual) if expected == actual => named.right += 1,
            (_, None) => named.not += 1,
            _ => named.wrong += 1,
        }
    }

    /// Whether every field that is not open is right.
    pub(super) fn is_perfect(&self) -> bool {
        self.misses.is_empty()
    }

    /// Some examples of each kind of miss.
    pub(super) fn misses(&self) -> String {
        let mut text = format!("seed {}\n", self.seed);
        for ((Row(row), fact), examples) in &self.misses {
            text.push_str(&format!("{row} {fact:?}: {} wrong\n", examples.len()));
            for example in examples.iter().take(self.examples_each) {
                text.push_str(&format!("    {example}\n"));
            }
        }
        text
    }
}

fn show(value: &Option<String>) -> String {
    match value {
        None => "nothing".to_owned(),
        Some(text) => format!("{:?}", text.chars().take(120).collect::<String>()),
    }
}

impl Tally {
    fn add(&mut self, other: &Self) {
        self.found += other.found;
        self.wrong += other.wrong;
        self.missing += other.missing;
        self.spurious += other.spurious;
        self.open += other.open;
    }
}

impl fmt::Display for Tally {
    /// Recall and precision in percent, and how many there were.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let expected = self.found + self.wrong + self.missing;
        let told = self.found + self.wrong + self.spurious;
        if expected + told == 0 {
            return f.write_str("–");
        }
        let share = |all: usize| match (self.found, all) {
            (found, all) if found == all => "100".to_owned(),
            (found, all) => {
                // Cut, not rounded: 99.96 is no 100.
                let tenths = 1000 * found / all.max(1);
                format!("{}.{}", tenths / 10, tenths % 10)
            }
        };
        write!(f, "{} / {} ({expected})", share(expected), share(told))
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "| recall / precision, % (of) |")?;
        for (_, head) in FACTS {
            write!(f, " {head} |")?;
        }
        write!(f, " family named |\n|---|{}---|\n", "---|".repeat(FACTS.len()))?;
        let mut rows: Vec<&Row> = self.tallies.keys().map(|(row, _)| row).collect();
        rows.dedup();
        for row in rows {
            write!(f, "| {} |", row.0)?;
            for (fact, _) in FACTS {
                let tally = self.tallies.get(&(row.clone(), fact)).copied().unwrap_or_default();
                write!(f, " {tally} |")?;
            }
            match self.named.get(row) {
                Some(Named { right, wrong, not }) => {
                    writeln!(f, " {right} of {} |", right + wrong + not)?;
                }
                None => writeln!(f, " – |")?,
            }
        }
        write!(f, "| **all** |")?;
        for (fact, _) in FACTS {
            let mut sum = Tally::default();
            let column = self.tallies.iter().filter(|((_, of), _)| *of == fact);
            column.for_each(|(_, tally)| sum.add(tally));
            write!(f, " {sum} |")?;
        }
        let open: usize = self.open.values().sum();
        writeln!(f, " |\n\nLeft open by the text, and counted apart: {open}\n")?;
        for (ambiguity, count) in &self.open {
            writeln!(f, "- {count}: {}", ambiguity.sentence())?;
        }
        Ok(())
    }
}
