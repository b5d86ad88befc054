//! `docs/HOSTILE.md` is what the cases say.
//!
//! `UPDATE_DOCS=1 cargo test --test all hostile::table` writes it anew.

use std::collections::BTreeSet;
use std::fmt::Write;

use logsieve::issue::Code;

use super::ALL;
use super::case::Listed;
use crate::tool::keep_true;

const HEAD: &str = "\
# Hostile inputs

What archives and texts that are made to hurt come to. This file is generated from the tests in
`tests/all/hostile/`, which run the program on each of these inputs.

Exit codes: 0 read completely; 3 something was left out or is doubted, everything else is delivered;
4 refused, because nothing in it can be read. *Delivered* are the exposures from beside the trap that
the input holds and that come out. In every case besides: no panic, no signal, every entry is
counted once, less than 512 MiB of memory, an end within seconds, inputs untouched, nothing written
but the output, no secret in clear.

";

fn document() -> String {
    let mut text = HEAD.to_owned();
    for (group, cases) in ALL {
        write!(text, "## {group}\n\n").unwrap();
        text.push_str("| Input | Exit | Issues | Delivered | Test |\n|---|---|---|---|---|\n");
        for listed in *cases {
            row(&mut text, listed);
        }
        text.push('\n');
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

fn row(text: &mut String, listed: &Listed) {
    let Listed { test, what, unmet, case } = listed;
    let codes = case.codes().iter().map(|code| format!("`{code}`")).collect::<Vec<_>>().join(", ");
    let unmet = unmet.map_or(String::new(), |why| format!(" **Not yet: {why}**"));
    let (exit, delivered) = (case.exit(), case.delivered().len());
    writeln!(text, "| {what}{unmet} | {exit} | {codes} | {delivered} | `{test}` |").unwrap();
}

#[test]
fn the_document_says_what_the_cases_say() {
    keep_true("docs/HOSTILE.md", &document(), "hostile");
}

#[test]
fn cases_are_told_apart_and_name_issues_that_there_are() {
    let known: BTreeSet<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
    let mut whats = BTreeSet::new();
    let all = ALL.iter().flat_map(|(group, cases)| cases.iter().map(move |case| (group, case)));
    for (group, Listed { test, what, case, .. }) in all {
        assert!(whats.insert((group, what)), "{test} is called like another one: {what}");
        assert!(!what.contains('|'), "{test}: a bar would end the cell");
        assert!(case.codes().iter().all(|code| known.contains(code)), "{test}");
        assert!(case.codes().is_sorted() && case.delivered().is_sorted(), "{test}");
        assert_eq!(case.exit() == 0, case.codes().is_empty(), "{test}: why the exit code?");
    }
}
