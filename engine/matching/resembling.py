"""Finds out which texts of a log resemble the texts that clauses name, for audits to read."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import orjson
import pyarrow as pa

from plainterms.engine.columnar.batches import Batch
from plainterms.engine.inputs import digest_of_file, spooled
from plainterms.engine.matching.devices import Encoder, best_device
from plainterms.engine.matching.embedding import Progress, embed
from plainterms.engine.matching.models import Model, model_of
from plainterms.engine.matching.products import Scores, Vectors, inner_products
from plainterms.engine.matching.threshold import reaching, threshold
from plainterms.engine.needs import event_columns
from plainterms.engine.plan import Plan, plan
from plainterms.engine.resemblance import WIDTH, Control, Resemblance, Sought, asked, text_digest, write
from plainterms.engine.sources import Quarantine, Tally, read
from plainterms.policy.errors import PlainTermsError
from plainterms.policy.load import load
from plainterms.policy.meaning import EventField, Field, PartField

PORTION = 2**16
"""Texts of the log that are held at a time."""


@dataclass(frozen=True)
class Request:
    """What to compare: terms and logs as for an audit, and either a ``control`` or a ``chosen`` threshold.

    ``control`` is a file of JSON Lines with unrelated texts as `text`; at most 1 in ``one_in`` of such shall resemble
    a text that is sought. ``cache`` and ``out`` are folders.
    """

    terms: tuple[Path, ...]
    logs: tuple[str, ...]
    out: Path
    cache: Path
    control: Path | None = None
    one_in: int = 1_000
    chosen: float | None = None
    model: str | None = None
    format: str | None = None
    mapping: Path | None = None


@dataclass(frozen=True)
class Made:
    """The file that was written, what it tells, and what of the log could not be read (``quarantined`` records)."""

    file: Path
    resemblance: Resemblance
    quarantined: int

    def resembling(self, sought: Sought) -> int:
        """How many different texts of the log resemble one."""
        place = self.resemblance.sought.index(sought)
        return int(np.count_nonzero(self.resemblance.similar[:, place] >= np.float32(sought.threshold)))


def resemble(
    request: Request,
    progress: Callable[[Progress], None] = lambda _: None,
    say: Callable[[str], None] = lambda _: None,
) -> Made:
    """Compare the texts of logs with those that clauses name, and write what was found out.

    Raises PlainTermsError where no clause asks, where neither control nor threshold is there or both are, where the
    control is too small, and where there is no model.
    """
    whole = plan([load(path) for path in request.terms])
    texts, control = _sought(whole), _unrelated(request)
    model, device = model_of(request.model), best_device()
    loaded = cache(Encoder)

    def vectors(some: list[str]) -> Vectors:
        found = embed(some, model, request.cache, device=device, load=loaded, progress=progress, say=say)
        return found.vectors[found.of]

    compared = _Compared(vectors(texts), vectors)
    sought = list(_calibrated(texts, control, compared, request))
    tally = Tally()
    with ExitStack() as stack:
        copies = stack.enter_context(spooled(request.logs))
        quarantine = stack.enter_context(Quarantine(request.out / "quarantine.jsonl"))
        batches = read(
            request.logs,
            whole.schema,
            tally,
            quarantine,
            format=request.format,
            mapping=request.mapping,
            columns=event_columns(whole),
            copies=copies,
        )
        digests, similar = _all(_texts(batches, _fields(whole)), compared)
    told = Resemblance(_title(model, device.precision), sought, digests, similar)
    return Made(write(told, request.out), told, len(quarantine))


def _sought(whole: Plan) -> list[str]:
    texts = list(dict.fromkeys(text for condition in asked(whole) for text in condition.texts))
    if not texts:
        raise PlainTermsError("no clause of these terms asks what a text resembles, so there is nothing to compare")
    return texts


def _title(model: Model, precision: str) -> str:
    return f"{model.name} ({model.digest[:12]}, {precision})"


@dataclass(frozen=True)
class _Compared:
    """Compares texts with those sought."""

    sought: Vectors
    vectors: Callable[[list[str]], Vectors]

    def __call__(self, texts: list[str]) -> Scores:
        """Similarities, texts x sought."""
        found = self.vectors(texts)
        rows = np.arange(len(found))
        every = [
            inner_products(found, self.sought, rows, np.full(len(rows), place)) for place in range(len(self.sought))
        ]
        return np.stack(every, axis=1)


# ── Thresholds


def _unrelated(request: Request) -> list[str]:
    """The different texts of the control, large enough for what is claimed by it; empty where a number was chosen."""
    if (request.control is None) == (request.chosen is None):
        raise PlainTermsError(
            "say from which similarity on a text resembles another: give unrelated texts with --control, or choose a"
            " number with --threshold; not both"
        )
    if request.control is None:
        return []
    texts = list(dict.fromkeys(_control(request.control)))
    reaching(len(texts), request.one_in)
    return texts


def _calibrated(texts: list[str], control: list[str], compared: _Compared, request: Request) -> Iterator[Sought]:
    if request.control is None:
        assert request.chosen is not None
        yield from (Sought(text, float(np.float32(request.chosen))) for text in texts)
        return
    most, digest, similar = reaching(len(control), request.one_in), digest_of_file(request.control), compared(control)
    for place, text in enumerate(texts):
        least, reached = threshold(similar[:, place], most)
        yield Sought(text, least, Control(digest, len(control), reached, request.one_in))


def _control(path: Path) -> Iterator[str]:
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise PlainTermsError(f"--control {path} cannot be read: {error.strerror}") from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            text = orjson.loads(line)["text"]
        except (orjson.JSONDecodeError, KeyError, TypeError):
            text = None
        if not isinstance(text, str):
            raise PlainTermsError(f'{path}:{number} is not an unrelated text such as {{"text": "How are you?"}}')
        yield text


# ── The log


def _fields(whole: Plan) -> list[Field]:
    """The fields of events that are asked about; the texts of others are not examined."""
    fields = dict.fromkeys(condition.field for condition in asked(whole))
    return [field for field in fields if isinstance(field, EventField | PartField)]


def _texts(batches: Iterable[pa.RecordBatch], fields: list[Field]) -> Iterator[str]:
    for one in batches:
        batch = Batch(one)
        for field in fields:
            column = batch.column(field.name) if isinstance(field, EventField) else batch.read(field)
            different = column.dictionary if pa.types.is_dictionary(column.type) else column.unique()
            yield from different.drop_null().to_pylist()


def _all(texts: Iterable[str], compared: _Compared) -> tuple[np.ndarray, Scores]:
    """The digests of different texts, and their similarities."""
    seen: set[bytes] = set()
    waiting: list[str] = []
    found = [np.empty((0, len(compared.sought)), np.float32)]
    order: list[bytes] = []
    for text in texts:
        digest = text_digest(text)
        if digest in seen:
            continue
        seen.add(digest)
        order.append(digest)
        waiting.append(text)
        if len(waiting) == PORTION:
            found.append(compared(waiting))
            waiting = []
    if waiting:
        found.append(compared(waiting))
    return np.array(order, f"S{WIDTH}"), np.concatenate(found)
