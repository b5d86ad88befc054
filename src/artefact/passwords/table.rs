//! Logins in columns under a head: `URL   Username   Password` (Skuld), or with TABs or `|`.

use std::borrow::Cow;

use super::block::fact_from_values;
use super::line::trim;
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

/// One column.
#[derive(Debug)]
struct Column {
    label: Option<CredentialLabel>,
    /// Its first character, counted from the start of the line.
    start: usize,
}

/// The head of a table: what its columns are.
#[derive(Debug)]
pub(super) struct Table {
    delimiter: Delimiter,
    columns: Vec<Column>,
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
        let columns: Vec<_> = cells(line, delimiter)
            .into_iter()
            .map(|(start, cell)| Column { label: credential_label(cell), start })
            .collect();
        let has = |label| columns.iter().any(|column| column.label == Some(label));
        (has(CredentialLabel::Url) && has(CredentialLabel::Password))
            .then_some(Self { delimiter, columns })
    }

    /// The login in a row.
    pub(super) fn read_row<'t>(&self, line: &'t [u8], number: u64) -> Option<CredentialFact<'t>> {
        let aligned = (self.delimiter == Delimiter::Width).then(|| self.aligned(line)).flatten();
        let guessed = self.delimiter == Delimiter::Width && aligned.is_none();
        let cells = aligned.unwrap_or_else(|| {
            cells(line, self.delimiter).into_iter().map(|(_, cell)| cell).collect()
        });
        if cells.len() < 2 || cells.len() > self.columns.len() {
            return None;
        }
        let fields = self
            .columns
            .iter()
            .zip(cells)
            .filter_map(|(column, cell)| Some((column.label?, Cow::Borrowed(cell))));
        let mut fact = fact_from_values(fields, Span::line(number))?;
        if guessed {
            fact.confidence = Confidence::Low;
        }
        Some(fact)
    }

    /// The cells of a row whose columns begin where those of the head do.
    fn aligned<'t>(&self, line: &'t [u8]) -> Option<Vec<&'t [u8]>> {
        let mut cells = Vec::with_capacity(self.columns.len());
        let mut rest = line;
        for (index, column) in self.columns.iter().enumerate() {
            let Some(next) = self.columns.get(index + 1) else {
                cells.push(trim(rest));
                break;
            };
            let (cell, behind) = split_at_character(rest, next.start - column.start);
            if !behind.is_empty() && cell.last() != Some(&b' ') {
                return None;
            }
            cells.push(trim(cell));
            rest = behind;
        }
        Some(cells)
    }
}

fn split_at_character(text: &[u8], characters: usize) -> (&[u8], &[u8]) {
    let is_start = |&(_, byte): &(usize, &u8)| byte & 0xC0 != 0x80;
    let end = text.iter().enumerate().filter(is_start).nth(characters);
    text.split_at_checked(end.map_or(text.len(), |(offset, _)| offset)).unwrap_or((text, &[]))
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
        Delimiter::Width => words_apart(line),
    }
}

/// The parts of `line` that at least two spaces keep apart.
fn words_apart(line: &[u8]) -> Vec<(usize, &[u8])> {
    let mut cells = Vec::new();
    let mut start = line.iter().take_while(|&&byte| byte == b' ').count();
    let mut character = start;
    while let Some(rest) = line.get(start..).filter(|rest| !rest.is_empty()) {
        let length = memchr::memmem::find(rest, b"  ").unwrap_or(rest.len());
        let cell = rest.get(..length).unwrap_or_default();
        cells.push((character, cell));
        let spaces = rest.iter().skip(length).take_while(|&&byte| byte == b' ').count();
        start += length + spaces;
        character += spaces + cell.iter().filter(|&&byte| byte & 0xC0 != 0x80).count();
    }
    cells
}
