//! The floors of `docs/ARCHITECTURE.md`, enforced: a module uses only what stands below it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Every top module and its floor; `tests/all/floors.rs` and `src/lib.rs` must name the same.
const FLOORS: &[(&str, u8)] = &[
    ("error", 0),
    ("exposure", 0),
    ("fact", 0),
    ("issue", 0),
    ("limits", 0),
    ("password", 0),
    ("provenance", 0),
    ("record", 0),
    ("secret", 0),
    ("spill", 0),
    ("store", 0),
    ("text", 0),
    ("archive", 1),
    ("input", 1),
    ("family", 2),
    ("layout", 2),
    ("artefact", 3),
    ("case", 4),
    ("classify", 4),
    ("normalise", 4),
    ("sink", 4),
    ("watchlist", 4),
    ("pipeline", 5),
    ("check", 6),
    ("cli", 7),
];

/// Uses between folders of one floor, or of floors that are kept apart, that are meant to be.
const EXCEPTIONS: &[(&str, &str)] = &[("layout", "family")];

/// What each floor may use besides itself.
fn may_use(from: &str, to: &str) -> bool {
    let (low, high) = (floor(to), floor(from));
    from == to
        || EXCEPTIONS.contains(&(from, to))
        || low == 0
        || match high {
            3 => to == "family",
            5 | 6 => low < high,
            7 => true,
            _ => false,
        }
}

fn floor(module: &str) -> u8 {
    FLOORS
        .iter()
        .find(|(name, _)| *name == module)
        .unwrap_or_else(|| panic!("no floor: {module}"))
        .1
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for child in fs::read_dir(folder).unwrap() {
        let path = child.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|suffix| suffix == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// The top module that a file belongs to.
fn module(path: &Path) -> String {
    let inside = path.strip_prefix(source()).unwrap();
    let first = inside.components().next().unwrap().as_os_str().to_string_lossy().into_owned();
    first.trim_end_matches(".rs").to_owned()
}

/// The top modules that a text names with `crate::`, comments aside.
fn uses(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for line in text.lines().filter(|line| !line.trim_start().starts_with("//")) {
        for part in line.split("crate::").skip(1) {
            let names = part.strip_prefix('{').unwrap_or(part);
            let name: String =
                names.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            found.push(name);
        }
    }
    found
}

#[test]
fn modules_use_only_what_stands_below() {
    let mut wrong = Vec::new();
    for path in rust_files(&source()) {
        let from = module(&path);
        let is_test = path.components().any(|part| part.as_os_str() == "tests");
        if from == "lib" || from == "main" || is_test {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        for to in uses(&text).iter().filter(|to| FLOORS.iter().any(|(name, _)| name == to)) {
            if !may_use(&from, to) {
                wrong.push(format!(
                    "{}: {from} (floor {}) uses {to}",
                    path.display(),
                    floor(&from)
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_module_has_a_floor() {
    let library = fs::read_to_string(source().join("lib.rs")).unwrap();
    let mut declared: Vec<&str> = library
        .lines()
        .filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'))
        .collect();
    let mut known: Vec<&str> = FLOORS.iter().map(|(name, _)| *name).collect();
    declared.sort_unstable();
    known.sort_unstable();
    assert_eq!(declared, known);
}

#[test]
fn only_the_pipeline_names_threads_and_locks() {
    let banned = ["std::thread", "rayon", "Mutex", "Condvar", "mpsc", "RwLock"];
    // The RAR reader pushes into writers that must be 'static, so a thread stands between.
    let excused = Path::new("archive").join("rar").join("decode.rs");
    let may = |path: &Path| module(path) == "pipeline" || path.ends_with(&excused);
    for path in rust_files(&source()).iter().filter(|path| !may(path)) {
        let text = fs::read_to_string(path).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap();
        for line in code.lines().filter(|line| !line.trim_start().starts_with("//")) {
            let counts_only = line.contains("available_parallelism");
            let named = banned.iter().find(|word| line.contains(*word) && !counts_only);
            assert!(named.is_none(), "{}: {line}", path.display());
        }
    }
}

#[test]
fn files_open_with_prose_and_stay_readable() {
    /// Lines of code, tests and tables aside, past which a file should be two.
    const MAX_LINES: usize = 600;
    let mut long = BTreeMap::new();
    for path in rust_files(&source()) {
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("//!"), "{} opens without saying what it is", path.display());
        let code = text.split("#[cfg(test)]").next().unwrap().lines().count();
        let is_table = ["tables.rs", "labels.rs", "country.rs", "columns.rs", "samples.rs"]
            .iter()
            .any(|name| path.ends_with(name));
        if code > MAX_LINES && !is_table {
            long.insert(path, code);
        }
    }
    assert!(long.is_empty(), "too long: {long:#?}");
}
