//! Atomic (AMOS) on macOS: wallet headings, a few facts, then a localised `system_profiler` dump.
//!
//! The dump is what all macOS stealers have, so it counts for little, and for nothing where a key
//! of another one stands beside it. Its dates leave no doubt.

use super::{Example, Expected, Family, InstallDate, Mark, Read, Sign};
use crate::fact::DateOrder;
use crate::record::Confidence;

/// Atomic.
pub(super) const ATOMIC: Family = Family {
    id: "atomic",
    name: "Atomic (AMOS)",
    fork_of: None,
    marks: &[
        Mark {
            id: "sections:metamaskinfo+userinfo",
            weight: 6,
            signs: &[Sign::Key("metamaskinfo"), Sign::Key("userinfo"), Sign::NoKey("buildid")],
        },
        Mark {
            id: "keys:userinfo+productversion+buildversion",
            weight: 3,
            signs: &[
                Sign::Key("userinfo"),
                Sign::Key("productversion"),
                Sign::Key("buildversion"),
                Sign::NoKey("buildid"),
            ],
        },
        Mark {
            id: "keys:hardwareuuid",
            weight: 1,
            signs: &[
                Sign::Key("hardwareuuid"),
                Sign::NoKey("buildid"),
                Sign::NoKey("buildtag"),
                Sign::NoKey("iscis"),
            ],
        },
        Mark {
            id: "line:ATOMIC MAC STEALER V2",
            weight: 1,
            signs: &[Sign::Line("ATOMIC MAC STEALER V2")],
        },
        Mark {
            id: "files:keychain+login.keychain-db",
            weight: 1,
            signs: &[Sign::File("keychain.txt"), Sign::File("login.keychain-db")],
        },
    ],
    date_order: DateOrder::Unknown,
    install_date: InstallDate::OperatingSystem,
    reads: &[
        Read {
            file: "UserInformation.txt",
            what: "the machine; `Hardware UUID` is its id, an address ends at `/`",
        },
        Read {
            file: "Passwords.txt",
            what: "credentials: URL, LOGIN, PASSWORD; a new URL begins the next",
        },
        Read {
            file: "Cookies/⟨Browser⟩_⟨Profile⟩.txt",
            what: "cookies, columns separated by TABs",
        },
        Read { file: "Autofills.txt", what: "e-mail addresses: Name, Value; 50 `=` end each" },
        Read { file: "keychain.txt", what: "credentials of Internet records" },
        Read { file: "GoogleTokens.txt, Wallets/", what: "tokens and wallets, counted" },
        Read {
            file: "FileGrabber/…",
            what: "searched for watched names; its logins are never sure",
        },
    ],
    ambiguities: &[
        "The dump of `system_profiler` is in the user's language: what it says is read where the \
         key is known.",
        "All macOS stealers have the dump, so that it hardly counts as evidence.",
        "A `Password` in the system file is that of the computer's user, no login of a website.",
    ],
    examples: EXAMPLES,
};

const EXAMPLES: &[Example] = &[
    Example {
        what: "a whole system file",
        system: "\
ATOMIC MAC STEALER V2
MetaMask Info:
Seeds:
Private Keys:
Debanks:

Userinfo:
Country: JP 
IP: 203.0.113.10/123456789 
ProductName:\t\tmacOS
ProductVersion:\t\t14.1
BuildVersion:\t\t23B74

Hardware:
    Hardware Overview:
\t  Hardware UUID: 01234567-89AB-CDEF-0123-456789ABCDEF
",
        names: &["UserInformation.txt", "Passwords.txt"],
        expected: Expected::This(Confidence::High),
    },
    Example {
        what: "wallet headings stripped",
        system: "Userinfo:\nIP: 203.0.113.10\nProductVersion: 14.1\nBuildVersion: 23B74\n",
        names: &[],
        expected: Expected::This(Confidence::Medium),
    },
    Example {
        what: "another macOS stealer with the same dump",
        system: "\
BuildID:XXX
MetaMask Info:
Userinfo:
ProductVersion: 14.1
BuildVersion: 23B74
Hardware UUID: 01234567
",
        names: &["UserInformation.txt", "keychain.txt", "login.keychain-db"],
        expected: Expected::NotThis,
    },
    Example {
        what: "a program of the same name",
        system: "Installed Apps:\nATOMIC MAC STEALER V2\nUserinfo: x\n",
        names: &[],
        expected: Expected::NotThis,
    },
];
