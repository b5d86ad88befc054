//! Base64, as programs write passwords that they do not want to be read over a shoulder.

/// The bytes that `text` stands for, padded or not; none if it is no base64 from end to end.
pub(super) fn decode(text: &[u8]) -> Option<Vec<u8>> {
    let text = text.strip_suffix(b"==").or(text.strip_suffix(b"=")).unwrap_or(text);
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3 + 2);
    let (mut bits, mut count) = (0_u32, 0);
    for &byte in text {
        bits = (bits << 6) | sextet(byte)?;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.extend((bits >> count).to_le_bytes().first());
            bits &= (1 << count) - 1;
        }
    }
    (count < 6 && bits == 0).then_some(bytes)
}

fn sextet(byte: u8) -> Option<u32> {
    let value = match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => return None,
    };
    Some(u32::from(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_base64_and_what_is_not() {
        for (text, expected) in [
            ("RXhhbXBsZSMx", Some("Example#1")),
            ("RXhhbXBsZSMxMQ==", Some("Example#11")),
            ("RXhhbXBsZSMxMQ", Some("Example#11")),
            ("", Some("")),
            ("Zg=", Some("f")),
            ("Zh==", None),
            ("Z", None),
            ("Zg==Zg==", None),
            ("Example#1", None),
        ] {
            assert_eq!(decode(text.as_bytes()).as_deref(), expected.map(str::as_bytes), "{text}");
        }
    }
}
