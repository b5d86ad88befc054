//! JSON on its way out: collected, then written in large pieces, with the name of the output in
//! every error.

use std::io::Write;
use std::path::PathBuf;

use serde::Serialize;

use crate::error::{Error, Result};
use crate::record::Record;
use crate::sink::json;

/// How many bytes are collected before they are written.
pub(super) const BUFFER_BYTES: usize = 64 << 10;

/// Writes pieces of JSON to `out`.
pub(super) struct JsonWriter<W> {
    out: W,
    name: PathBuf,
    buffer: Vec<u8>,
}

impl<W: Write> JsonWriter<W> {
    /// A writer to `out`, which error messages call `name`.
    pub(super) fn new(out: W, name: impl Into<PathBuf>) -> Self {
        Self { out, name: name.into(), buffer: Vec::with_capacity(BUFFER_BYTES) }
    }

    /// Writes a value.
    ///
    /// # Errors
    /// The output cannot be written.
    pub(super) fn value(&mut self, value: &impl Serialize) -> Result<()> {
        serde_json::to_writer(&mut self.buffer, value).map_err(no_json)?;
        if self.buffer.len() >= BUFFER_BYTES { self.drain() } else { Ok(()) }
    }

    /// Writes a record, and ends the line.
    ///
    /// # Errors
    /// The output cannot be written.
    pub(super) fn line(&mut self, record: &Record) -> Result<()> {
        json::write(&mut self.buffer, record).map_err(no_json)?;
        self.buffer.push(b'\n');
        if self.buffer.len() >= BUFFER_BYTES { self.drain() } else { Ok(()) }
    }

    /// Writes what stands between values.
    pub(super) fn text(&mut self, text: &str) {
        self.buffer.extend_from_slice(text.as_bytes());
    }

    fn drain(&mut self) -> Result<()> {
        let written = self.out.write_all(&self.buffer);
        self.buffer.clear();
        written.map_err(|error| Error::output(&self.name, error))
    }

    /// Writes what was held back.
    ///
    /// # Errors
    /// The output cannot be written.
    pub(super) fn finish(&mut self) -> Result<()> {
        self.drain()?;
        self.out.flush().map_err(|error| Error::output(&self.name, error))
    }
}

fn no_json(error: serde_json::Error) -> Error {
    Error::internal(format!("a record is not JSON: {error}"))
}
