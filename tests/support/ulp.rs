//! Big `url:login:password` texts with known hits, for speed and for precision.

use super::rng::Rng;
use super::truth::WATCHED;
use super::words::WORDS;

/// A place where a watched name stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UlpHit {
    /// From 1.
    pub line: u64,
    /// Offset of the line's first byte.
    pub offset: usize,
    /// The watched name.
    pub name: String,
    pub part: Part,
    pub url: String,
    pub username: String,
    pub password: String,
}

/// The part of the line that the name stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The host of the URL.
    Host,
    /// The domain of an e-mail address.
    Email,
    /// Elsewhere in the URL: a mention.
    Query,
}

const TOP: [&str; 4] = ["test", "example", "org.test", "co.example"];
const PATHS: [&str; 6] = ["/", "/login", "/account/signin.php", "/wp-login.php", "/auth?x=1", ""];
const POPULAR: [&str; 4] =
    ["www.social.test", "accounts.mail.test", "login.games.test", "video.test"];

/// About `bytes` bytes of lines, of which `watched_per_million` in a million concern the watched
/// organisations, and as many look like it but do not.
pub fn ulp(seed: u64, bytes: usize, watched_per_million: usize) -> (Vec<u8>, Vec<UlpHit>) {
    let names: Vec<_> = WATCHED.iter().map(|(name, _)| (*name).to_owned()).collect();
    ulp_for(seed, bytes, watched_per_million, &names)
}

/// As [`ulp`], with names of one's own: none of them may end in `.test`, or in another of them.
pub fn ulp_for(
    seed: u64,
    bytes: usize,
    watched_per_million: usize,
    names: &[String],
) -> (Vec<u8>, Vec<UlpHit>) {
    let mut rng = Rng::new(seed);
    let mut text = Vec::with_capacity(bytes + 256);
    let mut hits = Vec::new();
    let mut line = 0;
    while text.len() < bytes {
        line += 1;
        let offset = text.len();
        let lot = rng.below(1_000_000);
        let name = &names[rng.below(names.len())];
        if lot < watched_per_million {
            let mut record = stranger(&mut rng);
            let part = record.concern(&mut rng, name);
            record.write_to(&mut text);
            let Line { url, username, password } = record;
            hits.push(UlpHit { line, offset, name: name.clone(), part, url, username, password });
        } else if lot < 2 * watched_per_million {
            let mut record = stranger(&mut rng);
            record.nearly_concern(&mut rng, name);
            record.write_to(&mut text);
        } else {
            stranger(&mut rng).write_to(&mut text);
        }
    }
    (text, hits)
}

/// The three fields of a line.
pub struct Line {
    pub url: String,
    pub username: String,
    pub password: String,
}

impl Line {
    fn write_to(&self, text: &mut Vec<u8>) {
        for (part, end) in [(&self.url, b':'), (&self.username, b':'), (&self.password, b'\n')] {
            text.extend_from_slice(part.as_bytes());
            text.push(end);
        }
    }

    /// Puts the watched `name` somewhere.
    pub fn concern(&mut self, rng: &mut Rng, name: &str) -> Part {
        let sub = *rng.pick(&["", "www.", "login.", "a.b."]);
        let path = *rng.pick(&PATHS);
        match rng.below(8) {
            0..=2 => {
                self.url = format!("https://{sub}{name}{path}");
                Part::Host
            }
            3 => {
                self.url = format!("{}{}/x", sub.to_uppercase(), name.to_ascii_uppercase());
                Part::Host
            }
            4 => {
                self.url = format!("https://{sub}{name}:8443/login");
                Part::Host
            }
            5..=6 => {
                self.username = format!("user{}@{sub}{name}", rng.below(10_000));
                Part::Email
            }
            _ => {
                self.url = format!("https://www.tiger.test/go?to={sub}{name}");
                Part::Query
            }
        }
    }

    /// Puts a name somewhere that looks like the watched `name` and is another.
    pub fn nearly_concern(&mut self, rng: &mut Rng, name: &str) {
        match rng.below(4) {
            0 => self.url = format!("https://not{name}/login"),
            1 => self.url = format!("https://{name}.evil.test/login"),
            2 => self.username = format!("user@x-{name}"),
            _ => self.username = format!("user@{name}.test"),
        }
    }
}

fn stranger(rng: &mut Rng) -> Line {
    let lots = rng.next();
    let word = |shift: u32| WORDS[(lots >> shift) as usize % WORDS.len()];
    let number = lots % 100_000;
    let top = TOP[(lots >> 16) as usize % TOP.len()];
    // A hyphen, so that no host is by chance one of the names.
    let host = match (lots >> 40) % 8 {
        0 | 1 => POPULAR[(lots >> 44) as usize % POPULAR.len()].to_owned(),
        2 | 3 => format!("www.{}-{}{}.{top}", word(0), word(8), number % 997),
        4 => format!("{}.{}-{}.{top}", word(24), word(0), word(8)),
        _ => format!("www.{}-{}.{top}", word(0), word(8)),
    };
    let path = PATHS[(lots >> 20) as usize % PATHS.len()];
    let url = match (lots >> 24) % 10 {
        0 => format!("android://AAAABBBB{number:05}==@test.{}.app/", word(28)),
        1 => format!("{host}{path}"),
        _ => format!("https://{host}{path}"),
    };
    let username = match (lots >> 32) % 3 {
        0 => format!("{}{number}", word(36)),
        1 => format!("{}.{}{number}@mail.test", word(36), word(40)),
        _ => format!("{}{}@{}mail.test", word(40), number % 100, word(12)),
    };
    Line { url, username, password: format!("Inv3nt-{}{:x}", word(44), lots >> 40) }
}
