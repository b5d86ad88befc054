//! Hosts in one form, so that a watched name has only one spelling to be found in.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::percent;

/// Longest host that DNS knows, in bytes.
const MAX_HOST: usize = 253;

/// Longest host as written that is converted to punycode, in bytes; conversion is not linear.
const MAX_WRITTEN: usize = 1024;

/// The host in one form: lower case, IDN as punycode, no dots at its ends, no brackets.
///
/// It takes the domain of a cookie (`.example.com`) as well. Texts that can be no host give `None`.
///
/// ```
/// use logsieve::normalise::host;
/// assert_eq!(host::normalise("WWW.Example.COM.").as_deref(), Some("www.example.com"));
/// assert_eq!(host::normalise("bücher.example").as_deref(), Some("xn--bcher-kva.example"));
/// assert_eq!(host::normalise("[2001:DB8:0::1]").as_deref(), Some("2001:db8::1"));
/// assert_eq!(host::normalise("not a host"), None);
/// ```
pub fn normalise(written: &str) -> Option<String> {
    if is_normal(written) {
        return Some(written.to_owned());
    }
    normalise_any(written)
}

/// Whether `text` is a host in its one form, and a name.
pub(super) fn is_normal(text: &str) -> bool {
    !text.is_empty() && normal_length(text) == text.len()
}

/// The length of the host in its one form that `text` begins with, as nearly all hosts are written;
/// zero where there is none.
pub(super) fn normal_length(text: &str) -> usize {
    let (mut length, mut has_word, mut before) = (0, false, b'.');
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'0'..=b'9' => has_word = true,
            b'-' | b'_' => {}
            b'.' if before != b'.' => {}
            _ => break,
        }
        before = byte;
        length += 1;
    }
    if has_word && before != b'.' && length <= MAX_HOST { length } else { 0 }
}

fn normalise_any(written: &str) -> Option<String> {
    if let Some(address) = ipv6(written) {
        return Some(address.to_string());
    }
    let name = written.trim_matches('.');
    if name.len() > MAX_WRITTEN {
        return None;
    }
    let name = percent::decode(name);
    let ascii = if name.is_ascii() {
        name.to_ascii_lowercase()
    } else {
        idna::domain_to_ascii(&name).ok()?.trim_matches('.').to_owned()
    };
    (ascii.len() <= MAX_HOST && is_name(&ascii)).then_some(ascii)
}

/// Whether `name` is labels between single dots, with a letter or digit in one of them.
fn is_name(name: &str) -> bool {
    let mut has_word = false;
    let mut before = b'.';
    for byte in name.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => has_word = true,
            b'-' | b'_' => {}
            b'.' if before != b'.' => {}
            _ => return false,
        }
        before = byte;
    }
    has_word && before != b'.'
}

/// The address in `[2001:db8::1]`, `2001:db8::1` or `[fe80::1%eth0]`.
fn ipv6(written: &str) -> Option<Ipv6Addr> {
    let inner = match written.strip_prefix('[') {
        Some(rest) => rest.strip_suffix(']')?,
        None => written,
    };
    inner.split('%').next().filter(|address| address.contains(':'))?.parse().ok()
}

/// Whether the normalised `host` is an address, not a name.
pub fn is_ip(host: &str) -> bool {
    host.contains(':') || host.parse::<Ipv4Addr>().is_ok()
}

/// Whether the normalised `host` is a name with at least two labels, the last one not a number.
pub fn is_domain(host: &str) -> bool {
    let last = host.rsplit_once('.').map(|(_, last)| last);
    last.is_some_and(|label| !label.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The part of the normalised `host` that one registers: one label more than its public suffix.
///
/// ```
/// use logsieve::normalise::host::registrable_domain;
/// assert_eq!(registrable_domain("a.b.example.co.uk"), Some("example.co.uk"));
/// assert_eq!(registrable_domain("co.uk"), None);
/// assert_eq!(registrable_domain("192.0.2.1"), None);
/// ```
pub fn registrable_domain(host: &str) -> Option<&str> {
    // The last label of an IPv4 address is a number.
    if !is_domain(host) || host.contains(':') {
        return None;
    }
    // The list knows suffixes beyond ASCII in Unicode only.
    let has_dash = memchr::memchr(b'-', host.as_bytes()).is_some();
    if !has_dash || !host.contains("xn--") {
        return psl::domain_str(host);
    }
    let (unicode, _) = idna::domain_to_unicode(host);
    let labels = psl::domain_str(&unicode)?.split('.').count();
    let start = host.rmatch_indices('.').nth(labels - 1).map_or(0, |(dot, _)| dot + 1);
    host.get(start..)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_form_for_every_spelling() {
        for (written, host) in [
            ("example.com", Some("example.com")),
            ("EXAMPLE.com.", Some("example.com")),
            (".example.com", Some("example.com")),
            ("MÜNCHEN.example", Some("xn--mnchen-3ya.example")),
            ("xn--MNCHEN-3ya.example", Some("xn--mnchen-3ya.example")),
            ("example。com", Some("example.com")),
            ("ｅｘａｍｐｌｅ.com", Some("example.com")),
            ("ex%61mple.com", Some("example.com")),
            ("under_score.example.com", Some("under_score.example.com")),
            ("intranet", Some("intranet")),
            ("192.0.2.1", Some("192.0.2.1")),
            ("[2001:DB8::0:1]", Some("2001:db8::1")),
            ("2001:db8::1", Some("2001:db8::1")),
            ("[fe80::1%eth0]", Some("fe80::1")),
            ("[2001:db8::1", None),
            ("a..example.com", None),
            ("example.com/x", None),
            ("example.com%2Fx", None),
            ("exam ple.com", None),
            ("", None),
            (".", None),
        ] {
            assert_eq!(normalise(written).as_deref(), host, "{written}");
        }
        assert_eq!(normalise(&"a".repeat(254)), None);
        assert_eq!(normalise(&"ü".repeat(100_000)), None);
    }

    #[test]
    fn the_registrable_domain_is_one_label_more_than_the_suffix() {
        for (host, domain) in [
            ("example.com", Some("example.com")),
            ("a.b.example.com", Some("example.com")),
            ("a.example.co.uk", Some("example.co.uk")),
            ("user.github.io", Some("user.github.io")),
            ("github.io", None),
            ("com", None),
            ("localhost", None),
            ("192.0.2.1", None),
            ("2001:db8::1", None),
            ("shop.example.test", Some("example.test")),
            ("a.xn--bcher-kva.example", Some("xn--bcher-kva.example")),
            ("a.example.xn--55qx5d.cn", Some("example.xn--55qx5d.cn")),
            ("xn--55qx5d.cn", None),
        ] {
            assert_eq!(registrable_domain(host), domain, "{host}");
        }
    }

    proptest::proptest! {
        #[test]
        fn what_is_normal_stays_as_it_is(written in "[a-z0-9._-]{0,20}") {
            proptest::prop_assert_eq!(normalise(&written), normalise_any(&written));
        }

        #[test]
        fn the_one_form_is_its_own_form(written in "\\PC{0,30}|[a-zA-Z.%0-9:-]{0,12}") {
            if let Some(host) = normalise(&written) {
                proptest::prop_assert_eq!(normalise(&host), Some(host.clone()));
                proptest::prop_assert_eq!(normalise_any(&host), Some(host.clone()));
                let domain = registrable_domain(&host);
                proptest::prop_assert!(domain.is_none_or(|domain| host.ends_with(domain)));
            }
        }
    }
}
