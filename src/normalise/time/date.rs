//! Reading a date: some twenty layouts, which share numbers, marks and English names.
//!
//! The text is cut into numbers and words. A run of numbers joined by `:` is the time of day, a
//! name is the month, what is left over are day, month and year; the order of the first two is
//! decided by the numbers, the marks between them, or what is known of the writer.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::Offset;

use super::zone;
use crate::fact::DateOrder;

/// A date as read, and what its text leaves open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parsed {
    /// Date and time of day as written.
    pub civil: DateTime,
    /// The zone, where the text itself has one.
    pub offset: Option<Offset>,
    /// Whether day and month could be the other way round.
    pub order: OrderBasis,
    /// Whether there is a time of day.
    pub precision: Precision,
}

/// What the order of day and month rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderBasis {
    /// The text, or what is known of its writer.
    Certain,
    /// A habit; the other order is possible.
    Assumed,
}

/// In which order the writer of a date puts day and month, and how that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Other dates of the same writer prove it.
    Proven(DateOrder),
    /// Its kind does so as a rule, but marks such as `AM` may contradict.
    Usual(DateOrder),
}

/// How exact a date is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Precision {
    /// With a time of day.
    Second,
    /// The day only; the time of day is midnight.
    Day,
}

/// Years outside of these are no dates but marks for "not set" (1601, 1970) or nonsense.
const YEARS: std::ops::RangeInclusive<i16> = 1990..=2100;

/// Longest text that can be a date, in bytes.
pub(super) const MAX_WRITTEN: usize = 120;

/// Reads a date in any layout that stealers write; `None` for `Disabled`, `N/A`, `01.01.1601`.
///
/// ```
/// use logsieve::{fact::DateOrder, normalise::time::{Order, OrderBasis, parse}};
/// let parsed = parse("7/4/2024 5:06:07 PM", Order::Usual(DateOrder::MonthFirst)).unwrap();
/// assert_eq!(parsed.civil, jiff::civil::date(2024, 7, 4).at(17, 6, 7, 0));
/// assert_eq!(parsed.order, OrderBasis::Certain);
/// ```
pub fn parse(raw: &str, order: Order) -> Option<Parsed> {
    let text = raw.trim();
    if text.len() > MAX_WRITTEN {
        return None;
    }
    if let Some(instant) = epoch(text) {
        return in_range(Parsed {
            civil: Offset::UTC.to_datetime(instant),
            offset: Some(Offset::UTC),
            order: OrderBasis::Certain,
            precision: Precision::Second,
        });
    }
    let (main, aside) = split_aside(text);
    let reading = Reading::of(main);
    let (date, basis) = reading.date(order)?;
    let time = reading.time();
    in_range(Parsed {
        civil: date.to_datetime(time.unwrap_or(Time::midnight())),
        offset: reading.offset.or_else(|| zone::offset(aside)),
        order: basis,
        precision: if time.is_some() { Precision::Second } else { Precision::Day },
    })
}

fn in_range(parsed: Parsed) -> Option<Parsed> {
    YEARS.contains(&parsed.civil.year()).then_some(parsed)
}

/// `1751264430`, `1751264430.123`, or milli- or microseconds.
pub(super) fn epoch(text: &str) -> Option<Timestamp> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(whole) || !is_number(fraction) {
        return None;
    }
    let value: i64 = whole.parse().ok()?;
    match whole.len() {
        9 | 10 => Timestamp::from_second(value).ok(),
        13 => Timestamp::from_millisecond(value).ok(),
        16 => Timestamp::from_microsecond(value).ok(),
        _ => None,
    }
}

/// A date and the remark behind it: `2024-11-28 01:02:03 [ UTC: (…) ]`, `… (sig:…)`.
pub(super) fn split_aside(text: &str) -> (&str, &str) {
    let text = text.trim_start_matches(['[', '(']);
    text.find(['[', '(']).and_then(|at| text.split_at_checked(at)).unwrap_or((text, ""))
}

/// A run of digits, and the character before it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Number {
    pub(super) value: u16,
    digits: usize,
    pub(super) before: char,
}

impl Number {
    pub(super) fn is_year(&self) -> bool {
        self.digits == 4 || (self.digits == 2 && self.value > 31)
    }

    pub(super) fn can_be_year(&self) -> bool {
        self.digits == 4 || self.digits == 2
    }

    fn year(&self) -> Option<i16> {
        match self.digits {
            4 => i16::try_from(self.value).ok(),
            2 => i16::try_from(2000 + self.value).ok(),
            _ => None,
        }
    }

    fn small(&self) -> Option<i8> {
        i8::try_from(self.value).ok()
    }
}

/// Which half of the day.
#[derive(Debug, Clone, Copy)]
enum Meridiem {
    Morning,
    Afternoon,
}

/// What stands in a text, sorted by meaning.
#[derive(Debug, Default)]
pub(super) struct Reading {
    /// Numbers that are no time of day: day, month and year, or more in stamps without `:`.
    pub(super) numbers: Vec<Number>,
    pub(super) month: Option<i8>,
    /// Hour, minute and perhaps second, where they are joined by `:`.
    clock: Vec<Number>,
    meridiem: Option<Meridiem>,
    offset: Option<Offset>,
}

impl Reading {
    pub(super) fn of(text: &str) -> Self {
        let mut reading = Self::default();
        let mut rest = text;
        let mut before = ' ';
        while let Some(c) = rest.chars().next() {
            let length = match c {
                '0'..='9' => reading.take_number(rest, before),
                _ if c.is_alphabetic() => reading.take_word(rest),
                '+' | '-' => reading.take_offset(rest),
                _ => 0,
            };
            let length = length.max(c.len_utf8());
            let (taken, tail) = rest.split_at_checked(length).unwrap_or((rest, ""));
            before = taken.chars().next_back().unwrap_or(' ');
            rest = tail;
        }
        reading
    }

    /// Takes the number, or the whole time of day, that `rest` begins with; returns its length.
    fn take_number(&mut self, rest: &str, before: char) -> usize {
        if self.clock.is_empty()
            && let Some((clock, length)) = clock(rest)
        {
            self.clock = clock;
            return length;
        }
        let length = digits(rest);
        let text = rest.get(..length).unwrap_or_default();
        for (index, part) in split_stamp(text, self.numbers.len()).enumerate() {
            let value = part.parse().unwrap_or(u16::MAX);
            let before = if index == 0 { before } else { '\0' };
            self.numbers.push(Number { value, digits: part.len(), before });
        }
        length
    }

    /// Takes the word that `rest` begins with; returns its length.
    fn take_word(&mut self, rest: &str) -> usize {
        let length = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
        let word = rest.get(..length).unwrap_or_default();
        match word.to_ascii_lowercase().as_str() {
            "am" | "a" => self.meridiem = Some(Meridiem::Morning),
            "pm" | "p" => self.meridiem = Some(Meridiem::Afternoon),
            // The T of 2024-05-12T10:11:12, the m of `p. m.`
            "t" | "m" => {}
            lower => {
                if let Some(month) = month(lower) {
                    self.month = self.month.or(Some(month));
                } else if let Some(minutes) = zone::abbreviation(word) {
                    let (more, added) = signed_minutes(rest.get(length..).unwrap_or_default());
                    self.offset = zone::from_minutes(minutes.saturating_add(added));
                    return length + more;
                }
            }
        }
        length
    }

    /// Takes `+02:00` or `-0500`, which stand behind the time of day; returns its length.
    fn take_offset(&mut self, rest: &str) -> usize {
        let (length, minutes) = signed_minutes(rest);
        if self.clock.is_empty() || self.offset.is_some() || length == 0 {
            return 0;
        }
        self.offset = zone::from_minutes(minutes);
        length
    }

    fn date(&self, order: Order) -> Option<(Date, OrderBasis)> {
        if let Some(month) = self.month {
            let (year, day) = match self.numbers.as_slice() {
                [year, day, ..] if year.digits == 4 => (year, day),
                [day, year, ..] => (year, day),
                _ => return None,
            };
            return date(year.year()?, month, day.small()?, OrderBasis::Certain);
        }
        let [a, b, c, ..] = self.numbers.as_slice() else {
            return None;
        };
        let (first, second) = (a.small(), b.small());
        if a.is_year() {
            return date(a.year()?, second?, c.small()?, OrderBasis::Certain);
        }
        let (order, basis) = self.day_and_month(*a, *b, order);
        let (day, month) =
            if order == DateOrder::MonthFirst { (second?, first?) } else { (first?, second?) };
        date(c.year()?, month, day, basis)
    }

    /// In which order day `a` and month `b` stand, or the other way round.
    fn day_and_month(&self, a: Number, b: Number, given: Order) -> (DateOrder, OrderBasis) {
        use DateOrder::{DayFirst, MonthFirst, Unknown};
        use OrderBasis::{Assumed, Certain};
        let usual = match given {
            Order::Usual(order) | Order::Proven(order) => order,
        };
        match (b.before, usual) {
            _ if a.value > 12 => (DayFirst, Certain),
            _ if b.value > 12 => (MonthFirst, Certain),
            _ if a.value == b.value => (DayFirst, Certain),
            ('.', _) => (DayFirst, Certain),
            (_, DayFirst | MonthFirst) if matches!(given, Order::Proven(_)) => (usual, Certain),
            ('/', MonthFirst) => (MonthFirst, Certain),
            ('/', _) if self.meridiem.is_some() => (MonthFirst, Assumed),
            ('/', DayFirst) => (DayFirst, Certain),
            ('/', Unknown) => (DayFirst, Assumed),
            (_, MonthFirst) => (DayFirst, Assumed),
            (_, DayFirst | Unknown) => (DayFirst, Certain),
        }
    }

    /// The time of day: what is joined by `:`, or what follows the date in a stamp.
    fn time(&self) -> Option<Time> {
        let behind_date = if self.month.is_some() { 2 } else { 3 };
        let stamp = self.numbers.get(behind_date..).unwrap_or_default();
        let numbers = if self.clock.is_empty() { stamp } else { self.clock.as_slice() };
        let (hour, minute, second) = match numbers {
            [hour, minute, second, ..] => (hour.small()?, minute.small()?, second.small()?),
            [hour, minute] => (hour.small()?, minute.small()?, 0),
            _ => return None,
        };
        let hour = match (self.meridiem, hour) {
            (Some(Meridiem::Morning), 12) => 0,
            (Some(Meridiem::Afternoon), 0..12) => hour + 12,
            _ => hour,
        };
        Time::new(hour, minute, second.min(59), 0).ok()
    }
}

fn date(year: i16, month: i8, day: i8, basis: OrderBasis) -> Option<(Date, OrderBasis)> {
    Some((Date::new(year, month, day).ok()?, basis))
}

fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

/// `10:20`, `1:02:03` or `10:20:30.123` at the start of `text`, and its length.
fn clock(text: &str) -> Option<(Vec<Number>, usize)> {
    let mut numbers = Vec::with_capacity(3);
    let mut end = 0;
    while numbers.len() < 3 {
        let start = if numbers.is_empty() { 0 } else { end + 1 };
        if start > 0 && text.as_bytes().get(end) != Some(&b':') {
            break;
        }
        let length = digits(text.get(start..)?);
        if !(1..=2).contains(&length) {
            break;
        }
        let value = text.get(start..start + length)?.parse().ok()?;
        numbers.push(Number { value, digits: length, before: ':' });
        end = start + length;
    }
    let fraction = text.get(end..)?.strip_prefix(['.', ',']).map_or(0, digits);
    end += if numbers.len() == 3 && fraction > 0 { fraction + 1 } else { 0 };
    (numbers.len() > 1).then_some((numbers, end))
}

/// Length and minutes of an offset with a sign at the start of `text`.
fn signed_minutes(text: &str) -> (usize, i64) {
    let Some(number) = text.strip_prefix(['+', '-']) else {
        return (0, 0);
    };
    let hours = digits(number);
    let has_minutes = number.as_bytes().get(hours) == Some(&b':');
    let minutes = if has_minutes { 1 + number.get(hours + 1..).map_or(0, digits) } else { 0 };
    let length = 1 + hours + minutes;
    match text.get(..length).and_then(zone::minutes_of) {
        Some(minutes) => (length, minutes),
        None => (0, 0),
    }
}

/// The parts of a run of digits: `20240512101112` is six numbers, `101112` behind a date three.
fn split_stamp(text: &str, numbers_before: usize) -> impl Iterator<Item = &str> {
    let begins_with_year = numbers_before == 0 && text.starts_with("20");
    let lengths: &[usize] = match text.len() {
        14 if begins_with_year => &[4, 2, 2, 2, 2, 2],
        12 if begins_with_year => &[4, 2, 2, 2, 2],
        8 if begins_with_year => &[4, 2, 2],
        6 if numbers_before == 3 => &[2, 2, 2],
        4 if numbers_before == 3 => &[2, 2],
        _ => &[usize::MAX],
    };
    let mut rest = text;
    lengths.iter().map(move |&length| {
        let (part, tail) = rest.split_at_checked(length).unwrap_or((rest, ""));
        rest = tail;
        part
    })
}

/// The month that a lower-case word of three letters or more begins.
fn month(word: &str) -> Option<i8> {
    const NAMES: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let index = NAMES.iter().position(|name| word.len() >= 3 && name.starts_with(word))?;
    i8::try_from(index + 1).ok()
}
