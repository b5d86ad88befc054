"""Tries services of systemd without systemd: every system call of a run has to be allowed by the unit.

A filter of calls that is too narrow is the way in which a hardened unit breaks, and breaks late:
logsieve shuts itself in, and the calls for that are not among those that services usually make.
"""

import os
import re
import shlex
import shutil
import subprocess


# A service has a user of its own, and SQLite does more as root.
AS_NOBODY = "unshare --map-user=65534 --map-group=65534 " if os.geteuid() == 0 else ""


def settings(text):
    """The settings of a unit: for each the values in order."""
    found = {}
    for line in text.replace("\\\n", " ").splitlines():
        name, separator, value = line.partition("=")
        if separator and not line.startswith("#"):
            found.setdefault(name.strip(), []).append(value.strip())
    return found


def calls(names):
    """The system calls that `names` stand for; a name with @ is a set of systemd's."""
    found = set()
    for name in names:
        if not name.startswith("@"):
            found.add(name)
            continue
        listed = subprocess.run(
            ["systemd-analyze", "syscall-filter", name], capture_output=True, text=True, check=True
        )
        lines = (line.strip() for line in listed.stdout.splitlines()[1:])
        found |= calls(line for line in lines if line and not line.startswith("#"))
    return found


def check(path, place, wrong):
    """Runs what the service at `path` runs, if it has a filter of calls."""
    if path.suffix != ".service":
        return
    unit = settings(path.read_text())
    filters = unit.get("SystemCallFilter", [])
    if not filters:
        return
    if shutil.which("strace") is None:
        print(f"SKIPPED calls of {path.name}: there is no strace")
        return
    allowed, refused = set(), set()
    for line in filters:
        names = set(line.lstrip("~").split())
        if line.startswith("~"):
            refused |= calls(names)
        else:
            allowed |= calls(names)
    for command in unit["ExecStart"]:
        trace = place.root / "calls"
        folders = (place.root / "var/lib" / each for each in unit.get("StateDirectory", []))
        for folder in folders:
            folder.mkdir(parents=True, exist_ok=True)
        ran = place.run(f"{AS_NOBODY}strace -f -qq -o {shlex.quote(str(trace))} {command}")
        if not trace.exists() or "strace:" in ran.stdout:
            print(f"SKIPPED calls of {path.name}: {ran.stdout[:200].strip()}")
            return
        if ran.returncode not in (0, 1, 3):
            raise wrong(f"{path.name} ended with {ran.returncode}:\n{ran.stdout}")
        made = set(re.findall(r"^\d+ +(\w+)\(", trace.read_text(errors="replace"), re.MULTILINE))
        if not made & {"landlock_restrict_self", "seccomp"}:
            raise wrong(f"{path.name}: logsieve does not shut itself in")
        if made - (allowed - refused):
            raise wrong(f"{path.name} does not allow {sorted(made - (allowed - refused))}")
