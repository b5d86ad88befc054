"""Runs one command and prints what it took: wall seconds, CPU seconds (user + system, with its
children), peak memory in KiB, exit code.

A process of its own, as small as Python can be (`python3 -I -S`): Linux counts the memory of the
process that forked as the first peak of the command, so whoever has read a gigabyte must not fork.
"""

import os
import sys
import time


def main():
    start = time.monotonic()
    child = os.fork()
    if child == 0:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        os.execvp(sys.argv[1], sys.argv[1:])
    _, status, usage = os.wait4(child, 0)
    wall = time.monotonic() - start
    cpu = usage.ru_utime + usage.ru_stime
    print(wall, cpu, usage.ru_maxrss, os.waitstatus_to_exitcode(status))


main()
