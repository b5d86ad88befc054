//! Acreed: facts on the computer as JSON, cookies numbered by browser, tokens of Facebook.

use super::{Example, Expected, Family, InstallDate, Mark, Read, Sign};
use crate::fact::DateOrder;
use crate::record::Confidence;

/// Acreed.
pub(super) const ACREED: Family = Family {
    id: "acreed",
    name: "Acreed",
    fork_of: None,
    marks: &[
        Mark {
            id: "keys:iselevator+pcname",
            weight: 6,
            signs: &[Sign::Key("iselevator"), Sign::Key("pcname")],
        },
        Mark {
            id: "keys:iselevator+hwid",
            weight: 3,
            signs: &[Sign::Key("iselevator"), Sign::Key("hwid")],
        },
        Mark {
            id: "spelling:PcName+Hwid+CpuCores",
            weight: 3,
            signs: &[Sign::Spelled("PcName"), Sign::Spelled("Hwid"), Sign::Spelled("CpuCores")],
        },
        Mark { id: "folders:FBFastCheck", weight: 2, signs: &[Sign::Folder("FBFastCheck")] },
    ],
    date_order: DateOrder::Unknown,
    install_date: InstallDate::OperatingSystem,
    reads: &[
        Read { file: "pc_info.json, pc_info.txt", what: "the machine; JSON under both names" },
        Read { file: "Cookies/⟨Browser⟩_⟨n⟩.txt", what: "cookies" },
        Read { file: "passwords.txt, Autofill", what: "logins; e-mail addresses" },
        Read { file: "FBFastCheck/*", what: "tokens, which are counted" },
    ],
    ambiguities: &["The log says neither when it was taken nor from which address."],
    examples: EXAMPLES,
};

const EXAMPLES: &[Example] = &[
    Example {
        what: "a whole system file",
        system: r#"{"PcName":"DESKTOP-EXAMPLE","Os":"Windows 10","Cpu":"x","Hwid":"01","IsElevator":false,"CpuCores":6}"#,
        names: &["pc_info.json", "passwords.txt", "Cookies/Chrome_1.txt"],
        expected: Expected::This(Confidence::High),
    },
    Example {
        what: "members stripped, cut off",
        system: "{\n  \"PcName\": \"DESKTOP-EXAMPLE\",\n  \"Hwid\": \"01\",\n  \"CpuCores\": 6,\n  \"Os",
        names: &["pc_info.txt"],
        expected: Expected::This(Confidence::Medium),
    },
    Example {
        what: "names alone",
        system: "",
        names: &["FBFastCheck/Token_EAAB.txt", "IDs.txt"],
        expected: Expected::This(Confidence::Low),
    },
    Example {
        what: "the keys inside a value",
        system: r#"{"note":"PcName: x, Hwid: y, CpuCores: 6, IsElevator: false"}"#,
        names: &[],
        expected: Expected::NotThis,
    },
    Example {
        what: "DCRat's names of the same things",
        system: "PC Name: DESKTOP-EXAMPLE\nCPU Cores: 6 (12)\nHWID: 01\n",
        names: &[],
        expected: Expected::NotThis,
    },
];
