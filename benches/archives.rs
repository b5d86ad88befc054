//! How fast a cloud of logs is read from end to end: `check` and `extract` of one ZIP, beside
//! decompressing it and nothing else.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for developers fails loudly"
)]

use std::hint::black_box;
use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use flate2::read::DeflateDecoder;
use logsieve::pipeline::{self, Progress, ReadOptions, Scope, Settings};
use logsieve::secret::Key;
use logsieve::watchlist::Watchlist;
use rawzip::ZipArchive;

#[path = "../tests/support/mod.rs"]
mod support;

use support::{bulk, pack};

const LOGS: usize = 100;

fn settings(scope: Scope, input: PathBuf) -> Settings {
    let as_of = jiff::Timestamp::UNIX_EPOCH;
    let read = ReadOptions { inputs: vec![input], as_of, threads: 1, ..ReadOptions::default() };
    let key = Key::from_bytes(b"a key for benches only".to_vec()).expect("long enough");
    Settings::new(scope, key, read)
}

/// Reads the archive and counts the records.
fn run(settings: &Settings) -> u64 {
    let mut records = 0;
    pipeline::run(settings, &Progress::default(), &mut |record| {
        black_box(record);
        records += 1;
        Ok(())
    })
    .expect("a sound archive");
    records
}

/// Decompresses all members and checks them.
fn inflate(zip: &[u8]) -> u64 {
    let archive = ZipArchive::from_slice(zip).expect("a sound archive");
    let mut sink = vec![0; 64 << 10];
    let mut bytes = 0;
    for entry in archive.entries() {
        let entry = archive.get_entry(entry.expect("a sound entry").wayfinder()).expect("present");
        let mut reader = entry.verifying_reader(DeflateDecoder::new(entry.data()));
        loop {
            match reader.read(&mut sink).expect("sound data") {
                0 => break,
                count => bytes += count as u64,
            }
        }
    }
    bytes
}

fn zip(criterion: &mut Criterion) {
    let zip = pack::zip(&bulk::cloud(LOGS).files);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("cloud.zip");
    std::fs::write(&path, &zip).expect("room for the archive");
    let watched = ["example.com".to_owned(), "example.net".to_owned()];
    let matcher = Arc::new(Watchlist::from_domains(&watched).expect("good names").compile());

    let mut group = criterion.benchmark_group("zip");
    group.throughput(Throughput::Bytes(inflate(&zip))).sample_size(10);
    group.bench_function("inflate", |bencher| bencher.iter(|| inflate(black_box(&zip))));
    for (name, scope) in [
        ("check", Scope::Exposures(Arc::clone(&matcher))),
        ("extract", Scope::Everything),
        ("extract_narrowed", Scope::Narrowed(matcher)),
    ] {
        let settings = settings(scope, path.clone());
        group.bench_function(name, |bencher| bencher.iter(|| run(&settings)));
    }
    group.finish();
}

criterion_group!(all, zip);
criterion_main!(all);
