//! Data of the size that benches want: watched names by the million, and logs as heavy as real ones,
//! most of which concern nobody. Big texts are made in [`dump`](super::dump).

use std::collections::HashSet;

use super::generate::{Cloud, victim};
use super::rng::Rng;
use super::victim::{Cookie, Login, PROFILES, Saved, Victim};
use super::words::WORDS;
use super::writer::folder_name;

const SEED: u64 = 20_261_122;

/// The sizes of watchlist that figures are told for; a list holds all smaller ones.
pub const LISTS: [usize; 4] = [10, 1_000, 100_000, 1_000_000];

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

/// How many logs there are for one that may concern somebody.
const LOGS_PER_CONCERN: usize = 20;

/// The role [`Stranger`](super::victim::Role::Stranger) among the thirteen.
const STRANGER: usize = 4;

/// How much there is in a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// Some 200 KiB.
    Usual,
    /// A sixth of that, of a new computer.
    Small,
}

impl Size {
    /// A number of things from `low` to `high` for a usual log.
    fn within(self, rng: &mut Rng, low: usize, high: usize) -> usize {
        let number = rng.within(low, high);
        match self {
            Self::Usual => number,
            Self::Small => number / 6,
        }
    }
}

/// A cloud of `logs` usual logs.
pub fn cloud(logs: usize) -> Cloud {
    let mut cloud = Cloud::default();
    for index in 0..logs {
        let log = log(index, Size::Usual);
        cloud.files.extend(log.files);
        cloud.truth.extend(log.truth);
    }
    cloud
}

/// One log of an endless cloud.
pub fn log(index: usize, size: Size) -> Cloud {
    let role = match index % LOGS_PER_CONCERN {
        0 => index / LOGS_PER_CONCERN % 13,
        _ => STRANGER,
    };
    let (mut victim, family) = victim(SEED, 13 * index + role);
    let mut rng = Rng::new(SEED ^ victim.number as u64);
    put_on_weight(&mut victim, size, &mut rng);
    let folder = format!("{} {index}", folder_name(&victim, family));
    let mut log = Cloud::default();
    log.add(&victim, family, &folder);
    add_binary_data(&mut log.files, &folder, size, &mut rng);
    log
}

/// Adds what years of use leave in a browser.
fn put_on_weight(victim: &mut Victim, size: Size, rng: &mut Rng) {
    for index in 0..size.within(rng, 30, 130) {
        victim.logins.push(Login {
            url: format!("https://{}/account/login", site(rng)),
            username: format!("person{}@mail.test", victim.number),
            saved: Saved::Password(format!("Inv3nt-{:05}-w{index:03}!", victim.number)),
            profile: PROFILES[index % PROFILES.len()],
            left_out: None,
            continued: None,
        });
    }
    for index in 0..size.within(rng, 300, 900) {
        let length = rng.within(20, 220);
        victim.cookies.push(Cookie {
            domain: format!(".{}", site(rng)),
            name: ["_ga", "sid", "__Secure-token", "csrftoken", "prefs"][index % 5],
            value: value(rng, length),
            expires: 1_893_456_000 + index as i64,
            profile: PROFILES[index % PROFILES.len()],
        });
    }
    for _ in 0..size.within(rng, 50, 300) {
        victim.history.push(format!("https://{}/page?id={}", site(rng), rng.hex(8)));
    }
}

/// What a stealer takes besides texts, a quarter of the bytes of a log: the picture of the screen,
/// wallets, documents. Only their first bytes tell what they are, and they cannot be compressed.
fn add_binary_data(files: &mut Vec<(String, Vec<u8>)>, folder: &str, size: Size, rng: &mut Rng) {
    const WALLETS: [(&str, &[u8]); 3] = [
        ("Wallets/Example/000005.ldb", b"\x00\x2b\x97\x01META:"),
        ("Wallets/wallet.dat", b"\x00\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00b1\x05\x00"),
        ("Wallets/Cold/state", b"SQLite format 3\x00\x10\x00\x01\x01\x00"),
    ];
    const DOCUMENTS: [(&str, &[u8]); 3] = [
        ("FileGrabber/Desktop/scan.pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"),
        ("FileGrabber/Desktop/letter.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00\x00"),
        ("FileGrabber/Documents/photo", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00"),
    ];
    let noise = |head: &[u8], low: usize, high: usize, rng: &mut Rng| {
        let length = size.within(rng, low, high);
        let mut bytes = head.to_vec();
        while bytes.len() < length {
            bytes.extend_from_slice(&rng.next().to_le_bytes());
        }
        bytes
    };
    for (_, picture) in files.iter_mut().filter(|(_, bytes)| is_picture(bytes)) {
        let head = picture.get(..32).unwrap_or(picture).to_vec();
        *picture = noise(&head, 10_000, 40_000, rng);
    }
    if rng.per_mille(400) {
        let (path, head) = rng.pick(&WALLETS);
        files.push((format!("{folder}/{path}"), noise(head, 4_000, 40_000, rng)));
    }
    if rng.per_mille(400) {
        let (path, head) = rng.pick(&DOCUMENTS);
        files.push((format!("{folder}/{path}"), noise(head, 10_000, 60_000, rng)));
    }
}

fn is_picture(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\xff\xd8\xff") || bytes.starts_with(b"\x89PNG")
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

/// A text in parts of about 256 KiB that end with a line.
pub fn stretches(mut text: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        let window = text.get(..256 << 10).unwrap_or(text);
        let end = memchr::memrchr(b'\n', window).map_or(window.len(), |at| at + 1);
        let (stretch, rest) = text.split_at_checked(end)?;
        text = rest;
        Some(stretch).filter(|stretch| !stretch.is_empty())
    })
}
