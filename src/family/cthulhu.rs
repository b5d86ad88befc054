//! Cthulhu: Atomic's files on macOS, with a build of its own.

use super::{Example, Expected, Family, InstallDate, Mark, Read, Sign};
use crate::fact::DateOrder;
use crate::record::Confidence;

/// Cthulhu.
pub(super) const CTHULHU: Family = Family {
    id: "cthulhu",
    name: "Cthulhu",
    fork_of: None,
    marks: &[
        Mark {
            id: "keys:buildid+userinfo+productversion",
            weight: 6,
            signs: &[Sign::Key("buildid"), Sign::Key("userinfo"), Sign::Key("productversion")],
        },
        Mark {
            id: "keys:buildid+metamaskinfo",
            weight: 3,
            signs: &[Sign::Key("buildid"), Sign::Key("metamaskinfo")],
        },
        Mark {
            id: "keys:buildid+hardwareuuid",
            weight: 3,
            signs: &[
                Sign::Key("buildid"),
                Sign::Key("hardwareuuid"),
                Sign::NoKey("buildtag"),
                Sign::NoKey("iscis"),
            ],
        },
    ],
    date_order: DateOrder::Unknown,
    install_date: InstallDate::OperatingSystem,
    reads: &[
        Read {
            file: "UserInformation.txt",
            what: "the machine; `BuildID:` without blanks; the address is cut at `/`; `Hardware \
                   UUID` of the `system_profiler` dump is the hardware id",
        },
        Read { file: "Passwords.txt", what: "logins: `URL`, `LOGIN`, `PASSWORD`, nothing between" },
        Read {
            file: "keychain.txt",
            what: "`Internet Record`s are logins; `Generic Password Record`s have no address",
        },
        Read { file: "Cookies, Autofills.txt", what: "cookies; e-mail addresses" },
    ],
    ambiguities: &[
        "Without `BuildID` its files are Atomic's, and are told to be.",
        "The log says nothing of when it was taken.",
    ],
    examples: EXAMPLES,
};

const EXAMPLES: &[Example] = &[
    Example {
        what: "a whole system file",
        system: "\
BuildID:XXX
MetaMask Info:
Seeds:

Userinfo:
Country: JP 
IP: 203.0.113.10/123456789 
ProductName:\t\tmacOS
ProductVersion:\t\t14.1
BuildVersion:\t\t23B74

Hardware:
\t  Hardware UUID: 01234567-89AB-CDEF-0123-456789ABCDEF
",
        names: &["UserInformation.txt", "keychain.txt", "login.keychain-db"],
        expected: Expected::This(Confidence::High),
    },
    Example {
        what: "only the dump left",
        system: "BuildID:XXX\nHardware:\n\tHardware UUID: 01234567\n",
        names: &[],
        expected: Expected::This(Confidence::Medium),
    },
    Example {
        what: "Atomic",
        system: "MetaMask Info:\nUserinfo:\nProductVersion: 14.1\nBuildVersion: 23B74\n",
        names: &["UserInformation.txt"],
        expected: Expected::NotThis,
    },
    Example {
        what: "RedLine, which has a build too",
        system: "Build ID: XXX\nFileLocation: x\nOperation System: Windows 10\nUserName: userinfo\n",
        names: &[],
        expected: Expected::NotThis,
    },
];
