"""Work items: the lines of `logsieve plan`, as a DataFrame with one task for each.

A line is handed to its child as it is. Only three of its fields mean something here: which item it
is, whose bytes it reads, and how many they are.
"""

import json
from pathlib import Path

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.window import Window


def read_items(spark: SparkSession, path: str) -> DataFrame:
    """The items of a file that `logsieve plan` wrote, each once.

    Columns: `item`, `source`, `bytes`, and `line`, which is the whole of it.
    """
    known = F.from_json("value", "item string, source string, bytes bigint")
    lines = spark.read.text(path).where("trim(value) <> ''")
    return lines.select(known.alias("known"), F.col("value").alias("line")).select(
        "known.item", "known.source", "known.bytes", "line"
    ).dropDuplicates(["item"])  # fmt: skip


def one_a_task(items: DataFrame) -> DataFrame:
    """The items, each in a partition of its own, the largest in the first ones.

    Connect leaves less to say: Sail knows no order of partitions, and would put several items into
    one if it were asked for ranges.
    """
    count = items.count()
    if count == 0:
        return items
    if _is_connect(items):
        return items.coalesce(1).repartition(count)
    largest_first = Window.orderBy(F.desc("bytes"), "item")
    ranked = items.withColumn("rank", F.row_number().over(largest_first))
    return ranked.repartitionByRange(count, "rank").drop("rank")


def _is_connect(frame: DataFrame) -> bool:
    return ".connect." in type(frame).__module__


def without_engine(path: str) -> list[tuple[str, str, str]]:
    """Id, source and line of each item of a plan, for programs that need no engine."""
    lines = Path(path).read_text(encoding="utf-8").splitlines()
    known = [(json.loads(line), line) for line in lines if line.strip()]
    return [(item["item"], item["source"], line) for item, line in known]
