"""`extract`: everything as a dataset, beside programs that split lines and write what they find.

None of them makes fingerprints, tells machines, or reads more than one kind of line; they say what
it costs to write such a table at all.
"""

import os
import re
import sys

from .bench import prove, read_lines, size_of
from .measure import Command, Goal, interleaved

HERE = os.path.dirname(os.path.abspath(__file__))


def run(bench):
    table, text = bench.table, bench.small("ulp.txt")
    size = size_of(text)
    table.begin(f"Extract: a ULP text of {size / 1e6:,.0f} MB, and the cloud as a zip")
    prove_dataset(bench, text)
    jsonl, parquet = bench.extract(text, "jsonl"), bench.extract(text, "parquet")
    table_file = os.path.join(bench.scratch, "table")
    awk = Command(f"mawk -f {HERE}/ulp.awk {text} > {table_file}")
    peers = [("`mawk`, a few lines", awk)]
    if bench.duckdb:
        script = f"{bench.duckdb} {HERE}/duck.py {text} {table_file}"
        duck_json, duck_parquet = Command(f"{script} json"), Command(f"{script} parquet")
        peers.append(("DuckDB, regexp_extract, COPY, 1 thread", duck_json))
        interleaved(bench.runs, jsonl, parquet, awk, duck_json, duck_parquet)
    else:
        print("no DuckDB: --duckdb PYTHON names a Python that has it", file=sys.stderr)
        interleaved(bench.runs, jsonl, parquet, awk)
    for peer, command in peers:
        table.speed("ULP to JSON Lines", peer, Goal(), jsonl, command, size)
    if bench.duckdb:
        table.speed("ULP to Parquet", peers[1][0], Goal(), parquet, duck_parquet, size)
    table.speed("ULP to Parquet", "logsieve to JSON Lines", Goal(), parquet, jsonl, size)
    memory = Goal("≤", 512, " MB")
    for work, command in (("JSON Lines", jsonl), ("Parquet", parquet)):
        table.figure(f"ULP to {work}, peak memory", memory, command.median("peak"), "MB", command)
    cloud(bench)


def cloud(bench):
    table, source = bench.table, bench.main("cloud.zip")
    size = size_of(bench.main("cloud"))
    jsonl, parquet = bench.extract(source, "jsonl"), bench.extract(source, "parquet")
    inflate = Command(f"{bench.examples}/inflate_only {source}")
    interleaved(bench.runs, jsonl, parquet, inflate)
    for work, command in (("JSON Lines", jsonl), ("Parquet", parquet)):
        table.cost(f"zip to {work}", "inflate + CRC-32, same library", Goal(), command, inflate, size)


def prove_dataset(bench, text):
    """Ends the program unless each line with a watched name is told in the dataset."""
    bench.extract(text, "jsonl").run()
    lines = set()
    with open(os.path.join(bench.out, "credentials.jsonl"), "rb") as file:
        for row in file:
            lines.update(line.decode() for line in re.findall(rb'"line":(\d+)', row))
    expected = read_lines(bench.small("lines-1000000.txt"))
    print(f"{len(lines):,} lines in the dataset", file=sys.stderr)
    prove("extract, watched lines", lines & expected, expected)
