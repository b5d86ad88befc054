//! Each key of `--limits` changes what a run comes to, archives nest as deep as they may, and memory
//! does not grow with the input.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::pack::{self, Grouping};
use crate::tool::{Bench, Ran, isolate, logsieve, of_type, ran};

const PASSWORD: &str = "Example#1 word";

/// A login of somebody on the watchlist.
fn login(user: &str) -> String {
    format!("https://vpn.example.com/login:{user}@example.com:Inv3nted!\n")
}

fn files(list: &[(&str, &[u8])]) -> Vec<(String, Vec<u8>)> {
    list.iter().map(|(name, bytes)| ((*name).to_owned(), bytes.to_vec())).collect()
}

/// `bytes` in so many archives, one in the other.
fn nested(levels: usize, bytes: &[u8]) -> Vec<u8> {
    (0..levels).fold(bytes.to_vec(), |inner, level| {
        let files = files(&[(if level == 0 { "logins.txt" } else { "inner" }, &inner)]);
        match level % 4 {
            0 => pack::zip(&files),
            1 => pack::tar_gz(&files),
            2 => pack::sevenz(&files, Grouping::Solid),
            _ => pack::rar5(&files, Grouping::Single),
        }
    })
}

/// Letters that compress to about a half.
fn noise(count: usize) -> Vec<u8> {
    let mut state = 1_u32;
    let letters = (0..count).map(|at| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        if at % 80 == 79 { b'\n' } else { b'a' + (state >> 24) as u8 % 16 }
    });
    letters.collect()
}

fn check(bench: &Bench, limits: &str, input: &Path) -> Ran {
    bench.private_file("words", PASSWORD.as_bytes());
    let mut command = logsieve();
    command.args(["extract", "-o", "-", "--limits", limits, "--password-file"]);
    ran(command.arg(bench.path("words")).arg(input))
}

fn codes(run: &Ran) -> Vec<String> {
    let records = run.records();
    let codes = of_type(&records, "issue").into_iter().map(|issue| issue["code"].clone());
    let mut codes: Vec<_> = codes.map(|code| code.as_str().unwrap().to_owned()).collect();
    codes.dedup();
    codes
}

#[test]
fn every_limit_changes_what_is_read() {
    let two = files(&[("a.txt", login("a").as_bytes()), ("b.txt", login("b").as_bytes())]);
    let wide =
        format!("https://vpn.example.com/login:b@example.com:{}\n{}", "x".repeat(300), login("c"));
    let locked = |files: &_| pack::sevenz_encrypted(files, Grouping::Solid, PASSWORD);
    let deep = br#"[{"url":"https://a.example.com/","username":"a@example.com","password":"x"},[[{"url":"https://b.example.com/","username":"b@example.com","password":"y"}]]]"#;
    let large = [login("a").as_bytes(), &noise(17 << 20)].concat();
    for (key, name, bytes, code) in [
        ("ratio=1", "a.zip", pack::zip(&files(&[("a.txt", &large)])), "limit_ratio"),
        ("depth=1", "a.zip", nested(3, login("a").as_bytes()), "limit_depth"),
        ("entries=1", "a.zip", pack::zip(&two), "limit_entries"),
        (
            "window=1K",
            "a.tar.zst",
            pack::tar_zst(&files(&[("a.txt", &noise(300_000))])),
            "limit_memory",
        ),
        ("kdf_rounds=10", "a.7z", locked(&two), "limit_cpu"),
        ("kdf_seconds=0", "a.7z", locked(&two), "limit_cpu"),
        ("line=100", "a.txt", wide.clone().into_bytes(), "line_too_long"),
        ("value=100", "a.txt", wide.into_bytes(), "value_too_long"),
        ("json_depth=2", "a.json", deep.to_vec(), "json_too_deep"),
        ("nested=100", "a.zip", nested(2, login("a").as_bytes()), "limit_total"),
    ] {
        let bench = Bench::new();
        let input = bench.file(name, bytes);
        let run = check(&bench, "", &input).with_code(0);
        assert_eq!(codes(&run), [""; 0], "{key}");
        let run = check(&bench, key, &input);
        assert!(matches!(run.code, 3 | 4), "{key}: {}\n{}", run.code, run.err);
        assert!(codes(&run).iter().any(|found| found == code), "{key}: {:?}", codes(&run));
    }
}

#[test]
fn archives_nest_as_deep_as_they_may() {
    let bench = Bench::new();
    let eight = bench.file("eight.rar", nested(9, login("a").as_bytes()));
    let run = check(&bench, "", &eight).with_code(0);
    let records = run.records();
    assert_eq!(of_type(&records, "source").len(), 9);
    let path = of_type(&records, "credential")[0]["entry"].as_str().unwrap().to_owned();
    assert_eq!(path.matches('!').count(), 8, "{path}");
    let nine = bench.file("nine.rar", nested(10, login("a").as_bytes()));
    assert_eq!(codes(&check(&bench, "", &nine).with_code(3)), ["limit_depth"]);
}

#[test]
fn a_nested_archive_is_read_as_far_as_its_bytes_came() {
    let bench = Bench::new();
    let inner = files(&[("a.txt", login("a").as_bytes()), ("b.txt", &noise(200_000))]);
    let outer = pack::tar(&files(&[("inner.zip", &pack::zip(&inner))]));
    let cut = bench.file("cut.tar", &outer[..outer.len() / 2]);
    let run = check(&bench, "", &cut).with_code(3);
    let records = run.records();
    assert_eq!(of_type(&records, "credential").len(), 1, "{records:#?}");
    assert!(codes(&run).iter().any(|code| code == "truncated"), "{:?}", codes(&run));
}

/// A set of eight archives in each of eight, down to `leaf`.
fn eights(levels: usize, leaf: &[u8]) -> Vec<u8> {
    (0..levels).fold(leaf.to_vec(), |inner, level| {
        let suffix = if level == 0 { "txt" } else { "zip" };
        let names: Vec<String> = (0..8).map(|at| format!("{at}.{suffix}")).collect();
        pack::zip(&names.into_iter().map(|name| (name, inner.clone())).collect::<Vec<_>>())
    })
}

#[test]
fn what_is_nested_may_not_grow_without_end() {
    let bench = Bench::new();
    let leaf = login("a").repeat(6000).into_bytes();
    let set = bench.file("set.zip", eights(4, &leaf));
    let run = check(&bench, "nested=16M", &set).with_code(3);
    assert_eq!(codes(&run), ["limit_total"]);
    let records = run.records();
    assert!(!of_type(&records, "credential").is_empty());
    let bytes = |source: &&Value| source["bytes_out"].as_u64().unwrap();
    let grown: u64 = of_type(&records, "source").iter().map(bytes).sum();
    assert!(grown < 40 << 20, "{grown}");
}

#[test]
fn what_finds_no_memory_is_spilled() {
    let bench = Bench::new();
    let inner =
        pack::tar(&files(&[("a.bin", &vec![1; 3 << 20]), ("b.txt", login("b").as_bytes())]));
    let outer = bench.file("outer.tar", pack::tar(&files(&[("inner.tar", &inner)])));
    drop(inner);
    std::fs::create_dir(bench.path("temporary")).unwrap();
    let mut command = logsieve();
    command.args(["extract", "-o", "-", "--limits", "nested=64M"]).arg(&outer);
    command.env("TMPDIR", bench.path("temporary"));
    let run = ran(&mut command).with_code(0);
    assert_eq!(of_type(&run.records(), "credential").len(), 1);
    assert_eq!(bench.names("temporary"), [""; 0]);
    let nowhere = command.env("TMPDIR", bench.path("nowhere"));
    let told = codes(&ran(nowhere).with_code(4));
    assert!(told.iter().any(|code| code == "io_error"), "{told:?}");
}

/// How much memory a run may have, in KiB: the program itself is mapped as well.
const ADDRESS_SPACE_KIB: &str = "400000";

/// Runs the program with little memory.
fn starved(bench: &Bench, threads: &str, command: &str, input: &Path) -> Ran {
    let mut shell = assert_cmd::Command::new("sh");
    shell.args(["-c", r#"ulimit -v "$0" && exec "$@""#, ADDRESS_SPACE_KIB]);
    shell.arg(env!("CARGO_BIN_EXE_logsieve"));
    isolate(&mut shell);
    // One arena: each maps 64 MiB of addresses that nothing touches.
    shell.env("MALLOC_ARENA_MAX", "1");
    shell.args([command, "--threads", threads, "--key-file"]);
    shell.arg(bench.private_file("key", &[b'k'; 64]));
    if command == "check" {
        shell.args(["-d", "example.com"]);
    }
    // A case would know what it has read.
    let _ = std::fs::remove_dir_all(bench.path(command));
    ran(shell.arg("-o").arg(bench.path(command)).arg(input))
}

/// Inputs of which everything is a record.
fn dense(bench: &Bench) -> Vec<PathBuf> {
    let (mut jar, mut list) = (String::new(), String::new());
    for n in 0..40_000 {
        writeln!(jar, ".a{n}.example.com\tTRUE\t/\tTRUE\t1893456000\tsession\t{n:032x}").unwrap();
        writeln!(list, "https://a{n}.example.com/login:user{n}@mail.test:Inv3nted{n}!").unwrap();
    }
    let system = "HWID: 0123456789ABCDEF\nComputer Name: PC-1\nUser Name: ada\n";
    let log = files(&[
        ("DE_1/Cookies/Chrome.txt", jar.as_bytes()),
        ("DE_1/System.txt", system.as_bytes()),
    ]);
    vec![bench.file("log.zip", pack::zip(&log)), bench.file("list.txt", list)]
}

#[test]
fn memory_does_not_grow_with_what_is_found() {
    let bench = Bench::new();
    for input in dense(&bench) {
        for command in ["extract", "check"] {
            let mut seen = Vec::new();
            for threads in ["1", "3"] {
                let run = starved(&bench, threads, command, &input).with_code(0);
                assert!(!run.err.contains("defect"), "{}", run.err);
                let table = match command {
                    "check" => "exposures",
                    _ if input.ends_with("log.zip") => "cookies",
                    _ => "credentials",
                };
                let lines = bench.text(&format!("{command}/{table}.jsonl"));
                assert_eq!(lines.lines().count(), 40_000, "{command} {input:?}");
                seen.push(lines);
                let machines = bench.text(&format!("{command}/machines.jsonl"));
                assert_eq!(machines.lines().count(), usize::from(input.ends_with("log.zip")));
            }
            assert!(seen[0] == seen[1], "{command} {input:?}: the threads make a difference");
        }
    }
}
