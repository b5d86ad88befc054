//! An invented person with an infected computer: what every family then writes in its own way.

use jiff::civil::{DateTime, date};
use jiff::tz::Offset;

use super::awkward::Alphabet;
use super::families::Field;
use super::rng::Rng;
use super::truth::{Exposes, MachineExposes, names_on, organisation_of};

/// Why a watched organisation cares about a machine; [`ROLES`] repeat from log to log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Our address on our own host.
    Employee,
    /// A login of any name on a staff host.
    StaffHost,
    /// The computer is in our Windows domain.
    AdDomain,
    /// The computer has a name of ours.
    ComputerName,
    /// The computer has an address of ours.
    IpRange,
    /// Somebody else's login on our shop.
    Customer,
    /// Our address on somebody else's service.
    ThirdParty,
    /// Our name in a history and in notes only.
    Mention,
    /// Nobody of ours, but names that look like it.
    Stranger,
    /// Both organisations at once.
    Both,
    /// [`Role::Employee`], [`Role::Customer`], [`Role::ThirdParty`] of the other organisation.
    NetEmployee,
    NetCustomer,
    NetThirdParty,
}

pub const ROLES: [Role; 13] = [
    Role::Employee,
    Role::NetCustomer,
    Role::AdDomain,
    Role::Customer,
    Role::Stranger,
    Role::StaffHost,
    Role::NetEmployee,
    Role::ComputerName,
    Role::ThirdParty,
    Role::Mention,
    Role::Both,
    Role::NetThirdParty,
    Role::IpRange,
];

/// A browser and a profile of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Profile {
    pub vendor: &'static str,
    pub browser: &'static str,
    pub name: &'static str,
    pub version: &'static str,
}

pub const PROFILES: [Profile; 3] = [
    Profile { vendor: "Google", browser: "Chrome", name: "Default", version: "132.0.6834.15" },
    Profile { vendor: "Microsoft", browser: "Edge", name: "Default", version: "131.0.2903.70" },
    Profile { vendor: "Google", browser: "Chrome", name: "Profile 1", version: "132.0.6834.15" },
];

/// What a saved login has for a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Saved {
    Password(String),
    Empty,
    /// A text of the stealer's.
    Placeholder(&'static str),
}

/// A login saved in a browser.
#[derive(Debug, Clone)]
pub struct Login {
    pub url: String,
    pub username: String,
    pub saved: Saved,
    pub profile: Profile,
    /// A line that its block lacks.
    pub left_out: Option<Field>,
    /// A second line of the password, without a key.
    pub continued: Option<String>,
}

/// A cookie as in a Netscape jar.
#[derive(Debug, Clone)]
pub struct Cookie {
    pub domain: String,
    pub name: &'static str,
    pub value: String,
    pub expires: i64,
    pub profile: Profile,
}

/// The person, the computer, and what is on it.
#[derive(Debug, Clone)]
pub struct Victim {
    pub number: usize,
    pub role: Role,
    pub user: String,
    pub computer: String,
    pub ad_domain: String,
    pub hwid: String,
    pub guid: String,
    /// What some folders have for a name.
    pub folder_id: String,
    pub ip: String,
    pub country: &'static str,
    pub os: &'static str,
    /// On the computer's own clock.
    pub infected: DateTime,
    /// Hours that the clock is ahead of UTC.
    pub offset: i8,
    pub logins: Vec<Login>,
    pub cookies: Vec<Cookie>,
    pub emails: Vec<String>,
    pub history: Vec<String>,
    pub note: Vec<String>,
    pub alphabet: Alphabet,
    /// Which of the family's forms its dates have.
    pub date_form: usize,
}

const COUNTRIES: [(&str, i8); 6] =
    [("US", -5), ("DE", 1), ("BR", -3), ("IN", 4), ("JP", 9), ("PL", 2)];
const SYSTEMS: [&str; 3] = ["Windows 10 Pro", "Windows 11 Pro", "Windows 10 Home"];
const STRANGERS: [&str; 8] = [
    "https://accounts.mail.test/signin",
    "https://www.games.test/login?next=%2Fhome",
    "https://forum.example.org/ucp.php?mode=login",
    "http://192.0.2.17:8080/",
    "https://social.test/",
    "android://AAAABBBBCCCC==@test.chat.app/",
    "http://router.example/admin",
    "https://bank.test:8443/auth/step:2",
];
const NEAR_MISSES: [&str; 3] = [
    "https://www.notexample.com/login",
    "https://example.com.evil.test/login",
    "https://vpn-example.com.test/",
];

impl Victim {
    /// The victim with this number: the same seed gives the same one.
    pub fn new(seed: u64, number: usize) -> Self {
        let mut rng = Rng::new(seed ^ (number as u64 + 1).wrapping_mul(0xD6E8_FEB8_6659_FD93));
        let role = ROLES[number % ROLES.len()];
        let (country, offset) = *rng.pick(&COUNTRIES);
        let hwid = rng.hex(32);
        let guid = format!(
            "{}-{}-4{}-A{}-{}",
            rng.hex(8).to_lowercase(),
            rng.hex(4).to_lowercase(),
            rng.hex(3).to_lowercase(),
            rng.hex(3).to_lowercase(),
            rng.hex(12).to_lowercase()
        );
        let infected = date(
            rng.within(2023, 2025) as i16,
            rng.within(1, 12) as i8,
            // Above 12, so that day and month cannot be taken for each other.
            rng.within(13, 28) as i8,
        )
        .at(rng.within(0, 23) as i8, rng.within(0, 59) as i8, rng.within(0, 59) as i8, 0);
        let mut victim = Self {
            number,
            role,
            user: format!("user{number}"),
            computer: match role {
                Role::ComputerName => format!("EXC-LAPTOP{number:04}"),
                _ => format!("DESKTOP-{}", rng.hex(7)),
            },
            ad_domain: if role == Role::AdDomain { "EXAMPLE" } else { "WORKGROUP" }.to_owned(),
            folder_id: hwid.clone(),
            hwid,
            guid,
            ip: match role {
                Role::IpRange => format!("203.0.113.{}", rng.within(1, 254)),
                _ => format!("{}.{}", rng.pick(&["192.0.2", "198.51.100"]), rng.within(1, 254)),
            },
            country,
            os: *rng.pick(&SYSTEMS),
            infected,
            offset,
            logins: Vec::new(),
            cookies: Vec::new(),
            emails: Vec::new(),
            history: Vec::new(),
            note: Vec::new(),
            alphabet: Alphabet::All,
            date_form: 0,
        };
        victim.fill(&mut rng);
        victim
    }

    fn fill(&mut self, rng: &mut Rng) {
        let person = format!("person{}@mail.test", self.number);
        self.emails.push(person.clone());
        self.note.push("shopping list: milk, bread".to_owned());
        self.browse("www.news.test");
        let count = rng.within(6, 20);
        for index in 0..count {
            let url = *rng.pick(&STRANGERS);
            let username = match rng.below(4) {
                0 => person.clone(),
                1 => self.user.clone(),
                2 => format!("+1555{:07}", rng.below(10_000_000)),
                _ => format!("nick.{}.{index}", self.number),
            };
            self.save(rng, url, &username);
        }
        self.live_up_to_role(rng, &person);
        for index in 0..rng.within(8, 40) {
            let domain = *rng.pick(&[".social.test", "www.games.test", ".mail.test"]);
            let name = ["sid", "_ga", "prefs", "csrftoken"][index % 4];
            self.keep_cookie(rng, domain, name);
        }
    }

    fn live_up_to_role(&mut self, rng: &mut Rng, person: &str) {
        match self.role {
            Role::Employee => {
                self.work_at(rng, "example.com", "https://www.example.com/intern/login")
            }
            Role::NetEmployee => self.work_at(rng, "example.net", "https://www.münchen.example/"),
            Role::StaffHost => {
                self.save(
                    rng,
                    "https://vpn.example.com:8443/+CSCOE+/logon.html",
                    "EXAMPLE\\staff1",
                );
                self.keep_cookie(rng, "vpn.example.com", "webvpn");
            }
            Role::AdDomain | Role::ComputerName | Role::IpRange => {
                self.save(rng, "https://build.corp.example.com/login", "svc-build");
            }
            Role::Customer => {
                self.save(rng, "https://shop.example.com/account/login", person);
                self.save(rng, "android://AAAABBBBCCCC==@com.example.app/", person);
                self.keep_cookie(rng, ".shop.example.com", "PHPSESSID");
            }
            Role::NetCustomer => {
                self.save(rng, "https://SHOP.example.net./account", person);
                self.keep_cookie(rng, ".shop.example.net", "session_id");
            }
            Role::ThirdParty => {
                self.abroad(rng, &format!("jane.doe{}@example.com", self.number));
            }
            Role::NetThirdParty => {
                self.abroad(rng, &format!("max{}@mail.example.net", self.number));
            }
            Role::Mention => {
                self.browse("docs.example.com");
                self.note.push("partner: www.example.net, 9 to 5".into());
                self.note
                    .push("call the helpdesk of Example Corp (www.example.com), ext. 12".into());
            }
            Role::Stranger => {
                for url in NEAR_MISSES {
                    self.save(rng, url, person);
                }
            }
            Role::Both => {
                self.save(rng, "https://www.example.net/partner/login", "partner@example.com");
            }
        }
    }

    fn work_at(&mut self, rng: &mut Rng, domain: &str, url: &str) {
        let email = format!("jane.doe{}@{domain}", self.number);
        self.save(rng, url, &email);
        self.keep_cookie(rng, &format!(".{domain}"), "sessionid");
        self.browse(&format!("www.{domain}"));
        self.emails.push(email);
    }

    fn abroad(&mut self, rng: &mut Rng, email: &str) {
        self.save(rng, "https://www.games.test/login", email);
        self.emails.push(email.to_owned());
    }

    fn browse(&mut self, host: &str) {
        self.history.push(format!("https://{host}/page{}", self.number));
    }

    fn save(&mut self, rng: &mut Rng, url: &str, username: &str) {
        let count = self.logins.len();
        let saved = match rng.below(20) {
            0 => Saved::Empty,
            1 => Saved::Placeholder("UNKNOWN"),
            _ => Saved::Password(password(rng, self.number, count)),
        };
        let profile = PROFILES[count % PROFILES.len()];
        let (url, username) = (url.into(), username.into());
        self.logins.push(Login { url, username, saved, profile, left_out: None, continued: None });
    }

    fn keep_cookie(&mut self, rng: &mut Rng, domain: &str, name: &'static str) {
        let value = format!("c00kie-{:05}-{:03}-{}", self.number, self.cookies.len(), rng.hex(12));
        let expires = *rng.pick(&[1_893_456_000, 1_924_992_000, 1_600_000_000, 0]);
        let profile = PROFILES[self.cookies.len() % PROFILES.len()];
        self.cookies.push(Cookie { domain: domain.into(), name, value, expires, profile });
    }

    /// The moment of infection, RFC 3339 UTC.
    pub fn infected_at(&self) -> String {
        Offset::constant(self.offset).to_timestamp(self.infected).unwrap().to_string()
    }

    /// Why the machine exposes Example Corp, as far as `told` says so.
    pub fn machine_exposes(&self) -> Vec<MachineExposes> {
        let on = match self.role {
            Role::AdDomain => "ad_domain",
            Role::ComputerName => "computer_name",
            Role::IpRange => "ip_range",
            _ => return Vec::new(),
        };
        vec![MachineExposes { organisation: "Example Corp", on }]
    }
}

/// A password that no other text of any cloud contains, in every awkward form.
fn password(rng: &mut Rng, victim: usize, count: usize) -> String {
    let unique = format!("Inv3nt-{victim:05}-{count:03}");
    match rng.below(14) {
        0 => format!("{unique}: colon"),
        1 => format!("{unique}=is=equal"),
        2 => format!("{unique} "),
        3 => format!("===={unique}===="),
        4 => format!("пароль{unique}ß"),
        5 => format!("https://{unique}.test/x"),
        6 => format!("Password: {unique}"),
        7 => format!("URL:{unique}|;,"),
        8 => format!("\"{unique}\"'<&>"),
        _ => format!("{unique}!{}", rng.hex(4)),
    }
}

/// Whom a login exposes: the settled rules of identity classes, on the generator's own names only.
pub fn exposes(login: &Login, machine_is_ours: bool) -> Vec<Exposes> {
    let app = login.url.ends_with("@com.example.app/").then_some("Example Corp");
    let host = host_of(&login.url);
    let site = app.or_else(|| organisation_of(host));
    let account = login.username.split_once('@').and_then(|(_, domain)| organisation_of(domain));
    let by_domain = login.username.starts_with("EXAMPLE\\").then_some("Example Corp");
    let mut found = Vec::new();
    if let Some(organisation) = site {
        let staff = host.starts_with("vpn.") || host.ends_with(".corp.example.com");
        let ours = machine_is_ours && organisation == "Example Corp";
        let employee =
            staff || ours || account == Some(organisation) || by_domain == Some(organisation);
        let class = if employee { "employee" } else { "customer" };
        found.push(Exposes { organisation, class });
    }
    if let Some(organisation) = account.filter(|organisation| Some(*organisation) != site) {
        found.push(Exposes { organisation, class: "third_party" });
    }
    found
}

pub fn host_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    host.split(':').next().unwrap_or(host)
}

impl Cookie {
    pub fn is_watched(&self) -> bool {
        !names_on(&self.domain).is_empty()
    }
}
