//! Writes the data that `benches/whole.sh` measures with, the same bytes every time, as it goes:
//!
//! `make_bench_data ulp FOLDER MEGABYTES`
//! : `ulp.txt`, `url:login:password` lines; for each size of watchlist `names-N.txt`, and
//!   `lines-N.txt`: the lines that it must find.
//!
//! `make_bench_data cloud FOLDER LOGS`
//! : `cloud/`, and the same logs in `cloud.zip`, `cloud.tar.gz`, `cloud.tar.zst`; `cloud-names.txt`, the
//!   watchlist for them, and `cloud-logs.txt`: the logs that it must find. NUMBER is that of logs.
//!
//! `make_bench_data rar FOLDER LOGS`
//! : `part.rar`, solid, of the first logs of the cloud, and `part-logs.txt`. The encoder is slow.
//!
//! `make_bench_data many FOLDER LOGS`
//! : small logs, each in an archive of its own, in `many-zip/` and `many-7z/`, and all of them in
//!   `many.zip`; `cloud-names.txt` and `many-logs.txt` as above.
//!
//! Run as `cargo run --release --example make_bench_data -- …`. `benches/data.sh` calls it, and
//! makes what takes the programs that archives are made with in life.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for developers fails loudly"
)]

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::time::SystemTime;

use anyhow::Context;

#[path = "../tests/support/mod.rs"]
mod support;

use support::bulk::{self, Size};
use support::dump;
use support::generate::Cloud;
use support::pack::{self, Grouping, TarWriter, ZipWriter};

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [what, folder, number] = arguments.as_slice() else {
        anyhow::bail!("usage: make_bench_data ulp|cloud|rar|many FOLDER NUMBER");
    };
    let folder = Path::new(folder);
    let number: usize = number.parse().context("NUMBER is not a number")?;
    fs::create_dir_all(folder).context("cannot make the folder")?;
    match what.as_str() {
        "ulp" => write_ulp(folder, number as u64 * 1_000_000)?,
        "cloud" => write_cloud(folder, number)?,
        "rar" => write_rar(folder, number)?,
        "many" => write_many(folder, number)?,
        other => anyhow::bail!("neither ulp, cloud, rar nor many: {other}"),
    }
    Ok(())
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
    let mut parts = dump::parts(&names);
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
    let watched = write_watchlist(folder)?;
    let mut truth = create(&folder.join("cloud-logs.txt"))?;
    let mut zip = ZipWriter::new(create(&folder.join("cloud.zip"))?);
    let mut gz = TarWriter::new(pack::gz_to(create(&folder.join("cloud.tar.gz"))?));
    let mut zst = TarWriter::new(pack::zst_to(create(&folder.join("cloud.tar.zst"))?));
    for index in 0..logs {
        let log = bulk::log(index, Size::Usual);
        tell_concern(&mut truth, &log, &watched)?;
        for (path, bytes) in &log.files {
            write_file(&folder.join("cloud").join(path), bytes)?;
            zip.add(path, bytes);
            gz.add(path, bytes);
            zst.add(path, bytes);
        }
    }
    zip.finish().flush()?;
    gz.finish().finish()?.flush()?;
    zst.finish().finish()?.flush()?;
    truth.flush()?;
    Ok(())
}

fn write_rar(folder: &Path, logs: usize) -> anyhow::Result<()> {
    let watched = write_watchlist(folder)?;
    let mut truth = create(&folder.join("part-logs.txt"))?;
    let cloud = bulk::cloud(logs);
    tell_concern(&mut truth, &cloud, &watched)?;
    fs::write(folder.join("part.rar"), pack::rar5(&cloud.files, Grouping::Solid))?;
    truth.flush().context("cannot write the list of logs")
}

fn write_many(folder: &Path, logs: usize) -> anyhow::Result<()> {
    let watched = write_watchlist(folder)?;
    let mut truth = create(&folder.join("many-logs.txt"))?;
    let mut zip = ZipWriter::new(create(&folder.join("many.zip"))?);
    for index in 0..logs {
        let log = bulk::log(index, Size::Small);
        tell_concern(&mut truth, &log, &watched)?;
        log.files.iter().for_each(|(path, bytes)| zip.add(path, bytes));
        let own = |kind: &str| folder.join(format!("many-{kind}/{index:05}.{kind}"));
        write_file(&own("zip"), &pack::zip(&log.files))?;
        write_file(&own("7z"), &pack::small_sevenz(&log.files, Grouping::Solid))?;
    }
    zip.finish().flush()?;
    truth.flush()?;
    Ok(())
}

/// The names that clouds are searched for.
fn write_watchlist(folder: &Path) -> anyhow::Result<Vec<String>> {
    let mut watched = vec!["example.com".to_owned(), "example.net".to_owned()];
    watched.extend(bulk::names(8));
    write_lines(&folder.join("cloud-names.txt"), &watched)?;
    Ok(watched)
}

/// Notes the log if a watched name stands in it.
fn tell_concern(truth: &mut impl Write, log: &Cloud, watched: &[String]) -> io::Result<()> {
    let named = |name: &str| watched.iter().any(|watched| watched == name);
    let mut concerned =
        log.truth.iter().filter(|log| log.names.iter().any(|place| named(place.name)));
    concerned.try_for_each(|log| writeln!(truth, "{}", log.log))
}

/// Writes a file with a date that is the same every time: archives keep it.
fn write_file(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    path.parent().map(fs::create_dir_all).transpose()?;
    let mut file =
        File::create(path).with_context(|| format!("cannot write {}", path.display()))?;
    file.write_all(bytes)?;
    file.set_modified(SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_700_000_000))?;
    Ok(())
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
