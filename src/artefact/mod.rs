//! Parsers: bytes of one text in, facts and issues out. They never fail.

pub mod autofill;
pub mod cookies;
pub mod passwords;
pub mod system_info;
pub mod ulp;
