//! Texts that are held back until it is known whether they concern anybody.

use crate::issue::Issue;
use crate::pipeline::settings::Settings;
use crate::pipeline::unit::entry::UnitEntry;
use crate::pipeline::window::{Shape, Window};
use crate::watchlist::{Hit, Matcher};

/// A text that is held back.
pub(super) struct Held {
    pub entry: usize,
    pub searched: Searched,
}

/// A text, and where watched names stand in it.
pub(in crate::pipeline) struct Searched {
    pub(in crate::pipeline) window: Box<Window>,
    pub(super) hits: Vec<Hit>,
}

impl Held {
    /// What it takes, in bytes: of many small texts, mostly what is known about them.
    pub(super) fn size(&self) -> usize {
        self.searched.window.text.len() + size_of::<Self>() + size_of::<Window>()
    }
}

impl Searched {
    /// Searches a window, if names are watched.
    pub(in crate::pipeline) fn of(settings: &Settings, window: Window) -> Self {
        let mut hits = Vec::new();
        if let Some(matcher) = settings.scope.matcher() {
            matcher.scan(&window.text, &mut hits);
            if let Shape::LongLine { after, until } = window.shape {
                hits.retain(|hit| hit.end > after && hit.end <= until);
            }
        }
        Self { window: Box::new(window), hits }
    }

    /// Whether a watched name stands in it, or in the `[host]` above it.
    pub(in crate::pipeline) fn concerns_somebody(&self, matcher: &Matcher) -> bool {
        let stands_in = |group: &[u8]| {
            let mut hits = Vec::new();
            matcher.scan(group, &mut hits);
            !hits.is_empty()
        };
        !self.hits.is_empty() || self.window.before.group().is_some_and(stands_in)
    }
}

/// An entry of a group, with all that is known of it.
pub(in crate::pipeline) struct Member {
    pub(in crate::pipeline) entry: UnitEntry,
    pub(super) issues: Vec<Issue>,
    pub(super) held: Vec<Held>,
}

impl Member {
    /// The beginning of its text, if it is one.
    pub(in crate::pipeline) fn first_window(&self) -> Option<&Window> {
        self.held.first().map(|held| &*held.searched.window)
    }

    /// Whether a watched name stands in its text, or in what that stands below.
    pub(in crate::pipeline) fn concerns_somebody(&self, matcher: &Matcher) -> bool {
        self.held.iter().any(|held| held.searched.concerns_somebody(matcher))
    }
}
