//! What the records say of rows and machines, in pieces of one size that can be sorted.

use std::io::{self, BufRead};

use super::row::Kind;
use super::sorter::{Item, Sorter};
use crate::record::{Credential, Machine, Record};
use crate::secret::Id;

/// Something that is said of a group: a row, or a machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Fact {
    pub(super) group: u128,
    /// In the upper 8 bits what it is, in the others which.
    value: u128,
}

/// What is said of a row; of a machine only its days and its rows.
pub(super) mod is {
    /// A part of its name.
    pub(in crate::sink::apex) const NAME: u8 = 0;
    /// A day on which a machine was infected.
    pub(in crate::sink::apex) const DAY: u8 = 1;
    /// A login.
    pub(in crate::sink::apex) const CREDENTIAL: u8 = 2;
    /// A login name; the last bit is 1 if it stands in a record without machine.
    pub(in crate::sink::apex) const USERNAME: u8 = 3;
    /// A machine.
    pub(in crate::sink::apex) const MACHINE: u8 = 4;
    /// A source.
    pub(in crate::sink::apex) const SOURCE: u8 = 5;
    /// A row that a login of the machine counts in.
    pub(in crate::sink::apex) const ROW: u8 = 6;
}

/// How many bits of a value say which it is.
const WHICH_BITS: u32 = 120;

impl Fact {
    pub(super) fn new(group: u128, what: u8, which: u128) -> Self {
        Self { group, value: u128::from(what) << WHICH_BITS | which }
    }

    pub(super) fn what(&self) -> u8 {
        (self.value >> WHICH_BITS) as u8
    }

    pub(super) fn which(&self) -> u128 {
        self.value & ((1 << WHICH_BITS) - 1)
    }
}

impl Item for Fact {
    fn weight(&self) -> usize {
        size_of::<Self>()
    }

    fn write(&self, out: &mut Vec<u8>) -> io::Result<()> {
        out.extend_from_slice(&self.group.to_be_bytes());
        out.extend_from_slice(&self.value.to_be_bytes());
        Ok(())
    }

    fn read(from: &mut impl BufRead) -> io::Result<Self> {
        let mut read = || {
            let mut bytes = [0; 16];
            from.read_exact(&mut bytes).map(|()| u128::from_be_bytes(bytes))
        };
        Ok(Self { group: read()?, value: read()? })
    }
}

/// As much of 128 bits that stand for something as finds room beside what it is.
fn which(bytes: [u8; 16]) -> u128 {
    u128::from_be_bytes(bytes) >> (u128::BITS - WHICH_BITS)
}

/// How much text stands in one fact, below the number of the part.
const PART_BYTES: usize = 14;
const PART_BITS: u32 = 8 * PART_BYTES as u32;

/// A part of a text, without zeros, as a number.
fn packed(text: &[u8]) -> u128 {
    text.iter().fold(0, |number, &byte| number << 8 | u128::from(byte))
}

/// The text that was packed; above it may stand the number of the part.
pub(super) fn unpacked(number: u128) -> impl Iterator<Item = u8> {
    let part = number & ((1 << PART_BITS) - 1);
    part.to_be_bytes().into_iter().skip_while(|&byte| byte == 0)
}

/// The day of a time in RFC 3339.
fn day(time: &str) -> Option<u128> {
    let day = time.get(..10)?;
    let date: jiff::civil::Date = day.parse().ok()?;
    (date.to_string() == day).then(|| packed(day.as_bytes()))
}

/// A name as the records write it: lower case, IDN as punycode. A forged dataset may say anything.
fn as_written(domain: Option<&str>) -> Option<&str> {
    let is_plain = |byte: u8| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'_')
    };
    domain.filter(|domain| (1..=253).contains(&domain.len()) && domain.bytes().all(is_plain))
}

/// Everything that was said, until it is counted.
pub(super) struct Facts {
    /// Of rows.
    pub(super) rows: Sorter<Fact>,
    /// Of machines: a record of one may come after its logins.
    pub(super) machines: Sorter<Fact>,
    recent: Recent,
}

impl Facts {
    /// None yet; `bytes` of them are held in memory, and a few more.
    pub(super) fn holding(bytes: usize) -> Self {
        /// By what it is divided for machines.
        const MACHINES: usize = 4;
        let (rows, machines) = (Sorter::new(bytes), Sorter::new(bytes / MACHINES));
        Self { rows, machines, recent: Recent::default() }
    }

    /// What a record says; most say nothing that is counted.
    ///
    /// # Errors
    /// The temporary folder has no room.
    pub(super) fn add(&mut self, record: &Record) -> io::Result<()> {
        match record {
            Record::Machine(machine) => self.add_machine(machine),
            Record::Credential(login) => self.add_login(login),
            Record::Exposure(exposure) => {
                exposure.machine.iter().try_for_each(|machine| self.add_machine(machine))?;
                match &exposure.record {
                    Record::Credential(login) => self.add_login(login),
                    _ => Ok(()),
                }
            }
            _ => Ok(()),
        }
    }

    fn add_machine(&mut self, machine: &Machine) -> io::Result<()> {
        let mut day = machine.infected_at.as_deref().and_then(day).into_iter();
        let machine = which(machine.machine_id.0);
        day.try_for_each(|day| self.machines.push(Fact::new(machine, is::DAY, day)))
    }

    fn add_login(&mut self, login: &Credential) -> io::Result<()> {
        if let Some(domain) = as_written(login.email_domain.as_deref()) {
            self.add_to(Kind::Email, domain, login)?;
        }
        match as_written(login.registrable_domain.as_deref()) {
            Some(domain) => self.add_to(Kind::Website, domain, login),
            None => self.add_to(Kind::WebsiteOther, "", login),
        }
    }

    fn add_to(&mut self, kind: Kind, domain: &str, login: &Credential) -> io::Result<()> {
        let name = [kind.as_str().as_bytes(), b" ", domain.as_bytes()].concat();
        let row = which(print_of(&name));
        if self.recent.is_new((row, login.source_id, login.machine_id)) {
            self.add_place(row, &name, login)?;
        }
        self.rows.push(Fact::new(row, is::CREDENTIAL, which(login.credential_id.0)))?;
        match name_print(login) {
            Some(print) => {
                let without_machine = u128::from(login.machine_id.is_none());
                self.rows.push(Fact::new(row, is::USERNAME, which(print) & !1 | without_machine))
            }
            None => Ok(()),
        }
    }

    /// Tells what all logins of a row from one place have in common.
    fn add_place(&mut self, row: u128, name: &[u8], login: &Credential) -> io::Result<()> {
        for (number, part) in (0_u8..).zip(name.chunks(PART_BYTES)) {
            let part = u128::from(number) << PART_BITS | packed(part);
            self.rows.push(Fact::new(row, is::NAME, part))?;
        }
        self.rows.push(Fact::new(row, is::SOURCE, which(login.source_id.0)))?;
        match login.machine_id {
            Some(machine) => self.machines.push(Fact::new(which(machine.0), is::ROW, row)),
            None => Ok(()),
        }
    }
}

/// What stands for a text.
fn print_of(text: &[u8]) -> [u8; 16] {
    blake3::hash(text).as_bytes().first_chunk().copied().unwrap_or_default()
}

/// What stands for the login name.
fn name_print(login: &Credential) -> Option<[u8; 16]> {
    let print = login.username_fingerprint.map(|print| print.0);
    print.or_else(|| login.username.as_deref().map(|name| print_of(name.as_bytes())))
}

/// Where a login of a row was found.
type Place = (u128, Id, Option<Id>);

/// Rows and where their logins were found lately: most come again at once.
struct Recent(Vec<Option<Place>>);

impl Default for Recent {
    fn default() -> Self {
        Self(vec![None; 1 << 14])
    }
}

impl Recent {
    /// Whether a place was not met lately; it may be told again and again.
    fn is_new(&mut self, place: Place) -> bool {
        let (row, source, machine) = place;
        let machine = machine.map_or(0, |machine| which(machine.0));
        let number = (row ^ which(source.0) ^ machine) as usize % self.0.len();
        let slot = self.0.get_mut(number);
        slot.is_none_or(|slot| slot.replace(place) != Some(place))
    }
}
