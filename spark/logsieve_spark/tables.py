"""What a run on one machine would have put together, and what one asks of very many records.

A child knows its item only. What was found in two of them is joined here: the first copy stands for
all, and their sightings are added. The first is that of the input whose name comes first, because
that is the order in which one machine is mostly given its inputs. What two items both read, because
they are of two plans, counts once. All of it needs the rows of type `source`.
"""

from functools import reduce

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql.window import Window

from logsieve_spark import schema

# What tells one record of a type from another.
IDS = {
    "machine": "machine_id",
    "credential": "credential_id",
    "cookie": "cookie_id",
    "autofill": "autofill_id",
    "exposure": "exposure_id",
}

# What the parts of a source counted, each its own.
COUNTED = ["logs", "bytes_in", "bytes_out", *(c for c in schema.SOURCE if c.startswith("entries."))]
# Which part that is.
PART = ["part.number", "part.of"]


def table(records: DataFrame, name: str) -> DataFrame:
    """The records of one type, in the columns of its table."""
    return _of(records, name).select(*(quoted(column) for column in schema.TABLES[name]))


def sources(records: DataFrame) -> DataFrame:
    """Every source once: what its parts counted is added up, the rest they have in common."""
    # Only what has parts is added up: an archive may be nested twice in another, under one name.
    alone = F.when(quoted("part.of").isNull(), F.concat_ws(" ", "item", "row")).alias("alone")
    key = ["source_id", "parent_id", "name"]
    common = [name for name in schema.SOURCE if name not in (*key, *COUNTED, *PART, "status")]
    states = F.collect_set("status")
    # A source of which a part is lost is read in part; that is so for each of its parts as well.
    status = F.when(F.size(states) == 1, F.array_min(states)).otherwise(F.lit("partial"))
    added = _reads(records).where("is_first").groupBy(*key, alone).agg(
        *(F.max(quoted(name)).alias(name) for name in common),
        *(F.sum(quoted(name)).alias(name) for name in COUNTED),
        *(F.lit(None).cast("bigint").alias(name) for name in PART),
        status.alias("status"),
    )  # fmt: skip
    return added.select(*(quoted(name) for name in schema.SOURCE))


def once(records: DataFrame) -> DataFrame:
    """All records but those of sources that another item has as well."""
    return _placed(records, _source_of(records)).drop("top", "top_id", "part")


def placed(records: DataFrame, name: str) -> DataFrame:
    """The records of a type, each with the input that it comes from: `top_id`, `top`, which is its
    name, and which `part` of it. What another item has as well is left out.
    """
    own = _of(records, name)
    source = quoted("source.source_id" if name == "exposure" else "source_id")
    return _placed(own, source, records)


def in_order(by: Window) -> Window:
    """The copies of a record in the order in which one machine would have met them."""
    return by.orderBy("top", "part", "item", "row")


def distinct(records: DataFrame, name: str) -> DataFrame:
    """Every record of a type once: its first copy, with the sightings of all."""
    copies = Window.partitionBy(IDS[name])
    order = F.row_number().over(in_order(copies)).alias("copy")
    joined = {
        "sightings": F.sum("sightings").over(copies),
        "first_seen": F.min("first_seen").over(copies),
        "last_seen": F.max("last_seen").over(copies),
    }
    columns = schema.TABLES[name]
    values = [joined.get(column, quoted(column)).alias(column) for column in columns]
    first = placed(records, name).select(*values, order).where("copy = 1")
    return first.drop("copy")


def logins(records: DataFrame) -> DataFrame:
    """Every login once, on how many machines, in how many sources and since when it is known."""
    days = distinct(records, "machine").select("machine_id", "infected_at")
    places = table(records, "credential").join(days, "machine_id", "left")
    known = places.groupBy("credential_id").agg(
        F.countDistinct("machine_id").alias("machines"),
        F.countDistinct("source_id").alias("sources"),
        F.min("infected_at").alias("first_infected"),
        F.max("infected_at").alias("last_infected"),
    )
    return distinct(records, "credential").join(known, "credential_id")


def organisations(exposures: DataFrame) -> DataFrame:
    """How many exposures each organisation has, of what kind and how bad; of distinct exposures."""
    by = ["organisation", "severity", "identity_class", "kind"]
    return exposures.groupBy(*by).agg(
        F.count("*").alias("exposures"),
        F.countDistinct(quoted("machine.machine_id")).alias("machines"),
        F.min("first_seen").alias("first_seen"),
        F.max("last_seen").alias("last_seen"),
    )


def apex(records: DataFrame, at_least: int = 5) -> DataFrame:
    """The table of `--format apex`: counts by domain, without any personal value.

    docs/EXPORTS.md says what it counts. Domains with fewer than `at_least` people share a row.
    """
    days = distinct(records, "machine").select("machine_id", F.to_date("infected_at").alias("day"))
    logins = table(records, "credential").join(days, "machine_id", "left")
    named = reduce(DataFrame.unionAll, _named(logins)).groupBy("kind", "domain")
    counted = named.agg(
        F.countDistinct("credential_id").alias("credentials"),
        F.countDistinct("login").alias("usernames"),
        F.countDistinct(F.coalesce("machine_id", "login")).alias("people"),
        F.countDistinct("machine_id").alias("machines"),
        F.countDistinct("source_id").alias("sources"),
        F.min("day").alias("first_infected"),
        F.max("day").alias("last_infected"),
    )
    is_small = (F.col("people") < at_least) & (F.col("domain") != "")
    counted = counted.withColumn("is_small", is_small)
    shown = F.when(F.col("is_small"), F.lit("")).otherwise(F.col("domain"))
    rows = counted.withColumn("shown", shown).groupBy("kind", "is_small", "shown")
    counts = ["credentials", "usernames", "people", "machines", "sources"]
    table_ = rows.agg(
        F.count(F.when(F.col("domain") != "", 1)).alias("domains"),
        *(F.sum(name).alias(name) for name in counts),
        F.min("first_infected").alias("first_infected"),
        F.max("last_infected").alias("last_infected"),
    )
    ordered = table_.orderBy("kind", "is_small", F.desc("credentials"), "shown")
    return ordered.select(
        "kind", F.col("shown").alias("domain"), "domains", *counts, "first_infected",
        "last_infected",
    )  # fmt: skip


def _named(logins: DataFrame) -> list[DataFrame]:
    """Each login under the domains that it counts for."""
    login = F.coalesce("username_fingerprint", "username").alias("login")
    kept = ["credential_id", "machine_id", "source_id", login, "day"]

    def under(kind: str, domain: Column, which: Column) -> DataFrame:
        return logins.where(which).select(F.lit(kind).alias("kind"), domain.alias("domain"), *kept)

    address, site = F.col("email_domain"), F.col("registrable_domain")
    return [
        under("email", address, address.isNotNull()),
        under("website", site, site.isNotNull()),
        under("website_other", F.lit(""), site.isNull()),
    ]


def _of(records: DataFrame, name: str) -> DataFrame:
    return records.where(F.col(schema.RECORD_TYPE) == name)


def _source_of(records: DataFrame) -> Column:
    """The source of a record of any type, as far as it tells it."""
    names = [name for name in ("source_id", "source.source_id") if name in records.columns]
    return F.coalesce(*(quoted(name) for name in names))


def _placed(own: DataFrame, source: Column, records: DataFrame | None = None) -> DataFrame:
    """Rows with the place of their `source`, without those that stand in another item as well."""
    places = _places(own if records is None else records)
    there = own.withColumn("place_item", F.col("item")).withColumn("place_source", source)
    joined = there.join(places, ["place_item", "place_source"], "left")
    is_repeat = F.coalesce("is_repeat", F.lit(False))
    return joined.where(~is_repeat).drop("place_item", "place_source", "is_repeat")


def _places(records: DataFrame) -> DataFrame:
    """For every source of every item the input that holds it, and whether others tell all of it."""
    where = F.min(F.struct("top", "part", "top_id")).alias("first")
    places = _reads(records).groupBy("item", "source_id").agg(
        where, F.min("is_repeat").alias("is_repeat")
    )  # fmt: skip
    return places.select(
        F.col("item").alias("place_item"), F.col("source_id").alias("place_source"),
        "first.top", "first.top_id", "first.part", "is_repeat",
    )  # fmt: skip


def _reads(records: DataFrame) -> DataFrame:
    """The rows of sources, each with the input that holds it (`top_id`, `top`), the `part` of that,
    whether it `is_first` among the rows that tell the same, and whether it `is_repeat`: others tell
    all that it does.

    Plans may cut one source in two ways. The way of which all parts are there counts, and if there
    are several, that with fewer parts; while there is none, nothing is a repeat of another way.
    """
    columns = ["item", "row", *(quoted(name) for name in schema.SOURCE)]
    # What is nested is told before the input that holds it.
    later = Window.partitionBy("item").orderBy("row").rowsBetween(0, Window.unboundedFollowing)

    def of_top(value: Column) -> Column:
        own = F.when(F.col("parent_id").isNull(), value)
        return F.first(own, ignorenulls=True).over(later)

    known = _of(records, "source").select(
        *columns,
        of_top(F.col("name")).alias("top"),
        of_top(F.col("source_id")).alias("top_id"),
        of_top(F.coalesce(quoted("part.number"), F.lit(1))).alias("part"),
        F.coalesce(quoted("part.of"), F.lit(1)).alias("of"),
        F.coalesce(quoted("part.number"), F.lit(1)).alias("number"),
    )
    same = Window.partitionBy("top", "top_id", "source_id", "parent_id", "name")
    way = Window.partitionBy("top", "top_id", "source_id", "parent_id", "name", "of")
    part = Window.partitionBy("top", "top_id", "source_id", "parent_id", "name", "of", "number")
    counted = known.withColumn(
        "is_whole", F.size(F.collect_set("number").over(way)) == F.col("of")
    ).withColumn("first_item", F.min("item").over(part))
    best = F.min(F.struct((~F.col("is_whole")).alias("lacks"), F.col("of"))).over(same)
    ranked = counted.withColumn("best", best).withColumn(
        "is_way", F.col("of") == F.col("best.of")
    )  # fmt: skip
    is_same_item = F.col("item") == F.col("first_item")
    is_elsewhere = F.when(F.col("is_way"), ~is_same_item).otherwise(~F.col("best.lacks"))
    return ranked.withColumn("is_first", F.col("is_way") & is_same_item).withColumn(
        "is_repeat", is_elsewhere
    )


def quoted(name: str) -> Column:
    """A column: the dots in its name are part of it."""
    return F.col(f"`{name}`")
