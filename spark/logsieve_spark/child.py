"""One item, read by one child process: `logsieve extract --item -` or `logsieve check --item -`.

The child meets what criminals made, so it is held on a short lead: it has a temporary folder of
its own, bounds for memory and time, nothing of our environment but keys of object stores, and it
dies when its task does. What it gives counts only once the stream has its end mark and the exit
code is 0; everything else raises, so that the engine tries the item again.
"""

import ctypes
import os
import resource
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import pyarrow as pa

from logsieve_spark import scratch

# An Arrow stream ends with this; without it, it was cut.
END_MARK = b"\xff\xff\xff\xff\x00\x00\x00\x00"
# How much of the child's standard error is kept for the message.
ERROR_BYTES = 2000
# How many children may work at once in this process. Classic Spark has a process a task; Sail runs
# all partitions as threads of one.
SLOTS = threading.BoundedSemaphore(os.cpu_count() or 1)
# What the names of variables begin with that object stores are asked with.
STORES = ("AWS_", "GOOGLE_", "AZURE_")


class ChildFailed(RuntimeError):
    """An item was not read to its end, so that it has to be read again."""


@dataclass(frozen=True)
class Job:
    """What is asked of every child; files are named, never held."""

    command: str
    key_file: str
    watchlist: str | None = None
    binary: str | None = None
    options: tuple[str, ...] = ()
    memory: int = 4 << 30
    seconds: int = 6 * 3600


def batches(job: Job, line: str) -> Iterator[pa.RecordBatch]:
    """The records of an item, batch by batch as the child writes them."""
    with scratch.folder() as temp, _Child(job, ["--format", "arrow"], line, temp) as child:
        yield from child.batches()


def write(job: Job, line: str, folder: str) -> None:
    """Lets the child write the records of an item into a dataset."""
    arguments = ["--format", "parquet", "--out", folder]
    with scratch.folder() as temp, _Child(job, arguments, line, temp) as child:
        child.finish()


def _environment(temp: Path) -> dict[str, str]:
    """What a child knows of ours: keys of object stores, which it needs where its item lies in one."""
    keys = {name: value for name, value in os.environ.items() if name.startswith(STORES)}
    return keys | {"PATH": os.environ.get("PATH", os.defpath), "TMPDIR": str(temp)}


class _Child:
    """A running child, which is gone at the end of the `with`."""

    def __init__(self, job: Job, arguments: list[str], line: str, temp: Path) -> None:
        command = [find(job.binary or "logsieve"), job.command, "--item", "-", *arguments]
        command += ["--key-file", _private(find(job.key_file), temp), *job.options, "--quiet"]
        if job.watchlist:
            command += ["--watchlist", find(job.watchlist)]
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=_environment(temp),
            preexec_fn=ends_with_parent(),
        )
        self.patience = float(job.seconds)
        self.is_late = False
        self.complaint = b""
        self.listener = threading.Thread(target=self._listen, daemon=True)
        self.listener.start()
        _bound(self.process.pid, job)
        self._tell(line)

    def __enter__(self) -> "_Child":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        self.listener.join()
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            _close(pipe)

    def batches(self) -> Iterator[pa.RecordBatch]:
        """What the child writes, once it is told to be whole."""
        output = _Remembering(self.process.stdout)
        try:
            with self._waiting():
                stream = pa.ipc.open_stream(output)
            while True:
                with self._waiting():
                    batch = next(stream, None)
                if batch is None:
                    break
                yield batch
        except (pa.ArrowException, OSError) as error:
            raise self._failure(f"its output cannot be read: {error}") from None
        if output.last != END_MARK:
            raise self._failure("its output was cut")
        self.finish()

    def finish(self) -> None:
        """Waits until the child has done its work, and looks whether it has."""
        with self._waiting():
            left = self.process.stdout.read(1)
            self.process.wait()
        if left or self.process.returncode:
            raise self._failure("it wrote more than its stream" if left else "")

    @contextmanager
    def _waiting(self) -> Iterator[None]:
        """While the child is waited for, it has a place among the working ones, and time goes by.

        Neither is so while what it gave is used: a reader may want a batch of another child first.
        """
        with SLOTS:
            timer = threading.Timer(max(self.patience, 0), self._give_up)
            timer.start()
            began = time.monotonic()
            try:
                yield
            finally:
                timer.cancel()
                self.patience -= time.monotonic() - began

    def _give_up(self) -> None:
        self.is_late = True
        self.process.kill()

    def _tell(self, line: str) -> None:
        """Hands over the item. A child that does not want it says why on standard error."""
        try:
            with self._waiting():
                self.process.stdin.write(line.encode() + b"\n")
                self.process.stdin.close()
        except BrokenPipeError:
            pass

    def _listen(self) -> None:
        """Keeps the end of what the child complains of, so that it never waits for us to read."""
        while chunk := self.process.stderr.read1(ERROR_BYTES):
            self.complaint = (self.complaint + chunk)[-ERROR_BYTES:]

    def _failure(self, what: str) -> ChildFailed:
        """Why the item has to be read again; the child is dead after that."""
        try:
            code = self.process.wait(timeout=1)
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = self.process.wait()
        self.listener.join(timeout=1)
        reasons = ["it took too long" if self.is_late else f"exit code {code}", what]
        reasons.append(self.complaint.decode(errors="replace").strip())
        return ChildFailed("logsieve failed: " + "; ".join(filter(None, reasons)))


class _Remembering:
    """A pipe that is read, and the last bytes that came."""

    closed = False

    def __init__(self, pipe: IO[bytes]) -> None:
        self.pipe = pipe
        self.last = b""

    def read(self, size: int = -1) -> bytes:
        data = self.pipe.read(size)
        self.last = (self.last + data[-len(END_MARK) :])[-len(END_MARK) :]
        return data


def find(name: str) -> str:
    """A file by its path, or by its name: shipped with the job, or a program of the machine."""
    shipped = _shipped(name)
    for path in (name if os.sep in name else None, shipped, shutil.which(name)):
        if path and os.path.exists(path):
            return os.path.abspath(path)
    raise ChildFailed(f"{name} is neither shipped with the job nor on this machine")


def _shipped(name: str) -> str | None:
    """Where `--files` or `addFile` put a file, if the engine has such a thing."""
    try:
        from pyspark import SparkFiles

        return SparkFiles.get(os.path.basename(name))
    except (ImportError, AssertionError, TypeError):
        return None


def _private(key: str, temp: Path) -> str:
    """The key as a file that only we can read: one that was shipped is readable by others."""
    if os.stat(key).st_mode & 0o077 == 0:
        return key
    copy = temp / "key"
    with open(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(Path(key).read_bytes())
    return str(copy)


def _bound(pid: int, job: Job) -> None:
    """Sets what the child may use, before it is told its item."""
    for what, most in [
        (resource.RLIMIT_AS, job.memory),
        (resource.RLIMIT_CPU, job.seconds),
        (resource.RLIMIT_CORE, 0),
    ]:
        try:
            resource.prlimit(pid, what, (most, most))
        except ProcessLookupError:
            return


def ends_with_parent():
    """Lets the child die with us, even when we are killed and cannot see to it.

    The system means the thread that starts it, which only has to be as old as the child if it is
    the main one. Where it is not (Sail), the threads are those of the engine itself.
    """
    if threading.current_thread() is not threading.main_thread():
        return None
    parent_dies = 1  # PR_SET_PDEATHSIG
    prctl = ctypes.CDLL(None).prctl
    return lambda: prctl(parent_dies, signal.SIGKILL)


def _close(pipe: IO[bytes]) -> None:
    try:
        pipe.close()
    except BrokenPipeError:
        pass
