//! How much was understood: the issue for files that were not, and `inspect --explain`.

use std::fs;

use logsieve::artefact::explain::{Meaning, explain};
use logsieve::artefact::{Before, End, Hint, Kind, Part};
use logsieve::layout::{Role, role};
use logsieve::limits::Limits;
use logsieve::text::{Content, ascii_based};

use crate::secrets;
use crate::support::pack;
use crate::tool::{Bench, all_inputs, fixture_cases, of_type, repository, run};

/// The texts of all fixtures, by path.
fn texts() -> Vec<(String, Vec<u8>)> {
    let mut texts = Vec::new();
    let mut folders: Vec<_> = fixture_cases().into_iter().map(|case| case.join("input")).collect();
    while let Some(folder) = folders.pop() {
        for file in fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let bytes = fs::read(&path).unwrap();
            if let Content::Text(encoding) = Content::sniff(&bytes) {
                let text = ascii_based(&bytes, encoding).into_owned();
                texts.push((path.display().to_string(), text));
            }
        }
    }
    assert!(texts.len() > 200, "only {} texts", texts.len());
    texts
}

/// What the name of a text promises.
fn hint(path: &str) -> Hint {
    let inside = path.rsplit_once("/input/").unwrap().1;
    match role(inside.as_bytes()) {
        Role::Passwords => Hint::Passwords,
        Role::PasswordList => Hint::PasswordList,
        Role::System => Hint::System,
        Role::Cookies => Hint::Cookies,
        Role::DomainList => Hint::DomainList,
        Role::Autofill => Hint::Autofill,
        Role::History => Hint::History,
        Role::Cards => Hint::Cards,
        Role::Token => Hint::Tokens,
        Role::Grabbed => Hint::Grabbed,
        _ => Hint::Other,
    }
}

#[test]
fn no_explanation_holds_a_secret() {
    let detector = secrets::detector(&secrets::secrets());
    for (path, text) in texts() {
        for hint in [hint(&path), Hint::Other] {
            if hint == Hint::Other && path.to_lowercase().contains("brute") {
                // A password that looks like an address is only known for one by the name of the list.
                continue;
            }
            let before = &Before::default();
            let part =
                Part { first_line: 1, hint, before, end: End::OfText, limits: &Limits::default() };
            let lines = explain(&text, part, &(1..=u64::MAX)).lines;
            let shown: Vec<String> = lines.into_iter().map(|line| line.shown).collect();
            let found = secrets::findings(&detector, shown.join("\n").as_bytes());
            assert!(found.is_empty(), "{path} as {hint:?}: {found:?}");
        }
    }
}

/// An explanation calls as many lines unexplained as the parsers count; some of those stand inside
/// a login.
#[test]
fn explanations_agree_with_the_counts() {
    let (mut checked, mut differences) = (0, Vec::new());
    for (path, text) in texts() {
        let before = &Before::default();
        let part = Part {
            first_line: 1,
            hint: hint(&path),
            before,
            end: End::OfText,
            limits: &Limits::default(),
        };
        let found = explain(&text, part, &(1..=u64::MAX));
        if found.kind == Kind::Json || found.counts.all() == 0 {
            continue;
        }
        let numbers = |is: fn(&Meaning) -> bool| -> Vec<u64> {
            let lines = found.lines.iter().filter(|line| is(&line.meaning));
            lines.map(|line| line.number).collect()
        };
        let unexplained = numbers(|meaning| *meaning == Meaning::Unexplained);
        let strays = numbers(|meaning| matches!(meaning, Meaning::Stray(_)));
        let (least, most) = (unexplained.len(), unexplained.len() + strays.len());
        checked += 1;
        if !(least as u64..=most as u64).contains(&found.counts.unexplained) {
            differences.push(format!("{path}: {:?} {unexplained:?}", found.counts));
        }
    }
    assert!(checked > 100, "only {checked}");
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[test]
fn an_entry_is_found_by_the_end_of_its_path() {
    let cloud = repository("fixtures/generic/unseen/input");
    let cloud = cloud.to_str().unwrap();
    let whole = run(["inspect", cloud, "--explain", "pack 77/zz/w"]);
    assert_eq!(whole.code, 0, "{}", whole.err);
    let end = run(["inspect", cloud, "--explain", "zz/w"]);
    let behind_source = run(["inspect", cloud, "--explain", &format!("{cloud}/pack 77/zz/w")]);
    assert_eq!((&end.out, &behind_source.out), (&whole.out, &whole.out));
    for line in [
        " 1  login 1: url              Portal Link = https://www.example.com/aaaaaa/aaaaa\n",
        " 3  login 1: password         Contraseña guardada = ***\n",
        " 9  UNEXPLAINED               aaaa 9 aa a aaaaa aaaa aa aaaaaa aaa aaa\n",
        "content   labelled logins\n",
        "lines     6 in records, 0 known noise, 12 unexplained\n",
    ] {
        assert!(whole.out.contains(line), "{line}{}", whole.out);
    }
    let few = run(["inspect", cloud, "--explain", "zz/w", "--lines", "2-3"]);
    assert!(few.out.contains("login 1: password") && !few.out.contains("login 1: url"));
}

#[test]
fn an_entry_of_a_nested_archive_is_found() {
    let bench = Bench::new();
    let logins = b"URL: a.example\nUSER: u\nPASS: p\n".to_vec();
    let inner = pack::zip(&[("DE_1/Passwords.txt".to_owned(), logins)]);
    let outer = bench.file("outer.zip", pack::zip(&[("x/inner.zip".to_owned(), inner)]));
    let outer = outer.to_str().unwrap();
    for entry in ["x/inner.zip!DE_1/Passwords.txt", "DE_1/Passwords.txt", "Passwords.txt"] {
        let found = run(["inspect", outer, "--explain", entry]);
        assert!(found.out.contains("entry     x/inner.zip!DE_1/Passwords.txt\n"), "{}", found.err);
    }
}

#[test]
fn what_is_not_clear_is_told() {
    let input = repository("fixtures/lumma/plain/input");
    let input = input.to_str().unwrap();
    let several = run(["inspect", input, "--explain", "Passwords.txt"]).with_code(2);
    assert!(several.err.contains("entries end with “Passwords.txt”"), "{}", several.err);
    let near = run(["inspect", input, "--explain", "Sistem.txt"]).with_code(2);
    assert!(near.err.contains("System.txt”"), "{}", near.err);
    let nothing = run(["inspect", input, "--explain", "qqqqqqqqqqqq"]).with_code(2);
    assert!(nothing.err.contains("no text is called"), "{}", nothing.err);
    run(["inspect", input, "--lines", "1-2"]).with_code(2);
    run(["inspect", input, "--explain", "System.txt", "--lines", "2-1"]).with_code(2);
}

/// Logins with lines that nobody can explain, so many in each hundred.
fn half_known(lines: usize, unknown: usize) -> String {
    let line = |n: usize| match n % 100 < unknown {
        true => format!("line {n} of a kind that is not known\n"),
        false => format!("https://www.example.com/{n}:user{n}:Example#{n}\n"),
    };
    (0..lines).map(line).collect()
}

#[test]
fn a_text_of_many_windows_has_one_issue_with_the_sum_of_its_lines() {
    let bench = Bench::new();
    let lines = 200_000;
    let text = half_known(lines, 30);
    assert!(text.len() > 8 << 20);
    let dump = bench.file("dump.txt", text);
    let dump = dump.to_str().unwrap();
    for threads in ["1", "4"] {
        let out = run(["extract", dump, "-o", "-", "--threads", threads]).with_code(0);
        let records = out.records();
        let issues = of_type(&records, "issue");
        let [issue] = &issues[..] else { panic!("{issues:?}") };
        assert_eq!(
            (&issue["code"], &issue["entry"]),
            (&"unexplained_lines".into(), &"dump.txt".into())
        );
        let detail = issue["detail"].as_str().unwrap();
        assert!(detail.starts_with("60000 of 200000 lines"), "{detail}");
    }
}

#[test]
fn where_most_lines_are_not_known_the_answer_is_partial() {
    let bench = Bench::new();
    for (unknown, code, issues) in [(5, 0, 0), (40, 0, 1)] {
        let text = half_known(200, unknown);
        let input = bench.file("Passwords.txt", text);
        let out = run(["extract", input.to_str().unwrap(), "-o", "-"]).with_code(code);
        assert_eq!(of_type(&out.records(), "issue").len(), issues, "{unknown}");
    }
    let text = "Schluessel eins\nWert zwei\nnoch etwas\n\n".repeat(5);
    let input = bench.file("DE_1/Passwords.txt", text);
    let folder = input.parent().unwrap().parent().unwrap().join("DE_1");
    let out = run(["extract", folder.to_str().unwrap(), "-o", "-"]).with_code(3);
    assert_eq!(of_type(&out.records(), "issue").len(), 1);
}

/// A log that is read in `check` has the same issues there.
#[test]
fn check_and_extract_tell_the_same_of_a_log() {
    let unseen = repository("fixtures/generic/unseen/input");
    let unseen = unseen.to_str().unwrap();
    let told = |args: &[&str]| {
        let bench = Bench::new();
        let out = bench.arg("out");
        let mut all = args.to_vec();
        all.extend([unseen, "-o", &out]);
        run(all);
        let issues = crate::tool::records(&bench.text("out/issues.jsonl"));
        let shown = issues.iter().map(|issue| (issue["entry"].clone(), issue["detail"].clone()));
        shown.collect::<Vec<_>>()
    };
    let extracted = told(&["extract"]);
    assert_eq!(extracted.len(), 1);
    assert_eq!(told(&["check", "-d", "example.com"]), extracted);
}

#[test]
fn inspect_names_the_least_understood_files() {
    let out = run(["inspect"].map(Into::into).into_iter().chain(all_inputs()));
    assert!(out.out.contains("least understood"), "{}", out.out);
    assert!(out.out.contains("generic/unseen/input/pack 77/zz/w"), "{}", out.out);
}
