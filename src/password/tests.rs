//! Words that may be passwords: what people write round archives.

use proptest::prelude::*;

use super::handles::Handles;
use super::words::{LoneWords, Words, promises_password};
use super::*;

fn of_text(text: &str) -> Vec<String> {
    Words::of_text(text.as_bytes(), LoneWords::Count).words
}

#[test]
fn the_password_of_a_text_comes_first() {
    for (text, password) in [
        (".pass: @ExampleCloud", "@ExampleCloud"),
        ("🔑 .pass: `@ExampleCloud`", "@ExampleCloud"),
        ("500 logs, fresh\n\n🔑.pass: ``` @ExampleCloud ```\nenjoy", "@ExampleCloud"),
        ("pass: Example#1", "Example#1"),
        ("password : Example#1", "Example#1"),
        ("Password = Example#1", "Example#1"),
        ("PASSWORD=Example#1", "Example#1"),
        ("Password - Example#1", "Example#1"),
        ("Pass → Example#1", "Example#1"),
        ("pass => Example#1", "Example#1"),
        ("pass >> Example#1", "Example#1"),
        ("Pass：Example#1", "Example#1"),
        ("🔐 Example#1", "Example#1"),
        ("🗝️ Example#1", "Example#1"),
        ("🔐 Password: Example#1", "Example#1"),
        ("🔑 - `Example#1`", "Example#1"),
        ("🔑:\nExample#1", "Example#1"),
        ("Password:\n\n  Example#1  ", "Example#1"),
        ("🔑 Password\nExample#1", "Example#1"),
        ("Password 👇\nExample#1", "Example#1"),
        ("Password for this archive: Example#1", "Example#1"),
        ("password (rar): Example#1", "Example#1"),
        ("Password for 500 logs: Example#1", "Example#1"),
        ("unzip with password Example#1 and enjoy", "Example#1"),
        ("pass \"Example 1\"", "Example 1"),
        ("pass: “Example 1”", "Example 1"),
        ("pass: «Example 1»", "Example 1"),
        ("pass: [Example#1]", "Example#1"),
        ("**Pass:** Example#1", "Example#1"),
        ("Пароль: Example#1", "Example#1"),
        ("ПАРОЛЬ ОТ АРХИВА - Example#1", "Example#1"),
        ("пас: Example#1", "Example#1"),
        ("Passwort: Example#1", "Example#1"),
        ("Mot de passe : Example#1", "Example#1"),
        ("MDP: Example#1", "Example#1"),
        ("Contraseña: Example#1", "Example#1"),
        ("Senha: Example#1", "Example#1"),
        ("Şifre: Example#1", "Example#1"),
        ("Hasło: Example#1", "Example#1"),
        ("Mật khẩu: Example#1", "Example#1"),
        ("كلمة السر: Example#1", "Example#1"),
        ("解压密码：Example#1", "Example#1"),
        ("文件密码Example#1", "Example#1"),
        ("パスワード: Example#1", "Example#1"),
        ("비밀번호: Example#1", "Example#1"),
        ("pass: https://t.me/ExampleCloud", "https://t.me/ExampleCloud"),
        ("pass: t.me/+AbCd-12_3 (join!)", "t.me/+AbCd-12_3"),
        ("pass: пароль123", "пароль123"),
        ("pass: Example#1.", "Example#1."),
        ("the archive\nExample#1\nis locked with this word", "Example#1"),
        ("pass:\u{200b} Example#1\u{200b}", "Example#1"),
        ("\u{feff}Pass: Example#1\r\n", "Example#1"),
    ] {
        assert_eq!(of_text(text).first().map(String::as_str), Some(password), "{text}");
    }
}

#[test]
fn every_label_is_known_by_its_first_letter() {
    for label in super::labels::LABELS {
        assert_eq!(super::labels::label_length(None, label), Some(label.len()), "{label}");
        let text = format!("{}: Example#1", label.to_uppercase());
        assert_eq!(of_text(&text).first().map(String::as_str), Some("Example#1"), "{text}");
    }
}

#[test]
fn what_else_may_be_meant_comes_later() {
    for (text, password) in [
        ("pass: Example#1.", "Example#1"),
        ("pass: My Example Cloud", "My Example Cloud"),
        ("pass: Example#1 or Example#2", "Example#2"),
        ("pass: Example#1 | t.me/ExampleCloud", "Example#1"),
        ("pass: -Example-", "-Example-"),
        ("pass: (Example#1)", "(Example#1)"),
        ("🔑 first `Example#1` then `Example#2`", "Example#2"),
    ] {
        assert!(of_text(text).iter().any(|word| word == password), "{text}: {:?}", of_text(text));
    }
}

#[test]
fn what_is_no_password() {
    for text in [
        "",
        "pass: none",
        "Password: ",
        "password",
        "pass: no",
        "no password",
        "pass: ab",
        "compass: here",
        "bypassed all of it",
        "500 logs of example.com and others",
        "🔑",
        "🔑 password",
    ] {
        assert_eq!(of_text(text), [""; 0], "{text}");
    }
    assert_eq!(of_text(&format!("pass: {}", "x".repeat(101))), [""; 0]);
}

#[test]
fn lists_of_logins_are_no_notes() {
    let login = "URL: https://example.com/\nUSER: user\nPASS: Example#1\n\n";
    assert!(!Words::of_text(login.as_bytes(), LoneWords::AreText).words.is_empty());
    assert!(of_text(&login.repeat(20)).is_empty());
    assert!(of_text("https://example.com/:user:Example#1\n").len() == 1);
    let lines: String =
        (0..99).map(|n| format!("https://example.com/:user{n}:Example#1\n")).collect();
    assert!(of_text(&lines).is_empty());
    assert!(Words::of_text(b"Example#1", LoneWords::AreText).words.is_empty());
}

#[test]
fn few_words_of_large_texts() {
    let long = "pass: Example#1 Example#2\n".repeat(50_000);
    assert!(of_text(&long).len() <= 24);
    let line: String =
        (0..50_000).map(|n| format!("`word{n}` @Handle{n} t.me/Other{n} ")).collect();
    let found = Words::of_text(line.as_bytes(), LoneWords::Count);
    assert!(found.words.len() <= 24 && found.handles.names().count() <= 8);
    assert!(Words::of_name(&"pass_".repeat(20_000)).is_empty());
    assert!(of_text(&"🔑".repeat(100_000)).is_empty());
    assert!(of_text(&"pass ".repeat(100_000)).is_empty());
}

#[test]
fn the_password_in_a_file_name() {
    for (name, password) in [
        ("500 LOGS pass @ExampleCloud.rar", "@ExampleCloud"),
        ("500 LOGS pass @ExampleCloud.part01.rar", "@ExampleCloud"),
        ("500 LOGS pass @ExampleCloud (1).rar", "@ExampleCloud"),
        ("logs [password=Example#1].7z", "Example#1"),
        ("logs [password=Example#1] 12.05.2024.7z.001", "Example#1"),
        ("(pass Example 1) logs.zip", "Example 1"),
        ("pw-Example.zip", "Example"),
        ("logs_pass_word.zip", "word"),
        ("123_45_500_LOGS_pass_@ExampleCloud.rar", "@ExampleCloud"),
        ("logs Pass_ Example#1.zip", "Example#1"),
        ("пароль Example.rar", "Example"),
        ("cloud/inner pass Inv3nted!Word.zip", "Inv3nted!Word"),
        ("logs pass Cloud.2024.rar", "Cloud.2024"),
    ] {
        let words = Words::of_name(name).words;
        let at = words.iter().position(|word| word == password);
        assert!(at.is_some_and(|at| at < 2), "{name}: {words:?}");
    }
    for name in ["500 LOGS 12.05.2024.rar", "Passwords.zip", "pass.zip", "compass.zip", ".rar", ""]
    {
        assert!(Words::of_name(name).words.is_empty(), "{name}");
    }
}

#[test]
fn channels_are_found() {
    let text = |text: &str| Words::of_text(text.as_bytes(), LoneWords::Count).handles;
    let name = |name: &str| Words::of_name(name).handles;
    for (handles, expected) in [
        (text("by @ExampleCloud."), &["ExampleCloud"][..]),
        (text("join https://t.me/Example_Cloud/12"), &["Example_Cloud"]),
        (text("T: t.me/s/ExampleCloud telegram.me/Another1"), &["ExampleCloud", "Another1"]),
        (text("https://t.me/+AbCd-12 t.me/joinchat/AAAA_b"), &["+AbCd-12", "joinchat/AAAA_b"]),
        (text("mail user@example.com or not@me, @ab, @123, t.me/+"), &[]),
        (text("(@ExampleCloud)@ExampleCloud"), &["ExampleCloud"]),
        (name("@ExampleCloud 500 LOGS.rar"), &["ExampleCloud"]),
        (name("1_2_@Example_500_LOGS.rar"), &["Example_500_LOGS", "Example"]),
        (name("https___t.me_ExampleCloud.rar"), &["ExampleCloud"]),
        (Handles::of_title("Example Cloud ☁️"), &["ExampleCloud"]),
        (Handles::of_title("@ExampleCloud"), &["ExampleCloud"]),
        (Handles::of_title("☁️"), &[]),
    ] {
        assert_eq!(handles.names().collect::<Vec<_>>(), expected);
    }
}

#[test]
fn channels_as_passwords() {
    let forms: Vec<_> = Handles::of_title("Cloud").forms().collect();
    assert_eq!(
        forms,
        [
            "@Cloud",
            "https://t.me/Cloud",
            "t.me/Cloud",
            "Cloud",
            "@cloud",
            "https://t.me/cloud",
            "t.me/cloud",
            "cloud"
        ]
    );
}

#[test]
fn notes_that_promise_a_password() {
    for name in ["password.txt", "PASS.txt", "Пароль.txt", "the password is here.txt"] {
        assert!(promises_password(name), "{name}");
    }
    for name in ["README.txt", "compass.txt", "logs.txt"] {
        assert!(!promises_password(name), "{name}");
    }
}

#[test]
fn nothing_prints_a_word() {
    let words = Words::of_text(b"pass: Example#1 @ExampleCloud", LoneWords::Count);
    assert!(!format!("{words:?}").contains("Example"));
}

#[test]
fn what_was_tried_is_told() {
    let candidates = |origins: &[PasswordOrigin]| -> Vec<Candidate> {
        origins.iter().map(|&origin| Candidate::new(b"Example#1", origin)).collect()
    };
    assert_eq!(locked(&[]).code, Code::PasswordRequired);
    let issue = locked(&candidates(&[PasswordOrigin::Handle]));
    assert_eq!(issue.detail, "encrypted, and the only password known does not fit (1 handle)");
    let issue = locked(&candidates(&[
        PasswordOrigin::Caption,
        PasswordOrigin::Given,
        PasswordOrigin::Caption,
    ]));
    assert_eq!(issue.detail, "encrypted, and none of 3 passwords fits (1 given, 2 caption)");
    assert!(!issue.detail.contains("Example"));
}

proptest! {
    #[test]
    fn any_text_is_read(text in "(pass|: |🔑|`|@|t\\.me/|\\+|\\[|密码|\n|[a-zЖ\u{200b}İ]){0,40}") {
        let found = Words::of_text(text.as_bytes(), LoneWords::Count);
        prop_assert!(found.words.iter().all(|word| (3..=100).contains(&word.len())));
        Words::of_name(&text);
    }
}
