//! RisePro: the shape of Vidar's `information.txt` with keys of its own.

use super::{Example, Expected, Family, InstallDate, Mark, Read, Sign};
use crate::fact::DateOrder;
use crate::record::Confidence;

/// RisePro.
pub(super) const RISEPRO: Family = Family {
    id: "risepro",
    name: "RisePro",
    fork_of: None,
    marks: &[
        Mark { id: "keys:zipautofills", weight: 6, signs: &[Sign::Key("zipautofills")] },
        Mark {
            id: "value:timezone=UTC⟨n⟩",
            weight: 3,
            signs: &[Sign::Value("timezone", is_glued_offset), Sign::Line("[Hardware]")],
        },
        Mark {
            id: "keys:cpucount+videocard0",
            weight: 3,
            signs: &[Sign::Key("cpucount"), Sign::Key("videocard0")],
        },
        Mark { id: "value:stealer=RisePro", weight: 1, signs: &[Sign::Value("stealer", is_named)] },
    ],
    date_order: DateOrder::DayFirst,
    install_date: InstallDate::OperatingSystem,
    reads: &[
        Read {
            file: "information.txt",
            what: "the machine; `[WORKGROUP]` behind the computer's name is its domain or work \
                   group",
        },
        Read { file: "passwords.txt, password.txt", what: "credentials: URL, Login, Password" },
        Read {
            file: "Cookies/⟨Browser⟩_⟨Profile⟩.txt",
            what: "cookies, columns separated by TABs",
        },
        Read {
            file: "Autofill/⟨Browser⟩_⟨Profile⟩.txt",
            what: "e-mail addresses: name, a space, value",
        },
        Read { file: "CC/, Wallets/, Plugins/", what: "cards and wallets, counted" },
        Read { file: "brute.txt", what: "passwords without a login: gives nothing" },
    ],
    ambiguities: &[
        "`Local Time` has the day first; `UTC2` is two hours ahead of UTC.",
        "Early Vidar has `Display Language`, `CPU Count` and the glued zone too: where `ZIP \
         (Autofills)` is stripped, the confidence is medium at most.",
        "One normaliser writes `Stealer: RisePro` over its files, and also `Unknown`: that line \
         only adds to other evidence.",
    ],
    examples: EXAMPLES,
};

/// `UTC2`, `UTC-5`: nothing between the name and the number.
fn is_glued_offset(value: &[u8]) -> bool {
    let Some(offset) = value.strip_prefix(b"UTC") else { return false };
    let digits = offset.strip_prefix(b"-").unwrap_or(offset);
    matches!(digits.len(), 1 | 2) && digits.iter().all(u8::is_ascii_digit)
}

/// What a known normaliser writes over its files.
fn is_named(value: &[u8]) -> bool {
    value == b"RisePro"
}

const EXAMPLES: &[Example] = &[
    Example {
        what: "a whole system file",
        system: "\
Build: default
Version: 2.0
Date: Mon Jul 01 1:02:03 2024
MachineID: 01234567
GUID: {01234567}
HWID: 0123
Path: C:\\Temp\\setup.exe
Work Dir: C:\\Temp
IP: 203.0.113.10
Location: US, Exampleville
ZIP (Autofills): -
Windows: Windows 10 Pro [x64]
Computer Name: DESKTOP-EXAMPLE [WORKGROUP]
Display Language: en-US
Keyboard Languages: a / b
TimeZone: UTC2
[Hardware]
CPU Count: 6
VideoCard #0: Example GPU
",
        names: &["information.txt", "passwords.txt"],
        expected: Expected::This(Confidence::High),
    },
    Example {
        what: "rewritten by a normaliser, without its best key",
        system: "\
 Stealer: RisePro
 IP: 203.0.113.10
 Version: 2.0
 Work Dir: C:\\Temp
 Display Language: en-US
 TimeZone: UTC-5
 [Hardware]
 Processor: Example CPU
",
        names: &[],
        expected: Expected::This(Confidence::Medium),
    },
    Example {
        what: "its banner over Vidar's keys",
        system: "RISEPRO\nIp: 203.0.113.10\nVersion: 12\nWork Dir: In memory\nTimeZone: -5\n",
        names: &["information.txt"],
        expected: Expected::NotThis,
    },
];
