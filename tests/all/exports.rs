//! What a case looks like to other systems: their own readers take the exports.
//!
//! The readers are Python packages (`tests/exports/requirements.txt`). Where they are not installed
//! the test says so, loudly, and checks nothing; `.ci/run` installs them if it can.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use logsieve::exposure::Exposure;
use logsieve::record::Record;
use logsieve::secret::Id;
use logsieve::sink::ecs::EcsLines;
use logsieve::sink::folder::PartFolder;
use logsieve::sink::misp::MispEvent;
use logsieve::sink::ocsf::OcsfLines;
use logsieve::sink::parts::PartFiles;
use logsieve::sink::stix::StixBundle;
use logsieve::sink::{Sink, Table, jsonl::JsonLines};
use serde_json::{Value, json};

use crate::tool::{Bench, all_inputs, logsieve, ran, repository, watchlist};

/// Texts that break what trusts them.
const HOSTILE: &[&str] = &[
    "",
    "a\0b\r\n\t\u{1b}[31m\u{202e}\u{ffff}\u{10ffff}",
    "\"}],\"type\":\"bundle\"",
    "<script>alert(1)</script>",
    "http://[::1",
    "jane@a@example.com",
    "münchen.例え.test",
    "%zz% \\u0000 ' ; --",
];

/// Opens a sink on a file.
type Open = fn(File) -> Box<dyn Sink>;

/// The forms that are one file, and their names.
const FORMS: [(&str, Open); 5] = [
    ("case.stix.json", |out| Box::new(StixBundle::new(out, "stix"))),
    ("case.misp.json", |out| Box::new(MispEvent::new(out, "misp"))),
    ("case.ecs.ndjson", |out| Box::new(EcsLines::new(out, "ecs"))),
    ("case.ocsf.ndjson", |out| Box::new(OcsfLines::new(out, "ocsf"))),
    ("case.jsonl", |out| Box::new(JsonLines::new(out, "jsonl"))),
];

/// The records of a case over all fixtures, in the order in which a case gives them.
fn case_records(bench: &Bench) -> Vec<Record> {
    let mut check = logsieve();
    check.args(["check", "-w"]).arg(watchlist()).args(["--key-file", &bench.arg("key")]);
    check.args(["--format", "jsonl,parquet,arrow", "-o", &bench.arg("check")]).args(all_inputs());
    let ran = ran(&mut check);
    assert!([0, 3].contains(&ran.code), "{}", ran.err);
    let tables = ["sources.jsonl", "machines.jsonl", "issues.jsonl", "exposures.jsonl"];
    let lines = tables.map(|name| bench.text(&format!("check/{name}"))).concat();
    let summary: Record = serde_json::from_str(&bench.text("check/summary.json")).unwrap();
    let records = lines.lines().map(|line| serde_json::from_str(line).unwrap());
    records.chain([summary]).collect()
}

/// `records` with a few exposures of each kind only: the readers of STIX take their time.
fn few(mut records: Vec<Record>) -> Vec<Record> {
    let mut seen = HashMap::new();
    let is_early = |record: &Record| match record {
        Record::Exposure(exposure) => {
            let count = seen.entry(exposure.kind).or_insert(0);
            *count += 1;
            *count <= 25
        }
        _ => true,
    };
    records.retain(is_early);
    records
}

/// Exposures of every kind with hostile text in every field that criminals can fill.
fn hostile(records: &[Record]) -> Vec<Record> {
    let fields = [
        "record/url",
        "record/host",
        "record/username",
        "record/domain",
        "record/name",
        "record/path",
        "record/email",
        "record/entry",
        "record/computer_name",
        "record/app_id",
        "machine/computer_name",
        "machine/user_name",
        "machine/os",
        "machine/hwid",
        "machine/malware_path",
        "machine/ip_addresses/0",
        "machine/ad_domain",
        "source/name",
        "organisation",
        "matched/entry",
    ];
    let mut made = Vec::new();
    for kind in ["credential", "session", "machine", "autofill", "mention"] {
        let found = records.iter().map(|record| serde_json::to_value(record).unwrap());
        let found = found.into_iter().find(|it| it["type"] == "exposure" && it["kind"] == kind);
        let exposure: Value = found.unwrap_or_else(|| panic!("no exposure of kind {kind}"));
        for text in HOSTILE {
            let mut exposure = exposure.clone();
            for field in fields {
                if let Some(value) = exposure.pointer_mut(&format!("/{field}")) {
                    *value = json!(text);
                }
            }
            exposure["exposure_id"] = json!(format!("{:032x}", made.len() + 1));
            made.push(serde_json::from_value(exposure).unwrap());
        }
    }
    made
}

fn export<'r>(path: &Path, open: Open, records: impl IntoIterator<Item = &'r Record>) {
    let mut sink = open(File::create(path).unwrap());
    records.into_iter().for_each(|record| sink.write(record).unwrap());
    sink.finish().unwrap();
}

/// The same records as those of two work items, and the exposures among them as lines.
fn write_parts(bench: &Bench, records: &[Record]) {
    let folder = PartFolder::open(&bench.path("parts"), &Table::ALL).unwrap();
    for item in [Id([1; 16]), Id([2; 16])] {
        let mut sink = Box::new(PartFiles::new(&folder, item));
        records.iter().for_each(|record| sink.write(record).unwrap());
        sink.finish().unwrap();
    }
    let exposures = records.iter().filter(|record| matches!(record, Record::Exposure(_)));
    export(&bench.path("parts/exposures.jsonl"), FORMS[4].1, exposures);
}

/// The Python that has the packages: of `.ci/run`, or any.
pub(crate) fn python() -> PathBuf {
    let own = std::env::var_os("LOGSIEVE_EXPORTS_PYTHON").map(PathBuf::from);
    let of_ci = repository("target/exports-venv/bin/python");
    own.unwrap_or_else(|| if of_ci.is_file() { of_ci } else { PathBuf::from("python3") })
}

#[test]
fn the_readers_of_other_systems_take_the_exports() {
    let bench = Bench::new();
    let mut records = few(case_records(&bench));
    let summary = records.pop();
    records.extend(hostile(&records));
    records.extend(summary);
    for (name, open) in FORMS {
        export(&bench.path(name), open, &records);
    }
    for at_least in ["1", "2", "3"] {
        let mut extract = logsieve();
        extract.args(["extract", "--at-least", at_least, "-o", &bench.arg("extract")]);
        let ran = ran(extract.args(["--format", "jsonl,parquet,apex,arrow"]).args(all_inputs()));
        assert!([0, 3].contains(&ran.code), "{}", ran.err);
        let table = bench.path("extract").join("apex.csv");
        fs::rename(&table, table.with_file_name(format!("apex-{at_least}.csv"))).unwrap();
    }

    write_parts(&bench, &records);

    let mut validate = Command::new(python());
    validate.arg(repository("tests/exports/validate.py")).arg(bench.path(""));
    let said = validate.output().map(|it| (it.status.code(), it.stdout, it.stderr));
    // Not `println!`: the harness would keep it back, and a skipped test has to be seen.
    let mut console = std::io::stderr();
    match said {
        Ok((Some(77), out, _)) => {
            let out = String::from_utf8_lossy(&out);
            writeln!(console, "SKIPPED: exports are not validated, {out}").unwrap();
        }
        Ok((Some(0), out, _)) => {
            writeln!(console, "exports:\n{}", String::from_utf8_lossy(&out)).unwrap();
        }
        Ok((code, out, err)) => {
            let (out, err) = (String::from_utf8_lossy(&out), String::from_utf8_lossy(&err));
            panic!("validate.py ended with {code:?}:\n{out}\n{err}");
        }
        Err(error) => {
            writeln!(console, "SKIPPED: exports are not validated, no Python: {error}").unwrap();
        }
    }
}

/// Exposure number `number`, made after `template`: twenty on a machine, a hundred on a site.
fn numbered(template: &Exposure, number: u64) -> Record {
    let id =
        |kind: u64, number: u64| Id(((u128::from(kind) << 64) | u128::from(number)).to_be_bytes());
    let mut exposure = template.clone();
    exposure.exposure_id = id(1, number);
    if let Record::Credential(credential) = &mut exposure.record {
        credential.credential_id = id(2, number);
        credential.username = Some(format!("user{number}@example.com"));
        credential.host = Some(format!("host{}.example.com", number / 100));
        credential.url = format!("https://host{}.example.com/login/{number}", number / 100);
        credential.line = number;
    }
    if let Some(machine) = exposure.machine.as_mut().map(std::sync::Arc::make_mut) {
        machine.machine_id = id(3, number / 20);
        machine.computer_name = Some(format!("EXC-{:06}", number / 20));
    }
    Record::Exposure(Box::new(exposure))
}

/// A value of `/proc/self/status` in MiB.
fn memory(key: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with(key)).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|it| it.parse::<u64>().ok()).unwrap_or_default() >> 10
}

/// `cargo test --release --test all exports::measure -- --ignored --nocapture`
#[test]
#[ignore = "measures: 100,000 exposures in every form"]
fn measure() {
    const EXPOSURES: u64 = 100_000;
    let bench = Bench::new();
    let records = case_records(&bench);
    let template = records.iter().find_map(|record| match record {
        Record::Exposure(it) if it.machine.is_some() => match it.record {
            Record::Credential(_) => Some(it.clone()),
            _ => None,
        },
        _ => None,
    });
    let template = template.unwrap();
    drop(records);
    let parquet: (&str, Open) = ("exposures.parquet", |out| {
        let table = Table::Exposures;
        Box::new(logsieve::sink::parquet::ParquetTable::new(out, "parquet", table).unwrap())
    });
    for (name, open) in FORMS.into_iter().chain([parquet]) {
        let _ = fs::write("/proc/self/clear_refs", "5");
        let (before, start) = (memory("VmRSS:"), Instant::now());
        let mut sink = open(File::create(bench.path(name)).unwrap());
        for number in 0..EXPOSURES {
            sink.write(&numbered(&template, number)).unwrap();
        }
        sink.finish().unwrap();
        let size = fs::metadata(bench.path(name)).unwrap().len() >> 10;
        let (seconds, peak) = (start.elapsed().as_secs_f64(), memory("VmHWM:"));
        println!("{name}: {size} KiB, {seconds:.1} s, memory {before} to {peak} MiB");
    }
}
