//! RedLine and its forks.

use super::{
    CARDS, CookieShape, FTP, Family, Field, Hwid, LoginShape, PROCESSES, SOFTWARE, by_family,
    lines, local,
};

pub(super) const REDLINE: Family = Family {
    name: "redline",
    version: "",
    folders: &[
        "{country}[{hwid}] [{stamp}_1234567]",
        "{country}{hwid}_{stamp}",
        "{country}[{hwid}]_{stamp}.123456",
        "UNKNOWN[{hwid}] [{stamp}]",
        "ZZ[{hwid}] [{stamp}_1234567]",
        "ADMIN_@example_channel_({number})",
        "@example_channel {number} [{country}]_{ip}_{hwid}_20240713_101112",
        "[{country}]@example_channel ({number})",
    ],
    system: (
        "UserInformation.txt",
        "***********************************************
*                 R E D L I N E               *
*        Telegram: https://t.me/example_test  *
***********************************************
Build ID: example_build
IP: {ip}
FileLocation: C:\\Users\\{home}\\AppData\\Local\\Temp\\setup.exe
UserName: {user}
MachineName: {computer}
Country: {country}
Zip Code: UNKNOWN
Location: Exampleville, Example State
HWID: {hwid}
Current Language: English (United States)
ScreenSize: {Width=1536, Height=864}
TimeZone: (UTC{hours_padded}:00) Example, City
Operation System: {os} x64
UAC: AllowAll
Process Elevation: False
Log date: {date}

Available KeyboardLayouts: 
English (United States)


Hardwares: 
Name: Total of RAM, 8000.00 Mb or 8388608000 bytes
Name: Example CPU 1234, 6 Cores


Anti-Viruses: 
Windows Defender",
    ),
    identity: &[],
    cuttable: true,
    dates: &[
        local("%-m/%-d/%Y %-I:%M:%S %p"),
        by_family("%m/%d/%Y %H:%M:%S"),
        local("%d.%m.%Y %H:%M:%S"),
        local("%Y/%m/%-d %-H:%-M:%-S"),
        local("%a %b %e %H:%M:%S %Y"),
    ],
    hwid: Hwid::Digits(32),
    software: "{vendor}_[{browser}]_{profile_}",
    passwords: "Passwords.txt",
    passwords_by_browser: None,
    passwords_again: None,
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
    cookies: "Cookies/{vendor}_[{browser}]_{profile_} Network.txt",
    cookie_shape: CookieShape::Netscape,
    autofill: "Autofills/{vendor}_[{browser}]_{profile_}.txt",
    form: "Name: email\nValue: {value}\n===============",
    others: &[
        ("DomainDetects.txt", "PDD: \n{sites}\nCDD: NOT FOUND\n"),
        ("InstalledBrowsers.txt", "1) Name: Google Chrome, Path: C:\\chrome.exe, Version: 132.0\n"),
        ("InstalledSoftware.txt", SOFTWARE),
        ("ProcessList.txt", PROCESSES),
        ("CreditCards/Google_[Chrome]_Default.txt", CARDS),
        ("Discord/Tokens.txt", "MTAx.{hwid}.invented\n"),
        ("FileGrabber/Users/{home}/Desktop/todo.txt", "{note}"),
        ("FTP/Credentials.txt", ""),
    ],
    optional: &[
        ("FTP/Credentials.txt", FTP),
        ("ImportantAutofills.txt", "user[email]: person@mail.test\n"),
    ],
    screenshot: "Screenshot.jpg",
    wallet: "Wallets/Google_[Chrome]_Default_Metamask",
};

pub(super) const META: Family = Family {
    name: "meta",
    system: (
        "UserInformation.txt",
        "***********************************************
*             ( M | E | T | A )               *
***********************************************
Log from: example-seller
IP: {ip}
FileLocation: C:\\Temp\\meta.exe
User Name: {user}
Machine Name: {computer}
Country: {country}
Zip Code: 00000
Location: Exampleville
HWID: {hwid}
Current Language: German (Germany)
ScreenSize: {Width=1920, Height=1080}
Time Zone: (UTC{hours_padded}:00) Europe/Example
Operation System: {os} x64
Log date: {date}

Anti-Viruses: 
Windows Defender
",
    ),
    dates: &[
        local("%d.%m.%Y %H:%M:%S"),
        local("%-m/%-d/%Y %-I:%M:%S %p"),
        by_family("%m/%d/%Y %H:%M:%S"),
    ],
    folders: &["{country}{hwid}_{stamp}", "{country}[{hwid}] [{stamp}_1234567]"],
    ..REDLINE
};

pub(super) const META_ZONE: Family = Family {
    version: " named zone",
    system: (
        "UserInformation.txt",
        "***********************************************
*             ( M | E | T | A )               *
***********************************************
Log from: example-seller
IP: {ip}
FileLocation: C:\\Temp\\meta.exe
User Name: {user}
Machine Name: {computer}
Country: {country}
Zip Code: 00000
Location: Exampleville
HWID: {hwid}
Current Language: German (Germany)
ScreenSize: {Width=1920, Height=1080}
Time Zone: Europe/Example
Operation System: {os} x64
Log date: {date}

Anti-Viruses: 
Windows Defender
",
    ),
    ..META
};

pub(super) const ARECHCLIENT: Family = Family {
    name: "arechclient2",
    system: (
        "UserInformation.txt",
        "Build ID: example_build
IP: {ip}
FileLocation: C:\\Users\\{home}\\AppData\\Local\\Temp\\setup.exe
UserName: {user}
Country: {country}
Zip Code: UNKNOWN
Location: Exampleville, Example State
HWID: {hwid}
Current Language: English (United States)
ScreenSize: {Width = 1536,Height = 864}TimeZone: (UTC{hours_padded}:00) Example, City
Operation System: {os} x64
Log date: {date}

Available KeyboardLayouts: 
English (United States)


Hardwares: 
Name: Total of RAM, 8000.00 Mb or 8388608000 bytes


Anti-Viruses: 
Windows Defender
",
    ),
    dates: &[local("%-m/%-d/%Y %-I:%M:%S %p"), local("%d.%m.%Y %H:%M:%S")],
    ..REDLINE
};
