//! Mars: Rhadamanthys-like words without its hashes, then software and the environment.
//!
//! Rules of 33 hyphens separate the sections; the environment at the end names the computer, the
//! user and the Windows domain, which the keys above do not.

use super::{Example, Expected, Family, InstallDate, Mark, Read, Sign};
use crate::fact::DateOrder;
use crate::record::Confidence;

/// The rule between sections.
const RULE: Sign = Sign::Line("---------------------------------");

/// Mars.
pub(super) const MARS: Family = Family {
    id: "mars",
    name: "Mars",
    fork_of: None,
    marks: &[
        Mark {
            id: "keys:installedram+installsource+userdomain",
            weight: 6,
            signs: &[
                Sign::Key("installedram"),
                Sign::Key("installsource"),
                Sign::Key("userdomain"),
                Sign::NoKey("wallpaperhash"),
                Sign::NoKey("trafficname"),
            ],
        },
        Mark {
            id: "keys:installedram+videocard+rule:33",
            weight: 3,
            signs: &[
                Sign::Key("installedram"),
                Sign::Key("videocard"),
                RULE,
                Sign::NoKey("wallpaperhash"),
                Sign::NoKey("trafficname"),
            ],
        },
        Mark {
            id: "keys:displayname+publisher+installsource+rule:33",
            weight: 3,
            signs: &[
                Sign::Key("displayname"),
                Sign::Key("publisher"),
                Sign::Key("installsource"),
                RULE,
            ],
        },
    ],
    date_order: DateOrder::Unknown,
    install_date: InstallDate::OperatingSystem,
    reads: &[
        Read {
            file: "UserInformation.txt",
            what: "the machine; computer, user and Windows domain out of the environment at its \
                   end",
        },
        Read { file: "passwords.txt", what: "credentials: Soft, Host, Login, Password" },
        Read {
            file: "Cookies/⟨Browser⟩_⟨Profile⟩.txt",
            what: "cookies, columns separated by TABs",
        },
        Read { file: "Autofill/⟨Browser⟩_⟨Profile⟩.txt", what: "e-mail addresses" },
        Read { file: "Files/…", what: "searched for watched names; its logins are never sure" },
    ],
    ambiguities: &[
        "Nothing in it says when the log was taken: only the folder's name may.",
        "Known from forks of the original, which wrote what Vidar wrote in `system.txt`: such a \
         log is called `arkei` or `vidar`.",
        "`USERDOMAIN` of a local account is the computer's name, and then no domain.",
    ],
    examples: EXAMPLES,
};

const EXAMPLES: &[Example] = &[
    Example {
        what: "a whole system file",
        system: "\
Country: US
IP: 203.0.113.10
Time Zone: UTC-5
Display Language: en-US
Processor: Example CPU
Installed RAM: 8192 MB
OS: Windows 10 build 19045 (64 Bit)
Video card: Example GPU
Display Resolution: 1920x1080
---------------------------------
Google Chrome: 126.0
---------------------------------
Display Name: Example App
Publisher: Example
Version: 1.2.3
Install Source: C:\\Temp\\
---------------------------------
COMPUTERNAME = DESKTOP-EXAMPLE
USERDOMAIN = DESKTOP-EXAMPLE
USERNAME = user1
",
        names: &["UserInformation.txt", "passwords.txt"],
        expected: Expected::This(Confidence::High),
    },
    Example {
        what: "cut behind the hardware",
        system: "\
Processor: Example CPU
Installed RAM: 8192 MB
Video card: Example GPU
---------------------------------
",
        names: &[],
        expected: Expected::This(Confidence::Medium),
    },
    Example {
        what: "nothing left but the software",
        system: "\
---------------------------------
Display Name: Example App
Publisher: Example
Version: 1.2.3
Install Source: C:\\Temp\\
",
        names: &[],
        expected: Expected::This(Confidence::Medium),
    },
    Example {
        what: "Rhadamanthys has the same words for the hardware",
        system: "\
Install Date: 09 Nov 23 01:02 UTC
Traffic Name: example
Installed RAM: 8192 MB
Video card: Example GPU
---------------------------------
WallPaper Hash: 0123
",
        names: &[],
        expected: Expected::NotThis,
    },
    Example {
        what: "the environment alone",
        system: "COMPUTERNAME = DESKTOP-EXAMPLE\nUSERDOMAIN = EXAMPLE\nUSERNAME = user1\n",
        names: &["UserInformation.txt"],
        expected: Expected::NotThis,
    },
];
