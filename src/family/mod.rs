//! Stealer families: data, one file each, and how a log's family is told.
//!
//! The family is a label on the result: parsers never ask for it. Only two things depend on it,
//! the order of day and month in dates and what an install date means. It is told by the shape of
//! the system file and by names, never by a brand in a banner: that names the seller.
//!
//! `docs/ADDING_A_FAMILY.md` shows how to add one.

pub mod labels;

mod acreed;
mod arcane;
mod arechclient2;
mod arkei;
mod atomic;
mod aurora;
mod azorult;
mod banshee;
mod blank_grabber;
mod cryptbot;
mod cthulhu;
mod dcrat;
mod evidence;
mod exela;
mod generic;
mod lumma;
mod macos_unnamed;
mod macsync;
mod mars;
mod meduza;
mod meta;
mod nexus;
mod odyssey;
mod phemedrone;
mod purelogs;
mod pxa;
mod raccoon;
mod redhive;
mod redline;
mod remus;
mod rhadamanthys;
mod risepro;
mod shub;
mod skuld;
mod stealc;
mod stormkitty;
mod vidar;
mod whitesnake;

#[cfg(test)]
mod tests;

use std::fmt;

use crate::fact::DateOrder;
use crate::record::Confidence;
use evidence::Seen;

pub use generic::GENERIC;

/// All families, in the order in which they are listed.
pub static FAMILIES: &[&Family] = &[
    &redline::REDLINE,
    &meta::META,
    &arechclient2::ARECHCLIENT2,
    &lumma::LUMMA,
    &redhive::REDHIVE,
    &remus::REMUS,
    &vidar::VIDAR,
    &arkei::ARKEI,
    &mars::MARS,
    &stealc::STEALC,
    &raccoon::RACCOON,
    &risepro::RISEPRO,
    &rhadamanthys::RHADAMANTHYS,
    &meduza::MEDUZA,
    &aurora::AURORA,
    &whitesnake::WHITESNAKE,
    &cryptbot::CRYPTBOT,
    &phemedrone::PHEMEDRONE,
    &arcane::ARCANE,
    &stormkitty::STORMKITTY,
    &blank_grabber::BLANK_GRABBER,
    &exela::EXELA,
    &skuld::SKULD,
    &dcrat::DCRAT,
    &atomic::ATOMIC,
    &banshee::BANSHEE,
    &cthulhu::CTHULHU,
    &macsync::MACSYNC,
    &shub::SHUB,
    &odyssey::ODYSSEY,
    &macos_unnamed::MACOS_UNNAMED,
    &acreed::ACREED,
    &nexus::NEXUS,
    &purelogs::PURELOGS,
    &pxa::PXA,
    &azorult::AZORULT,
];

/// From this weight on a family is named, with low confidence.
const LOW: u32 = 2;
/// From this weight on with medium confidence.
const MEDIUM: u32 = 3;
/// From this weight on with high confidence.
const HIGH: u32 = 6;

/// What is known about one kind of malware's output.
#[derive(Debug)]
pub struct Family {
    /// What records and fixture folders call it; stable.
    pub id: &'static str,
    /// What people call it.
    pub name: &'static str,
    /// The family whose output it took over. A fork is named only where the marks of both are
    /// found, and is as sure as the weaker of the two.
    pub fork_of: Option<&'static Family>,
    /// What its logs are told by.
    pub marks: &'static [Mark],
    /// How its dates are written.
    pub date_order: DateOrder,
    /// What its `Install Date` means.
    pub install_date: InstallDate,
    /// What is read of its logs, an artefact each: file, then what of it.
    pub reads: &'static [Read],
    /// What its logs leave open, and what is made of it; a sentence each.
    pub ambiguities: &'static [&'static str],
    /// Small logs that prove the marks; [`check_examples`] runs them.
    pub examples: &'static [Example],
}

/// What `Install Date` in a system file is the date of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InstallDate {
    /// The operating system was installed.
    OperatingSystem,
    /// The computer was infected.
    Infection,
}

/// A file of a family's logs, and what is read of it.
#[derive(Debug)]
pub struct Read {
    /// Its path inside the log; `⟨…⟩` stands for what varies.
    pub file: &'static str,
    /// What records are made of it, and what is peculiar to how it is written.
    pub what: &'static str,
}

/// A piece of evidence for a family: all of its signs together.
#[derive(Debug)]
pub struct Mark {
    /// What the evidence is called in records; stable.
    pub id: &'static str,
    /// What it is worth: 6 alone is high confidence, 3 medium, 2 low; 1 can only add to others.
    pub weight: u8,
    /// What must be there, all of it.
    pub signs: &'static [Sign],
}

/// One thing to be seen in a log.
#[derive(Debug)]
pub enum Sign {
    /// The system file has a line with this key, normalised: lower-case letters and digits only.
    Key(&'static str),
    /// The system file has no line with this key, normalised.
    NoKey(&'static str),
    /// The system file has a line with the key spelled exactly so.
    Spelled(&'static str),
    /// The system file has a line with this key, normalised, and a value of this shape.
    Value(&'static str, fn(&[u8]) -> bool),
    /// The system file has this line, without the blanks and `*` round it: at most 80 bytes, and no
    /// key with a value.
    Line(&'static str),
    /// A file of this name lies directly in the folder of the log.
    File(&'static str),
    /// A folder of this name lies directly in the folder of the log.
    Folder(&'static str),
    /// The path of some entry inside the log has this shape.
    Path(fn(&[u8]) -> bool),
    /// The name of the log's folder has this shape.
    LogName(fn(&[u8]) -> bool),
}

/// A small log, and whether it is told to be of the family that carries it.
#[derive(Debug)]
pub struct Example {
    /// What it shows.
    pub what: &'static str,
    /// The system file; empty where the log has none.
    pub system: &'static str,
    /// Paths inside the log.
    pub names: &'static [&'static str],
    /// What is to be found out.
    pub expected: Expected,
}

/// What an [`Example`] is told to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// Of this family, this sure.
    This(Confidence),
    /// Not of this family.
    NotThis,
}

/// What is looked at to tell the family of one log.
#[derive(Debug, Clone, Copy, Default)]
pub struct Evidence<'a> {
    /// The system files in an ASCII-based encoding; the first 64 KiB of each are looked at.
    pub system: &'a [&'a [u8]],
    /// The paths of the entries inside the log, `/` between folders.
    pub names: &'a [&'a [u8]],
    /// The name of the log's folder; empty where nothing is known of it.
    pub log_name: &'a [u8],
}

/// The family of a log.
#[derive(Debug, Clone)]
pub struct Detection {
    /// Which one.
    pub family: &'static Family,
    /// How sure.
    pub confidence: Confidence,
    /// The marks that were found.
    pub evidence: Vec<&'static str>,
}

/// Tells the family of a log; none where nothing or nothing conclusive is found.
///
/// ```
/// use logsieve::family::{Evidence, detect};
/// use logsieve::record::Confidence;
///
/// let system = b"FileLocation: C:\\Temp\\setup.exe\r\nOperation System: Windows 10 Pro x64\r\n";
/// let found = detect(&Evidence { system: &[system], ..Evidence::default() }).unwrap();
/// assert_eq!((found.family.id, found.confidence), ("redline", Confidence::High));
/// assert_eq!(found.evidence, ["keys:operationsystem+filelocation"]);
///
/// let seller = b"*** REDLINE CLOUD ***\r\n";
/// assert!(detect(&Evidence { system: &[seller], ..Evidence::default() }).is_none());
/// ```
pub fn detect(evidence: &Evidence<'_>) -> Option<Detection> {
    detect_among(FAMILIES, evidence)
}

/// The one family with the greatest weight; none where two weigh the same.
fn detect_among(families: &[&'static Family], evidence: &Evidence<'_>) -> Option<Detection> {
    let seen = Seen::new(evidence);
    let mut best: Option<Verdict> = None;
    let mut rival = 0;
    for verdict in families.iter().filter_map(|family| Verdict::of(family, &seen)) {
        let leader = best.as_ref().map_or(0, |best| best.weight);
        if verdict.weight > leader {
            rival = leader;
            best = Some(verdict);
        } else {
            rival = rival.max(verdict.weight);
        }
    }
    best.filter(|best| best.weight > rival).map(|best| best.detection)
}

/// One family, measured against a log.
struct Verdict {
    detection: Detection,
    weight: u32,
}

impl Verdict {
    /// None where the log does not look like the family.
    fn of(family: &'static Family, seen: &Seen<'_>) -> Option<Self> {
        let found: Vec<&Mark> = family.marks.iter().filter(|mark| seen.bears(mark)).collect();
        let weight = weight_of(&found);
        let confidence = confidence(weight)?;
        let evidence = found.iter().map(|mark| mark.id);
        let Some(parent) = family.fork_of else {
            let evidence = evidence.collect();
            return Some(Self { detection: Detection { family, confidence, evidence }, weight });
        };
        // Forks of forks would have to be written as forks of the first one; no recursion here.
        let marks: Vec<&Mark> = parent.marks.iter().filter(|mark| seen.bears(mark)).collect();
        let inherited = weight_of(&marks);
        let confidence = confidence.min(self::confidence(inherited)?);
        let evidence = marks.iter().map(|mark| mark.id).chain(evidence).collect();
        let detection = Detection { family, confidence, evidence };
        Some(Self { detection, weight: weight + inherited })
    }
}

/// What marks weigh together; nothing where each can only add to others.
fn weight_of(marks: &[&Mark]) -> u32 {
    let weights = marks.iter().map(|mark| u32::from(mark.weight));
    if weights.clone().all(|weight| weight < LOW) { 0 } else { weights.sum() }
}

fn confidence(weight: u32) -> Option<Confidence> {
    match weight {
        HIGH.. => Some(Confidence::High),
        MEDIUM.. => Some(Confidence::Medium),
        LOW.. => Some(Confidence::Low),
        _ => None,
    }
}

/// An example that is not told to be what it is.
#[derive(Debug)]
pub struct ExampleFailure {
    /// The family that carries the example.
    pub family: &'static Family,
    /// The example.
    pub example: &'static Example,
    /// What it is taken for.
    pub found: Option<Detection>,
}

impl fmt::Display for ExampleFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { family, example, found } = self;
        write!(f, "{}: {}: expected {:?}, found ", family.id, example.what, example.expected)?;
        match found {
            Some(found) => {
                write!(f, "{} {:?} {:?}", found.family.id, found.confidence, found.evidence)
            }
            None => f.write_str("nothing"),
        }
    }
}

/// Runs the examples of `family` against all families and returns those that fail.
pub fn check_examples(family: &'static Family) -> Vec<ExampleFailure> {
    let failure = |example: &'static Example| {
        let names: Vec<&[u8]> = example.names.iter().map(|name| name.as_bytes()).collect();
        let system = &[example.system.as_bytes()];
        let found = detect(&Evidence { system, names: &names, ..Evidence::default() });
        let this = found.as_ref().filter(|found| found.family.id == family.id);
        let holds = match example.expected {
            Expected::This(confidence) => this.is_some_and(|found| found.confidence == confidence),
            Expected::NotThis => this.is_none(),
        };
        (!holds).then_some(ExampleFailure { family, example, found })
    };
    family.examples.iter().filter_map(failure).collect()
}
