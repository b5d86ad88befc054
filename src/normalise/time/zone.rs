//! Zones as system files write them: always an offset, in a dozen spellings.

use jiff::tz::Offset;

/// Letters that stand for one offset only, with its minutes; `CST` and `IST` stand for several.
const ABBREVIATIONS: &[(&str, i32)] = &[
    ("UTC", 0),
    ("GMT", 0),
    ("Z", 0),
    ("WET", 0),
    ("WEST", 60),
    ("CET", 60),
    ("CEST", 120),
    ("EET", 120),
    ("EEST", 180),
    ("MSK", 180),
    ("JST", 540),
    ("KST", 540),
    ("AEST", 600),
    ("AEDT", 660),
    ("NZST", 720),
    ("NZDT", 780),
    ("BRT", -180),
    ("EST", -300),
    ("EDT", -240),
    ("CDT", -300),
    ("MDT", -360),
    ("MST", -420),
    ("PDT", -420),
    ("PST", -480),
];

/// The offset that a zone as written stands for; names of places give `None`.
///
/// Windows names its zones by their winter offset, so that a date of a summer may be an hour off.
///
/// ```
/// use logsieve::normalise::time::offset;
/// use jiff::tz;
/// assert_eq!(offset("(UTC+04:00) Example, City"), Some(tz::offset(4)));
/// assert_eq!(offset("UTC4294967291"), Some(tz::offset(-5)));
/// assert_eq!(offset("Europe/Example"), None);
/// ```
pub fn offset(written: &str) -> Option<Offset> {
    let text = written.trim().trim_start_matches(['(', '[']).trim_start();
    minutes_of(text)
        .or_else(|| after_utc(text))
        .or_else(|| abbreviation(text.split(|c: char| !c.is_alphanumeric()).next()?))
        .and_then(from_minutes)
}

/// The minutes of an abbreviation such as `MSK`.
pub(super) fn abbreviation(word: &str) -> Option<i64> {
    let known = |&&(name, _): &&(&str, i32)| name.eq_ignore_ascii_case(word);
    ABBREVIATIONS.iter().find(known).map(|&(_, minutes)| i64::from(minutes))
}

/// An offset of `minutes`, where any zone has it.
pub(super) fn from_minutes(minutes: i64) -> Option<Offset> {
    let seconds = i32::try_from(minutes.checked_mul(60)?).ok()?;
    if minutes.abs() > 14 * 60 { None } else { Offset::from_seconds(seconds).ok() }
}

/// The number after the first `UTC` or `GMT` that one follows; 0 where none is followed by one.
fn after_utc(text: &str) -> Option<i64> {
    let lower = text.to_ascii_lowercase();
    let mut names = lower.match_indices("utc").chain(lower.match_indices("gmt")).peekable();
    names.peek()?;
    // `Etc/GMT+5` means the opposite of what it says; it is a name of the zone database.
    if lower.contains("/gmt") || lower.contains("/utc") {
        return None;
    }
    let number = |(at, _): (usize, &str)| {
        let after = lower.get(at + 3..)?;
        minutes_of(after.trim_start_matches([':', ' ', '\t']))
    };
    names.find_map(number).or_else(|| abbreviation(text.get(..3)?).or(Some(0)))
}

/// The minutes of `+05`, `-5`, `5:30`, `+0530`, `5.5`, `+60 minutes from GMT`, `+1 hrs`.
pub(super) fn minutes_of(text: &str) -> Option<i64> {
    let (sign, text) = split_sign(text);
    let (digits, rest) = split_digits(text)?;
    let value = unwrapped(digits)?;
    let word = rest.trim_start().to_ascii_lowercase();
    let minutes = if word.starts_with("min") {
        value
    } else if digits.len() == 3 || digits.len() == 4 {
        sign?;
        value / 100 * 60 + value % 100
    } else {
        value.checked_mul(60)?.checked_add(fraction(rest)?)?
    };
    Some(if value < 0 { minutes } else { sign.unwrap_or(1) * minutes })
}

fn split_sign(text: &str) -> (Option<i64>, &str) {
    let mut chars = text.chars();
    match chars.next() {
        Some('+') => (Some(1), chars.as_str().trim_start()),
        Some('-' | '\u{2212}' | '\u{2013}') => (Some(-1), chars.as_str().trim_start()),
        _ => (None, text),
    }
}

fn split_digits(text: &str) -> Option<(&str, &str)> {
    let length = text.bytes().take_while(u8::is_ascii_digit).count();
    text.split_at_checked(length).filter(|_| length > 0)
}

/// The value of `digits`; a negative number that was printed as an unsigned one is undone.
fn unwrapped(digits: &str) -> Option<i64> {
    let value: u64 = digits.parse().ok()?;
    Some(match u32::try_from(value) {
        Ok(short) if short > i32::MAX.cast_unsigned() => i64::from(short.cast_signed()),
        _ => value.cast_signed(),
    })
}

/// The minutes that `:30` or `.5` add to the hours before them; `None` where more digits follow.
fn fraction(rest: &str) -> Option<i64> {
    let mut chars = rest.chars();
    let mark = chars.next();
    let Some((digits, _)) = split_digits(chars.as_str()) else {
        return Some(0);
    };
    let value: i64 = digits.parse().ok()?;
    match mark {
        Some(':') => Some(value).filter(|&minutes| minutes < 60),
        Some('.' | ',') => {
            let parts = 10_i64.checked_pow(u32::try_from(digits.len()).ok()?)?;
            Some(value.checked_mul(60)? / parts)
        }
        _ => Some(0),
    }
}
