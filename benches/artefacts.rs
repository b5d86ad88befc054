//! How fast single texts are read: each parser, and the search for watched names.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for developers fails loudly"
)]

use std::fmt::Write;
use std::hint::black_box;

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main};
use logsieve::artefact::{self, Hint, cookies, passwords, system_info, ulp};
use logsieve::watchlist::Watchlist;

#[path = "../tests/support/mod.rs"]
mod support;

use support::{bulk, dump};

/// Bytes of each text; more than the caches hold.
const SIZE: usize = 8 << 20;

/// Texts in the making: the next line of a text, from a number that is drawn for it.
fn text(line: impl Fn(u32) -> String) -> String {
    let mut text = String::with_capacity(SIZE + 256);
    let mut n = 0_u32;
    while text.len() < SIZE {
        n = n.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let _ = writeln!(text, "{}", line(n));
    }
    text
}

/// ULP lines of the usual forms, with a few of the unusual ones.
fn ulp_line(n: u32) -> String {
    let (host, user, secret) = (n >> 20, n >> 12 & 0xFFFF, n >> 4);
    match n >> 28 {
        0..=6 => {
            format!(
                "https://www{host}.example.com/account/login:user{user}@example.org:Pw{secret}!"
            )
        }
        7..=9 => format!("https://login.example{host}.test/:user{user}:Pw{secret}"),
        10 => format!("https://vpn{host}.example.net:8443/x:user{user}:P:w{secret}"),
        11..=12 => format!("portal{host}.example.org/signin:user{user}@example.com:{secret}"),
        13 => format!("android://AbCdEfGh{secret}==@com.example.app{host}/:user{user}:Pw"),
        14 => format!("user{user}@example{host}.org:Pw{secret}"),
        _ => format!("https://www.example.com/?r=a{host}&u=b:c:user{user}@example.net:Pw{secret}"),
    }
}

/// A line of a Netscape cookie jar.
fn cookie_line(n: u32) -> String {
    let (host, value) = (n >> 20, n >> 3);
    format!(
        ".www{host}.example.com\tTRUE\t/\tFALSE\t1893456000\tsession_{host}\tabc{value}def{value}"
    )
}

/// The same as an object of JSON.
fn cookie_object(n: u32) -> String {
    let (host, value) = (n >> 20, n >> 3);
    format!(
        "{{\"domain\":\".www{host}.example.com\",\"path\":\"/\",\"secure\":true,\
         \"expirationDate\":1893456000.5,\"name\":\"session\",\"value\":\"abc{value}\"}}"
    )
}

/// A block of a password file.
fn password_block(n: u32) -> String {
    let (host, user, secret) = (n >> 20, n >> 12 & 0xFFFF, n >> 4);
    format!(
        "URL: https://www{host}.example.com/account/login\nUsername: user{user}@example.org\n\
         Password: Pw{secret}!\nApplication: Google_[Chrome]_Default\n==============="
    )
}

/// A system file: short, but there is one in every log.
fn system_text() -> String {
    let cloud = bulk::cloud(1);
    let file = cloud.files.iter().find(|(path, _)| path.to_lowercase().contains("information"));
    file.map(|(_, bytes)| String::from_utf8_lossy(bytes).into_owned()).unwrap_or_default()
}

/// Adds a bench over a text, as the pipeline reads it: in stretches that fit the cache.
fn over(group: &mut BenchmarkGroup<'_, WallTime>, name: &str, text: &str, read: impl Fn(&[u8])) {
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function(name, |bencher| {
        bencher.iter(|| bulk::stretches(text.as_bytes()).for_each(&read));
    });
}

fn parsers(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("artefacts");
    let logins = text(ulp_line);
    let delimiter = ulp::vote(logins.as_bytes());
    let context = ulp::Context::default();
    over(&mut group, "ulp", &logins, |stretch| {
        black_box(ulp::parse(stretch, 1, delimiter, &context));
    });
    over(&mut group, "ulp_context", &logins, |stretch| {
        black_box(context.after(stretch));
    });
    over(&mut group, "ulp_told_by_content", &logins, |stretch| {
        black_box(artefact::parse(stretch, 1, Hint::Other));
    });
    over(&mut group, "cookies", &text(cookie_line), |stretch| {
        black_box(cookies::parse(stretch, 1));
    });
    over(&mut group, "json", &text(cookie_object), |stretch| {
        black_box(artefact::parse(stretch, 1, Hint::Cookies));
    });
    over(&mut group, "passwords", &text(password_block), |stretch| {
        black_box(passwords::parse(stretch, 1));
    });
    over(&mut group, "system_info", &system_text(), |file| {
        black_box(system_info::parse(file, 1));
    });
    group.finish();
}

fn watchlists(criterion: &mut Criterion) {
    let names = bulk::names(100_000);
    let part = dump::parts(&names).next().expect("the parts never end");
    let logins = String::from_utf8_lossy(&part.text);
    let jar = text(cookie_line);
    let mut group = criterion.benchmark_group("watchlist");
    for count in [10, 1_000, 100_000] {
        let matcher = Watchlist::from_domains(&names[..count]).expect("good names").compile();
        let scan = |stretch: &[u8]| {
            let mut hits = Vec::new();
            matcher.scan(stretch, &mut hits);
            black_box(hits);
        };
        over(&mut group, &format!("ulp_{count}"), &logins, scan);
        over(&mut group, &format!("cookies_{count}"), &jar, scan);
    }
    group.finish();
}

criterion_group!(all, parsers, watchlists);
criterion_main!(all);
