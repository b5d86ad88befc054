//! Which of the first two numbers of a date is the month, learned from other dates.
//!
//! A date with a number above 12 proves how its writer puts day and month, and with that decides
//! the dates that leave it open: those of its own file first, then those of the other logs of an
//! archive, which are mostly written alike.

use super::date::{MAX_WRITTEN, Reading, epoch, split_aside};
use crate::fact::DateOrder;

/// The order that a date proves: one of its first two numbers is above 12.
///
/// A date with dots proves nothing: whoever writes them puts the day first, and no slashes.
///
/// ```
/// use logsieve::{fact::DateOrder, normalise::time::decides_order};
/// assert_eq!(decides_order("30/06/2025 10:20"), Some(DateOrder::DayFirst));
/// assert_eq!(decides_order("06/30/2025 10:20"), Some(DateOrder::MonthFirst));
/// assert_eq!(decides_order("06/05/2025 10:20"), None);
/// ```
pub fn decides_order(raw: &str) -> Option<DateOrder> {
    let text = raw.trim();
    if text.len() > MAX_WRITTEN || epoch(text).is_some() {
        return None;
    }
    let reading = Reading::of(split_aside(text).0);
    let [a, b, c, ..] = reading.numbers.as_slice() else {
        return None;
    };
    if reading.month.is_some() || a.is_year() || !c.can_be_year() || b.before == '.' {
        return None;
    }
    proven(a.value, b.value)
}

fn proven(a: u16, b: u16) -> Option<DateOrder> {
    match (a, b) {
        (13..=31, 1..=12) => Some(DateOrder::DayFirst),
        (1..=12, 13..=31) => Some(DateOrder::MonthFirst),
        _ => None,
    }
}

/// The clock that a time of day is written by; who changes it changes the order of dates, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// `5:06:07 PM`
    Twelve,
    /// `17:06:07`, or no time of day.
    TwentyFour,
}

/// The clock that a date is written by.
///
/// ```
/// use logsieve::normalise::time::{Clock, clock};
/// assert_eq!(clock("7/4/2024 5:06:07 PM"), Clock::Twelve);
/// assert_eq!(clock("07/04/2024 17:06:07"), Clock::TwentyFour);
/// ```
pub fn clock(raw: &str) -> Clock {
    clock_of(raw.as_bytes())
}

fn clock_of(written: &[u8]) -> Clock {
    let is_meridiem = |pair: &[u8]| matches!(pair, [b'A' | b'P' | b'a' | b'p', b'M' | b'm']);
    if written.windows(2).any(is_meridiem) { Clock::Twelve } else { Clock::TwentyFour }
}

/// How many dates of some texts prove which order.
///
/// ```
/// use logsieve::{fact::DateOrder, normalise::time::{Clock, OrderVotes}};
/// let mut votes = OrderVotes::of(b"Date: 30/06/2025 10:20:30\nInstall Date: 1/2/2024 10:20:30");
/// votes.merge(&OrderVotes::of(b"Log date: 6/30/2025 1:02:03 AM"));
/// assert_eq!(votes.order(Clock::TwentyFour), Some(DateOrder::DayFirst));
/// assert_eq!(votes.order(Clock::Twelve), Some(DateOrder::MonthFirst));
/// ```
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct OrderVotes {
    twelve: Votes,
    twenty_four: Votes,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Votes {
    day_first: u64,
    month_first: u64,
}

/// How much of a text is searched for dates, in bytes: they stand near the top of system files.
const SEARCHED: usize = 8 << 10;

impl OrderVotes {
    /// The votes of the dates with slashes near the beginning of a text.
    pub fn of(text: &[u8]) -> Self {
        let head = text.get(..SEARCHED).unwrap_or(text);
        let mut votes = Self::default();
        for slash in memchr::memchr_iter(b'/', head) {
            let (before, after) = head.split_at_checked(slash).unwrap_or((head, b""));
            if let Some((order, clock)) = vote(before, after) {
                let votes = match clock {
                    Clock::Twelve => &mut votes.twelve,
                    Clock::TwentyFour => &mut votes.twenty_four,
                };
                match order {
                    DateOrder::DayFirst => votes.day_first += 1,
                    DateOrder::MonthFirst => votes.month_first += 1,
                    DateOrder::Unknown => {}
                }
            }
        }
        votes
    }

    /// Adds the votes of other texts.
    pub fn merge(&mut self, other: &Self) {
        for (mine, theirs) in
            [(&mut self.twelve, other.twelve), (&mut self.twenty_four, other.twenty_four)]
        {
            mine.day_first += theirs.day_first;
            mine.month_first += theirs.month_first;
        }
    }

    /// The order that at least twice as many dates by this clock prove as the other one.
    pub fn order(&self, clock: Clock) -> Option<DateOrder> {
        let Votes { day_first, month_first } = match clock {
            Clock::Twelve => self.twelve,
            Clock::TwentyFour => self.twenty_four,
        };
        if day_first > 0 && day_first / 2 >= month_first {
            Some(DateOrder::DayFirst)
        } else if month_first > 0 && month_first / 2 >= day_first {
            Some(DateOrder::MonthFirst)
        } else {
            None
        }
    }
}

/// What the date whose first slash stands between `before` and `after` proves.
fn vote(before: &[u8], after: &[u8]) -> Option<(DateOrder, Clock)> {
    let is_digit = |byte: &&u8| byte.is_ascii_digit();
    let first_digits = before.iter().rev().take_while(is_digit).count();
    let (rest, first) = before.split_at_checked(before.len() - first_digits)?;
    let second = after.strip_prefix(b"/")?;
    let (second, rest_after) =
        second.split_at_checked(second.iter().take_while(is_digit).count())?;
    let year = rest_after.strip_prefix(b"/")?;
    let (year, time) = year.split_at_checked(year.iter().take_while(is_digit).count())?;
    let is_alone = !rest.last().is_some_and(|byte| matches!(byte, b'/' | b'.' | b'-'))
        && !rest.last().is_some_and(u8::is_ascii_alphanumeric)
        && time.first() != Some(&b'/');
    if !is_alone || year.len() != 4 || !year.starts_with(b"20") {
        return None;
    }
    let line_end = memchr::memchr2(b'\n', b'\r', time).unwrap_or(time.len());
    let written = time.get(..line_end.min(20)).unwrap_or_default();
    Some((proven(small(first)?, small(second)?)?, clock_of(written)))
}

/// The number of one or two digits.
fn small(digits: &[u8]) -> Option<u16> {
    if digits.len() > 2 {
        return None;
    }
    std::str::from_utf8(digits).ok()?.parse().ok()
}
