//! RedLine: `UserInformation.txt` with its own spelling "Operation System".
//!
//! Its screen size is a .NET `Size` in braces, its dates follow the culture of the agent, mostly
//! the American one.

use super::{Example, Expected, Family, InstallDate, Mark, Read, Sign};
use crate::fact::DateOrder;
use crate::record::Confidence;

/// RedLine.
pub(super) const REDLINE: Family = Family {
    id: "redline",
    name: "RedLine",
    fork_of: None,
    marks: &[
        Mark {
            id: "keys:operationsystem+filelocation",
            weight: 6,
            signs: &[Sign::Key("operationsystem"), Sign::Key("filelocation")],
        },
        Mark {
            id: "value:screensize={Width",
            weight: 2,
            signs: &[Sign::Value("screensize", is_dotnet_size), Sign::Key("operationsystem")],
        },
        Mark {
            id: "keys:currentlanguage+availablekeyboardlayouts+hardwares",
            weight: 3,
            signs: &[
                Sign::Key("currentlanguage"),
                Sign::Key("availablekeyboardlayouts"),
                Sign::Key("hardwares"),
            ],
        },
        Mark {
            id: "files:domaindetects+importantautofills+installedbrowsers",
            weight: 2,
            signs: &[
                Sign::File("DomainDetects.txt"),
                Sign::File("ImportantAutofills.txt"),
                Sign::File("InstalledBrowsers.txt"),
            ],
        },
    ],
    date_order: DateOrder::MonthFirst,
    install_date: InstallDate::OperatingSystem,
    reads: &[
        Read {
            file: "UserInformation.txt",
            what: "the machine; below `Available KeyboardLayouts` and `Anti-Viruses` stand lists",
        },
        Read {
            file: "Passwords.txt",
            what: "credentials: URL, Username, Password, Application; 15 `=` end each",
        },
        Read {
            file: "Cookies/⟨Vendor⟩_[⟨Product⟩]_⟨Profile⟩ Network.txt",
            what: "cookies, columns separated by TABs",
        },
        Read { file: "Autofills/…, ImportantAutofills.txt", what: "e-mail addresses" },
        Read { file: "FTP/Credentials.txt", what: "credentials; `Server` is the URL" },
        Read {
            file: "CreditCards/, Wallets/, Restore/, Discord/",
            what: "cards, wallets and tokens, counted",
        },
        Read {
            file: "DomainDetects.txt, FileGrabber/…",
            what: "searched for watched names; grabbed logins are never sure",
        },
    ],
    ambiguities: &[
        "`Log date` follows the culture of the agent: where no number above 12 decides, the month \
         is taken to come first.",
        "`Build ID` may be the channel of a seller.",
        "A browser is written `Google_[Chrome]_Profile_1`: an underscore may stand for a blank.",
        "A username `UNKNOWN` means that there is none; somebody really called so cannot be told.",
    ],
    examples: EXAMPLES,
};

/// `{Width=1536, Height=864}`.
fn is_dotnet_size(value: &[u8]) -> bool {
    value.starts_with(b"{Width")
}

const EXAMPLES: &[Example] = &[
    Example {
        what: "a whole system file",
        system: "\
Build ID: example_build
IP: 203.0.113.10
FileLocation: C:\\Users\\user1\\AppData\\Local\\Temp\\setup.exe
UserName: user1
MachineName: DESKTOP-EXAMPLE
Country: US
ScreenSize: {Width=1536, Height=864}
TimeZone: (UTC+04:00) Example, City
Operation System: Windows 10 Pro x64
Log date: 7/4/2024 5:06:07 PM

Available KeyboardLayouts: 
English (United States)
",
        names: &["UserInformation.txt", "Passwords.txt"],
        expected: Expected::This(Confidence::High),
    },
    Example {
        what: "identity stripped by a re-packer",
        system: "\
Current Language: English (United States)
Available KeyboardLayouts: 
English (United States)

Hardwares: 
Name: Total of RAM, 8000.00 Mb or 8388608000 bytes
",
        names: &[],
        expected: Expected::This(Confidence::Medium),
    },
    Example {
        what: "file names only",
        system: "",
        names: &["DomainDetects.txt", "ImportantAutofills.txt", "InstalledBrowsers.txt"],
        expected: Expected::This(Confidence::Low),
    },
    Example {
        what: "a seller's banner over another family's file",
        system: "\
*************************************************
*                   REDLINE                     *
*************************************************
Log Date: 03-11-2024, 10:20:30
Build Name: example
Operation System: Windows 10 Pro
Execute Path: C:\\Temp\\setup.exe
",
        names: &["UserInfo.txt", "Passwords.txt"],
        expected: Expected::NotThis,
    },
    Example {
        what: "Location and File Location Hint are not FileLocation",
        system: "Location: Exampleville\nFile Location Hint: x\nOperation System: Windows 10\n",
        names: &[],
        expected: Expected::NotThis,
    },
];
