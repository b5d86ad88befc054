//! AZORult: blank, colon and TAB behind every key, and the public address in a file of its own.

use super::{Example, Expected, Family, InstallDate, Mark, Read, Sign};
use crate::fact::DateOrder;
use crate::record::Confidence;

/// AZORult.
pub(super) const AZORULT: Family = Family {
    id: "azorult",
    name: "AZORult",
    fork_of: None,
    marks: &[
        Mark {
            id: "keys:machineid+exepath",
            weight: 4,
            signs: &[Sign::Key("machineid"), Sign::Key("exepath")],
        },
        Mark { id: "keys:computerusername", weight: 3, signs: &[Sign::Key("computerusername")] },
        Mark {
            id: "keys:layouts+localtime+zone",
            weight: 2,
            signs: &[Sign::Key("layouts"), Sign::Key("localtime"), Sign::Key("zone")],
        },
        Mark {
            id: "files:PasswordsList+CookieList",
            weight: 2,
            signs: &[Sign::File("PasswordsList.txt"), Sign::File("CookieList.txt")],
        },
    ],
    date_order: DateOrder::DayFirst,
    install_date: InstallDate::OperatingSystem,
    reads: &[
        Read {
            file: "System.txt",
            what: "the machine; `Computer(Username)` has both names; the day comes first in \
                   `LocalTime`",
        },
        Read { file: "ip.txt", what: "the public address, alone" },
        Read { file: "PasswordsList.txt", what: "logins: `SOFT`, `HOST`, `USER`, `PASS`" },
        Read { file: "Browsers/Cookies/*", what: "cookies" },
    ],
    ambiguities: &["`LocalTime` is the computer's clock, with `Zone` beside it."],
    examples: EXAMPLES,
};

const EXAMPLES: &[Example] = &[
    Example {
        what: "a whole system file",
        system: "\
MachineID :\t01234567-89ABCDEF
EXE_PATH  :\tC:\\Temp\\setup.exe

Windows   :\tWindows 10 Pro x64
Computer(Username) :\tDESKTOP-EXAMPLE(user1)
Screen: 1920x1080
Layouts: EN/
LocalTime: 3/4/2020 10:20:30
Zone: UTC+1:0
[Soft]
",
        names: &["System.txt", "ip.txt", "PasswordsList.txt"],
        expected: Expected::This(Confidence::High),
    },
    Example {
        what: "the first lines stripped",
        system: "Windows :\tWindows 10\nComputer(Username) :\tDESKTOP-EXAMPLE(user1)\n",
        names: &[],
        expected: Expected::This(Confidence::Medium),
    },
    Example {
        what: "names alone",
        system: "",
        names: &["PasswordsList.txt", "CookieList.txt", "scr.jpg"],
        expected: Expected::This(Confidence::Low),
    },
    Example {
        what: "CryptBot's composite, the other way round",
        system: "OS: Windows 10\nUserName (ComputerName): user1 (DESKTOP-EXAMPLE)\nZone: x\n",
        names: &[],
        expected: Expected::NotThis,
    },
    Example {
        what: "Vidar, which has a machine id too",
        system: "Version: 1\nMachineID: 01\nWork Dir: C:\\\nWindows: Windows 10\nIp: 203.0.113.10\n",
        names: &[],
        expected: Expected::NotThis,
    },
];
