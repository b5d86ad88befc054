//! ArechClient2: RedLine's files without the computer's name, and with a line end missing.
//!
//! The time zone stands behind the screen size on one line; it is read from there.

use super::{Example, Expected, Family, InstallDate, Mark, Read, Sign, redline};
use crate::fact::DateOrder;
use crate::record::Confidence;

/// ArechClient2.
pub(super) const ARECHCLIENT2: Family = Family {
    id: "arechclient2",
    name: "ArechClient2",
    fork_of: Some(&redline::REDLINE),
    // Builds of RedLine lack the computer's name too, so that alone says nothing.
    marks: &[
        Mark {
            id: "value:screensize={…}TimeZone:",
            weight: 3,
            signs: &[Sign::Value("screensize", is_glued), Sign::NoKey("machinename")],
        },
        Mark {
            id: "value:screensize={Width =",
            weight: 3,
            signs: &[Sign::Value("screensize", is_spaced), Sign::NoKey("machinename")],
        },
    ],
    date_order: DateOrder::MonthFirst,
    install_date: InstallDate::OperatingSystem,
    reads: &[
        Read {
            file: "UserInformation.txt",
            what: "the machine; the time zone is taken out of the line of `ScreenSize`",
        },
        Read { file: "everything else", what: "as RedLine" },
    ],
    ambiguities: &[
        "It does not write the computer's name: without a folder name that has it, machines are \
         told apart by `HWID` alone.",
        "A re-packer who mends the line end makes it a log of RedLine, unless the spaces in \
         `{Width = …}` are left.",
    ],
    examples: EXAMPLES,
};

/// `{Width = 1536,Height = 864}TimeZone: (UTC…`: a line end is missing.
fn is_glued(value: &[u8]) -> bool {
    memchr::memmem::find(value, b"}TimeZone:").is_some()
}

/// `{Width = 1536,…`, where RedLine has `{Width=1536, …`.
fn is_spaced(value: &[u8]) -> bool {
    value.starts_with(b"{Width =")
}

const EXAMPLES: &[Example] = &[
    Example {
        what: "a whole system file",
        system: "\
Build ID: example_build
IP: 203.0.113.10
FileLocation: C:\\Users\\user1\\AppData\\Local\\Temp\\setup.exe
UserName: user1
Country: US
HWID: 0123456789ABCDEF0123456789ABCDEF
Current Language: English (United States)
ScreenSize: {Width = 1536,Height = 864}TimeZone: (UTC+04:00) Example, City
Operation System: Windows 10 Pro x64
Log date: 7/4/2024 5:06:07 PM
",
        names: &["UserInformation.txt", "Passwords.txt"],
        expected: Expected::This(Confidence::High),
    },
    Example {
        what: "the line end mended by a re-packer",
        system: "\
FileLocation: C:\\Temp\\setup.exe
UserName: user1
ScreenSize: {Width = 1536,Height = 864}
TimeZone: (UTC+04:00) Example, City
Operation System: Windows 10 Pro x64
",
        names: &[],
        expected: Expected::This(Confidence::Medium),
    },
    Example {
        what: "RedLine without the computer's name",
        system: "\
FileLocation: C:\\Temp\\setup.exe
UserName: user1
ScreenSize: {Width=1536, Height=864}
TimeZone: (UTC+04:00) Example, City
Operation System: Windows 10 Pro x64
",
        names: &[],
        expected: Expected::NotThis,
    },
    Example {
        what: "the glued line alone",
        system: "ScreenSize: {Width = 1536,Height = 864}TimeZone: (UTC+04:00) Example, City\n",
        names: &[],
        expected: Expected::NotThis,
    },
];
