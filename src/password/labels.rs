//! The words and signs behind which people write the password of an archive.

/// Words for a password, in the languages of those who post archives; longer ones stand before
/// those that they begin with.
pub(super) const LABELS: &[&str] = &[
    "passwords",
    "password",
    "passwort",
    "passphrase",
    "passcode",
    "passwd",
    "passw",
    "passe",
    "pass",
    "pwd",
    "psw",
    "pw",
    "parolă",
    "parola",
    "kennwort",
    "mot de passe",
    "mdp",
    "contraseña",
    "contrasena",
    "clave",
    "senha",
    "şifre",
    "sifre",
    "hasło",
    "haslo",
    "heslo",
    "jelszó",
    "wachtwoord",
    "lösenord",
    "kata sandi",
    "sandi",
    "mật khẩu",
    "mat khau",
    "пароль",
    "парола",
    "пасс",
    "пас",
    "كلمة السر",
    "كلمة المرور",
    "الباسورد",
    "باسورد",
    "رمز عبور",
    "رمز",
    "پسورد",
    "סיסמה",
    "סיסמא",
    "पासवर्ड",
    "รหัสผ่าน",
    "解压密码",
    "解壓密碼",
    "密码",
    "密碼",
    "パスワード",
    "비밀번호",
    "비번",
    "암호",
];

/// What those of them begin with that begin with an ASCII letter.
const ASCII_INITIALS: &str = "pkmcshwlj";

/// Signs for a password.
const SIGNS: &[char] = &['🔑', '🔐', '🗝', '🔓', '🔒', '🔏'];

/// Words that stand where a password would, and are none.
const FALSE_WORDS: &[&str] = &[
    "none",
    "null",
    "nil",
    "n/a",
    "without",
    "not",
    "required",
    "needed",
    "protected",
    "archive",
    "archives",
    "file",
    "files",
    "for",
    "the",
    "and",
    "below",
    "here",
    "нет",
    "без",
    "архив",
    "архива",
    "yok",
    "keine",
    "ninguna",
    "нету",
];

/// What stands between a label and its password.
pub(super) fn is_separator(c: char) -> bool {
    matches!(c, ':' | '=' | '：' | '＝' | '-' | '–' | '—' | '>' | '→' | '➜' | '⇒' | '➡' | '»' | '|')
}

/// What is drawn round words: no part of them.
pub(super) fn is_decoration(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{fe0e}' | '\u{fe0f}' | '\u{feff}')
}

/// The length of the label that `rest` begins with, when it stands behind `before`.
pub(super) fn label_length(before: Option<char>, rest: &str) -> Option<usize> {
    let first = rest.chars().next()?;
    let joins_words = |c: char| c >= '\u{2e80}';
    if before.is_some_and(char::is_alphanumeric) && !joins_words(first) {
        return None;
    }
    let lower = first.to_lowercase().next()?;
    if lower.is_ascii() && !ASCII_INITIALS.contains(lower) {
        return None;
    }
    let begins_so = |label: &&&str| label.chars().next().is_some_and(|letter| letter == lower);
    LABELS.iter().filter(begins_so).find_map(|label| {
        let length = prefix_length(rest, label)?;
        let behind = rest.get(length..)?.chars().next();
        let ends = joins_words(first) || !behind.is_some_and(char::is_alphanumeric);
        ends.then_some(length)
    })
}

/// The length of the sign that `rest` begins with.
pub(super) fn sign_length(rest: &str) -> Option<usize> {
    let first = rest.chars().next()?;
    SIGNS.contains(&first).then(|| first.len_utf8())
}

/// How many bytes of `text` say the same as the lower-case `label`, if it begins with that.
fn prefix_length(text: &str, label: &str) -> Option<usize> {
    let mut chars = text.chars();
    for expected in label.chars() {
        let mut lower = chars.next()?.to_lowercase();
        if lower.next() != Some(expected) {
            return None;
        }
    }
    Some(text.len() - chars.as_str().len())
}

/// Whether a word is one of those that stand in place of a password.
pub(super) fn is_false(word: &str) -> bool {
    let word = word.trim_matches(|c: char| c.is_ascii_punctuation() || is_separator(c));
    let is_label = label_length(None, word) == Some(word.len());
    is_label || FALSE_WORDS.iter().any(|other| prefix_length(word, other) == Some(word.len()))
}
