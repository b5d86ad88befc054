//! The lines of a system file: which are keys, which are items of a list, which are neither.

use memchr::memmem;

use super::collect::{Collected, NameOrder};
use super::table::Table;
use super::values::public_addresses;
use crate::artefact::passwords::line::{is_address, is_rule, trim};
use crate::artefact::passwords::style::Watermark;
use crate::artefact::ulp;
use crate::fact::Value;
use crate::family::labels::{CredentialLabel, Labelled, NormalKey, Rank, SystemLabel, is_boxed};
use crate::text::Lines;
use crate::text::json::{Container, Event, Reader as JsonReader};

/// Longest line that is read, in bytes: no key of ours has a longer value.
const LONGEST_LINE: usize = 64 << 10;

/// Longest address, in bytes.
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
    b"userinfo",
    b"fullpcinfo",
    b"osinformation",
    b"operatingsysteminformation",
    b"environmentvariable",
    b"environmentvariables",
];

/// Parts of a computer, whose dumps have names, serial numbers and dates of their own.
const COMPONENTS: &[&[u8]] = &[
    b"audio",
    b"baseboard",
    b"battery",
    b"bios",
    b"cpu",
    b"disk",
    b"diskdrive",
    b"disks",
    b"drives",
    b"gpu",
    b"graphics",
    b"hdd",
    b"keyboard",
    b"logicaldisk",
    b"memory",
    b"monitor",
    b"monitors",
    b"motherboard",
    b"mouse",
    b"networkadapter",
    b"networkadapters",
    b"physicalmemory",
    b"printer",
    b"printers",
    b"processor",
    b"ram",
    b"sound",
    b"usb",
    b"video",
    b"videocontroller",
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
    /// A part of the computer, until the next section or key of the whole.
    Component,
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
        item_indent: None,
        table: None,
        user: None,
    };
    for line in Lines::starting_at(text, first_line) {
        let bytes = watermark.strip(line.bytes);
        if bytes.len() <= LONGEST_LINE {
            reader.read(bytes, line.number);
        }
    }
    reader.collected
}

/// Takes the only line of `text` that is an address, if it says nothing else.
pub(super) fn add_only_address<'t>(collected: &mut Collected<'t>, text: &'t [u8], first_line: u64) {
    if collected.is_empty()
        && let Some((address, number)) = only_address(text, first_line)
    {
        collected.accept(SystemLabel::Ip, &Value::Borrowed(address), number);
    }
}

/// The only line of a file that is an address and nothing else (`ip.txt`), and its number.
fn only_address(text: &[u8], first_line: u64) -> Option<(&[u8], u64)> {
    let mut addresses = Lines::starting_at(text, first_line).filter_map(|line| {
        let address = trim(ulp::clean(line.bytes));
        let may_be_address = |byte: &u8| byte.is_ascii_hexdigit() || matches!(byte, b'.' | b':');
        let is_like_one = address.len() <= LONGEST_ADDRESS && address.iter().all(may_be_address);
        (is_like_one && public_addresses(address).next() == Some(address))
            .then_some((address, line.number))
    });
    addresses.next().filter(|_| addresses.next().is_none())
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
        let Some(label) = label_below(parent.as_ref(), &key, key.system(), &value) else {
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

/// What `key`, which is `known` as that by itself, means below the key `parent`: the `date` of a
/// `build` is not that of the log.
fn label_below(
    parent: Option<&NormalKey>,
    key: &NormalKey,
    known: Option<SystemLabel>,
    value: &[u8],
) -> Option<SystemLabel> {
    let is_version = key.as_bytes() == b"release" && is_release(trim(value));
    let label = known.or(is_version.then_some(SystemLabel::Os(Rank::Fallback)));
    let Some(parent) = parent else { return label };
    match (parent.as_bytes(), key.as_bytes()) {
        (b"build", b"tag" | b"name" | b"id") => Some(SystemLabel::Build(Rank::Good)),
        (b"build", b"date" | b"time") => Some(SystemLabel::BuildDate),
        (b"os" | b"operatingsystem", b"name") => Some(SystemLabel::Os(Rank::Good)),
        (b"os" | b"operatingsystem", b"version") => Some(SystemLabel::Os(Rank::Fallback)),
        (b"os" | b"operatingsystem", b"build") => None,
        _ if is_component(parent) => Some(SystemLabel::Hardware),
        _ => label,
    }
}

/// Whether `value` is the version of an operating system, as Node.js calls its `Release`.
fn is_release(value: &[u8]) -> bool {
    value.first().is_some_and(u8::is_ascii_digit)
        && value.iter().filter(|&&byte| byte == b'.').count() == 2
}

/// A key and its value.
struct Field<'t> {
    key: NormalKey,
    /// What the key names, seen by itself.
    known: Option<SystemLabel>,
    value: &'t [u8],
}

impl<'t> Field<'t> {
    fn of(line: &'t [u8]) -> Option<Self> {
        let Labelled { key, value } = Labelled::split(line)?;
        let key = NormalKey::new(key)?;
        Some(Self { key, known: key.system(), value })
    }
}

struct Reader<'t> {
    collected: Collected<'t>,
    mode: Mode,
    /// Inside a credential block that strayed into the file: `USER` is a login there.
    in_login: bool,
    parent: Option<Parent>,
    /// How far the first item of the list that is being read stands from the margin.
    item_indent: Option<usize>,
    /// The head of a table whose row comes next.
    table: Option<Table>,
    /// The user that the line before named.
    user: Option<&'t [u8]>,
}

impl<'t> Reader<'t> {
    fn read(&mut self, line: &'t [u8], number: u64) {
        let text = trim(line);
        let is_rule = is_rule(text);
        if (is_rule || is_headed(text))
            && let Some(head) = NormalKey::new(text)
        {
            self.start_section(&head);
            return;
        }
        if text.is_empty() || is_rule {
            self.in_login = false;
            if matches!(self.mode, Mode::List(_)) {
                self.mode = Mode::Keys;
            }
            return;
        }
        if is_boxed(text) {
            return;
        }
        self.leave_list(indent_of(line));
        let user = self.user.take();
        let field = Field::of(line);
        let is_known = || field.as_ref().is_some_and(|field| field.known.is_some());
        if let Some(table) = self.table.take().filter(|_| !is_known()) {
            self.read_row(&table, line, number);
            return;
        }
        match field {
            Some(field) => {
                self.read_password(user, &field, number);
                self.read_field(line, &field, number);
            }
            None => self.read_text(line, number),
        }
    }

    /// What stands nearer to the margin than the items of a list is none of them.
    fn leave_list(&mut self, indent: usize) {
        if !matches!(self.mode, Mode::List(_)) {
            self.item_indent = None;
        } else if indent < *self.item_indent.get_or_insert(indent) {
            self.mode = Mode::Keys;
        }
    }

    /// Tells the password of the computer's user: in a system file, one that follows on the user.
    fn read_password(&mut self, user: Option<&'t [u8]>, field: &Field<'t>, number: u64) {
        let &Field { ref key, known, value } = field;
        if self.in_login || self.mode != Mode::Keys {
            return;
        }
        let is_password = || key.credential() == Some(CredentialLabel::Password);
        match (known, user) {
            (Some(SystemLabel::User(_)), _) => self.user = Some(trim(value)),
            (None, Some(user)) if !user.is_empty() && is_password() => {
                self.collected.accept_password(user, value, number);
            }
            _ => {}
        }
    }

    /// Reads a line without a separator.
    fn read_text(&mut self, line: &'t [u8], number: u64) {
        match self.mode {
            Mode::List(label) => {
                self.collected.accept_item(label, without_bullet(trim(line)), number);
            }
            Mode::Keys => self.table = Table::read_head(line),
            Mode::Stopped | Mode::Component => {}
        }
    }

    /// Reads the row of a table.
    fn read_row(&mut self, table: &Table, line: &'t [u8], number: u64) {
        for (key, label, value) in table.cells(line) {
            self.collected.count_known(&key, label);
            self.collected.accept(label, &Value::Borrowed(value), number);
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
            _ if is_component(head) => Mode::Component,
            _ if self.mode == Mode::Stopped && !KEYS_GO_ON.contains(&head.as_bytes()) => {
                Mode::Stopped
            }
            _ => Mode::Keys,
        };
    }

    fn read_field(&mut self, line: &'t [u8], field: &Field<'t>, number: u64) {
        let &Field { key, known, value } = field;
        // `*Software:*` in Markdown has no value either.
        let is_empty = trim(value).iter().all(|&byte| byte == b'*');
        if matches!(self.mode, Mode::Stopped | Mode::Component)
            && is_empty
            && KEYS_GO_ON.contains(&key.as_bytes())
        {
            self.mode = Mode::Keys;
            return;
        }
        if self.mode == Mode::Stopped || (self.mode == Mode::Component && !is_of_whole(&key)) {
            return;
        }
        let indent = indent_of(line);
        self.parent = self.parent.filter(|parent| indent > parent.indent);
        let parent = self.parent.map(|parent| parent.key);
        let Some(label) = label_below(parent.as_ref(), &key, known, value) else {
            self.read_unknown(line, &key, value, number);
            return;
        };
        if self.is_login_field(&key, label, value) {
            return;
        }
        self.collected.count_known(&key, label);
        if matches!(key.as_bytes(), b"clipboard" | b"clipboardtext") {
            // Whatever the user copied, from here on and over any number of lines.
            self.mode = Mode::Stopped;
        } else if is_empty {
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
            self.parent = Some(Parent { key: *key, indent: indent_of(line) });
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

/// Whether a line heads a section: `[Software]`, `---Hardware Info---`.
fn is_headed(text: &[u8]) -> bool {
    let is_bracketed = matches!(text, [b'[', inner @ .., b']'] if !inner.contains(&b']'));
    is_bracketed || is_fenced(text)
}

/// Whether a head is about one part of the computer: `=== CPU Information ===`, `Monitor 1:`.
fn is_component(head: &NormalKey) -> bool {
    let head = head.as_bytes();
    let name = head.strip_suffix(b"information").or(head.strip_suffix(b"info")).unwrap_or(head);
    let digits = name.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    name.get(..name.len() - digits).is_some_and(|name| COMPONENTS.contains(&name))
}

/// Whether a key cannot be that of a part of the computer.
fn is_of_whole(key: &NormalKey) -> bool {
    use SystemLabel::{Antivirus, Computer, Country, Domain, Hwid, Ip, User, UserAndComputer};
    matches!(
        key.system(),
        Some(Antivirus | Computer(_) | Country(_) | Domain | Hwid | Ip | User(_) | UserAndComputer)
    )
}

/// `---User Info---`: at least three symbols on both sides.
fn is_fenced(text: &[u8]) -> bool {
    [b'-', b'=', b'#'].iter().any(|&symbol| {
        let fence = [symbol; 3];
        text.len() > 6 && text.starts_with(&fence) && text.ends_with(&fence)
    })
}

fn indent_of(line: &[u8]) -> usize {
    line.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count()
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
