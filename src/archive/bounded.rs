//! The reader and the pump that stand between a decoder and a visitor.
//!
//! Everything that a decoder puts out passes here: it is charged against the budget, compared with
//! what the archive claimed, and handed on in one reused buffer. Errors of readers and decoders
//! become typed issues here and nowhere else.

use std::fmt;
use std::io::{self, Read};
use std::ops::ControlFlow;

use flate2::Crc;

use crate::archive::{Flow, Visitor, Wanted};
use crate::issue::{Code, Issue, Stage};
use crate::limits::{Budget, RATIO_FREE_BYTES};
use crate::text::SNIFF_BYTES;

/// Size of the buffer in which bytes travel from a decoder to a visitor.
const BUFFER_BYTES: usize = 128 << 10;

/// A reader that stops with an error when it has grown too much for what it was packed in.
pub(super) struct Bounded<'b, R> {
    inner: R,
    budget: &'b Budget,
    packed: u64,
    delivered: u64,
}

impl<'b, R: Read> Bounded<'b, R> {
    /// Bounds what `inner` makes out of `packed` bytes.
    pub(super) fn new(inner: R, packed: u64, budget: &'b Budget) -> Self {
        Self::resumed(inner, packed, budget, 0)
    }

    /// The same for one of several entries that share the `packed` bytes: `delivered` bytes were
    /// made out of them before.
    pub(super) fn resumed(inner: R, packed: u64, budget: &'b Budget, delivered: u64) -> Self {
        Self { inner, budget, packed, delivered }
    }

    /// How many bytes have been delivered so far.
    pub(super) fn delivered(&self) -> u64 {
        self.delivered
    }
}

impl<R: Read> Read for Bounded<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.delivered = self.delivered.saturating_add(count as u64);
        if self.budget.allows_ratio(self.packed, self.delivered) {
            return Ok(count);
        }
        Err(refusal(ratio_issue(self.packed, self.budget)))
    }
}

/// The issue for `packed` bytes that grew too much.
pub(super) fn ratio_issue(packed: u64, budget: &Budget) -> Issue {
    let ratio = budget.limits().ratio;
    let text = format!("{packed} compressed bytes grow to more than {ratio} times their size");
    Issue::loss(Stage::Limit, Code::LimitRatio, text)
}

/// An issue that travels through decoders inside an [`io::Error`].
#[derive(Debug)]
struct Refusal(Issue);

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.detail)
    }
}

impl std::error::Error for Refusal {}

/// An error that [`issue_of`] turns back into `issue`.
pub(super) fn refusal(issue: Issue) -> io::Error {
    io::Error::other(Refusal(issue))
}

/// Whether the error is that a volume is missing.
pub(super) fn is_of_missing_volume(error: &io::Error) -> bool {
    issue_of(error).code == Code::MissingVolume
}

/// Words in messages of decoders that have no error kind of their own for what happened.
const TELLING_WORDS: &[(&str, Code)] = &[
    ("part of the volume set", Code::MissingVolume),
    ("too much memory", Code::LimitMemory),
    ("needed memory", Code::LimitMemory),
    ("checksum", Code::CrcMismatch),
    ("crc", Code::CrcMismatch),
    ("incomplete", Code::Truncated),
];

/// What an error of a reader or decoder means for the entry that was being read.
pub(super) fn issue_of(error: &io::Error) -> Issue {
    if let Some(Refusal(issue)) = error.get_ref().and_then(|inner| inner.downcast_ref()) {
        return issue.clone();
    }
    let code = match error.kind() {
        io::ErrorKind::PermissionDenied => Code::PermissionDenied,
        _ if error.raw_os_error().is_some() => Code::IoError,
        io::ErrorKind::UnexpectedEof => Code::Truncated,
        io::ErrorKind::OutOfMemory => Code::LimitMemory,
        io::ErrorKind::Unsupported => Code::UnsupportedMethod,
        _ => {
            let message = error.to_string().to_ascii_lowercase();
            let told = TELLING_WORDS.iter().find(|(words, _)| message.contains(words));
            told.map_or(Code::DecodeError, |&(_, code)| code)
        }
    };
    let stage = if code == Code::LimitMemory { Stage::Limit } else { Stage::Decode };
    let detail = match code {
        Code::Truncated => "the data ends before it should".to_owned(),
        _ => error.to_string(),
    };
    Issue::loss(stage, code, detail)
}

/// What an archive claims about the bytes of an entry.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Claims {
    /// How many there are.
    pub(super) size: Option<u64>,
    /// Their CRC-32.
    pub(super) crc: Option<u32>,
}

impl Claims {
    fn check(&self, delivered: u64, crc: &Crc) -> Result<(), Issue> {
        match *self {
            Self { size: Some(size), .. } if size != delivered => Err(Issue::loss(
                Stage::Decode,
                Code::SizeMismatch,
                format!("{size} bytes were declared, {delivered} bytes came"),
            )
            .over_bytes(delivered)),
            Self { crc: Some(claimed), .. } if claimed != crc.sum() => Err(Issue::loss(
                Stage::Decode,
                Code::CrcMismatch,
                format!("the CRC-32 is {:08x}, not {claimed:08x}", crc.sum()),
            )
            .over_bytes(delivered)),
            _ => Ok(()),
        }
    }

    /// Whether `delivered` bytes are so many more than declared that reading on is pointless.
    fn is_far_exceeded(&self, delivered: u64) -> bool {
        self.size.is_some_and(|size| delivered > size.saturating_add(RATIO_FREE_BYTES))
    }
}

/// Moves bytes from readers to visitors in one buffer.
pub(super) struct Pump {
    buffer: Vec<u8>,
}

impl Pump {
    /// A pump with a buffer of its own.
    pub(super) fn new() -> Self {
        Self { buffer: vec![0; BUFFER_BYTES] }
    }

    /// Hands all bytes of `source` to the visitor and compares them with the claims. The result is
    /// what [`Visitor::end`] is to be called with; `Break` if the visitor wants nothing more.
    pub(super) fn deliver(
        &mut self,
        source: &mut dyn Read,
        claims: Claims,
        visitor: &mut dyn Visitor,
    ) -> ControlFlow<(), Result<(), Issue>> {
        let mut crc = Crc::new();
        let mut delivered = 0;
        loop {
            // Of what is no text nothing is wanted but the beginning.
            let wanted = if delivered == 0 { SNIFF_BYTES } else { BUFFER_BYTES };
            let bytes = match self.fill(source, wanted) {
                Ok([]) => return ControlFlow::Continue(claims.check(delivered, &crc)),
                Ok(bytes) => bytes,
                Err(error) => return ControlFlow::Continue(Err(issue_of(&error))),
            };
            delivered += bytes.len() as u64;
            if claims.crc.is_some() {
                crc.update(bytes);
            }
            match visitor.chunk(bytes) {
                Flow::More => {}
                Flow::Skip => return ControlFlow::Continue(Ok(())),
                Flow::Stop => return ControlFlow::Break(()),
            }
            if claims.is_far_exceeded(delivered) {
                return ControlFlow::Continue(claims.check(delivered, &crc));
            }
        }
    }

    /// Reads `source` to its end for nobody, comparing with the claims.
    ///
    /// # Errors
    /// As [`Pump::deliver`].
    pub(super) fn drain(&mut self, source: &mut dyn Read, claims: Claims) -> Result<(), Issue> {
        match self.deliver(source, claims, &mut Nobody) {
            ControlFlow::Continue(outcome) => outcome,
            ControlFlow::Break(()) => Ok(()),
        }
    }

    fn fill(&mut self, source: &mut dyn Read, wanted: usize) -> io::Result<&[u8]> {
        let buffer = self.buffer.get_mut(..wanted).unwrap_or_default();
        loop {
            match source.read(buffer) {
                Ok(count) => return Ok(self.buffer.get(..count).unwrap_or_default()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

/// The visitor that stands in where bytes must be decoded but nobody wants them.
struct Nobody;

impl Visitor for Nobody {
    fn begin(&mut self, _index: usize) -> Wanted {
        Wanted::Bytes
    }

    fn chunk(&mut self, _bytes: &[u8]) -> Flow {
        Flow::More
    }

    fn end(&mut self, _outcome: Result<(), Issue>) {}
}

/// Begins the entry `index`, lets `read` deliver its bytes if they are wanted, and ends it.
pub(super) fn bring(
    visitor: &mut dyn Visitor,
    index: usize,
    read: impl FnOnce(&mut dyn Visitor) -> ControlFlow<(), Result<(), Issue>>,
) -> ControlFlow<()> {
    let outcome = match visitor.begin(index) {
        Wanted::Bytes => read(visitor)?,
        Wanted::Nothing => Ok(()),
    };
    visitor.end(outcome);
    ControlFlow::Continue(())
}

/// Begins and ends each of the entries with the same issue.
pub(super) fn fail_all(
    visitor: &mut dyn Visitor,
    indices: impl IntoIterator<Item = usize>,
    issue: &Issue,
) {
    for index in indices {
        visitor.begin(index);
        visitor.end(Err(issue.clone()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;

    fn drained(source: &mut dyn Read, claims: Claims) -> Option<Code> {
        Pump::new().drain(source, claims).err().map(|issue| issue.code)
    }

    #[test]
    fn claims_are_compared_with_what_came() {
        let mut crc = Crc::new();
        crc.update(b"abc");
        let right = Claims { size: Some(3), crc: Some(crc.sum()) };
        assert_eq!(drained(&mut &b"abc"[..], right), None);
        assert_eq!(drained(&mut &b"abd"[..], right), Some(Code::CrcMismatch));
        assert_eq!(drained(&mut &b"ab"[..], right), Some(Code::SizeMismatch));
        assert_eq!(drained(&mut &b"abcd"[..], right), Some(Code::SizeMismatch));
    }

    /// Sees the first bytes of an entry and wants no more.
    struct Glance(usize);

    impl Visitor for Glance {
        fn begin(&mut self, _index: usize) -> Wanted {
            Wanted::Bytes
        }

        fn chunk(&mut self, bytes: &[u8]) -> Flow {
            self.0 += bytes.len();
            Flow::Skip
        }

        fn end(&mut self, _outcome: Result<(), Issue>) {}
    }

    #[test]
    fn what_nobody_wants_is_not_decoded_further() {
        let (mut picture, mut glance) = (io::repeat(7).take(1 << 20), Glance(0));
        let claims = Claims { size: Some(1 << 20), crc: Some(1) };
        let outcome = Pump::new().deliver(&mut picture, claims, &mut glance);
        assert!(matches!(outcome, ControlFlow::Continue(Ok(()))));
        assert_eq!((glance.0, (1 << 20) - picture.limit()), (SNIFF_BYTES, SNIFF_BYTES as u64));
    }

    #[test]
    fn an_endless_entry_with_a_declared_size_ends() {
        let claims = Claims { size: Some(1000), crc: None };
        assert_eq!(drained(&mut io::repeat(0), claims), Some(Code::SizeMismatch));
    }

    #[test]
    fn growth_is_limited_by_ratio() {
        let budget = Budget::new(Limits::default());
        let mut bomb = Bounded::new(io::repeat(0), 1 << 10, &budget);
        assert_eq!(drained(&mut bomb, Claims::default()), Some(Code::LimitRatio));
        assert!(bomb.delivered() < RATIO_FREE_BYTES + 2 * BUFFER_BYTES as u64);
    }

    #[test]
    fn messages_of_decoders_become_codes() {
        for (error, code) in [
            (io::Error::from(io::ErrorKind::UnexpectedEof), Code::Truncated),
            (io::Error::from_raw_os_error(5), Code::IoError),
            (io::Error::other("Frame requires too much memory"), Code::LimitMemory),
            (io::Error::other("no matching checksum"), Code::CrcMismatch),
            (io::Error::other("corrupt deflate stream"), Code::DecodeError),
        ] {
            assert_eq!(issue_of(&error).code, code, "{error}");
        }
    }
}
