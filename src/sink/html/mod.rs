//! The report for people: one page of HTML that needs nothing else.
//!
//! It is made for a board that reads its first screen and for an analyst who reads all of it. What
//! it shows was written by criminals: text is escaped by the templates (`templates/report/`), cut
//! and made visible by `text`, and the page's own policy (`lock`) forbids whatever gets through.
//! Addresses in it are text; nothing leads out of the page.

mod chart;
mod collect;
mod count;
mod lock;
mod page;
mod row;
#[cfg(test)]
mod tests;
mod text;
mod timeline;
mod words;

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use askama::Template;

use self::collect::Collected;
use self::page::Page;
use crate::error::{Error, Result};
use crate::record::Record;
use crate::sink::Sink;
pub use crate::sink::tlp::Tlp;

/// What stands on a report besides its records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportOptions {
    /// The title.
    pub title: String,
    /// To whom it may be shown.
    pub tlp: Tlp,
    /// The day after which it should be destroyed, as text.
    pub expires: Option<String>,
}

impl Default for ReportOptions {
    fn default() -> Self {
        Self { title: "Exposure report".to_owned(), tlp: Tlp::default(), expires: None }
    }
}

/// Makes a report of the records of a case.
///
/// It takes sources, machines, issues, exposures and the summary, in this order, in any number, and
/// writes when it is finished: it counts all exposures and shows the worst ten thousand.
///
/// ```
/// use std::path::Path;
/// use logsieve::sink::{Sink, html::{HtmlReport, ReportOptions}};
///
/// let mut page = Vec::new();
/// let report = HtmlReport::new(&mut page, Path::new("report.html"), ReportOptions::default());
/// Box::new(report).finish()?;
/// assert!(page.starts_with(b"<!DOCTYPE html>"));
/// # Ok::<(), logsieve::error::Error>(())
/// ```
pub struct HtmlReport<W: Write> {
    out: BufWriter<W>,
    name: PathBuf,
    options: ReportOptions,
    collected: Collected,
}

impl<W: Write> HtmlReport<W> {
    /// A report to `out`, which error messages call `target`.
    pub fn new(out: W, target: &Path, options: ReportOptions) -> Self {
        Self {
            out: BufWriter::new(out),
            name: target.to_owned(),
            options,
            collected: Collected::new(),
        }
    }
}

impl<W: Write> Sink for HtmlReport<W> {
    fn write(&mut self, record: &Record) -> Result<()> {
        self.collected.add(record);
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<()> {
        let page = Page::new(&self.collected, &self.options);
        let written = page.write_into(&mut self.out).and_then(|()| self.out.flush());
        written.map_err(|error| Error::output(&self.name, error))
    }
}
