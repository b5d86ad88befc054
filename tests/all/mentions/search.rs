//! A plain search for the watched names, by the known encoding of a file. It shares no code with the
//! program.

use std::collections::BTreeSet;

use encoding_rs::{UTF_16BE, UTF_16LE, WINDOWS_1251, WINDOWS_1252};

/// How a file is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    Utf8,
    Utf16Le,
    Utf16Be,
    Windows1251,
    Windows1252,
}

/// Who watches what.
pub(super) const WATCHED: &[(&str, &str)] = &[
    ("example.com", "Alpha"),
    ("alpha.test", "Alpha"),
    ("example.net", "Beta"),
    ("alpha.test", "Beta"),
    ("münchen.example", "Gamma"),
    ("xn--mnchen-3ya.example", "Gamma"),
    ("пример.test", "Gamma"),
    ("xn--e1afmkfd.test", "Gamma"),
    ("vpn.example.com", "Delta"),
];

const EXCLUDED: &[(&str, &str)] = &[("status.example.com", "Alpha")];

/// Where names end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Boundaries {
    /// Letters of all scripts make a name longer: such places must be reported.
    Strict,
    /// Only those of ASCII do: no more than these places may be.
    Wide,
}

/// Stands for any line end; no file has it.
const END: &str = "\u{1}";

/// The lines of a file.
pub(super) fn lines(bytes: &[u8], encoding: Encoding) -> Vec<String> {
    let text = match encoding {
        Encoding::Utf8 => String::from_utf8_lossy(bytes).into_owned(),
        Encoding::Utf16Le => UTF_16LE.decode_with_bom_removal(bytes).0.into_owned(),
        Encoding::Utf16Be => UTF_16BE.decode_with_bom_removal(bytes).0.into_owned(),
        Encoding::Windows1251 => WINDOWS_1251.decode_without_bom_handling(bytes).0.into_owned(),
        Encoding::Windows1252 => WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned(),
    };
    // The longest line ends first; what is left of returns are line ends of their own.
    let ended = text.replace("\r\r\n", END).replace("\r\n", END).replace(['\r', '\n'], END);
    ended.split(END).map(str::to_owned).collect()
}

/// The organisations that have a name on the line, written out or in escapes.
pub(super) fn names_on(line: &str, boundaries: Boundaries) -> BTreeSet<&'static str> {
    let mut found = written_on(line, boundaries);
    if line.contains(['%', '\\']) {
        found.extend(written_on(&unescaped(line), boundaries));
    }
    found
}

fn written_on(line: &str, boundaries: Boundaries) -> BTreeSet<&'static str> {
    let mut found = BTreeSet::new();
    let line = line.to_lowercase();
    for (name, organisation) in WATCHED {
        for (start, _) in line.match_indices(name) {
            let (before, after) = (&line[..start], &line[start + name.len()..]);
            if begins(before, boundaries)
                && ends(after, boundaries)
                && !is_excluded(before, name, organisation, boundaries)
            {
                found.insert(*organisation);
            }
        }
    }
    found
}

fn is_label(c: char, boundaries: Boundaries) -> bool {
    match boundaries {
        Boundaries::Strict => c.is_alphanumeric(),
        Boundaries::Wide => c.is_ascii_alphanumeric(),
    }
}

fn begins(before: &str, boundaries: Boundaries) -> bool {
    let last = before.trim_end_matches('-').chars().next_back();
    !last.is_some_and(|c| is_label(c, boundaries))
}

fn ends(after: &str, boundaries: Boundaries) -> bool {
    let rest = match after.strip_prefix('.') {
        Some(rest) => rest,
        None => after.trim_start_matches('-'),
    };
    !rest.chars().next().is_some_and(|c| is_label(c, boundaries))
}

/// Where scripts disagree on what makes a label longer, a place may be reported, but need not.
fn is_excluded(before: &str, name: &str, organisation: &str, boundaries: Boundaries) -> bool {
    let is_host = |c: char| c.is_alphanumeric() || c == '-' || c == '.';
    let outside = before.trim_end_matches(is_host);
    let host = format!("{}{name}", &before[outside.len()..]);
    // What begins with an escape is told by the text without escapes.
    let other = match boundaries {
        Boundaries::Strict => Boundaries::Wide,
        Boundaries::Wide => Boundaries::Strict,
    };
    let escaped = outside.ends_with(['%', '\\']);
    EXCLUDED.iter().any(|(excluded, of)| {
        let rest = host.strip_suffix(excluded).filter(|_| of == &organisation);
        rest.is_some_and(|rest| escaped || begins(rest, other))
    })
}

/// The line with `%40`, `%2540`, `\u0040`, `\x40` and `\n` undone.
fn unescaped(line: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = line.as_bytes();
    while let [first, tail @ ..] = rest {
        let (byte, behind) = match (first, tail) {
            (b'%', _) => {
                let mut digits = tail;
                while let [b'2', b'5', nested @ ..] = digits {
                    match nested {
                        [high, low, ..] if hex(*high, *low).is_some() => digits = nested,
                        _ => break,
                    }
                }
                match digits {
                    [high, low, behind @ ..] => (hex(*high, *low), behind),
                    _ => (None, tail),
                }
            }
            (b'\\', [b'n' | b'r' | b't', behind @ ..]) => (Some(b' '), behind),
            (b'\\', [b'u', b'0', b'0', high, low, behind @ ..])
            | (b'\\', [b'x', high, low, behind @ ..]) => (hex(*high, *low), behind),
            _ => (None, tail),
        };
        match byte {
            Some(byte) => {
                bytes.push(byte);
                rest = behind;
            }
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn hex(high: u8, low: u8) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    u8::try_from(digit(high)? * 16 + digit(low)?).ok()
}

/// Whether a mention tells the encoding of its line. Code pages are guessed by the line, so that
/// only what cannot be doubted is checked.
pub(super) fn is_right_encoding(named: Option<&str>, encoding: Encoding, line: &str) -> bool {
    match encoding {
        Encoding::Utf16Le => named == Some("utf-16le"),
        Encoding::Utf16Be => named == Some("utf-16be"),
        Encoding::Utf8 => named == Some("utf-8"),
        _ if line.is_ascii() => named == Some("utf-8"),
        _ => matches!(named, Some("windows-1251" | "windows-1252" | "utf-8")),
    }
}

/// The start of a line, for messages.
pub(super) fn shorten(line: &str) -> String {
    line.chars().take(160).collect()
}

#[test]
fn the_search_itself() {
    for (line, expected) in [
        ("https://a.example.com/", &["Alpha"][..]),
        ("notexample.com example.com.evil.test example.comx a-example.com", &[]),
        ("user%40EXAMPLE.net", &["Beta"]),
        ("40example.net", &[]),
        ("x@status.example.com y@a.status.example.com", &[]),
        ("mystatus.example.com", &["Alpha"]),
        ("https://vpn.example.com", &["Alpha", "Delta"]),
        ("alpha.test.", &["Alpha", "Beta"]),
        ("mail@MÜNCHEN.example, xn--mnchen-3ya.example", &["Gamma"]),
        ("_example.com_ --example.net--", &["Alpha", "Beta"]),
        ("\\nexample.com", &["Alpha"]),
    ] {
        let found: Vec<_> = names_on(line, Boundaries::Strict).into_iter().collect();
        assert_eq!(found, expected, "{line}");
    }
}
