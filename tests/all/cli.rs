//! The command line as a contract: help, exit codes, what goes where.

use std::fs;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::generate::cloud;
use crate::support::pack;
use crate::tool::{
    Bench, example_cloud, fixture_cases, logsieve, of_type, ran, records, repository, run,
    watchlist,
};

const COMMANDS: [&str; 12] = [
    "check",
    "extract",
    "inspect",
    "plan",
    "report",
    "triage",
    "reveal",
    "verify",
    "families",
    "watchlist",
    "completions",
    "man",
];

#[test]
fn help_is_what_it_was() {
    insta::assert_snapshot!("help", run(["--help"]).with_code(0).out);
    let short: Vec<String> = std::iter::once(run(["-h"]))
        .chain(COMMANDS.map(|command| run([command, "-h"])))
        .map(|help| help.with_code(0).out)
        .collect();
    insta::assert_snapshot!("help_short", short.join("\n----\n\n"));
    for command in COMMANDS {
        let help = run([command, "--help"]).with_code(0);
        insta::assert_snapshot!(format!("help_{command}"), help.out);
        assert_eq!(run(["help", command]).out, help.out);
    }
}

#[test]
fn help_lists_the_limits_as_they_are() {
    let help = run(["check", "--help"]).out;
    let listed: Vec<&str> = help
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .filter(|word| word.split_once('=').is_some_and(|(key, _)| !key.starts_with('`')))
        .collect();
    let limits = |options: &[&str]| {
        let input = repository("fixtures/ulp/plain/input");
        let run = ran(logsieve().args(["extract", "-o", "-"]).args(options).arg(input));
        let records = run.with_code(0).records();
        of_type(&records, "summary")[0]["limits"].clone()
    };
    let defaults = limits(&[]);
    assert_eq!(listed.len(), defaults.as_object().unwrap().len(), "{listed:?}");
    assert_eq!(limits(&["--limits", &listed.join(",")]), defaults);
    assert_eq!(limits(&["--limits", "ratio=7,line=2K"])["line"], 2048);
}

#[test]
fn no_command_is_no_crash() {
    let nothing = logsieve().output().unwrap();
    assert_eq!(nothing.status.code(), Some(2));
    assert!(String::from_utf8(nothing.stderr).unwrap().contains("Commands:"));
    let typo = run(["chekc"]).with_code(2);
    assert!(typo.err.contains("check"), "{}", typo.err);
}

#[test]
fn the_version() {
    assert_eq!(run(["--version"]).with_code(0).out, "logsieve 0.1.0\n");
    assert!(env!("CARGO_PKG_VERSION") == "0.1.0");
}

/// A ZIP with exposures of every severity.
fn example() -> String {
    example_cloud()[0].to_str().unwrap().to_owned()
}

#[test]
fn results_go_into_the_default_folder() {
    let bench = Bench::new();
    let mut command = logsieve();
    command.current_dir(bench.path("")).args(["check", "-d", "example.com", &example()]);
    let run = ran(&mut command).with_code(0);
    assert!(run.out.is_empty());
    let files = ["exposures.jsonl", "issues.jsonl", "machines.jsonl", "sources.jsonl"];
    for file in files.iter().chain(&["report.html", "summary.json", "case.db", "key"]) {
        let path = format!("logsieve-case/{file}");
        let mode = fs::metadata(bench.path(&path)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
    let mode = fs::metadata(bench.path("logsieve-case")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
    assert!(run.err.contains("Written to logsieve-case: exposures.jsonl"), "{}", run.err);
    assert!(run.err.contains("Complete: everything was read."), "{}", run.err);

    // The key of the folder stays, so that ids do.
    let new = |text: &str| text.replace("\"change\":\"known\"", "\"change\":\"new\"");
    let before = bench.text("logsieve-case/exposures.jsonl");
    ran(&mut command).with_code(0);
    assert_eq!(new(&bench.text("logsieve-case/exposures.jsonl")), before);
}

#[test]
fn formats_are_files_side_by_side() {
    let bench = Bench::new();
    for (command, tables) in [
        ("check", &["exposures", "machines", "sources", "issues"][..]),
        ("extract", &["sources", "machines", "credentials", "cookies", "autofill", "issues"]),
    ] {
        let mut logsieve = logsieve();
        logsieve.args([command, "-d", "example.com", "--format", "jsonl,csv,csv", "-o"]);
        ran(logsieve.arg(bench.path(command)).arg(example())).with_code(0);
        for table in tables {
            let lines = records(&bench.text(&format!("{command}/{table}.jsonl"))).len();
            let text = bench.text(&format!("{command}/{table}.csv"));
            let rows = csv::Reader::from_reader(text.as_bytes()).records().count();
            assert_eq!(rows, lines, "{table}");
        }
        let count = bench.names(command).len();
        let database = usize::from(command == "check");
        assert_eq!(count, 2 * tables.len() + 3 + database, "besides them: marker, key, summary");
    }
}

#[test]
fn standard_output_is_for_data_only() {
    let check = run(["check", "-d", "example.com", "-o", "-", &example()]).with_code(0);
    let exposures = check.records();
    assert_eq!(of_type(&exposures, "exposure").len(), exposures.len());
    assert!(exposures.len() > 10 && check.err.contains("Severity: "), "{}", check.err);

    let extract = run(["extract", "-o", "-", &example()]).with_code(0);
    let records = extract.records();
    assert_eq!(records.last().unwrap()["type"], "summary");
    assert!(of_type(&records, "exposure").is_empty());
    let credentials = of_type(&records, "credential");
    assert!(credentials.iter().all(|it| it["username"].is_null()));
    assert!(credentials.iter().all(|it| it["username_fingerprint"].is_string()));

    let named = run(["extract", "--keep-usernames", "-o", "-", &example()]).with_code(0).records();
    assert!(of_type(&named, "credential").iter().all(|it| it["username"].is_string()));
    let narrow = run(["extract", "-d", "example.net", "-o", "-", &example()]).with_code(0);
    let narrow = narrow.records();
    let (few, all) = (of_type(&narrow, "credential").len(), credentials.len());
    assert!(0 < few && few < all, "{few} of {all}");
}

#[test]
fn who_is_looked_for() {
    let bench = Bench::new();
    let domains = bench.file("domains.txt", "# ours\nexample.com\n");
    let table = bench.file("clients.csv", "organisation,domain\nExample Corp,example.com\n");
    let organisations = |options: &[&str]| {
        let mut command = logsieve();
        command.args(["check", "-o", "-"]).args(options).arg(example());
        let records = ran(&mut command).with_code(0).records();
        let mut names: Vec<_> =
            records.iter().map(|it| it["organisation"].as_str().unwrap().to_owned()).collect();
        names.sort();
        names.dedup();
        names
    };
    let (domains, table) = (domains.to_str().unwrap(), table.to_str().unwrap());
    let listed = watchlist();
    assert_eq!(organisations(&["-w", domains]), ["example.com"]);
    assert_eq!(organisations(&["-w", table]), ["Example Corp"]);
    assert_eq!(organisations(&["-w", listed.to_str().unwrap()]), ["Example Corp", "Example Net"]);
    assert_eq!(organisations(&["-d", "example.com"]), ["example.com"]);
    let two = ["-d", "example.com", "-d", "example.net"];
    assert_eq!(organisations(&two), ["example.com", "example.net"]);
    assert_eq!(organisations(&["-w", table, "-d", "example.net"]), ["Example Corp", "example.net"]);
    assert!(organisations(&["-d", "nobody.example"]).is_empty());
}

#[test]
fn text_from_a_pipe() {
    let mut command = logsieve();
    command.args(["check", "-d", "example.com", "-o", "-", "-"]);
    command.write_stdin("https://www.example.com/login:jane:Inv3nted!\nhttps://a.test:b:c\n");
    let run = ran(&mut command).with_code(0);
    let records = run.records();
    assert_eq!(records.len(), 1);
    assert_eq!(records[0]["source"]["name"], "-");
    assert_eq!(records[0]["record"]["host"], "www.example.com");
    assert_eq!(records[0]["source"]["bytes_in"], 64);
}

// ---- exit codes ----

#[test]
fn severities_that_fail_a_run() {
    let bench = Bench::new();
    let low = bench.file("low.txt", "https://www.example.com/login:jane:Inv3nted!\n");
    let low = low.to_str().unwrap();
    let check = |options: &[&str], input: &str| {
        let domain = ["check", "-o", "-", "-d", "example.com"];
        ran(logsieve().args(domain).args(options).arg(input)).code
    };
    assert_eq!(check(&[], low), 0);
    assert_eq!(check(&["--fail-on", "info"], low), 1);
    assert_eq!(check(&["--fail-on", "low"], low), 1);
    assert_eq!(check(&["--fail-on", "medium"], low), 0);
    assert_eq!(check(&["--fail-on", "high"], &example()), 1);
    let none = bench.file("none.txt", "https://www.example.org/login:jane:Inv3nted!\n");
    assert_eq!(check(&["--fail-on", "info"], none.to_str().unwrap()), 0);
    // An incomplete answer comes first.
    let run = ran(logsieve()
        .args(["check", "-o", "-", "-d", "example.com", "--fail-on", "info", low])
        .arg(bench.path("missing.zip")));
    run.with_code(3);
}

#[test]
fn a_full_disk_is_an_output_error() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_logsieve"));
    command.args(["check", "-o", "-", "-d", "example.com", &example()]);
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = command.stdout(full).stderr(Stdio::piped()).output().unwrap();
    assert_eq!(output.status.code(), Some(5));
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(message.contains("logsieve: cannot write standard output: No space left"), "{message}");
}

#[test]
fn a_folder_that_cannot_be_made_is_an_output_error() {
    let bench = Bench::new();
    let below_a_file = bench.file("file", "").join("case");
    let mut command = logsieve();
    command.args(["check", "-d", "example.com", "-o"]).arg(below_a_file).arg(example());
    let run = ran(&mut command).with_code(5);
    assert!(run.err.contains("cannot write"), "{}", run.err);
}

#[test]
fn a_closed_pipe_ends_the_run_quietly() {
    let watched = ["check", "-w", "fixtures/watchlist.toml", "-o", "-"];
    for command in [&["extract", "-o", "-"][..], &watched] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_logsieve"))
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .args(command)
            .args(example_cloud())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut first = [0; 10];
        child.stdout.take().unwrap().read_exact(&mut first).unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(141));
        assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

/// Sends a signal to a process of ours.
fn signal(child: &std::process::Child, name: &str) {
    let sent = Command::new("kill").args(["-s", name, &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
}

#[test]
fn interrupts() {
    let bench = Bench::new();
    let spawn = |out: &str| {
        Command::new(env!("CARGO_BIN_EXE_logsieve"))
            .args(["check", "-d", "example.com", "-o", out])
            .arg("-")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    };
    let wait = |child: &mut std::process::Child| {
        let end = Instant::now() + Duration::from_secs(20);
        while Instant::now() < end {
            if let Some(status) = child.try_wait().unwrap() {
                return status.code();
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        child.kill().unwrap();
        panic!("the interrupt was not heeded");
    };
    // Once: what was read is told, the rest is left.
    let mut child = spawn(&bench.arg("case"));
    let mut input = child.stdin.take().unwrap();
    let line = b"https://www.example.com/login:jane:Inv3nted!\n";
    let text: Vec<u8> = line.iter().copied().cycle().take(2 << 20).collect();
    std::io::Write::write_all(&mut input, &text).unwrap();
    signal(&child, "INT");
    std::thread::sleep(Duration::from_millis(300));
    drop(input);
    assert_eq!(wait(&mut child), Some(130));
    let mut message = String::new();
    child.stderr.take().unwrap().read_to_string(&mut message).unwrap();
    assert!(message.contains("Stopping after what is being read"), "{message}");
    assert!(message.contains("INTERRUPTED"), "{message}");
    let summary: serde_json::Value =
        serde_json::from_str(&bench.text("case/summary.json")).unwrap();
    assert_eq!(summary["status"], "partial");
    // Twice: at once, even if nothing comes.
    for name in ["INT", "TERM"] {
        let mut child = spawn("-");
        let mut input = child.stdin.take().unwrap();
        std::io::Write::write_all(&mut input, &text).unwrap();
        signal(&child, name);
        std::thread::sleep(Duration::from_millis(200));
        signal(&child, name);
        assert_eq!(wait(&mut child), Some(130));
    }
}

// ---- what people see ----

#[test]
fn how_much_is_said() {
    let bench = Bench::new();
    let zip = pack::zip(&cloud(5, 6).files);
    let cut = bench.file("cut.zip", &zip[..zip.len() / 2]);
    let check = |options: &[&str]| {
        let mut command = logsieve();
        command.args(["check", "-o", "-", "-d", "example.com"]).args(options).arg(&cut);
        ran(&mut command).with_code(3).err
    };
    assert_eq!(check(&["--quiet"]), "");
    let normal = check(&[]);
    assert!(normal.contains("cut.zip: ") && normal.contains("[truncated]"), "{normal}");
    assert!(check(&["-v"]).lines().count() >= normal.lines().count());
    let wrong = run(["check", "--quiet", "-o", "-", "-d", "com", "x"]).with_code(2);
    assert!(wrong.err.contains("logsieve: "), "errors are said even then: {}", wrong.err);
}

#[test]
fn colours_are_for_who_wants_them() {
    let has_colours = |options: &[&str], variables: &[(&str, &str)]| {
        let mut command = logsieve();
        command.envs(variables.iter().copied());
        command.args(["check", "-o", "-", "-d", "example.com", "missing.zip"]).args(options);
        let run = ran(&mut command).with_code(4);
        assert!(run.out.is_empty());
        run.err.contains('\u{1b}')
    };
    assert!(!has_colours(&[], &[]), "a pipe is no terminal");
    assert!(!has_colours(&["--color", "never"], &[("CLICOLOR_FORCE", "1")]));
    assert!(has_colours(&["--color", "always"], &[]));
    assert!(has_colours(&["--color", "always"], &[("NO_COLOR", "1")]), "the option is stronger");
    assert!(has_colours(&[], &[("CLICOLOR_FORCE", "1")]));
    assert!(!has_colours(&[], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
}

/// Runs the program on a terminal, as `script` makes one, and returns what would be seen.
fn on_a_terminal(arguments: &str, variables: &[(&str, &str)]) -> Option<String> {
    let mut command = Command::new("script");
    let line = format!("{} {arguments}", env!("CARGO_BIN_EXE_logsieve"));
    command.args(["-qec", &line, "/dev/null"]).stdin(Stdio::null()).env("TERM", "xterm");
    command.env_remove("NO_COLOR").env_remove("CI").envs(variables.iter().copied());
    let output = command.output().ok()?;
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
fn the_progress_bar_is_for_terminals() {
    let bench = Bench::new();
    let arguments = format!("check -d example.com -o {} {}", bench.arg("case"), example());
    let Some(seen) = on_a_terminal(&arguments, &[]) else { return };
    assert!(seen.contains("/s") && seen.contains(" of "), "{seen:?}");
    assert!(seen.contains("Severity: "), "{seen:?}");
    for option in ["--progress never", "--quiet"] {
        let seen = on_a_terminal(&format!("{arguments} {option}"), &[]).unwrap();
        assert!(!seen.contains("/s"), "{seen:?}");
    }
    let wrong = "check -d com -o - x";
    assert!(on_a_terminal(wrong, &[]).unwrap().contains("\u{1b}["));
    assert!(!on_a_terminal(wrong, &[("NO_COLOR", "1")]).unwrap().contains("\u{1b}["));
    let never = format!("{wrong} --color never");
    assert!(!on_a_terminal(&never, &[]).unwrap().contains("\u{1b}["));
}

// ---- the other commands ----

#[test]
fn inspect_tells_what_is_in_there() {
    let bench = Bench::new();
    let run = ran(logsieve()
        .current_dir(bench.path(""))
        .arg("inspect")
        .args(example_cloud())
        .arg("missing.zip"));
    let run = run.with_code(3);
    assert!(bench.names("") == ["key"], "inspect writes nothing");
    let row = |name: &str| {
        let line = run.out.lines().find(|line| line.contains(name));
        let cells = line.unwrap_or_else(|| panic!("no {name}: {}", run.out)).split_whitespace();
        cells.skip(1).map(str::to_owned).collect::<Vec<_>>()
    };
    let columns = ["format", "read", "bytes", "logs", "entries", "parsed", "scanned", "ignored"];
    assert_eq!(row(" source ")[..8], columns);
    assert_eq!(row("cloud.zip")[..5], ["zip", "complete", "60493", "10", "140"]);
    assert_eq!(row("cloud.7z")[..5], ["7z", "complete", "14498", "10", "144"]);
    assert_eq!(row("cloud.rar")[..5], ["rar", "complete", "37449", "10", "139"]);
    assert_eq!(row("missing.zip")[..2], ["unreadable", "0"]);
    for title in ["Families: ", "Artefacts: ", "Records: ", "Lines of credential files: "] {
        assert!(run.out.lines().any(|line| line.starts_with(title)), "no {title}: {}", run.out);
    }
    assert!(run.err.contains("missing.zip: No such file") && run.err.contains("PARTIAL"));
}

#[test]
fn families_prove_themselves() {
    let run = run(["families"]).with_code(0);
    for family in ["RedLine", "Lumma", "Vidar", "StealC", "Raccoon", "RisePro", "Atomic"] {
        assert!(run.out.contains(family), "{}", run.out);
    }
}

#[test]
fn a_watchlist_is_checked() {
    let bench = Bench::new();
    let good = bench.file("good.txt", "example.com\nexample.net\n");
    let run = ran(logsieve().arg("watchlist").arg(good)).with_code(0);
    assert!(run.out.contains("is usable: 2 organisation(s), nothing to note."), "{}", run.out);
    let odd = bench.file("odd.txt", "example.com\nexample.com\nwww.example.com\n");
    let run = ran(logsieve().arg("watchlist").arg(odd)).with_code(0);
    assert!(run.out.contains("note(s):") && run.out.contains("example.com"), "{}", run.out);
    let bad = bench.file("bad.txt", "co.uk\n");
    let run = ran(logsieve().arg("watchlist").arg(bad)).with_code(2);
    assert!(run.out.is_empty() && run.err.contains("co.uk"), "{}", run.err);
}

#[test]
fn fixtures_of_ones_own() {
    let bench = Bench::new();
    fs::create_dir(bench.path("own")).unwrap();
    let verify = |options: &[&str]| {
        ran(logsieve().current_dir(bench.path("")).args(["verify", "own"]).args(options))
    };
    let none = verify(&[]).with_code(2);
    for word in ["own", "`input`", "--help"] {
        assert!(none.err.contains(word), "{}", none.err);
    }
    let dump = "https://www.example.com/login:jane:Inv3nted!\n";
    bench.file("own/a/case/input/dump.txt", dump);
    bench.file("own/watchlist.toml", "[[organisation]]\nname = 'A'\ndomains = ['example.com']\n");
    bench.file("own/b/input/dump.txt", "https://www.example.org/login:jane:Inv3nted!\n");

    let new = verify(&[]).with_code(1);
    assert!(new.out.contains("FAILED  own/a/case") && new.out.contains("--bless"), "{}", new.out);
    assert!(new.out.contains("0 passed, 2 failed"), "{}", new.out);
    let blessed = verify(&["--bless"]).with_code(0);
    assert!(blessed.out.contains("blessed own/b"), "{}", blessed.out);
    assert!(blessed.out.contains("before you commit"), "{}", blessed.out);
    let expected = bench.text("own/a/case/expected.jsonl");
    for kind in ["credential", "source", "exposure"] {
        assert!(expected.contains(&format!(r#"{{"type":"{kind}""#)), "no {kind}: {expected}");
    }
    assert!(!expected.contains("Inv3nted"));
    assert!(!expected.contains(bench.path("").to_str().unwrap()), "{expected}");
    let same = verify(&[]).with_code(0);
    assert!(same.out.contains("ok      own/a/case"), "{}", same.out);
    assert!(same.out.contains("2 passed, 0 failed"), "{}", same.out);
    assert!(verify(&["--bless"]).with_code(0).out.contains("same    own/b"));

    bench.file("own/a/case/input/dump.txt", dump.replace("jane", "joan"));
    let changed = verify(&[]).with_code(1);
    let signs: Vec<&str> = changed.out.lines().filter_map(|line| line.get(..4)).collect();
    assert!(signs.contains(&"  - ") && signs.contains(&"  + "), "{}", changed.out);
    assert!(changed.out.contains("1 passed, 1 failed"), "{}", changed.out);
}

#[test]
fn completions_for_every_shell() {
    for (shell, mark) in [
        ("bash", "complete -F _logsieve"),
        ("zsh", "#compdef logsieve"),
        ("fish", "complete -c logsieve"),
    ] {
        let script = run(["completions", shell]).with_code(0).out;
        assert!(script.contains(mark), "{shell}");
        for word in COMMANDS.iter().chain(&["fail-on", "password-file", "keep-usernames"]) {
            assert!(script.contains(word), "{shell}: {word}");
        }
    }
    let bash = run(["completions", "bash"]).out;
    let checked = Command::new("bash").args(["-n", "-c", &bash]).output();
    assert!(checked.is_ok_and(|checked| checked.status.success()));
    assert!(run(["completions", "tcsh"]).with_code(2).err.contains("bash"));
}

#[test]
fn manual_pages() {
    let page = run(["man"]).with_code(0).out;
    assert!(page.contains(".TH logsieve 1") && page.contains("Exit codes"), "{page}");
    for command in COMMANDS {
        assert!(page.contains(&format!("logsieve\\-{command}(1)")), "{command}");
        let own = run(["man", command]).with_code(0).out;
        assert!(own.contains(&format!(".TH logsieve-{command} 1")), "{own}");
    }
    assert!(run(["man", "check"]).out.contains(r"\-\-password\-file"));
    let unknown = run(["man", "nothing"]).with_code(2);
    assert!(unknown.err.contains("no command “nothing”"), "{}", unknown.err);
}

#[test]
fn the_readme_says_what_there_is() {
    let readme = fs::read_to_string(repository("README.md")).unwrap();
    for line in readme.lines().filter(|line| line.starts_with("logsieve ")) {
        let command = line.split_whitespace().nth(1).unwrap();
        assert!(COMMANDS.contains(&command), "{line}");
        let help = run([command, "--help"]).out;
        let options = line.split('#').next().unwrap().split_whitespace();
        for option in options.filter(|word| word.starts_with('-') && word.len() > 1) {
            assert!(help.contains(option), "{command} has no {option}");
        }
    }
    assert!(!fixture_cases().is_empty());
}
