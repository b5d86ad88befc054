//! Line after line into blocks, block after block into logins.

use memchr::memmem;

use super::block::Block;
use super::line::{Field, Kind, Tag, classify, is_address, is_noise, trim};
use super::style::{Arrangement, Placement, Spacing, Style};
use super::table::Table;
use super::{Passwords, inline};
use crate::artefact::noise;
use crate::family::labels::{CredentialLabel, NormalKey};
use crate::text::Line;

/// How far round a line its repetition is looked for, in bytes.
const NEIGHBOURHOOD: usize = 128 << 10;

/// How often that is done in one text.
const NEIGHBOURHOOD_LOOKS: u32 = 128;

/// Whose keys the lines have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Context {
    /// The stealer's.
    Records,
    /// Those of somebody who sells logs, until the next blank line or rule.
    Seller,
}

/// The state between lines.
#[derive(Debug)]
pub(super) struct Parser<'t> {
    text: &'t [u8],
    style: Style,
    block: Block<'t>,
    /// A browser that the blocks below belong to.
    tag: Option<Tag<'t>>,
    table: Option<Table>,
    context: Context,
    last_was_blank: bool,
    saw_password_key: bool,
    looks_left: u32,
    found: Passwords<'t>,
}

impl<'t> Parser<'t> {
    /// A parser that has learned the layout of `text`.
    pub(super) fn new(text: &'t [u8]) -> Self {
        Self {
            text,
            style: Style::learn(text),
            block: Block::default(),
            tag: None,
            table: None,
            context: Context::Records,
            last_was_blank: false,
            saw_password_key: false,
            looks_left: NEIGHBOURHOOD_LOOKS,
            found: Passwords::default(),
        }
    }

    /// Reads one line; `next` is the one after it.
    pub(super) fn read(&mut self, line: Line<'t>, next: Option<&'t [u8]>) {
        let next = next.map(|next| self.style.watermark.strip(next));
        let bytes = self.style.watermark.strip(line.bytes);
        if memchr::memchr(b'\\', bytes).is_some() {
            let written = inline::written_lines(bytes);
            if !written.is_empty() {
                for (index, piece) in written.iter().enumerate() {
                    self.read_line(piece, line, written.get(index + 1).copied());
                }
                self.end_block();
                return;
            }
        }
        self.read_line(bytes, line, next);
    }

    /// Ends the last block and returns all that was found.
    pub(super) fn finish(mut self) -> Passwords<'t> {
        self.end_block();
        if !self.saw_password_key {
            self.keep_sites_only();
        }
        self.found
    }

    /// Forms and contact lists have addresses and names too: without a single password key in the
    /// file only whole addresses count.
    fn keep_sites_only(&mut self) {
        let all = self.found.credentials.len();
        self.found.credentials.retain(|fact| is_address(&fact.url));
        if self.found.credentials.len() < all && self.found.credentials.is_empty() {
            self.found.lines.unexplained += std::mem::take(&mut self.found.lines.records);
        }
    }

    fn read_line(&mut self, bytes: &'t [u8], line: Line<'t>, next: Option<&'t [u8]>) {
        let kind = classify(bytes);
        let was_blank = std::mem::replace(&mut self.last_was_blank, matches!(kind, Kind::Blank));
        if self.read_table(bytes, &kind, line.number) {
            return;
        }
        match kind {
            Kind::Blank => {
                if self.style.spacing == Spacing::Single || was_blank {
                    self.end_segment();
                }
            }
            Kind::Rule => self.read_rule(next),
            Kind::Frame => self.skip_noise(line.number),
            Kind::Tag(tag) => self.read_tag(tag, line.number),
            Kind::Field(field) => match field.label {
                Some(label) => self.read_field(label, field, line.number),
                None => self.read_unknown(bytes, Some(&field), line, next),
            },
            Kind::Text => self.read_unknown(bytes, None, line, next),
        }
    }

    /// Reads the head or a row of a table; returns whether it was one.
    fn read_table(&mut self, bytes: &'t [u8], kind: &Kind<'t>, line: u64) -> bool {
        if let Some(table) = Table::read_head(bytes) {
            self.end_segment();
            self.table = Some(table);
            self.saw_password_key = true;
            self.found.lines.noise += 1;
            return true;
        }
        let Some(table) = &self.table else { return false };
        if matches!(kind, Kind::Blank | Kind::Rule) {
            return false;
        }
        if let Some(fact) = table.read_row(bytes, line) {
            self.found.credentials.push(fact);
            self.found.lines.records += 1;
            return true;
        }
        if matches!(kind, Kind::Field(field) if field.label.is_some()) {
            self.table = None;
        }
        false
    }

    fn read_rule(&mut self, next: Option<&[u8]>) {
        self.found.lines.noise += 1;
        let next = next.and_then(Field::read).and_then(|field| field.label);
        if !(self.block.awaits_password() && next == Some(CredentialLabel::Password)) {
            self.end_segment();
        }
    }

    fn read_tag(&mut self, tag: Tag<'t>, line: u64) {
        if self.tag.is_none() && self.block.has_password() && !self.block.has_software() {
            self.block.set_tag(tag, Some(line));
            return;
        }
        self.end_block();
        self.found.lines.noise += 1;
        self.tag = Some(tag);
    }

    fn read_field(&mut self, label: CredentialLabel, field: Field<'t>, line: u64) {
        if self.context == Context::Seller && self.style.lead != Some(field.key) {
            self.skip_noise(line);
            return;
        }
        self.context = Context::Records;
        if label == CredentialLabel::Url && self.is_channel(&field) {
            self.skip_noise(line);
            return;
        }
        if self.may_hold_several(label, &field) {
            let fields = inline::fields(&field);
            let has_password =
                fields.iter().any(|field| field.label == Some(CredentialLabel::Password));
            if has_password
                || (self.style.arrangement == Arrangement::Several && !fields.is_empty())
            {
                for field in fields {
                    if let Some(label) = field.label {
                        self.take(label, field, line);
                    }
                }
                return;
            }
        }
        self.take(label, field, line);
    }

    /// Whether an address is that of a seller's channel, `Site: https://t.me/example`: its key is
    /// not the one that blocks begin with, and the block needs none.
    fn is_channel(&self, field: &Field<'_>) -> bool {
        (self.block.is_empty() || self.block.has_url())
            && self.style.lead.is_some_and(|lead| lead != field.key)
            && noise::has_link(field.value)
    }

    /// Whether more fields may stand in the value: passwords are opaque where they have lines of
    /// their own.
    fn may_hold_several(&self, label: CredentialLabel, field: &Field<'_>) -> bool {
        let may = self.style.arrangement == Arrangement::Several
            || matches!(label, CredentialLabel::Url | CredentialLabel::Software);
        may && memchr::memchr3(b' ', b'|', b'\t', field.value).is_some()
    }

    fn take(&mut self, label: CredentialLabel, field: Field<'t>, line: u64) {
        if self.block.ends_before(label, &field.key, &self.style) {
            self.end_block();
        }
        if label == CredentialLabel::Url && self.block.drop_bare_url() {
            self.found.lines.unexplained += 1;
        }
        self.saw_password_key |= label == CredentialLabel::Password;
        self.block.set(label, &field, line);
    }

    /// Reads a line without a key that we know.
    fn read_unknown(
        &mut self,
        bytes: &'t [u8],
        field: Option<&Field<'t>>,
        line: Line<'t>,
        next: Option<&'t [u8]>,
    ) {
        let text = trim(bytes);
        if let Some(label) = field.and_then(|field| self.label_in_block(&field.key)) {
            if let Some(field) = field {
                self.take(label, *field, line.number);
            }
        } else if self.continues_value(text, line.number) {
            // A site or login below its key is in the record; a password cannot be searched there.
            if matches!(self.block.last_field(), Some((CredentialLabel::Password, _))) {
                self.found.strays.push(line.number);
            }
            self.block.append(text, line.number);
        } else if let Some(field) = field.filter(|field| field.key.system().is_some()) {
            self.note_system_key(field, line.number);
        } else if field.is_some_and(Field::is_head) {
            self.end_segment();
            self.found.lines.noise += 1;
        } else if field.is_some_and(Field::is_of_seller) {
            self.end_block();
            self.context = Context::Seller;
            self.found.lines.noise += 1;
        } else if is_noise(bytes) {
            self.skip_noise(line.number);
        } else if let Some(address) = self.bare_address(text, field) {
            self.block.set_bare_url(address, line.number);
        } else if field.is_none() && self.is_wrapped_value(text, line, next) {
            self.block.append_guessed(text, line.number);
        } else {
            self.found.lines.unexplained += 1;
            self.note_stray(line.number);
        }
    }

    fn skip_noise(&mut self, line: u64) {
        self.found.lines.noise += 1;
        self.note_stray(line);
    }

    /// Notes a line that may turn out to stand inside a login.
    fn note_stray(&mut self, line: u64) {
        if !self.block.is_empty() {
            self.found.strays.push(line);
        }
    }

    /// Keys that only mean something inside a block: `U:`, `L:` and `P:`, `login2` below `url2`.
    fn label_in_block(&self, key: &NormalKey) -> Option<CredentialLabel> {
        if self.block.is_empty() {
            return None;
        }
        match key.as_bytes() {
            b"u" | b"l" => Some(CredentialLabel::Username),
            b"p" => Some(CredentialLabel::Password),
            _ => self.label_of_same_number(key),
        }
    }

    fn label_of_same_number(&self, key: &NormalKey) -> Option<CredentialLabel> {
        let (stem, number) = key.without_suffix()?;
        let is_same =
            self.block.last_key()?.without_suffix().is_some_and(|(_, last)| last == number);
        stem.credential().filter(|_| is_same)
    }

    fn note_system_key(&mut self, field: &Field<'t>, line: u64) {
        self.skip_noise(line);
        if !self.block.is_empty() && !trim(field.value).is_empty() {
            self.block.count_system_key();
        }
    }

    /// Whether a line belongs to the value of the line before: a password of an Android app, or a
    /// value below its key.
    fn continues_value(&self, text: &[u8], line: u64) -> bool {
        if !self.block.goes_on_at(line) {
            return false;
        }
        match self.block.last_field() {
            Some((_, [])) if self.style.placement == Placement::Below => true,
            Some((CredentialLabel::Password, _)) => {
                self.block.is_android() && memmem::find(text, b"://").is_none() && !is_noise(text)
            }
            _ => false,
        }
    }

    /// An address that stands where a block has none: alone on a line, or behind a key that nobody
    /// knows.
    fn bare_address(&mut self, text: &'t [u8], field: Option<&Field<'t>>) -> Option<&'t [u8]> {
        let address = [Some(text), field.map(|field| trim(field.value))]
            .into_iter()
            .flatten()
            .find(|address| is_address(address))?;
        if self.block.has_url() {
            return None;
        }
        if self.block.has_password() {
            self.end_block();
        }
        if self.block.drop_bare_url() {
            self.found.lines.unexplained += 1;
        }
        Some(address)
    }

    /// Whether a line without a key is the second half of the value before it: the block goes on
    /// below, and the line is nothing that stands elsewhere in the file too.
    fn is_wrapped_value(&mut self, text: &[u8], line: Line<'_>, next: Option<&[u8]>) -> bool {
        let splittable = matches!(
            self.block.last_field(),
            Some((CredentialLabel::Url | CredentialLabel::Username | CredentialLabel::Password, _))
        );
        if !splittable
            || !self.block.goes_on_at(line.number)
            || memmem::find(text, b"://").is_some()
            || memchr::memchr(b'\t', text).is_some()
            || next.and_then(Field::read).is_none_or(|field| field.label.is_none())
            || self.looks_left == 0
        {
            return false;
        }
        self.looks_left -= 1;
        let from = line.start.saturating_sub(NEIGHBOURHOOD);
        let to = (line.start + NEIGHBOURHOOD).min(self.text.len());
        let neighbourhood = self.text.get(from..to).unwrap_or_default();
        let is_line = |&at: &usize| {
            let before = at.checked_sub(1).and_then(|before| neighbourhood.get(before));
            let behind = neighbourhood.get(at + text.len());
            before.is_none_or(u8::is_ascii_whitespace) && behind.is_none_or(u8::is_ascii_whitespace)
        };
        memmem::find_iter(neighbourhood, text).filter(is_line).take(2).count() < 2
    }

    fn end_segment(&mut self) {
        self.end_block();
        self.context = Context::Records;
    }

    fn end_block(&mut self) {
        let mut block = std::mem::take(&mut self.block);
        let lines = block.lines();
        if let Some(tag) = self.tag.filter(|_| !block.has_software()) {
            block.set_tag(tag, None);
        }
        match block.into_fact(self.style.lead) {
            Some(fact) => {
                self.found.lines.records += lines;
                self.found.credentials.push(fact);
            }
            None => self.found.lines.noise += lines,
        }
    }
}
