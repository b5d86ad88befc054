//! Writes the data that `benches/whole.sh` measures with, the same bytes every time:
//!
//! - `ulp.txt`, `url:login:password` lines,
//! - for each size of watchlist `names-N.txt`, and `lines-N.txt`: the lines that it must find,
//! - `cloud/`, `cloud.zip`, `cloud.7z`, `cloud.tar.gz`: the same logs in four containers,
//! - `cloud-names.txt`, the watchlist for them, and `cloud-logs.txt`: the logs that it must find.
//!
//! `cargo run --release --example make_bench_data -- FOLDER MEGABYTES LOGS`

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for developers fails loudly"
)]

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::Context;

#[path = "../tests/support/mod.rs"]
mod support;

use support::bulk;
use support::generate::Cloud;
use support::pack::{Grouping, sevenz, tar_gz, zip};

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, megabytes, logs] = arguments.as_slice() else {
        anyhow::bail!("usage: make_bench_data FOLDER MEGABYTES LOGS");
    };
    let folder = Path::new(folder);
    fs::create_dir_all(folder).context("cannot make the folder")?;
    write_ulp(folder, megabytes.parse::<u64>().context("MEGABYTES is not a number")? * 1_000_000)?;
    write_cloud(folder, logs.parse().context("LOGS is not a number")?)
}

fn write_ulp(folder: &Path, bytes: u64) -> anyhow::Result<()> {
    let names = bulk::names(bulk::LISTS.into_iter().max().unwrap_or(0));
    let mut lines = Vec::new();
    for list in bulk::LISTS {
        write_lines(&folder.join(format!("names-{list}.txt")), names.iter().take(list))?;
        lines.push((list, create(&folder.join(format!("lines-{list}.txt")))?));
    }
    let mut text = create(&folder.join("ulp.txt"))?;
    let (mut written, mut before) = (0, 0);
    let mut parts = bulk::ulp_parts(&names);
    while let Some(part) = parts.next().filter(|_| written < bytes) {
        text.write_all(&part.text)?;
        for (list, lines) in &mut lines {
            for (line, _) in part.hits.iter().filter(|(_, number)| number < list) {
                writeln!(lines, "{}", before + line)?;
            }
        }
        written += part.text.len() as u64;
        before += part.lines;
    }
    lines.into_iter().try_for_each(|(_, mut lines)| lines.flush())?;
    text.flush().context("cannot write the text")
}

fn write_cloud(folder: &Path, logs: usize) -> anyhow::Result<()> {
    let mut watched = vec!["example.com".to_owned(), "example.net".to_owned()];
    watched.extend(bulk::names(8));
    write_lines(&folder.join("cloud-names.txt"), &watched)?;
    let cloud = bulk::cloud(logs);
    write_lines(&folder.join("cloud-logs.txt"), concerned(&cloud, &watched))?;
    for (path, bytes) in &cloud.files {
        let path = folder.join("cloud").join(path);
        path.parent().map(fs::create_dir_all).transpose()?;
        fs::write(path, bytes)?;
    }
    fs::write(folder.join("cloud.zip"), zip(&cloud.files))?;
    fs::write(folder.join("cloud.7z"), sevenz(&cloud.files, Grouping::Solid))?;
    fs::write(folder.join("cloud.tar.gz"), tar_gz(&cloud.files))?;
    Ok(())
}

/// The logs in which a watched name stands.
fn concerned<'c>(cloud: &'c Cloud, watched: &[String]) -> BTreeSet<&'c str> {
    let named = |name: &str| watched.iter().any(|watched| watched == name);
    let logs = cloud.truth.iter().filter(|log| log.names.iter().any(|place| named(place.name)));
    logs.map(|log| log.log.as_str()).collect()
}

fn create(path: &Path) -> anyhow::Result<BufWriter<File>> {
    let file = File::create(path).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(BufWriter::with_capacity(1 << 20, file))
}

fn write_lines<T: AsRef<str>>(
    path: &Path,
    lines: impl IntoIterator<Item = T>,
) -> anyhow::Result<()> {
    let mut file = create(path)?;
    for line in lines {
        writeln!(file, "{}", line.as_ref())?;
    }
    file.flush().with_context(|| format!("cannot write {}", path.display()))
}
