//! The lines of a system file: which are keys, which are items of a list, which are neither.

use memchr::memmem;

use super::collect::{Collected, NameOrder};
use super::values::public_addresses;
use crate::artefact::passwords::line::{is_address, is_rule, trim};
use crate::artefact::passwords::style::Watermark;
use crate::fact::Value;
use crate::family::labels::{CredentialLabel, Labelled, NormalKey, Rank, SystemLabel};
use crate::text::Lines;
use crate::text::json::{Container, Event, Reader as JsonReader};

/// Longest line that is read, in bytes: no key of ours has a longer value.
const LONGEST_LINE: usize = 64 << 10;

/// Longest address, in bytes, with blanks round it.
const LONGEST_ADDRESS: usize = 80;

/// Heads of sections in front of keys, below a list of programs too.
const KEYS_GO_ON: &[&[u8]] = &[
    b"networkinfo",
    b"network",
    b"systemsummary",
    b"systeminfo",
    b"systeminformation",
    b"machine",
    b"hardware",
    b"hardwareinfo",
    b"ip",
    b"antiviruses",
    b"geolocationdata",
    b"systemsoftwareoverview",
    b"hardwareoverview",
    b"computerinfo",
    b"whois",
];

/// Heads of lists that may be glued to the end of a value.
const GLUED_HEADS: &[&[u8]] = &[b"[software]", b"[processes]", b"[hardware]"];

/// What the lines are at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// Keys and values.
    Keys,
    /// Items of a list whose key had no value.
    List(SystemLabel),
    /// Programs, processes, clipboard: no keys of ours.
    Stopped,
}

/// A key that has no value and may have further-indented keys below it.
#[derive(Debug, Clone, Copy)]
struct Parent {
    key: NormalKey,
    indent: usize,
}

/// Reads the lines of `text`.
pub(super) fn read_lines(text: &[u8], first_line: u64) -> Collected<'_> {
    let watermark = Watermark::learn(text);
    let mut reader = Reader {
        collected: Collected::default(),
        mode: Mode::Keys,
        in_login: false,
        parent: None,
        user: None,
    };
    for line in Lines::starting_at(text, first_line) {
        let bytes = watermark.strip(line.bytes);
        if bytes.len() <= LONGEST_LINE {
            reader.read(bytes, line.number);
        }
    }
    if let Some((address, number)) = only_address(text, first_line) {
        reader.collected.accept(SystemLabel::Ip, &Value::Borrowed(address), number);
    }
    reader.collected
}

/// The address that a file consists of (`ip.txt`), and its line.
fn only_address(text: &[u8], first_line: u64) -> Option<(&[u8], u64)> {
    let mut lines =
        Lines::starting_at(text, first_line).filter(|line| !trim(line.bytes).is_empty());
    let line = lines.next().filter(|line| line.bytes.len() <= LONGEST_ADDRESS)?;
    let address = trim(line.bytes);
    (lines.next().is_none() && public_addresses(address).next() == Some(address))
        .then_some((address, line.number))
}

/// Reads the members of the objects of a JSON text.
pub(super) fn read_json(text: &[u8], first_line: u64) -> Collected<'_> {
    let mut collected = Collected::default();
    let mut parents: Vec<Option<NormalKey>> = Vec::new();
    let mut reader = JsonReader::new(text, first_line);
    while let Some(event) = reader.next() {
        let key = reader.key().and_then(|key| NormalKey::new(key));
        let value = match event {
            Event::Open(Container::Object) => {
                parents.push(key);
                continue;
            }
            Event::Close(Container::Object) => {
                parents.pop();
                continue;
            }
            Event::Open(Container::List) | Event::Close(Container::List) => continue,
            Event::Text(value) => value,
            Event::Word(word) => Value::Borrowed(word),
        };
        let Some(key) = key else { continue };
        let parent = parents.last().copied().flatten();
        let Some(label) = label_below(parent.as_ref(), &key) else {
            collected.note_key(&key);
            continue;
        };
        collected.count_known(&key, label);
        if value.len() <= LONGEST_LINE {
            collected.accept(label, &value, reader.line());
        }
    }
    collected
}

/// What `key` means below the key `parent`: the `date` of a `build` is not that of the log.
fn label_below(parent: Option<&NormalKey>, key: &NormalKey) -> Option<SystemLabel> {
    let label = key.system();
    let Some(parent) = parent else { return label };
    match (parent.as_bytes(), key.as_bytes()) {
        (b"build", b"tag" | b"name" | b"id") => Some(SystemLabel::Build(Rank::Good)),
        (b"build", b"date" | b"time") => Some(SystemLabel::BuildDate),
        (b"os" | b"operatingsystem", b"name" | b"version") => Some(SystemLabel::Os(Rank::Good)),
        (b"cpu" | b"gpu" | b"ram" | b"disk" | b"bios", _) => Some(SystemLabel::Hardware),
        _ => label,
    }
}

struct Reader<'t> {
    collected: Collected<'t>,
    mode: Mode,
    /// Inside a credential block that strayed into the file: `USER` is a login there.
    in_login: bool,
    parent: Option<Parent>,
    /// The user that the line before named.
    user: Option<&'t [u8]>,
}

impl<'t> Reader<'t> {
    fn read(&mut self, line: &'t [u8], number: u64) {
        let text = trim(line);
        if let Some(head) = section_head(text) {
            self.start_section(&head);
            return;
        }
        if text.is_empty() || is_rule(text) {
            self.in_login = false;
            if matches!(self.mode, Mode::List(_)) {
                self.mode = Mode::Keys;
            }
            return;
        }
        let user = self.user.take();
        let field =
            Labelled::split(line).and_then(|split| Some((NormalKey::new(split.key)?, split.value)));
        match field {
            Some((key, value)) => {
                self.read_password(user, &key, value, number);
                self.read_field(line, key, value, number);
            }
            None => self.read_text(text, number),
        }
    }

    /// Tells the password of the computer's user: in a system file, one that follows on the user.
    fn read_password(
        &mut self,
        user: Option<&'t [u8]>,
        key: &NormalKey,
        value: &'t [u8],
        number: u64,
    ) {
        if self.in_login || self.mode != Mode::Keys {
            return;
        }
        match (key.system(), key.credential(), user) {
            (Some(SystemLabel::User(_)), ..) => self.user = Some(trim(value)),
            (None, Some(CredentialLabel::Password), Some(user)) if !user.is_empty() => {
                self.collected.accept_password(user, value, number);
            }
            _ => {}
        }
    }

    /// Reads a line without a separator.
    fn read_text(&mut self, text: &'t [u8], number: u64) {
        if let Mode::List(label) = self.mode {
            self.collected.accept_item(label, without_bullet(text), number);
        }
    }

    fn start_section(&mut self, head: &NormalKey) {
        self.in_login = false;
        if self.mode != Mode::Stopped {
            self.collected.note_key(head);
        }
        if head.as_bytes() == b"geolocationdata" {
            self.collected.set_name_order(NameOrder::UserFirst);
        }
        self.mode = match head.system() {
            Some(SystemLabel::Stop) => Mode::Stopped,
            Some(SystemLabel::Antivirus) => Mode::List(SystemLabel::Antivirus),
            _ if self.mode == Mode::Stopped && !KEYS_GO_ON.contains(&head.as_bytes()) => {
                Mode::Stopped
            }
            _ => Mode::Keys,
        };
    }

    fn read_field(&mut self, line: &'t [u8], key: NormalKey, value: &'t [u8], number: u64) {
        let is_empty = trim(value).is_empty();
        if self.mode == Mode::Stopped {
            if is_empty && KEYS_GO_ON.contains(&key.as_bytes()) {
                self.mode = Mode::Keys;
            }
            return;
        }
        let indent = line.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        self.parent = self.parent.filter(|parent| indent > parent.indent);
        let parent = self.parent.map(|parent| parent.key);
        let Some(label) = label_below(parent.as_ref(), &key) else {
            self.read_unknown(line, &key, value, number);
            return;
        };
        if self.is_login_field(&key, label, value) {
            return;
        }
        self.collected.count_known(&key, label);
        if is_empty {
            self.parent = Some(Parent { key, indent });
            self.mode = match label {
                SystemLabel::Stop => Mode::Stopped,
                SystemLabel::Antivirus | SystemLabel::Keyboards => Mode::List(label),
                _ => Mode::Keys,
            };
        } else {
            self.mode = Mode::Keys;
            let (value, glued) = without_glued_head(value);
            self.collected.accept(label, &Value::Borrowed(value), number);
            if glued == Glued::Programs {
                self.mode = Mode::Stopped;
            }
        }
    }

    /// Reads a line with a key that means nothing to us; in a list it is an item.
    fn read_unknown(&mut self, line: &'t [u8], key: &NormalKey, value: &'t [u8], number: u64) {
        let is_login =
            matches!(key.credential(), Some(CredentialLabel::Url | CredentialLabel::Software));
        if is_login && is_address(trim(value)) && memmem::find(value, b"//t.me/").is_none() {
            self.in_login = true;
        }
        if let Mode::List(label) = self.mode {
            self.collected.accept_item(label, without_bullet(trim(line)), number);
            return;
        }
        self.collected.note_key(key);
        if trim(value).is_empty() {
            let indent = line.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
            self.parent = Some(Parent { key: *key, indent });
        } else {
            let (_, glued) = without_glued_head(value);
            if glued == Glued::Programs {
                self.mode = Mode::Stopped;
            }
        }
    }

    /// Whether a field belongs to a credential block that strayed into the file.
    fn is_login_field(&mut self, key: &NormalKey, label: SystemLabel, value: &[u8]) -> bool {
        let credential = key.credential();
        let begins = match credential {
            Some(CredentialLabel::Software) => !trim(value).is_empty(),
            Some(CredentialLabel::Url) => is_address(trim(value)),
            _ => false,
        };
        if begins {
            self.in_login = true;
        } else if credential.is_none() && label != SystemLabel::Stop {
            self.in_login = false;
        }
        self.in_login && credential.is_some()
    }
}

/// The key of a line that heads a section: `[Software]`, `----- Hardware Info -----`.
fn section_head(text: &[u8]) -> Option<NormalKey> {
    let is_bracketed = matches!(text, [b'[', inner @ .., b']'] if !inner.contains(&b']'));
    if is_bracketed || is_rule(text) || is_fenced(text) { NormalKey::new(text) } else { None }
}

/// `---User Info---`: at least three symbols on both sides.
fn is_fenced(text: &[u8]) -> bool {
    [b'-', b'='].iter().any(|&symbol| {
        let fence = [symbol; 3];
        text.len() > 6 && text.starts_with(&fence) && text.ends_with(&fence)
    })
}

fn without_bullet(text: &[u8]) -> &[u8] {
    match text {
        [b'-' | b'*' | b'>', rest @ ..] => trim(rest),
        _ => text.strip_prefix("•".as_bytes()).map_or(text, trim),
    }
}

/// What was glued to the end of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Glued {
    Nothing,
    /// The head of another section with keys.
    Section,
    /// The head of a list of programs or processes.
    Programs,
}

/// `value` without the head of a section that has lost the line end in front of it.
fn without_glued_head(value: &[u8]) -> (&[u8], Glued) {
    let trimmed = trim(value);
    if trimmed.last() != Some(&b']') {
        return (value, Glued::Nothing);
    }
    for head in GLUED_HEADS {
        let cut = trimmed.len().saturating_sub(head.len());
        if let Some((front, end)) = trimmed.split_at_checked(cut)
            && end.eq_ignore_ascii_case(head)
        {
            let kind = if *head == b"[hardware]" { Glued::Section } else { Glued::Programs };
            return (front, kind);
        }
    }
    (value, Glued::Nothing)
}
