//! macOS stealers without a name: address, account and password, then a localised
//! `system_profiler` dump.

use super::{Example, Expected, Family, InstallDate, Mark, Read, Sign};
use crate::fact::DateOrder;
use crate::record::Confidence;

/// Unnamed macOS stealers.
pub(super) const MACOS_UNNAMED: Family = Family {
    id: "macos_unnamed",
    name: "unnamed (macOS)",
    fork_of: None,
    marks: &[
        Mark {
            id: "keys:ip+username+password+hardwareuuid",
            weight: 3,
            signs: &[
                Sign::Key("ip"),
                Sign::Key("username"),
                Sign::Key("password"),
                Sign::Key("hardwareuuid"),
                Sign::NoKey("userinfo"),
                Sign::NoKey("buildid"),
                Sign::NoKey("buildtag"),
                Sign::NoKey("iscis"),
            ],
        },
        // Several languages have this heading.
        Mark {
            id: "keys:ip+username+password+hardware",
            weight: 3,
            signs: &[
                Sign::Key("ip"),
                Sign::Key("username"),
                Sign::Key("password"),
                Sign::Key("hardware"),
                Sign::NoKey("userinfo"),
                Sign::NoKey("buildid"),
                Sign::NoKey("buildtag"),
                Sign::NoKey("iscis"),
            ],
        },
    ],
    date_order: DateOrder::Unknown,
    install_date: InstallDate::OperatingSystem,
    reads: &[
        Read {
            file: "Information.txt",
            what: "the machine; `Username` and `Password` are the login of the computer: a \
                   credential without URL; the `system_profiler` dump may be in any language",
        },
        Read { file: "passwords, cookies, keychain.txt", what: "by content, as every family's" },
    ],
    ambiguities: &[
        "Which malware it is nobody knows; a named one whose banner and build are stripped looks \
         the same.",
    ],
    examples: EXAMPLES,
};

const EXAMPLES: &[Example] = &[
    Example {
        what: "a whole system file",
        system: "\
IP: 203.0.113.10
Username: user1
Password: Example#1
Hardware:
    Hardware Overview:
      Model Identifier: Mac14,2
      Hardware UUID: 01234567-89AB-CDEF-0123-456789ABCDEF
",
        names: &["Information.txt"],
        expected: Expected::This(Confidence::High),
    },
    Example {
        what: "in Spanish",
        system: "\
IP: 203.0.113.10
Username: user1
Password: Example#1
Hardware:
    Descripción general del hardware:
      Identificador del modelo: Mac14,2
      UUID del hardware: 01234567-89AB-CDEF-0123-456789ABCDEF
",
        names: &[],
        expected: Expected::This(Confidence::Medium),
    },
    Example {
        what: "MacSync",
        system: "Build Tag: x\nIP: 203.0.113.10\nUsername: u\nPassword: p\nHardware UUID: 01\n",
        names: &[],
        expected: Expected::NotThis,
    },
    Example {
        what: "no dump",
        system: "IP: 203.0.113.10\nUsername: user1\nPassword: Example#1\n",
        names: &[],
        expected: Expected::NotThis,
    },
];
