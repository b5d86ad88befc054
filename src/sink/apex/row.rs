//! The rows of the table: what is counted of one domain, and its cells.

use std::cmp::Reverse;
use std::io::{self, BufRead};

use serde::{Deserialize, Serialize};

use super::sorter::Item;
use crate::sink::csv::disarm;

/// The names of the columns.
pub(super) const COLUMNS: [&str; 10] = [
    "kind",
    "domain",
    "domains",
    "credentials",
    "usernames",
    "people",
    "machines",
    "sources",
    "first_infected",
    "last_infected",
];

/// What a domain is to the logins that are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kind {
    /// That of the e-mail address in the login name.
    Email,
    /// That of the site.
    Website,
    /// None: the site is an address, a local name, an app, or is not known.
    WebsiteOther,
}

impl Kind {
    /// Every kind.
    pub(super) const ALL: [Self; 3] = [Self::Email, Self::Website, Self::WebsiteOther];

    /// The word in the table.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Website => "website",
            Self::WebsiteOther => "website_other",
        }
    }
}

/// What a row is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
pub(super) enum Scope {
    /// One domain, or all logins of a kind that has none.
    One,
    /// All domains that are too small for a row of their own.
    Rest,
}

/// A row; the order of its fields is that of the rows in the table.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
pub(super) struct Row {
    pub(super) kind: Kind,
    pub(super) scope: Scope,
    pub(super) credentials: Reverse<u64>,
    /// Empty for rows that are not about one domain.
    pub(super) domain: String,
    pub(super) domains: u64,
    pub(super) usernames: u64,
    pub(super) people: u64,
    pub(super) machines: u64,
    pub(super) sources: u64,
    /// The day, as YYYY-MM-DD.
    pub(super) first_infected: Option<String>,
    pub(super) last_infected: Option<String>,
}

impl Row {
    /// A row in which nothing is counted yet.
    pub(super) fn new(kind: Kind, scope: Scope) -> Self {
        Self {
            kind,
            scope,
            credentials: Reverse(0),
            domain: String::new(),
            domains: 0,
            usernames: 0,
            people: 0,
            machines: 0,
            sources: 0,
            first_infected: None,
            last_infected: None,
        }
    }

    /// Adds the counts of another domain.
    pub(super) fn add(&mut self, other: &Self) {
        self.credentials.0 += other.credentials.0;
        self.domains += other.domains;
        self.usernames += other.usernames;
        self.people += other.people;
        self.machines += other.machines;
        self.sources += other.sources;
        other.first_infected.iter().chain(&other.last_infected).for_each(|day| self.add_day(day));
    }

    /// Takes a day between the first and the last.
    pub(super) fn add_day(&mut self, day: &str) {
        if self.first_infected.as_deref().is_none_or(|first| day < first) {
            self.first_infected = Some(day.to_owned());
        }
        if self.last_infected.as_deref().is_none_or(|last| last < day) {
            self.last_infected = Some(day.to_owned());
        }
    }

    /// The cells, in the order of [`COLUMNS`].
    pub(super) fn into_cells(self) -> [String; COLUMNS.len()] {
        let mut domain = self.domain;
        disarm(&mut domain);
        [
            self.kind.as_str().to_owned(),
            domain,
            self.domains.to_string(),
            self.credentials.0.to_string(),
            self.usernames.to_string(),
            self.people.to_string(),
            self.machines.to_string(),
            self.sources.to_string(),
            self.first_infected.unwrap_or_default(),
            self.last_infected.unwrap_or_default(),
        ]
    }
}

impl Item for Row {
    fn weight(&self) -> usize {
        /// The two days.
        const DAYS: usize = 20;
        size_of::<Self>() + self.domain.len() + DAYS
    }

    fn write(&self, out: &mut Vec<u8>) -> io::Result<()> {
        serde_json::to_writer(&mut *out, self)?;
        out.push(b'\n');
        Ok(())
    }

    fn read(from: &mut impl BufRead) -> io::Result<Self> {
        let mut line = Vec::new();
        from.read_until(b'\n', &mut line)?;
        Ok(serde_json::from_slice(&line)?)
    }
}
