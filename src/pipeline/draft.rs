//! Records in the making: normalised facts of one log, told apart by id, with all their places.
//!
//! A draft becomes a record when its log is complete, because only then the machine is known.
//! Copies of one thing in one log (aggregate and per-browser files) are one draft with several
//! places.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;

use crate::fact::{AutofillFact, CookieFact, CredentialFact};
use crate::layout::{BrowserLabel, browser_label};
use crate::normalise::url::Address;
use crate::normalise::{email, secret, url};
use crate::provenance::Span;
use crate::record::{Confidence, Origin, SecretFacts};
use crate::secret::{Fingerprint, Id, IdHasher, Key};
use crate::text::to_utf8;

/// Where something stands: the entry (an index into the unit's entries) and the lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    /// Index into the entries of the unit.
    pub entry: usize,
    /// The lines.
    pub span: Span,
}

/// The places of one thing, in order; most have one, which takes no memory of its own.
#[derive(Debug, Clone, Default)]
pub(super) struct Places {
    first: Option<Place>,
    more: Vec<Place>,
}

impl Places {
    fn one(place: Place) -> Self {
        Self { first: Some(place), more: Vec::new() }
    }

    fn append(&mut self, other: Self) {
        self.more.extend(other.iter());
    }

    /// The first of them.
    pub(super) fn first(&self) -> Option<Place> {
        self.first
    }

    /// All of them.
    pub(super) fn iter(&self) -> impl Iterator<Item = Place> {
        self.first.into_iter().chain(self.more.iter().copied())
    }

    /// How many there are.
    pub(super) fn count(&self) -> u64 {
        self.iter().count() as u64
    }
}

/// Drafts of one kind in the order of their first place, told apart by id.
#[derive(Debug)]
pub(super) struct Table<T> {
    rows: Vec<T>,
    by_id: HashMap<Id, usize, BuildHasherDefault<IdHasher>>,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self { rows: Vec::new(), by_id: HashMap::default() }
    }
}

impl<T: Draft> Table<T> {
    /// Makes room for `count` more drafts.
    pub(super) fn reserve(&mut self, count: usize) {
        self.rows.reserve(count);
        self.by_id.reserve(count);
    }

    /// Adds a draft, or its place to the one that is the same thing.
    pub(super) fn add(&mut self, draft: T) {
        match self.by_id.get(&draft.id()).and_then(|&row| self.rows.get_mut(row)) {
            Some(known) => known.merge(draft),
            None => {
                self.by_id.insert(draft.id(), self.rows.len());
                self.rows.push(draft);
            }
        }
    }

    /// How many different things there are.
    pub(super) fn count(&self) -> u64 {
        self.rows.len() as u64
    }

    /// The drafts.
    pub(super) fn rows(&self) -> &[T] {
        &self.rows
    }

    /// The drafts.
    pub(super) fn into_rows(self) -> Vec<T> {
        self.rows
    }
}

/// What is known of a log, or of a loose text, and becomes records.
pub(super) struct Drafts {
    /// The logins.
    pub credentials: Vec<CredentialDraft>,
    /// The cookies.
    pub cookies: Vec<CookieDraft>,
    /// The addresses from form histories.
    pub autofill: Vec<AutofillDraft>,
}

/// What can be put into a [`Table`].
pub(super) trait Draft {
    /// What tells it from others.
    fn id(&self) -> Id;
    /// Takes over the places of a copy, and what the copy knows better.
    fn merge(&mut self, copy: Self);
}

/// A login in the making.
#[derive(Debug, Clone)]
pub(super) struct CredentialDraft {
    pub id: Id,
    pub address: Address,
    pub username: String,
    pub email_domain: Option<String>,
    pub secret: SecretFacts,
    pub label: BrowserLabel,
    pub origin: Origin,
    pub confidence: Confidence,
    pub places: Places,
}

impl CredentialDraft {
    /// Normalises a login; `by_path` is what the name of its file says about the browser.
    pub(super) fn new(
        fact: &CredentialFact<'_>,
        entry: usize,
        by_path: &BrowserLabel,
        key: &Key,
    ) -> Self {
        let address = url::parse(&to_utf8(&fact.url));
        let username = to_utf8(&fact.username).into_owned();
        let secret = secret::facts(&fact.password, key);
        Self {
            id: credential_id(&address, &username, &secret, key),
            email_domain: email::domain(&username),
            label: stated_label(fact, by_path),
            origin: fact.origin,
            confidence: fact.confidence,
            places: Places::one(Place { entry, span: fact.span }),
            address,
            username,
            secret,
        }
    }
}

/// Scheme, default port and a closing slash do not make another login.
fn credential_id(address: &Address, username: &str, secret: &SecretFacts, key: &Key) -> Id {
    let (number, lower);
    let site: [&str; 3] = match (&address.host, &address.app_id) {
        (Some(host), _) => {
            let path = address.path.trim_end_matches('/');
            match address.port.filter(|port| !matches!(port, 80 | 443)) {
                Some(port) => {
                    number = format!(":{port}");
                    [host, &number, path]
                }
                None => [host, ":0", path],
            }
        }
        (None, Some(app)) => ["app:", app, ""],
        (None, None) => {
            lower = address.url.to_lowercase();
            [&lower, "", ""]
        }
    };
    let secret = secret.fingerprint.as_ref().map_or(&[][..], |print| &print.0);
    let fields = [&site.map(str::as_bytes)[..], &[username.as_bytes()], &[secret]];
    key.id_in_pieces("credential", fields.into_iter())
}

fn stated_label(fact: &CredentialFact<'_>, by_path: &BrowserLabel) -> BrowserLabel {
    let mut label = fact.software.as_deref().map(browser_label).unwrap_or_default();
    if let Some(profile) = fact.profile.as_deref().filter(|profile| !profile.is_empty()) {
        label.profile = Some(to_utf8(profile).trim().to_owned());
    }
    BrowserLabel {
        browser: label.browser.or_else(|| by_path.browser.clone()),
        profile: label.profile.or_else(|| by_path.profile.clone()),
    }
}

impl Draft for CredentialDraft {
    fn id(&self) -> Id {
        self.id
    }

    fn merge(&mut self, copy: Self) {
        self.places.append(copy.places);
        self.confidence = self.confidence.max(copy.confidence);
        self.label.browser = self.label.browser.take().or(copy.label.browser);
        self.label.profile = self.label.profile.take().or(copy.label.profile);
    }
}

/// A cookie in the making.
#[derive(Debug, Clone)]
pub(super) struct CookieDraft {
    pub id: Id,
    pub domain: String,
    pub path: String,
    pub name: String,
    pub secure: bool,
    pub http_only: Option<bool>,
    pub expires: Option<i64>,
    pub fingerprint: Option<Fingerprint>,
    pub label: BrowserLabel,
    pub places: Places,
}

impl CookieDraft {
    /// Normalises a cookie; `label` is what the name of its file says about the browser.
    pub(super) fn new(
        fact: &CookieFact<'_>,
        entry: usize,
        label: &BrowserLabel,
        key: &Key,
    ) -> Self {
        let domain = cookie_domain(fact);
        let (path, name) = (to_utf8(&fact.path).into_owned(), to_utf8(&fact.name).into_owned());
        let fingerprint = secret::fingerprint(&fact.value, key);
        let print = fingerprint.as_ref().map_or(&[][..], |print| &print.0);
        Self {
            id: key.id("cookie", &[domain.as_bytes(), path.as_bytes(), name.as_bytes(), print]),
            domain,
            path,
            name,
            secure: fact.secure,
            http_only: fact.http_only,
            expires: fact.expires,
            fingerprint,
            label: label.clone(),
            places: Places::one(Place { entry, span: fact.span }),
        }
    }
}

/// The domain of a cookie, in the form of hosts.
pub(super) fn cookie_domain(fact: &CookieFact<'_>) -> String {
    let written = to_utf8(&fact.domain);
    let bare = written.trim().trim_start_matches('.');
    // Nearly all are in that form.
    let is_plain = |byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-');
    if bare.bytes().all(is_plain) && !bare.ends_with('.') {
        return bare.to_owned();
    }
    url::parse(bare).host.unwrap_or_else(|| bare.to_lowercase())
}

/// What tells a cookie with this domain from others, where nothing else will be asked of it: less
/// work than the id of a draft.
pub(super) fn foreign_cookie_id(fact: &CookieFact<'_>, domain: &str, key: &Key) -> Id {
    let (path, name) = (to_utf8(&fact.path), to_utf8(&fact.name));
    let value = to_utf8(fact.value.expose());
    key.id(
        "foreign cookie",
        &[domain.as_bytes(), path.as_bytes(), name.as_bytes(), value.as_bytes()],
    )
}

impl Draft for CookieDraft {
    fn id(&self) -> Id {
        self.id
    }

    fn merge(&mut self, copy: Self) {
        self.places.append(copy.places);
        self.expires = self.expires.max(copy.expires);
    }
}

/// An address from a form history in the making.
#[derive(Debug, Clone)]
pub(super) struct AutofillDraft {
    pub id: Id,
    pub email: String,
    pub email_domain: String,
    pub label: BrowserLabel,
    pub places: Places,
}

impl AutofillDraft {
    /// Normalises an address; none if it is not one after all.
    pub(super) fn new(
        fact: &AutofillFact<'_>,
        entry: usize,
        label: &BrowserLabel,
        key: &Key,
    ) -> Option<Self> {
        let email = email::address(&to_utf8(&fact.email))?;
        let email_domain = email::domain(&email)?;
        Some(Self {
            id: key.id("autofill", &[email.as_bytes()]),
            email,
            email_domain,
            label: label.clone(),
            places: Places::one(Place { entry, span: fact.span }),
        })
    }
}

impl Draft for AutofillDraft {
    fn id(&self) -> Id {
        self.id
    }

    fn merge(&mut self, copy: Self) {
        self.places.append(copy.places);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::secret::Secret;

    proptest! {
        #[test]
        fn the_domain_of_a_cookie_is_the_host_that_an_address_has(
            bare in "[a-zA-Z0-9_é:/ -]{0,4}[a-z0-9.-]{0,20}",
        ) {
            let fact = CookieFact {
                domain: bare.as_bytes().into(),
                path: b"/"[..].into(),
                name: b"sid"[..].into(),
                value: Secret::new(&b"value"[..]),
                secure: true,
                http_only: None,
                expires: None,
                span: Span::line(1),
            };
            let bare = bare.trim().trim_start_matches('.');
            let host = url::parse(bare).host.unwrap_or_else(|| bare.to_lowercase());
            prop_assert_eq!(cookie_domain(&fact), host);
        }
    }
}
