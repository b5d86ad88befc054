//! Volume sets through the program: one source in any order given, missing volumes named, and what
//! can be read is read.

mod inside;

use std::fs;
use std::path::{Path, PathBuf};

use rars::{ArchiveVersion, Builder};
use serde_json::Value;

use crate::support::generate::cloud;
use crate::support::pack::{self, Grouping};
use crate::tool::{Bench, Ran, logsieve, ran, records, watchlist};

fn check(bench: &Bench, inputs: &[PathBuf]) -> Ran {
    // A case would know what it has read.
    let _ = fs::remove_dir_all(bench.path("case"));
    let mut command = logsieve();
    command.args(["check", "--key-file"]).arg(bench.path("key")).arg("-w").arg(watchlist());
    ran(command.arg("-o").arg(bench.path("case")).args(inputs))
}

fn lines(bench: &Bench, table: &str) -> Vec<Value> {
    records(&bench.text(&format!("case/{table}.jsonl")))
}

/// Code and detail of each issue.
fn issues(bench: &Bench) -> Vec<(String, String)> {
    let text = |issue: &Value, key: &str| issue[key].as_str().unwrap().to_owned();
    lines(bench, "issues").iter().map(|i| (text(i, "code"), text(i, "detail"))).collect()
}

/// The sources that were given, without those nested in them.
fn sources(bench: &Bench) -> Vec<Value> {
    let mut sources = lines(bench, "sources");
    sources.retain(|source| source["parent_id"].is_null());
    sources
}

/// Everything that came out, but for what the source is called and of how many files it is made.
fn results(bench: &Bench, source: &Path) -> Vec<String> {
    let file = source.file_name().unwrap().to_str().unwrap();
    let plain = |record: &Value| {
        let text = record.to_string().replace(source.to_str().unwrap(), "NAME");
        text.replace(file, "NAME").replace("\"volumes\":4", "\"volumes\":1")
    };
    let tables = ["sources", "machines", "exposures", "issues"];
    tables.iter().flat_map(|table| lines(bench, table)).map(|record| plain(&record)).collect()
}

/// Cuts bytes into files `name.001`, `name.002`…
fn cut(bench: &Bench, name: &str, bytes: &[u8], pieces: usize) -> Vec<PathBuf> {
    let length = bytes.len().div_ceil(pieces);
    let files = bytes.chunks(length).enumerate();
    files.map(|(at, piece)| bench.file(&format!("{name}.{:03}", at + 1), piece)).collect()
}

/// Archives of one cloud, and a text with logins in it.
fn whole() -> Vec<(&'static str, Vec<u8>)> {
    let files = cloud(7, 4).files;
    let text: String = (0..900)
        .map(|n| format!("https://vpn{n}.example.com/login:user{n}@example.org:Inv3nted{n}\n"))
        .collect();
    vec![
        ("cloud.zip", pack::zip(&files)),
        ("cloud.7z", pack::sevenz(&files, Grouping::Solid)),
        ("cloud.rar", pack::rar5(&files, Grouping::Single)),
        ("cloud.tar.gz", pack::tar_gz(&files)),
        ("dump.txt", text.into_bytes()),
    ]
}

#[test]
fn pieces_are_read_like_the_file_they_were_cut_from() {
    for (name, bytes) in whole() {
        let bench = Bench::new();
        let joined = bench.file(&format!("joined/{name}"), &bytes);
        check(&bench, std::slice::from_ref(&joined)).with_code(0);
        let expected = results(&bench, &joined);
        assert!(expected.len() > 3, "{name}");
        let mut pieces = cut(&bench, &format!("cut/{name}"), &bytes, 4);
        let first = pieces[0].clone();
        pieces.rotate_left(2);
        for inputs in [&pieces[..], &pieces[..1], &[bench.path("cut")]] {
            check(&bench, inputs).with_code(0);
            let found = results(&bench, &first);
            for (found, expected) in found.iter().zip(&expected) {
                assert_eq!(found, expected, "{name}");
            }
            assert_eq!(found.len(), expected.len());
            assert_eq!(sources(&bench)[0]["volumes"], 4);
        }
    }
}

#[test]
fn volumes_of_a_rar_are_one_source() {
    // The writer puts no more than one member into volumes of the old kind.
    let login = |n| format!("https://vpn{n}.example.com/:user@example.com:Inv3nted{}\n", n * 7919);
    let one = vec![("Passwords.txt".to_owned(), (0..700).map(login).collect::<String>().into())];
    let versions = [(ArchiveVersion::Rar40, one), (ArchiveVersion::Rar50, cloud(7, 4).files)];
    for (version, files) in versions {
        let bench = Bench::new();
        let mut builder = Builder::new(version).compression_level(Some(0));
        for (path, bytes) in &files {
            builder.add_bytes(path.clone().into_bytes(), bytes.clone(), None, None).unwrap();
        }
        let whole = bench.file("whole.rar", builder.to_bytes().unwrap());
        check(&bench, &[whole]).with_code(0);
        let count = lines(&bench, "exposures").len();
        assert!(count > 3);
        let volumes = builder.volume_size(Some(5000)).build_volumes(None).unwrap();
        assert!(volumes.len() > 4, "{}", volumes.len());
        let mut paths: Vec<_> = volumes
            .iter()
            .enumerate()
            .map(|(at, volume)| bench.file(&format!("set/cloud.part{}.rar", at + 1), volume))
            .collect();
        paths.reverse();
        for inputs in [&paths[..], &paths[..1], &[bench.path("set")]] {
            check(&bench, inputs).with_code(0);
            assert_eq!(sources(&bench).len(), 1);
            assert_eq!(sources(&bench)[0]["volumes"], volumes.len());
            assert_eq!(lines(&bench, "exposures").len(), count);
        }
        std::fs::remove_file(bench.path("set/cloud.part3.rar")).unwrap();
        check(&bench, &[bench.path("set")]);
        let found = lines(&bench, "exposures").len();
        assert!(found < count && (found > 0 || files.len() == 1), "{found} of {count}");
        let named = "part 3 of cloud (cloud.part3.rar) is not there";
        assert_eq!(issues(&bench)[0], ("missing_volume".into(), named.into()));
    }
}

#[test]
fn what_stands_beside_a_missing_piece_is_read() {
    for (name, bytes) in whole() {
        let bench = Bench::new();
        let pieces = cut(&bench, name, &bytes, 5);
        check(&bench, &pieces).with_code(0);
        let count = lines(&bench, "exposures").len();
        std::fs::remove_file(&pieces[2]).unwrap();
        let ran = check(&bench, &pieces[3..4]).with_code(3);
        let found = lines(&bench, "exposures").len();
        assert!(found < count, "{name}");
        // All of a small 7z is one stream, of which nothing comes before all of it is there.
        assert!(found > 0 || name == "cloud.7z", "{name}: {}", ran.err);
        let named = format!("part 3 of {name} ({name}.003) is not there");
        assert_eq!(issues(&bench)[0], ("missing_volume".into(), named), "{name}");
        assert!(issues(&bench).iter().all(|(code, _)| code == "missing_volume"), "{name}");
        assert_eq!(sources(&bench)[0]["volumes"], 4);
    }
}

#[test]
fn lines_do_not_run_on_over_a_gap() {
    let bench = Bench::new();
    let piece = |n: usize| format!("https://vpn{n}.example.com/:user{n}@example.com:");
    // Cut in the middle of a line: what is left of it must not become one with another's rest.
    bench.file("dump.txt.001", piece(1));
    bench.file("dump.txt.003", piece(3));
    check(&bench, &[bench.path("dump.txt.003")]).with_code(3);
    let exposures = lines(&bench, "exposures");
    assert!(!exposures.is_empty());
    assert!(exposures.iter().all(|line| !line.to_string().contains("https:vpn3")), "{exposures:?}");
    let hosts: Vec<_> = exposures.iter().map(|line| line["record"]["host"].clone()).collect();
    assert!(hosts.contains(&"vpn3.example.com".into()) || hosts.iter().all(Value::is_null));
}

#[test]
fn sets_stand_beside_loose_files() {
    let bench = Bench::new();
    for (name, bytes) in whole() {
        cut(&bench, &format!("downloads/{name}"), &bytes, 3);
        cut(&bench, &format!("downloads/again/{name}"), &bytes, 2);
    }
    bench.file("downloads/more/a.r00", b"no RAR");
    bench.file("downloads/more/b.001", [7, 0, 1, 2].repeat(9));
    bench.file("downloads/more/good.txt", "https://loose.example.com/:jane@example.com:Inv3nted\n");
    check(&bench, &[bench.path("downloads")]).with_code(0);
    let sources = sources(&bench);
    let volumes: Vec<_> = sources.iter().map(|s| s["volumes"].as_u64().unwrap()).collect();
    // What has the same bytes is one source, as it was cut last.
    assert_eq!(volumes, [1, 3, 3, 3, 3, 3]);
    assert_eq!(sources[0]["entries"]["seen"], 3);
    let exposures = lines(&bench, "exposures");
    assert!(exposures.iter().any(|line| line["record"]["host"] == "loose.example.com"));
}

#[test]
fn a_piece_without_the_first_is_refused_with_its_name() {
    let bench = Bench::new();
    let (name, bytes) = whole().swap_remove(1);
    let pieces = cut(&bench, name, &bytes, 3);
    std::fs::remove_file(&pieces[0]).unwrap();
    let ran = check(&bench, &pieces[1..]).with_code(4);
    assert!(ran.err.contains("part 1 of cloud.7z (cloud.7z.001) is not there"), "{}", ran.err);
    assert_eq!(sources(&bench).len(), 1);
}
