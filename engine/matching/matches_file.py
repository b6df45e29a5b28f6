"""Matches files: every output examined with its likenesses, and the calibration; named by its digest, for audits."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from plainterms.engine.matching.calibration import Calibration, calibration_from
from plainterms.engine.matching.rows import Row, row_as_dict, row_from
from plainterms.policy.errors import PlainTermsError

if TYPE_CHECKING:
    from plainterms.engine.matching.match import Matching

FORMAT = "plainterms matches 2"


class MatchesFileError(PlainTermsError):
    """A file that is no matches file, or was changed since it was written."""


@dataclass(frozen=True)
class Matches:
    """What a matches file says. ``digest`` is SHA-256 over all its lines."""

    path: Path
    digest: str
    header: Mapping[str, Any]
    calibration: Calibration
    rows: Sequence[Row]


def write_matches(found: "Matching", folder: Path) -> Path:
    """Write the matches file into a folder and return its path; equal matchings give equal files."""
    lines = [orjson.dumps(_header(found)), *(orjson.dumps(row_as_dict(row)) for row in found.rows)]
    content = b"".join(line + b"\n" for line in lines)
    path = folder / f"matches-{hashlib.sha256(content).hexdigest()[:16]}.jsonl"
    path.write_bytes(content)
    return path


def write_calibration(calibration: Calibration, folder: Path) -> Path:
    """Write the calibration file into a folder and return its path."""
    path = folder / f"calibration-{calibration.digest[:16]}.json"
    path.write_bytes(orjson.dumps(calibration.as_dict()))
    return path


def read_matches(path: Path) -> Matches:
    """Read a matches file. Raises MatchesFileError where it is none, or its name no longer fits what it holds."""
    lines = _parsed(path)
    try:
        header = next(lines)
        if header["format"] != FORMAT:
            raise MatchesFileError(f"{path} is a matches file of another format: {header['format']}")
        calibration = calibration_from(header["calibration"])
        rows = [row_from(line) for line in lines]
    except (StopIteration, KeyError, TypeError, ValueError) as error:
        raise MatchesFileError(
            f"{path} is not a matches file; make one with `plainterms match … --out DIR` and give DIR/matches-….jsonl"
        ) from error
    digest = _digest(path)
    if path.name.startswith("matches-") and path.stem != f"matches-{digest[:16]}":
        raise MatchesFileError(f"{path} was changed or cut short since it was written: its digest is {digest[:16]}")
    return Matches(path, digest, header, calibration, rows)


_CANDIDATES = {False: "exact digests and fingerprints", True: "exact digests, fingerprints and embeddings"}


def _header(found: "Matching") -> dict[str, Any]:
    return {
        "format": FORMAT,
        "inputs": found.inputs,
        "lines": {name: asdict(lines) for name, lines in found.lines.items()},
        "candidates": _CANDIDATES[found.calibration.nominated is not None],
        "calibration_digest": found.calibration.digest,
        "calibration": found.calibration.as_dict(),
    }


def _parsed(path: Path) -> Iterator[Any]:
    with path.open("rb") as file:
        yield from map(orjson.loads, file)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
