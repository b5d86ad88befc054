"""`spark-submit submit.py`: from archives, or the items of a plan, to a dataset that grows.

Run again with more archives, it reads only what the dataset does not have.
"""

import argparse
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path

from pyspark.sql import SparkSession

from logsieve_spark import dataset
from logsieve_spark.child import Job, find
from logsieve_spark.items import read_items

# The exit code of logsieve for “partial: something failed, all else is delivered”.
PARTIAL = 3


def arguments(words: list[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="submit.py", description=__doc__)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "inputs", nargs="*", default=[], metavar="INPUT",
        help="archives, folders, texts that all workers can read; planned here",
    )  # fmt: skip
    what.add_argument("--items", help="what `logsieve plan` wrote, where workers can read it")
    parser.add_argument("--out", required=True, help="the dataset: a folder that all workers share")
    parser.add_argument("--key-file", required=True, help="path, or name of a file in --files")
    parser.add_argument("--watchlist", help="only what concerns its organisations")
    parser.add_argument("--check", action="store_true", help="exposures instead of all records")
    parser.add_argument("--binary", help="logsieve: path, or name of a file in --files [PATH]")
    parser.add_argument(
        "--option", action="append", default=[], metavar="WORD",
        help="a further word for the command line of every child",
    )  # fmt: skip
    parser.add_argument("--memory", type=int, default=4096, help="most MiB of a child [4096]")
    parser.add_argument("--seconds", type=int, default=6 * 3600, help="most seconds of a child")
    parser.add_argument("--wave", type=int, default=dataset.WAVE, help="items a job [10000]")
    parser.add_argument("--remote", help="a Spark Connect server, as sc://HOST:PORT")
    given = parser.parse_args(words)
    if given.check and not given.watchlist:
        parser.error("--check needs a --watchlist")
    return given


def plan(binary: str | None, inputs: list[str], folder: str) -> str:
    """Lets logsieve cut the inputs into items; gives the file, which stays beside the dataset."""
    plans = Path(folder, "plans")
    plans.mkdir(parents=True, exist_ok=True)
    items = plans / f"{datetime.now(timezone.utc):%Y%m%dT%H%M%S.%f}.jsonl"
    with items.open("xb") as out:
        subprocess.run([find(binary or "logsieve"), "plan", *inputs], stdout=out, check=True)
    return str(items.resolve())


def main(words: list[str] | None = None) -> int:
    """Runs the job; the exit code is 3 if items are left, as that of logsieve."""
    given = arguments(words)
    builder = SparkSession.builder.appName("logsieve")
    spark = (builder.remote(given.remote) if given.remote else builder).getOrCreate()
    items = given.items or plan(given.binary, given.inputs, given.out)
    job = Job(
        "check" if given.check else "extract",
        given.key_file,
        given.watchlist,
        given.binary,
        tuple(given.option),
        given.memory << 20,
        given.seconds,
    )
    failed = dataset.write(spark, read_items(spark, items), given.out, job, given.wave).collect()
    for row in failed:
        print(f"{row.source}: {row.error}", file=sys.stderr)
    spark.stop()
    return PARTIAL if failed else 0


if __name__ == "__main__":
    sys.exit(main())
