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

#[test]
fn netscape_columns() {
    let usual = ".example.com / sid abc secure 1893456000 @1";
    for (line, expected) in [
        (".example.com\tTRUE\t/\tTRUE\t1893456000\tsid\tabc", usual),
        (".example.com\tTRUE\t/\tTRUE\tTue, 01 Jan 2030 00:00:00 GMT\tsid\tabc", usual),
        (".example.com\ttrue\t/\ttrue\t1893456000\tsid\tabc\r\n", usual),
        (".example.com\t1\t/\t1\t1893456000\tsid\tabc", usual),
        ("\u{feff}.example.com\tFALSE\t/\tTRUE\t1893456000\tsid\tabc", usual),
        (".example.com TRUE / TRUE 1893456000 sid abc", usual),
        (".example.com   TRUE  /  TRUE  1893456000  sid  abc", usual),
        (".example.com\t/\tTRUE\t1893456000\tsid\tabc", usual),
        (".example.com\t/\t1\t1893456000\tsid\tabc", usual),
        (".example.com\t/\t1893456000\tsid\tabc", ".example.com / sid abc plain 1893456000 @1"),
        (".example.com\t/\t0\tsid\tabc", ".example.com / sid abc plain session @1"),
        ("#HttpOnly_.example.com\tTRUE\t/\tTRUE\t1893456000\tsid\tabc", usual),
        (
            ".example.com\tTRUE\t/a b\tTRUE\t1893456000\tsid\ta\tb c",
            ".example.com /a b sid a\tb c secure 1893456000 @1",
        ),
        (
            ".example.com\tTRUE\t/\tTRUE\t1893456000\tsid\t",
            ".example.com / sid  secure 1893456000 @1",
        ),
        (
            ".example.com\tTRUE\t/\tTRUE\t1893456000\tsid",
            ".example.com / sid  secure 1893456000 @1",
        ),
        (".example.com\tTRUE\t\tTRUE\t1893456000\tsid\tabc", usual),
        ("localhost\tFALSE\t/\tFALSE\t0\tsid\tabc", "localhost / sid abc plain session @1"),
        (
            "203.0.113.10\tFALSE\t/x\tFALSE\t-1\tsid\tabc",
            "203.0.113.10 /x sid abc plain session @1",
        ),
    ] {
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

proptest! {
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
