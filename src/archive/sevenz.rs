//! 7z.
//!
//! Entries lie one after the other in compressed blocks, usually all in one, so they are read in
//! order and a block is decoded once. The header stands at the end and is mostly packed itself. It
//! is read by code of our own, and decoders are put together here, so that nothing is allocated,
//! derived or decoded before it is counted.

mod coders;
mod graph;
mod header;
mod key;
mod source;

use std::io::{self, Read};
use std::ops::ControlFlow;
use std::sync::Arc;

use self::graph::Graph;
use self::header::{Block, Header, Listing, Place, Streams};
use self::key::{Key, Keyring, Lock};
use self::source::Source;
use crate::archive::bounded::{self, Bounded, Claims, Pump};
use crate::archive::data::Data;
use crate::archive::window::Window;
use crate::archive::{Access, Archive, Declared, Entries, Entry, OpenOptions, Visitor};
use crate::error::{Error, Result};
use crate::issue::{Code, Issue, Stage};
use crate::limits::Budget;
use crate::password::{self, Candidate};
use crate::record::Format;
use crate::text::Content;

/// Length of the start header.
const START_BYTES: usize = 32;
/// Longest header, packed or not.
const MAX_HEADER_BYTES: u64 = 256 << 20;
/// How much of a block proves a password, where decoders fail soon with a wrong one.
const PROOF_BYTES: u64 = 256 << 10;
/// How many bytes may be text by chance.
const MOST_CHANCE: usize = 64;
/// How many blocks are looked at for one that a password opens: what begins one may be damaged.
const MAX_PROBES: usize = 3;

/// What it costs to try a wrong key: decoders are set up and fail.
const HASH_BLOCKS_OF_A_TRY: u64 = 100;
/// How many bytes are decoded while a hash takes in a block.
const BYTES_OF_A_HASH_BLOCK: u64 = 4;

type Outcome<T> = std::result::Result<T, Issue>;

/// Lists a 7z archive.
///
/// # Errors
/// It is damaged, split, or its header is encrypted and no password fits.
pub(super) fn open(data: &Data, name: &str, options: OpenOptions<'_>) -> Result<Box<dyn Archive>> {
    let failed = |issue: Issue| Error::input(name, issue.stage, issue.code, issue.detail);
    let mut archive = SevenZ {
        data: data.clone(),
        streams: Streams::default(),
        places: Vec::new(),
        passwords: options.passwords.to_vec(),
        proven: None,
        keys: Keyring::default(),
        locked: password::locked(options.passwords),
        budget: Arc::clone(options.budget),
        entries: Entries::default(),
        issues: Vec::new(),
    };
    archive.open().map_err(failed)?;
    Ok(Box::new(archive))
}

/// The header at the start, which says where the real one is.
struct Start {
    /// Where the real header begins.
    from: u64,
    size: u64,
    crc: u32,
}

impl Start {
    /// Reads where the header is; none if there is no header: an archive of nothing.
    fn read(data: &Data) -> Outcome<Option<Self>> {
        let mut bytes = [0; START_BYTES];
        data.reader().read_exact(&mut bytes).map_err(|error| bounded::issue_of(&error))?;
        let number = |at: usize| {
            let number = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>());
            number.map_or(0, |number| u64::from_le_bytes(*number))
        };
        let mut actual = flate2::Crc::new();
        actual.update(bytes.get(12..).unwrap_or_default());
        if number(8) as u32 != actual.sum() {
            return Err(corrupt("the check sum of the start header is wrong"));
        }
        let start = Self {
            from: number(12).saturating_add(START_BYTES as u64),
            size: number(20),
            crc: (number(24) >> 32) as u32,
        };
        if start.size == 0 && start.crc == 0 {
            return Ok(None);
        }
        if start.from.saturating_add(start.size) > data.length() {
            let text = "the header is behind the end of the file";
            return Err(Issue::loss(Stage::Open, Code::Truncated, text));
        }
        Ok(Some(start))
    }
}

fn corrupt(text: &'static str) -> Issue {
    Issue::loss(Stage::Open, Code::Corrupt, text)
}

/// The issue for a header that cannot be read: whatever is wrong with its bytes, it is damaged.
fn of_header(issue: Issue) -> Issue {
    match issue.stage {
        Stage::Decode if !matches!(issue.code, Code::UnsupportedMethod | Code::MissingVolume) => {
            Issue { stage: Stage::Open, code: Code::Corrupt, ..issue }
        }
        _ => issue,
    }
}

/// Whether a block could not be read for what its coders are, not for its bytes.
fn is_of_the_coders(issue: &Issue) -> bool {
    let codes = [Code::UnsupportedMethod, Code::UnsupportedEncryption];
    issue.stage == Stage::Limit || codes.contains(&issue.code)
}

/// A listed 7z archive.
struct SevenZ {
    data: Data,
    streams: Streams,
    /// Where the bytes of each entry are.
    places: Vec<Place>,
    passwords: Vec<Candidate>,
    /// The index of a password that opened something.
    proven: Option<usize>,
    keys: Keyring,
    /// Why nothing encrypted is read while no password is proven.
    locked: Issue,
    budget: Arc<Budget>,
    entries: Entries,
    issues: Vec<Issue>,
}

impl SevenZ {
    fn open(&mut self) -> Outcome<()> {
        let Some(start) = Start::read(&self.data)? else { return Ok(()) };
        let mut window = Window::new(self.data.clone());
        window.aim(start.from, start.from + start.size);
        let claims = Claims { size: Some(start.size), crc: Some(start.crc) };
        let length = self.data.length();
        let mut header = read_header(&mut window, claims, length)?;
        let mut depth = 0;
        let listing = loop {
            header = match header {
                Header::Listing(listing) => break listing,
                Header::Packed(streams) => self.unpack_header(&streams)?,
            };
            depth += 1;
            if depth > self.budget.limits().depth {
                let text = "the header is packed in headers too often";
                return Err(Issue::loss(Stage::Limit, Code::LimitDepth, text));
            }
        };
        self.adopt(listing);
        if self.proven.is_none() {
            self.find_password();
        }
        Ok(())
    }

    /// Reads the header that is packed in the first block of `streams`.
    fn unpack_header(&mut self, streams: &Streams) -> Outcome<Header> {
        let block =
            streams.blocks.first().ok_or_else(|| corrupt("the packed header is nowhere"))?;
        let graph = streams.graph(block).map_err(|error| bounded::issue_of(&error))?;
        let claims = Claims { size: Some(block.size), crc: block.crc };
        let packed = packed_bytes(&self.data, streams, block, &graph);
        let budget = Arc::clone(&self.budget);
        let read = |key: Option<(&Lock, &Key)>| {
            let bytes = coders::open(&self.data, streams, block, &graph, key, budget.limits())?;
            let mut bytes = Bounded::new(bytes, packed, &budget);
            read_header(&mut bytes, claims, self.data.length())
        };
        let Some(lock) = graph.lock() else { return read(None) };
        let lock = lock.map_err(|error| bounded::issue_of(&error))?;
        // Noise does not ask for too much, as a rule: then this is why the right key does not help.
        let mut reason = self.locked.clone();
        for index in self.proven.into_iter().chain(0..self.passwords.len()) {
            let Some(candidate) = self.passwords.get(index) else { continue };
            let key = self.keys.key(&lock, (index, candidate), &self.budget);
            match key.and_then(|key| read(Some((&lock, &key)))) {
                Ok(header) => {
                    self.proven = Some(index);
                    return Ok(header);
                }
                Err(issue) if is_of_the_coders(&issue) => reason = issue,
                Err(_) => {}
            }
        }
        Err(reason)
    }

    /// Takes over what the header lists, as far as so many entries are allowed.
    fn adopt(&mut self, listing: Listing) {
        let Listing { streams, entries, mut places } = listing;
        let is_locked =
            |block: &Block| streams.graph(block).is_ok_and(|graph| graph.lock().is_some());
        let locked: Vec<bool> = streams.blocks.iter().map(is_locked).collect();
        for (mut entry, place) in entries.into_iter().zip(&places) {
            let block = place.block.and_then(|block| locked.get(block as usize));
            entry.encrypted = block.is_some_and(|&is_locked| is_locked);
            if let Err(issue) = self.entries.push(&entry, &self.budget) {
                self.issues.push(issue);
                break;
            }
        }
        places.truncate(self.entries.len());
        (self.streams, self.places) = (streams, places);
    }

    /// Tries the passwords on the smallest entries that begin an encrypted block.
    fn find_password(&mut self) {
        if self.passwords.is_empty() {
            return;
        }
        let size = |block: &&Block| self.first_entry(block).and_then(|entry| entry.size.known());
        let is_probe = |block: &&Block| {
            self.first_entry(block)
                .is_some_and(|entry| entry.encrypted && entry.size != Declared::bytes(0))
        };
        let mut probes: Vec<&Block> = self.streams.blocks.iter().filter(is_probe).collect();
        probes.sort_by_key(size);
        probes.truncate(MAX_PROBES);
        let mut keys = std::mem::take(&mut self.keys);
        let (mut found, mut reason) = (None, None);
        for block in probes {
            match self.key_of(block, &mut keys) {
                Ok(Some(index)) => {
                    found = Some(index);
                    break;
                }
                Ok(None) => {}
                Err(issue) => reason = Some(issue),
            }
        }
        (self.proven, self.keys) = (found, keys);
        self.locked = reason.unwrap_or_else(|| self.locked.clone());
    }

    fn first_entry(&self, block: &Block) -> Option<Entry<'_>> {
        self.entries.get(block.first_entry as usize)
    }

    /// The first password that opens the block, if one does.
    fn key_of(&self, block: &Block, keys: &mut Keyring) -> Outcome<Option<usize>> {
        let graph = self.graph(block)?;
        let Some(lock) = graph.lock() else { return Ok(None) };
        let lock = lock.map_err(|error| bounded::issue_of(&error))?;
        let mut reason = None;
        for tried in self.passwords.iter().enumerate() {
            match keys.key(&lock, tried, &self.budget) {
                Ok(key) if self.fits(block, &graph, (&lock, &key))? => return Ok(Some(tried.0)),
                Ok(_) => {}
                // A shorter word may still be hashed in time.
                Err(issue) => reason = Some(issue),
            }
        }
        reason.map_or(Ok(None), Err)
    }

    /// Whether the key makes sense of the block: its first entry is decoded and checked, or so much
    /// of it that a wrong key would have shown.
    fn fits(&self, block: &Block, graph: &Graph, key: (&Lock, &Key)) -> Outcome<bool> {
        let claims = self.claims(block.first_entry as usize);
        let size = claims.size.unwrap_or(0);
        if size == 0 {
            return Ok(false);
        }
        let limits = self.budget.limits();
        let mut bytes =
            match coders::open(&self.data, &self.streams, block, graph, Some(key), limits) {
                Ok(bytes) => bytes,
                Err(issue) if is_of_the_coders(&issue) => return Err(issue),
                Err(_) => return Ok(false),
            };
        if graph.is_telling() && size > PROOF_BYTES {
            let read = io::copy(&mut bytes.take(PROOF_BYTES), &mut io::sink());
            return Ok(read.is_ok_and(|count| count == PROOF_BYTES));
        }
        let packed = packed_bytes(&self.data, &self.streams, block, graph);
        let mut first = Bounded::new((&mut bytes).take(size), packed, &self.budget);
        let is_right = Pump::new().drain(&mut first, claims).is_ok();
        // Where only the end tells, trying takes as long as reading.
        let cost = HASH_BLOCKS_OF_A_TRY + first.delivered() / BYTES_OF_A_HASH_BLOCK;
        if !is_right {
            self.budget.take_derivation(1, cost)?;
        }
        Ok(is_right)
    }

    fn graph(&self, block: &Block) -> Outcome<Graph> {
        self.streams.graph(block).map_err(|error| bounded::issue_of(&error))
    }

    fn claims(&self, index: usize) -> Claims {
        let size = self.entries.get(index).and_then(|entry| entry.size.known());
        Claims { size, crc: self.places.get(index).and_then(|place| place.crc) }
    }

    /// The bytes of a block, decrypted with the password that opens it.
    fn unlocked(&self, block: &Block, keys: &mut Keyring) -> Outcome<Box<dyn Read>> {
        let graph = self.graph(block)?;
        let limits = self.budget.limits();
        let open = |key| coders::open(&self.data, &self.streams, block, &graph, key, limits);
        let Some(lock) = graph.lock() else { return open(None) };
        let lock = lock.map_err(|error| bounded::issue_of(&error))?;
        let proven = self.proven.and_then(|index| Some((index, self.passwords.get(index)?)));
        let Some(proven) = proven else { return Err(self.locked.clone()) };
        let key = keys.key(&lock, proven, &self.budget)?;
        let mut bytes = match open(Some((&lock, &key))) {
            Err(issue) if is_of_the_coders(&issue) => return Err(issue),
            bytes => bytes,
        };
        let mut head = Vec::new();
        let claims = self.claims(block.first_entry as usize);
        let wanted = claims.size.unwrap_or(0).min(PROOF_BYTES);
        let peeked = match &mut bytes {
            Ok(bytes) => bytes.take(wanted).read_to_end(&mut head),
            Err(_) => Ok(0),
        };
        let is_full = peeked.is_ok_and(|count| count as u64 == wanted);
        let is_whole = claims.size == Some(head.len() as u64);
        let is_right = is_full && (!is_whole || Pump::new().drain(&mut &*head, claims).is_ok());
        if !is_right && let Some(other) = self.key_of(block, keys)? {
            let candidate = self.passwords.get(other).map(|candidate| (other, candidate));
            let key = keys.key(&lock, candidate.unwrap_or(proven), &self.budget)?;
            return open(Some((&lock, &key)));
        }
        match bytes {
            // What a wrong key makes of it may go well for a while, but it is no text.
            Ok(bytes) if is_right || (head.len() >= MOST_CHANCE && !is_binary(&head)) => {
                Ok(Box::new(io::Cursor::new(head).chain(bytes)))
            }
            _ => Err(Issue::loss(
                Stage::Decrypt,
                Code::PasswordWrong,
                "the password of other blocks does not open this one, or it is damaged",
            )),
        }
    }

    fn open_block(&self, number: u32, keys: &mut Keyring) -> OpenBlock<'_> {
        let block = self.streams.blocks.get(number as usize);
        let bytes = block.ok_or_else(|| corrupt("a block is not there")).and_then(|block| {
            let packed = packed_bytes(&self.data, &self.streams, block, &self.graph(block)?);
            Ok(Bounded::new(self.unlocked(block, keys)?, packed, &self.budget))
        });
        let first = block.map_or(0, |block| block.first_entry as usize);
        OpenBlock {
            number,
            bytes,
            index: first,
            offset: 0,
            end: block.map_or(0, |block| block.size),
        }
    }
}

fn is_binary(head: &[u8]) -> bool {
    Content::sniff(head) == Content::Binary
}

/// Compressed bytes of a block, as far as there can be so many.
fn packed_bytes(data: &Data, streams: &Streams, block: &Block, graph: &Graph) -> u64 {
    let sizes = (0..graph.packed).map(|which| {
        let (from, to) = streams.packed(block, which);
        to.saturating_sub(from)
    });
    sizes.fold(0, u64::saturating_add).min(data.length())
}

/// Reads a header of an archive of `archive_bytes` to its end and compares it with what is claimed
/// of it.
fn read_header(bytes: &mut dyn Read, claims: Claims, archive_bytes: u64) -> Outcome<Header> {
    let size = claims.size.unwrap_or(u64::MAX);
    if size > MAX_HEADER_BYTES {
        let text = "the header is longer than is allowed";
        return Err(Issue::loss(Stage::Limit, Code::LimitMemory, text));
    }
    let mut summed = Summed { inner: bytes.take(size), crc: flate2::Crc::new(), count: 0 };
    let header = Header::read(&mut Source::new(&mut summed, size, archive_bytes));
    let header = header.map_err(|error| of_header(bounded::issue_of(&error)))?;
    io::copy(&mut summed, &mut io::sink()).map_err(|error| of_header(bounded::issue_of(&error)))?;
    if summed.count != size || claims.crc.is_some_and(|crc| crc != summed.crc.sum()) {
        return Err(corrupt("the check sum of the header is wrong"));
    }
    Ok(header)
}

/// Counts and sums up what is read.
struct Summed<R> {
    inner: R,
    crc: flate2::Crc,
    count: u64,
}

impl<R: Read> Read for Summed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.crc.update(buffer.get(..count).unwrap_or_default());
        self.count += count as u64;
        Ok(count)
    }
}

/// A block that is being decoded.
struct OpenBlock<'a> {
    number: u32,
    /// Its bytes, or why there are no more.
    bytes: Outcome<Bounded<'a, Box<dyn Read>>>,
    /// One of its entries, and where that begins in the block.
    index: usize,
    offset: u64,
    /// Where the block ends.
    end: u64,
}

impl OpenBlock<'_> {
    /// Hands the bytes of the entry, which comes behind all that were delivered, to the visitor.
    fn deliver(
        &mut self,
        archive: &SevenZ,
        index: usize,
        pump: &mut Pump,
        visitor: &mut dyn Visitor,
    ) -> ControlFlow<(), Outcome<()>> {
        for passed in self.index..index {
            self.offset = self.offset.saturating_add(archive.claims(passed).size.unwrap_or(0));
        }
        self.index = index;
        let bytes = match &mut self.bytes {
            Ok(bytes) => bytes,
            Err(issue) => return ControlFlow::Continue(Err(issue.clone())),
        };
        let claims = archive.claims(index);
        let left = claims.size.unwrap_or(0);
        let end = match claims.crc {
            _ if self.offset.saturating_add(left) < self.end => End::Members,
            Some(_) => End::NothingElse,
            None => End::Nothing,
        };
        let gap = self.offset.saturating_sub(bytes.delivered());
        let mut passed = Member { block: bytes, left: gap, end: End::Members };
        let outcome = match pump.drain(&mut passed, Claims::default()) {
            Ok(()) => pump.deliver(&mut Member { block: bytes, left, end }, claims, visitor)?,
            Err(issue) => Err(issue),
        };
        // What follows a wrong check sum can still be read.
        if let Err(issue) = &outcome
            && issue.code != Code::CrcMismatch
        {
            self.bytes = Err(issue.clone());
        }
        ControlFlow::Continue(outcome)
    }
}

/// What is to be found where a member ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// Other members.
    Members,
    /// Nothing, and the decoder has to agree.
    Nothing,
    /// Nothing; the check sum tells whether all is well.
    NothingElse,
}

/// The bytes of one member of a block.
struct Member<'m, 'a> {
    block: &'m mut Bounded<'a, Box<dyn Read>>,
    left: u64,
    end: End,
}

impl Read for Member<'_, '_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let room = usize::try_from(self.left).unwrap_or(usize::MAX).min(buffer.len());
        if room == 0 {
            let surplus = match self.end {
                End::Members => return Ok(0),
                End::Nothing => self.block.read(&mut [0])?,
                End::NothingElse => self.block.read(&mut [0]).unwrap_or(0),
            };
            if surplus == 0 {
                return Ok(0);
            }
            let text = "the block holds more bytes than its entries";
            return Err(bounded::refusal(Issue::loss(Stage::Decode, Code::SizeMismatch, text)));
        }
        let count = self.block.read(buffer.get_mut(..room).unwrap_or_default())?;
        if count == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.left -= count as u64;
        Ok(count)
    }
}

impl Archive for SevenZ {
    fn format(&self) -> Format {
        Format::SevenZ
    }

    fn entries(&self) -> &Entries {
        &self.entries
    }

    fn issues(&self) -> &[Issue] {
        &self.issues
    }

    fn access(&self) -> Access {
        Access::Sequential
    }

    fn block(&self, index: usize) -> Option<u32> {
        self.places.get(index)?.block
    }

    fn opened_with(&self) -> Option<&Candidate> {
        self.passwords.get(self.proven?)
    }

    fn window(&self, wanted: &[usize]) -> u64 {
        let places = wanted.iter().filter_map(|&index| self.places.get(index));
        let mut blocks: Vec<u32> = places.filter_map(|place| place.block).collect();
        blocks.dedup();
        let window = |block: &Block| {
            let memory = self.streams.graph(block).and_then(|graph| coders::memory(&graph));
            memory.unwrap_or(0).min(block.size)
        };
        let blocks = blocks.iter().filter_map(|&block| self.streams.blocks.get(block as usize));
        blocks.map(window).max().unwrap_or(0)
    }

    fn stream(&self, wanted: &[usize], visitor: &mut dyn Visitor) {
        let mut pump = Pump::new();
        let mut keys = self.keys.clone();
        let mut open = None;
        for &index in wanted {
            let going = bounded::bring(visitor, index, |visitor| {
                let place = self.places.get(index);
                let Some(number) = place.and_then(|place| place.block) else {
                    return ControlFlow::Continue(Ok(()));
                };
                let is_other = |block: &OpenBlock<'_>| block.number != number;
                if open.as_ref().is_none_or(is_other) {
                    drop(open.take());
                    open = Some(self.open_block(number, &mut keys));
                }
                match &mut open {
                    Some(block) => block.deliver(self, index, &mut pump, visitor),
                    None => ControlFlow::Continue(Ok(())),
                }
            });
            if going.is_break() {
                return;
            }
        }
    }
}
