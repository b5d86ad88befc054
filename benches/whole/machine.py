"""What the figures were measured on, for the head of the record."""

import os
import platform
import re
import subprocess
import time

PEERS = ("rg --version", "unzip -v", "7zz i", "zstd --version", "gzip --version",
         "bsdtar --version", "mawk -W version")


def facts(logsieve, duckdb):
    yield time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime())
    yield f"{first_line(f'{logsieve} --version')}, scripts of commit {first_line('git rev-parse --short HEAD')}"
    yield f"{os.cpu_count()} cores: {field('/proc/cpuinfo', 'model name')}, {platform.release()}"
    memory = int(field("/proc/meminfo", "MemTotal").split()[0]) / 2**20
    yield f"{memory:.0f} GiB of memory; load at the start {os.getloadavg()[0]:.1f}"
    peers = [first_line(command) for command in PEERS]
    if duckdb:
        peers.append("DuckDB " + first_line(f"{duckdb} -c 'import duckdb; print(duckdb.__version__)'"))
    yield "; ".join(filter(None, peers))


def first_line(command):
    run = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
    lines = [line.strip() for line in (run.stdout + run.stderr).splitlines() if line.strip()]
    return lines[0] if lines and run.returncode != 127 else ""


def field(path, key):
    with open(path, encoding="utf-8") as file:
        match = re.search(rf"^{key}\s*:\s*(.*)$", file.read(), re.MULTILINE)
    return match[1] if match else "?"
