//! META (MetaStealer): RedLine's files with spaced keys, a distributor, and its own banner.

use super::{Example, Expected, Family, InstallDate, Mark, Read, Sign, redline};
use crate::fact::DateOrder;
use crate::record::Confidence;

/// META.
pub(super) const META: Family = Family {
    id: "meta",
    name: "META (MetaStealer)",
    fork_of: Some(&redline::REDLINE),
    marks: &[
        Mark { id: "keys:logfrom", weight: 3, signs: &[Sign::Key("logfrom")] },
        Mark {
            id: "spelling:User Name+Machine Name",
            weight: 3,
            signs: &[Sign::Spelled("User Name"), Sign::Spelled("Machine Name")],
        },
        Mark {
            id: "value:timezone=⟨Area⟩/⟨City⟩",
            weight: 3,
            signs: &[Sign::Value("timezone", is_iana_zone)],
        },
        // The same banner stands over RedLine's files, so it cannot tell the two.
        Mark { id: "line:( M | E | T | A )", weight: 1, signs: &[Sign::Line("( M | E | T | A )")] },
    ],
    date_order: DateOrder::MonthFirst,
    install_date: InstallDate::OperatingSystem,
    reads: &[
        Read { file: "UserInformation.txt", what: "the machine; `Log from` is the distributor" },
        Read { file: "everything else", what: "as RedLine" },
    ],
    ambiguities: &[
        "Told from RedLine by keys of its own only: its banner stands over RedLine's files too.",
        "A zone such as `Europe/Example` is kept as written; times stay as if in UTC, and say so.",
    ],
    examples: EXAMPLES,
};

/// `Europe/Example`, where RedLine has `(UTC+04:00) Example, City`.
fn is_iana_zone(value: &[u8]) -> bool {
    let Some(slash) = memchr::memchr(b'/', value) else { return false };
    slash > 0 && value.iter().all(|byte| byte.is_ascii_alphabetic() || b"/_-".contains(byte))
}

const EXAMPLES: &[Example] = &[
    Example {
        what: "spaced keys and a distributor",
        system: "\
Log from: example
FileLocation: C:\\Temp\\setup.exe
User Name: user1
Machine Name: DESKTOP-EXAMPLE
Time Zone: Europe/Example
Operation System: Windows 10 Pro x64
",
        names: &["UserInformation.txt"],
        expected: Expected::This(Confidence::High),
    },
    Example {
        what: "its banner and one thing of its own",
        system: "\
*************************************************
*               ( M | E | T | A )               *
*************************************************
Log from: example
FileLocation: C:\\Temp\\setup.exe
UserName: user1
MachineName: DESKTOP-EXAMPLE
Operation System: Windows 10 Pro x64
",
        names: &["UserInformation.txt"],
        expected: Expected::This(Confidence::Medium),
    },
    Example {
        what: "its banner over RedLine's keys",
        system: "( M | E | T | A )\nFileLocation: x\nUserName: user1\nOperation System: Windows 10\n",
        names: &[],
        expected: Expected::NotThis,
    },
    Example {
        what: "its banner over another family's keys",
        system: "( M | E | T | A )\nNetwork Info:\n\t- IP: 203.0.113.10\nSystem Summary:\n",
        names: &[],
        expected: Expected::NotThis,
    },
    Example {
        what: "RedLine's keys without anything of its own",
        system: "FileLocation: x\nUserName: user1\nOperation System: Windows 10\n",
        names: &[],
        expected: Expected::NotThis,
    },
];
