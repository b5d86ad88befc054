//! Where entries stand in a ZIP: which of them share bytes, and what stands between them.

use std::cmp::Reverse;
use std::io;

use super::listing::{Listing, Record};
use super::local::{FIXED_BYTES, Local};
use crate::archive::window::Window;
use crate::issue::Code;

/// Marks entries that share bytes with others, and those that stand where no entry can be.
///
/// Of entries that share bytes, those that end first are kept: one of many that are the same, the
/// innermost of those that lie inside each other. The rest are not read, for this is how a few
/// kilobytes become terabytes.
pub(super) fn mark_overlaps(listing: &mut Listing, length: u64) -> Vec<u32> {
    let mut order = Vec::with_capacity(listing.len());
    for number in 0..u32::try_from(listing.len()).unwrap_or(u32::MAX) {
        let index = number as usize;
        let Some(record) = listing.record(index) else { continue };
        if record.flaw == Some(Code::MissingVolume) {
            continue;
        }
        if record.offset.saturating_add(FIXED_BYTES as u64) > length {
            listing.blame(index, Code::BadOffset);
        } else {
            order.push(number);
        }
    }
    let end = |record: &Record| record.least_end().min(length);
    order.sort_unstable_by_key(|&index| {
        let record = listing.record(index as usize);
        (record.map(|record| (end(&record), Reverse(record.offset))), index)
    });
    let mut free_from = 0;
    order.retain(|&index| {
        let Some(record) = listing.record(index as usize) else { return false };
        let is_free = record.offset >= free_from;
        if is_free {
            free_from = end(&record);
        } else {
            listing.blame(index as usize, Code::ZipOverlap);
        }
        is_free
    });
    order
}

/// Marks entries that begin outside of the `stretches` that are there.
pub(super) fn mark_missing(listing: &mut Listing, stretches: &[(u64, u64)]) {
    for index in 0..listing.len() {
        let Some(record) = listing.record(index) else { continue };
        let header_end = record.offset.saturating_add(FIXED_BYTES as u64);
        let after = stretches.partition_point(|&(_, to)| to < header_end);
        let is_missing = stretches.get(after).is_some_and(|&(from, _)| record.offset < from);
        if is_missing {
            listing.blame(index, Code::MissingVolume);
        }
    }
}

/// The stretches before `until` that belong to no entry and have room for one. `kept` are entries
/// in ascending order of their places.
pub(super) fn gaps(
    listing: &Listing,
    kept: &[u32],
    until: u64,
    window: &mut Window,
) -> io::Result<Vec<(u64, u64)>> {
    let mut gaps = Vec::new();
    let mut previous: Option<Record> = None;
    let kept = kept.iter().filter_map(|&index| listing.record(index as usize));
    for next in kept.map(Some).chain([None]) {
        let start = next.as_ref().map_or(until, |record| record.offset);
        let has_room = |end: u64| start.saturating_sub(end) > FIXED_BYTES as u64;
        if has_room(previous.as_ref().map_or(0, Record::least_end)) {
            let end = previous.as_ref().map_or(Ok(0), |record| end_of(record, window))?;
            if has_room(end) {
                gaps.push((end, start));
            }
        }
        previous = next;
    }
    Ok(gaps)
}

/// What stands behind both the directory and the last entry, if there is room for an entry; the
/// directory ends at `from`, the archive at `to`.
pub(super) fn behind(
    listing: &Listing,
    kept: &[u32],
    (from, to): (u64, u64),
    window: &mut Window,
) -> io::Result<Option<(u64, u64)>> {
    let last = kept.last().and_then(|&index| listing.record(index as usize));
    let has_room = |from: u64| to.saturating_sub(from) > FIXED_BYTES as u64;
    if !has_room(from) {
        return Ok(None);
    }
    let from = from.max(last.map_or(Ok(0), |record| end_of(&record, window))?);
    Ok(has_room(from).then_some((from, to)))
}

/// What lies both in a gap and in a stretch; both are in order, and none overlaps another.
pub(super) fn intersection(gaps: &[(u64, u64)], stretches: &[(u64, u64)]) -> Vec<(u64, u64)> {
    let (mut common, mut stretches) = (Vec::new(), stretches.iter().peekable());
    for &(from, to) in gaps {
        while let Some(&&(start, end)) = stretches.peek() {
            if from.max(start) < to.min(end) {
                common.push((from.max(start), to.min(end)));
            }
            if end > to {
                break;
            }
            stretches.next();
        }
    }
    common
}

/// Where the bytes of an entry really end; a descriptor behind them has no room for an entry.
fn end_of(record: &Record, window: &mut Window) -> io::Result<u64> {
    window.aim(record.offset, u64::MAX);
    let header = window.peek(FIXED_BYTES, FIXED_BYTES)?;
    let header_bytes = Local::parse(header).map_or(FIXED_BYTES, |local| local.length()) as u64;
    Ok(record.offset.saturating_add(header_bytes).saturating_add(record.packed))
}
