"""One big text of `url:login:password` lines, searched for watchlists of four sizes."""

from .bench import size_of
from .measure import Command, Goal, interleaved

# Names in a list; the goal beside `rg -F -c -f`; the peak memory in MB that is allowed.
LISTS = (
    (10, Goal("≥", 1.5), Goal("≤", 64, " MB")),
    (1_000, Goal("≥", 2.8), Goal("≤", 64, " MB")),
    (100_000, Goal("≥", 12), Goal()),
    (1_000_000, Goal("≥", 28), Goal("≤", 160, " MB")),
)


def run(bench):
    table, text = bench.table, bench.main("ulp.txt")
    size = size_of(text)
    table.begin(f"ULP: one text of {size / 1e6:,.0f} MB")
    for count, goal, memory in LISTS:
        names = bench.main(f"names-{count}.txt")
        bench.prove_lines(text, names, bench.main(f"lines-{count}.txt"))
        search = f"rg -j1 --no-config -F -c -f {names} {text}"
        ours, exact, folded = bench.check(text, names), Command(search), Command(f"{search} -i")
        interleaved(bench.runs, *([ours, exact, folded] if count == 10 else [ours, exact]))
        work = f"check, {count:,} domains"
        table.speed(work, "`rg -F -c -f`", goal, ours, exact, size)
        if count == 10:
            table.speed(work, "`rg -F -i -c -f`", Goal("≥", 5), ours, folded, size)
        table.figure(f"{work}, peak memory", memory, ours.median("peak"), "MB", ours)
    compare_with_itself(bench, text, size)


def compare_with_itself(bench, text, size):
    table, names = bench.table, bench.main("names-10.txt")
    ten = bench.check(text, names)
    million = bench.check(text, bench.main("names-1000000.txt"))
    two = bench.check(text, names, threads=2)
    less = bench.check(bench.small("ulp.txt"), names)
    interleaved(bench.runs, ten, million, two, less)
    goal = Goal("≥", 0.65)
    table.speed("check, 1,000,000 domains", "logsieve with 10", goal, million, ten, size)
    table.threads("check, 10 domains", ten, two, Goal("≥", 1.7))
    growth = less.ratio(ten, "peak")
    table.flat("peak memory", "a tenth of the text", Goal("≤", 1.1), growth, ten, less)
