//! The columns of each table: the keys of its records in output order, nested ones joined by `.`.
//!
//! A test compares the lists with what the records serialise to, so neither can drift.

use crate::sink::Table;

/// Columns of `sources`.
const SOURCE: &[&str] = &[
    "source_id",
    "parent_id",
    "name",
    "digest",
    "size",
    "format",
    "volumes",
    "encrypted",
    "password_origin",
    "channel",
    "posted_at",
    "status",
    "entries.seen",
    "entries.parsed",
    "entries.scanned",
    "entries.ignored",
    "entries.skipped",
    "entries.failed",
    "logs",
    "bytes_in",
    "bytes_out",
    "part.number",
    "part.of",
];

/// Columns of `machines`.
const MACHINE: &[&str] = &[
    "machine_id",
    "id_origin",
    "source_id",
    "log",
    "family",
    "family_confidence",
    "family_evidence",
    "build_id",
    "infected_at",
    "infected_at_confidence",
    "os_installed_at",
    "computer_name",
    "user_name",
    "ad_domain",
    "os",
    "hwid",
    "ip_addresses",
    "country",
    "timezone",
    "languages",
    "antivirus",
    "malware_path",
    "counts.credentials",
    "counts.cookies",
    "counts.autofill",
    "counts.cards",
    "counts.wallets",
    "counts.tokens",
    "counts.files",
];

/// Columns of `credentials`.
const CREDENTIAL: &[&str] = &[
    "credential_id",
    "machine_id",
    "source_id",
    "url",
    "scheme",
    "host",
    "port",
    "registrable_domain",
    "app_id",
    "username",
    "username_fingerprint",
    "email_domain",
    "browser",
    "profile",
    "secret.state",
    "secret.length",
    "secret.classes",
    "secret.fingerprint",
    "origin",
    "confidence",
    "sightings",
    "entry",
    "line",
];

/// Columns of `cookies`.
const COOKIE: &[&str] = &[
    "cookie_id",
    "machine_id",
    "source_id",
    "domain",
    "path",
    "name",
    "secure",
    "http_only",
    "expires_at",
    "session",
    "live",
    "fingerprint",
    "browser",
    "profile",
    "entry",
    "line",
];

/// Columns of `autofill`.
const AUTOFILL: &[&str] = &[
    "autofill_id",
    "machine_id",
    "source_id",
    "email",
    "email_fingerprint",
    "email_domain",
    "browser",
    "profile",
    "sightings",
    "entry",
    "line",
];

/// Keys of a mention, which is only found inside an exposure.
const MENTION: &[&str] = &["entry", "line", "name", "encoding"];

/// Columns of `exposures` before its record, machine and source.
const EXPOSURE: &[&str] = &[
    "exposure_id",
    "organisation",
    "kind",
    "matched.entry",
    "matched.on",
    "identity_class",
    "class_reason",
    "app_class",
    "severity",
    "severity_reasons",
    "actions",
    "first_seen",
    "last_seen",
    "sightings",
    "status",
    "note",
    "change",
    "also_in",
    "related",
];

/// Columns of `issues`.
const ISSUE: &[&str] = &["source_id", "entry", "line", "stage", "code", "detail", "bytes"];

/// What an exposure's record may be, in the order in which their columns are laid out.
const EXPOSED: &[&[&str]] = &[CREDENTIAL, COOKIE, AUTOFILL, MACHINE, MENTION];

/// The columns of a table, in order; the first is `type`.
pub(super) fn of(table: Table) -> Vec<String> {
    let own = match table {
        Table::Sources => SOURCE,
        Table::Machines => MACHINE,
        Table::Credentials => CREDENTIAL,
        Table::Cookies => COOKIE,
        Table::Autofill => AUTOFILL,
        Table::Exposures => EXPOSURE,
        Table::Issues => ISSUE,
    };
    let mut columns = vec!["type".to_owned()];
    columns.extend(own.iter().copied().map(str::to_owned));
    if table == Table::Exposures {
        add_nested(&mut columns);
    }
    columns
}

/// The columns of all of these tables, each once.
#[cfg(feature = "parquet")]
pub(super) fn of_all(tables: &[Table]) -> Vec<String> {
    let mut columns: Vec<String> = Vec::new();
    for column in tables.iter().copied().flat_map(of) {
        if !columns.contains(&column) {
            columns.push(column);
        }
    }
    columns
}

/// Adds the columns of an exposure's record (every key once), machine and source.
fn add_nested(columns: &mut Vec<String>) {
    columns.push("record.type".to_owned());
    for &key in EXPOSED.iter().copied().flatten() {
        let column = format!("record.{key}");
        if !columns.contains(&column) {
            columns.push(column);
        }
    }
    columns.extend(MACHINE.iter().map(|key| format!("machine.{key}")));
    columns.extend(SOURCE.iter().map(|key| format!("source.{key}")));
}
