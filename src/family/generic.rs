//! Any log whose family is not told: no marks, so never detected, and no assumption on dates.
//!
//! Parsers do not depend on the family, so such a log loses nothing but the label.

use super::{Family, InstallDate};
use crate::fact::DateOrder;

/// What holds for a log of no known family.
pub const GENERIC: Family = Family {
    id: "generic",
    name: "Unknown family",
    fork_of: None,
    marks: &[],
    date_order: DateOrder::Unknown,
    install_date: InstallDate::OperatingSystem,
    reads: &[],
    ambiguities: &[],
    examples: &[],
};
