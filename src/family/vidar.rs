//! Vidar and the Arkei line: `information.txt` with sections in brackets.
//!
//! Any of its keys may be stripped by a reseller, so there are several overlapping marks. RisePro
//! has the same shape, and more keys.

use super::{Example, Expected, Family, InstallDate, Mark, Read, Sign};
use crate::fact::DateOrder;
use crate::record::Confidence;

/// Vidar.
pub(super) const VIDAR: Family = Family {
    id: "vidar",
    name: "Vidar",
    fork_of: None,
    marks: &[
        Mark {
            id: "keys:ip+version+workdir",
            weight: 6,
            signs: &[
                Sign::Key("ip"),
                Sign::Key("version"),
                Sign::Key("workdir"),
                Sign::NoKey("zipautofills"),
                Sign::NoKey("displaylanguage"),
                Sign::NoKey("cpucount"),
            ],
        },
        Mark {
            id: "section:[Hardware]+keys:videocard+keyboardlanguages+threads",
            weight: 3,
            signs: &[
                Sign::Line("[Hardware]"),
                Sign::Key("videocard"),
                Sign::Key("keyboardlanguages"),
                Sign::Key("threads"),
            ],
        },
        Mark {
            id: "keys:machineid+guid+hwid+path",
            weight: 2,
            signs: &[
                Sign::Key("machineid"),
                Sign::Key("guid"),
                Sign::Key("hwid"),
                Sign::Key("path"),
                Sign::NoKey("zipautofills"),
                Sign::NoKey("displaylanguage"),
                Sign::NoKey("cpucount"),
            ],
        },
        // Versions until 2021 have `Display Language` and `CPU Count`, as RisePro has.
        Mark {
            id: "section:[Network]+keys:machineid+coordinates+isp",
            weight: 4,
            signs: &[
                Sign::Line("[Network]"),
                Sign::Key("machineid"),
                Sign::Key("coordinates"),
                Sign::Key("isp"),
                Sign::NoKey("zipautofills"),
            ],
        },
        Mark {
            id: "files:information+passwords+cookie_list+folder:Autofill",
            weight: 2,
            signs: &[
                Sign::File("information.txt"),
                Sign::File("passwords.txt"),
                Sign::File("cookie_list.txt"),
                Sign::Folder("Autofill"),
            ],
        },
    ],
    date_order: DateOrder::DayFirst,
    install_date: InstallDate::OperatingSystem,
    reads: &[
        Read {
            file: "information.txt",
            what: "the machine; nothing below `[Processes]` and `[Software]`",
        },
        Read {
            file: "passwords.txt, unique_passwords.txt",
            what: "credentials: Soft, Host, Login, Password",
        },
        Read {
            file: "Cookies/⟨Browser⟩_⟨Profile⟩.txt, Cookies/cookies_Mozilla Firefox_⟨profile⟩",
            what: "cookies, columns separated by TABs",
        },
        Read {
            file: "Autofill/⟨Browser⟩_⟨Profile⟩.txt",
            what: "e-mail addresses: name, a space, value",
        },
        Read { file: "outlook.txt", what: "credentials of mail accounts" },
        Read {
            file: "CC/, Plugins/, Wallets/, Discord/",
            what: "cards, wallets and tokens, counted",
        },
        Read {
            file: "cookie_list.txt, domain detect.txt, History/, Downloads/",
            what: "searched for watched names",
        },
    ],
    ambiguities: &[
        "`Install Date` is that of Windows; `Date` is the computer's clock, with the day first.",
        "`TimeZone: 4294967292` is -4, written without its sign.",
        "Until 2021 the text is also that of Arkei and Oski.",
        "`Version` is the malware's; it stands for the build where there is no other.",
    ],
    examples: EXAMPLES,
};

const EXAMPLES: &[Example] = &[
    Example {
        what: "a whole system file",
        system: "\
Ip: 203.0.113.10
Country: US
Version: 12.4

Date: 30/06/2025 10:20:30
MachineID: 01234567-89ab-cdef-0123-456789abcdef
GUID: {01234567-89ab-cdef-0123-456789abcdef}
HWID: 0123456789ABCDEF01-01234567-89ab-cdef-0123-456789abcdef

Path: C:\\Users\\user1\\setup.exe
Work Dir: In memory

Windows: Windows 11 Pro
Install Date: 17/02/2024 10:20:30
Computer Name: DESKTOP-EXAMPLE
Keyboard Languages: English (United States)

[Hardware]
Processor: Example CPU
Threads: 12
VideoCard: Example GPU

[Software]
Example: The Game - 1.0
",
        names: &["information.txt", "passwords.txt"],
        expected: Expected::This(Confidence::High),
    },
    Example {
        what: "identity stripped by a reseller",
        system: "\
Windows: Windows 11 Pro
Keyboard Languages: English (United States)
Local Time: 30/06/2025 10:20:30

[Hardware]
Threads: 12
VideoCard: Example GPU
",
        names: &[],
        expected: Expected::This(Confidence::Medium),
    },
    Example {
        what: "an early version, which RisePro was modelled on",
        system: "\
Version: 4.1
Date: Sat Jan 02 15:04:05 2021
MachineID: 01234567
GUID: {01234567}
Path: C:\\setup.exe
Work Dir: C:\\ProgramData\\EXAMPLE
Display Language: en-US
TimeZone: UTC-5
[Hardware]
CPU Count: 6
VideoCard: Example GPU
[Network]
IP: 203.0.113.10
Coordinates: 0.0,0.0
ISP: Example Net
",
        names: &["information.txt"],
        expected: Expected::This(Confidence::Medium),
    },
    Example {
        what: "file names only",
        system: "",
        names: &[
            "information.txt",
            "passwords.txt",
            "cookie_list.txt",
            "Autofill/Google Chrome_Default.txt",
        ],
        expected: Expected::This(Confidence::Low),
    },
    Example {
        what: "the keys stand in the list of programs only",
        system: "HWID: 0123\n[Software]\nIp: Scanner\nVersion: 5\nWork Dir: Helper\n",
        names: &[],
        expected: Expected::NotThis,
    },
    Example {
        what: "its banner over another family's keys",
        system: "\
-- VIDAR STEALER
User ID: 01234567|user1
IP info: US 203.0.113.10
",
        names: &[],
        expected: Expected::NotThis,
    },
];
