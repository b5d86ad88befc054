//! Lines by hand, each with what the catalogue makes of it: `url · login · password · confidence`,
//! behind `//` the other reading of a line that has one; or `noise`, or `reject`.

use super::*;

/// What a line is, in one line.
pub(super) fn read(line: &[u8], delimiter: Delimiter) -> String {
    let show = |split: &Split<'_>| {
        [&split.url, &split.username, &split.password]
            .map(|value| String::from_utf8_lossy(value).into_owned())
            .join(" · ")
    };
    let split = match parse_line(line, delimiter) {
        LineKind::Credential(split) => split,
        LineKind::Group(host) => return format!("group {}", String::from_utf8_lossy(host)),
        LineKind::Noise => return "noise".to_owned(),
        LineKind::Reject => return "reject".to_owned(),
    };
    let confidence = format!("{:?}", split.confidence).to_lowercase();
    let other = alternative(line, delimiter, &split).map(|other| format!(" // {}", show(&other)));
    format!("{} · {confidence}{}", show(&split), other.unwrap_or_default())
}

#[track_caller]
fn check_all(delimiter: Delimiter, rows: &[(&str, &str)]) {
    let wrong: Vec<_> = rows
        .iter()
        .map(|&(line, expected)| (line, expected, read(line.as_bytes(), delimiter)))
        .filter(|(_, expected, found)| expected != found)
        .map(|(line, expected, found)| format!("{line}\n  expected {expected}\n  found    {found}"))
        .collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), rows.len(), wrong.join("\n"));
}

#[test]
#[rustfmt::skip]
fn ports_and_addresses() {
    check_all(Delimiter::COLON, &[
        ("https://a.example:443:user1:pw", "https://a.example:443 · user1 · pw · medium"),
        ("https://a.example:8443/x:user1@b.example:pw", "https://a.example:8443/x · user1@b.example · pw · high"),
        ("https://a.example:8443?x=1:user1:pw", "https://a.example:8443?x=1 · user1 · pw · medium"),
        ("https://a.example:0443/x:user1:pw", "https://a.example:0443/x · user1 · pw · medium"),
        ("https://a.example:65535:user1:pw", "https://a.example:65535 · user1 · pw · medium"),
        ("https://a.example:65536:user1:pw", "https://a.example · 65536 · user1:pw · medium"),
        ("https://a.example:123456:pw", "https://a.example · 123456 · pw · medium"),
        ("https://a.example:8443:pw", "https://a.example · 8443 · pw · low // https://a.example:8443 ·  · pw"),
        ("https://a.example:8443", "reject"),
        ("https://a.example:8443/", "reject"),
        ("https://a.example:8443:12345:pw", "https://a.example:8443 · 12345 · pw · medium"),
        ("https://a.example:15551234567:pw", "https://a.example · 15551234567 · pw · medium"),
        ("https://a.example:443/x:15551234567:pw", "https://a.example:443/x · 15551234567 · pw · medium"),
        ("https://a.example/:+15551234567:pw", "https://a.example/ · +15551234567 · pw · medium"),
        ("https://a.example/:+1 555 123 4567:pw", "https://a.example/ · +1 555 123 4567 · pw · medium"),
        ("a.example:8443:user1:pw", "a.example:8443 · user1 · pw · medium"),
        ("a.example:8443/login.php:user1:pw", "a.example:8443/login.php · user1 · pw · medium"),
        ("a.example:8443:user1", "a.example · 8443 · user1 · low // a.example:8443 ·  · user1"),
        ("203.0.113.10:user1:pw", "203.0.113.10 · user1 · pw · medium"),
        ("http://203.0.113.10:8080/:user1:pw", "http://203.0.113.10:8080/ · user1 · pw · medium"),
        ("http://203.0.113.10:user1@b.example:1234", "http://203.0.113.10 · user1@b.example · 1234 · medium"),
        ("[2001:db8::1]:user1:pw", "[2001:db8::1] · user1 · pw · medium"),
        ("https://[2001:db8::1]:user1:pw", "https://[2001:db8::1] · user1 · pw · medium"),
        ("https://[2001:db8::1]/x:user1@b.example:pw", "https://[2001:db8::1]/x · user1@b.example · pw · high"),
        ("https://[2001:db8::1]:user1@b.example:1234", "https://[2001:db8::1] · user1@b.example · 1234 · medium"),
        ("2001:db8::1:user1:pw", "reject"),
        ("http://intranet:user1:pw", "http://intranet · user1 · pw · medium"),
        ("http://intranet:8080:user1:pw", "http://intranet:8080 · user1 · pw · medium"),
        ("http://localhost:3000/:user1:pw", "http://localhost:3000/ · user1 · pw · medium"),
        ("intranet:8080/x:user1:pw", "intranet:8080/x · user1 · pw · low"),
        ("intranet/x:user1:pw", "reject"),
        ("https://a.example.:user1:pw", "https://a.example. · user1 · pw · medium"),
        ("a.example.:user1:pw", "a.example. · user1 · pw · medium"),
        ("https://A.EXAMPLE/X:User1:Pw", "https://A.EXAMPLE/X · User1 · Pw · medium"),
        ("https://bücher.example/:user1:pw", "https://bücher.example/ · user1 · pw · medium"),
        ("xn--bcher-kva.example:user1:pw", "xn--bcher-kva.example · user1 · pw · medium"),
        ("https://under_score.a.example/:user1:pw", "https://under_score.a.example/ · user1 · pw · medium"),
        ("https://a.example:user1:pw", "https://a.example · user1 · pw · medium"),
        ("rdp://a.example:3389:EXAMPLE\\user1:pw", "rdp://a.example:3389 · EXAMPLE\\user1 · pw · medium"),
        ("oauth://a.example/:user1:pw", "oauth://a.example/ · user1 · pw · medium"),
        ("moz-extension://0a1b2c3d-0000-4000-8000-0123456789ab/:user1:pw", "moz-extension://0a1b2c3d-0000-4000-8000-0123456789ab/ · user1 · pw · medium"),
        ("file:///C:/x.htm:user1:pw", "file:///C:/x.htm · user1 · pw · medium"),
    ]);
}

#[test]
#[rustfmt::skip]
fn paths_and_queries() {
    check_all(Delimiter::COLON, &[
        ("https://a.example/x;jsessionid=0A1B:user1:pw", "https://a.example/x;jsessionid=0A1B · user1 · pw · medium"),
        ("https://a.example/?a=1&b=2#top:user1@b.example:p:w", "https://a.example/?a=1&b=2#top · user1@b.example · p:w · high"),
        ("https://a.example/?r=a:b:user1@b.example:p:w", "https://a.example/?r=a:b · user1@b.example · p:w · high"),
        ("https://a.example/?r=a:b:user1:pw", "https://a.example/?r=a · b · user1:pw · medium"),
        ("https://a.example/?r=https://b.example/:user1:pw", "https://a.example/?r=https://b.example/ · user1 · pw · medium"),
        ("https://a.example/?r=https://b.example:8443/x:user1:pw", "https://a.example/?r=https://b.example:8443/x · user1 · pw · medium"),
        ("https://a.example/?r=com.example.app://back:user1:pw", "https://a.example/?r=com.example.app://back · user1 · pw · medium"),
        ("https://a.example/https://b.example/:user1:pw", "https://a.example/https://b.example/ · user1 · pw · medium"),
        ("https://a.example/#/login:user1:pw", "https://a.example/#/login · user1 · pw · medium"),
        ("https://a.example/@user1:user1:12345", "https://a.example/@user1 · user1 · 12345 · medium"),
        ("https://a.example/x:user1:me@b.example:zz", "https://a.example/x · user1 · me@b.example:zz · low // https://a.example/x:user1 · me@b.example · zz"),
        ("https://a.example/x:me@b.example:you@c.example:zz", "https://a.example/x · me@b.example · you@c.example:zz · high"),
        ("a.example?x=1:user1:pw", "a.example?x=1 · user1 · pw · medium"),
        ("a.example/x y:user1@b.example:pw", "a.example/x y · user1@b.example · pw · low // a.example/x · y · user1@b.example:pw"),
        ("https://a.example/:user1:https://b.example/", "https://a.example/ · user1 · https://b.example/ · medium"),
        ("https://a.example/:user1", "reject"),
        ("https://a.example/:user1:", "https://a.example/ · user1 ·  · medium"),
        ("https://a.example/::pw", "https://a.example/ ·  · pw · medium"),
        ("https://a.example/::", "https://a.example/ ·  ·  · medium"),
        ("https://a.example/:null:null", "https://a.example/ · null · null · medium"),
        ("https://a.example/:user 1:p w", "https://a.example/ · user 1 · p w · medium"),
        ("https://a.example/: user1 :pw", "https://a.example/ · user1 · pw · medium"),
        ("https://a.example/:EXAMPLE\\user1:pw", "https://a.example/ · EXAMPLE\\user1 · pw · medium"),
        ("https://a.example/:user1:=====", "https://a.example/ · user1 · ===== · medium"),
        ("https://a.example/:user1:Password: x", "https://a.example/ · user1 · Password: x · medium"),
        ("https://a.example/:user1:a:b;c|d,e\tf g ", "https://a.example/ · user1 · a:b;c|d,e\tf g  · medium"),
        ("https://a.example/:user1: | ", "https://a.example/ · user1 ·  |  · medium"),
        ("https://a.example/:user1:4000000000000000|08|27", "https://a.example/ · user1 · 4000000000000000|08|27 · medium"),
        ("https://a.example:user1:p@ss.example", "https://a.example · user1 · p@ss.example · medium"),
        ("https://a.example/:user1@b.example:p@c.example", "https://a.example/ · user1@b.example · p@c.example · high"),
    ]);
}

#[test]
#[rustfmt::skip]
fn user_information() {
    check_all(Delimiter::COLON, &[
        ("https://user1:pw@a.example/", "https://a.example/ · user1 · pw · medium"),
        ("https://user1:p:w@a.example/", "https://a.example/ · user1 · p:w · medium"),
        ("https://user1:p/w@a.example/", "https://a.example/ · user1 · p/w · medium"),
        ("https://user1@a.example/:user1:pw", "https://user1@a.example/ · user1 · pw · medium"),
        ("ftp://user1@a.example:user2:pw", "ftp://user1@a.example · user2 · pw · medium"),
        ("ftp://a.example:21:user1:p@b.example", "ftp://a.example:21 · user1 · p@b.example · medium"),
        ("ftp://a.example:user1:pw", "ftp://a.example · user1 · pw · medium"),
        ("ftp://user1@b.example:pw@a.example:21", "ftp://a.example:21 · user1@b.example · pw · low // ftp://user1@b.example · pw@a.example · 21"),
        ("sftp://user1:p#w/x@a.example:22/", "sftp://a.example:22/ · user1 · p#w/x · medium"),
        ("https://[2001:db8::1]:8443/:user1@b.example:1234", "https://[2001:db8::1]:8443/ · user1@b.example · 1234 · high"),
        ("http://intranet:user1@b.example:1234", "http://b.example:1234 · intranet · user1 · low // http://intranet · user1@b.example · 1234"),
        ("http://intranet:user1@b.example:pw", "http://intranet · user1@b.example · pw · medium"),
        ("http://intranet:user1:p@b.example", "http://b.example · intranet · user1:p · low // http://intranet · user1 · p@b.example"),
        ("http://localhost:user1@b.example:1234", "http://localhost · user1@b.example · 1234 · medium"),
    ]);
}

#[test]
#[rustfmt::skip]
fn apps_encodings_and_misspelt_schemes() {
    check_all(Delimiter::COLON, &[
        ("android://AAAABBBB==@com.example.app/:user1@b.example:1234", "android://AAAABBBB==@com.example.app/ · user1@b.example · 1234 · high"),
        ("android://AAAABBBB==@com.example.app:user1@b.example:1234", "android://AAAABBBB==@com.example.app · user1@b.example · 1234 · medium"),
        ("android://com.example.app/:user1:p:w", "android://com.example.app/ · user1 · p:w · medium"),
        ("android://A-_B/+==@com.example.app/:user1:", "android://A-_B/+==@com.example.app/ · user1 ·  · medium"),
        ("android://AA==@com.example.app/|user1|pw", "android://AA==@com.example.app/ · user1 · pw · medium"),
        ("android://AA==@com.example.app/ user1:pw", "android://AA==@com.example.app/ · user1 · pw · medium"),
        ("com.example.app/:user1@b.example:pw", "com.example.app/ · user1@b.example · pw · medium"),
        ("user1@b.example:p:w:android://AA==@com.example.app/", "android://AA==@com.example.app/ · user1@b.example · p:w · medium"),
        ("https%3A%2F%2Fa.example%3A8443%2Fx:user1:p:w", "https://a.example:8443/x · user1 · p:w · medium"),
        ("https%253A%252F%252Fa.example%252F:user1:pw", "https://a.example/ · user1 · pw · medium"),
        ("https%3A//a.example/:user1:pw", "https://a.example/ · user1 · pw · medium"),
        ("HTTPS%3A%2F%2FA.EXAMPLE%2F|user1|pw", "HTTPS://A.EXAMPLE/ · user1 · pw · medium"),
        ("https://a.example/:user1%40b.example:pw", "https://a.example/ · user1%40b.example · pw · medium"),
        ("http:/a.example/x:user1:pw", "http:/a.example/x · user1 · pw · medium"),
        ("http:\\\\a.example\\x:user1:pw", "http:\\\\a.example\\x · user1 · pw · medium"),
        ("https//a.example/x:user1:pw", "https//a.example/x · user1 · pw · medium"),
        ("https//a.example:8443:user1:pw", "https//a.example:8443 · user1 · pw · medium"),
        ("http:///a.example/x:user1:pw", "http:///a.example/x · user1 · pw · medium"),
        ("htps://a.example/x:user1:pw", "htps://a.example/x · user1 · pw · medium"),
        ("://a.example/x:user1:pw", "://a.example/x · user1 · pw · medium"),
        ("//a.example/x:user1:pw", "//a.example/x · user1 · pw · medium"),
        ("https://https://a.example/x:user1:pw", "https://https://a.example/x · user1 · pw · medium"),
        ("http://https://a.example:8443:user1:p:w", "http://https://a.example:8443 · user1 · p:w · medium"),
        ("https://http://a.example:user1@b.example:1234", "https://http://a.example · user1@b.example · 1234 · medium"),
        ("https://httpbin.example/:user1:pw", "https://httpbin.example/ · user1 · pw · medium"),
        ("https:user1", "reject"),
        ("https", "reject"),
        ("https://", "reject"),
        ("https://:user1:pw", "https:// · user1 · pw · medium"),
    ]);
}

#[test]
#[rustfmt::skip]
fn the_login_first_and_no_address() {
    check_all(Delimiter::COLON, &[
        ("user1@b.example:pw", " · user1@b.example · pw · medium"),
        ("user1@b.example:p:w", " · user1@b.example · p:w · medium"),
        ("user1@b.example:", " · user1@b.example ·  · low"),
        ("user1@b.example;pw", " · user1@b.example · pw · medium"),
        ("user1@b.example|pw", " · user1@b.example · pw · medium"),
        ("user1@b.example\tpw", " · user1@b.example · pw · medium"),
        ("user1@b.example,pw", "reject"),
        ("user1@b.example", "reject"),
        (":user1@b.example:pw", " · user1@b.example · pw · medium"),
        ("|user1@b.example|pw", " · user1@b.example · pw · medium"),
        (":user1:pw", "reject"),
        ("user1:pw", " · user1 · pw · low"),
        ("john.doe:pw1", " · john.doe · pw1 · low"),
        ("user1:p:w", "reject"),
        ("15551234567:pw", " · 15551234567 · pw · low"),
        ("EXAMPLE\\user1:pw", " · EXAMPLE\\user1 · pw · low"),
        ("user1@b.example:pw:a.example", "a.example · user1@b.example · pw · medium"),
        ("user1@b.example:pw:a.example/login.php", "a.example/login.php · user1@b.example · pw · medium"),
        ("user1@b.example:pw:a.example:8443", "a.example:8443 · user1@b.example · pw · low //  · user1@b.example · pw:a.example:8443"),
        ("user1@b.example:p:w:a.example", " · user1@b.example · p:w:a.example · low // a.example · user1@b.example · p:w"),
        ("user1:pw:a.example", "a.example · user1 · pw · low"),
        ("user1:pw:https://a.example:8443/x", "https://a.example:8443/x · user1 · pw · medium"),
        ("15551234567:pw:https://a.example/", "https://a.example/ · 15551234567 · pw · medium"),
        ("a.example:user1:https://x", "a.example · user1 · https://x · low // https://x · a.example · user1"),
        ("user1@b.example:https://a.example/:pw", " · user1@b.example · https://a.example/:pw · low // https://a.example/ · user1@b.example · pw"),
        ("user1@b.example:pw | Country = US", " · user1@b.example · pw · medium"),
    ]);
    check_all(Delimiter::SEMICOLON, &[
        ("user1@b.example;p:w;https://a.example/", "https://a.example/ · user1@b.example · p:w · medium"),
        ("user1;p;w;https://a.example/", "https://a.example/ · user1 · p;w · medium"),
        ("user1;p:w;a.example", "a.example · user1 · p:w · medium"),
    ]);
}

#[test]
#[rustfmt::skip]
fn other_signs_in_a_file_of_colons() {
    check_all(Delimiter::COLON, &[
        ("https://a.example/|user1|p:w", "https://a.example/ · user1 · p:w · medium"),
        ("https://a.example/|user1|p:q:w", "https://a.example/ · user1 · p:q:w · medium"),
        ("https://a.example|user1|p:q:w", "https://a.example · user1 · p:q:w · medium"),
        ("https://a.example/ | user1 | p:q:w", "https://a.example/ · user1 · p:q:w · medium"),
        ("https://a.example/||user1||p|w", "https://a.example/ · user1 · p|w · medium"),
        ("https://a.example/;user1;p:w", "https://a.example/ · user1 · p:w · medium"),
        ("https://a.example/;user1;p:w", "https://a.example/ · user1 · p:w · medium"),
        ("https://a.example/::user1@b.example::p:w", "https://a.example/ · user1@b.example · p:w · low // https://a.example/ ·  · user1@b.example::p:w"),
        ("https://a.example/;user1@b.example;p:q:w", "https://a.example/ · user1@b.example · p:q:w · low // https://a.example/;user1@b.example;p · q · w"),
        ("https://a.example/;user1;p:q:w", "https://a.example/;user1;p · q · w · low // https://a.example/ · user1 · p:q:w"),
        ("https://a.example/;;user1;;p;w", "https://a.example/ · user1 · p;w · medium"),
        ("https://a.example/\tuser1\tp|q|w", "https://a.example/ · user1 · p|q|w · medium"),
        ("https://a.example/\tuser1\tp:q:w", "https://a.example/ · user1 · p:q:w · medium"),
        ("https://a.example/::user1::pw", "https://a.example/ ·  · user1::pw · low // https://a.example/ · user1 · pw"),
        ("https://a.example/,user1@b.example,p,w", "https://a.example/ · user1@b.example · p,w · high"),
        ("https://a.example/,user1,pw", "reject"),
        ("https://a.example/ : user1 : p w", "https://a.example/ · user1 · p w · medium"),
        ("https://a.example/ ; user1 ; pw", "https://a.example/ · user1 · pw · medium"),
        ("https://a.example/ - user1:pw", "reject"),
        ("https://a.example/x user1:pw", "https://a.example/x · user1 · pw · medium"),
        ("https://a.example/x :user1:pw", "https://a.example/x · user1 · pw · medium"),
        ("https://a.example/|user1:p:w", "https://a.example/ · user1 · p:w · medium"),
        ("https://a.example/：user1：p:w", "https://a.example/ · user1 · p:w · medium"),
        ("https://a.example/｜user1｜pw", "https://a.example/ · user1 · pw · medium"),
        ("https://a.example/\u{a0}:\u{a0}user1\u{a0}:pw", "https://a.example/ · user1 · pw · medium"),
    ]);
}

#[test]
#[rustfmt::skip]
fn colons_in_a_file_of_other_signs() {
    for delimiter in [Delimiter::PIPE, Delimiter::SEMICOLON, Delimiter::TAB, Delimiter::PIPE.spaced()] {
        check_all(delimiter, &[
            ("https://a.example/:user1:pw", "https://a.example/ · user1 · pw · medium"),
            ("https://a.example/:user1@b.example:p:w", "https://a.example/ · user1@b.example · p:w · high"),
            ("a.example:8443:user1:pw", "a.example:8443 · user1 · pw · medium"),
            ("https://user1:pw@a.example/", "https://a.example/ · user1 · pw · medium"),
            ("user1@b.example:p:w", " · user1@b.example · p:w · medium"),
            ("android://AA==@com.example.app/:user1:pw", "android://AA==@com.example.app/ · user1 · pw · medium"),
        ]);
    }
    check_all(Delimiter::PIPE, &[
        ("https://a.example/x|user1|p|w", "https://a.example/x · user1 · p|w · medium"),
        ("https://a.example:8443/x|user1@b.example|p:w", "https://a.example:8443/x · user1@b.example · p:w · high"),
        ("https://a.example/?x=urn:a:b|user1|pw", "https://a.example/?x=urn:a:b · user1 · pw · low // https://a.example/?x=urn · a · b|user1|pw"),
        ("https://a.example/:user1@b.example:p|q|w", "https://a.example/ · user1@b.example · p|q|w · low // https://a.example/:user1@b.example:p · q · w"),
        ("[2001:db8::1]|user1|pw", "[2001:db8::1] · user1 · pw · medium"),
        ("https://a.example/:user1:p|w", "https://a.example/ · user1 · p|w · medium"),
        ("https://a.example/||pw", "https://a.example/ ·  · pw · medium"),
        ("https://a.example/|user1|", "https://a.example/ · user1 ·  · medium"),
        ("https://a.example/|user1|pw|Chrome", "https://a.example/ · user1 · pw · medium"),
        ("https://a.example/|user1:p:w", "https://a.example/ · user1 · p:w · medium"),
        ("a.example|user1|pw", "a.example · user1 · pw · medium"),
        ("user1|pw|a.example", "a.example · user1 · pw · medium"),
    ]);
    check_all(Delimiter::SEMICOLON, &[
        ("https://a.example/x;jsessionid=0A1B;user1;pw", "https://a.example/x;jsessionid=0A1B · user1 · pw · medium"),
        ("https://a.example/;user1;pw;Firefox", "https://a.example/ · user1 · pw · medium"),
    ]);
    check_all(Delimiter::TAB, &[
        ("https://a.example/\tuser1\tp\tw", "https://a.example/ · user1 · p\tw · medium"),
        ("https://a.example/\t\tpw", "https://a.example/ ·  · pw · medium"),
        ("https://a.example/\tuser1\tpw\tChrome", "https://a.example/ · user1 · pw · medium"),
    ]);
}

#[test]
#[rustfmt::skip]
fn marks_trailers_labels_and_exports() {
    check_all(Delimiter::COLON, &[
        ("\u{feff}https://a.example/:user1:pw", "https://a.example/ · user1 · pw · medium"),
        ("\u{200b}\u{200d} https://a.example/:user1:pw\u{200c}", "https://a.example/ · user1 · pw · medium"),
        ("\u{2060}https://a.example/:user1:pw", "https://a.example/ · user1 · pw · medium"),
        ("\u{a0}\u{a0}https://a.example/:user1:pw\u{a0}", "https://a.example/ · user1 · pw · medium"),
        ("qwzkfp        https://a.example/:user1:pw", "https://a.example/ · user1 · pw · medium"),
        ("\u{feff}qwzkfp        a.example:user1:pw", "a.example · user1 · pw · medium"),
        ("    https://a.example/:user1:pw", "https://a.example/ · user1 · pw · medium"),
        ("https://a.example/:user1:pw | @example_channel", "https://a.example/ · user1 · pw · medium"),
        ("https://a.example/:user1:pw | Country : US", "https://a.example/ · user1 · pw · medium"),
        ("https://a.example/:user1:pw | Country: US | IP = 203.0.113.10", "https://a.example/ · user1 · pw · medium"),
        ("https://a.example/:user1:pw | https://t.me/example", "https://a.example/ · user1 · pw · medium"),
        ("https://a.example/:user1:p | w", "https://a.example/ · user1 · p | w · medium"),
        ("https://a.example/:user1:pw - [2024-05-12 10:11:12]", "https://a.example/ · user1 · pw · medium"),
        ("https://a.example/:user1:pw - [old]", "https://a.example/ · user1 · pw - [old] · medium"),
        ("https://a.example/:user1:pw:Microsoft Edge", "https://a.example/ · user1 · pw · medium"),
        ("https://a.example/:user1:pw:chrome", "https://a.example/ · user1 · pw:chrome · medium"),
        ("URL: https://a.example/ Username: user1 Password: p w", "https://a.example/ · user1 · p w · medium"),
        ("Link: a.example | E-mail: user1@b.example | Pass: p|w", "a.example · user1@b.example · p|w · medium"),
        ("url=https://a.example/;user=user1;pass=p;w", "https://a.example/ · user1 · p;w · medium"),
        ("Host: a.example, User Name: user1, Password: pw", "a.example · user1 · pw · medium"),
        ("Сайт: https://a.example/ Логин: user1 Пароль: pw", "https://a.example/ · user1 · pw · medium"),
        ("Ссылка: https://a.example/ | Пользователь: user1 | Пароль: p | w", "https://a.example/ · user1 · p | w · medium"),
        ("Sitio: https://a.example/ Usuario: user1 Contraseña: pw", "https://a.example/ · user1 · pw · medium"),
        ("Site: https://a.example/ Usuário: user1 Senha: pw", "https://a.example/ · user1 · pw · medium"),
        ("URL: https://a.example/ Benutzername: user1 Passwort: pw", "https://a.example/ · user1 · pw · medium"),
        ("URL: https://a.example/ Kullanıcıadı: user1 Şifre: pw", "https://a.example/ · user1 · pw · medium"),
        ("Login: user1@b.example Password: pw", " · user1@b.example · pw · medium"),
        ("Soft: Chrome | Host: a.example | Login: user1 | Password: pw", "a.example · user1 · pw · medium"),
        ("\"https://a.example/\",\"user1\",\"p\"\"w,x\"", "https://a.example/ · user1 · p\"w,x · medium"),
        ("\"https://a.example/\";\"user1\";\"pw\"", "https://a.example/ · user1 · pw · medium"),
        ("\"https://a.example/\"\t\"user1\"\t\"pw\"", "https://a.example/ · user1 · pw · medium"),
        ("\"https://a.example/\":\"user1\":\"pw\"", "https://a.example/ · user1 · pw · medium"),
        ("01234567-89ab-cdef-0123-456789abcdef;https://a.example/;user1;pw", "https://a.example/ · user1 · pw · medium"),
        ("01234567-89AB-CDEF-0123-456789ABCDEF https://a.example/:user1:pw", "https://a.example/ · user1 · pw · medium"),
        ("01234567-89ab-cdef-0123-456789abcdef:a.example:8443:user1:p:w", "a.example:8443 · user1 · p:w · medium"),
        ("01234567-89ab-cdef-0123-456789abcdef,\"https://a.example/\",\"user1\",\"p,w\"", "https://a.example/ · user1 · p,w · medium"),
        ("[a.example]", "group a.example"),
        ("[https://a.example:8443/x]", "group https://a.example:8443/x"),
        ("[203.0.113.10]", "group 203.0.113.10"),
        ("[[2001:db8::1]:8443]", "group [2001:db8::1]:8443"),
        ("[android://AA==@com.example.app/]", "group android://AA==@com.example.app/"),
        ("[Profile 1]", "reject"),
    ]);
}

#[test]
#[rustfmt::skip]
fn what_sells_and_what_else_is_no_login() {
    for delimiter in [Delimiter::COLON, Delimiter::PIPE, Delimiter::SEMICOLON, Delimiter::TAB] {
        check_all(delimiter, &[
            ("t.me/example_cloud", "noise"),
            ("t.me/example_cloud:best:logs", "noise"),
            ("https://t.me/example_cloud | free | daily", "noise"),
            ("Our channel: https://t.me/example_cloud", "noise"),
            ("CLOUD: @example_cloud", "noise"),
            ("| JOIN | OUR | CHANNEL |", "noise"),
            ("#########", "noise"),
            ("-----:-----:-----", "noise"),
            ("~~~ Example Logs Cloud ~~~", "noise"),
            ("* Support: 24/7 | Price: 10 *", "noise"),
            ("Url:Login:Password", "noise"),
            ("URL | LOGIN | PASSWORD", "noise"),
            ("host;login;pass", "noise"),
            (".a.example\tTRUE\t/\tFALSE\t1893456000\tsid\tabc:def:ghi", "noise"),
            ("#HttpOnly_.a.example\tTRUE\t/\tFALSE\t0\tsid\tabc", "noise"),
            ("4000000000000000|08|2027|123", "noise"),
            ("4000000000000000|0827|123", "noise"),
            ("4000000000000000:08/27:123:EXAMPLE NAME:user1@b.example", "noise"),
            ("4000000000000000;08;27;123;Example;US", "noise"),
            ("4000 0000 0000 0000|08|27|123", "reject"),
            ("Total: 1500", "reject"),
            ("some words: and more words", "reject"),
            ("12:30:45", "reject"),
            ("C:\\Users\\user1:x", "reject"),
        ]);
    }
}
