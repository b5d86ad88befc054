//! Chapters tell what a text tells that is read front to back.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::pipeline::collect::{Collector, Event};
use crate::pipeline::ordered::Demand;
use crate::pipeline::outcome::Outcome;
use crate::pipeline::progress::Progress;
use crate::pipeline::settings::ReadOptions;
use crate::pipeline::source::{self, Nesting};
use crate::pipeline::text_source::{TextSource, deliver_finding, read_window};
use crate::record::{Format, Record};
use crate::secret::Key;
use crate::watchlist::Watchlist;

fn settings() -> Settings {
    let matcher = Watchlist::from_domains(["example.com"]).unwrap().compile();
    settings_for(Scope::Exposures(Arc::new(matcher)))
}

fn settings_for(scope: Scope) -> Settings {
    let key = Key::from_bytes(b"a key for tests only".to_vec()).unwrap();
    let read = ReadOptions { as_of: jiff::Timestamp::UNIX_EPOCH, ..ReadOptions::default() };
    Settings::new(scope, key, read)
}

fn source(settings: &Settings, data: &Data) -> TextSource {
    let nesting = Nesting::none(settings);
    let name = "dump.txt".to_owned();
    TextSource::new(source::context(settings, name, data, Format::Text, &nesting).unwrap())
}

/// What the parts of a text come to, and the first line of each: what is only mentioned comes behind
/// the logins of its window, the same login once a window, and windows are cut elsewhere.
fn records(
    settings: &Settings,
    text: &TextSource,
    parts: Vec<Outcome>,
    end: &TextEnd,
) -> BTreeMap<String, Option<u64>> {
    let (mut found, progress) = (BTreeMap::new(), Progress::default());
    let mut deliver = |event: Event<'_>| {
        let Event::Record(record) = event else { return Ok(()) };
        let record = match record {
            Record::Exposure(exposure) => exposure.record,
            other => other,
        };
        let (what, line) = match record {
            Record::Credential(login) => (login.credential_id.to_string(), Some(login.line)),
            Record::Mention(mention) => (format!("{} {}", mention.name, mention.line), None),
            Record::Issue(issue) => (format!("{:?} {:?}", issue.code, issue.line), None),
            Record::Summary(summary) => (format!("{:?}", summary.entries), None),
            _ => return Ok(()),
        };
        let first = found.entry(what).or_insert(line);
        *first = line.min(*first);
        Ok(())
    };
    let mut collector = Collector::new(settings, &progress, &mut deliver);
    collector.begin(text.context.clone()).unwrap();
    parts.into_iter().try_for_each(|part| collector.part(part)).unwrap();
    collector.text_end(text.entry(), end.bytes).unwrap();
    collector.end(None).unwrap();
    collector.finish().unwrap();
    found
}

/// Front to back.
fn in_windows(settings: &Settings, data: &Data) -> BTreeMap<String, Option<u64>> {
    let text = source(settings, data);
    let mut reader = TextReader::new(Box::new(data.reader()), text.hint());
    let mut parts = Vec::new();
    while let Some(window) = reader.next_window() {
        read_window(settings, &text, window, &mut |part| {
            parts.push(part);
            Demand::More
        });
    }
    records(settings, &text, parts, &reader.into_end())
}

/// In chapters, by several workers.
fn in_chapters(
    settings: &Settings,
    data: &Data,
    workers: usize,
) -> Option<BTreeMap<String, Option<u64>>> {
    let text = source(settings, data);
    let mut undrawn = Undrawn::new(Chapters::of(settings, "dump.txt", data)?);
    let chapters = Arc::clone(&undrawn.chapters);
    let found = Mutex::new(BTreeMap::new());
    let drawn = Mutex::new(undrawn.by_ref());
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                let draw = || drawn.lock().unwrap().next();
                while let Some(chapter) = draw() {
                    let (number, mut findings) = (chapter.number(), Vec::new());
                    chapter.search(&mut |finding| findings.push(finding));
                    found.lock().unwrap().insert(number, findings);
                }
            });
        }
    });
    let mut parts = Vec::new();
    for finding in found.into_inner().unwrap().into_values().flatten() {
        deliver_finding(settings, &text, finding, &mut |part| {
            parts.push(part);
            Demand::More
        });
    }
    Some(records(settings, &text, parts, &chapters.end()))
}

/// What stands between the logins of a list. A block ends the lines below a `[host]` where it stands
/// in the same window, so a text has one or the other.
#[derive(Debug, Clone, Copy)]
enum Between {
    Groups,
    Blocks,
}

/// Some lines of a text.
fn lines(between: Between) -> impl Strategy<Value = String> {
    let login = |n| format!("https://www.h{n}.test/login:user{n}:Inv3nted-{n}\n");
    let pair = |n, seed| format!("someone{n}-{seed}@mail.test:Inv3nted\n");
    prop_oneof![
        4 => (1_usize..1500).prop_map(move |count| (0..count).map(login).collect::<String>()),
        2 => any::<u32>().prop_map(|n| format!("https://vpn.example.com/:user{n}:Inv3nted\r\n")),
        1 => any::<u32>().prop_map(|n| format!("user{n}@mail.example.com:Inv3nted\n")),
        1 => (1_usize..300, any::<u32>()).prop_map(move |(count, seed)| {
            (0..count).map(|n| pair(n, seed)).collect::<String>()
        }),
        2 => any::<u32>().prop_map(move |n| match (between, n % 2) {
            (Between::Groups, 0) => "[vpn.example.com]\n".to_owned(),
            (Between::Groups, _) => "[host.test]\r".to_owned(),
            (Between::Blocks, _) => {
                format!("URL: https://a{n}.example.com/\nUSER: u\nPASS: Inv3nted\n\n")
            }
        }),
        1 => (1_usize..200_000).prop_map(|n| format!("{} x.example.com {n}\n", "x".repeat(n))),
        1 => (1_usize..200_000).prop_map(|n| format!("{}\n", "0123456789".repeat(n / 10))),
        1 => Just("\n".to_owned()),
    ]
}

/// Both kinds of texts.
fn texts() -> impl Strategy<Value = Vec<String>> {
    let text = |between| proptest::collection::vec(lines(between), 1..40);
    prop_oneof![text(Between::Groups), text(Between::Blocks)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn chapters_tell_what_windows_tell(lines in texts()) {
        let start = "https://www.first.test/login:user:Inv3nted\n".repeat(9);
        let data = Data::from_bytes(start + &lines.concat());
        for settings in [settings(), settings_for(Scope::Everything)] {
            let expected = in_windows(&settings, &data);
            for workers in [1, 3] {
                if let Some(found) = in_chapters(&settings, &data, workers) {
                    prop_assert_eq!(&found, &expected);
                }
            }
        }
    }
}

/// A text of many chapters.
fn long(middle: &str) -> Data {
    let filler = |n| format!("someone{n}@mail.test:Inv3nted-{n}\n");
    let start = "https://www.first.test/login:user:Inv3nted\n".repeat(9);
    let filler: String = (0..BLOCK_BYTES / 5).map(filler).collect();
    Data::from_bytes(format!("{start}{middle}{filler}"))
}

#[test]
fn what_stands_chapters_below_a_watched_host_is_found() {
    let settings = settings();
    let data = long("[vpn.example.com]\n");
    let expected = in_windows(&settings, &data);
    assert!(expected.len() as u64 > BLOCK_BYTES / 5, "{}", expected.len());
    assert!(in_windows(&settings, &long("[vpn.example.net]\n")).len() < 10);
    for workers in [1, 2, 5] {
        let found = in_chapters(&settings, &data, workers).unwrap();
        assert!(found == expected, "{workers} workers");
    }
}

#[test]
fn a_text_that_goes_on_as_something_else_is_told_once() {
    let settings = settings();
    let data = long("https://vpn.example.com/:user:Inv3nted\n");
    let mut bytes = vec![0; data.length() as usize];
    data.read_at(&mut bytes, 0).unwrap();
    bytes.resize(bytes.len() + 5 * BLOCK_BYTES as usize, 0);
    for workers in [1, 3] {
        let found = in_chapters(&settings, &Data::from_bytes(bytes.clone()), workers).unwrap();
        let told = found.keys().filter(|what| what.starts_with("NotText")).count();
        assert_eq!((told, found.len()), (1, 3), "{found:#?}");
    }
}

#[test]
fn a_chapter_that_nobody_reads_lets_the_others_go() {
    let (settings, data) = (settings(), long(""));
    let mut undrawn = Undrawn::new(Chapters::of(&settings, "dump.txt", &data).unwrap());
    let chapters = Arc::clone(&undrawn.chapters);
    drop(undrawn.next());
    let mut found = 0;
    undrawn.for_each(|chapter| chapter.search(&mut |_| found += 1));
    assert_eq!((found, chapters.end().bytes), (0, 0));
}

type Told = std::sync::mpsc::Sender<(u64, bool)>;

/// Tells the number of a chapter, and whether its block has a value.
fn tell<'r>(chapter: &Chapter<'_>, told: &Told) -> Tell<'r> {
    let (number, told) = (chapter.number(), told.clone());
    Box::new(move |value, findings| {
        assert!(!findings.is_empty());
        told.send((number, value.is_some())).unwrap();
    })
}

/// Which chapters of three are told, when the last two are read before the first.
fn told_when_read_backwards(first: impl for<'r> FnOnce(Chapter<'r>, Tell<'r>)) -> Vec<(u64, bool)> {
    let (settings, data) = (settings(), long(""));
    let undrawn = Undrawn::new(Chapters::of(&settings, "dump.txt", &data).unwrap());
    let mut drawn: Vec<_> = undrawn.take(3).collect();
    let (sender, told) = std::sync::mpsc::channel();
    for chapter in drawn.drain(1..).rev() {
        let tell = tell(&chapter, &sender);
        chapter.search_and_digest(tell);
    }
    assert!(told.try_recv().is_err());
    let chapter = drawn.remove(0);
    let tell = tell(&chapter, &sender);
    first(chapter, tell);
    drop(sender);
    told.iter().collect()
}

#[test]
fn chapters_that_are_early_are_told_behind_those_before_them() {
    let told = told_when_read_backwards(|first, tell| first.search_and_digest(tell));
    assert_eq!(told, [(0, true), (1, true), (2, true)]);
    let never = told_when_read_backwards(|first, _| drop(first));
    assert_eq!(never, []);
}

#[test]
fn what_cannot_be_cut_anywhere_has_no_chapters() {
    let settings = settings();
    let json = format!("[{}\n]", "{\"url\":\"https://a.test\"},\n".repeat(9000));
    let utf16: Vec<u8> =
        "\u{feff}a line\n".repeat(20_000).encode_utf16().flat_map(u16::to_le_bytes).collect();
    for text in [json.into_bytes(), utf16, b"small\n".to_vec(), vec![b'x'; 3 << 20]] {
        assert!(Chapters::of(&settings, "dump.txt", &Data::from_bytes(text)).is_none());
    }
}
