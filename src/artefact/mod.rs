//! Parsers: bytes of one text in, facts and issues out. They never fail.
//!
//! The name of an entry is a [`Hint`]; what the entry is, its content says. [`parse`] takes both and
//! gives the text, or its segments, to the parser that fits. A text that is too long to be read at
//! once comes in [parts](Part).

pub mod autofill;
pub mod cookies;
pub mod explain;
pub mod passwords;
pub mod system_info;
pub mod ulp;

mod base64;
mod census;
mod columns;
mod fields;
mod hint;
mod json;
mod length;
mod mail;
mod marks;
mod noise;
mod openvpn;
mod part;
mod sample;
mod segment;
mod sessions;
mod shape;
mod table;
#[cfg(test)]
mod tests;
mod values;
mod xml;
mod xml_logins;

use self::census::Census;
pub use self::hint::Hint;
use self::json::Stretch;
use self::length::{by_stretch, whole};
pub use self::part::{Before, End, Part, cut};
use self::segment::Run;
use self::ulp::Ballot;
use crate::fact::{CredentialFact, DevicePassword, Facts, SystemFacts, Value};
use crate::limits::Limits;
use crate::record::{Confidence, Origin};
use crate::text::Line;
use crate::text::json::looks_like_json;

/// What a text is, by its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Labelled blocks of logins, perhaps with other lines between them.
    Passwords,
    /// Logins of one line each, perhaps with other lines between them.
    Ulp,
    /// A table of logins under a header line.
    Table,
    /// JSON: logins, cookies, or both.
    Json,
    /// XML: logins of FTP clients, VPN clients and exports.
    Xml,
    /// Sessions of WinSCP or PuTTY.
    Sessions,
    /// A profile of OpenVPN.
    OpenVpn,
    /// Mail accounts: servers, users and passwords of several protocols.
    Mail,
    /// A cookie jar.
    Cookies,
    /// Facts on the computer.
    System,
    /// A form history.
    Autofill,
    /// Passwords without anything else: gives nothing.
    PasswordList,
    /// Domains without anything else: gives nothing.
    DomainList,
    /// Visited pages and downloads: gives nothing.
    History,
    /// Payment cards, which are counted.
    Cards,
    /// Tokens, which are counted.
    Tokens,
    /// None of these: gives nothing.
    Other,
}

/// Tells what a text is: by a sample of its lines, and by its name where they leave that open.
///
/// ```
/// use logsieve::artefact::{Hint, Kind, classify};
/// let text = b"SOFT: Chrome\nURL: https://example.com/\nUSER: user1\nPASS: Example#1\n";
/// assert_eq!(classify(text, Hint::Passwords), Kind::Passwords);
/// assert_eq!(classify(b"https://example.com/:user1:Example#1\n", Hint::Other), Kind::Ulp);
/// assert_eq!(classify(b"Example#1\nExample#2\n", Hint::PasswordList), Kind::PasswordList);
/// ```
pub fn classify(text: &[u8], hint: Hint) -> Kind {
    classify_below(&ulp::Context::default(), text, hint)
}

/// The same of lines that stand below others.
fn classify_below(context: &ulp::Context, text: &[u8], hint: Hint) -> Kind {
    if looks_like_json(text) {
        return match hint {
            Hint::Autofill => Kind::Autofill,
            _ if may_be_system(hint) && system_info::looks_like_system(text) => Kind::System,
            _ => Kind::Json,
        };
    }
    if xml::looks_like_xml(text) {
        return Kind::Xml;
    }
    if table::header(text).is_some() {
        return Kind::Table;
    }
    let census = Census::of(text, context);
    if let Some(kind) = census.program() {
        kind
    } else if census.is_cookies() {
        Kind::Cookies
    } else if census.is_labelled(hint) {
        Kind::Passwords
    } else if census.is_ulp(hint) {
        Kind::Ulp
    } else if may_be_system(hint) && system_info::looks_like_system(text) {
        Kind::System
    } else if census.is_form_history(hint) {
        Kind::Autofill
    } else if census.is_domain_list() {
        Kind::DomainList
    } else {
        promised(hint)
    }
}

/// What a text is taken for when its content says nothing.
fn promised(hint: Hint) -> Kind {
    match hint {
        Hint::Passwords => Kind::Passwords,
        Hint::PasswordList => Kind::PasswordList,
        Hint::System => Kind::System,
        Hint::Cookies => Kind::Cookies,
        Hint::DomainList => Kind::DomainList,
        Hint::Autofill => Kind::Autofill,
        Hint::History => Kind::History,
        Hint::Cards => Kind::Cards,
        Hint::Tokens => Kind::Tokens,
        Hint::Grabbed | Hint::Other => Kind::Other,
    }
}

/// Whether a file of such a name can hold the facts of the computer; the user's own cannot.
fn may_be_system(hint: Hint) -> bool {
    matches!(hint, Hint::System | Hint::Passwords | Hint::Other)
}

/// What [`parse_part`] has to say of the computer: much cheaper than all of it.
///
/// ```
/// use logsieve::artefact::{Before, End, Hint, Part, system_facts};
/// let text = b"HWID: 01\nMachineName: DESKTOP-EXAMPLE\nIP: 203.0.113.10\n";
/// let before = &Before::default();
/// let limits = &logsieve::limits::Limits::default();
/// let part = Part { first_line: 1, hint: Hint::Other, before, end: End::OfText, limits };
/// assert!(system_facts(text, part).is_some());
/// assert!(system_facts(text, Part { hint: Hint::Grabbed, ..part }).is_none());
/// ```
pub fn system_facts<'t>(text: &'t [u8], part: Part<'_>) -> Option<SystemFacts<'t>> {
    let first_line = part.first_line;
    let by_content = || system_info::parse_what_looks_like_system(text, first_line);
    let is_named = || part.hint == Hint::System && part.before.kind.is_none();
    let by_name = || is_named() && !is_of_logins(text, part.limits);
    let facts = if may_be_system(part.hint) { by_content() } else { None };
    let facts = facts.or_else(|| by_name().then(|| system_info::parse(text, first_line)));
    facts.filter(|facts| facts.span.is_some())
}

/// Whether a text with the name of a system file holds logins or cookies instead, whose users are
/// not those of the computer.
fn is_of_logins(text: &[u8], limits: &Limits) -> bool {
    match classify(text, Hint::System) {
        Kind::Passwords | Kind::Ulp | Kind::Table | Kind::Cookies => true,
        Kind::Json => {
            let (end, deepest) = (End::OfText, limits.json_depth);
            let found = json::parse(Stretch { text, first_line: 1, open: &[], end, deepest });
            !found.credentials.is_empty() || !found.cookies.is_empty()
        }
        _ => false,
    }
}

/// Reads one text, the first line of which has the number `first_line`.
///
/// The text is ASCII-based (UTF-16 is converted before, see [`text::ascii_based`](crate::text)).
/// What a file of the machine's user says is of [`Origin::GrabbedFile`] and never sure.
///
/// ```
/// use logsieve::artefact::{Hint, parse};
/// let text = b"name,url,username,password\r\nx,https://example.com/,user1,\"a,b\"\r\n";
/// let facts = parse(text, 1, Hint::Passwords);
/// assert_eq!(&*facts.credentials[0].username, b"user1");
/// ```
pub fn parse<'t>(text: &'t [u8], first_line: u64, hint: Hint) -> Facts<'t> {
    let (before, limits) = (&Before::default(), &Limits::default());
    parse_part(text, Part { first_line, hint, before, end: End::OfText, limits })
}

/// Reads one part of a text: whole lines, as [`parse`] does.
///
/// ```
/// use logsieve::artefact::{Before, End, Hint, Part, parse_part};
/// let (head, rest) = (b"url,username,password\nhttps://a.example/,u,p\n", b"b.example,v,q\n");
/// let before = &Before::default().after(head, Hint::Other);
/// let limits = &logsieve::limits::Limits::default();
/// let part = Part { first_line: 3, hint: Hint::Other, before, end: End::OfText, limits };
/// assert_eq!(&*parse_part(rest, part).credentials[0].username, b"v");
/// ```
pub fn parse_part<'t>(text: &'t [u8], part: Part<'_>) -> Facts<'t> {
    let mut facts = Facts::default();
    let kind = kind_of_part(text, part);
    match kind {
        Kind::Json => whole(json, text, part, &mut facts),
        Kind::Xml => whole(xml, text, part, &mut facts),
        Kind::Passwords | Kind::Ulp => by_stretch(by_segment, text, part, &mut facts),
        Kind::Table => by_stretch(table, text, part, &mut facts),
        Kind::Cookies => by_stretch(cookies, text, part, &mut facts),
        Kind::Autofill => by_stretch(autofill, text, part, &mut facts),
        Kind::Mail => by_stretch(mail, text, part, &mut facts),
        Kind::Sessions => by_stretch(sessions, text, part, &mut facts),
        Kind::OpenVpn => by_stretch(openvpn, text, part, &mut facts),
        Kind::Cards => facts.cards = marks::cards(text),
        Kind::Tokens => facts.tokens = marks::tokens(text),
        Kind::System if looks_like_json(text) => whole(json, text, part, &mut facts),
        Kind::System | Kind::PasswordList | Kind::DomainList | Kind::History | Kind::Other => {}
    }
    // Labelled blocks may stand in a system file, so that this is not one of the kinds above.
    facts.system = system_facts(text, part);
    if facts.system.is_some() {
        // Lists of programs and the like are not for the parsers of logins to explain.
        facts.lines.noise += std::mem::take(&mut facts.lines.unexplained);
    }
    if kind == Kind::System {
        let login = facts.system.as_mut().and_then(|system| system.device_password.take());
        facts.credentials.extend(login.map(device_login));
    }
    if part.hint == Hint::Grabbed {
        for fact in facts.credentials.iter_mut().chain(&mut facts.alternatives) {
            fact.origin = Origin::GrabbedFile;
            fact.confidence = Confidence::Low;
        }
    }
    facts
}

/// The login of the computer itself, which has no URL: never one of a website.
fn device_login(login: DevicePassword<'_>) -> CredentialFact<'_> {
    CredentialFact {
        url: Value::default(),
        username: login.username,
        password: login.password,
        software: None,
        profile: None,
        origin: Origin::Log,
        confidence: Confidence::High,
        span: login.span,
    }
}

/// Reads a part of which only `lines` matter: these alone where each is a record of its own, the
/// whole part where what they mean depends on others.
///
/// ```
/// use logsieve::artefact::{Before, End, Hint, Part, parse_lines};
/// use logsieve::text::Lines;
/// let text = b"https://a.example/:u:p\nhttps://b.example/:v:q\n";
/// let (before, limits) = (&Before::default(), &logsieve::limits::Limits::default());
/// let part = Part { first_line: 1, hint: Hint::Other, before, end: End::OfText, limits };
/// let second = Lines::new(text).last().unwrap();
/// let facts = parse_lines(text, part, &[second]);
/// assert_eq!((facts.credentials.len(), facts.credentials[0].span.first), (1, 2));
/// ```
pub fn parse_lines<'t>(text: &'t [u8], part: Part<'_>, lines: &[Line<'t>]) -> Facts<'t> {
    let begun;
    let before = match part.before.kind {
        Some(_) => part.before,
        None => {
            begun = part.before.after(text, part.hint);
            &begun
        }
    };
    one_by_one(before, lines, part.limits).unwrap_or_else(|| parse_part(text, part))
}

/// Reads lines of a ULP text one by one; none unless each can be read without the others.
fn one_by_one<'t>(before: &Before, lines: &[Line<'t>], limits: &Limits) -> Option<Facts<'t>> {
    let delimiter = before.delimiter.filter(|_| before.kind == Some(Kind::Ulp))?;
    if before.context != ulp::Context::default() {
        return None;
    }
    let ballot = Ballot::new(&[], Some(delimiter));
    let mut facts = Facts::default();
    for line in lines {
        let found = ulp::parse(line.bytes, line.number, delimiter, &before.context);
        // A login without a URL may stand below a `[host]`, and the line may be that itself.
        let is_complete = found.credentials.iter().all(|fact| !fact.url.is_empty());
        let is_ulp = segment::kind_of(line.bytes, &ballot) == Some(Run::Ulp);
        let is_long = line.bytes.len() as u64 > limits.line;
        if found.credentials.is_empty() || !is_complete || !is_ulp || is_long {
            return None;
        }
        facts.credentials.extend(found.credentials);
        facts.alternatives.extend(found.alternatives);
        facts.lines += found.lines;
    }
    length::keep_to(limits, &mut facts);
    Some(facts)
}

/// What a part is: its content decides, and where it says nothing, what the text began as.
fn kind_of_part(text: &[u8], part: Part<'_>) -> Kind {
    let Before { kind, context, open, delimiter } = part.before;
    if !open.is_empty() {
        return Kind::Json;
    }
    if *kind == Some(Kind::Table) && context.columns().is_some_and(|columns| columns.fit(text)) {
        return Kind::Table;
    }
    if *kind == Some(Kind::Ulp)
        && delimiter.is_some_and(|delimiter| is_plainly_ulp(text, delimiter))
    {
        return Kind::Ulp;
    }
    match (classify_below(context, text, part.hint), kind) {
        (Kind::Other, Some(begun @ (Kind::Ulp | Kind::Passwords))) => *begun,
        (own, _) => own,
    }
}

/// Whether nearly all lines are logins: then none of the other kinds has to be asked for.
fn is_plainly_ulp(text: &[u8], delimiter: ulp::Delimiter) -> bool {
    let ballot = Ballot::new(text, Some(delimiter));
    let (mut lines, mut logins) = (0_u32, 0_u32);
    for line in sample::few_lines(text) {
        lines += 1;
        logins += u32::from(segment::kind_of(line, &ballot) == Some(Run::Ulp));
    }
    logins * 4 >= lines * 3
}

/// Reads labelled blocks, ULP lines and cookies, each where they stand.
fn by_segment<'t>(text: &'t [u8], part: Part<'_>, facts: &mut Facts<'t>) {
    let ballot = Ballot::new(text, part.before.delimiter);
    let segments = segment::segments(text, part.first_line, &ballot);
    if segments.is_empty() && part.before.group().is_none() {
        // Nothing was recognised: the parser of blocks says how much that is.
        return labelled(text, part.first_line, facts);
    }
    if segments.is_empty() {
        return logins(text, part.first_line, ballot.winner(), &part.before.context, facts);
    }
    let mut context = &part.before.context;
    let start = ulp::Context::default();
    for segment in segments {
        match segment.run {
            Run::Labelled => labelled(segment.text, segment.first_line, facts),
            Run::Cookies => jar(cookies::parse(segment.text, segment.first_line), facts),
            Run::Ulp => {
                logins(segment.text, segment.first_line, ballot.winner(), context, facts);
            }
        }
        context = &start;
    }
}

fn logins<'t>(
    text: &'t [u8],
    first_line: u64,
    delimiter: ulp::Delimiter,
    context: &ulp::Context,
    facts: &mut Facts<'t>,
) {
    let found = ulp::parse(text, first_line, delimiter, context).without_chance();
    facts.credentials.extend(found.credentials);
    facts.alternatives.extend(found.alternatives);
    facts.lines += found.lines;
}

fn labelled<'t>(text: &'t [u8], first_line: u64, facts: &mut Facts<'t>) {
    let found = passwords::parse(text, first_line);
    facts.credentials.extend(found.credentials);
    facts.strays.extend(found.strays);
    facts.lines += found.lines;
}

/// A table whose name promises no file of a stealer's is an export, of the same kind as a list.
fn table<'t>(text: &'t [u8], part: Part<'_>, facts: &mut Facts<'t>) {
    if let Some(columns) = table::header(text).as_ref().or(part.before.context.columns()) {
        let mut found = table::parse(text, part.first_line, columns);
        if part.hint == Hint::Other {
            found.credentials.iter_mut().for_each(|fact| fact.origin = Origin::Ulp);
        }
        facts.credentials.extend(found.credentials);
        facts.lines += found.lines;
    }
}

/// Logins and cookies of a JSON text. Without any, and under a name that promises none, it is no
/// file of theirs.
fn json<'t>(text: &'t [u8], part: Part<'_>, facts: &mut Facts<'t>) {
    let Part { first_line, hint, before, end, limits } = part;
    let (open, deepest) = (before.open.as_slice(), limits.json_depth);
    let found = json::parse(Stretch { text, first_line, open, end, deepest });
    let has_records = !found.credentials.is_empty() || !found.cookies.is_empty();
    if has_records || matches!(hint, Hint::Passwords | Hint::Cookies) {
        facts.lines += found.lines;
    }
    facts.credentials.extend(found.credentials);
    facts.cookies.extend(found.cookies);
    facts.issues.extend(found.issues);
}

/// A cookie jar; what in it is no cookie is looked at by segment.
fn cookies<'t>(text: &'t [u8], part: Part<'_>, facts: &mut Facts<'t>) {
    let found = cookies::parse(text, part.first_line);
    if found.lines.unexplained > 0 {
        by_segment(text, part, facts);
    } else {
        jar(found, facts);
    }
}

fn jar<'t>(found: cookies::Cookies<'t>, facts: &mut Facts<'t>) {
    facts.cookies.extend(found.cookies);
    facts.lines += found.lines;
}

fn autofill<'t>(text: &'t [u8], part: Part<'_>, facts: &mut Facts<'t>) {
    let found = match looks_like_json(text) {
        true => json::form_history(text, part.first_line, part.limits.json_depth),
        false => autofill::parse(text, part.first_line),
    };
    facts.autofill = found.emails;
    facts.autofill_entries = found.entries;
    facts.issues = found.issues;
}

fn xml<'t>(text: &'t [u8], part: Part<'_>, facts: &mut Facts<'t>) {
    let found = xml_logins::parse(text, part.first_line, part.end);
    facts.credentials = found.credentials;
    facts.issues = found.issues;
}

fn mail<'t>(text: &'t [u8], part: Part<'_>, facts: &mut Facts<'t>) {
    facts.credentials = mail::parse(text, part.first_line);
}

fn sessions<'t>(text: &'t [u8], part: Part<'_>, facts: &mut Facts<'t>) {
    facts.credentials = sessions::parse(text, part.first_line);
}

fn openvpn<'t>(text: &'t [u8], part: Part<'_>, facts: &mut Facts<'t>) {
    facts.credentials = openvpn::parse(text, part.first_line);
}
