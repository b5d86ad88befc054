//! What the keys of a system file offer, weighed against each other.

use std::borrow::Cow;

use memchr::memmem;

use super::values::{
    Slash, backslashed, bracketed, clean, code_beside_address, country, country_behind_coordinates,
    domain_of_host, identifier, is_date, is_epoch, is_host_like, items, leading_code,
    machine_and_user, part, parts, public_addresses, signed_seconds,
};
use crate::artefact::values;
use crate::fact::{DateFact, DateZone, DevicePassword, Password, SystemFacts, Value};
use crate::family::labels::{NormalKey, Rank, SystemLabel};
use crate::provenance::Span;

/// What the path of a device begins with: `\\.\DISPLAY1` is no computer.
const DEVICE: &[u8] = br"\\.\";

/// Most keys that are remembered.
const MOST_KEYS: usize = 200;

/// Most items of one list that are kept.
const MOST_ITEMS: usize = 64;

/// The best value for a field so far.
#[derive(Debug)]
struct Best<'t, R> {
    offer: Option<(R, Value<'t>)>,
}

impl<R> Default for Best<'_, R> {
    fn default() -> Self {
        Self { offer: None }
    }
}

impl<'t, R: Ord> Best<'t, R> {
    /// Takes `value` if there is none of the same or a better rank.
    fn offer(&mut self, rank: R, value: Option<Value<'t>>) {
        let better = self.offer.as_ref().is_none_or(|(best, _)| rank < *best);
        if let Some(value) = value.filter(|_| better) {
            self.offer = Some((rank, value));
        }
    }

    fn is_empty(&self) -> bool {
        self.offer.is_none()
    }

    fn take(self) -> Option<Value<'t>> {
        self.offer.map(|(_, value)| value)
    }
}

/// How good an identifier of the machine is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum IdRank {
    Hwid,
    MachineId,
    Guid,
}

/// How good a date is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum DateRank {
    Signed,
    Utc,
    Log,
    Local,
    Time,
}

/// On which side of the backslash of `left\right` the computer's name stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum NameOrder {
    /// To be told by the names.
    #[default]
    Unknown,
    /// `user\HOST` (Phemedrone).
    UserFirst,
}

/// All that a file offers.
#[derive(Debug, Default)]
pub(super) struct Collected<'t> {
    ids: Vec<(IdRank, Value<'t>)>,
    computer: Best<'t, Rank>,
    user: Best<'t, Rank>,
    domain: Best<'t, Rank>,
    os: Best<'t, Rank>,
    country: Best<'t, Rank>,
    timezone: Best<'t, Rank>,
    path: Best<'t, Rank>,
    build: Best<'t, (Rank, u8)>,
    install_date: Best<'t, Rank>,
    ip_addresses: Vec<Value<'t>>,
    languages: Vec<Value<'t>>,
    antivirus: Vec<Value<'t>>,
    dates: Vec<(DateRank, Value<'t>)>,
    /// The lines that values were taken from, and what they name.
    pub(super) accepted: Vec<(u64, SystemLabel)>,
    keys: Vec<NormalKey>,
    /// Those that mean something: never more than there are labels.
    known: Vec<NormalKey>,
    device_password: Option<DevicePassword<'t>>,
    span: Option<Span>,
    name_order: NameOrder,
    /// Known keys that credential blocks do not have.
    own_keys: u32,
    /// Those of them that nearly any text might have (`Date`, `Version`).
    common_keys: u32,
    /// Known keys that credential blocks have too.
    shared_keys: u32,
}

impl<'t> Collected<'t> {
    /// Remembers a key, known or not.
    pub(super) fn note_key(&mut self, key: &NormalKey) {
        if self.keys.len() < MOST_KEYS && !self.keys.contains(key) {
            self.keys.push(*key);
        }
    }

    /// Whether no key that means anything was found.
    pub(super) fn is_empty(&self) -> bool {
        self.span.is_none()
    }

    /// Says on which side of a backslash this family writes the computer.
    pub(super) fn set_name_order(&mut self, order: NameOrder) {
        self.name_order = order;
    }

    /// Whether the keys are those of a system file.
    pub(super) fn is_of_system_file(&self) -> bool {
        self.own_keys >= 2
            && self.own_keys + self.shared_keys >= 3
            && self.own_keys > self.common_keys
    }

    /// Counts a known key, once.
    pub(super) fn count_known(&mut self, key: &NormalKey, label: SystemLabel) {
        self.note_key(key);
        if self.known.contains(key) {
            return;
        }
        self.known.push(*key);
        if key.credential().is_some() {
            self.shared_keys += 1;
        } else if label != SystemLabel::Stop {
            self.own_keys += 1;
            self.common_keys += u32::from(is_common(label));
        }
    }

    /// Takes the value of a key.
    pub(super) fn accept(&mut self, label: SystemLabel, raw: &Value<'t>, line: u64) {
        let first = self.span.map_or(line, |span| span.first);
        self.span = Some(Span::new(first, line));
        self.accepted.push((line, label));
        let value = part(raw, clean);
        match label {
            SystemLabel::Hwid => self.add_id(IdRank::Hwid, raw),
            SystemLabel::MachineId => self.add_id(IdRank::MachineId, raw),
            SystemLabel::Guid => self.add_id(IdRank::Guid, raw),
            SystemLabel::BotId => self.add_machine_and_user(raw),
            SystemLabel::UserHwid => self.add_user_and_hwid(raw),
            SystemLabel::Computer(rank) => {
                let name = value.filter(|value| !value.starts_with(DEVICE));
                self.computer.offer(rank, name);
            }
            SystemLabel::User(rank) => self.user.offer(rank, value),
            SystemLabel::UserAndComputer => {
                self.add_pair(parts(raw, |value| bracketed(clean(value)?)), raw);
            }
            SystemLabel::ComputerAndUser => {
                let pair = parts(raw, |value| bracketed(clean(value)?));
                self.add_pair(pair.map(|(computer, user)| (user, computer)), raw);
            }
            SystemLabel::Domain => self.domain.offer(Rank::Good, value),
            SystemLabel::Os(rank) => {
                self.os.offer(rank, value.filter(|value| !is_any_windows(value)))
            }
            SystemLabel::Ip => self.add_addresses(raw),
            SystemLabel::Country(rank) => self.country.offer(rank, country(raw)),
            SystemLabel::Place => {
                let code = part(raw, |text| leading_code(clean(text)?));
                let name = || part(raw, country_behind_coordinates);
                self.country.offer(Rank::Fallback, code.or_else(name));
            }
            SystemLabel::Timezone => self.timezone.offer(Rank::Good, value),
            SystemLabel::Language => push_new(&mut self.languages, value),
            SystemLabel::Keyboards => push_items(&mut self.languages, raw, Slash::Any),
            SystemLabel::Antivirus => push_items(&mut self.antivirus, raw, Slash::Spaced),
            SystemLabel::Time => self.add_time(raw),
            SystemLabel::LogDate => self.add_date(DateRank::Log, value),
            SystemLabel::LocalDate => self.add_date(DateRank::Local, value),
            SystemLabel::InstallDate => {
                self.install_date.offer(Rank::Good, value.filter(|value| is_date(value)));
            }
            SystemLabel::Path(rank) => {
                self.path.offer(rank, value.filter(|value| !is_search_path(value)));
            }
            SystemLabel::Build(rank) => self.build.offer((rank, 0), value),
            // Further down it is the version of something else.
            SystemLabel::Version if self.os.is_empty() && !self.has_key(b"publisher") => {
                self.build.offer((Rank::Fallback, 1), value);
            }
            SystemLabel::Hardware => self.add_glued_timezone(raw),
            SystemLabel::Version
            | SystemLabel::LocalIp
            | SystemLabel::BuildDate
            | SystemLabel::Stop => {}
        }
    }

    /// Takes the password of the user whom the line before names; the first one counts.
    pub(super) fn accept_password(&mut self, user: &'t [u8], password: &'t [u8], line: u64) {
        let password = values::password(Cow::Borrowed(password));
        if self.device_password.is_none() && matches!(password, Password::Present(_)) {
            let (username, span) = (Cow::Borrowed(user), Span::new(line.saturating_sub(1), line));
            self.device_password = Some(DevicePassword { username, password, span });
        }
    }

    /// Takes an item of a list that stands on lines of its own.
    pub(super) fn accept_item(&mut self, label: SystemLabel, item: &'t [u8], line: u64) {
        if let Some(span) = &mut self.span {
            span.last = line;
        }
        self.accepted.push((line, label));
        let item = clean(item).map(Cow::Borrowed);
        match label {
            SystemLabel::Antivirus => push_new(&mut self.antivirus, item),
            _ => push_new(&mut self.languages, item),
        }
    }

    fn add_id(&mut self, rank: IdRank, raw: &Value<'t>) {
        if let Some(id) = part(raw, identifier) {
            self.ids.push((rank, id));
        }
    }

    fn add_machine_and_user(&mut self, raw: &Value<'t>) {
        if let Some(machine) = part(raw, |value| Some(machine_and_user(value)?.0)) {
            self.ids.push((IdRank::MachineId, machine));
        }
        self.user.offer(Rank::Fallback, part(raw, |value| machine_and_user(value)?.1));
    }

    fn add_user_and_hwid(&mut self, raw: &Value<'t>) {
        let Some(cut) = memchr::memrchr(b'_', raw) else { return };
        self.user.offer(Rank::Fallback, part(raw, |value| clean(value.get(..cut)?)));
        if let Some(id) = part(raw, |value| identifier(value.get(cut + 1..)?)) {
            self.ids.push((IdRank::Hwid, id));
        }
    }

    /// Takes a user and a computer, if there are both; a plain value is the user.
    fn add_pair(&mut self, pair: Option<(Value<'t>, Value<'t>)>, raw: &Value<'t>) {
        match pair {
            Some((user, computer)) => {
                self.user.offer(Rank::Good, Some(user));
                self.computer.offer(Rank::Good, Some(computer));
            }
            None => self.user.offer(Rank::Fallback, part(raw, clean)),
        }
    }

    fn add_addresses(&mut self, raw: &Value<'t>) {
        for index in 0..MOST_ITEMS {
            let address = part(raw, |value| public_addresses(value).nth(index));
            if address.is_none() {
                break;
            }
            push_new(&mut self.ip_addresses, address);
        }
        self.country.offer(Rank::Fallback, part(raw, code_beside_address));
    }

    fn add_time(&mut self, raw: &Value<'t>) {
        if let Some(seconds) = part(raw, signed_seconds) {
            self.dates.push((DateRank::Signed, seconds));
        } else {
            self.add_date(DateRank::Time, part(raw, clean));
        }
    }

    fn add_date(&mut self, rank: DateRank, value: Option<Value<'t>>) {
        if let Some(value) = value.filter(|value| is_date(value))
            && self.dates.len() < MOST_ITEMS
        {
            self.dates.push((rank, value));
        }
    }

    /// `ScreenSize: {…}TimeZone: …` has lost a line end.
    fn add_glued_timezone(&mut self, raw: &Value<'t>) {
        const KEY: &[u8] = b"TimeZone:";
        let zone = part(raw, |value| clean(value.get(memmem::find(value, KEY)? + KEY.len()..)?));
        self.timezone.offer(Rank::Good, zone);
    }

    /// The facts.
    pub(super) fn finish(mut self) -> SystemFacts<'t> {
        let names = self.take_names();
        let log_dates = self.take_dates();
        self.ids.sort_by_key(|(rank, _)| *rank);
        let mut ids = self.ids.into_iter().map(|(_, id)| id);
        let hwid = ids.next();
        let machine_guid = ids.find(|id| Some(id) != hwid.as_ref());
        SystemFacts {
            hwid,
            machine_guid,
            computer_name: names.computer,
            user_name: names.user,
            ad_domain: names.domain,
            os: self.os.take(),
            ip_addresses: self.ip_addresses,
            country: self.country.take(),
            timezone: self.timezone.take(),
            languages: self.languages,
            antivirus: self.antivirus,
            malware_path: self.path.take(),
            build_id: self.build.take(),
            log_dates,
            install_date: self.install_date.take(),
            device_password: self.device_password,
            keys: self.keys.iter().map(NormalKey::to_text).collect(),
            span: self.span,
        }
    }

    fn take_dates(&mut self) -> Vec<DateFact<'t>> {
        let mut dates = std::mem::take(&mut self.dates);
        if dates.iter().any(|(rank, _)| *rank == DateRank::Local) {
            for (rank, value) in &mut dates {
                // A name at the end (`CEST`) is a zone of its own.
                if *rank == DateRank::Time && value.last().is_some_and(u8::is_ascii_digit) {
                    *rank = DateRank::Utc;
                }
            }
        }
        dates.sort_by_key(|(rank, _)| *rank);
        let mut facts: Vec<DateFact<'t>> = Vec::with_capacity(dates.len());
        for (rank, value) in dates {
            let utc = matches!(rank, DateRank::Signed | DateRank::Utc) || is_epoch(&value);
            let zone = if utc { DateZone::Utc } else { DateZone::Local };
            if facts.iter().all(|fact| fact.value != value) {
                facts.push(DateFact { value, zone });
            }
        }
        facts
    }

    fn has_key(&self, key: &[u8]) -> bool {
        self.keys.iter().any(|known| known.as_bytes() == key)
    }

    fn take_names(&mut self) -> Names<'t> {
        let is_mac = self.os.offer.as_ref().is_some_and(|(_, os)| starts_like(os, b"mac"))
            || self.has_key(b"hardwareuuid");
        let mut names = Names {
            user: None,
            computer: std::mem::take(&mut self.computer).take(),
            domain: std::mem::take(&mut self.domain).take(),
        };
        names.split_computer();
        if let Some(user) = std::mem::take(&mut self.user).take() {
            names.split_user(user, self.name_order, is_mac);
        }
        names.settle_domain();
        names
    }
}

/// Keys that stand in all kinds of text.
fn is_common(label: SystemLabel) -> bool {
    matches!(
        label,
        SystemLabel::Version
            | SystemLabel::Path(_)
            | SystemLabel::Time
            | SystemLabel::LogDate
            | SystemLabel::Place
            | SystemLabel::Language
            | SystemLabel::Build(_)
            | SystemLabel::Guid
            | SystemLabel::Country(_)
    )
}

fn starts_like(text: &[u8], prefix: &[u8]) -> bool {
    text.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

fn push_new<'t>(list: &mut Vec<Value<'t>>, item: Option<Value<'t>>) {
    if let Some(item) = item.filter(|item| list.len() < MOST_ITEMS && !list.contains(item)) {
        list.push(item);
    }
}

fn push_items<'t>(list: &mut Vec<Value<'t>>, raw: &Value<'t>, slash: Slash) {
    match raw {
        Cow::Borrowed(text) => {
            for item in items(text, slash) {
                push_new(list, Some(Cow::Borrowed(item)));
            }
        }
        Cow::Owned(text) => {
            for item in items(text, slash) {
                push_new(list, Some(Cow::Owned(item.to_vec())));
            }
        }
    }
}

/// Who and where, still perhaps in one value.
#[derive(Debug)]
struct Names<'t> {
    user: Option<Value<'t>>,
    computer: Option<Value<'t>>,
    domain: Option<Value<'t>>,
}

impl<'t> Names<'t> {
    /// Takes `HOST [DOMAIN]`, `HOST(user)` and `HOST\user` apart.
    fn split_computer(&mut self) {
        let Some(whole) = self.computer.take() else { return };
        if let Some((computer, inner)) = parts(&whole, bracketed) {
            self.computer = Some(computer);
            if whole.ends_with(b"]") {
                self.domain.get_or_insert(inner);
            } else {
                self.user = Some(inner);
            }
        } else if let Some((computer, user)) = parts(&whole, backslashed) {
            self.computer = Some(computer);
            self.user = Some(user);
        } else {
            self.computer = Some(whole);
        }
    }

    /// Takes `user (HOST)`, `Full Name (short)`, `DOMAIN\user` and `user\HOST` apart.
    fn split_user(&mut self, whole: Value<'t>, order: NameOrder, is_mac: bool) {
        if let Some((left, right)) = parts(&whole, backslashed) {
            if self.is_host_last(&left, &right, order) {
                self.user = Some(left);
                self.computer.get_or_insert(right);
            } else {
                self.user = Some(right);
                self.domain.get_or_insert(left);
            }
        } else if let Some((name, inner)) = parts(&whole, bracketed) {
            let is_host = match &self.computer {
                Some(computer) => computer.eq_ignore_ascii_case(&inner),
                None => is_host_like(&inner),
            };
            if is_host {
                self.user = Some(name);
                self.computer.get_or_insert(inner);
            } else {
                self.user = Some(if is_mac { inner } else { name });
            }
        } else {
            self.user = Some(whole);
        }
    }

    fn is_host_last(&self, left: &[u8], right: &[u8], order: NameOrder) -> bool {
        match &self.computer {
            Some(computer) if computer.eq_ignore_ascii_case(right) => true,
            Some(computer) if computer.eq_ignore_ascii_case(left) => false,
            _ if order == NameOrder::UserFirst => true,
            Some(_) => false,
            None => is_host_like(right) && !is_host_like(left),
        }
    }

    /// A local account has the computer as its domain; a full computer name has a domain in it.
    fn settle_domain(&mut self) {
        let Some(computer) = &self.computer else { return };
        self.domain = self.domain.take().filter(|domain| !domain.eq_ignore_ascii_case(computer));
        if self.domain.is_none() {
            self.domain = part(computer, domain_of_host);
        }
    }
}

/// Whether `value` is the `OS` of a dumped environment, which is the same on every Windows.
fn is_any_windows(value: &[u8]) -> bool {
    value == b"Windows_NT"
}

/// Whether `value` is the `Path` of a dumped environment: a list of folders, or one of Windows.
fn is_search_path(value: &[u8]) -> bool {
    let name = value.rsplit(|&byte| byte == b'\\').next().unwrap_or_default();
    value.contains(&b';') || (name.len() < value.len() && !name.contains(&b'.'))
}
