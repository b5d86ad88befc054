//! The forms G1–G16 and the vectors of the format catalogue, one line each.

mod lines;
mod round_trip;

use proptest::prelude::*;

use super::*;
use crate::fact::Password;
use crate::record::Confidence::{High, Low, Medium};

/// What a line is expected to be: URL, login, password, confidence.
type Expected = (&'static str, &'static str, &'static str, Confidence);

#[track_caller]
fn check(line: &str, delimiter: Delimiter, expected: Expected) {
    let LineKind::Credential(split) = parse_line(line.as_bytes(), delimiter) else {
        panic!("{line}: {:?}", parse_line(line.as_bytes(), delimiter));
    };
    let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
    let found = (text(&split.url), text(&split.username), text(&split.password));
    assert_eq!(
        (found.0.as_str(), found.1.as_str(), found.2.as_str(), split.confidence),
        expected,
        "{line}"
    );
}

const E1: &str = "Example#1";

/// Section 4.5 of the catalogue.
#[rustfmt::skip]
const VECTORS: &[(&str, Expected)] = &[
    ("https://login.example.com/x:user1:pa:ss", ("https://login.example.com/x", "user1", "pa:ss", Medium)),
    ("https://login.example.com:443/x:user1:pa:ss", ("https://login.example.com:443/x", "user1", "pa:ss", Medium)),
    ("https://login.example.com:12345:Example#1", ("https://login.example.com", "12345", E1, Low)),
    ("https://login.example.com:8443:user1:Example#1", ("https://login.example.com:8443", "user1", E1, Medium)),
    ("user1@example.com:p@ss:wd", ("", "user1@example.com", "p@ss:wd", Medium)),
    ("user1@example.com:Example#1:https://login.example.com/", ("https://login.example.com/", "user1@example.com", E1, Medium)),
    ("https://login.example.com/?r=a:b:user1@example.com:Example#1", ("https://login.example.com/?r=a:b", "user1@example.com", E1, High)),
    ("login.example.com:user1:https://x", ("login.example.com", "user1", "https://x", Low)),
    ("https://login.example.com/x:user1:me@example.com:zz", ("https://login.example.com/x", "user1", "me@example.com:zz", Low)),
    ("https://login.example.com:user1@example.com:12345", ("https://login.example.com", "user1@example.com", "12345", Medium)),
    ("ftp://user1:Ex#1@2@ftp.example.com:21/", ("ftp://ftp.example.com:21/", "user1", "Ex#1@2", Medium)),
    ("https://login.example.com/x:user1:a|b|c", ("https://login.example.com/x", "user1", "a|b|c", Medium)),
    ("https://login.example.com/::Example#1", ("https://login.example.com/", "", E1, Medium)),
    ("android://AA==@com.example.app/:user1:Ex:1", ("android://AA==@com.example.app/", "user1", "Ex:1", Medium)),
    ("https://[2001:db8::1]:8443/a:user1:Example#1", ("https://[2001:db8::1]:8443/a", "user1", E1, Medium)),
];

#[test]
fn the_vectors_of_the_catalogue() {
    for &(line, expected) in VECTORS {
        check(line, Delimiter::COLON, expected);
        check(line, vote(line.as_bytes()), expected);
    }
    check(
        "http://login.example.com/a|user1|Ex|1",
        Delimiter::PIPE,
        ("http://login.example.com/a", "user1", "Ex|1", Medium),
    );
}

/// Lines of colon files that start with a URL or host.
#[rustfmt::skip]
const URL_FIRST: &[(&str, Expected)] = &[
    // G1
    ("https://login.example.com/path:user1@example.com:Example#1", ("https://login.example.com/path", "user1@example.com", E1, High)),
    ("https://login.example.com:user1@example.com:Example#1", ("https://login.example.com", "user1@example.com", E1, Medium)),
    ("HTTPS://LOGIN.EXAMPLE.COM/:USER1@EXAMPLE.COM:X", ("HTTPS://LOGIN.EXAMPLE.COM/", "USER1@EXAMPLE.COM", "X", High)),
    ("https://login.example.com/?u=https://o.example/:user1:pw", ("https://login.example.com/?u=https://o.example/", "user1", "pw", Medium)),
    ("https://login.example.com/x:user1:", ("https://login.example.com/x", "user1", "", Medium)),
    ("chrome-extension://abcdef/x:user1:pw", ("chrome-extension://abcdef/x", "user1", "pw", Medium)),
    ("http://intranet/x:user1:pw", ("http://intranet/x", "user1", "pw", Medium)),
    ("http://localhost:8080:user1:p@ss.example", ("http://localhost:8080", "user1", "p@ss.example", Medium)),
    // G2
    ("login.example.com:user1:Example#1", ("login.example.com", "user1", E1, Medium)),
    ("www.example.com/login.php:user1:Example#1", ("www.example.com/login.php", "user1", E1, Medium)),
    ("bücher.example:user1:Example#1", ("bücher.example", "user1", E1, Medium)),
    ("localhost/x:user1:Example#1", ("localhost/x", "user1", E1, Low)),
    // G3
    ("https://vpn.example.com:8443/login:user1:Example#1", ("https://vpn.example.com:8443/login", "user1", E1, Medium)),
    ("203.0.113.10:8080:user1:Example#1", ("203.0.113.10:8080", "user1", E1, Medium)),
    ("203.0.113.10:8080/x:user1:Example#1", ("203.0.113.10:8080/x", "user1", E1, Medium)),
    ("login.example.com:8080:Example#1", ("login.example.com", "8080", E1, Low)),
    ("https://login.example.com:99999:user1:x", ("https://login.example.com", "99999", "user1:x", Medium)),
    ("intranet:8080:user1:pw", ("intranet:8080", "user1", "pw", Low)),
    ("[2001:db8::1]:8443:user1:Example#1", ("[2001:db8::1]:8443", "user1", E1, Medium)),
    // G5
    ("https://login.example.com/path user1:Example#1", ("https://login.example.com/path", "user1", E1, Medium)),
    ("https://login.example.com/path user1:Exa:mple#1", ("https://login.example.com/path", "user1", "Exa:mple#1", Low)),
    ("https://login.example.com user1@example.com:Example#1", ("https://login.example.com", "user1@example.com", E1, Medium)),
    ("https://login.example.com/ : user1 : Exa mple", ("https://login.example.com/", "user1", "Exa mple", Medium)),
    ("https://login.example.com/my page:user1@example.com:pw", ("https://login.example.com/my page", "user1@example.com", "pw", Low)),
    ("login.example.com user1:Example#1", ("login.example.com", "user1", E1, Medium)),
    // G7
    ("android://AAAABBBB==@com.example.app/:user1:Example#1", ("android://AAAABBBB==@com.example.app/", "user1", E1, Medium)),
    ("android://AA/BB+C==@com.example.app:user1:Example#1", ("android://AA/BB+C==@com.example.app", "user1", E1, Medium)),
    ("com.example.app:user1:Example#1", ("com.example.app", "user1", E1, Medium)),
    // G8
    ("http://user1:Example#1@www.example.com/", ("http://www.example.com/", "user1", E1, Medium)),
    ("ftp://files.example.com:Ex@ftp.example.com", ("ftp://ftp.example.com", "files.example.com", "Ex", Medium)),
    ("http://user1:Ex@www.example.com:8080", ("http://www.example.com:8080", "user1", "Ex", Low)),
    ("ftp://user1@example.com:Ex@ftp.example.com/", ("ftp://ftp.example.com/", "user1@example.com", "Ex", Medium)),
    // G16
    ("https%3A%2F%2Flogin.example.com%2F:user1:Example#1", ("https://login.example.com/", "user1", E1, Medium)),
    ("https%3a%2f%2flogin.example.com%2f:user1@example.com:Example#1", ("https://login.example.com/", "user1@example.com", E1, High)),
    ("https://login.example.com/:mailto:user1@example.com:pa:ss", ("https://login.example.com/", "mailto:user1@example.com", "pa:ss", Medium)),
    ("https://login.example.com/:mailto:Example#1", ("https://login.example.com/", "mailto", E1, Medium)),
];

#[test]
fn urls_with_and_without_scheme() {
    for &(line, expected) in URL_FIRST {
        check(line, Delimiter::COLON, expected);
    }
}

#[test]
fn other_delimiters_are_voted_for_and_overridden() {
    let url = "https://login.example.com/";
    for (line, delimiter) in [
        ("https://login.example.com/|user1|Example#1", Delimiter::PIPE),
        ("https://login.example.com/;user1;Example#1", Delimiter::SEMICOLON),
        ("https://login.example.com/\tuser1\tExample#1", Delimiter::TAB),
        ("https://login.example.com/ | user1 | Example#1", Delimiter::PIPE.spaced()),
    ] {
        let expected = (url, "user1", E1, Medium);
        assert_eq!(vote(format!("{line}\n").repeat(3).as_bytes()), delimiter, "{line}");
        check(line, delimiter, expected);
        check(line, Delimiter::COLON, expected);
        check("https://login.example.com/:user1:Example#1", delimiter, expected);
    }
    for line in [
        "https://login.example.com/;;user1;;Example#1",
        "https://login.example.com/::user1::Example#1",
    ] {
        check(line, vote(line.as_bytes()), (url, "user1", E1, Medium));
    }
    let comma = "https://login.example.com/,user1@example.com,Example#1";
    assert_eq!(vote(comma.as_bytes()), Delimiter::COMMA);
    check(comma, Delimiter::COLON, (url, "user1@example.com", E1, High));
    for mixed in
        ["https://login.example.com/|user1:Example#1", "https://login.example.com/;user1:Example#1"]
    {
        check(mixed, Delimiter::COLON, (url, "user1", E1, Medium));
    }
    assert_eq!(vote(b"user1@example.com;pw\nuser2@example.com;pw\n"), Delimiter::SEMICOLON);
    assert_eq!(vote(b""), Delimiter::COLON);
}

#[test]
fn the_vote_of_the_file_beats_the_line() {
    let mut text = String::from("https://login.example.com/x:user1:a|b|c\n");
    for _ in 0..300 {
        text.push_str("https://login.example.com/y:user1:Example#1\n");
    }
    assert_eq!(vote(text.as_bytes()), Delimiter::COLON);
    let text = text.replace(":user1:", "|user1|");
    assert_eq!(vote(text.as_bytes()), Delimiter::PIPE);
}

#[test]
fn files_that_were_put_together_are_read_whatever_their_delimiters() {
    let logins: Vec<_> = (0..300)
        .map(|n| (format!("https://a{n}.example/x"), format!("u{n}"), format!("p{n}!")))
        .collect();
    for (first, second) in [
        (":", "|"),
        ("|", ":"),
        (":", ";"),
        (";", ":"),
        ("\t", ":"),
        (":", "\t"),
        ("|", ";"),
        (" | ", ":"),
        (":", "::"),
        ("::", ":"),
    ] {
        let part = |sign: &str| -> String {
            logins
                .iter()
                .map(|(url, user, pass)| format!("{url}{sign}{user}{sign}{pass}\n"))
                .collect()
        };
        let text = part(first) + &part(second);
        // The second half is read by the vote of the first, as in a file of several windows.
        let delimiter = vote(part(first).as_bytes());
        let found = parse(text.as_bytes(), 1, delimiter, &Context::default());
        assert_eq!(found.credentials.len(), 600, "{first} {second}");
        let readings = |line: u64| {
            let all = found.credentials.iter().chain(&found.alternatives);
            all.filter(move |fact| fact.span.first == line)
        };
        for ((url, user, pass), line) in logins.iter().chain(&logins).zip(1..) {
            let is_it = |fact: &CredentialFact<'_>| {
                let password = matches!(&fact.password, Password::Present(secret) if secret.expose() == pass.as_bytes());
                password && (&*fact.url, &*fact.username) == (url.as_bytes(), user.as_bytes())
            };
            assert!(readings(line).any(is_it), "{first} {second} {line}");
        }
    }
}

#[test]
#[rustfmt::skip]
fn logins_first() {
    for (line, delimiter, expected) in [
        // G6
        ("user1;Example#1;login.example.com", Delimiter::SEMICOLON, ("login.example.com", "user1", E1, Medium)),
        ("user1@example.com:Example#1:login.example.com", Delimiter::COLON, ("login.example.com", "user1@example.com", E1, Medium)),
        ("user1:Exa:mple#1:https://login.example.com/x", Delimiter::COLON, ("https://login.example.com/x", "user1", "Exa:mple#1", Medium)),
        ("user1 | Example#1 | https://login.example.com/", Delimiter::PIPE.spaced(), ("https://login.example.com/", "user1", E1, Medium)),
        ("user1:Ex:android://AA==@com.example.app/", Delimiter::COLON, ("android://AA==@com.example.app/", "user1", "Ex", Medium)),
        // G9
        ("user1@example.com:Example#1", Delimiter::COLON, ("", "user1@example.com", E1, Medium)),
        ("user1@example.com|Exa:mple#1", Delimiter::COLON, ("", "user1@example.com", "Exa:mple#1", Medium)),
        ("user1:Example#1", Delimiter::COLON, ("", "user1", E1, Low)),
    ] {
        check(line, delimiter, expected);
    }
}

#[test]
#[rustfmt::skip]
fn trailers_labels_tables_and_placeholders() {
    let url = "https://login.example.com/";
    for (line, expected) in [
        // G10
        ("https://login.example.com/:user1:Example#1 | Country = US | @channel", (url, "user1", E1, Medium)),
        ("https://login.example.com/:user1:Example#1 - [2024-05-12]", (url, "user1", E1, Medium)),
        ("https://login.example.com/:user1:Example#1:Chrome", (url, "user1", E1, Medium)),
        ("https://login.example.com/:user1:a | b", (url, "user1", "a | b", Medium)),
        ("https://login.example.com/:user1:Chrome", (url, "user1", "Chrome", Medium)),
        ("https://login.example.com/:user1: [x] ", (url, "user1", " [x] ", Medium)),
        // G12
        ("URL: https://login.example.com/ Login: user1 Password: Example#1", (url, "user1", E1, Medium)),
        ("Host: https://login.example.com/ | User: user1 | Pass: Pass: x", (url, "user1", "Pass: x", Medium)),
        ("User: user1, Pass: a:b, URL: https://login.example.com/", (url, "user1", "a:b", Medium)),
        // G13
        ("\"https://login.example.com/\",\"user1\",\"Exa\"\"mple,1\"", (url, "user1", "Exa\"mple,1", Medium)),
        ("01234567-89ab-cdef-0123-456789abcdef,https://login.example.com/,user1@example.com,Ex", (url, "user1@example.com", "Ex", High)),
        // numbered and dated
        ("12) https://login.example.com/:user1:Example#1", (url, "user1", E1, Medium)),
        ("[12] https://login.example.com/:user1:Example#1", (url, "user1", E1, Medium)),
        ("2024-05-12 10:11:12 https://login.example.com/:user1:Example#1", (url, "user1", E1, Medium)),
        // marks in front and behind
        ("\u{feff}\u{200b}https://login.example.com/:user1:Example#1\u{200b}", (url, "user1", E1, Medium)),
        ("qwzkfp        https://login.example.com/:user1:Example#1", (url, "user1", E1, Medium)),
    ] {
        check(line, Delimiter::COLON, expected);
    }
    let text = "https://login.example.com/:UNKNOWN:Example#1\nhttps://login.example.com/:EMAIL:UNKNOWN\nhttps://login.example.com/:[NOT_SAVED]:[NOT_SAVED]\nhttps://login.example.com/:user1:null\n";
    let found = parse(text.as_bytes(), 1, Delimiter::COLON, &Context::default());
    let names: Vec<_> = found.credentials.iter().map(|fact| fact.username.len()).collect();
    assert_eq!(names, [0, 0, 0, 5]);
    let placeholders =
        found.credentials.iter().filter(|fact| fact.password == Password::Placeholder);
    assert_eq!(placeholders.count(), 3);
}

#[test]
fn what_is_noise_and_what_is_nothing() {
    for line in [
        "",
        "   ",
        "==========",
        "━━━━━━━━━━",
        "░░▄█ * █▄░░",
        "4000000000000000|08|27|123|Example Name",
        "4000000000000000:08/27:123",
        ".example.com\tTRUE\t/\tFALSE\t1893456000\tsid\tabc",
        "Join our channel https://t.me/example_cloud",
        "Telegram: @example_cloud",
        "https://t.me/example_cloud : free logs : daily",
        "@example_cloud | best logs shop",
        "url:login:password",
        "URL,Login,Password",
        "# comment",
    ] {
        for delimiter in [Delimiter::COLON, Delimiter::PIPE, Delimiter::TAB] {
            assert_eq!(parse_line(line.as_bytes(), delimiter), LineKind::Noise, "{line}");
        }
    }
    for line in [
        "https://login.example.com/",
        "login.example.com",
        "http://login.example.com:8080",
        "login.example.com:8080",
        "just some words",
        "Passwords: 3",
        "10:20:30",
        "Started at 10:20:30 on example.com: fine",
    ] {
        assert_eq!(parse_line(line.as_bytes(), Delimiter::COLON), LineKind::Reject, "{line}");
    }
}

#[test]
fn groups_and_tables_reach_over_cuts() {
    let text = "[login.example.com]\nuser1:Exa:mple#1\nuser2@example.com:Ex\nhttps://a.example/:u:p\n[b.example]\nuser3:x\nurl,login,password\nhttps://c.example/,user4,\"a,b\"\nuser5:y\nhttps://d.example/:u:p,q,r\n";
    let found = parse(text.as_bytes(), 1, Delimiter::COLON, &Context::default());
    let urls: Vec<_> = found
        .credentials
        .iter()
        .map(|fact| String::from_utf8_lossy(&fact.url).into_owned())
        .collect();
    assert_eq!(
        urls,
        [
            "login.example.com",
            "login.example.com",
            "https://a.example/",
            "b.example",
            "https://c.example/",
            "b.example",
            "https://d.example/"
        ]
    );
    assert_eq!(found.lines, LineCounts { records: 7, noise: 3, unexplained: 0 });
}

#[test]
fn groups_and_tables_are_seen_through_watermarks() {
    for (text, expected) in [
        (
            "qwzk        [a.example]\nhmtxa        user1:p:q\nabcde        [b.example]\nabcd        v:x",
            &["a.example user1", "b.example v"][..],
        ),
        (
            "hmtx        url,login,password\nqwzkfp        https://a.example/x?y=1,user1,\"p,q\"\n",
            &["https://a.example/x?y=1 user1"],
        ),
        ("name    ,url,login,password\nx    y,b.example,v,x\n", &["b.example v"]),
    ] {
        let logins = |found: &Ulp<'_>| -> Vec<String> {
            let show = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            let login =
                |fact: &CredentialFact<'_>| format!("{} {}", show(&fact.url), show(&fact.username));
            found.credentials.iter().map(login).collect()
        };
        let found = parse(text.as_bytes(), 1, Delimiter::COLON, &Context::default());
        assert_eq!(logins(&found), expected, "{text}");
        let (head, rest) = text.split_once('\n').unwrap();
        let head = format!("{head}\n");
        for context in [
            Context::default().after(head.as_bytes()),
            Context::default().after(head.as_bytes()).after_groups(head.as_bytes()),
        ] {
            let found = parse(rest.as_bytes(), 2, Delimiter::COLON, &context);
            assert_eq!(logins(&found), expected, "{text}");
        }
    }
}

#[test]
fn bait_takes_no_time() {
    let baits = [
        ":",
        "@",
        "a@b.cc:",
        "http://",
        " ",
        "\"",
        "|",
        " | a = b",
        "a:",
        "://",
        "x://",
        "\",\"",
        "[",
        "=",
        "pass:",
        " pass : ",
        "https://a.b/?c:",
        ":1",
        "%3A",
        "- [1",
        "a\tb",
        ".",
        "a.",
        "\u{200b}",
        "1|1|",
        "a://b",
        ":1/",
        ";a=",
        "::",
        "a@b.cc:d.ee:",
        "a b:",
        "http",
    ];
    for bait in baits {
        for start in ["", "https://a.example/?", "URL:", "user1@example.com:", "[", "\""] {
            let line = [start, &bait.repeat(100_000 / bait.len())].concat();
            for delimiter in [Delimiter::COLON, Delimiter::PIPE.spaced()] {
                parse(line.as_bytes(), 1, delimiter, &Context::default());
            }
        }
    }
}

/// Lines that matter to one another, and arbitrary ones.
fn any_line() -> impl Strategy<Value = Vec<u8>> {
    let known = prop::sample::select(vec![
        "https://login.example.com/x:user1:pa:ss",
        "[login.example.com]",
        "user1:Example#1",
        "",
        "url,login,password",
        "https://c.example/,user4,\"a,b\"",
        "a\"b,c\"d,\"e",
        "user2:a:b:c",
        "\u{feff}URL: x Login: y Password: z",
        "=====",
        "user;pass",
    ]);
    let arbitrary = prop::collection::vec(any::<u8>(), 0..40)
        .prop_map(|bytes| bytes.into_iter().filter(|byte| !b"\r\n".contains(byte)).collect());
    let punctuation = "[a-z0-9:/@.|;,\" \\[\\]=-]{0,40}".prop_map(String::into_bytes);
    prop_oneof![known.prop_map(|line| line.as_bytes().to_vec()), arbitrary, punctuation]
}

proptest! {
    #[test]
    fn a_text_cut_at_any_line_gives_the_same(
        lines in prop::collection::vec(any_line(), 0..12),
        ends in prop::collection::vec(prop::sample::select(vec!["\n", "\r\n"]), 12),
        at in 0_usize..13,
        delimiter in prop::sample::select(vec![Delimiter::COLON, Delimiter::PIPE, Delimiter::TAB]),
    ) {
        let pieces: Vec<Vec<u8>> =
            lines.iter().zip(&ends).map(|(line, end)| [line, end.as_bytes()].concat()).collect();
        let at = at.min(pieces.len());
        let (head, tail) = (pieces[..at].concat(), pieces[at..].concat());
        let text = [head.clone(), tail.clone()].concat();
        let start = Context::default();
        let whole = parse(&text, 1, delimiter, &start);
        let first = parse(&head, 1, delimiter, &start);
        let second = parse(&tail, at as u64 + 1, delimiter, &start.after(&head));
        let joined: Vec<_> = first.credentials.into_iter().chain(second.credentials).collect();
        prop_assert_eq!(whole.credentials, joined);
        prop_assert_eq!(whole.lines.records, first.lines.records + second.lines.records);
        prop_assert_eq!(whole.lines.noise, first.lines.noise + second.lines.noise);
        prop_assert_eq!(whole.lines.unexplained, first.lines.unexplained + second.lines.unexplained);
    }

    #[test]
    fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let delimiter = vote(&bytes);
        let lines = Lines::new(&bytes).count() as u64;
        let found = parse(&bytes, 1, delimiter, &Context::default());
        prop_assert!(found.credentials.iter().all(|fact| fact.span.first >= 1 && fact.span.last <= lines));
    }
}

#[test]
fn in_text_of_another_kind_two_fields_are_no_login() {
    let prose = "no line of a list\n".repeat(40) + "a.Bc]%|de|fg\n";
    let logins = "one:Example#1\nuser@example.com:Example#2\nvpn.example.com:three:Example#3\n";
    let users = |text: &str| -> Vec<String> {
        let found = parse(text.as_bytes(), 1, Delimiter::COLON, &Context::default());
        let all = found.lines.all();
        let found = found.without_chance();
        assert_eq!(found.lines.all(), all);
        assert_eq!(found.lines.records, found.credentials.len() as u64);
        let name = |fact: &CredentialFact<'_>| String::from_utf8_lossy(&fact.username).into();
        found.credentials.iter().map(name).collect()
    };
    assert_eq!(users(&(prose.clone() + logins)), ["user@example.com", "three"]);
    assert_eq!(users("a.Bc]%|de|fg\n"), ["de"]);
    assert_eq!(users(logins), ["one", "user@example.com", "three"]);
    // A list with some prose in it stays a list.
    let list = "one:Example#1\n".repeat(20);
    assert_eq!(users(&(prose + &list)).len(), 21);
}
