//! MacSync: a build, the account and its password, then what macOS says of itself.

use super::{Example, Expected, Family, InstallDate, Mark, Read, Sign};
use crate::fact::DateOrder;
use crate::record::Confidence;

/// MacSync.
pub(super) const MACSYNC: Family = Family {
    id: "macsync",
    name: "MacSync",
    fork_of: None,
    marks: &[
        Mark {
            id: "line:MacSync Stealer+keys:buildtag",
            weight: 4,
            signs: &[Sign::Line("MacSync Stealer"), Sign::Key("buildtag")],
        },
        Mark {
            id: "keys:buildtag+username+password",
            weight: 3,
            signs: &[
                Sign::Key("buildtag"),
                Sign::Key("username"),
                Sign::Key("password"),
                Sign::NoKey("externalip"),
                Sign::NoKey("iscis"),
            ],
        },
        Mark {
            id: "keys:buildtag+hardwareuuid",
            weight: 2,
            signs: &[
                Sign::Key("buildtag"),
                Sign::Key("hardwareuuid"),
                Sign::NoKey("externalip"),
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
                   credential without URL",
        },
        Read { file: "passwords, cookies, keychain.txt", what: "by content, as every family's" },
    ],
    ambiguities: &["Banner and build stripped, it is like the logs of unnamed macOS stealers."],
    examples: EXAMPLES,
};

const EXAMPLES: &[Example] = &[
    Example {
        what: "a whole system file",
        system: "\
MacSync Stealer
Build Tag: example
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
        system: "Build Tag: example\nUsername: user1\nPassword: Example#1\n",
        names: &[],
        expected: Expected::This(Confidence::Medium),
    },
    Example {
        what: "its banner over RedLine's keys",
        system: "MacSync Stealer\nFileLocation: x\nOperation System: Windows 10\n",
        names: &[],
        expected: Expected::NotThis,
    },
    Example {
        what: "SHub",
        system: "SHub Stealer\nBuild Tag: example\nExternal IP: 203.0.113.10\nPassword: x\n",
        names: &[],
        expected: Expected::NotThis,
    },
];
