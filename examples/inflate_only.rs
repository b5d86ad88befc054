//! Decompresses every member of a ZIP, checks size and CRC-32, and does nothing else: the floor
//! that `check` is compared with, made of the same libraries.
//!
//! `cargo run --release --example inflate_only -- FILE.zip`

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for developers fails loudly"
)]

use std::fs::File;
use std::io::{self, Read};

use anyhow::Context;
use flate2::read::DeflateDecoder;
use rawzip::{CompressionMethod, RECOMMENDED_BUFFER_SIZE, ZipArchive};

fn main() -> anyhow::Result<()> {
    let path = std::env::args().nth(1).context("usage: inflate_only FILE.zip")?;
    let mut buffer = vec![0; RECOMMENDED_BUFFER_SIZE];
    let archive = ZipArchive::from_file(File::open(path)?, &mut buffer)?;
    let mut members = Vec::new();
    let mut entries = archive.entries(&mut buffer);
    while let Some(entry) = entries.next_entry()? {
        members.push((entry.wayfinder(), entry.compression_method()));
    }
    let mut bytes = 0;
    let mut sink = vec![0; 64 << 10];
    let mut inflater = None;
    for &(place, method) in &members {
        let entry = archive.get_entry(place)?;
        bytes += match method {
            CompressionMethod::STORE => drain(entry.verifying_reader(entry.reader()), &mut sink)?,
            CompressionMethod::DEFLATE => {
                let inflater = match &mut inflater {
                    Some(inflater) => {
                        DeflateDecoder::reset(inflater, entry.reader());
                        inflater
                    }
                    None => inflater.insert(DeflateDecoder::new(entry.reader())),
                };
                drain(entry.verifying_reader(inflater), &mut sink)?
            }
            other => anyhow::bail!("cannot decompress {other:?}"),
        };
    }
    anyhow::ensure!(!members.is_empty(), "no members");
    eprint_totals(members.len(), bytes);
    Ok(())
}

fn drain(mut reader: impl Read, sink: &mut [u8]) -> io::Result<u64> {
    let mut bytes = 0;
    loop {
        match reader.read(sink)? {
            0 => return Ok(bytes),
            count => bytes += count as u64,
        }
    }
}

#[expect(clippy::print_stderr, reason = "a program of its own")]
fn eprint_totals(members: usize, bytes: u64) {
    eprintln!("{members} members, {bytes} bytes");
}
