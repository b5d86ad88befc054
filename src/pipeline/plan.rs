//! Draws tasks from inputs, one at a time: nothing is opened before its turn is near.

mod folder;
mod portions;

use std::collections::VecDeque;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::archive::data::Data;
use crate::error::Error;
use crate::input::{self, Input, LooseFile, Place, Post, Volumes, io_issue};
use crate::issue::{Code, Issue, Stage};
use crate::password::words::Words;
use crate::pipeline::chapter::{Chapter, Chapters, Finding, Undrawn};
use crate::pipeline::dataset::{self, Dataset, DatasetReader, Piece};
use crate::pipeline::digest;
use crate::pipeline::passwords::{Given, Passwords, Surroundings};
use crate::pipeline::reader::Run;
use crate::pipeline::run::{guarded, issue_of};
use crate::pipeline::settings::Settings;
use crate::pipeline::source::{self, Nesting, Opened, Part, Shard, SourceContext};
use crate::pipeline::survey::{self, Look, Survey, Surveyed};
use crate::pipeline::text_source::{TextEnd, TextReader, TextSource};
use crate::pipeline::window::Window;
use crate::pipeline::work::Portion;
use crate::provenance::{EntryPath, lossless_utf8};
use crate::record::{Format, Status};
use crate::store::Store;
use crate::text::Content;
pub(super) use folder::{FolderDigest, folder_context, folder_digest, open_folder};

/// A piece of work for one worker.
pub(super) enum Task<'r> {
    /// A small archive, from opening to end.
    Whole {
        /// Its context.
        context: SourceContext,
        /// Its bytes.
        data: Data,
        /// What it is read with.
        nesting: Nesting,
        /// What is wrong with its volumes.
        issues: Vec<Placed>,
    },
    /// A source begins; what is wrong with it as a whole, or with a list of messages in it.
    Begin(SourceContext, Vec<Placed>),
    /// A source that is not read again; so much of it was read in an earlier run.
    Known(SourceContext, Status),
    /// A shard of a large archive or a folder.
    Shard(Arc<Opened>, Shard),
    /// Behind it begins another part of the source; the text, if it is one.
    Seam(Option<Arc<TextSource>>),
    /// A part of a text.
    Window(Arc<TextSource>, Window),
    /// A part of a large text that is searched before its digest is known.
    Look(Look<'r>),
    /// What was found so.
    Finding(Arc<TextSource>, Finding<'r>),
    /// A part of a large text whose digest is known.
    Chapter(Arc<TextSource>, Chapter<'r>),
    /// A part of a dataset.
    Dataset(Arc<Dataset>, Piece),
    /// A text is complete, or could not be read further.
    TextEnd(Arc<TextSource>, TextEnd),
    /// The same of one in chapters.
    ChaptersEnd(Arc<TextSource>, Arc<Chapters<'r>>),
    /// A source is complete; the archive that it is.
    End(Option<Arc<Opened>>),
    /// An input that cannot be read.
    Refused(SourceContext, Vec<Placed>),
    /// The run ends here.
    Fault(Error),
}

/// An issue, and the entry that it concerns, if it is one.
pub(super) type Placed = (Option<String>, Issue);

/// Issues of a source as a whole.
pub(super) fn unplaced(issues: impl IntoIterator<Item = Issue>) -> impl Iterator<Item = Placed> {
    issues.into_iter().map(|issue| (None, issue))
}

impl Task<'_> {
    /// How many bytes of the input are done with when the task is.
    pub(super) fn bytes(&self) -> u64 {
        match self {
            Self::Whole { context, .. } | Self::Refused(context, _) | Self::Known(context, _) => {
                context.size
            }
            Self::Shard(opened, shard) => opened.packed_bytes(shard),
            Self::Window(_, window) => window.text.len() as u64,
            Self::Look(look) => look.bytes(),
            Self::Chapter(_, chapter) => chapter.bytes(),
            Self::Dataset(_, piece) => piece.bytes(),
            Self::Begin(..) | Self::Seam(_) | Self::Fault(_) | Self::Finding(..) | Self::End(_) => {
                0
            }
            Self::TextEnd(..) | Self::ChaptersEnd(..) => 0,
        }
    }
}

/// Archives below this size are one task each.
const WHOLE_BYTES: u64 = 8 << 20;

/// Archives up to this size are read into memory at once.
const KEPT_BYTES: usize = 256 << 10;

/// How much of standard input makes its id: later bytes are not known when records leave.
const STDIN_ID_BYTES: usize = 1 << 20;

/// Draws tasks from the inputs of a run.
pub(super) struct Planner<'r> {
    run: Run<'r>,
    inputs: std::vec::IntoIter<Input>,
    portions: std::vec::IntoIter<Portion>,
    given: Given,
    surroundings: Surroundings,
    /// The notes beside the last archive of an item, and what they say.
    noted: (Vec<PathBuf>, Words),
    ready: VecDeque<Task<'r>>,
    survey: Option<(Survey<'r>, Subject)>,
    chapters: Option<(Arc<TextSource>, Undrawn<'r>)>,
    text: Option<(Arc<TextSource>, TextReader)>,
    dataset: Option<DatasetReader>,
}

/// What is known of a text before its digest is.
struct Subject {
    name: String,
    data: Data,
    nesting: Nesting,
    issues: Vec<Placed>,
}

impl Subject {
    fn context(&self, settings: &Settings, digest: String) -> SourceContext {
        let Self { name, data, nesting, .. } = self;
        source::context_of_digest(settings, name.clone(), data, digest, Format::Text, nesting)
    }
}

impl<'r> Planner<'r> {
    pub(super) fn new(run: Run<'r>, inputs: Vec<Input>) -> Self {
        let store = &run.settings.read.store;
        run.progress.set_total_bytes(inputs.iter().map(|input| known_bytes(store, input)).sum());
        Self {
            surroundings: Surroundings::new(store, &inputs),
            inputs: inputs.into_iter(),
            ..Self::idle(run)
        }
    }

    /// Draws from nothing.
    fn idle(run: Run<'r>) -> Self {
        Self {
            run,
            inputs: Vec::new().into_iter(),
            portions: Vec::new().into_iter(),
            given: Given::new(&run.settings.read.passwords),
            surroundings: Surroundings::new(&run.settings.read.store, &[]),
            noted: Default::default(),
            ready: VecDeque::new(),
            survey: None,
            chapters: None,
            text: None,
            dataset: None,
        }
    }

    /// Prepares the tasks of the next input; false when there is none.
    fn advance(&mut self) -> bool {
        let (name, prepared) = if let Some(input) = self.inputs.next() {
            (input.name.clone(), guarded(|| self.prepare(input)))
        } else if let Some(portion) = self.portions.next() {
            (portion.name.clone(), guarded(|| self.portion(portion)))
        } else {
            return false;
        };
        if let Err(issue) = prepared.and_then(|prepared| prepared) {
            let context = self.unread_context(name);
            self.ready.push_back(Task::Refused(context, vec![(None, issue)]));
        }
        true
    }

    fn prepare(&mut self, input: Input) -> Result<(), Issue> {
        let Input { name, place, post, issues } = input;
        let issues = issues.into_iter().map(|(entry, issue)| (Some(entry), issue)).collect();
        match place {
            Place::Archive { volumes, format } => self.archive(&name, volumes, format, post),
            Place::Text { volumes } => self.text_file(&name, volumes, post, issues),
            Place::Folder { root, files } => self.folder(&name, &root, files, issues),
            Place::Dataset { root, files } => self.dataset(&name, &root, files),
            Place::Stdin => self.stdin(),
            Place::Refused(issue) => Err(issue),
        }
    }

    fn archive(
        &mut self,
        name: &str,
        volumes: Volumes,
        format: Format,
        post: Option<Arc<Post>>,
    ) -> Result<(), Issue> {
        let data = open_archive(&self.run.settings.read.store, &volumes)?;
        let passwords = self.surroundings.candidates(&self.given, &volumes, post.as_deref());
        let passwords = Passwords::Known(passwords);
        let nesting = Nesting { passwords, post, ..Nesting::none(self.run.settings) };
        let context = self.context(name, &data, format, &nesting)?;
        if !self.pass_known(&context) {
            self.whole_archive(context, data, nesting, unplaced(volumes.issues).collect());
        }
        Ok(())
    }

    /// Prepares the tasks of all of an archive.
    fn whole_archive(
        &mut self,
        context: SourceContext,
        data: Data,
        nesting: Nesting,
        mut issues: Vec<Placed>,
    ) {
        if context.size < WHOLE_BYTES {
            self.ready.push_back(Task::Whole { context, data, nesting, issues });
            return;
        }
        match source::open(context.clone(), data.clone(), &nesting) {
            Ok(opened) => self.shards(opened, issues),
            Err(error) => {
                issues.push((None, data.change().unwrap_or_else(|| issue_of(&error))));
                self.ready.push_back(Task::Refused(context, issues));
            }
        }
    }

    /// Passes a source that an earlier run has read, or that is not the one searched.
    fn pass_known(&mut self, context: &SourceContext) -> bool {
        let known = match self.is_beside(context) {
            true => Some(Status::Complete),
            false => self.run.settings.known.get(&context.id).copied(),
        };
        self.ready.extend(known.map(|status| Task::Known(context.clone(), status)));
        known.is_some()
    }

    /// Whether a value is searched, and in another source.
    fn is_beside(&self, context: &SourceContext) -> bool {
        self.run.settings.scope.search().is_some_and(|search| search.top_id != context.id)
    }

    /// Prepares the tasks of an opened source; `issues` are known of it already.
    fn shards(&mut self, opened: Opened, mut issues: Vec<Placed>) {
        issues.extend(unplaced(opened.issues().cloned()));
        let parts = opened.parts(self.run.settings.read.item_bytes);
        self.shards_of(opened, parts, issues);
    }

    /// Prepares the tasks of parts of an opened source that follow each other.
    fn shards_of(&mut self, opened: Opened, parts: Vec<Part>, issues: Vec<Placed>) {
        let opened = Arc::new(opened);
        self.ready.push_back(Task::Begin(opened.context.clone(), issues));
        for (number, part) in parts.into_iter().enumerate() {
            self.ready.extend((number > 0).then_some(Task::Seam(None)));
            let shards = part.shards.into_iter();
            self.ready.extend(shards.map(|shard| Task::Shard(Arc::clone(&opened), shard)));
        }
        self.ready.push_back(Task::End(Some(opened)));
    }

    fn folder(
        &mut self,
        name: &str,
        root: &Path,
        files: Vec<LooseFile>,
        issues: Vec<Placed>,
    ) -> Result<(), Issue> {
        let settings = self.run.settings;
        let (context, sizes) = folder_context(settings, name, root, &files)?;
        if !self.pass_known(&context) {
            self.shards(open_folder(settings, context, root, files, sizes)?, issues);
        }
        Ok(())
    }

    fn text_file(
        &mut self,
        name: &str,
        volumes: Volumes,
        post: Option<Arc<Post>>,
        mut issues: Vec<Placed>,
    ) -> Result<(), Issue> {
        let data = open_volumes(&self.run.settings.read.store, &volumes)?;
        let nesting = Nesting { post, ..Nesting::none(self.run.settings) };
        issues.extend(unplaced(volumes.issues));
        let settings = self.run.settings;
        let chapters = match Chapters::of(settings, name, &data) {
            Some(chapters) if survey::is_for(settings) => {
                let subject = Subject { name: name.to_owned(), data, nesting, issues };
                self.survey = Some((Survey::new(chapters), subject));
                return Ok(());
            }
            chapters => chapters,
        };
        let context = self.context(name, &data, Format::Text, &nesting)?;
        if self.pass_known(&context) {
            return Ok(());
        }
        self.begin_file(context, data, chapters, issues);
        Ok(())
    }

    fn dataset(&mut self, name: &str, root: &Path, files: Vec<PathBuf>) -> Result<(), Issue> {
        let settings = self.run.settings;
        let context = dataset::context(settings, name, root, &files)?;
        if self.pass_known(&context) {
            return Ok(());
        }
        let (reader, issues) = dataset::open(settings, context, root, files)?;
        let dataset = &reader.dataset;
        self.ready.push_back(Task::Begin(dataset.context.clone(), issues));
        self.ready.push_back(Task::Dataset(Arc::clone(dataset), Piece::Others));
        self.dataset = Some(reader);
        Ok(())
    }

    /// The next part of the dataset that is being read.
    fn next_piece(&mut self) -> Option<Task<'r>> {
        let reader = self.dataset.as_mut()?;
        let piece =
            reader.next_piece().map(|piece| Task::Dataset(Arc::clone(&reader.dataset), piece));
        if piece.is_none() {
            self.dataset = None;
        }
        Some(piece.unwrap_or(Task::End(None)))
    }

    fn stdin(&mut self) -> Result<(), Issue> {
        let mut head = Vec::new();
        let limit = STDIN_ID_BYTES as u64;
        io::stdin().lock().take(limit).read_to_end(&mut head).map_err(|error| io_issue(&error))?;
        refuse_stdin_without_text(&head)?;
        let data = Data::from_bytes(head.clone());
        let nesting = Nesting::none(self.run.settings);
        let context =
            source::context(self.run.settings, "-".to_owned(), &data, Format::Text, &nesting)
                .map_err(|error| io_issue(&error))?;
        if self.is_beside(&context) {
            return Ok(());
        }
        let reader = io::Cursor::new(head).chain(io::stdin());
        self.begin_text(TextSource::new(context), Vec::new(), Box::new(reader));
        Ok(())
    }

    /// Begins a text whose bytes are those of files, in chapters if it has some.
    fn begin_file(
        &mut self,
        context: SourceContext,
        data: Data,
        chapters: Option<Chapters<'r>>,
        issues: Vec<Placed>,
    ) {
        let reader = Box::new(bridged(&data).reader());
        let text = TextSource::of_file(context, data);
        match chapters {
            Some(chapters) => {
                self.ready.push_back(Task::Begin(text.context.clone(), issues));
                self.chapters = Some((Arc::new(text), Undrawn::new(chapters)));
            }
            None => self.begin_text(text, issues, reader),
        }
    }

    fn begin_text(&mut self, text: TextSource, issues: Vec<Placed>, reader: Box<dyn Read + Send>) {
        self.ready.push_back(Task::Begin(text.context.clone(), issues));
        let reader = TextReader::new(reader, text.hint());
        self.text = Some((Arc::new(text), reader));
    }

    /// The next part of the text whose digest is being taken.
    fn next_look(&mut self) -> Option<Task<'r>> {
        let (survey, _) = self.survey.as_mut()?;
        if let Some(look) = survey.next_look() {
            return Some(Task::Look(look));
        }
        let (survey, subject) = self.survey.take()?;
        let surveyed = guarded(|| survey.finish());
        match surveyed.and_then(|surveyed| surveyed.map_err(|error| io_issue(&error))) {
            Ok(surveyed) => self.surveyed(surveyed, subject),
            Err(issue) => {
                let context = self.unread_context(subject.name);
                self.ready.push_back(Task::Refused(context, vec![(None, issue)]));
            }
        }
        self.ready.pop_front()
    }

    /// Prepares what is left to do for a text whose digest was taken.
    fn surveyed(&mut self, surveyed: Surveyed<'r>, subject: Subject) {
        let Surveyed { digest, findings, rest } = surveyed;
        let context = subject.context(self.run.settings, digest);
        let text = Arc::new(TextSource::of_file(context, subject.data));
        self.ready.push_back(Task::Begin(text.context.clone(), subject.issues));
        for (number, findings) in findings {
            self.ready.extend(seam(&text, &rest.chapters, number));
            let finding = |finding| Task::Finding(Arc::clone(&text), finding);
            self.ready.extend(findings.into_iter().map(finding));
        }
        self.chapters = Some((text, rest));
    }

    /// The next chapter of the text that is being read.
    fn next_chapter(&mut self) -> Option<Task<'r>> {
        let (source, undrawn) = self.chapters.as_mut()?;
        if let Some(chapter) = undrawn.next() {
            let seam = seam(source, &undrawn.chapters, chapter.number());
            self.ready.extend(seam);
            self.ready.push_back(Task::Chapter(Arc::clone(source), chapter));
            return self.ready.pop_front();
        }
        let (source, undrawn) = self.chapters.take()?;
        Some(Task::ChaptersEnd(source, undrawn.chapters))
    }

    /// The next window of the text that is being read.
    fn next_window(&mut self) -> Option<Task<'r>> {
        let (source, reader) = self.text.as_mut()?;
        match guarded(|| reader.next_window()) {
            Ok(Some(window)) => return Some(Task::Window(Arc::clone(source), window)),
            Ok(None) => {}
            Err(issue) => reader.fail(issue),
        }
        let (source, reader) = self.text.take()?;
        Some(Task::TextEnd(source, reader.into_end()))
    }

    /// The context of an input, which all threads may read for its digest: they have nothing else to do
    /// if it is the only one.
    fn context(
        &self,
        name: &str,
        data: &Data,
        format: Format,
        nesting: &Nesting,
    ) -> Result<SourceContext, Issue> {
        let settings = self.run.settings;
        let digest = digest::of(data, settings.read.threads).map_err(|error| io_issue(&error))?;
        let name = name.to_owned();
        Ok(source::context_of_digest(settings, name, data, digest, format, nesting))
    }

    /// The context of an input whose bytes are not known: its name has to tell it from others.
    fn unread_context(&self, name: String) -> SourceContext {
        SourceContext {
            id: self.run.settings.key.id("unread source", &[name.as_bytes()]),
            parent: None,
            name,
            digest: String::new(),
            size: 0,
            volumes: 1,
            format: Format::Text,
            path: EntryPath::root(),
            depth: 0,
            post: None,
            spooled: 0,
            share: None,
        }
    }
}

impl<'r> Iterator for Planner<'r> {
    type Item = Task<'r>;

    fn next(&mut self) -> Option<Task<'r>> {
        loop {
            if self.run.is_over() {
                return None;
            }
            let begun = self.ready.pop_front().or_else(|| self.next_look());
            let begun = begun.or_else(|| self.next_chapter()).or_else(|| self.next_window());
            if let Some(task) = begun.or_else(|| self.next_piece()) {
                return Some(task);
            }
            if !self.advance() {
                return None;
            }
        }
    }
}

/// The seam before a chapter of a text, if a part begins with it.
fn seam<'r>(text: &Arc<TextSource>, chapters: &Chapters<'r>, number: u64) -> Option<Task<'r>> {
    chapters.is_seam(number).then(|| Task::Seam(Some(Arc::clone(text))))
}

/// Bytes of an input, as far as that can be told without reading it.
pub(super) fn known_bytes(store: &Store, input: &Input) -> u64 {
    let length = |path: &Path| store.length(path).unwrap_or(0);
    match &input.place {
        Place::Archive { volumes, .. } | Place::Text { volumes } => {
            volumes.files().map(|file| length(file)).sum()
        }
        Place::Folder { files, .. } => files.iter().map(|file| file.length).sum(),
        Place::Dataset { root, files } => files
            .iter()
            .filter(|file| dataset::is_read(file))
            .map(|file| length(&root.join(file)))
            .sum(),
        Place::Stdin | Place::Refused(_) => 0,
    }
}

/// Standard input is text: an archive has to be a file, because its end is read first.
fn refuse_stdin_without_text(head: &[u8]) -> Result<(), Issue> {
    let (code, detail) = match (input::sniff(head), Content::sniff(head)) {
        _ if head.is_empty() => (Code::EmptyInput, "nothing came from standard input"),
        (Some(_), _) => (
            Code::UnknownFormat,
            "standard input is an archive, and only text is read from there; give the file itself",
        ),
        (None, Content::Binary) => (Code::UnknownFormat, "standard input is not text"),
        (None, Content::Text(_)) => return Ok(()),
    };
    Err(Issue::loss(Stage::Open, code, detail))
}

/// The volumes of an archive as one; what is small is read now.
fn open_archive(store: &Store, volumes: &Volumes) -> Result<Data, Issue> {
    open_volumes(store, volumes)?.kept(KEPT_BYTES).map_err(|error| io_issue(&error))
}

/// The volumes of an input as one; a volume of a set that is gone by now is named.
pub(super) fn open_volumes(store: &Store, volumes: &Volumes) -> Result<Data, Issue> {
    let is_set = volumes.parts.len() > 1;
    joined(volumes, |path| {
        Data::open(store, path).map_err(|error| {
            let issue = io_issue(&error);
            let name = lossless_utf8(path.as_os_str().as_encoded_bytes());
            let named = is_set.then(|| format!("{name}: {}", issue.detail));
            Issue { detail: named.unwrap_or(issue.detail), ..issue }
        })
    })
}

/// The bytes of volumes, each of which `open` gives, as one.
pub(super) fn joined<F>(
    volumes: &Volumes<F>,
    open: impl Fn(&F) -> Result<Data, Issue>,
) -> Result<Data, Issue> {
    if let [input::Part::File(file)] = volumes.parts.as_slice() {
        return open(file);
    }
    let mut joined = Vec::new();
    for part in &volumes.parts {
        match part {
            input::Part::Missing { volumes, length } => {
                joined.extend((0..*volumes).map(|_| Data::Missing { length: *length }));
            }
            input::Part::File(file) => joined.push(open(file)?),
        }
    }
    Ok(Data::join(joined))
}

/// The bytes of a text without what is missing: its lines end there.
fn bridged(text: &Data) -> Data {
    let bridge = |volume: &Data| match volume {
        Data::Missing { .. } => Data::from_bytes(&b"\n"[..]),
        volume => volume.clone(),
    };
    Data::join(text.volumes().iter().map(bridge).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::artefact::Hint;
    use crate::pipeline::progress::Progress;
    use crate::pipeline::settings::{ReadOptions, Scope};
    use crate::pipeline::turn::Turn;

    /// Breaks down as a decoder may.
    struct Broken;

    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            panic!("no window can be cut")
        }
    }

    #[test]
    fn a_text_that_breaks_down_ends_and_the_run_goes_on() {
        let key = crate::secret::Key::from_bytes(b"a key for tests only".to_vec()).unwrap();
        let settings = Settings::new(Scope::Everything, key, ReadOptions::default());
        let room = crate::limits::Room::new(0);
        let progress = Progress::default();
        let run = Run { settings: &settings, progress: &progress, room: &room, turn: Turn::ALONE };
        let refused = Issue::loss(Stage::Open, Code::IoError, "the next input");
        let next = Input::new("next".to_owned(), Place::Refused(refused));
        let mut planner = Planner::new(run, vec![next]);
        let context = planner.unread_context("dump.txt".to_owned());
        let reader = TextReader::new(Box::new(Broken), Hint::Passwords);
        planner.text = Some((Arc::new(TextSource::new(context)), reader));
        let Some(Task::TextEnd(_, end)) = planner.next() else { panic!("the text goes on") };
        assert_eq!(end.issue.map(|issue| issue.code), Some(Code::InternalError));
        assert!(matches!(planner.next(), Some(Task::Refused(..))));
    }
}
