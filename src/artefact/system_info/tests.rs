//! The system file of each family, from the catalogue of formats, and the traps in them.

mod files;
mod unattributed;

use self::files::*;
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
            "country=Exampleland",
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
        "arcane",
        ARCANE,
        &[
            "pc=DESKTOP-EXAMPLE",
            "user=user1",
            "os=Windows 11 Pro",
            "build=example",
            "installed=17.02.2024 10:20:30",
            "ip=203.0.113.10",
            "local=28.11.2024 10:20:30",
        ],
    ),
    (
        "stealerium v3",
        STEALERIUM3,
        &[
            "pc=DESKTOP-EXAMPLE",
            "user=user1",
            "os=Windows 10 Pro",
            "ip=203.0.113.10",
            "lang=en-US",
            "av=Windows Defender",
            "local=2024-11-28 1:02:03 AM",
        ],
    ),
    (
        "blank grabber",
        BLANK_GRABBER,
        &[
            "hwid=01234567-89AB",
            "pc=DESKTOP-EXAMPLE",
            "user=user1",
            "os=Windows 10 Pro",
            "country=Exampleland",
            "zone=Europe/Example",
            "ip=203.0.113.10",
        ],
    ),
    (
        "exela",
        EXELA,
        &[
            "pc=DESKTOP-EXAMPLE",
            "user=user1",
            "domain=corp.example.com",
            "os=Windows 10 Pro",
            "installed=17.02.2024, 10:20:30",
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
            assert_eq!(read(&file), *expected, "{family} {dress}");
        }
    }
}

const TRAPS: &[(&str, &str, &[&str])] = &[
    (
        "names of monitors",
        "- User: user1\n- Monitor 1:\n\t- Device Name: DISPLAY1\n\t- Resolution: 1x1",
        &["user=user1"],
    ),
    ("a device", "User: user1\nDevice Name: \\\\.\\DISPLAY1", &["user=user1"]),
    (
        "glued zone",
        "ScreenSize: {Width = 1,Height = 2}TimeZone: (UTC+01:00) X",
        &["zone=(UTC+01:00) X"],
    ),
    (
        "fillers",
        "File\u{3164}Location: C:\\\u{3164}\u{3164}\\a.exe\u{3164}\nUser: \u{3164}\n\u{3164}HWID: a1",
        &["hwid=a1", "path=C:\\\u{3164}\u{3164}\\a.exe"],
    ),
    (
        "a list ends where it is left",
        "anti-virus:\n  - A: One\n  - B\nunheard:\n  name: x\nanti-viruses:\n- C\n- D: Two",
        &["av=A: One+B+C+D: Two"],
    ),
    (
        "keyboards joined by blanks and cut",
        "Keyboard Languages: English (United States) Spanish (Spain) Chinese (Simplified) - US Fr",
        &["lang=English (United States)+Spanish (Spain)+Chinese (Simplified) - US Fr"],
    ),
    (
        "versions of programs",
        "Display Name: x\nPublisher: y\nVersion: 1\nUSERNAME = user1",
        &["user=user1"],
    ),
    (
        "a seller's box",
        "# Build: FREE LOGS #\n| User: @example |\n  ║ HWID: x1 ║\n*User:* user1",
        &["user=user1"],
    ),
    ("date of a build", "- Date : Build: Jan 02 2024\n- Local Date: 1.2.2025", &["local=1.2.2025"]),
    ("system of an environment", "OS = Windows_NT\nOS: Windows 11", &["os=Windows 11"]),
    ("build of the system", "os:\n  build: 22631\nbuild: b1", &["build=b1"]),
    ("placeholders", "IP: IP?\nCountry: ISO?\nHWID: UNKNOWN\nUser: N/A", &[]),
    (
        "domain user",
        "User Name: CORP\\user1\nPC Name: PC1",
        &["pc=PC1", "user=user1", "domain=CORP"],
    ),
    ("local user", "User Name: PC1\\user1\nPC Name: PC1", &["pc=PC1", "user=user1"]),
    ("user and host", "Username: user1\\PC1\nPC Name: pc1", &["pc=pc1", "user=user1"]),
    ("host of a user", "Username: user1\\DESKTOP-EXAMPLE", &["pc=DESKTOP-EXAMPLE", "user=user1"]),
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
    ("one folder to search", "COMPUTERNAME = PC1\nPATH = C:\\Windows", &["pc=PC1"]),
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
    (
        "zone in the date",
        "- Local Date: 30.06.2025 10:20\n- Time: 15 Jun 25 10:20 CEST",
        &["local=30.06.2025 10:20", "local=15 Jun 25 10:20 CEST"],
    ),
    ("version below", "OS: Windows\nVersion: 3", &["os=Windows"]),
    ("placeholder of arcane", "User: Произошла ошибка", &[]),
    (
        "systeminfo",
        "Host Name:                 DESKTOP-EXAMPLE\nOS Name:                   Microsoft Windows 10 Pro\nOS Version:                10.0.19045 N/A Build 19045\nDomain:                    corp.example.com",
        &["pc=DESKTOP-EXAMPLE", "domain=corp.example.com", "os=Microsoft Windows 10 Pro"],
    ),
];

#[test]
fn nothing_is_read_of_what_was_copied() {
    let text = "HWID: a1\nClipboard text: see\nIP: 203.0.113.1\n\nPC Name: PC1\n";
    assert_eq!(read(text), ["hwid=a1"]);
}

#[test]
fn a_part_of_the_computer_does_not_name_it() {
    let text =
        "=== CPU Information ===\nDeviceID: CPU0\nSerialNumber: 1\n\nHWID: a1\nOS: Windows\n";
    assert_eq!(read(text), ["hwid=a1", "os=Windows"]);
}

#[test]
fn traps() {
    for (name, file, expected) in TRAPS {
        assert_eq!(read(file), *expected, "{name}");
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
