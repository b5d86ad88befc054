//! The stream compressions that stand round one file or one tar: gzip, zstd, xz, bzip2.

use std::io::{BufRead, BufReader, Read};

use crate::archive::bounded::Bounded;
use crate::archive::data::Data;
use crate::archive::zstd;
use crate::limits::{Budget, Limits};
use crate::record::Format;

/// How much compressed data is read at once.
const INPUT_BYTES: usize = 64 << 10;

/// More than decoders of LZMA need besides their dictionary, with the usual properties, in bytes.
pub(super) const BESIDE_DICTIONARY: u64 = 512 << 10;

/// All bytes inside the compression `format`, several members one after the other; every other
/// format is passed through.
pub(super) fn decoder<'r>(
    format: Format,
    input: impl BufRead + 'r,
    limits: &Limits,
) -> Box<dyn Read + 'r> {
    match format {
        Format::Gzip => Box::new(flate2::bufread::MultiGzDecoder::new(input)),
        Format::Zstd => Box::new(zstd::decoder(input, limits.window)),
        Format::Xz => {
            let memory = limits.window.saturating_add(BESIDE_DICTIONARY);
            let limit = u32::try_from(memory >> 10).unwrap_or(u32::MAX);
            Box::new(lzma_rust2::XzReader::new_mem_limit(input, true, limit))
        }
        Format::Bzip2 => Box::new(bzip2::bufread::MultiBzDecoder::new(input)),
        _ => Box::new(input),
    }
}

/// How much memory the decoder for `data` holds, in bytes, as its first headers say.
pub(super) fn window(format: Format, data: &Data, limits: &Limits) -> u64 {
    let window_of = match format {
        Format::Zstd => zstd::window_of,
        Format::Xz => xz_window,
        Format::Bzip2 => return BZIP2_WINDOW,
        _ => return 0,
    };
    let mut head = Vec::new();
    // Where that cannot be read, nothing can.
    let read = data.reader().take(HEAD_BYTES).read_to_end(&mut head);
    let window = read.ok().and_then(|_| window_of(&head));
    window.unwrap_or(USUAL_WINDOW).min(limits.window)
}

/// More than the headers in front of the first compressed byte.
const HEAD_BYTES: u64 = 2 << 10;

/// The window of what does not say how large it is: more than most programs take unasked.
pub(super) const USUAL_WINDOW: u64 = 32 << 20;

/// What the largest block of bzip2 takes, by its manual.
const BZIP2_WINDOW: u64 = 4 << 20;

/// The dictionary of the first block of an XZ (its format, 3.1), in bytes.
fn xz_window(head: &[u8]) -> Option<u64> {
    const LZMA2: u64 = 0x21;
    const STREAM_HEADER: usize = 12;
    let block = head.get(STREAM_HEADER..)?;
    let flags = *block.get(1)?;
    let mut fields = block.get(2..)?;
    let sizes = u32::from(flags & 0x40 != 0) + u32::from(flags & 0x80 != 0);
    for _ in 0..sizes {
        number(&mut fields)?;
    }
    for _ in 0..=flags & 3 {
        let (filter, length) = (number(&mut fields)?, number(&mut fields)?);
        let properties = fields.split_off(..usize::try_from(length).ok()?)?;
        if filter == LZMA2 {
            let bits = u32::from(*properties.first()?).min(39);
            return Some(u64::from(2 | bits & 1) << (bits / 2 + 11));
        }
    }
    None
}

/// A number in groups of seven bits, the lowest first.
fn number(fields: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..63).step_by(7) {
        let byte = *fields.split_off_first()?;
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

/// The decoded bytes of `data`, charged against the budget.
pub(super) fn open<'b>(
    data: &Data,
    format: Format,
    budget: &'b Budget,
) -> Bounded<'b, Box<dyn Read>> {
    let input = BufReader::with_capacity(INPUT_BYTES, data.reader());
    Bounded::new(decoder(format, input, budget.limits()), data.length(), budget)
}
