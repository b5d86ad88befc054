//! One entry of the watchlist: from what people write to what is compared.
//!
//! Lenient where the meaning is clear (`https://example.com/`, `*.example.com`, `@example.com`),
//! and a refusal that says why and what to do where it is not. All functions return the reason as
//! plain text; the caller knows file and line.

use std::borrow::Cow;
use std::net::IpAddr;

use super::EntryKind;

/// Longest part of a name in DNS between two dots.
const LONGEST_LABEL: usize = 63;

/// The text that an entry is compared by, or why it is refused.
type Normal<'t> = Result<Cow<'t, str>, String>;

/// Longest name in DNS.
const LONGEST_NAME: usize = 253;

/// The normalised text of an entry of the given kind.
pub(super) fn entry(kind: EntryKind, written: &str) -> Normal<'_> {
    match kind {
        EntryKind::Domain
        | EntryKind::Exclude
        | EntryKind::EmailDomain
        | EntryKind::StaffHost
        | EntryKind::CustomerHost => domain(written),
        EntryKind::AppId => app_id(written),
        EntryKind::AdDomain => ad_domain(written),
        EntryKind::IpRange => ip_range(written),
        EntryKind::ComputerName => computer_name(written),
        EntryKind::Vip => vip(written),
    }
}

fn domain(written: &str) -> Normal<'_> {
    if is_plain(written) {
        return refuse_public_suffix(written.into());
    }
    let name = bare_host(written)?;
    if name.contains('*') {
        return Err("“*” may only stand for whole labels in front, as in “*.example.com”".into());
    }
    let name = to_ascii(name)?;
    if !name.contains('.') {
        return Err("it is not a domain name: it has only one label".into());
    }
    check_labels(&name)?;
    refuse_public_suffix(name)
}

/// Whether a name needs no normalising, as nearly all in long lists: lower-case letters and digits,
/// with single dots and dashes between them. It is short enough for a label, which spares counting.
pub(super) fn is_plain(name: &str) -> bool {
    const SIGN: u8 = 1;
    const OTHER: u8 = 2;
    // One look at each byte and no branches: lists have millions of names.
    let (mut wrong, mut before, mut has_dot) = (0, SIGN, false);
    for byte in name.bytes() {
        let class = match byte {
            b'a'..=b'z' | b'0'..=b'9' => 0,
            b'-' | b'.' => SIGN,
            _ => OTHER,
        };
        wrong |= class & (before | OTHER);
        has_dot |= byte == b'.';
        before = class;
    }
    wrong == 0
        && has_dot
        && name.len() <= LONGEST_LABEL
        && name.as_bytes().last().is_some_and(u8::is_ascii_lowercase)
}

pub(super) fn refuse_public_suffix(name: Cow<'_, str>) -> Normal<'_> {
    if is_public_suffix(&name) {
        return Err("it is a public suffix: everybody can register names below it, so it would \
                    match strangers; list your own domains below it one by one"
            .into());
    }
    Ok(name)
}

/// The host in what people write for one.
fn bare_host(written: &str) -> Result<&str, String> {
    let host = written.split_once("://").map_or(written, |(_, rest)| rest);
    let host = host.strip_suffix('/').unwrap_or(host);
    let host = ["*.", "@", "."]
        .iter()
        .fold(host, |host, prefix| host.strip_prefix(prefix).unwrap_or(host));
    if host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok() {
        return Err(
            "it is an IP address; write it as `ip_ranges` of an organisation in the TOML form"
                .into(),
        );
    }
    let host = match host.rsplit_once(':') {
        Some((host, port)) if port.parse::<u16>().is_ok() => host,
        _ => host,
    };
    let host = host.strip_suffix('.').unwrap_or(host);
    if host.is_empty() {
        return Err("there is no name in it".into());
    }
    if let Some((_, domain)) = host.split_once('@') {
        return Err(format!("it is an e-mail address; write its domain, “{domain}”"));
    }
    if let Some((host, _)) = host.split_once('/') {
        return Err(format!("it is an address with a path; only the host counts, write “{host}”"));
    }
    if host.contains(|c: char| c.is_whitespace() || c == ',' || c == ';') {
        return Err("it is more than one name; write one to a line".into());
    }
    Ok(host)
}

/// The name in lower case and punycode.
fn to_ascii(name: &str) -> Normal<'_> {
    let is_international = !name.is_ascii()
        || name
            .split('.')
            .any(|label| label.get(..4).is_some_and(|l| l.eq_ignore_ascii_case("xn--")));
    if is_international {
        return idna::domain_to_ascii(name)
            .map(Cow::Owned)
            .map_err(|_| "it is not a valid internationalised domain name".into());
    }
    Ok(lower(name))
}

fn lower(text: &str) -> Cow<'_, str> {
    if text.chars().any(char::is_uppercase) { text.to_lowercase().into() } else { text.into() }
}

fn check_labels(name: &str) -> Result<(), String> {
    if name.len() > LONGEST_NAME {
        return Err(format!("it is longer than {LONGEST_NAME} characters"));
    }
    labels(name).try_for_each(check_label)
}

fn labels(name: &str) -> impl Iterator<Item = &[u8]> {
    name.as_bytes().split(|&byte| byte == b'.')
}

fn check_label(label: &[u8]) -> Result<(), String> {
    if label.is_empty() {
        return Err("it is not a domain name: there is nothing between two dots".into());
    }
    if label.len() > LONGEST_LABEL {
        return Err(
            "it is not a domain name: one of its labels is longer than 63 characters".into()
        );
    }
    if label.starts_with(b"-") || label.ends_with(b"-") {
        return Err("it is not a domain name: a label begins or ends with “-”".into());
    }
    match label.iter().find(|byte| !matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_')) {
        Some(&byte) => {
            let character = char::from(byte).escape_default();
            Err(format!("it is not a domain name: “{character}” cannot be part of one"))
        }
        None => Ok(()),
    }
}

fn is_public_suffix(name: &str) -> bool {
    psl::suffix(name.as_bytes()).is_some_and(|suffix| suffix == name.as_bytes())
}

fn app_id(written: &str) -> Normal<'_> {
    let valid = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    if !written.contains('.') || !written.split('.').all(valid) || written.len() > LONGEST_NAME {
        return Err("it is not an app id; they look like “com.example.app”".into());
    }
    Ok(lower(written))
}

fn ad_domain(written: &str) -> Normal<'_> {
    let name = written.trim_end_matches(['\\', '.']);
    let name = to_ascii(name)?;
    if check_labels(&name).is_err() {
        return Err(
            "it is not a Windows domain; they look like “EXAMPLE” or “corp.example.com”".into()
        );
    }
    if name.contains('.') && is_public_suffix(&name) {
        return Err("it is a public suffix, not a Windows domain".into());
    }
    Ok(name)
}

fn ip_range(written: &str) -> Normal<'_> {
    match super::address::Range::parse(written) {
        Some(_) => Ok(written.into()),
        None => {
            Err("it is not an address range; they look like “203.0.113.0/24” or “2001:db8::/32”"
                .into())
        }
    }
}

fn computer_name(written: &str) -> Normal<'_> {
    if written.chars().all(|c| c == '*' || c == '?') {
        return Err("it would match every computer; write some of the name".into());
    }
    Ok(lower(written))
}

fn vip(written: &str) -> Normal<'_> {
    match written.split_once('@') {
        Some((user, domain))
            if !user.is_empty() && domain.contains('.') && !domain.contains('@') =>
        {
            Ok(lower(written))
        }
        _ => Err("it is not an e-mail address".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_write_for_a_domain() {
        let table = [
            ("example.com", "example.com"),
            ("EXAMPLE.Com.", "example.com"),
            ("*.example.com", "example.com"),
            ("@example.com", "example.com"),
            (".example.com", "example.com"),
            ("https://www.example.com:8443/", "www.example.com"),
            ("http://*.example.com", "example.com"),
            ("bücher.example", "xn--bcher-kva.example"),
            ("BÜCHER.example", "xn--bcher-kva.example"),
            ("XN--BCHER-KVA.example", "xn--bcher-kva.example"),
            ("_dmarc.example.com", "_dmarc.example.com"),
            ("example.co.uk", "example.co.uk"),
            ("corp.internal", "corp.internal"),
        ];
        for (written, text) in table {
            assert_eq!(entry(EntryKind::Domain, written).as_deref(), Ok(text), "{written}");
        }
    }

    #[test]
    fn what_is_no_domain_is_refused_with_a_reason() {
        let table = [
            ("com", "one label"),
            ("co.uk", "public suffix"),
            ("*.co.uk", "public suffix"),
            ("GitHub.io", "public suffix"),
            ("公司.cn", "public suffix"),
            ("user@example.com", "write its domain, “example.com”"),
            ("https://example.com/login", "write “example.com”"),
            ("192.0.2.1", "ip_ranges"),
            ("[2001:db8::1]", "ip_ranges"),
            ("2001:db8::1", "ip_ranges"),
            ("example.com example.org", "one to a line"),
            ("exa*mple.com", "“*”"),
            ("example..com", "between two dots"),
            ("-example.com", "begins or ends"),
            ("exam ple.com", "one to a line"),
            ("exam\u{7}ple.com", "cannot be part"),
            ("xn--a.example", "internationalised"),
            ("*.", "no name"),
        ];
        for (written, why) in table {
            let error = entry(EntryKind::Domain, written).unwrap_err();
            assert!(error.contains(why), "{written}: {error}");
        }
        assert!(domain(&format!("{}.example", "a".repeat(64))).is_err());
        assert!(domain(&format!("{}example", "a.".repeat(130))).is_err());
    }

    #[test]
    fn the_other_kinds() {
        use EntryKind::*;
        let good = [
            (AppId, "com.Example.my_app", "com.example.my_app"),
            (AdDomain, "EXAMPLE", "example"),
            (AdDomain, "EXAMPLE\\", "example"),
            (AdDomain, "corp.example.com", "corp.example.com"),
            (IpRange, "203.0.113.0/24", "203.0.113.0/24"),
            (ComputerName, "EXC-*", "exc-*"),
            (Vip, "CEO@example.com", "ceo@example.com"),
            (StaffHost, "*.corp.example.com", "corp.example.com"),
        ];
        for (kind, written, text) in good {
            assert_eq!(entry(kind, written).as_deref(), Ok(text));
        }
        let bad = [
            (AppId, "example"),
            (AppId, "com..app"),
            (AdDomain, "EX AMPLE"),
            (AdDomain, "co.uk"),
            (IpRange, "203.0.113.0/33"),
            (ComputerName, "*"),
            (Vip, "example.com"),
            (Vip, "a@b@example.com"),
        ];
        for (kind, written) in bad {
            assert!(entry(kind, written).is_err(), "{written}");
        }
    }
}
