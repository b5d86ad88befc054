//! Parsers: bytes of one text in, facts and issues out. They never fail.

pub mod passwords;
pub mod system_info;
pub mod ulp;

mod fields;
mod shape;
mod table;
mod values;
