//! When a cookie ends: a number in any unit, or a date as browsers, scripts and databases write it.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::fmt::strtime::BrokenDownTime;
use jiff::tz::Offset;

/// When a cookie ends: seconds since 1970, none at the end of the session.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::artefact) struct Expiry(pub(in crate::artefact) Option<i64>);

/// Reads an expiry; none if `text` is no point in time.
pub(in crate::artefact) fn expiry(text: &[u8]) -> Option<Expiry> {
    let text = text.trim_ascii();
    if text.is_empty() || text.eq_ignore_ascii_case(b"session") {
        return Some(Expiry(None));
    }
    if text.len() <= 18 && text.iter().all(u8::is_ascii_digit) {
        let value = text.iter().fold(0_i64, |value, byte| value * 10 + i64::from(byte - b'0'));
        return Some(Expiry(seconds(value)));
    }
    if !text.first().is_some_and(u8::is_ascii_graphic) || text.len() > LONGEST {
        return None;
    }
    let text = std::str::from_utf8(text).ok()?;
    if text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte))
        && let Ok(value) = text.parse::<f64>()
    {
        // Casts of floats saturate, which is what is wanted.
        return value.is_finite().then_some(Expiry(seconds(value as i64)));
    }
    date(text).map(|date| Expiry(Some(date)))
}

/// Longest text that can be an expiry, in bytes.
const LONGEST: usize = 80;

/// Seconds between 1601, from where WebKit counts, and 1970.
const WEBKIT_EPOCH: i64 = 11_644_473_600;

/// A point in time as seconds since 1970; its unit shows in its size.
fn seconds(value: i64) -> Option<i64> {
    match value {
        ..=0 => None,
        10_000_000_000_000_001.. => Some(value / 1_000_000 - WEBKIT_EPOCH),
        100_000_000_000_001.. => Some(value / 1_000_000),
        100_000_000_001.. => Some(value / 1_000),
        _ => Some(value),
    }
}

/// How dates are written, behind the day of the week and before the zone.
const FORMATS: &[&str] = &[
    "%Y-%m-%dT%H:%M:%S%.f",
    "%Y-%m-%d %H:%M:%S%.f",
    "%d %b %Y %H:%M:%S",
    "%d-%b-%y %H:%M:%S",
    "%d-%b-%Y %H:%M:%S",
    "%b %d %Y %H:%M:%S",
    "%b %d %H:%M:%S %Y",
    "%d.%m.%Y %H:%M:%S",
];

/// A date as seconds since 1970; without a zone it is taken as UTC, and without a time as its
/// first second.
fn date(text: &str) -> Option<i64> {
    // Most texts that come here are none.
    if memchr::memchr(b':', text.as_bytes()).is_none() {
        let day: jiff::civil::Date = text.parse().ok()?;
        return Some(at(day.at(0, 0, 0, 0), Offset::UTC)?.as_second());
    }
    let weekday = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    let text = text.get(weekday..)?.trim_start_matches([',', ' ']);
    let (moment, rest) = FORMATS.iter().find_map(|format| {
        let (parsed, length) = BrokenDownTime::parse_prefix(format, text).ok()?;
        Some((parsed.to_datetime().ok()?, text.get(length..)?))
    })?;
    Some(at(moment, zone(rest)?)?.as_second())
}

fn at(moment: DateTime, offset: Offset) -> Option<Timestamp> {
    offset.to_timestamp(moment).ok()
}

/// The zone behind a date: `GMT`, `Z`, `+0100`, `GMT+0100 (Example Time)`, nothing.
fn zone(text: &str) -> Option<Offset> {
    let text = text.trim_start();
    let names = ["GMT", "UTC", "Z"];
    let rest = names.iter().find_map(|name| text.strip_prefix(name)).unwrap_or(text);
    let offset = rest.split([' ', '(']).next().unwrap_or_default();
    if offset.is_empty() {
        return Some(Offset::UTC);
    }
    let (parsed, length) = ["%:z", "%z"]
        .iter()
        .find_map(|format| BrokenDownTime::parse_prefix(format, offset).ok())?;
    parsed.offset().filter(|_| length == offset.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_any_unit() {
        for (text, expected) in [
            ("", Some(None)),
            ("0", Some(None)),
            ("-1", Some(None)),
            ("-11644473600", Some(None)),
            ("Session", Some(None)),
            ("1893456000", Some(Some(1_893_456_000))),
            ("1893456000.5", Some(Some(1_893_456_000))),
            ("1.8e9", Some(Some(1_800_000_000))),
            ("1893456000000", Some(Some(1_893_456_000))),
            ("1893456000000.25", Some(Some(1_893_456_000))),
            ("1893456000000000", Some(Some(1_893_456_000))),
            ("13537929600000000", Some(Some(1_893_456_000))),
            ("99999999999999999999", Some(Some(i64::MAX / 1_000_000 - WEBKIT_EPOCH))),
            ("inf", None),
            ("tomorrow", None),
            ("1e999", None),
        ] {
            assert_eq!(expiry(text.as_bytes()).map(|expiry| expiry.0), expected, "{text}");
        }
    }

    #[test]
    fn dates_as_others_write_them() {
        // 2026-01-02T03:04:05Z
        const MOMENT: i64 = 1_767_323_045;
        for text in [
            "2026-01-02T03:04:05Z",
            "2026-01-02T03:04:05.678Z",
            "2026-01-02T04:04:05+01:00",
            "2026-01-02T03:04:05",
            "2026-01-02 03:04:05",
            "2026-01-02 03:04:05.000000",
            "2026-01-02 03:04:05 +0000 UTC",
            "2026-01-02 03:04:05 UTC",
            "Fri, 02 Jan 2026 03:04:05 GMT",
            "Fri, 2 Jan 2026 03:04:05 +0000",
            "Friday, 02-Jan-26 03:04:05 GMT",
            "Fri, 02-Jan-2026 03:04:05 GMT",
            // A wrong day of the week changes nothing.
            "Mon, 02 Jan 2026 03:04:05 GMT",
            "Fri Jan 02 2026 05:34:05 GMT+0230 (Example Time)",
            "Fri Jan  2 03:04:05 2026",
            "02.01.2026 03:04:05",
        ] {
            assert_eq!(expiry(text.as_bytes()), Some(Expiry(Some(MOMENT))), "{text}");
        }
        assert_eq!(expiry(b"2026-01-02"), Some(Expiry(Some(1_767_312_000))));
        for text in [
            "2026-13-02T03:04:05Z",
            "Fri, 02 Jan 2026",
            "02 Foo 2026 03:04:05",
            "03:04:05",
            "2026-01-02 03:04:05 tomorrow",
            "\u{661}:",
            "a:b:c",
        ] {
            assert_eq!(expiry(text.as_bytes()), None, "{text}");
        }
    }
}
