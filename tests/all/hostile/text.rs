//! Texts that no program wrote for people to read.

use serde_json::Value;

use super::case::{Case, Seen};
use super::pack::{Member, zip_of};
use super::{SECRET, login};
use crate::support::rng::Rng;

/// A login as stealers write it.
fn block(host: &str, password: &str) -> Vec<u8> {
    format!("URL: https://{host}.example.com/\nUsername: user\nPassword: {password}\n\n")
        .into_bytes()
}

fn utf16(text: &[u8], bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    let text = String::from_utf8(text.to_vec()).unwrap();
    format!("\u{feff}{text}").encode_utf16().flat_map(bytes).collect()
}

/// What a text full of watched names among strangers' must give: hits, and nothing else.
const CONFUSION: &str = "\
https://first.example.com/:user@example.org:Inv3nted!word
https://notexample.com/:user1:Inv3nted!word
https://example.com.evil.test/:user2:Inv3nted!word
https://examp1e.com/:user3:Inv3nted!word
https://xample.com/:user4:Inv3nted!word
https://ex\u{430}mple.com/:user5:Inv3nted!word
https://xn--exmple-4nf.com/:user6:Inv3nted!word
https://my-example.com/:user7:Inv3nted!word
https://example.community/:user8:Inv3nted!word
https://example.com-evil.test/:user9:Inv3nted!word
https://SECOND.EXAMPLE.COM.:443/:user@example.org:Inv3nted!word
";

/// Text that makes searches start over and over.
fn bait() -> Vec<u8> {
    let mut text = Vec::new();
    for bait in [
        "https://".repeat(60_000),
        "a@".repeat(200_000),
        "a.".repeat(200_000),
        "example.com".repeat(40_000),
        ":".repeat(400_000),
        "\"".repeat(400_000),
        "URL:".repeat(100_000),
        "%25".repeat(150_000),
        "&amp;".repeat(100_000),
        "xn--".repeat(100_000),
        "<a>".repeat(150_000),
        "\\u0065".repeat(70_000),
        "a".repeat(500_000) + "!",
        "Password".repeat(60_000),
        "-".repeat(500_000),
        " ".repeat(500_000),
    ] {
        text.extend(bait.into_bytes());
        text.push(b'\n');
    }
    text.extend(login("first"));
    text
}

fn noise(bytes: usize) -> Vec<u8> {
    let mut rng = Rng::new(94);
    (0..bytes).map(|_| rng.below(256) as u8).collect()
}

/// Noise of printable characters in lines.
fn printable(bytes: usize) -> Vec<u8> {
    let mut rng = Rng::new(95);
    let byte = |rng: &mut Rng| if rng.below(60) == 0 { b'\n' } else { 33 + rng.below(94) as u8 };
    (0..bytes).map(|_| byte(&mut rng)).collect()
}

fn few_records(_: &Seen, extracted: &Seen) {
    let ours = |credential: &&Value| credential["host"] == "good.example.com";
    let strange: Vec<_> = extracted.credentials.iter().filter(|c| !ours(c)).collect();
    assert!(strange.len() <= 2, "{strange:#?}");
}

hostile! {
    text_83_long_line: "a line of 32 MiB" =>
        Case::partial(&["line_too_long"], || {
            [login("first"), vec![b'x'; 32 << 20], b"\n".to_vec(), login("later")].concat()
        }).called("dump.txt").delivers(&["first", "later"]);
    text_84_utf16: "UTF-16 of both kinds" =>
        Case::read(|| {
            let little = utf16(&login("little"), u16::to_le_bytes);
            let big = utf16(&block("big", SECRET), u16::to_be_bytes);
            zip_of(&[Member::deflated("a.txt", &little), Member::deflated("b.txt", &big)])
        }).delivers(&["big", "little"]);
    text_85_invalid_utf8: "bytes that are no UTF-8, in every field" =>
        Case::read(|| {
            let line = b"https://first.example.com/\xff\xfe/\xc0\xaf:us\xe9r\xf5:Inv3nted!word\xed\xa0\x80\n";
            [&line[..], &login("second")].concat()
        }).called("dump.txt").delivers(&["first", "second"]);
    text_86_line_ends: "all line ends in one text, and U+2028, which is none: it stands in a password" =>
        Case::read(|| {
            let line = |host| String::from_utf8(login(host)).unwrap().trim_end().to_owned();
            format!(
                "{}\r{}\r\n{}\r\r\n{}\n{}\u{2028}{}\n",
                line("a"), line("b"), line("c"), line("d"), line("e"), line("inside")
            ).into_bytes()
        }).called("dump.txt").delivers(&["a", "b", "c", "d", "e"]);
    text_87_bait: "bait for backtracking, 5 MB" =>
        Case::read(bait).called("dump.txt").delivers(&["first"]).within(5);
    text_87_bait_in_a_log: "the same bait as the passwords of a log" =>
        Case::partial(&["unexplained_lines"], || {
            let system = b"Computer Name: PC-1\nHWID: 0123456789ABCDEF\n";
            let passwords = [&bait()[..], &block("second", SECRET)].concat();
            zip_of(&[
                Member::stored("DE_1/System.txt", system),
                Member::deflated("DE_1/Passwords.txt", &passwords),
            ])
        }).delivers(&["first", "second"]).within(5);
    text_88_escapes: "escapes for terminals in values" =>
        Case::read(|| {
            let user = "\x1b]0;owned\x07\x1b[31mj\u{202e}ane\u{9b}2J";
            format!("https://first.example.com/:{user}@example.com:\x1b[8mInv3nted!word\n").into_bytes()
        }).called("dump.txt").delivers(&["first"]);
    text_89_formulas: "values that spreadsheets take for formulas" =>
        Case::read(|| {
            ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(1)", "\tx", "\u{ff1d}1+1"]
                .map(|user| format!("URL: https://first.example.com/\nUsername: {user}\nPassword: x\n\n"))
                .concat().into_bytes()
        }).called("Passwords.txt").with(&["--format", "jsonl,csv"])
            .delivers(&["first", "first", "first", "first", "first", "first"])
            .also(|checked, _| {
                let mut rows = csv::Reader::from_reader(checked.csv.as_bytes());
                let cells = rows.records().flat_map(|row| {
                    row.unwrap().iter().map(str::to_owned).collect::<Vec<_>>()
                });
                let cells: Vec<_> = cells.collect();
                let acts = |cell: &&String| {
                    cell.starts_with(['=', '+', '@', '\t', '\r', '-', '\u{ff1d}'])
                };
                assert_eq!(cells.iter().find(acts), None);
                assert!(cells.iter().any(|cell| cell.starts_with("'=cmd")), "{cells:?}");
            });
    text_90_brackets: "two million brackets" =>
        Case::partial(&["line_too_long"], || {
            [&vec![b'['; 2_000_000][..], b"\n", &login("first")].concat()
        }).called("dump.json").delivers(&["first"]);
    text_90_brackets_in_a_log: "120,000 brackets as the cookies of a log" =>
        Case::partial(&["json_too_deep"], || {
            let system = b"Computer Name: PC-1\nHWID: 0123456789ABCDEF\n";
            let deep = [&br#"[{"domain":"#.repeat(60_000)[..], b"example.com"].concat();
            zip_of(&[
                Member::stored("DE_1/System.txt", system),
                Member::deflated("DE_1/Cookies/Chrome.json", &deep),
                Member::stored("DE_1/Passwords.txt", &block("first", SECRET)),
            ])
        }).delivers(&["example.com", "first"]);
    text_91_long_values: "values of 1 MiB" =>
        Case::partial(&["value_too_long"], || {
            let long = "x".repeat((1 << 20) - 100);
            [block("first", &long), block("second", SECRET)].concat()
        }).called("Passwords.txt").delivers(&["first", "second"]);
    text_92_host_confusion: "hosts that look like a watched one" =>
        Case::read(|| CONFUSION.into()).called("dump.txt").delivers(&["first", "second"]);
    text_92_host_in_disguise: "a watched name as user-info, in a query, in a path: mentions" =>
        Case::read(|| {
            b"https://first.example.com@evil.test/:user1:Inv3nted!word\n\
              https://evil.test/?r=https%3A%2F%2Fsecond.example.com:user2:Inv3nted!word\n\
              https://evil.test/third.example.com/:user3:Inv3nted!word\n".to_vec()
        }).called("dump.txt").delivers(&["first", "second", "third"]).also(|checked, _| {
            assert!(checked.exposures.iter().all(|e| e["kind"] == "mention"), "{checked:#?}");
        });
    text_93_unterminated: "a last record that nothing ends" =>
        Case::read(|| {
            let line = login("first");
            let end = block("second", SECRET);
            zip_of(&[
                Member::stored("a.txt", line.trim_ascii_end()),
                Member::stored("Passwords.txt", end.trim_ascii_end()),
            ])
        }).delivers(&["first", "second"]);
    text_94_noise: "noise: bytes, and printable characters in lines" =>
        Case::read(|| {
            zip_of(&[
                Member::stored("Passwords.txt", &noise(200_000)),
                Member::stored("dump.txt", &printable(200_000)),
                Member::stored("a.txt", &login("first")),
            ])
        }).delivers(&["first"]).also(few_records);
    text_94_noise_called_passwords: "printable noise that is called `Passwords.txt`" =>
        Case::partial(&["unexplained_lines"], || {
            zip_of(&[
                Member::stored("Passwords.txt", &[printable(200_000), login("first")].concat()),
            ])
        }).delivers(&["first"]).also(|_, extracted| {
            // Here and there a line reads `host|user|word` by chance.
            assert!(extracted.credentials.len() <= 6, "{:#?}", extracted.credentials);
        });
    text_95_broken_sqlite: "a broken SQLite file" =>
        Case::read(|| {
            let broken = [&b"SQLite format 3\0\x10\0\x01\x01"[..], &noise(9000), &login("trap")].concat();
            zip_of(&[Member::stored("Cookies", &broken), Member::stored("a.txt", &login("first"))])
        }).delivers(&["first"]);
    text_more_byte_order_marks: "byte order marks in front of every line" =>
        Case::read(|| {
            let line = |host| [&b"\xef\xbb\xbf"[..], &login(host)].concat();
            [line("first"), line("second")].concat()
        }).called("dump.txt").delivers(&["first", "second"]);
    text_more_half_a_character: "UTF-16 that ends within a character" =>
        Case::read(|| {
            let mut text = utf16(&[login("first"), login("second")].concat(), u16::to_le_bytes);
            text.extend([0x3d, 0xd8, 0]);
            text
        }).called("dump.txt").delivers(&["first", "second"]);
    text_more_short_lines: "4 million lines of nothing" =>
        Case::read(|| [vec![b'\n'; 4_000_000], login("first")].concat())
            .called("dump.txt").delivers(&["first"]);
    text_more_xml: "XML with entities that grow, and 100,000 open elements" =>
        Case::read(|| {
            let mut xml = String::from("<?xml version=\"1.0\"?>\n<!DOCTYPE x [\n<!ENTITY a0 \"ha\">\n");
            for n in 1..30 {
                let inner = format!("&a{};", n - 1).repeat(10);
                xml.push_str(&format!("<!ENTITY a{n} \"{inner}\">\n"));
            }
            xml.push_str("]>\n<FileZilla3><Servers><Server><Host>first.example.com</Host>\
                          <User>&a29;</User><Pass>&a29;</Pass></Server></Servers></FileZilla3>\n");
            xml.push_str(&"<a>".repeat(100_000));
            xml.into_bytes()
        }).called("recentservers.xml").delivers(&["first"]);
    text_more_csv: "a table whose quote is never closed" =>
        Case::read(|| {
            let mut csv = b"url,username,password\n\"https://first.example.com/,user,Inv3nted!word\n".to_vec();
            csv.extend(b"https://site.test/,user,Inv3nted!word\n".repeat(20_000));
            csv.extend(b"https://second.example.com/,user,Inv3nted!word\n");
            csv
        }).called("passwords.csv").delivers(&["first", "second"]);
}
