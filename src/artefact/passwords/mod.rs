//! Logins of password files: labelled blocks in whatever spelling, order and layout.
//!
//! No family is known here. A file shows its own layout: which key leads its blocks, whether
//! blank lines or rules stand between them or nothing does, whether a watermark stands in front of
//! every line. `style` learns that from the first lines; `parser` then reads block by block.
//! Passwords are opaque: what stands behind the separator is the password, whatever it looks like.

mod block;
mod inline;
pub(in crate::artefact) mod line;
mod parser;
pub(in crate::artefact) mod style;
mod table;
#[cfg(test)]
mod tests;

pub(in crate::artefact) use inline::written_lines;
pub(in crate::artefact) use table::Table;

use crate::fact::{CredentialFact, LineCounts};
use crate::text::{Line, Lines};

/// Whether a line heads a table in fixed columns.
pub(in crate::artefact) fn is_table_head(line: &[u8]) -> bool {
    table::Table::read_head(line).is_some()
}

/// How much of a text tells the key that its blocks begin with.
const LEAD_SAMPLE: usize = 4 << 10;

/// Where in `tail`, the end of `text`, the last block begins; none unless the blocks of `text` begin
/// with a key of their own.
pub(in crate::artefact) fn last_start(text: &[u8], tail: &[u8]) -> Option<usize> {
    let style = style::Style::learn(text.get(..LEAD_SAMPLE).unwrap_or(text));
    let lead = style.lead?;
    let begins = |line: &Line<'_>| {
        let field = line::Field::read(style.watermark.strip(line.bytes));
        field.is_some_and(|field| field.key == lead)
    };
    Lines::new(tail).filter(begins).last().map(|line| line.start)
}

/// What a password file holds.
#[derive(Debug, Default)]
pub struct Passwords<'t> {
    /// The logins, in the order of the file; their origin is the log of a machine.
    pub credentials: Vec<CredentialFact<'t>>,
    /// How the non-empty lines were understood.
    pub lines: LineCounts,
    /// Lines inside the spans of logins that are no part of them, or only by a guess; ascending.
    pub strays: Vec<u64>,
}

/// Reads the logins out of `text`, whose first line has the number `first_line`.
///
/// `text` is in an ASCII-based encoding, see [`ascii_based`](crate::text::ascii_based).
///
/// ```
/// use logsieve::artefact::passwords;
/// let text = b"URL: https://login.example.com/\nUsername: user1\nPassword: Example#1\n";
/// let found = passwords::parse(text, 1);
/// assert_eq!(&*found.credentials[0].username, b"user1");
/// ```
pub fn parse(text: &[u8], first_line: u64) -> Passwords<'_> {
    let mut parser = parser::Parser::new(text);
    let mut lines = Lines::starting_at(text, first_line).peekable();
    while let Some(line) = lines.next() {
        parser.read(line, lines.peek().map(|next| next.bytes));
    }
    parser.finish()
}
