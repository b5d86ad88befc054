//! Percent-encoding, undone: exports write whole addresses as `https%3A%2F%2Fexample.com`.

use std::borrow::Cow;

/// `text` with every `%XX` replaced by its byte; bytes that are no UTF-8 become U+FFFD.
pub(super) fn decode(text: &str) -> Cow<'_, str> {
    if memchr::memchr(b'%', text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    loop {
        rest = match rest {
            [] => break,
            [b'%', high, low, tail @ ..] if let Some(byte) = hex_pair(*high, *low) => {
                bytes.push(byte);
                tail
            }
            [byte, tail @ ..] => {
                bytes.push(*byte);
                tail
            }
        };
    }
    match String::from_utf8(bytes) {
        Ok(decoded) => Cow::Owned(decoded),
        Err(error) => Cow::Owned(String::from_utf8_lossy(error.as_bytes()).into_owned()),
    }
}

fn hex_pair(high: u8, low: u8) -> Option<u8> {
    let high = char::from(high).to_digit(16)?;
    let low = char::from(low).to_digit(16)?;
    u8::try_from(high * 16 + low).ok()
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn what_is_no_escape_stays() {
        for (encoded, plain) in [
            ("https%3A%2f%2Fexample.com", "https://example.com"),
            ("100%", "100%"),
            ("%zz%4", "%zz%4"),
            ("caf%C3%A9", "café"),
            ("%ff", "\u{fffd}"),
            ("%2541", "%41"),
        ] {
            assert_eq!(decode(encoded), plain, "{encoded}");
        }
    }
}
