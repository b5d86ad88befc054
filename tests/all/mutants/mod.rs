//! Thousands of damaged archives and texts, read as a run reads them: no panic, no crash, none that
//! takes two seconds or half a gigabyte, and none that is read “completely” and says something else.
//!
//! Mutants are made of [`seeds`] of every codec by flipping, cutting, repeating and splicing
//! ([`mutate`]), half of the places in headers. In two of three the check sums are made right again
//! ([`seal`]): otherwise these would keep most of the damage from the parsers.
//!
//! They are read in processes of their own, which have a limit for their memory and say which mutant
//! they are at, so that a crash or a hang has a name. `cargo test` reads a few of each seed. For more:
//!
//! ```sh
//! LOGSIEVE_MUTANTS=50000 cargo test --test all mutants -- --nocapture
//! LOGSIEVE_MUTANT=zip-deflate:17 cargo test --test all mutants -- --nocapture
//! ```

mod child;
mod mutant;
mod mutate;
mod pack;
mod parent;
mod seal;
pub(crate) mod seeds;

use mutant::Stock;
use parent::Totals;

/// How many mutants `cargo test` reads.
const DEFAULT_MUTANTS: usize = 2400;

#[test]
fn damage_does_no_harm() {
    let count = match std::env::var("LOGSIEVE_MUTANT") {
        Ok(id) => return child::read_one(&id),
        Err(_) => std::env::var("LOGSIEVE_MUTANTS").map_or(DEFAULT_MUTANTS, |n| n.parse().unwrap()),
    };
    let totals: Totals = parent::read_all(count);
    println!("{totals}");
    assert!(totals.failures.is_empty(), "\n{}", totals.failures.join("\n"));
}

/// A seed that is refused, or that sealing changes, would make all its mutants worthless.
#[test]
fn seeds_are_whole() {
    let stock = Stock::new();
    let mut worthless = Vec::new();
    for seed in &stock.archives {
        let mut sealed = seed.bytes.clone();
        seed.seal.apply(&mut sealed);
        assert!(sealed == seed.bytes, "{}: sealing changes it", seed.name);
        let read = child::read(&(seed.wrap)(sealed));
        if !read.codes.is_empty() || read.logins.is_empty() {
            worthless.push(format!(
                "{}: {} logins, {:?}",
                seed.name,
                read.logins.len(),
                read.codes
            ));
        }
    }
    assert!(worthless.is_empty(), "{worthless:#?}");
    assert!(stock.texts.len() > 500, "{} texts", stock.texts.len());
}

/// Binary files are passed over by their first bytes. A text that begins with damage looks like
/// one, but its check sum tells.
#[test]
fn a_text_with_a_damaged_head_is_not_passed_over() {
    let login = "https://vpn.example.com/:jane.doe@example.com:Inv3nted!\n";
    let files = [("dump.txt".to_owned(), login.repeat(200).into_bytes())];
    let mut zip = pack::zip(&files, pack::Method::Stored, pack::Lock::Open);
    zip[100..800].fill(1);
    assert_eq!(child::read(&vec![("input".to_owned(), zip)]).codes, ["crc_mismatch"]);
}
