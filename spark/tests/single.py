"""What one machine says, and whether many say the same: every row, as one line of JSON.

The answers of `logsieve extract` and `logsieve check` on one machine are read here without any of
the code that is tested, so that a mistake cannot be on both sides.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime, timezone
from pathlib import Path

# What only a case knows: it has seen an earlier run.
OF_A_CASE = "change"


def flat(record: dict, path: str = "") -> Iterator[tuple[str, object]]:
    """The fields of a record, nested ones joined by a dot."""
    for key, value in record.items():
        if isinstance(value, dict):
            yield from flat(value, f"{path}{key}.")
        else:
            yield f"{path}{key}", value


def line(fields: Iterable[tuple[str, object]]) -> str:
    """One row, the same text whoever wrote it: absent is left out, times are UTC."""
    row = {key: _plain(value) for key, value in fields if value is not None}
    return json.dumps(row, sort_keys=True, ensure_ascii=False)


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        aware = value if value.tzinfo else value.replace(tzinfo=timezone.utc)
        value = aware.astimezone(timezone.utc).isoformat().replace("+00:00", "Z")
    return list(value) if isinstance(value, (list, tuple)) else value


def records(path: Path) -> dict[str, list[str]]:
    """The lines of a file of JSON Lines by type of record, sorted."""
    found: dict[str, list[str]] = {}
    with path.open(encoding="utf-8") as file:
        for text in file:
            record = json.loads(text)
            kind = record.pop("type")
            record.pop(OF_A_CASE, None)
            found.setdefault(kind, []).append(line(flat(record)))
    return {kind: sorted(lines) for kind, lines in found.items()}


def logins(found: dict[str, list[str]]) -> list[str]:
    """Every login once: how often, on how many machines, in how many sources and since when."""
    machines = [json.loads(text) for text in found["machine"]]
    days = {machine["machine_id"]: machine.get("infected_at") for machine in machines}
    rows = []
    for login, copies in _grouped(found["credential"], ["credential_id"]):
        machines = _values(copies, "machine_id")
        infected = [day for day in map(days.get, machines) if day]
        counts = {
            "sightings": sum(copy["sightings"] for copy in copies),
            "machines": len(machines),
            "sources": len(_values(copies, "source_id")),
            "first_infected": min(infected, default=None),
            "last_infected": max(infected, default=None),
        }
        rows.append(line([*login.items(), *counts.items()]))
    return sorted(rows)


def organisations(exposures: list[str]) -> list[str]:
    """The exposures of each organisation, counted by severity, class and kind."""
    rows = []
    by = ["organisation", "severity", "identity_class", "kind"]
    for group, members in _grouped(exposures, by):
        counts = {
            "exposures": len(members),
            "machines": len(_values(members, "machine.machine_id")),
            "first_seen": min(_values(members, "first_seen"), default=None),
            "last_seen": max(_values(members, "last_seen"), default=None),
        }
        rows.append(line([*group.items(), *counts.items()]))
    return sorted(rows)


def _grouped(lines: list[str], by: list[str]) -> Iterator[tuple[dict, list[dict]]]:
    """The rows of some lines, by the values of some columns."""
    groups: dict[tuple, list[dict]] = {}
    for text in lines:
        row = json.loads(text)
        groups.setdefault(tuple(row.get(name) for name in by), []).append(row)
    for values, rows in groups.items():
        yield dict(zip(by, values)), rows


def _values(rows: list[dict], name: str) -> set:
    """What stands in a column, each once."""
    return {row[name] for row in rows if name in row}


def difference(expected: list[str], found: list[str]) -> str:
    """What is wrong, or nothing."""
    if expected == found:
        return ""
    missing = sorted(set(expected) - set(found))[:2]
    more = sorted(set(found) - set(expected))[:2]
    return f"{len(found)} rows, {len(expected)} expected; missing {missing}, too many {more}"
