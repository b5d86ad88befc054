//! The system file of each family, from the catalogue of formats, and the traps in them.

use super::*;
use crate::fact::{DateZone, Value};

fn text(value: &Value<'_>) -> String {
    String::from_utf8_lossy(value).into_owned()
}

/// Shows what is set as `field=value` lines.
fn show(facts: &SystemFacts<'_>) -> Vec<String> {
    let mut shown = Vec::new();
    for (name, value) in [
        ("hwid", &facts.hwid),
        ("guid", &facts.machine_guid),
        ("pc", &facts.computer_name),
        ("user", &facts.user_name),
        ("domain", &facts.ad_domain),
        ("os", &facts.os),
        ("country", &facts.country),
        ("zone", &facts.timezone),
        ("path", &facts.malware_path),
        ("build", &facts.build_id),
        ("installed", &facts.install_date),
    ] {
        shown.extend(value.as_ref().map(|value| format!("{name}={}", text(value))));
    }
    for (name, list) in
        [("ip", &facts.ip_addresses), ("lang", &facts.languages), ("av", &facts.antivirus)]
    {
        if !list.is_empty() {
            let items: Vec<_> = list.iter().map(text).collect();
            shown.push(format!("{name}={}", items.join("+")));
        }
    }
    for date in &facts.log_dates {
        let name = if date.zone == DateZone::Utc { "utc" } else { "local" };
        shown.push(format!("{name}={}", text(&date.value)));
    }
    shown
}

fn read(file: &str) -> Vec<String> {
    show(&parse(file.as_bytes(), 1))
}

const REDLINE: &str = r"*****************
* ascii art     *
Build ID: example_build
IP: 203.0.113.10
FileLocation: C:\Users\user1\AppData\Local\Temp\setup.exe
UserName: user1
MachineName: DESKTOP-EXAMPLE
Country: US
Zip Code: UNKNOWN
Location: Exampleville, Example State
HWID: 0123456789ABCDEF0123456789ABCDEF
Current Language: English (United States)
ScreenSize: {Width=1536, Height=864}
TimeZone: (UTC+04:00) Example, City
Operation System: Windows 10 Pro x64
UAC: AllowAll
Process Elevation: False
Log date: 7/4/2024 5:06:07 PM

Available KeyboardLayouts: 
English (United States)
Spanish: (Spain)


Hardwares: 
Name: Total of RAM, 8000.00 Mb or 8388608000 bytes
Name: Example CPU 1234, 6 Cores


Anti-Viruses: 
Windows Defender
Example AV: Total Security";

const RACCOON1: &str = r"Build compile date: Fri Jan 15 10:20:30 2021
Launched at: 2021.02.01 - 01:02:03 GMT
Bot_ID: 01234567-89AB-CDEF-0123-456789ABCDEF_user1
Running on a desktop
-------------
  - Cookies: 120
  - Passwords: 14

System Information:
  - System Language: English
  - System TimeZone: +1 hrs
  - IP: 203.0.113.10
  - Location: 50.0, 8.0 | Exampleville, Example State, Exampleland (00000)
  - ComputerName: DESKTOP-EXAMPLE
  - Username: user1
  - Windows version: NT 6.1
  - Product name: Windows 7 Professional
  - CPU: Example CPU (4 cores)
-------------
Installed Apps: 
    HWID: not one";

const RACCOON2: &str = r"User ID: 01234567-89AB-CDEF-0123-456789ABCDEF|user1
Last seen: Mon Jul 01 2024 10:20:30 GMT+0200 (Central European Summer Time)
Build: 0123abcd
IP info: US 203.0.113.10
System Information: 
    - Locale: English
    - Time zone: +60 minutes from GMT
    - OS: Windows 10 Pro
    - Architecture: x64";

const VIDAR: &str = r"-- EXAMPLE STEALER Telegram: @example
Ip: 203.0.113.10
Country: US
Version: 12.4

Date: 30/06/2025 10:20:30
MachineID: 01234567-89ab-cdef-0123-456789abcdef
GUID: {11111111-89ab-cdef-0123-456789abcdef}
HWID: 0123456789ABCDEF01-01234567-89ab

Path: C:\Users\user1\setup.exe
Work Dir: In memory

Windows: Windows 11 Pro
Install Date: 17/02/2024 10:20:30
AV: Windows Defender
Computer Name: DESKTOP-EXAMPLE
User Name: user1
Display Resolution: 1920x1080
Keyboard Languages: English (United States) / Spanish (Spain)
Local Time: 30/06/2025 10:20:30
TimeZone: 4294967292

[Hardware]
Processor: Example CPU
VideoCard: Example GPU[Software]
Example: The Game - 1.0
User Name: nobody
Country: XX
Domain: EXAMPLE";

const STEALC: &str = "stealc stealer\nNetwork Info:\n\t- IP: 203.0.113.10\n\t- Country: US\n\nSystem Summary:\n\t- HWID: 0123456789ABCDEF012345\n\t- OS: Windows 10 Pro\n\t- UserName: user1\n\t- Computer Name: DESKTOP-EXAMPLE\n\t- Local Time: 2024/6/2 15:9:7\n\t- UTC: 5\n\t- Language: en-US\n\t- Keyboards: English (United States) / Spanish\n\t- Running Path: C:\\setup.exe\n\t- GPU:\n\t\t-Example GPU\n\nUser Agents:\n\tIP: 198.51.100.1\n\nInstalled Apps:\nAll Users:\n\tComputer Name: no\n";

const LUMMA: &str = "# Buy now: TG @example_seller\n- LummaC2 Build: Jan 02 2024\n- LID: AbCdEf--NAME\n- Configuration: 0123456789abcdef0123456789abcdef\n- Path: C:\\Temp\\setup.exe\n\n- OS Version: Windows 10 Pro (10.0.19045) x64\n- Local Date: 30.06.2025 10:20:30\n- Time Zone: UTC+4\n- Install Date: 20.04.2024 10:20:30\n- Elevated: false\n- Computer:DESKTOP-EXAMPLE\n- User: user1\n- Domain: \n- Hostname: DESKTOP-OTHER\n- NetBIOS: DESKTOP-OTHER\n- Language: en-US\n- Anti Virus:\n\t- Windows Defender\n\t- Example AV\n- HWID: 0123456789ABCDEF\n- GPU:\n\t- Example GPU\n\n- IP Address: 203.0.113.10\n- Time: 30.06.2025 06:20:30 (sig:1751264430.0123456789abcdef0123456789abcdef)\n- Country: 198.51.100.7\n";

const REMUS: &str = "# REMUS LOG\nbuild:\n  tag: example\n  date: 01.01.2025\ncomputer-name: DESKTOP-EXAMPLE\nuser-name: user1\ndomain: CORP\nip-address: 203.0.113.10\ncountry: US\nlocal-date: 30.06.2025 10:20:30\ntime: 30.06.2025 06:20:30\nhardware:\n  cpu:\n    name: Example CPU\n    core count: 6\nos:\n  name: Windows 11\n";

const RISEPRO: &str = r"Build: default
Version: 2.0
Date: Mon Jul 01 1:02:03 2024
MachineID: 01234567-aaaa
GUID: {01234567-bbbb}
HWID: cccc
IP: 203.0.113.10
Location: US, Exampleville
ZIP (Autofills): -
Windows: Windows 10 Pro [x64]
Computer Name: DESKTOP-EXAMPLE [WORKGROUP]
User Name: user1
Local Time: 1/7/2024 1:02:03
TimeZone: UTC2
[Processes]
System [4]";

const RHADAMANTHYS: &str = r"Install Date: 09 Nov 23 01:02 UTC
Traffic Name: example
HWID: aaaa
IP: 203.0.113.10
Country: US
Time Zone: UTC-5
System Language: en
User Language: en
Keyboard Language: de
Computer Name
-------------
OS: Windows 10 build 19045 (64 Bit)
Computer Name: DESKTOP-EXAMPLE
User Name: user1
Domain Name: CORP
MachineID: bbbb
WallPaper Hash: 0123";

const MEDUZA: &str = r"HWID: 0123
Log Date: 03-11-2024, 10:20:30
Build Name: example
Country Code: US
User Name: user1
Computer Name: DESKTOP-EXAMPLE
Operation System: Windows 10
Time Zone: [UTC-7:00] Example
IP: 203.0.113.10
Execute Path: C:\a.exe";

const CRYPTBOT: &str = "OS:                         Windows 10 Pro x64\nLocal Date and Time:        2024-11-28 01:02:03 [ UTC: (UTC+01:00) Example City ]\nUserName (ComputerName):    user1 (DESKTOP-EXAMPLE)\nCPU:                        Example CPU [ Сores: 4 ]\nSoftware:\nComputer Name: no";

const PHEMEDRONE: &str = "    ----- Geolocation Data -----\nIP:                       203.0.113.10\nCountry:                  Exampleland (EX)\nPostal:                   0\n    ----- Hardware Info -----\nUsername:                 user1\\example-pc\nWindows name:             Windows 10\nHardware ID:              0123\n    ----- Report Contents -----\nPasswords:                3\n    ----- Miscellaneous -----\nAntivirus products:       A, B\nFile Location:            C:\\a.exe\nClipboard text: HWID: x\nCountry: no";

const STEALERIUM: &str = "[IP]\nExternal IP: 203.0.113.10\nInternal IP: 192.0.2.1\nGateway IP: 192.0.2.2\n\n[Machine]\nUsername: user1\nCompname: DESKTOP-EXAMPLE\nSystem: Windows 10\nDATE: 2024-11-28 1:02:03 AM\n";

const DCRAT: &str = "PC Name: DESKTOP-EXAMPLE\nUser Name: user1\nWindows: Windows 10\nGPU Mode: 1920x1080x32\nAntivirus: Example\n\nLANIP: 192.0.2.9\nPath: C:\\a.exe\n\nIP: 203.0.113.10\nCity: Region / City\nCountry: US / United States\n\nSave Time: 28.11.2024 10:20\n";

const AMOS: &str = "ATOMIC MAC STEALER V2\nMetaMask Info:\nUserinfo:\nCountry: JP \nIP: 203.0.113.10/123456789 \nCity: X\nProductName:\t\tmacOS\nProductVersion:\t\t14.1\n\nHardware:\n\n\t  Hardware UUID: 01234567-AAAA \n\t  Serial Number (system): XYZ123 \n\nSoftware:\n\n    System Software Overview:\n\n      Computer Name: Example’s MacBook \n      User Name: Full Name (short) \n";

const FAMILIES: &[(&str, &str, &[&str])] = &[
    (
        "redline",
        REDLINE,
        &[
            "hwid=0123456789ABCDEF0123456789ABCDEF",
            "pc=DESKTOP-EXAMPLE",
            "user=user1",
            "os=Windows 10 Pro x64",
            "country=US",
            "zone=(UTC+04:00) Example, City",
            r"path=C:\Users\user1\AppData\Local\Temp\setup.exe",
            "build=example_build",
            "ip=203.0.113.10",
            "lang=English (United States)+Spanish: (Spain)",
            "av=Windows Defender+Example AV: Total Security",
            "local=7/4/2024 5:06:07 PM",
        ],
    ),
    (
        "raccoon v1",
        RACCOON1,
        &[
            "hwid=01234567-89AB-CDEF-0123-456789ABCDEF",
            "pc=DESKTOP-EXAMPLE",
            "user=user1",
            "os=Windows 7 Professional",
            "zone=+1 hrs",
            "ip=203.0.113.10",
            "lang=English",
            "local=2021.02.01 - 01:02:03 GMT",
        ],
    ),
    (
        "raccoon v2",
        RACCOON2,
        &[
            "hwid=01234567-89AB-CDEF-0123-456789ABCDEF",
            "user=user1",
            "os=Windows 10 Pro",
            "country=US",
            "zone=+60 minutes from GMT",
            "build=0123abcd",
            "ip=203.0.113.10",
            "lang=English",
            "local=Mon Jul 01 2024 10:20:30 GMT+0200 (Central European Summer Time)",
        ],
    ),
    (
        "vidar",
        VIDAR,
        &[
            "hwid=0123456789ABCDEF01-01234567-89ab",
            "guid=01234567-89ab-cdef-0123-456789abcdef",
            "pc=DESKTOP-EXAMPLE",
            "user=user1",
            "os=Windows 11 Pro",
            "country=US",
            "zone=4294967292",
            r"path=C:\Users\user1\setup.exe",
            "build=12.4",
            "installed=17/02/2024 10:20:30",
            "ip=203.0.113.10",
            "lang=English (United States)+Spanish (Spain)",
            "av=Windows Defender",
            "local=30/06/2025 10:20:30",
        ],
    ),
    (
        "stealc",
        STEALC,
        &[
            "hwid=0123456789ABCDEF012345",
            "pc=DESKTOP-EXAMPLE",
            "user=user1",
            "os=Windows 10 Pro",
            "country=US",
            "zone=5",
            r"path=C:\setup.exe",
            "ip=203.0.113.10",
            "lang=en-US+English (United States)+Spanish",
            "local=2024/6/2 15:9:7",
        ],
    ),
    (
        "lumma",
        LUMMA,
        &[
            "hwid=0123456789ABCDEF",
            "pc=DESKTOP-EXAMPLE",
            "user=user1",
            "os=Windows 10 Pro (10.0.19045) x64",
            "zone=UTC+4",
            r"path=C:\Temp\setup.exe",
            "build=AbCdEf--NAME",
            "installed=20.04.2024 10:20:30",
            "ip=203.0.113.10",
            "lang=en-US",
            "av=Windows Defender+Example AV",
            "utc=1751264430",
            "local=30.06.2025 10:20:30",
        ],
    ),
    (
        "remus",
        REMUS,
        &[
            "pc=DESKTOP-EXAMPLE",
            "user=user1",
            "domain=CORP",
            "os=Windows 11",
            "country=US",
            "build=example",
            "ip=203.0.113.10",
            "utc=30.06.2025 06:20:30",
            "local=30.06.2025 10:20:30",
        ],
    ),
    (
        "risepro",
        RISEPRO,
        &[
            "hwid=cccc",
            "guid=01234567-aaaa",
            "pc=DESKTOP-EXAMPLE",
            "user=user1",
            "domain=WORKGROUP",
            "os=Windows 10 Pro [x64]",
            "country=US",
            "zone=UTC2",
            "build=default",
            "ip=203.0.113.10",
            "local=Mon Jul 01 1:02:03 2024",
            "local=1/7/2024 1:02:03",
        ],
    ),
    (
        "rhadamanthys",
        RHADAMANTHYS,
        &[
            "hwid=aaaa",
            "guid=bbbb",
            "pc=DESKTOP-EXAMPLE",
            "user=user1",
            "domain=CORP",
            "os=Windows 10 build 19045 (64 Bit)",
            "country=US",
            "zone=UTC-5",
            "build=example",
            "installed=09 Nov 23 01:02 UTC",
            "ip=203.0.113.10",
            "lang=en+de",
        ],
    ),
    (
        "meduza",
        MEDUZA,
        &[
            "hwid=0123",
            "pc=DESKTOP-EXAMPLE",
            "user=user1",
            "os=Windows 10",
            "country=US",
            "zone=[UTC-7:00] Example",
            r"path=C:\a.exe",
            "build=example",
            "ip=203.0.113.10",
            "local=03-11-2024, 10:20:30",
        ],
    ),
    (
        "cryptbot",
        CRYPTBOT,
        &[
            "pc=DESKTOP-EXAMPLE",
            "user=user1",
            "os=Windows 10 Pro x64",
            "local=2024-11-28 01:02:03 [ UTC: (UTC+01:00) Example City ]",
        ],
    ),
    (
        "phemedrone",
        PHEMEDRONE,
        &[
            "hwid=0123",
            "pc=example-pc",
            "user=user1",
            "os=Windows 10",
            "country=EX",
            r"path=C:\a.exe",
            "ip=203.0.113.10",
            "av=A+B",
        ],
    ),
    (
        "stealerium",
        STEALERIUM,
        &[
            "pc=DESKTOP-EXAMPLE",
            "user=user1",
            "os=Windows 10",
            "ip=203.0.113.10",
            "local=2024-11-28 1:02:03 AM",
        ],
    ),
    (
        "dcrat",
        DCRAT,
        &[
            "pc=DESKTOP-EXAMPLE",
            "user=user1",
            "os=Windows 10",
            "country=US",
            r"path=C:\a.exe",
            "ip=203.0.113.10",
            "av=Example",
            "local=28.11.2024 10:20",
        ],
    ),
    (
        "amos",
        AMOS,
        &[
            "hwid=01234567-AAAA",
            "guid=XYZ123",
            "pc=Example’s MacBook",
            "user=short",
            "os=macOS",
            "country=JP",
            "ip=203.0.113.10",
        ],
    ),
];

#[test]
fn every_family_is_read() {
    for (family, file, expected) in FAMILIES {
        assert_eq!(read(file), *expected, "{family}");
        assert!(looks_like_system(file.as_bytes()), "{family}");
    }
}

#[test]
fn every_family_is_read_in_every_dress() {
    for (family, file, expected) in FAMILIES {
        for (dress, file) in [
            ("crlf", file.replace('\n', "\r\n")),
            ("cr", file.replace('\n', "\r")),
            ("crcrlf", file.replace('\n', "\r\r\n")),
            ("mark", format!("\u{feff}{file}")),
            ("space in front", file.lines().map(|line| format!(" {line}\n")).collect()),
            ("watermark", file.lines().map(|line| format!("qwzkfp        {line}\n")).collect()),
        ] {
            // A watermark takes the indentation with it, which alone tells YAML keys apart.
            if dress == "watermark" && *family == "remus" {
                continue;
            }
            assert_eq!(read(&file), *expected, "{family} {dress}");
        }
    }
}

#[test]
fn traps() {
    for (name, file, expected) in [
        (
            "glued zone",
            "ScreenSize: {Width = 1,Height = 2}TimeZone: (UTC+01:00) X",
            &["zone=(UTC+01:00) X"][..],
        ),
        ("placeholders", "IP: IP?\nCountry: ISO?\nHWID: UNKNOWN\nUser: N/A", &[]),
        (
            "domain user",
            "User Name: CORP\\user1\nPC Name: PC1",
            &["pc=PC1", "user=user1", "domain=CORP"],
        ),
        ("local user", "User Name: PC1\\user1\nPC Name: PC1", &["pc=PC1", "user=user1"]),
        ("user and host", "Username: user1\\PC1\nPC Name: pc1", &["pc=pc1", "user=user1"]),
        (
            "host of a user",
            "Username: user1\\DESKTOP-EXAMPLE",
            &["pc=DESKTOP-EXAMPLE", "user=user1"],
        ),
        (
            "azorult",
            "Computer(Username) :\tHOST1(user1)\nLocalTime: 1/7/2024 1:02:03",
            &["pc=HOST1", "user=user1", "local=1/7/2024 1:02:03"],
        ),
        ("host and user", "Computer: HOST1\\user1", &["pc=HOST1", "user=user1"]),
        ("user with host", "User: user1 (HOST1)", &["pc=HOST1", "user=user1"]),
        (
            "environment",
            "COMPUTERNAME = PC1\nUSERNAME = user1\nUSERDOMAIN = CORP\nPath = C:\\a;C:\\b",
            &["pc=PC1", "user=user1", "domain=CORP"],
        ),
        ("local account", "COMPUTERNAME = PC1\nUSERDOMAIN = PC1", &["pc=PC1"]),
        (
            "full name",
            "Hostname: pc1.corp.example.com",
            &["pc=pc1.corp.example.com", "domain=corp.example.com"],
        ),
        ("local addresses", "LANIP: 203.0.113.1\nIP: 192.168.1.2\nGateway IP: 203.0.113.2", &[]),
        (
            "two addresses",
            "IP: 203.0.113.1, 2001:db8::1 (US)",
            &["country=US", "ip=203.0.113.1+2001:db8::1"],
        ),
        ("address with port", "IP: 203.0.113.1:8080", &["ip=203.0.113.1"]),
        ("only a GUID", "GUID: {01234567-89ab}", &["hwid=01234567-89ab"]),
        ("machine id and GUID", "GUID: a1\nMachineID: b2", &["hwid=b2", "guid=a1"]),
        ("flag", "Country: 🇺🇸", &["country=US"]),
        ("country forms", "Country: United States [US]", &["country=US"]),
        ("country name", "Country: United States", &["country=United States"]),
        ("year 1601", "Log date: 01.01.1601 02:00:00\nInstall Date: Disabled", &[]),
        ("leet and twins", "HW1D: a1\nСomputer Nаme: PC1", &["hwid=a1", "pc=PC1"]),
        ("markdown", "**External IP:** `203.0.113.1`", &["ip=203.0.113.1"]),
        (
            "stray login",
            "HWID: a1\n\nSOFT: Chrome\nURL: https://example.com/\nUSER: other\nPASS: p\n\nUser: user1",
            &["hwid=a1", "user=user1"],
        ),
        ("version below", "OS: Windows\nVersion: 3", &["os=Windows"]),
        ("placeholder of arcane", "User: Произошла ошибка", &[]),
        (
            "systeminfo",
            "Host Name:                 DESKTOP-EXAMPLE\nOS Name:                   Microsoft Windows 10 Pro\nOS Version:                10.0.19045 N/A Build 19045\nDomain:                    corp.example.com",
            &["pc=DESKTOP-EXAMPLE", "domain=corp.example.com", "os=Microsoft Windows 10 Pro"],
        ),
    ] {
        assert_eq!(read(file), expected, "{name}");
    }
}

#[test]
fn json_objects_are_read() {
    for (name, file, expected) in [
        (
            "acreed",
            r#"{"PcName":"PC1","Os":"Windows 10","Cpu":"x","Hwid":"a\u0031","IsElevator":false,"CpuCores":6}"#,
            &["hwid=a1", "pc=PC1", "os=Windows 10"][..],
        ),
        (
            "purelogs",
            r#"{"Username_Hwid":"user1_ABC1","StubVersion":"2","Date":"2026-01-02_03-04-05.678","BotInfo":{"Network":{"IP":"203.0.113.1","Country":"US"}}}"#,
            &[
                "hwid=ABC1",
                "user=user1",
                "country=US",
                "build=2",
                "ip=203.0.113.1",
                "local=2026-01-02_03-04-05.678",
            ],
        ),
        (
            "lists and numbers",
            r#"[{"computer_name":"PC1","antivirus":["A","B"],"timestamp":1751264430,"country":null"#,
            &["pc=PC1", "av=A+B", "utc=1751264430"],
        ),
    ] {
        assert_eq!(read(file), expected, "{name}");
    }
    assert!(looks_like_system(br#"{"PcName":"PC1","Os":"Windows 10","Hwid":"a1"}"#));
    assert!(!looks_like_system(br#"[{"domain":"example.com","path":"/","name":"a","value":"b"}]"#));
}

#[test]
fn other_files_are_no_system_files() {
    for (name, file) in [
        ("lumma passwords", "SOFT: c\nURL: https://a.example.com/\nUSER: u\nPASS: p\n"),
        (
            "hostname in passwords",
            "Hostname: https://a.example.com/\nUsername: u\nPassword: p\nCountry : US\n",
        ),
        ("cookies", ".example.com\tTRUE\t/\tFALSE\t1893456000\tsid\tabc\n"),
        ("history", "URL: https://a.example.com/\nTITLE: x\nTIME: 01.01.2025\n"),
        ("letter", "Date: 1\nVersion: 2\nPath: x\nLocation: y\n"),
        ("cards", "Holder: x\nCard: 4000000000000000\nExpire: 1/2029\n"),
        ("software", "1) Example [1.2.3]\n2) Other [4]\n"),
        ("nothing", ""),
    ] {
        assert!(!looks_like_system(file.as_bytes()), "{name}");
    }
}

#[test]
fn keys_and_span_are_told() {
    let facts = parse(b"banner\n\nHWID: a1\nWallPaper Hash: x\nUnheard Of: y\nHWID: b\n", 5);
    assert_eq!(facts.keys, ["hwid", "wallpaperhash", "unheardof"]);
    assert_eq!(facts.span, Some(crate::provenance::Span::new(7, 10)));
    let many: String = (0..5000).map(|n| format!("key{n}x: v\n")).collect();
    assert_eq!(parse(many.as_bytes(), 1).keys.len(), 200);
}

proptest::proptest! {
    #[test]
    fn anything_is_survived(bytes: Vec<u8>) {
        let _ = parse(&bytes, 1);
        let _ = looks_like_system(&bytes);
    }
}
