//! Volume sets inside archives, and files in them that are only called like archives.

use std::io::Read;

use super::*;
use crate::support::pack::Files;
use crate::tool::repository;

type Packer = fn(&Files) -> Vec<u8>;

/// What archives are packed in.
const OUTER: &[(&str, Packer)] = &[
    ("outer.zip", |files| pack::zip(files)),
    ("outer.7z", |files| pack::sevenz(files, Grouping::Solid)),
    ("outer.rar", |files| pack::rar5(files, Grouping::Single)),
    ("outer.tar", |files| pack::tar(files)),
    ("outer.tar.gz", |files| pack::tar_gz(files)),
];

/// Pieces of some bytes, called by their numbers.
fn pieces(bytes: &[u8], count: usize, name: impl Fn(usize) -> String) -> Vec<(String, Vec<u8>)> {
    let cut = bytes.chunks(bytes.len().div_ceil(count)).enumerate();
    cut.map(|(at, piece)| (name(at + 1), piece.to_vec())).collect()
}

/// Volumes of a RAR.
fn volumes_of_rar(
    version: ArchiveVersion,
    name: impl Fn(usize) -> String,
) -> Vec<(String, Vec<u8>)> {
    // The writer puts no more than one member into volumes of the old kind.
    let login = |n| format!("https://vpn{n}.example.com/:user@example.com:Inv3nted{}\n", n * 7919);
    let text: String = (0..700).map(login).collect();
    let mut builder = Builder::new(version).compression_level(Some(0)).volume_size(Some(9000));
    builder.add_bytes(b"Passwords.txt".to_vec(), text.into_bytes(), None, None).unwrap();
    let volumes = builder.build_volumes(None).unwrap().into_iter().enumerate();
    volumes.map(|(at, volume)| (name(at), volume)).collect()
}

/// A ZIP that Info-ZIP split.
fn split_zip() -> Vec<(String, Vec<u8>)> {
    let part = |suffix: &str| {
        let packed = repository("src/archive/tests/data").join(format!("split-{suffix}.gz"));
        let mut bytes = Vec::new();
        let packed = std::fs::File::open(packed).unwrap();
        flate2::read::GzDecoder::new(packed).read_to_end(&mut bytes).unwrap();
        (format!("in/Inner.{suffix}"), bytes)
    };
    ["z01", "z02", "zip"].map(part).to_vec()
}

/// Sets of every kind, each in its order.
fn all_sets() -> Vec<Vec<(String, Vec<u8>)>> {
    let files = cloud(7, 4).files;
    let old = |at: usize| match at.checked_sub(1) {
        None => "in/inner.rar".to_owned(),
        Some(at) => format!("in/inner.r{at:02}"),
    };
    let solid = pack::sevenz(&files, Grouping::Solid);
    vec![
        volumes_of_rar(ArchiveVersion::Rar50, |at| format!("in/inner.part{}.rar", at + 1)),
        volumes_of_rar(ArchiveVersion::Rar40, old),
        pieces(&solid, 3, |n| format!("inner.7z.{n:03}")),
        pieces(&pack::zip(&files), 4, |n| format!("in/inner.zip.{n:03}")),
        pieces(&pack::tar_gz(&files), 3, |n| format!("in/inner.tar.gz.{n:03}")),
        split_zip(),
    ]
}

/// The ids of all exposures, each once.
fn ids(bench: &Bench) -> Vec<String> {
    let lines = lines(bench, "exposures");
    let mut ids: Vec<_> = lines.iter().map(|line| line["exposure_id"].to_string()).collect();
    ids.sort();
    ids.dedup();
    ids
}

/// The sources directly in the one that was given.
fn nested_sources(bench: &Bench) -> Vec<Value> {
    let outer = sources(bench)[0]["source_id"].clone();
    let mut sources = lines(bench, "sources");
    sources.retain(|source| source["parent_id"] == outer);
    sources
}

/// What a check of a set gives whose files lie in a folder.
fn outside(set: &[(String, Vec<u8>)]) -> (Vec<String>, Value) {
    let bench = Bench::new();
    set.iter().for_each(|(name, bytes)| _ = bench.file(&format!("set/{name}"), bytes));
    check(&bench, &[bench.path("set")]).with_code(0);
    let source = sources(&bench).remove(0);
    assert_eq!(source["volumes"], set.len());
    (ids(&bench), source["source_id"].clone())
}

#[test]
fn a_set_in_an_archive_is_one_source() {
    let note = ("readme.txt".to_owned(), b"nothing".to_vec());
    for set in all_sets() {
        let (expected, id) = outside(&set);
        assert!(expected.len() > 3, "{}", set[0].0);
        for (name, pack) in OUTER {
            let bench = Bench::new();
            let mut files = set.clone();
            files.insert(1, note.clone());
            files.rotate_left(2);
            let outer = bench.file(name, pack(&files));
            check(&bench, &[outer]).with_code(0);
            assert_eq!(ids(&bench), expected, "{} in {name}", set[0].0);
            let nested = nested_sources(&bench);
            assert_eq!(nested.len(), 1, "{nested:?}");
            assert_eq!((&nested[0]["source_id"], &nested[0]["volumes"]), (&id, &set.len().into()));
            assert!(nested[0]["name"].as_str().unwrap().ends_with(&set[0].0));
            let entries = &sources(&bench)[0]["entries"];
            assert_eq!(
                (&entries["parsed"], &entries["seen"]),
                (&set.len().into(), &files.len().into())
            );
        }
    }
}

#[test]
fn what_a_set_lacks_is_named_and_the_rest_is_read() {
    for set in all_sets() {
        let (all, _) = outside(&set);
        for lost in 0..set.len() {
            let bench = Bench::new();
            let mut files = set.clone();
            let (name, _) = files.remove(lost);
            let name = name.trim_start_matches("in/");
            files.reverse();
            let outer = bench.file("outer.zip", pack::zip(&files));
            let ran = check(&bench, &[outer]);
            assert!(matches!(ran.code, 3 | 4), "{}", ran.err);
            let issues = issues(&bench);
            let named = |(code, detail): &(String, String)| {
                code == "missing_volume" && detail.contains(name)
            };
            // Nothing says how many volumes a RAR or a compressed tar has; where it breaks off, does.
            let is_told = issues.iter().any(named) || lost + 1 == set.len() && !issues.is_empty();
            assert!(is_told, "{name}: {issues:?}\n{}", ran.err);
            // Of a ZIP the last piece may hold nothing but the directory.
            assert!(ids(&bench).len() < all.len() || name == "inner.zip.004", "{name}");
            let entries = &sources(&bench)[0]["entries"];
            assert_eq!(entries["seen"], files.len());
            assert_eq!(entries["ignored"], 0);
        }
    }
}

#[test]
fn what_is_only_called_like_a_part_is_read_by_itself() {
    let login = |host: &str| {
        format!("https://{host}.example.com/:jane@example.com:Inv3nted{host}\n")
            .repeat(20)
            .into_bytes()
    };
    let files: Vec<(String, Vec<u8>)> = [
        ("a.zip.002", login("one")),
        ("a.zip.004", login("two")),
        ("b.r00", login("three")),
        ("c.part2.rar", pack::zip(&[("d.txt".into(), login("four"))])),
        ("e.tar.gz", login("five")),
        ("picture.zip", b"\x89PNG\r\n\x1a\n and so on".to_vec()),
        ("empty.rar", Vec::new()),
    ]
    .map(|(name, bytes)| (name.to_owned(), bytes))
    .to_vec();
    for (name, pack) in OUTER {
        let bench = Bench::new();
        let outer = bench.file(name, pack(&files));
        check(&bench, &[outer]).with_code(0);
        let found = lines(&bench, "exposures");
        let mut hosts: Vec<_> =
            found.iter().filter_map(|line| line["record"]["host"].as_str()).collect();
        hosts.sort_unstable();
        hosts.dedup();
        let expected = ["five", "four", "one", "three", "two"];
        assert_eq!(hosts, expected.map(|host| format!("{host}.example.com")), "{name}");
        let entries = &sources(&bench)[0]["entries"];
        assert_eq!((&entries["seen"], &entries["ignored"]), (&7.into(), &1.into()));
    }
}

#[test]
fn an_archive_that_is_damaged_where_it_begins_is_told() {
    let files = cloud(7, 2).files;
    let damaged = |mut bytes: Vec<u8>| {
        bytes[..3].copy_from_slice(b"\0\x01\x02");
        bytes
    };
    let inner = [
        ("a.zip", pack::zip(&files)),
        ("a.7z", pack::sevenz(&files, Grouping::Solid)),
        ("a.RAR", pack::rar5(&files, Grouping::Single)),
        ("a.tar.gz", pack::tar_gz(&files)),
        ("a.tzst", pack::tar_zst(&files)),
        ("a.part1.rar", pack::rar5(&files, Grouping::Single)),
    ];
    for (name, bytes) in inner {
        for (outer, pack) in OUTER {
            let bench = Bench::new();
            let packed = pack(&[(format!("in/{name}"), damaged(bytes.clone()))]);
            let outer = bench.file(outer, packed);
            let ran = check(&bench, &[outer]);
            let codes: Vec<_> = issues(&bench).into_iter().map(|(code, _)| code).collect();
            if name == "a.zip" {
                ran.with_code(3);
                assert!(ids(&bench).len() > 3, "found from its end");
                assert!(!codes.is_empty() && !codes.contains(&"unknown_format".to_owned()));
            } else {
                assert_eq!(codes, ["unknown_format"], "{name}: {}", ran.err);
                assert_eq!(sources(&bench)[0]["entries"]["failed"], 1);
            }
        }
    }
}

#[test]
fn a_damaged_archive_that_looks_like_text_is_read_as_text_and_told() {
    let login = "https://vpn.example.com/:jane@example.com:Inv3nted\n".repeat(100);
    let bytes = [b"\0\x01\x02\x03 damaged\n", login.as_bytes()].concat();
    let bench = Bench::new();
    let outer = bench.file("outer.zip", pack::zip(&[("a.tar".into(), bytes)]));
    check(&bench, &[outer]).with_code(3);
    assert_eq!(issues(&bench)[0].0, "unknown_format");
    assert_eq!(ids(&bench).len(), 1);
    assert_eq!(sources(&bench)[0]["entries"]["parsed"], 1);
}

#[test]
fn the_limit_of_nested_archives_is_one_for_all_that_waits() {
    let set = pieces(&vec![7; 90_000], 3, |n| format!("inner.7z.{n:03}"));
    for (limit, expected) in [("nested=95000", None), ("nested=80000", Some("limit_total"))] {
        let bench = Bench::new();
        let outer = bench.file("outer.tar", pack::tar(&set));
        let mut command = logsieve();
        command.args(["check", "--key-file"]).arg(bench.path("key")).arg("-w").arg(watchlist());
        let ran = ran(command.args(["--limits", limit, "-o"]).arg(bench.path("case")).arg(outer));
        assert!(matches!(ran.code, 3 | 4), "{}", ran.err);
        let mut codes = issues(&bench).into_iter().map(|(code, _)| code);
        assert_eq!(codes.find(|code| code == "limit_total").as_deref(), expected);
    }
}

#[test]
fn many_sets_wait_and_none_is_lost() {
    let zip = |n: usize| {
        let line = format!("https://vpn{n}.example.com/:jane@example.com:Inv3nted{n}\n");
        pack::zip(&[("a.txt".into(), line.into_bytes())])
    };
    let sets: Vec<_> =
        (0..40).map(|n| pieces(&zip(n), 2, |part| format!("{n}.zip.{part:03}"))).collect();
    let firsts = sets.iter().map(|set| set[0].clone());
    // So that the parts of a set are far apart, in other pieces of the work.
    let noise = (0..30).map(|n| (format!("noise{n}.bin"), noise(n, 400_000)));
    let seconds = sets.iter().rev().map(|set| set[1].clone());
    let files: Vec<_> = firsts.chain(noise).chain(seconds).collect();
    let mut found = Vec::new();
    for threads in ["1", "4"] {
        let bench = Bench::new();
        let outer = bench.file("outer.zip", pack::zip(&files));
        let mut command = logsieve();
        command.args(["check", "--key-file"]).arg(bench.path("key")).arg("-w").arg(watchlist());
        command.args(["--threads", threads, "-o"]).arg(bench.path("case")).arg(outer);
        ran(&mut command).with_code(0);
        assert_eq!((ids(&bench).len(), nested_sources(&bench).len()), (40, 40));
        found
            .push(bench.text("case/exposures.jsonl").replace(bench.path("").to_str().unwrap(), ""));
    }
    assert_eq!(found[0], found[1]);
}

/// Bytes that nobody can compress, and that are no text.
fn noise(seed: u64, count: usize) -> Vec<u8> {
    let mut rng = crate::support::rng::Rng::new(seed);
    (0..count.div_ceil(8)).flat_map(|_| rng.next().to_le_bytes()).collect()
}
