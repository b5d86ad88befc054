//! Blank Grabber: files for each kind of loot, and what `systeminfo` prints, as it prints it.

use super::{Example, Expected, Family, InstallDate, Mark, Read, Sign};
use crate::fact::DateOrder;
use crate::record::Confidence;

/// Blank Grabber.
pub(super) const BLANK_GRABBER: Family = Family {
    id: "blank_grabber",
    name: "Blank Grabber",
    fork_of: None,
    marks: &[
        Mark {
            id: "keys:blankgrabbergotanewvictim",
            weight: 3,
            signs: &[Sign::Key("blankgrabbergotanewvictim")],
        },
        Mark {
            id: "sections:IP Info+System Info+Grabbed Info",
            weight: 3,
            signs: &[Sign::Line("IP Info"), Sign::Line("System Info"), Sign::Line("Grabbed Info")],
        },
        // A brand, if one that the malware itself writes.
        Mark {
            id: "rule:Blank Grabber",
            weight: 1,
            signs: &[Sign::Line("==================Blank Grabber===================")],
        },
        Mark {
            id: "files:Credentials/⟨browser⟩ Passwords+System Info",
            weight: 2,
            signs: &[Sign::Path(is_passwords_of_browser), Sign::Path(is_system_info)],
        },
    ],
    date_order: DateOrder::Unknown,
    install_date: InstallDate::OperatingSystem,
    reads: &[
        Read {
            file: "Information.txt",
            what: "the machine; `Passwords : 0` below `Grabbed Info` is a count",
        },
        Read {
            file: "System Info.txt",
            what: "the machine, from the output of `systeminfo` in the language of Windows, in \
                   UTF-8, UTF-16 or a code page",
        },
        Read {
            file: "Credentials/⟨browser⟩ Passwords.txt",
            what: "logins, each below a rule with the name of the family",
        },
    ],
    ambiguities: &[
        "no file says when it was taken",
        "a user's rebuild may have another name in its rules and in the first line",
    ],
    examples: EXAMPLES,
};

fn is_passwords_of_browser(path: &[u8]) -> bool {
    path.starts_with(b"Credentials/") && path.ends_with(b" Passwords.txt")
}

fn is_system_info(path: &[u8]) -> bool {
    path == b"System Info.txt" || path.ends_with(b"/System Info.txt")
}

const EXAMPLES: &[Example] = &[
    Example {
        what: "a whole report",
        system: "\
Blank Grabber got a new victim: user1

IP Info
IP: 203.0.113.10
Region: Example State

System Info
Computer Name: DESKTOP-EXAMPLE
Computer OS: Windows 10 Pro

Grabbed Info
Passwords : 0
",
        names: &["Information.txt", "System Info.txt", "Credentials/Chrome Passwords.txt"],
        expected: Expected::This(Confidence::High),
    },
    Example {
        what: "a report that was renamed",
        system: "Example got a new victim: user1\n\nIP Info\nIP: 203.0.113.10\n\nSystem Info\n\n\
                 Grabbed Info\nPasswords : 0\n",
        names: &[],
        expected: Expected::This(Confidence::Medium),
    },
    Example {
        what: "names over what systeminfo prints",
        system: "Host Name:      DESKTOP-EXAMPLE\nOS Name:        Microsoft Windows 10 Pro\n",
        names: &["System Info.txt", "Credentials/Chrome Passwords.txt"],
        expected: Expected::This(Confidence::Low),
    },
    Example {
        what: "its rule over another family's file",
        system: "==================Blank Grabber===================\nHWID: 0123\nUser: user1\n",
        names: &["System Info.txt", "passwords.txt"],
        expected: Expected::NotThis,
    },
];
