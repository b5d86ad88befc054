//! Tables of dates and zones.

use jiff::tz;

use super::*;
use crate::fact::DateOrder::{self, DayFirst, MonthFirst, Unknown};

const UNKNOWN: Order = Order::Usual(Unknown);
const EXACT: TimeConfidence = TimeConfidence::Exact;
const ZONE: TimeConfidence = TimeConfidence::ZoneAssumed;
const ORDER: TimeConfidence = TimeConfidence::OrderAssumed;

fn check(raw: &str, order: DateOrder, zone: Option<&str>, expected: (&str, TimeConfidence)) {
    check_order(raw, Order::Usual(order), zone, expected);
}

fn check_order(raw: &str, order: Order, zone: Option<&str>, expected: (&str, TimeConfidence)) {
    let resolved = resolve(raw, order, zone).map(|(time, confidence)| (rfc3339(time), confidence));
    assert_eq!(resolved, Some((expected.0.to_owned(), expected.1)), "{raw}");
}

type Dated = (&'static str, DateOrder, (&'static str, TimeConfidence));

const LAYOUTS: &[Dated] = &[
    ("7/4/2024 5:06:07 PM", MonthFirst, ("2024-07-04T17:06:07Z", ZONE)),
    ("7/4/2024 5:06:07\u{202f}PM", MonthFirst, ("2024-07-04T17:06:07Z", ZONE)),
    ("5/12/2024, 10:11:12 AM", MonthFirst, ("2024-05-12T10:11:12Z", ZONE)),
    ("7/4/2024 12:06:07 AM", MonthFirst, ("2024-07-04T00:06:07Z", ZONE)),
    ("7/4/2024 12:06:07 PM", MonthFirst, ("2024-07-04T12:06:07Z", ZONE)),
    ("7/4/2024 5:06:07 p. m.", MonthFirst, ("2024-07-04T17:06:07Z", ZONE)),
    ("07/04/2024 17:06:07", MonthFirst, ("2024-07-04T17:06:07Z", ZONE)),
    ("30/06/2025 10:20:30", MonthFirst, ("2025-06-30T10:20:30Z", ZONE)),
    ("30/06/2025 10:20:30", Unknown, ("2025-06-30T10:20:30Z", ZONE)),
    ("06/30/2025 10:20:30", DayFirst, ("2025-06-30T10:20:30Z", ZONE)),
    ("1/7/2024 1:02:03", DayFirst, ("2024-07-01T01:02:03Z", ZONE)),
    ("30.06.2025 10:20:30", Unknown, ("2025-06-30T10:20:30Z", ZONE)),
    ("02.06.2025 10:20:30", Unknown, ("2025-06-02T10:20:30Z", ZONE)),
    ("02.06.2025 10:20:30", MonthFirst, ("2025-06-02T10:20:30Z", ZONE)),
    ("28.11.2024 10:20", Unknown, ("2024-11-28T10:20:00Z", ZONE)),
    ("03-11-2024, 10:20:30", Unknown, ("2024-11-03T10:20:30Z", ZONE)),
    ("2024/6/2 15:9:7", Unknown, ("2024-06-02T15:09:07Z", ZONE)),
    ("2026-01-02 15:04:05", Unknown, ("2026-01-02T15:04:05Z", ZONE)),
    ("2024-11-28 1:02:03 AM", Unknown, ("2024-11-28T01:02:03Z", ZONE)),
    ("2026-01-02 3:04:05 PM", MonthFirst, ("2026-01-02T15:04:05Z", ZONE)),
    ("2021.02.01 - 01:02:03 GMT", Unknown, ("2021-02-01T01:02:03Z", EXACT)),
    (
        "2024-11-28 01:02:03 [ UTC: (UTC+01:00) Example City ]",
        Unknown,
        ("2024-11-28T00:02:03Z", EXACT),
    ),
    ("2024-11-28 01:02:03 [ Example City ]", Unknown, ("2024-11-28T01:02:03Z", ZONE)),
    ("09 Nov 23 01:02 UTC", Unknown, ("2023-11-09T01:02:00Z", EXACT)),
    ("28 Nov 25 10:20", Unknown, ("2025-11-28T10:20:00Z", ZONE)),
    ("04 Jan 26 10:20 MSK", Unknown, ("2026-01-04T07:20:00Z", EXACT)),
    ("15 Jun 25 10:20 CEST", Unknown, ("2025-06-15T08:20:00Z", EXACT)),
    ("09 Nov 23 01:02:03", Unknown, ("2023-11-09T01:02:03Z", ZONE)),
    ("03 August 2024 01:02:03", Unknown, ("2024-08-03T01:02:03Z", ZONE)),
    ("Mon Jul 01 1:02:03 2024", Unknown, ("2024-07-01T01:02:03Z", ZONE)),
    ("Mon Jan  2 15:04:05 2006", Unknown, ("2006-01-02T15:04:05Z", ZONE)),
    ("Mon Jul  1 10:20:30 UTC 2024", Unknown, ("2024-07-01T10:20:30Z", EXACT)),
    (
        "Mon Jul 01 2024 10:20:30 GMT+0200 (Central European Summer Time)",
        Unknown,
        ("2024-07-01T08:20:30Z", EXACT),
    ),
    ("2026-01-02_03-04-05.678", Unknown, ("2026-01-02T03:04:05Z", ZONE)),
    ("2024_05_12T10_11_12_1234567", Unknown, ("2024-05-12T10:11:12Z", ZONE)),
    ("[2024_05_12T10_11_12_1234567]", Unknown, ("2024-05-12T10:11:12Z", ZONE)),
    ("2024_05_12_10_11", Unknown, ("2024-05-12T10:11:00Z", ZONE)),
    ("2024_05_12 10_11_12", Unknown, ("2024-05-12T10:11:12Z", ZONE)),
    ("20240512_101112", Unknown, ("2024-05-12T10:11:12Z", ZONE)),
    ("20240512101112", Unknown, ("2024-05-12T10:11:12Z", ZONE)),
    ("202405121011", Unknown, ("2024-05-12T10:11:00Z", ZONE)),
    ("12-05-24", Unknown, ("2024-05-12T00:00:00Z", ZONE)),
    ("12.05.2024", Unknown, ("2024-05-12T00:00:00Z", ZONE)),
    ("Jan 02 2024", Unknown, ("2024-01-02T00:00:00Z", ZONE)),
    ("1751264430", Unknown, ("2025-06-30T06:20:30Z", EXACT)),
    ("1751264430123", Unknown, ("2025-06-30T06:20:30Z", EXACT)),
    ("1751264430.123", Unknown, ("2025-06-30T06:20:30Z", EXACT)),
    ("2024-05-12T10:11:12Z", Unknown, ("2024-05-12T10:11:12Z", EXACT)),
    ("2024-05-12T10:11:12.123456Z", Unknown, ("2024-05-12T10:11:12Z", EXACT)),
    ("2024-05-12T10:11:12+02:00", Unknown, ("2024-05-12T08:11:12Z", EXACT)),
    ("2024-05-12 10:11:12 -0500", Unknown, ("2024-05-12T15:11:12Z", EXACT)),
    ("30.06.2025 06:20:30 (sig:1751264430.0123abcd)", Unknown, ("2025-06-30T06:20:30Z", ZONE)),
    ("10:20:30 30.06.2025", Unknown, ("2025-06-30T10:20:30Z", ZONE)),
];

#[test]
fn every_layout_of_the_catalogue() {
    for &(raw, order, expected) in LAYOUTS {
        check(raw, order, None, expected);
    }
}

#[test]
fn order_is_decided_by_numbers_then_marks_then_the_writer() {
    for (raw, order, expected) in [
        ("07/04/2024 17:06:07", Unknown, ("2024-04-07T17:06:07Z", ORDER)),
        ("07/04/2024 17:06:07", DayFirst, ("2024-04-07T17:06:07Z", ZONE)),
        ("7/4/2024 5:06:07 PM", Unknown, ("2024-07-04T17:06:07Z", ORDER)),
        ("7/4/2024 5:06:07 PM", DayFirst, ("2024-07-04T17:06:07Z", ORDER)),
        ("7/14/2024 5:06:07 PM", DayFirst, ("2024-07-14T17:06:07Z", ZONE)),
        ("14/7/2024 5:06:07 PM", MonthFirst, ("2024-07-14T17:06:07Z", ZONE)),
        ("05/05/2024 17:06:07", Unknown, ("2024-05-05T17:06:07Z", ZONE)),
        ("03-11-2024 10:20:30", MonthFirst, ("2024-11-03T10:20:30Z", ORDER)),
    ] {
        check(raw, order, None, expected);
    }
}

#[test]
fn what_is_proven_beats_marks_and_habits() {
    for (raw, order, expected) in [
        ("07/04/2024 17:06:07", DayFirst, ("2024-04-07T17:06:07Z", ZONE)),
        ("07/04/2024 17:06:07", MonthFirst, ("2024-07-04T17:06:07Z", ZONE)),
        ("7/4/2024 5:06:07 PM", DayFirst, ("2024-04-07T17:06:07Z", ZONE)),
        ("03-11-2024 10:20:30", MonthFirst, ("2024-03-11T10:20:30Z", ZONE)),
        ("03.11.2024 10:20:30", MonthFirst, ("2024-11-03T10:20:30Z", ZONE)),
        ("14/07/2024 10:20:30", MonthFirst, ("2024-07-14T10:20:30Z", ZONE)),
        ("07/04/2024 17:06:07", Unknown, ("2024-04-07T17:06:07Z", ORDER)),
    ] {
        check_order(raw, Order::Proven(order), None, expected);
    }
}

#[test]
fn dates_of_a_text_vote_for_an_order() {
    let votes = |text: &str| {
        let votes = OrderVotes::of(text.as_bytes());
        (votes.order(Clock::Twelve), votes.order(Clock::TwentyFour))
    };
    for (text, expected) in [
        ("Date: 30/06/2025 10:20:30", (None, Some(DayFirst))),
        ("Date: 6/30/2025 1:02:03 AM", (Some(MonthFirst), None)),
        ("Date: 6/30/2025 13:02\nName: AM/PM", (None, Some(MonthFirst))),
        ("30/06/2025 06/30/2025", (None, None)),
        ("30/06/2025 29/06/2025 06/30/2025", (None, Some(DayFirst))),
        ("Date: 05/06/2025 10:20:30", (None, None)),
        ("https://example.com/30/06/2025/x 1/30/06/2025 2024/30/06/2025", (None, None)),
        ("a30/06/2025 30/6/20255 30/06/25 /30/06/2025", (None, None)),
        ("//////// 99999999999/1/2024", (None, None)),
    ] {
        assert_eq!(votes(text), expected, "{text}");
    }
}

#[test]
fn the_zone_of_the_machine_fills_in_and_the_one_in_the_text_wins() {
    check("30.06.2025 10:20:30", Unknown, Some("UTC+4"), ("2025-06-30T06:20:30Z", EXACT));
    check("30.06.2025 10:20:30", Unknown, Some("Europe/Example"), ("2025-06-30T10:20:30Z", ZONE));
    check("30.06.2025 10:20:30", Unknown, Some("Europe/Berlin"), ("2025-06-30T08:20:30Z", EXACT));
    check("30.12.2025 10:20:30", Unknown, Some("Europe/Berlin"), ("2025-12-30T09:20:30Z", EXACT));
    check("30.06.2025 10:20:30", Unknown, Some("Etc/GMT+5"), ("2025-06-30T15:20:30Z", EXACT));
    check("09 Nov 23 01:02 UTC", Unknown, Some("UTC-5"), ("2023-11-09T01:02:00Z", EXACT));
    check("07/04/2024 01:02:03", Unknown, Some("UTC+4"), ("2024-04-06T21:02:03Z", ORDER));
    check("12.05.2024", Unknown, Some("UTC+4"), ("2024-05-12T00:00:00Z", ZONE));
    check("1751264430", Unknown, Some("UTC+4"), ("2025-06-30T06:20:30Z", EXACT));
}

#[test]
fn what_is_not_set_is_no_date() {
    for raw in [
        "",
        "-",
        "N/A",
        "Unknown",
        "Disabled",
        "01.01.1601 02:00:00",
        "1/1/1970 0:00:00",
        "0",
        "31.02.2024 10:20:30",
        "30/30/2024",
        "12:30:45",
        "203.0.113.10",
        "99999999999999999999",
        "2024",
    ] {
        assert_eq!(resolve(raw, UNKNOWN, None), None, "{raw}");
    }
}

#[test]
fn only_numbers_above_twelve_prove_an_order() {
    for (raw, order) in [
        ("30/06/2025 10:20:30", Some(DayFirst)),
        ("30.06.25 10:20", None),
        ("30-06-2025 10:20", Some(DayFirst)),
        ("6/30/2025 1:02:03 AM", Some(MonthFirst)),
        ("6/7/2025 1:02:03 AM", None),
        ("2025-06-30 10:20:30", None),
        ("30 Jun 25 10:20", None),
        ("1751264430", None),
        ("Disabled", None),
    ] {
        assert_eq!(decides_order(raw), order, "{raw}");
    }
}

#[test]
fn every_spelling_of_a_zone() {
    for (written, minutes) in [
        ("UTC2", 120),
        ("UTC", 0),
        ("utc+4", 240),
        ("UTC-5", -300),
        ("UTC+1:0", 60),
        ("UTC +05:30", 330),
        ("UTC: 5", 300),
        ("GMT-3", -180),
        ("+05", 300),
        ("5", 300),
        ("0", 0),
        ("-5", -300),
        ("\u{2212}5", -300),
        ("+5:30", 330),
        ("+0530", 330),
        ("-0330", -210),
        ("5.5", 330),
        ("+5,75", 345),
        ("[UTC-7:00] Example", -420),
        ("(UTC+04:00) Example, City", 240),
        ("(UTC) Example", 0),
        ("(GMT+01:00) Example", 60),
        ("UTC: (UTC+01:00) Example", 60),
        ("Example Time (UTC-6)", -360),
        ("+60 minutes from GMT", 60),
        ("-300 minutes from GMT", -300),
        ("+1 hrs", 60),
        ("-3 hours", -180),
        ("UTC4294967291", -300),
        ("4294967291", -300),
        ("18446744073709551611", -300),
        ("+4294966996 minutes from GMT", -300),
        ("MSK", 180),
        ("CEST", 120),
    ] {
        let expected = tz::Offset::from_seconds(minutes * 60).ok();
        assert_eq!(offset(written), expected, "{written}");
    }
}

#[test]
fn names_of_places_are_no_offsets() {
    for written in [
        "",
        "-",
        "Europe/Example",
        "Etc/GMT+5",
        "Example Standard Time",
        "Unknown",
        "UTC+99",
        "330",
        "15",
        "-9999999999999999999999",
        "9223372036854775808 min",
        "9223372036854775807:30",
        "5.999999999999999999",
        "5.9999999999999999999999",
    ] {
        assert_eq!(offset(written), None, "{written}");
    }
}

proptest::proptest! {
    #[test]
    fn any_text_is_survived(raw in "\\PC{0,60}") {
        let _ = resolve(&raw, UNKNOWN, Some(&raw));
        let _ = decides_order(&raw);
        let _ = OrderVotes::of(raw.as_bytes());
    }

    #[test]
    fn text_that_looks_like_dates_is_survived(raw in "[0-9/.:+_T -]{0,30}( (AM|PM|UTC|Jan))?") {
        if let Some((time, _)) = resolve(&raw, UNKNOWN, Some(&raw)) {
            proptest::prop_assert!(rfc3339(time).parse::<jiff::Timestamp>().is_ok());
        }
    }

    #[test]
    fn what_was_written_is_read(seconds in 1_420_070_400_i64..4_000_000_000) {
        let instant = jiff::Timestamp::from_second(seconds).unwrap();
        for layout in ["%d.%m.%Y %H:%M:%S", "%Y-%m-%d %I:%M:%S %p", "%d %b %Y %H:%M:%S", "%a %b %e %H:%M:%S %Y",
                       "%Y_%m_%dT%H_%M_%S_1234567", "%Y%m%d%H%M%S"] {
            let raw = instant.strftime(layout).to_string();
            proptest::prop_assert_eq!(resolve(&raw, UNKNOWN, None), Some((instant, ZONE)));
        }
        let american = instant.strftime("%-m/%-d/%Y %-I:%M:%S %p").to_string();
        let (time, _) = resolve(&american, Order::Usual(MonthFirst), None).unwrap();
        proptest::prop_assert_eq!(time, instant);
    }
}
