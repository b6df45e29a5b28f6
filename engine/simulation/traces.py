"""Arrivals, lengths and shared prefixes of real services, as tables of quantiles.

`traces.json` holds the tables of three public traces: an hour of a chat and of a coding service
(Azure/AzurePublicDataset, CC BY), and of a chat service with hashed prompt blocks (kvcache-ai/Mooncake, Apache-2.0).
`fitted` makes the same tables of other traces in these two formats; the file is `as_json(fitted(folder))` and a line
break.
"""

import csv
from collections.abc import Mapping, Sequence, Sized
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import orjson
from numpy.typing import NDArray

from plainterms.policy.errors import PlainTermsError

Floats = NDArray[np.float64]
STEPS, BANDS = 33, 8
"""Quantiles of a table; bands of the input's length, each of which has its own table of the output's."""

PLACES = 1 - (1 - np.linspace(0, 1, STEPS)) ** 2
"""The places of the quantiles, denser towards the top, where the tails are long."""

FEWEST = 2
"""Requests of a trace: between fewer there is no time."""

Rows = TypeVar("Rows", bound=Sized)
TOKENS, BLOCKS = "*.csv", "*.jsonl"
"""Traces of token counts, and of hashed blocks."""


@dataclass(frozen=True)
class Lengths:
    """Quantiles of the tokens of inputs, and for each of `BANDS` equal bands of them those of outputs."""

    inputs: tuple[float, ...]
    outputs: tuple[tuple[float, ...], ...]

    def drawn(self, rng: np.random.Generator, count: int) -> tuple[Floats, Floats]:
        """Tokens of so many inputs and outputs; which outputs go with which inputs is kept."""
        place, other = rng.random(count), rng.random(count)
        bands = np.minimum((place * BANDS).astype(np.int64), BANDS - 1)
        outputs = np.empty(count)
        for band, table in enumerate(self.outputs):
            outputs[bands == band] = from_quantiles(table, other[bands == band])
        return from_quantiles(self.inputs, place), outputs


@dataclass(frozen=True)
class Traces:
    """Quantiles of what was measured.

    ``gaps`` between arrivals are in units of their mean, ``pauses`` between the ``turns`` of a conversation in
    seconds; ``reused`` is the share of an input's blocks that an earlier input began with.
    """

    lengths: Mapping[str, Lengths]
    gaps: tuple[float, ...]
    turns: tuple[float, ...]
    pauses: tuple[float, ...]
    reused: tuple[float, ...]


def from_quantiles(table: Sequence[float], places: Floats) -> Floats:
    """The values at these places (from 0 to 1) of a table of quantiles."""
    found: Floats = np.interp(places, PLACES, np.array(table))
    return found


def built_in() -> Traces:
    """The tables that come with Plainterms."""
    made = orjson.loads(files(__package__).joinpath("traces.json").read_bytes())
    lengths = {
        name: Lengths(tuple(one["inputs"]), tuple(map(tuple, one["outputs"])))
        for name, one in made["lengths"].items()
    }
    return Traces(lengths, *(tuple(made[name]) for name in ("gaps", "turns", "pauses", "reused")))


def as_json(traces: Traces) -> bytes:
    """The tables as `traces.json` holds them."""
    return orjson.dumps(asdict(traces), option=orjson.OPT_INDENT_2)


def fitted(folder: Path) -> Traces:
    """The tables of the traces in a folder: `*.csv` with TIMESTAMP, ContextTokens and GeneratedTokens, and one
    `*.jsonl` with timestamp (milliseconds), input_length, output_length and hash_ids.

    Raises PlainTermsError where either is not there or cannot be read.
    """
    tokens, blocks = sorted(folder.glob(TOKENS)), sorted(folder.glob(BLOCKS))
    if not tokens or len(blocks) != 1:
        raise PlainTermsError(
            f"--traces {folder} must hold traces of token counts ({TOKENS}) and one of hashed blocks ({BLOCKS})"
        )
    counted = {path.stem: _enough(_counted(path), path) for path in tokens}
    lengths = {name: _lengths(rows[:, 1], rows[:, 2]) for name, rows in counted.items()}
    hashed = _enough(_hashed(blocks[0]), blocks[0])
    lengths[blocks[0].stem] = _lengths(
        np.array([row["input_length"] for row in hashed], float),
        np.array([row["output_length"] for row in hashed], float),
    )
    gaps = np.concatenate([_gaps(rows[:, 0]) for rows in counted.values()])
    turns, pauses, reused = _conversations(hashed)
    return Traces(lengths, *map(_quantiles, (gaps, turns, pauses, reused)))


def _enough(rows: Rows, path: Path) -> Rows:
    if len(rows) < FEWEST:
        raise PlainTermsError(f"{path} holds {len(rows)} requests; a trace needs at least {FEWEST}")
    return rows


def _counted(path: Path) -> Floats:
    """Time in seconds, tokens in, tokens out, of each row."""
    try:
        with path.open(newline="", encoding="utf-8") as lines:
            rows = [
                (
                    datetime.fromisoformat(row["TIMESTAMP"][:26]).timestamp(),
                    row["ContextTokens"],
                    row["GeneratedTokens"],
                )
                for row in csv.DictReader(lines)
            ]
        return np.array(rows, float).reshape(-1, 3)
    except (KeyError, TypeError, ValueError) as error:
        raise PlainTermsError(
            f"{path} is no trace of token counts; its columns are TIMESTAMP, ContextTokens, GeneratedTokens: {error}"
        ) from error


def _hashed(path: Path) -> list[Any]:
    try:
        rows = [orjson.loads(line) for line in path.read_bytes().splitlines() if line.strip()]
        for row in rows:
            _ = row["timestamp"] + row["input_length"] + row["output_length"] + len(row["hash_ids"])
    except (KeyError, TypeError, orjson.JSONDecodeError) as error:
        raise PlainTermsError(
            f"{path} is no trace of hashed blocks, whose keys are timestamp, input_length, output_length, hash_ids:"
            f" {error}"
        ) from error
    return rows


def _quantiles(values: Floats) -> tuple[float, ...]:
    return tuple(round(float(value), 4) for value in np.quantile(values, PLACES))


def _lengths(inputs: Floats, outputs: Floats) -> Lengths:
    edges = np.quantile(inputs, np.linspace(0, 1, BANDS + 1)[1:-1])
    bands = np.searchsorted(edges, inputs, side="right")
    return Lengths(
        _quantiles(inputs),
        tuple(_quantiles(outputs[bands == band] if (bands == band).any() else outputs) for band in range(BANDS)),
    )


def _gaps(times: Floats) -> Floats:
    gaps: Floats = np.diff(np.sort(times))
    return np.asarray(gaps / (gaps.mean() or 1.0), float)


def _conversations(rows: Sequence[Any]) -> tuple[Floats, Floats, Floats]:
    """Turns of each conversation, seconds between turns, and the share of each input's blocks that came before.

    A request goes on with the latest earlier one of which it repeats all blocks, or all but the last, which was
    not full.
    """
    latest: dict[tuple[int, ...], int] = {}
    conversation: list[int] = []
    pauses: list[float] = []
    reused: list[float] = []
    for row, request in enumerate(rows):
        blocks: tuple[int, ...] = tuple(request["hash_ids"])
        known = [length for length in range(len(blocks), 1, -1) if blocks[:length] in latest]
        before = latest[blocks[: known[0]]] if known else row
        conversation.append(conversation[before] if known else row)
        reused.append(known[0] / len(blocks) if known else 0.0)
        if known:
            pauses.append((request["timestamp"] - rows[before]["timestamp"]) / 1000)
        latest |= {blocks: row, blocks[:-1]: row} if len(blocks) > 2 else {blocks: row}
    turns = np.unique(conversation, return_counts=True)[1].astype(float)
    return turns, np.array(pauses or [0.0]), np.array(reused)
