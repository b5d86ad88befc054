//! Profiles of OpenVPN: the gateways of a company, and sometimes the login there.
//!
//! A profile that asks for everything at each start gives no login: its gateways are then found as
//! mentions. One with a private key inside lets everybody in who has it: that is a password which
//! nobody typed.

use super::{shape, values};
use crate::fact::{CredentialFact, Password};
use crate::provenance::Span;
use crate::text::Lines;

/// Most gateways of one text.
const MOST_GATEWAYS: usize = 64;

/// Whether `line` is one that hardly any other text has.
pub(super) fn is_directive(line: &[u8]) -> bool {
    let mut words = words(line);
    match words.next() {
        Some(b"client" | b"nobind" | b"persist-key" | b"persist-tun" | b"auth-user-pass") => {
            words.next().is_none()
        }
        Some(b"dev") => {
            words.next().is_some_and(|w| w.starts_with(b"tun") || w.starts_with(b"tap"))
        }
        Some(b"proto") => {
            words.next().is_some_and(|w| w.starts_with(b"udp") || w.starts_with(b"tcp"))
        }
        Some(b"remote") => words.next().is_some_and(shape::is_host),
        Some(b"remote-cert-tls" | b"cipher" | b"resolv-retry" | b"tls-client") => true,
        Some(b"<ca>" | b"<cert>" | b"<key>" | b"<tls-auth>" | b"<auth-user-pass>") => true,
        _ => false,
    }
}

fn words(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty())
}

/// What the lines stand in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Profile,
    Login,
    Key,
    Other,
}

/// Reads the logins of a profile, the first line of which has the number `first_line`.
pub(super) fn parse(text: &[u8], first_line: u64) -> Vec<CredentialFact<'_>> {
    let mut gateways: Vec<(Vec<u8>, u64)> = Vec::new();
    let mut login: Vec<&[u8]> = Vec::new();
    let mut part = Part::Profile;
    let (mut has_key, mut last) = (false, first_line);
    for line in Lines::starting_at(text, first_line) {
        let bytes = line.bytes.trim_ascii();
        part = match bytes {
            b"<auth-user-pass>" => Part::Login,
            b"<key>" | b"<pkcs12>" => Part::Key,
            [b'<', b'/', ..] => Part::Profile,
            [b'<', ..] => Part::Other,
            _ => {
                match part {
                    Part::Profile if gateways.len() < MOST_GATEWAYS => {
                        gateways.extend(gateway(bytes).map(|url| (url, line.number)));
                    }
                    Part::Login if login.len() < 2 => login.push(line.bytes),
                    Part::Key => has_key |= !bytes.is_empty(),
                    _ => {}
                }
                part
            }
        };
        if matches!(part, Part::Login | Part::Key) {
            last = line.number;
        }
    }
    let mut login = login.into_iter();
    let user = login.next().unwrap_or_default().trim_ascii();
    let mut password = values::password(login.next().unwrap_or_default().into());
    if password == Password::Empty && has_key {
        password = Password::Unreadable;
    }
    if user.is_empty() && password == Password::Empty {
        return Vec::new();
    }
    let facts = gateways.into_iter().map(|(url, line)| {
        let span = Span::new(line, last.max(line));
        values::saved_login(url.into(), user.into(), password.clone(), span)
    });
    facts.collect()
}

/// The address that `remote vpn.example.com 1194 udp` names.
fn gateway(line: &[u8]) -> Option<Vec<u8>> {
    let mut words = words(line);
    let host = words.next().filter(|&word| word == b"remote").and_then(|_| words.next())?;
    let port = words.next().filter(|port| shape::is_port(port));
    let mut url = [b"openvpn://", host].concat();
    if let Some(port) = port {
        url.push(b':');
        url.extend_from_slice(port);
    }
    Some(url)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::artefact::tests::shown;

    #[test]
    fn profiles_with_and_without_a_login() {
        let head = "client\ndev tun\nremote vpn.example.com 1194 udp\n";
        for (tail, expected) in [
            ("auth-user-pass\n<ca>\nremote x.example.com\n</ca>\n", &[][..]),
            (
                "<auth-user-pass>\nuser1\n Ex ample#1\n</auth-user-pass>\n",
                &["openvpn://vpn.example.com:1194 · user1 ·  Ex ample#1 · 3-6"],
            ),
            (
                "remote 203.0.113.10\r\n<key>\r\n-----BEGIN PRIVATE KEY-----\r\n</key>\r\n",
                &[
                    "openvpn://vpn.example.com:1194 ·  · Unreadable · 3-6",
                    "openvpn://203.0.113.10 ·  · Unreadable · 4-6",
                ],
            ),
            ("<auth-user-pass>\nuser1", &["openvpn://vpn.example.com:1194 · user1 · Empty · 3-5"]),
            ("#remote a.example.com\nremote\n", &[]),
        ] {
            let text = [head, tail].concat();
            let found: Vec<_> = parse(text.as_bytes(), 1).iter().map(shown).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
