//! System files.

use crate::fact::SystemFacts;

/// Reads a system file.
pub fn parse<'t>(_text: &'t [u8], _first_line: u64) -> SystemFacts<'t> {
    SystemFacts::default()
}

/// Whether a text is a system file.
pub fn looks_like_system(_text: &[u8]) -> bool {
    false
}
