//! Tables as `wmic … get …` prints them: names of properties over one row of values.

use memchr::memmem;

use crate::artefact::columns;
use crate::artefact::passwords::line::trim;
use crate::family::labels::{NormalKey, Rank, SystemLabel};

/// Longest head of a table, in bytes.
const LONGEST_HEAD: usize = 1024;

/// Properties that make up a table alone.
const TELLING: &[&[u8]] = &[b"caption", b"csname", b"serialnumber", b"uuid"];

/// Properties of parts of a computer: a name or number beside them is that of the part.
const OF_COMPONENTS: &[&[u8]] = &[
    b"adapterram",
    b"capacity",
    b"deviceid",
    b"driverversion",
    b"filesystem",
    b"freespace",
    b"interfacetype",
    b"mediatype",
    b"model",
    b"numberofcores",
    b"partitions",
    b"processid",
    b"size",
    b"speed",
];

/// One column.
#[derive(Debug)]
struct Column {
    key: NormalKey,
    label: Option<SystemLabel>,
}

/// The head of a table.
#[derive(Debug)]
pub(super) struct Table {
    columns: Vec<Column>,
    /// The character that each column begins at.
    starts: Vec<usize>,
}

impl Table {
    /// The table that begins with `line`, if that is the head of one with facts on the computer.
    pub(super) fn read_head(line: &[u8]) -> Option<Self> {
        // Prose, which is most of the other lines, has single spaces.
        let is_prose = || trim(line).contains(&b' ') && memmem::find(line, b"  ").is_none();
        let begins = line.first().is_some_and(u8::is_ascii_uppercase);
        if line.len() > LONGEST_HEAD || !begins || is_prose() {
            return None;
        }
        let (starts, cells): (Vec<_>, Vec<_>) = columns::words_apart(line).into_iter().unzip();
        let mut columns = Vec::with_capacity(cells.len());
        for cell in cells {
            let name = trim(cell);
            let key = NormalKey::new(name).filter(|_| is_property(name))?;
            columns.push(Column { key, label: key.system() });
        }
        let has = |names: &[&[u8]]| columns.iter().any(|c| names.contains(&c.key.as_bytes()));
        let known = columns.iter().filter(|column| column.label.is_some()).count();
        let is_head = known > 1 || (columns.len() == 1 && has(TELLING));
        if !is_head || has(OF_COMPONENTS) {
            return None;
        }
        // The name of a computer, where its domain or user stand beside it.
        if let Some(name) = columns.iter_mut().find(|column| column.key.as_bytes() == b"name") {
            name.label = Some(SystemLabel::Computer(Rank::Fallback));
        }
        Some(Self { columns, starts })
    }

    /// What the cells of a row mean, and their values.
    pub(super) fn cells<'t>(&self, row: &'t [u8]) -> Vec<(NormalKey, SystemLabel, &'t [u8])> {
        let cells = columns::cut(&self.starts, row).unwrap_or_default();
        let known = |(column, cell): (&Column, &'t [u8])| Some((column.key, column.label?, cell));
        self.columns.iter().zip(cells).filter_map(known).collect()
    }
}

/// `CSName`, `UUID`: one word that begins with a capital.
fn is_property(name: &[u8]) -> bool {
    name.first().is_some_and(u8::is_ascii_uppercase) && name.iter().all(u8::is_ascii_alphanumeric)
}
