//! Families with a form of their own.

use super::redline::REDLINE;
use super::stealc::STEALC;
use super::{Family, Field, Hwid, LoginShape, URL_USERNAME_PASSWORD, lines, local, zoned};

pub(super) const RHADAMANTHYS: Family = Family {
    name: "rhadamanthys",
    version: "",
    folders: &["[{country}]{ip}", "{country}_{ip}_{stamp_}", "{country}[{hwid}] [{stamp}_1234567]"],
    system: (
        "systeminfo.txt",
        "Install Date: {date}
Traffic Name: example
HWID: {hwid}
IP: {ip}
Country: {country}
Time Zone: UTC{hours_signed}
System Language: en-US
User Language: en-US
Keyboard Language: en-US
Processor: Example CPU
Installed RAM: 8192 MB
OS: {os} build 19045 (64 Bit)
Video card: Example GPU
Display Resolution: 1920x1080
Computer Name: {computer}
User Name: {user}
Domain Name: {domain}
MachineID: {guid}
WallPaper Hash: 0123456789abcdef0123456789abcdef01234567
",
    ),
    identity: &[(
        "Environment.txt",
        "COMPUTERNAME={computer}\nOS=Windows_NT\nPATH=C:\\Windows\nUSERNAME={user}\n",
    )],
    dates: &[
        zoned("%d %b %y %H:%M UTC", 0),
        local("%d %b %y %H:%M"),
        zoned("%d %b %y %H:%M MSK", 3),
        zoned("%d %b %y %H:%M CEST", 2),
    ],
    hwid: Hwid::Digits(32),
    login: LoginShape::Lines(lines(
        &[
            ("URL", Field::Url),
            ("Username", Field::Username),
            ("Password", Field::Password),
            ("Application", Field::Software),
        ],
        ": ",
        &["==============="],
    )),
    software: "Browser/Logins/{browser}_{profile_}[0a1b].txt",
    passwords: "Passwords.txt",
    passwords_by_browser: Some("Browser/Logins/{browser}_{profile_}.txt"),
    others: &[
        ("Brute.txt", "{passwords}"),
        ("Browser/Bookmarks/Chrome.txt", "{history}"),
        ("GoogleTokens.txt", "1//invented{hwid}\n"),
        ("Extension/{guid}/token.json", "{\"token\": \"invented\"}\n"),
        ("Cards.txt", super::CARDS),
        ("FileGrabber/Desktop/note.txt", "{note}"),
    ],
    optional: &[],
    ..REDLINE
};

pub(super) const RHADAMANTHYS_2: Family = Family {
    version: " UserInformation",
    system: (
        "UserInformation.txt",
        "Traffic Name: example
HWID: {hwid}
IP: {ip}
Country: {country}
Log date: {date}
Admin Group: true
Integrity: Medium
UserLanguage: en-US
Computer Name
User Name: {user}
-------------
Processor: Example CPU
Installed RAM: 8192 MB
OS: {os} build 19045 (64 Bit)
Graphics card: Example GPU
Display Resolution: 1920x1080
MachineID: {guid}
Wallpaper Hash: 0123456789abcdef0123456789abcdef01234567
",
    ),
    dates: &[local("%d %b %y %H:%M"), zoned("%d %b %y %H:%M MSK", 3)],
    ..RHADAMANTHYS
};

pub(super) const MEDUZA: Family = Family {
    name: "meduza",
    folders: &["[{country}]{ip}", "{country}[{hwid32}] [{stamp}_1234567]"],
    system: (
        "UserInfo.txt",
        "*******************************************************
*  ███╗░░░███╗███████╗██████╗░██╗░░░██╗███████╗░█████╗░  *
*  ████╗░████║██╔════╝██╔══██╗██║░░░██║╚════██║██╔══██╗  *
*  ██╔████╔██║█████╗░░██║░░██║██║░░░██║░░███╔═╝███████║  *
*  ██║╚██╔╝██║██╔══╝░░██║░░██║██║░░░██║██╔══╝░░██╔══██║  *
*  ██║░╚═╝░██║███████╗██████╔╝╚██████╔╝███████╗██║░░██║  *
*  ╚═╝░░░░░╚═╝╚══════╝╚═════╝░░╚═════╝░╚══════╝╚═╝░░╚═╝  *
*******************************************************
HWID: {hwid}
Log Date: {date}
Build Name: example
Country Code: {country}
User Name: {user}
Computer Name: {computer}
Operation System: {os}
Time Zone: [UTC{hours_signed}:00] Example
Screen Resolution: 1920x1080
CPU: Example CPU  , 6 cores
GPU: Example GPU
RAM: 7.91234 GB
IP: {ip}
Execute Path: C:\\Users\\{home}\\m.exe
",
    ),
    dates: &[local("%d-%m-%Y, %H:%M:%S")],
    hwid: Hwid::Digits(40),
    optional: &[],
    ..REDLINE
};

pub(super) const AURORA: Family = Family {
    name: "aurora",
    folders: &["{country}_{ip}", "[{country}]{ip}"],
    system: (
        "UserInformation.txt",
        "CHANNEL: @example_channel
<================ BUILD INFORMATION ================>
Build: example
FileLocation: C:\\Users\\{home}\\ㅤsetup.exe
Log date: {date}
<================ GEO ================>
IP: {ip}
Country: {country}
<================ USER ================>
UserName: {user}
HWID: {hwid}
<================ PC ================>
MachineName: {computer}
Operation System: {os}
- CPU: Example CPU
- RAM: 8192 MB
",
    ),
    dates: &[local("%d %b %y %H:%M:%S")],
    hwid: Hwid::Digits(32),
    login: URL_USERNAME_PASSWORD,
    passwords: "Passwords.txt",
    cookies: "Browsers/Cookies/{browser}_{profile}.txt",
    autofill: "Browsers/Autofill/{browser}_{profile}.txt",
    others: &[("Crypto/readme.txt", "no wallets\n"), ("FileGrabber/note.txt", "{note}")],
    optional: &[],
    screenshot: "Screen.png",
    wallet: "Plugins/Metamask",
    ..REDLINE
};

pub(super) const WHITESNAKE: Family = Family {
    name: "whitesnake",
    folders: &["[{country}]{ip}", "{country}_{ip}_{stamp_}"],
    system: (
        "PC_info.txt",
        "🖥Computer info:
System: {os}
User name: {user}
Computer name: {computer}
System time: {date}
CPU: Example CPU
GPU: Example GPU
RAM: 8192 MB
HWID: {hwid}

🛡Security:
Installed antivirus: Windows Defender
Started as admin: False

📡Whois:
IP: {ip}
Country: {country_name} [{country}]
City: Exampleville
Region: Example State
Internet provider: Example Net
",
    ),
    dates: &[local("%Y-%m-%d %-I:%M:%S %p"), local("%Y-%m-%d %H:%M:%S")],
    hwid: Hwid::Digits(32),
    login: URL_USERNAME_PASSWORD,
    passwords: "passwords.txt",
    cookies: "Browsers/{browser}/{profile}/Cookies.txt",
    autofill: "Browsers/{browser}/{profile}/Autofill.txt",
    others: &[
        ("ProcessList.txt", "explorer.exe\n"),
        ("InstalledApps.txt", "Example App 1.2.3\n"),
        ("Files/Desktop/note.txt", "{note}"),
    ],
    optional: &[],
    ..STEALC
};

pub(super) const CRYPTBOT: Family = Family {
    name: "cryptbot",
    folders: &["{country}_{stamp_minute}_aB3dE{digit}"],
    system: (
        "_Information.txt",
        "OS:                         {os}
Local Date and Time:        {date} [ UTC: (UTC{hours_padded}:00) Example City ]
UserName (ComputerName):    {user} ({computer})
CPU:                        Example CPU [ Сores: 4 ]
RAM:                        16 Gb
GPU:                        Example GPU
Display Resolution:         1400 x 1050
Software:
Example App [ 1.2.3 ]
",
    ),
    identity: &[(
        "files_/system_info.txt",
        "OS:                         {os}
Local Date and Time:        {date} [ UTC: (UTC{hours_padded}:00) Example City ]
UserName [ComputerName]:    {user} [{computer}]
CPU:                        Example CPU [ Сores: 4 ]
RAM:                        16 Gb
Display Resolution:         1400 x 1050
[Installed software]
Example App [ 1.2.3 ]
",
    )],
    cuttable: false,
    dates: &[local("%Y-%m-%d %H:%M:%S")],
    login: LoginShape::Lines(lines(
        &[
            ("Soft", Field::Software),
            ("Host", Field::Url),
            ("Login", Field::Username),
            ("Password", Field::Password),
        ],
        ": ",
        &[""],
    )),
    software: "{vendor} {browser}",
    passwords: "_AllPasswords_list.txt",
    passwords_again: Some("files_/passwords.txt"),
    cookies: "_Cookies/google_{browser}_{profile}.txt",
    autofill: "_AllForms_list.txt",
    others: &[
        ("_AllCookies_list.txt", ""),
        ("_All_CC_list.txt", super::CARDS),
        ("_Files/note.txt", "{note}"),
    ],
    optional: &[],
    screenshot: "_Screen_Desktop.jpeg",
    wallet: "_Wallet/Metamask",
    ..STEALC
};

pub(super) const DCRAT: Family = Family {
    name: "dcrat",
    folders: &["[{country}]{ip}", "{country}_{ip}"],
    system: (
        "Information [{country}].txt",
        " ___           _      ___             _        _   ___    _ _____
|   \\ __ _ _ _| |__  / __|_ _ _  _ __| |_ __ _| | | _ \\  /_\\_   _|
        Dark Crystal RAT
————————————————————————————————————————
PC Name: {computer}
User Name: {user}
Windows: {os}
CPU Name: Example CPU
CPU Cores: 6 (12)
GPU Name: Example GPU
GPU Mode: 1920x1080x32
Motherboard: Example Board
BIOS: Example BIOS
Antivirus: Windows Defender
Firewall: N/A
RAM: 15,9 GB
LANIP: 10.0.0.5

.NET Framework Version: 4.8
Path: C:\\Users\\{home}\\rat.exe

IP: {ip}
City: Example State / Exampleville
Country: {country} / {country_name}
Location: 50.0 / 8.0

Monitors: Example Monitor
Save Time: {date}
",
    ),
    dates: &[local("%d.%m.%Y %H:%M")],
    login: URL_USERNAME_PASSWORD,
    passwords: "Passwords.txt",
    others: &[("Files/note.txt", "{note}")],
    optional: &[],
    ..STEALC
};
