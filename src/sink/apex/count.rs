//! Counts what was said of each row, each thing once.

use std::io;

use super::fact::{Fact, Facts, is, unpacked};
use super::row::{Kind, Row, Scope};
use super::sorter::{Sorted, Sorter};

/// How much memory rows take, in bytes.
const ROW_BYTES: usize = 16 << 20;

/// The rows of the table, in order. Domains with fewer than `at_least` people share a row.
///
/// # Errors
/// The temporary folder has no room, or cannot be read.
pub(super) fn rows(facts: Facts, at_least: u64) -> io::Result<Sorted<Row>> {
    let Facts { machines, rows: mut facts, .. } = facts;
    join(machines, &mut facts)?;
    let mut table = Table { rows: Sorter::new(ROW_BYTES), rests: Vec::new(), at_least };
    let mut counted: Option<Counted> = None;
    for fact in facts.into_sorted()? {
        let fact = fact?;
        if let Some(complete) = counted.take_if(|counted| counted.group != fact.group) {
            table.add(complete)?;
        }
        counted.get_or_insert_with(|| Counted::new(fact.group)).add(&fact);
    }
    counted.map_or(Ok(()), |last| table.add(last))?;
    table.rests.into_iter().try_for_each(|rest| table.rows.push(rest))?;
    table.rows.into_sorted()
}

/// Tells each row its machines, and their days.
fn join(machines: Sorter<Fact>, rows: &mut Sorter<Fact>) -> io::Result<()> {
    let (mut machine, mut days) = (None, None);
    // Of a machine the days come first.
    for fact in machines.into_sorted()? {
        let fact = fact?;
        if machine.replace(fact.group) != Some(fact.group) {
            days = None;
        }
        if fact.what() == is::DAY {
            days = Some((days.map_or(fact.which(), |(first, _)| first), fact.which()));
            continue;
        }
        rows.push(Fact::new(fact.which(), is::MACHINE, fact.group))?;
        if let Some((first, last)) = days {
            rows.push(Fact::new(fact.which(), is::DAY, first))?;
            rows.push(Fact::new(fact.which(), is::DAY, last))?;
        }
    }
    Ok(())
}

/// One row on its way: its facts come in order, each once.
struct Counted {
    group: u128,
    name: Vec<u8>,
    row: Row,
    last_username: Option<u128>,
}

impl Counted {
    fn new(group: u128) -> Self {
        let row = Row::new(Kind::WebsiteOther, Scope::One);
        Self { group, name: Vec::new(), row, last_username: None }
    }

    fn add(&mut self, fact: &Fact) {
        let row = &mut self.row;
        match fact.what() {
            is::NAME => self.name.extend(unpacked(fact.which())),
            is::DAY => row.add_day(&unpacked(fact.which()).map(char::from).collect::<String>()),
            is::CREDENTIAL => row.credentials.0 += 1,
            is::USERNAME => {
                let (username, without_machine) = (fact.which() >> 1, fact.which() & 1);
                row.usernames += u64::from(self.last_username.replace(username) != Some(username));
                row.people += without_machine as u64;
            }
            is::MACHINE => {
                row.machines += 1;
                row.people += 1;
            }
            _ => row.sources += 1,
        }
    }

    fn into_row(mut self) -> Row {
        let name = String::from_utf8(self.name).unwrap_or_default();
        let (kind, domain) = name.split_once(' ').unwrap_or_default();
        let kind = Kind::ALL.into_iter().find(|known| known.as_str() == kind);
        self.row.kind = kind.unwrap_or(Kind::WebsiteOther);
        self.row.domain = domain.to_owned();
        self.row.domains = u64::from(!domain.is_empty());
        self.row
    }
}

/// The rows so far.
struct Table {
    rows: Sorter<Row>,
    /// What is not told by domain, a row a kind.
    rests: Vec<Row>,
    at_least: u64,
}

impl Table {
    fn add(&mut self, counted: Counted) -> io::Result<()> {
        let row = counted.into_row();
        if row.people >= self.at_least || row.domain.is_empty() {
            return self.rows.push(row);
        }
        match self.rests.iter_mut().find(|rest| rest.kind == row.kind) {
            Some(rest) => rest.add(&row),
            None => {
                let mut rest = Row::new(row.kind, Scope::Rest);
                rest.add(&row);
                self.rests.push(rest);
            }
        }
        Ok(())
    }
}
