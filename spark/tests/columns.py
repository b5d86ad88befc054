"""The columns that the adapter promises to Spark are those of docs/schema/record.schema.json."""

import json
import sys
from collections.abc import Iterator

from engines import PACKAGE

from logsieve_spark import schema

SCHEMA = json.loads((PACKAGE.parent / "docs" / "schema" / "record.schema.json").read_text())
TYPES = {"boolean": "boolean", "integer": "bigint", "array": "array<string>"}


def resolved(about: dict) -> dict:
    """What a reference refers to."""
    while "$ref" in about:
        about = SCHEMA["$defs"][about["$ref"].rsplit("/", 1)[1]]
    return about


def columns(about: dict, path: str = "") -> Iterator[tuple[str, str]]:
    """The columns of a record and their types, nested ones joined by a dot."""
    for key, given in about["properties"].items():
        found = resolved(given)
        if "properties" in found:
            yield from columns(found, f"{path}{key}.")
        elif path or key != "type":
            is_time = found.get("type") == "string" and "T" in found.get("pattern", "")
            yield f"{path}{key}", "timestamp" if is_time else TYPES.get(found.get("type"), "string")


def main() -> int:
    """Compares all tables; the exit code is 1 if a column is another."""
    wrong = 0
    for name in schema.TABLES:
        expected = dict(columns(SCHEMA["$defs"][name]))
        names = schema.EXPOSURE if name == "exposure" else schema.TABLES[name]
        if name == "exposure":
            # What is inside it are the columns of the other tables.
            inside = ("record", "machine.", "source.")
            expected = {key: kind for key, kind in expected.items() if not key.startswith(inside)}
        found = {key: schema.sql_type(key) for key in names}
        differing = sorted(set(expected.items()) ^ set(found.items()))
        wrong += bool(differing)
        print(f"{name}: {len(found)} columns, {differing or 'the same'}")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
