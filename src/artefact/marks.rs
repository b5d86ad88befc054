//! Things that are counted and never copied: payment cards and account tokens.

use crate::text::Lines;

/// How many payment cards a card file holds: lines with a number of 13 to 19 digits.
pub(super) fn cards(text: &[u8]) -> u64 {
    Lines::new(text).filter(|line| has_card_number(line.bytes)).count() as u64
}

/// How many tokens a token file holds: lines with a word that nobody could remember.
pub(super) fn tokens(text: &[u8]) -> u64 {
    Lines::new(text).filter(|line| has_token(line.bytes)).count() as u64
}

/// Whether digits, in groups or not, make up a card number on the line.
fn has_card_number(line: &[u8]) -> bool {
    let mut digits = 0;
    let mut grouped = false;
    for &byte in line.iter().chain(b".") {
        match byte {
            b'0'..=b'9' => (digits, grouped) = (digits + 1, false),
            // One blank or dash may stand between groups of four.
            b' ' | b'-' if digits > 0 && digits % 4 == 0 && !grouped => grouped = true,
            _ => {
                if (13..=19).contains(&digits) {
                    return true;
                }
                (digits, grouped) = (0, false);
            }
        }
    }
    false
}

/// Fewest bytes of a token.
const SHORTEST_TOKEN: usize = 20;

/// Whether a word of the line is long and mixes letters with digits, and is no path or address.
fn has_token(line: &[u8]) -> bool {
    let words = line.split(|byte| byte.is_ascii_whitespace() || b"\"',;|=()".contains(byte));
    words.filter(|word| word.len() >= SHORTEST_TOKEN).any(|word| {
        let body = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_./+:~".contains(byte);
        word.iter().all(body)
            && word.iter().any(u8::is_ascii_digit)
            && word.iter().any(u8::is_ascii_alphabetic)
            && memchr::memmem::find(word, b"://").is_none()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cards_of_all_grammars() {
        for (text, expected) in [
            (
                "Holder: Example Name\nCardType: x\nCard: 4000000000000000\nExpire: 1/2029\n===============\n",
                1,
            ),
            ("CC NUMBER: 4000 0000 0000 0000\nEXPIRATION: 01/2029\nCARD HOLDER: Example\n", 1),
            ("Card: 4000-0000-0000-0000\nMonth: 1\nYear: 2029\nName: Example\n", 1),
            (
                "Name on Card  |  Expiration Month  |  Number\nExample | 1 | 400000000000000\nExample | 2 | 4000000000000000",
                2,
            ),
            ("Type: Visa\nNumber: \nExp: 1/2029\nHolder: Example\n\n", 0),
            ("Phone: 15551234567\n20240512101112123456789", 0),
        ] {
            assert_eq!(cards(text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn tokens_of_all_kinds() {
        for (text, expected) in [
            ("1//0exampleExampleExample0\n1//1exampleExampleExample1\n", 2),
            ("exampleExampleExample01:123456789\n", 1),
            ("MTIzNDU2Nzg5MDEyMzQ1Njc4OTA.Example.exampleExampleExampleExample12\n", 1),
            ("Discord tokens\n===============\nhttps://example.com/a/long/path/1\n\n", 0),
            ("Token: eyJleGFtcGxlIjoxfQ.eyJleGFtcGxlIjoxfQ.c2lnbmF0dXJl0\n", 1),
        ] {
            assert_eq!(tokens(text.as_bytes()), expected, "{text}");
        }
    }
}
