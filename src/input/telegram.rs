//! Exports of Telegram chats: which message carried which file.
//!
//! Telegram Desktop writes a `result.json` beside the files of a chat, `tdl` (a downloader) a list of
//! messages beside what it loads. Both name the channel, the date and the caption of every file, and
//! the caption is where the password of an archive stands. An export never leads to a file: only
//! files that were given or found by the walk are looked up in it.

mod chat;
mod export;
mod message;
#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};
use std::io::Read;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::magic::{Kind, kind_of};
use super::{Input, Place, Volumes};
use crate::password::words::Words;
use crate::provenance::lossless_utf8;
use crate::store::Store;
use crate::text::json::{Container, Event, Reader, looks_like_json};
use export::Found;

/// What is known of a file because a message carried it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Post {
    /// The name of the chat, or its number where it has none.
    pub channel: Option<String>,
    /// When it was posted, in seconds since 1970 UTC.
    pub posted_at: Option<i64>,
    /// What the file was called when it was posted.
    pub file_name: Option<String>,
    /// What the caption says.
    pub caption: Arc<Words>,
    /// What the messages round it say, the nearest first.
    pub nearby: Vec<Arc<Words>>,
    /// What the whole chat says: its pinned messages, then what it says most often.
    pub chat: Arc<Words>,
}

/// What an export of messages says about files that lie beside it, by the indices of their paths
/// from there, in the order of the messages.
///
/// ```
/// use logsieve::input::posts;
/// let export = br#"{"name": "Example Cloud", "type": "public_channel", "id": 1, "messages": [
///     {"id": 7, "type": "message", "date_unixtime": "1767323045", "file": "files/a.rar",
///      "text": ["pass: ", {"type": "code", "text": "@ExampleCloud"}]}]}"#;
/// let posts = posts(&export[..], &["files/a.rar".into()]);
/// assert_eq!(posts[0].1.channel.as_deref(), Some("Example Cloud"));
/// assert_eq!(posts[0].1.caption.words, ["@ExampleCloud"]);
/// ```
pub fn posts(export: impl Read, files: &[PathBuf]) -> Vec<(usize, Post)> {
    let mut known = Known::default();
    for (number, file) in files.iter().enumerate() {
        known.add(file.clone(), Target::Whole(number));
    }
    let posts = export::read(export, &Export::default(), &known).posts.into_iter();
    let posts = posts.filter_map(|(target, post)| match target {
        Target::Whole(number) => Some((number, post)),
        Target::Loose(..) => None,
    });
    posts.collect()
}

/// How much of a file is looked at to tell whether it is an export.
const HEAD_BYTES: u64 = 4096;

/// Where a file of an export is among the inputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Target {
    /// It is an input, with this index.
    Whole(usize),
    /// It is the file with the second index in the folder with the first.
    Loose(usize, usize),
}

/// Gives every input that a message carried its [`Post`]. Texts that were posted one by one are no
/// parts of one folder, but inputs of their own.
pub(super) fn attach(store: &Store, inputs: Vec<Input>) -> Vec<Input> {
    let exports = exports(store, &inputs);
    if exports.is_empty() {
        return inputs;
    }
    let known = Known::new(&inputs, &exports);
    let mut inputs = inputs;
    let mut posts: HashMap<Target, Post> = HashMap::new();
    for export in exports {
        let Ok(file) = store.open(&export.path) else { continue };
        let Found { posts: found, issues } = export::read(file, &export, &known);
        for (target, post) in found {
            match posts.get_mut(&target) {
                None => _ = posts.insert(target, post),
                Some(first) => first.nearby.push(post.caption),
            }
        }
        if let Some(input) = inputs.get_mut(export.input) {
            let issues = issues.into_iter().map(|issue| (export.entry.clone(), issue));
            input.issues.extend(issues);
        }
    }
    spread(store, inputs, posts)
}

/// The inputs with their posts, and the texts of folders that have one as inputs of their own.
fn spread(store: &Store, inputs: Vec<Input>, mut posts: HashMap<Target, Post>) -> Vec<Input> {
    let mut all = Vec::with_capacity(inputs.len());
    for (index, mut input) in inputs.into_iter().enumerate() {
        input.post = posts.remove(&Target::Whole(index)).map(Arc::new);
        let mut texts = Vec::new();
        if let Place::Folder { root, files } = &mut input.place {
            let mut loose = Vec::with_capacity(files.len());
            for (number, file) in std::mem::take(files).into_iter().enumerate() {
                let path = root.join(&file.path);
                match posts.remove(&Target::Loose(index, number)) {
                    Some(post) if matches!(kind_of(store, &path), Ok(Kind::Text)) => {
                        let name = lossless_utf8(path.as_os_str().as_encoded_bytes());
                        let volumes = Volumes::one(path);
                        let mut text = Input::new(name, Place::Text { volumes });
                        text.post = Some(Arc::new(post));
                        texts.push(text);
                    }
                    _ => loose.push(file),
                }
            }
            *files = loose;
        }
        all.push(input);
        all.extend(texts);
    }
    all
}

/// A file that says which message carried which file.
#[derive(Default)]
struct Export {
    /// The file.
    path: PathBuf,
    /// The folder that it lies in: what it names lies below.
    base: PathBuf,
    /// The index of the input that it is, or is part of.
    input: usize,
    /// What it is called there.
    entry: String,
    /// What was looked at of its folder.
    beside: Beside,
}

/// What was looked at of the folder of an export.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Beside {
    /// All files in it.
    #[default]
    All,
    /// Only what was given like the export itself, file by file.
    Given,
}

/// The exports among the inputs.
fn exports(store: &Store, inputs: &[Input]) -> Vec<Export> {
    let mut exports = Vec::new();
    for (index, input) in inputs.iter().enumerate() {
        let (root, files): (&Path, Vec<&Path>) = match &input.place {
            Place::Folder { root, files } => {
                (root, files.iter().map(|file| file.path.as_path()).collect())
            }
            Place::Text { volumes } => {
                (Path::new(""), volumes.files().map(PathBuf::as_path).collect())
            }
            _ => continue,
        };
        for file in files.into_iter().filter(|file| has_suffix(file, "json")) {
            let path = root.join(file);
            if is_export(store, &path) {
                let is_given = root.as_os_str().is_empty();
                let name = if is_given { file.file_name() } else { Some(file.as_os_str()) };
                let entry = lossless_utf8(name.unwrap_or_default().as_encoded_bytes());
                let base = path.parent().unwrap_or(Path::new("")).to_owned();
                let beside = if is_given { Beside::Given } else { Beside::All };
                exports.push(Export { path, base, input: index, entry, beside });
            }
        }
    }
    exports
}

fn has_suffix(path: &Path, suffix: &str) -> bool {
    path.extension().is_some_and(|found| found.eq_ignore_ascii_case(suffix))
}

/// Whether a file begins like a list of messages. Where it is called as Telegram Desktop calls it,
/// other things may come before the chats.
fn is_export(store: &Store, path: &Path) -> bool {
    let mut head = Vec::new();
    let read = store.open(path).and_then(|file| file.take(HEAD_BYTES).read_to_end(&mut head));
    if read.is_err() || !looks_like_json(&head) {
        return false;
    }
    let is_named = path.file_name().is_some_and(|name| name.eq_ignore_ascii_case("result.json"));
    is_named || begins_with_messages(&head)
}

fn begins_with_messages(head: &[u8]) -> bool {
    let mut reader = Reader::new(head, 1);
    while let Some(event) = reader.next() {
        let Event::Open(container) = event else { continue };
        let key = reader.key().map_or(&b""[..], |key| key);
        let is_list = match container {
            Container::List => key == b"messages",
            Container::Object => key == b"chats" || key == b"left_chats",
        };
        if is_list && reader.open().len() == 2 {
            return true;
        }
    }
    false
}

/// The files of the inputs that may be named by an export.
#[derive(Default)]
struct Known {
    /// By their paths.
    paths: HashMap<PathBuf, Target>,
    /// By the numbers of chat and message that `tdl` puts before their names.
    numbers: HashMap<(u64, u64), (PathBuf, Target)>,
}

impl Known {
    fn new(inputs: &[Input], exports: &[Export]) -> Self {
        let bases: HashSet<&Path> = exports.iter().map(|export| export.base.as_path()).collect();
        let mut known = Self::default();
        let mut add = |path: PathBuf, target| {
            if path.ancestors().skip(1).any(|folder| bases.contains(folder)) {
                known.add(path, target);
            }
        };
        for (index, input) in inputs.iter().enumerate() {
            match &input.place {
                Place::Archive { volumes, .. } | Place::Text { volumes } => {
                    for path in volumes.files() {
                        add(path.to_owned(), Target::Whole(index));
                    }
                }
                Place::Folder { root, files } => {
                    for (number, file) in files.iter().enumerate() {
                        add(root.join(&file.path), Target::Loose(index, number));
                    }
                }
                Place::Dataset { .. } | Place::Stdin | Place::Refused(_) => {}
            }
        }
        known
    }

    fn add(&mut self, path: PathBuf, target: Target) {
        if let Some(numbers) = path.file_name().and_then(|name| numbers_of(name.to_str()?)) {
            self.numbers.entry(numbers).or_insert_with(|| (path.clone(), target));
        }
        self.paths.insert(path, target);
    }

    /// The file that an export in the folder `base` calls `file`; never one outside of it.
    fn by_path(&self, base: &Path, file: &str) -> Option<Target> {
        let is_inside = |part: Component<'_>| matches!(part, Component::Normal(_));
        let file = Path::new(file);
        file.components().all(is_inside).then(|| self.paths.get(&base.join(file)).copied())?
    }

    /// The file below `base` that carries the numbers of a chat and a message.
    fn by_numbers(&self, base: &Path, chat: u64, message: u64) -> Option<Target> {
        let (path, target) = self.numbers.get(&(chat, message))?;
        path.starts_with(base).then_some(*target)
    }
}

/// The numbers of chat and message in `1234567890_17_name.rar`, as `tdl` names what it loads.
fn numbers_of(name: &str) -> Option<(u64, u64)> {
    let (chat, rest) = name.split_once('_')?;
    let (message, _) = rest.split_once('_')?;
    Some((chat.parse().ok()?, message.parse().ok()?))
}
