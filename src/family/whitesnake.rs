//! WhiteSnake: `PC_info.txt` in three sections, each headed by an emoji.
//!
//! Where a re-packer has broken or dropped the emoji, the words behind it still tell.

use super::{Example, Expected, Family, InstallDate, Mark, Read, Sign};
use crate::fact::DateOrder;
use crate::record::Confidence;

/// WhiteSnake.
pub(super) const WHITESNAKE: Family = Family {
    id: "whitesnake",
    name: "WhiteSnake",
    fork_of: None,
    marks: &[
        Mark {
            id: "sections:computerinfo+security+whois",
            weight: 6,
            signs: &[
                Sign::Value("computerinfo", <[u8]>::is_empty),
                Sign::Value("security", <[u8]>::is_empty),
                Sign::Value("whois", <[u8]>::is_empty),
            ],
        },
        Mark {
            id: "keys:startedasadmin+installedantivirus",
            weight: 3,
            signs: &[Sign::Key("startedasadmin"), Sign::Key("installedantivirus")],
        },
        Mark {
            id: "keys:systemtime+internetprovider",
            weight: 3,
            signs: &[Sign::Key("systemtime"), Sign::Key("internetprovider")],
        },
        Mark { id: "file:PC_info.txt", weight: 1, signs: &[Sign::File("PC_info.txt")] },
    ],
    date_order: DateOrder::Unknown,
    install_date: InstallDate::OperatingSystem,
    reads: &[
        Read {
            file: "PC_info.txt",
            what: "the machine; `System time` puts the year first and has AM or PM",
        },
        Read {
            file: "Browsers/⟨Browser⟩/…", what: "credentials, cookies and autofill by content"
        },
        Read { file: "Wallets/, Messengers/", what: "counted" },
        Read { file: "Files/…", what: "searched for watched names; its logins are never sure" },
    ],
    ambiguities: &[
        "`System time` is the computer's clock and no zone is written, so it is taken for UTC.",
        "The computer's name is not written.",
        "`IP` and `Country` are what a look-up service said of the connection.",
    ],
    examples: EXAMPLES,
};

const EXAMPLES: &[Example] = &[
    Example {
        what: "a whole system file",
        system: "\
🖥Computer info:
System: Windows 10 Pro
User name: user1
System time: 2026-01-02 3:04:05 PM
HWID: 0123456789ABCDEF

🛡Security:
Installed antivirus: Windows Defender
Started as admin: False

📡Whois:
IP: 203.0.113.10
Country: Exampleland [EX]
Internet provider: Example Net
",
        names: &["PC_info.txt"],
        expected: Expected::This(Confidence::High),
    },
    Example {
        what: "its emoji broken by a wrong code page",
        system: "ðŸ–¥Computer info:\nðŸ›¡Security:\nðŸ“¡Whois:\nIP: 203.0.113.10\n",
        names: &[],
        expected: Expected::This(Confidence::High),
    },
    Example {
        what: "its headings stripped",
        system: "System time: 2026-01-02 3:04:05 PM\nInternet provider: Example Net\n",
        names: &[],
        expected: Expected::This(Confidence::Medium),
    },
    Example {
        what: "the file name alone",
        system: "HWID: 0123456789ABCDEF\nUser name: user1\n",
        names: &["PC_info.txt"],
        expected: Expected::NotThis,
    },
    Example {
        what: "one heading in another family's file",
        system: "Whois:\nIP: 203.0.113.10\nSecurity: none\nComputer info: see below\n",
        names: &["PC_info.txt"],
        expected: Expected::NotThis,
    },
];
