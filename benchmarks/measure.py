"""Runs a command in a fresh process on two cores and says how long it took and how much memory it held at once."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

CORES = 2
GIB = 2**30
EVERY = 0.1
"""Seconds between two looks at the memory of the processes."""


@dataclass(frozen=True)
class Cost:
    """What a command took.

    ``seconds`` is wall time from start to end, ``cpu`` the time of all its processes, ``peak`` in bytes the most that
    they held together: the larger of what was seen (shared pages counted once) and the largest process's own peak.
    ``private`` is the most that was seen of what no file backs; pages of files are taken back where memory is short.
    """

    seconds: float
    cpu: float
    peak: int
    private: int
    output: str


class Failed(Exception):  # noqa: N818 - says what happened
    """A measured command that ended with an error."""


def python(module: str, *arguments: str) -> Cost:
    """The cost of `python -m MODULE ARGUMENTS`."""
    return cost([sys.executable, "-m", module, *arguments])


def cost(command: Sequence[str], allowed: Sequence[int] = (0,)) -> Cost:
    """The cost of a command. Raises Failed where it ends with a code that is not ``allowed``."""
    begun = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, preexec_fn=_on_two_cores)
    watch = _Watch(process.pid)
    watch.start()
    assert process.stdout is not None
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    watch.stop()
    if process.returncode not in allowed:
        raise Failed(f"{' '.join(command)} ended with {process.returncode}")
    peak = max(watch.peak, usage.ru_maxrss * 1024)
    return Cost(seconds, usage.ru_utime + usage.ru_stime, peak, watch.private, output)


def _on_two_cores() -> None:
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])


class _Watch(threading.Thread):
    """Looks at the memory of a process and its descendants again and again."""

    def __init__(self, root: int) -> None:
        super().__init__(daemon=True)
        self.peak = self.private = 0
        self._root = root
        self._done = threading.Event()

    def run(self) -> None:
        while not self._done.wait(EVERY):
            held = [_held(process) for process in _family(self._root)]
            self.peak = max(self.peak, sum(whole for whole, _ in held))
            self.private = max(self.private, sum(private for _, private in held))

    def stop(self) -> None:
        """Look no more."""
        self._done.set()
        self.join()


def _family(root: int) -> list[int]:
    found = [root]
    for process in found:
        for children in Path(f"/proc/{process}/task").glob("*/children"):
            found.extend(int(child) for child in _text(children).split())
    return found


def _held(process: int) -> tuple[int, int]:
    """Bytes of memory, in all and what no file backs; of shared pages a share. 0 of a process that has ended."""
    found = dict.fromkeys(("Pss:", "Pss_Anon:"), 0)
    for line in _text(Path(f"/proc/{process}/smaps_rollup")).splitlines():
        name, *figures = line.split()
        if name in found:
            found[name] = int(figures[0]) * 1024
    return found["Pss:"], found["Pss_Anon:"]


def _text(path: Path) -> str:
    try:
        return path.read_text()
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return ""
