//! What may be said about a secret without telling it.
//!
//! The secret is what the machine's user typed: its bytes are decoded to UTF-8 first, so that the
//! fingerprint does not depend on the code page of the file.

use std::borrow::Cow;

use crate::fact::Password;
use crate::record::{CharClass, SecretFacts, SecretLength, SecretState};
use crate::secret::{Fingerprint, Key, Secret};
use crate::text;

/// State, length, kinds of characters and fingerprint of a password.
///
/// ```
/// use logsieve::{fact::Password, normalise::secret, secret::{Key, Secret}};
/// let key = Key::from_bytes(b"0123456789abcdef".to_vec()).unwrap();
/// let facts = secret::facts(&Password::Present(Secret::new(b"Example#1".as_slice())), &key);
/// assert_eq!(facts.fingerprint, Some(key.fingerprint(b"Example#1")));
/// assert_eq!(facts.classes.len(), 4);
/// ```
pub fn facts(password: &Password<'_>, key: &Key) -> SecretFacts {
    match password {
        Password::Present(secret) => present(&text::to_utf8(secret.expose()), key),
        Password::Empty => absent(SecretState::Empty),
        Password::Placeholder => absent(SecretState::Placeholder),
        Password::Unreadable => absent(SecretState::Present),
    }
}

/// What stands for a secret, where it is not empty: the same rule for cookies as for passwords.
pub fn fingerprint(secret: &Secret<'_>, key: &Key) -> Option<Fingerprint> {
    let value = text::to_utf8(secret.expose());
    (!value.is_empty()).then(|| key.fingerprint(value.as_bytes()))
}

/// Nothing but the state: there is no text to describe.
fn absent(state: SecretState) -> SecretFacts {
    SecretFacts { state, length: None, classes: Cow::default(), fingerprint: None }
}

fn present(value: &str, key: &Key) -> SecretFacts {
    let Some(length) = length(value.chars().count()) else {
        return absent(SecretState::Empty);
    };
    SecretFacts {
        state: SecretState::Present,
        length: Some(length),
        classes: classes(value),
        fingerprint: Some(key.fingerprint(value.as_bytes())),
    }
}

fn length(characters: usize) -> Option<SecretLength> {
    match characters {
        0 => None,
        1..=7 => Some(SecretLength::UpTo7),
        8..=11 => Some(SecretLength::UpTo11),
        12..=15 => Some(SecretLength::UpTo15),
        _ => Some(SecretLength::Longer),
    }
}

fn classes(value: &str) -> Cow<'static, [CharClass]> {
    let found = match value.is_ascii() {
        true => value.bytes().fold(0_u8, |found, byte| found | 1 << class_of_ascii(byte) as u8),
        false => value.chars().fold(0_u8, |found, c| found | 1 << class_of(c) as u8),
    };
    let all = CLASSES.get(usize::from(found)).copied().unwrap_or_default();
    all.into()
}

/// For each set of kinds, a bit for each, what is in it.
static CLASSES: [&[CharClass]; 16] = {
    use CharClass::{Digit, Lower, Symbol, Upper};
    [
        &[],
        &[Lower],
        &[Upper],
        &[Lower, Upper],
        &[Digit],
        &[Lower, Digit],
        &[Upper, Digit],
        &[Lower, Upper, Digit],
        &[Symbol],
        &[Lower, Symbol],
        &[Upper, Symbol],
        &[Lower, Upper, Symbol],
        &[Digit, Symbol],
        &[Lower, Digit, Symbol],
        &[Upper, Digit, Symbol],
        &[Lower, Upper, Digit, Symbol],
    ]
};

fn class_of_ascii(byte: u8) -> CharClass {
    match byte {
        b'a'..=b'z' => CharClass::Lower,
        b'A'..=b'Z' => CharClass::Upper,
        b'0'..=b'9' => CharClass::Digit,
        _ => CharClass::Symbol,
    }
}

fn class_of(c: char) -> CharClass {
    if c.is_lowercase() {
        CharClass::Lower
    } else if c.is_uppercase() {
        CharClass::Upper
    } else if c.is_numeric() {
        CharClass::Digit
    } else {
        CharClass::Symbol
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> Key {
        Key::from_bytes(vec![7; 32]).unwrap()
    }

    fn facts_of(bytes: &'static [u8]) -> SecretFacts {
        facts(&Password::Present(Secret::new(bytes)), &key())
    }

    #[test]
    fn length_is_counted_in_characters() {
        for (bytes, length) in [
            (&b"1234567"[..], SecretLength::UpTo7),
            ("пароль1".as_bytes(), SecretLength::UpTo7),
            (b"12345678", SecretLength::UpTo11),
            (b"12345678901", SecretLength::UpTo11),
            (b"123456789012", SecretLength::UpTo15),
            (b"123456789012345", SecretLength::UpTo15),
            (b"1234567890123456", SecretLength::Longer),
        ] {
            assert_eq!(facts_of(bytes).length, Some(length), "{bytes:?}");
        }
    }

    #[test]
    fn classes_come_in_one_order() {
        use CharClass::{Digit, Lower, Symbol, Upper};
        assert_eq!(*facts_of(b"#1Aa").classes, [Lower, Upper, Digit, Symbol]);
        assert_eq!(*facts_of("Ж ".as_bytes()).classes, [Upper, Symbol]);
        assert_eq!(*facts_of(b"=====").classes, [Symbol]);
    }

    #[test]
    fn the_code_page_does_not_change_the_fingerprint_and_spaces_do() {
        assert_eq!(
            facts_of(b"\xcf\xe0\xf0\xee\xeb\xfc").fingerprint,
            facts_of("Пароль".as_bytes()).fingerprint
        );
        assert_ne!(facts_of(b"Example#1 ").fingerprint, facts_of(b"Example#1").fingerprint);
        assert_ne!(facts_of(b" Example#1").fingerprint, facts_of(b"Example#1").fingerprint);
    }

    #[test]
    fn no_value_has_no_fingerprint() {
        for (password, state) in [
            (Password::Empty, SecretState::Empty),
            (Password::Placeholder, SecretState::Placeholder),
            (Password::Present(Secret::new(b"".as_slice())), SecretState::Empty),
            (Password::Present(Secret::new(b"\0".as_slice())), SecretState::Empty),
        ] {
            assert_eq!(facts(&password, &key()), absent(state));
        }
        assert_eq!(fingerprint(&Secret::new(b"".as_slice()), &key()), None);
    }
}
