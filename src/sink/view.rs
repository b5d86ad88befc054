//! An exposure in the words that the formats of other systems have in common: who, where, on which
//! computer, and one sentence about it.
//!
//! Those systems refuse a whole file for one wrong address, and the values here were written by
//! criminals. So this is also where a host, an address or a URL is taken only if it is one; as
//! text it stands in the records of logsieve anyway. A URL loses its query and fragment, which may
//! hold secrets.

use std::fmt::Write as _;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use serde::Serialize;
use serde_json::{Value, json};

use crate::exposure::{Exposure, IdentityClass, Kind, Severity};
use crate::record::{Machine, Record};
use crate::secret::Fingerprint;

/// Longest URL that is handed on.
const MOST_URL_BYTES: usize = 4 << 10;

/// An exposure, and what of it can be said with certainty.
pub(super) struct View<'r> {
    /// The exposure itself.
    pub(super) exposure: &'r Exposure,
    /// The infected computer.
    pub(super) machine: Option<&'r Machine>,
    /// The login, as it was typed.
    pub(super) login: Option<&'r str>,
    /// What stands for the login where names are not kept.
    pub(super) login_fingerprint: Option<Fingerprint>,
    /// The login or the form entry, where it is an e-mail address.
    pub(super) email: Option<&'r str>,
    /// The site, as it stands in the record.
    pub(super) site: Option<&'r str>,
    /// The same, if it is a host name or an address.
    pub(super) host: Option<Host<'r>>,
    /// The address of the login page, without query and fragment.
    pub(super) url: Option<String>,
    /// The entry and line where it stands.
    pub(super) place: Option<(&'r str, u64)>,
}

/// A site that can be named on a network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Host<'r> {
    /// A host name with a dot.
    Name(&'r str),
    /// An IPv4 address.
    V4(Ipv4Addr),
    /// An IPv6 address.
    V6(Ipv6Addr),
}

impl<'r> View<'r> {
    /// What `exposure` says.
    pub(super) fn of(exposure: &'r Exposure) -> Self {
        let mut view = Self {
            exposure,
            machine: exposure.machine.as_deref(),
            login: None,
            login_fingerprint: None,
            email: None,
            site: None,
            host: None,
            url: None,
            place: None,
        };
        match &exposure.record {
            Record::Credential(credential) => {
                view.login = credential.username.as_deref().filter(|login| !login.is_empty());
                view.login_fingerprint = credential.username_fingerprint;
                view.email = view.login.filter(|login| is_email(login));
                view.site = credential.host.as_deref().or(credential.app_id.as_deref());
                view.host = credential.host.as_deref().and_then(Host::parse);
                let scheme = credential.scheme.as_deref();
                view.url = view.host.zip(scheme).and_then(|(host, scheme)| {
                    url_of(scheme, host, credential.port, &credential.url)
                });
                view.place = Some((&credential.entry, credential.line));
            }
            Record::Cookie(cookie) => {
                view.site = Some(&cookie.domain);
                view.host = Host::parse(&cookie.domain);
                view.place = Some((&cookie.entry, cookie.line));
            }
            Record::Autofill(autofill) => {
                view.email = autofill.email.as_deref().filter(|email| is_email(email));
                view.login_fingerprint = autofill.email_fingerprint;
                view.place = Some((&autofill.entry, autofill.line));
            }
            Record::Machine(machine) => {
                view.machine = Some(machine);
                view.login = machine.user_name.as_deref().filter(|name| !name.is_empty());
            }
            Record::Mention(mention) => {
                view.site = Some(&mention.name);
                view.host = Host::parse(&mention.name);
                view.place = Some((&mention.entry, mention.line));
            }
            Record::Source(_) | Record::Exposure(_) | Record::Issue(_) | Record::Summary(_) => {}
        }
        view
    }

    /// One line about the exposure.
    pub(super) fn title(&self) -> String {
        let class = match self.exposure.identity_class {
            IdentityClass::Employee => "employee ",
            IdentityClass::Customer => "customer ",
            IdentityClass::ThirdParty => "third-party ",
            IdentityClass::Unknown => "",
        };
        let (what, at) = match self.exposure.kind {
            Kind::Credential => ("login", " at "),
            Kind::Session => ("session cookie", " for "),
            Kind::Machine => ("infected computer", " "),
            Kind::Autofill => ("e-mail address in a form history", ": "),
            Kind::Mention => ("mention", " of "),
        };
        let name = match self.exposure.kind {
            Kind::Machine => self.machine.and_then(|machine| machine.computer_name.as_deref()),
            Kind::Autofill => self.email,
            Kind::Credential | Kind::Session | Kind::Mention => self.site,
        };
        let name = name.map(|name| format!("{at}{name}")).unwrap_or_default();
        format!("{}: {class}{what}{name}", self.exposure.organisation)
    }

    /// Why it is an exposure, how bad it is, and where it stands.
    pub(super) fn description(&self) -> String {
        let exposure = self.exposure;
        let mut text = exposure.class_reason.clone();
        if !exposure.severity_reasons.is_empty() {
            let _ = write!(text, ". Severity: {}", exposure.severity_reasons.join("; "));
        }
        let _ = write!(text, ". Found in {}", exposure.source.name);
        if let Some((entry, line)) = self.place {
            let _ = write!(text, ": {entry}, line {line}");
        }
        text
    }

    /// What the record says that other formats have no field for.
    pub(super) fn found(&self) -> Value {
        match &self.exposure.record {
            Record::Credential(credential) => json!({
                "credential_id": credential.credential_id,
                "secret": credential.secret,
                "origin": credential.origin,
                "confidence": credential.confidence,
                "app_id": credential.app_id,
                "browser": credential.browser,
            }),
            Record::Cookie(cookie) => json!({
                "cookie_id": cookie.cookie_id,
                "cookie": { "name": cookie.name, "path": cookie.path, "secure": cookie.secure },
                "session": cookie.session,
                "live": cookie.live,
                "expires_at": cookie.expires_at,
                "fingerprint": cookie.fingerprint,
                "browser": cookie.browser,
            }),
            _ => Value::Null,
        }
    }

    /// When the computer was infected, in milliseconds; else when the exposure was first seen.
    pub(super) fn infected_or_first_seen(&self) -> Option<i64> {
        let infected = self.machine.and_then(|machine| machine.infected_at.as_deref());
        infected.and_then(millis).or_else(|| millis(&self.exposure.first_seen))
    }

    /// The site, where it is a name.
    pub(super) fn host_name(&self) -> Option<&'r str> {
        match self.host? {
            Host::Name(name) => Some(name),
            Host::V4(_) | Host::V6(_) => None,
        }
    }

    /// The site, where it is an address.
    pub(super) fn host_address(&self) -> Option<IpAddr> {
        match self.host? {
            Host::Name(_) => None,
            Host::V4(address) => Some(address.into()),
            Host::V6(address) => Some(address.into()),
        }
    }

    /// The network addresses of the computer.
    pub(super) fn machine_addresses(&self) -> Vec<IpAddr> {
        addresses(self.machine)
    }
}

/// The addresses of `machine` that are some.
pub(super) fn addresses(machine: Option<&Machine>) -> Vec<IpAddr> {
    let texts = machine.map(|machine| machine.ip_addresses.as_slice()).unwrap_or_default();
    texts.iter().filter_map(|text| text.parse().ok()).collect()
}

impl<'r> Host<'r> {
    fn parse(text: &'r str) -> Option<Self> {
        let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
        match bare.parse() {
            Ok(IpAddr::V4(address)) => Some(Self::V4(address)),
            Ok(IpAddr::V6(address)) => Some(Self::V6(address)),
            Err(_) => is_host_name(text).then_some(Self::Name(text)),
        }
    }
}

/// Whether `text` is a host name as RFC 1034 has them, with a dot.
fn is_host_name(text: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let top_is_no_number = text
        .rsplit('.')
        .next()
        .is_some_and(|top| top.bytes().any(|byte| byte.is_ascii_alphabetic()));
    text.len() <= 253 && text.contains('.') && text.split('.').all(is_label) && top_is_no_number
}

/// Whether `text` is a plain e-mail address: the common characters of RFC 5322 before the `@`.
fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else { return false };
    let is_atom = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte);
    local.len() <= 64
        && local.split('.').all(|atom| !atom.is_empty() && atom.bytes().all(is_atom))
        && is_host_name(domain)
}

/// The address in the characters of RFC 3986, without user-info, query, fragment and what follows a
/// `;` (`;jsessionid=…`).
fn url_of(scheme: &str, host: Host<'_>, port: Option<u16>, written: &str) -> Option<String> {
    let is_scheme = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    if !is_scheme {
        return None;
    }
    let mut url = match host {
        Host::Name(name) => format!("{scheme}://{name}"),
        Host::V4(address) => format!("{scheme}://{address}"),
        Host::V6(address) => format!("{scheme}://[{address}]"),
    };
    if let Some(port) = port {
        let _ = write!(url, ":{port}");
    }
    let behind_scheme = written.split_once("://").map_or(written, |(_, rest)| rest);
    let end = behind_scheme.find(['?', '#', ';']).unwrap_or(behind_scheme.len());
    let (before_query, _) = behind_scheme.split_at_checked(end)?;
    if let Some((_, path)) = before_query.split_once('/') {
        url.push('/');
        push_escaped(&mut url, path);
    }
    (url.len() <= MOST_URL_BYTES).then_some(url)
}

/// Adds `path` with everything percent-encoded that may not stand in one.
fn push_escaped(url: &mut String, path: &str) {
    let mut rest = path.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let is_escape = byte == b'%'
            && matches!(after, [a, b, ..] if a.is_ascii_hexdigit() && b.is_ascii_hexdigit());
        if is_escape || byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/".contains(&byte) {
            url.push(char::from(byte));
        } else {
            let _ = write!(url, "%{byte:02X}");
        }
        rest = after;
    }
}

/// A point in time in milliseconds since 1970; none if `text` is none.
pub(super) fn millis(text: &str) -> Option<i64> {
    text.parse().ok().map(jiff::Timestamp::as_millisecond)
}

/// The severity from 0 to 4.
pub(super) fn severity_level(severity: Severity) -> usize {
    match severity {
        Severity::Info => 0,
        Severity::Low => 1,
        Severity::Medium => 2,
        Severity::High => 3,
        Severity::Critical => 4,
    }
}

/// The word that a record shows for a value.
pub(super) fn word(value: impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(word)) => word,
        _ => String::new(),
    }
}

/// `value` without members that are absent or empty, at any of its few levels.
pub(super) fn compact(mut value: Value) -> Value {
    if let Value::Object(members) = &mut value {
        let all = std::mem::take(members);
        members.extend(all.into_iter().map(|(key, member)| (key, compact(member))).filter(
            |(_, member)| match member {
                Value::Null => false,
                Value::Array(items) => !items.is_empty(),
                Value::Object(inner) => !inner.is_empty(),
                Value::Bool(_) | Value::Number(_) | Value::String(_) => true,
            },
        ));
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(scheme: &str, host: &str, port: Option<u16>, written: &str) -> Option<String> {
        url_of(scheme, Host::parse(host)?, port, written)
    }

    #[test]
    fn urls_keep_only_what_is_no_secret() {
        for (written, expected) in [
            ("https://vpn.example.com", "https://vpn.example.com"),
            ("https://vpn.example.com/", "https://vpn.example.com/"),
            ("https://vpn.example.com/a/b?token=x", "https://vpn.example.com/a/b"),
            ("https://vpn.example.com?token=x/y", "https://vpn.example.com"),
            ("https://vpn.example.com/a#access_token=x", "https://vpn.example.com/a"),
            ("https://vpn.example.com/a;jsessionid=x?y", "https://vpn.example.com/a"),
            ("https://user:pw@vpn.example.com/a", "https://vpn.example.com/a"),
            ("vpn.example.com/a b", "https://vpn.example.com/a%20b"),
            ("https://vpn.example.com/%41%zz%", "https://vpn.example.com/%41%25zz%25"),
            ("https://vpn.example.com/ü\"<\u{1b}", "https://vpn.example.com/%C3%BC%22%3C%1B"),
        ] {
            assert_eq!(url("https", "vpn.example.com", None, written).as_deref(), Some(expected));
        }
        let v6 = url("http", "[2001:db8::1]", Some(8080), "http://[2001:db8::1]:8080/a");
        assert_eq!(v6.as_deref(), Some("http://[2001:db8::1]:8080/a"));
        let long = format!("https://vpn.example.com/{}", "a".repeat(MOST_URL_BYTES));
        assert_eq!(url("https", "vpn.example.com", None, &long), None);
        assert_eq!(url("java script", "vpn.example.com", None, "x"), None);
    }

    #[test]
    fn hosts_are_names_with_a_dot_or_addresses() {
        let label = "a".repeat(64);
        for (text, is_host) in [
            ("vpn.example.com", true),
            ("VPN-2.example.com", true),
            ("xn--mnchen-3ya.example", true),
            ("203.0.113.7", true),
            ("2001:db8::1", true),
            ("[2001:db8::1]", true),
            ("localhost", false),
            ("", false),
            (".", false),
            ("example.com.", false),
            ("a..example.com", false),
            ("-a.example.com", false),
            ("a b.example.com", false),
            ("münchen.example", false),
            ("203.0.113.700", false),
            ("a\0.example.com", false),
            (&format!("{label}.example.com"), false),
        ] {
            assert_eq!(Host::parse(text).is_some(), is_host, "{text:?}");
        }
    }

    #[test]
    fn addresses_are_plain_ones() {
        for (text, is_address) in [
            ("jane.doe@example.com", true),
            ("jane+tag@mail.example.com", true),
            ("jane", false),
            ("@example.com", false),
            ("jane@", false),
            ("jane@localhost", false),
            ("jane@a@example.com", false),
            ("jane..doe@example.com", false),
            ("\"jane doe\"@example.com", false),
            ("jane@example.com ", false),
        ] {
            assert_eq!(is_email(text), is_address, "{text:?}");
        }
    }

    #[test]
    fn what_is_absent_or_empty_is_left_out() {
        let value =
            json!({ "a": null, "b": [], "c": { "d": null }, "e": "", "f": 0, "g": { "h": false } });
        assert_eq!(compact(value), json!({ "e": "", "f": 0, "g": { "h": false } }));
    }
}
