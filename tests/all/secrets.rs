//! Nobody's secret leaves memory: every output of every command over everything that we have is
//! searched for every password and cookie value that the ground truth knows.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use regex::bytes::Regex;
use serde_json::Value;

use crate::tool::{
    Bench, all_inputs, example_cloud, fixture_cases, logsieve, ran, repository, watchlist,
};

/// Every secret of the fixtures and of the example cloud.
pub(crate) fn secrets() -> BTreeSet<String> {
    let mut truths: Vec<PathBuf> =
        fixture_cases().into_iter().map(|case| case.join("truth.json")).collect();
    truths.push(repository("fixtures/example-cloud/truth.json"));
    let mut found = BTreeSet::new();
    for path in truths {
        collect(&serde_json::from_slice(&fs::read(path).unwrap()).unwrap(), &mut found);
    }
    assert!(found.len() > 1_000, "only {} secrets", found.len());
    found
}

fn collect(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            for (key, member) in members {
                match member.as_array() {
                    Some(secrets) if key == "secrets" => {
                        found.extend(secrets.iter().map(|it| it.as_str().unwrap().to_owned()));
                    }
                    _ => collect(member, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
        _ => {}
    }
}

/// What finds each secret, as it is and as JSON and CSV would write it; and the marks that nearly
/// all of them carry, so that a part of one is found too.
pub(crate) fn detector(secrets: &BTreeSet<String>) -> Regex {
    let mut patterns = vec![
        r"Fix-\d{4}".to_owned(),
        r"ck-\d{4}-value".to_owned(),
        r"Inv3nt-\d{5}-\d{3}".to_owned(),
        r"c00kie-\d{5}-\d{3}".to_owned(),
    ];
    for secret in secrets {
        let json = serde_json::to_string(secret).unwrap();
        let csv = secret.replace('"', "\"\"");
        for form in [secret, json.trim_matches('"'), &csv] {
            patterns.push(regex::escape(form));
        }
    }
    patterns.dedup();
    regex::bytes::RegexBuilder::new(&patterns.join("|")).size_limit(1 << 28).build().unwrap()
}

/// All that a detector finds in `bytes`, with what stands round it.
pub(crate) fn findings(detector: &Regex, bytes: &[u8]) -> Vec<String> {
    let around = |found: regex::bytes::Match<'_>| {
        let (start, end) = (found.start().saturating_sub(120), found.end() + 60);
        let text = String::from_utf8_lossy(&bytes[start..end.min(bytes.len())]).into_owned();
        text.replace('\n', " ")
    };
    detector.find_iter(bytes).map(around).collect()
}

#[test]
fn no_output_holds_a_secret() {
    let bench = Bench::new();
    let detector = detector(&secrets());
    let inputs = all_inputs();
    let mut outputs: Vec<(String, Vec<u8>)> = Vec::new();

    let watchlist = watchlist();
    let watchlist = watchlist.to_str().unwrap();
    let commands: [(&str, Vec<&str>); 7] = [
        ("extract", vec!["extract", "--format", "jsonl,csv", "-o"]),
        ("named", vec!["extract", "--keep-usernames", "--format", "jsonl,csv", "-o"]),
        ("narrowed", vec!["extract", "-w", watchlist, "--format", "jsonl,csv", "-o"]),
        ("check", vec!["check", "-w", watchlist, "--format", "jsonl,csv", "-o"]),
        ("check-to-pipe", vec!["check", "-w", watchlist, "-o", "-"]),
        ("extract-to-pipe", vec!["extract", "--keep-usernames", "-o", "-"]),
        ("inspect", vec!["inspect"]),
    ];
    for (name, arguments) in commands {
        let mut command = logsieve();
        command.args(&arguments);
        if arguments.last() == Some(&"-o") {
            command.arg(bench.path(name));
        }
        let run = ran(command.arg("--verbose").args(&inputs));
        assert!(matches!(run.code, 0 | 3), "{name}: {}", run.err);
        outputs.push((format!("{name}: standard output"), run.out.into_bytes()));
        outputs.push((format!("{name}: standard error"), run.err.into_bytes()));
        for file in fs::read_dir(bench.path(name)).into_iter().flatten() {
            let path = file.unwrap().path();
            outputs.push((format!("{name}: {}", path.display()), fs::read(&path).unwrap()));
        }
    }
    let bytes: usize = outputs.iter().map(|(_, bytes)| bytes.len()).sum();
    assert!(outputs.len() > 40 && bytes > 1 << 20, "{} outputs, {bytes} bytes", outputs.len());

    let told: Vec<String> = outputs
        .iter()
        .flat_map(|(name, bytes)| {
            findings(&detector, bytes).into_iter().map(move |text| format!("{name}: …{text}…"))
        })
        .collect();
    assert!(told.is_empty(), "{} findings:\n{}", told.len(), told[..told.len().min(40)].join("\n"));
}

/// The canary: the same search finds the secrets where they are.
#[test]
fn the_search_finds_the_secrets_in_the_inputs() {
    let secrets = secrets();
    let detector = detector(&secrets);
    let plain = fs::read(repository("fixtures/ulp/plain/truth.json")).unwrap();
    assert!(findings(&detector, &plain).len() > 100);
    let mut texts = Vec::new();
    for case in fixture_cases() {
        let mut folders = vec![case.join("input")];
        while let Some(folder) = folders.pop() {
            for child in fs::read_dir(folder).unwrap() {
                let path = child.unwrap().path();
                if path.is_dir() { folders.push(path) } else { texts.push(fs::read(path).unwrap()) }
            }
        }
    }
    let found: usize = texts.iter().map(|text| findings(&detector, text).len()).sum();
    assert!(found > 1_000, "only {found} in the fixtures' inputs");
    for form in ["\"Inv3nt-00000-001\"'<&>", r#"\"Inv3nt-00000-001\"'<&>"#] {
        assert!(detector.is_match(form.as_bytes()), "{form}");
    }
    assert!(!detector.is_match(b"https://example.com/login"));
    assert!(!example_cloud().is_empty());
}
