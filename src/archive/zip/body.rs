//! The bytes of one entry: checked against its local header, decrypted, decompressed.

use std::io::{self, BufRead, BufReader, Read};
use std::ops::ControlFlow;
use std::time::Instant;

use flate2::bufread::DeflateDecoder;
use rawzip::zipcrypto::Decryptor;

use super::aes::{self, Aes, KeptCrc, SealCheck};
use super::local::{DESCRIBED, ENCRYPTED, Extra, FIXED_BYTES, Local, MASKED, STRONG, entry_name};
use super::{Record, Zip};
use crate::archive::bounded::{self, Bounded, Claims, Pump};
use crate::archive::window::Window;
use crate::archive::{Visitor, codec};
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

impl Workbench {
    /// A workbench for entries that `window` shows.
    pub(super) fn new(window: Window) -> Self {
        Self { inflater: DeflateDecoder::new(window), pump: Pump::new() }
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
        let Some(record) = self.records.get(index) else {
            let issue = Issue::loss(Stage::Open, Code::InternalError, "there is no such entry");
            return ControlFlow::Continue(Err(issue));
        };
        let body = self.locate(index, record, bench.window());
        let (body, lock) = match body.and_then(|body| {
            let lock = self.unlock(record, &body, bench)?;
            Ok((body, lock))
        }) {
            Ok(found) => found,
            Err(issue) => return ControlFlow::Continue(Err(issue)),
        };
        let outcome = self.decode(record, &body, &lock, bench, visitor)?;
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
        let is_same_name =
            self.entries.get(index).is_none_or(|entry| entry.name == entry_name(name, extra));
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

    /// The password that opens the entry, if it needs one.
    fn unlock(
        &self,
        record: &Record,
        body: &Body,
        bench: &mut Workbench,
    ) -> Result<Lock<'_>, Issue> {
        if record.flags & ENCRYPTED == 0 {
            return Ok(Lock::Open);
        }
        let is_known = record.method != ENCRYPTED_WITH_AES || body.aes.is_some();
        if record.flags & (STRONG | MASKED) != 0 || !is_known {
            let text = "the entry has an encryption that logsieve does not read";
            return Err(Issue::loss(Stage::Decrypt, Code::UnsupportedEncryption, text));
        }
        for (candidate, is_proven) in self.candidates() {
            let Some(password) = self.passwords.get(candidate) else { continue };
            let started = Instant::now();
            if let Some(lock) = self.may_open(record, body, password.word(), bench)?
                && (is_proven || self.opens(record, body, &lock, bench))
            {
                self.prove(candidate);
                return Ok(lock);
            }
            self.waste(started)?;
        }
        Err(password::locked(&self.passwords))
    }

    /// The quick test, which one wrong password in 256 passes (in 65,536 with AES).
    fn may_open<'p>(
        &self,
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
        let is_likely =
            by_crc || (record.flags & DESCRIBED != 0 && (body.time >> 8) as u8 == check);
        Ok(is_likely.then_some(Lock::ZipCrypto(password)))
    }

    /// The thorough test: the whole entry decrypted, decompressed and checked.
    fn opens(&self, record: &Record, body: &Body, lock: &Lock<'_>, bench: &mut Workbench) -> bool {
        let Workbench { inflater, pump } = bench;
        inflater.get_mut().aim(body.from, body.to);
        let seal = SealCheck::new();
        unpacked(record, lock, inflater.get_mut(), &seal, self.budget.limits())
            .and_then(|decoder| {
                let (_, claims) = lock.contents(record);
                pump.drain(&mut Bounded::new(decoder, record.packed, &self.budget), claims)
            })
            .and_then(|()| seal.verdict())
            .is_ok()
    }
}

/// What is suspicious about an entry, by its local header.
fn doubt(record: &Record, local: &Local, extra: &[u8], is_same_name: bool) -> Option<Code> {
    if local.flags & MASKED != 0 {
        return None;
    }
    let (packed, size) = local.sizes(extra);
    let is_described = local.flags & DESCRIBED != 0;
    let is_same = is_same_name
        && local.method == record.method
        && local.flags & ENCRYPTED == record.flags & ENCRYPTED
        && (is_described
            || (packed == record.packed
                && record.size.is_none_or(|listed| listed == size)
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
        12 => codec::decoder(Format::Bzip2, input, limits),
        14 => lzma(record, input, limits),
        20 | 93 => codec::decoder(Format::Zstd, input, limits),
        95 => codec::decoder(Format::Xz, input, limits),
        method => Err(bounded::refusal(Issue::loss(
            Stage::Decode,
            Code::UnsupportedMethod,
            format!("compression method {method} is not read"),
        ))),
    };
    decoder.map_err(|error| bounded::issue_of(&error))
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
    let needed = needed.unwrap_or(u32::MAX);
    if u64::from(needed) << 10 > limits.window {
        return Err(bounded::refusal(Issue::loss(
            Stage::Limit,
            Code::LimitMemory,
            format!("the decoder needs {needed} KiB of memory"),
        )));
    }
    let size = if record.flags & HAS_END_MARK != 0 { None } else { record.size };
    let size = size.unwrap_or(u64::MAX);
    Ok(Box::new(lzma_rust2::LzmaReader::new_with_props(input, size, properties, dictionary, None)?))
}
