//! Texts of unusual size, encoding and content: what a window, a line end or a byte order mark must
//! not change.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::pack;
use crate::tool::{of_type, records, run};

/// How many bytes of a text are read at a time.
const WINDOW: usize = 5 << 18;

/// What `check` makes of one file.
struct Checked {
    code: i32,
    exposures: Vec<Value>,
    issues: Vec<Value>,
    sources: Vec<Value>,
}

impl Checked {
    /// Kind, entry, line, and the name or address of each exposure.
    fn shown(&self) -> Vec<(String, String, u64, String)> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let shown = self.exposures.iter().map(|exposure| {
            let record = &exposure["record"];
            let what = if exposure["kind"] == "mention" { "name" } else { "url" };
            let line = record["line"].as_u64().unwrap();
            (text(&exposure["kind"]), text(&record["entry"]), line, text(&record[what]))
        });
        shown.collect()
    }

    fn codes(&self) -> Vec<&str> {
        self.issues.iter().map(|issue| issue["code"].as_str().unwrap()).collect()
    }

    /// The ids of the exposures, sorted.
    fn ids(&self) -> Vec<&str> {
        let ids = self.exposures.iter().map(|exposure| exposure["exposure_id"].as_str().unwrap());
        let mut ids: Vec<_> = ids.collect();
        ids.sort_unstable();
        ids
    }
}

fn check(watchlist: &str, inputs: &[&Path], threads: &str) -> Checked {
    let folder = tempfile::tempdir().unwrap();
    let list = folder.path().join("orgs.txt");
    fs::write(&list, watchlist).unwrap();
    let out = folder.path().join("case");
    let mut args: Vec<PathBuf> =
        ["check", "--quiet", "--threads", threads, "-w"].map(PathBuf::from).to_vec();
    args.extend([list, "-o".into(), out.clone()]);
    args.extend(inputs.iter().map(|input| input.to_path_buf()));
    let ran = run(args);
    let read = |name: &str| records(&fs::read_to_string(out.join(name)).unwrap_or_default());
    Checked {
        code: ran.code,
        exposures: read("exposures.jsonl"),
        issues: read("issues.jsonl"),
        sources: read("sources.jsonl"),
    }
}

/// Checks `text` as a file of its own and as an entry of a ZIP; both must give the same.
fn check_both(watchlist: &str, name: &str, text: &[u8]) -> Checked {
    let folder = tempfile::tempdir().unwrap();
    let (loose, packed) = (folder.path().join(name), folder.path().join("a.zip"));
    fs::write(&loose, text).unwrap();
    fs::write(&packed, pack::zip(&[(name.to_owned(), text.to_vec())])).unwrap();
    let alone = check(watchlist, &[&loose], "1");
    for input in [&loose, &packed] {
        let other = check(watchlist, &[input], "2");
        assert_eq!(other.shown(), alone.shown(), "{input:?}");
        assert_eq!(other.codes(), alone.codes(), "{input:?}");
    }
    alone
}

fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(bytes).collect()
}

/// Lines of other people: `length` bytes, or a little less.
fn filler(length: usize) -> String {
    let mut text = String::new();
    for n in 0.. {
        let line = format!("https://www.site{n}.test/login:user{n}:Pass{}#1\n", n * 7919 % 10_007);
        if text.len() + line.len() > length {
            break;
        }
        text.push_str(&line);
    }
    text
}

#[test]
fn mentions_name_their_encoding_and_line() {
    use encoding_rs::{WINDOWS_1251, WINDOWS_1252};
    let note = "A note in two lines,\r\nsee the site ";
    let western = WINDOWS_1252.encode("\r\nauf münchen.example, große Straße\r\n").0.into_owned();
    let cyrillic = WINDOWS_1251.encode("\r\nСайт пример.test закрыт\r\n").0.into_owned();
    for (bytes, encoding, name) in [
        (format!("{note}example.com\r\n").into_bytes(), "utf-8", "example.com"),
        (format!("\u{feff}{note}größe.example.com").into_bytes(), "utf-8", "größe.example.com"),
        (western, "windows-1252", "münchen.example"),
        (cyrillic, "windows-1251", "пример.test"),
        (utf16(&format!("\u{feff}{note}Example.COM"), u16::to_le_bytes), "utf-16le", "example.com"),
        (utf16(&format!("{note}a.example.com\r\n"), u16::to_le_bytes), "utf-16le", "a.example.com"),
        (utf16(&format!("\u{feff}{note}пример.test"), u16::to_be_bytes), "utf-16be", "пример.test"),
        (utf16(&format!("{note}example.com"), u16::to_be_bytes), "utf-16be", "example.com"),
    ] {
        let watchlist = "example.com\nmünchen.example\nпример.test\n";
        let found = check_both(watchlist, "notes.txt", &bytes);
        let expected = ("mention".to_owned(), "notes.txt".to_owned(), 2, name.to_owned());
        assert_eq!(found.shown(), [expected]);
        assert_eq!(found.exposures[0]["record"]["encoding"], encoding);
    }
}

#[test]
fn files_without_text_are_searched_and_hold_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.zip");
    let files = [("empty.txt", &b""[..]), ("mark.txt", b"\xef\xbb\xbf"), ("wide.txt", b"\xff\xfe")]
        .map(|(name, bytes)| (name.to_owned(), bytes.to_vec()));
    fs::write(&path, pack::zip(&files)).unwrap();
    let found = check("example.com\n", &[&path], "1");
    assert_eq!((found.code, found.codes()), (0, vec![]));
    assert_eq!(found.sources[0]["entries"]["scanned"], 3);
}

#[test]
fn what_stops_being_text_is_told_and_searched_on() {
    let mut text = "See example.com and more.\n".repeat(400).into_bytes();
    text.extend(vec![0; 9 << 20]);
    text.extend_from_slice(b"\nexample.com again\n");
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("in");
    fs::create_dir(&input).unwrap();
    fs::write(input.join("turned.txt"), &text).unwrap();
    fs::write(input.join("zeroed.txt"), vec![0; 1 << 20]).unwrap();
    let found = check("example.com\n", &[&input], "1");
    assert_eq!(found.code, 3);
    assert_eq!(found.codes(), ["line_too_long", "not_text", "not_text"]);
    assert_eq!(found.exposures.len(), 401);
    assert_eq!(found.shown().last().unwrap().2, 402);
    assert_eq!(found.sources[0]["entries"]["skipped"], 1);
}

#[test]
fn names_on_a_long_line_are_found_once_wherever_they_stand() {
    let names: Vec<String> = (0..600).map(|n| format!("watched{n}.test")).collect();
    // Names stand close together around the places where windows end.
    let places = [WINDOW, 2 * WINDOW].map(|edge| (edge - 6000..edge).step_by(20));
    let mut line = vec![b'.'; 3 * WINDOW];
    for (name, at) in names.iter().zip(places.into_iter().flatten()) {
        let token = format!(" {name} ");
        line[at..at + token.len()].copy_from_slice(token.as_bytes());
    }
    let mut text = b"first\n".to_vec();
    text.extend(line);
    text.extend_from_slice(b"\r\nhttps://watched1.test/:user:Example#1\r\n");
    let found = check_both(&names.join("\n"), "ulp.txt", &text);
    assert_eq!((found.code, found.codes()), (3, vec!["line_too_long"]));
    assert_eq!(found.issues[0]["line"], 2);
    let shown = found.shown();
    let (records, mentions): (Vec<_>, Vec<_>) =
        shown.iter().partition(|(kind, ..)| kind == "credential");
    assert_eq!(records.iter().map(|record| record.2).collect::<Vec<_>>(), [3]);
    let mut mentioned: Vec<_> =
        mentions.iter().map(|(_, _, line, name)| (*line, name.as_str())).collect();
    mentioned.sort_unstable();
    let mut expected: Vec<_> = names.iter().map(|name| (2, name.as_str())).collect();
    expected.sort_unstable();
    assert_eq!(mentioned, expected);
}

#[test]
fn a_group_reaches_into_the_next_window() {
    let header = "[login.example.com]\n";
    // The header ends a few bytes before the window, so that all its lines lie in the next.
    let end = WINDOW - 8 - header.len();
    let mut text = filler(end - 1);
    text.push_str(&"=".repeat(end - text.len() - 1));
    text.push('\n');
    text.push_str(header);
    for n in 0..20 {
        text.push_str(&format!("employee{n}:Example#{n}\n"));
    }
    text.push_str("[www.site.test]\nstranger:Example#1\n");
    text.push_str(&filler(1000));
    let found = check_both("example.com\n", "ulp.txt", text.as_bytes());
    let logins = found.shown().into_iter().filter(|shown| shown.0 == "credential").count();
    assert_eq!((logins, found.exposures.len()), (20, 21), "and the header is a mention");
}

#[test]
fn a_table_goes_on_in_the_next_window() {
    let mut text = "name,url,username,password,note\n".to_owned();
    let mut ours = 0;
    for n in 0.. {
        if text.len() > WINDOW + 200_000 {
            break;
        }
        let is_ours = n % 1000 == 999;
        ours += usize::from(is_ours);
        let host = if is_ours { "login.example.com" } else { "www.site.test" };
        text.push_str(&format!("Site {n},https://{host}/,user{n},\"Ex,\"\"{n}#1\",a note\n"));
    }
    let found = check_both("example.com\n", "export.csv", text.as_bytes());
    assert_eq!((found.code, found.codes()), (0, vec![]));
    assert_eq!(found.exposures.len(), ours);
    for exposure in &found.exposures {
        assert_eq!(exposure["kind"], "credential");
        assert!(exposure["record"]["username"].as_str().unwrap().ends_with("999"), "{exposure}");
    }
}

#[test]
fn json_goes_on_in_the_next_window() {
    let mut text = "{\n  \"logins\": [\n".to_owned();
    let mut ours = 0;
    for n in 0.. {
        if text.len() > WINDOW * 3 / 2 {
            break;
        }
        let is_ours = n % 500 == 499;
        ours += usize::from(is_ours);
        let host = if is_ours { "login.example.com" } else { "www.site.test" };
        text.push_str(&format!(
            "    {{\n      \"url\": \"https://{host}/\",\n      \"username\": \"user{n}\",\n      \
             \"password\": \"Example#{n}\"\n    }},\n"
        ));
    }
    text.push_str("    {}\n  ]\n}\n");
    let found = check_both("example.com\n", "logins.json", text.as_bytes());
    assert_eq!((found.code, found.codes()), (0, vec![]));
    let logins = found.shown().into_iter().filter(|shown| shown.0 == "credential").count();
    assert_eq!((logins, found.exposures.len()), (ours, ours));

    text.truncate(text.len() - 40);
    let cut = check_both("example.com\n", "logins.json", text.as_bytes());
    assert_eq!(cut.codes(), ["truncated"]);
}

#[test]
fn glued_blocks_are_not_cut_in_two() {
    let mut text = String::new();
    let mut ours = 0;
    for n in 0.. {
        if text.len() > WINDOW + 100_000 {
            break;
        }
        let is_ours = text.len() > WINDOW - 70_000;
        ours += usize::from(is_ours);
        let host = if is_ours { "login.example.com" } else { "www.site.test" };
        text.push_str(&format!(
            "SOFT: Chrome\nURL: https://{host}/\nUSER: user{n}\nPASS: Example#{n}\n"
        ));
    }
    let found = check_both("example.com\n", "All Passwords.txt", text.as_bytes());
    assert_eq!(found.exposures.len(), ours);
    for exposure in &found.exposures {
        let record = &exposure["record"];
        assert_eq!(exposure["kind"], "credential");
        assert!(record["username"].as_str().unwrap().starts_with("user"), "{exposure}");
        assert_eq!(record["secret"]["state"], "present");
        assert_eq!(record["browser"], "Chrome");
    }
}

#[test]
fn another_delimiter_behind_a_long_line_and_windows_is_read_as_in_a_file_of_its_own() {
    let rest =
        "https://vpn.example.com/x|user1|Exa:mple:#1\nhttps://site.test/|u@example.com|a|b\n";
    let alone = check_both("example.com\n", "1.txt", rest.as_bytes());
    assert_eq!(alone.exposures.len(), 2);
    let text = filler(WINDOW + 1000) + &"x".repeat(2 * WINDOW) + "\n" + &filler(WINDOW) + rest;
    let joined = check_both("example.com\n", "1.txt", text.as_bytes());
    let fields = |checked: &Checked| {
        let records = checked.exposures.iter().map(|exposure| &exposure["record"]);
        let shown = records.map(|record| {
            assert_eq!(record["type"], "credential");
            (record["url"].clone(), record["username"].clone(), record["secret"]["length"].clone())
        });
        shown.collect::<Vec<_>>()
    };
    assert_eq!(fields(&joined), fields(&alone));
    assert_eq!(joined.codes(), ["line_too_long"]);
}

#[test]
fn a_line_that_reads_in_two_ways_exposes_whom_either_reading_concerns() {
    let watchlist = "example.com\nexample.net\n";
    for (line, addresses) in [
        // The first reading concerns one, the other one the other.
        ("https://www.example.net/x:user1:me@example.com:zz", ["example.net", "example.com"]),
        ("http://intranet:me@example.com:12345", ["example.com", ""]),
        ("https://www.site.test/x:user1:me@example.com:zz", ["", "example.com"]),
        ("me@site.test:pass:word:www.example.com", ["", "example.com"]),
    ] {
        let checked = check_both(watchlist, "1.txt", format!("{}{line}\n", filler(500)).as_bytes());
        let exposed: Vec<_> = checked.exposures.iter().map(|e| &e["matched"]["entry"]).collect();
        let expected: Vec<_> = addresses.into_iter().filter(|entry| !entry.is_empty()).collect();
        assert_eq!(exposed, expected, "{line}");
        for exposure in &checked.exposures {
            assert_eq!(exposure["kind"], "credential", "{line}");
            assert_eq!(exposure["record"]["confidence"], "low", "{line}");
        }
    }
}

#[test]
fn what_a_login_swallows_is_a_mention() {
    let text = "SOFT: Chrome\nURL: android://aGFzaA==@com.site.app/\nUSER: user1@example.com\n\
                PASS: Example#1\n<servers>\n<host>www.example.com</host>\n</servers>\n\
                SOFT: Chrome\nURL: https://www.site.test/\nUSER: user2\nPASS: Example#2\n";
    let found = check_both("example.com\n", "Passwords.txt", text.as_bytes());
    let places: Vec<_> = found.shown().into_iter().map(|(kind, _, line, _)| (kind, line)).collect();
    assert_eq!(places, [("credential".to_owned(), 1), ("mention".to_owned(), 6)]);
}

#[test]
fn one_name_of_two_organisations_exposes_both() {
    let watchlist =
        "organisation,domain\nAlpha,example.com\nBeta,example.com\nBeta,www.example.com\n";
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notes.txt");
    fs::write(&path, "see www.example.com\nhttps://example.com/:user@site.test:Example#1\n")
        .unwrap();
    let found = check(watchlist, &[&path], "1");
    let told = found.exposures.iter().map(|exposure| {
        let entry = &exposure["matched"]["entry"];
        [&exposure["organisation"], &exposure["kind"], entry].map(|value| value.as_str().unwrap())
    });
    let mut told: Vec<_> = told.collect();
    told.sort_unstable();
    assert_eq!(
        told,
        [
            ["Alpha", "credential", "example.com"],
            ["Alpha", "mention", "example.com"],
            ["Beta", "credential", "example.com"],
            ["Beta", "mention", "www.example.com"],
        ]
    );
}

#[test]
fn equal_lines_are_exposures_of_their_own_and_the_same_ones_in_every_copy() {
    let line = "see example.com\n";
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let loose = [("notes.txt".to_owned(), line.repeat(3).into_bytes())];
    let system = "HWID: 0123456789ABCDEF\nOS: Windows\nComputer Name: PC-1\n";
    let log = |root: &str| {
        [
            ("Passwords.txt", line.repeat(2)),
            ("System.txt", system.into()),
            ("History.txt", line.repeat(2)),
        ]
        .map(|(name, text)| (format!("{root}/{name}"), text.into_bytes()))
    };
    let nested = [("loose.zip".to_owned(), pack::zip(&loose))];
    fs::write(path("loose.zip"), pack::zip(&loose)).unwrap();
    fs::write(path("nested.zip"), pack::zip(&nested)).unwrap();
    fs::write(path("one.zip"), pack::zip(&log("DE_1"))).unwrap();
    fs::write(path("two.zip"), pack::zip(&log("copy of DE_1"))).unwrap();
    let key = path("key");
    fs::write(&key, "0123456789abcdef0123456789abcdef").unwrap();
    fs::set_permissions(&key, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let check = |names: &[&str]| {
        let options = ["check", "--quiet", "-d", "example.com", "-o", "-", "--key-file"];
        let mut args: Vec<PathBuf> = options.map(PathBuf::from).to_vec();
        args.push(key.clone());
        args.extend(names.iter().map(|name| path(name)));
        let records = run(args).with_code(0).records();
        let exposures = of_type(&records, "exposure").into_iter().cloned().collect();
        Checked { code: 0, exposures, issues: Vec::new(), sources: Vec::new() }
    };
    let alone = check(&["loose.zip"]);
    assert_eq!(alone.ids().len(), 3);
    assert_eq!(check(&["nested.zip"]).ids(), alone.ids());
    let logged = check(&["one.zip"]);
    assert_eq!(logged.ids().len(), 4);
    assert_eq!(check(&["two.zip"]).ids(), logged.ids());
    assert_eq!(check(&["one.zip", "two.zip"]).ids(), logged.ids());
}
