//! Exela: `Key : Value` below a header with its own link, and lower-case files for everything.

use super::{Example, Expected, Family, InstallDate, Mark, Read, Sign};
use crate::fact::DateOrder;
use crate::record::Confidence;

/// Exela.
pub(super) const EXELA: Family = Family {
    id: "exela",
    name: "Exela",
    fork_of: None,
    marks: &[
        Mark {
            id: "files:system_info+process_info+last_clipboard_text",
            weight: 2,
            signs: &[
                Sign::File("system_info.txt"),
                Sign::File("process_info.txt"),
                Sign::File("last_clipboard_text.txt"),
            ],
        },
        Mark {
            id: "files:system_info+Network+Wifi",
            weight: 2,
            signs: &[
                Sign::File("system_info.txt"),
                Sign::File("Network.txt"),
                Sign::File("Wifi.txt"),
            ],
        },
        // A brand, if one that the malware itself writes.
        Mark {
            id: "header:t.me/ExelaStealer",
            weight: 1,
            signs: &[Sign::Value("https", is_header)],
        },
        Mark {
            id: "log:⟨serial⟩__⟨computer⟩",
            weight: 1,
            signs: &[Sign::LogName(is_serial_and_computer)],
        },
    ],
    date_order: DateOrder::Unknown,
    install_date: InstallDate::OperatingSystem,
    reads: &[
        Read { file: "system_info.txt", what: "the machine, below the header" },
        Read { file: "⟨browser⟩ passwords", what: "logins, `Key : Value`" },
        Read { file: "Wifi.txt", what: "nothing: passwords of wireless networks have no URL" },
    ],
    ambiguities: &[
        "the serial number in the folder's name is that of a disk or a board, and not read",
    ],
    examples: EXAMPLES,
};

/// The rest of `-----https://t.me/ExelaStealer-----`: older builds have fewer dashes.
fn is_header(value: &[u8]) -> bool {
    let dashes = value.strip_prefix(b"//t.me/ExelaStealer").unwrap_or_default();
    dashes.len() >= 5 && dashes.iter().all(|&byte| byte == b'-')
}

/// `0A1B2C3D__DESKTOP-EXAMPLE`.
fn is_serial_and_computer(name: &[u8]) -> bool {
    let Some(end) = memchr::memmem::find(name, b"__") else { return false };
    let Some((serial, computer)) = name.split_at_checked(end) else { return false };
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b' ');
    serial.iter().any(u8::is_ascii_digit)
        && serial.iter().all(is_name)
        && computer.len() > 2
        && computer.iter().all(is_name)
}

const EXAMPLES: &[Example] = &[
    Example {
        what: "header and files",
        system: "\
----------------------https://t.me/ExelaStealer----------------------
======================================================================
Host Name : DESKTOP-EXAMPLE
OS Name : Microsoft Windows 10 Pro
",
        names: &["system_info.txt", "process_info.txt", "last_clipboard_text.txt"],
        expected: Expected::This(Confidence::Medium),
    },
    Example {
        what: "the files, without header",
        system: "Host Name : DESKTOP-EXAMPLE\n",
        names: &["system_info.txt", "process_info.txt", "last_clipboard_text.txt"],
        expected: Expected::This(Confidence::Low),
    },
    Example {
        what: "the header alone",
        system: "-----https://t.me/ExelaStealer-----\nHWID : 0123\nUser : user1\n",
        names: &["system_info.txt", "passwords.txt"],
        expected: Expected::NotThis,
    },
    Example {
        what: "a link to it in StealC's file",
        system: "https://t.me/ExelaStealer\nNetwork Info:\n\t- IP: 203.0.113.10\nSystem Summary:\n",
        names: &["system_info.txt"],
        expected: Expected::NotThis,
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_logs() {
        for (name, expected) in [
            ("0A1B-2C3D__DESKTOP-EXAMPLE", true),
            ("S1 23__PC_1", true),
            ("__DESKTOP-EXAMPLE", false),
            ("serial__DESKTOP-EXAMPLE", false),
            ("0A1B__", false),
            ("0A1B_DESKTOP", false),
            ("[US]203.0.113.10__x", false),
            ("", false),
        ] {
            assert_eq!(is_serial_and_computer(name.as_bytes()), expected, "{name}");
        }
    }
}
