//! Machines on which everything is as awkward as the catalogue of formats knows it to be: addresses
//! of every form, passwords that look like something else, names in other alphabets.

use std::collections::HashSet;

use jiff::civil::date;

use super::families::{Family, Field, Hwid, LoginShape};
use super::rng::Rng;
use super::victim::{Login, PROFILES, Saved, Victim, host_of};

/// The alphabet of a person's names and passwords.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alphabet {
    Ascii,
    Latin,
    Cyrillic,
    /// Of several at once: fits no old code page.
    All,
}

const COUNTRIES: [(&str, i8); 10] = [
    ("US", -5),
    ("DE", 1),
    ("BR", -3),
    ("IN", 4),
    ("JP", 9),
    ("PL", 2),
    ("FR", 1),
    ("GB", 0),
    ("TR", 3),
    ("VN", 7),
];

/// The country's usual name, and a culture of it.
pub fn country_name(code: &str) -> (&'static str, &'static str) {
    match code {
        "US" => ("United States", "en-US"),
        "DE" => ("Germany", "de-DE"),
        "BR" => ("Brazil", "pt-BR"),
        "IN" => ("India", "en-IN"),
        "JP" => ("Japan", "ja-JP"),
        "PL" => ("Poland", "pl-PL"),
        "FR" => ("France", "fr-FR"),
        "GB" => ("United Kingdom", "en-GB"),
        "TR" => ("Turkey", "tr-TR"),
        _ => ("Vietnam", "vi-VN"),
    }
}

/// Addresses; `§` becomes a number.
const URLS: &[&str] = &[
    "https://accounts.mail.test/signin",
    "https://www.games§.test/login?next=%2Fhome&x=1#top",
    "https://vpn§.example.com:8443/+CSCOE+/logon.html",
    "forum§.example.org",
    "login§.example.net:8443",
    "http://192.0.2.17:808§/",
    "http://[2001:db8::§]/admin",
    "http://[2001:db8::§]:8443/a",
    "http://localhost:§/",
    "localhost",
    "http://fileserver§/share",
    "fileserver§",
    "android://AAAABBBBCCCC§==@com.example.app/",
    "android://Zm9v_-§==@test.chat.app§/",
    "chrome-extension://abcdefghijklmnopabcdefghijklmnop/page§.html",
    "moz-extension://01234567-89ab-cdef-0123-456789abcde§/",
    "moz-proxy://proxy§.example.org:3128",
    "oauth://accounts.example.org/§",
    "mailbox://mail§.example.org",
    "imap://imap§.example.com",
    "smtp://smtp§.example.com:587",
    "pop3://pop§.example.com",
    "ftp://ftp§.example.org:21/",
    "sftp://files§.example.org/home",
    "ssh://git@build§.example.com",
    "rdp://terminal§.corp.example.com",
    "TERMSRV/terminal§.corp.example.com",
    "mailto:person§@mail.test",
    "about:logins",
    "chrome://FirefoxAccounts",
    "edge://settings/§",
    "file:///C:/Users/page§.html",
    "app://example§",
    "MicrosoftAccount:target=SSO_POP_Device§",
    "http://203.0.113.10:808§/ (Example Realm)",
    "https://www.münchen.example/§",
    "https://xn--mnchen-3ya.example/§",
    "HTTPS://WWW.SHOP§.EXAMPLE.COM/Account",
    "https://shop§.example.net./account",
    "https://someone@intra§.example.com/path",
    "https://someone:word@intra§.example.com:444/path",
    "https://www.shop§.test/a:b/c;d=e?f=g:h&url=https://x.test/",
    "https://example.com.evil§.test/login",
    "https://bank§.test:8443/auth/step:2",
    "",
];

/// The texts that stand for a password that could not be had.
const PLACEHOLDERS: &[&str] = &[
    "UNKNOWN",
    "N/A",
    "null",
    "None",
    "(null)",
    "Unable to decrypt",
    "DBSC-Protected: Cannot decrypt without server key",
    "[v20]0123456789abcdef",
    "[NOT_SAVED]",
];

impl Victim {
    /// The `number`th awkward machine, as `family` would find it.
    pub fn awkward(seed: u64, number: usize, family: &Family) -> Self {
        let mut victim = Self::new(seed, number);
        let mut rng = Rng::new(seed ^ (number as u64 + 77).wrapping_mul(0x9E6C_63D0_876A_9A69));
        let alphabet = *rng.pick(&[
            Alphabet::Ascii,
            Alphabet::Ascii,
            Alphabet::Latin,
            Alphabet::Cyrillic,
            Alphabet::All,
        ]);
        victim.alphabet = alphabet;
        (victim.country, victim.offset) = *rng.pick(&COUNTRIES);
        victim.user = user_name(&mut rng, number, alphabet);
        victim.computer = computer_name(&mut rng, number, alphabet);
        victim.date_form = rng.below(12);
        victim.hwid = hwid(&mut rng, family.hwid, &victim.guid);
        victim.os = *rng.pick(&[
            "Windows 10 Pro",
            "Windows 11 Home",
            "Windows 7 Ultimate",
            "Windows Server 2019 Standard",
            "Windows 10 Enterprise LTSC",
        ]);
        victim.infected =
            date(rng.within(2019, 2025) as i16, rng.within(1, 12) as i8, rng.within(1, 28) as i8)
                .at(rng.within(0, 23) as i8, rng.within(0, 59) as i8, rng.within(0, 59) as i8, 0);
        victim.logins.clear();
        victim
    }

    /// Saves awkward logins, as far as a file of this shape can tell them.
    pub fn save_awkward(&mut self, seed: u64, shape: &LoginShape) {
        let mut rng =
            Rng::new(seed ^ (self.number as u64 + 99).wrapping_mul(0x8CB9_2BA7_2F3D_8DD7));
        self.logins = logins(&mut rng, self.number, self.alphabet, shape);
    }
}

fn hwid(rng: &mut Rng, form: Hwid, guid: &str) -> String {
    match form {
        Hwid::Digits(40) => rng.hex(40).to_lowercase(),
        Hwid::Digits(digits) => rng.hex(digits),
        Hwid::Guid => guid.to_uppercase(),
        Hwid::DigitsAndGuid => format!("{}-{guid}", rng.hex(18)),
    }
}

fn user_name(rng: &mut Rng, number: usize, alphabet: Alphabet) -> String {
    match (alphabet, rng.below(4)) {
        (Alphabet::Latin, 0) => format!("José Müller{number}"),
        (Alphabet::Cyrillic, 0) => "Администратор".to_owned(),
        (Alphabet::All, 0) => format!("ユーザー{number}"),
        (_, 1) => format!("Jane Doe {number}"),
        (_, 2) => format!("j.doe-{number}"),
        _ => format!("user{number}"),
    }
}

fn computer_name(rng: &mut Rng, number: usize, alphabet: Alphabet) -> String {
    match (alphabet, rng.below(5)) {
        (Alphabet::Cyrillic, 0) => format!("ИВАН-ПК{number}"),
        (_, 1) => format!("EXC-LAPTOP{number:04}"),
        (_, 2) => format!("jane-pc{number}"),
        _ => format!("DESKTOP-{}", rng.hex(7)),
    }
}

fn logins(rng: &mut Rng, number: usize, alphabet: Alphabet, shape: &LoginShape) -> Vec<Login> {
    let mut known = HashSet::new();
    let mut logins = Vec::new();
    for index in 0..rng.within(8, 30) {
        let url = url(rng, index);
        let username = username(rng, number, index, alphabet);
        let saved = match rng.below(16) {
            0 => Saved::Empty,
            1 => Saved::Placeholder(rng.text(PLACEHOLDERS)),
            _ => Saved::Password(password(rng, number, index, alphabet, shape)),
        };
        let left_out = left_out(rng, shape);
        let told = |field| left_out != Some(field);
        let has_url = !url.is_empty() && told(Field::Url);
        let has_user = !username.is_empty() && told(Field::Username);
        let has_password = matches!(saved, Saved::Password(_)) && told(Field::Password);
        // What no reader could take for a login, or could tell from another one.
        let software = matches!(shape, LoginShape::Lines(lines) if lines.names_software())
            && told(Field::Software);
        let pointless = !(has_url || software) || !(has_user || has_password);
        let site = if has_url { host_of(&url).to_lowercase() } else { String::new() };
        // A placeholder is nobody's name.
        let user = username.as_str();
        let user = if has_user && user != "UNKNOWN" { user } else { "" };
        if pointless || !known.insert((site, user.to_owned())) {
            continue;
        }
        let profile = PROFILES[index % PROFILES.len()];
        // Only of apps, and only where something ends the block.
        let continued = (url.starts_with("android://")
            && has_password
            && matches!(shape, LoginShape::Lines(lines) if lines.ends_with_password())
            && rng.per_mille(150))
        .then(|| "SW52M250ZWQtY29udGludWVk".to_owned());
        logins.push(Login { url, username, saved, profile, left_out, continued });
    }
    logins
}

/// "3 of 4": a line that may be missing without harm to the rest of the block.
fn left_out(rng: &mut Rng, shape: &LoginShape) -> Option<Field> {
    let LoginShape::Lines(lines) = shape else { return None };
    if !rng.per_mille(60) {
        return None;
    }
    let field = *rng.pick(&[Field::Username, Field::Password, Field::Software, Field::Url]);
    let first = lines.keys.first().map(|(_, field)| *field);
    let lonely = field == Field::Url && !lines.names_software();
    (!lonely && first != Some(field)).then_some(field)
}

pub fn url(rng: &mut Rng, index: usize) -> String {
    let number = rng.within(1, 9);
    match rng.below(3) {
        0 => format!("https://www.site{index}{number}.test/login"),
        _ => rng.pick(URLS).replace('§', &number.to_string()),
    }
}

fn username(rng: &mut Rng, number: usize, index: usize, alphabet: Alphabet) -> String {
    match rng.below(14) {
        0 => "UNKNOWN".to_owned(),
        1 => String::new(),
        2 => format!("EXAMPLE\\user{number}"),
        3 => format!("+1 (555) {:07}", rng.below(10_000_000)),
        4 => format!("Jane.Doe{index}@EXAMPLE.com"),
        5 => format!("jane+tag{index}@mail.example.net"),
        6 => match alphabet {
            Alphabet::Latin => format!("jürgen{index}"),
            Alphabet::Cyrillic => format!("пользователь{index}"),
            _ => format!("user name {index}"),
        },
        7 => format!("{:09}", rng.below(1_000_000_000)),
        8 | 9 => format!("nick.{number}.{index}"),
        _ => format!("person{number}x{index}@mail.test"),
    }
}

/// A password in every awkward form; most are unlike any other.
fn password(
    rng: &mut Rng,
    number: usize,
    index: usize,
    alphabet: Alphabet,
    shape: &LoginShape,
) -> String {
    let unique = format!("Inv3nt-{number:05}-{index:03}");
    match rng.below(40) {
        0 => format!("{unique}: colon"),
        1 => format!("{unique}=is=equal"),
        2 => format!("{unique} "),
        3 => format!("{unique}   "),
        4 => format!(" {unique}"),
        5 => format!("===={unique}===="),
        6 => "===============".to_owned(),
        7 => format!("https://{unique}.test/x:y"),
        8 => format!("Password: {unique}"),
        9 => format!("URL: {unique}"),
        10 => format!("Username:{unique}"),
        11 => format!("{unique}|;,"),
        12 => format!("\"{unique}\"'<&>"),
        13 => format!("{{\"{unique}\":[1,2]}}"),
        14 => format!("{unique}&amp;%41\\u0041"),
        15 => format!("{unique}\ttab"),
        16 => format!("{unique}  two  spaces"),
        17 => format!("#{unique}"),
        18 => format!("- {unique}"),
        19 => format!("{unique}:"),
        20 => format!("// {unique}"),
        21 => format!("[{unique}]"),
        22 => rng.below(100_000_000).to_string(),
        23 => rng.hex(32).to_lowercase(),
        24 => format!("{unique}@mail.test"),
        25 => format!("UNKNOWN{unique}"),
        26 => "Password:".to_owned(),
        27 => format!("{unique}{}", "x7Kq".repeat(1024)),
        28 => "a".to_owned(),
        29 => format!("----------------------------------{unique}"),
        30 => foreign(alphabet, &unique),
        31 => match shape {
            LoginShape::Lines(_) => format!("{}\u{1}{}", &unique[..4], &unique[4..]),
            _ => unique,
        },
        32 => match shape {
            LoginShape::Lines(_) if alphabet == Alphabet::All => format!("{unique}\u{200b}"),
            _ => unique,
        },
        _ => format!("{unique}!{}", rng.hex(4)),
    }
}

fn foreign(alphabet: Alphabet, unique: &str) -> String {
    match alphabet {
        Alphabet::Ascii => format!("{unique}!"),
        Alphabet::Latin => format!("Grüße-José-{unique}"),
        Alphabet::Cyrillic => format!("мойпароль-{unique}"),
        Alphabet::All => format!("密码-пароль-ß-🔐{unique}"),
    }
}
