//! Raccoon v1 and v2 (RecordBreaker): `System Info.txt`. Its own dates leave no doubt.

use super::{Example, Expected, Family, InstallDate, Mark, Read, Sign};
use crate::fact::DateOrder;
use crate::record::Confidence;

/// Raccoon.
pub(super) const RACCOON: Family = Family {
    id: "raccoon",
    name: "Raccoon",
    fork_of: None,
    marks: &[
        Mark {
            id: "keys:botid+launchedat",
            weight: 6,
            signs: &[Sign::Key("botid"), Sign::Key("launchedat")],
        },
        Mark {
            id: "keys:userid+ipinfo",
            weight: 6,
            signs: &[Sign::Key("userid"), Sign::Key("ipinfo")],
        },
        Mark { id: "keys:buildcompiledate", weight: 3, signs: &[Sign::Key("buildcompiledate")] },
        Mark {
            id: "keys:systemlanguage+systemtimezone+systemarch",
            weight: 3,
            signs: &[
                Sign::Key("systemlanguage"),
                Sign::Key("systemtimezone"),
                Sign::Key("systemarch"),
            ],
        },
        Mark {
            id: "keys:locale+timezone+displaysize",
            weight: 3,
            signs: &[Sign::Key("locale"), Sign::Key("timezone"), Sign::Key("displaysize")],
        },
        Mark {
            id: "keys:systeminformation+displaydevices",
            weight: 2,
            signs: &[Sign::Key("systeminformation"), Sign::Key("displaydevices"), Sign::Key("ram")],
        },
    ],
    date_order: DateOrder::Unknown,
    install_date: InstallDate::OperatingSystem,
    reads: &[
        Read {
            file: "System Info.txt",
            what: "the machine; `Bot_ID` (version 1) and `User ID` (version 2) are its id joined \
                   with the user by `_` or `|`",
        },
        Read {
            file: "passwords.txt",
            what: "credentials: URL, USR, PASS without a space behind the colon, or URL, Username \
                   or Login, Password",
        },
        Read {
            file: "cookies.txt, cookies/⟨Browser⟩_⟨Profile⟩.txt",
            what: "cookies, columns separated by TABs",
        },
        Read { file: "autofills.txt", what: "e-mail addresses: name, a TAB, value" },
        Read { file: "CC.txt, wallets/, Discord/", what: "cards, wallets and tokens, counted" },
        Read {
            file: "Files/…, History.txt",
            what: "searched for watched names; grabbed logins are never sure",
        },
    ],
    ambiguities: &[
        "`Launched at` (version 1) and `Last seen` (version 2) are when the log was taken; `Build \
         compile date` is not.",
        "Version 2 does not write the computer's name.",
        "`Location` of version 1 ends with the name of the country; coordinates and town are not \
         kept.",
    ],
    examples: EXAMPLES,
};

const EXAMPLES: &[Example] = &[
    Example {
        what: "version 1",
        system: "\
Build compile date: Fri Jan 15 10:20:30 2021
Launched at: 2021.02.01 - 01:02:03 GMT
Bot_ID: 01234567-89AB-CDEF-0123-456789ABCDEF_user1
Running on a desktop
-------------
  - Passwords: 14

System Information:
  - IP: 203.0.113.10
  - ComputerName: DESKTOP-EXAMPLE
",
        names: &["System Info.txt"],
        expected: Expected::This(Confidence::High),
    },
    Example {
        what: "version 2",
        system: "\
User ID: 01234567-89AB-CDEF-0123-456789ABCDEF|user1
Last seen: Mon Jul 01 2024 10:20:30 GMT+0200 (Central European Summer Time)
IP info: US 203.0.113.10
System Information: 
    - Locale: English
",
        names: &["System Info.txt"],
        expected: Expected::This(Confidence::High),
    },
    Example {
        what: "version 1, cut in front of the system",
        system: "\
System Information:
  - System Language: English
  - System TimeZone: +1 hrs
  - ComputerName: DESKTOP-EXAMPLE
  - System arch: x64
",
        names: &[],
        expected: Expected::This(Confidence::Medium),
    },
    Example {
        what: "version 2, cut in front of the system",
        system: "\
System Information: 
    - Locale: English
    - Time zone: +60 minutes from GMT
    - Display size: 1920x1080
",
        names: &[],
        expected: Expected::This(Confidence::Medium),
    },
    Example {
        what: "identity stripped",
        system: "System Information: \n\t- RAM: 8092/3000 MB\n\t- Display Devices:\n\t\t0) Example\n",
        names: &[],
        expected: Expected::This(Confidence::Low),
    },
    Example {
        what: "a user id alone",
        system: "User ID: 1\nIP: 203.0.113.10\nSystem Information: x\n",
        names: &["System Info.txt"],
        expected: Expected::NotThis,
    },
];
