//! Redhive: Lumma's dash lists without its signature, under a first line of its own.

use super::{Example, Expected, Family, InstallDate, Mark, Read, Sign};
use crate::fact::DateOrder;
use crate::record::Confidence;

/// Redhive.
pub(super) const REDHIVE: Family = Family {
    id: "redhive",
    name: "Redhive",
    fork_of: None,
    marks: &[
        Mark {
            id: "value:redhivestealer=⟨date⟩",
            weight: 3,
            signs: &[Sign::Value("redhivestealer", is_dotted_date)],
        },
        Mark {
            id: "keys:redhivestealer+lid",
            weight: 3,
            signs: &[Sign::Key("redhivestealer"), Sign::Spelled("Lid")],
        },
    ],
    date_order: DateOrder::DayFirst,
    install_date: InstallDate::OperatingSystem,
    reads: &[
        Read {
            file: "System.txt",
            what: "the machine; `Time` is UTC where `Local Date` stands beside it, the date \
                   behind `Redhive Stealer` is that of the build",
        },
        Read { file: "everything else", what: "as Lumma" },
    ],
    ambiguities: &[
        "Without its first line nothing tells it from other look-alikes of Lumma, so that no \
         family is named; what is read stays the same.",
    ],
    examples: EXAMPLES,
};

/// `30.06.2025`: a seller's line of this name has no date.
fn is_dotted_date(value: &[u8]) -> bool {
    let mut parts = value.split(|&byte| byte == b'.').map(|part| {
        let is_number = !part.is_empty() && part.iter().all(u8::is_ascii_digit);
        is_number.then_some(part.len())
    });
    matches!(parts.next(), Some(Some(1 | 2)))
        && matches!(parts.next(), Some(Some(1 | 2)))
        && parts.next() == Some(Some(4))
        && parts.next().is_none()
}

const EXAMPLES: &[Example] = &[
    Example {
        what: "a whole system file",
        system: "\
- Redhive Stealer: 30.06.2025
- Lid: AbCdEf
- Configuration: 0123456789abcdef0123456789abcdef
- Path: C:\\Temp\\setup.exe

- OS Version: Windows 10 Pro (10.0.19045) x64
- Computer: DESKTOP-EXAMPLE
- CPU Vendor: GenuineIntel
- Time: 30.06.2025 06:20:30
",
        names: &["System.txt", "All Passwords.txt", "Brute.txt"],
        expected: Expected::This(Confidence::High),
    },
    Example {
        what: "the operator's id stripped",
        system: "- Redhive Stealer: 30.06.2025\n- OS Version: Windows 10 Pro\n- HWID: 0123\n",
        names: &[],
        expected: Expected::This(Confidence::Medium),
    },
    Example {
        what: "a seller's line over Lumma's keys",
        system: "\
Redhive Stealer: @example_seller
- LummaC2 Build: Jan 02 2024
- LID: AbCdEf--NAME
- Time: 30.06.2025 06:20:30 (sig:1751264430.0123456789abcdef0123456789abcdef)
",
        names: &["System.txt"],
        expected: Expected::NotThis,
    },
    Example {
        what: "another look-alike",
        system: "- Date : Build: Jan 02 2024\n- Lid: AbCdEf\n- Time: 30.06.2025 06:20:30\n",
        names: &["System.txt", "All Passwords.txt", "Brute.txt"],
        expected: Expected::NotThis,
    },
];
