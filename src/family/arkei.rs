//! Arkei and Oski: the shape of Vidar, which came from them, under older file names.
//!
//! What they write *in* the system file cannot be told from what Vidar wrote until 2021, so only
//! names tell them, and never surely.

use super::{Example, Expected, Family, InstallDate, Mark, Read, Sign, vidar};
use crate::fact::DateOrder;
use crate::record::Confidence;

/// Arkei.
pub(super) const ARKEI: Family = Family {
    id: "arkei",
    name: "Arkei, Oski",
    // The other way round in history; here the fork is what is named for having more marks.
    fork_of: Some(&vidar::VIDAR),
    marks: &[
        Mark { id: "file:information.log", weight: 2, signs: &[Sign::File("information.log")] },
        Mark {
            id: "file:system.txt",
            weight: 2,
            signs: &[Sign::File("system.txt"), Sign::Line("[Hardware]")],
        },
        Mark {
            id: "value:date=⟨weekday month day time year⟩",
            weight: 1,
            signs: &[Sign::Value("date", is_ansi_date), Sign::Key("guid"), Sign::Key("path")],
        },
    ],
    date_order: DateOrder::DayFirst,
    install_date: InstallDate::OperatingSystem,
    reads: &[
        Read {
            file: "information.log, system.txt",
            what: "the machine; nothing below `[Processes]` and `[Software]`",
        },
        Read {
            file: "passwords.log, passwords.txt",
            what: "credentials: Soft, Host, Login, Password",
        },
        Read { file: "everything else", what: "as Vidar" },
    ],
    ambiguities: &[
        "The text is that of Vidar until 2021; told by file names only, so never with high \
         confidence, and a renamed log is called `vidar`.",
        "Arkei and Oski are not told from each other.",
    ],
    examples: EXAMPLES,
};

/// `Sat Jan 02 15:04:05 2021`, where later Vidar has `02/01/2021 15:04:05`.
fn is_ansi_date(value: &[u8]) -> bool {
    let mut words = value.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    let is_name = |word: &[u8]| word.len() == 3 && word.iter().all(u8::is_ascii_alphabetic);
    let is_number = |word: &[u8]| word.first().is_some_and(u8::is_ascii_digit);
    words.next().is_some_and(is_name)
        && words.next().is_some_and(is_name)
        && words.next().is_some_and(is_number)
        && words.next().is_some_and(|word| word.contains(&b':'))
        && words.next().is_some_and(|word| word.len() == 4 && is_number(word))
}

const EXAMPLES: &[Example] = &[
    Example {
        what: "Vidar's keys with an old date and the oldest file names",
        system: "\
Version: 10.7

Date: Sat Jan 02 15:04:05 2021
MachineID: 01234567-89ab-cdef-0123-456789abcdef
GUID: {01234567-89ab-cdef-0123-456789abcdef}
HWID: 0123456789ABCDEF01

Path: C:\\Users\\user1\\setup.exe
Work Dir: C:\\ProgramData\\EXAMPLE

Windows: Windows 10 Pro
Keyboard Languages: English (United States)

[Hardware]
Threads: 12
VideoCard: Example GPU
",
        names: &["information.log", "passwords.log"],
        expected: Expected::This(Confidence::Medium),
    },
    Example {
        what: "Vidar's keys in system.txt",
        system: "\
Windows: Windows 10 Pro
Keyboard Languages: English (United States)

[Hardware]
Threads: 12
VideoCard: Example GPU
",
        names: &["system.txt", "passwords.txt"],
        expected: Expected::This(Confidence::Low),
    },
    Example {
        what: "Vidar of 2021 has the old date too",
        system: "\
Ip: 203.0.113.10
Version: 38.1
Date: Sat Jan 02 15:04:05 2021
GUID: {01234567}
Path: C:\\setup.exe
Work Dir: C:\\ProgramData\\EXAMPLE
",
        names: &["information.txt", "passwords.txt"],
        expected: Expected::NotThis,
    },
    Example {
        what: "the file name over another family's keys",
        system: "Traffic Name: example\nInstall Date: 09 Nov 23 01:02 UTC\nMachineID: 01\n",
        names: &["system.txt", "information.log"],
        expected: Expected::NotThis,
    },
];
