"""The views of spark/sql, each in its engine, against answers that are counted in plain Python.

`views.py --binary LOGSIEVE --work FOLDER [duckdb] [clickhouse] [spark]`, with FOLDER new. An engine
that is not installed is said to be skipped.
"""

import argparse
import csv
import importlib.util
import json
import os
import sys
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet
from engines import PACKAGE
from machine import OPTIONS, Machine

from logsieve_spark import child, schema
from logsieve_spark.dataset import LEDGER
from logsieve_spark.items import without_engine

# When what came; what is new came on the second day.
FIRST = "2026-03-01"
SECOND = "2026-03-09"
DOMAIN = "example.org"
ORGANISATION = "Example Corp"

# What is asked, in words that all three understand.
QUESTIONS = {
    "logins": f"select credential_id, machines, sources, sightings from domain_logins "
    f"where domain = '{DOMAIN}'",
    "machines": f"select machine_id, exposures from organisation_machines "
    f"where organisation = '{ORGANISATION}'",
    "new": f"select exposure_id from exposures where known_since >= timestamp '{SECOND} 00:00:00'",
    "sources": "select source_id, parent, name, status, seen, parsed, logs, bytes_in, bytes_out "
    "from sources",
    "sightings": "select exposure_id, sightings from exposures",
    "apex": "select * from apex",
}


def make(machine: Machine, command: str, folder: Path) -> None:
    """A dataset that came in two days, with a source that is cut, in two ways."""
    watchlist = str(machine.watchlist) if command == "check" else None
    job = child.Job(command, str(machine.key), watchlist, machine.binary, OPTIONS)
    plans = {
        machine.plan("archives", machine.inputs("archives")): FIRST,
        machine.overlapping("parts"): FIRST,
        machine.plan("later", machine.inputs("later")): SECOND,
    }
    done = []
    for plan, day in plans.items():
        for item, source, line in without_engine(plan):
            child.write(job, line, str(folder / "records"))
            done.append(row_of_ledger(item, source, day))
    for item in cut_in_another_way(folder / "records"):
        done.append(row_of_ledger(item, "cut in another way", SECOND))
    (folder / "ledger").mkdir()
    table = pa.Table.from_pylist(done, schema=schema.arrow(LEDGER))
    pyarrow.parquet.write_table(table, folder / "ledger" / "part.parquet")


def row_of_ledger(item: str, source: str, day: str) -> dict:
    """An item that was complete at noon."""
    at = datetime.fromisoformat(day).replace(hour=12, tzinfo=timezone.utc)
    return {"item": item, "source": source, "run": day, "done_at": at}


def cut_in_another_way(records: Path) -> list[str]:
    """Adds what another version might have made of the source that is cut, one part of which is not
    there; gives the items.
    """
    made = []
    for path in sorted((records / "type=source").iterdir()):
        rows = pyarrow.parquet.ParquetFile(path).read().to_pylist()
        if not any(row["part.of"] for row in rows):
            continue
        item = path.name.removeprefix("part-").removesuffix(".parquet")
        made.append(item[::-1])
        for part in records.glob(f"type=*/{path.name}"):
            table = pyarrow.parquet.ParquetFile(part).read()
            if "part.of" in table.column_names:
                at = table.column_names.index("part.of")
                more = pc.add(table.column(at), 1)
                table = table.set_column(at, table.schema.field(at), more)
            pyarrow.parquet.write_table(table, part.with_name(f"part-{made[-1]}.parquet"))
    return made


def answers(machine: Machine) -> dict[str, list[str]]:
    """What the views have to say, by what one machine says."""
    before, later = machine.inputs("archives", "parts"), machine.inputs("later")
    everything = [*before, *later]
    told_sources = []
    logins: dict[str, list[dict]] = {}
    for text in machine.extract("all", everything).open():
        record = json.loads(text)
        if record["type"] == "credential":
            logins.setdefault(record["credential_id"], []).append(record)
        elif record["type"] == "source":
            told_sources.append(told([
                record["source_id"], record.get("parent_id"), record["name"], record["status"],
                record["entries"]["seen"], record["entries"]["parsed"], record["logs"],
                record["bytes_in"], record["bytes_out"],
            ]))  # fmt: skip
    about = []
    for name, copies in logins.items():
        machines = len({copy["machine_id"] for copy in copies if "machine_id" in copy})
        sources = len({copy["source_id"] for copy in copies})
        sightings = sum(copy["sightings"] for copy in copies)
        for key in ("registrable_domain", "email_domain"):
            if copies[0].get(key) == DOMAIN:
                about.append(told([name, machines, sources, sightings]))
    exposures = lines(machine.check("case-all", everything))
    known = {one["exposure_id"] for one in lines(machine.check("case-old", before))}
    machines = Counter(
        one["machine"]["machine_id"] for one in exposures
        if one["organisation"] == ORGANISATION and "machine" in one
    )  # fmt: skip
    new = {one["exposure_id"] for one in exposures} - known
    with machine.extract("all", everything, "apex").open(newline="") as file:
        apex = [told(row) for row in list(csv.reader(file))[1:]]
    return {
        "logins": sorted(about),
        "machines": sorted(told(pair) for pair in machines.items()),
        "new": sorted(told([name]) for name in new),
        "sources": sorted(told_sources),
        "sightings": sorted(told([one["exposure_id"], one["sightings"]]) for one in exposures),
        "apex": apex,
    }


def lines(path: Path) -> list[dict]:
    """The records of a file."""
    return [json.loads(text) for text in path.open()]


def told(row: Any) -> str:
    """A row as text."""
    return ",".join("" if cell is None else str(cell) for cell in row)


Ask = Callable[[str], list]


def duckdb(script: str) -> Ask:
    """Rows by DuckDB."""
    import duckdb as engine

    connection = engine.connect()
    connection.execute("set timezone = 'UTC'")
    connection.execute(script)
    return lambda question: connection.execute(question).fetchall()


def clickhouse(script: str) -> Ask:
    """Rows by ClickHouse, in this process."""
    from chdb.session import Session

    session = Session()
    for statement in statements(script):
        session.query(statement)

    def ask(question: str) -> list:
        answer = str(session.query(question, "JSONCompactEachRow"))
        return [json.loads(text) for text in answer.splitlines()]

    return ask


def spark(script: str) -> Ask:
    """Rows by Spark, in a JVM of its own."""
    from engines import HOST, JAVA, SETTINGS
    from pyspark.sql import SparkSession

    os.environ |= {"SPARK_LOCAL_IP": HOST, "JAVA_TOOL_OPTIONS": JAVA}
    builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    for key, value in SETTINGS.items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    for statement in statements(script):
        session.sql(statement)
    return lambda question: session.sql(question).collect()


def statements(script: str) -> list[str]:
    """The statements of a script, without comments: none has a semicolon in a text."""
    code = "\n".join(line for line in script.splitlines() if not line.startswith("--"))
    return [statement for statement in code.split(";") if statement.strip()]


ENGINES = {
    "duckdb": (duckdb, "duckdb"),
    "clickhouse": (clickhouse, "chdb"),
    "spark": (spark, "pyspark"),
}


def main() -> int:
    """Asks every engine everything; the exit code is 1 if an answer is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("engines", nargs="*", metavar="ENGINE")
    parser.add_argument("--binary", required=True)
    parser.add_argument("--work", required=True, type=Path)
    given = parser.parse_args()
    machine = Machine(os.path.abspath(given.binary), given.work)
    machine.prepare()
    folders = {"DATASET": machine.folder / "records", "EXPOSURES": machine.folder / "exposures"}
    for command, folder in zip(("extract", "check"), folders.values()):
        folder.mkdir()
        make(machine, command, folder)
    expected = answers(machine)
    wrong = 0
    for name in given.engines or ENGINES:
        start, module = ENGINES[name]
        if importlib.util.find_spec(module) is None:
            print(f"SKIPPED: {name} is not installed")
            continue
        script = (PACKAGE / "sql" / f"{name}.sql").read_text()
        for word, folder in folders.items():
            script = script.replace(word, str(folder))
        ask = start(script)
        for question, rows in expected.items():
            found = [told(row) for row in ask(QUESTIONS[question])]
            # The table of domains has an order of its own.
            found = found if question == "apex" else sorted(found)
            is_same = found == rows and bool(rows)
            wrong += not is_same
            print(f"{name}: {question}: {len(found)} rows, {'the same' if is_same else 'WRONG'}")
            if not is_same:
                print([pair for pair in zip(rows, found) if pair[0] != pair[1]][:3])
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
