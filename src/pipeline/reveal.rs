//! `reveal`: the clear text of one login or cookie, found again where it was read.
//!
//! Only what has to be opened on the way to the entry is opened. What is found there is known by the
//! id of its record and by its fingerprint, so nothing else can ever be taken for it.

use std::fmt;
use std::sync::OnceLock;

use zeroize::Zeroizing;

use crate::fact::{CookieFact, CredentialFact, Facts, Password};
use crate::layout::BrowserLabel;
use crate::normalise::secret;
use crate::pipeline::draft::{CookieDraft, CredentialDraft, Draft};
use crate::pipeline::window::Window;
use crate::secret::{Fingerprint, Id, Key, Secret};
use crate::text::{count_lines, to_utf8};

/// Which value is looked for, and where it stands.
#[derive(Debug)]
pub struct Search {
    /// The login or cookie.
    pub record_id: Id,
    /// What stands for its value.
    pub fingerprint: Fingerprint,
    /// The source as given; no other one is read.
    pub top_id: Id,
    /// The source that its entry is in: the same one, or one nested in it.
    pub source_id: Id,
    /// The path of the entry, as records show it.
    pub entry: String,
    /// The line on which the record begins.
    pub line: u64,
    found: OnceLock<ClearText>,
}

impl Search {
    /// A search for the value of `record_id` in all sources called `source_id` inside `top_id`.
    pub fn new(
        (record_id, fingerprint): (Id, Fingerprint),
        (top_id, source_id): (Id, Id),
        entry: String,
        line: u64,
    ) -> Self {
        let found = OnceLock::new();
        Self { record_id, fingerprint, top_id, source_id, entry, line, found }
    }

    /// The value, if it was found.
    pub fn found(&self) -> Option<&ClearText> {
        self.found.get()
    }

    /// Whether the entry `path` of a source is the one.
    pub(super) fn is_at(&self, source: Id, path: &str) -> bool {
        source == self.source_id && path == self.entry
    }

    /// Whether an archive at `path` stands around the entry.
    pub(super) fn is_inside(&self, path: &str) -> bool {
        self.entry.strip_prefix(path).is_some_and(|rest| rest.starts_with('!'))
    }

    /// Whether the line may stand in a window of the entry.
    pub(super) fn is_in_window(&self, window: &Window) -> bool {
        let lines = window.first_line..=window.first_line + count_lines(&window.text);
        lines.contains(&self.line)
    }

    /// Looks for the value among what was read of a text.
    pub(super) fn look(&self, facts: &Facts<'_>, key: &Key) {
        let logins = facts.credentials.iter().chain(&facts.alternatives);
        let passwords = logins.filter_map(|login| self.password(login, key));
        let values = facts.cookies.iter().filter_map(|cookie| self.cookie_value(cookie, key));
        if let Some(value) = passwords.chain(values).next() {
            self.found.get_or_init(|| ClearText::of(value));
        }
    }

    fn password<'f>(&self, login: &'f CredentialFact<'_>, key: &Key) -> Option<&'f Secret<'f>> {
        let Password::Present(value) = &login.password else { return None };
        self.is_value(value, key, || {
            CredentialDraft::new(login, 0, &BrowserLabel::default(), key).id()
        })
    }

    fn cookie_value<'f>(&self, cookie: &'f CookieFact<'_>, key: &Key) -> Option<&'f Secret<'f>> {
        let id = || CookieDraft::new(cookie, 0, &BrowserLabel::default(), key).id();
        self.is_value(&cookie.value, key, id)
    }

    /// The value, if it has the fingerprint, and its record the id.
    fn is_value<'f>(
        &self,
        value: &'f Secret<'f>,
        key: &Key,
        id: impl FnOnce() -> Id,
    ) -> Option<&'f Secret<'f>> {
        let same = secret::fingerprint(value, key) == Some(self.fingerprint);
        (same && id() == self.record_id).then_some(value)
    }
}

/// A secret on its way to the one who may see it: what its fingerprint was made of. It does not
/// print, and it is wiped when it is dropped.
pub struct ClearText(Zeroizing<String>);

impl ClearText {
    fn of(value: &Secret<'_>) -> Self {
        Self(Zeroizing::new(to_utf8(value.expose()).into_owned()))
    }

    /// The text, to be shown once it is recorded who sees it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ClearText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClearText(…)")
    }
}
