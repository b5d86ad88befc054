//! What holds for every file: what is written is read, every line is counted, nothing panics.

use proptest::prelude::*;

use super::super::parse;
use super::read;

/// Values that look like everything else in a file.
fn nasty() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just(":"),
        Just("="),
        Just(" "),
        Just("|"),
        Just("URL: "),
        Just("Password: "),
        Just("USER:"),
        Just("====="),
        Just("https://"),
        Just("."),
        Just("ä"),
        Just("пароль"),
        Just("\\"),
        Just("#"),
        Just("a"),
        Just("Zz9"),
        Just("@"),
        Just("-----"),
        Just("["),
        Just("\""),
    ];
    prop::collection::vec(piece, 1..8).prop_map(|pieces| pieces.concat())
}

/// A value that a stealer would write as a login: no white space at its ends, no placeholder.
fn login() -> impl Strategy<Value = String> {
    nasty().prop_map(|text| format!("u{}", text.trim()))
}

fn password() -> impl Strategy<Value = String> {
    nasty().prop_filter("white space alone is no password", |text| !text.trim().is_empty())
}

fn site() -> impl Strategy<Value = String> {
    "https://[a-z]{1,8}\\.example\\.com/[a-z0-9?=&:%]{0,12}"
}

/// How a file writes its blocks: keys, separator, what ends a block.
const GRAMMARS: &[(&[&str; 4], &str, &str)] = &[
    (&["URL", "Username", "Password", "Application"], ": ", "===============\n"),
    (&["URL", "Username", "Password", "Application"], ": ", ""),
    (&["SOFT", "URL", "USER", "PASS"], ": ", ""),
    (&["SOFT", "URL", "USER", "PASS"], ": ", "\n"),
    (&["Soft", "Host", "Login", "Password"], ": ", "\n\n"),
    (&["Soft", "Host", "Login", "Password"], ": ", "-----\n"),
    (&["Browser", "Link", "Login", "Password"], " : ", "=====Example=====\n"),
    (&["Soft", "URL", "USER", "PASS"], " = ", "\n"),
    (&["Soft", "URL", "USER", "PASS"], ":\t", "━━━━━━━━━━━━\n"),
];

proptest! {
    #[test]
    fn what_is_written_is_read(
        logins in prop::collection::vec((site(), login(), password()), 1..12),
        grammar in 0..GRAMMARS.len(),
        crlf: bool,
    ) {
        let (keys, separator, end) = GRAMMARS[grammar];
        let mut text = String::new();
        for (url, user, password) in &logins {
            for key in keys {
                let value = match *key {
                    "URL" | "Host" | "Link" => url.as_str(),
                    "Username" | "USER" | "Login" => user,
                    "Password" | "PASS" => password,
                    _ => "Chrome",
                };
                text.push_str(&format!("{key}{separator}{value}\n"));
            }
            text.push_str(end);
        }
        if crlf {
            text = text.replace('\n', "\r\n");
        }
        let expected: Vec<_> = logins
            .iter()
            .map(|(url, user, password)| format!("{url} · {user} · {password} · Chrome"))
            .collect();
        prop_assert_eq!(read(&text), expected);
    }

    #[test]
    fn anything_is_survived(bytes: Vec<u8>, first in 1_u64..9) {
        let _ = parse(&bytes, first);
    }

    #[test]
    fn any_lines_are_survived_and_counted(
        lines in prop::collection::vec(prop_oneof![
            Just("URL: a.example.com"), Just("Login: u"), Just("Password: p"), Just(""), Just("====="),
            Just("text"), Just("SOFT: c"), Just("|x|"), Just("[\"a\" = \"b\"]"), Just("https://x.example.com/"),
            Just("Host: a\\nLogin: b\\nPass: c"), Just("URL   Login   Password"), Just("a  b  c"),
        ], 0..40),
    ) {
        let text = lines.join("\n");
        let found = parse(text.as_bytes(), 1);
        let counts = found.lines;
        let filled = lines.iter().filter(|line| !line.is_empty()).count() as u64;
        let written_out = lines.iter().filter(|line| line.contains("\\n")).count() as u64;
        let all = counts.records + counts.noise + counts.unexplained;
        prop_assert!(all >= filled && all <= filled + 2 * written_out, "{:?} {}", counts, filled);
    }
}
