//! What chapters know of each other: how far those before one are known, and what they mean for it.

use std::collections::BTreeMap;
use std::sync::{MutexGuard, PoisonError};

use super::Chapters;
use crate::issue::{Code, Issue};
use crate::pipeline::window::Window;

/// How many chapters may have been searched before those in front of them. What was found in them
/// is in memory.
const MOST_EARLY: usize = 4;

/// What goes on when it is known what stands before a chapter.
pub(super) type Then<'r> = Box<dyn FnOnce(Past) + Send + 'r>;

/// How far the chapters are known.
#[derive(Default)]
pub(super) struct Story<'r> {
    /// Of how many.
    pub chapters: u64,
    pub past: Past,
    /// Chapters further on, with what they add, and who waits for what stands before them.
    early: BTreeMap<u64, (Past, Then<'r>)>,
    /// Whether the next one will never be known, and why, if anything is wrong with the text.
    is_broken: bool,
    pub failure: Option<Issue>,
}

/// What the chapters before one mean for it.
#[derive(Default, Clone)]
pub(super) struct Past {
    pub lines: u64,
    pub bytes: u64,
    pub group: Option<Group>,
    pub is_garbled: bool,
}

/// The last `[host]`.
#[derive(Clone)]
pub(super) struct Group {
    pub name: Vec<u8>,
    /// The chapter that it stands in.
    pub chapter: u64,
}

impl<'r> Story<'r> {
    /// A story that begins with the chapter `number`.
    pub(super) fn from(number: u64, past: Past) -> Self {
        Self { chapters: number, past, ..Self::default() }
    }

    /// Adds the next chapter; what stands before it.
    fn add(&mut self, own: &Past) -> Past {
        self.chapters += 1;
        let past = self.past.and(own);
        std::mem::replace(&mut self.past, past)
    }

    /// Adds the next chapter, if it was searched already.
    fn next_early(&mut self) -> Option<(Past, Then<'r>)> {
        let (own, then) = self.early.remove(&self.chapters)?;
        Some((self.add(&own), then))
    }
}

impl<'r> Chapters<'r> {
    fn lock(&self) -> MutexGuard<'_, Story<'r>> {
        self.story.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait_while(&self, is_early: impl Fn(&Story<'_>) -> bool) -> MutexGuard<'_, Story<'r>> {
        let must_wait = |story: &mut Story<'r>| !story.is_broken && is_early(story);
        self.told.wait_while(self.lock(), must_wait).unwrap_or_else(PoisonError::into_inner)
    }

    /// The story when so many chapters are known, or no more ever will be.
    pub(super) fn story_up_to(&self, chapters: u64) -> MutexGuard<'_, Story<'r>> {
        self.wait_while(|story| story.chapters < chapters)
    }

    /// Adds a chapter to the story as soon as those before it are known; what stands before it, if
    /// that will ever be known.
    pub(super) fn go_on(&self, number: u64, own: &Past) -> Option<Past> {
        let mut story = self.story_up_to(number);
        let before = (story.chapters == number).then(|| story.add(own))?;
        drop(story);
        self.told.notify_all();
        Some(before)
    }

    /// The same without waiting, unless too many chapters are early: `then` is told what stands
    /// before the chapter, by whoever adds the last one before it, and never, if nobody does. All
    /// chapters of a text are added so, or none.
    pub(super) fn go_on_then(&self, number: u64, own: Past, then: Then<'r>) {
        let mut story =
            self.wait_while(|story| story.chapters < number && story.early.len() >= MOST_EARLY);
        story.early.insert(number, (own, then));
        let due: Vec<_> = std::iter::from_fn(|| story.next_early()).collect();
        let never =
            if story.is_broken { std::mem::take(&mut story.early) } else { BTreeMap::new() };
        drop(story);
        drop(never);
        if !due.is_empty() {
            self.told.notify_all();
        }
        due.into_iter().for_each(|(before, then)| then(before));
    }

    /// Ends the story before its end.
    pub(super) fn fail(&self, issue: Option<Issue>) {
        let mut story = self.lock();
        story.is_broken = true;
        story.failure = story.failure.take().or(issue);
        let never = std::mem::take(&mut story.early);
        drop(story);
        self.told.notify_all();
        // Chapters that are dropped come here themselves.
        drop(never);
    }
}

impl Past {
    /// With the chapter that is `next`.
    pub(super) fn and(&self, next: &Self) -> Self {
        Self {
            lines: self.lines + next.lines,
            bytes: self.bytes + next.bytes,
            group: next.group.clone().or_else(|| self.group.clone()),
            is_garbled: self.is_garbled || next.is_garbled,
        }
    }

    /// Gives a window what those of the chapters before mean for it.
    pub(super) fn complete(&self, window: &mut Window) {
        window.first_line += self.lines;
        let group = self.group.as_ref().map(|group| group.name.as_slice());
        window.before = std::mem::take(&mut window.before).below(group);
        window.issues.retain(|issue| !(self.is_garbled && issue.code == Code::NotText));
        for line in window.issues.iter_mut().filter_map(|issue| issue.line.as_mut()) {
            *line += self.lines;
        }
    }
}
