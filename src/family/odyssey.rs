//! Odyssey, once Poseidon: the public address, the account and its password, and whether the
//! computer stands in a country that is spared.

use super::{Example, Expected, Family, InstallDate, Mark, Read, Sign};
use crate::fact::DateOrder;
use crate::record::Confidence;

/// Odyssey.
pub(super) const ODYSSEY: Family = Family {
    id: "odyssey",
    name: "Odyssey (Poseidon)",
    fork_of: None,
    marks: &[
        Mark {
            id: "value:iscis=⟨true|false⟩", weight: 4, signs: &[Sign::Value("iscis", is_flag)]
        },
        Mark {
            id: "line:System Info+keys:externalip+username+password",
            weight: 3,
            signs: &[
                Sign::Line("System Info"),
                Sign::Key("externalip"),
                Sign::Key("username"),
                Sign::Key("password"),
            ],
        },
        Mark {
            id: "keys:externalip+password+osversion",
            weight: 2,
            signs: &[
                Sign::Key("externalip"),
                Sign::Key("password"),
                Sign::Key("osversion"),
                Sign::NoKey("buildtag"),
            ],
        },
    ],
    date_order: DateOrder::Unknown,
    install_date: InstallDate::OperatingSystem,
    reads: &[
        Read {
            file: "Information.txt",
            what: "the machine; `Username` and `Password` are the login of the computer: a \
                   credential without URL; `Hostname` is the computer's",
        },
        Read { file: "passwords, cookies, keychain.txt", what: "by content, as every family's" },
    ],
    ambiguities: &["The log says nothing of when it was taken."],
    examples: EXAMPLES,
};

fn is_flag(value: &[u8]) -> bool {
    value.eq_ignore_ascii_case(b"true") || value.eq_ignore_ascii_case(b"false")
}

const EXAMPLES: &[Example] = &[
    Example {
        what: "a whole system file",
        system: "\
External IP: 203.0.113.10
System Info
Username: user1
Password: Example#1
Hostname: Mac-Example
OS Version: macOS 14.5
Is CIS: false
",
        names: &["Information.txt"],
        expected: Expected::This(Confidence::High),
    },
    Example {
        what: "the last line stripped",
        system: "External IP: 203.0.113.10\nSystem Info\nUsername: user1\nPassword: Example#1\n",
        names: &[],
        expected: Expected::This(Confidence::Medium),
    },
    Example {
        what: "an address and a heading",
        system: "External IP: 203.0.113.10\nSystem Info\nUsername: user1\nHWID: 01\n",
        names: &[],
        expected: Expected::NotThis,
    },
    Example {
        what: "SHub",
        system: "Build Tag: x\nExternal IP: 203.0.113.10\nUsername: u\nPassword: p\nOS Version: 14\n",
        names: &[],
        expected: Expected::NotThis,
    },
];
