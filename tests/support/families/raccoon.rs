//! Raccoon, before and after it was written anew.

use super::vidar::VIDAR;
use super::{Family, Field, Hwid, LoginShape, lines, local, zoned};

pub(super) const RACCOON: Family = Family {
    name: "raccoon",
    version: "",
    folders: &["{guid}_{user_in_folder}", "{guid}"],
    system: (
        "System Info.txt",
        "User ID: {guid}|{user}
Last seen: {date} GMT{hours_padded}00 (Example Time)
Build: 0123abcd0123abcd0123abcd0123abcd
IP info: {country} {ip}
System Information: 
    - Locale: English
    - Time zone: {minutes} minutes from GMT
    - OS: {os}
    - Architecture: x64
    - CPU: Example CPU (4 cores)
    - RAM: 8092/3000 MB
    - Display size: 1920x1080
    - Display Devices:
        0) Example GPU
Installed applications:
    Example App 1.2.3
",
    ),
    hwid: Hwid::Digits(32),
    dates: &[local("%a %b %d %Y %H:%M:%S")],
    passwords: "passwords.txt",
    login: LoginShape::Lines(lines(
        &[("URL", Field::Url), ("USR", Field::Username), ("PASS", Field::Password)],
        ":",
        &[""],
    )),
    cookies: "cookies/{browser}_{profile}.txt",
    autofill: "autofills.txt",
    form: "email\t{value}",
    others: &[
        ("History.txt", "{history}"),
        ("CC.txt", "CC NUMBER: 4000000000000000\nEXPIRATION: 01/2029\nCARD HOLDER: Jane Doe\n"),
        ("Files/Desktop/note.txt", "{note}"),
        ("Discord/tokens.txt", "MTAx.{hwid}.invented\n"),
        ("Telegram/tdata/key_datas", "{binary}"),
    ],
    optional: &[],
    screenshot: "Screenshot.png",
    wallet: "wallets/Metamask",
    ..VIDAR
};

pub(super) const RACCOON_1: Family = Family {
    version: " v1",
    system: (
        "System Info.txt",
        "  ░▄█▀▄█░ Racc0_0n ░█▄▀█▄░
Build compile date: Fri Jan 15 10:20:30 2021
Launched at: {date}
Bot_ID: {guid}_{user_in_id}
Running on a desktop
-------------
  - Cookies: 120
  - Passwords: 14
  - Files: 0

System Information:
  - System Language: English
  - System TimeZone: {hours_signed} hrs
  - IP: {ip}
  - Location: 50.0, 8.0 | Exampleville, Example State, {country_in_place} (00000)
  - ComputerName: {computer}
  - Username: {user}
  - Windows version: {nt}
  - Product name: {os}
  - System arch: x64
  - CPU: Example CPU (4 cores)
  - RAM: 8092 MB (3000 MB used)
  - Screen resolution: 1920x1080
  - Display devices:
    0) Example GPU
-------------
Installed Apps: 
    Example App (1.2.3)
",
    ),
    dates: &[zoned("%Y.%m.%d - %H:%M:%S GMT", 0)],
    login: LoginShape::Lines(lines(
        &[("URL", Field::Url), ("Username", Field::Username), ("Password", Field::Password)],
        ": ",
        &[""],
    )),
    ..RACCOON
};
