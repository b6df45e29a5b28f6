"""Texts as vectors: each different text once, those of a length together, and none that the cache already knows."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from plainterms.engine.matching.cache import VectorCache
from plainterms.engine.matching.devices import Device, Encoder, OutOfMemoryError, best_device, processor
from plainterms.engine.matching.models import Model
from plainterms.engine.matching.products import Rows, Vectors
from plainterms.engine.resemblance import text_digest
from plainterms.policy.errors import PlainTermsError

BUDGET = {"cpu": 2**13, "cuda": 2**17}
"""Tokens that are computed at once, those that fill up short texts included."""

CHARACTERS = 4
"""Of a token, on the average."""

READ = 32
"""Characters for each token that a model reads; what comes later in a text cannot count, and is not looked at."""

KEPT_EVERY = 2.0
"""Seconds of work that a killed process may lose."""


class Encoding(Protocol):
    """What turns texts into unit vectors; see `devices.Encoder`."""

    model: Model
    device: Device
    dimensions: int
    tokens: int

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Raises OutOfMemoryError."""
        ...


@dataclass(frozen=True)
class Progress:
    """How far an embedding has come: different texts that are done, of how many, and texts a second."""

    done: int
    of: int
    rate: float


@dataclass(frozen=True)
class Embedded:
    """The vectors of the different texts (m x dimensions), their digests, and which of them each text has."""

    vectors: Vectors
    digests: tuple[bytes, ...]
    of: Rows


def embed(
    texts: Sequence[str],
    model: Model,
    cache: Path,
    *,
    device: Device | None = None,
    load: Callable[[Model, Device], Encoding] = Encoder,
    progress: Callable[[Progress], None] = lambda _: None,
    say: Callable[[str], None] = lambda _: None,
) -> Embedded:
    """The vectors of texts, in their order.

    The model is loaded only if the cache, a folder, lacks one of them. A model reads the first tokens of a text
    (MiniLM 256). A GPU that runs out of memory gets smaller batches, then the processor takes over; ``say`` is told.
    """
    digests = [text_digest(text) for text in texts]
    different = dict(zip(digests, texts, strict=True))
    device = device or best_device()
    with VectorCache(cache, f"{model.digest[:16]}-{device.precision}") as known:
        found = known.find(list(different))
        lacking = {digest: text for digest, text in different.items() if digest not in found}
        if lacking:
            batches = _Batches(lacking, load(model, device), load, say)
            found |= _computed(batches, known, len(different), len(found), progress)
    places = {digest: place for place, digest in enumerate(different)}
    vectors = np.stack([found[digest] for digest in different]) if different else np.empty((0, 0), np.float32)
    return Embedded(vectors, tuple(different), np.array([places[digest] for digest in digests], np.int64))


def _computed(
    batches: "_Batches", known: VectorCache, of: int, before: int, progress: Callable[[Progress], None]
) -> dict[bytes, Vectors]:
    found: dict[bytes, Vectors] = {}
    begun = kept = time.monotonic()
    unkept: list[bytes] = []
    for digests, vectors in batches:
        found.update(zip(digests, vectors, strict=True))
        unkept += digests
        now = time.monotonic()
        if now - kept > KEPT_EVERY:
            known.keep(unkept, np.stack([found[digest] for digest in unkept]))
            unkept, kept = [], now
        progress(Progress(before + len(found), of, len(found) / max(now - begun, 1e-9)))
    if unkept:
        known.keep(unkept, np.stack([found[digest] for digest in unkept]))
    return found


class _Batches:
    """Batches of texts of about one length, the longest first, and their vectors."""

    def __init__(
        self,
        texts: dict[bytes, str],
        encoder: Encoding,
        load: Callable[[Model, Device], Encoding],
        say: Callable[[str], None],
    ) -> None:
        self._encoder, self._load, self._say = encoder, load, say
        self._texts = sorted(
            ((digest, _readable(text[: READ * encoder.tokens])) for digest, text in texts.items()),
            key=lambda one: len(one[1]),
            reverse=True,
        )
        self._budget = BUDGET[encoder.device.name]

    def __iter__(self) -> Iterator[tuple[list[bytes], Vectors]]:
        start = 0
        while start < len(self._texts):
            batch = self._texts[start : start + self._fitting(start)]
            try:
                vectors = self._encoder.encode([text for _, text in batch])
            except OutOfMemoryError:
                self._make_room(len(batch))
                continue
            yield [digest for digest, _ in batch], vectors
            start += len(batch)

    def _fitting(self, start: int) -> int:
        """How many texts from here on are computed at once; the first is the longest."""
        tokens = min(len(self._texts[start][1]) // CHARACTERS + 2, self._encoder.tokens)
        return max(1, self._budget // tokens)

    def _make_room(self, tried: int) -> None:
        device = self._encoder.device
        if device.name == "cpu":
            raise PlainTermsError(f"{device.title} has no memory left to embed texts with {self._encoder.model.name}")
        if tried > 1:
            self._budget //= 2
            self._say(f"{device.title} is out of memory with {tried} texts at once; going on with half as many")
            return
        self._say(f"{device.title} is out of memory with a single text; going on on the processor, which is slower")
        self._encoder = self._load(self._encoder.model, processor())
        self._budget = BUDGET["cpu"]


def _readable(text: str) -> str:
    """The text without lone surrogates, which no tokenizer takes."""
    return text.encode("utf-8", "replace").decode()
