//! The same job on many machines: the records of all items of work together are those of one run,
//! whatever the inputs are and wherever they are cut.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use logsieve::limits::Limits;
use logsieve::password::Candidate;
use logsieve::pipeline::{self, Delivery, ReadOptions, Scope, Settings, WorkItem};
use logsieve::record::PasswordOrigin;
use logsieve::{Key, Progress, Record, Watchlist};
use proptest::prelude::*;
use serde_json::{Map, Value};

use crate::support::generate::cloud;
use crate::support::pack::{self, Grouping};
use crate::support::rng::Rng;
use crate::support::ulp::ulp;
use crate::tool::{Bench, logsieve, of_type, ran, records, watchlist};

const PASSWORD: &str = "Inv3nted!Word";

/// A password that is given to every run.
const GIVEN: &str = "Inv3nted!Given";

/// What is asked of the inputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked {
    Records,
    Exposures,
}

/// How the work is cut and done.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Way {
    pub(crate) asked: Asked,
    pub(crate) item_bytes: u64,
    pub(crate) threads: usize,
}

impl Way {
    pub(crate) fn settings(self, read: ReadOptions) -> Settings {
        let key = Key::from_bytes(b"a key for tests, never for real data".to_vec()).unwrap();
        let scope = match self.asked {
            Asked::Records => Scope::Everything,
            Asked::Exposures => {
                Scope::Exposures(Arc::new(Watchlist::from_file(watchlist()).unwrap().compile()))
            }
        };
        let read = ReadOptions {
            as_of: "2025-06-30T00:00:00Z".parse().unwrap(),
            threads: self.threads,
            item_bytes: self.item_bytes,
            passwords: vec![Candidate::new(GIVEN, PasswordOrigin::Given)],
            limits: Limits::default(),
            ..read
        };
        Settings { delivery: Delivery::BySource, ..Settings::new(scope, key, read) }
    }

    pub(crate) fn read(self, read: ReadOptions) -> Vec<Value> {
        let mut records = Vec::new();
        let mut take = |record: Record| {
            if !matches!(record, Record::Summary(_)) {
                records.push(serde_json::to_value(&record).unwrap());
            }
            Ok(())
        };
        pipeline::run(&self.settings(read), &Progress::default(), &mut take).unwrap();
        records
    }

    /// The records of one run over all inputs.
    pub(crate) fn whole(self, inputs: &[PathBuf]) -> Vec<Value> {
        self.read(ReadOptions { inputs: inputs.to_vec(), ..ReadOptions::default() })
    }

    fn plan(self, inputs: &[PathBuf]) -> Vec<WorkItem> {
        let read = ReadOptions { inputs: inputs.to_vec(), ..ReadOptions::default() };
        self.plan_of(read)
    }

    /// The items of inputs that may have been looked up.
    pub(crate) fn plan_of(self, read: ReadOptions) -> Vec<WorkItem> {
        pipeline::items(&self.settings(read), &Progress::default()).unwrap()
    }

    /// The records of an item that went elsewhere as a line.
    fn item(self, item: &WorkItem) -> Vec<Value> {
        let item = WorkItem::from_line(&item.to_line().unwrap()).unwrap();
        self.read(ReadOptions { item: Some(Arc::new(item)), ..ReadOptions::default() })
    }
}

/// What records come to for somebody who joins them by their ids.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Joined {
    /// Those that nobody puts together, sorted.
    others: Vec<String>,
    /// Machines by their ids, in every form in which they came.
    machines: BTreeMap<String, BTreeSet<String>>,
    /// Exposures by their ids: sightings, and every form in which they came.
    exposures: BTreeMap<String, (u64, BTreeSet<String>)>,
    sources: BTreeMap<String, Value>,
    /// Which parts of cut sources were counted, and of how many.
    parts: BTreeMap<(String, u64), u64>,
}

impl Joined {
    pub(crate) fn of(records: impl IntoIterator<Item = Value>) -> Self {
        let mut joined = Self::default();
        for mut record in records {
            let text = |key: &str| record[key].as_str().unwrap_or_default().to_owned();
            match record["type"].as_str().unwrap() {
                "machine" => {
                    let forms = joined.machines.entry(text("machine_id")).or_default();
                    forms.insert(record.to_string());
                }
                "exposure" => {
                    let known = joined.exposures.entry(text("exposure_id")).or_default();
                    known.0 += record["sightings"].take().as_u64().unwrap();
                    // Its counts are those of a part.
                    record["source"] = record["source"]["source_id"].take();
                    known.1.insert(record.to_string());
                }
                "source" => {
                    let key = text("source_id") + &text("parent_id") + &text("name");
                    if let Some(part) = record.as_object_mut().unwrap().remove("part") {
                        let [number, of] = ["number", "of"].map(|key| part[key].as_u64().unwrap());
                        if joined.parts.insert((key.clone(), number), of).is_some() {
                            continue;
                        }
                    }
                    match joined.sources.get_mut(&key) {
                        Some(known) => add(known, &record),
                        None => _ = joined.sources.insert(key, record),
                    }
                }
                _ => joined.others.push(record.to_string()),
            }
        }
        joined.others.sort();
        joined
    }

    /// Fails unless the items gave what a run over the whole did.
    #[track_caller]
    pub(crate) fn assert_is(&self, whole: &Self, what: &str) {
        assert_eq!(self.others.len(), whole.others.len(), "{what}");
        let mut others = self.others.iter().zip(&whole.others);
        assert_eq!(others.find(|(ours, theirs)| ours != theirs), None, "{what}");
        let ids = |joined: &Self| joined.machines.keys().cloned().collect::<Vec<_>>();
        assert_eq!(ids(self), ids(whole), "{what}");
        for (id, forms) in &whole.machines {
            assert!(forms.is_subset(&self.machines[id]), "{what}: {forms:#?}");
        }
        let counts = |joined: &Self| {
            let counts =
                joined.exposures.iter().map(|(id, (sightings, _))| (id.clone(), *sightings));
            counts.collect::<Vec<_>>()
        };
        assert_eq!(counts(self), counts(whole), "{what}");
        for (id, (_, forms)) in &whole.exposures {
            assert!(forms.is_subset(&self.exposures[id].1), "{what}: {forms:#?}");
        }
        assert_eq!(self.sources, whole.sources, "{what}");
        self.assert_all_parts(what);
    }

    /// Fails unless all parts of every source that was cut are there.
    #[track_caller]
    fn assert_all_parts(&self, what: &str) {
        let keys: BTreeSet<&String> = self.parts.keys().map(|(key, _)| key).collect();
        for key in keys {
            let own = || self.parts.iter().filter(|((other, _), _)| other == key);
            let numbers: Vec<u64> = own().map(|((_, number), _)| *number).collect();
            let of = *own().next().unwrap().1;
            assert!(of > 1 && own().all(|(_, other)| *other == of), "{what}");
            assert_eq!(numbers, (1..=of).collect::<Vec<_>>(), "{what}");
        }
    }
}

/// Adds the row of a part of a source to that of others.
fn add(known: &mut Value, part: &Value) {
    let sum = |known: &mut Value, part: &Value| {
        *known = (known.as_u64().unwrap() + part.as_u64().unwrap()).into();
    };
    for key in ["logs", "bytes_in", "bytes_out"] {
        sum(&mut known[key], &part[key]);
    }
    let entries: &Map<String, Value> = part["entries"].as_object().unwrap();
    entries.iter().for_each(|(key, count)| sum(&mut known["entries"][key], count));
    if part["encrypted"] == true {
        known["encrypted"] = true.into();
    }
    if known["password_origin"].is_null() && !part["password_origin"].is_null() {
        known["password_origin"] = part["password_origin"].clone();
    }
    if known["status"] != part["status"] {
        known["status"] = "partial".into();
    }
}

/// Logs, with a picture in each that does not shrink.
pub(crate) fn logs(seed: u64, count: usize) -> Vec<(String, Vec<u8>)> {
    let mut rng = Rng::new(seed);
    let mut files: Vec<(String, Vec<u8>)> = cloud(seed, count).files;
    let folders: BTreeSet<String> =
        files.iter().map(|(path, _)| path.split('/').next().unwrap().to_owned()).collect();
    for folder in folders {
        let noise = std::iter::repeat_with(|| rng.next().to_le_bytes()).take(256).flatten();
        files.push((format!("{folder}/Screenshot2.jpg"), noise.collect()));
    }
    files.sort();
    files
}

/// Texts that name the same thing in the same line, beside logs.
fn notes(count: usize) -> impl Iterator<Item = (String, Vec<u8>)> {
    (0..count).map(|n| {
        let padding: String = (0..200).map(|m| format!("line {}\n", n * 200 + m)).collect();
        let text = format!("{padding}see intranet.example.com for more\n");
        (format!("x{n:03}/note.md"), text.into_bytes())
    })
}

/// Logs of which only one tells which number of its date is the month.
fn dated(count: usize) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    for n in 0..count {
        let day = if n == count / 3 { 29 } else { 7 };
        let system = format!(
            "Computer Name: PC-{n}\nUser Name: u{n}\nCountry: FR\nOS: Windows 10 Pro\n\
             Log date: {day:02}/06/2024 10:20:30\nUTC: +2\n"
        );
        let login =
            format!("URL: https://vpn.example.com\nUsername: u{n}\nPassword: Inv3nted{n}\n");
        files.push((format!("log {n:02}/information.txt"), system.into_bytes()));
        files.push((format!("log {n:02}/passwords.txt"), login.into_bytes()));
    }
    files
}

/// Logs with signs in their names that mean something elsewhere.
fn with_signs() -> Vec<(String, Vec<u8>)> {
    let renamed =
        |(path, bytes): (String, Vec<u8>)| (path.replace("log ", "a \\ b/lo\"g % "), bytes);
    let mut files: Vec<_> = dated(60).into_iter().map(renamed).collect();
    files.push(("DE_1\\Passwords.txt".to_owned(), files[1].1.clone()));
    files
}

fn unpacked(bench: &Bench, folder: &str, files: &[(String, Vec<u8>)]) -> PathBuf {
    for (path, bytes) in files {
        bench.file(&format!("{folder}/{path}"), bytes);
    }
    bench.path(folder)
}

/// An export of a chat, with this caption of this file.
fn export(bench: &Bench, folder: &str, caption: &str, file: &str) {
    let message = serde_json::json!({
        "id": 7, "type": "message", "date_unixtime": "1767323045", "from": "Clouds of example",
        "file": file, "text": caption,
    });
    let chat = serde_json::json!({
        "name": "Clouds of example", "type": "public_channel", "id": 1, "messages": [message],
    });
    bench.file(&format!("{folder}/result.json"), chat.to_string());
}

/// An input of every kind.
pub(crate) fn inputs(bench: &Bench) -> Vec<(&'static str, Vec<PathBuf>)> {
    let files = logs(5, 12);
    let mixed: Vec<_> = files.iter().cloned().chain(notes(20)).collect();
    let zip = pack::zip(&mixed);
    let bomb = pack::gz(&vec![b' '; 17 << 20]);
    let inner = pack::zip(&logs(6, 1));
    let nested: Vec<(String, Vec<u8>)> = (0..6)
        .map(|n| (format!("part {n}/cloud {}.zip", n % 3), inner.clone()))
        .chain(files.iter().take(40).cloned())
        .chain([("bomb.gz".to_owned(), bomb)])
        .collect();
    let mut damaged = zip.clone();
    (0..8).for_each(|n| damaged[zip.len() / 9 * (n + 1)] ^= 0xff);
    let cut = zip.len().div_ceil(3);
    let volumes = zip
        .chunks(cut)
        .zip(1..)
        .map(|(bytes, n)| bench.file(&format!("volumes/cloud.zip.{n:03}"), bytes));
    let volumes: Vec<PathBuf> = volumes.collect();
    bench.file("gap/cloud.zip.001", &zip[..cut]);
    bench.file("gap/cloud.zip.003", &zip[2 * cut..]);
    export(bench, "chat", &format!("🔑 .pass: {PASSWORD}"), "files/cloud.zip");
    let encrypted = pack::zip_encrypted(&files, PASSWORD);
    bench.file("chat/files/cloud.zip", &encrypted);
    bench.file("notes/cloud.zip", encrypted);
    bench.file("notes/password.txt", format!("Password: {PASSWORD}\n"));
    let hidden = pack::sevenz_encrypted(&files[..60], Grouping::Single, PASSWORD);
    bench.file(&format!("hidden/logs pass {PASSWORD}.7z"), hidden);
    let given = pack::sevenz_encrypted(&files[..60], Grouping::Single, GIVEN);
    let small = (0..6).map(|n| bench.file(&format!("s{n}.zip"), pack::zip(&logs(50 + n, 1))));
    let mut small: Vec<PathBuf> = small.collect();
    small.extend([bench.file("empty.zip", ""), bench.path("gone.zip"), small[0].clone()]);
    small.push(bench.file("copy.zip", std::fs::read(&small[1]).unwrap()));
    vec![
        ("zip", vec![bench.file("cloud.zip", &zip)]),
        ("7z", vec![bench.file("cloud.7z", pack::small_sevenz(&files, Grouping::Single))]),
        ("solid 7z", vec![bench.file("solid.7z", pack::small_sevenz(&files, Grouping::Solid))]),
        ("rar", vec![bench.file("cloud.rar", pack::rar5(&files[..60], Grouping::Single))]),
        ("tar.gz", vec![bench.file("cloud.tar.gz", pack::tar_gz(&files))]),
        ("folder", vec![unpacked(bench, "folder", &mixed)]),
        ("folder with signs", vec![unpacked(bench, "signs", &with_signs())]),
        ("dates", vec![bench.file("dates.zip", pack::zip(&dated(200)))]),
        ("folder with dates", vec![unpacked(bench, "dates", &dated(60))]),
        ("nested", vec![bench.file("nested.zip", pack::zip(&nested))]),
        (
            "unlisted",
            vec![bench.file("unlisted.zip", [pack::zip(&logs(9, 1)), zip.clone()].concat())],
        ),
        ("damaged", vec![bench.file("damaged.zip", damaged)]),
        ("cut", vec![bench.file("cut.zip", &zip[..zip.len() / 2])]),
        ("volumes", volumes),
        ("a gap", vec![bench.path("gap")]),
        ("caption", vec![bench.path("chat")]),
        ("note", vec![bench.path("notes")]),
        ("hidden names", vec![bench.path("hidden")]),
        ("a given word", vec![bench.file("given.7z", given)]),
        ("text", vec![bench.file("dump.txt", ulp(5, 300 << 10, 2_000).0)]),
        ("small ones", small),
    ]
}

#[test]
fn parts_that_two_plans_have_are_told_apart() {
    let bench = Bench::new();
    let large = bench.file("cloud.zip", pack::zip(&logs(5, 12)));
    let small: Vec<PathBuf> =
        (0..3).map(|n| bench.file(&format!("s{n}.zip"), pack::zip(&logs(70 + n, 1)))).collect();
    let way = Way { asked: Asked::Records, item_bytes: 8 << 10, threads: 1 };
    let first = way.plan(&[large.clone(), small[0].clone(), small[1].clone()]);
    let second = way.plan(&[large.clone(), small[1].clone(), small[2].clone()]);
    let both = first.iter().chain(&second).flat_map(|item| way.item(item));
    // What is small or nested is no part; whoever asks has to count it once by its item.
    let is_left = |record: &Value| {
        record["parent_id"].is_null()
            && !record["name"].as_str().unwrap_or_default().ends_with("s1.zip")
    };
    let joined = Joined::of(both.filter(is_left));
    let whole = way.whole(&[large, small[0].clone(), small[2].clone()]);
    let whole = Joined::of(whole.into_iter().filter(is_left));
    assert_eq!(joined.sources, whole.sources);
    assert!(joined.parts.len() > 2 && whole.parts.is_empty());
    joined.assert_all_parts("two plans");
}

#[test]
fn all_items_together_are_one_run() {
    let bench = Bench::new();
    let mut split = BTreeMap::new();
    for (name, inputs) in inputs(&bench) {
        let ways = [
            (Asked::Records, 3 << 10, 1),
            (Asked::Exposures, 3 << 10, 3),
            (Asked::Records, 40 << 10, 2),
        ];
        for (asked, item_bytes, threads) in ways {
            let way = Way { asked, item_bytes, threads };
            let what = format!("{name}, {way:?}");
            let whole = Joined::of(way.whole(&inputs));
            let items = way.plan(&inputs);
            assert!(items.is_sorted_by_key(|item| std::cmp::Reverse(item.bytes())), "{what}");
            let ids: BTreeSet<_> = items.iter().map(WorkItem::id).collect();
            assert_eq!(ids.len(), items.len(), "{what}");
            let one = Way { threads: 1, ..way };
            Joined::of(items.iter().flat_map(|item| one.item(item))).assert_is(&whole, &what);
            assert!(!whole.sources.is_empty(), "{what}");
            split.entry(name).or_insert(items.len());
        }
        let large = Way { asked: Asked::Records, item_bytes: 256 << 20, threads: 2 };
        assert_eq!(large.plan(&inputs).len(), 1, "{name}");
    }
    let whole = ["solid 7z", "rar", "tar.gz", "text"];
    for (name, items) in &split {
        assert_eq!(*items == 1, whole.contains(name), "{split:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn items_are_one_run_wherever_they_are_cut(
        (count, notes_count) in (1..40_usize, 0..6_usize),
        item_bytes in 64..6_000_u64,
        kind in 0..3_u8,
        asked in prop_oneof![Just(Asked::Records), Just(Asked::Exposures)],
    ) {
        let bench = Bench::new();
        let mut files: Vec<_> = dated(count).into_iter().chain(notes(notes_count)).collect();
        files.rotate_left(count);
        let input = match kind {
            0 => bench.file("a.zip", pack::zip(&files)),
            1 => bench.file("a.7z", pack::small_sevenz(&files, Grouping::Single)),
            _ => unpacked(&bench, "a", &files),
        };
        let way = Way { asked, item_bytes, threads: 1 };
        let whole = Joined::of(way.whole(std::slice::from_ref(&input)));
        let items = way.plan(&[input]);
        let parts = Joined::of(items.iter().flat_map(|item| way.item(item)));
        parts.assert_is(&whole, &format!("{} items", items.len()));
    }
}

#[test]
fn a_large_text_is_cut_as_well() {
    let bench = Bench::new();
    let inputs = [bench.file("dump.txt", ulp(7, 13 << 20, 5_000).0)];
    for asked in [Asked::Records, Asked::Exposures] {
        let way = Way { asked, item_bytes: 5 << 20, threads: 2 };
        let whole = Joined::of(way.whole(&inputs));
        let items = way.plan(&inputs);
        let sizes: Vec<u64> = items.iter().map(WorkItem::bytes).collect();
        assert_eq!(sizes.iter().sum::<u64>(), std::fs::metadata(&inputs[0]).unwrap().len());
        assert_eq!((sizes[0], items.len()), (4 << 20, 4));
        Joined::of(items.iter().flat_map(|item| way.item(item))).assert_is(&whole, "dump.txt");
    }
}

#[test]
fn the_records_are_those_that_a_run_without_parts_gives() {
    let bench = Bench::new();
    let way = |item_bytes| Way { asked: Asked::Exposures, item_bytes, threads: 2 };
    let files: Vec<_> = logs(5, 30).into_iter().chain(notes(20)).collect();
    let inputs = [bench.file("cloud.zip", pack::zip(&files))];
    let (one, many) =
        (Joined::of(way(256 << 20).whole(&inputs)), Joined::of(way(7 << 10).whole(&inputs)));
    assert_eq!(one.exposures.len(), many.exposures.len());
    assert_eq!(one.sources, many.sources);
    let mentions = |joined: &Joined| {
        let forms = joined.exposures.values().flat_map(|(_, forms)| forms);
        forms.filter(|form| form.contains("see intranet") || form.contains("note.md")).count()
    };
    assert_eq!((mentions(&one), mentions(&many)), (20, 20));
}

#[test]
fn logs_of_one_part_tell_each_other_the_month() {
    let bench = Bench::new();
    let inputs = [bench.file("dates.zip", pack::zip(&dated(30)))];
    let assumed = |item_bytes| {
        let records = Way { asked: Asked::Records, item_bytes, threads: 2 }.whole(&inputs);
        let machines = of_type(&records, "machine").into_iter();
        machines.filter(|machine| machine["infected_at_confidence"] == "order_assumed").count()
    };
    assert_eq!(assumed(256 << 20), 0);
    assert!((1..30).contains(&assumed(4 << 10)), "{}", assumed(4 << 10));
}

#[test]
fn a_plan_is_the_same_at_any_number_of_threads_and_for_moved_bytes() {
    let bench = Bench::new();
    let inputs = vec![
        bench.file("in/cloud.zip", pack::zip(&logs(5, 30))),
        bench.file("in/one.zip", pack::zip(&logs(7, 1))),
        unpacked(&bench, "in/folder", &logs(8, 5)),
    ];
    let way = |threads| Way { asked: Asked::Records, item_bytes: 20 << 10, threads };
    let planned = way(1).plan(&inputs);
    assert_eq!(planned, way(4).plan(&inputs));
    std::fs::rename(bench.path("in"), bench.path("out")).unwrap();
    let moved: Vec<PathBuf> = inputs
        .iter()
        .map(|input| bench.path("out").join(input.strip_prefix(bench.path("in")).unwrap()))
        .collect();
    let ids = |items: &[WorkItem]| items.iter().map(WorkItem::id).collect::<Vec<_>>();
    assert_eq!(ids(&planned), ids(&way(1).plan(&moved)));
}

#[test]
fn an_archive_has_to_be_cut_where_it_was() {
    let bench = Bench::new();
    let inputs = [bench.file("cloud.zip", pack::zip(&logs(5, 10)))];
    let way = |item_bytes| Way { asked: Asked::Records, item_bytes, threads: 1 };
    let item = Some(Arc::new(way(3 << 10).plan(&inputs).remove(0)));
    let settings = way(40 << 10).settings(ReadOptions { item, ..ReadOptions::default() });
    let mut sources = 0;
    let run = pipeline::run(&settings, &Progress::default(), &mut |_| {
        sources += 1;
        Ok(())
    });
    let error = run.unwrap_err().to_string();
    assert!(error.contains("not cut where it was"), "{error}");
    assert_eq!(sources, 0);
}

/// What `logsieve COMMAND --item -` says of a line.
fn run_item(bench: &Bench, command: &str, line: &str) -> crate::tool::Ran {
    let mut run = logsieve();
    run.args([command, "--item", "-", "--as-of", "2025-06-30", "--key-file"])
        .arg(bench.path("key"));
    if command == "check" {
        run.arg("-w").arg(watchlist());
    }
    ran(run.write_stdin(line.to_owned()))
}

/// The items of inputs, a line each, planned in their folder.
fn planned(folder: &Path, inputs: &[&str]) -> Vec<String> {
    let plan = ran(logsieve().current_dir(folder).arg("plan").args(inputs)).with_code(0);
    plan.out.lines().map(str::to_owned).collect()
}

#[test]
fn the_program_reads_what_it_planned() {
    let bench = Bench::new();
    bench.file("cloud.zip", pack::zip(&logs(5, 4)));
    bench.file("cut.zip", &pack::zip(&logs(6, 4))[..3000]);
    unpacked(&bench, "folder", &logs(7, 3));
    let names = ["cloud.zip", "cut.zip", "folder", "gone.zip"];
    let lines = planned(&bench.path(""), &names);
    for command in ["extract", "check"] {
        let mut run = logsieve();
        run.current_dir(bench.path("")).args([command, "-o", "-", "--as-of", "2025-06-30"]);
        run.arg("--key-file").arg(bench.path("key"));
        if command == "check" {
            run.arg("-w").arg(watchlist());
        }
        let whole = ran(run.args(names)).with_code(3).records();
        let items: Vec<Value> = lines
            .iter()
            .flat_map(|line| records(&run_item(&bench, command, line).with_code(0).out))
            .collect();
        assert!(of_type(&items, "summary").is_empty());
        if command == "extract" {
            assert_eq!(of_type(&items, "source").len(), of_type(&whole, "source").len());
        }
        let status = |name: &str| {
            let sources = of_type(&items, "source").into_iter();
            let mut sources = sources.filter(|source| source["name"] == name);
            sources.next().unwrap()["status"].clone()
        };
        assert_eq!(
            (status("gone.zip"), status("cloud.zip")),
            ("unreadable".into(), "complete".into())
        );
        assert!(of_type(&items, "issue").len() > 1);
        let kind = if command == "check" { "exposure" } else { "credential" };
        let ids = |records: &[Value]| {
            let ids = of_type(records, kind).into_iter();
            let ids = ids.map(|record| record[format!("{kind}_id")].as_str().unwrap().to_owned());
            ids.collect::<BTreeSet<_>>()
        };
        assert!(!ids(&whole).is_empty());
        assert_eq!(ids(&items), ids(&whole));
    }
}

#[test]
fn what_is_gone_or_changed_ends_the_run() {
    let bench = Bench::new();
    let path = bench.file("cloud.zip", pack::zip(&logs(5, 2)));
    let line = &planned(&bench.path(""), &["cloud.zip"])[0];
    bench.file("cloud.zip", pack::zip(&logs(6, 2)));
    let run = run_item(&bench, "extract", line).with_code(4);
    assert!(run.err.contains("changed since it was planned"), "{}", run.err);
    assert_eq!(run.out, "");
    std::fs::remove_file(path).unwrap();
    let run = run_item(&bench, "extract", line).with_code(4);
    assert!(run.err.contains("not there any more"), "{}", run.err);
    for (line, text) in [
        ("", "there is no item"),
        ("{}", "no item of `logsieve plan`"),
        ("{}\n{}\n", "one item at a time"),
    ] {
        let run = run_item(&bench, "extract", line).with_code(2);
        assert!(run.err.contains(text), "{}", run.err);
    }
    let run = ran(logsieve().args(["extract", "--item", "-"]).write_stdin(line.clone()));
    assert!(run.with_code(2).err.contains("--key-file"));
    let run = ran(logsieve().args(["plan", "-"])).with_code(2);
    assert!(run.err.contains("standard input"), "{}", run.err);
}

#[cfg(not(feature = "object-store"))]
#[test]
fn a_build_without_object_stores_says_so() {
    let url = "s3://bucket/cloud.zip";
    let run = ran(logsieve().args(["plan", url])).with_code(2);
    assert!(run.err.contains("s3://bucket/cloud.zip is in an object store"), "{}", run.err);
    assert!(run.err.contains("build with --features object-store"), "{}", run.err);
    let bench = Bench::new();
    bench.file("cloud.zip", pack::zip(&logs(5, 1)));
    let line = planned(&bench.path(""), &["cloud.zip"]).remove(0);
    let path = serde_json::to_string(&bench.path("cloud.zip").canonicalize().unwrap()).unwrap();
    let item = line.replace(&format!(r#""file":{path}"#), &format!(r#""object":"{url}""#));
    assert_ne!(item, line);
    let run = run_item(&bench, "extract", &item).with_code(2);
    assert!(run.err.contains("build with --features object-store"), "{}", run.err);
}

/// Notes beside an archive may be somebody's passwords.
#[test]
fn no_text_gets_into_an_item() {
    let bench = Bench::new();
    bench.file("cloud.zip", pack::zip_encrypted(&logs(5, 1), PASSWORD));
    bench.file("password.txt", "Password: Inv3nted!Secret\n");
    bench.private_file("words", b"Inv3nted!Given\n");
    let mut run = logsieve();
    run.args(["plan", "--password-file"]).arg(bench.path("words")).arg(bench.path("cloud.zip"));
    let items = ran(&mut run).with_code(0).out;
    assert!(items.contains("cloud.zip") && !items.contains("Inv3nted"), "{items}");
}

/// How many rows the parts of a record type in a dataset have.
#[cfg(feature = "parquet")]
fn rows(dataset: &Path, record_type: &str) -> i64 {
    use parquet::file::reader::{FileReader, SerializedFileReader};
    let parts = std::fs::read_dir(dataset.join(format!("type={record_type}"))).unwrap();
    let rows = |path| {
        let reader = SerializedFileReader::new(std::fs::File::open(path).unwrap()).unwrap();
        reader.metadata().file_metadata().num_rows()
    };
    parts.map(|part| rows(part.unwrap().path())).sum()
}

#[cfg(feature = "parquet")]
#[test]
fn items_write_one_dataset_and_may_write_it_again() {
    let bench = Bench::new();
    bench.file("a.zip", pack::zip(&logs(5, 3)));
    unpacked(&bench, "folder", &logs(7, 2));
    let lines = planned(&bench.path(""), &["a.zip", "folder"]);
    let whole = run_item(&bench, "extract", &lines[0]).with_code(0).records();
    for (command, form) in
        [("extract", "jsonl"), ("extract", "csv,parquet"), ("check", "parquet,html")]
    {
        let run = in_parts(&bench, command, &lines[0], form).with_code(2);
        assert!(run.err.contains("give that format alone"), "{}", run.err);
    }
    in_parts(&bench, "extract", &lines[0], "parquet").with_code(0);
    let dataset = bench.path("dataset");
    let logins = of_type(&whole, "credential").len() as i64;
    assert!(logins > 0);
    assert_eq!(rows(&dataset, "credential"), logins);
    for _ in 0..2 {
        for line in &lines {
            in_parts(&bench, "extract", line, "parquet").with_code(0);
        }
        assert_eq!(rows(&dataset, "source"), 2);
        assert_eq!(rows(&dataset, "machine"), 5);
    }
    let item: Value = serde_json::from_str(&lines[0]).unwrap();
    let part = format!("type=credential/part-{}.parquet", item["item"].as_str().unwrap());
    assert!(dataset.join(part).is_file());
}

#[cfg(feature = "parquet")]
#[test]
fn exposures_of_items_are_one_dataset_too() {
    let bench = Bench::new();
    bench.file("a.zip", pack::zip(&logs(5, 3)));
    unpacked(&bench, "folder", &logs(7, 2));
    let lines = planned(&bench.path(""), &["a.zip", "folder"]);
    let streamed = |line: &String| run_item(&bench, "check", line).with_code(0).records();
    let streamed: Vec<Value> = lines.iter().flat_map(streamed).collect();
    for _ in 0..2 {
        for line in &lines {
            let run = in_parts(&bench, "check", line, "parquet").with_code(0);
            assert_eq!(run.out, "");
        }
        for kind in ["exposure", "source", "issue"] {
            let expected = of_type(&streamed, kind).len() as i64;
            assert_eq!(rows(&bench.path("dataset"), kind), expected, "{kind}");
        }
    }
    assert!(!of_type(&streamed, "exposure").is_empty());
}

#[cfg(feature = "parquet")]
fn in_parts(bench: &Bench, command: &str, line: &str, form: &str) -> crate::tool::Ran {
    let mut run = logsieve();
    run.args([command, "--item", "-", "--format", form, "-o"]).arg(bench.path("dataset"));
    if command == "check" {
        run.arg("-w").arg(watchlist());
    }
    ran(run.arg("--key-file").arg(bench.path("key")).write_stdin(line.to_owned()))
}
