"""One temporary folder a task, which is gone when the task is, however it ended.

A worker that is killed cannot clean up. So every folder is locked by the process it belongs to, the
system takes locks away from the dead, and each task first removes what nobody holds any more.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PREFIX = "logsieve-task-"
# Only files of the same user are looked at: others could have put them there.
GATE = f"logsieve-tasks-{os.getuid()}.lock"


@contextmanager
def folder(parent: Path | None = None) -> Iterator[Path]:
    """A new empty folder, for its owner only."""
    parent = parent or Path(tempfile.gettempdir())
    with _locked(parent / GATE, fcntl.LOCK_EX):
        _sweep(parent)
        made = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
        lock = _open(made / "lock")
        fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)
        os.close(lock)


def _sweep(parent: Path) -> None:
    """Removes the folders of processes that are dead. A folder is locked before the gate opens."""
    for left in parent.glob(f"{PREFIX}*"):
        try:
            if left.is_symlink() or left.lstat().st_uid != os.getuid():
                continue
            with _locked(left / "lock", fcntl.LOCK_EX | fcntl.LOCK_NB):
                shutil.rmtree(left, ignore_errors=True)
        except (BlockingIOError, FileNotFoundError):
            # It is in use, or its owner removes it at this moment.
            continue


@contextmanager
def _locked(path: Path, how: int) -> Iterator[None]:
    lock = _open(path)
    try:
        fcntl.flock(lock, how)
        yield
    finally:
        os.close(lock)


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
