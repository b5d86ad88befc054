//! Meduza: RedLine's words for the system, a build with a name, and dates with hyphens.
//!
//! Banshee has the same keys on macOS; what they say tells the two apart.

use super::{Example, Expected, Family, InstallDate, Mark, Read, Sign};
use crate::fact::DateOrder;
use crate::record::Confidence;

/// Meduza.
pub(super) const MEDUZA: Family = Family {
    id: "meduza",
    name: "Meduza",
    fork_of: None,
    marks: &[
        Mark {
            id: "keys:operationsystem+buildname+executepath",
            weight: 6,
            signs: &[
                Sign::Value("operationsystem", is_windows),
                Sign::Key("buildname"),
                Sign::Key("executepath"),
            ],
        },
        Mark {
            id: "value:logdate=⟨dd-mm-yyyy⟩,+keys:buildname",
            weight: 3,
            signs: &[Sign::Value("logdate", is_hyphenated), Sign::Key("buildname")],
        },
        Mark {
            id: "value:logdate=⟨dd-mm-yyyy⟩,+keys:countrycode+executepath",
            weight: 3,
            signs: &[
                Sign::Value("logdate", is_hyphenated),
                Sign::Key("countrycode"),
                Sign::Key("executepath"),
            ],
        },
    ],
    date_order: DateOrder::DayFirst,
    install_date: InstallDate::OperatingSystem,
    reads: &[
        Read {
            file: "UserInfo.txt, System.txt",
            what: "the machine; the day comes first in `Log Date`",
        },
        Read { file: "passwords, cookies, autofill", what: "by content, as every family's" },
    ],
    ambiguities: &[
        "`Log Date` is the computer's clock, with `Time Zone` beside it; without that the zone is \
         assumed.",
        "The banner is sold on with other families' logs, so that it counts for nothing.",
    ],
    examples: EXAMPLES,
};

fn is_windows(value: &[u8]) -> bool {
    value.starts_with(b"Windows") || value.starts_with(b"Microsoft Windows")
}

/// `03-11-2024, 10:20:30`, where Banshee has `03 August 2024 01:02:03`.
fn is_hyphenated(value: &[u8]) -> bool {
    let date = value.split(|byte| matches!(byte, b',' | b' ')).next().unwrap_or_default();
    let lengths = date.split(|&byte| byte == b'-').map(|part| {
        let is_number = !part.is_empty() && part.iter().all(u8::is_ascii_digit);
        if is_number { part.len() } else { 0 }
    });
    matches!(lengths.collect::<Vec<_>>().as_slice(), [1 | 2, 1 | 2, 4])
}

const EXAMPLES: &[Example] = &[
    Example {
        what: "a whole system file",
        system: "\
HWID: 0123456789abcdef0123456789abcdef01234567
Log Date: 03-11-2024, 10:20:30
Build Name: example
Country Code: US
User Name: user1
Computer Name: DESKTOP-EXAMPLE
Operation System: Windows 10 Pro
Time Zone: [UTC-7:00] Example
Screen Resolution: 1920x1080
CPU: Example CPU  , 6 cores
RAM: 7.91234 GB
IP: 203.0.113.10
Execute Path: C:\\Temp\\setup.exe
",
        names: &["UserInfo.txt"],
        expected: Expected::This(Confidence::High),
    },
    Example {
        what: "build and system stripped by a reseller",
        system: "\
Log Date: 03-11-2024, 10:20:30
Country Code: US
Execute Path: C:\\Temp\\setup.exe
",
        names: &[],
        expected: Expected::This(Confidence::Medium),
    },
    Example {
        what: "Banshee's keys on macOS",
        system: "\
Log Date: 03 August 2024 01:02:03
Build Name: example
Country Code: US
Operation System: macOS 14.5
Execute Path: /Users/user1/example
",
        names: &["system_information.txt"],
        expected: Expected::NotThis,
    },
    Example {
        what: "the words in other text",
        system: "Build Name, Operation System, Execute Path\n",
        names: &[],
        expected: Expected::NotThis,
    },
    Example {
        what: "RedLine with a named build",
        system: "\
Build Name: example
FileLocation: C:\\Temp\\setup.exe
MachineName: DESKTOP-EXAMPLE
Operation System: Windows 10 Pro x64
Log date: 7/4/2024 5:06:07 PM
",
        names: &["UserInformation.txt"],
        expected: Expected::NotThis,
    },
];
