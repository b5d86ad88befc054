//! Inputs in object stores: the items of what lies there give what the same files give on a disk, and
//! whatever the network does is a fault that is worth another try, never a bad archive.

mod server;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use logsieve::pipeline::{self, ReadOptions, WorkItem};
use logsieve::{Key, Progress};
use serde_json::Value;

use self::server::{Mood, Server};
use crate::items::{Asked, Joined, Way, inputs, logs};
use crate::support::pack;
use crate::support::rng::Rng;
use crate::tool::{Bench, Ran, logsieve, ran, records};

const WAY: Way = Way { asked: Asked::Records, item_bytes: 3 << 10, threads: 2 };

/// Inputs that are looked up now.
fn connected(inputs: Vec<PathBuf>) -> ReadOptions {
    let read = ReadOptions { inputs, threads: 2, ..ReadOptions::default() };
    read.connected().unwrap()
}

/// The records of an item that went elsewhere as a line.
fn read(way: Way, item: &WorkItem) -> Vec<Value> {
    let item = WorkItem::from_line(&item.to_line().unwrap()).unwrap();
    let read = ReadOptions { item: Some(Arc::new(item)), ..ReadOptions::default() };
    way.read(read.connected().unwrap())
}

/// Records of objects as if the files were on the disk.
fn grounded(records: Vec<Value>, base: &str, root: &Path) -> Vec<Value> {
    let base = serde_json::to_string(base).unwrap();
    let root = serde_json::to_string(root.to_str().unwrap()).unwrap();
    let inner = |text: &str| text.trim_matches('"').to_owned();
    let text = Value::from(records).to_string().replace(&inner(&base), &inner(&root));
    serde_json::from_str(&text).unwrap()
}

#[test]
fn items_of_objects_are_one_run_over_the_files() {
    let bench = Bench::new();
    let root = bench.path("key").parent().unwrap().to_owned();
    let root = root.as_path();
    let all = inputs(&bench);
    let server = Server::new(root);
    let base = format!("{}/bucket", server.origin());
    for (name, mut inputs) in all {
        // What cannot be read is called after its name.
        let is_read = |path: &Path| path.metadata().is_ok_and(|data| data.len() > 0);
        let mut seen = BTreeSet::new();
        inputs.retain(|input| is_read(input) && seen.insert(input.clone()));
        let url = |input: &PathBuf| {
            let path = input.strip_prefix(root).unwrap().to_str().unwrap();
            if input.is_dir() { server.url(&format!("{path}/")) } else { server.url(path) }
        };
        let read_options = connected(inputs.iter().map(url).collect());
        let items = WAY.plan_of(read_options);
        let records = items.iter().flat_map(|item| read(WAY, item)).collect();
        let ours = Joined::of(grounded(records, &base, root));
        ours.assert_is(&Joined::of(WAY.whole(&inputs)), name);
    }
}

/// `logsieve ARGS`, with a store of ours.
fn with_store(server: &Server, args: &[&str], line: &str) -> Ran {
    let mut run = logsieve();
    run.env("AWS_ENDPOINT", server.origin()).env("AWS_ALLOW_HTTP", "true");
    run.env("AWS_ACCESS_KEY_ID", "invented").env("AWS_SECRET_ACCESS_KEY", "Inv3nted");
    run.env("GOOGLE_BASE_URL", server.origin()).env("GOOGLE_ALLOW_HTTP", "true");
    run.env("GOOGLE_BEARER_TOKEN", "Inv3nted");
    run.env("AZURE_STORAGE_ENDPOINT", server.origin()).env("AZURE_ALLOW_HTTP", "true");
    run.env("AZURE_STORAGE_ACCOUNT_NAME", "invented")
        .env("AZURE_STORAGE_ACCOUNT_KEY", "SW52M250ZWQ=");
    run.env("NO_PROXY", "127.0.0.1").args(args);
    ran(run.write_stdin(line.to_owned()))
}

fn extracted(server: &Server, bench: &Bench, line: &str) -> Ran {
    let key = bench.path("key");
    let args = ["extract", "--as-of", "2025-06-30", "--key-file", key.to_str().unwrap()];
    with_store(server, &[&args[..], &["-v", "--item", "-"]].concat(), line)
}

#[test]
fn the_program_reads_a_bucket_as_it_reads_a_folder() {
    let bench = Bench::new();
    let password = "Inv3nted!Word";
    let files = logs(5, 4);
    bench.file("in/cloud.zip", pack::zip(&files));
    bench.file("in/cut.zip", &pack::zip(&logs(6, 4))[..3000]);
    bench.file("in/locked/cloud.zip", pack::zip_encrypted(&files, password));
    bench.file("in/locked/password.txt", format!("Password: {password}\n"));
    let volumes = pack::zip(&logs(9, 4));
    for (bytes, n) in volumes.chunks(volumes.len().div_ceil(3)).zip(1..) {
        bench.file(&format!("in/volumes/cloud.zip.{n:03}"), bytes);
    }
    for (path, bytes) in logs(7, 3) {
        bench.file(&format!("in/loose/{path}"), bytes);
    }
    let server = Server::new(&bench.path("in"));
    let whole = Way { item_bytes: 256 << 20, ..WAY }.whole(&[bench.path("in")]);
    let whole = Joined::of(whole);
    for bucket in ["s3://bucket", "gs://bucket", "az://bucket"] {
        let plan = with_store(&server, &["plan", &format!("{bucket}/")], "").with_code(0);
        assert!(!plan.out.contains("Inv3nted\"") && !plan.out.contains(password), "{}", plan.out);
        let asked = server.take_asked();
        assert!(asked.iter().all(|asked| asked.starts_with("GET /bucket")), "{asked:#?}");
        let mut found = Vec::new();
        for line in plan.out.lines() {
            let run = extracted(&server, &bench, line).with_code(0);
            assert!(run.err.contains("no network but for the objects"), "{}", run.err);
            found.extend(records(&run.out));
        }
        let ours = Joined::of(grounded(found, bucket, &bench.path("in")));
        ours.assert_is(&whole, bucket);
    }
    // One volume brings the others, and an archive the notes beside it.
    for (url, items) in [("s3://bucket/volumes/cloud.zip.002", 1), ("s3://bucket/locked", 1)] {
        let plan = with_store(&server, &["plan", url], "").with_code(0);
        let records: Vec<Value> = plan
            .out
            .lines()
            .flat_map(|line| records(&extracted(&server, &bench, line).with_code(0).out))
            .collect();
        let is_read = records.iter().any(|record| record["type"] == "machine");
        assert_eq!((plan.out.lines().count(), is_read), (items, true), "{url}");
    }
}

/// A bench with an archive on a server, and its item.
fn planned() -> (Bench, Server, String) {
    let bench = Bench::new();
    bench.file("in/cloud.zip", pack::zip(&logs(5, 2)));
    let server = Server::new(&bench.path("in"));
    let plan = with_store(&server, &["plan", server.url("cloud.zip").to_str().unwrap()], "");
    let line = plan.with_code(0).out;
    (bench, server, line)
}

#[test]
fn an_object_that_changed_or_went_away_is_a_fault() {
    let (bench, server, line) = planned();
    extracted(&server, &bench, &line).with_code(0);
    let whole = std::fs::read(bench.path("in/cloud.zip")).unwrap();
    let mut other = whole.clone();
    *other.last_mut().unwrap() ^= 1;
    for (bytes, mood) in [
        (pack::zip(&logs(6, 2)), Mood::Well),
        (other.clone(), Mood::Well),
        (other, Mood::IgnoreConditions),
    ] {
        bench.file("in/cloud.zip", bytes);
        server.be(mood);
        let run = extracted(&server, &bench, &line).with_code(4);
        assert!(run.err.contains("changed since it was planned; plan it again"), "{}", run.err);
    }
    server.be(Mood::Well);
    std::fs::remove_file(bench.path("in/cloud.zip")).unwrap();
    let run = extracted(&server, &bench, &line).with_code(4);
    assert!(run.err.contains("not there any more"), "{}", run.err);
    bench.file("in/cloud.zip", whole);
    extracted(&server, &bench, &line).with_code(0);
}

#[test]
fn what_the_network_does_is_a_fault_or_is_tried_again() {
    let (bench, server, line) = planned();
    let whole = extracted(&server, &bench, &line).with_code(0).out;
    server.be(Mood::BreakOff(2));
    assert_eq!(extracted(&server, &bench, &line).with_code(0).out, whole);
    for mood in [Mood::Refuse, Mood::Redirect, Mood::IgnoreRanges] {
        server.be(mood);
        server.take_asked();
        let run = extracted(&server, &bench, &line).with_code(4);
        assert!(run.err.contains("cloud.zip: "), "{}", run.err);
        let asked = server.take_asked();
        assert!(asked.iter().all(|asked| asked == "GET /bucket/cloud.zip"), "{asked:?}");
        let url = server.url("cloud.zip");
        with_store(&server, &["plan", url.to_str().unwrap()], "").with_code(4);
    }
    server.be(Mood::Well);
    drop(server);
}

#[test]
fn an_item_fetches_what_it_reads() {
    let bench = Bench::new();
    let mut rng = Rng::new(3);
    let mut files = logs(5, 24);
    let folder = |(path, _): &(String, Vec<u8>)| path.split('/').next().unwrap().to_owned();
    let folders: BTreeSet<String> = files.iter().map(folder).collect();
    for folder in folders {
        let noise = std::iter::repeat_with(|| rng.next().to_le_bytes()).take(128 << 10).flatten();
        files.push((format!("{folder}/Screenshot3.jpg"), noise.collect()));
    }
    files.sort();
    let zip = pack::zip(&files);
    let size = zip.len() as u64;
    bench.file("cloud.zip", zip);
    let server = Server::new(&bench.path(""));
    let way = Way { item_bytes: 3 << 20, ..WAY };
    let items = way.plan_of(connected(vec![server.url("cloud.zip")]));
    let (sent, block) = (server.take_sent(), 1 << 20);
    assert!(items.len() > 4 && sent <= size + 2 * block, "{} items, {sent} of {size}", items.len());
    items.iter().for_each(|item| drop(read(way, item)));
    // What was asked for ahead may come after its item, so that it is the sum that is told.
    let (bytes, count) = (items.iter().map(WorkItem::bytes).sum::<u64>(), items.len() as u64);
    let sent = server.take_sent();
    assert!(
        sent > bytes && sent <= bytes + 10 * block * count,
        "{sent} for {bytes}, {count} items"
    );
}

#[test]
fn urls_that_may_hold_secrets_or_that_nobody_asked_for_are_refused() {
    let (bench, server, _) = planned();
    let host = server.origin();
    let host = host.trim_start_matches("http://");
    server.take_asked();
    for url in [
        format!("http://user:Inv3nted@{host}/bucket/cloud.zip"),
        format!("http://{host}/bucket/cloud.zip?sig=Inv3nted"),
    ] {
        let run = with_store(&server, &["plan", &url], "").with_code(2);
        assert!(!run.err.contains("Inv3nted"), "{}", run.err);
    }
    let url = server.url("cloud.zip");
    let run =
        with_store(&server, &["check", "-d", "example.com", "-o", "-", url.to_str().unwrap()], "");
    assert!(run.err.contains("inputs of `logsieve plan`"), "{}", run.err);
    assert_eq!(server.take_asked(), Vec::<String>::new());
    with_store(&server, &["plan", "s3://bucket/nothing/"], "").with_code(2);
    drop(bench);
}

#[test]
fn who_calls_a_run_hears_of_faults() {
    let (_bench, server, line) = planned();
    server.be(Mood::Refuse);
    let item = Some(Arc::new(WorkItem::from_line(line.as_bytes()).unwrap()));
    let read = ReadOptions { item, ..ReadOptions::default() }.connected().unwrap();
    let key = Key::from_bytes(b"a key for tests, never for real data".to_vec()).unwrap();
    let settings = pipeline::Settings::new(pipeline::Scope::Everything, key, read);
    let run = pipeline::run(&settings, &Progress::default(), &mut |_| Ok(()));
    assert!(run.unwrap_err().to_string().contains("cloud.zip"));
}
