//! Logins in XML: any element whose children are an address and a password under known names.
//!
//! That is how FileZilla keeps its sites (`sitemanager.xml`, `recentservers.xml`), VPN clients their
//! gateways, and how password managers export.

use super::fields::{self, Field, Rank};
use super::part::End;
use super::xml::{self, Event, Reader};
use super::{base64, shape, values};
use crate::fact::{CredentialFact, Password, Value};
use crate::issue::{Code, Issue, Stage};
use crate::provenance::Span;

/// What an XML text gave.
#[derive(Debug, Default)]
pub(super) struct XmlLogins<'t> {
    pub(super) credentials: Vec<CredentialFact<'t>>,
    pub(super) issues: Vec<Issue>,
}

/// Most elements with children of ours that are open at one time.
const MOST_OPEN: usize = 128;

/// An element without children so far.
#[derive(Debug, Default)]
struct Leaf<'t> {
    name: &'t [u8],
    attributes: &'t [u8],
    value: Value<'t>,
}

/// An element with children that have names of ours.
#[derive(Debug)]
struct Parent<'t> {
    depth: u64,
    first_line: u64,
    url: Option<(Rank, Value<'t>)>,
    username: Option<(Rank, Value<'t>)>,
    password: Option<(Rank, Password<'t>)>,
    port: Value<'t>,
    protocol: Value<'t>,
}

/// Reads the logins of a text, the first line of which has the number `first_line`.
pub(super) fn parse(text: &[u8], first_line: u64, end: End) -> XmlLogins<'_> {
    let mut found = XmlLogins::default();
    let mut open: Vec<Parent<'_>> = Vec::new();
    let mut leaf: Option<Leaf<'_>> = None;
    let (mut depth, mut line, mut counted_to) = (0_u64, first_line, 0);
    for (position, event) in Reader::new(text) {
        let passed = text.get(counted_to..position).unwrap_or_default();
        line += memchr::memchr_iter(b'\n', passed).count() as u64;
        counted_to = position;
        match event {
            Event::Open(name, attributes) => {
                depth += 1;
                leaf = Some(Leaf { name, attributes, value: Value::default() });
            }
            Event::Text(text) => {
                if let Some(leaf) = &mut leaf {
                    leaf.add(text);
                }
            }
            Event::Close => {
                if let Some(leaf) = leaf.take() {
                    leaf.close(depth, line, &mut open);
                }
                if let Some(parent) = open.pop_if(|parent| parent.depth >= depth) {
                    found.credentials.extend(parent.login(line));
                }
                depth = depth.saturating_sub(1);
            }
        }
    }
    let is_cut = !open.is_empty() && end == End::OfText;
    if let Some(leaf) = leaf {
        leaf.close(depth, line, &mut open);
    }
    while let Some(parent) = open.pop() {
        found.credentials.extend(parent.login(line));
    }
    if is_cut {
        let detail = "the text ends within an element";
        found.issues.push(Issue::loss(Stage::Parse, Code::Truncated, detail).at_line(line));
    }
    found
}

impl<'t> Leaf<'t> {
    fn add(&mut self, text: Value<'t>) {
        if self.value.is_empty() {
            self.value = text;
        } else {
            self.value.to_mut().extend_from_slice(&text);
        }
    }

    /// Gives the value to the parent of the element, which stands at `depth`.
    fn close(self, depth: u64, line: u64, open: &mut Vec<Parent<'t>>) {
        let Some(name) = Name::of(self.name) else { return };
        let depth = depth.saturating_sub(1);
        if open.last().is_none_or(|parent| parent.depth < depth) && open.len() < MOST_OPEN {
            open.push(Parent::new(depth, line));
        }
        if let Some(parent) = open.last_mut().filter(|parent| parent.depth == depth) {
            parent.add(name, self);
        }
    }

    /// The password that the element holds.
    fn password(self) -> Password<'t> {
        let encoding = xml::attribute(self.attributes, b"encoding").unwrap_or_default();
        if self.value.is_empty() {
            return Password::Empty;
        }
        if encoding.eq_ignore_ascii_case(b"base64") {
            return base64::decode(self.value.trim_ascii())
                .map_or(Password::Unreadable, |typed| values::password(typed.into()));
        }
        // FileZilla under a main password; FortiClient.
        if !encoding.is_empty() || self.value.starts_with(b"Enc ") {
            return Password::Unreadable;
        }
        values::password(self.value)
    }
}

/// What the name of an element means.
#[derive(Clone, Copy)]
enum Name {
    Field(Field, Rank),
    Port,
    Protocol,
}

impl Name {
    fn of(name: &[u8]) -> Option<Self> {
        let is = |known: &str| name.eq_ignore_ascii_case(known.as_bytes());
        if is("port") {
            Some(Self::Port)
        } else if is("protocol") {
            Some(Self::Protocol)
        } else if is("HostAddress") || is("DefaultHostName") {
            Some(Self::Field(Field::Url, Rank::Name))
        } else if is("DefaultUser") {
            Some(Self::Field(Field::Username, Rank::Name))
        } else {
            fields::of_column(name).map(|(field, rank)| Self::Field(field, rank))
        }
    }
}

impl<'t> Parent<'t> {
    fn new(depth: u64, first_line: u64) -> Self {
        let (port, protocol) = (Value::default(), Value::default());
        Self { depth, first_line, url: None, username: None, password: None, port, protocol }
    }

    fn add(&mut self, name: Name, leaf: Leaf<'t>) {
        fn put<T>(slot: &mut Option<(Rank, T)>, rank: Rank, value: T) {
            if slot.as_ref().is_none_or(|(known, _)| *known < rank) {
                *slot = Some((rank, value));
            }
        }
        match name {
            Name::Port => self.port = leaf.value,
            Name::Protocol => self.protocol = leaf.value,
            Name::Field(Field::Url, rank) => put(&mut self.url, rank, leaf.value),
            Name::Field(Field::Username, rank) => put(&mut self.username, rank, leaf.value),
            Name::Field(Field::Password, rank) => {
                put(&mut self.password, rank, leaf.password());
            }
            Name::Field(Field::Software | Field::Profile, _) => {}
        }
    }

    /// The login that the children make, if they do: with a password element, or as the user of a
    /// gateway that is saved without one.
    fn login(self, last_line: u64) -> Option<CredentialFact<'t>> {
        let (_, host) = self.url.filter(|(_, host)| !host.trim_ascii().is_empty())?;
        let (rank, username) = self.username.unwrap_or((Rank::Absent, Value::default()));
        let is_gateway = rank == Rank::Name && shape::is_host(host.trim_ascii());
        if self.password.is_none() && !is_gateway {
            return None;
        }
        let password = self.password.map_or(Password::Empty, |(_, password)| password);
        if username.trim_ascii().is_empty() && password == Password::Empty {
            return None;
        }
        let url = address(host, self.port.trim_ascii(), self.protocol.trim_ascii());
        let span = Span::new(self.first_line, last_line);
        Some(values::saved_login(url, trimmed(username), password, span))
    }
}

/// The address of a host; `protocol` is a name, or a number of FileZilla's.
fn address<'t>(host: Value<'t>, port: &[u8], protocol: &[u8]) -> Value<'t> {
    let host = trimmed(host);
    if shape::scheme_length(&host).is_some() {
        return host;
    }
    let scheme: &[u8] = match protocol {
        b"0" | b"6" => b"ftp",
        b"1" => b"sftp",
        b"3" | b"4" => b"ftps",
        name if !name.is_empty() && name.iter().all(u8::is_ascii_alphabetic) => name,
        _ => b"",
    };
    let mut url = if scheme.is_empty() { Vec::new() } else { [scheme, b"://"].concat() };
    url.extend_from_slice(&host);
    if shape::is_port(port) && port != b"0" {
        url.push(b':');
        url.extend_from_slice(port);
    }
    url.into()
}

fn trimmed(value: Value<'_>) -> Value<'_> {
    match value {
        Value::Borrowed(bytes) => bytes.trim_ascii().into(),
        Value::Owned(bytes) => bytes.trim_ascii().to_vec().into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::artefact::tests::shown;

    fn read(text: &str) -> Vec<String> {
        let found = parse(text.as_bytes(), 1, End::OfText);
        let logins = found.credentials.iter().map(shown);
        let issues = found.issues.iter().map(|issue| issue.code.as_str().to_owned());
        logins.chain(issues).collect()
    }

    #[test]
    fn sites_gateways_and_exports() {
        for (text, expected) in [
            (
                "<?xml version=\"1.0\"?>\n<FileZilla3>\n<Servers><Folder>x\n<Server>\n<Host>ftp.example.com</Host>\n<Port>21</Port>\n<Protocol>0</Protocol>\n<User>user1</User>\n<Pass encoding=\"base64\">RXhhbXBsZSMx</Pass>\n<Name>a &amp; b</Name>a\n</Server>\n<Server><Host>b.example</Host><Protocol>1</Protocol><User>v</User><Pass>a&lt;b</Pass></Server></Folder></Servers></FileZilla3>",
                &[
                    "ftp://ftp.example.com:21 · user1 · Example#1 · 5-11",
                    "sftp://b.example · v · a<b · 12-12",
                ][..],
            ),
            (
                "<Server><Host>a.example</Host><User>u</User><Pass encoding=\"crypt\" pubkey=\"x\">abc</Pass></Server>",
                &["a.example · u · Unreadable · 1-1"],
            ),
            (
                "<Server><Host>a.example</Host><User>u</User><Pass encoding='base64'>###</Pass></Server>",
                &["a.example · u · Unreadable · 1-1"],
            ),
            (
                "<Server><Host>a.example</Host><User><![CDATA[u<v]]></User><Pass><![CDATA[p]]> &#113;</Pass></Server>",
                &["a.example · u<v · p q · 1-1"],
            ),
            // Cut off, nested, never closed, closed too often.
            (
                "<FileZilla3><Servers><Server><Host>a.example</Host><User>u</User><Pass>p</Pass>",
                &["a.example · u · p · 1-1", "truncated"],
            ),
            (
                "<a></b></b></c><Server><Host>a.example</Host><Server><Host>b.example</Host><User>v</User><Pass>q</Pass></Server><User>u</User><Pass>p</Pass></Server>",
                &["b.example · v · q · 1-1", "a.example · u · p · 1-1"],
            ),
            (
                "<Server><Host>a.example</Host><User>u</User></Server>",
                &["a.example · u · Empty · 1-1"],
            ),
            ("<Server><Host></Host><User>u</User><Pass>p</Pass></Server>", &[]),
            ("<a><url>https://a.example/</url><mail>x@a.example</mail></a>", &[]),
            (
                "<AnyConnectPreferences><DefaultUser>user1</DefaultUser><DefaultHostName>vpn.example.com</DefaultHostName></AnyConnectPreferences>",
                &["vpn.example.com · user1 · Empty · 1-1"],
            ),
            (
                "<vpn><connections><connection><name>x</name><server>vpn.example.com:10443</server><username>user1</username><password>Enc 0a1b</password></connection></connections></vpn>",
                &["vpn.example.com:10443 · user1 · Unreadable · 1-1"],
            ),
            (
                "<entries><entry><title>x</title><url>https://a.example/</url><username>u</username><password> p </password></entry></entries>",
                &["https://a.example/ · u ·  p  · 1-1"],
            ),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn depth_costs_nothing_and_ends() {
        let text = "<Host>a</Host><a><User>u</User>".repeat(200_000);
        assert!(parse(text.as_bytes(), 1, End::OfText).credentials.is_empty());
        let text = "<a>".repeat(1 << 20);
        assert!(parse(text.as_bytes(), 1, End::OfText).credentials.is_empty());
    }
}
