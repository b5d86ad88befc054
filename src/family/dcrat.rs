//! DCRat (Dark Crystal RAT): one file with the place in its name, two addresses in it.

use super::{Example, Expected, Family, InstallDate, Mark, Read, Sign};
use crate::fact::DateOrder;
use crate::record::Confidence;

/// DCRat.
pub(super) const DCRAT: Family = Family {
    id: "dcrat",
    name: "DCRat (Dark Crystal RAT)",
    fork_of: None,
    marks: &[
        Mark {
            id: "keys:lanip+savetime",
            weight: 6,
            signs: &[Sign::Key("lanip"), Sign::Key("savetime")],
        },
        Mark {
            id: "keys:gpumode+netframeworkversion",
            weight: 3,
            signs: &[Sign::Key("gpumode"), Sign::Key("netframeworkversion")],
        },
        Mark {
            id: "keys:lanip+netframeworkversion",
            weight: 2,
            signs: &[Sign::Key("lanip"), Sign::Key("netframeworkversion")],
        },
        Mark {
            id: "file:Information [⟨CC⟩, ⟨city⟩]",
            weight: 2,
            signs: &[Sign::Path(is_information_of_place)],
        },
    ],
    date_order: DateOrder::DayFirst,
    install_date: InstallDate::OperatingSystem,
    reads: &[Read {
        file: "Information [⟨CC⟩, ⟨city⟩].txt",
        what: "the machine: `IP`, never `LANIP`; `Save Time` is when it was taken",
    }],
    ambiguities: &["`City` and `Location` are those of the address, not of the user"],
    examples: EXAMPLES,
};

/// `Information [US].txt`, `Information [US, Exampleville].txt`, directly in the log.
fn is_information_of_place(path: &[u8]) -> bool {
    let place = path.strip_prefix(b"Information [").and_then(|rest| rest.strip_suffix(b"].txt"));
    let is_code = |code: &[u8]| matches!(code, [b'A'..=b'Z', b'A'..=b'Z']);
    place.is_some_and(|place| match place.split_at_checked(2) {
        Some((code, city)) => is_code(code) && (city.is_empty() || city.starts_with(b", ")),
        None => false,
    })
}

const EXAMPLES: &[Example] = &[
    Example {
        what: "a whole system file",
        system: "\
PC Name: DESKTOP-EXAMPLE
User Name: user1
Windows: Windows 10 Pro 64 Bit

CPU Name: Example CPU
GPU Mode: 1920x1080x32
RAM: 15,9 GB
LANIP: 192.0.2.10

.NET Framework Version: 4.8
Path: C:\\Temp\\setup.exe

IP: 203.0.113.10
City: Region / Exampleville
Country: US / United States

Save Time: 28.11.2024 10:20
",
        names: &["Information [US, Exampleville].txt"],
        expected: Expected::This(Confidence::High),
    },
    Example {
        what: "stripped of addresses and time",
        system: "PC Name: PC1\nGPU Mode: 1920x1080x32\n.NET Framework Version: 4.8\n",
        names: &["Information.txt"],
        expected: Expected::This(Confidence::Medium),
    },
    Example {
        what: "the name of its file",
        system: "PC Name: PC1\nIP: 203.0.113.10\n",
        names: &["Information [US].txt"],
        expected: Expected::This(Confidence::Low),
    },
    Example {
        what: "another name with brackets, and one of the keys",
        system: "Dark Crystal RAT\nPC Name: PC1\nLANIP: 192.0.2.10\n",
        names: &["Information [full].txt", "logs/Information [US].txt"],
        expected: Expected::NotThis,
    },
];
