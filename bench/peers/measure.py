"""Runs a program and prints, as JSON, what it took together with the programs that it started.

Usage: python3 measure.py <seconds> <file for its output> <program> [argument ...]

Every contender is measured by this, whatever its language. Needs Python alone.
"""

import json
import os
import pathlib
import resource
import signal
import subprocess
import sys
import time

# Seconds; looking at all of them takes a processor some milliseconds, which the contender lacks.
EVERY = 1.0
PROC = pathlib.Path("/proc")


def memory_of(session: int) -> int:
    """Bytes of all programs of a session, where pages that forks share count once. 0 where there is no /proc."""
    total = 0
    for stat in PROC.glob("[0-9]*/stat"):
        try:
            # Behind the name, which may contain spaces: state, parent, group, session.
            if int(stat.read_text().rpartition(")")[2].split()[3]) != session:
                continue
            for line in (stat.parent / "smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1]) * 1024
        except (OSError, IndexError, ValueError):
            continue  # It ended meanwhile.
    return total


def main(limit: float, output: str, command: list[str]) -> None:
    started = time.monotonic()
    peak = 0
    with open(output, "wb") as file:
        program = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT, start_new_session=True
        )
        is_late = False
        while program.poll() is None:
            peak = max(peak, memory_of(program.pid))
            is_late = time.monotonic() - started > limit
            if is_late:
                os.killpg(program.pid, signal.SIGKILL)
            try:
                program.wait(EVERY)
            except subprocess.TimeoutExpired:
                continue
    seconds = time.monotonic() - started
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    largest = used.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    took = {
        "seconds": seconds,
        "cpuSeconds": used.ru_utime + used.ru_stime,
        "peakBytes": max(peak, largest),
        "exitCode": None if is_late else program.returncode,
    }
    print(json.dumps(took))


if __name__ == "__main__":
    main(float(sys.argv[1]), sys.argv[2], sys.argv[3:])
