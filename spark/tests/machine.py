"""The answers of one machine: logsieve as one process over all inputs, and the plan of the same."""

import os
import subprocess
from pathlib import Path

import corpus

AS_OF = "2026-03-01"
OPTIONS = ("--as-of", AS_OF)
# Exit codes: complete, partial.
GOOD = (0, 3)


class Machine:
    """A folder with a corpus, a key, plans, and what one machine says."""

    def __init__(self, binary: str, folder: Path) -> None:
        self.binary = binary
        self.folder = folder.resolve()
        self.key = self.folder / "key"
        self.watchlist = self.folder / "corpus" / "watchlist.toml"

    def prepare(self) -> None:
        """Makes the corpus and the key."""
        corpus.write(self.folder / "corpus")
        with open(os.open(self.key, os.O_WRONLY | os.O_CREAT, 0o600), "w") as out:
            out.write("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n")

    def inputs(self, *parts: str) -> list[str]:
        """The inputs of some parts of the corpus, in the order of their names."""
        folders = [self.folder / "corpus" / part for part in parts]
        return sorted(str(path) for folder in folders for path in folder.iterdir())

    def plan(self, name: str, inputs: list[str]) -> str:
        """A plan with an item for each input: one for all would put the small ones together."""
        return self.plans(name, [[given] for given in inputs])

    def plans(self, name: str, groups: list[list[str]]) -> str:
        """A plan of each group of inputs, all in one file."""
        path = self.folder / f"{name}.jsonl"
        with path.open("wb") as out:
            for inputs in groups:
                subprocess.run([self.binary, "plan", "--quiet", *inputs], stdout=out, check=True)
        return str(path)

    def overlapping(self, name: str) -> str:
        """Two plans of what comes in parts: a small archive is in both, in other company."""
        archive, first, both, last, text = self.inputs("parts")
        return self.plans(name, [[first, both], [archive, both, last, text]])

    def extract(self, name: str, inputs: list[str], form: str = "jsonl") -> Path:
        """Every record, in one file."""
        path = self.folder / f"{name}.{form}"
        with path.open("wb") as out:
            self._run(["extract", "--format", form, "--out", "-", *self._common(), *inputs], out)
        return path

    def check(self, name: str, inputs: list[str]) -> Path:
        """The exposures of a case."""
        case = self.folder / name
        words = ["check", "--watchlist", str(self.watchlist), "--format", "jsonl"]
        self._run([*words, "--out", str(case), *self._common(), *inputs], subprocess.DEVNULL)
        return case / "exposures.jsonl"

    def _common(self) -> list[str]:
        return ["--key-file", str(self.key), "--quiet", *OPTIONS]

    def _run(self, words: list[str], out: object) -> None:
        code = subprocess.run([self.binary, *words], check=False, stdout=out).returncode
        if code not in GOOD:
            raise SystemExit(f"logsieve {words[0]} ended with {code}")
