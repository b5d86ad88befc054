"""Measures what Spark and Sail add to logsieve on one machine, as Markdown: CPU and wall time of
the same work done by one process, by a cluster of Spark (a master and two workers of one core on
this machine) and by Sail, and the rows that go into Parquet in a second.

  PYTHON benches/spark.py --bin LOGSIEVE --work FOLDER [--watchlist FILE] [--runs N]
                          [--engine ENGINE]... [--way WAY]... INPUT...

PYTHON has what spark/tests/requirements.txt names. INPUT is what `benches/data.sh` made, as
`main/many` and `main/cloud.zip`; with `--watchlist main/cloud-names.txt`, `check` is measured as
well. FOLDER is made, and removed in the end. Of the ways, `frame` (rows through the engine) takes
several times as long as `dataset` (logsieve writes); `nothing` only starts and stops the engine.

CPU time is that of the whole machine meanwhile, so nothing else may run: Spark's Python does not wait
for its children, and the system adds up only those that somebody waits for. What an engine takes to
start and to stop without any work stands in a row of its own.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pyarrow.parquet

SPARK = Path(__file__).resolve().parent.parent / "spark"
sys.path[:0] = [str(SPARK), str(SPARK / "tests")]

HEAD = (
    "| Work | Done by | CPU | Wall | CPU, × one machine | Rows/s |",
    "|---|---|---|---|---|---|",
)
ENGINES = ("spark", "sail")
WAYS = {
    "nothing": "nothing to do",
    "dataset": "logsieve writes",
    "frame": "rows through the engine",
}


def main():
    given = arguments()
    if given.child:
        return child(*given.child, given)
    given.work.mkdir(parents=True)
    try:
        prepare(given)
        megabytes = f"{size(given.inputs):,.0f} MB"
        print(f"Medians of {given.runs} runs, {os.cpu_count()} cores, {megabytes}.\n")
        print(*HEAD, sep="\n", flush=True)
        for command in ("extract", "check") if given.watchlist else ("extract",):
            compare(command, given)
    finally:
        shutil.rmtree(given.work, ignore_errors=True)
    return 0


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--bin", required=True, type=os.path.abspath)
    parser.add_argument("--work", required=True, type=lambda path: Path(path).resolve())
    parser.add_argument("--watchlist", type=os.path.abspath)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--engine", choices=ENGINES, action="append", help="can be given twice")
    parser.add_argument("--way", choices=WAYS, action="append", help="can be given twice")
    parser.add_argument("--child", nargs=3, help=argparse.SUPPRESS)
    parser.add_argument("inputs", nargs="+", metavar="INPUT", type=os.path.abspath)
    return parser.parse_args()


def prepare(given):
    """A key and a plan."""
    with open(os.open(given.work / "key", os.O_WRONLY | os.O_CREAT, 0o600), "w") as out:
        out.write(f"{bytes(range(32)).hex()}\n")
    with (given.work / "items.jsonl").open("wb") as out:
        subprocess.run([given.bin, "plan", "--quiet", *given.inputs], stdout=out, check=True)


def size(inputs):
    """Megabytes of all files."""
    files = (path for one in inputs for path in [Path(one), *Path(one).rglob("*")])
    return sum(path.stat().st_size for path in files if path.is_file()) / 1e6


def compare(command, given):
    """One command by everything that can do it, in turn."""
    out = given.work / "out"
    engines = given.engine or ENGINES
    words = [given.bin, command, "--key-file", given.work / "key", "--format", "parquet"]
    words += ["--out", out, "--quiet"]
    words += ["--watchlist", given.watchlist] if given.watchlist and command == "check" else []
    ways = {"one machine": [*words, *given.inputs]}
    for engine in engines:
        for way in given.way or WAYS:
            ways[f"{engine}, {WAYS[way]}"] = again(given, engine, command, way)
    took = {way: [] for way in ways}
    for _ in range(given.runs):
        for way, line in ways.items():
            shutil.rmtree(out, ignore_errors=True)
            took[way].append((*measured(line), rows(out)))
    one = statistics.median(cpu for cpu, _, _ in took["one machine"])
    for way, runs in took.items():
        cpu, wall, count = (statistics.median(values) for values in zip(*runs))
        rate = f"{count / wall:,.0f}" if count else "–"
        times = f"{cpu:.1f} s | {wall:.1f} s | {cpu / one:.2f}"
        print(f"| `{command}` | {way} | {times} | {rate} |", flush=True)


def again(given, engine, command, what):
    """This program as the one that runs an engine."""
    watchlist = ["--watchlist", given.watchlist] if given.watchlist else []
    words = ["--bin", given.bin, "--work", given.work, *watchlist, "--child", engine, command, what]
    return [sys.executable, os.path.abspath(__file__), *words, "--", *given.inputs]


def measured(line):
    """CPU time of the machine, and wall time, while a command runs."""
    before, began = spent(), time.monotonic()
    done = subprocess.run(list(map(str, line)), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    wall = time.monotonic() - began
    if done.returncode not in (0, 3):
        sys.exit(f"exit code {done.returncode}: {line}\n{done.stdout[-3000:].decode()}")
    return spent() - before, wall


def spent():
    """CPU seconds that all cores have worked since the machine was started."""
    user, nice, system, _idle, _io, irq, softirq = map(
        int, Path("/proc/stat").read_text().split(maxsplit=8)[1:8]
    )
    return (user + nice + system + irq + softirq) / os.sysconf("SC_CLK_TCK")


def rows(out):
    """The rows of all Parquet files of a folder but the ledger."""
    files = (path for path in out.rglob("*.parquet") if "ledger" not in path.parts)
    return sum(pyarrow.parquet.read_metadata(path).num_rows for path in files)


@contextmanager
def session(engine, work):
    """An engine."""
    import engines

    if engine == "sail":
        with engines.sail() as spark:
            yield spark
        return
    folder = work / "cluster"
    shutil.rmtree(folder, ignore_errors=True)
    with engines.Cluster(folder) as cluster, cluster.session() as spark:
        yield spark


def child(engine, command, what, given):
    """Runs one job in one engine."""
    from logsieve_spark import dataset, exposures, extract, read_items
    from logsieve_spark.child import Job

    items, key, out = str(given.work / "items.jsonl"), str(given.work / "key"), given.work / "out"
    watchlist = given.watchlist if command == "check" else None
    with session(engine, given.work) as spark:
        if what == "nothing":
            spark.range(1).collect()
        elif what == "dataset":
            job = Job(command, key, watchlist, given.bin)
            failed = dataset.write(spark, read_items(spark, items), str(out), job).collect()
            if failed:
                sys.exit(failed[0].error)
        else:
            make = exposures if command == "check" else extract
            frame = make(spark, items, key_file=key, watchlist=watchlist, binary=given.bin)
            frame.write.parquet(str(out))
    return 0


if __name__ == "__main__":
    sys.exit(main())
