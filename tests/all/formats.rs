//! `docs/FORMATS.md` is what the data of the families and the table of labels say, word for word.
//!
//! `UPDATE_DOCS=1 cargo test --test all formats` writes it anew.

use std::fmt::Write;

use logsieve::fact::DateOrder;
use logsieve::family::labels::{CREDENTIAL_KEYS, SYSTEM_KEYS};
use logsieve::family::{FAMILIES, Family, GENERIC, InstallDate, Mark, Sign};

use crate::tool::keep_true;

const HEAD: &str = "\
# Formats

What is read, family by family, and what a key means. This file is generated from the data in
`src/family/`; a test keeps it true.

A family is a label: a log is read the same whether its family is told or not. Only the order of day
and month in dates, and what `Install Date` means, depend on it.

";

const WEIGHTS: &str = "\
Evidence adds up: a weight of 6 is high confidence, 3 medium, 2 low; 1 only adds to others. Two
families of the same weight name none.

";

const LABELS: &str = "\
## Keys

A line `key: value` is understood by its key. Bullets, case, blanks, punctuation and accents do not
count, look-alike letters of other alphabets and digits for letters (`P455W0RD`) neither. A key is
looked up whole, never by a part of it.

";

fn document() -> String {
    let mut text = HEAD.to_owned();
    text.push_str(
        "| Family | Id | Dates | `Install Date` is of | Examples |\n|---|---|---|---|---|\n",
    );
    for family in all() {
        let Family { name, id, date_order, install_date, examples, .. } = family;
        let (order, install) = (order(*date_order), install(*install_date));
        writeln!(text, "| {name} | `{id}` | {order} | {install} | {} |", examples.len()).unwrap();
    }
    write!(text, "\n{WEIGHTS}").unwrap();
    all().for_each(|family| section(&mut text, family));
    text.push_str(LABELS);
    text.push_str("| In a login | Keys |\n|---|---|\n");
    for (label, keys) in CREDENTIAL_KEYS {
        writeln!(text, "| {label:?} | {} |", words(keys)).unwrap();
    }
    text.push_str("\n| In a system file | Keys |\n|---|---|\n");
    for (label, keys) in SYSTEM_KEYS {
        writeln!(text, "| {label:?} | {} |", words(keys)).unwrap();
    }
    text
}

fn all() -> impl Iterator<Item = &'static Family> {
    FAMILIES.iter().copied().chain([&GENERIC])
}

fn words(keys: &str) -> String {
    keys.split_whitespace().collect::<Vec<_>>().join(", ")
}

fn order(order: DateOrder) -> &'static str {
    match order {
        DateOrder::DayFirst => "day first",
        DateOrder::MonthFirst => "month first",
        DateOrder::Unknown => "told by each date",
    }
}

fn install(install: InstallDate) -> &'static str {
    match install {
        InstallDate::OperatingSystem => "the system",
        InstallDate::Infection => "the infection",
    }
}

fn section(text: &mut String, family: &Family) {
    writeln!(text, "## {}\n", family.name).unwrap();
    if let Some(parent) = family.fork_of {
        writeln!(text, "A fork of {}: told by the marks of both.\n", parent.name).unwrap();
    }
    if !family.marks.is_empty() {
        text.push_str("| Told by | Named in records | Weight |\n|---|---|---|\n");
        for Mark { id, weight, signs } in family.marks {
            let told_by = signs.iter().map(sign).collect::<Vec<_>>().join(", ");
            writeln!(text, "| {} | `{}` | {weight} |", cell(&told_by), cell(id)).unwrap();
        }
        text.push('\n');
    }
    if !family.reads.is_empty() {
        text.push_str("| File | What is read |\n|---|---|\n");
        for read in family.reads {
            writeln!(text, "| {} | {} |", cell(read.file), cell(read.what)).unwrap();
        }
        text.push('\n');
    }
    if !family.ambiguities.is_empty() {
        text.push_str("What stays open:\n\n");
        family.ambiguities.iter().for_each(|open| writeln!(text, "- {open}").unwrap());
        text.push('\n');
    }
}

/// A bar ends a cell, even in code.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

fn sign(sign: &Sign) -> String {
    match sign {
        Sign::Key(key) => format!("key `{key}`"),
        Sign::NoKey(key) => format!("no key `{key}`"),
        Sign::Spelled(key) => format!("key spelled `{key}`"),
        Sign::Value(key, _) => format!("shape of the value of `{key}`"),
        Sign::Line(line) => format!("line `{line}`"),
        Sign::File(file) => format!("file `{file}`"),
        Sign::Folder(folder) => format!("folder `{folder}/`"),
        Sign::LogName(_) => "shape of the name of the log".to_owned(),
        Sign::Path(_) => "shape of a path in the log".to_owned(),
    }
}

#[test]
fn the_document_says_what_the_data_say() {
    keep_true("docs/FORMATS.md", &document(), "formats");
}

#[test]
fn every_family_says_what_is_read_and_what_stays_open() {
    for family in all() {
        assert!(!family.reads.is_empty(), "{}: reads", family.id);
        assert!(!family.ambiguities.is_empty(), "{}: ambiguities", family.id);
    }
}
