//! Lines that are no logins and never were: rules, banners, advertisements, cards, cookies.

use super::shape::{self, contains_ignore_case};
use super::table;

/// Only the start of a long line is looked at.
const WINDOW: usize = 1024;

/// Words of advertisements; two of them make one.
const SELLING: &[&[u8]] = &[
    b"telegram",
    b"join",
    b"channel",
    b"cloud",
    b"logs",
    b"shop",
    b"support",
    b"subscribe",
    b"contact",
    b"price",
    b"private",
    b"free",
    b"admin",
    b"buy",
    b"sell",
    b"vip",
    b"daily",
];

/// Links that only advertisements have.
const LINKS: &[&[u8]] = &[b"t.me/", b"telegram.me/", b"discord.gg/", b"telegram.dog/"];

/// Whether a line that could not be resolved is at least known not to matter.
pub(super) fn is_noise(line: &[u8]) -> bool {
    line.starts_with(b"#") || is_rule(line) || is_promotion(line) || table::is_header(line)
}

/// Rules, frames and lettering: hardly a letter or digit in it.
pub(super) fn is_rule(line: &[u8]) -> bool {
    let line = line.get(..WINDOW).unwrap_or(line);
    let letters = line.iter().filter(|byte| byte.is_ascii_alphanumeric()).count();
    letters * 5 < line.len() && !is_foreign_text(line)
}

/// Text in a script without ASCII letters; box drawing (U+2500–U+259F) is none.
fn is_foreign_text(line: &[u8]) -> bool {
    let high = line.iter().filter(|&&byte| byte >= 0xC3).count();
    let frames = memchr::memchr_iter(0xE2, line).count();
    high > frames
}

/// Whether a line sells something.
pub(super) fn is_promotion(line: &[u8]) -> bool {
    let line = line.get(..WINDOW).unwrap_or(line);
    has_link(line) || has_handle(line) || is_framed(line) || has_selling_words(line)
}

fn has_selling_words(line: &[u8]) -> bool {
    let there = letters(line);
    let has = |word: &&&[u8]| letters(word) & !there == 0 && contains_ignore_case(line, word);
    SELLING.iter().filter(has).take(2).count() == 2
}

/// Which letters may stand in a text, in either case, one bit each: what is not there, no word has
/// to be looked for.
fn letters(text: &[u8]) -> u32 {
    text.iter().fold(0, |letters, &byte| letters | 1 << (byte & 31))
}

/// Whether a line links to a channel.
pub(super) fn has_link(line: &[u8]) -> bool {
    memchr::memchr(b'/', line).is_some()
        && LINKS.iter().any(|link| contains_ignore_case(line, link))
}

/// Whether a line stands between two bars of a frame.
fn is_framed(line: &[u8]) -> bool {
    matches!(line, [first, .., last] if first == last && b"|*#=".contains(first))
}

/// Whether a line is one word that ends with `:@some_channel` or the like, and so perhaps a login.
pub(super) fn is_one_handle(line: &[u8]) -> bool {
    !line.iter().any(u8::is_ascii_whitespace) && has_handle(line) && !is_card(line)
}

/// Whether a word of the line is `@some_channel`; Telegram's handles begin with a letter.
fn has_handle(line: &[u8]) -> bool {
    memchr::memchr_iter(b'@', line).any(|at| {
        let starts_word = at == 0 || line.get(at - 1).is_some_and(|byte| b" (:|-".contains(byte));
        let name = line.get(at + 1..).unwrap_or_default();
        let length =
            name.iter().take(33).take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count();
        let ends_word = name.get(length).is_none_or(|byte| !byte.is_ascii_graphic());
        let is_name = name.first().is_some_and(u8::is_ascii_alphabetic);
        starts_word && is_name && (5..=32).contains(&length) && ends_word
    })
}

/// Whether a line with a URL advertises a channel rather than a login there; without a scheme it
/// does unless it has an e-mail address.
pub(super) fn is_channel_link(line: &[u8]) -> bool {
    let scheme = shape::scheme_length(line);
    let rest = line.get(scheme.unwrap_or(0)..).unwrap_or_default();
    LINKS.iter().any(|link| shape::starts_with_ignore_case(rest, link))
        && (rest.contains(&b' ') || (scheme.is_none() && !rest.contains(&b'@')))
}

/// Whether a line is a payment card: `number|month|year|…`, `number|month and year|code`.
pub(super) fn is_card(line: &[u8]) -> bool {
    let digits = line.iter().take(20).take_while(|byte| byte.is_ascii_digit()).count();
    if !(13..=19).contains(&digits) {
        return false;
    }
    let mut fields = line.split(|byte| b"|:;,/\t ".contains(byte)).skip(1);
    let mut next = || fields.next().map(|field| (field.len(), shape::number(field)));
    match next() {
        Some((1..=2, Some(1..=12))) => {
            matches!(next(), Some((2, Some(_)) | (4, Some(2000..=2099))))
        }
        Some((4, Some(100..=1299))) => matches!(next(), Some((3..=4, Some(_)))),
        _ => false,
    }
}

/// Whether a line belongs to a cookie jar: at least five tabulators and a column that is a boolean.
pub(super) fn is_cookie(line: &[u8]) -> bool {
    // Most lines have no tabulator at all.
    memchr::memchr(b'\t', line).is_some()
        && memchr::memchr_iter(b'\t', line).take(5).count() == 5
        && line.split(|&byte| byte == b'\t').take(8).any(|field| {
            field.eq_ignore_ascii_case(b"true") || field.eq_ignore_ascii_case(b"false")
        })
}
