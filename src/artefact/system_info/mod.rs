//! What a log says about its machine: `key: value` lines of system files, in any family's shape.
//!
//! `reader` walks the lines: sections, lists, the places where keys stop. `table` reads what stands
//! in columns instead. `collect` weighs the values that several keys offer for one field. `values`
//! cuts single values out of composites.

mod collect;
mod reader;
mod table;
#[cfg(test)]
mod tests;
mod values;

use self::collect::Collected;
use crate::fact::SystemFacts;
use crate::family::labels::SystemLabel;
use crate::text::json::looks_like_json;

/// How many bytes are looked at to tell a system file.
const LOOK_BYTES: usize = 64 << 10;

/// Reads what `text`, whose first line has the number `first_line`, says about the computer.
///
/// `text` is in an ASCII-based encoding, see [`ascii_based`](crate::text::ascii_based).
///
/// ```
/// use logsieve::artefact::system_info;
/// let text = b"- HWID: 0123456789ABCDEF\n- Computer Name: DESKTOP-EXAMPLE [WORKGROUP]\n";
/// let facts = system_info::parse(text, 1);
/// assert_eq!(facts.computer_name.as_deref(), Some(&b"DESKTOP-EXAMPLE"[..]));
/// assert_eq!(facts.ad_domain.as_deref(), Some(&b"WORKGROUP"[..]));
/// ```
pub fn parse(text: &[u8], first_line: u64) -> SystemFacts<'_> {
    collect_all(text, first_line).finish()
}

/// The same, if `text` [looks like a system file](looks_like_system); most are read only once.
pub(in crate::artefact) fn parse_what_looks_like_system(
    text: &[u8],
    first_line: u64,
) -> Option<SystemFacts<'_>> {
    if text.len() > LOOK_BYTES {
        return looks_like_system(text).then(|| parse(text, first_line));
    }
    let collected = collect(text, first_line);
    collected.is_of_system_file().then(|| collected.finish())
}

fn collect(text: &[u8], first_line: u64) -> Collected<'_> {
    if looks_like_json(text) {
        reader::read_json(text, first_line)
    } else {
        reader::read_lines(text, first_line)
    }
}

/// The same of a file that holds nothing but an address, too.
fn collect_all(text: &[u8], first_line: u64) -> Collected<'_> {
    let mut collected = collect(text, first_line);
    if !looks_like_json(text) {
        reader::add_only_address(&mut collected, text, first_line);
    }
    collected
}

/// The lines of `text` that say something about the computer, ascending.
pub(in crate::artefact) fn accepted_lines(text: &[u8], first_line: u64) -> Vec<(u64, SystemLabel)> {
    collect_all(text, first_line).accepted
}

/// Whether `text` is a system file by its content: at least three different keys that only such
/// files have, or two and a key that logins have too (`Username`).
///
/// ```
/// use logsieve::artefact::system_info::looks_like_system;
/// assert!(looks_like_system(b"HWID: 01\nMachineName: DESKTOP-EXAMPLE\nIP: 203.0.113.10\n"));
/// assert!(!looks_like_system(b"SOFT: Chrome\nURL: https://example.com/\nUSER: u\nPASS: p\n"));
/// ```
pub fn looks_like_system(text: &[u8]) -> bool {
    let head = text.get(..LOOK_BYTES).unwrap_or(text);
    collect(head, 1).is_of_system_file()
}
