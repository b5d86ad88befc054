//! The one pass over a large text that takes its digest, and searches it on the way.
//!
//! The ids of records come from the digest of all bytes, so nothing of a text can leave before the
//! last of them was read. What `check` has to say of a text is little, however: what is found in it
//! waits for the digest, and the text need not be read a second time. Once too much waits, only the
//! digest is taken to the end, and what comes behind is read again.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};

use blake3::hazmat::ChainingValue;

use crate::archive::data::Data;
use crate::issue::Issue;
use crate::pipeline::digest::{Block, BlockTree};
use crate::pipeline::run::guarded;
use crate::pipeline::settings::{Scope, Settings};
use crate::pipeline::source::Digester;
use crate::pipeline::text_source::{Reading, TextName, TextReader};
use crate::pipeline::window::Window;

/// Texts from this size on are searched while their digest is taken. The next input has to wait for
/// that, so of small ones, which may be many, the digest comes first.
const LEAST_BYTES: u64 = 4 << 20;

/// How much of a text is one piece of work: little enough for the second cache of a processor, much
/// for a thread that has to be woken.
const LOOK_BYTES: u64 = 384 << 10;

/// How much may wait for the digest: as many bytes, about.
const MOST_WAITING: usize = 8 << 20;

/// A text on its way through the pass.
pub(super) struct Survey<'r> {
    settings: &'r Settings,
    name: Arc<TextName>,
    data: Data,
    reader: TextReader,
    /// How many windows there were so far, and how many bytes of text they have.
    windows: u64,
    bytes: u64,
    waiting: Arc<AtomicUsize>,
    tree: BlockTree,
    findings: BTreeMap<u64, Finding<'r>>,
    sender: Sender<Answer<'r>>,
    receiver: Receiver<Answer<'r>>,
}

/// Windows that were not searched yet, and the blocks that were read for them.
pub(super) struct Look<'r> {
    settings: &'r Settings,
    windows: Vec<Window>,
    blocks: Vec<Block>,
    /// The number of the first window.
    number: u64,
    name: Arc<TextName>,
    /// How many bytes of text there are before it.
    start: u64,
    waiting: Arc<AtomicUsize>,
    sender: Sender<Answer<'r>>,
}

/// What comes back from those who look.
enum Answer<'r> {
    /// The value of a block, whose room is free again.
    Value(Block, ChainingValue),
    /// What was found in the window with this number, if it says anything.
    Finding(u64, Finding<'r>),
}

/// What was found since the finding before.
pub(super) struct Finding<'r> {
    /// What that is.
    pub found: Found<'r>,
    /// How many bytes of text were searched for it; while it waits, from the start of the text.
    pub bytes: u64,
}

/// What was found in a window.
pub(super) enum Found<'r> {
    /// Nothing that anybody asks for.
    Nothing,
    /// Something.
    Reading(Box<Reading<'r>>),
    /// The window could not be read.
    Failure(Issue),
}

/// What a pass came to.
pub(super) struct Surveyed<'r> {
    /// BLAKE3 of the text.
    pub digest: String,
    /// What was found, in order.
    pub findings: Vec<Finding<'r>>,
    /// The rest of the text, which was not searched.
    pub rest: TextReader,
}

/// Whether a text is searched while its digest is taken. If some sources are not to be read again,
/// the digest has to say first whether it is one of them; and it tells of every volume that is there,
/// where readers go on without what is missing.
pub(super) fn is_for(settings: &Settings, data: &Data) -> bool {
    let is_whole = data.present().count() == data.volumes().len();
    let is_check = matches!(settings.scope, Scope::Exposures(_));
    is_check && settings.known.is_empty() && is_whole && data.length() >= LEAST_BYTES
}

impl<'r> Survey<'r> {
    /// A pass over the text called `name`.
    pub(super) fn new(settings: &'r Settings, name: &str, data: Data) -> Self {
        let name = TextName::new(name);
        let reader = TextReader::in_blocks(Box::new(data.reader()), name.hint());
        let (name, waiting, (sender, receiver)) = (Arc::new(name), Arc::default(), channel());
        Self {
            settings,
            name,
            data,
            reader,
            windows: 0,
            bytes: 0,
            waiting,
            tree: BlockTree::default(),
            findings: BTreeMap::new(),
            sender,
            receiver,
        }
    }

    /// The next windows; none when all of the text was cut, or enough waits.
    pub(super) fn next_look(&mut self) -> Option<Look<'r>> {
        while let Ok(answer) = self.receiver.try_recv() {
            self.note(answer);
        }
        if self.waiting.load(Ordering::Relaxed) > MOST_WAITING {
            return None;
        }
        let (number, start) = (self.windows, self.bytes);
        let mut windows = Vec::new();
        while self.bytes - start < LOOK_BYTES
            && let Some(window) = self.reader.next_window()
        {
            self.windows += 1;
            self.bytes += window.text.len() as u64;
            windows.push(window);
        }
        (!windows.is_empty()).then(|| Look {
            settings: self.settings,
            windows,
            blocks: self.reader.take_blocks(),
            number,
            name: Arc::clone(&self.name),
            start,
            waiting: Arc::clone(&self.waiting),
            sender: self.sender.clone(),
        })
    }

    fn note(&mut self, answer: Answer<'r>) {
        match answer {
            Answer::Value(block, value) => {
                self.tree.add(block.number, value);
                self.reader.reuse(block);
            }
            Answer::Finding(number, finding) => _ = self.findings.insert(number, finding),
        }
    }

    /// Ends the search, because of `issue`.
    pub(super) fn fail(&mut self, issue: Issue) {
        self.reader.fail(issue);
    }

    /// Takes the digest to the end, and waits until all windows are searched.
    pub(super) fn finish(mut self) -> io::Result<Surveyed<'r>> {
        let read = self.reader.take_blocks();
        let left = self.reader.end_blocks(&self.data);
        for block in read.into_iter().map(Ok).chain(left) {
            let block = block?;
            self.tree.add(block.number, block.value());
        }
        // Who waits for answers must not be able to give any.
        let (sender, _) = channel();
        drop(std::mem::replace(&mut self.sender, sender));
        while let Ok(answer) = self.receiver.recv() {
            self.note(answer);
        }
        let digest = match self.tree.finish() {
            Some(digest) => digest,
            None => Digester::new().digest(&self.data)?,
        };
        let mut findings: Vec<_> = self.findings.into_values().collect();
        findings.push(Finding { found: Found::Nothing, bytes: self.bytes });
        let mut known = 0;
        for finding in &mut findings {
            finding.bytes -= std::mem::replace(&mut known, finding.bytes);
        }
        Ok(Surveyed { digest, findings, rest: self.reader })
    }
}

impl<'r> Look<'r> {
    /// How many bytes of text it is for.
    pub(super) fn bytes(&self) -> u64 {
        self.windows.iter().map(|window| window.text.len() as u64).sum()
    }

    /// Tells the values of the blocks, searches the windows, and reads those that concern anybody.
    pub(super) fn take(mut self) {
        for block in std::mem::take(&mut self.blocks) {
            let value = block.value();
            // Nobody waits for it any more once the run was stopped.
            _ = self.sender.send(Answer::Value(block, value));
        }
        let (mut number, mut bytes) = (self.number, self.start);
        for window in std::mem::take(&mut self.windows) {
            bytes += window.text.len() as u64;
            if let Some(found) = self.look_at(window) {
                _ = self.sender.send(Answer::Finding(number, Finding { found, bytes }));
            }
            number += 1;
        }
    }

    /// What is found in a window, if it says anything; it waits from now on.
    fn look_at(&self, window: Window) -> Option<Found<'r>> {
        let (found, weight) = match guarded(|| Reading::of(self.settings, &self.name, window)) {
            Ok(reading) if reading.says_nothing() => return None,
            Ok(reading) => {
                let weight = reading.weight();
                (Found::Reading(Box::new(reading)), weight)
            }
            Err(issue) => (Found::Failure(issue), size_of::<Issue>()),
        };
        self.waiting.fetch_add(weight + size_of::<Finding<'_>>(), Ordering::Relaxed);
        Some(found)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;
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
        pad(&mut text, LEAST_BYTES as usize);
        text.extend(b"user@example.com:the last\n");
        let expected = checked(&text, 1, Passes::Two);
        assert!(expected.len() > MOST_WAITING / 400);
        for threads in [1, 2] {
            assert!(checked(&text, threads, Passes::One) == expected, "{threads} threads");
        }
    }
}
