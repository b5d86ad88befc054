//! A text that is a source of its own: a file of `url:login:password` lines, or standard input.
//!
//! It is read front to back, in windows that any worker can parse.

use std::io::{self, Read};

use crate::archive::data::Data;
use crate::artefact::{End, Hint};
use crate::issue::{Code, Issue, Stage};
use crate::layout::{Role, role};
use crate::pipeline::assemble::{self, Extent, Home};
use crate::pipeline::chapter::{Finding, Found};
use crate::pipeline::ordered::Yield;
use crate::pipeline::outcome::{Item, Outcome, Outlet};
use crate::pipeline::settings::Settings;
use crate::pipeline::source::SourceContext;
use crate::pipeline::unit::{Filled, Searched, Unit, UnitEntry, UnitKind, hint};
use crate::pipeline::window::{Window, Windows};
use crate::record::{Disposition, Record};
use crate::text::{Content, Encoding, SNIFF_BYTES};

/// How much is read at once.
const BUFFER_BYTES: usize = 256 << 10;

/// What the windows of one text have in common.
pub(super) struct TextSource {
    pub context: SourceContext,
    name: TextName,
    data: Option<Data>,
}

/// What the name of a text says.
pub(super) struct TextName {
    entry: String,
    role: Role,
}

impl TextName {
    /// For a text that people see as `name`.
    pub(super) fn new(name: &str) -> Self {
        let entry = name.rsplit('/').next().unwrap_or_default().to_owned();
        let role = match role(entry.as_bytes()) {
            role @ (Role::System | Role::Passwords | Role::Cookies) => role,
            _ => Role::Other,
        };
        Self { entry, role }
    }

    /// What it promises.
    pub(super) fn hint(&self) -> Hint {
        hint(self.role)
    }
}

impl TextSource {
    pub(super) fn new(context: SourceContext) -> Self {
        Self { name: TextName::new(&context.name), context, data: None }
    }

    /// A text whose bytes are those of files.
    pub(super) fn of_file(context: SourceContext, data: Data) -> Self {
        Self { data: Some(data), ..Self::new(context) }
    }

    /// The issue for files that changed since they were opened.
    pub(super) fn change(&self) -> Option<Issue> {
        self.data.as_ref().and_then(Data::change)
    }

    /// What records call it.
    pub(super) fn entry(&self) -> &str {
        &self.name.entry
    }

    /// What its name promises.
    pub(super) fn hint(&self) -> Hint {
        self.name.hint()
    }
}

/// Reads one window of a text.
pub(super) fn read_window(
    settings: &Settings,
    text: &TextSource,
    window: Window,
    put: Yield<'_, Outcome>,
) {
    let mut outlet = Outlet::new(put);
    if let Some(question) = settings.scope.question() {
        let answers = &mut outlet.outcome.answers;
        match question.fit(text.entry()) {
            Some(fit) => answers.add(question.explain(text.entry(), fit, &window, text.hint())),
            None if window.first_line == 1 => answers.pass(question, text.entry()),
            None => {}
        }
        return outlet.finish();
    }
    if settings.scope.search().is_some_and(|search| !search.is_in_window(&window)) {
        return outlet.finish();
    }
    let bytes = window.text.len() as u64;
    let searched = Searched::of(settings, window);
    Reading::of(settings, &text.name, searched).deliver(settings, text, bytes, outlet);
}

/// What was read of a window, before anything is said of its source.
pub(super) struct Reading<'r> {
    unit: Unit<'r>,
    filled: Filled,
}

impl<'r> Reading<'r> {
    /// Reads a window of the text with this name as far as it concerns anybody.
    pub(super) fn of(settings: &'r Settings, name: &TextName, searched: Searched) -> Self {
        let mut unit = Unit::new(settings, UnitKind::Loose);
        let inside = name.entry.clone().into_bytes();
        let entry = unit.begin(name.entry.clone(), inside, name.role);
        unit.searched(entry, searched);
        unit.complete(&name.entry);
        let filled = unit.read();
        Self { unit, filled }
    }

    /// Whether nothing comes of it but its bytes.
    pub(super) fn says_nothing(&self) -> bool {
        let is_read = |entry: &UnitEntry| entry.disposition.is_some() || entry.lines.all() > 0;
        self.unit.rows() == 0
            && self.unit.issues.is_empty()
            && !self.unit.entries.iter().any(is_read)
    }

    /// How much memory it takes, in bytes, about.
    pub(super) fn weight(&self) -> usize {
        self.unit.weight()
    }

    /// Says what was read in `text`, with the last of so many bytes.
    pub(super) fn deliver(
        self,
        settings: &Settings,
        text: &TextSource,
        bytes: u64,
        mut outlet: Outlet<'_>,
    ) {
        let Self { mut unit, filled } = self;
        outlet.outcome.tally.bytes_out = bytes;
        let home = Home::of_text(&text.context);
        if filled == Filled::Yes {
            assemble::deliver(&mut unit, &home, settings, Extent::Part, &mut outlet);
            assemble::read(&mut unit, &home, settings, &mut outlet);
        }
        let outcome = &mut outlet.outcome;
        outcome.text = unit.entries.iter().find_map(|entry| entry.disposition);
        outcome.lines =
            unit.entries.iter().find_map(UnitEntry::credential_lines).unwrap_or_default();
        assemble::deliver(&mut unit, &home, settings, Extent::Rest, &mut outlet);
        outlet.finish();
    }
}

/// Says what a pass found in a text.
pub(super) fn deliver_finding(
    settings: &Settings,
    text: &TextSource,
    finding: Finding<'_>,
    put: Yield<'_, Outcome>,
) {
    let mut outlet = Outlet::new(put);
    match finding.found {
        Found::Reading(reading) => return reading.deliver(settings, text, finding.bytes, outlet),
        Found::Failure(issue) => outlet.outcome = text.failed(issue),
        Found::Nothing => {}
    }
    outlet.outcome.tally.bytes_out = finding.bytes;
    outlet.finish();
}

impl TextSource {
    /// What is left to say when the text, or its rest, could not be read.
    pub(super) fn failed(&self, issue: Issue) -> Outcome {
        let mut outcome = Outcome::default();
        outcome.tally.losses = 1;
        outcome.text = Some(Disposition::Failed);
        let record = assemble::issue_record(self.context.id, Some(self.name.entry.clone()), issue);
        outcome.items.push(Item::Record(Box::new(Record::Issue(record))));
        outcome
    }
}

/// A text on its way from the system into windows.
pub(super) struct TextReader {
    reader: Box<dyn Read + Send>,
    hint: Hint,
    /// What is read next.
    buffer: Vec<u8>,
    windows: Option<Windows>,
    /// Whether the system has no more.
    drained: bool,
    ended: bool,
    end: TextEnd,
}

/// What is known of a text when it was read to its end, or as far as it could be read.
#[derive(Debug, Default)]
pub(super) struct TextEnd {
    /// How many bytes were read.
    pub bytes: u64,
    /// Why the rest was not.
    pub issue: Option<Issue>,
}

impl TextReader {
    /// A text whose name promises `hint`.
    pub(super) fn new(reader: Box<dyn Read + Send>, hint: Hint) -> Self {
        let (buffer, end) = (vec![0; BUFFER_BYTES], TextEnd::default());
        Self { reader, hint, buffer, windows: None, drained: false, ended: false, end }
    }

    /// The next window; none at the end, or when reading fails.
    pub(super) fn next_window(&mut self) -> Option<Window> {
        loop {
            if let Some(window) = self.windows.as_mut().and_then(Iterator::next) {
                return Some(window);
            }
            if self.ended {
                return None;
            }
            self.fill();
        }
    }

    /// Ends it, because of `issue`.
    pub(super) fn fail(&mut self, issue: Issue) {
        (self.ended, self.windows) = (true, None);
        self.end.issue = Some(issue);
    }

    /// How it ended.
    pub(super) fn into_end(self) -> TextEnd {
        self.end
    }

    fn fill(&mut self) {
        if self.drained {
            return self.finish();
        }
        let (count, error) = fill(&mut self.reader, &mut self.buffer);
        self.drained = count < self.buffer.len();
        let issue = |error: io::Error| Issue::loss(Stage::Open, Code::IoError, error.to_string());
        self.end.issue = error.map(issue);
        self.end.bytes += count as u64;
        let bytes = self.buffer.get(..count).filter(|bytes| !bytes.is_empty());
        let Some(bytes) = bytes else { return self.finish() };
        self.windows.get_or_insert_with(|| windows_for(bytes, self.hint)).push(bytes);
    }

    fn finish(&mut self) {
        self.ended = true;
        if let Some(windows) = &mut self.windows {
            windows.finish(End::OfText);
        }
    }
}

/// Reads until `buffer` is full, or nothing more comes; tells how much came, and why no more.
pub(super) fn fill(reader: &mut impl Read, buffer: &mut [u8]) -> (usize, Option<io::Error>) {
    let mut count = 0;
    while let Some(room) = buffer.get_mut(count..).filter(|room| !room.is_empty()) {
        match reader.read(room) {
            Ok(0) => break,
            Ok(more) => count += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return (count, Some(error)),
        }
    }
    (count, None)
}

/// What was given as text is read as text, whatever it looks like.
fn windows_for(head: &[u8], hint: Hint) -> Windows {
    let head = head.get(..SNIFF_BYTES).unwrap_or(head);
    match Content::sniff(head) {
        Content::Text(encoding) => Windows::new(encoding, hint),
        Content::Binary => Windows::new(Encoding::AsciiBased, hint),
    }
}
