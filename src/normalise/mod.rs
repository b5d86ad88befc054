//! One form each for addresses, e-mail addresses, times, countries and secrets.
//!
//! Parsers deliver values as they stand in a file. What is matched, compared and written is the
//! form made here. Every function is pure, takes any text and never fails: what cannot be read is
//! `None`.

pub mod country;
pub mod email;
pub mod host;
mod percent;
pub mod secret;
pub mod time;
pub mod url;
