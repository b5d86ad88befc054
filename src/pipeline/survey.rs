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

use crate::archive::data::Data;
use crate::issue::Issue;
use crate::pipeline::run::guarded;
use crate::pipeline::settings::{Scope, Settings};
use crate::pipeline::text_source::{Reading, TextName, TextReader};
use crate::pipeline::window::Window;

/// Texts from this size on are searched while their digest is taken. The next input has to wait for
/// that, so of small ones, which may be many, the digest comes first.
const LEAST_BYTES: u64 = 4 << 20;

/// How much may wait for the digest: as many bytes, about.
const MOST_WAITING: usize = 8 << 20;

/// A text on its way through the pass.
pub(super) struct Survey<'r> {
    settings: &'r Settings,
    name: Arc<TextName>,
    data: Data,
    reader: TextReader,
    looks: u64,
    /// How many bytes of text the windows so far have.
    bytes: u64,
    waiting: Arc<AtomicUsize>,
    sender: Sender<Numbered<'r>>,
    receiver: Receiver<Numbered<'r>>,
}

/// The number of a window, and what was found in it.
type Numbered<'r> = (u64, Finding<'r>);

/// A window that was not searched yet.
pub(super) struct Look<'r> {
    settings: &'r Settings,
    /// The window.
    pub window: Window,
    number: u64,
    name: Arc<TextName>,
    /// How many bytes of text there are up to its end.
    bytes: u64,
    waiting: Arc<AtomicUsize>,
    sender: Sender<Numbered<'r>>,
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
        let reader = TextReader::with_digest(Box::new(data.reader()), name.hint());
        let (sender, receiver) = channel();
        let (name, waiting) = (Arc::new(name), Arc::default());
        Self { settings, name, data, reader, looks: 0, bytes: 0, waiting, sender, receiver }
    }

    /// The next window; none when all of the text was cut, or enough waits.
    pub(super) fn next_look(&mut self) -> Option<Look<'r>> {
        if self.waiting.load(Ordering::Relaxed) > MOST_WAITING {
            return None;
        }
        let window = self.reader.next_window()?;
        let number = self.looks;
        self.looks += 1;
        self.bytes += window.text.len() as u64;
        let (settings, bytes, sender) = (self.settings, self.bytes, self.sender.clone());
        let (name, waiting) = (Arc::clone(&self.name), Arc::clone(&self.waiting));
        Some(Look { settings, window, number, name, bytes, waiting, sender })
    }

    /// Ends the search, because of `issue`.
    pub(super) fn fail(&mut self, issue: Issue) {
        self.reader.fail(issue);
    }

    /// Takes the digest to the end, and waits until all windows are searched.
    pub(super) fn finish(mut self) -> io::Result<Surveyed<'r>> {
        let digest = self.reader.digest(&self.data)?;
        drop(self.sender);
        let findings: BTreeMap<_, _> = self.receiver.iter().collect();
        let mut findings: Vec<_> = findings.into_values().collect();
        findings.push(Finding { found: Found::Nothing, bytes: self.bytes });
        let mut known = 0;
        for finding in &mut findings {
            finding.bytes -= std::mem::replace(&mut known, finding.bytes);
        }
        Ok(Surveyed { digest, findings, rest: self.reader })
    }
}

impl Look<'_> {
    /// Searches the window, and reads it if it concerns anybody. What is found waits.
    pub(super) fn take(self) {
        let Self { settings, window, number, name, bytes, waiting, sender } = self;
        let (found, weight) = match guarded(|| Reading::of(settings, &name, window)) {
            Ok(reading) if reading.says_nothing() => return,
            Ok(reading) => {
                let weight = reading.weight();
                (Found::Reading(Box::new(reading)), weight)
            }
            Err(issue) => (Found::Failure(issue), size_of::<Issue>()),
        };
        waiting.fetch_add(weight + size_of::<Numbered<'_>>(), Ordering::Relaxed);
        // Nobody waits for it any more once the run was stopped.
        _ = sender.send((number, Finding { found, bytes }));
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
