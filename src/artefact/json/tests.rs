//! Logins and cookies in JSON of all shapes, and what is said of its lines.

use proptest::prelude::*;

use super::*;
use crate::artefact::part::End;
use crate::fact::Password;

fn found(text: &str) -> Found<'_> {
    let text = text.as_bytes();
    parse(Stretch { text, first_line: 1, open: &[], end: End::OfText, deepest: 128 })
}

fn show(value: &[u8]) -> String {
    String::from_utf8_lossy(value).into_owned()
}

/// Site, login, password, browser and line of every login; domain, path, name, value, security,
/// expiry and line of every cookie.
fn read(text: &str) -> Vec<String> {
    let Found { credentials, cookies, .. } = found(text);
    let logins = credentials.iter().map(|fact| {
        let password = match &fact.password {
            Password::Present(secret) => show(secret.expose()),
            Password::Empty => "(empty)".into(),
            Password::Placeholder | Password::Unreadable => "(placeholder)".into(),
        };
        let software = fact.software.as_deref().map(show).unwrap_or_default();
        let (url, user) = (show(&fact.url), show(&fact.username));
        format!("{url} {user} {password} {software}@{}", fact.span.first)
    });
    let cookies = cookies.iter().map(|fact| {
        let secure = if fact.secure { "secure" } else { "plain" };
        let expires = fact.expires.map_or("session".to_owned(), |expires| expires.to_string());
        let [domain, path, name] = [&fact.domain, &fact.path, &fact.name].map(|value| show(value));
        let value = show(fact.value.expose());
        format!("{domain} {path} {name} {value} {secure} {expires} @{}", fact.span.first)
    });
    logins.chain(cookies).collect()
}

#[test]
fn logins() {
    let usual = "https://a.example.com/ u p\"q ";
    for (text, expected) in [
        (r#"[{"url":"https://a.example.com/","username":"u","psw":"p\"q"}]"#, &[usual][..]),
        (
            r#"{"login":{"uris":[{"match":null,"uri":"a.example"},{"uri":"b.example"}],"username":"u","password":"p"}}"#,
            &["a.example u p ", "b.example u p "],
        ),
        (
            r#"{"Chrome":[{"URL":"https://a.example.com/","Login":"u","Password":"p\u0022q"}]}"#,
            &[usual],
        ),
        (r#"{"https:\/\/a.example.com\/":{"username":"u","password":"p\"q"}}"#, &[usual]),
        (
            r#"[{"host":"x.example","url":"https://a.example.com/","user":"u","pass":"p\"q"}]"#,
            &[usual],
        ),
        (r#"{"url":["https://a.example.com/"],"username":["u"],"password":["p\"q"]}"#, &[usual]),
        (r#"[{"url":"https://a.example.com/","username":"u","password":"p\"q""#, &[usual]),
        (
            r#"[{"host":"a.example","username":null,"psw":"x"},{"host":"a.example","user":"v","psw":null}]"#,
            &["a.example  x ", "a.example v (empty) "],
        ),
        (
            r#"{"browser":"Edge","url":["a.example","b.example"],"login":["u",null],"password":["UNKNOWN",12]}"#,
            &["a.example u (placeholder) Edge", "b.example  12 Edge"],
        ),
        (
            r#"[{"url":"a.example","title":"x"},{"password":"alone"},{"url":"","login":"","psw":""}]"#,
            &[],
        ),
    ] {
        let expected: Vec<_> = expected.iter().map(|login| format!("{login}@1")).collect();
        assert_eq!(read(text), expected, "{text}");
    }
}

#[test]
fn cookies() {
    let usual = ".example.com / sid a\"b secure 1893456000 @1";
    for text in [
        r#"[{"domain":".example.com","expirationDate":1893456000.25,"hostOnly":false,"httpOnly":true,"name":"sid","path":"/","sameSite":"lax","secure":true,"session":false,"value":"a\"b"}]"#,
        r#"{"cookies":[{"host_key":".example.com","path":"/","is_secure":1,"expires_utc":13537929600000000,"name":"sid","value":"a\"b"}]}"#,
        r#"{"Chrome":{"Default":[{"Host":".example.com","path":"","isSecure":"true","expiry":"1893456000","key":"sid","value":"a\"b"}]}}"#,
        r#"{".example.com":[{"path":"/","secure":true,"expires":1893456000000,"name":"sid","value":"a\u0022b"}]}"#,
        r#"[{"domain":".example.com","secure":true,"expires":"2030-01-01T00:00:00.000Z","name":"sid","value":"a\"b"}]"#,
        r#"{"domain":[".example.com"],"secure":[true],"expires":["Tue, 01 Jan 2030 00:00:00 GMT"],"name":["sid"],"value":["a\"b"]}"#,
    ] {
        assert_eq!(read(text), [usual], "{text}");
    }
    // Form entries are no cookies of a domain `autofill`.
    assert!(read(r#"{"autofill":[{"name":"mail","value":"user1@example.com"}]}"#).is_empty());
    let cut = "[\n{\"domain\":\"a.example\",\"name\":\"x\",\"value\":null},\n{\"domain\":\"b.example\",\"na";
    assert_eq!(read(cut), ["a.example / x  plain session @2"]);
    assert_eq!(found(cut).issues[0].code.as_str(), "truncated");
}

#[test]
fn every_line_counts_for_what_it_is() {
    let login = "{\"url\":\"a.example\",\"login\":\"u\",\"psw\":\"p\"}";
    for (text, records, noise, unexplained) in [
        (format!("[\n{login},\n\n{login}\n]\n"), 2, 2, 0),
        (format!("{login}\n{login}\n"), 2, 0, 0),
        (format!("[{login},{login}]"), 1, 0, 0),
        ("[\n{\n\"url\": \"a.example\",\n\"psw\": \"p\"\n}\n]".into(), 4, 2, 0),
        (format!("{{\n\"version\": 2,\n\"logins\": [\n{login}]}}"), 1, 3, 0),
        ("{\"url\":[\n\"a.example\",\n\"b.example\"\n],\"psw\":[\"p\",\"q\"]}".into(), 2, 2, 0),
        // a secret that is for nothing, and an end that is missing
        (format!("[\n{login},\n{{\"psw\": \"p\"}}\n]"), 1, 2, 1),
        (format!("[\n{login},\n{{\"url\": \"a.exam"), 1, 1, 1),
    ] {
        assert_eq!(found(&text).lines, LineCounts { records, noise, unexplained }, "{text}");
    }
}

#[test]
fn every_dress_of_line_ends() {
    let text = "[\n{\n\"url\": \"a.example\",\n\"psw\": \"p\"\n},\n{\"url\": \"b.example\", \"psw\": \"q\"}\n]";
    let expected = ["a.example  p @2", "b.example  q @6"];
    for end in ["\n", "\r\n", "\r", "\r\r\n"] {
        assert_eq!(read(&text.replace('\n', end)), expected, "{end:?}");
    }
}

proptest! {
    #[test]
    fn a_cut_text_gives_a_beginning_of_the_whole(cut in 0..400_usize, seed in 0..5_usize) {
        let login = |n| format!("{{\"url\": \"https://h{n}.example/\",\n \"username\": \"u\\u00e9\", \"password\": \"p{n}\"}}");
        let text = format!("[\n{}\n]", (seed..seed + 5).map(login).collect::<Vec<_>>().join(",\n"));
        let whole = read(&text);
        let mut part = read(text.get(..cut).unwrap_or(&text));
        prop_assert!(part.len() <= whole.len());
        // Of the last one, the login may be what is lost.
        part.pop();
        prop_assert!(whole.starts_with(&part));
    }

    #[test]
    fn any_text_is_read(text in "([\\[\\]{}:,\"a\n]|\"url\":|\"psw\":|\"name\":|\"value\":){0,60}") {
        let lines = found(&text).lines;
        let written = text.lines().filter(|line| !line.trim_ascii().is_empty()).count() as u64;
        prop_assert_eq!(lines.records + lines.noise + lines.unexplained, written);
    }
}
