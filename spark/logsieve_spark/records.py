"""Records as a DataFrame: every item read by a child of its own, wherever the engine puts it."""

from collections.abc import Iterable, Iterator
from functools import partial

import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import DataFrame, SparkSession

from logsieve_spark import child, schema
from logsieve_spark.child import ChildFailed, Job
from logsieve_spark.items import one_a_task, read_items

# What stands before the columns of logsieve: which item a row comes from, and its number there.
PLACE = {"item": "string", "row": "bigint"}


def extract(
    spark: SparkSession,
    items: DataFrame | str,
    *,
    key_file: str,
    watchlist: str | None = None,
    binary: str | None = None,
    tables: Iterable[str] = schema.EXTRACTED,
    options: Iterable[str] = (),
) -> DataFrame:
    """Everybody's records, secrets as fingerprints; a watchlist narrows them to its organisations.

    `items` come from `read_items`, or are the path of what it reads. `key_file`, `watchlist` and
    `binary` are paths that every worker has, or names of files that were shipped with `--files`.
    `options` are further ones of `logsieve extract` (`--keep-usernames`, `--as-of`, `--limits`).
    `tables` are the types of records that are wanted: fewer cost less.
    """
    job = Job("extract", key_file, watchlist, binary, tuple(options))
    return _records(spark, items, job, tables)


def exposures(
    spark: SparkSession,
    items: DataFrame | str,
    *,
    key_file: str,
    watchlist: str,
    binary: str | None = None,
    tables: Iterable[str] = schema.CHECKED,
    options: Iterable[str] = (),
) -> DataFrame:
    """What of the organisations on the watchlist is exposed; the arguments are as for `extract`."""
    job = Job("check", key_file, watchlist, binary, tuple(options))
    return _records(spark, items, job, tables)


def _records(
    spark: SparkSession, items: DataFrame | str, job: Job, tables: Iterable[str]
) -> DataFrame:
    wanted = tuple(tables)
    unknown = set(wanted) - set(schema.TABLES)
    if unknown:
        raise ValueError(f"no such type of record: {', '.join(sorted(unknown))}")
    names = [schema.RECORD_TYPE, *schema.columns(wanted)]
    columns = ", ".join(f"{name} {kind}" for name, kind in PLACE.items())
    read = partial(_read, job, wanted, names)
    items = read_items(spark, items) if isinstance(items, str) else items
    return one_a_task(items).mapInArrow(read, f"{columns}, {schema.ddl(names)}")


def _read(
    job: Job, tables: tuple[str, ...], names: list[str], items: Iterator[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    """The records of some items; this is what runs on a worker."""
    for item, source, line in each(items):
        rows = 0
        with failing_as(item, source):
            for batch in child.batches(job, line):
                yield _shaped(batch, tables, names, item, rows)
                rows += batch.num_rows


def each(items: Iterator[pa.RecordBatch]) -> Iterator[tuple[str, str, str]]:
    """Id, source and line of each item."""
    for batch in items:
        for row in batch.select(["item", "source", "line"]).to_pylist():
            yield row["item"], row["source"], row["line"]


class failing_as:
    """Tells in an error which item it is about."""

    def __init__(self, item: str, source: str) -> None:
        self.about = f"item {item} of {source}"

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if isinstance(error, ChildFailed):
            raise ChildFailed(f"{self.about}: {error}") from None


def _shaped(
    batch: pa.RecordBatch, tables: tuple[str, ...], names: list[str], item: str, before: int
) -> pa.RecordBatch:
    """The rows of the wanted tables, in the columns that Spark was promised."""
    missing = set(names) - set(batch.schema.names)
    if missing:
        version = (batch.schema.metadata or {}).get(b"logsieve.schema_version", b"?").decode()
        raise ChildFailed(
            f"columns are missing ({', '.join(sorted(missing))}): this adapter knows version "
            f"{schema.VERSION} of the schema, logsieve has {version}"
        )
    rows = range(before, before + batch.num_rows)
    place = [pa.array([item] * len(rows), pa.string()), pa.array(rows, pa.int64())]
    values = [_plain(batch.column(name), name) for name in names]
    shaped = pa.record_batch([*place, *values], names=[*PLACE, *names])
    wanted = pc.is_in(batch.column(schema.RECORD_TYPE), pa.array(tables, pa.string()))
    return shaped.filter(wanted)


def _plain(column: pa.Array, name: str) -> pa.Array:
    """A column without dictionary, of the type that Spark was promised."""
    kind = pa.string() if name == schema.RECORD_TYPE else schema.arrow_type(name)
    return column if column.type == kind else column.cast(kind)
