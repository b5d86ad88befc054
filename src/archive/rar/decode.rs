//! Decoding of members, which the decoder pushes into writers that it owns.
//!
//! A visitor cannot be lent to those writers, so the decoder runs in a thread of its own for the
//! time of one call, and sends what it does through a short queue. This is the one place below the
//! pipeline that needs a thread. It also makes it possible to stop a decoder that gets nowhere: the
//! filters of RAR4 are programs, and a few bytes may ask for hours of them.

use std::cell::RefCell;
use std::io::{self, Write};
use std::iter::{Copied, Peekable};
use std::ops::ControlFlow;
use std::rc::Rc;
use std::slice::Iter;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use rars::{ExtractionDecision, ExtractionErrorAction, ReadCancellation};

use crate::archive::bounded::{ratio_issue, refusal};
use crate::archive::rar::keys::Keys;
use crate::archive::rar::run::Run;
use crate::archive::rar::sums::Check;
use crate::archive::rar::{Rar, issue_of};
use crate::archive::{Flow, Visitor, Wanted};
use crate::issue::{Code, Issue, Stage};
use crate::limits::Budget;
use crate::password::Candidate;

/// How many buffers may wait for the visitor.
const QUEUE: usize = 4;

/// How many bytes are sent at once.
const BUFFER_BYTES: usize = 128 << 10;

/// How often the decoder is started again behind a member at which it gave up.
const MAX_STARTS: usize = 16;

/// A decoder that does less than this is stuck: bytes made, in one second.
const WORK_A_SECOND: u64 = 32 << 10;

/// To go through a member counts like making so many bytes.
const WORK_OF_A_MEMBER: u64 = 1 << 10;

/// No entry.
const NONE: usize = usize::MAX;

/// What the decoder did.
enum Event {
    Begin(usize),
    Bytes(Vec<u8>),
    End(Result<(), Issue>),
}

/// What the two threads tell each other besides.
struct Shared {
    /// The entry of which the visitor wants no more.
    unwanted: AtomicUsize,
    /// What the decoder has done: the bytes it made, wanted or not, and [`WORK_OF_A_MEMBER`].
    done: AtomicU64,
    /// Whether keys are derived, and the decoder waits for them.
    is_deriving: AtomicBool,
    /// Stops the decoder.
    stop: ReadCancellation,
}

/// Streams `wanted` members of `rar` to the visitor.
pub(super) fn stream(rar: &Rar, keys: Keys<'_>, wanted: &[usize], visitor: &mut dyn Visitor) {
    let shared = Arc::new(Shared {
        unwanted: AtomicUsize::new(NONE),
        done: AtomicU64::new(0),
        is_deriving: AtomicBool::new(false),
        stop: ReadCancellation::new(),
    });
    let (sender, receiver) = sync_channel(QUEUE);
    thread::scope(|scope| {
        let outbox = || Outbox::new(sender, rar, Arc::clone(&shared));
        let decoder = scope.spawn(|| decode(rar, keys, wanted, outbox()));
        // When the visitor wants to stop, the receiver goes, and with it the decoder's queue.
        let _ = pass_on(receiver, visitor, &shared, Patience::new(&shared, &rar.budget));
        if let Err(panic) = decoder.join() {
            std::panic::resume_unwind(panic);
        }
    });
}

/// Watches how long the decoder is waited for, and what it makes in that time.
struct Patience<'s> {
    shared: &'s Shared,
    stall: Duration,
    /// For how long it has been waited for since it was last looked at.
    waited: Duration,
    /// How much it had done then.
    done: u64,
}

impl<'s> Patience<'s> {
    fn new(shared: &'s Shared, budget: &Budget) -> Self {
        let stall = Duration::from_secs(budget.limits().stall.max(1));
        Self { shared, stall, waited: Duration::ZERO, done: 0 }
    }

    /// The next event; stops the decoder if it has done next to nothing for too long.
    fn receive(&mut self, events: &Receiver<Event>) -> Result<Event, RecvTimeoutError> {
        let started = Instant::now();
        let received = events.recv_timeout(self.stall.saturating_sub(self.waited));
        self.waited += started.elapsed();
        if self.waited >= self.stall {
            self.waited = Duration::ZERO;
            let done = self.shared.done.load(Ordering::Relaxed);
            let before = std::mem::replace(&mut self.done, done);
            // Keys have a budget of their own.
            let is_deriving = self.shared.is_deriving.load(Ordering::Relaxed);
            if !is_deriving && done - before < WORK_A_SECOND * self.stall.as_secs() {
                self.shared.stop.cancel();
            }
        }
        received
    }
}

/// Tells the visitor what the decoder does.
fn pass_on(
    events: Receiver<Event>,
    visitor: &mut dyn Visitor,
    shared: &Shared,
    mut patience: Patience<'_>,
) -> ControlFlow<()> {
    let mut current = NONE;
    loop {
        let event = match patience.receive(&events) {
            Ok(event) => event,
            Err(RecvTimeoutError::Disconnected) => return ControlFlow::Continue(()),
            Err(RecvTimeoutError::Timeout) => continue,
        };
        let is_unwanted = shared.unwanted.load(Ordering::Relaxed) == current;
        match event {
            Event::Begin(index) => {
                current = index;
                if visitor.begin(index) == Wanted::Nothing {
                    shared.unwanted.store(index, Ordering::Relaxed);
                }
            }
            Event::Bytes(_) if is_unwanted => {}
            Event::Bytes(bytes) => match visitor.chunk(&bytes) {
                Flow::More => {}
                Flow::Skip => shared.unwanted.store(current, Ordering::Relaxed),
                Flow::Stop => return ControlFlow::Break(()),
            },
            Event::End(_) if is_unwanted => visitor.end(Ok(())),
            Event::End(outcome) => visitor.end(outcome),
        }
    }
}

/// Runs the decoder over all members that are needed.
fn decode(rar: &Rar, mut keys: Keys<'_>, wanted: &[usize], outbox: Outbox) {
    let outbox = Rc::new(RefCell::new(outbox));
    let mut left = wanted.iter().copied().peekable();
    let mut start = 0;
    while let Some(&next) = left.peek() {
        let group = rar.group(start);
        start = group.end;
        if outbox.borrow().is_closed || group.is_empty() {
            return;
        }
        if next >= group.end {
            continue;
        }
        let shared = Arc::clone(&outbox.borrow().shared);
        shared.is_deriving.store(true, Ordering::Relaxed);
        let run = Run::prepare(rar, group.clone(), wanted, &mut keys);
        shared.is_deriving.store(false, Ordering::Relaxed);
        let password = keys.winner().map(Candidate::word);
        let mut course = Course {
            rar,
            run: &run,
            outbox: &outbox,
            left: &mut left,
            password,
            next: 0,
            cause: None,
        };
        course.drive();
        course.settle(if course.is_stopped() { NONE } else { group.end });
    }
}

/// The issue for a decoder that got nowhere.
fn stalled(budget: &Budget) -> Issue {
    let text = format!("the decoder made next to nothing for {} s", budget.limits().stall);
    Issue::loss(Stage::Limit, Code::LimitCpu, text)
}

/// The wanted entries that were not begun yet.
type Left<'a> = Peekable<Copied<Iter<'a, usize>>>;

/// The way of the decoder through the members of one clean archive.
struct Course<'a, 'w> {
    rar: &'a Rar,
    run: &'a Run,
    outbox: &'a Rc<RefCell<Outbox>>,
    left: &'a mut Left<'w>,
    /// For what the decoder itself decrypts.
    password: Option<&'a [u8]>,
    /// The first member of the clean archive that was not decided on yet.
    next: usize,
    /// Why the decoder goes on no more.
    cause: Option<Issue>,
}

impl Course<'_, '_> {
    /// Starts the decoder until it has been through all members, or gives up for good.
    fn drive(&mut self) {
        if self.run.members.is_empty() {
            return;
        }
        let parsed = match self.run.parse() {
            Ok(parsed) => parsed,
            Err(error) => {
                self.cause = Some(issue_of(&error));
                return;
            }
        };
        for _ in 0..MAX_STARTS {
            let done = self.next;
            let result = self.extract(&parsed);
            let is_stopped = self.is_stopped();
            self.cause = match result {
                _ if is_stopped => Some(stalled(&self.rar.budget)),
                result => result.err().map(|error| issue_of(&error)),
            };
            self.outbox.borrow_mut().end(self.cause.clone().map_or(Ok(()), Err));
            if self.cause.as_ref().is_some_and(|cause| cause.code == Code::CrcMismatch) {
                // Of what depends on such a member there are no bytes that could be doubted.
                let text = "an entry before it, which it depends on, is damaged";
                self.cause = Some(Issue::loss(Stage::Decode, Code::DecodeError, text));
            }
            if self.run.is_solid || is_stopped || self.cause.is_none() || self.next == done {
                break;
            }
        }
    }

    fn is_stopped(&self) -> bool {
        self.outbox.borrow().shared.stop.is_cancelled()
    }

    fn extract(&mut self, parsed: &rars::Archive) -> rars::Result<()> {
        let outbox = Rc::clone(self.outbox);
        let stop = outbox.borrow().shared.stop.clone();
        let options = self.rar.options(self.password).with_cancellation(&stop);
        let mut member = 0;
        parsed.extract_with_control_and_errors(
            options,
            |_| {
                let current = member;
                member += 1;
                if current < self.next {
                    return Ok(ExtractionDecision::Skip);
                }
                self.next = member;
                Ok(self.decide(current))
            },
            |_, error| {
                outbox.borrow_mut().end(Err(issue_of(error)));
                Ok(ExtractionErrorAction::Continue)
            },
        )?;
        Ok(())
    }

    fn decide(&mut self, member: usize) -> ExtractionDecision {
        self.outbox.borrow_mut().end(Ok(()));
        let Some(included) = self.run.members.get(member) else { return ExtractionDecision::Stop };
        self.settle(included.index);
        let mut outbox = self.outbox.borrow_mut();
        if self.left.peek().is_none() || outbox.is_closed {
            return ExtractionDecision::Stop;
        }
        outbox.pass_over(included.packed);
        if self.left.next_if_eq(&included.index).is_some() {
            outbox.begin(included.index);
            outbox.judge(included.claim.clone().map(Check::new), included.fault.clone());
        }
        ExtractionDecision::Extract(Box::new(Sink(Rc::clone(self.outbox))))
    }

    /// Begins and ends the wanted entries before `until` that are not decoded.
    fn settle(&mut self, until: usize) {
        while let Some(index) = self.left.next_if(|&index| index < until) {
            let refused = self.run.refused.binary_search_by_key(&index, |refused| refused.0);
            let refused = refused.ok().and_then(|at| self.run.refused.get(at));
            let issue = refused.map(|refused| &refused.1).or(self.cause.as_ref());
            let mut outbox = self.outbox.borrow_mut();
            outbox.begin(index);
            outbox.end(issue.cloned().map_or(Ok(()), Err));
        }
    }
}

/// Collects what the decoder puts out and sends it.
struct Outbox {
    sender: SyncSender<Event>,
    pending: Vec<u8>,
    current: usize,
    shared: Arc<Shared>,
    /// Whether the visitor wants nothing at all any more.
    is_closed: bool,
    is_solid: bool,
    budget: Arc<Budget>,
    packed: u64,
    made: u64,
    /// The check sum of the current entry.
    check: Option<Check>,
    /// What is wrong with the current entry however it is decoded.
    fault: Option<Issue>,
}

impl Outbox {
    fn new(sender: SyncSender<Event>, rar: &Rar, shared: Arc<Shared>) -> Self {
        Self {
            sender,
            pending: Vec::new(),
            current: NONE,
            shared,
            is_closed: false,
            is_solid: rar.listing.is_solid,
            budget: Arc::clone(&rar.budget),
            packed: 0,
            made: 0,
            check: None,
            fault: None,
        }
    }

    fn send(&mut self, event: Event) {
        self.is_closed |= self.sender.send(event).is_err();
    }

    fn begin(&mut self, index: usize) {
        self.current = index;
        (self.check, self.fault) = (None, None);
        self.send(Event::Begin(index));
    }

    /// Says how the current entry is to be judged when it ends.
    fn judge(&mut self, check: Option<Check>, fault: Option<Issue>) {
        (self.check, self.fault) = (check, fault);
    }

    /// Counts the compressed bytes of a member; the members of a solid archive are counted as one.
    fn pass_over(&mut self, packed: u64) {
        self.shared.done.fetch_add(WORK_OF_A_MEMBER, Ordering::Relaxed);
        if !self.is_solid {
            (self.packed, self.made) = (0, 0);
        }
        self.packed = self.packed.saturating_add(packed);
    }

    fn end(&mut self, outcome: Result<(), Issue>) {
        if self.current == NONE {
            return;
        }
        self.flush_pending();
        let check = self.check.take();
        let judged = match (self.fault.take(), outcome) {
            (Some(fault), _) => Err(fault),
            (None, outcome) => outcome.and_then(|()| check.map_or(Ok(()), Check::finish)),
        };
        self.send(Event::End(judged));
        self.current = NONE;
    }

    fn flush_pending(&mut self) {
        if !self.pending.is_empty() {
            let full = std::mem::take(&mut self.pending);
            self.send(Event::Bytes(full));
        }
    }

    fn take(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.made = self.made.saturating_add(bytes.len() as u64);
        self.shared.done.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        if !self.budget.allows_ratio(self.packed, self.made) {
            return Err(refusal(ratio_issue(self.packed, &self.budget)));
        }
        let unwanted = self.shared.unwanted.load(Ordering::Relaxed);
        let is_unwanted = self.current == NONE || unwanted == self.current;
        if self.is_closed || (is_unwanted && !self.is_solid) {
            return Err(io::Error::other("nobody wants more"));
        }
        if !is_unwanted {
            if let Some(check) = &mut self.check {
                check.update(bytes);
            }
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
