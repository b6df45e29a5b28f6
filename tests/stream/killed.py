"""Kills a process again and again, and sees whether it finds what one that was left alone finds."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from plainterms.engine.finding_json import finding_lines

from .survivor import EVENTS, events, monitor
from .terms import at


def undisturbed() -> bytes:
    """What is found without kills."""
    own = monitor()
    for event in events():
        own.record(event)
    return b"".join(finding_lines(own.close(at(EVENTS * 5 + 3600))))


def killed(folder: Path, kills: int, seed: int) -> tuple[int, bytes]:
    """How often the process was killed while it ran, and what it found in the end."""
    dice, done = random.Random(seed), 0
    for turn in range(1_000_000):
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.stream.survivor", str(folder)], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        process.stdout.readline()
        if done < kills:
            time.sleep(dice.random() * 0.1)
            os.kill(process.pid, signal.SIGKILL)
        process.stdout.close()
        if process.wait() == -signal.SIGKILL:
            done += 1
            if turn % 5 == 4:
                (folder / "snapshot").unlink(missing_ok=True)
        elif done < kills:
            for name in ("findings", "snapshot"):
                (folder / name).unlink(missing_ok=True)
        else:
            break
    return done, (folder / "findings").read_bytes()


if __name__ == "__main__":
    from tempfile import TemporaryDirectory

    wanted = int(sys.argv[1])
    with TemporaryDirectory() as place:
        times, found = killed(Path(place), wanted, wanted)
    same = found == undisturbed()
    print(f"{times} kills, {len(found.splitlines())} findings, {'the same' if same else 'NOT the same'}")
    sys.exit(0 if same else 1)
