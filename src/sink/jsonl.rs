//! JSON Lines: one record a line, every record type in one stream.
//!
//! JSON is the lossless form: text stands as it is, only what JSON itself cannot hold is escaped.
//! Making it fit for a terminal is the reader's business.

use std::io::Write;
use std::path::PathBuf;

use crate::error::Result;
use crate::record::Record;
use crate::sink::Sink;
use crate::sink::writer::JsonWriter;

/// Writes records as JSON Lines.
///
/// ```
/// use logsieve::issue::{Code, Stage};
/// use logsieve::record::{IssueRecord, Record};
/// use logsieve::secret::Id;
/// use logsieve::sink::{Sink, jsonl::JsonLines};
///
/// let mut bytes = Vec::new();
/// let mut sink = Box::new(JsonLines::new(&mut bytes, "standard output"));
/// sink.write(&Record::Issue(IssueRecord {
///     source_id: Id([0; 16]),
///     entry: None,
///     line: None,
///     stage: Stage::Open,
///     code: Code::EmptyInput,
///     detail: "the file is empty".to_owned(),
///     bytes: None,
/// }))?;
/// sink.finish()?;
/// assert!(bytes.starts_with(br#"{"type":"issue","source_id":"0000"#));
/// # Ok::<(), logsieve::error::Error>(())
/// ```
pub struct JsonLines<W>(JsonWriter<W>);

impl<W: Write> JsonLines<W> {
    /// A writer to `out`, which error messages call `name`.
    pub fn new(out: W, name: impl Into<PathBuf>) -> Self {
        Self(JsonWriter::new(out, name))
    }
}

impl<W: Write> Sink for JsonLines<W> {
    fn write(&mut self, record: &Record) -> Result<()> {
        self.0.line(record)
    }

    fn finish(mut self: Box<Self>) -> Result<()> {
        self.0.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sink::samples;
    use crate::sink::writer::BUFFER_BYTES;

    fn lines_of(records: &[Record]) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut sink = Box::new(JsonLines::new(&mut bytes, "test"));
        for record in records {
            sink.write(record).unwrap();
        }
        sink.finish().unwrap();
        bytes
    }

    #[test]
    fn every_record_is_one_line_that_begins_with_its_type() {
        let records = samples::maximal();
        let text = String::from_utf8(lines_of(&records)).unwrap();
        assert!(text.ends_with('\n'));
        assert_eq!(text.lines().count(), records.len());
        for line in text.lines() {
            assert!(line.starts_with(r#"{"type":""#), "{line}");
        }
    }

    #[test]
    fn text_is_kept_whole_and_stays_on_its_line() {
        let nasty = "a\0\n\r\u{1b}[31m\u{7f}\u{9b}\u{202e}\u{2028}\"\\\u{10ffff}";
        let bytes = lines_of(&[samples::issue_about(nasty)]);
        assert_eq!(bytes.iter().filter(|&&byte| byte == b'\n').count(), 1);
        assert!(!bytes.contains(&0x1b));
        let value: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        assert_eq!(value["detail"], nasty);
    }

    #[test]
    fn more_than_a_buffer_comes_out_complete_and_in_order() {
        let records: Vec<_> =
            (0..5_000).map(|number| samples::issue_about(&number.to_string())).collect();
        let bytes = lines_of(&records);
        assert!(bytes.len() > 3 * BUFFER_BYTES);
        let mut values = serde_json::Deserializer::from_slice(&bytes).into_iter();
        for number in 0..5_000 {
            let value: serde_json::Value = values.next().unwrap().unwrap();
            assert_eq!(value["detail"], number.to_string());
        }
        assert!(values.next().is_none());
    }

    #[test]
    fn a_closed_pipe_is_told_from_other_failures() {
        let (_, closed) = std::io::pipe().unwrap();
        let mut sink = Box::new(JsonLines::new(closed, "standard output"));
        sink.write(&samples::issue_about("x")).unwrap();
        assert!(sink.finish().unwrap_err().is_closed_pipe());
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_full_disk_is_an_output_error() {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let mut sink = Box::new(JsonLines::new(full, "/dev/full"));
        sink.write(&samples::issue_about("x")).unwrap();
        let error = sink.finish().unwrap_err();
        assert!(!error.is_closed_pipe());
        assert!(error.to_string().starts_with("cannot write /dev/full: "), "{error}");
    }
}
