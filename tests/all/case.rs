//! A case over several runs: what is new, known, returned and gone, and who is told.

use std::fs;

use serde_json::Value;

use crate::tool::{Bench, Ran, logsieve, ran, run};

/// A log of a computer with these logins.
fn log(hwid: &str, logins: &[(&str, &str, &str)]) -> Vec<(String, Vec<u8>)> {
    let mut passwords = String::new();
    for (url, user, secret) in logins {
        passwords.push_str(&format!("URL: {url}\nUsername: {user}\nPassword: {secret}\n\n"));
    }
    let system = format!("HWID: {hwid}\nComputer Name: PC-{hwid}\nUser Name: ada\n");
    vec![
        (format!("DE_{hwid}/Passwords.txt"), passwords.into_bytes()),
        (format!("DE_{hwid}/System.txt"), system.into_bytes()),
    ]
}

const VPN: (&str, &str, &str) = ("https://vpn.example.com/", "ada@example.com", "Inv3nted!one");
const SHOP: (&str, &str, &str) = ("https://shop.example.com/", "ada@example.com", "Inv3nted!one");
const WIKI: (&str, &str, &str) = ("https://wiki.example.com/", "bob@example.com", "Inv3nted!two");

fn zip(bench: &Bench, name: &str, files: &[(String, Vec<u8>)]) {
    bench.file(name, crate::support::pack::zip(files));
}

/// `check` of the folder `in` into the case `case`.
fn check(bench: &Bench, more: &[&str]) -> Ran {
    let mut command = logsieve();
    command.args(["check", "-d", "example.com", "--as-of", "2026-01-01", "-o"]);
    ran(command.arg(bench.path("case")).args(more).arg(bench.path("in")))
}

/// The exposures of the case, as `HOST USER CHANGE`, sorted.
fn exposures(bench: &Bench) -> Vec<Value> {
    crate::tool::records(&bench.text("case/exposures.jsonl"))
}

fn told(bench: &Bench) -> Vec<String> {
    let mut told: Vec<String> = exposures(bench)
        .iter()
        .map(|exposure| {
            let host = exposure["record"]["host"].as_str().unwrap_or("-");
            format!("{host} {}", exposure["change"].as_str().unwrap())
        })
        .collect();
    told.sort();
    told
}

fn id_of(bench: &Bench, host: &str) -> String {
    let all = exposures(bench);
    let found = all.iter().find(|exposure| exposure["record"]["host"] == host).unwrap();
    found["exposure_id"].as_str().unwrap().to_owned()
}

fn triage(bench: &Bench, id: &str, status: &str) -> Ran {
    let case = bench.arg("case");
    run(["triage", &case, "--id", id, "--status", status, "--note", "INC-42"])
}

#[test]
fn a_second_run_reads_only_what_is_new_and_marks_it() {
    let bench = Bench::new();
    zip(&bench, "in/a.zip", &log("01", &[VPN]));
    check(&bench, &[]).with_code(0);
    assert_eq!(told(&bench), ["vpn.example.com new"]);
    zip(&bench, "in/b.zip", &log("02", &[WIKI]));
    let second = check(&bench, &[]).with_code(0);
    assert!(second.err.contains("not read again: 1 sources"), "{}", second.err);
    assert_eq!(told(&bench), ["vpn.example.com known", "wiki.example.com new"]);
    let third = check(&bench, &[]).with_code(0);
    assert!(third.err.contains("not read again: 2 sources"), "{}", third.err);
    assert_eq!(told(&bench), ["vpn.example.com known", "wiki.example.com known"]);
    let full = check(&bench, &["--full"]).with_code(0);
    assert!(!full.err.contains("not read again"), "{}", full.err);
    assert_eq!(told(&bench), ["vpn.example.com known", "wiki.example.com known"]);
    let counted: Vec<_> = exposures(&bench).iter().map(|one| one["sightings"].clone()).collect();
    assert_eq!(counted, [1, 1]);
}

#[test]
fn another_watchlist_reads_everything_again() {
    let bench = Bench::new();
    zip(&bench, "in/a.zip", &log("01", &[VPN, ("https://example.org/", "x", "Inv3nted!")]));
    check(&bench, &[]).with_code(0);
    check(&bench, &["-d", "example.org"]).with_code(0);
    assert_eq!(told(&bench), ["example.org new", "vpn.example.com known"]);
    check(&bench, &[]).with_code(0);
    assert_eq!(told(&bench), ["example.org gone", "vpn.example.com known"]);
}

#[test]
fn what_was_dealt_with_stays_so_until_it_comes_back() {
    let bench = Bench::new();
    zip(&bench, "in/a.zip", &log("01", &[VPN]));
    check(&bench, &["--fail-on", "info"]).with_code(1);
    let id = id_of(&bench, "vpn.example.com");
    let said = triage(&bench, &id[..8], "remediated").with_code(0);
    assert!(said.err.contains("ada@example.com vpn.example.com"), "{}", said.err);
    check(&bench, &["--fail-on", "info", "--full"]).with_code(0);
    let exposure = exposures(&bench).remove(0);
    assert_eq!((&exposure["status"], &exposure["note"]), (&"remediated".into(), &"INC-42".into()));
    assert_eq!(exposure["change"], "known");
    // The same log in another archive, with a file more.
    let mut again = log("01", &[VPN]);
    again.push(("DE_01/more.txt".to_owned(), b"more".to_vec()));
    zip(&bench, "in/b.zip", &again);
    check(&bench, &["--fail-on", "info"]).with_code(1);
    let exposure = exposures(&bench).remove(0);
    assert_eq!(
        (&exposure["change"], &exposure["status"]),
        (&"returned".into(), &"remediated".into())
    );
    assert_eq!(exposure["sightings"], 2);
    let other = exposure["also_in"][0].as_str().unwrap();
    assert!(other.ends_with("b.zip!DE_01/Passwords.txt:1"), "{other}");
    // It stays so until somebody looks at it.
    check(&bench, &[]).with_code(0);
    assert_eq!(told(&bench), ["vpn.example.com returned"]);
    triage(&bench, &id, "ignored").with_code(0);
    check(&bench, &["--fail-on", "info"]).with_code(0);
    assert_eq!(told(&bench), ["vpn.example.com known"]);
}

#[test]
fn a_decision_needs_ids_that_are_clear() {
    let bench = Bench::new();
    zip(&bench, "in/a.zip", &log("01", &[VPN]));
    check(&bench, &[]).with_code(0);
    let id = id_of(&bench, "vpn.example.com");
    for (wrong, says) in
        [("12", "no exposure id"), ("xyzxyz", "no exposure id"), ("000000", "no exposure of")]
    {
        let said =
            run(["triage", &bench.arg("case"), "--id", &id, "--id", wrong, "--status", "ignored"]);
        assert!(said.err.contains(says), "{}", said.err);
        assert_eq!(said.code, 2);
    }
    check(&bench, &[]).with_code(0);
    assert_eq!(exposures(&bench)[0]["status"], "open");
    let nowhere = run(["triage", &bench.arg("in"), "--id", &id, "--status", "open"]).with_code(2);
    assert!(nowhere.err.contains("is no case"), "{}", nowhere.err);
}

#[test]
fn a_folder_that_changed_replaces_what_it_was() {
    let bench = Bench::new();
    for (name, bytes) in log("01", &[VPN, SHOP]) {
        bench.file(&format!("in/{name}"), bytes);
    }
    check(&bench, &[]).with_code(0);
    assert_eq!(told(&bench), ["shop.example.com new", "vpn.example.com new"]);
    for (name, bytes) in log("01", &[VPN, WIKI]) {
        bench.file(&format!("in/{name}"), bytes);
    }
    check(&bench, &[]).with_code(0);
    assert_eq!(
        told(&bench),
        ["shop.example.com gone", "vpn.example.com known", "wiki.example.com new"]
    );
    assert_eq!(bench.text("case/sources.jsonl").lines().count(), 1);
    let gone = exposures(&bench).into_iter().find(|one| one["change"] == "gone").unwrap();
    assert_eq!(gone["sightings"], 0);
}

#[test]
fn what_could_not_be_read_is_tried_again() {
    let bench = Bench::new();
    let whole = crate::support::pack::zip(&log("01", &[VPN]));
    bench.file("in/a.zip", &whole[..40]);
    check(&bench, &[]).with_code(4);
    check(&bench, &[]).with_code(4);
    bench.file("in/a.zip", &whole);
    check(&bench, &[]).with_code(0);
    assert_eq!(told(&bench), ["vpn.example.com new"]);
    assert_eq!(bench.text("case/sources.jsonl").lines().count(), 1);
}

#[test]
fn links_between_machines_and_hosts_are_told() {
    let bench = Bench::new();
    zip(&bench, "in/a.zip", &log("01", &[VPN, SHOP]));
    zip(&bench, "in/b.zip", &log("02", &[VPN]));
    check(&bench, &[]).with_code(0);
    let all = exposures(&bench);
    let vpn: Vec<_> = all.iter().filter(|one| one["record"]["host"] == "vpn.example.com").collect();
    assert_eq!(vpn.len(), 2);
    assert_eq!(vpn[0]["related"], Value::from(vec![vpn[1]["exposure_id"].clone()]));
    assert_eq!(vpn[1]["related"], Value::from(vec![vpn[0]["exposure_id"].clone()]));
    for one in &all {
        let reasons = one["severity_reasons"].as_array().unwrap();
        assert!(reasons.iter().any(|reason| reason == "the same password at 2 hosts"), "{one:#}");
    }
}

#[test]
fn a_command_is_told_what_is_new_and_nothing_else() {
    let bench = Bench::new();
    let heard = bench.path("heard");
    let command = format!("cat >> '{}'", heard.display());
    zip(&bench, "in/a.zip", &log("01", &[VPN]));
    // A failing command: it is said again.
    let failed = check(&bench, &["--notify-command", "cat > /dev/null; exit 3"]).with_code(5);
    assert!(failed.err.contains("--notify-command"), "{}", failed.err);
    check(&bench, &["--notify-command", &command]).with_code(0);
    let lines = crate::tool::records(&fs::read_to_string(&heard).unwrap());
    assert_eq!(lines.len(), 1);
    assert_eq!((&lines[0]["type"], &lines[0]["change"]), (&"exposure".into(), &"new".into()));
    check(&bench, &["--notify-command", "exit 9"]).with_code(0);
    zip(&bench, "in/b.zip", &log("02", &[WIKI]));
    check(&bench, &["--notify-command", &command]).with_code(0);
    let lines = crate::tool::records(&fs::read_to_string(&heard).unwrap());
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[1]["record"]["host"], "wiki.example.com");
}

#[test]
fn a_report_says_what_the_run_said() {
    let bench = Bench::new();
    zip(&bench, "in/a.zip", &log("01", &[VPN, SHOP]));
    check(&bench, &["--format", "jsonl,csv"]).with_code(0);
    let files =
        ["exposures.jsonl", "machines.jsonl", "sources.jsonl", "exposures.csv", "summary.json"];
    let read = || files.map(|file| bench.text(&format!("case/{file}")));
    let before = read();
    for file in files {
        fs::remove_file(bench.path("case").join(file)).unwrap();
    }
    run(["report", &bench.arg("case"), "--format", "jsonl,csv"]).with_code(0);
    assert_eq!(read(), before);
    run(["report", &bench.arg("in")]).with_code(2);
}

#[test]
fn a_case_keeps_to_its_key() {
    let bench = Bench::new();
    zip(&bench, "in/a.zip", &log("01", &[VPN]));
    check(&bench, &[]).with_code(0);
    let key = bench.arg("key");
    let other = check(&bench, &["--key-file", &key]).with_code(2);
    assert!(other.err.contains("another key"), "{}", other.err);
}

#[test]
fn a_damaged_case_is_told_and_left_alone() {
    let bench = Bench::new();
    zip(&bench, "in/a.zip", &log("01", &[VPN]));
    check(&bench, &[]).with_code(0);
    let mut bytes = fs::read(bench.path("case/case.db")).unwrap();
    bytes[..100].fill(b'x');
    fs::write(bench.path("case/case.db"), &bytes).unwrap();
    let run = check(&bench, &[]).with_code(2);
    assert!(run.err.contains("is damaged"), "{}", run.err);
    assert_eq!(fs::read(bench.path("case/case.db")).unwrap(), bytes);
}
