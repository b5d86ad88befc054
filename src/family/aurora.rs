//! Aurora: sections between rules of `<=====`, keys behind dashes.

use super::{Example, Expected, Family, InstallDate, Mark, Read, Sign};
use crate::fact::DateOrder;
use crate::record::Confidence;

/// Aurora.
pub(super) const AURORA: Family = Family {
    id: "aurora",
    name: "Aurora",
    fork_of: None,
    marks: &[
        Mark {
            // More than what it has in common with RedLine.
            id: "sections:buildinformation+geo+user+pc",
            weight: 9,
            signs: &[
                Sign::Value("buildinformation", <[u8]>::is_empty),
                Sign::Value("geo", <[u8]>::is_empty),
                Sign::Value("user", <[u8]>::is_empty),
                Sign::Value("pc", <[u8]>::is_empty),
            ],
        },
        Mark {
            id: "keys:channel+filelocation+hwid",
            weight: 3,
            signs: &[
                Sign::Key("channel"),
                Sign::Key("filelocation"),
                Sign::Key("hwid"),
                Sign::NoKey("operationsystem"),
            ],
        },
        Mark {
            id: "value:logdate=⟨dd Mmm yy hh:mm:ss⟩+keys:filelocation",
            weight: 3,
            signs: &[
                Sign::Value("logdate", is_short_date),
                Sign::Key("filelocation"),
                Sign::NoKey("operationsystem"),
            ],
        },
    ],
    date_order: DateOrder::DayFirst,
    install_date: InstallDate::OperatingSystem,
    reads: &[
        Read {
            file: "UserInformation.txt",
            what: "the machine; the invisible filler U+3164 in paths and keys is no letter",
        },
        Read {
            file: "Passwords.txt, Browsers/…",
            what: "credentials: URL, Username, Password; cookies and autofill by content",
        },
        Read { file: "Crypto/, Plugins/", what: "wallets, counted" },
    ],
    ambiguities: &[
        "`CHANNEL` names who sold the malware, not who wrote it.",
        "`Log date` has no zone and a year of two digits.",
    ],
    examples: EXAMPLES,
};

/// `28 Nov 22 10:20:30`: with seconds, unlike Rhadamanthys.
fn is_short_date(value: &[u8]) -> bool {
    let words: Vec<&[u8]> = value.split(|&byte| byte == b' ').collect();
    let is_number = |word: &[u8]| word.len() == 2 && word.iter().all(u8::is_ascii_digit);
    matches!(words.as_slice(), [day, month, year, clock]
        if is_number(day)
            && month.len() == 3
            && month.iter().all(u8::is_ascii_alphabetic)
            && is_number(year)
            && clock.iter().filter(|&&byte| byte == b':').count() == 2)
}

const EXAMPLES: &[Example] = &[
    Example {
        what: "a whole system file",
        system: "\
CHANNEL: @example
<================ BUILD INFORMATION ================>
HWID: 0123456789ABCDEF
Log date: 28 Nov 22 10:20:30
FileLocation: C:\\Users\\user1\\setup.exe
<======================= GEO =======================>
IP: 203.0.113.10
Country: US
<======================= USER ======================>
UserName: user1
<======================== PC =======================>
- CPU: Example CPU
",
        names: &["UserInformation.txt", "Screen.png"],
        expected: Expected::This(Confidence::High),
    },
    Example {
        what: "rules and channel stripped by a re-packer",
        system: "\
HWID: 0123456789ABCDEF
Log date: 28 Nov 22 10:20:30
FileLocation: C:\\Users\\user1\\setup.exe
- CPU: Example CPU
",
        names: &[],
        expected: Expected::This(Confidence::Medium),
    },
    Example {
        what: "a seller's line over RedLine's keys",
        system: "\
CHANNEL: @example
FileLocation: C:\\Temp\\setup.exe
HWID: 0123456789ABCDEF
Operation System: Windows 10 Pro x64
",
        names: &["UserInformation.txt"],
        expected: Expected::NotThis,
    },
    Example {
        what: "one heading only",
        system: "<=== BUILD INFORMATION ===>\nHWID: 0123456789ABCDEF\n",
        names: &["UserInformation.txt", "Screen.png"],
        expected: Expected::NotThis,
    },
];
