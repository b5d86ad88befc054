"""Clouds of logs: the same logs in each kind of container, beside the floor of that container."""

import os

from .bench import size_of
from .measure import Command, Goal, interleaved

AS_UNPACKING = Goal("≤", 1.1)
CPU_OF_SEARCH = Goal("≤", 0.4)


def run(bench):
    logs = len(os.listdir(bench.main("cloud")))
    size = size_of(bench.main("cloud"))
    bench.table.begin(f"Clouds: {logs:,} logs, {size / 1e6:,.0f} MB unpacked")
    cloud = Cloud(bench, size)
    cloud.zip()
    cloud.folder()
    cloud.tar("gz", "gzip -dc")
    cloud.tar("zst", "zstd -dc")
    cloud.solid(logs)
    cloud.seven("cloud-blocks.7z", "7z in blocks of 64 MB")
    cloud.seven("cloud-single.7z", "7z, not solid")
    cloud.aes()
    cloud.rar()


class Cloud:
    def __init__(self, bench, size):
        self.bench, self.table, self.size = bench, bench.table, size
        self.names = bench.main("cloud-names.txt")
        self.search = f"rg -j1 --no-config -uu -F -c -f {self.names}"

    def measure(self, name, work, *peers, truth="cloud-logs.txt", options=""):
        """Proves the answer, then measures it with one thread and two, and each of the peers:
        what it is called, its command line, the goal in its CPU time.
        """
        bench, source = self.bench, self.bench.main(name)
        bench.prove_logs(source, self.names, bench.main(truth), options)
        one = bench.check(source, self.names, options=options)
        two = bench.check(source, self.names, threads=2, options=options)
        others = [Command(line) for _, line, _ in peers]
        interleaved(bench.runs, one, two, *others)
        for (peer, _, goal), other in zip(peers, others):
            self.table.cost(work, peer, goal, one, other, self.size)
        self.table.threads(work, one, two, Goal())
        self.table.figure(f"{work}, peak memory", Goal("≤", 512, " MB"), one.median("peak"), "MB", one)

    def zip(self):
        source = self.bench.main("cloud.zip")
        inflate = f"{self.bench.examples}/inflate_only {source}"
        self.measure(
            "cloud.zip", "zip",
            ("inflate + CRC-32, same library", inflate, Goal("≤", 1.2)),
            ("`unzip -p '*.txt' | rg -F`", f"unzip -p {source} '*.txt' | {self.search} -a", CPU_OF_SEARCH),
        )

    def folder(self):
        source, bench = self.bench.main("cloud"), self.bench
        bench.prove_logs(source, self.names, bench.main("cloud-logs.txt"))
        one = bench.check(source, self.names)
        two = bench.check(source, self.names, threads=2)
        search = Command(f"{self.search} {source}")
        interleaved(bench.runs, one, two, search)
        self.table.speed("folder", "`rg -F -f`", Goal("≥", 1.2), one, search, self.size)
        self.table.threads("folder", one, two, Goal())

    def tar(self, suffix, unpack):
        source = self.bench.main(f"cloud.tar.{suffix}")
        self.measure(
            f"cloud.tar.{suffix}", f"tar.{suffix}",
            (f"`{unpack} | rg -F`", f"{unpack} {source} | {self.search} -a", Goal()),
            (f"`{unpack}`", f"{unpack} {source}", Goal()),
        )

    def seven(self, name, work):
        self.measure(name, work, ("`7zz t -mmt1`", f"7zz t -mmt1 {self.bench.main(name)}", AS_UNPACKING))

    def solid(self, logs):
        bench, source, few = self.bench, self.bench.main("cloud.7z"), self.bench.small("cloud.7z")
        search = f"7zz x -so -mmt1 {source} | {self.search} -a"
        self.measure(
            "cloud.7z", "7z, solid",
            ("`7zz t -mmt1`", f"7zz t -mmt1 {source}", AS_UNPACKING),
            ("`7zz x -so | rg -F`", search, Goal()),
        )
        all_logs, forty = bench.check(source, self.names), bench.check(few, self.names)
        unpack = Command(f"7zz t -mmt1 {few}")
        interleaved(bench.runs, all_logs, forty, unpack)
        self.table.cost("7z, solid, 40 logs", "`7zz t -mmt1`", AS_UNPACKING, forty, unpack,
                        size_of(bench.small("cloud")))
        growth = forty.ratio(all_logs, "cpu") * 40 / logs
        work = f"7z, solid, cost of a log among {logs:,}"
        self.table.flat(work, "a log among 40", AS_UNPACKING, growth, all_logs, forty)

    def aes(self):
        source, password = self.bench.main("cloud-aes.zip"), self.bench.main("password.txt")
        with open(password, encoding="utf-8") as file:
            word = file.read().strip()
        unpack = f"7zz t -mmt1 -p{word} {source}"
        options = f"--password-file {password}"
        self.measure("cloud-aes.zip", "zip, AES-256", ("`7zz t -mmt1`", unpack, AS_UNPACKING),
                     options=options)

    def rar(self):
        """Of the first logs only, and in no unpacker's own format: see docs/PERFORMANCE.md."""
        part = Cloud(self.bench, size_of(self.bench.main("part.rar")))
        part.measure("part.rar", "rar 5, solid, 250 logs (MB packed)", truth="part-logs.txt")
