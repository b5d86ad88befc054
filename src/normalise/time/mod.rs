//! Dates of system files and folder names as RFC 3339 in UTC, with how sure that is.
//!
//! A date as written has up to two gaps: which number is the month, and which zone the clock was
//! in. `date` reads the text and says which gaps it has, `zone` reads what the `TimeZone:`
//! field says, and here both are put together.

mod date;
mod zone;

use jiff::Timestamp;
use jiff::tz::Offset;

pub use date::{OrderBasis, Parsed, Precision, decides_order, parse};
pub use zone::offset;

use crate::fact::DateOrder;
use crate::record::TimeConfidence;

/// The first year in which an infection is believed.
const FIRST_INFECTION_YEAR: i16 = 2015;

/// The moment that a date names, in RFC 3339 UTC with seconds, and how sure that is.
///
/// `order` is what is known of the writer: the family's habit, or what other dates of the same
/// file decide. `zone` is the machine's zone as its system file has it; a zone inside the date wins.
/// A date without a time of day is taken as midnight UTC, whatever the zone.
///
/// ```
/// use logsieve::{fact::DateOrder, normalise::time::resolve, record::TimeConfidence};
/// let (time, confidence) =
///     resolve("30.06.2025 10:20:30", DateOrder::Unknown, Some("UTC+4")).unwrap();
/// assert_eq!(time, "2025-06-30T06:20:30Z");
/// assert_eq!(confidence, TimeConfidence::Exact);
/// assert_eq!(resolve("01.01.1601 02:00:00", DateOrder::Unknown, None), None);
/// ```
pub fn resolve(
    raw: &str,
    order: DateOrder,
    zone: Option<&str>,
) -> Option<(String, TimeConfidence)> {
    let parsed = parse(raw, order)?;
    let offset = match parsed.precision {
        Precision::Second => parsed.offset.or_else(|| zone.and_then(offset)),
        Precision::Day => None,
    };
    let confidence = match (parsed.order, offset) {
        (OrderBasis::Assumed, _) => TimeConfidence::OrderAssumed,
        (OrderBasis::Certain, None) => TimeConfidence::ZoneAssumed,
        (OrderBasis::Certain, Some(_)) => TimeConfidence::Exact,
    };
    let instant = offset.unwrap_or(Offset::UTC).to_timestamp(parsed.civil).ok()?;
    Some((rfc3339(instant), confidence))
}

/// [`resolve`] for the time of an infection: dates before 2015 are older than any log.
///
/// ```
/// use logsieve::{fact::DateOrder, normalise::time::resolve_infection};
/// assert!(resolve_infection("2014-12-31 10:20:30", DateOrder::Unknown, None).is_none());
/// ```
pub fn resolve_infection(
    raw: &str,
    order: DateOrder,
    zone: Option<&str>,
) -> Option<(String, TimeConfidence)> {
    let is_believed = parse(raw, order)?.civil.year() >= FIRST_INFECTION_YEAR;
    if is_believed { resolve(raw, order, zone) } else { None }
}

/// [`resolve_infection`] for the stamp in a folder name, where nothing better is known.
///
/// ```
/// use logsieve::normalise::time::resolve_folder;
/// let (time, _) = resolve_folder("[2024_05_12T10_11_12_1234567]").unwrap();
/// assert_eq!(time, "2024-05-12T10:11:12Z");
/// ```
pub fn resolve_folder(stamp: &str) -> Option<(String, TimeConfidence)> {
    let (time, _) = resolve_infection(stamp, DateOrder::Unknown, None)?;
    Some((time, TimeConfidence::FolderName))
}

/// An instant as records show it, in whole seconds.
pub fn rfc3339(instant: Timestamp) -> String {
    instant.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Seconds since 1970 as records show them; none where they are out of any calendar.
///
/// ```
/// use logsieve::normalise::time::from_epoch;
/// assert_eq!(from_epoch(1_751_264_430).as_deref(), Some("2025-06-30T06:20:30Z"));
/// ```
pub fn from_epoch(seconds: i64) -> Option<String> {
    Timestamp::from_second(seconds).ok().map(rfc3339)
}

#[cfg(test)]
mod tests;
