//! The decoders of a block, put together along its graph.

use std::io::{self, BufReader, Read, Seek, SeekFrom};

use lzma_rust2::filter::bcj::BcjReader;
use lzma_rust2::filter::bcj2::Bcj2Reader;
use lzma_rust2::filter::delta::DeltaReader;
use lzma_rust2::{Lzma2Reader, LzmaReader, lzma_get_memory_usage_by_props, lzma2_get_memory_usage};
use ppmd_rust::Ppmd7Decoder;

use super::graph::{Coder, Feed, Graph};
use super::header::{Block, Streams};
use super::key::{Decryptor, Key, Lock};
use super::source::corrupt;
use crate::archive::data::Data;
use crate::archive::{bounded, codec};
use crate::issue::{Code, Issue, Stage};
use crate::limits::Limits;
use crate::record::Format;

/// Numbers of methods.
mod method {
    pub(super) const COPY: u64 = 0x00;
    pub(super) const DELTA: u64 = 0x03;
    pub(super) const BCJ_X86: u64 = 0x04;
    pub(super) const BCJ_PPC: u64 = 0x05;
    pub(super) const BCJ_IA64: u64 = 0x06;
    pub(super) const BCJ_ARM: u64 = 0x07;
    pub(super) const BCJ_ARM_THUMB: u64 = 0x08;
    pub(super) const BCJ_SPARC: u64 = 0x09;
    pub(super) const BCJ_ARM64: u64 = 0x0a;
    pub(super) const BCJ_RISCV: u64 = 0x0b;
    pub(super) const LZMA2: u64 = 0x21;
    pub(super) const LZMA: u64 = 0x03_0101;
    pub(super) const OLD_BCJ_X86: u64 = 0x0303_0103;
    pub(super) const BCJ2: u64 = 0x0303_011b;
    pub(super) const OLD_BCJ_PPC: u64 = 0x0303_0205;
    pub(super) const OLD_BCJ_IA64: u64 = 0x0303_0401;
    pub(super) const OLD_BCJ_ARM: u64 = 0x0303_0501;
    pub(super) const OLD_BCJ_ARM_THUMB: u64 = 0x0303_0701;
    pub(super) const OLD_BCJ_SPARC: u64 = 0x0303_0805;
    pub(super) const PPMD: u64 = 0x03_0401;
    pub(super) const DEFLATE: u64 = 0x04_0108;
    pub(super) const DEFLATE64: u64 = 0x04_0109;
    pub(super) const BZIP2: u64 = 0x04_0202;
    pub(super) const ZSTD: u64 = 0x04f7_1101;
    pub(super) const AES: u64 = 0x06f1_0701;
}

/// Names of methods that are not read.
const FOREIGN: [(u64, &str); 6] = [
    (0x02_0302, "SWAP2"),
    (0x02_0304, "SWAP4"),
    (0x04f7_1102, "Brotli"),
    (0x04f7_1104, "LZ4"),
    (0x04f7_1105, "LZ5"),
    (0x04f7_1106, "Lizard"),
];

/// How many bytes are asked of a decoder at once: what it has made is lost when it fails.
const PIECE_BYTES: usize = 1 << 10;

/// How much of a packed stream is read at once.
const INPUT_BYTES: usize = 64 << 10;

type Bytes = Box<dyn Read>;

impl Graph {
    /// How the block is encrypted, if it is.
    pub(super) fn lock(&self) -> Option<io::Result<Lock>> {
        let aes = self.coders.iter().find(|coder| coder.method == method::AES)?;
        Some(Lock::of(&aes.properties).map(|(lock, _)| lock))
    }

    /// Whether the decoders fail soon when what they are fed is noise.
    pub(super) fn is_telling(&self) -> bool {
        use method::{BZIP2, DEFLATE, DEFLATE64, LZMA, LZMA2, ZSTD};
        const TELLING: [u64; 6] = [BZIP2, DEFLATE, DEFLATE64, LZMA, LZMA2, ZSTD];
        self.coders.iter().any(|coder| TELLING.contains(&coder.method))
    }
}

/// The bytes of a block.
///
/// # Errors
/// A method is not read, its properties are damaged, or the decoders want too much memory.
pub(super) fn open(
    data: &Data,
    streams: &Streams,
    block: &Block,
    graph: &Graph,
    key: Option<(&Lock, &Key)>,
    limits: &Limits,
) -> Result<Bytes, Issue> {
    let plan = Plan { data, streams, block, graph, key, limits };
    let bytes = plan.check_memory().and_then(|()| plan.output_of(graph.main));
    let bytes = bytes.map_err(|error| bounded::issue_of(&error))?;
    Ok(Box::new(Pieces { inner: bytes, failure: None }))
}

/// What it takes to build the decoders of a block.
struct Plan<'p> {
    data: &'p Data,
    streams: &'p Streams,
    block: &'p Block,
    graph: &'p Graph,
    key: Option<(&'p Lock, &'p Key)>,
    limits: &'p Limits,
}

impl Plan<'_> {
    /// Refuses coders that together want more memory than a decoder may have.
    fn check_memory(&self) -> io::Result<()> {
        let needed = memory(self.graph)?;
        if needed <= self.limits.window.saturating_add(codec::BESIDE_DICTIONARY) {
            return Ok(());
        }
        let text = format!("the decoders need {} MiB of memory", needed >> 20);
        Err(bounded::refusal(Issue::loss(Stage::Limit, Code::LimitMemory, text)))
    }

    fn input(&self, feed: Feed) -> io::Result<Bytes> {
        match feed {
            Feed::Coder(coder) => self.output_of(coder),
            Feed::Packed(which) => {
                let (from, to) = self.streams.packed(self.block, which);
                let mut reader = self.data.reader();
                reader.seek(SeekFrom::Start(from))?;
                let packed = to.saturating_sub(from);
                Ok(Box::new(BufReader::with_capacity(INPUT_BYTES, reader.take(packed))))
            }
        }
    }

    /// What the coder puts out. The graph has no circles and few coders, so this comes to an end.
    fn output_of(&self, index: usize) -> io::Result<Bytes> {
        let Some(coder) = self.graph.coders.get(index) else {
            return Err(corrupt("a coder is not there"));
        };
        let size = self.streams.sizes(self.block).get(index).copied().unwrap_or_default();
        let inputs = coder.inputs.iter().map(|&feed| self.input(feed));
        let inputs = inputs.collect::<io::Result<Vec<_>>>()?;
        let [input] = match <[Bytes; 1]>::try_from(inputs) {
            Ok(input) => input,
            Err(inputs) if coder.method == method::BCJ2 && inputs.len() == 4 => {
                return Ok(Box::new(Bcj2Reader::new(inputs, size)));
            }
            Err(_) => return Err(unsupported(coder.method)),
        };
        self.decoder(coder, input, size)
    }

    fn decoder(&self, coder: &Coder, input: Bytes, size: u64) -> io::Result<Bytes> {
        Ok(match coder.method {
            method::COPY => input,
            method::LZMA => {
                let (properties, dictionary) = lzma_properties(coder)?;
                let mut lzma =
                    LzmaReader::new_with_props(input, size, properties, dictionary, None)?;
                lzma.set_relaxed_end_condition(false);
                lzma.set_defer_errors(true);
                Box::new(lzma)
            }
            method::LZMA2 => {
                let shortest = u32::try_from(size).unwrap_or(u32::MAX).max(4096);
                let dictionary = lzma2_dictionary(coder)?.min(shortest);
                Box::new(Lzma2Reader::new(input, dictionary, None))
            }
            method::PPMD => {
                let (order, memory) = ppmd_properties(coder)?;
                let ppmd = Ppmd7Decoder::new(input, order, memory).map_err(ppmd_error)?;
                Box::new(ppmd.take(size))
            }
            method::BZIP2 => codec::decoder(Format::Bzip2, BufReader::new(input), self.limits),
            method::ZSTD => codec::decoder(Format::Zstd, BufReader::new(input), self.limits),
            method::DEFLATE => {
                Box::new(flate2::bufread::DeflateDecoder::new(BufReader::new(input)))
            }
            method::DEFLATE64 => Box::new(deflate64::Deflate64Decoder::new(input)),
            method::AES => {
                let (lock, vector) = Lock::of(&coder.properties)?;
                let Some((_, key)) = self.key.filter(|&(opened, _)| *opened == lock) else {
                    let text = "a block is encrypted in several ways";
                    let code = Code::UnsupportedEncryption;
                    return Err(bounded::refusal(Issue::loss(Stage::Decrypt, code, text)));
                };
                Box::new(Decryptor::new(input, key, &vector).take(size))
            }
            method::DELTA => {
                let distance = coder.properties.first().map_or(1, |&byte| usize::from(byte) + 1);
                Box::new(DeltaReader::new(input, distance))
            }
            method => return filter(method, input).ok_or_else(|| unsupported(method)),
        })
    }
}

/// A filter for machine code.
fn filter(method: u64, input: Bytes) -> Option<Bytes> {
    let filter = match method {
        method::BCJ_X86 | method::OLD_BCJ_X86 => BcjReader::new_x86(input, 0),
        method::BCJ_PPC | method::OLD_BCJ_PPC => BcjReader::new_ppc(input, 0),
        method::BCJ_IA64 | method::OLD_BCJ_IA64 => BcjReader::new_ia64(input, 0),
        method::BCJ_ARM | method::OLD_BCJ_ARM => BcjReader::new_arm(input, 0),
        method::BCJ_ARM_THUMB | method::OLD_BCJ_ARM_THUMB => BcjReader::new_arm_thumb(input, 0),
        method::BCJ_SPARC | method::OLD_BCJ_SPARC => BcjReader::new_sparc(input, 0),
        method::BCJ_ARM64 => BcjReader::new_arm64(input, 0),
        method::BCJ_RISCV => BcjReader::new_riscv(input, 0),
        _ => return None,
    };
    Some(Box::new(filter))
}

fn unsupported(method: u64) -> io::Error {
    let name = FOREIGN.iter().find(|&&(id, _)| id == method).map(|&(_, name)| name);
    let name = name.map_or_else(|| format!("{method:x}"), str::to_owned);
    let text = format!("compression method {name} is not read");
    bounded::refusal(Issue::loss(Stage::Decode, Code::UnsupportedMethod, text))
}

/// How much memory the coders of a block need together, as their properties say.
///
/// # Errors
/// The properties of one are damaged.
pub(super) fn memory(graph: &Graph) -> io::Result<u64> {
    graph.coders.iter().try_fold(0, |sum: u64, coder| Ok(sum.saturating_add(memory_of(coder)?)))
}

/// How much memory a coder needs, as its properties say.
fn memory_of(coder: &Coder) -> io::Result<u64> {
    /// The largest blocks of bzip2, and what goes with them.
    const BZIP2_BYTES: u64 = 4 << 20;
    Ok(match coder.method {
        method::LZMA => {
            let (properties, dictionary) = lzma_properties(coder)?;
            // The decoder refuses to tell for the largest dictionaries.
            let needed = lzma_get_memory_usage_by_props(dictionary, properties);
            needed.map_or(u64::from(dictionary), |kilobytes| u64::from(kilobytes) << 10)
        }
        method::LZMA2 => u64::from(lzma2_get_memory_usage(lzma2_dictionary(coder)?)) << 10,
        method::PPMD => u64::from(ppmd_properties(coder)?.1),
        method::BZIP2 => BZIP2_BYTES,
        _ => INPUT_BYTES as u64,
    })
}

fn lzma_properties(coder: &Coder) -> io::Result<(u8, u32)> {
    let Some(&[properties, a, b, c, d]) = coder.properties.first_chunk() else {
        return Err(corrupt("the properties of LZMA are damaged"));
    };
    Ok((properties, u32::from_le_bytes([a, b, c, d])))
}

fn lzma2_dictionary(coder: &Coder) -> io::Result<u32> {
    match coder.properties.first() {
        Some(40) => Ok(u32::MAX),
        Some(&bits @ 0..40) => Ok((2 | u32::from(bits & 1)) << (bits / 2 + 11)),
        _ => Err(corrupt("the properties of LZMA2 are damaged")),
    }
}

/// The order of the model, and its memory.
fn ppmd_properties(coder: &Coder) -> io::Result<(u32, u32)> {
    let Some(&[order, a, b, c, d]) = coder.properties.first_chunk() else {
        return Err(corrupt("the properties of PPMd are damaged"));
    };
    Ok((u32::from(order), u32::from_le_bytes([a, b, c, d])))
}

fn ppmd_error(error: ppmd_rust::Error) -> io::Error {
    match error {
        ppmd_rust::Error::IoError(error) => error,
        error => io::Error::new(io::ErrorKind::InvalidData, format!("PPMd: {error}")),
    }
}

/// Asks for little at once, and tells of a failure after what came before it.
struct Pieces {
    inner: Bytes,
    failure: Option<Issue>,
}

impl Read for Pieces {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if let Some(failure) = &self.failure {
            return Err(bounded::refusal(failure.clone()));
        }
        let mut filled = 0;
        for piece in buffer.chunks_mut(PIECE_BYTES) {
            match self.inner.read(piece) {
                Ok(count) => {
                    filled += count;
                    if count < piece.len() {
                        break;
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    let failure = self.failure.insert(bounded::issue_of(&error));
                    return if filled > 0 {
                        Ok(filled)
                    } else {
                        Err(bounded::refusal(failure.clone()))
                    };
                }
            }
        }
        Ok(filled)
    }
}
