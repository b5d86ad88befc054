//! Memory that tasks set aside before they use it, so that no number of threads uses more.
//!
//! Whoever wants more than is left waits, but for the task whose results are due: the others may be
//! waiting for it, so it never waits for them.

use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// How much the tasks that are ahead of their turn may set aside together, in bytes: two of the
/// largest dictionaries that are common, and what goes with them.
const MOST_AHEAD: u64 = 136 << 20;

/// The tasks that are being worked on.
#[derive(Default)]
pub(super) struct Line {
    state: Mutex<LineState>,
    changed: Condvar,
}

#[derive(Default)]
struct LineState {
    /// The task whose turn it is.
    first: u64,
    /// What each task has set aside.
    held: BTreeMap<u64, u64>,
    /// How many tasks wait.
    waiting: usize,
    closed: bool,
}

impl LineState {
    /// Whether task `number` may set so much aside, or has to wait.
    fn must_wait(&self, number: u64, bytes: u64) -> bool {
        let ahead = self.held.range(self.first + 1..).map(|(_, held)| held).sum::<u64>();
        number > self.first && !self.closed && ahead.saturating_add(bytes) > MOST_AHEAD
    }
}

impl Line {
    fn state(&self) -> MutexGuard<'_, LineState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says that it is the turn of task `number`.
    pub(super) fn move_on(&self, number: u64) {
        let mut state = self.state();
        state.first = number;
        self.wake(state);
    }

    /// Wakes those who wait, if there are any.
    fn wake(&self, state: MutexGuard<'_, LineState>) {
        let is_awaited = state.waiting > 0;
        drop(state);
        if is_awaited {
            self.changed.notify_all();
        }
    }

    /// Says that nothing more is wanted: nobody waits any more.
    pub(super) fn close(&self) {
        let mut state = self.state();
        state.closed = true;
        self.wake(state);
    }
}

/// The place of a task in the line.
#[derive(Clone, Copy)]
pub(super) struct Turn<'l> {
    number: u64,
    /// None where nobody else works.
    line: Option<&'l Line>,
}

impl<'l> Turn<'l> {
    /// The place of a task that is alone.
    pub(super) const ALONE: Self = Self { number: 0, line: None };

    /// The place of task `number`.
    pub(super) fn new(line: &'l Line, number: u64) -> Self {
        Self { number, line: Some(line) }
    }

    /// Sets memory aside, when there is enough.
    pub(super) fn hold(self, bytes: u64) -> Held<'l> {
        if let Some(line) = self.line.filter(|_| bytes > 0) {
            let mut state = line.state();
            while state.must_wait(self.number, bytes) {
                state.waiting += 1;
                state = line.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
                state.waiting -= 1;
            }
            *state.held.entry(self.number).or_default() += bytes;
        }
        Held { turn: self, bytes }
    }
}

/// Memory that is set aside, until this is dropped.
pub(super) struct Held<'l> {
    turn: Turn<'l>,
    bytes: u64,
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        let Some(line) = self.turn.line.filter(|_| self.bytes > 0) else { return };
        let mut state = line.state();
        if let Some(held) = state.held.get_mut(&self.turn.number) {
            *held -= self.bytes;
            if *held == 0 {
                state.held.remove(&self.turn.number);
            }
        }
        line.wake(state);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::time::Duration;

    use super::*;

    #[test]
    fn who_is_first_never_waits_and_others_for_room() {
        let line = Line::default();
        let all = Turn::new(&line, 1).hold(MOST_AHEAD);
        drop(Turn::new(&line, 0).hold(u64::MAX));
        assert!(line.state().must_wait(2, 1));
        let (send, receive) = mpsc::channel();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let held = Turn::new(&line, 2).hold(1);
                send.send(()).unwrap();
                drop(held);
            });
            assert!(receive.recv_timeout(Duration::from_millis(20)).is_err());
            drop(all);
            receive.recv().unwrap();
        });
        assert!(line.state().held.is_empty());
    }

    #[test]
    fn what_the_first_holds_is_not_counted() {
        let line = Line::default();
        let _all = Turn::new(&line, 1).hold(MOST_AHEAD);
        line.move_on(1);
        drop(Turn::new(&line, 2).hold(MOST_AHEAD));
        assert!(line.state().must_wait(2, MOST_AHEAD + 1));
        line.close();
        assert!(!line.state().must_wait(2, MOST_AHEAD + 1));
    }
}
