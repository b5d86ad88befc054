"""Real engines against one machine: the same rows, whatever happens on the way.

`lanes.py classic|sail --binary LOGSIEVE --work FOLDER`, with FOLDER new. Lanes:

A  nothing happens
B  an executor is killed after it has finished tasks (its results are lost with it)
C  every child dies at the first attempt at its item, half of them in the middle of their stream
D  a bomb, an archive that is cut and a file that is nothing are among the archives
E  a dataset, in two runs: the second reads only what is new, and what failed
F  the script for spark-submit, with everything that it needs shipped
G  an archive that is cut into several items, and a small one that two plans have
"""

import argparse
import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import engines
import pyarrow.dataset
import pyarrow.parquet
import single
from engines import PACKAGE
from machine import OPTIONS, Machine
from pyspark.sql import functions as F

from logsieve_spark import case, dataset, exposures, extract, read_items, schema, tables
from logsieve_spark.child import Job

# A child that dies the first time it is given an item; FOLDER remembers which it has had.
FRAGILE = """\
#!/bin/bash
IFS= read -r line
item=${line#*\\"item\\":\\"}
item=${item:0:32}
if mkdir "FOLDER/$item" 2>/dev/null; then
  case $item in
    [0-7]*) ;;
    *) printf '%s\\n' "$line" | LOGSIEVE "$@" | head -c 100000 ;;
  esac
  kill -9 $$
fi
printf '%s\\n' "$line" | exec LOGSIEVE "$@"
"""


class Lanes:
    """The lanes on one engine."""

    def __init__(self, spark: Any, machine: Machine) -> None:
        self.spark = spark
        self.machine = machine
        self.failures = 0
        self.runs = 0
        self.expected: dict[str, dict[str, list[str]]] = {}

    def single(self, parts: list[str]) -> dict[str, list[str]]:
        """What one machine says about some parts of the corpus."""
        name = "-".join(parts)
        if name not in self.expected:
            inputs = self.machine.inputs(*parts)
            self.expected[name] = single.records(self.machine.extract(name, inputs))
            with self.machine.extract(name, inputs, "apex").open(newline="") as file:
                table = list(csv.reader(file))
            self.expected[name]["apex"] = [",".join(row) for row in table[1:]]
        return self.expected[name]

    def same(self, what: str, expected: list[str], found: list[str]) -> None:
        """Compares rows, and tells."""
        wrong = single.difference(expected, found)
        self.failures += bool(wrong)
        print(f"  {what}: {wrong or f'{len(found)} rows, the same'}", flush=True)

    def stored(self, frame: Any) -> Path:
        """A DataFrame in files, which no engine has to read for us."""
        self.runs += 1
        path = self.machine.folder / f"out-{self.runs}"
        frame.write.parquet(str(path))
        return path

    def extracted(
        self,
        name: str,
        plan: str,
        parts: list[str],
        binary: str | None = None,
        meanwhile: Callable[[], None] = lambda: None,
    ) -> None:
        """All records, and what is joined of them."""
        path = self.extract(name, plan, binary, meanwhile)
        self.joined(self.spark.read.parquet(str(path)), path, parts)

    def extract(
        self,
        name: str,
        plan: str,
        binary: str | None = None,
        meanwhile: Callable[[], None] = lambda: None,
    ) -> Path:
        """Has all records made."""
        print(f"{name}: extract", flush=True)
        began = time.monotonic()
        records = extract(
            self.spark, plan, key_file=str(self.machine.key),
            binary=binary or self.machine.binary, options=OPTIONS,
        )  # fmt: skip
        with ThreadPoolExecutor() as pool:
            other = pool.submit(meanwhile)
            # What a map has written is lost with its executor, so that it has to be made again.
            path = self.stored(records.repartition(4, "item"))
            other.result()
        print(f"  {time.monotonic() - began:.1f} s", flush=True)
        return path

    def joined(self, records: Any, once: Path, parts: list[str]) -> None:
        """Compares everything that `extract` gives; in the files `once` nothing is there twice."""
        expected = self.single(parts)
        for kind in ("credential", "cookie", "autofill", "issue"):
            self.same(kind, expected.get(kind, []), rows(once, kind))
        found = self.stored(tables.sources(records))
        self.same("source", expected["source"], rows(found))
        found = self.stored(tables.distinct(records, "machine"))
        self.same("machine", expected["machine"], rows(found))
        names = ["credential_id", "sightings", "machines", "sources", "first_infected"]
        found = self.stored(tables.logins(records).select(*names, "last_infected"))
        self.same("login", single.logins(expected), rows(found))
        counts = tables.apex(records).collect()
        found = [",".join("" if cell is None else str(cell) for cell in row) for row in counts]
        self.same("apex", expected["apex"], found)

    def exposed(self, name: str, plan: str, parts: list[str]) -> None:
        """The exposures of the watchlist, as a case has them."""
        print(f"{name}: check", flush=True)
        live = exposures(
            self.spark, plan, key_file=str(self.machine.key), binary=self.machine.binary,
            watchlist=str(self.machine.watchlist), options=OPTIONS,
        )  # fmt: skip
        self.as_a_case(name, self.spark.read.parquet(str(self.stored(live))), parts)

    def as_a_case(self, name: str, records: Any, parts: list[str]) -> None:
        """Compares exposures with those of a case."""
        found = self.stored(case.exposures(records))
        expected = single.records(self.machine.check(f"case-{name}", self.machine.inputs(*parts)))
        self.same("exposure", expected["exposure"], rows(found))
        counted = self.stored(tables.organisations(self.spark.read.parquet(str(found))))
        self.same("organisation", single.organisations(expected["exposure"]), rows(counted))

    def in_parts(self, name: str) -> None:
        """What is in several items, and what is in two plans."""
        plan = self.machine.overlapping(f"plan-{name}")
        found = self.spark.read.parquet(str(self.extract(name, plan)))
        self.joined(found, self.stored(tables.once(found)), ["parts"])
        # Another version may have cut the archive in another way, and not all of that is there.
        way = F.when(F.col("`part.of`").isNotNull(), F.lit(4)).cast("bigint")
        other = found.withColumn("item", F.concat(F.lit("another "), "item"))
        both = found.unionByName(other.withColumn("part.of", way))
        self.joined(both, self.stored(tables.once(both)), ["parts"])
        self.exposed(name, plan, ["parts"])

    def fragile(self) -> str:
        """A binary whose first attempt at each item fails."""
        self.runs += 1
        had = self.machine.folder / f"had-{self.runs}"
        had.mkdir()
        path = self.machine.folder / f"fragile-{self.runs}"
        script = FRAGILE.replace("FOLDER", str(had)).replace("LOGSIEVE", self.machine.binary)
        path.write_text(script)
        path.chmod(0o755)
        return str(path)

    def growing(self, name: str, first: str, second: str, binary: str) -> None:
        """A dataset in two runs; in the second, one source is gone."""
        print(f"{name}: dataset", flush=True)
        folder = self.machine.folder / f"{name}-dataset"
        job = Job("extract", str(self.machine.key), binary=binary, options=OPTIONS)
        lost = Path(self.machine.inputs("later")[0])
        away = lost.rename(lost.with_suffix(".away"))
        for plan, failed in [(first, 0), (second, 1), (second, 0)]:
            items = read_items(self.spark, plan)
            left = dataset.write(self.spark, items, str(folder), job, wave=25).collect()
            if len(left) != failed:
                raise SystemExit(f"{len(left)} items failed, not {failed}: {left}")
            if failed:
                away.rename(lost)
        self.same("items", sorted(ids(second)), done(folder))
        expected = self.single(["archives", "later"])
        for kind in ("credential", "cookie", "autofill", "source"):
            self.same(kind, expected[kind], rows(folder / "records" / f"type={kind}"))


def rows(path: Path, kind: str | None = None) -> list[str]:
    """The rows of a folder of Parquet, or those of one type of record, sorted."""
    files = pyarrow.dataset.dataset(path)
    if kind:
        is_kind = pyarrow.dataset.field(schema.RECORD_TYPE) == kind
        table = files.to_table(columns=schema.TABLES[kind], filter=is_kind)
    else:
        table = files.to_table()
    names = table.column_names
    columns = [table.column(name).to_pylist() for name in names]
    return sorted(single.line(zip(names, row)) for row in zip(*columns))


def done(folder: Path) -> list[str]:
    """The items that are complete by the ledger of a dataset, sorted; each has to be there once."""
    attempts = pyarrow.parquet.read_table(folder / "ledger").to_pylist()
    return sorted(row["item"] for row in attempts if row["item"] and row["error"] is None)


def ids(plan: str) -> list[str]:
    """The items of a plan."""
    return [json.loads(line)["item"] for line in Path(plan).read_text().splitlines()]


def on_classic(machine: Machine, plans: dict[str, str], wanted: str) -> int:
    """All lanes on a cluster, and the script for spark-submit."""
    with engines.Cluster(machine.folder / "cluster") as cluster:
        # It needs all cores that there are, so no other driver may have them.
        out = submitted(cluster, machine, plans["A"]) if "F" in wanted else None
        with cluster.session() as spark:
            lanes = Lanes(spark, machine)
            if out:
                lanes.same("items", sorted(ids(plans["A"])), done(out))
                lanes.as_a_case("F", dataset.records(spark, str(out)), ["archives"])
            if "A" in wanted:
                lanes.extracted("A", plans["A"], ["archives"])
            if "B" in wanted:
                lanes.extracted("B", plans["A"], ["archives"], meanwhile=lambda: kill(spark))
            if "C" in wanted:
                lanes.extracted("C", plans["A"], ["archives"], binary=lanes.fragile())
            if "D" in wanted:
                lanes.extracted("D", plans["D"], ["archives", "damaged"])
                lanes.exposed("D", plans["D"], ["archives", "damaged"])
            if "E" in wanted:
                lanes.growing("E", plans["A"], plans["E"], lanes.fragile())
            if "G" in wanted:
                lanes.in_parts("G")
        return lanes.failures


def kill(spark: Any) -> None:
    """Lane B."""
    print(f"  killed executor {engines.kill_an_executor(spark)}", flush=True)


def submitted(cluster: engines.Cluster, machine: Machine, plan: str) -> Path:
    """What the script makes, with the binary, the key and the watchlist shipped."""
    print("F: spark-submit", flush=True)
    out = machine.folder / "submitted"
    key = machine.folder / "shipped.key"
    key.write_bytes(machine.key.read_bytes())
    key.chmod(0o600)
    binary = machine.folder / "logsieve"
    shutil.copy(machine.binary, binary)
    pairs = [f"{name}={value}" for name, value in engines.SETTINGS.items()]
    settings = [word for pair in pairs for word in ("--conf", pair)]
    command = [
        cluster.home / "bin" / "spark-submit", "--master", cluster.url, *settings,
        "--py-files", engines.package(machine.folder),
        "--files", f"{binary},{key},{machine.watchlist}",
        PACKAGE / "logsieve_spark" / "submit.py", "--check", "--items", plan, "--out", out,
        "--key-file", key.name, "--binary", binary.name, "--watchlist", machine.watchlist.name,
        *(f"--option={option}" for option in OPTIONS),
    ]  # fmt: skip
    log = machine.folder / "submit.log"
    with log.open("wb") as errors:
        run = subprocess.run(command, check=False, env=cluster.environment(), stderr=errors)
    if run.returncode != 0:
        raise SystemExit(f"spark-submit: exit code {run.returncode}, {log.read_text()[-4000:]}")
    return out


def on_sail(machine: Machine, plans: dict[str, str], wanted: str) -> int:
    """The lanes that need no JVM. Sail on one machine tries nothing twice: C is in E."""
    with engines.sail() as spark:
        lanes = Lanes(spark, machine)
        if "A" in wanted:
            lanes.extracted("A", plans["A"], ["archives"])
        if "D" in wanted:
            lanes.extracted("D", plans["D"], ["archives", "damaged"])
            lanes.exposed("D", plans["D"], ["archives", "damaged"])
        if "E" in wanted:
            lanes.growing("E", plans["A"], plans["E"], lanes.fragile())
        if "G" in wanted:
            lanes.in_parts("G")
        return lanes.failures


def main() -> int:
    """Runs the lanes of one engine; the exit code is 1 if a row is another."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("engine", choices=["classic", "sail"])
    parser.add_argument("--binary", required=True)
    parser.add_argument("--lanes", default="ABCDEFG", help="the letters of those that are wanted")
    parser.add_argument("--work", required=True, type=Path)
    given = parser.parse_args()
    # What is stopped has to stop what it started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    machine = Machine(os.path.abspath(given.binary), given.work)
    machine.prepare()
    plans = {
        "A": machine.plan("plan-A", machine.inputs("archives")),
        "D": machine.plan("plan-D", machine.inputs("archives", "damaged")),
        "E": machine.plan("plan-E", machine.inputs("archives", "later")),
    }
    began = time.monotonic()
    failures = (on_classic if given.engine == "classic" else on_sail)(machine, plans, given.lanes)
    print(f"{given.engine}: {failures} differences, {time.monotonic() - began:.0f} s")
    return int(failures > 0)


if __name__ == "__main__":
    sys.exit(main())
