//! StormKitty and what was made of it: Prynt, WorldWind, DarkEye, Stealerium, Phantom, Warp.
//!
//! They share a tree of folders and the words of `Info.txt`; what they call themselves changes
//! with every rebuild of the public source, so nothing here looks at it.

use super::{Example, Expected, Family, InstallDate, Mark, Read, Sign};
use crate::fact::DateOrder;
use crate::record::Confidence;

/// The lineage of StormKitty.
pub(super) const STORMKITTY: Family = Family {
    id: "stormkitty",
    name: "StormKitty, Stealerium and kin",
    fork_of: None,
    marks: &[
        Mark {
            id: "keys:compname+gatewayip+internalip",
            weight: 4,
            signs: &[Sign::Key("compname"), Sign::Key("gatewayip"), Sign::Key("internalip")],
        },
        Mark {
            id: "keys:compname+webcamscount",
            weight: 2,
            signs: &[Sign::Key("compname"), Sign::Key("webcamscount")],
        },
        Mark {
            id: "sections:[Machine]+[Virtualization]",
            weight: 3,
            signs: &[Sign::Line("[Machine]"), Sign::Line("[Virtualization]")],
        },
        Mark {
            id: "folder:Browsers+file:System/{SavedNetworks,ScanningNetworks,ProductKey}",
            weight: 2,
            signs: &[Sign::Folder("Browsers"), Sign::Path(is_of_system_folder)],
        },
        Mark {
            id: "folders:Browsers+Directories+System",
            weight: 1,
            signs: &[Sign::Folder("Browsers"), Sign::Folder("Directories"), Sign::Folder("System")],
        },
        Mark {
            id: "log:⟨user⟩@⟨computer⟩_⟨culture⟩",
            weight: 1,
            signs: &[Sign::LogName(is_user_at_computer)],
        },
    ],
    date_order: DateOrder::Unknown,
    install_date: InstallDate::OperatingSystem,
    reads: &[
        Read {
            file: "System/Info.txt",
            what: "the machine, from sections in brackets or, since v3, from Markdown",
        },
        Read { file: "Browsers/⟨browser⟩/Passwords.txt", what: "logins" },
        Read { file: "Browsers/⟨browser⟩/Cookies.txt", what: "cookies" },
        Read { file: "Browsers/⟨browser⟩/AutoFill.txt", what: "e-mail addresses" },
        Read {
            file: "Browsers/⟨browser⟩/History.txt",
            what: "nothing but mentions: `### title ### (url) visits`",
        },
        Read {
            file: "System/SavedNetworks.txt",
            what: "nothing: passwords of wireless networks have no URL",
        },
    ],
    ambiguities: &[
        "which of the kin wrote it stands in banners only, and those are changed at will",
        "the folder's name ends with the culture of Windows, which is no country",
    ],
    examples: EXAMPLES,
};

/// What the lineage calls files that others do not have.
fn is_of_system_folder(path: &[u8]) -> bool {
    let file = path.strip_prefix(b"System/");
    matches!(file, Some(b"SavedNetworks.txt" | b"ScanningNetworks.txt" | b"ProductKey.txt"))
}

/// `user1@DESKTOP-EXAMPLE_en-US`.
fn is_user_at_computer(name: &[u8]) -> bool {
    let Some((rest, culture)) = name.split_at_checked(name.len().saturating_sub(6)) else {
        return false;
    };
    let ends_with_culture =
        matches!(culture, [b'_', b'a'..=b'z', b'a'..=b'z', b'-', b'A'..=b'Z', b'A'..=b'Z']);
    let at = memchr::memchr(b'@', rest);
    ends_with_culture && at.is_some_and(|at| at > 0 && at + 1 < rest.len())
}

const EXAMPLES: &[Example] = &[
    Example {
        what: "a whole system file",
        system: "
[IP]
External IP: 203.0.113.10
Internal IP: 192.0.2.10
Gateway IP: 192.0.2.1

[Machine]
Username: user1
Compname: DESKTOP-EXAMPLE
System: Windows 10 Pro (64 Bit)
DATE: 2024-11-28 1:02:03 AM
WEBCAMS COUNT: 0

[Virtualization]
VirtualMachine: False
",
        names: &["System/Info.txt", "Browsers/Chrome/Passwords.txt"],
        expected: Expected::This(Confidence::High),
    },
    Example {
        what: "a report in Markdown",
        system: "\
*Stealerium v3.5.2 - Report:*
Date: 2024-11-28 1:02:03 AM
Username: user1
CompName: DESKTOP-EXAMPLE

📡 *Network:*
Gateway IP: 192.0.2.1
Internal IP: 192.0.2.10
External IP: 203.0.113.10
",
        names: &[],
        expected: Expected::This(Confidence::Medium),
    },
    Example {
        what: "names alone",
        system: "",
        names: &["Browsers/Chrome/Passwords.txt", "System/SavedNetworks.txt"],
        expected: Expected::This(Confidence::Low),
    },
    Example {
        what: "its brand and a folder of its tree",
        system: "StormKitty Stealer\nUsername: user1\nSystem: Windows 10\n",
        names: &["Browsers/Chrome/Passwords.txt", "System/Info.txt"],
        expected: Expected::NotThis,
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_logs() {
        for (name, expected) in [
            ("user1@DESKTOP-EXAMPLE_en-US", true),
            ("Jo Doe@PC_1_de-DE", true),
            ("@ExampleCloud_en-US", false),
            ("user1@_en-US", false),
            ("user1@DESKTOP-EXAMPLE_EN-US", false),
            ("DESKTOP-EXAMPLE_en-US", false),
            ("en-US", false),
            ("", false),
        ] {
            assert_eq!(is_user_at_computer(name.as_bytes()), expected, "{name}");
        }
    }
}
