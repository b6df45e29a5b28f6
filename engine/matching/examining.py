"""Examines outputs and control texts: each against the samples, and against what may explain a match otherwise."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import repeat

from plainterms.engine.matching.collection import Collection
from plainterms.engine.matching.comparing import Compared, Pair, compared
from plainterms.engine.matching.exculpation import Alike, is_older, reasons
from plainterms.engine.matching.normal import normalised
from plainterms.engine.matching.rows import Likeness, Reason, Row, text_digest
from plainterms.engine.matching.spans import spans
from plainterms.engine.matching.strength import WORTH
from plainterms.engine.matching.texts import Text


@dataclass(frozen=True)
class Shelves:
    """What texts are compared with; ``public`` is None where no public texts were given."""

    samples: Collection
    control: Collection
    public: Collection | None


def examined(texts: Sequence[Text], shelves: Shelves, *, is_control: bool = False) -> Iterator[Row]:
    """The row of each text, in order. A control text is not compared with itself."""
    rivals = partial(shelves.control.rivals, itself=is_control)
    found = list(compared(texts, shelves.samples, shelves.samples.nominated(texts), rivals=rivals))
    alike = [one.text for one in found if one.pairs]
    control = _alike(alike, shelves.control, itself=is_control)
    public = repeat(None) if shelves.public is None else _alike(alike, shelves.public)
    for one in found:
        yield _row(one, next(control), next(public), shelves.samples) if one.pairs else _bare(one)


def _alike(texts: Sequence[Text], collection: Collection, *, itself: bool = False) -> Iterator[Alike | None]:
    """For each text the one of a collection that is most like it."""
    for one in compared(texts, collection, collection.nominated(texts), itself=itself):
        (most,) = collection.shelf.get(pair.other for pair in one.pairs[:1]) or (None,)
        yield None if most is None else Alike(most.id, one.strength)


def _bare(found: Compared) -> Row:
    text = found.text
    prompt = text_digest(text.prompt) if text.prompt else ""
    return Row(
        text.number,
        text.id,
        text_digest(text.text),
        found.words,
        text.account,
        text.time,
        prompt,
        found.against,
        found.alone if found.alone >= WORTH else 0,
    )


def _row(found: Compared, control: Alike | None, public: Alike | None, samples: Collection) -> Row:
    bare = _bare(found)
    texts = samples.shelf.get(pair.other for pair in found.pairs)
    told = list(reasons(found, control, public))
    later = [(pair, text) for pair, text in zip(found.pairs, texts, strict=True) if not is_older(found.text, text)]
    if not later:
        told.append(Reason("older", texts[0].id))
    kept = later or list(zip(found.pairs, texts, strict=True))
    likenesses = tuple(_likeness(found.text, pair, text) for pair, text in kept)
    alone = bare.alone if all(reason.key == "common" for reason in told) else 0
    return replace(bare, alone=alone, likenesses=likenesses, reasons=tuple(told))


def _likeness(output: Text, pair: Pair, sample: Text) -> Likeness:
    both = normalised([output.text, sample.text])
    return Likeness(pair.other, sample.id, pair.strength, pair.scores, spans(both, 0, 1))
