"""Commands, what they take, and the table that it is told in."""

import os
import shlex
import shutil
import statistics
import subprocess
import sys

LAUNCH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "launch.py")


class Command:
    """A command line, and what was measured of it. `fresh` is removed before each run: what a run
    leaves behind is no concern of the next, and to remove it is no part of the work.
    """

    def __init__(self, line, fresh=None):
        self.line, self.fresh = line, fresh
        self.cpu, self.wall, self.peak = [], [], []

    def run(self):
        """Runs it once; ends the program if it fails."""
        if self.fresh:
            shutil.rmtree(self.fresh, ignore_errors=True)
        needs_shell = any(sign in self.line for sign in "|>*")
        shell = ["bash", "-c", f"set -o pipefail; {self.line}"]
        words = shell if needs_shell else shlex.split(self.line)
        told = subprocess.run(
            [sys.executable, "-I", "-S", LAUNCH, *words],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True,
        )
        wall, cpu, peak, code = map(float, told.stdout.split())
        if code != 0:
            sys.exit(f"exit code {code:.0f}: {self.line}\n{told.stderr[-2000:]}")
        self.wall.append(wall)
        self.cpu.append(cpu)
        self.peak.append(peak / 1024)

    def forget(self):
        for values in (self.cpu, self.wall, self.peak):
            values.clear()

    def median(self, what):
        return statistics.median(getattr(self, what))

    def ratio(self, other, what):
        """The median of what `other` took for one of ours, run by run."""
        pairs = zip(getattr(other, what), getattr(self, what))
        return statistics.median(theirs / max(ours, 1e-6) for theirs, ours in pairs)

    def took(self):
        times = f"{seconds(self.median('cpu'))} / {seconds(self.median('wall'))}"
        return f"{times}, {self.median('peak'):.0f} MB"


def seconds(time):
    return f"{time:.2f} s" if time >= 0.2 else f"{1000 * time:.0f} ms"


# What takes longer, in seconds, is measured twice at most, and then told so by its length.
SLOW = 20


def interleaved(runs, *commands):
    """Each command once for a warm cache, then all of them in turn."""
    for turn in range(runs + 1):
        for command in commands:
            if turn > 2 and command.median("wall") > SLOW:
                continue
            command.run()
            if turn == 0:
                command.forget()


class Goal:
    """What a figure should be: `Goal("≥", 1.5)`; `Goal()` is none."""

    def __init__(self, sign=None, bound=None, unit=""):
        self.sign, self.bound, self.unit = sign, bound, unit

    def __str__(self):
        return f"{self.sign} {self.bound:g}{self.unit}" if self.sign else "–"

    def verdict(self, value):
        if not self.sign:
            return "–"
        is_met = value >= self.bound if self.sign == "≥" else value <= self.bound
        return "met" if is_met else "**missed**"


class Table:
    """Rows in Markdown, told as they come."""

    HEAD = (
        "| Work | Compared with | Goal | Figure | Verdict | logsieve: CPU / wall, peak | other |",
        "|---|---|---|---|---|---|---|",
    )

    def begin(self, title):
        print(f"\n### {title}\n")
        print(*self.HEAD, sep="\n", flush=True)

    def speed(self, work, peer, goal, ours, theirs, size):
        """Our speed beside another's, in CPU time."""
        rate = f"{size / 1e6 / ours.median('cpu'):.0f} MB/s"
        self._compare(work, peer, goal, ours.ratio(theirs, "cpu"), "× its speed", ours, theirs, rate)

    def cost(self, work, peer, goal, ours, theirs, size):
        """Our CPU time in that of another."""
        rate = f"{size / 1e6 / ours.median('cpu'):.0f} MB/s"
        self._compare(work, peer, goal, theirs.ratio(ours, "cpu"), "× its CPU", ours, theirs, rate)

    def threads(self, work, one, two, wall_goal):
        """What a second thread costs and brings."""
        peer = "1 thread"
        cpu = one.ratio(two, "cpu")
        self._compare(f"{work}, 2 threads", peer, Goal("≤", 1.05), cpu, "× its CPU", two, one)
        wall = two.ratio(one, "wall")
        self._compare(f"{work}, 2 threads", peer, wall_goal, wall, "× its speed in wall time", two, one)

    def flat(self, work, peer, goal, value, ours, theirs):
        """A ratio that should be 1."""
        self._compare(work, peer, goal, value, "×", ours, theirs)

    def figure(self, work, goal, value, unit, command=None):
        """A figure of ours alone."""
        took = command.took() if command else ""
        self._row(work, "", goal, f"{value:.4g} {unit}", goal.verdict(value), took, "")

    def _compare(self, work, peer, goal, value, unit, ours, theirs, rate=""):
        took = ", ".join(filter(None, (ours.took(), rate)))
        self._row(work, peer, goal, f"{value:.2f} {unit}", goal.verdict(value), took, theirs.took())

    def _row(self, *cells):
        cells = (str(cell).replace("|", "\\|") for cell in cells)
        print("|", " | ".join(cells), "|", flush=True)
