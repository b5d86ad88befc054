//! Escapes: `%40`, `%2540`, `\n`, `\u0040`, `\x40`.
//!
//! In escaped text the last characters of an escape look like the beginning of a host name
//! (`user%40example.com` seems to hold `40example.com`), and an escape may stand for a character
//! of the name itself (`example%2Ecom`).

/// The character or byte that an escape stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Escape {
    /// Its bytes, UTF-8 where the escape names a character.
    bytes: [u8; 4],
    used: u8,
    /// Where the escape ends in the text.
    pub(super) end: usize,
}

impl Escape {
    /// The escape that begins at `at`, if one does.
    pub(super) fn at(text: &[u8], at: usize) -> Option<Self> {
        match text.get(at..)? {
            [b'%', rest @ ..] => Self::percent(rest, at + 1),
            [b'\\', b'n', ..] => Some(Self::byte(b'\n', at + 2)),
            [b'\\', b'r', ..] => Some(Self::byte(b'\r', at + 2)),
            [b'\\', b't', ..] => Some(Self::byte(b'\t', at + 2)),
            [b'\\', b'x' | b'X', high, low, ..] => Some(Self::byte(hex_byte(*high, *low)?, at + 4)),
            [b'\\', b'u', a, b, c, d, ..] => {
                let code = u16::from_be_bytes([hex_byte(*a, *b)?, hex_byte(*c, *d)?]);
                // Half of a pair stands for something that is in no host name.
                let character =
                    char::from_u32(u32::from(code)).unwrap_or(char::REPLACEMENT_CHARACTER);
                let mut bytes = [0; 4];
                let used = character.encode_utf8(&mut bytes).len() as u8;
                Some(Self { bytes, used, end: at + 6 })
            }
            _ => None,
        }
    }

    /// What follows `%`; `25` is the escape of `%` itself, so any number of them is one escape.
    fn percent(rest: &[u8], at: usize) -> Option<Self> {
        let nested = |rest: &[u8]| matches!(rest, [b'2', b'5', high, low, ..] if hex_byte(*high, *low).is_some());
        let mut skip = 0;
        while rest.get(skip..).is_some_and(nested) {
            skip += 2;
        }
        let [high, low] = *rest.get(skip..)?.first_chunk()?;
        Some(Self::byte(hex_byte(high, low)?, at + skip + 2))
    }

    fn byte(byte: u8, end: usize) -> Self {
        Self { bytes: [byte, 0, 0, 0], used: 1, end }
    }

    /// The bytes that it stands for.
    pub(super) fn bytes(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.used)).unwrap_or_default()
    }

    /// Whether what it stands for may be part of a host name.
    pub(super) fn is_host_part(&self) -> bool {
        self.bytes().iter().any(|&byte| is_host_byte(byte))
    }
}

/// Whether a byte may be part of a host name, in whatever script.
pub(super) fn is_host_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | 0x80..)
}

fn hex_byte(high: u8, low: u8) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    u8::try_from(digit(high)? << 4 | digit(low)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_and_what_they_stand_for() {
        let table: &[(&str, &[u8], usize)] = &[
            ("%40x", b"@", 3),
            ("%2e", b".", 3),
            ("%2540x", b"@", 5),
            ("%25252540", b"@", 9),
            ("%25", b"%", 3),
            ("%25zz", b"%", 3),
            ("%C3%BC", b"\xc3", 3),
            ("%4", b"", 0),
            ("%zz", b"", 0),
            ("%", b"", 0),
            ("\\n", b"\n", 2),
            ("\\u0040", b"@", 6),
            ("\\u00fc", "ü".as_bytes(), 6),
            ("\\ud83d", "\u{fffd}".as_bytes(), 6),
            ("\\x40", b"@", 4),
            ("\\u00", b"", 0),
            ("\\q", b"", 0),
            ("\\", b"", 0),
        ];
        for (text, bytes, end) in table {
            let escape = Escape::at(text.as_bytes(), 0);
            let got = escape.as_ref().map_or((&b""[..], 0), |escape| (escape.bytes(), escape.end));
            assert_eq!(got, (*bytes, *end), "{text}");
        }
    }
}
