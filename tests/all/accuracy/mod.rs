//! How much of every log is read, and how much of that is right: recall and precision of every field
//! that matters, for every family and every form of `url:login:password` line.
//!
//! The logs are made by [`generate::awkward_cloud`], which knows the catalogue of formats and not the
//! parsers. Fields that a text leaves open are counted apart: they are no hits and no misses. All
//! others have to be right.
//!
//! `cargo test` reads a few logs of each family. For the whole:
//!
//! ```sh
//! LOGSIEVE_ACCURACY_LOGS=2000 cargo test --release --test all accuracy -- --nocapture
//! ```
//!
//! `LOGSIEVE_ACCURACY_SEED` draws other logs, `LOGSIEVE_ACCURACY_MISSES=50` shows more misses of
//! each field, and `LOGSIEVE_ACCURACY_KEEP=DIR` leaves the archives there.

mod compare;
mod table;

use std::path::{Path, PathBuf};

use logsieve::pipeline::{self, Delivery, Progress, ReadOptions, Scope, Settings, Usernames};
use logsieve::secret::Key;
use serde_json::Value;

use crate::support::{generate, pack};
use table::Table;

/// Logs of one archive.
const BATCH: usize = 49;

/// The key of all fingerprints.
const KEY: &[u8] = b"a key for the accuracy of fields";

#[test]
fn every_field_of_every_family_is_read_right() {
    let logs = number("LOGSIEVE_ACCURACY_LOGS", 98);
    let seed = number("LOGSIEVE_ACCURACY_SEED", 20_261_122) as u64;
    let mut table = Table::new(seed, number("LOGSIEVE_ACCURACY_MISSES", 2));
    let kept = std::env::var_os("LOGSIEVE_ACCURACY_KEEP").map(PathBuf::from);
    let temporary = tempfile::tempdir().unwrap();
    let folder = kept.as_deref().unwrap_or(temporary.path());
    for first in (0..logs).step_by(BATCH) {
        let cloud = generate::awkward_cloud(seed, first..logs.min(first + BATCH));
        let archive = folder.join(format!("cloud-{first}.zip"));
        std::fs::write(&archive, pack::zip(&cloud.files)).unwrap();
        compare::compare(&cloud.truth, &extract(&archive), &mut table);
    }
    println!("{table}");
    assert!(table.is_perfect(), "\n{}", table.misses());
}

fn number(variable: &str, default: usize) -> usize {
    std::env::var(variable).map_or(default, |text| text.parse().unwrap())
}

/// The records of `logsieve extract -o - --keep-usernames --key-file …`.
fn extract(archive: &Path) -> Vec<Value> {
    let read = ReadOptions {
        as_of: "2026-01-01T00:00:00Z".parse().unwrap(),
        threads: 2,
        inputs: vec![archive.to_owned()],
        ..ReadOptions::default()
    };
    let key = Key::from_bytes(KEY.to_vec()).unwrap();
    let settings = Settings {
        usernames: Usernames::Keep,
        delivery: Delivery::AtEnd,
        ..Settings::new(Scope::Everything, key, read)
    };
    let mut records = Vec::new();
    pipeline::run(&settings, &Progress::default(), &mut |record| {
        records.push(serde_json::to_value(&record).unwrap());
        Ok(())
    })
    .unwrap();
    records
}
