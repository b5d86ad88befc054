//! Logins in columns under a head: `URL   Username   Password` (Skuld), or with TABs or `|`.

use std::borrow::Cow;

use super::block::fact_from_values;
use super::line::{Field, trim};
use crate::artefact::columns;
use crate::fact::CredentialFact;
use crate::family::labels::{CredentialLabel, credential_label};
use crate::provenance::Span;
use crate::record::Confidence;

/// Longest head of a table, in bytes.
const LONGEST_HEAD: usize = 1024;

/// What stands between the cells of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Delimiter {
    Tab,
    Bar,
    /// Spaces up to the next column.
    Width,
}

/// The head of a table: what its columns are.
#[derive(Debug)]
pub(in crate::artefact) struct Table {
    delimiter: Delimiter,
    /// What each column means.
    labels: Vec<Option<CredentialLabel>>,
    /// The first character of each column, counted from the start of the line.
    starts: Vec<usize>,
}

impl Table {
    /// The table that begins with `line`, if that is the head of one with logins.
    pub(super) fn read_head(line: &[u8]) -> Option<Self> {
        // Nothing that is common in other lines may cost anything here.
        if line.len() > LONGEST_HEAD || memchr::memchr2(b':', b'=', line).is_some() {
            return None;
        }
        let delimiter = if memchr::memchr(b'\t', line).is_some() {
            Delimiter::Tab
        } else if memchr::memchr(b'|', line).is_some() {
            Delimiter::Bar
        } else if memchr::memmem::find(line, b"  ").is_some() {
            Delimiter::Width
        } else {
            return None;
        };
        let (starts, labels): (Vec<_>, Vec<_>) = cells(line, delimiter)
            .into_iter()
            .map(|(start, cell)| (start, credential_label(cell)))
            .unzip();
        let has = |label| labels.contains(&Some(label));
        (has(CredentialLabel::Url) && has(CredentialLabel::Password)).then_some(Self {
            delimiter,
            labels,
            starts,
        })
    }

    /// The table that begins with `line`, if only spaces keep its columns apart.
    pub(in crate::artefact) fn read_aligned_head(line: &[u8]) -> Option<Self> {
        Self::read_head(line).filter(|table| table.delimiter == Delimiter::Width)
    }

    /// Whether `line` is a row with a login.
    pub(in crate::artefact) fn has_row(&self, line: &[u8]) -> bool {
        self.read_row(line, 1).is_some()
    }

    /// The login in a row; none in a line with a label, which an address like `app://x` has not.
    pub(super) fn read_row<'t>(&self, line: &'t [u8], number: u64) -> Option<CredentialFact<'t>> {
        let is_labelled =
            |field: &Field<'_>| field.label.is_some() && !field.value.starts_with(b"//");
        if Field::read(line).as_ref().is_some_and(is_labelled) {
            return None;
        }
        let aligned = (self.delimiter == Delimiter::Width)
            .then(|| columns::cut(&self.starts, line))
            .flatten();
        let guessed = self.delimiter == Delimiter::Width && aligned.is_none();
        let cells = aligned.unwrap_or_else(|| {
            cells(line, self.delimiter).into_iter().map(|(_, cell)| cell).collect()
        });
        if cells.len() < 2 || cells.len() > self.labels.len() {
            return None;
        }
        let fields = self
            .labels
            .iter()
            .zip(cells)
            .filter_map(|(label, cell)| Some(((*label)?, Cow::Borrowed(cell))));
        let mut fact = fact_from_values(fields, Span::line(number))?;
        if guessed {
            fact.confidence = Confidence::Low;
        }
        Some(fact)
    }
}

/// The cells of `line` with the character that each begins at.
fn cells(line: &[u8], delimiter: Delimiter) -> Vec<(usize, &[u8])> {
    match delimiter {
        Delimiter::Tab => line.split(|&byte| byte == b'\t').map(|cell| (0, cell)).collect(),
        Delimiter::Bar => {
            let line = trim(line);
            let line = line.strip_prefix(b"|").unwrap_or(line);
            let line = line.strip_suffix(b"|").unwrap_or(line);
            line.split(|&byte| byte == b'|').map(|cell| (0, trim(cell))).collect()
        }
        Delimiter::Width => columns::words_apart(line),
    }
}
