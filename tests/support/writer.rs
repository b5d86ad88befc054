//! Writes a victim in the manner of a family, and notes down what it wrote and on which lines.

use super::families::{CookieShape, Family, Field, Lines, LoginShape};
use super::fill::{fill, of_profile, saved_text};
use super::machine::{Told, machine_truth};
use super::pack;
use super::rng::Rng;
use super::style::{Appendix, Keys, Optional, Soft, Style, Watermark};
use super::truth::{
    Ambiguity, AutofillTruth, CookieTruth, CredentialTruth, Fact, LogTruth, NameTruth, names_on,
    without_user_info,
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
    style: Style,
    rng: Rng,
    log: WrittenLog,
}

/// Writes `victim` in the manner of `family` into a folder named `folder`, as its panel does.
pub fn write_log(victim: &Victim, family: &'static Family, folder: &str) -> WrittenLog {
    let mut rng = Rng::new(victim.number as u64);
    let style = Style::plain(family, &mut rng);
    write_in_style(victim, family, folder, family.folders[0], style, rng)
}

/// As [`write_log`], in any style; `folder_form` is the template that `folder` was made from.
pub fn write_in_style(
    victim: &Victim,
    family: &'static Family,
    folder: &str,
    folder_form: &str,
    style: Style,
    mut rng: Rng,
) -> WrittenLog {
    let system = cut_lines(&style.mangling.of(family.system.1), &style, &mut rng);
    let mut told = Told { folder: folder_form, text: system.clone(), cut: style.cut > 0 };
    told.text.extend(family.identity.iter().map(|(_, text)| *text));
    let mut machine = machine_truth(victim, family, &told);
    if style.appendix == Appendix::Country && machine.country.is_none() {
        machine.open.push((Fact::Country, Ambiguity::Trailer));
    }
    let truth = LogTruth {
        log: folder.to_owned(),
        family: Some(family.name).filter(|name| *name != "generic"),
        version: family.version,
        machine,
        optional: family
            .optional
            .iter()
            .map(|(path, _)| format!("{folder}/{}", style.name_of(path, family)))
            .map(|path| (path, Ambiguity::NoWebsite))
            .collect(),
        ..LogTruth::default()
    };
    let log = WrittenLog { files: Vec::new(), truth };
    let mut writer = Writer { victim, family, style, rng, log };
    writer.passwords();
    writer.cookies();
    writer.autofill();
    writer.system(&system);
    writer.others();
    writer.binaries();
    writer.log
}

/// The name of the folder that `family` would give to the log of `victim`.
pub fn folder_name(victim: &Victim, family: &Family) -> String {
    fill(family.folders[0], victim, family)
}

/// What a seller leaves of a text: lines with facts about the machine may be missing.
fn cut_lines(text: &str, style: &Style, rng: &mut Rng) -> String {
    let keep = |line: &&str| style.cut == 0 || !(line.contains('{') && rng.per_mille(style.cut));
    text.split_inclusive('\n').filter(keep).collect()
}

impl Writer<'_> {
    fn text(&self, path: &str) -> Text {
        let entry = format!("{}/{path}", self.log.truth.log);
        let mut text = Text { entry, content: String::new(), lines: 0 };
        if !is_structured(path) && !self.style.banner.is_empty() {
            text.push(self.style.banner.trim_end_matches('\n'));
        }
        text
    }

    fn finish(&mut self, text: Text) {
        for (index, line) in text.content.lines().enumerate() {
            for name in names_on(line) {
                let line = index as u64 + 1;
                self.log.truth.names.push(NameTruth { name, entry: text.entry.clone(), line });
            }
        }
        let bytes = if is_structured(&text.entry) {
            Style { watermark: Watermark::None, ..self.style.clone() }
                .put_on(&text.content, &mut self.rng)
        } else {
            self.style.put_on(&text.content, &mut self.rng)
        };
        self.log.files.push((text.entry, bytes));
    }

    fn passwords(&mut self) {
        let victim = self.victim;
        let all: Vec<_> = victim.logins.iter().collect();
        self.password_file(self.style.name_of(self.family.passwords, self.family), &all);
        if let Some(path) = self.family.passwords_again {
            self.password_file(path, &all);
        }
        let Some(path) = self.family.passwords_by_browser else { return };
        for profile in PROFILES {
            let logins: Vec<_> =
                victim.logins.iter().filter(|login| login.profile == profile).collect();
            self.password_file(&of_profile(path, profile), &logins);
        }
    }

    fn password_file(&mut self, path: &str, logins: &[&Login]) {
        let mut text = self.text(path);
        match self.style.login {
            LoginShape::Lines(lines) => self.login_blocks(&mut text, logins, &lines),
            LoginShape::Json => {
                text.push("[");
                for (index, login) in logins.iter().enumerate() {
                    let comma = if index + 1 < logins.len() { "," } else { "" };
                    let line = text.push(&format!("  {}{comma}", login_json(login)));
                    self.credential(&text, login, None, line..=line);
                }
                text.push("]");
            }
            LoginShape::JsonLists => self.login_lists(&mut text, logins),
            LoginShape::Columns => self.login_columns(&mut text, logins),
            LoginShape::Csv => self.login_rows(&mut text, logins),
        }
        if self.style.written_ends && matches!(self.style.login, LoginShape::Lines(_)) {
            text.content = text.content.replace('\n', "\\n") + "\n";
            for place in &mut self.log.truth.credentials {
                if place.entry == text.entry {
                    (place.line, place.last_line) = (1, 1);
                }
            }
        }
        self.finish(text);
    }

    fn login_blocks(&mut self, text: &mut Text, logins: &[&Login], lines: &Lines) {
        for login in logins {
            if self.style.marks_inside && self.rng.per_mille(100) {
                text.content.push('\u{feff}');
            }
            self.login_block(text, login, lines);
            for line in self.style.end {
                text.push(line);
            }
            if self.style.empty_blocks && self.rng.per_mille(60) {
                for (key, _) in lines.keys {
                    text.push(&self.style.keys.write(key, lines.separator));
                }
                for line in self.style.end {
                    text.push(line);
                }
            }
            if !self.style.promotion.is_empty() && self.rng.per_mille(100) {
                text.push(self.style.promotion);
                for line in self.style.end {
                    text.push(line);
                }
            }
        }
        self.appendix(text);
    }

    /// What else stands in the file.
    fn appendix(&mut self, text: &mut Text) {
        match self.style.appendix {
            Appendix::Nothing => {}
            Appendix::Country => {
                text.push(&format!("Country : {}", self.victim.country));
            }
            Appendix::Cookies => {
                for name in ["sid", "_ga", "csrftoken"] {
                    text.push(&format!(".social.test\tTRUE\t/\tFALSE\t1893456000\t{name}\tc00kie"));
                }
            }
            Appendix::Ulp => {
                for index in 0..self.rng.within(3, 9) {
                    let number = self.victim.number;
                    let login = Login {
                        url: format!("https://www.appended{index}.test/login"),
                        username: format!("late{index}@mail.test"),
                        saved: Saved::Password(format!("L4te-{number}-{index}")),
                        profile: PROFILES[0],
                        left_out: None,
                        continued: None,
                    };
                    let (url, user, saved) =
                        (&login.url, &login.username, saved_text(&login.saved));
                    let line = text.push(&format!("{url}:{user}:{saved}"));
                    self.credential(text, &login, None, line..=line);
                }
            }
        }
    }

    fn login_block(&mut self, text: &mut Text, login: &Login, lines: &Lines) {
        let software = of_profile(self.family.software, login.profile);
        let first = text.lines + 1;
        for (key, field) in lines.keys {
            if login.left_out == Some(*field) {
                continue;
            }
            if *field == Field::Software && self.style.soft == Soft::Brackets {
                let Profile { browser, name, .. } = login.profile;
                text.push(&format!("[\"{browser}\" = \"{name}\"]"));
                continue;
            }
            let value = match field {
                Field::Url => &login.url,
                Field::Username => &login.username,
                Field::Password => saved_text(&login.saved),
                Field::Software => &software,
                Field::Profile => login.profile.name,
                Field::Other(text) => text,
            };
            let key = self.style.keys.write(key, lines.separator);
            // Where there is no value, the blank after the separator may be gone too.
            let key =
                if value.is_empty() && self.style.trims_empty { key.trim_end() } else { &key };
            text.push(&format!("{key}{value}"));
        }
        let last = lines.keys.last().filter(|(_, field)| *field == Field::Software);
        if let Some((key, _)) = last.filter(|_| self.style.soft == Soft::Twice) {
            text.push(&format!("{}{software}", self.style.keys.write(key, lines.separator)));
        }
        if let Some(rest) = &login.continued {
            text.push(rest);
        }
        let told = lines.names_software() && login.left_out != Some(Field::Software);
        self.credential(text, login, told.then_some(software), first..=text.lines);
    }

    /// An object of arrays, a value a line.
    fn login_lists(&mut self, text: &mut Text, logins: &[&Login]) {
        let first = text.lines + 2;
        text.push("{\"url\": [");
        let mut list = |values: Vec<&str>, next: &str| {
            let quoted: Vec<_> = values.iter().map(|value| quoted(value)).collect();
            text.push(&quoted.join(",\n"));
            text.push(next);
        };
        list(logins.iter().map(|login| login.url.as_str()).collect(), "], \"username\": [");
        list(logins.iter().map(|login| login.username.as_str()).collect(), "], \"password\": [");
        list(logins.iter().map(|login| saved_text(&login.saved)).collect(), "]}");
        let last = text.lines;
        for login in logins {
            self.credential(text, login, None, first..=last);
        }
    }

    /// A table: the columns are as wide as their widest value.
    fn login_columns(&mut self, text: &mut Text, logins: &[&Login]) {
        let width = |values: &mut dyn Iterator<Item = &str>| {
            values.map(|value| value.chars().count()).max().unwrap_or(0).max(8) + 3
        };
        let urls = width(&mut logins.iter().map(|login| login.url.as_str()));
        let users = width(&mut logins.iter().map(|login| login.username.as_str()));
        text.push(&format!("{:urls$}{:users$}{}", "URL", "Username", "Password"));
        for login in logins {
            let (url, user, saved) = (&login.url, &login.username, saved_text(&login.saved));
            let line = text.push(&format!("{url:urls$}{user:users$}{saved}"));
            self.credential(text, login, None, line..=line);
        }
    }

    fn login_rows(&mut self, text: &mut Text, logins: &[&Login]) {
        text.push("url,username,password");
        for login in logins {
            let cells = [&login.url, &login.username, saved_text(&login.saved)]
                .map(|cell| format!("\"{}\"", cell.replace('"', "\"\"")));
            let line = text.push(&cells.join(","));
            self.credential(text, login, None, line..=line);
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
            _ if login.left_out == Some(Field::Password) => ("empty", None),
            // Control characters and what has no width at the end are no part of a value.
            Saved::Password(password) => ("present", Some(without_controls(password))),
            Saved::Empty => ("empty", None),
            Saved::Placeholder(_) => ("placeholder", None),
        };
        let told = |field, value: &str| {
            if login.left_out == Some(field) { String::new() } else { value.to_owned() }
        };
        let open = self.open(login);
        let truth = &mut self.log.truth;
        if let Some(password) = password.clone().filter(|text| !truth.secrets.contains(text)) {
            truth.secrets.push(password);
        }
        let ours = truth.machine.exposes.iter().any(|why| why.on != "ip_range");
        let profiled = software.is_some();
        truth.credentials.push(CredentialTruth {
            url: told(Field::Url, &without_user_info(&login.url)),
            username: told(Field::Username, &login.username),
            state,
            password,
            software,
            browser: profiled.then_some(login.profile.browser),
            profile: profiled.then_some(login.profile.name),
            entry: text.entry.clone(),
            line: *lines.start(),
            last_line: *lines.end(),
            exposes: exposes(login, ours),
            open,
        });
    }

    /// What the text leaves open about a login.
    fn open(&self, login: &Login) -> Vec<(Fact, Ambiguity)> {
        let mut open = Vec::new();
        let value = saved_text(&login.saved);
        if login.username == "UNKNOWN" || login.username == "EMAIL" {
            open.push((Fact::Username, Ambiguity::PlaceholderUser));
        }
        if login.continued.is_some() {
            open.push((Fact::Secret, Ambiguity::AndroidContinuation));
        }
        if login.url.ends_with(" (Example Realm)") {
            open.push((Fact::Url, Ambiguity::Realm));
        }
        let bare = matches!(self.style.login, LoginShape::Lines(lines) if lines.is_bare());
        if bare && value.starts_with(' ') {
            open.push((Fact::Secret, Ambiguity::SpaceAfterBareSeparator));
        }
        if self.style.keys == Keys::Columns && value.starts_with(' ') {
            open.push((Fact::Secret, Ambiguity::ColumnPadding));
        }
        let columns = matches!(self.style.login, LoginShape::Columns);
        if columns && (value.contains("  ") || value.trim() != value || value.contains('\t')) {
            open.push((Fact::Secret, Ambiguity::ColumnPadding));
        }
        open
    }

    fn cookies(&mut self) {
        for profile in PROFILES {
            let victim = self.victim;
            let path = of_profile(self.family.cookies, profile);
            let mut text = self.text(&fill(&path, victim, self.family));
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

    fn system(&mut self, template: &str) {
        let path = self.style.name_of(self.family.system.0, self.family);
        let trailer = if is_structured(path) { "" } else { self.style.trailer };
        let end = if trailer.is_empty() || template.ends_with('\n') { "" } else { "\n" };
        self.template(path, &format!("{template}{end}{trailer}"));
        for (path, template) in self.family.identity {
            self.template(path, template);
        }
    }

    fn others(&mut self) {
        for (path, template) in self.family.others {
            match *template {
                "{binary}" => {}
                "{zip}" => self.grabbed(path),
                _ => self.template(path, template),
            }
        }
        if self.style.optional == Optional::Written {
            for (path, template) in self.family.optional.iter().filter(|(_, body)| !body.is_empty())
            {
                self.template(path, template);
            }
        }
    }

    fn template(&mut self, path: &str, template: &str) {
        let mut text = self.text(&fill(path, self.victim, self.family));
        let content = fill(template, self.victim, self.family);
        if template == "{passwords}" && mostly_like_keys(&content) {
            self.log.truth.optional.push((text.entry.clone(), Ambiguity::PasswordsLikeKeys));
        }
        text.content.push_str(&content);
        self.finish(text);
    }

    /// An archive of the victim's own files, with notes that look like logins.
    fn grabbed(&mut self, path: &str) {
        let note = "my passwords\nUsername\t+:jane\nPass\t+:Not-Inv3nted\n";
        let files = [("Account Example.txt".to_owned(), note.as_bytes().to_vec())];
        self.log.files.push((format!("{}/{path}", self.log.truth.log), pack::zip(&files)));
    }

    fn binaries(&mut self) {
        let log = self.log.truth.log.clone();
        let rng = &mut self.rng;
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

fn without_controls(text: &str) -> String {
    let kept: String = text.chars().filter(|c| !c.is_control() || *c == '\t').collect();
    kept.trim_end_matches(['\u{200b}', '\u{200c}', '\u{200d}']).to_owned()
}

/// Whether at least half of the lines have what stands between key and value.
fn mostly_like_keys(content: &str) -> bool {
    let like_keys = content.lines().filter(|line| line.contains([':', '=']));
    2 * like_keys.count() >= content.lines().count()
}

/// Whether a file has a form that bears no line of a seller's.
fn is_structured(path: &str) -> bool {
    path.ends_with("json") || path.ends_with("csv")
}

/// Bytes that are no text by any measure.
fn binary(rng: &mut Rng) -> Vec<u8> {
    (0..200_u8).flat_map(|index| [0xFF, 0, index, rng.below(256) as u8]).collect()
}

fn login_json(login: &Login) -> String {
    format!(
        "{{\"url\": {}, \"username\": {}, \"password\": {}}}",
        quoted(&login.url),
        quoted(&login.username),
        quoted(saved_text(&login.saved))
    )
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}
