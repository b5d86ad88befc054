//! Looks into small files that no name explains: is one of them the system file of a log?
//!
//! The folders of logs are told by names, and a stealer that nobody has met has names of its own. A
//! folder in which a text speaks of a computer is a log too; what else lies in it, its content says
//! later.

use std::collections::HashMap;

use crate::archive::{Access, Archive, Flow, Visitor, Wanted};
use crate::artefact::{Before, End, Hint, Part, system_facts};
use crate::input;
use crate::issue::Issue;
use crate::layout::{Plan, Role};
use crate::text::{Content, ascii_based};

/// Larger files are no system files.
const LARGEST: u64 = 256 << 10;

/// How much of a file is looked at.
const LOOK_BYTES: usize = 16 << 10;

/// The largest archive that is read once more where it can only be read in order.
const LARGEST_IN_ORDER: u64 = 64 << 20;

/// Most system files of one log.
const MOST_OF_A_LOG: usize = 3;

/// The entries outside of all logs that are system files by their content.
pub(super) fn system_files(archive: &dyn Archive, plan: &Plan<'_>) -> Vec<usize> {
    let entries = archive.entries();
    let is_small = |index: &usize| {
        entries.get(*index).is_some_and(|entry| (1..=LARGEST).contains(&entry.size.unwrap_or(1)))
    };
    let nameless = plan.loose.iter().filter(|planned| planned.role == Role::Other);
    let wanted: Vec<usize> = nameless.map(|planned| planned.index).filter(is_small).collect();
    let packed = entries.iter().filter_map(|entry| entry.packed.or(entry.size)).sum::<u64>();
    if wanted.is_empty() || (archive.access() == Access::Sequential && packed > LARGEST_IN_ORDER) {
        return Vec::new();
    }
    let mut peek = Peek::default();
    archive.stream(&wanted, &mut peek);
    let mut folders: HashMap<&[u8], Vec<System>> = HashMap::new();
    for system in peek.found {
        let name = entries.get(system.index).map(|entry| entry.name.as_bytes()).unwrap_or_default();
        let end = memchr::memrchr(b'/', name).unwrap_or(0);
        folders.entry(name.get(..end).unwrap_or_default()).or_default().push(system);
    }
    let logs = folders.into_values().filter(|systems| is_one_computer(systems));
    let mut found: Vec<usize> = logs.flatten().map(|system| system.index).collect();
    found.sort_unstable();
    found
}

/// What a text says about its computer.
struct System {
    index: usize,
    computer: Option<Vec<u8>>,
    hwid: Option<Vec<u8>>,
}

/// Whether texts that lie side by side are of one computer, and not a seller's collection.
fn is_one_computer(systems: &[System]) -> bool {
    let agree = |value: fn(&System) -> &Option<Vec<u8>>| {
        let mut known = systems.iter().filter_map(|system| value(system).as_ref());
        known.next().is_none_or(|first| known.all(|other| other == first))
    };
    systems.len() <= MOST_OF_A_LOG
        && agree(|system| &system.computer)
        && agree(|system| &system.hwid)
}

#[derive(Default)]
struct Peek {
    found: Vec<System>,
    index: usize,
    head: Vec<u8>,
}

impl Visitor for Peek {
    fn begin(&mut self, index: usize) -> Wanted {
        self.index = index;
        self.head.clear();
        Wanted::Bytes
    }

    fn chunk(&mut self, bytes: &[u8]) -> Flow {
        let left = LOOK_BYTES.saturating_sub(self.head.len());
        self.head.extend_from_slice(bytes.get(..left).unwrap_or(bytes));
        if self.head.len() < LOOK_BYTES { Flow::More } else { Flow::Skip }
    }

    /// What is wrong with an entry is told when it is read.
    fn end(&mut self, _: Result<(), Issue>) {
        let Content::Text(encoding) = Content::sniff(&self.head) else { return };
        if input::sniff(&self.head).is_some() {
            return;
        }
        let text = ascii_based(&self.head, encoding);
        let before = &Before::default();
        let part = Part { first_line: 1, hint: Hint::Other, before, end: End::OfText };
        if let Some(facts) = system_facts(&text, part) {
            self.found.push(System {
                index: self.index,
                computer: facts.computer_name.map(|name| name.to_ascii_lowercase()),
                hwid: facts.hwid.map(|hwid| hwid.to_ascii_lowercase()),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::*;
    use crate::archive::folder;
    use crate::layout::{Item, plan};

    const SYSTEM: &str = "Machine Name: PC-1\nHWID: 0A0B0C0D\nExternal IP: 203.0.113.1\n";

    /// The entries that are found among these files.
    fn found(files: &[(&str, &str)]) -> Vec<String> {
        let root = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = root.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let names = files.iter().map(|(name, _)| PathBuf::from(name)).collect();
        let archive = folder::open(Path::new(root.path()), names);
        let entries = archive.entries();
        let items: Vec<Item<'_>> = entries
            .iter()
            .enumerate()
            .map(|(index, entry)| Item { index, name: entry.name.as_bytes(), role: None })
            .collect();
        let found = system_files(&*archive, &plan(&items));
        found.into_iter().map(|index| entries[index].name.to_text()).collect()
    }

    #[test]
    fn a_text_about_a_computer_is_found_by_its_content() {
        let files = [("x/about", SYSTEM), ("x/k/vault", "a\n"), ("readme-first", "hello\n")];
        assert_eq!(found(&files), ["x/about"]);
    }

    #[test]
    fn collections_are_no_logs() {
        let other = SYSTEM.replace("PC-1", "PC-2");
        assert!(found(&[("all/a", SYSTEM), ("all/b", &other)]).is_empty());
        assert_eq!(found(&[("all/a", SYSTEM), ("all/b", SYSTEM)]).len(), 2);
    }

    #[test]
    fn large_files_are_left_alone() {
        let text = SYSTEM.repeat(LARGEST as usize / SYSTEM.len() + 1);
        assert!(found(&[("x/about", &text)]).is_empty());
    }
}
