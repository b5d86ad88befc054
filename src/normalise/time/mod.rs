//! Dates of system files and folder names as RFC 3339 in UTC, with how sure that is.
//!
//! A date as written has up to two gaps: which number is the month, and which zone the clock was
//! in. `date` reads the text and says which gaps it has, `zone` reads what the `TimeZone:`
//! field says, and here both are put together.

mod date;
mod order;
mod place;
mod zone;

use jiff::Timestamp;
use jiff::tz::TimeZone;

pub use date::{Order, OrderBasis, Parsed, Precision, parse};
pub use order::{Clock, OrderVotes, clock, decides_order};
pub use zone::offset;

use crate::record::TimeConfidence;

/// The moment that a date names, to the second, and how sure that is.
///
/// `order` is what is known of the writer: the family's habit, or what other dates
/// decide. `zone` is the machine's zone as its system file has it; a zone inside the date wins.
/// A date without a time of day is taken as midnight UTC, whatever the zone.
///
/// ```
/// use logsieve::{fact::DateOrder, record::TimeConfidence};
/// use logsieve::normalise::time::{Order, resolve, rfc3339};
/// let order = Order::Usual(DateOrder::Unknown);
/// let (time, confidence) = resolve("30.06.2025 10:20:30", order, Some("UTC+4")).unwrap();
/// assert_eq!(rfc3339(time), "2025-06-30T06:20:30Z");
/// assert_eq!(confidence, TimeConfidence::Exact);
/// assert_eq!(resolve("01.01.1601 02:00:00", order, None), None);
/// ```
pub fn resolve(raw: &str, order: Order, zone: Option<&str>) -> Option<(Timestamp, TimeConfidence)> {
    let parsed = parse(raw, order)?;
    let zone = match (parsed.precision, parsed.offset) {
        (Precision::Day, _) => None,
        (Precision::Second, Some(offset)) => Some(TimeZone::fixed(offset)),
        (Precision::Second, None) => zone.and_then(zone_of),
    };
    let confidence = match (parsed.order, &zone) {
        (OrderBasis::Assumed, _) => TimeConfidence::OrderAssumed,
        (OrderBasis::Certain, None) => TimeConfidence::ZoneAssumed,
        (OrderBasis::Certain, Some(_)) => TimeConfidence::Exact,
    };
    let zone = zone.unwrap_or(TimeZone::UTC);
    Some((zone.to_timestamp(parsed.civil).ok()?, confidence))
}

/// The zone that a system file names: an offset, or a place.
fn zone_of(written: &str) -> Option<TimeZone> {
    offset(written).map(TimeZone::fixed).or_else(|| place::zone(written))
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
