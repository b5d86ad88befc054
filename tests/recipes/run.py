"""Runs the recipes of docs/RECIPES.md as they stand there.

    python3 run.py LOGSIEVE INPUTS

LOGSIEVE is the program, INPUTS a folder with what a reader would have lying there. The first recipe
begins in a copy of it, all others in a copy of what the first one left behind.

In the document,
- a block below a line that ends with a name in back quotes and a colon becomes that file;
- any other `sh` block is run by bash and has to succeed, and a `sql` block is asked of DuckDB or
  SQLite, whichever the recipe needs, and has to have an answer;
- a `text` block is what came out of the block before it; `…` stands for anything;
- "Needs:" names tools, Python packages and systems in back quotes. Where one is missing, that part
  of the recipe is skipped, and said to be.

Nothing leaves this machine, and nothing outside of the copy is touched: paths of the system are led
into it, services to stubs (services.py), and the day of `check` and `extract` is always the same,
because exposures grow old.
"""

import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

import ci
import services
import splunk
import unit

HERE = pathlib.Path(__file__).parent
DOCUMENT = HERE.parent.parent / "docs" / "RECIPES.md"
SYSTEM_PATHS = re.compile(r"(?<![\w./}-])/(?=(?:etc|srv|usr/local|usr/sbin|var/lib)/)")
FENCE = re.compile(r"^```(\w*)$")
FILE_NAME = re.compile(r"`([^`]+)`:$")
SENDMAIL = HERE / "sendmail.py"
SECONDS = 120
# Part of the titles of the recipes that are run; then their output is shown as well.
ONLY = os.environ.get("LOGSIEVE_RECIPES", "")
PACKAGES = ("duckdb", "pycti", "pymisp")
# Where Python packages are; some cannot be had together.
PYTHONS = [pathlib.Path(sys.executable).parent, HERE.parent.parent / "target/opencti-venv/bin"]
LOGSIEVE = """#!/bin/sh
command=$1
case $command in
  check | extract) shift && exec {program} "$command" --as-of 2025-11-01 "$@" ;;
  *) exec {program} "$@" ;;
esac
"""


class Wrong(Exception):
    """The document says something that is not so."""


class Block:
    """Text between two fences, the file that it is for, and where it stands."""

    def __init__(self, language, file, line):
        self.language, self.file, self.line, self.lines = language, file, line, []

    @property
    def text(self):
        return "".join(f"{line}\n" for line in self.lines)


class Part:
    """What stands below a heading: what it needs, and its blocks."""

    def __init__(self, title):
        self.title, self.needs, self.blocks = title, [], []


def read(document):
    """The recipes of the document, each a list of parts: the first below its title, others below."""
    recipes, block, before = [], None, ""
    for number, line in enumerate(document.splitlines(), start=1):
        fence = FENCE.match(line)
        if block is not None:
            if fence:
                block = None
            else:
                block.lines.append(line)
        elif fence:
            name = FILE_NAME.search(before)
            block = Block(fence[1], name and name[1], number)
            recipes[-1][-1].blocks.append(block)
        elif line.startswith("## "):
            recipes.append([Part(line[3:])])
        elif line.startswith("### "):
            recipes[-1].append(Part(f"{recipes[-1][0].title}: {line[4:]}"))
        elif line.startswith("Needs:"):
            recipes[-1][-1].needs = re.findall(r"`([^`]+)`", line)
        before = line or before
    return recipes


def is_there(need, place):
    """Whether this machine has a tool, a Python package or a wall."""
    if need == "landlock":
        return place.run("logsieve inspect --sandbox require /dev/null").returncode != 2
    if need == "unshare":
        return place.run("unshare --map-root-user --net true").returncode == 0
    if need in PACKAGES:
        return place.has_package(need)
    return shutil.which(need, path=place.path) is not None


class Place:
    """The folder that a recipe is run in, as if it were the system."""

    def __init__(self, root, program, stubs):
        self.root, self.home, self.stubs = root, root / "home", stubs
        self.program("usr/local/bin/logsieve", LOGSIEVE.format(program=shlex.quote(program)))
        self.program("usr/sbin/sendmail", SENDMAIL.read_text())
        self.path = f"{root}/usr/local/bin:{PYTHONS[0]}:{os.environ['PATH']}"

    def has_package(self, name):
        """Whether there is a Python package; the Python that has it is that of the recipe then."""
        for folder in PYTHONS:
            python = shlex.quote(str(folder / "python3"))
            if self.run(f"{python} -c 'import {name}'").returncode == 0:
                self.path = f"{folder}:{self.path}"
                return True
        return False

    def program(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(0o755)

    def led(self, text):
        """The text with paths and addresses that lead here."""
        for address, stub in self.stubs.items():
            text = text.replace(address, stub.address)
        return SYSTEM_PATHS.sub(f"{self.root}/", text)

    def write(self, block):
        """Makes the file of a block; what begins like a program is one."""
        path = self.root / block.file[1:] if block.file.startswith("/") else self.home / block.file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(self.led(block.text))
        if block.text.startswith("#!"):
            path.chmod(0o755)
        return path

    def run(self, script):
        """What bash made of a script: its exit code, and all that was said."""
        surroundings = {
            "PATH": self.path,
            "HOME": str(self.home),
            "LC_ALL": "C.UTF-8",
            "COLUMNS": "100",
            "USER": "analyst",
        }
        return subprocess.run(
            ["bash", "-euo", "pipefail", "-c", self.led(script)],
            cwd=self.home,
            env=surroundings,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=SECONDS,
            text=True,
            errors="replace",
        )

    def said(self, output):
        """The output as it would be on a system of one's own."""
        output = output.replace(f"{self.root}/", "/")
        for address, stub in self.stubs.items():
            output = output.replace(stub.address, address)
        return output


def asked(block, needs, place):
    """What DuckDB or SQLite say to the questions of a block."""
    if "duckdb" in needs:
        script = "import duckdb, sys; print(duckdb.sql(sys.argv[1]))"
        command = ["python3", "-c", script, block.text]
    else:
        command = ["sqlite3", "-readonly", "-table", "case/case.db", block.text]
    ran = place.run(shlex.join(command))
    if not re.search("[│|]", ran.stdout) or re.search(r"\b0 rows", ran.stdout):
        raise Wrong(f"there is no answer:\n{ran.stdout}")
    return ran


def is_said(pattern, output):
    """Whether the output is what the pattern says."""
    lines = [re.escape(line.rstrip()).replace("…", ".*") for line in pattern.splitlines()]
    lines = ["(?:.*\n)*" if line == ".*" else f"{line}\n" for line in lines]
    output = "".join(f"{line.rstrip()}\n" for line in output.splitlines())
    return re.fullmatch("".join(lines), output) is not None


def run_part(part, needs, place):
    """Runs the blocks of a part, in order."""
    output = None
    for block in part.blocks:
        try:
            if block.file:
                path = place.write(block)
                for reader in (ci, splunk, unit):
                    reader.check(path, place, Wrong)
                continue
            if block.language == "text":
                if output is None or not is_said(block.text, output):
                    raise Wrong(f"what came out is not what stands there:\n{output}")
                continue
            if block.language not in ("sh", "sql"):
                raise Wrong("nothing is done with this block: give it a file name")
            is_query = block.language == "sql"
            ran = asked(block, needs, place) if is_query else place.run(block.text)
            output = place.said(ran.stdout)
            if ONLY:
                print(f"---- line {block.line}, exit code {ran.returncode}\n{output}")
            if ran.returncode != 0:
                raise Wrong(f"it ended with {ran.returncode}:\n{output}")
        except (Wrong, subprocess.TimeoutExpired) as error:
            raise Wrong(f"line {block.line}: {error}") from error


def run_recipe(parts, place):
    """Runs a recipe; what its first part needs, the others need too. How many parts went wrong."""
    failures = 0
    for part in parts:
        needs = parts[0].needs + part.needs
        lacks = [need for need in dict.fromkeys(needs) if not is_there(need, place)]
        if lacks:
            print(f"SKIPPED {part.title}: there is no {', '.join(lacks)}")
        elif part.blocks:
            try:
                run_part(part, needs, place)
                print(f"ran {part.title}")
            except Wrong as wrong:
                failures += 1
                print(f"WRONG {part.title}: {wrong}")
    return failures


def run_all(recipes, program, inputs, root):
    """Runs all recipes; the exit code is 0 if each did what it says."""
    stubs, begin, failures = services.start(), pathlib.Path(inputs), 0
    for number, parts in enumerate(recipes):
        place = Place(root / f"recipe-{number}", program, stubs)
        shutil.copytree(begin, place.home)
        failures += run_recipe(parts, place)
        if number == 0:
            begin = root / "first"
            shutil.copytree(place.home, begin)
            if not (begin / "case").exists():
                print("SKIPPED all others: they begin with the case of the first one")
                break
    for stub in stubs.values():
        print(f"{stub.name} (a stub) was asked {stub.requests} times")
        for complaint in stub.complaints[:10]:
            failures += 1
            print(f"WRONG {stub.name}: {complaint[:600]}")
    return 1 if failures else 0


def main(program, inputs):
    first, *others = read(DOCUMENT.read_text(encoding="utf-8"))
    others = [parts for parts in others if any(ONLY in part.title for part in parts)]
    with tempfile.TemporaryDirectory(prefix="logsieve-recipes-") as root:
        sys.exit(run_all([first, *others], os.path.abspath(program), inputs, pathlib.Path(root)))


main(*sys.argv[1:])
