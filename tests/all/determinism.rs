//! Same input, same output: byte for byte, at any number of threads, in any run.

use std::fs;
use std::path::PathBuf;

use regex::Regex;

use crate::support::generate::cloud;
use crate::support::pack;
use crate::support::rng::Rng;
use crate::support::ulp::ulp;
use crate::tool::{Bench, Ran, all_inputs, logsieve, ran, watchlist};

/// What `command` writes to standard output with so many threads and the key in the file `key`.
fn output(bench: &Bench, command: &str, threads: &str, key: &str, inputs: &[PathBuf]) -> Ran {
    let mut run = logsieve();
    run.args([command, "-o", "-", "--as-of", "2025-06-30", "--threads", threads]);
    run.arg("--key-file").arg(bench.path(key));
    if command == "check" {
        run.arg("-w").arg(watchlist());
    }
    ran(run.args(inputs))
}

/// The output of `command` over `inputs`, after it came out the same in five runs.
fn steady(bench: &Bench, command: &str, inputs: &[PathBuf]) -> String {
    let first = output(bench, command, "1", "key", inputs);
    assert!(matches!(first.code, 0 | 3), "{}", first.err);
    assert!(first.out.lines().count() > 20, "{}", first.err);
    for threads in ["1", "2", "8"] {
        let again = output(bench, command, threads, "key", inputs);
        assert_eq!(again.code, first.code);
        assert_same(&first.out, &again.out, &format!("{command}, {threads} threads"));
    }
    first.out
}

/// Shows only the first difference of what may be large.
fn assert_same(one: &str, other: &str, what: &str) {
    if one == other {
        return;
    }
    let different = one.lines().zip(other.lines()).find(|(one, other)| one != other);
    let lines = (one.lines().count(), other.lines().count());
    panic!("{what}: {lines:?} lines; the first that differ:\n{different:#?}");
}

#[test]
fn threads_and_runs_change_nothing() {
    let bench = Bench::new();
    let inputs = all_inputs();
    let keyed = Regex::new("\"[0-9a-f]{32}\"").unwrap();
    for command in ["extract", "check"] {
        let with_key = steady(&bench, command, &inputs);
        bench.private_file("other", b"another key for tests, never for real data");
        let with_other = output(&bench, command, "2", "other", &inputs).out;
        assert_ne!(with_key, with_other);
        let without = |text: &str| keyed.replace_all(text, "\"…\"").into_owned();
        assert_same(&without(&with_key), &without(&with_other), "another key");
    }
}

/// Logs with so much in them that their archive is read in several shards.
fn large_cloud() -> Vec<(String, Vec<u8>)> {
    const PICTURE_BYTES: usize = 320 << 10;
    let mut rng = Rng::new(3);
    let mut files = Vec::new();
    let mut last = String::new();
    for (path, bytes) in cloud(21, 40).files {
        let folder = path.split('/').next().unwrap().to_owned();
        if folder != last {
            let noise = std::iter::repeat_with(|| rng.next().to_le_bytes());
            let picture = noise.take(PICTURE_BYTES / 8).flatten().collect();
            files.push((format!("{folder}/Screenshot2.jpg"), picture));
            last = folder;
        }
        files.push((path, bytes));
    }
    files
}

#[test]
fn large_archives_and_folders_come_out_the_same() {
    let bench = Bench::new();
    let files = large_cloud();
    let zip = bench.file("cloud.zip", pack::zip(&files));
    assert!(fs::metadata(&zip).unwrap().len() > 12 << 20, "too small for several shards");
    for (path, bytes) in &files {
        bench.file(&format!("folder/{path}"), bytes);
    }
    let inputs = [zip, bench.path("folder")];
    for command in ["extract", "check"] {
        steady(&bench, command, &inputs);
    }
}

#[test]
fn long_texts_come_out_the_same() {
    let bench = Bench::new();
    let (text, hits) = ulp(5, 9 << 20, 2_000);
    let dump = bench.file("dump.txt", &text);
    let exposures = steady(&bench, "check", std::slice::from_ref(&dump));
    assert!(exposures.lines().count() >= hits.len(), "{} hits", hits.len());
    let from_pipe = {
        let mut run = logsieve();
        run.args(["check", "-o", "-", "--as-of", "2025-06-30", "-w"]).arg(watchlist());
        run.arg("--key-file").arg(bench.path("key")).arg("-").pipe_stdin(&dump).unwrap();
        ran(&mut run).with_code(0)
    };
    assert_eq!(from_pipe.out.lines().count(), exposures.lines().count());
}
