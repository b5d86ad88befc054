//! Tasks of an item of work: what it names was listed, cut and read for its digest before, maybe on
//! another machine.

use std::path::PathBuf;
use std::sync::Arc;

use super::folder::context_of_folder;
use super::{Planner, Task, open_archive, open_volumes};
use crate::archive::folder::{self, Listed};
use crate::error::Error;
use crate::input::{Post, Volumes};
use crate::issue::{Code, Issue, Stage};
use crate::layout::{Plan, Planned, PlannedUnit, Root};
use crate::pipeline::chapter::Chapters;
use crate::pipeline::passwords::{Passwords, words_of_notes};
use crate::pipeline::plan::{Placed, unplaced};
use crate::pipeline::reader::Run;
use crate::pipeline::run::issue_of;
use crate::pipeline::source::{self, Nesting, Opened, Part, SourceContext};
use crate::pipeline::work::{
    ArchivePart, ArchivePortion, FilePath, FolderFile, FolderPortion, FolderUnit, Location,
    Portion, Stamped, Subject, TextPortion, WorkItem,
};
use crate::record::Format;

impl<'r> Planner<'r> {
    /// Draws the tasks of an item of work.
    pub(in crate::pipeline) fn of_item(run: Run<'r>, item: &WorkItem) -> Self {
        run.progress.set_total_bytes(item.bytes());
        Self { portions: item.portions().to_vec().into_iter(), ..Self::idle(run) }
    }

    /// Prepares the tasks of an input, or of a part of one.
    pub(super) fn portion(&mut self, portion: Portion) -> Result<(), Issue> {
        let Portion { name, subject, post, issues } = portion;
        match subject {
            Subject::Archive(archive) => self.archive_portion(name, archive, post, issues),
            Subject::Folder(folder) => {
                self.folder_portion(&name, folder, issues);
                Ok(())
            }
            Subject::Text(text) => self.text_portion(name, text, post, issues),
            Subject::Refused(issue) => Err(issue),
        }
    }

    fn archive_portion(
        &mut self,
        name: String,
        portion: ArchivePortion,
        post: Option<Arc<Post>>,
        mut issues: Vec<Placed>,
    ) -> Result<(), Issue> {
        let ArchivePortion { format, volumes, digest, names, notes, part } = portion;
        let volumes = files(&volumes);
        let settings = self.run.settings;
        let store = &settings.read.store;
        let data = open_archive(store, &volumes)?;
        let notes: Vec<PathBuf> = notes.iter().map(Location::path).collect();
        // Archives of one folder follow each other.
        if self.noted.0 != notes {
            self.noted = (notes.clone(), words_of_notes(store, &notes));
        }
        let candidates = self.given.candidates(&volumes, post.as_deref(), &names, &self.noted.1);
        let passwords = Passwords::Known(candidates);
        let gaps = part.as_ref().and_then(|part| part.gaps.clone());
        let nesting = Nesting { passwords, post, gaps, ..Nesting::none(settings) };
        let mut context =
            source::context_of_digest(settings, name, &data, digest, format, &nesting);
        issues.extend(unplaced(volumes.issues));
        let Some(part) = part else {
            self.whole_archive(context, data, nesting, issues);
            return Ok(());
        };
        context.share = Some(part.share);
        match source::open(context.clone(), data, &nesting) {
            Ok(opened) => self.archive_part(opened, &part, issues),
            Err(error) => {
                let error = mismatch(&context, &issue_of(&error).detail);
                self.ready.push_back(Task::Fault(error));
            }
        }
        Ok(())
    }

    /// Prepares the tasks of a part of an archive.
    fn archive_part(&mut self, opened: Opened, part: &ArchivePart, mut issues: Vec<Placed>) {
        let parts = opened.parts(self.run.settings.read.item_bytes);
        let found = parts.into_iter().find(|one| one.share.number == part.share.number);
        let is_same = |one: &Part| one.share == part.share && one.units() == part.units;
        match found.filter(is_same) {
            Some(found) => {
                if part.share.number == 0 {
                    issues.extend(unplaced(opened.issues().cloned()));
                }
                self.shards_of(opened, vec![found], issues);
            }
            None => {
                let error = mismatch(&opened.context, "it is not cut where it was");
                self.ready.push_back(Task::Fault(error));
            }
        }
    }

    fn folder_portion(&mut self, name: &str, portion: FolderPortion, issues: Vec<Placed>) {
        let settings = self.run.settings;
        let FolderPortion { root, digest, size, logs, share, units } = portion;
        let context = context_of_folder(settings, name, digest, size);
        let context = SourceContext { share: Some(share), ..context };
        let (listed, plan) = planned_again(units);
        let archive = folder::open(&settings.read.store, &root.path(), listed);
        let budget = Nesting::none(settings).budget;
        budget.take_entries(archive.entries().len() as u64);
        let mut opened = source::planned(context, archive.into(), plan, budget);
        opened.logs = logs;
        let shards = opened.shards(settings.read.item_bytes);
        self.shards_of(opened, vec![Part { share, shards }], issues);
    }

    fn text_portion(
        &mut self,
        name: String,
        TextPortion { volumes, digest, part }: TextPortion,
        post: Option<Arc<Post>>,
        mut issues: Vec<Placed>,
    ) -> Result<(), Issue> {
        let volumes = files(&volumes);
        let settings = self.run.settings;
        let data = open_volumes(&settings.read.store, &volumes)?;
        let nesting = Nesting { post, ..Nesting::none(settings) };
        let mut chapters = Chapters::of(settings, &name, &data);
        let mut context =
            source::context_of_digest(settings, name, &data, digest, Format::Text, &nesting);
        issues.extend(unplaced(volumes.issues));
        if let Some(part) = part {
            context.share = Some(part.share);
            chapters = match chapters {
                Some(chapters) => chapters.of_part(&part)?,
                None => None,
            };
            if chapters.is_none() {
                let error = mismatch(&context, "it is not cut where it was");
                self.ready.push_back(Task::Fault(error));
                return Ok(());
            }
        }
        self.begin_file(context, data, chapters, issues);
        Ok(())
    }
}

fn files(volumes: &Volumes<Stamped>) -> Volumes {
    volumes.map(|file| file.place.path())
}

/// The error for an archive of which an item names a part that cannot be had here.
fn mismatch(context: &SourceContext, why: &str) -> Error {
    let detail = format!(
        "the part of it that the item names is not to be found: {why}. Give the version and the \
         --password-file that it was planned with, or plan it again"
    );
    Error::input(context.name.clone(), Stage::Open, Code::ChangedDuringRead, detail)
}

/// The files of planned units in the order of the source, and their plan.
fn planned_again(units: Vec<FolderUnit>) -> (Vec<Listed>, Plan) {
    let mut order: Vec<(usize, usize)> = Vec::new();
    for (number, unit) in units.iter().enumerate() {
        order.extend((0..unit.files.len()).map(|file| (number, file)));
    }
    let file =
        |&(unit, file): &(usize, usize)| units.get(unit).and_then(|unit| unit.files.get(file));
    let bytes = |file: &FolderFile| file.path.0.as_os_str().as_encoded_bytes().to_vec();
    order.sort_by_cached_key(|at| file(at).map(bytes));
    let mut indices: Vec<Vec<u32>> = units.iter().map(|unit| vec![0; unit.files.len()]).collect();
    let mut listed = Vec::with_capacity(order.len());
    for (index, at) in (0..).zip(&order) {
        let slot = indices.get_mut(at.0).and_then(|unit| unit.get_mut(at.1));
        if let (Some(slot), Some(file)) = (slot, file(at)) {
            *slot = index;
            let (path, size) = (file.path.0.clone(), file.stamp.size.into());
            listed.push(Listed { path, size, kept: None });
        }
    }
    let plan =
        Plan::of_units(units.iter().zip(&indices).map(|(unit, indices)| planned(unit, indices)));
    (listed, plan)
}

/// A unit whose files have these indices.
fn planned(unit: &FolderUnit, indices: &[u32]) -> PlannedUnit {
    let root = unit.root.as_ref().map(FilePath::name).unwrap_or_default();
    let files = unit.files.iter().zip(indices);
    let begins = |file: &FolderFile| file.path.name().as_bytes().starts_with(root.as_bytes());
    let found = files.clone().find(|(file, _)| begins(file));
    let length = found.map_or(0, |_| u32::try_from(root.as_bytes().len()).unwrap_or(u32::MAX));
    let entry = found.map_or(0, |(_, &index)| index);
    let entries =
        files.map(|(file, &index)| Planned { index, inside: file.inside, role: file.role });
    PlannedUnit { kind: unit.kind, root: Root { entry, length }, entries: entries.collect() }
}
