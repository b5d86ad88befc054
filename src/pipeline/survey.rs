//! The one pass over a large text that takes its digest, and searches it on the way.
//!
//! The ids of records come from the digest of all bytes, so nothing of a text can leave before the
//! last of them was read. What `check` has to say of a text is little, however: what is found in it
//! waits for the digest, and the text need not be read a second time. Once too much waits, only the
//! digest is taken to the end, and what comes behind is read again.

use std::collections::BTreeMap;
use std::io;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};

use blake3::hazmat::ChainingValue;

use crate::pipeline::chapter::{Chapter, Chapters, Finding, Found, Undrawn};
use crate::pipeline::digest::{self, BlockTree, value_of};
use crate::pipeline::settings::{Scope, Settings};

/// How much may wait for the digest: as many bytes, about.
const MOST_WAITING: usize = 8 << 20;

/// A text on its way through the pass.
pub(super) struct Survey<'r> {
    undrawn: Undrawn<'r>,
    /// The blocks of which only the digest is taken, once too much waits.
    unsearched: Option<Range<u64>>,
    waiting: Arc<AtomicUsize>,
    tree: BlockTree,
    findings: BTreeMap<u64, Vec<Finding<'r>>>,
    sender: Sender<Answer<'r>>,
    receiver: Receiver<Answer<'r>>,
}

/// A chapter that is to be read.
pub(super) struct Look<'r> {
    at: LookAt<'r>,
    sender: Sender<Answer<'r>>,
}

enum LookAt<'r> {
    /// Its text too; what is found adds to what waits.
    Text(Chapter<'r>, Arc<AtomicUsize>),
    /// Nothing but its block, for the digest.
    Block(Arc<Chapters<'r>>, u64),
}

/// What comes back from those who look.
struct Answer<'r> {
    chapter: u64,
    /// The value of its block, if it could be read.
    value: Option<ChainingValue>,
    /// None if it was not searched.
    findings: Option<Vec<Finding<'r>>>,
}

/// What a pass came to.
pub(super) struct Surveyed<'r> {
    /// BLAKE3 of the text.
    pub digest: String,
    /// What was found in each chapter, in order.
    pub findings: BTreeMap<u64, Vec<Finding<'r>>>,
    /// The rest of the text, which was not searched.
    pub rest: Undrawn<'r>,
}

/// Whether texts are searched while their digest is taken. If some sources are not to be read again,
/// the digest has to say first whether it is one of them; and where every record is asked for, too
/// much would wait.
pub(super) fn is_for(settings: &Settings) -> bool {
    matches!(settings.scope, Scope::Exposures(_)) && settings.known.is_empty()
}

impl<'r> Survey<'r> {
    /// A pass over a text.
    pub(super) fn new(chapters: Chapters<'r>) -> Self {
        let (undrawn, waiting) = (Undrawn::new(chapters), Arc::default());
        let (tree, findings, (sender, receiver)) =
            (BlockTree::default(), BTreeMap::new(), channel());
        Self { undrawn, unsearched: None, waiting, tree, findings, sender, receiver }
    }

    /// The next chapter; none when there is no other.
    pub(super) fn next_look(&mut self) -> Option<Look<'r>> {
        while let Ok(answer) = self.receiver.try_recv() {
            self.note(answer);
        }
        if self.unsearched.is_none() && self.waiting.load(Ordering::Relaxed) > MOST_WAITING {
            self.unsearched = Some(self.undrawn.numbers());
        }
        let at = match &mut self.unsearched {
            None => LookAt::Text(self.undrawn.next()?, Arc::clone(&self.waiting)),
            Some(blocks) => LookAt::Block(Arc::clone(&self.undrawn.chapters), blocks.next()?),
        };
        Some(Look { at, sender: self.sender.clone() })
    }

    fn note(&mut self, answer: Answer<'r>) {
        let Answer { chapter, value, findings } = answer;
        if let Some(value) = value {
            self.tree.add(chapter, value);
        }
        self.findings.extend(findings.map(|findings| (chapter, findings)));
    }

    /// Waits until all that was drawn is read; comes after the last look.
    pub(super) fn finish(mut self) -> io::Result<Surveyed<'r>> {
        // Who waits for answers must not be able to give any.
        let (sender, _) = channel();
        drop(std::mem::replace(&mut self.sender, sender));
        while let Ok(answer) = self.receiver.recv() {
            self.note(answer);
        }
        let chapters = &self.undrawn.chapters;
        let digest = match self.tree.finish(chapters.count()) {
            Some(digest) => digest,
            None => digest::of(chapters.data(), 1)?,
        };
        Ok(Surveyed { digest, findings: self.findings, rest: self.undrawn })
    }
}

impl Look<'_> {
    /// How many bytes of text it is for.
    pub(super) fn bytes(&self) -> u64 {
        match &self.at {
            LookAt::Text(chapter, _) => chapter.bytes(),
            LookAt::Block(..) => 0,
        }
    }

    /// Reads the chapter; what is found waits from now on.
    pub(super) fn take(self) {
        let Self { at, sender } = self;
        // Nobody waits for it any more once the run was stopped.
        let answer = move |answer| _ = sender.send(answer);
        match at {
            LookAt::Text(chapter, waiting) => {
                let number = chapter.number();
                chapter.search_and_digest(Box::new(move |value, findings| {
                    waiting.fetch_add(findings.iter().map(weight).sum(), Ordering::Relaxed);
                    answer(Answer { chapter: number, value, findings: Some(findings) });
                }));
            }
            LookAt::Block(chapters, number) => {
                let value = value_of(chapters.data(), number).ok().flatten();
                answer(Answer { chapter: number, value, findings: None });
            }
        }
    }
}

/// How many bytes of memory a finding takes, about.
fn weight(finding: &Finding<'_>) -> usize {
    let found = match &finding.found {
        Found::Reading(reading) => reading.weight(),
        Found::Nothing | Found::Failure(_) => 0,
    };
    found + size_of::<Finding<'_>>()
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;
    use crate::pipeline::digest::BLOCK_BYTES;
    use crate::pipeline::progress::Progress;
    use crate::pipeline::settings::ReadOptions;
    use crate::record::{Record, Status};
    use crate::secret::Key;
    use crate::watchlist::Watchlist;

    /// Whether the text may be searched while its digest is taken.
    #[derive(Clone, Copy, PartialEq, Eq)]
    enum Passes {
        One,
        Two,
    }

    /// All lines that a check of `text` gives.
    fn checked(text: &[u8], threads: usize, passes: Passes) -> Vec<String> {
        let mut file = tempfile::NamedTempFile::with_suffix(".txt").unwrap();
        file.write_all(text).unwrap();
        let matcher = Watchlist::from_domains(["example.com"]).unwrap().compile();
        let key = Key::from_bytes(b"a key for tests only".to_vec()).unwrap();
        let as_of = jiff::Timestamp::UNIX_EPOCH;
        let inputs = vec![file.path().to_owned()];
        let read = ReadOptions { inputs, threads, as_of, ..ReadOptions::default() };
        let mut settings = Settings::new(Scope::Exposures(Arc::new(matcher)), key, read);
        if passes == Passes::Two {
            settings.known.insert(settings.key.id("source", &[b"another"]), Status::Complete);
        }
        let mut lines = Vec::new();
        let mut deliver = |record: Record| {
            lines.push(serde_json::to_string(&record).unwrap());
            Ok(())
        };
        crate::pipeline::run(&settings, &Progress::default(), &mut deliver).unwrap();
        // The names of the files are different, and nothing else may be.
        let name = file.path().file_name().unwrap().to_str().unwrap().to_owned();
        let folder = file.path().parent().unwrap().to_str().unwrap().to_owned();
        lines.iter().map(|line| line.replace(&name, "x").replace(&folder, "")).collect()
    }

    /// Lines of nobody's up to at least `size` bytes.
    fn pad(text: &mut Vec<u8>, size: usize) {
        for number in (0..).take_while(|number| number * 60 < size) {
            writeln!(
                text,
                "https://www.h{number}.example.net/login:user{number}:Inv3nted-{number:018}"
            )
            .unwrap();
        }
    }

    #[test]
    fn one_pass_tells_what_two_tell() {
        let mut text = Vec::new();
        for number in 0..5 {
            writeln!(text, "https://vpn.example.com/:user{number}:Inv3nted\r").unwrap();
            writeln!(text, "https://vpn.example.com/:again:Inv3nted").unwrap();
            pad(&mut text, 900 << 10);
            if number == 2 {
                text.extend(b"0123456789".repeat(150_000));
                text.extend(b" mail.example.com\n[host.example.com]\n");
            }
        }
        text.extend([0; 5000]);
        pad(&mut text, 300 << 10);
        let expected = checked(&text, 1, Passes::Two);
        assert!(expected.len() > 8, "{expected:#?}");
        for threads in [1, 2, 8] {
            assert!(checked(&text, threads, Passes::One) == expected, "{threads} threads");
        }
    }

    #[test]
    fn what_finds_no_room_is_read_again() {
        let mut text = Vec::new();
        for number in 0..MOST_WAITING / 400 {
            writeln!(text, "https://example.com/:user{number}:Inv3nted").unwrap();
        }
        pad(&mut text, BLOCK_BYTES as usize);
        text.extend(b"user@example.com:the last\n");
        let expected = checked(&text, 1, Passes::Two);
        assert!(expected.len() > MOST_WAITING / 400);
        for threads in [1, 2] {
            assert!(checked(&text, threads, Passes::One) == expected, "{threads} threads");
        }
    }
}
