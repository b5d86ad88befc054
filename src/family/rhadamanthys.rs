//! Rhadamanthys: a flat system file without a banner that ends with the hash of the wallpaper.
//!
//! Its `Install Date` is when the malware was installed: the date of infection.

use super::{Example, Expected, Family, InstallDate, Mark, Sign};
use crate::fact::DateOrder;
use crate::record::Confidence;

/// Rhadamanthys.
pub(super) const RHADAMANTHYS: Family = Family {
    id: "rhadamanthys",
    name: "Rhadamanthys",
    fork_of: None,
    marks: &[
        Mark {
            id: "keys:wallpaperhash+machineid",
            weight: 6,
            signs: &[Sign::Key("wallpaperhash"), Sign::Key("machineid")],
        },
        Mark {
            id: "keys:trafficname+installdate",
            weight: 3,
            signs: &[Sign::Key("trafficname"), Sign::Key("installdate")],
        },
    ],
    date_order: DateOrder::DayFirst,
    install_date: InstallDate::Infection,
    reads: &[],
    ambiguities: &[],
    examples: EXAMPLES,
};

const EXAMPLES: &[Example] = &[
    Example {
        what: "the end of a system file",
        system: "MachineID: 0123\nWallPaper Hash: 0123456789abcdef\n",
        names: &["system.txt"],
        expected: Expected::This(Confidence::High),
    },
    Example {
        what: "cut in the middle",
        system: "Install Date: 09 Nov 23 01:02 UTC\nTraffic Name: example\nHWID: 01\n",
        names: &["systeminfo.txt"],
        expected: Expected::This(Confidence::Medium),
    },
    Example {
        what: "the words in other text",
        system: "Wallpaper Hash MachineID\n",
        names: &[],
        expected: Expected::NotThis,
    },
];
