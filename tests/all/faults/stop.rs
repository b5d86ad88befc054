//! Runs that are asked to stop, that may not write, or that meet each other.

use std::io::Write;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::Scene;
use crate::tool::ran_command;

fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill").args(["-s", name, &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
}

/// Begins a run over the archive and standard input, which does not end yet.
fn begin(scene: &Scene, case: &str) -> (Child, ChildStdin) {
    let mut command = scene.command(case);
    let mut child = command.arg("-").stdin(Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(&b"https://www.example.com/:jane:Inv3nted!\n".repeat(20_000)).unwrap();
    (child, input)
}

#[test]
fn an_interrupted_run_runs_again() {
    let scene = Scene::new("cloud.zip");
    let run = |case: &str| {
        let (child, input) = begin(&scene, case);
        drop(input);
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{case}");
        scene.results(case)
    };
    let unbroken = run("unbroken");
    for (number, name) in ["INT", "TERM", "HUP"].into_iter().enumerate() {
        let case = format!("case-{number}");
        let (child, input) = begin(&scene, &case);
        let asked = Instant::now();
        signal(&child, name);
        drop(input);
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(130), "{name}");
        assert!(asked.elapsed() < Duration::from_secs(20), "{name}: {:?}", asked.elapsed());
        let summary = &scene.results(&case)["summary.json"];
        assert!(String::from_utf8_lossy(summary).contains("\"partial\""), "{name}");
        assert!(run(&case) == unbroken, "{name}: not what an unbroken run comes to");
    }
}

#[test]
fn two_runs_into_one_case() {
    let scene = Scene::new("cloud.zip");
    let mut first = scene.command("case").arg("-").stdin(Stdio::piped()).spawn().unwrap();
    let marker = scene.bench.path("case/.logsieve");
    while std::fs::metadata(&marker).map_or(true, |marker| marker.len() == 0) {
        thread::sleep(Duration::from_millis(1));
    }
    let (code, message) = ran_command(&mut scene.command("case"));
    assert_eq!(code, Some(2), "{message}");
    assert!(message.contains("being written by another run"), "{message}");
    first.kill().unwrap();
    first.wait().unwrap();
    scene.assert_ends_well("case", "after the first run is gone");
}

#[test]
fn a_folder_that_may_not_be_written_is_told_before_any_work() {
    let scene = Scene::new("cloud.zip");
    // Nobody can make a folder here, not even root.
    let (code, message) = ran_command(scene.command("/sys/kernel/case").arg("missing.zip"));
    assert_eq!(code, Some(5), "{message}");
    assert!(message.contains("cannot write /sys/kernel/case"), "{message}");
    assert!(!message.contains("missing.zip"), "{message}");
}
