//! PXA: counts of everything in one line, and a second system file in Vietnamese.

use super::{Example, Expected, Family, InstallDate, Mark, Read, Sign};
use crate::fact::DateOrder;
use crate::record::Confidence;

/// PXA.
pub(super) const PXA: Family = Family {
    id: "pxa",
    name: "PXA",
    fork_of: None,
    marks: &[
        Mark {
            id: "value:datainformation=⟨CK:n|PW:n⟩",
            weight: 6,
            signs: &[Sign::Value("datainformation", are_counts)],
        },
        Mark {
            id: "line:Thông tin hệ thống+spelling:install_date",
            weight: 4,
            signs: &[Sign::Line("Thông tin hệ thống"), Sign::Spelled("install_date")],
        },
        Mark {
            id: "value:install_date=⟨epoch⟩",
            weight: 2,
            signs: &[Sign::Spelled("install_date"), Sign::Value("installdate", is_epoch)],
        },
    ],
    date_order: DateOrder::DayFirst,
    install_date: InstallDate::OperatingSystem,
    reads: &[
        Read {
            file: "Information.txt",
            what: "the machine: address, country (a flag), user, protection; `Data Information` \
                   counts what was taken",
        },
        Read {
            file: "system_info.txt",
            what: "more of the machine, keys in snake_case; `install_date` in seconds since 1970",
        },
        Read { file: "passwords, cookies, autofill", what: "by content, as every family's" },
    ],
    ambiguities: &[
        "When the log was taken is not in it; `install_date` is that of Windows.",
        "The archive of the log is called `[⟨country⟩_⟨address⟩]_⟨computer⟩`; what its files say \
         goes first.",
    ],
    examples: EXAMPLES,
};

/// `CK:1|PW:2|AF:3|…`.
fn are_counts(value: &[u8]) -> bool {
    let mut parts = value.split(|&byte| byte == b'|').map(<[u8]>::trim_ascii);
    let mut counts = |name: &[u8]| {
        let count = parts.next().and_then(|part| part.strip_prefix(name));
        count.is_some_and(|count| !count.is_empty() && count.iter().all(u8::is_ascii_digit))
    };
    counts(b"CK:") && counts(b"PW:")
}

fn is_epoch(value: &[u8]) -> bool {
    (9..=10).contains(&value.len()) && value.iter().all(u8::is_ascii_digit)
}

const EXAMPLES: &[Example] = &[
    Example {
        what: "a whole system file",
        system: "\
IP: 203.0.113.10
Country: 🇻🇳 Vietnam
User: user1
AntiVirus: Windows Defender
Data Information: CK:1|PW:2|AF:3|CC:0|TK:0|FB:0|Sites:example.com|Wallets:|Apps:
",
        names: &["Information.txt"],
        expected: Expected::This(Confidence::High),
    },
    Example {
        what: "the second system file",
        system: "Thông tin hệ thống\ncomputer_name: DESKTOP-EXAMPLE\ninstall_date: 1700000000\n",
        names: &["system_info.txt"],
        expected: Expected::This(Confidence::High),
    },
    Example {
        what: "the second system file without its title",
        system: "computer_name: DESKTOP-EXAMPLE\ninstall_date: 1700000000\n",
        names: &[],
        expected: Expected::This(Confidence::Low),
    },
    Example {
        what: "other information",
        system: "Data Information: 3 files\nCK:1|PW:2\nInstall Date: 09 Nov 23 01:02 UTC\n",
        names: &[],
        expected: Expected::NotThis,
    },
    Example {
        what: "its title over other keys",
        system: "Thông tin hệ thống\nIP: 203.0.113.10\nUser: user1\n",
        names: &[],
        expected: Expected::NotThis,
    },
];
