//! The layout of one file, learned from its first lines.
//!
//! Where nothing stands between blocks, only the file itself can say whether `SOFT:` ends one or
//! begins the next.

use crate::artefact::noise;
use crate::artefact::segment::is_bare_address;
use crate::family::labels::{CredentialLabel, NormalKey};
use crate::text::Lines;

use super::inline::written_lines;
use super::line::{Kind, classify, trim};

/// How many bytes are looked at.
const SAMPLE_BYTES: usize = 1 << 20;

/// How many labelled lines are looked at.
const SAMPLE_FIELDS: u32 = 200;

/// How many non-empty lines are looked at for a watermark.
const SAMPLE_MARKED: u32 = 200;

/// Whether something random stands in front of every line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::artefact) enum Watermark {
    /// No.
    #[default]
    Absent,
    /// Four to nine small letters and at least four spaces.
    Letters {
        /// How many spaces belong to the mark; more are those of the line.
        spaces: usize,
    },
}

/// Whether a blank line stands after every line of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Spacing {
    /// A blank line ends a block.
    #[default]
    Single,
    /// Two blank lines end a block.
    Double,
}

/// Where values stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Placement {
    /// Behind their keys.
    #[default]
    Beside,
    /// On the line after their keys.
    Below,
}

/// How many fields stand on a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Arrangement {
    /// One.
    #[default]
    OnePerLine,
    /// Several: no line begins with a password key.
    Several,
}

/// The layout of a file.
#[derive(Debug, Default)]
pub(super) struct Style {
    pub(super) watermark: Watermark,
    pub(super) spacing: Spacing,
    pub(super) placement: Placement,
    pub(super) arrangement: Arrangement,
    /// The key that blocks begin with.
    pub(super) lead: Option<NormalKey>,
    /// The keys of a block in order, where nothing but order tells blocks apart.
    order: Vec<NormalKey>,
}

impl Style {
    /// Learns the layout of `text`.
    pub(super) fn learn(text: &[u8]) -> Self {
        let text = text.get(..SAMPLE_BYTES).unwrap_or(text);
        let watermark = Watermark::learn(text);
        let mut survey = Survey::of(text, watermark, Spacing::Single);
        let mut spacing = Spacing::Single;
        if survey.fields >= 4 && (survey.before_blank + 1) * 10 >= survey.fields * 9 {
            spacing = Spacing::Double;
            survey = Survey::of(text, watermark, spacing);
        }
        Self {
            watermark,
            spacing,
            placement: survey.placement(),
            arrangement: survey.arrangement(),
            lead: survey.lead(),
            order: if survey.is_glued() { survey.longest } else { Vec::new() },
        }
    }

    /// Whether `key` stands before `last` in the blocks of a file that has nothing between them.
    pub(super) fn goes_back(&self, last: &NormalKey, key: &NormalKey) -> bool {
        let rank = |wanted: &NormalKey| self.order.iter().position(|known| known == wanted);
        matches!((rank(last), rank(key)), (Some(last), Some(key)) if key < last)
    }
}

impl Watermark {
    /// Learns whether at least four of five lines of `text` carry a watermark.
    pub(in crate::artefact) fn learn(text: &[u8]) -> Self {
        let (mut lines, mut marked, mut least) = (0_u32, 0_u32, usize::MAX);
        for line in Lines::new(text) {
            // A mark in front of an empty line has lost its spaces in some files.
            if line.bytes.trim_ascii().is_empty() || is_bare_mark(line.bytes) {
                continue;
            }
            lines += 1;
            if let Some((_, spaces)) = mark(line.bytes) {
                marked += 1;
                least = least.min(spaces);
            } else if (lines - marked) * 5 > SAMPLE_MARKED {
                // Whatever follows, they are not four of five.
                return Self::Absent;
            }
            if lines == SAMPLE_MARKED {
                break;
            }
        }
        let is_marked = lines > 1 && marked * 5 >= lines * 4;
        if is_marked { Self::Letters { spaces: least } } else { Self::Absent }
    }

    /// The mark in front of `line`, if that has one.
    pub(in crate::artefact) fn of_line(line: &[u8]) -> Self {
        mark(line).map_or(Self::Absent, |(_, spaces)| Self::Letters { spaces })
    }

    /// `line` without its mark.
    pub(in crate::artefact) fn strip(self, line: &[u8]) -> &[u8] {
        match self {
            Self::Absent => line,
            Self::Letters { .. } if is_bare_mark(line) => &[],
            Self::Letters { spaces } => {
                let length = mark(line).map_or(0, |(letters, found)| letters + found.min(spaces));
                line.get(length..).unwrap_or(line)
            }
        }
    }
}

fn letters(line: &[u8]) -> usize {
    line.iter().take(10).take_while(|byte| byte.is_ascii_lowercase()).count()
}

fn is_bare_mark(line: &[u8]) -> bool {
    (4..=9).contains(&letters(line)) && letters(line) == line.trim_ascii_end().len()
}

/// How many letters and spaces `^[a-z]{4,9} {4,}` has at the start of `line`.
fn mark(line: &[u8]) -> Option<(usize, usize)> {
    let letters = letters(line);
    let spaces = line.get(letters..)?.iter().take_while(|&&byte| byte == b' ').count();
    ((4..=9).contains(&letters) && spaces >= 4).then_some((letters, spaces))
}

/// Counts over the first lines of a file.
#[derive(Debug, Default)]
struct Survey {
    fields: u32,
    before_blank: u32,
    before_text: u32,
    passwords: u32,
    /// Blocks that a blank line or a rule ended.
    closed_blocks: u32,
    /// Blocks that ended because a key came again.
    repeated_blocks: u32,
    /// How often each key began a block.
    leads: Vec<(NormalKey, u32)>,
    /// The keys of the block with the most keys.
    longest: Vec<NormalKey>,
    block: Vec<NormalKey>,
    has_password: bool,
    in_advertisement: bool,
}

/// What the line before was, as far as the survey cares.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    Field,
    EmptyField,
    Blank,
    Other,
}

impl Survey {
    fn of(text: &[u8], watermark: Watermark, spacing: Spacing) -> Self {
        let mut survey = Self::default();
        let mut before = Before::Other;
        for line in Lines::new(text) {
            let line = watermark.strip(line.bytes);
            if is_bare_address(line) && memchr::memchr(b'\\', line).is_none() {
                before = survey.count(&Kind::Text, before, spacing);
                continue;
            }
            let written = written_lines(line);
            let whole = written.is_empty().then_some(line);
            for line in written.into_iter().chain(whole) {
                before = survey.count(&classify(line), before, spacing);
            }
            if survey.fields >= SAMPLE_FIELDS {
                break;
            }
        }
        survey.close();
        survey
    }

    fn count(&mut self, kind: &Kind<'_>, before: Before, spacing: Spacing) -> Before {
        let after_field = matches!(before, Before::Field | Before::EmptyField);
        match kind {
            Kind::Blank => {
                self.before_blank += u32::from(after_field);
                if spacing == Spacing::Single || before == Before::Blank {
                    self.closed_blocks += u32::from(self.close());
                }
                Before::Blank
            }
            Kind::Rule => {
                self.closed_blocks += u32::from(self.close());
                Before::Other
            }
            // A channel of the seller, behind a key that may be one of no block.
            Kind::Field(field)
                if field.label == Some(CredentialLabel::Url) && noise::has_link(field.value) =>
            {
                Before::Other
            }
            Kind::Field(field) if field.label.is_some() => {
                self.fields += 1;
                self.field(&field.key, field.label);
                if trim(field.value).is_empty() { Before::EmptyField } else { Before::Field }
            }
            Kind::Field(field) if field.is_of_seller() => {
                self.close();
                self.in_advertisement = true;
                Before::Other
            }
            Kind::Text | Kind::Field(_) => {
                self.before_text += u32::from(before == Before::EmptyField);
                Before::Other
            }
            Kind::Frame | Kind::Tag(_) => Before::Other,
        }
    }

    fn field(&mut self, key: &NormalKey, label: Option<CredentialLabel>) {
        if self.block.contains(key) {
            self.repeated_blocks += u32::from(self.close());
        }
        // Blocks have at most a dozen keys; a longer run is no block.
        if label != Some(CredentialLabel::Extra) && self.block.len() < 12 {
            self.block.push(*key);
        }
        if label == Some(CredentialLabel::Password) && !self.in_advertisement {
            self.passwords += 1;
            self.has_password = true;
        }
    }

    /// Ends a block; returns whether it was one.
    fn close(&mut self) -> bool {
        self.in_advertisement = false;
        let block = std::mem::take(&mut self.block);
        if !std::mem::take(&mut self.has_password) {
            return false;
        }
        if let [first, _, ..] = block.as_slice() {
            match self.leads.iter_mut().find(|(key, _)| key == first) {
                Some((_, count)) => *count += 1,
                None => self.leads.push((*first, 1)),
            }
        }
        if block.len() > self.longest.len() {
            self.longest = block;
        }
        true
    }

    /// The key that most blocks begin with; the earlier of two.
    fn lead(&self) -> Option<NormalKey> {
        let most = self.leads.iter().map(|&(_, count)| count).max()?;
        self.leads.iter().find(|&&(_, count)| count == most).map(|&(key, _)| key)
    }

    /// Whether nothing stands between the blocks.
    fn is_glued(&self) -> bool {
        self.repeated_blocks > 4 * self.closed_blocks
    }

    fn placement(&self) -> Placement {
        let below = self.fields >= 2 && self.before_text * 2 >= self.fields;
        if below { Placement::Below } else { Placement::Beside }
    }

    fn arrangement(&self) -> Arrangement {
        let several = self.fields > 0 && self.passwords == 0;
        if several { Arrangement::Several } else { Arrangement::OnePerLine }
    }
}
