//! Parts of a large text, for items of work: runs of whole chapters.
//!
//! A plan reads all chapters for the digest and notes on the way what those before a part mean for
//! it. No text gets into an item: of a `[host]` it says in which chapter that stands.

use std::io;
use std::ops::Range;

use blake3::hazmat::ChainingValue;
use serde::{Deserialize, Serialize};

use super::{Chapters, Group, Past, Sought, Story};
use crate::archive::data::Data;
use crate::input::io_issue;
use crate::issue::Issue;
use crate::pipeline::digest::{self, BLOCK_BYTES, Block, BlockTree, each_block};
use crate::pipeline::settings::Settings;
use crate::pipeline::source::Share;

/// A part of a text.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub(in crate::pipeline) struct TextPart {
    /// Which it is.
    pub share: Share,
    chapters: Range<u64>,
    /// Lines before it.
    lines: u64,
    /// The chapter with the `[host]` that its first lines may stand below.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    group: Option<u64>,
    /// Whether it was told already that the text goes on as something else.
    is_garbled: bool,
}

/// What a plan reads of a text.
pub(in crate::pipeline) struct Skimmed {
    /// BLAKE3 of it.
    pub digest: String,
    /// Its parts; none if it is too small, or cannot be cut.
    pub parts: Vec<TextPart>,
}

/// Reads the text called `name` for its digest, and for where it can be cut.
///
/// # Errors
/// It cannot be read.
pub(in crate::pipeline) fn skim(
    settings: &Settings,
    name: &str,
    data: &Data,
) -> Result<Skimmed, Issue> {
    let whole = || digest::of(data, settings.read.threads).map_err(|error| io_issue(&error));
    let chapters = Chapters::of(settings, name, data);
    let Some(chapters) = chapters.filter(Chapters::has_parts) else {
        return Ok(Skimmed { digest: whole()?, parts: Vec::new() });
    };
    let (parts, digest) = Chapters { sought: Sought::Nothing, ..chapters }.skim()?;
    Ok(Skimmed { digest: digest.map_or_else(whole, Ok)?, parts })
}

impl Chapters<'_> {
    /// Whether a part begins with this chapter, behind others that are read.
    pub(in crate::pipeline) fn is_seam(&self, number: u64) -> bool {
        number > self.numbers.start && number.is_multiple_of(self.chapters_of_part())
    }

    fn has_parts(&self) -> bool {
        self.count() > self.chapters_of_part()
    }

    fn chapters_of_part(&self) -> u64 {
        (self.settings.read.item_bytes / BLOCK_BYTES).max(1)
    }

    /// Its parts, and its digest, if it did not change meanwhile.
    fn skim(&self) -> Result<(Vec<TextPart>, Option<String>), Issue> {
        let (mut parts, mut tree, mut past) = (Vec::new(), BlockTree::default(), Past::default());
        let take = |number, (own, value): (Past, Option<_>)| {
            if number == 0 || self.is_seam(number) {
                parts.push(self.part_behind(&past, number));
            }
            past = past.and(&own);
            value.into_iter().for_each(|value| tree.add(number, value));
        };
        let skim = |number| self.skim_chapter(number);
        each_block(self.settings.read.threads, self.numbers.clone(), skim, take)
            .map_err(|error| io_issue(&error))?;
        Ok((parts, tree.finish(self.count())))
    }

    /// What those behind a chapter have to know of it, and the value of its block.
    fn skim_chapter(&self, number: u64) -> io::Result<(Past, Option<ChainingValue>)> {
        let mut block = Block::new(number);
        let pass = self.pass(number, None, Some(&mut block))?;
        Ok((pass.past, block.value()))
    }

    /// The part that begins with this chapter, behind what is `past`.
    fn part_behind(&self, past: &Past, number: u64) -> TextPart {
        let chapters = number..self.count().min(number + self.chapters_of_part());
        let narrow = |count| u32::try_from(count).unwrap_or(u32::MAX);
        let share = Share {
            number: narrow(number / self.chapters_of_part()),
            of: narrow(self.count().div_ceil(self.chapters_of_part())),
            bytes: self.bytes_of(&chapters),
        };
        let group = past.group.as_ref().map(|group| group.chapter);
        TextPart { share, chapters, lines: past.lines, group, is_garbled: past.is_garbled }
    }

    /// How many bytes of the text are in the blocks of these chapters.
    fn bytes_of(&self, chapters: &Range<u64>) -> u64 {
        let end = self.data.length().min(chapters.end.saturating_mul(BLOCK_BYTES));
        end.saturating_sub(chapters.start.saturating_mul(BLOCK_BYTES))
    }

    /// The chapters of a part alone; none if the text has no such part.
    ///
    /// # Errors
    /// What stands before it cannot be read.
    pub(in crate::pipeline) fn of_part(mut self, part: &TextPart) -> Result<Option<Self>, Issue> {
        let is_known = self.bytes_of(&part.chapters) == part.share.bytes;
        let group = match part.group.filter(|_| is_known) {
            Some(chapter) => self.group_in(chapter)?,
            None => None,
        };
        if !is_known || group.is_some() != part.group.is_some() {
            return Ok(None);
        }
        let past = Past { lines: part.lines, bytes: 0, group, is_garbled: part.is_garbled };
        self.story = Story::from(part.chapters.start, past).into();
        self.numbers = part.chapters.clone();
        Ok(Some(self))
    }

    /// The last `[host]` of a chapter.
    fn group_in(&self, chapter: u64) -> Result<Option<Group>, Issue> {
        let is_one = self.numbers.contains(&chapter);
        let pass = is_one.then(|| self.pass(chapter, None, None)).transpose();
        Ok(pass.map_err(|error| io_issue(&error))?.and_then(|pass| pass.past.group))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::io::Write;
    use std::path::PathBuf;
    use std::sync::Arc;

    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;
    use crate::pipeline::progress::Progress;
    use crate::pipeline::settings::{Delivery, ReadOptions, Scope};
    use crate::pipeline::work::{WorkItem, items};
    use crate::record::Record;
    use crate::secret::Key;
    use crate::watchlist::Watchlist;

    /// Chapters of an item.
    const CHAPTERS: u64 = 2;

    fn settings(scope: &Scope, read: ReadOptions) -> Settings {
        let key = Key::from_bytes(b"a key for tests only".to_vec()).unwrap();
        let as_of = jiff::Timestamp::UNIX_EPOCH;
        let item_bytes = CHAPTERS * BLOCK_BYTES;
        let read = ReadOptions { as_of, item_bytes, threads: 2, ..read };
        let delivery = Delivery::BySource;
        Settings { delivery, ..Settings::new(scope.clone(), key, read) }
    }

    /// What a run tells.
    fn told(scope: &Scope, read: ReadOptions) -> Vec<Value> {
        let mut records = Vec::new();
        let mut deliver = |record: Record| {
            records.push(serde_json::to_value(&record).unwrap());
            Ok(())
        };
        let settings = settings(scope, read);
        crate::pipeline::run(&settings, &Progress::default(), &mut deliver).unwrap();
        records.retain(|record| record["type"] != "summary");
        records
    }

    /// Records as somebody has them who joins them by their ids.
    #[derive(Default)]
    struct Joined {
        /// Of exposures the sightings, of sources the sums of what is counted.
        counts: BTreeMap<String, u64>,
        /// Every form in which an exposure came.
        exposures: BTreeSet<String>,
    }

    impl Joined {
        fn of(records: impl IntoIterator<Item = Value>) -> Self {
            let mut joined = Self::default();
            records.into_iter().for_each(|record| joined.add(record));
            joined
        }

        fn add(&mut self, mut record: Value) {
            let counted = match record["type"].as_str().unwrap() {
                "exposure" => {
                    record["source"] = Value::Null;
                    let sightings = record["sightings"].take();
                    self.exposures.insert(record.to_string());
                    vec![(record["exposure_id"].to_string(), sightings)]
                }
                "source" => {
                    let entries = record["entries"].take();
                    let entries = entries.as_object().unwrap().clone().into_iter();
                    let bytes = ["bytes_in", "bytes_out"];
                    let bytes = bytes.map(|key| (key.to_owned(), record[key].take()));
                    entries.chain(bytes).collect()
                }
                _ => vec![(record.to_string(), 1.into())],
            };
            for (key, count) in counted {
                *self.counts.entry(key).or_default() += count.as_u64().unwrap();
            }
        }
    }

    fn scopes() -> [Scope; 2] {
        let matcher = Watchlist::from_domains(["example.com"]).unwrap().compile();
        [Scope::Exposures(Arc::new(matcher)), Scope::Everything]
    }

    /// Fails unless the items of `text` tell what a run over it tells; how many there are.
    fn compare(text: &[u8]) -> usize {
        let mut file = tempfile::NamedTempFile::with_suffix(".txt").unwrap();
        file.write_all(text).unwrap();
        let inputs: Vec<PathBuf> = vec![file.path().to_owned()];
        let whole = ReadOptions { inputs, ..ReadOptions::default() };
        let planning = settings(&Scope::Counted, whole.clone());
        let items = items(&planning, &Progress::default()).unwrap();
        for scope in scopes() {
            let expected = Joined::of(told(&scope, whole.clone()));
            let of_item = |item: &WorkItem| {
                let line = item.to_line().unwrap();
                let item = Some(Arc::new(WorkItem::from_line(&line).unwrap()));
                told(&scope, ReadOptions { item, ..ReadOptions::default() })
            };
            let found = Joined::of(items.iter().flat_map(of_item));
            let differs =
                |(key, count): &(&String, &u64)| expected.counts.get(*key) != Some(*count);
            assert_eq!(found.counts.iter().find(differs), None);
            assert_eq!(found.counts.len(), expected.counts.len());
            assert_eq!(expected.exposures.difference(&found.exposures).next(), None);
        }
        items.len()
    }

    /// Long lines of nobody's up to `chapters`.
    fn filler(chapters: u64) -> String {
        let line = |n| format!("someone{n:05}@mail.test:Inv3nted-{n:0500}\n");
        (0..BLOCK_BYTES * chapters / 533).map(line).collect()
    }

    const START: &str = "https://www.first.test/login:user:Inv3nted\n";

    #[test]
    fn what_stands_parts_below_a_host_is_found() {
        let below = format!("{}[vpn.example.com]\n{}", START.repeat(9), filler(7));
        assert!(compare(below.as_bytes()) > 3);
    }

    #[test]
    fn what_is_told_once_of_a_text_one_part_tells() {
        let mention = "see www.example.com\n";
        let mut text = format!("{}{mention}{}{mention}", START.repeat(9), filler(4)).into_bytes();
        text.extend(vec![0; 9000]);
        text.extend(format!("\n{}{mention}{mention}", filler(3)).into_bytes());
        text.extend(vec![0; 5 * BLOCK_BYTES as usize]);
        assert!(compare(&text) > 5);
    }

    #[test]
    fn lines_that_nobody_understands_are_told_part_by_part() {
        let noise = "what nobody can place stands here\n".repeat(BLOCK_BYTES as usize / 30);
        let text = format!("{}{}{noise}{}", START.repeat(9), filler(2), filler(3));
        assert!(compare(text.as_bytes()) > 3);
    }

    #[test]
    fn no_text_gets_into_an_item() {
        let mut file = tempfile::NamedTempFile::with_suffix(".txt").unwrap();
        write!(file, "{}[vpn.example.com]\n{}", START.repeat(9), filler(5)).unwrap();
        let inputs = vec![file.path().to_owned()];
        let read = ReadOptions { inputs, ..ReadOptions::default() };
        let items = items(&settings(&Scope::Counted, read), &Progress::default()).unwrap();
        assert!(items.len() > 2);
        for item in items {
            let line = String::from_utf8(item.to_line().unwrap()).unwrap();
            assert!(!line.contains("example.com"), "{line}");
        }
    }

    #[test]
    fn a_part_that_the_text_does_not_have_is_refused() {
        let data = Data::from_bytes(START.repeat(9) + &filler(5));
        let settings = settings(&Scope::Everything, ReadOptions::default());
        let chapters = || Chapters::of(&settings, "dump.txt", &data).unwrap();
        let part = skim(&settings, "dump.txt", &data).unwrap().parts.remove(1);
        assert!(chapters().of_part(&part).unwrap().is_some());
        let elsewhere = TextPart { chapters: 0..1, ..part.clone() };
        let below = TextPart { group: Some(0), ..part.clone() };
        let far = TextPart { group: Some(u64::MAX), ..part };
        for part in [elsewhere, below, far] {
            assert!(chapters().of_part(&part).unwrap().is_none());
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(12))]
        #[test]
        fn items_tell_what_the_text_tells(
            pieces in proptest::collection::vec((0_u8..5, 0_usize..200_000), 1..8),
        ) {
            let mut text = START.repeat(9);
            for (kind, size) in pieces {
                text += &match kind {
                    0 => filler(2).chars().take(size).chain(['\n']).collect(),
                    1 => format!("https://vpn.example.com/:user{size}:Inv3nted\r\n"),
                    2 => "[vpn.example.com]\n".to_owned(),
                    3 => format!("{} www.example.com\n", "x".repeat(size)),
                    _ => "[host.test]\n".to_owned(),
                };
            }
            compare(text.as_bytes());
        }
    }
}
