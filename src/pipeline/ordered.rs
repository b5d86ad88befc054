//! Work on many things at once, results in the order of the things.
//!
//! The only file that makes threads. Tasks are drawn one by one from an iterator (so
//! reading ahead is bounded), worked on by any thread, and handed to the consumer, which runs on
//! the calling thread, strictly in order: output cannot depend on the number of threads.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use crate::error::{Error, Result};

/// How many results per thread may wait for a slower predecessor.
const WINDOW_PER_THREAD: u64 = 4;

/// Draws every task, works on it with one of `threads` threads, and consumes the results in order.
///
/// # Errors
/// The first error of `consume`; a panic in `work` is an internal error. No task is begun after it.
pub(super) fn in_order<T, R, W>(
    threads: usize,
    tasks: impl Iterator<Item = T> + Send,
    work: W,
    mut consume: impl FnMut(R) -> Result<()>,
) -> Result<()>
where
    T: Send,
    R: Send,
    W: Fn(T) -> R + Sync,
{
    if threads <= 1 {
        return tasks.into_iter().try_for_each(|task| consume(work(task)));
    }
    let tasks = Mutex::new((0_u64, tasks));
    let desk = Desk::new(WINDOW_PER_THREAD * threads as u64);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| labour(&tasks, &desk, &work));
        }
        let outcome = desk.deliver(threads, &mut consume);
        desk.close();
        outcome
    })
}

/// One worker: draw, work, hand in, until there is nothing left or the desk is closed.
fn labour<T, R>(
    tasks: &Mutex<(u64, impl Iterator<Item = T>)>,
    desk: &Desk<R>,
    work: &impl Fn(T) -> R,
) {
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        while let Some((number, task)) = draw(tasks) {
            if !desk.hand_in(number, || work(task)) {
                return;
            }
        }
    }));
    desk.leave(outcome.is_err());
}

fn draw<T>(tasks: &Mutex<(u64, impl Iterator<Item = T>)>) -> Option<(u64, T)> {
    let mut source = lock(tasks);
    let task = source.1.next()?;
    let number = source.0;
    source.0 += 1;
    Some((number, task))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Where finished work waits for its turn.
struct Desk<R> {
    window: u64,
    state: Mutex<DeskState<R>>,
    changed: Condvar,
}

struct DeskState<R> {
    finished: BTreeMap<u64, R>,
    next: u64,
    gone: usize,
    panicked: bool,
    closed: bool,
}

impl<R> Desk<R> {
    fn new(window: u64) -> Self {
        let state = DeskState {
            finished: BTreeMap::new(),
            next: 0,
            gone: 0,
            panicked: false,
            closed: false,
        };
        Self { window, state: Mutex::new(state), changed: Condvar::new() }
    }

    /// Does the work of task `number` when its turn is near; false once the desk is closed.
    fn hand_in(&self, number: u64, work: impl FnOnce() -> R) -> bool {
        let mut state = lock(&self.state);
        while !state.closed && number >= state.next + self.window {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        if state.closed {
            return false;
        }
        drop(state);
        let result = work();
        lock(&self.state).finished.insert(number, result);
        self.changed.notify_all();
        true
    }

    fn leave(&self, panicked: bool) {
        let mut state = lock(&self.state);
        state.gone += 1;
        state.panicked |= panicked;
        drop(state);
        self.changed.notify_all();
    }

    fn close(&self) {
        lock(&self.state).closed = true;
        self.changed.notify_all();
    }

    fn deliver(&self, workers: usize, consume: &mut impl FnMut(R) -> Result<()>) -> Result<()> {
        while let Some(result) = self.next_result(workers)? {
            consume(result)?;
        }
        Ok(())
    }

    fn next_result(&self, workers: usize) -> Result<Option<R>> {
        let mut state = lock(&self.state);
        loop {
            let next = state.next;
            if let Some(result) = state.finished.remove(&next) {
                state.next += 1;
                drop(state);
                self.changed.notify_all();
                return Ok(Some(result));
            }
            if state.panicked {
                return Err(Error::internal("a worker panicked"));
            }
            if state.gone == workers {
                return Ok(None);
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn squares(threads: usize) -> Vec<u64> {
        let mut seen = Vec::new();
        let slow_first = |n: u64| {
            if n.is_multiple_of(7) {
                std::thread::sleep(std::time::Duration::from_millis(1));
            }
            n * n
        };
        in_order(threads, 0..200_u64, slow_first, |square| {
            seen.push(square);
            Ok(())
        })
        .unwrap();
        seen
    }

    #[test]
    fn results_come_in_order_with_any_number_of_threads() {
        let expected: Vec<u64> = (0..200).map(|n| n * n).collect();
        for threads in [1, 2, 8] {
            assert_eq!(squares(threads), expected, "{threads} threads");
        }
    }

    #[test]
    fn an_error_of_the_consumer_ends_the_work() {
        let fail = |n: u64| if n == 3 { Err(Error::internal("enough")) } else { Ok(()) };
        for threads in [1, 4] {
            assert!(in_order(threads, 0..u64::MAX, |n| n, fail).is_err());
        }
    }

    #[test]
    fn a_panic_in_a_worker_is_an_error_not_a_hang() {
        let work = |n: u64| if n == 5 { panic!("boom") } else { n };
        assert!(in_order(2, 0..100, work, |_| Ok(())).is_err());
    }
}
