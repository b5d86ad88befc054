//! How much of each credential file was understood.
//!
//! A format that nobody knows yet must not vanish: lines that no parser can place are counted, and
//! a file that has many of them gets an issue. All lines are searched for watched names anyway.

use crate::fact::LineCounts;
use crate::issue::{Code, Issue, Stage};

/// From how many lines on that nothing is known about a file is told of…
const LEAST_LINES: u64 = 10;

/// …if they are one in so many of its lines that are not empty.
const LEAST_SHARE: u64 = 10;

/// How many files are kept by name.
const KEPT: usize = 20;

/// One credential file, and how its lines were understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileCoverage {
    /// The name of the input that it stands in.
    pub source: String,
    /// The path of the entry, as records show it.
    pub entry: String,
    /// Its lines.
    pub lines: LineCounts,
}

/// How much of all credential files was understood, and of which the least.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Coverage {
    /// How many files there were.
    pub files: u64,
    /// The lines of all of them.
    pub lines: LineCounts,
    /// Those with the most unexplained lines, the worst first; none without such lines.
    pub worst: Vec<FileCoverage>,
}

impl Coverage {
    /// Adds a file.
    pub(super) fn add(&mut self, entry: &str, lines: LineCounts) {
        self.files += u64::from(lines.all() > 0);
        self.lines += lines;
        if lines.unexplained > 0 {
            self.keep(FileCoverage { source: String::new(), entry: entry.to_owned(), lines });
        }
    }

    /// Adds what a later part of the run came to.
    pub(super) fn merge(&mut self, later: &Self) {
        self.files += later.files;
        self.lines += later.lines;
        later.worst.iter().for_each(|file| self.keep(file.clone()));
    }

    /// Says which input all files stand in.
    pub(super) fn set_source(&mut self, name: &str) {
        self.worst.iter_mut().for_each(|file| name.clone_into(&mut file.source));
    }

    /// Among equals the first is kept.
    fn keep(&mut self, file: FileCoverage) {
        let unexplained = file.lines.unexplained;
        let place = self.worst.partition_point(|known| known.lines.unexplained >= unexplained);
        if place < KEPT {
            self.worst.insert(place, file);
            self.worst.truncate(KEPT);
        }
    }
}

/// The issue of a file of which too much was not understood.
///
/// It is a loss where more lines are unexplained than stand in records: then the logins of the file
/// are missing, though no watched name in it is. Else it is a note.
pub(super) fn issue(lines: LineCounts) -> Option<Issue> {
    let LineCounts { records, noise, unexplained } = lines;
    if unexplained < LEAST_LINES || unexplained.saturating_mul(LEAST_SHARE) < lines.all() {
        return None;
    }
    let detail = format!(
        "{unexplained} of {} lines were searched for watched names, but not understood \
         ({records} stand in records, {noise} are known noise)",
        lines.all()
    );
    let issue = if unexplained > records { Issue::loss } else { Issue::note };
    Some(issue(Stage::Parse, Code::UnexplainedLines, detail))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::issue::Gravity;

    fn lines(records: u64, noise: u64, unexplained: u64) -> LineCounts {
        LineCounts { records, noise, unexplained }
    }

    #[test]
    fn when_a_file_is_told_of() {
        for (counts, gravity) in [
            (lines(0, 0, 0), None),
            (lines(0, 0, 9), None),
            (lines(0, 0, 10), Some(Gravity::Loss)),
            (lines(9, 80, 10), Some(Gravity::Loss)),
            (lines(10, 80, 10), Some(Gravity::Note)),
            (lines(90, 0, 10), Some(Gravity::Note)),
            (lines(91, 0, 10), None),
            (lines(u64::MAX / 16, 0, u64::MAX / 4), Some(Gravity::Loss)),
        ] {
            assert_eq!(issue(counts).map(|issue| issue.gravity), gravity, "{counts:?}");
        }
        let detail = issue(lines(1, 2, 30)).unwrap().detail;
        assert!(detail.starts_with("30 of 33 lines") && detail.contains("1 stand"), "{detail}");
    }

    #[test]
    fn parts_in_order_come_to_the_same_as_the_whole() {
        let files: Vec<_> =
            (0..60_u64).map(|n| (format!("{n}.txt"), lines(n, 1, n * 7 % 11))).collect();
        let whole = |files: &[(String, LineCounts)]| {
            let mut coverage = Coverage::default();
            files.iter().for_each(|(entry, lines)| coverage.add(entry, *lines));
            coverage
        };
        let mut merged = Coverage::default();
        files.chunks(7).for_each(|part| merged.merge(&whole(part)));
        assert_eq!(merged, whole(&files));
        assert_eq!((merged.files, merged.worst.len()), (60, KEPT));
        assert_eq!(merged.worst[0].entry, "3.txt");
    }
}
