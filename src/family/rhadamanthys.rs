//! Rhadamanthys: a flat system file without a banner that ends with the hash of the wallpaper.
//!
//! Its `Install Date` is when the malware was installed: the date of infection.

use super::{Example, Expected, Family, InstallDate, Mark, Read, Sign};
use crate::fact::DateOrder;
use crate::record::Confidence;

/// Rhadamanthys.
pub(super) const RHADAMANTHYS: Family = Family {
    id: "rhadamanthys",
    name: "Rhadamanthys",
    fork_of: None,
    marks: &[
        Mark {
            id: "keys:wallpaperhash+machineid",
            weight: 6,
            signs: &[Sign::Key("wallpaperhash"), Sign::Key("machineid")],
        },
        Mark {
            id: "keys:trafficname+installdate",
            weight: 3,
            signs: &[Sign::Key("trafficname"), Sign::Key("installdate")],
        },
        Mark {
            id: "keys:admingroup+integrity+graphicscard",
            weight: 3,
            signs: &[Sign::Key("admingroup"), Sign::Key("integrity"), Sign::Key("graphicscard")],
        },
    ],
    date_order: DateOrder::DayFirst,
    install_date: InstallDate::Infection,
    reads: &[
        Read {
            file: "system.txt, systeminfo.txt, UserInformation.txt",
            what: "the machine; `Install Date` and `Log date` are when it was infected",
        },
        Read {
            file: "Passwords.txt, Browser/Logins/⟨Browser⟩_⟨Profile⟩[⟨id⟩].txt",
            what: "credentials",
        },
        Read { file: "Cookies/…", what: "cookies, columns separated by TABs" },
        Read {
            file: "Environment.txt",
            what: "the machine, where the system file is silent: COMPUTERNAME, USERNAME, \
                   USERDOMAIN",
        },
        Read {
            file: "Extension/, GoogleTokens.txt, Cards.txt",
            what: "wallets, tokens and cards, counted",
        },
        Read { file: "Brute.txt", what: "passwords without a login: gives nothing" },
    ],
    ambiguities: &[
        "`Install Date` is the malware's, so that no date of the system's installation is given.",
        "Some builds write `Computer Name` without a colon or a name.",
        "A date without a zone is taken for the computer's clock.",
    ],
    examples: EXAMPLES,
};

const EXAMPLES: &[Example] = &[
    Example {
        what: "the end of a system file",
        system: "MachineID: 0123\nWallPaper Hash: 0123456789abcdef\n",
        names: &["system.txt"],
        expected: Expected::This(Confidence::High),
    },
    Example {
        what: "cut in the middle",
        system: "Install Date: 09 Nov 23 01:02 UTC\nTraffic Name: example\nHWID: 01\n",
        names: &["systeminfo.txt"],
        expected: Expected::This(Confidence::Medium),
    },
    Example {
        what: "the other spelling, in UserInformation.txt",
        system: "\
Computer Name
Admin Group: True
Integrity: Medium
-------------
Graphics card: Example GPU
Log date: 28 Nov 25 10:20
",
        names: &["UserInformation.txt"],
        expected: Expected::This(Confidence::Medium),
    },
    Example {
        what: "the words in other text",
        system: "Wallpaper Hash MachineID\n",
        names: &[],
        expected: Expected::NotThis,
    },
];
