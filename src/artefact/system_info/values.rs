//! Single values cut out of what stands behind a key.

use std::borrow::Cow;
use std::net::IpAddr;

use memchr::memmem;

use crate::artefact::passwords::line::trim;
use crate::fact::Value;

/// What stealers write where they have nothing, in small letters.
const UNSET: &[&[u8]] = &[
    b"",
    b"-",
    b"--",
    b"?",
    b"unknown",
    b"n/a",
    b"na",
    b"none",
    b"null",
    b"(null)",
    b"nil",
    b"undefined",
    b"not found",
    b"not available",
    b"disabled",
    b"error",
    b"ip?",
    b"iso?",
    "произошла ошибка".as_bytes(),
    "Произошла ошибка".as_bytes(),
];

/// A part of `value` that borrows from the file where the whole does.
pub(super) fn part<'t>(
    value: &Value<'t>,
    cut: impl for<'a> Fn(&'a [u8]) -> Option<&'a [u8]>,
) -> Option<Value<'t>> {
    match value {
        Cow::Borrowed(bytes) => cut(bytes).map(Cow::Borrowed),
        Cow::Owned(bytes) => cut(bytes).map(|part| Cow::Owned(part.to_vec())),
    }
}

/// Two parts of `value` that borrow from the file where the whole does.
pub(super) fn parts<'t>(
    value: &Value<'t>,
    split: impl for<'a> Fn(&'a [u8]) -> Option<(&'a [u8], &'a [u8])>,
) -> Option<(Value<'t>, Value<'t>)> {
    match value {
        Cow::Borrowed(bytes) => {
            split(bytes).map(|(one, other)| (Cow::Borrowed(one), Cow::Borrowed(other)))
        }
        Cow::Owned(bytes) => {
            split(bytes).map(|(one, other)| (Cow::Owned(one.to_vec()), Cow::Owned(other.to_vec())))
        }
    }
}

/// The letter that looks like nothing, U+3164.
const FILLER: &[u8] = "\u{3164}".as_bytes();

/// A value without white space, fillers, quotes and Markdown round it; none where it says nothing.
pub(super) fn clean(value: &[u8]) -> Option<&[u8]> {
    let mut value = trim(value);
    while let Some(rest) = value.strip_prefix(FILLER).or_else(|| value.strip_suffix(FILLER)) {
        value = trim(rest);
    }
    while let [b'*' | b'`', rest @ ..] | [rest @ .., b'*' | b'`'] = value {
        value = trim(rest);
    }
    if let [b'"', inner @ .., b'"'] = value {
        value = trim(inner);
    }
    let unset = UNSET.iter().any(|unset| value.eq_ignore_ascii_case(unset));
    (!unset).then_some(value)
}

/// `outer` and `inner` of `outer (inner)` or `outer [inner]`.
pub(super) fn bracketed(value: &[u8]) -> Option<(&[u8], &[u8])> {
    let (front, open) = match value.split_last()? {
        (b')', front) => (front, b'('),
        (b']', front) => (front, b'['),
        _ => return None,
    };
    let (outer, inner) = front.split_at_checked(memchr::memrchr(open, front)?)?;
    let (outer, inner) = (clean(outer)?, clean(inner.get(1..)?)?);
    Some((outer, inner))
}

/// Both sides of `left\right`.
pub(super) fn backslashed(value: &[u8]) -> Option<(&[u8], &[u8])> {
    let (left, right) = value.split_at_checked(memchr::memchr(b'\\', value)?)?;
    Some((clean(left)?, clean(right.get(1..)?.trim_ascii_start())?))
}

/// Whether `name` looks like the name of a computer: `DESKTOP-EXAMPLE`, `PC01`.
pub(super) fn is_host_like(name: &[u8]) -> bool {
    let allowed = |byte: &u8| {
        byte.is_ascii_uppercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_')
    };
    name.len() >= 3 && name.iter().all(allowed) && name.iter().any(u8::is_ascii_uppercase)
}

/// The parts of a value that may be addresses.
fn tokens(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    value.split(|byte| b" \t/,;|()[]\"`*".contains(byte)).filter(|token| !token.is_empty())
}

fn address(token: &[u8]) -> Option<IpAddr> {
    std::str::from_utf8(token).ok()?.parse().ok()
}

/// The public addresses in a value, without ports.
pub(super) fn public_addresses(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    tokens(value).take(16).filter_map(|token| {
        let without_port = match memchr::memchr(b':', token) {
            Some(colon) if memchr::memrchr(b':', token) == Some(colon) => token.get(..colon)?,
            _ => token,
        };
        address(without_port).filter(is_public).map(|_| without_port)
    })
}

fn is_public(address: &IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            !(v4.is_private()
                || v4.is_loopback()
                || v4.is_link_local()
                || v4.is_unspecified()
                || v4.is_broadcast())
        }
        IpAddr::V6(v6) => {
            !(v6.is_loopback()
                || v6.is_unspecified()
                || v6.is_unique_local()
                || v6.is_unicast_link_local())
        }
    }
}

fn is_code(text: &[u8]) -> bool {
    matches!(text, [b'A'..=b'Z', b'A'..=b'Z'])
}

/// A country code that stands beside an address: `US 203.0.113.10`.
pub(super) fn code_beside_address(value: &[u8]) -> Option<&[u8]> {
    tokens(value).take(16).find(|token| is_code(token))
}

/// The country in a value: its code where there is one (`US`, `Exampleland (EX)`, `US / United
/// States`, a flag), else the name. An address is no country.
pub(super) fn country<'t>(value: &Value<'t>) -> Option<Value<'t>> {
    let text = clean(value)?;
    if tokens(text).any(|token| address(token).is_some()) {
        return None;
    }
    if let Some(code) = flag(text) {
        return Some(Cow::Owned(code));
    }
    part(value, |value| {
        let text = clean(value)?;
        if let Some((outer, inner)) = bracketed(text) {
            return Some([inner, outer].into_iter().find(|text| is_code(text)).unwrap_or(text));
        }
        Some(leading_code(text).unwrap_or(text))
    })
}

/// The code in front of something: `US / United States`, `US, Exampleville`.
pub(super) fn leading_code(text: &[u8]) -> Option<&[u8]> {
    let (code, rest) = text.split_at_checked(2)?;
    let ends = matches!(trim(rest).first(), None | Some(b',' | b'/' | b'(' | b'[' | b'-' | b'|'));
    (is_code(code) && ends).then_some(code)
}

/// The country in `50.0, 8.0 | Exampleville, Example State, Exampleland (00000)` (Raccoon).
pub(super) fn country_behind_coordinates(value: &[u8]) -> Option<&[u8]> {
    const BAR: &[u8] = b" | ";
    let place = value.get(memmem::find(value, BAR)? + BAR.len()..)?;
    let last = trim(place.rsplit(|&byte| byte == b',').next()?);
    clean(bracketed(last).map_or(last, |(country, _)| country))
}

/// The code that a flag of two regional indicators stands for.
fn flag(text: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(text).ok()?;
    let mut letters = text.chars().filter_map(|c| match c {
        '\u{1F1E6}'..='\u{1F1FF}' => u8::try_from(u32::from(c) - 0x1F1E6).ok().map(|at| b'A' + at),
        _ => None,
    });
    Some(vec![letters.next()?, letters.next()?])
}

/// What separates the items of a list on one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slash {
    /// ` / ` only: names may have a slash in them.
    Spaced,
    /// Any `/`.
    Any,
}

/// The items of a list on one line; what stands in brackets is not split.
pub(super) fn items(value: &[u8], slash: Slash) -> Vec<&[u8]> {
    let mut items = Vec::new();
    let mut depth = 0_u32;
    let mut start = 0;
    for (index, byte) in value.iter().enumerate() {
        let between = |left: usize| value.get(left..index + 2).unwrap_or_default();
        let splits = match byte {
            b'(' | b'[' => {
                depth += 1;
                false
            }
            b')' | b']' => {
                depth = depth.saturating_sub(1);
                false
            }
            b';' | b'|' => depth == 0,
            b',' => depth == 0 && between(index) == b", ",
            // Keyboards joined by blanks: `English (United States) Spanish (Spain)`.
            b' ' => {
                let around = value.get(index.saturating_sub(1)..index + 2);
                slash == Slash::Any && depth == 0 && matches!(around, Some([b')', _, b'A'..=b'Z']))
            }
            b'/' => {
                depth == 0 && (slash == Slash::Any || between(index.saturating_sub(1)) == b" / ")
            }
            _ => false,
        };
        if splits {
            items.extend(value.get(start..index).and_then(clean));
            start = index + 1;
        }
    }
    items.extend(value.get(start..).and_then(clean));
    items
}

/// The seconds since 1970 in `… (sig:1751264430.0123…)` (Lumma).
pub(super) fn signed_seconds(value: &[u8]) -> Option<&[u8]> {
    const MARK: &[u8] = b"(sig:";
    let digits = value.get(memmem::find(value, MARK)? + MARK.len()..)?;
    let length = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
    digits.get(..length).filter(|digits| (9..=11).contains(&digits.len()))
}

/// Whether a value can be a date at all; 1601 is where Windows begins to count. Behind `Build:`
/// stands that of the malware (`Date : Build: Jan 02 2024`).
pub(super) fn is_date(value: &[u8]) -> bool {
    value.iter().any(u8::is_ascii_digit)
        && !value.starts_with(b"Build")
        && !value.starts_with(b"01.01.1601")
        && !value.starts_with(b"01/01/1601")
        && !value.starts_with(b"1/1/1601")
}

/// Whether a date is a number of seconds (or milliseconds) since 1970.
pub(super) fn is_epoch(value: &[u8]) -> bool {
    (10..=13).contains(&value.len()) && value.iter().all(u8::is_ascii_digit)
}

/// An identifier without the braces of a GUID; none where it has no information, or is the path of
/// a device.
pub(super) fn identifier(value: &[u8]) -> Option<&[u8]> {
    let value = clean(value)?;
    let value = value.strip_prefix(b"{").and_then(|v| v.strip_suffix(b"}")).unwrap_or(value);
    let tells = value.iter().any(|byte| !matches!(byte, b'0' | b'-' | b'F' | b'f'))
        && !value.contains(&b'\\');
    (tells && !value.iter().any(u8::is_ascii_whitespace)).then_some(value)
}

/// The identifier and the user in `GUID|user` or `GUID_user`.
pub(super) fn machine_and_user(value: &[u8]) -> Option<(&[u8], Option<&[u8]>)> {
    const GUID_LENGTH: usize = 36;
    let value = clean(value)?;
    let cut = memchr::memchr(b'|', value)
        .or_else(|| (value.get(GUID_LENGTH) == Some(&b'_')).then_some(GUID_LENGTH));
    match cut.and_then(|cut| value.split_at_checked(cut)) {
        Some((machine, user)) => Some((identifier(machine)?, clean(user.get(1..)?))),
        None if value.len() == GUID_LENGTH => Some((identifier(value)?, None)),
        None => None,
    }
}

/// The Windows domain in a full computer name: `corp.example.com` of `pc1.corp.example.com`.
pub(super) fn domain_of_host(host: &[u8]) -> Option<&[u8]> {
    let domain = host.get(memchr::memchr(b'.', host)? + 1..)?;
    let is_name = memchr::memchr(b'.', domain).is_some()
        && domain.iter().any(u8::is_ascii_alphabetic)
        && domain.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'));
    is_name.then_some(domain)
}
