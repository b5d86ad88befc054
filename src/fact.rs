//! What a parser finds in the bytes of one artefact, before anything is normalised.
//!
//! Facts borrow from the text that they were read from, so that finding one costs no allocation.
//! All values are bytes as they stand in the file (legacy code pages included); turning them into
//! text is the business of [`text::to_utf8`](crate::text::to_utf8).

use std::borrow::Cow;
use std::ops::AddAssign;

use crate::issue::Issue;
use crate::provenance::Span;
use crate::record::{Confidence, Origin};
use crate::secret::Secret;

/// A value as it stands in a file.
pub type Value<'t> = Cow<'t, [u8]>;

/// Everything that the parsers found in one text.
#[derive(Debug, Default)]
pub struct Facts<'t> {
    /// Logins.
    pub credentials: Vec<CredentialFact<'t>>,
    /// Other readings of the lines of logins of low confidence, at most one each; they are no
    /// further logins, and say whom such a line may concern besides.
    pub alternatives: Vec<CredentialFact<'t>>,
    /// Cookies.
    pub cookies: Vec<CookieFact<'t>>,
    /// E-mail addresses from form histories.
    pub autofill: Vec<AutofillFact<'t>>,
    /// What the file says about the computer, if it is a system file.
    pub system: Option<SystemFacts<'t>>,
    /// Form entries, those that are no e-mail address included.
    pub autofill_entries: u64,
    /// Payment cards.
    pub cards: u64,
    /// Application and account tokens.
    pub tokens: u64,
    /// Lines inside the spans of logins that are no part of them, or only by a guess; ascending.
    pub strays: Vec<u64>,
    /// What was wrong.
    pub issues: Vec<Issue>,
    /// How much of a credential file was understood.
    pub lines: LineCounts,
}

impl Facts<'_> {
    /// Whether no parser knew anything about the text.
    pub fn is_empty(&self) -> bool {
        self.credentials.is_empty()
            && self.cookies.is_empty()
            && self.autofill_entries == 0
            && self.system.is_none()
            && self.cards == 0
            && self.tokens == 0
            && self.issues.is_empty()
            && self.lines == LineCounts::default()
    }
}

/// How the non-empty lines of a text were understood.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct LineCounts {
    /// Lines that are part of a record.
    pub records: u64,
    /// Known noise: rules, banners, advertisements, headers.
    pub noise: u64,
    /// Lines that nothing is known about.
    pub unexplained: u64,
}

impl LineCounts {
    /// All non-empty lines.
    pub fn all(self) -> u64 {
        self.records + self.noise + self.unexplained
    }
}

impl AddAssign for LineCounts {
    fn add_assign(&mut self, more: Self) {
        self.records += more.records;
        self.noise += more.noise;
        self.unexplained += more.unexplained;
    }
}

/// The password of a login as the file has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Password<'t> {
    /// A value.
    Present(Secret<'t>),
    /// No value, or no line for it.
    Empty,
    /// A text that stealers write where they have none.
    Placeholder,
    /// There is one, but not as it was typed: it is too long to be kept, or in a form that only the
    /// program that saved it can undo.
    Unreadable,
}

/// One login as it stands in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CredentialFact<'t> {
    /// The address; empty where the file has none.
    pub url: Value<'t>,
    /// The login; empty where the file has none or a placeholder.
    pub username: Value<'t>,
    /// The password.
    pub password: Password<'t>,
    /// The browser or program that had saved it.
    pub software: Option<Value<'t>>,
    /// The profile of the browser.
    pub profile: Option<Value<'t>>,
    /// What kind of file this is.
    pub origin: Origin,
    /// How sure the split into fields is.
    pub confidence: Confidence,
    /// The lines.
    pub span: Span,
}

/// One cookie as it stands in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CookieFact<'t> {
    /// The domain as written, leading dot included.
    pub domain: Value<'t>,
    /// The path; `/` where the file has none.
    pub path: Value<'t>,
    /// The name.
    pub name: Value<'t>,
    /// The value.
    pub value: Secret<'t>,
    /// Sent over TLS only.
    pub secure: bool,
    /// Hidden from scripts, where the file tells.
    pub http_only: Option<bool>,
    /// End of life in seconds since 1970, whatever unit the file uses; none for session cookies.
    pub expires: Option<i64>,
    /// The lines.
    pub span: Span,
}

/// One e-mail address from a form history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AutofillFact<'t> {
    /// The address.
    pub email: Value<'t>,
    /// The lines.
    pub span: Span,
}

/// In which order a family writes day, month and year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateOrder {
    /// 30/06/2025.
    DayFirst,
    /// 06/30/2025.
    MonthFirst,
    /// Not known.
    Unknown,
}

/// What a system file says, each value as written, cut out of composites (`user (HOST)`).
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct SystemFacts<'t> {
    /// `HWID` and its aliases.
    pub hwid: Option<Value<'t>>,
    /// `MachineID`, `Machine GUID` and their aliases, where there is also an HWID.
    pub machine_guid: Option<Value<'t>>,
    /// The computer's name.
    pub computer_name: Option<Value<'t>>,
    /// The user that was logged in.
    pub user_name: Option<Value<'t>>,
    /// The Windows domain or work group.
    pub ad_domain: Option<Value<'t>>,
    /// The operating system.
    pub os: Option<Value<'t>>,
    /// Public addresses; never those of the local network.
    pub ip_addresses: Vec<Value<'t>>,
    /// Country as written.
    pub country: Option<Value<'t>>,
    /// Zone as written.
    pub timezone: Option<Value<'t>>,
    /// Languages and keyboards.
    pub languages: Vec<Value<'t>>,
    /// Installed protection.
    pub antivirus: Vec<Value<'t>>,
    /// Where the malware ran from.
    pub malware_path: Option<Value<'t>>,
    /// The operator's build, campaign or worker.
    pub build_id: Option<Value<'t>>,
    /// When the log was taken: the candidates, best first.
    pub log_dates: Vec<DateFact<'t>>,
    /// `Install Date`: of the operating system, or of the infection, as the family has it.
    pub install_date: Option<Value<'t>>,
    /// The password that stands right behind the user: it opens the computer itself.
    pub device_password: Option<DevicePassword<'t>>,
    /// The normalised keys that were seen, for telling the family.
    pub keys: Vec<String>,
    /// The lines that the facts stand on.
    pub span: Option<Span>,
}

/// The password of the computer's user, as macOS stealers ask for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DevicePassword<'t> {
    /// The user in front of it, as written.
    pub username: Value<'t>,
    /// The password.
    pub password: Password<'t>,
    /// The lines of both.
    pub span: Span,
}

/// A date as written, and how much it is worth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DateFact<'t> {
    /// The text.
    pub value: Value<'t>,
    /// What its zone is.
    pub zone: DateZone,
}

/// In which zone a date of a system file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateZone {
    /// The clock of the computer; its `TimeZone` applies.
    Local,
    /// UTC (`Time:` of Lumma, epoch seconds, dates that say so themselves).
    Utc,
}
