//! A large text in chapters, each of which a worker searches and reads by itself.
//!
//! Where a chapter begins, the bytes around that place tell alone, and what its lines are, the first
//! window of the text tells for all. Of the chapters before it two things have to be known: how many
//! lines they have, and the `[host]` that its first lines stand below. It asks for them when it was
//! searched, and by then they mostly are known.

mod part;

use std::io::{self, Seek, SeekFrom};
use std::ops::Range;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use blake3::hazmat::ChainingValue;

use crate::archive::data::Data;
use crate::artefact::{Before, End};
use crate::input::io_issue;
use crate::issue::{Code, Issue};
use crate::pipeline::digest::{BLOCK_BYTES, Block};
use crate::pipeline::run::guarded;
use crate::pipeline::settings::{Scope, Settings};
use crate::pipeline::text_source::{Reading, TextEnd, TextName, TextReader, fill};
use crate::pipeline::unit::Searched;
use crate::pipeline::window::{self, Shape, Window, Windows};
use crate::text::Encoding;
use crate::watchlist::Matcher;

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
    story: Mutex<Story>,
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

/// How far the chapters are known.
#[derive(Default)]
struct Story {
    /// Of how many.
    chapters: u64,
    past: Past,
    /// Whether the next one will never be known, and why, if anything is wrong with the text.
    is_broken: bool,
    failure: Option<Issue>,
}

/// What the chapters before one mean for it.
#[derive(Default, Clone)]
struct Past {
    lines: u64,
    bytes: u64,
    group: Option<Group>,
    is_garbled: bool,
}

/// The last `[host]`.
#[derive(Clone)]
struct Group {
    name: Vec<u8>,
    /// The chapter that it stands in.
    chapter: u64,
}

/// One chapter that nobody has searched yet.
pub(super) struct Chapter<'r> {
    chapters: Arc<Chapters<'r>>,
    number: u64,
    is_told: bool,
}

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

    fn lock(&self) -> MutexGuard<'_, Story> {
        self.story.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The story when so many chapters are known, or no more ever will be.
    fn story_up_to(&self, chapters: u64) -> MutexGuard<'_, Story> {
        let is_open = |story: &mut Story| story.chapters < chapters && !story.is_broken;
        self.told.wait_while(self.lock(), is_open).unwrap_or_else(PoisonError::into_inner)
    }

    fn fail(&self, issue: Option<Issue>) {
        let mut story = self.lock();
        story.is_broken = true;
        story.failure = story.failure.take().or(issue);
        drop(story);
        self.told.notify_all();
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
    pub(super) fn search(self, tell: &mut dyn FnMut(Finding<'r>)) {
        self.read(None, tell);
    }

    /// The same; returns the value of its block, if all of it could be read.
    pub(super) fn search_and_digest(
        self,
        tell: &mut dyn FnMut(Finding<'r>),
    ) -> Option<ChainingValue> {
        let mut block = Block::new(self.number);
        let is_read = self.read(Some(&mut block), tell);
        block.value().filter(|_| is_read)
    }

    /// Whether all of it could be read.
    fn read(mut self, block: Option<&mut Block>, tell: &mut dyn FnMut(Finding<'r>)) -> bool {
        let Self { chapters, number, .. } = &self;
        let passed = guarded(|| chapters.pass(*number, None, block));
        match passed.and_then(|passed| passed.map_err(|error| io_issue(&error))) {
            Ok(pass) => {
                self.tell(pass, tell);
                true
            }
            Err(issue) => {
                self.chapters.fail(Some(issue));
                false
            }
        }
    }

    /// Tells what was found, once it is known what stands before it.
    fn tell(&mut self, mut pass: Pass<'r>, tell: &mut dyn FnMut(Finding<'r>)) {
        let Some(before) = self.go_on(&pass.past) else { return };
        let group = before.group.as_ref().map(|group| group.name.as_slice());
        if pass.has_passed_unknown && group.is_some_and(|group| pass.is_watched(group)) {
            let again = guarded(|| self.chapters.pass(self.number, group, None));
            match again.and_then(|again| again.map_err(|error| io_issue(&error))) {
                Ok(again) => pass = again,
                Err(issue) => return self.chapters.fail(Some(issue)),
            }
        }
        let mut told = 0;
        for kept in pass.kept {
            let bytes = kept.bytes;
            if let Some(found) = self.found(kept, &before) {
                told += bytes;
                tell(Finding { found, bytes });
            }
        }
        tell(Finding { found: Found::Nothing, bytes: pass.bytes - told });
    }

    /// Adds it to the story; what stands before it, if that will ever be known.
    fn go_on(&mut self, own: &Past) -> Option<Past> {
        let mut story = self.chapters.story_up_to(self.number);
        let before = (story.chapters == self.number).then(|| story.past.clone())?;
        story.chapters += 1;
        story.past = before.and(own);
        drop(story);
        self.is_told = true;
        self.chapters.told.notify_all();
        Some(before)
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

impl Past {
    /// With the chapter that is `next`.
    fn and(&self, next: &Self) -> Self {
        Self {
            lines: self.lines + next.lines,
            bytes: self.bytes + next.bytes,
            group: next.group.clone().or_else(|| self.group.clone()),
            is_garbled: self.is_garbled || next.is_garbled,
        }
    }

    /// Gives a window what those of the chapters before mean for it.
    fn complete(&self, window: &mut Window) {
        window.first_line += self.lines;
        let group = self.group.as_ref().map(|group| group.name.as_slice());
        window.before = std::mem::take(&mut window.before).below(group);
        window.issues.retain(|issue| !(self.is_garbled && issue.code == Code::NotText));
        for line in window.issues.iter_mut().filter_map(|issue| issue.line.as_mut()) {
            *line += self.lines;
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
