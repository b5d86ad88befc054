//! The thread that asks object stores for blocks, and keeps the last ones.
//!
//! Who reads on asks for the next block soon, so that several are asked for at a time. Each answer
//! has to be of the object that was listed: a changed one is a fault and never other data.

use std::collections::HashMap;
use std::io;
use std::sync::Arc;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;

use futures_util::StreamExt;
use object_store::{Error as StoreError, GetOptions, GetRange};
use tokio::runtime::Runtime;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::task::JoinSet;

use super::client::told;
use super::listing::{Target, known_of};
use crate::store::{BLOCK_BYTES, Known, Store};

/// How many blocks are kept or on their way at least.
const KEPT_BLOCKS: usize = 64;

/// How many blocks behind the one that is wanted are asked for at most.
const MOST_AHEAD: u64 = 8;

/// The object, and the number of the block in it.
type At = (usize, u64);

/// What a block comes to.
type Answer = Result<Arc<Vec<u8>>, Fault>;

/// Why a block cannot be had; several may wait for it.
#[derive(Debug, Clone)]
struct Fault {
    kind: io::ErrorKind,
    text: String,
}

impl From<Fault> for io::Error {
    fn from(Fault { kind, text }: Fault) -> Self {
        Self::new(kind, text)
    }
}

/// Somebody wants a block.
struct Request {
    at: At,
    reply: SyncSender<Answer>,
}

/// Starts the thread: a store with these objects.
pub(super) fn open(runtime: Runtime, targets: Vec<Target>, threads: usize) -> io::Result<Store> {
    let listed = targets.iter().map(|target| (target.path.clone(), target.known.clone())).collect();
    let (ask, asked) = unbounded_channel();
    let desk = Desk::new(targets, threads);
    let thread = thread::Builder::new().name("objects".to_owned());
    thread.spawn(move || runtime.block_on(desk.serve(asked)))?;
    let fetch = move |object: usize, block: u64| {
        let gone = || io::Error::other("object store: nobody answers any more");
        let (reply, answer) = sync_channel(1);
        ask.send(Request { at: (object, block), reply }).map_err(|_| gone())?;
        Ok(answer.recv().map_err(|_| gone())??)
    };
    Ok(Store::of_objects(listed, Box::new(fetch)))
}

/// What is kept, and who waits for what.
struct Desk {
    targets: Vec<Arc<Target>>,
    /// Blocks, and when each was wanted last.
    kept: HashMap<At, (u64, Arc<Vec<u8>>)>,
    most_kept: usize,
    ahead: u64,
    /// Counts requests.
    now: u64,
    /// Blocks on their way.
    waiting: HashMap<At, Vec<SyncSender<Answer>>>,
    running: JoinSet<(At, Answer)>,
}

impl Desk {
    fn new(targets: Vec<Target>, threads: usize) -> Self {
        let ahead = (KEPT_BLOCKS / threads.max(1)) as u64;
        Self {
            targets: targets.into_iter().map(Arc::new).collect(),
            kept: HashMap::new(),
            most_kept: KEPT_BLOCKS.max(threads.saturating_mul(4)),
            ahead: (ahead / 2).clamp(1, MOST_AHEAD),
            now: 0,
            waiting: HashMap::new(),
            running: JoinSet::new(),
        }
    }

    /// Answers until nobody is left who could ask.
    async fn serve(mut self, mut asked: UnboundedReceiver<Request>) {
        loop {
            tokio::select! {
                request = asked.recv() => match request {
                    Some(request) => self.take(request),
                    None => return,
                },
                Some(done) = self.running.join_next() => match done {
                    Ok((at, answer)) => self.give(at, answer),
                    // Which one broke down is not known; all who wait are told.
                    Err(_) => self.waiting.clear(),
                },
            }
        }
    }

    fn take(&mut self, request: Request) {
        let Request { at, reply } = request;
        self.now += 1;
        let (object, block) = at;
        let is_next = block.checked_sub(1).is_some_and(|before| self.is_here((object, before)));
        match self.kept.get_mut(&at) {
            Some((wanted, bytes)) => {
                *wanted = self.now;
                // Who asked may be gone.
                let _ = reply.send(Ok(Arc::clone(bytes)));
            }
            None => {
                self.fetch(at);
                self.waiting.entry(at).or_default().push(reply);
            }
        }
        if is_next {
            for ahead in 1..=self.ahead {
                self.fetch((object, block.saturating_add(ahead)));
            }
        }
    }

    fn is_here(&self, at: At) -> bool {
        self.kept.contains_key(&at) || self.waiting.contains_key(&at)
    }

    /// Asks for a block that is neither kept nor on its way, if there is one.
    fn fetch(&mut self, at: At) {
        let Some(target) = self.targets.get(at.0) else { return };
        let is_there = at.1.checked_mul(BLOCK_BYTES).is_some_and(|from| from < target.known.size);
        if is_there && !self.is_here(at) {
            self.waiting.insert(at, Vec::new());
            let target = Arc::clone(target);
            self.running.spawn(async move { (at, target.block(at.1).await) });
        }
    }

    fn give(&mut self, at: At, answer: Answer) {
        for reply in self.waiting.remove(&at).unwrap_or_default() {
            let _ = reply.send(answer.clone());
        }
        if let Ok(bytes) = answer {
            self.kept.insert(at, (self.now, bytes));
        }
        while self.kept.len() > self.most_kept {
            let oldest = self.kept.iter().min_by_key(|(_, (wanted, _))| *wanted);
            let Some(oldest) = oldest.map(|(at, _)| *at) else { return };
            self.kept.remove(&oldest);
        }
    }
}

impl Target {
    async fn block(&self, number: u64) -> Answer {
        let size = self.known.size;
        let from = number.saturating_mul(BLOCK_BYTES).min(size);
        let to = from.saturating_add(BLOCK_BYTES).min(size);
        let options = self.conditions().with_range(Some(GetRange::Bounded(from..to)));
        let result = self.client.get_opts(&self.key, options).await;
        let result = result.map_err(|error| self.fault(&error))?;
        if !is_same(&self.known, &known_of(&result.meta)) {
            return Err(self.changed());
        }
        let length = usize::try_from(to - from).unwrap_or(0);
        let mut bytes = Vec::with_capacity(length);
        let mut stream = result.into_stream();
        while let Some(piece) = stream.next().await {
            bytes.extend_from_slice(&piece.map_err(|error| self.fault(&error))?);
            if bytes.len() > length {
                break;
            }
        }
        match bytes.len() == length {
            true => Ok(Arc::new(bytes)),
            false => {
                let text = format!("of {length} bytes the store gave {}", bytes.len());
                Err(self.told(io::ErrorKind::Other, &text))
            }
        }
    }

    /// What has to hold still for an answer to be one.
    fn conditions(&self) -> GetOptions {
        let Known { modified, etag, version, .. } = &self.known;
        let strong = etag.as_deref().filter(|etag| !etag.starts_with("W/"));
        // Some stores list it without its quotes.
        let if_match = strong.map(|etag| format!("\"{}\"", bare(etag)));
        let since = modified.as_deref().filter(|_| strong.is_none());
        GetOptions {
            if_match,
            if_unmodified_since: since.and_then(|at| at.parse().ok()),
            version: version.clone(),
            ..GetOptions::default()
        }
    }

    fn changed(&self) -> Fault {
        let text = "the object changed since it was planned; plan it again";
        self.told(io::ErrorKind::Other, text)
    }

    fn fault(&self, error: &StoreError) -> Fault {
        let kind = match error {
            StoreError::Precondition { .. } | StoreError::NotModified { .. } => {
                return self.changed();
            }
            StoreError::NotFound { .. } => {
                let text = "the object was planned and is not there any more";
                return self.told(io::ErrorKind::NotFound, text);
            }
            StoreError::PermissionDenied { .. } | StoreError::Unauthenticated { .. } => {
                io::ErrorKind::PermissionDenied
            }
            _ => io::ErrorKind::Other,
        };
        self.told(kind, &told(&error.to_string()))
    }

    fn told(&self, kind: io::ErrorKind, text: &str) -> Fault {
        Fault { kind, text: format!("{}: {text}", self.path.display()) }
    }
}

/// Whether an answer is of the object that was listed, as far as both say.
fn is_same(listed: &Known, now: &Known) -> bool {
    let tags = listed.etag.as_deref().zip(now.etag.as_deref());
    listed.size == now.size && tags.is_none_or(|(listed, now)| bare(listed) == bare(now))
}

/// A tag without quotes and the sign of a weak one.
fn bare(etag: &str) -> &str {
    etag.trim_start_matches("W/").trim_matches('"')
}
