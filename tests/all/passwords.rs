//! Encrypted archives whose password stands somewhere round them: in the caption of the message that
//! carried them, in names, in notes, in the name of the channel.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::pack::{self, Grouping};
use crate::tool::{Bench, Ran, logsieve, of_type, ran};

const PASSWORD: &str = "Inv3nted!Word";

/// What is in every archive: one login.
fn content() -> Vec<(String, Vec<u8>)> {
    let login = "URL: https://vpn.example.com/\nUsername: jane\nPassword: 0nly-here\n";
    vec![("US_1/Passwords.txt".to_owned(), login.into())]
}

/// Names of archives of every kind, and such archives.
fn locked(password: &str) -> [(&'static str, Vec<u8>); 3] {
    let files = content();
    [
        ("zip", pack::zip_encrypted(&files, password)),
        ("7z", pack::sevenz_encrypted(&files, Grouping::Solid, password)),
        ("rar", pack::rar5_encrypted(&files, Grouping::Solid, password)),
    ]
}

fn extract_with(bench: &Bench, options: &[&str], inputs: &[PathBuf]) -> Ran {
    let mut run = logsieve();
    run.args(["extract", "-o", "-", "--key-file"]).arg(bench.path("key")).args(options);
    ran(run.args(inputs))
}

/// What `extract` says of the inputs, which are read completely; the password is not in it.
#[track_caller]
fn extract(bench: &Bench, inputs: &[PathBuf]) -> Vec<Value> {
    let run = extract_with(bench, &[], inputs).with_code(0);
    run.records()
}

/// Name, origin of the password and number of logins of each encrypted source.
fn opened(records: &[Value]) -> Vec<(String, String, usize)> {
    let sources =
        of_type(records, "source").into_iter().filter(|source| source["encrypted"] == true);
    let told = sources.map(|source| {
        let logins = of_type(records, "credential");
        let own = logins.iter().filter(|login| login["source_id"] == source["source_id"]).count();
        let name = source["name"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
        (name, source["password_origin"].as_str().unwrap_or("-").to_owned(), own)
    });
    told.collect()
}

/// An export with one channel and these messages, each a caption and a file.
fn export(bench: &Bench, folder: &str, channel: &str, messages: &[(&str, &str)]) -> PathBuf {
    let messages: Vec<Value> = (1..)
        .zip(messages)
        .map(|(id, (caption, file))| {
            let mut message = serde_json::json!({
                "id": id, "type": "message", "date": "2026-01-02T03:04:05",
                "date_unixtime": format!("{}", 1_767_323_045 + id), "from": channel,
                "text": [{"type": "bold", "text": "logs"}, format!("\n{caption}")],
            });
            if !file.is_empty() {
                message["file"] = (*file).into();
            }
            message
        })
        .collect();
    let chat = serde_json::json!({
        "name": channel, "type": "public_channel", "id": 1_234_567_890, "messages": messages,
    });
    bench.file(&format!("{folder}/result.json"), serde_json::to_vec_pretty(&chat).unwrap());
    bench.path(folder)
}

#[test]
fn the_caption_opens_every_kind_of_archive() {
    for (kind, bytes) in locked(PASSWORD) {
        let bench = Bench::new();
        let name = format!("files/logs.{kind}");
        let folder =
            export(&bench, "e", "Clouds of example", &[(&format!("🔑 .pass: {PASSWORD}"), &name)]);
        bench.file(&format!("e/{name}"), bytes);
        bench.file("e/css/style.css", "body { color: #000 }");
        let records = extract(&bench, std::slice::from_ref(&folder));
        assert_eq!(opened(&records), [(format!("logs.{kind}"), "caption".into(), 1)]);
        let sources = of_type(&records, "source");
        let source = sources.iter().find(|source| source["encrypted"] == true).unwrap();
        assert_eq!(source["channel"], "Clouds of example");
        assert_eq!(source["posted_at"], "2026-01-02T03:04:06Z");
        for (command, found) in [("check", "vpn.example.com"), ("inspect", "Passwords.txt")] {
            let mut run = logsieve();
            run.arg(command);
            if command == "check" {
                run.args(["-d", "example.com", "-o", "-", "--key-file"]).arg(bench.path("key"));
            }
            let run = ran(run.arg(&folder)).with_code(0);
            assert!(run.out.contains(found) || command == "inspect", "{}", run.out);
            let without_export = run.out.replace("result.json", "");
            assert!(!without_export.contains(PASSWORD) && !run.err.contains(PASSWORD));
        }
    }
}

#[test]
fn messages_round_a_file_and_the_channel_open_it() {
    let near = format!("password: {PASSWORD}");
    for (channel, messages, password, origin) in [
        ("Logs", vec![("part 1", "files/a.zip"), (near.as_str(), "")], PASSWORD, "caption"),
        (
            "Logs",
            vec![(near.as_str(), ""), ("", ""), ("a log", "files/a.zip")],
            PASSWORD,
            "caption",
        ),
        ("ExampleCloud", vec![("a log", "files/a.zip")], "@ExampleCloud", "handle"),
        ("Example Cloud", vec![("a log", "files/a.zip")], "https://t.me/ExampleCloud", "handle"),
        ("Logs", vec![("by @ExampleCloud", "files/a.zip")], "t.me/examplecloud", "handle"),
        ("Logs", vec![("t.me/ExampleCloud", "")], "ExampleCloud", "handle"),
    ] {
        let bench = Bench::new();
        let mut messages = messages;
        if messages.iter().all(|(_, file)| file.is_empty()) {
            messages.extend(std::iter::repeat_n(("nothing", ""), 20));
            messages.push(("a log", "files/a.zip"));
        }
        let folder = export(&bench, "e", channel, &messages);
        bench.file("e/files/a.zip", pack::zip_encrypted(&content(), password));
        let records = extract(&bench, &[folder]);
        assert_eq!(opened(&records), [("a.zip".into(), origin.into(), 1)], "{password}");
    }
}

#[test]
fn names_and_notes_open_an_archive() {
    let bench = Bench::new();
    for (kind, bytes) in locked(PASSWORD) {
        let name = format!("logs pass {PASSWORD}.{kind}");
        let path = bench.file(&format!("by name {kind}/{name}"), &bytes);
        assert_eq!(opened(&extract(&bench, &[path])), [(name, "file_name".into(), 1)]);
        for (note, text) in [
            ("password.txt", PASSWORD.to_owned()),
            ("README.txt", format!("Hello!\r\nPassword for the archive: {PASSWORD}\r\n")),
        ] {
            let folder = format!("by {note} {kind}");
            bench.file(&format!("{folder}/{note}"), text);
            let path = bench.file(&format!("{folder}/a.{kind}"), &bytes);
            let expected = [(format!("a.{kind}"), "sibling_text".into(), 1)];
            assert_eq!(opened(&extract(&bench, &[path])), expected);
            assert_eq!(opened(&extract(&bench, &[bench.path(&folder)])), expected);
        }
    }
    let note = vec![("Read me.txt".to_owned(), format!("pass: {PASSWORD}").into_bytes())];
    let inside = pack::zip_partly_encrypted(&note, &content(), PASSWORD);
    let path = bench.file("inside/a.zip", inside);
    assert_eq!(opened(&extract(&bench, &[path])), [("a.zip".into(), "sibling_text".into(), 1)]);
}

#[test]
fn archives_in_archives_inherit_and_have_notes() {
    let bench = Bench::new();
    for (kind, bytes) in locked(PASSWORD) {
        let inner = vec![(format!("cloud/inner.{kind}"), bytes)];
        for (outer, archive) in [
            ("zip", pack::zip_encrypted(&inner, PASSWORD)),
            ("7z", pack::sevenz_encrypted(&inner, Grouping::Solid, PASSWORD)),
        ] {
            let outer = format!("pass_{PASSWORD}.{outer}");
            let path = bench.file(&format!("{kind}/{outer}"), archive);
            let mut found = opened(&extract(&bench, &[path]));
            found.sort();
            let mut expected =
                [(format!("inner.{kind}"), "parent".into(), 1), (outer, "file_name".into(), 0)];
            expected.sort();
            assert_eq!(found, expected);
        }
        let note = ("cloud/note.txt".to_owned(), format!("pass = {PASSWORD}").into_bytes());
        let path = bench.file(&format!("{kind}/open.zip"), pack::zip(&[inner[0].clone(), note]));
        let expected = [(format!("inner.{kind}"), "sibling_text".into(), 1)];
        assert_eq!(opened(&extract(&bench, &[path])), expected);
    }
}

#[test]
fn the_password_file_and_what_was_tried() {
    let bench = Bench::new();
    let given = bench.private_file("words", format!("wrong\n{PASSWORD}\n").as_bytes());
    let wrong = bench.private_file("wrong", b"wrong\nworse\n");
    for (kind, bytes) in locked(PASSWORD) {
        let path = bench.file(&format!("a.{kind}"), &bytes);
        let options = ["--password-file", given.to_str().unwrap()];
        let run = extract_with(&bench, &options, std::slice::from_ref(&path)).with_code(0);
        assert_eq!(opened(&run.records()), [(format!("a.{kind}"), "given".into(), 1)]);
        let named = bench.file(&format!("named/pass none @ExampleCloud.{kind}"), &bytes);
        let options = ["--password-file", wrong.to_str().unwrap()];
        let run = extract_with(&bench, &options, &[named]);
        assert!(matches!(run.code, 3 | 4), "{}", run.err);
        let records = run.records();
        let issue =
            of_type(&records, "issue").into_iter().find(|issue| issue["code"] == "password_wrong");
        let detail = issue.unwrap()["detail"].as_str().unwrap();
        for said in ["2 given", "file_name", "8 handle"] {
            assert!(detail.contains(said), "{detail}");
        }
        assert!(!detail.contains("wrong ") && !detail.contains("Example"), "{detail}");
    }
}

#[test]
fn exports_side_by_side_with_all_that_belongs_to_them() {
    let bench = Bench::new();
    for (number, password) in [(1, "First#Word1"), (2, "Second#Word2")] {
        let caption = format!("Пароль: {password}");
        let files = [
            "files/a.zip",
            "files/b.7z",
            "files/dump.txt",
            "(File not included. Change data exporting settings to download.)",
        ];
        let messages: Vec<_> = files.iter().map(|file| (caption.as_str(), *file)).collect();
        export(&bench, &format!("all/{number}"), &format!("Channel {number}"), &messages);
        let [(_, zip), (_, sevenz), _] = locked(password);
        bench.file(&format!("all/{number}/files/a.zip"), zip);
        bench.file(&format!("all/{number}/files/b.7z"), sevenz);
        let dump = format!("https://mail{number}.example.com/:user@example.org:Example#{number}\n");
        bench.file(&format!("all/{number}/files/dump.txt"), dump);
    }
    let outputs = ["1", "2", "8"].map(|threads| {
        extract_with(&bench, &["--threads", threads], &[bench.path("all")]).with_code(3).out
    });
    assert!(outputs[0] == outputs[1] && outputs[0] == outputs[2]);
    let records = crate::tool::records(&outputs[0]);
    let expected = |name: &str| (name.to_owned(), "caption".to_owned(), 1);
    assert_eq!(opened(&records), ["a.zip", "b.7z", "a.zip", "b.7z"].map(expected));
    let missing: Vec<_> = of_type(&records, "issue")
        .into_iter()
        .filter(|issue| issue["code"] == "not_exported")
        .collect();
    assert_eq!(missing.len(), 2);
    assert_eq!(missing[0]["entry"], "1/result.json");
    let texts: Vec<_> = of_type(&records, "source")
        .into_iter()
        .filter(|source| source["format"] == "text")
        .map(|source| (source["channel"].as_str().unwrap(), source["posted_at"].as_str().unwrap()))
        .collect();
    assert_eq!(
        texts,
        [("Channel 1", "2026-01-02T03:04:08Z"), ("Channel 2", "2026-01-02T03:04:08Z")]
    );
}

#[test]
fn the_password_of_one_archive_is_tried_on_the_others_of_its_channel() {
    let bench = Bench::new();
    let caption = format!("pass: {PASSWORD}");
    let mut messages = vec![(caption.as_str(), "files/0.zip")];
    messages.extend(std::iter::repeat_n(("nothing of use", ""), 30));
    messages.push(("", "files/1.zip"));
    let folder = export(&bench, "e", "Logs", &messages);
    let login = |user: &str| {
        let line = format!("https://vpn.example.com/:{user}:Example#1\n");
        pack::zip_encrypted(&[("dump.txt".to_owned(), line.into_bytes())], PASSWORD)
    };
    for number in 0..2 {
        bench.file(&format!("e/files/{number}.zip"), login(&format!("user{number}")));
    }
    let found = opened(&extract(&bench, &[folder]));
    assert_eq!(found, ["0.zip", "1.zip"].map(|name| (name.into(), "caption".into(), 1)));
    // In a folder of downloads the names of the others count.
    let name = format!("one pass {PASSWORD}.zip");
    bench.file(&format!("downloads/{name}"), login("one"));
    bench.file("downloads/two.zip", login("two"));
    let found = opened(&extract(&bench, &[bench.path("downloads")]));
    assert_eq!(found, [(name, "file_name".into(), 1), ("two.zip".into(), "file_name".into(), 1)]);
}

#[test]
fn a_large_encrypted_archive_at_any_number_of_threads() {
    let bench = Bench::new();
    let noise: Vec<u8> =
        (0..3_000_000_u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
    let files: Vec<_> = (0..4)
        .flat_map(|n| {
            let mut files = content();
            files[0].0 = format!("US_{n}/Passwords.txt");
            files.push((format!("US_{n}/Screenshot.png"), noise.clone()));
            files
        })
        .collect();
    let folder = export(&bench, "e", "Logs", &[(&format!("pass: {PASSWORD}"), "files/a.zip")]);
    let path = bench.file("e/files/a.zip", pack::zip_encrypted(&files, PASSWORD));
    assert!(fs::metadata(path).unwrap().len() > 16 << 20, "too small for several shards");
    let outputs = ["1", "8"].map(|threads| {
        extract_with(&bench, &["--threads", threads], std::slice::from_ref(&folder))
            .with_code(0)
            .out
    });
    assert_eq!(outputs[0], outputs[1]);
    let found = opened(&crate::tool::records(&outputs[0]));
    assert_eq!(found, [("a.zip".into(), "caption".into(), 4)]);
}

#[test]
fn no_note_outside_of_what_it_is_for() {
    let bench = Bench::new();
    // The logins of victims are no passwords of archives.
    let logins = "URL: https://example.com/\nUSER: user\nPASS: Inv3nted!Word\n\n".repeat(20);
    bench.file("a/Passwords.txt", logins);
    bench.file("a/deep/password.txt", PASSWORD);
    let path: &Path = &bench.file("a/a.zip", pack::zip_encrypted(&content(), PASSWORD));
    let run = extract_with(&bench, &[], &[path.to_owned()]);
    assert_eq!(of_type(&run.records(), "issue")[0]["code"], "password_required");
}
