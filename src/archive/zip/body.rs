//! The bytes of one entry: checked against its local header, decrypted, decompressed.

use std::cell::Cell;
use std::io::{self, BufRead, BufReader, Read};
use std::ops::ControlFlow;

use flate2::bufread::DeflateDecoder;
use ppmd_rust::{Ppmd8Decoder, RestoreMethod};
use rawzip::zipcrypto::Decryptor;

use super::Zip;
use super::aes::{self, Aes, KeptCrc, SealCheck};
use super::derive::ROUNDS;
use super::listing::Record;
use super::local::{DESCRIBED, ENCRYPTED, Extra, FIXED_BYTES, Local, MASKED, STRONG, entry_name};
use crate::archive::bounded::{self, Bounded, Claims, Pump};
use crate::archive::data::Data;
use crate::archive::window::Window;
use crate::archive::{Declared, Visitor, codec};
use crate::issue::{Code, Issue, Stage};
use crate::limits::Limits;
use crate::password;
use crate::record::Format;

const STORED: u16 = 0;
const DEFLATED: u16 = 8;
const ENCRYPTED_WITH_AES: u16 = 99;

/// What is reused from entry to entry.
pub(super) struct Workbench {
    inflater: DeflateDecoder<Window>,
    pump: Pump,
}

thread_local! {
    /// The one that was used last: to make one costs as much as to read a small archive with it.
    static SPARE: Cell<Option<Workbench>> = const { Cell::new(None) };
}

impl Workbench {
    /// A workbench for entries that `window` shows.
    pub(super) fn new(window: Window) -> Self {
        match SPARE.take() {
            Some(mut spare) => {
                *spare.window() = window;
                spare
            }
            None => Self { inflater: DeflateDecoder::new(window), pump: Pump::new() },
        }
    }

    /// Leaves it to who needs one next, without what it was used for.
    pub(super) fn put_back(mut self) {
        *self.window() = Window::new(Data::Missing { length: 0 });
        SPARE.set(Some(self));
    }

    fn window(&mut self) -> &mut Window {
        self.inflater.get_mut()
    }
}

/// What it takes to read the bytes of an entry.
enum Lock<'p> {
    /// Nothing.
    Open,
    /// The password.
    ZipCrypto(&'p [u8]),
    /// The keys that the password gives.
    Aes(aes::Opened),
}

impl Lock<'_> {
    /// How the bytes behind the lock are compressed, and what they are to be compared with.
    fn contents(&self, record: &Record) -> (u16, Claims) {
        let claims = Claims { size: record.size, crc: record.crc };
        match self {
            Self::Open | Self::ZipCrypto(_) => (record.method, claims),
            Self::Aes(opened) => {
                let Aes { method, crc, .. } = opened.aes();
                let crc = record.crc.filter(|_| crc == KeptCrc::Yes);
                (method, Claims { crc, ..claims })
            }
        }
    }
}

/// Where the bytes of an entry are, and what its local header adds.
struct Body {
    from: u64,
    to: u64,
    time: u16,
    aes: Option<Aes>,
    /// What is suspicious about the entry though it can be read.
    doubt: Option<Issue>,
}

impl Zip {
    /// Hands the bytes of the entry to the visitor.
    pub(super) fn deliver(
        &self,
        index: usize,
        bench: &mut Workbench,
        visitor: &mut dyn Visitor,
    ) -> ControlFlow<(), Result<(), Issue>> {
        let Some(record) = self.listing.record(index) else {
            let issue = Issue::loss(Stage::Open, Code::InternalError, "there is no such entry");
            return ControlFlow::Continue(Err(issue));
        };
        let body = self.locate(index, &record, bench.window());
        let (body, lock) = match body.and_then(|body| {
            let lock = self.unlock(&record, &body, bench)?;
            Ok((body, lock))
        }) {
            Ok(found) => found,
            Err(issue) => return ControlFlow::Continue(Err(issue)),
        };
        let outcome = self.decode(&record, &body, &lock, bench, visitor)?;
        ControlFlow::Continue(outcome.and(body.doubt.map_or(Ok(()), Err)))
    }

    /// Reads the local header and compares it with the directory.
    fn locate(&self, index: usize, record: &Record, window: &mut Window) -> Result<Body, Issue> {
        if let Some(code @ (Code::ZipOverlap | Code::BadOffset | Code::MissingVolume)) = record.flaw
        {
            return Err(Issue::loss(Stage::Open, code, explain(code)));
        }
        let ahead = record.packed.saturating_add(1024).min(64 << 10) as usize;
        window.aim(record.offset, u64::MAX);
        let bytes = window.peek(FIXED_BYTES, ahead).map_err(|error| bounded::issue_of(&error))?;
        let local = Local::parse(bytes).ok_or_else(|| {
            Issue::loss(Stage::Open, Code::BadOffset, "no entry begins where one should")
        })?;
        let bytes =
            window.peek(local.length(), ahead).map_err(|error| bounded::issue_of(&error))?;
        let name_end = FIXED_BYTES + usize::from(local.name_bytes);
        let name = bytes.get(FIXED_BYTES..name_end).unwrap_or_default();
        let extra = bytes.get(name_end..local.length()).unwrap_or_default();
        let is_same_name = self
            .listing
            .entries
            .get(index)
            .is_none_or(|entry| entry.name() == entry_name(name, extra));
        let code = record.flaw.or_else(|| doubt(record, &local, extra, is_same_name));
        let from = record.offset + local.length() as u64;
        Ok(Body {
            from,
            to: from.saturating_add(record.packed),
            time: local.time,
            aes: Aes::of(extra).filter(|_| record.method == ENCRYPTED_WITH_AES),
            doubt: code.map(|code| Issue::loss(Stage::Open, code, explain(code))),
        })
    }

    fn decode(
        &self,
        record: &Record,
        body: &Body,
        lock: &Lock<'_>,
        bench: &mut Workbench,
        visitor: &mut dyn Visitor,
    ) -> ControlFlow<(), Result<(), Issue>> {
        let Workbench { inflater, pump } = bench;
        inflater.get_mut().aim(body.from, body.to);
        let (method, claims) = lock.contents(record);
        if matches!(lock, Lock::Open) && method == DEFLATED {
            inflater.reset_data();
            let mut bytes = Bounded::new(inflater, record.packed, &self.budget);
            return pump.deliver(&mut bytes, claims, visitor);
        }
        let seal = SealCheck::new();
        match unpacked(record, lock, inflater.get_mut(), &seal, self.budget.limits()) {
            Ok(decoder) => {
                let mut bytes = Bounded::new(decoder, record.packed, &self.budget);
                let outcome = pump.deliver(&mut bytes, claims, visitor)?;
                ControlFlow::Continue(outcome.and(seal.verdict()))
            }
            Err(issue) => ControlFlow::Continue(Err(issue)),
        }
    }

    /// What opens the entry, if it needs something.
    fn unlock(
        &self,
        record: &Record,
        body: &Body,
        bench: &mut Workbench,
    ) -> Result<Lock<'_>, Issue> {
        if record.flags & ENCRYPTED == 0 {
            return Ok(Lock::Open);
        }
        refuse_unknown_encryption(record, body)?;
        if let Some(reason) = &self.locked {
            return Err(reason.clone());
        }
        for password in self.proven.iter().filter_map(|&index| self.passwords.get(index)) {
            if let Some(lock) = may_open(record, body, password.word(), bench)? {
                return Ok(lock);
            }
        }
        match self.find_password(record, body, self.others(), bench)? {
            Some((_, lock, _)) => Ok(lock),
            None => Err(password::locked(&self.passwords)),
        }
    }

    /// Tries the candidates on an entry. The best of those that fit, and how well it does.
    ///
    /// # Errors
    /// The entry is damaged, or trying takes more time than the source has.
    fn find_password(
        &self,
        record: &Record,
        body: &Body,
        candidates: impl Iterator<Item = usize>,
        bench: &mut Workbench,
    ) -> Result<Option<(usize, Lock<'_>, Fit)>, Issue> {
        let mut likely = None;
        for index in candidates {
            let Some(password) = self.passwords.get(index) else { continue };
            match body.aes {
                Some(_) => self.budget.take_derivation(ROUNDS, 2 * ROUNDS)?,
                None => self.budget.take_derivation(1, 1)?,
            }
            let Some(lock) = may_open(record, body, password.word(), bench)? else { continue };
            self.budget.take_derivation(1, tested_bytes(record) / BLOCK_BYTES)?;
            match self.fit(record, body, &lock, bench) {
                Fit::Proven => return Ok(Some((index, lock, Fit::Proven))),
                Fit::Likely if likely.is_none() => likely = Some((index, lock, Fit::Likely)),
                _ => {}
            }
        }
        Ok(likely)
    }

    /// The indices of the passwords that are not proven.
    fn others(&self) -> impl Iterator<Item = usize> {
        (0..self.passwords.len()).filter(|index| !self.proven.contains(index))
    }

    /// Tries the candidates on this entry, which is encrypted; the index of the one that fits.
    ///
    /// # Errors
    /// As [`Zip::find_password`], or the entry cannot be read whatever its password.
    pub(super) fn probe(
        &self,
        index: usize,
        bench: &mut Workbench,
    ) -> Result<Option<(usize, Fit)>, Issue> {
        let Some(record) = self.listing.record(index) else { return Ok(None) };
        let body = self.locate(index, &record, bench.window())?;
        refuse_unknown_encryption(&record, &body)?;
        let candidates = self.proven.iter().copied().chain(self.others());
        let found = self.find_password(&record, &body, candidates, bench)?;
        Ok(found.map(|(index, _, fit)| (index, fit)))
    }

    /// The thorough test: the seal where there is one, else the bytes, decompressed and checked.
    fn fit(&self, record: &Record, body: &Body, lock: &Lock<'_>, bench: &mut Workbench) -> Fit {
        if let Lock::Aes(opened) = lock {
            let is_sealed = record.packed <= MOST_SEALED && opened.is_sealed(bench.window());
            return if is_sealed { Fit::Proven } else { Fit::Likely };
        }
        let Workbench { inflater, pump } = bench;
        inflater.get_mut().aim(body.from, body.to);
        let seal = SealCheck::new();
        let limits = self.budget.limits();
        let read = unpacked(record, lock, inflater.get_mut(), &seal, limits).and_then(|decoder| {
            let (method, claims) = lock.contents(record);
            let mut bytes = Bounded::new(decoder, record.packed, &self.budget);
            if method == STORED || claims.size.is_none_or(|size| size <= PROOF_BYTES) {
                return pump.drain(&mut bytes, claims);
            }
            let claims = Claims { size: Some(PROOF_BYTES), crc: None };
            pump.drain(&mut (&mut bytes).take(PROOF_BYTES), claims)
        });
        if read.is_ok() { Fit::Proven } else { Fit::None }
    }
}

/// How well a password fits an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fit {
    None,
    /// One wrong password in 65,536 fits like this.
    Likely,
    Proven,
}

/// So much of an entry that was not stored proves a password: with a wrong one, decoders fail soon.
const PROOF_BYTES: u64 = 256 << 10;

/// What testing a password counts for: a hash takes in as many bytes in one block.
const BLOCK_BYTES: u64 = 64;

/// How many bytes of an entry the thorough test reads at most.
fn tested_bytes(record: &Record) -> u64 {
    match record.size {
        Some(_) if record.method != STORED => record.packed.min(PROOF_BYTES),
        _ => record.packed,
    }
}

/// Largest entry whose seal is compared only to prove a password.
const MOST_SEALED: u64 = 64 << 20;

fn refuse_unknown_encryption(record: &Record, body: &Body) -> Result<(), Issue> {
    let is_known = record.method != ENCRYPTED_WITH_AES || body.aes.is_some();
    if record.flags & (STRONG | MASKED) == 0 && is_known {
        return Ok(());
    }
    let text = "the entry has an encryption that logsieve does not read";
    Err(Issue::loss(Stage::Decrypt, Code::UnsupportedEncryption, text))
}

/// The quick test, which one wrong password in 256 passes (in 65,536 with AES).
fn may_open<'p>(
    record: &Record,
    body: &Body,
    password: &'p [u8],
    bench: &mut Workbench,
) -> Result<Option<Lock<'p>>, Issue> {
    if let Some(aes) = body.aes {
        let opened = aes.open(bench.window(), (body.from, body.to), password)?;
        return Ok(opened.map(Lock::Aes));
    }
    bench.window().aim(body.from, body.to);
    let decryptor = Decryptor::new(bench.window(), password);
    let check = decryptor.map_err(|error| bounded::issue_of(&error))?.check_byte();
    let by_crc = record.crc.is_some_and(|crc| (crc >> 24) as u8 == check);
    let is_likely = by_crc || (record.flags & DESCRIBED != 0 && (body.time >> 8) as u8 == check);
    Ok(is_likely.then_some(Lock::ZipCrypto(password)))
}

/// What is suspicious about an entry, by its local header.
fn doubt(record: &Record, local: &Local, extra: &[u8], is_same_name: bool) -> Option<Code> {
    if local.flags & MASKED != 0 {
        return None;
    }
    let (packed, size) = local.sizes(extra);
    let (packed, size) = (Declared::bytes(packed), Declared::bytes(size));
    let is_described = local.flags & DESCRIBED != 0;
    let is_same = is_same_name
        && local.method == record.method
        && local.flags & ENCRYPTED == record.flags & ENCRYPTED
        && (is_described
            || (packed == Declared::bytes(record.packed)
                && record.size.is_none_or(|listed| Declared::bytes(listed) == size)
                && record.crc.is_none_or(|listed| listed == local.crc)));
    if !is_same {
        Some(Code::ZipAmbiguous)
    } else if !Extra(extra).is_sound() {
        Some(Code::BadExtra)
    } else {
        None
    }
}

fn explain(code: Code) -> &'static str {
    match code {
        Code::ZipOverlap => "the entry shares its bytes with another one and was not read",
        Code::BadOffset => "the entry is said to stand outside of the ZIP",
        Code::MissingVolume => "the entry begins in a part of the ZIP that is not there",
        Code::BadExtra => "the extra fields of the entry are damaged",
        _ => "the two headers of the entry disagree, or only one is there",
    }
}

/// The bytes of an entry as they were before packing.
fn unpacked<'w>(
    record: &Record,
    lock: &Lock<'_>,
    window: &'w mut Window,
    seal: &'w SealCheck,
    limits: &Limits,
) -> Result<Box<dyn Read + 'w>, Issue> {
    let (method, _) = lock.contents(record);
    match lock {
        Lock::Open => decompressed(record, method, window, limits),
        Lock::ZipCrypto(password) => {
            let decryptor = Decryptor::new(window, password);
            let decryptor = decryptor.map_err(|error| bounded::issue_of(&error))?;
            decompressed(record, method, BufReader::new(decryptor), limits)
        }
        Lock::Aes(opened) => {
            let decryptor = aes::Decryptor::new(window, opened, seal).ok_or_else(|| {
                let text = "the keys of the entry cannot be used";
                Issue::loss(Stage::Decrypt, Code::InternalError, text)
            })?;
            decompressed(record, method, BufReader::new(decryptor), limits)
        }
    }
}

fn decompressed<'r>(
    record: &Record,
    method: u16,
    input: impl BufRead + 'r,
    limits: &Limits,
) -> Result<Box<dyn Read + 'r>, Issue> {
    let decoder: io::Result<Box<dyn Read + 'r>> = match method {
        STORED => Ok(Box::new(input)),
        DEFLATED => Ok(Box::new(DeflateDecoder::new(input))),
        9 => Ok(Box::new(deflate64::Deflate64Decoder::with_buffer(input))),
        12 => Ok(codec::decoder(Format::Bzip2, input, limits)),
        14 => lzma(record, input, limits),
        20 | 93 => Ok(codec::decoder(Format::Zstd, input, limits)),
        95 => Ok(codec::decoder(Format::Xz, input, limits)),
        98 => ppmd(record, input, limits),
        method => Err(unsupported(method)),
    };
    decoder.map_err(|error| bounded::issue_of(&error))
}

/// Names of methods that are not read.
const FOREIGN: [(u16, &str); 13] = [
    (1, "Shrink"),
    (2, "Reduce"),
    (3, "Reduce"),
    (4, "Reduce"),
    (5, "Reduce"),
    (6, "Implode"),
    (10, "DCL Implode"),
    (16, "IBM CMPSC"),
    (18, "IBM TERSE"),
    (19, "IBM LZ77"),
    (94, "MP3"),
    (96, "JPEG"),
    (97, "WavPack"),
];

fn unsupported(method: u16) -> io::Error {
    let name = FOREIGN.iter().find(|&&(number, _)| number == method);
    let name = name.map(|(_, name)| format!(" ({name})")).unwrap_or_default();
    let text = format!("compression method {method}{name} is not read");
    bounded::refusal(Issue::loss(Stage::Decode, Code::UnsupportedMethod, text))
}

fn too_much_memory(bytes: u64) -> io::Error {
    let text = format!("the decoder needs {} KiB of memory", bytes >> 10);
    bounded::refusal(Issue::loss(Stage::Limit, Code::LimitMemory, text))
}

/// PPMd in a ZIP: the order of the model, its memory and what it does when that is full stand in
/// two bytes before the data.
fn ppmd<'r>(
    record: &Record,
    mut input: impl BufRead + 'r,
    limits: &Limits,
) -> io::Result<Box<dyn Read + 'r>> {
    let mut head = [0; 2];
    input.read_exact(&mut head)?;
    let head = u32::from(u16::from_le_bytes(head));
    let (order, memory) = ((head & 0xf) + 1, ((head >> 4 & 0xff) + 1) << 20);
    let method = match head >> 12 {
        0 => RestoreMethod::Restart,
        1 => RestoreMethod::CutOff,
        _ => return Err(io::Error::new(io::ErrorKind::InvalidData, "unknown PPMd properties")),
    };
    if u64::from(memory) > limits.window {
        return Err(too_much_memory(u64::from(memory)));
    }
    let decoder = Ppmd8Decoder::new(input, order, memory, method).map_err(|error| match error {
        ppmd_rust::Error::IoError(error) => error,
        error => io::Error::new(io::ErrorKind::InvalidData, format!("PPMd: {error}")),
    })?;
    Ok(Box::new(decoder.take(record.size.unwrap_or(u64::MAX))))
}

/// LZMA in a ZIP: a version, the length of the properties, and these, stand before the data.
fn lzma<'r>(
    record: &Record,
    mut input: impl BufRead + 'r,
    limits: &Limits,
) -> io::Result<Box<dyn Read + 'r>> {
    const HAS_END_MARK: u16 = 1 << 1;
    let mut head = [0; 9];
    input.read_exact(&mut head)?;
    let [_, _, 5, 0, properties, dictionary @ ..] = head else {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "unknown LZMA properties"));
    };
    let dictionary = u32::from_le_bytes(dictionary);
    // The decoder refuses to tell for the largest dictionaries.
    let needed = lzma_rust2::lzma_get_memory_usage_by_props(dictionary, properties);
    let needed = u64::from(needed.unwrap_or(u32::MAX)) << 10;
    if needed > limits.window.saturating_add(codec::BESIDE_DICTIONARY) {
        return Err(too_much_memory(needed));
    }
    let size = if record.flags & HAS_END_MARK != 0 { None } else { record.size };
    let size = size.unwrap_or(u64::MAX);
    Ok(Box::new(lzma_rust2::LzmaReader::new_with_props(input, size, properties, dictionary, None)?))
}
