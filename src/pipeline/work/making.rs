//! Makes items of work of inputs: reads each once for its digest, lists what is large, and unpacks
//! nothing.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::{
    ArchivePart, ArchivePortion, FilePath, FolderFile, FolderPortion, FolderUnit, Location,
    Portion, Stamp, Stamped, Subject, TextPortion, WorkItem, confirm_store,
};
use crate::archive::data::Data;
use crate::error::{Error, Result};
use crate::input::{self, Input, LooseFile, Place, Post, Volumes, io_issue};
use crate::issue::{Code, Issue, Stage};
use crate::layout::{Planned, UnitKind};
use crate::password::words::Words;
use crate::pipeline::chapter::{self, Skimmed};
use crate::pipeline::digest;
use crate::pipeline::look::Threads;
use crate::pipeline::ordered::in_order;
use crate::pipeline::passwords::{Candidates, Given, Passwords, Surroundings};
use crate::pipeline::plan::{
    Placed, folder_context, known_bytes, open_folder, open_volumes, unplaced,
};
use crate::pipeline::progress::Progress;
use crate::pipeline::run::guarded;
use crate::pipeline::settings::Settings;
use crate::pipeline::source::{self, Nesting, Opened, Part, Share};
use crate::record::Format;
use crate::secret::Id;
use crate::store::Store;

/// What part of a large item several small inputs make together.
const GROUP_SHARE: u64 = 4;

/// How many gaps of a ZIP are told; where there are more, each part looks for them.
const MAX_GAPS: usize = 256;

/// How many small inputs one item has at most.
const GROUP_PORTIONS: usize = 4096;

/// The items of work of all inputs of `settings`, the largest first; after an interrupt those that
/// were made until then. They are the same at any number of threads.
///
/// # Errors
/// Standard input is among the inputs, which nobody else can read; or a defect of logsieve. Inputs
/// that cannot be read are items as well.
pub fn items(settings: &Settings, progress: &Progress) -> Result<Vec<WorkItem>> {
    let store = &settings.read.store;
    let inputs = input::expand_in(store, &settings.read.inputs, &Threads(settings.read.threads))?;
    if inputs.iter().any(|input| input.place == Place::Stdin) {
        let text = "standard input cannot be read on another machine; give files and folders";
        return Err(Error::config(text));
    }
    progress.set_total_bytes(inputs.iter().map(|input| known_bytes(store, input)).sum());
    let mut surroundings = Surroundings::new(store, &inputs);
    let given = Given::new(&settings.read.passwords);
    let drawn = inputs.into_iter().map(|input| {
        let beside = Beside::of(&input, &mut surroundings, &given);
        (input, beside)
    });
    let drawn = drawn.take_while(|_| !progress.is_interrupted());
    let mut items = Items::new(settings.read.item_bytes);
    let listing = Mutex::new(());
    in_order(
        settings.read.threads,
        drawn,
        |(input, beside), _, put| {
            let bytes = known_bytes(store, &input);
            put(Maker { settings, beside, listing: &listing }.portions(input));
            progress.add_done_bytes(bytes);
        },
        Vec::len,
        |portions: Vec<Portion>| {
            portions.into_iter().for_each(|portion| items.add(portion));
            Ok(())
        },
    )?;
    confirm_store(store)?;
    Ok(items.finish())
}

/// What lies beside an archive and may open it.
#[derive(Default)]
struct Beside {
    names: Arc<Words>,
    notes: Vec<PathBuf>,
    /// What opens it here, if its entries have no names without.
    candidates: Candidates,
}

impl Beside {
    fn of(input: &Input, surroundings: &mut Surroundings, given: &Given) -> Self {
        let Place::Archive { volumes, .. } = &input.place else { return Self::default() };
        Self {
            names: surroundings.names(volumes),
            candidates: surroundings.candidates(given, volumes, input.post.as_deref()),
            notes: surroundings.notes(volumes).0.to_vec(),
        }
    }
}

/// Makes the portions of one input.
struct Maker<'s> {
    settings: &'s Settings,
    beside: Beside,
    /// Held while entries are listed: five million of them take half a gigabyte.
    listing: &'s Mutex<()>,
}

impl Maker<'_> {
    fn portions(self, input: Input) -> Vec<Portion> {
        let (name, post) = (input.name.clone(), input.post.clone());
        let made = guarded(|| self.made(input)).and_then(|made| made);
        made.unwrap_or_else(|issue| {
            let subject = Subject::Refused(issue);
            vec![Portion { name, subject, post, issues: Vec::new() }]
        })
    }

    fn made(self, input: Input) -> Result<Vec<Portion>, Issue> {
        let Input { name, place, post, issues } = input;
        let issues = issues.into_iter().map(|(entry, issue)| (Some(entry), issue)).collect();
        let refused =
            |detail: &str| Err(Issue::loss(Stage::Open, Code::UnknownFormat, detail.to_owned()));
        match place {
            Place::Archive { volumes, format } => self.archive(name, &volumes, format, post),
            Place::Folder { root, files } => self.folder(&name, &root, files, issues),
            Place::Text { volumes } => text(self.settings, &name, &volumes, post, issues),
            Place::Refused(issue) => Err(issue),
            Place::Dataset { .. } => {
                refused("a dataset is no work for many machines; give it to check or extract")
            }
            Place::Stdin => refused("standard input cannot be read on another machine"),
        }
    }

    fn archive(
        self,
        name: String,
        volumes: &Volumes,
        format: Format,
        post: Option<Arc<Post>>,
    ) -> Result<Vec<Portion>, Issue> {
        let threads = self.settings.read.threads;
        let digest = |data: &Data| digest::of(data, threads).map_err(|error| io_issue(&error));
        let store = &self.settings.read.store;
        let Read { volumes, data, told: digest } = read(store, volumes, digest)?;
        let Self { settings, beside: Beside { names, notes, candidates }, listing } = self;
        let notes = notes.iter().map(|note| Location::of(note)).collect();
        let whole = ArchivePortion { format, volumes, digest, names, notes, part: None };
        let portion = |archive| Portion {
            name: name.clone(),
            subject: Subject::Archive(archive),
            post: post.clone(),
            issues: Vec::new(),
        };
        let passwords = Passwords::Known(candidates);
        let nesting = Nesting { passwords, ..Nesting::none(settings) };
        let (parts, gaps) = {
            let _one = listing.lock().unwrap_or_else(PoisonError::into_inner);
            parts_of_archive(settings, &name, &data, &whole, &nesting)
        };
        if parts.len() < 2 {
            return Ok(vec![portion(whole)]);
        }
        let rest = ArchivePortion {
            volumes: Volumes { issues: Vec::new(), ..whole.volumes.clone() },
            ..whole.clone()
        };
        let parts = parts.iter().map(|part| {
            let archive = if part.share.number == 0 { &whole } else { &rest };
            let part = ArchivePart { share: part.share, units: part.units(), gaps: gaps.clone() };
            portion(ArchivePortion { part: Some(part), ..archive.clone() })
        });
        Ok(parts.collect())
    }

    fn folder(
        self,
        name: &str,
        root: &Path,
        files: Vec<LooseFile>,
        issues: Vec<Placed>,
    ) -> Result<Vec<Portion>, Issue> {
        let settings = self.settings;
        let stamp = |path: &Path| Stamp::of(&settings.read.store, &root.join(path));
        let stamped = |file: &LooseFile| (file.path.clone(), stamp(&file.path));
        let stamped: Vec<(PathBuf, Stamp)> = files.iter().map(stamped).collect();
        let (context, sizes) = folder_context(settings, name, root, &files)?;
        let _one = self.listing.lock().unwrap_or_else(PoisonError::into_inner);
        let opened = open_folder(settings, context, root, files, sizes)?;
        let mut parts = opened.parts(settings.read.item_bytes);
        if parts.is_empty() {
            let share = Share { number: 0, of: 1, bytes: opened.context.size };
            parts.push(Part { share, shards: Vec::new() });
        }
        let mut issues: Vec<Placed> =
            issues.into_iter().chain(unplaced(opened.issues().cloned())).collect();
        let root = Location::of(root);
        let portion = |part: Part| {
            let folder = FolderPortion {
                root: root.clone(),
                digest: opened.context.digest.clone(),
                size: opened.context.size,
                logs: opened.logs,
                share: part.share,
                units: part.units().map(|unit| unit_of_folder(&opened, unit, &stamped)).collect(),
            };
            let (subject, issues) = (Subject::Folder(folder), std::mem::take(&mut issues));
            Portion { name: name.to_owned(), subject, post: None, issues }
        };
        Ok(parts.into_iter().map(portion).collect())
    }
}

fn text(
    settings: &Settings,
    name: &str,
    volumes: &Volumes,
    post: Option<Arc<Post>>,
    mut issues: Vec<Placed>,
) -> Result<Vec<Portion>, Issue> {
    let store = &settings.read.store;
    let read = read(store, volumes, |data| chapter::skim(settings, name, data))?;
    let Read { mut volumes, told: Skimmed { digest, parts }, .. } = read;
    let parts = match parts.is_empty() {
        true => vec![None],
        false => parts.into_iter().map(Some).collect(),
    };
    let portion = |part| {
        let rest = Volumes { issues: Vec::new(), ..volumes.clone() };
        let volumes = std::mem::replace(&mut volumes, rest);
        let subject = Subject::Text(TextPortion { volumes, digest: digest.clone(), part });
        let issues = std::mem::take(&mut issues);
        Portion { name: name.to_owned(), subject, post: post.clone(), issues }
    };
    Ok(parts.into_iter().map(portion).collect())
}

/// What was read of an input.
struct Read<T> {
    volumes: Volumes<Stamped>,
    data: Data,
    /// What all of its bytes tell.
    told: T,
}

/// Reads all bytes of an input.
fn read<T>(
    store: &Store,
    volumes: &Volumes,
    tell: impl FnOnce(&Data) -> Result<T, Issue>,
) -> Result<Read<T>, Issue> {
    let stamped = || volumes.map(|file| Stamped::of(store, file));
    let before = stamped();
    let data = open_volumes(store, volumes)?;
    let told = tell(&data)?;
    if before != stamped() {
        let detail = "the file changed while it was read";
        return Err(Issue::loss(Stage::Open, Code::ChangedDuringRead, detail));
    }
    Ok(Read { volumes: before, data, told })
}

/// The parts that an archive is cut into, and its gaps; none if it is small, or cannot be listed here.
fn parts_of_archive(
    settings: &Settings,
    name: &str,
    data: &Data,
    archive: &ArchivePortion,
    nesting: &Nesting,
) -> (Vec<Part>, Option<Vec<(u64, u64)>>) {
    let (name, digest) = (name.to_owned(), archive.digest.clone());
    let context = source::context_of_digest(settings, name, data, digest, archive.format, nesting);
    if context.size <= settings.read.item_bytes {
        return (Vec::new(), None);
    }
    // What cannot be listed, the run that reads it will tell.
    let opened = guarded(|| source::open(context, data.clone(), nesting));
    let opened = opened.ok().and_then(std::result::Result::ok);
    let Some(opened) = opened else { return (Vec::new(), None) };
    let gaps = opened.archive.gaps().filter(|gaps| gaps.len() <= MAX_GAPS).map(<[_]>::to_vec);
    (opened.parts(settings.read.item_bytes), gaps)
}

/// A unit of a folder whose files were `stamped`, in the order of its entries.
fn unit_of_folder(opened: &Opened, unit: usize, stamped: &[(PathBuf, Stamp)]) -> FolderUnit {
    let files = opened.plan.entries(unit).iter().filter_map(|planned| {
        let (path, stamp) = stamped.get(planned.index as usize)?.clone();
        let Planned { inside, role, .. } = *planned;
        Some(FolderFile { path: FilePath(path), stamp, inside, role })
    });
    FolderUnit {
        kind: opened.plan.kind(unit).unwrap_or(UnitKind::Loose),
        root: opened.root(unit).and_then(FilePath::of_bytes),
        files: files.collect(),
    }
}

/// Puts portions into items.
struct Items {
    items: Vec<WorkItem>,
    /// Small inputs that go into one item.
    group: Vec<Portion>,
    group_bytes: u64,
    most_of_group: u64,
    /// How many items that were made of the same bytes there are.
    alike: HashMap<Id, u64>,
}

impl Items {
    fn new(item_bytes: u64) -> Self {
        let most_of_group = item_bytes / GROUP_SHARE;
        let (items, group, alike) = (Vec::new(), Vec::new(), HashMap::new());
        Self { items, group, group_bytes: 0, most_of_group, alike }
    }

    fn add(&mut self, portion: Portion) {
        let bytes = portion.bytes();
        if bytes >= self.most_of_group || portion.is_part() {
            return self.push(vec![portion]);
        }
        let sum = self.group_bytes + bytes;
        if sum > self.most_of_group || self.group.len() >= GROUP_PORTIONS {
            self.end_group();
        }
        self.group.push(portion);
        self.group_bytes += bytes;
    }

    fn end_group(&mut self) {
        self.group_bytes = 0;
        let group = std::mem::take(&mut self.group);
        if !group.is_empty() {
            self.push(group);
        }
    }

    fn push(&mut self, portions: Vec<Portion>) {
        let bytes = portions.iter().map(Portion::bytes).fold(0, u64::saturating_add);
        let first = portions.first().map(|portion| portion.name.clone()).unwrap_or_default();
        let source = match portions.len() {
            0 | 1 => first,
            count => format!("{first} and {} more", count - 1),
        };
        let id = self.id(&portions);
        self.items.push(WorkItem { item: id, source, bytes, portions });
    }

    /// An id that says which bytes are read. The same bytes may be given twice under two names.
    fn id(&mut self, portions: &[Portion]) -> Id {
        let mut hasher = blake3::Hasher::new_derive_key("logsieve 2026 work items");
        portions.iter().for_each(|portion| portion.hash(&mut hasher));
        let id = first_half(&hasher);
        let before = self.alike.entry(id).or_default();
        let number = *before;
        *before += 1;
        if number > 0 {
            hasher.update(&number.to_le_bytes());
        }
        first_half(&hasher)
    }

    fn finish(mut self) -> Vec<WorkItem> {
        self.end_group();
        self.items.sort_by_key(|item| std::cmp::Reverse(item.bytes));
        self.items
    }
}

fn first_half(hasher: &blake3::Hasher) -> Id {
    let mut id = [0; 16];
    hasher.finalize_xof().fill(&mut id);
    Id(id)
}

impl Portion {
    /// Whether other items have other parts of the same input.
    fn is_part(&self) -> bool {
        match &self.subject {
            Subject::Archive(archive) => archive.part.is_some(),
            Subject::Folder(folder) => folder.share.of > 1,
            Subject::Text(text) => text.part.is_some(),
            Subject::Refused(_) => false,
        }
    }

    /// Hashes what says which bytes are read.
    fn hash(&self, hasher: &mut blake3::Hasher) {
        let whole = Share { number: 0, of: 1, bytes: 0 };
        let (kind, bytes, share) = match &self.subject {
            Subject::Archive(archive) => {
                let share = archive.part.as_ref().map_or(whole, |part| part.share);
                (0, &archive.digest, share)
            }
            Subject::Folder(folder) => (1, &folder.digest, folder.share),
            Subject::Text(text) => {
                let share = text.part.as_ref().map_or(whole, |part| part.share);
                (2, &text.digest, share)
            }
            // It has no bytes.
            Subject::Refused(_) => (3, &self.name, whole),
        };
        hasher.update(&[kind]);
        hasher.update(&(bytes.len() as u64).to_le_bytes());
        hasher.update(bytes.as_bytes());
        hasher.update(&share.number.to_le_bytes());
        hasher.update(&share.of.to_le_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A text of so many bytes.
    fn text(name: &str, size: u64) -> Portion {
        let place = Location::of(Path::new(name));
        let stamp = Stamp { size: Some(size), ..Stamp::default() };
        let file = Stamped { place, stamp };
        let volumes = Volumes { parts: vec![input::Part::File(file)], issues: Vec::new() };
        let text = TextPortion { volumes, digest: size.to_string(), part: None };
        let subject = Subject::Text(text);
        Portion { name: name.to_owned(), subject, post: None, issues: Vec::new() }
    }

    fn items(portions: impl IntoIterator<Item = Portion>) -> Vec<WorkItem> {
        let mut items = Items::new(400);
        portions.into_iter().for_each(|portion| items.add(portion));
        items.finish()
    }

    #[test]
    fn small_inputs_go_together_and_the_largest_comes_first() {
        let sizes = [("a", 60), ("b", 30), ("c", 500), ("d", 20), ("e", 0), ("f", 99)];
        let made = items(sizes.map(|(name, size)| text(name, size)));
        let shown: Vec<_> = made.iter().map(|item| (item.source(), item.bytes())).collect();
        assert_eq!(shown, [("c", 500), ("f", 99), ("a and 1 more", 90), ("d and 1 more", 20)]);
        let empty = (0..=GROUP_PORTIONS).map(|_| text("a", 0));
        assert_eq!(items(empty).len(), 2);
    }

    #[test]
    fn an_item_is_called_after_its_bytes() {
        let ids = |portions: Vec<Portion>| -> Vec<Id> {
            items(portions).iter().map(WorkItem::id).collect()
        };
        assert_eq!(ids(vec![text("a", 500)]), ids(vec![text("b", 500)]));
        assert_ne!(ids(vec![text("a", 500)]), ids(vec![text("a", 501)]));
        let twice = ids(vec![text("a", 500), text("b", 500)]);
        assert_ne!(twice[0], twice[1]);
    }
}
