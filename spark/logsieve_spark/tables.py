"""What a run on one machine would have put together, and what one asks of very many records.

A child knows its item only. What was found in two of them is joined here: the first copy stands for
all, and their sightings are added. The first is that of the source whose name comes first, because
that is the order in which one machine is mostly given its inputs.
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


def table(records: DataFrame, name: str) -> DataFrame:
    """The records of one type, in the columns of its table."""
    own = records.where(F.col(schema.RECORD_TYPE) == name)
    return own.select(*(_quoted(column) for column in schema.TABLES[name]))


def sources(records: DataFrame) -> DataFrame:
    """Every source once: what its parts counted is added up, the rest they have in common."""
    key = ["source_id", "parent_id", "name"]
    common = [name for name in schema.SOURCE if name not in (*key, *COUNTED, "status")]
    states = F.collect_set("status")
    # A source of which a part is lost is read in part; that is so for each of its parts as well.
    status = F.when(F.size(states) == 1, F.array_min(states)).otherwise(F.lit("partial"))
    added = table(records, "source").groupBy(*key).agg(
        *(F.max(_quoted(name)).alias(name) for name in common),
        *(F.sum(_quoted(name)).alias(name) for name in COUNTED),
        status.alias("status"),
    )  # fmt: skip
    return added.select(*(_quoted(name) for name in schema.SOURCE))


def distinct(records: DataFrame, name: str, items: DataFrame) -> DataFrame:
    """Every record of a type once: its first copy, with the sightings of all."""
    own = records.where(F.col(schema.RECORD_TYPE) == name)
    placed = own.join(items.select("item", F.col("source").alias("given")), "item")
    copies = Window.partitionBy(IDS[name])
    order = F.row_number().over(copies.orderBy("given", "item", "row")).alias("copy")
    joined = {
        "sightings": F.sum("sightings").over(copies),
        "first_seen": F.min("first_seen").over(copies),
        "last_seen": F.max("last_seen").over(copies),
    }
    columns = schema.TABLES[name]
    values = [joined.get(column, _quoted(column)).alias(column) for column in columns]
    first = placed.select(*values, order).where("copy = 1")
    return first.drop("copy")


def logins(records: DataFrame, items: DataFrame) -> DataFrame:
    """Every login once, and on how many machines, in how many sources and since when it is known."""
    days = distinct(records, "machine", items).select("machine_id", "infected_at")
    places = table(records, "credential").join(days, "machine_id", "left")
    known = places.groupBy("credential_id").agg(
        F.countDistinct("machine_id").alias("machines"),
        F.countDistinct("source_id").alias("sources"),
        F.min("infected_at").alias("first_infected"),
        F.max("infected_at").alias("last_infected"),
    )
    return distinct(records, "credential", items).join(known, "credential_id")


def organisations(exposures: DataFrame) -> DataFrame:
    """How many exposures each organisation has, of what kind and how bad; of distinct exposures."""
    by = ["organisation", "severity", "identity_class", "kind"]
    return exposures.groupBy(*by).agg(
        F.count("*").alias("exposures"),
        F.countDistinct(_quoted("machine.machine_id")).alias("machines"),
        F.min("first_seen").alias("first_seen"),
        F.max("last_seen").alias("last_seen"),
    )


def apex(records: DataFrame, items: DataFrame, at_least: int = 5) -> DataFrame:
    """The table of `--format apex`: counts by domain, without any personal value.

    docs/EXPORTS.md says what it counts. Domains with fewer than `at_least` people share a row.
    """
    days = distinct(records, "machine", items).select(
        "machine_id", F.to_date("infected_at").alias("day")
    )
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


def _quoted(name: str) -> Column:
    """A column: the dots in its name are part of it."""
    return F.col(f"`{name}`")
