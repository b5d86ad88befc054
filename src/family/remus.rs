//! Remus: YAML with keys in kebab case, where indentation has a meaning.

use super::{Example, Expected, Family, InstallDate, Mark, Read, Sign};
use crate::fact::DateOrder;
use crate::record::Confidence;

/// Remus.
pub(super) const REMUS: Family = Family {
    id: "remus",
    name: "Remus",
    fork_of: None,
    marks: &[
        // Other files spell their keys so, but have no sections of these names.
        Mark {
            id: "spelling:computer-name+user-name+ip-address+section:hardware",
            weight: 6,
            signs: &[
                Sign::Spelled("computer-name"),
                Sign::Spelled("user-name"),
                Sign::Spelled("ip-address"),
                Sign::Line("hardware:"),
            ],
        },
        Mark {
            id: "spelling:computer-name+user-name+section:build",
            weight: 4,
            signs: &[
                Sign::Spelled("computer-name"),
                Sign::Spelled("user-name"),
                Sign::Line("build:"),
            ],
        },
        Mark {
            id: "spelling:local-date+install-date+time-zone",
            weight: 3,
            signs: &[
                Sign::Spelled("local-date"),
                Sign::Spelled("install-date"),
                Sign::Spelled("time-zone"),
            ],
        },
        // A heading of the file, not the frame of a seller: the section belongs to it.
        Mark {
            id: "line:# REMUS LOG+section:build",
            weight: 3,
            signs: &[Sign::Line("# REMUS LOG"), Sign::Value("build", <[u8]>::is_empty)],
        },
    ],
    date_order: DateOrder::DayFirst,
    install_date: InstallDate::OperatingSystem,
    reads: &[
        Read {
            file: "Info.txt",
            what: "the machine; `time` is UTC where `local-date` stands beside it, `name` below \
                   `os` is the system, `date` below `build` is no date of the log",
        },
        Read { file: "passwords, cookies, autofill", what: "by content, as every family's" },
    ],
    ambiguities: &[
        "How deep `hardware` and `os` nest is not known for sure: a key counts by the section \
         right above it, at any depth.",
        "A watermark on every line takes the indentation away: sections are lost then, keys of \
         the root are not.",
    ],
    examples: EXAMPLES,
};

const EXAMPLES: &[Example] = &[
    Example {
        what: "a whole system file",
        system: "\
# REMUS LOG
build:
  tag: example
  date: 01.06.2025
computer-name: DESKTOP-EXAMPLE
user-name: user1
ip-address: 203.0.113.10
country: US
local-date: 30.06.2025 10:20:30
install-date: 20.04.2024 10:20:30
time-zone: UTC+4
hardware:
  cpu:
    name: Example CPU
",
        names: &["Info.txt"],
        expected: Expected::This(Confidence::High),
    },
    Example {
        what: "heading and names stripped by a re-packer",
        system: "\
>>> @example_cloud <<<
country: US
local-date: 30.06.2025 10:20:30
install-date: 20.04.2024 10:20:30
time-zone: UTC+4
",
        names: &[],
        expected: Expected::This(Confidence::Medium),
    },
    Example {
        what: "the heading over another family's file",
        system: "# REMUS LOG\nbuild: example\n- LID: AbCdEf\n- Configuration: 0123\n",
        names: &[],
        expected: Expected::NotThis,
    },
    Example {
        what: "the same keys in another spelling",
        system: "Computer Name: DESKTOP-EXAMPLE\nUser Name: user1\nIP Address: 203.0.113.10\n",
        names: &["Info.txt"],
        expected: Expected::NotThis,
    },
];
