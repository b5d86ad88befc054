//! Decoding of members, which the decoder pushes into writers that it owns.
//!
//! A visitor cannot be lent to those writers, so the decoder runs in a thread of its own for the
//! time of one call, and sends what it does through a short queue. This is the one place below the
//! pipeline that needs a thread.

use std::cell::RefCell;
use std::io::{self, Write};
use std::iter::{Copied, Peekable};
use std::ops::ControlFlow;
use std::rc::Rc;
use std::slice::Iter;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use rars::{ArchiveMember, ExtractionDecision, ExtractionErrorAction};

use super::{Rar, issue_of};
use crate::archive::bounded::{ratio_issue, refusal};
use crate::archive::{Flow, Visitor, Wanted};
use crate::issue::Issue;
use crate::limits::Budget;

/// How many buffers may wait for the visitor.
const QUEUE: usize = 4;

/// How many bytes are sent at once.
const BUFFER_BYTES: usize = 128 << 10;

/// How often the decoder is started again behind a member at which it gave up.
const MAX_STARTS: usize = 16;

/// No entry.
const NONE: usize = usize::MAX;

/// What the decoder did.
enum Event {
    Begin(usize),
    Bytes(Vec<u8>),
    End(Result<(), Issue>),
}

/// Streams `wanted` members of `rar` to the visitor.
pub(super) fn stream(rar: &Rar, wanted: &[usize], visitor: &mut dyn Visitor) {
    let unwanted = Arc::new(AtomicUsize::new(NONE));
    let (sender, receiver) = sync_channel(QUEUE);
    thread::scope(|scope| {
        let outbox = || Outbox::new(sender, rar, Arc::clone(&unwanted));
        let decoder = scope.spawn(|| decode(rar, wanted, outbox()));
        // When the visitor wants to stop, the receiver goes, and with it the decoder's queue.
        let _ = pass_on(receiver, visitor, &unwanted);
        if let Err(panic) = decoder.join() {
            std::panic::resume_unwind(panic);
        }
    });
}

/// Tells the visitor what the decoder does.
fn pass_on(
    events: Receiver<Event>,
    visitor: &mut dyn Visitor,
    unwanted: &AtomicUsize,
) -> ControlFlow<()> {
    let mut current = NONE;
    for event in events {
        let is_unwanted = unwanted.load(Ordering::Relaxed) == current;
        match event {
            Event::Begin(index) => {
                current = index;
                if visitor.begin(index) == Wanted::Nothing {
                    unwanted.store(index, Ordering::Relaxed);
                }
            }
            Event::Bytes(_) if is_unwanted => {}
            Event::Bytes(bytes) => match visitor.chunk(&bytes) {
                Flow::More => {}
                Flow::Skip => unwanted.store(current, Ordering::Relaxed),
                Flow::Stop => return ControlFlow::Break(()),
            },
            Event::End(_) if is_unwanted => visitor.end(Ok(())),
            Event::End(outcome) => visitor.end(outcome),
        }
    }
    ControlFlow::Continue(())
}

/// Runs the decoder over all members that are needed.
fn decode(rar: &Rar, wanted: &[usize], outbox: Outbox) {
    let outbox = Rc::new(RefCell::new(outbox));
    let mut course =
        Course { rar, outbox: &outbox, left: wanted.iter().copied().peekable(), next: 0 };
    let mut cause = None;
    for _ in 0..MAX_STARTS {
        let done = course.next;
        let result = course.run();
        cause = result.err().map(|error| issue_of(&error));
        outbox.borrow_mut().end(cause.clone().map_or(Ok(()), Err));
        if rar.is_solid || cause.is_none() || course.next == done {
            break;
        }
    }
    if let Some(cause) = cause {
        for index in course.left {
            outbox.borrow_mut().begin(index, 0);
            outbox.borrow_mut().end(Err(cause.clone()));
        }
    }
}

/// The way of the decoder through the members.
struct Course<'a> {
    rar: &'a Rar,
    outbox: &'a Rc<RefCell<Outbox>>,
    left: Peekable<Copied<Iter<'a, usize>>>,
    /// The first member that was not decided on yet.
    next: usize,
}

impl Course<'_> {
    fn run(&mut self) -> rars::Result<()> {
        let outbox = Rc::clone(self.outbox);
        let mut index = 0;
        self.rar.parsed.extract_with_control_and_errors(
            self.rar.options(),
            |member| {
                let current = index;
                index += 1;
                if current < self.next {
                    return Ok(ExtractionDecision::Skip);
                }
                self.next = index;
                self.decide(current, member)
            },
            |_, error| {
                outbox.borrow_mut().end(Err(issue_of(error)));
                Ok(ExtractionErrorAction::Continue)
            },
        )?;
        Ok(())
    }

    fn decide(&mut self, index: usize, member: &ArchiveMember) -> rars::Result<ExtractionDecision> {
        let mut outbox = self.outbox.borrow_mut();
        outbox.end(Ok(()));
        if self.left.peek().is_none() || outbox.is_closed {
            return Ok(ExtractionDecision::Stop);
        }
        let is_wanted = self.left.next_if_eq(&index).is_some();
        let packed = member.meta.packed_size;
        if is_wanted {
            outbox.begin(index, packed);
        } else {
            outbox.pass_over(packed);
        }
        if member.meta.is_directory || member.meta.is_redirection {
            return Ok(ExtractionDecision::Skip);
        }
        if let Some(issue) = self.rar.refusal(index) {
            outbox.end(Err(issue.clone()));
            return if self.rar.is_solid {
                Err(refusal(issue).into())
            } else {
                Ok(ExtractionDecision::Skip)
            };
        }
        if is_wanted || self.rar.is_solid {
            return Ok(ExtractionDecision::Extract(Box::new(Sink(Rc::clone(self.outbox)))));
        }
        Ok(ExtractionDecision::Skip)
    }
}

/// Collects what the decoder puts out and sends it.
struct Outbox {
    sender: SyncSender<Event>,
    pending: Vec<u8>,
    current: usize,
    /// The entry of which the visitor wants no more.
    unwanted: Arc<AtomicUsize>,
    /// Whether the visitor wants nothing at all any more.
    is_closed: bool,
    is_solid: bool,
    budget: Arc<Budget>,
    packed: u64,
    made: u64,
}

impl Outbox {
    fn new(sender: SyncSender<Event>, rar: &Rar, unwanted: Arc<AtomicUsize>) -> Self {
        Self {
            sender,
            pending: Vec::new(),
            current: NONE,
            unwanted,
            is_closed: false,
            is_solid: rar.is_solid,
            budget: Arc::clone(&rar.budget),
            packed: 0,
            made: 0,
        }
    }

    fn send(&mut self, event: Event) {
        self.is_closed |= self.sender.send(event).is_err();
    }

    fn begin(&mut self, index: usize, packed: u64) {
        self.pass_over(packed);
        self.current = index;
        self.send(Event::Begin(index));
    }

    /// Counts the compressed bytes of a member; the members of a solid archive are counted as one.
    fn pass_over(&mut self, packed: u64) {
        if !self.is_solid {
            (self.packed, self.made) = (0, 0);
        }
        self.packed = self.packed.saturating_add(packed);
    }

    fn end(&mut self, outcome: Result<(), Issue>) {
        if self.current != NONE {
            self.flush_pending();
            self.send(Event::End(outcome));
            self.current = NONE;
        }
    }

    fn flush_pending(&mut self) {
        if !self.pending.is_empty() {
            let full = std::mem::take(&mut self.pending);
            self.send(Event::Bytes(full));
        }
    }

    fn take(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.made = self.made.saturating_add(bytes.len() as u64);
        if !self.budget.allows_ratio(self.packed, self.made) {
            return Err(refusal(ratio_issue(self.packed, &self.budget)));
        }
        let is_unwanted =
            self.current == NONE || self.unwanted.load(Ordering::Relaxed) == self.current;
        if self.is_closed || (is_unwanted && !self.is_solid) {
            return Err(io::Error::other("nobody wants more"));
        }
        if !is_unwanted {
            self.pending.extend_from_slice(bytes);
            if self.pending.len() >= BUFFER_BYTES {
                self.flush_pending();
            }
        }
        Ok(())
    }
}

/// The writer of one member.
struct Sink(Rc<RefCell<Outbox>>);

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let bytes = bytes.get(..BUFFER_BYTES).unwrap_or(bytes);
        self.0.borrow_mut().take(bytes)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
