"""The columns of logsieve's records, as docs/OUTPUT_SCHEMA.md has them.

Spark wants to know the columns of a table before the first row is there, so they stand here. A test
compares them with docs/schema/record.schema.json, and a stream with other columns is refused.
"""

from collections.abc import Iterable

import pyarrow as pa

# The version of the schema that these are.
VERSION = 1

RECORD_TYPE = "record_type"

SOURCE = """source_id parent_id name digest size format volumes encrypted password_origin channel
    posted_at status entries.seen entries.parsed entries.scanned entries.ignored entries.skipped
    entries.failed logs bytes_in bytes_out part.number part.of""".split()

MACHINE = """machine_id id_origin source_id log family family_confidence family_evidence build_id
    infected_at infected_at_confidence os_installed_at computer_name user_name ad_domain os hwid
    ip_addresses country timezone languages antivirus malware_path counts.credentials
    counts.cookies counts.autofill counts.cards counts.wallets counts.tokens counts.files""".split()

CREDENTIAL = """credential_id machine_id source_id url scheme host port registrable_domain app_id
    username username_fingerprint email_domain browser profile secret.state secret.length
    secret.classes secret.fingerprint origin confidence sightings entry line""".split()

COOKIE = """cookie_id machine_id source_id domain path name secure http_only expires_at session live
    fingerprint browser profile entry line""".split()

AUTOFILL = """autofill_id machine_id source_id email email_fingerprint email_domain browser profile
    sightings entry line""".split()

MENTION = "entry line name encoding".split()

EXPOSURE = """exposure_id organisation kind matched.entry matched.on identity_class class_reason
    app_class severity severity_reasons actions first_seen last_seen sightings status note change
    also_in related""".split()

ISSUE = "source_id entry line stage code detail bytes".split()


def _inside_exposure() -> list[str]:
    """What an exposure tells of its record (each key once), its machine and its source."""
    record = dict.fromkeys(["type", *CREDENTIAL, *COOKIE, *AUTOFILL, *MACHINE, *MENTION])
    return [
        *(f"record.{name}" for name in record),
        *(f"machine.{name}" for name in MACHINE),
        *(f"source.{name}" for name in SOURCE),
    ]


# Every type of record that is a row of its own, with its columns in order.
TABLES: dict[str, list[str]] = {
    "source": SOURCE,
    "machine": MACHINE,
    "credential": CREDENTIAL,
    "cookie": COOKIE,
    "autofill": AUTOFILL,
    "exposure": [*EXPOSURE, *_inside_exposure()],
    "issue": ISSUE,
}

# What `extract` gives, and what `check` gives.
EXTRACTED = ("source", "machine", "credential", "cookie", "autofill", "issue")
CHECKED = ("source", "machine", "exposure", "issue")

BOOLS = {"encrypted", "secure", "http_only", "session", "live"}
NUMBERS = {
    "size", "volumes", "logs", "bytes_in", "bytes_out", "part.number", "part.of", "port",
    "sightings", "line", "bytes",
}  # fmt: skip
TIMES = {"posted_at", "infected_at", "os_installed_at", "expires_at", "first_seen", "last_seen"}
LISTS = {
    "family_evidence", "ip_addresses", "languages", "antivirus", "secret.classes",
    "severity_reasons", "actions", "also_in", "related",
}  # fmt: skip


def sql_type(column: str) -> str:
    """The type of a column in the words of Spark."""
    for outer in ("record.", "machine.", "source."):
        column = column.removeprefix(outer)
    if column in NUMBERS or column.startswith(("entries.", "counts.")):
        return "bigint"
    if column in BOOLS:
        return "boolean"
    if column in TIMES:
        return "timestamp"
    return "array<string>" if column in LISTS else "string"


ARROW = {
    "bigint": pa.int64(),
    "boolean": pa.bool_(),
    "double": pa.float64(),
    "timestamp": pa.timestamp("us", "UTC"),
    "array<string>": pa.list_(pa.string()),
    "string": pa.string(),
}


def arrow_type(column: str) -> pa.DataType:
    """The type of a column in the words of Arrow."""
    return ARROW[sql_type(column)]


def arrow(columns: Iterable[tuple[str, str]]) -> pa.Schema:
    """Columns with types in the words of Spark, in those of Arrow."""
    return pa.schema([(name, ARROW[kind]) for name, kind in columns])


def columns(tables: Iterable[str]) -> list[str]:
    """The columns of these tables, each once."""
    return list(dict.fromkeys(name for table in tables for name in TABLES[table]))


def ddl(names: Iterable[str]) -> str:
    """The columns of these names, as Spark takes a schema."""
    return ", ".join(f"`{name}` {sql_type(name)}" for name in names)
