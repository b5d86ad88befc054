//! Draws tasks from inputs, one at a time: nothing is opened before its turn is near.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::archive::data::Data;
use crate::archive::folder;
use crate::input::{self, Input, Place};
use crate::issue::{Code, Issue, Stage};
use crate::pipeline::reader::Run;
use crate::pipeline::run::{guarded, issue_of};
use crate::pipeline::source::{self, Digester, Nesting, Opened, Shard, SourceContext};
use crate::pipeline::text_source::{TextEnd, TextReader, TextSource};
use crate::pipeline::window::Window;
use crate::provenance::EntryPath;
use crate::record::Format;
use crate::text::Content;

/// A piece of work for one worker.
pub(super) enum Task {
    /// A small archive, from opening to end.
    Whole {
        /// Its context.
        context: SourceContext,
        /// Its bytes.
        data: Data,
    },
    /// A source begins; what is wrong with it as a whole.
    Begin(SourceContext, Vec<Issue>),
    /// A part of a large archive or a folder.
    Shard(Arc<Opened>, Shard),
    /// A part of a text.
    Window(Arc<TextSource>, Window),
    /// A text is complete, or could not be read further.
    TextEnd(Arc<TextSource>, TextEnd),
    /// A source is complete.
    End,
    /// An input that cannot be read.
    Refused(SourceContext, Issue),
}

impl Task {
    /// How many bytes of the input are done with when the task is.
    pub(super) fn bytes(&self) -> u64 {
        match self {
            Self::Whole { context, .. } | Self::Refused(context, _) => context.size,
            Self::Shard(opened, shard) => opened.packed_bytes(shard),
            Self::Window(_, window) => window.text.len() as u64,
            Self::Begin(..) | Self::TextEnd(..) | Self::End => 0,
        }
    }
}

/// Archives below this size are one task each.
const WHOLE_BYTES: u64 = 8 << 20;

/// How much of standard input makes its id: later bytes are not known when records leave.
const STDIN_ID_BYTES: usize = 1 << 20;

/// Draws tasks from the inputs of a run.
pub(super) struct Planner<'r> {
    run: Run<'r>,
    inputs: std::vec::IntoIter<Input>,
    ready: VecDeque<Task>,
    text: Option<(Arc<TextSource>, TextReader)>,
}

impl<'r> Planner<'r> {
    pub(super) fn new(run: Run<'r>, inputs: Vec<Input>) -> Self {
        run.progress.set_total_bytes(inputs.iter().map(known_bytes).sum());
        Self { run, inputs: inputs.into_iter(), ready: VecDeque::new(), text: None }
    }

    /// Prepares the tasks of the next input; false when there is none.
    fn advance(&mut self) -> bool {
        let Some(input) = self.inputs.next() else { return false };
        let name = input.name.clone();
        let prepared = guarded(|| self.prepare(input)).and_then(|prepared| prepared);
        if let Err(issue) = prepared {
            let context = self.unread_context(name);
            self.ready.push_back(Task::Refused(context, issue));
        }
        true
    }

    fn prepare(&mut self, input: Input) -> Result<(), Issue> {
        let name = &input.name;
        match input.place {
            Place::Archive { path, format } => self.archive(name, &path, format),
            Place::Text { path } => self.text_file(name, &path),
            Place::Folder { root, files } => self.folder(name, &root, files),
            Place::Stdin => self.stdin(),
            Place::Refused(issue) => Err(issue),
        }
    }

    fn archive(&mut self, name: &str, path: &Path, format: Format) -> Result<(), Issue> {
        let data = Data::from_file(open_file(path)?).map_err(|error| io_issue(&error))?;
        let nesting = Nesting::none(self.run.settings);
        let context = source::context(self.run.settings, name.to_owned(), &data, format, &nesting)
            .map_err(|error| io_issue(&error))?;
        if context.size < WHOLE_BYTES {
            self.ready.push_back(Task::Whole { context, data });
            return Ok(());
        }
        match source::open(self.run.settings, context.clone(), data, &nesting) {
            Ok(opened) => self.shards(opened),
            Err(error) => self.ready.push_back(Task::Refused(context, issue_of(&error))),
        }
        Ok(())
    }

    fn shards(&mut self, opened: Opened) {
        let issues = opened.issues().cloned().collect();
        let opened = Arc::new(opened);
        self.ready.push_back(Task::Begin(opened.context.clone(), issues));
        let shards = opened.shards().into_iter();
        self.ready.extend(shards.map(|shard| Task::Shard(Arc::clone(&opened), shard)));
        self.ready.push_back(Task::End);
    }

    fn folder(&mut self, name: &str, root: &Path, files: Vec<PathBuf>) -> Result<(), Issue> {
        let (digest, size) = folder_digest(root, &files);
        let context = SourceContext {
            id: source::source_id(self.run.settings, &digest),
            parent: None,
            name: name.to_owned(),
            digest,
            size,
            format: Format::Folder,
            path: EntryPath::root(),
            depth: 0,
            spooled: 0,
        };
        let archive = folder::open(root, files);
        let nesting = Nesting::none(self.run.settings);
        let opened =
            source::plan(context, archive, nesting.budget).map_err(|error| issue_of(&error))?;
        self.shards(opened);
        Ok(())
    }

    fn text_file(&mut self, name: &str, path: &Path) -> Result<(), Issue> {
        let file = open_file(path)?;
        let data = Data::from_file(file).map_err(|error| io_issue(&error))?;
        let nesting = Nesting::none(self.run.settings);
        let context =
            source::context(self.run.settings, name.to_owned(), &data, Format::Text, &nesting)
                .map_err(|error| io_issue(&error))?;
        self.begin_text(context, Box::new(data.reader()));
        Ok(())
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
        let reader = io::Cursor::new(head).chain(io::stdin());
        self.begin_text(context, Box::new(reader));
        Ok(())
    }

    fn begin_text(&mut self, context: SourceContext, reader: Box<dyn Read + Send>) {
        self.ready.push_back(Task::Begin(context.clone(), Vec::new()));
        let text = TextSource::new(context);
        let reader = TextReader::new(reader, text.hint());
        self.text = Some((Arc::new(text), reader));
    }

    /// The next window of the text that is being read.
    fn next_window(&mut self) -> Option<Task> {
        let (source, reader) = self.text.as_mut()?;
        if let Some(window) = reader.next_window() {
            return Some(Task::Window(Arc::clone(source), window));
        }
        let (source, reader) = self.text.take()?;
        Some(Task::TextEnd(source, reader.into_end()))
    }

    /// The context of an input whose bytes are not known: its name has to tell it from others.
    fn unread_context(&self, name: String) -> SourceContext {
        SourceContext {
            id: self.run.settings.key.id("unread source", &[name.as_bytes()]),
            parent: None,
            name,
            digest: String::new(),
            size: 0,
            format: Format::Text,
            path: EntryPath::root(),
            depth: 0,
            spooled: 0,
        }
    }
}

impl Iterator for Planner<'_> {
    type Item = Task;

    fn next(&mut self) -> Option<Task> {
        loop {
            if self.run.progress.is_interrupted() {
                return None;
            }
            if let Some(task) = self.ready.pop_front().or_else(|| self.next_window()) {
                return Some(task);
            }
            if !self.advance() {
                return None;
            }
        }
    }
}

/// Bytes of an input, as far as the file system tells without reading it.
fn known_bytes(input: &Input) -> u64 {
    let length = |path: &Path| std::fs::metadata(path).map_or(0, |metadata| metadata.len());
    match &input.place {
        Place::Archive { path, .. } | Place::Text { path } => length(path),
        Place::Folder { root, files } => files.iter().map(|file| length(&root.join(file))).sum(),
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

fn open_file(path: &Path) -> Result<File, Issue> {
    File::open(path).map_err(|error| io_issue(&error))
}

fn io_issue(error: &io::Error) -> Issue {
    let code = match error.kind() {
        io::ErrorKind::PermissionDenied => Code::PermissionDenied,
        _ => Code::IoError,
    };
    Issue::loss(Stage::Open, code, error.to_string())
}

/// BLAKE3 over the names and contents of the files, and how many bytes they have.
///
/// A file that cannot be read counts by its name; reading it again will tell the issue.
fn folder_digest(root: &Path, files: &[PathBuf]) -> (String, u64) {
    let mut hasher = blake3::Hasher::new();
    let mut digester = Digester::new();
    let mut bytes = 0;
    for file in files {
        hasher.update(file.as_os_str().as_encoded_bytes());
        hasher.update(b"\0");
        let data = File::open(root.join(file)).and_then(Data::from_file);
        if let Ok((digest, length)) =
            data.and_then(|data| Ok((digester.digest(&data)?, data.length())))
        {
            hasher.update(digest.as_bytes());
            bytes += length;
        }
    }
    (crate::secret::hex(hasher.finalize().as_bytes()), bytes)
}
