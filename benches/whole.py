"""Runs logsieve beside other programs and prints what they took, as Markdown: medians of CPU and wall
time and of peak memory, ratios beside the goals. A figure of logsieve counts only if its answer is
exactly the truth, so that is proved first. docs/PERFORMANCE.md says how to read it.

  python3 benches/whole.py --bin FOLDER --data FOLDER [--only GROUP]... [--runs N] [--duckdb PYTHON]

FOLDER of --bin holds `logsieve` and `examples/inflate_only`, as target/release does; that of --data
what `benches/data.sh` made. Standard library only.
"""

import argparse
import os
import shutil
import sys
import tempfile

from whole import bulk, clouds, machine, many, start, ulp
from whole.bench import Bench
from whole.measure import Command

GROUPS = {
    "ulp": ulp.run,
    "clouds": clouds.run,
    "many": many.run,
    "extract": bulk.run,
    "start": start.run,
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--bin", required=True)
    parser.add_argument("--data", required=True)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--only", choices=GROUPS, action="append", help="can be given several times")
    parser.add_argument("--duckdb", help="a Python that has DuckDB")
    arguments = parser.parse_args()
    scratch = tempfile.mkdtemp(prefix="logsieve-bench-")
    try:
        bench = Bench(arguments.bin, arguments.data, scratch, arguments.runs, arguments.duckdb)
        print("Measured on:\n")
        for fact in machine.facts(bench.logsieve, bench.duckdb):
            print(f"- {fact}")
        idle = Command("true")
        idle.run()
        least = idle.median("peak")
        if least > 10:
            sys.exit(f"peak memory cannot be measured here: {least:.0f} MB of a process that does nothing")
        print(f"- a process that does nothing: {least:.0f} MB, the least that is told")
        print(f"\nMedians of {arguments.runs} runs in turn, warm cache.", flush=True)
        for group in arguments.only or GROUPS:
            GROUPS[group](bench)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


if __name__ == "__main__":
    main()
