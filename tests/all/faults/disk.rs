//! Disks that are full or broken.

use std::fs;
use std::process::Command;

use super::Scene;
use crate::tool::ran_command;

/// Runs the scene's command in a shell that lets no file grow past so many blocks: as on a full
/// disk, writing fails in the middle of a file.
fn run_with_blocks(scene: &Scene, case: &str, blocks: u64) -> (Option<i32>, String) {
    let mut shell = Command::new("sh");
    // What ignores the signal gets an error from the write instead.
    shell.args(["-c", "trap '' XFSZ; ulimit -f \"$0\"; exec \"$@\"", &blocks.to_string()]);
    ran_command(&mut scene.behind(shell, case))
}

#[test]
fn a_disk_that_fills_up_anywhere() {
    let scene = Scene::new("cloud.zip");
    let largest = scene.whole.values().map(Vec::len).max().unwrap() as u64;
    let mut failed = 0;
    for blocks in (0..=largest / 512 + 2).step_by(4) {
        let case = format!("case-{blocks}");
        let when = format!("{blocks} blocks");
        let (code, message) = run_with_blocks(&scene, &case, blocks);
        match code {
            Some(0) => {}
            Some(5) => {
                failed += 1;
                assert!(message.contains("cannot write"), "{when}: {message}");
                scene.assert_sound(&case, &when);
            }
            code => panic!("{when}: exit {code:?}: {message}"),
        }
        scene.assert_ends_well(&case, &when);
    }
    assert!(failed > 10, "only {failed} runs met the limit");
}

#[test]
fn a_case_that_fills_its_disk_keeps_what_it_had() {
    let scene = Scene::new("cloud.zip");
    scene.assert_ends_well("case", "before");
    let (code, _) = run_with_blocks(&scene, "case", 8);
    assert_eq!(code, Some(5));
    scene.assert_sound("case", "after");
    let results = scene.results("case");
    assert!(results == scene.whole || results == scene.again, "the earlier results are gone");
}

#[test]
fn an_input_that_cannot_be_read_to_its_end() {
    let scene = Scene::new("cloud.zip");
    // Reading where nothing is mapped is an input/output error.
    let mut command = scene.command("case");
    command.arg("/proc/self/mem");
    let (code, message) = ran_command(&mut command);
    assert_eq!(code, Some(3), "{message}");
    let issues = fs::read_to_string(scene.bench.path("case/issues.jsonl")).unwrap();
    assert!(issues.contains("\"io_error\""), "{issues}");
}

/// Runs the scene's command with the `nth` call of one kind failing; whether a call failed.
fn run_with_failure(scene: &Scene, case: &str, call: &str, error: &str, nth: u32) -> bool {
    let mut strace = Command::new("strace");
    strace.args(["-f", "-qq", "-o", "/dev/null", "-e"]);
    strace.arg(format!("inject={call}:error={error}:when={nth}"));
    let (code, message) = ran_command(&mut scene.behind(strace, case));
    let when = format!("{call} {nth} fails with {error}");
    // 2: of the watchlist or the key; 127: of a library, before the program begins.
    assert!(matches!(code, Some(0 | 2..=5 | 127)), "{when}: exit {code:?}: {message}");
    if matches!(code, Some(0 | 5)) {
        scene.assert_sound(case, &when);
    }
    scene.assert_ends_well(case, &when);
    code != Some(0)
}

#[test]
#[ignore = "needs strace; .ci/run runs it where there is one"]
fn any_call_to_the_system_may_fail() {
    let scene = Scene::new("cloud.7z");
    for (call, error, most) in [
        ("write", "ENOSPC", 60),
        ("pwrite64", "ENOSPC", 140),
        ("fsync", "EIO", 20),
        ("rename", "ENOSPC", 20),
        ("unlink", "EROFS", 5),
        ("openat", "EMFILE", 40),
        ("pread64", "EIO", 40),
        ("read", "EIO", 40),
    ] {
        let failures = (1..=most)
            .filter(|&nth| run_with_failure(&scene, &format!("{call}-{nth}"), call, error, nth))
            .count();
        println!("{call}: {failures} of {most} runs failed with {error} and ran well again");
        assert!(failures > 0, "no {call} was made to fail");
    }
}
