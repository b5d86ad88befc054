"""What all groups of rows share: where things are, how logsieve is called, and whether it was right."""

import json
import os
import re
import sys

from .measure import Command, Table

# The end of the name of every invented log.
LOG = re.compile(r"(?:^|[/!])([^/!]+ \d+)/")


class Bench:
    """Where the programs and the data are."""

    def __init__(self, binaries, data, scratch, runs, duckdb=None):
        self.logsieve = os.path.join(binaries, "logsieve")
        self.examples = os.path.join(binaries, "examples")
        self.main_folder = os.path.join(data, "main")
        self.small_folder = os.path.join(data, "small")
        self.scratch, self.runs, self.duckdb = scratch, runs, duckdb
        self.out = os.path.join(scratch, "out")
        self.table = Table()

    def main(self, name):
        """A file of the big data."""
        return os.path.join(self.main_folder, name)

    def small(self, name):
        """A file of the small data."""
        return os.path.join(self.small_folder, name)

    def check(self, source, names, threads=1, options=""):
        line = (
            f"{self.logsieve} check --quiet --threads {threads} {options} "
            f"-w {names} -o {self.out} {source}"
        )
        return Command(line, fresh=self.out)

    def extract(self, source, form):
        line = f"{self.logsieve} extract --quiet --threads 1 --format {form} -o {self.out} {source}"
        return Command(line, fresh=self.out)

    def exposures(self, source, names, options=""):
        """The exposures that `check` finds."""
        self.check(source, names, options=options).run()
        with open(os.path.join(self.out, "exposures.jsonl"), encoding="utf-8") as file:
            for line in file:
                yield json.loads(line)

    def prove_lines(self, text, names, truth):
        """Ends the program unless `check` finds exactly the lines of the truth."""
        found, places = set(), 0
        for exposure in self.exposures(text, names):
            found.add(str(exposure["record"]["line"]))
            places += exposure["sightings"]
        prove(f"{os.path.basename(names)}, {places} sightings, lines", found, read_lines(truth))

    def prove_logs(self, source, names, truth, options=""):
        """Ends the program unless `check` finds exactly the logs of the truth."""
        entries = (exposure["record"]["entry"] for exposure in self.exposures(source, names, options))
        found = {match[1] for match in map(LOG.search, entries) if match}
        prove(f"{os.path.basename(source)}, logs", found, read_lines(truth))


def read_lines(path):
    with open(path, encoding="utf-8") as file:
        return {line.rstrip("\n") for line in file}


def prove(what, found, expected):
    wrong, missing = found - expected, expected - found
    verdict = f"{what}: {len(found & expected)} of {len(expected)}, {len(wrong)} wrong"
    if wrong or missing:
        sys.exit(f"{verdict}: {sorted(wrong)[:3]} {sorted(missing)[:3]}")
    print(verdict, file=sys.stderr, flush=True)


def size_of(path):
    """The bytes of a file, or of all files below a folder."""
    if os.path.isfile(path):
        return os.path.getsize(path)
    below = (os.path.join(root, file) for root, _, files in os.walk(path) for file in files)
    return sum(map(os.path.getsize, below))
