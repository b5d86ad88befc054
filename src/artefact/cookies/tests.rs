//! The varieties of cookie jars, one line each.

use proptest::prelude::*;

use super::*;

/// Domain, path, name, value, secure, expiry of every cookie, in one line.
fn read(text: &str) -> Vec<String> {
    let found = parse(text.as_bytes(), 1);
    let show = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
    let facts = found.cookies.iter().map(|fact| {
        let secure = if fact.secure { "secure" } else { "plain" };
        let expires = fact.expires.map_or("session".to_owned(), |expires| expires.to_string());
        let values = [&fact.domain, &fact.path, &fact.name].map(|value| show(value)).join(" ");
        format!("{values} {} {secure} {expires} @{}", show(fact.value.expose()), fact.span.first)
    });
    facts.collect()
}

const USUAL: &str = ".example.com / sid abc secure 1893456000 @1";

/// Lines of one cookie each.
const LINES: &[(&str, &str)] = &[
    (".example.com\tTRUE\t/\tTRUE\t1893456000\tsid\tabc", USUAL),
    (".example.com\ttrue\t/\ttrue\t1893456000\tsid\tabc\r\n", USUAL),
    (".example.com\t1\t/\t1\t1893456000\tsid\tabc", USUAL),
    ("\u{feff}.example.com\tFALSE\t/\tTRUE\t1893456000\tsid\tabc", USUAL),
    (".example.com TRUE / TRUE 1893456000 sid abc", USUAL),
    (".example.com   TRUE  /  TRUE  1893456000  sid  abc", USUAL),
    (".example.com\tTrue\t/\ttRUE\t1893456000\tsid\tabc", USUAL),
    ("  .example.com\tTRUE\t/\tTRUE\t1893456000\tsid\tabc", USUAL),
    ("qwzkfp        .example.com\tTRUE\t/\tTRUE\t1893456000\tsid\tabc", USUAL),
    ("\u{200b}.example.com\tTRUE\t/\tTRUE\t1893456000\tsid\tabc\u{200b}", USUAL),
    (".example.com\tTRUE\t/\tTRUE\t1893456000.75\tsid\tabc", USUAL),
    (".example.com\tTRUE\t/\tTRUE\t1.893456e9\tsid\tabc", USUAL),
    (".example.com\tTRUE\t/\tTRUE\tTue, 01 Jan 2030 00:00:00 GMT\tsid\tabc", USUAL),
    (".example.com\tTRUE\t/\tTRUE\t1893456000000\tsid\tabc", USUAL),
    (".example.com\tTRUE\t/\tTRUE\t13537929600000000\tsid\tabc", USUAL),
    (".example.com\tTRUE\t/\t1893456000\tsid\tabc", ".example.com / sid abc plain 1893456000 @1"),
    (".example.com\tTRUE\t/\t0\t0\tsid\tabc", ".example.com / sid abc plain session @1"),
    (".example.com\tTRUE\t/\tTRUE\t\tsid\tabc", ".example.com / sid abc secure session @1"),
    (".example.com\tTRUE\t/\tTRUE\t-1\tsid\tabc", ".example.com / sid abc secure session @1"),
    (".example.com\tTRUE\t/\tTRUE\t0\t\tabc", ".example.com /  abc secure session @1"),
    (
        ".example.com\tTRUE\t/\tTRUE\t1\tsid\ta=b; c=d:e|f",
        ".example.com / sid a=b; c=d:e|f secure 1 @1",
    ),
    (".example.com TRUE / FALSE 0 sid", ".example.com / sid  plain session @1"),
    (".example.com TRUE / FALSE 0 sid a b", ".example.com / sid a b plain session @1"),
    (".example.com / 1893456000 sid abc", ".example.com / sid abc plain 1893456000 @1"),
    ("#httponly_.example.com\tTRUE\t/\tTRUE\t1893456000\tsid\tabc", USUAL),
    ("[2001:db8::1]\tFALSE\t/\tFALSE\t0\tsid\tabc", "[2001:db8::1] / sid abc plain session @1"),
    ("bücher.example\tTRUE\t/\tFALSE\t0\tsid\tabc", "bücher.example / sid abc plain session @1"),
    (".example.com\t/\tTRUE\t1893456000\tsid\tabc", USUAL),
    (".example.com\t/\t1\t1893456000\tsid\tabc", USUAL),
    (".example.com\t/\t1893456000\tsid\tabc", ".example.com / sid abc plain 1893456000 @1"),
    (".example.com\t/\t0\tsid\tabc", ".example.com / sid abc plain session @1"),
    ("#HttpOnly_.example.com\tTRUE\t/\tTRUE\t1893456000\tsid\tabc", USUAL),
    (
        ".example.com\tTRUE\t/a b\tTRUE\t1893456000\tsid\ta\tb c",
        ".example.com /a b sid a\tb c secure 1893456000 @1",
    ),
    (".example.com\tTRUE\t/\tTRUE\t1893456000\tsid\t", ".example.com / sid  secure 1893456000 @1"),
    (".example.com\tTRUE\t/\tTRUE\t1893456000\tsid", ".example.com / sid  secure 1893456000 @1"),
    (".example.com\tTRUE\t\tTRUE\t1893456000\tsid\tabc", USUAL),
    ("localhost\tFALSE\t/\tFALSE\t0\tsid\tabc", "localhost / sid abc plain session @1"),
    ("203.0.113.10\tFALSE\t/x\tFALSE\t-1\tsid\tabc", "203.0.113.10 /x sid abc plain session @1"),
];

#[test]
fn netscape_columns() {
    for &(line, expected) in LINES {
        assert_eq!(read(line), [expected], "{line}");
    }
    let found = parse(
        b"#HttpOnly_a.example\tTRUE\t/\tTRUE\t1\tsid\tx\na.example\tTRUE\t/\tTRUE\t1\tsid\tx",
        1,
    );
    assert_eq!(found.cookies.iter().map(|c| c.http_only).collect::<Vec<_>>(), [Some(true), None]);
}

#[test]
fn what_is_no_cookie() {
    for line in [
        "",
        "a b c",
        "https://login.example.com/ TRUE / TRUE 1 a b",
        "example.com",
        ".example.com\tTRUE\t/\tmaybe\t1893456000\tsid\tabc",
        ".example.com\tTRUE\t/\tTRUE\tsoon\tsid\tabc",
        "one two three four five six seven",
        ".example.com TRUE x TRUE 1 sid abc",
    ] {
        assert!(read(line).is_empty(), "{line}");
    }
}

#[test]
fn jars_with_banners_and_several_browsers() {
    let jar = "************\n*  CLOUD  *\n# Netscape HTTP Cookie File\n\na.example\tTRUE\t/\tTRUE\t0\ta\t1\n\n\u{feff}b.example\tTRUE\t/\tTRUE\t0\tb\t2\nwords that nobody knows here\n";
    let found = parse(jar.as_bytes(), 11);
    assert_eq!(found.cookies.iter().map(|c| c.span.first).collect::<Vec<_>>(), [15, 17]);
    assert_eq!(found.lines, LineCounts { records: 2, noise: 3, unexplained: 1 });
    assert!(!looks_like_cookies(jar.as_bytes()));
    let long = jar.replace(
        "words",
        "c.example\tTRUE\t/\tTRUE\t0\tc\t3\nd.example\tTRUE\t/\tTRUE\t0\td\t3\nwords",
    );
    assert!(looks_like_cookies(long.as_bytes()));
    assert!(!looks_like_cookies(b""));
}

/// A cookie as somebody wrote it: domain, path, secure, expiry, name, value.
type Written = (&'static str, &'static str, bool, (&'static str, Option<i64>), String, String);

fn any_cookie() -> impl Strategy<Value = Written> {
    (
        prop::sample::select(vec![
            ".example.com",
            "login.a-b.example",
            "203.0.113.10",
            "localhost",
        ]),
        prop::sample::select(vec!["/", "/x", "/x/y z", "/TRUE"]),
        any::<bool>(),
        prop::sample::select(vec![
            ("0", None),
            ("-1", None),
            ("", None),
            ("1893456000", Some(1_893_456_000)),
            ("1893456000000", Some(1_893_456_000)),
            ("1893456000000000", Some(1_893_456_000)),
            ("13537929600000000", Some(1_893_456_000)),
            ("1893456000.5", Some(1_893_456_000)),
            ("1.8e9", Some(1_800_000_000)),
        ]),
        "[a-zA-Z_][a-zA-Z0-9_.-]{0,12}",
        "([a-zA-Z0-9%=;:|/.-]([a-zA-Z0-9%=;:|/. \t-]{0,20}[a-zA-Z0-9%=])?)?",
    )
}

proptest! {
    #[test]
    fn what_is_written_is_read(
        cookies in prop::collection::vec(any_cookie(), 1..8),
        flags in prop::sample::select(vec![["TRUE", "FALSE"], ["true", "false"], ["1", "0"]]),
        columns in 5_usize..8,
        end in prop::sample::select(vec!["\n", "\r\n"]),
        blanks in any::<bool>(),
    ) {
        let mut text = String::from("# Netscape HTTP Cookie File\n*** Chrome ***\n\n");
        let mut expected = Vec::new();
        for (number, (domain, path, secure, (expiry, seconds), name, value)) in (4..).zip(cookies) {
            let flag = |yes: bool| if yes { flags[0] } else { flags[1] };
            // Without tabulators there are no empty columns and no blanks in them.
            let (path, expiry, value) = if blanks {
                let expiry = if expiry.is_empty() { "0" } else { expiry };
                let value = if value.is_empty() { "v".to_owned() } else { value };
                (path.split(' ').next().unwrap(), expiry, value)
            } else {
                (path, expiry, value)
            };
            let mut line = vec![domain, "TRUE", path, flag(secure), expiry, &name, &value];
            let secure = secure && columns > 5;
            match columns {
                5 => { line.remove(3); line.remove(1); }
                6 => { line.remove(1); }
                _ => {}
            }
            text += &line.join(if blanks { " " } else { "\t" });
            text += end;
            let secure = if secure { "secure" } else { "plain" };
            let expires = seconds.map_or("session".to_owned(), |seconds| seconds.to_string());
            // An editor that lost the tabulators lost them in the value as well.
            expected.push(format!("{domain} {path} {name} {value} {secure} {expires} @{number}"));
        }
        prop_assert_eq!(read(&text), expected, "{}", text);
    }

    #[test]
    fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        parse(&bytes, 1);
        looks_like_cookies(&bytes);
    }

    #[test]
    fn any_columns_are_read(line in "[a.]{0,3}(\t|TRUE|FALSE|/|0|1|-|x| ){0,20}") {
        let found = parse(line.as_bytes(), 1);
        prop_assert!(found.cookies.len() <= 1);
    }
}
