//! 7z.
//!
//! Entries lie one after the other in compressed blocks, usually all in one, so they are read in
//! order and a block is decoded once. Check sums of entries are compared here and not by the
//! decoder, which would keep the last bytes of a damaged entry back.

use std::io::{self, Read};
use std::iter::Peekable;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sevenz_rust2::{
    Archive as Parsed, Block, BlockDecoder, EncoderMethod, Error as SevenZError, Password,
};

use crate::archive::bounded::{self, Bounded, Claims, Pump};
use crate::archive::data::Data;
use crate::archive::window::Window;
use crate::archive::{Access, Archive, EntryHeader, EntryKind, OpenOptions, Visitor};
use crate::error::{Error, Result};
use crate::issue::{Code, Issue, Stage};
use crate::limits::{Budget, Limits};
use crate::password::{self, Candidate};
use crate::provenance::EntryName;
use crate::record::Format;
use crate::text::to_utf8;

/// Length of the start header.
const START_BYTES: usize = 32;

/// Most memory for reading the header. The decoder allocates some hundred bytes for each entry that a header
/// of this size may declare, before it has seen the entries.
const MAX_HEADER_BYTES: u64 = 64 << 20;

/// Lists a 7z archive.
///
/// # Errors
/// It is damaged, split, or its header is encrypted and no password fits.
pub(super) fn open(data: &Data, name: &str, options: OpenOptions<'_>) -> Result<Box<dyn Archive>> {
    let limits = options.budget.limits();
    let failed = |issue: Issue| Error::input(name, issue.stage, issue.code, issue.detail);
    let mut archive = SevenZ {
        data: data.clone(),
        parsed: Parsed::default(),
        crcs: Vec::new(),
        password: Err(password::locked(options.passwords)),
        opened_with: None,
        budget: Arc::clone(options.budget),
        entries: Vec::new(),
        issues: Vec::new(),
    };
    let start = Start::read(data).map_err(|error| failed(bounded::issue_of(&error)))?;
    if start.is_of_nothing() {
        return Ok(Box::new(archive));
    }
    if start.is_cut(data.length()) {
        let text = "the header is behind the end of the file";
        return Err(failed(Issue::loss(Stage::Open, Code::Truncated, text)));
    }
    let (parsed, password) = parse(data, limits, options.passwords).map_err(failed)?;
    archive.list(parsed);
    let found = match password {
        Some(candidate) => Ok(candidate.clone()),
        None => archive.find_password(options.passwords).cloned(),
    };
    archive.password = found.as_ref().map(utf16).map_err(Issue::clone);
    archive.opened_with = found.ok();
    Ok(Box::new(archive))
}

/// The header at the start, which says where the real one is.
struct Start {
    /// Where the real header begins.
    from: u64,
    size: u64,
    crc: u32,
    /// Whether the check sum of the start header is right.
    is_sound: bool,
}

impl Start {
    fn read(data: &Data) -> io::Result<Self> {
        let mut bytes = [0; START_BYTES];
        data.reader().read_exact(&mut bytes)?;
        let number = |at: usize| {
            let number = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>());
            number.map_or(0, |number| u64::from_le_bytes(*number))
        };
        let mut actual = flate2::Crc::new();
        actual.update(bytes.get(12..).unwrap_or_default());
        Ok(Self {
            from: number(12).saturating_add(START_BYTES as u64),
            size: number(20),
            crc: (number(24) >> 32) as u32,
            is_sound: (number(8) as u32) == actual.sum(),
        })
    }

    /// Whether there is no real header: an archive of nothing.
    fn is_of_nothing(&self) -> bool {
        self.is_sound && self.size == 0 && self.crc == 0
    }

    /// Whether the real header is not there as a whole.
    fn is_cut(&self, length: u64) -> bool {
        self.is_sound && self.from.saturating_add(self.size) > length
    }
}

/// Reads the header, with the first password that fits if it is encrypted.
fn parse<'c>(
    data: &Data,
    limits: &Limits,
    passwords: &'c [Candidate],
) -> std::result::Result<(Parsed, Option<&'c Candidate>), Issue> {
    let limit = memory_limit(MAX_HEADER_BYTES);
    let read = |password: &Password| {
        Parsed::read_with_memory_limit(&mut Window::new(data.clone()), password, limit)
    };
    match read(&Password::empty()) {
        Ok(parsed) => return Ok((parsed, None)),
        Err(SevenZError::PasswordRequired) => {}
        Err(error) => return Err(opening(&error)),
    }
    let started = Instant::now();
    for candidate in passwords {
        if let Ok(parsed) = read(&utf16(candidate)) {
            return Ok((parsed, Some(candidate)));
        }
        if started.elapsed() > Duration::from_secs(limits.kdf_seconds) {
            let text = "trying the passwords takes too long";
            return Err(Issue::loss(Stage::Decrypt, Code::LimitCpu, text));
        }
    }
    Err(password::locked(passwords))
}

fn memory_limit(bytes: u64) -> usize {
    usize::try_from(bytes >> 10).unwrap_or(usize::MAX)
}

fn utf16(candidate: &Candidate) -> Password {
    Password::new(&to_utf8(candidate.word()))
}

/// The issue for an archive that cannot be listed.
fn opening(error: &SevenZError) -> Issue {
    let issue = issue_of(error);
    match issue.code {
        Code::DecodeError | Code::CrcMismatch => {
            Issue { code: Code::Corrupt, stage: Stage::Open, ..issue }
        }
        Code::LimitMemory => issue,
        _ => Issue { stage: Stage::Open, ..issue },
    }
}

fn issue_of(error: &SevenZError) -> Issue {
    let (stage, code) = match error {
        SevenZError::Io(error, _) | SevenZError::MaybeBadPassword(error) => {
            return bounded::issue_of(error);
        }
        SevenZError::ChecksumVerificationFailed => (Stage::Decode, Code::CrcMismatch),
        SevenZError::MaxMemLimited { .. } => (Stage::Limit, Code::LimitMemory),
        SevenZError::PasswordRequired => (Stage::Decrypt, Code::PasswordRequired),
        SevenZError::UnsupportedCompressionMethod(_)
        | SevenZError::Unsupported(_)
        | SevenZError::ExternalUnsupported
        | SevenZError::UnsupportedVersion { .. } => (Stage::Decode, Code::UnsupportedMethod),
        SevenZError::Other(text) if text.contains("cyclic") || text.contains("bind pair") => {
            (Stage::Open, Code::BadGraph)
        }
        SevenZError::Other(text) if text.contains("declared size") => {
            (Stage::Decode, Code::SizeMismatch)
        }
        _ => (Stage::Decode, Code::Corrupt),
    };
    Issue::loss(stage, code, format!("the 7z decoder says: {error}"))
}

/// A listed 7z archive.
struct SevenZ {
    data: Data,
    parsed: Parsed,
    /// CRC-32 of each entry, where it has one.
    crcs: Vec<Option<u32>>,
    /// The password of the entries, or why there is none.
    password: std::result::Result<Password, Issue>,
    opened_with: Option<Candidate>,
    budget: Arc<Budget>,
    entries: Vec<EntryHeader>,
    issues: Vec<Issue>,
}

type Wanted<'w> = Peekable<std::iter::Copied<std::slice::Iter<'w, usize>>>;

impl SevenZ {
    fn list(&mut self, mut parsed: Parsed) {
        let encrypted: Vec<bool> =
            (0..parsed.files.len()).map(|index| parsed.is_file_encrypted(index)).collect();
        for (file, encrypted) in parsed.files.iter_mut().zip(encrypted) {
            if !self.budget.take_entries(1) {
                let text = "the archive has more entries than are allowed";
                self.issues.push(Issue::loss(Stage::Limit, Code::LimitEntries, text));
                break;
            }
            self.crcs.push(file.has_crc.then_some(file.crc as u32));
            file.has_crc = false;
            self.entries.push(EntryHeader {
                name: EntryName::new(file.name().as_bytes()),
                kind: kind_of(file),
                size: Some(file.size()),
                packed: None,
                encrypted: encrypted && file.has_stream(),
            });
        }
        self.parsed = parsed;
    }

    /// Tries the passwords on the smallest entry that begins an encrypted block.
    fn find_password<'c>(
        &self,
        passwords: &'c [Candidate],
    ) -> std::result::Result<&'c Candidate, Issue> {
        let blocks = self.parsed.stream_map.block_first_file_index.iter().copied();
        let first_in_blocks =
            blocks.filter(|&index| self.entries.get(index).is_some_and(|entry| entry.encrypted));
        let size = |&index: &usize| self.entries.get(index).and_then(|entry| entry.size);
        let Some(probe) = first_in_blocks.min_by_key(size) else {
            return Err(password::locked(passwords));
        };
        let started = Instant::now();
        for candidate in passwords {
            if self.opens(probe, &utf16(candidate)) {
                return Ok(candidate);
            }
            if started.elapsed() > Duration::from_secs(self.budget.limits().kdf_seconds) {
                let text = "trying the passwords takes too long";
                return Err(Issue::loss(Stage::Decrypt, Code::LimitCpu, text));
            }
        }
        Err(password::locked(passwords))
    }

    /// Whether the entry, the first of its block, is decoded and checked with this password.
    fn opens(&self, index: usize, password: &Password) -> bool {
        let Some(block) = self.block_of(index) else { return false };
        let mut pump = Pump::new();
        let mut is_right = false;
        let read = self.decode(block, password, &mut |_, bytes| {
            is_right = pump.drain(bytes, self.claims(index)).is_ok();
            ControlFlow::Break(())
        });
        read.is_ok() && is_right
    }

    fn block_of(&self, index: usize) -> Option<usize> {
        self.parsed.stream_map.file_block_index.get(index).copied().flatten()
    }

    fn claims(&self, index: usize) -> Claims {
        let size = self.entries.get(index).and_then(|entry| entry.size);
        Claims { size, crc: self.crcs.get(index).copied().flatten() }
    }

    /// Decodes a block and calls `on_entry` with the index and bytes of each entry in it, until it
    /// breaks.
    fn decode(
        &self,
        block: usize,
        password: &Password,
        on_entry: &mut dyn FnMut(usize, &mut dyn Read) -> ControlFlow<()>,
    ) -> std::result::Result<(), Issue> {
        let first = self.parsed.stream_map.block_first_file_index.get(block);
        let mut index = first.copied().unwrap_or_default();
        let mut source = Window::new(self.data.clone());
        let limit = memory_limit(self.budget.limits().window);
        self.check_rounds(block)?;
        BlockDecoder::new_with_memory_limit(1, limit, block, &self.parsed, password, &mut source)
            .for_each_entries(&mut |_, bytes| {
                let going = on_entry(index, bytes);
                index += 1;
                Ok(going.is_continue())
            })
            .map_err(|error| issue_of(&error))?;
        Ok(())
    }

    /// Refuses a key derivation that would take too long.
    fn check_rounds(&self, block: usize) -> std::result::Result<(), Issue> {
        let Some(block) = self.parsed.blocks.get(block) else { return Ok(()) };
        let limit = self.budget.limits().kdf_rounds;
        match derivation_power(block) {
            Some(power) if 1_u64.checked_shl(power).is_none_or(|rounds| rounds > limit) => {
                let text = format!("the key is derived in 2^{power} rounds, allowed are {limit}");
                Err(Issue::loss(Stage::Limit, Code::LimitCpu, text))
            }
            _ => Ok(()),
        }
    }

    /// Compressed bytes of a block.
    fn packed_bytes(&self, block: usize) -> u64 {
        let first = self.parsed.stream_map.block_first_pack_stream_index();
        let from = first.get(block).copied().unwrap_or_default();
        let to = first.get(block + 1).copied().unwrap_or(usize::MAX);
        let sizes = self.parsed.pack_sizes();
        let sizes = sizes.get(from..to.min(sizes.len())).unwrap_or_default();
        sizes.iter().fold(0, |sum: u64, &size| sum.saturating_add(size)).min(self.data.length())
    }

    /// Streams what is wanted of one block.
    fn stream_block(
        &self,
        block: usize,
        wanted: &mut Wanted<'_>,
        pump: &mut Pump,
        visitor: &mut dyn Visitor,
    ) -> ControlFlow<()> {
        let is_here = |index: usize| self.block_of(index) == Some(block);
        let packed = self.packed_bytes(block);
        let mut made = 0;
        let mut stopped = ControlFlow::Continue(());
        let mut broken = None;
        let empty = Password::empty();
        let password = self.password.as_ref().unwrap_or(&empty);
        let decoded = self.decode(block, password, &mut |index, bytes| {
            let mut bytes = Bounded::resumed(bytes, packed, &self.budget, made);
            if wanted.next_if_eq(&index).is_some() {
                stopped = bounded::bring(visitor, index, |visitor| {
                    let outcome = pump.deliver(&mut bytes, self.claims(index), visitor)?;
                    broken = outcome.as_ref().err().filter(|issue| !is_local(issue)).cloned();
                    ControlFlow::Continue(outcome)
                });
                stopped?;
            }
            if broken.is_none() && wanted.peek().is_some_and(|&next| is_here(next)) {
                broken = pump.drain(&mut bytes, Claims::default()).err();
                made = bytes.delivered();
                if broken.is_none() {
                    return ControlFlow::Continue(());
                }
            }
            ControlFlow::Break(())
        });
        stopped?;
        let cause = decoded.err().or(broken).map(|issue| self.explain(block, issue));
        let cause = cause.unwrap_or_else(|| {
            Issue::loss(Stage::Decode, Code::Corrupt, "the block ends before the entry")
        });
        while let Some(index) = wanted.next_if(|&index| is_here(index)) {
            bounded::fail_all(visitor, [index], &cause);
        }
        ControlFlow::Continue(())
    }

    /// The issue of a block, or that it could not be decrypted.
    fn explain(&self, block: usize, issue: Issue) -> Issue {
        let is_encrypted = self
            .parsed
            .blocks
            .get(block)
            .is_some_and(|block| block.coders.iter().any(is_encryption));
        match &self.password {
            Err(reason) if is_encrypted && issue.code != Code::LimitCpu => reason.clone(),
            _ => issue,
        }
    }
}

/// Whether the entries behind one with this issue can still be read.
fn is_local(issue: &Issue) -> bool {
    matches!(issue.code, Code::CrcMismatch)
}

fn is_encryption(coder: &sevenz_rust2::Coder) -> bool {
    coder.encoder_method_id() == EncoderMethod::ID_AES256_SHA256
}

/// The binary logarithm of the rounds of a key derivation; 63 stands for none.
fn derivation_power(block: &Block) -> Option<u32> {
    const NO_ROUNDS: u32 = 0x3f;
    let coder = block.coders.iter().find(|coder| is_encryption(coder))?;
    let power = u32::from(coder.properties().first()? & 0x3f);
    (power != NO_ROUNDS).then_some(power)
}

/// What an entry is: 7-Zip keeps the mode of Unix in the upper half of the attributes.
fn kind_of(file: &sevenz_rust2::ArchiveEntry) -> EntryKind {
    const UNIX: u32 = 1 << 15;
    const REPARSE_POINT: u32 = 1 << 10;
    let attributes = if file.has_windows_attributes { file.windows_attributes() } else { 0 };
    let mode = if attributes & UNIX != 0 { attributes >> 16 & 0o170_000 } else { 0 };
    match mode {
        _ if file.is_directory() => EntryKind::Folder,
        0o120_000 => EntryKind::Link,
        0o010_000 | 0o020_000 | 0o060_000 | 0o140_000 if !file.has_stream() => EntryKind::Special,
        _ if attributes & REPARSE_POINT != 0 => EntryKind::Link,
        _ => EntryKind::File,
    }
}

impl Archive for SevenZ {
    fn format(&self) -> Format {
        Format::SevenZ
    }

    fn entries(&self) -> &[EntryHeader] {
        &self.entries
    }

    fn issues(&self) -> &[Issue] {
        &self.issues
    }

    fn access(&self) -> Access {
        Access::Sequential
    }

    fn opened_with(&self) -> Option<&Candidate> {
        self.opened_with.as_ref()
    }

    fn stream(&self, wanted: &[usize], visitor: &mut dyn Visitor) {
        let mut pump = Pump::new();
        let mut wanted = wanted.iter().copied().peekable();
        while let Some(&index) = wanted.peek() {
            let going = match self.block_of(index) {
                Some(block) => self.stream_block(block, &mut wanted, &mut pump, visitor),
                None => {
                    wanted.next();
                    bounded::bring(visitor, index, |_| ControlFlow::Continue(Ok(())))
                }
            };
            if going.is_break() {
                return;
            }
        }
    }
}
