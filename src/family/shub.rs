//! SHub: a build and the public address, then what macOS says of itself.

use super::{Example, Expected, Family, InstallDate, Mark, Read, Sign};
use crate::fact::DateOrder;
use crate::record::Confidence;

/// SHub.
pub(super) const SHUB: Family = Family {
    id: "shub",
    name: "SHub",
    fork_of: None,
    marks: &[
        Mark {
            id: "line:SHub Stealer+keys:buildtag",
            weight: 4,
            signs: &[Sign::Line("SHub Stealer"), Sign::Key("buildtag")],
        },
        Mark {
            id: "keys:buildtag+externalip",
            weight: 3,
            signs: &[Sign::Key("buildtag"), Sign::Key("externalip"), Sign::NoKey("iscis")],
        },
        Mark {
            id: "keys:externalip+hardwareuuid",
            weight: 2,
            signs: &[
                Sign::Key("externalip"),
                Sign::Key("hardwareuuid"),
                Sign::NoKey("iscis"),
                Sign::NoKey("buildid"),
            ],
        },
    ],
    date_order: DateOrder::Unknown,
    install_date: InstallDate::OperatingSystem,
    reads: &[
        Read {
            file: "Information.txt",
            what: "the machine; a `Password` behind the user is the login of the computer: a \
                   credential without URL",
        },
        Read { file: "passwords, cookies, keychain.txt", what: "by content, as every family's" },
    ],
    ambiguities: &["The log says nothing of when it was taken."],
    examples: EXAMPLES,
};

const EXAMPLES: &[Example] = &[
    Example {
        what: "a whole system file",
        system: "\
SHub Stealer
Build Tag: example
External IP: 203.0.113.10
Username: user1
Password: Example#1
Hardware:
    Hardware UUID: 01234567-89AB-CDEF-0123-456789ABCDEF
",
        names: &["Information.txt"],
        expected: Expected::This(Confidence::High),
    },
    Example {
        what: "the banner stripped",
        system: "Build Tag: example\nExternal IP: 203.0.113.10\nUsername: user1\n",
        names: &[],
        expected: Expected::This(Confidence::Medium),
    },
    Example {
        what: "MacSync",
        system: "MacSync Stealer\nBuild Tag: example\nUsername: user1\nPassword: Example#1\n",
        names: &[],
        expected: Expected::NotThis,
    },
    Example {
        what: "Odyssey",
        system: "External IP: 203.0.113.10\nIs CIS: false\nHardware UUID: 01\n",
        names: &[],
        expected: Expected::NotThis,
    },
];
