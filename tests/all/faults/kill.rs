//! `kill -9` at any moment, and again on the next try.

use std::thread;
use std::time::{Duration, Instant};

use super::Scene;
use crate::support::rng::Rng;

/// How many runs are killed for each archive; with three archives two hundred.
const RUNS: u64 = 67;

/// Kills runs over one archive, each up to five times, before it may come to its end.
fn kill_runs(archive: &str, seed: u64) {
    let scene = Scene::new(archive);
    let started = Instant::now();
    assert!(scene.command("timed").status().unwrap().success());
    // How long a run takes changes with what else the machine does, so it is learned on the way.
    let mut length = started.elapsed();
    let mut rng = Rng::new(seed);
    let mut killed = 0;
    for run in 0..RUNS {
        let case = format!("case-{run}");
        for attempt in 0..=rng.next() % 5 {
            let delay = length.mul_f64((rng.next() % 1_100) as f64 / 1_000.0);
            let mut child = scene.command(&case).spawn().unwrap();
            thread::sleep(delay);
            child.kill().unwrap();
            let was_killed = !child.wait().unwrap().success();
            killed += u64::from(was_killed);
            length = length.mul_f64(if was_killed { 1.05 } else { 0.8 });
            let when = format!("{archive}, run {run}, attempt {attempt}, after {delay:?}");
            scene.assert_sound(&case, &when);
        }
        scene.assert_ends_well(&case, &format!("{archive}, run {run}"));
    }
    assert!(killed > RUNS / 2, "only {killed} runs were killed in time");
}

#[test]
fn a_killed_run_over_a_zip_runs_again() {
    kill_runs("cloud.zip", 1);
}

#[test]
fn a_killed_run_over_a_7z_runs_again() {
    kill_runs("cloud.7z", 2);
}

#[test]
fn a_killed_run_over_a_rar_runs_again() {
    kill_runs("cloud.rar", 3);
}

#[test]
fn a_run_that_dies_leaves_no_lock() {
    let scene = Scene::new("cloud.zip");
    let mut child = scene.command("case").spawn().unwrap();
    while !scene.bench.path("case/.logsieve").exists() {
        thread::sleep(Duration::from_millis(1));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    scene.assert_ends_well("case", "after the lock was taken");
}
