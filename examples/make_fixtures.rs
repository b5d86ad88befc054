//! Writes the packed part of `fixtures/example-cloud`: three archives of invented logs and the
//! ground truth beside them. The same bytes every time.
//!
//! `cargo run --example make_fixtures`

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for developers fails loudly"
)]

use std::fs;
use std::path::Path;

use anyhow::Context;
use serde_json::json;

#[path = "../tests/support/mod.rs"]
mod support;

use support::generate::{Cloud, victim};
use support::pack::{Grouping, rar5, sevenz, zip};
use support::writer::folder_name;

const SEED: u64 = 20_240_512;

/// One archive: the machines in it, and the folder that they lie in.
struct Archive {
    name: &'static str,
    folder: &'static str,
    machines: &'static [usize],
    /// Machines that an archive before this one has as well, with their folder names here.
    again: &'static [(usize, &'static str)],
}

const ARCHIVES: [Archive; 3] = [
    Archive {
        name: "cloud.zip",
        folder: "",
        machines: &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
        again: &[],
    },
    Archive {
        name: "cloud.7z",
        folder: "@ExampleCloud 10 LOGS 12.05.2024/",
        machines: &[10, 11, 12, 13, 14, 15, 16, 17, 18],
        again: &[(0, "ADMIN_@example_channel_(7)")],
    },
    Archive {
        name: "cloud.rar",
        folder: "",
        machines: &[19, 20, 21, 22, 23, 24, 25, 26, 27],
        again: &[(13, "[DE]@example_channel (42)")],
    },
];

fn main() -> anyhow::Result<()> {
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/example-cloud");
    fs::create_dir_all(&target).context("cannot make the folder")?;
    let mut truth = serde_json::Map::new();
    for archive in ARCHIVES {
        let mut cloud = archive.cloud();
        if archive.name.ends_with(".rar") {
            // libarchive 3.6 loses its way in compressed RAR 5 members of no length.
            cloud.files.retain(|(_, bytes)| !bytes.is_empty());
        }
        let bytes = match archive.name {
            "cloud.zip" => zip(&cloud.files),
            "cloud.7z" => sevenz(&cloud.files, Grouping::Solid),
            _ => rar5(&cloud.files, Grouping::Solid),
        };
        fs::write(target.join(archive.name), bytes).context("cannot write an archive")?;
        truth.insert(archive.name.to_owned(), json!(cloud.truth));
    }
    let text = serde_json::to_string_pretty(&truth)? + "\n";
    fs::write(target.join("truth.json"), text).context("cannot write the truth")
}

impl Archive {
    fn cloud(&self) -> Cloud {
        let mut cloud = Cloud::default();
        let promotion = format!("{}JOIN US.txt", self.folder);
        cloud.files.push((promotion, b"https://t.me/example_test\r\n".to_vec()));
        for &number in self.machines {
            let (victim, family) = victim(SEED, number);
            let folder = folder_name(&victim, family);
            cloud.add(&victim, family, &format!("{}{folder}", self.folder));
        }
        for &(number, folder) in self.again {
            let (victim, family) = victim(SEED, number);
            cloud.add(&victim, family, &format!("{}{folder}", self.folder));
        }
        cloud
    }
}
