//! The library: what a program of one's own gets from `Check` is what the command says.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::PathBuf;
use std::sync::Arc;

use logsieve::error::ErrorKind;
use logsieve::exposure::Change;
use logsieve::issue::Code;
use logsieve::record::Status;
use logsieve::{Check, Error, Exposure, Key, Limits, Progress, Record, Watchlist};

use crate::support::pack::{self, Grouping};
use crate::tool::{Bench, all_inputs, example_cloud, logsieve, ran, watchlist};

const DAY: &str = "2025-06-30";

/// A check of the watchlist of the fixtures, with the key and the day of [`command`].
fn check(bench: &Bench, inputs: &[PathBuf], threads: usize) -> Check {
    Check::new(Watchlist::from_file(watchlist()).unwrap())
        .key(Key::from_file(&bench.path("key")).unwrap())
        .as_of(format!("{DAY}T00:00:00Z").parse().unwrap())
        .threads(threads)
        .inputs(inputs)
}

/// `logsieve check` with the same watchlist, key and day.
fn command(bench: &Bench, out: &str) -> assert_cmd::Command {
    let mut run = logsieve();
    run.args(["check", "--as-of", DAY, "-o", out]);
    run.arg("-w").arg(watchlist()).arg("--key-file").arg(bench.path("key"));
    run
}

fn line(exposure: Exposure) -> String {
    serde_json::to_string(&Record::Exposure(Box::new(exposure))).unwrap() + "\n"
}

/// What a check finds, as lines.
#[track_caller]
fn lines(check: &Check) -> String {
    let mut lines = String::new();
    let mut take = |exposure| {
        lines.push_str(&line(exposure));
        Ok(())
    };
    check.run(&mut take).unwrap();
    lines
}

/// A text with a login of ours in each of so many lines.
fn dump(bench: &Bench, count: usize) -> PathBuf {
    let login = |n| format!("https://vpn.example.com/:user{n}@example.com:Inv3nted{n}\n");
    bench.file("in/dump.txt", (0..count).map(login).collect::<String>())
}

fn ours() -> Check {
    Check::new(Watchlist::from_domains(["example.com"]).unwrap())
}

#[test]
fn it_finds_what_the_command_finds() {
    let bench = Bench::new();
    let inputs = all_inputs();
    for threads in [1, 4] {
        let mut run = command(&bench, "-");
        let told = ran(run.args(["--threads", &threads.to_string()]).args(&inputs));
        assert!(matches!(told.code, 0 | 3), "{}", told.err);
        assert!(told.out.lines().count() > 20, "{}", told.err);
        let found = lines(&check(&bench, &inputs, threads));
        let differs = found.lines().zip(told.out.lines()).find(|(ours, theirs)| ours != theirs);
        assert_eq!(differs, None, "{threads} threads");
        assert_eq!(found.len(), told.out.len(), "{threads} threads");
    }
}

#[test]
fn passwords_and_limits_arrive() {
    let bench = Bench::new();
    let text = b"https://vpn.example.com/:ada@example.com:Inv3nted\n".to_vec();
    let inner = pack::zip(&[("dump.txt".to_owned(), text)]);
    let packed = [("inner.zip".to_owned(), inner)];
    let locked = bench.file("in/x.7z", pack::sevenz_encrypted(&packed, Grouping::Solid, "0pen"));
    let without = ours().input(&locked);
    let opened = without.clone().passwords(["wrong", "0pen"]);
    let too_deep = opened.clone().limits(Limits::default().with("depth=0").unwrap());
    for (check, exposures, code) in [
        (without, 0, Some(Code::PasswordRequired)),
        (opened, 1, None),
        (too_deep, 0, Some(Code::LimitDepth)),
    ] {
        let mut first = None;
        let summary = check.run_records(|record| {
            if let Record::Issue(issue) = record {
                first.get_or_insert(issue.code);
            }
            Ok(())
        });
        let summary = summary.unwrap();
        assert_eq!((summary.records.exposures, first), (exposures, code));
        assert_eq!(summary.status == Status::Complete, code.is_none());
    }
}

/// An error that logsieve knows nothing of.
#[derive(Debug, PartialEq, Eq)]
struct Enough(usize);

impl fmt::Display for Enough {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} are enough", self.0)
    }
}

impl std::error::Error for Enough {}

#[test]
fn an_error_of_the_caller_stops_the_run_and_comes_back_unchanged() {
    let bench = Bench::new();
    let input = dump(&bench, 10_000);
    for threads in [1, 4] {
        let check = ours().threads(threads).input(&input);
        let mut taken = 0;
        let stopped = check.run(|_| {
            taken += 1;
            if taken == 3 { Err(Enough(taken).into()) } else { Ok(()) }
        });
        let error = stopped.unwrap_err();
        assert_eq!((taken, error.to_string().as_str()), (3, "3 are enough"));
        let ErrorKind::Stopped(reason) = error.kind() else { panic!("{error:?}") };
        assert_eq!(reason.downcast_ref(), Some(&Enough(3)));
        let own = check.run(|_| Err(Error::config("one of our own").into())).unwrap_err();
        assert!(matches!(own.kind(), ErrorKind::Config(text) if text == "one of our own"));
        // What stopped does not disturb what comes after it.
        assert_eq!(lines(&check).lines().count(), 10_000);
    }
}

#[test]
fn a_panic_of_the_caller_is_the_callers() {
    let bench = Bench::new();
    let input = dump(&bench, 10_000);
    for threads in [1, 4] {
        let check = ours().threads(threads).input(&input);
        let run = || check.run(|_| resume_unwind(Box::new(Enough(1))));
        let payload = catch_unwind(AssertUnwindSafe(run)).unwrap_err();
        assert_eq!(payload.downcast_ref(), Some(&Enough(1)));
        assert_eq!(lines(&check).lines().count(), 10_000);
    }
}

#[test]
fn an_input_that_is_not_there_is_an_issue_and_no_error() {
    let bench = Bench::new();
    let missing = bench.path("nowhere.zip");
    let alone = ours().input(&missing).run(|exposure| panic!("{exposure:?}")).unwrap();
    assert_eq!((alone.status, alone.records.issues), (Status::Unreadable, 1));
    let mut issues = Vec::new();
    let check = ours().input(missing).input(dump(&bench, 1));
    let beside = check.run_records(|record| {
        if let Record::Issue(issue) = record {
            issues.push(issue);
        }
        Ok(())
    });
    let beside = beside.unwrap();
    assert_eq!((beside.status, beside.records.exposures), (Status::Partial, 1));
    assert_eq!(issues.iter().map(|issue| issue.code).collect::<Vec<_>>(), [Code::IoError]);
    let counted: Vec<_> = beside.issues.iter().map(|of| (of.name.as_str(), of.count)).collect();
    assert_eq!(counted, [("io_error", 1)]);
}

#[test]
fn runs_in_one_process_do_not_disturb_each_other() {
    let bench = Bench::new();
    let cloud = check(&bench, &example_cloud(), 2);
    let dump = ours()
        .key(Key::from_bytes(vec![7; 32]).unwrap())
        .limits(Limits::default().with("line=40").unwrap())
        .input(dump(&bench, 5_000));
    let alone = [lines(&cloud), lines(&dump)];
    assert!(alone.iter().all(|lines| !lines.is_empty()));
    assert_eq!(lines(&cloud), alone[0], "one after the other");
    let together = std::thread::scope(|scope| {
        let runs = [&cloud, &dump, &cloud, &dump].map(|check| scope.spawn(|| lines(check)));
        runs.map(|run| run.join().unwrap())
    });
    for (number, lines) in together.iter().enumerate() {
        assert!(*lines == alone[number % 2], "run {number} came out otherwise");
    }
}

#[test]
fn a_case_is_the_case_of_the_command() {
    let bench = Bench::new();
    let inputs = example_cloud();
    let case = check(&bench, &inputs, 2).case(bench.path("ours"));
    let first = lines(&case);
    ran(command(&bench, &bench.arg("theirs")).args(["--format", "jsonl"]).args(&inputs))
        .with_code(0);
    assert!(first == bench.text("theirs/exposures.jsonl"));
    // Each goes on where the other was.
    let again = ran(command(&bench, &bench.arg("ours")).args(["--format", "jsonl"]).args(&inputs))
        .with_code(0);
    let second = bench.text("ours/exposures.jsonl");
    assert_eq!(second, first.replace("\"change\":\"new\"", "\"change\":\"known\""));
    assert!(again.err.contains("not read again: 3 sources"), "{}", again.err);
    assert!(lines(&case) == second);
    let full = case.clone().full().progress(Arc::new(Progress::default()));
    assert!(lines(&full) == second);
}

#[test]
fn news_that_nobody_took_are_news_the_next_time() {
    let bench = Bench::new();
    let case = ours().input(dump(&bench, 2)).case(bench.path("case"));
    let news = |fail: bool| {
        let mut news = 0;
        let run = case.run(|exposure| {
            news += usize::from(exposure.change == Some(Change::New));
            if fail { Err(Enough(news).into()) } else { Ok(()) }
        });
        (run.is_ok(), news)
    };
    assert_eq!(news(true), (false, 1));
    assert_eq!(news(false), (true, 2));
    assert_eq!(news(false), (true, 0));
    let inside = case.run(|_| Ok(case.run(|_| Ok(())).map(drop)?)).unwrap_err();
    assert!(inside.to_string().contains("another run"), "{inside}");
    let other_key = case.clone().key(Key::random().unwrap());
    let refused = other_key.run(|_| Ok(())).unwrap_err();
    assert!(matches!(refused.kind(), ErrorKind::Config(_)), "{refused}");
}

#[test]
fn a_check_prints_neither_passwords_nor_its_key() {
    let check =
        ours().password("Inv3nted").key(Key::from_bytes(b"0123456789abcdef".to_vec()).unwrap());
    let printed = format!("{check:?}");
    assert!(printed.contains("Given"), "{printed}");
    for secret in ["Inv3nted", "0123456789abcdef", "73, 110, 118"] {
        assert!(!printed.contains(secret), "{printed}");
    }
}
