//! What is no file, what leads in circles, and what does not hold still.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::Write;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::case::Case;
use super::login;
use super::pack::{Member, zip_of};
use crate::tool::Bench;

fn fifo(bench: &Bench) -> Vec<PathBuf> {
    let path = bench.path("in/fifo.txt");
    fs::create_dir(bench.path("in")).unwrap();
    assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
    vec![path]
}

/// Folders and files that link to each other and to themselves.
fn circles(bench: &Bench) -> Vec<PathBuf> {
    bench.file("in/a/first.txt", login("first"));
    bench.file("in/a/b/second.txt", login("second"));
    symlink(bench.path("in"), bench.path("in/a/up")).unwrap();
    symlink(bench.path("in/a"), bench.path("in/a/b/up")).unwrap();
    symlink("itself", bench.path("in/itself")).unwrap();
    symlink("first.txt", bench.path("in/a/again.txt")).unwrap();
    vec![bench.path("in")]
}

fn no_utf8(bench: &Bench) -> Vec<PathBuf> {
    let name = |bytes: &[u8]| bench.path("in").join(OsStr::from_bytes(bytes));
    bench.file("in/plain.txt", login("first"));
    fs::rename(bench.path("in/plain.txt"), name(b"d\xfcmp \xff\x1b[31m.txt")).unwrap();
    fs::create_dir(name(b"\x8f\xa0")).unwrap();
    fs::write(name(b"\x8f\xa0").join("a.txt"), login("second")).unwrap();
    vec![name(b"d\xfcmp \xff\x1b[31m.txt"), name(b"\x8f\xa0")]
}

/// A folder with a file of 256 MiB of nothing.
fn nul(bench: &Bench) -> Vec<PathBuf> {
    let path = bench.file("in/zeroed.txt", "");
    File::options().write(true).open(path).unwrap().set_len(256 << 20).unwrap();
    bench.file("in/a.txt", login("first"));
    vec![bench.path("in")]
}

fn sparse(bench: &Bench) -> Vec<PathBuf> {
    nul(bench);
    vec![bench.path("in/zeroed.txt")]
}

/// A login, and so much more that reading it takes a while.
fn long_text() -> Vec<u8> {
    [login("first"), [&[b'-'; 500][..], b"\n"].concat().repeat(20_000)].concat()
}

/// Makes a file longer.
fn append(path: &Path) {
    File::options().append(true).open(path).unwrap().write_all(b"\n").unwrap();
}

/// Makes a file shorter, by a little every time.
fn truncate(path: &Path) {
    let file = File::options().write(true).open(path).unwrap();
    let length = file.metadata().unwrap().len();
    file.set_len(length.saturating_sub(500)).unwrap();
}

hostile! {
    file_96_nul: "256 MiB of NUL bytes among other files" =>
        Case::partial(&["not_text"], Vec::new).made(nul).delivers(&["first"]);
    file_96_nul_given: "256 MiB of NUL bytes, given by name" =>
        Case::refused(&["unknown_format"], Vec::new).made(sparse);
    file_97_fifo: "a FIFO" =>
        Case::refused(&["not_regular"], Vec::new).made(fifo).within(3);
    file_97_dev_zero: "`/dev/zero`" =>
        Case::refused(&["not_regular"], Vec::new).made(|_| vec!["/dev/zero".into()]).within(3);
    file_98_circles: "folders and files that link to each other in circles" =>
        Case::partial(&["not_regular"], Vec::new).made(circles).delivers(&["first", "second"])
            .also(|checked, _| assert_eq!(checked.entries("seen"), 2));
    file_99_no_utf8: "paths that are no UTF-8" =>
        Case::read(Vec::new).made(no_utf8).delivers(&["first", "second"]);
    file_100_growing_text: "a text that grows while it is read" =>
        Case::partial(&["changed_during_read"], long_text)
            .called("dump.txt").meanwhile(append).delivers(&["first"]);
    file_100_shrinking_text: "a text that shrinks while it is read" =>
        Case::partial(&["changed_during_read"], long_text)
            .called("dump.txt").meanwhile(truncate).delivers(&["first"]);
    file_100_growing_zip: "a ZIP that grows while it is read" =>
        Case::partial(&["changed_during_read"], || {
            zip_of(&[Member::stored("a.txt", &long_text()[..6 << 20])])
        }).meanwhile(append).delivers(&["first"]);
    file_more_program_in_a_folder: "a program with a ZIP behind it, in a folder" =>
        Case::read(Vec::new).made(|bench| {
            let zip = zip_of(&[Member::deflated("a.txt", &login("first"))]);
            bench.file("in/setup.exe", [&b"MZ\x90\0\x03\0\0\0\x04\0\0\0"[..], &[0; 5000], &zip].concat());
            bench.file("in/b.txt", login("second"));
            vec![bench.path("in")]
        }).delivers(&["first", "second"]);
    file_more_script_with_a_zip: "a script with a ZIP behind it" =>
        Case::read(|| {
            let zip = zip_of(&[Member::deflated("a.txt", &login("first"))]);
            let script = b"# a comment in a long script\nexec unzip \"$0\"\n".repeat(200);
            [&b"#!/bin/sh\n# see second.example.com\n"[..], &script, &zip].concat()
        }).called("install.sh").delivers(&["first", "second"]);
    file_more_same_file: "one file under two names" =>
        Case::partial(&["not_regular"], Vec::new).made(|bench| {
            let path = bench.file("in/a.txt", login("first"));
            fs::hard_link(&path, bench.path("in/b.txt")).unwrap();
            symlink(&path, bench.path("in/c.txt")).unwrap();
            vec![bench.path("in")]
        }).delivers(&["first"]);
    file_more_dash: "names that look like options" =>
        Case::read(Vec::new).made(|bench| {
            bench.file("in/--format/-d.txt", login("first"));
            vec![bench.path("in")]
        }).delivers(&["first"]);
}
