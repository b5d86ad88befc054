//! A large text in chapters, each of which a worker searches and reads by itself.
//!
//! Where a chapter begins, the bytes around that place tell alone, and what its lines are, the first
//! window of the text tells for all. Of the chapters before it two things have to be known: how many
//! lines they have, and the `[host]` that its first lines stand below. It asks for them when it was
//! searched, and by then they mostly are known.

mod part;
mod story;

use std::io::{self, Seek, SeekFrom};
use std::ops::Range;
use std::sync::{Arc, Condvar, Mutex};

use blake3::hazmat::ChainingValue;

use crate::archive::data::Data;
use crate::artefact::{Before, End};
use crate::input::io_issue;
use crate::issue::Issue;
use crate::pipeline::digest::{BLOCK_BYTES, Block};
use crate::pipeline::run::guarded;
use crate::pipeline::settings::{Scope, Settings};
use crate::pipeline::text_source::{Reading, TextEnd, TextName, TextReader, fill};
use crate::pipeline::unit::Searched;
use crate::pipeline::window::{self, Shape, Window, Windows};
use crate::text::Encoding;
use crate::watchlist::Matcher;

use self::story::{Group, Past, Story};
pub(super) use part::{Skimmed, TextPart, skim};

/// How much is read at once.
const PIECE_BYTES: u64 = 256 << 10;

/// How much of a text is looked at to tell where a chapter begins.
const PROBE_BYTES: usize = 32 << 10;

/// A text, and what its chapters know of each other.
pub(super) struct Chapters<'r> {
    settings: &'r Settings,
    sought: Sought<'r>,
    name: TextName,
    data: Data,
    /// Those that are read: all of them, or those of a part.
    numbers: Range<u64>,
    /// What the first window of the text means for all behind it.
    form: Before,
    story: Mutex<Story<'r>>,
    /// The story goes on.
    told: Condvar,
}

/// What is asked for.
#[derive(Clone, Copy)]
enum Sought<'r> {
    Names(&'r Matcher),
    Everything,
    /// Nothing but what the chapters mean for each other.
    Nothing,
}

/// One chapter that nobody has searched yet.
pub(super) struct Chapter<'r> {
    chapters: Arc<Chapters<'r>>,
    number: u64,
    is_told: bool,
}

/// Receives what was found in a chapter, and the value of its block.
pub(super) type Tell<'r> = Box<dyn FnOnce(Option<ChainingValue>, Vec<Finding<'r>>) + Send + 'r>;

/// What was found in a part of a text.
pub(super) struct Finding<'r> {
    /// What that is.
    pub found: Found<'r>,
    /// How many bytes of text were searched for it.
    pub bytes: u64,
}

/// What was found.
pub(super) enum Found<'r> {
    /// Nothing that anybody asks for.
    Nothing,
    /// Something.
    Reading(Box<Reading<'r>>),
    /// The part could not be read.
    Failure(Issue),
}

impl<'r> Chapters<'r> {
    /// The chapters of the text called `name`; none if it is none that can be cut anywhere (too small,
    /// with volumes that are missing, JSON, UTF-16), or only one place in it is asked for.
    pub(super) fn of(settings: &'r Settings, name: &str, data: &Data) -> Option<Self> {
        let sought = match &settings.scope {
            Scope::Exposures(matcher) => Sought::Names(matcher),
            Scope::Everything | Scope::Counted | Scope::Narrowed(_) => Sought::Everything,
            Scope::Explained(_) | Scope::Revealed(_) => return None,
        };
        let is_whole = data.present().count() == data.volumes().len();
        if !is_whole || data.length() <= BLOCK_BYTES {
            return None;
        }
        let name = TextName::new(name);
        let form = form(TextReader::new(Box::new(data.reader()), name.hint()), &name)?;
        let (story, told, data) = (Mutex::default(), Condvar::new(), data.clone());
        let numbers = 0..data.length().div_ceil(BLOCK_BYTES);
        Some(Self { settings, sought, name, data, numbers, form, story, told })
    }

    /// How many the text has.
    pub(super) fn count(&self) -> u64 {
        self.data.length().div_ceil(BLOCK_BYTES)
    }

    /// The text.
    pub(super) fn data(&self) -> &Data {
        &self.data
    }

    /// How the text ended, when the last chapter that is read did.
    pub(super) fn end(&self) -> TextEnd {
        let story = self.story_up_to(self.numbers.end);
        TextEnd { bytes: story.past.bytes, issue: story.failure.clone() }
    }

    /// The bytes that stand in the block of the chapter with this number.
    fn block(&self, number: u64) -> Range<u64> {
        let start = number * BLOCK_BYTES;
        start..self.data.length().min(start + BLOCK_BYTES)
    }

    /// The bytes that are the chapter's; none where the block is inside a long line.
    fn range(&self, number: u64) -> io::Result<Range<u64>> {
        let Some(start) = self.start(number)? else {
            let end = self.block(number).end;
            return Ok(end..end);
        };
        for next in number + 1..self.count() {
            if let Some(end) = self.start(next)? {
                return Ok(start..end);
            }
        }
        Ok(start..self.data.length())
    }

    /// Where a chapter begins, if it does: behind lines that the block begins with.
    fn start(&self, number: u64) -> io::Result<Option<u64>> {
        let block = self.block(number);
        if number == 0 {
            return Ok(Some(0));
        }
        let mut head = vec![0; PROBE_BYTES];
        let mut reader = self.data.reader();
        reader.seek(SeekFrom::Start(block.start))?;
        let (count, error) = fill(&mut reader, &mut head);
        match error {
            Some(error) => Err(error),
            None if count < head.len() => Ok(None),
            None => Ok(window::part_start(&head).map(|at| block.start + at as u64)),
        }
    }

    /// Searches the windows of a chapter, the first of which stand below `group`.
    fn pass(
        &self,
        number: u64,
        group: Option<&[u8]>,
        mut block: Option<&mut Block>,
    ) -> io::Result<Pass<'r>> {
        let (own, text) = (self.block(number), self.range(number)?);
        let mut reader = self.data.reader();
        reader.seek(SeekFrom::Start(own.start))?;
        let mut pass = Pass::new(self);
        let mut windows = self.windows(number, group);
        let (mut position, mut spare) = (own.start, Vec::new());
        while position < own.end.max(text.end) {
            let next = (position / PIECE_BYTES + 1) * PIECE_BYTES;
            let ends = [text.start, own.end, text.end, next].into_iter();
            let end = ends.filter(|&end| end > position).min().unwrap_or(next);
            let wanted = (end - position) as usize;
            let (count, error) = fill(&mut reader, windows.room(spare, wanted));
            error.map_or(Ok(()), Err)?;
            let bytes = windows.keep(count, wanted);
            if bytes.is_empty() {
                break;
            }
            if let Some(block) = block.as_deref_mut().filter(|_| position < own.end) {
                block.update(bytes);
            }
            if position < text.start {
                windows.keep(0, count);
            }
            position += count as u64;
            spare =
                windows.complete_lines().and_then(|window| pass.search(window)).unwrap_or_default();
            windows.by_ref().for_each(|window| _ = pass.search(window));
        }
        windows.finish(if text.end < self.data.length() { End::OfPart } else { End::OfText });
        windows.by_ref().for_each(|window| _ = pass.search(window));
        pass.past = Past {
            lines: windows.lines(),
            bytes: position.saturating_sub(text.start),
            group: windows
                .before()
                .group()
                .map(|name| Group { name: name.to_vec(), chapter: number }),
            is_garbled: windows.is_garbled(),
        };
        Ok(pass)
    }

    fn windows(&self, number: u64, group: Option<&[u8]>) -> Windows {
        let hint = self.name.hint();
        match number {
            0 => Windows::new(Encoding::AsciiBased, hint),
            _ => Windows::behind(self.form.clone().below(group), hint),
        }
    }
}

/// What the first window means for all behind it, if it tells.
fn form(mut reader: TextReader, name: &TextName) -> Option<Before> {
    let first = reader.next_window()?;
    let is_plain = first.shape == Shape::Lines && first.encoding == Encoding::AsciiBased;
    let form = Before::default().after(&first.text, name.hint());
    (is_plain && form.is_told() && reader.into_end().issue.is_none()).then(|| form.above_groups())
}

/// The chapters that nobody has drawn yet.
pub(super) struct Undrawn<'r> {
    pub chapters: Arc<Chapters<'r>>,
    next: u64,
}

impl<'r> Undrawn<'r> {
    /// All of them.
    pub(super) fn new(chapters: Chapters<'r>) -> Self {
        Self { next: chapters.numbers.start, chapters: Arc::new(chapters) }
    }

    /// The numbers of those that are left.
    pub(super) fn numbers(&self) -> Range<u64> {
        self.next..self.chapters.numbers.end
    }
}

impl<'r> Iterator for Undrawn<'r> {
    type Item = Chapter<'r>;

    fn next(&mut self) -> Option<Chapter<'r>> {
        let number = self.numbers().next()?;
        self.next += 1;
        Some(Chapter { chapters: Arc::clone(&self.chapters), number, is_told: false })
    }
}

impl<'r> Chapter<'r> {
    /// How many chapters stand before it.
    pub(super) fn number(&self) -> u64 {
        self.number
    }

    /// How many bytes of text it is for, about.
    pub(super) fn bytes(&self) -> u64 {
        let block = self.chapters.block(self.number);
        block.end - block.start
    }

    /// Searches it, and hands what is found to `tell`.
    pub(super) fn search(mut self, tell: &mut dyn FnMut(Finding<'r>)) {
        let Some(pass) = self.passed(None) else { return };
        if let Some(before) = self.chapters.go_on(self.number, &pass.past) {
            self.tell(pass, &before, tell);
        }
    }

    /// Searches it; `tell` gets the value of its block and what is found, once it is known what
    /// stands before it, and nothing if the chapter cannot be read.
    pub(super) fn search_and_digest(mut self, tell: Tell<'r>) {
        let mut block = Block::new(self.number);
        let Some(pass) = self.passed(Some(&mut block)) else { return };
        let (chapters, number, own) = (Arc::clone(&self.chapters), self.number, pass.past.clone());
        let then = move |before| {
            let mut findings = Vec::new();
            self.tell(pass, &before, &mut |finding| findings.push(finding));
            tell(block.value(), findings);
        };
        chapters.go_on_then(number, own, Box::new(then));
    }

    /// What a pass over it comes to; none if it cannot be read.
    fn passed(&mut self, block: Option<&mut Block>) -> Option<Pass<'r>> {
        self.guarded_pass(None, block).map_err(|issue| self.chapters.fail(Some(issue))).ok()
    }

    fn guarded_pass(
        &self,
        group: Option<&[u8]>,
        block: Option<&mut Block>,
    ) -> Result<Pass<'r>, Issue> {
        let passed = guarded(|| self.chapters.pass(self.number, group, block));
        passed.and_then(|passed| passed.map_err(|error| io_issue(&error)))
    }

    /// Tells what was found, now that it is known what stands before it.
    fn tell(&mut self, mut pass: Pass<'r>, before: &Past, tell: &mut dyn FnMut(Finding<'r>)) {
        self.is_told = true;
        let group = before.group.as_ref().map(|group| group.name.as_slice());
        if pass.has_passed_unknown && group.is_some_and(|group| pass.is_watched(group)) {
            match self.guarded_pass(group, None) {
                Ok(again) => pass = again,
                Err(issue) => return self.chapters.fail(Some(issue)),
            }
        }
        let mut told = 0;
        for kept in pass.kept {
            let bytes = kept.bytes;
            if let Some(found) = self.found(kept, before) {
                told += bytes;
                tell(Finding { found, bytes });
            }
        }
        tell(Finding { found: Found::Nothing, bytes: pass.bytes - told });
    }

    /// What is found in a window that was kept, if it says anything.
    fn found(&self, kept: Kept, past: &Past) -> Option<Found<'r>> {
        let chapters = &self.chapters;
        let read = kept.searched.and_then(|mut searched| {
            past.complete(&mut searched.window);
            guarded(|| Reading::of(chapters.settings, &chapters.name, searched))
        });
        match read {
            Ok(reading) if reading.says_nothing() => None,
            Ok(reading) => Some(Found::Reading(Box::new(reading))),
            Err(issue) => Some(Found::Failure(issue)),
        }
    }
}

impl Drop for Chapter<'_> {
    /// Nobody waits for a chapter that was not read, because the run was stopped.
    fn drop(&mut self) {
        if !self.is_told {
            self.chapters.fail(None);
        }
    }
}

/// What one pass over a chapter came to.
struct Pass<'r> {
    settings: &'r Settings,
    sought: Sought<'r>,
    kept: Vec<Kept>,
    /// Bytes of all windows.
    bytes: u64,
    /// What the chapter means for the next one.
    past: Past,
    /// Whether windows were passed of which it is not known what they stand below.
    has_passed_unknown: bool,
}

/// A window that may say something, or why it could not be searched.
struct Kept {
    searched: Result<Searched, Issue>,
    bytes: u64,
}

impl<'r> Pass<'r> {
    fn new(chapters: &Chapters<'r>) -> Self {
        let Chapters { settings, sought, .. } = *chapters;
        let (kept, past) = (Vec::new(), Past::default());
        Self { settings, sought, kept, bytes: 0, past, has_passed_unknown: false }
    }

    /// Searches a window; if it is passed, its memory is free again.
    fn search(&mut self, window: Window) -> Option<Vec<u8>> {
        let bytes = window.text.len() as u64;
        self.bytes += bytes;
        if let Sought::Nothing = self.sought {
            return Some(window.text);
        }
        let searched = guarded(|| Searched::of(self.settings, window));
        match searched {
            Ok(searched) if !self.may_say(&searched) => {
                self.has_passed_unknown |= searched.window.before.group().is_none();
                Some(searched.window.text)
            }
            searched => {
                self.kept.push(Kept { searched, bytes });
                None
            }
        }
    }

    fn may_say(&self, searched: &Searched) -> bool {
        let concerns_somebody = |matcher: &Matcher| {
            searched.concerns_somebody(matcher) || matcher.needs_full_parse().ipv6_ranges
        };
        !searched.window.issues.is_empty() || self.names().is_none_or(concerns_somebody)
    }

    fn is_watched(&self, group: &[u8]) -> bool {
        let mut hits = Vec::new();
        self.names().into_iter().for_each(|names| names.scan(group, &mut hits));
        !hits.is_empty()
    }

    fn names(&self) -> Option<&'r Matcher> {
        match self.sought {
            Sought::Names(matcher) => Some(matcher),
            Sought::Everything | Sought::Nothing => None,
        }
    }
}

#[cfg(test)]
mod tests;
