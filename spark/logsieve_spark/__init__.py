"""logsieve on many machines: Spark (or Sail) places the work, logsieve reads one item at a time.

    items = read_items(spark, "items.jsonl")          # made by `logsieve plan`
    records = extract(spark, items, key_file="/etc/logsieve/key")
    found = exposures(spark, items, key_file="/etc/logsieve/key", watchlist="orgs.toml")

`tables` and `case` put together what was found in several items. docs/SCALE.md says how to run it,
and what one machine does alone.
"""

from logsieve_spark import case, tables
from logsieve_spark.items import read_items
from logsieve_spark.records import exposures, extract

__all__ = ["case", "exposures", "extract", "read_items", "tables"]
