"""Runs the commands of `benches/whole.sh` in turn and prints a table: medians of CPU and wall time,
peak memory, and ratios beside the goals. A figure of logsieve counts only if its hits are exactly
the ground truth, so those are compared first.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

LISTS = (10, 1_000, 100_000, 1_000_000)


class Command:
    """A command line, and what was measured of it."""

    def __init__(self, line, expect=(0,)):
        self.line, self.expect = line, expect
        self.cpu, self.wall, self.peak = [], [], []

    def run(self):
        before = time.monotonic()
        child = subprocess.Popen(
            ["bash", "-c", "set -o pipefail; " + self.line],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode not in self.expect:
            sys.exit(f"exit code {child.returncode}: {self.line}")
        self.wall.append(time.monotonic() - before)
        self.cpu.append(usage.ru_utime + usage.ru_stime)
        self.peak.append(usage.ru_maxrss / 1024)

    def median(self, what):
        return statistics.median(getattr(self, what))


def interleaved(commands, runs):
    """Each command once for a warm cache, then all of them in turn."""
    for turn in range(runs + 1):
        for command in commands:
            command.run()
            if turn == 0:
                command.cpu.clear(), command.wall.clear(), command.peak.clear()


class Bench:
    def __init__(self, arguments):
        self.bin, self.runs = arguments.bin, arguments.runs
        self.main = os.path.join(arguments.data, "main")
        self.small = os.path.join(arguments.data, "small")
        self.case = tempfile.mkdtemp(prefix="logsieve-case-")
        self.rows = []

    def check(self, source, names, threads=1):
        out = os.path.join(self.case, "out")
        line = (
            f"rm -rf {out}; {self.bin}/logsieve check --quiet --threads {threads} "
            f"-w {names} -o {out} {source}"
        )
        return Command(line)

    def records(self, source, names):
        """The exposures that `check` finds."""
        self.check(source, names).run()
        with open(os.path.join(self.case, "out", "exposures.jsonl"), encoding="utf-8") as file:
            return [json.loads(line) for line in file]

    def row(self, work, goal, ours, theirs, bytes_read, is_speed):
        """Adds a comparison: `is_speed` tells whether the ratio is theirs to ours."""
        a, b = ours.median("cpu"), theirs.median("cpu")
        ratio = f"{b / a:.2f} × its speed" if is_speed else f"CPU {a / b:.2f} ×"
        rate = bytes_read / 1e6 / a
        self.rows.append(
            f"| {work} | {goal} | **{ratio}** | {a:.2f} s, {rate:.0f} MB/s | {b:.2f} s | "
            f"{ours.median('wall'):.2f} / {theirs.median('wall'):.2f} s | "
            f"{ours.median('peak'):.0f} / {theirs.median('peak'):.0f} MB |"
        )
        print(self.rows[-1], file=sys.stderr)

    def ulp(self):
        text = os.path.join(self.main, "ulp.txt")
        size = os.path.getsize(text)
        rg = lambda list_file, flags: Command(f"rg -j1 --no-config -F -c {flags} -f {list_file} {text}")
        measured = {}
        for count in LISTS:
            names = os.path.join(self.main, f"names-{count}.txt")
            self.compare_lines(text, names, os.path.join(self.main, f"lines-{count}.txt"))
            commands = [self.check(text, names), rg(names, "")]
            if count == 10:
                commands += [rg(names, "-i"), self.check(text, names, threads=2)]
            interleaved(commands, self.runs)
            measured[count] = commands
        ten = measured[10]
        self.row("ULP, 10 domains, `rg -F -c -f`", "≥ 1.5", ten[0], ten[1], size, True)
        self.row("ULP, 10 domains, `rg -F -i -c -f`", "≥ 5", ten[0], ten[2], size, True)
        for count, goal in ((1_000, "≥ 2.8"), (100_000, "≥ 12"), (1_000_000, "≥ 28")):
            ours, theirs = measured[count][:2]
            self.row(f"ULP, {count:,} domains, `rg -F -c -f`", goal, ours, theirs, size, True)
        million = measured[1_000_000][0]
        self.row("ULP, 1,000,000 domains, logsieve with 10", "≥ 0.65", million, ten[0], size, True)
        self.row("ULP, 2 threads, logsieve with 1", "CPU ≤ 1.05", ten[3], ten[0], size, False)
        small = os.path.join(self.small, "ulp.txt")
        less = self.check(small, os.path.join(self.main, "names-10.txt"))
        interleaved([less, ten[0]], self.runs)
        self.row("ULP, memory beside a tenth of the text", "none", ten[0], less, size, False)

    def compare_lines(self, text, names, truth):
        with open(truth, encoding="utf-8") as file:
            expected = {int(line) for line in file}
        records = self.records(text, names)
        found = {record["record"]["line"] for record in records}
        places = sum(record["sightings"] for record in records)
        verdict = f"{os.path.basename(truth)}: {len(found)} of {len(expected)} lines"
        if found != expected:
            sys.exit(f"{verdict}, {len(found - expected)} wrong")
        print(f"{verdict}, none wrong, {places} sightings", file=sys.stderr)

    def clouds(self):
        names = os.path.join(self.main, "cloud-names.txt")
        inside = lambda name: os.path.join(self.main, name)
        size = sum(
            os.path.getsize(os.path.join(root, file))
            for root, _, files in os.walk(inside("cloud"))
            for file in files
        )
        for name in ("cloud.zip", "cloud.7z", "cloud.tar.gz", "cloud"):
            self.compare_logs(inside(name), names)
        search = f"rg -j1 --no-config -uu -F -c -f {names}"
        zipped = [
            self.check(inside("cloud.zip"), names),
            Command(f"{self.bin}/examples/inflate_only {inside('cloud.zip')}"),
            Command(f"unzip -p {inside('cloud.zip')} '*.txt' | {search}"),
            self.check(inside("cloud.zip"), names, threads=2),
        ]
        interleaved(zipped, self.runs)
        self.row("zip, inflate + CRC only", "CPU ≤ 1.2", zipped[0], zipped[1], size, False)
        self.row("zip, `unzip -p \\| rg -F`", "CPU ≤ 0.4", zipped[0], zipped[2], size, False)
        self.row("zip, 2 threads, logsieve with 1", "CPU ≤ 1.05", zipped[3], zipped[0], size, False)
        folder = [self.check(inside("cloud"), names), Command(f"{search} {inside('cloud')}")]
        interleaved(folder, self.runs)
        self.row("folder, `rg -F -f`", "≥ 1.2", *folder, size, True)
        gz = [
            self.check(inside("cloud.tar.gz"), names),
            Command(f"gzip -dc {inside('cloud.tar.gz')} | {search}"),
        ]
        interleaved(gz, self.runs)
        self.row("tar.gz, `gzip -dc \\| rg -F`", "–", *gz, size, False)
        solid = [self.check(inside("cloud.7z"), names), Command(f"7zz t -mmt1 {inside('cloud.7z')}")]
        small = [
            self.check(os.path.join(self.small, "cloud.7z"), names),
            Command(f"7zz t -mmt1 {os.path.join(self.small, 'cloud.7z')}"),
        ]
        interleaved(solid + small, self.runs)
        self.row("solid 7z, `7zz t`", "CPU ≤ 1.1", *solid, size, False)
        self.row("solid 7z of a twenty-fifth", "CPU ≤ 1.1", *small, size / 25, False)

    def compare_logs(self, source, names):
        with open(os.path.join(self.main, "cloud-logs.txt"), encoding="utf-8") as file:
            expected = {line.rstrip("\n") for line in file}
        base = os.path.basename(source)
        found = {record["record"]["entry"].removeprefix(base).lstrip("!/").split("/")[0]
                 for record in self.records(source, names)}
        verdict = f"{base}: {len(found & expected)} of {len(expected)} logs"
        if found != expected:
            sys.exit(f"{verdict}, wrong: {sorted(found - expected)[:3]}")
        print(f"{verdict}, none wrong", file=sys.stderr)

    def print_table(self):
        print(f"Medians of {self.runs} runs in turn, warm cache; first figure: logsieve.\n")
        print("| Work, compared with | Goal | Ratio | logsieve CPU | other CPU | wall | peak memory |")
        print("|---|---|---|---|---|---|---|")
        print("\n".join(self.rows))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", required=True)
    parser.add_argument("--data", required=True)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--only", choices=("ulp", "clouds"))
    bench = Bench(parser.parse_args())
    only = parser.parse_args().only
    try:
        if only != "clouds":
            bench.ulp()
        if only != "ulp":
            bench.clouds()
    finally:
        shutil.rmtree(bench.case)
    bench.print_table()


main()
