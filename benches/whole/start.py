"""What a user waits for before anything is read, and how large the program is."""

import os

from .measure import Command, Goal

RUNS = 20
GOAL = Goal("≤", 20, " ms")


def run(bench):
    table = bench.table
    table.begin("Start")
    tiny = os.path.join(bench.scratch, "tiny.txt")
    with open(tiny, "w", encoding="utf-8") as file:
        file.write("https://www.example.com/login:user1:Inv3nt-1\n")
    names = bench.main("names-10.txt")
    for work, command in (
        ("--help", Command(f"{bench.logsieve} --help")),
        ("--version", Command(f"{bench.logsieve} --version")),
        ("check, one line", bench.check(tiny, names)),
        ("check, one line, 2 threads", bench.check(tiny, names, threads=2)),
        ("check, one line, -o -", Command(f"{bench.logsieve} check -q -w {names} -o - {tiny}")),
    ):
        for _ in range(RUNS + 1):
            command.run()
        value = 1000 * command.median("wall")
        table.figure(f"{work}, wall, median of {RUNS}", GOAL, value, "ms", command)
    size = os.path.getsize(bench.logsieve) / 1e6
    table.figure("size of the program", Goal("≤", 25, " MB"), size, "MB")
