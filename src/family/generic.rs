//! Any log whose family is not told: no marks, so never detected, and no assumption on dates.
//!
//! Parsers do not depend on the family, so such a log loses nothing but the label.

use super::{Family, InstallDate, Read};
use crate::fact::DateOrder;

/// What holds for a log of no known family.
pub const GENERIC: Family = Family {
    id: "generic",
    name: "Unknown family",
    fork_of: None,
    marks: &[],
    date_order: DateOrder::Unknown,
    install_date: InstallDate::OperatingSystem,
    reads: &[
        Read {
            file: "any text",
            what: "logins, cookies, forms and facts on the machine in the shapes of all families, \
                   told by content; names are hints",
        },
        Read {
            file: "⟨url⟩:⟨login⟩:⟨password⟩ lines, tables, JSON",
            what: "credentials and cookies",
        },
        Read { file: "everything else", what: "searched for watched names" },
    ],
    ambiguities: &[
        "Day and month of a date with slashes are taken in this order where nothing decides, and \
         the record says so.",
        "`Install Date` is taken for that of the operating system.",
    ],
    examples: &[],
};
