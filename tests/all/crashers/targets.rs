//! What is fuzzed: each function gets any bytes and must come back.
//!
//! `fuzz/` makes a target of each, `cargo test` gives them what once made one of them crash.
#![allow(
    unreachable_pub,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "shared with the fuzz targets; a panic is how they report"
)]

use std::sync::Arc;

use logsieve::archive::data::Data;
use logsieve::archive::{self, EntryKind, Flow, OpenOptions, Visitor, Wanted};
use logsieve::artefact::explain::explain;
use logsieve::artefact::{self, Before, End, Hint, Part};
use logsieve::input;
use logsieve::issue::Issue;
use logsieve::layout::{self, Item};
use logsieve::limits::{Budget, Limits};
use logsieve::normalise::url;
use logsieve::password::Candidate;
use logsieve::password::words::{LoneWords, Words};
use logsieve::record::{Format, PasswordOrigin};
use logsieve::text::json::Reader;
use logsieve::text::{self, Encoding};
use logsieve::watchlist::{Matcher, Watchlist};

/// A fuzzed function.
pub type Target = fn(&[u8]);

/// All of them, by the name of their target.
pub const TARGETS: &[(&str, Target)] = &[
    ("passwords", passwords),
    ("cookies", cookies),
    ("autofill", autofill),
    ("system_info", system_info),
    ("ulp", ulp),
    ("json", json),
    ("xml", xml),
    ("table", table),
    ("artefact", artefact),
    ("zip", zip),
    ("sevenz", sevenz),
    ("rar", rar),
    ("tar", tar),
    ("gzip", gzip),
    ("zstd", zstd),
    ("xz", xz),
    ("bzip2", bzip2),
    ("layout", layout),
    ("watchlist", watchlist),
    ("scan", scan),
    ("texts", texts),
    ("tokens", tokens),
    ("address", address),
    ("export", export),
    ("words", words),
];

/// Blocks of labelled logins.
pub fn passwords(bytes: &[u8]) {
    artefact::passwords::parse(bytes, 1);
    whole_and_cut(bytes, Hint::Passwords);
}

/// Cookie jars.
pub fn cookies(bytes: &[u8]) {
    artefact::cookies::parse(bytes, 1);
    whole_and_cut(bytes, Hint::Cookies);
}

/// Form histories.
pub fn autofill(bytes: &[u8]) {
    artefact::autofill::parse(bytes, 1);
    whole_and_cut(bytes, Hint::Autofill);
}

/// Facts on the computer.
pub fn system_info(bytes: &[u8]) {
    artefact::system_info::parse(bytes, 1);
    whole_and_cut(bytes, Hint::System);
}

/// Lines of logins.
pub fn ulp(bytes: &[u8]) {
    use artefact::ulp::{Context, parse, vote};
    parse(bytes, 1, vote(bytes), &Context::default().after(bytes));
    whole_and_cut(bytes, Hint::Other);
}

/// JSON: logins, cookies, form histories.
pub fn json(bytes: &[u8]) {
    behind(b"[{", bytes, &[Hint::Passwords, Hint::Cookies, Hint::Autofill]);
}

/// XML of programs.
pub fn xml(bytes: &[u8]) {
    behind(b"<?xml version=\"1.0\"?><", bytes, &[Hint::Other]);
}

/// Tables under a header line.
pub fn table(bytes: &[u8]) {
    behind(b"url,username,password\n", bytes, &[Hint::Passwords]);
}

/// Any text, the first byte of which says what its name promises.
pub fn artefact(bytes: &[u8]) {
    let Some((&first, text)) = bytes.split_first() else { return };
    let hint = Hint::ALL[usize::from(first) % Hint::ALL.len()];
    whole_and_cut(text, hint);
    let before = &Before::default();
    let limits = &Limits::default();
    explain(text, Part { first_line: 1, hint, before, end: End::OfText, limits }, &(1..=40));
}

fn behind(start: &[u8], bytes: &[u8], hints: &[Hint]) {
    let text = [start, bytes].concat();
    for &hint in hints {
        whole_and_cut(bytes, hint);
        whole_and_cut(&text, hint);
    }
}

/// Reads a text as a whole, and in the two parts into which it is best cut.
fn whole_and_cut(text: &[u8], hint: Hint) {
    artefact::parse(text, 1, hint);
    let limits = &Limits::default();
    let start = Before::default();
    let (first, second) = text.split_at(artefact::cut(text));
    let part = Part { first_line: 1, hint, before: &start, end: End::OfPart, limits };
    artefact::parse_part(first, part);
    let before = &start.after(first, hint);
    artefact::parse_part(second, Part { before, end: End::OfText, ..part });
}

/// ZIP.
pub fn zip(bytes: &[u8]) {
    open_and_stream(bytes, Format::Zip);
}

/// 7z.
pub fn sevenz(bytes: &[u8]) {
    open_and_stream(bytes, Format::SevenZ);
}

/// RAR.
pub fn rar(bytes: &[u8]) {
    open_and_stream(bytes, Format::Rar);
}

/// tar.
pub fn tar(bytes: &[u8]) {
    open_and_stream(bytes, Format::Tar);
}

/// gzip, and tar in gzip.
pub fn gzip(bytes: &[u8]) {
    open_and_stream(bytes, Format::Gzip);
}

/// Zstandard, and tar in it.
pub fn zstd(bytes: &[u8]) {
    open_and_stream(bytes, Format::Zstd);
}

/// xz, and tar in it.
pub fn xz(bytes: &[u8]) {
    open_and_stream(bytes, Format::Xz);
}

/// bzip2, and tar in it.
pub fn bzip2(bytes: &[u8]) {
    open_and_stream(bytes, Format::Bzip2);
}

/// Lists an archive and reads all its files, one of them a second time.
fn open_and_stream(bytes: &[u8], format: Format) {
    let limits = Limits::default().with("window=64M,kdf_rounds=65536").expect("both are limits");
    let budget = Arc::new(Budget::new(limits));
    let passwords = [Candidate::new(*b"Example#1", PasswordOrigin::Given)];
    let options = OpenOptions { budget: &budget, passwords: &passwords, gaps: None };
    let Ok(archive) = archive::open(Data::from_bytes(bytes), format, "fuzzed", options) else {
        return;
    };
    let entries = archive.entries().iter().enumerate();
    let files: Vec<usize> = entries
        .filter(|(_, entry)| entry.kind == EntryKind::File)
        .map(|(index, _)| index)
        .collect();
    for wanted in [&files[..], &files[..files.len().min(1)]] {
        let mut witness = Witness::default();
        archive.stream(wanted, &mut witness);
        assert_eq!(witness.ended, wanted, "every wanted file begins and ends once, in order");
    }
}

/// Sees that an archive keeps its promises.
#[derive(Default)]
struct Witness {
    current: Option<usize>,
    ended: Vec<usize>,
}

impl Visitor for Witness {
    fn begin(&mut self, index: usize) -> Wanted {
        assert_eq!(self.current.replace(index), None, "an entry begins inside another one");
        Wanted::Bytes
    }

    fn chunk(&mut self, bytes: &[u8]) -> Flow {
        assert!(self.current.is_some() && !bytes.is_empty());
        Flow::More
    }

    fn end(&mut self, outcome: Result<(), Issue>) {
        self.ended.push(self.current.take().expect("an entry ends that never began"));
        if let Err(issue) = outcome {
            assert_ne!(issue.code.as_str(), "internal_error", "{issue:?}");
        }
    }
}

/// Names of entries, one a line.
pub fn layout(bytes: &[u8]) {
    let names = (0..).zip(bytes.split(|&byte| byte == b'\n'));
    let items: Vec<Item<'_>> = names.map(|(index, name)| Item::new(index, name, None)).collect();
    let count = items.len() as u32;
    let plan = layout::plan(count, |index| items.get(index as usize).copied());
    let planned = (0..plan.len()).flat_map(|unit| plan.entries(unit));
    let mut planned: Vec<u32> = planned.map(|entry| entry.index).collect();
    planned.sort_unstable();
    assert!(planned.into_iter().eq(0..count), "each name is planned once");
}

/// Watchlists in all their forms, and what they find in themselves.
pub fn watchlist(bytes: &[u8]) {
    for name in ["list.txt", "list.csv", "list.toml"] {
        if let Ok(list) = Watchlist::from_bytes(name, bytes) {
            list.lint();
            find(&list.compile(), bytes);
        }
    }
}

/// The search for watched names in any text.
pub fn scan(bytes: &[u8]) {
    let list = "[[organisation]]\nname = 'A'\ndomains = ['example.com', 'bücher.example']\n\
                ip_ranges = ['203.0.113.0/24']\nad_domains = ['EXAMPLE']\n\
                exclude = ['status.example.com']\napp_ids = ['com.example.app']\n";
    find(
        &Watchlist::from_bytes("a.toml", list.as_bytes()).expect("it makes sense").compile(),
        bytes,
    );
}

fn find(matcher: &Matcher, text: &[u8]) {
    let mut hits = Vec::new();
    matcher.scan(text, &mut hits);
    for hit in hits {
        assert!(hit.start < hit.end && hit.end <= text.len() && matcher.name(hit.name).is_some());
    }
}

/// Encodings and lines.
pub fn texts(bytes: &[u8]) {
    text::is_still_text(bytes);
    for encoding in [Encoding::Utf16Le, Encoding::Utf16Be, Encoding::AsciiBased] {
        let text = text::ascii_based(bytes, encoding);
        let lines: usize = text::Lines::new(&text).map(|line| line.bytes.len()).sum();
        assert!(lines <= text.len());
    }
    text::to_utf8(bytes);
}

/// The tokens of JSON.
pub fn tokens(bytes: &[u8]) {
    let mut reader = Reader::new(bytes, 1);
    let mut events = 0;
    while reader.next().is_some() {
        events += 1;
        reader.line();
    }
    assert!(events <= 2 * bytes.len(), "a byte opens one thing, which closes once");
}

/// URLs, as they stand in logs.
pub fn address(bytes: &[u8]) {
    let once = url::parse(&text::to_utf8(bytes));
    assert_eq!(format!("{once:?}"), format!("{:?}", url::parse(&text::to_utf8(bytes))));
}

/// Exports of messages: whatever is cut off, what was read before stays.
pub fn export(bytes: &[u8]) {
    let files = ["files/a.rar", "files/b.zip", "1_2_c.7z"].map(Into::into);
    let whole = input::posts(bytes, &files).len();
    assert!(input::posts(&bytes[..bytes.len() / 2], &files).len() <= whole);
}

/// Passwords in captions, notes and names.
pub fn words(bytes: &[u8]) {
    let name = Words::of_name(&text::to_utf8(bytes));
    let lone_words = [LoneWords::Count, LoneWords::AreText];
    for found in
        lone_words.map(|lone_words| Words::of_text(bytes, lone_words)).iter().chain([&name])
    {
        assert!(found.words.len() <= 24, "a text has some dozens of words at most");
        assert!(found.words.iter().all(|word| (3..=100).contains(&word.len())));
    }
}
