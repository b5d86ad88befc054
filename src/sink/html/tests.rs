//! The report as a whole: what it counts, what it shows, and that hostile text stays text.

use std::path::Path;
use std::sync::Arc;

use serde_json::Value;

use super::collect::MOST_ROWS;
use super::{HtmlReport, ReportOptions, Tlp};
use crate::exposure::{Change, Exposure, Severity, TriageStatus};
use crate::record::Record;
use crate::secret::Id;
use crate::sink::{Sink, samples};

const ATTACKS: [&str; 10] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "'><svg onload=alert(1)>",
    "javascript:alert(1)",
    "</style><style>body{display:none}",
    "</title></script><script>alert(1)",
    "<a href=https://evil.test/>",
    "{{ 7*7 }}{% raw %}<!--",
    "&lt;b&gt;",
    "a\u{202e}b\u{0}c\u{200b}d\u{2028}e\u{feff}f\ng\u{1b}h",
];

fn render(records: &[Record], options: &ReportOptions) -> String {
    let mut bytes = Vec::new();
    let mut sink = Box::new(HtmlReport::new(&mut bytes, Path::new("report.html"), options.clone()));
    records.iter().for_each(|record| sink.write(record).unwrap());
    sink.finish().unwrap();
    String::from_utf8(bytes).unwrap()
}

fn page(records: &[Record]) -> String {
    render(records, &ReportOptions::default())
}

fn exposure() -> Exposure {
    let [Record::Exposure(exposure), ..] = samples::exposures_maximal() else { unreachable!() };
    *exposure
}

fn as_record(exposure: Exposure) -> Record {
    Record::Exposure(Box::new(exposure))
}

/// `record` with `attack` in every text that can be any text.
fn poisoned(record: &Record, attack: &str) -> Record {
    let mut value = serde_json::to_value(record).unwrap();
    for place in texts(&value, "") {
        let mut tried = value.clone();
        *tried.pointer_mut(&place).unwrap() = Value::String(attack.to_owned());
        if serde_json::from_value::<Record>(tried.clone()).is_ok() {
            value = tried;
        }
    }
    serde_json::from_value(value).unwrap()
}

/// The places of all texts in a value, as JSON pointers.
fn texts(value: &Value, place: &str) -> Vec<String> {
    match value {
        Value::String(_) => vec![place.to_owned()],
        Value::Array(values) => (0..)
            .zip(values)
            .flat_map(|(number, value)| texts(value, &format!("{place}/{number}")))
            .collect(),
        Value::Object(values) => {
            values.iter().flat_map(|(key, value)| texts(value, &format!("{place}/{key}"))).collect()
        }
        _ => Vec::new(),
    }
}

/// The tags of a page, in order, without what stands in their attributes.
fn tags(page: &str) -> Vec<&str> {
    let starts = page.match_indices('<').map(|(start, _)| &page[start..]);
    starts.map(|tag| tag.split([' ', '>']).next().unwrap()).collect()
}

#[test]
fn hostile_text_in_any_field_makes_no_element_and_no_attribute() {
    let records = samples::maximal();
    for attack in ATTACKS {
        let harmless: Vec<Record> =
            records.iter().map(|record| poisoned(record, "harmless")).collect();
        let hostile: Vec<Record> = records.iter().map(|record| poisoned(record, attack)).collect();
        let options = |text: &str| ReportOptions {
            title: text.to_owned(),
            tlp: Tlp::Red,
            expires: Some(text.to_owned()),
        };
        let expected = render(&harmless, &options("harmless"));
        let page = render(&hostile, &options(attack));
        assert_eq!(tags(&page), tags(&expected), "{attack}");
        assert_eq!(page.matches('"').count(), expected.matches('"').count(), "{attack}");
        for sign in ["\u{202e}", "\u{0}", "\u{200b}", "\u{2028}", "\u{feff}", "\u{1b}"] {
            assert!(!page.contains(sign), "{sign:?}");
        }
        assert!(expected.matches("harmless").count() > 50);
    }
}

#[test]
fn nothing_leads_out_of_the_page() {
    let records: Vec<Record> =
        samples::maximal().iter().map(|record| poisoned(record, "https://evil.test/")).collect();
    let page = page(&records);
    assert!(page.matches("https://evil.test/").count() > 20);
    for (place, _) in page.match_indices("href=") {
        assert!(page[place..].starts_with("href=\"#"), "{}", &page[place..place + 40]);
    }
    let body = page.split("<body>").nth(1).unwrap().split("<script>").next().unwrap();
    let markup: String = body.split('<').filter_map(|part| part.split('>').next()).collect();
    for word in ["http", "src=", "style=", "onclick=", "action="] {
        assert!(!markup.contains(word), "{word}");
    }
    assert!(!page.contains("url(") && !page.contains("@import"));
}

#[test]
fn the_page_allows_its_own_style_and_script_only() {
    use sha2::{Digest, Sha256};
    let page = render(&samples::maximal(), &ReportOptions::default());
    let policy = page.split("Content-Security-Policy\" content=\"").nth(1).unwrap();
    let policy = policy.split('"').next().unwrap();
    let mut hashes: Vec<&str> =
        policy.split(['\'', ' ']).filter_map(|word| word.strip_prefix("sha256-")).collect();
    for part in ["style", "script"] {
        for text in page.split(&format!("<{part}>")).skip(1) {
            let text = text.split(&format!("</{part}>")).next().unwrap();
            let digest = Sha256::digest(text.as_bytes());
            let place = hashes.iter().position(|hash| unbase64(hash) == digest.as_slice());
            hashes.remove(place.expect("a style or script without its hash"));
        }
    }
    assert!(hashes.is_empty(), "{hashes:?}");
    assert!(!policy.contains("unsafe"));
}

/// Written for tests alone, by the definition of RFC 4648.
fn unbase64(text: &str) -> Vec<u8> {
    let digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let bits: String = text
        .trim_end_matches('=')
        .chars()
        .map(|c| format!("{:06b}", digits.find(c).unwrap()))
        .collect();
    let whole = bits.len() / 8 * 8;
    bits.as_bytes()[..whole]
        .chunks(8)
        .map(|byte| u8::from_str_radix(std::str::from_utf8(byte).unwrap(), 2).unwrap())
        .collect()
}

#[test]
fn the_same_records_give_the_same_page() {
    let mut records = samples::maximal();
    records.extend((0..50_u8).map(|number| {
        as_record(Exposure {
            organisation: format!("Organisation {}", u32::from(number) * 7 % 50),
            exposure_id: Id([number; 16]),
            ..exposure()
        })
    }));
    assert_eq!(page(&records), page(&records));
}

#[test]
fn a_case_without_exposures_says_so() {
    let [with_issue, without] = [samples::maximal(), Vec::new()].map(|records| {
        let rest = records.into_iter().filter(|record| !matches!(record, Record::Exposure(_)));
        page(&rest.collect::<Vec<_>>())
    });
    assert!(with_issue.contains("No exposures: no watched name stands in what was read"));
    assert!(with_issue.contains("line_too_long") && with_issue.contains("Partial."));
    assert!(!with_issue.contains("id=\"table\"") && !with_issue.contains("href=\"#machines\""));
    assert!(without.contains("The records have no summary"));
}

#[test]
fn all_are_counted_and_the_worst_are_shown() {
    let more = 25;
    let mut records: Vec<Record> = (0..MOST_ROWS + more)
        .map(|number| {
            let bytes = (number as u128).to_be_bytes();
            let severity = if number < more { Severity::Low } else { Severity::High };
            as_record(Exposure {
                exposure_id: Id(bytes),
                severity,
                actions: Vec::new(),
                machine: None,
                ..exposure()
            })
        })
        .collect();
    records.push(samples::summary_maximal());
    let page = page(&records);
    assert_eq!(page.matches("<tr id=\"e").count(), MOST_ROWS);
    assert!(page.contains("The worst 10,000 of 10,025."));
    assert!(page.contains("The other 25 are in <code>exposures.jsonl</code>"));
    assert_eq!(page.matches("data-m=\"s1 ").count(), 0);
    assert!(page.contains("<span class=\"number\">10,025</span> <span class=\"name\">exposures"));
    assert!(page.contains("<span class=\"number\">25</span> <span class=\"name\">low"));
}

#[test]
fn the_worst_come_first_then_the_newest_then_as_they_came() {
    let with = |number: u8, severity, infected: Option<&str>| {
        let mut machine = (**exposure().machine.as_ref().unwrap()).clone();
        machine.infected_at = infected.map(str::to_owned);
        machine.machine_id = Id([number; 16]);
        let machine = Some(Arc::new(machine));
        as_record(Exposure { exposure_id: Id([number; 16]), severity, machine, ..exposure() })
    };
    let page = page(&[
        with(5, Severity::High, None),
        with(4, Severity::High, Some("2026-01-01T00:00:00Z")),
        with(1, Severity::Critical, Some("2025-01-01T00:00:00Z")),
        with(3, Severity::High, Some("2026-02-01T00:00:00Z")),
        with(2, Severity::Critical, Some("2025-01-01T00:00:00Z")),
    ]);
    let order: Vec<&str> = page
        .split("<small class=\"id\">")
        .skip(1)
        .map(|rest| rest.split('<').next().unwrap().get(..2).unwrap())
        .collect();
    assert_eq!(order, ["01", "02", "03", "04", "05"]);
}

#[test]
fn what_is_dealt_with_or_gone_is_not_to_be_done() {
    let records: Vec<Record> = [
        (TriageStatus::Open, Some(Change::New)),
        (TriageStatus::Open, None),
        (TriageStatus::Open, Some(Change::Gone)),
        (TriageStatus::Remediated, Some(Change::Known)),
        (TriageStatus::Ignored, Some(Change::Known)),
    ]
    .into_iter()
    .map(|(status, change)| as_record(Exposure { status, change, ..exposure() }))
    .collect();
    let page = page(&records);
    assert!(page.contains("<span class=\"number\">2</span> <span class=\"name\">to deal with"));
    assert!(page.contains("<p class=\"count\">2 exposures, 2 critical</p>"));
    assert!(page.contains("<span class=\"number\">1</span> <span class=\"name\">gone"));
}

#[test]
fn one_machine_has_one_card_with_all_that_was_taken() {
    let page = page(&samples::exposures_maximal());
    assert_eq!(page.matches("<details class=\"card\"").count(), 1);
    for fact in ["EXC-0042", "redline (high confidence)", r"C:\Users\user1", "UTC assumed"] {
        assert!(page.contains(fact), "{fact}");
    }
    assert!(page.contains("5 exposures · infected 2026-02-27"));
}

#[test]
fn queries_of_addresses_are_not_shown() {
    let mut exposure = exposure();
    let Record::Credential(login) = &mut exposure.record else { unreachable!() };
    login.url = "https://vpn.example.com/login?token=t0p#s3cret".to_owned();
    let page = page(&[as_record(exposure)]);
    assert!(page.contains("vpn.example.com/login") && !page.contains("t0p"));
    assert!(!page.contains("s3cret"));
}

#[test]
fn every_mark_stands_on_screen_and_on_paper() {
    for tlp in Tlp::ALL {
        let options =
            ReportOptions { tlp, expires: Some("2026-12-31".into()), ..ReportOptions::default() };
        let page = render(&samples::maximal(), &options);
        let mark = tlp.mark();
        assert!(page.contains(&format!("<strong class=\"tlp\">{mark}</strong>")), "{mark}");
        assert!(page.contains(&format!("@top-left{{content:\"{mark}\"}}")), "{mark}");
        assert!(page.contains("Valid until <b>2026-12-31</b>"));
        assert!(page.contains("@bottom-left{content:\"Valid until 2026-12-31\"}"));
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_an_output_error() {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let sink = Box::new(HtmlReport::new(full, Path::new("report.html"), ReportOptions::default()));
    let error = sink.finish().unwrap_err();
    assert!(error.to_string().starts_with("cannot write report.html: "), "{error}");
}
