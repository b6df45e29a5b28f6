"""Matching: outputs, samples and a control in; matches with their error rate out. Each stage is a call in `match`."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from plainterms.engine.matching.accounts import SEED, Concentration, concentration
from plainterms.engine.matching.calibration import Calibration, Nominated, calibrated
from plainterms.engine.matching.canaries import CanaryHits, canary_hits, read_canaries
from plainterms.engine.matching.clusters import clusters
from plainterms.engine.matching.collection import Collection
from plainterms.engine.matching.examining import Shelves, examined
from plainterms.engine.matching.identity import Identities, identities
from plainterms.engine.matching.parts import Parts, inputs_digest
from plainterms.engine.matching.rows import Row
from plainterms.engine.matching.shelf import Shelf
from plainterms.engine.matching.statement import Statement, is_match, marks_of, marks_of_fact, stated
from plainterms.engine.matching.texts import ROWS, Books, Lines, Text, batches
from plainterms.engine.sources import Quarantine
from plainterms.engine.sources.files import STDIN, expand
from plainterms.policy.errors import PlainTermsError

if TYPE_CHECKING:
    from plainterms.engine.matching.nominating import Embeddings

ONE_IN = 10_000
SHOWN = 100
"""Matches, and matches set aside, whose texts are shown."""

Tell = Callable[[str, int], None]
"""Told of progress: what is being read, and how many texts of it are done."""

Reader = Callable[[str], Iterator[list[Text]]]


class MatchError(PlainTermsError):
    """A matching that cannot be run as asked."""


@dataclass(frozen=True)
class Request:
    """What to match; each set of texts by its paths, of which those of ``public`` and ``canaries`` may be none.

    ``one_in``: the statement is made at a rate of one false match in so many outputs, each against all samples.
    ``model``, by name or folder, makes embeddings that nominate pairs, too, of a cosine of ``above`` (0.7) or more.
    ``work`` is a folder in which a run that is cut short leaves what it has done, and embeddings are kept.
    """

    outputs: tuple[str, ...]
    samples: tuple[str, ...]
    control: tuple[str, ...]
    public: tuple[str, ...] = ()
    canaries: tuple[str, ...] = ()
    one_in: int = ONE_IN
    seed: int = SEED
    quarantine: Path | None = None
    work: Path | None = None
    model: str | None = None
    above: float | None = None

    def __post_init__(self) -> None:
        """Raises MatchError for a number out of range, inputs that can be read only once, and a missing library."""
        if self.one_in < 2:
            raise MatchError(f"the chance must be 1 in 2 or less, not 1 in {self.one_in}")
        if STDIN in self.paths:
            raise MatchError("matching reads its texts more than once, so they must be files, not standard input")
        if self.above is not None and self.model is None:
            raise MatchError("from which similarity on pairs are nominated is a matter of embeddings; name a --model")
        if self.above is not None and not 0 < self.above <= 1:
            raise MatchError(f"pairs are nominated above a similarity between 0 and 1, not {self.above}")
        if find_spec("rapidfuzz") is None:
            raise MatchError("matching needs rapidfuzz; install it with `pip install 'plainterms[match]'`")

    @property
    def sets(self) -> Mapping[str, tuple[str, ...]]:
        """The paths of each set of texts."""
        return {
            "outputs": self.outputs,
            "samples": self.samples,
            "control": self.control,
            "public": self.public,
            "canaries": self.canaries,
        }

    @property
    def paths(self) -> tuple[str, ...]:
        """All paths."""
        return tuple(path for paths in self.sets.values() for path in paths)


@dataclass(frozen=True)
class Matching:
    """What matching found. ``rows`` are the outputs in order; ``matched`` says which of them are matches.

    ``overlap`` are control texts that stand word for word among the samples; ``outputs`` and ``samples`` the
    originals of those that are shown, by number; ``inputs`` is a digest of all that was read.
    """

    request: Request
    inputs: str
    lines: Mapping[str, Lines]
    quarantined: tuple[tuple[str, int], ...]
    rows: Sequence[Row]
    matched: Sequence[bool]
    control: Sequence[Row]
    overlap: int
    calibration: Calibration
    statement: Statement
    concentration: Concentration | None
    canaries: Sequence[CanaryHits]
    identities: Identities
    outputs: Mapping[int, Text]
    samples: Mapping[int, Text]

    @property
    def matches(self) -> list[Row]:
        """The matches, strongest first."""
        return _strongest(row for row, is_one in zip(self.rows, self.matched, strict=True) if is_one)

    @property
    def aside(self) -> list[Row]:
        """What is like a sample but explained otherwise, strongest first."""
        return _strongest(row for row in self.rows if row.reasons)


def _strongest(rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (-row.likenesses[0].strength, row.number))


def match(
    request: Request, tell: Tell = lambda _what, _count: None, say: Callable[[str], None] = lambda _: None
) -> Matching:
    """Match outputs with samples; ``say`` is told what a user should know at once, such as a GPU without memory.

    Raises SourceError for paths that name nothing, and MatchError where there is nothing to match. Lines that hold no
    text never raise: they are quarantined and counted.
    """
    with ExitStack() as stack:
        books = Books(stack.enter_context(Quarantine(request.quarantine)))
        embeddings = _embeddings(request, stack, say)
        nominated = None if embeddings is None else embeddings.nominated
        read = _reader(request, books, tell)
        inputs = inputs_digest(expand(request.paths))
        parts = Parts(None if request.work is None else request.work / _work_name(inputs, nominated))
        shelves = Shelves(
            stack.enter_context(_collected("samples", read)),
            stack.enter_context(_collected("control", read, by_prompt=True)),
            stack.enter_context(_collected("public", read)) if request.public else None,
        )
        samples, control = shelves.samples, shelves.control
        if embeddings is not None:
            _embed(shelves, embeddings, tell)
        outputs = stack.enter_context(Shelf())
        tested = list(
            parts.rows(
                "control",
                _told(again(control.shelf), "control compared", tell),
                lambda some: examined(some, shelves, is_control=True),
            )
        )
        rows = list(parts.rows("outputs", _shelved(read("outputs"), outputs), lambda some: examined(some, shelves)))
        _require(books)
        calibration = calibrated(tested, nominated)
        rate = 1 / request.one_in
        marks = marks_of(calibration, rate)
        matched = [is_match(row, marks) for row in rows]
        shown = _shown(rows, matched)
        canaries = read_canaries(request.canaries, books)
        found = Matching(
            request=request,
            inputs=inputs,
            lines=books.lines,
            quarantined=tuple(sorted(books.quarantine.reasons.items())),
            rows=rows,
            matched=matched,
            control=tested,
            overlap=len(samples.first.keys() & control.first.keys()),
            calibration=calibration,
            statement=stated(rows, calibration, rate, len(samples.shelf), samples.copies_of),
            concentration=_concentration(rows, matched, request.seed),
            canaries=canary_hits(canaries, again(samples.shelf)),
            identities=identities(again(samples.shelf)),
            outputs=_by_number(outputs.get(row.number for row in shown)),
            samples=_by_number(samples.shelf.get(sorted({one.sample for row in shown for one in row.likenesses}))),
        )
        parts.clear()
        return found


# ── Reading


def _reader(request: Request, books: Books, tell: Tell) -> Reader:
    return lambda name: _told(batches(request.sets[name], name, books), name, tell)


def _told(some: Iterable[list[Text]], name: str, tell: Tell) -> Iterator[list[Text]]:
    count = 0
    for batch in some:
        yield batch
        count += len(batch)
        tell(name, count)


def _collected(name: str, read: Reader, *, by_prompt: bool = False) -> Collection:
    collection = Collection(by_prompt=by_prompt)
    collection.take_in(read(name))
    return collection


def _shelved(some: Iterable[list[Text]], shelf: Shelf) -> Iterator[list[Text]]:
    for batch in some:
        shelf.put(batch)
        yield batch


def again(shelf: Shelf) -> Iterator[list[Text]]:
    """All texts of a shelf, some at a time."""
    return (shelf.get(range(start, min(start + ROWS, len(shelf)))) for start in range(0, len(shelf), ROWS))


def _embeddings(request: Request, stack: ExitStack, say: Callable[[str], None]) -> "Embeddings | None":
    """Those of the model that is asked for; kept in the folder of work, else only for so long."""
    if request.model is None:
        return None
    from plainterms.engine.matching.nominating import ABOVE, Embeddings

    work = request.work or Path(stack.enter_context(TemporaryDirectory()))
    above = ABOVE if request.above is None else request.above
    return Embeddings(request.model, above, work / "embeddings", say)


def _embed(shelves: Shelves, embeddings: "Embeddings", tell: Tell) -> None:
    for name, collection in (("samples", shelves.samples), ("control", shelves.control), ("public", shelves.public)):
        if collection is not None:
            told = partial(tell, f"{name} embedded")
            collection.near = embeddings.near(again(collection.shelf), collection.first.values(), told)


def _work_name(inputs: str, nominated: Nominated | None) -> str:
    """Of the folder of parts: those that were compared otherwise are not taken up."""
    model = "" if nominated is None else f"-{nominated.model[:16]}-{nominated.above:g}"
    return f"matching-{inputs[:16]}{model}"


def _require(books: Books) -> None:
    for name in ("outputs", "samples"):
        if books.lines[name].texts == 0:
            raise MatchError(f"there is no text among the {name}: {books.lines[name].quarantined} lines hold none")


def _by_number(texts: Iterable[Text]) -> dict[int, Text]:
    return {text.number: text for text in texts}


# ── What is said of the whole


def _shown(rows: Sequence[Row], matched: Sequence[bool]) -> list[Row]:
    found = _strongest(row for row, is_one in zip(rows, matched, strict=True) if is_one)
    aside = _strongest(row for row in rows if row.reasons)
    return [*found[:SHOWN], *aside[:SHOWN]]


def _concentration(rows: Sequence[Row], matched: Sequence[bool], seed: int) -> Concentration | None:
    """Of each cluster of matches one counts for each account."""
    if not any(row.account for row in rows):
        return None
    places = [place for place, is_one in enumerate(matched) if is_one]
    facts = clusters(marks_of_fact(rows[place]) for place in places)
    once = {(fact, rows[place].account): place for fact, place in reversed(list(zip(facts, places, strict=True)))}
    counted = set(once.values())
    return concentration(rows, [place in counted for place in range(len(rows))], seed)
