"""Exposures as a case on one machine has them: what one of them knows of the others.

Only what people decided (`status`, `note`) and what changed from run to run (`change`) is not here.
"""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql.window import Window

from logsieve_spark import schema, tables
from logsieve_spark.tables import quoted

# How many other places and exposures are named.
MOST = 20


def exposures(records: DataFrame) -> DataFrame:
    """Every exposure once, with the other places where it stands, and the exposures that it is
    related to; its source is told as a whole.
    """
    first = tables.distinct(records, "exposure")
    known = _with_reused(_with_related(_with_places(first, records)))
    values = {
        "severity_reasons": F.concat("severity_reasons", F.coalesce("reused", F.array())),
        "also_in": F.col("places"),
        "related": F.col("alike"),
    }
    columns = schema.TABLES["exposure"]
    told = known.select(*(values.get(name, quoted(name)).alias(name) for name in columns))
    return _with_source(told, records)


def _with_places(exposures: DataFrame, records: DataFrame) -> DataFrame:
    """Adds `places`: where else they stand, one place in each other input."""
    copies = Window.partitionBy("exposure_id", "top_id")
    line = F.concat(F.lit(":"), quoted("record.line").cast("string"))
    entry = F.coalesce(quoted("record.entry"), quoted("record.log"))
    place = F.concat("top", F.lit("!"), entry, F.coalesce(line, F.lit("")))
    own = tables.placed(records, "exposure").select(
        "exposure_id", "top", "top_id", place.alias("place"),
        F.row_number().over(tables.in_order(copies)).alias("copy"),
    )  # fmt: skip
    listed = own.where("copy = 1").groupBy("exposure_id").agg(
        F.sort_array(F.collect_list(F.struct("top", "top_id", "place"))).alias("all")
    )  # fmt: skip
    others = F.slice("all", 2, MOST)
    places = F.when(F.size("all") > 1, F.transform(others, lambda one: one["place"]))
    return exposures.join(
        listed.select("exposure_id", places.alias("places")), "exposure_id", "left"
    )


def _with_source(exposures: DataFrame, records: DataFrame) -> DataFrame:
    """Tells the whole source where an item had a part of it."""
    parts = exposures.where(quoted("source.part.of").isNotNull())
    known = parts.select(
        quoted("source.source_id").alias("whole_id"), quoted("source.name").alias("whole_name")
    ).distinct()  # fmt: skip
    wholes = tables.sources(records)
    wholes = wholes.select(*(quoted(name).alias(f"whole.{name}") for name in wholes.columns))
    is_it = (quoted("whole.source_id") == F.col("whole_id")) & (
        quoted("whole.name") == F.col("whole_name")
    )
    known = known.join(wholes.where(quoted("whole.parent_id").isNull()), is_it)
    is_of = (
        (quoted("source.source_id") == F.col("whole_id"))
        & (quoted("source.name") == F.col("whole_name"))
        & quoted("source.part.of").isNotNull()
    )
    joined = exposures.join(known, is_of, "left")
    is_part = F.col("whole_id").isNotNull()

    def told(name: str) -> Column:
        own = name.removeprefix("source.")
        if own == name:
            return quoted(name)
        return F.when(is_part, quoted(f"whole.{own}")).otherwise(quoted(name)).alias(name)

    return joined.select(*(told(name) for name in exposures.columns))


def _with_reused(exposures: DataFrame) -> DataFrame:
    """Adds `reused`: the reason of a login whose password is that of logins at other hosts."""
    logins = exposures.where("kind = 'credential'").select(
        "organisation", "kind", quoted("record.secret.fingerprint").alias("secret"),
        quoted("record.host").alias("host"),
    )  # fmt: skip
    hosts = logins.where("secret is not null").groupBy("organisation", "kind", "secret").agg(
        F.countDistinct("host").alias("hosts")
    )  # fmt: skip
    words = F.lit("the same password at "), F.col("hosts").cast("string"), F.lit(" hosts")
    reused = hosts.where("hosts > 1").withColumn("reused", F.array(F.concat(*words))).drop("hosts")
    by_secret = exposures.withColumn("secret", quoted("record.secret.fingerprint"))
    return by_secret.join(reused, ["organisation", "kind", "secret"], "left")


def _with_related(exposures: DataFrame) -> DataFrame:
    """Adds `alike`: exposures of the same login, cookie or address from other machines."""
    names = ("credential_id", "cookie_id", "autofill_id", "machine_id")
    record = F.coalesce(*(quoted(f"record.{name}") for name in names))
    by_record = exposures.withColumn("about", record)
    # One more than are named: the exposure itself may be among them.
    ids = F.slice(F.sort_array(F.collect_list("exposure_id")), 1, MOST + 1)
    twins = by_record.where("about is not null").groupBy("organisation", "about").agg(
        F.count("*").alias("count"), ids.alias("ids")
    )  # fmt: skip
    twins = twins.where("count > 1").drop("count")
    others = F.slice(F.array_except("ids", F.array("exposure_id")), 1, MOST)
    joined = by_record.join(twins, ["organisation", "about"], "left")
    return joined.withColumn("alike", others).drop("about", "ids")
