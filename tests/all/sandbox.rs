//! Runs that shut themselves in give the same output, and say so when the system cannot do it.
//!
//! What the walls hold back is tested where they are built, in `src/cli/sandbox/linux.rs`.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use seccompiler::{BpfProgram, SeccompAction, SeccompFilter};

use crate::tool::{Bench, Ran, all_inputs, logsieve, ran, watchlist};

/// `require`, unless this kernel cannot do it.
fn strictest() -> &'static str {
    let bench = Bench::new();
    bench.file("empty", "");
    let probe = ran(logsieve().args(["inspect", "--sandbox", "require"]).arg(bench.path("empty")));
    if probe.code == 2 {
        eprintln!("not tested in full: {}", probe.err);
        return "auto";
    }
    "require"
}

#[test]
fn the_output_is_the_same_inside_and_outside() {
    let (bench, strictest) = (Bench::new(), strictest());
    let results = ["off", strictest].map(|sandbox| {
        let mut all = BTreeMap::new();
        for command in ["check", "extract"] {
            let name = format!("{command}-{sandbox}");
            let mut run = logsieve();
            run.args([command, "--sandbox", sandbox, "--as-of", "2025-06-30", "--key-file"]);
            run.arg(bench.path("key")).arg("-w").arg(watchlist());
            let into_folder = ran(run.arg("-o").arg(bench.path(&name)).args(all_inputs()));
            assert!(matches!(into_folder.code, 0 | 3), "{}", into_folder.err);
            for file in bench.names(&name).into_iter().filter(|file| file != "case.db") {
                all.insert(format!("{command}/{file}"), bench.text(&format!("{name}/{file}")));
            }
        }
        let mut run = logsieve();
        let inspected = ran(run.args(["inspect", "--sandbox", sandbox]).args(all_inputs()));
        assert!(inspected.err.lines().count() > 3, "{}", inspected.err);
        all.insert("inspect".to_owned(), inspected.out);
        all
    });
    let [outside, inside] = results;
    assert!(outside.len() > 10);
    for (name, text) in &outside {
        assert!(inside.get(name) == Some(text), "{name} differs");
    }
}

#[test]
fn every_thread_is_inside_and_nothing_is_left() {
    let bench = Bench::new();
    fs::create_dir(bench.path("temp")).unwrap();
    let mut run = Command::new(env!("CARGO_BIN_EXE_logsieve"));
    run.args(["check", "-d", "example.com", "--threads", "3", "-o", "-", "-"]);
    run.args(["--sandbox", strictest()]).env("TMPDIR", bench.path("temp"));
    let piped = run.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = piped.spawn().unwrap();
    let tasks = format!("/proc/{}/task", child.id());
    let start = Instant::now();
    // The workers, the thread that waits for signals, and the first one.
    while fs::read_dir(&tasks).unwrap().count() < 5 {
        assert!(start.elapsed() < Duration::from_secs(60), "the workers do not begin");
        std::thread::sleep(Duration::from_millis(5));
    }
    for task in fs::read_dir(&tasks).unwrap() {
        let status = fs::read_to_string(task.unwrap().path().join("status")).unwrap();
        for line in ["NoNewPrivs:\t1", "Seccomp:\t2"] {
            assert!(status.lines().any(|found| found == line), "no {line:?} in {status}");
        }
    }
    let mut input = child.stdin.take().unwrap();
    input.write_all(b"https://example.com/:user:Inv3nted!\n").unwrap();
    drop(input);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stdout.starts_with(b"{\"type\":\"exposure\""));
    assert!(bench.names("temp").is_empty());
}

/// Runs the program where the kernel has no call `missing`.
fn ran_without(missing: i64, args: &[&str], bench: &Bench) -> Ran {
    let filter = SeccompFilter::new(
        [(missing, Vec::new())].into(),
        SeccompAction::Allow,
        SeccompAction::Errno(libc::ENOSYS as u32),
        std::env::consts::ARCH.try_into().unwrap(),
    );
    let filter: BpfProgram = filter.unwrap().try_into().unwrap();
    let input = bench.file("dump.txt", "https://example.com/:user:Inv3nted!\n");
    std::thread::scope(|scope| {
        let run = scope.spawn(|| {
            seccompiler::apply_filter(&filter).unwrap();
            ran(logsieve().args(["check", "-d", "example.com", "-o", "-"]).args(args).arg(input))
        });
        run.join().unwrap()
    })
}

#[test]
fn what_the_kernel_lacks_is_told() {
    let bench = Bench::new();
    for (missing, told) in [
        (libc::SYS_landlock_create_ruleset, "this kernel has no Landlock"),
        (libc::SYS_seccomp, "network and programs are not out of reach"),
    ] {
        let required = ran_without(missing, &["--sandbox", "require"], &bench).with_code(2);
        assert!(required.err.contains(told) && required.out.is_empty(), "{}", required.err);
        let silent = ran_without(missing, &[], &bench).with_code(0);
        assert!(!silent.err.contains("andbox"), "{}", silent.err);
        let verbose = ran_without(missing, &["-v"], &bench).with_code(0);
        assert!(verbose.err.contains(told), "{}", verbose.err);
        assert_eq!(verbose.out.lines().count(), 1);
    }
}

#[test]
fn how_the_run_is_shut_in_is_told_when_asked() {
    let bench = Bench::new();
    let input = bench.file("dump.txt", "https://example.com/:user:Inv3nted!\n");
    let verbose = |sandbox: &str| {
        let args = ["inspect", "-v", "--sandbox", sandbox];
        ran(logsieve().args(args).arg(&input)).with_code(0).err
    };
    assert!(verbose("off").contains("Sandbox: off"));
    let told = "Sandbox: no files but inputs and output, no network, no other programs";
    if strictest() == "require" {
        assert!(verbose("auto").contains(told));
        assert!(verbose("require").contains(told));
    }
}
