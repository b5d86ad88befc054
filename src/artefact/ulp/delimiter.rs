//! What stands between the fields of a file, and the vote that finds it out.

use std::cell::OnceCell;
use std::fmt;

use super::resolve;
use crate::artefact::sample;
use crate::record::Confidence;

/// What separates the fields of a line.
///
/// ```
/// use logsieve::artefact::ulp::{Delimiter, vote};
/// assert_eq!(vote(b"https://login.example.com/|user1|Ex:1\n"), Delimiter::PIPE);
/// assert_eq!(vote(b"https://login.example.com/:user1:a|b|c\n"), Delimiter::COLON);
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Delimiter {
    byte: u8,
    shape: Shape,
}

/// How often a delimiter's byte stands there, and what is around it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Single,
    Double,
    Spaced,
    /// The full-width form of the byte.
    Wide,
}

impl Delimiter {
    /// `:`
    pub const COLON: Self = Self::single(b':');
    /// `|`
    pub const PIPE: Self = Self::single(b'|');
    /// `;`
    pub const SEMICOLON: Self = Self::single(b';');
    /// A tabulator.
    pub const TAB: Self = Self::single(b'\t');
    /// `,`: believed only where there are a URL and an e-mail address.
    pub const COMMA: Self = Self::single(b',');

    /// Every delimiter that a file can have; where two fit a line, the first is meant.
    const CANDIDATES: [Self; 14] = [
        Self::TAB,
        Self::PIPE.spaced(),
        Self::PIPE.shaped(Shape::Double),
        Self::PIPE,
        Self::SEMICOLON.spaced(),
        Self::SEMICOLON.shaped(Shape::Double),
        Self::SEMICOLON,
        Self::COLON.shaped(Shape::Double),
        Self::COLON.spaced(),
        Self::COLON,
        Self::COMMA,
        Self::COLON.shaped(Shape::Wide),
        Self::PIPE.shaped(Shape::Wide),
        Self::SEMICOLON.shaped(Shape::Wide),
    ];

    /// What a line is tried with when the delimiter of its file gives no login. A tabulator and
    /// doubled signs are in no URL, so they come first.
    pub(super) const FALLBACKS: [Self; 12] = [
        Self::TAB,
        Self::PIPE.spaced(),
        Self::PIPE.shaped(Shape::Double),
        Self::SEMICOLON.shaped(Shape::Double),
        Self::COLON.shaped(Shape::Double),
        Self::COLON,
        Self::PIPE,
        Self::SEMICOLON,
        Self::COMMA,
        Self::COLON.shaped(Shape::Wide),
        Self::PIPE.shaped(Shape::Wide),
        Self::SEMICOLON.shaped(Shape::Wide),
    ];

    const fn single(byte: u8) -> Self {
        Self { byte, shape: Shape::Single }
    }

    const fn shaped(self, shape: Shape) -> Self {
        Self { byte: self.byte, shape }
    }

    /// The same byte between two spaces.
    pub(super) const fn spaced(self) -> Self {
        self.shaped(Shape::Spaced)
    }

    /// The same byte between two spaces, if `byte` is one that separates fields.
    pub(super) fn spaced_from(byte: u8) -> Option<Self> {
        matches!(byte, b':' | b'|' | b';' | b',').then(|| Self::single(byte).spaced())
    }

    /// Where the delimiter first stands in `text`.
    pub(super) fn find(self, text: &[u8]) -> Option<usize> {
        let is = |at: usize, byte: u8| text.get(at) == Some(&byte);
        let mut places = memchr::memchr_iter(self.byte, text);
        match self.shape {
            Shape::Single => memchr::memchr(self.byte, text),
            Shape::Double => places.find(|&at| is(at + 1, self.byte)),
            // The last space of a line may have been trimmed away.
            Shape::Spaced => places
                .filter_map(|at| at.checked_sub(1))
                .find(|&at| is(at, b' ') && (is(at + 2, b' ') || at + 2 == text.len())),
            Shape::Wide => memchr::memmem::find(text, &self.wide()),
        }
    }

    /// `text` before and behind the first delimiter.
    pub(super) fn split(self, text: &[u8]) -> Option<(&[u8], &[u8])> {
        self.split_from(text, 0)
    }

    /// `text` before and behind the first delimiter at or after `from`.
    pub(super) fn split_from(self, text: &[u8], from: usize) -> Option<(&[u8], &[u8])> {
        let at = from + self.find(text.get(from..)?)?;
        Some((text.get(..at)?, text.get(at + self.length()..).unwrap_or_default()))
    }

    /// `text` before and behind the last place of the delimiter's byte where it stands alone.
    pub(super) fn split_last(self, text: &[u8]) -> Option<(&[u8], &[u8])> {
        let at = memchr::memrchr(self.byte, text).filter(|_| self.shape == Shape::Single)?;
        Some((text.get(..at)?, text.get(at + 1..)?))
    }

    /// Whether a single delimiter stands twice in a row in `text`.
    pub(super) fn is_doubled_in(self, text: &[u8]) -> bool {
        self.shape == Shape::Single && self.shaped(Shape::Double).find(text).is_some()
    }

    /// `text` before the delimiter that it ends with.
    pub(super) fn strip_end(self, text: &[u8]) -> Option<&[u8]> {
        let before = text.get(..text.len().checked_sub(self.length())?)?;
        (self.find(text.get(before.len()..)?) == Some(0)).then_some(before)
    }

    fn length(self) -> usize {
        match self.shape {
            Shape::Single => 1,
            Shape::Double => 2,
            Shape::Spaced | Shape::Wide => 3,
        }
    }

    /// Whether it may stand in a line that holds these [`signs_in`]: told without looking again.
    pub(super) fn is_among(self, signs: u8) -> bool {
        signs & sign_of(if self.shape == Shape::Wide { 0xef } else { self.byte }) != 0
    }

    /// The full-width form, U+FF01 and following, in UTF-8.
    fn wide(self) -> [u8; 3] {
        match self.byte {
            b'|' => [0xef, 0xbd, 0x9c],
            byte => [0xef, 0xbc, 0x80 + (byte - 0x20)],
        }
    }
}

impl fmt::Debug for Delimiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let byte = char::from(self.byte);
        match self.shape {
            Shape::Single => write!(f, "Delimiter({byte:?})"),
            Shape::Double => write!(f, "Delimiter(\"{byte}{byte}\")"),
            Shape::Spaced => write!(f, "Delimiter(\" {byte} \")"),
            Shape::Wide => write!(f, "Delimiter(wide {byte:?})"),
        }
    }
}

/// Lines of at most this length vote.
const LONGEST_VOTER: usize = 2048;

/// The delimiter that splits most lines of `text` into URL, login and password.
///
/// A sample of some ten thousand bytes of a file is enough; of a longer one, stretches that are
/// spread over it vote. Without any vote it is the colon.
pub fn vote(text: &[u8]) -> Delimiter {
    let mut votes = [0_u32; Delimiter::CANDIDATES.len()];
    let voters = sample::lines(text).filter(|line| line.len() <= LONGEST_VOTER);
    for line in voters.map(resolve::clean).map(|line| super::behind_id(line).unwrap_or(line)) {
        let signs = signs_in(line);
        let ballots = Delimiter::CANDIDATES
            .iter()
            .map(|&candidate| if candidate.is_among(signs) { weight(line, candidate) } else { 0 });
        let best = ballots
            .enumerate()
            .fold((0, 0), |best, vote| if vote.1 > best.1 { vote } else { best });
        if let Some(votes) = votes.get_mut(best.0) {
            *votes += best.1;
        }
    }
    let winner = Delimiter::CANDIDATES.into_iter().zip(votes).rev().max_by_key(|&(_, votes)| votes);
    winner.filter(|&(_, votes)| votes > 0).map_or(Delimiter::COLON, |(delimiter, _)| delimiter)
}

/// The delimiter of a text, voted for when it is first asked for: many a text is told without it.
pub(in crate::artefact) struct Ballot<'t> {
    text: &'t [u8],
    winner: OnceCell<Delimiter>,
}

impl<'t> Ballot<'t> {
    /// The vote of `text`, unless the delimiter is `known`.
    pub(in crate::artefact) fn new(text: &'t [u8], known: Option<Delimiter>) -> Self {
        Self { text, winner: known.map(OnceCell::from).unwrap_or_default() }
    }

    /// The delimiter.
    pub(in crate::artefact) fn winner(&self) -> Delimiter {
        *self.winner.get_or_init(|| vote(self.text))
    }
}

/// Which first bytes of delimiters a line holds, a bit each: nearly all lines hold few of them.
pub(super) fn signs_in(line: &[u8]) -> u8 {
    line.iter().fold(0, |signs, &byte| signs | sign_of(byte))
}

fn sign_of(byte: u8) -> u8 {
    match byte {
        b'\t' => 1,
        b'|' => 1 << 1,
        b';' => 1 << 2,
        b':' => 1 << 3,
        b',' => 1 << 4,
        0xef => 1 << 5,
        _ => 0,
    }
}

/// What one clean line says for one delimiter: most where it separates three fields, less where a
/// colon has to help it or the login has a colon in it, least where there is no URL.
fn weight(line: &[u8], candidate: Delimiter) -> u32 {
    let Some((_, rest)) = candidate.split(line) else { return 0 };
    match resolve::with_delimiter(line, candidate) {
        Some(split) if split.confidence == Confidence::Low => 0,
        Some(split) if split.url.is_empty() => 1,
        Some(split) if candidate.find(rest).is_none() || split.username.contains(&b':') => 5,
        Some(_) => 10,
        None => 0,
    }
}
