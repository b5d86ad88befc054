//! How much of a JSON text was understood, line by line.

use crate::fact::LineCounts;
use crate::provenance::Span;
use crate::text::Lines;

/// What is known of the lines of a text; those that nothing is said of are noise: punctuation, and
/// members that no record needs.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    records: Vec<Span>,
    unexplained: Vec<Span>,
}

impl Ledger {
    /// Notes lines that are part of a record.
    pub(super) fn record(&mut self, span: Span) {
        add(&mut self.records, span);
    }

    /// Notes lines that should have been part of one, or could not be read.
    pub(super) fn unexplained(&mut self, span: Span) {
        add(&mut self.unexplained, span);
    }

    /// Counts the lines of `text` that are not empty; what belongs to a record is explained.
    pub(super) fn count(self, text: &[u8], first_line: u64) -> LineCounts {
        let mut counts = LineCounts::default();
        let (mut records, mut unexplained) =
            (Cover::new(self.records), Cover::new(self.unexplained));
        for line in Lines::starting_at(text, first_line) {
            if line.bytes.trim_ascii().is_empty() {
                continue;
            }
            let (known, open) = (records.has(line.number), unexplained.has(line.number));
            counts.records += u64::from(known);
            counts.unexplained += u64::from(!known && open);
            counts.noise += u64::from(!known && !open);
        }
        counts
    }
}

/// Many records stand on one line where nobody has broken it.
fn add(spans: &mut Vec<Span>, span: Span) {
    if spans.last() != Some(&span) {
        spans.push(span);
    }
}

/// Asked for one line after the other whether a span holds it.
struct Cover {
    spans: std::vec::IntoIter<Span>,
    next: Option<Span>,
    /// Up to where the spans so far reach.
    last: u64,
}

impl Cover {
    fn new(mut spans: Vec<Span>) -> Self {
        spans.sort_unstable();
        let mut spans = spans.into_iter();
        Self { next: spans.next(), spans, last: 0 }
    }

    fn has(&mut self, line: u64) -> bool {
        while let Some(span) = self.next.filter(|span| span.first <= line) {
            self.last = self.last.max(span.last);
            self.next = self.spans.next();
        }
        line <= self.last
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_counts_once_and_for_what_is_best_known() {
        let mut ledger = Ledger::default();
        for (first, last) in [(12, 12), (12, 12), (11, 14), (18, 18)] {
            ledger.record(Span::new(first, last));
        }
        ledger.unexplained(Span::new(14, 16));
        let text = b"noise\nr\nr\n\nr\nu\nu\nnoise\nr\n";
        let counts = ledger.count(text, 10);
        assert_eq!(counts, LineCounts { records: 4, noise: 2, unexplained: 2 });
    }
}
