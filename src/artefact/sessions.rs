//! Saved sessions of WinSCP and PuTTY: `WinSCP.ini`, or the same keys as an export of the registry.
//!
//! WinSCP hides passwords by a scheme of its own, so that what stands there was typed by nobody: the
//! login tells that there is a password, and nothing of it.

use std::borrow::Cow;

use super::shape::{self, contains_ignore_case, starts_with_ignore_case};
use super::values;
use crate::fact::{CredentialFact, Password, Value};
use crate::provenance::Span;
use crate::text::Lines;

/// What the sections of sessions are called.
const SECTION: &[u8] = b"sessions\\";

/// Whether `line` is the head of a session: `[Sessions\user1@ftp.example.com]`.
pub(super) fn is_start(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    line.starts_with(b"[") && line.ends_with(b"]") && contains_ignore_case(line, SECTION)
}

/// A session while it is read.
#[derive(Debug)]
struct Session<'t> {
    /// Percent-encoded, like all values of the file.
    name: &'t [u8],
    host: &'t [u8],
    user: &'t [u8],
    port: &'t [u8],
    scheme: &'t str,
    password: Password<'t>,
    span: Span,
}

/// Reads the sessions of a text, the first line of which has the number `first_line`.
pub(super) fn parse(text: &[u8], first_line: u64) -> Vec<CredentialFact<'_>> {
    let mut logins = Vec::new();
    let mut session: Option<Session<'_>> = None;
    for line in Lines::starting_at(text, first_line) {
        let bytes = line.bytes.trim_ascii();
        if bytes.starts_with(b"[") {
            logins.extend(session.take().and_then(Session::login));
            session = is_start(bytes).then(|| Session::new(bytes, line.number));
        } else if let Some(session) = &mut session
            && let Some(equals) = memchr::memchr(b'=', bytes)
            && let (Some(key), Some(value)) = (bytes.get(..equals), bytes.get(equals + 1..))
        {
            session.set(unquoted(key), unquoted(value), line.number);
        }
    }
    logins.extend(session.and_then(Session::login));
    logins
}

impl<'t> Session<'t> {
    fn new(section: &'t [u8], line: u64) -> Self {
        let name = section.rsplit(|&byte| byte == b'\\').next().unwrap_or_default();
        Self {
            name: name.strip_suffix(b"]").unwrap_or(name),
            host: &[],
            user: &[],
            port: &[],
            scheme: if contains_ignore_case(section, b"putty") { "ssh" } else { "sftp" },
            password: Password::Empty,
            span: Span::line(line),
        }
    }

    fn set(&mut self, key: &[u8], value: &'t [u8], line: u64) {
        let is = |known: &[u8]| key.eq_ignore_ascii_case(known);
        if is(b"HostName") {
            self.host = value;
        } else if is(b"UserName") {
            self.user = value;
        } else if is(b"PortNumber") {
            self.port = value;
        } else if is(b"FSProtocol") || is(b"Protocol") {
            self.scheme = scheme(value).unwrap_or(self.scheme);
        } else if (is(b"Password") || is(b"PasswordPlain")) && !value.is_empty() {
            self.password = Password::Unreadable;
        } else {
            return;
        }
        self.span.last = line;
    }

    fn login(self) -> Option<CredentialFact<'t>> {
        let name = shape::percent_decoded(self.name);
        let at = memchr::memrchr(b'@', &name);
        let of_name = |part: Option<&[u8]>| part.unwrap_or_default().to_vec();
        let host = match self.host {
            [] => of_name(at.and_then(|at| name.get(at + 1..))),
            host => shape::percent_decoded(host),
        };
        let user = match self.user {
            [] => of_name(at.and_then(|at| name.get(..at))),
            user => shape::percent_decoded(user),
        };
        let is_login = !user.is_empty() || self.password != Password::Empty;
        if host.is_empty() || !is_login {
            return None;
        }
        let url = [self.scheme.as_bytes(), b"://", &host, &port(self.port)].concat();
        let (url, user): (Value<'_>, Value<'_>) = (Cow::Owned(url), Cow::Owned(user));
        Some(values::saved_login(url, user, self.password, self.span))
    }
}

/// What the number or name of a protocol means.
fn scheme(value: &[u8]) -> Option<&'static str> {
    Some(match value {
        b"0" | b"1" | b"2" => "sftp",
        b"5" => "ftp",
        b"6" => "https",
        b"ssh" => "ssh",
        b"telnet" => "telnet",
        _ => return None,
    })
}

/// `:port`; exports of the registry have `dword:` and eight hexadecimal digits.
fn port(value: &[u8]) -> Vec<u8> {
    let hexadecimal = starts_with_ignore_case(value, b"dword:").then(|| value.get(6..)).flatten();
    let number = match hexadecimal.map(std::str::from_utf8) {
        Some(digits) => digits.ok().and_then(|digits| u64::from_str_radix(digits, 16).ok()),
        None => shape::number(value),
    };
    let port = number.filter(|port| (1..=65_535).contains(port));
    port.map(|port| format!(":{port}").into_bytes()).unwrap_or_default()
}

/// `"x"` without its quotes.
fn unquoted(text: &[u8]) -> &[u8] {
    let text = text.trim_ascii();
    text.strip_prefix(b"\"").and_then(|text| text.strip_suffix(b"\"")).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sessions_of_both_programs() {
        for (text, expected) in [
            (
                "[Configuration]\nx=1\n[Sessions\\my%20server]\nHostName=ftp.example.com\nPortNumber=2121\nUserName=user1%40example.com\nFSProtocol=5\nPassword=A35C435B9556\n\n[Sessions\\Default%20Settings]\nx=1\n",
                &["ftp://ftp.example.com:2121 · user1@example.com · Unreadable · 3-8"][..],
            ),
            (
                "[Sessions\\user1@sftp.example.com]\nPassword=A35C\n[SSH]\nHostName=x\n",
                &["sftp://sftp.example.com · user1 · Unreadable · 1-2"],
            ),
            (
                "[HKEY_CURRENT_USER\\Software\\SimonTatham\\PuTTY\\Sessions\\a]\r\n\"HostName\"=\"ssh.example.com\"\r\n\"PortNumber\"=dword:00000016\r\n\"UserName\"=\"user1\"\r\n",
                &["ssh://ssh.example.com:22 · user1 · Empty · 1-4"],
            ),
            ("[Sessions\\a]\nHostName=a.example.com\n", &[]),
            ("[Sessions\\]\nUserName=u\nPassword\n=\n[", &[]),
            ("HostName=a.example.com\nUserName=u\nPassword=p\n", &[]),
        ] {
            let found: Vec<_> = parse(text.as_bytes(), 1)
                .iter()
                .map(|fact| {
                    let show = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
                    let Span { first, last } = fact.span;
                    let (url, user) = (show(&fact.url), show(&fact.username));
                    format!("{url} · {user} · {:?} · {first}-{last}", fact.password)
                })
                .collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
