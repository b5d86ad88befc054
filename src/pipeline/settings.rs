//! What a run is asked to do.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use crate::limits::Limits;
use crate::password::Candidate;
use crate::pipeline::explain::Question;
use crate::pipeline::reveal::Search;
use crate::pipeline::work::WorkItem;
use crate::record::Status;
use crate::secret::{Id, Key};
use crate::store::Store;
use crate::watchlist::Matcher;

/// Which records leave the run.
#[derive(Debug, Clone)]
pub enum Scope {
    /// `check`: what concerns the organisations of the watchlist, and nothing else.
    Exposures(Arc<Matcher>),
    /// `extract`: every record.
    Everything,
    /// `inspect`: every record, but only to be counted.
    Counted,
    /// `extract -w`: every record that concerns the organisations of the watchlist.
    Narrowed(Arc<Matcher>),
    /// `inspect --explain`: no record, but what is made of the lines of one entry.
    Explained(Arc<Question>),
    /// `reveal`: no record, but the value of one, which the search keeps.
    Revealed(Arc<Search>),
}

impl Scope {
    /// The watchlist, where there is one.
    pub fn matcher(&self) -> Option<&Matcher> {
        match self {
            Self::Exposures(matcher) | Self::Narrowed(matcher) => Some(matcher),
            Self::Everything | Self::Counted | Self::Explained(_) | Self::Revealed(_) => None,
        }
    }

    /// What is asked about one entry, where nothing else is wanted.
    pub(super) fn question(&self) -> Option<&Question> {
        match self {
            Self::Explained(question) => Some(question),
            _ => None,
        }
    }

    /// The search for one value, where nothing else is wanted.
    pub(super) fn search(&self) -> Option<&Search> {
        match self {
            Self::Revealed(search) => Some(search),
            _ => None,
        }
    }
}

/// What becomes of the login names of strangers; exposures keep theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Usernames {
    /// They are written.
    Keep,
    /// A fingerprint stands for them.
    Fingerprint,
}

/// When records leave the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// Exposures of a source leave when it ends; later sightings of them are dropped.
    Streamed,
    /// Exposures leave at the end of the run, with all their sightings.
    AtEnd,
    /// Each source is delivered as if it were a run of its own, for a case that puts them together.
    BySource,
}

/// What is read, and how. The default reads nothing, with a thread a core, as of today.
#[derive(Debug, Clone)]
pub struct ReadOptions {
    /// The paths given; `-` is standard input.
    pub inputs: Vec<PathBuf>,
    /// An item of work that is read in place of inputs.
    pub item: Option<Arc<WorkItem>>,
    /// Where both are looked for: with [`ReadOptions::connected`] also in object stores.
    pub store: Store,
    /// Candidates for the passwords of all encrypted archives.
    pub passwords: Vec<Candidate>,
    /// How much an input may ask for.
    pub limits: Limits,
    /// How many threads work.
    pub threads: usize,
    /// The day that ages and expiry are told for; also when things are seen.
    pub as_of: jiff::Timestamp,
    /// Of about how many bytes the parts of a large source are; a part has some 262,144 entries at
    /// most. What its logs tell of each other, such
    /// as which number of a date is the month, stays within a part, so that parts can be read apart.
    pub item_bytes: u64,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self {
            inputs: Vec::new(),
            item: None,
            store: Store::default(),
            passwords: Vec::new(),
            limits: Limits::default(),
            threads: std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
            as_of: today(),
            item_bytes: 256 << 20,
        }
    }
}

/// Midnight UTC of today, so that a run gives the same output all day.
pub(crate) fn today() -> jiff::Timestamp {
    let now = jiff::Timestamp::now();
    let midnight = now.to_zoned(jiff::tz::TimeZone::UTC).start_of_day();
    midnight.map_or(now, |midnight| midnight.timestamp())
}

/// Everything that a run needs to know.
#[derive(Debug)]
pub struct Settings {
    /// Which records leave the run.
    pub scope: Scope,
    /// Login names of strangers.
    pub usernames: Usernames,
    /// When records leave the run.
    pub delivery: Delivery,
    /// Makes ids and fingerprints.
    pub key: Key,
    /// What is read, and how.
    pub read: ReadOptions,
    /// Sources that a case knows and that need not be read again, and how much of them was read.
    pub known: HashMap<Id, Status>,
}

impl Settings {
    /// A run that delivers as it goes, writes no login name of a stranger, and knows no source.
    pub fn new(scope: Scope, key: Key, read: ReadOptions) -> Self {
        Self {
            scope,
            usernames: Usernames::Fingerprint,
            delivery: Delivery::Streamed,
            key,
            read,
            known: HashMap::new(),
        }
    }
}
