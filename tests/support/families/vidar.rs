//! Vidar, what it came from and what looks like it.

use super::{CookieShape, Family, Field, Hwid, LoginShape, by_family, lines, local};

pub(super) const VIDAR: Family = Family {
    name: "vidar",
    version: "",
    folders: &[
        "{country}_{ip}_{stamp_}",
        "{country}_{ip}_{stamp_day} {stamp_time}",
        "[{country}]{ip}",
    ],
    system: (
        "information.txt",
        "

Ip: {ip}
Country: {country}
Version: 12.4

Date: {date}
MachineID: {guid}
GUID: {{guid}}
HWID: {hwid}

Path: C:\\Users\\{home}\\AppData\\setup.exe
Work Dir: In memory

Windows: {os}
Install Date: 17/02/2022 10:20:30
AV: Windows Defender
Computer Name: {computer}
User Name: {user}
Display Resolution: 1920x1080
Keyboard Languages: English (United States)
Local Time: {date}
TimeZone: {hours}

[Hardware]
Processor: Example CPU
Cores: 6
RAM: 32702 MB

[Processes]
System
explorer.exe

[Software]
Example: The Game - 1.0
Example App - 1.2.3
",
    ),
    identity: &[],
    cuttable: true,
    dates: &[by_family("%d/%m/%Y %H:%M:%S"), by_family("%-d/%-m/%Y %-H:%-M:%-S")],
    hwid: Hwid::DigitsAndGuid,
    software: "{vendor} {browser} [{profile}]",
    passwords: "passwords.txt",
    passwords_by_browser: None,
    passwords_again: None,
    login: LoginShape::Lines(lines(
        &[
            ("Soft", Field::Software),
            ("Host", Field::Url),
            ("Login", Field::Username),
            ("Password", Field::Password),
        ],
        ": ",
        &["", ""],
    )),
    cookies: "Cookies/{vendor} {browser}_{profile}.txt",
    cookie_shape: CookieShape::Netscape,
    autofill: "Autofill/{vendor} {browser}_{profile}.txt",
    form: "email {value}",
    others: &[
        ("cookie_list.txt", "{site_lines}"),
        ("domain detect.txt", "PDD: {sites}\n"),
        ("History/Google Chrome_Default.txt", "{history}"),
        ("Telegram/key_datas", "{binary}"),
        ("Soft/Discord/tokens.txt", "MTAx.{hwid}.invented\n"),
        ("Files/Desktop/note.txt", "{note}"),
        ("Files/Default.zip", "{zip}"),
    ],
    optional: &[(
        "outlook.txt",
        "Account: jane@mail.test\nIMAP Server: imap.mail.test\nIMAP Password: Mail-Inv3nted\n\n",
    )],
    screenshot: "screenshot.jpg",
    wallet: "Wallets/Metamask_Google Chrome_Default",
};

pub(super) const VIDAR_OLD: Family = Family {
    version: " old",
    system: ("information.txt", OLD_SYSTEM),
    dates: &[local("%a %b %d %H:%M:%S %Y")],
    software: "{vendor} {browser} ({profile})",
    ..VIDAR
};

const OLD_SYSTEM: &str = "Ip: {ip}
Country: {country}
Version: 38.1

Date: {date}
MachineID: {guid}
HWID: {hwid}
GUID: {{guid}}

Path: C:\\ProgramData\\setup.exe
Work Dir: C:\\ProgramData\\ABCDEF

Windows: {os}
Install Date: Disabled
AV: 
Computer Name: {computer}
User Name: {user}
Display Resolution: 1920x1080
Keyboard Languages: English (United States) Spanish (Spa
Local Time: {local}
TimeZone: {hours_wrapped}

[Hardware]
Processor: Example CPU
Cores: 6
RAM: 8000 MB
VideoCard: Example GPU

[Processes]
System

[Software]
Example: The Game - 1.0
";

pub(super) const ARKEI: Family = Family {
    name: "arkei",
    version: "",
    system: ("information.log", OLD_SYSTEM),
    passwords: "passwords.log",
    dates: &[local("%a %b %d %H:%M:%S %Y")],
    software: "{vendor} {browser}",
    ..VIDAR
};

pub(super) const OSKI: Family =
    Family { name: "oski", system: ("system.txt", OLD_SYSTEM), ..VIDAR_OLD };

pub(super) const MARS: Family = Family {
    name: "mars",
    version: "",
    system: (
        "UserInformation.txt",
        "Country: {country}
IP: {ip}
Time Zone: UTC{hours_signed}
Display Language: en-US
Processor: Example CPU
Installed RAM: 8192 MB
OS: {os} build 19045 (64 Bit)
Video card: Example GPU
Display Resolution: 1920x1080
---------------------------------
Google Chrome: 132.0.6834.15
---------------------------------
Display Name: Example App
Publisher: Example
Version: 1.2.3
Install Source: C:\\Temp\\

---------------------------------
ALLUSERSPROFILE = C:\\ProgramData
COMPUTERNAME = {computer}
OS = Windows_NT
USERDOMAIN = {domain}
USERNAME = {user}
",
    ),
    dates: &[],
    ..VIDAR
};

pub(super) const RISEPRO: Family = Family {
    name: "risepro",
    folders: &["{country}_{ip}-{hwid}", "{country}_{ip}_{stamp_}"],
    system: (
        "information.txt",
        "Build: default
Version: 2.0

Date: {date}
MachineID: {guid}
GUID: {{guid}}
HWID: {hwid}

Path: C:\\Temp\\rise.exe
Work Dir: C:\\Temp

IP: {ip}
Location: {country}, Exampleville
ZIP (Autofills): -
Windows: {os} [x64]
Computer Name: {computer} [{domain}]
User Name: {user}
Display Resolution: 1920x1080
Display Language: en-US
Keyboard Languages: English (United States) / Polish (Poland)
Local Time: {local}
TimeZone: UTC{hours}

[Hardware]
Processor: Example CPU
CPU Count: 8
RAM: 8000 MB
VideoCard #0: Example GPU

[Processes]
System [4]
explorer.exe [4242]

[Software]
Example App [1.2.3]
",
    ),
    dates: &[local("%a %b %d %-H:%M:%S %Y")],
    hwid: Hwid::Digits(32),
    passwords: "passwords.txt",
    login: LoginShape::Lines(lines(
        &[("URL", Field::Url), ("Login", Field::Username), ("Password", Field::Password)],
        ": ",
        &[""],
    )),
    others: &[
        ("brute.txt", "{passwords}"),
        ("domain_detect.txt", "PDD: {sites}\n"),
        ("History/Google Chrome_Default.txt", "{history}"),
        ("FileGrabber/Desktop/note.txt", "{note}"),
        ("Discord/tokens.txt", "MTAx.{hwid}.invented\n"),
    ],
    ..VIDAR
};
