//! Lines that are one URL with user and password in it: `ftp://user:password@host/`.

use super::resolve::{Split, is_label, scheme};
use crate::artefact::shape::{self, ByteSet, is_host};
use crate::record::Confidence;

/// Bytes that end a part of an authority.
static AUTHORITY_STOPS: ByteSet = ByteSet::only(b":/?#");

/// `scheme://user:password@host/` with nothing behind it.
pub(super) fn resolve(line: &[u8]) -> Option<Split<'_>> {
    let at = memchr::memrchr(b'@', line)?;
    let target = line.get(at + 1..)?;
    // Behind most last `@`s is the rest of an e-mail login, and its password.
    if let Some(colon) = memchr::memchr(b':', target)
        && !target.get(colon + 1)?.is_ascii_digit()
    {
        return None;
    }
    let scheme = scheme(line)?;
    let before = line.get(scheme..at)?;
    let colon = before.iter().position(|&byte| AUTHORITY_STOPS.has(byte))?;
    let (user, password) = (before.get(..colon)?, before.get(colon..)?.strip_prefix(b":")?);
    let scheme_name = line.get(..scheme)?;
    let login_scheme = LOGIN_SCHEMES.iter().any(|name| scheme_name.eq_ignore_ascii_case(name));
    let host_like = is_host(user) || user.eq_ignore_ascii_case(b"localhost");
    let colon_in_password = password.contains(&b':');
    let digits = password.iter().take(6).take_while(|byte| byte.is_ascii_digit()).count();
    let port_like = digits > 0
        && password.get(..digits).is_some_and(shape::is_port)
        && password.get(digits).is_some_and(|byte| !byte.is_ascii_alphanumeric());
    let address = user.first() == Some(&b'[') || scheme_name.eq_ignore_ascii_case(b"android://");
    if user.is_empty()
        || password.is_empty()
        || address
        || (host_like && !login_scheme)
        || (port_like && (host_like || !login_scheme))
        || user.iter().any(|byte| b" \t|;".contains(byte))
        || !is_target(target)
    {
        return None;
    }
    // What ends such a line may be a password: a port, or a host behind two colons.
    let no_path = !target.contains(&b'/');
    let doubtful = (host_like && colon_in_password)
        || (no_path && (target.contains(&b':') || (colon_in_password && !login_scheme)));
    let confidence = if doubtful { Confidence::Low } else { Confidence::Medium };
    let url = [scheme_name, target].concat();
    Some(Split::new(url, user, password, confidence))
}

/// Schemes under which a user may well look like a host.
const LOGIN_SCHEMES: [&[u8]; 10] = [
    b"ftp://",
    b"ftps://",
    b"sftp://",
    b"ssh://",
    b"imap://",
    b"imaps://",
    b"pop3://",
    b"pop3s://",
    b"smtp://",
    b"smtps://",
];

/// Whether `text` is host, port and path of a URL and nothing else.
fn is_target(text: &[u8]) -> bool {
    let end = text.iter().position(|&byte| AUTHORITY_STOPS.has(byte)).unwrap_or(text.len());
    let (host, rest) = text.split_at_checked(end).unwrap_or_default();
    let port = rest.strip_prefix(b":").map_or(0, |digits| {
        1 + digits.iter().take(6).take_while(|byte| byte.is_ascii_digit()).count()
    });
    let path = rest.get(port..).unwrap_or_default();
    let port_is_one = port == 0 || rest.get(1..port).is_some_and(shape::is_port);
    port_is_one
        && (is_host(host) || (is_label(host) && !rest.is_empty()))
        && (path.is_empty() || b"/?#".contains(path.first().unwrap_or(&0)))
        && !path.iter().any(|byte| b":|;, \t".contains(byte))
}
