//! Which passwords are tried on an archive, and in which order.
//!
//! The order is that of likelihood, and fixed before anything is opened, so that neither the answer
//! nor where a password is said to come from depends on which thread was faster: what opened another
//! archive of the same channel or folder is in the list of this one because it stood beside *that*.
//!
//! 1. notes that lie open in it
//! 2. the list of the archive around it, what opened that first: nested archives mostly reuse it
//! 3. the caption of the message that carried it: written for this file
//! 4. the beginning of `--password-file`: somebody meant it for these archives
//! 5. the messages round it: albums and volumes have one caption between them
//! 6. its own name, and notes beside it
//! 7. the channels that these name: `@Name`, `t.me/Name`
//! 8. the pinned messages of its chat, and what is said there most often
//! 9. the names of the other archives in its folder
//! 10. the name of the chat and other channels
//! 11. the rest of a long `--password-file`, which would use up the time for key derivation
//!
//! Every list but the last is short, so that a text of a megabyte gives no more than some dozens. The
//! last is shared by all archives, and only put behind the others where something is encrypted.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use crate::archive::data::Data;
use crate::archive::{self, Access, Archive, EntryKind, Flow, OpenOptions, Visitor, Wanted};
use crate::error::{Error, ErrorKind, Result};
use crate::input::{Input, Place, Post, Volumes};
use crate::issue::{Code, Issue};
use crate::password::Candidate;
use crate::password::words::{LoneWords, Words, promises_password};
use crate::pipeline::source::{Nesting, SourceContext};
use crate::provenance::lossless_utf8;
use crate::record::PasswordOrigin;
use crate::store::Store;
use crate::text::{Content, ascii_based};

/// How many of the given passwords are tried before those that were found.
const GIVEN_FIRST: usize = 64;

/// Most words of one kind: of neighbours, of notes, of names in a folder, of channels.
const MAX_OF_KIND: usize = 48;

/// Of how many volumes the names are looked at.
const MAX_NAMES: usize = 8;

/// Most notes of one folder or archive, and how much of each is read.
const MAX_NOTES: usize = 8;
const MAX_NOTE_BYTES: u64 = 64 << 10;

/// How deep in an archive notes about it lie at most.
const MAX_NOTE_DEPTH: usize = 2;

/// Suffixes of texts that people write.
const NOTE_SUFFIXES: &[&str] = &["txt", "nfo", "md", "url", "html", "htm", "diz"];

/// The candidates for an archive and what is nested in it.
#[derive(Clone, Default)]
pub(super) struct Candidates {
    /// In the order in which they are tried, each word once.
    likely: Arc<[Candidate]>,
    /// What is tried behind them, each word once.
    rest: Rest,
}

/// The rest of the given passwords, and where an archive has them from.
#[derive(Clone)]
struct Rest {
    words: Arc<[Candidate]>,
    origin: PasswordOrigin,
}

impl Default for Rest {
    fn default() -> Self {
        Self { words: Arc::default(), origin: PasswordOrigin::Given }
    }
}

impl Candidates {
    fn is_empty(&self) -> bool {
        self.likely.is_empty() && self.rest.words.is_empty()
    }

    /// All of them, each word once.
    fn all(&self) -> Vec<Candidate> {
        let likely: HashSet<&[u8]> = self.likely.iter().map(Candidate::word).collect();
        let rest = self.rest.words.iter().filter(|candidate| !likely.contains(candidate.word()));
        let rest = rest.map(|candidate| candidate.with_origin(self.rest.origin));
        self.likely.iter().cloned().chain(rest).collect()
    }

    /// The same words, as those of an encrypted archive for what is nested in it.
    fn of_parent(self) -> Self {
        let origin = PasswordOrigin::Parent;
        let likely = self.likely.iter().map(|candidate| candidate.with_origin(origin)).collect();
        Self { likely, rest: Rest { origin, ..self.rest } }
    }
}

/// A list that is being put together.
#[derive(Default)]
struct List {
    candidates: Vec<Candidate>,
    seen: HashSet<Vec<u8>>,
}

impl List {
    fn add(&mut self, candidate: Candidate) {
        if !candidate.word().is_empty() && self.seen.insert(candidate.word().to_vec()) {
            self.candidates.push(candidate);
        }
    }

    fn add_words(
        &mut self,
        words: impl IntoIterator<Item = impl AsRef<[u8]>>,
        origin: PasswordOrigin,
    ) {
        for word in words.into_iter().take(MAX_OF_KIND) {
            self.add(Candidate::new(word.as_ref(), origin));
        }
    }

    fn add_all<'c>(&mut self, candidates: impl IntoIterator<Item = &'c Candidate>) {
        candidates.into_iter().for_each(|candidate| self.add(candidate.clone()));
    }

    fn finish(self, rest: Rest) -> Candidates {
        Candidates { likely: self.candidates.into(), rest }
    }
}

/// The passwords that were given, as they are put among those that were found.
pub(super) struct Given {
    /// The beginning of them.
    first: Vec<Candidate>,
    rest: Rest,
}

impl Given {
    /// Of these words.
    pub(super) fn new(words: &[Candidate]) -> Self {
        let mut list = List::default();
        list.add_all(words);
        let rest = list.candidates.split_off(GIVEN_FIRST.min(list.candidates.len()));
        Self { first: list.candidates, rest: Rest { words: rest.into(), ..Rest::default() } }
    }

    /// The candidates for an archive of which this is known: what its folder says in the `names` of
    /// archives and in `notes`, and its message.
    pub(super) fn candidates(
        &self,
        volumes: &Volumes,
        post: Option<&Post>,
        names: &Words,
        notes: &Words,
    ) -> Candidates {
        use PasswordOrigin::{Caption, FileName, Handle, SiblingText};
        let without = Post::default();
        let post = post.unwrap_or(&without);
        let mut own = words_of_names(volumes);
        merge(&mut own, &Words::of_name(post.file_name.as_deref().unwrap_or_default()));
        let mut list = List::default();
        list.add_words(&post.caption.words, Caption);
        list.add_all(&self.first);
        list.add_words(post.nearby.iter().flat_map(|words| &words.words), Caption);
        list.add_words(&own.words, FileName);
        list.add_words(&notes.words, SiblingText);
        list.add_words(post.caption.handles.forms(), Handle);
        list.add_words(own.handles.forms(), Handle);
        list.add_words(notes.handles.forms(), Handle);
        list.add_words(&post.chat.words, Caption);
        list.add_words(&names.words, FileName);
        list.add_words(post.chat.handles.forms(), Handle);
        list.add_words(names.handles.forms(), Handle);
        list.finish(self.rest.clone())
    }
}

/// What stands round the inputs.
pub(super) struct Surroundings {
    store: Store,
    /// What the names of the archives of a folder say.
    names: HashMap<PathBuf, Arc<Words>>,
    /// The notes in a folder and what they say, for the folder of the last archive: archives of one
    /// folder mostly follow each other.
    notes: Option<(PathBuf, Vec<PathBuf>, Words)>,
}

impl Surroundings {
    /// What stands round these inputs.
    pub(super) fn new(store: &Store, inputs: &[Input]) -> Self {
        let mut names: HashMap<PathBuf, Arc<Words>> = HashMap::new();
        for input in inputs {
            if let Place::Archive { volumes, .. } = &input.place {
                let folder = names.entry(folder_of(volumes).to_owned()).or_default();
                merge(Arc::make_mut(folder), &words_of_names(volumes));
            }
        }
        Self { store: store.clone(), names, notes: None }
    }

    /// The candidates for an archive, one of the inputs.
    pub(super) fn candidates(
        &mut self,
        given: &Given,
        volumes: &Volumes,
        post: Option<&Post>,
    ) -> Candidates {
        let names = self.names(volumes);
        given.candidates(volumes, post, &names, self.notes(volumes).1)
    }

    /// What the names of the archives in the folder of an archive say.
    pub(super) fn names(&self, volumes: &Volumes) -> Arc<Words> {
        self.names.get(folder_of(volumes)).cloned().unwrap_or_default()
    }

    /// The notes in the folder of an archive, and what they say.
    pub(super) fn notes(&mut self, volumes: &Volumes) -> (&[PathBuf], &Words) {
        let folder = folder_of(volumes);
        self.notes.take_if(|(known, ..)| known != folder);
        let (_, notes, words) = self.notes.get_or_insert_with(|| {
            let notes = notes_in_folder(&self.store, folder);
            let words = words_of_notes(&self.store, &notes);
            (folder.to_owned(), notes, words)
        });
        (notes, words)
    }
}

/// The folder that an archive lies in.
fn folder_of(volumes: &Volumes) -> &Path {
    match volumes.files().next().and_then(|file| file.parent()) {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// What the names of an archive and its volumes say.
fn words_of_names(volumes: &Volumes) -> Words {
    let mut words = Words::default();
    for path in volumes.files().take(MAX_NAMES) {
        let name = lossless_utf8(path.file_name().unwrap_or_default().as_encoded_bytes());
        merge(&mut words, &Words::of_name(&name));
    }
    words
}

/// Adds words, as far as there is room.
fn merge(words: &mut Words, others: &Words) {
    let room = MAX_OF_KIND.saturating_sub(words.words.len());
    let new = others.words.iter().filter(|word| !words.words.contains(word)).take(room);
    let new: Vec<String> = new.cloned().collect();
    words.words.extend(new);
    words.handles.extend(&others.handles);
}

/// How much the name of a text promises: the lowest the most, none if it is no note.
fn rank_of_note(name: &str) -> Option<u8> {
    let base = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let suffix = base.rsplit_once('.').map(|(_, suffix)| suffix.to_ascii_lowercase());
    let is_note = suffix.is_some_and(|suffix| NOTE_SUFFIXES.contains(&suffix.as_str()));
    is_note.then(|| u8::from(!promises_password(base)))
}

/// What a note says.
fn words_of_note(name: &str, text: &[u8]) -> Words {
    let Content::Text(encoding) = Content::sniff(text) else { return Words::default() };
    let base = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let lone_words = if promises_password(base) { LoneWords::Count } else { LoneWords::AreText };
    Words::of_text(&ascii_based(text, encoding), lone_words)
}

/// The notes in a folder, those first that promise most: only small regular files.
fn notes_in_folder(store: &Store, folder: &Path) -> Vec<PathBuf> {
    let notes = store.names_in(folder).into_iter().filter_map(|name| {
        let is_hidden = name.as_encoded_bytes().starts_with(b".");
        let rank = rank_of_note(&lossless_utf8(name.as_encoded_bytes()))?;
        let length = store.length(&folder.join(&name));
        let is_small = length.is_some_and(|length| length <= MAX_NOTE_BYTES);
        (is_small && !is_hidden).then_some((rank, name))
    });
    let mut notes: Vec<(u8, std::ffi::OsString)> = notes.collect();
    notes.sort_unstable();
    notes.into_iter().take(MAX_NOTES).map(|(_, name)| folder.join(name)).collect()
}

/// What notes say.
pub(super) fn words_of_notes(store: &Store, notes: &[PathBuf]) -> Words {
    let mut words = Words::default();
    for path in notes {
        let mut text = Vec::new();
        let read =
            store.open(path).and_then(|file| file.take(MAX_NOTE_BYTES).read_to_end(&mut text));
        if read.is_ok() {
            let name = lossless_utf8(path.file_name().unwrap_or_default().as_encoded_bytes());
            merge(&mut words, &words_of_note(&name, &text));
        }
    }
    words
}

/// The candidates for an archive.
#[derive(Clone)]
pub(super) enum Passwords {
    /// Of an input: its surroundings told them.
    Known(Candidates),
    /// Of what is called `name` in the archive `around` it.
    Inside {
        /// What that one knows.
        around: Arc<Keyring>,
        /// The name.
        name: String,
    },
}

impl Passwords {
    /// The candidates, put together now.
    fn candidates(&self) -> Cow<'_, Candidates> {
        match self {
            Self::Known(candidates) => Cow::Borrowed(candidates),
            Self::Inside { around, name } => Cow::Owned(around.of_nested(name)),
        }
    }
}

/// What an opened archive knows and hands down. Only an encrypted archive asks for it: to read the
/// notes for nobody would take as long as to read the logs beside them.
pub(super) struct Keyring {
    archive: Arc<dyn Archive>,
    /// What was known before it was opened.
    before: Passwords,
    candidates: OnceLock<Candidates>,
}

impl Keyring {
    /// That of an archive from which nothing is known.
    pub(super) fn empty(archive: &Arc<dyn Archive>) -> Arc<Self> {
        Self::with(archive, Candidates::default())
    }

    /// One with candidates that are known already.
    fn with(archive: &Arc<dyn Archive>, candidates: Candidates) -> Arc<Self> {
        let before = Passwords::Known(Candidates::default());
        Arc::new(Self { archive: Arc::clone(archive), before, candidates: candidates.into() })
    }

    /// The candidates for an archive called `name` in this one.
    fn of_nested(&self, name: &str) -> Candidates {
        let knows = self.candidates.get_or_init(|| {
            let notes = notes_inside(&*self.archive, Encryption::None);
            with_notes(&notes, &self.before.candidates())
        });
        of_nested(&*self.archive, knows, name)
    }
}

/// An archive, and what it hands down.
pub(super) type Unlocked = (Arc<dyn Archive>, Arc<Keyring>);

/// Opens an archive with the candidates of `nesting` and what notes inside it add to them; with it
/// come those for what is nested in it.
///
/// At first it is listed without any: only then it is known whether it needs one, and what open
/// notes are in it. Deriving keys is what takes time.
///
/// # Errors
/// It cannot be listed.
pub(super) fn open(data: Data, context: &SourceContext, nesting: &Nesting) -> Result<Unlocked> {
    let open = |passwords: &[Candidate]| {
        let gaps = nesting.gaps.as_deref();
        let options = OpenOptions { budget: &nesting.budget, passwords, gaps };
        archive::open(data.clone(), context.format, &context.name, options).map(Arc::from)
    };
    let archive: Arc<dyn Archive> = match open(&[]) {
        Err(error) if hides_names(&error) => {
            let known = nesting.passwords.candidates().into_owned();
            if known.is_empty() {
                return Err(error);
            }
            let archive = open(&known.all())?;
            let keyring = Keyring::with(&archive, known.of_parent());
            return Ok((archive, keyring));
        }
        listed => listed?,
    };
    if !archive.entries().has_encrypted() {
        let (before, candidates) = (nesting.passwords.clone(), OnceLock::new());
        let keyring = Keyring { archive: Arc::clone(&archive), before, candidates };
        return Ok((archive, Arc::new(keyring)));
    }
    let notes = notes_inside(&*archive, Encryption::Some);
    let passwords = with_notes(&notes, &nesting.passwords.candidates());
    if passwords.is_empty() {
        return Ok((Arc::clone(&archive), Keyring::empty(&archive)));
    }
    nesting.budget.return_entries(archive.entries().len() as u64);
    let archive = open(&passwords.all())?;
    let keyring = Keyring::with(&archive, passwords.of_parent());
    Ok((archive, keyring))
}

/// Whether an archive cannot even be listed without its password.
fn hides_names(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Input { code: Code::PasswordRequired, .. })
}

/// What is known of an archive, with what the notes in it say.
fn with_notes(notes: &Words, known: &Candidates) -> Candidates {
    let mut list = List::default();
    list.add_words(&notes.words, PasswordOrigin::SiblingText);
    list.add_all(&*known.likely);
    list.add_words(notes.handles.forms(), PasswordOrigin::Handle);
    list.finish(known.rest.clone())
}

/// The candidates for an archive called `name` in an archive that hands down what it `knows`.
fn of_nested(parent: &dyn Archive, knows: &Candidates, name: &str) -> Candidates {
    let mut list = List::default();
    // Only the order depends on it: every word of the list has one origin.
    list.add_all(parent.opened_with().map(|word| word.with_origin(PasswordOrigin::Parent)).iter());
    list.add_all(&*knows.likely);
    let own = Words::of_name(name);
    list.add_words(&own.words, PasswordOrigin::FileName);
    list.add_words(own.handles.forms(), PasswordOrigin::Handle);
    list.finish(knows.rest.clone())
}

/// Whether anything in an archive is encrypted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Encryption {
    Some,
    None,
}

/// What the open notes in an archive say, for itself if anything in it is encrypted, else for what is
/// nested in it. Nothing is unpacked for the latter that is not read cheaply.
fn notes_inside(archive: &dyn Archive, encryption: Encryption) -> Words {
    if encryption == Encryption::None && archive.access() == Access::Sequential {
        return Words::default();
    }
    let mut notes: Vec<(usize, u8, usize)> = archive
        .entries()
        .iter()
        .enumerate()
        .filter(|(_, entry)| entry.kind == EntryKind::File && !entry.encrypted)
        .filter(|(_, entry)| entry.size.known().is_some_and(|size| size <= MAX_NOTE_BYTES))
        .filter_map(|(index, entry)| {
            let name = entry.name().to_text();
            let depth = name.matches(['/', '\\']).count();
            (depth <= MAX_NOTE_DEPTH).then_some((depth, rank_of_note(&name)?, index))
        })
        .collect();
    notes.sort_unstable();
    notes.truncate(MAX_NOTES);
    let mut wanted: Vec<usize> = notes.into_iter().map(|(_, _, index)| index).collect();
    wanted.sort_unstable();
    let mut reader =
        NoteReader { archive, name: String::new(), text: Vec::new(), words: Words::default() };
    if !wanted.is_empty() {
        archive.stream(&wanted, &mut reader);
    }
    reader.words
}

/// Collects the words of the notes of an archive.
struct NoteReader<'a> {
    archive: &'a dyn Archive,
    name: String,
    text: Vec<u8>,
    words: Words,
}

impl Visitor for NoteReader<'_> {
    fn begin(&mut self, index: usize) -> Wanted {
        let entry = self.archive.entries().get(index);
        self.name = entry.map(|entry| entry.name().to_text()).unwrap_or_default();
        self.text.clear();
        Wanted::Bytes
    }

    fn chunk(&mut self, bytes: &[u8]) -> Flow {
        let room = (MAX_NOTE_BYTES as usize).saturating_sub(self.text.len());
        self.text.extend_from_slice(bytes.get(..room).unwrap_or(bytes));
        if room > bytes.len() { Flow::More } else { Flow::Skip }
    }

    fn end(&mut self, _: std::result::Result<(), Issue>) {
        merge(&mut self.words, &words_of_note(&self.name, &self.text));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::Entries;
    use crate::issue::Issue;
    use crate::record::Format;

    fn given(count: usize) -> Vec<Candidate> {
        let word = |number| Candidate::new(format!("word{number}"), PasswordOrigin::Given);
        (0..count).map(word).collect()
    }

    fn words(candidates: &[Candidate]) -> Vec<String> {
        let word = |candidate: &Candidate| lossless_utf8(candidate.word());
        candidates.iter().map(word).collect()
    }

    fn of_archive(name: &str, given: &[Candidate]) -> Candidates {
        let folder = tempfile::tempdir().unwrap();
        let volumes = Volumes::one(folder.path().join(name));
        Surroundings::new(&Store::default(), &[]).candidates(&Given::new(given), &volumes, None)
    }

    #[test]
    fn the_rest_of_a_long_list_is_tried_last_and_each_word_once() {
        let list = [given(100), given(100)].concat();
        let all = of_archive("logs pass word90.zip", &list).all();
        assert_eq!(all.len(), 100);
        let words = words(&all);
        assert_eq!(words[..GIVEN_FIRST], (0..64).map(|n| format!("word{n}")).collect::<Vec<_>>());
        assert_eq!((words[64].as_str(), words[99].as_str()), ("word90", "word99"));
        assert_eq!(all[64].origin, PasswordOrigin::FileName);
    }

    #[test]
    fn archives_share_the_rest_of_the_list() {
        let outer = of_archive("a.zip", &given(1000));
        let archive: Arc<dyn Archive> = Arc::new(Open::default());
        let keyring = Keyring::with(&archive, outer.clone().of_parent());
        let inner = keyring.of_nested("b pass inner.zip");
        assert!(Arc::ptr_eq(&outer.rest.words, &inner.rest.words));
        let all = inner.all();
        assert_eq!(words(&all)[64..66], ["inner", "word64"]);
        let origin =
            |word: &str| all.iter().find(|one| one.word() == word.as_bytes()).map(|one| one.origin);
        assert_eq!(origin("word0"), Some(PasswordOrigin::Parent));
        assert_eq!(origin("word999"), Some(PasswordOrigin::Parent));
        assert_eq!(origin("inner"), Some(PasswordOrigin::FileName));
    }

    /// An archive that no password opened.
    #[derive(Default)]
    struct Open(Entries);

    impl Archive for Open {
        fn format(&self) -> Format {
            Format::Zip
        }

        fn entries(&self) -> &Entries {
            &self.0
        }

        fn issues(&self) -> &[Issue] {
            &[]
        }

        fn access(&self) -> Access {
            Access::Random
        }

        fn window(&self, _wanted: &[usize]) -> u64 {
            0
        }

        fn stream(&self, _: &[usize], _: &mut dyn Visitor) {}
    }
}
