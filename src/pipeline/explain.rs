//! `inspect --explain`: which entry is meant, and what is made of its lines.

use std::borrow::Cow;
use std::ops::RangeInclusive;

use crate::artefact::Hint;
use crate::artefact::explain::{Explanation, explain};
use crate::limits::Limits;
use crate::pipeline::window::{Shape, Window};
use crate::text::Encoding;

/// Most entries that are named where the one asked for is not clear.
const NAMED: usize = 10;

/// What is asked.
#[derive(Debug, Clone)]
pub struct Question {
    /// The path of an entry as records show it, perhaps behind its source or without what stands
    /// before its last parts.
    pub entry: String,
    /// The lines to be explained.
    pub lines: RangeInclusive<u64>,
    /// The limits of the run.
    pub limits: Limits,
}

/// How the path of an entry fits the one that is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fit {
    /// It is the path.
    Whole,
    /// It is the end of it, so that the source may stand before it.
    BehindSource,
    /// It ends with it.
    EndOfPath,
}

impl Question {
    /// Whether and how the path of an entry fits.
    pub(super) fn fit(&self, entry: &str) -> Option<Fit> {
        if entry == self.entry {
            Some(Fit::Whole)
        } else if is_end(&self.entry, entry) {
            Some(Fit::BehindSource)
        } else {
            is_end(entry, &self.entry).then_some(Fit::EndOfPath)
        }
    }

    /// Explains a window of a fitting entry.
    pub(super) fn explain(&self, entry: &str, fit: Fit, window: &Window, hint: Hint) -> Answer {
        let part = window.part(hint, &self.limits);
        let explanation =
            (window.shape == Shape::Lines).then(|| explain(&window.text, part, &self.lines));
        let (encoding, entry) = (window.encoding, entry.to_owned());
        Answer { source: String::new(), entry, fit, hint, encoding, family: None, explanation }
    }

    /// How near the name of another entry is, the less the nearer; none if it is far away.
    fn distance(&self, entry: &str) -> Option<usize> {
        let base = |path: &str| path.rsplit(['/', '!']).next().unwrap_or_default().to_lowercase();
        let (asked, name) = (base(&self.entry), base(entry));
        match edits(asked.as_bytes(), name.as_bytes()) {
            _ if asked.len() >= 3 && name.contains(&asked) => Some(1),
            edits if edits * 3 <= asked.len() => Some(edits),
            _ => None,
        }
    }
}

/// Whether `path` ends with the parts of `end`, and has others before them.
fn is_end(path: &str, end: &str) -> bool {
    !end.is_empty() && path.strip_suffix(end).is_some_and(|front| front.ends_with(['/', '!']))
}

/// How many bytes have to be changed, added or taken away to make one name of the other.
fn edits(one: &[u8], other: &[u8]) -> usize {
    const LONGEST: usize = 64;
    let other = other.get(..LONGEST).unwrap_or(other);
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (index, byte) in one.iter().take(LONGEST).enumerate() {
        let mut diagonal = std::mem::replace(row.first_mut().unwrap_or(&mut 0), index + 1);
        let mut left = index + 1;
        for (cell, known) in row.iter_mut().skip(1).zip(other) {
            let changed = diagonal + usize::from(byte != known);
            diagonal = *cell;
            *cell = changed.min(diagonal + 1).min(left + 1);
            left = *cell;
        }
    }
    row.last().copied().unwrap_or_default()
}

/// What is made of an entry, or of a window of it.
#[derive(Debug)]
pub struct Answer {
    /// The name of the input.
    pub source: String,
    /// The path of the entry, as records show it.
    pub entry: String,
    fit: Fit,
    /// What the name promises.
    pub hint: Hint,
    /// How the text is stored.
    pub encoding: Encoding,
    /// The family of its log, as far as that can be told.
    pub family: Option<Cow<'static, str>>,
    /// The lines; none where a line is too long to be read.
    pub explanation: Option<Explanation>,
}

/// All entries that fit, and the names of those that nearly do.
#[derive(Debug, Default)]
pub struct Answers {
    /// The entries in their order.
    pub found: Vec<Answer>,
    near: Vec<(usize, String)>,
}

impl Answers {
    /// The entry that is meant: the only one, or the only one with just that path.
    pub fn the_one(&self) -> Option<&Answer> {
        let mut whole = self.found.iter().filter(|answer| answer.fit != Fit::EndOfPath);
        match (whole.next(), whole.next(), self.found.as_slice()) {
            (Some(answer), None, _) | (None, None, [answer]) => Some(answer),
            _ => None,
        }
    }

    /// Entries that may have been meant, the likeliest first.
    pub fn names(&self) -> Vec<String> {
        let found = self.found.iter().map(|answer| format!("{}!{}", answer.source, answer.entry));
        let near = self.near.iter().map(|(_, name)| name.clone());
        if self.found.is_empty() { near.collect() } else { found.take(NAMED).collect() }
    }

    /// Takes note of an entry that does not fit.
    pub(super) fn pass(&mut self, question: &Question, entry: &str) {
        if let Some(distance) = question.distance(entry) {
            self.keep_near(distance, entry.to_owned());
        }
    }

    fn keep_near(&mut self, distance: usize, name: String) {
        let place = self.near.partition_point(|(known, _)| *known <= distance);
        if place < NAMED {
            self.near.insert(place, (distance, name));
            self.near.truncate(NAMED);
        }
    }

    /// Adds a window of an entry; those of one entry come in order, with none of others between.
    pub(super) fn add(&mut self, answer: Answer) {
        if let Some(last) = self.found.last_mut()
            && (&last.source, &last.entry) == (&answer.source, &answer.entry)
        {
            last.family = last.family.take().or(answer.family);
            match (&mut last.explanation, answer.explanation) {
                (Some(known), Some(more)) => {
                    known.counts += more.counts;
                    known.lines.extend(more.lines);
                }
                (known @ None, more) => *known = more,
                (Some(_), None) => {}
            }
            return;
        }
        self.found.push(answer);
        // Where several fit, only their names will be shown.
        let ends = self.found.iter_mut().filter(|answer| answer.fit == Fit::EndOfPath).skip(1);
        ends.for_each(|answer| answer.explanation = None);
    }

    /// Says of which family the log is that an entry belongs to.
    pub(super) fn set_family(&mut self, entry: &str, family: Option<&Cow<'static, str>>) {
        for answer in self.found.iter_mut().filter(|answer| answer.entry == entry) {
            answer.family = family.cloned();
        }
    }

    /// Adds what a later part of the source came to.
    pub(super) fn merge(&mut self, later: Self) {
        later.found.into_iter().for_each(|answer| self.add(answer));
        later.near.into_iter().for_each(|(distance, name)| self.keep_near(distance, name));
    }

    /// Says which source all answers are of, and drops those that are of another than asked for.
    pub(super) fn set_source(&mut self, question: &Question, source: &str) {
        self.found.retain_mut(|answer| {
            source.clone_into(&mut answer.source);
            let front = question.entry.strip_suffix(answer.entry.as_str());
            let front = front.and_then(|front| front.strip_suffix(['/', '!']));
            answer.fit != Fit::BehindSource || front == Some(source) || question.entry == source
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(entry: &str) -> Question {
        Question { entry: entry.to_owned(), lines: 1..=10, limits: Limits::default() }
    }

    #[test]
    fn paths_that_fit() {
        for (asked, entry, fit) in [
            ("DE_1/Passwords.txt", "DE_1/Passwords.txt", Some(Fit::Whole)),
            ("Passwords.txt", "DE_1/Passwords.txt", Some(Fit::EndOfPath)),
            ("b.txt", "a.zip!b.txt", Some(Fit::EndOfPath)),
            ("cloud.zip!a.txt", "a.txt", Some(Fit::BehindSource)),
            ("words.txt", "DE_1/Passwords.txt", None),
            ("", "DE_1/Passwords.txt", None),
        ] {
            assert_eq!(question(asked).fit(entry), fit, "{asked} {entry}");
        }
    }

    #[test]
    fn names_that_are_near() {
        for (asked, entry, distance) in [
            ("x/Pasword.txt", "y/Passwords.txt", Some(2)),
            ("password", "y/Passwords.txt", Some(1)),
            ("Passwords.txt", "y/passwords.txt", Some(1)),
            ("System.txt", "y/Cookies.txt", None),
        ] {
            assert_eq!(question(asked).distance(entry), distance, "{asked} {entry}");
        }
        assert_eq!(edits(b"kitten", b"sitting"), 3);
        assert_eq!(edits(b"", b"ab"), 2);
    }
}
