//! Exports: right ones, ugly ones, and such as nobody wrote by accident.

use std::fs;

use super::*;
use crate::input::expand;
use crate::issue::{Code, Gravity};

const RAR: &[u8] = b"Rar!\x1a\x07\x00";

/// A folder with files in it.
fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        let path = root.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    root
}

/// The inputs of a folder.
fn inputs(files: &[(&str, &[u8])]) -> Vec<Input> {
    expand(&[folder(files).path().to_owned()])
}

/// The posts of the inputs, by the ends of their names.
fn post<'i>(inputs: &'i [Input], name: &str) -> Option<&'i Post> {
    inputs.iter().find(|input| input.name.ends_with(name)).unwrap().post.as_deref()
}

fn issues(inputs: &[Input]) -> Vec<(&str, Code, Gravity)> {
    let issues = inputs.iter().flat_map(|input| &input.issues);
    issues.map(|(entry, issue)| (entry.as_str(), issue.code, issue.gravity)).collect()
}

fn nearby(post: &Post) -> Vec<&str> {
    post.nearby.iter().flat_map(|words| &words.words).map(String::as_str).collect()
}

/// What an export says about `files/a.rar` beside it.
fn read(json: &[u8]) -> Found {
    let mut known = Known::default();
    known.add(PathBuf::from("files/a.rar"), Target::Whole(0));
    export::read(json, &Export::default(), &known)
}

/// A chat of one's own with these messages.
fn chat(messages: &str) -> String {
    format!(
        "{{\n \"name\": \"Example Cloud\",\n \"type\": \"private_channel\",\n \"id\": 1234567890,\n \
         \"messages\": [\n{messages}\n ]\n}}"
    )
}

/// A message with a text and maybe a file.
fn message(id: u64, text: &str, more: &str) -> String {
    format!(
        "  {{\"id\": {id}, \"type\": \"message\", \"date\": \"2026-01-02T03:04:05\", \
         \"date_unixtime\": \"1767323045\", \"from\": \"Example Cloud\", {more} \"text\": {text}, \
         \"text_entities\": []}}"
    )
}

#[test]
fn a_chat_tells_of_its_files() {
    let messages = [
        message(1, r#""welcome to @ExampleCloud""#, ""),
        message(2, r#""before: `Near#2`""#, ""),
        message(
            3,
            r#"["500 logs\n🔑 .pass: ", {"type": "code", "text": "Example#1"}, " ", {"type": "text_link", "text": "join", "href": "https://t.me/+AbCd"}]"#,
            r#""file": "files/a.rar", "file_name": "a b.rar", "file_size": 7,"#,
        ),
        message(4, r#""pass: Near#4""#, ""),
        r#"{"id": 5, "type": "service", "action": "pin_message", "message_id": 2, "text": ""}"#
            .to_owned(),
    ];
    let json = chat(&messages.join(",\n"));
    let inputs = inputs(&[
        ("result.json", json.as_bytes()),
        ("files/a.rar", RAR),
        ("files/b.rar", RAR),
        ("photos/p.jpg", b"\xff\xd8\xff"),
    ]);
    let post = post(&inputs, "files/a.rar").unwrap();
    assert_eq!(post.channel.as_deref(), Some("Example Cloud"));
    assert_eq!(post.posted_at, Some(1_767_323_045));
    assert_eq!(post.file_name.as_deref(), Some("a b.rar"));
    assert_eq!(post.caption.words[0], "Example#1");
    assert_eq!(post.caption.handles.names().collect::<Vec<_>>(), ["+AbCd"]);
    assert_eq!(nearby(post), ["Near#2", "Near#4"]);
    assert_eq!(post.chat.words[..3], ["Near#2", "Near#2", "Example#1"]);
    assert_eq!(post.chat.handles.names().next(), Some("ExampleCloud"));
    assert!(super::tests::post(&inputs, "files/b.rar").is_none());
    assert!(issues(&inputs).is_empty());
    assert!(!format!("{inputs:?}").contains("Example#1"));
}

#[test]
fn all_chats_of_an_account() {
    let one = chat(&message(7, r#""pass: First#1""#, r#""file": "chats/chat_1/files/a.rar","#));
    let two = chat(&message(7, r#""pass: Second#2""#, r#""file": "chats/chat_2/files/a.rar","#));
    let json = format!(
        "\u{feff}{{\"about\": \"x\", \"personal_information\": {{\"user_id\": 1}}, \"contacts\": {{\"list\": \
         [{{\"id\": 1, \"messages\": []}}]}}, \"chats\": {{\"about\": \"x\", \"list\": [{one}]}}, \
         \"left_chats\": {{\"list\": [{two}]}}}}"
    );
    let inputs = inputs(&[
        ("2026/result.json", json.as_bytes()),
        ("2026/chats/chat_1/files/a.rar", RAR),
        ("2026/chats/chat_2/files/a.rar", RAR),
    ]);
    assert_eq!(post(&inputs, "chat_1/files/a.rar").unwrap().caption.words, ["First#1"]);
    let second = post(&inputs, "chat_2/files/a.rar").unwrap();
    assert_eq!(
        (&second.caption.words[0], &second.chat.words[0]),
        (&"Second#2".into(), &"Second#2".into())
    );
}

#[test]
fn a_list_of_tdl_tells_of_its_downloads() {
    let json = r#"{"id":1234567890,"messages":[
        {"id":12,"type":"message","file":"@Example 500.rar","date":1767323045,"text":"pass: Example#1"},
        {"id":11,"type":"message","file":"plain.rar","date":1767323040},
        {"id":10,"type":"message","file":"never.rar"}]}"#;
    let inputs = inputs(&[
        ("tdl-export.json", json.as_bytes()),
        ("downloads/1234567890_12_@Example_500.rar", RAR),
        ("downloads/1234567890_99_other.rar", RAR),
        ("plain.rar", RAR),
    ]);
    let found = post(&inputs, "_12_@Example_500.rar").unwrap();
    assert_eq!(
        (found.channel.as_deref(), found.posted_at),
        (Some("1234567890"), Some(1_767_323_045))
    );
    assert_eq!(found.caption.words, ["Example#1"]);
    assert_eq!(nearby(post(&inputs, "plain.rar").unwrap()), ["Example#1"]);
    assert!(post(&inputs, "_99_other.rar").is_none());
    assert_eq!(issues(&inputs), [("tdl-export.json", Code::NotExported, Gravity::Note)]);
}

#[test]
fn posted_texts_are_inputs_of_their_own() {
    let json = chat(&message(1, r#""""#, r#""file": "files/dump.txt","#));
    let inputs = inputs(&[
        ("result.json", json.as_bytes()),
        ("files/dump.txt", b"https://example.com/:user:word\n"),
        ("files/other.txt", b"text"),
    ]);
    assert!(post(&inputs, "files/dump.txt").is_some());
    assert!(matches!(&inputs[0].place, Place::Folder { files, .. } if files.len() == 2));
    assert_eq!(inputs.len(), 2);
}

#[test]
fn files_that_are_not_there_are_told() {
    let why = [
        "(File not included. Change data exporting settings to download.)",
        "(File exceeds maximum size. Change data exporting settings to download.)",
        "(File unavailable, please try again later)",
        "files/gone.rar",
        "../outside.rar",
        "/etc/hostname",
    ];
    let file =
        |why: &str| format!("\"file\": \"{why}\", \"file_name\": \"x.rar\", \"file_size\": 12,");
    let mut messages: Vec<_> =
        (1..).zip(why).map(|(id, why)| message(id, "\"\"", &file(why))).collect();
    messages.push(message(
        9,
        "\"\"",
        "\"file\": \"(File not included.)\", \"media_type\": \"sticker\",",
    ));
    let json = chat(&messages.join(","));
    let files = [("e/result.json", json.as_bytes()), ("e/files/a.rar", RAR), ("outside.rar", RAR)];
    let found = inputs(&files);
    let loss = ("e/result.json", Code::NotExported, Gravity::Loss);
    assert_eq!(issues(&found)[..6], [loss; 6]);
    assert_eq!(issues(&found)[6..], [("e/result.json", Code::NotExported, Gravity::Note)]);
    let (_, first) = &found[0].issues[0];
    assert_eq!(
        first.detail,
        "“x.rar” of message 1 was not exported: files were not to be included"
    );
    assert_eq!(first.bytes, Some(12));
    assert!(post(&found, "outside.rar").is_none());
    let many: Vec<_> = (0..99).map(|id| message(id, "\"\"", &file(why[0]))).collect();
    let found = inputs(&[("result.json", chat(&many.join(",")).as_bytes())]);
    assert_eq!(found[0].issues.len(), 21);
    assert_eq!(found[0].issues[20].1.detail, "79 more files were not exported");
}

#[test]
fn an_export_without_its_folder_is_only_read() {
    let why = "(File not included. Change data exporting settings to download.)";
    let file = |file: &str| format!("\"file\": \"{file}\",");
    let json =
        chat(&[message(1, "\"\"", &file("files/a.rar")), message(2, "\"\"", &file(why))].join(","));
    let root = folder(&[("result.json", json.as_bytes()), ("files/a.rar", RAR)]);
    let inputs = expand(&[root.path().join("result.json")]);
    assert_eq!(issues(&inputs), [("result.json", Code::NotExported, Gravity::Loss)]);
    let inputs = expand(&[root.path().join("result.json"), root.path().join("files/a.rar")]);
    assert!(post(&inputs, "a.rar").is_some());
}

#[test]
fn thousands_of_messages_go_through_windows() {
    let long = "x".repeat(3000);
    let messages: Vec<_> = (0..2000)
        .map(|id| {
            let file = if id % 100 == 0 {
                format!("\"file\": \"files/{id}.rar\",")
            } else {
                String::new()
            };
            message(id, &format!("\"pass: Word{id} {long}\""), &file)
        })
        .collect();
    let json = chat(&messages.join(",\n"));
    assert!(json.len() > 4 << 20);
    let names: Vec<_> = (0..2000).step_by(100).map(|id| format!("files/{id}.rar")).collect();
    let mut files: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), RAR)).collect();
    files.push(("result.json", json.as_bytes()));
    let inputs = inputs(&files);
    for id in (0..2000).step_by(100) {
        let post = post(&inputs, &format!("/{id}.rar")).unwrap();
        assert_eq!(post.caption.words[0], format!("Word{id}"));
        let near = nearby(post);
        assert!(near.contains(&format!("Word{}", id + 10).as_str()));
        assert!(!near.contains(&format!("Word{}", id + 11).as_str()));
    }
    assert!(issues(&inputs).is_empty());
}

#[test]
fn an_export_may_be_cut_anywhere() {
    let text = r#"["pass: ", {"type": "code", "text": "Example#1 \" \\"}, "é"]"#;
    let file = r#""file": "files/a.rar", "width": 123,"#;
    let json = chat(&[message(1, text, file), message(22, "\"b\"", "")].join(","));
    let complete = json.find("]},").unwrap() + 2;
    for cut in 0..json.len() {
        let found = read(&json.as_bytes()[..cut]);
        assert_eq!(found.posts.len(), usize::from(cut >= complete), "{cut}");
        if let [(_, post)] = found.posts.as_slice() {
            assert_eq!(post.caption.words[0], "Example#1 \" \\", "{cut}");
            let codes: Vec<_> = found.issues.iter().map(|issue| issue.code).collect();
            assert_eq!(codes, [Code::Truncated], "{cut}");
        }
    }
}

#[test]
fn a_window_may_end_anywhere() {
    let text = r#"["pass: ", {"type": "code", "text": "Example#1"}]"#;
    let file = r#""file": "files/a.rar", "file_size": 1234567,"#;
    let tail = chat(&[message(1, text, file), message(22, "\"b\"", "")].join(","));
    for padding in ((export::WINDOW - tail.len() - 8)..(export::WINDOW + 8)).step_by(3) {
        let about = format!("{{\"about\": \"{}\", \"chats\": {{\"list\": [", "x".repeat(padding));
        let json = format!("{about}{tail}]}}}}");
        let found = read(json.as_bytes());
        assert!(found.issues.is_empty(), "{padding}: {:?}", found.issues);
        let [(_, post)] = found.posts.as_slice() else { panic!("{padding}") };
        assert_eq!((&*post.caption.words[0], post.channel.is_some()), ("Example#1", true));
    }
}

#[test]
fn hostile_exports_end() {
    let file = r#""file": "files/a.rar","#;
    let good = message(1, r#""pass: Example#1""#, file);
    let huge = "x".repeat(20 << 20);
    let deep = "[".repeat(2_000_000);
    for (json, code) in [
        (chat(&format!("{good}, {}", message(2, &format!("\"{huge}\""), ""))), Code::ValueTooLong),
        (chat(&format!("{good}, {{\"id\": 2, \"text\": {deep}}}")), Code::JsonTooDeep),
        (
            chat(&format!("{good}, {{\"id\": [], \"text\": {{\"a\": 1}}, \"file\": {{}}}} oops")),
            Code::BadSyntax,
        ),
        (chat(&format!("{good}, 17, null, \"x\", [[{{}}]], {{\"id\": ")), Code::BadSyntax),
    ] {
        let inputs = inputs(&[("result.json", json.as_bytes()), ("files/a.rar", RAR)]);
        assert_eq!(post(&inputs, "a.rar").unwrap().caption.words, ["Example#1"], "{code}");
        assert_eq!(issues(&inputs), [("result.json", code, Gravity::Loss)]);
    }
}

#[test]
fn what_is_no_export_is_left_alone() {
    for json in [
        "",
        "{}",
        "[1, 2]",
        "{\"messages\": \"none\"}",
        "{\"messages\": [",
        "not JSON at all",
        "{\"url\": \"https://example.com/\", \"password\": \"x\"",
        "\u{0}\u{1}",
    ] {
        let inputs = inputs(&[("result.json", json.as_bytes()), ("other.json", json.as_bytes())]);
        assert!(issues(&inputs).is_empty() && inputs.len() == 1, "{json}");
    }
}

#[test]
fn exports_side_by_side() {
    let first = chat(&message(1, r#""pass: First#1""#, r#""file": "files/a.rar","#));
    let second = chat(&message(1, r#""pass: Second#2""#, r#""file": "files/a.rar","#));
    let inputs = inputs(&[
        ("one/result.json", first.as_bytes()),
        ("one/files/a.rar", RAR),
        ("two/result.json", second.as_bytes()),
        ("two/files/a.rar", RAR),
    ]);
    assert_eq!(post(&inputs, "one/files/a.rar").unwrap().caption.words, ["First#1"]);
    assert_eq!(post(&inputs, "two/files/a.rar").unwrap().caption.words, ["Second#2"]);
}
