//! When a log was taken: the dates of its system files and of its folder's name, weighed.
//!
//! Of a date such as `05/06/2024` only its writer knows which number is the month. What the other
//! dates of the log prove comes first, then the habit of the family; where both are silent, the
//! question stays open until the other logs of the archive are read.

use jiff::{SignedDuration, Timestamp};

use crate::fact::{DateOrder, DateZone};
use crate::family::{Detection, InstallDate};
use crate::normalise::time::{self, Clock, Order, OrderBasis, OrderVotes};
use crate::record::TimeConfidence;

/// What is known about the dates of one log.
pub(super) struct Dates<'a> {
    /// When the log was taken, by its system files: the best first.
    pub stated: &'a [(String, DateZone)],
    /// `Install Date` of the system file.
    pub install: Option<&'a str>,
    /// The zone of the machine.
    pub timezone: Option<&'a str>,
    /// The stamp in the name of the folder.
    pub stamp: Option<String>,
    /// What other dates of its system files prove.
    pub votes: OrderVotes,
    /// What the family is known for.
    pub family: Option<&'a Detection>,
    /// The day of the check: no log is younger.
    pub as_of: Timestamp,
}

/// When a log was taken, and how sure that is.
pub(super) type Moment = (Timestamp, TimeConfidence);

/// The first second in which an infection is believed, 2015-01-01: stealers are no older.
const FIRST_INFECTION: i64 = 1_420_070_400;

/// Two dates of one moment may be this far apart: clocks in other zones, and logs that wait.
const NEAR: SignedDuration = SignedDuration::from_hours(72);

/// A date so far behind the day of the check is that of a wrong clock. The day may be one of the
/// past, which somebody chose for the sake of ages; so a date that leaves nothing open has a year.
const FAR: SignedDuration = SignedDuration::from_hours(366 * 24);

impl Dates<'_> {
    /// When the log was taken, where dates that nothing decides are read in the order `settled`.
    pub(super) fn taken(&self, settled: Option<DateOrder>) -> Option<Moment> {
        self.chosen(settled).map(|(moment, _)| moment)
    }

    /// The clock of the date that [`Self::taken`] chooses, where the order of the date is open.
    pub(super) fn open_question(&self) -> Option<Clock> {
        let ((_, confidence), raw) = self.chosen(None)?;
        raw.filter(|_| confidence == TimeConfidence::OrderAssumed).map(time::clock)
    }

    /// When the log was taken, and the date that says so, if it is one of a file.
    fn chosen(&self, settled: Option<DateOrder>) -> Option<(Moment, Option<&str>)> {
        let stated = || {
            let read = |raw, zone| time::resolve(raw, self.order(raw, settled), zone);
            self.candidates().filter_map(move |(raw, zone)| Some((read(raw, zone)?, Some(raw))))
        };
        let believed = stated().find(|((at, _), _)| self.is_believed(*at));
        let by_name = || self.stamped().map(|moment| (moment, None));
        // A clock that is wrong is better than none.
        let possible = || stated().find(|((at, _), _)| is_possible(*at));
        believed.or_else(by_name).or_else(possible)
    }

    /// When the operating system was installed.
    pub(super) fn os_installation(&self, settled: Option<DateOrder>) -> Option<Timestamp> {
        if self.is_infection_the_installation() {
            return None;
        }
        let raw = self.install?;
        Some(time::resolve(raw, self.order(raw, settled), self.timezone)?.0)
    }

    /// The dates as written that may be that of the infection, each with its zone, the best first.
    fn candidates(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        let stated = self.stated.iter().map(|(raw, zone)| match zone {
            DateZone::Utc => (raw.as_str(), Some("UTC")),
            DateZone::Local => (raw.as_str(), self.timezone),
        });
        let install = self.install.filter(|_| self.is_infection_the_installation());
        stated.chain(install.map(|raw| (raw, self.timezone)))
    }

    fn is_infection_the_installation(&self) -> bool {
        self.family.is_some_and(|found| found.family.install_date == InstallDate::Infection)
    }

    /// When the log was taken by the name of its folder.
    fn stamped(&self) -> Option<Moment> {
        let order = Order::Usual(DateOrder::Unknown);
        let (at, _) = time::resolve(self.stamp.as_deref()?, order, None)?;
        self.is_believed(at).then_some((at, TimeConfidence::FolderName))
    }

    fn is_believed(&self, at: Timestamp) -> bool {
        is_possible(at) && at.duration_since(self.as_of) <= FAR
    }

    /// In which order day and month stand in a date of the log.
    fn order(&self, raw: &str, settled: Option<DateOrder>) -> Order {
        let habit = self.family.map_or(DateOrder::Unknown, |found| found.family.date_order);
        let usual = Order::Usual(habit);
        let is_open =
            || time::parse(raw, usual).is_some_and(|date| date.order == OrderBasis::Assumed);
        let settled = || settled.filter(|_| is_open());
        self.proof(time::clock(raw)).or_else(settled).map_or(usual, Order::Proven)
    }

    /// The order that the dates of the log by this clock prove.
    fn proof(&self, clock: Clock) -> Option<DateOrder> {
        let is_alike = |raw: &str| time::clock(raw) == clock;
        let by_itself = self.written().filter(|raw| is_alike(raw)).find_map(time::decides_order);
        let by_sense = || {
            let mut alike = self.candidates().filter(|(raw, _)| is_alike(raw));
            alike.find_map(|(raw, zone)| self.sense(raw, zone))
        };
        by_itself.or_else(|| self.votes.order(clock)).or_else(by_sense)
    }

    /// All dates of the system files.
    fn written(&self) -> impl Iterator<Item = &str> {
        self.stated.iter().map(|(raw, _)| raw.as_str()).chain(self.install)
    }

    /// The order in which an ambiguous date makes sense, when it does not in the other one.
    fn sense(&self, raw: &str, zone: Option<&str>) -> Option<DateOrder> {
        let read = |order| Some(time::resolve(raw, Order::Proven(order), zone)?.0);
        let day_first = read(DateOrder::DayFirst)?;
        let month_first = read(DateOrder::MonthFirst)?;
        if day_first == month_first {
            return None;
        }
        let decide = |is_sense: &dyn Fn(Timestamp) -> bool| match (
            is_sense(day_first),
            is_sense(month_first),
        ) {
            (true, false) => Some(DateOrder::DayFirst),
            (false, true) => Some(DateOrder::MonthFirst),
            _ => None,
        };
        let anchors: Vec<Timestamp> = self.anchors().collect();
        decide(&|at| anchors.iter().any(|anchor| at.duration_since(*anchor).abs() <= NEAR))
            .or_else(|| decide(&|at| at.duration_since(self.as_of) <= NEAR))
    }

    /// The dates of the log that leave nothing open.
    fn anchors(&self) -> impl Iterator<Item = Timestamp> {
        let unknown = Order::Usual(DateOrder::Unknown);
        let certain = self.candidates().filter_map(move |(raw, zone)| {
            let is_certain = time::parse(raw, unknown)?.order == OrderBasis::Certain;
            let (at, _) = time::resolve(raw, unknown, zone)?;
            is_certain.then_some(at)
        });
        certain.chain(self.stamped().map(|(at, _)| at)).filter(|at| is_possible(*at))
    }
}

fn is_possible(at: Timestamp) -> bool {
    at.as_second() >= FIRST_INFECTION
}

#[cfg(test)]
mod tests {
    use super::*;
    use TimeConfidence::{Exact, FolderName, OrderAssumed, ZoneAssumed};

    /// When a log was taken that has these dates, and a stamp in its folder's name if not empty.
    fn taken(
        dates: &[&str],
        stamp: &str,
        settled: Option<DateOrder>,
    ) -> Option<(String, TimeConfidence)> {
        let stated: Vec<_> = dates.iter().map(|raw| ((*raw).to_owned(), DateZone::Local)).collect();
        let (at, confidence) = dates_of(&stated, stamp).taken(settled)?;
        Some((time::rfc3339(at), confidence))
    }

    fn dates_of<'a>(stated: &'a [(String, DateZone)], stamp: &str) -> Dates<'a> {
        Dates {
            stated,
            install: None,
            timezone: None,
            stamp: (!stamp.is_empty()).then(|| stamp.to_owned()),
            votes: OrderVotes::default(),
            family: None,
            as_of: "2025-01-01T00:00:00Z".parse().unwrap(),
        }
    }

    #[test]
    fn what_the_dates_of_one_log_decide() {
        for (dates, stamp, expected) in [
            (&["05/06/2024 10:20:30"][..], "", ("2024-06-05T10:20:30Z", OrderAssumed)),
            // another date of the file
            (
                &["05/06/2024 10:20:30", "5/26/2024 10:20"],
                "",
                ("2024-05-06T10:20:30Z", ZoneAssumed),
            ),
            // the stamp of the folder, or another form of the same date
            (
                &["05/06/2024 10:20:30"],
                "2024_05_06T12_20_30",
                ("2024-05-06T10:20:30Z", ZoneAssumed),
            ),
            (
                &["05/06/2024 10:20:30"],
                "2024_06_04T12_20_30",
                ("2024-06-05T10:20:30Z", ZoneAssumed),
            ),
            (
                &["05/06/2024 10:20:30", "06 May 2024 11:00"],
                "",
                ("2024-05-06T10:20:30Z", ZoneAssumed),
            ),
            // a stamp of quite another day, and both readings near, decide nothing
            (
                &["05/06/2024 10:20:30"],
                "2023_01_01T12_20_30",
                ("2024-06-05T10:20:30Z", OrderAssumed),
            ),
            // the future
            (&["01/12/2024 10:20:30"], "", ("2024-12-01T10:20:30Z", OrderAssumed)),
            (
                &["02/05/2026 10:20:30", "01/12/2024 10:20"],
                "",
                ("2024-12-01T10:20:00Z", OrderAssumed),
            ),
            (&["11/01/2025 10:20:30"], "", ("2025-01-11T10:20:30Z", OrderAssumed)),
            (&["10/03/2024 1:02:03 PM"], "", ("2024-10-03T13:02:03Z", OrderAssumed)),
            (&["01.02.2031 10:20:30"], "2024_05_06T12_20_30", ("2024-05-06T12:20:30Z", FolderName)),
            (&["01.02.2031 10:20:30"], "", ("2031-02-01T10:20:30Z", ZoneAssumed)),
            // before there were stealers
            (&["01.02.2014 10:20:30", "1714990830"], "", ("2024-05-06T10:20:30Z", Exact)),
            (&[], "2024_05_06T12_20_30", ("2024-05-06T12:20:30Z", FolderName)),
        ] {
            let found = taken(dates, stamp, None);
            assert_eq!(found, Some((expected.0.to_owned(), expected.1)), "{dates:?} {stamp}");
        }
        assert_eq!(taken(&["01.02.2014 10:20:30"], "2001_05_06T12_20_30", None), None);
    }

    #[test]
    fn a_reading_in_the_future_is_not_chosen() {
        let found = taken(&["02/01/2025 10:20:30"], "", None);
        assert_eq!(found.unwrap().0, "2025-01-02T10:20:30Z");
        let stated = [("01/02/2025 10:20:30".to_owned(), DateZone::Local)];
        let mut dates = dates_of(&stated, "");
        assert_eq!(dates.taken(None).unwrap().1, ZoneAssumed);
        dates.as_of = "2025-03-01T00:00:00Z".parse().unwrap();
        assert_eq!(dates.taken(None).unwrap().1, OrderAssumed);
    }

    #[test]
    fn an_archive_settles_only_what_is_open() {
        let stated = [("05/06/2024 10:20:30".to_owned(), DateZone::Local)];
        let mut dates = dates_of(&stated, "");
        assert_eq!(dates.open_question(), Some(Clock::TwentyFour));
        let settled = dates.taken(Some(DateOrder::MonthFirst)).unwrap();
        assert_eq!(
            (time::rfc3339(settled.0).as_str(), settled.1),
            ("2024-05-06T10:20:30Z", ZoneAssumed)
        );
        dates.votes = OrderVotes::of(b"Installed: 30/04/2024 10:20");
        assert_eq!(dates.open_question(), None);
        let proven = dates.taken(Some(DateOrder::MonthFirst)).unwrap();
        assert_eq!(
            (time::rfc3339(proven.0).as_str(), proven.1),
            ("2024-06-05T10:20:30Z", ZoneAssumed)
        );
    }
}
