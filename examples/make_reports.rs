//! Makes reports of invented records, to look at and to try in a browser:
//! `cargo run --example make_reports -- FOLDER`.
//!
//! `small.html` is what an ordinary case gives, `empty.html` a case without exposures, `large.html`
//! more exposures than the table shows, `hostile.html` records whose every text is an attack.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a tool for developers")]

use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use logsieve::exposure::{
    Action, AppClass, Change, Exposure, IdentityClass, Kind, Matched, MatchedOn, Severity,
    TriageStatus,
};
use logsieve::issue::{Code, Stage};
use logsieve::limits::Limits;
use logsieve::record::{
    ArtefactCounts, CharClass, Confidence, Cookie, Count, Credential, EntryCounts, Format,
    IdOrigin, IssueRecord, Machine, Mention, Origin, PasswordOrigin, Record, RecordCounts,
    SecretFacts, SecretLength, SecretState, Source, Status, Summary, TimeConfidence,
};
use logsieve::secret::Id;
use logsieve::sink::Sink;
use logsieve::sink::html::{HtmlReport, ReportOptions, Tlp};
use serde_json::Value;

/// What no text of a record may do in a browser. The browser test looks for each of them.
const ATTACKS: [&str; 10] = [
    "<script>alert('owned')</script>",
    "\"><img src=x onerror=alert('owned')>",
    "'><svg onload=alert('owned')>",
    "javascript:alert('owned')",
    "</style><style>body{display:none}</style>",
    "</script><script>alert('owned')</script>",
    "<a href=https://evil.test/ id=content>click</a>",
    "<iframe src=https://evil.test/></iframe><base href=https://evil.test/>",
    "{{ 7*7 }}{% raw %}&lt;b&gt;&#60;b&#62;<!--",
    "in\u{202e}txt.exe\u{0}\u{200b}\u{2028}\u{feff}x\ny\u{1b}[31m",
];

fn main() {
    let folder = std::env::args().nth(1).unwrap_or_else(|| ".".to_owned());
    let folder = Path::new(&folder);
    std::fs::create_dir_all(folder).unwrap();
    let mut hostile = records(60);
    hostile.iter_mut().enumerate().for_each(|(number, record)| poison(record, number));
    for (name, records) in [
        ("small.html", records(57)),
        ("empty.html", records(0)),
        ("table.html", records(10_000)),
        ("large.html", records(100_000)),
        ("hostile.html", hostile),
    ] {
        let path = folder.join(name);
        let title =
            if name == "hostile.html" { ATTACKS.concat() } else { "Exposure report".into() };
        let options =
            ReportOptions { title, tlp: Tlp::AmberStrict, expires: Some("2026-12-31".to_owned()) };
        let started = Instant::now();
        let file = File::create(&path).unwrap();
        let mut report = Box::new(HtmlReport::new(file, &path, options));
        records.iter().for_each(|record| report.write(record).unwrap());
        report.finish().unwrap();
        let size = std::fs::metadata(&path).unwrap().len();
        println!("{name}: {} records, {size} bytes, {:?}", records.len(), started.elapsed());
    }
}

/// Puts an attack into every text of a record.
fn poison(record: &mut Record, seed: usize) {
    let mut value = serde_json::to_value(&*record).unwrap();
    let mut number = seed;
    let whole = value.clone();
    poison_value(&mut value, &whole, &mut Vec::new(), &mut number);
    *record = serde_json::from_value(value).unwrap();
}

/// `value` stands in `whole` at `path`. What is an id or a fixed word stays as it is.
fn poison_value(value: &mut Value, whole: &Value, path: &mut Vec<String>, number: &mut usize) {
    match value {
        Value::String(text) => {
            *number += 1;
            let attack = ATTACKS.get(*number % ATTACKS.len()).unwrap();
            let attacked = format!("{attack}{number}");
            let mut tried = whole.clone();
            let place = format!("/{}", path.join("/"));
            *tried.pointer_mut(&place).unwrap() = Value::String(attacked.clone());
            if serde_json::from_value::<Record>(tried).is_ok() {
                *text = attacked;
            }
        }
        Value::Array(values) => {
            for (place, value) in values.iter_mut().enumerate() {
                path.push(place.to_string());
                poison_value(value, whole, path, number);
                path.pop();
            }
        }
        Value::Object(values) => {
            for (key, value) in values {
                path.push(key.clone());
                poison_value(value, whole, path, number);
                path.pop();
            }
        }
        _ => {}
    }
}

fn id(kind: u8, number: usize) -> Id {
    let mut bytes = [kind; 16];
    let (_, end) = bytes.split_at_mut(8);
    end.copy_from_slice(&(number as u64).to_be_bytes());
    Id(bytes)
}

/// One of `values`, in an order that looks like none.
fn pick<T: Copy>(values: &[T], number: usize, salt: usize) -> T {
    let mixed = (number * 7_919 + salt * 104_729 + number / 3 * 31) % 1_000_003;
    *values.get(mixed % values.len()).unwrap()
}

/// The records of a case with so many exposures.
fn records(exposures: usize) -> Vec<Record> {
    let sources: Vec<Arc<Source>> = (0..3).map(|number| Arc::new(source(number))).collect();
    let machines: Vec<Arc<Machine>> =
        (0..exposures.div_ceil(6)).map(|number| Arc::new(machine(number))).collect();
    let mut records: Vec<Record> =
        sources.iter().map(|source| Record::Source((**source).clone())).collect();
    records.extend(machines.iter().map(|machine| Record::Machine((**machine).clone())));
    records.extend(issues());
    for number in 0..exposures {
        let machine = (number % 9 != 8).then(|| machines.get(number / 6).unwrap().clone());
        let source = sources.get(number % sources.len()).unwrap().clone();
        records.push(Record::Exposure(Box::new(exposure(number, machine, source))));
    }
    records.push(Record::Summary(Box::new(summary(exposures))));
    records
}

fn source(number: usize) -> Source {
    let lost = u64::from(number == 1) * 3;
    Source {
        source_id: id(1, number),
        parent_id: (number == 2).then(|| id(1, 1)),
        name: ["cloud-2026-03.zip", "example_cloud_part1.rar", "example_cloud_part1.rar!more.7z"]
            .get(number)
            .unwrap()
            .to_string(),
        digest: None,
        size: 734_003_200 + number as u64 * 91_000_000,
        format: [Format::Zip, Format::Rar, Format::SevenZ].get(number).copied(),
        volumes: 1,
        encrypted: number > 0,
        password_origin: (number > 0).then_some(PasswordOrigin::Caption),
        channel: Some("example_cloud".to_owned()),
        posted_at: Some("2026-03-01T08:00:00Z".to_owned()),
        status: if lost > 0 { Status::Partial } else { Status::Complete },
        entries: EntryCounts {
            seen: 4_200 + lost,
            parsed: 1_800,
            scanned: 1_400,
            ignored: 1_000,
            skipped: 0,
            failed: lost,
        },
        logs: 240,
        bytes_in: 734_003_200,
        bytes_out: 2_147_483_648,
        part: None,
    }
}

fn machine(number: usize) -> Machine {
    let families = ["redline", "lumma", "vidar", "stealc", "raccoon", "rhadamanthys"];
    let month = pick(&[1, 2, 2, 2, 3, 3, 9, 10, 11, 12, 12], number, 1);
    let year = if month > 3 { 2025 } else { 2026 };
    let day = number % 27 + 1;
    Machine {
        machine_id: id(2, number),
        id_origin: IdOrigin::Hwid,
        source_id: id(1, number % 3),
        log: format!("DE_203.0.113.{}_2026", number % 250),
        family: (number % 5 != 4).then(|| pick(&families, number, 2).into()),
        family_confidence: (number % 5 != 4).then_some(Confidence::High),
        family_evidence: Vec::new(),
        build_id: Some("example-build".to_owned()),
        infected_at: (number % 11 != 10).then(|| format!("{year}-{month:02}-{day:02}T17:06:07Z")),
        infected_at_confidence: Some(TimeConfidence::ZoneAssumed),
        os_installed_at: Some("2023-05-01T10:00:00Z".to_owned()),
        computer_name: Some(format!("EXC-{number:04}")),
        user_name: Some(format!("user{number}")),
        ad_domain: number.is_multiple_of(3).then(|| "EXAMPLE".to_owned()),
        os: Some("Windows 10 Pro x64".to_owned()),
        hwid: Some(format!("0123456789ABCDEF{number:016X}")),
        ip_addresses: vec![format!("203.0.113.{}", number % 250)],
        country: Some(pick(&["DE", "AT", "FR", "PL"], number, 3).to_owned()),
        timezone: Some("(UTC+01:00) Example, City".to_owned()),
        languages: Vec::new(),
        antivirus: vec!["Windows Defender".to_owned()],
        malware_path: Some(format!(r"C:\Users\user{number}\AppData\Local\Temp\setup.exe")),
        counts: ArtefactCounts {
            credentials: 31 + number as u64,
            cookies: 420,
            autofill: 12,
            cards: 1,
            wallets: 2,
            tokens: 3,
            files: 20,
        },
    }
}

/// Who, what it opens, how bad, why, and where.
type Pattern = (IdentityClass, AppClass, Severity, &'static str, &'static str);

/// The exposures that occur.
const PATTERNS: [Pattern; 10] = [
    (
        IdentityClass::Employee,
        AppClass::Vpn,
        Severity::Critical,
        "employee credential on remote access",
        "vpn.example.com",
    ),
    (
        IdentityClass::Employee,
        AppClass::Sso,
        Severity::Critical,
        "live session cookie on a staff or SSO host",
        "sso.example.com",
    ),
    (
        IdentityClass::Employee,
        AppClass::Mail,
        Severity::High,
        "employee credential",
        "mail.example.com",
    ),
    (
        IdentityClass::Employee,
        AppClass::Dev,
        Severity::High,
        "employee credential",
        "git.example.com",
    ),
    (
        IdentityClass::ThirdParty,
        AppClass::Cloud,
        Severity::Medium,
        "our e-mail address at somebody else's service",
        "console.cloud.test",
    ),
    (
        IdentityClass::ThirdParty,
        AppClass::Other,
        Severity::Medium,
        "our e-mail address at somebody else's service",
        "shop.test",
    ),
    (
        IdentityClass::Customer,
        AppClass::Other,
        Severity::Low,
        "customer credential",
        "shop.example.com",
    ),
    (
        IdentityClass::Customer,
        AppClass::Other,
        Severity::Low,
        "customer credential",
        "www.example.org",
    ),
    (
        IdentityClass::Customer,
        AppClass::Finance,
        Severity::Low,
        "customer credential",
        "billing.example.com",
    ),
    (
        IdentityClass::Unknown,
        AppClass::Other,
        Severity::Info,
        "a watched name in other text",
        "example.com",
    ),
];

fn exposure(number: usize, machine: Option<Arc<Machine>>, source: Arc<Source>) -> Exposure {
    let (class, app, severity, reason, host) = pick(&PATTERNS, number, 4);
    let (kind, record, actions) = match (app, severity) {
        (AppClass::Sso, _) => (Kind::Session, cookie(number, host), vec![Action::RevokeSessions]),
        (_, Severity::Info) => (Kind::Mention, mention(number, host), vec![Action::Review]),
        _ => (
            Kind::Credential,
            credential(number, host),
            vec![Action::ResetPassword, Action::RevokeSessions],
        ),
    };
    let organisation = if host.ends_with("org") { "Example Foundation" } else { "Example Corp" };
    Exposure {
        exposure_id: id(3, number),
        organisation: organisation.to_owned(),
        kind,
        matched: Matched { entry: "example.com".to_owned(), on: MatchedOn::WebsiteDomain },
        identity_class: class,
        class_reason: "our e-mail address on a staff host".to_owned(),
        app_class: app,
        severity,
        severity_reasons: vec![reason.to_owned()],
        actions,
        first_seen: "2026-03-02T09:00:00Z".to_owned(),
        last_seen: "2026-03-09T09:00:00Z".to_owned(),
        sightings: 1 + number as u64 % 3,
        status: pick(
            &[TriageStatus::Open, TriageStatus::Open, TriageStatus::Open, TriageStatus::Remediated],
            number,
            5,
        ),
        note: number.is_multiple_of(17).then(|| "password changed, ticket 4711".to_owned()),
        change: Some(pick(
            &[Change::New, Change::Known, Change::Known, Change::Gone, Change::Returned],
            number,
            6,
        )),
        also_in: if number.is_multiple_of(7) {
            vec!["cloud/b.zip!DE_1/Passwords.txt:17".into()]
        } else {
            vec![]
        },
        related: if number.is_multiple_of(13) { vec![id(3, number / 2)] } else { vec![] },
        record,
        machine,
        source,
    }
}

fn credential(number: usize, host: &str) -> Record {
    let people =
        ["jane.doe", "john.roe", "a.example", "m.muster", "vera.long-family-name-of-example"];
    let person = format!("{}{}@example.com", pick(&people, number, 7), number % 40);
    Record::Credential(Credential {
        credential_id: id(4, number),
        machine_id: None,
        source_id: id(1, number % 3),
        url: format!("https://{host}/account/login?next=/inbox"),
        scheme: Some("https".into()),
        host: Some(host.to_owned()),
        port: None,
        registrable_domain: None,
        app_id: None,
        username: Some(person),
        username_fingerprint: None,
        email_domain: Some("example.com".to_owned()),
        browser: Some("Google Chrome".to_owned()),
        profile: Some("Default".to_owned()),
        secret: SecretFacts {
            state: SecretState::Present,
            length: Some(SecretLength::UpTo11),
            classes: vec![CharClass::Lower, CharClass::Upper, CharClass::Digit].into(),
            fingerprint: None,
        },
        origin: Origin::Log,
        confidence: Confidence::High,
        sightings: 1,
        entry: format!("DE_203.0.113.{}_2026/Passwords.txt", number % 250).into(),
        line: number as u64 + 1,
    })
}

fn cookie(number: usize, host: &str) -> Record {
    Record::Cookie(Cookie {
        cookie_id: id(5, number),
        machine_id: None,
        source_id: id(1, number % 3),
        domain: host.to_owned(),
        path: "/".to_owned(),
        name: "EXAMPLESESSION".to_owned(),
        secure: true,
        http_only: Some(true),
        expires_at: Some("2027-02-27T17:06:07Z".to_owned()),
        session: true,
        live: true,
        fingerprint: None,
        browser: Some("Google Chrome".to_owned()),
        profile: Some("Default".to_owned()),
        entry: format!("DE_203.0.113.{}_2026/Cookies/Chrome_Default.txt", number % 250).into(),
        line: number as u64 + 1,
    })
}

fn mention(number: usize, host: &str) -> Record {
    Record::Mention(Mention {
        entry: format!("DE_203.0.113.{}_2026/Desktop/notes.txt", number % 250).into(),
        line: number as u64 + 1,
        name: host.to_owned(),
        encoding: "utf-8".into(),
    })
}

fn issues() -> Vec<Record> {
    let issue = |number: usize, stage, code, detail: &str| {
        Record::Issue(IssueRecord {
            source_id: id(1, number % 2 + 1),
            entry: Some(format!("inner/part{number}.zip")),
            line: None,
            stage,
            code,
            detail: detail.to_owned(),
            bytes: Some(1_048_576),
        })
    };
    let mut issues =
        vec![issue(1, Stage::Decrypt, Code::PasswordWrong, "none of 12 candidates fits")];
    issues
        .extend((0..8).map(|n| issue(n, Stage::Decode, Code::Truncated, "the archive ends early")));
    issues
}

fn summary(exposures: usize) -> Summary {
    let count = |name: &str, count: u64| vec![Count { name: name.to_owned(), count }];
    let sum = |of: fn(&EntryCounts) -> u64| (0..3).map(|n| of(&source(n).entries)).sum();
    Summary {
        changes: Vec::new(),
        version: "0.1.0".into(),
        schema_version: 1,
        key_id: id(9, 0),
        as_of: "2026-03-09T00:00:00Z".to_owned(),
        limits: Limits::default(),
        status: Status::Partial,
        records: RecordCounts {
            sources: 3,
            logs: 720,
            machines: exposures.div_ceil(6) as u64,
            credentials: 31_000,
            cookies: 420_000,
            autofill: 12_000,
            exposures: exposures as u64,
            issues: 9,
        },
        entries: EntryCounts {
            seen: sum(|e| e.seen),
            parsed: sum(|e| e.parsed),
            scanned: sum(|e| e.scanned),
            ignored: sum(|e| e.ignored),
            skipped: sum(|e| e.skipped),
            failed: sum(|e| e.failed),
        },
        bytes_in: 2_202_009_600,
        bytes_out: 6_442_450_944,
        organisations: Vec::new(),
        kinds: Vec::new(),
        classes: Vec::new(),
        severities: Vec::new(),
        families: Vec::new(),
        issues: count("truncated", 8),
    }
}
