//! What once made a fuzz target crash: it has to come back now.
//!
//! `fuzz/crashers/<target>/` holds the bytes. To look for more, with `cargo install cargo-fuzz`:
//!
//! ```sh
//! cargo test --test all write_corpus -- --ignored
//! cargo +nightly fuzz run zip
//! ```

mod targets;

use std::fs;
use std::path::{Path, PathBuf};

use logsieve::artefact::{self, Hint, Kind};
use logsieve::input;
use logsieve::record::Format;

use crate::mutants::seeds;
use targets::{TARGETS, Target};

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz").join(name)
}

fn target(name: &str) -> Target {
    let found = TARGETS.iter().find(|(target, _)| *target == name);
    found.unwrap_or_else(|| panic!("no target is called {name}")).1
}

#[test]
fn crashers_crash_no_more() {
    let mut replayed = 0;
    for child in fs::read_dir(folder("crashers")).expect("crashers belong to the repository") {
        let child = child.unwrap().path();
        if child.is_file() {
            continue; // The notes on them.
        }
        let target = target(child.file_name().unwrap().to_str().unwrap());
        for crasher in fs::read_dir(&child).unwrap() {
            let crasher = crasher.unwrap().path();
            println!("{}", crasher.display());
            target(&fs::read(crasher).unwrap());
            replayed += 1;
        }
    }
    assert!(replayed > 0, "there are no crashers");
}

#[test]
fn every_target_has_a_program_and_seeds() {
    let manifest = fs::read_to_string(folder("Cargo.toml")).unwrap();
    let programs = fs::read_dir(folder("fuzz_targets")).unwrap().count();
    assert_eq!(programs, TARGETS.len());
    let corpus = corpus();
    for (name, target) in TARGETS {
        assert!(manifest.contains(&format!("name = \"{name}\"\n")), "{name}");
        let program = fs::read_to_string(folder("fuzz_targets").join(format!("{name}.rs")));
        assert!(program.unwrap().contains(&format!("logsieve_fuzz::{name}(bytes)")), "{name}");
        let mut seeds = corpus.iter().filter(|(of, _)| of == name).map(|(_, seed)| seed).peekable();
        assert!(seeds.peek().is_some(), "{name} has no seeds");
        seeds.take(40).for_each(|seed| target(seed));
    }
}

/// What the fuzzer starts with.
#[test]
#[ignore = "writes thousands of files into fuzz/corpus"]
fn write_corpus() {
    for (number, (target, bytes)) in corpus().into_iter().enumerate() {
        let folder = folder("corpus").join(target);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(format!("seed-{number:04}")), bytes).unwrap();
    }
}

/// Good input for each target.
fn corpus() -> Vec<(&'static str, Vec<u8>)> {
    let mut corpus = Vec::new();
    for seed in seeds::archives() {
        corpus.push((target_of_archive(&seed.bytes), seed.bytes));
    }
    let texts = seeds::texts();
    let names: Vec<&str> = texts.iter().map(|seed| seed.name.as_str()).collect();
    corpus.extend(names.chunks(20).map(|names| ("layout", names.join("\n").into_bytes())));
    for (number, text) in texts.into_iter().map(|seed| seed.bytes).enumerate() {
        let hint = [b"\x0a", &text[..]].concat();
        corpus.push(("artefact", hint));
        corpus.push((["texts", "scan"][number % 2], text.clone()));
        let urls = text.split(|&byte| byte == b'\n').filter_map(|line| {
            let at = memchr::memmem::find(line, b"://")?;
            Some(line[at.saturating_sub(7)..].to_vec())
        });
        corpus.extend(urls.take(1).map(|url| ("address", url)));
        if let Some(target) = target_of_text(&text) {
            if target == "json" {
                corpus.push(("tokens", text.clone()));
            }
            corpus.push((target, text));
        }
    }
    for (more, words) in [
        (r#""file": "files/a.rar", "date_unixtime": "1767323045", "#, "pass: @ExampleCloud"),
        (r#""action": "pin_message", "message_id": 1, "#, "🔑 `Example#1`\nt.me/+ExampleCloud"),
    ] {
        let text = serde_json::to_string(words).unwrap();
        let message = format!(r#"{{"id": 2, {more}"text": [{{"type": "code", "text": {text}}}]}}"#);
        let chat = format!(r#"{{"name": "A", "type": "x", "id": 1, "messages": [{message}]}}"#);
        let chats = format!(r#"{{"chats": {{"list": [{chat}]}}}}"#);
        corpus.extend([chat, chats].map(|export| ("export", export.into_bytes())));
        corpus.push(("words", words.as_bytes().to_vec()));
    }
    for watchlist in [
        &b"# ours\nexample.com\n*.example.org\nb\xc3\xbccher.example\n"[..],
        b"organisation,domain\nExample Corp,example.com\n\"A, B\",example.org\n",
        include_bytes!("../../../fixtures/watchlist.toml"),
        include_bytes!("../../../fixtures/example-cloud/orgs.toml"),
    ] {
        corpus.push(("watchlist", watchlist.to_vec()));
    }
    corpus
}

fn target_of_archive(bytes: &[u8]) -> &'static str {
    match input::sniff(bytes).expect("seeds are archives") {
        Format::Zip => "zip",
        Format::SevenZ => "sevenz",
        Format::Rar => "rar",
        Format::Tar => "tar",
        Format::Gzip => "gzip",
        Format::Zstd => "zstd",
        Format::Xz => "xz",
        Format::Bzip2 => "bzip2",
        other => panic!("no target reads {other:?}"),
    }
}

fn target_of_text(text: &[u8]) -> Option<&'static str> {
    Some(match artefact::classify(text, Hint::Other) {
        Kind::Passwords => "passwords",
        Kind::Cookies => "cookies",
        Kind::Autofill => "autofill",
        Kind::System => "system_info",
        Kind::Ulp => "ulp",
        Kind::Json => "json",
        Kind::Xml => "xml",
        Kind::Table => "table",
        _ => return None,
    })
}
