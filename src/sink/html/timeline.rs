//! When machines were infected: by day, by month or by year, whichever gives a chart that one can
//! read.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;

/// How many columns a chart has at most.
const MOST_COLUMNS: usize = 48;

/// Years that an infection may be dated to; clocks of infected machines can be anywhere.
const YEARS: std::ops::RangeInclusive<i16> = 2000..=2099;

/// How many machines were infected on which day.
#[derive(Debug, Default)]
pub(super) struct Timeline {
    days: BTreeMap<Date, u64>,
    undated: u64,
}

/// What one column of the chart stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Day,
    Month,
    Year,
}

impl Step {
    /// The word for it.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Month => "month",
            Self::Year => "year",
        }
    }

    /// The first day of the step that `date` is in.
    fn start(self, date: Date) -> Date {
        match self {
            Self::Day => date,
            Self::Month => date.first_of_month(),
            Self::Year => date.first_of_year(),
        }
    }

    /// The first day of the next step; there is always one in [`YEARS`].
    fn next(self, start: Date) -> Option<Date> {
        let span = match self {
            Self::Day => 1.day(),
            Self::Month => 1.month(),
            Self::Year => 1.year(),
        };
        start.checked_add(span).ok()
    }

    /// How the step that begins with `start` is called.
    fn name(self, start: Date) -> String {
        match self {
            Self::Day => start.to_string(),
            Self::Month => start.strftime("%Y-%m").to_string(),
            Self::Year => start.strftime("%Y").to_string(),
        }
    }
}

/// A timeline cut into steps, the empty ones too.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Steps {
    pub(super) step: Step,
    /// Name of the step and number of machines.
    pub(super) counts: Vec<(String, u64)>,
}

impl Timeline {
    /// Counts a machine that was infected at `time`.
    pub(super) fn add(&mut self, time: Option<&str>) {
        match time.and_then(date) {
            Some(date) => *self.days.entry(date).or_default() += 1,
            None => self.undated += 1,
        }
    }

    /// How many machines have a date.
    pub(super) fn dated(&self) -> u64 {
        self.days.values().sum()
    }

    /// How many have none, or one that cannot be.
    pub(super) fn undated(&self) -> u64 {
        self.undated
    }

    /// The first and the last day.
    pub(super) fn range(&self) -> Option<(Date, Date)> {
        Some((*self.days.first_key_value()?.0, *self.days.last_key_value()?.0))
    }

    /// The finest steps that there are not too many of.
    pub(super) fn steps(&self) -> Option<Steps> {
        let (first, last) = self.range()?;
        [Step::Day, Step::Month].into_iter().find_map(|step| self.cut(step, first, last)).or_else(
            || {
                // A century of years always fits.
                let counts = self.counts(Step::Year, first, last);
                Some(Steps { step: Step::Year, counts })
            },
        )
    }

    fn cut(&self, step: Step, first: Date, last: Date) -> Option<Steps> {
        let counts = self.counts(step, first, last);
        (counts.len() <= MOST_COLUMNS).then_some(Steps { step, counts })
    }

    fn counts(&self, step: Step, first: Date, last: Date) -> Vec<(String, u64)> {
        let mut by_start: BTreeMap<Date, u64> = BTreeMap::new();
        for (&day, count) in &self.days {
            *by_start.entry(step.start(day)).or_default() += count;
        }
        std::iter::successors(Some(step.start(first)), |&start| step.next(start))
            .take_while(|start| *start <= last)
            .map(|start| (step.name(start), by_start.get(&start).copied().unwrap_or_default()))
            .collect()
    }
}

/// The day of a time in RFC 3339, if it can be one of an infection.
fn date(time: &str) -> Option<Date> {
    let date: Date = time.get(.."2026-02-27".len())?.parse().ok()?;
    YEARS.contains(&date.year()).then_some(date)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn timeline(times: &[&str]) -> Timeline {
        let mut timeline = Timeline::default();
        times.iter().for_each(|time| timeline.add(Some(time)));
        timeline
    }

    #[test]
    fn the_range_gives_the_step() {
        for (times, step, columns) in [
            (["2026-02-27T17:06:07Z", "2026-02-27T18:00:00Z"], Step::Day, 1),
            (["2026-02-27T17:06:07Z", "2026-03-02T00:00:00Z"], Step::Day, 4),
            (["2025-11-30T00:00:00Z", "2026-03-02T00:00:00Z"], Step::Month, 5),
            (["2000-01-01T00:00:00Z", "2099-12-31T23:59:59Z"], Step::Year, 100),
        ] {
            let steps = timeline(&times).steps().unwrap();
            assert_eq!((steps.step, steps.counts.len()), (step, columns), "{times:?}");
            assert_eq!(steps.counts.iter().map(|(_, count)| count).sum::<u64>(), 2);
        }
    }

    #[test]
    fn steps_without_an_infection_are_there() {
        let steps = timeline(&["2025-12-31T00:00:00Z", "2026-02-01T00:00:00Z"]).steps().unwrap();
        assert_eq!(steps.step, Step::Day);
        assert_eq!(steps.counts.iter().filter(|(_, count)| *count == 0).count(), 31);
        assert_eq!(steps.counts.first().unwrap().0, "2025-12-31");
    }

    #[test]
    fn what_is_no_date_is_counted_apart() {
        let mut timeline = timeline(&["", "1601-01-01T00:00:00Z", "2026-13-01", "é", "2026-02-27"]);
        timeline.add(None);
        assert_eq!((timeline.dated(), timeline.undated()), (1, 5));
        assert_eq!(Timeline::default().steps(), None);
    }
}
