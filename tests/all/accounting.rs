//! Every entry gets exactly one disposition, everything lost has an issue, and the exit code says
//! whether anything was.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::generate::cloud;
use crate::support::pack::{self, Files, Grouping};
use crate::tool::{Bench, Ran, example_cloud, fixture_cases, logsieve, of_type, ran, run};

/// The counts of a source.
fn count(source: &Value, field: &str) -> u64 {
    source["entries"][field].as_u64().unwrap()
}

/// Holds what a run says about each of its sources to itself.
fn assert_accounts(run: &Ran) {
    let records = run.records();
    let issues = of_type(&records, "issue");
    let mut lost = 0;
    for source in of_type(&records, "source") {
        let parts = ["parsed", "scanned", "ignored", "skipped", "failed"];
        let sum: u64 = parts.iter().map(|part| count(source, part)).sum();
        assert_eq!(count(source, "seen"), sum, "{source:#}");

        let unread = count(source, "skipped") + count(source, "failed");
        let told: BTreeSet<&str> = issues
            .iter()
            .filter(|issue| issue["source_id"] == source["source_id"])
            .filter_map(|issue| issue["entry"].as_str())
            .collect();
        assert!(told.len() as u64 >= unread, "{unread} lost, told are {told:?}: {source:#}");
        if source["status"] == "complete" {
            assert_eq!(unread, 0, "{source:#}");
        } else {
            let has_issue = |issue: &&Value| issue["source_id"] == source["source_id"];
            let parent_of = |child: &&&Value| child["parent_id"] == source["source_id"];
            let inside = of_type(&records, "source")
                .iter()
                .any(|child| parent_of(&child) && child["status"] != "complete");
            assert!(inside || issues.iter().any(has_issue), "{source:#}");
            lost += 1;
        }
    }
    assert_eq!(run.code == 0, lost == 0, "exit code {}:\n{}", run.code, run.err);
}

fn extract(inputs: &[PathBuf]) -> Ran {
    let run = ran(logsieve().args(["extract", "-o", "-"]).args(inputs));
    assert!(matches!(run.code, 0 | 3 | 4), "{}", run.err);
    assert_accounts(&run);
    run
}

/// The sources of a run by the name of their file.
fn sources(run: &Ran) -> BTreeMap<String, Value> {
    let records = run.records();
    let named = |source: &&Value| {
        let name = Path::new(source["name"].as_str().unwrap());
        (name.file_name().unwrap().to_str().unwrap().to_owned(), (*source).clone())
    };
    of_type(&records, "source").iter().map(named).collect()
}

fn files_below(folder: &Path) -> u64 {
    let children = fs::read_dir(folder).unwrap().map(|child| child.unwrap().path());
    children.map(|path| if path.is_dir() { files_below(&path) } else { 1 }).sum()
}

#[test]
fn every_file_of_every_fixture_is_counted() {
    for case in fixture_cases() {
        let input = case.join("input");
        let run = extract(std::slice::from_ref(&input));
        // An archive among the loose files is a source of its own.
        let files = |source: &&Value| match source["format"].as_str() {
            Some("folder") => count(source, "seen"),
            _ if source["parent_id"].is_string() => 0,
            _ => 1,
        };
        let seen: u64 = of_type(&run.records(), "source").iter().map(files).sum();
        assert_eq!(seen, files_below(&input), "{}", case.display());
    }
}

/// How many files an archive lists, told by the crates that read its format.
fn listed(path: &Path) -> u64 {
    let bytes = fs::read(path).unwrap();
    let files = match path.extension().unwrap().to_str().unwrap() {
        "zip" => {
            let archive = rawzip::ZipArchive::from_slice(&bytes).unwrap();
            archive.entries().filter(|entry| !entry.as_ref().unwrap().is_dir()).count()
        }
        "7z" => {
            let password = sevenz_rust2::Password::empty();
            let archive = sevenz_rust2::Archive::read(&mut Cursor::new(bytes), &password).unwrap();
            archive.files.iter().filter(|entry| !entry.is_directory()).count()
        }
        _ => {
            let archive = rars::ArchiveReader::read(&bytes).unwrap();
            archive.member_refs().filter(|member| !member.is_directory()).count()
        }
    };
    files as u64
}

#[test]
fn every_entry_of_the_example_cloud_is_counted() {
    let run = extract(&example_cloud()).with_code(0);
    let sources = sources(&run);
    for archive in example_cloud() {
        let source = &sources[archive.file_name().unwrap().to_str().unwrap()];
        assert_eq!(count(source, "seen"), listed(&archive), "{source:#}");
        assert_eq!((count(source, "skipped"), count(source, "failed")), (0, 0));
    }
}

#[test]
fn archives_in_archives_count_for_themselves() {
    let bench = Bench::new();
    let files = cloud(13, 3).files;
    let inner = [
        ("one.zip".to_owned(), pack::zip(&files)),
        ("deep/two.7z".to_owned(), pack::sevenz(&files, Grouping::Solid)),
        ("readme.txt".to_owned(), b"nothing".to_vec()),
    ];
    let run = extract(&[bench.file("outer.tar.gz", pack::tar_gz(&inner))]).with_code(0);
    let sources = sources(&run);
    assert_eq!(count(&sources["outer.tar.gz"], "seen"), 3);
    for nested in ["one.zip", "two.7z"] {
        assert_eq!(count(&sources[nested], "seen"), files.len() as u64);
        assert_eq!(sources[nested]["parent_id"], sources["outer.tar.gz"]["source_id"]);
    }
}

/// The other logs decide whether June or July is meant, and the nested archive ends before they do.
#[test]
fn an_exposure_tells_the_counts_of_a_nested_archive_whose_dates_were_open() {
    let bench = Bench::new();
    let log = |name: &str, date: &str| {
        let system =
            format!("Computer Name: PC\nUser Name: {name}\nOS: Windows 10\nDate: {date}\n");
        let logins = "URL: https://vpn.example.com/\nUsername: user1\nPassword: Inv3nted\n";
        [
            (format!("{name}/information.txt"), system.into_bytes()),
            (format!("{name}/Passwords.txt"), logins.as_bytes().to_vec()),
        ]
    };
    let inner = ("inner.zip".to_owned(), pack::zip(&log("open", "07/06/2024 10:20:30")));
    let proven = log("proven", "30/06/2024 10:20:30");
    let outer = pack::zip(&[vec![inner], proven.to_vec()].concat());
    let mut check = logsieve();
    check.args(["check", "-o", "-", "-d", "example.com"]).arg(bench.file("outer.zip", outer));
    let exposures = ran(&mut check).with_code(0).records();
    let of_inner = exposures.iter().filter(|exposure| exposure["source"]["name"] == "inner.zip");
    let of_inner: Vec<_> = of_inner.collect();
    assert!(!of_inner.is_empty(), "{exposures:#?}");
    for exposure in of_inner {
        let source = &exposure["source"];
        assert_eq!((&source["logs"], count(source, "seen")), (&1.into(), 2), "{exposure:#}");
    }
}

/// A packer for every kind of archive; whether what it makes carries check sums of its members.
type Packer = (&'static str, Checked, fn(&Files) -> Vec<u8>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Checked {
    Yes,
    No,
}

const PACKERS: &[Packer] = &[
    ("zip", Checked::Yes, pack::zip),
    ("single.7z", Checked::Yes, |files| pack::sevenz(files, Grouping::Single)),
    ("solid.7z", Checked::Yes, |files| pack::sevenz(files, Grouping::Solid)),
    ("4.rar", Checked::Yes, |files| pack::rar4(files, Grouping::Single)),
    ("5.rar", Checked::Yes, |files| pack::rar5(files, Grouping::Single)),
    ("solid.rar", Checked::Yes, |files| pack::rar5(files, Grouping::Solid)),
    ("tar", Checked::No, pack::tar),
    ("tar.gz", Checked::Yes, pack::tar_gz),
    ("tar.zst", Checked::No, pack::tar_zst),
];

/// Archives of the same files, whole and damaged in several ways.
fn damaged(bench: &Bench, suffix: &str, whole: &[u8]) -> Vec<PathBuf> {
    let mut paths = vec![bench.file(&format!("whole.{suffix}"), whole)];
    let eighth = whole.len() / 8;
    for (name, length) in
        [("start", 600), ("1of8", eighth), ("half", 4 * eighth), ("7of8", 7 * eighth)]
    {
        paths.push(bench.file(&format!("cut-{name}.{suffix}"), &whole[..length]));
    }
    paths.push(bench.file(&format!("cut-last.{suffix}"), &whole[..whole.len() - 1]));
    for part in 1..8 {
        let mut flipped = whole.to_vec();
        for byte in &mut flipped[part * eighth..part * eighth + 8] {
            *byte ^= 0x55;
        }
        paths.push(bench.file(&format!("flipped-{part}.{suffix}"), flipped));
    }
    paths
}

#[test]
fn damaged_archives_account_for_everything() {
    let bench = Bench::new();
    let mut files = cloud(17, 3).files;
    files.retain(|(_, bytes)| !bytes.is_empty());
    for (suffix, checked, packer) in PACKERS {
        let run = extract(&damaged(&bench, suffix, &packer(&files))).with_code(3);
        let sources = sources(&run);
        let whole = &sources[&format!("whole.{suffix}")];
        assert_eq!(whole["status"], "complete", "{whole:#}");
        assert_eq!(count(whole, "seen"), files.len() as u64);
        for (name, source) in &sources {
            if name.starts_with("cut-") {
                assert!(count(source, "seen") <= files.len() as u64, "{source:#}");
            }
            // Who says that all is well has read all there was.
            let must_tell = *checked == Checked::Yes || name.starts_with("cut-");
            if source["status"] == "complete" && must_tell {
                assert_eq!(count(source, "seen"), count(whole, "seen"), "{source:#}");
                assert_eq!(source["bytes_out"], whole["bytes_out"], "{source:#}");
            }
        }
        let cut = ["start", "1of8", "half", "7of8"]
            .map(|place| &sources[&format!("cut-{place}.{suffix}")]);
        for source in cut {
            assert_ne!(source["status"], "complete", "{source:#}");
        }
    }
}

#[test]
fn the_exit_code_tells_what_was_lost() {
    let bench = Bench::new();
    let files = cloud(19, 2).files;
    let zip = pack::zip(&files);
    let whole = bench.file("whole.zip", &zip);
    let cut = bench.file("cut.zip", &zip[..zip.len() / 2]);
    let stub = bench.file("stub.zip", &zip[..3]);
    extract(std::slice::from_ref(&whole)).with_code(0);
    extract(std::slice::from_ref(&cut)).with_code(3);
    extract(&[whole.clone(), cut.clone()]).with_code(3);
    extract(&[bench.path("missing.zip")]).with_code(4);
    extract(&[bench.path("missing.zip"), whole]).with_code(3);
    run(["inspect", cut.to_str().unwrap()]).with_code(3);
    assert!(stub.exists());
}
