//! Keys that nobody listed, but that are put together from words that are known: `Saved URL`,
//! `Account Password`, `Адрес сайта`.
//!
//! Every word has to be known: `Password Hint`, `Login Count` and `Browser Version` mean something
//! else. Words are compared whole, never by a part.

use std::sync::LazyLock;

use super::CredentialLabel::{self, Password, Software, Url, Username};
use super::{NormalKey, Table};

/// What a word adds to a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word {
    /// It names the field by itself, and says more about other fields (`Login URL`).
    Field(CredentialLabel),
    /// It says more about a field (`Имя входа`).
    Of(CredentialLabel),
    /// A part of the address that no login has: `Password URL` is where one is changed.
    UrlOnly,
    /// It names the login by itself, and a kind of address.
    Mail,
    /// What a `Name` is depends on the other words.
    Name,
    /// A number or short name of a user.
    Id,
    /// Of a page or of mail.
    Address,
    /// What it adds does not matter.
    Filler,
    /// What follows says more about what stands before.
    Preposition,
}

/// The words, in normal form.
const WORDS: &[(Word, &str)] = &[
    (Word::UrlOnly, "url uri link page webpage urls ссылка enlace lien"),
    (
        Word::Field(Url),
        "site website web host hostname portal seite webseite sitio strona сайт хост",
    ),
    (Word::Of(Url), "сайта service origin target"),
    (
        Word::Field(Username),
        "user username login logon account usuario benutzer benutzername nutzer konto \
         utilisateur identifiant compte utente логин пользователь",
    ),
    (Word::Mail, "email mail e correo почта"),
    (Word::Of(Username), "пользователя аккаунта входа"),
    (
        Word::Field(Password),
        "password pass passwd pwd passwort kennwort contrasena senha clave пароль parola sifre \
         haslo",
    ),
    (
        Word::Field(Software),
        "browser application app program programm software navegador navigateur браузер программа \
         приложение",
    ),
    (Word::Name, "name nombre nom nome имя nazwa"),
    (Word::Id, "id"),
    (Word::Address, "address adresse direccion endereco indirizzo адрес"),
    (
        Word::Filler,
        "saved stored your the full original current decrypted decoded plain plaintext clear \
         cleartext raw value text used ваш сохраненный сохраненная guardada guardado gespeichertes \
         gespeicherte enregistre salva",
    ),
    (Word::Preposition, "of for de del du da do di от для"),
];

static KNOWN: LazyLock<Table<Word>> = LazyLock::new(|| Table::new(WORDS));

/// Most words of a key.
const MOST_WORDS: usize = 5;

/// What a key of several known words names; one word has to be in the list of keys.
pub(super) fn label(raw: &[u8]) -> Option<CredentialLabel> {
    // Most keys of most files are one word, `https`.
    if !raw.iter().any(|byte| is_space(*byte) || byte.is_ascii_digit() || byte.is_ascii_uppercase())
    {
        return None;
    }
    // What has such signs in it is a host, a path, an address.
    if raw.iter().any(|byte| b"./@\\".contains(byte)) {
        return None;
    }
    let mut key = Key::default();
    for word in raw.split(|byte| is_space(*byte)) {
        word_by_case(word, |word| key.add(word))?;
    }
    key.label()
}

/// Whether a byte stands between the words of a key.
fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'_' | b'-' | b'\t')
}

/// Hands on `savedURL` and `LoginName` as two words each.
fn word_by_case(word: &[u8], mut add: impl FnMut(&[u8]) -> Option<()>) -> Option<()> {
    let mut start = 0;
    for (index, pair) in word.windows(2).enumerate() {
        if matches!(pair, [b'a'..=b'z', b'A'..=b'Z']) {
            add(word.get(start..=index)?)?;
            start = index + 1;
        }
    }
    add(word.get(start..)?)
}

/// The words of a key as far as they were read.
#[derive(Default)]
struct Key {
    words: usize,
    /// The fields that words name, in their order.
    first: Option<CredentialLabel>,
    last: Option<CredentialLabel>,
    /// Fields that are named or spoken of.
    user: bool,
    url: bool,
    software: bool,
    password: bool,
    url_only: bool,
    mail: bool,
    is_numbered: bool,
    open: Option<Word>,
    has_preposition: bool,
}

impl Key {
    fn add(&mut self, word: &[u8]) -> Option<()> {
        // Bullets and brackets.
        let Some(word) = NormalKey::new(word) else { return Some(()) };
        let (stem, number) = word.without_suffix().unwrap_or((word, &[]));
        self.is_numbered |= (1..=2).contains(&number.len());
        if stem.as_bytes().is_empty() {
            return Some(());
        }
        let word = KNOWN.get(stem.as_bytes())?;
        self.words += 1;
        match word {
            Word::Field(label) => {
                self.speak_of(label);
                self.name(label);
            }
            Word::Mail => {
                self.mail = true;
                self.user = true;
                self.name(Username);
            }
            Word::Of(label) => self.speak_of(label),
            Word::UrlOnly => {
                self.url_only = true;
                self.name(Url);
            }
            Word::Name | Word::Id | Word::Address => self.open = Some(word),
            Word::Filler => {}
            Word::Preposition => self.has_preposition = true,
        }
        (self.words <= MOST_WORDS).then_some(())
    }

    fn speak_of(&mut self, label: CredentialLabel) {
        match label {
            Url => self.url = true,
            Username => self.user = true,
            Password => self.password = true,
            _ => self.software = true,
        }
    }

    fn name(&mut self, label: CredentialLabel) {
        self.first = self.first.or(Some(label));
        self.last = Some(label);
    }

    fn label(&self) -> Option<CredentialLabel> {
        // `user1` is somebody's name.
        let is_one = self.words == 1 && self.is_numbered && (self.url_only || self.password);
        if self.words < 2 && !is_one {
            return None;
        }
        if self.password {
            return (!self.url_only && self.open.is_none()).then_some(Password);
        }
        match self.open {
            Some(Word::Name) if self.software && !self.user => Some(Software),
            Some(Word::Name | Word::Id) if self.user && !self.software => Some(Username),
            Some(Word::Address) if self.url || self.url_only => Some(Url),
            Some(Word::Address) if self.mail => Some(Username),
            Some(_) => None,
            None if self.has_preposition => self.first,
            None => self.last,
        }
    }
}
