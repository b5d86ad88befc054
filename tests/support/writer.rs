//! Writes a victim in the manner of a family, and notes down what it wrote and on which lines.

use super::families::{CookieShape, Family, Field, LoginShape};
use super::rng::Rng;
use super::truth::{
    AutofillTruth, CookieTruth, CredentialTruth, LogTruth, MachineTruth, NameTruth, names_on,
};
use super::victim::{Login, PROFILES, Profile, Saved, Victim, exposes};

/// A 1×1 picture, a real one.
const JPEG: &[u8] = include_bytes!("pixel.jpg");
const PNG: &[u8] = include_bytes!("pixel.png");

/// A written log.
#[derive(Debug)]
pub struct WrittenLog {
    pub files: Vec<(String, Vec<u8>)>,
    pub truth: LogTruth,
}

/// How the texts of a log are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dress {
    Lf,
    CrLf,
    CrLfWithMark,
    Utf16,
}

/// One text in the making.
struct Text {
    entry: String,
    content: String,
    lines: u64,
}

impl Text {
    fn push(&mut self, line: &str) -> u64 {
        self.content.push_str(line);
        self.content.push('\n');
        self.lines += 1 + line.matches('\n').count() as u64;
        self.lines
    }
}

struct Writer<'v> {
    victim: &'v Victim,
    family: &'static Family,
    dress: Dress,
    log: WrittenLog,
}

/// Writes `victim` in the manner of `family` into a folder named `folder`.
pub fn write_log(victim: &Victim, family: &'static Family, folder: &str) -> WrittenLog {
    let mut rng = Rng::new(victim.number as u64);
    let dress = match rng.below(12) {
        0..=4 => Dress::Lf,
        5..=8 => Dress::CrLf,
        9..=10 => Dress::CrLfWithMark,
        _ => Dress::Utf16,
    };
    let truth = LogTruth {
        log: folder.to_owned(),
        family: Some(family.name).filter(|name| *name != "generic"),
        machine: machine_truth(victim, family),
        ..LogTruth::default()
    };
    let log = WrittenLog { files: Vec::new(), truth };
    let mut writer = Writer { victim, family, dress, log };
    writer.passwords();
    writer.cookies();
    writer.autofill();
    writer.system();
    writer.others();
    writer.binaries(&mut rng);
    writer.log
}

/// The name of the folder that `family` would give to the log of `victim`.
pub fn folder_name(victim: &Victim, family: &Family) -> String {
    fill(family.folder, victim, family)
}

fn machine_truth(victim: &Victim, family: &Family) -> MachineTruth {
    let template = family.system.1;
    let told = |name: &str, value: &str| template.contains(name).then(|| value.to_owned());
    let dated = template.contains("{date}");
    let mut exposes = victim.machine_exposes();
    exposes.retain(|why| match why.on {
        "ad_domain" => template.contains("{domain}"),
        "computer_name" => template.contains("{computer}"),
        _ => template.contains("{ip}"),
    });
    MachineTruth {
        computer_name: told("{computer}", &victim.computer),
        user_name: told("{user}", &victim.user),
        // A work group is no Windows domain.
        ad_domain: told("{domain}", &victim.ad_domain).filter(|domain| domain != "WORKGROUP"),
        hwid: told("{hwid}", &victim.hwid).or_else(|| told("{guid}", &victim.guid)),
        ip: told("{ip}", &victim.ip),
        country: told("{country}", victim.country),
        os: told("{os}", victim.os).or_else(|| told("macOS", "macOS")),
        infected_at: dated.then(|| victim.infected_at()),
        infected_at_confidence: dated.then_some("exact"),
        exposes,
    }
}

impl Writer<'_> {
    fn text(&self, path: &str) -> Text {
        let entry = format!("{}/{path}", self.log.truth.log);
        Text { entry, content: String::new(), lines: 0 }
    }

    fn finish(&mut self, text: Text) {
        for (index, line) in text.content.lines().enumerate() {
            for name in names_on(line) {
                let line = index as u64 + 1;
                self.log.truth.names.push(NameTruth { name, entry: text.entry.clone(), line });
            }
        }
        let bytes = self.dress.put_on(text.content);
        self.log.files.push((text.entry, bytes));
    }

    fn passwords(&mut self) {
        let victim = self.victim;
        self.password_file(self.family.passwords, &victim.logins.iter().collect::<Vec<_>>());
        let Some(path) = self.family.passwords_by_browser else { return };
        for profile in PROFILES {
            let logins: Vec<_> =
                victim.logins.iter().filter(|login| login.profile == profile).collect();
            self.password_file(&of_profile(path, profile), &logins);
        }
    }

    fn password_file(&mut self, path: &str, logins: &[&Login]) {
        let mut text = self.text(path);
        match &self.family.login {
            LoginShape::Lines(fields, end) => {
                for login in logins {
                    self.login_block(&mut text, login, fields, end);
                }
            }
            LoginShape::Json => {
                text.push("[");
                for (index, login) in logins.iter().enumerate() {
                    let comma = if index + 1 < logins.len() { "," } else { "" };
                    let line = text.push(&format!("  {}{comma}", login_json(login)));
                    self.credential(&text, login, None, line..=line);
                }
                text.push("]");
            }
        }
        self.finish(text);
    }

    fn login_block(
        &mut self,
        text: &mut Text,
        login: &Login,
        fields: &[(&str, Field)],
        end: &[&str],
    ) {
        let software = of_profile(self.family.software, login.profile);
        let first = text.lines + 1;
        for (key, field) in fields {
            let value = match field {
                Field::Url => &login.url,
                Field::Username => &login.username,
                Field::Password => saved_text(&login.saved),
                Field::Software => &software,
                Field::Profile => login.profile.name,
            };
            text.push(&format!("{key}{value}"));
        }
        let told = fields.iter().any(|(_, field)| *field == Field::Software);
        self.credential(text, login, told.then_some(software), first..=text.lines);
        for line in end {
            text.push(line);
        }
    }

    fn credential(
        &mut self,
        text: &Text,
        login: &Login,
        software: Option<String>,
        lines: std::ops::RangeInclusive<u64>,
    ) {
        let (state, password) = match &login.saved {
            Saved::Password(password) => ("present", Some(password.clone())),
            Saved::Empty => ("empty", None),
            Saved::Placeholder => ("placeholder", None),
        };
        let truth = &mut self.log.truth;
        if let Some(password) = password.clone().filter(|text| !truth.secrets.contains(text)) {
            truth.secrets.push(password);
        }
        let ours = truth.machine.exposes.iter().any(|why| why.on != "ip_range");
        let profiled = software.is_some();
        truth.credentials.push(CredentialTruth {
            url: login.url.clone(),
            username: login.username.clone(),
            state,
            password,
            software,
            browser: profiled.then_some(login.profile.browser),
            profile: profiled.then_some(login.profile.name),
            entry: text.entry.clone(),
            line: *lines.start(),
            last_line: *lines.end(),
            exposes: exposes(login, ours),
        });
    }

    fn cookies(&mut self) {
        for profile in PROFILES {
            let victim = self.victim;
            let mut text = self.text(&of_profile(self.family.cookies, profile));
            let jar: Vec<_> = victim.cookies.iter().filter(|c| c.profile == profile).collect();
            let json = self.family.cookie_shape == CookieShape::Json;
            if json {
                text.push("[");
            }
            for (index, cookie) in jar.iter().enumerate() {
                let (domain, name) = (&cookie.domain, cookie.name);
                let (value, expires) = (&cookie.value, cookie.expires);
                let dotted = if domain.starts_with('.') { "TRUE" } else { "FALSE" };
                let comma = if index + 1 < jar.len() { "," } else { "" };
                let line = text.push(&match self.family.cookie_shape {
                    CookieShape::Netscape => {
                        format!("{domain}\t{dotted}\t/\tTRUE\t{expires}\t{name}\t{value}")
                    }
                    CookieShape::Json => format!(
                        "  {{\"domain\": \"{domain}\", \"path\": \"/\", \"secure\": true, \
                         \"expirationDate\": {expires}, \"name\": \"{name}\", \
                         \"value\": \"{value}\"}}{comma}"
                    ),
                });
                self.log.truth.cookies += 1;
                self.log.truth.secrets.push(value.clone());
                if cookie.is_watched() {
                    let (domain, name) = (domain.clone(), name.to_owned());
                    let entry = text.entry.clone();
                    self.log.truth.watched_cookies.push(CookieTruth { domain, name, entry, line });
                }
            }
            if json {
                text.push("]");
            }
            self.finish(text);
        }
    }

    fn autofill(&mut self) {
        let mut text = self.text(&of_profile(self.family.autofill, PROFILES[0]));
        text.push(&self.family.form.replace("email", "city").replace("{value}", "Exampleville"));
        for email in &self.victim.emails {
            let before = text.lines;
            let form = self.family.form.replace("{value}", email);
            text.push(&form);
            let value_line = form.lines().position(|line| line.contains(email)).unwrap();
            self.log.truth.autofill.push(AutofillTruth {
                email: email.clone(),
                entry: text.entry.clone(),
                first_line: before + 1,
                line: before + 1 + value_line as u64,
            });
        }
        self.finish(text);
    }

    fn system(&mut self) {
        let (path, template) = self.family.system;
        self.template(path, template);
    }

    fn others(&mut self) {
        for (path, template) in self.family.others.iter().filter(|(_, body)| *body != "{binary}") {
            self.template(path, template);
        }
    }

    fn template(&mut self, path: &str, template: &str) {
        let mut text = self.text(&fill(path, self.victim, self.family));
        text.content = fill(template, self.victim, self.family);
        self.finish(text);
    }

    fn binaries(&mut self, rng: &mut Rng) {
        let log = self.log.truth.log.clone();
        let mut push = |path: &str, bytes: &[u8]| {
            self.log.files.push((format!("{log}/{path}"), bytes.to_vec()));
        };
        push(
            self.family.screenshot,
            if self.family.screenshot.ends_with("png") { PNG } else { JPEG },
        );
        push(&format!("{}/000003.log", self.family.wallet), &binary(rng));
        for (path, _) in self.family.others.iter().filter(|(_, body)| *body == "{binary}") {
            push(path, &binary(rng));
        }
    }
}

/// Bytes that are no text by any measure.
fn binary(rng: &mut Rng) -> Vec<u8> {
    (0..200_u8).flat_map(|index| [0xFF, 0, index, rng.below(256) as u8]).collect()
}

impl Dress {
    fn put_on(self, content: String) -> Vec<u8> {
        match self {
            Self::Lf => content.into_bytes(),
            Self::CrLf => content.replace('\n', "\r\n").into_bytes(),
            Self::CrLfWithMark => format!("\u{feff}{}", content.replace('\n', "\r\n")).into_bytes(),
            Self::Utf16 => format!("\u{feff}{}", content.replace('\n', "\r\n"))
                .encode_utf16()
                .flat_map(u16::to_le_bytes)
                .collect(),
        }
    }
}

fn saved_text(saved: &Saved) -> &str {
    match saved {
        Saved::Password(password) => password,
        Saved::Empty => "",
        Saved::Placeholder => "UNKNOWN",
    }
}

fn login_json(login: &Login) -> String {
    let quoted = |text: &str| serde_json::to_string(text).unwrap();
    format!(
        "{{\"url\": {}, \"username\": {}, \"password\": {}}}",
        quoted(&login.url),
        quoted(&login.username),
        quoted(saved_text(&login.saved))
    )
}

fn of_profile(template: &str, profile: Profile) -> String {
    template
        .replace("{vendor}", profile.vendor)
        .replace("{browser}", profile.browser)
        .replace("{profile}", profile.name)
        .replace("{profile_}", &profile.name.replace(' ', "_"))
        .replace("{version}", profile.version)
}

/// Fills in what a template of `family` asks of `victim`.
fn fill(template: &str, victim: &Victim, family: &Family) -> String {
    let mut text = template.to_owned();
    for (name, value) in [
        ("{user}", &victim.user),
        ("{computer}", &victim.computer),
        ("{domain}", &victim.ad_domain),
        ("{hwid}", &victim.hwid),
        ("{guid}", &victim.guid),
        ("{ip}", &victim.ip),
    ] {
        text = text.replace(name, value);
    }
    text = text.replace("{country}", victim.country).replace("{os}", victim.os);
    fill_lists(&fill_dates(&text, victim, family), victim)
}

fn fill_dates(text: &str, victim: &Victim, family: &Family) -> String {
    let date = victim.infected;
    let offset = victim.offset;
    let utc = date - jiff::Span::new().hours(offset);
    let epoch = jiff::tz::Offset::constant(offset).to_timestamp(date).unwrap().as_second();
    let local = family.date.replace("%a %b %d %-H:%M:%S %Y", "%-d/%-m/%Y %-H:%M:%S");
    text.replace("{date}", &date.strftime(family.date).to_string())
        .replace("{local}", &date.strftime(&local).to_string())
        .replace("{utc}", &utc.strftime(family.date).to_string())
        .replace("{epoch}", &epoch.to_string())
        .replace("{stamp}", &date.strftime("%Y_%m_%dT%H_%M_%S").to_string())
        .replace("{stamp_}", &date.strftime("%Y_%m_%d_%H_%M_%S").to_string())
        .replace("{hours}", &offset.to_string())
        .replace("{hours_signed}", &format!("{offset:+}"))
        .replace("{hours_padded}", &format!("{offset:+03}"))
        .replace("{minutes}", &format!("{:+}", i16::from(offset) * 60))
        .replace("{number}", &victim.number.to_string())
}

fn fill_lists(text: &str, victim: &Victim) -> String {
    if !text.contains('{') {
        return text.to_owned();
    }
    let mut sites: Vec<String> =
        victim.cookies.iter().map(|cookie| cookie.domain.trim_matches('.').to_owned()).collect();
    sites.sort();
    sites.dedup();
    let counted: Vec<_> = sites.iter().map(|site| format!("{site} (1)")).collect();
    let passwords: Vec<_> = victim
        .logins
        .iter()
        .filter(|login| matches!(login.saved, Saved::Password(_)))
        .map(|login| saved_text(&login.saved))
        .collect();
    let titled: Vec<_> = victim
        .history
        .iter()
        .map(|url| format!("URL: {url}\nTITLE: A page\nTIME: 01.01.1601 02:00:00\n"))
        .collect();
    text.replace("{sites}", &counted.join(", "))
        .replace("{site_lines}", &ended(&sites))
        .replace("{history}", &ended(&victim.history))
        .replace("{history_titles}", &ended(&titled))
        .replace("{note}", &ended(&victim.note))
        .replace("{passwords}", &ended(&passwords))
}

/// The lines, each with its end.
fn ended<T: AsRef<str>>(lines: &[T]) -> String {
    lines.iter().map(|line| format!("{}\n", line.as_ref())).collect()
}
