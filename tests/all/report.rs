//! The report for people, made of what the program wrote: it counts and shows all of it.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use logsieve::exposure::Exposure;
use logsieve::record::{IssueRecord, Record, Source, Summary};
use logsieve::sink::Sink;
use logsieve::sink::html::{HtmlReport, ReportOptions};

use crate::support::generate::cloud;
use crate::support::pack;
use crate::tool::{Bench, all_inputs, logsieve, ran, watchlist};

/// The records of a case, as its files have them.
struct Case {
    records: Vec<Record>,
    exposures: Vec<Exposure>,
    sources: Vec<Source>,
    issues: Vec<IssueRecord>,
    summary: Summary,
}

/// Checks all fixtures, and what goes wrong, and reads back what was written.
fn case(bench: &Bench) -> Case {
    let logs = cloud(11, 6).files;
    let mut cut = pack::zip(&logs);
    cut.truncate(cut.len() / 2);
    let inputs = [
        bench.file("cut.zip", cut),
        bench.file("locked.7z", pack::sevenz_encrypted(&logs, pack::Grouping::Solid, "word")),
        bench.file("<script>alert(1)</script>.txt", "https://vpn.example.com:<b>\"jane\"</b>:word"),
        bench.file("empty.txt", ""),
    ];
    let mut check = logsieve();
    check.args(["check", "-w"]).arg(watchlist()).arg("-o").arg(bench.path("case"));
    check.args(["--as-of", "2026-03-09"]).args(all_inputs()).args(inputs);
    ran(&mut check).with_code(3);

    let lines = ["sources", "machines", "issues", "exposures"]
        .map(|table| bench.text(&format!("case/{table}.jsonl")))
        .concat();
    let summary = bench.text("case/summary.json");
    let read = |json: &str| serde_json::from_str::<Record>(json).unwrap();
    let mut records: Vec<Record> = lines.lines().map(read).collect();
    records.push(read(&summary));

    let (mut exposures, mut sources, mut issues) = (Vec::new(), Vec::new(), Vec::new());
    for record in &records {
        match record {
            Record::Exposure(exposure) => exposures.push((**exposure).clone()),
            Record::Source(source) => sources.push(source.clone()),
            Record::Issue(issue) => issues.push(issue.clone()),
            _ => {}
        }
    }
    let Some(Record::Summary(summary)) = records.last().cloned() else { panic!("no summary") };
    Case { records, exposures, sources, issues, summary: *summary }
}

fn render(records: &[Record]) -> String {
    let mut page = Vec::new();
    let options = ReportOptions::default();
    let mut report = Box::new(HtmlReport::new(&mut page, Path::new("report.html"), options));
    records.iter().for_each(|record| report.write(record).unwrap());
    report.finish().unwrap();
    String::from_utf8(page).unwrap()
}

/// What stands between `start` and `end`, every time.
fn between<'p>(page: &'p str, start: &str, end: &str) -> Vec<&'p str> {
    page.split(start).skip(1).map(|rest| rest.split(end).next().unwrap()).collect()
}

/// The word that records use for a value.
fn word(value: impl serde::Serialize) -> String {
    serde_json::to_value(value).unwrap().as_str().unwrap().replace('_', " ")
}

fn grouped(number: usize) -> String {
    assert!(number < 1_000_000);
    if number < 1_000 {
        number.to_string()
    } else {
        format!("{},{:03}", number / 1_000, number % 1_000)
    }
}

#[test]
fn the_report_accounts_for_every_record() {
    let bench = Bench::new();
    let case = case(&bench);
    let page = render(&case.records);
    assert!(case.exposures.len() > 100 && case.issues.len() > 3);

    let shown: Vec<&str> = between(&page, "<small class=\"id\">", "<");
    let ids: HashSet<String> =
        case.exposures.iter().map(|exposure| exposure.exposure_id.to_string()).collect();
    assert_eq!(shown.len(), case.exposures.len());
    assert_eq!(shown.into_iter().map(str::to_owned).collect::<HashSet<_>>(), ids);

    for (name, count) in numbers(&case) {
        let tile = format!(
            "<span class=\"number\">{}</span> <span class=\"name\">{name}<",
            grouped(count)
        );
        assert!(page.contains(&tile), "{name}: {count}");
    }
    let machines: HashSet<_> = machines(&case);
    assert_eq!(page.matches("<details class=\"card\"").count(), machines.len());

    for source in &case.sources {
        assert!(page.contains(&escaped(&source.name)), "{}", source.name);
    }
    let mut codes: BTreeMap<_, usize> = BTreeMap::new();
    case.issues.iter().for_each(|issue| *codes.entry(issue.code).or_default() += 1);
    for (code, count) in codes {
        let line = format!("<code>{code}</code> <span class=\"count\">{}</span>", grouped(count));
        assert!(page.contains(&line), "{line}");
    }
    assert!(page.contains(&format!(
        "Of {} files, {} were skipped and {} could not be read",
        grouped(case.summary.entries.seen as usize),
        case.summary.entries.skipped,
        case.summary.entries.failed
    )));
    assert!(page.contains("<strong>Partial.</strong>"));
    assert!(page.contains(&case.summary.key_id.to_string()));
    assert!(!page.contains("<script>alert(1)"));
}

/// The numbers that the first screen shows.
fn numbers(case: &Case) -> Vec<(String, usize)> {
    let mut severities: BTreeMap<_, usize> = BTreeMap::new();
    let mut people = HashSet::new();
    for exposure in &case.exposures {
        *severities.entry(exposure.severity).or_default() += 1;
        people.extend(match &exposure.record {
            Record::Credential(login) => login.username.as_ref().map(|name| name.to_lowercase()),
            Record::Autofill(autofill) => autofill.email.as_ref().map(|name| name.to_lowercase()),
            _ => None,
        });
    }
    people.remove("");
    let mut numbers: Vec<_> =
        severities.into_iter().map(|(severity, count)| (word(severity), count)).collect();
    assert!(numbers.len() >= 4);
    numbers.push(("exposures".to_owned(), case.exposures.len()));
    numbers.push(("people".to_owned(), people.len()));
    numbers.push(("machines".to_owned(), machines(case).len()));
    numbers
}

fn machines(case: &Case) -> HashSet<logsieve::secret::Id> {
    let with = case.exposures.iter().filter_map(|exposure| exposure.machine.as_ref());
    with.map(|machine| machine.machine_id).collect()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&#38;").replace('<', "&#60;").replace('>', "&#62;").replace('"', "&#34;")
}
