//! Lumma, what is left of it after a seller's hands, and Remus.

use super::{CookieShape, Family, Field, Hwid, LoginShape, by_family, lines, local};

pub(super) const LUMMA: Family = Family {
    name: "lumma",
    version: "",
    folders: &[
        "[{country}]{ip}",
        "{country}_{ip}-{hwid}",
        "{country}[{hwid}][{stamp}]",
        "[{country}]@example_channel ({number})",
        "{number}_{country}_{ip}_{stamp_short}",
    ],
    system: (
        "System.txt",
        "# Buy now: TG @example_seller
- LummaC2 Build: Jan 02 2024
- LID: AbCdEf--NAME
- Configuration: 0123456789abcdef0123456789abcdef
- Path: C:\\Temp\\setup.exe

- OS Version: {os} (10.0.19045) x64
- Local Date: {date}
- Time Zone: UTC{hours_signed}
- Install Date: 20.04.2022 10:20:30
- Elevated: false
- Computer:{computer}
- User: {user}
- Domain: {domain}
- Hostname: {computer}
- NetBIOS: {computer}
- Language: en-US
- Anti Virus:
	- Windows Defender
- HWID: {hwid}
- RAM Size: 16384MB
- CPU Vendor: GenuineIntel
- CPU Name: Example CPU
- Display resolution: 1920x1080

- IP Address: {ip}
- Time: {utc} (sig:{epoch}.0123456789abcdef0123456789abcdef)
- Country: {country}
",
    ),
    identity: &[],
    cuttable: true,
    dates: &[local("%d.%m.%Y %H:%M:%S"), by_family("%d/%m/%Y %H:%M:%S")],
    hwid: Hwid::Digits(32),
    software: "{browser} {profile} ({browser_version})",
    passwords: "All Passwords.txt",
    passwords_by_browser: Some("{browser}/{profile}/Passwords.txt"),
    passwords_again: None,
    login: LoginShape::Lines(lines(
        &[
            ("SOFT", Field::Software),
            ("URL", Field::Url),
            ("USER", Field::Username),
            ("PASS", Field::Password),
        ],
        ": ",
        &[],
    )),
    cookies: "Cookies/Cookies_{browser}_{profile}.txt",
    cookie_shape: CookieShape::Netscape,
    autofill: "{browser}/{profile}/Autofills.txt",
    form: "FORM: login_email\nVALUE: {value}\n",
    others: &[
        ("Brute.txt", "{passwords}"),
        ("Software.txt", "Example App - 1.2.3\nExample App 2 - 4.5\n"),
        ("Processes.txt", "[4] System\n[4242] explorer.exe\n"),
        ("Clipboard.txt", "lorem ipsum"),
        ("Chrome/Default/History.txt", "{history_titles}"),
        ("Applications/Discord/DiscordTokens.txt", "MTAx.{hwid}.invented\n"),
        ("Important Files/Desktop/note.txt", "{note}"),
    ],
    optional: &[],
    screenshot: "Screen.png",
    wallet: "Wallets/Chrome_Default_Metamask",
};

pub(super) const LUMMA_OLD: Family = Family {
    version: " old",
    system: (
        "System.txt",
        "- LummaC2, Build: Dec 02 2023
- LID (Lumma ID): AbCdEf--NAME
- Configuration: 0123456789abcdef0123456789abcdef
- Path: C:\\Temp\\setup.exe

- OS Version: {os} (10.0.19045) x64
- Local Date: {date}
- Time Zone: UTC{hours_signed}
- Install Date: 20.04.2022 10:20:30
- Elevated: false
- PC: {computer}
- User: {user}
- Language: en-US
- Anti Virus:
	- Windows Defender
- HWID: {hwid}
- Screen resolution: 1920x1080
- RAM Size: 16384MB
- CPU Vendor: GenuineIntel
- GPU:
	- Example GPU

- IP Address: {ip}
- Country: {country}
------------------------------------
- Telegram: @example_seller
- Shop: https://shop.example/
",
    ),
    dates: &[local("%d.%m.%Y %H:%M:%S")],
    ..LUMMA
};

pub(super) const LUMMA_BARE: Family = Family {
    version: " bare",
    system: (
        "Information.txt",
        "- HWID: {hwid}
- CPU Vendor: GenuineIntel
- CPU Name: Example CPU
- CPU Threads: 12
- CPU Cores: 6
- Display resolution: 1920x1080

- IP Address: {ip}
",
    ),
    cuttable: false,
    ..LUMMA
};

pub(super) const REMUS: Family = Family {
    name: "remus",
    system: (
        "Info.txt",
        "# REMUS LOG
build:
  tag: example
  date: Jan 02 2024
path: C:\\Temp\\setup.exe
computer-name: {computer}
user-name: {user}
domain: {domain}
hostname: {computer}
netbios: {computer}
hwid: {hwid}
ip-address: {ip}
country: {country}
local-date: {date}
time-zone: UTC{hours_signed}
install-date: 20.04.2022 10:20:30
elevated: false
os:
  version: {os}
hardware:
  cpu:
    name: Example CPU
    core count: 6
  ram: 16384MB
anti-virus:
  - Windows Defender
",
    ),
    dates: &[local("%d.%m.%Y %H:%M:%S")],
    ..LUMMA
};
