//! Addresses, e-mail addresses and times in one form each.

pub mod email;
pub mod time;
pub mod url;
