//! Nexus, of Acreed's kin: a frame of box-drawing characters, three facts, a contact on Jabber.

use super::{Example, Expected, Family, InstallDate, Mark, Read, Sign};
use crate::fact::DateOrder;
use crate::record::Confidence;

/// Nexus.
pub(super) const NEXUS: Family = Family {
    id: "nexus",
    name: "Nexus",
    fork_of: None,
    marks: &[
        Mark {
            id: "keys:pc+user+osversion",
            weight: 2,
            signs: &[
                Sign::Key("pc"),
                Sign::Key("user"),
                Sign::Key("osversion"),
                Sign::NoKey("hwid"),
            ],
        },
        Mark {
            id: "keys:jabber+pc+osversion",
            weight: 2,
            signs: &[Sign::Key("jabber"), Sign::Key("pc"), Sign::Key("osversion")],
        },
    ],
    date_order: DateOrder::Unknown,
    install_date: InstallDate::OperatingSystem,
    reads: &[
        Read { file: "Information.txt", what: "the machine; the frame above it is stepped over" },
        Read { file: "passwords, cookies, autofill", what: "by content, as every family's" },
    ],
    ambiguities: &["It has few words of its own, so that it is never told with high confidence."],
    examples: EXAMPLES,
};

const EXAMPLES: &[Example] = &[
    Example {
        what: "a whole system file",
        system: "\
╔══════════════════════╗
║        NEXUS         ║
╚══════════════════════╝
Jabber: example@jabber.test
PC: DESKTOP-EXAMPLE
User: user1
OS Version: Windows 10 Pro
",
        names: &["Information.txt"],
        expected: Expected::This(Confidence::Medium),
    },
    Example {
        what: "frame and contact stripped",
        system: "PC: DESKTOP-EXAMPLE\nUser: user1\nOS Version: Windows 10 Pro\n",
        names: &["Information.txt"],
        expected: Expected::This(Confidence::Low),
    },
    Example {
        what: "its frame over other keys",
        system: "║        NEXUS         ║\nJabber: example@jabber.test\nHWID: 01\nOS: Windows 10\n",
        names: &["Information.txt"],
        expected: Expected::NotThis,
    },
];
