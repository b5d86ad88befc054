//! What the lines of a sample look like: how many there are of each kind tells what a text is.

use super::fields::{self, Field};
use super::segment::{self, Run};
use super::ulp::{self, Ballot};
use super::{Hint, Kind, mail, noise, openvpn, passwords, sample, sessions, shape};

/// What the lines of a sample look like.
#[derive(Debug, Default)]
pub(super) struct Census {
    lines: u32,
    cookies: u32,
    labels: [u32; Field::COUNT],
    /// Heads of tables in columns.
    tables: u32,
    /// Logins with a URL, and those with an e-mail address only.
    ulp: u32,
    combolist: u32,
    /// Two words that a `[host]` above them makes a login.
    grouped: u32,
    is_below_group: bool,
    domains: u32,
    /// Lines of form histories.
    forms: u32,
    /// Lines that only the files of certain programs have.
    sessions: u32,
    openvpn: u32,
    mail: u32,
}

impl Census {
    /// Of a text whose lines stand below those that `context` tells of.
    pub(super) fn of(text: &[u8], context: &ulp::Context) -> Self {
        let ballot = Ballot::new(text, None);
        let is_below_group = context.group().is_some();
        let mut census = Self { is_below_group, ..Self::default() };
        for line in sample::lines(text) {
            let written = passwords::written_lines(line);
            if written.is_empty() {
                census.add(line, &ballot);
            }
            written.into_iter().for_each(|line| census.add(line, &ballot));
        }
        census
    }

    fn add(&mut self, line: &[u8], ballot: &Ballot<'_>) {
        let run = segment::kind_of(line, ballot);
        // A banner must not outweigh the few records of a small file.
        let bare = line.trim_ascii();
        if run.is_some() || !(noise::is_noise(bare) || noise::is_card(bare)) {
            self.lines += 1;
            self.count(line, run, ballot);
        }
    }

    fn count(&mut self, line: &[u8], run: Option<Run>, ballot: &Ballot<'_>) {
        if run != Some(Run::Cookies) {
            self.sessions += u32::from(sessions::is_start(line));
            self.openvpn += u32::from(openvpn::is_directive(line));
            self.mail += u32::from(mail::is_field(line));
        }
        match run {
            Some(Run::Cookies) => self.cookies += 1,
            Some(Run::Labelled) => {
                let label = segment::label(line).map(|field| self.labels.get_mut(field.index()));
                match label {
                    Some(count) => count.into_iter().for_each(|count| *count += 1),
                    None => self.tables += 1,
                }
            }
            Some(Run::Ulp) => match ulp::parse_line(line, ballot.winner()) {
                ulp::LineKind::Group(_) => {
                    self.is_below_group = true;
                    self.ulp += 1;
                }
                ulp::LineKind::Credential(split) if split.url.is_empty() => self.combolist += 1,
                _ => self.ulp += 1,
            },
            None if self.is_below_group && ulp::is_pair(line, ballot.winner()) => {
                self.grouped += 1;
            }
            None => {
                self.domains += u32::from(shape::is_host(domain_of(line)));
                self.forms += u32::from(fields::form_label(line.trim_ascii()).is_some());
            }
        }
    }

    /// The program, other than a browser, whose file it is.
    pub(super) fn program(&self) -> Option<Kind> {
        if self.sessions > 0 {
            Some(Kind::Sessions)
        } else if self.openvpn >= 3 && self.openvpn * 5 >= self.lines {
            Some(Kind::OpenVpn)
        } else if self.mail >= 2 && self.mail * 3 >= self.lines {
            Some(Kind::Mail)
        } else {
            None
        }
    }

    /// Whether it is a cookie jar.
    pub(super) fn is_cookies(&self) -> bool {
        self.cookies > 0 && self.cookies * 2 >= self.lines
    }

    /// Whether there are labelled blocks: how many it takes depends on what the name promises.
    pub(super) fn is_labelled(&self, hint: Hint) -> bool {
        let [urls, usernames, passwords, software, _] = self.labels;
        let blocks = passwords >= 2 && (urls >= 2 || software >= 2);
        if self.tables > 0 {
            return true;
        }
        match hint {
            Hint::Passwords => passwords >= 1 && urls + usernames + software >= 1,
            Hint::Other | Hint::Grabbed | Hint::Cookies => {
                blocks || (passwords >= 1 && urls >= 1 && usernames >= 1)
            }
            // Any word may be somebody's password.
            Hint::PasswordList => blocks && usernames >= 1 && self.is_mostly_labelled(),
            // Such files have passwords and hosts of their own.
            Hint::System => blocks,
            // Forms have fields of any name.
            Hint::Autofill | Hint::History | Hint::Cards | Hint::Tokens | Hint::DomainList => {
                blocks && self.is_mostly_labelled()
            }
        }
    }

    fn is_mostly_labelled(&self) -> bool {
        self.labels.iter().sum::<u32>() * 10 >= self.lines * 6
    }

    /// Whether it is a list of logins.
    pub(super) fn is_ulp(&self, hint: Hint) -> bool {
        let others = match hint {
            Hint::Passwords | Hint::Other | Hint::Grabbed => self.combolist + self.grouped,
            Hint::System => self.combolist,
            _ => 0,
        };
        let logins = self.ulp + others;
        logins > 0 && logins * 2 >= self.lines - self.cookies
    }

    /// Whether it is a form history under a name that does not say so.
    pub(super) fn is_form_history(&self, hint: Hint) -> bool {
        hint == Hint::Other && self.forms > 1 && self.forms * 10 >= self.lines * 8
    }

    /// Whether it is a list of domains.
    pub(super) fn is_domain_list(&self) -> bool {
        self.domains > 0 && self.domains * 10 >= self.lines * 8
    }
}

/// A line of a domain list without blanks and a leading dot.
fn domain_of(line: &[u8]) -> &[u8] {
    let line = line.trim_ascii();
    line.strip_prefix(b".").unwrap_or(line)
}
