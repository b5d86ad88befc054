//! Layouts of no known family, with keys in several languages.

use super::vidar::VIDAR;
use super::{
    CookieShape, Family, Field, Hwid, Lines, LoginShape, PROCESSES, SOFTWARE, lines, local,
};

pub(super) const EQUALS: Family = Family {
    name: "generic",
    version: "",
    folders: &[
        "@example_channel {number} [{country}]_{ip}_{hwid}_20240713_101112",
        "{country}_{ip}",
        "machine {number}",
    ],
    system: (
        "host.txt",
        "PC Name = {computer}
User Name = {user}
HWID = {hwid}
IP = {ip}
Country = {country}
OS = {os}
Time Zone = UTC{hours_signed}
Log Date = {date}
",
    ),
    dates: &[local("%Y-%m-%d %H:%M:%S"), local("%d.%m.%Y %H:%M:%S")],
    hwid: Hwid::Digits(32),
    software: "{browser} {profile}",
    passwords: "saved_1.txt",
    passwords_by_browser: Some("dump/{browser} {profile}.txt"),
    login: LoginShape::Lines(lines(
        &[("URL", Field::Url), ("USER", Field::Username), ("PASS", Field::Password)],
        " = ",
        &["--------------------"],
    )),
    cookies: "dump/jar_{browser}_{profile}.txt",
    autofill: "dump/forms.txt",
    form: "Field: email | Value: {value}",
    others: &[
        ("dump/visited.txt", "{history}"),
        ("dump/apps.txt", SOFTWARE),
        ("dump/tasks.txt", PROCESSES),
        ("Desktop/note.txt", "{note}"),
    ],
    optional: &[],
    screenshot: "dump/desk.jpg",
    wallet: "dump/w0",
    ..VIDAR
};

const fn in_language(
    version: &'static str,
    keys: &'static [(&'static str, Field)],
    end: &'static [&'static str],
) -> Family {
    Family { version, login: LoginShape::Lines(Lines { keys, separator: ": ", end }), ..EQUALS }
}

pub(super) const RUSSIAN: Family = in_language(
    " ru",
    &[
        ("Сайт", Field::Url),
        ("Логин", Field::Username),
        ("Пароль", Field::Password),
        ("Браузер", Field::Software),
    ],
    &[""],
);

pub(super) const SPANISH: Family = in_language(
    " es",
    &[("Sitio", Field::Url), ("Usuario", Field::Username), ("Contraseña", Field::Password)],
    &["-------------------------"],
);

pub(super) const PORTUGUESE: Family = in_language(
    " pt",
    &[("Enlace", Field::Url), ("Usuário", Field::Username), ("Senha", Field::Password)],
    &["========================="],
);

pub(super) const GERMAN: Family = in_language(
    " de",
    &[("Webaddress", Field::Url), ("Benutzername", Field::Username), ("Kennwort", Field::Password)],
    &["", ""],
);

pub(super) const TURKISH: Family = in_language(
    " tr",
    &[("Site", Field::Url), ("Kullanıcı Adı", Field::Username), ("Şifre", Field::Password)],
    &["***"],
);

pub(super) const JSON: Family = Family {
    name: "generic",
    version: " json",
    folders: &["{country}_{ip}", "machine {number}"],
    system: (
        "Info.json",
        "{\"ComputerName\":\"{computer}\",\"UserName\":\"{user}\",\"OperatingSystem\":\"{os}\",\"Cpu\":\"Example CPU\",\"HardwareID\":\"{hwid}\",\"IPAddress\":\"{ip}\",\"Country\":\"{country}\"}\n",
    ),
    cuttable: false,
    dates: &[],
    hwid: Hwid::Digits(32),
    software: "",
    passwords: "Browser_Chrome_Default/Passwords.json",
    passwords_by_browser: None,
    login: LoginShape::Json,
    cookies: "Browser_{browser}_{profile_}/Cookies.json",
    cookie_shape: CookieShape::Json,
    autofill: "Autofill/{browser}_{profile_}.txt",
    form: "email: {value}",
    others: &[
        ("History/Chrome_Default.txt", "{history}"),
        ("IDs.txt", "{hwid}\n"),
        ("Documents/note.txt", "{note}"),
    ],
    optional: &[],
    screenshot: "Screenshot.png",
    wallet: "Wallets/Metamask",
    ..VIDAR
};

pub(super) const JSON_LISTS: Family = Family {
    version: " json lists",
    system: (
        "Info.json",
        "{\"computer-name\": \"{computer}\", \"user-name\": \"{user}\", \"os\": \"{os}\", \"hwid\": \"{hwid}\", \"ip-address\": \"{ip}\", \"country\": \"{country}\"}\n",
    ),
    login: LoginShape::JsonLists,
    ..JSON
};
