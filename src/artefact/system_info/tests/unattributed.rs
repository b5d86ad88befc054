//! System files that nobody has attributed to a family: columns, dumps, output of Windows' tools.

use super::{parse, read, show};

/// Forms that nobody has attributed to a family.
const UNATTRIBUTED: &[(&str, &str, &[&str])] = &[
    (
        "columns",
        "PC Username        : user1\nPC Name            : PC1\nResolution         : 1x1\nMAC                : 00:00:5E:00:53:01",
        &["pc=PC1", "user=user1"],
    ),
    (
        "a TAB in front of the colon",
        "HWID\t: a1\nUser\t\t: user1\nPC\t: PC1",
        &["hwid=a1", "pc=PC1", "user=user1"],
    ),
    (
        "node",
        "Type: Windows_NT\nArch: x64\nRelease: 10.0.19045\nCount Core: 8\nHostname: PC1",
        &["pc=PC1", "os=10.0.19045"],
    ),
    ("the release of something else", "Release: May 2024\nHostname: PC1", &["pc=PC1"]),
    (
        "environment",
        "COMPUTERNAME=PC1\nPath=C:\\Windows;C:\\b\nUSERDNSDOMAIN=CORP.EXAMPLE.COM\nUSERDOMAIN=CORP\nUSERNAME=user1",
        &["pc=PC1", "user=user1", "domain=CORP.EXAMPLE.COM"],
    ),
    (
        "a table of wmic",
        "Caption         CSName  Version\nWindows 10 Pro  PC1     10.0\n\nUUID\n0123-4567",
        &["hwid=0123-4567", "pc=PC1", "os=Windows 10 Pro"],
    ),
    (
        "a table with the name of the computer",
        "Domain            Name  UserName\ncorp.example.com  PC1   CORP\\user1",
        &["pc=PC1", "user=user1", "domain=corp.example.com"],
    ),
    (
        "a table of parts",
        "DeviceID            Name  SerialNumber\n\\\\.\\PHYSICALDRIVE0  Disk  0123",
        &[],
    ),
    ("a head over keys", "Caption\nHostname: PC1", &["pc=PC1"]),
    (
        "a list of wmic",
        "Caption=Windows 11 Pro\n\nCSName=PC1\n\nUserName=PC1\\user1",
        &["pc=PC1", "user=user1", "os=Windows 11 Pro"],
    ),
    ("a device for an id", "DeviceID: \\\\.\\PHYSICALDRIVE0\nHostname: PC1", &["pc=PC1"]),
    (
        "systeminfo in German",
        "Hostname:                PC1\nBetriebssystemname:      Windows 10 Pro\nUrsprüngliches Installationsdatum: 17.02.2024, 10:20:30\nDomäne:                  corp.example.com",
        &[
            "pc=PC1",
            "domain=corp.example.com",
            "os=Windows 10 Pro",
            "installed=17.02.2024, 10:20:30",
        ],
    ),
    (
        "systeminfo in Russian",
        "Имя узла:      PC1\nНазвание ОС:   Windows 10 Pro\nДомен:         corp.example.com\nЧасовой пояс:  (UTC+03:00) X",
        &["pc=PC1", "domain=corp.example.com", "os=Windows 10 Pro", "zone=(UTC+03:00) X"],
    ),
    (
        "systeminfo in Japanese",
        "ホスト名:      PC1\nOS 名:         Windows 10 Pro\nドメイン:      corp.example.com",
        &["pc=PC1", "domain=corp.example.com", "os=Windows 10 Pro"],
    ),
];

#[test]
fn unattributed_forms_are_read() {
    for (name, file, expected) in UNATTRIBUTED {
        assert_eq!(read(file), *expected, "{name}");
    }
}

#[test]
fn systeminfo_is_read_in_the_code_pages_of_consoles() {
    let western = b"Nom de l'h\x93te:  PC1\r\nNom du syst\x8ame d'exploitation:  Windows 10\r\n";
    assert_eq!(show(&parse(western, 1)), ["pc=PC1", "os=Windows 10"]);
    let russian = b"\x88\xac\xef \xe3\xa7\xab\xa0:  PC1\r\n\x84\xae\xac\xa5\xad:  corp\r\n";
    assert_eq!(show(&parse(russian, 1)), ["pc=PC1", "domain=corp"]);
}
