//! Mail accounts as stealers write them: one line for each value that a mail program had saved,
//! `IMAP Server: imap.example.com`, for several protocols below each other.

use std::borrow::Cow;

use super::passwords::line::{is_rule, trim};
use super::values;
use crate::fact::{CredentialFact, Password, Value};
use crate::family::labels::{CredentialLabel, Labelled, NormalKey};
use crate::provenance::Span;
use crate::text::Lines;

/// How keys begin, and the schemes of their addresses.
const PROTOCOLS: [(&[u8], &str); 6] = [
    (b"imap", "imap"),
    (b"pop3", "pop3"),
    (b"pop", "pop3"),
    (b"smtp", "smtp"),
    (b"nntp", "nntp"),
    (b"http", "https"),
];

/// What a key names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Server,
    Port,
    User,
    Password,
}

const FIELDS: usize = 4;

/// The protocol, as its place in [`PROTOCOLS`], and the field that a key names.
fn field_of(key: &NormalKey) -> Option<(usize, Field)> {
    PROTOCOLS.iter().enumerate().find_map(|(place, (prefix, _))| {
        let field = match key.as_bytes().strip_prefix(*prefix)? {
            b"server" | b"host" | b"hostname" | b"serveraddress" | b"serverhost" => Field::Server,
            b"port" | b"serverport" => Field::Port,
            b"user" | b"username" | b"login" | b"account" | b"email" | b"emailaddress" => {
                Field::User
            }
            b"password" | b"pass" | b"userpassword" => Field::Password,
            _ => return None,
        };
        Some((place, field))
    })
}

/// Whether `line` is one of a mail account.
pub(super) fn is_field(line: &[u8]) -> bool {
    // Nearly all lines of most files are told by their first letter.
    let line = line.trim_ascii_start();
    let may_be =
        matches!(line.first().map(u8::to_ascii_lowercase), Some(b'i' | b'p' | b's' | b'n' | b'h'));
    if !may_be || line.starts_with(b"http") {
        return false;
    }
    let key = Labelled::split(line).and_then(|split| NormalKey::new(split.key));
    key.and_then(|key| field_of(&key)).is_some()
}

/// One account while it is read.
#[derive(Debug, Default)]
struct Account<'t> {
    protocols: [[Option<&'t [u8]>; FIELDS]; PROTOCOLS.len()],
    /// What stands behind keys without a protocol.
    user: Option<&'t [u8]>,
    password: Option<&'t [u8]>,
    span: Option<Span>,
}

/// Reads the accounts of a text, the first line of which has the number `first_line`.
pub(super) fn parse(text: &[u8], first_line: u64) -> Vec<CredentialFact<'_>> {
    let mut logins = Vec::new();
    let mut account = Account::default();
    for line in Lines::starting_at(text, first_line) {
        let bytes = trim(line.bytes);
        if bytes.is_empty() || is_rule(bytes) {
            std::mem::take(&mut account).finish(&mut logins);
        } else if let Some(Labelled { key, value }) = Labelled::split(line.bytes)
            && let Some(key) = NormalKey::new(key)
            && account.set(&key, value, line.number) == Fit::NextAccount
        {
            std::mem::take(&mut account).finish(&mut logins);
            account.set(&key, value, line.number);
        }
    }
    account.finish(&mut logins);
    logins
}

/// Whether a field belongs to an account.
#[derive(PartialEq, Eq)]
enum Fit {
    ThisAccount,
    NextAccount,
}

impl<'t> Account<'t> {
    fn set(&mut self, key: &NormalKey, value: &'t [u8], line: u64) -> Fit {
        let slot = match (field_of(key), key.credential()) {
            (Some((protocol, field)), _) => {
                self.protocols.get_mut(protocol).and_then(|fields| fields.get_mut(field as usize))
            }
            (None, Some(CredentialLabel::Username)) => Some(&mut self.user),
            (None, Some(CredentialLabel::Password)) => Some(&mut self.password),
            _ => None,
        };
        let Some(slot) = slot else { return Fit::ThisAccount };
        if slot.is_some() {
            return Fit::NextAccount;
        }
        *slot = Some(value);
        let first = self.span.map_or(line, |span| span.first);
        self.span = Some(Span::new(first, line));
        Fit::ThisAccount
    }

    fn finish(self, logins: &mut Vec<CredentialFact<'t>>) {
        let Some(span) = self.span else { return };
        for ([server, port, user, password], (_, scheme)) in self.protocols.iter().zip(PROTOCOLS) {
            let filled = |value: &Option<&'t [u8]>| value.filter(|value| !trim(value).is_empty());
            let Some(server) = filled(server).map(trim) else { continue };
            let user = filled(user).or(filled(&self.user)).map(trim).unwrap_or_default();
            let password = filled(password).or(filled(&self.password)).unwrap_or_default();
            let password = values::password(Cow::Borrowed(password));
            if !user.is_empty() || password != Password::Empty {
                let url = address(scheme, server, filled(port).map(trim));
                logins.push(values::saved_login(url, user.into(), password, span));
            }
        }
    }
}

/// `imap://server:port`, unless the server is an address already.
fn address<'t>(scheme: &str, server: &'t [u8], port: Option<&[u8]>) -> Value<'t> {
    if memchr::memmem::find(server, b"://").is_some() {
        return server.into();
    }
    let mut url = [scheme.as_bytes(), b"://", server].concat();
    if let Some(port) = port.filter(|port| super::shape::is_port(port)) {
        url.push(b':');
        url.extend_from_slice(port);
    }
    url.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::artefact::tests::shown;

    #[test]
    fn accounts_of_several_protocols() {
        for (text, expected) in [
            (
                "IMAP Server: imap.example.com\nIMAP Port: 993\nIMAP User: user1@example.com\nIMAP Password: Ex: 1 \n",
                &["imap://imap.example.com:993 · user1@example.com · Ex: 1  · 1-4"][..],
            ),
            (
                "Email: user1@example.com\nPOP3 Server: pop.example.com\nSMTP Server: smtp.example.com\nPOP3 Password: p\n=====\nEmail: user2@example.com\nSMTP Server: x.example\nPassword: q",
                &[
                    "pop3://pop.example.com · user1@example.com · p · 1-4",
                    "smtp://smtp.example.com · user1@example.com · Empty · 1-4",
                    "smtp://x.example · user2@example.com · q · 6-8",
                ],
            ),
            (
                "SMTP Server: a.example\nSMTP User: u\nSMTP Password: p\nSMTP Server: b.example\nSMTP User: v\nSMTP Password: N/A",
                &["smtp://a.example · u · p · 1-3", "smtp://b.example · v · Placeholder · 4-6"],
            ),
            (
                "HTTP Server: https://mail.example.com/ews\nHTTP User: u\n",
                &["https://mail.example.com/ews · u · Empty · 1-2"],
            ),
            ("IMAP Server: \nIMAP Password: p\n", &[]),
            ("SMTP Port: 25\n", &[]),
        ] {
            let found: Vec<_> = parse(text.as_bytes(), 1).iter().map(shown).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
