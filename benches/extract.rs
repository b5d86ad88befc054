//! What a record of `extract` costs, part by part: reading its line, its normal forms, what stands
//! for its secrets, and writing it. The sum of these is the floor; `whole` is beside it.

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
use std::io;
use std::path::PathBuf;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use logsieve::artefact::{self, Before, End, Hint, Part};
use logsieve::fact::{CredentialFact, Password};
use logsieve::limits::Limits;
use logsieve::normalise::{email, url};
use logsieve::pipeline::{self, Progress, ReadOptions, Scope, Settings};
use logsieve::record::Record;
use logsieve::secret::Key;
use logsieve::sink::{Sink, Table, jsonl::JsonLines, parquet::ParquetTable};
use logsieve::text::to_utf8;

#[path = "../tests/support/mod.rs"]
mod support;

use support::{bulk, dump};

fn key() -> Key {
    Key::from_bytes(b"a key for benches only".to_vec()).expect("long enough")
}

fn settings(input: PathBuf) -> Settings {
    let as_of = jiff::Timestamp::UNIX_EPOCH;
    let read = ReadOptions { inputs: vec![input], as_of, threads: 1, ..ReadOptions::default() };
    Settings::new(Scope::Everything, key(), read)
}

fn run(settings: &Settings, take: &mut dyn FnMut(Record)) {
    pipeline::run(settings, &Progress::default(), &mut |record| {
        take(record);
        Ok(())
    })
    .expect("a sound text");
}

/// Parts of a dump, each of another seller.
fn text() -> Vec<u8> {
    dump::parts(&bulk::names(10)).take(4).flat_map(|part| part.text).collect()
}

/// The logins of a text, window by window.
fn parse<'t>(windows: &[&'t [u8]], mut take: impl FnMut(Vec<CredentialFact<'t>>)) {
    let limits = &Limits::default();
    let mut before = Before::default();
    for window in windows {
        let part =
            Part { first_line: 1, hint: Hint::Other, before: &before, end: End::OfPart, limits };
        take(artefact::parse_part(window, part).credentials);
        before = before.after(window, Hint::Other);
    }
}

fn parts(criterion: &mut Criterion) {
    let text = text();
    let windows: Vec<&[u8]> = bulk::stretches(&text).collect();
    let mut logins = Vec::new();
    parse(&windows, |found| logins.extend(found));
    let key = key();

    let mut group = criterion.benchmark_group("extract");
    group.throughput(Throughput::Elements(logins.len() as u64)).sample_size(10);
    group.bench_function("parse", |bencher| {
        bencher.iter(|| parse(&windows, |found| _ = black_box(found)));
    });
    group.bench_function("normalise", |bencher| {
        bencher.iter(|| {
            for login in &logins {
                black_box(url::parse(&to_utf8(&login.url)));
                black_box(email::domain(&to_utf8(&login.username)));
            }
        });
    });
    group.bench_function("fingerprint", |bencher| {
        bencher.iter(|| {
            for login in &logins {
                let Password::Present(secret) = &login.password else { continue };
                let print = key.fingerprint(secret.expose());
                black_box(key.fingerprint(&login.username));
                black_box(key.id("credential", &[&login.url, &login.username, &print.0]));
            }
        });
    });
    group.finish();
}

fn whole(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("ulp.txt");
    let text = text();
    std::fs::write(&path, &text).expect("room for the text");
    let settings = settings(path);
    let mut records = Vec::new();
    run(&settings, &mut |record| {
        records.extend(matches!(record, Record::Credential(_)).then_some(record));
    });

    let json = || Box::new(JsonLines::new(io::sink(), "nowhere"));
    let parquet = || {
        let table = ParquetTable::new(io::sink(), "nowhere", Table::Credentials);
        Box::new(table.expect("a new table"))
    };
    let write = |mut sink: Box<dyn Sink>| {
        records.iter().try_for_each(|record| sink.write(record)).expect("nothing can fail");
        sink.finish().expect("nothing can fail");
    };
    let mut group = criterion.benchmark_group("extract");
    group.throughput(Throughput::Elements(records.len() as u64)).sample_size(10);
    group.bench_function("write_jsonl", |bencher| bencher.iter(|| write(json())));
    group.bench_function("write_parquet", |bencher| bencher.iter(|| write(parquet())));
    group.bench_function("whole_jsonl", |bencher| {
        bencher.iter(|| {
            let mut sink = json();
            run(&settings, &mut |record| sink.write(&record).expect("nothing can fail"));
        });
    });
    group.finish();
}

criterion_group!(all, parts, whole);
criterion_main!(all);
