//! Which cookies are login sessions, told by their names.

use super::sessions::{COOKIE_PREFIXES, CookieName, NEVER_SESSION, SESSION_COOKIES};

/// Longest name that is looked at, in bytes; no session cookie has a longer one.
const MAX_NAME: usize = 128;

/// Whether a cookie called `name`, sent to `domain`, looks like a login session.
///
/// ```
/// use logsieve::classify::is_session_cookie;
/// assert!(is_session_cookie("ESTSAUTHPERSISTENT", "login.example.com"));
/// assert!(is_session_cookie("__Host-example_session", "example.com"));
/// assert!(!is_session_cookie("_ga", "example.com"));
/// ```
pub fn is_session_cookie(name: &str, domain: &str) -> bool {
    let name = COOKIE_PREFIXES
        .iter()
        .find(|prefix| begins(name.as_bytes(), prefix.as_bytes()))
        .and_then(|prefix| name.get(prefix.len()..))
        .unwrap_or(name);
    let fits = |pattern: &CookieName| fits(*pattern, name.as_bytes(), domain);
    let mut sessions = SESSION_COOKIES.iter().flat_map(|sessions| sessions.names);
    name.len() <= MAX_NAME && sessions.any(fits) && !NEVER_SESSION.iter().any(fits)
}

fn fits(pattern: CookieName, name: &[u8], domain: &str) -> bool {
    match pattern {
        CookieName::Is(text) => name.eq_ignore_ascii_case(text.as_bytes()),
        CookieName::Begins(text) => begins(name, text.as_bytes()),
        CookieName::Ends(text) => ends(name, text.as_bytes()),
        CookieName::Has(text) => {
            name.windows(text.len()).any(|part| part.eq_ignore_ascii_case(text.as_bytes()))
        }
        CookieName::IsAt(text, host) => {
            name.eq_ignore_ascii_case(text.as_bytes()) && super::is_below(domain, host)
        }
    }
}

fn begins(text: &[u8], prefix: &[u8]) -> bool {
    text.get(..prefix.len()).is_some_and(|head| head.eq_ignore_ascii_case(prefix))
}

fn ends(text: &[u8], suffix: &[u8]) -> bool {
    let start = text.len().checked_sub(suffix.len());
    start.and_then(|start| text.get(start..)).is_some_and(|tail| tail.eq_ignore_ascii_case(suffix))
}
