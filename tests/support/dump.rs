//! `url:login:password` text by the gigabyte, as dumps are passed round: put together from files of
//! many sellers, each with its own separator and line ends, with advertisements between them, hosts
//! of which few are everywhere and most are met once, and bytes that are no UTF-8. Every line in
//! which a watched name stands is known.

use std::collections::HashMap;

use super::bulk::LISTS;
use super::rng::Rng;
use super::ulp::Line;
use super::words::WORDS;

const SEED: u64 = 20_261_123;

/// Of a million lines so many stand for a name of each of the [`LISTS`], and as many look like it.
const WATCHED_PER_MILLION: usize = 100;

const PART_BYTES: usize = 4 << 20;

/// A part of a big text with its hits.
pub struct Part {
    pub text: Vec<u8>,
    pub lines: u64,
    /// Line in this part, from 1, and the number of the watched name on it.
    pub hits: Vec<(u64, usize)>,
}

/// How a seller writes a line.
#[derive(Clone, Copy)]
enum Form {
    /// URL, login and password with this between them.
    Separated(&'static str),
    /// The URL ends with a blank, the login with a colon.
    BlankAfterUrl,
    /// Login, password, URL.
    UrlLast,
}

/// The forms of sixteen files in turn: colons are the rule.
const FORMS: [Form; 16] = {
    use Form::{BlankAfterUrl, Separated, UrlLast};
    let colon = Separated(":");
    [
        colon,
        colon,
        colon,
        UrlLast,
        colon,
        colon,
        Separated("|"),
        colon, //
        colon,
        BlankAfterUrl,
        colon,
        Separated(";"),
        colon,
        colon,
        Separated("\t"),
        colon,
    ]
};

const ADVERTISEMENT: &str = "\
========================================
@ExampleCloud - fresh lines every day - join https://t.me/example_test
========================================
";

/// A text of any size, part after part, in which each of the [`LISTS`] that `names` holds has hits.
pub fn parts(names: &[String]) -> impl Iterator<Item = Part> {
    let numbers: HashMap<&str, usize> =
        names.iter().enumerate().map(|(number, name)| (name.as_str(), number)).collect();
    (0..).map(move |number| {
        let mut seller = Seller::new(number);
        while seller.part.text.len() < PART_BYTES {
            seller.sell(names, &numbers);
        }
        seller.part
    })
}

/// Writes one part.
struct Seller {
    rng: Rng,
    form: Form,
    line_end: &'static str,
    part: Part,
}

impl Seller {
    fn new(number: u64) -> Self {
        let part = Part { text: Vec::with_capacity(PART_BYTES + 4096), lines: 0, hits: Vec::new() };
        let mut seller = Self {
            rng: Rng::new(SEED ^ number.wrapping_mul(0xD6E8_FEB8_6659_FD93)),
            form: FORMS[number as usize % FORMS.len()],
            line_end: if number % 6 == 5 { "\r\n" } else { "\n" },
            part,
        };
        seller.advertise();
        seller
    }

    fn advertise(&mut self) {
        for line in ADVERTISEMENT.lines() {
            self.end(line.as_bytes());
        }
    }

    /// Writes what is left of a line, and its end.
    fn end(&mut self, rest: &[u8]) {
        self.part.text.extend_from_slice(rest);
        self.part.text.extend_from_slice(self.line_end.as_bytes());
        self.part.lines += 1;
    }

    /// Writes the next line.
    fn sell(&mut self, names: &[String], numbers: &HashMap<&str, usize>) {
        let mut line = stranger(&mut self.rng);
        let lot = self.rng.below(1_000_000);
        let kind = lot / WATCHED_PER_MILLION;
        if kind < 2 * LISTS.len() {
            let list = LISTS[kind / 2].min(names.len());
            let name = &names[self.rng.below(list)];
            if kind.is_multiple_of(2) {
                line.concern(&mut self.rng, name);
                self.part.hits.push((self.part.lines + 1, numbers[name.as_str()]));
            } else {
                line.nearly_concern(&mut self.rng, name);
            }
        }
        self.write(&line);
        if lot % 4_000 == 17 {
            self.advertise();
        }
        if lot % 60_000 == 19 {
            self.junk();
        }
    }

    fn write(&mut self, Line { url, username, password }: &Line) {
        // Now and then a line of another file got in between.
        let form = match self.rng.per_mille(10) {
            true => *self.rng.pick(&FORMS),
            false => self.form,
        };
        let fields = match form {
            Form::Separated(sign) => [url, sign, username, sign, password],
            Form::BlankAfterUrl => [url, " ", username, ":", password],
            Form::UrlLast => [username, ":", password, ":", url],
        };
        for field in fields {
            self.part.text.extend_from_slice(field.as_bytes());
        }
        match self.rng.below(4_000) {
            0 => self.end(b"\xe9\xff"),
            1 => self.end("пароль".as_bytes()),
            2 => self.end(b"\xe2\x82"),
            _ => self.end(b""),
        }
    }

    /// One long line that is no login: some token or picture that was pasted.
    fn junk(&mut self) {
        let length = self.rng.within(2_000, 20_000);
        let junk: String = (0..length / 8).map(|_| self.rng.hex(8)).collect();
        self.end(junk.as_bytes());
    }
}

/// A login that concerns nobody who watches.
fn stranger(rng: &mut Rng) -> Line {
    let lots = rng.next();
    let site = host(rng);
    let path = match lots % 16 {
        0..=3 => "/",
        4..=6 => "/login",
        7 => "/account/signin.php",
        8 => "/wp-login.php",
        9 => "/auth/realms/main/protocol/openid-connect/auth",
        10 => "/users/sign_in?locale=en&next=%2Fhome",
        11 => "/register",
        _ => "",
    };
    let url = match (lots >> 8) % 40 {
        0..=2 => format!(
            "android://AAAABBBB{:07}==@test.{}.app/",
            (lots >> 20) % 10_000_000,
            word(lots, 16)
        ),
        3 => format!("http://198.51.100.{}:8080{path}", (lots >> 20) % 250),
        4..=7 => format!("{site}{path}"),
        _ => format!("https://{site}{path}"),
    };
    Line { url, username: username(rng), password: password(rng) }
}

/// One of some four million hosts: each is met the less often, the higher its number is.
fn host(rng: &mut Rng) -> String {
    const TOP: [&str; 8] = [
        "example",
        "example",
        "example",
        "example",
        "org.test",
        "test",
        "co.example",
        "org.example",
    ];
    const SUB: [&str; 10] =
        ["www.", "www.", "", "", "", "login.", "accounts.", "auth.", "m.", "id.portal."];
    let digits = rng.below(22);
    let rank = (1 << digits) + rng.below(1 << digits);
    let lots = Rng::new(rank as u64).next();
    let (first, second) = (word(lots, 0), word(lots, 12));
    let (sub, top) = (SUB[(lots >> 24) as usize % 10], TOP[(lots >> 30) as usize % 8]);
    let number = (lots >> 36) % 1_000;
    // A hyphen or a digit in front, so that no host is by chance one of the watched names.
    match (lots >> 48) % 8 {
        0..=3 => format!("{sub}{first}-{second}.{top}"),
        4 | 5 => format!("{sub}{first}-{second}{number}.{top}"),
        6 => format!("{sub}{}{first}{second}.{top}", number % 10),
        _ => format!("{sub}my-{first}-{second}-{}.{top}", word(lots, 50)),
    }
}

fn username(rng: &mut Rng) -> String {
    const PROVIDERS: [&str; 6] = ["mail", "mail", "mail", "inbox", "post", "webmail"];
    let lots = rng.next();
    let (first, second) = (word(lots, 0), word(lots, 12));
    let number = (lots >> 24) % 10_000;
    let provider = PROVIDERS[(lots >> 40) as usize % PROVIDERS.len()];
    match (lots >> 48) % 16 {
        0..=3 => format!("{first}.{second}{number}@{provider}.test"),
        4..=7 => format!("{first}{number}@{provider}.test"),
        8 => format!("{first}.{second}@{}", host(rng)),
        9 => format!("+1555{:07}", (lots >> 24) % 10_000_000),
        10 => format!("{}", (lots >> 20) % 100_000_000),
        _ => format!("{first}{second}{number}"),
    }
}

fn password(rng: &mut Rng) -> String {
    let lots = rng.next();
    let (word, number) = (word(lots, 0), (lots >> 12) % 10_000);
    match (lots >> 48) % 16 {
        0..=5 => format!("Inv3nt-{word}{number}"),
        6..=9 => format!("{word}{number}!"),
        10..=13 => format!("{:x}", lots >> 16),
        14 => format!("{number}{:06}", (lots >> 26) % 1_000_000),
        _ => format!("{word}:{number}@x"),
    }
}

fn word(lots: u64, shift: u32) -> &'static str {
    WORDS[(lots >> shift) as usize % WORDS.len()]
}
