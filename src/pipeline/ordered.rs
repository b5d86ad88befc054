//! Work on many things at once, results in the order of the things.
//!
//! The only file that makes threads. Tasks are drawn one by one from an iterator (so
//! reading ahead is bounded), worked on by any thread, and what comes of them is handed to the
//! consumer, which runs on the calling thread, strictly in order: output cannot depend on the number
//! of threads. A task yields parts: those of the task whose turn it is are consumed at once, those
//! of later ones wait, and while too much waits their workers wait as well.

use std::collections::{BTreeMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use crate::error::{Error, Result};
use crate::pipeline::turn::{Line, Turn};

/// How many tasks per thread may be ahead of the one whose turn it is.
const WINDOW_PER_THREAD: u64 = 4;

/// How much may wait for its turn, in what `weigh` says of the parts.
const MOST_WAITING: usize = 1 << 13;

/// How many parts of the task whose turn it is may wait for the consumer.
const MOST_PARTS: usize = 2;

/// Whether anybody wants more parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Demand {
    /// Yes.
    More,
    /// No: the run ends.
    Nothing,
}

/// Receives the parts of a task.
pub(super) type Yield<'y, R> = &'y mut dyn FnMut(R) -> Demand;

/// Draws every task, works on it with one of `threads` threads, and consumes the parts that it
/// yields in order; `weigh` tells how much a part is.
///
/// # Errors
/// The first error of `consume`; a panic in `work` is an internal error. No task is begun after it.
///
/// # Panics
/// If `consume` does, once all threads have ended.
pub(super) fn in_order<T, R, W>(
    threads: usize,
    tasks: impl Iterator<Item = T> + Send,
    work: W,
    weigh: fn(&R) -> usize,
    mut consume: impl FnMut(R) -> Result<()>,
) -> Result<()>
where
    T: Send,
    R: Send,
    W: Fn(T, Turn<'_>, Yield<'_, R>) + Sync,
{
    // Let through, it would leave the threads waiting, or be taken for a panic of `work`.
    let mut panic = None;
    let consume = |part| {
        catch_unwind(AssertUnwindSafe(|| consume(part))).unwrap_or_else(|payload| {
            panic = Some(payload);
            Err(Error::internal("whoever takes the results panicked"))
        })
    };
    let outcome = share(threads, tasks, work, weigh, consume);
    panic.map_or(outcome, |payload| resume_unwind(payload))
}

/// Does what [`in_order`] says; `consume` does not panic.
fn share<T, R, W>(
    threads: usize,
    mut tasks: impl Iterator<Item = T> + Send,
    work: W,
    weigh: fn(&R) -> usize,
    mut consume: impl FnMut(R) -> Result<()>,
) -> Result<()>
where
    T: Send,
    R: Send,
    W: Fn(T, Turn<'_>, Yield<'_, R>) + Sync,
{
    if threads <= 1 {
        return tasks.try_for_each(|task| {
            let mut outcome = Ok(());
            work(task, Turn::ALONE, &mut |part| {
                if outcome.is_ok() {
                    outcome = consume(part);
                }
                if outcome.is_ok() { Demand::More } else { Demand::Nothing }
            });
            outcome
        });
    }
    let tasks = Mutex::new((0_u64, tasks));
    let desk = Desk::new(WINDOW_PER_THREAD * threads as u64, weigh);
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
    work: &impl Fn(T, Turn<'_>, Yield<'_, R>),
) {
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        while let Some((number, task)) = draw(tasks) {
            if desk.wait_for_turn(number) == Demand::Nothing {
                return;
            }
            let turn = Turn::new(&desk.line, number);
            work(task, turn, &mut |part| desk.hand_in(number, part));
            desk.end(number);
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

/// Where parts wait for their turn. Nobody is woken who would have to wait on: to wake a thread costs
/// as much as to search thousands of bytes.
struct Desk<R> {
    window: u64,
    weigh: fn(&R) -> usize,
    state: Mutex<DeskState<R>>,
    /// There may be room for what workers have.
    room: Condvar,
    /// There may be something to consume.
    ready: Condvar,
    line: Line,
}

struct DeskState<R> {
    /// What tasks yielded that was not consumed yet.
    yielded: BTreeMap<u64, Yielded<R>>,
    /// How much that is.
    weight: usize,
    /// The task whose turn it is.
    next: u64,
    /// How many workers wait for room.
    waiting: usize,
    /// Whether the consumer waits for a part.
    is_idle: bool,
    gone: usize,
    panicked: bool,
    closed: bool,
}

/// What one task yielded.
struct Yielded<R> {
    parts: VecDeque<R>,
    ended: bool,
}

impl<R> DeskState<R> {
    fn of(&mut self, number: u64) -> &mut Yielded<R> {
        self.yielded
            .entry(number)
            .or_insert_with(|| Yielded { parts: VecDeque::new(), ended: false })
    }

    /// Whether another part of task `number` has to wait.
    fn is_full_for(&self, number: u64) -> bool {
        if number == self.next {
            self.yielded.get(&number).is_some_and(|task| task.parts.len() >= MOST_PARTS)
        } else {
            self.weight > MOST_WAITING
        }
    }

    fn has_part(&self) -> bool {
        self.yielded.get(&self.next).is_some_and(|task| !task.parts.is_empty())
    }

    /// Goes on to the first task that has not ended, or whose parts are not all consumed.
    fn move_on(&mut self, line: &Line) {
        let before = self.next;
        let is_done = |task: &Yielded<R>| task.ended && task.parts.is_empty();
        while self.yielded.get(&self.next).is_some_and(is_done) {
            self.yielded.remove(&self.next);
            self.next += 1;
        }
        if self.next > before {
            line.move_on(self.next);
        }
    }
}

impl<R> Desk<R> {
    fn new(window: u64, weigh: fn(&R) -> usize) -> Self {
        let state = DeskState {
            yielded: BTreeMap::new(),
            weight: 0,
            next: 0,
            waiting: 0,
            is_idle: false,
            gone: 0,
            panicked: false,
            closed: false,
        };
        let (room, ready) = (Condvar::new(), Condvar::new());
        Self { window, weigh, state: Mutex::new(state), room, ready, line: Line::default() }
    }

    /// Waits while `must_wait`; none once the desk is closed.
    fn state_after(
        &self,
        must_wait: impl Fn(&DeskState<R>) -> bool,
    ) -> Option<MutexGuard<'_, DeskState<R>>> {
        let mut state = lock(&self.state);
        while !state.closed && must_wait(&state) {
            state.waiting += 1;
            state = self.room.wait(state).unwrap_or_else(PoisonError::into_inner);
            state.waiting -= 1;
        }
        (!state.closed).then_some(state)
    }

    /// Wakes those who can do something about the new state.
    fn announce(&self, state: MutexGuard<'_, DeskState<R>>) {
        let (is_ready, is_awaited) = (state.is_idle && state.has_part(), state.waiting > 0);
        drop(state);
        if is_ready {
            self.ready.notify_one();
        }
        if is_awaited {
            self.room.notify_all();
        }
    }

    /// Waits until the turn of task `number` is near and there is room for what it yields.
    fn wait_for_turn(&self, number: u64) -> Demand {
        let must_wait = |state: &DeskState<R>| {
            let is_full = number != state.next && state.weight > MOST_WAITING;
            is_full || number >= state.next + self.window
        };
        match self.state_after(must_wait) {
            Some(_) => Demand::More,
            None => Demand::Nothing,
        }
    }

    /// Takes a part of task `number` when there is room for it.
    fn hand_in(&self, number: u64, part: R) -> Demand {
        let Some(mut state) = self.state_after(|state| state.is_full_for(number)) else {
            return Demand::Nothing;
        };
        state.weight += (self.weigh)(&part);
        state.of(number).parts.push_back(part);
        if number == state.next && state.is_idle {
            drop(state);
            self.ready.notify_one();
        }
        Demand::More
    }

    fn end(&self, number: u64) {
        let mut state = lock(&self.state);
        state.of(number).ended = true;
        if number == state.next {
            state.move_on(&self.line);
            self.announce(state);
        }
    }

    fn leave(&self, panicked: bool) {
        let mut state = lock(&self.state);
        state.gone += 1;
        state.panicked |= panicked;
        drop(state);
        self.ready.notify_one();
    }

    fn close(&self) {
        lock(&self.state).closed = true;
        self.line.close();
        self.room.notify_all();
    }

    fn deliver(&self, workers: usize, consume: &mut impl FnMut(R) -> Result<()>) -> Result<()> {
        while let Some(part) = self.next_part(workers)? {
            consume(part)?;
        }
        Ok(())
    }

    fn next_part(&self, workers: usize) -> Result<Option<R>> {
        let mut state = lock(&self.state);
        loop {
            let next = state.next;
            let part = state.yielded.get_mut(&next).and_then(|task| task.parts.pop_front());
            if let Some(part) = part {
                state.weight -= (self.weigh)(&part);
                state.move_on(&self.line);
                self.announce(state);
                return Ok(Some(part));
            }
            if state.panicked {
                return Err(Error::internal("a worker panicked"));
            }
            if state.gone == workers {
                return Ok(None);
            }
            state.is_idle = true;
            state = self.ready.wait(state).unwrap_or_else(PoisonError::into_inner);
            state.is_idle = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn squares(threads: usize) -> Vec<u64> {
        let mut seen = Vec::new();
        let slow_first = |n: u64, _: Turn<'_>, put: Yield<'_, u64>| {
            if n.is_multiple_of(7) {
                std::thread::sleep(std::time::Duration::from_millis(1));
            }
            for part in 0..n % 5 {
                assert_eq!(put(n * n + part), Demand::More);
            }
        };
        let heavy = |_: &u64| MOST_WAITING / 3;
        in_order(threads, 0..200_u64, slow_first, heavy, |square| {
            seen.push(square);
            Ok(())
        })
        .unwrap();
        seen
    }

    #[test]
    fn parts_come_in_order_with_any_number_of_threads() {
        let expected: Vec<u64> =
            (0..200).flat_map(|n| (0..n % 5).map(move |part| n * n + part)).collect();
        for threads in [1, 2, 8] {
            assert_eq!(squares(threads), expected, "{threads} threads");
        }
    }

    #[test]
    fn an_error_of_the_consumer_ends_the_work() {
        let fail = |n: u64| if n == 3 { Err(Error::internal("enough")) } else { Ok(()) };
        for threads in [1, 4] {
            let many = |n: u64, _: Turn<'_>, put: Yield<'_, u64>| _ = put(n);
            assert!(in_order(threads, 0..u64::MAX, many, |_| 1, fail).is_err());
            let one = |_: (), _: Turn<'_>, put: Yield<'_, u64>| {
                _ = (0..u64::MAX).find(|&n| put(n) == Demand::Nothing)
            };
            assert!(in_order(threads, std::iter::once(()), one, |_| 1, fail).is_err());
        }
    }

    #[test]
    fn a_panic_of_the_consumer_comes_back_and_nothing_waits_for_it() {
        for threads in [1, 4] {
            let work = |n: u64, _: Turn<'_>, put: Yield<'_, u64>| {
                let guarded = catch_unwind(AssertUnwindSafe(|| put(n)));
                assert!(guarded.is_ok(), "taken for a panic of the work");
            };
            let consume = |n| if n == 5 { panic!("boom") } else { Ok(()) };
            let run = || in_order(threads, 0..u64::MAX, work, |_| 1, consume);
            let payload = catch_unwind(AssertUnwindSafe(run)).unwrap_err();
            assert_eq!(payload.downcast_ref(), Some(&"boom"));
        }
    }

    #[test]
    fn a_panic_in_a_worker_is_an_error_not_a_hang() {
        let work = |n: u64, _: Turn<'_>, put: Yield<'_, u64>| {
            if n == 5 { panic!("boom") } else { _ = put(n) }
        };
        assert!(in_order(2, 0..100, work, |_| 1, |_| Ok(())).is_err());
    }
}
