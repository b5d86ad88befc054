//! logsieve reads infostealer logs and tells which records expose the organisations on a watchlist.
//!
//! The modules stand on floors and use only what stands below them; `docs/ARCHITECTURE.md` draws
//! the picture and a test enforces it.

// floor 0: words
pub mod error;
pub mod exposure;
pub mod fact;
pub mod issue;
pub mod limits;
pub mod password;
pub mod provenance;
pub mod record;
pub mod secret;
pub mod spill;
pub mod text;
// floor 1: bytes
pub mod archive;
pub mod input;
// floor 2: shape
pub mod family;
pub mod layout;
// floor 3: meaning
pub mod artefact;
// floor 4: strangers to each other
pub mod case;
pub mod classify;
pub mod normalise;
pub mod sink;
pub mod watchlist;
// floor 5: joins
pub mod pipeline;
// top
pub mod cli;
