//! Phemedrone and Ov3r_Stealer, which was made of it: padded values between dashed heads.

use super::{Example, Expected, Family, InstallDate, Mark, Read, Sign};
use crate::fact::DateOrder;
use crate::record::Confidence;

/// Phemedrone.
pub(super) const PHEMEDRONE: Family = Family {
    id: "phemedrone",
    name: "Phemedrone",
    fork_of: None,
    marks: &[
        Mark {
            id: "sections:Geolocation Data+Hardware Info",
            weight: 6,
            signs: &[
                Sign::Line("----- Geolocation Data -----"),
                Sign::Line("----- Hardware Info -----"),
            ],
        },
        Mark {
            id: "sections:Report Contents+Miscellaneous",
            weight: 3,
            signs: &[
                Sign::Line("----- Report Contents -----"),
                Sign::Line("----- Miscellaneous -----"),
            ],
        },
        Mark {
            id: "keys:antivirusproducts+filelocation+clipboardtext",
            weight: 3,
            signs: &[
                Sign::Key("antivirusproducts"),
                Sign::Key("filelocation"),
                Sign::Key("clipboardtext"),
            ],
        },
        Mark {
            id: "keys:windowsname+hardwareid+postal",
            weight: 2,
            signs: &[Sign::Key("windowsname"), Sign::Key("hardwareid"), Sign::Key("postal")],
        },
    ],
    date_order: DateOrder::Unknown,
    install_date: InstallDate::OperatingSystem,
    reads: &[
        Read {
            file: "Information.txt",
            what: "the machine: `Username` is `user\\HOST`, the other way round than Windows \
                   writes it; `Passwords: 3` is a count; behind `Clipboard text` nothing is read",
        },
        Read { file: "Passwords.txt", what: "logins, below `PASSWORDS FROM: ⟨path⟩` too" },
    ],
    ambiguities: &[
        "there is no date in it: the infection is dated by the folder's name, if at all",
        "Ov3r_Stealer writes the same and is called Phemedrone",
    ],
    examples: EXAMPLES,
};

const EXAMPLES: &[Example] = &[
    Example {
        what: "a whole system file",
        system: "
    ----- Geolocation Data -----
IP:                       203.0.113.10
Country:                  Exampleland (EX)
City:                     Exampleville
Postal:                   00000
MAC:                      00:00:5E:00:53:01

    ----- Hardware Info -----
Username:                 user1\\DESKTOP-EXAMPLE
Windows name:             Windows 10 Pro x64
Hardware ID:              0123456789
Screen Resolution:        1920x1080

    ----- Report Contents -----
Passwords:                3

    ----- Miscellaneous -----
Antivirus products:       Windows Defender
File Location:            C:\\Temp\\setup.exe
Clipboard text:
",
        names: &["Information.txt", "Passwords.txt"],
        expected: Expected::This(Confidence::High),
    },
    Example {
        what: "without its heads",
        system: "\
Username:   user1\\DESKTOP-EXAMPLE
Antivirus products:   Windows Defender
File Location:   C:\\Temp\\setup.exe
Clipboard text: none
",
        names: &[],
        expected: Expected::This(Confidence::Medium),
    },
    Example {
        what: "heads of another shape",
        system: "[Hardware Info]\nUsername: user1\nHWID: 0123\n[Miscellaneous]\nAntivirus: none\n",
        names: &["Information.txt"],
        expected: Expected::NotThis,
    },
];
