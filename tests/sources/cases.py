"""Reads tables of cases: `== title`, settings, lines of input after `|`, and what is expected after `=` and `!`."""

import gzip
import re
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import zstandard

PACKERS = {"gzip": lambda data: gzip.compress(data, mtime=0), "zstd": zstandard.ZstdCompressor().compress}


@dataclass
class Case:
    title: str
    settings: dict[str, str] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def data(self) -> bytes:
        text = "\n".join([*self.lines, ""]).partition("«end»")[0]
        data = b"".join(_bytes(part) for part in re.split("(«[^»]*»)", text))
        data = PACKERS.get(self.settings.get("pack", ""), bytes)(data)
        if "spoil" in self.settings:
            place = int(self.settings["spoil"]) % len(data)
            data = data[:place] + bytes([data[place] ^ 0xFF]) + data[place + 1 :]
        end = len(data) - int(self.settings.get("cut", 0))
        return data[: int(self.settings.get("keep", end))] + self.settings.get("append", "").encode()


def _bytes(part: str) -> bytes:
    if not part.startswith("«"):
        return part.encode()
    inside = part[1:-1]
    if inside == "noise":
        return Random(7).randbytes(150_000).hex().encode()
    text, star, times = inside.rpartition("*")
    return text.encode() * int(times) if star else bytes.fromhex(inside)


def load(path: Path) -> list[Case]:
    cases: list[Case] = []
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("== "):
            cases.append(Case(line[3:]))
        elif line.startswith("|"):
            cases[-1].lines.append(line[2:])
        elif line.startswith(("=", "!")):
            cases[-1].expected.append(line)
        elif line:
            name, _, value = line.partition(": ")
            cases[-1].settings[name] = value
    return cases
