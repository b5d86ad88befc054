//! What every fixture is known to give, to the byte: `expected.jsonl` beside its input.

use std::fs;

use crate::tool::{repository, run, watchlist};

#[test]
fn every_fixture_gives_what_it_gave() {
    let verify = run(["verify".as_ref(), repository("fixtures").as_os_str()]).with_code(0);
    assert!(verify.out.ends_with(" passed, 0 failed\n"), "{}", verify.out);
    assert!(verify.out.lines().filter(|line| line.starts_with("ok ")).count() >= 38);
}

#[test]
fn a_change_is_shown_line_by_line() {
    let root = tempfile::tempdir().unwrap();
    let fixture = root.path().join("vectors");
    fs::create_dir_all(fixture.join("input")).unwrap();
    fs::copy(watchlist(), root.path().join("watchlist.toml")).unwrap();
    let original = repository("fixtures/ulp/vectors");
    for entry in fs::read_dir(original.join("input")).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), fixture.join("input").join(entry.file_name())).unwrap();
    }
    let expected = fs::read_to_string(original.join("expected.jsonl")).unwrap();
    let verify = || run(["verify".as_ref(), root.path().as_os_str()]);

    fs::write(fixture.join("expected.jsonl"), &expected).unwrap();
    verify().with_code(0);

    let first = expected.lines().next().unwrap();
    let changed = first.replacen("user1", "user2", 1);
    assert_ne!(first, changed);
    fs::write(fixture.join("expected.jsonl"), expected.replacen(first, &changed, 1)).unwrap();
    let failed = verify().with_code(1).out;
    assert!(failed.starts_with("FAILED"), "{failed}");
    assert!(failed.contains(&format!("  - {changed}\n  + {first}\n")), "{failed}");
    assert!(failed.ends_with("0 passed, 1 failed\n"), "{failed}");

    let missing: String = expected.lines().skip(1).map(|line| format!("{line}\n")).collect();
    fs::write(fixture.join("expected.jsonl"), missing).unwrap();
    let failed = verify().with_code(1).out;
    assert!(failed.contains(&format!("  + {first}\n")) && !failed.contains("  - "), "{failed}");

    fs::remove_file(fixture.join("expected.jsonl")).unwrap();
    let failed = verify().with_code(1).out;
    assert!(failed.contains("--bless"), "{failed}");
}
