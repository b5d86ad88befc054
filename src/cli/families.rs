//! `logsieve families`: the list, proved by its own examples.

use comfy_table::Table;

use crate::cli::exit_code::ExitCode;
use crate::error::{Error, Result};
use crate::family::{FAMILIES, check_examples};

pub(super) fn families() -> Result<ExitCode> {
    let mut table = Table::new();
    table.load_style(comfy_table::presets::UTF8_HORIZONTAL_ONLY);
    table.set_header(["family", "id", "marks", "examples"]);
    let mut failures = Vec::new();
    for family in FAMILIES {
        let failed = check_examples(family);
        let passed = family.examples.len() - failed.len();
        let examples = format!("{passed} of {} pass", family.examples.len());
        table.add_row([family.name, family.id, &family.marks.len().to_string(), &examples]);
        failures.extend(failed.into_iter().map(|failure| failure.to_string()));
    }
    let code = super::print(
        format!("{table}\nAnything else is read all the same; it has no family.\n").as_bytes(),
    )?;
    match failures.first() {
        None => Ok(code),
        Some(first) => Err(Error::internal(format!("a built-in example fails: {first}"))),
    }
}
