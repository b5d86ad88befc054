//! Data of the size that benches want: watched names by the million, `url:login:password` text by
//! the gigabyte, and logs as heavy as real ones, most of which concern nobody.

use std::collections::{HashMap, HashSet};

use super::generate::{Cloud, victim};
use super::rng::Rng;
use super::ulp::ulp_for;
use super::victim::{Cookie, Login, PROFILES, Saved, Victim};
use super::words::WORDS;
use super::writer::folder_name;

const SEED: u64 = 20_261_122;

/// The sizes of watchlist that figures are told for; a list holds all smaller ones.
pub const LISTS: [usize; 4] = [10, 1_000, 100_000, 1_000_000];

/// Of a million lines so many stand for a watched name, and as many look like it.
const WATCHED_PER_MILLION: usize = 1_000;

const PART_BYTES: usize = 4 << 20;

/// How many names can be made.
const SPACE: usize = WORDS.len() * WORDS.len() * 16;

/// The first `count` of the invented companies' domains: all differ and none ends in another.
pub fn names(count: usize) -> Vec<String> {
    let mut known = HashSet::with_capacity(count);
    (0..).map(name).filter(|name| known.insert(name.clone())).take(count).collect()
}

fn name(number: usize) -> String {
    const TOP: [&str; 4] = [".example", ".org.example", "bank.example", "group.co.example"];
    // Multiplying by a prime puts them in a wild order.
    let place = number * 1_000_000_007 % SPACE;
    let (first, rest) = (WORDS[place % WORDS.len()], place / WORDS.len());
    let (second, rest) = (WORDS[rest % WORDS.len()], rest / WORDS.len());
    match rest / TOP.len() {
        0 => format!("{first}{second}{}", TOP[rest % TOP.len()]),
        more => format!("{first}{second}{more}{}", TOP[rest % TOP.len()]),
    }
}

/// A part of a big text with its hits.
pub struct UlpPart {
    pub text: Vec<u8>,
    pub lines: u64,
    /// Line in this part, from 1, and the number of the watched name on it.
    pub hits: Vec<(u64, usize)>,
}

/// A text of any size, part after part: each of the [`LISTS`] that `names` holds has its share of
/// the hits.
pub fn ulp_parts(names: &[String]) -> impl Iterator<Item = UlpPart> {
    let numbers: HashMap<&str, usize> =
        names.iter().enumerate().map(|(number, name)| (name.as_str(), number)).collect();
    (0..).map(move |part| {
        let list = LISTS[part % LISTS.len()].min(names.len());
        let (text, hits) =
            ulp_for(SEED + part as u64, PART_BYTES, WATCHED_PER_MILLION, &names[..list]);
        let lines = text.iter().filter(|&&byte| byte == b'\n').count() as u64;
        let hits = hits.iter().map(|hit| (hit.line, numbers[hit.name.as_str()])).collect();
        UlpPart { text, lines, hits }
    })
}

/// How many logs there are for one that may concern somebody.
const LOGS_PER_CONCERN: usize = 20;

/// The role [`Stranger`](super::victim::Role::Stranger) among the thirteen.
const STRANGER: usize = 4;

/// A cloud of `logs` logs of some 200 KiB each.
pub fn cloud(logs: usize) -> Cloud {
    let mut cloud = Cloud::default();
    for index in 0..logs {
        let role = match index % LOGS_PER_CONCERN {
            0 => index / LOGS_PER_CONCERN % 13,
            _ => STRANGER,
        };
        let (mut victim, family) = victim(SEED, 13 * index + role);
        put_on_weight(&mut victim);
        let folder = format!("{} {index}", folder_name(&victim, family));
        cloud.add(&victim, family, &folder);
    }
    cloud
}

/// Adds what years of use leave in a browser.
fn put_on_weight(victim: &mut Victim) {
    let mut rng = Rng::new(SEED ^ victim.number as u64);
    for index in 0..rng.within(40, 160) {
        victim.logins.push(Login {
            url: format!("https://{}/account/login", site(&mut rng)),
            username: format!("person{}@mail.test", victim.number),
            saved: Saved::Password(format!("Inv3nt-{:05}-w{index:03}!", victim.number)),
            profile: PROFILES[index % PROFILES.len()],
            left_out: None,
            continued: None,
        });
    }
    for index in 0..rng.within(400, 1200) {
        let length = rng.within(20, 220);
        victim.cookies.push(Cookie {
            domain: format!(".{}", site(&mut rng)),
            name: ["_ga", "sid", "__Secure-token", "csrftoken", "prefs"][index % 5],
            value: value(&mut rng, length),
            expires: 1_893_456_000 + index as i64,
            profile: PROFILES[index % PROFILES.len()],
        });
    }
    for _ in 0..rng.within(50, 300) {
        victim.history.push(format!("https://{}/page?id={}", site(&mut rng), rng.hex(8)));
    }
}

fn site(rng: &mut Rng) -> String {
    let (first, second) = (rng.pick(WORDS), rng.pick(WORDS));
    match rng.below(4) {
        0 => format!("www.{first}-{second}.test"),
        1 => format!("login.{first}.test"),
        2 => format!("{first}{}.test", rng.below(300)),
        _ => format!("www.{first}{second}.org.test"),
    }
}

/// The characters of session cookies, dots and escapes among them.
fn value(rng: &mut Rng, length: usize) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.";
    let mut text = String::with_capacity(length + 10);
    while text.len() < length {
        let lots = rng.next();
        text.extend((0..10).map(|at| char::from(LETTERS[(lots >> (6 * at) & 63) as usize])));
        if lots >> 61 == 0 {
            text.push_str("%2F");
        }
    }
    text
}
