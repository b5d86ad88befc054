//! The mention guarantee: what a plain search over the unpacked files finds, `check` reports.
//!
//! Random layouts, formats and encodings ([`compose`]) are packed in all kinds of archives. A search
//! of its own ([`search`]), which knows only how the files were encoded, says on which lines watched
//! names stand; every such line must be covered by an exposure of the same organisation, and no
//! exposure may stand where the search finds nothing.
//!
//! `LOGSIEVE_MENTIONS=5000` makes more cases, `LOGSIEVE_SEED=7` other ones.

mod compose;
mod search;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::io::Write;
use std::path::{Path, PathBuf};

use logsieve::check::Check;
use logsieve::exposure::Exposure;
use logsieve::secret::Key;
use logsieve::watchlist::Watchlist;

use self::compose::{Layout, Size};
use self::search::{Boundaries, Encoding, names_on};
use crate::support::pack::{self, Grouping};
use crate::support::rng::Rng;

/// The organisations; what is watched is known to [`search`] as well.
const WATCHLIST: &str = r#"
[[organisation]]
name = "Alpha"
domains = ["example.com", "alpha.test"]
exclude = ["status.example.com"]

[[organisation]]
name = "Beta"
domains = ["example.net", "alpha.test"]

[[organisation]]
name = "Gamma"
domains = ["münchen.example", "пример.test"]

[[organisation]]
name = "Delta"
domains = ["vpn.example.com"]
"#;

/// How a layout is handed to `check`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Container {
    Folder,
    Zip,
    SevenZ,
    SolidSevenZ,
    TarGz,
    Rar,
    NestedZip,
    Text,
    Stdin,
}

const CONTAINERS: &[Container] = &[
    Container::Folder,
    Container::Folder,
    Container::Zip,
    Container::Zip,
    Container::SevenZ,
    Container::SolidSevenZ,
    Container::TarGz,
    Container::Rar,
    Container::NestedZip,
    Container::Text,
    Container::Text,
];

#[test]
fn a_text_search_finds_nothing_that_check_does_not_report() {
    let cases = number("LOGSIEVE_MENTIONS").unwrap_or(250);
    let seed = number("LOGSIEVE_SEED").unwrap_or(1);
    for case in 0..cases {
        let mut rng = Rng::new(seed.wrapping_mul(1_000_003) + case);
        let container = match rng.below(60) {
            0 => Container::Stdin,
            _ => *rng.pick(CONTAINERS),
        };
        let size = match rng.below(400) {
            0 => Size::LongLines,
            1 => Size::LargeFile,
            _ => Size::Small,
        };
        run_case(&mut rng, container, size, &format!("seed {seed}, case {case}"));
    }
}

#[test]
fn long_lines_and_large_files_are_searched_whole() {
    for (number, size) in [Size::LongLines, Size::LargeFile, Size::LargeLog].into_iter().enumerate()
    {
        for container in [Container::Zip, Container::Text] {
            let mut rng = Rng::new(number as u64);
            run_case(&mut rng, container, size, &format!("{size:?}"));
        }
    }
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

fn run_case(rng: &mut Rng, container: Container, size: Size, name: &str) {
    let mut layout = compose::layout(rng, size);
    if matches!(container, Container::Text | Container::Stdin) {
        layout.files.retain(|file| file.encoding.is_some() && !file.bytes.is_empty());
        layout.files.truncate(1);
    }
    if layout.files.is_empty() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let exposures = match container {
        Container::Stdin => check_stdin(&layout.files[0].bytes, folder.path()),
        _ => check(hand_over(&layout, container, folder.path())),
    };
    let complaints = compare(&layout, container, &exposures);
    if !complaints.is_empty() {
        let kept = folder.keep();
        panic!(
            "{name}, {container:?}, {size:?}, kept in {}:\n{}",
            kept.display(),
            complaints.join("\n")
        );
    }
}

/// Writes the layout into `folder` as `container`; returns what is to be read.
fn hand_over(layout: &Layout, container: Container, folder: &Path) -> PathBuf {
    let files: Vec<(String, Vec<u8>)> =
        layout.files.iter().map(|file| (file.path.clone(), file.bytes.clone())).collect();
    let write = |name: &str, bytes: Vec<u8>| {
        let path = folder.join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    };
    match container {
        Container::Folder => {
            let root = folder.join("in");
            for (path, bytes) in &files {
                let path = root.join(path);
                std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                std::fs::write(path, bytes).unwrap();
            }
            root
        }
        Container::Zip => write("a.zip", pack::zip(&files)),
        Container::SevenZ => write("a.7z", pack::sevenz(&files, Grouping::Single)),
        Container::SolidSevenZ => write("a.7z", pack::sevenz(&files, Grouping::Solid)),
        Container::TarGz => write("a.tar.gz", pack::tar_gz(&files)),
        Container::Rar => write("a.rar", pack::rar5(&files, Grouping::Single)),
        Container::NestedZip => {
            let inner = pack::zip(&files);
            write("a.zip", pack::zip(&[("inner.zip".to_owned(), inner)]))
        }
        Container::Text | Container::Stdin => {
            let name = files[0].0.rsplit('/').next().unwrap().to_owned();
            write(&name, files[0].1.clone())
        }
    }
}

/// What an entry is called in records.
fn entry_name(path: &str, container: Container) -> String {
    match container {
        Container::NestedZip => format!("inner.zip!{path}"),
        Container::Text => path.rsplit('/').next().unwrap().to_owned(),
        Container::Stdin => "-".to_owned(),
        _ => path.to_owned(),
    }
}

/// An exposure as far as this test cares.
#[derive(Debug)]
struct Seen {
    id: String,
    organisation: String,
    is_mention: bool,
    entry: String,
    line: u64,
    encoding: Option<String>,
    /// The marks in what the record shows.
    marks: BTreeSet<String>,
}

impl Seen {
    fn of(exposure: &serde_json::Value) -> Self {
        let record = &exposure["record"];
        let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
        Self {
            id: text(&exposure["exposure_id"]),
            organisation: text(&exposure["organisation"]),
            is_mention: exposure["kind"] == "mention",
            entry: text(&record["entry"]),
            line: record["line"].as_u64().unwrap_or_default(),
            encoding: record["encoding"].as_str().map(str::to_owned),
            marks: compose::marks(&record.to_string()),
        }
    }
}

fn check(input: PathBuf) -> Vec<Seen> {
    let watchlist = Watchlist::from_bytes("orgs.toml", WATCHLIST.as_bytes()).unwrap();
    let check = Check::new(watchlist)
        .key(Key::from_bytes(vec![7; 32]).unwrap())
        .as_of("2026-01-01T00:00:00Z".parse().unwrap())
        .threads(2)
        .input(input);
    let mut exposures: Vec<Exposure> = Vec::new();
    let mut take = |exposure| {
        exposures.push(exposure);
        Ok(())
    };
    check.run(&mut take).unwrap();
    let values = exposures.iter().map(|exposure| serde_json::to_value(exposure).unwrap());
    values.map(|value| Seen::of(&value)).collect()
}

fn check_stdin(bytes: &[u8], folder: &Path) -> Vec<Seen> {
    let list = folder.join("orgs.toml");
    std::fs::write(&list, WATCHLIST).unwrap();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_logsieve"))
        .args(["check", "--quiet", "-o", "-", "-w"])
        .args([list.as_os_str(), "-".as_ref()])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = command.stdin.take().unwrap();
    let bytes = bytes.to_vec();
    let writer = std::thread::spawn(move || input.write_all(&bytes).unwrap());
    let output = command.wait_with_output().unwrap();
    writer.join().unwrap();
    let lines = output.stdout.split(|&byte| byte == b'\n').filter(|line| !line.is_empty());
    lines.map(|line| Seen::of(&serde_json::from_slice(line).unwrap())).collect()
}

/// How many lines a record may have.
const LONGEST_RECORD: u64 = 20;

/// What is missing, and what should not be there.
fn compare(layout: &Layout, container: Container, exposures: &[Seen]) -> Vec<String> {
    let mut ids = HashSet::new();
    let twice = exposures.iter().filter(|seen| !ids.insert(&seen.id));
    let mut complaints: Vec<_> = twice.map(|seen| format!("twice the id of {seen:?}")).collect();
    for file in &layout.files {
        let Some(encoding) = file.encoding else { continue };
        let entry = entry_name(&file.path, container);
        let seen = exposures.iter().filter(|seen| seen.entry == entry).collect();
        let lines = search::lines(&file.bytes, encoding);
        let text = Text { entry, encoding, lines, seen };
        text.missing(exposures, &mut complaints);
        text.surplus(&mut complaints);
    }
    let entries: HashSet<_> =
        layout.files.iter().map(|file| entry_name(&file.path, container)).collect();
    let strays = exposures.iter().filter(|seen| !entries.contains(&seen.entry));
    complaints.extend(strays.map(|seen| format!("of no file: {seen:?}")));
    complaints
}

/// A file as the search sees it, and what `check` reported of it.
struct Text<'s> {
    entry: String,
    encoding: Encoding,
    lines: Vec<String>,
    seen: Vec<&'s Seen>,
}

impl Text<'_> {
    /// Every name must be covered: by a mention on its line, by a record there or around it, or by
    /// a copy of that record elsewhere, which has the same mark.
    fn missing(&self, exposures: &[Seen], complaints: &mut Vec<String>) {
        let mut mentions = HashMap::new();
        let mut covered: HashSet<(&str, u64)> = HashSet::new();
        for seen in &self.seen {
            if seen.is_mention {
                let place = (seen.organisation.as_str(), seen.line);
                mentions.insert(place, seen.encoding.as_deref());
            } else {
                let lines = self.record_lines(seen.line);
                covered.extend(lines.map(|line| (seen.organisation.as_str(), line)));
            }
        }
        let marks: HashSet<(&str, &str)> = exposures
            .iter()
            .filter(|seen| !seen.is_mention)
            .flat_map(|seen| seen.marks.iter().map(|mark| (seen.organisation.as_str(), &**mark)))
            .collect();
        for (number, line) in (1..).zip(&self.lines) {
            for organisation in names_on(line, Boundaries::Strict) {
                let place = (organisation, number);
                let on_record = covered.contains(&place)
                    || self.marks(number).iter().any(|m| marks.contains(&(organisation, m)));
                let about =
                    format!("{organisation} {}:{number}: {}", self.entry, search::shorten(line));
                match mentions.get(&place) {
                    None if !on_record => complaints.push(format!("missed: {about}")),
                    Some(name) if !search::is_right_encoding(*name, self.encoding, line) => {
                        complaints.push(format!("called {name:?}: {about}"));
                    }
                    _ => {}
                }
            }
        }
    }

    /// The marks of a line; in an object, that of a line without one stands on the next.
    fn marks(&self, number: u64) -> BTreeSet<String> {
        let lines = self.lines.iter().skip(number as usize - 1).take(2);
        let mut marks = lines.map(|line| compose::marks(line));
        marks.find(|marks| !marks.is_empty()).unwrap_or_default()
    }

    /// No exposure may stand where there is no name, unless it is that of a `[host]` above.
    fn surplus(&self, complaints: &mut Vec<String>) {
        let mut named = HashSet::new();
        let mut first_group = HashMap::new();
        for (number, line) in (1..).zip(&self.lines) {
            for organisation in names_on(line, Boundaries::Wide) {
                named.insert((organisation, number));
                if line.trim_start_matches('\u{feff}').starts_with('[') {
                    first_group.entry(organisation).or_insert(number);
                }
            }
        }
        for seen in &self.seen {
            let organisation = seen.organisation.as_str();
            let reach = if seen.is_mention { 1 } else { LONGEST_RECORD };
            let mut lines = seen.line..seen.line + reach;
            let below_group = first_group.get(organisation).is_some_and(|&line| line < seen.line);
            if !lines.any(|line| named.contains(&(organisation, line)))
                && (seen.is_mention || !below_group)
            {
                complaints.push(format!("nothing is there: {seen:?}"));
            }
        }
    }

    /// The lines of the record that begins on a line: that line, and of a block with labels more.
    fn record_lines(&self, first: u64) -> impl Iterator<Item = u64> {
        let lines = self.lines.iter().skip(first as usize - 1);
        let is_labelled = |line: &&String| {
            let label = line.split([':', '=']).next().unwrap_or_default();
            label.len() < line.len() && label.trim().len() <= 24 && !line.contains("://")
        };
        let block = lines.clone().take_while(|line| !line.is_empty()).take(6).count();
        let labelled = lines.take(1).any(|line| is_labelled(&line));
        first..first + if labelled { block.max(1) as u64 } else { 1 }
    }
}
