//! RAR 1.5 to 7.
//!
//! Members are read in order, as solid archives demand. Links are listed and never followed; parts
//! of a volume set are refused until sets are read.

mod decode;
mod headers;

use std::io::{self, Read, Seek, SeekFrom};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rars::{
    Archive as Parsed, ArchiveMember, ArchiveMemberRef, ArchiveReadOptions, ArchiveReader,
    AttrSource, Error as RarsError, ErrorKind as RarsKind, ExtractionDecision, rar15_40, rar50,
};

use crate::archive::bounded;
use crate::archive::data::{Data, DataReader};
use crate::archive::{Access, Archive, EntryHeader, EntryKind, OpenOptions, Visitor};
use crate::error::{Error, Result};
use crate::issue::{Code, Issue, Stage};
use crate::limits::{Budget, Limits};
use crate::password::{self, Candidate};
use crate::provenance::EntryName;
use crate::record::Format;

/// Larger members are decoded as a stream and not in one piece.
const MAX_IN_ONE_PIECE: u64 = 16 << 20;

/// Most bytes of headers.
const MAX_HEADER_BYTES: u64 = 256 << 20;

/// Lists a RAR archive.
///
/// # Errors
/// It is damaged, part of a volume set, or its headers are encrypted and no password fits.
pub(super) fn open(data: &Data, name: &str, options: OpenOptions<'_>) -> Result<Box<dyn Archive>> {
    let failed = |issue: Issue| Error::input(name, issue.stage, issue.code, issue.detail);
    let limits = options.budget.limits();
    let (parsed, password, issue) = parse(data, limits, options.passwords).map_err(failed)?;
    if is_volume(&parsed) {
        let text = "this is one part of a volume set; the other parts are needed";
        return Err(failed(Issue::loss(Stage::Open, Code::MissingVolume, text)));
    }
    let is_solid = parsed.is_solid() || parsed.member_refs().any(ArchiveMemberRef::is_solid);
    let mut rar = Rar {
        parsed,
        is_solid,
        password,
        locked: None,
        budget: Arc::clone(options.budget),
        entries: Vec::new(),
        refusals: Vec::new(),
        issues: issue.into_iter().collect(),
    };
    if rar.issues.is_empty() {
        rar.issues.extend(missing_end(&rar.parsed));
    }
    rar.list();
    rar.find_password(options.passwords);
    Ok(Box::new(rar))
}

type Parse = (Parsed, Option<Candidate>, Option<Issue>);

/// Reads the headers, with the first password that fits if they are encrypted, and as many as are
/// complete if the file was cut.
fn parse(
    data: &Data,
    limits: &Limits,
    passwords: &[Candidate],
) -> std::result::Result<Parse, Issue> {
    let power = headers::header_key_power(data).map_err(|error| bounded::issue_of(&error))?;
    check_rounds(power.unwrap_or(0), limits)?;
    let read = |password, length| read_headers(data, limits, password, length);
    let error = match read(None, data.length()) {
        Ok(parsed) => return Ok((parsed, None, None)),
        Err(error) => error,
    };
    if error.kind() == RarsKind::PasswordRequired {
        let started = Instant::now();
        for password in passwords {
            if let Ok(parsed) = read(Some(password.word()), data.length()) {
                return Ok((parsed, Some(password.clone()), None));
            }
            check_time(started, limits)?;
        }
        return Err(password::locked(passwords));
    }
    let complete = headers::end_of_complete_blocks(data);
    let complete = complete.map_err(|error| bounded::issue_of(&error))?;
    let rest = complete.filter(|&length| length < data.length());
    match rest.map(|length| read(None, length)) {
        Some(Ok(parsed)) => {
            let text = "the archive ends in the middle of an entry, or is damaged from there on";
            let issue = Issue::loss(Stage::Open, Code::Truncated, text);
            Ok((parsed, None, Some(issue)))
        }
        _ => Err(opening(&error)),
    }
}

fn read_headers(
    data: &Data,
    limits: &Limits,
    password: Option<&[u8]>,
    length: u64,
) -> rars::Result<Parsed> {
    let options = ArchiveReadOptions::with_optional_password(password)
        // Besides the members there are headers of the archive and of services.
        .with_max_header_count(limits.entries.saturating_mul(2).saturating_add(16))
        .with_max_header_bytes(MAX_HEADER_BYTES);
    ArchiveReader::read_reader_with_options(Head { reader: data.reader(), length }, options)
}

/// The issue for an archive that cannot be listed.
fn opening(error: &RarsError) -> Issue {
    let issue = issue_of(error);
    let code = match issue.code {
        Code::DecodeError | Code::CrcMismatch => Code::Corrupt,
        code => code,
    };
    Issue { code, stage: Stage::Open, ..issue }
}

fn issue_of(error: &RarsError) -> Issue {
    let cause = error.root_cause();
    let source = if let RarsError::Io(io) = cause { io.source().downcast_ref() } else { None };
    if let Some(source) = source {
        return bounded::issue_of(source);
    }
    let (stage, code) = match error.kind() {
        RarsKind::PasswordRequired => (Stage::Decrypt, Code::PasswordRequired),
        RarsKind::BadPassword => (Stage::Decrypt, Code::PasswordWrong),
        RarsKind::ChecksumMismatch => (Stage::Decode, Code::CrcMismatch),
        RarsKind::SourceChanged => (Stage::Decode, Code::ChangedDuringRead),
        RarsKind::ResourceLimit => match cause {
            RarsError::HeaderCountLimitExceeded { .. } => (Stage::Limit, Code::LimitEntries),
            _ => (Stage::Limit, Code::LimitMemory),
        },
        _ => match cause {
            RarsError::TooShort => (Stage::Decode, Code::Truncated),
            RarsError::UnsupportedEncryption { .. } => {
                (Stage::Decrypt, Code::UnsupportedEncryption)
            }
            RarsError::InvalidHeader(_) => (Stage::Decode, Code::Corrupt),
            _ if matches!(error.kind(), RarsKind::UnsupportedFeature) => {
                (Stage::Decode, Code::UnsupportedMethod)
            }
            _ => (Stage::Decode, Code::DecodeError),
        },
    };
    Issue::loss(stage, code, format!("the RAR decoder says: {cause}"))
}

fn check_rounds(power: u32, limits: &Limits) -> std::result::Result<(), Issue> {
    if 1_u64.checked_shl(power).is_some_and(|rounds| rounds <= limits.kdf_rounds) {
        return Ok(());
    }
    let text = format!("a key is derived in 2^{power} rounds, allowed are {}", limits.kdf_rounds);
    Err(Issue::loss(Stage::Limit, Code::LimitCpu, text))
}

fn check_time(started: Instant, limits: &Limits) -> std::result::Result<(), Issue> {
    if started.elapsed() <= Duration::from_secs(limits.kdf_seconds) {
        return Ok(());
    }
    Err(Issue::loss(Stage::Limit, Code::LimitCpu, "trying the passwords takes too long"))
}

fn is_volume(parsed: &Parsed) -> bool {
    let is_marked = match parsed {
        Parsed::Rar13(archive) => archive.main.is_volume(),
        Parsed::Rar15To40(archive) => archive.main.is_volume(),
        Parsed::Rar50Plus(archive) => archive.main.is_volume(),
        _ => false,
    };
    let mut members = parsed.members();
    is_marked || members.any(|member| member.meta.is_split_before || member.meta.is_split_after)
}

/// The issue for an archive without an end mark. RAR5 demands one; older programs wrote none.
fn missing_end(parsed: &Parsed) -> Option<Issue> {
    let text = "the archive has no end mark: something may be missing";
    let issue = Issue::loss(Stage::Open, Code::Truncated, text);
    match parsed {
        Parsed::Rar15To40(archive) => match archive.blocks.last() {
            Some(rar15_40::Block::End(_)) => None,
            _ => Some(Issue::note(issue.stage, issue.code, issue.detail)),
        },
        Parsed::Rar50Plus(archive) => match archive.blocks.last() {
            Some(rar50::Block::End(_)) => None,
            _ => Some(issue),
        },
        _ => None,
    }
}

/// The first `length` bytes of a file.
struct Head {
    reader: DataReader,
    length: u64,
}

impl Read for Head {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.length.saturating_sub(self.reader.stream_position()?);
        (&mut self.reader).take(left).read(buffer)
    }
}

impl Seek for Head {
    fn seek(&mut self, target: SeekFrom) -> io::Result<u64> {
        let target = match target {
            SeekFrom::End(offset) => SeekFrom::Start(
                self.length.checked_add_signed(offset).ok_or(io::ErrorKind::InvalidInput)?,
            ),
            other => other,
        };
        self.reader.seek(target)
    }
}

/// A listed RAR archive.
struct Rar {
    parsed: Parsed,
    is_solid: bool,
    password: Option<Candidate>,
    /// Why encrypted members cannot be read.
    locked: Option<Issue>,
    budget: Arc<Budget>,
    entries: Vec<EntryHeader>,
    /// Why single members are not read, where that is known beforehand.
    refusals: Vec<Option<Issue>>,
    issues: Vec<Issue>,
}

impl Rar {
    fn list(&mut self) {
        for member in self.parsed.member_refs() {
            if !self.budget.take_entries(1) {
                let text = "the archive has more entries than are allowed";
                self.issues.push(Issue::loss(Stage::Limit, Code::LimitEntries, text));
                break;
            }
            self.refusals.push(refusal_of(member, self.budget.limits()));
            let member = member.to_owned();
            self.entries.push(EntryHeader {
                name: EntryName::new(member.meta.name_bytes()),
                kind: kind_of(&member),
                size: Some(member.meta.unpacked_size).filter(|&size| size != u64::MAX),
                packed: Some(member.meta.packed_size).filter(|_| !self.is_solid),
                encrypted: member.meta.is_encrypted,
            });
        }
    }

    /// Tries the passwords on one encrypted member: the first of a solid archive, else the
    /// smallest.
    fn find_password(&mut self, passwords: &[Candidate]) {
        if self.password.is_some() {
            return;
        }
        let entries = self.entries.iter().enumerate();
        let mut encrypted = entries.filter(|(_, entry)| {
            entry.encrypted && entry.kind == EntryKind::File && entry.size != Some(0)
        });
        let probe = if self.is_solid {
            encrypted.next()
        } else {
            encrypted.min_by_key(|(_, entry)| entry.packed)
        };
        let Some((probe, _)) = probe else { return };
        let started = Instant::now();
        for password in passwords {
            self.password = Some(password.clone());
            if self.opens(probe) {
                return;
            }
            if let Err(issue) = check_time(started, self.budget.limits()) {
                self.locked = Some(issue);
                break;
            }
        }
        self.password = None;
        self.locked.get_or_insert_with(|| password::locked(passwords));
    }

    /// Whether the member is decoded and checked without an error.
    fn opens(&self, probe: usize) -> bool {
        let mut index = 0;
        let result = self.parsed.extract_with_control(self.options(), |member| {
            let current = index;
            index += 1;
            let is_file = !member.meta.is_directory && !member.meta.is_redirection;
            Ok(if current > probe {
                ExtractionDecision::Stop
            } else if current == probe || (self.is_solid && is_file) {
                ExtractionDecision::Extract(Box::new(io::sink()))
            } else {
                ExtractionDecision::Skip
            })
        });
        result.is_ok() && self.refusals.get(probe).is_none_or(Option::is_none)
    }

    /// What the decoder may use. How much members grow is watched where their bytes arrive, because
    /// the decoder's own limit on output would refuse members of unknown size.
    fn options(&self) -> ArchiveReadOptions<'_> {
        let window = self.budget.limits().window;
        ArchiveReadOptions::with_optional_password(self.password.as_ref().map(Candidate::word))
            .with_rar50_dictionary_size_limit(window)
            .with_rar50_buffered_decode_limit(MAX_IN_ONE_PIECE)
            .with_max_reader_workspace_bytes(window.saturating_add(window / 2))
    }

    /// Why the member is not to be decoded.
    fn refusal(&self, index: usize) -> Option<Issue> {
        let is_encrypted = self.entries.get(index).is_some_and(|entry| entry.encrypted);
        let known = self.refusals.get(index).cloned().flatten();
        known.or_else(|| self.locked.clone().filter(|_| is_encrypted))
    }
}

/// What of a RAR5 member's header demands too much.
fn refusal_of(member: ArchiveMemberRef<'_>, limits: &Limits) -> Option<Issue> {
    let ArchiveMemberRef::Rar50Plus(file) = member else { return None };
    if let Some(encryption) = &file.encryption
        && let Err(issue) = check_rounds(u32::from(encryption.kdf_count), limits)
    {
        return Some(issue);
    }
    let dictionary = file.decoded_compression_info().map_or(0, |info| info.dictionary_size);
    if file.is_stored() || file.is_directory() || dictionary <= limits.window {
        return None;
    }
    let text = format!("the entry needs a dictionary of {dictionary} bytes");
    Some(Issue::loss(Stage::Limit, Code::LimitMemory, text))
}

fn kind_of(member: &ArchiveMember) -> EntryKind {
    let is_unix = member.meta.attr_source() == AttrSource::Unix;
    let mode = if is_unix { member.meta.file_attr & 0o170_000 } else { 0 };
    match mode {
        _ if member.meta.is_directory => EntryKind::Folder,
        _ if member.meta.is_redirection => EntryKind::Link,
        0o120_000 => EntryKind::Link,
        0o010_000 | 0o020_000 | 0o060_000 | 0o140_000 if member.meta.unpacked_size == 0 => {
            EntryKind::Special
        }
        _ => EntryKind::File,
    }
}

impl Archive for Rar {
    fn format(&self) -> Format {
        Format::Rar
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
        self.password.as_ref()
    }

    fn stream(&self, wanted: &[usize], visitor: &mut dyn Visitor) {
        decode::stream(self, wanted, visitor);
    }
}
