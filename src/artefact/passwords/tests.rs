//! Grammars as one-line tables, from the catalogue of formats.

mod properties;

use super::*;
use crate::fact::Password;
use crate::record::Confidence;

/// Shows a login as `url · user · password · software`.
fn show(fact: &CredentialFact<'_>) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let password = match &fact.password {
        Password::Present(secret) => text(secret.expose()),
        Password::Empty => "<empty>".into(),
        Password::Placeholder => "<placeholder>".into(),
        Password::Unreadable => "<unreadable>".into(),
    };
    let software = fact.software.as_deref().map(text).unwrap_or_default();
    format!("{} · {} · {password} · {software}", text(&fact.url), text(&fact.username))
}

fn read(text: &str) -> Vec<String> {
    parse(text.as_bytes(), 1).credentials.iter().map(show).collect()
}

/// A password file of each family, with the logins in it.
const FAMILIES: &[(&str, &str, &[&str])] = &[
    (
        "redline",
        "URL: https://login.example.com/\nUsername: user1@example.com\nPassword: Example#1\n\
         Application: Google_[Chrome]_Default\n===============\n\
         URL: https://b.example.com/\nUsername: UNKNOWN\nPassword: Example#2\n\
         Application: Mozilla_[Firefox]_x\n===============\n",
        &[
            "https://login.example.com/ · user1@example.com · Example#1 · Google_[Chrome]_Default",
            "https://b.example.com/ ·  · Example#2 · Mozilla_[Firefox]_x",
        ],
    ),
    (
        "redline behind a banner",
        "*****************************\n*   ___ ___  *\n*  Telegram: https://t.me/example  *\n\
         *****************************\n\nURL: https://a.example.com/\nUsername: u\nPassword: p\n\
         Application: A\n===============\n",
        &["https://a.example.com/ · u · p · A"],
    ),
    (
        "raccoon v2",
        "URL:https://a.example.com/\nUSR:user1\nPASS:Example#1\n\nURL:https://b.example.com/\n\
         USR:user2\nPASS:Example#2\n\n",
        &[
            "https://a.example.com/ · user1 · Example#1 · ",
            "https://b.example.com/ · user2 · Example#2 · ",
        ],
    ),
    (
        "vidar",
        "Soft: Google Chrome [Default]\nHost: https://login.example.com/\nLogin: user1\n\
         Password: Example#1\n\n\nSoft: Edge\nHost: b.example.com\nLogin: user2\nPassword: x\n\n\n",
        &[
            "https://login.example.com/ · user1 · Example#1 · Google Chrome [Default]",
            "b.example.com · user2 · x · Edge",
        ],
    ),
    (
        "vidar with dashes",
        "Soft: C\nHost: https://a.example.com/\nLogin: u\nPassword: p\n-----\nSoft: C\n\
         Host: https://b.example.com/\nLogin: v\nPassword: q\n-----\n",
        &["https://a.example.com/ · u · p · C", "https://b.example.com/ · v · q · C"],
    ),
    (
        "stealc",
        "----------------------------------------------------------------\nstealer logs t.me/example\n\
         ----------------------------------------------------------------\n\n\
         browser: Google Chrome\nprofile: Default\nurl: https://login.example.com/\nlogin: user1\n\
         password: Example#1\n\n",
        &["https://login.example.com/ · user1 · Example#1 · Google Chrome"],
    ),
    (
        "lumma",
        "SOFT: Chrome Default (132.0.6834.15)\nURL: https://login.example.com/\nUSER: user1\n\
         PASS: Example#1\nSOFT: Edge\nURL: https://b.example.com/\nUSER: user2\nPASS: Example#2\n\
         SOFT: Edge\nURL: https://c.example.com/\nUSER: user3\nPASS: Example#3",
        &[
            "https://login.example.com/ · user1 · Example#1 · Chrome Default (132.0.6834.15)",
            "https://b.example.com/ · user2 · Example#2 · Edge",
            "https://c.example.com/ · user3 · Example#3 · Edge",
        ],
    ),
    (
        "amos",
        "URL: https://a.example.com/\nLOGIN: user1\nPASSWORD: Example#1\nURL: https://b.example.com/\n\
         LOGIN: user2\nPASSWORD: Example#2\n",
        &[
            "https://a.example.com/ · user1 · Example#1 · ",
            "https://b.example.com/ · user2 · Example#2 · ",
        ],
    ),
    (
        "blank grabber",
        "==================Blank Grabber===================\n\nURL: https://a.example.com/\n\
         Username: u\nPassword: p\n\n==================Blank Grabber===================\n\n\
         URL: https://b.example.com/\nUsername: v\nPassword: q\n\n",
        &["https://a.example.com/ · u · p · ", "https://b.example.com/ · v · q · "],
    ),
    (
        "exela",
        "----------------------https://t.me/ExampleStealer----------------------\n\
         ======================================================================\n\
         URL : https://a.example.com/\nUsername : u\nPassword : p\n\
         ======================================================================\n",
        &["https://a.example.com/ · u · p · "],
    ),
    (
        "azorult",
        "SOFT:\tChrome \nHOST:\thttps://a.example.com/\nUSER:\tu\nPASS:\tp\n\nSOFT:\tX\n\
         HOST:\tb.example.com\nUSER:\tv\nPASS:\tq\n\n",
        &["https://a.example.com/ · u · p · Chrome", "b.example.com · v · q · X"],
    ),
    (
        "stormkitty",
        "Url: https://a.example.com/\nUsername: u\nPassword: p\n\nUrl: https://b.example.com/\n\
         Username: v\nPassword: q\n\n",
        &["https://a.example.com/ · u · p · ", "https://b.example.com/ · v · q · "],
    ),
    (
        "re-export with a date",
        "URL: https://a.example.com/\nUsername: u\nPassword: p\n\
         Date Created: 5/12/2024, 10:11:12 AM\nApplication: Default\n\n",
        &["https://a.example.com/ · u · p · Default"],
    ),
    (
        "re-export with box rules",
        "URL: https://a.example.com/\nUsername: u\nPassword: p\nApplication: Chrome [Profile: Default]\n\
         ━━━━━━━━━━━━━━━━━━━━\nURL: https://b.example.com/\nUsername: v\nPassword: q\nApplication: E\n\
         ━━━━━━━━━━━━━━━━━━━━\n",
        &[
            "https://a.example.com/ · u · p · Chrome [Profile: Default]",
            "https://b.example.com/ · v · q · E",
        ],
    ),
    (
        "cryptbot columns",
        "URL:           https://a.example.com/\nUsername:      user1\nPassword:      Example#1\n\n\
         URL:           https://b.example.com/\nUsername:      user2\nPassword:       two\n\n",
        &[
            "https://a.example.com/ · user1 · Example#1 · ",
            "https://b.example.com/ · user2 ·  two · ",
        ],
    ),
    (
        "skuld",
        "URL                                      Username             Password\n\
         https://a.example.com/                   user1                Example#1\n\
         https://b.example.com/                                        no user\n",
        &[
            "https://a.example.com/ · user1 · Example#1 · ",
            "https://b.example.com/ ·  · no user · ",
        ],
    ),
    (
        "keychain",
        "MacOS Password:Example#1\n\n[+] Generic Password Record\n [-] Account: b'Chrome'\n \
         [-] Service: b'Chrome Safe Storage'\n [-] Password: abc\n\n[+] Internet Record\n \
         [-] Account: b'user1'\n [-] Server: b'mail.example.com'\n [-] Protocol: imap\n \
         [-] Password: Example#2\n",
        &["mail.example.com · user1 · Example#2 · "],
    ),
    (
        "rhadamanthys re-export",
        "Application: Browser/Logins/Chrome_Default[0a1b].txt\nURL: https://a.example.com/\nUsername: u\n\
         Password: p\n\nApplication: B\nURL: https://b.example.com/\nUsername: v\nPassword: q\n",
        &[
            "https://a.example.com/ · u · p · Browser/Logins/Chrome_Default[0a1b].txt",
            "https://b.example.com/ · v · q · B",
        ],
    ),
];

#[test]
fn every_family_is_read() {
    for (family, text, expected) in FAMILIES {
        assert_eq!(read(text), *expected, "{family}");
    }
}

#[test]
fn every_family_is_read_in_every_dress() {
    for (family, text, expected) in FAMILIES {
        let crlf = text.replace('\n', "\r\n");
        for (dress, text) in [
            ("crlf", crlf.clone()),
            ("cr", text.replace('\n', "\r")),
            ("crcrlf", text.replace('\n', "\r\r\n")),
            ("mark in the middle", format!("{text}\n\u{feff}{text}")),
            ("mark and crlf", format!("{crlf}\r\n\u{feff}{crlf}")),
        ] {
            let mut expected = expected.to_vec();
            if dress.contains("mark") {
                expected.extend(expected.clone());
            }
            assert_eq!(read(&text), expected, "{family} {dress}");
        }
    }
}

#[test]
fn indents_bullets_and_watermarks_are_seen_through() {
    let lines =
        ["URL: https://a.example.com/", "Username: u", "Password:  p", "Application: A", ""];
    let again = ["URL: https://b.example.com/", "Username: v", "Password: q:r", "Application: B"];
    let expected = ["https://a.example.com/ · u ·  p · A", "https://b.example.com/ · v · q:r · B"];
    for prefix in [" ", "            ", "\t", "- ", "• ", "\t* ", "> ", "👉 ", "qwzkfp        "]
    {
        let all: String =
            lines.iter().chain(&again).map(|line| format!("{prefix}{line}\r\n")).collect();
        assert_eq!(read(&all), expected, "{prefix:?}");
    }
}

/// Odd files: `|` stands for a line end, `§` for an address.
const ODD_FILES: &[(&str, &str, &[&str])] = &[
    ("no last line end", "URL: a.example.com|Login: u|Password: p", &["a.example.com · u · p · "]),
    ("nothing", "", &[]),
    ("banner only", "=====|CLOUD LOGS - @ExampleCloud||", &[]),
    ("stub", "Passwords not found.", &[]),
    (
        "three of four: no user",
        "URL: §|Password: p|App: c|===|URL: §|Username: v|Password: q|App: c|===",
        &["§ ·  · p · c", "§ · v · q · c"],
    ),
    (
        "three of four: no soft",
        "SOFT: c|URL: §|USER: u|PASS: p|URL: §/2|USER: v|PASS: q|SOFT: d|URL: §/3|USER: w|PASS: r",
        &["§ · u · p · c", "§/2 · v · q · ", "§/3 · w · r · d"],
    ),
    (
        "glued, user and url missing",
        "URL: §|LOGIN: u|PASSWORD: p|URL: §/2|PASSWORD: q|LOGIN: lost|PASSWORD: r|URL: §/3|LOGIN: w|PASSWORD: s",
        &["§ · u · p · ", "§/2 ·  · q · ", "§/3 · w · s · "],
    ),
    ("all empty", "Soft: |Host: |User: |Password:", &[]),
    ("empty host", "Soft: c|Host: |Login: u|Password: p", &[" · u · p · c"]),
    ("url under soft", "SOFT: §|URL: |USER: u|PASS: p", &["§ · u · p · "]),
    ("no url, no soft", "Username: u|Password: p", &[]),
    ("wi-fi", "PROFILE: ExampleWifi|PASSWORD: Example#1||PROFILE: b|PASSWORD: c", &[]),
    ("cards", "Holder: Example|Card: 4000000000000000|Expire: 1/2029|===============", &[]),
    ("autofill", "Name: email|Value: user1@example.com|===============", &[]),
    ("important autofills", "address: 1 Example Street|email: user1@example.com|login: x", &[]),
    ("history", "URL: §|TITLE: Example|TIME: 01.01.1601 02:00:00||URL: §/2|TITLE: b|TIME: x", &[]),
    (
        "system file",
        "External IP: 203.0.113.10|Username: user1|Password: Example#1|Hostname: mac1|OS Version: 14.1",
        &[],
    ),
    (
        "trailer of a bare host",
        "Host: a.example.com|Login: u|Password: p|Country : US",
        &["a.example.com · u · p · "],
    ),
    ("one line, commas", "url: §, login: u, password: p", &["§ · u · p · "]),
    ("one line, slashes", "url: § / login: u / password: p", &["§ · u · p · "]),
    (
        "dashes as separators",
        "URL - §|Login - u|Password - p - q||URL - §/2|Login - v|Password - q",
        &["§ · u · p - q · ", "§/2 · v · q · "],
    ),
    ("keys in brackets", "[URL] §|[USER] u|[PASS] p", &["§ · u · p · "]),
    ("trailer", "URL: §|Login: u|Password: p|Country : US", &["§ · u · p · "]),
    (
        "tag leads",
        "[\"Chrome\" = \"Default\"]|URL: §|Login: u|Password: p||URL: §/2|Login: v|Password: q",
        &["§ · u · p · Chrome", "§/2 · v · q · Chrome"],
    ),
    (
        "tag ends",
        "URL: §|Login: u|Password: p|[\"Chrome\" = \"D\"]|URL: §/2|Login: v|Password: q|[\"Edge\" = \"D\"]",
        &["§ · u · p · Chrome", "§/2 · v · q · Edge"],
    ),
    (
        "application twice",
        "URL: §|Username: u|Password: p|Application: a|Application: b|===|URL: §/2|Username: v|Password: q|===",
        &["§ · u · p · a", "§/2 · v · q · "],
    ),
    (
        "seller",
        "Seller: @example|Host: https://shop.example.net|Login: x|Password: y||URL: §|Login: u|Password: p",
        &["§ · u · p · "],
    ),
    (
        "password of an archive",
        ".pass: @ExampleCloud|Link: https://t.me/example||URL: §|Login: u|Password: p",
        &["§ · u · p · "],
    ),
    (
        "one line, words",
        "URL: § Login: user1 Password: Example#1|URL: §/2 Login: user2 Password: x y",
        &["§ · user1 · Example#1 · ", "§/2 · user2 · x y · "],
    ),
    (
        "double spaced",
        "URL: §||Login: u||Password: p||||URL: §/2||Login: v||Password: q",
        &["§ · u · p · ", "§/2 · v · q · "],
    ),
    (
        "values below",
        "URL:|§|Username:|u|Password:|p||URL:|§/2|Username:|v|Password:|q",
        &["§ · u · p · ", "§/2 · v · q · "],
    ),
    (
        "rule inside",
        "URL: §|Login: u|=====|Password: p|=====|URL: §/2|Login: v|Password: q",
        &["§ · u · p · ", "§/2 · v · q · "],
    ),
    (
        "no password line",
        "URL: §|Login: u|=====|URL: §/2|Login: v|Password: q",
        &["§ · u · <empty> · ", "§/2 · v · q · "],
    ),
    (
        "two spellings",
        "URL: §|Email: e@example.com|Login: u|Password: p",
        &["§ · e@example.com · p · "],
    ),
    ("first spelling empty", "URL: §|Email: |Login: u|Password: p", &["§ · u · p · "]),
    (
        "address without key",
        "§|User: u|Pass: p|§/2|User: v|Pass: q",
        &["§ · u · p · ", "§/2 · v · q · "],
    ),
    (
        "unknown key of the address",
        "Web-Adr.: §|User: u|Pass: p||Web-Adr.: §/2|User: v|Pass: q",
        &["§ · u · p · ", "§/2 · v · q · "],
    ),
    ("unknown key beside", "URL: §|Icon: §/icon|User: u|Pass: p", &["§ · u · p · "]),
    ("letters", "URL: §|U: u|P: p", &["§ · u · p · "]),
    (
        "android",
        "URL: android://AA==@com.example.app/|Login: u|Password: QUJD|REVG|R0hJ||URL: §|Login: v|Password: q",
        &["android://AA==@com.example.app/ · u · ABCDEFGHI · ", "§ · v · q · "],
    ),
    (
        "android, wrapped but no base64 of text",
        "URL: android://AA==@com.example.app/|Login: u|Password: Exa|mple#1|URL: android://AA==@com.example.app/|Login: v|Password: ////|/w==",
        &[
            "android://AA==@com.example.app/ · u · Example#1 · ",
            "android://AA==@com.example.app/ · v · /////w== · ",
        ],
    ),
    (
        "android, not wrapped",
        "URL: android://AA==@com.example.app/|Login: u|Password: QUJDREVGR0hJ",
        &["android://AA==@com.example.app/ · u · QUJDREVGR0hJ · "],
    ),
    ("no url, but mail", "Username: u@example.com|Password: p", &[" · u@example.com · p · "]),
    ("wrapped", "URL: §|Login: user1@example|.com|Password: p", &["§ · user1@example.com · p · "]),
    (
        "banner inside",
        "URL: §|Login: u|by someone|Password: p|URL: §|Login: v|by someone|Password: q",
        &["§ · u · p · ", "§ · v · q · "],
    ),
    (
        "ulp line in front",
        "https://b.example.net/x:u:p|SOFT: c|URL: §|USER: u|PASS: p",
        &["§ · u · p · c"],
    ),
    (
        "ftp",
        "Server: ftp.example.com:21|Username: u|Password: p|===============",
        &["ftp.example.com:21 · u · p · "],
    ),
    (
        "hosts of one label, no password line",
        "URL: fileserver1|Username: u||URL: localhost|Username: v||URL: §|Username: w|Password: p",
        &["fileserver1 · u · <empty> · ", "localhost · v · <empty> · ", "§ · w · p · "],
    ),
    (
        "hosts of one label, behind a key that system files have",
        "Host: fileserver1|Login: u||Domain: WORKGROUP|User: v||Host: §|Login: w|Password: p",
        &["fileserver1 · u · <empty> · ", "§ · w · p · "],
    ),
    (
        "equals signs behind a tabulator",
        "Site\t§|E-Mail\tu|passcode\t====p====||Site\t§/2|E-Mail\tv|passcode\t====",
        &["§ · u · ====p==== · ", "§/2 · v · ==== · "],
    ),
    (
        "colons behind a tabulator",
        "Site\t§|User\tu|Pass\t:p||Site\t:§/2|User\t:v|Pass\t::q||Site\t: §/3|User\t: w|Pass\t: r",
        &["§ · u · :p · ", "§/2 · v · :q · ", "§/3 · w · r · "],
    ),
    (
        "columns without a host",
        "Soft:       A|Host:       |Login:      u|Password:   p||Soft:       B|Host:|Login:      v|Password:    q",
        &[" · u · p · A", " · v ·  q · B"],
    ),
    (
        "characters of no width at line ends",
        "URL: §\u{200b}|Login: u\u{200c}|Password: p\u{200d}\u{200b}|URL: §/2|Login: v|Password: q\u{200b}r",
        &["§ · u · p · ", "§/2 · v · q\u{200b}r · "],
    ),
    ("equals", "URL = §|USER = y|PASS = z = 1", &["§ · y · z = 1 · "]),
    ("numbered", "[1]|1) URL: §|2) Login: u|3) Password: p", &["§ · u · p · "]),
    ("russian", "Ссылка: §|Логин: u|Пароль: p|Браузер: c", &["§ · u · p · c"]),
    ("leet", "UR1: §|U53RN4M3: u|P455W0RD: p", &["§ · u · p · "]),
    (
        "nirsoft",
        "=====|URL               : §|Web Browser       : Chrome|User Name         : u|Password          : p|Password Strength : Strong|User Name Field   : x|Filename          : |=====",
        &["§ · u · p · Chrome"],
    ),
];

#[test]
fn odd_files() {
    let a = "https://a.example.com/";
    for (name, text, expected) in ODD_FILES {
        let text = text.replace("||", "\n\n").replace('|', "\n").replace('§', a);
        let expected: Vec<_> = expected.iter().map(|line| line.replace('§', a)).collect();
        assert_eq!(read(&text), expected, "{name}\n{text}");
    }
}

#[test]
fn one_line_with_bars() {
    let text = "Host: https://a.example.com/ | User: user1 | Pass: a|b\n\
                Host: https://b.example.com/ | User: user2 | Pass: x | Soft: Chrome\n";
    let expected =
        ["https://a.example.com/ · user1 · a|b · ", "https://b.example.com/ · user2 · x · Chrome"];
    assert_eq!(read(text), expected);
}

#[test]
fn keys_in_a_box_are_advertisements() {
    let text =
        "|_____|\n| D Join: x |\n| Host: https://a.example.net/ |\n| Login: a |\n| Pass: b |\n";
    assert_eq!(read(text), [""; 0]);
}

#[test]
fn line_ends_written_out() {
    let text = r"URL: https://a.example.com/\nUsername: u§\nPassword: C:\new§\n===============\nURL: https://b.example.com/\r\nUsername: v\r\nPassword: q\r\n";
    assert_eq!(
        read(&text.replace('§', "\u{200b}")),
        [r"https://a.example.com/ · u · C:\new · ", "https://b.example.com/ · v · q · "]
    );
    assert_eq!(
        read("URL: https://a.example.com/\nUsername: u\nPassword: a\\nb"),
        ["https://a.example.com/ · u · a\\nb · "]
    );
}

#[test]
fn opaque_passwords_survive() {
    let long = "x".repeat(4096);
    for password in [
        "URL: https://evil.example.net/",
        "https://x",
        "Application:",
        "Password: again",
        "=====",
        "===============",
        "a: b",
        "a=b",
        " lead",
        "trail ",
        "  both  ",
        "Login: x Password: y",
        "[\"A\" = \"B\"]",
        "|box|",
        "\tnever",
        "-----Example-----",
        "UNKNOWN1",
        "ERROR404",
        "nullx",
        "a\u{0}b",
        "p | User: q",
        &long,
    ] {
        for (before, after) in [
            (
                "URL: https://a.example.com/\nUsername: u\nPassword: ",
                "\nApplication: c\n===============\n",
            ),
            (
                "SOFT: c\nURL: https://a.example.com/\nUSER: u\nPASS: ",
                "\nSOFT: c\nURL: https://b.example.com/\nUSER: v\nPASS: w\n",
            ),
        ] {
            if password.starts_with('\t') {
                continue;
            }
            let text = format!("{before}{password}{after}");
            let found = parse(text.as_bytes(), 1);
            let Password::Present(secret) = &found.credentials[0].password else {
                panic!("{text}")
            };
            assert_eq!(secret.expose(), password.as_bytes(), "{text}");
            assert_eq!(found.credentials[0].software.as_deref(), Some(&b"c"[..]), "{text}");
        }
    }
}

#[test]
fn placeholders_are_no_values() {
    for text in [
        "UNKNOWN",
        "N/A",
        "null",
        "None",
        "(null)",
        "Unable to decrypt",
        "[v20] abc",
        "ERROR: 5",
        "DBSC-Protected: Cannot decrypt without server key",
        "d41d8cd98f00b204e9800998ecf8427e",
    ] {
        let text = format!("URL: https://a.example.com/\nUsername: unknown\nPassword: {text}\n");
        assert_eq!(read(&text), ["https://a.example.com/ · unknown · <placeholder> · "], "{text}");
    }
    for user in ["UNKNOWN", "EMAIL", "", "null"] {
        let text = format!("URL: https://a.example.com/\nUsername: {user}\nPassword: p\n");
        assert_eq!(read(&text), ["https://a.example.com/ ·  · p · "], "{text}");
    }
}

#[test]
fn lines_and_confidence_are_told() {
    let text = "CLOUD LOGS - @ExampleCloud\n\nURL: https://a.example.com/\nUsername: u\nPassword: p\n\
                Strange: thing\nApplication: c\n=====\nURL: https://b.example.com/\nPassword: p\n";
    let found = parse(text.as_bytes(), 10);
    let spans: Vec<_> =
        found.credentials.iter().map(|fact| (fact.span.first, fact.span.last)).collect();
    assert_eq!(spans, [(12, 16), (18, 19)]);
    assert_eq!(found.lines, LineCounts { records: 6, noise: 2, unexplained: 1 });
    let confidence: Vec<_> = found.credentials.iter().map(|fact| fact.confidence).collect();
    assert_eq!(confidence, [Confidence::High, Confidence::Medium]);
    let guess = parse(b"https://a.example.com/\nUser: u\nPass: p\n", 1);
    assert_eq!(guess.credentials[0].confidence, Confidence::Low);
    assert_eq!(guess.credentials[0].span, crate::provenance::Span::new(1, 3));
    let after_ulp =
        parse(b"https://b.example.net/x:u:p\nSOFT: c\nURL: a.example.com\nUSER: u\nPASS: p", 1);
    assert_eq!(after_ulp.credentials[0].span, crate::provenance::Span::new(2, 5));
    assert_eq!(after_ulp.lines.unexplained, 1);
}

#[test]
fn the_profile_belongs_to_the_software() {
    let text = b"browser: Chrome\nprofile: P1\nurl: a.example.com\nlogin: u\npassword: p\n";
    assert_eq!(parse(text, 1).credentials[0].profile.as_deref(), Some(&b"P1"[..]));
}
