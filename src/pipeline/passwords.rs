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
//! Every list is short, so that a text of a megabyte gives no more than some dozens.

use std::collections::{HashMap, HashSet};
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::archive::data::Data;
use crate::archive::{self, Access, Archive, Entry, EntryKind, Flow, OpenOptions, Visitor, Wanted};
use crate::error::{Error, ErrorKind, Result};
use crate::input::{Input, Place, Post, Volumes};
use crate::issue::{Code, Issue};
use crate::password::Candidate;
use crate::password::words::{LoneWords, Words, promises_password};
use crate::pipeline::source::{Nesting, SourceContext};
use crate::provenance::lossless_utf8;
use crate::record::PasswordOrigin;
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

/// Suffixes of archives; only how the search for notes is aimed.
const ARCHIVE_SUFFIXES: &[&str] =
    &["zip", "rar", "7z", "001", "tar", "gz", "tgz", "zst", "xz", "bz2"];

/// Candidates in the order in which they are tried, each word once.
#[derive(Default)]
struct List {
    candidates: Vec<Candidate>,
    seen: HashSet<Vec<u8>>,
}

impl List {
    fn add(&mut self, word: &[u8], origin: PasswordOrigin) {
        if !word.is_empty() && self.seen.insert(word.to_vec()) {
            self.candidates.push(Candidate::new(word, origin));
        }
    }

    fn add_all(
        &mut self,
        words: impl IntoIterator<Item = impl AsRef<[u8]>>,
        origin: PasswordOrigin,
    ) {
        for word in words.into_iter().take(MAX_OF_KIND) {
            self.add(word.as_ref(), origin);
        }
    }

    fn add_given(&mut self, given: &[Candidate]) {
        for candidate in given {
            self.add(candidate.word(), candidate.origin);
        }
    }

    fn finish(self) -> Arc<[Candidate]> {
        self.candidates.into()
    }
}

/// What stands round the inputs.
#[derive(Default)]
pub(super) struct Surroundings {
    /// What the names of the archives of a folder say.
    names: HashMap<PathBuf, Words>,
    /// What the notes in a folder say, for the folder of the last archive: archives of one folder
    /// mostly follow each other.
    notes: Option<(PathBuf, Words)>,
}

impl Surroundings {
    /// What stands round these inputs.
    pub(super) fn new(inputs: &[Input]) -> Self {
        let mut names: HashMap<PathBuf, Words> = HashMap::new();
        for input in inputs {
            if let Place::Archive { volumes, .. } = &input.place {
                let folder = names.entry(folder_of(volumes).to_owned()).or_default();
                merge(folder, &words_of_names(volumes));
            }
        }
        Self { names, notes: None }
    }

    /// The candidates for an archive, one of the inputs.
    pub(super) fn candidates(
        &mut self,
        volumes: &Volumes,
        post: Option<&Post>,
        given: &[Candidate],
    ) -> Arc<[Candidate]> {
        use PasswordOrigin::{Caption, FileName, Handle, SiblingText};
        let without = Post::default();
        let post = post.unwrap_or(&without);
        let (first, rest) = given.split_at_checked(GIVEN_FIRST).unwrap_or((given, &[]));
        let mut own = words_of_names(volumes);
        merge(&mut own, &Words::of_name(post.file_name.as_deref().unwrap_or_default()));
        let folder = folder_of(volumes);
        let notes = self.notes(folder);
        let others = self.names.get(folder);
        let mut list = List::default();
        list.add_all(&post.caption.words, Caption);
        list.add_given(first);
        list.add_all(post.nearby.iter().flat_map(|words| &words.words), Caption);
        list.add_all(&own.words, FileName);
        list.add_all(&notes.words, SiblingText);
        list.add_all(post.caption.handles.forms(), Handle);
        list.add_all(own.handles.forms(), Handle);
        list.add_all(notes.handles.forms(), Handle);
        list.add_all(&post.chat.words, Caption);
        list.add_all(others.iter().flat_map(|names| &names.words), FileName);
        list.add_all(post.chat.handles.forms(), Handle);
        list.add_all(others.iter().flat_map(|names| names.handles.forms()), Handle);
        list.add_given(rest);
        list.finish()
    }

    fn notes(&mut self, folder: &Path) -> Words {
        match &self.notes {
            Some((known, words)) if known == folder => words.clone(),
            _ => {
                let words = notes_in_folder(folder);
                self.notes = Some((folder.to_owned(), words.clone()));
                words
            }
        }
    }
}

/// The folder that an archive lies in.
fn folder_of(volumes: &Volumes) -> &Path {
    match volumes.paths().next().and_then(Path::parent) {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// What the names of an archive and its volumes say.
fn words_of_names(volumes: &Volumes) -> Words {
    let mut words = Words::default();
    for path in volumes.paths().take(MAX_NAMES) {
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

/// What the notes in a folder say. Only small regular files are opened.
fn notes_in_folder(folder: &Path) -> Words {
    let Ok(entries) = fs::read_dir(folder) else { return Words::default() };
    let mut notes: Vec<(u8, std::ffi::OsString)> = entries
        .flatten()
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file()))
        .filter_map(|entry| {
            let name = entry.file_name();
            let is_hidden = name.as_encoded_bytes().starts_with(b".");
            let rank = rank_of_note(&lossless_utf8(name.as_encoded_bytes()))?;
            let is_small = entry.metadata().is_ok_and(|data| data.len() <= MAX_NOTE_BYTES);
            (is_small && !is_hidden).then_some((rank, name))
        })
        .collect();
    notes.sort_unstable();
    let mut words = Words::default();
    for (_, name) in notes.into_iter().take(MAX_NOTES) {
        let mut text = Vec::new();
        let read = File::open(folder.join(&name))
            .and_then(|file| file.take(MAX_NOTE_BYTES).read_to_end(&mut text));
        if read.is_ok() {
            merge(&mut words, &words_of_note(&lossless_utf8(name.as_encoded_bytes()), &text));
        }
    }
    words
}

/// An archive, and the candidates that it knows and hands down.
pub(super) type Unlocked = (Box<dyn Archive>, Arc<[Candidate]>);

/// Opens an archive with the candidates of `nesting` and what notes inside it add to them.
///
/// At first it is listed without any: only then it is known whether it needs one, and what open
/// notes are in it. Deriving keys is what takes time.
///
/// # Errors
/// It cannot be listed.
pub(super) fn open(data: Data, context: &SourceContext, nesting: &Nesting) -> Result<Unlocked> {
    let known = &nesting.passwords;
    let open = |passwords: &[Candidate]| {
        let options = OpenOptions { budget: &nesting.budget, passwords };
        archive::open(data.clone(), context.format, &context.name, options)
    };
    let archive = match open(&[]) {
        Err(error) if hides_names(&error) && !known.is_empty() => {
            return Ok((open(known)?, Arc::clone(known)));
        }
        listed => listed?,
    };
    let is_encrypted = archive.entries().has_encrypted();
    let notes = notes_inside(&*archive, is_encrypted);
    let mut list = List::default();
    list.add_all(&notes.words, PasswordOrigin::SiblingText);
    list.add_given(known);
    list.add_all(notes.handles.forms(), PasswordOrigin::Handle);
    let passwords = list.finish();
    if !is_encrypted || passwords.is_empty() {
        return Ok((archive, passwords));
    }
    nesting.budget.return_entries(archive.entries().len() as u64);
    Ok((open(&passwords)?, passwords))
}

/// Whether an archive cannot even be listed without its password.
fn hides_names(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Input { code: Code::PasswordRequired, .. })
}

/// The candidates for an archive called `name` in an archive.
pub(super) fn of_nested(parent: &dyn Archive, known: &[Candidate], name: &str) -> Arc<[Candidate]> {
    use PasswordOrigin::{FileName, Handle, Parent};
    let is_encrypted = parent.entries().has_encrypted();
    let inherited = |origin| if is_encrypted { Parent } else { origin };
    let mut list = List::default();
    // Only the order depends on it: every word of the list has one origin.
    for candidate in parent.opened_with().into_iter().chain(known) {
        list.add(candidate.word(), inherited(candidate.origin));
    }
    let own = Words::of_name(name);
    list.add_all(&own.words, FileName);
    list.add_all(own.handles.forms(), Handle);
    list.finish()
}

/// What the open notes in an archive say, where that may help: it is encrypted, or archives lie
/// beside them. Nothing is unpacked for it that is not read cheaply.
fn notes_inside(archive: &dyn Archive, is_encrypted: bool) -> Words {
    let has_archives = || archive.entries().iter().any(|entry| is_called_archive(&entry));
    if !is_encrypted && (archive.access() == Access::Sequential || !has_archives()) {
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

fn is_called_archive(entry: &Entry<'_>) -> bool {
    let suffix = entry.file.rsplit(|&byte| byte == b'.').next().unwrap_or_default();
    ARCHIVE_SUFFIXES.iter().any(|known| suffix.eq_ignore_ascii_case(known.as_bytes()))
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
