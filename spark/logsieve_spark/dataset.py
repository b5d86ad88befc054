"""A dataset that grows, and a ledger of what is in it.

`DIR/records/type=<record type>/part-<item>.parquet` are the records, `DIR/ledger` the ledger. The
child writes the files, not Spark's committer. It sorts and indexes them for look-ups, which Spark
would undo; its files are called after the item, so that an item that is read again replaces its
own files and nothing else; and the rows do not have to go through Python. A file appears whole or
not at all. The ledger says which items are complete: it is written by the engine, wave by wave, and
what is not in it does not count yet.
"""

import socket
import time
from collections.abc import Iterator
from datetime import datetime, timezone
from functools import partial, reduce
from pathlib import Path

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from logsieve_spark import child, schema
from logsieve_spark.child import ChildFailed, Job
from logsieve_spark.items import one_a_task
from logsieve_spark.records import each
from logsieve_spark.tables import quoted

# One row an attempt at an item; `error` is absent where the item is complete.
LEDGER = [
    ("item", "string"),
    ("source", "string"),
    ("run", "string"),
    ("error", "string"),
    ("worker", "string"),
    ("seconds", "double"),
    ("done_at", "timestamp"),
]
LEDGER_SQL = ", ".join(f"{name} {kind}" for name, kind in LEDGER)

# A wave is what one crash of the driver may cost.
WAVE = 10_000
# How often a worker tries an item before it leaves it to the next run.
ATTEMPTS = 3


def ledger(spark: SparkSession, folder: str) -> DataFrame:
    """What is known of the items of a dataset."""
    path = f"{folder}/ledger"
    # Not every engine makes a table without rows: the first row is about no item.
    empty = spark.range(1).selectExpr(*(f"cast(null as {kind}) {name}" for name, kind in LEDGER))
    empty.write.mode("ignore").parquet(path)
    return spark.read.schema(LEDGER_SQL).parquet(path).where(F.col("item").isNotNull())


def records(spark: SparkSession, folder: str) -> DataFrame:
    """The records of the items that are complete, as `extract` and `exposures` give them.

    Sail does not tell which file a row comes from, so that this is for Spark only.
    """
    frames = []
    for name, columns in schema.TABLES.items():
        path = Path(folder, "records", f"type={name}")
        if path.is_dir():
            # No item may have such records: the folder has no files then.
            table = spark.read.schema(schema.ddl(columns)).parquet(str(path))
            frames.append(table.select(
                F.regexp_extract("_metadata.file_name", "part-([0-9a-f]{32})", 1).alias("item"),
                F.col("_metadata.row_index").alias("row"),
                F.lit(name).alias(schema.RECORD_TYPE),
                *(quoted(column) for column in columns),
            ))  # fmt: skip
    done = ledger(spark, folder).where("error is null").select("item")
    union = reduce(partial(DataFrame.unionByName, allowMissingColumns=True), frames)
    return union.join(done, "item", "left_semi")


def write(
    spark: SparkSession, items: DataFrame, folder: str, job: Job, wave: int = WAVE
) -> DataFrame:
    """Reads the items that the dataset does not have yet; gives those that failed.

    `folder` is a path that all workers share. One bad item does not stop the others: its row in the
    ledger says why, and the next run tries it again.
    """
    run = f"{datetime.now(timezone.utc):%Y-%m-%dT%H:%M:%S.%fZ}"
    while True:
        known = ledger(spark, folder).where((F.col("error").isNull()) | (F.col("run") == run))
        left = items.join(known.select("item"), "item", "left_anti")
        next_items = left.orderBy(F.desc("bytes"), "item").limit(wave)
        if next_items.isEmpty():
            break
        read = one_a_task(next_items).mapInArrow(partial(_write, job, folder, run), LEDGER_SQL)
        read.write.mode("append").parquet(f"{folder}/ledger")
    return ledger(spark, folder).where((F.col("run") == run) & F.col("error").isNotNull())


def _write(
    job: Job, folder: str, run: str, items: Iterator[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    """Has some items written, and tells what came of each; this is what runs on a worker."""
    for item, source, line in each(items):
        began = time.monotonic()
        row = {
            "item": item,
            "source": source,
            "run": run,
            "error": _try(job, line, folder),
            "worker": socket.gethostname(),
            "seconds": time.monotonic() - began,
            "done_at": datetime.now(timezone.utc),
        }
        yield pa.RecordBatch.from_pylist([row], schema=schema.arrow(LEDGER))


def _try(job: Job, line: str, folder: str) -> str | None:
    """Why an item could not be written, or nothing."""
    for _ in range(ATTEMPTS):
        try:
            child.write(job, line, f"{folder}/records")
        except ChildFailed as failure:
            error = str(failure)
        else:
            return None
    return error
