//! `logsieve inspect --explain`: one entry line by line, with what the parsers made of it.

use std::ops::RangeInclusive;
use std::sync::Arc;

use crate::artefact::explain::{Explanation, LineStory, Meaning};
use crate::artefact::{Hint, Kind};
use crate::cli::args::InspectArgs;
use crate::cli::check::exit_code;
use crate::cli::configure;
use crate::cli::exit_code::ExitCode;
use crate::cli::sandbox::Sandbox;
use crate::cli::show::{DataTo, Show};
use crate::error::{Error, Result};
use crate::family::labels::{CredentialLabel, SystemLabel};
use crate::pipeline::{self, Answer, Answers, Question, Scope, Settings};
use crate::record::Status;
use crate::secret::Key;
use crate::text::Encoding;
use crate::text::visible;

/// The lines that are shown unless others are asked for.
const FIRST_LINES: RangeInclusive<u64> = 1..=1000;

/// Reads the inputs as far as is needed to find `entry`, and explains it.
pub(super) fn explain(args: &InspectArgs, entry: &str) -> Result<ExitCode> {
    let lines = args.lines.clone().unwrap_or(FIRST_LINES);
    let read = configure::reading(&args.reading, None)?;
    let limits = read.limits.clone();
    let question = Question { entry: entry.replace('\\', "/"), lines: lines.clone(), limits };
    let scope = Scope::Explained(Arc::new(question));
    let settings = Settings::new(scope, Key::random()?, read);
    let sandbox = Sandbox::enter(&args.reading, None, None)?;
    let show = Show::start(&args.showing, DataTo::Stdout, &sandbox);
    let report = pipeline::run(&settings, show.progress(), &mut |record| {
        show.record(&record);
        Ok(())
    })?;
    show.clear();
    match report.answers.the_one() {
        Some(answer) => super::print(render(answer, &lines).as_bytes()),
        // It has been told why.
        None if report.summary.status == Status::Unreadable => Ok(exit_code(&report, None, None)),
        None => Err(not_clear(entry, &report.answers)),
    }
}

/// Why there is nothing to explain.
fn not_clear(entry: &str, answers: &Answers) -> Error {
    let names: Vec<String> = answers.names().iter().map(|name| format!("“{name}”")).collect();
    let names = names.join(", ");
    Error::config(match (answers.found.len(), names.as_str()) {
        (0, "") => format!(
            "--explain: no text is called “{entry}”; give the path of an entry as records show it"
        ),
        (0, near) => format!("--explain: no text is called “{entry}”, but there is {near}"),
        (count, names) => {
            format!("--explain: {count} entries end with “{entry}”; give more of the path: {names}")
        }
    })
}

fn render(answer: &Answer, asked: &RangeInclusive<u64>) -> String {
    let Some(explanation) = &answer.explanation else {
        return format!("{}: a line longer than a window is not parsed\n", visible(&answer.entry));
    };
    let mut text = head(answer, explanation);
    let first = explanation.lines.first().map_or(0, |line| line.number);
    let last = explanation.lines.last().map_or(0, |line| line.number);
    let width = last.max(first).to_string().len();
    for line in &explanation.lines {
        let LineStory { number, meaning, shown } = line;
        text.push_str(&format!("{number:>width$}  {:<24}  {}\n", named(*meaning), visible(shown)));
    }
    text.push_str(&format!(
        "\nLines {} to {} were asked for (--lines A-B). *** stands for a secret; other text is shown \
         by its shape:\nA and a for letters, 9 for digits. Known labels and hosts can be read.\n",
        asked.start(),
        asked.end()
    ));
    text
}

fn head(answer: &Answer, explanation: &Explanation) -> String {
    let counts = explanation.counts;
    let mut text = format!("entry     {}\n", visible(&answer.entry));
    let mut row = |name: &str, value: &str| text.push_str(&format!("{name:<10}{value}\n"));
    row("name", &format!("promises {}", promised(answer.hint)));
    row("content", read_as(explanation.kind));
    let encoding = match answer.encoding {
        Encoding::AsciiBased => "UTF-8, or a code page that shares ASCII with it",
        Encoding::Utf16Le => "UTF-16, low byte first",
        Encoding::Utf16Be => "UTF-16, high byte first",
    };
    row("encoding", encoding);
    row("family", answer.family.as_deref().unwrap_or("not known"));
    if let Some(delimiter) = explanation.delimiter {
        row("delimiter", &format!("{delimiter:?}"));
    }
    if counts.all() > 0 {
        let (records, noise, unexplained) = (counts.records, counts.noise, counts.unexplained);
        let lines = format!("{records} in records, {noise} known noise, {unexplained} unexplained");
        row("lines", &lines);
    }
    text.push('\n');
    text
}

fn promised(hint: Hint) -> &'static str {
    match hint {
        Hint::Passwords => "logins",
        Hint::PasswordList => "a list of passwords",
        Hint::System => "facts on the computer",
        Hint::Cookies => "cookies",
        Hint::DomainList => "a list of domains",
        Hint::Autofill => "a form history",
        Hint::History => "visited pages",
        Hint::Cards => "payment cards",
        Hint::Tokens => "tokens",
        Hint::Grabbed => "a file of the machine's user",
        Hint::Other => "nothing",
    }
}

fn read_as(kind: Kind) -> &'static str {
    match kind {
        Kind::Passwords => "labelled logins",
        Kind::Ulp => "logins of one line each",
        Kind::Table => "a table of logins",
        Kind::Json => "JSON",
        Kind::Xml => "XML",
        Kind::Sessions => "sessions of WinSCP or PuTTY",
        Kind::OpenVpn => "a profile of OpenVPN",
        Kind::Mail => "mail accounts",
        Kind::Cookies => "a cookie jar",
        Kind::System => "facts on the computer",
        Kind::Autofill => "a form history",
        Kind::PasswordList => "a list of passwords, which gives no records",
        Kind::DomainList => "a list of domains, which gives no records",
        Kind::History => "visited pages, which give no records",
        Kind::Cards => "payment cards, which are counted",
        Kind::Tokens => "tokens, which are counted",
        Kind::Other => "none of what is parsed; it is searched for watched names",
    }
}

fn named(meaning: Meaning) -> String {
    match meaning {
        Meaning::Login(line, None) => format!("login {line}"),
        Meaning::Login(line, Some(label)) => format!("login {line}: {}", field(label)),
        Meaning::Stray(line) => format!("inside login {line}"),
        Meaning::Cookie => "cookie".to_owned(),
        Meaning::Email => "form: e-mail address".to_owned(),
        Meaning::System(label) => format!("system: {}", fact(label)),
        Meaning::Rule => "noise: rule".to_owned(),
        Meaning::Promotion => "noise: advertising".to_owned(),
        Meaning::Noise => "noise".to_owned(),
        Meaning::Unexplained => "UNEXPLAINED".to_owned(),
        Meaning::Unread => "-".to_owned(),
    }
}

fn field(label: CredentialLabel) -> &'static str {
    match label {
        CredentialLabel::Url => "url",
        CredentialLabel::Username => "username",
        CredentialLabel::Password => "password",
        CredentialLabel::Software => "software",
        CredentialLabel::Profile => "profile",
        CredentialLabel::Extra => "not kept",
    }
}

fn fact(label: SystemLabel) -> &'static str {
    match label {
        SystemLabel::Hwid => "hwid",
        SystemLabel::MachineId | SystemLabel::Guid => "machine id",
        SystemLabel::BotId => "machine id and user",
        SystemLabel::UserHwid => "user and hwid",
        SystemLabel::Computer(_) => "computer",
        SystemLabel::User(_) => "user",
        SystemLabel::UserAndComputer | SystemLabel::ComputerAndUser => "user and computer",
        SystemLabel::Domain => "domain",
        SystemLabel::Os(_) => "os",
        SystemLabel::Ip => "ip",
        SystemLabel::LocalIp => "local ip",
        SystemLabel::Country(_) => "country",
        SystemLabel::Place => "place",
        SystemLabel::Timezone => "time zone",
        SystemLabel::Language | SystemLabel::Keyboards => "language",
        SystemLabel::Time | SystemLabel::LogDate | SystemLabel::LocalDate => "log date",
        SystemLabel::InstallDate => "install date",
        SystemLabel::BuildDate => "build date",
        SystemLabel::Path(_) => "path",
        SystemLabel::Build(_) => "build",
        SystemLabel::Version => "version",
        SystemLabel::Antivirus => "antivirus",
        SystemLabel::Hardware => "hardware",
        SystemLabel::Stop => "list",
    }
}
