//! What is written is read, in every grammar; every line is counted; nothing panics.
//!
//! `Grammar` writes random logins the way some stealer or re-packer would. What no reader could
//! tell apart is never written; it is listed here once, and nowhere else:
//!
//! - a single word in place of an address needs a password line to be one (forms have such lines);
//! - white space alone is no password, and white space at the ends of a login is not kept;
//! - behind a TAB as separator, `:` and `=` at the start of a value belong to the separator;
//! - where `\n` written out ends lines, a `\` in a value may be the start of such an end;
//! - without anything between blocks, a block must have the key that blocks begin with, and the
//!   last of a file must not lack more than one key: else two blocks make one.

use proptest::prelude::*;

use super::super::parse;
use super::show;
use crate::artefact::{self, Hint};
use crate::fact::CredentialFact;
use crate::provenance::Span;

/// What a line of a block says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Slot {
    Soft,
    Profile,
    Url,
    User,
    Pass,
    Date,
}
use Slot::{Date, Pass, Profile, Soft, Url, User};

/// The observed orders of keys.
const ORDERS: &[&[(Slot, &str)]] = &[
    &[(Url, "URL"), (User, "Username"), (Pass, "Password"), (Soft, "Application")],
    &[(Soft, "SOFT"), (Url, "URL"), (User, "USER"), (Pass, "PASS")],
    &[(Soft, "Soft"), (Url, "Host"), (User, "Login"), (Pass, "Password")],
    &[(Soft, "browser"), (Profile, "profile"), (Url, "url"), (User, "login"), (Pass, "password")],
    &[(Url, "URL"), (User, "LOGIN"), (Pass, "PASSWORD")],
    &[(Url, "URL"), (User, "Username"), (Pass, "Password"), (Soft, "Browser")],
    &[(Url, "URL"), (User, "User"), (Pass, "Pass"), (Soft, "From")],
    &[
        (Url, "URL"),
        (User, "Username"),
        (Pass, "Password"),
        (Date, "Date Created"),
        (Soft, "Application"),
    ],
    &[(Soft, "Application"), (Url, "URL"), (User, "Username"), (Pass, "Password")],
    &[(Url, "Host"), (User, "Username"), (Pass, "Password")],
    &[(Url, "URL"), (User, "USR"), (Pass, "PASS")],
    &[(Url, "Ссылка"), (User, "Логин"), (Pass, "Пароль"), (Soft, "Браузер")],
    &[(Url, "UR1"), (User, "U53RN4M3"), (Pass, "P455W0RD")],
    &[(Url, "Hоst"), (User, "Usеrname"), (Pass, "Рassword"), (Soft, "Sоft")],
];

const SEPARATORS: &[&str] = &[": ", ":", " : ", "=", " = ", ":\t", "\t"];

const BOUNDARIES: &[&str] = &[
    "",
    "\n",
    "\n\n",
    "===============\n",
    "---\n",
    "==================================================\n\n",
    "________________\n",
    "~~~~~~~~~~\n",
    "*****\n",
    "━━━━━━━━━━━━━━━━━━━━━━━━\n",
    "────────\n",
    "\n————————\n",
    "==================Blank Grabber===================\n\n",
];

/// What stands in front of every line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dress {
    Same(&'static str),
    Watermark,
}

const DRESSES: &[Dress] = &[
    Dress::Same(""),
    Dress::Same(""),
    Dress::Same(" "),
    Dress::Same("            "),
    Dress::Same("\t"),
    Dress::Same("- "),
    Dress::Same("\t* "),
    Dress::Same("• "),
    Dress::Same("> "),
    Dress::Watermark,
];

const LINE_ENDS: &[&str] = &["\n", "\n", "\r\n", "\r", "\r\r\n", "\\n"];

/// What stands between entries.
const BETWEEN: &[&str] = &[
    "",
    "",
    "",
    "\u{feff}",
    "CLOUD LOGS - @ExampleCloud | SHOP - @Example_bot",
    "Join us: https://t.me/example",
    "Site: https://t.me/example",
    "| D Join: x |",
];

/// What a program and its profile look like in the line of their key.
const SOFTWARE: &[&str] = &[
    "Chrome Default (132.0.6834.15)",
    "Google Chrome [Default]",
    "Google_[Chrome]_Default",
    "Chrome [Profile: Default]",
    "Mozilla Firefox (abcd1234.default)",
];

#[derive(Debug, Clone)]
struct Grammar {
    order: &'static [(Slot, &'static str)],
    separator: &'static str,
    boundary: &'static str,
    dress: Dress,
    line_end: &'static str,
    between: &'static str,
}

fn grammar() -> impl Strategy<Value = Grammar> {
    (
        prop::sample::select(ORDERS),
        prop::sample::select(SEPARATORS),
        prop::sample::select(BOUNDARIES),
        prop::sample::select(DRESSES),
        prop::sample::select(LINE_ENDS),
        prop::sample::select(BETWEEN),
    )
        .prop_map(|(order, separator, boundary, dress, line_end, between)| {
            // Marks and watermarks stand at the start of lines, of which such a text has one.
            let (between, dress) =
                if line_end == "\\n" { ("", Dress::Same("")) } else { (between, dress) };
            Grammar { order, separator, boundary, dress, line_end, between }
        })
}

/// One login to be written.
#[derive(Debug, Clone)]
struct Login {
    url: String,
    user: String,
    password: String,
    software: &'static str,
    /// Which line is missing.
    missing: Option<Slot>,
}

/// Values that look like everything else in a file.
fn nasty() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(
        &[
            ":",
            "=",
            " ",
            "|",
            "URL: ",
            "URL: x",
            "Password: ",
            "USER:",
            "Login: u",
            "Password:",
            "=====",
            "https://",
            ".",
            "ä",
            "пароль",
            "\\",
            "\\n",
            "#",
            "a",
            "Zz9",
            "@",
            "-----",
            "[",
            "\"",
            "->",
            " - ",
            "t.me/",
            ";",
            ",",
            "  ",
            "/",
            "{",
            "SOFT",
            "é",
        ][..],
    );
    prop::collection::vec(piece, 1..8).prop_map(|pieces| pieces.concat())
}

fn site() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => "https://[a-z]{1,8}\\.example\\.com/[a-z0-9?=&:%#]{0,12}",
        3 => prop::sample::select(&[
            "a.example.com", "vpn.example.com:8443", "http://203.0.113.10:8080/", "localhost",
            "http://[2001:db8::1]:8443/a", "http://intranet/", "android://AA==@com.example.app/",
            "chrome-extension://abcdefgh/x.html", "moz-proxy://proxy.example.com:3128",
            "oauth://accounts.example.com", "imap://imap.example.com:993", "TERMSRV/host",
            "http://203.0.113.10:8080 (Example Realm)", "https://user@a.example.com/",
            "HTTPS://LOGIN.EXAMPLE.COM./", "https://xn--bcher-kva.example/", "about:config",
            "https://bücher.example/", "ftp://ftp.example.com:21", "file:///C:/a b/x.html",
        ][..]).prop_map(str::to_owned),
    ]
}

fn login() -> impl Strategy<Value = Login> {
    let missing = prop::sample::select(
        &[None, None, None, None, Some(User), Some(Soft), Some(Date), Some(Pass)][..],
    );
    (site(), nasty(), nasty(), prop::sample::select(SOFTWARE), missing).prop_map(
        |(url, user, password, software, missing)| Login {
            url,
            user: format!("u{}", user.trim()),
            password: if password.trim().is_empty() { format!("{password}x") } else { password },
            software,
            missing,
        },
    )
}

impl Grammar {
    /// Whether the login can be told from everything else in this grammar.
    fn can_write(&self, login: &Login) -> bool {
        let values = [&login.url, &login.user, &login.password];
        let sign_first = |value: &&String| value.starts_with([':', '=']);
        let is_word = !login.url.contains(['.', ':', '/']) && login.missing == Some(Pass);
        let loses_sign = self.separator == "\t" && values.iter().any(sign_first);
        let ends_early = self.line_end == "\\n" && values.iter().any(|v| v.contains('\\'));
        !is_word && !loses_sign && !ends_early
    }

    /// The text, and how each login should be read from it.
    fn write(&self, logins: &[Login]) -> (String, Vec<(String, Span)>) {
        let mut lines: Vec<String> = Vec::new();
        let mut expected = Vec::new();
        for login in logins {
            let mark = if self.between == "\u{feff}" { self.between } else { "" };
            if mark.is_empty() && !self.between.is_empty() {
                lines.push(self.between.to_owned());
            }
            let first = lines.len();
            // The key that blocks begin with is what tells them apart where nothing else does.
            let lead = self.order[0].0;
            let missing = login.missing.filter(|&slot| slot != lead || !self.boundary.is_empty());
            let written: Vec<_> =
                self.order.iter().filter(|(slot, _)| Some(*slot) != missing).collect();
            for (slot, key) in &written {
                let value = match slot {
                    Soft => login.software,
                    Profile => "Default",
                    Url => &login.url,
                    User => &login.user,
                    Pass => &login.password,
                    Date => "5/12/2024, 10:11:12 AM",
                };
                lines.push(format!("{key}{}{value}", self.separator));
            }
            lines[first].insert_str(0, mark);
            let has = |wanted| written.iter().any(|(slot, _)| *slot == wanted);
            let shown = format!(
                "{} · {} · {} · {}",
                login.url,
                if has(User) { &login.user } else { "" },
                if has(Pass) { &login.password } else { "<empty>" },
                if has(Soft) { login.software } else { "" },
            );
            if has(User) || has(Pass) {
                expected.push((shown, Span::new(first as u64 + 1, lines.len() as u64)));
            }
            lines.extend(self.boundary.lines().map(str::to_owned));
        }
        (self.join(&lines), expected)
    }

    fn join(&self, lines: &[String]) -> String {
        let marks = ["qwzkfp", "abcd", "zzzzzzzzz", "hjkla"].iter().cycle();
        let dressed = lines.iter().zip(marks).map(|(line, letters)| match self.dress {
            Dress::Watermark => {
                let (mark, line) =
                    line.strip_prefix('\u{feff}').map_or(("", &**line), |l| ("\u{feff}", l));
                format!("{mark}{letters}        {line}{}", self.line_end)
            }
            Dress::Same(prefix) if line.is_empty() || line.starts_with('\u{feff}') => format!(
                "{line}{}",
                self.line_end
            )
            .replacen('\u{feff}', &format!("\u{feff}{prefix}"), 1),
            // Bullets stand in front of keys only.
            Dress::Same(prefix) if self.boundary.contains(&**line) || line == self.between => {
                format!(
                    "{}{line}{}",
                    if prefix.trim().is_empty() { prefix } else { "" },
                    self.line_end
                )
            }
            Dress::Same(prefix) => format!("{prefix}{line}{}", self.line_end),
        });
        dressed.collect()
    }
}

fn shown(found: &[CredentialFact<'_>]) -> Vec<(String, Span)> {
    found.iter().map(|fact| (show(fact), fact.span)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn what_is_written_is_read(
        grammar in grammar(),
        mut logins in prop::collection::vec(login(), 1..8),
    ) {
        logins.retain(|login| grammar.can_write(login));
        // Without any key of a password a file is none of passwords.
        prop_assume!(logins.iter().any(|login| login.missing != Some(Pass)));
        let (text, expected) = grammar.write(&logins);
        let one_line = grammar.line_end == "\\n";
        let whole = |shown: Vec<(String, Span)>| -> Vec<(String, Span)> {
            let line = |span| if one_line { Span::line(1) } else { span };
            shown.into_iter().map(|(text, span)| (text, line(span))).collect()
        };
        let expected = whole(expected);
        let found = parse(text.as_bytes(), 1);
        prop_assert_eq!(&shown(&found.credentials), &expected, "{}", text);
        // The same through the dispatcher, which cuts mixed files into segments.
        let found = artefact::parse(text.as_bytes(), 1, Hint::Passwords);
        prop_assert_eq!(&shown(&found.credentials), &expected, "dispatched: {}", text);
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
