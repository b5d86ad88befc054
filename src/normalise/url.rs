//! Addresses as browsers, mail programs and stealers write them, split into their parts.
//!
//! This is no URL parser by the book: most of what stands in an `URL:` field is no URL. It never
//! fails, and where a text can be read in two ways it takes the reading that a browser takes, so
//! that `https://example.com@evil.test/` is a site at `evil.test`.

use std::borrow::Cow;
use std::net::Ipv6Addr;

use super::{host, percent};

/// An address and its parts, each in one form.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Address {
    /// The address as written, trimmed, without user-info.
    pub url: String,
    /// Its scheme in lower case; `termsrv` for a remote desktop's `TERMSRV/host`.
    pub scheme: Option<Cow<'static, str>>,
    /// Its host as [`host::normalise`] has it; none for apps, extensions and pages of the browser.
    pub host: Option<String>,
    /// Its port where written.
    pub port: Option<u16>,
    /// What follows the host: path, query and fragment; empty where there is nothing.
    pub path: String,
    /// The part of the host that one registers.
    pub registrable_domain: Option<String>,
    /// The app of an `android://` address, as written.
    pub app_id: Option<String>,
}

/// Splits an address, whatever it is.
///
/// ```
/// let address = logsieve::normalise::url::parse("https://user:pw@VPN.Example.com.:8443/login?x=1");
/// assert_eq!(address.url, "https://VPN.Example.com.:8443/login?x=1");
/// assert_eq!(address.host.as_deref(), Some("vpn.example.com"));
/// assert_eq!(address.port, Some(8443));
/// assert_eq!(address.path, "/login?x=1");
/// assert_eq!(address.registrable_domain.as_deref(), Some("example.com"));
/// ```
pub fn parse(raw: &str) -> Address {
    usual(raw).unwrap_or_else(|| parse_any(raw))
}

/// An address as nearly all are: `https://host/path`, with a host in its one form.
fn usual(raw: &str) -> Option<Address> {
    let (scheme, rest) = match raw.strip_prefix("https://") {
        Some(rest) => ("https", rest),
        None => ("http", raw.strip_prefix("http://")?),
    };
    let (host, path) = rest.split_at_checked(host::normal_length(rest))?;
    let is_usual = |byte: u8| byte.is_ascii_graphic() && byte != b'@';
    let is_path = path.is_empty() || path.starts_with('/');
    if host.is_empty() || !is_path || !path.bytes().fold(true, |all, byte| all & is_usual(byte)) {
        return None;
    }
    Some(Address {
        url: raw.to_owned(),
        scheme: Some(scheme.into()),
        host: Some(host.to_owned()),
        port: None,
        path: path.to_owned(),
        registrable_domain: host::registrable_domain(host).map(str::to_owned),
        app_id: None,
    })
}

fn parse_any(raw: &str) -> Address {
    let written = without_line_breaks(raw.trim_matches(is_blank));
    let Some(plain) = undo_encoding(&written) else {
        return read(&written);
    };
    let mut address = read(&plain);
    if address.url == plain {
        address.url = written.into_owned();
    }
    address
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() || c.is_control() || matches!(c, '\u{feff}' | '\u{200b}'..='\u{200d}')
}

/// Browsers take tabs and line breaks out of an address before they read it.
fn without_line_breaks(text: &str) -> Cow<'_, str> {
    if memchr::memchr3(b'\t', b'\r', b'\n', text.as_bytes()).is_some() && text.contains("://") {
        return Cow::Owned(text.replace(['\t', '\r', '\n'], ""));
    }
    Cow::Borrowed(text)
}

/// The plain form of an address that was percent-encoded as a whole, perhaps more than once.
fn undo_encoding(written: &str) -> Option<String> {
    let mut plain = Cow::Borrowed(written);
    for _ in 0..3 {
        if !is_encoded(&plain) {
            break;
        }
        plain = Cow::Owned(percent::decode(&plain).into_owned());
    }
    match plain {
        Cow::Owned(plain) => Some(plain),
        Cow::Borrowed(_) => None,
    }
}

/// Whether marks that a host cannot have, `:` or `/`, stand encoded before the first plain `/`.
fn is_encoded(text: &str) -> bool {
    let head = text.split('/').next().unwrap_or_default().as_bytes();
    memchr::memchr_iter(b'%', head).any(|at| {
        matches!(head.get(at + 1..at + 3), Some([b'2', b'f' | b'F' | b'5'] | [b'3', b'a' | b'A']))
    })
}

/// What an address is, and its part that is worth reading.
enum Shape<'t> {
    /// `scheme://authority…`; `rest` begins with the authority.
    Site { scheme: Option<&'t str>, rest: &'t str },
    /// A host without a scheme.
    Bare(&'t str),
    /// `TERMSRV/host`.
    Desktop(&'t str),
    /// `android://hash==@package/`.
    App { scheme: &'t str, rest: &'t str },
    /// Something without a host.
    Hostless { scheme: Option<&'t str> },
}

/// Schemes after which any number of slashes, forward or backward, means the same.
const WEB_SCHEMES: &[&str] = &["http", "https", "ftp", "ws", "wss"];

/// Schemes whose addresses carry names and passwords of accounts.
const LOGIN_SCHEMES: &[&str] = &[
    "ftp", "ftps", "sftp", "ssh", "scp", "imap", "imaps", "pop3", "pop3s", "smtp", "smtps", "smb",
    "rdp", "vnc", "telnet",
];

/// Schemes of apps.
const APP_SCHEMES: &[&str] = &["android"];

/// Schemes whose addresses name no host, even where something stands in a host's place.
const HOSTLESS_SCHEMES: &[&str] = &[
    "about",
    "acct",
    "app",
    "brave",
    "chrome",
    "chrome-extension",
    "chrome-search",
    "chrome-untrusted",
    "data",
    "devtools",
    "edge",
    "extension",
    "javascript",
    "mailto",
    "microsoft-edge",
    "moz-extension",
    "opera",
    "resource",
    "safari-extension",
    "safari-web-extension",
    "sip",
    "sips",
    "skype",
    "sms",
    "tel",
    "urn",
    "vivaldi",
    "xmpp",
];

/// Schemes that stand before another address.
const WRAPPERS: &[&str] = &["view-source", "blob", "feed", "git", "oauth", "filesystem"];

/// Words that stand for an address that is not known.
const UNKNOWN: &[&str] = &["unknown", "null", "none", "n/a", "(null)", "undefined"];

fn is_one_of(text: &str, list: &[&str]) -> bool {
    list.iter().any(|entry| entry.eq_ignore_ascii_case(text))
}

/// Splits an address that is not percent-encoded as a whole.
fn read(text: &str) -> Address {
    match shape(text) {
        Shape::Site { scheme, rest } => site(text, scheme, rest),
        Shape::Desktop(rest) => site(text, Some("termsrv"), rest),
        Shape::Bare(rest) => bare(text, rest),
        Shape::App { scheme, rest } => {
            Address { app_id: package(rest), ..hostless(text, Some(scheme)) }
        }
        Shape::Hostless { scheme } => hostless(text, scheme),
    }
}

fn hostless(text: &str, scheme: Option<&str>) -> Address {
    let scheme = scheme.map(str::to_ascii_lowercase).map(Cow::Owned);
    Address { url: text.to_owned(), scheme, ..Address::default() }
}

fn shape(text: &str) -> Shape<'_> {
    // Nearly all addresses.
    for (scheme, signs) in [("https", "https:"), ("http", "http:")] {
        if let Some(after) = text.strip_prefix(signs).filter(|after| after.starts_with("//")) {
            return shape_after_scheme(scheme, after, text);
        }
    }
    if let Some(shape) = shape_of_vault_entry(text) {
        return shape;
    }
    if let Some(rest) = strip_prefix_ignoring_case(text, "termsrv/") {
        return Shape::Desktop(rest);
    }
    if let Some(rest) = ["//", r"\\", "://"].iter().find_map(|signs| text.strip_prefix(signs)) {
        return Shape::Site { scheme: None, rest };
    }
    if let Some((scheme, rest)) = without_colon(text) {
        return Shape::Site { scheme: Some(scheme), rest };
    }
    if is_one_of(text, UNKNOWN) || text.starts_with(['/', '\\', '?', '#']) {
        return Shape::Hostless { scheme: None };
    }
    shape_with_scheme(text).unwrap_or(Shape::Bare(text))
}

/// The shape of `scheme:…`, or of what a wrapper such as `view-source:` stands before.
fn shape_with_scheme(text: &str) -> Option<Shape<'_>> {
    let (scheme, after) = split_scheme(text)?;
    Some(match split_scheme(after).filter(|_| is_one_of(scheme, WRAPPERS)) {
        Some((inner, rest)) => shape_after_scheme(inner, rest, after),
        None => shape_after_scheme(scheme, after, text),
    })
}

/// `Domain:target=TERMSRV/host`, `LegacyGeneric:target=git:https://host`: Windows' own vault.
fn shape_of_vault_entry(text: &str) -> Option<Shape<'_>> {
    let (_, entry) = split_scheme(text)?;
    if strip_prefix_ignoring_case(entry, "user=").is_some() {
        return Some(Shape::Hostless { scheme: None });
    }
    let target = strip_prefix_ignoring_case(entry, "target=")?;
    if let Some(rest) = strip_prefix_ignoring_case(target, "termsrv/") {
        return Some(Shape::Desktop(rest));
    }
    Some(match shape_with_scheme(target) {
        Some(shape) => shape,
        None if target.split(":user=").next()?.contains('.') => Shape::Bare(target),
        // Most targets are labels: `SSO_POP_Device`, `SSO_POP_User:user=user@example.com`.
        None => Shape::Hostless { scheme: None },
    })
}

/// The shape of an address that begins with `scheme:`; `whole` is all of it.
fn shape_after_scheme<'t>(scheme: &'t str, after: &'t str, whole: &'t str) -> Shape<'t> {
    let slashes = after.bytes().take_while(|byte| b"/\\".contains(byte)).count();
    let rest = |count| after.get(count..).unwrap_or_default();
    if is_one_of(scheme, WEB_SCHEMES) {
        let (scheme, rest) = innermost(scheme, rest(slashes));
        Shape::Site { scheme: Some(scheme), rest }
    } else if is_one_of(scheme, HOSTLESS_SCHEMES) {
        Shape::Hostless { scheme: Some(scheme) }
    } else if is_one_of(scheme, APP_SCHEMES) && slashes >= 2 {
        Shape::App { scheme, rest: rest(slashes) }
    } else if slashes >= 2 {
        Shape::Site { scheme: Some(scheme), rest: rest(2) }
    } else if is_bare(scheme, after, whole) {
        Shape::Bare(whole)
    } else {
        Shape::Hostless { scheme: None }
    }
}

/// `https//host`, which is no path below a host of that name.
fn without_colon(text: &str) -> Option<(&str, &str)> {
    let rest =
        ["http//", "https//"].iter().find_map(|head| strip_prefix_ignoring_case(text, head))?;
    Some((text.get(..text.len() - rest.len() - "//".len())?, rest))
}

/// The last scheme of `https://https://host`, and what follows it.
fn innermost<'t>(scheme: &'t str, rest: &'t str) -> (&'t str, &'t str) {
    let (mut scheme, mut rest) = (scheme, rest);
    while strip_prefix_ignoring_case(rest, "http").is_some()
        && let Some((again, behind)) = split_scheme(rest)
        && let Some(behind) = behind.strip_prefix("//")
        && is_one_of(again, WEB_SCHEMES)
    {
        (scheme, rest) = (again, behind);
    }
    (scheme, rest)
}

/// The scheme before the first `:`, and what follows that.
fn split_scheme(text: &str) -> Option<(&str, &str)> {
    let is_scheme_byte = |byte: u8| byte.is_ascii_alphanumeric() || b"+.-".contains(&byte);
    let length = text.bytes().take_while(|&byte| is_scheme_byte(byte)).count();
    let after = text.get(length..)?.strip_prefix(':')?;
    let scheme = text.get(..length)?;
    scheme.starts_with(|c: char| c.is_ascii_alphabetic()).then_some((scheme, after))
}

/// Whether what stands before the `:` of `whole` is a host or a user name, and no scheme.
fn is_bare(before: &str, after: &str, whole: &str) -> bool {
    starts_with_port(after)
        || before.contains('.')
        || split_authority(after).0.contains('@')
        || whole.parse::<Ipv6Addr>().is_ok()
}

fn starts_with_port(after: &str) -> bool {
    let rest = after.trim_start_matches(|c: char| c.is_ascii_digit());
    rest.len() < after.len() && rest.chars().next().is_none_or(ends_authority)
}

fn strip_prefix_ignoring_case<'t>(text: &'t str, prefix: &str) -> Option<&'t str> {
    let head = text.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then(|| text.get(prefix.len()..).unwrap_or_default())
}

fn ends_authority(c: char) -> bool {
    matches!(c, '/' | '?' | '#' | '\\') || c.is_whitespace()
}

/// `text` up to the end of the authority that it begins with, and the rest.
fn split_authority(text: &str) -> (&str, &str) {
    // Bytes up to the first that is not ASCII: nearly always all that matter.
    let plain =
        text.bytes().take_while(|&byte| byte.is_ascii() && !ends_authority(char::from(byte)));
    let start = plain.count();
    let end = text.get(start..).and_then(|rest| rest.find(ends_authority));
    text.split_at_checked(end.map_or(text.len(), |end| start + end)).unwrap_or((text, ""))
}

/// The address `text`, whose authority and path are `rest`.
fn site(text: &str, scheme: Option<&str>, rest: &str) -> Address {
    let located = rest.get(user_info_length(scheme, rest)..).unwrap_or_default();
    let (authority, path) = split_authority(located);
    let (host, port) = split_port(authority);
    let host = host::normalise(host);
    let before = text.get(..text.len() - rest.len()).unwrap_or_default();
    Address {
        url: if located.len() == rest.len() { text.to_owned() } else { [before, located].concat() },
        scheme: scheme.map(str::to_ascii_lowercase).map(Cow::Owned),
        port,
        // What follows a space is no path but the realm of a basic login: `http://h (Realm)`.
        path: if path.starts_with(char::is_whitespace) { String::new() } else { path.to_owned() },
        registrable_domain: host.as_deref().and_then(host::registrable_domain).map(str::to_owned),
        app_id: None,
        host,
    }
}

/// A text without scheme: a host perhaps, or an e-mail address, or the name of a program.
fn bare(text: &str, rest: &str) -> Address {
    let (authority, after) = split_authority(rest);
    let is_email = authority.contains('@') && !authority.contains(':') && after.is_empty();
    let is_phrase = after.starts_with(char::is_whitespace)
        && !authority.contains(['.', ':'])
        && !after.trim_start().starts_with('(');
    if is_email || is_phrase { hostless(text, None) } else { site(text, None, rest) }
}

/// Length of the `user:password@` that `rest` begins with.
///
/// By the book it ends at the last `@` before the path. Passwords in saved FTP addresses may have
/// a `/` or `#`, though; where what follows by the book makes no host, the last `@` of all ends it.
fn user_info_length(scheme: Option<&str>, rest: &str) -> usize {
    let Some(last) = rest.rfind('@') else {
        return 0;
    };
    let (authority, _) = split_authority(rest);
    let by_the_book = authority.rfind('@').map_or(0, |at| at + 1);
    let located = authority.get(by_the_book..).unwrap_or_default();
    if authority.contains(':') && !is_located(scheme, located) { last + 1 } else { by_the_book }
}

/// Whether `authority`, without user-info, can be taken for `host[:port]`.
fn is_located(scheme: Option<&str>, authority: &str) -> bool {
    let (host, port) = split_port(authority);
    let has_port_sign = authority.len() > host.len();
    let is_plausible = match scheme {
        Some(scheme) if is_one_of(scheme, LOGIN_SCHEMES) => {
            host.contains(['.', '[']) || host == "localhost"
        }
        _ => true,
    };
    is_plausible && (port.is_some() || !has_port_sign || authority.ends_with(':'))
}

/// `host[:port]` in two; a port that is no number is dropped.
fn split_port(authority: &str) -> (&str, Option<u16>) {
    if !authority.contains(':') || authority.parse::<Ipv6Addr>().is_ok() {
        return (authority, None);
    }
    let bracket = authority.find(']').map_or(0, |at| at + 1);
    match authority.get(bracket..).and_then(|tail| tail.find(':')) {
        Some(colon) => {
            let (host, port) = authority.split_at(bracket + colon);
            (host, port.strip_prefix(':').and_then(|digits| digits.parse().ok()))
        }
        None => (authority, None),
    }
}

/// The package of `hash==@com.example.app/`.
fn package(rest: &str) -> Option<String> {
    let located = rest.rsplit('@').next().unwrap_or_default();
    let (package, _) = split_authority(located);
    let is_package_char = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    let is_package = package.contains('.') && package.chars().all(is_package_char);
    is_package.then(|| package.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_and_ports_of_all_forms() {
        for (raw, host, port) in [
            ("https://login.example.com/p?q#f", Some("login.example.com"), None),
            ("http://login.example.com:8080/", Some("login.example.com"), Some(8080)),
            ("HTTPS://LOGIN.EXAMPLE.COM", Some("login.example.com"), None),
            ("login.example.com", Some("login.example.com"), None),
            ("www.example.com/login.php", Some("www.example.com"), None),
            ("login.example.com:8443", Some("login.example.com"), Some(8443)),
            ("login.example.com:8443/x", Some("login.example.com"), Some(8443)),
            ("login.example.com:", Some("login.example.com"), None),
            ("https://login.example.com.:443/", Some("login.example.com"), Some(443)),
            ("https://login.example.com:99999/", Some("login.example.com"), None),
            ("http://203.0.113.10:8080/", Some("203.0.113.10"), Some(8080)),
            ("203.0.113.10:8080", Some("203.0.113.10"), Some(8080)),
            ("https://[2001:db8::1]:8443/a", Some("2001:db8::1"), Some(8443)),
            ("[2001:DB8::1]", Some("2001:db8::1"), None),
            ("2001:db8::1", Some("2001:db8::1"), None),
            ("fe80::1", Some("fe80::1"), None),
            ("localhost", Some("localhost"), None),
            ("localhost:3000", Some("localhost"), Some(3000)),
            ("intranet", Some("intranet"), None),
            ("http://intranet/x", Some("intranet"), None),
            ("//cdn.example.com/x", Some("cdn.example.com"), None),
            (r"\\files.example.com\share", Some("files.example.com"), None),
            ("https:/example.com/x", Some("example.com"), None),
            ("https:example.com", Some("example.com"), None),
            (r"https:\\example.com\x", Some("example.com"), None),
            ("https:////example.com/x", Some("example.com"), None),
            ("https//example.com/x", Some("example.com"), None),
            ("://example.com/x", Some("example.com"), None),
            ("http://https://example.com:8443/x", Some("example.com"), Some(8443)),
            ("https://bücher.example/", Some("xn--bcher-kva.example"), None),
            ("https://xn--bcher-kva.example/", Some("xn--bcher-kva.example"), None),
            ("http://203.0.113.10:8080 (Example Realm)", Some("203.0.113.10"), Some(8080)),
            ("http://h.example.com (admin@example.org)", Some("h.example.com"), None),
            ("intranet (Example Realm)", Some("intranet"), None),
            ("  https://example.com/ \r\n", Some("example.com"), None),
            ("\u{feff}https://example.com/", Some("example.com"), None),
            ("TERMSRV/host.example.com", Some("host.example.com"), None),
            ("termsrv/203.0.113.10:3389", Some("203.0.113.10"), Some(3389)),
            ("Domain:target=TERMSRV/host.example.com", Some("host.example.com"), None),
            ("LegacyGeneric:target=git:https://git.example.com", Some("git.example.com"), None),
            ("Domain:target=files.example.com", Some("files.example.com"), None),
            ("rdp://host.example.com", Some("host.example.com"), None),
            ("imap://mail.example.com", Some("mail.example.com"), None),
            ("smtp://mail.example.com:587", Some("mail.example.com"), Some(587)),
            ("mailbox://mail.example.com", Some("mail.example.com"), None),
            ("oauth://accounts.example.com", Some("accounts.example.com"), None),
            ("moz-proxy://proxy.example.com:3128", Some("proxy.example.com"), Some(3128)),
            ("file://files.example.com/share", Some("files.example.com"), None),
            (
                "oauth://accounts.example.com/?r=https://example.org",
                Some("accounts.example.com"),
                None,
            ),
            ("view-source:https://example.com/", Some("example.com"), None),
            ("blob:https://example.com/0a1b", Some("example.com"), None),
        ] {
            let address = parse(raw);
            assert_eq!((address.host.as_deref(), address.port), (host, port), "{raw}");
        }
    }

    #[test]
    fn percent_encoding_is_undone() {
        for (raw, host) in [
            ("https%3A%2F%2Flogin.example.com%2F", "login.example.com"),
            ("https%253A%252F%252Flogin.example.com", "login.example.com"),
            ("https:%2F%2Flogin.example.com", "login.example.com"),
            ("login.example.com%2Fpath", "login.example.com"),
            ("https://ex%61mple.com/", "example.com"),
        ] {
            assert_eq!(parse(raw).host.as_deref(), Some(host), "{raw}");
        }
    }

    #[test]
    fn what_names_no_host_has_none() {
        for raw in [
            "",
            "-//",
            "/path",
            "UNKNOWN",
            "N/A",
            "about:blank",
            "chrome://FirefoxAccounts",
            "edge://settings",
            "chrome-extension://aaaabbbbccccddddeeeeffffgggghhhh/popup.html",
            "moz-extension://00000000-0000-0000-0000-000000000000/",
            "app://example.com",
            "javascript:alert(1)",
            "mailto:user@example.com",
            "mailto:user@example.com:25",
            "user@example.com",
            "file:///C:/Users/user1/x.html",
            "MicrosoftAccount:target=SSO_POP_Device",
            "WindowsLive:target=virtualapp/didlogical",
            "https://",
            "https:",
            "Example Program",
            "MicrosoftAccount:target=SSO_POP_User:user=user@example.com",
            "xmpp:user@example.com",
        ] {
            assert_eq!(parse(raw).host, None, "{raw}");
        }
    }

    #[test]
    fn a_name_that_only_decorates_is_no_host() {
        for (raw, host) in [
            ("https://example.com@evil.test/", Some("evil.test")),
            ("https://example.com:443@evil.test/", Some("evil.test")),
            ("https://evil.test/?r=example.com", Some("evil.test")),
            ("https://evil.test?@example.com", Some("evil.test")),
            ("https://evil.test#@example.com", Some("evil.test")),
            ("https://evil.test/@example.com", Some("evil.test")),
            (r"https://evil.test\@example.com", Some("evil.test")),
            ("https://example.com.evil.test/", Some("example.com.evil.test")),
            ("https://ev\til.test/", Some("evil.test")),
            ("https://evil\n.test/", Some("evil.test")),
            ("https://evil.test%2F@example.com/", Some("example.com")),
            ("evil.test\texample.com", Some("evil.test")),
        ] {
            assert_eq!(parse(raw).host.as_deref(), host, "{raw}");
        }
    }

    #[test]
    fn user_info_is_never_kept() {
        for (raw, url) in [
            ("https://user@example.com/", "https://example.com/"),
            ("ftp://user:pass@ftp.example.com/x", "ftp://ftp.example.com/x"),
            ("ftp://user1:Ex#1@2@ftp.example.com:21/", "ftp://ftp.example.com:21/"),
            ("ftp://user1:a@b#c@ftp.example.com/", "ftp://ftp.example.com/"),
            ("ftp://user1:12345#x@ftp.example.com/", "ftp://ftp.example.com/"),
            ("https://user:pa/ss@example.com/", "https://example.com/"),
            ("user:pass@example.com/x", "example.com/x"),
            ("//user:pass@example.com/x", "//example.com/x"),
            ("https%3A%2F%2Fuser%3Apass%40example.com%2F", "https://example.com/"),
            ("https://user:p%40ss@example.com/", "https://example.com/"),
            ("ftp://user:my pass@ftp.example.com/", "ftp://ftp.example.com/"),
        ] {
            assert_eq!(parse(raw).url, url, "{raw}");
        }
    }

    #[test]
    fn what_is_no_user_info_stays_as_written() {
        for raw in [
            "https://Example.com/@user?mail=user@example.com",
            "https://example.com:8443/#user@example.com",
            "http://intranet:8080/x@y",
            "https%3A%2F%2Flogin.example.com%2F",
            "android://AA==@com.example.app/",
            "http://203.0.113.10:8080 (Example Realm)",
            "user@example.com",
        ] {
            assert_eq!(parse(raw).url, raw);
        }
    }

    #[test]
    fn apps_have_ids_and_no_hosts() {
        for (raw, app_id) in [
            ("android://AAAABBBB==@com.example.app/", Some("com.example.app")),
            ("android://AAAABBBB==@com.example.app", Some("com.example.app")),
            ("android://AA/BB==@com.Example.App/", Some("com.Example.App")),
            ("android://com.example.app/", Some("com.example.app")),
            ("Android://AA==@com.example.app/", Some("com.example.app")),
            ("android://AA==", None),
            ("https://com.example.app/", None),
        ] {
            let address = parse(raw);
            assert_eq!(address.app_id.as_deref(), app_id, "{raw}");
            assert!(app_id.is_none() || address.host.is_none(), "{raw}");
        }
    }

    #[test]
    fn schemes_and_paths() {
        for (raw, scheme, path) in [
            ("HTTPS://example.com/A/b?c#d", Some("https"), "/A/b?c#d"),
            ("https://example.com?x", Some("https"), "?x"),
            ("example.com/owa", None, "/owa"),
            ("example.com", None, ""),
            ("TERMSRV/host", Some("termsrv"), ""),
            ("https%3A%2F%2Fexample.com%2Fowa", Some("https"), "/owa"),
            ("http://example.com (Realm)", Some("http"), ""),
            ("android://AA==@com.example.app/", Some("android"), ""),
        ] {
            let address = parse(raw);
            assert_eq!((address.scheme.as_deref(), &*address.path), (scheme, path), "{raw}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_survived(raw in "\\PC{0,80}") {
            let address = parse(&raw);
            proptest::prop_assert!(address.host.is_none_or(|host| !host.is_empty()));
        }

        #[test]
        fn passwords_in_addresses_are_dropped(
            password in "[a-z0-9#/?@:%!]{0,8}QQQ[a-z0-9#/?@:%!]{0,8}x",
        ) {
            let address = parse(&format!("ftp://user1:{password}@ftp.example.com/"));
            proptest::prop_assert_eq!(address.url, "ftp://ftp.example.com/");
        }
    }

    #[test]
    fn long_texts_are_read_in_linear_time() {
        for part in ["@", ":", "/", "%2f", "a@b:", "https://"] {
            let host = parse(&part.repeat(300_000)).host;
            assert!(host.is_none_or(|host| host.len() <= 253));
        }
    }
}
