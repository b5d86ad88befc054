//! A dataset as an input: records that were made before meet a new watchlist, or leave in another
//! form.
//!
//! Nothing of it is held but where its machines and sources stand: the other tables are read front
//! to back, in chunks, and a record that concerns anybody fetches its machine and its source. What
//! is exposed is told as if the archives themselves had been read, except for mentions, whose texts
//! are not there any more.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Deserialize;

use crate::archive::data::Data;
use crate::error::{Error, Result};
use crate::input::{Input, Place, io_issue};
use crate::issue::{Code, Issue, Stage};
use crate::pipeline::outcome::{Item, Outcome};
use crate::pipeline::plan::{FolderDigest, Placed, folder_digest};
use crate::pipeline::rows::{Chunk, Index, Reach, Rows};
use crate::pipeline::settings::{Scope, Settings};
use crate::pipeline::source::{self, SourceContext};
use crate::provenance::{EntryPath, lossless_utf8};
use crate::record::dataset::{KEY, MARKER, SUMMARY};
use crate::record::{Disposition, Format, RecordCounts, Status};
use crate::secret::Id;
use crate::sink::{SCHEMA_VERSION, Table};

/// The tables that are read, in this order.
const TABLES: &[Table] =
    &[Table::Sources, Table::Machines, Table::Credentials, Table::Cookies, Table::Autofill];

/// What its summary says of a dataset as a whole.
#[derive(Debug, Deserialize)]
struct Made {
    schema_version: u32,
    key_id: Id,
    status: Status,
    records: RecordCounts,
}

/// The largest summary that is read.
const MOST_SUMMARY: u64 = 16 << 20;

impl Made {
    fn read(root: &Path, files: &[PathBuf]) -> std::result::Result<Self, Issue> {
        let unfinished = "this dataset has no summary.json that can be read, so the run that made \
            it did not come to its end; make it again";
        // What is no regular file is not among them, and not opened.
        let summary = files.iter().find(|file| file.as_path() == Path::new(SUMMARY));
        let file = summary.and_then(|summary| File::open(root.join(summary)).ok());
        let file = file.ok_or_else(|| Issue::loss(Stage::Open, Code::DatasetGap, unfinished))?;
        let read = serde_json::from_reader(io::BufReader::new(io::Read::take(file, MOST_SUMMARY)));
        let made: Self =
            read.map_err(|_| Issue::loss(Stage::Open, Code::DatasetGap, unfinished))?;
        if made.schema_version != SCHEMA_VERSION {
            let version = made.schema_version;
            let detail =
                format!("another version of logsieve made this dataset (schema {version})");
            return Err(Issue::loss(Stage::Open, Code::UnknownFormat, detail));
        }
        Ok(made)
    }
}

/// Looks at the datasets among the inputs before anything is read: those that cannot be read in
/// this run become refusals.
///
/// # Errors
/// A dataset that the user named has another key than the run. One that lies somewhere in a folder
/// does not stop the run: anybody may have put it there.
pub(super) fn admit(inputs: &mut [Input], settings: &Settings) -> Result<()> {
    for input in inputs {
        let Place::Dataset { root, files } = &input.place else { continue };
        let made = Made::read(root, files);
        let Some(issue) = refusal(root, &made, settings) else { continue };
        if issue.code == Code::DatasetKey && settings.read.inputs.contains(root) {
            return Err(Error::config(issue.detail));
        }
        input.place = Place::Refused(issue);
    }
    Ok(())
}

/// Why a dataset is not read.
fn refusal(
    root: &Path,
    made: &std::result::Result<Made, Issue>,
    settings: &Settings,
) -> Option<Issue> {
    let is_named = || settings.read.inputs.iter().any(|input| input == root);
    let detail = match settings.scope {
        Scope::Exposures(_) => None,
        // One that lies among archives may have been made of them.
        Scope::Everything | Scope::Narrowed(_) if is_named() => None,
        Scope::Everything | Scope::Narrowed(_) => {
            Some("a dataset is only extracted again if it is named itself, not found in a folder")
        }
        _ => Some(
            "a dataset is an input of `check` and `extract` only; give the archives themselves",
        ),
    };
    if let Some(detail) = detail {
        return Some(Issue::loss(Stage::Open, Code::UnknownFormat, detail));
    }
    match made {
        Err(issue) => Some(issue.clone()),
        Ok(made) if made.key_id == settings.key.key_id() => None,
        Ok(_) => {
            let root = lossless_utf8(root.as_os_str().as_encoded_bytes());
            let detail = format!(
                "the ids and fingerprints of the dataset {root} are made with another key than \
                 that of this run: give its key (--key-file, {root}/{KEY} if it has one of its \
                 own), and check inputs and cases of another key by themselves"
            );
            Some(Issue::loss(Stage::Open, Code::DatasetKey, detail))
        }
    }
}

/// A dataset that is being read.
pub(super) struct Dataset {
    /// What it is as a source.
    pub context: SourceContext,
    /// Where its machines stand.
    pub machines: Option<Index>,
    /// Where its sources do.
    pub sources: Option<Index>,
    files: Vec<PathBuf>,
}

/// A part of a dataset.
pub(super) enum Piece {
    /// The files that are not read line by line.
    Others,
    /// Lines of a table.
    Rows(Table, Chunk),
    /// The end of a table: what became of it, and why.
    TableEnd(Table, Option<Issue>),
}

impl Piece {
    /// The table that it is of; the first for what is of none.
    pub(super) fn table(&self) -> Table {
        match self {
            Self::Rows(table, _) | Self::TableEnd(table, _) => *table,
            Self::Others => Table::Sources,
        }
    }

    /// How many bytes it has.
    pub(super) fn bytes(&self) -> u64 {
        match self {
            Self::Rows(_, chunk) => chunk.bytes,
            Self::Others | Self::TableEnd(..) => 0,
        }
    }
}

/// A dataset on its way from the system into pieces.
pub(super) struct DatasetReader {
    /// The dataset.
    pub dataset: Arc<Dataset>,
    tables: std::vec::IntoIter<(Table, Data)>,
    current: Option<(Table, Data, Rows)>,
    longest: u64,
}

/// The name of the file of a table.
pub(super) fn file_of(table: Table) -> String {
    format!("{}.jsonl", table.name())
}

/// What a dataset is as a source.
///
/// # Errors
/// Those of [`folder_digest`].
pub(super) fn context(
    settings: &Settings,
    name: &str,
    root: &Path,
    files: &[PathBuf],
) -> Result<SourceContext, Issue> {
    let unread = files.iter().map(|file| (file.as_path(), None));
    let FolderDigest { digest, bytes: size, .. } = folder_digest(&settings.read, root, unread)?;
    Ok(SourceContext {
        id: source::source_id(settings, &digest),
        parent: None,
        name: name.to_owned(),
        digest,
        size,
        volumes: 1,
        format: Format::Dataset,
        path: EntryPath::root(),
        depth: 0,
        post: None,
        spooled: 0,
        share: None,
    })
}

/// Opens a dataset that was admitted, and tells what is to be said of it as a whole.
///
/// # Errors
/// It cannot be read.
pub(super) fn open(
    settings: &Settings,
    context: SourceContext,
    root: &Path,
    files: Vec<PathBuf>,
) -> std::result::Result<(DatasetReader, Vec<Placed>), Issue> {
    let mut tables = Vec::new();
    for &table in TABLES {
        if files.contains(&PathBuf::from(file_of(table))) {
            let file = File::open(root.join(file_of(table))).and_then(Data::from_file);
            tables.push((table, file.map_err(|error| io_issue(&error))?));
        }
    }
    let mut issues: Vec<Placed> =
        no_mentions(settings).map(|issue| (None, issue)).into_iter().collect();
    issues.extend(missing(&tables)?.map(|issue| (None, issue)));
    let made = Made::read(root, &files)?;
    if made.status != Status::Complete {
        let detail = "the dataset was made of inputs that were not read whole; the run that made \
            it said why, and its issues.jsonl does";
        issues.push((None, Issue::loss(Stage::Open, Code::DatasetGap, detail)));
    }
    let longest = settings.read.limits.line;
    let index = |wanted: Table, id: fn(&[u8]) -> Option<Id>| {
        let table = tables.iter().find(|(table, _)| *table == wanted);
        table.map(|(_, data)| Index::new(data.clone(), longest, id)).transpose()
    };
    let machines = index(Table::Machines, machine_id).map_err(|error| io_issue(&error))?;
    let sources = index(Table::Sources, source_id).map_err(|error| io_issue(&error))?;
    issues.extend(disagreement(&made, &machines, &sources).map(|issue| (None, issue)));
    let is_cut = |index: &Index| index.reach == Reach::Cut;
    if settings.scope.matcher().is_some() && [&machines, &sources].into_iter().flatten().any(is_cut)
    {
        let detail = "the dataset has more machines or sources than memory should hold; exposures \
            of the last of them come without";
        issues.push((None, Issue::loss(Stage::Limit, Code::LimitMemory, detail)));
    }
    issues.extend(no_login_names(settings, &tables).map(|issue| (None, issue)));
    issues.extend(files.iter().filter_map(|file| twin(file)));
    let dataset = Arc::new(Dataset { context, machines, sources, files });
    let reader = DatasetReader { dataset, tables: tables.into_iter(), current: None, longest };
    Ok((reader, issues))
}

/// The note on what a watchlist finds in archives only.
fn no_mentions(settings: &Settings) -> Option<Issue> {
    let detail = "a dataset holds records only: watched names in other text (mentions), second \
        readings of lines, and later logs of one machine are told by the archives themselves only";
    let asks = settings.scope.matcher().is_some();
    asks.then(|| Issue::note(Stage::Open, Code::DatasetGap, detail))
}

/// The issue for tables that are not there.
///
/// # Errors
/// None is there.
fn missing(tables: &[(Table, Data)]) -> std::result::Result<Option<Issue>, Issue> {
    let is_there = |table: &Table| tables.iter().any(|(there, _)| there == table);
    let missing: Vec<String> =
        TABLES.iter().filter(|table| !is_there(table)).map(|&table| file_of(table)).collect();
    let detail = format!(
        "the dataset has no {}, and only JSON Lines are read; extract it again with --format jsonl",
        missing.join(", ")
    );
    let issue = Issue::loss(Stage::Open, Code::DatasetGap, detail);
    match tables {
        [] => Err(issue),
        _ => Ok((!missing.is_empty()).then_some(issue)),
    }
}

/// The issue for tables that are not those of the summary: cut, or left from an earlier run that
/// wrote other forms.
fn disagreement(made: &Made, machines: &Option<Index>, sources: &Option<Index>) -> Option<Issue> {
    let counts = [(machines, made.records.machines), (sources, made.records.sources)];
    let mut counts = counts.iter().filter_map(|(index, count)| Some((index.as_ref()?, *count)));
    let differs = counts.any(|(index, count)| index.reach == Reach::Whole && index.len() != count);
    let detail = "the tables do not have what summary.json says: the dataset is damaged, or its \
        .jsonl files are those of an earlier run; extract it again with --format jsonl";
    differs.then(|| Issue::loss(Stage::Open, Code::DatasetGap, detail))
}

/// The note for entries of the watchlist that this dataset cannot answer for.
fn no_login_names(settings: &Settings, tables: &[(Table, Data)]) -> Option<Issue> {
    #[derive(Deserialize)]
    struct Names {
        username_fingerprint: Option<serde::de::IgnoredAny>,
        email_fingerprint: Option<serde::de::IgnoredAny>,
    }
    let asks =
        settings.scope.matcher().is_some_and(crate::watchlist::Matcher::asks_for_login_names);
    let has_none = |(_, data): &(Table, Data)| {
        let mut first = Vec::new();
        // What cannot be read is told when the table is read.
        let _ = Rows::new(data, settings.read.limits.line).read(&mut first);
        serde_json::from_slice::<Names>(&first).is_ok_and(|names| {
            names.username_fingerprint.is_some() || names.email_fingerprint.is_some()
        })
    };
    let detail = "the dataset has no login names (extract --keep-usernames writes them), so that \
        neither `vip` nor `ad_domains` of the watchlist can be told from them";
    (asks && tables.iter().any(has_none))
        .then(|| Issue::note(Stage::Open, Code::DatasetGap, detail))
}

fn machine_id(line: &[u8]) -> Option<Id> {
    #[derive(Deserialize)]
    struct Named {
        machine_id: Id,
    }
    serde_json::from_slice(line).ok().map(|Named { machine_id }| machine_id)
}

fn source_id(line: &[u8]) -> Option<Id> {
    #[derive(Deserialize)]
    struct Named {
        source_id: Id,
    }
    serde_json::from_slice(line).ok().map(|Named { source_id }| source_id)
}

/// The note for a file whose content is told elsewhere.
fn twin(file: &Path) -> Option<Placed> {
    let detail = match disposition(file)? {
        Disposition::Skipped if file.extension()? == "jsonl" => {
            "what went wrong when the dataset was made; the run that made it told"
        }
        Disposition::Skipped => "tables are read from their .jsonl files only",
        _ => return None,
    };
    let issue = Issue::note(Stage::Open, Code::DatasetGap, detail);
    Some((Some(lossless_utf8(file.as_os_str().as_encoded_bytes())), issue))
}

/// Whether a file is read line by line.
pub(super) fn is_read(file: &Path) -> bool {
    TABLES.iter().any(|&table| file == Path::new(&file_of(table)))
}

/// What becomes of a file that is not read line by line.
fn disposition(file: &Path) -> Option<Disposition> {
    match file.to_str() {
        _ if is_read(file) => None,
        Some(MARKER | SUMMARY) => Some(Disposition::Parsed),
        Some(KEY) => Some(Disposition::Ignored),
        _ => Some(Disposition::Skipped),
    }
}

impl DatasetReader {
    /// The next piece; none at the end.
    pub(super) fn next_piece(&mut self) -> Option<Piece> {
        if self.current.is_none() {
            let (table, data) = self.tables.next()?;
            let rows = Rows::new(&data, self.longest);
            self.current = Some((table, data, rows));
        }
        let (table, data, rows) = self.current.as_mut()?;
        let (table, issue) = match rows.read_chunk() {
            Ok(Some(chunk)) => return Some(Piece::Rows(*table, chunk)),
            Ok(None) => (*table, data.change()),
            Err(error) => (*table, Some(io_issue(&error))),
        };
        self.current = None;
        Some(Piece::TableEnd(table, issue))
    }
}

impl Dataset {
    /// What becomes of the files that are not read line by line.
    pub(super) fn others(&self) -> Outcome {
        let mut outcome = Outcome::default();
        let others = self.files.iter().filter_map(|file| disposition(file));
        others.for_each(|disposition| outcome.tally.entries.add(disposition));
        outcome
    }

    /// What becomes of a table.
    pub(super) fn table_end(&self, table: Table, issue: Option<Issue>) -> Outcome {
        let mut outcome = Outcome::default();
        let is_read = issue.is_none();
        outcome.tally.entries.add(if is_read { Disposition::Parsed } else { Disposition::Failed });
        outcome.tally.partly_read = u64::from(!is_read);
        issue.into_iter().for_each(|issue| self.note(table, issue, &mut outcome));
        outcome
    }

    /// Tells an issue of a table.
    pub(super) fn note(&self, table: Table, issue: Issue, outcome: &mut Outcome) {
        outcome.tally.losses += u64::from(source::is_loss(&issue));
        let entry = Some(file_of(table));
        let record = crate::pipeline::assemble::issue_record(self.context.id, entry, issue);
        outcome.items.push(Item::Record(Box::new(crate::record::Record::Issue(record))));
    }
}
