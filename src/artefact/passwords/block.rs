//! One credential block while it is read, and what becomes of it.

use std::borrow::Cow;

use memchr::memmem;

use super::line::{Field, Tag, is_address, trim};
use super::style::Style;
use crate::artefact::{base64, shape, values};
use crate::fact::{CredentialFact, Password, Value};
use crate::family::labels::{CredentialLabel, NormalKey};
use crate::provenance::Span;
use crate::record::{Confidence, Origin};

/// A value and the key that it stood behind.
#[derive(Debug)]
struct Slot<'t> {
    key: Option<NormalKey>,
    value: Value<'t>,
}

/// Whether a space belongs to the separators of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Gap {
    #[default]
    Unknown,
    /// `URL:x`
    Tight,
    /// `URL: x`
    Space,
}

/// The fields of a block that have been seen.
#[derive(Debug, Default)]
pub(super) struct Block<'t> {
    url: Option<Slot<'t>>,
    username: Option<Slot<'t>>,
    password: Option<Slot<'t>>,
    software: Option<Slot<'t>>,
    profile: Option<Slot<'t>>,
    /// An address without a key, or behind one that nobody knows.
    bare_url: Option<&'t [u8]>,
    span: Option<Span>,
    /// The first line with a known key.
    first_field: Option<u64>,
    last: Option<(CredentialLabel, NormalKey)>,
    /// The column of the values where the file aligns them.
    padding: Option<usize>,
    /// Whether another value of it is written as bytes of Python, `b'…'`.
    has_byte_quotes: bool,
    gap: Gap,
    /// How often the password went on in another line.
    wraps: u32,
    system_keys: u32,
    /// Lines that belong to the block.
    lines: u64,
    /// Something was put together by a guess.
    guesses: u32,
}

impl<'t> Block<'t> {
    /// Whether nothing was seen.
    pub(super) fn is_empty(&self) -> bool {
        self.span.is_none()
    }

    /// The number of lines that belong to the block.
    pub(super) fn lines(&self) -> u64 {
        self.lines
    }

    /// Whether a password, even an empty one, was seen.
    pub(super) fn has_password(&self) -> bool {
        self.password.is_some()
    }

    /// Whether an address with a key was seen.
    pub(super) fn has_url(&self) -> bool {
        self.url.is_some()
    }

    fn lacks_url(&self) -> bool {
        self.url.as_ref().is_none_or(|slot| slot.value.is_empty())
    }

    /// Whether a program was seen.
    pub(super) fn has_software(&self) -> bool {
        self.software.is_some()
    }

    /// Whether the next thing to expect is the password.
    pub(super) fn awaits_password(&self) -> bool {
        self.url.is_some() && self.username.is_some() && self.password.is_none()
    }

    /// Whether a line at `line` follows the last field directly.
    pub(super) fn goes_on_at(&self, line: u64) -> bool {
        self.span.is_some_and(|span| span.last + 1 == line)
    }

    /// The label and value of the last field.
    pub(super) fn last_field(&self) -> Option<(CredentialLabel, &[u8])> {
        let (label, _) = self.last?;
        let slot = self.slot(label)?;
        Some((label, &slot.value))
    }

    /// The key of the last field.
    pub(super) fn last_key(&self) -> Option<NormalKey> {
        self.last.map(|(_, key)| key)
    }

    /// Whether the password of the block may go on over several lines.
    pub(super) fn is_android(&self) -> bool {
        const SCHEME: &[u8] = b"android://";
        self.url
            .as_ref()
            .and_then(|slot| slot.value.get(..SCHEME.len()))
            .is_some_and(|start| start.eq_ignore_ascii_case(SCHEME))
    }

    fn slot(&self, label: CredentialLabel) -> Option<&Slot<'t>> {
        match label {
            CredentialLabel::Url => self.url.as_ref(),
            CredentialLabel::Username => self.username.as_ref(),
            CredentialLabel::Password => self.password.as_ref(),
            CredentialLabel::Software => self.software.as_ref(),
            CredentialLabel::Profile => self.profile.as_ref(),
            CredentialLabel::Extra => None,
        }
    }

    fn slot_mut(&mut self, label: CredentialLabel) -> Option<&mut Option<Slot<'t>>> {
        Some(match label {
            CredentialLabel::Url => &mut self.url,
            CredentialLabel::Username => &mut self.username,
            CredentialLabel::Password => &mut self.password,
            CredentialLabel::Software => &mut self.software,
            CredentialLabel::Profile => &mut self.profile,
            CredentialLabel::Extra => return None,
        })
    }

    /// Whether a field with this key belongs to the next block.
    pub(super) fn ends_before(
        &self,
        label: CredentialLabel,
        key: &NormalKey,
        style: &Style,
    ) -> bool {
        if let Some(slot) = self.slot(label) {
            // Another spelling of a field (`Email` beside `Login`) may stand in one block.
            let starts = matches!(label, CredentialLabel::Url | CredentialLabel::Software);
            return slot.key == Some(*key) || (starts && self.password.is_some());
        }
        if style.lead == Some(*key) {
            return self.url.is_some() || self.username.is_some() || self.password.is_some();
        }
        self.last.is_some_and(|(_, last)| style.goes_back(&last, key))
    }

    /// Takes a field; the first value that is not empty stays.
    pub(super) fn set(&mut self, label: CredentialLabel, field: &Field<'t>, line: u64) {
        self.cover(line);
        self.first_field.get_or_insert(line);
        self.last = Some((label, field.key));
        let value = self.cut_out(label, field);
        if let Some(slot) = self.slot_mut(label)
            && slot.as_ref().is_none_or(|slot| slot.value.is_empty())
        {
            *slot = Some(Slot { key: Some(field.key), value: Cow::Borrowed(value) });
        }
    }

    /// The value of `field` without what aligns it with the others.
    fn cut_out(&mut self, label: CredentialLabel, field: &Field<'t>) -> &'t [u8] {
        let value = field.value;
        let spaces = value.iter().take_while(|&&byte| byte == b' ').count();
        if label != CredentialLabel::Password {
            if spaces < value.len() && (label == CredentialLabel::Url || self.lacks_url()) {
                let column = field.column.filter(|_| spaces > 0);
                self.padding = column.map(|column| column + spaces);
            }
            let bare = without_byte_quotes(trim(value));
            self.has_byte_quotes |= bare.len() < trim(value).len();
            if field.behind.len() > value.len() {
                self.gap = Gap::Space;
            } else if self.gap == Gap::Unknown && !value.is_empty() {
                self.gap = Gap::Tight;
            }
            return bare;
        }
        if self.has_byte_quotes {
            return without_byte_quotes(value);
        }
        if self.gap == Gap::Tight {
            return field.behind;
        }
        let padding =
            self.padding.zip(field.column).map_or(0, |(to, from)| to.saturating_sub(from));
        value.get(padding.min(spaces)..).unwrap_or_default()
    }

    /// Takes the program and profile of a line `["Browser" = "Profile"]`.
    pub(super) fn set_tag(&mut self, tag: Tag<'t>, line: Option<u64>) {
        if let Some(line) = line {
            self.cover(line);
        }
        let slot = |value| Some(Slot { key: None, value: Cow::Borrowed(value) });
        self.software = slot(tag.software);
        self.profile = slot(tag.profile);
    }

    /// Takes an address without a known key.
    pub(super) fn set_bare_url(&mut self, address: &'t [u8], line: u64) {
        self.cover(line);
        self.bare_url = Some(address);
    }

    /// Gives up an address without a known key, for the block has one of its own; returns whether
    /// there was one.
    pub(super) fn drop_bare_url(&mut self) -> bool {
        if self.bare_url.take().is_none() {
            return false;
        }
        self.span =
            self.first_field.zip(self.span).map(|(first, span)| Span::new(first, span.last));
        self.lines -= 1;
        true
    }

    /// Counts a key that system files have and credential blocks have not.
    pub(super) fn count_system_key(&mut self) {
        self.system_keys += 1;
    }

    /// Adds a line to the value of the last field, by a guess.
    pub(super) fn append_guessed(&mut self, text: &'t [u8], line: u64) {
        self.append(text, line);
        self.guesses += 1;
    }

    /// Adds a line to the value of the last field.
    pub(super) fn append(&mut self, text: &'t [u8], line: u64) {
        let Some((label, _)) = self.last else { return };
        let Some(Some(slot)) = self.slot_mut(label) else { return };
        if slot.value.is_empty() {
            slot.value = Cow::Borrowed(text);
        } else {
            slot.value.to_mut().extend_from_slice(text);
            self.wraps += u32::from(label == CredentialLabel::Password);
        }
        self.cover(line);
    }

    fn cover(&mut self, line: u64) {
        let (first, last) = self.span.map_or((line, None), |span| (span.first, Some(span.last)));
        self.span = Some(Span::new(first, line));
        self.lines += u64::from(last != Some(line));
    }

    /// The login in the block of a file whose blocks begin with `lead`, if it is one.
    pub(super) fn into_fact(self, lead: Option<NormalKey>) -> Option<CredentialFact<'t>> {
        let span = self.span?;
        let value = |slot: Option<Slot<'t>>| slot.map_or(Cow::Borrowed(&[][..]), |slot| slot.value);
        let has_password_line = self.password.is_some();
        let (is_wrapped, is_android) = (self.wraps > 0, self.is_android());
        let mut software = Some(value(self.software)).filter(|software| !software.is_empty());
        let url_key = self.url.as_ref().and_then(|slot| slot.key);
        let mut url = values::without_placeholder(value(self.url));
        let is_of_system_file = match url_key.filter(|_| !url.is_empty()) {
            // `Hostname` is the computer's where other keys of a system file stand round it.
            Some(key) => self.system_keys > 0 && key.system().is_some() && !has_scheme(&url),
            None => self.system_keys > 1,
        };
        // Forms and system files have addresses and domains of other kinds, and no such blocks.
        let site_key = url_key.filter(|key| key.system().is_none() || lead == Some(*key));
        let mut guesses = self.guesses;
        if url.is_empty() {
            if let Some(address) = software.take_if(|software| is_address(software)) {
                url = address;
            } else if let Some(address) = self.bare_url {
                url = Cow::Borrowed(address);
                guesses += 1;
            }
        }
        let raw_username = value(self.username);
        let mut raw_password = value(self.password);
        if is_wrapped && is_android {
            raw_password = typed(raw_password);
            guesses += 1;
        }
        let has_login = !raw_username.is_empty() || !trim(&raw_password).is_empty();
        let username = values::without_placeholder(raw_username);
        // An address of mail says where the login belongs, if nothing else does.
        let is_mail = has_password_line && shape::is_email(&username);
        if !has_login
            || (url.is_empty() && software.is_none() && !is_mail)
            || is_of_system_file
            || (software.is_none() && is_channel(&url, &username))
            || !(software.is_some() || has_password_line || is_site(&url, site_key))
        {
            return None;
        }
        let password = values::password(raw_password);
        let confidence = confidence(&url, &username, &password, guesses);
        let profile = Some(value(self.profile)).filter(|profile| !profile.is_empty());
        let origin = Origin::Log;
        Some(CredentialFact {
            url,
            username,
            password,
            software,
            profile,
            origin,
            confidence,
            span,
        })
    }
}

fn confidence(url: &[u8], username: &[u8], password: &Password<'_>, guesses: u32) -> Confidence {
    let complete =
        !url.is_empty() && !username.is_empty() && matches!(password, Password::Present(_));
    match (guesses, complete) {
        (0, true) => Confidence::High,
        (0, false) => Confidence::Medium,
        _ => Confidence::Low,
    }
}

/// The password of an Android app that was wrapped over lines: what was typed, if that is base64 of
/// text; else as it stands.
fn typed(wrapped: Value<'_>) -> Value<'_> {
    let plain = base64::decode(&wrapped).and_then(|bytes| String::from_utf8(bytes).ok());
    match plain.filter(|text| !text.chars().any(char::is_control)) {
        Some(text) => text.into_bytes().into(),
        None => wrapped,
    }
}

/// `b'…'`, as one dump of a keychain writes names, without what is not theirs.
fn without_byte_quotes(value: &[u8]) -> &[u8] {
    let inside = value.strip_prefix(b"b'").and_then(|rest| rest.strip_suffix(b"'"));
    inside.unwrap_or(value)
}

fn has_scheme(url: &[u8]) -> bool {
    memmem::find(url, b"://").is_some()
}

/// Whether `url` is that of a channel, and nobody's login there.
fn is_channel(url: &[u8], username: &[u8]) -> bool {
    username.is_empty() && memmem::find(url, b"//t.me/").is_some()
}

/// Whether `url` is more than words behind a key that forms and system files use too (`Address: 1
/// Example Street`, `Domain: WORKGROUP`); `site_key` is its key if they do not.
fn is_site(url: &[u8], site_key: Option<NormalKey>) -> bool {
    let has_sign = url.iter().any(|byte| matches!(byte, b'.' | b':' | b'@' | b'/'));
    let is_word = !url.iter().any(u8::is_ascii_whitespace);
    has_scheme(url) || (is_word && (has_sign || site_key.is_some()))
}

/// The login that the cells of a table row or the members of an object make.
pub(super) fn fact_from_values<'t>(
    fields: impl IntoIterator<Item = (CredentialLabel, Value<'t>)>,
    span: Span,
) -> Option<CredentialFact<'t>> {
    let mut block = Block { span: Some(span), ..Block::default() };
    for (label, value) in fields {
        if let Some(slot) = block.slot_mut(label)
            && slot.as_ref().is_none_or(|slot| slot.value.is_empty())
        {
            *slot = Some(Slot { key: None, value });
        }
    }
    block.into_fact(None)
}
