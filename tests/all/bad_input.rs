//! Bad input beside a good one: a clear message that says what to do, the right exit code, and
//! everything else still delivered.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::generate::cloud;
use crate::support::pack::{self, Files, Grouping};
use crate::tool::{Bench, Ran, logsieve, ran, records, watchlist};

const PASSWORD: &str = "Example#1 word";

/// A good input, whose exposures have to come out whatever stands beside it.
fn good(bench: &Bench) -> PathBuf {
    bench.file("good.txt", "https://vpn.example.com/login:jane.doe@example.com:Inv3nted!\n")
}

/// `check` into the folder `case`.
fn check(bench: &Bench, inputs: &[&Path]) -> Ran {
    check_with(bench, &[], inputs)
}

fn check_with(bench: &Bench, options: &[&str], inputs: &[&Path]) -> Ran {
    // A case would know what it has read.
    let _ = fs::remove_dir_all(bench.path("case"));
    let mut command = logsieve();
    command.args(["check", "--key-file"]).arg(bench.path("key")).arg("-w").arg(watchlist());
    command.arg("-o").arg(bench.path("case")).args(options);
    ran(command.args(inputs))
}

fn lines(bench: &Bench, table: &str) -> Vec<Value> {
    records(&bench.text(&format!("case/{table}.jsonl")))
}

/// The codes of all issues of the last `check`.
fn codes(bench: &Bench) -> Vec<String> {
    let issues = lines(bench, "issues");
    let mut codes: Vec<_> =
        issues.iter().map(|issue| issue["code"].as_str().unwrap().to_owned()).collect();
    codes.dedup();
    codes
}

/// Whether the exposure of the good input came out.
fn good_is_told(bench: &Bench) -> bool {
    lines(bench, "exposures").iter().any(|line| line["record"]["host"] == "vpn.example.com")
}

/// Holds for every bad input: alone nothing is readable, beside a good one the answer is partial
/// and the good one is told; the message names the input.
#[track_caller]
fn assert_bad(bench: &Bench, bad: &Path, code: &str, says: &str) {
    let alone = check(bench, &[bad]).with_code(4);
    assert_eq!(codes(bench), [code]);
    assert!(alone.err.contains("NOTHING could be read"), "{}", alone.err);
    let good = good(bench);
    for inputs in [[bad, &good], [&good, bad]] {
        let beside = check(bench, &inputs).with_code(3);
        assert!(good_is_told(bench));
        assert_eq!(codes(bench), [code]);
        let name = bad.file_name().unwrap().to_string_lossy();
        let line = beside.err.lines().find(|line| line.contains(&format!("[{code}]")));
        let line = line.unwrap_or_else(|| panic!("{}", beside.err));
        assert!(line.contains(&*name) && line.contains(says), "{line}");
        assert!(beside.err.contains("PARTIAL"), "{}", beside.err);
    }
}

#[test]
fn files_that_cannot_be_read() {
    let bench = Bench::new();
    let zip = pack::zip(&cloud(1, 1).files);
    for (name, bytes, code, says) in [
        ("empty.txt", &b""[..], "empty_input", "the file is empty"),
        ("empty.zip", b"", "empty_input", "the file is empty"),
        ("noise.bin", &[1, 2, 3, 4, 5, 6, 7, 8].repeat(99), "unknown_format", "neither an archive"),
        ("cut.rar", b"Rar!\x1a\x07\x01\x00", "truncated", "in the middle"),
        ("cut.7z", b"7z\xbc\xaf\x27\x1c\0\x04", "truncated", "ends before"),
        ("cut.zip", &zip[..20], "truncated", "end"),
        ("cloud.7z.002", &[8, 7, 6, 5, 4, 3, 2, 1].repeat(99), "missing_volume", "part 1 of"),
    ] {
        assert_bad(&bench, &bench.file(name, bytes), code, says);
    }
    assert_bad(&bench, &bench.path("missing.zip"), "io_error", "No such file");
    fs::create_dir(bench.path("hollow")).unwrap();
    assert_bad(&bench, &bench.path("hollow"), "empty_input", "the folder is empty");
}

#[test]
fn things_that_are_no_files() {
    let bench = Bench::new();
    let fifo = bench.path("fifo");
    assert!(std::process::Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    assert_bad(&bench, &fifo, "not_regular", "FIFO");

    let folder = bench.path("folder");
    fs::create_dir(&folder).unwrap();
    fs::copy(good(&bench), folder.join("dump.txt")).unwrap();
    fs::rename(&fifo, folder.join("fifo")).unwrap();
    std::os::unix::fs::symlink(folder.join("dump.txt"), folder.join("link.txt")).unwrap();
    std::os::unix::fs::symlink(&folder, folder.join("loop")).unwrap();
    let run = check(&bench, &[&folder]).with_code(3);
    assert!(good_is_told(&bench));
    for name in ["fifo", "link.txt", "loop"] {
        assert!(run.err.contains(&format!("folder/{name}: ")), "{}", run.err);
    }
    assert_eq!(lines(&bench, "issues").len(), 3);
}

#[test]
fn a_file_that_may_not_be_read() {
    let bench = Bench::new();
    let secret = bench.file("secret.zip", pack::zip(&cloud(1, 1).files));
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read(&secret).is_ok() {
        return; // The tester is root, who may read anything.
    }
    assert_bad(&bench, &secret, "permission_denied", "denied");
}

#[test]
fn an_archive_in_standard_input() {
    let bench = Bench::new();
    let zip = bench.file("cloud.zip", pack::zip(&cloud(1, 1).files));
    let nothing = bench.file("nothing", "");
    for (input, code, says) in [
        (&zip, "unknown_format", "give the file itself"),
        (&nothing, "empty_input", "nothing came from standard input"),
    ] {
        let mut command = logsieve();
        command.args(["check", "-d", "example.com", "-o", "-", "-"]).pipe_stdin(input).unwrap();
        let run = ran(&mut command).with_code(4);
        assert!(run.err.contains(says) && run.err.contains(&format!("[{code}]")), "{}", run.err);
    }
}

#[test]
fn a_wrong_suffix_does_not_matter() {
    let bench = Bench::new();
    let rar = bench.file("really-a.zip", pack::rar5(&cloud(1, 2).files, Grouping::Solid));
    let zip = bench.file("really-a.txt", pack::zip(&cloud(2, 2).files));
    check(&bench, &[&rar, &zip]).with_code(0);
    let sources = lines(&bench, "sources");
    assert_eq!([&sources[0]["format"], &sources[1]["format"]], ["rar", "zip"]);
}

#[test]
fn a_cut_archive_delivers_what_is_left() {
    let bench = Bench::new();
    let files = cloud(3, 20).files;
    let whole = pack::zip(&files);
    let cut = bench.file("cut.zip", &whole[..whole.len() * 3 / 4]);
    let run = check(&bench, &[&cut, &good(&bench)]).with_code(3);
    assert!(good_is_told(&bench) && codes(&bench).contains(&"truncated".to_owned()));
    assert!(run.err.contains("fetch the cut archive again"), "{}", run.err);
    let of_cut = |line: &&Value| line["source"]["format"] == "zip";
    assert!(lines(&bench, "exposures").iter().filter(of_cut).count() > 10);
}

type Packer = (&'static str, fn(&Files, &str) -> Vec<u8>);

#[test]
fn encrypted_archives() {
    let bench = Bench::new();
    let files = cloud(4, 2).files;
    let packers: [Packer; 3] = [
        ("locked.zip", pack::zip_encrypted),
        ("locked.7z", |files, password| pack::sevenz_encrypted(files, Grouping::Solid, password)),
        ("locked.rar", |files, password| pack::rar5_encrypted(files, Grouping::Solid, password)),
    ];
    let wrong = bench.private_file("wrong", b"not this\nnor that\n");
    let right = bench.private_file("right", format!("not this\r\n{PASSWORD}\r\n").as_bytes());
    let good = good(&bench);
    for (name, packer) in packers {
        let locked = bench.file(name, packer(&files, PASSWORD));
        for (passwords, code, advice) in [
            (None, "password_required", "--password-file"),
            (Some(&wrong), "password_wrong", "add the right password"),
        ] {
            let options: Vec<_> = passwords
                .iter()
                .flat_map(|file| ["--password-file", file.to_str().unwrap()])
                .collect();
            check_with(&bench, &options, &[&locked]).with_code(4);
            let run = check_with(&bench, &options, &[&good, &locked]).with_code(3);
            assert!(good_is_told(&bench));
            assert_eq!(codes(&bench), [code], "{name}");
            assert!(run.err.contains(advice), "{}", run.err);
        }
        let options = ["--password-file", right.to_str().unwrap()];
        let run = check_with(&bench, &options, &[&good, &locked]).with_code(0);
        assert!(!run.err.contains("Example#1"), "{}", run.err);
        assert!(lines(&bench, "exposures").len() > 1, "{name}");
        assert!(lines(&bench, "sources").iter().any(|source| source["encrypted"] == true));
    }
}

#[test]
fn the_same_input_twice_is_read_once() {
    let bench = Bench::new();
    let good = good(&bench);
    check(&bench, &[&good]).with_code(0);
    let once = lines(&bench, "exposures");
    let dotted = bench.path(".").join("good.txt");
    let run = check(&bench, &[&good, &good, &dotted]).with_code(0);
    assert_eq!(lines(&bench, "exposures"), once);
    assert_eq!(codes(&bench), ["duplicate_input"]);
    assert!(run.err.contains("given more than once"), "{}", run.err);
    // That it is told twice does not make it readable.
    let empty = bench.file("empty.txt", "");
    check(&bench, &[&empty, &empty]).with_code(4);
}

#[test]
fn a_path_that_is_not_utf_8() {
    let bench = Bench::new();
    let path = bench.path("").join(OsStr::from_bytes(b"d\xfcmp \xff.txt"));
    if fs::copy(good(&bench), &path).is_err() {
        return; // A file system that takes UTF-8 only.
    }
    check(&bench, &[&path]).with_code(0);
    assert!(good_is_told(&bench));
    let name = lines(&bench, "sources")[0]["name"].as_str().unwrap().to_owned();
    assert!(name.ends_with(r"d\xFCmp \xFF.txt"), "{name}");
}

#[test]
fn names_that_act_on_a_terminal() {
    let bench = Bench::new();
    let path = bench.file("\u{1b}]0;owned\u{7}\u{202e}txt.zip", "");
    let run = check(&bench, &[&path]).with_code(4);
    assert!(!run.err.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{:?}", run.err);
    assert!(run.err.contains(r"\u{1b}]0;owned"), "{}", run.err);
}

/// What is wrong with the command line, its files included: nothing is read, nothing is written.
#[test]
fn configuration_that_makes_no_sense() {
    let bench = Bench::new();
    let good = good(&bench);
    let good = good.to_str().unwrap();
    let watchlist =
        |name: &str, text: &str| bench.file(name, text).into_os_string().into_string().unwrap();
    let unknown_key =
        watchlist("unknown.toml", "[[organisation]]\nname = 'A'\ndomain = ['a.test']");
    let suffix = watchlist("suffix.txt", "example.com\nco.uk\n");
    let empty = watchlist("empty.txt", "# nothing\n");
    let shared = bench.file("shared-key", "0123456789abcdef0123456789abcdef");
    fs::set_permissions(&shared, fs::Permissions::from_mode(0o644)).unwrap();
    let shared = shared.to_str().unwrap();
    let short = bench.private_file("short-key", b"word");
    let short = short.to_str().unwrap();
    let missing = bench.arg("missing");
    let d = ["-d", "example.com"];
    for (options, says) in [
        (&[][..], &["-w orgs.toml", "-d example.com"][..]),
        (&["-w", &unknown_key], &["unknown.toml", "domain", "domains"]),
        (&["-w", &suffix], &["suffix.txt", "co.uk", "public suffix"]),
        (&["-w", &empty], &["empty.txt", "empty"]),
        (&["-w", &missing], &["missing", "No such file"]),
        (&["-d", "com"], &["--domain", "com"]),
        (&["-d", ""], &["--domain"]),
        (&[d[0], d[1], "--key-file", shared], &["shared-key", "chmod 600"]),
        (&[d[0], d[1], "--key-file", short], &["at least 16 bytes", "/dev/urandom"]),
        (&[d[0], d[1], "--key-file", &missing], &["missing", "No such file"]),
        (&[d[0], d[1], "--password-file", &missing], &["missing", "No such file"]),
        (&[d[0], d[1], "--limits", "speed=1"], &["speed", "ratio", "stall"]),
        (&[d[0], d[1], "--limits", "ratio"], &["ratio", "key=value"]),
        (&[d[0], d[1], "--limits", "ratio=-1"], &["-1", "whole number"]),
        (&[d[0], d[1], "--as-of", "yesterday"], &["yesterday", "YYYY-MM-DD"]),
        (&[d[0], d[1], "--as-of", "2025-02-30"], &["2025-02-30", "YYYY-MM-DD"]),
        (&[d[0], d[1], "--as-of", "9999-12-31"], &["9999-12-31", "YYYY-MM-DD"]),
        (&[d[0], d[1], "--threads", "0"], &["--threads", "1..=1024"]),
        (&[d[0], d[1], "--threads", "1000000"], &["--threads", "1..=1024"]),
        (&[d[0], d[1], "--format", "xml"], &["xml", "jsonl, csv"]),
        (&[d[0], d[1], "--fail-on", "terrible"], &["terrible", "critical"]),
        (&[d[0], d[1], "--quiet", "--verbose"], &["cannot be used with"]),
    ] {
        let mut command = logsieve();
        let run = ran(command.current_dir(bench.path("")).arg("check").args(options).arg(good));
        let run = run.with_code(2);
        assert!(run.out.is_empty(), "{options:?}: {}", run.out);
        for word in says {
            assert!(run.err.contains(word), "{options:?} says nothing of {word}: {}", run.err);
        }
        assert!(!run.err.contains("Inv3nted"), "{}", run.err);
    }
    let made: Vec<_> = bench.names("").into_iter().filter(|name| name == "logsieve-case").collect();
    let tables = made.iter().flat_map(|case| bench.names(case)).filter(|name| name.ends_with("l"));
    assert_eq!(tables.count(), 0, "a run that did not begin has no results");
}

#[test]
fn the_folder_of_somebody_else() {
    let bench = Bench::new();
    let good = good(&bench);
    bench.file("theirs/thesis.txt", "mine");
    for command in ["check", "extract"] {
        let mut logsieve = logsieve();
        logsieve.arg(command).args(["-d", "example.com", "-o"]).arg(bench.path("theirs"));
        let run = ran(logsieve.arg(&good)).with_code(2);
        assert!(run.err.contains("was not made by logsieve; choose another folder"), "{}", run.err);
        assert_eq!(bench.names("theirs"), ["thesis.txt"]);
    }
    assert_eq!(bench.text("theirs/thesis.txt"), "mine");
    // A case is no dataset.
    check(&bench, &[&good]).with_code(0);
    let mut logsieve = logsieve();
    let run = ran(logsieve.args(["extract", "-o"]).arg(bench.path("case")).arg(&good)).with_code(2);
    assert!(run.err.contains("choose another folder"), "{}", run.err);
}
