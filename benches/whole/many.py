"""Small archives of one log each, in one folder, beside the same logs in one archive."""

import os

from .bench import size_of
from .measure import Command, Goal, interleaved


def run(bench):
    table, names = bench.table, bench.main("cloud-names.txt")
    archives = len(os.listdir(bench.main("many-zip")))
    table.begin(f"Many: {archives:,} archives of one small log each")
    truth = bench.main("many-logs.txt")
    one, zips, sevens = (bench.main(name) for name in ("many.zip", "many-zip", "many-7z"))
    for source in (one, zips, sevens):
        bench.prove_logs(source, names, truth)
    together, apart = bench.check(one, names), bench.check(zips, names)
    two = bench.check(zips, names, threads=2)
    interleaved(bench.runs, together, apart, two)
    size = size_of(zips)
    table.speed("zips, MB packed", "the same logs in one zip", Goal("≥", 0.9), apart, together, size)
    table.threads("zips", apart, two, Goal())
    memory = Goal("≤", 512, " MB")
    table.figure("zips, peak memory", memory, apart.median("peak"), "MB", apart)
    apart = bench.check(sevens, names)
    unpack = Command(f"7zz t -mmt1 {sevens}/*.7z")
    interleaved(bench.runs, apart, unpack)
    table.cost("7z, MB packed", "`7zz t -mmt1`, one process", Goal("≤", 1.1), apart, unpack,
               size_of(sevens))
    table.figure("7z, peak memory", memory, apart.median("peak"), "MB", apart)
