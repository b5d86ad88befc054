//! Stealers for macOS.

use super::lumma::LUMMA;
use super::{Family, Field, Hwid, LoginShape, lines, local};

pub(super) const ATOMIC: Family = Family {
    name: "atomic",
    version: "",
    folders: &["[{country}]{ip}", "{country}_{ip}"],
    system: (
        "UserInformation.txt",
        "ATOMIC MAC STEALER V2

MetaMask Info:

Seeds:

Userinfo:
Country: {country} 
IP: {ip}/123456789 
City: Exampleville 
ProductName:\t\t{macos}
ProductVersion:\t\t14.5
BuildVersion:\t\t23F79

Hardware: 

    Hardware Overview: 

      Model Name: MacBook Example 
      Serial Number (system): C02EXAMPLE 
      Hardware UUID: {guid} 
",
    ),
    cuttable: false,
    dates: &[],
    hwid: Hwid::Digits(32),
    software: "{browser} {profile}",
    passwords: "Passwords.txt",
    passwords_by_browser: None,
    login: LoginShape::Lines(lines(
        &[("URL", Field::Url), ("LOGIN", Field::Username), ("PASSWORD", Field::Password)],
        ": ",
        &[],
    )),
    cookies: "Cookies/{browser}_{profile}.txt",
    autofill: "Autofills.txt",
    form: "Name: email\nValue: {value}\n==================================================",
    others: &[
        ("Brute.txt", "{passwords}"),
        ("GoogleTokens.txt", "1//invented{hwid}\n"),
        ("FileGrabber/note.txt", "{note}"),
        ("login.keychain-db", "{binary}"),
    ],
    optional: &[("keychain.txt", KEYCHAIN)],
    screenshot: "screen.png",
    wallet: "Wallets/Chrome_Default_Metamask",
    ..LUMMA
};

const KEYCHAIN: &str = "MacOS Password:Mac-Inv3nted

[+] Generic Password Record
 [-] Create DateTime: 2024-07-01 14:38:44
 [-] Account: b'Chrome'
 [-] Service: b'Chrome Safe Storage'
 [-] Password: Mac-Inv3nted-2
";

pub(super) const CTHULHU: Family = Family {
    name: "cthulhu",
    system: (
        "UserInformation.txt",
        "BuildID:XXX

Userinfo:
Country: {country} 
IP: {ip}/123456789 
City: Exampleville 
ProductName:\t\t{macos}
ProductVersion:\t\t13.1
BuildVersion:\t\t22C65

Hardware: 

    Hardware Overview: 

      Model Name: MacBook Example 
      Serial Number (system): C02EXAMPLE 
      Hardware UUID: {guid} 
",
    ),
    ..ATOMIC
};

pub(super) const BANSHEE: Family = Family {
    name: "banshee",
    system: (
        "system_information.txt",
        "HWID: {hwid}
Log Date: {date}
Build Name: example
Country Code: {country}
User Name: {full_name} ({user})
Computer Name: {computer}
Operation System: {macos} 14.5
Time Zone: [UTC{hours_signed}:00] Example
Screen Resolution: 1920x1080
CPU: Apple Example  , 8 cores
RAM: 16.0 GB
IP: {ip}
Execute Path: /Users/{home}/Downloads/example
",
    ),
    dates: &[local("%d %B %Y %H:%M:%S")],
    hwid: Hwid::Guid,
    ..ATOMIC
};

pub(super) const ODYSSEY: Family = Family {
    name: "odyssey",
    system: (
        "UserInformation.txt",
        "External IP: {ip}
System Info
Username: {user}
Password: Mac-Inv3nted
Hostname: {computer}
OS Version: {macos} 14.5
Is CIS: false
",
    ),
    optional: &[("keychain.txt", KEYCHAIN), ("UserInformation.txt", "")],
    ..ATOMIC
};

pub(super) const MACSYNC: Family = Family {
    name: "macsync",
    system: (
        "Information.txt",
        "MacSync Stealer

Build Tag: example
Username: {user}
Password: Mac-Inv3nted

Hardware: 

    Hardware Overview: 

      Model Name: MacBook Example 
      Serial Number (system): C02EXAMPLE 
      Hardware UUID: {guid} 
",
    ),
    optional: &[("keychain.txt", KEYCHAIN), ("Information.txt", "")],
    ..ATOMIC
};

pub(super) const SHUB: Family = Family {
    name: "shub",
    system: (
        "Information.txt",
        "SHub Stealer

Build Tag: example
External IP: {ip}
Username: {user}
Password: Mac-Inv3nted
",
    ),
    optional: &[("keychain.txt", KEYCHAIN), ("Information.txt", "")],
    ..ATOMIC
};
