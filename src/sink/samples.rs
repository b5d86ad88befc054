//! Sample records for tests: of each type one with every field, and one with only those that are
//! always there. `docs/OUTPUT_SCHEMA.md` shows the full ones. All of it is invented.

use std::borrow::Cow;
use std::sync::Arc;

use crate::exposure::{
    Action, AppClass, Change, Exposure, IdentityClass, Kind, Matched, MatchedOn, Severity,
    TriageStatus,
};
use crate::issue::{Code, Stage};
use crate::limits::Limits;
use crate::record::{
    ArtefactCounts, Autofill, CharClass, Confidence, Cookie, Count, Credential, EntryCounts,
    Format, IdOrigin, IssueRecord, Machine, Mention, Origin, PasswordOrigin, Record, RecordCounts,
    SecretFacts, SecretLength, SecretState, Source, SourcePart, Status, Summary, TimeConfidence,
};
use crate::secret::{Fingerprint, Id, Key};

/// The key of the samples; the documentation shows it, so that readers can try it out.
pub(super) const KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

/// The password of the sample credential.
pub(super) const PASSWORD: &str = "Example#1";

const ENTRY: &str = "cloud/a.zip!DE_203.0.113.10/Passwords.txt";

/// Of every record type, and of every kind of exposure, one with every field.
pub(super) fn maximal() -> Vec<Record> {
    let mut records = vec![
        Record::Source(source_full()),
        machine_maximal(),
        credential_maximal(),
        Record::Cookie(cookie_full()),
        Record::Autofill(autofill_full()),
        issue_maximal(),
        summary_maximal(),
    ];
    records.extend(exposures_maximal());
    records
}

/// Of every record type, and of every kind of exposure, one with as few fields as there can be.
pub(super) fn minimal() -> Vec<Record> {
    let exposed = [
        (Kind::Credential, Record::Credential(credential_bare())),
        (Kind::Session, Record::Cookie(cookie_bare())),
        (Kind::Machine, Record::Machine(machine_bare())),
        (Kind::Autofill, Record::Autofill(autofill_bare())),
        (Kind::Mention, mention()),
    ];
    let mut records = vec![
        Record::Source(source_bare()),
        Record::Machine(machine_bare()),
        Record::Credential(credential_bare()),
        Record::Cookie(cookie_bare()),
        Record::Autofill(autofill_bare()),
        issue_about("the file is empty"),
        Record::Summary(Box::new(summary_bare())),
    ];
    records.extend(exposed.map(|(kind, record)| exposure(kind, record, None, source_bare())));
    records
}

/// One exposure of each kind, each with its machine.
pub(super) fn exposures_maximal() -> [Record; 5] {
    [
        (Kind::Credential, credential_maximal()),
        (Kind::Session, Record::Cookie(cookie_full())),
        (Kind::Machine, machine_maximal()),
        (Kind::Autofill, Record::Autofill(autofill_full())),
        (Kind::Mention, mention()),
    ]
    .map(|(kind, record)| in_a_case(exposure(kind, record, Some(machine_full()), source_full())))
}

pub(super) fn machine_maximal() -> Record {
    Record::Machine(machine_full())
}

pub(super) fn credential_maximal() -> Record {
    Record::Credential(credential_full())
}

pub(super) fn summary_maximal() -> Record {
    Record::Summary(Box::new(summary_full()))
}

pub(super) fn issue_maximal() -> Record {
    Record::Issue(IssueRecord {
        source_id: id("source", "a"),
        entry: Some("cloud/a.zip!DE_203.0.113.10/Autofills.txt".to_owned()),
        line: Some(7),
        stage: Stage::Limit,
        code: Code::LineTooLong,
        detail: "the line has more than 1048576 bytes; it was searched, not parsed".to_owned(),
        bytes: Some(2_097_152),
    })
}

pub(super) fn issue_about(detail: &str) -> Record {
    Record::Issue(IssueRecord {
        source_id: id("source", "a"),
        entry: None,
        line: None,
        stage: Stage::Open,
        code: Code::EmptyInput,
        detail: detail.to_owned(),
        bytes: None,
    })
}

pub(super) fn mention() -> Record {
    Record::Mention(Mention {
        entry: "cloud/a.zip!DE_203.0.113.10/Desktop/notes.txt".into(),
        line: 12,
        name: "vpn.example.com".to_owned(),
        encoding: "utf-8".into(),
    })
}

fn key() -> Key {
    Key::from_bytes(KEY.as_bytes().to_vec()).unwrap()
}

fn id(kind: &str, field: &str) -> Id {
    key().id(kind, &[field.as_bytes()])
}

fn fingerprint(value: &str) -> Fingerprint {
    key().fingerprint(value.as_bytes())
}

fn text(value: &str) -> Option<String> {
    Some(value.to_owned())
}

fn source_bare() -> Source {
    Source {
        source_id: id("source", "a"),
        parent_id: None,
        name: "cloud/a.zip".to_owned(),
        digest: None,
        size: 1_048_576,
        format: None,
        volumes: 1,
        encrypted: false,
        password_origin: None,
        channel: None,
        posted_at: None,
        status: Status::Complete,
        entries: EntryCounts::default(),
        logs: 0,
        bytes_in: 1_048_576,
        bytes_out: 0,
        part: None,
    }
}

fn source_full() -> Source {
    Source {
        parent_id: Some(id("source", "cloud")),
        digest: Some(blake3::hash(b"an invented archive").to_hex().to_string()),
        format: Some(Format::Zip),
        encrypted: true,
        password_origin: Some(PasswordOrigin::Caption),
        channel: text("example_cloud"),
        posted_at: text("2026-03-01T08:00:00Z"),
        status: Status::Partial,
        entries: EntryCounts {
            seen: 40,
            parsed: 12,
            scanned: 20,
            ignored: 6,
            skipped: 1,
            failed: 1,
        },
        logs: 2,
        bytes_out: 5_242_880,
        part: Some(SourcePart { number: 2, of: 3 }),
        ..source_bare()
    }
}

fn machine_bare() -> Machine {
    Machine {
        machine_id: id("machine", "a"),
        id_origin: IdOrigin::Folder,
        source_id: id("source", "a"),
        log: "DE_203.0.113.10".to_owned(),
        family: None,
        family_confidence: None,
        family_evidence: Vec::new(),
        build_id: None,
        infected_at: None,
        infected_at_confidence: None,
        os_installed_at: None,
        computer_name: None,
        user_name: None,
        ad_domain: None,
        os: None,
        hwid: None,
        ip_addresses: Vec::new(),
        country: None,
        timezone: None,
        languages: Vec::new(),
        antivirus: Vec::new(),
        malware_path: None,
        counts: ArtefactCounts::default(),
    }
}

fn machine_full() -> Machine {
    Machine {
        id_origin: IdOrigin::Hwid,
        log: "DE_203.0.113.10".to_owned(),
        family: Some("redline".into()),
        family_confidence: Some(Confidence::High),
        family_evidence: vec!["banner".into(), "UserInformation.txt".into()],
        build_id: text("example-build"),
        infected_at: text("2026-02-27T17:06:07Z"),
        infected_at_confidence: Some(TimeConfidence::ZoneAssumed),
        os_installed_at: text("2023-05-01T10:00:00Z"),
        computer_name: text("EXC-0042"),
        user_name: text("user1"),
        ad_domain: text("EXAMPLE"),
        os: text("Windows 10 Pro x64"),
        hwid: text("0123456789ABCDEF0123456789ABCDEF"),
        ip_addresses: vec!["203.0.113.10".to_owned(), "2001:db8::10".to_owned()],
        country: text("DE"),
        timezone: text("(UTC+01:00) Example, City"),
        languages: vec!["German (Germany)".to_owned()],
        antivirus: vec!["Windows Defender".to_owned()],
        malware_path: text(r"C:\Users\user1\AppData\Local\Temp\setup.exe"),
        counts: ArtefactCounts {
            credentials: 31,
            cookies: 420,
            autofill: 12,
            cards: 1,
            wallets: 2,
            tokens: 3,
            files: 20,
        },
        ..machine_bare()
    }
}

fn credential_bare() -> Credential {
    Credential {
        credential_id: id("credential", "a"),
        machine_id: None,
        source_id: id("source", "a"),
        url: String::new(),
        scheme: None,
        host: None,
        port: None,
        registrable_domain: None,
        app_id: None,
        username: None,
        username_fingerprint: None,
        email_domain: None,
        browser: None,
        profile: None,
        secret: SecretFacts {
            state: SecretState::Empty,
            length: None,
            classes: Cow::default(),
            fingerprint: None,
        },
        origin: Origin::Combolist,
        confidence: Confidence::Low,
        sightings: 1,
        entry: "list.txt".into(),
        line: 1,
    }
}

/// With every field, also those that exclude each other in real records.
fn credential_full() -> Credential {
    Credential {
        machine_id: Some(id("machine", "a")),
        url: "https://vpn.example.com:8443/login".to_owned(),
        scheme: Some("https".into()),
        host: text("vpn.example.com"),
        port: Some(8443),
        registrable_domain: text("example.com"),
        app_id: text("com.example.app"),
        username: text("jane.doe@example.com"),
        username_fingerprint: Some(fingerprint("jane.doe@example.com")),
        email_domain: text("example.com"),
        browser: text("Google Chrome"),
        profile: text("Profile 1"),
        secret: SecretFacts {
            state: SecretState::Present,
            length: Some(SecretLength::UpTo11),
            classes: Cow::Borrowed(&[
                CharClass::Lower,
                CharClass::Upper,
                CharClass::Digit,
                CharClass::Symbol,
            ]),
            fingerprint: Some(fingerprint(PASSWORD)),
        },
        origin: Origin::Log,
        confidence: Confidence::High,
        sightings: 2,
        entry: ENTRY.into(),
        line: 5,
        ..credential_bare()
    }
}

fn cookie_bare() -> Cookie {
    Cookie {
        cookie_id: id("cookie", "a"),
        machine_id: None,
        source_id: id("source", "a"),
        domain: "sso.example.com".to_owned(),
        path: "/".to_owned(),
        name: "EXAMPLESESSION".to_owned(),
        secure: false,
        http_only: None,
        expires_at: None,
        session: false,
        live: false,
        fingerprint: None,
        browser: None,
        profile: None,
        entry: "Cookies/Chrome_Default.txt".into(),
        line: 1,
    }
}

fn cookie_full() -> Cookie {
    Cookie {
        machine_id: Some(id("machine", "a")),
        secure: true,
        http_only: Some(true),
        expires_at: text("2027-02-27T17:06:07Z"),
        session: true,
        live: true,
        fingerprint: Some(fingerprint("an invented cookie value")),
        browser: text("Google Chrome"),
        profile: text("Default"),
        entry: "cloud/a.zip!DE_203.0.113.10/Cookies/Chrome_Default.txt".into(),
        line: 3,
        ..cookie_bare()
    }
}

fn autofill_bare() -> Autofill {
    Autofill {
        autofill_id: id("autofill", "a"),
        machine_id: None,
        source_id: id("source", "a"),
        email: None,
        email_fingerprint: None,
        email_domain: "example.com".to_owned(),
        browser: None,
        profile: None,
        sightings: 1,
        entry: "Autofill/Chrome_Default.txt".into(),
        line: 1,
    }
}

/// With every field, also those that exclude each other in real records.
fn autofill_full() -> Autofill {
    Autofill {
        machine_id: Some(id("machine", "a")),
        email: text("jane.doe@example.com"),
        email_fingerprint: Some(fingerprint("jane.doe@example.com")),
        browser: text("Google Chrome"),
        profile: text("Default"),
        sightings: 3,
        entry: "cloud/a.zip!DE_203.0.113.10/Autofill/Chrome_Default.txt".into(),
        line: 9,
        ..autofill_bare()
    }
}

fn exposure(kind: Kind, record: Record, machine: Option<Machine>, source: Source) -> Record {
    let id = key().id("exposure", &[b"Example Corp", format!("{kind:?}").as_bytes()]);
    Record::Exposure(Box::new(Exposure {
        exposure_id: id,
        organisation: "Example Corp".to_owned(),
        kind,
        matched: Matched { entry: "example.com".to_owned(), on: MatchedOn::WebsiteDomain },
        identity_class: IdentityClass::Employee,
        class_reason: "our e-mail address on a staff host".to_owned(),
        app_class: AppClass::Vpn,
        severity: Severity::Critical,
        severity_reasons: vec!["employee credential on remote access".to_owned()],
        actions: vec![Action::IsolateHost, Action::ResetPassword, Action::RevokeSessions],
        first_seen: "2026-03-02T09:00:00Z".to_owned(),
        last_seen: "2026-03-09T09:00:00Z".to_owned(),
        sightings: 2,
        status: TriageStatus::Open,
        note: None,
        change: None,
        also_in: Vec::new(),
        related: Vec::new(),
        record,
        machine: machine.map(Arc::new),
        source: Arc::new(source),
    }))
}

/// An exposure with what only a case knows.
fn in_a_case(exposure: Record) -> Record {
    let Record::Exposure(mut exposure) = exposure else { return exposure };
    exposure.note = text("password changed");
    exposure.change = Some(Change::Returned);
    exposure.also_in = vec!["cloud/b.zip!DE_1/Passwords.txt:17".to_owned()];
    exposure.related = vec![id("exposure", "b")];
    Record::Exposure(exposure)
}

fn summary_bare() -> Summary {
    let as_of = "2026-03-09T00:00:00Z".to_owned();
    let nothing = Summary::of_nothing(key().key_id(), as_of, Limits::default());
    Summary { version: "0.1.0".into(), ..nothing }
}

fn summary_full() -> Summary {
    let one = |name: &str| vec![Count { name: name.to_owned(), count: 1 }];
    Summary {
        status: Status::Partial,
        records: RecordCounts {
            sources: 2,
            logs: 2,
            machines: 1,
            credentials: 31,
            cookies: 420,
            autofill: 12,
            exposures: 1,
            issues: 1,
        },
        entries: EntryCounts {
            seen: 40,
            parsed: 12,
            scanned: 20,
            ignored: 6,
            skipped: 1,
            failed: 1,
        },
        bytes_in: 1_048_576,
        bytes_out: 5_242_880,
        organisations: one("Example Corp"),
        kinds: one("credential"),
        classes: one("employee"),
        severities: one("critical"),
        families: one("redline"),
        issues: one("line_too_long"),
        changes: one("new"),
        ..summary_bare()
    }
}
