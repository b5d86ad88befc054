//! What a text is taken for, and what the dispatcher makes of it.

use proptest::prelude::*;

use super::*;
use crate::fact::Password;
use crate::provenance::Span;

const JAR: &str = ".example.com\tTRUE\t/\tTRUE\t1893456000\tsid\tabc\n";
const BLOCK: &str =
    "SOFT: Chrome\nURL: https://login.example.com/\nUSER: user1\nPASS: Example#1\n\n";
const ULP: &str = "https://login.example.com/x:user1@example.com:Example#1\n";

#[test]
fn content_decides_over_names() {
    let blocks = BLOCK.repeat(2);
    for (text, hint, expected) in [
        (blocks.as_str(), Hint::Passwords, Kind::Passwords),
        (BLOCK, Hint::Passwords, Kind::Passwords),
        (blocks.as_str(), Hint::System, Kind::Passwords),
        (blocks.as_str(), Hint::Autofill, Kind::Passwords),
        (BLOCK, Hint::Other, Kind::Passwords),
        (BLOCK, Hint::Grabbed, Kind::Passwords),
        (JAR, Hint::Passwords, Kind::Cookies),
        (JAR, Hint::Other, Kind::Cookies),
        (ULP, Hint::Passwords, Kind::Ulp),
        (ULP, Hint::Cookies, Kind::Ulp),
        (ULP, Hint::Other, Kind::Ulp),
        ("user1@example.com:Example#1\n", Hint::Other, Kind::Ulp),
        ("user1@example.com:Example#1\n", Hint::PasswordList, Kind::PasswordList),
        ("Example#1\na:b\n", Hint::PasswordList, Kind::PasswordList),
        ("example.com\n.example.org\nwww.example.net\n", Hint::Cookies, Kind::DomainList),
        ("url,login,password\n", Hint::Other, Kind::Table),
        ("[{\"url\":\"x\"}]", Hint::Cookies, Kind::Json),
        ("Name: mail\nValue: user1@example.com\n", Hint::Autofill, Kind::Autofill),
        ("email: user1@example.com\npassword: x\nurl: y\n", Hint::Autofill, Kind::Autofill),
        ("URL: https://example.com/\nTITLE: x\nTIME: y\n", Hint::History, Kind::History),
        ("Holder: x\nCard: 4000000000000000\n", Hint::Cards, Kind::Cards),
        ("No passwords found.\n", Hint::Passwords, Kind::Passwords),
        ("Dear diary, today at 10:20 I met example.com people.\n", Hint::Grabbed, Kind::Other),
        ("", Hint::Other, Kind::Other),
        ("[{\"name\":\"mail\",\"value\":\"user1@example.com\"}]", Hint::Autofill, Kind::Autofill),
        (
            "Field: mail | Value: user1@example.com\nField: a | Value: b\n",
            Hint::Other,
            Kind::Autofill,
        ),
        (
            "URL:x\nExample#1\nPassword: y\nURL:z\nPassword: a\n",
            Hint::PasswordList,
            Kind::PasswordList,
        ),
        (
            "Example#1\nPassword: b\nURL: c\nUsername:d\nPassword: e\nURL: f\nx\ny\nz\n",
            Hint::PasswordList,
            Kind::PasswordList,
        ),
        (blocks.as_str(), Hint::PasswordList, Kind::Passwords),
        ("URL: a.example\\nUSER: u\\nPASS: p\\n\\nURL: b.example", Hint::Other, Kind::Passwords),
        (
            "https://example.com/:user1@example.com:x\nno sense at all\n4000000000000000|08|27|123\n",
            Hint::Other,
            Kind::Ulp,
        ),
        ("* example *\n=====\n#\njoin t.me/example\nuser1@example.com:x\n", Hint::Other, Kind::Ulp),
        ("user1:x\nuser2:y\nuser3:z\n", Hint::Other, Kind::Other),
        ("[vpn.example.com]\nuser1:x\nuser2:y\nuser3:z\n", Hint::Other, Kind::Ulp),
        ("[system.info]\nHWID:01\nIP:192.0.2.1\nOS:Windows 10\n", Hint::System, Kind::System),
    ] {
        assert_eq!(classify(text.as_bytes(), hint), expected, "{hint:?}: {text}");
    }
}

/// URL, login and password of each login.
fn logins(facts: &Facts<'_>) -> Vec<(String, String, String)> {
    let show = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
    let facts = facts.credentials.iter().map(|fact| {
        let password = match &fact.password {
            Password::Present(secret) => show(secret.expose()),
            Password::Empty => String::new(),
            Password::Placeholder => "placeholder".to_owned(),
            Password::Unreadable => "unreadable".to_owned(),
        };
        (show(&fact.url), show(&fact.username), password)
    });
    facts.collect()
}

#[test]
fn json_logins_under_any_name() {
    for text in [
        r#"[{"url":"https://example.com/","username":"user1","password":"a\"b"}]"#,
        r#"{"Chrome":[{"URL":"https://example.com/","Login":"user1","Password":"a\u0022b"}]}"#,
        r#"[{"hostname":"https://example.com/","user":"user1","psw":"a\"b","usernameField":"mail"}]"#,
        r#"{"url":["https://example.com/"],"username":["user1"],"password":["a\"b"]}"#,
        r#"[{"origin_url":"https://example.com/","username_value":"user1","password_value":"a\"b"}]"#,
        r#"{"https://example.com/":{"username":"user1","password":"a\"b"}}"#,
    ] {
        for hint in [Hint::Passwords, Hint::Other] {
            let facts = parse(text.as_bytes(), 1, hint);
            let expected = ("https://example.com/".into(), "user1".into(), "a\"b".into());
            assert_eq!(logins(&facts), [expected], "{text}");
            assert!(facts.issues.is_empty(), "{text}: {:?}", facts.issues);
        }
    }
}

#[test]
fn a_placeholder_for_a_login_is_told_whatever_the_format() {
    for text in [
        r#"{"url":"https://a.example/","username":"UNKNOWN","password":""}"#,
        r#"{"url":["https://a.example/"],"username":["UNKNOWN"],"password":[""]}"#,
        "\"url\",\"username\",\"password\"\n\"https://a.example/\",\"UNKNOWN\",\"\"\n",
        "URL: https://a.example/\nUsername: UNKNOWN\nPassword: \n",
    ] {
        let expected = ("https://a.example/".into(), String::new(), String::new());
        assert_eq!(logins(&parse(text.as_bytes(), 1, Hint::Passwords)), [expected], "{text}");
    }
}

#[test]
fn passwords_that_look_like_labels_do_not_end_a_line_of_many() {
    for password in ["Password:", "Password: x", "URL: x", "Username:x"] {
        let text = format!(
            r"URL: https://a.example/\nLOGIN: u\nPASSWORD: {password}\nURL: b.example\nLOGIN: v\nPASSWORD: q\n"
        );
        let expected = [("https://a.example/", "u", password), ("b.example", "v", "q")]
            .map(|(url, user, password)| (url.into(), user.into(), password.into()));
        for hint in [Hint::Passwords, Hint::Other] {
            assert_eq!(logins(&parse(text.as_bytes(), 1, hint)), expected, "{text}");
        }
    }
}

#[test]
fn the_head_of_a_table_says_what_its_rows_are() {
    let head = "URL                      Username   Password\n";
    let row = "https://a.test/b:c/d=e   user1      Example#1\n";
    let app = "app://example            user1      Example#1\n";
    let expected = |text: &str, count| {
        let row = || ("https://a.test/b:c/d=e".into(), "user1".into(), "Example#1".into());
        for hint in [Hint::Passwords, Hint::Other] {
            let found = logins(&parse(text.as_bytes(), 1, hint));
            assert_eq!(found.iter().filter(|login| **login == row()).count(), count, "{text}");
        }
    };
    let banner = "* CLOUD LOGS - @ExampleCloud *\n\n";
    expected(&[head, &row.repeat(3)].concat(), 3);
    expected(&[banner, head, row, "\n", app, row].concat(), 2);
    expected(&format!("qwzkfp        {head}qwzkfp        {row}"), 1);
    let mixed = [head, row, ULP].concat();
    assert_eq!(parse(mixed.as_bytes(), 1, Hint::Passwords).credentials.len(), 2);
}

#[test]
fn a_password_behind_the_user_of_a_system_file_opens_the_computer() {
    for (text, expected) in [
        ("External IP: 203.0.113.10\nUsername: anna\nPassword: a: b \n", Some("a: b ")),
        ("IP: 203.0.113.10\nUsername: anna\n\nPassword: UNKNOWN\n", None),
        ("Password: @example_cloud\nHWID: 01\nUser Name: anna\nIP: 203.0.113.10\n", None),
        ("HWID: 01\nUser Name: anna\nIP: 203.0.113.10\nPasswords: 3\n", None),
        (r#"{"PcName":"PC1","Hwid":"01","Os":"x","UserName":"anna","Password":"p"}"#, Some("p")),
    ] {
        let facts = parse(text.as_bytes(), 1, Hint::System);
        let expected: Vec<_> =
            expected.iter().map(|p| (String::new(), "anna".to_owned(), (*p).to_owned())).collect();
        assert_eq!(logins(&facts), expected, "{text}");
        assert!(facts.system.is_some());
    }
}

#[test]
fn an_address_alone_is_that_of_the_computer() {
    for (text, expected) in [
        ("203.0.113.10\r\n", 1),
        ("\n 2001:db8::1 \n\n", 1),
        ("192.168.0.1", 0),
        ("|____|\r| Join: @example  |\r|____|\r203.0.113.10", 1),
        ("qwzk        EXAMPLE CLOUD\nbtrw        https://t.me/x\nabcd        203.0.113.10\n", 1),
        ("\u{feff}vfpgdavq    203.0.113.10\n", 1),
        ("203.0.113.10\n203.0.113.11\n", 0),
        ("at 203.0.113.10\n", 0),
    ] {
        let system = parse(text.as_bytes(), 1, Hint::System).system;
        assert_eq!(system.map_or(0, |system| system.ip_addresses.len()), expected, "{text}");
        assert!(parse(text.as_bytes(), 1, Hint::Other).system.is_none());
    }
}

#[test]
fn logins_under_the_name_of_a_system_file_tell_nothing_of_the_computer() {
    let blocks = "User: user1\nPass: p\nHost: https://a.example/\n\n".repeat(2);
    let table = "name,url,username,password\nx,https://example.com/,user1,p\n";
    let json = r#"[{"url":"https://example.com/","username":"user1","password":"p"}]"#;
    for text in [&BLOCK.repeat(2), &ULP.repeat(3), &blocks, table, json] {
        let facts = parse(text.as_bytes(), 1, Hint::System);
        assert!(!facts.credentials.is_empty() && facts.system.is_none(), "{text}");
    }
    let both = format!("HWID: 01\nUser Name: anna\nIP: 203.0.113.10\n\n{}", BLOCK.repeat(3));
    let facts = parse(both.as_bytes(), 1, Hint::System);
    let user = facts.system.and_then(|system| system.user_name);
    assert_eq!((facts.credentials.len(), user.as_deref()), (3, Some(&b"anna"[..])));
}

#[test]
fn one_damage_is_told_once() {
    let facts = parse(br#"[{"url":"a.example","password":"x"},{"#, 1, Hint::Passwords);
    assert_eq!((facts.credentials.len(), facts.issues.len()), (1, 1));
}

#[test]
fn a_mixed_file_gives_all_it_has() {
    let text = [ULP, JAR, "=====\n", ULP].concat();
    let facts = parse(text.as_bytes(), 1, Hint::Passwords);
    assert_eq!((facts.credentials.len(), facts.cookies.len()), (2, 1));
    assert_eq!(facts.credentials[1].span.first, 4);
    for unsure in ["sftp://user1:Ex@ftp.example.com:22\n", "https://a.example/b me@c.example:a:b\n"]
    {
        let text = [&ULP.repeat(5), JAR, unsure, JAR].concat();
        let facts = parse(text.as_bytes(), 1, Hint::Other);
        assert_eq!((facts.credentials.len(), facts.cookies.len()), (6, 2), "{unsure}");
    }
    let jar = [&JAR.repeat(5), ULP].concat();
    let facts = parse(jar.as_bytes(), 1, Hint::Cookies);
    assert_eq!((facts.credentials.len(), facts.cookies.len()), (1, 5));
}

#[test]
fn files_of_the_user_are_never_sure() {
    let facts = parse(ULP.as_bytes(), 1, Hint::Grabbed);
    assert_eq!(facts.credentials[0].origin, Origin::GrabbedFile);
    assert_eq!(facts.credentials[0].confidence, Confidence::Low);
}

#[test]
fn notes_of_the_user_are_read_as_notes() {
    let text = b"shop\nSite\t: a.example.com\nUsername\t\t:user1\nPass\t:Example#1\n";
    let facts = parse(text, 1, Hint::Grabbed);
    let expected = ("a.example.com".into(), "user1".into(), "Example#1".into());
    assert_eq!(logins(&facts), [expected]);
    let fact = &facts.credentials[0];
    assert_eq!((fact.origin, fact.confidence), (Origin::GrabbedFile, Confidence::Low));
}

#[test]
fn files_of_programs_are_told_by_content() {
    let ftp = "<?xml version=\"1.0\"?><FileZilla3><Servers><Server><Host>ftp.example.com</Host><User>user1</User><Pass encoding=\"base64\">RXhhbXBsZSMx</Pass></Server></Servers></FileZilla3>";
    let winscp = "[Configuration\\Interface]\nx=1\n[Sessions\\user1@ftp.example.com]\nHostName=ftp.example.com\nUserName=user1\nPassword=A35C\n";
    let vpn = "client\ndev tun\nproto udp\nremote vpn.example.com 1194\n<auth-user-pass>\nuser1\nExample#1\n</auth-user-pass>\n<ca>\nMIIExample\n</ca>\n";
    let mail = "IMAP Server: imap.example.com\nIMAP User: user1\nIMAP Password: Example#1\n";
    let server =
        "Server: ftp.example.com:21\nUsername: user1\nPassword: Example#1\n===============\n";
    let cisco = "[main]\nHost=vpn.example.com\nAuthType=1\nUsername=user1\nUserPassword=Example#1\nenc_UserPassword=\n";
    let csv = "https://login.example.com/,user1@example.com,Example#1\nhttps://b.example.com/,user2@example.com,Example#2\n";
    let firefox = "\"url\",\"username\",\"password\",\"httpRealm\",\"formActionOrigin\",\"guid\",\"timeCreated\",\"timeLastUsed\",\"timePasswordChanged\"\n\"https://login.example.com\",\"user1\",\"Example#1\",,\"https://login.example.com\",\"{x}\",\"1\",\"2\",\"3\"\n";
    let nord = "Username: user1@example.com\nPassword: Example#1\n\n";
    let (user1, typed) = ("user1", "Example#1");
    for (text, hint, kind, expected) in [
        (ftp, Hint::Other, Kind::Xml, &[("ftp.example.com", user1, typed)][..]),
        (winscp, Hint::Other, Kind::Sessions, &[("sftp://ftp.example.com", user1, "unreadable")]),
        (vpn, Hint::Other, Kind::OpenVpn, &[("openvpn://vpn.example.com:1194", user1, typed)]),
        (mail, Hint::Passwords, Kind::Mail, &[("imap://imap.example.com", user1, typed)]),
        (server, Hint::Passwords, Kind::Passwords, &[("ftp.example.com:21", user1, typed)]),
        (cisco, Hint::Other, Kind::Passwords, &[("vpn.example.com", user1, typed)]),
        (
            csv,
            Hint::Passwords,
            Kind::Ulp,
            &[
                ("https://login.example.com/", "user1@example.com", typed),
                ("https://b.example.com/", "user2@example.com", "Example#2"),
            ],
        ),
        (firefox, Hint::Passwords, Kind::Table, &[("https://login.example.com", user1, typed)]),
        (nord, Hint::Passwords, Kind::Passwords, &[("", "user1@example.com", typed)]),
        // Wi-Fi has no address.
        ("ExampleWifi | Example#1\\nb | c\n", Hint::Other, Kind::Other, &[]),
        ("ExampleWifi | Example#1\nOther Wifi | c\n", Hint::Other, Kind::Other, &[]),
        ("PROFILE: ExampleWifi\nPASSWORD: Example#1\n\n", Hint::Other, Kind::Other, &[]),
    ] {
        assert_eq!(classify(text.as_bytes(), hint), kind, "{text}");
        let found = logins(&parse(text.as_bytes(), 1, hint));
        let expected: Vec<_> = expected
            .iter()
            .map(|&(url, user, password)| (url.to_owned(), user.to_owned(), password.to_owned()))
            .collect();
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn what_is_counted_and_what_gives_nothing() {
    assert_eq!(parse(b"Card: 4000000000000000\n", 1, Hint::Cards).cards, 1);
    assert_eq!(parse(b"1//0exampleExampleExample0\n", 1, Hint::Tokens).tokens, 1);
    assert_eq!(parse(b"Name: a\nValue: b\n", 1, Hint::Autofill).autofill_entries, 1);
    for hint in [Hint::PasswordList, Hint::History, Hint::DomainList, Hint::Other] {
        assert!(parse(b"Example#1\nsome words\n", 1, hint).credentials.is_empty());
    }
}

/// Pieces of all grammars, glued together in any way.
fn any_text() -> impl Strategy<Value = Vec<u8>> {
    let known = prop::sample::select(vec![
        JAR,
        BLOCK,
        ULP,
        "url,login,password\n",
        "\"a\",\"b\",\"c",
        "[{\"url\":\"",
        "\"}]",
        "\r",
        "\n",
        "[login.example.com]\n",
        "user1:Example#1",
        "\u{feff}",
        "https%3A%2F%2F",
        "a|b|c",
        "PASS: ",
        "4000000000000000|08|27|123",
        "user1@example.com",
        "http://u:p@h/",
        " | ",
        "::",
        "\t",
    ]);
    let known = known.prop_map(|piece| piece.as_bytes().to_vec());
    let arbitrary = prop::collection::vec(any::<u8>(), 0..30);
    prop::collection::vec(prop_oneof![3 => known, 1 => arbitrary], 0..10).prop_map(|p| p.concat())
}

proptest! {
    #[test]
    fn any_text_is_read_under_any_name(text in any_text(), hint in prop::sample::select(Hint::ALL)) {
        let lines = crate::text::Lines::new(&text).count() as u64;
        let facts = parse(&text, 1, hint);
        let spans = facts.credentials.iter().map(|fact| fact.span)
            .chain(facts.cookies.iter().map(|fact| fact.span))
            .chain(facts.autofill.iter().map(|fact| fact.span));
        for span in spans {
            prop_assert!(1 <= span.first && span.first <= span.last && span.last <= lines);
        }
    }
}

/// A login as the tables of tests write it: address, user, password, first and last line.
pub(super) fn shown(fact: &CredentialFact<'_>) -> String {
    let show = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
    let password = match &fact.password {
        Password::Present(secret) => show(secret.expose()),
        other => format!("{other:?}"),
    };
    let Span { first, last } = fact.span;
    format!("{} · {} · {password} · {first}-{last}", show(&fact.url), show(&fact.username))
}
