//! Arcane: `---User Info---` in front, dumps of WMI classes behind it.

use super::{Example, Expected, Family, InstallDate, Mark, Read, Sign};
use crate::fact::DateOrder;
use crate::record::Confidence;

/// Arcane.
pub(super) const ARCANE: Family = Family {
    id: "arcane",
    name: "Arcane",
    fork_of: None,
    marks: &[
        Mark {
            id: "sections:---User Info---+---Full Pc Info---",
            weight: 6,
            signs: &[Sign::Line("---User Info---"), Sign::Line("---Full Pc Info---")],
        },
        Mark {
            id: "keys:worker+dateinstall+isokey",
            weight: 4,
            signs: &[Sign::Key("worker"), Sign::Key("dateinstall"), Sign::Key("isokey")],
        },
        Mark {
            id: "keys:dateinstall+gatewayip+internalip",
            weight: 3,
            signs: &[Sign::Key("dateinstall"), Sign::Key("gatewayip"), Sign::Key("internalip")],
        },
    ],
    date_order: DateOrder::DayFirst,
    install_date: InstallDate::OperatingSystem,
    reads: &[
        Read {
            file: "Information.txt",
            what: "the machine: `Date Install` is the infection, `InstallDate` of the WMI dumps \
                   is Windows; parts of the computer are passed over",
        },
        Read { file: "Passwords.txt", what: "logins, below `PASSWORDS FROM: ⟨path⟩` too" },
    ],
    ambiguities: &["`Произошла ошибка` (an error occurred) stands for no value"],
    examples: EXAMPLES,
};

const EXAMPLES: &[Example] = &[
    Example {
        what: "a whole system file",
        system: "\
---User Info---
Worker: example
Date Install: 28.11.2024 10:20:30
ISO Key: 0123
External IP: 203.0.113.10
Internal IP: 192.0.2.10
Gateway IP: 192.0.2.1
---Full Pc Info---
=== CPU Information ===
Name: Example CPU
",
        names: &[],
        expected: Expected::This(Confidence::High),
    },
    Example {
        what: "stripped of heads and worker",
        system: "Date Install: 28.11.2024\nInternal IP: 192.0.2.10\nGateway IP: 192.0.2.1\n",
        names: &[],
        expected: Expected::This(Confidence::Medium),
    },
    Example {
        what: "the addresses of StormKitty",
        system: "[IP]\nExternal IP: 203.0.113.10\nInternal IP: 192.0.2.10\nGateway IP: 192.0.2.1\n",
        names: &[],
        expected: Expected::NotThis,
    },
    Example {
        what: "Vidar's install date",
        system: "Install Date: 17/02/2024\nIP: 203.0.113.10\nWorker: example\n",
        names: &[],
        expected: Expected::NotThis,
    },
];
