//! How fast the parsers of the two biggest kinds of text are.

use std::fmt::Write;
use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use logsieve::artefact::{cookies, ulp};

/// Bytes of each text; more than the caches hold.
const SIZE: usize = 8 << 20;

/// ULP lines of the usual forms, with a few of the unusual ones.
fn ulp_text() -> String {
    let mut text = String::with_capacity(SIZE + 256);
    let mut n = 0_u32;
    while text.len() < SIZE {
        n = n.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let (host, user, secret) = (n >> 20, n >> 12 & 0xFFFF, n >> 4);
        let line = match n >> 28 {
            0..=6 => format!(
                "https://www{host}.example.com/account/login:user{user}@example.org:Pw{secret}!"
            ),
            7..=9 => format!("https://login.example{host}.test/:user{user}:Pw{secret}"),
            10 => format!("https://vpn{host}.example.net:8443/x:user{user}:P:w{secret}"),
            11..=12 => format!("portal{host}.example.org/signin:user{user}@example.com:{secret}"),
            13 => format!("android://AbCdEfGh{secret}==@com.example.app{host}/:user{user}:Pw"),
            14 => format!("user{user}@example{host}.org:Pw{secret}"),
            _ => format!(
                "https://www.example.com/?r=a{host}&u=b:c:user{user}@example.net:Pw{secret}"
            ),
        };
        let _ = writeln!(text, "{line}");
    }
    text
}

/// A Netscape cookie jar.
fn cookie_text() -> String {
    let mut text = String::with_capacity(SIZE + 256);
    let mut n = 0_u32;
    while text.len() < SIZE {
        n = n.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let (host, value) = (n >> 20, n >> 3);
        let _ = writeln!(
            text,
            ".www{host}.example.com\tTRUE\t/\tFALSE\t1893456000\tsession_{host}\tabc{value}def{value}"
        );
    }
    text
}

fn benches(criterion: &mut Criterion) {
    let text = ulp_text();
    let mut group = criterion.benchmark_group("artefacts");
    group.throughput(Throughput::Bytes(text.len() as u64));
    let delimiter = ulp::vote(text.as_bytes());
    let context = ulp::Context::default();
    group.bench_function("ulp", |bencher| {
        bencher.iter(|| {
            // As the pipeline does it: in stretches that fit the cache.
            for stretch in stretches(text.as_bytes()) {
                black_box(ulp::parse(stretch, 1, delimiter, &context));
            }
        });
    });
    group.bench_function("ulp_context", |bencher| {
        bencher.iter(|| black_box(context.after(text.as_bytes())));
    });
    let jar = cookie_text();
    group.throughput(Throughput::Bytes(jar.len() as u64));
    group.bench_function("cookies", |bencher| {
        bencher.iter(|| {
            for stretch in stretches(jar.as_bytes()) {
                black_box(cookies::parse(stretch, 1));
            }
        });
    });
    group.finish();
}

/// A text in parts of about 256 KiB that end with a line.
fn stretches(mut text: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        let window = text.get(..256 << 10).unwrap_or(text);
        let end = memchr::memrchr(b'\n', window)? + 1;
        let (stretch, rest) = text.split_at_checked(end)?;
        text = rest;
        Some(stretch)
    })
}

criterion_group!(all, benches);
criterion_main!(all);
