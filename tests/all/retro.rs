//! A dataset of `extract` as an input: `check` finds the same exposures as in the archives, `extract`
//! the same records.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use crate::support::generate::cloud;
use crate::support::pack;
use crate::tool::{Bench, Ran, all_inputs, logsieve, of_type, ran, records, watchlist};

/// `logsieve COMMAND … INPUTS` with the key `key` into the folder `out`.
fn into(bench: &Bench, command: &str, more: &[&str], out: &str, inputs: &[PathBuf]) -> Ran {
    let mut run = logsieve();
    run.args([command, "--as-of", "2025-06-30"]).args(more);
    run.arg("--key-file").arg(bench.path("key"));
    if command == "check" {
        run.arg("-w").arg(watchlist());
    }
    let out = if out == "-" { PathBuf::from("-") } else { bench.path(out) };
    ran(run.arg("-o").arg(out).args(inputs))
}

/// The exposures of a case but for mentions, by id.
fn exposures(bench: &Bench, case: &str) -> HashMap<String, Value> {
    let all = records(&bench.text(&format!("{case}/exposures.jsonl"))).into_iter();
    let told = all.filter(|exposure| exposure["kind"] != "mention");
    told.map(|exposure| (exposure["exposure_id"].as_str().unwrap().to_owned(), exposure)).collect()
}

/// Of an exposure what a dataset can tell: how the entries of a source were read depends on the
/// run, and where else a thing stands is known by the source as given.
fn comparable(exposure: &Value) -> Value {
    let mut exposure = exposure.clone();
    let fields = exposure.as_object_mut().unwrap();
    fields.remove("also_in");
    let source = fields.get_mut("source").unwrap().as_object_mut().unwrap();
    source.remove("entries");
    exposure
}

/// Whether the exposure tells of a login with a name that says more than its e-mail domain.
fn needs_login_name(exposure: &Value) -> bool {
    let record = &exposure["record"];
    let reasons = exposure["severity_reasons"].to_string();
    let name = record["username"].as_str().unwrap_or_default();
    name.contains('\\') || reasons.contains("VIP")
}

#[test]
fn a_dataset_answers_as_its_archives_do() {
    let bench = Bench::new();
    let inputs = all_inputs();
    into(&bench, "extract", &["--keep-usernames"], "named", &inputs).with_code(3);
    into(&bench, "extract", &[], "nameless", &inputs).with_code(3);
    into(&bench, "check", &[], "of-archives", &inputs).with_code(3);
    into(&bench, "check", &[], "of-named", &[bench.path("named")]).with_code(3);
    into(&bench, "check", &[], "of-nameless", &[bench.path("nameless")]).with_code(3);
    let expected = exposures(&bench, "of-archives");
    let (named, nameless) = (exposures(&bench, "of-named"), exposures(&bench, "of-nameless"));
    assert!(named.keys().chain(nameless.keys()).all(|id| expected.contains_key(id)));

    // A dataset has one record a machine, so of one in several logs only the first is compared.
    let log = |exposure: &Value| exposure["machine"]["log"].to_string();
    let mut logs: HashMap<String, HashSet<String>> = HashMap::new();
    for exposure in expected.values() {
        let machine = exposure["machine"]["machine_id"].to_string();
        let place = format!("{} {}", exposure["machine"]["source_id"], log(exposure));
        logs.entry(machine).or_default().insert(place);
    }
    let mut same = 0;
    for (id, exposure) in &expected {
        let is_alone = logs[&exposure["machine"]["machine_id"].to_string()].len() == 1;
        match named.get(id) {
            Some(told) if is_alone || log(told) == log(exposure) => {
                assert_eq!(comparable(told), comparable(exposure));
                same += 1;
            }
            Some(told) => assert_eq!(told["record"], exposure["record"]),
            None => assert!(!is_alone && exposure["kind"] == "machine", "{exposure:#}"),
        }
        match nameless.get(id) {
            Some(told) if is_alone && !needs_login_name(exposure) => {
                for field in ["organisation", "matched", "identity_class", "severity", "machine"] {
                    assert_eq!(told[field], exposure[field], "{field} of {exposure:#}");
                }
                assert!(told["record"]["username"].is_null());
            }
            Some(_) => {}
            None => assert!(!is_alone || needs_login_name(exposure), "{exposure:#}"),
        }
    }
    assert!(same > 1000, "only {same} of {} are compared", expected.len());
}

/// An archive of a cloud, and the dataset `data` made of it.
fn dataset(bench: &Bench, more: &[&str]) -> PathBuf {
    let zip = bench.file("cloud.zip", pack::zip(&cloud(11, 6).files));
    into(bench, "extract", more, "data", &[zip]).with_code(0);
    bench.path("data")
}

#[test]
fn what_a_dataset_cannot_tell_is_said() {
    let bench = Bench::new();
    let nameless = dataset(&bench, &[]);
    let run = into(&bench, "check", &[], "case", std::slice::from_ref(&nameless)).with_code(0);
    assert_eq!(run.err.matches("(mentions)").count(), 1, "{}", run.err);
    assert_eq!(run.err.matches("`ad_domains`").count(), 1, "{}", run.err);
    let issues = records(&bench.text("case/issues.jsonl"));
    assert!(issues.iter().all(|issue| issue["code"] == "dataset_gap"), "{issues:#?}");
    let sources = records(&bench.text("case/sources.jsonl"));
    let formats: Vec<&Value> = sources.iter().map(|source| &source["format"]).collect();
    assert!(formats.len() > 1 && formats[0] == "dataset" && formats[1] == "zip", "{formats:?}");

    let again = into(&bench, "check", &[], "case", std::slice::from_ref(&nameless)).with_code(0);
    assert!(again.err.contains("not read again: 1 sources"), "{}", again.err);

    fs::remove_dir_all(&nameless).unwrap();
    let named = dataset(&bench, &["--keep-usernames"]);
    let run = into(&bench, "check", &[], "other", &[named]).with_code(0);
    assert!(!run.err.contains("`ad_domains`"), "{}", run.err);
}

#[test]
fn a_dataset_that_is_made_anew_takes_the_place_of_the_old_one() {
    let bench = Bench::new();
    let log = |name: &str| {
        let text =
            format!("URL: https://{name}.example.com/\nUsername: ada\nPassword: Inv3nted!\n");
        [(format!("DE_1/{name}/Passwords.txt"), text.into_bytes())]
    };
    for name in ["vpn", "shop"] {
        let zip = bench.file(&format!("{name}.zip"), pack::zip(&log(name)));
        into(&bench, "extract", &[], "data", &[zip]).with_code(0);
        into(&bench, "check", &[], "case", &[bench.path("data")]).with_code(0);
    }
    let told = exposures(&bench, "case").into_values();
    let mut told: Vec<String> =
        told.map(|told| format!("{} {}", told["record"]["host"], told["change"])).collect();
    told.sort();
    assert_eq!(told, [r#""shop.example.com" "new""#, r#""vpn.example.com" "gone""#]);
}

#[test]
fn threads_change_nothing() {
    let bench = Bench::new();
    let data = dataset(&bench, &["--keep-usernames"]);
    let out = |threads: &str| {
        into(&bench, "check", &["--threads", threads], "-", std::slice::from_ref(&data)).out
    };
    let one = out("1");
    assert!(one.lines().count() > 5, "{one}");
    assert!(["2", "8"].iter().all(|threads| out(threads) == one));
}

#[test]
fn another_key_is_refused_in_plain_words() {
    let bench = Bench::new();
    let data = dataset(&bench, &[]);
    let check = |more: &[&str], input: &str| {
        let mut run = logsieve();
        run.args(["check", "-d", "example.com", "-o"]).arg(bench.path("case")).args(more);
        ran(run.arg(bench.path("cloud.zip")).arg(bench.path(input)))
    };
    let refused = check(&[], "data").with_code(2);
    assert!(refused.err.contains("made with another key"), "{}", refused.err);
    assert!(refused.err.contains("--key-file"), "{}", refused.err);

    // The case has no ids yet, so it can begin with the right key.
    check(&["--key-file", &bench.arg("key")], "data").with_code(0);

    // What lies somewhere in a folder stops nobody.
    bench.file("folder/note.txt", "nothing");
    fs::rename(data, bench.path("folder/data")).unwrap();
    fs::remove_dir_all(bench.path("case")).unwrap();
    check(&[], "folder").with_code(3);
    let issues = records(&bench.text("case/issues.jsonl"));
    assert_eq!(issues[0]["code"], "dataset_key", "{issues:#?}");
    assert!(!exposures(&bench, "case").is_empty());
}

#[test]
fn a_marker_hides_nothing() {
    let bench = Bench::new();
    let data = dataset(&bench, &[]);
    let log = "URL: https://vpn.example.com/\nUsername: ada@example.com\nPassword: Inv3nted!\n";
    bench.file("data/DE_1/Passwords.txt", log);
    let run = into(&bench, "check", &[], "-", &[data]).with_code(0);
    let places: Vec<Value> =
        run.records().iter().map(|exposure| exposure["record"]["entry"].clone()).collect();
    assert!(places.contains(&"DE_1/Passwords.txt".into()), "{places:?}");
    assert!(places.len() > 1, "the dataset itself is read, too");

    bench.file("fake/.logsieve", "logsieve dataset, schema version 1\n");
    bench.file("fake/credentials.jsonl", log);
    let run = into(&bench, "check", &[], "-", &[bench.path("fake")]).with_code(4);
    assert!(run.err.contains("no summary.json"), "{}", run.err);
}

#[test]
fn a_dataset_of_other_forms_only_is_told() {
    let bench = Bench::new();
    let csv = dataset(&bench, &["--format", "csv"]);
    let run = into(&bench, "check", &[], "-", &[csv]).with_code(4);
    assert!(run.err.contains("--format jsonl"), "{}", run.err);
    fs::remove_dir_all(bench.path("data")).unwrap();
    let both = dataset(&bench, &["--format", "csv,jsonl"]);
    into(&bench, "check", &[], "case", std::slice::from_ref(&both)).with_code(0);
    fs::remove_file(both.join("machines.jsonl")).unwrap();
    let run = into(&bench, "check", &[], "other", &[both]).with_code(3);
    assert!(run.err.contains("machines.jsonl"), "{}", run.err);
    let ids = |case: &str| exposures(&bench, case).into_keys().collect::<HashSet<_>>();
    let lost: Vec<_> = ids("case").difference(&ids("other")).cloned().collect();
    let told = exposures(&bench, "case");
    assert!(ids("other").len() > 3);
    assert!(lost.iter().all(|id| told[id]["kind"] == "machine"), "{lost:?}");

    // Tables of a form that a later run did not write are older than the summary.
    let zip = bench.file("cloud.zip", pack::zip(&cloud(12, 3).files));
    into(&bench, "extract", &["--format", "csv"], "data", &[zip]).with_code(0);
    let run = into(&bench, "check", &[], "-", &[bench.path("data")]).with_code(3);
    assert!(run.err.contains("an earlier run"), "{}", run.err);
}

#[test]
fn damage_costs_its_lines_only() {
    let bench = Bench::new();
    let data = dataset(&bench, &["--keep-usernames"]);
    into(&bench, "check", &[], "before", std::slice::from_ref(&data)).with_code(0);
    let path = data.join("credentials.jsonl");
    let whole = fs::read(&path).unwrap();
    let mut damaged = b"[".repeat(2 << 20);
    damaged
        .extend_from_slice(b"\n\xff\xfe\0\n{\"type\":\"credential\"}\n\n{\"credential_id\":[[[[\n");
    damaged.extend_from_slice(&b"[".repeat(900 << 10));
    damaged.push(b'\n');
    damaged.extend_from_slice(&whole);
    damaged.extend_from_slice(&whole[..whole.len() / 3]);
    fs::write(&path, damaged).unwrap();
    into(&bench, "check", &[], "after", &[data]).with_code(3);
    let (before, after) = (exposures(&bench, "before"), exposures(&bench, "after"));
    assert!(before.keys().all(|id| after.contains_key(id)) && before.len() == after.len());
    let issues = records(&bench.text("after/issues.jsonl"));
    let of = |code: &str| issues.iter().filter(|issue| issue["code"] == code).collect::<Vec<_>>();
    assert_eq!(of("line_too_long")[0]["line"], 1, "{issues:#?}");
    assert_eq!(of("bad_syntax")[0]["line"], 2, "{issues:#?}");
    assert!(of_type(&issues, "issue").iter().all(|issue| !issue.to_string().contains("[[[")));
}

#[test]
fn other_commands_refuse_a_dataset() {
    let bench = Bench::new();
    let data = dataset(&bench, &[]);
    let run = ran(logsieve().arg("inspect").arg(&data)).with_code(4);
    assert!(run.err.contains("an input of `check` and `extract` only"), "{}", run.err);
}

/// The lines of a table, in any order.
fn lines(bench: &Bench, table: &str) -> Vec<String> {
    let text = bench.text(table);
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    lines.sort();
    lines
}

#[test]
fn a_dataset_is_extracted_again_as_it_is() {
    let bench = Bench::new();
    let inputs = all_inputs();
    into(&bench, "extract", &["--keep-usernames"], "named", &inputs).with_code(3);
    into(&bench, "extract", &[], "nameless", &inputs).with_code(3);
    // What it was made of was not read whole, which is told again.
    let again = |more: &[&str], from: &str, to: &str| {
        into(&bench, "extract", more, to, &[bench.path(from)]).with_code(3);
    };
    again(&["--keep-usernames"], "named", "named-again");
    again(&[], "named", "named-nameless");
    again(&["--keep-usernames"], "nameless", "nameless-again");
    for table in ["machines.jsonl", "credentials.jsonl", "cookies.jsonl", "autofill.jsonl"] {
        let of = |folder: &str| lines(&bench, &format!("{folder}/{table}"));
        let (named, nameless) = (of("named"), of("nameless"));
        assert!(!named.is_empty(), "{table}");
        assert!(of("named-again") == named, "{table}");
        assert!(of("named-nameless") == nameless && of("nameless-again") == nameless, "{table}");
    }
    let sources = lines(&bench, "named-again/sources.jsonl");
    let is_dataset = |line: &&String| line.contains(r#""format":"dataset""#);
    assert_eq!(sources.iter().filter(is_dataset).count(), 1);
    assert_eq!(sources.len(), lines(&bench, "named/sources.jsonl").len() + 1);
}

#[test]
fn a_dataset_is_narrowed_as_its_archives_are() {
    let bench = Bench::new();
    let watchlist = watchlist();
    let narrow = ["--keep-usernames", "-w", watchlist.to_str().unwrap()];
    let inputs = all_inputs();
    into(&bench, "extract", &["--keep-usernames"], "all", &inputs).with_code(3);
    into(&bench, "extract", &narrow, "of-archives", &inputs).with_code(3);
    into(&bench, "extract", &narrow, "of-dataset", &[bench.path("all")]).with_code(3);
    let all = lines(&bench, "all/credentials.jsonl");
    for table in ["credentials.jsonl", "cookies.jsonl", "autofill.jsonl"] {
        let of = |folder: &str| lines(&bench, &format!("{folder}/{table}"));
        assert!(of("of-archives") == of("of-dataset"), "{table}");
    }
    assert!(lines(&bench, "of-dataset/credentials.jsonl").len() < all.len());
    let machines = |folder: &str| {
        let lines = records(&bench.text(&format!("{folder}/machines.jsonl")));
        lines.iter().map(|machine| machine["machine_id"].to_string()).collect::<HashSet<_>>()
    };
    assert!(machines("of-archives") == machines("of-dataset"));
}

#[test]
fn a_dataset_does_not_take_its_own_place_nor_that_of_its_archives() {
    let bench = Bench::new();
    let data = dataset(&bench, &[]);
    let before = bench.text("data/summary.json");
    let run = into(&bench, "extract", &[], "data", std::slice::from_ref(&data)).with_code(2);
    assert!(run.err.contains("take the place of an input"), "{}", run.err);
    assert_eq!(bench.text("data/summary.json"), before);

    // A second run over a folder that the first one wrote into counts nothing twice.
    bench.file("folder/note.txt", "nothing");
    fs::rename(data, bench.path("folder/data")).unwrap();
    let run = into(&bench, "extract", &[], "-", &[bench.path("folder")]).with_code(3);
    assert!(run.err.contains("named itself"), "{}", run.err);
    assert!(of_type(&run.records(), "credential").is_empty());
}
