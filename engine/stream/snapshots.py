"""Snapshots of a monitor's memory: written whole or not at all, and read only if they are as they were written."""

import hashlib
import io
import os
import pickle
from pathlib import Path
from typing import Any

import orjson

from plainterms.engine.plan import ClauseVersion, Plan
from plainterms.policy.errors import PlainTermsError

VERSION = 2
MAGIC = b"plainterms snapshot\n"

KNOWN = frozenset(
    {
        ("builtins", "set"),
        ("builtins", "frozenset"),
        ("collections", "Counter"),
        ("collections", "deque"),
        ("fractions", "Fraction"),
        ("plainterms.engine.events", "Event"),
        ("plainterms.engine.findings", "Interval"),
        ("plainterms.engine.findings", "Limit"),
        ("plainterms.engine.findings", "Named"),
        ("plainterms.engine.findings", "Reading"),
        ("plainterms.engine.findings", "Share"),
        ("plainterms.engine.registers", "Row"),
        ("plainterms.engine.stream.answers", "Answer"),
        ("plainterms.engine.stream.arrivals", "Arrivals"),
        ("plainterms.engine.stream.conduct", "Conduct"),
        ("plainterms.engine.stream.entries", "Entry"),
        ("plainterms.engine.stream.entries", "Standing"),
        ("plainterms.engine.stream.episodes", "Episode"),
        ("plainterms.engine.stream.episodes", "Evidence"),
        ("plainterms.engine.stream.occasions", "Occasion"),
        ("plainterms.engine.stream.quiet", "Quiet"),
        ("plainterms.engine.stream.sequences", "Trail"),
        ("plainterms.engine.stream.tallies", "Counted"),
        ("plainterms.engine.stream.tallies", "Different"),
        ("plainterms.engine.stream.tallies", "Mode"),
        ("plainterms.engine.stream.tallies", "Part"),
        ("plainterms.engine.stream.tallies", "Total"),
        ("plainterms.engine.stream.windows", "Held"),
    }
)
"""All that a snapshot may be made of; whatever else it names is refused and not run."""


class SnapshotError(PlainTermsError):
    """A snapshot that is damaged, of another format, or made of what it may not be."""


def write(path: Path, plan: Plan, state: dict[str, Any], position: object) -> None:
    """Write a snapshot beside the old one, then put it in its place. Raises OSError."""
    body = io.BytesIO()
    _Pickler(body, plan).dump(state)
    data = body.getvalue()
    header = {"version": VERSION, "sha256": hashlib.sha256(data).hexdigest(), "position": position}
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    with beside.open("wb") as file:
        file.writelines((MAGIC, orjson.dumps(header), b"\n", data))
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def read(path: Path, plan: Plan) -> tuple[dict[str, Any], object]:
    """The state, and the position that was written with it. Raises OSError and SnapshotError."""
    whole = path.read_bytes()
    if not whole.startswith(MAGIC):
        raise SnapshotError(f"{path} is no snapshot of a monitor")
    line, _, data = whole[len(MAGIC) :].partition(b"\n")
    try:
        header = orjson.loads(line)
    except orjson.JSONDecodeError:
        raise SnapshotError(f"{path} is damaged: its first line cannot be read") from None
    if header.get("version") != VERSION:
        raise SnapshotError(f"{path} has format {header.get('version')}, and this version reads format {VERSION}")
    if header.get("sha256") != hashlib.sha256(data).hexdigest():
        raise SnapshotError(f"{path} is damaged: its digest is another; restore an older one")
    return copied(data, plan), header["position"]


def kept(state: dict[str, Any], old: Plan, new: Plan) -> dict[str, Any]:
    """A state of one plan for another."""
    body = io.BytesIO()
    _Pickler(body, old).dump(state)
    return copied(body.getvalue(), new)


def copied(data: bytes, plan: Plan) -> dict[str, Any]:
    """A state from its bytes. Raises SnapshotError where they name what a snapshot is not made of."""
    found: dict[str, Any] = _Unpickler(io.BytesIO(data), plan).load()
    return found


class _Pickler(pickle.Pickler):
    """Writes versions of clauses as their names, for they belong to the plan."""

    def __init__(self, file: io.BytesIO, plan: Plan) -> None:
        super().__init__(file, protocol=5)
        self._names = {id(version): name for name, version in _versions(plan).items()}

    def persistent_id(self, value: object) -> object:
        return self._names.get(id(value)) if isinstance(value, ClauseVersion) else None


class _Unpickler(pickle.Unpickler):
    """Reads what snapshots are made of, and nothing else."""

    def __init__(self, file: io.BytesIO, plan: Plan) -> None:
        super().__init__(file)
        self._versions = _versions(plan)

    def persistent_load(self, name: Any) -> ClauseVersion | None:
        """The version of that name; None of a clause that the plan no longer has."""
        return self._versions.get(name)

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in KNOWN:
            raise SnapshotError(f"the snapshot is made of `{module}.{name}`, which no snapshot is")
        return super().find_class(module, name)


def _versions(plan: Plan) -> dict[tuple[str, str, str], ClauseVersion]:
    return {
        (clause.key, clause.digest, version.version): version
        for clause in plan.clauses
        for version in clause.versions
    }
