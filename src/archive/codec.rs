//! The stream compressions that stand round one file or one tar: gzip, zstd, xz, bzip2.

use std::io::{BufRead, BufReader, Read};

use crate::archive::bounded::Bounded;
use crate::archive::data::Data;
use crate::archive::zstd;
use crate::limits::{Budget, Limits};
use crate::record::Format;

/// How much compressed data is read at once.
const INPUT_BYTES: usize = 64 << 10;

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
            let limit = u32::try_from(limits.window >> 10).unwrap_or(u32::MAX);
            Box::new(lzma_rust2::XzReader::new_mem_limit(input, true, limit))
        }
        Format::Bzip2 => Box::new(bzip2::bufread::MultiBzDecoder::new(input)),
        _ => Box::new(input),
    }
}

/// The most memory that the decoder for `format` holds, in bytes.
pub(super) fn window(format: Format, limits: &Limits) -> u64 {
    match format {
        Format::Zstd | Format::Xz => limits.window,
        Format::Bzip2 => BZIP2_WINDOW,
        _ => 0,
    }
}

/// What the largest block of bzip2 takes, by its manual.
const BZIP2_WINDOW: u64 = 4 << 20;

/// The decoded bytes of `data`, charged against the budget.
pub(super) fn open<'b>(
    data: &Data,
    format: Format,
    budget: &'b Budget,
) -> Bounded<'b, Box<dyn Read>> {
    let input = BufReader::with_capacity(INPUT_BYTES, data.reader());
    Bounded::new(decoder(format, input, budget.limits()), data.length(), budget)
}
