//! Families that grew out of open code.

use super::stealc::STEALC;
use super::{Family, Field, Hwid, LoginShape, URL_USERNAME_PASSWORD, lines, local};

const BASE: Family = Family {
    folders: &["[{country}]{ip}", "{country}_{ip}_{stamp_}"],
    dates: &[],
    hwid: Hwid::Digits(32),
    login: URL_USERNAME_PASSWORD,
    passwords: "Passwords.txt",
    cookies: "Browsers/{browser}/Cookies_{profile}.txt",
    autofill: "Browsers/{browser}/AutoFill_{profile}.txt",
    others: &[("Grabber/DRIVE-C/note.txt", "{note}")],
    screenshot: "Screenshot.png",
    wallet: "Wallets/Metamask",
    ..STEALC
};

pub(super) const PHEMEDRONE: Family = Family {
    name: "phemedrone",
    system: (
        "Information.txt",
        "    ----- Geolocation Data -----
IP:                       {ip}
Country:                  {country_name} ({country})
City:                     Exampleville
Postal:                   00000
MAC:                      00:00:5E:00:53:01

    ----- Hardware Info -----
Username:                 {user}\\{computer}
Windows name:             {os}
Hardware ID:              {hwid}
Screen Resolution:        1920x1080
GPU:                      Example GPU
CPU:                      Example CPU
RAM:                      16 GB

    ----- Report Contents -----
Passwords:                3
Cookies:                  120
Credit Cards:             0
AutoFills:                12

    ----- Miscellaneous -----
Antivirus products:       Windows Defender
File Location:            C:\\Users\\{home}\\p.exe
Clipboard text:
some words that were copied
and some more: of them
",
    ),
    ..BASE
};

pub(super) const ARCANE: Family = Family {
    name: "arcane",
    system: (
        "Information.txt",
        "---User Info---
Worker: @example_worker
Date Install: {date}
ISO Key: {country}
External IP: {ip}
Internal IP: 10.0.0.5
Gateway IP: 10.0.0.1

---Full Pc Info---
Username: {user}
Compname: {computer}
System: {os}
HWID: {hwid}

=== CPU Information ===
Name: Example CPU
NumberOfCores: 6
Status: Произошла ошибка
",
    ),
    dates: &[local("%d.%m.%Y %H:%M:%S"), local("%Y-%m-%d %H:%M:%S")],
    ..BASE
};

pub(super) const STORMKITTY: Family = Family {
    name: "stormkitty",
    folders: &["{user_in_folder}@{computer_in_folder}_{culture}"],
    system: (
        "System/Info.txt",
        "[IP]
External IP: {ip}
Internal IP: 10.0.0.5
Gateway IP: 10.0.0.1

[Machine]
Username: {user}
Compname: {computer}
System: {os}
CPU: Example CPU
GPU: Example GPU
RAM: 8192MB
DATE: {date}
SCREEN: 1920x1080
BATTERY: NoSystemBattery (100%)
WEBCAMS COUNT: 1

[Virtualization]
VirtualMachine: False
",
    ),
    cuttable: false,
    dates: &[local("%Y-%m-%d %-I:%M:%S %p"), local("%Y-%m-%d %H:%M:%S")],
    login: LoginShape::Lines(lines(
        &[("Url", Field::Url), ("Username", Field::Username), ("Password", Field::Password)],
        ": ",
        &[""],
    )),
    passwords: "Browsers/Google/Passwords.txt",
    cookies: "Browsers/{browser}/{profile}/Cookies.txt",
    autofill: "Browsers/{browser}/{profile}/AutoFill.txt",
    others: &[
        ("Browsers/Google/History.txt", "### Example title ### (https://www.news.test/) 3\n"),
        (
            "Browsers/Google/CreditCards.txt",
            "Type: Visa\nNumber: 4000000000000000\nExp: 1/2029\nHolder: Jane Doe\n\n",
        ),
        (
            "System/SavedNetworks.txt",
            "PROFILE: ExampleWifi\nPASSWORD: Wifi-Inv3nted\n\nPROFILE: OtherWifi\nPASSWORD: Wifi-Inv3nted-2\n\n",
        ),
        ("System/Process.txt", "NAME: explorer\n\tPID: 4242\n\tEXE: C:\\Windows\\explorer.exe\n\n"),
        ("Grabber/DRIVE-C/note.txt", "{note}"),
    ],
    screenshot: "System/Desktop.jpg",
    ..BASE
};

pub(super) const STEALERIUM: Family = Family {
    name: "stealerium",
    system: ("Info.txt", STORMKITTY.system.1),
    cuttable: true,
    ..STORMKITTY
};

const BLANK: &str = "==================Blank Grabber===================";

pub(super) const BLANK_GRABBER: Family = Family {
    name: "blank_grabber",
    folders: &["[{country}]{ip}", "{country}_{ip}"],
    system: (
        "Information.txt",
        "==================Blank Grabber===================
Blank Grabber got a new victim: {user_in_prose}

IP Info
IP: {ip}
Country: {country_name}
Timezone: Example/City

System Info
Computer Name: {computer}
Computer OS: {os_in_odd_key}
Total Memory: 16 GB
UUID: {guid_in_odd_key}
CPU: Example CPU
GPU: Example GPU

Grabbed Info
Passwords : 0
Cookies : 12
History : 3
",
    ),
    cuttable: false,
    login: LoginShape::Lines(lines(
        &[("URL", Field::Url), ("Username", Field::Username), ("Password", Field::Password)],
        ": ",
        &["", BLANK, ""],
    )),
    passwords: "Credentials/Chrome Passwords.txt",
    cookies: "Credentials/{browser}_{profile} Cookies.txt",
    autofill: "Credentials/{browser}_{profile} Autofills.txt",
    ..BASE
};

pub(super) const EXELA: Family = Family {
    name: "exela",
    folders: &["0123-4567__{computer_in_folder}"],
    system: (
        "system_info.txt",
        "----------------------https://t.me/ExelaStealer----------------------
======================================================================
Computer Name : {computer}
User Name : {user}
OS : {os}
HWID : {hwid}
IP : {ip}
Country : {country_name}
CPU : Example CPU
RAM : 16 GB
",
    ),
    login: LoginShape::Lines(lines(
        &[("URL", Field::Url), ("Username", Field::Username), ("Password", Field::Password)],
        " : ",
        &["======================================================================"],
    )),
    passwords: "Browsers/Passwords.txt",
    others: &[
        (
            "process_info.txt",
            "----------------------https://t.me/ExelaStealer----------------------\n======================================================================\nexplorer.exe 4242\n",
        ),
        ("last_clipboard_text.txt", "some words\n"),
        (
            "Wifi.txt",
            "----------------------https://t.me/ExelaStealer----------------------\n======================================================================\nSSID : ExampleWifi\nKEY : Wifi-Inv3nted\n",
        ),
        ("Files/note.txt", "{note}"),
    ],
    ..BASE
};

pub(super) const SKULD: Family = Family {
    name: "skuld",
    folders: &["{user_in_folder}@{computer_in_folder}_{culture}", "[{country}]{ip}"],
    system: (
        "system.txt",
        "Hostname: {computer}
Username: {user}
OS: {os}
HWID: {hwid}
IP: {ip}
Country: {country_name}
",
    ),
    login: LoginShape::Columns,
    passwords: "browsers/Google Chrome/Default/logins.txt",
    cookies: "browsers/{browser}/{profile}/cookies.txt",
    autofill: "browsers/{browser}/{profile}/autofill.txt",
    ..BASE
};
