//! Texts in parts: where they are best cut, and what a part has to know of those before it.
//!
//! A text may be too long to be read at once. Most of what it holds is told by a few lines that
//! stand together, so a good cut keeps records whole; what else earlier parts say (the header of a
//! table, a `[host]` line, brackets that are open) is handed on as [`Before`].

use super::ulp::{self, Delimiter};
use super::{Hint, Kind, classify, json, passwords, segment};
use crate::limits::Limits;
use crate::text::json::Container;
use crate::text::{Lines, has_blank_start};

/// What the parts of a text so far mean for the one behind them; the default is its start.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Before {
    /// What the text began as.
    pub(super) kind: Option<Kind>,
    /// What stands between the fields of its lines, where all of it was taken for ULP.
    pub(super) delimiter: Option<Delimiter>,
    pub(super) context: ulp::Context,
    /// The objects and lists of JSON that are open.
    pub(super) open: Vec<Container>,
}

impl Before {
    /// The same for the part behind `text`; costs little but for the first part.
    #[must_use]
    pub fn after(&self, text: &[u8], hint: Hint) -> Self {
        let is_json = self.kind == Some(Kind::Json) && !self.open.is_empty();
        let known = self.kind.filter(|&kind| is_json || kind != Kind::Json);
        let kind = known.unwrap_or_else(|| classify(text, hint));
        let mut after = Self { kind: Some(kind), ..self.clone() };
        match (kind, self.kind) {
            (Kind::Json, _) => after.open = json::open_behind(text, &self.open),
            (Kind::Ulp | Kind::Table, None) => {
                after.delimiter = Some(ulp::vote(text));
                after.context = self.context.after(text);
            }
            (Kind::Passwords, None) => after.context = self.context.after(text),
            (Kind::Ulp | Kind::Passwords, Some(_)) => {
                after.context = self.context.after_groups(text);
            }
            _ => {}
        }
        after
    }

    /// Whether it means the same for every part of the text behind, the last `[host]` apart.
    pub(crate) fn is_told(&self) -> bool {
        self.kind.is_some_and(|kind| kind != Kind::Json)
    }

    /// The same where no `[host]` is known.
    pub(crate) fn above_groups(mut self) -> Self {
        self.context = self.context.below(None);
        self
    }

    /// The same below `[group]`, unless the lines stand below another one that is nearer.
    pub(crate) fn below(mut self, group: Option<&[u8]>) -> Self {
        if self.group().is_none() {
            self.context = self.context.below(group);
        }
        self
    }

    /// The host of the `[host]` that the first lines of the next part stand below, if they do: what
    /// concerns it need not name it.
    pub fn group(&self) -> Option<&[u8]> {
        self.context.group()
    }
}

/// Whether more of a text follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Nothing: the text ends here.
    OfText,
    /// More: only the part ends here.
    OfPart,
}

/// Where a part stands in its text.
#[derive(Debug, Clone, Copy)]
pub struct Part<'p> {
    /// The number of its first line, counted from 1.
    pub first_line: u64,
    /// What the name of the text promises.
    pub hint: Hint,
    /// What the parts before it mean for it.
    pub before: &'p Before,
    /// Whether more follows.
    pub end: End,
    /// The limits of the run.
    pub limits: &'p Limits,
}

/// How far from the end a place to cut is looked for.
const REACH: usize = 32 << 10;

/// Where a text of whole lines is best cut, up to its length: near its end, between two records if
/// there is something to tell them apart by. Never zero, unless the text is empty.
///
/// ```
/// let lines = b"SOFT: x\nURL: a.example\nPASS: p\nSOFT: y\nURL: b.example\nPASS: q\nSOFT: z\n";
/// assert_eq!(logsieve::artefact::cut(lines), lines.len() - "SOFT: z\n".len());
/// assert_eq!(logsieve::artefact::cut(b"one\ntwo\n"), 8);
/// ```
pub fn cut(lines: &[u8]) -> usize {
    let reach = lines.len().saturating_sub(REACH);
    let rest = lines.get(reach..).unwrap_or_default();
    let skipped = if reach == 0 { Some(0) } else { memchr::memchr(b'\n', rest).map(|at| at + 1) };
    let start = reach + skipped.unwrap_or(rest.len());
    let tail = lines.get(start..).unwrap_or_default();
    let place = passwords::last_start(lines, tail);
    let place = place.or_else(|| may_have_gap(tail).then(|| last_gap(tail))?);
    let place = place.or_else(|| open_block(tail));
    place.map(|at| start + at).filter(|&at| at > 0).unwrap_or(lines.len())
}

/// Whether to look for a gap at all: in lists of logins, which have none, that takes the longest.
fn may_have_gap(tail: &[u8]) -> bool {
    memchr::memchr(b'}', tail).is_some() || has_blank_start(tail)
}

/// Where the lines behind the last gap begin: a blank line, else the end of an object of JSON, of
/// all the one that is nested least.
fn last_gap(tail: &[u8]) -> Option<usize> {
    let mut best: Option<(usize, usize)> = None;
    let mut gap = None;
    for line in Lines::new(tail) {
        if let Some(rank) = gap.filter(|&rank| best.is_none_or(|(known, _)| rank <= known)) {
            best = Some((rank, line.start));
        }
        gap = rank_of_gap(line.bytes);
    }
    best.map(|(_, start)| start)
}

/// Most lines of a login in a block, and bytes before the end that are looked at for them.
const LONGEST_BLOCK: usize = 12;
const BLOCK_REACH: usize = 2 << 10;

/// Where the labelled lines at the end begin, for more of their login may follow; none if they are so
/// many that each is a login by itself.
fn open_block(tail: &[u8]) -> Option<usize> {
    let is_labelled = |line: &[u8]| {
        let is_bare = || segment::is_bare_address(line);
        !line.trim_ascii().is_empty() && !is_bare() && segment::label(line).is_some()
    };
    let body = tail.trim_ascii_end();
    let last = memchr::memrchr2(b'\n', b'\r', body).map_or(0, |at| at + 1);
    if body.len() < tail.len().saturating_sub(2) || !is_labelled(body.get(last..)?) {
        return None;
    }
    let near = tail.len().saturating_sub(BLOCK_REACH);
    let lines: Vec<_> = Lines::new(tail.get(near..)?).collect();
    let count = lines.iter().rev().take_while(|line| is_labelled(line.bytes)).count();
    let first = lines.len().checked_sub(count).filter(|_| count <= LONGEST_BLOCK)?;
    lines.get(first).map(|line| near + line.start)
}

/// How good it is to cut behind a line: the less the better.
fn rank_of_gap(line: &[u8]) -> Option<usize> {
    let text = line.trim_ascii();
    match text.strip_suffix(b",").unwrap_or(text) {
        [] => Some(0),
        [b'}'] | [b'{', .., b'}'] => Some(1 + line.len() - line.trim_ascii_start().len()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_texts_are_cut() {
        // `^` stands before the place; none means the end.
        for text in [
            "a\nb\nc\n",
            "a\n\nb\n\n^c\nd\n",
            "a\r\n\r\nb\r\n\r\n^c\r\n",
            "[\n  {\n    \"a\": {\n    },\n  },\n^  {\n    \"b\": {\n    },\n",
            "[{\"a\":1},\n{\"a\":2},\n^{\"a\":3,\n",
            "URL: a\nUSER: b\nPASS: c\n^URL: d\nUSER: e\nPASS: f\n",
            "URL: a\nUSER: b\nPASS: c\n\nURL: d\n\nUSER: e\n\n^URL: g\n",
            "https://a.test/:u:p\n^URL: https://b.test/\r\nUSER: x\r\n",
            "https://a.test/:u:p\nbob:x\n",
        ] {
            let bare = text.replace('^', "");
            let expected = text.find('^').unwrap_or(bare.len());
            assert_eq!(cut(bare.as_bytes()), expected, "{text}");
        }
        assert_eq!(cut(b""), 0);
    }

    #[test]
    fn a_place_to_cut_is_near_the_end() {
        let text = format!("a\n\n{}", "b\n".repeat(REACH));
        assert_eq!(cut(text.as_bytes()), text.len());
    }
}
