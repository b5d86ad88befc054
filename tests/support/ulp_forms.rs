//! Small texts of `url:login:password` lines, one in each form that such lines have, with the truth.

use super::awkward::Alphabet;
use super::rng::Rng;
use super::style::{Ends, FinalEnd, Style, Watermark};
use super::truth::{Ambiguity, CredentialTruth, Fact, LogTruth, without_user_info};

/// A form of line.
type Form = fn(&mut Rng, &mut Login) -> String;

/// All forms, by their names in the catalogue; files take turns.
pub const FORMS: &[(&str, Form)] = &[
    ("G1", |_, it| format!("{}:{}:{}", it.url, it.user, it.password)),
    ("G1 query", query),
    ("G2", bare_host),
    ("G3", with_port),
    ("G3 address", address_with_port),
    ("G4 semicolon", |_, it| joined(it, ";")),
    ("G4 bar", |_, it| joined(it, "|")),
    ("G4 tab", |_, it| joined(it, "\t")),
    ("G4 spaced bar", |_, it| joined(it, " | ")),
    ("G4 two semicolons", |_, it| joined(it, ";;")),
    ("G4 two colons", two_colons),
    ("G4 comma", comma),
    ("G5", |_, it| format!("{} {}:{}", it.url, it.user, it.password)),
    ("G6", |_, it| format!("{}:{}:{}", it.user, it.password, it.url)),
    ("G6 semicolon", reversed_bare),
    ("G7", android),
    ("G7 stripped", stripped_android),
    ("G8", user_info),
    ("G9", combolist),
    ("G10", metadata),
    ("G11", grouped),
    ("G12", labelled),
    ("G12 bars", labelled_with_bars),
    ("G13", csv),
    ("G14", placeholders),
    ("G16", percent_encoded),
];

/// A login in the making.
pub struct Login {
    index: usize,
    url: String,
    user: String,
    password: String,
    /// What the password is worth.
    state: &'static str,
    open: Vec<(Fact, Ambiguity)>,
}

impl Login {
    fn new(rng: &mut Rng, number: usize, index: usize) -> Self {
        let url = match rng.below(5) {
            0 => format!("https://www.site{index}.test/"),
            1 => format!("https://vpn{index}.example.com/login?next=%2F&x=1"),
            2 => format!("https://login{index}.example.net/auth/realms/main"),
            3 => format!("http://198.51.100.{}/admin", rng.within(1, 250)),
            _ => format!("https://login{index}.example.org/path"),
        };
        let user = match rng.below(3) {
            0 => format!("user{index}"),
            1 => format!("Jane.Doe{index}@mail.test"),
            _ => format!("j-doe_{index}@example.com"),
        };
        let unique = format!("Inv3nt{number}x{index}");
        let password = match rng.below(12) {
            0 => format!("{unique}:colon:s"),
            1 => format!("{unique}#/?=&%41"),
            2 => format!("{unique} two words"),
            3 => format!("12345{index:05}"),
            4 => format!("!{unique}\"'"),
            5 => format!("{unique}пароль"),
            _ => format!("{unique}!"),
        };
        Self { index, url, user, password, state: "present", open: Vec::new() }
    }

    /// Takes out of the password what cannot be told from the form of the line.
    fn without(&mut self, parts: &[&str]) {
        for part in parts {
            self.password = self.password.replace(part, "-");
        }
    }
}

fn joined(it: &Login, delimiter: &str) -> String {
    [it.url.as_str(), &it.user, &it.password].join(delimiter)
}

fn query(rng: &mut Rng, it: &mut Login) -> String {
    it.url = format!("https://login{}.example.com/?r=a:b&c={}:d", it.index, rng.below(99));
    it.user = format!("user{}@mail.test", it.index);
    joined(it, ":")
}

fn bare_host(rng: &mut Rng, it: &mut Login) -> String {
    it.url = format!("login{}.example.com{}", it.index, rng.pick(&["", "", "/", "/login.php"]));
    joined(it, ":")
}

fn with_port(rng: &mut Rng, it: &mut Login) -> String {
    let path = rng.pick(&["", "/", "/login"]);
    it.url = format!("https://vpn{}.example.com:{}{path}", it.index, rng.within(80, 65535));
    joined(it, ":")
}

fn address_with_port(rng: &mut Rng, it: &mut Login) -> String {
    it.url = format!("203.0.113.{}:{}", rng.within(1, 254), rng.within(80, 65535));
    it.user = format!("user{}", it.index);
    joined(it, ":")
}

fn two_colons(_: &mut Rng, it: &mut Login) -> String {
    it.without(&[":"]);
    joined(it, "::")
}

fn comma(_: &mut Rng, it: &mut Login) -> String {
    it.user = format!("user{}@mail.test", it.index);
    it.without(&["\"", "'"]);
    joined(it, ",")
}

fn reversed_bare(_: &mut Rng, it: &mut Login) -> String {
    it.url = format!("login{}.example.com", it.index);
    it.without(&[";"]);
    format!("{};{};{}", it.user, it.password, it.url)
}

fn android(rng: &mut Rng, it: &mut Login) -> String {
    let end = rng.pick(&["/", ""]);
    it.url = format!("android://AAAABBBB{:05}_-==@com.example{}.app{end}", it.index, it.index);
    joined(it, ":")
}

fn stripped_android(_: &mut Rng, it: &mut Login) -> String {
    it.url = format!("com.example{}.app", it.index);
    it.open.push((Fact::Host, Ambiguity::NoNetworkHost));
    joined(it, ":")
}

fn user_info(rng: &mut Rng, it: &mut Login) -> String {
    let (scheme, end) = rng.pick(&[("ftp", ":21/"), ("http", "/"), ("ftp", "/"), ("sftp", ":22")]);
    it.user = format!("user{}", it.index);
    it.without(&[" ", "?"]);
    it.url = format!("{scheme}://ftp{}.example.com{end}", it.index);
    it.url.replacen("://", &format!("://{}:{}@", it.user, it.password), 1)
}

fn combolist(_: &mut Rng, it: &mut Login) -> String {
    it.url = String::new();
    it.user = format!("user{}@mail.test", it.index);
    format!("{}:{}", it.user, it.password)
}

fn metadata(rng: &mut Rng, it: &mut Login) -> String {
    it.open.push((Fact::Secret, Ambiguity::TrailingMetadata));
    let rest = rng.pick(&[" | Country = US | @channel", " - [2024-05-12]", ":Chrome"]);
    format!("{}{rest}", joined(it, ":"))
}

fn grouped(_: &mut Rng, it: &mut Login) -> String {
    it.url = format!("login{}.example.com", it.index);
    format!("[{}]\n{}:{}", it.url, it.user, it.password)
}

fn labelled(_: &mut Rng, it: &mut Login) -> String {
    it.without(&[":"]);
    format!("URL: {} Login: {} Password: {}", it.url, it.user, it.password)
}

fn labelled_with_bars(_: &mut Rng, it: &mut Login) -> String {
    it.without(&["|"]);
    format!("Host: {} | User: {} | Pass: {}", it.url, it.user, it.password)
}

fn csv(rng: &mut Rng, it: &mut Login) -> String {
    if rng.per_mille(300) {
        it.password.push_str(",\"quoted\"");
    }
    let quoted = |text: &str| match text.contains([',', '"', ' ']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text.to_owned(),
    };
    [quoted(&it.url), quoted(&it.user), quoted(&it.password)].join(",")
}

fn placeholders(rng: &mut Rng, it: &mut Login) -> String {
    match rng.below(4) {
        0 => it.user = String::new(),
        1 => {
            it.user = "EMAIL".to_owned();
            it.open.push((Fact::Username, Ambiguity::PlaceholderUser));
        }
        2 => (it.password, it.state) = ("[NOT_SAVED]".to_owned(), "placeholder"),
        _ => (it.password, it.state) = ("UNKNOWN".to_owned(), "placeholder"),
    }
    joined(it, ":")
}

fn percent_encoded(_: &mut Rng, it: &mut Login) -> String {
    let address = format!("https://login{}.example.com/", it.index);
    it.url = address.replace(':', "%3A").replace('/', "%2F");
    it.open.push((Fact::Url, Ambiguity::EncodedUrl));
    joined(it, ":")
}

/// What stands between the lines and is no login.
const NOISE: &[&str] = &[
    "@ExampleCloud - join https://t.me/example_test for more",
    "======================================",
    "4000000000000000|08|27|123|Jane Doe|",
    ".example.org\tTRUE\t/\tTRUE\t1893456000\tsid\tabc123",
    "",
];

/// The `number`th text: its bytes and what is in it.
pub fn text(seed: u64, number: usize, entry: &str) -> (Vec<u8>, LogTruth) {
    let mut rng = Rng::new(seed ^ (number as u64 + 5).wrapping_mul(0xA24B_AED4_963E_E407));
    let (version, form) = FORMS[number % FORMS.len()];
    let mut truth = LogTruth { family: Some("ulp"), version, ..LogTruth::default() };
    let mut content = head(version, &mut rng).to_owned();
    for index in 0..rng.within(20, 60) {
        if rng.per_mille(30) && version != "G13" {
            content.push_str(rng.text(NOISE));
            content.push('\n');
        }
        let mut login = Login::new(&mut rng, number, index);
        content.push_str(&form(&mut rng, &mut login));
        content.push('\n');
        let line = content.matches('\n').count() as u64;
        truth.credentials.push(place(login, entry, line));
    }
    (style(&mut rng).put_on(&content, &mut rng), truth)
}

fn head(version: &str, rng: &mut Rng) -> &'static str {
    match version {
        "G13" => rng.text(&["url,login,password\n", "URL,User,Password\n"]),
        _ => rng.text(&["", "", "Join https://t.me/example_test\n@ExampleCloud\n\n"]),
    }
}

fn style(rng: &mut Rng) -> Style {
    let mut style = Style::plain(&super::families::EVERYDAY[0], rng);
    style.encoding = super::style::encoding(Alphabet::Ascii, rng);
    style.ends = *rng.pick(&[Ends::Lf, Ends::CrLf, Ends::Mixed]);
    style.final_end = *rng.pick(&[FinalEnd::Written, FinalEnd::Missing]);
    if rng.per_mille(100) {
        style.watermark = *rng.pick(&[Watermark::Letters(8), Watermark::SameLetters]);
    }
    style
}

fn place(login: Login, entry: &str, line: u64) -> CredentialTruth {
    CredentialTruth {
        url: without_user_info(&login.url),
        username: login.user,
        state: login.state,
        password: (login.state == "present").then_some(login.password),
        software: None,
        browser: None,
        profile: None,
        entry: entry.to_owned(),
        line,
        last_line: line,
        exposes: Vec::new(),
        open: login.open,
    }
}
