//! Puts files that are called like parts of a set together, if their bytes bear it out.

use std::collections::{BTreeMap, HashSet};
use std::io;

use super::name::{Scheme, VolumeName, Widths};
use super::probe::{Probe, zip_disk};
use super::{Part, Piece, Volumes};
use crate::input::io_issue;
use crate::issue::{Code, Issue, Stage};
use crate::record::Format;

/// A file that is called like a part of a set.
#[derive(Debug, Clone)]
pub(super) struct Member<F> {
    pub(super) file: F,
    pub(super) name: VolumeName,
}

impl<F: Piece> Member<F> {
    /// The same, with what its bytes say.
    pub(super) fn probed(self) -> Probed<F> {
        let Self { file, name } = self;
        Probed { probe: Probe::of(&file, &name), file, name }
    }
}

/// A file that is called like a part of a set, and what its bytes say.
pub(super) struct Probed<F> {
    pub(super) file: F,
    name: VolumeName,
    probe: io::Result<Probe>,
}

impl<F> Probed<F> {
    /// The archive that it begins as.
    pub(super) fn format(&self) -> Option<Format> {
        self.probe.as_ref().ok()?.format
    }
}

/// Several files that are one input.
pub(crate) struct Set<F> {
    /// Its first volume that is there, by which it is called.
    pub(crate) name: F,
    /// The files that are read with it, or told to be wrong.
    pub(crate) members: Vec<F>,
    /// What they are together.
    pub(crate) whole: Whole<F>,
}

/// What the files of a set are together.
pub(crate) enum Whole<F> {
    /// An archive.
    Archive(Volumes<F>, Format),
    /// A text.
    Text(Volumes<F>),
    /// Nothing that can be read.
    Refused(Issue),
}

/// How a file came to be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// The user named it.
    Given,
    /// It lies in a folder that is read.
    Found,
}

/// The sets among files whose names have one key. Files that are in none of them stand alone.
pub(super) fn sets<F: Piece>(members: Vec<Probed<F>>, origin: Origin) -> Vec<Set<F>> {
    let widths = Widths::of(members.iter().map(|member| &member.name));
    let mut numbers = HashSet::new();
    let is_spelled_twice =
        members.iter().any(|m| !numbers.insert((m.name.width(&widths), m.name.number)));
    let mut candidates: BTreeMap<(usize, String), Candidate<F>> = BTreeMap::new();
    for Probed { file, name, probe } in members {
        let width = name.width(&widths);
        let spelling = if is_spelled_twice { name.stem.clone() } else { String::new() };
        let number = name.number;
        let candidate = candidates.entry((width, spelling)).or_insert_with(|| Candidate {
            name,
            width,
            files: BTreeMap::new(),
            length: 0,
        });
        let length = probe.as_ref().map_or(0, |probe| probe.length);
        candidate.length = candidate.length.max(length);
        candidate.files.entry(number).or_insert((probe, file));
    }
    candidates.into_values().filter_map(|candidate| candidate.set(origin)).collect()
}

/// Files that are called like the parts of one set.
struct Candidate<F> {
    /// The name of one of them.
    name: VolumeName,
    width: usize,
    files: BTreeMap<u32, (io::Result<Probe>, F)>,
    /// How long a volume is: all are, except for the last.
    length: u64,
}

impl<F: Piece> Candidate<F> {
    fn set(self, origin: Origin) -> Option<Set<F>> {
        match self.name.scheme {
            Scheme::RarPart | Scheme::RarOld => self.rar(),
            Scheme::Zip | Scheme::Zipx => self.zip(origin),
            Scheme::Raw => self.raw(origin),
        }
    }

    /// A file that has bytes.
    fn probe(&self, number: u32) -> Option<&Probe> {
        let (probe, _) = self.files.get(&number)?;
        probe.as_ref().ok().filter(|probe| probe.length > 0)
    }

    /// The files that have bytes.
    fn probes(&self) -> impl DoubleEndedIterator<Item = (u32, &Probe)> {
        self.files.keys().filter_map(|&number| Some((number, self.probe(number)?)))
    }

    fn file(&self, number: u32) -> Option<&F> {
        self.files.get(&number).map(|(_, file)| file)
    }

    /// Every volume of a RAR says that it is one.
    fn rar(&self) -> Option<Set<F>> {
        let first = u32::from(self.name.scheme == Scheme::RarPart);
        let is_volume = |number| self.probe(number).is_some_and(|probe| probe.is_rar_volume);
        let last = self.files.keys().copied().rfind(|&number| is_volume(number))?;
        if last == first {
            return None;
        }
        let mut builder = Builder::new(self, first);
        for &number in self.files.range(first..=last).map(|(number, _)| number) {
            if is_volume(number) {
                builder.file(number);
            } else {
                builder.wrong(number, "is no volume of a RAR");
            }
        }
        builder.finish(|volumes| Whole::Archive(volumes, Format::Rar))
    }

    /// The last part of a split ZIP tells how many there are; the first has a mark.
    fn zip(&self, origin: Origin) -> Option<Set<F>> {
        let is_marked = self.probe(1).is_some_and(|probe| probe.begins_split_zip);
        let numbered = self.probes().map(|(number, _)| number).rfind(|&n| n != VolumeName::LAST);
        let disk = self.probe(VolumeName::LAST).and_then(|probe| probe.zip_disk);
        let has_last = match disk {
            None => is_marked && self.probe(VolumeName::LAST).is_some(),
            Some(disk) => disk > 0,
        };
        let before_last = match disk {
            Some(disk) if disk > 0 && disk < u16::MAX => u32::from(disk),
            _ => numbered.filter(|_| has_last || is_marked).unwrap_or(0),
        };
        if before_last == 0 {
            return numbered.and_then(|_| self.headless(1, origin));
        }
        let mut builder = Builder::new(self, 1);
        for &number in self.files.range(1..=before_last).map(|(number, _)| number) {
            builder.volume(number);
        }
        builder.skip_to(before_last + 1);
        if has_last {
            builder.last_of_zip();
        } else {
            builder.told(self.describe(VolumeName::LAST, None), "is not there");
            builder.missing(1);
        }
        builder.finish(|volumes| Whole::Archive(volumes, Format::Zip))
    }

    /// Pieces of a file have no marks; what the first and the last hold has to tell.
    fn raw(&self, origin: Origin) -> Option<Set<F>> {
        let first = u32::from(!self.files.contains_key(&0));
        let (last, _) = self.probes().next_back()?;
        let begin = self.probe(first);
        let format = begin.and_then(|probe| probe.format);
        if format.is_some() && (self.is_whole(first) || !self.is_regular(first)) {
            return None;
        }
        let is_text = || self.probes().all(|(_, probe)| probe.is_text);
        let format = match format {
            Some(format) => Some(format),
            None if self.files.len() > 1 && self.ends_like_zip(last) => Some(Format::Zip),
            None if is_text() => {
                let is_set = last > first && self.files.len() > 1 && self.is_evenly_cut(last);
                return is_set.then(|| self.pieces(first, last).finish(Whole::Text)).flatten();
            }
            None => None,
        };
        let Some(format) = format else {
            return self.headless(first, origin);
        };
        let mut builder = self.pieces(first, last);
        let end = self.end(format, first, last);
        for &number in self.files.range(last + 1..end).map(|(number, _)| number) {
            builder.volume(number);
        }
        builder.skip_to(end);
        if builder.parts.len() == 1 {
            return None;
        }
        builder.finish(|volumes| Whole::Archive(volumes, format))
    }

    /// Parts without the first, by which nothing can be read.
    fn headless(&self, first: u32, origin: Origin) -> Option<Set<F>> {
        let is_likely = origin == Origin::Given || self.name.is_of_archive();
        if !is_likely
            || self.probe(first).is_some()
            || self.probes().any(|(_, probe)| probe.stands_alone())
        {
            return None;
        }
        let (number, _) = self.probes().next()?;
        let mut builder = Builder::new(self, first);
        if self.files.contains_key(&first) {
            builder.volume(first);
        } else {
            builder.skip_to(number);
        }
        Some(Set {
            name: self.file(number)?.clone(),
            members: self.files.values().map(|(_, file)| file.clone()).collect(),
            whole: Whole::Refused(builder.issues.pop()?),
        })
    }

    fn pieces(&self, first: u32, last: u32) -> Builder<'_, F> {
        let mut builder = Builder::new(self, first);
        let length = self.length;
        for &number in self.files.range(first..=last).map(|(number, _)| number) {
            builder.volume(number);
            let lacking = self.probe(number).map_or(0, |probe| length - probe.length);
            if lacking > 0 && number != last {
                builder.told(self.describe(number, None), "is shorter than the others");
                builder.parts.push(Part::Missing { volumes: 1, length: lacking });
            }
        }
        builder
    }

    /// Whether the first piece is an archive that is complete without the others.
    fn is_whole(&self, first: u32) -> bool {
        let Some(probe) = self.probe(first) else { return false };
        let zip = || self.file(first).and_then(|file| zip_disk(&[file]));
        match probe.format {
            Some(Format::SevenZ) => probe.length_of_7z.is_some_and(|all| all <= probe.length),
            Some(Format::Zip) => zip().is_some(),
            _ => false,
        }
    }

    /// Whether the first piece, or at least two, are as long as a piece of this file is.
    fn is_regular(&self, first: u32) -> bool {
        let length = self.length;
        let full = self.probes().filter(|(_, probe)| probe.length == length);
        self.probe(first).is_some_and(|probe| probe.length == length) || full.count() > 1
    }

    /// Whether all pieces but the last are of one length.
    fn is_evenly_cut(&self, last: u32) -> bool {
        let length = self.length;
        self.probes().all(|(number, probe)| number == last || probe.length == length)
    }

    /// Whether the pieces that are there end like a ZIP. The end may stand in two of them.
    fn ends_like_zip(&self, last: u32) -> bool {
        let before = last.checked_sub(1).and_then(|number| self.file(number));
        let files: Vec<_> = before.into_iter().chain(self.file(last)).collect();
        zip_disk(&files).is_some()
    }

    /// The number behind the last piece that there should be, as far as the archive tells.
    fn end(&self, format: Format, first: u32, last: u32) -> u32 {
        const MOST: u64 = 99_999;
        let length = self.length;
        let is_full = self.probe(last).is_some_and(|probe| probe.length == length);
        let pieces = match format {
            Format::SevenZ => {
                let all = self.probe(first).and_then(|probe| probe.length_of_7z).unwrap_or(0);
                all.div_ceil(length.max(1)).min(MOST)
            }
            Format::Zip if is_full && !self.ends_like_zip(last) => u64::from(last - first) + 2,
            _ => 0,
        };
        last.max(first.saturating_add(pieces as u32).saturating_sub(1)).saturating_add(1)
    }

    /// What people call a part, or those from one to another.
    fn describe(&self, number: u32, until: Option<u32>) -> String {
        let stem = &self.name.stem;
        let file = |number| self.name.sibling(number, self.width);
        let shown = |number| number + u32::from(self.name.scheme == Scheme::RarOld);
        match until {
            _ if number == VolumeName::LAST => {
                format!("the last part of {stem} ({})", file(number))
            }
            None => format!("part {} of {stem} ({})", shown(number), file(number)),
            Some(until) => format!(
                "parts {} to {} of {stem} ({} to {})",
                shown(number),
                shown(until),
                file(number),
                file(until)
            ),
        }
    }
}

/// A set in the making.
struct Builder<'c, F> {
    candidate: &'c Candidate<F>,
    /// The number of the part that is expected next.
    next: u32,
    parts: Vec<Part<F>>,
    issues: Vec<Issue>,
    members: Vec<F>,
}

impl<'c, F: Piece> Builder<'c, F> {
    fn new(candidate: &'c Candidate<F>, first: u32) -> Self {
        let (parts, issues, members) = (Vec::new(), Vec::new(), Vec::new());
        Self { candidate, next: first, parts, issues, members }
    }

    /// All parts before `number` that did not come are missing.
    fn skip_to(&mut self, number: u32) {
        let volumes = number.saturating_sub(self.next);
        if volumes > 0 {
            let until = Some(number - 1).filter(|_| volumes > 1);
            let verb = if volumes > 1 { "are not there" } else { "is not there" };
            self.told(self.candidate.describe(self.next, until), verb);
            self.missing(volumes);
        }
        self.next = number.saturating_add(1);
    }

    /// Leaves a gap. Volumes of a RAR know their numbers and need none.
    fn missing(&mut self, volumes: u32) {
        if !matches!(self.candidate.name.scheme, Scheme::RarPart | Scheme::RarOld) {
            self.parts.push(Part::Missing { volumes, length: self.candidate.length });
        }
    }

    fn told(&mut self, part: String, what: &str) {
        let detail = format!("{part} {what}");
        self.issues.push(Issue::loss(Stage::Open, Code::MissingVolume, detail));
    }

    /// A file, if it has bytes.
    fn volume(&mut self, number: u32) {
        match self.candidate.probe(number) {
            Some(_) => self.file(number),
            None => self.wrong(number, "is empty"),
        }
    }

    fn file(&mut self, number: u32) {
        self.skip_to(number);
        self.push(number);
    }

    fn push(&mut self, number: u32) {
        if let Some(file) = self.candidate.file(number) {
            self.parts.push(Part::File(file.clone()));
            self.members.push(file.clone());
        }
    }

    /// The part of a ZIP that has no number.
    fn last_of_zip(&mut self) {
        self.push(VolumeName::LAST);
    }

    /// A file that is not what it is called. If it can be read by itself, it stands alone as well.
    fn wrong(&mut self, number: u32, what: &str) {
        self.skip_to(number);
        self.missing(1);
        let Some((probe, file)) = self.candidate.files.get(&number) else { return };
        let part = self.candidate.describe(number, None);
        match probe {
            Err(error) => {
                let issue = io_issue(error);
                let detail = format!("{part} cannot be read: {}", issue.detail);
                self.issues.push(Issue { detail, ..issue });
            }
            Ok(probe) if probe.length == 0 => self.told(part, "is empty"),
            Ok(_) => self.told(part, what),
        }
        if !probe.as_ref().is_ok_and(Probe::stands_alone) {
            self.members.push(file.clone());
        }
    }

    /// The set, unless none of its files can be read.
    fn finish(self, whole: impl FnOnce(Volumes<F>) -> Whole<F>) -> Option<Set<F>> {
        let volumes = Volumes { parts: self.parts, issues: self.issues };
        let name = volumes.files().next()?.clone();
        Some(Set { name, members: self.members, whole: whole(volumes) })
    }
}
