"""What was found out about which texts of a log resemble which texts of clauses: the file that `resemble` writes.

Similarities come from a model, and differ in their last bits between machines; so they are computed once, and every
audit reads the same file. It holds no text of the log, only digests.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from plainterms.engine.findings import field_name, quoted
from plainterms.engine.plan import Plan, PlanError, leaves, map_conditions
from plainterms.policy.errors import PlainTermsError
from plainterms.policy.meaning import ResemblesAny

FORMAT = "plainterms resemblance 1"
HEADER = b"plainterms"
WIDTH = 16
"""Bytes of a digest."""

Digests = NDArray[np.bytes_]
Similarities = NDArray[np.float32]


@dataclass(frozen=True)
class Control:
    """How a threshold was found: of ``texts`` unrelated ones ``reached`` come up to it.

    That supports, at 95 % confidence, that at most 1 in ``one_in`` unrelated texts does.
    """

    sha256: str
    texts: int
    reached: int
    one_in: int


@dataclass(frozen=True)
class Sought:
    """A text of a clause, and the similarity from which on another resembles it; without a control, as chosen."""

    text: str
    threshold: float
    control: Control | None = None


def text_digest(text: str) -> bytes:
    """The first half of the SHA-256 of a text: what stands for it in files."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:WIDTH]


class Resemblance:
    """The similarity of each examined text (n, by digest) to each one sought (m)."""

    def __init__(self, model: str, sought: Sequence[Sought], digests: Digests, similar: Similarities) -> None:
        order = np.argsort(digests)
        self.model, self.sought = model, tuple(sought)
        self.digests, self.similar = digests[order], similar[order]
        self._thresholds = np.array([one.threshold for one in sought], np.float32)
        self._places = {one.text: place for place, one in enumerate(sought)}

    def told(self, wanted: tuple[str, ...], texts: Sequence[str]) -> list[bool | None]:
        """As `meaning.Likeness`."""
        asked = np.array([text_digest(text) for text in texts], f"S{WIDTH}")
        rows = np.minimum(np.searchsorted(self.digests, asked), max(len(self.digests) - 1, 0))
        known = self.digests[rows] == asked if len(self.digests) else np.zeros(len(asked), np.bool_)
        places = [self._places[text] for text in wanted if text in self._places]
        reached = np.zeros(len(asked), np.bool_)
        reached[known] = (self.similar[rows[known]][:, places] >= self._thresholds[places]).any(axis=1)
        whole = known if len(places) == len(wanted) else reached
        return [bool(yes) if sure else None for yes, sure in zip(reached, whole, strict=True)]

    def notes(self, condition: ResemblesAny) -> Iterator[str]:
        """Sentences on how it was decided, and on what was not found out."""
        name = field_name(condition.field)
        for text in condition.texts:
            if text not in self._places:
                yield (
                    f"Nothing was found out about what resembles {quoted(text)}, so it is unknown whether {name}"
                    " does; run `plainterms resemble` again with these terms."
                )
                continue
            one = self.sought[self._places[text]]
            yield (
                f"That {name} resembles {quoted(text)} means here a similarity of at least {one.threshold:.4f} by the"
                f" model {self.model}: {_support(one.control)}."
            )


def _support(control: Control | None) -> str:
    if control is None:
        return "a threshold chosen by the auditor, whose error rate nobody has measured"
    return (
        f"of {control.texts:,} unrelated texts {control.reached:,} reach it, so at most 1 in {control.one_in:,} do"
        " (95 % limit)"
    )


def decided(whole: Plan, resemblance: Resemblance) -> Plan:
    """The plan with conditions that look up what was found out.

    Raises PlanError where none does.
    """
    if not asked(whole):
        raise PlanError("no clause asks what a text resembles, so there is nothing to look up in --resemblance")

    def change(node: Any) -> Any:
        return ResemblesAny(node.field, node.texts, resemblance) if isinstance(node, ResemblesAny) else node

    return Plan(map_conditions(whole.clauses, change), whole.schema, whole.policies)


def asked(whole: Plan) -> list[ResemblesAny]:
    """The conditions of a plan that ask what resembles what, each once."""
    return list(dict.fromkeys(node for node in leaves(whole.clauses) if isinstance(node, ResemblesAny)))


def examined(whole: Plan) -> int:
    """How many texts were examined for a plan."""
    told = (one.by for one in asked(whole))
    return next((len(one.digests) for one in told if isinstance(one, Resemblance)), 0)


# ── The file


def write(resemblance: Resemblance, folder: Path) -> Path:
    """Write it to a file of the folder that is named by its own digest."""
    about = {"format": FORMAT, "model": resemblance.model, "sought": [asdict(one) for one in resemblance.sought]}
    digests = pa.py_buffer(resemblance.digests.tobytes())
    columns = {"text": pa.Array.from_buffers(pa.binary(WIDTH), len(resemblance.digests), [None, digests])}
    columns |= {str(place): pa.array(column) for place, column in enumerate(resemblance.similar.T)}
    table = pa.table(columns).replace_schema_metadata({HEADER: orjson.dumps(about)})
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    content = sink.getvalue().to_pybytes()
    path = folder / f"resemblance-{hashlib.sha256(content).hexdigest()[:12]}.parquet"
    path.write_bytes(content)
    return path


def load(path: Path) -> Resemblance:
    """Raises PlainTermsError for a file that `resemble` did not write."""
    try:
        table = pq.read_table(path)
        about = orjson.loads((table.schema.metadata or {})[HEADER])
        if about["format"] != FORMAT:
            raise PlainTermsError(f"{path} is of another kind, {about['format']}; run `plainterms resemble` again")
        sought = [_sought(one) for one in about["sought"]]
        digests = np.array(table["text"].to_pylist(), f"S{WIDTH}")
        columns = [table[str(place)].to_numpy() for place in range(len(sought))]
    except (OSError, pa.ArrowInvalid, KeyError, TypeError, orjson.JSONDecodeError) as error:
        raise PlainTermsError(f"{path} is no file that `plainterms resemble` wrote") from error
    similar = np.stack(columns, axis=1) if columns else np.empty((len(digests), 0))
    return Resemblance(about["model"], sought, digests, similar.astype(np.float32))


def _sought(one: dict[str, Any]) -> Sought:
    control = one["control"]
    return Sought(one["text"], one["threshold"], None if control is None else Control(**control))
