//! CryptBot: values padded into a column, and names that begin with `_`.
//!
//! Its logs are among the most widely redistributed, often without the system file.

use super::{Example, Expected, Family, InstallDate, Mark, Read, Sign};
use crate::fact::DateOrder;
use crate::record::Confidence;

/// CryptBot.
pub(super) const CRYPTBOT: Family = Family {
    id: "cryptbot",
    name: "CryptBot",
    fork_of: None,
    marks: &[
        Mark {
            id: "keys:usernamecomputername",
            weight: 4,
            signs: &[Sign::Key("usernamecomputername")],
        },
        Mark {
            id: "keys:usernamecomputername+localdateandtime",
            weight: 2,
            signs: &[Sign::Key("usernamecomputername"), Sign::Key("localdateandtime")],
        },
        Mark {
            id: "keys:usernamecomputername+datatime",
            weight: 2,
            signs: &[Sign::Key("usernamecomputername"), Sign::Key("datatime")],
        },
        Mark {
            id: "files:_Information+_AllPasswords_list",
            weight: 2,
            signs: &[Sign::File("_Information.txt"), Sign::File("_AllPasswords_list.txt")],
        },
        Mark {
            id: "file:_AllPasswords_list+folder:files_",
            weight: 2,
            signs: &[Sign::File("_AllPasswords_list.txt"), Sign::Folder("files_")],
        },
        Mark {
            id: "log:⟨CC⟩_⟨date⟩_⟨6⟩", weight: 1, signs: &[Sign::LogName(is_dated)]
        },
    ],
    date_order: DateOrder::DayFirst,
    install_date: InstallDate::OperatingSystem,
    reads: &[
        Read {
            file: "_Information.txt",
            what: "the machine: `UserName (ComputerName)` holds both, the zone stands in brackets \
                   behind the date, nothing is read from the list of software on",
        },
        Read { file: "_AllPasswords_list.txt", what: "logins" },
        Read { file: "_AllCookies_list.txt, _Cookies/⟨browser⟩.txt", what: "cookies" },
        Read { file: "_AllForms_list.txt", what: "e-mail addresses" },
        Read {
            file: "files_/{passwords,cookies,system_info,…}",
            what: "the second copy of all that: further sightings of the same records",
        },
    ],
    ambiguities: &[
        "`_Files` holds files of the user, `files_` the copy of the log: told by the name alone",
    ],
    examples: EXAMPLES,
};

/// `US_2024_11_28_01_02_AbC123`: country, minute of the infection, six characters.
fn is_dated(name: &[u8]) -> bool {
    let mut parts = name.split(|&byte| byte == b'_');
    let mut next = |length, fits: fn(&u8) -> bool| {
        parts.next().is_some_and(|part| part.len() == length && part.iter().all(fits))
    };
    let is_country = next(2, u8::is_ascii_uppercase);
    let is_minute = [4, 2, 2, 2, 2].into_iter().all(|length| next(length, u8::is_ascii_digit));
    is_country && is_minute && next(6, u8::is_ascii_alphanumeric) && parts.next().is_none()
}

const EXAMPLES: &[Example] = &[
    Example {
        what: "a whole system file",
        system: "\
OS:                         Windows 10 Pro x64
Local Date and Time:        2024-11-28 01:02:03 [ UTC: (UTC+01:00) Example City ]
UserName (ComputerName):    user1 (DESKTOP-EXAMPLE)
CPU:                        Example CPU [ Сores: 4 ]
RAM:                        16 Gb
Display Resolution:         1400 x 1050
Software:
Example App [ 1.2.3 ]
",
        names: &["_Information.txt", "_AllPasswords_list.txt", "files_/passwords.txt"],
        expected: Expected::This(Confidence::High),
    },
    Example {
        what: "the other brackets",
        system: "Data [Time]:    2024-11-28 01:02:03\nUserName [ComputerName]:    user1 [PC1]\n",
        names: &[],
        expected: Expected::This(Confidence::High),
    },
    Example {
        what: "two lines of a system file",
        system: "OS:    Windows 10 Pro x64\nUserName (ComputerName):    user1 (PC1)\n",
        names: &["system.txt"],
        expected: Expected::This(Confidence::Medium),
    },
    Example {
        what: "names alone",
        system: "",
        names: &["_Information.txt", "_AllPasswords_list.txt", "_Screen_Desktop.jpeg"],
        expected: Expected::This(Confidence::Low),
    },
    Example {
        what: "user and computer in two keys, in a column",
        system: "OS:    Windows 10 Pro x64\nUserName:    user1\nComputerName:    PC1\n",
        names: &["Information.txt", "AllPasswords_list.txt"],
        expected: Expected::NotThis,
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_logs() {
        for (name, expected) in [
            ("US_2024_11_28_01_02_AbC123", true),
            ("us_2024_11_28_01_02_AbC123", false),
            ("US_2024_11_28_01_02_AbC123_1", false),
            ("US_2024_11_28_01_02_AbC", false),
            ("US_203.0.113.10_2024_11_28", false),
            ("", false),
        ] {
            assert_eq!(is_dated(name.as_bytes()), expected, "{name}");
        }
    }
}
