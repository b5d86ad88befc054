//! E-mail addresses inside logins, in whatever form browsers and people write them.

use super::{host, percent};

/// Whether a character cannot stand in an unquoted local part, and so ends it on its left.
fn ends_local(c: char) -> bool {
    matches!(c, ',' | ';' | ':' | '<' | '>' | '(' | ')' | '"' | '|' | '\\' | '@')
        || c.is_whitespace()
}

/// Whether a character ends a domain on its right.
fn ends_domain(c: char) -> bool {
    matches!(c, '\'' | '/' | '?' | '&' | '=') || ends_local(c)
}

/// The domain of the e-mail address in a login: lower case, IDN as punycode.
///
/// ```
/// use logsieve::normalise::email::domain;
/// assert_eq!(domain("User One <user1+shop@Mail.Example.com.>").as_deref(), Some("mail.example.com"));
/// assert_eq!(domain("user1%40example.com").as_deref(), Some("example.com"));
/// assert_eq!(domain("@handle"), None);
/// assert_eq!(domain("user1@localhost"), None);
/// ```
pub fn domain(username: &str) -> Option<String> {
    with_parts(username, |_, domain| domain)
}

/// The bare e-mail address in a text, in lower case: `Name <User@Example.com>` is
/// `user@example.com`.
///
/// ```
/// use logsieve::normalise::email::address;
/// assert_eq!(address("mailto:User1@Example.com?subject=x").as_deref(), Some("user1@example.com"));
/// ```
pub fn address(text: &str) -> Option<String> {
    with_parts(text, |local, domain| format!("{}@{domain}", local.to_lowercase()))
}

/// The Windows domain and the user of `DOMAIN\user`.
///
/// The machine itself (`.\user`) and paths are no domains.
///
/// ```
/// use logsieve::normalise::email::windows_domain;
/// assert_eq!(windows_domain(r"EXAMPLE\user1"), Some(("EXAMPLE", "user1")));
/// assert_eq!(windows_domain(r"C:\Users\user1"), None);
/// ```
pub fn windows_domain(username: &str) -> Option<(&str, &str)> {
    let (domain, user) = username.trim().split_once('\\')?;
    // Exports double the backslash.
    let user = user.strip_prefix('\\').unwrap_or(user);
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_');
    let is_domain = domain != "." && !domain.is_empty() && domain.chars().all(is_name);
    (is_domain && !user.is_empty() && !user.contains('\\')).then_some((domain, user))
}

/// Calls `found` with local part and normalised domain of the first e-mail address in `text`.
fn with_parts<T>(text: &str, found: impl Fn(&str, String) -> T) -> Option<T> {
    if text.contains('@') {
        return parts(text).map(|(local, domain)| found(local, domain));
    }
    if !text.contains("%40") {
        return None;
    }
    parts(&percent::decode(text)).map(|(local, domain)| found(local, domain))
}

fn parts(text: &str) -> Option<(&str, String)> {
    text.match_indices('@').find_map(|(at, _)| {
        let local = local_before(text.get(..at)?)?;
        let domain = domain_after(text.get(at + 1..)?)?;
        Some((local, domain))
    })
}

/// The local part at the end of `before`: `"user one"` with its quotes, or all up to a mark.
fn local_before(before: &str) -> Option<&str> {
    let is_usual = |byte: u8| byte.is_ascii_alphanumeric() || b"._-+".contains(&byte);
    if !before.is_empty() && before.bytes().all(is_usual) {
        return Some(before);
    }
    if let Some(quoted) = before.strip_suffix('"') {
        let open = quoted.rfind('"')?;
        return before.get(open..);
    }
    let start = before.rfind(ends_local).map_or(0, |at| {
        at + before.get(at..).and_then(|s| s.chars().next()).map_or(1, char::len_utf8)
    });
    before.get(start..).filter(|local| !local.is_empty())
}

/// The domain that `after` begins with, where it is one with a dot.
fn domain_after(after: &str) -> Option<String> {
    let length = host::normal_length(after);
    let written = match after.get(length..)? {
        "" => after,
        _ => after.split(ends_domain).next()?,
    };
    host::normalise(written).filter(|domain| host::is_domain(domain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_an_address_gives_its_domain() {
        for (username, expected) in [
            ("user@example.com", Some("example.com")),
            ("USER@EXAMPLE.COM", Some("example.com")),
            ("user+tag@mail.example.com", Some("mail.example.com")),
            ("mailto:user@example.com", Some("example.com")),
            ("MAILTO:user@example.com?subject=a@b.test", Some("example.com")),
            ("user%40example.com", Some("example.com")),
            ("mailto%3Auser%40example.com", Some("example.com")),
            ("User One <user@example.com>", Some("example.com")),
            ("\"User, One\" <user@example.com>", Some("example.com")),
            ("user@example.com.", Some("example.com")),
            ("  user@example.com  ", Some("example.com")),
            ("'user@example.com'", Some("example.com")),
            ("\"user one\"@example.com", Some("example.com")),
            ("\"a@b\"@example.com", Some("example.com")),
            ("EXAMPLE\\user@example.com", Some("example.com")),
            ("user@example.com @channel", Some("example.com")),
            ("user@bücher.example", Some("xn--bcher-kva.example")),
            ("user@example.com;user@example.org", Some("example.com")),
            ("user@example.com/resource", Some("example.com")),
            ("user@localhost", None),
            ("@handle", None),
            ("@example.com", None),
            ("user@", None),
            ("user", None),
            ("user@192.0.2.1", None),
            ("user@exa mple.com", None),
            ("user@-", None),
            ("100%40", None),
            ("", None),
        ] {
            assert_eq!(domain(username).as_deref(), expected, "{username}");
        }
    }

    #[test]
    fn addresses_come_bare_and_in_lower_case() {
        for (text, expected) in [
            ("User.One+Shop@Example.com", Some("user.one+shop@example.com")),
            ("CEO <Ceo@Example.com>", Some("ceo@example.com")),
            ("EXAMPLE\\Ceo@example.com", Some("ceo@example.com")),
            ("ceo%40example.com", Some("ceo@example.com")),
            ("name", None),
        ] {
            assert_eq!(address(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn windows_domains_are_told_from_paths() {
        for (username, expected) in [
            ("EXAMPLE\\user1", Some(("EXAMPLE", "user1"))),
            ("corp.example.com\\user1", Some(("corp.example.com", "user1"))),
            ("EXAMPLE\\\\user1", Some(("EXAMPLE", "user1"))),
            (".\\user1", None),
            ("\\\\server\\share", None),
            ("C:\\Users\\user1", None),
            ("EXAMPLE\\", None),
            ("user1", None),
        ] {
            assert_eq!(windows_domain(username), expected, "{username}");
        }
    }

    #[test]
    fn many_marks_cost_no_more_than_their_length() {
        let text = "a@".repeat(500_000);
        assert_eq!(domain(&text), None);
        assert_eq!(domain(&"\"@".repeat(500_000)), None);
    }
}
