//! Banshee: Meduza's words for the system, on macOS, with the month of the date written out.

use super::{Example, Expected, Family, InstallDate, Mark, Read, Sign};
use crate::fact::DateOrder;
use crate::record::Confidence;

/// Banshee.
pub(super) const BANSHEE: Family = Family {
    id: "banshee",
    name: "Banshee",
    fork_of: None,
    marks: &[
        Mark {
            id: "value:operationsystem=⟨macOS⟩+keys:buildname",
            weight: 4,
            signs: &[Sign::Value("operationsystem", is_macos), Sign::Key("buildname")],
        },
        Mark {
            id: "value:operationsystem=⟨macOS⟩+keys:executepath",
            weight: 3,
            signs: &[Sign::Value("operationsystem", is_macos), Sign::Key("executepath")],
        },
        Mark {
            id: "value:logdate=⟨dd Month yyyy⟩+keys:buildname",
            weight: 3,
            signs: &[Sign::Value("logdate", has_written_month), Sign::Key("buildname")],
        },
    ],
    date_order: DateOrder::DayFirst,
    install_date: InstallDate::OperatingSystem,
    reads: &[
        Read {
            file: "system_information.txt",
            what: "the machine; `Log Date` has the month in words, `User Name` the full name and \
                   the account in brackets, of which the account is kept",
        },
        Read { file: "passwords, cookies, autofill", what: "by content, as every family's" },
    ],
    ambiguities: &["`Log Date` names no zone: that of `Time Zone`, else UTC is assumed."],
    examples: EXAMPLES,
};

fn is_macos(value: &[u8]) -> bool {
    value.get(..3).is_some_and(|start| start.eq_ignore_ascii_case(b"mac"))
}

/// `03 August 2024 01:02:03`; others shorten both the month and the year.
fn has_written_month(value: &[u8]) -> bool {
    let mut words = value.split(|&byte| byte == b' ').filter(|word| !word.is_empty());
    let mut next = || words.next().unwrap_or_default();
    let (day, month, year) = (next(), next(), next());
    let is_number = |text: &[u8]| text.iter().all(u8::is_ascii_digit);
    matches!(day.len(), 1..=2)
        && is_number(day)
        && (3..=9).contains(&month.len())
        && month.iter().all(u8::is_ascii_alphabetic)
        && year.len() == 4
        && is_number(year)
}

const EXAMPLES: &[Example] = &[
    Example {
        what: "a whole system file",
        system: "\
HWID: 0123456789abcdef0123456789abcdef01234567
Log Date: 03 August 2024 01:02:03
Build Name: example
Country Code: JP
User Name: User One (user1)
Computer Name: Mac-Example
Operation System: macOS 14.5
IP: 203.0.113.10
Execute Path: /Volumes/Example/example
",
        names: &["system_information.txt"],
        expected: Expected::This(Confidence::High),
    },
    Example {
        what: "the system stripped",
        system: "Log Date: 3 May 2024 01:02:03\nBuild Name: example\nHWID: 01\n",
        names: &[],
        expected: Expected::This(Confidence::Medium),
    },
    Example {
        what: "Meduza on Windows",
        system: "\
Log Date: 03-11-2024, 10:20:30
Build Name: example
Operation System: Windows 10 Pro
Execute Path: C:\\Temp\\setup.exe
",
        names: &["UserInfo.txt"],
        expected: Expected::NotThis,
    },
    Example {
        what: "a date of Rhadamanthys",
        system: "Log date: 28 Nov 25 10:20\nBuild Name: x\nMachineID: 01\nWallPaper Hash: 01\n",
        names: &[],
        expected: Expected::NotThis,
    },
];
