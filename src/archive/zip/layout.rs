//! Where entries stand in a ZIP: which of them share bytes, and what stands between them.

use std::cmp::Reverse;
use std::io;

use super::Record;
use super::local::{FIXED_BYTES, Local};
use crate::archive::window::Window;
use crate::issue::Code;

/// Marks entries that share bytes with others, and those that stand where no entry can be.
///
/// Of entries that share bytes, those that end first are kept: one of many that are the same, the
/// innermost of those that lie inside each other. The rest are not read, for this is how a few
/// kilobytes become terabytes.
pub(super) fn mark_overlaps(records: &mut [Record], length: u64) -> Vec<usize> {
    let mut order = Vec::new();
    for (index, record) in records.iter_mut().enumerate() {
        if record.flaw == Some(Code::MissingVolume) {
            continue;
        }
        if record.offset.saturating_add(FIXED_BYTES as u64) > length {
            record.flaw = Some(Code::BadOffset);
        } else {
            order.push(index);
        }
    }
    let end = |record: &Record| record.least_end().min(length);
    order.sort_unstable_by_key(|&index| {
        let place = records.get(index).map(|record| (end(record), Reverse(record.offset)));
        (place, index)
    });
    let mut free_from = 0;
    order.retain(|&index| {
        let Some(record) = records.get_mut(index) else { return false };
        let is_free = record.offset >= free_from;
        if is_free {
            free_from = end(record);
        } else {
            record.flaw = Some(Code::ZipOverlap);
        }
        is_free
    });
    order
}

/// Marks entries that begin outside of the `stretches` that are there.
pub(super) fn mark_missing(records: &mut [Record], stretches: &[(u64, u64)]) {
    for record in records {
        let header_end = record.offset.saturating_add(FIXED_BYTES as u64);
        let after = stretches.partition_point(|&(_, to)| to < header_end);
        let is_missing = stretches.get(after).is_some_and(|&(from, _)| record.offset < from);
        if is_missing {
            record.flaw = Some(Code::MissingVolume);
        }
    }
}

/// The stretches before `until` that belong to no entry and have room for one. `kept` are entries
/// in ascending order of their places.
pub(super) fn gaps(
    records: &[Record],
    kept: &[usize],
    until: u64,
    window: &mut Window,
) -> io::Result<Vec<(u64, u64)>> {
    let mut gaps = Vec::new();
    let mut previous: Option<&Record> = None;
    let kept = kept.iter().filter_map(|&index| records.get(index));
    for next in kept.map(Some).chain([None]) {
        let start = next.map_or(until, |record| record.offset);
        let has_room = |end: u64| start.saturating_sub(end) > FIXED_BYTES as u64;
        if has_room(previous.map_or(0, Record::least_end)) {
            let end = previous.map_or(Ok(0), |record| end_of(record, window))?;
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
    records: &[Record],
    kept: &[usize],
    (from, to): (u64, u64),
    window: &mut Window,
) -> io::Result<Option<(u64, u64)>> {
    let last = kept.last().and_then(|&index| records.get(index));
    let has_room = |from: u64| to.saturating_sub(from) > FIXED_BYTES as u64;
    if !has_room(from) {
        return Ok(None);
    }
    let from = from.max(last.map_or(Ok(0), |record| end_of(record, window))?);
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
